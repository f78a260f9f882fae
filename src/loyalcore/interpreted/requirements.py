"""Requirements: what tiers ask for, of an account at a moment."""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch
from typing import Any

from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.interpreted.histories import Tally
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Unread, compared, shaped
from loyalcore.measures import Balance, Comparison, Earned, Measure, Over
from loyalcore.windows import Rolling

__all__ = ["met"]


@singledispatch
def met(condition: Condition[Any], held: Holdings, at: int) -> bool:
    """Tell whether what a tier asks for is there."""
    raise Unread(condition, "the requirement")


@met.register(AllOf)
def _(condition: AllOf[Any], held: Holdings, at: int) -> bool:
    return all(met(part, held, at) for part in condition.parts)


@met.register(AnyOf)
def _(condition: AnyOf[Any], held: Holdings, at: int) -> bool:
    return any(met(part, held, at) for part in condition.parts)


@met.register(Not)
def _(condition: Not[Any], held: Holdings, at: int) -> bool:
    return not met(condition.part, held, at)


@met.register(InTier)
def _(condition: InTier, held: Holdings, at: int) -> bool:
    return held.tier(held.in_force.terms, condition.ladder) in condition.tiers


@met.register(OneOf)
def _(condition: OneOf[Any], held: Holdings, at: int) -> bool:
    return held.settings.get(condition.subject.name, "") in condition.values


@met.register(Comparison)
def _(condition: Comparison, held: Holdings, at: int) -> bool:
    return compared(condition, shaped(condition.measure, lambda leaf: _comes_to(leaf, held, at)))


def _comes_to(leaf: Measure, held: Holdings, at: int) -> Fraction:
    """Return what a history comes to: what it counts in the window of a moment, or what is held now, less debt."""
    terms = held.in_force.terms
    if isinstance(leaf, Balance):
        return Fraction(held.balance(leaf.unit) - held.debt(leaf.unit), 10 ** terms.units[leaf.unit].places)
    assert isinstance(leaf, Over | Earned)  # noqa: S101 - ladders measure nothing else
    tally = Tally(terms, leaf)
    if isinstance(leaf.window, Rolling):
        # What has left a window by now is gone, whatever moment is asked about.
        return Fraction(held.sliding(tally.name, max(at, held.now)), tally.parts)
    return Fraction(tally.stands_at(held, terms, at), tally.parts)
