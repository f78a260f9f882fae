"""Transfers: units that a member gives to another, and the rule that allows it."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any, final

from attrs import field, frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Event
from loyalcore.limits import Limit, per_request
from loyalcore.numbers import MINOR_MAX, ratio
from loyalcore.texts import check_id
from loyalcore.units import Amount, Unit

__all__ = ["Transfer", "Transferable", "keep", "renew"]

#: Units that change hands, or come back, end when they would have ended.
keep = "keep"
#: Units that change hands, or come back, end as if they had just been given.
renew = "renew"


def _share(given: object) -> Any:
    return given if is_a(given, Fraction) else ratio(given)


@final
@frozen
class Transferable:
    """
    Let members give units of one kind to each other, by a `Transfer`.

    A transfer is of at least *minimum* and in multiples of *step*; *limit* says how much, or how often, a member may
    give away per window. *fee* is paid on top by the member who gives, and is gone. *arrives* is the share that the
    other gets, floored. *expiry* says whether units `keep` the end they had, and that inactivity spares them, which is
    the default and never makes points younger, or `renew` it by the unit's policy.
    """

    unit: Unit
    minimum: Amount | None = field(default=None, kw_only=True)
    step: Amount | None = field(default=None, kw_only=True)
    fee: Amount | None = field(default=None, kw_only=True)
    arrives: Fraction = field(default=Fraction(1), kw_only=True, converter=_share)
    expiry: str = field(default=keep, kw_only=True)
    limit: tuple[Limit, ...] = field(default=(), kw_only=True, converter=per_request)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.unit, Unit):
            raise InvalidValue(f"a unit is transferable, such as POINT, not {shown(self.unit)}")
        for what, amount in (("minimum", self.minimum), ("step", self.step), ("fee", self.fee)):
            if amount is None:
                continue
            if not is_a(amount, Amount) or amount.unit != self.unit or not 0 < amount.minor <= MINOR_MAX:
                raise InvalidValue(f"{what} of {self.name} is an amount of {self.unit.name} above zero, not {amount!r}")
        if not 0 < self.arrives <= 1:
            raise InvalidValue(f"of {self.name} a share above 0 and up to 1 arrives, not {self.arrives}")
        if self.expiry not in (keep, renew):
            raise InvalidValue(f"{self.name} keeps or renews when units end, not {shown(self.expiry)}")

    @property
    def name(self) -> str:
        """Return the name under which entries and reasons know this rule."""
        return f"transfer of {self.unit.name}"


@final
class Transfer(Event):
    """
    Give an *amount* of units to the member *to*, at once and for good.

    With *of* only units go that the event of that id has brought, as when somebody leaves a pool with what is left of
    a contribution; the fee is taken as usual.
    It is decided over both accounts and recorded in both, or refused. What the other gets cannot be taken back by
    returning the transfer: the other gives it back by a transfer.
    """

    kind = "transfer"
    to: str | int
    amount: Amount
    of: str | int | None

    def __init__(
        self, id: str | int, *, at: dt.datetime, to: str | int, amount: Amount, of: str | int | None = None
    ) -> None:
        self._head(id, at)
        values = vars(self)
        values["to"] = check_id(to, f"who gets transfer {id!r}")
        if not is_a(amount, Amount) or not 0 < amount.minor <= MINOR_MAX:
            raise InvalidValue(
                f"amount of transfer {id!r} is an amount above zero, up to {MINOR_MAX} smallest parts, "
                f"not {shown(amount)}"
            )
        values["amount"] = amount
        values["of"] = None if of is None else check_id(of, f"whose units transfer {id!r} gives")

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values); the event that brought the units only where that is said."""
        del price_places
        unit = self.amount.unit
        names, values = ("to", "unit", "places", "amount"), (self.to, unit.name, unit.places, self.amount.minor)
        return (names, values) if self.of is None else ((*names, "of"), (*values, self.of))
