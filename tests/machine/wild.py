"""
Wild programs: rules drawn from the whole vocabulary of the library, whatever they come to.

The families of `machine.programs` are like programs that are out there; these are not. They nest conditions and
measures, join shapes, and put together what nobody would, so that every word meets every other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from attrs import evolve

import loyalcore as lc
import strategies
from loyalcore.causes import Expiring
from loyalcore.measures import Constant
from machine.deducted import deducted
from machine.discounted import discounted
from machine.played import played
from machine.refused import refused
from machine.undone import given_back
from machine.valued import beside, valued
from strategies import Line, Visit

POINT, STAR, USD = lc.Unit("point"), lc.Unit("star", places=2), lc.Money("USD")


class Order(strategies.Order):
    """An order of the small shop that says when it is due."""

    due = lc.Date(missing="2024-04-30")


ZONES = ("UTC", "Europe/Istanbul", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "America/St_Johns")
PERIODS = (lc.day, lc.week, lc.month, lc.quarter, lc.year)
SINCE = lc.since(dt.datetime(2024, 4, 10, 6, tzinfo=dt.UTC))
STANDING = (
    lc.iso_year,
    lc.day.beginning(at="04:30"),
    lc.week.beginning(day="sun"),
    lc.month.beginning(day=31),
    lc.year.beginning(month=4, day=6),
    lc.cycle(lc.days(10), since=dt.date(2024, 1, 5)),
    lc.anniversary(months=1),
    lc.anniversary(years=1, of=lc.opened),
    lc.cycle(lc.weeks(2), since=lc.first("review")),
    lc.anniversary(months=2, of=lc.opened.start_of(lc.month).later(lc.days(10))),
    lc.cycle(lc.weeks(3), since=lc.first("review").end_of(lc.week)),
)
COMPARE = ("at_least", "at_most", "more_than", "below", "is_")
#: Rules and lanes that others may be fed by, if they are there.
GIVEN = ("rule 0", "of lane 0", "lane", "outer")
BY_CHANNEL = lc.lookup(
    Order.channel, Order.express, rows={("app", True): 3, ("app", False): "0.5", ("web", False): "1.25"}, otherwise=1
)
CATEGORIES = ("coffee", "tea", "fuel", "wine")


def half(draw: Random) -> bool:
    return draw.random() < 0.5


def duration(draw: Random) -> lc.Duration:
    return draw.choice(
        [
            lc.days(7),
            lc.days(30),
            lc.months(1),
            lc.months(3),
            lc.hours(36),
            lc.weeks(2),
            lc.Duration(1, 3, 3_600_000_000),
        ]
    )


def window(draw: Random, *, rolling: bool = True) -> Any:
    """Draw a window; of a rule's own cell it may not roll."""
    if rolling and draw.random() < 0.4:
        return lc.Rolling(duration(draw))
    return draw.choice([*PERIODS, *STANDING, lc.lifetime, SINCE])


def past(draw: Random) -> Any:
    """Draw a window that measures ask for, or the one before it."""
    if draw.random() < 0.2:
        return before(draw, draw.choice([*PERIODS, *STANDING]))
    return window(draw)


def before(draw: Random, standing: Any) -> lc.Previous:
    """Draw the window before one, or now and then one that is further back."""
    return lc.previous(standing, beside(draw).choice([1, 1, 2, 3]))


def usd(draw: Random) -> lc.Amount:
    return lc.Amount(USD, draw.choice([500, 1000, 1999, 2000, 3500, 6000]))


# Conditions.


def item_question(draw: Random) -> Any:
    how = draw.choice(COMPARE)
    return draw.choice(
        [
            lambda: Line.category.is_(draw.choice(CATEGORIES)),
            lambda: Line.category.is_in(draw.sample(CATEGORIES, 2)),
            lambda: Line.brand.is_(draw.choice(["", "acme"])),
            Line.gift.is_true,
            lambda: getattr(Line.net, how)(usd(draw)),
            lambda: getattr(Line.quantity, how)(draw.choice([1, "1.5", 2])),
            lambda: getattr(Line.points, how)(draw.choice([0, 1, 5])),
            lambda: getattr(Line.cost, how)(usd(draw)),
        ]
    )()


def joined(draw: Random, question: Callable[[Random], Any], depth: int = 2) -> Any:
    """Draw questions that are joined by and, or and not."""
    if not depth or draw.random() < 0.5:
        return question(draw)
    first, second = joined(draw, question, depth - 1), joined(draw, question, depth - 1)
    return draw.choice([lambda: first & second, lambda: first | second, lambda: ~first])()


def item_condition(draw: Random) -> Any:
    return joined(draw, item_question)


def money(draw: Random) -> Any:
    """Draw a measure of a purchase that is in money."""
    found = draw.choice(
        [
            lambda: Order.net,
            lambda: Line.net.sum(item_condition(draw)),
            lambda: Order.net_before_points,
            Line.cost.sum,
            lambda: Line.net.sum() - Line.cost.sum() * draw.choice(["0.5", 2]),
            lambda: Line.net.sum(item_condition(draw)).at_least_of(Line.cost),
            lambda: Line.net.sum().at_most_of(Constant(usd(draw))),
            lambda: lc.product(Line.net.sum(item_condition(draw)), BY_CHANNEL),
            lambda: lc.product(Order.net, Order.nights),
        ]
    )()
    return some(draw, found)


def number(draw: Random, on: str) -> Any:
    """Draw a measure of an event that is a plain number."""
    of_purchases = [
        lambda: Line.quantity.sum(item_condition(draw) if half(draw) else None),
        Line.points.sum,
        lambda: Order.nights,
        lambda: Order.count,
        lambda: Order.nights + Line.points,
        lambda: BY_CHANNEL,
        lambda: lc.product(Order.count, BY_CHANNEL) * 2 + lc.product(Line.points, Order.nights),
        lambda: draw.choice([Order.due - lc.happened, lc.happened - Order.due]),
    ]
    if on == "purchase":
        return some(draw, draw.choice(of_purchases)())
    return some(draw, Visit.minutes if on == "activity" and half(draw) else Order.count, on)


def of_purchase(draw: Random) -> Any:
    """Draw a question about a purchase that nothing but the purchase itself answers."""
    return draw.choice(
        [
            lambda: Order.channel.is_(draw.choice(["app", "web"])),
            lambda: Order.express.is_(half(draw)),
            lambda: lc.weekday("mon", "sat"),
            lambda: Order.due.is_on(lc.weekday("mon", "tue", "sat")),
            lambda: getattr(Order.net, draw.choice(COMPARE))(usd(draw)),
            lambda: getattr(Line.quantity.sum(item_condition(draw)), draw.choice(COMPARE))(draw.choice([0, 1, 2])),
            lambda: getattr(lc.product(Order.nights, BY_CHANNEL), draw.choice(COMPARE))(draw.choice([0, 1, 2])),
        ]
    )()


