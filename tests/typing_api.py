"""
What a user's type checker must see. Read by mypy and pyright, never run.

Each line is a promise: the types that come out, or, where it says `type: ignore`, a mistake that is found.
An ignore that has become needless is an error itself.
"""

import datetime as dt
from typing import assert_type

import loyalcore as lc

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

account = program.open("ada", at=NOON)
assert_type(account, lc.Account)
assert_type(account.balance(POINT), lc.Amount)
assert_type(account.tier("status"), str)

answer = program.decide(account, Order("order-1", at=NOON, items=[Line("a", "1.00", category="x")], channel="app"))
assert_type(answer, lc.Answer)
assert_type(answer.account, lc.Account)
assert_type(answer.refusal, lc.Refusal | None)
assert_type(answer.entries, tuple[lc.Entry, ...])
assert_type(answer.explain(), str)
assert_type(program.advance(account, NOON), lc.Answer)
assert_type(program.next_due(account), dt.datetime | None)

# A condition about the event is no condition about items, and the other way round.
lc.Earn("wrong", POINT(1), where=Order.channel.is_("app"))  # type: ignore[arg-type]
lc.Earn("wrong", POINT(1), when=Line.category.is_("x"))  # type: ignore[arg-type]

# A field that was not declared, and a moment that is text.
Line.categroy.is_("x")  # type: ignore[attr-defined]
program.advance(account, "2026-03-02")  # type: ignore[arg-type]
