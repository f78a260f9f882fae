"""What the words of the worked examples of 31-tesco-clubcard stand for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import loyalcore as lc
from published import adapter
from published.adapter import Story, Table, Word, load

tesco = load("tesco_clubcard")

LONDON = ZoneInfo("Europe/London")


def exchanged(id: str, *, at: dt.datetime, voucher: str) -> lc.Event:
    """Vouchers that become a partner's code."""
    return lc.Redemption(id, at=at, reward="partner code", amount=tesco.VOUCHER(voucher))


def handed_in(amount: lc.Amount, *date: int) -> tuple[lc.Event, ...]:
    """What the member has before the first event, where the example does not say."""
    return (lc.Adjustment("given", at=dt.datetime(*date, tzinfo=LONDON), amount=amount, reason="as given"),)  # type: ignore[arg-type]


#: What examples call by a name: of which unit, and made by which event.
NAMED = {"voucher": {"unit": "voucher"}, "partner code of a": {"unit": "partner code", "event": "a"}}


def gone_on(story: Story, asked: Mapping[str, Any]) -> str:
    """The first day on which what is named is no longer there."""
    return adapter.gone_on(story, NAMED[asked["name"]])


NAME = "31-tesco-clubcard"
TABLE = Table(
    tesco.PROGRAM,
    events={
        "purchase": Word(tesco.Shop, {"amount": "net"}),
        "fuel": Word(tesco.Shop, {"litres": "litres", "amount": "net"}, {"at_what": "fuel"}),
        "exchange": Word(exchanged, {"voucher": "voucher", "partner": None}),
        "statement": Word(None, {}),
    },
    given={"balance": lambda value: {"lots": [lc.OpeningLot(tesco.POINT(value))]}},
    # A statement is of what there was the day before.
    days_before=lambda _: 1,
    history={
        "voucher expiry": handed_in(tesco.POINT(150), 2022, 2, 9),
        "partner value on two days": handed_in(tesco.VOUCHER("10.00"), 2023, 6, 12),
    },
    units={"point": tesco.POINT, "voucher": tesco.VOUCHER, "partner code": tesco.CODE},
    rules={"voucher": ("voucher",), "partner code": ("partner code",)},
    questions={"gone_on": gone_on},
)
