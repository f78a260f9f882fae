"""
Tenders: purchases with discounts, or of which a part was paid with points: what of each item, and what goes back.

What is off of each item by which discount, and how much money of it was paid by which rule, is frozen with the
purchase, behind the moments: for each discount its name and a number for each item, then how many these are; for each
rule, in the order in which the purchase names them, a number for each item. So all that follows is read from its row.
Where pieces are limited over a window, behind the discount stands, without a name, how much of each item it is off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loyalcore.engine.kept import Kept
from loyalcore.entries import Row
from loyalcore.errors import CorruptLedger
from loyalcore.ledger import Core
from loyalcore.returning import in_proportion, stays
from loyalcore.trace import caused, position, trace

__all__ = [
    "claims_of",
    "dealt",
    "discounts_of",
    "frozen_of",
    "heard",
    "is_tendered",
    "less_points",
    "paid_with",
    "pieces_back",
    "points_back",
    "still_off",
    "still_pieces",
    "still_spent",
]

_ID, _NET, _QUANTITY = range(3)


#: What stands instead of a name before how much of each item has something off.
_NAMELESS = ""
_TENDERED = (("paid_with",), ("claims",))


def paid_with(content: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return names of rules and the money paid with their points, in turn, of a purchase's content."""
    found: tuple[Any, ...] = content[3][-1] if content[2][-1:] == ("paid_with",) else ()
    return found


def claims_of(content: tuple[Any, ...]) -> tuple[str, ...] | None:
    """Return the discounts that a purchase's content claims; None where it has none."""
    at = -2 if content[2][-1:] == ("paid_with",) else -1
    found: tuple[str, ...] | None = content[3][at] if content[2][at:][:1] == ("claims",) else None
    return found


def frozen_of(taken: Sequence[tuple[str, tuple[int, ...]]], pieces: Mapping[str, tuple[int, ...]]) -> tuple[Any, ...]:
    """Return discounts, with what each takes off of every item, and of how much, as a purchase freezes them."""
    blocks: list[tuple[Any, ...]] = []
    for name, off in taken:
        blocks.append((name, *off))
        if name in pieces:
            blocks.append((_NAMELESS, *pieces[name]))
    return (*(part for block in blocks for part in block), len(blocks))


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


def is_tendered(content: tuple[Any, ...]) -> bool:
    """Tell whether a purchase's content has discounts, or says what is paid with points."""
    return content[2][-1:] in _TENDERED


_Parts = list[tuple[str, tuple[int, ...]]]


def _parts(content: tuple[Any, ...], frozen: tuple[Any, ...]) -> tuple[_Parts, _Parts]:
    """Return each discount of a purchase, and each rule with which it was paid, with what it did to each item."""
    names, items, first = paid_with(content)[::2], len(content[1]), _paid_from(content, frozen)
    paid = [(name, frozen[first + at * items : first + (at + 1) * items]) for at, name in enumerate(names)]
    return [block for block in _blocks(content, frozen) if block[0] != _NAMELESS], paid


def _paid_from(content: tuple[Any, ...], frozen: tuple[Any, ...]) -> int:
    """Return where what was paid with points begins."""
    return len(frozen) - len(paid_with(content)) // 2 * len(content[1])


def _blocks(content: tuple[Any, ...], frozen: tuple[Any, ...]) -> _Parts:
    """Return what is frozen of discounts, each with a number for each item."""
    if claims_of(content) is None:
        return []
    end, size = _paid_from(content, frozen) - 1, len(content[1]) + 1
    return [(frozen[at], frozen[at + 1 : at + size]) for at in range(end - frozen[end] * size, end, size)]


def discounts_of(row: Row) -> _Parts:
    """Return the discounts of a recorded purchase, each with what it took off of every item."""
    return _parts(row[3], row[4])[0] if row[0] == "purchase" and is_tendered(row[3]) else []


