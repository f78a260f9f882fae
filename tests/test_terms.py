"""The terms of a program are one value; what is contradictory only together is refused when they are built."""

import enum
import os
import subprocess
import sys
from functools import partial

import pytest

import loyalcore as lc
import refusals
import values
from loyalcore.calendar import zone
from loyalcore.terms import RULES_MAX, Terms
from loyalcore.vocabulary import Vocabulary, leaves
from strategies import POINT, STAR, USD, Line, Order, Visit

COFFEE, APP = Line.category.is_("coffee"), Order.channel.is_("app")
BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
STATUS = lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(500)})

RULES = [
    BASE,
    lc.Earn("app", POINT(25), when=APP & Order.net.at_least(USD(40)), limit=lc.times(1, per=lc.day)),
    lc.Earn("coffee", STAR("0.5").per(1, Line.quantity), where=COFFEE, over=lc.month),
    lc.Earn("review", POINT(5), on=Visit, when=Visit.name.is_("review") & Visit.place.is_("shop")),
    lc.Earn("minutes", POINT.per(10, Visit.minutes), on=Visit),
    lc.Earn("welcome", POINT(100), on=lc.Enrolment, when=lc.setting("newsletter").is_("yes")),
    lc.Boost("gold", lc.by_tier("status", {"gold": "x1.5"}), of="base", when=~lc.in_tier("status", "base")),
    lc.Lane("shop", of=["base", "app"][:1], limit=lc.at_most(POINT(500), per=lc.month)),
    STATUS,
    lc.Expiry(POINT, lc.months(12)),
    lc.Reward("cup", POINT(500), "a cup"),
    lc.Pay("pay", each=POINT(1), worth=USD("0.01")),
]
CLASSES = {"items": Line, "purchases": Order, "activities": Visit}


def club(*rules, **changed):
    given = {"name": "club", "version": "1", **CLASSES, "rules": rules, **changed}
    return Terms(given.pop("name"), **given)


FULL = club(*RULES)

CHANGES = {
    "name": {"name": "other"},
    "version": {"version": "2"},
    "timezone": {"timezone": "Europe/Istanbul"},
    "activities": {"activities": type("More", (Visit,), {"more": lc.Text(missing="")})},
    "items": {"items": type("More", (Line,), {"more": lc.Text(missing="")})},
    "purchases": {"purchases": type("More", (Order,), {"more": lc.Text(missing="")})},
    "taking_back": {"taking_back": lc.write_off},
    "order of rules": {"rules": [*RULES[1:], RULES[0]]},
    "fewer rules": {"rules": RULES[:-1]},
    "a rate": {"rules": [lc.Earn("base", POINT(2).per(USD(1), Line.net)), *RULES[1:]]},
    "a rounding": {"rules": [lc.Earn("base", BASE.gives, rounding=lc.half_up), *RULES[1:]]},
    "a text": {"rules": [*RULES[:-2], lc.Reward("cup", POINT(500), "a mug"), RULES[-1]]},
}


def test_equal_terms_are_equal_hash_alike_and_have_one_program_hash():
    again = club(*RULES)

    assert again == FULL
    assert hash(again) == hash(FULL)
    assert again.hash == FULL.hash


@pytest.mark.parametrize("what", CHANGES)
def test_the_program_hash_changes_when_anything_changes(what):
    changed = club(*CHANGES[what].get("rules", RULES), **{k: v for k, v in CHANGES[what].items() if k != "rules"})

    assert changed != FULL
    assert changed.hash != FULL.hash


def test_the_currency_is_part_of_the_hash():
    assert club(lc.Earn("x", POINT(5)), currency=lc.Money("EUR")).hash != club(lc.Earn("x", POINT(5))).hash


