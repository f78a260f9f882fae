"""Expiry: when the units of one kind end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, final

from attrs import field, frozen

from loyalcore.conditions import Condition, InTier
from loyalcore.durations import Duration
from loyalcore.ends import EndOf, Inactivity, Never
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import from_instant, to_instant
from loyalcore.texts import by_tiers, check_name
from loyalcore.units import Unit

__all__ = ["Expiry", "Life", "LifeByTier", "OnDates", "life_by_tier", "on_dates"]

_DATES_MAX = 1_000


@final
@frozen
class OnDates:
    """
    Name the first of some moments that lies after the earning; what is earned at the last or later does not end.

    *instants* count microseconds since 1970, rising; `on_dates` takes datetimes.
    """

    instants: tuple[int, ...]

    def __attrs_post_init__(self) -> None:
        if not is_a(self.instants, tuple) or not 0 < len(self.instants) <= _DATES_MAX:
            raise InvalidValue(f"units end at one of 1 to {_DATES_MAX} moments, not {shown(self.instants)}")
        for instant in self.instants:
            to_instant(from_instant(instant), "the moment at which units end")
        if any(first >= second for first, second in pairwise(self.instants)):
            raise InvalidValue("the moments at which units end rise, each named once; sort them")


def on_dates(*moments: dt.datetime) -> OnDates:
    """Return the end at the first of these moments that lies after the earning: fixed dates, in any order."""
    return OnDates(tuple(sorted({to_instant(moment, "the moment at which units end") for moment in moments})))


#: How long units live that know their end when they come.
_Known = Duration | EndOf | Never | OnDates


def _lives(given: object) -> Any:
    """Return a life for each tier, by the tiers' names."""
    wanted = "life_by_tier maps tiers to lives such as months(24) or never"

    def read(_: str, life: object) -> object:
        if not is_a(life, _Known):
            raise InvalidValue(f"{wanted}, not {shown(given)}")
        return life

    return by_tiers(given, read, wanted)


@final
@frozen
class LifeByTier:
    """
    Be a life for each tier of a ladder, by the tier the member is in when units come; it stays with them.

    *otherwise* is for tiers that are not named. Build it with `life_by_tier`.
    """

    ladder: str
    lives: tuple[tuple[str, Duration | EndOf | Never | OnDates], ...] = field(converter=_lives)
    otherwise: Duration | EndOf | Never | OnDates

    def __attrs_post_init__(self) -> None:
        check_name(self.ladder, "a ladder")
        if not is_a(self.otherwise, _Known):
            raise InvalidValue(f"otherwise= is a life such as months(12), not {shown(self.otherwise)}")


def life_by_tier(
    ladder: str,
    lives: Mapping[str, Duration | EndOf | Never | OnDates],
    *,
    otherwise: Duration | EndOf | Never | OnDates,
) -> LifeByTier:
    """Let units live as long as the tier says in which they come: ``{"gold": months(24), "black": never}``."""
    return LifeByTier(ladder, lives, otherwise)


#: How long units live: a duration from earning, to the end of a period, to fixed moments, by tier, while the member is
#: active, or for ever.
Life = Duration | EndOf | Inactivity | Never | OnDates | LifeByTier


@final
@frozen
class Expiry:
    """
    Say when units end: at the moment, so that they can be used before it and not at it.

    ``days(365)`` and ``months(12)`` count from the event that earned them, in the program's zone;
    ``end_of(month, after=months(6))`` is the end of the month in which that duration ends; `on_dates` names moments,
    and `life_by_tier` what the tier says in which they come; ``inactivity(months(12))`` ends the whole balance but for
    what it *spares*, unless the member buys, redeems or does something, or what its *by* says; the default is
    ``never``.

    *unless* the member is in a tier, ``unless=in_tier("status", "silver", "gold")``: of units that end for want of
    activity the time stands still while such a tier is held, and begins anew when it is left. Other units keep their
    own ends, those with a life of their rule as well, but do not end; when the tier is left, what is past its end ends
    at that moment, and the rest at its own. What is not usable yet still lapses.
    """

    unit: Unit
    life: Life
    unless: Condition[Any] | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.unit, Unit) or not is_a(self.life, Life):
            raise InvalidValue(
                f"expiry is of a unit after a life such as months(12), not {shown(self.unit)}, {shown(self.life)}"
            )
        if self.unless is not None and not is_a(self.unless, InTier):
            raise InvalidValue(f"{self.name} is suspended unless=in_tier(…), not with {shown(self.unless)}")

    @property
    def name(self) -> str:
        """Return the name under which entries and reasons know this rule."""
        return f"expiry of {self.unit.name}"
