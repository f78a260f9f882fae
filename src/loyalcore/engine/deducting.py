"""Deducting: what activities take of units, and what comes back of that where one is revoked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, final

from loyalcore.answers import Reason
from loyalcore.deductions import Deduct
from loyalcore.engine.judge import Judge
from loyalcore.engine.posting import Poster
from loyalcore.entries import Row
from loyalcore.ledger import Core
from loyalcore.limits import reject
from loyalcore.lots import Book
from loyalcore.returning import debt
from loyalcore.trace import caused
from loyalcore.units import Amount, Unit

__all__ = ["Deducting", "deductions", "of_deductions", "undo"]


@final
class Deducting:
    """Be a rule that takes units for activities, compiled: whether it speaks, and how much it takes."""

    def __init__(self, judge: Judge, rule: Deduct) -> None:
        self.name, self._unit, self._otherwise = rule.name, rule.takes.unit.name, rule.otherwise
        self._holds = judge.condition(rule.when)
        number = judge.measure(rule.takes.measure)
        self._value, self._scale = number.value, number.scale
        self._parts, self._rounding = 10**rule.takes.unit.places, rule.rounding

    def amount(self, event: Any, sums: Any, at: int, frozen: Any) -> int:
        """Return how much an activity is to take, in smallest parts."""
        if self._holds is not None and not self._holds(event, sums, at, frozen):
            return 0
        return max(0, self._rounding(self._value(event, sums, at, frozen) * self._parts, self._scale))

    def take(self, poster: Poster, core: Core, at: int, cause: int, cost: int) -> None:
        """Take what there is, nothing unless there is all of it, or leave the rest owed."""
        book = core.held(self._unit) or Book()
        there = min(cost, max(0, book.balance if self._otherwise == debt else book.balance - book.debt))
        if self._otherwise == reject and there < cost:
            return
        if there:
            poster.spend(core, at, cause, self.name, self._unit, there)
        if self._otherwise == debt and there < cost:
            owed = cost - there
            core.append(("take", at, cause, self.name, self._unit, owed, (), 0, owed, 0, None))


def deductions(judge: Judge) -> list[Deducting]:
    """Compile the rules that take units for events of the judge's kind."""
    return [Deducting(judge, rule) for rule in judge.terms.of_kind(Deduct)] if judge.kind == "activity" else []


def undo(rules: list[Deducting], poster: Poster, core: Core, at: int, fact: int, seq: int) -> None:
    """Give back what rules took for the activity at a position, because of the return at another."""
    names = {rule.name for rule in rules}
    for _, row in [*caused(core, seq)] if names else ():
        if row[0] == "spend" and row[3] in names:
            poster.give_back(core, at, fact, row)
        elif row[0] == "take" and row[3] in names:
            poster.give(core, at, fact, row[3], row[4], row[8], poster.end(core, row[4], at))


def of_deductions(
    rules: list[Deducting], units: Mapping[str, Unit], seq: int, postings: Iterable[Row]
) -> Iterator[Reason]:
    """Yield what rules took for the activity at a position, among what is recorded behind it."""
    names = {rule.name for rule in rules}
    for row in postings if names else ():
        if row[0] in ("spend", "take") and row[2] == seq and row[3] in names:
            said = "taken" if row[0] == "spend" else "owed, beyond what there was"
            yield Reason(row[3], Amount(units[row[4]], -row[5]), said)
