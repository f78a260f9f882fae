"""
Texts at the border: names of a program's parts, ids of events, and values of attributes.

What comes in as a subclass of `str`, such as a member of an enumeration, is kept as the plain text it holds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from loyalcore.errors import InvalidValue, shown

__all__ = [
    "ID_MAX",
    "TEXT_MAX",
    "WEEKDAYS",
    "by_tiers",
    "check_date",
    "check_id",
    "check_name",
    "check_text",
    "check_time",
    "id_order",
    "is_date",
    "is_id",
    "plain",
]

ID_MAX = 128
TEXT_MAX = 1000
#: The days of the week as texts name them.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+:/%-]{0,63}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def plain(text: str) -> str:
    """Return the characters of a text; `str()` of an enumeration's member may be its name instead."""
    return str.__str__(text)


def check_name(name: object, what: str) -> str:
    """Return the name of a part of a program: 1 to 64 ASCII letters, digits and ``._+:/%-`` or spaces inside."""
    if type(name) is not str or not _NAME.fullmatch(name) or name.endswith(" "):
        raise InvalidValue(
            f"{what} is named by 1 to 64 ASCII letters, digits, spaces or . _ + : / % - as a plain str, beginning with "
            f"a letter or digit and without a space at its end, not {shown(name)}"
        )
    return name


def by_tiers(given: object, read: Callable[[str, Any], object], wanted: str) -> Any:
    """
    Return what is given for each tier, each read, as pairs in the order of the tiers' names.

    *given* is a mapping, or such pairs; what is neither, or empty, is refused by saying what is *wanted*.
    """
    items: Any = given.items() if isinstance(given, Mapping) else given
    try:
        found = {check_name(tier, "a tier"): read(tier, value) for tier, value in items}
    except InvalidValue:
        raise
    except (TypeError, ValueError):
        found = {}
    if not found:
        raise InvalidValue(f"{wanted}, not {shown(given)}")
    return tuple(sorted(found.items()))


def check_id(value: object, what: str) -> str | int:
    """
    Return an id: text of 1 to 128 characters, or a whole number from 0 to 2**63 - 1.

    Text is compared by code points and not normalised; control characters, lone surrogates and spaces at either
    end are refused, since stores and files would change them.
    """
    if type(value) is int and 0 <= value < 2**63:
        return value
    if not isinstance(value, str) or not is_id(plain(value)):
        raise InvalidValue(
            f"{what} must be 1 to {ID_MAX} printable characters without spaces around, or a whole number from 0, "
            f"not {shown(value)}"
        )
    return plain(value)


def is_id(text: str) -> bool:
    """Tell whether a text can be an id."""
    return 1 <= len(text) <= ID_MAX and not _CONTROL.search(text) and text == text.strip()


def id_order(value: str | int) -> tuple[bool, str | int]:
    """Return what sorts ids: integers in order, then texts by code points."""
    return isinstance(value, str), value


def check_text(value: object, what: str) -> str:
    """Return the text of an attribute: at most 1,000 characters, no control characters or lone surrogates."""
    if not isinstance(value, str) or len(value) > TEXT_MAX or _CONTROL.search(value):
        raise InvalidValue(f"{what} must be a text of at most {TEXT_MAX} printable characters, not {shown(value)}")
    return plain(value)


def is_date(value: object) -> bool:
    """Tell whether a value is the ISO text of a date of the years 1900 to 2200, such as ``"2026-05-31"``."""
    if type(value) is not str or not _DATE.fullmatch(value):
        return False
    try:
        return 1900 <= dt.date.fromisoformat(value).year <= 2200
    except ValueError:
        return False


def check_date(value: object, what: str) -> None:
    """Refuse what is not the text of a date, see `is_date`."""
    if not is_date(value):
        raise InvalidValue(f"{what} is a date of the years 1900 to 2200 such as '2026-05-31', not {shown(value)}")


def check_time(value: object, what: str) -> int:
    """Return the minutes after midnight of a time of day such as ``"17:30"``; ``"24:00"`` is the end of the day."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise InvalidValue(f'{what} is a time of day from "00:00" to "24:00", such as "17:30", not {shown(value)}')
    hour, minute = found.groups()
    return 1440 if hour is None else 60 * int(hour) + int(minute)
