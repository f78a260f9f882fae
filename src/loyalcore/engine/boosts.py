"""
Boosts compiled: what changes a leaf before its shape and its one rounding.

``base x (1 + sum of additions) x product of factors``, over a common denominator, so that nothing is rounded here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from loyalcore.engine.choices import Chance, Choice
from loyalcore.engine.items import ItemPass
from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.shapes import Number, multiplied
from loyalcore.lookups import Product
from loyalcore.measures import Measure, Qualifying, Total
from loyalcore.rules import Boost, ByTier, Earn, Factor, Lane
from loyalcore.windows import item

__all__ = ["Boosts", "always", "as_factor", "boosted", "by_tiers", "changed", "is_per_item"]


class Boosts:
    """Sort the boosts of a rule by what they depend on."""

    def __init__(self, judge: Judge, rule: Earn | Lane) -> None:
        self.judge = judge
        lanes = judge.terms.lanes
        inside = lanes.inside
        own = [boost for boost in judge.terms.boosts.get(rule.name, ()) if boost.name not in inside]
        of_items = [b for b in own if b.where is not None]
        sizes = [(b.where, b.by) for b in of_items if b.when is None and isinstance(b.by, Factor)]
        self.adds = tuple((where, factor.size) for where, factor in sizes if factor.adds)
        self.times = tuple((where, factor.size) for where, factor in sizes if not factor.adds)
        #: Boosts of items that depend on the event too.
        self.varying = [b for b in of_items if b.when is not None or isinstance(b.by, ByTier)]
        self.of_event = [b for b in own if b.where is None]
        #: Lanes of boosts: of the whole event, and those of which some boost picks items.
        self.laned: list[Lane] = []
        self.by_item: list[Lane] = []
        for lane in lanes.of_boosts.get(rule.name, ()):
            members = [lanes.boosts[name] for name in lanes.leaves[lane.name]]
            if any(boost.where is not None for boost in members):
                self.by_item.append(lane)
                self.varying += members
            else:
                self.laned.append(lane)

    def factors(self, *, adding: bool) -> list[tuple[Judgement, int]]:
        """Return the boosts of the whole event: what to add, or multiply with, over a denominator."""
        found = [self._factor(boost, adding=adding) for boost in self.of_event]
        return [factor for factor in found if factor is not None] + ([] if adding else self.of_lanes())

    def of_lanes(self) -> list[tuple[Judgement, int]]:
        """Return the factors that lanes of boosts of the whole event come to."""
        return [_chosen(self._choice(lane, self._chances)) for lane in self.laned]

    def _choice(self, lane: Lane, chances: Callable[[Boost], Iterable[Chance | Choice]]) -> Choice:
        """Return what a lane chooses among, each of its boosts as *chances* has it."""
        lanes, members = self.judge.terms.lanes, list[Chance | Choice]()
        for name in lane.of:
            inner = lanes.lanes.get(name)
            members += chances(lanes.boosts[name]) if inner is None else (self._choice(inner, chances),)
        return Choice(lane.combine, tuple(members))

    def _chances(self, boost: Boost) -> Iterable[Chance | Choice]:
        """Return a boost of the whole event as something that may hold: one in each tier."""
        holds = self.judge.condition(boost.when)
        if isinstance(boost.by, Factor):
            return (Chance(holds, as_factor(boost.by)),)
        place = self.judge.tier(boost.by.ladder)
        tiers = (Chance(_in_tier(place, name, holds or always), as_factor(by)) for name, by in boost.by.factors)
        return (Choice("first", tuple(tiers)),)

    def _factor(self, boost: Boost, *, adding: bool) -> tuple[Judgement, int] | None:
        sizes = {name: f.size for name, f in by_tiers(boost.by) if f.adds == adding}
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
            holds = self.judge.condition(boost.when) or always
            tier = self.judge.tier(boost.by.ladder) if isinstance(boost.by, ByTier) else None
            tests.append(_varies(place, dict(by_tiers(boost.by)), holds, tier))
        return lambda *cell: tuple(found for test in tests if (found := test(*cell)) is not None)

    def varied(self, leaf: Total, where: Any, variant: tuple[tuple[int, str], ...]) -> tuple[Number, Number]:
        """Return a leaf with the boosts of a variant, and with its multiplying ones alone, in a pass of its own."""
        holding = {
            self.varying[place].name: (self.varying[place].where, dict(by_tiers(self.varying[place].by))[tier])
            for place, tier in variant
        }
        inside = self.judge.terms.lanes.inside
        chosen = [each for name, each in holding.items() if name not in inside]
        lanes = tuple(
            self._choice(
                lane,
                lambda boost: (
                    (Chance(holding[boost.name][0], as_factor(holding[boost.name][1])),)
                    if boost.name in holding
                    else ()
                ),
            )
            for lane in self.by_item
        )
        adds = self.adds + tuple((test, factor.size) for test, factor in chosen if factor.adds)
        times = self.times + tuple((test, factor.size) for test, factor in chosen if not factor.adds)
        walk = ItemPass(self.judge.terms, self.judge.item_columns)
        boosted = self.judge.item_sum(leaf, where, adds, times, lanes)
        base = self.judge.item_sum(leaf, where, (), times, lanes)
        first, second = walk.add(boosted), walk.add(base)
        run = walk.compile()
        scale = 10 ** (self.judge.terms.places("item", leaf.name) or 0)
        return (
            Number(lambda event, sums, at, frozen: run(sums[-1])[first], scale * boosted.scale),
            Number(lambda event, sums, at, frozen: run(sums[-1])[second], scale * base.scale),
        )

    def varied_scale(self, leaf: Total) -> int:
        """Return a scale that fits every variant."""
        inside = self.judge.terms.lanes.inside
        factors = [f for boost in self.varying if boost.name not in inside for _, f in by_tiers(boost.by)]
        adds = [size for _, size in self.adds] + [factor.size for factor in factors if factor.adds]
        times = [size for _, size in self.times] + [factor.size for factor in factors if not factor.adds]
        scale = 10 ** (self.judge.terms.places("item", leaf.name) or 0)
        for lane in self.by_item:
            scale *= self._choice(lane, _any_tier).scale
        return int(math.prod((size.denominator for size in (*adds, *times)), start=scale))


def as_factor(by: Factor) -> Fraction:
    """Return what a boost multiplies its base by where it stands alone."""
    return 1 + by.size if by.adds else by.size


def _any_tier(boost: Boost) -> Iterable[Chance | Choice]:
    """Return a boost with the factors of all tiers, for their denominators."""
    return (Choice("product", tuple(Chance(None, as_factor(factor)) for _, factor in by_tiers(boost.by))),)


def _chosen(choice: Choice) -> tuple[Judgement, int]:
    """Compile what a lane of boosts comes to, over a denominator."""
    factor, scale = choice.compile(lambda test: test), choice.scale
    return (lambda event, sums, at, frozen: int(factor(event, sums, at, frozen) * scale)), scale


def _in_tier(place: int, name: str, holds: Judgement) -> Judgement:
    return lambda event, sums, at, frozen: frozen[place] == name and holds(event, sums, at, frozen)


def by_tiers(by: Factor | ByTier) -> tuple[tuple[str, Factor], ...]:
    """Return a boost as factors by tier; one that holds in every tier stands under ""."""
    return by.factors if isinstance(by, ByTier) else (("", by),)


def _varies(
    place: int, table: dict[str, Factor], holds: Judgement, tier: int | None
) -> Callable[..., tuple[int, str] | None]:
    def varies(event: Any, sums: Any, at: int, frozen: Any) -> tuple[int, str] | None:
        name = "" if tier is None else frozen[tier]
        return (place, name) if name in table and holds(event, sums, at, frozen) else None

    return varies


def boosted(judge: Judge, rule: Earn, boosts: Boosts, leaf: Measure) -> Number:
    """Compile a leaf with the rule's filter and boosts."""
    if isinstance(leaf, Product | Qualifying):
        return multiplied(boosted(judge, rule, boosts, leaf.measure), judge.weight(leaf))
    if isinstance(leaf, Total) and boosts.varying:
        number = _with_variants(boosts, rule, leaf)
    else:
        number = _with_additions(judge, rule, boosts, leaf)
    return _times(number, boosts.factors(adding=False))


