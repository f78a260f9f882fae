"""
Snapshots: the state of an account as plain data, to start from without all of its entries.

What is kept of the entries is what later events may ask for: whole groups (a fact and what it caused), and whatever
those refer to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loyalcore.entries import FACTS, POSTINGS, TIERS, Row
from loyalcore.instants import BEGINNING
from loyalcore.ledger import Core
from loyalcore.lots import Book
from loyalcore.texts import check_id
from loyalcore.trace import about, position, trace

__all__ = ["SNAPSHOT_FORMAT", "freeze", "thaw"]

SNAPSHOT_FORMAT = 1
_FACTS = frozenset(FACTS)
#: Facts about an earlier one, which they name first.
_ABOUT = ("return", "capture", "release")
_PIECES = frozenset(kind for kind, layout in POSTINGS.items() if "pieces" in layout)


def freeze(core: Core, since: int | None) -> dict[str, Any]:
    """Write a core as plain data; entries recorded before a moment are kept only where they are still referred to."""
    rows: dict[int, Row] = dict(core.kept)
    rows.update(enumerate(core.rows(), core.base))
    kept = sorted(rows) if since is None else sorted(_needed(core, rows, since))
    return {
        "format": SNAPSHOT_FORMAT,
        "member": core.member,
        "length": core.length,
        "now": core.now,
        "purchases": core.purchases,
        "books": {unit: _frozen(book, kept) for unit, book in core.books.items() if not book.is_blank},
        "sums": [[name, start, amount] for (name, start), amount in core.sums.items()],
        "slides": {name: parts for name, slide in core.slides.items() if (parts := slide.parts[slide.head :])},
        "tiers": {ladder: list(found) for ladder, found in core.tiers.items()},
        "given": {ladder: list(found) for ladder, found in core.given.items()},
        "opened": dict(core.opened),
        "settings": dict(core.settings),
        "anchors": dict(core.anchors),
        "confirmed": [[lot, *found] for lot, found in core.confirmed.items()],
        "worths": [[lot, *found] for lot, found in core.worths.items()],
        "holds": [[seq, *found] for seq, found in core.holds.items()],
        "rows": [[seq, rows[seq]] for seq in kept],
    }


def _frozen(book: Book, kept: list[int]) -> list[Any]:
    """Return what a book holds; until when no lot of it ends, and which are spared, where that was ever said."""
    found = [book.debt, book.deadline, list(book.ended), book.lots[book.head :], list(book.pending)]
    # Nothing comes back into lots that are not kept.
    spared = sorted(book.spared.intersection(kept))
    if book.stays > BEGINNING or spared:
        found.append(book.stays)
    return [*found, spared] if spared else found


def _needed(core: Core, rows: dict[int, Row], since: int) -> set[int]:
    """Return the positions of entries that events about what was recorded since a moment may ask for."""
    index = trace(core)
    groups = dict(_groups(rows))
    wanted = [fact for fact in groups if rows[fact][7] >= since]
    wanted += [rows[hold][2] for hold in core.holds]
    # What a purchase gave and is pending may wait for an activity about it, also where it matures at a deadline.
    pending = {
        rows[lot][2] for book in core.books.values() for lot, *_, usable in book.open_lots() if usable is not None
    }
    wanted += [fact for fact in groups if fact in pending and rows[fact][0] == "purchase"]
    activities = about(rows.items())
    facts: set[int] = set()
    while wanted:
        fact = wanted.pop()
        if fact in facts:
            continue
        facts.add(fact)
        wanted += (*index.returns.get(rows[fact][2], ()), *activities.get(rows[fact][2], ()))
        if rows[fact][0] in _ABOUT and (of := position(core, rows[fact][3][1][0])) is not None:
            wanted.append(of)
    kept = {seq for fact in facts for seq in groups[fact]}
    # The lots of windows, and what became of them, belong to purchases of all ages.
    kept |= {seq for seq, row in rows.items() if row[0] in ("earn", "take") and row[-1] is not None}
    kept |= {seq for seq, row in rows.items() if row[0] in TIERS}
    lots = {lot for book in core.books.values() for lot, *_ in book.open_lots()}
    lots |= {seq for seq in kept if rows[seq][0] == "earn"}
    for seq in kept:
        row = rows[seq]
        if row[0] in _PIECES:
            lots.update(row[6][::2])
    kept |= {seq for seq, row in rows.items() if row[0] in ("expire", "mature") and row[2] in lots}
    return {seq for seq in kept | lots if seq in rows}


def _groups(rows: dict[int, Row]) -> Iterator[tuple[int, list[int]]]:
    """Yield each fact with the positions from it up to the next."""
    group: list[int] = []
    for seq in sorted(rows):
        if rows[seq][0] in _FACTS:
            if group:
                yield group[0], group
            group = []
        if group or rows[seq][0] in _FACTS:
            group.append(seq)
    if group:
        yield group[0], group


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def thaw(data: dict[str, Any]) -> Core:
    """Read a core from plain data."""
    core = Core(check_id(data["member"], "a member"))
    core.origin = data
    core.base = core.length = data["length"]
    core.now, core.noted = data["now"], data["purchases"]
    core.kept = {seq: _tuples(row) for seq, row in data["rows"]}
    for unit, (debt, deadline, ended, lots, pending, *more) in data["books"].items():
        book = core.book(unit)
        book.debt, book.deadline, book.ended = debt, deadline, (ended[0], ended[1])
        book.lots, book.pending = list(lots), list(pending)
        book.balance = sum(lots[1::3])
        book.stays = more[0] if more else BEGINNING
        for lot in more[1] if len(more) > 1 else ():
            book.spare(lot)
    core.sums = {(name, start): amount for name, start, amount in data["sums"]}
    for name, parts in data["slides"].items():
        slide = core.slide(name)
        slide.parts, slide.total = list(parts), sum(parts[1::2])
    core.tiers = {ladder: (tier, until, kind, at) for ladder, (tier, until, kind, at) in data["tiers"].items()}
    core.given = {ladder: (tier, until) for ladder, (tier, until) in data["given"].items()}
    core.opened = dict(data["opened"])
    core.settings, core.anchors = dict(data["settings"]), dict(data["anchors"])
    core.confirmed = {lot: (usable, expires) for lot, usable, expires in data["confirmed"]}
    core.worths = {lot: (unit, places, amount, units) for lot, unit, places, amount, units in data["worths"]}
    core.holds = {seq: (until, unit, amount) for seq, until, unit, amount in data["holds"]}
    core.find_due()
    return core
