"""Caps: what limits within one event leave of an award, a fixed amount of it or as much as something comes to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.shapes import Number, shape
from loyalcore.limits import Limit, reject
from loyalcore.measures import Measure
from loyalcore.units import Accrual, Amount

__all__ = ["cap", "capped", "most_of"]


def capped(judge: Judge, value: Judgement, limits: list[Limit], *, alone: bool = False) -> Judgement:
    """Compile what limits per purchase leave of an award, or, *alone*, what those of the items at hand leave of it."""
    for limit in limits:
        if isinstance(limit.most, Accrual):
            value = _cap_by(value, most_of(judge, limit.most, alone=alone), cuts=limit.otherwise != reject)
        else:
            assert isinstance(limit.most, Amount)  # noqa: S101 - limits per purchase are no counts
            value = cap(value, limit.most.minor, 0 if limit.otherwise == reject else limit.most.minor)
    return value


def most_of(judge: Judge, most: Accrual, *, alone: bool = False) -> Judgement:
    """Compile the most that an accrual comes to, in whole smallest parts, of the event or the items at hand."""

    def leaf(part: Measure) -> Number:
        return judge.leaf(part, (lambda total: judge.total_alone(total, None, (), ())) if alone else None)

    number = shape(most.measure, leaf)
    value, units = number.value, Fraction(10**most.unit.places, number.scale)
    up, down = units.numerator, units.denominator
    return lambda event, sums, at, frozen: max(0, value(event, sums, at, frozen) * up // down)


def _cap_by(value: Judgement, most: Judgement, *, cuts: bool) -> Judgement:
    def cut(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        award, limit = value(event, sums, at, frozen), most(event, sums, at, frozen)
        if award <= limit:
            return award
        return limit if cuts else 0

    return cut


def cap(value: Judgement, most: int, beyond: int) -> Judgement:
    """Compile an award up to so much, and what is given instead of more."""

    def cut(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        award = value(event, sums, at, frozen)
        return award if award <= most else beyond

    return cut
