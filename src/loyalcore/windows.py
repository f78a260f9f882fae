"""
Stretches of time as a program writes them down: durations, calendar periods, windows, and ends.

These are plain values without a zone and without a moment; `loyalcore.calendar` finds where they lie.
Each is checked when it is made, so a program never holds an impossible one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias, final

from attrs import frozen

from loyalcore.errors import InvalidValue
from loyalcore.instants import DAY, HOUR, from_instant, to_instant

__all__ = [
    "PERIOD_NAMES",
    "Duration",
    "EndOf",
    "Inactivity",
    "Lifetime",
    "Never",
    "Period",
    "Rolling",
    "Scope",
    "Since",
    "Window",
    "day",
    "days",
    "end_of",
    "hours",
    "inactivity",
    "item",
    "lifetime",
    "month",
    "months",
    "never",
    "purchase",
    "quarter",
    "rolling",
    "since",
    "week",
    "weeks",
    "year",
    "years",
]

# A hundred years. It is longer than any membership and keeps everything derived inside the years Python can date.
_YEARS_MAX = 100
_MONTHS_MAX = 12 * _YEARS_MAX
_DAYS_MAX = 36_525
_WEEKS_MAX = _DAYS_MAX // 7
_HOURS_MAX = 24 * _DAYS_MAX
_MICROS_MAX = DAY * _DAYS_MAX

#: The calendar periods, shortest first.
PERIOD_NAMES = ("day", "week", "month", "quarter", "year")
_SCOPE_NAMES = ("purchase", "item")


def _whole(value: object, what: str, least: int, most: int) -> int:
    """Return a whole number inside its bounds, both included; `bool` is no number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(f"{what} must be an int, not {type(value).__name__} {value!r}; write a plain whole number")
    if not least <= value <= most:
        way_out = "use never for what has no end" if value > most else "a duration only reaches forward"
        raise InvalidValue(f"{what} must be from {least} to {most}, not {value}; {way_out}")
    return value


def _one_of(name: object, what: str, names: tuple[str, ...]) -> None:
    """Refuse a name that is not on the list."""
    if name not in names:
        raise InvalidValue(f"there is no {what} called {name!r}; choose one of {', '.join(names)}")


def _instance(value: object, expected: type, what: str, way_out: str) -> None:
    """Refuse a part of a wrong type."""
    if not isinstance(value, expected):
        raise InvalidValue(f"{what} must be a {expected.__name__}, not {value!r}; {way_out}")


@final
@frozen
class Duration:
    """
    Say how much later: civil months and days, and exact microseconds.

    Months and days are added in one step to the local date and time of the anchor: months first, clamped to the
    month's last day, then days. The microseconds follow exactly. So `days(1)` is the same time tomorrow, also where
    the clocks are changed in between, and `hours(24)` is not.
    Each part is at most a hundred years, and one of them is more than zero.
    """

    months: int = 0
    days: int = 0
    micros: int = 0

    def __attrs_post_init__(self) -> None:
        _whole(self.months, "months of a duration", 0, _MONTHS_MAX)
        _whole(self.days, "days of a duration", 0, _DAYS_MAX)
        _whole(self.micros, "micros of a duration", 0, _MICROS_MAX)
        if not (self.months or self.days or self.micros):
            raise InvalidValue("a duration must be longer than nothing, not 0; leave it out where none is meant")


def days(number: int) -> Duration:
    """
    Return a duration of civil days, 1 to 36,525: the same local time on a later date.

        >>> days(30)
        Duration(months=0, days=30, micros=0)

    """
    return Duration(days=_whole(number, "days", 1, _DAYS_MAX))


def weeks(number: int) -> Duration:
    """Return a duration of civil weeks, 1 to 5,217; `weeks(1) == days(7)`."""
    return Duration(days=7 * _whole(number, "weeks", 1, _WEEKS_MAX))


def months(number: int) -> Duration:
    """Return a duration of civil months, 1 to 1,200, clamped: a month after 31 January is the last of February."""
    return Duration(months=_whole(number, "months", 1, _MONTHS_MAX))


def years(number: int) -> Duration:
    """Return a duration of civil years, 1 to 100, clamped: a year after 29 February is 28 February."""
    return Duration(months=12 * _whole(number, "years", 1, _YEARS_MAX))


def hours(number: int) -> Duration:
    """Return a duration of exact hours, 1 to 876,600; `hours(24) != days(1)`, since a local day may have 23 or 25."""
    return Duration(micros=HOUR * _whole(number, "hours", 1, _HOURS_MAX))


