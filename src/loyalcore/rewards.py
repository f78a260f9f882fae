"""Rewards: what units can be spent on."""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.errors import InvalidValue
from loyalcore.texts import check_name, check_text
from loyalcore.units import Amount, Money

__all__ = ["Pay", "Reward", "asked", "once", "repeatedly"]

#: Given when a member asks, by a `loyalcore.Redemption`.
asked = "asked"
#: Claimed by itself after each purchase, at most once.
once = "once"
#: Claimed by itself after each purchase, as often as the balance allows.
repeatedly = "repeatedly"


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
        check_text(self.gives, f"what {self.name} gives")
        if not isinstance(self.cost, Amount) or self.cost.minor <= 0:
            raise InvalidValue(f"the cost of {self.name} must be an amount above zero, not {self.cost!r:.80}")
        if self.claim not in (asked, once, repeatedly):
            raise InvalidValue(f"{self.name} is claimed asked, once or repeatedly, not {self.claim!r:.80}")


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
        for amount, what in ((self.each, "each"), (self.worth, "worth")):
            if not isinstance(amount, Amount) or amount.minor <= 0:
                raise InvalidValue(f"{what} of {self.name} must be an amount above zero, not {amount!r:.80}")
        if not isinstance(self.worth.unit, Money):
            raise InvalidValue(f"worth of {self.name} must be money, not {self.worth!r:.80}")
