"""
Cells: where rules keep their value, what they ask of the history, and what one event comes to in them.

A cell is a rule or lane for each event on its own, a rule over a window, or a rule or lane whose awards add up in a
window under a limit that is judged again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, final

from attrs import frozen

from loyalcore.awards import Given
from loyalcore.budgets import Budget
from loyalcore.calendar import zone
from loyalcore.causes import Cause
from loyalcore.conditions import TextOf
from loyalcore.deductions import Deduct
from loyalcore.follow_ups import Raise
from loyalcore.interpreted.giving import alone
from loyalcore.interpreted.histories import anchor_asked, asks, tallies
from loyalcore.interpreted.questions import Case
from loyalcore.interpreted.windows import of_event
from loyalcore.limits import Limit, rejudge
from loyalcore.lookups import Product
from loyalcore.measures import Balance, Earned, Measure, Ordinal, Over, Qualifying, Total
from loyalcore.rules import Boost, ByTier, Earn, Lane
from loyalcore.terms import Terms
from loyalcore.units import Accrual
from loyalcore.vocabulary import leaves
from loyalcore.windows import Holding, Rolling, Scope, Window, purchase

__all__ = ["Cell", "Part", "Worth", "moments", "own_cells"]


class Begins(Protocol):
    """Be the windows of a rule that are a version's."""

    def begins(self, start: int) -> int | None:
        """Return where a window begins, or None where it is another version's."""


@final
@frozen
class Cell:
    """
    Be a rule, or a lane and the rules it is of in the end, with what limits it.

    *terms* are the version whose rules they are, and *stretch* says which windows are that one's.
    """

    terms: Terms
    name: str
    rules: tuple[Earn, ...]
    limits: tuple[Limit, ...]
    is_lane: bool = False
    stretch: Begins | None = None

    @property
    def rule(self) -> Earn:
        """Return the first rule: in unit and lots they are all alike."""
        return self.rules[0]

    @property
    def budget(self) -> Budget | None:
        """Return what its units come from, where that is an account."""
        return self.terms.lanes.lanes[self.name].budget if self.is_lane else self.rule.budget

    @property
    def again(self) -> Limit | None:
        """Return the limit that is judged again, if there is one."""
        return next((limit for limit in self.limits if limit.freed == rejudge), None)

    @property
    def window(self) -> Window | None:
        """Return the window, or None where each event is a cell of its own."""
        over = self.rule.over if self.again is None else self.again.per
        return None if isinstance(over, Scope | Holding) else over

    def start(self, case: Case) -> int | None:
        """Return where the window of an event begins; None where none holds it, or it is another version's."""
        found = None if self.window is None else of_event(case.by(self.terms), self.window)
        if found is None or self.stretch is None:
            return None if found is None else found[0]
        return self.stretch.begins(found[0])

    @property
    def rooms(self) -> list[Limit]:
        """Return the limits that look at the room left in a window; others belong to V."""
        return [limit for limit in self.limits if not isinstance(limit.per, Scope) and limit.freed != rejudge]


def own_cells(terms: Terms, kind: str | Cause) -> list[Cell]:
    """Return a version's cells for events of a kind, in the program's order, lanes where their first rule stands."""
    found: dict[str, Cell] = {}
    for rule in terms.of_kind(Earn):
        lane = terms.lanes.outermost(rule.name)
        if rule.on == kind and lane is None:
            found[rule.name] = Cell(terms, rule.name, (rule,), rule.limit)
        elif rule.on == kind and lane is not None:
            found[lane.name] = Cell(terms, lane.name, tuple(terms.lanes.rules_of(lane)), lane.limit, is_lane=True)
    return list(found.values())


# What is asked of the history: the order is that in which rules are read.


def moments(terms: Terms, kind: str | Cause) -> list[Any]:
    """
    Return what is asked of the history when an event of a kind is judged: the *frozen* of its fact, place by place.

    Cell by cell that is what its rules ask, then the anchors that its windows are counted from, and the settings that
    its limits go by; then those of tallies, at last what follow-ups and deductions ask. Each is asked once.
    """
    found: list[Any] = []
    for cell in own_cells(terms, kind):
        for rule in cell.rules:
            found += _asked_by(terms, rule.name)
        if cell.is_lane:
            found += _asked_by(terms, cell.name)
        again = cell.again
        for limit in cell.rooms if again is None else [again]:
            found += anchor_asked(limit.per)
            if limit.each is not None and limit.each.of == "setting":
                found.append(("setting", limit.each.name))
        if again is None:
            found += anchor_asked(cell.window)
        elif isinstance(again.most, Accrual):
            found += _asked_by_measure(terms, again.most.measure)
    for tally in tallies(terms):
        if isinstance(tally.measure, Earned) or tally.fed_by(terms, kind) is not None:
            found += anchor_asked(tally.window)
    for each in terms.of_kind(Raise):
        found += _asked_by_raise(terms, each) if each.on == kind else ()
    for each in terms.of_kind(Deduct) if kind == "activity" else ():
        found += [*_asked_if(terms, each.when), *_asked_by_measure(terms, each.takes.measure)]
    return list(dict.fromkeys(found))


def _asked_by_raise(terms: Terms, rule: Raise) -> Iterator[Any]:
    """Yield what a rule that raises activities asks: whether, for whom, and with which numbers."""
    yield from _asked_if(terms, rule.when)
    if isinstance(rule.to, TextOf) and rule.to.of == "setting":
        yield ("setting", rule.to.name)
    carried = dict(rule.values)
    for name in terms.activities.names:
        yield from _asked_by_measure(terms, carried[name]) if name in carried else ()


