"""
Random programs: descriptions drawn from a seed, and the library's program built from a description.

Each family stands on a kind of program that is out there and draws its figures; ``mixed`` draws from all of them.
Amounts are small and thresholds near what purchases come to, so that edges are met often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import loyalcore as lc
from machine import described as plain
from machine.described import (
    Bands,
    Boost,
    Burn,
    ByTier,
    Dates,
    Duration,
    Earn,
    EndOf,
    Expiry,
    Ladder,
    Lane,
    Life,
    Limit,
    Milestones,
    Pay,
    Program,
    Raise,
    Rate,
    Reward,
    Steps,
    Transferable,
    Until,
    Window,
)

ZONES = ("UTC", "Europe/Istanbul", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu")
CATEGORIES = ("food", "coffee", "fuel", "wine")
CHANNELS = ("", "app", "web")
DAY, WEEK, MONTH, QUARTER, YEAR = (Window(kind) for kind in ("day", "week", "month", "quarter", "year"))
LIFETIME = Window("lifetime")
SINCE = Window("since", start=dt.datetime(2024, 4, 10, 6, tzinfo=dt.UTC))
FISCAL = Window("year", begins=(2, 1, 0))
FROM_THE_15TH, FROM_THE_31ST = Window("month", begins=(1, 15, 0)), Window("month", begins=(1, 31, 0))
QUARTER_FROM_FEBRUARY = Window("quarter", begins=(2, 1, 0))
NIGHT, SUNDAY_WEEK = Window("day", begins=(1, 1, 240)), Window("week", begins=(1, 7, 150))
SIX_WEEKS = Window("cycle", Duration(days=42), date=dt.date(2024, 3, 4))
BILLING = Window("cycle", Duration(months=1), date=dt.date(2023, 12, 31))
MEMBER_YEAR, MEMBER_MONTHS = (Window("cycle", Duration(months=count), anchor="enrolment") for count in (12, 2))
REVIEW_HALVES = Window("cycle", Duration(months=6), anchor="activity review")
POINTS, CENTS, STARS = ("point", 0), ("cent", 2), ("star", 2)
NO_FUEL = ("not", ("category", "fuel"))


def rolling(**duration: int) -> Window:
    return Window("rolling", Duration(**duration))


def previous(window: Window) -> Window:
    return Window("previous", inner=window)


# -- parts, each with its figures drawn -----------------------------------------------------------------------------


def base(draw: Random, unit: str, **options: Any) -> Earn:
    """Draw units per amount, in proportion, with or without exclusions."""
    where = draw.choice([None, NO_FUEL, ("or", ("category", "food", "coffee"), ("gift",))])
    return Earn(
        "base",
        unit,
        "net",
        Rate(draw.choice([1, 2, 3]), draw.choice([100, 100, 70, 300])),
        **{"where": where, **options},
    )


def boosts_of(draw: Random, of: str, ladder: Ladder | None) -> tuple[Boost, ...]:
    """Draw category, weekend, channel and tier boosts of a rule about items."""
    every = [
        Boost("double", of, add=Fraction(1), where=("category", "coffee", "wine")),
        Boost("weekend", of, factor=Fraction(3, 2), when=("weekday", "sat", "sun")),
        Boost("app factor", of, add=Fraction(1, 4), when=("channel", "app")),
        Boost("big", of, add=Fraction(1, 2), when=("net>=", 4000, None)),
        Boost("small basket", of, factor=Fraction(2), when=("not", ("net>=", 2500, None))),
    ]
    if ladder is not None:
        factors = tuple((tier, Fraction(4 + rank, 4)) for rank, (tier, _) in enumerate(ladder.tiers) if rank)
        every.append(Boost("tier factor", of, by_tier=(ladder.name, factors)))
    return tuple(draw.sample(every, draw.randint(1, 3)))


def ladder(draw: Random, by: str = "net", window: Window | None = None, **options: Any) -> Ladder:
    """Draw a ladder of three tiers."""
    own = [FISCAL, QUARTER_FROM_FEBRUARY, SIX_WEEKS, MEMBER_YEAR, MEMBER_MONTHS, REVIEW_HALVES]
    window = window or draw.choice([rolling(days=365), rolling(months=3), YEAR, QUARTER, LIFETIME, *own])
    low = draw.choice([8000, 10_000, 15_000]) if by == "net" else draw.choice([60, 100, 200])
    review = draw.choice([None, None, "at_once"])
    downgrade = draw.choice(["fitting", "fitting", "one_step", "never"])
    return Ladder(
        "status",
        by,
        window,
        (("base", 0), ("silver", low), ("gold", 3 * low)),
        **{"review": review, "downgrade": downgrade, **options},
    )


def expiry(draw: Random, unit: str, ladder: Ladder | None = None, rules: Iterable[str] = ()) -> tuple[Expiry, ...]:
    """Draw when units end, by the tiers of a ladder and kept by rules where there are any."""
    return draw.choice(
        [
            (),
            (Expiry(unit, "never"),),
            (Expiry(unit, "after", Duration(days=365)),),
            (Expiry(unit, "after", Duration(months=2)),),
            (Expiry(unit, "after", Duration(days=40, hours=6)),),
            (Expiry(unit, "end_of", EndOf(MONTH, Duration(months=6))),),
            (Expiry(unit, "end_of", EndOf(QUARTER, then=draw.choice([Duration(), Duration(days=14)]))),),
            (Expiry(unit, "end_of", EndOf(QUARTER_FROM_FEBRUARY, further=1)),),
            (Expiry(unit, "end_of", EndOf(draw.choice([MEMBER_YEAR, MEMBER_MONTHS]), further=draw.choice([0, 1]))),),
            (Expiry(unit, "inactivity", Duration(months=3)),),
            (Expiry(unit, "inactivity", Duration(days=45)),),
            (Expiry(unit, "after", draw.choice([SEASONS, tiered(draw, ladder)])),),
            (inactivity(draw, unit, ladder, rules),),
        ]
    )


#: Fixed moments at which units end, the last of which is passed in long histories.
SEASONS = Dates(tuple(dt.datetime(2024, month, 15, 6, tzinfo=dt.UTC) for month in (3, 6, 7, 10, 12)))


def tiered(draw: Random, ladder: Ladder | None) -> Life:
    """Draw how long units live by the tiers of a ladder."""
    if ladder is None:
        return Duration(days=70)
    lives = [Duration(days=40), Duration(months=4), EndOf(QUARTER), SEASONS, None]
    tiers = draw.sample([tier for tier, _ in ladder.tiers], draw.randint(1, 2))
    return ByTier(ladder.name, tuple((tier, draw.choice(lives)) for tier in tiers), draw.choice(lives))


def suspended(draw: Random, unit: str, ladder: Ladder | None) -> Expiry:
    """Draw how long units live that do not end in some tiers."""
    life = draw.choice([Duration(days=20), Duration(days=45), Duration(months=3), SEASONS, tiered(draw, ladder)])
    return Expiry(unit, "after", life, unless=in_some(draw, ladder))


def in_some(draw: Random, ladder: Ladder | None) -> tuple[str, ...]:
    """Draw some tiers of a ladder."""
    if ladder is None:
        return ()
    tiers = [tier for tier, _ in ladder.tiers]
    return (ladder.name, *draw.choice([tiers[2:], tiers[1:], tiers[:1]]))


def inactivity(draw: Random, unit: str, ladder: Ladder | None, rules: Iterable[str] = ()) -> Expiry:
    """Draw what keeps units, and in which tiers they need nothing to be kept."""
    names = tuple(rules)
    kinds = draw.choice([("purchase",), ("activity", "redemption"), ("redemption",), () if names else ("purchase",)])
    kept_by = tuple(draw.sample(names, draw.randint(0 if kinds else 1, len(names))))
    unless = in_some(draw, ladder) if draw.random() < 0.7 else ()
    return Expiry(unit, "inactivity", Duration(days=draw.choice([30, 60])), kinds, kept_by, unless)


def window_limit(draw: Random, *others: Limit) -> Limit:
    """Draw a limit over a window that no other limit of the rule is over."""
    windows = [DAY, WEEK, MONTH, YEAR, LIFETIME, SINCE, rolling(days=30), rolling(months=2)]
    windows += [NIGHT, SUNDAY_WEEK, FROM_THE_31ST, BILLING, SIX_WEEKS, MEMBER_MONTHS, MEMBER_YEAR, REVIEW_HALVES]
    window = draw.choice([window for window in windows if window not in [other.per for other in others]])
    if draw.random() < 0.3:
        return Limit(draw.choice([1, 2]), window, "times")
    most = draw.choice([30, 80, 150]) * (5 if window in (YEAR, LIFETIME, MEMBER_YEAR) else 1)
    return Limit(most, window, reject=draw.random() < 0.3)


def schedule(draw: Random) -> tuple[Any, ...]:
    """Draw a schedule, in the program's zone or in another."""
    drawn: tuple[Any, ...] = draw.choice(
        [
            ("time", 17 * 60, 20 * 60),
            ("time", 22 * 60, 150),
            ("day of month", 1, 15, -1),
            ("month", 3, 6, 10),
            ("weekday", "fri", "sat"),
            ("between", dt.date(2024, 3, 1), dt.date(2024, 9, 1)),
        ]
    )
    return ("zoned", draw.choice(ZONES), drawn) if draw.random() < 0.4 else drawn


