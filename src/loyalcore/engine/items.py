"""
Item passes: the sums over the items of a purchase that rules ask for, all in one walk.

Each sum is a number of the items times a whole weight. Where weights depend on texts and flags alone they are looked
up by those, filled in at first sight; what an amount decides is asked item by item.
"""

from __future__ import annotations

import math
import operator as operators
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, final

from attrs import frozen

from loyalcore.bounds import Bound
from loyalcore.conditions import AllOf, AnyOf, Condition, Not, OneOf
from loyalcore.engine.choices import Choice
from loyalcore.engine.columns import Columns, Minus, Place, read_rows
from loyalcore.engine.walks import Weigher, of_differences, of_numbers, of_pairs
from loyalcore.instants import FOREVER
from loyalcore.measures import ItemComparison
from loyalcore.terms import Terms

__all__ = ["Beyond", "ItemPass", "ItemSum", "compare", "interval", "item_condition", "names_in"]

_MEMO_MAX = 100_000
_PAIR = 2

Test = Callable[[Any], bool]

_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">=": operators.ge,
    ">": operators.gt,
    "<": operators.lt,
    "<=": operators.le,
    "==": operators.eq,
    "!=": operators.ne,
}


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
    """Return a test of a number, in parts of 1/scale, against an exact bound; where it was divided it is no integer."""
    exact, holds = value.value * scale, _OPERATORS[operator]
    against = exact.numerator if exact.denominator == 1 else exact
    return lambda number: holds(number, against)


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


