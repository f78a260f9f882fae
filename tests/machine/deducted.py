"""Deductions drawn: what activities take of units in some programs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import loyalcore as lc

__all__ = ["deducted"]


def deducted(
    draw: Random,
    rules: list[Any],
    accrual: Callable[[Random], Any],
    question: Callable[[Random], Any],
    units: tuple[lc.Unit, ...],
    fits: Callable[[list[Any]], bool],
) -> list[Any]:
    """Draw what activities take in some programs, each where it fits: so much, a share of the balance, or whatever."""
    found = list(rules)
    if draw.random() > 0.4:
        return found
    for name in ("fee", "penalty")[: draw.choice([1, 2])]:
        unit = draw.choice(units)
        try:
            takes = draw.choice(
                [
                    lambda unit=unit: lc.Amount(unit, draw.choice([5, 40, 300])),
                    lambda unit=unit: unit.per(lc.Amount(unit, draw.choice([2, 3])), unit.balance),
                    lambda unit=unit: unit.per(unit(10), unit.earned(draw.choice([lc.month, lc.rolling(days=20)]))),
                    lambda: accrual(draw),
                ]
            )()
            rule = lc.Deduct(
                name,
                takes,
                when=question(draw) if draw.random() < 0.6 else None,
                otherwise=draw.choice([lc.truncate, lc.reject, lc.debt]),
                rounding=draw.choice([lc.floor, lc.ceiling, lc.half_up, lc.half_even]),
            )
        except (lc.InvalidProgram, lc.InvalidValue):
            continue
        if fits([*found, rule]):
            found.append(rule)
    return found
