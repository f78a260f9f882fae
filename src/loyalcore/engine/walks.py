"""
Walks: the loops over items that whole programs run in, and what items weigh in them.

They differ in how they read an item: reading by a call would double what each item costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, final

__all__ = ["Weigher", "of_differences", "of_numbers", "of_pairs"]

_MEMO_MAX = 100_000


@final
class Weigher:
    """
    Be what items weigh in every sum, by the texts that decide it, learnt at first sight.

    *of_key* is a plain table, since it is asked for every item; whoever asks learns what is missing. *usual* are the
    weights of items that no rule names, and *nothing* those of items that do not count: told apart by identity.
    """

    def __init__(self, weights: list[Callable[[Any], int]], width: int, of_item: Callable[[Any], Any]) -> None:
        self._weights = weights
        self.of_item = of_item
        self.of_key: dict[Any, tuple[int, ...]] = {}
        self.nothing = (0,) * len(weights)
        self.usual = self._weigh(object() if width == 1 else tuple(object() for _ in range(width)))
        self._shared = {self.nothing: self.nothing, self.usual: self.usual}

    def _weigh(self, key: Any) -> tuple[int, ...]:
        return tuple([weigh(key) for weigh in self._weights])

    def learn(self, items: Any) -> bool:
        """Weigh what was never seen before among items; tell whether there was any."""
        table = self.of_key
        if len(table) >= _MEMO_MAX:
            table.clear()
        before = len(table)
        for item in items:
            key = self.of_item(item)
            if key not in table:
                found = self._weigh(key)
                table[key] = self._shared.get(found, found)
        return len(table) > before


def of_numbers(weigher: Weigher, key: Any, number: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return the walk for a pair of sums of a number, read in place."""
    weigh, nothing, usual = weigher.of_key, weigher.nothing, weigher.usual

    def walk(items: Any) -> tuple[Any, ...]:
        key_at, number_at, of_key, most = key, number, weigh, usual
        total = first = second = 0
        try:
            for item in items:
                found = of_key[item[key_at]]
                if found is most:
                    total += item[number_at]
                elif found is not nothing:
                    one, other = found
                    amount = item[number_at]
                    first += amount * one
                    second += amount * other
        except KeyError:
            if weigher.learn(items):
                return walk(items)
            raise
        one, other = most
        return (first + total * one, second + total * other, items)

    return walk


def of_differences(weigher: Weigher, key: Any, whole: Any, less: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return the walk for a pair of sums of a difference, read in place."""
    weigh, nothing, usual = weigher.of_key, weigher.nothing, weigher.usual

    def walk(items: Any) -> tuple[Any, ...]:
        key_at, whole_at, less_at, of_key, most = key, whole, less, weigh, usual
        total = first = second = 0
        try:
            for item in items:
                found = of_key[item[key_at]]
                if found is most:
                    total += item[whole_at] - item[less_at]
                elif found is not nothing:
                    one, other = found
                    amount = item[whole_at] - item[less_at]
                    first += amount * one
                    second += amount * other
        except KeyError:
            if weigher.learn(items):
                return walk(items)
            raise
        one, other = most
        return (first + total * one, second + total * other, items)

    return walk


def of_pairs(weigher: Weigher, read: Callable[[Any], Iterable[tuple[Any, int]]]) -> Callable[[Any], tuple[Any, ...]]:
    """Return the walk for a pair of sums of what *read* reads of items: text and number."""
    weigh, nothing, usual = weigher.of_key, weigher.nothing, weigher.usual

    def walk(items: Any) -> tuple[Any, ...]:
        of_key, most = weigh, usual
        total = first = second = 0
        try:
            for key, amount in read(items):
                found = of_key[key]
                if found is most:
                    total += amount
                elif found is not nothing:
                    one, other = found
                    first += amount * one
                    second += amount * other
        except KeyError:
            if weigher.learn(items):
                return walk(items)
            raise
        one, other = most
        return (first + total * one, second + total * other, items)

    return walk
