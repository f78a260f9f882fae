"""The interpreted form: what it stands on, and examples of each word, worked out by hand; the engine says the same."""

import datetime as dt
from fractions import Fraction
from types import SimpleNamespace
from typing import get_args

import pytest

import loyalcore as lc
from layers import LAYERS
from loyalcore import interpreted
from loyalcore.conditions import Condition
from loyalcore.entries import FACTS, POSTINGS
from loyalcore.expiry import Life
from loyalcore.instants import to_instant
from loyalcore.interpreted import histories, ladders, lives, questions, windows, words
from loyalcore.interpreted.deciding import DECIDES
from loyalcore.interpreted.editions import editions
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Unread
from loyalcore.measures import Constant, Measure
from loyalcore.terms import Rule
from loyalcore.windows import Past, Previous, Rolling, Standing
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, date, day, order, program
from test_house import MODULES

#: What turns a program into functions, and what stands on that.
COMPILER = ("engine", "program", "replay", "bindings", "readings", "verify", "codec", "stores")

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))


class Told(Member):
    """A member whose events the interpreted form decides; the engine has to say the same."""

    def does(self, event, now=None):
        self.agree(
            self.program.decide(self.account, event, now), interpreted.decide(self.program, self.account, event, now)
        )
        return self.answer

    def waits(self, until):
        self.agree(self.program.advance(self.account, until), interpreted.advance(self.program, self.account, until))
        return self.answer

    def agree(self, engine, form):
        assert (form.entries, form.account, form.known) == (engine.entries, engine.account, engine.known)
        one, other = ((each.code, each.missing) if each else None for each in (form.refusal, engine.refusal))
        assert one == other
        self.answer, self.account = form, form.account


def told(*rules, **terms):
    return Told(program(*rules, **terms))


def gave(member):
    """What the last answer gave and took, in smallest parts."""
    return [(each.kind, each.amount) for each in member.answer.entries if hasattr(each, "amount")]


# What it stands on.


def test_it_shares_nothing_with_the_compiler():
    own = [module for module in MODULES if module.name.partition(".")[0] == "interpreted"]
    imported = {found.own.partition(".")[0] for module in own for found in module.imports() if found.own}

    assert len(own) > 5
    assert imported & set(COMPILER) == set()


def test_it_stands_above_the_compiler_on_the_map():
    rows = {name: number for number, row in enumerate(LAYERS) for name in row}

    assert all(rows["interpreted"] < rows[name] for name in COMPILER)


# Every word has a clause.


def words_of(base):
    below = {each for direct in base.__subclasses__() for each in [direct, *words_of(direct)]}
    return {each for each in below if getattr(each, "__final__", False) and each.__module__.startswith("loyalcore.")}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (words_of(Condition), {*questions.holds.registry, *questions.falls.registry}),
        (set(get_args(Past)), {*get_args(Standing), Rolling, Previous}),
        (words_of(Measure), {*questions.read.registry, *questions.shaped.registry}),
        (set(get_args(Life)), set(lives.end_of_life.registry)),
        (set(get_args(Rule)), set(words.READS)),
        (set(FACTS), set(DECIDES)),
    ],
    ids=["conditions", "windows", "measures", "lives", "rules", "events"],
)
def test_every_word_has_a_clause(given, read):
    assert len(given) >= 4
    assert given - read == set()


@pytest.mark.parametrize("kind", POSTINGS)
def test_every_kind_of_posting_is_told(kind):
    lot = ("earn", 0, 0, "base", "point", 9, 8, 99, 0, None)
    wanted = {"unit": "point", "pieces": (0, 1), "units": 5, "until": 7, "deadline": 7, "sums": (), "slides": ()}
    row = (kind, *(wanted.get(name, 0) for name in POSTINGS[kind]))

    assert Holdings([lot, row], editions(TERMS)).rows == [lot, row]


def test_a_row_of_an_unknown_kind_is_refused():
    with pytest.raises(lc.CorruptLedger, match="row 0 is of no kind that the interpreted form knows"):
        Holdings([("prophecy", 0)], editions(TERMS))


class Unheard:
    """A word that nobody has heard of."""

    limit = ()


TERMS = program(BASE, lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(100)}))
CASE = questions.Case(TERMS, "purchase", 0, {}, (), {})


@pytest.mark.parametrize(
    "read",
    [
        lambda word: questions.holds(word, CASE),
        lambda word: questions.read(word, CASE),
        lambda word: questions.falls(word, None, 0),
        lambda word: lives.end_of_life(word, Holdings([], editions(TERMS)), TERMS, 0),
        lambda word: windows.bounds(TERMS, word, 0, None),
        lambda word: ladders.met(word, Holdings([], editions(TERMS)), 0),
        lambda word: histories.freeze(Holdings([], editions(TERMS)), TERMS, [word], 0),
        lambda word: words.check_read(SimpleNamespace(rules=[word])),
    ],
    ids=["condition", "measure", "schedule", "life", "window", "requirement", "moment", "rule"],
)
def test_a_word_without_a_clause_is_refused_rather_than_read_wrong(read):
    with pytest.raises(Unread, match=r"the interpreted form has no clause for .* of Unheard; add one"):
        read(Unheard())


def test_a_choice_of_a_rule_that_is_not_read_is_refused_rather_than_overlooked(monkeypatch):
    monkeypatch.setitem(words.READS, lc.Earn, words.READS[lc.Earn] - {"pending"})
    plain, pending = program(BASE), program(lc.Earn("late", POINT(1), pending=lc.days(3)))

    assert interpreted.advance(plain, plain.open("ada"), day(1)).entries == ()
    with pytest.raises(Unread, match="no clause for pending of Earn"):
        interpreted.advance(pending, pending.open("ada"), day(1))


# Measures and shapes: what is given for a latte of 4.50 and two teas of 8.00 together.

LATTE, TEAS = coffee("4.50", cost="1.00", points=2), {"net": "8.00", "quantity": 2, "category": "tea", "cost": "3.00"}
COFFEE = Line.category.is_("coffee")


