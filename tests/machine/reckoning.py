"""
Pure functions the naive model reckons with: the calendar, rounding, shapes, boosts and conditions.

Results are remembered only for the calendar, because zoneinfo is slow.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from machine.described import (
    Activity,
    Boost,
    Dated,
    Dates,
    Duration,
    EndOf,
    Event,
    Item,
    Milestones,
    Program,
    Purchase,
    Rate,
    Shape,
    Steps,
    Window,
)

UTC = dt.UTC
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass
class Fact:
    """An event as it was recorded, with the moments read then and what is still kept of it."""

    event: Event
    now: dt.datetime
    version: int = 0  # of the program that judged it
    moments: dict[Any, Any] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)  # item -> thousandths still kept
    given_back: bool = False  # a redemption or an activity that was returned
    refunds: dict[str, int] = field(default_factory=dict)  # item -> cents given back for it
    paid: dict[str, dict[str, int]] = field(default_factory=dict)  # by rule: item -> cents paid with points
    off: dict[str, dict[str, int]] = field(default_factory=dict)  # by discount: item -> cents off
    pieces: dict[str, dict[str, int]] = field(default_factory=dict)  # by discount: item -> thousandths
    # What limits let through at first, and what of it is held: by rule or lane, (key of items, moment, amount).
    original: dict[str, list[tuple[Any, Any, int]]] = field(default_factory=dict)
    parts: dict[str, list[tuple[Any, Any, int]]] = field(default_factory=dict)
    raised: dict[str, tuple[str, str | None, int]] = field(default_factory=dict)  # by rule: for whom, id, carried

    def is_kept(self) -> bool:
        """Say whether something of the event remains."""
        return any(self.kept.values()) if isinstance(self.event, Purchase) else not self.given_back

    def items(self) -> Iterator[tuple[Item, int]]:
        """Yield the items still kept and their quantity."""
        if isinstance(self.event, Purchase):
            for item in self.event.items:
                if self.kept[item.id]:
                    paid = sum(table[item.id] for table in self.paid.values())
                    off = sum(table[item.id] for table in self.off.values())
                    refunded = self.refunds.get(item.id, 0)
                    yield replace(item, refunded=refunded, paid=paid, off=off), self.kept[item.id]


# The calendar.


@cache
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=100_000)
def midnight(zone: str, day: dt.date) -> dt.datetime:
    """Where a local date begins; in a gap moved forward by its length, of two the first."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone_of(zone)).astimezone(UTC)


@lru_cache(maxsize=100_000)
def plus(zone: str, at: dt.datetime, duration: Duration) -> dt.datetime:
    """Add months and days to the local date and time in one step, clamped to the month's end; then exact hours."""
    if duration.months or duration.days:
        wall = at.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)
        months = wall.year * 12 + wall.month - 1 + duration.months
        year, month = divmod(months, 12)
        day = min(wall.day, calendar.monthrange(year, month + 1)[1])
        wall = wall.replace(year=year, month=month + 1, day=day) + dt.timedelta(days=duration.days)
        at = wall.replace(tzinfo=zone_of(zone)).astimezone(UTC)
    return at + dt.timedelta(hours=duration.hours)


Bounds = tuple[dt.datetime, dt.datetime | None] | None
EVER = dt.datetime.min.replace(tzinfo=UTC)


@lru_cache(maxsize=100_000)
def clock(zone: str, day: dt.date, minute: int) -> dt.datetime:
    """When the clock shows a time on a local date; in a gap moved forward by its length, of two the first."""
    time = dt.datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone_of(zone))
    return time.astimezone(UTC)