def still_off(purchase: Row, rows: Sequence[Any]) -> Iterator[tuple[str, int, bool]]:
    """Yield each discount of a recorded purchase, what is off of the rows that are kept, and if it is off of any."""
    kept = {row[_ID]: row[_QUANTITY] for row in rows}
    bought = [(kept.get(item[_ID], 0), item[_QUANTITY]) for item in purchase[3][1]]
    for name, off in discounts_of(purchase):
        there = [(part, left, whole) for part, (left, whole) in zip(off, bought, strict=True) if part and left]
        yield name, sum(part * left // whole for part, left, whole in there), bool(there)


def still_pieces(purchase: Row, rows: Sequence[Any]) -> dict[str, int]:
    """Return of how much of the rows that are kept something is off; what has nothing off goes back first."""
    kept, before = {row[_ID]: row[_QUANTITY] for row in rows}, ""
    found: dict[str, int] = {}
    for name, numbers in _blocks(purchase[3], purchase[4]):
        if name == _NAMELESS:
            of = zip(numbers, purchase[3][1], strict=True)
            found[before] = sum(min(pieces, kept.get(item[_ID], 0)) for pieces, item in of)
        before = name
    return found


def _added(parts: _Parts, items: int) -> list[int]:
    """Return what parts come to for each item."""
    return [sum(part[at] for _, part in parts) for at in range(items)]


def less_points(content: tuple[Any, ...], frozen: tuple[Any, ...], rows: tuple[Any, ...]) -> tuple[Any, ...]:
    """
    Return items of a purchase, or what is kept of them, as rules see them: net of discounts and of what points paid.

    The nets before points, and before discounts, stand behind everything else. Of an item that is kept in part, what
    was paid with money is in proportion and floored, as every number of it is: so it never rises while more goes back.
    """
    if not is_tendered(content):
        return rows
    items = content[1]
    off, paid = (_added(parts, len(items)) for parts in _parts(content, frozen))
    less = {item[_ID]: (off[at], paid[at], item) for at, item in enumerate(items)}
    return tuple(_less(row, *less[row[_ID]]) for row in rows)


def heard(row: Row) -> tuple[Any, Any]:
    """Return the values and the items of a recorded event as rules see them."""
    content = row[3]
    return (content[3], less_points(content, row[4], content[1])) if row[0] == "purchase" else (content[1], ())


def _less(row: tuple[Any, ...], off: int, paid: int, item: tuple[Any, ...]) -> tuple[Any, ...]:
    left, quantity = row[_QUANTITY], item[_QUANTITY]
    whole, after, money = (net * left // quantity for net in (item[_NET], item[_NET] - off, item[_NET] - off - paid))
    before_points = max(0, row[_NET] - (whole - after))
    return (row[_ID], max(0, before_points - (after - money)), *row[_QUANTITY:], before_points, row[_NET])


def points_back(core: Core, seq: int, on_return: Mapping[str, str]) -> Iterator[tuple[str, str, int, tuple[int, ...]]]:
    """
    Yield rule, unit, amount and pieces of the points that go back with the latest return of the purchase at a position.

    What was spent is dealt out over the items as the money was, or what the discount took off; of each there stays,
    floored, what stays of the item, unless a policy says otherwise. So it does not matter in which steps items go back.
    """
    row = core.row(seq)
    if row[0] != "purchase" or not is_tendered(row[3]):
        return
    before = after = Kept(row[3][1], anything=True)
    for at in trace(core).returns[row[2]]:
        before, after = after, after.without(*core.row(at)[3][1][1:])
    spent = {posting[3]: posting[4] for posting in _spends(core, seq)}
    had, has = (still_spent(core, row, kept.rows, on_return) for kept in (before, after))
    for name, amount in had.items():
        if back := amount - has[name]:
            yield name, spent[name], back, pieces_back(core, row[2], name, spent[name], back)


def still_spent(core: Core, purchase: Row, rows: Sequence[Any], on_return: Mapping[str, str]) -> dict[str, int]:
    """Return what is spent on the rows that are kept of a recorded purchase, by discount and by what pays."""
    seq = position(core, purchase[2])
    assert seq is not None  # noqa: S101 - it is recorded
    whole = {item[_ID]: item[_QUANTITY] for item in purchase[3][1]}
    spent = {posting[3]: posting[5] for posting in _spends(core, seq)}
    taken, tendered = _parts(purchase[3], purchase[4])
    left: dict[str, int] = {}
    for name, paid in [*((name, off) for name, off in taken if name in spent), *tendered]:
        policy = on_return[name]
        if policy != in_proportion:
            left[name] = spent[name] if rows or policy == stays else 0
            continue
        units = dict(zip(whole, dealt(spent[name], paid), strict=True))
        left[name] = sum(units[each[_ID]] * each[_QUANTITY] // whole[each[_ID]] for each in rows)
    return left


def _spends(core: Core, seq: int) -> Iterator[Row]:
    """Yield what was spent on the purchase at a position."""
    return (posting for _, posting in caused(core, seq) if posting[0] == "spend")


def pieces_back(core: Core, of: Any, rule: str, unit: str, amount: int) -> tuple[int, ...]:
    """Return pieces of the lots that an event drew from, the last ones first, less what came back before."""
    seq, stack = position(core, of), list[list[int]]()
    for fact in () if seq is None else (seq, *trace(core).returns.get(of, ())):
        for _, row in caused(core, fact):
            # What comes back is of the same rule, into its lots or as units that begin anew.
            if row[0] in ("spend", "restore", "earn") and row[3:5] == (rule, unit):
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
