"""
Random programs: descriptions drawn from a seed; `machine.building` makes the library's of them.

Each family stands on a kind of program that is out there and draws its figures; ``mixed`` draws from all of them.
Amounts are small and thresholds near what purchases come to, so that edges are met often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from machine.described import (
    Bands,
    Boost,
    Burn,
    ByTier,
    Chosen,
    Dated,
    Dates,
    Discount,
    Duration,
    Earn,
    EndOf,
    Exchange,
    Expiry,
    Issue,
    Ladder,
    Lane,
    Life,
    Limit,
    Milestones,
    Packages,
    Pay,
    Program,
    Raise,
    Rate,
    Refuse,
    Reward,
    Steps,
    Streak,
    Transferable,
    Until,
    Window,
)
from machine.valued import beside

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
        taking_back=draw.choice(["debt", "other_lots", "clamp", "write_off"]),
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
    then = draw.choice([None, Duration(days=5), Duration(days=14)])
    aside = Random(repr(draw.getstate()))  # beside, so that all else is drawn as it was
    if aside.random() < 0.4:
        return Until("delivered", aside.choice([within, Duration(days=12)]), then, matures=True)
    return Until("delivered", within, then)


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
        taking_back=draw.choice(["debt", "other_lots", "clamp", "write_off"]),
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
    if Random(repr(draw.getstate())).random() < 0.2:  # beside, so that all else is drawn as it was
        rounding = "half_down"
    histories = [MONTH, rolling(days=30), MEMBER_MONTHS, *map(previous, (MONTH, QUARTER, MEMBER_MONTHS, SIX_WEEKS))]
    if Random(repr(draw.getstate()) + "back").random() < 0.3:
        histories = [previous(window) if window.inner else window for window in histories]
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
        taking_back=draw.choice(["debt", "other_lots", "clamp", "write_off"]),
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
        taking_back=draw.choice(["debt", "other_lots", "clamp", "write_off"]),
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
        taking_back=draw.choice(["debt", "other_lots", "clamp", "write_off"]),
    )


def club(draw: Random) -> Program:
    """Ladders that ask for several things, hold for terms of their own or spend their counter, and raise rules."""
    status = draw.choice([several, sliding, counter])(draw)
    if Random(repr(draw.getstate())).random() < 0.15:  # beside, so that all else is drawn as it was
        status = replace(status, downgrade="lowest")
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
        taking_back=draw.choice(["debt", "other_lots", "clamp", "write_off"]),
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
    # Drawn beside, so that the programs of all seeds stay as they were.
    grace = Random(repr(near)).choice([None, Duration(days=4), Duration(days=15)])
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
        grace=grace,
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


def claiming(draw: Random) -> Program:
    """Rewards claimed by themselves at every kind of moment, which give units with terms of their own; an exchange."""
    status = ladder(draw, window=rolling(days=draw.choice([40, 90])))
    cost = draw.choice([20, 35])
    most = [Limit(draw.choice([1, 2]), kind="times"), Limit(90), window_limit(draw)]
    claimed = [claimed_reward(draw, status, number, cost, most) for number in range(draw.choice([1, 2, 3]))]
    # By what rewards give and cost, so that it is asked again behind them.
    held = (0, ("at", "coupon", None, 1), ("any", ("at", "coupon", None, 4), ("at", "point", None, 5 * cost)))
    pile = Ladder("pile", "net", MONTH, (("none", 0), ("some", 1), ("many", 2)), general=True, asks=held)
    return Program(
        "claiming",
        draw.choice(ZONES),
        (POINTS, STARS, ("coupon", 0)),
        (
            base(draw, "point", pending=draw.choice([None, None, Duration(days=9), delivery(draw)])),
            Earn("stars", "star", "net", Rate(1, draw.choice([3, 10])), over=draw.choice([None, MONTH])),
            Earn("dividend", "point", ("net", MONTH), Rate(1, 200), on=("ended", MONTH)),
            Earn("stipend", "star", "count", Rate(90), on=draw.choice([("began", WEEK), ("dated", dates(draw))])),
            Earn("hello", "star", "count", Rate(300), on=("entered", "status", "gold")),
            review_bonus(draw, "point"),
            welcome("star", 200),
        ),
        boosts_of(draw, "base", status),
        ladders=(status, pile),
        expiries=(
            *expiry(draw, "point", status, ("base",)),
            *draw.choice([(), (Expiry("star", "after", Duration(days=45)),), (inactivity(draw, "star", status),)]),
        ),
        rewards=(
            Reward("mug", "coupon", 2),
            Reward(
                "cup",
                "point",
                cost,
                when=draw.choice([None, None, *open_to(draw)]),
                gives=(issue(draw, "coupon"), issue(draw, "star"))[: draw.choice([1, 2])],
                limits=tuple(draw.sample(most, draw.choice([0, 0, 1]))),
                by_tier=draw.choice([dearer(draw, cost), ("status", (("gold", 0),))]),
            ),
            Reward("jug", "point", 2 * cost, hold=Duration(days=9), limits=(window_limit(draw),)),
            *claimed,
            *draw.choice(
                [(), (Reward("token", "coupon", 2, "repeatedly", on="at once", gives=(issue(draw, "star"),)),)]
            ),
        ),
        exchanges=(
            Exchange(
                "swap",
                "point",
                draw.choice([2, 3, 7]),
                issue(draw, "star"),
                minimum=draw.choice([None, 10]),
                maximum=draw.choice([None, 90]),
                step=draw.choice([None, None, 5]),
                rounding=draw.choice(["floor", "half_up", "ceiling"]),
                when=draw.choice([None, None, ("tier", "status", "silver", "gold")]),
                limits=draw.choice([(), (), (Limit(2, MONTH, "times"),), (Limit(150, rolling(days=30)),)]),
            ),
        ),
        burns=draw.choice([(), burns(draw, "point", "base", "dividend")]),
        taking_back=draw.choice(["debt", "other_lots", "write_off"]),
    )


def playing(draw: Random) -> Program:
    """Streaks over every kind of period, with freezes, tolerance and conditions, and what follows from them."""
    per = draw.choice([DAY, WEEK, WEEK, MONTH, SUNDAY_WEEK, NIGHT, BILLING, SIX_WEEKS, MEMBER_MONTHS, REVIEW_HALVES])
    goal = draw.choice(
        [
            Earn("goal", "day", "count", Milestones(((draw.choice([1, 2]), 1),)), on="activity", over=per),
            Earn("goal", "day", "count", Rate(1), on="activity", limits=(Limit(1, per, "times"),)),
            Earn("goal", "day", "net", Milestones(((2000, 1), (6000, 2))), over=per),
            Earn("goal", "day", "count", Rate(1), limits=(Limit(1, per, "times"),), expires=Duration(days=40)),
        ]
    )
    run = Ladder("run", "day", LIFETIME, (("none", 0), ("some", 2), ("many", 4)))
    unless = [("weekday", "sat", "sun", "mon"), ("setting", "newsletter", "yes"), ("balance", "point", 60)]
    unless += [("spent", draw.choice([MONTH, rolling(days=20)]), 5000), ("tier", "run", "many")]
    return Program(
        "playing",
        draw.choice(ZONES),
        (POINTS, ("day", 0), ("freeze", 0)),
        (
            base(draw, "point"),
            goal,
            Earn("spare", "freeze", "count", Rate(1), limits=(Limit(draw.choice([1, 2]), MONTH, "times"),)),
            Earn(
                "matured", "day", "count", Rate(1), on="activity", pending=Duration(days=5), when=("activity", "survey")
            ),
            Earn("bonus", "point", "count", Rate(20), on=("entered", "run")),
            Earn("gift", "freeze", "count", Rate(1), on=("began", MONTH)),
        ),
        ladders=(run,),
        expiries=(*expiry(draw, "point"), *draw.choice([(), (Expiry("freeze", "after", Duration(days=50)),)])),
        rewards=(*rewards(draw, "point", 40), Reward("thaw", "freeze", 1), Reward("day off", "day", 1)),
        burns=draw.choice([(), burns(draw, "freeze", "spare")]),
        streaks=(
            Streak(
                "day",
                per,
                draw.choice([None, ("freeze", 1), ("freeze", 2)]),
                draw.choice([None, None, *unless]),
                draw.choice([0, 0, 1, 2]),
                draw.choice([(), ("point",)]),
            ),
        ),
        taking_back=draw.choice(["debt", "other_lots", "write_off"]),
    )


def strict(draw: Random) -> Program:
    """Refuse events of every kind by terms of the program, and give for packages of what was bought."""
    one = choosy(draw)
    few = ("not", ("net>=", draw.choice([300, 900]), None))
    refusals = [
        Refuse("too small", "purchase", few),
        Refuse("blackout", "purchase", ("and", ("weekday", "sun", "mon"), ("channel", "web"))),
        Refuse("too much", "purchase", ("and", ("net>=", 3000, NO_FUEL), ("spent", MONTH, 20_000))),
        Refuse("members only", "activity", ("and", ("activity", "survey"), ("not", ("tier", "status", "gold")))),
        Refuse("late", "enrolment", schedule(draw)),
        Refuse("closed", "redemption", draw.choice([("weekday", "fri", "sat"), ("not", ("balance", "point", 60))])),
        Refuse("final", "return", draw.choice([("weekday", "sat", "sun"), ("spent", MONTH, 25_000)])),
    ]
    other = draw.choice([("quantity", 2000), ("count", 1), ("nights", 2), ("points", 5)])
    mixes = [((1, 1), 30), ((2, 1), draw.choice([41, 70])), ((1, 0), 7), ((0, 3), 20), ((3, 2), 111)]
    rows = tuple(draw.sample(mixes, draw.randint(1, 4)))
    # Beside, so that all else is drawn as it was.
    listed = Random(repr(draw.getstate()) + "listed").random() < 0.4
    packages = Packages((("net", draw.choice([700, 2000])), other), rows, listed)
    earn = Earn("package", "point", "net", packages, over=draw.choice([None, MONTH, LIFETIME]))
    some = tuple(draw.sample(refusals, draw.randint(1, 3)))
    return replace(one, name="strict", earns=(*one.earns, earn), refusals=some)


def discounted(draw: Random) -> Program:
    """Discounts of every kind, one after the other and in lanes, claimed or not; points on what is left of them."""
    names = ["spring", "more", "coupon", "club"][: draw.choice([1, 2, 3, 4, 4])]
    discounts = tuple(a_discount(draw, name) for name in names)
    if (apart := beside(draw)).random() < 0.6:
        discounts = tuple(of_pieces(apart, discounts))
    return Program(
        "discounted",
        draw.choice(ZONES),
        (POINTS, STARS),
        (
            base(draw, "point"),
            Earn("whole price", "star", "gross", Rate(1, 3), where=draw.choice([None, NO_FUEL])),
            Earn("month", "point", "net", Milestones(((4000, 30), (9000, 50))), over=MONTH),
            Earn("big", "point", "count", Rate(25), when=("net>=", 3000, None)),
        ),
        expiries=expiry(draw, "point"),
        rewards=(Reward("cup", "point", 60),),
        pays=(
            Pay("till", "point", 1, draw.choice([1, 3]), share=Fraction(draw.choice([1, 2]), 2), where=NO_FUEL),
            Pay("stars", "star", 7, 2),
        ),
        refusals=draw.choice([(), (Refuse("too large", "purchase", ("net>=", 15_000, None)),)]),
        discounts=discounts,
        discount_lanes=discount_lanes(draw, names),
        taking_back=draw.choice(["debt", "debt", "other_lots", "clamp"]),
    )


def discount_lanes(draw: Random, names: list[str]) -> tuple[Lane, ...]:
    """Draw no lane of discounts, one, or one in another."""
    if draw.random() < 0.4:
        return ()
    found = [discount_lane(draw, "together", tuple(draw.sample(names, draw.randint(1, len(names)))))]
    rest = [name for name in names if name not in found[0].of]
    if draw.random() < 0.3:
        found.append(discount_lane(draw, "outer", tuple(draw.sample(["together", *rest], 1 + len(rest)))))
    return tuple(found)


def discount_lane(draw: Random, name: str, of: tuple[str, ...]) -> Lane:
    combine = draw.choice(["sum", "product", "best", "worst", "first"])
    by_item = combine in ("best", "worst", "first") and draw.random() < 0.4
    limits = draw.choice([(), (), (discount_limit(draw),)])
    if (apart := beside(draw)).random() < 0.3:
        limits = (*limits, Limit(apart.choice([1, 2]), kind="times"))
    return Lane(name, of, combine, limits, by_item)


def discount_limit(draw: Random) -> Limit:
    """Draw a limit for each purchase, or over a window."""
    most, reject = draw.choice([99, 500, 1500]), draw.random() < 0.3
    window = draw.choice([MONTH, YEAR, LIFETIME, LIFETIME, SINCE, rolling(days=90), BILLING, REVIEW_HALVES])
    over = Limit(draw.choice([1, 2 * most, 4 * most]), window, reject=reject)
    return draw.choice([Limit(most, reject=reject), over, over, Limit(draw.choice([1, 2]), window, "times")])


def a_discount(draw: Random, name: str) -> Discount:
    """Draw a discount."""
    cents = draw.choice([1, 100, 333, 1000])
    off = draw.choice(
        [
            ("share", Fraction(draw.choice([1, 2, 3]), draw.choice([3, 7, 10]))),
            ("share", Fraction(1, 10)),
            ("share", Fraction(1)),
            ("amount", cents),
            ("amount", cents),
            ("apiece", cents),
            ("price", cents),
            ("steps", Steps(draw.choice([101, 300]), 2000)),
        ]
    )
    kind = draw.choice(["asked", "once"])
    costs = [None, ("point", draw.choice([5, 30, 60])), ("point", 90), ("star", 70)]
    limits = [Limit(draw.choice([50, 400]), kind="item", reject=draw.random() < 0.3), discount_limit(draw)]
    return Discount(
        name,
        off,
        draw.choice([None, some_units(draw)]),
        where=draw.choice([None, None, NO_FUEL, ("category", "coffee", "food"), ("net>=", 1000), ("gift",)]),
        when=draw.choice(
            [
                *[None] * 7,
                ("net>=", 1500, None),
                ("gross>=", 1500, NO_FUEL),
                ("not", ("net>=", 5000, None)),
                ("quantity>=", 2000, None),
                ("channel", "app", ""),
                ("ordinal", 2),
                ("spent", draw.choice([MONTH, rolling(days=30)]), 4000),
                ("balance", "point", 40),
            ]
        ),
        claim=kind,
        cost=draw.choice(costs) if kind == "asked" else None,
        limits=tuple(draw.sample(limits, draw.choice([0, 1, 1, 2]))),
        rounding=draw.choice(["floor", "ceiling", "half_up", "half_even"]),
        by_item=draw.random() < 0.3,
        rest=draw.choice(["to_first", "to_last", "to_each", "to_largest"]),
    )


def of_pieces(draw: Random, discounts: tuple[Discount, ...]) -> Iterable[Discount]:
    """Draw for some discounts sets of different things, and limits in pieces."""
    alike = draw.random() < 0.2
    for each in discounts:
        found = each
        if alike:
            # Units that have something off for good, so that what is returned and bought again shows what came back.
            found = replace(each, of=None, limits=(Limit(draw.choice([1, 2]), LIFETIME, "pieces"),))
            yield replace(found, claim="once") if each.cost is None else found
            continue
        if each.of is None and draw.random() < 0.8:
            some = [NO_FUEL, ("category", "coffee", "food"), ("gift",), ("net>=", 1000)]
            parts = tuple((part, draw.choice([1, 1, 2])) for part in draw.sample(some, draw.choice([2, 2, 3])))
            order, grouped = (draw.choice(["as_listed", "from_cheapest", "from_dearest"]) for _ in "ab")
            number = draw.choice([None, None, 1, 1])
            found = replace(found, of=Chosen(number, order, grouped=grouped, lines=draw.random() < 0.2, parts=parts))
        if draw.random() < 0.6:
            window = draw.choice([None, MONTH, LIFETIME, LIFETIME, rolling(days=90)])
            of = found.of or Chosen()
            group = max(1, of.of or 0, sum(number for _, number in of.parts))
            most = draw.choice([1, 2, 3, 5]) if group == 1 else group + draw.choice([0, 1, 1])
            limit = Limit(most, window, "pieces", reject=draw.random() < 0.2)
            found = replace(found, limits=(*found.limits, limit))
        yield found


def some_units(draw: Random) -> Chosen:
    """Draw which units of a basket a discount is about."""
    order, lines = draw.choice(["from_cheapest", "from_dearest"]), draw.random() < 0.3
    size = draw.choice([2, 3])
    grouped = draw.choice(["as_listed", "from_dearest", "from_cheapest"])
    return draw.choice(
        [
            Chosen(draw.choice([1, 2]), order, lines=lines),
            Chosen(1, order, size, lines=lines),
            Chosen(draw.choice([1, 2]), order, size, grouped, lines),
            Chosen(None, "as_listed", size, grouped, lines),
        ]
    )


def claimed_reward(draw: Random, status: Ladder, number: int, cost: int, most: list[Limit]) -> Reward:
    """Draw a reward that is claimed by itself; what is at once, is so without terms that time alone would change."""
    on = draw.choice(
        [
            "purchase",
            "activity",
            "enrolment",
            "at once",
            ("expiring", "point"),
            ("expiring", "point"),
            ("ended", draw.choice([MONTH, QUARTER_FROM_FEBRUARY, MEMBER_MONTHS, SIX_WEEKS])),
            ("began", draw.choice([WEEK, FROM_THE_15TH, BILLING, REVIEW_HALVES])),
            ("dated", dates(draw)),
            (draw.choice(["entered", "left"]), status.name, *draw.choice([(), ("silver",)])),
        ]
    )
    name, gives = f"claimed {number}", (issue(draw, "coupon"), issue(draw, "star"))[: draw.choice([0, 1, 2])]
    if on == "at once":
        return Reward(name, "point", 3 * cost, "repeatedly", on=on, gives=gives)
    return Reward(
        name,
        "point",
        draw.choice([1, 2]) * cost,
        draw.choice(["once", "repeatedly", "repeatedly"]),
        when=draw.choice([None, None, ("balance", "point", 3 * cost), *open_to(draw)]),
        on=on,
        gives=gives,
        limits=tuple(draw.sample(most, draw.choice([0, 0, 1]))),
        by_tier=dearer(draw, cost),
    )


def dearer(draw: Random, cost: int) -> Any:
    return draw.choice([None, None, ("status", (("gold", cost + 7), ("silver", cost - 5)))])


def issue(draw: Random, unit: str) -> Issue:
    """Draw units that a reward gives, by their unit's terms or by their own."""
    pending = draw.choice([None, Duration(days=14), Duration(hours=30)])
    return Issue(
        unit,
        draw.choice([1, 3]) if unit == "coupon" else draw.choice([50, 120]),
        pending,
        draw.choice([None, Duration(days=25), EndOf(MONTH), SEASONS]),
        draw.choice(["earning", "maturing"]) if pending else "earning",
    )


