"""Holding: what setting units aside, and ending a hold, becomes in entries."""

from __future__ import annotations

from loyalcore.ledger import Core

__all__ = ["free", "reserve", "time_out"]


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


def time_out(core: Core, at: int) -> None:
    """Release the holds whose time is over at a moment, in the order in which they came."""
    for hold in [seq for seq, (until, _, _) in core.holds.items() if until <= at]:
        free(core, at, None, hold)
