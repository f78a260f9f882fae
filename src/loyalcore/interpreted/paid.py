"""
Paid: what of a purchase was off by discounts, and what was paid with points, item by item.

Behind what was frozen with the purchase stand its discounts, each with its name and a number for each item, and how
many they are; behind one that is limited to pieces, without a name, how much of each item has something off. And then
what of each item is paid by which rule: a number for each item, for each rule in the order of their names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from loyalcore.interpreted.holdings import pairs

__all__ = ["by_discount", "by_rule", "dealt", "paid_of", "pieces_by_discount", "seen_items"]


def paid_of(content: tuple[Any, ...]) -> list[tuple[str, int]]:
    """Return with which rules a purchase is paid, and how much money with each."""
    names, values = content[-2:]
    return pairs(dict(zip(names, values, strict=True)).get("paid_with", ()))


def dealt(amount: int, weights: list[int]) -> list[int]:
    """Split an amount in proportion to weights: what the first of them get together is floored."""
    upto = [math.floor(Fraction(amount * behind, sum(weights))) for behind in accumulate(weights)]
    return [one - other for one, other in zip(upto, [0, *upto], strict=False)]


def by_rule(content: tuple[Any, ...], frozen: tuple[Any, ...]) -> dict[str, dict[Any, int]]:
    """Return what was paid of each item, by rule."""
    ids = [row[0] for row in content[1]]
    parts = iter(frozen[len(frozen) - len(paid_of(content)) * len(ids) :])
    return {name: {id_: next(parts) for id_ in ids} for name, _ in paid_of(content)}


def by_discount(content: tuple[Any, ...], frozen: tuple[Any, ...]) -> dict[str, dict[Any, int]]:
    """Return what is off of each item, by discount."""
    return {name: numbers for name, numbers in _told(content, frozen) if name}


def pieces_by_discount(content: tuple[Any, ...], frozen: tuple[Any, ...]) -> dict[str, dict[Any, int]]:
    """Return how much of each item has something off, by discount that is limited to pieces."""
    told = _told(content, frozen)
    return {before: numbers for (before, _), (name, numbers) in pairwise(told) if not name}


def _told(content: tuple[Any, ...], frozen: tuple[Any, ...]) -> list[tuple[str, dict[Any, int]]]:
    """Return what stands behind what was frozen: names, and a number for each item."""
    if "claims" not in content[-2]:
        return []
    ids = [row[0] for row in content[1]]
    before = list(frozen[: len(frozen) - len(paid_of(content)) * len(ids)])
    found = []
    for _ in range(before.pop()):
        numbers = [before.pop() for _ in ids][::-1]
        found.append((before.pop(), dict(zip(ids, numbers, strict=True))))
    return found[::-1]


def seen_items(content: tuple[Any, ...], frozen: tuple[Any, ...], rows: Any) -> tuple[Mapping[str, Any], ...]:
    """Return items, or what is kept of them, as rules see them: net of discounts and of what points paid."""
    if len(content) < 4:
        return ()
    paid, off = (list(tables.values()) for tables in (by_rule(content, frozen), by_discount(content, frozen)))
    bought = {row[0]: row for row in content[1]}
    found = []
    for row in rows:
        item, id_ = dict(zip(content[0], row, strict=True)), row[0]
        _, net, quantity, *_ = bought[id_]
        after = net - sum(table[id_] for table in off)
        prices = (net, after, after - sum(table[id_] for table in paid))
        # Of what is kept each is in proportion and floored; so what is left of the item has as much less.
        whole, reduced, money = (math.floor(Fraction(price * row[2], quantity)) for price in prices)
        before = max(0, item["net"] - (whole - reduced))
        nets = {"net_before_discounts": item["net"], "net_before_points": before}
        found.append(item | nets | {"net": max(0, before - (reduced - money))})
    return tuple(found)