@pytest.mark.parametrize(
    ("gives", "points"),
    [
        (POINT(25), 25),
        (POINT.per(USD(1), Line.net), 12),
        (POINT(3).per(USD(1), Line.net), 37),
        (POINT.per(USD(1), Line.net.sum(COFFEE)), 4),
        (POINT(5).per_full(USD(5), Line.net), 10),
        (POINT(7).per_item(Line.category.is_("tea")), 14),
        (POINT(2).per(1, Order.nights), 5),
        (POINT(1).per(1, Line.points), 2),
        (POINT.bands(Line.net, {0: 1, USD(10): 2}), 15),
        (POINT.bands(Line.net, {0: 1, USD(10): 2}, lc.whole), 25),
        (POINT.bands(Line.net, {0: 1, USD("12.50"): 2}, lc.whole), 25),
        (POINT.bands(Line.net - Line.net * 2, {0: 1, USD(10): 2}), 0),
        (POINT.bands(Line.net - Line.net * 2, {0: 1, USD(10): 2}, lc.whole), 0),
        (POINT.bands(Line.net, {0: 1, 2: "3"}, by=Line.quantity), 20),
        (POINT.bands(Line.net, {0: 1, 3: "3"}, lc.whole, by=Line.quantity), 37),
        (POINT.bands(Line.net, {0: 1, 3: "3"}, lc.whole, by=Line.quantity.sum() * -1), 12),
        # Two pieces at 1 and the third at 3 are 5/3 on average: 20.8333 lies between the hundredths.
        (POINT.milestones(POINT.bands(Line.net, {0: 1, 2: 3}, by=Line.quantity).measure, {"20.8331": POINT(5)}), 5),
        (POINT.milestones(POINT.bands(Line.net, {0: 1, 2: 3}, by=Line.quantity).measure, {"20.8334": POINT(5)}), 0),
        (POINT.milestones(Line.net, {USD(5): POINT(10), USD("12.50"): POINT(20), USD(13): POINT(40)}), 30),
        (POINT.per(USD(1), Line.net - Line.cost), 8),
        (POINT.per(USD(1), Line.cost - Line.net), 0),
        (POINT.per(USD(1), Line.net * "0.5"), 6),
        (POINT.per(USD(1), Line.net.sum().at_most_of(Constant(USD(10)))), 10),
        (POINT.per(USD(1), Line.cost.sum().at_least_of(Line.net.sum(COFFEE))), 4),
        (POINT.per(USD(1), Line.net).capped(POINT(10)), 10),
    ],
)
def test_what_a_rule_gives(gives, points):
    ada = told(lc.Earn("rule", gives))

    ada.buys("p", day(1), LATTE, TEAS, nights="2.5")

    assert ada.has() == str(points)


@pytest.mark.parametrize(
    ("options", "points"),
    [
        ({"where": COFFEE}, 4),
        ({"where": ~COFFEE}, 8),
        ({"rounding": lc.ceiling}, 13),
        ({"rounding": lc.half_up}, 13),
        ({"rounding": lc.half_down}, 12),
        ({"rounding": lc.half_even}, 12),
        ({"rounding": lc.ceiling, "stage": lc.item}, 13),
        ({"rounding": lc.half_even, "stage": lc.item}, 12),
        ({"limit": lc.at_most(POINT(10), per=lc.purchase)}, 10),
        ({"limit": lc.at_most(POINT(10), per=lc.purchase, otherwise=lc.reject)}, 0),
        ({"limit": lc.at_most(POINT(5), per=lc.item)}, 9),
        ({"limit": lc.at_most(POINT(5), per=lc.item, otherwise=lc.reject)}, 4),
        ({"when": lc.never_true}, 0),
    ],
)
def test_how_a_rule_gives(options, points):
    ada = told(lc.Earn("rule", POINT.per(USD(1), Line.net), **options))

    ada.buys("p", day(1), LATTE, TEAS)

    assert ada.has() == str(points)


# Conditions: day(1) is Thursday, the first of January 2026.


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (lc.always, True),
        (lc.never_true, False),
        (Order.channel.is_("app"), True),
        (~Order.channel.is_in({"app", "web"}), False),
        (Order.express.is_true(), False),
        (Order.channel.is_("app") & ~Order.express.is_true(), True),
        (Order.channel.is_("web") | Order.express.is_true(), False),
        (Order.net.at_least(USD("12.50")), True),
        (Order.net.more_than(USD("12.50")), False),
        (Order.net.at_most(USD("12.49")), False),
        (Order.net.below(USD("12.51")), True),
        (Order.net.is_(USD("12.50")), True),
        (~Order.net.is_(USD("12.50")), False),
        (Line.net.sum(COFFEE & Line.net.at_least(USD(5))).more_than(USD(0)), False),
        (Line.quantity.sum(Line.quantity.more_than(1)).is_(2), True),
        (lc.weekday("thu"), True),
        (lc.weekday("sat", "sun"), False),
        (lc.between(dt.date(2026, 1, 1), dt.date(2026, 1, 2)), True),
        (lc.between(None, dt.date(2026, 1, 1)), False),
        (lc.between(day(1), None), True),
        (lc.weekday("thu", zone="Pacific/Auckland"), False),
        (lc.weekday("fri", zone="Pacific/Auckland"), True),
        (lc.weekday("thu", zone=lc.setting("zone")), True),
        (lc.day_of_month(1), True),
        (lc.day_of_month(-31), True),
        (lc.day_of_month(-1, 2), False),
        (lc.month_of_year("jan"), True),
        (lc.month_of_year("feb", "dec"), False),
        (lc.time_of_day("12:00", "13:00"), True),
        (lc.time_of_day("11:00", "12:00"), False),
        (lc.time_of_day("22:00", "12:30"), True),
        (lc.recurring("FREQ=WEEKLY;COUNT=3", start=dt.date(2025, 12, 25)), True),
        (lc.recurring("FREQ=WEEKLY;COUNT=1", start=dt.date(2025, 12, 25)), False),
        (lc.recurring("FREQ=DAILY;UNTIL=20260102T090000", start=dt.date(2026, 1, 1), at="10:00"), True),
        (lc.recurring("FREQ=DAILY;UNTIL=20260101T090000Z", start=dt.date(2025, 12, 31), at="09:00"), True),
        (lc.recurring("FREQ=DAILY;UNTIL=20260101T085959Z", start=dt.date(2025, 12, 31), at="09:00"), False),
        (Order.net.over(lc.previous(lc.month)).is_(USD(0)), True),
        (lc.ordinal.is_(1), True),
        (POINT.bands(Line.net, {0: 1, 2: 3}, by=Line.quantity).measure.at_least("20.8331"), True),
        (POINT.bands(Line.net, {0: 1, 2: 3}, by=Line.quantity).measure.at_least("20.8334"), False),
        (POINT.balance.at_least(POINT(1)), False),
        (lc.setting("letter").is_(""), True),
        (lc.in_tier("status", "base"), True),
        (Order.net.over(lc.month).is_(USD(0)), True),
        (POINT.earned(lc.rolling(days=30)).at_least(POINT(1)), False),
    ],
)
def test_what_a_condition_asks(condition, holds):
    ada = told(
        lc.Earn("rule", POINT(1), when=condition),
        lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(100)}),
    )

    ada.buys("p", day(1), LATTE, TEAS, channel="app")

    assert ada.has() == str(int(holds))


