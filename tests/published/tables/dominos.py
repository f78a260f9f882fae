"""What the words of the worked examples of 10-dominos stand for."""

from __future__ import annotations

import loyalcore as lc
from published.adapter import Table, Word, load

dominos = load("dominos")


NAME = "10-dominos"
TABLE = Table(
    dominos.PROGRAM,
    events={
        "purchase": Word(dominos.Order, {"amount": "net", "channel": "channel"}),
        "redeem": Word(
            lc.Redemption,
            {"points": ("reward", {"20": "dip", "40": "stuffed cheesy bread", "60": "medium pizza"})},
        ),
    },
    given={"balance": lambda value: {"lots": [lc.OpeningLot(dominos.POINT(value))]}},
    units={"point": dominos.POINT},
)
