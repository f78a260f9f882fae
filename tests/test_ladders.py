"""A ladder orders tiers by thresholds that rise from zero."""

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT, USD, Line, Order

TIERS = {"base": 0, "silver": USD(500), "gold": USD(1500)}
ROLLING, CALENDAR = lc.rolling(days=365), lc.year

LADDERS = [
    lc.Ladder("status", by=Order.net.over(ROLLING), tiers=TIERS),
    lc.Ladder("status", by=Line.net.over(CALENDAR), tiers=TIERS),
    lc.Ladder("status", by=POINT.earned(lc.lifetime), tiers={"a": 0, "b": 5}, downgrade=lc.never_down),
    lc.Ladder("status", by=Order.count.over(CALENDAR), tiers={"a": 0}, review=lc.at_once, downgrade=lc.one_step),
]
LADDER = {"name": "status", "by": Order.net.over(CALENDAR), "tiers": TIERS}


@pytest.mark.parametrize("ladder", LADDERS, ids=refusals.numbered(LADDERS))
def test_a_ladder_is_a_value(ladder):
    values.check(ladder)


def test_the_names_of_the_tiers_come_lowest_first():
    assert LADDERS[0].names == ("base", "silver", "gold")


@pytest.mark.parametrize(
    ("window", "review"),
    [(ROLLING, lc.at_once), (lc.lifetime, lc.at_once), (lc.year, lc.window_end), (lc.month, lc.window_end)],
)
def test_a_calendar_window_is_reviewed_at_its_end_and_others_at_once(window, review):
    ladder = lc.Ladder("status", by=Order.net.over(window), tiers=TIERS)

    assert ladder.review == review
    assert ladder == lc.Ladder("status", by=Order.net.over(window), tiers=TIERS, review=review)


def test_a_mapping_given_is_left_as_it_was():
    given = dict(TIERS)

    lc.Ladder("status", by=Order.net.over(CALENDAR), tiers=given)

    assert given == TIERS


@refusals.table(
    [
        *((lc.Ladder, {**LADDER, "name": bad}, lc.InvalidValue) for bad in ("", None, 5)),
        *(
            (lc.Ladder, {**LADDER, "by": bad}, lc.InvalidValue)
            for bad in (None, Order.net, Line.net, POINT, POINT.balance, Order.net.over(lc.Since(0)), 10**5000)
        ),
        *(
            (lc.Ladder, {**LADDER, "tiers": bad}, lc.InvalidValue)
            for bad in (None, 5, "ab", ["a"], {}, [], [("a", 0, 1)])
        ),
        *(
            (lc.Ladder, {**LADDER, "tiers": bad}, lc.InvalidValue)
            for bad in ({"a": 1}, {"a": 0, "b": 0}, {"a": 0, "b": 5, "c": 3}, {"a": -1, "b": 0}, [("a", 0), ("a", 5)])
        ),
        *((lc.Ladder, {**LADDER, "tiers": bad}, lc.InvalidValue) for bad in ({"": 0}, {5: 0}, {"a": None}, {"a": 0.0})),
        *((lc.Ladder, {**LADDER, "review": bad}, lc.InvalidValue) for bad in ("daily", 5, ["at_once"], 10**5000)),
        (lc.Ladder, {**LADDER, "by": Order.net.over(ROLLING), "review": lc.window_end}, lc.InvalidValue),
        (lc.Ladder, {**LADDER, "by": Order.net.over(lc.lifetime), "review": lc.window_end}, lc.InvalidValue),
        *((lc.Ladder, {**LADDER, "downgrade": bad}, lc.InvalidValue) for bad in ("", None, "down", [], 10**5000)),
    ]
)
def test_a_ladder_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
