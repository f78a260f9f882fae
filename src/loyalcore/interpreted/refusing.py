"""Refusing: events that the terms do not allow."""

from __future__ import annotations

from typing import Any

from loyalcore.answers import Refusal
from loyalcore.interpreted.histories import asks, freeze, thaw
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Case, holds
from loyalcore.interpreted.recording import Asked
from loyalcore.refusing import Refuse
from loyalcore.terms import Terms

__all__ = ["refused"]


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
