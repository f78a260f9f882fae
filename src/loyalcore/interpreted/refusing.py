"""Refusing: events that the terms do not allow, and how much more a condition would have needed."""

from __future__ import annotations

import math
from typing import Any

from loyalcore.answers import Refusal
from loyalcore.conditions import AllOf, Condition
from loyalcore.interpreted.histories import asks, freeze, thaw
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Case, holds, measured
from loyalcore.interpreted.recording import Asked
from loyalcore.measures import Comparison
from loyalcore.refusing import Refuse
from loyalcore.terms import Terms
from loyalcore.units import Amount

__all__ = ["refused", "shortfall"]


def refused(held: Holdings, terms: Terms, event: Asked) -> Refusal | None:
    """Refuse an event by the first rule of the program that does; a hold asks for what a redemption would."""
    kind = "redemption" if event.kind == "hold" else event.kind
    for rule in terms.of_kind(Refuse):
        if rule.on == kind:
            moments = list(dict.fromkeys(asks(rule.when)))
            told = thaw(terms, moments, freeze(held, terms, moments, event.at))
            if holds(rule.when, Case(terms, kind, event.at, event.given, _items(event), told)):
                return Refusal(rule.name, f"{rule.name} refuses it")
    return None


def _items(event: Asked) -> tuple[dict[str, Any], ...]:
    """Return the items of a purchase as they come in: nothing is off them, and nothing paid."""
    if event.kind != "purchase":
        return ()
    names, rows, *_ = event.content
    items = [dict[str, Any](zip(names, row, strict=True)) for row in rows]
    return tuple(each | dict.fromkeys(("net_before_points", "net_before_discounts"), each["net"]) for each in items)


def shortfall(condition: Condition[Any] | None, case: Case) -> Amount | None:
    """Return the amount by which a condition does not hold of a purchase, where a number that is too small is all."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    failing = [part for part in parts if not holds(part, case)]
    (part,) = failing if len(failing) == 1 else (None,)
    if not isinstance(part, Comparison) or part.operator not in (">=", ">"):
        return None
    units = {case.terms.currency.name: case.terms.currency, **case.terms.units}
    unit = units.get(case.terms.vocabulary.dimension(part.measure, "purchase", "what is missing") or "")
    if unit is None:
        return None
    gap = (part.bound.value - measured(part.measure, case)) * 10**unit.places
    return Amount(unit, math.ceil(gap) if part.operator == ">=" else math.floor(gap) + 1)
