"""Submitting through stores, and what is special to the one in memory and the one in a SQLite file."""

import datetime as dt
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
import loyalcore.stores.sqlite
from histories import PROGRAM, START, history, steps
from loyalcore.codec import dump_entry
from loyalcore.stores import TRIES_MAX, StoreFailure, additions, advance, check_version, followed, submit
from loyalcore.stores.memory import MemoryStore
from loyalcore.stores.sqlite import SQLiteStore
from loyalcore.verify import verify

POINT, USD = lc.Unit("point"), lc.Money("USD")
CLUB = lc.Program(
    "club",
    version="1",
    rules=[
        lc.Earn("base", POINT.per(USD(1), lc.Item.net)),
        lc.Expiry(POINT, lc.days(30)),
        lc.Reward("mug", POINT(5)),
    ],
)
SOURCE = str(Path(lc.__file__).resolve().parent.parent)


def at(days):
    return START + dt.timedelta(days=days)


def order(id_="o1", days=0, net=10):
    return lc.Purchase(id_, at=at(days), net=net)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "club.sqlite"


@pytest.fixture(params=["memory", "sqlite"])
def store(request, path):
    if request.param == "memory":
        yield MemoryStore()
    else:
        with SQLiteStore(path) as opened:
            yield opened


def sql(path, statement, values=()):
    """Execute a statement on a file, past the store."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement, values).fetchall()


def contents(path):
    """What a file and its log hold, byte for byte."""
    beside = sorted(path.parent.glob(f"{path.name}*"))
    return {
        each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in beside if not each.name.endswith("-shm")
    }


# Submitting.


def test_submitting_decides_and_keeps(store):
    answer = submit(store, CLUB, "ada", order())

    assert [entry.kind for entry in answer.entries] == ["purchase", "earn"]
    assert not answer.known
    assert store.load("ada") == answer.account
    assert store.members() == ("ada",)


def test_submitting_takes_the_moment_of_recording(store):
    answer = submit(store, CLUB, "ada", order(), at(3))

    assert answer.entries[0].now == at(3)
    assert answer.entries[0].at == at(0)


def test_a_refusal_is_answered_and_nothing_is_kept(store):
    answer = submit(store, CLUB, "ada", lc.Redemption("x1", at=at(0), reward="mug"))

    assert answer.refusal.code == "insufficient"
    assert store.load("ada").version == 0
    assert store.members() == ()


@given(seed=st.integers(0, 2**20), again=st.lists(st.integers(0, 19), max_size=20))
@settings(max_examples=settings.default.max_examples // 5)
def test_what_is_kept_is_what_was_decided_however_often_it_is_submitted(seed, again):
    memory = MemoryStore()
    with SQLiteStore(":memory:", cached=seed % 2) as sqlite:
        drawn = steps(seed, 20)
        for number, step in enumerate(drawn):
            for store in (memory, sqlite):
                if isinstance(step, dt.datetime):
                    advance(store, PROGRAM, "ada", step)
                else:
                    submit(store, PROGRAM, "ada", step)
                    if number in again:
                        before = store.load("ada")
                        answer = submit(store, PROGRAM, "ada", step)
                        assert answer.known or answer.refusal
                        assert store.load("ada") == before

        account = PROGRAM.open("ada")
        for step in drawn:
            decided = PROGRAM.advance if isinstance(step, dt.datetime) else PROGRAM.decide
            account = decided(account, step).account
        assert memory.load("ada") == sqlite.load("ada") == account
        assert verify(PROGRAM, sqlite.load("ada")) is None


def test_advancing_keeps_what_was_due(store):
    submit(store, CLUB, "ada", order())

    answer = advance(store, CLUB, "ada", at(31))

    assert [entry.kind for entry in answer.entries] == ["expire"]
    assert store.load("ada").balance(POINT) == POINT(0)
    assert advance(store, CLUB, "ada", at(31)).entries == ()


@pytest.mark.parametrize("call", ["load", "find", "submit", "advance"])
@pytest.mark.parametrize("member", [None, True, 1.0, -1, "", " ada", "a\x00da", "\ud800", b"ada", 2**63])
def test_what_is_no_id_of_a_member_is_refused(store, call, member):
    calls = {
        "load": lambda: store.load(member),
        "find": lambda: store.find(member, "o1"),
        "submit": lambda: submit(store, CLUB, member, order()),
        "advance": lambda: advance(store, CLUB, member, at(0)),
    }

    with pytest.raises(lc.InvalidValue):
        calls[call]()
    assert store.members() == ()


def test_what_is_no_id_of_an_event_is_not_looked_for(store):
    for id_ in (None, True, 1.5, ""):
        with pytest.raises(lc.InvalidValue):
            store.find("ada", id_)


def test_an_id_that_is_a_subclass_of_text_is_the_text(store):
    class Id(str):
        __slots__ = ()

    submit(store, CLUB, Id("ada"), order())

    assert type(store.load(Id("ada")).member) is str
    assert store.load("ada").version == 2
    assert len(store.find(Id("ada"), Id("o1"))) == 2


@pytest.mark.parametrize("given", [None, "ada", (), [1]])
def test_what_is_no_answer_is_not_kept(store, given):
    with pytest.raises(lc.InvalidValue, match="answers"):
        store.append(given)


def test_answers_for_one_member_that_do_not_follow_each_other_are_not_kept(store):
    first, second = CLUB.decide(CLUB.open("ada"), order()), CLUB.decide(CLUB.open("ada"), order("o2"))

    with pytest.raises(lc.InvalidValue, match="does not follow ada/1"):
        store.append(first, second)
    assert store.members() == ()


def test_an_event_that_stands_twice_in_one_append_is_a_conflict(store):
    """No program writes this; a store is asked all the same."""
    first = CLUB.decide(CLUB.open("ada"), order())
    other = CLUB.decide(CLUB.open("ada"), order("o2")).account
    second = CLUB.decide(other, order("o1", 1))

    with pytest.raises(lc.EventConflict, match="recorded with seq 0, but was given 2"):
        store.append(first, second)
    assert store.members() == ()


class Rival:
    """A store in which somebody else is faster, so many times."""

    def __init__(self, store, times):
        self.store, self.times, self.appends = store, times, 0

    def load(self, member):
        return self.store.load(member)

    def find(self, member, event_id):
        return self.store.find(member, event_id)

    def append(self, *answers):
        self.appends += 1
        if self.times:
            self.times -= 1
            submit(self.store, CLUB, "ada", order(f"rival{self.times}", self.appends))
        self.store.append(*answers)


def test_an_event_is_decided_again_where_somebody_else_was_faster(store):
    answer = submit(Rival(store, 3), CLUB, "ada", order())

    assert answer.entries[0].seq == 6
    assert store.load("ada") == answer.account
    assert verify(CLUB, store.load("ada")) is None


def test_submitting_gives_up_after_so_many_times(store):
    rival = Rival(store, TRIES_MAX)

    with pytest.raises(lc.StaleAccount, match=f"changed {TRIES_MAX} times"):
        submit(rival, CLUB, "ada", order())
    assert rival.appends == TRIES_MAX
    assert store.find("ada", "o1") == ()


class Snapshots:
    """A host's store that loads accounts from snapshots that keep no older rows than they must."""

    def __init__(self, store):
        self.store = store

    def load(self, member):
        account = self.store.load(member)
        later = None if account.now is None else account.now + dt.timedelta(days=1)
        return lc.restore(json.loads(json.dumps(account.snapshot(keep_since=later))))

    def find(self, member, event_id):
        return self.store.find(member, event_id)

    def append(self, *answers):
        self.store.append(*answers)