@final
@frozen
class Period:
    """
    Name a calendar period of the program's zone: day, week, month, quarter or year.

    Periods are half-open and leave no gap: one begins at the first instant of its first local date and ends where
    the next begins. Weeks begin on Monday, quarters on the first of January, April, July and October.
    """

    name: str

    def __attrs_post_init__(self) -> None:
        _one_of(self.name, "period", PERIOD_NAMES)


#: From local midnight to local midnight.
day = Period("day")
#: From Monday to Sunday.
week = Period("week")
#: The calendar month.
month = Period("month")
#: Three calendar months, from the first of January, April, July and October.
quarter = Period("quarter")
#: The calendar year.
year = Period("year")


@final
@frozen
class Lifetime:
    """Name the window that holds every moment of an account."""


#: From the first event of an account on.
lifetime = Lifetime()


@final
@frozen
class Since:
    """
    Name the window that begins at an instant, included, and never ends.

    *instant* counts microseconds since 1970; `since` takes a datetime.
    """

    instant: int

    def __attrs_post_init__(self) -> None:
        to_instant(from_instant(self.instant), "the start of a window")


def since(start: datetime) -> Since:
    """
    Return the window from an aware datetime on, the start included.

    Moments before the start lie in no window.
    """
    return Since(to_instant(start, "the start of a window"))


@final
@frozen
class Rolling:
    """
    Name the window of the last so much time.

    What happened at an instant counts from then on and no longer at that instant plus the duration.
    """

    duration: Duration

    def __attrs_post_init__(self) -> None:
        _instance(self.duration, Duration, "the length of a rolling window", "write rolling(days=365)")


def rolling(
    *,
    days: int | None = None,
    months: int | None = None,
    years: int | None = None,
    hours: int | None = None,
    weeks: int | None = None,
) -> Rolling:
    """
    Return the window of the last days, months, years, hours or weeks.

    Several of them add up to one duration, applied in one step. At least one is needed, each from 1.

        >>> rolling(years=1) == rolling(months=12)
        True

    """
    if days is months is years is hours is weeks is None:
        raise InvalidValue("a rolling window needs a length, but none was given; write rolling(days=365)")
    return Rolling(
        Duration(
            months=(0 if months is None else _whole(months, "months", 1, _MONTHS_MAX))
            + (0 if years is None else 12 * _whole(years, "years", 1, _YEARS_MAX)),
            days=(0 if days is None else _whole(days, "days", 1, _DAYS_MAX))
            + (0 if weeks is None else 7 * _whole(weeks, "weeks", 1, _WEEKS_MAX)),
            micros=0 if hours is None else HOUR * _whole(hours, "hours", 1, _HOURS_MAX),
        )
    )


#: A stretch of history that something is counted over.
Window: TypeAlias = Period | Lifetime | Since | Rolling


@final
@frozen
class Scope:
    """Name the smallest cells: one purchase, or one item of it."""

    name: str

    def __attrs_post_init__(self) -> None:
        _one_of(self.name, "scope", _SCOPE_NAMES)


#: Each purchase on its own.
purchase = Scope("purchase")
#: Each item of a purchase on its own.
item = Scope("item")


@final
@frozen
class EndOf:
    """
    Name the end of the calendar period a moment falls into, or of the one it falls into some time later.

    The end is the first instant that is no longer inside: what ends with January cannot be used at midnight.
    """

    period: Period
    after: Duration | None = None

    def __attrs_post_init__(self) -> None:
        _instance(self.period, Period, "what ends", "write end_of(month)")
        if self.after is not None:
            _instance(self.after, Duration, "after", "write end_of(month, after=months(6))")


def end_of(period: Period, after: Duration | None = None) -> EndOf:
    """
    Return the end of the period that holds the moment *after* later, by default the moment itself.

        >>> end_of(year, after=months(6))
        EndOf(period=Period(name='year'), after=Duration(months=6, days=0, micros=0))

    """
    return EndOf(period, after)


@final
@frozen
class Inactivity:
    """
    Name the end of a stretch without activity, counted from the latest one.

    Activity at the very end comes too late: what is due at an instant is done before the event of that instant.
    """

    duration: Duration

    def __attrs_post_init__(self) -> None:
        _instance(self.duration, Duration, "the length of inactivity", "write inactivity(months(12))")


def inactivity(duration: Duration) -> Inactivity:
    """Return the end that each activity puts off to *duration* after it."""
    return Inactivity(duration)


@final
@frozen
class Never:
    """Name the end that does not come."""


#: The end that does not come.
never = Never()
