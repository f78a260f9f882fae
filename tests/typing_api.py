"""
What a user's type checker must see. Read by mypy and pyright, never run.

Each line is a promise: the types that come out, or, where it says `type: ignore`, a mistake that is found.
An ignore that has become needless is an error itself.
"""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import assert_type

import loyalcore as lc
from loyalcore.stores import Store, advance, submit
from loyalcore.stores.memory import MemoryStore
from loyalcore.stores.sqlite import SQLiteStore

POINT = lc.Unit("point")
USD = lc.Money("USD")
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


class Line(lc.Item):
    category = lc.Text()
    gift = lc.Flag(missing=False)
    points = lc.Number(places=0, missing=0)


class Order(lc.Purchase):
    channel = lc.Text(missing="")


program = lc.Program(
    "club",
    version="1",
    timezone="UTC",
    currency=USD,
    items=Line,
    purchases=Order,
    rules=[
        lc.Earn("base", POINT.per(USD(1), Line.net), where=~Line.category.is_("gift-card")),
        lc.Earn("app", POINT(25), when=Order.channel.is_("app") & Order.net.at_least(USD(20))),
        lc.Expiry(POINT, lc.months(12)),
    ],
)

assert_type(POINT(25), lc.Amount)
assert_type(POINT(25) + POINT(5), lc.Amount)
assert_type(program.hash, str)

account = program.open("ada")
assert_type(account, lc.Account)
assert_type(account.balance(POINT), lc.Amount)
assert_type(account.tier("status"), str | None)

answer = program.decide(account, Order("order-1", at=NOON, items=[Line("a", "1.00", category="x")], channel="app"))
assert_type(answer, lc.Answer)
assert_type(answer.account, lc.Account)
assert_type(answer.refusal, lc.Refusal | None)
assert_type(answer.entries, tuple[lc.Entry, ...])
assert_type(answer.explain(), str)
assert_type(answer.reasons, tuple[lc.Reason, ...])
assert_type(program.reasons(account, "order-1"), tuple[lc.Reason, ...])
assert_type(program.advance(account, NOON), lc.Answer)
assert_type(program.next_due(account), dt.datetime | None)

assert_type(lc.fold("ada", answer.entries), lc.Account)
assert_type(lc.restore(account.snapshot(keep_since=NOON)), lc.Account)
assert_type(lc.verify(program, account), lc.Difference | None)

# Conditions keep what they are about; a number of items becomes a measure of the event by adding up.
assert_type(Line.category.is_("x") | Line.gift.is_true(), lc.Condition[lc.OfItem])
assert_type(Order.channel.is_("app") & lc.weekday("sat"), lc.Condition[lc.OfEvent])
assert_type(Line.points.at_least(5), lc.Condition[lc.OfItem])
assert_type(Line.points.sum(Line.points.more_than(0)), lc.Total)
assert_type(Line.points + Line.points, lc.Measure)
assert_type(Line.points.over(lc.month).at_least(5), lc.Condition[lc.OfEvent])
assert_type(lc.setting("newsletter").is_("yes"), lc.Condition[lc.OfEvent])
assert_type(POINT.per(USD(1), Line.net).capped(POINT(50)), lc.Accrual)
assert_type(POINT(5).per_started(USD(10), Line.net) - POINT.per(USD(2), Line.net), lc.Accrual)
assert_type(POINT(5) + POINT.per(USD(2), Line.net), lc.Accrual)
assert_type(POINT(5) + POINT(2), lc.Amount)
assert_type(USD(1).count_in(Line.net), lc.Measure)
assert_type(lc.recurring("FREQ=MONTHLY;COUNT=5", start=dt.date(2026, 1, 1)).moments("Europe/Paris")[0], dt.datetime)
lc.Lane("lines", of=["a", "b"], combine="best", per=lc.item)
lc.Earn("bonus", POINT(5), on_return=lc.in_proportion)

# Stores are whatever has the three methods.
with SQLiteStore("club.sqlite") as kept:
    stores: list[Store] = [kept, MemoryStore()]
    assert_type(submit(kept, program, "ada", lc.Return("return-1", at=NOON, of="order-1")), lc.Answer)
    assert_type(advance(MemoryStore(), program, 7, NOON), lc.Answer)

# Rows are read where they are.
orders = lc.bind(Order, lc.bind_items(Line, net=1), id=0, at=lc.seconds(1), member=2, lines=3)
assert_type(orders, lc.Binding)
assert_type(program.replay([(1, 0, "ada", [])], orders).run().totals(), dict[tuple[str, str], tuple[int, int]])

