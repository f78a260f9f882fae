"""
The work that is measured: real orders, and the streams of events made from them.

Everything here is prepared before the clock starts, in plain tuples of integers and text.
A column (`hand`, `library`) turns them into whatever it reads, also off the clock, and answers with a `Run`.
Money is in cents. A moment is whole seconds of the shop's wall clock, counted as if it were UTC.

W1  pricing one order, of a member without a history: what it earns; tier and first order come with it
W2  the same with campaigns: up to a thousand, of which few are about any one order
W3  one account a member: earn, expire, redeem; the points of an event are given
W4  one account that only grows: ten entries or a million
W5  a whole program: tiers, pricing, lots, returns, debt
W5d the same through `decide`, event by event, with entries kept and reasons read
W6  the entries of W3 as JSON lines, and back
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = [
    "BONUS_FIRST",
    "BONUS_SPEND",
    "CAP",
    "DAY",
    "DOUBLED",
    "EXCLUDED",
    "GOLD",
    "LONG_LIFE",
    "MIN_SPEND",
    "READ",
    "REDEEM",
    "SILVER",
    "YEAR",
    "Basket",
    "Campaign",
    "Check",
    "Done",
    "Entry",
    "Grant",
    "Line",
    "Order",
    "Run",
    "Sale",
    "campaigns",
    "closing",
    "load",
    "some_members",
    "w1_baskets",
    "w3_events",
    "w4_batch",
    "w4_events",
    "w5_events",
]

DAY = 86_400
YEAR = 365 * DAY
LONG_LIFE = 10 * YEAR
"""How long the lots of W4 live: none of them expires."""

READ = 2_000
"""How often a turn of W4 reads the balance."""

REDEEM = 500
"""Points that are redeemed once at an event, as soon as there are as many."""

# The program of W5. It gives a point for every unit of money spent on eligible goods.
EXCLUDED = frozenset({"COUPON/MISC ITEMS", "FUEL", "CIGARETTES", "COUPON", "COUPONS/STORE & MFG"})
DOUBLED = frozenset({"SOFT DRINKS", "BEEF", "FLUID MILK PRODUCTS"})
MIN_SPEND, BONUS_SPEND = 40_00, 50
BONUS_FIRST = 100
CAP = 500
SILVER, GOLD = 500_00, 1_500_00
"""The sum of 365 days from which a member is silver (a quarter more points) or gold (half as many more)."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clock throughout
_FIRST_CDNOW_MEMBER = 1_000_000
_YEAR_BEGINS = 1_483_228_800
_CDNOW_ENDS, _GROCERIES_END = 899_208_000, 1_514_779_280
_W4_BEGINS = 1_483_228_800

Line = tuple[int, str, int, int, int]
"""Sku, category, quantity, gross, discount."""
Order = tuple[int, int, int, int, tuple[Line, ...]]
"""Id, member, moment, store, lines."""
Grant = tuple[int, int, int, int]
"""An event of W3: moment, member, order, points."""
Entry = tuple[int, str, int, int]
"""An entry of W4: moment, "earn" or "redeem", points, expires (0 for a redemption)."""
Sale = tuple[int, int, int, int, int, tuple[Line, ...] | None]
"""An event of W5: moment, 0 for an order or 1 for its return, order, member, store, lines (none for a return)."""

Basket = tuple[int, int, int, str, tuple[tuple[str, str, int, int, int], ...], int, bool, str]
"""What W1 prices: order, member, moment, store, lines, tier 0 to 2, whether it is the first, the tier's name."""
Campaign = tuple[int, str, str, int, int]
"""A campaign of W2: number, kind, what it is about, from which moment until before which, all whole days."""
TIERS = ("base", "silver", "gold")

Check = dict[str, object]
"""The answers of a run. Columns must agree on every one of them before their times are compared."""


class Done(NamedTuple):
    """
    Be what a run leaves: its answers, and the accounts it filled.

    The accounts are handed out so that throwing them away is not part of what the clock sees.
    """

    check: Check
    accounts: object
    later: Callable[[], Check] = dict
    """More answers, asked for before the clock starts only."""


if TYPE_CHECKING:
    Run = Callable[[], Done]


def load(folder: Path) -> list[Order]:
    """
    Read the orders that `examples/make_orders.py` wrote into *folder*, sorted by moment and id.
    """
    # The few hundred categories are shared: a copy for each of 1.5 million lines would be 100 MB for nothing.
    shared: dict[str, str] = {}
    orders: list[Order] = []
    with gzip.open(folder / "orders.jsonl.gz", "rt", encoding="utf-8") as file:
        for text in file:
            order = json.loads(text)
            lines = tuple((sku, shared.setdefault(name, name), *numbers) for sku, name, *numbers in order["lines"])
            orders.append((order["id"], order["member"], _seconds(order["t"]), order["store"], lines))
    orders.sort(key=itemgetter(2, 0))
    return orders


