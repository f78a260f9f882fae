"""Bounds: the exact numbers that measures are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol, final, runtime_checkable

from attrs import field, frozen

from loyalcore.errors import InvalidValue, shown
from loyalcore.numbers import exact_text, ratio
from loyalcore.texts import check_name

__all__ = ["Bound", "bound", "check_bound", "pairs"]


def _number(value: object) -> Fraction:
    return ratio(value, "a number to compare with")


@final
@frozen
class Bound:
    """Be a number to compare with: exact, and in a unit by name where it is an amount."""

    value: Fraction = field(converter=_number)
    unit: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.unit is not None:
            check_name(self.unit, "the unit of a bound")

    def __str__(self) -> str:
        return exact_text(self.value) if self.unit is None else f"{exact_text(self.value)} {self.unit}"


@runtime_checkable
class _AmountLike(Protocol):
    def as_bound(self) -> Bound: ...


def bound(value: object) -> Bound:
    """Return a plain number (or percentage) or an amount as a bound."""
    if isinstance(value, Bound):
        return value
    if isinstance(value, _AmountLike) and not isinstance(value, type):
        return value.as_bound()
    return Bound(value)


def check_bound(value: object, what: str) -> None:
    """Refuse what is not a bound."""
    if not isinstance(value, Bound):
        raise InvalidValue(f"{what} is a bound such as Bound(Fraction(10)), not {shown(value)}")


def pairs(table: object, what: str) -> list[tuple[Bound, object]]:
    """Return a table of bounds as pairs in rising order."""
    if not isinstance(table, Mapping):
        raise InvalidValue(f"{what} are a mapping from bounds to values, not {shown(table)}")
    return sorted(((bound(at), value) for at, value in table.items()), key=lambda pair: pair[0].value)
