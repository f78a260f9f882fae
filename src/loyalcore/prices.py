"""Prices: what a reward costs, where that depends on the tier of the member, or on what the member has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

from attrs import field, frozen

from loyalcore.errors import InvalidValue, shown
from loyalcore.numbers import MINOR_MAX
from loyalcore.texts import by_tiers, check_name
from loyalcore.units import Amount, Unit

__all__ = ["PriceBySetting", "PriceByTier", "as_price", "check_price", "price_by_setting", "price_by_tier"]


def check_price(amount: object, what: str) -> Amount:
    """Return an amount above zero; refuse anything else."""
    if not isinstance(amount, Amount) or not 0 < amount.minor <= MINOR_MAX:
        raise InvalidValue(
            f"{what} must be an amount above zero, up to {MINOR_MAX} smallest parts, not {shown(amount)}"
        )
    return amount


def _prices(given: object) -> Any:
    """Return a price for each tier, or each choice, by their names."""
    wanted = "prices are a mapping from tiers, or choices, to amounts such as POINT(80)"
    return by_tiers(given, lambda tier, price: check_price(price, f"the price in {tier}"), wanted)


def _check_one_unit(prices: tuple[tuple[str, Amount], ...], otherwise: Amount) -> None:
    """Refuse prices in different units."""
    check_price(otherwise, "the price otherwise")
    for name, price in prices:
        if price.unit != otherwise.unit:
            raise InvalidValue(f"the price in {name} is {price}, otherwise {otherwise}; use one unit")


@final
@frozen
class PriceByTier:
    """
    Be a price for each tier of a ladder, by the tier the member has at the moment of the request.

    *otherwise* is for tiers that are not named. Build it with `price_by_tier`.
    """

    ladder: str
    prices: tuple[tuple[str, Amount], ...] = field(converter=_prices)
    otherwise: Amount

    def __attrs_post_init__(self) -> None:
        check_name(self.ladder, "a ladder")
        _check_one_unit(self.prices, self.otherwise)

    @property
    def unit(self) -> Unit:
        """Return the unit that is paid in."""
        return self.otherwise.unit

    def of(self, tier: str) -> Amount:
        """Return the price in a tier."""
        return dict(self.prices).get(tier, self.otherwise)


def price_by_tier(ladder: str, prices: Mapping[str, Amount], *, otherwise: Amount) -> PriceByTier:
    """Let a reward cost what the tier says: ``price_by_tier("status", {"gold": POINT(80)}, otherwise=POINT(100))``."""
    return PriceByTier(ladder, prices, otherwise)


@final
@frozen
class PriceBySetting:
    """
    Be a price for each choice of a member's setting, by what is set at the moment of the request.

    *otherwise* is for members who have chosen nothing, or something else. Build it with `price_by_setting`.
    """

    setting: str
    prices: tuple[tuple[str, Amount], ...] = field(converter=_prices)
    otherwise: Amount

    def __attrs_post_init__(self) -> None:
        check_name(self.setting, "a setting")
        _check_one_unit(self.prices, self.otherwise)

    @property
    def unit(self) -> Unit:
        """Return the unit that is paid in."""
        return self.otherwise.unit

    def of(self, choice: str) -> Amount:
        """Return the price by what a member has chosen, an empty text for nothing."""
        return dict(self.prices).get(choice, self.otherwise)


def price_by_setting(setting: str, prices: Mapping[str, Amount], *, otherwise: Amount) -> PriceBySetting:
    """
    Let a reward cost what the member's setting says.

    ``price_by_setting("plan", {"saver": POINT(80)}, otherwise=POINT(100))``
    """
    return PriceBySetting(setting, prices, otherwise)


def as_price(given: object, what: str) -> Any:
    """Return a price as rewards take it: an amount above zero, or one for each tier or choice."""
    return given if isinstance(given, PriceByTier | PriceBySetting) else check_price(given, what)
