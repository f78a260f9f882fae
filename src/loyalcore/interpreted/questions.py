"""
Questions: what a condition answers and a measure comes to, a clause for each word.

To add a word, add its clause here: `holds` for a condition, `falls` for a schedule, `read` for what is read from an
event, `shaped` for what is made of other measures. Numbers are fractions in natural units: 1 is one dollar.
"""

from __future__ import annotations

import calendar
import datetime as dt
import operator
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from functools import cache, singledispatch
from typing import Any, Final, final

from attrs import evolve, frozen

from loyalcore.ages import HeldThrough
from loyalcore.anniversaries import OnAnniversary
from loyalcore.calendar import Zone, window_of, zone
from loyalcore.causes import Cause
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf, TextOf
from loyalcore.counts import Activities
from loyalcore.dates import DateIsOn, DateOf, DaysBetween
from loyalcore.errors import InvalidProgram
from loyalcore.instants import from_instant
from loyalcore.lookups import Lookup, Product
from loyalcore.measures import (
    Added,
    Balance,
    Comparison,
    Constant,
    Count,
    Earned,
    EventNumber,
    Greatest,
    ItemComparison,
    Least,
    Measure,
    Ordinal,
    Over,
    Qualifying,
    Scaled,
    Total,
)
from loyalcore.packages import Packages
from loyalcore.rates import Banded, Milestones, Rated, Stepped
from loyalcore.recurrences import times, until
from loyalcore.schedules import Between, InMonths, InZone, OnDays, OnWeekdays, Recurring, Schedule, TimeOfDay
from loyalcore.terms import Terms

__all__ = ["Case", "Unread", "compared", "falls", "holds", "measured", "read", "shaped", "weight"]


@final
@frozen
class Case:
    """
    Be one event as rules see it.

    *event* and *items* are what was given, in smallest parts; *moments* are what was read of the history then, by what
    was asked. *sets* are the anchors that the event is, where there are none yet. *item* is the one that is looked at,
    where it is about items. *earlier* has the event as versions see it, by hash, of which windows are open.
    """

    terms: Terms
    kind: str | Cause
    at: int
    event: Mapping[str, Any]
    items: tuple[Mapping[str, Any], ...]
    moments: Mapping[Any, Any]
    sets: Collection[str | None] = ()
    item: Mapping[str, Any] = {}
    earlier: Mapping[str, Case] = {}

    def by(self, terms: Terms) -> Case:
        """Return the event as an earlier version sees it, for windows of that one's that are open."""
        return self if terms is self.terms else self.earlier[terms.hash]

    def by_item(self) -> list[Case]:
        """Return the case with an eye on each of its items; conditions about the event still see all of it."""
        return [evolve(self, item=item) for item in self.items]

    def text(self, subject: TextOf[Any]) -> Any:
        """Return a text or flag."""
        if subject.of == "setting":
            return self.moments["setting", subject.name]
        return (self.item if subject.of == "item" else self.event)[subject.name]

    def number(self, about: str, name: str) -> Fraction:
        """Return a number of the item that is looked at, or of the event."""
        places = self.terms.places(about, name)
        assert places is not None  # noqa: S101 - terms are checked when they are made
        return Fraction((self.item if about == "item" else self.event)[name], 10**places)


class Unread(InvalidProgram):
    """Say that a word has no clause: it is not read at all, rather than read wrong."""

    def __init__(self, word: object, what: str) -> None:
        super().__init__(f"the interpreted form has no clause for {what} of {type(word).__name__}; add one")


# Conditions.


@singledispatch
def holds(condition: Condition[Any] | None, case: Case) -> bool:
    """Tell whether a condition holds of an event, or of the item that is looked at."""
    raise Unread(condition, "the condition")


@holds.register(type(None))
def _(condition: None, case: Case) -> bool:
    return True


@holds.register(AllOf)
def _(condition: AllOf[Any], case: Case) -> bool:
    return all(holds(part, case) for part in condition.parts)


