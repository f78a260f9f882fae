"""Rules that earn, their boosts, and lanes are values, checked when they are made."""

from fractions import Fraction
from functools import partial

import pytest

import loyalcore as lc
import refusals
import values
from loyalcore.returning import check_taking_back
from strategies import POINT, USD, Line, Order, Visit

BASE = POINT.per(USD(1), Line.net)
COFFEE, APP = Line.category.is_("coffee"), Order.channel.is_("app")

RULES = [
    lc.Earn("base", BASE),
    lc.Earn("app", POINT(25), when=APP, limit=lc.times(1, per=lc.day), taking_back=lc.write_off),
    lc.Earn(
        "sure",
        BASE,
        pending=lc.until(lc.Activity.name.is_("delivered"), within=lc.days(30), then=lc.days(14)),
        expires_from=lc.maturing,
    ),
    lc.Earn("bonus", POINT(100), on_return=lc.in_proportion),
    lc.Earn("coffee", BASE, where=COFFEE, stage=lc.item, rounding=lc.half_up, pending=lc.days(14)),
    lc.Earn("yearly", POINT.bands(Order.net, {0: "1%", USD(500): "5%"}, lc.whole), over=lc.year),
    lc.Earn("review", POINT(5), on=lc.Activity, expires=lc.end_of(lc.month)),
    lc.Earn("welcome", POINT(100), on=lc.Enrolment, expires=lc.never),
    lc.Boost("double", "+100%", of="base"),
    lc.Boost("monday", "x1.5", of="base", where=COFFEE, when=lc.weekday("mon")),
    lc.Boost("gold", lc.by_tier("status", {"silver": "x1.25", "gold": "+50%"}), of="base"),
    lc.Lane("shop", of=["base", "app"], combine="best", limit=[lc.at_most(POINT(500), per=lc.month)]),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_a_value(rule):
    values.check(rule)


def test_an_amount_is_given_for_each_event():
    assert lc.Earn("app", POINT(25)) == lc.Earn("app", lc.Accrual(POINT, lc.Count() * 25))


@pytest.mark.parametrize(
    ("kind", "on"),
    [
        (lc.Purchase, "purchase"),
        (Order, "purchase"),
        (Visit, "activity"),
        (lc.Activity, "activity"),
        (lc.Enrolment, "enrolment"),
        ("purchase", "purchase"),
    ],
)
def test_a_rule_is_on_a_kind_of_event_named_by_its_class(kind, on):
    assert lc.Earn("x", POINT(5), on=kind).on == on


def test_one_limit_is_a_list_of_one():
    limit = lc.times(1, per=lc.day)

    assert lc.Earn("x", POINT(5), limit=limit) == lc.Earn("x", POINT(5), limit=[limit])
    assert lc.Earn("x", POINT(5)).limit == lc.Earn("x", POINT(5), limit=None).limit == ()


def test_limits_of_different_kinds_or_windows_stand_beside_each_other():
    limits = (TWENTY, lc.times(2, per=lc.month), lc.at_most(POINT(5), per=lc.day))

    assert lc.Earn("x", POINT(5), limit=limits).limit == limits


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("+50%", lc.Factor(True, Fraction(1, 2))),
        ("+12.5%", lc.Factor(True, Fraction(1, 8))),
        ("+0%", lc.Factor(True, Fraction(0))),
        ("x1.5", lc.Factor(False, Fraction(3, 2))),
        ("x2", lc.Factor(False, Fraction(2))),
    ],
)
def test_a_boost_adds_or_multiplies_and_says_which(text, factor):
    assert lc.Factor.read(text) == factor
    assert lc.Factor.read(factor) is factor
    assert lc.Boost("b", text, of="base").by == factor


def test_the_order_of_tiers_does_not_count():
    assert lc.by_tier("status", {"a": "x2", "b": "x3"}) == lc.by_tier("status", {"b": "x3", "a": "x2"})
    assert lc.ByTier("status", [("b", "x3"), ("a", "x2")]) == lc.by_tier("status", {"a": "x2", "b": "x3"})