def test_an_event_older_than_the_snapshot_answers_with_what_was_recorded(store):
    host = Snapshots(store)
    events = [
        order("o1"),
        order("o2", 1),
        lc.Redemption("x1", at=at(2), reward="mug"),
        lc.Return("r1", at=at(3), of="x1"),
        lc.Return("r2", at=at(4), of="o2"),
        lc.Enrolment("e", at=at(40)),
    ]
    wanted = [submit(store, CLUB, "ada", event).entries for event in events]
    kept = store.load("ada")

    for event, entries in zip(events, wanted, strict=True):
        answer = submit(host, CLUB, "ada", event)
        assert answer.known
        assert answer.entries == tuple(entry for entry in entries if entry.kind != "expire")
        assert answer.account.version == kept.version
    assert store.load("ada") == kept


def test_an_event_older_than_the_snapshot_with_other_content_is_a_conflict_that_names_the_field(store):
    host = Snapshots(store)
    for event in (order("o1"), lc.Redemption("x1", at=at(1), reward="mug"), lc.Return("r1", at=at(2), of="x1")):
        submit(store, CLUB, "ada", event)
    kept = store.load("ada")

    for event, field in (
        (order("o1", net=11), "items"),
        (order("o1", days=1), "at"),
        (lc.Redemption("x1", at=at(1), reward="mug", times=2), "times"),
        (lc.Return("r1", at=at(2), of="o1"), "of"),
        (lc.Enrolment("r1", at=at(2)), "kind"),
    ):
        with pytest.raises(lc.EventConflict) as refused:
            submit(host, CLUB, "ada", event)
        assert refused.value.field == field
    assert store.load("ada") == kept