@holds.register(AnyOf)
def _(condition: AnyOf[Any], case: Case) -> bool:
    return any(holds(part, case) for part in condition.parts)


@holds.register(Not)
def _(condition: Not[Any], case: Case) -> bool:
    return not holds(condition.part, case)


@holds.register(OneOf)
def _(condition: OneOf[Any], case: Case) -> bool:
    return case.text(condition.subject) in condition.values


@holds.register(InTier)
def _(condition: InTier, case: Case) -> bool:
    return case.moments["tier", condition.ladder] in condition.tiers


@holds.register(OnAnniversary)
def _(condition: OnAnniversary, case: Case) -> bool:
    clock, anchor = zone(case.terms.timezone), case.moments["anchor", condition.of.key]
    if anchor is None:
        return False
    born, today = (dt.date.fromordinal(clock.day(each)) for each in (anchor, case.at))
    for year in (today.year - 1, today.year, today.year + 1):
        last = calendar.monthrange(year, born.month)[1]
        midnight = clock.midnight(dt.date(year, born.month, min(born.day, last)).toordinal())
        if year > born.year and _is_around(condition, case, clock.day(midnight)):
            return True
    return False


def _is_around(condition: OnAnniversary, case: Case, birthday: int) -> bool:
    """Tell whether a moment is in a period that has a day, or so many days before or after it."""
    clock = zone(case.terms.timezone)
    if condition.before is None and condition.after is None:
        bounds = window_of(clock, condition.during, case.at)
        return bounds is not None and bounds[0] < clock.midnight(birthday + 1) and clock.midnight(birthday) < bounds[1]
    bounds = window_of(clock, condition.during, clock.midnight(birthday))
    before, after = (0 if each is None else each.days for each in (condition.before, condition.after))
    today = clock.day(case.at)
    return bounds is not None and clock.day(bounds[0]) - before <= today < clock.day(bounds[1]) + after


@holds.register(Schedule)
def _(condition: Schedule, case: Case) -> bool:
    return falls(condition, zone(case.terms.timezone), case.at)


@holds.register(DateIsOn)
def _(condition: DateIsOn, case: Case) -> bool:
    clock = zone(case.terms.timezone)
    return falls(condition.schedule, clock, clock.midnight(_day(condition.date, case)))


def _day(date: DateOf, case: Case) -> int:
    """Return a date of an event as its ordinal."""
    if date.is_own:
        return zone(case.terms.timezone).day(case.at)
    return dt.date.fromisoformat(case.event[date.name]).toordinal()


@holds.register(InZone)
def _(condition: InZone, case: Case) -> bool:
    name = condition.zone if isinstance(condition.zone, str) else case.text(condition.zone)
    return falls(condition.schedule, zone(name or case.terms.timezone), case.at)


_COMPARED: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


@holds.register(Comparison)
def _(condition: Comparison, case: Case) -> bool:
    return compared(condition, measured(condition.measure, case))


def compared(condition: Comparison, number: Fraction) -> bool:
    """Tell whether a number is as a comparison wants it."""
    return _COMPARED[condition.operator](number, condition.bound.value)


@holds.register(ItemComparison)
def _(condition: ItemComparison, case: Case) -> bool:
    return _COMPARED[condition.operator](case.number("item", condition.number.name), condition.bound.value)


# Schedules.


@singledispatch
def falls(schedule: Schedule, clock: Zone, at: int) -> bool:
    """Tell whether a moment falls into a schedule by the clock of a zone."""
    raise Unread(schedule, "the schedule")


@falls.register(OnWeekdays)
def _(schedule: OnWeekdays, clock: Zone, at: int) -> bool:
    return clock.weekday(at) in schedule.days


@falls.register(OnDays)
def _(schedule: OnDays, clock: Zone, at: int) -> bool:
    today = dt.date.fromordinal(clock.day(at))
    last = calendar.monthrange(today.year, today.month)[1]
    return today.day in schedule.days or today.day - last - 1 in schedule.days


