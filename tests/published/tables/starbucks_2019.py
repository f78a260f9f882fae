"""What the words of the worked examples of 02-starbucks-2019 stand for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import loyalcore as lc
from published.adapter import Table, Word, load

starbucks = load("starbucks_2019")


def order(
    id: str, *, at: dt.datetime, amount: str, tender: str = "", tenders: Iterable[Mapping[str, str]] = ()
) -> lc.Event:
    """An order of one line, paid with one tender or with several."""
    parts = {part["tender"]: part["amount"] for part in tenders} or {tender: amount}
    return lc.Purchase(id, at=at, items=[starbucks.Line("order", amount, preloaded=parts.get("preloaded", "0"))])


NAME = "02-starbucks-2019"
TABLE = Table(
    starbucks.PROGRAM,
    events={
        "purchase": Word(order, {"amount": "amount", "tender": "tender", "tenders": "tenders"}),
        "redeem": Word(lc.Redemption, {"points": None, "reward": "reward"}),
    },
    units={"star": starbucks.STAR},
)