def rewards(draw: Random, unit: str, cost: int) -> tuple[Reward, ...]:
    """Draw rewards asked for, and perhaps one that is claimed by itself."""
    found = [Reward("cup", unit, cost, hold=Duration(days=25)), Reward("mug", unit, 3 * cost, hold=Duration(hours=36))]
    claim = draw.choice(["asked", "asked", "asked", "once", "repeatedly"])
    if claim != "asked":
        found.append(Reward("voucher", unit, 4 * cost, claim=claim))
    return tuple(found)


def burns(draw: Random, unit: str, *rules: str) -> tuple[Burn, ...]:
    """Draw an order in which units are used, perhaps first what some rules gave."""
    names = (*rules, "adjustment", "opening")
    first = [(name,) for name in draw.sample(names, draw.randint(0, 2))]
    if len(first) > 1 and draw.random() < 0.5:
        first = [(*first[0], *first[1])]
    return (Burn(unit, draw.choice(["soonest", "oldest", "newest"]), tuple(first)),)


def welcome(unit: str, amount: int = 50) -> Earn:
    return Earn("welcome", unit, "count", Rate(amount), on="enrolment")


def review_bonus(draw: Random, unit: str) -> Earn:
    """Draw a bonus for an activity, at most so often."""
    limit = draw.choice(
        [Limit(1, DAY, "times"), Limit(2, WEEK, "times"), Limit(30, MONTH), Limit(1, rolling(days=7), "times")]
    )
    return Earn(
        "review", unit, "count", Rate(draw.choice([5, 10])), on="activity", when=("activity", "review"), limits=(limit,)
    )


# -- families -------------------------------------------------------------------------------------------------------


def grocery(draw: Random) -> Program:
    """Boosts, a minimum spend, a first purchase and a cap in one lane; tiers by rolling spend; expiry after a year."""
    status = ladder(draw, window=rolling(days=draw.choice([90, 365])), review=None)
    lane = Lane("purchase", ("base", "big basket", "first"), "sum", (Limit(draw.choice([120, 200])),))
    return Program(
        "grocery",
        draw.choice(ZONES),
        (POINTS,),
        (
            base(draw, "point", where=NO_FUEL),
            Earn("big basket", "point", "count", Rate(50), when=("net>=", 4000, NO_FUEL)),
            Earn("first", "point", "count", Rate(100), when=("ordinal", 1)),
            # Without it, purchases are plain events: the short way of the log.
            *((Earn("delivered", "point", "net", Rate(1, 80), pending=delivery(draw)),) if draw.random() < 0.4 else ()),
        ),
        boosts_of(draw, "base", status),
        (lane,),
        (status,),
        draw.choice(
            [
                (Expiry("point", "after", Duration(days=draw.choice([60, 365]))),),
                (Expiry("point", "after", tiered(draw, status)),),
                (inactivity(draw, "point", status),),
            ]
        ),
        rewards(draw, "point", draw.choice([40, 100])),
    )


def cashback(draw: Random) -> Program:
    """Marginal bands over the quarter and a carried fraction; paying with what was earned."""
    high, low = Fraction(draw.choice([5, 10]), 100), Fraction(1, 100)
    bands = Bands(((0, high), (draw.choice([6000, 10_000]), low)))
    cap = draw.choice([None, 1500])
    return Program(
        "cashback",
        draw.choice(ZONES),
        (CENTS, POINTS),
        (
            Earn("cashback", "cent", "net", bands, cap=cap, where=draw.choice([None, NO_FUEL]), over=QUARTER),
            Earn(
                "carried",
                "point",
                draw.choice(["net", "full"]),
                Rate(1, 700),
                over=LIFETIME,
                taking_back=draw.choice([None, "debt"]),
            ),
            Earn("delivered", "point", "net", Rate(1, draw.choice([50, 90])), pending=delivery(draw)),
        ),
        boosts_of(draw, "carried", None),
        expiries=(*expiry(draw, "cent"), *expiry(draw, "point")),
        rewards=rewards(draw, "point", 20),
        pays=(
            Pay("pay", "cent", 1, 1, minimum=draw.choice([None, 20]), step=draw.choice([None, 10])),
            Pay("exchange", "point", 1, draw.choice([3, 7]), maximum=draw.choice([None, 150])),
            Pay("till", "cent", 1, draw.choice([1, 3]), share=Fraction(draw.choice([1, 2]), 2), where=NO_FUEL),
            Pay("whole", "point", 1, 9, least_share=Fraction(draw.choice([1, 2, 3]), 3), where=NO_FUEL),
        ),
        burns=draw.choice([(), burns(draw, "cent", "cashback"), burns(draw, "point", "delivered", "carried")]),
        taking_back=draw.choice(["debt", "other_lots", "write_off"]),
    )


def rebate(draw: Random) -> Program:
    """A whole-volume rebate over a window, milestones, and a ladder over the year."""
    window = draw.choice([YEAR, QUARTER, MONTH, SINCE, FISCAL, FROM_THE_15TH, MEMBER_YEAR, MEMBER_MONTHS, SIX_WEEKS])
    edge = draw.choice([5000, 12_000])
    bands = Bands(((0, Fraction(0)), (edge, Fraction(2, 100)), (3 * edge, Fraction(5, 100))), whole=True)
    milestones = Milestones(((1, 30), (3, 50), (5, 200)))
    by, *bounds = draw.choice([("net", 10_000, 30_000), ("count", 2, 5), ("point", 80, 250)])
    tiers = (("base", 0), ("silver", bounds[0]), ("gold", bounds[1]))
    return Program(
        "rebate",
        draw.choice(ZONES),
        (CENTS, POINTS),
        (
            Earn("rebate", "cent", "net", bands, over=window, rounding=draw.choice(["floor", "half_up", "ceiling"])),
            Earn("visits", "point", "count", milestones, over=draw.choice([LIFETIME, YEAR, REVIEW_HALVES])),
            Earn("delivered", "point", "net", Rate(1, 80), pending=delivery(draw)),
            Earn("nights", "point", "nights", Rate(draw.choice([1, 5]), 2), cap=40, over=draw.choice([YEAR, BILLING])),
            welcome("point"),
        ),
        ladders=(replace(ladder(draw, window=draw.choice([YEAR, QUARTER, MEMBER_YEAR, FISCAL])), by=by, tiers=tiers),),
        expiries=expiry(draw, "cent"),
        rewards=rewards(draw, "point", 30),
        pays=(Pay("pay", "cent", 1, 1),),
        taking_back=draw.choice(["debt", "debt", "other_lots"]),
    )


