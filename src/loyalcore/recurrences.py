"""
Recurrences: the part of RFC 5545 that names dates and times of day, read strictly and expanded in bounded time.

A recurrence has FREQ from MINUTELY to YEARLY, and COUNT or UNTIL. It is expanded by `dateutil.rrule` in times without a
zone; `loyalcore.calendar` says where they lie.

A rule that no date fits would be sought until the year 9999, day by day. So it is expanded as late in the calendar as
that goes: the Gregorian calendar repeats every 400 years, weekdays included. What is left to look through is then less
than 500 years, a hundred thousand steps at most.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from loyalcore.durations import DAYS_MAX, YEARS_MAX
from loyalcore.errors import InvalidValue, shown
from loyalcore.texts import WEEKDAYS, check_text

__all__ = ["OCCURRENCES_MAX", "canonical", "times", "until"]

#: The most times that one recurrence may come.
OCCURRENCES_MAX = 10_000
_REPEATS = 400  # years
_DAY_MINUTES = 1440

_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY")
_DAYS = tuple(name[:2].upper() for name in WEEKDAYS)
_BYDAY = re.compile(rf"([+-]?[0-9]{{1,2}})?({'|'.join(_DAYS)})", re.ASCII)
_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,5}", re.ASCII)
#: What is a list of numbers: from which absolute value to which, and whether it may be below zero.
_NUMBERS: Final[Mapping[str, tuple[int, int, bool]]] = MappingProxyType(
    {
        "BYMONTH": (1, 12, False),
        "BYMONTHDAY": (1, 31, True),
        "BYYEARDAY": (1, 366, True),
        "BYWEEKNO": (1, 53, True),
        "BYHOUR": (0, 23, False),
        "BYMINUTE": (0, 59, False),
        "BYSETPOS": (1, 366, True),
    }
)
_SINGLE: Final[Mapping[str, int]] = MappingProxyType({"INTERVAL": 1000, "COUNT": OCCURRENCES_MAX})
#: The parts of a rule in the order in which it is written.
_ORDER = ("FREQ", "INTERVAL", "COUNT", "UNTIL", *list(_NUMBERS)[:-1], "BYDAY", "BYSETPOS", "WKST")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _refuse(text: str, why: str) -> InvalidValue:
    return InvalidValue(f"recurrence {shown(text)} {why}")


def canonical(given: object) -> str:
    """Return the one text of a recurrence; refuse what is no rule, has no end, or that no date can fit."""
    text = check_text(given, "a recurrence").upper().removeprefix("RRULE:")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name in parts or not value:
            raise _refuse(text, f"names {name} twice or without a value; write FREQ=MONTHLY;BYDAY=2TU;COUNT=12")
        if name not in _ORDER:
            raise _refuse(text, f"has {name}, which is no part of a rule here; use {', '.join(_ORDER)}")
        parts[name] = _read(text, name, value)
    _check(text, parts)
    kept = {name: value for name, value in parts.items() if (name, value) not in (("INTERVAL", "1"), ("WKST", "MO"))}
    return ";".join(f"{name}={kept[name]}" for name in _ORDER if name in kept)


def _read(text: str, name: str, value: str) -> str:
    """Return the value of a part in its one form."""
    if name == "FREQ":
        if value not in _FREQUENCIES:
            raise _refuse(text, f"has no FREQ it could have; use one of {', '.join(_FREQUENCIES)}")
    elif name in _SINGLE:
        return str(_number(text, name, value, 1, _SINGLE[name], below=False))
    elif name in _NUMBERS:
        least, most, below = _NUMBERS[name]
        found = {_number(text, name, each, least, most, below=below) for each in value.split(",")}
        return ",".join(map(str, sorted(found)))
    elif name == "BYDAY":
        return ",".join(_days(text, value))
    elif name == "WKST":
        if value not in _DAYS:
            raise _refuse(text, f"begins weeks on {value}; use one of {', '.join(_DAYS)}")
    else:
        _moment(text, value)
    return value


def _number(text: str, name: str, value: str, least: int, most: int, *, below: bool) -> int:
    number = int(value) if _NUMBER.fullmatch(value) else None
    if number is None or not least <= abs(number) <= most or (number < 0 and not below):
        wanted = f"a whole number from {least} to {most}{', or below zero' * below}"
        raise _refuse(text, f"has {name} {value!r}; it is {wanted}")
    return number


def _days(text: str, value: str) -> list[str]:
    found: set[tuple[int, int]] = set()
    for each in value.split(","):
        match = _BYDAY.fullmatch(each)
        number = int(match[1] or 0) if match else 0
        if match is None or abs(number) > 53 or (match[1] and not number):
            raise _refuse(text, f"has BYDAY {each!r}; write days such as TU, the second as 2TU, the last as -1TU")
        found.add((_DAYS.index(match[2]), number))
    return [f"{number or ''}{_DAYS[day]}" for day, number in sorted(found)]


def _moment(text: str, value: str) -> dt.datetime:
    """Return an UNTIL; a date is its last microsecond."""
    match = _UNTIL.fullmatch(value)
    date, time = (match[1], match[2]) if match else ("", None)
    try:
        if time is None:
            return dt.datetime.strptime(date, "%Y%m%d") + dt.timedelta(days=1, microseconds=-1)  # noqa: DTZ007
        return dt.datetime.strptime(date + time, "%Y%m%d%H%M%S")  # noqa: DTZ007 - local, or UTC as its Z says
    except ValueError:
        raise _refuse(text, "has no UNTIL it could have; write 20261231, or 20261231T235959Z") from None


def until(rule: str) -> tuple[dt.datetime, bool] | None:
    """Return the last moment at which a recurrence may begin, and whether that is in UTC; None where it has a COUNT."""
    value = _parts(rule).get("UNTIL")
    return None if value is None else (_moment(rule, value), value.endswith("Z"))


def _parts(rule: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.partition("=") for part in rule.split(";"))}


def _check(text: str, parts: dict[str, str]) -> None:
    """Refuse what RFC 5545 forbids, and what has no end."""
    frequency = parts.get("FREQ")
    if frequency is None:
        raise _refuse(text, f"has no FREQ; begin with FREQ= and one of {', '.join(_FREQUENCIES)}")
    if ("COUNT" in parts) == ("UNTIL" in parts):
        raise _refuse(text, "needs an end, and only one: COUNT=12, or UNTIL=20261231")
    for name in ("BYYEARDAY", "BYWEEKNO"):
        if name in parts and frequency != "YEARLY":
            raise _refuse(text, f"has {name}, which is for FREQ=YEARLY only")
    if "BYMONTHDAY" in parts and frequency == "WEEKLY":
        raise _refuse(text, "has BYMONTHDAY, which a week has not; use FREQ=DAILY or MONTHLY")
    numbered = any(day[0] not in "MTWFS" for day in parts.get("BYDAY", "MO").split(","))
    if numbered and (frequency not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in parts):
        raise _refuse(text, "numbers its days; that is for FREQ=MONTHLY, or FREQ=YEARLY without BYWEEKNO")
    if "BYSETPOS" in parts and not any(name in parts for name in (*list(_NUMBERS)[:-1], "BYDAY")):
        raise _refuse(text, "has BYSETPOS, which picks among what another BY… part names; add one")
    if "BYMONTHDAY" in parts and "BYMONTH" in parts:
        longest = max(_LONGEST[int(month) - 1] for month in parts["BYMONTH"].split(","))
        if all(abs(int(day)) > longest for day in parts["BYMONTHDAY"].split(",")):
            raise _refuse(text, "names a day that its months never have; correct BYMONTHDAY or BYMONTH")


def _rrule(rule: str) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return what expands a rule, and all it is told but for where it starts and ends."""
    from dateutil import rrule  # noqa: PLC0415 - see LAZY in the map of the package

    parts = _parts(rule)
    days = [rrule.weekday(_DAYS.index(day[-2:]), int(day[:-2]) if day[:-2] else None) for day in _list(parts, "BYDAY")]
    told: dict[str, Any] = {
        "freq": getattr(rrule, parts["FREQ"]),
        "interval": int(parts.get("INTERVAL", "1")),
        "wkst": _DAYS.index(parts.get("WKST", "MO")),
        "byweekday": days or None,
    }
    told |= {name.lower(): [int(each) for each in _list(parts, name)] or None for name in _NUMBERS}
    return rrule.rrule, told