def test_rules_written_in_another_way_have_the_same_hash():
    class Channel(enum.StrEnum):
        APP = "app"

    one = club(
        lc.Earn("x", POINT(5), when=Order.channel.is_("app") & lc.weekday("sat", "sun"), limit=lc.times(1, per=lc.day)),
        lc.Earn("y", POINT.bands(Order.net, {USD(0): "1%", USD("500"): "5%"})),
    )
    other = club(
        lc.Earn(
            "x",
            POINT(5),
            when=lc.weekday("sun", "sat") & Order.channel.is_(Channel.APP),
            limit=[lc.times(1, per=lc.day)],
        ),
        lc.Earn("y", POINT.bands(Line.net, {USD("500.00"): "0.05", USD(0): "0.01"})),
    )

    assert one == other
    assert one.hash == other.hash


def test_the_hash_is_the_same_whatever_the_hash_seed_and_hash_like_64_digits():
    code = "import test_terms; print(test_terms.FULL.hash)"
    path = os.pathsep.join(sys.path)
    hashes = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "TZ": "Asia/Tehran"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("0", "1", "12345")
    }

    assert hashes == {FULL.hash}
    assert len(FULL.hash) == 64


def test_terms_evaluate_from_their_text():
    assert values.written(FULL, Terms=Terms) == FULL


def test_a_program_evaluates_from_its_text_and_has_the_hash_of_its_terms():
    program = lc.Program(**FULL.fields())

    assert values.written(program) == program
    assert program.hash == FULL.hash
    assert Terms.of(program) == FULL
    assert Terms.of(FULL) is FULL


def test_terms_survive_pickling_and_copying():
    assert FULL.vocabulary.units

    for again in values.copies(FULL):
        assert again == FULL
        assert again.hash == FULL.hash


def test_terms_do_not_change():
    with pytest.raises(AttributeError):
        FULL.version = "2"

    assert FULL.version == "1"


def test_a_list_of_rules_given_is_left_as_it_was_and_kept_as_it_was():
    rules = list(RULES)

    terms = club(rules=rules)
    rules.clear()

    assert terms.rules == tuple(RULES)


def test_a_zone_is_kept_as_the_text_it_is():
    class City(enum.StrEnum):
        ISTANBUL = "Europe/Istanbul"

    assert club(timezone=City.ISTANBUL).hash == club(timezone="Europe/Istanbul").hash
    assert zone(club(timezone=City.ISTANBUL).timezone).day


def test_the_units_are_those_that_rules_give_expire_or_spend():
    extra = lc.Unit("extra")

    assert FULL.units == {"point": POINT, "star": STAR}
    assert club(lc.Expiry(extra, lc.never)).units == {"extra": extra}
    assert club(lc.Reward("cup", extra(5))).units == {"extra": extra}
    assert club(lc.Pay("pay", each=extra(5), worth=USD(1))).units == {"extra": extra}


def test_rules_of_a_kind_come_in_order():
    assert [rule.name for rule in FULL.of_kind(lc.Earn)] == ["base", "app", "coffee", "review", "minutes", "welcome"]


@pytest.mark.parametrize(
    ("about", "name", "places"),
    [
        ("item", "net", 2),
        ("item", "quantity", 3),
        ("item", "cost", 2),
        ("item", "points", 0),
        ("item", "category", None),
        ("item", "nights", None),
        ("event", "nights", 1),
        ("event", "minutes", 0),
        ("event", "channel", None),
        ("event", "net", None),
    ],
)
def test_each_number_has_its_places(about, name, places):
    assert FULL.places(about, name) == places


def test_a_schema_may_be_given_instead_of_its_class():
    assert club(items=Line.schema(), purchases=Order.schema(), activities=Visit.schema()) == club()


def test_a_program_without_rules_is_a_program():
    assert club().units == {}
    assert Terms("club", version="1", rules=[]).items == lc.Item.schema()