def coffee(draw: Random) -> Program:
    """Stars per item and per complete step, milestones, activities, inactivity, a reward claimed by itself."""
    window = draw.choice([QUARTER, REVIEW_HALVES])
    status = replace(ladder(draw), by="star", tiers=(("green", 0), ("gold", 1500), ("black", 6000)))
    return Program(
        "coffee",
        draw.choice(ZONES),
        (STARS,),
        (
            Earn("drinks", "star", "quantity", Rate(100, 1000), where=("category", "coffee")),
            Earn("steps", "star", "net", Steps(250, 1000), where=NO_FUEL),
            Earn("tenth", "star", "count", Milestones(((2, 500), (6, 1000))), over=LIFETIME),
            review_bonus(draw, "star"),
            Earn(
                "reviewer",
                "star",
                "count",
                Milestones(((2, 200), (4, 500))),
                on="activity",
                over=window,
            ),
            Earn(
                "delivered",
                "star",
                "net",
                Rate(1, 10),
                pending=delivery(draw),
                expires=draw.choice([None, Duration(days=20), SEASONS]),
                expires_from=draw.choice(["earning", "maturing"]),
            ),
            welcome("star", 300),
        ),
        (
            Boost("tier factor", "drinks", by_tier=("status", (("gold", Fraction(5, 4)), ("black", Fraction(2))))),
            Boost("monday", "drinks", add=Fraction(1), when=("weekday", "mon", "thu")),
            Boost("evening", "drinks", add=Fraction(1), when=schedule(draw)),
        ),
        ladders=(status,),
        expiries=(
            draw.choice(
                [
                    Expiry("star", "inactivity", draw.choice([Duration(months=2), Duration(days=60)])),
                    inactivity(draw, "star", status, ("steps", "tenth", "review")),
                ]
            ),
        ),
        rewards=rewards(draw, "star", 700),
        taking_back=draw.choice(["debt", "other_lots"]),
    )


def delivery(draw: Random) -> Until:
    """Draw units that wait for what was bought to be delivered."""
    within = draw.choice([Duration(days=30), Duration(days=90), Duration(months=2)])
    return Until("delivered", within, draw.choice([None, Duration(days=5), Duration(days=14)]))


def cautious(draw: Random) -> Program:
    """Everything pending at first; limits of every kind that cut or reject."""
    times = [Duration(days=14), Duration(days=30), Duration(hours=36), EndOf(MONTH, then=Duration(days=9))]
    pending = draw.choice([*times, EndOf(FROM_THE_15TH, further=1), delivery(draw), delivery(draw)])
    counted = draw.choice(["earning", "maturing"])
    return Program(
        "cautious",
        draw.choice(ZONES),
        (POINTS,),
        (
            base(
                draw,
                "point",
                pending=pending,
                expires_from=counted,
                limits=(window_limit(draw), Limit(draw.choice([60, 100]))),
            ),
            Earn(
                "app",
                "point",
                "count",
                Rate(25),
                when=("channel", "app"),
                limits=(window_limit(draw),),
                pending=draw.choice([None, pending]),
            ),
            Earn(
                "campaign",
                "point",
                "net",
                Rate(1, 50),
                when=("between", dt.date(2024, 5, 1), dt.date(2025, 3, 1)),
                limits=(first := window_limit(draw), window_limit(draw, first)),
            ),
            review_bonus(draw, "point"),
        ),
        boosts_of(draw, "base", None),
        expiries=expiry(draw, "point"),
        rewards=rewards(draw, "point", 40),
        taking_back=draw.choice(["debt", "other_lots", "write_off"]),
    )


def open_to(draw: Random) -> list[tuple[Any, ...]]:
    """Draw conditions about a member and a moment."""
    return [
        ("tier", "status", "silver", "gold"),
        ("weekday", "mon", "wed", "fri"),
        ("spent", draw.choice([MONTH, rolling(days=30)]), 4000),
        ("and", ("setting", "newsletter", "yes"), ("not", ("balance", "point", 90))),
    ]


def choosy(draw: Random) -> Program:
    """Conditions on settings, tiers and history; rules that compete; two units; rounding of every kind."""
    status = ladder(draw, window=draw.choice([MONTH, QUARTER, rolling(months=6), MEMBER_MONTHS]))
    rounding = draw.choice(["floor", "ceiling", "half_up", "half_even"])
    histories = [MONTH, rolling(days=30), MEMBER_MONTHS, *map(previous, (MONTH, QUARTER, MEMBER_MONTHS, SIX_WEEKS))]
    return Program(
        "choosy",
        draw.choice(ZONES),
        (POINTS, STARS),
        (
            base(draw, "point", rounding=rounding, by_item=draw.random() < 0.5),
            Earn(
                "gold day",
                "point",
                "net",
                Rate(1, 40),
                when=("and", ("tier", "status", "silver", "gold"), ("weekday", "tue", "sat")),
            ),
            Earn("newsletter", "point", "count", Rate(15), when=("setting", "newsletter", "yes")),
            Earn("loyal", "star", "net", Rate(1, 10), when=("spent", draw.choice(histories), 5000)),
            Earn("timely", "point", "count", Rate(9), when=schedule(draw), limits=(window_limit(draw),)),
            Earn(
                "collector",
                "star",
                "count",
                Rate(333),
                when=("earned", "point", YEAR, 100),
                expires=draw.choice([Duration(days=20), tiered(draw, status)]),
                pending=(pending := draw.choice([None, delivery(draw), delivery(draw)])),
                expires_from="earning" if pending is None else draw.choice(["earning", "maturing"]),
            ),
            Earn(
                "bottles",
                "star",
                "quantity",
                Rate(50, 1000),
                where=("and", ("category", "wine"), ("net>=", 500)),
                when=("quantity>=", 2000, ("category", "wine")),
            ),
            Earn("extra", "star", "points", Rate(100), limits=draw.choice([(), (Limit(500, kind="item"),)])),
            Earn("small", "point", "count", Rate(12), when=("not", ("net>=", 2000, None))),
            Earn(
                "modest",
                "star",
                "net",
                Rate(1, 30),
                when=("not", ("net>=", 5000, None)),
                over=draw.choice([MONTH, None]),
            ),
            Earn("poor", "point", "count", Rate(7), when=("not", ("balance", "point", 40))),
        ),
        boosts_of(draw, "base", status),
        (
            Lane(
                "best",
                ("base", "gold day", "newsletter"),
                draw.choice(["best", "first", "worst", "sum"]),
                draw.choice([(), (window_limit(draw),)]),
            ),
        ),
        (status,),
        (*expiry(draw, "point", status, ("timely", "small", "modest")), *expiry(draw, "star", status, ("bottles",))),
        (
            *rewards(draw, "point", 30),
            Reward("sticker", "star", 500, hold=Duration(days=9), when=draw.choice([None, *open_to(draw)])),
            Reward("book", "point", 20, hold=Duration(days=9), when=draw.choice(open_to(draw))),
        ),
        (Pay("pay", "point", draw.choice([1, 3]), draw.choice([1, 2])),),
        draw.choice([(), burns(draw, "point"), burns(draw, "star")]),
        taking_back=draw.choice(["debt", "other_lots", "write_off"]),
    )