@falls.register(InMonths)
def _(schedule: InMonths, clock: Zone, at: int) -> bool:
    return dt.date.fromordinal(clock.day(at)).month in schedule.months


@falls.register(TimeOfDay)
def _(schedule: TimeOfDay, clock: Zone, at: int) -> bool:
    # What ends at or before it begins, ends on the next day: it may have begun yesterday.
    nights, today = int(schedule.end <= schedule.start), clock.day(at)
    return any(
        clock.time(day, schedule.start) <= at < clock.time(day + nights, schedule.end) for day in (today - 1, today)
    )


@falls.register(Between)
def _(schedule: Between, clock: Zone, at: int) -> bool:
    def instant(moment: int | str) -> int:
        return moment if isinstance(moment, int) else clock.midnight(dt.date.fromisoformat(moment).toordinal())

    return instant(schedule.start) <= at < instant(schedule.end)


@falls.register(Recurring)
def _(schedule: Recurring, clock: Zone, at: int) -> bool:
    return any(start <= at < clock.plus(start, schedule.lasting) for start in begins(schedule, clock))


def begins(schedule: Recurring, clock: Zone) -> list[int]:
    """Return the moments at which a recurrence begins, none after its end in UTC: the times know one on the clock."""
    moments = [clock.time(time // 1440, time % 1440) for time in times(schedule.rule, schedule.start, schedule.minute)]
    last, in_utc = until(schedule.rule) or (None, False)
    if last is not None and in_utc:
        moments = [each for each in moments if from_instant(each).replace(tzinfo=None) <= last]
    return sorted(set(moments))


# Measures.


def measured(measure: Measure, case: Case) -> Fraction:
    """Return what a measure comes to."""
    return shaped(measure, lambda leaf: read(leaf, case))


@singledispatch
def read(leaf: Measure, case: Case) -> Fraction:
    """Return what a leaf reads from an event, or what was read of the history then."""
    raise Unread(leaf, "the measure")


@read.register(Total)
def _(leaf: Total, case: Case) -> Fraction:
    return sum((each.number("item", leaf.name) for each in case.by_item() if holds(leaf.where, each)), Fraction(0))


@read.register(EventNumber)
def _(leaf: EventNumber, case: Case) -> Fraction:
    return case.number("event", leaf.name)


@read.register(DaysBetween)
def _(leaf: DaysBetween, case: Case) -> Fraction:
    return Fraction(_day(leaf.later, case) - _day(leaf.earlier, case))


@read.register(Lookup)
def _(leaf: Lookup, case: Case) -> Fraction:
    values = tuple(case.text(key) for key in leaf.keys)
    return next((number for row, number in leaf.rows if row == values), leaf.otherwise)


@read.register(Product)
@read.register(Qualifying)
def _(leaf: Product | Qualifying, case: Case) -> Fraction:
    return read(leaf.measure, case) * weight(leaf, case)


def weight(leaf: Product | Qualifying, case: Case) -> Fraction:
    """Return what a leaf is multiplied by."""
    return read(leaf.by, case) if isinstance(leaf, Product) else Fraction(int(holds(leaf.condition, case)))


@read.register(Count)
def _(leaf: Count, case: Case) -> Fraction:
    return Fraction(1)


@read.register(Activities)
def _(leaf: Activities, case: Case) -> Fraction:
    return Fraction(int(holds(leaf.condition, case)))


@read.register(Over)
@read.register(Earned)
@read.register(Balance)
@read.register(HeldThrough)
@read.register(Ordinal)
def _(leaf: Measure, case: Case) -> Fraction:
    moment = case.moments[leaf]
    assert isinstance(moment, Fraction)  # noqa: S101 - numbers of the history are fractions
    return moment


@singledispatch
def shaped(measure: Measure, leaf: Callable[[Measure], Fraction]) -> Fraction:
    """Return what a measure makes of what its leaves are; one that is made of nothing is a leaf."""
    return leaf(measure)


@shaped.register(Constant)
def _(measure: Constant, leaf: Callable[[Measure], Fraction]) -> Fraction:
    return measure.value.value


@shaped.register(Added)
def _(measure: Added, leaf: Callable[[Measure], Fraction]) -> Fraction:
    return sum((shaped(part, leaf) for part in measure.parts), Fraction(0))


@shaped.register(Least)
def _(measure: Least, leaf: Callable[[Measure], Fraction]) -> Fraction:
    return min(shaped(part, leaf) for part in measure.parts)


@shaped.register(Greatest)
def _(measure: Greatest, leaf: Callable[[Measure], Fraction]) -> Fraction:
    return max(shaped(part, leaf) for part in measure.parts)


@shaped.register(Scaled)
def _(measure: Scaled, leaf: Callable[[Measure], Fraction]) -> Fraction:
    return shaped(measure.measure, leaf) * measure.factor


@shaped.register(Rated)
def _(measure: Rated, leaf: Callable[[Measure], Fraction]) -> Fraction:
    return shaped(measure.measure, leaf) * measure.rate


@shaped.register(Stepped)
def _(measure: Stepped, leaf: Callable[[Measure], Fraction]) -> Fraction:
    return Fraction(shaped(measure.measure, leaf) // measure.step.value)


@shaped.register(Milestones)
def _(measure: Milestones, leaf: Callable[[Measure], Fraction]) -> Fraction:
    number = shaped(measure.measure, leaf)
    return sum((worth for bound, worth in measure.milestones if number >= bound.value), Fraction(0))


@shaped.register(Packages)
def _(measure: Packages, leaf: Callable[[Measure], Fraction]) -> Fraction:
    @cache
    def best(place: int, steps: tuple[Fraction, ...]) -> Fraction:
        """Return the most of the packages from a place on: each number of times is tried."""
        takes, worth = measure.packages[place]
        most = min(int(have // count) for have, count in zip(steps, takes, strict=True) if count)
        if place + 1 == len(measure.packages):
            return most * worth
        return max(
            often * worth
            + best(place + 1, tuple(have - often * count for have, count in zip(steps, takes, strict=True)))
            for often in range(most + 1)
        )

    steps = tuple(max(Fraction(0), shaped(part, leaf)) for part in measure.parts)
    return best(0, steps) if measure.order is None else _one_by_one(measure, steps)


def _one_by_one(measure: Packages, steps: tuple[Fraction, ...]) -> Fraction:
    """Return what packages are worth that are taken in their order, each as often as it fits what is left."""
    total = Fraction(0)
    for takes, worth in measure.packages:
        often = min(have // count for have, count in zip(steps, takes, strict=True) if count)
        steps = tuple(have - often * count for have, count in zip(steps, takes, strict=True))
        total += often * worth
    return total


@shaped.register(Banded)
def _(measure: Banded, leaf: Callable[[Measure], Fraction]) -> Fraction:
    number = shaped(measure.measure, leaf)
    if measure.by is None:
        return number * _reached(measure, number) if measure.whole else _slices(measure, number)
    by = shaped(measure.by, leaf)
    if by <= 0:
        return number * measure.bands[0][1]
    return number * (_reached(measure, by) if measure.whole else _slices(measure, by) / by)


def _reached(measure: Banded, number: Fraction) -> Fraction:
    """Return the rate of the band that a number reaches; less than nothing reaches none."""
    rates = [rate for low, rate in measure.bands if number >= low.value]
    return rates[-1] if rates else Fraction(0)


def _slices(measure: Banded, number: Fraction) -> Fraction:
    """Return what the slices of a number come to, each at the rate of its own band."""
    reached = [(low.value, rate) for low, rate in measure.bands if number >= low.value]
    # Each slice lies between its own bound and the next; the last one that is reached ends with the number.
    ends = [*(low for low, _ in reached[1:]), number]
    return sum(((end - low) * rate for (low, rate), end in zip(reached, ends, strict=False)), Fraction(0))
