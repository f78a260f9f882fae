"""A store in memory: for tests, simulations, and trying things out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import final

from loyalcore.account import Account, fold
from loyalcore.answers import Answer
from loyalcore.entries import Entry, Row
from loyalcore.errors import EventConflict, InvalidValue
from loyalcore.stores import additions, check_version, followed, raised
from loyalcore.texts import check_id

__all__ = ["MemoryStore"]


@final
class MemoryStore:
    """
    Keep entries for as long as the process runs.

    Several threads may use one store. Each is handed accounts of its own, since deciding on an account from two
    threads at once is not safe.
    """

    def __init__(self) -> None:
        self._rows: dict[str | int, list[Row]] = {}
        self._events: dict[tuple[str | int, str | int], int] = {}
        #: The entries that raise follow-ups, by the account and the id of what they raise.
        self._raised: dict[tuple[str | int, str | int], Entry] = {}
        self._lock = threading.RLock()
        #: The account each thread saw last, by member, and its last row: good while that is the last one kept.
        self._seen = threading.local()
        #: The version of every account changed since the open batch began.
        self._before: dict[str | int, int] | None = None

    def _accounts(self) -> dict[str | int, tuple[Account, Row | None]]:
        accounts: dict[str | int, tuple[Account, Row | None]] = self._seen.__dict__.setdefault("accounts", {})
        return accounts

    def load(self, member: str | int) -> Account:
        """Return the account of a member as it is now, without entries for one who is not known."""
        member, seen = check_id(member, "a member"), self._accounts()
        with self._lock:
            rows = self._rows.get(member, [])
            last = rows[-1] if rows else None
            account, row = seen.get(member, (None, None))
            # Rows are only ever added or undone, so the very last one tells whether anything happened since.
            if account is None or account.version != len(rows) or row is not last:
                account = fold(member, rows)
                seen[member] = (account, last)
            return account

    def append(self, *answers: Answer) -> None:
        """Keep the entries of answers, all or none; see `loyalcore.stores.Store`."""
        table = additions(answers)
        with self._lock:
            self._check(table)
            for member, entries in table.items():
                rows = self._rows.setdefault(member, [])
                if self._before is not None:
                    self._before.setdefault(member, len(rows))
                rows += (entry.row for entry in entries)
                self._events |= {(member, entry.id): entry.seq for entry in entries if entry.is_fact}
                self._raised |= {what: entry for entry, what in raised(entries)}
        seen = self._accounts()
        for answer in answers:
            for member, account in answer.accounts.items():
                if member in table and not account.state().base:
                    seen[member] = (account, table[member][-1].row)

    def _check(self, table: dict[str | int, list[Entry]]) -> None:
        """Refuse what cannot be kept, before anything is."""
        for member, entries in table.items():
            check_version(member, len(self._rows.get(member, ())), entries)
            given: dict[str | int, int] = {}
            for entry in entries:
                if entry.is_fact:
                    kept = self._events.get((member, entry.id), given.setdefault(entry.id, entry.seq))
                    if kept != entry.seq:
                        raise EventConflict(entry.id, "seq", kept, entry.seq)

    def find(self, member: str | int, event_id: str | int) -> tuple[Entry, ...]:
        """Return the fact of an event and the entries it caused; nothing where it is not kept."""
        member, event_id = check_id(member, "a member"), check_id(event_id, "an event")
        with self._lock:
            seq = self._events.get((member, event_id))
            if seq is None:
                return ()
            rows = self._rows[member]
            return followed(Entry(member, place, rows[place]) for place in range(seq, len(rows)))

    def pending(self) -> tuple[Entry, ...]:
        """Return the entries that raised follow-ups which are not kept yet, in the order in which they came."""
        with self._lock:
            for what in [what for what in self._raised if what in self._events]:
                if self._before is None:
                    del self._raised[what]
            return tuple(entry for what, entry in self._raised.items() if what not in self._events)

    def members(self) -> tuple[str | int, ...]:
        """Return who has entries, in the order in which they came."""
        with self._lock:
            return tuple(self._rows)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Keep everything appended inside the block, or nothing of it where the block raises; others wait."""
        with self._lock:
            if self._before is not None:
                raise InvalidValue("a batch is open already; end it first")
            self._before = {}
            try:
                yield
            except BaseException:
                self._undo(self._before)
                raise
            finally:
                self._before = None

    def _undo(self, before: dict[str | int, int]) -> None:
        for member, length in before.items():
            for row in self._rows[member][length:]:
                self._events.pop((member, row[2]), None)
                if row[0] == "raise":
                    self._raised.pop((row[4], row[5][1]), None)
            del self._rows[member][length:]
            if not length:
                del self._rows[member]
