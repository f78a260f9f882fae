"""Lives: when units end that are given at a moment, and how long they are pending at first."""

from __future__ import annotations

import datetime as dt
from functools import singledispatch
from typing import Any

from loyalcore.calendar import date_later, zone
from loyalcore.dates import DateLater, EventDate
from loyalcore.durations import Duration
from loyalcore.ends import EndOf, Inactivity, Never
from loyalcore.expiry import Expiry, LifeByTier, OnDates
from loyalcore.instants import FOREVER
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Unread
from loyalcore.interpreted.windows import end
from loyalcore.terms import Terms

__all__ = ["begins", "end_by_policy", "end_of_life", "life_of", "waited"]


@singledispatch
def end_of_life(life: Any, held: Holdings, terms: Terms, at: int) -> int:
    """Return when units that are given at a moment end."""
    raise Unread(life, "the life")


@end_of_life.register(type(None))
@end_of_life.register(Never)
@end_of_life.register(Inactivity)
def _(life: Never | Inactivity | None, held: Holdings, terms: Terms, at: int) -> int:
    return FOREVER  # of inactivity, by a deadline that moves, see `extend`


@end_of_life.register(Duration)
def _(life: Duration, held: Holdings, terms: Terms, at: int) -> int:
    return zone(terms.timezone).plus(at, life)


@end_of_life.register(EndOf)
def _(life: EndOf, held: Holdings, terms: Terms, at: int) -> int:
    return end(held, terms, life, at)


@end_of_life.register(OnDates)
def _(life: OnDates, held: Holdings, terms: Terms, at: int) -> int:
    return next((instant for instant in life.instants if instant > at), FOREVER)


@end_of_life.register(LifeByTier)
def _(life: LifeByTier, held: Holdings, terms: Terms, at: int) -> int:
    tier = held.tier_at(life.ladder, at) or terms.vocabulary.ladders[life.ladder][0]
    return end_of_life(dict(life.lives).get(tier, life.otherwise), held, terms, at)


def life_of(terms: Terms, unit: str) -> Any:
    """Return how long units of a kind live, by their policy."""
    return next((rule.life for rule in terms.of_kind(Expiry) if rule.unit.name == unit), None)


def end_by_policy(held: Holdings, terms: Terms, unit: str, at: int) -> int:
    """Return when units that are given at a moment end by the unit's policy."""
    return end_of_life(life_of(terms, unit), held, terms, at)


def waited(pause: Duration | EndOf, held: Holdings, terms: Terms, at: int) -> int:
    """Return when units are usable that are given at a moment; for a period that there is none of they do not wait."""
    usable = end_of_life(pause, held, terms, at)
    return usable if usable < FOREVER else at


def begins(date: EventDate, terms: Terms, content: Any, *, after: int = 0) -> int:
    """Return when a date begins that an event carries, or the one so many days after it."""
    *_, names, values = content
    day = dt.date.fromisoformat(dict(zip(names, values, strict=True))[date.name]).toordinal()
    later = date_later(day, date.by) if isinstance(date, DateLater) else day
    return zone(terms.timezone).midnight(later + after)
