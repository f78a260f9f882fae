"""
Awards: what rules give, cell by cell.

An award is a difference. `Worth` is what an event comes to in every cell, and what is granted or taken back is the
change from one worth to another: a purchase goes from nothing to what it is worth, a return from what was kept before
it to what is kept after it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple, final

from attrs import frozen

from loyalcore.calendar import zone
from loyalcore.interpreted.histories import anchor_asked, asked_by, named, tallies
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Case, holds, read, shaped
from loyalcore.interpreted.windows import of_event
from loyalcore.limits import Limit, reject
from loyalcore.measures import Earned, EventNumber, Measure, Total
from loyalcore.rules import Boost, ByTier, Earn, Factor, Lane
from loyalcore.terms import Terms
from loyalcore.units import Amount
from loyalcore.vocabulary import leaves
from loyalcore.windows import Rolling, Scope, Window, item, purchase

__all__ = ["Cell", "Grant", "Worth", "cells", "changes", "fit", "judged", "moments"]


@final
@frozen
class Cell:
    """Be where rules keep their value: a rule or lane for each event on its own, or a rule over a window."""

    name: str
    rules: tuple[Earn, ...]
    combine: str
    limits: tuple[Limit, ...]

    @property
    def rule(self) -> Earn:
        """Return the first rule: in unit and lots they are all alike."""
        return self.rules[0]

    @property
    def window(self) -> Window | None:
        """Return the window, or None where each event is a cell of its own."""
        return None if isinstance(self.rule.over, Scope) else self.rule.over

    @property
    def rooms(self) -> list[Limit]:
        """Return the limits that look at the room left in a window; those of one purchase belong to V."""
        return [limit for limit in self.limits if not isinstance(limit.per, Scope)]


def cells(terms: Terms, kind: str) -> list[Cell]:
    """Return the cells that events of a kind fall into, in the program's order, lanes where their first rule stands."""
    lanes = {name: lane for lane in terms.of_kind(Lane) for name in lane.of}
    rules = {rule.name: rule for rule in terms.of_kind(Earn)}
    found: dict[str, Cell] = {}
    for rule in rules.values():
        lane = lanes.get(rule.name)
        if rule.on == kind and lane is None:
            found[rule.name] = Cell(rule.name, (rule,), "sum", rule.limit)
        elif rule.on == kind and lane is not None:
            found[lane.name] = Cell(lane.name, tuple(rules[name] for name in lane.of), lane.combine, lane.limit)
    return list(found.values())


def moments(terms: Terms, kind: str) -> list[Any]:
    """
    Return what is asked of the history when an event of a kind is judged: the *frozen* of its fact, place by place.

    Cell by cell that is what its rules ask, then the anchors that its limits, or its own window, are counted from; at
    last those of tallies. Each is asked once.
    """
    found: list[Any] = []
    for cell in cells(terms, kind):
        for rule in cell.rules:
            found += asked_by(terms, rule)
        for window in [limit.per for limit in cell.rooms] if cell.window is None else [cell.window]:
            found += anchor_asked(window)
    for tally in tallies(terms):
        if isinstance(tally.measure, Earned) or tally.fed_by(terms, kind) is not None:
            found += anchor_asked(tally.window)
    return list(dict.fromkeys(found))


# What one event gives.


def _factor(boost: Boost, case: Case) -> Factor | None:
    """Return what a boost does to the item that is looked at, or to the event; None where it does nothing."""
    if not (holds(boost.when, case) and holds(boost.where, case)):
        return None
    if isinstance(boost.by, ByTier):
        return dict(boost.by.factors).get(case.moments["tier", boost.by.ladder])
    return boost.by


def _weight(boosts: Iterable[Boost], case: Case) -> Fraction:
    """Return ``(1 + sum of additions) x product of factors``."""
    factors = [factor for boost in boosts if (factor := _factor(boost, case)) is not None]
    added = sum((factor.size for factor in factors if factor.adds), Fraction(0))
    return (1 + added) * math.prod((factor.size for factor in factors if not factor.adds), start=Fraction(1))


def contribution(rule: Earn, leaf: Measure, case: Case, items: Iterable[Case] | None = None) -> Fraction:
    """
    Return what an event adds to a leaf of a rule, boosted.

    A total is of the *items* that the rule and the leaf are about, each with the boosts that hold for it.
    """
    boosts = [boost for boost in case.terms.of_kind(Boost) if boost.of == rule.name]
    if not isinstance(leaf, Total):
        return read(leaf, case) * _weight(boosts, case)
    total = Fraction(0)
    for each in case.by_item() if items is None else items:
        if holds(leaf.where, each) and holds(rule.where, each):
            total += each.number("item", leaf.name) * _weight(boosts, each)
    return total


