"""
Packing: what the packages come to that are worth most, exactly, for however many steps.

What one package takes of a single measure is solved by itself, in a table that repeats. How often each of the others
is taken is searched, the best first: prices for a step of each measure, at which no package is a bargain, say how much
can still come of what is left, and nothing is looked at that cannot be worth more than what was found. Packages that
are worth the same per step, with nothing for what is left over, may leave many to look at; so the search ends, always
at the same place, and has the best that was found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final, NamedTuple

__all__ = ["listed", "packed"]

#: How many ways to take packages, or some of them, are looked at at most.
_TRIED_MAX: Final = 5_000

#: What one package takes of each measure, and what it is worth.
Package = tuple[tuple[int, ...], int]


class _Prices(NamedTuple):
    """Be sets of prices, in parts: for any steps, those under which they cost least say what they can be worth."""

    sets: tuple[tuple[int, ...], ...]
    parts: int

    def most(self, left: Sequence[int]) -> int:
        """Return what steps are worth at most, in parts of a worth."""
        return min(sum(map(int.__mul__, prices, left)) for prices in self.sets)


def listed(packages: Sequence[Package]) -> Callable[[Sequence[int]], int]:
    """Return what says the worth of packages that are taken one after the other, each as often as it fits."""

    def taken(steps: Sequence[int]) -> int:
        left, worth = list(steps), 0
        for takes, each in packages:
            often = max(0, min(have // count for have, count in zip(left, takes, strict=True) if count))
            if often:
                left = [have - often * count for have, count in zip(left, takes, strict=True)]
                worth += often * each
        return worth

    return taken


def packed(packages: Sequence[Package]) -> Callable[[Sequence[int]], int]:
    """Return what says the largest worth of packages for so many steps of each measure."""
    size = len(packages[0][0])
    single: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    mixed: list[Package] = []
    for takes, worth in packages:
        used = [place for place, count in enumerate(takes) if count]
        if len(used) == 1:
            single[used[0]].append((takes[used[0]], worth))
        elif worth:
            mixed.append((takes, worth))
    mixed.sort(key=lambda each: (-each[1], each[0]))
    alone = [_Alone(some) for some in single]
    lone = [package for package in packages if package not in mixed]
    prices = [_prices([*mixed[at:], *lone], size) for at in range(len(mixed) + 1)]
    whole = math.gcd(*(worth for _, worth in packages)) or 1
    return lambda steps: _Search(mixed, prices, alone, whole).best(steps)


class _Alone:
    """Be the packages of one measure alone."""

    __slots__ = ("_size", "_some", "_spread", "_table", "_worth")

    def __init__(self, some: Sequence[tuple[int, int]]) -> None:
        self._some = some
        self._size, self._worth = max(some, key=lambda each: (Fraction(each[1], each[0]), -each[0]), default=(1, 0))
        # Of as many packages as the one that is worth most per step takes steps, some take a multiple of these, and
        # that one would be worth no less instead of them. So the others need no more steps than this.
        self._spread = self._size * max((size for size, _ in some), default=0)
        self._table = [0]

    def best(self, steps: int) -> int:
        """Return what so many steps are worth."""
        often = max(0, steps - self._spread) // self._size
        rest = steps - often * self._size
        table = self._table
        if rest >= len(table):
            # A table of its own until it is whole: others may read the same at the same time.
            table = list(table)
            for at in range(len(table), max(rest + 1, 2 * len(table))):
                table.append(max([table[-1], *(table[at - size] + worth for size, worth in self._some if size <= at)]))
            self._table = table
        return often * self._worth + table[rest]


class _Search:
    """Be one search for how often each package of several measures is taken."""

    __slots__ = ("_alone", "_best", "_left", "_mixed", "_prices", "_whole")

    def __init__(self, mixed: list[Package], prices: list[_Prices], alone: list[_Alone], whole: int) -> None:
        self._mixed, self._prices, self._alone, self._whole = mixed, prices, alone, whole
        self._best, self._left = 0, _TRIED_MAX

    def best(self, steps: Sequence[int]) -> int:
        """Return what so many steps are worth; less than none is none."""
        self._from(0, [max(0, each) for each in steps], 0)
        return self._best

    def _from(self, at: int, steps: list[int], worth: int) -> None:
        """Keep the best that comes of packages from a place on, with what others are worth already."""
        self._left -= 1
        if at == len(self._mixed):
            found = sum(each.best(left) for each, left in zip(self._alone, steps, strict=True))
            self._best = max(self._best, worth + found)
            return
        takes, each = self._mixed[at]
        prices = self._prices[at + 1]
        most = min(have // count for have, count in zip(steps, takes, strict=True) if count)

        def less(often: int) -> list[int]:
            return [have - often * count for have, count in zip(steps, takes, strict=True)]

        def hope(often: int) -> int:
            # It rises to its peak and falls from there, without a step on the way: nothing is rounded here.
            return (worth + often * each) * prices.parts + prices.most(less(often)) if 0 <= often <= most else -1

        down = _peak(hope, most)
        up = down + 1
        while self._left > 0:
            below, above = hope(down), hope(up)
            if max(below, above) // (prices.parts * self._whole) * self._whole <= self._best:
                return
            if below >= above:
                self._from(at + 1, less(down), worth + down * each)
                down -= 1
            else:
                self._from(at + 1, less(up), worth + up * each)
                up += 1


def _peak(hope: Callable[[int], int], most: int) -> int:
    """Return the first number up to another at which what rises and then falls is highest."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if hope(middle) < hope(middle + 1):
            low = middle + 1
        else:
            high = middle
    return low


def _prices(packages: Sequence[Package], size: int) -> _Prices:
    """Return the corners of all prices, none below nothing, at which each package costs what it is worth or more."""
    rows = [([Fraction(count) for count in takes], Fraction(worth)) for takes, worth in packages]
    rows += [([Fraction(at == place) for at in range(size)], Fraction(0)) for place in range(size)]
    found: set[tuple[Fraction, ...]] = set()
    for some in combinations(rows, size):
        prices = _solved(some)
        if prices is not None and all(
            sum((a * b for a, b in zip(takes, prices, strict=True)), Fraction(0)) >= worth for takes, worth in rows
        ):
            found.add(prices)
    parts = math.lcm(*(each.denominator for prices in found for each in prices))
    return _Prices(tuple(sorted(tuple(int(each * parts) for each in prices) for prices in found)), parts)


def _solved(rows: Sequence[tuple[list[Fraction], Fraction]]) -> tuple[Fraction, ...] | None:
    """Return the only numbers that meet as many equations, or None."""
    grid = [[*takes, worth] for takes, worth in rows]
    for at in range(len(grid)):
        pivot = next((row for row in range(at, len(grid)) if grid[row][at]), None)
        if pivot is None:
            return None
        grid[at], grid[pivot] = grid[pivot], grid[at]
        grid[at] = [each / grid[at][at] for each in grid[at]]
        for row in range(len(grid)):
            if row != at and (times := grid[row][at]):
                grid[row] = [a - times * b for a, b in zip(grid[row], grid[at], strict=True)]
    return tuple(row[-1] for row in grid)
