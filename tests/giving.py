"""The club of the tests about stores and several accounts; processes of their own import it, too."""

import datetime as dt

import loyalcore as lc

POINT, USD = lc.Unit("point"), lc.Money("USD")
START = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
PROGRAM = lc.Program(
    "club",
    version="1",
    rules=[
        lc.Earn("base", POINT.per(USD(1), lc.Item.net)),
        lc.Earn("bonus", POINT(3), budget="spring"),
        lc.Earn("thanks", POINT(7), on=lc.Activity),
        lc.Raise("friend bought", "referral", to=lc.setting("referrer")),
        lc.Reward("mug", POINT(5), stock="mugs"),
        lc.Transferable(POINT),
    ],
)


def order(id_, net=10):
    return lc.Purchase(id_, at=START, net=net)