def dates(draw: Random) -> Dated:
    days = draw.choice([(10,), (1, 16), (-1,), (5, 31)])
    return Dated(days, draw.choice([0, 150, 1110]), dt.date(2024, draw.choice([1, 3]), 5), draw.choice([6, 30]))


def lasting(draw: Random) -> Program:
    """Take a program with tiers; let its units end by them, on fixed dates, or for want of what it calls activity."""
    one = draw.choice([grocery, rebate, coffee, choosy, nested, club])(draw)
    status, rules = one.ladders[0], givers(one)
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
    return sparing(draw, replace(one, name="lasting", expiries=tuple(ends)))


def givers(one: Program) -> dict[str, list[str]]:
    """Return the rules, or outermost lanes, that give each unit."""
    inside = {name: lane.name for lane in one.lanes for name in lane.of}
    rules: dict[str, list[str]] = {name: [] for name, _ in one.units}
    for earn in one.earns:
        name = earn.name
        while name in inside:  # entries say that the outermost lane gave it
            name = inside[name]
        if name not in rules[earn.unit]:
            rules[earn.unit].append(name)
    return rules


def sparing(draw: Random, one: Program) -> Program:
    """Let inactivity spare what some give, in some programs; drawn beside, so that all else is drawn as it was."""
    aside, rules = Random(repr(draw.getstate())), givers(one)

    def spared(expiry: Expiry) -> Expiry:
        if expiry.kind != "inactivity" or expiry.spares or aside.random() < 0.3:
            return expiry
        names = [*rules[expiry.unit], "adjustment", "opening", "transfer"]
        names += [each.name for each in one.rewards for issue in each.gives if issue.unit == expiry.unit]
        names += [each.name for each in one.exchanges if each.gives.unit == expiry.unit]
        return replace(expiry, spares=tuple(aside.sample(names, aside.randint(1, 3))))

    return replace(one, expiries=tuple(map(spared, one.expiries)))


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
    claiming,
    playing,
    strict,
    discounted,
    lasting,
    mixed,
)


