"""What the words of the worked examples of 37-coop-uk stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

coop = load("coop_uk")


def bought(id: str, *, at: dt.datetime, items: list[dict[str, str]]) -> lc.Event:
    return lc.Purchase(
        id, at=at, items=[coop.Line(each["brand"], each["amount"], brand=each["brand"]) for each in items]
    )


NAME = "37-coop-uk"
TABLE = Table(
    coop.PROGRAM,
    events={"purchase": Word(bought, {"items": "items"}), "tick": Word(None, {})},
    given={"balance": lambda value: {"lots": [lc.OpeningLot(coop.MEMBER(value))]}},
    units={"member": coop.MEMBER, "community": coop.COMMUNITY},
)
