"""
What every store has to keep to, as checks that run against yours.

A *maker* is a function that opens the store of a name: called twice with one name it opens the same entries twice,
called with a new name it opens a store without any. In pytest, each check is a test::

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_my_store_conforms(check, tmp_path):
        check(lambda name: MyStore(tmp_path / name))

Elsewhere, `check_store` runs them all.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Final

from loyalcore.account import fold
from loyalcore.answers import Answer
from loyalcore.errors import EventConflict, StaleAccount, shown
from loyalcore.events import Redemption, Return
from loyalcore.stores import Store, submit
from loyalcore.stores.checking import (
    POINT,
    PROGRAM,
    START,
    Maker,
    NotConforming,
    equal,
    holds,
    opened,
    purchase,
    race,
    refused,
)
from loyalcore.stores.together import (
    a_decision_over_several_accounts_is_kept_in_all_or_in_none,
    follow_ups_wait_until_they_are_kept,
    of_two_who_want_the_last_piece_one_gets_it,
)

__all__ = ["CHECKS", "HOSTILE_IDS", "Maker", "NotConforming", "check_store"]

#: Ids that are all different, and that stores have been known to mix up, cut, fold or trip over.
HOSTILE_IDS: Final[tuple[str | int, ...]] = (
    *(0, 1, 2**31, 2**32, 2**53, 2**53 + 1, 2**63 - 2, 2**63 - 1),
    *("0", "1", "01", "1.0", "+1", "1e0", "9223372036854775807", "true", "null", "None", "NaN"),
    *("ada", "Ada", "ADA", "ada.", "a da", "a  da"),
    *("caf\u00e9", "cafe\u0301", "CAF\u00c9", "\u212b", "\u00c5", "\ufb01", "fi"),  # normal forms, composed and not
    *("stra\u00dfe", "strasse", "\u0130", "i\u0307", "\u0131", "i", "I"),  # case folding
    *("\u0430da", "a\u200bda", "a\u200dda", "a\u202eda", "a\ufeffda", "a\u00adda"),  # looks alike, or invisible
    *("'", '"', "\\", "\\u0041", "';DROP TABLE entries;--", '"; DROP TABLE entries; --', "%", "_", "a%", "a_a"),
    *("[]", "{}", '["a",1]', "a/0", "a\\0", "../a", "$a", "${a}", "{0}", "%s", "?1", ":a", "@a"),
    *("\U0001f600", "\U0010ffff", "\ue000", "\ufffd", "\ufffe", "\u6f22\u5b57", "\u0627\u0644", "\u0e33"),
    *("a" * 128, "a" * 127 + "b", "\U0001f600" * 128),
)


def a_member_without_entries_loads_as_an_empty_account(make: Maker) -> None:
    """Know nobody, and answer with an account at version 0 all the same."""
    with opened(make) as store:
        for member in ("nobody", 7):
            holds("a member without entries", store, PROGRAM.open(member))


def what_is_appended_is_loaded(make: Maker) -> None:
    """Give facts and postings of several kinds back as they were, and go on from there."""
    with opened(make) as store:
        account = PROGRAM.open("ada")
        for event in (
            purchase("o1", net=20),
            Redemption("x1", at=START + dt.timedelta(days=1), reward="mug", times=2),
            Return("r1", at=START + dt.timedelta(days=2), of="x1"),
            Return("r2", at=START + dt.timedelta(days=3), of="o1"),
            purchase("o2", 900),
        ):
            answer = PROGRAM.decide(store.load("ada"), event)
            store.append(answer)
            account = PROGRAM.decide(account, event).account
            holds(f"after {event.id} was appended", store, account)
        due = PROGRAM.advance(store.load("ada"), START + dt.timedelta(days=9000))
        store.append(due)
        holds("after what was due was appended", store, due.account)


def entries_are_loaded_in_the_order_of_seq(make: Maker) -> None:
    """Put entry 2 before entry 10, however they are filed."""
    with opened(make) as store:
        account = PROGRAM.open("ada")
        for number in range(60):
            answer = PROGRAM.decide(account, purchase(f"o{59 - number}", number))
            account = answer.account
            store.append(answer)
        equal("the seqs", [entry.seq for entry in store.load("ada").entries], list(range(account.version)))
        holds("after 60 purchases", store, account)


def an_account_that_was_loaded_does_not_change(make: Maker) -> None:
    """Keep an account a value, also where it comes from a store."""
    with opened(make) as store:
        submit(store, PROGRAM, "ada", purchase("o1"))
        old = store.load("ada")
        entries = old.entries
        submit(store, PROGRAM, "ada", purchase("o2", 1))
        equal("an account loaded before another append", (old.version, old.entries), (len(entries), entries))
        equal("its balance", old.balance(POINT), POINT(10))


def an_append_to_several_members_is_all_or_none(make: Maker) -> None:
    """Keep nothing for the others where one of the members has moved on, whichever comes first."""
    with opened(make) as store:
        submit(store, PROGRAM, "bob", purchase("b1"))
        stale = PROGRAM.decide(PROGRAM.open("bob"), purchase("b2", 1))
        fresh = PROGRAM.decide(PROGRAM.open("ada"), purchase("a1"))
        bob = store.load("bob")
        for batch in ([fresh, stale], [stale, fresh]):
            refused("an append of which one part is stale", StaleAccount, partial(store.append, *batch))
            holds("the member whose part was not stale", store, PROGRAM.open("ada"))
            holds("the member whose part was stale", store, bob)
            equal("an event that was not kept", store.find("ada", "a1"), ())
        second = PROGRAM.decide(bob, purchase("b2", 1))
        store.append(fresh, second)
        holds("the first of two members", store, fresh.account)
        holds("the second of two members", store, second.account)


def several_answers_for_one_member_are_kept_together(make: Maker) -> None:
    """Take answers that follow one another in one append."""
    with opened(make) as store:
        first = PROGRAM.decide(PROGRAM.open("ada"), purchase("o1"))
        second = PROGRAM.decide(first.account, purchase("o2", 1))
        store.append(first, second)
        holds("after two answers at once", store, second.account)


def a_stale_append_is_refused_and_writes_nothing(make: Maker) -> None:
    """Refuse what was decided on another version than the one in the store, be it older or newer."""
    with opened(make) as store:
        old = store.load("ada")
        submit(store, PROGRAM, "ada", purchase("o1"))
        kept = store.load("ada")
        late = PROGRAM.decide(old, purchase("o2", 1))
        unkept = PROGRAM.decide(kept, purchase("o3", 2))
        early = PROGRAM.decide(unkept.account, purchase("o4", 3))
        for what, answer in (("an older version", late), ("a version the store has not reached", early)):
            refused(f"an append on {what}", StaleAccount, partial(store.append, answer))
            holds(f"after a refused append on {what}", store, kept)
            equal("an event that was not kept", store.find("ada", answer.entries[0].id), ())
        store.append(unkept)
        holds("after an append that was not stale", store, unkept.account)


def an_event_is_kept_once_for_each_member(make: Maker) -> None:
    """Notice an event id that is there already even where the account did not: keys never expire."""
    with opened(make) as store:
        submit(store, PROGRAM, "ada", purchase("o1"))
        kept = store.load("ada")
        other = PROGRAM.decide(PROGRAM.open("ada"), purchase("another")).account
        again = PROGRAM.decide(other, purchase("o1", 1))
        both = PROGRAM.decide(PROGRAM.decide(other, purchase("o2", 1)).account, purchase("o1", 2))
        first = PROGRAM.decide(other, purchase("o2", 1))
        for what, answers in (("an append", [again]), ("the second part of an append", [first, both])):
            refused(
                f"{what} with an event id that is kept already",
                EventConflict,
                partial(store.append, *answers),
            )
            holds(f"after {what} with an event id that is kept already", store, kept)
            equal("an event beside it", store.find("ada", "o2"), ())
        submit(store, PROGRAM, "bob", purchase("o1"))
        equal("the same event id for another member", store.load("bob").version, 2)


def ids_are_kept_as_they_are(make: Maker) -> None:
    """Compare texts by code points, keep integers from texts, and cut, trim or normalise nothing."""
    with opened(make) as store:
        for day, id_ in enumerate(HOSTILE_IDS):
            submit(store, PROGRAM, "all", purchase(id_, day))
            submit(store, PROGRAM, id_, purchase("o1", net=day + 1))
        wanted = PROGRAM.open("all")
        for day, id_ in enumerate(HOSTILE_IDS):
            wanted = PROGRAM.decide(wanted, purchase(id_, day)).account
            holds(f"member {id_!r}", store, PROGRAM.decide(PROGRAM.open(id_), purchase("o1", net=day + 1)).account)
        holds("a member with all these event ids", store, wanted)
        for seq, id_ in enumerate(HOSTILE_IDS):
            found = store.find("all", id_)
            equal(
                f"event {id_!r}",
                [(entry.id, type(entry.id), entry.seq) for entry in found[:1]],
                [(id_, type(id_), 2 * seq)],
            )


def find_gives_the_fact_and_what_it_caused(make: Maker) -> None:
    """Find an event with its postings, without what happened by itself, and never for another member."""
    with opened(make) as store:
        for event in (purchase("o1"), Redemption("x1", at=START, reward="mug", times=2), purchase("o2", 400)):
            answer = submit(store, PROGRAM, "ada", event)
            wanted = tuple(entry for entry in answer.entries if entry.kind != "expire")
            equal(f"event {event.id}", store.find("ada", event.id), wanted)
        store.append(PROGRAM.advance(store.load("ada"), START + dt.timedelta(days=900)))
        equal("an event after what was due", store.find("ada", "o2"), wanted)
        for member, event_id in (("ada", "o3"), ("bob", "o1"), ("nobody", "o1"), ("ada", "ada"), ("ada", 0)):
            equal(f"event {event_id!r} of {member}", store.find(member, event_id), ())


def answers_that_record_nothing_write_nothing(make: Maker) -> None:
    """Take refused and known answers, and change nothing."""
    with opened(make) as store:
        submit(store, PROGRAM, "ada", purchase("o1"))
        kept = store.load("ada")
        denied = PROGRAM.decide(kept, Redemption("x1", at=START, reward="mug", times=9))
        known = PROGRAM.decide(kept, purchase("o1"))
        store.append()
        store.append(denied)
        store.append(known)
        store.append(denied, known)
        holds("after answers that record nothing", store, kept)


def an_event_submitted_again_is_answered_and_not_kept_again(make: Maker) -> None:
    """Keep an event once, however often it is submitted; other content is a conflict that names the field."""
    with opened(make) as store:
        first = submit(store, PROGRAM, "ada", purchase("o1"))
        submit(store, PROGRAM, "ada", purchase("o2", 1))
        kept = store.load("ada")
        for _ in range(3):
            again = submit(store, PROGRAM, "ada", purchase("o1"))
            equal("an event submitted again, known", again.known, True)
            equal("an event submitted again, its entries", again.entries, first.entries)
        refused(
            "an event submitted again with other content",
            EventConflict,
            lambda: submit(store, PROGRAM, "ada", purchase("o1", net=11)),
        )
        holds("after an event was submitted again", store, kept)


def entries_are_there_when_the_store_is_opened_again(make: Maker) -> None:
    """Keep what was acknowledged for everybody who opens the store."""
    with opened(make) as store:
        ada = submit(store, PROGRAM, "ada", purchase("o1")).account
        one = submit(store, PROGRAM, 1, purchase(2)).account
        with opened(make) as beside:
            holds("opened a second time", beside, ada)
            bob = submit(beside, PROGRAM, "bob", purchase("o1")).account
        holds("appended by somebody else", store, bob)
    with opened(make) as store:
        for account in (ada, one, bob):
            holds("opened again", store, account)
    with opened(make, "another") as store:
        holds("a store of another name", store, PROGRAM.open("ada"))


def what_others_append_is_seen(make: Maker) -> None:
    """Notice that the entries have grown, however accounts are remembered."""
    with opened(make) as store, opened(make) as beside:
        for number in range(6):
            here, there = (store, beside) if number % 2 else (beside, store)
            account = submit(here, PROGRAM, "ada", purchase(f"o{number}", number)).account
            holds("appended by somebody else", there, account)


def of_several_appenders_exactly_one_wins(make: Maker) -> None:
    """Keep one of those who decide on the same version at the same time; the others are stale."""
    appenders, rounds = 4, 5
    with opened(make) as store:
        submit(store, PROGRAM, "ada", purchase("o"))
        numbers = count(1)
        for _ in range(rounds):
            before = store.load("ada")
            events = [purchase(f"o{next(numbers)}", 1) for _ in range(appenders)]
            outcomes = race(make, events)
            strangers = [outcome for outcome in outcomes if not isinstance(outcome, Answer | StaleAccount)]
            equal("what appenders at the same time raised beside StaleAccount", strangers, [])
            kept = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
            equal("how many of the appenders at the same time were kept", len(kept), 1)
            equal("the entries that were there before", store.load("ada").entries[: before.version], before.entries)
            holds("after several appended at the same time", store, fold("ada", (*before.entries, *kept[0].entries)))


def everything_submitted_at_the_same_time_is_kept_once(make: Maker) -> None:
    """Keep each event of several that are submitted by several at the same time, once."""
    events, threads = [purchase(f"o{number}", 1) for number in range(8)], []
    new: list[str | int] = []
    problems: list[Exception] = []

    def run(first: int) -> None:
        try:
            with opened(make) as store:
                mine = (*events[first:], *events[:first])
                new.extend(event.id for event in mine if not submit(store, PROGRAM, "ada", event).known)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the check reports it
            problems.append(problem)

    with opened(make) as store:
        for first in (0, 3, 6):
            threads.append(threading.Thread(target=run, args=(first,)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        equal("what submitting at the same time raised", problems, [])
        equal("the events that were new to somebody", sorted(map(str, new)), sorted(str(event.id) for event in events))
        equal("the number of entries", store.load("ada").version, 2 * len(events))


#: All checks; each takes a maker and raises `NotConforming` with what the store did.
CHECKS: Final[tuple[Callable[[Maker], None], ...]] = (
    a_member_without_entries_loads_as_an_empty_account,
    what_is_appended_is_loaded,
    entries_are_loaded_in_the_order_of_seq,
    an_account_that_was_loaded_does_not_change,
    an_append_to_several_members_is_all_or_none,
    several_answers_for_one_member_are_kept_together,
    a_stale_append_is_refused_and_writes_nothing,
    an_event_is_kept_once_for_each_member,
    ids_are_kept_as_they_are,
    find_gives_the_fact_and_what_it_caused,
    answers_that_record_nothing_write_nothing,
    an_event_submitted_again_is_answered_and_not_kept_again,
    entries_are_there_when_the_store_is_opened_again,
    what_others_append_is_seen,
    of_several_appenders_exactly_one_wins,
    everything_submitted_at_the_same_time_is_kept_once,
    a_decision_over_several_accounts_is_kept_in_all_or_in_none,
    of_two_who_want_the_last_piece_one_gets_it,
    follow_ups_wait_until_they_are_kept,
)


def _named(make: Maker, check: str, name: str) -> Store:
    return make(f"{check}-{name}")


def check_store(make: Maker) -> None:
    """
    Run every check against stores that a maker opens, each under names of its own.

    Raises `NotConforming` that names each check that failed, and what the store did.
    """
    failed = []
    for check in CHECKS:
        try:
            check(partial(_named, make, check.__name__))
        except Exception as problem:  # noqa: BLE001 - a store that raises anything fails the check
            what = str(problem) if isinstance(problem, NotConforming) else shown(problem, 300)
            failed.append(f"{check.__name__.replace('_', ' ')}: {what}")
    if failed:
        raise NotConforming(f"the store fails {len(failed)} of {len(CHECKS)} checks:\n" + "\n".join(failed))
