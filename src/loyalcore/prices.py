"""Prices: what a reward costs, where that depends on the tier of the member, or on what the member has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

from attrs import field, frozen

from loyalcore.errors import InvalidValue, shown
from loyalcore.numbers import MINOR_MAX
from loyalcore.texts import by_tiers, check_name
from loyalcore.units import Amount, Unit

__all__ = ["PriceBy", "as_price", "check_price", "price_by_setting", "price_by_tier"]


def check_price(amount: object, what: str, *, free: bool = False) -> Amount:
    """Return an amount above zero, or, of what may be *free*, from zero up; refuse anything else."""
    if not isinstance(amount, Amount) or not (0 if free else 1) <= amount.minor <= MINOR_MAX:
        least = "from zero" if free else "above zero"
        raise InvalidValue(f"{what} must be an amount {least}, up to {MINOR_MAX} smallest parts, not {shown(amount)}")
    return amount


def _prices(given: object) -> Any:
    """Return a price for each tier, or each choice, by their names."""
    wanted = "prices are a mapping from tiers, or choices, to amounts such as POINT(80)"
    return by_tiers(given, lambda name, price: check_price(price, f"the price in {name}", free=True), wanted)


@final
@frozen
class PriceBy:
    """
    Be a price for each tier of a ladder, or each choice of a member's setting, by the moment of the request.

    *what* is ``"tier"`` or ``"setting"``, *name* says of which ladder or which setting; *otherwise* is for tiers and
    choices that are not named, and for members who have chosen nothing. A price of zero is for rewards that members
    ask for. Build it with `price_by_tier` or `price_by_setting`.
    """

    what: str
    name: str
    prices: tuple[tuple[str, Amount], ...] = field(converter=_prices)
    otherwise: Amount

    def __attrs_post_init__(self) -> None:
        if self.what not in ("tier", "setting"):
            raise InvalidValue(f"a price goes by tier or setting, not {shown(self.what)}")
        check_name(self.name, "a ladder" if self.what == "tier" else "a setting")
        check_price(self.otherwise, "the price otherwise", free=True)
        for name, price in self.prices:
            if price.unit != self.otherwise.unit:
                raise InvalidValue(f"the price in {name} is {price}, otherwise {self.otherwise}; use one unit")

    @property
    def unit(self) -> Unit:
        """Return the unit that is paid in."""
        return self.otherwise.unit

    @property
    def every(self) -> tuple[Amount, ...]:
        """Return all prices there are."""
        return (*(price for _, price in self.prices), self.otherwise)

    def of(self, found: str) -> Amount:
        """Return the price in a tier, or by what a member has chosen, an empty text for nothing."""
        return dict(self.prices).get(found, self.otherwise)


def price_by_tier(ladder: str, prices: Mapping[str, Amount], *, otherwise: Amount) -> PriceBy:
    """Let a reward cost what the tier says: ``price_by_tier("status", {"gold": POINT(80)}, otherwise=POINT(100))``."""
    return PriceBy("tier", ladder, prices, otherwise)


def price_by_setting(setting: str, prices: Mapping[str, Amount], *, otherwise: Amount) -> PriceBy:
    """
    Let a reward cost what the member's setting says.

    ``price_by_setting("plan", {"saver": POINT(80)}, otherwise=POINT(100))``
    """
    return PriceBy("setting", setting, prices, otherwise)


def as_price(given: object, what: str, *, free: bool = False) -> Any:
    """Return a price: an amount above zero, or from zero up of what may be *free*, or one for each tier or choice."""
    for each in given.every if isinstance(given, PriceBy) else (given,):
        check_price(each, what, free=free)
    return given
