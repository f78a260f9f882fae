"""Awards: what one event is worth to a rule or a lane, with roundings, conditions, limits; figures by hand."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, day, held, program

PER_DOLLAR = lc.Earn("base", POINT.per(USD(1), Line.net))


def given_for(*rules, lines=("85.99",), **attributes):
    """The points of one purchase."""
    ada = Member(program(*rules))
    ada.buys("p", day(1), *lines, **attributes)
    return ada.account.balance(POINT).minor


@pytest.mark.parametrize(
    ("rule", "lines", "expected"),
    [
        (PER_DOLLAR, ("85.99",), 85),
        (PER_DOLLAR, (), 0),
        (PER_DOLLAR, ("0.50", "0.50"), 1),
        (lc.Earn("base", POINT(3).per(USD(2), Line.net)), ("85.99",), 128),
        (lc.Earn("base", POINT("1").per(USD("0.01"), Line.net)), ("0.99",), 99),
        (lc.Earn("base", POINT(5).per_full(USD(10), Line.net)), ("19.99", "9.99"), 10),
        (lc.Earn("base", POINT(5)), ("19.99",), 5),
        (lc.Earn("base", POINT(2).per_item(Line.category.is_("coffee"))), (coffee("1", quantity=3),), 6),
        (lc.Earn("base", POINT.per(1, Line.points)), ({"net": "1", "points": 7}, {"net": "1", "points": 4}), 11),
        (lc.Earn("base", POINT.bands(Line.net, {0: 1, USD(50): 2})), ("85.99",), 121),
        (lc.Earn("base", POINT.bands(Line.net, {0: 1, USD(50): 2}, lc.whole)), ("85.99",), 171),
        (lc.Earn("base", POINT.milestones(Line.net, {USD(50): POINT(5), USD(80): POINT(9)})), ("85.99",), 14),
        (lc.Earn("base", POINT.per(USD(1), Line.net).capped(POINT(50))), ("85.99",), 50),
        (lc.Earn("base", POINT.per(USD(1), Line.net - Line.cost)), ({"net": "10", "cost": "4"},), 6),
        (lc.Earn("base", POINT.per(USD(1), Line.net - Line.cost)), ({"net": "4", "cost": "10"},), 0),
        (lc.Earn("base", POINT.per(USD(1), Line.net * -1)), ("85.99",), 0),
        (lc.Earn("base", lc.Accrual(POINT, lc.Rated(Line.net.sum(), 1, "USD") + lc.Constant(-5))), ("85.99",), 80),
        (lc.Earn("base", lc.Accrual(POINT, lc.Rated(Line.net.sum(), 1, "USD") + lc.Constant(-5))), ("4.00",), 0),
        (lc.Earn("base", POINT.per(USD(1), Line.net), where=~Line.category.is_("coffee")), ("5.00", coffee("9.00")), 5),
        (lc.Earn("base", POINT.per(USD(1), Line.net), where=Line.net.at_least(USD(6))), ("5.00", coffee("9.00")), 9),
    ],
)  # fmt: skip
def test_what_a_rule_gives_for_a_purchase(rule, lines, expected):
    assert given_for(rule, lines=lines) == expected


@pytest.mark.parametrize(
    ("rounding", "net", "expected"),
    [
        (lc.floor, "2.50", 2),
        (lc.ceiling, "2.50", 3),
        (lc.ceiling, "2.01", 3),
        (lc.half_up, "2.50", 3),
        (lc.half_up, "2.49", 2),
        (lc.half_down, "2.50", 2),
        (lc.half_down, "2.51", 3),
        (lc.half_even, "2.50", 2),
        (lc.half_even, "3.50", 4),
    ],
)
def test_an_award_is_rounded_by_name_once(rounding, net, expected):
    assert given_for(lc.Earn("base", POINT.per(USD(1), Line.net), rounding=rounding), lines=(net,)) == expected


def test_with_the_stage_item_each_line_is_rounded_on_its_own():
    lines = ("0.60", "0.60", "1.90")

    assert given_for(lc.Earn("base", POINT.per(USD(1), Line.net), stage=lc.item), lines=lines) == 1
    assert given_for(lc.Earn("base", POINT.per(USD(1), Line.net), stage=lc.item, rounding=lc.half_up), lines=lines) == 4


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (lc.at_most(POINT(7), per=lc.item), 7 + 3 + 7),
        (lc.at_most(POINT(7), per=lc.item, otherwise=lc.reject), 0 + 3 + 0),
        (lc.at_most(POINT(20), per=lc.purchase), 20),
        (lc.at_most(POINT(30), per=lc.purchase), 23),
        (lc.at_most(POINT(20), per=lc.purchase, otherwise=lc.reject), 0),
        ([lc.at_most(POINT(7), per=lc.item), lc.at_most(POINT(15), per=lc.purchase)], 15),
    ],
)
def test_limits_per_item_and_per_purchase_are_part_of_the_award(limit, expected):
    rule = lc.Earn("base", POINT.per(USD(1), Line.net), limit=limit)

    assert given_for(rule, lines=("10.00", "3.00", "10.00")) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Order.net.at_least(USD(85)), 50),
        (Order.net.at_least(USD(86)), 0),
        (Order.channel.is_("app"), 50),
        (lc.weekday("fri"), 0),
    ],
)
def test_a_flat_award_is_given_where_its_condition_holds(when, expected):
    assert given_for(lc.Earn("bonus", POINT(50), when=when), channel="app") == expected
    assert (
        given_for(lc.Earn("bonus", POINT(50), when=when, limit=lc.at_most(POINT(60), per=lc.purchase)), channel="app")
        == expected
    )
    assert given_for(lc.Earn("bonus", POINT("1").per(USD(1), Line.net), when=when), channel="app") == (
        85 if expected else 0
    )


def test_a_declared_number_of_the_event_is_given_by():
    rule = lc.Earn("nights", POINT(10).per(1, Order.nights))

    assert given_for(rule, nights="2.5") == 25


def test_activities_and_enrolments_earn_by_rules_of_their_own():
    rules = program(
        lc.Earn("welcome", POINT(20), on=lc.Enrolment),
        lc.Earn("minutes", POINT.per(10, Visit.minutes), on=lc.Activity, when=Visit.name.is_("course")),
        PER_DOLLAR,
    )
    ada = Member(rules)
    ada.does(lc.Enrolment("e", at=day(1)))
    ada.does(Visit("v", at=day(2), name="course", minutes=45))
    ada.does(Visit("w", at=day(2), name="chat", minutes=45))

    assert held(ada.account) == {("welcome", "e"): 20, ("minutes", "v"): 4}


# Lanes.

APP = lc.Earn("app", POINT(25), when=Order.channel.is_("app"))
COFFEE = lc.Earn("coffee", POINT(2).per(USD(1), Line.net), where=Line.category.is_("coffee"))


@pytest.mark.parametrize(
    ("combine", "limit", "channel", "expected"),
    [
        ("sum", None, "app", 85 + 25 + 20),
        ("sum", None, "", 85 + 20),
        ("best", None, "app", 85),
        ("worst", None, "app", 20),
        ("worst", None, "", 20),
        ("first", None, "app", 25),
        ("first", None, "", 20),
        ("sum", lc.at_most(POINT(100), per=lc.purchase), "app", 100),
        ("sum", lc.at_most(POINT(200), per=lc.purchase), "app", 130),
        ("sum", lc.at_most(POINT(100), per=lc.purchase, otherwise=lc.reject), "app", 0),
        ("sum", lc.at_most(POINT(200), per=lc.purchase, otherwise=lc.reject), "app", 130),
        ("best", lc.at_most(POINT(80), per=lc.purchase), "app", 80),
        ("best", lc.at_most(POINT(80), per=lc.purchase, otherwise=lc.reject), "app", 0),
        ("sum", lc.at_most(POINT(60), per=lc.month), "app", 60),
    ],
)
def test_a_lane_combines_its_rules_and_then_its_limits_cut(combine, limit, channel, expected):
    lane = lc.Lane("all", of=["app", "coffee", "base"], combine=combine, limit=limit)
    ada = Member(program(APP, COFFEE, PER_DOLLAR, lane))

    ada.buys("p", day(1), "75.99", coffee("10.00"), channel=channel)

    assert held(ada.account) == ({("all", "p"): expected} if expected else {})


@pytest.mark.parametrize("combine", ["sum", "best", "worst", "first"])
def test_a_lane_of_which_no_rule_gives_gives_nothing(combine):
    lane = lc.Lane("all", of=["app", "coffee"], combine=combine)
    ada = Member(program(APP, COFFEE, lane))

    ada.buys("p", day(1), "75.99")

    assert ada.kinds() == ["purchase"]


def test_a_lane_stands_where_its_first_rule_does_and_entries_name_it():
    lane = lc.Lane("all", of=["coffee", "base"])
    ada = Member(program(COFFEE, APP, PER_DOLLAR, lane))

    ada.buys("p", day(1), coffee("10.00"), channel="app")

    assert [entry.rule for entry in ada.account.entries[1:]] == ["all", "app"]


TIERED = lc.Boost("tiered", lc.by_tier("status", {"gold": "x2"}), of="base")
LADDER = lc.Ladder("status", by=Order.count.over(lc.lifetime), tiers={"base": 0, "gold": 1})


@pytest.mark.parametrize(
    ("boosts", "expected"),
    [
        ([TIERED], 20),
        ([lc.Boost("big", "x3", of="base", when=Order.net.at_least(USD(10)))], 30),
        ([lc.Boost("big", "x3", of="base", when=Order.net.at_least(USD(11)))], 10),
        ([lc.Boost("every", "x1.5", of="base")], 15),
        ([lc.Boost("every", "+50%", of="base")], 15),
        ([lc.Boost("tiered", lc.by_tier("status", {"gold": "x2"}), of="base", when=Order.net.at_least(USD(10)))], 20),
        ([lc.Boost("tiered", lc.by_tier("status", {"gold": "+50%"}), of="base")], 15),
        ([lc.Boost("tiered", lc.by_tier("status", {"gold": "+50%"}), of="base", when=Order.net.at_least(USD(99)))], 10),
        ([lc.Boost("item", lc.by_tier("status", {"gold": "+50%"}), of="base", where=Line.gift.is_true())], 10),
        ([TIERED, lc.Boost("every", "x1.5", of="base")], 30),
    ],
)
@pytest.mark.parametrize("in_lane", [False, True])
def test_a_boosted_rule_gives_the_same_alone_and_in_a_lane(boosts, expected, in_lane):
    """In a sum a plain rate is compiled as data; it must not differ from the same rule compiled on its own."""
    lane = [lc.Lane("all", of=["base", "none"])] if in_lane else []
    none = lc.Earn("none", POINT(500), when=Order.channel.is_("nowhere"))
    ada = Member(program(PER_DOLLAR, none, LADDER, *lane, *boosts))
    ada.does(lc.Opening("o", at=day(1), tiers={"status": "gold"}))

    ada.buys("p", day(2), "10.00")

    assert ada.account.balance(POINT).minor == expected


@given(
    st.integers(0, 10**9),
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.sampled_from([lc.floor, lc.ceiling, lc.half_up, lc.half_down, lc.half_even]),
)
def test_an_award_is_the_exact_quotient_rounded(cents, per, rate, rounding):
    rule = lc.Earn("base", STAR(rate).per(USD(per), Line.net), rounding=rounding)
    ada = Member(program(rule))

    ada.buys("p", day(1), lc.Amount(USD, cents).decimal)

    exact = Fraction(cents, 100) * rate / per * 100
    wanted = {lc.floor: exact // 1, lc.ceiling: -(-exact // 1), lc.half_up: (exact + Fraction(1, 2)) // 1}
    assert ada.account.balance(STAR).minor == wanted.get(rounding, round(exact))


# Boosts that ask for nothing but the day are worked out once for each.

EASTER = lc.between(dt.date(2026, 4, 3), dt.date(2026, 4, 7))
MORNING = lc.between(day(95, 6), day(95, 12))
BY_THE_DAY = {
    "weekdays": lc.weekday("sat", "sun"),
    "other days": ~lc.weekday("sat", "sun"),
    "dates": EASTER,
    "days of both": EASTER & lc.weekday("mon", "tue"),
    "days of either": EASTER | lc.weekday("mon", "tue"),
    "hours": MORNING,
    "hours of a day": MORNING & lc.weekday("sun"),
}


@pytest.mark.parametrize("timezone", ["UTC", "America/New_York"])
@pytest.mark.parametrize("when", BY_THE_DAY)
def test_a_boost_by_the_clock_holds_when_its_condition_does(when, timezone):
    condition = BY_THE_DAY[when]
    boosts = [lc.Boost("double", "x2", of="base", when=condition), lc.Boost("more", "x3", of="app", when=condition)]
    app = lc.Earn("app", POINT.per(USD(1), Line.net))
    lane = lc.Lane("both", of=["base", "app"])
    rules = program(PER_DOLLAR, app, lane, *boosts, lc.Earn("flat", STAR(1), when=condition), timezone=timezone)
    ada = Member(rules)
    held_at = 0

    for number in range(4 * 24):
        at = day(92) + dt.timedelta(hours=3 * number)
        before = ada.account
        ada.buys(f"p{number}", at, "10.00")
        holds = ada.account.balance(STAR) > before.balance(STAR)
        held_at += holds
        assert ada.account.balance(POINT) - before.balance(POINT) == POINT(50 if holds else 20), at

    assert 0 < held_at < 4 * 24
