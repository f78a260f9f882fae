"""Anniversaries of a member's own dates, compiled."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable

from loyalcore.anniversaries import OnAnniversary
from loyalcore.calendar import Zone, window_of
from loyalcore.durations import Duration

__all__ = ["on_anniversary"]


def on_anniversary(condition: OnAnniversary, clock: Zone) -> Callable[[int | None, int], bool]:
    """Compile whether the period of a moment has an anniversary of an anchor; None is an account that has no such."""
    during, before, after = condition.during, _days(condition.before), _days(condition.after)

    def holds(anchor: int | None, at: int) -> bool:
        # It is around an anniversary where the periods of the days around it have one.
        early = at if not after else clock.midnight(clock.day(at) - after)
        late = at if not before else clock.midnight(clock.day(at) + before)
        start, end = window_of(clock, during, early), window_of(clock, during, late)
        if anchor is None or start is None or end is None:
            return False
        born = dt.date.fromordinal(clock.day(anchor))
        first, last = clock.day(start[0]), clock.day(end[1] - 1)
        years = {dt.date.fromordinal(day).year for day in (first, last)}
        return any(first <= _in_year(born, year) <= last for year in years if year > born.year)

    return holds


def _days(around: Duration | None) -> int:
    return 0 if around is None else around.days


def _in_year(born: dt.date, year: int) -> int:
    """Return the anniversary of a date in a year; of 29 February it is the 28th where there is none."""
    is_missing = (born.month, born.day) == (2, 29) and not calendar.isleap(year)
    return born.replace(year=year, day=28 if is_missing else born.day).toordinal()
