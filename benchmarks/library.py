"""
The library's column: each workload as a program of loyalcore.

Every function prepares off the clock and answers with a run, whose `Done.check` must equal the one of `hand`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
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
    READ,
    REDEEM,
    SILVER,
    Done,
    closing,
)

if TYPE_CHECKING:
    from loyalcore.entries import Row
    from loyalcore.replay import Replay
    from workloads import Basket, Campaign, Check, Entry, Grant, Run, Sale

__all__ = [
    "build",
    "campaign_rules",
    "w1",
    "w2",
    "w3",
    "w4_append",
    "w4_balance",
    "w4_rebuild",
    "w5",
    "w5d",
    "w6_dump",
    "w6_load",
]

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


class Goods(lc.Item):
    """Be a line of a basket."""

    category = lc.Text()
    sku = lc.Text()


class Checkout(lc.Purchase):
    """Be a basket to price: the shop says in which tier the member is, and whether it is the first."""

    store = lc.Text()
    tier = lc.Text()
    first = lc.Flag()


COUNTED = ~Goods.category.is_in(EXCLUDED)
SPENT = Goods.net.sum(COUNTED)


def campaign_rules(campaigns: list[Campaign]) -> list[lc.Earn]:
    """Return campaigns as ordinary rules."""
    rules: list[lc.Earn] = []
    for number, kind, about, start, end in campaigns:
        name, runs = f"campaign {number}", lc.between(_date(start), _date(end))
        if kind == "category":
            where = COUNTED & Goods.category.is_(about)
            rules.append(lc.Earn(name, POINT.per(USD(1), Goods.net), when=runs, where=where))
        elif kind == "sku":
            has = Goods.quantity.sum(Goods.sku.is_(about)).at_least(1)
            rules.append(lc.Earn(name, POINT(20), when=runs & has))
        elif kind == "store":
            rules.append(lc.Earn(name, POINT(15), when=runs & Checkout.store.is_(about) & SPENT.at_least(USD(20))))
        else:
            rules.append(lc.Earn(name, POINT(10), when=runs & SPENT.at_least(USD(25))))
    return rules


def _date(moment: int) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def build(extra: list[lc.Earn]) -> lc.Program:
    """Return the program of W1, or with campaigns that of W2."""
    return lc.Program(
        "pricing",
        version="1",
        items=Goods,
        purchases=Checkout,
        rules=[
            lc.Earn("base", POINT.per(USD(1), Goods.net), where=COUNTED),
            lc.Boost("double", "+100%", of="base", where=Goods.category.is_in(DOUBLED)),
            lc.Boost("weekend", "x1.5", of="base", when=lc.weekday("sat", "sun")),
            lc.Boost("silver", "x1.25", of="base", when=Checkout.tier.is_("silver")),
            lc.Boost("gold", "x1.5", of="base", when=Checkout.tier.is_("gold")),
            lc.Earn("spend", POINT(BONUS_SPEND), when=SPENT.at_least(cents(MIN_SPEND))),
            lc.Earn("first", POINT(BONUS_FIRST), when=Checkout.first.is_true()),
            *extra,
            lc.Lane(
                "order",
                of=["base", "spend", "first", *(rule.name for rule in extra)],
                limit=lc.at_most(POINT(CAP), per=lc.purchase),
            ),
        ],
    )


BASKETS = lc.bind(
    Checkout,
    lc.bind_items(Goods, sku=0, category=1, net=lc.minus(3, 4)),
    id=0,
    member=1,
    at=lc.seconds(2),
    store=3,
    lines=4,
    first=6,
    tier=7,
)


def w1(baskets: list[Basket]) -> Run:
    """Price baskets."""
    return w2(baskets, [])


def w2(baskets: list[Basket], campaigns: list[Campaign]) -> Run:
    """Price baskets where campaigns run."""
    program = build(campaign_rules(campaigns))

    def run() -> Done:
        points = program.awards(baskets, BASKETS, POINT)
        return Done({"baskets": len(points), "points": points}, None)

    return run


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


def w4_balance(entries: list[Entry]) -> Run:
    """Read the balance of the account of stored entries again and again."""
    account = LONG.replay(_long(entries), _LONG_BINDINGS, kind=1).run().account("ada")

    def run() -> Done:
        return Done({"balances": sum([account.balance(POINT).minor for _ in range(READ)])}, account)

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


def w5d(events: list[Sale]) -> Run:
    """Decide the whole program event by event, keeping entries and reading reasons."""
    given = [(sale[3], _event(sale)) for sale in events]

    def run() -> Done:
        accounts: dict[int, lc.Account] = {}
        earned = redeemed = clawed = balances = 0
        kept: list[lc.Entry] = []
        said: list[tuple[lc.Reason, ...]] = []
        for member, event in given:
            account = accounts.get(member)
            answer = WHOLE.decide(WHOLE.open(member) if account is None else account, event)
            account = accounts[member] = answer.account
            kept += answer.entries
            said.append(answer.reasons)
            balances += account.balance(POINT).minor
        for entry in kept:
            kind, row = entry.row[0], entry.row
            earned += row[5] if kind == "earn" else 0
            redeemed += row[5] if kind == "spend" else 0
            clawed += row[5] if kind == "take" else 0
        check: Check = {
            "events": len(said),
            "earned": earned,
            "redeemed": redeemed,
            "clawed": clawed,
            "balances": balances,
        }
        return Done(check, (accounts, kept, said))

    return run


def _event(sale: Sale) -> lc.Event:
    """Return an event as a shop makes it."""
    moment, kind, order, _, _, lines = sale
    at = datetime.fromtimestamp(moment, UTC)
    if kind:
        return lc.Return(f"return of {order}", at=at, of=order)
    items = [
        Line(place, Decimal(gross - discount).scaleb(-2), category=category)
        for place, (_, category, _, gross, discount) in enumerate(lines or ())
    ]
    return lc.Purchase(order, at=at, items=items)
