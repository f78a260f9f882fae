"""Expiry: when points end, and when they do not."""

from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

POINT = lc.Unit("point")


@case("sie-001", by="suspended in a tier: points keep their ends, and are past them or not when it is left")
def stay_past_their_date_while_gold_and_end_as_that_is_left() -> Iterator[Any]:
    levels = {"Silver": 0, "Gold": lc.invited}
    rules = [
        lc.Ladder("status", tiers=levels, valid=lc.never),
        lc.Expiry(POINT, lc.end_of(lc.year), unless=lc.in_tier("status", "Gold")),
    ]
    ada = Member(lc.Program("tiers", version="1", rules=rules))
    given = lc.OpeningLot(POINT(100), expires=date("2025-12-31"))
    ada.does(lc.Opening("o", at=date("2025-01-01"), lots=[given], tiers={"status": "Gold"}))
    ada.waits(date("2026-02-01"))
    yield ada.account.balance(POINT)
    falls = {"ladder": "status", "tier": "Silver", "reason": "reviewed by hand"}
    ada.does(lc.TierAdjustment("t", at=date("2026-03-01"), **falls))
    yield ada.account.balance(POINT)
