"""Granted: what a purchase was given, cell by cell, and what a return changes of that."""

from __future__ import annotations

from typing import Any

from loyalcore.engine.earning import PurchaseCell, WindowCell
from loyalcore.engine.worth import Worth, used_by
from loyalcore.entries import Row
from loyalcore.ledger import Core
from loyalcore.returning import stays
from loyalcore.trace import caused, position, trace

__all__ = ["awards_of", "change_of", "rising"]


def change_of(core: Core, cell: PurchaseCell | WindowCell, of: Any, old: Worth, new: Worth) -> int:
    """
    Return by how much what a purchase holds of a cell of its own changes, nothing where it stays.

    What it holds of a budget is what it drew; more is given as far as the budget goes.
    """
    worth = new.awards.get(cell.name, 0)
    if isinstance(cell, PurchaseCell) and cell.on_return == stays:
        return 0
    if not isinstance(cell, PurchaseCell) or cell.rooms.budget is None:
        return worth - old.awards.get(cell.name, 0)
    index = trace(core)
    facts = [seq for seq in (position(core, of), *index.returns.get(of, ())) if seq is not None]
    rows = [core.row(at) for fact in facts for at in index.draws.get(fact, ())]
    change = worth - sum(row[6] for row in rows if row[3] == cell.name)
    return cell.rooms.budget.cut(core, change) if change > 0 else change


def rising(cell: PurchaseCell, purchase: Row, at: int, old: int, new: int) -> list[tuple[int, int]]:
    """Return what a return gives of what waits for other windows, by when it is given, not before the return."""
    judged, used = (purchase[3][3], (), purchase[1], purchase[4]), used_by(purchase)
    before = dict(cell.rooms.parts(judged, old, used))
    parts = cell.rooms.parts(judged, new, used)
    return [(max(at, start), more) for start, part in parts if (more := part - before[start])]


def awards_of(core: Core, seq: int) -> dict[str, int]:
    """Return what the cells of a purchase granted when it was judged."""
    awards: dict[str, int] = {}
    for _, row in caused(core, seq):
        if row[0] == "earn" and row[9] is None:
            awards[row[3]] = awards.get(row[3], 0) + row[5]
    return awards
