"""Pricing rows in place answers what deciding them as somebody's first events would."""

import datetime as dt

import pytest
from hypothesis import given, settings

import loyalcore as lc
from refusals import check, table
from shop import POINT, STAR, USD, Line, Order, Visit, day, program
from test_engine_index import programs, steps

FIELDS = ("category", "brand", "gift", "points", "cost")
IN_PLACE = lc.bind(
    Order,
    lc.bind_items(Line, id=0, net=1, quantity=2, **dict(zip(FIELDS, range(3, 8), strict=True))),
    id=0,
    at=lc.seconds(1),
    member=2,
    lines=3,
    channel=4,
    express=5,
    nights=6,
)


class Row:
    """A row that has its values in attributes, and its moment as a datetime."""

    def __init__(self, row):
        self.id, seconds, self.member, self.lines, self.channel, self.express, self.nights = row
        self.at = dt.datetime.fromtimestamp(seconds, dt.UTC)


BY_NAME = lc.bind(
    Order,
    lc.bind_items(Line, id=0, net=1, quantity=2, **dict(zip(FIELDS, range(3, 8), strict=True))),
    id="id",
    at="at",
    member="member",
    lines="lines",
    channel="channel",
    express="express",
    nights="nights",
)


def row_of(event):
    _, lines, _, values = event.content(2)
    return (event.id, event.instant // 1_000_000, 1, lines, *values)


@settings(max_examples=settings.default.max_examples // 2)
@given(programs(), steps())
def test_an_award_is_what_is_earned_by_the_first_event_of_a_member(rules, steps):
    bought = [step for step in steps if isinstance(step, Order)]
    rows = [row_of(step) for step in bought]

    awards = rules.awards(rows, IN_PLACE, STAR)

    decided = [rules.decide(rules.open("ada"), step).entries for step in bought]
    assert awards == [sum(entry.amount for entry in entries if entry.kind == "earn") for entries in decided]
    assert rules.awards(map(Row, rows), BY_NAME, STAR) == awards


def test_awards_are_of_one_unit_and_of_nothing_below_zero():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Earn("star", STAR(1), when=Order.express.is_true()),
        lc.Earn("late", STAR(2), when=Order.nights.at_least(1)),
        lc.Earn("visit", POINT(3), on=lc.Activity),
    )
    # A row may hold what no event does: here, more was given back than bought.
    row = ("p", 1_767_614_400, 1, [("a", -900, 1000, "tea", "", False, 0, 0)], "", True, 0)

    assert rules.awards([row], IN_PLACE, POINT) == [0]
    assert rules.awards([row], IN_PLACE, STAR) == [100]
    assert rules.awards([], IN_PLACE, STAR) == []


def test_rows_of_activities_are_priced_as_well():
    rules = program(
        lc.Earn("visit", POINT(3), on=lc.Activity, when=Visit.minutes.at_least(5)),
        lc.Earn("month", POINT.per(10, Visit.minutes), on=lc.Activity, over=lc.month),
        lc.Earn("some", POINT.per(1, Visit.minutes), on=lc.Activity, limit=lc.at_most(POINT(5), per=lc.since(day(1)))),
        lc.Earn("later", POINT.per(1, Visit.minutes), on=lc.Activity, over=lc.since(day(300))),
    )
    one = program(lc.Earn("visit", POINT(3), on=lc.Activity, when=Visit.minutes.at_least(5)))
    binding = lc.bind(Visit, id=0, at=lc.seconds(1), member=2, name=3, minutes=4)
    rows = [("v", 1_767_614_400, 1, "visit", 4), ("w", 1_767_614_400, 1, "visit", 12)]

    assert rules.awards(rows, binding, POINT) == [4, 9]
    assert one.awards(rows, binding, POINT) == [0, 3]


def test_a_row_that_cannot_be_judged_is_refused():
    rules = program(lc.Earn("base", POINT.per(USD(1), Line.net)))
    row = ("p", 1_767_614_400, 1, [("a", "9.00", 1000, "tea", "", False, 0, 0)], "", True, 0)
    whole = program(lc.Earn("base", POINT.per(USD("0.01"), Line.net)))
    half = ("p", 1_767_614_400, 1, [("a", 1.5, 1000, "tea", "", False, 0, 0)], "", True, 0)

    with pytest.raises(lc.InvalidValue, match="a row cannot be judged"):
        rules.awards([row], IN_PLACE, POINT)
    with pytest.raises(lc.InvalidValue, match="no whole number"):
        whole.awards([half], IN_PLACE, POINT)


PRICED = program(lc.Earn("base", POINT.per(USD(1), Line.net)))


@table(
    [
        (PRICED.awards, {"rows": 5, "binding": IN_PLACE, "unit": POINT}, lc.InvalidValue),
        (PRICED.awards, {"rows": [], "binding": "rows", "unit": POINT}, lc.InvalidValue),
        (
            PRICED.awards,
            {"rows": [], "binding": lc.bind(lc.Return, of=0, at=1, member=2), "unit": POINT},
            lc.InvalidValue,
        ),
        (PRICED.awards, {"rows": [], "binding": IN_PLACE, "unit": STAR}, lc.InvalidValue),
        (PRICED.awards, {"rows": [], "binding": IN_PLACE, "unit": "point"}, lc.InvalidValue),
    ]
)
def test_what_cannot_be_priced_is_refused(function, bad, error):
    check(function, bad, error)
