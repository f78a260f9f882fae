"""Refusals drawn: what the terms of some programs do not allow."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import loyalcore as lc

__all__ = ["refused"]

_KINDS = {
    "purchase": lc.Purchase,
    "activity": lc.Activity,
    "enrolment": lc.Enrolment,
    "redemption": lc.Redemption,
    "return": lc.Return,
    "transfer": lc.Transfer,
}


def refused(
    draw: Random, rules: list[Any], question: Callable[[Random, str], Any], fits: Callable[[list[Any]], bool]
) -> list[Any]:
    """Draw what some programs refuse, each where it fits; most by two conditions, so that not much is refused."""
    found = list(rules)
    if draw.random() > 0.3:
        return found
    for name in ("closed", "not allowed")[: draw.choice([1, 2])]:
        kind = draw.choice([*_KINDS])
        made: Any = None
        try:
            made = question(draw, kind) & question(draw, kind) if draw.random() < 0.8 else question(draw, kind)
        except (lc.InvalidProgram, lc.InvalidValue):
            continue
        if fits([*found, rule := lc.Refuse(name, on=_KINDS[kind], when=made)]):
            found.append(rule)
    return found
