"""
Earning: `loyalcore.Earn` and its lane, compiled into cells.

A cell answers what one event is worth in it. `PurchaseCell` is V of one event; `WindowCell` has V of a window, and
an event's contributions to the leaves that V is a shape of.
"""

from __future__ import annotations

from typing import Any

from loyalcore.calendar import Zone
from loyalcore.engine.awards import lane_value, rounded, rule_value
from loyalcore.engine.boosts import Boosts, boosted, is_per_item
from loyalcore.engine.judge import Judge
from loyalcore.engine.locating import Bounds, anchor_of, end_in, fixed_length, life_end
from loyalcore.engine.moments import tally_name
from loyalcore.engine.shapes import Number, shape
from loyalcore.expiry import Expiry
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import Limit, reject
from loyalcore.measures import Measure
from loyalcore.rules import Earn, Lane
from loyalcore.terms import Terms
from loyalcore.units import Amount
from loyalcore.vocabulary import leaves
from loyalcore.windows import Rolling, Scope, Window

__all__ = ["Changes", "Posting", "PurchaseCell", "Tallying", "WindowCell", "cells"]


class Changes:
    """Collect what an event changes in tallies, as facts keep it."""

    __slots__ = ("slides", "sums")

    def __init__(self) -> None:
        self.sums: list[Any] = []
        self.slides: list[Any] = []

    def add(self, name: str, bounds: Bounds, amount: int) -> None:
        """Add an amount to the tally of a window; where no window holds the moment, to none."""
        if bounds is not None:
            self.sums += (name, bounds[0], amount)

    def slide(self, name: str, end: int, amount: int) -> None:
        """Add an amount to the tally of a rolling window, until it leaves that."""
        self.slides += (name, end, amount)


class Posting:
    """Be what the entries of a rule or lane need to know."""

    def __init__(self, terms: Terms, zone: Zone, name: str, rule: Earn) -> None:
        self.name = name
        self.unit = rule.gives.unit.name
        self.pending = rule.pending
        self.taking_back = rule.taking_back or terms.taking_back
        life = rule.expires
        if life is None:
            life = next((each.life for each in terms.of_kind(Expiry) if each.unit == rule.gives.unit), None)
        #: When units end that are earned at a moment, and, where that depends on the member, by the account.
        self.expires = life_end(zone, life)
        self.end_in = end_in(zone, life)
        self.ends_with_member = anchor_of(life) is not None
        #: How long units last, where that is always as long.
        self.life = fixed_length(zone, life)


class Tallying:
    """Be how a tally over a window is kept and read for the events of one kind."""

    def __init__(self, judge: Judge, name: str, window: Window) -> None:
        self.name = name
        #: When an amount of a moment leaves the sum, where the window is rolling; where it lies, where it is not.
        self.leaves = life_end(judge.zone, window.duration) if isinstance(window, Rolling) else None
        self.locate = None if isinstance(window, Rolling) else judge.locate(window)

    def read(self, core: Core, event: Any, at: int, frozen: Any) -> int | None:
        """Return what is in the window of an event, or None where there is no such window."""
        if self.locate is None:
            found = core.sliding(self.name)
            return 0 if found is None else found.total
        bounds = self.locate(event, at, frozen)
        return None if bounds is None else core.sums.get((self.name, bounds[0]), 0)

    def add(self, event: Any, at: int, frozen: Any, amount: int, changes: Changes) -> None:
        """Note an amount that an event adds."""
        if self.locate is not None:
            changes.add(self.name, self.locate(event, at, frozen), amount)
            return
        assert self.leaves is not None  # noqa: S101 - a rolling window has this, and any other the one above
        changes.slide(self.name, self.leaves(at), amount)


class _Room:
    """Be a limit per window of a lane: what is left of it, and what an award takes of it."""

    def __init__(self, judge: Judge, lane: str, limit: Limit) -> None:
        self.times = not isinstance(limit.most, Amount)
        self.most = limit.most.minor if isinstance(limit.most, Amount) else limit.most
        self.rejects = limit.otherwise == reject
        assert not isinstance(limit.per, Scope)  # noqa: S101 - scopes are part of V
        self.tally = tally_name(f"{lane} {'times' if self.times else 'given'}", limit.per)
        self.tallying = Tallying(judge, self.tally, limit.per)

    def left(self, core: Core, event: Any, at: int, frozen: Any) -> int:
        """Return the room that is left in the window of an event."""
        used = self.tallying.read(core, event, at, frozen)
        return FOREVER if used is None else self.most - used

    def cut(self, core: Core, event: Any, at: int, frozen: Any, award: int) -> int:
        """Return what of an award fits."""
        left = max(0, self.left(core, event, at, frozen))
        if self.times:
            return award if left else 0
        if award <= left:
            return award
        return 0 if self.rejects else left

    def uses(self, award: int) -> int:
        """Return how much room an award takes."""
        return (1 if award else 0) if self.times else award


