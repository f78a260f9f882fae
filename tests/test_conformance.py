"""The conformance suite itself: stores that keep to it pass, and stores that are broken on purpose are caught."""

import threading
import time
import unicodedata

import pytest

import loyalcore as lc
from loyalcore.stores import additions, check_version, followed, raised
from loyalcore.stores.conformance import CHECKS, HOSTILE_IDS, NotConforming, check_store
from loyalcore.stores.memory import MemoryStore
from loyalcore.stores.sqlite import SQLiteStore


class PlainStore:
    """
    A store of a few lines that keeps to the protocol: a list of entries for each member, under one lock.

    The broken ones differ from it in one thing each.
    """

    def __init__(self, shared):
        self.shared = shared

    def key(self, id_):
        return id_

    def load(self, member):
        return lc.fold(member, self.kept(member))

    def kept(self, member):
        return self.shared["entries"].get(self.key(member), [])

    def append(self, *answers):
        with self.shared["lock"]:
            table = additions(answers)
            for member, entries in table.items():
                self.check(member, entries)
            for member, entries in table.items():
                self.add(member, entries)

    def check(self, member, entries):
        check_version(member, len(self.kept(member)), entries)
        kept = {self.key(entry.id): entry.seq for entry in self.kept(member) if entry.is_fact}
        for entry in entries:
            if entry.is_fact and self.key(entry.id) in kept:
                raise lc.EventConflict(entry.id, "seq", kept[self.key(entry.id)], entry.seq)

    def add(self, member, entries):
        self.shared["entries"].setdefault(self.key(member), []).extend(entries)

    def find(self, member, event_id):
        for seq, entry in enumerate(self.kept(member)):
            if entry.is_fact and entry.id == event_id:
                return followed(self.kept(member)[seq:])
        return ()

    def pending(self):
        found = [pair for entries in self.shared["entries"].values() for pair in raised(entries)]
        return tuple(entry for entry, (account, event_id) in found if not PlainStore.find(self, account, event_id))


