"""
Reasons: what rules are asked about one recorded event, judged again from what its entry holds.

What a question needs is compiled when it is first asked, and kept: a shop that shows reasons asks them of every
purchase.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from attrs import evolve

from loyalcore.anniversaries import OnAnniversary
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.dates import DateIsOn
from loyalcore.durations import Duration
from loyalcore.engine.awards import rule_value
from loyalcore.engine.boosts import always, as_factor
from loyalcore.engine.clock import said
from loyalcore.engine.dates import midnight
from loyalcore.engine.engine import Engine
from loyalcore.engine.items import interval, item_condition
from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.lanes import lane_value, teach
from loyalcore.engine.plan import KindPlan, canonical_columns
from loyalcore.engine.shapes import Number
from loyalcore.engine.tenders import heard
from loyalcore.engine.verdicts import counted_since, of_factors
from loyalcore.entries import Row
from loyalcore.lookups import Product, total_of
from loyalcore.measures import Comparison, Measure, Qualifying, Total
from loyalcore.naming import name_of
from loyalcore.numbers import Fraction, exact_text
from loyalcore.rules import Boost, ByTier, Earn, Factor, Lane
from loyalcore.schedules import InZone, Schedule
from loyalcore.terms import Terms
from loyalcore.units import Amount
from loyalcore.windows import in_words

__all__ = ["Asked", "Inquiry", "Told", "more"]


class Told(NamedTuple):
    """
    Be what is said of a comparison: its number, the least that holds, and how numbers are written.

    *asks* is what it asks, up to what the number was, and *asks_for_more* whether more of it would help.
    """

    number: Number
    least: int
    places: int
    unit: str
    asks: str
    asks_for_more: bool

    def text(self, value: int) -> str:
        """Write a number of smallest parts."""
        if value >= 0 and self.places and self.number.scale == 10**self.places:
            digits = f"{value:0{self.places + 1}d}"
            return f"{digits[: -self.places]}.{digits[-self.places :]}{self.unit}"
        if self.number.scale == 1 and not self.places:
            return f"{value}{self.unit}"
        return exact_text(Fraction(value, self.number.scale), self.places) + self.unit


#: What judges are asked about: event row, sums over its items, moment, what was frozen.
Asked = tuple[Any, tuple[Any, ...], int, tuple[Any, ...]]


class _Known:
    """
    Be what questions about events of one kind have compiled so far.

    Conditions and measures are known by identity, and kept: they are those of rules, or made of those once.
    """

    def __init__(self, engine: Engine, kind: str, judge: Judge | None = None) -> None:
        self.engine, self.terms = engine, engine.terms
        self.plan: KindPlan = engine.plans[kind]
        self.judge: Judge = self.plan.judge if judge is None else judge
        self.tests: dict[int, tuple[Condition[Any], Judgement]] = {}
        self.numbers: dict[int, tuple[Measure, Number]] = {}
        self.told: dict[int, tuple[Comparison, Told]] = {}
        self.relaxed: dict[tuple[int, int], Condition[Any] | None] = {}
        self.given: dict[tuple[str, int, int], Judgement] = {}
        self.uncut: dict[str, Judgement] = {}
        self.counts: dict[str, Callable[[Any], bool]] = {}
        self.leaves: dict[str, Measure] = {}
        #: Who tells reasons.
        self.tellers: Any = None


class Inquiry:
    """Ask the rules about one recorded event."""

    __slots__ = ("cell", "known")

    def __init__(self, engine: Engine, row: Row, sums: Any = None) -> None:
        known: _Known | None = engine.inquiries.get(row[0])
        if known is None:
            known = engine.inquiries[row[0]] = _Known(engine, row[0])
        self.known = known
        event, items = heard(row)
        self.cell: Asked = (event, sums or known.plan.sums(items), row[1], row[4])

    @classmethod
    def of_discounts(cls, engine: Engine, asked: Asked) -> Inquiry:
        """Ask what discounts ask of a purchase, of the basket that one's turn found."""
        found = cls.__new__(cls)
        known = engine.inquiries.get("discounts")
        if known is None:
            known = engine.inquiries["discounts"] = _Known(engine, "purchase", engine.discounting.asks)
        found.known, found.cell = known, asked
        return found

    @property
    def terms(self) -> Terms:
        """Return the program."""
        return self.known.terms

    @property
    def plan(self) -> KindPlan:
        """Return the rules compiled for the kind of event."""
        return self.known.plan

    @property
    def judge(self) -> Judge:
        """Return who judges such events."""
        return self.known.judge

    def asked(self, judgement: Judgement) -> Any:
        """Return what a compiled function says of the event."""
        event, sums, at, frozen = self.cell
        return judgement(event, sums, at, frozen)

    def without(self, rule: Earn, failing: Condition[Any]) -> int | None:
        """Return what a rule would give if what it misses held, or None where it misses more."""
        relaxed = self._relaxed(rule.when, failing)
        return self.would_give(rule, relaxed) if self.failing(relaxed) is None else None

    def misses_only(self, condition: Condition[Any] | None, failing: Condition[Any]) -> bool:
        """Tell whether a condition would hold if a part of it did."""
        return self.failing(self._relaxed(condition, failing)) is None

    def _relaxed(self, condition: Condition[Any] | None, failing: Condition[Any]) -> Condition[Any] | None:
        """Return a condition with a part of it taken as given, the same whenever it is asked for."""
        key = id(condition), id(failing)
        if key not in self.known.relaxed:
            assert condition is not None  # noqa: S101 - something of it is missing
            self.known.relaxed[key] = _without(condition, failing)
        return self.known.relaxed[key]

    def would_give(self, rule: Earn, relaxed: Condition[Any] | None) -> int:
        """Return what a rule would give if it asked for something else."""
        key = rule.name, len(rule.limit), id(relaxed)
        value = self.known.given.get(key)
        if value is None:
            own = self.judge.apart()
            value = self.known.given[key] = own.walking(rule_value(own, evolve(rule, when=relaxed)))
        return self.asked(value)  # type: ignore[no-any-return]

    def _judge(self) -> Judge:
        """Return a judge for a question of its own, who reads the moments that were frozen."""
        judge = Judge(self.terms, str(self.judge.kind), *canonical_columns(self.terms, str(self.judge.kind)))
        judge.moments = self.judge.moments
        teach(judge)
        return judge

    def uncut(self, lane: Lane) -> int:
        """Return what a lane gives without its limits."""
        value = self.known.uncut.get(lane.name)
        if value is None:
            judge = self._judge()
            whole, walk = lane_value(judge, evolve(lane, limit=())), judge.items.compile()
            value = self.known.uncut[lane.name] = lambda event, sums, at, frozen: whole(
                event, walk(sums[-1]), at, frozen
            )
        return self.asked(value)  # type: ignore[no-any-return]

    # Conditions in words.

    def test(self, condition: Condition[Any]) -> Judgement:
        """Return a condition compiled."""
        found = self.known.tests.get(id(condition))
        if found is None:
            own = self.judge.apart()
            found = self.known.tests[id(condition)] = condition, own.walking(own.condition(condition) or always)
        return found[1]

    def _holds(self, condition: Condition[Any]) -> bool:
        return bool(self.asked(self.test(condition)))

    def failing(self, condition: Condition[Any] | None) -> Condition[Any] | None:
        """Return the first part that does not hold, or None where all do."""
        if condition is None:
            return None
        if isinstance(condition, AllOf):
            return next((part for part in condition.parts if not self._holds(part)), None)
        return None if self._holds(condition) else condition

    def number(self, measure: Measure) -> Number:
        """Return a measure compiled."""
        found = self.known.numbers.get(id(measure))
        if found is None:
            own = self.judge.apart()
            number = own.measure(measure)
            found = self.known.numbers[id(measure)] = measure, Number(own.walking(number.value), number.scale)
        return found[1]

    def counted(self, rule: Earn, leaf: Measure) -> Measure:
        """Return a leaf of a rule with the items that the rule picks, the same whenever it is asked for."""
        found = self.known.leaves.get(rule.name)
        if found is None:
            found, total = leaf, total_of(leaf)
            if rule.where is not None and total is not None:
                found = Total(total.name, rule.where if total.where is None else total.where & rule.where)
                found = evolve(leaf, measure=found) if isinstance(leaf, Product | Qualifying) else found
            self.known.leaves[rule.name] = found
        return found

    def gap(self, condition: Condition[Any]) -> Fraction | None:
        """Return how much more was needed, where a number was too small."""
        if not isinstance(condition, Comparison) or not (told := self.told(condition)).asks_for_more:
            return None
        return Fraction(told.least - self.asked(told.number.value), told.number.scale)

    def missing(self, condition: Condition[Any]) -> Amount | Fraction | None:
        """Return how much more was needed, an amount where there are such, where a number was too small."""
        gap = self.gap(condition)
        if gap is None or not isinstance(condition, Comparison):
            return None
        return more(self.terms, gap, self.unit_of(condition.measure))

    def shortfall(self, condition: Condition[Any]) -> str:
        """Say how much more was needed, where a number was too small."""
        if not isinstance(condition, Comparison) or not (told := self.told(condition)).asks_for_more:
            return ""
        return f"{told.text(told.least - self.asked(told.number.value))} more"

    def told(self, condition: Comparison) -> Told:
        """Return what is said of a comparison, but for the number: that is the same whoever asks."""
        found = self.known.told.get(id(condition))
        if found is None:
            number, unit = self.number(condition.measure), self.unit_of(condition.measure)
            places = self.terms.currency.places if unit == self.terms.currency.name else 0
            least, _, _ = interval(condition.operator, condition.bound, number.scale)
            named = f" {unit}" if unit else ""
            bound = exact_text(condition.bound.value, places) + named
            asks_for_more = condition.operator in (">=", ">")
            since = counted_since(self.known.engine, condition.measure)
            asks = f"{name_of(condition.measure)}{since} {condition.operator} {bound}, was "
            found = self.known.told[id(condition)] = condition, Told(number, least, places, named, asks, asks_for_more)
        return found[1]

    def unit_of(self, measure: Measure) -> str | None:
        """Return the unit of a measure by name, None for a plain number."""
        return self.terms.vocabulary.dimension(measure, str(self.judge.kind), "a reason")

    def boosted(self, name: str) -> str:
        """Name the boosts of a rule or lane that were about this event, and what lanes made of theirs."""
        lanes = self.terms.lanes
        found = [
            boost.name
            for boost in self.terms.boosts.get(name, ())
            if boost.name not in lanes.inside and self._boosts(boost)
        ]
        for lane in lanes.of_boosts.get(name, ()):
            boosts = [lanes.boosts[each] for each in lanes.leaves[lane.name]]
            if holding := [(boost.name, self._by(boost)) for boost in boosts if self._boosts(boost)]:
                found.append(f"{lane.name}: {of_factors(lane.combine, holding, as_factor)}")
        return f"boosted by {', '.join(found)}" if found else ""

    def _by(self, boost: Boost) -> Factor:
        """Return the factor of a boost that was about this event."""
        if isinstance(boost.by, Factor):
            return boost.by
        return dict(boost.by.factors)[self.cell[3][self.judge.tier(boost.by.ladder)]]

    def _boosts(self, boost: Boost) -> bool:
        """Tell whether a boost was about this event."""
        if self.failing(boost.when) is not None:
            return False
        if isinstance(boost.by, ByTier):
            tier = self.cell[3][self.judge.tier(boost.by.ladder)]
            if tier not in dict(boost.by.factors):
                return False
        if boost.where is None:
            return True
        counts = self.known.counts.get(boost.name)
        if counts is None:
            counts = item_condition(self.terms, boost.where, self.judge.item_columns.reader)
            self.known.counts[boost.name] = counts
        return any(map(counts, self.cell[1][-1]))

    def _said_of(self, condition: Schedule | DateIsOn) -> str:
        """Put a schedule into words, of the event's own moment or of a date that it carries."""
        zone = self.plan.zone
        if isinstance(condition, Schedule):
            return said(condition, zone, self.cell[2])
        found = self._judge().event.reader(condition.date.name)(self.cell[0])
        return f"{condition.date.name} on {said(condition.schedule, zone, midnight(found, zone))}"

    def say(self, condition: Condition[Any]) -> str:
        """Put a condition into words."""
        if isinstance(condition, Comparison):
            told = self.told(condition)
            return told.asks + told.text(self.asked(told.number.value))
        if isinstance(condition, InZone):
            clock = self._judge().zone_reader(condition)(self.cell[0], self.cell[3])
            return f"{said(condition.schedule, clock, self.cell[2])} in {clock.name}"
        if isinstance(condition, Schedule | DateIsOn):
            return self._said_of(condition)
        if isinstance(condition, InTier):
            return f"tier {' or '.join(condition.tiers)} of {condition.ladder}"
        if isinstance(condition, OnAnniversary):
            around = [f" and {each.days} days {side}" for each, side in _sides(condition) if each is not None]
            return f"the {in_words(condition.during)} of an anniversary of {condition.of.key}{''.join(around)}"
        if isinstance(condition, OneOf):
            return f"{condition.subject.name} {' or '.join(map(str, condition.values))}"
        if isinstance(condition, Not):
            return f"not {self.say(condition.part)}"
        assert isinstance(condition, AllOf | AnyOf)  # noqa: S101 - there are no other conditions
        return (" and " if isinstance(condition, AllOf) else " or ").join(self.say(part) for part in condition.parts)


def _sides(condition: OnAnniversary) -> tuple[tuple[Duration | None, str], ...]:
    return ((condition.before, "before"), (condition.after, "after"))


def more(terms: Terms, gap: Fraction, unit: str | None) -> Amount | Fraction:
    """Return how much more is needed: an amount, rounded up to what there is of it, or a plain number."""
    known = {terms.currency.name: terms.currency, **terms.units}
    return gap if unit is None else Amount(known[unit], math.ceil(gap * 10 ** known[unit].places))


def _without(condition: Condition[Any], part: Condition[Any]) -> Condition[Any] | None:
    """Return a condition with one part of it taken as given."""
    if condition == part:
        return None
    if isinstance(condition, AllOf):
        left = [found for each in condition.parts if (found := _without(each, part)) is not None]
        joined = None
        for each in left:
            joined = each if joined is None else joined & each
        return joined
    return condition
