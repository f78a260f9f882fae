"""What the words of the worked examples of 47-flying-blue stand for."""

from __future__ import annotations

import loyalcore as lc
from published.adapter import Table, Word, load

flying_blue = load("flying_blue")


NAME = "47-flying-blue"
TABLE = Table(
    flying_blue.PROGRAM,
    events={"flight": Word(flying_blue.Flight, {"xp": "xp"}, {"net": "0"}), "year_end": Word(None, {})},
    given={
        "tier": lambda value: {"tiers": {"status": value}},
        "xp": lambda value: {"lots": [lc.OpeningLot(flying_blue.XP(value))]},
    },
    units={"XP": flying_blue.XP},
    ladder="status",
    # A year that ends on 1 April 2025 began with a level reached in March 2024.
    days_before=lambda example: 380 if any(event["type"] == "year_end" for event in example["events"]) else 0,
)