def test_accounts_from_snapshots_go_on_where_they_were(store):
    host = Snapshots(store)

    for number in range(5):
        submit(host, CLUB, "ada", order(f"o{number}", number))

    assert store.load("ada").version == 10
    assert store.load("ada").balance(POINT) == POINT(50)
    assert verify(CLUB, store.load("ada")) is None


# For those who write stores.


def test_additions_are_entries_by_member_in_order():
    ada = CLUB.decide(CLUB.open("ada"), order())
    more = CLUB.decide(ada.account, order("o2", 1))
    bob = CLUB.decide(CLUB.open("bob"), order())
    known = CLUB.decide(more.account, order())

    assert additions([ada, bob, more, known]) == {"ada": [*ada.entries, *more.entries], "bob": [*bob.entries]}


def test_a_version_is_checked_by_the_seq_of_the_first_entry():
    entries = list(CLUB.decide(CLUB.open("ada"), order()).entries)

    check_version("ada", 0, entries)
    with pytest.raises(lc.StaleAccount, match="has 3 entries in the store, but was decided on with 0"):
        check_version("ada", 3, entries)


def test_what_followed_from_a_fact_ends_where_something_else_begins():
    entries = history(1, 60).entries

    for entry in entries:
        if entry.is_fact:
            found = followed(entries[entry.seq :])
            assert found[0] == entry
            assert {each.cause for each in found[1:]} <= {entry.seq}
            after = entries[entry.seq + len(found) : entry.seq + len(found) + 1]
            assert not after or after[0].is_fact or after[0].row[2] != entry.seq
    assert followed([]) == ()


# Batches.


def in_batch(store, *calls):
    with store.batch():
        for call in calls:
            call()


def failing(store, *events):
    """Submit events of ada's in a batch that is interrupted at its end."""
    with store.batch():
        for event in events:
            submit(store, CLUB, "ada", event)
        submit(store, CLUB, "bob", order("b"))
        raise KeyboardInterrupt


def test_a_batch_is_kept_as_a_whole(store):
    with store.batch():
        for number in range(5):
            submit(store, CLUB, "ada", order(f"o{number}", number))

    assert store.load("ada").version == 10


def test_nothing_of_a_batch_that_raises_is_kept(store):
    submit(store, CLUB, "ada", order())
    kept = store.load("ada")

    with pytest.raises(KeyboardInterrupt):
        failing(store, order("o2", 1))

    assert store.load("ada") == kept
    assert store.members() == ("ada",)
    assert store.find("ada", "o2") == ()
    submit(store, CLUB, "ada", order("o2", 2, net=7))
    assert store.load("ada").balance(POINT) == POINT(17)


def test_a_refused_append_inside_a_batch_leaves_the_rest_of_it(store):
    submit(store, CLUB, "bob", order())
    stale = CLUB.decide(CLUB.open("bob"), order("o2", 1))

    with store.batch():
        submit(store, CLUB, "ada", order())
        with pytest.raises(lc.StaleAccount):
            store.append(CLUB.decide(store.load("ada"), order("o3", 2)), stale)
        submit(store, CLUB, "ada", order("o4", 3))

    assert [entry.id for entry in store.load("ada").entries if entry.is_fact] == ["o1", "o4"]
    assert store.load("bob").version == 2


