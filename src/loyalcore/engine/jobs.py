"""
Jobs: what happens by itself as time passes, each at its moment, in one declared order at the same instant.

First holds time out, then lots mature, then rewards are claimed with lots that end, then lots expire, then tallies
slide, then windows end that rules wait for, then streaks go on or end, then tiers are reviewed, then windows begin that
rules wait for, then rewards are claimed whose units have come. `docs/design.md` says why.
"""

from __future__ import annotations

from typing import Any

from loyalcore.engine.claiming import Saving, Watch
from loyalcore.engine.consequences import Closing
from loyalcore.engine.holding import time_out
from loyalcore.engine.migrating import Migrating
from loyalcore.engine.runs import Run
from loyalcore.engine.tiers import Rungs
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.ledger import Core
from loyalcore.lots import Book

__all__ = ["Follower", "advance", "next_due", "settle"]

#: What time brings about, beside lots: migrations of units, ends of windows that rules wait for, streaks, then
#: ladders, in their order, then starts of windows, then rewards.
Follower = Closing | Migrating | Run | Rungs | Watch


def settle(core: Core, climbs: tuple[Follower, ...]) -> None:
    """
    Let end at once what an event has brought, or has let end, that is over already.

    Nothing is claimed with what it has brought: nobody could have used that.
    """
    if core.due <= core.now:
        advance(core, climbs, core.now, settles=True)


def advance(core: Core, climbs: tuple[Follower, ...], to: int, *, settles: bool = False) -> None:
    """Do everything that is due until a moment, that moment included, or what an event has let be due *settles*."""
    while core.due <= to:
        if _run_out(core, climbs, to):
            break
        # Between two moments of lots and terms only tallies move, and most of that concerns nobody.
        at = _next_but_slides(core, climbs)
        if (moved := _slide_before(core, climbs, min(at, to + 1))) is not None:
            for climb in climbs:
                if isinstance(climb, Watch):
                    climb.review(core, moved)
            continue  # what follows from a tier may be due before that
        if at > to:
            core.find_due()
            break
        if core.holds:
            time_out(core, at)
        _pass(core, climbs, at, settles=settles)
        while _slide_before(core, climbs, at + 1) is not None:
            pass
        for climb in climbs:
            climb.review(core, at)
        core.now = max(core.now, at)
        core.find_due()


def next_due(core: Core, climbs: tuple[Follower, ...]) -> int:
    """Return the next moment at which an entry is due; tallies that slide on their own leave none."""
    rolling: list[Any] = [climb for climb in climbs if climb.rolling]
    moves: list[int] = [climb.moves_at(core, FOREVER) for climb in rolling]
    return min(_next_but_slides(core, climbs), *moves, FOREVER)


def _run_out(core: Core, climbs: tuple[Follower, ...], to: int) -> bool:
    """
    Do what is due until a moment where that is only lots of plain events that end; tell whether it was.

    That is the usual case, and needs no look at each moment. Tallies slide on the way; the one of an only ladder as far
    as it can without a tier that moves.
    """
    book = core.own
    if core.form is None or core.more_books or book.pending or book.deadline < FOREVER or core.holds:
        return False
    if book.stays > BEGINNING:
        return False
    if core.tiers:
        for found in core.tiers.values():
            if found[1] <= to:
                return False
    if climbs and not _stays(core, climbs, to):
        return False
    lots, head = book.lots, book.head
    size, unit, put = len(lots), core.unit, core.put
    while head < size and (end := lots[head]) <= to:
        left = lots[head + 1]
        put(("expire", end, lots[head + 2], unit, left))
        book.balance -= left
        if end > core.now:
            core.now = end
        head += 3
    core.due = lots[head] if head < size else FOREVER
    book.move_head(head)
    if core.tally or core.tiers:
        core.drop(to)
        core.find_due()
    return True


def _stays(core: Core, climbs: tuple[Follower, ...], to: int) -> bool:
    """Tell whether no tier moves as amounts leave rolling windows until a moment."""
    some: tuple[Any, ...] = climbs
    if len(some) == 1 and not some[0].general:
        return not some[0].rolling or some[0].slide(core, to)
    return not any(climb.general or (climb.rolling and climb.moves_at(core, to + 1) <= to) for climb in some)


def _next_but_slides(core: Core, climbs: tuple[Follower, ...]) -> int:
    due = FOREVER
    for book in core.books.values():
        due = min(due, book.due())
    for until, _, _ in core.holds.values():
        due = min(due, until)
    for climb in climbs:
        # Only of what the program has: nobody reviews a tier that another program gave.
        due = min(due, climb.due(core))
    return due


def _pass(core: Core, climbs: tuple[Follower, ...], at: int, *, settles: bool) -> None:
    """Let lots mature, and then end, that are due at a moment; before they end, rewards may be claimed with them."""
    books = sorted(core.books.items())
    for unit, book in books:
        if book.pending and book.pending[0] <= at:
            _mature(core, book, unit, at)
    for climb in climbs:
        if isinstance(climb, Saving):
            climb.before_end(core, at, settles=settles)
    for unit, book in books:
        if book.due() <= at:
            _expire(core, book, unit, at)


def _mature(core: Core, book: Book, unit: str, at: int) -> None:
    over = []
    for lot, left, expires in book.waited(at):
        if book.end(lot, expires) > at:
            core.append(("mature", at, lot, unit, left, min(book.debt, left)))
        else:
            over.append((lot, left))
    for lot, left in over:
        core.append(("expire", at, lot, unit, left))


def _expire(core: Core, book: Book, unit: str, at: int) -> None:
    inactive = book.deadline <= at
    for lot, left, expires, _ in book.open_lots() if inactive else ():
        if lot not in book.spared:
            core.append(("expire", min(at, expires), lot, unit, left))
    while book.stays <= at and book.head < len(book.lots) and book.lots[book.head] <= at:
        lot, left = book.expire_first()
        core.put(("expire", at, lot, unit, left))


def _slide_before(core: Core, climbs: tuple[Follower, ...], stop: int) -> int | None:
    """
    Let tallies slide up to a moment, that moment excluded, or to the first at which tiers no longer fit.

    Those are left then; return that moment, or None where there were none.
    """
    rolling: list[Any] = [climb for climb in climbs if climb.rolling]
    moments = [(moment, climb) for climb in rolling if (moment := climb.moves_at(core, stop)) < stop]
    at = min((moment for moment, _ in moments), default=stop - 1)
    for slide in core.slides.values():
        slide.drop(at)
    for moment, climb in moments:
        if moment == at:
            climb.after_slide(core, at)
    if moments:
        core.now = max(core.now, at)
    return at if moments else None