def changed(number: Number, boosts: Boosts) -> Number:
    """Return a number with the boosts of the whole event."""
    return _times(_plus(number, number, boosts.factors(adding=True)), boosts.factors(adding=False))


def _with_additions(judge: Judge, rule: Earn, boosts: Boosts, leaf: Measure) -> Number:
    adds = boosts.factors(adding=True)
    if not isinstance(leaf, Total):
        number = judge.leaf(leaf)
        return _plus(number, number, adds)
    total = judge.total_alone if is_per_item(rule) else judge.total
    boosted = total(leaf, rule.where, boosts.adds, boosts.times)
    if not adds:
        return boosted
    return _plus(boosted, total(leaf, rule.where, (), boosts.times), adds)


def is_per_item(rule: Earn) -> bool:
    """Tell whether a rule judges every item on its own."""
    return rule.stage == item or any(limit.per == item or limit.by_items for limit in rule.limit)


def _with_variants(boosts: Boosts, rule: Earn, leaf: Total) -> Number:
    adds, variant, scale = boosts.factors(adding=True), boosts.variant(), boosts.varied_scale(leaf)
    added = math.lcm(1, *(denominator for _, denominator in adds))
    compiled: dict[tuple[tuple[int, str], ...], tuple[Judgement, int]] = {}

    def value(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        key = variant(event, sums, at, frozen)
        found = compiled.get(key)
        if found is None:
            number = _plus(*boosts.varied(leaf, rule.where, key), adds)
            found = compiled[key] = (number.value, scale * added // number.scale)
        run, times = found
        return run(event, sums, at, frozen) * times

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
                value(event, sums, at, frozen) * first(event, sums, at, frozen) * second(event, sums, at, frozen)
            ),
            scale,
        )

    def multiplied(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        product = value(event, sums, at, frozen) * first(event, sums, at, frozen)
        for judgement in rest:
            product *= judgement(event, sums, at, frozen)
        return product

    return Number(multiplied, scale)


def always(event: Any, sums: Any, at: int, frozen: Any) -> bool:
    """Hold for every event."""
    return True
