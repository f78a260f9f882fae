"""Returning: what of an award goes, or of what was spent comes back, with a part of a purchase that comes back."""

from __future__ import annotations

from typing import Any

from loyalcore.errors import InvalidProgram, InvalidValue, shown
from loyalcore.windows import Scope

__all__ = [
    "as_kept",
    "check_on_return",
    "check_room",
    "check_taking_back",
    "clamp",
    "debt",
    "in_full",
    "in_proportion",
    "other_lots",
    "stays",
    "write_off",
]

#: What is kept is judged as if it alone had been bought.
as_kept = "as_kept"
#: The award goes in proportion to the money that goes back; what is left of it is rounded as the rule rounds.
#: What was spent comes back in proportion to what it paid of the part.
in_proportion = "in_proportion"
#: All of the award goes with the first part that comes back, all of what was spent comes back with the last.
in_full = "in_full"
#: The award stays, or what was spent stays so, whatever comes back.
stays = "stays"

#: Taking back units that were spent leaves the member in debt.
debt = "debt"
#: Taking back units that were spent takes others, those first that are used first, and leaves the rest as debt.
other_lots = "other_lots"
#: Taking back units that were spent takes others, but no more than the balance, and gives the rest up.
clamp = "clamp"
#: Taking back units that were spent is given up.
write_off = "write_off"

_TAKING_BACK = (debt, other_lots, clamp, write_off)
_POLICIES = (as_kept, in_proportion, in_full, stays)


def check_taking_back(value: object, what: str, *others: str) -> None:
    """Refuse a policy for spent units that there is none of, *others* among them."""
    if value not in (*_TAKING_BACK, *others):
        raise InvalidValue(f"taking_back of {what} is one of {', '.join((*_TAKING_BACK, *others))}, not {shown(value)}")


def check_on_return(rule: Any) -> None:
    """Refuse a policy that there is none of, or one for an award that is not of one event, or that others share."""
    name, policy = rule.name, rule.on_return
    if policy not in _POLICIES:
        raise InvalidValue(f"on_return of {name} is {', '.join(_POLICIES[:-1])} or {stays}, not {shown(policy)}")
    if policy == as_kept:
        return
    if not isinstance(rule.over, Scope) or not isinstance(rule.on, str):
        raise InvalidProgram(
            f"rule {name} is judged over a window, or raised by no event, so that what is kept decides; leave "
            "on_return= out, or give for each event"
        )
    check_room(name, policy, rule.limit, rule.budget)


def check_room(what: str, policy: str, limits: Any, budget: Any) -> None:
    """Refuse limits of a rule or lane with which a policy for returns could not agree."""
    if policy == as_kept:
        return
    over_windows = [limit for limit in limits if not isinstance(limit.per, Scope)]
    if any(limit.by_items or not isinstance(limit.otherwise, str) or limit.freed != "later" for limit in limits):
        raise InvalidProgram(
            f"{what} has a limit that goes by items, defers or is judged again, and is not judged anew by a return; "
            f"leave the limit out, or on_return={policy}"
        )
    if policy == stays and (over_windows or budget is not None):
        raise InvalidProgram(
            f"{what} keeps what it gave, so that a return frees no room; leave its limits over windows and its budget "
            f"out, or on_return={policy}"
        )
