"""
Lanes compiled: V of one event for rules that stand together, lanes inside lanes, and boosts of what a lane gives.

A lane combines what its members give, each a whole number of smallest parts; boosts of the lane change that before one
rounding down, and then its limits per purchase cut.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from loyalcore.engine.awards import Each, of_part, per_item, rule_value
from loyalcore.engine.boosts import Boosts, changed
from loyalcore.engine.caps import capped
from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.many import indexed, later
from loyalcore.engine.shapes import Number
from loyalcore.engine.summing import summed
from loyalcore.instants import FOREVER
from loyalcore.limits import reject
from loyalcore.rules import Earn, Lane
from loyalcore.units import Amount
from loyalcore.windows import Scope, item

__all__ = ["award_of", "chosen", "lane_value", "teach"]


def teach(judge: Judge) -> None:
    """Let a judge ask what rules and lanes give."""
    judge.award = partial(award_of, judge)


def award_of(judge: Judge, name: str) -> Judgement:
    """Return V of one event for a rule or lane by itself, compiled once."""
    found = judge.awards.get(name)
    if found is None:
        lanes = judge.terms.lanes
        rule = lanes.earns.get(name)
        if rule is None:
            found = lane_value(judge, lanes.lanes[name])
        else:
            found = later(judge, rule) if name in judge.many else rule_value(judge, rule)
        judge.awards[name] = found
    return found


def lane_value(judge: Judge, lane: Lane | None, rule: Earn | None = None) -> Judgement:
    """Compile V of one event for a lane, or for a *rule* that stands in none."""
    if lane is None:
        assert rule is not None  # noqa: S101 - it is one or the other
        value = award_of(judge, rule.name)
        return value if rule.name in judge.many else summed(judge, [rule], [value], FOREVER)
    caps = [limit for limit in lane.limit if isinstance(limit.per, Scope)]
    boosts = Boosts(judge, lane)
    is_changed = bool(boosts.of_event or boosts.laned)
    if lane.per == item:
        value = _item_by_item([_each_of(judge, judge.terms.lanes.earns[name]) for name in lane.of], lane.combine)
    elif lane.combine != "sum":
        value = _combined([award_of(judge, name) for name in lane.of], lane.combine)
    else:
        plain = all(isinstance(limit.most, Amount) and limit.otherwise != reject for limit in caps)
        most = FOREVER
        if plain and not is_changed:
            most = min((limit.most.minor for limit in caps if isinstance(limit.most, Amount)), default=FOREVER)
            caps = []
        value = _added(judge, lane, most)
    if is_changed:
        value = _floored(changed(Number(value, 1), boosts))
    return capped(judge, value, caps)


def _added(judge: Judge, lane: Lane, most: int) -> Judgement:
    """Compile the sum of a lane's rules and lanes, at most so much."""
    lanes = judge.terms.lanes
    rules = [lanes.earns[name] for name in lane.of if name in lanes.earns]
    inner = [award_of(judge, name) for name in lane.of if name in lanes.lanes]
    more = indexed(judge, [rule for rule in rules if rule.name in judge.many])
    rules = [rule for rule in rules if rule.name not in judge.many]
    values = [award_of(judge, rule.name) for rule in rules]
    if not inner:
        return summed(judge, rules, values, most, more)
    parts = [*inner, summed(judge, rules, values, FOREVER, more)] if rules or more else inner

    def added(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        return min(most, sum([part(event, sums, at, frozen) for part in parts]))

    return added


def _each_of(judge: Judge, rule: Earn) -> Each:
    """Compile what a rule gives for each item on its own, with its conditions and its limits per item."""
    own = judge.by_part()
    value = capped(own, of_part(own, rule), [*rule.limit], alone=True)
    each, holds = per_item(own, value), judge.condition(rule.when)
    if holds is None:
        return each
    return lambda event, sums, at, frozen: (
        each(event, sums, at, frozen) if holds(event, sums, at, frozen) else [0] * len(sums[-1])
    )


def _item_by_item(members: list[Each], combine: str) -> Judgement:
    """Compile the sum over items of what a lane chooses for each."""
    choose = _CHOOSE[combine]

    def added(*cell: Any) -> int:
        awards = zip(*[member(*cell) for member in members], strict=True)
        return sum([each[choose([*each])] for each in awards])

    return added


def _floored(number: Number) -> Judgement:
    value, scale = number
    return lambda event, sums, at, frozen: value(event, sums, at, frozen) // scale


#: Which of several awards a lane chooses, by place; only what gives is chosen.
_CHOOSE: Final[dict[str, Callable[[list[int]], int]]] = {
    "best": lambda awards: max(range(len(awards)), key=lambda place: awards[place]),
    "worst": lambda awards: min(range(len(awards)), key=lambda place: awards[place] or FOREVER),
    "first": lambda awards: next((place for place, award in enumerate(awards) if award), 0),
}


def chosen(combine: str, awards: list[int]) -> int | None:
    """Return the place of the award that a lane chooses, or None where it adds them up."""
    return _CHOOSE[combine](awards) if combine in _CHOOSE else None


def _combined(values: list[Judgement], combine: str) -> Judgement:
    """Compile what a lane makes of members of which some win."""

    def best(event: Any, sums: Any, at: int, frozen: Any) -> int:
        return max([int(value(event, sums, at, frozen)) for value in values])

    def worst(event: Any, sums: Any, at: int, frozen: Any) -> int:
        return min((award for value in values if (award := value(event, sums, at, frozen))), default=0)

    def first(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        return next((award for value in values if (award := value(event, sums, at, frozen))), 0)

    return {"best": best, "worst": worst, "first": first}[combine]
