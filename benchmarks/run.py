"""
Compare the library with programs written by hand, in one run on one machine.

    python benchmarks/run.py                     # on the orders of examples/data
    python benchmarks/run.py --data FOLDER       # on all 225,507: examples/make_orders.py FOLDER
    python benchmarks/run.py --only W5 --rounds 15

BENCH_DATA in the environment stands for --data. Both sides must give the same answers before any clock starts.
They take turns, and who begins changes from round to round; a ratio is the median of the ratios of the rounds.
What slows the machine down for a while slows both, so ratios hold where times do not. Garbage is collected before
every turn and the collector stays on for both, as it would be in a shop.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import platform
import statistics
import time
import tracemalloc
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import hand
import library
import workloads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from workloads import Check, Order, Run

    Events = TypeVar("Events")

SHIPPED = Path(__file__).resolve().parent.parent / "examples" / "data"
PACKAGES = ("loyalcore", "attrs", "python-dateutil", "cattrs")
CAMPAIGNS = (10, 100, 1_000)
SIZES = (10_000, 100_000, 1_000_000)
DECIDED = 8
"""Of one in so many members the events are decided one by one."""
APPENDED = 2_000
"""How many entries one turn appends to a long account: few beside what is there, enough for the clock."""
REDEEMED = 1_200
"""How many redemptions all turns together make: as many as the points of the shortest account suffice for."""


class Pair(NamedTuple):
    """
    Be one workload, ready on both sides; a side that does not have it yet is None.
    """

    name: str
    events: int
    hand: Run
    library: Run | None
    long: int = 0
    """How many entries the account has to which the events are appended, or how many rules price them."""
    own: int = 0
    """How many of its own the library does, where these are others: an entry of W6 is a row of each side."""


class Times(NamedTuple):
    """
    Be what the clock saw: microseconds an event (the median of the rounds), and the ratio of each round.
    """

    hand: float
    library: float | None
    ratios: list[float]


def main() -> None:
    """
    Measure what the command line asks for.
    """
    options = _options()
    orders = workloads.load(options.data)
    print(_heading(orders), end="\n\n")
    if options.memory:
        weigh(orders)
    else:
        if options.only in ("", "W2"):
            print(built(orders), end="\n\n")
        race(orders, options.only, 2 if options.quick else options.rounds, SIZES[:1] if options.quick else SIZES)


def race(orders: list[Order], only: str, rounds: int, sizes: tuple[int, ...]) -> None:
    """
    Print times and ratios of every workload.
    """
    print(f"{'work':<24}{'events':>10}{'hand us':>10}{'library us':>12}{'ratio':>8}   lowest .. highest")
    growth: dict[str, dict[int, Times]] = {}
    for pair in _pairs(orders, only, rounds, sizes):
        times = compare(pair, rounds)
        print(_row(pair, times), flush=True)
        if pair.long:
            name, _, at = pair.name.partition(" at ")
            growth.setdefault(name if at else name[:2], {})[pair.long] = times
    for name, times_of in growth.items():
        if len(times_of) > 1:
            what = "rules" if name == "W2" else "entries"
            print(f"\ngrowth of {name} (exponent of the number of {what}): {_exponents(times_of)}")


def built(orders: list[Order]) -> str:
    """
    Say how long it takes to build the program of W2 with its largest number of campaigns, until it has priced a basket.
    """
    campaigns = workloads.campaigns(orders, CAMPAIGNS[-1])
    basket = workloads.w1_baskets(orders)[:1]
    times: list[tuple[float, float, float]] = []
    for _ in range(5):
        gc.collect()
        begin = time.perf_counter()
        rules = library.campaign_rules(campaigns)
        made = time.perf_counter()
        program = library.build(rules)
        checked = time.perf_counter()
        program.awards(basket, library.BASKETS, library.POINT)
        times.append((made - begin, checked - made, time.perf_counter() - checked))
    rules_, program_, first = (1000 * min(column) for column in zip(*times, strict=True))
    return (
        f"building with {CAMPAIGNS[-1]:,} campaigns: {rules_:.0f} ms for the rules, {program_:.0f} ms for the program, "
        f"{first:.0f} ms until it has priced a basket"
    )


def weigh(orders: list[Order]) -> None:
    """
    Print how many bytes the accounts keep for each entry; W4 is the same account again, only longer.
    """
    print(f"{'work':<24}{'hand':>10}{'library':>12}   bytes an entry")
    for only in ("W3", "W5"):
        for pair in _pairs(orders, only, 0, ()):
            ours = f"{bytes_per_entry(pair.library):>12.0f}" if pair.library else f"{'-':>12}"
            print(f"{pair.name:<24}{bytes_per_entry(pair.hand):>10.0f}{ours}", flush=True)


def compare(pair: Pair, rounds: int) -> Times:
    """
    Check that both sides agree, then let them take turns.
    """
    _agree(pair)
    by_hand: list[float] = []
    by_library: list[float] = []
    for number in range(rounds):
        turns = [(pair.hand, by_hand, pair.events)]
        if pair.library is not None:
            turns.insert(number % 2, (pair.library, by_library, pair.own or pair.events))
        for run, times, events in turns:
            times.append(clock(run) / events * 1e6)
    return Times(
        statistics.median(by_hand),
        statistics.median(by_library) if by_library else None,
        [ours / theirs for ours, theirs in zip(by_library, by_hand, strict=False)],
    )


def clock(run: Run) -> float:
    """
    Take the seconds of one run; the accounts it made are gone before the next one starts.
    """
    gc.collect()
    begin = time.perf_counter()
    done = run()
    seconds = time.perf_counter() - begin
    del done
    return seconds


def bytes_per_entry(run: Run) -> float:
    """
    Weigh the accounts that a run leaves, over the entries in them.
    """
    gc.collect()
    tracemalloc.start()
    done = run()
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    entries = done.check["entries"]
    assert isinstance(entries, int)  # noqa: S101 - for the type checker
    return kept / entries


def _pairs(orders: list[Order], only: str, rounds: int, sizes: tuple[int, ...]) -> Iterator[Pair]:
    """
    Prepare one workload after the other, so that only one is in memory.
    """
    baskets = workloads.w1_baskets(orders) if only in ("", "W1", "W2") else []
    if only in ("", "W1") and rounds:
        yield Pair("W1 pricing", len(baskets), hand.w1(baskets), library.w1(baskets))
    for number in CAMPAIGNS if only in ("", "W2") and rounds else ():
        campaigns = workloads.campaigns(orders, number)
        hand_, library_ = hand.w2(baskets, campaigns), library.w2(baskets, campaigns)
        yield Pair(f"W2 and {number:,} campaigns", len(baskets), hand_, library_, long=number)
    if only in ("", "W3"):
        yield _pair("W3 ledger", workloads.w3_events(orders), hand.w3, library.w3)
    for size in sizes if only in ("", "W4") else ():
        entries = workloads.w4_events(size)
        yield _pair(f"W4 rebuild {size:,}", entries, hand.w4_rebuild, library.w4_rebuild)
        # One for each round and one for the comparison of the answers.
        for what in ("earn", "redeem", "all"):
            count = REDEEMED // (rounds + 1) if what == "redeem" else APPENDED
            batches = [workloads.w4_batch(what, count, size, number) for number in range(rounds + 1)]
            yield Pair(
                f"W4 {'append' if what == 'all' else what} at {size:,}",
                count,
                hand.w4_append(entries, batches),
                _prepared(lambda entries: library.w4_append(entries, batches), entries),  # noqa: B023 - called at once
                long=size,
            )
        yield Pair(
            f"W4 balance at {size:,}", APPENDED, hand.w4_balance(entries), library.w4_balance(entries), long=size
        )
    if only in ("", "W5"):
        yield _pair("W5 whole program", workloads.w5_events(orders), hand.w5, library.w5)
    if only in ("", "W6"):
        grants = workloads.w3_events(orders)
        for name, by_hand, ours in (("dump", hand.w6_dump, library.w6_dump), ("load", hand.w6_load, library.w6_load)):
            (events, theirs), (own, run) = by_hand(grants), ours(grants)
            yield Pair(f"W6 {name}", events, theirs, run, own=own)
    if only in ("", "W5d") and rounds:
        some = workloads.w5_events(workloads.some_members(orders, DECIDED))
        yield _pair("W5d event by event", some, hand.w5d, library.w5d)


def _pair(
    name: str, events: list[Events], by_hand: Callable[[list[Events]], Run], ours: Callable[[list[Events]], Run]
) -> Pair:
    return Pair(name, len(events), by_hand(events), _prepared(ours, events))


def _prepared(column: Callable[[list[Events]], Run], events: list[Events]) -> Run | None:
    try:
        return column(events)
    except NotImplementedError:
        return None


def _agree(pair: Pair) -> None:
    """
    Stop at the first answer that differs: the time of a wrong answer means nothing.
    """
    wanted = _answers(pair.hand)
    given = _answers(pair.library) if pair.library else wanted
    for name in wanted | given:
        if wanted.get(name) != given.get(name):
            difference = f"{pair.name}: {name} is {given.get(name)} in the library, {wanted.get(name)} by hand"
            raise SystemExit(difference)


def _answers(run: Run) -> Check:
    done = run()
    return done.check | done.later()


def _row(pair: Pair, times: Times) -> str:
    row = f"{pair.name:<24}{pair.events:>10,}{times.hand:>10.3f}"
    if times.library is None:
        return f"{row}{'-':>12}"
    lowest, highest = min(times.ratios), max(times.ratios)
    return f"{row}{times.library:>12.3f}{statistics.median(times.ratios):>8.2f}   {lowest:.2f} .. {highest:.2f}"


def _exponents(growth: dict[int, Times]) -> str:
    """
    Say how the time of one appended entry grows with the account: 0 is not at all, 1 is in proportion.
    """
    small, large = min(growth), max(growth)

    def exponent(before: float, after: float) -> str:
        return f"{math.log(after / before) / math.log(large / small):+.3f}"

    text = f"hand {exponent(growth[small].hand, growth[large].hand)}"
    before, after = growth[small].library, growth[large].library
    return text if before is None or after is None else f"{text}, library {exponent(before, after)}"


def _heading(orders: list[Order]) -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    members = len({order[1] for order in orders})
    return (
        f"{python} on {platform.system()} {platform.machine()}, {os.cpu_count()} processors\n"
        f"{', '.join(_version(name) for name in PACKAGES)}\n"
        f"{len(orders):,} orders of {members:,} members"
    )


def _version(name: str) -> str:
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"{name} -"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the library with programs written by hand.")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("BENCH_DATA") or SHIPPED),
        help="folder with orders.jsonl.gz (default: BENCH_DATA, else what the project ships)",
    )
    parser.add_argument("--rounds", type=int, default=7, help="turns of each side (default: 7)")
    parser.add_argument("--only", choices=("W1", "W2", "W3", "W4", "W5", "W5d", "W6"), default="", help="one workload")
    parser.add_argument("--quick", action="store_true", help="two turns and a short W4: do the answers agree?")
    parser.add_argument("--memory", action="store_true", help="weigh the accounts instead of timing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
