"""
Baskets: pieces of lines, which of them are chosen, what each has off, and how an amount is split, read plainly.

A piece is some of a line: which one, how much of it, and what a unit of it costs. Pieces are cut as far as somebody
has to choose among them, groups are filled one by one, and all numbers are fractions until they are rounded.

To add a way to take something off, say in `shares` what each piece has off.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from loyalcore.discounts import (
    Apiece,
    AtPrice,
    Discount,
    from_dearest,
    to_each,
    to_largest,
    to_last,
)
from loyalcore.interpreted.questions import Unread
from loyalcore.packages import as_listed
from loyalcore.units import Accrual, Amount

__all__ = [
    "Piece",
    "by_group",
    "dealt_out",
    "filled",
    "first",
    "fitting",
    "in_groups",
    "in_price_order",
    "rounded",
    "shares",
    "size",
    "spread",
]


class Piece(NamedTuple):
    """Be so much of a line, one unit of which costs a price."""

    line: int
    much: Fraction
    price: Fraction


def in_groups(rule: Discount) -> bool:
    """Tell whether all of each group is chosen."""
    return rule.of is not None and rule.of.of is not None and rule.of.number is None


def by_group(rule: Discount) -> bool:
    """Tell whether a price is one of whole groups."""
    return isinstance(rule.off, AtPrice) and in_groups(rule)


def shares(rule: Discount, group: list[Piece], worths: list[Fraction]) -> list[Fraction]:
    """Return what is off of each piece of a group, before it is rounded."""
    match rule.off:
        case Fraction() as share:
            return [worth * share for worth in worths]
        case Amount() | Accrual():
            return worths
        case Apiece(amount):
            return [min(worth, amount.minor * piece.much) for piece, worth in zip(group, worths, strict=True)]
        case AtPrice(amount) if by_group(rule):
            whole = sum(worths, Fraction(0))
            return [worth * max(Fraction(0), whole - amount.minor) / whole if whole else whole for worth in worths]
        case AtPrice(amount):
            return [
                max(Fraction(0), worth - amount.minor * piece.much) for piece, worth in zip(group, worths, strict=True)
            ]
        case _:
            raise Unread(rule.off, "what is off")


def rounded(rule: Discount, number: Fraction) -> int:
    """Return a number of smallest parts, rounded as the discount says."""
    return rule.rounding(number.numerator, number.denominator)


def in_price_order(pieces: list[Piece], order: str) -> list[Piece]:
    """Return pieces in an order; what costs the same stays as it is listed."""
    if order == as_listed:
        return pieces
    sign = -1 if order == from_dearest else 1
    return sorted(pieces, key=lambda piece: sign * piece.price)


def first(pieces: list[Piece], number: int | None) -> list[Piece]:
    """Return the first so many units of pieces."""
    if number is None:
        return pieces
    found, left = list[Piece](), Fraction(number)
    for piece in pieces:
        much = min(piece.much, left)
        left -= much
        if much:
            found.append(piece._replace(much=much))
    return found


def filled(pieces: list[Piece], size: Fraction) -> list[list[Piece]]:
    """Return complete groups, filled one by one."""
    found: list[list[Piece]] = []
    group: list[Piece] = []
    left = list(pieces)
    while left:
        piece = left.pop(0)
        room = size - sum((each.much for each in group), Fraction(0))
        group.append(piece._replace(much=min(piece.much, room)))
        if piece.much >= room:
            found.append(group)
            group = []
            if piece.much > room:
                left.insert(0, piece._replace(much=piece.much - room))
    return found


def size(groups: list[list[tuple[Piece, Fraction]]]) -> Fraction:
    """Return how many units have something off."""
    return sum((piece.much for group in groups for piece, share in group if share), Fraction(0))


def fitting(groups: list[list[tuple[Piece, Fraction]]], left: Fraction, *, whole: bool) -> list[list[Any]]:
    """
    Return what is chosen with the first units that have something off, so many; *whole* groups, or none of them.

    Units that have nothing off stay.
    """
    found: list[list[Any]] = []
    for group in groups:
        if whole and size([group]) <= left:
            found.append(group)
            left -= size([group])
        for piece, share in group if not whole else ():
            much = min(piece.much, left) if share else piece.much
            left -= much if share else 0
            found += [[(piece._replace(much=much), share * much / piece.much)]] if much else []
    return found


def spread(amount: int, weights: Sequence[Fraction], room: Sequence[int], rest: str) -> list[int]:
    """Split an amount in proportion, as `dealt_out` does."""
    if not amount:
        return [0] * len(weights)
    return dealt_out(amount, [amount * weight / sum(weights, Fraction(0)) for weight in weights], room, rest)


def dealt_out(amount: int, exact: Sequence[Fraction], room: Sequence[int], rest: str) -> list[int]:
    """Split an amount into parts, each cut; *rest* says who gets what is left over, as far as there is room."""
    parts = [min(math.floor(each), most) for each, most in zip(exact, room, strict=True)]
    cut: Callable[[int], Any] = lambda line: parts[line] - exact[line]  # noqa: E731 - what was cut off, below zero
    if rest == to_largest:
        for line in sorted(range(len(parts)), key=cut)[: amount - sum(parts)]:
            parts[line] += parts[line] < room[line]
    if rest == to_each:
        for line in [line for line, part in enumerate(exact) if part][: amount - sum(parts)]:
            parts[line] += parts[line] < room[line]
    lines = list(range(len(parts)))[:: -1 if rest == to_last else 1]
    for line in sorted(lines, key=lambda line: exact[line] == 0):
        parts[line] += min(amount - sum(parts), room[line] - parts[line])
    return parts
