"""Follow-ups: events that an event of one member raises for another, decided there on their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, final

from attrs import field, frozen

from loyalcore.budgets import check_account
from loyalcore.causes import KINDS, kind_of
from loyalcore.conditions import Condition, OfEvent, TextOf, check_condition
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Event
from loyalcore.measures import Measure, as_measure
from loyalcore.texts import check_name, check_text

__all__ = ["FollowUp", "Raise"]


def _account(given: object) -> Any:
    return check_account(given, "who gets a follow-up")


def _values(given: object) -> Any:
    items: Any = given.items() if isinstance(given, Mapping) else given
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise InvalidValue(f"values of a follow-up map names of numbers to measures, not {shown(given)}")
    try:
        return tuple(sorted((str(name), as_measure(value)) for name, value in items))
    except (TypeError, ValueError) as problem:
        raise InvalidValue(f"values of a follow-up map names of numbers to measures, not {shown(given)}") from problem


@final
@frozen
class Raise:
    """
    Raise an activity for another account: a friend bought, so the referrer did something.

    The activity is called *activity*, and what it earns is said by rules on activities, with the limits, tiers and
    windows of the account that gets it. *to* is that account: its id, a setting of the member such as
    ``setting("referrer")``, or a text of the event; nothing is raised where that is empty or the member's own. *when*
    says for which events of kind *on*. *values* are the numbers that the activity carries, by name.

    A return that leaves the condition unfulfilled withdraws the activity, and one that changes its values raises it
    anew. What is raised raises nothing further.
    """

    name: str
    activity: str
    to: str | int | TextOf[OfEvent] = field(kw_only=True, converter=_account)
    on: str = field(default="purchase", kw_only=True, converter=kind_of)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)
    values: tuple[tuple[str, Measure], ...] = field(default=(), kw_only=True, converter=_values)

    def __attrs_post_init__(self) -> None:
        name = check_name(self.name, "a rule")
        object.__setattr__(self, "activity", check_text(self.activity, f"the activity that {name} raises"))
        if self.on not in KINDS.values():
            raise InvalidValue(f"rule {name} is on Purchase, Activity or Enrolment, not {shown(self.on)}")
        check_condition(self.when, "event", f"when= of {name}")


@final
@frozen
class FollowUp:
    """
    Be an event to decide on another account, raised by one that was decided.

    Its id is derived from the cause, so that it counts once, however often it is decided.
    """

    account: str | int
    event: Event

    def __attrs_post_init__(self) -> None:
        if not is_a(self.event, Event):
            raise InvalidValue(f"a follow-up is an event for an account, not {shown(self.event)}")