CHANNEL, CATEGORY = ("event", "channel"), ("item", "category")


def keyed_limit(draw: Random, *keys: tuple[str, str]) -> Limit:
    """Draw a limit with room for each value of a key."""
    return replace(window_limit(draw), each=draw.choice(keys))


def bounded(draw: Random) -> Program:
    """Limits of every other kind: by keys, under one name, by what was bought, waiting for room, judged again."""
    together = replace(window_limit(draw), name="together", each=draw.choice([None, None, CHANNEL]))
    waits = Limit(
        draw.choice([20, 35]),
        draw.choice([DAY, WEEK, MONTH, NIGHT, BILLING, MEMBER_MONTHS, REVIEW_HALVES]),
        defer=draw.choice([1, 3]),
    )
    waits = replace(waits, reject=draw.random() < 0.3, each=draw.choice([None, None, CHANNEL]))
    if draw.random() < 0.3:
        waits = replace(waits, most=1, kind="times")
    elif draw.random() < 0.3:
        waits = replace(waits, name="waiting")
    again = Limit(
        draw.choice([30, 60]), draw.choice([DAY, MONTH, LIFETIME, SINCE, SIX_WEEKS, MEMBER_YEAR]), rejudge=True
    )
    again = draw.choice([again, replace(again, each=CHANNEL), replace(again, by=Rate(1, draw.choice([100, 250])))])
    items = [keyed_limit(draw, CATEGORY), Limit(draw.choice([20, 40]), each=CATEGORY)]
    pending = draw.choice([None, Duration(days=9), Duration(hours=30)])
    rules = (
        base(
            draw,
            "point",
            limits=draw.choice([(together,), (together, replace(window_limit(draw, together), each=CHANNEL))]),
        ),
        Earn("slow", "point", "net", Rate(1, 60), limits=(waits,), pending=pending, expires=Duration(days=40)),
        Earn("slower", "point", "count", Rate(9), when=("channel", "app"), limits=(replace(waits, name="waiting"),))
        if waits.name
        else Earn("app", "point", "count", Rate(25), when=("channel", "app"), limits=(together,)),
        Earn("again", "point", "net", Rate(1, 90), limits=(again,), rounding=draw.choice(["floor", "half_up"])),
        Earn(
            "articles",
            "point",
            "net",
            Rate(1, 80),
            when=draw.choice([None, ("not", ("net>=", 5000, None))]),
            pending=pending,
            by_item=draw.random() < 0.3,
            limits=tuple(draw.sample(items, draw.randint(1, 2))),
        ),
        Earn("by category again", "point", "net", Rate(1, 150), limits=(replace(again, by=None, each=CATEGORY),)),
        Earn("share", "point", "count", Rate(40), limits=(Limit(0, by=Rate(1, 100), reject=draw.random() < 0.3),)),
        Earn("fed", "point", "given:base", Rate(1, 4), cap=draw.choice([None, 30]), over=draw.choice([MONTH, None])),
        replace(review_bonus(draw, "point"), when=None, limits=(Limit(1, WEEK, "times", each=("event", "name")),)),
        Earn(
            "letter",
            "point",
            "count",
            Rate(6),
            limits=(keyed_limit(draw, ("setting", "newsletter")), Limit(2, DAY, "times", name="few")),
        ),
        Earn("few", "point", "count", Rate(5), on="activity", limits=(Limit(2, DAY, "times", name="few"),)),
    )
    # The first is what others are fed by; of the rest a few, so that rows of other kinds do not become rare.
    return Program(
        "bounded",
        draw.choice(ZONES),
        (POINTS,),
        (rules[0], *draw.sample(rules[1:], 3)),
        boosts_of(draw, "base", None),
        expiries=expiry(draw, "point"),
        rewards=rewards(draw, "point", 40),
        taking_back=draw.choice(["debt", "other_lots", "write_off"]),
    )


def nested(draw: Random) -> Program:
    """Lanes in lanes, lanes of boosts that follow one another, and boosts of what a lane gives."""
    status = ladder(draw, window=draw.choice([MONTH, rolling(days=90)]))
    chosen = ("best", "first", "worst", "sum")
    tiers = (("silver", Fraction(5, 4)), ("gold", Fraction(2)))
    adds = [
        Boost("double", "base", add=Fraction(1), where=draw.choice([None, ("category", "coffee", "wine")])),
        Boost("app", "base", add=Fraction(1, 4), when=("channel", "app")),
        Boost("big", "base", add=Fraction(1, 2), when=("net>=", 4000, None)),
    ]
    times = [
        Boost("tier", "base", by_tier=("status", tiers), where=draw.choice([None, ("gift",)])),
        Boost("weekend", "base", factor=Fraction(3, 2), when=("weekday", "sat", "sun")),
        Boost("half", "base", factor=Fraction(1, 2), when=("channel", "web")),
        Boost("plus", "base", add=Fraction(1, 5)),
    ]
    boosts = [
        *adds,
        *times,
        Boost("alone", "base", factor=Fraction(6, 5), when=("channel", "")),
        Boost("lane app", "inner", add=Fraction(3, 10), when=("channel", "app")),
        Boost("lane weekend", "all", factor=Fraction(5, 4), when=("weekday", "fri", "sat")),
        Boost("lane few", "all", factor=Fraction(3, 4), when=("not", ("net>=", 3000, None))),
    ]
    last = draw.choice([(), (window_limit(draw),), (Limit(draw.choice([60, 120])),)])
    lanes = [
        Lane("additions", tuple(boost.name for boost in adds), draw.choice([*chosen, "product"])),
        Lane("factors", tuple(boost.name for boost in times), draw.choice(["best", "first", "worst", "product"])),
        Lane("inner", ("base", "flat"), draw.choice(chosen), draw.choice([(), (Limit(draw.choice([40, 90])),)])),
        Lane("all", draw.choice([("inner", "extra"), ("extra", "inner", "gold")]), draw.choice(chosen), last),
        Lane("on lanes", ("lane weekend", "lane few"), draw.choice(["best", "product", "first"])),
    ]
    if draw.random() < 0.5:
        lanes.append(Lane("both", ("additions", "factors"), draw.choice(["best", "worst", "first", "product"])))
    return Program(
        "nested",
        draw.choice(ZONES),
        (POINTS,),
        (
            base(draw, "point", rounding=draw.choice(["floor", "half_up"])),
            Earn("flat", "point", "count", Rate(20), when=("net>=", 2000, None)),
            Earn("extra", "point", "net", Rate(1, 70), where=("category", "wine", "fuel")),
            Earn("gold", "point", "given:base", Rate(1, 2), when=("tier", "status", "gold")),
            Earn(
                "fed", "point", "given:all", Rate(1, 3), over=draw.choice([QUARTER, None]), cap=draw.choice([None, 80])
            ),
        ),
        tuple(boosts),
        tuple(lanes),
        (status,),
        expiries=expiry(draw, "point"),
        rewards=rewards(draw, "point", 40),
        taking_back=draw.choice(["debt", "other_lots", "write_off"]),
    )


