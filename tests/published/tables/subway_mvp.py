"""What the words of the worked examples of 13-subway stand for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import loyalcore as lc
from published.adapter import Story, Table, Word, balance, decimal, load

subway = load("subway_mvp")


def ordered(id: str, *, at: dt.datetime, net: str, channel: str = "store", tier: str = "") -> list[lc.Event]:
    """An order; where it says in which tier, of a member who has that."""
    order = subway.Order(id, at=at, net=net, channel=channel)
    return [lc.Opening(f"{id}: {tier}", at=at, tiers={"status": tier}), order] if tier else [order]


def migrated(id: str, *, at: dt.datetime, tokens: str, rewards: str) -> lc.Event:
    """What a member of the old program has on the day of the change."""
    lots = [lc.OpeningLot(subway.TOKEN(tokens)), lc.OpeningLot(subway.OLD_REWARD(rewards))]
    return lc.Opening(id, at=at, lots=lots)


def lots(unit: lc.Unit) -> Any:
    return lambda number: {"lots": [lc.OpeningLot(unit(number))]}


def held(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """The balance on a day, or after all events, or what came before the step that turns it into rewards."""
    unit = story.table.units[asked["unit"]]
    if "on" in asked:
        return balance(story, asked)
    if asked.get("before_step"):
        return decimal(
            unit,
            sum(entry.amount for entry in story.account.entries if entry.kind == "earn" and entry.unit == unit.name),
        )
    return story.account.balance(unit).decimal


def issued(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """How many rewards were issued, or are still there."""
    if asked["name"].endswith("Subway Cash"):
        return Decimal(len([entry for entry in story.account.entries if entry.kind == "spend" and entry.rule in CASH]))
    return story.account.balance(subway.COUPON).decimal


CASH = ("2 dollars of Subway Cash",)
NAME = "13-subway"
TABLE = Table(
    subway.PROGRAM,
    events={
        "purchase": Word(ordered, {"amount": "net", "channel": "channel", "member": "tier"}),
        "migrate": Word(migrated, {"tokens": "tokens", "rewards": "rewards"}),
        "tick": Word(None, {}),
    },
    given={
        "spend_this_year": lambda value: {
            "tallies": [lc.OpeningTally(subway.Order.net.over(lc.anniversary(years=1)), subway.USD(value))]
        },
        "tier": lambda value: {"tiers": {"status": value}},
        "stamps": lots(subway.STAMP),
        "coupons": lots(subway.COUPON),
    },
    units={"point": subway.POINT, "stamp": subway.STAMP},
    days_before=lambda _: 1,
    joins=True,
    questions={"balance": held, "issued": issued},
)
