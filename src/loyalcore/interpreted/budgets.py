"""Budgets: what another account has, while something is decided that draws on it, and what rules give out of it."""

from __future__ import annotations

from typing import Any, final

from loyalcore.interpreted.cells import Cell, Worth
from loyalcore.interpreted.holdings import Holdings
from loyalcore.limits import reject

__all__ = ["Party", "of_budget", "of_budgets"]


@final
class Party:
    """Be another account that takes part in a decision: what it holds, and what is to be moved there."""

    def __init__(self, account: str | int, held: Holdings) -> None:
        self.account, self.held = account, held
        self.taken: dict[str, int] = {}
        #: Rule, unit, what it gets or, below zero, gives, the end of a lot it gets, and the event that is undone.
        self.moves: list[tuple[Any, ...]] = []
        #: The places of moves of units that inactivity spares.
        self.spared: list[int] = []

    def left(self, unit: str) -> int:
        """Return what can be drawn, less what this decision has drawn; nothing while units are owed."""
        return (0 if self.held.debt(unit) else self.held.balance(unit)) - self.taken.get(unit, 0)


def of_budget(held: Holdings, cell: Cell, award: int) -> int:
    """Return what of an award the account has that it comes from, and take it; all of it without a budget."""
    if cell.budget is None:
        return award
    unit, party = cell.rule.gives.unit.name, held.parties.get(cell.name)
    left = 0 if party is None else max(0, party.left(unit))
    if award > left:
        award = 0 if cell.budget.otherwise == reject else left
    if party is not None:
        party.taken[unit] = party.taken.get(unit, 0) + award
    return award


def of_budgets(held: Holdings, cells: list[Cell], purchase: int, old: Worth, new: Worth) -> None:
    """Let a purchase hold of budgets what it has drawn, and get more than that as far as they go."""
    facts = [purchase, *held.returns(held.rows[purchase][2])]
    drawn = [row for fact in facts for _, row in held.caused(fact) if row[0] == "draw"]
    for cell in cells:
        if cell.budget is None or cell.window is not None:
            continue
        had = sum(row[6] for row in drawn if row[3] == cell.name)
        worth = sum(part for _, part in new.awards.get(cell.name, ()))
        old.awards[cell.name] = [(None, had)]
        new.awards[cell.name] = [(None, had + of_budget(held, cell, worth - had) if worth > had else worth)]
