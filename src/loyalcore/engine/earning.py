"""
Earning: `loyalcore.Earn`, its boosts and its lane, compiled into cells.

A cell answers what one event is worth in it. `PurchaseCell` is V of one event; `WindowCell` has V of a window, and
an event's contributions to the leaves that V is a shape of.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from loyalcore.calendar import Zone, window_of
from loyalcore.engine.items import ItemPass
from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.moments import tally_name
from loyalcore.engine.shapes import Number, linear, shape
from loyalcore.expiry import Expiry, Life
from loyalcore.instants import DAY, FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import Limit, reject
from loyalcore.measures import Count, Measure, Total
from loyalcore.numbers import Rounding, floor
from loyalcore.rules import Boost, ByTier, Earn, Factor, Lane
from loyalcore.terms import Terms
from loyalcore.units import Amount
from loyalcore.vocabulary import leaves
from loyalcore.windows import Duration, EndOf, Rolling, Scope, item

__all__ = ["Changes", "PurchaseCell", "WindowCell", "cells", "life_end"]


class Changes:
    """Collect what an event changes in tallies, as facts keep it."""

    __slots__ = ("slides", "sums")

    def __init__(self) -> None:
        self.sums: list[Any] = []
        self.slides: list[Any] = []

    def add(self, zone: Zone, name: str, window: Any, at: int, amount: int) -> None:
        """Add an amount to the tally of the window that holds a moment."""
        if isinstance(window, Rolling):
            self.slides += (name, zone.plus(at, window.duration), amount)
        elif (period := window_of(zone, window, at)) is not None:
            self.sums += (name, period[0], amount)


def life_end(zone: Zone, life: Life | None) -> Callable[[int], int]:
    """Return the function from the moment of earning to the moment units end."""
    if isinstance(life, Duration):
        length, plus = life, zone.plus
        if zone.is_utc and not life.months:
            micros = life.days * DAY + life.micros
            return lambda at: at + micros
        return lambda at: plus(at, length)
    if isinstance(life, EndOf):
        period, after = life.period, life.after
        return lambda at: zone.end_of(period, at if after is None else zone.plus(at, after))
    return lambda at: FOREVER


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
        self.expires = life_end(zone, life)


# Boosts: what changes a leaf before its shape.


class _Boosts:
    """Sort the boosts of a rule by what they depend on."""

    def __init__(self, judge: Judge, rule: Earn) -> None:
        self.judge = judge
        own = [boost for boost in judge.terms.of_kind(Boost) if boost.of == rule.name]
        plain = [b for b in own if b.where is not None and b.when is None and isinstance(b.by, Factor)]
        self.adds = tuple((b.where, b.by.size) for b in plain if b.by.adds)
        self.times = tuple((b.where, b.by.size) for b in plain if not b.by.adds)
        #: Boosts of items that depend on the event too.
        self.varying = [b for b in own if b.where is not None and b not in plain]
        self.of_event = [b for b in own if b.where is None]

    def factors(self, adding: bool) -> list[tuple[Judgement, int]]:
        """Return the boosts of the whole event: what to add, or multiply with, over a denominator."""
        found = [self._factor(boost, adding) for boost in self.of_event]
        return [factor for factor in found if factor is not None]

    def _factor(self, boost: Boost, adding: bool) -> tuple[Judgement, int] | None:
        sizes = {name: f.size for name, f in _table(boost.by) if f.adds == adding}
        if not sizes:
            return None
        scale = math.lcm(*(size.denominator for size in sizes.values()))
        neutral = 0 if adding else scale
        whole = {name: int(size * scale) for name, size in sizes.items()}
        holds = self.judge.condition(boost.when)
        if isinstance(boost.by, ByTier):
            place, get = self.judge.tier(boost.by.ladder), whole.get
            if holds is None:
                return (lambda event, sums, at, frozen: get(frozen[place], neutral)), scale
            return (
                lambda event, sums, at, frozen: (
                    get(frozen[place], neutral) if holds(event, sums, at, frozen) else neutral
                )
            ), scale
        size = whole[""]
        if holds is None:
            return (lambda event, sums, at, frozen: size), scale
        return (lambda event, sums, at, frozen: size if holds(event, sums, at, frozen) else neutral), scale

    def variant(self) -> Callable[..., tuple[tuple[int, str], ...]]:
        """Return the function that says which varying boosts hold: places and, by tier, names."""
        tests: list[Judgement] = []
        for place, boost in enumerate(self.varying):
            holds = self.judge.condition(boost.when) or (lambda event, sums, at, frozen: True)
            tier = self.judge.tier(boost.by.ladder) if isinstance(boost.by, ByTier) else None
            tests.append(_varies(place, dict(_table(boost.by)), holds, tier))
        return lambda *cell: tuple(found for test in tests if (found := test(*cell)) is not None)

    def varied(self, leaf: Total, where: Any, variant: tuple[tuple[int, str], ...]) -> tuple[Number, Number]:
        """Return a leaf with the boosts of a variant, and with its multiplying ones alone, in a pass of its own."""
        chosen = [(self.varying[place].where, dict(_table(self.varying[place].by))[tier]) for place, tier in variant]
        adds = self.adds + tuple((test, factor.size) for test, factor in chosen if factor.adds)
        times = self.times + tuple((test, factor.size) for test, factor in chosen if not factor.adds)
        walk = ItemPass(self.judge.terms, self.judge.item_columns)
        boosted = self.judge.item_sum(leaf, where, adds, times)
        base = self.judge.item_sum(leaf, where, (), times)
        first, second = walk.add(boosted), walk.add(base)
        run = walk.compile()
        scale = 10 ** (self.judge.terms.places("item", leaf.name) or 0)
        return (
            Number(lambda event, sums, at, frozen: run(sums[-1])[first], scale * boosted.scale),
            Number(lambda event, sums, at, frozen: run(sums[-1])[second], scale * base.scale),
        )

    def varied_scale(self, leaf: Total) -> int:
        """Return a scale that fits every variant."""
        factors = [factor for boost in self.varying for _, factor in _table(boost.by)]
        adds = [size for _, size in self.adds] + [factor.size for factor in factors if factor.adds]
        times = [size for _, size in self.times] + [factor.size for factor in factors if not factor.adds]
        scale = 10 ** (self.judge.terms.places("item", leaf.name) or 0)
        return math.prod((size.denominator for size in (*adds, *times)), start=scale)


def _table(by: Factor | ByTier) -> tuple[tuple[str, Factor], ...]:
    return by.factors if isinstance(by, ByTier) else (("", by),)


def _varies(
    place: int, table: dict[str, Factor], holds: Judgement, tier: int | None
) -> Callable[..., tuple[int, str] | None]:
    def varies(event: Any, sums: Any, at: int, frozen: Any) -> tuple[int, str] | None:
        name = "" if tier is None else frozen[tier]
        return (place, name) if name in table and holds(event, sums, at, frozen) else None

    return varies


def _boosted(judge: Judge, rule: Earn, boosts: _Boosts, leaf: Measure) -> Number:
    """Compile a leaf with the rule's filter and boosts."""
    if isinstance(leaf, Total) and boosts.varying:
        number = _with_variants(boosts, rule, leaf)
    else:
        number = _with_additions(judge, rule, boosts, leaf)
    return _times(number, boosts.factors(adding=False))


