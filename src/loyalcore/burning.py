"""Burning: which units are used first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, final

from attrs import field, frozen

from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.texts import check_name
from loyalcore.units import Unit

__all__ = ["ORIGINS", "Burn", "cheapest_first", "dearest_first", "newest_first", "oldest_first", "soonest_first"]

#: Use what ends soonest first, of that the oldest.
soonest_first = "soonest_first"
#: Use what was recorded first.
oldest_first = "oldest_first"
#: Use what was recorded last.
newest_first = "newest_first"
#: Use what is worth most for one unit first, of that the oldest.
dearest_first = "dearest_first"
#: Use what is worth least for one unit first, of that the oldest.
cheapest_first = "cheapest_first"

_ORDERS = (soonest_first, oldest_first, newest_first, dearest_first, cheapest_first)

#: What entries call the origin of units that no rule gave.
ORIGINS = ("opening", "adjustment", "transfer")


def _names(given: object) -> Any:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValue(f"first= is a list of names of rules, not {shown(given)}")
    return tuple(_together(each) for each in given)


def _together(given: object) -> Any:
    """Return a name, or several that go together in the one order in which they are written."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        return check_name(given, "a rule whose units are used first")
    names = sorted(check_name(name, "a rule whose units are used first") for name in given)
    if not names:
        raise InvalidValue("first= has a group without a rule; name some, or leave it out")
    return names[0] if len(names) == 1 else tuple(names)


@final
@frozen
class Burn:
    """
    Say which units of a kind are used first, by everything that spends, holds, gives away or takes other units.

    Units given by the rules, or outermost lanes, named *first* are used before all others, in the order of the names,
    several in a list of their own as if they were one: ``first=["gift", ["base", "bonus"]]`` are priorities 1 and 2.
    ``"opening"``, ``"adjustment"`` and ``"transfer"`` name what no rule gave. Among units that this does not tell apart
    the *order* decides: `soonest_first` to end, as is usual, `oldest_first` or `newest_first`, or `dearest_first` or
    `cheapest_first` by what one unit is worth, units of which that is not known as worth nothing. Of equal ones the
    oldest come first. Age goes by when they were recorded, or *by_date*: by the moment of what earned them, also where
    that is told late, and of one moment by when they were recorded. Units that come back keep their place.
    """

    unit: Unit
    order: str = soonest_first
    first: tuple[str | tuple[str, ...], ...] = field(default=(), kw_only=True, converter=_names)
    by_date: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.unit, Unit):
            raise InvalidValue(f"a unit is used in an order, such as POINT, not {shown(self.unit)}")
        if self.order not in _ORDERS:
            raise InvalidValue(f"{self.name} is {', '.join(_ORDERS)}, not {shown(self.order)}")
        if not is_a(self.by_date, bool):
            raise InvalidValue(f"{self.name} goes by_date, True, or by what is recorded, not {shown(self.by_date)}")
        names = [name for group in self._groups for name in group]
        if len(set(names)) < len(names):
            raise InvalidProgram(f"{self.name} names a rule twice; keep its first place")

    @property
    def _groups(self) -> tuple[tuple[str, ...], ...]:
        return tuple((each,) if isinstance(each, str) else each for each in self.first)

    @property
    def ranks(self) -> dict[str, int]:
        """Return the place of each rule, or other origin, whose units are used first."""
        return {name: rank for rank, group in enumerate(self._groups) for name in group}

    @property
    def name(self) -> str:
        """Return the name under which the program knows this rule."""
        return f"burning of {self.unit.name}"