def test_numbers_of_one_name_may_be_declared_alike_in_purchases_and_activities():
    class Stay(lc.Activity):
        nights = lc.Number(1, missing=0)

    history = lc.Ladder("status", by=Order.nights.over(lc.year), tiers={"a": 0, "b": 5})

    assert club(history, activities=Stay).vocabulary.dimension(history.by, None, "x") is None


def test_a_history_may_ask_for_numbers_of_any_kind_of_event():
    histories = [
        Visit.minutes.over(lc.month).at_least(1),
        Order.nights.over(lc.month).at_least(1),
        Order.net.over(lc.month).at_least(USD(1)),
        Line.quantity.sum(COFFEE).over(lc.year).below(5),
        (Order.count.over(lc.month) * 2).is_(0),
    ]

    for kind in (lc.Purchase, lc.Activity, lc.Enrolment):
        terms = club(*(lc.Earn(f"r{at}", POINT(5), on=kind, when=asked) for at, asked in enumerate(histories)))
        assert len(terms.rules) == len(histories)


def test_every_shape_of_a_measure_gives_units():
    shapes = [
        POINT.per(USD(1), Line.net + Line.cost),
        POINT.per(USD(1), Line.net.sum(COFFEE).at_most_of(Line.cost)),
        POINT.per(USD(1), Order.net.at_least_of(Line.cost) * 2),
        POINT(5).per_full(USD(10), Order.net),
        POINT.bands(Order.nights, {0: 1, 5: 2}),
        POINT.milestones(Order.count, {5: POINT(5)}),
        POINT.per(1, Order.count).capped(POINT(3)),
    ]

    terms = club(*(lc.Earn(f"r{at}", gives) for at, gives in enumerate(shapes)))

    assert [terms.vocabulary.dimension(rule.gives.measure, "purchase", "x") for rule in terms.rules] == [None] * 7


def test_the_leaves_of_a_measure_come_once_each():
    twice = POINT.per(USD(1), Line.net + Line.cost + Line.net).capped(POINT(5)).measure

    assert sorted(map(repr, leaves(twice))) == sorted(map(repr, [Line.net.sum(), Line.cost.sum()]))


def test_ten_thousand_rules_are_the_most_and_are_checked_in_a_moment():
    rules = [lc.Earn(f"r{number}", POINT(1)) for number in range(RULES_MAX - 5_000)]
    rules += [lc.Boost(f"b{number}", "x2", of="r7", when=POINT.balance.at_least(POINT(5))) for number in range(5_000)]

    assert len(club(*rules).rules) == RULES_MAX
    with pytest.raises(lc.InvalidProgram, match=f"at most {RULES_MAX}"):
        club(*rules, BASE)


class Custom(lc.Condition):
    """A condition of the host's own, which is not how the library is extended."""


class CustomMeasure(lc.Measure):
    """A measure of the host's own."""


class Stay(lc.Activity):
    nights = lc.Number(2, missing=0)


class Tip(lc.Activity):
    nights = lc.Price(missing=0)


def earn(gives=POINT(5), name="x", **given):  # noqa: B008 - amounts are values
    return lc.Earn(name, gives, **given)


NET_OF = lc.Accrual(POINT, Order.net)
OTHER_POINT = lc.Unit("point", 1)

MONTHLY = partial(lc.at_most, per=lc.month)
SHARE = partial(lc.at_most, per=lc.purchase)

