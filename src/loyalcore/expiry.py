"""Expiry: when the units of one kind end."""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.durations import Duration
from loyalcore.ends import EndOf, Inactivity, Never
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.units import Unit

__all__ = ["Expiry", "Life"]

#: How long units live: a duration from earning, to the end of a period, while the member is active, or for ever.
Life = Duration | EndOf | Inactivity | Never


@final
@frozen
class Expiry:
    """
    Say when units end: at the moment, so that they can be used before it and not at it.

    ``days(365)`` and ``months(12)`` count from the event that earned them, in the program's zone;
    ``end_of(month, after=months(6))`` is the end of the month in which that duration ends; ``inactivity(months(12))``
    ends the whole balance unless the member buys, redeems or does something; ``never`` is the default.
    """

    unit: Unit
    life: Life

    def __attrs_post_init__(self) -> None:
        if not is_a(self.unit, Unit) or not is_a(self.life, Life):
            raise InvalidValue(
                f"expiry is of a unit after a life such as months(12), not {shown(self.unit)}, {shown(self.life)}"
            )

    @property
    def name(self) -> str:
        """Return the name under which entries and reasons know this rule."""
        return f"expiry of {self.unit.name}"