def whole(rule: Earn, number: Fraction) -> int:
    """Return so many units in smallest parts, rounded as the rule says; nothing is given below zero."""
    parts = number * 10**rule.gives.unit.places
    return max(0, rule.rounding(parts.numerator, parts.denominator))


def gives(rule: Earn, case: Case) -> int:
    """Return what a rule gives for one event, with its limits per item and purchase."""
    if not holds(rule.when, case):
        return 0
    per_item = [limit for limit in rule.limit if limit.per == item]

    def of(items: list[Case]) -> int:
        return whole(rule, shaped(rule.gives.measure, lambda leaf: contribution(rule, leaf, case, items)))

    if rule.stage == item or per_item:
        award = sum(_cut(of([each]), per_item) for each in case.by_item())
    else:
        award = of(case.by_item())
    return _cut(award, [limit for limit in rule.limit if limit.per == purchase])


def _cut(award: int, limits: Iterable[Limit]) -> int:
    """Cut an award by limits of one item or purchase."""
    for limit in limits:
        assert isinstance(limit.most, Amount)  # noqa: S101 - a number of times is counted in a window
        if award > limit.most.minor:
            award = 0 if limit.otherwise == reject else limit.most.minor
    return award


def combined(cell: Cell, case: Case) -> int:
    """Return V of one event: what the lane makes of its rules, cut by its limits per purchase."""
    awards = [gives(rule, case) for rule in cell.rules]
    giving = [award for award in awards if award]
    award = {
        "sum": sum(awards),
        "best": max(awards),
        "worst": min(giving, default=0),
        "first": next(iter(giving), 0),
    }[cell.combine]
    return _cut(award, [limit for limit in cell.limits if limit.per == purchase])


# Limits over windows: the room that is left is a fact of the moment.


def _room_name(cell: Cell, limit: Limit) -> str:
    return named(f"{cell.name} {'given' if isinstance(limit.most, Amount) else 'times'}", limit.per)


def fit(held: Holdings, case: Case, cell: Cell, award: int) -> int:
    """Return what of an award fits into the room that is left in the windows of an event."""
    for limit in cell.rooms:
        name = _room_name(cell, limit)
        if isinstance(limit.per, Rolling):
            used = held.sliding(name, held.now)
        elif (found := of_event(case, limit.per)) is not None:
            used = held.sum(name, found[0])
        else:
            continue  # no window, no limit
        if isinstance(limit.most, Amount):
            left = max(0, limit.most.minor - used)
            if award > left:
                award = 0 if limit.otherwise == reject else left
        else:
            assert isinstance(limit.most, int)  # noqa: S101 - `check_read` says so
            award = 0 if used >= limit.most else award
    return award


# Worth, and how it changes.


@final
class Worth:
    """
    Be what an event comes to: what each cell of its own gives, and what it adds to tallies.

    *sums* are by name and start of the window, *slides* by name and the moment at which the amount leaves.
    """

    def __init__(self) -> None:
        self.awards: dict[str, int] = {}
        self.sums: dict[tuple[str, int], int] = {}
        self.slides: dict[tuple[str, int], int] = {}

    def add(self, case: Case, name: str, window: Window | Scope, amount: int) -> None:
        """Add an amount to the tally of the window of an event."""
        if not amount:
            return
        if isinstance(window, Rolling):
            end = zone(case.terms.timezone).plus(case.at, window.duration)
            self.slides[name, end] = self.slides.get((name, end), 0) + amount
        elif (found := of_event(case, window)) is not None:
            self.sums[name, found[0]] = self.sums.get((name, found[0]), 0) + amount


def judged(case: Case, fitting: Callable[[Cell, int], int]) -> Worth:
    """Return what an event is worth; *fitting* answers what of an award may be granted."""
    terms, worth = case.terms, Worth()
    for cell in cells(terms, case.kind):
        if cell.window is None:
            award = worth.awards[cell.name] = fitting(cell, combined(cell, case))
            for limit in cell.rooms:
                used = award if isinstance(limit.most, Amount) else min(1, award)
                worth.add(case, _room_name(cell, limit), limit.per, used)
        elif holds(cell.rule.when, case):
            for place, leaf in enumerate(leaves(cell.rule.gives.measure)):
                amount = contribution(cell.rule, leaf, case) * fineness(terms, cell.rule, leaf)
                worth.add(case, _leaf_name(cell, place), cell.window, int(amount))
    for tally in tallies(terms):
        if (fed := tally.fed_by(terms, case.kind)) is not None:
            worth.add(case, tally.name, tally.window, int(read(fed, case) * tally.parts))
    return worth


