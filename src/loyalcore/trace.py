"""
The trace: an index over the rows of one account, for questions about the past.

Returns ask where a purchase is, what of it went back, and what became of its lots. The index is built when the first
question comes and grows with the log from there, so accounts without returns never pay for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from loyalcore.entries import FACTS, Row, is_caused
from loyalcore.ledger import Core
from loyalcore.log import spelled_out

__all__ = ["Trace", "caused", "trace"]

_FACTS = frozenset(FACTS)


class Trace:
    """
    Be the index over the rows read so far.

    *facts* are positions by event id, *returns* the positions of the returns of each purchase or redemption, *cells*
    the lots that each rule granted in each window, *lapsed* what expired of a lot, *absorbed* what takings back of a
    rule found expired in a cell or purchase, *tiers* the positions of tier rows by ladder.
    """

    __slots__ = ("absorbed", "cells", "facts", "lapsed", "read", "returns", "tiers")

    def __init__(self) -> None:
        self.read = 0
        self.facts: dict[str | int, int] = {}
        self.returns: dict[int, list[int]] = {}
        self.cells: dict[tuple[str, int], list[int]] = {}
        self.lapsed: dict[int, int] = {}
        self.absorbed: dict[tuple[str, Any], int] = {}
        self.tiers: dict[str, list[int]] = {}

    def add(self, seq: int, row: Row, core: Core) -> None:
        """Take in one row."""
        kind = row[0]
        if kind in _FACTS:
            self.facts[row[2]] = seq
            if kind == "return":
                self.returns.setdefault(self.facts[row[3][1][0]], []).append(seq)
        elif kind == "earn":
            if row[9] is not None:
                self.cells.setdefault((row[3], row[9]), []).append(seq)
        elif kind == "expire":
            self.lapsed[row[2]] = self.lapsed.get(row[2], 0) + row[4]
        elif kind == "take":
            if row[7]:
                key = (row[3], cell_of(core, self, row))
                self.absorbed[key] = self.absorbed.get(key, 0) + row[7]
        elif kind == "tier":
            self.tiers.setdefault(row[3], []).append(seq)


def cell_of(core: Core, index: Trace, row: Row) -> Any:
    """Return the window a taking back was in, or ("purchase", position) where it was in a purchase."""
    if row[10] is not None:
        return row[10]
    return ("purchase", index.facts[core.row(row[2])[3][1][0]])


def caused(core: Core, seq: int) -> Iterator[tuple[int, Row]]:
    """Yield the postings that the fact at a position caused, with their positions: they stand before the next fact."""
    older = ((place, core.kept.get(place)) for place in range(seq + 1, core.base))
    newer = enumerate(core.rows(max(seq + 1, core.base), content=False), max(seq + 1, core.base))
    for place, row in chain(older, newer):
        if row is not None and row[0] in _FACTS:
            break
        if row is not None and is_caused(row, seq):
            yield place, row


def trace(core: Core) -> Trace:
    """Return the index of a core, caught up with its rows."""
    index: Trace | None = core.trace
    if index is None:
        index = core.trace = Trace()
        for seq, row in core.kept.items():
            index.add(seq, row, core)
        index.read = core.base
    if index.read < core.length:
        _read_on(index, core)
    return index


def _read_on(index: Trace, core: Core) -> None:
    """Take in the rows that are new; of plain events there is nothing to note but where they are."""
    facts, seq = index.facts, index.read
    for end, given, row in core.runs(seq):
        if seq < end:
            assert core.form is not None  # noqa: S101 - without it there are no plain events
            places = range(seq, end, 2)
            facts.update(zip(map(core.form.id, islice(given, len(places))), places, strict=True))
        if row is not None:
            index.add(end, spelled_out(row, content=False), core)
        seq = end + 1
    index.read = core.length