def some_item(terms: Terms, condition: Condition[Any], columns: Columns) -> Callable[[Any], bool]:
    """Return a test whether a condition holds for one of several items; texts are asked once for each that was met."""
    names = sorted(names_in(condition))
    if not names or any(is_number for _, is_number in names):
        test = item_condition(terms, condition, columns.reader)
        return lambda items: any(map(test, items))
    places = {name: at for at, (name, _) in enumerate(names)}
    read = read_rows([column for name in places if not isinstance(column := columns.column(name), Minus)])

    def reader(name: str) -> Callable[[Any], Any]:
        at = places[name]
        return (lambda key: key) if len(places) == 1 else (lambda key: key[at])

    holds, known = item_condition(terms, condition, reader), dict[Any, bool]()

    def some(items: Any) -> bool:
        try:
            return True in map(known.__getitem__, map(read, items))
        except KeyError:
            if len(known) >= _MEMO_MAX:
                known.clear()
            found = {key: bool(holds(key)) for key in map(read, items)}
            known.update(found)
            return True in found.values()

    return some


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

    *adds* and *times* are pairs of a condition and an exact factor; *lanes* choose among such factors.
    """

    name: str
    where: tuple[Condition[Any], ...] = ()
    adds: tuple[tuple[Condition[Any] | None, Fraction], ...] = ()
    times: tuple[tuple[Condition[Any] | None, Fraction], ...] = ()
    lanes: tuple[Choice, ...] = ()

    @property
    def scale(self) -> int:
        """Return by what the weights are multiplied to be whole."""
        added = math.lcm(1, *(factor.denominator for _, factor in self.adds))
        for lane in self.lanes:
            added *= lane.scale
        return math.prod((factor.denominator for _, factor in self.times), start=added)

    @property
    def conditions(self) -> list[Condition[Any]]:
        """Return every condition the sum asks."""
        boosts = (*self.adds, *self.times, *((test, None) for lane in self.lanes for test in lane.conditions))
        return [*self.where, *(condition for condition, _ in boosts if condition is not None)]

    def weight(self, terms: Terms, reader: Callable[[str], Callable[[Any], Any]]) -> Callable[[Any], int]:
        """Return the function that weighs an item."""
        counted = [item_condition(terms, condition, reader) for condition in self.where]
        adds = [(item_condition(terms, condition, reader), factor) for condition, factor in self.adds]
        times = [(item_condition(terms, condition, reader), factor) for condition, factor in self.times]
        lanes = [lane.compile(lambda test: item_condition(terms, test, reader)) for lane in self.lanes]
        scale = self.scale

        def weigh(item: Any) -> int:
            if not all(test(item) for test in counted):
                return 0
            weight = 1 + sum((factor for test, factor in adds if test(item)), start=Fraction(0))
            for test, factor in times:
                if test(item):
                    weight *= factor
            for lane in lanes:
                weight *= lane(item)
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

    def place(self, wanted: ItemSum) -> int | None:
        """Return the place of a sum among the answers, or None where nobody asked for it."""
        return self._sums.get(wanted)

    def beyond(self) -> Beyond:
        """Return a pass for what is asked now and then, beyond the sums that are asked for here."""
        return Beyond(self._terms, self._columns, self)

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
        read_key = read_rows([column for name in names if not isinstance(column := self._columns.column(name), Minus)])
        if len(names) == 1 and len(numbers) == 1 and len(sums) <= _PAIR:
            # Where there is but one sum, the other is nothing.
            return self._pair(names[0], numbers[0], Weigher([*weights, lambda _: 0][:_PAIR], 1, read_key))
        return self._read_each(sums, Weigher(weights, len(names), read_key))

    def _plain(self, sums: list[ItemSum], weights: list[int]) -> Callable[[Any], tuple[Any, ...]]:
        """Add up where nothing is asked of the items."""
        parts = [(self._columns.reader(each.name), weight) for each, weight in zip(sums, weights, strict=True)]
        return lambda items: (*(sum(map(read, items)) * weight for read, weight in parts), items)

    def _pair(self, name: str, number: str, weigher: Weigher) -> Callable[[Any], tuple[Any, ...]]:
        """Walk for one or two sums with one text and one number: the loops that whole programs run in."""
        key, column = self._columns.column(name), self._columns.column(number)
        assert not isinstance(key, Minus)  # noqa: S101 - texts are read, not computed
        if not isinstance(column, Minus):
            if isinstance(key, Place) and isinstance(column, Place):
                return of_numbers(weigher, key.at, column.at)
            both = read_rows([key, column])
            return of_pairs(weigher, lambda items: map(both, items))
        if isinstance(key, Place) and isinstance(column.whole, Place) and isinstance(column.less, Place):
            return of_differences(weigher, key.at, column.whole.at, column.less.at)
        three = read_rows([key, column.whole, column.less])
        return of_pairs(weigher, lambda items: ((text, whole - less) for text, whole, less in map(three, items)))

    def _read_each(self, sums: list[ItemSum], weigher: Weigher) -> Callable[[Any], tuple[Any, ...]]:
        """Walk with several texts, several numbers, or what has to be read by a call."""
        reads = [self._columns.reader(each.name) for each in sums]
        of_key, of_item, learn, count = weigher.of_key, weigher.of_item, weigher.learn, len(sums)

        def walk(items: Any) -> tuple[Any, ...]:
            totals = [0] * count
            try:
                for item in items:
                    for at, weight in enumerate(of_key[of_item(item)]):
                        if weight:
                            totals[at] += reads[at](item) * weight
            except KeyError:
                if not learn(items):
                    raise
                return walk(items)
            return (*totals, items)

        return walk


@final
class Beyond(ItemPass):
    """
    Collect sums that are wanted now and then, beyond those of a walk that is made for every purchase.

    They stand behind those, the first of them last, so that their places count from the end.
    """

    def __init__(self, terms: Terms, columns: Columns, first: ItemPass) -> None:
        super().__init__(terms, columns)
        self._first = first

    def add(self, wanted: ItemSum) -> int:
        """Ask for a sum; return its place among the answers of both walks."""
        found = self._first.place(wanted)
        return -2 - super().add(wanted) if found is None else found

    def over(self) -> Callable[[tuple[Any, ...]], tuple[Any, ...]] | None:
        """Return the function that adds these sums to those of the first walk, or None where there are none."""
        if not self.wanted:
            return None
        walk = self.compile()

        def both(sums: tuple[Any, ...]) -> tuple[Any, ...]:
            *own, items = walk(sums[-1])
            return (*sums[:-1], *own[::-1], items)

        return both