def _leaf_name(cell: Cell, place: int) -> str:
    return named(f"{cell.name} #{place}", cell.rule.over)


def fineness(terms: Terms, rule: Earn, leaf: Measure) -> int:
    """
    Return in which parts of one the contributions to a leaf are kept, so that they are whole under any boosts.

    Boosts of items that depend on the event multiply the parts, each by all it may say; additions of other boosts share
    a denominator.
    """
    boosts = [boost for boost in terms.of_kind(Boost) if boost.of == rule.name]
    parts = 1
    if isinstance(leaf, Total | EventNumber):
        parts = 10 ** (terms.places("item" if isinstance(leaf, Total) else "event", leaf.name) or 0)
    if isinstance(leaf, Total):
        of_items = [boost for boost in boosts if boost.where is not None]
        varies = any(boost.when is not None or isinstance(boost.by, ByTier) for boost in of_items)
        adds = _denominators(of_items, adds=True)
        parts *= math.prod(adds) if varies else math.lcm(*adds)
        parts *= math.prod(_denominators(of_items, adds=False))
    whole_event = [boost for boost in boosts if boost.where is None]
    parts *= math.lcm(*(math.lcm(*_denominators([boost], adds=True)) for boost in whole_event))
    return parts * math.prod(math.lcm(*_denominators([boost], adds=False)) for boost in whole_event)


def _denominators(boosts: Iterable[Boost], *, adds: bool) -> list[int]:
    """Return the denominators of all factors that add, or multiply, in any tier."""
    factors = [factor for boost in boosts for factor in _factors(boost) if factor.adds is adds]
    return [factor.size.denominator for factor in factors]


def _factors(boost: Boost) -> list[Factor]:
    return [factor for _, factor in boost.by.factors] if isinstance(boost.by, ByTier) else [boost.by]


class Grant(NamedTuple):
    """Be what a cell grants, or takes back below zero; *window* is the start of the cell's window, if it is one."""

    cell: Cell
    amount: int
    window: int | None


def changes(held: Holdings, case: Case, old: Worth, new: Worth) -> tuple[list[Grant], tuple[Any, ...], tuple[Any, ...]]:
    """Return what an event grants as its worth changes, and what that changes in tallies."""
    terms = case.terms
    sums, slides = _differences(old.sums, new.sums), _differences(old.slides, new.slides)
    grants: list[Grant] = []
    for cell in cells(terms, case.kind):
        if cell.window is None:
            grants.append(Grant(cell, new.awards.get(cell.name, 0) - old.awards.get(cell.name, 0), None))
        elif (found := of_event(case, cell.window)) is not None:
            start, _ = found
            before = {name: number for (name, of), number in held.sums.items() if of == start}
            after = {name: before.get(name, 0) + more for (name, of), more in sums.items() if of == start}
            amount = _of_window(terms, cell, {**before, **after}) - _of_window(terms, cell, before)
            grants.append(Grant(cell, amount, start))
    grants = [grant for grant in grants if grant.amount]
    earned = Worth()
    for tally in tallies(terms):
        if isinstance(tally.measure, Earned):
            units = [grant.amount for grant in grants if grant.cell.rule.gives.unit.name == tally.measure.unit]
            earned.add(case, tally.name, tally.window, sum(units))
    return grants, _flat({**sums, **earned.sums}), _flat({**slides, **earned.slides})


def _of_window(terms: Terms, cell: Cell, contents: dict[str, int]) -> int:
    """Return V of a window by what was added to the leaves."""
    parts = list(leaves(cell.rule.gives.measure))

    def leaf(measure: Measure) -> Fraction:
        name = _leaf_name(cell, parts.index(measure))
        return Fraction(contents.get(name, 0), fineness(terms, cell.rule, measure))

    return whole(cell.rule, shaped(cell.rule.gives.measure, leaf))


def _differences(old: dict[tuple[str, int], int], new: dict[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    return {key: new.get(key, 0) - old.get(key, 0) for key in {**old, **new}}


def _flat(amounts: dict[tuple[str, int], int]) -> tuple[Any, ...]:
    """Return amounts as facts keep them: name, window and amount in turn, without what has not changed."""
    return tuple(part for (name, of), amount in amounts.items() if amount for part in (name, of, amount))
