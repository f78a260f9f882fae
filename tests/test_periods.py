"""Periods: which local dates a calendar period or a cycle has, against counting days one by one."""

import datetime as dt
from calendar import monthrange

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

import loyalcore as lc
import strategies
from loyalcore.periods import GREGORIAN, cycle_dates, period_dates

ordinals = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)).map(dt.date.toordinal)


def begins(window, date):
    """Whether a period begins on a date, by its words."""
    period, month, day = (window, 1, 1) if isinstance(window, lc.Period) else (window.period, window.month, window.day)
    if period.name == "day":
        return True
    if period.name == "week":
        return date.isoweekday() == day
    if period.name == "iso_year":
        return date.isocalendar()[1:] == (1, 1)
    if period.name.startswith("jalali"):
        local = JalaliDate(date)
        every = {"jalali_month": 1, "jalali_quarter": 3, "jalali_year": 12}[period.name]
        return local.day == 1 and (local.month - 1) % every == 0
    if date.day != min(day, monthrange(date.year, date.month)[1]):
        return False
    return (date.month - month) % {"month": 1, "quarter": 3, "year": 12}[period.name] == 0


@given(strategies.periods(), ordinals)
def test_a_period_reaches_from_one_beginning_to_the_next(window, ordinal):
    first, after = period_dates(window, ordinal)

    assert first <= ordinal < after
    assert [each for each in range(first, after + 1) if begins(window, dt.date.fromordinal(each))] == (
        list(range(first, after + 1)) if after == first + 1 else [first, after]
    )


@given(strategies.cycles(), ordinals, ordinals)
def test_a_cycle_reaches_from_so_many_times_its_length_to_one_more(cycle, anchor, ordinal):
    first, after = cycle_dates(cycle.length, anchor, ordinal)

    assert first <= ordinal < after
    start = dt.date.fromordinal(anchor)

    def nth(number):
        if cycle.length.days:
            return anchor + number * cycle.length.days
        month = start.year * 12 + start.month - 1 + number * cycle.length.months
        last = monthrange(month // 12, month % 12 + 1)[1]
        return dt.date(month // 12, month % 12 + 1, min(start.day, last)).toordinal()

    near = (ordinal - anchor) // (cycle.length.days or 30 * cycle.length.months)
    numbers = range(near - 2 - abs(near) // 30, near + 3 + abs(near) // 30)
    assert any((nth(number), nth(number + 1)) == (first, after) for number in numbers)


def test_a_cycle_of_months_is_counted_from_its_anchor_and_not_from_the_one_before():
    anchor = dt.date(2024, 1, 31).toordinal()
    starts = [cycle_dates(lc.months(1), anchor, dt.date(2024, month, 28).toordinal())[1] for month in (1, 2, 3, 4)]

    assert [dt.date.fromordinal(start).isoformat()[5:] for start in starts] == ["01-31", "02-29", "03-31", "04-30"]


class _Thirteen:
    """Months of four weeks from an early Monday on, to see that nothing else is known of a calendar."""

    def month(self, ordinal):
        return (ordinal - 1) // 28

    def first(self, month):
        return 1 + 28 * month


@pytest.mark.parametrize(
    ("window", "first", "after"),
    [
        (lc.month, 28 * 100 + 1, 28 * 101 + 1),
        (lc.month.beginning(day=28), 28 * 100, 28 * 101),
        (lc.month.beginning(day=31), 28 * 100, 28 * 101),
        (lc.quarter, 28 * 99 + 1, 28 * 102 + 1),
        (lc.year, 28 * 96 + 1, 28 * 108 + 1),
        (lc.year.beginning(month=6), 28 * 89 + 1, 28 * 101 + 1),
    ],
)
def test_another_calendar_needs_its_months_and_nothing_else(window, first, after):
    assert period_dates(window, 28 * 100 + 5, _Thirteen()) == (first, after)
    assert cycle_dates(lc.months(2), 28 * 4 + 3, 28 * 100 + 5, _Thirteen()) == (28 * 100 + 3, 28 * 102 + 3)
    assert GREGORIAN.first(GREGORIAN.month(1)) == 1
