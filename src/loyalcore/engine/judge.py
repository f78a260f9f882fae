"""
Judging: the rules for one kind of event, composed into functions of what is read from the event.

Every compiled function takes the same four things: the event's own row, the sums over its items (the items last),
its moment, and what was frozen with it. Judging is pure: the same four give the same award for ever, which is what
makes a return exact.
"""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from loyalcore.ages import HeldThrough
from loyalcore.anniversaries import OnAnniversary
from loyalcore.awards import Given
from loyalcore.calendar import Zone, zone
from loyalcore.causes import Cause
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.counts import Activities
from loyalcore.dates import DateIsOn, DaysBetween
from loyalcore.engine.anniversaries import on_anniversary
from loyalcore.engine.choices import Choice
from loyalcore.engine.clock import by_the_clock, is_daily
from loyalcore.engine.columns import Columns, Place
from loyalcore.engine.dates import days_between, on_date
from loyalcore.engine.items import Beyond, ItemPass, ItemSum, compare, interval
from loyalcore.engine.locating import Locate, anchor_of, of_event
from loyalcore.engine.moments import (
    Moments,
    TierReader,
    age_reader,
    anchor_reader,
    balance_reader,
    ordinal_reader,
    setting_reader,
    tally_name,
    tally_reader,
)
from loyalcore.engine.shapes import Number, multiplied, shape
from loyalcore.ladders import Ladder
from loyalcore.lookups import Lookup, Product
from loyalcore.measures import (
    Balance,
    Comparison,
    Count,
    Earned,
    EventNumber,
    Measure,
    Ordinal,
    Over,
    Qualifying,
    Total,
)
from loyalcore.schedules import InZone, Schedule
from loyalcore.terms import Terms
from loyalcore.windows import Standing

__all__ = ["Judge", "Judgement", "Part", "reads_history", "tally_of"]

#: What a compiled function takes: event row, sums with the items last, moment, frozen.
Judgement = Callable[[Any, tuple[Any, ...], int, tuple[Any, ...]], Any]


def tally_of(terms: Terms, measure: Over | Earned) -> tuple[str, int]:
    """Return the name of the tally a history measure reads, and the scale of its numbers."""
    if isinstance(measure, Earned):
        return tally_name(f"{measure.unit} earned", measure.window), 10 ** terms.units[measure.unit].places
    what, scale = _tallied(terms, measure.measure)
    return tally_name(what, measure.window), scale


def _tallied(terms: Terms, leaf: Measure) -> tuple[str, int]:
    """Name what is added up, and say in which parts."""
    if isinstance(leaf, Qualifying):
        what, scale = _tallied(terms, leaf.measure)
        return f"{what} when {_digest(leaf.condition)}", scale
    if isinstance(leaf, Count):
        return "purchases", 1
    if isinstance(leaf, Activities):
        return f"activities{'' if leaf.condition is None else f' {_digest(leaf.condition)}'}", 1
    assert isinstance(leaf, Total | EventNumber)  # noqa: S101 - Over takes nothing else
    about = "item" if isinstance(leaf, Total) else "event"
    # Items and events may each declare a number of one name.
    what = leaf.name if isinstance(leaf, Total) else f"{leaf.name} of events"
    if isinstance(leaf, Total) and leaf.where is not None:
        what = f"{leaf.name} of items {_digest(leaf.where)}"
    return what, 10 ** (terms.places(about, leaf.name) or 0)


def _digest(condition: Condition[Any]) -> str:
    """Name a condition, which is too long for every entry; eight hex digits tell it from the program's few others."""
    return hashlib.sha256(repr(condition).encode()).hexdigest()[:8]


def reads_history(condition: Condition[Any] | Measure | None) -> bool:
    """Tell whether a condition or measure asks for anything that is frozen when an event is judged, or may do so."""
    if isinstance(condition, AllOf | AnyOf | Measure):
        found = isinstance(condition, Ordinal | Balance | Over | Earned | Given)
        return found or any(map(reads_history, condition.parts))
    if isinstance(condition, Not):
        return reads_history(condition.part)
    if isinstance(condition, Comparison):
        return reads_history(condition.measure)
    if isinstance(condition, OneOf):
        return condition.subject.of == "setting"
    return isinstance(condition, InTier | InZone | OnAnniversary)


