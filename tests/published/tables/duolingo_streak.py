"""What the words of the worked examples of 67-duolingo-streak stand for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import loyalcore as lc
from published.adapter import Story, Table, Word, load, midnight

duolingo = load("duolingo_streak")


def days(number: str) -> dict[str, Any]:
    """A streak of so many days, as of the first day."""
    return {"lots": [lc.OpeningLot(duolingo.DAY(number))]}


def streak(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """The days of the streak when a day is over, and was judged."""
    over = duolingo.PROGRAM.advance(story.at_end_of(asked["on"]), midnight(story.zone, asked["on"], days=1))
    return over.account.balance(duolingo.DAY).decimal


NAME = "67-duolingo-streak"
TABLE = Table(
    duolingo.PROGRAM,
    events={
        "goal_met": Word(duolingo.Doing, {}, {"name": "goal met"}),
        "buy": Word(duolingo.Doing, {"item": "item"}, {"name": "bought"}),
    },
    given={
        "streak": days,
        "streak_before": days,
        "freeze": lambda number: {"lots": [lc.OpeningLot(duolingo.FREEZE(number))]},
    },
    units={"freeze": duolingo.FREEZE},
    questions={"streak": streak},
)
