"""What the words of the worked examples of 79-premium-bonds stand for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import loyalcore as lc
from published.adapter import Story, Table, Word, earned, load, moment

bonds = load("premium_bonds")

#: The days on which a draw may be held.
FIRSTS = [f"{year}-{month:02}-01" for year in (2023, 2024) for month in range(1, 13)]


def withdrawal(id: str, *, at: dt.datetime, amount: str) -> lc.Event:
    """So many bonds, the oldest first as the program says."""
    return lc.Redemption(id, at=at, reward="withdrawal", times=int(amount))


def chances(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """The chances in the draw that is held on a day."""
    at = moment(story.zone, asked["on"])
    account = [found for since, found in story.accounts if since <= at][-1]
    return Decimal(lc.chances(bonds.PROGRAM, account, "monthly draw", at))


def eligible_from(story: Story, asked: Mapping[str, Any]) -> str:
    """The first draw in which a deposit, which is an account of its own here, has chances."""
    told, program = story.told[asked["event"]], bonds.PROGRAM
    deposit = TABLE.events["deposit"].kind("d", at=moment(story.zone, told["date"]), name="d", amount=told["amount"])
    account = program.decide(program.open("alone"), deposit).account
    later = [day for day in FIRSTS if moment(story.zone, day) > deposit.at]
    return next(day for day in later if lc.chances(program, account, "monthly draw", moment(story.zone, day)))


NAME = "79-premium-bonds"
TABLE = Table(
    bonds.PROGRAM,
    events={
        "deposit": Word(bonds.Deposit, {"amount": "amount"}, {"name": "deposit"}),
        "withdraw": Word(withdrawal, {"amount": "amount", "which": None}),
    },
    given={"holding": lambda number: {"lots": [lc.OpeningLot(bonds.BOND(number))]}},
    units={"bond": bonds.BOND},
    questions={"chances": chances, "eligible_from": eligible_from, "accepted": earned},
)
