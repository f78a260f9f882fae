"""
Awards: V of one event, compiled for one rule.

An award is a whole number of a unit's smallest parts. Where a rule is only data, a flat amount or a plain rate, it
stays data: calls are what a composed program costs beside one written by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from loyalcore.dates import DaysBetween
from loyalcore.engine.boosts import Boosts, always, boosted, is_per_item
from loyalcore.engine.caps import capped
from loyalcore.engine.columns import grouped
from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.shapes import Number, linear, shape
from loyalcore.limits import Limit
from loyalcore.measures import Balance, Constant, Count, Earned, Measure, Over, Scaled
from loyalcore.numbers import floor
from loyalcore.rates import Banded
from loyalcore.rules import Earn
from loyalcore.windows import item, purchase

__all__ = [
    "Each",
    "Shares",
    "constant_of",
    "given_value",
    "of_part",
    "per_item",
    "plain_rate",
    "rounded",
    "rule_value",
    "shares_of",
]


def rounded(rule: Earn, number: Number) -> Callable[..., int]:
    """Return what a rule gives, in whole smallest parts of its unit; nothing is given below zero."""
    value, units = number.value, Fraction(10**rule.gives.unit.places, number.scale)
    up, down, rounding = units.numerator, units.denominator, rule.rounding
    if _subtracts(rule.gives.measure):
        return lambda *cell: max(0, rounding(value(*cell) * up, down))
    if rounding == floor:
        if up == down == 1 and not _divides(rule.gives.measure):
            return value
        return lambda *cell: value(*cell) * up // down
    return lambda *cell: rounding(value(*cell) * up, down)


def _subtracts(measure: Measure) -> bool:
    """Tell whether a measure may be below zero: a history, and of what events have, days from one date to another."""
    if isinstance(measure, DaysBetween | Over | Earned | Balance):
        return True
    if isinstance(measure, Scaled) and measure.factor < 0:
        return True
    if isinstance(measure, Constant) and measure.value.value < 0:
        return True
    return any(_subtracts(part) for part in measure.parts)


def _divides(measure: Measure) -> bool:
    """Tell whether a measure may come to parts of its scale: where something is divided by what was measured."""
    if isinstance(measure, Banded) and measure.by is not None and not measure.whole:
        return True
    return any(map(_divides, measure.parts))


def plain_rate(rule: Earn) -> tuple[Measure, Fraction] | None:
    """Return leaf and rate of a rule that is nothing else, floored; None where it is more."""
    if rule.rounding != floor or _subtracts(rule.gives.measure):
        return None
    return linear(rule.gives.measure)


def _flooring(judge: Judge, rule: Earn, boosts: Boosts) -> Judgement | None:
    """Return V of a purchase where it is one leaf times a rate, floored: no call between leaf and award."""
    only = plain_rate(rule)
    if only is None:
        return None
    leaf, factor = only
    number = boosted(judge, rule, boosts, leaf)
    units = factor * 10**rule.gives.unit.places / number.scale
    value, up, down = number.value, units.numerator, units.denominator
    if up == down == 1:
        return value
    if up == 1:
        return lambda event, sums, at, frozen: value(event, sums, at, frozen) // down
    return lambda event, sums, at, frozen: value(event, sums, at, frozen) * up // down


def rule_value(judge: Judge, rule: Earn) -> Judgement:
    """Compile V of one event for a rule on its own, with its conditions and its limits per item and purchase."""
    return given_value(judge, rule, judge.condition(rule.when))


def given_value(judge: Judge, rule: Earn, holds: Judgement | None = None) -> Judgement:
    """Compile V of one event for a rule whose conditions about the event are compiled, None where all hold."""
    boosts = Boosts(judge, rule)
    if any(limit.by_items for limit in rule.limit):
        shares = shares_of(judge, rule)
        value: Judgement = lambda *cell: sum([amount for _, amount in shares(*cell)])  # noqa: E731
    else:
        value = _of_items(judge.by_part() if is_per_item(rule) else judge, rule)
    value = capped(judge, value, [limit for limit in rule.limit if limit.per == purchase and not limit.by_items])
    if holds is None:
        return value
    constant = constant_of(rule, boosts)
    if constant is not None:
        return lambda event, sums, at, frozen: constant if holds(event, sums, at, frozen) else 0
    return lambda event, sums, at, frozen: value(event, sums, at, frozen) if holds(event, sums, at, frozen) else 0


def _of_items(judge: Judge, rule: Earn) -> Judgement:
    """Compile what a rule gives for the items at hand, with its limits per item."""
    value = of_part(judge, rule)
    caps = [limit for limit in rule.limit if limit.per == item]
    return _item_by_item(judge, value, caps) if caps or rule.stage == item else value


def of_part(judge: Judge, rule: Earn) -> Judgement:
    """Compile what a rule gives for the items at hand, before limits."""
    boosts = Boosts(judge, rule)
    value = _flooring(judge, rule, boosts)
    if value is None:
        number = shape(rule.gives.measure, lambda leaf: boosted(judge, rule, boosts, leaf))
        value = rounded(rule, number)
    return value


#: What a rule gives for the items of each value of a text or flag, in the order of the items.
Shares = Callable[[Any, Any, int, Any], list[tuple[Any, int]]]


def shares_of(judge: Judge, rule: Earn) -> Shares:
    """Compile V of one event by the text or flag of items that a limit of the rule goes by."""
    caps, own = [limit for limit in rule.limit if limit.per == purchase and limit.by_items], judge.by_part()
    value, parted = capped(own, _of_items(own, rule), caps, alone=True), own.parted()
    holds = judge.condition(rule.when) or always
    each = next(limit.each for limit in rule.limit if limit.each is not None and limit.by_items)
    groups = grouped(judge.item_columns, each.name)

    def shares(event: Any, sums: Any, at: int, frozen: Any) -> list[tuple[Any, int]]:
        if not holds(event, sums, at, frozen):
            return []
        whole, items = sums[:-1], sums[-1]
        parts = {key: parted(rows, items) for key, rows in groups(items).items()}
        return [(key, value(event, (*whole, part), at, frozen)) for key, part in parts.items()]

    return shares


def constant_of(rule: Earn, boosts: Boosts) -> int | None:
    """Return what a rule gives where that is the same for every event, else None."""
    only = plain_rate(rule)
    if only is None or not isinstance(only[0], Count) or boosts.of_event or boosts.laned or rule.limit:
        return None
    return int(only[1] * 10**rule.gives.unit.places)


def _item_by_item(judge: Judge, value: Judgement, caps: list[Limit]) -> Judgement:
    each = per_item(judge, capped(judge, value, caps, alone=True))
    return lambda *cell: sum(each(*cell))


#: What is given for each item, in the order of the items.
Each = Callable[[Any, Any, int, Any], list[int]]


def per_item(judge: Judge, value: Judgement) -> Each:
    """Judge every item on its own; conditions about the event still see all of it."""
    parted = judge.parted()

    def each(event: Any, sums: Any, at: int, frozen: Any) -> list[int]:
        whole, items = sums[:-1], sums[-1]
        return [int(value(event, (*whole, parted((one,), items)), at, frozen)) for one in items]

    return each