def club(draw: Random) -> Program:
    """Ladders that ask for several things, hold for terms of their own or spend their counter, and raise rules."""
    status = draw.choice([several, sliding, counter])(draw)
    lounge = Ladder(
        "lounge",
        "net",
        MONTH,
        (("out", 0), ("in", 1)),
        general=True,
        asks=(0, ("all", ("at", "count", rolling(days=60), 2), ("tier", "status", "silver", "gold"))),
    )
    month = draw.choice([MONTH, WEEK])
    return Program(
        "club",
        draw.choice(ZONES),
        (POINTS, STARS, ("gift", 0)),
        (
            base(draw, "point"),
            Earn("stars", "star", "net", Rate(1, draw.choice([1, 2])), pending=draw.choice([None, Duration(days=5)])),
            Earn("hello", "gift", "count", Rate(40), on=("entered", "status", "gold")),
            Earn("again", "gift", "count", Rate(15), on=("renewed", "status"), expires=Duration(days=30)),
            Earn("sorry", "gift", "count", Rate(7), on=("left", "lounge")),
            Earn("dividend", "point", ("net", month), Rate(1, 500), on=("ended", month)),
            Earn("match", "point", ("point", month), Rate(1, 10), on=("ended", month)),
        ),
        boosts_of(draw, "base", status),
        ladders=(status, lounge),
        expiries=(
            *expiry(draw, "point", status, ("base", "dividend", "match")),
            Expiry("star", "after", Duration(months=6)),
        ),
        rewards=rewards(draw, "point", 60),
        taking_back=draw.choice(["debt", "other_lots", "write_off"]),
    )


def several(draw: Random) -> Ladder:
    """Draw a ladder over windows of the calendar: one thing and another, valid for longer than its window, grace."""
    window = draw.choice([MONTH, QUARTER])
    silver = draw.choice(
        [("at", "net", window, 5000), ("any", ("at", "net", window, 9000), ("at", "count", window, 3))]
    )
    both = ("all", ("at", "net", window, 9000), ("at", "count", window, 3))
    gold = draw.choice([both, ("all", ("at", "point", window, 120), ("at", "net", YEAR, 15_000))])
    return Ladder(
        "status",
        "net",
        window,
        (("base", 0), ("silver", 1), ("gold", 2)),
        draw.choice(["fitting", "fitting", "one_step", "never"]),
        general=True,
        asks=(0, silver, gold),
        keep=draw.choice([(), *((("gold", ("at", "net", window, low)),) for low in (4000, 20_000))]),
        valid=draw.choice([EndOf(window, Duration(months=1)), EndOf(MONTH, Duration(months=2)), Duration(days=50)]),
        grace=draw.choice([None, Duration(days=3), Duration(days=10), Duration(days=25)]),
    )


def sliding(draw: Random) -> Ladder:
    """Draw a ladder over windows that slide, reviewed at once or at the end of a term."""
    with_balance = draw.random() < 0.4
    near, far = rolling(days=draw.choice([20, 45])), rolling(months=3)
    either = ("at", "point", None, 60) if with_balance else ("at", "point", far, 100)
    return Ladder(
        "status",
        "net",
        near,
        (("base", 0), ("silver", 1), ("gold", 2)),
        "fitting" if with_balance else draw.choice(["fitting", "one_step"]),
        general=True,
        asks=(
            0,
            ("at", "net", near, 6000),
            ("any", ("at", "net", near, 15_000), ("all", ("at", "count", far, 5), either)),
        ),
        keep=draw.choice([(), (("silver", ("at", "net", far, 3000)),)]),
        valid=draw.choice([None, None, Duration(days=40), EndOf(MONTH, Duration(months=1))]),
    )


def counter(draw: Random) -> Ladder:
    """Draw a ladder that spends its counter."""
    return Ladder(
        "status",
        "star",
        LIFETIME,
        (("base", 0), ("silver", 4000), ("gold", 7000)),
        draw.choice(["fitting", "one_step", "one_step"]),
        general=True,
        asks=(0, ("at", "star", None, 4000), ("at", "star", None, 7000)),
        keep=draw.choice([(), (("gold", 5000),)]),
        valid=draw.choice([EndOf(MONTH, Duration(months=1)), Duration(days=45)]),
        spends=True,
        carry=draw.choice([None, 0, 2500]),
    )


def lasting(draw: Random) -> Program:
    """Take a program with tiers; let its units end by them, on fixed dates, or for want of what it calls activity."""
    one = draw.choice([grocery, rebate, coffee, choosy, nested, club])(draw)
    status = one.ladders[0]
    inside = {name: lane.name for lane in one.lanes for name in lane.of}
    rules: dict[str, list[str]] = {name: [] for name, _ in one.units}
    for earn in one.earns:
        name = earn.name
        while name in inside:  # entries say that the outermost lane gave it
            name = inside[name]
        if name not in rules[earn.unit]:
            rules[earn.unit].append(name)
    ends = [
        draw.choice(
            [
                inactivity(draw, unit, status, names),
                inactivity(draw, unit, status, names),
                Expiry(unit, "after", tiered(draw, status)),
                Expiry(unit, "after", SEASONS),
                suspended(draw, unit, status),
                suspended(draw, unit, status),
            ]
        )
        for unit, names in rules.items()
        if names
    ]
    return replace(one, name="lasting", expiries=tuple(ends))


def mixed(draw: Random) -> Program:
    """Take rules from all other families, as many as fit together."""
    first, second = draw.sample(FAMILIES[:-1], 2)
    one, two = first(draw), second(draw)
    taken = {rule.name for rule in (*one.earns, *one.boosts, *one.lanes, *one.rewards)}
    in_lanes = {name for lane in two.lanes for name in lane.of}
    needs_ladder = {boost.of for boost in two.boosts if boost.by_tier}
    extra = tuple(
        earn
        for earn in two.earns
        if isinstance(earn.on, str)
        and earn.name not in taken | in_lanes | needs_ladder
        and earn.unit == "point"
        and "tier" not in repr(earn.when)
    )
    extra = tuple(earn for earn in extra if "star" not in repr(earn.when) and "given:" not in earn.leaf)
    units = one.units if POINTS in one.units or not extra else (*one.units, POINTS)
    return replace(one, name="mixed", units=units, earns=(*one.earns, *extra), taking_back=two.taking_back)


FAMILIES: tuple[Callable[[Random], Program], ...] = (
    grocery,
    cashback,
    rebate,
    coffee,
    cautious,
    choosy,
    bounded,
    nested,
    club,
    lasting,
    mixed,
)


def draw_program(draw: Random) -> Program:
    """Draw a program of any family, the one with most kinds of entries twice as often."""
    return draw.choice((*FAMILIES, club))(draw)


def draw_shared(draw: Random) -> Program:
    """Draw a program of any family, with units that change hands, budgets, stock, and activities raised for others."""
    one = draw_program(draw)
    in_lanes = {name for lane in one.lanes for name in lane.of}
    budgeted = [
        earn.name
        for earn in one.earns
        if earn.over is None
        and isinstance(earn.on, str)  # what is raised by no event draws on nothing
        and earn.name not in in_lanes
        and not any(limit.defer or limit.rejudge or limit.by for limit in earn.limits)
    ]
    chosen = set(draw.sample(budgeted, min(len(budgeted), draw.randint(0, 2))))
    whole = draw.random() < 0.3
    earns = tuple(replace(e, budget="fund", whole=whole) if e.name in chosen else e for e in one.earns)
    unit = one.units[-1][0]
    asked = [each for each in one.rewards if each.claim == "asked"]
    stocked = asked[0].name if asked and draw.random() < 0.8 else None
    rewards = tuple(replace(each, stock="mugs", hold=None) if each.name == stocked else each for each in one.rewards)
    carries = draw.random() < 0.5
    when = draw.choice([None, ("net>=", 2000, None), ("ordinal", 1), ("not", ("net>=", 5000, None))])
    earns += (
        Earn(
            "referrer",
            unit,
            "count",
            Rate(draw.choice([20, 50])),
            on="activity",
            when=("activity", "referral"),
            limits=draw.choice([(), (Limit(2, MONTH, "times"),), (Limit(60, LIFETIME),)]),
        ),
    )
    if carries:
        earns += (Earn("referred share", unit, "spent", Rate(1, 130), on="activity", when=("activity", "referral")),)
    return replace(
        one,
        name="shared",
        units=(*one.units, ("piece", 0)) if stocked else one.units,
        earns=earns,
        rewards=rewards,
        transfers=tuple(transferable(draw, name) for name, _ in one.units if draw.random() < 0.9),
        raises=(Raise("friend bought", "referral", "referrer", when, carries),),
    )