def test_what_is_asked_of_the_history_is_what_was_before_the_event():
    ada = told(
        BASE,
        lc.Earn("third", STAR(1), when=lc.ordinal.is_(3)),
        lc.Earn("letter", STAR(2), when=lc.setting("letter").is_("yes")),
        lc.Earn("rich", STAR(4), when=POINT.balance.at_least(POINT(20))),
        lc.Earn("loyal", STAR(8), when=Line.net.sum(COFFEE).over(lc.rolling(days=10)).at_least(USD(10))),
        lc.Earn("visitor", STAR(16), when=Visit.minutes.over(lc.month).at_least(5)),
        lc.Earn("earner", STAR(32), when=POINT.earned(lc.since(day(3))).at_least(POINT(1))),
        lc.Earn("frequent", STAR(64), when=Order.count.over(lc.lifetime).at_least(2)),
    )

    ada.buys("p1", day(1), coffee("20.00"))
    assert ada.has(STAR) == "0.00"
    ada.does(lc.Settings("s", at=day(2), letter="yes"))
    ada.does(Visit("v", at=day(2), name="visit", minutes=5))
    ada.buys("p2", day(3), "1.00")
    assert ada.has(STAR) == "30.00"
    ada.buys("p3", day(12), "1.00")
    assert ada.has(STAR) == "149.00"


class Parcel(lc.Item):
    weight = lc.Number(missing=0)


class Shipment(lc.Purchase):
    weight = lc.Number(missing=0)


def test_numbers_of_one_name_are_counted_apart_for_items_and_events():
    ada = Told(
        lc.Program(
            "post",
            version="1",
            items=Parcel,
            purchases=Shipment,
            rules=[
                lc.Earn("of items", POINT(1), when=Parcel.weight.over(lc.month).at_least(5)),
                lc.Earn("of events", POINT(10), when=Shipment.weight.over(lc.month).at_least(5)),
            ],
        )
    )

    ada.does(Shipment("p", at=day(1), weight=7, items=[Parcel("a", "1.00", weight=3)]))
    ada.does(Shipment("q", at=day(2), weight=7, items=[Parcel("a", "1.00", weight=3)]))
    ada.does(Shipment("r", at=day(3)))

    assert [e.amount for e in ada.account.entries if e.kind == "earn"] == [10, 1, 10]


# Boosts, lanes, limits, windows.


@pytest.mark.parametrize(
    ("boosts", "points"),
    [
        ([{"by": "+100%"}], 20),
        ([{"by": "x1.5"}], 15),
        ([{"by": "+50%"}, {"by": "+50%"}, {"by": "x2"}], 40),
        ([{"by": "+100%", "where": COFFEE}], 16),
        ([{"by": "+100%", "where": COFFEE, "when": Order.express.is_true()}], 10),
        ([{"by": "x2", "where": COFFEE, "when": ~Order.express.is_true()}, {"by": "+50%"}], 24),
        ([{"by": lc.by_tier("status", {"gold": "x2"})}], 10),
        ([{"by": lc.by_tier("status", {"base": "x3", "gold": "x2"}), "where": COFFEE}], 22),
    ],
)
def test_boosts_add_to_the_base_and_multiply_before_the_one_rounding(boosts, points):
    ada = told(
        BASE,
        lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(100)}),
        *(lc.Boost(f"boost {place}", of="base", **boost) for place, boost in enumerate(boosts)),
    )

    ada.buys("p", day(1), coffee("6.00"), "4.00")

    assert ada.has() == str(points)


@pytest.mark.parametrize(("combine", "points"), [("sum", 42), ("best", 30), ("worst", 2), ("first", 10)])
def test_a_lane_combines_what_its_rules_give(combine, points):
    ada = told(
        lc.Earn("none", POINT(5), when=lc.never_true),
        lc.Earn("ten", POINT(10)),
        lc.Earn("thirty", POINT(30)),
        lc.Earn("two", POINT(2)),
        lc.Lane("lane", of=["none", "ten", "thirty", "two"], combine=combine),
    )

    ada.buys("p", day(1), "1.00")

    assert gave(ada) == [("earn", points)]


@pytest.mark.parametrize(
    ("limit", "given"),
    [
        (lc.at_most(POINT(25), per=lc.month), [10, 10, 5, 0, 10]),
        (lc.at_most(POINT(25), per=lc.month, otherwise=lc.reject), [10, 10, 0, 0, 10]),
        (lc.times(1, per=lc.month), [10, 0, 0, 0, 10]),
        (lc.at_most(POINT(15), per=lc.rolling(days=12)), [10, 5, 10, 5, 10]),
        (lc.times(1, per=lc.since(day(15))), [10, 10, 10, 0, 0]),
        (lc.at_most(POINT(45), per=lc.lifetime), [10, 10, 10, 10, 5]),
    ],
)
def test_a_limit_cuts_by_the_room_that_is_left(limit, given):
    ada = told(lc.Earn("ten", POINT(10), limit=limit))

    found = []
    for number in (1, 10, 20, 30, 40):
        ada.buys(f"p{number}", day(number), "1.00")
        found.append(sum(amount for _, amount in gave(ada)))

    assert found == given


