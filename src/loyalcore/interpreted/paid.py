"""
Paid: what of a purchase was paid with points, item by item.

What of each item is paid by which rule stands behind what was frozen with the purchase: a number for each item, for
each rule in the order of their names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from typing import Any

from loyalcore.interpreted.holdings import pairs

__all__ = ["by_rule", "dealt", "paid_of", "seen_items"]


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


def seen_items(content: tuple[Any, ...], frozen: tuple[Any, ...], rows: Any) -> tuple[Mapping[str, Any], ...]:
    """Return items, or what is kept of them, as rules see them: their net is what was paid with money."""
    tables = list(by_rule(content, frozen).values()) if len(content) == 4 else []
    bought = {row[0]: row for row in content[1]} if tables else {}
    found = []
    for row in rows:
        item = dict(zip(content[0], row, strict=True))
        points = 0
        if paid := sum(table[row[0]] for table in tables):
            _, net, quantity, *_ = bought[row[0]]
            whole, money = (math.floor(Fraction(part * row[2], quantity)) for part in (net, net - paid))
            points = whole - money
        found.append(item | {"net": max(0, item["net"] - points), "net_before_points": item["net"]})
    return tuple(found)
