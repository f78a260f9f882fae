"""Quotes: what an event would come to if it were decided now, and what little more would bring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import final

from attrs import field, frozen

from loyalcore.answers import Reason, Refusal, explained
from loyalcore.entries import Entry
from loyalcore.numbers import exact_text
from loyalcore.units import Amount, Unit

__all__ = ["Prospect", "Quote", "QuotedLot"]


@final
@frozen
class QuotedLot:
    """
    Be units that would come together: by which rule or lane, until when, and from when they could be used.

    *expires* is None for never, *usable* is None for at once. *repaid* is the part that would pay debt.
    """

    rule: str
    amount: Amount
    expires: dt.datetime | None
    usable: dt.datetime | None
    repaid: Amount


@final
@frozen
class Prospect:
    """
    Say what is missing, and what it would bring: *gives*, the rule's own part before lanes and limits, or a tier.

    *missing* is an amount, or an exact plain number, by which what *measure* names would have to be larger, all else
    being as it is.
    """

    rule: str
    measure: str
    missing: Amount | Fraction
    gives: Amount | None = None
    tier: str | None = None

    def __str__(self) -> str:
        brings = f"enter {self.tier}" if self.gives is None else f"give {self.gives}"
        missing = exact_text(self.missing) if isinstance(self.missing, Fraction) else self.missing
        return f"{self.rule}: {missing} more {self.measure} would {brings}"


@final
@frozen(eq=False)
class Quote:
    """
    Be what `loyalcore.Program.decide` would answer now, with nothing recorded.

    *entries* are those that would be stored; *balances* are the usable units less debt after them, by unit. A refused
    event has its *refusal* and no entries. An event that is *known* is quoted with what was recorded for it.
    """

    entries: tuple[Entry, ...]
    balances: tuple[Amount, ...] = ()
    refusal: Refusal | None = None
    known: bool = False
    _units: dict[str, Unit] = field(factory=dict, repr=False, alias="units")
    _explain: Callable[[], tuple[Reason, ...]] = field(default=tuple, repr=False, alias="explain")
    _prospects: Callable[[], tuple[Prospect, ...]] = field(default=tuple, repr=False, alias="prospects")

    def _posted(self, kind: str) -> tuple[Amount, ...]:
        """Return what entries of a kind come to, caused by the event, by unit in order of first mention."""
        table: dict[str, int] = {}
        for entry in self._caused(kind):
            table[entry.unit] = table.get(entry.unit, 0) + entry.amount
        return tuple(Amount(self._units[unit], amount) for unit, amount in table.items())

    def _caused(self, kind: str) -> list[Entry]:
        fact = next((entry.seq for entry in self.entries if entry.is_fact), None)
        return [entry for entry in self.entries if entry.kind == kind and entry.cause == fact]

    @property
    def gives(self) -> tuple[Amount, ...]:
        """Return what the event would earn, by unit."""
        return self._posted("earn")

    @property
    def costs(self) -> tuple[Amount, ...]:
        """Return what the event would spend, by unit, with rewards that nobody has to ask for."""
        return self._posted("spend")

    @property
    def takes(self) -> tuple[Amount, ...]:
        """Return by what the event would lower balances where it takes back what was earned, by unit."""
        return self._posted("take")

    @property
    def lots(self) -> tuple[QuotedLot, ...]:
        """Return the lots that would be opened, in the order of their entries."""
        found = []
        for entry in self._caused("earn"):
            unit = self._units[entry.unit]
            amount, repaid = Amount(unit, entry.amount), Amount(unit, entry.repaid)
            found.append(QuotedLot(entry.rule, amount, entry.expires, entry.usable, repaid))
        return tuple(found)

    @property
    def tiers(self) -> tuple[tuple[str, str], ...]:
        """Return the tiers that would be entered because of the event, each with its ladder before it."""
        return tuple((entry.ladder, entry.tier) for entry in self._caused("tier"))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return what each rule would give or miss, in the program's order; computed when read."""
        return self._explain()

    @property
    def prospects(self) -> tuple[Prospect, ...]:
        """Return what little more would bring, rules in the program's order and ladders last; computed when read."""
        return self._prospects()

    def explain(self) -> str:
        """Return the reasons as text, a line each."""
        return explained(self.refusal, self._explain)
