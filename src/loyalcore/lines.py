r"""
Lines: many entries as one text, a line for each.

A line is the canonical text of a row, as `loyalcore.codec.dump_entry` writes it, and ``\n`` behind it; so one list of
rows has one text, on every machine. A row does not say whose it is nor where it stands: a text holds entries of one
account, in order.

Many rows are written and read at once, see `loyalcore.spelling` and `loyalcore.parsing`. Where one of them is not at
once seen to be sound, they go one by one through `loyalcore.codec`, which names what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from loyalcore.codec import dump_entry, load_entry
from loyalcore.entries import Entry, Row
from loyalcore.errors import CorruptLedger, InvalidValue, LoyalcoreError, is_a, shown
from loyalcore.parsing import Parser
from loyalcore.spelling import Doubt, spelled

__all__ = ["dump_entries", "load_entries"]

#: How many are looked at together.
_CHUNK: Final = 4096


def dump_entries(entries: Iterable[Entry | Row]) -> str:
    r"""
    Return the one text of entries, a line for each.

    Raises `InvalidValue`, naming line and field, for what is not a row of a known kind.

        >>> dump_entries([("expire", 1798977600000000, 1, "point", 138)])
        '["expire",1798977600000000,1,"point",138]\n'

    """
    if not is_a(entries, Iterable):
        raise InvalidValue(f"entries are written one after the other, as a list or from a store, not {shown(entries)}")
    given: Iterator[Any] = iter(entries)
    lines: list[str] = []
    while chunk := [*islice(given, _CHUNK)]:
        if {*map(type, chunk)} != {tuple}:
            chunk = [each.row if isinstance(each, Entry) else each for each in chunk]
        try:
            lines += spelled(chunk)
        except (Doubt, TypeError, ValueError, LookupError):
            lines += _one_by_one(dump_entry, chunk, len(lines), InvalidValue)
    lines.append("")
    return "\n".join(lines)


def load_entries(text: str) -> list[Row]:
    r"""
    Return the rows of a text that `dump_entries` has written.

    Raises `CorruptLedger`, naming the line, for any other text: for one that was cut off, and for one that only looks
    different.

        >>> load_entries('["expire",1798977600000000,1,"point",138]\n')
        [('expire', 1798977600000000, 1, 'point', 138)]

    """
    if not isinstance(text, str):
        raise InvalidValue(f"the text of entries is a str, not {type(text).__name__} {shown(text)}; decode it as ASCII")
    lines = text.split("\n")
    if lines.pop():
        raise CorruptLedger(f"line {len(lines) + 1} does not end: it was cut off, or changed; restore it from a copy")
    parser, rows = Parser(), list[Row]()
    for place in range(0, len(lines), _CHUNK):
        chunk = lines[place : place + _CHUNK]
        try:
            rows += parser.rows(chunk)
        except Doubt:
            rows += _one_by_one(load_entry, chunk, place, CorruptLedger)
    return rows


def _one_by_one(
    change: Callable[[Any], Any], chunk: list[Any], before: int, error: type[LoyalcoreError]
) -> Iterator[Any]:
    """Yield what becomes of each row or line; say of the first that is wrong in which line that is."""
    for number, each in enumerate(chunk, before + 1):
        try:
            yield change(each)
        except error as problem:
            raise error(f"line {number}: {problem}") from problem
