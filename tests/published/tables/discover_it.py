"""What the words of the worked examples of 58-discover-it stand for."""

from __future__ import annotations

import loyalcore as lc
from published.adapter import Table, Word, load

discover = load("discover_it")


NAME = "58-discover-it"
TABLE = Table(
    discover.PROGRAM,
    events={
        "activate": Word(lc.Settings, {"quarter": "quarter"}),
        "purchase": Word(discover.Charge, {"amount": "net", "category": "category"}),
        "card_opened": Word(lc.Enrolment, {}),
        "redeem": Word(lc.Redemption, {"amount": "amount"}, {"reward": "cash"}),
        "tick": Word(None, {}),
    },
    given={
        "earned_in_12_months": lambda value: {
            "lots": [lc.OpeningLot(discover.CASHBACK(value))],
            "tallies": [lc.OpeningTally(discover.CASHBACK.earned(discover.FIRST_YEAR), discover.CASHBACK(value))],
        }
    },
    units={"cashback": discover.CASHBACK},
    rules={"Cashback Match": ("Cashback Match",)},
    joins=True,
)
