"""
Giving: what a rule or lane gives for one event by itself, before limits over windows: V of one event.

A boost changes what is counted, a lane combines what its members give, and limits per item and purchase cut. Nothing
of the history is read here but what was frozen with the event.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from loyalcore.awards import Given
from loyalcore.interpreted.histories import Tally
from loyalcore.interpreted.questions import Case, holds, read, shaped, weight
from loyalcore.limits import Limit, reject
from loyalcore.lookups import Lookup, Product
from loyalcore.measures import Balance, Earned, EventNumber, Measure, Over, Qualifying, Total
from loyalcore.rules import Boost, ByTier, Earn, Factor, Lane
from loyalcore.terms import Terms
from loyalcore.units import Amount
from loyalcore.windows import item, purchase

__all__ = ["alone", "by_key", "contribution", "fineness", "gives", "parts_of", "read_of", "shares", "whole"]


# Boosts.


def alone(terms: Terms, of: str) -> list[Boost]:
    """Return the boosts of a rule or lane that stand in no lane."""
    return [boost for boost in terms.of_kind(Boost) if boost.of == of and boost.name not in terms.lanes.inside]


def _factor(boost: Boost, case: Case) -> Factor | None:
    """Return what a boost does to the item that is looked at, or to the event; None where it does nothing."""
    if not (holds(boost.when, case) and holds(boost.where, case)):
        return None
    if isinstance(boost.by, ByTier):
        return dict(boost.by.factors).get(case.moments["tier", boost.by.ladder])
    return boost.by


def _multiplier(by: Factor) -> Fraction:
    """Return what a boost in a lane multiplies by: an addition of 50 % is 1.5."""
    return 1 + by.size if by.adds else by.size


def _chosen(name: str, case: Case) -> Fraction | None:
    """Return what a boost, or a lane of boosts, multiplies by; None where nothing holds."""
    lane = case.terms.lanes.lanes.get(name)
    if lane is None:
        factor = _factor(case.terms.lanes.boosts[name], case)
        return None if factor is None else _multiplier(factor)
    found = [each for each in (_chosen(member, case) for member in lane.of) if each is not None]
    if not found:
        return None
    return {
        "best": max(found),
        "worst": min(found),
        "first": found[0],
        "sum": 1 + sum((each - 1 for each in found), Fraction(0)),
        "product": math.prod(found, start=Fraction(1)),
    }[lane.combine]


def _weight(of: str, case: Case) -> Fraction:
    """Return ``(1 + sum of additions) x product of factors x each lane`` of the boosts of a rule or lane."""
    factors = [factor for boost in alone(case.terms, of) if (factor := _factor(boost, case)) is not None]
    weight = 1 + sum((factor.size for factor in factors if factor.adds), Fraction(0))
    weight *= math.prod((factor.size for factor in factors if not factor.adds), start=Fraction(1))
    for lane in case.terms.lanes.of_boosts.get(of, ()):
        chosen = _chosen(lane.name, case)
        weight *= 1 if chosen is None else chosen
    return weight


def contribution(rule: Earn, leaf: Measure, case: Case, items: Iterable[Case] | None = None) -> Fraction:
    """
    Return what an event adds to a leaf of a rule, boosted.

    A total is of the *items* that the rule and the leaf are about, each with the boosts that hold for it.
    """
    if isinstance(leaf, Product | Qualifying):
        return contribution(rule, leaf.measure, case, items) * weight(leaf, case)
    if not isinstance(leaf, Total):
        return read(leaf, case) * _weight(rule.name, case)
    total = Fraction(0)
    for each in case.by_item() if items is None else items:
        if holds(leaf.where, each) and holds(rule.where, each):
            total += each.number("item", leaf.name) * _weight(rule.name, each)
    return total


def whole(rule: Earn, number: Fraction) -> int:
    """Return so many units in smallest parts, rounded as the rule says; nothing is given below zero."""
    parts = number * 10**rule.gives.unit.places
    return max(0, rule.rounding(parts.numerator, parts.denominator))


# V of one event.


def gives(name: str, case: Case) -> int:
    """Return what a rule or lane gives for one event, with its limits per item and purchase."""
    rule = case.terms.lanes.earns.get(name)
    return _of_lane(case.terms.lanes.lanes[name], case) if rule is None else _of_rule(rule, case)


@read.register(Given)
def _(leaf: Given, case: Case) -> Fraction:
    unit, _ = case.terms.vocabulary.given[leaf.name]
    return Fraction(gives(leaf.name, case), 10 ** case.terms.units[unit].places)


def _of_rule(rule: Earn, case: Case) -> int:
    if not holds(rule.when, case):
        return 0
    if any(limit.by_items for limit in rule.limit):
        award = sum(share for _, share in shares(rule, case))
    else:
        award = _of_items(rule, case, case.by_item())
    limits = [limit for limit in rule.limit if limit.per == purchase and not limit.by_items]
    return _cut(award, limits, case, case.by_item())


def shares(rule: Earn, case: Case) -> list[tuple[Any, int]]:
    """Return what a rule gives for the items of each value of the text or flag that its limits go by."""
    if not holds(rule.when, case):
        return []
    by_items = [limit for limit in rule.limit if limit.by_items]
    (name,) = {limit.each.name for limit in by_items if limit.each is not None}
    limits = [limit for limit in by_items if limit.per == purchase]
    groups = by_key(case, name).items()
    return [(key, _cut(_of_items(rule, case, items), limits, case, items)) for key, items in groups]


def by_key(case: Case, name: str) -> dict[Any, list[Case]]:
    """Return the items of an event by a text or flag of theirs."""
    groups: dict[Any, list[Case]] = {}
    for each in case.by_item():
        groups.setdefault(each.item[name], []).append(each)
    return groups


def _of_items(rule: Earn, case: Case, items: list[Case]) -> int:
    """Return what a rule gives for some items, rounded and cut item by item where it says so."""
    limits = [limit for limit in rule.limit if limit.per == item]

    def of(some: list[Case]) -> int:
        return whole(rule, shaped(rule.gives.measure, lambda leaf: contribution(rule, leaf, case, some)))

    if rule.stage == item or limits:
        return sum(_cut(of([each]), limits, case, [each]) for each in items)
    return of(items)


def read_of(leaf: Measure, case: Case, items: list[Case]) -> Fraction:
    """Return what a leaf reads from an event, a total from some *items* of it."""
    if isinstance(leaf, Product | Qualifying):
        return read_of(leaf.measure, case, items) * weight(leaf, case)
    if not isinstance(leaf, Total):
        return read(leaf, case)
    return sum((each.number("item", leaf.name) for each in items if holds(leaf.where, each)), Fraction(0))


def _cut(award: int, limits: Iterable[Limit], case: Case, items: list[Case]) -> int:
    """Cut an award by limits of one item, of some items, or of the whole purchase."""
    for limit in limits:
        assert not isinstance(limit.most, int)  # noqa: S101 - a number of times is counted in a window
        if isinstance(limit.most, Amount):
            most = limit.most.minor
        else:
            number = shaped(limit.most.measure, lambda leaf: read_of(leaf, case, items))
            most = max(0, math.floor(number * 10**limit.most.unit.places))
        if award > most:
            award = 0 if limit.otherwise == reject else most
    return award


def _of_lane(lane: Lane, case: Case) -> int:
    if lane.per == item:
        rules = [case.terms.lanes.earns[name] for name in lane.of]
        speaking = [rule for rule in rules if holds(rule.when, case)]
        award = sum(_chosen_of(lane, [_of_items(rule, case, [each]) for rule in speaking]) for each in case.by_item())
    else:
        award = _chosen_of(lane, [gives(name, case) for name in lane.of])
    award = math.floor(award * _weight(lane.name, case))
    return _cut(award, [limit for limit in lane.limit if limit.per == purchase], case, case.by_item())


def _chosen_of(lane: Lane, awards: list[int]) -> int:
    """Return what a lane makes of what its members give."""
    giving = [award for award in awards if award]
    return {
        "sum": sum(awards),
        "best": max(awards, default=0),
        "worst": min(giving, default=0),
        "first": next(iter(giving), 0),
    }[lane.combine]


# In which parts of one the leaves of a window are kept.


def fineness(terms: Terms, rule: Earn, leaf: Measure) -> int:
    """
    Return in which parts of one the contributions to a leaf are kept, so that they are whole under any boosts.

    Boosts of items that depend on the event multiply the parts, each by all it may say, and so do lanes; additions of
    other boosts share a denominator.
    """
    if isinstance(leaf, Product):
        return fineness(terms, rule, leaf.measure) * parts_of(terms, leaf.by)
    if isinstance(leaf, Qualifying):
        return fineness(terms, rule, leaf.measure)
    boosts, lanes, parts = alone(terms, rule.name), terms.lanes.of_boosts.get(rule.name, []), parts_of(terms, leaf)
    boosts_of = {lane.name: [terms.lanes.boosts[name] for name in terms.lanes.leaves[lane.name]] for lane in lanes}
    by_item = [lane for lane in lanes if any(boost.where is not None for boost in boosts_of[lane.name])]
    if isinstance(leaf, Total):
        of_items = [boost for boost in boosts if boost.where is not None]
        varies = by_item or any(boost.when is not None or isinstance(boost.by, ByTier) for boost in of_items)
        adds = _denominators(of_items, adds=True)
        parts *= math.prod(adds) if varies else math.lcm(*adds)
        parts *= math.prod(_denominators(of_items, adds=False))
        parts *= math.prod(_of_choice(terms, lane.name, of_items=True) for lane in by_item)
    whole_event = [boost for boost in boosts if boost.where is None]
    parts *= math.lcm(*(math.lcm(*_denominators([boost], adds=True)) for boost in whole_event))
    parts *= math.prod(_of_choice(terms, lane.name, of_items=False) for lane in lanes if lane not in by_item)
    return parts * math.prod(math.lcm(*_denominators([boost], adds=False)) for boost in whole_event)


def parts_of(terms: Terms, leaf: Measure) -> int:
    """Return in which parts of one a leaf itself is kept."""
    if isinstance(leaf, Product):
        return parts_of(terms, leaf.measure) * parts_of(terms, leaf.by)
    if isinstance(leaf, Qualifying):
        return parts_of(terms, leaf.measure)
    if isinstance(leaf, Lookup):
        return math.lcm(leaf.otherwise.denominator, *(number.denominator for _, number in leaf.rows))
    places: int | None = 0
    if isinstance(leaf, Total | EventNumber):
        places = terms.places("item" if isinstance(leaf, Total) else "event", leaf.name)
    elif isinstance(leaf, Given):
        unit, _ = terms.vocabulary.given[leaf.name]
        places = terms.units[unit].places
    elif isinstance(leaf, Balance):
        places = terms.units[leaf.unit].places
    elif isinstance(leaf, Over | Earned):
        return Tally(terms, leaf).parts
    parts: int = 10 ** (places or 0)
    return parts


def _of_choice(terms: Terms, name: str, *, of_items: bool) -> int:
    """Return by what any factor that a lane of boosts comes to is multiplied to be whole."""
    lane = terms.lanes.lanes.get(name)
    if lane is None:
        sizes = [factor.size.denominator for factor in _factors(terms.lanes.boosts[name])]
        return math.prod(sizes) if of_items else math.lcm(*sizes)
    inner = [_of_choice(terms, member, of_items=of_items) for member in lane.of]
    return math.prod(inner) if lane.combine == "product" else math.lcm(*inner)


def _denominators(boosts: Iterable[Boost], *, adds: bool) -> list[int]:
    """Return the denominators of all factors that add, or multiply, in any tier."""
    factors = [factor for boost in boosts for factor in _factors(boost) if factor.adds is adds]
    return [factor.size.denominator for factor in factors]


def _factors(boost: Boost) -> list[Factor]:
    return [factor for _, factor in boost.by.factors] if isinstance(boost.by, ByTier) else [boost.by]
