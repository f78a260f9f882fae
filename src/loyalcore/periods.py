"""
Periods: which local dates a calendar period or a cycle has.

Dates are ordinals as in `datetime.date.toordinal`, and no zone is asked. All that is known of a calendar is `Months`:
which month a date falls into, and when a month begins. Quarters are three of them and years twelve, so another calendar
of twelve months is another `Months` and nothing else.
"""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import Any, Final, Protocol

from loyalcore.durations import Duration
from loyalcore.errors import InvalidValue
from loyalcore.windows import JALALI_NAMES, Period, Shifted

__all__ = ["GREGORIAN", "Months", "cycle_dates", "jalali", "period_dates"]

_LENGTHS = {"month": 1, "quarter": 3, "year": 12, "jalali_month": 1, "jalali_quarter": 3, "jalali_year": 12}


class Months(Protocol):
    """Number the months of a calendar, twelve to a year; the first month of a year has a number divisible by twelve."""

    def month(self, ordinal: int) -> int:
        """Return the number of the month that has a date."""
        ...

    def first(self, month: int) -> int:
        """Return the first date of the month of a number."""
        ...


class _Gregorian:
    @staticmethod
    def month(ordinal: int) -> int:
        inside = date.fromordinal(ordinal)
        return 12 * inside.year + inside.month - 1

    @staticmethod
    def first(month: int) -> int:
        return date(month // 12, month % 12 + 1, 1).toordinal()


#: The calendar of dates as `datetime.date` has them.
GREGORIAN: Final[Months] = _Gregorian()


class _Jalali:
    """Number the months of the Jalali calendar, by a library that knows its leap years."""

    def __init__(self) -> None:
        try:
            from persiantools.jdatetime import JalaliDate  # noqa: PLC0415 - see LAZY in the map of the package
        except ImportError:
            raise InvalidValue(
                "Jalali months and years need the package persiantools; install loyalcore[jalali]"
            ) from None
        self._date: Any = JalaliDate

    def month(self, ordinal: int) -> int:
        inside = self._date(date.fromordinal(ordinal))
        return int(12 * inside.year + inside.month - 1)

    def first(self, month: int) -> int:
        return int(self._date(month // 12, month % 12 + 1, 1).to_gregorian().toordinal())


@cache
def jalali() -> Months:
    """Return the Jalali calendar; refuse where the extra that knows it is not installed."""
    return _Jalali()


def _on(calendar: Months, month: int, day: int) -> int:
    """Return the date of a day of a month, from 1, clamped to the month's last."""
    return min(calendar.first(month) + day - 1, calendar.first(month + 1) - 1)


def period_dates(window: Period | Shifted, ordinal: int, calendar: Months = GREGORIAN) -> tuple[int, int]:
    """Return the first date of the period that holds a date, and the first date after it."""
    period, skipped, day = (
        (window, 0, 1) if isinstance(window, Period) else (window.period, window.month - 1, window.day)
    )
    if period.name == "day":
        return ordinal, ordinal + 1
    if period.name == "week":
        begun = ordinal - (ordinal - day) % 7  # ordinal 1 is a Monday
        return begun, begun + 7
    if period.name == "iso_year":
        return _iso_year(ordinal)
    if period.name in JALALI_NAMES:
        calendar = jalali()
    length = _LENGTHS[period.name]
    month = calendar.month(ordinal) - skipped
    month -= month % length
    if ordinal < _on(calendar, month + skipped, day):
        month -= length
    start = month + skipped
    return _on(calendar, start, day), _on(calendar, start + length, day)


def _iso_year(ordinal: int) -> tuple[int, int]:
    year = date.fromordinal(ordinal).isocalendar().year
    return date.fromisocalendar(year, 1, 1).toordinal(), date.fromisocalendar(year + 1, 1, 1).toordinal()


@lru_cache(maxsize=65_536)
def cycle_dates(length: Duration, anchor: int, ordinal: int, calendar: Months = GREGORIAN) -> tuple[int, int]:
    """
    Return the first date of the cycle that holds a date, and the first date after it.

    Cycles are counted from the date *anchor*, in both directions; each begins so many times the length from it, in one
    step, months clamped to the month's last day.
    """
    if length.days:
        begun = ordinal - (ordinal - anchor) % length.days
        return begun, begun + length.days
    month = calendar.month(anchor)
    day = anchor - calendar.first(month) + 1
    start = calendar.month(ordinal)
    start -= (start - month) % length.months
    if ordinal < _on(calendar, start, day):
        start -= length.months
    return _on(calendar, start, day), _on(calendar, start + length.months, day)