def on(year: int, month: int, day: int) -> dt.date:
    """A day of a month that may lie in another year; the last one where the month is shorter."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def first_dates(window: Window, around: dt.date, anchor: dt.date | None) -> list[dt.date]:
    """Return the dates near another on which a period or cycle begins."""
    month, day, _ = window.begins
    if window.kind == "day":
        return [around + dt.timedelta(days=more) for more in range(-3, 4)]
    if window.kind == "week":
        monday = around - dt.timedelta(days=around.weekday())
        return [monday + dt.timedelta(days=7 * more + day - 1) for more in range(-2, 3)]
    if window.kind == "cycle":
        assert anchor is not None
        if days := window.duration.days:
            passed = (around - anchor).days // days
            return [anchor + dt.timedelta(days=days * number) for number in range(passed - 2, passed + 3)]
        months = window.duration.months
        passed = (12 * (around.year - anchor.year) + around.month - anchor.month) // months
        return [on(anchor.year, anchor.month + months * number, anchor.day) for number in range(passed - 2, passed + 3)]
    length = {"month": 1, "quarter": 3, "year": 12}[window.kind]
    return [on(around.year, month + length * number, day) for number in range(-2 * 12 // length, 3 * 12 // length)]


@lru_cache(maxsize=100_000)
def bounds_of(zone: str, window: Window, at: dt.datetime, anchor: dt.datetime | None) -> Bounds:
    """Return start and end of the window that contains a moment; no end means for ever."""
    if window.kind in ("lifetime", "rolling"):
        return EVER, None
    if window.kind == "since":
        assert window.start is not None
        return (window.start, None) if at >= window.start else None
    base = window.date
    if window.anchor:
        if anchor is None:
            return EVER, None
        base = anchor.astimezone(zone_of(zone)).date()
        if at < midnight(zone, base):
            return EVER, midnight(zone, base)
    dates = first_dates(window, at.astimezone(zone_of(zone)).date(), base)
    starts = sorted(clock(zone, day, window.begins[2]) for day in dates)
    return max(start for start in starts if start <= at), min(start for start in starts if start > at)


@lru_cache(maxsize=100_000)
def end_of_life(
    zone: str, at: dt.datetime, life: Duration | EndOf | Dates, anchor: dt.datetime | None = None
) -> dt.datetime | None:
    """Return when what comes at a moment ends, or None for never."""
    if isinstance(life, Dates):
        return min((moment for moment in life.moments if moment > at), default=None)
    if isinstance(life, Duration):
        return plus(zone, at, life)
    end: dt.datetime | None = plus(zone, at, life.after)
    for _ in range(life.further + 1):
        if end is not None:
            bounds = bounds_of(zone, life.window, end, anchor)
            assert bounds is not None
            end = bounds[1]
    return end and plus(zone, end, life.then)


@lru_cache(maxsize=100_000)
def next_date(zone: str, dated: Dated, now: dt.datetime) -> dt.datetime | None:
    """Return the first of some dates that comes after a moment."""
    day, found = dated.since, list[dt.date]()
    while len(found) < dated.count:
        last = calendar.monthrange(day.year, day.month)[1]
        if day.day in dated.days or day.day - last - 1 in dated.days:
            found.append(day)
        day += dt.timedelta(days=1)
    return min((moment for each in found if (moment := clock(zone, each, dated.minute)) > now), default=None)


def round_to_whole(value: Fraction | int, how: str) -> int:
    if how == "floor":
        return math.floor(value)
    if how == "ceiling":
        return math.ceil(value)
    below = math.floor(value)
    rest = value - below
    if rest == Fraction(1, 2):
        return below + {"half_up": 1, "half_down": 0, "half_even": below % 2}[how]
    return below + (rest > Fraction(1, 2))


# Arithmetic.


def kept_part(whole: int, quantity: int, item: Item) -> int:
    """Return the part of a number of an item that its kept quantity stands for, floored."""
    return whole * quantity // item.quantity


def net_left(item: Item, quantity: int) -> int:
    """Return what money a kept quantity of an item cost, less what was refunded of it."""
    return max(0, kept_part(item.net - item.off - item.paid, quantity, item) - item.refunded)


def full_net(item: Item, quantity: int) -> int:
    """Return what a kept quantity of an item cost, paid with points or not, less what was refunded of it."""
    return max(0, kept_part(item.net - item.off, quantity, item) - item.refunded)


def gross_net(item: Item, quantity: int) -> int:
    """Return what a kept quantity of an item cost before discounts, less what was refunded of it."""
    return max(0, kept_part(item.net, quantity, item) - item.refunded)


def dealt(amount: int, shares: dict[str, int]) -> dict[str, int]:
    """Split an amount in proportion to shares, unit by unit of what the first shares together come to, floored."""
    whole, behind, found = sum(shares.values()), 0, dict[str, int]()
    for name, share in shares.items():
        behind += share
        found[name] = amount * behind // whole - sum(found.values())
    return found


def boosted(amount: int, boosts: list[Boost], fact: Fact, program: Program) -> Fraction | int:
    """Add all additions to one, then multiply by all factors, and by what each lane of boosts comes to."""
    if not boosts:
        return amount
    inside = {name for lane in program.lanes for name in lane.of}
    alone = [boost for boost in boosts if boost.name not in inside]
    added = 1 + sum(boost.add for boost in alone)
    for boost in alone:
        added *= boost.factor
        if boost.by_tier is not None:
            ladder, factors = boost.by_tier
            added *= dict(factors).get(fact.moments["tier", ladder], 1)
    for lane in program.lanes:
        if lane.name not in inside:
            chosen = lane_factor(lane.name, boosts, fact, program)
            added *= 1 if chosen is None else chosen
    return amount * added


def lane_factor(name: str, boosts: list[Boost], fact: Fact, program: Program) -> Fraction | None:
    """Return the factor of a boost or of a lane of boosts, None where nothing of it holds."""
    lane = next((lane for lane in program.lanes if lane.name == name), None)
    if lane is None:
        boost = next((boost for boost in boosts if boost.name == name), None)
        if boost is None or boost.by_tier is None:
            return None if boost is None else (1 + boost.add) * boost.factor
        return dict(boost.by_tier[1]).get(fact.moments["tier", boost.by_tier[0]])
    found = [factor for each in lane.of if (factor := lane_factor(each, boosts, fact, program)) is not None]
    if not found:
        return None
    return {
        "sum": lambda: 1 + sum(factor - 1 for factor in found),
        "product": lambda: math.prod(found),
        "best": lambda: max(found),
        "worst": lambda: min(found),
        "first": lambda: found[0],
    }[lane.combine]()


def shaped(shape: Shape, leaf: Fraction | int) -> Fraction | int:
    if isinstance(shape, Rate):
        return Fraction(leaf * shape.amount) / shape.each
    if isinstance(shape, Steps):
        return math.floor(Fraction(leaf) / shape.each) * shape.amount
    if isinstance(shape, Milestones):
        return sum(amount for bound, amount in shape.rows if leaf >= bound)
    if shape.whole:
        return leaf * [rate for bound, rate in shape.rows if leaf >= bound][-1]
    bounds = [bound for bound, _ in shape.rows[1:]]
    slices = zip(shape.rows, [*bounds, math.inf], strict=True)
    return sum(((min(leaf, above) - bound) * rate for (bound, rate), above in slices if leaf > bound), Fraction(0))


def best_mix(rows: tuple[tuple[tuple[int, ...], int], ...], left: tuple[int, ...]) -> int:
    """Return the most that steps are worth, each used once, by trying all there is."""
    known: dict[tuple[int, ...], int] = {}

    def best(left: tuple[int, ...]) -> int:
        if left not in known:
            rests = [(tuple(map(int.__sub__, left, takes)), amount) for takes, amount in rows]
            known[left] = max([0, *(amount + best(rest) for rest, amount in rests if min(rest) >= 0)])
        return known[left]

    return best(left)


def listed_mix(rows: tuple[tuple[tuple[int, ...], int], ...], left: tuple[int, ...]) -> int:
    """Return what steps are worth, row by row, one mix after the other as long as there are steps for it."""
    worth = 0
    for takes, amount in rows:
        while min(rest := tuple(map(int.__sub__, left, takes))) >= 0:
            left, worth = rest, worth + amount
    return worth


def parts_of(program: Program) -> list[tuple[Any, ...]]:
    """Return every condition about events that a program contains, taken apart."""
    parts: list[tuple[Any, ...]] = []
    asking = (*program.earns, *program.boosts, *program.rewards, *program.exchanges, *program.raises)
    todo = [rule.when for rule in asking if rule.when] + [each.unless for each in program.streaks if each.unless]
    todo += [rule.when for rule in program.refusals]
    todo += [rule.when for rule in program.discounts if rule.when]
    while todo:
        part = todo.pop()
        parts.append(part)
        if part[0] in ("not", "and", "or"):
            todo.extend(part[1:])
    return parts


def item_holds(condition: tuple[Any, ...] | None, item: Item, quantity: int) -> bool:
    """Ask about an item, of which a quantity is kept."""
    if condition is None:
        return True
    kind, *rest = condition
    if kind in JOINS:
        return JOINS[kind](item_holds(part, item, quantity) for part in rest)
    return bool(ABOUT_ITEMS[kind](item, quantity, *rest))


def event_holds(condition: tuple[Any, ...] | None, fact: Fact, program: Program) -> bool:
    """Ask about an event as it is kept, by the moments that were read when it was recorded."""
    if condition is None:
        return True
    kind, *rest = condition
    if kind in JOINS:
        return JOINS[kind](event_holds(part, fact, program) for part in rest)
    if kind == "weekday":
        return WEEKDAYS[fact.event.at.astimezone(zone_of(program.zone)).weekday()] in rest
    if kind in BY_THE_CLOCK:
        return BY_THE_CLOCK[kind](fact.event.at, program.zone, *rest)
    if kind == "zoned":
        zone, inner = rest
        return event_holds(inner, fact, replace(program, zone=zone))
    return bool(ABOUT_EVENTS[kind](fact, *rest))


def kept_net(fact: Fact, where: tuple[Any, ...] | None) -> int:
    return sum(net_left(item, q) for item, q in fact.items() if item_holds(where, item, q))


def kept_gross(fact: Fact, where: tuple[Any, ...] | None) -> int:
    return sum(gross_net(item, q) for item, q in fact.items() if item_holds(where, item, q))


def kept_quantity(fact: Fact, where: tuple[Any, ...] | None) -> int:
    return sum(q for item, q in fact.items() if item_holds(where, item, q))


def is_between(at: dt.datetime, zone: str, *days: dt.date) -> bool:
    start, end = (midnight(zone, day) for day in days)
    return start <= at < end


def is_time(at: dt.datetime, zone: str, start: int, end: int) -> bool:
    """Say whether a moment lies from one minute of a day until another, on its own date or the one before."""
    today = at.astimezone(zone_of(zone)).date()
    later = dt.timedelta(days=1 if end <= start else 0)
    days = [today - dt.timedelta(days=1), today]
    return any(clock(zone, day, start) <= at < clock(zone, day + later, end) for day in days)


def is_day_of_month(at: dt.datetime, zone: str, *days: int) -> bool:
    today = at.astimezone(zone_of(zone)).date()
    return today.day in days or today.day - calendar.monthrange(today.year, today.month)[1] - 1 in days


BY_THE_CLOCK: dict[str, Callable[..., bool]] = {
    "between": is_between,
    "time": is_time,
    "day of month": is_day_of_month,
    "month": lambda at, zone, *months: at.astimezone(zone_of(zone)).month in months,
}

JOINS: dict[str, Callable[[Iterable[bool]], bool]] = {"and": all, "or": any, "not": lambda parts: not all(parts)}

ABOUT_ITEMS: dict[str, Callable[..., bool]] = {
    "category": lambda item, _, *names: item.category in names,
    "gift": lambda item, _: item.gift,
    "net>=": lambda item, quantity, bound: net_left(item, quantity) >= bound,
}

ABOUT_EVENTS: dict[str, Callable[..., bool]] = {
    "channel": lambda fact, *names: isinstance(fact.event, Purchase) and fact.event.channel in names,
    "activity": lambda fact, *names: isinstance(fact.event, Activity) and fact.event.name in names,
    "net>=": lambda fact, bound, where: kept_net(fact, where) >= bound,
    "gross>=": lambda fact, bound, where: kept_gross(fact, where) >= bound,
    "quantity>=": lambda fact, bound, where: kept_quantity(fact, where) >= bound,
    "tier": lambda fact, ladder, *names: fact.moments["tier", ladder] in names,
    "ordinal": lambda fact, number: fact.moments["ordinal"] == number,
    "setting": lambda fact, name, value: fact.moments["settings"].get(name, "") == value,
    "spent": lambda fact, window, bound: fact.moments["spent", window] >= bound,
    "earned": lambda fact, unit, window, bound: fact.moments["earned", unit, window] >= bound,
    "balance": lambda fact, unit, bound: fact.moments["balance", unit] >= bound,
}
