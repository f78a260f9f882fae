"""
Choosing: which units of the items of a basket a discount is for, read as it stands.

To add a way to choose, say in `chosen` how pieces of lines come together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from loyalcore.discounts import Chosen, Discount, Parts, across
from loyalcore.interpreted.baskets import Piece, filled, first, in_price_order
from loyalcore.interpreted.questions import Case, holds, read, shaped, weight
from loyalcore.interpreted.sets import sets
from loyalcore.lookups import Product
from loyalcore.measures import Measure, Qualifying, Total
from loyalcore.units import Accrual
from loyalcore.windows import Scope

__all__ = ["chosen", "counting", "quantity"]


def quantity(case: Case, line: int) -> Fraction:
    """Return how much of a line there is."""
    return Fraction(case.items[line]["quantity"], 1000)


def chosen(case: Case, nets: Sequence[int], rule: Discount) -> list[list[Piece]]:
    """Return what is chosen of the items, group by group, by what they cost before any discount."""
    of = Chosen() if rule.of is None else rule.of
    lines = [place for place, each in enumerate(case.by_item()) if holds(rule.where, each)]
    pieces = [
        Piece(place, Fraction(1), Fraction(nets[place]))
        if of.lines
        else Piece(place, quantity(case, place), nets[place] / quantity(case, place))
        for place in lines
    ]
    number: Any = of.number
    if isinstance(number, Accrual):
        number = max(0, int(counting(case, number, [Fraction(place in lines) for place in range(len(nets))])))
    found = []
    for alone in _parted(case, of, pieces):
        left = number
        if of.of is None:
            groups = [alone]
        elif not isinstance(of.of, int):
            ordered = in_price_order(alone, of.grouped)
            groups = sets([(piece, _parts(case, piece, of.of)) for piece in ordered], [size for _, size in of.of])
        elif of.grouped == across:
            complete = math.floor(sum((piece.much for piece in alone), Fraction(0)) / of.of)
            groups, left = [alone], number * complete
        else:
            groups = filled(in_price_order(alone, of.grouped), Fraction(of.of))
        found += [first(in_price_order(group, of.order), left) for group in groups]
    if not of.lines:
        return found
    return [[piece._replace(much=quantity(case, piece.line)) for piece in group] for group in found]


def counting(case: Case, accrual: Accrual, much: Sequence[Fraction]) -> Fraction:
    """
    Return what a number comes to that counts so much of each item.

    A total with a condition of its own, and what is read of the event, are of the whole basket.
    """
    cases = case.by_item()

    def leaf(measure: Measure) -> Fraction:
        if isinstance(measure, Product | Qualifying):
            return leaf(measure.measure) * weight(measure, case)
        if not isinstance(measure, Total) or measure.where is not None:
            return read(measure, case)
        return sum(
            (each.number("item", measure.name) * part for each, part in zip(cases, much, strict=True)), Fraction(0)
        )

    return shaped(accrual.measure, leaf)


def _parts(case: Case, piece: Piece, parts: Parts) -> list[int]:
    """Return which parts of a set a piece does for."""
    line = case.by_item()[piece.line]
    return [part for part, (condition, _) in enumerate(parts) if holds(condition, line)]


def _parted(case: Case, of: Chosen, pieces: list[Piece]) -> list[list[Piece]]:
    """Return pieces parted into those of which so many are chosen."""
    if of.each is None:
        return [pieces]
    cases = case.by_item()
    found: dict[Any, list[Piece]] = {}
    for piece in pieces:
        key = piece.line if isinstance(of.each, Scope) else cases[piece.line].text(of.each)
        found.setdefault(key, []).append(piece)
    return list(found.values())