# A condition about the event is no condition about items, and the other way round.
lc.Earn("wrong", POINT(1), where=Order.channel.is_("app"))  # type: ignore[arg-type]
lc.Earn("wrong", POINT(1), when=Line.category.is_("x"))  # type: ignore[arg-type]

lc.Earn("fine", POINT(1), where=lc.always, when=lc.never_true)

# What a class declares can be asked, and what is asked can be joined with its own kind only.
assert_type(Line.category, lc.TextOf[lc.OfItem])
assert_type(Order.channel, lc.TextOf[lc.OfEvent])
assert_type(Line.points, lc.ItemNumber)
assert_type(Line.gift.is_true() & ~Line.category.is_in({"a", "b"}), lc.Condition[lc.OfItem])
assert_type(Line.points.at_least(5) | Line.category.is_("x"), lc.Condition[lc.OfItem])
assert_type(lc.weekday("sat") & lc.setting("newsletter").is_("yes"), lc.Condition[lc.OfEvent])
assert_type(Line.points.sum().at_least(5) & Order.channel.is_("app"), lc.Condition[lc.OfEvent])
assert_type(Line("a", 1, category="x").category, str)
Line.category.is_("x") & Order.channel.is_("app")  # type: ignore[operator]
Line.category.is_(5)  # type: ignore[arg-type]

# A field that was not declared, and a moment that is text.
Line.categroy.is_("x")  # type: ignore[attr-defined]
program.advance(account, "2026-03-02")  # type: ignore[arg-type]

# Built-in numbers of items: what can be asked about on the class, decimals on an item.
assert_type(Line.net, lc.ItemNumber)
assert_type(Line.quantity, lc.ItemNumber)
assert_type(Line("a", "1.00", category="x").net, Decimal)
assert_type(Line("a", "1.00", category="x").quantity, Decimal)

# What units turn into, and when.
STAR = lc.Unit("star")
assert_type(lc.Exchange("stars", POINT(3), STAR(1)).gives_for(POINT(9)), lc.Amount)
lc.Pay("points", POINT(1), USD("0.01"), limit=[lc.at_most(POINT(100), per=lc.week), lc.times(2, per=lc.month)])
assert_type(lc.most_worth([lc.Reward("voucher", POINT(500), worth=USD(5))], POINT(1200)), lc.Combination)
lc.Reward("star", POINT(5), gives=[STAR(1), lc.Issue(lc.piece(1), pending=lc.days(3))], claim=lc.once, on=lc.Activity)
lc.Reward(
    "star", POINT(5), gives=STAR(1), claim=lc.repeatedly, on=lc.ended(lc.month), limit=lc.times(2, per=lc.redemption)
)
lc.Earn("dates", POINT(5), on=lc.began(lc.recurring("FREQ=MONTHLY;COUNT=5", start=dt.date(2026, 1, 1))))
lc.Redemption("ask", at=NOON, reward="stars", amount=POINT(9))
lc.expiring("point")  # type: ignore[arg-type]

# Instant wins, terms by tier, windows of anchors, and what comes on top.
ODDS = lc.Odds({"coffee": "1 in 24", POINT(5): Fraction(1, 480)}, seed="s")
assert_type(ODDS.prize("t"), lc.Amount | str | None)
assert_type(ODDS.probability("coffee", tickets=3), Fraction)
MOMENTS = lc.InstantWins(lc.seeded_moments({"car": 1}, NOON, NOON + dt.timedelta(days=1), seed="s"))
assert_type(MOMENTS.wins([("ada", NOON)]), tuple[lc.Win, ...])
assert_type(MOMENTS.schedule, tuple[tuple[dt.datetime, lc.Amount | str], ...])
assert_type(lc.Drawing(["ada"], prizes={"mug": 1}, seed="s").probability("ada"), Fraction)
LEAGUE = lc.Ladder(
    "league",
    by=POINT.earned(lc.previous(lc.anniversary(months=1, of=lc.joined.start_of(lc.month)))),
    tiers={"silver": 0, "gold": POINT(5)},
    valid={"gold": lc.end_of(lc.year, after=lc.end_of(lc.quarter))},
)
assert_type(LEAGUE.term(1), lc.Duration | lc.EndOf | lc.Never | None)
assert_type(lc.Exchange("stars", POINT(3), STAR(1), bonus={POINT(60): STAR(5)}), lc.Exchange)
