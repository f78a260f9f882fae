"""
Baskets: which units of lines are chosen, what is off them, and how that is split over the lines.

All of it is arithmetic on lines, and reads no rule. Quantities are thousandths, money is smallest parts, and what is
between them is exact.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from loyalcore.discounts import across, from_cheapest, from_dearest, to_each, to_largest, to_last

__all__ = [
    "Group",
    "Line",
    "Off",
    "Sets",
    "choose",
    "cut_to",
    "dealt_out",
    "groups",
    "sets",
    "split",
    "taken",
    "up_to",
]

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


class Sets(NamedTuple):
    """Be what sets are made of: how many of each part, and which parts, as bits, the lines at places do for."""

    sizes: Sequence[int]
    parts: Mapping[int, int]


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
        kept += [Off(cut, number) for part, number in parts if number and (cut := _first_off(pieces, part))]
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


def sets(pieces: Sequence[tuple[Line, int]], of: Sets, order: str) -> list[Group]:
    """
    Make as many sets as there can be, in an order; equal ones are one that is there so many times.

    What some parts together may still take of lines that do for no others is their room. As long as none is below
    nothing, all can be placed, so a line is in sets as far as there is room, and in a part as far as the rooms of
    parts that another place of it would spare allow.
    """
    every, supply = range(1, 1 << len(of.sizes)), Counter[int]()
    for line, quantity in pieces:
        supply[of.parts[line.at]] += quantity
    wanted = [sum(_ONE * size for part, size in enumerate(of.sizes) if some >> part & 1) for some in (0, *every)]
    there = [sum(quantity for parts, quantity in supply.items() if parts & some) for some in (0, *every)]
    number = min(there[some] // wanted[some] for some in every)
    room = [number * each for each in wanted]
    above = {parts: [some for some in every if not parts & ~some] for parts in supply if parts}
    found: list[tuple[Line, int]] = []
    for line, quantity in _in_order([piece for piece in pieces if of.parts[piece[0].at]], order):
        taking = above[of.parts[line.at]]
        part = min(quantity, *[room[some] for some in taking])
        if part:
            found.append((line, part))
            for some in taking:
                room[some] -= part
    return _filled(_placed(found, of, room), of.sizes, number)


def _placed(pieces: Iterable[tuple[Line, int]], of: Sets, room: list[int]) -> list[deque[tuple[Line, int]]]:
    """Return of each part what goes there, as it comes; the first part that leaves others enough has it."""
    found: list[deque[tuple[Line, int]]] = [deque() for _ in of.sizes]
    sparing = {parts: _sparing(parts, len(of.sizes)) for parts in {*of.parts.values()}}
    for line, quantity in pieces:
        for at, spared in sparing[of.parts[line.at]]:
            part = min([quantity, *[room[some] for some in spared]])
            if part:
                found[at].append((line, part))
                quantity -= part  # noqa: PLW2901 - what is left of the line goes on
                for some in spared:
                    room[some] -= part
    return found


def _sparing(parts: int, number: int) -> list[tuple[int, list[int]]]:
    """Return the parts that a line does for, each with the rooms that another of them would spare."""
    spared = [some for some in range(1, 1 << number) if parts & ~some]
    return [(at, [some for some in spared if some >> at & 1]) for at in range(number) if parts >> at & 1]


def _filled(queues: Sequence[deque[tuple[Line, int]]], sizes: Sequence[int], number: int) -> list[Group]:
    """Take so many sets off queues, those that are equal at once."""
    found: list[Group] = []
    while number:
        times = max(1, min(queue[0][1] // (size * _ONE) for queue, size in zip(queues, sizes, strict=True)))
        pieces: list[tuple[Line, int]] = []
        for queue, size in zip(queues, sizes, strict=True):
            missing = size * _ONE * times
            while missing:
                line, there = queue.popleft()
                part = min(there, missing)
                pieces.append((line, part // times))
                missing -= part
                if there > part:
                    queue.appendleft((line, there - part))
        found.append(Group(tuple(pieces), times))
        number -= times
    return found


def choose(
    lines: Sequence[Line], number: int | None, order: str, of: int | Sets | None, grouped: str, *, whole: bool
) -> list[Group]:
    """
    Return what is chosen of lines: *number* of them, or of each complete group or set, see `loyalcore.Chosen`.

    With *whole* each line is one, whatever its quantity.
    """
    # Of whole lines each counts as one unit at the price of all of it.
    counted = [Line(line.at, _ONE, line.before) if whole else line for line in lines]
    pieces = [(line, line.quantity) for line in counted]
    most = None if number is None else number * _ONE
    if of is None:
        found = [Group(taken(pieces, most, order))]
    elif isinstance(of, Sets):
        found = [Group(taken(group.pieces, most, order), group.times) for group in sets(pieces, of, grouped)]
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