REFUSED = [
    # names
    ([BASE, BASE], "two rules named 'base'"),
    ([lc.Expiry(POINT, lc.never), lc.Expiry(POINT, lc.days(3))], "two rules named 'expiry of point'"),
    ([earn(name="opening")], "'opening' is what entries call"),
    ([lc.Reward("adjustment", POINT(5))], "'adjustment' is what entries call"),
    (["base"], "a rule that is none: 'base'"),
    ([None], "a rule that is none: None"),
    # units
    ([BASE, lc.Expiry(OTHER_POINT, lc.never)], "unit point is declared twice"),
    ([BASE, lc.Lane("l", of=["base"], limit=lc.at_most(OTHER_POINT(5), per=lc.month))], "unit point is declared twice"),
    ([earn(lc.Unit("USD", 2)(5))], "named like the currency"),
    ([earn(lc.Money("USD", 3)(5))], "named like the currency"),
    ([lc.Pay("pay", each=POINT(1), worth=lc.Money("EUR")(1))], "worth 1.00 EUR, but the program's currency"),
    ([earn(limit=lc.at_most(STAR(5), per=lc.month))], "gives point, but is limited in star"),
    ([BASE, lc.Lane("l", of=["base"], limit=lc.at_most(STAR(5), per=lc.month))], "gives point, but is limited in star"),
    ([earn(when=STAR.balance.at_least(STAR(5)))], "measures unit 'star', which no rule gives"),
    ([earn(when=STAR.earned(lc.month).at_least(STAR(5)))], "measures unit 'star', which no rule gives"),
    # what a rule gives by
    ([earn(NET_OF)], "gives money as if it were point"),
    (
        [earn(lc.Accrual(POINT, Order.net.at_most_of(lc.Constant(USD(5).as_bound()))))],
        "gives money as if it were point",
    ),
    ([earn(lc.Accrual(POINT, lc.Constant(lc.Bound(5))))], "gives by nothing that is read"),
    ([earn(POINT.per(1, Order.count.over(lc.month)), where=COFFEE)], "picks items, but gives for the whole event"),
    ([earn(where=COFFEE)], "picks items, but gives for the whole event"),
    ([earn(POINT.per(1, Order.nights), where=COFFEE)], "picks items, but gives for the whole event"),
    ([earn(stage=lc.item)], "picks items, but gives for the whole event"),
    ([earn(limit=lc.at_most(POINT(5), per=lc.item))], "picks items, but gives for the whole event"),
    ([earn(BASE.gives, stage=lc.item, over=lc.month)], "cannot round per item"),
    ([earn(POINT.per(1, Order.nights + Line.net))], "joins measures in USD and plain numbers"),
    ([earn(POINT.per(1, CustomMeasure()))], "none of the library's measures"),
    # words that nobody declares
    ([earn(POINT.per(1, lc.EventNumber("miles")))], "'miles', a number that no purchase declares"),
    ([earn(POINT.per(1, lc.ItemNumber("miles")))], "'miles', a number that no item declares"),
    ([earn(POINT.per(1, lc.ItemNumber("category")))], "'category', a number that no item declares"),
    ([earn(POINT.per(1, lc.EventNumber("channel")))], "'channel', a number that no purchase declares"),
    ([earn(when=lc.TextOf("event", "shop").is_("x"))], "'shop', a text or flag that no purchase declares"),
    ([earn(when=lc.TextOf("event", "nights").is_("x"))], "'nights', a text or flag that no purchase declares"),
    ([earn(BASE.gives, where=lc.TextOf("item", "net").is_("x"))], "'net', a text or flag that no item declares"),
    ([earn(BASE.gives, where=lc.ItemNumber("miles").at_least(1))], "'miles', a number that no item declares"),
    ([earn(lc.Accrual(POINT, Line.quantity.sum(lc.TextOf("item", "x").is_("x"))))], "'x', a text or flag that no item"),
    ([earn(when=lc.EventNumber("miles").over(lc.month).at_least(1))], "'miles', a number that no event declares"),
    ([earn(when=~(APP & lc.TextOf("event", "shop").is_("x")))], "'shop', a text or flag"),
    ([earn(when=Custom())], "none of the library's"),
    ([earn(when=~Custom() & APP)], "none of the library's"),
    # words of another kind of event
    ([earn(on=Visit, when=APP)], "'channel', a text or flag that no activity declares"),
    ([earn(on=lc.Enrolment, when=APP)], "'channel', a text or flag that no enrolment declares"),
    ([earn(when=Visit.place.is_("x"))], "'place', a text or flag that no purchase declares"),
    ([earn(when=Visit.name.is_("review"))], "'name', a text or flag that no purchase declares"),
    ([earn(on=lc.Enrolment, when=Visit.name.is_("review"))], "'name', a text or flag that no enrolment declares"),
    ([earn(on=Visit, when=Order.nights.at_least(1))], "'nights', a number that no activity declares"),
    ([earn(when=Visit.minutes.at_least(1))], "'minutes', a number that no purchase declares"),
    ([earn(POINT.per(1, Visit.minutes))], "'minutes', a number that no purchase declares"),
    ([earn(POINT.per(1, Order.nights), on=Visit)], "'nights', a number that no activity declares"),
    ([earn(POINT.per(1, Visit.minutes), on=lc.Enrolment)], "'minutes', a number that no enrolment declares"),
    ([earn(on=Visit, when=Order.net.at_least(USD(5)))], "is on activity, which has none"),
    ([earn(BASE.gives, on=Visit)], "is on activity, which has none"),
    ([earn(BASE.gives, on=lc.Enrolment)], "is on enrolment, which has none"),
    ([earn(on=Visit), lc.Boost("b", "x2", of="x", when=APP)], "boost b asks for 'channel'"),
    # comparisons
    ([earn(when=Order.channel.is_(True))], "compares channel with True, but it is a str"),
    ([earn(BASE.gives, where=Line.gift.is_("yes"))], "compares gift with 'yes', but it is a bool"),
    ([earn(BASE.gives, where=Line.gift.is_in([True, "yes"]))], "compares gift with 'yes', but it is a bool"),
    ([earn(when=lc.setting("newsletter").is_true())], "compares newsletter with True, but it is a str"),
    ([earn(on=Visit, when=Visit.name.is_(True))], "compares name with True, but it is a str"),
    ([earn(when=Order.net.at_least(5))], "compares USD with 5 of no unit"),
    ([earn(when=Order.count.at_least(USD(5)))], "compares a plain number with 5 USD"),
    ([earn(when=Order.net.at_least(POINT(5)))], "compares USD with 5 point"),
    ([earn(BASE.gives, where=Line.net.at_least(5))], "compares USD with 5 of no unit"),
    ([earn(BASE.gives, where=Line.quantity.at_least(USD(5)))], "compares a plain number with 5 USD"),
    ([earn(POINT.per(1, Line.net))], "compares USD with 1 of no unit"),
    ([earn(POINT(1).per_full(5, Line.net))], "compares USD with 5 of no unit"),
    ([earn(POINT.bands(Line.net, {0: 1, 5: 2}))], "compares USD with 5 of no unit"),
    ([earn(POINT.milestones(Line.net, {5: POINT(2)}))], "compares USD with 5 of no unit"),
    # tiers
    ([earn(when=lc.in_tier("status", "gold"))], "asks for ladder 'status', which the program does not have"),
    ([STATUS, earn(when=lc.in_tier("status", "black"))], "asks for tier 'black', but ladder status has base, gold"),
    ([STATUS, BASE, lc.Boost("b", lc.by_tier("status", {"black": "x2"}), of="base")], "asks for tier 'black'"),
    ([BASE, lc.Boost("b", lc.by_tier("status", {"gold": "x2"}), of="base")], "asks for ladder 'status'"),
    ([lc.Ladder("s", by=Order.net.over(lc.year), tiers={"a": 0, "b": 5})], "tier b of ladder s compares USD with 5"),
    ([lc.Ladder("s", by=POINT.earned(lc.year), tiers={"a": 0})], "measures unit 'point', which no rule gives"),
    ([lc.Ladder("s", by=lc.EventNumber("x").over(lc.year), tiers={"a": 0})], "'x', a number that no event declares"),
    # boosts
    ([lc.Boost("b", "x2", of="base")], "boost b is of 'base', which is no rule that earns"),
    ([lc.Reward("cup", POINT(5)), lc.Boost("b", "x2", of="cup")], "which is no rule that earns"),
    ([earn(), lc.Boost("b", "x2", of="x", where=COFFEE)], "boost b picks items, but x gives for the whole event"),
    ([BASE, lc.Boost("b", "x2", of="base", where=lc.TextOf("item", "x").is_("x"))], "boost b asks for 'x'"),
    # lanes
    ([lc.Lane("l", of=["base"])], "lane l is of 'base', which is no rule that earns per purchase"),
    ([STATUS, lc.Lane("l", of=["status"])], "which is no rule that earns per purchase"),
    ([earn(over=lc.month), lc.Lane("l", of=["x"])], "which is no rule that earns per purchase"),
    ([earn(on=lc.Enrolment), lc.Lane("l", of=["x"])], "which is no rule that earns per purchase"),
    ([BASE, lc.Lane("l", of=["base"]), lc.Lane("m", of=["base"])], "rule base is in lanes l and m"),
    ([earn(limit=lc.times(1, per=lc.day)), lc.Lane("l", of=["x"])], "has a limit per window, but stands in lane l"),
    *(
        ([BASE, earn(**{"gives": POINT(5), **other}), lc.Lane("l", of=["base", "x"])], "what a lane gives is one lot")
        for other in (
            {"gives": STAR(5)},
            {"pending": lc.days(3)},
            {"expires": lc.never},
            {"taking_back": lc.write_off},
        )
    ),
    ([BASE, lc.Lane("l", of=["base"], limit=lc.at_most(POINT(5), per=lc.item))], "lane l is limited per item"),
    ([lc.Pay("p", POINT(1), USD(1), where=Line.net.at_least(POINT(1)))], "reward p compares USD"),
    # limits
    ([earn(limit=MONTHLY(POINT(4)))], "rule x gives 5 point at a time, but at most 4 point"),
    ([earn(POINT(5).per_full(USD(9), Line.net), limit=MONTHLY(POINT(4)))], "gives 5 point at a time"),
    ([earn(POINT.per(1, Order.count), limit=MONTHLY(STAR(4)))], "gives point, but is limited in star"),
    ([earn(limit=MONTHLY(POINT(9), each=Visit.place))], "limit of rule x asks for 'place', a text or flag that no"),
    ([earn(limit=MONTHLY(POINT(9), each=Visit.name))], "'name', a text or flag that no purchase declares"),
    ([earn(on=Visit, limit=MONTHLY(POINT(9), each=APP.subject))], "'channel', a text or flag that no activity"),
    ([earn(on=lc.Enrolment, limit=MONTHLY(POINT(9), each=Visit.name))], "'name', a text or flag that no enrolment"),
    ([earn(on=Visit, limit=MONTHLY(POINT(9), each=COFFEE.subject))], "of items, but is on activity, which has none"),
    ([earn(limit=MONTHLY(POINT(9), each=COFFEE.subject))], "picks items, but gives for the whole event"),
    ([earn(limit=MONTHLY(POINT(9), name="n")), earn(name="y", limit=MONTHLY(POINT(8), name="n"))], "limit n of y is"),
    (
        [earn(limit=MONTHLY(POINT(9), name="n")), lc.Reward("mug", POINT(3), limit=MONTHLY(POINT(9), name="n"))],
        "limit n of mug is another than that of x",
    ),
    (
        [lc.Reward(name, POINT(3), limit=lc.times(size, per=lc.day, name="n")) for name, size in (("a", 1), ("b", 2))],
        "limit n of b is another than that of a",
    ),
    (
        [BASE, lc.Lane("l", of=["base"], limit=MONTHLY(POINT(9), name="n")), earn(limit=MONTHLY(POINT(8), name="n"))],
        "limit n of x is another than that of l; use one value",
    ),
    (
        [earn(limit=MONTHLY(POINT(9), name="n")), earn(STAR(5), name="y", limit=MONTHLY(POINT(9), name="n"))],
        "rule y gives star, but is limited in point",
    ),
    ([earn(limit=SHARE(STAR.per(USD(1), Order.net)))], "gives point, but is limited in star"),
    ([earn(limit=SHARE(lc.Accrual(POINT, Order.net)))], "is limited to USD as point; say at what rate"),
    ([earn(limit=SHARE(POINT.per(USD(1), Order.net.over(lc.year))))], "limit it by what the event has"),
    ([earn(limit=SHARE(POINT.per(1, Visit.minutes)))], "'minutes', a number that no purchase declares"),
    (
        [earn(BASE.gives, limit=lc.at_most(POINT.per(1, Order.nights), per=lc.item))],
        "limit it by what the event has, and per item by what items have",
    ),
]