def test_the_order_of_a_lane_counts():
    assert lc.Lane("l", of=["a", "b"]) != lc.Lane("l", of=["b", "a"])


@pytest.mark.parametrize("policy", [lc.debt, lc.other_lots, lc.clamp, lc.write_off])
def test_three_policies_say_what_becomes_of_spent_units(policy):
    check_taking_back(policy, "a program")

    assert lc.Earn("x", POINT(5), taking_back=policy).taking_back == policy


NET, FEW = Order.net, lc.at_most(POINT(5), per=lc.month)
BANDS = {0: "1%", USD(500): "5%"}

SHARE = partial(lc.at_most, per=lc.month, freed=lc.rejudge)

NEVER_PAYS = {
    "a floored rate": lc.Earn("x", BASE),
    "of some items": lc.Earn("x", BASE, where=COFFEE & ~Line.gift.is_true()),
    "of items in the measure": lc.Earn("x", POINT(2).per_item(where=COFFEE)),
    "on some days": lc.Earn("x", BASE, when=lc.weekday("sat") | lc.between(None, None) | APP),
    "complete steps": lc.Earn("x", POINT(5).per_full(USD(10), NET)),
    "rising bands": lc.Earn("x", POINT.bands(NET, BANDS)),
    "rising bands of the whole": lc.Earn("x", POINT.bands(NET, BANDS, lc.whole)),
    "the smaller of two rates": lc.Earn("x", POINT.per(USD(1), NET.at_most_of(Line.cost))),
    "a declared number": lc.Earn("x", POINT(5).per(1, Order.nights)),
    "a limit per month": lc.Earn("x", BASE, limit=FEW),
    "so many times": lc.Earn("x", BASE, limit=lc.times(1, per=lc.day)),
    "a limit that waits": lc.Earn("x", BASE, limit=lc.at_most(POINT(5), per=lc.month, otherwise=lc.defer(1))),
    "times that wait": lc.Earn("x", BASE, limit=lc.times(1, per=lc.day, otherwise=lc.defer(9))),
    "a limit for each text of items": lc.Earn("x", BASE, limit=lc.at_most(POINT(5), per=lc.day, each=Line.brand)),
    "a limit judged again": lc.Earn("x", BASE, limit=lc.at_most(POINT(5), per=lc.month, freed=lc.rejudge)),
    "a share of the month": lc.Earn("x", BASE, limit=SHARE(POINT.per(USD(9), Line.cost))),
    "a month's bands that fall": lc.Earn("x", POINT.bands(NET, {0: "5%", USD(500): "1%"}), over=lc.month),
    "a month rounded up": lc.Earn("x", BASE, over=lc.month, rounding=lc.ceiling),
}

MAY_PAY = {
    "for each purchase": lc.Earn("x", POINT(5)),
    "for each purchase of a month": lc.Earn("x", POINT.milestones(Order.count, {2: POINT(5)}), over=lc.month),
    "a minimum spend": lc.Earn("x", BASE, when=NET.below(USD(40))),
    "a minimum price": lc.Earn("x", BASE, where=~Line.net.at_least(USD(5))),
    "a minimum price in the measure": lc.Earn("x", POINT(2).per_item(where=Line.net.below(USD(5)))),
    "a tier": lc.Earn("x", BASE, when=lc.in_tier("status", "gold")),
    "rounding up": lc.Earn("x", BASE, rounding=lc.ceiling),
    "rounding to the nearest": lc.Earn("x", BASE, rounding=lc.half_up),
    "bands that fall": lc.Earn("x", POINT.bands(NET, {0: "5%", USD(500): "1%"})),
    "milestones": lc.Earn("x", POINT.milestones(NET, {USD(5): POINT(5)})),
    "a difference": lc.Earn("x", POINT.per(USD(1), NET - Line.cost)),
    "the larger of two": lc.Earn("x", POINT.per(USD(1), NET.at_least_of(Line.cost))),
    "a cap": lc.Earn("x", BASE.capped(POINT(5))),
    "a limit per purchase": lc.Earn("x", BASE, limit=lc.at_most(POINT(5), per=lc.purchase)),
    "all or nothing, at last": lc.Earn(
        "x", BASE, limit=lc.at_most(POINT(5), per=lc.month, otherwise=lc.defer(2, otherwise=lc.reject))
    ),
    "a share of the month by visits": lc.Earn("x", BASE, limit=SHARE(POINT(5).per(1, Order.count))),
    "a share of the purchase": lc.Earn("x", BASE, limit=lc.at_most(POINT.per(USD(9), NET), per=lc.purchase)),
    "all or nothing": lc.Earn("x", BASE, limit=lc.at_most(POINT(5), per=lc.month, otherwise=lc.reject)),
}