class Wrong:
    """What can be wrong with a store."""

    class TakesStaleAppends(PlainStore):
        def append(self, *answers):
            for member, entries in additions(answers).items():
                self.add(member, entries)

        def add(self, member, entries):
            kept = self.shared["entries"].setdefault(member, [])
            kept[:] = [*kept[: entries[0].seq], *entries]

    class TakesVersionsAhead(PlainStore):
        def check(self, member, entries):
            if entries[0].seq <= len(self.kept(member)):
                super().check(member, entries)

    class RefusesWithItsOwnError(PlainStore):
        def check(self, member, entries):
            if entries[0].seq != len(self.kept(member)):
                raise RuntimeError("version")
            super().check(member, entries)

    class WritesTheFirstMemberBeforeTheSecondIsChecked(PlainStore):
        def append(self, *answers):
            for member, entries in additions(answers).items():
                self.check(member, entries)
                self.add(member, entries)

    class WritesBeforeItRefuses(PlainStore):
        def append(self, *answers):
            for member, entries in additions(answers).items():
                version = len(self.kept(member))
                self.add(member, entries)
                check_version(member, version, entries)

    class TakesOneMemberAtATime(PlainStore):
        def append(self, *answers):
            super().append(*answers[:1])

    class HasNoUniqueEventIds(PlainStore):
        def check(self, member, entries):
            check_version(member, len(self.kept(member)), entries)

    class KeepsEventIdsOverAllMembers(PlainStore):
        def check(self, member, entries):
            super().check(member, entries)
            for kept in self.shared["entries"].values():
                ids = {entry.id for entry in kept if entry.is_fact}
                for entry in entries:
                    if entry.is_fact and entry.id in ids:
                        raise lc.EventConflict(entry.id, "member", None, member)

    class WritesKnownAnswersAgain(PlainStore):
        def append(self, *answers):
            for answer in answers:
                if answer.known:
                    self.add(answer.entries[0].account, answer.entries)
            super().append(*answers)

    class RefusesUnknownMembers(PlainStore):
        def load(self, member):
            return lc.fold(member, self.shared["entries"][member])

    class ForgetsWhenClosed(PlainStore):
        def close(self):
            self.shared["entries"].clear()

    class KeepsEverythingToItself(PlainStore):
        def __init__(self, shared):
            super().__init__({"entries": {}, "lock": shared["lock"]})

    class NeverLooksAgain(PlainStore):
        def __init__(self, shared):
            super().__init__(shared)
            self.accounts = {}

        def load(self, member):
            return self.accounts.setdefault(member, super().load(member))

        def append(self, *answers):
            super().append(*answers)
            self.accounts |= {answer.account.member: answer.account for answer in answers}

    class SortsBySeqAsText(PlainStore):
        def load(self, member):
            rows = [entry.row for entry in sorted(self.kept(member), key=lambda entry: str(entry.seq))]
            return lc.fold(member, rows)

    class LosesTheLastEntry(PlainStore):
        def add(self, member, entries):
            super().add(member, entries[:-1] if entries[0].kind == "redemption" else entries)

    class MakesIdsTexts(PlainStore):
        def key(self, id_):
            return str(id_)

    class FoldsCase(PlainStore):
        def key(self, id_):
            return id_.casefold() if isinstance(id_, str) else id_

    class Normalises(PlainStore):
        def key(self, id_):
            return unicodedata.normalize("NFC", id_) if isinstance(id_, str) else id_

    class NormalisesForLooks(PlainStore):
        def key(self, id_):
            return unicodedata.normalize("NFKC", id_) if isinstance(id_, str) else id_

    class CutsIds(PlainStore):
        def key(self, id_):
            return id_[:64] if isinstance(id_, str) else id_

    class CollapsesSpaces(PlainStore):
        def key(self, id_):
            return " ".join(id_.split()) if isinstance(id_, str) else id_

    class KeepsIntegersAsFloats(PlainStore):
        def key(self, id_):
            return id_ if isinstance(id_, str) else float(id_)

    class KnowsTheBasicPlaneOnly(PlainStore):
        def key(self, id_):
            return id_.encode("utf-16-le")[:2] if isinstance(id_, str) and ord(id_[0]) > 0xFFFF else id_

    class LoadsTextMembersOfIntegers(PlainStore):
        def load(self, member):
            return lc.fold(str(member), [entry.row for entry in self.kept(member)])

    class FindsForEveryMember(PlainStore):
        def find(self, member, event_id):
            del member
            for kept in self.shared["entries"].values():
                for seq, entry in enumerate(kept):
                    if entry.is_fact and entry.id == event_id:
                        return followed(kept[seq:])
            return ()

    class FindsTheFactAlone(PlainStore):
        def find(self, member, event_id):
            return super().find(member, event_id)[:1]

    class FindsEverythingSince(PlainStore):
        def find(self, member, event_id):
            found = super().find(member, event_id)
            return tuple(self.kept(member)[found[0].seq :]) if found else ()

    class ForgetsWhatWaits(PlainStore):
        def pending(self):
            return ()

    class ListsWhatWasDecided(PlainStore):
        def pending(self):
            return tuple(entry for entries in self.shared["entries"].values() for entry, _ in raised(entries))

    class NamesNoAccount(PlainStore):
        def check(self, member, entries):
            try:
                super().check(member, entries)
            except lc.StaleAccount as problem:
                raise lc.StaleAccount(str(problem)) from None

    class LocksTheFirstMemberOnly(PlainStore):
        """Whoever is written beside the member is not looked at."""

        def append(self, *answers):
            with self.shared["lock"]:
                table = additions(answers)
                for member, entries in list(table.items())[:1]:
                    self.check(member, entries)
                for member, entries in table.items():
                    self.add(member, entries)

    class ChecksBeforeItLocks(PlainStore):
        def append(self, *answers):
            table = additions(answers)
            for member, entries in table.items():
                check_version(member, len(self.kept(member)), entries)
            time.sleep(0.002)
            with self.shared["lock"]:
                for member, entries in table.items():
                    self.add(member, entries)

    class HandsOutOneAccountToAll(PlainStore):
        """As if accounts were mutable: what was loaded grows with the store."""

        def load(self, member):
            return Growing(self, member)


