"""Policies drawn for what is undone: when units end that come back, which do, and what cannot be undone any more."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from attrs import evolve

import loyalcore as lc

__all__ = ["given_back"]

_SPENDING = lc.Reward | lc.Pay | lc.Exchange | lc.Discount | lc.Deduct
_WITH_PURCHASES = lc.Pay | lc.Discount


def given_back(draw: Random, rules: list[Any], fits: Callable[[list[Any]], bool]) -> list[Any]:
    """Draw policies for what is spent in some programs, each where it fits."""
    found = list(rules)
    if draw.random() > 0.6:
        return found
    for place, rule in enumerate(rules):
        if not isinstance(rule, _SPENDING):
            continue
        own: dict[str, Any] = {"giving_back": draw.choice([None, lc.keep, lc.renew, lc.renew])}
        if isinstance(rule, _WITH_PURCHASES):
            own["on_return"] = draw.choice([lc.in_proportion, lc.in_full, lc.stays])
        gives = isinstance(rule, lc.Exchange) or (isinstance(rule, lc.Reward) and rule.issues)
        if gives and draw.random() < 0.8:
            own["taking_back"] = draw.choice([lc.reject, lc.reject, lc.reject, lc.write_off])
        if isinstance(rule, lc.Reward | lc.Exchange | lc.Pay) and draw.random() < 0.3:
            own["returnable"] = draw.choice([lc.hours(20), lc.days(3), lc.months(1)])
        try:
            better = evolve(rule, **own)
        except lc.InvalidProgram:
            continue  # what gives or costs nothing, or what stays spent and is limited
        if fits([*found[:place], better, *found[place + 1 :]]):
            found[place] = better
    return found
