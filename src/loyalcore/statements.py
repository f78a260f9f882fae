"""Statements: what changed what a member has of a unit, line by line, and what that comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import final

from attrs import evolve, frozen

from loyalcore.entries import FACTS, Row, moment
from loyalcore.errors import CorruptLedger, InvalidValue, is_a, shown
from loyalcore.instants import from_instant
from loyalcore.units import Amount, Unit

__all__ = ["Statement", "StatementLine", "statement_of"]

#: By how much each kind of row changes what a member has.
_SIGNS = {"earn": 1, "restore": 1, "spend": -1, "take": -1}


@final
@frozen
class StatementLine:
    """
    Be one change of what a member has of a unit.

    *kind* is ``"earn"``, ``"spend"``, ``"take"`` (by a return, or by hand), ``"restore"`` (what a return gives back of
    units that were spent) or ``"expire"``; *rule* is who gave the units or what they were spent on, ``""`` where the
    account is from a snapshot that has forgotten it. *event* is the id of the event, None where time alone did it.
    *amount* is below zero for what is gone. *expires* is the end of what was earned, None for never, and *usable* the
    moment when it can be used, None for at once.
    """

    at: dt.datetime
    kind: str
    rule: str
    amount: Amount
    event: str | int | None = None
    expires: dt.datetime | None = None
    usable: dt.datetime | None = None

    def __str__(self) -> str:
        return f"{self.at.isoformat(' ')} {self.kind} {self.rule}: {self.amount}"


@final
@frozen
class Statement:
    """
    Be what changed what a member has of a unit, as an account and an answer state it.

    *lines* stand in the order in which they were recorded. What waits or is held counts as had, and debt as missing,
    so that the *total* of a whole account is its balance with what is pending and held.
    """

    unit: Unit
    lines: tuple[StatementLine, ...]

    def _sum(self, *kinds: str) -> int:
        return sum(line.amount.minor for line in self.lines if line.kind in kinds)

    @property
    def earned(self) -> Amount:
        """Return what was credited: by rules and by hand, what is not usable yet included."""
        return Amount(self.unit, self._sum("earn"))

    @property
    def spent(self) -> Amount:
        """Return what was spent, less what was given back."""
        return Amount(self.unit, -self._sum("spend", "restore"))

    @property
    def taken(self) -> Amount:
        """Return what was taken back: by returns, and by hand."""
        return Amount(self.unit, -self._sum("take"))

    @property
    def expired(self) -> Amount:
        """Return what ended unused."""
        return Amount(self.unit, -self._sum("expire"))

    @property
    def total(self) -> Amount:
        """Return what all lines come to: earned, less spent, taken and expired."""
        return Amount(self.unit, sum(line.amount.minor for line in self.lines))

    @property
    def rules(self) -> dict[str, Amount]:
        """Return what the lines of each rule come to, in the order of their first lines."""
        table: dict[str, int] = {}
        for line in self.lines:
            table[line.rule] = table.get(line.rule, 0) + line.amount.minor
        return {rule: Amount(self.unit, minor) for rule, minor in table.items()}

    def of(self, *rules: str) -> Statement:
        """Return the lines of some rules, by their names."""
        if odd := [rule for rule in rules if not is_a(rule, str)]:
            raise InvalidValue(f"a statement is of rules by their names, not of {shown(odd[0])}")
        return evolve(self, lines=tuple(line for line in self.lines if line.rule in rules))

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines)) or f"nothing in {self.unit.name}"


def statement_of(unit: Unit, rows: Iterable[Row], row_at: Callable[[int], Row]) -> Statement:
    """Return the statement of some rows of an account, which has others at their positions."""
    found = []
    for row in rows:
        if row[0] in _SIGNS and row[4] == unit.name:
            event = _event(row[2], row_at)
            amount = Amount(unit, _SIGNS[row[0]] * row[5])
            ends = (moment(row[7]), moment(row[6])) if row[0] == "earn" else (None, None)
            kind = "restore" if _is_given_anew(row, row_at) else row[0]
            found.append(StatementLine(from_instant(row[1]), kind, row[3], amount, event, *ends))
        elif row[0] == "expire" and row[3] == unit.name:
            found.append(StatementLine(from_instant(row[1]), "expire", _rule(row[2], row_at), Amount(unit, -row[4])))
    return Statement(unit, tuple(found))


def _is_given_anew(row: Row, row_at: Callable[[int], Row]) -> bool:
    """Tell whether a lot is what comes back of units that were spent on a redemption or purchase, and begin anew."""
    if row[0] != "earn":
        return False
    try:
        if row_at(row[2])[0] != "return":
            return False
        before = map(row_at, range(row[2] - 1, -1, -1))
        spent = (each for each in before if each[0] == "spend" and each[3:5] == row[3:5])
        return any(row_at(each[2])[0] in ("purchase", "redemption", "capture") for each in spent)
    except CorruptLedger:
        return False


def _event(cause: int, row_at: Callable[[int], Row]) -> str | int | None:
    """Return the id of the event that caused a row, or None where time did it, or where it is forgotten."""
    try:
        fact = row_at(cause)
    except CorruptLedger:
        return None
    return fact[2] if fact[0] in FACTS else None


def _rule(lot: int, row_at: Callable[[int], Row]) -> str:
    """Return the rule that gave a lot, or nothing where that is forgotten."""
    try:
        return str(row_at(lot)[3])
    except CorruptLedger:
        return ""
