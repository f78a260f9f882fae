"""Policies drawn for units that come back: when they end then, and which of those that were spent on purchases do."""

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
        own = {"giving_back": draw.choice([None, lc.keep, lc.renew, lc.renew])}
        if isinstance(rule, _WITH_PURCHASES):
            own["on_return"] = draw.choice([lc.in_proportion, lc.in_full, lc.stays])
        try:
            better = evolve(rule, **own)
        except lc.InvalidProgram:
            continue  # a discount that costs nothing, or what stays spent and is limited
        if fits([*found[:place], better, *found[place + 1 :]]):
            found[place] = better
    return found
