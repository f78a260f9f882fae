"""What the words of the worked examples of 48-marriott-bonvoy stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

marriott = load("marriott_bonvoy")


def totals(id: str, *, at: dt.datetime, **said: str) -> lc.Event:
    """Running totals: what an account starts with that has come so far."""
    measures = {
        "nights": [(marriott.NIGHTS, marriott.NIGHT)],
        "spend": [(marriott.SPENT, marriott.USD)],
        "lifetime_nights": [(marriott.FOR_LIFE, marriott.NIGHT)],
        "years_gold_or_higher": [
            (unit.earned(lc.lifetime), unit) for unit in (marriott.SILVER_YEAR, marriott.GOLD_YEAR)
        ],
    }
    tallies = [lc.OpeningTally(of, unit(value)) for name, value in said.items() for of, unit in measures[name]]
    return lc.Opening(id, at=at, tallies=tallies)


NAME = "48-marriott-bonvoy"
TABLE = Table(
    marriott.PROGRAM,
    events={
        "stay": Word(marriott.Stay, {"nights": "nights", "spend": "net", "brand": "brand"}, {"net": "0"}),
        "headstart": Word(marriott.Credit, {"nights": "nights"}, {"name": "card"}),
        "totals": Word(
            totals,
            {name: name for name in ("nights", "spend", "lifetime_nights", "years_gold_or_higher")},
        ),
    },
    given={"tier": lambda value: {"tiers": {"status": value}}},
    units={"point": marriott.POINT},
    rules={"choice benefit": ("choice benefit at 50", "choice benefit at 75")},
    ladder="status",
)
