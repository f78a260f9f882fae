"""Reasons: why each rule gave what it gave, judged again from what an entry holds, when somebody asks."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import evolve

from loyalcore.answers import Reason
from loyalcore.awards import Given
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.engine.awards import rule_value
from loyalcore.engine.boosts import as_factor
from loyalcore.engine.clock import said
from loyalcore.engine.earning import AwardsCell, PurchaseCell, WindowCell
from loyalcore.engine.engine import Engine
from loyalcore.engine.items import interval, item_condition
from loyalcore.engine.judge import Judge
from loyalcore.engine.lanes import award_of, lane_value, teach
from loyalcore.engine.plan import KindPlan, canonical_columns
from loyalcore.engine.rooms import Cut
from loyalcore.engine.verdicts import again, cut_by, cut_said, cuts, of_factors, of_members
from loyalcore.entries import Row
from loyalcore.ledger import Core
from loyalcore.measures import Comparison, Earned, Measure, Over, Total
from loyalcore.rules import Boost, ByTier, Earn, Factor, Lane
from loyalcore.schedules import InZone, Schedule
from loyalcore.terms import Terms
from loyalcore.trace import caused
from loyalcore.units import Amount, Unit
from loyalcore.windows import Scope, Since, in_words

__all__ = ["explain"]

_PLACES_MAX = 9
#: What the postings of events that are not judged say.
_MOVES = {"earn": "given", "restore": "given back into the lots they came from", "spend": "spent", "take": "taken back"}
_MOVES |= {"reserve": "set aside", "free": "no longer set aside"}


def explain(engine: Engine, core: Core, seq: int) -> tuple[Reason, ...]:
    """Return the reasons of the fact at a position: of the rules that judged it, or of what followed from it."""
    row = core.row(seq)
    if row[0] not in engine.plans:
        units = engine.terms.units
        moved = [posting for _, posting in caused(core, seq) if posting[0] in _MOVES]
        return tuple(_of_posting(posting, units[posting[4]]) for posting in moved)
    engine.original(core, seq)
    return tuple(_Inquiry(engine, core, seq, row).reasons())


def _of_posting(row: Row, unit: Unit) -> Reason:
    """Say what one posting of a return, redemption or adjustment moved, and where from."""
    kind, rule, amount = row[0], row[3], Amount(unit, row[5])
    if kind != "take":
        verdict = "given to another member" if (kind, rule) == ("spend", "transfer") else _MOVES[kind]
        return Reason(rule, amount if kind in ("earn", "restore", "free") else -amount, verdict)
    _, _, _, _, _, _, pieces, lapsed, debt, written, _ = row
    parts = (
        (sum(pieces[1::2]), "from lots"),
        (debt, "as debt, since they were spent"),
        (lapsed, "had expired and cost nothing"),
        (written, "were spent and are written off"),
    )
    said = "; ".join(f"{Amount(unit, number)} {what}" for number, what in parts if number)
    return Reason(rule, -amount, f"taken back, as if only what is kept had been bought: {said}")


class _Inquiry:
    """Ask the rules about one recorded event."""

    def __init__(self, engine: Engine, core: Core, seq: int, row: Row) -> None:
        self.terms: Terms = engine.terms
        self.core, self.seq, self.row = core, seq, row
        self.plan: KindPlan = engine.plans[row[0]]
        self.judge: Judge = self.plan.judge
        self.at, self.frozen = row[1], row[4]
        purchase = row[0] == "purchase"
        self.event = row[3][3] if purchase else row[3][1]
        self.items = row[3][1] if purchase else ()

    def reasons(self) -> list[Reason]:
        """Return a reason for each rule about this kind of event, lanes and limits last of theirs."""
        found: list[Reason] = []
        cut = cuts(self.plan, self.core, self.seq, self.row)
        for cell in self.plan.cells:
            if isinstance(cell, WindowCell) and not isinstance(cell, AwardsCell):
                found.append(self._of_window(cell))
                continue
            single = cell.awards if isinstance(cell, AwardsCell) else cell
            found += [self._of_rule(rule, value) for rule, value in zip(single.rules, single.values, strict=True)]
            if single.lane is not None:
                found += self._of_inner(single.lane)
            found += self._of_cell(cell, single, cut.get(cell.name, []))
        return found

    def _granted(self, cell: PurchaseCell | WindowCell) -> int:
        """Return what the event gave in a cell, less what it took back where it lowered what a window comes to."""
        rows = [posting for _, posting in caused(self.core, self.seq)]
        given: list[int] = [row[5] for row in rows if row[0] == "earn" and row[3] == cell.name]
        taken: list[int] = [row[5] + row[7] + row[9] for row in rows if row[0] == "take" and row[3] == cell.name]
        return sum(given) - sum(taken)

    def _value(self, value: Any) -> int:
        return value(self.event, self.plan.sums(self.items), self.at, self.frozen)  # type: ignore[no-any-return]

    def _of_rule(self, rule: Earn, value: Any) -> Reason:
        unit = rule.gives.unit
        award = self._value(value)
        failing = self._failing(rule.when)
        if failing is None:
            verdict = self._numbers(rule) if award else self._nothing(rule)
            without = tuple(limit for limit in rule.limit if not isinstance(limit.per, Scope))
            if without != rule.limit:
                cut = cut_by(rule.limit, unit, self._would_give(evolve(rule, limit=without), rule.when), award)
                verdict = f"{verdict}; {cut}" if cut else verdict
            return Reason(rule.name, Amount(unit, award), verdict)
        return self._missed(rule, failing)

    def _missed(self, rule: Earn, failing: Condition[Any]) -> Reason:
        """Say what was missing, and what the rule would have given with it."""
        unit = rule.gives.unit
        missing = self._shortfall(failing)
        would = None
        if missing and rule.when is not None:
            relaxed = _without(rule.when, failing)
            if self._failing(relaxed) is None:
                would = Amount(unit, self._would_give(rule, relaxed))
        return Reason(rule.name, None, f"needs {self._say(failing)}", missing, would)

    def _would_give(self, rule: Earn, relaxed: Condition[Any] | None) -> int:
        judge = self._judge()
        value = rule_value(judge, evolve(rule, when=relaxed))
        return value(self.event, judge.items.compile()(self.items), self.at, self.frozen)  # type: ignore[no-any-return]

    def _judge(self) -> Judge:
        """Return a judge for a question of its own, who reads the moments that were frozen."""
        judge = Judge(self.terms, self.row[0], *canonical_columns(self.terms, self.row[0]))
        judge.moments = self.judge.moments
        teach(judge)
        return judge

    def _of_window(self, cell: WindowCell) -> Reason:
        unit = cell.rule.gives.unit
        failing = self._failing(cell.rule.when)
        if failing is not None:
            return Reason(cell.name, None, f"needs {self._say(failing)}", self._shortfall(failing))
        gave = self._granted(cell)
        verdict = f"changed what the {'lifetime' if isinstance(cell.window, Since) else in_words(cell.window)} comes to"
        return Reason(cell.name, Amount(unit, gave), verdict if gave else f"{verdict} by nothing")

    def _of_inner(self, lane: Lane) -> list[Reason]:
        """Say what lanes inside a lane made of their members."""
        found: list[Reason] = []
        for name in lane.of:
            inner = self.terms.lanes.lanes.get(name)
            if inner is not None:
                found += self._of_inner(inner)
                unit = self.terms.lanes.rules_of(inner)[0].gives.unit
                award = self._value(award_of(self.judge, name))
                found.append(Reason(name, Amount(unit, award), self._of_members(inner, award)))
        return found

    def _of_members(self, lane: Lane, award: int) -> str:
        """Say what a lane made of its members, with its boosts and its limits per purchase."""
        unit = self.terms.lanes.rules_of(lane)[0].gives.unit
        awards = [self._value(award_of(self.judge, name)) for name in lane.of]
        verdict = of_members(lane.combine, lane.of, awards, unit)
        if boosts := self._boosted(lane.name):
            verdict = f"{verdict}; {boosts}"
        if any(isinstance(limit.per, Scope) for limit in lane.limit):
            judge = self._judge()
            value = lane_value(judge, evolve(lane, limit=()))
            whole = value(self.event, judge.items.compile()(self.items), self.at, self.frozen)
            cut = cut_by(lane.limit, unit, whole, award)
            verdict = f"{verdict}; {cut}" if cut else verdict
        return verdict

    def _of_cell(self, cell: PurchaseCell | AwardsCell, single: PurchaseCell, cut: list[Cut]) -> list[Reason]:
        """Say what the outermost lane made of its members, and what limits over windows cut."""
        unit, award, granted = single.rules[0].gives.unit, self._value(single.value), self._granted(cell)
        limits = "; ".join(cut_said(each, unit) for each in cut)
        if isinstance(cell, AwardsCell) and granted != award:
            limits = f"of {Amount(unit, award)}; {again(cell.limit)}"
        elif granted != award and not limits:
            what = "a limit" if single.budget is None else "a limit or the budget"
            limits = f"{what} cut {Amount(unit, award - granted)}"
        if single.lane is not None:
            verdict = self._of_members(single.lane, award)
            return [Reason(cell.name, Amount(unit, granted), f"{verdict}; {limits}" if limits else verdict)]
        return [Reason(cell.name, Amount(unit, granted), limits)] if limits else []

    # Conditions in words.

    def _holds(self, condition: Condition[Any] | None) -> bool:
        judge = self._judge()
        test = judge.condition(condition)
        return test is None or test(self.event, judge.items.compile()(self.items), self.at, self.frozen)

    def _failing(self, condition: Condition[Any] | None) -> Condition[Any] | None:
        """Return the first part that does not hold, or None where all do."""
        if condition is None or self._holds(condition):
            return None
        if isinstance(condition, AllOf):
            first, *_ = [failing for part in condition.parts if (failing := self._failing(part)) is not None]
            return first
        return condition

    def _measured(self, measure: Measure) -> tuple[int, int]:
        """Return what a measure came to, in parts of a scale."""
        judge = self._judge()
        number = judge.measure(measure)
        return number.value(self.event, judge.items.compile()(self.items), self.at, self.frozen), number.scale

    def _shortfall(self, condition: Condition[Any]) -> str:
        """Say how much more was needed, where a number was too small."""
        if not isinstance(condition, Comparison) or condition.operator not in (">=", ">"):
            return ""
        value, scale = self._measured(condition.measure)
        least, _, _ = interval(condition.operator, condition.bound, scale)
        return f"{self._show(Fraction(least - value, scale), condition.measure)} more"

    def _show(self, number: Fraction, measure: Measure) -> str:
        unit = self.terms.vocabulary.dimension(measure, self.row[0], "a reason")
        places = self.terms.currency.places if unit == self.terms.currency.name else 0
        return f"{_exact(number, places)} {unit}" if unit else _exact(number, places)

    def _numbers(self, rule: Earn) -> str:
        boosts = self._boosted(rule.name)
        return f"holds; {boosts}" if boosts else "holds"

    def _boosted(self, name: str) -> str:
        """Name the boosts of a rule or lane that were about this event, and what lanes made of theirs."""
        lanes = self.terms.lanes
        found = [
            boost.name
            for boost in self.terms.of_kind(Boost)
            if boost.of == name and boost.name not in lanes.inside and self._boosts(boost)
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
        return dict(boost.by.factors)[self.frozen[self.judge.tier(boost.by.ladder)]]

    def _boosts(self, boost: Boost) -> bool:
        """Tell whether a boost was about this event."""
        if self._failing(boost.when) is not None:
            return False
        if isinstance(boost.by, ByTier):
            tier = self.frozen[self.judge.tier(boost.by.ladder)]
            if tier not in dict(boost.by.factors):
                return False
        reader = canonical_columns(self.terms, self.row[0])[0].reader
        counts = item_condition(self.terms, boost.where, reader)
        return boost.where is None or any(counts(row) for row in self.items)

    def _nothing(self, rule: Earn) -> str:
        return "nothing that counts was bought" if rule.where is not None else "too little for a whole unit"

    def _say(self, condition: Condition[Any]) -> str:
        """Put a condition into words."""
        if isinstance(condition, Comparison):
            bound = self._show(condition.bound.value, condition.measure)
            was = self._show(Fraction(*self._measured(condition.measure)), condition.measure)
            return f"{_name(condition.measure)} {condition.operator} {bound}, was {was}"
        if isinstance(condition, InZone):
            clock = self._judge().zone_reader(condition)(self.event, self.frozen)
            return f"{said(condition.schedule, clock, self.at)} in {clock.name}"
        if isinstance(condition, Schedule):
            return said(condition, self.plan.zone, self.at)
        if isinstance(condition, InTier):
            return f"tier {' or '.join(condition.tiers)} of {condition.ladder}"
        if isinstance(condition, OneOf):
            return f"{condition.subject.name} {' or '.join(map(str, condition.values))}"
        if isinstance(condition, Not):
            return f"not {self._say(condition.part)}"
        assert isinstance(condition, AllOf | AnyOf)  # noqa: S101 - there are no other conditions
        return (" and " if isinstance(condition, AllOf) else " or ").join(self._say(part) for part in condition.parts)


def _exact(number: Fraction, places: int) -> str:
    """Write a number with at least so many decimal places, as a quotient where no decimal places are enough."""
    while number * 10**places % 1 and places < _PLACES_MAX:
        places += 1
    if number * 10**places % 1:
        return str(number)
    digits = f"{abs(int(number * 10**places)):0{places + 1}d}"
    sign, cut = "-" if number < 0 else "", len(digits) - places
    return f"{sign}{digits[:cut]}.{digits[cut:]}" if places else f"{sign}{digits}"


def _name(measure: Measure) -> str:
    if isinstance(measure, Given):
        return f"what {measure.name} gives"
    if isinstance(measure, Total):
        return measure.name
    if isinstance(measure, Over):
        return f"{_name(measure.measure)} over {in_words(measure.window)}"
    if isinstance(measure, Earned):
        return f"{measure.unit} earned"
    return getattr(measure, "name", type(measure).__name__.lower())


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
