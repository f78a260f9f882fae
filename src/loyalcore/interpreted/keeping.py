"""Keeping: an event as rules see it, by what was frozen with it, and what is kept of a purchase after returns."""

from __future__ import annotations

from typing import Any, NamedTuple

from attrs import evolve

from loyalcore.entries import Row
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.histories import thaw
from loyalcore.interpreted.holdings import Holdings, anchors_set, pairs
from loyalcore.interpreted.paid import seen_items
from loyalcore.interpreted.questions import Case
from loyalcore.interpreted.stretches import asked

__all__ = ["Kept", "case_of", "keeps", "keeps_all", "kept_case", "lacks", "less", "money"]


def case_of(
    edition: Edition, kind: str, at: int, content: tuple[Any, ...], items: Any, frozen: tuple[Any, ...]
) -> Case:
    """Return an event as a version sees it, with items as entries hold them."""
    *_, names, values = content
    event = dict(zip(names, values, strict=True))
    rows = seen_items(content, frozen, items)
    seen: list[Case] = []
    for terms, moments in asked(edition, kind):
        told, frozen = thaw(terms, moments, frozen[: len(moments)]), frozen[len(moments) :]
        seen.append(Case(terms, kind, at, event, rows, told, anchors_set(kind, at, content)))
    own, *earlier = seen
    return evolve(own, earlier={case.terms.hash: case for case in earlier})


class Kept(NamedTuple):
    """
    Be what is kept of a purchase: how many of each item, and the money that was refunded of it.

    A purchase without items, and an activity, is kept until it is returned as a whole.
    """

    items: dict[Any, int]
    refunds: dict[Any, int]


def _bought(purchase: Row) -> tuple[tuple[Any, ...], ...]:
    """Return the items of a purchase; other events have none."""
    items: tuple[tuple[Any, ...], ...] = purchase[3][1] if purchase[0] == "purchase" else ()
    return items


def keeps(held: Holdings, purchase: Row) -> Kept | None:
    """Return what is kept of a purchase, by the returns recorded; None where nothing is."""
    kept: Kept | None = keeps_all(purchase)
    for place in held.returns(purchase[2]):
        kept = less(kept, *held.rows[place][3][1][1:])
    return kept


def keeps_all(purchase: Row) -> Kept:
    """Return all of a purchase as kept, before any return."""
    return Kept({row[0]: row[2] for row in _bought(purchase)}, {})


def less(kept: Kept | None, parts: tuple[Any, ...] | None, refunds: tuple[Any, ...] = ()) -> Kept | None:
    """Return what is kept after a return of items, or of everything, and of money."""
    if kept is None or parts is None:
        return None
    items, money = dict(kept.items), dict(kept.refunds)
    for item, number in pairs(parts):
        items[item] -= items[item] if number is None else number
    for item, amount in pairs(refunds):
        money[item] = money.get(item, 0) + amount
    items = {item: number for item, number in items.items() if number}
    return Kept(items, money) if items else None


def lacks(purchase: Row, kept: Kept, parts: tuple[Any, ...] | None, refunds: tuple[Any, ...] = ()) -> bool:
    """Tell whether items or money are to come back that are not there any more."""
    if any(item not in kept.items or (number or 0) > kept.items[item] for item, number in pairs(parts or ())):
        return True
    rows = seen_items(purchase[3], purchase[4], _items(purchase, less(kept, parts)))
    left = {row["id"]: row["net"] for row in rows}
    return any(amount > left.get(item, 0) for item, amount in pairs(refunds))


def _items(purchase: Row, kept: Kept | None) -> list[tuple[Any, ...]]:
    """
    Return the items that are kept, as entries hold them.

    Every number is in proportion to the quantity that is kept, floored; its id is no number. What was refunded of an
    item comes off its net, and off nothing else.
    """
    found: list[tuple[Any, ...]] = []
    for id_, net, quantity, *others in _bought(purchase):
        if kept is not None and (left := kept.items.get(id_, 0)):
            numbers = [each * left // quantity if type(each) is int else each for each in (net, *others)]
            found.append((id_, max(0, numbers[0] - kept.refunds.get(id_, 0)), left, *numbers[1:]))
    return found


def money(purchase: Row, kept: Kept) -> int:
    """Return the net of what is kept of a purchase, points that paid for it included."""
    return sum(row[1] for row in _items(purchase, kept))


def kept_case(edition: Edition, purchase: Row, kept: Kept) -> Case:
    """Return a purchase as if what is kept of it were all that was bought, by what was frozen with it."""
    kind, at, _, content, frozen, *_ = purchase
    return case_of(edition, kind, at, content, _items(purchase, kept), frozen)
