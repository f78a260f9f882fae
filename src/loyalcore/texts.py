"""Texts at the border: names of a program's parts, ids of events, and values of attributes."""

from __future__ import annotations

import re

from loyalcore.errors import InvalidValue

__all__ = ["ID_MAX", "TEXT_MAX", "check_id", "check_name", "check_text"]

ID_MAX = 128
TEXT_MAX = 1000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+:/%-]{0,63}", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def check_name(name: object, what: str) -> str:
    """Return the name of a part of a program: 1 to 64 ASCII letters, digits and ``._+:/%-`` or spaces."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name.endswith(" "):
        raise InvalidValue(
            f"{what} is named by 1 to 64 ASCII letters, digits, spaces or . _ + : / % -, not {name!r:.80}"
        )
    return name


def check_id(value: object, what: str) -> str | int:
    """
    Return an id: text of 1 to 128 characters, or a whole number from 0.

    Text is compared by code points and not normalised; control characters, lone surrogates and spaces at either
    end are refused, since stores and files would change them.
    """
    if type(value) is int and 0 <= value < 2**63:
        return value
    if (
        not isinstance(value, str)
        or not 1 <= len(value) <= ID_MAX
        or _CONTROL.search(value)
        or value != value.strip()
    ):
        raise InvalidValue(
            f"{what} must be 1 to {ID_MAX} printable characters without spaces around, or a whole number from 0, "
            f"not {value!r:.80}"
        )
    return str(value)


def check_text(value: object, what: str) -> str:
    """Return the text of an attribute: at most 1,000 characters, no control characters or lone surrogates."""
    if not isinstance(value, str) or len(value) > TEXT_MAX or _CONTROL.search(value):
        raise InvalidValue(f"{what} must be a text of at most {TEXT_MAX} printable characters, not {value!r:.80}")
    return str(value)
