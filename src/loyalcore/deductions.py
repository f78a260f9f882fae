"""Deductions: units that an activity takes, as a rule of the program."""

from __future__ import annotations

from typing import final

from attrs import field, frozen

from loyalcore.conditions import Condition, OfEvent, check_condition
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.limits import reject, truncate
from loyalcore.numbers import Rounding, floor
from loyalcore.returning import debt
from loyalcore.texts import check_name
from loyalcore.undoing import check_spent
from loyalcore.units import Accrual, as_accrual

__all__ = ["Deduct"]


@final
@frozen
class Deduct:
    """
    Take units for an activity: a fee for a late cancellation, a no-show, money back for which there is no receipt.

    *takes* is an amount, or by measures of the activity or of the member's history just before it: so much per dollar
    refunded, the tenth part of a balance. *when* says for which activities. What an activity earns comes first, then
    deductions in the program's order, then tiers and rewards that are claimed. Units are taken in the order in which
    they are used. Where there are not so many, all of them are taken (`truncate`), or none (`reject`), or all, and the
    rest is owed (`debt`). Pending and held units are not touched. Taken is what *rounding* makes of the exact number,
    down unless told otherwise, and nothing where it is below zero.

    A `loyalcore.Return` of the activity gives back what it took: first to debt, then into the lots that it came from,
    and what was owed and repaid since as units that begin anew; all of it begins anew where *giving_back* is
    `loyalcore.renew`.
    """

    name: str
    takes: Accrual = field(converter=as_accrual)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)
    otherwise: str = field(default=truncate, kw_only=True)
    rounding: Rounding = field(default=floor, kw_only=True)
    giving_back: str | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        name = check_name(self.name, "a rule")
        check_condition(self.when, "event", f"when= of {name}")
        if self.otherwise not in (truncate, reject, debt):
            raise InvalidValue(
                f"{name} takes what is there, truncate, nothing, reject, or leaves the rest as debt, "
                f"not {shown(self.otherwise)}"
            )
        check_spent(self)
        if not is_a(self.rounding, Rounding):
            raise InvalidValue(
                f"{name} rounds by floor, ceiling, half_up or another rounding, not by {shown(self.rounding)}"
            )
