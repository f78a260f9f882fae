"""Holding: what setting units aside, and ending a hold, becomes in entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from loyalcore.engine.tallying import Changes
from loyalcore.ledger import Core

__all__ = ["free", "freed", "reserve", "time_out"]

#: What an entry calls it that nobody ended a hold which had taken room under limits.
_TIMED_OUT: Final = "hold timed out"


def reserve(core: Core, at: int, cause: int, rule: str, unit: str, pieces: tuple[int, ...], until: int) -> None:
    """Set units aside: pieces of lots, in the order in which they would be spent."""
    core.append(("reserve", at, cause, rule, unit, sum(pieces[1::2]), pieces, until))


def free(core: Core, at: int, cause: int | None, hold: int, captured: int = 0) -> None:
    """
    End a hold: spend what is *captured*, from its first pieces on; the rest pays debt, then goes back into its lots.

    All of it comes out of the hold, so that spending is one kind of row wherever the units were.
    """
    _, _, _, rule, unit, amount, pieces, _ = core.row(hold)
    repaid = min(core.book(unit).debt, amount - captured)
    to_spend, to_repay = captured, repaid
    spent: list[int] = []
    back: list[int] = []
    for place in range(0, len(pieces), 2):
        lot, size = pieces[place : place + 2]
        taken = min(to_spend, size)
        paid = min(to_repay, size - taken)
        to_spend -= taken
        to_repay -= paid
        if taken:
            spent += (lot, taken)
        if size > paid:
            back += (lot, size - paid)
    core.append(("free", at, cause, rule, unit, amount, tuple(back), repaid, hold))
    if spent:
        core.append(("spend", at, cause, rule, unit, captured, tuple(spent)))


def freed(core: Core, cause: int, left: int, whole: int) -> Changes:
    """Return the room under limits that a hold, recorded at *cause*, has taken for what of it is *left* unspent."""
    changes, (_, _, _, _, _, sums, slides, _, _) = Changes(), core.row(cause)
    changes.sums += _part(sums, left, whole)
    changes.slides += _part(slides, left, whole)
    return changes


def _part(flat: tuple[Any, ...], left: int, whole: int) -> Iterator[Any]:
    """Yield changes of tallies that undo a part of others; all of them are of so many times, or pieces of a price."""
    for place in range(0, len(flat), 3):
        if back := flat[place + 2] * left // whole:
            yield from (flat[place], flat[place + 1], -back)


def time_out(core: Core, at: int) -> None:
    """Release the holds whose time is over at a moment, in the order in which they came, with the room they took."""
    for hold in [seq for seq, (until, _, _) in core.holds.items() if until <= at]:
        cause = core.row(hold)[2]
        free(core, at, None, hold)
        room = freed(core, cause, 1, 1)
        if room.sums or room.slides:
            program = core.row(cause, content=False)[8]
            said = (_TIMED_OUT, None, (), tuple(room.sums), tuple(room.slides), program)
            core.append(("arise", at, core.length - 1, *said))