@pytest.mark.parametrize(
    ("gives", "given"),
    [
        (POINT(1).per(USD(1), Line.net), [0, 1, 1, 0]),
        (POINT.bands(Line.net, {0: 1, USD(2): 10}, lc.whole), [0, 1, 22, 0]),
        (POINT.per(USD("0.10"), Line.net).capped(POINT(20)), [9, 9, 2, 9]),
        (POINT.milestones(Order.count, {1: POINT(5), 3: POINT(50)}), [5, 0, 50, 5]),
    ],
)
def test_a_rule_over_a_window_gives_the_change_of_what_the_window_comes_to(gives, given):
    ada = told(lc.Earn("rule", gives, over=lc.month), timezone="Europe/Istanbul")

    found = []
    for number in (1, 10, 20, 40):
        ada.buys(f"p{number}", day(number), "0.90" if number != 20 else "0.50")
        found.append(sum(amount for _, amount in gave(ada)))

    assert found == given


def test_what_a_window_keeps_is_whole_under_every_boost():
    ada = told(
        lc.Earn("base", POINT.per(USD(1), Line.net), over=lc.year),
        lc.Earn("visits", POINT(3), over=lc.year),
        lc.Earn("nights", POINT(1).per(1, Order.nights), over=lc.year),
        lc.Boost("third", lc.by_tier("status", {"base": "+33%", "gold": "x1.1"}), of="base", where=COFFEE),
        lc.Boost("quarter", "+25%", of="base", when=Order.express.is_true()),
        lc.Boost("half", "x1.5", of="visits"),
        lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(100)}),
    )

    ada.buys("p", day(1), coffee("10.00"), "1.00", nights="1.5", express=True)

    # 10 x 1.58 + 1 x 1.25 = 17.05, 3 x 1.5 = 4.5, and 1.5 nights, each floored.
    assert gave(ada) == [("earn", 17), ("earn", 4), ("earn", 1)]


@pytest.mark.parametrize(
    ("window", "given"),
    [
        (lc.month.beginning(day=15), [10, 10, 0, 0]),
        (lc.week.beginning(day="sun", at="13:00"), [10, 10, 10, 10]),
        (lc.iso_year, [10, 0, 0, 0]),
        (lc.cycle(lc.days(30), since=dt.date(2026, 1, 11)), [10, 10, 0, 10]),
        (lc.anniversary(months=1), [10, 0, 10, 0]),
        (lc.cycle(lc.weeks(4), since=lc.first("visit")), [10, 10, 0, 10]),
        (lc.anniversary(years=1, of=lc.opened), [10, 0, 0, 0]),
    ],
)
def test_windows_that_begin_elsewhere_or_are_counted_from_an_anchor(window, given):
    ada = told(
        lc.Earn("ten", POINT(10), limit=lc.times(1, per=window)),
        lc.Earn("first", STAR.milestones(Order.count, {1: STAR(1)}), over=window),
        lc.Earn("loyal", STAR(8), when=Order.net.over(window).at_least(USD(1))),
        lc.Earn("faithful", STAR(16), when=Order.net.over(lc.previous(window)).at_least(USD(1))),
        lc.Earn("visits", STAR(3), on=lc.Activity, over=window),
        lc.Earn("welcome", STAR(5), on=lc.Enrolment, limit=lc.times(1, per=window)),
        lc.Expiry(STAR, lc.end_of(window, after=lc.days(1), further=1)),
        lc.Ladder("status", by=Order.count.over(window), tiers={"base": 0, "silver": 1, "gold": 5}),
    )

    found = [10]
    ada.buys("p1", day(2), "1.00")
    ada.does(Visit("v1", at=day(10), name="visit"))
    ada.does(Visit("v2", at=day(11), name="visit"))
    ada.does(lc.Enrolment("e", at=day(20)))
    for number in (18, 21, 45):
        ada.buys(f"p{number}", day(number), "1.00")
        found.append(sum(e.amount for e in ada.answer.entries if e.kind == "earn" and e.rule == "ten"))
    ada.returns("r", day(46), "p1")
    ada.waits(day(500))

    assert found == given


def test_an_opening_says_since_when_windows_are_counted():
    visits = lc.cycle(lc.weeks(2), since=lc.first("visit"))
    ladder = lc.Ladder("status", by=Order.net.over(lc.anniversary(years=1)), tiers=TIERS)
    spring = Order.count.over(lc.since(day(10)))
    ada = told(
        ladder,
        lc.Earn("early", POINT(5), when=Order.net.over(lc.previous(visits)).at_least(USD(7))),
        lc.Earn("spring", POINT(50), when=spring.at_least(1)),
    )
    tallies = [
        lc.OpeningTally(spring, 1, day(9)),
        lc.OpeningTally(ladder.by, USD(150), day(3)),
        lc.OpeningTally(Order.net.over(visits), USD(7), day(4)),
        lc.OpeningTally(Order.net.over(lc.previous(visits)), USD(1), day(20)),
    ]

    ada.does(lc.Opening("o", at=day(21), tallies=tallies, joined=date("2025-06-15"), firsts={"visit": day(1)}))
    assert tiers(ada) == [("silver", day(21), date("2026-06-15"))]
    ada.buys("p", day(22), "1.00")
    assert ada.has() == "5"


def test_a_choice_of_a_zone_is_read_when_an_event_is_judged():
    ada = told(lc.Earn("friday", POINT(1), when=lc.weekday("fri", zone=lc.setting("zone"))))

    ada.buys("p", day(1, 22), "1.00")
    ada.does(lc.Settings("s", at=day(1, 22), zone="Asia/Tokyo", colour="red"))
    ada.buys("q", day(1, 22), "1.00")

    assert ada.has() == "1"


# Returns.


