"""
Checking: what the checks of stores share: a program, ways to open a store, and to say what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from loyalcore.account import Account
from loyalcore.durations import days
from loyalcore.errors import LoyalcoreError, StaleAccount, shown
from loyalcore.events import Event
from loyalcore.expiry import Expiry
from loyalcore.program import Program
from loyalcore.purchases import Item, Purchase
from loyalcore.rewards import Reward
from loyalcore.rules import Earn
from loyalcore.stores import Store
from loyalcore.units import Money, Unit

__all__ = ["Maker", "NotConforming", "equal", "holds", "opened", "purchase", "race", "refused"]

#: Opens the store of a name.
Maker = Callable[[str], Store]


class NotConforming(LoyalcoreError):
    """Say that a store does not do what `loyalcore.stores.Store` promises, and what it did instead."""


POINT, USD = Unit("point"), Money("USD")
PROGRAM: Final = Program(
    "conformance",
    version="1",
    rules=[
        Earn("base", POINT.per(USD(1), Item.net)),
        Expiry(POINT, days(365)),
        Reward("mug", POINT(5)),
    ],
)
START: Final = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def purchase(id: str | int, day: int = 0, net: int = 10) -> Purchase:
    """Return a purchase some days after the first."""
    return Purchase(id, at=START + dt.timedelta(days=day), net=net)


@contextmanager
def opened(make: Maker, name: str = "store") -> Iterator[Store]:
    """Open a store for a block, and close it if it can be."""
    store = make(name)
    try:
        yield store
    finally:
        getattr(store, "close", lambda: None)()


def equal(what: str, found: object, wanted: object) -> None:
    """Refuse a store that has something else than it should."""
    if found != wanted:
        raise NotConforming(f"{what}: the store has {shown(found, 300)}, but it should be {shown(wanted, 300)}")


def holds(what: str, store: Store, wanted: Account) -> None:
    """Refuse a store whose account of a member is another."""
    account = store.load(wanted.member)
    equal(f"{what}, the type of the member's id", type(account.member), type(wanted.member))
    equal(f"{what}, the version of the account", account.version, wanted.version)
    equal(f"{what}, the entries", account.entries, wanted.entries)
    equal(f"{what}, the balance", account.balance(POINT), wanted.balance(POINT))


def refused(what: str, error: type[LoyalcoreError], call: Callable[[], object]) -> None:
    """Refuse a store that takes what it should not, or raises something else."""
    try:
        call()
    except error:
        return
    except Exception as problem:
        raise NotConforming(f"{what}: raises {shown(problem, 200)}, but it should raise {error.__name__}") from problem
    raise NotConforming(f"{what}: is taken, but it should raise {error.__name__}")


def race(
    make: Maker,
    events: Sequence[Event],
    members: Sequence[str] = (),
    program: Program = PROGRAM,
    others: Sequence[str] = (),
) -> list[Any]:
    """Decide each event on the same version in a thread of its own; return the answer kept or what was raised."""
    outcomes: list[Any] = []
    barrier = threading.Barrier(len(events), timeout=60)

    def run(event: Event, member: str) -> None:
        try:
            with opened(make) as store:
                beside = [store.load(other) for other in others]
                answer = program.decide(store.load(member), event, others=beside)
                barrier.wait()
                store.append(answer)
            outcomes.append(answer)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the check reports it
            outcomes.append(problem)
            if not isinstance(problem, StaleAccount):
                barrier.abort()

    whose = members or ["ada"] * len(events)
    threads = [threading.Thread(target=run, args=each) for each in zip(events, whose, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
