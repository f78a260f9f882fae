"""
Schedules: conditions about when an event happened.

They go by the local date and time of a zone: the program's, unless *zone* names another one, or says where to read its
name: a declared text of the event, such as that of its store, or a setting of the member. There an empty text is the
program's zone, and one that names no zone is an error.

A local time that the clock skips is moved forward by the length of the gap, one that it shows twice is the first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, final, overload

from attrs import field, frozen

from loyalcore.calendar import Zone
from loyalcore.calendar import zone as zone_of
from loyalcore.conditions import Condition, OfEvent, TextOf
from loyalcore.durations import Duration
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import BEGINNING, FOREVER, from_instant, to_instant
from loyalcore.recurrences import canonical, times, until
from loyalcore.texts import WEEKDAYS, check_date, check_time, is_date, plain

__all__ = [
    "Between",
    "InMonths",
    "InZone",
    "OnDays",
    "OnWeekdays",
    "Recurring",
    "Schedule",
    "TimeOfDay",
    "begins",
    "between",
    "day_of_month",
    "month_of_year",
    "recurring",
    "time_of_day",
    "weekday",
]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_MINUTES = 1440
#: Where a zone is named: outright, or in a text of the event or a setting of the member.
ZoneName = str | TextOf[OfEvent]


@frozen
class Schedule(Condition[OfEvent]):
    """Be a condition about the moment of an event alone."""


def _numbers(given: object, least: int, most: int, what: str) -> tuple[int, ...]:
    """Return whole numbers in order, each once; zero is none."""
    numbers = tuple(given) if isinstance(given, Iterable) else ()
    if isinstance(given, Iterable) and not numbers:
        raise InvalidValue(f"{what}, but none is given; name at least one")
    if not numbers or any(type(each) is not int or not least <= each <= most for each in numbers):
        raise InvalidValue(f"{what}, not {shown(given)}")
    return tuple(sorted(set(numbers)))


def _weekdays(given: Iterable[int]) -> tuple[int, ...]:
    return _numbers(given, 0, 6, "weekdays are whole numbers from 0 (Monday) to 6")


def _month_days(given: Iterable[int]) -> tuple[int, ...]:
    what = "days of a month are whole numbers from 1 to 31, or from -1, the last, to -31"
    found = _numbers(given, -31, 31, what)
    if 0 in found:
        raise InvalidValue(f"{what}, not {shown(given)}")
    return found


def _months(given: Iterable[int]) -> tuple[int, ...]:
    return _numbers(given, 1, 12, "months are whole numbers from 1 to 12")


@final
@frozen
class OnWeekdays(Schedule):
    """Hold on these days of the week, 0 = Monday. Build it with `weekday`."""

    days: tuple[int, ...] = field(converter=_weekdays)


@final
@frozen
class OnDays(Schedule):
    """Hold on these days of the month, -1 = the last. Build it with `day_of_month`."""

    days: tuple[int, ...] = field(converter=_month_days)


@final
@frozen
class InMonths(Schedule):
    """Hold in these months, 1 = January. Build it with `month_of_year`."""

    months: tuple[int, ...] = field(converter=_months)


@final
@frozen
class TimeOfDay(Schedule):
    """Hold from one time of day until before another, in minutes after midnight. Build it with `time_of_day`."""

    start: int
    end: int

    def __attrs_post_init__(self) -> None:
        for minute, least, most in ((self.start, 0, _DAY_MINUTES - 1), (self.end, 1, _DAY_MINUTES)):
            if type(minute) is not int or not least <= minute <= most:
                raise InvalidValue(f"a time of day is a minute from {least} to {most}, not {shown(minute)}")
        if (self.end - self.start) % _DAY_MINUTES == 0:
            raise InvalidValue(
                "a time of day that ends where it begins is all day or never; leave it out, or correct it"
            )


@final
@frozen
class Between(Schedule):
    """
    Hold from a moment until before another. Build it with `between`.

    A moment is an instant, or the ISO text of a date: its midnight.
    """

    start: int | str
    end: int | str

    def __attrs_post_init__(self) -> None:
        for moment in (self.start, self.end):
            if not is_date(moment) and not (type(moment) is int and BEGINNING <= moment <= FOREVER):
                raise InvalidValue(
                    f"a moment is an instant, or a date of the years 1900 to 2200 such as '2026-05-31', "
                    f"not {shown(moment)}"
                )
        if type(self.start) is type(self.end) and not self.start < self.end:  # type: ignore[operator]
            raise InvalidValue(f"a window must end after it starts, but {self.end!r} is not after {self.start!r}")


@final
@frozen
class Recurring(Schedule):
    """Hold for so long from each time of a recurrence, at a minute of its dates. Build it with `recurring`."""

    rule: str = field(converter=canonical)
    start: str
    minute: int = 0
    lasting: Duration = Duration(days=1)  # noqa: RUF009 - a value that never changes

    def __attrs_post_init__(self) -> None:
        check_date(self.start, "the start of a recurrence")
        if type(self.minute) is not int or not 0 <= self.minute < _DAY_MINUTES:
            raise InvalidValue(f"a recurrence begins at a minute from 0 to 1439, not {shown(self.minute)}")
        if not is_a(self.lasting, Duration):
            raise InvalidValue(f"lasting of a recurrence is a duration such as hours(2), not {shown(self.lasting)}")
        times(self.rule, self.start, self.minute)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """
        Return the dates on which it begins, in order: what a planner shows.

        One after UNTIL may be among them where that is in UTC: the zone decides; see `moments`.
        """
        found = dict.fromkeys(time // _DAY_MINUTES for time in times(self.rule, self.start, self.minute))
        return tuple(map(dt.date.fromordinal, found))

    def moments(self, zone: str = "UTC") -> tuple[dt.datetime, ...]:
        """Return when it begins by the clock of a zone, in order: what a planner opens at, none of them after UNTIL."""
        return tuple(map(from_instant, begins(self, zone_of(zone))))


def begins(schedule: Recurring, clock: Zone) -> list[int]:
    """Return the instants at which a recurrence begins by a clock, in order: what a gap moves may pass others."""
    found, last = set(), until(schedule.rule)
    for time in times(schedule.rule, schedule.start, schedule.minute):
        instant = clock.time(*divmod(time, _DAY_MINUTES))
        if last is None or not last[1] or from_instant(instant).replace(tzinfo=None) <= last[0]:
            found.add(instant)
    return sorted(found)


@final
@frozen
class InZone(Schedule):
    """Hold when a schedule does by the clock of a zone. Build it with *zone* of `weekday` and its kin."""

    schedule: Schedule
    zone: ZoneName

    def __attrs_post_init__(self) -> None:
        if not is_a(self.schedule, Schedule) or is_a(self.schedule, InZone):
            raise InvalidValue(
                f"a schedule without a zone is put in one, such as weekday('mon'), not {shown(self.schedule)}"
            )
        if isinstance(self.zone, TextOf):
            if self.zone.of == "item":
                raise InvalidValue(f"a zone is that of the event or member, not of an item, as {shown(self.zone)} is")
        else:
            zone_of(self.zone)
            object.__setattr__(self, "zone", plain(self.zone))


def _zoned(schedule: Schedule, zone: ZoneName | None) -> Schedule:
    return schedule if zone is None else InZone(schedule, zone)


def weekday(*names: str, zone: ZoneName | None = None) -> Condition[OfEvent]:
    """
    Hold when the event happened on one of these days.

    Names are ``mon tue wed thu fri sat sun``; a day runs from midnight to midnight.
    """
    return _zoned(OnWeekdays(_places(names, WEEKDAYS, "weekday")), zone)


def day_of_month(*days: int, zone: ZoneName | None = None) -> Condition[OfEvent]:
    """Hold when the event happened on one of these days of the month, 1 to 31; -1 is the last day, -2 that before."""
    return _zoned(OnDays(days), zone)


def month_of_year(*names: str, zone: ZoneName | None = None) -> Condition[OfEvent]:
    """Hold when the event happened in one of these months: ``jan feb mar apr may jun jul aug sep oct nov dec``."""
    return _zoned(InMonths([place + 1 for place in _places(names, _MONTHS, "month")]), zone)


def _places(names: tuple[str, ...], known: tuple[str, ...], what: str) -> list[int]:
    if not names:
        raise InvalidValue(f"no {what} is given; name at least one of {' '.join(known)}")
    for name in names:
        if name not in known:
            raise InvalidValue(f"{what} {shown(name)} is unknown; use one of {' '.join(known)}")
    return [known.index(name) for name in names]


def time_of_day(start: str, end: str, *, zone: ZoneName | None = None) -> Condition[OfEvent]:
    """
    Hold when the event happened at or after a time of day and before another: ``time_of_day("17:00", "19:00")``.

    An *end* that is not after the start is on the next day: ``("22:00", "02:00")``; ``"24:00"`` is midnight. Where
    clocks are changed, both are looked up on that day, so an hour that comes twice is there twice.
    """
    first, last = check_time(start, "the start"), check_time(end, "the end")
    return _zoned(TimeOfDay(first, last or _DAY_MINUTES), zone)


def between(
    start: dt.date | None, end: dt.date | None = None, *, through: dt.date | None = None, zone: ZoneName | None = None
) -> Condition[OfEvent]:
    """
    Hold when the event happened at or after *start* and before *end*, or up to the end of the date *through*.

    A `datetime.date` is its midnight, an aware `datetime.datetime` is itself, None leaves that side open. An *end* that
    is a date is excluded: a campaign through 31 May ends with ``date(2026, 6, 1)``, or has, instead of an end,
    ``through=date(2026, 5, 31)``.
    """
    if through is not None:
        if end is not None or not is_a(through, dt.date) or isinstance(through, dt.datetime):
            raise InvalidValue(f"through= is the last date, given instead of an end, not {shown(through)}")
        end = through + dt.timedelta(days=1)
    return _zoned(Between(_moment(start, BEGINNING), _moment(end, FOREVER)), zone)


def _moment(moment: Any, absent: int) -> int | str:
    if moment is None:
        return absent
    if isinstance(moment, dt.date) and not isinstance(moment, dt.datetime):
        return moment.isoformat()
    return to_instant(moment, "a moment of between()")


@overload
def recurring(rule: str, *, start: dt.date, at: str = ..., lasting: Duration = ..., zone: None = ...) -> Recurring: ...


@overload
def recurring(rule: str, *, start: dt.date, at: str = ..., lasting: Duration = ..., zone: ZoneName) -> InZone: ...


def recurring(
    rule: str,
    *,
    start: dt.date,
    at: str = "00:00",
    lasting: Duration = Duration(days=1),  # noqa: B008 - a value that never changes
    zone: ZoneName | None = None,
) -> Recurring | InZone:
    """
    Hold for so long from each date that a rule of RFC 5545 names, *start* being the first that it may.

    The rule is text such as ``"FREQ=MONTHLY;BYDAY=2TU;COUNT=12"``: FREQ from MINUTELY to YEARLY, and an end, COUNT or
    UNTIL. It comes at most 10,000 times, over at most a hundred years; one that never comes is refused. *lasting*
    counts from the time of day *at*, or from the times that BYHOUR and BYMINUTE name, or FREQ=HOURLY from *at* on.
    `Recurring.dates` and `Recurring.moments` list them.
    """
    if not is_a(start, dt.date) or isinstance(start, dt.datetime):
        raise InvalidValue(f"start of a recurrence is a date, not {shown(start)}; say the time of day with at=")
    found = Recurring(rule, start.isoformat(), check_time(at, "the time it begins at"), lasting)
    return found if zone is None else InZone(found, zone)