def test_a_batch_inside_a_batch_is_refused(store):
    with store.batch():
        submit(store, CLUB, "ada", order())
        with pytest.raises(lc.InvalidValue, match="open already"), store.batch():
            pass
        submit(store, CLUB, "ada", order("o2"))
    with store.batch():
        pass

    assert store.load("ada").version == 4


def test_others_see_a_batch_once_it_has_ended(path):
    with SQLiteStore(path) as store, SQLiteStore(path) as beside:
        with store.batch():
            submit(store, CLUB, "ada", order())
            assert beside.load("ada").version == 0
        assert beside.load("ada").version == 2


# In memory.


def test_threads_that_share_a_store_in_memory_are_handed_accounts_of_their_own():
    store, seen = MemoryStore(), []
    submit(store, CLUB, "ada", order())

    thread = threading.Thread(target=lambda: seen.append(store.load("ada")))
    thread.start()
    thread.join()

    assert seen[0] == store.load("ada")
    assert seen[0].state() is not store.load("ada").state()
    assert store.load("ada") is store.load("ada")


def test_an_account_seen_before_is_not_taken_for_another_of_the_same_version():
    store = MemoryStore()
    with pytest.raises(KeyboardInterrupt):
        failing(store, order())

    thread = threading.Thread(target=lambda: submit(store, CLUB, "ada", order("o2", net=3)))
    thread.start()
    thread.join()

    assert store.load("ada").balance(POINT) == POINT(3)


# In a SQLite file.


def test_entries_are_there_when_the_file_is_opened_again(path):
    with SQLiteStore(path) as store:
        account = submit(store, CLUB, "ada", order()).account
    with SQLiteStore(str(path)) as store:
        assert store.load("ada") == account


def test_submitting_a_known_event_writes_nothing_to_the_file(path):
    with SQLiteStore(path) as store:
        for number in range(5):
            submit(store, CLUB, "ada", order(f"o{number}", number))
        before = contents(path)

        for _ in range(3):
            for number in range(5):
                assert submit(store, CLUB, "ada", order(f"o{number}", number)).known
            with pytest.raises(lc.EventConflict):
                submit(store, CLUB, "ada", order("o1", 99))

        assert contents(path) == before
        assert before


def test_the_table_has_ids_as_they_are_and_canonical_texts(path):
    with SQLiteStore(path) as store:
        for member in (1, "1"):
            submit(store, CLUB, member, order(member))
        accounts = [store.load(1), store.load("1")]
    rows = sql(path, "SELECT * FROM entries ORDER BY member, seq")

    assert rows == [
        (entry.account, entry.seq, entry.kind, entry.id if entry.is_fact else None, dump_entry(entry))
        for account in accounts
        for entry in account.entries
    ]


def test_members_are_integers_in_order_and_then_texts_in_order(path):
    with SQLiteStore(path) as store:
        for member in ("b", 2, "B", "10", 10, "9"):
            submit(store, CLUB, member, order())

        assert store.members() == (2, 10, "10", "9", "B", "b")


@pytest.mark.parametrize("cached", [0, 1, 2, 1000])
def test_however_many_accounts_are_cached_they_are_the_same(path, cached):
    with SQLiteStore(path, cached=cached) as store, SQLiteStore(path, cached=cached) as beside:
        for number in range(12):
            submit((store, beside)[number % 2], CLUB, f"m{number % 3}", order(number, number))
        for member in store.members():
            assert store.load(member) == beside.load(member)
            assert store.load(member).version == 8


def test_an_account_in_the_cache_is_used_only_while_the_file_has_that_version(path):
    with SQLiteStore(path) as store, SQLiteStore(path) as beside:
        submit(store, CLUB, "ada", order())
        first = store.load("ada")
        assert store.load("ada") is first
        submit(beside, CLUB, "ada", order("o2", 1))

        assert store.load("ada").version == 4
        assert first.version == 2
        assert first.balance(POINT) == POINT(10)

        sql(path, "DELETE FROM entries WHERE seq >= 2")
        assert store.load("ada") == first


