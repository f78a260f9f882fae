"""
The measure of the library: each workload written by hand, for exactly that program and nothing else.

This is what an expert writes who knows all rules beforehand and wants speed: flat lists of integers instead of
objects, rows as tuples of atoms (which the garbage collector stops watching), a balance that is kept and not summed.
What happens at every event stands in one loop; what happens now and then is a function of its own.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from workloads import (
    BONUS_FIRST,
    BONUS_SPEND,
    CAP,
    DAY,
    DOUBLED,
    EXCLUDED,
    GOLD,
    LONG_LIFE,
    MIN_SPEND,
    READ,
    REDEEM,
    SILVER,
    YEAR,
    Check,
    Done,
    closing,
)

if TYPE_CHECKING:
    from workloads import Basket, Campaign, Entry, Grant, Line, Run, Sale

__all__ = ["w1", "w2", "w3", "w4_append", "w4_balance", "w4_rebuild", "w5", "w5d", "w6_dump", "w6_load"]

Row = tuple[int, str, int, int, int]
"""What is kept of everything that happened: moment, kind, points, expires, order."""


# ---- W1 and W2


def w1(baskets: list[Basket]) -> Run:
    """
    Price baskets.
    """

    def price(now: int, lines: tuple[tuple[str, str, int, int, int], ...], tier: int, first: bool) -> int:  # noqa: FBT001
        spent = doubled = 0
        for _, category, _, gross, discount in lines:
            if category not in EXCLUDED:
                net = gross - discount
                spent += net
                if category in DOUBLED:
                    doubled += net
        points = (spent + doubled) * (4 + tier) * (3 if (now // DAY + 3) % 7 >= 5 else 2) // 800
        if spent >= MIN_SPEND:
            points += BONUS_SPEND
        if first:
            points += BONUS_FIRST
        return points if points < CAP else CAP

    rows = [(basket[2], basket[4], basket[5], basket[6]) for basket in baskets]

    def run() -> Done:
        points = [price(now, lines, tier, first) for now, lines, tier, first in rows]
        return Done({"baskets": len(points), "points": points}, None)

    return run


class Running(NamedTuple):
    """
    Be the campaigns of a day, added up: how many are about a category, points by sku, by store, and for the day.
    """

    categories: dict[str, int]
    skus: dict[str, int]
    stores: dict[str, int]
    points: list[int]


def w2(baskets: list[Basket], campaigns: list[Campaign]) -> Run:
    """
    Price baskets where campaigns run, which for whole days are added up beforehand.
    """
    days: dict[int, Running] = {}
    for _, kind, about, start, end in campaigns:
        for day in range(start // DAY, end // DAY):
            running = days.setdefault(day, Running({}, {}, {}, [0]))
            if kind == "category":
                running.categories[about] = running.categories.get(about, 0) + 1
            elif kind == "sku":
                running.skus[about] = running.skus.get(about, 0) + 20
            elif kind == "store":
                running.stores[about] = running.stores.get(about, 0) + 15
            else:
                running.points[0] += 10
    plain = {day: (each.categories, each.skus, each.stores, each.points[0]) for day, each in days.items()}
    return partial(_w2, plain, [(each[2], each[3], each[4], each[5], each[6]) for each in baskets])


def _w2(days: dict[int, Any], rows: list[Any]) -> Done:  # noqa: C901 - one straight line, as whoever wants speed writes it
    get = days.get
    empty: Any = ({}, {}, {}, 0)

    def price(now: int, store: str, lines: Any, tier: int, first: bool) -> int:  # noqa: C901, FBT001, PLR0912
        day = now // DAY
        by_category, by_sku, by_store, of_day = get(day, empty)
        spent = doubled = extra = 0
        categories: dict[str, int] | None = None
        skus: list[str] | None = None
        for sku, category, _, gross, discount in lines:
            if category not in EXCLUDED:
                net = gross - discount
                spent += net
                if category in DOUBLED:
                    doubled += net
                if category in by_category:
                    if categories is None:
                        categories = {category: net}
                    else:
                        categories[category] = categories.get(category, 0) + net
            if sku in by_sku:
                if skus is None:
                    skus = [sku]
                    extra += by_sku[sku]
                elif sku not in skus:
                    skus.append(sku)
                    extra += by_sku[sku]
        if categories is not None:
            for category, net in categories.items():
                extra += net // 100 * by_category[category]
        if spent >= 2500:
            extra += of_day
        if spent >= 2000 and store in by_store:
            extra += by_store[store]
        points = (spent + doubled) * (4 + tier) * (3 if (day + 3) % 7 >= 5 else 2) // 800 + extra
        if spent >= MIN_SPEND:
            points += BONUS_SPEND
        if first:
            points += BONUS_FIRST
        return points if points < CAP else CAP

    points = [price(*row) for row in rows]
    return Done({"baskets": len(points), "points": points}, None)


# ---- lots: one flat list of (expires, left, order), the soonest to expire first


def expire(lots: list[int], now: int, rows: list[Row], order: int) -> int:
    """
    Drop the lots that have ended, write a row for each, and answer how many points they held.
    """
    lost = end = 0
    while end < len(lots) and lots[end] <= now:
        left = lots[end + 1]
        lost += left
        rows.append((now, "expire", left, 0, order))
        end += 3
    del lots[:end]
    return lost


def take(lots: list[int], points: int) -> int:
    """
    Take points from the lots that expire first; answer how many were not there.
    """
    end, size = 0, len(lots)
    while points and end < size:
        left = lots[end + 1]
        if left > points:
            lots[end + 1] = left - points
            points = 0
        else:
            points -= left
            end += 3
    if end:
        del lots[:end]
    return points


def take_own(lots: list[int], order: int, points: int) -> int:
    """
    Take points from the lot that an order made, if it is still open; answer how many were not there.
    """
    # Returns come soon after the purchase, so the lot is near the end.
    for place in range(len(lots) - 1, 0, -3):
        if lots[place] == order:
            left = lots[place - 1]
            if left > points:
                lots[place - 1] = left - points
                return 0
            del lots[place - 2 : place + 1]
            return points - left
    return points


# ---- W3


class Purse:
    """
    Be the account of W3: lots, their sum, and all rows.
    """

    __slots__ = ("balance", "lots", "rows")

    def __init__(self) -> None:
        self.lots: list[int] = []
        self.balance = 0
        self.rows: list[Row] = []


def w3(events: list[Grant]) -> Run:
    """
    Earn, expire and redeem for one member after the other as the events come.
    """
    return partial(_w3, events)


def _w3(events: list[Grant]) -> Done:
    purses: dict[int, Purse] = {}
    earned = redeemed = expired = balances = 0
    for now, member, order, points in events:
        purse = purses.get(member)
        if purse is None:
            purse = purses[member] = Purse()
        lots = purse.lots
        balance = purse.balance
        if lots and lots[0] <= now:
            lost = expire(lots, now, purse.rows, order)
            expired += lost
            balance -= lost
        if points:
            end = now + YEAR
            lots += (end, points, order)
            balance += points
            earned += points
            purse.rows.append((now, "earn", points, end, order))
        if balance >= REDEEM:
            take(lots, REDEEM)
            balance -= REDEEM
            redeemed += REDEEM
            purse.rows.append((now, "redeem", REDEEM, 0, order))
        purse.balance = balance
        balances += balance
    open_lots = sum(len(purse.lots) for purse in purses.values()) // 3
    for member, purse in purses.items():
        lost = expire(purse.lots, closing(member), purse.rows, 0)
        expired += lost
        purse.balance -= lost
    check: Check = {
        "events": len(events),
        "earned": earned,
        "redeemed": redeemed,
        "expired": expired,
        "final": sum(purse.balance for purse in purses.values()),
        "balances": balances,
        "open_lots": open_lots,
        "entries": sum(len(purse.rows) for purse in purses.values()),
    }
    return Done(check, purses)


# ---- W4


class LongAccount:
    """
    Be an account that may hold a million entries.

    Deleting from the front of a long list moves all the rest, so a head index says where the open lots begin.
    """

    __slots__ = ("balance", "entries", "head", "lots")

    def __init__(self, entries: list[Entry]) -> None:
        lots: list[int] = []
        head = balance = 0
        for now, kind, points, end in entries:
            while head < len(lots) and lots[head] <= now:
                balance -= lots[head + 1]
                head += 2
            if kind == "earn":
                lots += (end, points)
                balance += points
            else:
                head = take_from(lots, head, points)
                balance -= points
        self.lots = lots
        self.head = head
        self.balance = balance
        self.entries = entries.copy()

    def earn(self, now: int, points: int) -> None:
        """
        Add a lot.
        """
        lots = self.lots
        if self.head < len(lots) and lots[self.head] <= now:
            self.sweep(now)
        end = now + LONG_LIFE
        lots += (end, points)
        self.balance += points
        self.entries.append((now, "earn", points, end))

    def redeem(self, now: int, points: int) -> None:
        """
        Take points from the lots that expire first; there are always enough.
        """
        lots = self.lots
        if self.head < len(lots) and lots[self.head] <= now:
            self.sweep(now)
        self.head = take_from(lots, self.head, points)
        self.balance -= points
        self.entries.append((now, "redeem", points, 0))

    def read(self, now: int) -> int:
        """
        Answer the balance at a moment.
        """
        lots = self.lots
        if self.head < len(lots) and lots[self.head] <= now:
            self.sweep(now)
        return self.balance

    def sweep(self, now: int) -> None:
        """
        Drop the lots that have ended.
        """
        lots, head = self.lots, self.head
        while head < len(lots) and lots[head] <= now:
            self.balance -= lots[head + 1]
            head += 2
        self.head = head


def take_from(lots: list[int], head: int, points: int) -> int:
    """
    Take points from pairs of (expires, left) that begin at *head*, and answer where they begin then.

    The dead part is cut off when it is the larger one, so each lot is moved about once in its life.
    """
    while True:
        left = lots[head + 1]
        if left > points:
            lots[head + 1] = left - points
            break
        points -= left
        head += 2
        if not points:
            break
    if head > 64 and head + head > len(lots):
        del lots[:head]
        return 0
    return head


def w4_rebuild(entries: list[Entry]) -> Run:
    """
    Make the account of stored entries.
    """

    def run() -> Done:
        account = LongAccount(entries)
        return Done(
            {"balance": account.balance}, account, lambda: {"open_lots": (len(account.lots) - account.head) // 2}
        )

    return run


def w4_append(entries: list[Entry], batches: list[list[Entry]]) -> Run:
    """
    Append to the account of stored entries, reading the balance after each; every run appends the next batch.
    """
    account = LongAccount(entries)
    pending = iter(batches)

    def run() -> Done:
        balances = 0
        for now, kind, points, _ in next(pending):
            if kind == "earn":
                account.earn(now, points)
            else:
                account.redeem(now, points)
            balances += account.read(now)
        return Done({"balances": balances}, account)

    return run


def w4_balance(entries: list[Entry]) -> Run:
    """
    Read the balance of the account of stored entries again and again.
    """
    account, now = LongAccount(entries), entries[-1][0]

    def run() -> Done:
        return Done({"balances": sum([account.read(now) for _ in range(READ)])}, account)

    return run


# ---- W5


class Member:
    """
    Be the account of W5: as that of W3, with debt and what was bought in the last 365 days.

    The balance is what the lots hold less the debt. *window* is one flat list of (moment, spent, points, order),
    *spent* the sum of its second column; an order is given back long before it leaves the window.
    """

    __slots__ = ("balance", "debt", "lots", "rows", "spent", "window")

    def __init__(self) -> None:
        self.lots: list[int] = []
        self.balance = 0
        self.debt = 0
        self.window: list[int] = []
        self.spent = 0
        self.rows: list[Row] = []

    def slide(self, now: int) -> None:
        """
        Forget what was bought 365 days ago and earlier.
        """
        window, last = self.window, now - YEAR
        end = 0
        while end < len(window) and window[end] <= last:
            self.spent -= window[end + 1]
            end += 4
        del window[:end]

    def repay(self, points: int) -> int:
        """
        Pay debt with points that were just earned; answer how many are left to keep.
        """
        repaid = min(self.debt, points)
        self.debt -= repaid
        return points - repaid

    def give_back(self, now: int, order: int) -> int:
        """
        Undo an order: its spend leaves the window, its points leave its own lot, then other lots, then become debt.
        """
        window = self.window
        for place in range(len(window) - 1, 0, -4):
            if window[place] == order:
                break
        else:
            return 0
        points = window[place - 1]
        self.spent -= window[place - 2]
        window[place - 2] = window[place - 1] = 0
        if points:
            self.debt += take(self.lots, take_own(self.lots, order, points))
            self.balance -= points
            self.rows.append((now, "take", points, 0, order))
        return points


def tier_of(spent: int) -> int:
    """
    Place a member: 0 base, 1 silver, 2 gold.
    """
    return 2 if spent >= GOLD else 1 if spent >= SILVER else 0


def price(lines: tuple[Line, ...], now: int, tier: int, *, first: bool) -> tuple[int, int]:
    """
    Answer the points of an order and what of it counts as spend.

    All factors are integers, so that there is one division: 4, 5 or 6 quarters for the tier, 3 halves on Saturday
    and Sunday, 100 cents.
    """
    spent = doubled = 0
    for _, category, _, gross, discount in lines:
        if category not in EXCLUDED:
            net = gross - discount
            spent += net
            if category in DOUBLED:
                doubled += net
    weekend = (now // DAY + 3) % 7 >= 5
    points = (spent + doubled) * (4 + tier) * (3 if weekend else 2) // 800
    if spent >= MIN_SPEND:
        points += BONUS_SPEND
    if first:
        points += BONUS_FIRST
    return (points if points < CAP else CAP), spent


def w5(events: list[Sale]) -> Run:
    """
    Run the whole program: at every event expiry, the window, the tier, the price, debt, lots, a redemption.
    """
    return partial(_w5, events)


def w5d(events: list[Sale]) -> Run:
    """
    Run the whole program; asked for is what deciding event by event answers.
    """

    def run() -> Done:
        done = _w5(events)
        names = ("events", "earned", "redeemed", "clawed", "balances")
        return Done({name: done.check[name] for name in names}, done.accounts)

    return run


def _w5(events: list[Sale]) -> Done:
    members: dict[int, Member] = {}
    earned = redeemed = expired = clawed = balances = 0
    tiers = [0, 0, 0]
    for now, _, order, number, _, lines in events:
        member = members.get(number)
        first = member is None
        if member is None:
            member = members[number] = Member()
        lots, window = member.lots, member.window
        if lots and lots[0] <= now:
            lost = expire(lots, now, member.rows, order)
            member.balance -= lost
            expired += lost
        if window and window[0] <= now - YEAR:
            member.slide(now)
        if lines is None:
            clawed += member.give_back(now, order)
            balances += member.balance
            continue
        tier = tier_of(member.spent)
        tiers[tier] += 1
        points, spent = price(lines, now, tier, first=first)
        balance = member.balance + points
        window += (now, spent, points, order)
        member.spent += spent
        if points:
            earned += points
            end = now + YEAR
            member.rows.append((now, "earn", points, end, order))
            if member.debt:
                points = member.repay(points)
            if points:
                lots += (end, points, order)
        if balance >= REDEEM:
            take(lots, REDEEM)
            balance -= REDEEM
            redeemed += REDEEM
            member.rows.append((now, "redeem", REDEEM, 0, order))
        member.balance = balance
        balances += balance
    check: Check = {
        "events": len(events),
        "earned": earned,
        "redeemed": redeemed,
        "clawed": clawed,
        "balances": balances,
        "open_lots": _open_lots(members),
        "tiers": tiers,
    }
    return Done(check | _close(members, expired), members)


def _open_lots(members: dict[int, Member]) -> int:
    return sum(len(member.lots) for member in members.values()) // 3


def _close(members: dict[int, Member], expired: int) -> Check:
    """
    Close all books, and answer what only then is known.
    """
    tiers = [0, 0, 0]
    for number, member in members.items():
        now = closing(number)
        lost = expire(member.lots, now, member.rows, 0)
        member.balance -= lost
        expired += lost
        member.slide(now)
        tiers[tier_of(member.spent)] += 1
    return {
        "expired": expired,
        "debt": sum(member.debt for member in members.values()),
        "final": sum(member.balance for member in members.values()),
        "final_tiers": tiers,
        "entries": sum(len(member.rows) for member in members.values()),
    }


# ---- W6


Stored = tuple[int, int, int, str, int, int, int]
"""An entry as it is stored: seq, member, moment, kind, points, expires, order."""


def w6_dump(events: list[Grant]) -> tuple[int, Run]:
    """
    Write the entries of W3 as JSON lines; answer how many there are, too.
    """
    entries = _stored(events)
    return len(entries), lambda: Done({}, _text(entries), lambda: {"whole": True})


def w6_load(events: list[Grant]) -> tuple[int, Run]:
    """
    Read them back.
    """
    entries = _stored(events)
    text = _text(entries)

    def run() -> Done:
        # Many lines are read as one array: less than half the time of reading each.
        found = [tuple(entry) for entry in json.loads("[" + text[:-1].replace("\n", ",") + "]")]
        return Done({}, found, lambda: {"whole": found == entries})

    return len(entries), run


def _stored(events: list[Grant]) -> list[Stored]:
    purses = _w3(events).accounts
    return [
        (seq, member, now, kind, points, end, order)
        for member, purse in purses.items()  # type: ignore[attr-defined]
        for seq, (now, kind, points, end, order) in enumerate(purse.rows)
    ]


def _text(entries: list[Stored]) -> str:
    return "".join(
        [
            f'[{seq},{member},{now},"{kind}",{points},{end},{order}]\n'
            for seq, member, now, kind, points, end, order in entries
        ]
    )
