"""What the words of the worked examples of 15-sephora stand for."""

from __future__ import annotations

import loyalcore as lc
from published.adapter import Table, Word, load

sephora = load("sephora")


NAME = "15-sephora"
TABLE = Table(
    sephora.PROGRAM,
    events={
        "purchase": Word(sephora.Order, {"amount": "net", "multiplier": ("promotion", {"4": "4x"})}),
        "redeem": Word(lc.Redemption, {"points": ("reward", {"500": "Beauty Insider Cash"})}),
    },
    # All members of that case are Insiders, who earn one point for a dollar.
    given={"balance": lambda value: {"lots": [lc.OpeningLot(sephora.POINT(value))]}, "rate": lambda _: {}},
    units={"point": sephora.POINT},
    ladder="status",
)