def test_entries_appended_meanwhile_that_do_not_fit_are_refused_each_time(path):
    with SQLiteStore(path) as store:
        submit(store, CLUB, "ada", order())
        store.load("ada")
        sql(
            path,
            "INSERT INTO entries VALUES ('ada', 2, 'expire', NULL, ?)",
            [dump_entry(("expire", lc.instants.to_instant(at(1)), 1, "point", 99))],
        )

        for _ in range(2):
            with pytest.raises(lc.CorruptLedger, match="holds 10, but a row takes 99"):
                store.load("ada")


def test_a_store_can_be_used_by_the_thread_that_made_it_alone(path):
    caught = []

    def use(store):
        try:
            store.load("ada")
        except lc.LoyalcoreError as problem:
            caught.append(problem)

    with SQLiteStore(path) as store:
        thread = threading.Thread(target=use, args=(store,))
        thread.start()
        thread.join()

    assert isinstance(caught[0], StoreFailure)


@pytest.mark.parametrize("call", ["load", "find", "append", "members", "batch"])
def test_a_store_that_is_closed_says_so(path, call):
    store = SQLiteStore(path)
    answer = submit(store, CLUB, "ada", order())
    more = CLUB.decide(answer.account, order("o2"))
    store.close()
    calls = {
        "load": lambda: store.load("ada"),
        "find": lambda: store.find("ada", "o1"),
        "append": lambda: store.append(more),
        "members": store.members,
        "batch": lambda: store.batch().__enter__(),
    }

    with pytest.raises(StoreFailure, match="closed"):
        calls[call]()
    store.close()


def test_a_batch_whose_store_is_closed_keeps_nothing(path):
    store = SQLiteStore(path)

    with pytest.raises(StoreFailure, match="closed"):
        in_batch(store, lambda: submit(store, CLUB, "ada", order()), store.close)

    with SQLiteStore(path) as store:
        assert store.members() == ()


def test_a_file_that_is_locked_for_too_long_says_so(path):
    with SQLiteStore(path) as store, SQLiteStore(path, timeout=0.01) as beside:
        with store.batch():
            submit(store, CLUB, "bob", order())
            with pytest.raises(StoreFailure, match="locked"):
                submit(beside, CLUB, "ada", order())
            with pytest.raises(StoreFailure, match="locked"), beside.batch():
                pass
        submit(beside, CLUB, "ada", order())

        assert store.members() == ("ada", "bob")


def test_a_batch_that_sqlite_has_undone_takes_nothing_more_and_keeps_nothing(path):
    """SQLite undoes a transaction by itself where the disk is full; this internal test does it by hand."""
    with SQLiteStore(path) as store:

        def undo():
            store._connection.execute("ROLLBACK")
            with pytest.raises(StoreFailure, match="has failed and was undone"):
                submit(store, CLUB, "bob", order())

        with pytest.raises(StoreFailure, match="no transaction"):
            in_batch(store, lambda: submit(store, CLUB, "ada", order()), undo)

        assert store.members() == ()
        submit(store, CLUB, "ada", order())


def test_a_full_disk_leaves_what_was_kept(path):
    with SQLiteStore(path) as store:
        submit(store, CLUB, "ada", order())
        kept = store.load("ada")
        ((pages,),) = store._connection.execute("PRAGMA page_count")
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        big = lc.Purchase("big", at=at(1), items=[lc.Item(f"item {number}", 1) for number in range(2000)])

        with pytest.raises(StoreFailure, match="full"):
            submit(store, CLUB, "ada", big)
        assert store.load("ada") == kept
        with pytest.raises(StoreFailure, match="full"):
            in_batch(store, lambda: submit(store, CLUB, "bob", order()), lambda: submit(store, CLUB, "ada", big))
        assert store.load("ada") == kept
        assert store.members() == ("ada",)