def draw_program(draw: Random) -> Program:
    """Draw a program of any family, the one with most kinds of entries twice as often."""
    found = sparing(draw, draw.choice((*FAMILIES, club))(draw))
    return given_back(Random(repr(draw.getstate())), found)  # beside, so that all else is drawn as it was


def given_back(draw: Random, program: Program) -> Program:
    """Draw policies for spent units that come back, in some programs."""
    if draw.random() < 0.4:
        return program

    def ends(each: Any) -> Any:
        return replace(each, giving_back=draw.choice([None, "keep", "renew"]))

    def on_return(each: Any) -> Any:
        return replace(ends(each), on_return=draw.choice(["in_proportion", "in_full", "stays"]))

    def undone(each: Any) -> Any:
        policy = draw.choice([None, "reject", "reject", "write_off", "other_lots"]) if each.gives else None
        until = draw.choice([None, None, Duration(hours=20), Duration(days=9), Duration(months=1)])
        return replace(ends(each), taking_back=policy, returnable=until)

    return replace(
        program,
        rewards=tuple(map(undone, program.rewards)),
        exchanges=tuple(map(undone, program.exchanges)),
        pays=tuple(map(on_return, program.pays)),
        discounts=tuple(on_return(each) if each.cost else each for each in program.discounts),
        giving_back=draw.choice(["keep", "renew"]),
    )


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
