"""Undoing: what can be undone, what comes back of spent units with that, and when they end then."""

from __future__ import annotations

from typing import Any

from loyalcore.durations import Duration
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.limits import reject
from loyalcore.returning import check_taking_back, in_full, in_proportion, stays
from loyalcore.transfers import keep, renew
from loyalcore.windows import Scope

__all__ = ["check_giving_back", "check_room_of_spent", "check_spent", "check_undone"]

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


def check_undone(rule: Any, *gives: object) -> None:
    """Refuse terms of undoing a redemption that there are none of, or of taking back units where nothing is given."""
    check_spent(rule)
    if rule.returnable is not None and not is_a(rule.returnable, Duration):
        raise InvalidValue(
            f"{rule.name} is returnable for a duration such as days(14), not {shown(rule.returnable)}; leave it out "
            "where that is for ever"
        )
    policy = getattr(rule, "taking_back", None)
    if policy is None:
        return
    check_taking_back(policy, rule.name, reject)
    if not gives:
        raise InvalidProgram(f"{rule.name} gives no units, so none are taken back; leave taking_back= out")