def transferable(draw: Random, unit: str) -> Transferable:
    """Draw the terms at which a unit changes hands."""
    window = draw.choice([DAY, MONTH, LIFETIME, SINCE, rolling(days=30)])
    return Transferable(
        unit,
        minimum=draw.choice([None, None, 10]),
        step=draw.choice([None, None, 5]),
        fee=draw.choice([0, 0, 3]),
        arrives=draw.choice([Fraction(1), Fraction(1), Fraction(9, 10), Fraction(1, 3)]),
        renew=draw.random() < 0.3,
        limit=draw.choice([None, Limit(2, window, "times"), Limit(150, window)]),
    )


# -- the library's program ------------------------------------------------------------------------------------------


class Line(lc.Item):
    category = lc.Text()
    points = lc.Number(missing=0)
    gift = lc.Flag(missing=False)


class Order(lc.Purchase):
    channel = lc.Text(missing="")
    nights = lc.Number(missing=0)


class Deed(lc.Activity):
    spent = lc.Price(missing=0)


USD = lc.Money("USD")
SCALE = {"net": 100, "full": 100, "spent": 100, "quantity": 1000, "points": 1, "nights": 1, "count": 1}
MEASURES = {
    "net": Line.net,
    "full": Line.net_before_points,
    "quantity": Line.quantity,
    "points": Line.points,
    "nights": Order.nights,
    "count": Order.count,
    "spent": Deed.spent,
}


@cache
def build(description: Program) -> lc.Program:
    """Build the library's program from a description."""
    units = {name: lc.Unit(name, places=places) for name, places in description.units}
    rules: list[Any] = [build_earn(earn, units) for earn in description.earns]
    rules += [
        lc.Boost(
            boost.name,
            boost_worth(boost),
            of=boost.of,
            where=item_condition(boost.where),
            when=event_condition(boost.when, units),
        )
        for boost in description.boosts
    ]
    for lane in description.lanes:
        unit = units[description.earns[0].unit]
        limits = [build_limit(limit, unit) for limit in lane.limits]
        rules.append(lc.Lane(lane.name, of=list(lane.of), combine=lane.combine, limit=limits or None))
    rules += [build_ladder(each, units) for each in description.ladders]
    rules += [
        lc.Expiry(units[each.unit], life(each), unless=lc.in_tier(*each.unless) if each.unless else None)
        for each in description.expiries
    ]
    rules += [
        lc.Reward(
            each.name,
            cost=lc.Amount(units[each.unit], each.cost),
            gives=each.name,
            claim=each.claim,
            hold=build_life(each.hold),
            when=event_condition(each.when, units),
            stock=each.stock,
        )
        for each in description.rewards
    ]
    rules += [
        lc.Pay(
            each.name,
            each=lc.Amount(units[each.unit], each.each),
            worth=lc.Amount(USD, each.worth),
            hold=build_life(each.hold),
            minimum=each.minimum and lc.Amount(USD, each.minimum),
            maximum=each.maximum and lc.Amount(USD, each.maximum),
            step=each.step and lc.Amount(USD, each.step),
            share=each.share,
            least_share=each.least_share,
            where=item_condition(each.where),
        )
        for each in description.pays
    ]
    orders = {"soonest": lc.soonest_first, "oldest": lc.oldest_first, "newest": lc.newest_first}
    rules += [lc.Burn(units[each.unit], orders[each.order], first=each.first) for each in description.burns]
    rules += [build_transferable(each, units[each.unit]) for each in description.transfers]
    rules += [
        lc.Raise(
            each.name,
            each.activity,
            to=lc.setting(each.setting),
            when=event_condition(each.when, units),
            values={"spent": Line.net} if each.carries else {},
        )
        for each in description.raises
    ]
    return lc.Program(
        description.name,
        version="1",
        timezone=description.zone,
        currency=USD,
        items=Line,
        purchases=Order,
        activities=Deed,
        rules=rules,
        taking_back=description.taking_back,
    )


def build_earn(earn: Earn, units: dict[str, lc.Unit]) -> Any:
    unit = units[earn.unit]
    on = {"purchase": lc.Purchase, "enrolment": lc.Enrolment, "activity": lc.Activity}.get(earn.on) or cause(earn.on)
    accrual = build_accrual(earn, unit)
    return lc.Earn(
        earn.name,
        accrual,
        where=item_condition(earn.where),
        when=event_condition(earn.when, units),
        over=lc.purchase if earn.over is None else build_window(earn.over),
        on=on,
        limit=[build_limit(limit, unit) for limit in earn.limits] or None,
        rounding=getattr(lc, earn.rounding),
        stage=lc.item if earn.by_item else lc.purchase,
        pending=build_pending(earn.pending),
        expires=build_life(earn.expires),
        expires_from=earn.expires_from,
        taking_back=earn.taking_back,
        budget=None if earn.budget is None else lc.Budget(earn.budget, lc.reject if earn.whole else lc.truncate),
    )


def build_transferable(each: Transferable, unit: lc.Unit) -> Any:
    return lc.Transferable(
        unit,
        minimum=None if each.minimum is None else lc.Amount(unit, each.minimum),
        step=None if each.step is None else lc.Amount(unit, each.step),
        fee=lc.Amount(unit, each.fee) if each.fee else None,
        arrives=each.arrives,
        expiry=lc.renew if each.renew else lc.keep,
        limit=None if each.limit is None else build_limit(each.limit, unit),
    )


def build_pending(pending: Duration | EndOf | Until | None) -> Any:
    if isinstance(pending, Until):
        came = lc.Activity.name.is_(pending.activity)
        return lc.until(came, within=build_life(pending.within), then=build_life(pending.then))
    return build_life(pending)


def cause(on: Any) -> Any:
    kind, *of = on
    if kind == "ended":
        return lc.ended(build_window(of[0]))
    return {"entered": lc.entered, "renewed": lc.renewed, "left": lc.left}[kind](*of)


def build_accrual(earn: Earn, unit: lc.Unit) -> Any:
    shape = earn.shape
    if isinstance(earn.leaf, tuple):
        by, window = earn.leaf
        assert isinstance(shape, Rate)
        measured = lc.Amount(USD if by == "net" else unit, shape.each)
        return lc.Amount(unit, shape.amount).per(measured, build_history(by, window, {unit.name: unit}))
    if earn.leaf.startswith("given:"):
        assert isinstance(shape, Rate)
        read = lc.given(earn.leaf.removeprefix("given:"))
        accrual = lc.Amount(unit, shape.amount).per(lc.Amount(unit, shape.each), read)
        return accrual if earn.cap is None else accrual.capped(lc.Amount(unit, earn.cap))
    measure = MEASURES[earn.leaf]
    if isinstance(shape, Rate) and earn.leaf == "count":
        return lc.Amount(unit, shape.amount)
    if isinstance(shape, Rate):
        accrual = lc.Amount(unit, shape.amount).per(leaf_amount(earn.leaf, shape.each), measure)
    elif isinstance(shape, Steps):
        accrual = lc.Amount(unit, shape.amount).per_full(leaf_amount(earn.leaf, shape.each), measure)
    elif isinstance(shape, Milestones):
        accrual = unit.milestones(
            measure, {leaf_amount(earn.leaf, at): lc.Amount(unit, most) for at, most in shape.rows}
        )
    else:
        natural = Fraction(SCALE[earn.leaf], 10**unit.places)
        table = {leaf_amount(earn.leaf, low): rate * natural for low, rate in shape.rows}
        accrual = unit.bands(measure, table, how=lc.whole if shape.whole else lc.marginal)
    return accrual if earn.cap is None else accrual.capped(lc.Amount(unit, earn.cap))