def _asked_by(terms: Terms, name: str) -> Iterator[Any]:
    """Yield what V of a rule or lane for one event asks."""
    rule = terms.lanes.earns.get(name)
    if rule is None:
        yield from _asked_by_lane(terms, terms.lanes.lanes[name])
        return
    # What a rule over a window asks itself comes after what it counts.
    is_window = not isinstance(rule.over, Scope)
    own = list(_asked_if(terms, rule.when))
    yield from () if is_window else own
    for leaf in leaves(rule.gives.measure):
        yield from _asked_by_leaf(terms, rule, leaf)
    for limit in rule.limit:
        if limit.per == purchase and not limit.by_items:
            yield from _asked_by_limit(terms, limit)
    yield from own if is_window else ()


def _asked_by_lane(terms: Terms, lane: Lane) -> Iterator[Any]:
    inner = [name for name in lane.of if name in terms.lanes.lanes]
    # Of a sum the lanes are read before the rules.
    for name in [*inner, *lane.of] if lane.combine == "sum" else lane.of:
        yield from _asked_by(terms, name)
    yield from _asked_by_boosts(terms, lane.name, ())
    for limit in lane.limit:
        if limit.per == purchase:
            yield from _asked_by_limit(terms, limit)


def _asked_by_leaf(terms: Terms, rule: Earn, leaf: Measure) -> Iterator[Any]:
    if isinstance(leaf, Product | Qualifying):
        leaf = leaf.measure
    if not isinstance(leaf, Total):
        yield from _asked_by_boosts(terms, rule.name, _asked_by_measure(terms, leaf))
        return
    boosts = [boost for boost in alone(terms, rule.name) if boost.where is not None]
    for lane in terms.lanes.of_boosts.get(rule.name, ()):
        members = [terms.lanes.boosts[name] for name in terms.lanes.leaves[lane.name]]
        boosts += members if any(boost.where is not None for boost in members) else []
    yield from _asked_by_boosts(terms, rule.name, [each for boost in boosts for each in _asked_by_boost(terms, boost)])


def _asked_by_boosts(terms: Terms, of: str, between: Any) -> Iterator[Any]:
    """Yield what boosts of the whole event ask: those that add, what is read *between*, those that multiply, lanes."""
    whole = [boost for boost in alone(terms, of) if boost.where is None]
    for boost in whole:
        if _does(boost, adds=True):
            yield from _asked_by_boost(terms, boost)
    yield from between
    for boost in whole:
        if _does(boost, adds=False):
            yield from _asked_by_boost(terms, boost)
    for lane in terms.lanes.of_boosts.get(of, ()):
        members = [terms.lanes.boosts[name] for name in terms.lanes.leaves[lane.name]]
        if all(boost.where is None for boost in members):
            for boost in members:
                yield from _asked_by_boost(terms, boost)


def _asked_by_boost(terms: Terms, boost: Boost) -> Iterator[Any]:
    yield from _asked_if(terms, boost.when)
    if isinstance(boost.by, ByTier):
        yield ("tier", boost.by.ladder)


def _does(boost: Boost, *, adds: bool) -> bool:
    factors = [factor for _, factor in boost.by.factors] if isinstance(boost.by, ByTier) else [boost.by]
    return any(factor.adds is adds for factor in factors)


def _asked_by_limit(terms: Terms, limit: Limit) -> Iterator[Any]:
    return _asked_by_measure(terms, limit.most.measure) if isinstance(limit.most, Accrual) else iter(())


def _asked_by_measure(terms: Terms, measure: Measure) -> Iterator[Any]:
    for leaf in leaves(measure):
        if isinstance(leaf, Given):
            yield from _asked_by(terms, leaf.name)
        elif isinstance(leaf, Over | Earned | Balance | Ordinal):
            yield leaf


def _asked_if(terms: Terms, condition: Any) -> Iterator[Any]:
    for asked in asks(condition):
        if isinstance(asked, Given):
            yield from _asked_by(terms, asked.name)
        else:
            yield asked


# What an event comes to.

#: A part of an award: the start of the window as of which it is given, None for the moment of the event, and how much.
Part = tuple[int | None, int]


@final
class Worth:
    """
    Be what an event comes to: what each cell of its own gives, and what it adds to tallies.

    *sums* are by name and start of the window, *slides* by name and the moment at which the amount leaves.
    """

    def __init__(self) -> None:
        #: What cells give, in parts.
        self.awards: dict[str, list[Part]] = {}
        self.sums: dict[tuple[str, int], int] = {}
        self.slides: dict[tuple[str, int], int] = {}
        #: What rules that are limited by what is held have given by now, by unit.
        self.reached: dict[str, int] = {}

    def add(self, case: Case, name: str, window: Window | Scope, amount: int) -> None:
        """Add an amount to the tally of the window of an event."""
        if isinstance(window, Rolling):
            if amount:
                end = zone(case.terms.timezone).plus(case.at, window.duration)
                self.slides[name, end] = self.slides.get((name, end), 0) + amount
        elif (found := of_event(case, window)) is not None:
            self.add_to(name, found[0], amount)

    def add_to(self, name: str, start: int, amount: int) -> None:
        """Add an amount to the tally of the window that begins at a moment."""
        if amount:
            self.sums[name, start] = self.sums.get((name, start), 0) + amount