def test_a_file_that_is_being_made_by_somebody_else_is_waited_for_and_shared(path):
    """An internal test: the other process, here a thread, makes the tables while this one waits to."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreFailure, match="locked"):
        SQLiteStore(path, timeout=0.05)

    def make():
        for statement in (*lc.stores.sqlite._SCHEMA, "COMMIT"):
            other.execute(statement)

    timer = threading.Timer(0.2, make)
    timer.start()
    with SQLiteStore(path) as store:
        timer.join()
        submit(store, CLUB, "ada", order())
        assert store.members() == ("ada",)
        assert store._connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    other.close()


def test_a_text_that_sqlite_cannot_read_says_so(path):
    with SQLiteStore(path) as store:
        submit(store, CLUB, "ada", order())
    sql(path, "UPDATE entries SET body = CAST(x'ff' AS TEXT)")

    with SQLiteStore(path) as store, pytest.raises(StoreFailure, match="decode"):
        store.load("ada")


# Files that are something else.


def foreign(path):
    sql(path, "CREATE TABLE notes (text)")


def marked(path):
    sql(path, "PRAGMA application_id = 77")


def newer(path):
    SQLiteStore(path).close()
    sql(path, "PRAGMA user_version = 3")


def older(path):
    SQLiteStore(path).close()
    sql(path, "PRAGMA user_version = 0")


def no_database(path):
    path.write_bytes(b"member,seq\nada,0\n" * 100)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (foreign, "is a SQLite file of something else"),
        (marked, "is a SQLite file of something else"),
        (newer, "has tables of version 3, but this version of loyalcore has those up to 2"),
        (older, "has tables of version 0, but this version of loyalcore has those up to 2"),
        (no_database, "file is not a database"),
        (Path.mkdir, "unable to open"),
    ],
)
def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(path, make, message):
    make(path)
    before = path.is_file() and path.read_bytes()

    with pytest.raises(StoreFailure, match=message):
        SQLiteStore(path)

    assert (path.is_file() and path.read_bytes()) == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"path": None}, lc.InvalidValue),
        ({"path": 1.5}, lc.InvalidValue),
        ({"path": "a\x00b"}, lc.InvalidValue),
        ({"path": "/nowhere/at/all"}, StoreFailure),
        ({"timeout": "long"}, lc.InvalidValue),
        ({"cached": -1}, lc.InvalidValue),
        ({"cached": True}, lc.InvalidValue),
        ({"cached": 1.0}, lc.InvalidValue),
    ],
)
def test_what_no_store_can_be_made_of_is_refused(path, arguments, error):
    with pytest.raises(error):
        SQLiteStore(**{"path": path, **arguments})


TAMPERED = [
    ("UPDATE entries SET body = replace(body, '1000', '2000') WHERE seq = 0", None),
    ("UPDATE entries SET body = replace(body, '10,', '11,') WHERE seq = 1", None),
    ("UPDATE entries SET body = body || ' ' WHERE seq = 1", "'ada'/1 .*canonical"),
    ("UPDATE entries SET body = '' WHERE seq = 1", "'ada'/1 .*not JSON"),
    ("UPDATE entries SET body = x'00' WHERE seq = 1", "'ada'/1 .*is a str"),
    ("UPDATE entries SET body = 17 WHERE seq = 1", "'ada'/1 .*no row"),
    ("UPDATE entries SET kind = 'spend' WHERE seq = 1", "'ada'/1 .*filed under"),
    ("UPDATE entries SET event_id = 'o9' WHERE seq = 0", "'ada'/0 .*filed under"),
    ("UPDATE entries SET event_id = 1 WHERE seq = 1", "'ada'/1 .*filed under"),
    ("UPDATE entries SET event_id = NULL WHERE seq = 0", "'ada'/0 .*filed under"),
    ("DELETE FROM entries WHERE seq = 0", "'ada'/0 .*missing"),
    ("DELETE FROM entries WHERE seq = 2", "'ada'/2 .*missing"),
    ("UPDATE entries SET seq = 9 WHERE seq = 3", "'ada'/3 .*missing"),
    ("DELETE FROM entries WHERE seq = 3", None),
]


@pytest.mark.parametrize(("statement", "message"), TAMPERED, ids=range(len(TAMPERED)))
def test_entries_changed_in_the_file_are_found_when_they_are_loaded_or_verified(path, statement, message):
    with SQLiteStore(path) as store:
        submit(store, CLUB, "ada", order())
        submit(store, CLUB, "ada", order("o2", 1))
    sql(path, statement)

    with SQLiteStore(path) as store:
        if message is None:
            assert verify(CLUB, store.load("ada")) is not None
        else:
            with pytest.raises(lc.CorruptLedger, match=message):
                store.load("ada")


# Several processes.

WORKER = """
    import datetime as dt, random, sys
    import loyalcore as lc
    from loyalcore.stores import submit
    from loyalcore.stores.sqlite import SQLiteStore

    path, first, count, members = sys.argv[1], *map(int, sys.argv[2:])
    POINT, USD = lc.Unit("point"), lc.Money("USD")
    program = lc.Program("club", version="1", rules=[lc.Earn("base", POINT.per(USD(1), lc.Item.net))])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    numbers = [(first + number) % count for number in range(count)]
    with SQLiteStore(path) as store:
        for number in numbers:
            answer = submit(store, program, number % members, lc.Purchase(f"o{number}", at=start, net=number))
            print("known" if answer.known else "new", number, flush=True)
