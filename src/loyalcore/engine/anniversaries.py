"""Anniversaries of a member's own dates, compiled."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable

from loyalcore.anniversaries import OnAnniversary
from loyalcore.calendar import Zone, window_of

__all__ = ["on_anniversary"]


def on_anniversary(condition: OnAnniversary, clock: Zone) -> Callable[[int | None, int], bool]:
    """Compile whether the period of a moment has an anniversary of an anchor; None is an account that has no such."""
    during = condition.during

    def holds(anchor: int | None, at: int) -> bool:
        bounds = window_of(clock, during, at)
        if anchor is None or bounds is None:
            return False
        born = dt.date.fromordinal(clock.day(anchor))
        first, last = clock.day(bounds[0]), clock.day(bounds[1] - 1)
        years = {dt.date.fromordinal(day).year for day in (first, last)}
        return any(first <= _in_year(born, year) <= last for year in years if year > born.year)

    return holds


def _in_year(born: dt.date, year: int) -> int:
    """Return the anniversary of a date in a year; of 29 February it is the 28th where there is none."""
    is_missing = (born.month, born.day) == (2, 29) and not calendar.isleap(year)
    return born.replace(year=year, day=28 if is_missing else born.day).toordinal()