def test_a_return_takes_back_what_is_not_earned_by_the_items_kept():
    ada = told(BASE, lc.Boost("double", "+100%", of="base", when=Order.net.at_least(USD(10))))
    ada.buys("p", day(1), {"net": "9.00", "quantity": 3}, "3.00", "0.50")
    assert ada.has() == "25"

    ada.returns("r1", day(2), "p", {"a": 1})
    assert ada.has() == "9"
    ada.returns("r2", day(3), "p", ["b"])
    assert ada.has() == "6"
    ada.returns("r3", day(4), "p")
    assert (ada.has(), ada.answer.entries[-1].kind) == ("0", "take")


def test_a_purchase_never_holds_more_than_it_was_given_and_gets_back_what_a_return_had_taken():
    ada = told(lc.Earn("rule", POINT.bands(Line.net, {0: 2, USD(10): "0.1"}, lc.whole)))
    ada.buys("p", day(1), "9.00", "40.00")
    assert ada.has() == "4"
    ada.returns("r", day(2), "p", ["b"])
    assert ada.has() == "4"

    odd = lc.Earn("odd", POINT.bands(Line.net, {0: 1, USD(5): 0, USD(8): 1}, lc.whole))
    bob = told(odd)
    bob.buys("p", day(1), "3.00", "3.00", "3.00")
    bob.returns("r", day(2), "p", ["a"])
    assert gave(bob) == [("take", 9)]
    bob.returns("s", day(3), "p", ["b"])
    assert gave(bob) == [("earn", 3)]


@pytest.mark.parametrize(
    ("policy", "taken", "balance"),
    [
        (lc.debt, (10, 0, 10, 0), "15"),
        (lc.other_lots, (10, 0, 0, 0), "15"),
        (lc.clamp, (10, 0, 0, 0), "15"),
        (lc.write_off, (0, 0, 0, 10), "25"),
    ],
)
def test_units_that_were_spent_are_taken_back_by_policy(policy, taken, balance):
    ada = told(lc.Earn("base", POINT.per(USD(1), Line.net), taking_back=policy), lc.Reward("cup", POINT(10)))
    ada.buys("p", day(1), "10.00")
    ada.redeems("x", day(2), "cup")
    ada.buys("q", day(3), "20.00")
    ada.buys("s", day(3), "5.00")

    entry = ada.returns("r", day(4), "p").entries[-1]

    assert (entry.amount, entry.lapsed, entry.debt, entry.written) == taken
    assert ada.has() == balance


def test_units_that_expired_cost_nothing_when_they_are_taken_back_and_once_only():
    ada = told(BASE, lc.Expiry(POINT, lc.days(10)))
    ada.buys("p", day(1), "6.00", "4.00")

    first = ada.returns("r1", day(20), "p", ["b"]).entries[-1]
    second = ada.returns("r2", day(21), "p").entries[-1]

    assert (first.amount, first.lapsed, second.amount, second.lapsed) == (0, 4, 0, 6)


def test_a_window_takes_back_from_its_own_lots_newest_first():
    ada = told(lc.Earn("base", POINT.per(USD(1), Line.net), over=lc.month), lc.Expiry(POINT, lc.days(10)))
    ada.buys("p1", day(1), "5.00")
    ada.buys("p2", day(9), "5.00")

    entry = ada.returns("r", day(15), "p1").entries[-1]

    assert (entry.amount, entry.lapsed, entry.pieces) == (5, 0, (3, 5))


def test_money_refunded_comes_off_what_an_item_cost_and_off_nothing_else():
    ada = told(BASE, lc.Earn("pieces", STAR(1).per_item()))
    ada.buys("p", day(1), {"net": "9.00", "quantity": 3}, "3.00")

    ada.does(lc.Return("r", at=day(2), of="p", refunds={"a": "2.50"}))
    assert (ada.has(), ada.has(STAR)) == ("9", "4.00")
    ada.does(lc.Return("s", at=day(3), of="p", items={"a": 1}, refunds={"a": "1.00", "b": "3.00"}))
    assert (ada.has(), ada.has(STAR)) == ("2", "3.00")
    for id_, refunds in (("t", {"a": "2.51"}), ("u", {"b": "0.01"}), ("v", {"z": "1.00"})):
        assert ada.does(lc.Return(id_, at=day(4), of="p", refunds=refunds)).refusal.code == "not-kept"
    ada.returns("w", day(5), "p", {"a": 1})
    assert (ada.has(), ada.has(STAR)) == ("0", "2.00")


def test_a_window_keeps_what_was_added_where_the_rule_speaks_of_the_purchase():
    ada = told(
        lc.Earn("app", POINT.per(USD(1), Line.net), over=lc.month, when=Order.channel.is_("app")),
        lc.Earn("spring", STAR(1), over=lc.since(day(60))),
    )
    ada.buys("p", day(1), "1.00")
    ada.buys("q", day(2), "2.00", channel="app")
    ada.returns("r", day(3), "p")
    ada.returns("s", day(4), "q")

    assert [(e.rule, e.amount) for e in ada.account.entries if e.kind in ("earn", "take")] == [("app", 2), ("app", 2)]


# Units: debt, maturity, expiry, rewards.


def test_earnings_pay_debt_first_and_what_is_owed_stops_spending():
    ada = told(BASE, lc.Reward("cup", POINT(10)), lc.Pay("pay", each=POINT(3), worth=USD("0.10")))
    ada.buys("p", day(1), "30.00")
    ada.redeems("x", day(2), "cup", times=2)
    ada.redeems("y", day(2), "pay", amount="0.25")
    assert gave(ada) == [("spend", 8)]
    ada.returns("r", day(3), "p")
    assert ada.has() == "-28"
    assert ada.redeems("z", day(4), "cup").refusal.missing == POINT(28)
    ada.buys("q", day(5), "30.00")
    assert ada.has() == "2"
    assert ada.redeems("z", day(6), "cup").refusal.missing == POINT(8)
    assert ada.gets("g", day(6), POINT(-3)).refusal.missing == POINT(1)
    ada.gets("g", day(6), POINT(-2))
    assert ada.has() == "0"


