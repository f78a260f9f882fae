"""What the words of the worked examples of 27-costco stand for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import loyalcore as lc
from published.adapter import Removed, Story, Table, Word, decimal, load

costco = load("costco_executive")


def leaving(id: str, *, at: dt.datetime, reward: str, fee: str) -> list[lc.Event]:
    """Who leaves, with the reward until then."""
    return [
        lc.Opening("reward", at=at, lots=[lc.OpeningLot(costco.USD(reward))]),
        costco.Upgrade("fee", at=at, name="upgrade", fee=fee),
        lc.TierAdjustment("upgrade", at=at, ladder="membership", tier="executive", reason="paid"),
        lc.TierAdjustment(id, at=at, ladder="membership", tier=None, reason="downgrade"),
    ]


def removed(id: str, *, at: dt.datetime, who: str) -> Removed:
    """What the holder of the household card bought."""
    del id, at
    return Removed(costco.Order.buyer.is_(who))


def paid(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """What is paid back of the fee."""
    (refund,) = story.entries(asked["event"], "earn")
    return decimal(costco.REFUND, refund.amount)


NAME = "27-costco"
TABLE = Table(
    costco.PROGRAM,
    events={
        "period_spend": Word(costco.Order, {"amount": "net"}, anew=True),
        "purchase": Word(costco.Order, {"amount": "net", "category": "category", "by": "buyer"}),
        "refund": Word(lc.Return, {"of": "of", "amount": "net"}),
        "downgrade": Word(leaving, {"reward": "reward", "upgrade_fee": "fee"}),
        "remove_member": Word(removed, {"who": "who"}),
    },
    rules={"": ("2% reward",)},
    questions={"paid": paid},
)
