"""What the words of the worked examples of 54-kaspi-bonus stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

kaspi = load("kaspi_bonus")


def ordered(id: str, *, at: dt.datetime, net: str, seller: str, platform: str) -> lc.Event:
    """An order whose shares are told as percentages."""
    percents = {"seller_percent": seller.removesuffix("%"), "platform_percent": platform.removesuffix("%")}
    return kaspi.Order(id, at=at, net=net, **percents)


def received(id: str, *, at: dt.datetime, of: str = "", promised: str = "") -> lc.Event:
    """Goods that are received: of an order, or told with the bonus that comes of it."""
    if promised:
        return kaspi.Order(id, at=at, net=0, promised=promised)
    return kaspi.Step(id, at=at, name="received", of=of)


NAME = "54-kaspi-bonus"
TABLE = Table(
    kaspi.PROGRAM,
    events={
        "purchase": Word(ordered, {"amount": "net", "seller_bonus": "seller", "campaign": "platform"}),
        "delivered": Word(received, {"of": "of", "bonus": "promised"}),
        "review": Word(kaspi.Step, {"bonus": "bonus"}, {"name": "review"}),
        "refund": Word(lc.Return, {"share": ("items", {"all": None})}, {"of": "d"}),
    },
    units={"bonus": kaspi.BONUS},
    rules={"seller": ("seller",), "platform": ("platform",)},
)
