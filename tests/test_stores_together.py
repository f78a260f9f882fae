"""Stores under decisions over several accounts and follow-ups: races for what is scarce, and crashes in between."""

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from contextlib import closing
from pathlib import Path

import pytest

import loyalcore as lc
from giving import POINT, PROGRAM, START, order
from loyalcore.stores import settle, submit
from loyalcore.stores.memory import MemoryStore
from loyalcore.stores.sqlite import SQLiteStore
from loyalcore.verify import verify

PATHS = (Path(lc.__file__).resolve().parent.parent, Path(__file__).resolve().parent)

#: What processes of their own begin with.
HEAD = """
import os
import signal
import sys

import loyalcore as lc
from giving import POINT, PROGRAM, START, order
from loyalcore.stores import settle, submit
from loyalcore.stores.sqlite import SQLiteStore

store = SQLiteStore(sys.argv[1])
"""


def filled(store, mugs=3, spring=20, members=4):
    submit(store, PROGRAM, "mugs", lc.Adjustment("fill", at=START, amount=lc.piece(mugs), reason="delivery"))
    if spring:
        submit(store, PROGRAM, "spring", lc.Adjustment("fill", at=START, amount=POINT(spring), reason="campaign"))
    for number in range(members):
        submit(store, PROGRAM, f"m{number}", lc.Settings("s", at=START, referrer="bob"))
    return store


@pytest.fixture(params=["memory", "sqlite"])
def opened(request, tmp_path):
    """Open the store as often as one likes, each time for another thread."""
    if request.param == "memory":
        memory = MemoryStore()
        yield lambda: memory
    else:
        yield lambda: SQLiteStore(tmp_path / "club.sqlite")


def closed(store):
    getattr(store, "close", lambda: None)()


def at_once(opened, works):
    """Do each work on a store opened for it, all at the same time; return what went wrong."""
    problems = []

    def run(work):
        store = opened()
        try:
            work(store)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test shows it
            problems.append(problem)
        finally:
            closed(store)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_stock_and_budget_are_never_overrun_however_many_want_them(opened):
    store = filled(opened(), mugs=5, spring=20)

    def shopper(name):
        def shop(own):
            for number in range(4):
                submit(own, PROGRAM, name, order(f"o{number}"))
                submit(own, PROGRAM, name, lc.Redemption(f"x{number}", at=START, reward="mug"))

        return shop

    assert at_once(opened, [shopper(f"m{number}") for number in range(4)]) == []

    accounts = {name: store.load(name) for name in ("mugs", "spring", *(f"m{number}" for number in range(4)))}
    given = [entry for account in accounts.values() for entry in account.entries]
    assert sum(entry.kind == "redemption" for entry in given) == 5
    assert accounts["mugs"].balance(lc.piece) == lc.piece(0)
    assert sum(entry.amount for entry in given if entry.kind == "earn" and entry.rule == "bonus") == 20
    assert accounts["spring"].balance(POINT) == POINT(0)
    assert [verify(PROGRAM, account) for account in accounts.values()] == [None] * 6
    closed(store)


def test_members_who_give_to_each_other_at_the_same_time_lose_nothing(opened):
    store = filled(opened(), spring=0, members=3)
    for number in range(3):
        submit(store, PROGRAM, f"m{number}", order("o", 20))

    def giver(number):
        def give(own):
            for each in range(6):
                to = f"m{(number + 1 + each % 2) % 3}"
                submit(own, PROGRAM, f"m{number}", lc.Transfer(f"t{each}", at=START, to=to, amount=POINT(3)))

        return give

    assert at_once(opened, [giver(number) for number in range(3)]) == []

    balances = [store.load(f"m{number}").balance(POINT).minor for number in range(3)]
    assert sum(balances) == 60
    assert min(balances) >= 0
    closed(store)


def test_several_who_settle_at_the_same_time_decide_each_follow_up_once(opened):
    store = filled(opened(), members=2)
    for number in range(10):
        submit(store, PROGRAM, "m0", order(f"o{number}"))

    assert at_once(opened, [lambda own: settle(own, PROGRAM)] * 3) == []

    assert store.pending() == ()
    assert store.load("bob").balance(POINT) == POINT(70)
    assert len(store.load("bob").entries) == 20
    closed(store)


