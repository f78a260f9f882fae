"""
Tenders: purchases of which a part was paid with points: what of each item, and what of it goes back.

How much money of each item was paid by which rule is frozen with the purchase, behind the moments: for each rule, in
the order in which the purchase names them, a number for each item. So all that follows is read from its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from loyalcore.engine.kept import Kept
from loyalcore.entries import Row
from loyalcore.errors import CorruptLedger
from loyalcore.ledger import Core
from loyalcore.trace import caused, position, trace

__all__ = ["dealt", "heard", "less_points", "paid_with", "pieces_back", "points_back"]

_ID, _NET, _QUANTITY = range(3)


def paid_with(content: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return names of rules and the money paid with their points, in turn, of a purchase's content."""
    found: tuple[Any, ...] = content[3][-1] if content[2][-1:] == ("paid_with",) else ()
    return found


def dealt(amount: int, weights: Sequence[int]) -> list[int]:
    """
    Split an amount in proportion to weights, of which there are some.

    The first parts together are floored, so that all parts come to the amount, and none of one up to the sum of the
    weights is above its weight.
    """
    whole, behind, before, parts = sum(weights), 0, 0, list[int]()
    for weight in weights:
        behind += weight
        upto = amount * behind // whole
        parts.append(upto - before)
        before = upto
    return parts


def _parts(content: tuple[Any, ...], frozen: tuple[Any, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """Return each rule with which a purchase was paid, and what it paid of each item."""
    names, items = paid_with(content)[::2], len(content[1])
    first = len(frozen) - len(names) * items
    return [(name, frozen[first + at * items : first + (at + 1) * items]) for at, name in enumerate(names)]


def less_points(content: tuple[Any, ...], frozen: tuple[Any, ...], rows: tuple[Any, ...]) -> tuple[Any, ...]:
    """
    Return items of a purchase, or what is kept of them, as rules see them: net of what was paid with points.

    The net before that stands behind everything else. Of an item that is kept in part, what was paid with money is in
    proportion and floored, as every number of it is: so it never rises while more goes back.
    """
    if content[2][-1:] != ("paid_with",):
        return rows
    sums = [sum(part) for part in zip(*(paid for _, paid in _parts(content, frozen)), strict=True)]
    paid = {item[_ID]: (part, item) for item, part in zip(content[1], sums, strict=True)}
    return tuple(_less(row, *paid[row[_ID]]) for row in rows)


def heard(row: Row) -> tuple[Any, Any]:
    """Return the values and the items of a recorded event as rules see them."""
    content = row[3]
    return (content[3], less_points(content, row[4], content[1])) if row[0] == "purchase" else (content[1], ())


def _less(row: tuple[Any, ...], paid: int, item: tuple[Any, ...]) -> tuple[Any, ...]:
    net, left, quantity = item[_NET], row[_QUANTITY], item[_QUANTITY]
    points = net * left // quantity - (net - paid) * left // quantity
    return (row[_ID], max(0, row[_NET] - points), *row[_QUANTITY:], row[_NET])


def points_back(core: Core, seq: int) -> Iterator[tuple[str, str, int, tuple[int, ...]]]:
    """
    Yield rule, unit, amount and pieces of the points that go back with the latest return of the purchase at a position.

    What was spent is dealt out over the items as the money was; of each there stays, floored, what stays of the item.
    So it does not matter in which steps items go back.
    """
    row = core.row(seq)
    if row[0] != "purchase" or not paid_with(row[3]):
        return
    whole = {item[_ID]: item[_QUANTITY] for item in row[3][1]}
    before = after = Kept(row[3][1], anything=True)
    for at in trace(core).returns[row[2]]:
        before, after = after, after.without(*core.row(at)[3][1][1:])
    spent = {posting[3]: posting[4:6] for _, posting in caused(core, seq) if posting[0] == "spend"}
    for name, paid in _parts(row[3], row[4]):
        unit, amount = spent[name]
        units = dict(zip(whole, dealt(amount, paid), strict=True))
        had, has = (
            sum(units[each[_ID]] * each[_QUANTITY] // whole[each[_ID]] for each in kept.rows)
            for kept in (before, after)
        )
        if had > has:
            yield name, unit, had - has, pieces_back(core, row[2], name, unit, had - has)


def pieces_back(core: Core, of: Any, rule: str, unit: str, amount: int) -> tuple[int, ...]:
    """Return pieces of the lots that an event drew from, the last ones first, less what came back before."""
    seq, stack = position(core, of), list[list[int]]()
    for fact in () if seq is None else (seq, *trace(core).returns.get(of, ())):
        for _, row in caused(core, fact):
            if row[0] in ("spend", "restore") and row[3:5] == (rule, unit):
                if row[0] == "spend":
                    stack += [[row[6][place], row[6][place + 1]] for place in range(0, len(row[6]), 2)]
                else:
                    _pop(stack, row[5])
    if sum(left for _, left in stack) < amount:
        raise CorruptLedger(
            f"account {core.member!r} does not know from which lots {of} drew {amount} {unit}; "
            "take snapshots that keep older rows"
        )
    return tuple(_pop(stack, amount))


def _pop(stack: list[list[int]], amount: int) -> list[int]:
    """Take so much off the end of a stack of pieces; return the pieces."""
    pieces: list[int] = []
    while amount:
        lot, left = stack[-1]
        part = min(left, amount)
        pieces += (lot, part)
        amount -= part
        stack[-1][1] -= part
        if part == left:
            stack.pop()
    return pieces