def some(draw: Random, read: Any, on: str = "purchase") -> Any:
    """Let what is read from an event now and then be read only where something holds of the event itself."""
    apart = beside(draw)
    if apart.random() > 0.15 or not isinstance(lc.Accrual(POINT, read).measure, lc.Count | lc.EventNumber | lc.Total):
        return read
    of_activity = [Visit.name.is_("review"), Visit.place.is_("here"), lc.weekday("sat"), Visit.minutes.more_than(3)]
    told = {"purchase": of_purchase, "activity": lambda inner: inner.choice(of_activity)}.get(on)
    return read if told is None else read.when(joined(apart, told))


def schedule(draw: Random) -> Any:
    """Draw what is asked of a moment, by the clock of the program, of another zone, or of the one a member chose."""
    zone = draw.choice([None, None, None, "Asia/Tokyo", "America/New_York", lc.setting("zone")])
    rule = draw.choice(
        [
            "FREQ=WEEKLY;BYDAY=FR,SA;COUNT=200",
            "FREQ=DAILY;INTERVAL=3;UNTIL=20240901T120000Z",
            "FREQ=HOURLY;INTERVAL=50;COUNT=150",
            "FREQ=WEEKLY;BYDAY=WE;BYHOUR=2,22;BYMINUTE=30;UNTIL=20240901T120000",
        ]
    )
    return draw.choice(
        [
            lambda: lc.weekday(*draw.sample(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 3), zone=zone),
            lambda: lc.day_of_month(*draw.sample([1, 2, 5, 15, 20, 30, -1, -2, -10], 4), zone=zone),
            lambda: lc.month_of_year(*draw.sample(["jan", "feb", "mar", "apr", "may", "jun", "aug"], 3), zone=zone),
            lambda: lc.time_of_day(
                *draw.choice([("06:00", "18:00"), ("22:30", "03:00"), ("12:00", "24:00")]), zone=zone
            ),
            lambda: lc.recurring(
                rule, start=dt.date(2024, 1, 3), at="20:00", lasting=lc.hours(draw.choice([3, 30])), zone=zone
            ),
            lambda: lc.recurring("FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20241130", start=dt.date(2024, 1, 1), zone=zone),
        ]
    )()


def event_question(draw: Random, on: str, ladders: list[Any]) -> Any:
    """Draw a question about an event of a kind, its member or its moment."""
    how, units = draw.choice(COMPARE), draw.choice([POINT, STAR])
    asked = [
        lambda: schedule(draw),
        lambda: schedule(draw),
        lambda: lc.between(draw.choice([None, dt.date(2024, 3, 10)]), draw.choice([dt.date(2024, 9, 1), None])),
        lambda: lc.between(dt.datetime(2024, 2, 1, 7, 30, tzinfo=dt.UTC), dt.date(2024, 12, 1)),
        lambda: lc.setting("newsletter").is_(draw.choice(["yes", "no", ""])),
        lambda: getattr(lc.ordinal, how)(draw.choice([1, 2, 3])),
        lambda: getattr(units.balance, how)(lc.Amount(units, draw.choice([0, 10, 100, 500]))),
        lambda: getattr(units.earned(past(draw)), how)(lc.Amount(units, draw.choice([50, 100, 1000]))),
        lambda: getattr(some(draw, Order.net).over(past(draw)), how)(usd(draw) * draw.choice([1, 4])),
        lambda: getattr(some(draw, Line.net.sum(item_condition(draw))).over(past(draw)), how)(usd(draw)),
        lambda: getattr(some(draw, Order.count).over(past(draw)), how)(draw.choice([1, 2, 3])),
        lambda: getattr(number_over(draw), how)(draw.choice([1, 3, 10])),
        lambda: getattr(number(draw, on), how)(draw.choice([0, 1, 2, 5])),
        lambda: getattr(lc.given(draw.choice(GIVEN)), how)(POINT(draw.choice([0, 3, 20]))),
        lambda: lc.on_anniversary(
            draw.choice([lc.joined, lc.first("review")]),
            draw.choice([lc.week, lc.month]),
            before=draw.choice([None, None, lc.days(9)]),
            after=draw.choice([None, None, lc.days(40)]),
        ),
    ]
    if ladders:
        ladder = draw.choice(ladders)
        asked += [lambda: lc.in_tier(ladder.name, *draw.sample(ladder.names, draw.choice([1, 2])))] * 3
    if on == "purchase":
        asked += [
            lambda: Order.channel.is_in(draw.sample(["", "app", "web"], 2)),
            lambda: Order.express.is_(half(draw)),
            lambda: Order.due.is_on(draw.choice([lc.weekday("mon", "sat"), lc.month_of_year("mar", "apr")])),
            lambda: getattr(Order.due - lc.happened, how)(draw.choice([-3, 0, 1, 30])),
            lambda: getattr(money(draw), how)(usd(draw)),
            lambda: getattr(Order.net.over(past(draw)) + Order.net, how)(usd(draw)),
            lambda: getattr(Order.net.over(past(draw)).at_most_of(Order.net) * 2, how)(usd(draw)),
            lambda: getattr(POINT.bands(Line.net, {0: "0.1", 2: "0.3"}, by=Line.quantity).measure, how)("2.315"),
        ]
    elif on == "activity":
        asked += [lambda: lc.Activity.name.is_(draw.choice(["review", "survey"])), lambda: Visit.place.is_("here")]
    return draw.choice(asked)()


def number_over(draw: Random) -> Any:
    """Draw a declared number over a window."""
    of, on = draw.choice([(Order.nights, "purchase"), (Visit.minutes, "activity")])
    return some(draw, of, on).over(past(draw))


def event_condition(draw: Random, on: str, ladders: list[Any]) -> Any:
    return joined(draw, lambda inner: event_question(inner, on, ladders))


# Rules.


def rate(draw: Random) -> str:
    return draw.choice(["0.01", "0.05", "0.33", "1", "1.37", "2"])