def leaf_amount(leaf: str, minor: int) -> Any:
    """Return smallest parts of a leaf as the library takes them: money, or an exact number."""
    return lc.Amount(USD, minor) if leaf in ("net", "full", "spent") else Fraction(minor, SCALE[leaf])


def boost_worth(boost: Boost) -> Any:
    if boost.by_tier is not None:
        ladder_name, factors = boost.by_tier
        return lc.by_tier(ladder_name, {tier: f"x{float(factor)}" for tier, factor in factors})
    return f"+{int(boost.add * 100)}%" if boost.add else f"x{float(boost.factor)}"


def build_window(window: Window) -> Any:
    if window.kind == "rolling":
        return lc.rolling(**amounts_of(window.duration))
    if window.kind == "since":
        return lc.since(window.start)
    if window.kind == "previous":
        return lc.previous(build_window(window.inner))
    if window.kind == "cycle":
        anchor = {"": window.date, "enrolment": lc.joined}.get(window.anchor) or lc.first("review")
        return lc.cycle(build_life(window.duration), since=anchor)
    return shifted(window) if window.begins != (1, 1, 0) else getattr(lc, window.kind)


def shifted(window: Window) -> Any:
    month, day, minute = window.begins
    begins: dict[str, Any] = {"at": f"{minute // 60:02}:{minute % 60:02}"}
    if window.kind in ("quarter", "year"):
        begins["month"] = month
    if window.kind != "day":
        begins["day"] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day - 1] if window.kind == "week" else day
    return getattr(lc, window.kind).beginning(**begins)


def amounts_of(duration: Duration) -> dict[str, int]:
    return {name: amount for name, amount in vars(duration).items() if amount}


def build_life(each: Life | None) -> Any:
    if isinstance(each, Dates):
        return lc.on_dates(*each.moments)
    if isinstance(each, ByTier):
        lives = {tier: build_life(own) or lc.never for tier, own in each.lives}
        return lc.life_by_tier(each.ladder, lives, otherwise=build_life(each.otherwise) or lc.never)
    if isinstance(each, Duration):
        return lc.Duration(each.months, each.days, each.hours * 3_600_000_000)
    if isinstance(each, EndOf):
        after, then = (build_life(part) if part != Duration() else None for part in (each.after, each.then))
        return lc.end_of(build_window(each.window), after=after, further=each.further, then=then)
    return None


def life(each: Expiry) -> Any:
    if each.kind == "never":
        return lc.never
    if each.kind != "inactivity":
        return build_life(each.after)
    return lc.inactivity(build_life(each.after), by=[*(ACTIVE[kind] for kind in each.kinds), *each.rules])


ACTIVE = {"purchase": lc.Purchase, "activity": lc.Activity, "redemption": lc.Redemption}


def build_limit(limit: Limit, unit: lc.Unit) -> Any:
    window = lc.purchase if limit.per is None else build_window(limit.per)
    if limit.kind == "item":
        window = lc.item
    otherwise: Any = lc.reject if limit.reject else lc.truncate
    if limit.defer:
        otherwise = lc.defer(limit.defer, otherwise=otherwise)
    each = None if limit.each is None else lc.TextOf(*limit.each)
    if limit.kind == "times":
        shortfall = otherwise if limit.defer else lc.reject
        return lc.times(limit.most, per=window, otherwise=shortfall, each=each, name=limit.name)
    most: Any = lc.Amount(unit, limit.most)
    if limit.by is not None:
        most = lc.Amount(unit, limit.by.amount).per(lc.Amount(USD, limit.by.each), Line.net)
    freed = lc.rejudge if limit.rejudge else lc.later
    return lc.at_most(most, per=window, otherwise=otherwise, each=each, name=limit.name, freed=freed)


def build_history(by: str, over: Window, units: dict[str, lc.Unit]) -> Any:
    """Return the measure of the history that the description calls "net", "count", or by a unit's name."""
    window = build_window(over)
    if by in ("net", "count"):
        return Order.count.over(window) if by == "count" else Order.net.over(window)
    return units[by].earned(window)


def build_asked(asked: Any, units: dict[str, lc.Unit]) -> Any:
    if asked == 0:
        return 0
    kind, *rest = asked
    if kind in ("all", "any"):
        return joined("and" if kind == "all" else "or", [build_asked(part, units) for part in rest])
    if kind == "tier":
        return lc.in_tier(*rest)
    by, window, bound = rest
    if window is None:
        return units[by].balance.at_least(lc.Amount(units[by], bound))
    wanted = bound if by == "count" else lc.Amount(units.get(by, USD), bound)
    return build_history(by, window, units).at_least(wanted)


def build_general(each: Ladder, units: dict[str, lc.Unit]) -> Any:
    terms: dict[str, Any] = {"valid": build_life(each.valid), "downgrade": each.downgrade}
    if each.spends:
        unit = units[each.by]
        carry = None if each.carry is None else lc.Amount(unit, each.carry)
        tiers = {tier: lc.Amount(unit, cost) if cost else 0 for tier, cost in each.tiers}
        keep = {tier: lc.Amount(unit, cost) for tier, cost in each.keep}
        return lc.Ladder(each.name, by=unit.balance, tiers=tiers, keep=keep, spends=True, carry=carry, **terms)
    tiers = {tier: build_asked(asked, units) for (tier, _), asked in zip(each.tiers, each.asks, strict=True)}
    keep = {tier: build_asked(asked, units) for tier, asked in each.keep}
    return lc.Ladder(each.name, tiers=tiers, keep=keep, grace=build_life(each.grace), **terms)


def build_ladder(each: Ladder, units: dict[str, lc.Unit]) -> Any:
    if each.general:
        return build_general(each, units)
    by = build_history(each.by, each.window, units)
    if each.by == "count":
        return lc.Ladder(
            each.name,
            by=by,
            tiers=dict(each.tiers),
            review=each.review or "",
            downgrade=each.downgrade,
        )
    unit = USD if each.by == "net" else units[each.by]
    tiers = {tier: lc.Amount(unit, bound) if bound else 0 for tier, bound in each.tiers}
    return lc.Ladder(each.name, by=by, tiers=tiers, review=each.review or "", downgrade=each.downgrade)


def item_condition(condition: tuple[Any, ...] | None) -> Any:
    if condition is None:
        return None
    kind, *rest = condition
    if kind == "not":
        return ~item_condition(rest[0])
    if kind in ("and", "or"):
        return joined(kind, [item_condition(part) for part in rest])
    return {
        "category": lambda *names: Line.category.is_in(set(names)),
        "gift": Line.gift.is_true,
        "net>=": lambda cents: Line.net.at_least(lc.Amount(USD, cents)),
    }[kind](*rest)


def joined(kind: str, parts: list[Any]) -> Any:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole & part if kind == "and" else whole | part
    return whole


