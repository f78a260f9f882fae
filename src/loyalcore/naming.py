"""Naming: what reasons and messages call measures and conditions, in words."""

from __future__ import annotations

from typing import Any

from loyalcore.awards import Given
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf, always, never_true
from loyalcore.dates import DaysBetween
from loyalcore.errors import shown
from loyalcore.lookups import Lookup, Product
from loyalcore.measures import Balance, Comparison, Earned, Measure, Over, Qualifying
from loyalcore.windows import in_words

__all__ = ["condition_in_words", "name_of"]


def name_of(measure: Measure) -> str:
    """Return what a measure is called."""
    if isinstance(measure, Given):
        return f"what {measure.name} gives"
    if isinstance(measure, Over):
        return f"{name_of(measure.measure)} over {in_words(measure.window)}"
    if isinstance(measure, Earned):
        return f"{measure.unit} earned"
    if isinstance(measure, Lookup):
        return f"lookup by {' and '.join(key.name for key in measure.keys)}"
    if isinstance(measure, DaysBetween):
        told = ["the event" if date.is_own else date.name for date in (measure.earlier, measure.later)]
        return f"days from {' to '.join(told)}"
    if isinstance(measure, Qualifying):
        return f"qualifying {name_of(measure.measure)}"
    if isinstance(measure, Product):
        return f"{name_of(measure.measure)} times {name_of(measure.by)}"
    return getattr(measure, "name", type(measure).__name__.lower())


def condition_in_words(condition: Condition[Any]) -> str:
    """Return what a condition asks, as messages about it write it: no text of Python where there are words."""
    if condition in (always, never_true):
        return "everything" if condition == always else "an invitation"
    if isinstance(condition, Comparison):
        measure = condition.measure
        name = f"balance of {measure.unit}" if isinstance(measure, Balance) else name_of(measure)
        return f"{name} {condition.operator} {condition.bound}"
    if isinstance(condition, InTier):
        return f"tier {' or '.join(condition.tiers)} of {condition.ladder}"
    if isinstance(condition, OneOf):
        return f"{condition.subject.name} {' or '.join(map(str, condition.values))}"
    if isinstance(condition, Not):
        return f"not {condition_in_words(condition.part)}"
    if isinstance(condition, AllOf | AnyOf):
        joint = " and " if isinstance(condition, AllOf) else " or "
        return joint.join(map(_part_in_words, condition.parts))
    return shown(condition)


def _part_in_words(part: Condition[Any]) -> str:
    return f"({condition_in_words(part)})" if isinstance(part, AllOf | AnyOf) else condition_in_words(part)
