"""Budgets: accounts that a rule gives from, and what it does when they run out."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from loyalcore.conditions import TextOf
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.limits import reject, truncate
from loyalcore.texts import check_id

__all__ = ["Budget", "as_budget", "check_account"]


def check_account(given: object, what: str) -> Any:
    """Return an account as rules name one: by its id, or by a setting or a text of the event that holds the id."""
    if is_a(given, TextOf):
        if given.of not in ("setting", "event"):  # type: ignore[attr-defined]
            raise InvalidValue(f"{what} is named by a setting or a text of the event, not by one of an item")
        return given
    return check_id(given, what)


def _account(given: object) -> Any:
    return check_account(given, "the account of a budget")


@final
@frozen
class Budget:
    """
    Name the account that a rule's units come from, as when a campaign or a household may have only so many.

    *account* is its id, or a text of the event that holds the id, such as ``Order.household``; where that text is
    empty there is nothing to give from. *otherwise* says what happens where the account has less than the rule gives:
    the rule gives what is left (`truncate`), or nothing (`reject`). The account is filled by adjustments.
    """

    account: str | int | TextOf[Any] = field(converter=_account)
    otherwise: str = truncate

    def __attrs_post_init__(self) -> None:
        if is_a(self.account, TextOf) and self.account.of != "event":  # type: ignore[union-attr]
            raise InvalidValue("the account of a budget is named by its id or by a text of the event, not by a setting")
        if self.otherwise not in (truncate, reject):
            raise InvalidValue(f"a budget truncates or rejects what does not fit, not {shown(self.otherwise)}")


def as_budget(given: object) -> Any:
    """Return a budget as rules take it: by the id of its account, or as it is."""
    return given if given is None or is_a(given, Budget) else Budget(given)
