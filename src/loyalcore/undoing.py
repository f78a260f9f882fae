"""Undoing: what comes back of spent units with what they were spent on, and when they end then."""

from __future__ import annotations

from typing import Any

from loyalcore.errors import InvalidProgram, InvalidValue, shown
from loyalcore.returning import in_full, in_proportion, stays
from loyalcore.transfers import keep, renew
from loyalcore.windows import Scope

__all__ = ["check_giving_back", "check_room_of_spent", "check_spent"]

_SPENT = (in_proportion, in_full, stays)


def check_giving_back(value: object, what: str) -> None:
    """Refuse a policy for the end of units that come back which there is none of."""
    if value not in (keep, renew):
        raise InvalidValue(f"giving_back of {what} is keep or renew, not {shown(value)}")


def check_spent(rule: Any) -> None:
    """Refuse policies for what a rule has spent that there are none of."""
    if rule.giving_back is not None:
        check_giving_back(rule.giving_back, rule.name)
    if getattr(rule, "on_return", in_proportion) not in _SPENT:
        raise InvalidValue(
            f"on_return of {rule.name} is {', '.join(_SPENT[:-1])} or {stays}, not {shown(rule.on_return)}"
        )


def check_room_of_spent(rule: Any) -> None:
    """Refuse limits over windows of what is never given back: a return of all would free the room."""
    if rule.on_return == stays and any(not isinstance(limit.per, Scope) for limit in rule.limit):
        raise InvalidProgram(
            f"what {rule.name} takes stays spent, so that a return frees no room; leave its limits over windows out, "
            f"or on_return={stays}"
        )