"""


def work(path, first, count, members):
    command = [sys.executable, "-c", textwrap.dedent(WORKER), str(path), str(first), str(count), str(members)]
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def acknowledged(output):
    """The numbers acknowledged as new; a line cut short by a kill is none."""
    lines = [line.split() for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return [int(number) for word, number in lines if word == "new"]


def kept_numbers(path, members):
    with SQLiteStore(path) as store:
        accounts = [store.load(member) for member in range(members)]
    return sorted(int(entry.id[1:]) for account in accounts for entry in account.entries if entry.is_fact)


def test_processes_that_submit_the_same_events_to_a_new_file_keep_each_once(path):
    workers = [work(path, first, 60, 2) for first in (0, 20, 40)]
    outputs = [worker.communicate(timeout=120) for worker in workers]

    assert [error for _, error in outputs] == ["", "", ""]
    assert sorted(number for output, _ in outputs for number in acknowledged(output)) == list(range(60))
    assert kept_numbers(path, 2) == list(range(60))


def test_a_file_that_somebody_else_makes_meanwhile_is_not_taken_for_a_foreign_one(path, monkeypatch):
    execute, made = SQLiteStore._execute, []

    def slowly(self, statement, values=()):
        rows = execute(self, statement, values)
        if statement == "PRAGMA application_id" and not made:
            made.append(path)
            with suppress(StoreFailure):
                SQLiteStore(path, timeout=0).close()
        return rows

    monkeypatch.setattr(SQLiteStore, "_execute", slowly)
    with SQLiteStore(path) as store:
        assert store.members() == ()
    assert made


def test_what_was_acknowledged_survives_a_kill_and_the_rest_is_settled_by_submitting_again(path):
    seen = []
    for kill_after in (0, 1, 5, 17):
        worker = work(path, 0, 400, 3)
        output = "".join(worker.stdout.readline() for _ in range(kill_after))
        worker.send_signal(signal.SIGKILL)
        output += worker.communicate(timeout=120)[0]
        seen += acknowledged(output)

        assert set(seen) <= set(kept_numbers(path, 3))

    output, error = work(path, 0, 400, 3).communicate(timeout=120)

    assert error == ""
    assert len(seen) == len(set(seen))
    assert kept_numbers(path, 3) == list(range(400))
    assert not set(seen) & set(acknowledged(output))


@pytest.mark.parametrize("module", ["loyalcore", "loyalcore.stores", "loyalcore.stores.memory", "loyalcore.verify"])
def test_sqlite_is_imported_by_its_own_store_alone(module):
    command = f"import {module}, sys; print('sqlite3' in sys.modules)"
    # What measures coverage keeps its data in SQLite, and is told to begin in every process.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    environment["PYTHONPATH"] = SOURCE

    found = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, env=environment, check=True)

    assert found.stdout.strip() == "False"
