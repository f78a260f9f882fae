"""
Item passes: the sums over the items of a purchase that rules ask for, all in one walk.

Each sum is a number of the items times a whole weight. Where weights depend on texts and flags alone they are looked
up by those, filled in at first sight; what an amount decides is asked item by item.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, final

from attrs import frozen

from loyalcore.bounds import Bound
from loyalcore.conditions import AllOf, AnyOf, Condition, Not, OneOf
from loyalcore.engine.columns import Columns, Minus, Place, read_rows
from loyalcore.instants import FOREVER
from loyalcore.measures import ItemComparison
from loyalcore.terms import Terms

__all__ = ["ItemPass", "ItemSum", "compare", "interval", "item_condition"]

_MEMO_MAX = 100_000

Test = Callable[[Any], bool]


def interval(operator: str, value: Bound, scale: int) -> tuple[int, int, bool]:
    """
    Return a comparison with an exact bound as (least, most, inside) of an integer in parts of 1/scale.

    It holds where the integer is from *least* to *most*, or, not *inside*, where it is not.
    """
    exact = value.value * scale
    low, high = math.ceil(exact), math.floor(exact)
    equal = (low, high) if low == high else (1, 0)
    return {
        ">=": (low, FOREVER, True),
        ">": (high + 1, FOREVER, True),
        "<": (-FOREVER, low - 1, True),
        "<=": (-FOREVER, high, True),
        "==": (*equal, True),
        "!=": (*equal, False),
    }[operator]


def compare(operator: str, value: Bound, scale: int) -> Test:
    """Return a test of an integer, in parts of 1/scale, against an exact bound."""
    least, most, inside = interval(operator, value, scale)
    if inside:
        return lambda number: least <= number <= most
    return lambda number: not least <= number <= most


def item_condition(
    terms: Terms, condition: Condition[Any] | None, reader: Callable[[str], Callable[[Any], Any]]
) -> Test:
    """Return a test of an item, whose values are read by the readers that *reader* gives for names."""
    if condition is None:
        return lambda _: True
    if isinstance(condition, AllOf | AnyOf):
        tests = [item_condition(terms, part, reader) for part in condition.parts]
        if isinstance(condition, AllOf):
            return lambda item: all(test(item) for test in tests)
        return lambda item: any(test(item) for test in tests)
    if isinstance(condition, Not):
        test = item_condition(terms, condition.part, reader)
        return lambda item: not test(item)
    if isinstance(condition, ItemComparison):
        read = reader(condition.number.name)
        scale = 10 ** (terms.places("item", condition.number.name) or 0)
        holds = compare(condition.operator, condition.bound, scale)
        return lambda item: holds(read(item))
    assert isinstance(condition, OneOf)  # noqa: S101 - terms are checked when they are made
    read = reader(condition.subject.name)
    values = frozenset(condition.values)
    return lambda item: read(item) in values


def names_in(condition: Condition[Any] | None) -> set[tuple[str, bool]]:
    """Return the item fields a condition asks about, each with whether it is a number."""
    if isinstance(condition, AllOf | AnyOf):
        return {name for part in condition.parts for name in names_in(part)}
    if isinstance(condition, Not):
        return names_in(condition.part)
    if isinstance(condition, ItemComparison):
        return {(condition.number.name, True)}
    return {(condition.subject.name, False)} if isinstance(condition, OneOf) else set()


@final
@frozen
class ItemSum:
    """
    Be a sum over items: a number, the items that count, and the boosts that weigh them.

    *adds* and *times* are pairs of a condition and an exact factor.
    """

    name: str
    where: tuple[Condition[Any], ...] = ()
    adds: tuple[tuple[Condition[Any] | None, Fraction], ...] = ()
    times: tuple[tuple[Condition[Any] | None, Fraction], ...] = ()

    @property
    def scale(self) -> int:
        """Return by what the weights are multiplied to be whole."""
        added = math.lcm(1, *(factor.denominator for _, factor in self.adds))
        return math.prod((factor.denominator for _, factor in self.times), start=added)

    @property
    def conditions(self) -> list[Condition[Any]]:
        """Return every condition the sum asks."""
        boosts = (*self.adds, *self.times)
        return [*self.where, *(condition for condition, _ in boosts if condition is not None)]

    def weight(self, terms: Terms, reader: Callable[[str], Callable[[Any], Any]]) -> Callable[[Any], int]:
        """Return the function that weighs an item."""
        counted = [item_condition(terms, condition, reader) for condition in self.where]
        adds = [(item_condition(terms, condition, reader), factor) for condition, factor in self.adds]
        times = [(item_condition(terms, condition, reader), factor) for condition, factor in self.times]
        scale = self.scale

        def weigh(item: Any) -> int:
            if not all(test(item) for test in counted):
                return 0
            weight = 1 + sum((factor for test, factor in adds if test(item)), start=Fraction(0))
            for test, factor in times:
                if test(item):
                    weight *= factor
            return int(weight * scale)

        return weigh


class ItemPass:
    """
    Collect sums while rules are compiled, then walk the items once for all of them.

    Walking answers with the sums in the order they were asked for, and the items themselves last.
    """

    def __init__(self, terms: Terms, columns: Columns) -> None:
        self._terms = terms
        self._columns = columns
        self._sums: dict[ItemSum, int] = {}

    def add(self, wanted: ItemSum) -> int:
        """Ask for a sum; return its place among the answers."""
        return self._sums.setdefault(wanted, len(self._sums))

    @property
    def wanted(self) -> bool:
        """Tell whether any sum was asked for."""
        return bool(self._sums)

    def compile(self) -> Callable[[Any], tuple[Any, ...]]:
        """Return the walk over the items."""
        sums = list(self._sums)
        if not sums:
            return lambda items: (items,)
        amounts = any(
            is_number for each in sums for condition in each.conditions for _, is_number in names_in(condition)
        )
        if amounts:
            return self._ask_each(sums)
        return self._look_up(sums)

    def _ask_each(self, sums: list[ItemSum]) -> Callable[[Any], tuple[Any, ...]]:
        """Weigh every item anew: some weight depends on an amount."""
        reader = self._columns.reader
        parts = [(reader(each.name), each.weight(self._terms, reader)) for each in sums]

        def walk(items: Any) -> tuple[Any, ...]:
            return (*(sum(read(item) * weigh(item) for item in items) for read, weigh in parts), items)

        return walk

    def _look_up(self, sums: list[ItemSum]) -> Callable[[Any], tuple[Any, ...]]:
        """Look weights up by the texts they depend on."""
        names = sorted({name for each in sums for condition in each.conditions for name, _ in names_in(condition)})
        numbers = sorted({each.name for each in sums})
        place = {name: at for at, name in enumerate(names)}

        def reader(name: str) -> Callable[[Any], Any]:
            at = place[name]
            return (lambda key: key) if len(names) == 1 else (lambda key: key[at])

        weights = [each.weight(self._terms, reader) for each in sums]
        if not names:
            return self._plain(sums, [weigh(()) for weigh in weights])
        memo = _Memo(weights[0] if len(sums) == 1 else lambda key: tuple([weigh(key) for weigh in weights]))
        if len(names) == 1 and len(numbers) == 1:
            return self._one_number(names[0], numbers[0], memo, len(sums))
        return self._many_numbers(names, sums, memo)

    def _plain(self, sums: list[ItemSum], weights: list[int]) -> Callable[[Any], tuple[Any, ...]]:
        """Add up where nothing is asked of the items."""
        parts = [(self._columns.reader(each.name), weight) for each, weight in zip(sums, weights, strict=True)]
        return lambda items: (*(sum(map(read, items)) * weight for read, weight in parts), items)

    def _rows(self, name: str, number: str) -> Callable[[Iterable[Any]], Iterable[tuple[Any, int]]]:
        """Return a reader of (text, number) of every item."""
        key, column = self._columns.column(name), self._columns.column(number)
        assert not isinstance(key, Minus)  # noqa: S101 - texts are read, not computed
        if not isinstance(column, Minus):
            both = read_rows([key, column])
            return lambda items: map(both, items)
        three = read_rows([key, column.whole, column.less])
        return lambda items: ((text, whole - less) for text, whole, less in map(three, items))

    def _one_number(self, name: str, number: str, memo: _Memo, count: int) -> Callable[[Any], tuple[Any, ...]]:
        """Walk with one text and one number: the loops that whole programs run in."""
        key, column = self._columns.column(name), self._columns.column(number)
        if count == 2 and isinstance(key, Place):
            if isinstance(column, Place):
                return _two_sums(memo, key.at, column.at)
            if isinstance(column, Minus) and isinstance(column.whole, Place) and isinstance(column.less, Place):
                return _two_sums_of_differences(memo, key.at, column.whole.at, column.less.at)
        rows = self._rows(name, number)

        def one(items: Any) -> tuple[Any, ...]:
            total = 0
            for key, amount in rows(items):
                total += amount * memo[key]
            return (total, items)

        def two(items: Any) -> tuple[Any, ...]:
            first = second = 0
            for key, amount in rows(items):
                one, other = memo[key]
                first += amount * one
                second += amount * other
            return (first, second, items)

        def many(items: Any) -> tuple[Any, ...]:
            totals = [0] * count
            for key, amount in rows(items):
                for at, weight in enumerate(memo[key]):
                    if weight:
                        totals[at] += amount * weight
            return (*totals, items)

        return one if count == 1 else two if count == 2 else many

    def _many_numbers(self, names: list[str], sums: list[ItemSum], memo: _Memo) -> Callable[[Any], tuple[Any, ...]]:
        """Walk with several texts or several numbers."""
        columns = [self._columns.column(name) for name in names]
        read_key = read_rows([column for column in columns if not isinstance(column, Minus)])
        reads = [self._columns.reader(each.name) for each in sums]
        count = len(sums)

        def walk(items: Any) -> tuple[Any, ...]:
            totals = [0] * count
            for item in items:
                found = memo[read_key(item)]
                for at, weight in enumerate((found,) if count == 1 else found):
                    if weight:
                        totals[at] += reads[at](item) * weight
            return (*totals, items)

        return walk


class _Memo(dict[Any, Any]):
    """Be what items weigh, by the texts that decides; worked out at first sight."""

    def __init__(self, weigh: Callable[[Any], Any]) -> None:
        super().__init__()
        self._weigh = weigh

    def __missing__(self, key: Any) -> Any:
        if len(self) >= _MEMO_MAX:
            self.clear()
        found = self[key] = self._weigh(key)
        return found


def _two_sums(memo: _Memo, key: Any, number: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return the walk for two sums of a number, read in place."""

    def walk(items: Any) -> tuple[Any, ...]:
        key_at, number_at, weights = key, number, memo
        first = second = 0
        for item in items:
            one, other = weights[item[key_at]]
            amount = item[number_at]
            first += amount * one
            second += amount * other
        return (first, second, items)

    return walk


def _two_sums_of_differences(memo: _Memo, key: Any, whole: Any, less: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return the walk for two sums of a difference, read in place."""

    def walk(items: Any) -> tuple[Any, ...]:
        key_at, whole_at, less_at, weights = key, whole, less, memo
        first = second = 0
        for item in items:
            one, other = weights[item[key_at]]
            amount = item[whole_at] - item[less_at]
            first += amount * one
            second += amount * other
        return (first, second, items)

    return walk
