"""Worths compiled: what the units are worth that a rule gives for one event."""

from __future__ import annotations

from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.shapes import shape
from loyalcore.rules import Earn

__all__ = ["worth_of"]


def worth_of(judge: Judge, rule: Earn) -> Judgement | None:
    """Compile what the units are worth that a rule gives for an event, in smallest parts of money; None of nothing."""
    if rule.worth is None:
        return None
    judge = judge.apart() if rule.name in judge.many else judge
    number = shape(rule.worth, lambda leaf: judge.leaf(leaf, lambda total: judge.total(total, rule.where)))
    value, up, down = number.value, 10**judge.terms.currency.places, number.scale
    return judge.walking(lambda event, sums, at, frozen: max(0, value(event, sums, at, frozen) * up // down))
