"""
Programs: the rules of a loyalty program as one value, and what can be done with it.

A program is immutable, equal by content, hashable, picklable, and compiled at first use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from typing import Any, final

from attrs import evolve, frozen

from loyalcore.account import Account
from loyalcore.answers import Answer, Reason
from loyalcore.bindings import Binding
from loyalcore.calls import by_id, check_account, check_decidable, check_order, check_pay, recorded_at
from loyalcore.counterparts import derived_id
from loyalcore.discounted import Discounted
from loyalcore.engine import Engine
from loyalcore.engine.contents import check_tier, content_of, differences, said_of_items
from loyalcore.engine.parties import Assumed, Party, parties, record, together
from loyalcore.engine.paying import payable
from loyalcore.engine.prospects import prospects
from loyalcore.engine.raising import follow_up
from loyalcore.engine.reducing import discounted
from loyalcore.engine.standing import standing
from loyalcore.engine.telling import explain, of_raised, told
from loyalcore.engine.trial import trial_of
from loyalcore.entries import FACTS, Entry, Row, entries_of, moment
from loyalcore.errors import EventConflict, InvalidValue, is_a, shown
from loyalcore.events import Event
from loyalcore.follow_ups import FollowUp
from loyalcore.instants import BEGINNING, to_instant
from loyalcore.ledger import Core
from loyalcore.pricing import awards
from loyalcore.purchases import Purchase
from loyalcore.quotes import Quote
from loyalcore.replay import Replay
from loyalcore.standings import Standing
from loyalcore.terms import Terms
from loyalcore.texts import check_id, check_name, id_order
from loyalcore.trace import followed, found_at, position
from loyalcore.units import Amount, Unit

__all__ = ["Program"]

_FACTS = frozenset(FACTS)


@final
@frozen(slots=False, eq=False, repr=False)
class Program(Terms):
    """
    Be a loyalty program.

    *rules* are given in the order in which lanes, takings back and automatic rewards follow one another. *timezone* is
    the IANA name of the zone in which days and months are counted, *currency* that of all prices. *items*,
    *purchases* and *activities* are the host's classes of events. *taking_back* is the policy for units taken back
    after they were spent, *giving_back* for those that come back, for rules without one of their own.
    """

    def __eq__(self, other: object) -> bool:
        return self.fields() == other.fields() if isinstance(other, Program) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.rules))

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.fields().items() if name != "name")
        return f"Program({self.name!r}, {given})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuilt, (self.fields(),))

    @cached_property
    def engine(self) -> Engine:
        """Return the program compiled; for the library's own use."""
        return Engine(self)

    @cached_property
    def hash(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - computed once here, as any property
        """Return the SHA-256 of the program's canonical text, in hexadecimal."""
        return Terms.of(self).hash

    def open(self, member: str | int) -> Account:
        """Return the account of a member with no entries yet."""
        return Account(Core(check_id(member, "a member")))

    def decide(
        self,
        account: Account,
        event: Event,
        now: dt.datetime | None = None,
        *,
        others: Mapping[Any, Account] | Iterable[Account] = (),
    ) -> Answer:
        """
        Decide an event on an account: what to record, and the account after that.

        *now* is when the event is recorded, its own moment unless said otherwise, and never before the account's
        latest. Jobs due until then are done first. An event id recorded before answers with what was recorded, or
        raises `EventConflict` where the content differs. Nothing changes where anything is raised or refused.

        *others* are the other accounts that take part, see `parties`: all change, or none does.
        """
        check_decidable(account, event, "decide")
        content = content_of(self.engine, event)
        core, at = account.state(), event.instant
        found = position(core, event.id)
        if found is not None:
            return self._known(account, found, event, content, others)
        engine, kind = self.engine, event.kind
        claims = isinstance(event, Purchase) and event.claims is not None
        if (kind != "purchase" or claims or engine.budgets) and (roles := parties(engine, core, kind, content)):
            return self._decide_together(account, event, content, now, roles, others)
        moment_now = recorded_at(core, at, now)
        length, due, refusal, sums = core.length, core.due, None, None
        try:
            engine.advance(core, moment_now)
            if isinstance(event, Purchase) and not (event.paid_with or claims or engine.refuses):
                sums = engine.record[kind](core, at, moment_now, event.id, content, content[3], content[1])
            else:
                refusal = record(engine, core, kind, at, moment_now, event.id, content)
        except BaseException:
            core.spoiled = True
            raise
        if refusal is not None:
            core.spoiled = core.length != length or core.may_have_slid(due)
            return Answer(account, (), refusal)
        return self._answer(core, length, sums)

    def parties(self, account: Account, event: Event) -> tuple[str | int, ...]:
        """
        Return the ids of the accounts to decide an event on: the member's own, and those it draws on or gives to.

        The order is the same for everybody, integers before texts, so that accounts can be locked in it.
        """
        check_decidable(account, event, "parties")
        roles = parties(self.engine, account.state(), event.kind, content_of(self.engine, event))
        return tuple(sorted({account.member, *(each for each in roles.values() if each is not None)}, key=id_order))

    def _decide_together(
        self,
        account: Account,
        event: Event,
        content: tuple[Any, ...],
        now: dt.datetime | None,
        roles: dict[str, Any],
        others: Mapping[Any, Account] | Iterable[Account],
    ) -> Answer:
        """Decide an event on several accounts: on all of them, or on none."""
        given = by_id(others)
        wanted = sorted({each for each in roles.values() if each is not None} - {account.member}, key=id_order)
        if missing := [each for each in wanted if each not in given]:
            raise InvalidValue(
                f"{event.kind} {event.id!r} is decided on account {account.member!r} and on "
                f"{', '.join(map(repr, missing))}; give these as others=, parties(account, event) says which"
            )
        beside = {each: given[each] for each in wanted}
        states = {each: other.state() for each, other in beside.items() if isinstance(other, Account)}
        cores = [account.state(), *states.values()]
        moments = [core.now for core in cores]
        moment_now = max(*moments, event.instant, BEGINNING if now is None else to_instant(now, "now"))
        before = [(core.length, core.due) for core in cores]
        taking = {
            each: Party(each, states.get(each), other if isinstance(other, Assumed) else None)
            for each, other in beside.items()
        }
        try:
            for core in cores:
                self.engine.advance(core, moment_now)
            head = (event.kind, event.instant, moment_now, event.id)
            named = {role: None if each is None else taking.get(each) for role, each in roles.items()}
            refusal = together(self.engine, cores[0], named, head, content)
        except BaseException:
            for core in cores:
                core.spoiled = True
            raise
        if refusal is not None:
            for core, (length, due) in zip(cores, before, strict=True):
                core.spoiled = core.length != length or core.may_have_slid(due)
            return Answer(account, (), refusal, others=tuple(beside[each] for each in states))
        own, *rest = (self._answer(core, length) for core, (length, _) in zip(cores, before, strict=True))
        entries = (*own.entries, *(entry for answer in rest for entry in answer.entries))
        return evolve(own, entries=entries, others=tuple(answer.account for answer in rest))

    def quote(
        self,
        account: Account,
        event: Event,
        now: dt.datetime | None = None,
        *,
        others: Mapping[Any, Account] | Iterable[Account] = (),
    ) -> Quote:
        """
        Say what `decide` would answer to an event, with reasons and what little more would bring, recording nothing.

        The account is as it was, and the next decision on it costs no more. What a quote says holds for the account as
        it is, and at that moment.
        """
        check_decidable(account, event, "quote")
        content = content_of(self.engine, event)
        core, at = account.state(), event.instant
        found = position(core, event.id)
        if found is not None:
            known = self._known(account, found, event, content, others)
            return Quote(known.entries, self._balances(core), None, True, self.units, lambda: known.reasons)
        trial = trial_of(core)
        if roles := parties(self.engine, core, event.kind, content):
            tried = {id_: _on_trial(other) for id_, other in by_id(others).items()}
            refusal = self._decide_together(Account(trial), event, content, now, roles, tried).refusal
        else:
            moment_now = recorded_at(core, at, now)
            self.engine.advance(trial, moment_now)
            refusal = record(self.engine, trial, event.kind, at, moment_now, event.id, content)
        if refusal is not None:
            return Quote((), self._balances(trial), refusal)
        entries = [Entry(core.member, seq, row) for seq, row in enumerate(trial.rows(core.length), core.length)]
        first = next(entry.seq for entry in entries if entry.is_fact)
        return Quote(
            tuple(entries),
            self._balances(trial),
            units=self.units,
            explain=lambda: explain(self.engine, trial, first),
            prospects=lambda: prospects(self.engine, trial, first),
        )

    def discounts(
        self,
        account: Account,
        order: Purchase,
        now: dt.datetime | None = None,
        *,
        others: Mapping[Any, Account] | Iterable[Account] = (),
    ) -> Discounted:
        """
        Return what a purchase has off by the program's discounts, with those that it claims; nothing is recorded.

        *now* is as for `decide`, and what is due until then is done. What cannot be claimed is among *refused*, and
        the purchase would be. Record the purchase with its claims, and what is off is off in what rules see.
        What comes out of a stock that is not among *others* is taken as there.
        """
        check_order(account, order, "discounts")
        content, trial = content_of(self.engine, order), self._tried(account, order, now)
        given = by_id(others)
        roles = parties(self.engine, trial, "purchase", content).items() if given else ()
        trial.parties = {
            role: None if each is None else Party(each, trial_of(given[each].state()))
            for role, each in roles
            if each is None or each in given
        }
        return discounted(self.engine, trial, order.instant, content, order.claims or ())

    def payable(
        self,
        account: Account,
        order: Purchase,
        reward: str,
        wanted: Amount | None = None,
        now: dt.datetime | None = None,
    ) -> Amount:
        """
        Return the most money of a purchase that a member could pay with the points of a `loyalcore.Pay` rule.

        *now* is as for `decide`, and what is due until then is done. It is less discounts, and beside what is paid by
        other rules; the last step within share, maximum, limits and what the usable points are worth, or nothing. A
        member who wants to use so many points, or to pay so much money, *wanted*, pays no more than that.
        """
        check_order(account, order, "payable")
        rule = check_pay(self.engine, reward, wanted)
        content, trial = content_of(self.engine, order), self._tried(account, order, now)
        return payable(self.engine, trial, order.instant, rule, content, wanted)

    def _tried(self, account: Account, order: Purchase, now: dt.datetime | None) -> Core:
        """Return a trial of an account at the moment at which a purchase is recorded, with all done that is due."""
        trial = trial_of(account.state())
        self.engine.advance(trial, recorded_at(trial, order.instant, now))
        return trial

    def _balances(self, core: Core) -> tuple[Amount, ...]:
        """Return the usable units less debt of each unit that an account has ever had."""
        books = core.books
        return tuple(
            Amount(unit, books[name].balance - books[name].debt) for name, unit in self.units.items() if name in books
        )

    def advance(self, account: Account, to: dt.datetime) -> Answer:
        """
        Do what is due until a moment, that moment included: maturity, expiry, reviews of tiers.

        However often or late this is called, the entries are the same.
        """
        check_account(account, "advance")
        core, length = account.state(), account.version
        due = core.due
        self.engine.advance(core, to_instant(to, "to"))
        core.spoiled = core.may_have_slid(due)
        return self._answer(core, length)

    def next_due(self, account: Account) -> dt.datetime | None:
        """Return the next moment at which `advance` has something to record, or None."""
        check_account(account, "next_due")
        return moment(self.engine.next_due(account.state()))

    def expires(self, unit: Unit, at: dt.datetime, account: Account | None = None) -> dt.datetime | None:
        """
        Return when units given at a moment end by the unit's policy, or None for never.

        Where that depends on the member, as on anniversaries, it is as of *account*; without one, of nobody's.
        """
        if not is_a(unit, Unit):
            raise InvalidValue(f"a unit is wanted, such as POINT, not {shown(unit)}")
        core = Core("") if account is None else account.state()
        return moment(self.engine.poster.end(core, unit.name, to_instant(at)))

    def tier(self, account: Account, ladder: str, at: dt.datetime | None = None) -> Standing:
        """
        Return where a member stands on a ladder: the tier, since and until when, and what keeping and rising ask for.

        Without *at* it is as of the account's latest moment. A later moment sees everything due until then as done,
        as if nothing else happened; an earlier one sees the tier as it was recorded then, and what is asked for now.
        """
        check_account(account, "tier")
        check_tier(self, check_name(ladder, "a ladder"), None)
        if at is not None and to_instant(at) > account.state().now:
            account = self.advance(account, at).account
        core = account.state()
        return standing(self.engine, core, ladder, core.now if at is None else to_instant(at))

    def replay(
        self,
        rows: Iterable[Any],
        bindings: Mapping[Any, Binding] | Binding,
        *,
        kind: object = None,
        watch: Unit | None = None,
        accounts: Iterable[Account] = (),
    ) -> Replay:
        """
        Decide many members' events in recorded order, read in place from the host's own rows.

        *bindings* say how rows are read, by the value of the column *kind* where there are several kinds. Iterate
        over the answer to follow the balance of the unit *watch*, or call its `run`. Members start with empty
        accounts, or with those given.
        """
        return Replay(self.engine, rows, bindings, kind, watch, accounts)

    def awards(self, rows: Iterable[Any], binding: Binding, unit: Unit) -> list[int]:
        """
        Return what each row would earn a member without a history, in smallest parts of a unit.

        The rows are read in place, see `loyalcore.bind`; nothing is recorded, and no row is about another. The member
        is in the lowest tiers and this is the first purchase; a limit has all its room.
        """
        return awards(self.engine, rows, binding, unit)

    def frozen_names(self, kind: str = "purchase") -> tuple[str, ...]:
        """Return what the places of `frozen` in facts of a kind hold: tiers, ordinals, settings, histories."""
        if kind not in self.engine.plans:
            raise InvalidValue(f"facts of kind {', '.join(self.engine.plans)} hold frozen moments, not {shown(kind)}")
        return self.engine.plans[kind].judge.moments.names

    def _answer(self, core: Core, length: int, sums: Any = None) -> Answer:
        """Answer with what was recorded after so many rows; *sums* are those over the items, where they are at hand."""
        rows, fact = core.since(length), None
        raised: tuple[FollowUp, ...] = ()
        for place, row in enumerate(rows):
            if (kind := row[0]) in _FACTS:
                fact = place
                found_at(core, length, length + place, row[2])
            elif kind == "raise":
                raised = (*raised, follow_up(self, row))
        account = Account(core)
        entries = entries_of(core.member, rows, length)
        if fact is None:
            return Answer(account, entries, explain=partial(_raised_by_time, self.engine, rows, length))
        say = partial(told, self.engine, account.state, length + fact, rows[fact], rows[fact + 1 :], sums)
        return Answer(account, entries, None, False, raised, (), say)

    def follow_up(self, entry: Entry) -> FollowUp:
        """Return the event for another account that an entry of kind ``raise`` says was raised."""
        if not is_a(entry, Entry) or entry.kind != "raise":
            raise InvalidValue(f"follow-ups are raised by entries of kind raise, not by {shown(entry)}")
        return follow_up(self, entry.row)

    def _raised(self, entries: Iterable[Entry]) -> tuple[FollowUp, ...]:
        return tuple([follow_up(self, entry.row) for entry in entries if entry.row[0] == "raise"])

    def reasons(self, account: Account, event_id: str | int) -> tuple[Reason, ...]:
        """
        Return why each rule gave what it gave for an event recorded in an account.

        The event is judged again by what was frozen with it; nothing is stored for this.
        """
        check_account(account, "reasons")
        entry = account.find(event_id)
        if entry is None:
            raise InvalidValue(f"event {event_id!r} is not recorded in account {account.member!r}; decide it first")
        return explain(self.engine, account.state(), entry.seq)

    def _known(
        self,
        account: Account,
        seq: int,
        event: Event,
        content: tuple[Any, ...],
        others: Mapping[Any, Account] | Iterable[Account],
    ) -> Answer:
        """Answer an event that was recorded before, or say what differs."""
        core = account.state()
        row = core.row(seq)
        for name, recorded, given in differences(row, event, content):
            said = said_of_items(self, row[3], content) if (name, event.kind) == ("items", "purchase") else ""
            raise EventConflict(event.id, name, recorded, given, said)
        entries = _group(core, seq)
        beside = tuple(other for each, other in by_id(others).items() if each != account.member)
        for other in beside:
            place = position(other.state(), derived_id(account.member, event.id))
            entries += () if place is None else _group(other.state(), place)
        return Answer(
            account,
            entries,
            known=True,
            follow_ups=self._raised(entries),
            others=beside,
            explain=lambda: self.reasons(account, event.id),
        )


def _raised_by_time(engine: Engine, rows: list[Row], length: int) -> tuple[Reason, ...]:
    return tuple(of_raised(engine, enumerate(rows, length)))


def _group(core: Core, seq: int) -> tuple[Entry, ...]:
    """Return the fact at a position and all that followed from it."""
    rows = ((seq, core.row(seq)), *followed(core, seq))
    return tuple(Entry(core.member, place, row) for place, row in rows)


def _on_trial(other: Any) -> Any:
    """Return an account that goes on by itself; what is assumed of one is as it is."""
    return Account(trial_of(other.state())) if isinstance(other, Account) else other


def _rebuilt(fields: dict[str, Any]) -> Program:
    return Program(**fields)
