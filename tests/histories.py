"""Random histories of one member that have every kind of entry: what the tests of codec, verify and stores work on."""

import datetime as dt
import random
from functools import cache

import loyalcore as lc

POINT, STAR, MILE, USD = lc.Unit("point"), lc.Unit("star", places=2), lc.Unit("mile"), lc.Money("USD")
START = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


class Line(lc.Item):
    category = lc.Text()
    gift = lc.Flag(missing=False)
    weight = lc.Number(places=3, missing=0)
    cost = lc.Price(missing=0)


class Order(lc.Purchase):
    channel = lc.Text(missing="")
    tip = lc.Price(missing=0)


class Review(lc.Activity):
    stars = lc.Number(missing=0)


PROGRAM = lc.Program(
    "histories",
    version="1",
    timezone="Europe/Istanbul",
    items=Line,
    purchases=Order,
    activities=Review,
    taking_back=lc.debt,
    rules=[
        lc.Earn("base", POINT.per(USD(1), Line.net), where=~Line.category.is_("fuel")),
        lc.Boost("tiered", lc.by_tier("status", {"silver": "x1.5", "gold": "x2"}), of="base"),
        lc.Boost("app", "+50%", of="base", when=lc.setting("letter").is_("yes")),
        lc.Earn(
            "stars", STAR("0.25").per(USD(1), Line.net), over=lc.month, pending=lc.days(3), taking_back=lc.other_lots
        ),
        lc.Earn(
            "delivered",
            STAR("0.10").per(USD(1), Line.net),
            pending=lc.until(lc.Activity.name.is_("visit"), within=lc.days(30), then=lc.days(1)),
            expires=lc.days(50),
            expires_from=lc.maturing,
        ),
        lc.Earn("welcome", POINT(20), on=lc.Enrolment),
        lc.Earn(
            "review", POINT(5), on=lc.Activity, when=lc.Activity.name.is_("review"), limit=lc.times(2, per=lc.week)
        ),
        lc.Earn("miles", MILE(10), when=Order.channel.is_("app"), limit=lc.at_most(MILE(40), per=lc.rolling(days=20))),
        lc.Ladder(
            "status",
            by=Line.net.sum().over(lc.rolling(days=60)),
            tiers={"base": 0, "silver": USD(80), "gold": USD(250)},
        ),
        lc.Ladder("club", by=POINT.earned(lc.month), tiers={"out": 0, "in": POINT(100)}, downgrade=lc.one_step),
        lc.Expiry(POINT, lc.days(45)),
        lc.Expiry(STAR, lc.end_of(lc.month, after=lc.months(1))),
        lc.Expiry(MILE, lc.inactivity(lc.days(25))),
        lc.Reward("mug", POINT(30), hold=lc.days(6)),
        lc.Reward("sticker", STAR("9"), claim=lc.repeatedly),
        lc.Pay("pay", each=POINT(1), worth=USD("0.03")),
    ],
)


def event(  # noqa: PLR0911 - one kind after the other
    random_: random.Random, number: int, at: dt.datetime, returnable: list[str | int]
) -> lc.Event:
    """Draw one event."""
    id_ = number if number % 7 == 0 else f"e{number}"
    kind = random_.choices(
        ("order", "return", "review", "redeem", "pay", "adjust", "set", "enrol", "hold", "end"),
        (9, 5, 2, 3, 2, 2, 1, 1, 3, 2),
    )[0]
    if kind == "return" and returnable:
        items = random_.choice([None, ["a"], {"b": "0.5"}])
        return lc.Return(id_, at=at, of=random_.choice(returnable), items=items)
    if kind == "review":
        of = random_.choice([None, *returnable[-4:]])
        return Review(id_, at=at, name=random_.choice(["review", "visit"]), of=of, stars=random_.randrange(6))
    if kind == "redeem":
        returnable.append(id_)
        return lc.Redemption(id_, at=at, reward="mug", times=random_.choice([1, 1, 2]))
    if kind == "pay":
        return lc.Redemption(id_, at=at, reward="pay", amount=f"{random_.randrange(1, 100) / 100:.2f}")
    if kind == "hold":
        returnable.append(id_)
        return lc.Hold(id_, at=at, reward="mug", until=random_.choice([None, at + dt.timedelta(days=20)]))
    if kind == "end" and returnable:
        of = random_.choice(returnable[-6:])
        return random_.choice([lc.Release(id_, at=at, of=of), lc.Capture(id_, at=at, of=of)])
    if kind == "adjust":
        expires = random_.choice([None, at + dt.timedelta(days=9)])
        gift = POINT(random_.randrange(1, 20))
        return lc.Adjustment(id_, at=at, amount=gift, reason="héllo", expires=expires)
    if kind == "set":
        return lc.Settings(id_, at=at, letter=random_.choice(["yes", "no"]), colour="ochre")
    if kind == "enrol":
        return lc.Enrolment(id_, at=at)
    returnable.append(id_)
    items = [
        Line(
            name,
            f"{random_.randrange(6000) / 100:.2f}",
            quantity=random_.choice([1, 2, "0.75"]),
            category=random_.choice(["food", "fuel", "çay"]),
            gift=random_.random() < 0.2,
            weight="1.25",
        )
        for name in "abc"[: random_.randrange(4)]
    ]
    paid = {"pay": "0.30"} if number % 5 == 0 and items and items[0].net else {}
    return Order(id_, at=at, items=items, channel=random_.choice(["", "app"]), tip="0.50", paid_with=paid)


def steps(seed: int, length: int) -> list[lc.Event | dt.datetime]:
    """Draw events in recorded order, some of them late, and moments until which is advanced."""
    random_ = random.Random(seed)
    at = START
    returnable: list[str | int] = []
    opening = lc.Opening(
        "opening",
        at=at,
        lots=[lc.OpeningLot(POINT(50), expires=at + dt.timedelta(days=10)), lc.OpeningLot(STAR("1.50"))],
        tiers={"status": "silver"},
    )
    drawn: list[lc.Event | dt.datetime] = [opening]
    for number in range(length):
        at += dt.timedelta(hours=random_.choice([0, 1, 20, 60, 200]))
        if random_.random() < 0.1:
            drawn.append(at)
        else:
            late = dt.timedelta(hours=random_.choice([0, 0, 0, 0, 30]))
            drawn.append(event(random_, number, at - late, returnable))
    return drawn


@cache
def history(seed: int, length: int, member: str | int = "ada") -> lc.Account:
    """Return the account that random steps lead to."""
    account = PROGRAM.open(member)
    now = START
    for step in steps(seed, length):
        if isinstance(step, dt.datetime):
            account = PROGRAM.advance(account, step).account
            now = max(now, step)
        else:
            now = max(now, step.at)
            account = PROGRAM.decide(account, step, now).account
    return account
