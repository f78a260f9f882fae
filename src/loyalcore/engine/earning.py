"""
Earning: `loyalcore.Earn` and its lane, compiled into cells.

A cell answers what one event is worth in it. `PurchaseCell` is V of one event; `WindowCell` has V of a window, and
an event's contributions to the leaves that V is a shape of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import reduce
from typing import Any

from loyalcore.calendar import Zone
from loyalcore.dates import EventDate
from loyalcore.engine.awards import rounded, shares_of
from loyalcore.engine.boosts import Boosts, boosted, is_per_item
from loyalcore.engine.columns import grouped
from loyalcore.engine.dates import carried
from loyalcore.engine.index import FEW, Needs, either, needs_of
from loyalcore.engine.judge import Judge
from loyalcore.engine.lanes import award_of, lane_value, teach
from loyalcore.engine.locating import Bounds, Locate, anchor_of, end_in, fixed_length, life_end, pause_in
from loyalcore.engine.moments import TierReader, keyed, tally_name
from loyalcore.engine.rooms import Rooms, Used, key_reader
from loyalcore.engine.shapes import Number, shape
from loyalcore.engine.tallying import Changes, Tallying
from loyalcore.engine.worths import worth_of
from loyalcore.entries import Row
from loyalcore.expiry import Expiry, Life, LifeByTier
from loyalcore.ledger import Core
from loyalcore.limits import Limit, rejudge
from loyalcore.maturity import Until, maturing
from loyalcore.measures import Measure
from loyalcore.returning import as_kept, in_full, in_proportion, stays
from loyalcore.rules import Earn, Lane
from loyalcore.terms import Terms
from loyalcore.units import Accrual, Amount
from loyalcore.vocabulary import leaves
from loyalcore.windows import Holding, Rolling, Scope

__all__ = ["AwardsCell", "Changes", "Posting", "PurchaseCell", "Tallying", "WindowCell", "cells", "end_for"]


def end_for(terms: Terms, zone: Zone, life: Life | None) -> Callable[[Core, int], int]:
    """Return the function from an account and the moment of earning to the moment units end, by tier too."""
    if not isinstance(life, LifeByTier):
        return end_in(zone, life)
    tier = TierReader(life.ladder, terms.vocabulary.ladders[life.ladder][0])
    lives, otherwise = {name: end_in(zone, each) for name, each in life.lives}, end_in(zone, life.otherwise)
    return lambda core, at: lives.get(tier(core, at), otherwise)(core, at)


class Posting:
    """Be what the entries of a rule or lane need to know."""

    def __init__(self, terms: Terms, zone: Zone, name: str, rule: Earn) -> None:
        self.name = name
        self.unit = rule.gives.unit.name
        self.pending = rule.pending
        #: From when on units are usable that an account earns at a moment, where that is known then.
        self.usable = None if isinstance(rule.pending, Until | EventDate | None) else pause_in(zone, rule.pending)
        self._zone = zone
        #: The dates that the event carries from which on its units are usable, and with which they end.
        self._since = rule.pending if isinstance(rule.pending, EventDate) else None
        self._through = rule.expires if isinstance(rule.expires, EventDate) else None
        self.is_dated = self._since is not None or self._through is not None
        #: Whether the life of units is counted from when they mature.
        self.from_maturing = rule.expires_from == maturing
        self.taking_back = rule.taking_back or terms.taking_back
        life = None if isinstance(rule.expires, EventDate) else rule.expires
        if life is None:
            life = next((each.life for each in terms.of_kind(Expiry) if each.unit == rule.gives.unit), None)
        #: When units end that are earned at a moment, and, where that depends on the member, by the account.
        self.expires = life_end(zone, life)
        self._end_in = end_for(terms, zone, life)
        self.ends_with_more = self.is_dated or anchor_of(life) is not None or isinstance(life, LifeByTier)
        #: How long units last, where that is always as long.
        self.life = fixed_length(zone, life)

    def usable_from(self, core: Core, at: int, event: Row | None) -> int:
        """Return from when units are usable that are earned at a moment with an event, where no other is awaited."""
        if self._since is not None:
            assert event is not None  # noqa: S101 - it is given wherever dates are read
            return max(at, self._zone.midnight(carried(self._since, event)))
        return at if self.usable is None else self.usable(core, at)

    def end_in(self, core: Core, at: int, event: Row | None) -> int:
        """Return when units end whose life is counted from a moment; those of a date as the next one begins."""
        if self._through is not None:
            assert event is not None  # noqa: S101 - it is given wherever dates are read
            return max(at, self._zone.midnight(carried(self._through, event) + 1))
        return self._end_in(core, at)


class PurchaseCell(Posting):
    """Be a rule or lane judged for each event on its own."""

    def __init__(self, judge: Judge, name: str, rules: list[Earn], lane: Lane | None) -> None:
        super().__init__(judge.terms, judge.zone, name, rules[0])
        self.rules, self.lane = rules, lane
        #: Whether the items themselves are asked about, beyond the sums over all of them.
        self.per_item = any(
            rule.name in judge.many or is_per_item(rule) or Boosts(judge, rule).varying for rule in rules
        )
        self.values = [award_of(judge, rule.name) for rule in rules]
        self.value = lane_value(judge, lane, rules[0])
        #: What the units of an event are worth together, where the rule says it.
        self.worth = worth_of(judge, rules[0])
        self.limits = rules[0].limit if lane is None else lane.limit
        #: What goes with a part of a purchase that comes back, and how what is left is rounded.
        self.on_return, self._rounding = rules[0].on_return, rules[0].rounding
        #: What the units come from.
        self.budget = rules[0].budget if lane is None else lane.budget
        self.rooms = Rooms(judge, name, self.limits, rules[0], self.budget)

    def left(self, had: int, value: int, share: tuple[int, int]) -> int:
        """Return what is left of an award after a return, by its policy: V of what is kept, or the share of it."""
        if self.on_return == in_proportion:
            return min(had, self._rounding(had * share[0], share[1])) if share[1] else had
        return had if self.on_return == stays else 0 if self.on_return == in_full else min(had, value)


class WindowCell(Posting):
    """Be a rule judged over all that a window contains."""

    def __init__(self, judge: Judge, rule: Earn) -> None:
        super().__init__(judge.terms, judge.zone, rule.name, rule)
        self.rule = rule
        is_one_of_many = rule.name in judge.many
        judge = judge.apart() if is_one_of_many else judge
        boosts = Boosts(judge, rule)
        self.per_item = is_one_of_many or bool(boosts.varying)
        parts = list(leaves(rule.gives.measure))
        numbers = [boosted(judge, rule, boosts, leaf) for leaf in parts]
        self.holds = judge.condition(rule.when)
        self.parts = [number.value for number in numbers]
        assert not isinstance(rule.over, Scope | Rolling)  # noqa: S101 - this is what makes it a window's cell
        self.window = rule.over
        self._locate: Locate = judge.locate(rule.over)
        self.tallies = [tally_name(f"{rule.name} #{place}", rule.over) for place in range(len(parts))]
        places = {leaf: place for place, leaf in enumerate(parts)}
        self.scales = scales = [number.scale for number in numbers]

        def summed(leaf: Measure) -> Number:
            place = places[leaf]
            return Number(lambda cell: cell[place], scales[place])

        self.value = rounded(rule, shape(rule.gives.measure, summed))
        self._added = judge.walking(self._adds)

    def worth_of(self, value: Callable[[Any], int]) -> None:
        """Come to what another function makes of the sums of the leaves."""
        self.value = value

    def begin(self, begins: Callable[[int], int | None]) -> None:
        """Be about those windows alone whose start a function takes, beginning where it says."""
        locate = self._locate

        def located(event: Any, at: int, frozen: Any, moment: int | None = None) -> Bounds:
            bounds = locate(event, at, frozen, moment)
            start = None if bounds is None else begins(bounds[0])
            return None if bounds is None or start is None else (start, bounds[1])

        self._locate = located

    def contributions(self, event: Any, sums: Any, at: int, frozen: Any) -> Any:
        """Return what an event adds to the leaves."""
        return self._added(event, sums, at, frozen)

    def _adds(self, event: Any, sums: Any, at: int, frozen: Any) -> Any:
        if self.holds is not None and not self.holds(event, sums, at, frozen):
            return (0,) * len(self.parts)
        return tuple([part(event, sums, at, frozen) for part in self.parts])

    def difference(self, new: Used, old: Used, start: int) -> Any:
        """Return what a window gains between what facts say of tallies before and after a return."""
        return tuple([new.get((tally, start), 0) - old.get((tally, start), 0) for tally in self.tallies])

    def start(self, event: Any, at: int, frozen: Any) -> int | None:
        """Return the start of the window that holds an event, or None where none does."""
        bounds = self._locate(event, at, frozen)
        return None if bounds is None else bounds[0]

    def note(self, start: int, added: Any, changes: Changes) -> None:
        """Note the contributions to a window."""
        for tally, amount in zip(self.tallies, added, strict=True):
            if amount:
                changes.sums += (tally, start, amount)

    def change(self, core: Core, start: int, added: Any) -> int:
        """Return by how much V of a window changes when its leaves do."""
        before = [core.sums.get((tally, start), 0) for tally in self.tallies]
        after = [number + more for number, more in zip(before, added, strict=True)]
        return self.value(after) - self.value(before)


class AwardsCell(WindowCell):
    """
    Be a rule or lane whose awards of single events add up in a window, up to a limit that is judged again.

    The leaves of V are the awards themselves, and what the limit is measured by; with a key each of its values has
    leaves of its own. So what a return frees goes to what was cut before.
    """

    def __init__(self, judge: Judge, name: str, rules: list[Earn], lane: Lane | None, limit: Limit) -> None:
        Posting.__init__(self, judge.terms, judge.zone, name, rules[0])
        self.awards = PurchaseCell(judge, name, rules, lane)
        assert not isinstance(limit.per, Scope | Rolling | Holding)  # noqa: S101 - limits check that themselves
        self.window, self._locate = limit.per, judge.locate(limit.per)
        self.rule, self.limit = rules[0], limit
        self.per_item = self.awards.per_item
        self._key = key_reader(judge, limit)
        self._shares = shares_of(judge, rules[0]) if limit.by_items else None
        measure = limit.most.measure if isinstance(limit.most, Accrual) else None
        parts = [] if measure is None else list(leaves(measure))
        if self._shares is None:
            self._leaves = [judge.leaf(leaf) for leaf in parts]
        else:
            assert limit.each is not None  # noqa: S101 - it is by a text of items
            # Each value of the text is limited by what its own items come to.
            self._leaves = [judge.leaf(leaf, lambda total: judge.total_alone(total, None, (), ())) for leaf in parts]
            self._groups = grouped(judge.item_columns, limit.each.name)
        self._most = self._limit(measure, parts)
        self.tallies = [
            tally_name(f"{name} award", self.window),
            *(tally_name(f"{name} most #{place}", self.window) for place in range(len(parts))),
        ]

    def _limit(self, measure: Measure | None, parts: list[Measure]) -> Callable[[list[int]], int]:
        """Compile the most of what a window contains."""
        if measure is None:
            assert isinstance(self.limit.most, Amount)  # noqa: S101 - counts are never judged again
            most = self.limit.most.minor
            return lambda _: most
        places = {leaf: place for place, leaf in enumerate(parts)}

        def summed(leaf: Measure) -> Number:
            place = places[leaf]
            return Number(lambda cell: cell[place], self._leaves[place].scale)

        number, unit = shape(measure, summed), self.rule.gives.unit
        return lambda cell: max(0, number.value(cell) * 10**unit.places // number.scale)

    def _named(self, key: Any) -> list[str]:
        each = self.limit.each
        return self.tallies if each is None else [keyed(tally, each.name, key) for tally in self.tallies]

    def contributions(self, event: Any, sums: Any, at: int, frozen: Any) -> dict[str, int]:
        """Return what an event adds to the leaves, by the names of their tallies."""
        cell, found = (event, sums, at, frozen), dict[str, int]()
        award = self.awards.value(*cell)
        if self._shares is not None:
            for key, share in self._shares(*cell):
                name, *_ = self._named(key)
                found[name] = min(share, award)
                award -= found[name]
            for key, rows in self._groups(sums[-1]).items() if self._leaves else ():
                whole = (event, (*sums[:-1], rows), at, frozen)
                for name, leaf in zip(self._named(key)[1:], self._leaves, strict=True):
                    found[name] = leaf.value(*whole)
            return found
        names = self._named(None if self._key is None else self._key(event, frozen))
        for name, amount in zip(names, (award, *(leaf.value(*cell) for leaf in self._leaves)), strict=True):
            found[name] = amount
        return found

    def difference(self, new: Used, old: Used, start: int) -> dict[str, int]:
        """Return what a window gains between what facts say of tallies before and after a return."""
        names = {name: None for name, at in (*old, *new) if at == start and self._owns(name)}
        return {name: new.get((name, start), 0) - old.get((name, start), 0) for name in names}

    def _owns(self, name: str) -> bool:
        return any(name == tally or name.startswith(f"{tally}, ") for tally in self.tallies)

    def note(self, start: int, added: dict[str, int], changes: Changes) -> None:
        """Note the contributions to a window."""
        for tally, amount in added.items():
            if amount:
                changes.sums += (tally, start, amount)

    def change(self, core: Core, start: int, added: dict[str, int]) -> int:
        """Return by how much V of a window changes when its leaves do."""
        total = 0
        keys = {name[len(tally) :]: None for name in added for tally in self.tallies if name.startswith(tally)}
        for key in keys:
            names = [f"{tally}{key}" for tally in self.tallies]
            before = [core.sums.get((name, start), 0) for name in names]
            after = [number + added.get(name, 0) for name, number in zip(names, before, strict=True)]
            total += self._worth(after) - self._worth(before)
        return total

    def _worth(self, cell: list[int]) -> int:
        return min(cell[0], self._most(cell[1:]))


def _found_by(judge: Judge, groups: dict[str, list[Earn]]) -> dict[str, Needs]:
    """Return what an event needs for each rule or lane, by name, where those that can be found by that are many."""
    if len(groups) < FEW:
        return {}
    # What a limit that is judged again is measured by counts where its rule gives nothing, too, and what a return takes
    # in another way than by judging again is asked for where nothing is kept that the rule is about.
    needs = {
        name: reduce(either, [needs_of(judge, rule) for rule in rules])
        for name, rules in groups.items()
        if rules[0].on_return == as_kept and not any(limit.freed == rejudge for limit in _limits_of(judge, name))
    }
    # Rules that always run are found by a value only where many are: few are asked at once, as data.
    asked = Counter(subject for each in needs.values() if not each.is_short for subject in each.keys)
    found = {
        name: each
        for name, each in needs.items()
        if each.is_short or any(asked[subject] >= FEW for subject in each.keys)
    }
    return found if len(found) >= FEW else {}


def _limits_of(judge: Judge, name: str) -> tuple[Limit, ...]:
    lanes = judge.terms.lanes
    return lanes.lanes[name].limit if name in lanes.lanes else lanes.earns[name].limit


def _many(judge: Judge) -> dict[str, Needs]:
    """Return what an event needs for cells, and for rules of a lane that adds up, where those are many."""
    lanes, many, groups = judge.terms.lanes, dict[str, Needs](), dict[str, list[Earn]]()
    for rule in lanes.earns.values():
        if rule.on == judge.kind:
            lane = lanes.outermost(rule.name)
            groups.setdefault(rule.name if lane is None else lane.name, []).append(rule)
    for lane in lanes.lanes.values():
        if lane.combine == "sum" and not lanes.is_of_boosts(lane):
            rules = [lanes.earns[name] for name in lane.of if name in lanes.earns]
            many |= _found_by(judge, {rule.name: [rule] for rule in rules if rule.on == judge.kind})
    return many | _found_by(judge, groups)


def cells(judge: Judge) -> list[PurchaseCell | WindowCell]:
    """
    Compile the rules for the judge's kind of event, lanes where their first rule stands.

    Where cells, or rules of a lane that adds up, are many, `judge.many` says what an event needs for each of them.
    """
    teach(judge)
    judge.many = _many(judge)
    lanes, found, done = judge.terms.lanes, list[PurchaseCell | WindowCell](), set[str]()
    for rule in lanes.earns.values():
        lane = lanes.outermost(rule.name)
        name = rule.name if lane is None else lane.name
        if rule.on != judge.kind or name in done:
            continue
        done.add(name)
        if not isinstance(rule.over, Scope):
            found.append(WindowCell(judge, rule))
            continue
        rules = [rule] if lane is None else lanes.rules_of(lane)
        limits = rule.limit if lane is None else lane.limit
        again = next((limit for limit in limits if limit.freed == rejudge), None)
        if again is None:
            found.append(PurchaseCell(judge, name, rules, lane))
        else:
            found.append(AwardsCell(judge, name, rules, lane, again))
    return found
