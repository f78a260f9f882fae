"""A limit is the most a lane gives: an amount per purchase, item or window, or a number of times per window."""

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT, USD

LIMITS = [
    lc.at_most(POINT(500), per=lc.month),
    lc.at_most(POINT(500), per=lc.purchase, otherwise=lc.reject),
    lc.at_most(POINT(5), per=lc.item),
    lc.at_most(USD("1.50"), per=lc.rolling(days=30)),
    lc.times(1, per=lc.day),
    lc.times(3, per=lc.lifetime),
]


@pytest.mark.parametrize("limit", LIMITS, ids=refusals.numbered(LIMITS))
def test_a_limit_is_a_value(limit):
    values.check(limit)


def test_what_does_not_fit_is_cut_unless_told_otherwise():
    assert lc.at_most(POINT(500), per=lc.month) == lc.Limit(POINT(500), lc.month, "truncate")
    assert lc.at_most(POINT(500), per=lc.month) != lc.at_most(POINT(500), per=lc.month, otherwise=lc.reject)


def test_a_time_too_many_is_rejected():
    assert lc.times(2, per=lc.day) == lc.Limit(2, lc.day, lc.reject)


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
        *((lc.times, {"number": 1, "per": bad}, lc.InvalidValue) for bad in (lc.purchase, lc.item, None)),
        (lc.Limit, {"most": None, "per": lc.day}, lc.InvalidValue),
    ]
)
def test_a_limit_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
