"""
The trace: an index over the rows of one account, for questions about the past.

Returns ask where a purchase is, what of it went back, and what became of its lots. The index is built when the first
question comes and grows with the log from there, so accounts without returns never pay for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from loyalcore.counterparts import part_of
from loyalcore.entries import FACTS, TIERS, Row, is_caused
from loyalcore.ledger import Core

__all__ = ["Trace", "about", "caused", "followed", "found_at", "position", "trace"]

_FACTS = frozenset(FACTS)


class Trace:
    """
    Be the index over the rows read so far.

    *facts* are positions by event id, *returns* the positions of the returns of each purchase or redemption, by its id,
    *cells* the lots that each rule granted in each window, *lapsed* what expired of a lot, *absorbed* what takings back
    of a rule found expired of a unit in a cell or purchase, *tiers* the positions of tier rows by ladder, *captures*
    those of captures by the id of their hold, *draws* those of what facts drew on other accounts, by fact. Plain events
    are read only when an id is asked for that is not among the others, see `position`.
    """

    __slots__ = ("absorbed", "captures", "cells", "draws", "facts", "lapsed", "others", "plain", "returns", "tiers")

    def __init__(self) -> None:
        #: How many of the log's other rows were read, and up to which position plain ones.
        self.others = self.plain = 0
        self.facts: dict[str | int, int] = {}
        self.returns: dict[str | int, list[int]] = {}
        self.cells: dict[tuple[str, int], list[int]] = {}
        self.lapsed: dict[int, int] = {}
        self.absorbed: dict[tuple[str, str, Any], int] = {}
        self.tiers: dict[str, list[int]] = {}
        self.captures: dict[str | int, int] = {}
        self.draws: dict[int, list[int]] = {}

    def add(self, seq: int, row: Row, core: Core) -> None:
        """Take in one row."""
        kind = row[0]
        if kind in _FACTS:
            self.facts[row[2]] = seq
            if kind == "return":
                self.returns.setdefault(row[3][1][0], []).append(seq)
            elif kind == "capture":
                self.captures[row[3][1][0]] = seq
            elif kind == "counterpart" and (of := part_of(row)) is not None:
                self.returns.setdefault(of, []).append(seq)
        elif kind == "earn":
            if row[9] is not None:
                self.cells.setdefault((row[3], row[9]), []).append(seq)
        elif kind == "expire":
            self.lapsed[row[2]] = self.lapsed.get(row[2], 0) + row[4]
        elif kind == "take":
            if row[7]:
                key = (row[3], row[4], cell_of(core, row))
                self.absorbed[key] = self.absorbed.get(key, 0) + row[7]
        elif kind in TIERS:
            self.tiers.setdefault(row[3], []).append(seq)
        elif kind == "draw":
            self.draws.setdefault(row[2], []).append(seq)


def about(rows: Iterable[tuple[int, Row]]) -> dict[Any, list[int]]:
    """Return the positions of activities among rows, by the purchase they are about."""
    found: dict[Any, list[int]] = {}
    for seq, row in rows:
        if row[0] == "activity" and row[3][0][-1] == "of":
            found.setdefault(row[3][1][-1], []).append(seq)
    return found


def cell_of(core: Core, row: Row) -> Any:
    """Return the window a taking back was in, or ("purchase", id) where it was in a purchase."""
    if row[10] is not None:
        return row[10]
    return ("purchase", core.row(row[2])[3][1][0])


def caused(core: Core, seq: int) -> Iterator[tuple[int, Row]]:
    """Yield the postings that the fact at a position caused, with their positions: they stand before the next fact."""
    for place, row in _behind(core, seq):
        if is_caused(row, seq):
            yield place, row


def followed(core: Core, seq: int) -> Iterator[tuple[int, Row]]:
    """Yield all that followed from the fact at a position: what it caused, and what that did, with their positions."""
    causes = {seq}
    for place, row in _behind(core, seq):
        if any(is_caused(row, cause) for cause in causes):
            causes.add(place)
            yield place, row


def _behind(core: Core, seq: int) -> Iterator[tuple[int, Row]]:
    """Yield the rows that are there behind a position up to before the next fact, with their positions."""
    older = ((place, core.kept.get(place)) for place in range(seq + 1, core.base))
    newer = enumerate(core.rows(max(seq + 1, core.base), content=False), max(seq + 1, core.base))
    for place, row in chain(older, newer):
        if row is not None and row[0] in _FACTS:
            break
        if row is not None:
            yield place, row


def trace(core: Core) -> Trace:
    """Return the index of a core, caught up with all rows but those of plain events."""
    index: Trace | None = core.trace
    if index is None:
        index = core.trace = Trace()
        for seq, row in core.kept.items():
            index.add(seq, row, core)
        index.plain = core.base
    if index.others < len(core.others):
        for seq, row in core.others_from(index.others):
            index.add(seq, core.spelled_out(row, content=False), core)
        index.others = len(core.others)
    return index


def position(core: Core, id_: Any) -> int | None:
    """Return where the fact of an event stands, or None where the account has no such event."""
    known: Trace | None = core.trace
    if known is not None and known.plain == core.length:
        # All facts are known, whatever else there is to read.
        return known.facts.get(id_)
    index = trace(core)
    found = index.facts.get(id_)
    if found is None and index.plain < core.length:
        _read_plain(index, core)
        found = index.facts.get(id_)
    return found


def found_at(core: Core, length: int, seq: int, id_: Any) -> None:
    """Note where the only fact stands that came after so many rows, if all those before were read."""
    index: Trace | None = core.trace
    if index is not None and index.plain == length:
        index.facts[id_] = seq
        index.plain = core.length


def _read_plain(index: Trace, core: Core) -> None:
    """Note where plain events are."""
    seq = max(index.plain, core.base + core.lead)
    for end, given in core.runs(seq):
        if seq < end:
            assert core.form is not None  # noqa: S101 - without it there are no plain events
            places = range(seq, end, 2)
            index.facts.update(zip(core.form.ids(islice(given, len(places))), places, strict=True))
        seq = end + 1
    index.plain = core.length
