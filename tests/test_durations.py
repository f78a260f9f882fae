"""Durations are plain values that cannot be wrong once they exist."""

import pytest
from hypothesis import given

import loyalcore as lc
import strategies
import values
from loyalcore.durations import DAYS_MAX, whole_number
from loyalcore.instants import HOUR


@given(strategies.durations())
def test_a_duration_is_a_value(duration):
    values.check(duration)


def test_the_words_make_one_part_each():
    assert lc.days(2) == lc.Duration(days=2)
    assert lc.weeks(2) == lc.days(14)
    assert lc.months(2) == lc.Duration(months=2)
    assert lc.years(2) == lc.months(24)
    assert lc.hours(2) == lc.Duration(micros=2 * HOUR)
    assert lc.minutes(120) == lc.hours(2)
    assert lc.rolling(minutes=90).duration == lc.minutes(90)
    assert lc.rolling(hours=1, minutes=30) == lc.rolling(minutes=90)


def test_a_whole_number_says_where_it_ends():
    assert whole_number(3, "days", 1, DAYS_MAX) == 3
    with pytest.raises(lc.InvalidValue, match="days must be from 1 to 36525, not 36526; use never"):
        whole_number(36_526, "days", 1, DAYS_MAX)
