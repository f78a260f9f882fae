"""What the words of the worked examples of 20-best-buy stand for."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import loyalcore as lc
from published.adapter import Table, Word, load

best_buy = load("best_buy")

#: Who banks points is an Elite member who has chosen so.
BANKED = dt.datetime(2018, 2, 10, tzinfo=ZoneInfo(best_buy.PROGRAM.timezone))

NAME = "20-best-buy"
TABLE = Table(
    best_buy.PROGRAM,
    events={
        "purchase": Word(best_buy.Order, {"amount": "net"}),
        "setting": Word(lc.Settings, {"threshold": "threshold"}),
        "tick": Word(None, {}),
    },
    given={
        # What is banked comes after the choice, or it would become certificates at once.
        "balance": {"100": {"lots": [lc.OpeningLot(best_buy.POINT(100))]}, "1130": {}}.__getitem__,
        "tier": lambda value: {"tiers": {"status": value}},
        "mode": lambda _: {"tiers": {"status": "Elite"}},
        "threshold": {"250": {}}.__getitem__,
        "last_activity": lambda _: {},
    },
    since="last_activity",
    history={
        "idle for twelve months": (
            lc.Settings("mode", at=BANKED, threshold="banking"),
            lc.Adjustment("banked", at=BANKED, amount=best_buy.POINT(1130), reason="as given"),
        )
    },
    units={"point": best_buy.POINT},
    rules={
        "certificate": (
            "certificate",
            "idle points",
            *(f"certificate at {points}" for points in best_buy.CHOICES),
        )
    },
    ladder="status",
)