def _with_additions(judge: Judge, rule: Earn, boosts: _Boosts, leaf: Measure) -> Number:
    adds = boosts.factors(adding=True)
    if not isinstance(leaf, Total):
        number = judge.leaf(leaf)
        return _plus(number, number, adds)
    total = judge.total_alone if _per_item(rule) else judge.total
    boosted = total(leaf, rule.where, boosts.adds, boosts.times)
    if not adds:
        return boosted
    return _plus(boosted, total(leaf, rule.where, (), boosts.times), adds)


def _per_item(rule: Earn) -> bool:
    """Tell whether a rule judges every item on its own."""
    return rule.stage == item or any(limit.per == item for limit in rule.limit)


def _with_variants(boosts: _Boosts, rule: Earn, leaf: Total) -> Number:
    adds, variant, scale = boosts.factors(adding=True), boosts.variant(), boosts.varied_scale(leaf)
    added = math.lcm(1, *(denominator for _, denominator in adds))
    compiled: dict[tuple[tuple[int, str], ...], tuple[Judgement, int]] = {}

    def value(event: Any, sums: Any, at: int, frozen: Any) -> int:
        key = variant(event, sums, at, frozen)
        found = compiled.get(key)
        if found is None:
            number = _plus(*boosts.varied(leaf, rule.where, key), adds)
            found = compiled[key] = (number.value, scale * added // number.scale)
        run, times = found
        return run(event, sums, at, frozen) * times  # type: ignore[no-any-return]

    return Number(value, scale * added)


def _plus(boosted: Number, base: Number, adds: list[tuple[Judgement, int]]) -> Number:
    """Return boosted + base x additions."""
    if not adds:
        return boosted
    scale = math.lcm(boosted.scale, base.scale)
    added = math.lcm(*(denominator for _, denominator in adds))
    one, other = scale // boosted.scale * added, scale // base.scale
    parts = [(judgement, added // denominator) for judgement, denominator in adds]
    first, second = boosted.value, base.value

    def value(event: Any, sums: Any, at: int, frozen: Any) -> int:
        extra = 0
        for judgement, times in parts:
            extra += judgement(event, sums, at, frozen) * times
        return first(event, sums, at, frozen) * one + second(event, sums, at, frozen) * other * extra

    return Number(value, scale * added)


def _times(number: Number, factors: list[tuple[Judgement, int]]) -> Number:
    """Return a number times all factors, without a call more than there are factors."""
    if not factors:
        return number
    value, scale = number.value, math.prod((denominator for _, denominator in factors), start=number.scale)
    first, *rest = [judgement for judgement, _ in factors]
    if not rest:
        return Number(
            lambda event, sums, at, frozen: value(event, sums, at, frozen) * first(event, sums, at, frozen), scale
        )
    if len(rest) == 1:
        (second,) = rest
        return Number(
            lambda event, sums, at, frozen: (
                value(event, sums, at, frozen)
                * first(event, sums, at, frozen)
                * second(event, sums, at, frozen)
            ),
            scale,
        )

    def multiplied(event: Any, sums: Any, at: int, frozen: Any) -> int:
        product = value(event, sums, at, frozen) * first(event, sums, at, frozen)
        for judgement in rest:
            product *= judgement(event, sums, at, frozen)
        return product

    return Number(multiplied, scale)


# Values: what a rule gives for an event on its own.


def _rounded(number: Number, rounding: Rounding, places: int) -> Judgement:
    """Return a number in whole smallest parts of a unit; nothing is given below zero."""
    value, units = number.value, Fraction(10**places, number.scale)
    up, down = units.numerator, units.denominator
    if rounding == floor:
        if up == down == 1:
            return value
        return lambda *cell: value(*cell) * up // down
    return lambda *cell: rounding(value(*cell) * up, down)


def _flooring(judge: Judge, rule: Earn, boosts: _Boosts) -> Judgement | None:
    """Return V of a purchase where it is one leaf times a rate, floored: no call between leaf and award."""
    only = linear(rule.gives.measure)
    if only is None or rule.rounding != floor:
        return None
    leaf, factor = only
    number = _boosted(judge, rule, boosts, leaf)
    units = factor * 10**rule.gives.unit.places / number.scale
    value, up, down = number.value, units.numerator, units.denominator
    if up == down == 1:
        return value
    if up == 1:
        return lambda event, sums, at, frozen: value(event, sums, at, frozen) // down
    return lambda event, sums, at, frozen: value(event, sums, at, frozen) * up // down


def _value(judge: Judge, rule: Earn) -> Judgement:
    """Compile V of one event for a rule on its own, with its conditions and its limits per item and purchase."""
    boosts = _Boosts(judge, rule)
    value = _flooring(judge, rule, boosts)
    if value is None:
        number = shape(rule.gives.measure, lambda leaf: _boosted(judge, rule, boosts, leaf))
        value = _rounded(number, rule.rounding, rule.gives.unit.places)
    caps = [limit for limit in rule.limit if limit.per == item]
    if _per_item(rule):
        value = _item_by_item(value, caps)
    value = _capped(value, [limit for limit in rule.limit if isinstance(limit.per, Scope) and limit.per != item])
    holds = judge.condition(rule.when)
    if holds is None:
        return value
    constant = _constant(rule, boosts)
    if constant is not None and not caps:
        return lambda event, sums, at, frozen: constant if holds(event, sums, at, frozen) else 0
    return lambda event, sums, at, frozen: value(event, sums, at, frozen) if holds(event, sums, at, frozen) else 0


def _constant(rule: Earn, boosts: _Boosts) -> int | None:
    """Return what a rule gives where that is the same for every event, else None."""
    only = linear(rule.gives.measure)
    if only is None or not isinstance(only[0], Count) or boosts.of_event or rule.limit or rule.rounding != floor:
        return None
    units = only[1] * 10**rule.gives.unit.places
    return units.numerator // units.denominator


def _item_by_item(value: Judgement, caps: list[Limit]) -> Judgement:
    """Judge every item on its own and add up; conditions about the event still see all of it."""
    value = _capped(value, caps)

    def added(event: Any, sums: Any, at: int, frozen: Any) -> int:
        whole = sums[:-1]
        return sum(value(event, (*whole, (each,)), at, frozen) for each in sums[-1])

    return added


def _capped(value: Judgement, limits: list[Limit]) -> Judgement:
    for limit in limits:
        assert isinstance(limit.most, Amount)  # noqa: S101 - limits per purchase are amounts
        value = _cap(value, limit.most.minor, limit.otherwise == reject)
    return value


def _cap(value: Judgement, most: int, rejects: bool) -> Judgement:
    def cut(event: Any, sums: Any, at: int, frozen: Any) -> int:
        award = value(event, sums, at, frozen)
        if award <= most:
            return award  # type: ignore[no-any-return]
        return 0 if rejects else most

    return cut


# Cells.


class _Room:
    """Be a limit per window of a lane: what is left of it, and what an award takes of it."""

    def __init__(self, zone: Zone, lane: str, limit: Limit) -> None:
        self.zone, self.window = zone, limit.per
        self.times = not isinstance(limit.most, Amount)
        self.most = limit.most.minor if isinstance(limit.most, Amount) else limit.most
        self.rejects = limit.otherwise == reject
        assert not isinstance(limit.per, Scope)  # noqa: S101 - scopes are part of V
        self.tally = tally_name(f"{lane} {'times' if self.times else 'given'}", limit.per)

    def left(self, core: Core, at: int) -> int:
        """Return the room that is left in the window of a moment."""
        if isinstance(self.window, Rolling):
            found = core.slides.get(self.tally)
            return self.most - (0 if found is None else found.total)
        period = window_of(self.zone, self.window, at)  # type: ignore[arg-type]
        return FOREVER if period is None else self.most - core.sums.get((self.tally, period[0]), 0)

    def cut(self, core: Core, at: int, award: int) -> int:
        """Return what of an award fits."""
        left = max(0, self.left(core, at))
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
        self.zone = judge.zone
        self.rules = rules
        self.per_item = any(_per_item(rule) or _Boosts(judge, rule).varying for rule in rules)
        self.values = [_value(judge, rule) for rule in rules]
        limits = lane.limit if lane is not None else rules[0].limit
        caps = [limit for limit in limits if isinstance(limit.per, Scope)] if lane is not None else []
        if lane is None or lane.combine == "sum":
            truncating = [limit for limit in caps if limit.otherwise != reject]
            most = min((limit.most.minor for limit in truncating if isinstance(limit.most, Amount)), default=FOREVER)
            caps = [limit for limit in caps if limit.otherwise == reject]
            # A purchase over a rejecting cap gives nothing even if a truncating one would have brought it under.
            own = _summed(judge, rules, self.values, FOREVER if caps else most)
            self.value = _capped(own, caps) if not caps else _capped(_capped(own, caps), truncating)
        else:
            self.value = _capped(_combined(self.values, lane.combine), caps)
        self.rooms = [_Room(judge.zone, name, limit) for limit in limits if not isinstance(limit.per, Scope)]

    def fit(self, core: Core, at: int, award: int) -> int:
        """Return what of an award fits into the room left by limits."""
        for room in self.rooms:
            award = room.cut(core, at, award)
        return award

    def use(self, at: int, award: int, changes: Changes) -> None:
        """Note the room that an award takes."""
        for room in self.rooms:
            if used := room.uses(award):
                changes.add(self.zone, room.tally, room.window, at, used)


class _Line(NamedTuple):
    """Be a rule that is one sum over items times a rate, floored: `place` of the sum, factors, and the rate."""

    place: int
    #: Place of a tier, what it multiplies by, and what other tiers do.
    tiers: list[tuple[int, Callable[[str, int], int], int]]
    #: Condition, what it multiplies by where it holds, and where not.
    tests: list[tuple[Judgement, int, int]]
    up: int
    down: int


def _line(judge: Judge, rule: Earn) -> _Line | None:
    """Return a rule as a line, or None where it is more than that."""
    boosts, only = _Boosts(judge, rule), linear(rule.gives.measure)
    if only is None or rule.rounding != floor or rule.limit or rule.stage == item or rule.when is not None:
        return None
    leaf, factor = only
    if not isinstance(leaf, Total) or boosts.varying or boosts.factors(adding=True):
        return None
    wanted = judge.item_sum(leaf, rule.where, boosts.adds, boosts.times)
    scale = 10 ** (judge.terms.places("item", leaf.name) or 0) * wanted.scale
    tiers, tests = [], []
    for boost in boosts.of_event:
        sizes = {name: each.size for name, each in _table(boost.by)}
        parts = math.lcm(*(size.denominator for size in sizes.values()))
        scale *= parts
        whole = {name: int(size * parts) for name, size in sizes.items()}
        holds = judge.condition(boost.when)
        if not isinstance(boost.by, ByTier):
            tests.append((holds or _always, whole[""], parts))
        elif holds is None:
            tiers.append((judge.tier(boost.by.ladder), whole.get, parts))
        else:
            return None
    units = factor * 10**rule.gives.unit.places / scale
    return _Line(judge.items.add(wanted), tiers, tests, units.numerator, units.denominator)


def _always(event: Any, sums: Any, at: int, frozen: Any) -> bool:
    return True


def _summed(judge: Judge, rules: list[Earn], values: list[Judgement], most: int) -> Judgement:
    """
    Compile the sum of rules, truncated: flat amounts and plain rates without a call of their own.

    Calls are what a composed program costs beside one written by hand, so what is only data stays data.
    """
    lines, flats, others = [], [], []
    for rule, value in zip(rules, values, strict=True):
        constant = _constant(rule, _Boosts(judge, rule))
        if constant is not None:
            flats.append((judge.condition(rule.when) or _always, constant))
        elif (line := _line(judge, rule)) is not None:
            lines.append(line)
        else:
            others.append(value)

    def total(event: Any, sums: Any, at: int, frozen: Any) -> int:
        award = 0
        for place, tiers, tests, up, down in lines:
            number = sums[place]
            for tier, get, neutral in tiers:
                number *= get(frozen[tier], neutral)
            for test, size, neutral in tests:
                number *= size if test(event, sums, at, frozen) else neutral
            award += number * up // down
        for test, constant in flats:
            if test(event, sums, at, frozen):
                award += constant
        for value in others:
            award += value(event, sums, at, frozen)
        return award if award <= most else most

    return total


def _combined(values: list[Judgement], combine: str) -> Judgement:
    """Compile what a lane makes of rules of which some win."""

    def best(event: Any, sums: Any, at: int, frozen: Any) -> int:
        return max(value(event, sums, at, frozen) for value in values)

    def worst(event: Any, sums: Any, at: int, frozen: Any) -> int:
        return min((award for value in values if (award := value(event, sums, at, frozen))), default=0)

    def first(event: Any, sums: Any, at: int, frozen: Any) -> int:
        return next((award for value in values if (award := value(event, sums, at, frozen))), 0)

    return {"best": best, "worst": worst, "first": first}[combine]


class WindowCell(Posting):
    """Be a rule judged over all that a window contains."""

    def __init__(self, judge: Judge, rule: Earn) -> None:
        super().__init__(judge.terms, judge.zone, rule.name, rule)
        self.zone, self.window, self.rule = judge.zone, rule.over, rule
        boosts = _Boosts(judge, rule)
        parts = list(leaves(rule.gives.measure))
        numbers = [_boosted(judge, rule, boosts, leaf) for leaf in parts]
        self.holds = judge.condition(rule.when)
        self.parts = [number.value for number in numbers]
        assert not isinstance(rule.over, Scope)  # noqa: S101 - this is what makes it a window's cell
        self.tallies = [tally_name(f"{rule.name} #{place}", rule.over) for place in range(len(parts))]
        places = {leaf: place for place, leaf in enumerate(parts)}
        scales = [number.scale for number in numbers]

        def summed(leaf: Measure) -> Number:
            place = places[leaf]
            return Number(lambda cell: cell[place], scales[place])

        self.value = _rounded(shape(rule.gives.measure, summed), rule.rounding, rule.gives.unit.places)

    def contributions(self, event: Any, sums: Any, at: int, frozen: Any) -> tuple[int, ...]:
        """Return what an event adds to the leaves."""
        if self.holds is not None and not self.holds(event, sums, at, frozen):
            return (0,) * len(self.parts)
        return tuple([part(event, sums, at, frozen) for part in self.parts])

    def start(self, at: int) -> int | None:
        """Return the start of the window that holds a moment, or None where none does."""
        period = window_of(self.zone, self.window, at)  # type: ignore[arg-type]
        return None if period is None else period[0]

    def note(self, start: int, added: tuple[int, ...], changes: Changes) -> None:
        """Note the contributions to a window."""
        for tally, amount in zip(self.tallies, added, strict=True):
            if amount:
                changes.sums += (tally, start, amount)

    def change(self, core: Core, start: int, added: tuple[int, ...]) -> int:
        """Return by how much V of a window changes when its leaves do."""
        before = [core.sums.get((tally, start), 0) for tally in self.tallies]
        after = [number + more for number, more in zip(before, added, strict=True)]
        return self.value(after) - self.value(before)  # type: ignore[call-arg, no-any-return]


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
