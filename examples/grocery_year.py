"""
Run a loyalty program over a year of a grocery chain's orders, and keep it in a file.

    python examples/grocery_year.py [FILE]

The orders are those of 274 households in `examples/data`. FILE is a SQLite file, `grocery_year.sqlite` where none is
named. Run it twice: the second time every event is submitted again, and nothing changes. The data have no returns; so
that there are some to see, the first line of every fortieth order comes back after three days.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import sys
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import loyalcore as lc
from loyalcore.stores import submit
from loyalcore.stores.sqlite import SQLiteStore

DATA = Path(__file__).resolve().parent / "data" / "orders.jsonl.gz"
ZONE = "America/New_York"

# The program: what the shop gives, to whom, and for how long.

POINT, USD = lc.Unit("point"), lc.Money("USD")


class Line(lc.Item):
    """Be a line of a receipt."""

    category = lc.Text()


class Order(lc.Purchase):
    """Be a receipt."""

    store = lc.Number()


GOODS = ~Line.category.is_in({"COUPON/MISC ITEMS", "FUEL", "CIGARETTES", "COUPON", "COUPONS/STORE & MFG"})

PROGRAM = lc.Program(
    "grocery-club",
    version="2017",
    timezone=ZONE,
    currency=USD,
    items=Line,
    purchases=Order,
    rules=[
        lc.Earn("base", POINT.per(USD(1), Line.net), where=GOODS),
        lc.Boost("fresh", "+100%", of="base", where=Line.category.is_in({"BEEF", "FLUID MILK PRODUCTS"})),
        lc.Boost("weekend", "x1.5", of="base", when=lc.weekday("sat", "sun")),
        lc.Boost("by status", lc.by_tier("status", {"silver": "x1.25", "gold": "x1.5"}), of="base"),
        lc.Earn("basket", POINT(50), when=Line.net.sum(GOODS).at_least(USD(40))),
        lc.Lane("order", of=["base", "basket"], limit=lc.at_most(POINT(500), per=lc.purchase)),
        lc.Earn("first", POINT.milestones(Order.count, {1: POINT(100)}), over=lc.lifetime),
        lc.Earn("dairy", USD.bands(Line.net, {USD(0): "2%", USD(50): "5%"}), over=lc.quarter,
                where=Line.category.is_("FLUID MILK PRODUCTS")),
        lc.Ladder("status", by=Line.net.sum(GOODS).over(lc.rolling(days=365)),
                  tiers={"base": 0, "silver": USD(500), "gold": USD(1500)}),
        lc.Expiry(POINT, lc.end_of(lc.month, after=lc.months(6))),
        lc.Reward("voucher", cost=POINT(500), gives="5 dollars off", claim=lc.once),
    ],
)  # fmt: skip


def read_orders() -> list[tuple[int, Order]]:
    """Return (household, order) in the order of time."""
    found = []
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        for text in file:
            row = json.loads(text)
            at = dt.datetime.fromisoformat(row["t"]).replace(tzinfo=ZoneInfo(ZONE))
            items = [
                Line(number, cents(gross - discount), quantity=max(quantity, 1), category=category)
                for number, (_, category, quantity, gross, discount) in enumerate(row["lines"])
            ]
            found.append((row["member"], Order(row["id"], at=at, items=items, store=row["store"])))
    return sorted(found, key=lambda pair: (pair[1].at, pair[1].id))


def cents(amount: int) -> str:
    """Write cents as dollars."""
    return f"{amount // 100}.{amount % 100:02d}"


def with_returns(orders: list[tuple[int, Order]]) -> list[tuple[int, lc.Event]]:
    """Let the first line of every fortieth order come back after three days."""
    everything: list[tuple[int, lc.Event]] = list(orders)
    for household, order in orders[::40]:
        at, first = order.at + dt.timedelta(days=3), order.items[0].id
        everything.append((household, lc.Return(f"return of {order.id}", at=at, of=order.id, items=[first])))
    return sorted(everything, key=lambda pair: (pair[1].at, str(pair[1].id)))


def run(store: SQLiteStore, history: list[tuple[int, lc.Event]]) -> Counter[str]:
    """Submit every event; return how many were new, known, in conflict and refused."""
    outcomes: Counter[str] = Counter()
    with store.batch():
        for household, event in history:
            try:
                answer = submit(store, PROGRAM, household, event)
            except lc.EventConflict:
                outcomes["in conflict"] += 1
            else:
                outcomes["refused" if answer.refusal else "known" if answer.known else "new"] += 1
    return outcomes


def table(store: SQLiteStore) -> None:
    """Print orders and points by month and by the tier in which they were earned."""
    place = PROGRAM.frozen_names().index("tier status")
    orders: Counter[tuple[str, str]] = Counter()
    points: Counter[tuple[str, str]] = Counter()
    for household in store.members():
        facts: dict[int, tuple[str, str]] = {}
        for entry in store.load(household).entries:
            if entry.kind == "purchase":
                facts[entry.seq] = key = (entry.at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m"), entry.frozen[place])
                orders[key] += 1
            elif entry.kind == "earn" and entry.unit == "point":
                points[facts[entry.cause]] += entry.amount
    tiers = ("base", "silver", "gold")
    print("month    " + "".join(f"{tier:>10} orders  points" for tier in tiers))
    for month in sorted({month for month, _ in orders}):
        figures = (f"{orders[month, tier]:>17,}{points[month, tier]:>8,}" for tier in tiers)
        print(f"{month}  " + "".join(figures))


def statement(account: lc.Account) -> None:
    """Print what a member has, and the last entries."""
    print(f"\nStatement of household {account.member}, {account.version} entries")
    print(f"  {account.balance(POINT)}, {account.balance(USD)}, tier {account.tier('status') or 'base'}")
    for at, amount in account.expiring(POINT):
        print(f"  {amount} expire on {at.astimezone(ZoneInfo(ZONE)):%Y-%m-%d}")
    for entry in account.entries[-5:]:
        change = f"{entry.change:+,} smallest parts of {entry.unit}" if entry.change else ""
        print(f"  {entry.at:%Y-%m-%d %H:%M} {entry.kind} {change}")


def main() -> None:
    """Run the year, or run it again."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "grocery_year.sqlite")
    history = with_returns(read_orders())
    with SQLiteStore(path) as store:
        outcomes = run(store, history)
        table(store)
        household = max(store.members(), key=lambda member: store.load(member).balance(POINT).minor)
        account = store.load(household)
        statement(account)
        order = next(entry.id for entry in reversed(account.entries) if entry.kind == "purchase")
        print(f"\nWhy order {order} earned what it did")
        for reason in PROGRAM.reasons(account, order):
            print(f"  {reason}")
        due = PROGRAM.next_due(account)
        print(f"\nNext due for this household: {due}")
        entries = sum(store.load(member).version for member in store.members())
    shown = ", ".join(f"{outcomes[outcome]:,} {outcome}" for outcome in ("new", "known", "in conflict"))
    print(f"\n{len(history):,} events: {shown}; {entries:,} entries in {path.name}")


if __name__ == "__main__":
    main()
