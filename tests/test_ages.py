"""Units are old enough where they were there before a window began."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, USD, Line, Visit, date, program
from test_interpreted import Told

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
OLD = POINT.held_through(lc.previous(lc.month))


@pytest.mark.parametrize(
    "measure", [OLD, POINT.held_through(lc.rolling(days=30)), OLD * 2], ids=["window", "rolling", "twice"]
)
def test_what_was_held_through_a_window_is_a_value(measure):
    values.check(measure)


def gives(measure, *more):
    """A member whose visits give a point for each that is old enough."""
    rule = lc.Earn("visit", lc.Unit("star", places=2)(1), on=Visit, when=measure)
    return Told(program(BASE, rule, *more))


def rewarded(ada, moment):
    before = ada.account.balance(lc.Unit("star", places=2))
    ada.does(Visit(f"v{moment}", at=date(moment), name="visit"))
    return ada.account.balance(lc.Unit("star", places=2)) != before


@pytest.mark.parametrize(
    ("bought", "first"),
    [("2026-01-01", "2026-03-01"), ("2026-01-31 23:59", "2026-03-01"), ("2026-02-01", "2026-04-01")],
)
def test_a_full_month_after_the_one_in_which_it_was_bought_is_the_previous_one(bought, first):
    ada = gives(OLD.at_least(POINT(10)))
    ada.buys("p1", date(bought), "10.00")

    assert not rewarded(ada, f"{first[:5]}{int(first[5:7]) - 1:02}-28 23:59")
    assert rewarded(ada, first)


def test_a_rolling_window_is_so_long_ago():
    ada = gives(POINT.held_through(lc.rolling(days=30)).at_least(POINT(10)))
    ada.buys("p1", date("2026-01-01 12:00"), "10.00")

    assert not rewarded(ada, "2026-01-31 11:59")
    assert rewarded(ada, "2026-01-31 12:00")


def test_what_is_spent_oldest_first_leaves_the_young_ones():
    ada = gives(OLD.at_least(POINT(8)), lc.Reward("mug", POINT(3)), lc.Burn(POINT, lc.oldest_first))
    ada.buys("p1", date("2026-01-10"), "10.00")
    ada.buys("p2", date("2026-02-10"), "10.00")
    ada.redeems("r1", date("2026-02-11"), "mug")

    assert not rewarded(ada, "2026-03-01")
    ada.does(lc.Return("b1", at=date("2026-03-02"), of="r1"))
    assert rewarded(ada, "2026-03-02")


def test_what_is_pending_owed_or_not_there_does_not_count():
    ada = gives(
        OLD.at_least(POINT(1)),
        lc.Reward("mug", POINT(10)),
        lc.Earn("late", POINT(50), on=lc.Enrolment, pending=lc.days(400)),
    )
    assert not rewarded(ada, "2025-12-01")
    ada.does(lc.Enrolment("e", at=date("2026-01-01")))
    ada.buys("p1", date("2026-01-10"), "10.00")
    ada.redeems("r1", date("2026-01-10"), "mug")
    ada.returns("b1", date("2026-01-11"), "p1")
    ada.gets("gift", date("2026-01-12"), POINT(4))
    ada.buys("p2", date("2026-01-13"), "5.00")

    assert not rewarded(ada, "2026-03-01")


def test_before_an_anchor_nothing_is_older_than_the_window():
    ada = gives(POINT.held_through(lc.previous(lc.anniversary(months=1))).at_least(POINT(1)))
    ada.buys("p1", date("2026-01-01"), "5.00")
    assert not rewarded(ada, "2026-06-01")


def test_a_rule_of_time_may_give_by_it():
    interest = lc.Earn("interest", POINT.per(POINT(10), POINT.held_through(lc.month)), on=lc.ended(lc.month))
    ada = Told(program(BASE, interest))
    ada.buys("p1", date("2026-01-10"), "100.00")
    ada.waits(date("2026-02-01"))
    assert ada.has() == "100"
    ada.waits(date("2026-03-01"))
    assert ada.has() == "110"


@refusals.table(
    [
        (lc.HeldThrough, {"unit": "", "window": lc.month}, lc.InvalidValue),
        (POINT.held_through, {"window": lc.lifetime}, lc.InvalidValue),
        (POINT.held_through, {"window": 30}, lc.InvalidValue),
        (lc.Ladder, {"name": "status", "by": OLD, "tiers": {"base": 0, "gold": POINT(5)}}, lc.InvalidValue),
    ]
)
def test_what_no_age_can_be_told_of_is_refused(function, bad, error):
    refusals.check(function, bad, error)
