"""
Stores: where entries are kept, behind a protocol of four calls.

A store loads an account, appends what was decided, finds an event, and lists follow-ups that wait to be decided. An
append is all or nothing, against the version that each account had when it was decided on, so no lock is held while
deciding: whoever is late loads again. `submit` does that, and `settle` decides what waits. `loyalcore.stores.memory`
and `loyalcore.stores.sqlite` are stores;
`loyalcore.stores.conformance` checks them, and yours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from attrs import evolve

from loyalcore.account import Account, restore
from loyalcore.answers import Answer
from loyalcore.book import Book
from loyalcore.entries import Entry, is_caused
from loyalcore.errors import InvalidValue, LoyalcoreError, StaleAccount, shown
from loyalcore.events import Event
from loyalcore.program import Program

__all__ = [
    "TRIES_MAX",
    "Store",
    "StoreFailure",
    "additions",
    "advance",
    "check_version",
    "followed",
    "raised",
    "settle",
    "submit",
]

#: How often `submit` and `advance` decide again when another appender was faster, before they give up.
TRIES_MAX = 100


class StoreFailure(LoyalcoreError):
    """
    Say that a store cannot be used: it is closed, locked for too long, full, or no store of this library.

    Nothing was written by the call that raised it.
    """


class Store(Protocol):
    """
    Be a place where the entries of accounts are kept.

    Members and event ids are texts or integers, and ``"1"`` is not ``1``.
    """

    def load(self, member: str | int) -> Account:
        """Return the account of a member as it is now, without entries for one who is not known."""
        ...

    def append(self, *answers: Answer) -> None:
        """
        Keep the entries of answers, for one member or several: all of them, or none where anything is raised.

        Answers that are refused or known have nothing to keep. `additions` sorts the others by member.

        Raises `StaleAccount`, naming the account, where one does not have the version that was decided on, and
        `EventConflict` where an event is kept already.
        """
        ...

    def pending(self) -> tuple[Entry, ...]:
        """
        Return the entries that raised follow-ups which are not kept yet, those of one account in their order.

        What was raised is kept in the same append as its cause, so that none is lost whatever happens between the two.
        """
        ...

    def find(self, member: str | int, event_id: str | int) -> tuple[Entry, ...]:
        """Return the fact of an event and the entries it caused, see `followed`; nothing where it is not kept."""
        ...


def submit(
    store: Store, program: Program | Book, member: str | int, event: Event, now: dt.datetime | None = None
) -> Answer:
    """
    Decide an event on a member's account in a store, and keep what was decided.

    Submitting again is safe: an event that is kept already answers with what was recorded and writes nothing, and
    raises `EventConflict` where its content differs. A refusal writes nothing either. Where others append to the
    same account meanwhile, the event is decided again on what they left. Where the event takes other accounts, see
    `Program.parties`, they are loaded and kept with it.
    """

    def decide(account: Account) -> Answer:
        if account.state().base and (kept := store.find(member, event.id)):
            return _known(store, program, account, kept, event)
        others = [store.load(each) for each in program.parties(account, event) if each != account.member]
        return program.decide(account, event, now, others=others)

    return _decided(store, member, decide)


def advance(store: Store, program: Program | Book, member: str | int, to: dt.datetime) -> Answer:
    """Do what is due on a member's account in a store until a moment, and keep it; see `Program.advance`."""
    return _decided(store, member, lambda account: program.advance(account, to))


def settle(store: Store, program: Program | Book, now: dt.datetime | None = None) -> tuple[Answer, ...]:
    """
    Decide all follow-ups that wait in a store, each on its account, and return the answers.

    Call it after submitting, or from time to time: each follow-up counts once, by its id. One that is refused waits on,
    such as the withdrawal of an activity that the host has returned by itself.
    """
    waiting = [program.follow_up(entry) for entry in store.pending()]
    return tuple([submit(store, program, each.account, each.event, now) for each in waiting])


def _decided(store: Store, member: str | int, decide: Callable[[Account], Answer]) -> Answer:
    for _ in range(TRIES_MAX):
        answer = decide(store.load(member))
        try:
            store.append(answer)
        except StaleAccount:
            continue
        return answer
    raise StaleAccount(
        f"account {member!r} changed {TRIES_MAX} times while it was decided on; submit again, or fewer at a time",
        member,
    )


def _known(store: Store, program: Program | Book, account: Account, kept: tuple[Entry, ...], event: Event) -> Answer:
    """
    Answer an event that a store keeps, but an account from a snapshot may not carry any more.

    The program answers it on an account that knows this event alone, and the purchase where it is a return.
    """
    fact = kept[0]
    known = (*store.find(account.member, fact.content[1][0]), *kept) if fact.kind == "return" else kept
    alone = program.open(account.member).snapshot()
    alone |= {"length": kept[-1].seq + 1, "rows": [[entry.seq, entry.row] for entry in known]}
    return evolve(program.decide(restore(alone), event), account=account)


# For those who write stores.


def additions(answers: Iterable[Answer]) -> dict[str | int, list[Entry]]:
    """
    Return the entries that answers add, by member; the first says by its seq what version was decided on.

    Refused and known answers add nothing. Raises `InvalidValue` where entries of a member do not follow each other.
    """
    table: dict[str | int, list[Entry]] = {}
    for answer in answers:
        if not isinstance(answer, Answer):
            raise InvalidValue(f"a store keeps answers of a program, not {shown(answer)}; append(answer)")
        for entry in () if answer.known else answer.entries:
            own = table.setdefault(entry.account, [])
            if own and entry.seq != own[-1].seq + 1:
                raise InvalidValue(
                    f"entry {entry.account}/{entry.seq} does not follow {entry.account}/{own[-1].seq}; "
                    "decide each event on the account of the answer before it"
                )
            own.append(entry)
    return table


def check_version(member: str | int, stored: int, entries: list[Entry]) -> None:
    """Raise `StaleAccount` where a store does not have the version of an account that was decided on."""
    if entries[0].seq != stored:
        raise StaleAccount(
            f"account {member!r} has {stored} entries in the store, but was decided on with {entries[0].seq}; "
            "load it again and decide again",
            member,
        )


def raised(entries: Iterable[Entry]) -> Iterator[tuple[Entry, tuple[str | int, str | int]]]:
    """Yield the entries that raise follow-ups, each with the account and the id of what it raises."""
    for entry in entries:
        if entry.row[0] == "raise":
            yield entry, (entry.row[4], entry.row[5][1])


def followed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return a fact, the first of the entries, and those up to the next fact that it caused."""
    found: list[Entry] = []
    for entry in entries:
        if not found:
            found.append(entry)
        elif entry.is_fact:
            break
        elif is_caused(entry.row, found[0].seq):
            found.append(entry)
    return tuple(found)
