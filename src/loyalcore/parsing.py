"""
Parsing: many lines as their rows at once, column by column.

Most of a line stood in another line before, so lines are read by what they hold of their own: moments, ids and numbers.
What is of one kind is read a column at a time. Where anything has to be looked at more closely, `Doubt` is raised, and
whoever asked goes line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice, repeat
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Final

from loyalcore.codec import check_row, load_entry
from loyalcore.entries import FACTS, Row
from loyalcore.errors import LoyalcoreError
from loyalcore.instants import FOREVER
from loyalcore.spelling import LATE, MANY, Doubt, id_text

__all__ = ["Parser"]

#: How many contents of facts are remembered while a text is read.
_KNOWN_MAX: Final = 4096
#: By how many characters at the start of a line its kind is told.
_START: Final = 6
#: How long the end of a fact is, with the hash of the program and what stands around it.
_END: Final = len(',""]') + 64
_FACTS: Final = frozenset(FACTS)


class Parser:
    """Be what was read of a text so far."""

    def __init__(self) -> None:
        #: Facts but for moments and id, by what stands there of their texts, for each kind.
        self._facts: dict[str, dict[str, tuple[Any, ...]]] = {}

    def rows(self, lines: list[str]) -> list[Row]:
        """Return the rows of lines; raises `Doubt` where one has to be looked at first."""
        starts = [line[:_START] for line in lines]
        try:
            rows = {start: iter(self._of_start(start, lines, starts)).__next__ for start in {*starts}}
            return [rows[start]() for start in starts]
        except (ValueError, LoyalcoreError) as problem:
            raise Doubt from problem

    def _of_start(self, start: str, lines: list[str], starts: list[str]) -> Iterable[Row]:
        if starts.count(start) < len(starts):
            lines = [line for line, each in zip(lines, starts, strict=True) if each == start]
        reader = _READERS.get(start)
        if reader is not None:
            return reader(lines)
        return self._of_facts(lines) if start in _OF_FACTS else map(load_entry, lines)

    def _of_facts(self, lines: list[str]) -> Iterable[Row]:
        """Return facts: by their texts but for moments and id, where these stood in a line before."""
        kinds, ats, names, rests = _turned([line.split(",", 3) for line in lines], 4)
        if kinds.count(kinds[0]) < len(kinds) or kinds[0][2:-1] not in _FACTS:
            return map(load_entry, lines)  # there are postings whose kinds begin as those of facts do
        recorded, keys = _held(ats, rests)
        facts = self._facts.setdefault(kinds[0], {})
        found = [*map(facts.get, keys)]
        if None not in found:
            return _facts(ats, names, recorded, found)
        rows: list[Row | None] = [None] * len(lines)
        for place, key in enumerate(keys):
            if found[place] is None and (known := facts.get(key)) is not None:
                found[place] = known
            elif found[place] is None:
                row = rows[place] = load_entry(lines[place])
                if "," not in str(row[2]) and len(facts) < _KNOWN_MAX:
                    facts[key] = (row[0], *row[3:7], row[8])
        if old := [place for place, row in enumerate(rows) if row is None]:
            ats, names, recorded = ([column[place] for place in old] for column in (ats, names, recorded))
            for place, row in zip(old, _facts(ats, names, recorded, [found[place] for place in old]), strict=True):
                rows[place] = row
        return rows  # type: ignore[return-value]


def _held(ats: Sequence[str], rests: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    """
    Return moments of recording, and what facts hold behind their ids but for those.

    The ends of lines are as long as a hash is; mostly what stands before them is the moment of the event again.
    """
    begin = -_END - len(ats[0])
    recorded = [rest[begin:-_END] for rest in rests]
    if recorded == [*ats]:
        return ats, [rest[:begin] + rest[-_END:] for rest in rests]
    parts = [rest.rsplit(",", 2) for rest in rests]
    _, moments, _ = _turned(parts, 3)
    return moments, [f"{held},,{program}" for held, _, program in parts]


def _turned(rows: Sequence[Sequence[str]], width: int) -> list[Sequence[str]]:
    if {*map(len, rows)} != {width}:
        raise Doubt
    return [*zip(*rows, strict=True)]


def _facts(ats: Sequence[str], names: Sequence[str], recorded: Sequence[str], found: Sequence[Any]) -> Iterable[Row]:
    moments = _integers(ats, LATE)
    nows = moments if ats is recorded or ats == recorded else _integers(recorded, LATE)
    kinds, contents, frozen, sums, slides, programs = zip(*found, strict=True)
    return zip(kinds, moments, _ids(names), contents, frozen, sums, slides, nows, programs, strict=True)


def _ids(texts: Sequence[str]) -> Sequence[Any]:
    """Return the ids of texts that are as ids are written."""
    if '"' not in "".join(texts):
        return _integers(texts, MANY)
    ids: list[Any] = [text[1:-1] if text[:1] == '"' else int(text) for text in texts]
    # What has to be escaped makes another text.
    if [*map(id_text, ids)] != [*texts]:
        raise Doubt
    return ids


def _fields(lines: list[str], kind: str, width: int) -> list[Any]:
    """
    Return lines of a kind as columns, cut at every comma.

    As each line begins with its kind, and there are as many of these in their column as there are lines, each row of
    the columns is one line: what is longer or shorter would move others to where no kind may stand.
    """
    fields = ",".join(lines).split(",")
    columns = [fields[place::width] for place in range(width)]
    if len(fields) != width * len(lines) or not _are_all(columns[0], f'["{kind}"'):
        raise Doubt
    return columns


def _earnings(lines: list[str]) -> Iterable[Row]:
    _, at, cause, rule, unit, amount, usable, expires, repaid, cell = _fields(lines, "earn", 10)
    if not (_are_all(usable, "null") and _are_all(cell, "null]")):
        raise Doubt
    nothing = repeat(None, len(lines))
    return zip(
        repeat("earn", len(lines)),
        _integers(at, LATE),
        _integers(cause, MANY),
        _names(rule),
        _names(unit),
        _integers(amount, MANY),
        nothing,
        _ends(expires),
        _integers(repaid, MANY),
        repeat(None, len(lines)),
        strict=True,
    )


def _expiries(lines: list[str]) -> Iterable[Row]:
    _, at, lot, unit, amount = _fields(lines, "expire", 5)
    return zip(
        repeat("expire", len(lines)),
        _integers(at, LATE),
        _integers(lot, MANY),
        _names(unit),
        _integers(_closed(amount, "]"), MANY),
        strict=True,
    )


def _spendings(lines: list[str]) -> Iterable[Row]:
    heads, tails = _turned([line.split(",[") for line in lines], 2)
    _, at, cause, rule, unit, amount = _fields([*heads], "spend", 6)
    return zip(
        repeat("spend", len(lines)),
        _integers(at, LATE),
        _integers(cause, MANY),
        _names(rule),
        _names(unit),
        _integers(amount, MANY),
        _pieces(_closed(tails, "]]")),
        strict=True,
    )


_READERS: Final = {'["earn': _earnings, '["expi': _expiries, '["spen': _spendings}
_OF_FACTS: Final = frozenset(f'["{kind}'[:_START] for kind in _FACTS)


def _closed(texts: Sequence[str], end: str) -> list[str]:
    """Return texts without what they end with."""
    if not all(text.endswith(end) for text in texts):
        raise Doubt
    return [text[: -len(end)] for text in texts]


def _pieces(texts: list[str]) -> Iterable[tuple[int, ...]]:
    """Return lots and amounts."""
    if "" in texts:
        raise Doubt
    sizes = [text.count(",") + 1 for text in texts]
    if any(size % 2 for size in sizes):
        raise Doubt
    numbers = iter(_parsed(",".join(texts), sum(sizes), MANY))
    return [tuple(islice(numbers, size)) for size in sizes]


def _are_all(texts: list[str], text: str) -> bool:
    return texts.count(text) == len(texts)


def _integers(texts: Sequence[str], end: int) -> Sequence[int]:
    """Return numbers from zero to below an end; one that is not written as numbers are makes another text."""
    first = texts[0]
    if texts[-1] == first and texts.count(first) == len(texts):
        return _parsed(first, 1, end) * len(texts)
    return _parsed(",".join(texts), len(texts), end)


def _parsed(text: str, count: int, end: int) -> list[int]:
    digits = text.replace(",", "")
    if not (digits.isascii() and digits.isdecimal()):
        raise Doubt
    # Of digits alone, JSON takes what has no zero in front.
    numbers: list[int] = json.loads(f"[{text}]")
    if len(numbers) != count or max(numbers) >= end:
        raise Doubt
    return numbers


def _ends(texts: list[str]) -> Sequence[int]:
    """Return moments, or `FOREVER`."""
    ends = _integers(texts, FOREVER + 1)
    if max(ends) >= LATE and any(LATE <= end < FOREVER for end in ends):
        raise Doubt
    return ends


def _names(texts: list[str]) -> Iterable[str]:
    """Return the names of texts."""
    return map({text: _name(text) for text in {*texts}}.__getitem__, texts)


def _name(text: str) -> str:
    name = text[1:-1]
    check_row(("expire", 0, 0, name, 0))
    if quote(name) != text:
        raise Doubt
    return name
