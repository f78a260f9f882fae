"""What the words of the worked examples of 18-kohls stand for."""

from __future__ import annotations

import loyalcore as lc
from published.adapter import Table, Word, load

kohls = load("kohls")

NAME = "18-kohls"
TABLE = Table(
    kohls.PROGRAM,
    events={
        "purchase": Word(kohls.Order, {"amount": "net", "event": "event"}),
        "pickup": Word(lc.Activity, {"order": None}, {"name": "pickup"}),
        "tick": Word(None, {}),
    },
    units={"reward": kohls.REWARD, "Kohl's Cash": kohls.CASH},
    rules={"Kohl's Cash": ("monthly coupons", "pickup"), "event Kohl's Cash": ("earn event",)},
)
