"""Rewards: what units can be spent on."""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.errors import InvalidValue, shown
from loyalcore.numbers import MINOR_MAX
from loyalcore.texts import check_name, check_text
from loyalcore.units import Amount, Money

__all__ = ["Pay", "Reward", "asked", "once", "repeatedly"]

#: Given when a member asks, by a `loyalcore.Redemption`.
asked = "asked"
#: Claimed by itself after each purchase, at most once.
once = "once"
#: Claimed by itself after each purchase, as often as the balance allows.
repeatedly = "repeatedly"


def _check_amount(amount: object, what: str) -> None:
    if not isinstance(amount, Amount) or not 0 < amount.minor <= MINOR_MAX:
        raise InvalidValue(
            f"{what} must be an amount above zero, up to {MINOR_MAX} smallest parts, not {shown(amount)}"
        )


@final
@frozen
class Reward:
    """
    Offer something at a fixed price in units.

    It is refused while the usable units do not cover the price, or while the member owes units. *claim* says whether
    members ask for it (`asked`) or get it after a purchase as soon as they can (`once` or `repeatedly`).
    """

    name: str
    cost: Amount
    gives: str = ""
    claim: str = asked

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a reward")
        object.__setattr__(self, "gives", check_text(self.gives, f"what {self.name} gives"))
        _check_amount(self.cost, f"the cost of {self.name}")
        if self.claim not in (asked, once, repeatedly):
            raise InvalidValue(f"{self.name} is claimed asked, once or repeatedly, not {shown(self.claim)}")


@final
@frozen
class Pay:
    """
    Let members pay an amount of money with units, *each* of which is *worth* so much.

    A cost that is no whole smallest part of the unit is rounded up.
    """

    name: str
    each: Amount
    worth: Amount

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a reward")
        _check_amount(self.each, f"each of {self.name}")
        _check_amount(self.worth, f"worth of {self.name}")
        if not isinstance(self.worth.unit, Money):
            raise InvalidValue(f"worth of {self.name} must be money, not {shown(self.worth)}")