class Growing:
    """An account that is no value."""

    def __init__(self, store, member):
        self.store, self.member = store, member

    def __getattr__(self, name):
        return getattr(lc.fold(self.member, self.store.kept(self.member)), name)


BROKEN = {name: store for name, store in vars(Wrong).items() if isinstance(store, type)}


def maker(store):
    """Open stores of a class: those of one name share what they keep."""
    kept = {}
    return lambda name: store(kept.setdefault(name, {"entries": {}, "lock": threading.Lock()}))


def test_a_plain_store_that_keeps_to_the_protocol_passes():
    check_store(maker(PlainStore))


@pytest.mark.parametrize("name", BROKEN)
def test_a_store_that_is_broken_on_purpose_is_caught(name):
    with pytest.raises(NotConforming, match=f"of {len(CHECKS)} checks:\n"):
        check_store(maker(BROKEN[name]))


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("WritesTheFirstMemberBeforeTheSecondIsChecked", "an append to several members is all or none"),
        ("TakesStaleAppends", "a stale append is refused and writes nothing"),
        ("TakesVersionsAhead", "a stale append is refused and writes nothing"),
        ("HasNoUniqueEventIds", "an event is kept once for each member"),
        ("KeepsEventIdsOverAllMembers", "an event is kept once for each member"),
        ("SortsBySeqAsText", "entries are loaded in the order of seq"),
        ("FoldsCase", "ids are kept as they are"),
        ("LoadsTextMembersOfIntegers", "ids are kept as they are"),
        ("FindsEverythingSince", "find gives the fact and what it caused"),
        ("ForgetsWhenClosed", "entries are there when the store is opened again"),
        ("NeverLooksAgain", "what others append is seen"),
        ("ChecksBeforeItLocks", "of several appenders exactly one wins"),
        ("WritesKnownAnswersAgain", "answers that record nothing write nothing"),
        ("RefusesUnknownMembers", "a member without entries loads as an empty account"),
        ("RefusesWithItsOwnError", "should raise StaleAccount"),
        ("ForgetsWhatWaits", "follow ups wait until they are kept"),
        ("ListsWhatWasDecided", "follow ups wait until they are kept"),
        ("NamesNoAccount", "a decision over several accounts is kept in all or in none"),
        ("LocksTheFirstMemberOnly", "of two who want the last piece one gets it"),
    ],
)
def test_the_check_that_catches_a_broken_store_says_what_is_wrong(name, check):
    with pytest.raises(NotConforming, match=check):
        check_store(maker(BROKEN[name]))


def test_every_check_says_what_it_holds_in_its_name_and_below():
    for check in CHECKS:
        assert check.__doc__
        assert check.__name__.count("_") >= 3


def test_the_hostile_ids_are_all_different_and_all_allowed():
    assert len({(type(id_), id_) for id_ in HOSTILE_IDS}) == len(HOSTILE_IDS)
    for id_ in HOSTILE_IDS:
        assert lc.Enrolment(id_, at=lc.instants.from_instant(0)).id == id_


@pytest.mark.parametrize("cached", [1000, 2, 0])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_store_in_a_sqlite_file_conforms(check, cached, tmp_path):
    check(lambda name: SQLiteStore(tmp_path / name, cached=cached))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_store_in_memory_conforms(check):
    stores = {}

    check(lambda name: stores.setdefault(name, MemoryStore()))
