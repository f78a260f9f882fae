"""Reducing: what the discounts of a program come to for one basket, told line by line and with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalcore.answers import Reason
from loyalcore.discounted import Applied, Discounted, DiscountedLine
from loyalcore.engine.engine import Engine
from loyalcore.engine.unmet import as_reason, as_refusal
from loyalcore.ledger import Core
from loyalcore.units import Amount

__all__ = ["discounted"]

_ID, _NET = range(2)


def discounted(engine: Engine, core: Core, at: int, content: tuple[Any, ...], claims: Sequence[str]) -> Discounted:
    """Return what the content of a purchase has off, on an account that is up to date."""
    taken, refused = engine.discounting.judge(core, at, content, claims)
    currency = engine.terms.currency
    costs = {name: Amount(unit, cost) for name, unit, cost in taken.costs}
    applied = tuple(
        Applied(name, Amount(currency, sum(off)), tuple(Amount(currency, part) for part in off), costs.get(name))
        for name, off in taken.parts
    )
    nets = [row[_NET] for row in content[1]]
    lines = tuple(
        DiscountedLine(row[_ID], Amount(currency, row[_NET]), Amount(currency, row[_NET] - left))
        for row, left in zip(content[1], taken.less(nets), strict=True)
    )
    offs = {each.discount: each for each in applied}
    reasons = []
    for name in engine.discounting.rules:
        each = offs.get(name)
        if each is None:
            reasons.append(as_reason(engine, name, refused[name]))
        else:
            cost = "" if each.cost is None else f" for {each.cost}"
            reasons.append(Reason(name, each.off, f"takes it off{cost}"))
    return Discounted(
        lines,
        applied,
        tuple((name, as_refusal(engine, refused[name])) for name in claims if name in refused),
        tuple(reasons),
        Amount(currency, sum(nets)),
        Amount(currency, taken.total),
    )
