"""
Books: the versions of one program, in order, each from the moment at which it comes into force.

A book is an immutable value with the verbs of a program. It picks, for each event, the version that judges it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Final, final

from attrs import field, frozen

from loyalcore.account import Account
from loyalcore.answers import Answer, Reason
from loyalcore.bindings import Binding
from loyalcore.calls import check_decidable, check_order
from loyalcore.discounted import Discounted
from loyalcore.engine.editions import Edition
from loyalcore.engine.versions import Versions
from loyalcore.entries import Entry, Row
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.events import Activity, Event, Return
from loyalcore.follow_ups import FollowUp
from loyalcore.holds import Capture, Release
from loyalcore.instants import BEGINNING, from_instant, to_instant
from loyalcore.ledger import Core
from loyalcore.program import Program
from loyalcore.purchases import Item, Purchase
from loyalcore.quotes import Quote
from loyalcore.replay import Replay
from loyalcore.schema import Schema
from loyalcore.standings import Standing
from loyalcore.texts import check_id
from loyalcore.trace import position
from loyalcore.units import Amount, Unit
from loyalcore.versions import Version

__all__ = ["Book", "class_of"]

#: The most versions that a book has.
VERSIONS_MAX: Final = 1000


def _versions(given: Any) -> Any:
    if isinstance(given, str) or not is_a(given, Iterable):
        raise InvalidValue(f"a book is made of a program and the versions after it, in a list, not {shown(given)}")
    return tuple(given)


@final
@frozen(slots=False, repr=False)
class Book:
    """
    Be the versions of one program: the first from the beginning, the others each from its start on.

    A purchase is judged by the version in force when it happened, and its returns by that one for ever. A window
    belongs to the version it began under until it closes. What is due is done, and what follows from an event (tiers,
    rewards nobody asks for) is decided, by the version in force at that moment.
    """

    versions: tuple[Program | Version, ...] = field(converter=_versions)

    def __attrs_post_init__(self) -> None:
        if not self.versions or not is_a(self.versions[0], Program):
            raise InvalidProgram(
                f"a book begins with a Program, which is in force from the beginning, not {shown(self.versions[:1])}"
            )
        if len(self.versions) > VERSIONS_MAX:
            raise InvalidProgram(f"a book has {len(self.versions)} versions; at most {VERSIONS_MAX} follow one another")
        for version in self.versions[1:]:
            if not is_a(version, Version):
                raise InvalidProgram(f"what follows in a book is a Version with its start, not {shown(version)}")
        _check(self._editions)
        self.compiled  # noqa: B018 - what does not fit together is refused here

    def __repr__(self) -> str:
        return f"Book([{', '.join(map(repr, self.versions))}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Book, (self.versions,))

    @property
    def name(self) -> str:
        """Return the name that all versions have."""
        return self.programs[0].name

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """Return the programs of all versions, in order."""
        return tuple(each.program if isinstance(each, Version) else each for each in self.versions)

    @cached_property
    def _editions(self) -> tuple[Edition, ...]:
        first = self.programs[0]
        editions = [Edition(first, first.engine, BEGINNING, (), {})]
        for each in self.versions[1:]:
            assert isinstance(each, Version)  # noqa: S101 - seen when the book was made
            said = (each.split, each.chosen, each.rejudge)
            editions.append(Edition(each.program, each.program.engine, each.instant, *said))
        return tuple(editions)

    @cached_property
    def compiled(self) -> Versions:
        """Return the versions compiled; for the library's own use."""
        return Versions(self._editions)

    @cached_property
    def _views(self) -> dict[tuple[int, int], Program]:
        return {}

    def _view(self, judging: int, current: int) -> Program:
        """Return the program of a version, compiled to judge while the same or a later one is in force."""
        engine = self.compiled.engine(judging, current)
        key = (judging, max(judging, current))
        if key not in self._views:
            view = Program(**self.programs[judging].fields())
            vars(view)["engine"] = engine
            self._views[key] = view
        return self._views[key]

    def at(self, moment: dt.datetime) -> Program:
        """Return the program in force at a moment."""
        return self.programs[self.compiled.at(to_instant(moment, "the moment of a version"))]

    def judged(self, fact: Entry | Row) -> Program:
        """Return the program that judged a fact; raises `UnknownProgram` for one that is no version of the book."""
        return self.programs[self.compiled.of(fact.row if isinstance(fact, Entry) else fact)]

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
        Decide an event on an account: what to record, and the account after that; see `Program.decide`.

        What one version adds to items and events the others do not ask for: a class serves all of them, late events
        included.
        """
        check_decidable(account, event, "decide")
        return self.decided(self._judging(account.state(), event), account, event, now, others)

    def decided(
        self,
        judging: int,
        account: Account,
        event: Event,
        now: dt.datetime | None,
        others: Mapping[Any, Account] | Iterable[Account],
    ) -> Answer:
        """Decide an event by a version, given by its number; for the library's own use."""
        view, beside = self._in_force(judging, account, event, now, others)
        return view.decide(account, _as_declared(event, view), now, others=beside)

    def quote(
        self,
        account: Account,
        event: Event,
        now: dt.datetime | None = None,
        *,
        others: Mapping[Any, Account] | Iterable[Account] = (),
    ) -> Quote:
        """Say what `decide` would answer to an event, recording nothing; see `Program.quote`."""
        check_decidable(account, event, "quote")
        view, beside = self._in_force(self._judging(account.state(), event), account, event, now, others)
        return view.quote(account, _as_declared(event, view), now, others=beside)

    def payable(
        self,
        account: Account,
        order: Purchase,
        reward: str,
        wanted: Amount | None = None,
        now: dt.datetime | None = None,
    ) -> Amount:
        """Return the most money of a purchase that a member could pay with points; see `Program.payable`."""
        check_order(account, order, "payable")
        view, _ = self._in_force(self._judging(account.state(), order), account, order, now, ())
        return view.payable(account, _as_declared(order, view), reward, wanted, now)  # type: ignore[arg-type]

    def discounts(
        self,
        account: Account,
        order: Purchase,
        now: dt.datetime | None = None,
        *,
        others: Mapping[Any, Account] | Iterable[Account] = (),
    ) -> Discounted:
        """Return what a purchase has off by the discounts of its version; see `Program.discounts`."""
        check_order(account, order, "discounts")
        view, given = self._in_force(self._judging(account.state(), order), account, order, now, others)
        return view.discounts(account, _as_declared(order, view), now, others=given)  # type: ignore[arg-type]

    def _in_force(
        self, judging: int, account: Account, event: Event, now: dt.datetime | None, others: Any
    ) -> tuple[Program, Any]:
        """Return a version compiled for what is in force when an event is recorded, and the other accounts."""
        given = tuple(others) if is_a(others, Iterable) and not isinstance(others, Mapping | str) else others
        beside = given.values() if isinstance(given, Mapping) else given if isinstance(given, tuple) else ()
        moments = [each.state().now for each in (account, *beside) if isinstance(each, Account)]
        latest = max(*moments, event.instant, BEGINNING if now is None else to_instant(now, "now"))
        return self._view(judging, self.compiled.at(latest)), given

    def parties(self, account: Account, event: Event) -> tuple[str | int, ...]:
        """Return the ids of the accounts to decide an event on; see `Program.parties`."""
        check_decidable(account, event, "parties")
        judging = self._judging(account.state(), event)
        view = self._view(judging, judging)
        return view.parties(account, _as_declared(event, view))

    def follow_up(self, entry: Entry) -> FollowUp:
        """Return the event for another account that an entry of kind ``raise`` says was raised."""
        for program in self.programs:
            if not is_a(entry, Entry) or entry.kind != "raise" or _fits(entry.row, program):
                return program.follow_up(entry)
        raise InvalidValue(f"{entry!r} raises what no version of this book declares; ask the book that recorded it")

    def _judging(self, core: Core, event: Event) -> int:
        """Return the version that judges an event: that of its moment, or of what it is about."""
        versions, own = self.compiled, position(core, event.id)
        if own is not None:
            return versions.of(core.row(own))
        about = event.of if isinstance(event, Return | Capture | Release | Activity) else None
        found = None if about is None else position(core, about)
        at = versions.at(event.instant)
        if found is None:
            return at
        of = versions.of(core.row(found))
        return max(at, of) if isinstance(event, Activity) else of

    def advance(self, account: Account, to: dt.datetime) -> Answer:
        """
        Do what is due until a moment, that moment included, each by the version in force then.

        However often or late this is called, the entries are the same.
        """
        return self._latest(account, to_instant(to, "to")).advance(account, to)

    def next_due(self, account: Account) -> dt.datetime | None:
        """Return the next moment at which `advance` has something to record, or None."""
        return self._latest(account, BEGINNING).next_due(account)

    def _latest(self, account: Account, at: int) -> Program:
        """Return the program in force at a moment, or at the latest of an account."""
        if not is_a(account, Account):
            raise InvalidValue(f"an account is wanted, as open() and answers give it, not {shown(account)}")
        current = self.compiled.at(max(at, account.state().now))
        return self._view(current, current)

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
        Decide many members' events in recorded order, each by the version it belongs to; see `Program.replay`.

        The rows bind what the latest version declares. Versions with budgets, stock or transfers are refused: their
        events need the accounts of others, which `decide` takes.
        """
        for edition in self.compiled.editions:
            if edition.engine.shares:
                raise InvalidValue(
                    f"version {edition.terms.version} of {edition.terms.name} has budgets, stock or transfers; decide "
                    "its events one by one, with the other accounts"
                )
        last = len(self.programs) - 1
        return Replay(self.compiled.engine(last, last), rows, bindings, kind, watch, accounts, self.compiled)

    def expires(self, unit: Unit, at: dt.datetime, account: Account | None = None) -> dt.datetime | None:
        """Return when units given at a moment end by the policy in force then; see `Program.expires`."""
        return self.at(at).expires(unit, at, account)

    def tier(self, account: Account, ladder: str, at: dt.datetime | None = None) -> Standing:
        """Return where a member stands on a ladder of the version in force; see `Program.tier`."""
        view = self._latest(account, BEGINNING)
        if at is not None and to_instant(at) > account.state().now:
            account = self.advance(account, at).account
            view = self._latest(account, to_instant(at))
        return view.tier(account, ladder, at)

    def reasons(self, account: Account, event_id: str | int) -> tuple[Reason, ...]:
        """Return why each rule gave what it gave for a recorded event, as the version says that judged it."""
        if not is_a(account, Account):
            raise InvalidValue(f"reasons takes an account, as open() and answers give it, not {shown(account)}")
        entry = account.find(event_id)
        judging = 0 if entry is None else self.compiled.of(entry.row)
        return self._view(judging, judging).reasons(account, event_id)


def _check(editions: tuple[Edition, ...]) -> None:
    """Refuse versions that are not of one program, or out of order."""
    seen: dict[str, Edition] = {}
    for edition in editions:
        terms = edition.terms
        if terms.version in seen:
            raise InvalidProgram(
                f"a book has version {terms.version!r} of {terms.name} twice; give each a text of its own"
            )
        seen[terms.version] = edition
    for before, after in pairwise(editions):
        one, two, said = before.terms, after.terms, f"version {after.terms.version} of {before.terms.name}"
        for what, was, now in (
            ("is named", one.name, two.name),
            ("has prices in", one.currency, two.currency),
            ("counts days in zone", one.timezone, two.timezone),
        ):
            if was != now:
                raise InvalidProgram(
                    f"{said} {what} {now!r}, but the version before it {was!r}; a book is of one program"
                )
        if after.start <= before.start:
            raise InvalidProgram(
                f"{said} starts at {from_instant(after.start)}, not after the version before it; give them in order"
            )
        for what, old, new in (
            ("items", one.items, two.items),
            ("purchases", one.purchases, two.purchases),
            ("activities", one.activities, two.activities),
        ):
            if new.fields[: len(old.fields)] != old.fields:
                raise InvalidProgram(
                    f"{said} has {what} with {', '.join(new.names) or 'nothing'}, which do not begin with "
                    f"{', '.join(old.names)} as they were declared; keep those, and add others behind them"
                )
        if gone := [*before.engine.poster.inactive.keys() - after.engine.poster.inactive.keys()]:
            raise InvalidProgram(
                f"{said} no longer ends {gone[0]} for want of activity, but deadlines that run would end what it "
                "gives; keep inactivity(…), with a longer time"
            )
    _check_units(editions)


def _check_units(editions: tuple[Edition, ...]) -> None:
    units: dict[str, Unit] = {}
    for edition in editions:
        for name, unit in edition.terms.units.items():
            if units.setdefault(name, unit) != unit:
                raise InvalidProgram(
                    f"version {edition.terms.version} counts in {unit!r}, an earlier one in {units[name]!r}; "
                    "give the new unit another name"
                )


def _as_declared(event: Event, program: Program) -> Event:
    """Return an event with what a program declares of it, where the host's class is of another version."""
    if isinstance(event, Purchase):
        items = [_reduced(item, program.items, Item, "id", "net", "quantity") for item in event.items]
        if all(map(_same, items, event.items)):
            return _reduced(event, program.purchases, Purchase, "id", "at", "items", "claims", "paid_with")  # type: ignore[no-any-return]
        return _reduced(event, program.purchases, Purchase, "id", "at", "claims", "paid_with", items=items)  # type: ignore[no-any-return]
    if isinstance(event, Activity):
        return _reduced(event, program.activities, Activity, "id", "at", "name", "of")  # type: ignore[no-any-return]
    return event


def _fits(row: Row, program: Program) -> bool:
    """Tell whether a program declares the attributes of what a row raised."""
    kind, _, (names, _) = row[5]
    return kind != "activity" or bool(names[1:] == program.activities.names)


def _same(one: object, other: object) -> bool:
    return one is other


@lru_cache(maxsize=64)
def class_of(base: Any, schema: Schema) -> Any:
    """Return a class of events or items with the fields of a schema."""
    return type(base.__name__, (base,), dict(schema.fields))


def _reduced(record: Any, schema: Schema, base: Any, *names: str, **given: Any) -> Any:
    """Return a record with the fields of a schema; itself where it has those, or quite others."""
    own: Schema = record.schema()
    both = min(len(own.fields), len(schema.fields))
    if (own == schema and not given) or own.fields[:both] != schema.fields[:both]:
        return record
    values = {name: getattr(record, name) for name in (*names, *schema.names[:both])}
    return class_of(base, schema)(**values, **given)