def test_spent_units_come_back_into_their_lots_after_debt():
    ada = told(BASE, lc.Reward("cup", POINT(10)))
    ada.buys("p", day(1), "6.00")
    ada.buys("q", day(1), "4.00")
    ada.redeems("x", day(2), "cup")
    ada.returns("r", day(3), "p")

    entry = ada.returns("s", day(4), "x").entries[-1]

    assert (entry.kind, entry.repaid, entry.pieces) == ("restore", 6, (3, 4))
    assert ada.has() == "4"


def test_pending_units_mature_and_pay_debt_then():
    ada = told(
        lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.days(14)),
        lc.Expiry(POINT, lc.days(365)),
        lc.Earn("brief", STAR(1), pending=lc.days(14), expires=lc.days(3)),
        lc.Earn("now", POINT(2), when=Order.channel.is_("app")),
        lc.Reward("cup", POINT(2)),
    )
    ada.buys("p", day(1), "5.00")
    ada.buys("q", day(2), channel="app")
    ada.redeems("x", day(3), "cup")
    ada.returns("r", day(3), "q")
    assert ada.has() == "-2"

    ada.waits(day(20))

    assert [(e.kind, e.at) for e in ada.answer.entries] == [("expire", day(4)), ("mature", day(15))]
    assert ada.has() == "3"
    ada.buys("late", day(1), "1.00", now=day(20))
    assert gave(ada)[0] == ("earn", 1)
    assert ada.has() == "4"


@pytest.mark.parametrize(
    ("life", "end"),
    [
        (lc.days(10), day(11)),
        (lc.hours(5), day(1, 17)),
        (lc.end_of(lc.month), date("2026-02-01")),
        (lc.end_of(lc.quarter, after=lc.months(3)), date("2026-07-01")),
        (lc.never, None),
    ],
)
def test_when_units_end(life, end):
    ada, bob = told(BASE, lc.Expiry(POINT, life)), told(lc.Earn("base", POINT(5), expires=life))

    for member in (ada, bob):
        member.buys("p", day(1), "5.00")
        assert member.answer.entries[-1].expires == end
        member.waits(date("2027-01-01"))
        assert member.has() == ("5" if end is None else "0")
    assert ada.gets("g", date("2026-01-01 12:00"), POINT(1), now=date("2027-01-01")).entries[1].expires == end


def test_activity_keeps_units_alive_and_what_comes_after_the_deadline_starts_a_new_one():
    ada = told(BASE, lc.Expiry(POINT, lc.inactivity(lc.days(30))), lc.Reward("cup", POINT(2)))
    ada.buys("p", day(1), "5.00")
    ada.does(Visit("v", at=day(20), name="visit"))
    ada.redeems("x", day(40), "cup")
    ada.buys("late", day(2), "1.00", now=day(41))
    ada.waits(day(80))
    assert [(e.kind, e.at, e.amount) for e in ada.answer.entries] == [("expire", day(70), 3), ("expire", day(70), 1)]

    ada.returns("s", day(90), "x")
    assert [(e.kind, e.at) for e in ada.answer.entries][-1] == ("expire", day(70))
    ada.gets("g", day(95), POINT(7))
    ada.returns("t", day(96), "late")
    ada.does(lc.Enrolment("e", at=day(100)))
    ada.waits(day(126))
    assert ada.answer.entries[-1].at == day(125)


def test_units_given_back_after_their_deadline_end_with_it():
    ada = told(BASE, lc.Expiry(POINT, lc.inactivity(lc.days(30))), lc.Reward("cup", POINT(2)))
    ada.buys("p", day(1), "5.00")
    ada.redeems("x", day(2), "cup")
    ada.buys("q", day(60), "5.00")

    ada.returns("s", day(61), "x")

    assert [(e.kind, e.at) for e in ada.answer.entries][-1] == ("expire", day(32))
    assert ada.has() == "5"


def test_units_given_back_after_several_deadlines_end_with_the_last_that_was_set_too_late():
    ada = told(lc.Expiry(POINT, lc.inactivity(lc.days(7))), lc.Reward("cup", POINT(15)))
    ada.gets("g", day(1), POINT(40))
    ada.redeems("x1", day(2), "cup")
    ada.redeems("x2", day(3), "cup")

    ends = []
    for number, of in ((30, "x1"), (60, "x2")):
        ada.buys(f"p{number}", day(number))
        ada.returns(f"r{number}", day(number + 15), of)
        ends.append(ada.answer.entries[-1].at)

    assert ends == [day(10), day(37)]


@pytest.mark.parametrize(("claim", "spent"), [(lc.once, [10]), (lc.repeatedly, [10, 10, 10])])
def test_rewards_that_nobody_has_to_ask_for(claim, spent):
    ada = told(BASE, lc.Reward("cup", POINT(10), claim=claim), lc.Reward("mug", POINT(1)))

    ada.buys("p", day(1), "35.00")

    assert [amount for kind, amount in gave(ada) if kind == "spend"] == spent


# Tiers.

TIERS = {"base": 0, "silver": USD(100), "gold": USD(300)}


def tiers(member):
    return [(e.tier, e.at, e.until) for e in member.account.entries if e.kind == "tier"]


@pytest.mark.parametrize(
    ("how", "entered"),
    [
        ({}, [("gold", day(1), date("2026-02-01")), ("base", date("2026-02-01"), None)]),
        (
            {"downgrade": lc.one_step},
            [
                ("gold", day(1), date("2026-02-01")),
                ("silver", date("2026-02-01"), date("2026-03-01")),
                ("base", date("2026-03-01"), None),
            ],
        ),
        ({"downgrade": lc.never_down}, [("gold", day(1), None)]),
        ({"review": lc.at_once}, [("gold", day(1), date("2026-02-01")), ("base", day(3), None)]),
    ],
)
def test_tiers_over_a_calendar_window(how, entered):
    ada = told(lc.Ladder("status", by=Order.net.over(lc.month), tiers=TIERS, **how))
    ada.buys("p", day(1), "400.00")
    ada.returns("r", day(3), "p")
    ada.waits(date("2026-04-01"))

    assert tiers(ada) == entered