class Part(list[Any]):
    """Be some items of an event that are judged by themselves; *of* are all of them."""

    __slots__ = ("of",)

    def __init__(self, rows: Iterable[Any], of: Any) -> None:
        super().__init__(rows)
        self.of = of


class Judge:
    """Compile conditions and measures about one kind of event."""

    def __init__(self, terms: Terms, kind: str | Cause, items: Columns, event: Columns) -> None:
        self.terms = terms
        self.kind = kind
        self.zone: Zone = zone(terms.timezone)
        self.items: ItemPass = ItemPass(terms, items)
        self.item_columns = items
        self.event = event
        self.moments = Moments()
        #: Functions that answer what stands at a place of the event's row, and do nothing else, with that place.
        self.standing: dict[Judgement, int | str] = {}
        #: What rules and lanes give for an event, by name, once somebody asked.
        self.awards: dict[str, Judgement] = {}
        #: What compiles those.
        self.award: Callable[[str], Judgement]
        #: Whether what judges some items at a time asks what is given for all of them.
        self.asks_whole = False
        #: What an event needs for each rule to give anything, of rules that are so many that they are found by that;
        #: see `index`.
        self.many: Mapping[str, Any] = {}
        #: The walk over items, once all sums are asked for.
        self.walk: Callable[[Any], tuple[Any, ...]]

    def apart(self) -> Judge:
        """
        Return a judge for what is judged now and then.

        The sums that it asks for beyond those there are get a walk of their own, see `walking`; moments are shared.
        """
        other = copy.copy(self)
        other.items, other.awards = self.items.beyond(), {}
        return other

    def by_part(self) -> Judge:
        """Return a judge for what looks at some items at a time; what rules give it still asks of the whole event."""
        other = copy.copy(self)

        def award(name: str) -> Judgement:
            value, other.asks_whole = self.award(name), True
            return lambda event, sums, at, frozen: value(event, (*sums[:-1], sums[-1].of), at, frozen)

        other.award = award
        return other

    def parted(self) -> Callable[[Any, Any], Any]:
        """Return the function from some items, and the items they are of, to what is judged instead of all of these."""
        if self.asks_whole:
            return lambda rows, items: Part(rows, items.of if isinstance(items, Part) else items)
        return lambda rows, items: rows

    def walking(self, value: Judgement) -> Judgement:
        """Return what judges as *value* does, with the sums of a walk of its own where this judge stands apart."""
        over = self.items.over() if isinstance(self.items, Beyond) else None
        if over is None:
            return value
        return lambda event, sums, at, frozen: value(event, over(sums), at, frozen)

    def condition(self, condition: Condition[Any] | None) -> Judgement | None:
        """Compile a condition about the event; None where it always holds."""
        if condition is None or (isinstance(condition, AllOf) and not condition.parts):
            return None
        if isinstance(condition, AllOf | AnyOf):
            return self.every(condition.parts) if isinstance(condition, AllOf) else self._some(condition.parts)
        if isinstance(condition, Not):
            test = self.condition(condition.part)
            assert test is not None  # noqa: S101 - normal form leaves no constant inside
            return lambda event, sums, at, frozen: not test(event, sums, at, frozen)
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        if isinstance(condition, OneOf):
            return self._one_of(condition)
        if isinstance(condition, InTier):
            place, tiers = self.tier(condition.ladder), frozenset(condition.tiers)
            return lambda event, sums, at, frozen: frozen[place] in tiers
        if isinstance(condition, OnAnniversary):
            key, falls = condition.of.key, on_anniversary(condition, self.zone)
            anchor = self.moments.add(("anchor", key), anchor_reader(key))
            return lambda event, sums, at, frozen: falls(frozen[anchor], at)
        assert isinstance(condition, Schedule | DateIsOn)  # noqa: S101 - there are no other conditions
        return self._by_the_clock(condition)

    def is_daily(self, condition: Condition[Any] | None) -> bool:
        """Tell whether a condition asks for nothing but the day: it is the same from one midnight UTC to the next."""
        if isinstance(condition, AllOf | AnyOf):
            return all(map(self.is_daily, condition.parts))
        if isinstance(condition, Not):
            return self.is_daily(condition.part)
        if isinstance(condition, InZone):
            return isinstance(condition.zone, str) and is_daily(condition.schedule, zone(condition.zone))
        return isinstance(condition, Schedule) and is_daily(condition, self.zone)

    def _by_the_clock(self, schedule: Schedule | DateIsOn) -> Judgement:
        if isinstance(schedule, DateIsOn):
            return on_date(schedule, self.event.reader(schedule.date.name), self.zone)
        if not isinstance(schedule, InZone):
            return by_the_clock(schedule, self.zone)
        if isinstance(schedule.zone, str):
            return by_the_clock(schedule.schedule, zone(schedule.zone))
        inner, read = schedule.schedule, self.zone_reader(schedule)
        # One for each zone that was met; there are no more of them than the database has.
        tests: dict[str, Judgement] = {}

        def holds(event: Any, sums: Any, at: int, frozen: Any) -> Any:
            clock = read(event, frozen)
            test = tests.get(clock.name)
            if test is None:
                test = tests[clock.name] = by_the_clock(inner, clock)
            return test(event, sums, at, frozen)

        return holds

    def zone_reader(self, schedule: InZone) -> Callable[[Any, Any], Zone]:
        """Compile where a zone is named; an empty text is the program's zone."""
        named, own = schedule.zone, self.zone
        if isinstance(named, str):
            fixed = zone(named)
            return lambda event, frozen: fixed
        if named.of == "setting":
            place = self.moments.add(("setting", named.name), setting_reader(named.name))
            return lambda event, frozen: zone(frozen[place]) if frozen[place] else own
        read = self.event.reader(named.name)
        return lambda event, frozen: zone(name) if (name := read(event)) else own

    def every(self, parts: Sequence[Condition[Any]]) -> Judgement | None:
        """Compile conditions that have to hold together; None where there are none."""
        tests = [test for part in parts if (test := self.condition(part)) is not None]
        if len(tests) <= 1:
            return tests[0] if tests else None
        if len(tests) == 2:
            one, two = tests
            return lambda event, sums, at, frozen: one(event, sums, at, frozen) and two(event, sums, at, frozen)
        return lambda event, sums, at, frozen: all(test(event, sums, at, frozen) for test in tests)

    def _some(self, parts: Sequence[Condition[Any]]) -> Judgement:
        tests = [test for part in parts if (test := self.condition(part)) is not None]
        return lambda event, sums, at, frozen: any(test(event, sums, at, frozen) for test in tests)

    def compared(self, condition: Condition[Any] | None) -> tuple[bool, int, int, int, bool] | None:
        """
        Return a comparison of one number that is there already, as data; None where a condition is more than that.

        That is whether the number is among the sums, or else frozen, its place, and where it is to lie, see `interval`.
        """
        if not isinstance(condition, Comparison):
            return None
        measure = condition.measure
        if isinstance(measure, Total):
            place, scale = self.total_place(measure)
        elif isinstance(measure, Ordinal | Balance | Over | Earned):
            place, scale = self._moment(measure)
        else:
            return None
        return isinstance(measure, Total), place, *interval(condition.operator, condition.bound, scale)

    def _comparison(self, condition: Comparison) -> Judgement:
        measure = condition.measure
        found = self.compared(condition)
        if found is not None:
            of_sums, place, least, most, inside = found
            if of_sums:
                return lambda event, sums, at, frozen: (least <= sums[place] <= most) is inside
            return lambda event, sums, at, frozen: (least <= frozen[place] <= most) is inside
        value, scale = self.measure(measure)
        holds = compare(condition.operator, condition.bound, scale)
        return lambda event, sums, at, frozen: holds(value(event, sums, at, frozen))

    def _one_of(self, condition: OneOf[Any]) -> Judgement:
        subject, values = condition.subject, frozenset(condition.values)
        if subject.of == "setting":
            place = self.moments.add(("setting", subject.name), setting_reader(subject.name))
            return lambda event, sums, at, frozen: frozen[place] in values
        read = self.event.reader(subject.name)
        return lambda event, sums, at, frozen: read(event) in values

    def standing_text(self, condition: Condition[Any] | None) -> tuple[int | str, frozenset[Any]] | None:
        """
        Return a condition about one text or flag that stands in the event's row, as data: where, and its values.

        None where a condition is more than that, or the host's rows have the text elsewhere.
        """
        if not isinstance(condition, OneOf) or condition.subject.of != "event":
            return None
        column = self.event.column(condition.subject.name)
        return (column.at, frozenset(condition.values)) if isinstance(column, Place) else None

    def tier(self, ladder: str) -> int:
        """Return the place of a ladder's tier among what is frozen."""
        return self.moments.add(("tier", ladder), TierReader(ladder, self.tiers_of(ladder)[0]))

    def locate(self, window: Standing) -> Locate:
        """Compile where a window lies for an event."""
        key = anchor_of(window)
        place = None if key is None else self.moments.add(("anchor", key), anchor_reader(key))
        if key == self.kind == "enrolment":
            return of_event(self.zone, window, place, lambda event: True)
        if key is not None and self.kind == "activity" and key.startswith("activity "):
            read, wanted = self.event.reader("name"), key.removeprefix("activity ")
            return of_event(self.zone, window, place, lambda event: bool(read(event) == wanted))
        return of_event(self.zone, window, place, lambda event: False)

    def tiers_of(self, ladder: str) -> tuple[str, ...]:
        """Return the names of a ladder's tiers."""
        return next(each.names for each in self.terms.of_kind(Ladder) if each.name == ladder)

    def measure(self, measure: Measure) -> Number:
        """Compile a measure of the event and its moments."""
        return shape(measure, self.leaf)

    def leaf(self, leaf: Measure, total: Callable[[Total], Number] | None = None) -> Number:
        """
        Compile what is read from the event, or from the history when it is judged.

        *total* compiles totals over the items where not all of them count, or not at once.
        """
        if isinstance(leaf, Total):
            return (total or self.total)(leaf)
        if isinstance(leaf, Activities | Count):
            return self._one(leaf.condition if isinstance(leaf, Activities) else None)
        if isinstance(leaf, EventNumber):
            scale = 10 ** (self.terms.places("event", leaf.name) or 0)
            column = self.event.column(leaf.name)
            if isinstance(column, Place):
                at_ = column.at

                def stands(event: Any, sums: Any, at: int, frozen: Any) -> Any:
                    return event[at_]

                self.standing[stands] = at_
                return Number(stands, scale)
            read = self.event.reader(leaf.name)
            return Number(lambda event, sums, at, frozen: read(event), scale)
        if isinstance(leaf, Lookup | DaysBetween):
            return self._lookup(leaf) if isinstance(leaf, Lookup) else self._days(leaf)
        if isinstance(leaf, Product | Qualifying):
            return multiplied(self.leaf(leaf.measure, total), self.weight(leaf))
        if isinstance(leaf, Given):
            unit, _ = self.terms.vocabulary.given[leaf.name]
            return Number(self.award(leaf.name), 10 ** self.terms.units[unit].places)
        place, scale = self._moment(leaf)
        return Number(lambda event, sums, at, frozen: frozen[place], scale)

    def weight(self, leaf: Product | Qualifying) -> Number:
        """Compile what a leaf is multiplied by: a number of the event, or one where it qualifies and zero elsewhere."""
        return self.leaf(leaf.by) if isinstance(leaf, Product) else self._one(leaf.condition)

    def _one(self, condition: Condition[Any] | None) -> Number:
        holds = self.condition(condition)
        if holds is None:
            return Number(lambda event, sums, at, frozen: 1, 1)
        return Number(lambda event, sums, at, frozen: int(holds(event, sums, at, frozen)), 1)

    def _days(self, leaf: DaysBetween) -> Number:
        dates = (leaf.later, leaf.earlier)
        later, earlier = (None if date.is_own else self.event.reader(date.name) for date in dates)
        return Number(days_between(self.zone, later, earlier), 1)

    def _lookup(self, leaf: Lookup) -> Number:
        reads = [self.event.reader(key.name) for key in leaf.keys]
        scale = math.lcm(leaf.otherwise.denominator, *(number.denominator for _, number in leaf.rows))
        otherwise = int(leaf.otherwise * scale)
        if len(reads) == 1:
            (read,) = reads
            one = {values[0]: int(number * scale) for values, number in leaf.rows}
            return Number(lambda event, sums, at, frozen: one.get(read(event), otherwise), scale)
        rows = {values: int(number * scale) for values, number in leaf.rows}
        return Number(
            lambda event, sums, at, frozen: rows.get(tuple([read(event) for read in reads]), otherwise), scale
        )

    def _moment(self, leaf: Measure) -> tuple[int, int]:
        if isinstance(leaf, Ordinal):
            return self.moments.add(leaf, ordinal_reader), 1
        if isinstance(leaf, Balance):
            reader = balance_reader(leaf.unit)
            if isinstance(leaf, HeldThrough):
                reader = age_reader(self.zone, leaf.unit, leaf.window)
            return self.moments.add(leaf, reader), 10 ** self.terms.units[leaf.unit].places
        assert isinstance(leaf, Over | Earned)  # noqa: S101 - there are no other leaves
        name, scale = tally_of(self.terms, leaf)
        return self.moments.add(leaf, tally_reader(self.zone, name, leaf.window)), scale

    def total_place(self, leaf: Total) -> tuple[int, int]:
        """Return the place of a plain total among the sums, and its scale."""
        place = self.items.add(self.item_sum(leaf, None, (), ()))
        return place, 10 ** (self.terms.places("item", leaf.name) or 0)

    def total(
        self,
        leaf: Total,
        where: Condition[Any] | None = None,
        adds: tuple[tuple[Any, Fraction], ...] = (),
        times: tuple[tuple[Any, Fraction], ...] = (),
    ) -> Number:
        """Compile a total over the items, weighed by boosts."""
        wanted = self.item_sum(leaf, where, adds, times)
        place = self.items.add(wanted)
        scale = 10 ** (self.terms.places("item", leaf.name) or 0) * wanted.scale
        return Number(lambda event, sums, at, frozen: sums[place], scale)

    def total_alone(
        self,
        leaf: Total,
        where: Condition[Any] | None,
        adds: tuple[tuple[Any, Fraction], ...],
        times: tuple[tuple[Any, Fraction], ...],
    ) -> Number:
        """Compile a total in a walk of its own over the items at hand, which may be a single one."""
        walk = ItemPass(self.terms, self.item_columns)
        wanted = self.item_sum(leaf, where, adds, times)
        walk.add(wanted)
        run = walk.compile()
        scale = 10 ** (self.terms.places("item", leaf.name) or 0) * wanted.scale
        return Number(lambda event, sums, at, frozen: run(sums[-1])[0], scale)

    @staticmethod
    def item_sum(
        leaf: Total,
        where: Condition[Any] | None,
        adds: tuple[tuple[Any, Fraction], ...],
        times: tuple[tuple[Any, Fraction], ...],
        lanes: tuple[Choice, ...] = (),
    ) -> ItemSum:
        """Return the sum over items that a leaf stands for."""
        counted = tuple(condition for condition in (leaf.where, where) if condition is not None)
        return ItemSum(leaf.name, counted, adds, times, lanes)
