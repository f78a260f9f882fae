"""
Streaks: periods in a row, counted in units of their own.

A streak is no counter beside the ledger but a unit: rules give one for each period, as for a goal that is met in a day,
and what a streak says is when all of it ends: once a period has passed in which none was earned. So the count is a
balance, which rules and ladders ask for, and a return takes from it what it takes from any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import islice
from typing import Any, final

from attrs import field, frozen

from loyalcore.conditions import Condition, OfEvent, check_condition
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Earned
from loyalcore.numbers import ratio
from loyalcore.units import Amount, Unit
from loyalcore.windows import Cycle, Period, Shifted

__all__ = ["TOLERATED_MAX", "Streak"]

#: How many periods in a row a streak may tolerate without a unit earned.
TOLERATED_MAX = 100


def _units(given: object) -> Any:
    if is_a(given, Unit):
        return (given,)
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValue(f"what ends with a streak is a list of units, not {shown(given)}")
    return tuple(given)


def _shares(given: object) -> Any:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValue(f'what a streak keeps is a list of shares, such as ["75%"], not {shown(given)}')
    return tuple(ratio(share, "a share that a streak keeps") for share in islice(given, TOLERATED_MAX + 1))


@final
@frozen
class Streak:
    """
    End all units of a kind when a period passes in which none was earned.

    *per* is the period in the program's zone: ``day``, ``week``, ``week.beginning(day="sun")``, a cycle. What counts as
    earned is what rules give, in the period of its event, less what returns took back by the end of it. While a member
    has none of the unit nothing runs; with the first it does, from the period that is open then.

    A missed period is let pass, in this order, where not more than *tolerates* are missed in a row; where *unless*
    holds, a condition about the member and the moment, by the last instant of the period; or where the member has
    *freeze* units, which are then used up. None of these lets the streak grow. *ends* are other units that end with it.

    One that is not let pass may leave a share: *keeps* are shares of the units that stay, floored to a smallest part,
    ``["75%"]`` after the first such period in a row, and nothing after the second. The streak ends as nothing is left.
    """

    unit: Unit
    per: Period | Shifted | Cycle
    freeze: Amount | None = field(default=None, kw_only=True)
    unless: Condition[OfEvent] | None = field(default=None, kw_only=True)
    tolerates: int = field(default=0, kw_only=True)
    ends: tuple[Unit, ...] = field(default=(), kw_only=True, converter=_units)
    keeps: tuple[Fraction, ...] = field(default=(), kw_only=True, converter=_shares)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.unit, Unit) or not is_a(self.per, Period | Shifted | Cycle):
            raise InvalidValue(
                f"a streak is of a unit per period, such as Streak(DAY, day), not {shown(self.unit)}, {shown(self.per)}"
            )
        if self.freeze is not None and (not is_a(self.freeze, Amount) or self.freeze.minor <= 0):
            raise InvalidValue(
                f"freeze of the {self.name} is what a missed period uses up, an amount, not {shown(self.freeze)}"
            )
        check_condition(self.unless, "event", f"unless of the {self.name}")
        if type(self.tolerates) is not int or not 0 <= self.tolerates <= TOLERATED_MAX:
            raise InvalidValue(
                f"the {self.name} tolerates from 0 to {TOLERATED_MAX} periods in a row, not {shown(self.tolerates)}"
            )
        if not all(is_a(each, Unit) for each in self.ends) or len(set(self.ends)) < len(self.ends):
            raise InvalidValue(f"what ends with the {self.name} are different units, not {shown(self.ends)}")
        if len(self.keeps) > TOLERATED_MAX or any(not 0 < share < 1 for share in self.keeps):
            raise InvalidValue(
                f"the {self.name} keeps up to {TOLERATED_MAX} shares, each above 0 and below 1, not {shown(self.keeps)}"
            )
        if self.unit in self.ends or (self.freeze is not None and self.freeze.unit in (self.unit, *self.ends)):
            raise InvalidValue(f"the {self.name} ends that unit and may end others, but none that is used up for it")

    @property
    def name(self) -> str:
        """Return the name under which entries and reasons know this rule."""
        return f"streak of {self.unit.name}"

    @property
    def counted(self) -> Earned:
        """Return the measure of what was earned in a period."""
        return Earned(self.unit.name, self.per)

    @property
    def units(self) -> tuple[Unit, ...]:
        """Return the units that end, its own first."""
        return (self.unit, *self.ends)

    @property
    def named(self) -> tuple[Unit, ...]:
        """Return all units that are named: those that end, and what is used up."""
        return self.units if self.freeze is None else (*self.units, self.freeze.unit)
