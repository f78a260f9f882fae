"""Worths compiled: what the units are worth that a rule gives for one event."""

from __future__ import annotations

from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.shapes import Number, shape
from loyalcore.measures import Measure, Total
from loyalcore.rules import Earn

__all__ = ["worth_of"]


def worth_of(judge: Judge, rule: Earn) -> Judgement | None:
    """Compile what the units are worth that a rule gives for an event, in smallest parts of money; None of nothing."""
    if rule.worth is None:
        return None
    judge = judge.apart() if rule.name in judge.many else judge
    number = shape(rule.worth, lambda leaf: _leaf(judge, rule, leaf))
    value, up, down = number.value, 10**judge.terms.currency.places, number.scale
    return judge.walking(lambda event, sums, at, frozen: max(0, value(event, sums, at, frozen) * up // down))


def _leaf(judge: Judge, rule: Earn, leaf: Measure) -> Number:
    return judge.total(leaf, rule.where) if isinstance(leaf, Total) else judge.leaf(leaf)
