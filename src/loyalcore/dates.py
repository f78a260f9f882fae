"""Dates that an event carries besides its own moment: a check-out, a departure, a delivery that was promised."""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.conditions import Condition, OfEvent
from loyalcore.durations import Duration
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Measure
from loyalcore.schedules import InZone, Schedule, TimeOfDay

__all__ = ["DateIsOn", "DateLater", "DateOf", "DaysBetween", "EventDate", "happened", "is_event_date"]

#: What the day is called on which an event happened.
_AT = "at"


@final
@frozen
class DateOf:
    """
    Name a date of the event. Class attributes such as ``Stay.check_out`` give it; write those.

    ``Stay.check_out - Stay.check_in`` measures the days from one to the other. What a rule gives may end with it,
    ``expires=Stay.check_out``, or be usable from it on, ``pending=Stay.check_in``.
    """

    name: str

    def __attrs_post_init__(self) -> None:
        if type(self.name) is not str:
            raise InvalidValue(f"a date of an event has a name, not {shown(self.name)}")

    @property
    def is_own(self) -> bool:
        """Tell whether it is the day on which the event happened, rather than a declared one."""
        return self.name == _AT

    def is_on(self, schedule: Condition[OfEvent]) -> Condition[OfEvent]:
        """
        Hold when the schedule does for this date: ``Stay.check_out.is_on(lc.weekday("sun"))``.

        It is asked of the midnight at which the date begins in the program's zone.
        """
        return DateIsOn(self, schedule)  # type: ignore[arg-type]

    def later(self, by: Duration) -> DateLater:
        """Return the date so many months and days later: ``Stay.check_out.later(lc.months(1))``."""
        return DateLater(self.name, by)

    def __sub__(self, other: object) -> DaysBetween:
        return DaysBetween(self, other) if isinstance(other, DateOf) else NotImplemented


#: The day on which the event happened, in the program's zone.
happened = DateOf(_AT)


@final
@frozen
class DateLater:
    """Name the date that comes so much later than one that the event carries. Build it with `DateOf.later`."""

    name: str
    by: Duration

    def __attrs_post_init__(self) -> None:
        DateOf(self.name)
        if not is_a(self.by, Duration) or self.by.micros:
            raise InvalidValue(f"a date is later by months or days, such as months(1), not by {shown(self.by)}")


#: A date that units may end with, or be usable from: one that the event carries, or so much later.
EventDate = DateOf | DateLater


def is_event_date(given: object) -> bool:
    """Tell whether something names a date of an event, or one so much later."""
    return is_a(given, DateOf | DateLater)


@final
@frozen
class DateIsOn(Condition[OfEvent]):
    """Hold when a schedule does for a date that the event carries. Build it with `DateOf.is_on`."""

    date: DateOf
    schedule: Schedule

    def __attrs_post_init__(self) -> None:
        if not is_a(self.date, DateOf) or not is_a(self.schedule, Schedule):
            raise InvalidValue(
                f"a date is on a schedule such as weekday('sat') or month_of_year('jul'), not {shown(self.schedule)}"
            )
        if isinstance(self.schedule, InZone | TimeOfDay):
            raise InvalidValue("a date has neither a zone nor a time of day; ask for weekdays, days, months or dates")
        if self.date.is_own:
            raise InvalidValue("a schedule asks for the day of the event by itself; leave happened.is_on(…) out")


@final
@frozen
class DaysBetween(Measure):
    """
    Be the days from one date of an event to another, below zero where they run backwards.

    They are counted by the calendar: from 30 May to 2 June are three. Build it with ``Stay.check_out - Stay.check_in``,
    or ``Stay.check_in - happened``.
    """

    later: DateOf
    earlier: DateOf

    def __attrs_post_init__(self) -> None:
        if not is_a(self.later, DateOf) or not is_a(self.earlier, DateOf) or self.later == self.earlier:
            raise InvalidValue(f"days are from one date of an event to another, not from {shown(self.earlier)}")