@pytest.mark.parametrize("what", NEVER_PAYS)
def test_a_rule_of_which_the_whole_gives_most_says_so(what):
    assert not NEVER_PAYS[what].splitting_pays


@pytest.mark.parametrize("what", MAY_PAY)
def test_a_rule_that_may_give_more_for_two_halves_says_so(what):
    assert MAY_PAY[what].splitting_pays


EARN = {"name": "x", "gives": BASE}
BOOST = {"name": "x", "by": "x2", "of": "base"}
TWENTY = lc.at_most(POINT(20), per=lc.month)
LANE = {"name": "x", "of": ["base"]}
WAITING = lc.at_most(POINT(20), per=lc.month, otherwise=lc.defer(3))
UNTIL = lc.until(lc.Activity.name.is_("delivered"), within=lc.days(9))
AGAIN = lc.at_most(POINT(20), per=lc.month, freed=lc.rejudge)


@refusals.table(
    [
        *((lc.Earn, {**EARN, "name": bad}, lc.InvalidValue) for bad in ("", None, 5, "a\n", 10**5000)),
        *((lc.Earn, {**EARN, "gives": bad}, lc.InvalidValue) for bad in (25, None, POINT, Order.net, POINT(-5), "5%")),
        *((lc.Earn, {**EARN, "where": bad}, lc.InvalidValue) for bad in (APP, True, "coffee", Line.gift, len)),
        *((lc.Earn, {**EARN, "when": bad}, lc.InvalidValue) for bad in (COFFEE, True, "app", Order.channel)),
        *((lc.Earn, {**EARN, "over": bad}, lc.InvalidValue) for bad in (lc.item, None, lc.days(3), "month", 10**5000)),
        (lc.Earn, {**EARN, "over": lc.rolling(days=30)}, lc.InvalidProgram),
        *((lc.Earn, {**EARN, "pending": UNTIL, "limit": bad}, lc.InvalidProgram) for bad in (WAITING, AGAIN)),
        (lc.Earn, {**EARN, "over": lc.month, "limit": lc.times(1, per=lc.day)}, lc.InvalidProgram),
        *((lc.Earn, {**EARN, "on": bad}, lc.InvalidValue) for bad in (lc.Return, lc.Item, str, "return", None, 5, [])),
        *((lc.Earn, {**EARN, "limit": bad}, lc.InvalidValue) for bad in (5, "ab", [5], POINT(5), {"a": 1})),
        (lc.Earn, {**EARN, "limit": [lc.times(1, per=lc.day), lc.times(2, per=lc.day)]}, lc.InvalidProgram),
        (lc.Earn, {**EARN, "limit": lc.times(1, per=lc.purchase)}, lc.InvalidProgram),
        *((lc.Earn, {**EARN, "rounding": bad}, lc.InvalidValue) for bad in (round, "floor", None)),
        *((lc.Earn, {**EARN, "stage": bad}, lc.InvalidValue) for bad in ("item", None, lc.month)),
        *((lc.Earn, {**EARN, "pending": bad}, lc.InvalidValue) for bad in (14, lc.never, lc.month, 10**5000)),
        *((lc.Earn, {**EARN, "expires": bad}, lc.InvalidValue) for bad in (365, lc.inactivity(lc.days(3)), lc.month)),
        *((lc.Earn, {**EARN, "taking_back": bad}, lc.InvalidValue) for bad in ("keep", "", [], 10**5000)),
        (check_taking_back, {"value": None, "what": "a program"}, lc.InvalidValue),
        *((lc.Boost, {**BOOST, "name": bad}, lc.InvalidValue) for bad in ("", None)),
        *((lc.Boost, {**BOOST, "of": bad}, lc.InvalidValue) for bad in ("", None, ["base"])),
        *(
            (lc.Boost, {**BOOST, "by": bad}, lc.InvalidValue)
            for bad in (
                2,
                1.5,
                "2",
                "100%",
                "50%",
                "-50%",
                "x-1",
                "x",
                "+%",
                "x1.5.0",
                "x.5",
                "x 2",
                "x٢",
                None,
                "x" + "1" * 30,
            )
        ),
        (lc.Boost, {**BOOST, "where": APP}, lc.InvalidValue),
        (lc.Boost, {**BOOST, "when": COFFEE}, lc.InvalidValue),
        *((lc.Factor, {"adds": bad, "size": 1}, lc.InvalidValue) for bad in (1, None, "yes")),
        *((lc.Factor, {"adds": True, "size": bad}, lc.InvalidValue) for bad in (-1, 1.5, None, "x")),
        *(
            (lc.by_tier, {"ladder": "status", "factors": bad}, lc.InvalidValue)
            for bad in ({}, None, "x2", 5, [("a", "x2", 1)])
        ),
        *(
            (lc.by_tier, {"ladder": "status", "factors": bad}, lc.InvalidValue)
            for bad in ({"a": 2}, {5: "x2"}, {5: "x2", "a": "x2"})
        ),
        (lc.by_tier, {"ladder": 5, "factors": {"a": "x2"}}, lc.InvalidValue),
        *((lc.Lane, {**LANE, "name": bad}, lc.InvalidValue) for bad in ("", None)),
        *((lc.Lane, {**LANE, "of": bad}, lc.InvalidValue) for bad in ("base", [], None, 5, ["a", "a"], [5], [["a"]])),
        *((lc.Lane, {**LANE, "combine": bad}, lc.InvalidValue) for bad in ("all", None, max, [], 10**5000)),
        *(
            (lc.Lane, {**LANE, "combine": "best", "per": bad}, lc.InvalidValue)
            for bad in (None, "item", lc.month, lc.redemption)
        ),
        *((lc.Lane, {**LANE, "combine": bad, "per": lc.item}, lc.InvalidProgram) for bad in ("sum", "product")),
        *((lc.Lane, {**LANE, "limit": bad}, lc.InvalidValue) for bad in (5, [5], POINT(5))),
        (
            lc.Lane,
            {**LANE, "limit": [TWENTY, lc.at_most(POINT(30), per=lc.month, otherwise=lc.reject)]},
            lc.InvalidProgram,
        ),
        *(
            (lc.Earn, {**EARN, "limit": bad}, lc.InvalidProgram)
            for bad in (
                [lc.at_most(POINT(9), per=lc.year, freed=lc.rejudge), TWENTY],
                [lc.at_most(POINT(9), per=lc.year, freed=lc.rejudge), lc.times(1, per=lc.day)],
                [lc.at_most(POINT(9), per=lc.year, each=Line.category), lc.times(1, per=lc.day, each=Line.brand)],
                [WAITING, lc.at_most(POINT(9), per=lc.week, otherwise=lc.defer(1))],
                [WAITING, lc.at_most(POINT(9), per=lc.month, name="n")],
                [WAITING, lc.times(9, per=lc.month)],
                [WAITING, lc.times(1, per=lc.day, each=Line.category)],
                [lc.at_most(POINT(most), per=lc.day, each=Order.channel) for most in (8, 9)],
            )
        ),
    ]
)
def test_a_rule_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
