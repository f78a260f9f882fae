"""What the words of the worked examples of 26-rei stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

rei = load("rei")


def bought(id: str, *, at: dt.datetime, amount: str, kind: str) -> lc.Event:
    return lc.Purchase(id, at=at, items=[rei.Article("total", amount, kind=kind)])


NAME = "26-rei"
TABLE = Table(
    rei.PROGRAM,
    events={
        "purchase": Word(bought, {"amount": "amount", "category": "kind"}),
        "refund": Word(lc.Return, {"of": "of", "amount": "net"}),
        "tick": Word(None, {}),
    },
    # Who joined years before has nothing that this year's events would have told.
    given={"joined": lambda _: {}},
    rules={"member reward": ("member reward",)},
)
