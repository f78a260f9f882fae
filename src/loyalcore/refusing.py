"""Refusing: events that a program's own terms do not allow."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from loyalcore.causes import KINDS
from loyalcore.conditions import Condition, OfEvent, check_condition
from loyalcore.errors import InvalidValue, shown
from loyalcore.events import Event, Redemption, Return
from loyalcore.texts import check_name
from loyalcore.transfers import Transfer

__all__ = ["Refuse"]

_KINDS: dict[type[Event], str] = {**KINDS, Redemption: "redemption", Return: "return", Transfer: "transfer"}


def _kind(given: object) -> Any:
    """Return the kind of event that a class stands for."""
    if isinstance(given, type):
        return next((kind for base, kind in _KINDS.items() if issubclass(given, base)), given)
    return given


@final
@frozen
class Refuse:
    """
    Refuse events that the terms do not allow: a deposit below the minimum, a refund, a purchase on a blackout day.

    The answer is a `Refusal` whose code is the rule's *name*, and nothing is recorded; of several rules the first in
    the program's order answers. *on* is the class of event: a purchase, activity, enrolment, redemption (or hold),
    return or transfer. *when* is asked of the event as it comes in, before discounts and payments, and of the member
    just before it; without it all are refused. Of redemptions, returns and transfers it asks the member and the moment.
    """

    name: str
    on: str = field(kw_only=True, converter=_kind)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        name = check_name(self.name, "a rule")
        if self.on not in _KINDS.values():
            raise InvalidValue(
                f"rule {name} refuses Purchase, Activity, Enrolment, Redemption, Return or Transfer, "
                f"not {shown(self.on)}"
            )
        check_condition(self.when, "event", f"when= of {name}")
