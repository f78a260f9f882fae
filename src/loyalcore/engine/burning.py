"""Burning: from which lots units are taken where a program has an order of its own, compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from loyalcore.burning import Burn, cheapest_first, dearest_first, newest_first, oldest_first, soonest_first
from loyalcore.ledger import Core
from loyalcore.terms import Terms

__all__ = ["Order", "in_order", "orders"]

#: What sorts a lot of an account, given its name and its end.
Order = Callable[[Core, int, int], tuple[int | Fraction, ...]]


def orders(terms: Terms) -> Mapping[str, Order]:
    """Return the order of each unit that is not used as is usual: soonest to end first, of those the oldest."""
    rules = [rule for rule in terms.of_kind(Burn) if rule.first or rule.by_date or rule.order != soonest_first]
    return {rule.unit.name: _order(rule) for rule in rules}


def _order(rule: Burn) -> Order:
    ranks, rest = rule.ranks, len(rule.first)

    def rank(core: Core, lot: int) -> int:
        return ranks.get(core.row(lot)[3], rest) if ranks else 0

    def at(core: Core, lot: int) -> int:
        found: int = core.row(lot)[1] if rule.by_date else 0
        return found

    if rule.order == oldest_first:
        return lambda core, lot, expires: (rank(core, lot), at(core, lot), lot)
    if rule.order == newest_first:
        return lambda core, lot, expires: (rank(core, lot), -at(core, lot), -lot)
    if rule.order in (dearest_first, cheapest_first):
        sign = -1 if rule.order == dearest_first else 1
        return lambda core, lot, expires: (rank(core, lot), sign * _worth(core, lot), at(core, lot), lot)

    def soonest(core: Core, lot: int, expires: int) -> tuple[int, ...]:
        end, own, _ = core.book(rule.unit.name).place(lot, expires)
        return rank(core, lot), end, own, at(core, lot), lot

    return soonest


def _worth(core: Core, lot: int) -> Fraction:
    """Return what one smallest part of a lot is worth, in smallest parts of money."""
    _, _, amount, units = core.worths.get(lot, ("", 0, 0, 1))
    return Fraction(amount, units)


def in_order(core: Core, unit: str, order: Order | None) -> list[tuple[int, int]]:
    """Return what is left in the usable lots of a unit, by name, in the order in which they are used."""
    lots = [(lot, left, expires) for lot, left, expires, usable in core.book(unit).open_lots() if usable is None]
    if order is not None:
        lots.sort(key=lambda each: order(core, each[0], each[2]))
    return [(lot, left) for lot, left, _ in lots]
