"""What the words of the worked examples of 12-costa stand for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import loyalcore as lc
from published.adapter import Table, Word, load

costa = load("costa")


def ordered(id: str, *, at: dt.datetime, items: list[dict[str, Any]], channel: str) -> lc.Event:
    """Drinks, of which no price is told."""
    drinks = [costa.Drink(each["drink"], 0, each["qty"], own_cup=each.get("own_cup", False)) for each in items]
    return costa.Visit(id, at=at, channel=channel, items=drinks)


NAME = "12-costa"
TABLE = Table(
    costa.PROGRAM,
    events={"purchase": Word(ordered, {"items": "items", "channel": "channel"})},
    given={"balance": lambda value: {"lots": [lc.OpeningLot(costa.BEAN(value))]}},
    units={"bean": costa.BEAN},
    rules={"free drink": ("free drink",)},
)