def w3_events(orders: list[Order]) -> list[Grant]:
    """
    Give every order as points for its member: one for each whole unit of money spent on eligible goods.
    """
    return [
        (moment, member, order, sum(line[3] - line[4] for line in lines if line[1] not in EXCLUDED) // 100)
        for order, member, moment, _, lines in orders
    ]


def w4_events(size: int, begin: int = 0) -> list[Entry]:
    """
    Give *size* entries of one account, a minute apart: three earnings of 10, then a redemption of 20, and again.

    *begin* is the number of the first; entries that follow on a history of a million begin there.
    """
    return [_w4_entry(number) for number in range(begin, begin + size)]


def w4_batch(what: str, size: int, long: int, number: int) -> list[Entry]:
    """
    Give the entries that follow on *long* ones, and on so many batches before: of one kind only, or, "all", as before.

    Earnings alone are of 10, and redemptions alone of 20, which the points there are suffice for.
    """
    entries = w4_events(size, long + size * number)
    if what == "all":
        return entries
    return [
        (moment, what, 20, 0) if what == "redeem" else (moment, what, 10, moment + LONG_LIFE)
        for moment, _, _, _ in entries
    ]


def w5_events(orders: list[Order]) -> list[Sale]:
    """
    Give every order, and for 3 % of them a return of everything 1 to 14 days later, in the order of time.

    Which orders those are hangs on their id alone, so any choice of members keeps its returns.
    """
    events: list[Sale] = []
    for order, member, moment, store, lines in orders:
        events.append((moment, 0, order, member, store, lines))
        scatter = _scatter(order)
        if scatter % 100 < 3:
            returned = moment + (1 + (scatter >> 10) % 14) * DAY
            events.append((returned, 1, order, member, 0, None))
    events.sort(key=itemgetter(0, 1, 2))
    return events


def w1_baskets(orders: list[Order]) -> list[Basket]:
    """
    Give the grocery orders of 8 to 12 lines, scattered over the year, with a tier and whether it is the first order.

    Skus and stores are texts, as a shop has them.
    """
    seen: set[int] = set()
    baskets: list[Basket] = []
    for order, member, moment, store, lines in orders:
        if member >= _FIRST_CDNOW_MEMBER:
            continue
        first = member not in seen
        seen.add(member)
        if 8 <= len(lines) <= 12:
            tier = _scatter(member) % 3
            texts = tuple((str(sku), *rest) for sku, *rest in lines)
            baskets.append((order, member, moment, str(store), texts, tier, first, TIERS[tier]))  # type: ignore[arg-type]
    baskets.sort(key=lambda basket: (_scatter(basket[0]), basket[0]))
    return baskets


def campaigns(orders: list[Order], number: int) -> list[Campaign]:
    """
    Give campaigns spread over the year, of four kinds in turn.

    For 14 days a point for every unit of money spent in a category, for 28 days 20 points for a sku, for 14 days 15 at
    a store from 20.00 on, for 2 days 10 points from 25.00 on.
    """
    groceries = [order for order in orders if order[1] < _FIRST_CDNOW_MEMBER]
    lines = [line for order in groceries for line in order[4]]
    categories = [each for each in _most(line[1] for line in lines)[:250] if each not in EXCLUDED]
    skus = _most(str(line[0]) for line in lines)[:2000]
    stores = _most(str(order[3]) for order in groceries)[:100]
    found: list[Campaign] = []
    for at in range(number):
        start, turn = _YEAR_BEGINS + at * 7919 % 365 * DAY, at // 4
        kind, about, days = (
            ("category", categories[turn * 37 % len(categories)], 14),
            ("sku", skus[turn * 101 % len(skus)], 28),
            ("store", stores[turn * 11 % len(stores)], 14),
            ("date", "", 2),
        )[at % 4]
        found.append((at, kind, about, start, start + days * DAY))
    return found


def _most(texts: Iterable[str]) -> list[str]:
    """
    Give each text once, the most frequent first.
    """
    return [text for text, _ in sorted(Counter(texts).items(), key=lambda pair: (-pair[1], pair[0]))]


def some_members(orders: list[Order], share: int) -> list[Order]:
    """
    Give the orders of one in *share* members.
    """
    return [order for order in orders if _scatter(order[1]) % share == 0]


def closing(member: int) -> int:
    """
    Say when the books of a member are closed: 180 days after the member's source ends.
    """
    return 180 * DAY + (_CDNOW_ENDS if member >= _FIRST_CDNOW_MEMBER else _GROCERIES_END)


def _w4_entry(number: int) -> Entry:
    moment = _W4_BEGINS + 60 * number
    if number % 4 == 3:
        return moment, "redeem", 20, 0
    return moment, "earn", 10, moment + LONG_LIFE


def _scatter(number: int) -> int:
    """
    Spread numbers over 24 bits (Knuth's multiplicative hash), the same on every machine and in every version.
    """
    return (number * 2_654_435_761 & 0xFFFF_FFFF) >> 8


def _seconds(moment: str | int) -> int:
    """
    Read a wall clock as seconds; a file may have counted them already.
    """
    if isinstance(moment, int):
        return moment
    return int((datetime.fromisoformat(moment) - _EPOCH).total_seconds())
