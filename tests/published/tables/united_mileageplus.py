"""What the words of the worked examples of 40-united-mileageplus stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

united = load("united_mileageplus")


def totals(id: str, *, at: dt.datetime, pqp: str, pqf: str, own: str) -> lc.Event:
    """Running totals: what an account starts with that has come so far."""
    measures = [
        (united.POINTS, united.PQP(pqp)),
        (united.FLIGHTS, united.PQF(pqf)),
        (united.OWN.earned(lc.year), united.OWN(own)),
    ]
    return lc.Opening(id, at=at, tallies=[lc.OpeningTally(of, amount) for of, amount in measures])


NAME = "40-united-mileageplus"
TABLE = Table(
    united.PROGRAM,
    events={
        "totals": Word(totals, {"pqp": "pqp", "pqf": "pqf", "united": "own"}),
        "headstart": Word(united.HeadStart, {"tier": "tier"}, {"name": "head start"}),
        "flight": Word(
            united.Flight,
            {"partner": "partner", "award_miles": "award_miles", "divisor": "divisor"},
            {"net": "0"},
        ),
    },
    units={"PQP": united.PQP, "PQF": united.PQF},
    ladder="premier",
)