def _list(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


@lru_cache(maxsize=64)
def times(rule: str, start: str, minute: int) -> tuple[int, ...]:
    """
    Return the times of a recurrence from a minute of a date on; refuse what is more than can be kept, or nothing.

    A time is on a clock: minutes since the midnight of the date with the ordinal zero. Only times that the rule names
    count, so the start itself may not. One after UNTIL may be among them where that is in UTC: the zone decides.
    """
    first, last, (expand, told) = dt.date.fromisoformat(start), until(rule), _rrule(rule)
    later = (dt.MAXYEAR - YEARS_MAX - 1 - first.year) // _REPEATS * _REPEATS
    shift = dt.date(first.year + later, 1, 1).toordinal() - dt.date(first.year, 1, 1).toordinal()
    horizon, count = first.toordinal() + DAYS_MAX, 0
    if last is None:
        count = told["count"] = int(_parts(rule)["COUNT"])
    else:
        end = last[0] + dt.timedelta(days=last[1])
        if end.toordinal() > horizon:
            raise _refuse(rule, f"reaches more than {YEARS_MAX} years from {start}; give it an earlier UNTIL")
        told["until"] = end + dt.timedelta(days=shift)
    begins = dt.datetime.fromordinal(first.toordinal() + shift) + dt.timedelta(minutes=minute)
    try:
        found = expand(dtstart=begins, **told)
    except ValueError:
        raise _refuse(rule, "names hours or minutes that its INTERVAL never comes to; correct it") from None
    on_the_clock = tuple(map(_minutes, islice(found, OCCURRENCES_MAX + 1)))
    if not on_the_clock:
        raise _refuse(rule, f"never happens from {start} on; correct it")
    if len(on_the_clock) > OCCURRENCES_MAX:
        raise _refuse(rule, f"happens more than {OCCURRENCES_MAX} times; use weekday() or time_of_day() for that")
    if len(on_the_clock) < count or on_the_clock[-1] // _DAY_MINUTES - shift > horizon:
        raise _refuse(rule, f"does not come to its COUNT within {YEARS_MAX} years from {start}; lower it")
    return tuple(each - shift * _DAY_MINUTES for each in on_the_clock)


def _minutes(moment: dt.datetime) -> int:
    return moment.toordinal() * _DAY_MINUTES + moment.hour * 60 + moment.minute