def test_a_crash_between_an_event_and_its_follow_up_loses_nothing(tmp_path):
    """The process is killed where it would decide what it has raised; somebody else finds it in the file."""
    path = tmp_path / "club.sqlite"
    with SQLiteStore(path) as store:
        filled(store, members=1)
    script = HEAD + textwrap.dedent(
        """
        submit(store, PROGRAM, "m0", order("o1"))
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    killed = subprocess.run([sys.executable, "-c", script, str(path)], env=environment(), check=False)
    assert killed.returncode == -signal.SIGKILL

    with SQLiteStore(path) as store:
        assert [(entry.account, entry.event[1]) for entry in store.pending()] == [("m0", '["m0","o1","friend bought"]')]
        assert store.load("bob").version == 0
        settle(store, PROGRAM)
        settle(store, PROGRAM)
        assert store.load("bob").balance(POINT) == POINT(7)
        assert store.pending() == ()


@pytest.mark.parametrize("had_table", [False, True])
def test_a_file_from_before_there_was_a_table_for_follow_ups_gets_one_with_those_that_wait(tmp_path, had_table):
    path = tmp_path / "club.sqlite"
    with SQLiteStore(path) as store:
        filled(store, members=2)
        submit(store, PROGRAM, "m0", order("o1"))
        settle(store, PROGRAM)
        submit(store, PROGRAM, "m1", order("o2"))
        waiting, kept = store.pending(), store.load("bob")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("DELETE FROM raised" if had_table else "DROP TABLE raised")
        file.execute("PRAGMA user_version = 1")

    for _ in range(2):
        with SQLiteStore(path) as store:
            assert len(waiting) == 1
            assert (store.pending(), store.load("bob")) == (waiting, kept)
    with SQLiteStore(path) as store:
        settle(store, PROGRAM)
        assert store.load("bob").balance(POINT) == POINT(14)


def test_a_file_that_cannot_be_upgraded_is_left_as_it_is(tmp_path):
    path = tmp_path / "club.sqlite"
    with SQLiteStore(path) as store:
        filled(store, members=1)
        submit(store, PROGRAM, "m0", order("o1"))
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("DROP TABLE raised")
        file.execute("PRAGMA user_version = 1")
        file.execute("UPDATE entries SET body = '[]' WHERE kind = 'raise'")

    with pytest.raises(lc.CorruptLedger, match="cannot be read"):
        SQLiteStore(path)

    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchall() == [(1,)]
        assert file.execute("SELECT count(*) FROM sqlite_master WHERE name = 'raised'").fetchall() == [(0,)]


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}


def test_processes_that_are_killed_while_they_submit_and_settle_leave_all_or_nothing(tmp_path):
    path = tmp_path / "club.sqlite"
    with SQLiteStore(path) as store:
        filled(store, spring=100, members=2)
    script = HEAD + textwrap.dedent(
        """
        for number in range(60):
            member, other = f"m{number % 2}", f"m{1 - number % 2}"
            submit(store, PROGRAM, member, order(number))
            submit(store, PROGRAM, member, lc.Transfer(f"t{number}", at=START, to=other, amount=POINT(2)))
            settle(store, PROGRAM)
            print(number, flush=True)
        """
    )
    for kill_after in (0, 2, 7, 60):
        worker = subprocess.Popen(
            [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True, env=environment()
        )
        for _ in range(kill_after):
            worker.stdout.readline()
        worker.kill()
        worker.communicate()
        with SQLiteStore(path) as store:
            accounts = {name: store.load(name) for name in ("m0", "m1", "spring", "bob")}
            assert [verify(PROGRAM, account) for account in accounts.values()] == [None] * 4
            bought = [entry for name in ("m0", "m1") for entry in accounts[name].entries if entry.kind == "purchase"]
            moved = sum(accounts[name].balance(POINT).minor for name in ("m0", "m1", "spring"))
            assert moved == 100 + 10 * len(bought)
            assert accounts["bob"].balance(POINT).minor == 7 * (len(bought) - len(store.pending()))
    assert len(bought) == 60


def test_a_batch_that_is_undone_leaves_nothing_waiting(opened):
    store = filled(opened(), members=1)
    submit(store, PROGRAM, "m0", order("o1"))
    waiting = store.pending()

    def fails():
        with store.batch():
            submit(store, PROGRAM, "m0", order("o2"))
            settle(store, PROGRAM)
            assert store.pending() == ()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert store.pending() == waiting
    with store.batch():
        submit(store, PROGRAM, "m0", order("o2"))
        settle(store, PROGRAM)
    assert store.pending() == ()
    assert store.load("bob").balance(POINT) == POINT(14)
    closed(store)


def test_a_stale_party_is_named(opened):
    store = filled(opened(), members=2)
    submit(store, PROGRAM, "m0", order("o1"))
    submit(store, PROGRAM, "m1", order("o1"))
    gift = lc.Transfer("t", at=START + dt.timedelta(days=1), to="m1", amount=POINT(2))
    answer = PROGRAM.decide(store.load("m0"), gift, others=[store.load("m1")])
    submit(store, PROGRAM, "m1", order("o2"))

    with pytest.raises(lc.StaleAccount, match="account 'm1' has") as stale:
        store.append(answer)
    assert stale.value.account == "m1"
    closed(store)


def test_a_file_says_what_waits_by_account_and_id(tmp_path):
    path = tmp_path / "club.sqlite"
    with SQLiteStore(path) as store:
        filled(store, members=1)
        submit(store, PROGRAM, "m0", order("o1"))

    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT account, event_id, member FROM raised").fetchall()
    assert rows == [("bob", '["m0","o1","friend bought"]', "m0")]
