"""
Durations: how much later, in civil months and days and in exact microseconds.

Plain values without a zone and without a moment; `loyalcore.calendar` adds them to one.
"""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.errors import InvalidValue
from loyalcore.instants import DAY, HOUR, MINUTE

__all__ = [
    "DAYS_MAX",
    "MONTHS_MAX",
    "YEARS_MAX",
    "Duration",
    "days",
    "hours",
    "minutes",
    "months",
    "weeks",
    "whole_number",
    "years",
]

# A hundred years. It is longer than any membership and keeps everything derived inside the years Python can date.
YEARS_MAX = 100
MONTHS_MAX = 12 * YEARS_MAX
DAYS_MAX = 36_525
_WEEKS_MAX = DAYS_MAX // 7
_HOURS_MAX = 24 * DAYS_MAX
_MICROS_MAX = DAY * DAYS_MAX


def whole_number(value: object, what: str, least: int, most: int) -> int:
    """Return a whole number inside its bounds, both included; `bool` is no number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(f"{what} must be an int, not {type(value).__name__} {value!r}; write a plain whole number")
    if not least <= value <= most:
        way_out = "use never for what has no end" if value > most else "a duration only reaches forward"
        raise InvalidValue(f"{what} must be from {least} to {most}, not {value}; {way_out}")
    return value


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
        whole_number(self.months, "months of a duration", 0, MONTHS_MAX)
        whole_number(self.days, "days of a duration", 0, DAYS_MAX)
        whole_number(self.micros, "micros of a duration", 0, _MICROS_MAX)
        if not (self.months or self.days or self.micros):
            raise InvalidValue("a duration must be longer than nothing, not 0; leave it out where none is meant")


def days(number: int) -> Duration:
    """
    Return a duration of civil days, 1 to 36,525: the same local time on a later date.

        >>> days(30)
        Duration(months=0, days=30, micros=0)

    """
    return Duration(days=whole_number(number, "days", 1, DAYS_MAX))


def weeks(number: int) -> Duration:
    """Return a duration of civil weeks, 1 to 5,217; `weeks(1) == days(7)`."""
    return Duration(days=7 * whole_number(number, "weeks", 1, _WEEKS_MAX))


def months(number: int) -> Duration:
    """Return a duration of civil months, 1 to 1,200, clamped: a month after 31 January is the last of February."""
    return Duration(months=whole_number(number, "months", 1, MONTHS_MAX))


def years(number: int) -> Duration:
    """Return a duration of civil years, 1 to 100, clamped: a year after 29 February is 28 February."""
    return Duration(months=12 * whole_number(number, "years", 1, YEARS_MAX))


def minutes(number: int) -> Duration:
    """Return a duration of exact minutes, 1 to 52,596,000, as between two uses of a benefit."""
    return Duration(micros=MINUTE * whole_number(number, "minutes", 1, 60 * _HOURS_MAX))


def hours(number: int) -> Duration:
    """Return a duration of exact hours, 1 to 876,600; `hours(24) != days(1)`, since a local day may have 23 or 25."""
    return Duration(micros=HOUR * whole_number(number, "hours", 1, _HOURS_MAX))
