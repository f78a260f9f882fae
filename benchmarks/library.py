"""
The library's column: each workload as a program of loyalcore.

Every function prepares off the clock and answers with a run, whose `Done.check` must equal the one of `hand`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import loyalcore as lc
from loyalcore.lines import dump_entries, load_entries
from workloads import (
    BONUS_FIRST,
    BONUS_SPEND,
    CAP,
    DOUBLED,
    EXCLUDED,
    GOLD,
    MIN_SPEND,
    REDEEM,
    SILVER,
    Done,
    closing,
)

if TYPE_CHECKING:
    from loyalcore.entries import Row
    from loyalcore.replay import Replay
    from workloads import Check, Entry, Grant, Run, Sale

__all__ = ["w3", "w4_append", "w4_rebuild", "w5", "w6_dump", "w6_load"]

POINT, USD = lc.Unit("point"), lc.Money("USD")


class Granted(lc.Purchase):
    """Be an order whose points are given."""

    points = lc.Number()


class Line(lc.Item):
    """Be a line of an order."""

    category = lc.Text()


def cents(amount: int) -> lc.Amount:
    """Return an amount of cents."""
    return lc.Amount(USD, amount)


LEDGER = lc.Program(
    "ledger",
    version="1",
    purchases=Granted,
    rules=[
        lc.Earn("given", POINT.per(1, Granted.points)),
        lc.Expiry(POINT, lc.days(365)),
        lc.Reward("voucher", POINT(REDEEM), claim=lc.once),
    ],
)

LONG = lc.Program(
    "long",
    version="1",
    purchases=Granted,
    rules=[
        lc.Earn("given", POINT.per(1, Granted.points)),
        lc.Expiry(POINT, lc.days(3650)),
        lc.Reward("twenty", POINT(20)),
    ],
)

ELIGIBLE = ~Line.category.is_in(EXCLUDED)

WHOLE = lc.Program(
    "whole",
    version="1",
    items=Line,
    taking_back=lc.other_lots,
    rules=[
        lc.Earn("base", POINT.per(USD(1), Line.net), where=ELIGIBLE),
        lc.Boost("double", "+100%", of="base", where=Line.category.is_in(DOUBLED)),
        lc.Boost("weekend", "x1.5", of="base", when=lc.weekday("sat", "sun")),
        lc.Boost("tier", lc.by_tier("status", {"silver": "x1.25", "gold": "x1.5"}), of="base"),
        lc.Earn("spend", POINT(BONUS_SPEND), when=Line.net.sum(ELIGIBLE).at_least(cents(MIN_SPEND))),
        lc.Earn("first", POINT(BONUS_FIRST), when=lc.ordinal.is_(1)),
        lc.Lane("order", of=["base", "spend", "first"], limit=lc.at_most(POINT(CAP), per=lc.purchase)),
        lc.Ladder(
            "status",
            by=Line.net.sum(ELIGIBLE).over(lc.rolling(days=365)),
            tiers={"base": 0, "silver": cents(SILVER), "gold": cents(GOLD)},
        ),
        lc.Expiry(POINT, lc.days(365)),
        lc.Reward("voucher", POINT(REDEEM), claim=lc.once),
    ],
)


def _close(replay: Replay, balances: int, events: int) -> Check:
    """Count what is asked of every column, before and after the books are closed."""
    open_lots = replay.open_lots(POINT)
    closed: dict[int, list[int]] = {}
    for member in replay.members:
        closed.setdefault(closing(member), []).append(member)
    for moment, members in closed.items():
        replay.advance(datetime.fromtimestamp(moment, UTC), members)
    totals = {kind: found for (kind, _), found in replay.totals().items()}
    earned, redeemed, expired, clawed = (totals.get(kind, (0, 0)) for kind in ("earn", "spend", "expire", "take"))
    check: Check = {
        "events": events,
        "earned": earned[1],
        "redeemed": redeemed[1],
        "expired": expired[1],
        "final": sum(replay.balances(POINT).values()),
        "balances": balances,
        "open_lots": open_lots,
        "entries": earned[0] + redeemed[0] + expired[0] + clawed[0],
    }
    return check | ({"clawed": clawed[1]} if clawed[0] else {})


def w3(events: list[Grant]) -> Run:
    """Earn given points, expire after 365 days, redeem 500 once per event."""
    binding = lc.bind(Granted, id=2, at=lc.seconds(0), member=1, points=3)

    def run() -> Done:
        replay = LEDGER.replay(events, binding, watch=POINT)
        balances = sum(replay)
        return Done(_close(replay, balances, len(events)), replay)

    return run


_LONG_BINDINGS = {
    "earn": lc.bind(Granted, id=0, at=lc.seconds(0), member=4, points=2),
    "redeem": lc.bind(lc.Redemption, id=0, at=lc.seconds(0), member=4, reward=5),
}


def _long(entries: list[Entry]) -> list[tuple[int, str, int, int, str, str]]:
    """Return entries as rows of events: with the member and the reward."""
    return [(*entry, "ada", "twenty") for entry in entries]


def w4_rebuild(entries: list[Entry]) -> Run:
    """Make the account of stored entries."""
    rows = LONG.replay(_long(entries), _LONG_BINDINGS, kind=1).run().account("ada").rows

    def run() -> Done:
        account = lc.fold("ada", rows)
        check: Check = {"balance": account.balance(POINT).minor}
        return Done(check, account, lambda: {"open_lots": len(account.lots(POINT))})

    return run


def w4_append(entries: list[Entry], batches: list[list[Entry]]) -> Run:
    """Append to the account of stored entries, reading the balance after each; every run appends the next batch."""
    account = LONG.replay(_long(entries), _LONG_BINDINGS, kind=1).run().account("ada")
    pending = iter([_long(batch) for batch in batches])

    def run() -> Done:
        nonlocal account
        replay = LONG.replay(next(pending), _LONG_BINDINGS, kind=1, watch=POINT, accounts=[account])
        balances = sum(replay)
        account = replay.account("ada")
        return Done({"balances": balances}, account)

    return run


def w5(events: list[Sale]) -> Run:
    """Run the whole program: tiers, pricing, lots, returns, debt."""
    bindings = {
        0: lc.bind(
            lc.Purchase, lc.bind_items(Line, net=lc.minus(3, 4), category=1), id=2, at=lc.seconds(0), member=3, lines=5
        ),
        1: lc.bind(lc.Return, of=2, at=lc.seconds(0), member=3),
    }

    def run() -> Done:
        replay = WHOLE.replay(events, bindings, kind=1, watch=POINT)
        balances = sum(replay)
        check = _close(replay, balances, len(events))
        tiers, final = replay.frozen("tier status"), replay.tiers("status")
        check["tiers"] = [tiers[name] for name in ("base", "silver", "gold")]
        check["final_tiers"] = [final[name] for name in ("base", "silver", "gold")]
        check["debt"] = sum(replay.debts(POINT).values())
        return Done(check, replay)

    return run


def _rows(events: list[Grant]) -> list[Row]:
    """Return all rows of W3, member by member."""
    replay = LEDGER.replay(events, lc.bind(Granted, id=2, at=lc.seconds(0), member=1, points=3)).run()
    return [row for member in replay.members for row in replay.rows(member)]


def w6_dump(events: list[Grant]) -> tuple[int, Run]:
    """Write the rows of W3 as JSON lines; answer how many there are, too."""
    rows = _rows(events)

    def run() -> Done:
        text = dump_entries(rows)
        return Done({}, text, lambda: {"whole": load_entries(text) == rows})

    return len(rows), run


def w6_load(events: list[Grant]) -> tuple[int, Run]:
    """Read them back."""
    rows = _rows(events)
    text = dump_entries(rows)

    def run() -> Done:
        found = load_entries(text)
        return Done({}, found, lambda: {"whole": found == rows})

    return len(rows), run
