"""A limit is the most a rule or lane gives: in a scope, by a key, under a name, with a shortfall."""

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT, USD, Line, Order, Visit

LIMITS = [
    lc.at_most(POINT(500), per=lc.month),
    lc.at_most(POINT(500), per=lc.purchase, otherwise=lc.reject),
    lc.at_most(POINT(5), per=lc.item),
    lc.at_most(USD("1.50"), per=lc.rolling(days=30)),
    lc.times(1, per=lc.day),
    lc.times(3, per=lc.lifetime),
    lc.times(2, per=lc.purchase),
    lc.times(1, per=lc.day, otherwise=lc.defer(3), each=Visit.name),
    lc.at_most(POINT(5), per=lc.month, each=Order.channel, name="extras"),
    lc.at_most(POINT(5), per=lc.month, each=Line.category),
    lc.at_most(POINT(5), per=lc.purchase, each=Line.gift),
    lc.at_most(POINT(5), per=lc.month, each=lc.setting("household"), otherwise=lc.defer(12, otherwise=lc.reject)),
    lc.at_most(POINT(5), per=lc.year, freed=lc.rejudge),
    lc.at_most(POINT.per(USD(10), Order.net), per=lc.purchase),
    lc.at_most(POINT.per(POINT(5), lc.given("base")), per=lc.month, freed=lc.rejudge),
]
SHORTFALLS = [lc.defer(1), lc.defer(120, otherwise=lc.reject)]


@pytest.mark.parametrize("limit", LIMITS, ids=refusals.numbered(LIMITS))
def test_a_limit_is_a_value(limit):
    values.check(limit)


@pytest.mark.parametrize("shortfall", SHORTFALLS, ids=refusals.numbered(SHORTFALLS))
def test_waiting_is_a_value(shortfall):
    values.check(shortfall)


def test_what_does_not_fit_is_cut_unless_told_otherwise():
    assert lc.at_most(POINT(500), per=lc.month) == lc.Limit(POINT(500), lc.month, "truncate")
    assert lc.at_most(POINT(500), per=lc.month) != lc.at_most(POINT(500), per=lc.month, otherwise=lc.reject)


def test_a_time_too_many_is_rejected():
    assert lc.times(2, per=lc.day) == lc.Limit(2, lc.day, lc.reject)


MONTHLY = {"most": POINT(5), "per": lc.month}


@refusals.table(
    [
        *((lc.at_most, {"most": bad, "per": lc.day}, lc.InvalidValue) for bad in (5, POINT(0), POINT(-5), None, "5")),
        *((lc.at_most, {"most": POINT(5), "per": bad}, lc.InvalidValue) for bad in (None, "day", lc.days(3), lc.never)),
        *(
            (lc.at_most, {"most": POINT(5), "per": lc.day, "otherwise": bad}, lc.InvalidValue)
            for bad in ("cut", None, [])
        ),
        *(
            (lc.times, {"number": bad, "per": lc.day}, lc.InvalidValue)
            for bad in (0, -1, 1.0, True, None, "1", 10**5000)
        ),
        *((lc.times, {"number": 1, "per": bad}, lc.InvalidValue) for bad in (lc.item, None)),
        (lc.Limit, {"most": None, "per": lc.day}, lc.InvalidValue),
        *((lc.defer, {"windows": bad}, lc.InvalidValue) for bad in (0, 121, True, 1.0, None, "1")),
        *((lc.defer, {"windows": 2, "otherwise": bad}, lc.InvalidValue) for bad in ("cut", None, lc.defer(1))),
        *((lc.at_most, {**MONTHLY, "each": bad}, lc.InvalidValue) for bad in ("ticket", Order.nights, Line.net, 5)),
        *((lc.at_most, {**MONTHLY, "name": bad}, lc.InvalidValue) for bad in (None, 5, "a\n", " ")),
        *((lc.at_most, {**MONTHLY, "freed": bad}, lc.InvalidValue) for bad in ("", None, True)),
        # Purchases and items have no room of their own to share, to wait for, or to be freed.
        *(
            (lc.at_most, {"most": POINT(5), "per": lc.purchase, **bad}, lc.InvalidValue)
            for bad in (
                {"each": Order.channel},
                {"each": lc.setting("x")},
                {"name": "x"},
                {"freed": lc.rejudge},
                {"otherwise": lc.defer(1)},
            )
        ),
        (lc.at_most, {"most": POINT(5), "per": lc.item, "each": Line.category}, lc.InvalidValue),
        # Windows that never end, or never begin, are followed by none.
        *(
            (lc.at_most, {"most": POINT(5), "per": bad, "otherwise": lc.defer(1)}, lc.InvalidValue)
            for bad in (lc.lifetime, lc.rolling(days=3), lc.Since(0))
        ),
        (lc.at_most, {**MONTHLY, "each": Line.category, "otherwise": lc.defer(1)}, lc.InvalidValue),
        # What is judged again is an amount of one rule that is cut, in a window that stands still.
        *(
            (lc.at_most, {**MONTHLY, "freed": lc.rejudge, **bad}, lc.InvalidValue)
            for bad in (
                {"otherwise": lc.reject},
                {"otherwise": lc.defer(1)},
                {"name": "x"},
                {"per": lc.rolling(days=3)},
            )
        ),
        (lc.Limit, {"most": 1, "per": lc.day, "freed": lc.rejudge}, lc.InvalidValue),
        (lc.at_most, {"most": POINT.per(USD(10), Order.net), "per": lc.month}, lc.InvalidValue),
    ]
)
def test_a_limit_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
