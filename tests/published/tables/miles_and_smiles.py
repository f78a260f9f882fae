"""What the words of the worked examples of 43-miles-and-smiles stand for."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import loyalcore as lc
from published.adapter import Table, Word, load

turkish = load("miles_and_smiles")
ZONE = ZoneInfo(turkish.PROGRAM.timezone)


def totals(id: str, *, at: dt.datetime, first_year: str) -> lc.Event:
    """What a year came to, at its end: the midnight with which the next one begins."""
    return flown(id, at.replace(hour=0), first_year)


def flown(id: str, at: dt.datetime, miles: str) -> lc.Event:
    """Status miles that stand for many flights."""
    return turkish.Flight(id, at=at, net="0", status_miles=miles)


FIRST, SECOND = dt.datetime(2023, 9, 1, tzinfo=ZONE), dt.datetime(2024, 9, 1, tzinfo=ZONE)

NAME = "43-miles-and-smiles"
TABLE = Table(
    turkish.PROGRAM,
    events={
        "flight": Word(turkish.Flight, {"status_miles": "status_miles", "miles": "miles"}, {"net": "0"}),
        "totals": Word(totals, {"first_year": "first_year"}),
        "buy_status": Word(turkish.Buying, {"miles": "miles"}, {"name": "status miles"}),
        "tick": Word(None, {}),
    },
    given={
        "tier": lambda value: {"tiers": {"status": value}},
        # What both years came to is told as flights, see below; no flight is a year of nothing.
        **dict.fromkeys(("since", "first_year", "second_year", "both_years"), lambda _: {}),
    },
    since="since",
    history={
        "soft landing": (flown("first", FIRST, "30000"), flown("second", SECOND, "25000")),
        "buy what is missing": (flown("both", SECOND, "55000"),),
    },
    units={"mile": turkish.MILE},
    ladder="status",
    questions={
        "paid": lambda story, asked: (
            lc.Amount(
                turkish.FEE,
                sum(entry.amount for entry in story.entries(asked["event"], "earn") if entry.unit == turkish.FEE.name),
            ).decimal
        ),
    },
)