def event_condition(condition: tuple[Any, ...] | None, units: dict[str, lc.Unit]) -> Any:
    if condition is None:
        return None
    kind, *rest = condition
    if kind == "not":
        return ~event_condition(rest[0], units)
    if kind in ("and", "or"):
        return joined(kind, [event_condition(part, units) for part in rest])
    if kind == "zoned":
        return BY_THE_CLOCK[rest[1][0]](*rest[1][1:], zone=rest[0])
    if kind in BY_THE_CLOCK:
        return BY_THE_CLOCK[kind](*rest)
    return {
        "channel": lambda *names: Order.channel.is_in(set(names)),
        "activity": lambda *names: lc.Activity.name.is_in(set(names)),
        "net>=": lambda cents, where: total(Line.net, where).at_least(lc.Amount(USD, cents)),
        "quantity>=": lambda milli, where: total(Line.quantity, where).at_least(Fraction(milli, 1000)),
        "tier": lc.in_tier,
        "ordinal": lc.ordinal.is_,
        "setting": lambda name, value: lc.setting(name).is_(value),
        "spent": lambda window, cents: Order.net.over(build_window(window)).at_least(lc.Amount(USD, cents)),
        "earned": lambda unit, window, minor: (
            units[unit].earned(build_window(window)).at_least(lc.Amount(units[unit], minor))
        ),
        "balance": lambda unit, minor: units[unit].balance.at_least(lc.Amount(units[unit], minor)),
    }[kind](*rest)


BY_THE_CLOCK: dict[str, Callable[..., Any]] = {
    "weekday": lc.weekday,
    "between": lc.between,
    "time": lambda start, end, **zone: lc.time_of_day(
        f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}", **zone
    ),
    "day of month": lc.day_of_month,
    "month": lambda *months, **zone: lc.month_of_year(*(MONTHS[month - 1] for month in months), **zone),
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def total(number: Any, where: tuple[Any, ...] | None) -> Any:
    return number.sum(where=item_condition(where)) if where else number.sum()


# -- the library's events -------------------------------------------------------------------------------------------


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def thousandths(quantity: int) -> str:
    return f"{quantity // 1000}.{quantity % 1000:03}"


def build_event(event: plain.Event, description: Program) -> lc.Event:
    """Build the library's event from a described one."""
    places = dict(description.units)

    def amount(unit: str, minor: int) -> lc.Amount:
        return lc.Amount(lc.Unit(unit, places=places[unit]), minor)

    def opening_tally(by: str, window: Window, number: int, at: dt.datetime) -> lc.OpeningTally:
        units = {name: lc.Unit(name, places=digits) for name, digits in description.units}
        of = build_history(by, window, units)
        return lc.OpeningTally(of, number if by == "count" else lc.Amount(units.get(by, USD), number), at)

    builders: dict[type, Callable[[Any], lc.Event]] = {
        plain.Purchase: lambda e: Order(
            e.id,
            at=e.at,
            channel=e.channel,
            nights=e.nights,
            items=[build_item(item) for item in e.items],
            paid_with={name: money(cents) for name, cents in e.paid},
        ),
        plain.Return: lambda e: lc.Return(
            e.id,
            at=e.at,
            of=e.of,
            items=build_parts(e.items),
            refunds={item: money(cents) for item, cents in e.refunds} or None,
        ),
        plain.Enrolment: lambda e: lc.Enrolment(e.id, at=e.at),
        plain.Activity: lambda e: Deed(e.id, at=e.at, name=e.name, spent=money(e.spent), of=e.of),
        plain.Transfer: lambda e: lc.Transfer(e.id, at=e.at, to=e.to, amount=amount(e.unit, e.amount)),
        plain.Redemption: lambda e: lc.Redemption(
            e.id, at=e.at, reward=e.reward, times=e.times, amount=None if e.amount is None else money(e.amount)
        ),
        plain.Hold: lambda e: lc.Hold(
            e.id,
            at=e.at,
            reward=e.reward,
            times=e.times,
            amount=None if e.amount is None else money(e.amount),
            until=e.until,
        ),
        plain.Capture: lambda e: lc.Capture(
            e.id, at=e.at, of=e.of, times=e.times, amount=None if e.amount is None else money(e.amount)
        ),
        plain.Release: lambda e: lc.Release(e.id, at=e.at, of=e.of),
        plain.Adjustment: lambda e: lc.Adjustment(
            e.id,
            at=e.at,
            amount=amount(e.unit, e.amount),
            reason=e.reason,
            expires=e.expires,
            of=e.of,
            otherwise=e.otherwise,
        ),
        plain.Settings: lambda e: lc.Settings(e.id, at=e.at, **dict(e.values)),
        plain.TierAdjustment: lambda e: lc.TierAdjustment(
            e.id,
            at=e.at,
            ladder=e.ladder,
            tier=e.tier,
            reason=e.reason,
            until=lc.never if e.until == "never" else e.until,
        ),
        plain.Opening: lambda e: lc.Opening(
            e.id,
            at=e.at,
            lots=[lc.OpeningLot(amount(unit, minor), expires=expires) for unit, minor, expires in e.lots],
            tiers=dict(e.tiers),
            tallies=[opening_tally(*tally) for tally in e.tallies],
            purchases=e.purchases,
            joined=e.joined,
            firsts={"review": e.reviewed} if e.reviewed else None,
        ),
    }
    return builders[type(event)](event)


def build_item(item: plain.Item) -> Line:
    return Line(
        item.id,
        money(item.net),
        thousandths(item.quantity),
        category=item.category,
        points=item.points,
        gift=item.gift,
    )


def build_parts(items: tuple[tuple[str, int | None], ...] | None) -> Any:
    if items is None:
        return None
    if all(quantity is None for _, quantity in items):
        return [item for item, _ in items]
    return {item: None if quantity is None else thousandths(quantity) for item, quantity in items}


# -- rows to be read in place ---------------------------------------------------------------------------------------

_LINES = lc.bind_items(Line, id=0, net=1, quantity=2, category=3, points=4, gift=5)
_HEAD: dict[str, Any] = {"id": 1, "at": 2, "member": 3}

#: How the library reads the rows of `build_row`, by the kind they begin with.
BINDINGS = {
    "purchase": lc.bind(Order, _LINES, **_HEAD, lines=4, channel=5, nights=6),
    "return": lc.bind(lc.Return, **_HEAD, of=4, lines=5),
    "activity": lc.bind(lc.Activity, **_HEAD, name=4, of=5),
    "enrolment": lc.bind(lc.Enrolment, **_HEAD),
    "redemption": lc.bind(lc.Redemption, **_HEAD, reward=4),
    "hold": lc.bind(lc.Hold, **_HEAD, reward=4, until=5),
    "capture": lc.bind(lc.Capture, **_HEAD, of=4),
    "release": lc.bind(lc.Release, **_HEAD, of=4),
}


def can_be_replayed(event: plain.Event) -> bool:
    """Say whether rows can say everything about an event."""
    if isinstance(event, plain.Return):
        return all(quantity is None for _, quantity in event.items or ()) and not event.refunds
    if isinstance(event, plain.Redemption | plain.Hold):
        return event.times == 1 and event.amount is None
    if isinstance(event, plain.Capture):
        return event.times is None and event.amount is None
    if isinstance(event, plain.Purchase):
        return not event.paid
    return isinstance(event, plain.Activity | plain.Enrolment | plain.Release)


def build_row(event: plain.Event) -> tuple[Any, ...]:
    """Build a host's row, in smallest parts as rows are."""
    own: tuple[Any, ...] = ()
    if isinstance(event, plain.Purchase):
        lines = [(i.id, i.net, i.quantity, i.category, i.points, i.gift) for i in event.items]
        own = (lines, event.channel, event.nights)
    elif isinstance(event, plain.Return):
        own = (event.of, event.items and [item for item, _ in event.items])
    elif isinstance(event, plain.Activity):
        own = (event.name, event.of)
    elif isinstance(event, plain.Redemption):
        own = (event.reward,)
    elif isinstance(event, plain.Hold):
        own = (event.reward, event.until)
    elif isinstance(event, plain.Capture | plain.Release):
        own = (event.of,)
    return (type(event).__name__.lower(), event.id, event.at, "ada", *own)