@pytest.mark.parametrize(
    ("how", "entered"),
    [
        ({}, [("gold", day(2), None), ("silver", day(31), None), ("base", day(32), None)]),
        ({"downgrade": lc.never_down}, [("gold", day(2), None)]),
        ({"downgrade": lc.one_step}, [("gold", day(2), None), ("silver", day(31), None), ("base", day(32), None)]),
    ],
)
def test_tiers_over_a_rolling_window(how, entered):
    ada = told(lc.Ladder("status", by=Order.net.over(lc.rolling(days=30)), tiers=TIERS, **how))
    ada.buys("p", day(1), "200.00")
    ada.buys("q", day(2), "110.00")
    ada.waits(day(90))

    assert tiers(ada) == [("silver", day(1), None), *entered]


def test_a_late_purchase_is_judged_by_the_tier_of_its_moment():
    ada = told(
        BASE,
        lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base"),
        lc.Ladder("status", by=POINT.earned(lc.lifetime), tiers={"base": 0, "gold": POINT(100)}),
    )
    ada.buys("p", day(10), "100.00")
    ada.buys("late", day(9), "5.00", now=day(20))
    ada.buys("q", day(21), "5.00")

    assert [e.amount for e in ada.account.entries if e.kind == "earn"] == [100, 5, 10]


# Openings, and events of all kinds.


def test_an_opening_sets_lots_tiers_and_tallies():
    ladder = lc.Ladder("status", by=Order.net.over(lc.rolling(days=30)), tiers=TIERS)
    ada = told(BASE, lc.Expiry(POINT, lc.days(10)), ladder, lc.Earn("fourth", STAR(1), when=lc.ordinal.is_(4)))
    opening = lc.Opening(
        "o",
        at=day(1),
        lots=[lc.OpeningLot(POINT(5)), lc.OpeningLot(STAR(2), expires=day(3))],
        tiers={"status": "silver"},
        tallies=[lc.OpeningTally(ladder.by, USD(90), day(1)), lc.OpeningTally(ladder.by, USD(250))],
        purchases=3,
    )

    ada.does(opening)
    assert (ada.has(), ada.has(STAR), ada.account.tier("status")) == ("5", "2.00", "gold")
    assert ada.does(lc.Opening("again", at=day(2))).refusal.code == "not-first"
    ada.buys("p", day(4), "1.00")
    assert (ada.has(), ada.has(STAR)) == ("6", "1.00")
    ada.waits(day(60))
    assert tiers(ada)[-1] == ("base", day(31), None)


def test_rules_for_joining_and_for_activities():
    ada = told(
        lc.Earn("welcome", POINT(50), on=lc.Enrolment),
        lc.Earn("minutes", POINT.per(10, Visit.minutes), on=lc.Activity, when=Visit.place.is_("here")),
        lc.Earn("visits", STAR.milestones(Order.count, {2: STAR(1)}), on=lc.Activity, over=lc.lifetime),
    )

    ada.does(lc.Enrolment("e", at=day(1)))
    ada.does(Visit("v", at=day(2), name="visit", place="here", minutes=25))
    ada.does(Visit("w", at=day(3), name="visit", place="there", minutes=25))

    assert (ada.has(), ada.has(STAR)) == ("52", "1.00")
    ada.returns("r", day(4), "v")
    assert (ada.has(), ada.has(STAR)) == ("50", "0.00")


def test_an_event_counts_once_and_a_changed_one_is_a_conflict():
    ada = told(BASE, lc.Reward("cup", POINT(2)))
    ada.buys("p", day(1), "5.00")
    ada.redeems("x", day(2), "cup")

    assert ada.buys("p", day(1), "5.00").known
    assert [e.kind for e in ada.redeems("x", day(2), "cup").entries] == ["redemption", "spend"]
    for event in (
        order("p", day(1), "6.00"),
        order("p", day(2), "5.00"),
        order("p", day(1), "5.00", channel="app"),
        lc.Enrolment("p", at=day(1)),
        lc.Redemption("x", at=day(2), reward="cup", times=2),
    ):
        with pytest.raises(lc.EventConflict) as engine:
            ada.program.decide(ada.account, event)
        with pytest.raises(lc.EventConflict) as form:
            interpreted.decide(ada.program, ada.account, event)
        if form.value.field == "items":
            # Of items the engine says which, and what of it.
            assert (form.value.recorded, form.value.given) == (engine.value.recorded, engine.value.given)
        else:
            assert str(form.value) == str(engine.value)


@pytest.mark.parametrize(
    ("of", "items", "code"),
    [
        ("nowhere", None, "unknown-purchase"),
        ("e", None, "not-returnable"),
        ("gone", None, "nothing-left"),
        ("gone", ["a"], "nothing-left"),
        ("v", ["z"], "not-kept"),
        ("revoked", None, "nothing-left"),
        ("p", ["z"], "not-kept"),
        ("p", {"a": 2}, "not-kept"),
        ("x", ["a"], "not-kept"),
        ("undone", None, "nothing-left"),
    ],
)
def test_returns_that_are_refused(of, items, code):
    ada = told(BASE, lc.Reward("cup", POINT(2)))
    ada.does(lc.Enrolment("e", at=day(1)))
    ada.buys("p", day(1), "5.00")
    ada.buys("gone", day(1), "5.00")
    ada.buys("empty", day(1))
    ada.does(Visit("v", at=day(1), name="visit"))
    ada.does(Visit("revoked", at=day(1), name="visit"))
    ada.returns("r0", day(1), "revoked")
    ada.redeems("x", day(2), "cup")
    ada.redeems("undone", day(2), "cup")
    for id_, each in (("r1", "gone"), ("r2", "empty"), ("r3", "undone")):
        ada.returns(id_, day(3), each)

    assert ada.returns("r", day(4), of, items).refusal.code == code


# What it does not take.


def test_a_purchase_of_another_program_is_left_to_that_one():
    ada = told(BASE)
    ada.buys("p", day(1), "5.00")
    other = program(BASE, version="2")

    with pytest.raises(lc.UnknownProgram, match="purchase 'p' was judged by program"):
        interpreted.decide(other, ada.account, lc.Return("r", at=day(2), of="p"))


