"""
The index: which of many rules may give anything for an event, found without asking each of them.

A rule's conditions say what an event needs for the rule to give anything: a moment in a stretch of time, and texts or
numbers of the event or of an item that are among a few values. Rules are put into tables by those, day by day as days
are asked for. What is found may give something and is judged exactly; what is not found gives nothing for certain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple, final

from loyalcore.conditions import AllOf, AnyOf, Condition, OneOf
from loyalcore.engine.clock import instant_of
from loyalcore.engine.columns import Place
from loyalcore.engine.items import interval
from loyalcore.engine.judge import Judge
from loyalcore.engine.shapes import Number, shape
from loyalcore.instants import DAY, FOREVER
from loyalcore.lookups import total_of
from loyalcore.measures import Comparison, Constant, EventNumber, ItemComparison, Measure, Scaled, Total
from loyalcore.rates import Rated, Stepped
from loyalcore.rules import Earn
from loyalcore.schedules import Between
from loyalcore.vocabulary import leaves
from loyalcore.windows import purchase

__all__ = ["ANYTHING", "FEW", "STRETCH", "Index", "Key", "Needs", "counted", "either", "needs_of"]

#: Fewer rules than this are asked one by one: that is as fast, and less to build.
FEW = 8
#: Rules are put into tables by stretches of 2**35 microseconds, or 9.5 hours: shifting a moment is quicker than
#: dividing it by a day, and says nothing of zones.
STRETCH = 35
#: Rules that run for at most so long are looked up by stretch.
_LONG = 512 * DAY
#: How many bits a moment loses where it is asked which rules may run in some of the stretches about it: 57 days.
_BLOCK = STRETCH + 7
_STRETCHES_MAX = 4096
_PAIR = 2

#: What a value is of: an ``item`` or the ``event``, and its name.
Subject = tuple[str, str]
#: What is among some values.
Key = tuple[Subject, frozenset[Any]]
#: A rule that was found, and the items by which it was.
Found = tuple[int, Sequence[Any]]
_NOTHING: tuple[Any, ...] = ()


@final
class Needs(NamedTuple):
    """
    Be what an event needs for a rule to give anything.

    It happens from *start* until before *end*, and of each of *keys* the event, or one of its items, has a value.
    """

    start: int
    end: int
    keys: Mapping[Subject, frozenset[Any]]

    @property
    def is_never(self) -> bool:
        """Tell whether no event has what is needed."""
        return self.start >= self.end

    @property
    def is_short(self) -> bool:
        """Tell whether the stretch of time is one that is looked up."""
        return self.end - self.start <= _LONG


#: What rules need of which nothing is known.
ANYTHING = Needs(-FOREVER, FOREVER, {})
_NEVER = Needs(FOREVER, -FOREVER, {})


def _both(one: Needs, other: Needs) -> Needs:
    keys = {**one.keys, **other.keys}
    for subject in one.keys.keys() & other.keys.keys():
        # Two items may stand for the two, so the fewer values of one are needed, and not what both have in common.
        keys[subject] = min(one.keys[subject], other.keys[subject], key=len)
    return Needs(max(one.start, other.start), min(one.end, other.end), keys)


def either(one: Needs, other: Needs) -> Needs:
    """Return what is needed where one or the other is enough."""
    if one.is_never or other.is_never:
        return other if one.is_never else one
    keys = {subject: one.keys[subject] | other.keys[subject] for subject in one.keys.keys() & other.keys.keys()}
    return Needs(min(one.start, other.start), max(one.end, other.end), keys)


def _keyed(about: str, name: str, values: Iterable[Any]) -> Needs:
    return Needs(-FOREVER, FOREVER, {(about, name): frozenset(values)})


def _needs(judge: Judge, condition: Condition[Any] | None) -> Needs:
    """Return what has to be so wherever a condition holds; of most conditions, nothing is known."""
    if isinstance(condition, AllOf):
        return reduce(_both, [_needs(judge, part) for part in condition.parts], ANYTHING)
    if isinstance(condition, AnyOf):
        return reduce(either, [_needs(judge, part) for part in condition.parts], _NEVER)
    if isinstance(condition, Between):
        return Needs(instant_of(condition.start, judge.zone), instant_of(condition.end, judge.zone), {})
    if isinstance(condition, OneOf) and condition.subject.of != "setting":
        return _keyed(condition.subject.of, condition.subject.name, condition.values)
    if isinstance(condition, ItemComparison | Comparison):
        return _needs_of_number(judge, condition)
    return ANYTHING


#: Whether zero holds, by how it is compared with a bound of a sign.
_ZERO_HOLDS: dict[str, Callable[[int], bool]] = {
    ">=": lambda sign: sign <= 0,
    ">": lambda sign: sign < 0,
    "<": lambda sign: sign > 0,
    "<=": lambda sign: sign >= 0,
    "==": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
}


def _needs_of_number(judge: Judge, condition: ItemComparison | Comparison) -> Needs:
    read = condition.number if isinstance(condition, ItemComparison) else condition.measure
    about = "item" if isinstance(condition, ItemComparison) else "event"
    if isinstance(read, Total):
        # Without any of its items, a total is zero.
        sign = condition.bound.value.numerator
        return ANYTHING if _ZERO_HOLDS[condition.operator](sign) else _needs(judge, read.where)
    if isinstance(read, Measure) and not isinstance(read, EventNumber):
        return ANYTHING
    if condition.operator != "==":
        return ANYTHING
    least, most, _ = interval("==", condition.bound, 10 ** (judge.terms.places(about, read.name) or 0))
    return _NEVER if least > most else _keyed(about, read.name, (least,))


def needs_of(judge: Judge, rule: Earn) -> Needs:
    """Return what an event needs for a rule to give anything, or to add anything to its window."""
    found = _needs(judge, rule.when)
    if rule.over == purchase and not _vanishes(rule.gives.measure):
        return found
    read = [
        ANYTHING if (total := total_of(leaf)) is None else counted(judge, total, rule.where)
        for leaf in leaves(rule.gives.measure)
    ]
    return _both(found, reduce(either, read, _NEVER))


def counted(judge: Judge, leaf: Total, where: Condition[Any] | None) -> Needs:
    """Return what an item needs to count for a leaf of a rule that picks items."""
    return _both(_needs(judge, leaf.where), _needs(judge, where))


def _vanishes(measure: Measure) -> bool:
    """Tell whether nothing is given where everything that is read is zero."""
    while isinstance(measure, Scaled | Rated | Stepped):
        measure = measure.measure
    if not measure.parts:
        return not isinstance(measure, Constant)
    return shape(measure, lambda _: Number(lambda *_: 0, 1)).value() <= 0


class Layer(NamedTuple):
    """
    Be rules by what they need: nothing more, a value of the event, or one of an item.

    Two values of items that stand in place are looked for in one go, with *in_place*: the place of one, its table, and
    those of the other. Rules that need one of several values of an item are kept apart, since they may be found more
    than once.
    """

    plain: tuple[Found, ...]
    of_event: tuple[tuple[Callable[[Any], Any], dict[Any, tuple[Found, ...]]], ...]
    in_place: tuple[Any, dict[Any, Any], Any, dict[Any, Any]] | None
    of_items: tuple[tuple[Callable[[Any], Any], dict[Any, tuple[int, ...]]], ...]
    of_several: tuple[tuple[Callable[[Any], Any], dict[Any, tuple[int, ...]]], ...]


@final
class Index:
    """Find rules, by their numbers, that may give something for an event."""

    def __init__(self, judge: Judge, needs: Sequence[Needs]) -> None:
        self.needs = needs
        self._columns = {"item": judge.item_columns, "event": judge.event}
        counts = Counter(
            (subject, value) for each in needs for subject, values in each.keys.items() for value in values
        )

        def crowd(found: Key) -> tuple[int, Subject]:
            subject, values = found
            return sum(counts[subject, value] for value in values), subject

        #: By which of its keys each rule is found: the one that the fewest others need too.
        self._keys: list[Key | None] = [min(each.keys.items(), key=crowd) if each.keys else None for each in needs]
        undated = [number for number, each in enumerate(needs) if not each.is_short]
        self._always = self._layers(undated)
        self._blocks: dict[int, list[int]] = {}
        for number, each in enumerate(needs):
            if each.is_short:
                for block in range(each.start >> _BLOCK, (each.end - 1 >> _BLOCK) + 1):
                    self._blocks.setdefault(block, []).append(number)
        #: What is found where, by stretch of time, as far as somebody asked: see `layers_of`.
        self.layers: dict[int, tuple[Layer, ...]] = {}

    def residual(self, number: int, condition: Condition[Any] | None) -> list[Condition[Any]]:
        """Return the parts of a rule's condition about the event that may not hold when it runs and is found."""
        parts = condition.parts if isinstance(condition, AllOf) else () if condition is None else (condition,)
        return [part for part in parts if not self._is_implied(number, part)]

    def _is_implied(self, number: int, part: Condition[Any]) -> bool:
        if isinstance(part, Between):
            # What runs is found then alone; that is no longer than any of its own stretches of time.
            return self.needs[number].is_short
        if not isinstance(part, OneOf) or part.subject.of != "event":
            return False
        return self.key(number) == (("event", part.subject.name), frozenset(part.values))

    def key(self, number: int) -> Key | None:
        """Return by what a rule is found, apart from time."""
        return self._keys[number % len(self.needs)]

    def _layers(self, numbers: Sequence[int]) -> tuple[Layer, ...]:
        """Return a layer of rules, or none where there are no rules."""
        if not numbers:
            return ()
        plain: list[Found] = []
        tables: dict[tuple[Subject, bool], dict[Any, tuple[Any, ...]]] = {}
        for number in numbers:
            key = self.key(number)
            if key is None:
                plain.append((number, _NOTHING))
                continue
            subject, values = key
            found = (number, _NOTHING) if subject[0] == "event" else number
            table = tables.setdefault((subject, subject[0] == "item" and len(values) > 1), {})
            for value in values:
                table[value] = (*table.get(value, ()), found)
        read = {subject: self._columns[subject[0]].reader(subject[1]) for subject, _ in tables}
        in_order = sorted(tables.items(), key=lambda pair: pair[0])
        single = [(subject, table) for (subject, several), table in in_order if subject[0] == "item" and not several]
        return (
            Layer(
                tuple(plain),
                tuple((read[subject], table) for (subject, _), table in in_order if subject[0] == "event"),
                self._in_place(single),
                tuple((read[subject], table) for subject, table in single),
                tuple((read[subject], table) for (subject, several), table in in_order if several),
            ),
        )

    def _in_place(
        self, single: list[tuple[Subject, dict[Any, Any]]]
    ) -> tuple[Any, dict[Any, Any], Any, dict[Any, Any]] | None:
        """Return how one or two values of items are looked for in place, or None where that is not all there is."""
        found = [
            (column.at, table)
            for subject, table in single
            if isinstance(column := self._columns["item"].column(subject[1]), Place)
        ]
        if not 0 < len(found) == len(single) <= _PAIR:
            return None
        # Where there is but one, nobody is in the table of the other.
        (one, first), (other, second) = [*found, (found[0][0], {})][:_PAIR]
        return one, first, other, second

    def layers_of(self, at: int) -> tuple[Layer, ...]:
        """Return what is found at a moment; keep it for the stretch of time about it."""
        stretch = at >> STRETCH
        found = self.layers.get(stretch)
        if found is None:
            if len(self.layers) >= _STRETCHES_MAX:
                self.layers.clear()
            start, end = stretch << STRETCH, stretch + 1 << STRETCH
            running: list[int] = []
            for number in self._blocks.get(at >> _BLOCK, ()):
                needs = self.needs[number]
                if needs.start <= start and end <= needs.end:
                    running.append(number)
                elif needs.start < end and start < needs.end:
                    running.append(number + len(self.needs))
            found = self.layers[stretch] = self._always + self._layers(running)
        return found

    def find(self, layers: tuple[Layer, ...], event: Any, items: Any) -> Sequence[Found]:
        """
        Return the rules of layers that may give something, each once, and for which items.

        A rule that runs for but a part of the stretch of time has the number of a second round. The items are all with
        the value by which a rule was found, where it is a value of items and the only one that the rule needs.
        """
        found: list[Found] = []
        for plain, of_event, in_place, of_items, of_several in layers:
            if plain:
                found += plain
            for read, rules in of_event:
                if (value := read(event)) in rules:
                    found += rules[value]
            if of_items:
                # Few items are looked for, so most are seen once and left.
                mine: list[Any] = []
                if in_place is None:
                    mine = items
                else:
                    one, first, other, second = in_place
                    for item in items:
                        if item[one] in first or item[other] in second:
                            mine.append(item)
                if mine:
                    for read, table in of_items:
                        _find_items(mine, read, table, found)
            for read, table in of_several:
                several = {rule for item in items for rule in table.get(read(item), ())}
                found += [(rule, _NOTHING) for rule in several]
        return found

    def in_order(self, event: Any, items: Any, at: int) -> list[int]:
        """Return the rules that may give something, in the order in which they were given."""
        found = self.find(self.layers_of(at), event, items)
        return sorted([number % len(self.needs) for number, _ in found])


def _find_items(
    items: Sequence[Any], read: Callable[[Any], Any], table: dict[Any, tuple[int, ...]], found: list[Found]
) -> None:
    """Note the rules of a table that are about some items, with all the items that each is about."""
    mine: dict[Any, list[Any]] = {}
    for item in items:
        if (value := read(item)) in table:
            mine.setdefault(value, []).append(item)
    for value, some in mine.items():
        found += [(rule, some) for rule in table[value]]
