"""Migrations: what becomes of the units that members have as the rules change."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, final

from attrs import field, frozen

from loyalcore.entries import Row
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.numbers import Rounding, floor, ratio
from loyalcore.transfers import keep, renew
from loyalcore.units import Unit

__all__ = ["Migration", "is_migrated"]

_NAMED: Final = "migration of "


def _factor(given: object) -> Any:
    return ratio(given, "what one unit becomes")


@final
@frozen
class Migration:
    """
    Turn all units of a kind into units of another, or forfeit them, as a version of a program comes into force.

    One of them becomes *by* of the units *into* which they turn; without *into* they are lost. What is usable turns at
    once, what is pending or held as it becomes usable, and so does whatever comes later: what is given back, told late,
    or given by windows of the version before. What is owed turns as well. What is lost is so at once, also while it is
    pending, and what is held as it is released; what is owed stays owed. All that an account has ever turned is
    rounded as one number. *expiry* says whether units `keep` the end they had, or `renew` it by the policy of the unit
    they turn into.
    """

    unit: Unit
    into: Unit | None = None
    by: Fraction = field(default=Fraction(1), kw_only=True, converter=_factor)
    expiry: str = field(default=keep, kw_only=True)
    rounding: Rounding = field(default=floor, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.unit, Unit) or not is_a(self.into, Unit | None):
            raise InvalidValue(
                f"a migration is of a unit into another, such as STAR into POINT, not {shown(self.unit)} into "
                f"{shown(self.into)}"
            )
        if self.into is not None and self.into.name == self.unit.name:
            raise InvalidProgram(f"{self.name} is into {self.unit.name} itself, again and again; name another unit")
        if self.by <= 0:
            raise InvalidValue(f"by= of {self.name} is what one becomes, above zero, not {shown(self.by)}")
        if self.expiry not in (keep, renew):
            raise InvalidValue(f"{self.name} keeps or renews when units end, not {shown(self.expiry)}")
        if not is_a(self.rounding, Rounding):
            raise InvalidValue(
                f"{self.name} rounds by floor, ceiling, half_up or another rounding, not {shown(self.rounding)}"
            )
        if self.into is None and (self.by, self.expiry, self.rounding) != (Fraction(1), keep, floor):
            raise InvalidProgram(f"{self.name} forfeits its units; leave by=, expiry= and rounding= out, or say into=")

    @property
    def name(self) -> str:
        """Return the name under which entries and reasons know this rule."""
        return f"{_NAMED}{self.unit.name}"

    @property
    def units(self) -> tuple[Unit, ...]:
        """Return the units that it is about."""
        return (self.unit,) if self.into is None else (self.unit, self.into)

    def worth(self, units: int) -> int:
        """Return what so many smallest parts come to in smallest parts of the other unit; less than none is owed."""
        assert self.into is not None  # noqa: S101 - what is forfeited comes to nothing
        exact = abs(units) * self.by * Fraction(10**self.into.places, 10**self.unit.places)
        whole = self.rounding(exact.numerator, exact.denominator)
        return whole if units >= 0 else -whole


def is_migrated(rows: Sequence[Row], row: Row) -> bool:
    """Tell whether an earning, or a taking back, turned units into others, or raised past ones: nothing was earned."""
    cause, rule = rows[row[2]], row[3]
    turned = rule.startswith(_NAMED) and cause[3] == rule
    return bool(cause[0] == "arise" and (turned or cause[3] == f"{rule} judged anew"))