def test_limits_that_cut_what_is_given_in_one_go_are_taken_where_the_rest_waits_or_items_add_up():
    waiting = lc.at_most(POINT(4), per=lc.month, otherwise=lc.defer(1))
    by_steps = earn(POINT(5).per_full(USD(9), Line.net), name="y", limit=lc.at_most(POINT(4), per=lc.item))

    assert club(earn(limit=waiting), by_steps)
    assert club(earn(POINT.per(1, Order.count), limit=MONTHLY(POINT(1))))


@pytest.mark.parametrize(("rules", "message"), REFUSED, ids=[f"{at}-{row[1]}" for at, row in enumerate(REFUSED)])
def test_a_program_that_contradicts_itself_is_refused(rules, message):
    with pytest.raises(lc.InvalidProgram) as caught:
        club(*rules)

    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("other", [Stay, Tip])
def test_a_number_that_is_another_in_purchases_than_in_activities_is_refused(other):
    with pytest.raises(lc.InvalidProgram, match="number 'nights' is another in purchases than in activities"):
        club(activities=other)


CLUB = {"name": "club", "version": "1", "rules": ()}


@refusals.table(
    [
        *((Terms, {**CLUB, "name": bad}, lc.InvalidValue) for bad in ("", None, 5, "é")),
        *((Terms, {**CLUB, "version": bad}, lc.InvalidValue) for bad in ("", None, 1, 10**5000)),
        *((Terms, {**CLUB, "rules": bad}, lc.InvalidValue) for bad in (None, 5, BASE, "ab")),
        *(
            (Terms, {**CLUB, "timezone": bad}, lc.InvalidValue)
            for bad in ("Europe/Atlantis", "", None, 5, "../etc/passwd")
        ),
        *(
            (Terms, {**CLUB, "currency": bad}, lc.InvalidValue)
            for bad in ("USD", None, POINT, USD(5), lc.Unit("USD", 2))
        ),
        *(
            (Terms, {**CLUB, "items": bad}, lc.InvalidValue)
            for bad in (Order, lc.Purchase, None, "Line", dict, Order.schema())
        ),
        *((Terms, {**CLUB, "purchases": bad}, lc.InvalidValue) for bad in (Line, Visit, lc.Event, None, Line.schema())),
        *((Terms, {**CLUB, "activities": bad}, lc.InvalidValue) for bad in (Line, Order, lc.Enrolment, None, 5)),
        *((Terms, {**CLUB, "taking_back": bad}, lc.InvalidValue) for bad in (None, "keep", "", [], 10**5000)),
    ]
)
def test_what_makes_no_program_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_a_vocabulary_is_a_value_of_what_may_be_asked():
    words = FULL.vocabulary

    assert words == Vocabulary(
        USD, Line.schema(), Order.schema(), Visit.schema(), FULL.units, {"status": ("base", "gold")}, FULL.lanes.given()
    )
    assert words.field("item", "category") == lc.Text()
    assert words.field("event", "channel", "activity") is None
    assert words.field("event", "minutes") == lc.Number(missing=0)
