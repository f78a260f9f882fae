"""An exchange turns any amount of a unit into another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, USD, Order, date, day, program
from test_interpreted import Told

MILE = lc.Unit("mile")
RATE = lc.Exchange("miles", POINT(100), MILE(44))
LADDER = lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(100)})
BY_TIER = lc.price_by_tier("status", {"gold": POINT(2)}, otherwise=POINT(3))


def member(exchange, *rules, points=2000):
    """A member with points, who exchanges them; each decision is told by both forms."""
    ada = Told(program(exchange, *rules))
    ada.gets("gift", day(1), POINT(points))
    return ada


def asks(ada, id, amount, at=2):
    return ada.does(lc.Redemption(id, at=day(at), reward="miles", amount=amount))


@pytest.mark.parametrize(
    "exchange",
    [
        RATE,
        lc.Exchange("miles", BY_TIER, lc.Issue(MILE(1), expires=lc.years(1)), minimum=POINT(500), step=POINT(50)),
        lc.Exchange("miles", POINT(3), MILE(1), maximum=POINT(9), rounding=lc.half_up, asking=lc.floor, limit=None),
        lc.Exchange("miles", POINT(3), MILE(1), bonus={POINT(60_000): MILE(5000)}),
    ],
    ids=range(4),
)
def test_an_exchange_is_a_value(exchange):
    values.check(exchange)


def test_what_comes_of_it_is_in_proportion_and_rounded_down():
    ada = member(RATE)

    asks(ada, "a", POINT(1500))

    assert (ada.has(MILE), ada.has()) == ("660", "500")
    assert [entry.kind for entry in ada.answer.entries] == ["redemption", "spend", "earn"]
    asks(ada, "b", POINT(19))
    assert (ada.has(MILE), ada.has()) == ("668", "481")


def test_what_an_amount_of_the_other_unit_takes_is_rounded_as_the_program_says():
    assert (RATE.gives_for(POINT(1500)), RATE.needs_for(MILE(1000))) == (MILE(660), POINT(2273))
    quirk = lc.Exchange("miles", POINT(100), MILE(44), asking=lc.floor)
    assert (quirk.needs_for(MILE(1000)), quirk.gives_for(POINT(2272))) == (POINT(2272), MILE(999))


PACKS = lc.Exchange("miles", POINT(3), MILE(1), bonus={POINT(60): MILE(5)})


@pytest.mark.parametrize(("points", "miles"), [(59, 19), (60, 25), (62, 25), (119, 44), (120, 50)])
def test_each_complete_amount_in_a_request_brings_so_much_on_top(points, miles):
    ada = member(PACKS)

    asks(ada, "a", POINT(points))

    assert ada.has(MILE) == str(miles)
    assert PACKS.gives_for(POINT(points)) == MILE(miles)


def test_two_requests_that_are_not_complete_bring_nothing_on_top():
    ada = member(PACKS)
    for id in ("a", "b"):
        asks(ada, id, POINT(59))
    assert ada.has(MILE) == "38"


@given(
    st.integers(1, 20),
    st.integers(1, 20),
    st.dictionaries(st.integers(1, 50), st.integers(1, 30), max_size=3),
    st.integers(0, 200),
)
def test_what_is_needed_with_a_bonus_is_the_least_that_comes_to_so_much(each, gives, bonus, miles):
    packs = {POINT(full): MILE(more) for full, more in bonus.items()}
    exchange = lc.Exchange("miles", POINT(each), MILE(gives), bonus=packs)

    needed = exchange.needs_for(MILE(miles)).minor

    assert exchange.gives_for(POINT(needed)).minor >= miles
    assert not needed or exchange.gives_for(POINT(needed - 1)).minor < miles


@pytest.mark.parametrize(("net", "miles"), [("0.00", "30"), ("100.00", "45")])
def test_the_rate_may_go_by_the_tier(net, miles):
    ada = member(lc.Exchange("miles", BY_TIER, MILE(1)), LADDER)
    ada.buys("p", day(2), net)
    asks(ada, "a", POINT(90), 3)
    assert ada.has(MILE) == miles
    assert BY_TIER.of("gold") == POINT(2)
    assert lc.Exchange("miles", BY_TIER, MILE(1)).gives_for(POINT(90), "gold") == MILE(45)


def test_the_rate_may_go_by_a_setting():
    rate = lc.price_by_setting("partner", {"bank": POINT(2)}, otherwise=POINT(3))
    ada = member(lc.Exchange("miles", rate, MILE(1)))
    asks(ada, "a", POINT(90))
    ada.does(lc.Settings("s", at=day(3), partner="bank"))
    asks(ada, "b", POINT(90), 4)
    assert ada.has(MILE) == "75"


@pytest.mark.parametrize(
    ("amount", "code", "missing"),
    [
        (POINT(499), "below-minimum", POINT(1)),
        (POINT(1501), "above-maximum", None),
        (POINT(575), "not-in-steps", POINT(25)),
        (POINT(600), None, None),
    ],
)
def test_an_amount_outside_the_terms_is_refused(amount, code, missing):
    ada = member(lc.Exchange("miles", POINT(3), MILE(1), minimum=POINT(500), maximum=POINT(1500), step=POINT(50)))
    refusal = asks(ada, "a", amount).refusal
    assert (refusal and refusal.code, refusal and refusal.missing) == (code, missing)


def test_what_would_come_to_nothing_is_refused():
    ada = member(RATE)
    refusal = asks(ada, "a", POINT(2)).refusal
    assert (refusal.code, refusal.missing) == ("below-minimum", POINT(3))


def test_more_than_there_is_or_to_whom_it_is_not_open_is_refused():
    ada = member(lc.Exchange("miles", POINT(100), MILE(44), when=lc.weekday("mon")))
    assert asks(ada, "a", POINT(100), 2).refusal.code == "not-open"
    assert asks(ada, "b", POINT(2001), 5).refusal.code == "insufficient"


def test_how_much_is_exchanged_may_be_limited():
    ada = member(lc.Exchange("miles", POINT(100), MILE(44), limit=lc.at_most(POINT(1000), per=lc.month)))
    codes = [(refused := asks(ada, f"x{at}", POINT(600), at).refusal) and refused.code for at in (2, 3, 40)]
    assert codes == [None, "limit-reached", None]


def test_an_exchange_that_is_undone_takes_back_what_it_gave():
    ada = member(RATE)
    asks(ada, "a", POINT(1500))
    ada.returns("u", day(3), "a")
    assert (ada.has(MILE), ada.has()) == ("0", "2000")


def test_what_it_gives_has_a_life_of_its_own():
    ada = member(lc.Exchange("miles", POINT(1), lc.Issue(STAR(3), pending=lc.days(2), expires=lc.months(1))))
    asks(ada, "a", POINT(10))
    (lot,) = ada.account.lots(STAR)
    assert (lot.left, lot.usable, lot.expires) == (STAR(30), day(4), date("2026-02-02 12:00"))


def test_a_rate_changes_on_a_day():
    before, after = (program(lc.Exchange("miles", POINT(1), MILE(by)), version=str(by)) for by in (3, 2))
    book = lc.Book([before, lc.Version(after, starts=day(10))])
    ada = Told(book)
    ada.gets("gift", day(1), POINT(20))
    asks(ada, "a", POINT(5), 9)
    asks(ada, "b", POINT(5), 10)
    assert ada.has(MILE) == "25"


def test_an_exchange_is_verified():
    ada = member(RATE)
    asks(ada, "a", POINT(1500))
    rows = list(ada.account.rows)
    assert lc.verify(ada.program, rows) is None
    rows[-1] = (*rows[-1][:5], 661, *rows[-1][6:])
    assert lc.verify(ada.program, rows).field == "amount"


def asked(**options):
    """Ask a program with an exchange, a reward and a payment for something."""
    rules = (RATE, lc.Reward("cup", POINT(1)), lc.Pay("pay", POINT(1), USD(1)))
    ada = Told(program(*rules))
    ada.gets("gift", day(1), POINT(500))
    kind = options.pop("kind", lc.Redemption)
    ada.does(kind("x", at=day(2), **options))


PLAIN = {"name": "miles", "each": POINT(1), "gives": MILE(1)}


@refusals.table(
    [
        *((lc.Exchange, {**PLAIN, "each": bad}, lc.InvalidValue) for bad in (5, None, POINT(0))),
        *((lc.Exchange, {**PLAIN, "gives": bad}, lc.InvalidValue) for bad in (5, "miles", MILE(0), (MILE(1), STAR(1)))),
        (lc.Exchange, {**PLAIN, "gives": POINT(1)}, lc.InvalidProgram),
        *((lc.Exchange, {**PLAIN, what: MILE(1)}, lc.InvalidValue) for what in ("minimum", "maximum", "step")),
        (lc.Exchange, {**PLAIN, "maximum": POINT(90), "step": POINT(100)}, lc.InvalidProgram),
        *((lc.Exchange, {**PLAIN, what: "up"}, lc.InvalidValue) for what in ("rounding", "asking")),
        *(
            (lc.Exchange, {**PLAIN, "bonus": bad}, lc.InvalidValue)
            for bad in (
                5,
                "all",
                [POINT(60)],
                {MILE(60): MILE(5)},
                {POINT(60): POINT(5)},
                {POINT(0): MILE(5)},
                {POINT(60): MILE(0)},
                [(POINT(60), MILE(5)), (POINT(60), MILE(6))],
            )
        ),
        (lc.Exchange, {**PLAIN, "bonus": {POINT(60): MILE(5)}, "asking": lc.floor}, lc.InvalidProgram),
        (lc.Exchange, {**PLAIN, "name": ""}, lc.InvalidValue),
        (lc.Exchange, {**PLAIN, "when": "gold"}, lc.InvalidValue),
        (lc.Exchange, {**PLAIN, "limit": lc.at_most(POINT(5), per=lc.purchase)}, lc.InvalidProgram),
        *((RATE.gives_for, {"amount": bad}, lc.InvalidValue) for bad in (MILE(1), 5, POINT(-1))),
        (RATE.needs_for, {"amount": POINT(1)}, lc.InvalidValue),
        *(
            (asked, {"reward": "miles", **bad}, lc.InvalidValue)
            for bad in (
                {},
                {"amount": "5.00"},
                {"amount": MILE(5)},
                {"amount": POINT(5), "times": 2},
                {"amount": POINT(0)},
            )
        ),
        (asked, {"kind": lc.Hold, "reward": "miles", "until": day(5)}, lc.InvalidValue),
        (asked, {"reward": "cup", "amount": POINT(5)}, lc.InvalidValue),
        (asked, {"reward": "pay", "amount": POINT(5)}, lc.InvalidValue),
        (
            lambda limit: program(lc.Exchange(**PLAIN, limit=limit)),
            {"limit": lc.at_most(MILE(1), per=lc.day)},
            lc.InvalidProgram,
        ),
        (lambda each: program(lc.Exchange("miles", each, MILE(1))), {"each": BY_TIER}, lc.InvalidProgram),
    ]
)
def test_an_exchange_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_what_is_exchanged_is_never_held():
    assert RATE.hold is None
