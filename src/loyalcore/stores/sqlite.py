"""
A store in one SQLite file, with nothing but the standard library.

Each append is one transaction with ``synchronous=FULL``: what has been acknowledged survives a crash, and what has
not is settled by submitting it again. `SQLiteStore.batch` makes one transaction of many appends. Several processes
and threads may use one file, each with a store of its own.

The table ``entries`` has a row for each entry: its member, its seq, its kind, the event's id where it is a fact, and
its canonical text (`loyalcore.codec`). Columns without a type keep ``"1"`` and ``1`` apart. The table ``raised`` has a
row for each follow-up that is not kept yet: its account and id, and the entry that raised it.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from types import TracebackType
from typing import Any, Final, Self, final

from loyalcore.account import Account, fold
from loyalcore.answers import Answer
from loyalcore.codec import dump_entry, load_entry
from loyalcore.entries import FACTS, Entry, Row
from loyalcore.errors import CorruptLedger, EventConflict, InvalidValue, LoyalcoreError, shown
from loyalcore.folding import fold_rows
from loyalcore.stores import StoreFailure, additions, check_version, followed, raised
from loyalcore.texts import check_id

__all__ = ["SQLiteStore"]

#: What marks a file as a store of this library, in its header: "loya".
APPLICATION_ID: Final = 0x6C6F7961
#: The version of the tables: 1 had none for follow-ups, and is upgraded as it is opened.
SCHEMA_VERSION: Final = 2

_FOLLOW_UPS: Final = """CREATE TABLE IF NOT EXISTS raised (
        account NOT NULL,
        event_id NOT NULL,
        member NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (account, event_id)
    ) WITHOUT ROWID"""
_SCHEMA: Final = (
    """CREATE TABLE entries (
        member NOT NULL CHECK (typeof(member) IN ('text', 'integer')),
        seq INTEGER NOT NULL CHECK (seq >= 0),
        kind TEXT NOT NULL,
        event_id CHECK (typeof(event_id) IN ('text', 'integer', 'null')),
        body TEXT NOT NULL,
        PRIMARY KEY (member, seq)
    ) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX events ON entries (member, event_id) WHERE event_id IS NOT NULL",
    "CREATE INDEX members ON entries (member) WHERE seq = 0",
    _FOLLOW_UPS,
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
_INSERT: Final = "INSERT INTO entries (member, seq, kind, event_id, body) VALUES (?, ?, ?, ?, ?)"
_VERSION: Final = "SELECT max(seq) + 1 FROM entries WHERE member = ?"
_MEMBERS: Final = "SELECT member FROM entries WHERE seq = 0 ORDER BY member"
_EVENT: Final = "SELECT seq FROM entries WHERE member = ? AND event_id = ?"
_ENTRIES: Final = "SELECT seq, kind, event_id, body FROM entries WHERE member = ? AND seq >= ? ORDER BY seq"

_RAISED: Final = (
    "INSERT INTO raised SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM entries WHERE member = ? AND event_id = ?)"
)
_SETTLED: Final = "DELETE FROM raised WHERE account = ? AND event_id = ?"
_RAISING: Final = "SELECT member, seq FROM entries WHERE kind = 'raise' ORDER BY member, seq"
_PENDING: Final = "SELECT member, seq FROM raised ORDER BY member, seq"

_FACTS = frozenset(FACTS)
#: How ids begin that are derived from others.
_DERIVED: Final = '["'
_PAUSE_SECONDS = 0.01
_ALONE: Final = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_NESTED: Final = ("SAVEPOINT append", "RELEASE append", "ROLLBACK TO append", "RELEASE append")


