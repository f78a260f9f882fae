"""
Baskets: which units of lines are chosen, what is off them, and how that is split over the lines.

All of it is arithmetic on lines, and reads no rule. Quantities are thousandths, money is smallest parts, and what is
between them is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from loyalcore.discounts import across, from_cheapest, from_dearest, to_each, to_largest, to_last

__all__ = ["Group", "Line", "Off", "choose", "cut_to", "dealt_out", "groups", "split", "taken", "up_to"]

_ONE = 1000


class Line(NamedTuple):
    """Be a line of a basket: its place, its quantity, and what it cost before any discount."""

    at: int
    quantity: int
    before: int

    @property
    def price(self) -> Fraction:
        """Return the price of one unit; what has no quantity costs nothing."""
        return Fraction(self.before * _ONE, self.quantity)


class Group(NamedTuple):
    """Be lines, each with how much of it, as many times as said."""

    pieces: tuple[tuple[Line, int], ...]
    times: int = 1


class Off(NamedTuple):
    """Be lines, each with how much of it is chosen and what is off that, as many times as said."""

    pieces: tuple[tuple[Line, int, Fraction], ...]
    times: int = 1


def up_to(most: int, found: Iterable[Off], *, whole: bool) -> list[Off]:
    """
    Return the first of what is chosen, so many of its units that have something off; with *whole*, groups whole.

    Units that have nothing off are not what is limited: they stay chosen.
    """
    kept: list[Off] = []
    for pieces, times in found:
        size = sum(quantity for _, quantity, share in pieces if share)
        full = min(times, most // size) if size else times
        most -= full * size
        parts = [(size, full)]
        if full < times and not whole:
            parts += [(most, 1), (0, times - full - 1)]
            most = 0
        kept += [Off(_first_off(pieces, part), number) for part, number in parts if number]
    return kept


def _first_off(pieces: Iterable[tuple[Line, int, Fraction]], most: int) -> tuple[tuple[Line, int, Fraction], ...]:
    """Return pieces with so many of the units that have something off."""
    found: list[tuple[Line, int, Fraction]] = []
    for line, quantity, share in pieces:
        part = min(quantity, most) if share else quantity
        most -= part if share else 0
        if part:
            found.append((line, part, share * part / quantity))
    return tuple(found)


def _in_order(pieces: Iterable[tuple[Line, int]], order: str) -> list[tuple[Line, int]]:
    """Return pieces in the order in which they are taken; what costs the same stays as it is listed."""
    if order == from_cheapest:
        return sorted(pieces, key=lambda piece: piece[0].price)
    if order == from_dearest:
        return sorted(pieces, key=lambda piece: -piece[0].price)
    return list(pieces)


def taken(pieces: Sequence[tuple[Line, int]], most: int | None, order: str) -> tuple[tuple[Line, int], ...]:
    """Return the first so many of pieces, in an order; all of them without a number."""
    found: list[tuple[Line, int]] = []
    left = sum(quantity for _, quantity in pieces) if most is None else most
    for line, quantity in _in_order(pieces, order):
        part = min(quantity, left)
        if part > 0:
            found.append((line, part))
            left -= part
    return tuple(found)


def groups(pieces: Sequence[tuple[Line, int]], size: int, order: str) -> list[Group]:
    """Fill complete groups of a size in an order; one that a line fills by itself is there so many times."""
    found: list[Group] = []
    begun: list[tuple[Line, int]] = []
    missing = size
    for line, quantity in _in_order(pieces, order):
        if begun and quantity >= missing:
            found.append(Group((*begun, (line, missing))))
            quantity -= missing  # noqa: PLW2901 - what is left of the line goes on
            begun, missing = [], size
        if not begun and (times := quantity // size):
            found.append(Group(((line, size),), times))
            quantity -= times * size  # noqa: PLW2901
        if quantity:
            begun.append((line, quantity))
            missing -= quantity
    return found


def choose(
    lines: Sequence[Line], number: int | None, order: str, of: int | None, grouped: str, *, whole: bool
) -> list[Group]:
    """
    Return what is chosen of lines: *number* of them, or of each complete group, see `loyalcore.Chosen`.

    With *whole* each line is one, whatever its quantity.
    """
    # Of whole lines each counts as one unit at the price of all of it.
    counted = [Line(line.at, _ONE, line.before) if whole else line for line in lines]
    pieces = [(line, line.quantity) for line in counted]
    most = None if number is None else number * _ONE
    if of is None:
        found = [Group(taken(pieces, most, order))]
    elif grouped == across:
        complete = sum(quantity for _, quantity in pieces) // (of * _ONE)
        found = [Group(taken(pieces, complete * (of * _ONE if most is None else most), order))]
    else:
        found = [Group(taken(group.pieces, most, order), group.times) for group in groups(pieces, of * _ONE, grouped)]
    if not whole:
        return found
    own = {line.at: line for line in lines}
    return [
        Group(tuple((own[line.at], own[line.at].quantity) for line, _ in group.pieces), group.times) for group in found
    ]


def split(amount: int, weights: Sequence[Fraction], room: Sequence[int], rest: str) -> list[int]:
    """Split an amount in proportion to weights, as `dealt_out` does."""
    whole = sum(weights, start=Fraction(0))
    return dealt_out(amount, [amount * weight / whole for weight in weights], room, rest)


def dealt_out(amount: int, exact: Sequence[Fraction], room: Sequence[int], rest: str) -> list[int]:
    """
    Split an amount into parts that are known exactly, each cut to a whole one; *rest* says who gets what is left over.

    Nobody gets more than there is *room* for. The amount is at most that, and at least what the parts are cut to.
    """
    parts = [min(int(each), most) for each, most in zip(exact, room, strict=True)]
    over, places = amount - sum(parts), [*range(len(parts))]
    if rest == to_last:
        places.reverse()
    if rest in (to_each, to_largest):
        if rest == to_largest:
            each = sorted(places, key=lambda at: parts[at] - exact[at])
        else:
            each = [at for at in places if exact[at]]
        for at in each[:over]:
            if parts[at] < room[at]:
                parts[at] += 1
                over -= 1
    for at in sorted(places, key=lambda at: not exact[at]):
        more = min(over, room[at] - parts[at])
        parts[at] += more
        over -= more
    return parts


def cut_to(most: int, parts: Sequence[int], rest: str) -> list[int]:
    """Cut parts to a sum, in proportion."""
    return list(parts) if sum(parts) <= most else split(most, [Fraction(part) for part in parts], parts, rest)
