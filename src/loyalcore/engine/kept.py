"""What is kept of a purchase after its returns, in the form entries hold items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from loyalcore.ledger import Core
from loyalcore.trace import trace

__all__ = ["Kept", "kept_of", "net_of", "overdrawn", "scaled"]

_ID, _NET, _QUANTITY = range(3)
_NO_REFUNDS: Mapping[Any, int] = {}


class Kept(NamedTuple):
    """
    Be what is left of a purchase: rows of items, whether anything is, and what was refunded of items by id.

    A purchase without items is kept until it is returned as a whole. What is refunded in money is kept itself.
    """

    rows: tuple[tuple[Any, ...], ...]
    anything: bool
    refunds: Mapping[Any, int] = _NO_REFUNDS

    def without(self, parts: tuple[Any, ...] | None, refunds: tuple[Any, ...] = ()) -> Kept:
        """
        Return what is left after another return, given as ids and quantities in turn; None is everything.

        *refunds* are ids and money in turn.
        """
        if parts is None:
            return Kept((), anything=False, refunds=self.refunds)
        gone = dict(zip(parts[::2], parts[1::2], strict=True))
        rows = tuple(row for row in (_less(row, gone) for row in self.rows) if row is not None)
        given = dict(self.refunds)
        for item, money in zip(refunds[::2], refunds[1::2], strict=True):
            given[item] = given.get(item, 0) + money
        return Kept(rows, anything=bool(rows), refunds=given)

    def lacks(self, parts: tuple[Any, ...] | None) -> tuple[Any, int] | None:
        """Return an item that is not kept, or not to that quantity, and how much of it is, or None."""
        held = {row[_ID]: row[_QUANTITY] for row in self.rows}
        for at in range(0, len(parts or ()), 2):
            assert parts is not None  # noqa: S101 - the range is empty otherwise
            item, quantity = parts[at], parts[at + 1]
            if item not in held or (quantity is not None and quantity > held[item]):
                return item, held.get(item, 0)
        return None


def overdrawn(refunds: tuple[Any, ...], rows: tuple[Any, ...]) -> tuple[Any, int] | None:
    """Return an item of which more money is to be refunded than is left of it in rows, and how much is, or None."""
    net = {row[_ID]: row[_NET] for row in rows}
    for item, money in zip(refunds[::2], refunds[1::2], strict=True):
        if money > net.get(item, 0):
            return item, net.get(item, 0)
    return None


def _less(row: tuple[Any, ...], gone: dict[Any, int | None]) -> tuple[Any, ...] | None:
    """Mark the quantity of a row as returned; None where nothing of it is left."""
    if row[_ID] not in gone:
        return row
    quantity = gone[row[_ID]]
    left = 0 if quantity is None else row[_QUANTITY] - quantity
    return (*row[:_QUANTITY], left, *row[_QUANTITY + 1 :]) if left else None


def scaled(kept: Kept, original: tuple[tuple[Any, ...], ...]) -> tuple[tuple[Any, ...], ...]:
    """
    Return the kept rows with every number in proportion to the quantity that is left, floored, net less refunds.

    Numbers come from the original row each time, so that steps of returns make no difference.
    """
    whole = {row[_ID]: row for row in original}
    rows = (_in_proportion(whole[row[_ID]], row[_QUANTITY]) for row in kept.rows)
    return tuple(_refunded(row, kept.refunds[row[_ID]]) if row[_ID] in kept.refunds else row for row in rows)


def _refunded(row: tuple[Any, ...], money: int) -> tuple[Any, ...]:
    """Return a row of which money was given back, more of it perhaps than what came back later leaves."""
    return (*row[:_NET], max(0, row[_NET] - money), *row[_NET + 1 :])


def _in_proportion(row: tuple[Any, ...], left: int) -> tuple[Any, ...]:
    quantity = row[_QUANTITY]
    if left == quantity:
        return row
    numbers = [
        value * left // quantity if type(value) is int and at not in (_ID, _QUANTITY) else value
        for at, value in enumerate(row)
    ]
    numbers[_QUANTITY] = left
    return tuple(numbers)


def kept_of(core: Core, seq: int, items: tuple[tuple[Any, ...], ...]) -> Kept:
    """Return what is kept of the purchase at a position, by the returns recorded."""
    kept = Kept(items, anything=True)
    for at in trace(core).returns.get(core.row(seq, content=False)[2], ()):
        kept = kept.without(*core.row(at)[3][1][1:])
    return kept


def net_of(rows: tuple[tuple[Any, ...], ...]) -> int:
    """Return the money of rows of items."""
    return sum([row[_NET] for row in rows])
