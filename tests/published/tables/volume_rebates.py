"""What the words of the worked examples of 72-volume-rebates stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

rebates = load("volume_rebates")


def turnover(id: str, *, at: dt.datetime, **said: str) -> lc.Event:
    """A year's turnover as one purchase, in money or in pieces; that of two years as what it is."""
    if "this_year" in said:
        return rebates.Turnover(id, at=at, name="turnover", **said)
    if "each" in said:
        return lc.Purchase(id, at=at, items=[lc.Item("total", **said)])
    return lc.Purchase(id, at=at, **said)


NAME = "72-volume-rebates"
TABLE = Table(
    rebates.PROGRAM,
    events={
        "period_totals": Word(
            turnover,
            {
                "amount": "net",
                "units": "quantity",
                "price": "each",
                "this_year": "this_year",
                "last_year": "last_year",
            },
        ),
        "purchase": Word(lc.Purchase, {"amount": "net"}),
        "refund": Word(lc.Return, {"of": "of", "amount": "net"}),
    },
    rules={
        "whole": ("retrospective", "retrospective by pieces"),
        "marginal": ("incremental", "incremental by pieces"),
        "": ("target",),
        "5% of the growth": ("growth",),
    },
)
