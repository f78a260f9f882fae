r"""
The codec: rows as text, in exactly one form.

A row is one JSON array in ASCII without spaces: its kind first, then the fields of its layout, in the order of
`docs/design.md`. Values are integers, texts, ``true``, ``false``, ``null`` and arrays of these; characters outside
printable ASCII are written ``\uXXXX`` in lower case. So every row has one text and every text one row, on every
machine, and what two people hash is the same. This is format 1 (`FORMAT`); a kind that it does not have was written
by a later one and is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from loyalcore.entries import Entry, Row
from loyalcore.errors import CorruptLedger, InvalidValue, LoyalcoreError, shown
from loyalcore.layouts import TESTS

__all__ = ["FORMAT", "LENGTH_MAX", "check_row", "digest", "dump_entry", "load_entry"]

#: The number of the format that is written and read.
FORMAT: Final = 1
#: The most characters that the text of one row may have.
LENGTH_MAX: Final = 4_000_000

_DEPTH_MAX = 8
_ARRAYS_SAFE = 100

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_INNERMOST = re.compile(r"\[[^\[\]]*+\]")


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"{number[:40]} is no integer")


_decode: Final = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode
_encode: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode


def check_row(row: Any, error: type[LoyalcoreError] = CorruptLedger) -> None:
    """Raise an error, naming the field, for what is not a row of a known kind with the fields of its layout."""
    kind = row[0] if type(row) is tuple and row else None
    tests = TESTS.get(kind) if isinstance(kind, str) else None
    if tests is None:
        raise error(
            f"{shown(row, 120)} is no row of a kind that format {FORMAT} has; "
            "read it with the version of loyalcore that wrote it, or restore it from a copy"
        )
    if len(row) != 1 + len(tests):
        raise error(
            f"a row of kind {kind} has {len(tests)} fields after its kind, not {len(row) - 1}: {shown(row, 120)}; "
            "restore it from a copy"
        )
    for (name, test, wanted), value in zip(tests, row[1:], strict=True):
        if not test(value):
            raise error(f"{name} of a row of kind {kind} is {wanted}, not {shown(value, 120)}; restore it from a copy")


def dump_entry(entry: Entry | Row) -> str:
    r"""
    Return the one text of a row.

    Raises `InvalidValue`, naming the field, for what is not a row of a known kind.

        >>> dump_entry(("expire", 1798977600000000, 1, "point", 138))
        '["expire",1798977600000000,1,"point",138]'

    """
    row = entry.row if isinstance(entry, Entry) else entry
    check_row(row, InvalidValue)
    text = _encode(row)
    if len(text) > LENGTH_MAX:
        raise InvalidValue(f"a row has a text of {len(text)} characters; at most {LENGTH_MAX} are kept: {shown(row)}")
    return text


def load_entry(text: str) -> Row:
    """
    Return the row of a text that `dump_entry` has written.

    Raises `CorruptLedger` for any other text, also for one that only looks different: with spaces, another escape,
    or ``-0``. Length and depth are looked at before anything is built.

        >>> load_entry('["expire",1798977600000000,1,"point",138]')
        ('expire', 1798977600000000, 1, 'point', 138)

    """
    if not isinstance(text, str):
        raise InvalidValue(f"the text of a row is a str, not {type(text).__name__} {shown(text)}; decode it as ASCII")
    if len(text) > LENGTH_MAX:
        raise CorruptLedger(
            f"a row has a text of {len(text)} characters, and at most {LENGTH_MAX} are read: {text:.80}"
        )
    if _too_deep(text):
        raise CorruptLedger(f"a row is nested deeper than {_DEPTH_MAX} arrays: {text:.80}; restore it from a copy")
    try:
        row = _tuples(_decode(text))
    except ValueError as problem:
        raise CorruptLedger(f"a row is not JSON of integers and texts: {problem}: {text:.80}") from problem
    check_row(row)
    if _encode(row) != text:
        raise CorruptLedger(f"a row is not written in canonical form: {text:.80}; dump_entry writes {_encode(row):.80}")
    return row  # type: ignore[no-any-return]


def _too_deep(text: str) -> bool:
    """Tell whether many arrays are nested deeper than in any row, or are none, without building them."""
    if text.count("[") + text.count("{") <= _ARRAYS_SAFE:
        return False
    bare = _STRING.sub("", text)
    for _ in range(_DEPTH_MAX):
        bare = _INNERMOST.sub("", bare)
    return "[" in bare or "{" in bare


def _tuples(value: Any) -> Any:
    return tuple([_tuples(each) if type(each) is list else each for each in value]) if type(value) is list else value


def digest(rows: Iterable[Entry | Row], start: bytes = b"") -> bytes:
    """
    Return the SHA-256 chain over rows: each link is the hash of the link before it and the row's text.

    Keep the digest of an account's rows somewhere else, and any change of them can be found later, a truncation and
    a rewriting of everything included. Give the digest of earlier rows as *start* to go on from there.

        >>> digest([]) == b""
        True

    """
    link = start
    for row in rows:
        link = hashlib.sha256(link + dump_entry(row).encode("ascii")).digest()
    return link