class PurchaseCell(Posting):
    """Be a rule or lane judged for each event on its own."""

    def __init__(self, judge: Judge, name: str, rules: list[Earn], lane: Lane | None) -> None:
        super().__init__(judge.terms, judge.zone, name, rules[0])
        self.rules = rules
        #: Whether the items themselves are asked about, beyond the sums over all of them.
        self.per_item = any(is_per_item(rule) or Boosts(judge, rule).varying for rule in rules)
        self.values = [rule_value(judge, rule) for rule in rules]
        self.value = lane_value(judge, rules, self.values, lane)
        limits = rules[0].limit if lane is None else lane.limit
        self.rooms = [_Room(judge, name, limit) for limit in limits if not isinstance(limit.per, Scope)]

    def fit(self, core: Core, event: Any, at: int, frozen: Any, award: int) -> int:
        """Return what of an award fits into the room left by limits."""
        for room in self.rooms:
            award = room.cut(core, event, at, frozen, award)
        return award

    def use(self, event: Any, at: int, frozen: Any, award: int, changes: Changes) -> None:
        """Note the room that an award takes."""
        for room in self.rooms:
            if used := room.uses(award):
                room.tallying.add(event, at, frozen, used, changes)


class WindowCell(Posting):
    """Be a rule judged over all that a window contains."""

    def __init__(self, judge: Judge, rule: Earn) -> None:
        super().__init__(judge.terms, judge.zone, rule.name, rule)
        self.rule = rule
        boosts = Boosts(judge, rule)
        self.per_item = bool(boosts.varying)
        parts = list(leaves(rule.gives.measure))
        numbers = [boosted(judge, rule, boosts, leaf) for leaf in parts]
        self.holds = judge.condition(rule.when)
        self.parts = [number.value for number in numbers]
        assert not isinstance(rule.over, Scope | Rolling)  # noqa: S101 - this is what makes it a window's cell
        self.window, self._locate = rule.over, judge.locate(rule.over)
        self.tallies = [tally_name(f"{rule.name} #{place}", rule.over) for place in range(len(parts))]
        places = {leaf: place for place, leaf in enumerate(parts)}
        scales = [number.scale for number in numbers]

        def summed(leaf: Measure) -> Number:
            place = places[leaf]
            return Number(lambda cell: cell[place], scales[place])

        self.value = rounded(rule, shape(rule.gives.measure, summed))

    def contributions(self, event: Any, sums: Any, at: int, frozen: Any) -> tuple[int, ...]:
        """Return what an event adds to the leaves."""
        if self.holds is not None and not self.holds(event, sums, at, frozen):
            return (0,) * len(self.parts)
        return tuple([part(event, sums, at, frozen) for part in self.parts])

    def start(self, event: Any, at: int, frozen: Any) -> int | None:
        """Return the start of the window that holds an event, or None where none does."""
        bounds = self._locate(event, at, frozen)
        return None if bounds is None else bounds[0]

    def note(self, start: int, added: tuple[int, ...], changes: Changes) -> None:
        """Note the contributions to a window."""
        for tally, amount in zip(self.tallies, added, strict=True):
            if amount:
                changes.sums += (tally, start, amount)

    def change(self, core: Core, start: int, added: tuple[int, ...]) -> int:
        """Return by how much V of a window changes when its leaves do."""
        before = [core.sums.get((tally, start), 0) for tally in self.tallies]
        after = [number + more for number, more in zip(before, added, strict=True)]
        return self.value(after) - self.value(before)


def cells(judge: Judge) -> list[PurchaseCell | WindowCell]:
    """Compile the rules for the judge's kind of event, lanes where their first rule stands."""
    lanes = {name: lane for lane in judge.terms.of_kind(Lane) for name in lane.of}
    rules = {rule.name: rule for rule in judge.terms.of_kind(Earn)}
    found: list[PurchaseCell | WindowCell] = []
    done: set[str] = set()
    for rule in rules.values():
        lane = lanes.get(rule.name)
        name = rule.name if lane is None else lane.name
        if rule.on != judge.kind or name in done:
            continue
        done.add(name)
        if not isinstance(rule.over, Scope):
            found.append(WindowCell(judge, rule))
        else:
            members = [rule] if lane is None else [rules[each] for each in lane.of]
            found.append(PurchaseCell(judge, name, members, lane))
    return found
