"""Dates that events carry, compiled: schedules asked of them, and the days between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from loyalcore.calendar import Zone, date_later
from loyalcore.dates import DateIsOn, DateLater, EventDate
from loyalcore.engine.clock import by_the_clock
from loyalcore.entries import Row

__all__ = ["carried", "days_between", "midnight", "on_date"]


@lru_cache(maxsize=4096)
def _ordinal(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def midnight(text: str, clock: Zone) -> int:
    """Return the moment at which a date begins in a zone."""
    return clock.midnight(_ordinal(text))


def carried(date: EventDate, fact: Row) -> int:
    """Return a date that an event carries, or one so much later, as its fact has it."""
    *_, names, values = fact[3]
    found = _ordinal(values[names.index(date.name)])
    return date_later(found, date.by) if isinstance(date, DateLater) else found


def on_date(condition: DateIsOn, read: Callable[[Any], Any], clock: Zone) -> Callable[[Any, Any, int, Any], Any]:
    """Compile whether a schedule holds for a date that the event carries."""
    test = by_the_clock(condition.schedule, clock)
    return lambda event, sums, at, frozen: test(event, sums, midnight(read(event), clock), frozen)


def days_between(
    clock: Zone, later: Callable[[Any], Any] | None, earlier: Callable[[Any], Any] | None
) -> Callable[[Any, Any, int, Any], int]:
    """Compile the days from one date of an event to another; None is the day on which it happened."""

    def day(read: Callable[[Any], Any] | None, event: Any, at: int) -> int:
        return clock.day(at) if read is None else _ordinal(read(event))

    return lambda event, sums, at, frozen: day(later, event, at) - day(earlier, event, at)
