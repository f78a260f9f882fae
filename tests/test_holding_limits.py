"""A limit on what is held: what an account may have of a unit, whoever gave it."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, USD, Line, Member, Visit, date, day, program
from strategies import Order
from test_interpreted import Told

MOST = lc.at_most(POINT(100), per=lc.holding)
WHOLE = lc.at_most(POINT(100), per=lc.holding, otherwise=lc.reject)
BASE = lc.Earn("base", POINT.per(USD(1), Line.net), limit=MOST)


def member(*rules):
    return Told(program(*rules))


@pytest.mark.parametrize("limit", [MOST, WHOLE], ids=["cut", "reject"])
def test_a_limit_on_what_is_held_is_a_value(limit):
    values.check(limit)


def test_what_does_not_fit_is_cut_and_room_comes_with_what_is_spent():
    ada = member(BASE, lc.Reward("mug", POINT(30)))
    ada.buys("p1", day(1), "90.00")
    ada.buys("p2", day(2), "20.00")
    assert ada.has() == "100"
    ada.buys("p3", day(2), "20.00")
    assert ada.has() == "100"

    ada.redeems("r1", day(3), "mug")
    ada.buys("p4", day(4), "50.00")
    assert ada.has() == "100"


def test_all_or_nothing_may_be_given():
    ada = member(lc.Earn("base", POINT.per(USD(1), Line.net), limit=WHOLE))
    for id, net in [("p1", "90.00"), ("p2", "20.00"), ("p3", "10.00")]:
        ada.buys(id, day(1), net)

    assert [entry.amount for entry in ada.account.entries if entry.kind == "earn"] == [90, 10]


def test_pending_and_held_units_are_held_and_debt_is_room():
    late = lc.Earn("late", POINT(60), on=Visit, pending=lc.days(9))
    ada = member(BASE, late, lc.Reward("mug", POINT(30), hold=lc.days(5)))
    ada.does(Visit("v1", at=day(1), name="visit"))
    ada.buys("p1", day(1), "30.00")
    ada.does(lc.Hold("h1", at=day(1), reward="mug"))
    ada.buys("p2", day(1), "30.00")
    assert ada.has() == "10"

    ada = member(BASE, lc.Reward("mug", POINT(50)))
    ada.buys("p1", day(1), "50.00")
    ada.redeems("r1", day(1), "mug")
    ada.returns("b1", day(1), "p1")
    ada.buys("p2", day(2), "170.00")
    assert ada.has() == "100"


def test_other_units_and_their_holds_are_no_matter():
    other = lc.Earn("stars", STAR(5))
    ada = member(BASE, other, lc.Reward("star mug", STAR(5), hold=lc.days(5)))
    ada.buys("p1", day(1), "50.00")
    ada.does(lc.Hold("h1", at=day(1), reward="star mug"))
    ada.buys("p2", day(1), "70.00")

    assert ada.has() == "100"


def test_rules_that_are_limited_so_use_the_room_one_after_the_other():
    more = lc.Earn("more", POINT(80), limit=MOST)
    ada = member(BASE, more)
    ada.buys("p1", day(1), "50.00")

    assert [entry.amount for entry in ada.account.entries if entry.kind == "earn"] == [50, 50]


def test_what_comes_by_hand_is_not_cut_and_fills_it():
    ada = member(BASE)
    ada.gets("gift", day(1), POINT(120))
    ada.buys("p1", day(1), "50.00")

    assert ada.has() == "120"


def test_a_return_takes_back_at_most_what_was_given_and_frees_room_for_later_ones():
    ada = member(BASE)
    ada.buys("p1", day(1), "80.00", "70.00")
    ada.returns("r1", day(2), "p1", ["b"])
    assert ada.has() == "80"
    ada.buys("p2", day(3), "50.00")
    assert ada.has() == "100"


def test_a_lane_is_limited_as_a_rule_is_and_a_rule_of_time_as_one_of_events():
    month = lc.Earn("month", POINT(70), on=lc.ended(lc.month), limit=MOST)
    lane = lc.Lane("all", of=["base", "extra"], limit=[MOST, lc.at_most(POINT(500), per=lc.year)])
    ada = member(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Earn("extra", POINT(20)), lane, month)
    ada.buys("p1", day(1), "50.00")
    assert ada.has() == "70"

    ada.waits(date("2026-02-01"))
    assert ada.has() == "100"


def test_reasons_say_what_was_held():
    ada = Member(program(BASE))
    ada.buys("p1", day(1), "130.00")

    assert "at most 100 point held: 100 point left, gives 100 point of 130 point" in ada.answer.explain()


@refusals.table(
    [
        (lc.times, {"number": 1, "per": lc.holding}, lc.InvalidValue),
        (lc.at_most, {"most": POINT.per(USD(1), Line.net), "per": lc.holding}, lc.InvalidValue),
        (lc.at_most, {"most": POINT(1), "per": lc.holding, "each": Order.channel}, lc.InvalidValue),
        (lc.at_most, {"most": POINT(1), "per": lc.holding, "name": "shared"}, lc.InvalidValue),
        (lc.at_most, {"most": POINT(1), "per": lc.holding, "otherwise": lc.defer(2)}, lc.InvalidValue),
        (lc.at_most, {"most": POINT(1), "per": lc.holding, "freed": lc.rejudge}, lc.InvalidValue),
        (lc.Reward, {"name": "mug", "cost": POINT(1), "limit": MOST}, lc.InvalidProgram),
        (lc.Earn, {"name": "base", "gives": POINT(1), "limit": [MOST, MOST]}, lc.InvalidProgram),
    ]
)
def test_what_is_no_limit_on_what_is_held_is_refused(function, bad, error):
    refusals.check(function, bad, error)
