"""Clocks: schedules compiled for a zone, and put into words."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from loyalcore.calendar import Zone, zone
from loyalcore.entries import moment
from loyalcore.instants import DAY
from loyalcore.periods import GREGORIAN
from loyalcore.schedules import Between, InMonths, OnDays, OnWeekdays, Recurring, Schedule, TimeOfDay, begins

__all__ = ["by_the_clock", "instant_of", "is_daily", "occurrences", "said"]

#: 1970-01-01 was a Thursday.
_EPOCH_WEEKDAY = 3
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def by_the_clock(schedule: Schedule, clock: Zone) -> Callable[[Any, Any, int, Any], Any]:
    """Compile a schedule in a zone, as a judgement of an event: its moment is all that is asked."""
    if isinstance(schedule, Between):
        start, end = instant_of(schedule.start, clock), instant_of(schedule.end, clock)
        return lambda event, sums, at, frozen: start <= at < end
    if isinstance(schedule, OnWeekdays):
        days, weekday = frozenset(schedule.days), clock.weekday
        if clock.is_utc:
            return lambda event, sums, at, frozen: (at // DAY + _EPOCH_WEEKDAY) % 7 in days
        return lambda event, sums, at, frozen: weekday(at) in days
    if isinstance(schedule, OnDays):
        wanted = frozenset(schedule.days)
        return lambda event, sums, at, frozen: not wanted.isdisjoint(_days_of(clock.day(at)))
    if isinstance(schedule, InMonths):
        months = frozenset(schedule.months)
        return lambda event, sums, at, frozen: GREGORIAN.month(clock.day(at)) % 12 + 1 in months
    if isinstance(schedule, TimeOfDay):
        return lambda event, sums, at, frozen: _is_time(schedule, clock, at)
    assert isinstance(schedule, Recurring)  # noqa: S101 - there are no other schedules
    starts, ends = _spans(schedule, clock.name)

    def recurs(event: Any, sums: Any, at: int, frozen: Any) -> bool:
        place = bisect_right(starts, at)
        return place > 0 and at < ends[place - 1]

    return recurs


def is_daily(schedule: Schedule, clock: Zone) -> bool:
    """Tell whether a schedule asks for nothing but the day: it is the same from one midnight UTC to the next."""
    if isinstance(schedule, Between):
        return not any(instant_of(bound, clock) % DAY for bound in (schedule.start, schedule.end))
    return isinstance(schedule, OnWeekdays | OnDays | InMonths) and clock.is_utc


@lru_cache(maxsize=4096)
def instant_of(bound: int | str, clock: Zone) -> int:
    """Return a bound of a schedule as an instant, a date as its midnight in a zone."""
    if isinstance(bound, int):
        return bound
    return clock.midnight(dt.date.fromisoformat(bound).toordinal())


def _days_of(ordinal: int) -> tuple[int, int]:
    """Return the day of the month, counted from its first and from its last."""
    month = GREGORIAN.month(ordinal)
    return ordinal - GREGORIAN.first(month) + 1, ordinal - GREGORIAN.first(month + 1)


def _is_time(schedule: TimeOfDay, clock: Zone, at: int) -> bool:
    start, end = schedule.start, schedule.end
    later, today = int(end <= start), clock.day(at)
    # What began yesterday may reach over midnight.
    return any(clock.time(day, start) <= at < clock.time(day + later, end) for day in (today, today - 1))


@lru_cache(maxsize=64)
def _spans(schedule: Recurring, name: str) -> tuple[list[int], list[int]]:
    """Return starts and ends of what a recurrence comes to in a zone, apart from one another and in order."""
    clock = zone(name)
    begin: list[int] = []
    ends: list[int] = []
    for start in occurrences(schedule, name):
        end = clock.plus(start, schedule.lasting)
        if ends and start <= ends[-1]:
            ends[-1] = max(end, ends[-1])
        else:
            begin.append(start)
            ends.append(end)
    return begin, ends


@lru_cache(maxsize=64)
def occurrences(schedule: Recurring, name: str) -> list[int]:
    """Return when each occurrence of a recurrence begins in a zone."""
    return begins(schedule, zone(name))


def said(schedule: Schedule, clock: Zone, at: int) -> str:
    """Put a schedule into words, and what was instead at a moment."""
    today = clock.day(at)
    if isinstance(schedule, OnWeekdays):
        return f"{' or '.join(_DAYS[each] for each in schedule.days)}, was {_DAYS[clock.weekday(at)]}"
    if isinstance(schedule, OnDays):
        wanted = " or ".join(str(each) if each > 0 else f"{-each} from the end" for each in schedule.days)
        return f"day {wanted} of the month, was {_days_of(today)[0]}"
    if isinstance(schedule, InMonths):
        return f"month {' or '.join(map(str, schedule.months))}, was {GREGORIAN.month(today) % 12 + 1}"
    if isinstance(schedule, TimeOfDay):
        return f"a time from {_clock(schedule.start)} until {_clock(schedule.end)}, was {clock.local(at):%H:%M}"
    if isinstance(schedule, Recurring):
        return f"a time of {schedule.rule} from {schedule.start}"
    assert isinstance(schedule, Between)  # noqa: S101 - there are no other schedules
    return f"a moment from {_moment(schedule.start)} until {_moment(schedule.end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _moment(value: int | str) -> str:
    found = moment(value) if isinstance(value, int) and value > 0 else value
    return "any" if found is None else str(found)
