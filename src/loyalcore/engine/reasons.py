"""
Reasons: why each rule gave what it gave, judged again from what an entry holds, when somebody asks.

What a question needs is compiled when it is first asked, and kept: a shop that shows reasons asks them of every
purchase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from attrs import evolve

from loyalcore.answers import Reason
from loyalcore.awards import Given
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.engine.awards import rule_value
from loyalcore.engine.boosts import always, as_factor
from loyalcore.engine.clock import said
from loyalcore.engine.earning import AwardsCell, PurchaseCell, WindowCell
from loyalcore.engine.engine import Engine
from loyalcore.engine.items import interval, item_condition
from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.lanes import award_of, lane_value, teach
from loyalcore.engine.plan import KindPlan, canonical_columns
from loyalcore.engine.rooms import Cut
from loyalcore.engine.shapes import Number
from loyalcore.engine.spans import EarlierWindow
from loyalcore.engine.tenders import heard
from loyalcore.engine.verdicts import again, counted_since, cut_by, cut_said, cuts, of_factors, of_members
from loyalcore.entries import Row
from loyalcore.ledger import Core
from loyalcore.measures import Comparison, Earned, Measure, Over, Total
from loyalcore.numbers import Fraction, exact_text
from loyalcore.rules import Boost, ByTier, Earn, Factor, Lane
from loyalcore.schedules import InZone, Schedule
from loyalcore.trace import caused, followed
from loyalcore.units import Amount, Unit
from loyalcore.windows import Scope, Since, in_words

__all__ = ["Inquiry", "explain", "name_of", "of_raised"]

#: What the postings of events that are not judged say.
_MOVES = {"earn": "given", "restore": "given back into the lots they came from", "spend": "spent", "take": "taken back"}
_MOVES |= {"reserve": "set aside", "free": "no longer set aside"}


def explain(engine: Engine, core: Core, seq: int, row: Row | None = None) -> tuple[Reason, ...]:
    """
    Return the reasons of the fact at a position: of the rules that judged it, or of what followed from it.

    *row* is the fact where somebody has read it already.
    """
    row = core.row(seq) if row is None else row
    if row[0] not in engine.plans:
        units = engine.terms.units
        moved = [posting for _, posting in caused(core, seq) if posting[0] in (*_MOVES, "value")]
        reasons = [_of_posting(posting, units.get(posting[4], engine.terms.currency)) for posting in moved]
    else:
        engine.check_judged(row)
        reasons = Inquiry(engine, core, seq, row).reasons()
    return (*reasons, *(of_raised(engine, followed(core, seq)) if engine.raises else ()))


def of_raised(engine: Engine, rows: Iterable[tuple[int, Row]]) -> Iterator[Reason]:
    """Yield what was given, or taken back, by rules that what became of the member has raised, among rows."""
    causes: dict[int, str] = {}
    for seq, row in rows:
        if row[0] == "arise":
            causes[seq] = row[3]
        elif row[0] in ("earn", "take") and row[2] in causes:
            given = Amount(engine.terms.units[row[4]], row[5] if row[0] == "earn" else -row[5])
            yield Reason(row[3], given, f"raised by {causes[row[2]]}")


def _of_posting(row: Row, unit: Unit) -> Reason:
    """Say what one posting of a return, redemption or adjustment moved, and where from."""
    if row[0] == "value":
        return Reason(row[3], Amount(unit, row[6]), "what the units that it takes are worth")
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


class _Told(NamedTuple):
    """
    Be what is said of a comparison: its number, the least that holds, and how numbers are written.

    *asks* is what it asks, up to what the number was.
    """

    number: Number
    least: int
    places: int
    unit: str
    asks: str

    def text(self, value: int) -> str:
        """Write a number of smallest parts."""
        if value >= 0 and self.places and self.number.scale == 10**self.places:
            digits = f"{value:0{self.places + 1}d}"
            return f"{digits[: -self.places]}.{digits[-self.places :]}{self.unit}"
        if self.number.scale == 1 and not self.places:
            return f"{value}{self.unit}"
        return exact_text(Fraction(value, self.number.scale), self.places) + self.unit


class _Known:
    """
    Be what questions about events of one kind have compiled so far.

    Conditions and measures are known by identity, and kept: they are those of rules, or made of those once.
    """

    def __init__(self) -> None:
        self.tests: dict[int, tuple[Condition[Any], Judgement]] = {}
        self.numbers: dict[int, tuple[Measure, Number]] = {}
        self.told: dict[int, tuple[Comparison, _Told]] = {}
        self.relaxed: dict[tuple[int, int], Condition[Any] | None] = {}
        self.given: dict[tuple[str, int, int], Judgement] = {}
        self.uncut: dict[str, Judgement] = {}
        self.counts: dict[str, Callable[[Any], bool]] = {}
        self.leaves: dict[str, Measure] = {}


class Inquiry:
    """Ask the rules about one recorded event."""

    def __init__(self, engine: Engine, core: Core, seq: int, row: Row) -> None:
        self.engine, self.terms = engine, engine.terms
        self.core, self.seq, self.row = core, seq, row
        self.plan: KindPlan = engine.plans[row[0]]
        self.judge: Judge = self.plan.judge
        self.at, self.frozen = row[1], row[4]
        self.event, self.items = heard(row)
        self.sums: tuple[Any, ...] = self.plan.sums(self.items)
        self.postings = [posting for _, posting in caused(core, seq)]
        known: _Known | None = engine.inquiries.get(row[0])
        if known is None:
            known = engine.inquiries[row[0]] = _Known()
        self.known = known

    def asked(self, judgement: Judgement) -> Any:
        """Return what a compiled function says of the event."""
        return judgement(self.event, self.sums, self.at, self.frozen)

    def reasons(self) -> list[Reason]:
        """Return a reason for each rule about this kind of event, lanes and limits last of theirs."""
        found: list[Reason] = []
        cut = cuts(self.plan, self.core, self.seq, self.row)
        # Where the event lies in a window of an earlier version, that is told of instead of this version's rule.
        older = [cell for cell in self.plan.cells if isinstance(cell, EarlierWindow) and self._falls_into(cell)]
        names = {cell.name for cell in older}
        for cell in self.plan.cells:
            if isinstance(cell, EarlierWindow) or cell.name in names:
                continue
            if isinstance(cell, WindowCell) and not isinstance(cell, AwardsCell):
                found.append(self._of_window(cell))
                continue
            single = cell.awards if isinstance(cell, AwardsCell) else cell
            found += [self._of_rule(rule, value) for rule, value in zip(single.rules, single.values, strict=True)]
            if single.lane is not None:
                found += self._of_inner(single.lane)
            found += self._of_cell(cell, single, cut.get(cell.name, []))
        return found + [self._of_window(cell) for cell in older]

    def _granted(self, cell: PurchaseCell | WindowCell) -> int:
        """Return what the event gave in a cell, less what it took back where it lowered what a window comes to."""
        rows = self.postings
        given: list[int] = [row[5] for row in rows if row[0] == "earn" and row[3] == cell.name]
        taken: list[int] = [row[5] + row[7] + row[9] for row in rows if row[0] == "take" and row[3] == cell.name]
        return sum(given) - sum(taken)

    def _value(self, value: Any) -> int:
        return self.asked(value)  # type: ignore[no-any-return]

    def _of_rule(self, rule: Earn, value: Any) -> Reason:
        unit = rule.gives.unit
        award = self._value(value)
        failing = self.failing(rule.when)
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
        would = self.without(rule, failing) if missing else None
        award = None if would is None else Amount(unit, would)
        return Reason(rule.name, None, f"needs {self._say(failing)}", missing, award)

    def without(self, rule: Earn, failing: Condition[Any]) -> int | None:
        """Return what a rule would give if what it misses held, or None where it misses more."""
        key = id(rule.when), id(failing)
        if key not in self.known.relaxed:
            assert rule.when is not None  # noqa: S101 - something of it is missing
            self.known.relaxed[key] = _without(rule.when, failing)
        relaxed = self.known.relaxed[key]
        return self._would_give(rule, relaxed) if self.failing(relaxed) is None else None

    def _would_give(self, rule: Earn, relaxed: Condition[Any] | None) -> int:
        key = rule.name, len(rule.limit), id(relaxed)
        value = self.known.given.get(key)
        if value is None:
            own = self.judge.apart()
            value = self.known.given[key] = own.walking(rule_value(own, evolve(rule, when=relaxed)))
        return self.asked(value)  # type: ignore[no-any-return]

    def _judge(self) -> Judge:
        """Return a judge for a question of its own, who reads the moments that were frozen."""
        judge = Judge(self.terms, self.row[0], *canonical_columns(self.terms, self.row[0]))
        judge.moments = self.judge.moments
        teach(judge)
        return judge

    def _falls_into(self, cell: WindowCell) -> bool:
        return cell.start(self.event, self.at, self.frozen) is not None

    def _of_window(self, cell: WindowCell) -> Reason:
        unit = cell.rule.gives.unit
        earlier = f", by version {cell.version} as it began" if isinstance(cell, EarlierWindow) else ""
        failing = None if earlier else self.failing(cell.rule.when)
        if failing is not None:
            return Reason(cell.name, None, f"needs {self._say(failing)}", self._shortfall(failing))
        gave = self._granted(cell)
        window = "lifetime" if isinstance(cell.window, Since) else in_words(cell.window)
        verdict = f"changed what the {window} comes to{earlier}"
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
            cut = cut_by(lane.limit, unit, self._uncut(lane), award)
            verdict = f"{verdict}; {cut}" if cut else verdict
        return verdict

    def _uncut(self, lane: Lane) -> int:
        """Return what a lane gives without its limits."""
        value = self.known.uncut.get(lane.name)
        if value is None:
            judge = self._judge()
            whole, walk = lane_value(judge, evolve(lane, limit=())), judge.items.compile()
            value = self.known.uncut[lane.name] = lambda event, sums, at, frozen: whole(
                event, walk(sums[-1]), at, frozen
            )
        return self.asked(value)  # type: ignore[no-any-return]

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

    def _holds(self, condition: Condition[Any]) -> bool:
        found = self.known.tests.get(id(condition))
        if found is None:
            own = self.judge.apart()
            found = self.known.tests[id(condition)] = condition, own.walking(own.condition(condition) or always)
        return bool(self.asked(found[1]))

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
            found = leaf
            if rule.where is not None and isinstance(leaf, Total):
                found = Total(leaf.name, rule.where if leaf.where is None else leaf.where & rule.where)
            self.known.leaves[rule.name] = found
        return found

    def gap(self, condition: Condition[Any]) -> Fraction | None:
        """Return how much more was needed, where a number was too small."""
        if not isinstance(condition, Comparison) or condition.operator not in (">=", ">"):
            return None
        told = self._told(condition)
        return Fraction(told.least - self.asked(told.number.value), told.number.scale)

    def _shortfall(self, condition: Condition[Any]) -> str:
        if not isinstance(condition, Comparison) or condition.operator not in (">=", ">"):
            return ""
        told = self._told(condition)
        return f"{told.text(told.least - self.asked(told.number.value))} more"

    def _told(self, condition: Comparison) -> _Told:
        """Return what is said of a comparison, but for the number: that is the same whoever asks."""
        found = self.known.told.get(id(condition))
        if found is None:
            number, unit = self.number(condition.measure), self.unit_of(condition.measure)
            places = self.terms.currency.places if unit == self.terms.currency.name else 0
            least, _, _ = interval(condition.operator, condition.bound, number.scale)
            named = f" {unit}" if unit else ""
            bound = exact_text(condition.bound.value, places) + named
            since = counted_since(self.engine, condition.measure)
            asks = f"{name_of(condition.measure)}{since} {condition.operator} {bound}, was "
            found = self.known.told[id(condition)] = condition, _Told(number, least, places, named, asks)
        return found[1]

    def unit_of(self, measure: Measure) -> str | None:
        """Return the unit of a measure by name, None for a plain number."""
        return self.terms.vocabulary.dimension(measure, self.row[0], "a reason")

    def _numbers(self, rule: Earn) -> str:
        boosts = self._boosted(rule.name)
        return f"holds; {boosts}" if boosts else "holds"

    def _boosted(self, name: str) -> str:
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
        return dict(boost.by.factors)[self.frozen[self.judge.tier(boost.by.ladder)]]

    def _boosts(self, boost: Boost) -> bool:
        """Tell whether a boost was about this event."""
        if self.failing(boost.when) is not None:
            return False
        if isinstance(boost.by, ByTier):
            tier = self.frozen[self.judge.tier(boost.by.ladder)]
            if tier not in dict(boost.by.factors):
                return False
        if boost.where is None:
            return True
        counts = self.known.counts.get(boost.name)
        if counts is None:
            counts = item_condition(self.terms, boost.where, self.judge.item_columns.reader)
            self.known.counts[boost.name] = counts
        return any(map(counts, self.items))

    def _nothing(self, rule: Earn) -> str:
        return "nothing that counts was bought" if rule.where is not None else "too little for a whole unit"

    def _say(self, condition: Condition[Any]) -> str:
        """Put a condition into words."""
        if isinstance(condition, Comparison):
            told = self._told(condition)
            return told.asks + told.text(self.asked(told.number.value))
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


def name_of(measure: Measure) -> str:
    """Return what a measure is called."""
    if isinstance(measure, Given):
        return f"what {measure.name} gives"
    if isinstance(measure, Total):
        return measure.name
    if isinstance(measure, Over):
        return f"{name_of(measure.measure)} over {in_words(measure.window)}"
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