def accrual(draw: Random, unit: lc.Unit, on: str) -> Any:
    """Draw how much a rule gives."""
    parts = 10**unit.places

    def amount(*of: int) -> lc.Amount:
        return lc.Amount(unit, draw.choice(of) * parts // 2)

    def table(least: Any, edges: list[Any]) -> dict[Any, Any]:
        return {least: rate(draw), **{edge: rate(draw) for edge in sorted(edges)}}

    def of_money() -> Any:
        what = money(draw)
        edges = [USD(each) for each in draw.sample([5, 12, 20, 33, 50, 120], draw.choice([1, 2, 3]))]
        return draw.choice(
            [
                lambda: amount(1, 2, 3).per(draw.choice([USD(1), USD(3), USD("0.70")]), what),
                lambda: amount(1, 4).per_full(draw.choice([USD(10), USD("7.50")]), what),
                lambda: amount(1, 4).per_started(draw.choice([USD(10), USD("7.50")]), what),
                lambda: unit.bands(what, table(0, edges), draw.choice([lc.marginal, lc.whole])),
                lambda: unit.bands(what, table(0, [1, 3]), draw.choice([lc.marginal, lc.whole]), by=number(draw, on)),
                lambda: unit.milestones(what, {edge: amount(2, 9) for edge in edges}),
                lambda: packages(what),
            ]
        )()

    def packages(what: Any) -> Any:
        mixes = {(draw.choice([1, 2, 3]), draw.choice([1, 2])): amount(4, 9, 25) for _ in range(draw.choice([1, 2]))}
        order = lc.as_listed if beside(draw).random() < 0.4 else None
        steps = {what: USD(draw.choice([5, 20])), number(draw, on): 1}
        return unit.packages(steps, {**mixes, (1, 0): amount(1, 3)}, order=order)

    def of_number() -> Any:
        what = number(draw, on)
        edges = draw.sample([1, 2, 3, 5, 8], 2)
        return draw.choice(
            [
                lambda: amount(1, 2, 7).per(draw.choice([1, 2, Fraction(1, 3)]), what),
                lambda: amount(3, 10).per_full(draw.choice([2, "1.5"]), what),
                lambda: unit.bands(what, table(0, edges), draw.choice([lc.marginal, lc.whole])),
                lambda: unit.milestones(what, {edge: amount(4, 20) for edge in edges}),
            ]
        )()

    def one() -> Any:
        if on == "purchase" and draw.random() < 0.6:
            return of_money()
        if draw.random() < 0.15:
            return amount(1, 2, 5).per(POINT(draw.choice([1, 3])), lc.given(draw.choice(GIVEN)))
        return amount(10, 25, 50) if draw.random() < 0.3 else of_number()

    found = _accrual(one())
    if draw.random() < 0.3:
        other, join = one(), draw.choice(["__add__", "__sub__", "at_most_of", "at_least_of"])
        if join in ("__add__", "__sub__"):
            found = getattr(found, join)(other)
        else:
            found = lc.Accrual(unit, getattr(found.measure, join)(_accrual(other).measure))
    if draw.random() < 0.15:
        # A shape of a shape, at bounds between the parts of what it is of.
        what, edge = found.measure, draw.choice(["0.7", "2.315", Fraction(7, 3)])
        found = draw.choice(
            [
                lambda: amount(1, 3).per_full(edge, what),
                lambda: unit.bands(what, table(0, [edge]), draw.choice([lc.marginal, lc.whole])),
                lambda: unit.milestones(what, {edge: amount(3, 9)}),
            ]
        )()
    return found.capped(amount(20, 80)) if draw.random() < 0.2 else found


def _accrual(given: Any) -> Any:
    return given if isinstance(given, lc.Accrual) else lc.Accrual(given.unit, Order.count * given.given)


def limit(draw: Random, unit: lc.Unit, *, of_items: bool = True) -> Any:
    """Draw a limit per item, purchase or window."""
    otherwise = draw.choice([lc.truncate, lc.truncate, lc.reject])
    most = lc.Amount(unit, draw.choice([3, 20, 60, 150]) * 10**unit.places)
    kind = draw.random()
    if kind < 0.15 and of_items:
        return lc.at_most(most, per=lc.item, otherwise=otherwise)
    if kind < 0.4:
        return lc.at_most(most, per=lc.purchase, otherwise=otherwise)
    if kind < 0.6:
        return lc.times(draw.choice([1, 2, 3]), per=window(draw), each=key(draw), name=draw.choice(["", "", "shared"]))
    if kind < 0.7:
        most = draw.choice([most, lc.Amount(unit, 1).per(USD(draw.choice([1, 4])), Line.net)])
        return lc.at_most(most, per=window(draw, rolling=False), each=key(draw), freed=lc.rejudge)
    if kind < 0.8:
        return lc.at_most(
            most,
            per=draw.choice([*PERIODS, *STANDING]),
            otherwise=lc.defer(draw.choice([1, 3]), otherwise=otherwise),
            each=key(draw, of_items=False),
            name=draw.choice(["", "", "waiting"]),
        )
    name = draw.choice(["", "", "together"])
    return lc.at_most(most * draw.choice([1, 3]), per=window(draw), otherwise=otherwise, each=key(draw), name=name)


def key(draw: Random, *, of_items: bool = True) -> Any:
    """Draw a text or flag by whose values a limit goes, or none."""
    if half(draw):
        return None
    items = [Line.category, Line.gift] if of_items else []
    return draw.choice([Order.channel, Order.express, lc.setting("newsletter"), *items])


def per_purchase(draw: Random, unit: lc.Unit) -> Any:
    """Draw a limit per purchase, or per item, by what is bought, or by a text of the items."""
    share = lc.Amount(unit, 1).per(USD(draw.choice([1, 2])), Line.net)
    given = lc.Amount(unit, draw.choice([1, 2])).per(POINT(1), lc.given("rule 0"))
    most = lc.Amount(unit, draw.choice([10, 40]) * 10**unit.places)
    otherwise = draw.choice([lc.truncate, lc.reject])
    return draw.choice(
        [
            lambda: lc.at_most(share, per=draw.choice([lc.purchase, lc.item]), otherwise=otherwise),
            lambda: lc.at_most(given, per=lc.purchase, otherwise=otherwise),
            lambda: lc.at_most(draw.choice([most, share]), per=lc.purchase, each=Line.category, otherwise=otherwise),
        ]
    )()


def expiry(draw: Random, unit: lc.Unit, ladders: list[Any], rules: list[str]) -> Any:
    """Draw when units end: by a life, a tier, or for want of what counts as activity."""
    found = draw.choice([*ladders, None])
    kept = found.names[1:] if found is not None and draw.random() < 0.8 else [] if found is None else found.names[:1]
    still = lc.in_tier(found.name, *kept) if found is not None and kept and half(draw) else None
    if draw.random() < 0.4:
        by = draw.choice([[], [], [lc.Purchase], [lc.Redemption, *rules[:1]], rules[:2]])
        return lc.Expiry(unit, lc.inactivity(duration(draw), by=by), unless=still)
    if found is not None and draw.random() < 0.4:
        lives = {tier: life(draw) for tier in draw.sample(found.names, 2)} if len(found.names) > 1 else {}
        return lc.Expiry(unit, lc.life_by_tier(found.name, lives, otherwise=life(draw)), unless=still)
    return lc.Expiry(unit, life(draw), unless=still)


def life(draw: Random) -> Any:
    if draw.random() < 0.15:
        moments = [
            dt.datetime(2024, month, draw.randint(1, 28), 5, tzinfo=dt.UTC) for month in draw.sample(range(1, 13), 4)
        ]
        return lc.on_dates(*moments)
    if draw.random() < 0.3:
        return draw.choice(
            [
                lc.end_of(draw.choice(STANDING), further=draw.choice([0, 1]), then=draw.choice([None, lc.days(3)])),
                lc.through(3, 31),
            ]
        )
    return draw.choice(
        [
            lc.days(20),
            lc.months(2),
            lc.days(365),
            lc.end_of(lc.month),
            lc.end_of(lc.quarter, after=duration(draw)),
            lc.end_of(lc.anniversary(months=2, of=lc.opened), after=lc.end_of(lc.month, then=lc.days(2))),
            lc.never,
        ]
    )


def pause(draw: Random) -> Any:
    """Draw how long units wait: for a time, or to a day of the calendar."""
    if draw.random() < 0.7:
        return duration(draw)
    return draw.choice(
        [
            lc.end_of(lc.month),
            lc.end_of(lc.month, then=lc.days(9)),
            lc.end_of(lc.week.beginning(day="sun"), further=1),
            lc.end_of(lc.cycle(lc.days(42), since=dt.date(2024, 1, 1)), after=lc.days(7)),
            lc.end_of(lc.cycle(lc.months(1), since=draw.choice([lc.joined, lc.first("review")]))),
        ]
    )


def pending(draw: Random) -> Any:
    """Draw how units wait: for a time, or for what happens to the purchase."""
    if draw.random() < 0.3:
        return pause(draw)
    event = draw.choice(
        [
            lc.Activity.name.is_("delivered"),
            lc.Activity.name.is_in({"delivered", "paid"}) & schedule(draw),
            ~lc.Activity.name.is_("paid") | Visit.minutes.at_least(3),
        ]
    )
    within, then = duration(draw), draw.choice([None, duration(draw)])
    otherwise = lc.mature if beside(draw).random() < 0.4 else lc.lapse
    return lc.until(event, within=within, then=then, otherwise=otherwise)


def cause(draw: Random, ladder: Any) -> Any:
    """Draw what raises a rule besides events: a change of tiers of a ladder; without one a window that ends, a date."""
    if ladder is not None:
        tiers = draw.sample(ladder.names, draw.choice([0, 1]))
        return draw.choice([lc.entered, lc.renewed, lc.left])(ladder.name, *tiers)
    if draw.random() < 0.6:
        return draw.choice([lc.ended, lc.began])(draw.choice([*PERIODS[1:], *STANDING]))
    rule = draw.choice(
        ["FREQ=MONTHLY;BYMONTHDAY=10,-1;COUNT=30", "FREQ=YEARLY;BYMONTH=3,7;BYMONTHDAY=1;UNTIL=20240801T060000Z"]
    )
    zone = draw.choice([None, None, "Asia/Tokyo"])
    return lc.began(lc.recurring(rule, start=dt.date(2024, 1, 5), at=draw.choice(["00:00", "18:30"]), zone=zone))


def arising(draw: Random, name: str, ladders: list[Any]) -> Any:
    """Draw a rule of what becomes of the member: a tier that changes, a window that ends or begins, or a date."""
    ladder, unit = draw.choice([*ladders, None]), draw.choice([POINT, STAR])
    on = cause(draw, ladder)
    options: dict[str, Any] = {"when": event_condition(draw, "moment", ladders)} if draw.random() < 0.4 else {}
    if draw.random() < 0.3:
        options["over"] = window(draw, rolling=False)
    elif draw.random() < 0.4:
        options["limit"] = limit(draw, unit, of_items=False)
    gives = draw.choice(
        [
            lambda: lc.Amount(unit, draw.choice([3, 40, 200])),
            lambda: unit.bands(POINT.earned(past(draw)), {0: "0.1", POINT(50): "0.5"}).capped(lc.Amount(unit, 300)),
            lambda: lc.Amount(unit, 2).per(USD(3), Order.net.over(past(draw))),
        ]
    )()
    return lc.Earn(name, gives, on=on, pending=pause(draw) if draw.random() < 0.2 else None, **options)


def rounding(draw: Random) -> Any:
    """Draw a rounding."""
    drawn = draw.choice([lc.floor, lc.ceiling, lc.half_up, lc.half_even, lc.at_least_one])
    return lc.half_down if beside(draw).random() < 0.15 else drawn


def earn(draw: Random, name: str, ladders: list[Any], *, alone: bool = True) -> Any:
    """Draw a rule that earns; one of a lane is about purchases, in points, and has no limits over windows."""
    if draw.random() < 0.2:
        # A plain rate, for which the compiler has short ways.
        return lc.Earn(
            name, POINT.per(USD(draw.choice([1, 2])), Line.net), where=draw.choice([None, item_question(draw)])
        )
    on = draw.choice(["purchase"] * 4 + ["activity", "enrolment"]) if alone else "purchase"
    unit = draw.choice([POINT, POINT, STAR]) if alone else POINT
    options: dict[str, Any] = {"on": {"purchase": lc.Purchase, "activity": lc.Activity, "enrolment": lc.Enrolment}[on]}
    if on == "purchase" and draw.random() < 0.4:
        options["where"] = item_condition(draw)
    if draw.random() < 0.5:
        options["when"] = event_condition(draw, on, ladders)
    if draw.random() < 0.5:
        options["rounding"] = rounding(draw)
    if alone:
        if draw.random() < 0.35:
            options["over"] = window(draw, rolling=False)
        elif draw.random() < 0.4:
            options["limit"] = [limit(draw, unit) for _ in range(draw.choice([1, 1, 2]))]
            options["limit"] += [per_purchase(draw, unit)] if draw.random() < 0.4 else []
        if draw.random() < 0.4:
            options["pending"] = pending(draw)
            options["expires_from"] = draw.choice([lc.earning, lc.earning, lc.maturing])
        if draw.random() < 0.25:
            options["expires"] = life(draw)
        if draw.random() < 0.4:
            options["taking_back"] = draw.choice([lc.debt, lc.other_lots, lc.clamp, lc.write_off])
    if "over" not in options and draw.random() < 0.2:
        options["stage"] = lc.item
    found = lc.Earn(name, by_history(beside(draw), accrual(draw, unit, on), unit, on), **options)
    dated_ = dated(beside(draw), found) if alone and on == "purchase" else found
    return returning(draw, dated_) if alone and draw.random() < 0.3 else dated_


def dated(draw: Random, rule: Any) -> Any:
    """Let what some rules give end with the date on which an order is due, or be usable from it on."""
    if draw.random() > 0.25:
        return rule
    due = draw.choice([Order.due, Order.due.later(lc.months(1)), Order.due.later(lc.days(9))])
    through = {"expires": due, "expires_from": lc.earning}
    since = {"pending": due, "expires_from": draw.choice([lc.earning, lc.maturing])}
    try:
        return evolve(rule, **draw.choice([through, through, since, {"pending": Order.due, **through}]))
    except lc.InvalidProgram:
        return rule  # it gives over a window, or has a limit that gives later or again


def by_history(draw: Random, gives: Any, unit: lc.Unit, on: str) -> Any:
    """Let some rules give by what a member has or did before."""
    if draw.random() > (0.1 if on == "purchase" else 0.3):
        return gives
    return draw.choice(
        [
            unit.per(USD(draw.choice([2, 10])), some(draw, Order.net).over(past(draw))),
            unit.per(draw.choice([1, 3]), Order.count.over(past(draw)) + Order.count)
            if on == "purchase"
            else unit.per(draw.choice([1, 3]), Order.count.over(past(draw)) + lc.Activity.count),
            unit.per(POINT(10), POINT.balance),
            unit.per_full(STAR(5), STAR.earned(past(draw))),
            unit.bands(Order.net.over(past(draw)), {USD(0): rate(draw), USD(50): rate(draw)}),
            unit.bands(
                Order.net.over(past(draw)) + Order.net if on == "purchase" else Order.net.over(past(draw)),
                {USD(0): rate(draw), USD(50): rate(draw)},
            ),
        ]
    )


def of_items(draw: Random, name: str, ladders: list[Any]) -> Any:
    """Draw a rule that is judged item by item, as those of a lane that chooses for each."""
    rule = earn(draw, name, ladders, alone=False)
    most = lc.at_most(POINT(draw.choice([2, 15])), per=lc.item)
    return evolve(rule, stage=lc.item, limit=[most] if half(draw) else [])


def item_lane(draw: Random, rules: list[Any], ladders: list[Any], add: Callable[[Callable[[], Any]], None]) -> None:
    """Draw rules of which a lane chooses one for each item."""
    for number_ in range(draw.choice([0, 0, 0, 2, 3])):
        add(lambda name=f"of items {number_}": of_items(draw, name, ladders))
    names = [rule.name for rule in rules if rule.name.startswith("of items")]
    add(lambda: lc.Lane("items", of=names, combine=draw.choice(["best", "worst", "first"]), per=lc.item))


def returning(draw: Random, rule: Any) -> Any:
    """Let what comes back take of a rule's award by another policy, where its limits go with that."""
    try:
        return evolve(rule, on_return=draw.choice([lc.in_proportion, lc.in_full, lc.stays]))
    except lc.InvalidProgram:
        return rule


def boost(draw: Random, name: str, earns: list[Any], ladders: list[Any]) -> Any:
    """Draw a boost of a rule."""
    of = draw.choice(earns)
    options: dict[str, Any] = {}
    if of.on == "purchase" and half(draw):
        options["where"] = item_condition(draw)
    if (kind := draw.random()) < 0.3:
        options["when"] = lc.weekday(*draw.sample(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 3))
    elif kind < 0.4:
        options["when"] = schedule(draw)
    elif kind < 0.7:
        options["when"] = event_condition(draw, of.on, ladders)
    worths = ["+50%", "+33%", "x1.5", "x0.75", "x2", "x1.1"]
    by: Any = draw.choice(worths)
    if ladders and draw.random() < 0.5:
        ladder = draw.choice(ladders)
        by = lc.by_tier(ladder.name, {tier: draw.choice(worths) for tier in draw.sample(ladder.names, 2)})
    return lc.Boost(name, by, of=of.name, **options)


def claimed(draw: Random, name: str, ladders: list[Any]) -> Any:
    """Draw a reward that is claimed by itself by terms of its own, and gives units that have some as well."""
    unit, other = draw.choice([(POINT, STAR), (STAR, POINT)])
    options: dict[str, Any] = {"claim": draw.choice([lc.once, lc.repeatedly, lc.repeatedly])}
    options["on"] = draw.choice(
        [
            lc.Purchase,
            lc.Activity,
            lc.Enrolment,
            lc.at_once,
            lc.expiring(unit),
            cause(draw, draw.choice([*ladders, None])),
        ]
    )
    if draw.random() < 0.5:
        most = [lc.times(draw.choice([1, 2]), per=lc.redemption), lc.at_most(lc.Amount(unit, 80), per=window(draw))]
        options["limit"] = draw.sample(most, draw.choice([1, 2]))
    if draw.random() < 0.4:
        options["when"] = event_condition(draw, "redemption", ladders)
    if isinstance(options["on"], Expiring) and draw.random() < 0.3:
        # What ends is renewed.
        options["gives"] = evolve(issue(draw, unit), amount=lc.Amount(unit, draw.choice([1, 3])))
        return lc.Reward(name, lc.Amount(unit, 3), **options)
    if draw.random() < 0.7:
        issues = [issue(draw, other), issue(draw, lc.Unit("coupon"))]
        options["gives"] = draw.sample(issues, draw.choice([1, 2]))
        options["worth"] = draw.choice([None, None, USD("4.50"), lc.average]) if len(options["gives"]) == 1 else None
    return lc.Reward(name, price(draw, lc.Amount(unit, draw.choice([3, 20, 60])), ladders), **options)


def exchange(draw: Random, ladders: list[Any]) -> Any:
    """Draw what members may exchange, at which rate and how much of it."""
    bounds = {"minimum": POINT(5), "maximum": POINT(90), "step": POINT(5)}
    options: dict[str, Any] = {name: bound for name, bound in bounds.items() if draw.random() < 0.3}
    if draw.random() < 0.3:
        options["when"] = event_condition(draw, "redemption", ladders)
    if draw.random() < 0.3:
        options["limit"] = [lc.times(2, per=window(draw)), lc.at_most(POINT(200), per=window(draw))]
    if (apart := beside(draw)).random() < 0.3:
        options["bonus"] = {
            POINT(full): lc.Amount(STAR, apart.choice([1, 70])) for full in apart.sample([4, 10, 35], 2)
        }
    plain = lc.Exchange(
        "swap", POINT(draw.choice([1, 3])), issue(draw, STAR), rounding=draw.choice([lc.floor, lc.half_up])
    )
    options["asking"] = draw.choice([lc.ceiling, lc.half_up])
    return _or_plain(plain, options | {"each": price(draw, plain.each, ladders)})


def issue(draw: Random, unit: Any) -> Any:
    """Draw units that a reward gives, usable and ending at their own time or not."""
    options: dict[str, Any] = {"pending": pause(draw)} if half(draw) else {}
    if options:
        options["expires_from"] = draw.choice([lc.earning, lc.maturing])
    return lc.Issue(lc.Amount(unit, draw.choice([1, 150])), expires=life(draw) if half(draw) else None, **options)


def reward(draw: Random, plain: Any, ladders: list[Any]) -> Any:
    """Draw to whom a reward is open, for how long it is held, how often it is given and how many pieces it has."""
    options: dict[str, Any] = {"pieces": draw.choice([2, 3])} if draw.random() < 0.2 else {}
    if draw.random() < 0.3:
        options["cost"] = price(draw, plain.cost, ladders)
    if (apart := beside(draw)).random() < 0.25:
        options["cost"] = for_nothing(apart, plain.cost, ladders)
    if draw.random() < 0.4:
        options["when"] = event_condition(draw, "redemption", ladders)
    if half(draw):
        options["hold"] = duration(draw)
    if half(draw):
        windows = [window(draw), window(draw)]
        options["limit"] = [lc.times(draw.choice([1, 3]), per=windows[0]), lc.at_most(plain.cost * 2, per=windows[1])]
    return _or_plain(plain, options)


def pay(draw: Random, ladders: list[Any]) -> Any:
    """Draw what can be paid with points, and how much of it."""
    plain = lc.Pay("pay", each=POINT(draw.choice([1, 3])), worth=USD(draw.choice(["0.01", "0.07"])))
    bounds = {"minimum": lc.Amount(USD, 5), "maximum": lc.Amount(USD, 300), "step": lc.Amount(USD, 10)}
    options: dict[str, Any] = {name: bound for name, bound in bounds.items() if draw.random() < 0.3}
    if draw.random() < 0.3:
        options["when"] = event_condition(draw, "redemption", ladders)
    if draw.random() < 0.3:
        options["each"] = price(draw, plain.each, ladders)
    if draw.random() < 0.3:
        options |= pay_limits(beside(draw))
        shares = draw.choice([{"share": "33%"}, {"share": "50%"}, {"least_share": "100%"}, {"least_share": "33%"}])
        return _or_plain(plain, options | shares | _maybe_where(draw))
    return _or_plain(plain, options | pay_limits(beside(draw)) | ({"hold": duration(draw)} if half(draw) else {}))


def pay_limits(draw: Random) -> dict[str, Any]:
    """Draw limits on what pays, now and then: so many times, or so many points, or both."""
    every = [lc.times(draw.choice([1, 3]), per=window(draw)), lc.at_most(POINT(draw.choice([3, 40])), per=window(draw))]
    return {"limit": draw.sample(every, draw.choice([1, 2]))} if draw.random() < 0.4 else {}


def _maybe_where(draw: Random) -> dict[str, Any]:
    return {"where": item_question(draw)} if half(draw) else {}


def spared(draw: Random, rules: list[Any], fits: Callable[[list[Any]], bool]) -> list[Any]:
    """Let inactivity spare what some give, in some programs, where they give the unit."""
    names = [
        rule.name for rule in rules if isinstance(rule, lc.Earn | lc.Lane | lc.Reward | lc.Exchange | lc.Migration)
    ]
    for place, rule in enumerate(rules):
        if isinstance(rule, lc.Expiry) and isinstance(rule.life, lc.Inactivity) and half(draw):
            some = draw.sample([*names, *names, "adjustment", "opening", "transfer"], 5)
            for name in some[: draw.choice([1, 2, 5])]:
                before = rules[place].life
                life = evolve(before, spares=tuple(sorted({*before.spares, name})))
                found = [*rules[:place], evolve(rule, life=life), *rules[place + 1 :]]
                rules = found if fits(found) else rules
    return rules


def price(draw: Random, plain: Any, ladders: list[Any]) -> Any:
    """Draw a price: one, by tier, or by what a member has chosen."""
    ladder = draw.choice([*ladders, None])
    if ladder is None:
        by_choice = {draw.choice(["yes", "no"]): plain * draw.choice([1, 2])}
        return draw.choice([plain, lc.price_by_setting("newsletter", by_choice, otherwise=plain)])
    return lc.price_by_tier(ladder.name, {draw.choice(ladder.names): plain * draw.choice([1, 2])}, otherwise=plain)


def for_nothing(draw: Random, plain: Any, ladders: list[Any]) -> Any:
    """Draw a price that is nothing for some, or for all."""
    if not ladders or draw.random() < 0.3:
        return draw.choice([plain * 0, lc.price_by_setting("newsletter", {"yes": plain * 0}, otherwise=plain)])
    chosen = draw.choice(ladders)
    return lc.price_by_tier(chosen.name, {draw.choice(chosen.names): plain * 0}, otherwise=plain)


def burn(draw: Random, unit: lc.Unit, earns: list[Any]) -> Any:
    """Draw an order in which units are used."""
    names = [*(rule.name for rule in earns if rule.gives.unit == unit), "adjustment", "opening"]
    order = draw.choice([lc.soonest_first, lc.oldest_first, lc.newest_first, lc.dearest_first, lc.cheapest_first])
    first: list[Any] = draw.sample(names, draw.choice([0, 1, 2]))
    if len(first) > 1 and draw.random() < 0.3:
        first = [first]
    return lc.Burn(unit, order, first=first, by_date=draw.random() < 0.3)


def _or_none(make: Callable[[], Any]) -> Any:
    """Return what is made, or nothing where it makes no sense."""
    try:
        return make()
    except (lc.InvalidProgram, lc.InvalidValue):
        return None


def _or_plain(plain: Any, options: dict[str, Any]) -> Any:
    """Return what is asked for with some options, or without them where they make no sense."""
    try:
        return evolve(plain, **options)
    except (lc.InvalidProgram, lc.InvalidValue):
        return plain


def ascent(draw: Random, name: str, others: list[Any]) -> Any:
    """Draw a ladder of several measures, with terms, or one that spends its counter."""
    valid = draw.choice(
        [
            None,
            duration(draw),
            lc.end_of(draw.choice([lc.month, lc.quarter, lc.year]), after=draw.choice([None, lc.months(1)])),
            lc.end_of(draw.choice(STANDING)),
            lc.never,
        ]
    )
    downgrade = draw.choice([lc.fitting, lc.fitting, lc.one_step, lc.never_down])
    downgrade = lc.to_lowest if beside(draw).random() < 0.1 else downgrade
    if draw.random() < 0.25:
        unit = draw.choice([POINT, STAR])
        low = draw.choice([5, 20, 60])
        return lc.Ladder(
            name,
            by=unit.balance,
            tiers={"base": 0, "silver": unit(low), "gold": unit(low * draw.choice([1, 2]))},
            keep={"gold": unit(draw.choice([5, 30]))} if half(draw) else {},
            valid=valid or lc.months(1),
            spends=True,
            carry=draw.choice([None, None, unit(0), unit(10)]),
            downgrade=downgrade,
        )
    over = [draw.choice([*PERIODS, *STANDING, lc.lifetime, lc.Rolling(duration(draw))]) for _ in range(2)]
    if isinstance(over[0], lc.Period | lc.Shifted | lc.Cycle) and beside(draw).random() < 0.4:
        over[0] = before(draw, over[0])

    def question(size: int) -> Any:
        asked = [
            lambda: some(draw, Order.net).over(draw.choice(over)).at_least(USD(draw.choice([20, 50]) * size)),
            lambda: some(draw, Order.count).over(draw.choice(over)).at_least(size),
            lambda: STAR.earned(draw.choice(over)).more_than(STAR(5 * size)),
            lambda: (Order.net.over(over[0]) + Line.net.sum().over(over[1])).at_least(USD(60 * size)),
            lambda: POINT.balance.at_least(POINT(25 * size)),
            lambda: lc.setting("newsletter").is_("yes"),
        ]
        if others:
            other = draw.choice(others)
            asked.append(lambda: lc.in_tier(other.name, *other.names[1:]))
        return draw.choice(asked)()

    terms = {"silver": valid, "gold": beside(draw).choice([lc.days(9), lc.end_of(lc.month), lc.never])}
    each = valid is not None and beside(draw).random() < 0.4
    return lc.Ladder(
        name,
        tiers={
            "base": lc.always,
            "silver": joined(draw, lambda _: question(1), 1),
            "gold": draw.choice([lambda: lc.invited, lambda: joined(draw, lambda _: question(3), 1)])(),
        },
        keep={draw.choice(["silver", "gold"]): question(1)} if draw.random() < 0.3 else {},
        valid=terms if each else valid,
        grace=duration(draw) if half(draw) else None,
        review=draw.choice(["", "", lc.at_once]) if valid is None else "",
        downgrade=downgrade,
    )


def better_of_two(draw: Random, over: Any) -> Any:
    """Draw what was spent over a window; of one that is before, now and then the better of it and of the next."""
    spent = some(draw, Order.net).over(over)
    if not isinstance(over, lc.Previous) or half(beside(draw)):
        return spent
    return spent.at_least_of(Order.net.over(lc.previous(over)))


def ladder(draw: Random, name: str, others: list[Any]) -> Any:
    """Draw a ladder over money, purchases, numbers or units earned, or one of more than that."""
    if half(draw):
        return ascent(draw, name, others)
    over = draw.choice([*PERIODS, *STANDING, lc.lifetime, *[lc.Rolling(duration(draw)) for _ in range(4)]])
    if isinstance(over, lc.Period | lc.Shifted | lc.Cycle) and beside(draw).random() < 0.3:
        over = before(draw, over)
    by, low = draw.choice(
        [
            (better_of_two(draw, over), USD(draw.choice([40, 80]))),
            (Line.net.sum(item_condition(draw)).over(over), USD(30)),
            (Order.count.over(over), draw.choice([2, 3])),
            (Order.nights.over(over), "1.5"),
            (Line.points.over(over), 4),
            (POINT.earned(over), POINT(draw.choice([30, 90]))),
            (STAR.earned(over), STAR(20)),
        ]
    )
    high = low * 3 if isinstance(low, lc.Amount) else 3 * Fraction(low)
    return lc.Ladder(
        name,
        by=by,
        tiers={"base": 0, "silver": low, "gold": high},
        review=draw.choice(["", "", lc.at_once]),
        downgrade=draw.choice([lc.fitting, lc.one_step, lc.never_down]),
    )


def turning(draw: Random, add: Callable[[Callable[[], Any]], None]) -> None:
    """Draw, now and then, what units turn into: points into stars, the other way round, or nothing."""
    if draw.random() < 0.15:
        add(lambda: migration(draw))


def migration(draw: Random) -> Any:
    """Draw what units turn into."""
    unit, into = draw.choice([(POINT, STAR), (STAR, POINT), (STAR, POINT), (POINT, None)])
    if into is None:
        return lc.Migration(unit)
    rounding = draw.choice([lc.floor, lc.half_up, lc.ceiling])
    expiry = draw.choice([lc.keep, lc.renew])
    return lc.Migration(unit, into, by=draw.choice(["2.5", "0.3", 1]), expiry=expiry, rounding=rounding)


def small(draw: Random, version: str = "1") -> lc.Program:
    """Draw a program as small as most are, for which the engine has its short ways."""
    status = lc.Ladder(
        "status", by=Order.net.over(lc.rolling(days=draw.choice([20, 60]))), tiers={"base": 0, "gold": USD(60)}
    )
    rules: list[Any] = [
        lc.Earn("base", POINT.per(USD(draw.choice([1, 3])), Line.net), where=draw.choice([None, item_question(draw)]))
    ]
    more = [
        [status],
        [lc.Boost("weekend", "x1.5", of="base", when=schedule(draw))],
        [lc.Expiry(POINT, draw.choice([lc.days(30), lc.days(90), lc.end_of(lc.month)]))],
        [lc.Reward("cup", POINT(20), claim=draw.choice([lc.asked, lc.repeatedly]))],
        [lc.Earn("welcome", STAR(5), on=lc.Enrolment, over=lc.anniversary(years=1))],
    ]
    rules += [rule for some in more if half(draw) for rule in some]
    if status in rules:
        rules.append(lc.Boost("tier", lc.by_tier("status", {"gold": "x2"}), of="base"))
    return lc.Program(
        "small",
        version=version,
        rules=rules,
        timezone=draw.choice(ZONES),
        items=Line,
        purchases=Order,
        activities=Visit,
        taking_back=draw.choice([lc.debt, lc.other_lots]),
    )


def crowded(draw: Random, version: str = "1") -> lc.Program:
    """Draw a program of so many campaigns that the engine finds them by what they ask for, alone or in a lane."""

    def campaign(number_: int) -> Any:
        starts = dt.date(2024, 1, 1) + dt.timedelta(days=draw.randint(0, 200))
        when = [
            lc.between(starts, starts + dt.timedelta(days=draw.randint(5, 120))),
            Order.channel.is_(draw.choice(["app", "web"])),
            event_condition(draw, "purchase", []),
        ]
        where = [Line.category.is_(draw.choice(CATEGORIES)), Line.brand.is_("acme"), item_condition(draw)]
        options: dict[str, Any] = {"when": draw.choice(when)} if draw.random() < 0.6 else {}
        if draw.random() < 0.7:
            options["where"] = draw.choice(where)
        if draw.random() < 0.2:
            options["over"] = draw.choice([lc.month, lc.lifetime])
        gives = draw.choice([POINT.per(USD(draw.choice([1, 2])), Line.net), accrual(draw, POINT, "purchase")])
        return lc.Earn(f"campaign {number_}", gives, **options)

    fields = {"items": Line, "purchases": Order, "activities": Visit, "timezone": draw.choice(ZONES)}
    fields |= {"version": version, "currency": USD}
    rules: list[Any] = [lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Reward("cup", POINT(20), hold=lc.days(7))]
    for number_ in range(draw.choice([9, 14, 30])):
        try:
            rule = campaign(number_)
        except (lc.InvalidProgram, lc.InvalidValue):
            continue
        rules += [rule] if _fits([*rules, rule], fields) else []
    alone = [rule.name for rule in rules if isinstance(rule, lc.Earn) and rule.over == lc.purchase]
    if half(draw):
        lane = lc.Lane("all", of=alone, combine=draw.choice(["sum", "sum", "best", "first"]))
        rules += [lane] if _fits([*rules, lane], fields) else []
    return lc.Program("crowded", rules=rules, **fields)


def boost_lanes(draw: Random, rules: list[Any], ladders: list[Any], add: Callable[[Callable[[], Any]], None]) -> None:
    """Draw boosts of lanes, and lanes of boosts."""
    for name in ("lane", "outer"):
        options = {"when": event_condition(draw, "purchase", ladders)} if half(draw) else {}
        worth = draw.choice(["+50%", "x1.5", "x0.75"])
        add(lambda name=name, worth=worth, options=options: lc.Boost(f"boost of {name}", worth, of=name, **options))
    boosts = [rule for rule in rules if isinstance(rule, lc.Boost)]
    for number_ in range(draw.choice([0, 1, 2]) if boosts else 0):
        of = draw.choice(boosts).of
        names = [rule.name for rule in rules if isinstance(rule, lc.Boost) and rule.of == of]
        inner = [rule.name for rule in rules if isinstance(rule, lc.Lane) and rule.name.startswith("of boosts")]
        names = draw.sample([*names, *inner], draw.randint(1, len([*names, *inner])))
        how = draw.choice(["sum", "best", "worst", "first", "product"])
        add(lambda name=f"of boosts {number_}", names=names, how=how: lc.Lane(name, of=names, combine=how))


def open_rewards(draw: Random, rules: list[Any], ladders: list[Any], fields: dict[str, Any]) -> None:
    """Draw rewards claimed by terms of their own, and to whom those are open that members ask for, where it fits."""
    for number_ in range(draw.choice([0, 0, 1, 2])):
        more = _or_none(lambda number_=number_: claimed(draw, f"claimed {number_}", ladders))
        rules += [more] if more is not None and _fits([*rules, more], fields) else []
    for place, rule in enumerate(rules):
        if isinstance(rule, lc.Reward) and rule.claim == lc.asked:
            better = reward(draw, rule, ladders)
            rules[place] = better if _fits([*rules[:place], better, *rules[place + 1 :]], fields) else rule


def together(draw: Random, rules: list[Any], fits: Callable[[list[Any]], bool]) -> list[Any]:
    """Draw one limit for several things that members ask for, or claim, where they can have it."""
    if draw.random() < 0.6:
        return rules
    most = lc.times(draw.choice([1, 2, 4]), per=window(draw), name="together")
    for place, rule in enumerate(rules):
        apart = beside(draw) if isinstance(rule, lc.Pay) else draw
        if isinstance(rule, lc.Reward | lc.Pay | lc.Exchange | lc.Transferable) and apart.random() < 0.7:
            shared = [*rules[:place], evolve(rule, limit=[*rule.limit, most]), *rules[place + 1 :]]
            rules = shared if fits(shared) else rules
    return rules


def _fits(rules: list[Any], fields: dict[str, Any]) -> bool:
    try:
        lc.Program("wild", rules=rules, **fields)
    except (lc.InvalidProgram, lc.InvalidValue):
        return False
    return True


def wild(draw: Random, version: str = "1") -> lc.Program:
    """Draw a program; rules that would contradict what is there are left out."""
    fields: dict[str, Any] = {
        "version": version,
        "timezone": draw.choice(ZONES),
        "currency": USD,
        "items": Line,
        "purchases": Order,
        "activities": Visit,
        "taking_back": draw.choice([lc.debt, lc.debt, lc.other_lots, lc.clamp, lc.write_off]),
    }
    rules: list[Any] = []

    def add(make: Callable[[], Any]) -> None:
        try:
            rule = make()
        except (lc.InvalidProgram, lc.InvalidValue):
            return
        if _fits([*rules, rule], fields):
            rules.append(rule)

    # Units that conditions and ladders ask for have to be given by something.
    for name, cost in (("cup", POINT(draw.choice([15, 40]))), ("sticker", STAR(draw.choice([5, 12])))):
        claim = draw.choice([lc.asked] * 4 + [lc.once, lc.repeatedly])
        add(lambda name=name, cost=cost, claim=claim: lc.Reward(name, cost, claim=claim))
    for number_ in range(draw.choice([0, 1, 1, 2])):
        others = [rule for rule in rules if isinstance(rule, lc.Ladder)]
        add(lambda name=f"ladder {number_}", others=others: ladder(draw, name, others))
    ladders = [rule for rule in rules if isinstance(rule, lc.Ladder)]
    for number_ in range(draw.choice([2, 3, 4, 6])):
        add(lambda name=f"rule {number_}": earn(draw, name, ladders))
    for number_ in range(draw.choice([0, 2, 3])):
        add(lambda name=f"of lane {number_}": earn(draw, name, ladders, alone=False))
    for number_ in range(draw.choice([0, 0, 1, 2])):
        add(lambda name=f"arising {number_}": arising(draw, name, ladders))
    item_lane(draw, rules, ladders, add)
    in_lane = [rule.name for rule in rules if rule.name.startswith("of lane")]
    limits = [limit(draw, POINT, of_items=False) for _ in range(draw.choice([0, 1, 2]))]
    add(lambda: lc.Lane("lane", of=in_lane, combine=draw.choice(["sum", "best", "worst", "first"]), limit=limits))
    add(lambda: earn(draw, "beside", ladders, alone=False))
    chosen = draw.choice(["sum", "best", "worst", "first"])
    add(lambda: lc.Lane("outer", of=draw.sample(["lane", "beside"], 2), combine=chosen, limit=limits[1:]))
    add(lambda: earn(draw, "fed", ladders))
    earns = [rule for rule in rules if isinstance(rule, lc.Earn)]
    for number_ in range(draw.choice([1, 2, 4, 6]) if earns else 0):
        add(lambda name=f"boost {number_}": boost(draw, name, earns, ladders))
    boost_lanes(draw, rules, ladders, add)
    for unit in (POINT, STAR):
        if draw.random() < 0.7:
            add(lambda unit=unit: expiry(draw, unit, ladders, [rule.name for rule in earns]))
        add(lambda unit=unit: burn(draw, unit, earns))
    add(lambda: pay(draw, ladders))
    add(lambda: exchange(draw, ladders))
    open_rewards(draw, rules, ladders, fields)
    turning(beside(draw), add)
    rules = valued(beside(draw), rules, lambda given: _fits(given, fields))
    aside, ordered = beside(draw), list(rules)
    draw.shuffle(rules)
    # Of rewards that are claimed by themselves one may have to stand behind another.
    rules = rules if _fits(rules, fields) else ordered
    rules = played(aside, rules, lambda given: _fits(given, fields))
    rules = discounted(beside(aside), rules, lambda given: _fits(given, fields))
    rules = together(beside(beside(aside)), rules, lambda given: _fits(given, fields))
    rules = refused(
        beside(aside),
        rules,
        lambda inner, kind: event_condition(inner, kind, ladders),
        lambda given: _fits(given, fields),
    )
    rules = deducted(
        Random(f"deducted {aside.random()}"),
        rules,
        lambda inner: accrual(inner, POINT, "activity"),
        lambda inner: event_condition(inner, "activity", ladders),
        (POINT, STAR),
        lambda given: _fits(given, fields),
    )
    rules = spared(Random(f"spared {aside.random()}"), rules, lambda given: _fits(given, fields))
    apart = Random(f"given back {aside.random()}")
    rules = given_back(apart, rules, lambda given: _fits(given, fields))
    return lc.Program("wild", rules=rules, giving_back=apart.choice([lc.keep, lc.keep, lc.renew]), **fields)