@final
class SQLiteStore:
    """
    Keep entries in the SQLite file at *path*, which is made if it is not there.

    The accounts of the *cached* members used last are kept in the process; each is used only while the file has no
    other version of it. *timeout* is how many seconds to wait while others write. Close a store, or use it in a
    ``with`` block.
    """

    def __init__(self, path: str | os.PathLike[str], *, cached: int = 1000, timeout: float = 30) -> None:
        if type(cached) is not int or cached < 0:
            raise InvalidValue(f"cached is how many accounts to keep, a whole number from 0, not {shown(cached)}")
        self._path = path
        self._cached = cached
        #: Accounts by member, the one used last at the end.
        self._accounts: dict[str | int, Account] = {}
        self._in_batch = False
        try:
            self._connection = sqlite3.connect(path, timeout=timeout, isolation_level=None)
        except sqlite3.Error as problem:
            raise self._failure(problem) from problem
        except (TypeError, ValueError) as problem:
            raise InvalidValue(f"a store has a path and a timeout in seconds: {problem}; give these") from problem
        try:
            # In one look: another process may be making the tables right now.
            with self._transaction("BEGIN", "COMMIT", "ROLLBACK"):
                version = self._tables()
            if version < SCHEMA_VERSION:
                self._make(time.monotonic() + timeout)
            self._execute("PRAGMA synchronous = FULL")
        except BaseException:
            self._connection.close()
            raise

    # The file.

    def _failure(self, problem: sqlite3.Error) -> StoreFailure:
        return StoreFailure(
            f"the store {shown(self._path)} cannot be used: {problem}; nothing was written, so mend that and try again"
        )

    def _execute(self, statement: str, values: Iterable[Any] = ()) -> list[Any]:
        """Execute a statement and return its rows; what SQLite says against it is an error of this library."""
        try:
            return self._connection.execute(statement, tuple(values)).fetchall()
        except sqlite3.Error as problem:
            raise self._failure(problem) from problem

    def _tables(self) -> int:
        """Return the version of the tables, 0 of an empty file; refuse all others before anything is touched."""
        ((mark,),) = self._execute("PRAGMA application_id")
        ((version,),) = self._execute("PRAGMA user_version")
        ((tables,),) = self._execute("SELECT count(*) FROM sqlite_master")
        if (mark, version, tables) == (0, 0, 0):
            return 0
        if mark != APPLICATION_ID:
            raise StoreFailure(
                f"{shown(self._path)} is a SQLite file of something else; give a store a path of its own"
            )
        if not 1 <= version <= SCHEMA_VERSION:
            raise StoreFailure(
                f"{shown(self._path)} has tables of version {version}, but this version of loyalcore has those up to "
                f"{SCHEMA_VERSION}; open it with the version that made it"
            )
        return int(version)

    def _make(self, deadline: float) -> None:
        """Make the tables, or what earlier versions had not, unless another process is faster."""
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as problem:
                # SQLite does not wait by itself here while somebody else does the same.
                if time.monotonic() > deadline:
                    raise self._failure(problem) from problem
                time.sleep(_PAUSE_SECONDS)
        with self._transaction(*_ALONE):
            version = self._tables()
            if version == 0:
                for statement in _SCHEMA:
                    self._execute(statement)
            elif version < SCHEMA_VERSION:
                self._upgrade()

    def _upgrade(self) -> None:
        """Add the table for follow-ups, with those that are not kept yet."""
        self._execute(_FOLLOW_UPS)
        self._execute("DELETE FROM raised")
        for member, seq in self._execute(_RAISING):
            with closing(self._entries(member, seq)) as entries:
                for entry, what in raised(islice(entries, 1)):
                    self._execute(_RAISED, (*what, entry.account, entry.seq, *what))
        self._execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def _transaction(self, begin: str, commit: str, *undo: str) -> Iterator[None]:
        """Do all of a block or nothing of it."""
        self._execute(begin)
        try:
            yield
            self._execute(commit)
        except BaseException:
            # What cannot be undone is undone already: SQLite does it where a disk is full or a file is closed.
            with suppress(sqlite3.Error):
                for statement in undo:
                    self._connection.execute(statement)
            raise

    def close(self) -> None:
        """Close the file; a batch that is still open is undone."""
        self._accounts.clear()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """
        Keep everything appended inside the block in one transaction, or nothing of it where the block raises.

        Others can read meanwhile, and wait with writing. What was answered inside is durable once the block ends.
        """
        if self._in_batch:
            raise InvalidValue("a batch is open already; end it first")
        try:
            with self._transaction(*_ALONE):
                self._in_batch = True
                yield
        except BaseException:
            # These may be ahead of the file now, and a version alone would not tell.
            self._accounts.clear()
            raise
        finally:
            self._in_batch = False

    # Reading.

    def load(self, member: str | int) -> Account:
        """Return the account of a member as it is now, without entries for one who is not known."""
        member = check_id(member, "a member")
        ((stored,),) = self._execute(_VERSION, (member,))
        version, known = stored or 0, self._accounts.pop(member, None)
        if known is None or known.version > version:
            account = fold(member, (entry.row for entry in self._entries(member, 0)))
        elif known.version < version:
            account = _extended(known, (entry.row for entry in self._entries(member, known.version)))
        else:
            account = known
        self._keep(account)
        return account

    def _keep(self, account: Account) -> None:
        """Keep an account in the process, instead of the one not used for the longest time."""
        self._accounts.pop(account.member, None)
        self._accounts[account.member] = account
        if len(self._accounts) > self._cached:
            del self._accounts[next(iter(self._accounts))]

    def _entries(self, member: str | int, first: int) -> Generator[Entry]:
        """Yield the entries of a member from a position on, each checked."""
        try:
            with closing(self._connection.execute(_ENTRIES, (member, first))) as found:
                for expected, (seq, kind, event_id, body) in enumerate(found, first):
                    yield self._entry(member, seq, expected, (kind, event_id), body)
        except sqlite3.Error as problem:
            raise self._failure(problem) from problem

    def _entry(self, member: str | int, seq: Any, expected: int, columns: tuple[Any, Any], body: Any) -> Entry:
        what = f"entry {member!r}/{expected} in {shown(self._path)}"
        if seq != expected:
            raise CorruptLedger(f"{what} is missing; restore the file from a copy")
        try:
            row = load_entry(body)
        except LoyalcoreError as problem:
            raise CorruptLedger(f"{what} cannot be read: {problem}") from problem
        if columns != _columns(row):
            raise CorruptLedger(
                f"{what} is filed under {columns}, but is {_columns(row)}; restore the file from a copy"
            )
        return Entry(member, seq, row)

    def find(self, member: str | int, event_id: str | int) -> tuple[Entry, ...]:
        """Return the fact of an event and the entries it caused; nothing where it is not kept."""
        member, event_id = check_id(member, "a member"), check_id(event_id, "an event")
        found = self._execute(_EVENT, (member, event_id))
        if not found:
            return ()
        with closing(self._entries(member, found[0][0])) as entries:
            return followed(entries)

    def pending(self) -> tuple[Entry, ...]:
        """Return the entries that raised follow-ups which are not kept yet, by the account that raised them."""
        found = []
        for member, seq in self._execute(_PENDING):
            with closing(self._entries(member, seq)) as entries:
                found += [entry for entry, _ in raised(islice(entries, 1))]
        return tuple(found)

    def members(self) -> tuple[str | int, ...]:
        """Return who has entries: integers in order, then texts in order."""
        return tuple(member for (member,) in self._execute(_MEMBERS))

    # Writing.

    def append(self, *answers: Answer) -> None:
        """Keep the entries of answers, all or none; see `loyalcore.stores.Store`."""
        table = additions(answers)
        rows = {member: [_stored(entry) for entry in entries] for member, entries in table.items()}
        if not table:
            return
        if self._in_batch and not self._connection.in_transaction:
            raise StoreFailure(f"the batch in {shown(self._path)} has failed and was undone; leave it and begin again")
        with self._transaction(*(_NESTED if self._in_batch else _ALONE)):
            for member, entries in table.items():
                ((stored,),) = self._execute(_VERSION, (member,))
                check_version(member, stored or 0, entries)
                self._insert(rows[member])
            for member, entries in table.items():
                self._follow(member, entries)
        for answer in answers:
            for member, account in answer.accounts.items():
                if member in table and not account.state().base:
                    self._keep(account)

    def _follow(self, member: str | int, entries: list[Entry]) -> None:
        """Note the follow-ups that entries raise, and those that they are."""
        for entry, what in raised(entries):
            self._execute(_RAISED, (*what, member, entry.seq, *what))
        for entry in entries:
            if entry.is_fact and isinstance(entry.id, str) and entry.id.startswith(_DERIVED):
                self._execute(_SETTLED, (member, entry.id))

    def _insert(self, rows: list[tuple[Any, ...]]) -> None:
        try:
            self._connection.executemany(_INSERT, rows)
        except sqlite3.Error as problem:
            for member, seq, _, event_id, _ in rows:
                for (kept,) in self._execute(_EVENT, (member, event_id)):
                    if kept != seq:
                        raise EventConflict(event_id, "seq", kept, seq) from problem
            raise self._failure(problem) from problem


def _columns(row: Row) -> tuple[str, Any]:
    """Return what a row is filed under: its kind, and the event's id of a fact."""
    return row[0], row[2] if row[0] in _FACTS else None


def _stored(entry: Entry) -> tuple[Any, ...]:
    return (entry.account, entry.seq, *_columns(entry.row), dump_entry(entry))


def _extended(account: Account, rows: Iterable[Row]) -> Account:
    """Return an account with the rows that others have appended meanwhile."""
    core = account.state()
    try:
        fold_rows(core, rows)
    except BaseException:
        core.spoiled = True
        raise
    return Account(core)
