"""What the words of the worked examples of 63-snapp-league stand for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import loyalcore as lc
from published.adapter import Story, Table, Word, load, moment

snapp = load("snapp_league")

#: When the month of an example was over.
OVER = {"ride of Esfand 1403": "2025-03-21T23:59"}


def winners(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """How many win in all the draws together."""
    del story, asked
    return Decimal(sum(draw.winners for draw in snapp.PROGRAM.of_kind(lc.Draw)))


def paid(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """What all the prizes come to."""
    del story, asked
    return Decimal(sum(draw.total(snapp.MILLION_TOMAN).minor for draw in snapp.PROGRAM.of_kind(lc.Draw)))


def progress(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """The chances that the rides of a month, at an espi each, have given a driver of some league."""
    at = moment(story.zone, OVER[asked["unit"]])
    driver = snapp.PROGRAM.decide(story.account, lc.Settings("league", at=at, league="silver")).account
    return Decimal(lc.chances(snapp.PROGRAM, driver, "silver", at))


NAME = "63-snapp-league"
TABLE = Table(
    snapp.PROGRAM,
    events={
        "ride": Word(snapp.Driving, {}, {"name": "ride"}),
        "draw": Word(None, {}),
        "feedback": Word(snapp.Driving, {"province": "province", "value": ("used", {"used": 1})}, {"name": "feedback"}),
        "feedback_week": Word(
            snapp.Driving, {"positive": "used", "negative": "not_used"}, {"name": "feedback of a week"}
        ),
    },
    units={"espi": snapp.ESPI},
    questions={"winners": winners, "paid": paid, "progress": progress},
)