def test_an_account_from_a_snapshot_is_refused_since_it_knows_no_whole_history():
    ada = told(BASE)
    ada.buys("p", day(1), "5.00")
    account = lc.restore(ada.account.snapshot(day(9)))

    with pytest.raises(lc.InvalidValue, match="knows 0 of its 2 entries"):
        interpreted.advance(ada.program, account, day(10))


class Other(lc.Purchase):
    pass


LADDER = lc.Ladder("status", by=Order.net.over(lc.year), tiers=TIERS)


@pytest.mark.parametrize(
    "event",
    [
        Other("p", at=day(1)),
        Order("p", at=day(1), items=[lc.Item("a", "1.00")]),
        lc.Activity("v", at=day(1), name="visit"),
        lc.Redemption("x", at=day(1), reward="castle"),
        lc.Redemption("x", at=day(1), reward="base"),
        lc.Redemption("x", at=day(1), reward="cup", amount="1.00"),
        lc.Hold("h", at=day(1), reward="pens", until=day(2)),
        lc.Redemption("x", at=day(1), reward="pay"),
        lc.Redemption("x", at=day(1), reward="pay", amount="1.00", times=2),
        lc.Redemption("x", at=day(1), reward="pay", amount="0"),
        lc.Adjustment("g", at=day(1), amount=STAR(1), reason="a gift"),
        lc.Opening("o", at=day(1), lots=[lc.OpeningLot(STAR(1))]),
        lc.Opening("o", at=day(1), tiers={"status": "black"}),
        lc.Opening("o", at=day(1), tiers={"rank": "gold"}),
        lc.TierAdjustment("t", at=day(1), ladder="rank", tier="gold", reason="gift"),
        lc.TierAdjustment("t", at=day(1), ladder="status", tier="black", reason="gift"),
        lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Order.net.over(lc.month), USD(1))]),
        lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Order.net.over(lc.year), 1)]),
        lc.Settings("s", at=day(1), zone="Nowhere/Else"),
        Order("p", at=day(1), channel="nowhere"),
        lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Order.net.over(lc.year), lc.Money("USD", 3)("0.001"))]),
    ],
)
def test_what_a_program_has_no_words_for_is_refused_by_both(event):
    asks = lc.weekday("mon", zone=lc.setting("zone")) | ~lc.weekday("tue", zone=Order.channel)
    shop = program(
        BASE,
        LADDER,
        lc.Earn("monday", POINT(1), when=asks & lc.weekday("mon", "tue")),
        lc.Boost("tokyo", "x2", of="base", when=lc.weekday("mon", zone="Asia/Tokyo")),
        lc.Reward("cup", POINT(2)),
        lc.Reward("pens", POINT(2), pieces=3),
        lc.Pay("pay", each=POINT(1), worth=USD(1)),
    )

    with pytest.raises(lc.InvalidValue):
        shop.decide(shop.open("ada"), event)
    with pytest.raises(lc.InvalidValue, match="asks for what program shop has not"):
        interpreted.decide(shop, shop.open("ada"), event)


def test_a_deadline_that_an_older_program_set_ends_what_there_is_when_it_comes_and_nothing_after_it():
    ada = told(BASE, lc.Expiry(POINT, lc.inactivity(lc.days(30))))
    ada.does(Visit("v", at=day(1), name="visit"))

    ada.program = program(BASE, version="2")
    ada.buys("p", day(20), "5.00")
    ada.waits(day(40))
    assert ada.answer.entries[-1].kind == "expire"
    assert ada.answer.entries[-1].at == day(31)

    for version in ("2", "3"):
        ada.program = program(BASE, version=version)
        ada.buys(f"p{version}", day(60), "5.00")
    ada.waits(day(900))
    assert ada.has() == "10"


def test_moments_are_frozen_in_the_order_in_which_rules_ask_for_them():
    shop = program(
        lc.Earn("base", POINT.per(USD(1), Line.net), when=lc.setting("letter").is_("yes") & lc.ordinal.is_(1)),
        lc.Boost("times", lc.by_tier("status", {"gold": "x2"}), of="base"),
        lc.Boost("items", "+10%", of="base", where=COFFEE, when=POINT.balance.at_least(POINT(1))),
        lc.Boost("adds", "+50%", of="base", when=Order.net.over(lc.month).at_least(USD(1))),
        LADDER,
    )
    ada = Told(shop)

    ada.buys("p", day(1), "5.00")

    assert ada.answer.entries[0].frozen == (1, "", 0, 0, "base")
    asked = [name.partition("(")[0] for name in shop.frozen_names()]
    assert asked == ["Ordinal", "setting letter", "Over", "Balance", "tier status"]


def test_a_case_reads_numbers_exactly():
    case = questions.Case(TERMS, "purchase", to_instant(day(1)), {"nights": 25}, ({"net": 1250, "points": 3},), {})

    assert questions.measured(Order.nights, case) == Fraction(5, 2)
    assert questions.measured(Line.net - Line.net * "0.2", case) == 10


def test_what_a_recurrence_gives_ends_with_its_last_moment_in_utc():
    evenings = lc.recurring("FREQ=DAILY;UNTIL=20260105T000000Z", start=dt.date(2026, 1, 1), at="20:00")
    ada = Told(program(lc.Earn("evening", POINT(1), on=lc.began(evenings)), timezone="America/New_York"))
    ada.does(lc.Enrolment("e", at=day(1)))
    ada.waits(day(20))
    ada.does(lc.Settings("s", at=day(21), x="y"))

    # The one of 4 January would begin at one in the morning of the fifth, in UTC.
    assert ada.account.balance(POINT) == POINT(3)


def test_a_purchase_that_is_told_by_its_net_alone_has_items_with_all_that_may_be_missing():
    class Line(lc.Item):
        category = lc.Text(missing="")
        points = lc.Number(missing="2")

    rules = lc.Earn("base", POINT.per(1, Line.points), where=~Line.category.is_("gift"))
    ada = Told(lc.Program("net", version="1", items=Line, rules=[rules]))

    ada.does(lc.Purchase("p", at=day(1), net=5))

    assert ada.has() == "2"
