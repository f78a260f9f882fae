"""
Jobs: what happens by itself as time passes, each at its moment, in one declared order at the same instant.

First lots mature, then lots expire, then tallies slide, then tiers are reviewed. `docs/design.md` says why.
"""

from __future__ import annotations

from loyalcore.engine.tiers import Climb
from loyalcore.ledger import Core
from loyalcore.lots import Book

__all__ = ["advance"]


def advance(core: Core, climbs: tuple[Climb, ...], to: int) -> None:
    """Do everything that is due until a moment, that moment included."""
    while core.due <= to:
        core.find_due()
        at = core.due
        if at > to:
            return
        for unit in sorted(core.books) if len(core.books) > 1 else core.books:
            book = core.books[unit]
            if book.pending and book.pending[0] <= at:
                _mature(core, book, unit, at)
            if book.due() <= at:
                _expire(core, book, unit, at)
        for climb in _slide(core, climbs, at):
            climb.after_slide(core, at)
        for climb in climbs:
            climb.review(core, at)
        core.now = max(core.now, at)


def _mature(core: Core, book: Book, unit: str, at: int) -> None:
    pending = book.pending
    while pending and pending[0] <= at:
        left, lot = pending[1], pending[2]
        core.append(("mature", at, lot, unit, left, min(book.debt, left)))


def _expire(core: Core, book: Book, unit: str, at: int) -> None:
    inactive = book.deadline <= at
    for lot, left, expires, _ in book.open_lots() if inactive else ():
        core.append(("expire", min(at, expires), lot, unit, left))
    while book.head < len(book.lots) and book.lots[book.head] <= at:
        lot, left = book.expire_first()
        core.rows.append(("expire", at, lot, unit, left))


def _slide(core: Core, climbs: tuple[Climb, ...], at: int) -> list[Climb]:
    """Let tallies slide; return the ladders that are reviewed for it."""
    changed: set[str] = set()
    for name, slide in core.slides.items():
        if slide.due() <= at:
            before = slide.total
            slide.drop(at)
            if slide.total != before:
                changed.add(name)
    return [climb for climb in climbs if climb.rolling and climb.tally in changed] if changed else []
