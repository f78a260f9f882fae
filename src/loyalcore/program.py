"""
Programs: the rules of a loyalty program as one value, and what can be done with it.

A program is immutable, equal by content, hashable, picklable, and compiled at first use.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, final

from attrs import frozen

from loyalcore.account import Account
from loyalcore.answers import Answer, Reason, Refusal
from loyalcore.engine import Engine
from loyalcore.engine.kept import kept_of
from loyalcore.engine.reasons import explain
from loyalcore.entries import Entry, moment
from loyalcore.errors import EventConflict, InvalidValue
from loyalcore.events import Activity, Adjustment, Enrolment, Event, Opening, Purchase, Redemption, Return, Settings
from loyalcore.instants import BEGINNING, FOREVER, to_instant
from loyalcore.ledger import Core
from loyalcore.rewards import Pay, Reward
from loyalcore.terms import Terms
from loyalcore.texts import check_id
from loyalcore.trace import trace
from loyalcore.units import Amount, Unit

__all__ = ["Program"]


@final
@frozen(slots=False, eq=False, repr=False)
class Program(Terms):
    """
    Be a loyalty program.

    *rules* are given in the order in which lanes, takings back and automatic rewards follow one another. *timezone* is
    the IANA name of the zone in which days and months are counted, *currency* that of all prices. *items*,
    *purchases* and *activities* are the host's classes of events. *taking_back* is the policy for units taken back
    after they were spent, for rules without one of their own.
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
    def hash(self) -> str:  # type: ignore[override]  # computed once here, each time for plain terms
        """Return the SHA-256 of the program's canonical text, in hexadecimal."""
        return Terms.of(self).hash

    def open(self, member: str | int) -> Account:
        """Return the account of a member with no entries yet."""
        return Account(Core(check_id(member, "a member")))

    def decide(self, account: Account, event: Event, now: dt.datetime | None = None) -> Answer:
        """
        Decide an event on an account: what to record, and the account after that.

        *now* is when the event is recorded, its own moment unless said otherwise, and never before the account's
        latest. Jobs due until then are done first. An event id recorded before answers with what was recorded, or
        raises `EventConflict` where the content differs. Nothing changes where anything is raised or refused.
        """
        if not isinstance(account, Account) or not isinstance(event, Event):
            raise InvalidValue(f"decide takes an account and an event, not {account!r:.60} and {event!r:.60}")
        content = self._content(event)
        core, at = account.state(), event.instant
        found = trace(core).facts.get(event.id)
        if found is not None:
            return self._known(account, found, event, content)
        moment_now = max(core.now, at, BEGINNING if now is None else to_instant(now, "now"))
        length = core.length
        try:
            self.engine.advance(core, moment_now)
            refusal = self._record(core, event, at, moment_now, content)
        except BaseException:
            core.spoiled = True
            raise
        if refusal is not None:
            core.spoiled = core.length != length or core.due <= moment_now
            return Answer(account, (), refusal)
        return self._answer(core, length)

    def advance(self, account: Account, to: dt.datetime) -> Answer:
        """
        Do what is due until a moment, that moment included: maturity, expiry, reviews of tiers.

        However often or late this is called, the entries are the same.
        """
        core, length = account.state(), account.version
        due = core.due
        self.engine.advance(core, to_instant(to, "to"))
        # Tallies may have slid past the last entry without leaving one; then the next reader folds the rows again.
        core.spoiled = core.due != due and _silent(core)
        return self._answer(core, length)

    def next_due(self, account: Account) -> dt.datetime | None:
        """Return the next moment at which `advance` may have something to do, or None."""
        core = account.state()
        core.find_due()
        return None if core.due >= FOREVER else moment(core.due)

    def expires(self, unit: Unit, at: dt.datetime) -> dt.datetime | None:
        """Return when units given at a moment end by the unit's policy, or None for never."""
        return moment(self.engine.poster.end(unit.name, to_instant(at)))

    def _answer(self, core: Core, length: int) -> Answer:
        rows = core.rows[length - core.base :]
        entries = tuple(Entry(core.member, length + place, row) for place, row in enumerate(rows))
        account = Account(core)
        fact = next((entry for entry in entries if entry.is_fact), None)
        return Answer(account, entries, explain=lambda: self.reasons(account, fact.id) if fact else ())

    def reasons(self, account: Account, event_id: str | int) -> tuple[Reason, ...]:
        """
        Return why each rule gave what it gave for an event recorded in an account.

        The event is judged again by what was frozen with it; nothing is stored for this.
        """
        entry = account.find(event_id)
        if entry is None:
            raise InvalidValue(f"event {event_id!r} is not recorded in account {account.member!r}; decide it first")
        return explain(self.engine, account.state(), entry.seq)

    def _content(self, event: Event) -> tuple[Any, ...]:
        """Return the event's content, and refuse what the program knows nothing of."""
        if isinstance(event, Purchase):
            self._check_schema(event, self.purchases, "purchases")
            for item in event.items[:1]:
                self._check_schema(item, self.items, "items")
        elif isinstance(event, Activity):
            self._check_schema(event, self.activities, "activities")
        elif isinstance(event, Redemption):
            self._check_reward(event)
        elif isinstance(event, Adjustment):
            self._check_unit(event.amount.unit)
        elif isinstance(event, Opening):
            self._check_opening(event)
        return event.content(self.currency.places)

    def _check_schema(self, given: Any, wanted: Any, what: str) -> None:
        if given.schema() != wanted:
            raise InvalidValue(
                f"{what} of program {self.name} carry {', '.join(wanted.names) or 'nothing of their own'}, but "
                f"{type(given).__name__} carries {', '.join(given.schema().names) or 'nothing'}; "
                f"build the program with {what}={type(given).__name__}"
            )

    def _check_unit(self, unit: Unit) -> None:
        known = self.units
        if known.get(unit.name) != unit:
            raise InvalidValue(f"unit {unit!r} is none of program {self.name}; it has {', '.join(known) or 'none'}")

    def _check_opening(self, event: Opening) -> None:
        for lot in event.lots:
            self._check_unit(lot.amount.unit)
        tiers = {climb.name: climb.tiers for climb in self.engine.climbs}
        for ladder, tier in event.tiers:
            if tier not in tiers.get(ladder, ()):
                raise InvalidValue(f"tier {tier!r} of ladder {ladder!r} is none of program {self.name}; see its ladders")

    def _check_reward(self, event: Redemption) -> None:
        reward = self.engine.rewards.get(event.reward)
        if reward is None:
            known = ", ".join(self.engine.rewards) or "none"
            raise InvalidValue(f"reward {event.reward!r} is none of program {self.name}; it has {known}")
        if isinstance(reward, Pay) != (event.amount is not None) or (event.amount is not None and event.times != 1):
            wanted = "an amount= of money" if isinstance(reward, Pay) else "times=, and no amount="
            raise InvalidValue(f"redemption {event.id!r} of {event.reward} takes {wanted}")
        if event.amount is not None and not event.amount:
            raise InvalidValue(f"redemption {event.id!r} pays nothing; give an amount above zero")

    def _known(self, account: Account, seq: int, event: Event, content: tuple[Any, ...]) -> Answer:
        """Answer an event that was recorded before, or say what differs."""
        core = account.state()
        row = core.row(seq)
        for name, recorded, given in _differences(row, event, content):
            raise EventConflict(event.id, name, recorded, given)
        rows = [(seq, row)]
        for place in range(seq + 1, core.length):
            later = core.row(place)
            if len(later) == len(row) and later[0] != "earn" and not isinstance(later[3], int):
                break
            rows.append((place, later))
        entries = tuple(Entry(core.member, place, each) for place, each in rows)
        return Answer(account, entries, known=True, explain=lambda: self.reasons(account, event.id))

    def _record(self, core: Core, event: Event, at: int, now: int, content: tuple[Any, ...]) -> Refusal | None:
        """Record an event on a core that is up to date, unless it is refused."""
        engine = self.engine
        if isinstance(event, Purchase):
            engine.earning(core, engine.plans["purchase"], "purchase", at, now, event.id, content, content[3], content[1])
        elif isinstance(event, Activity):
            engine.earning(core, engine.plans["activity"], "activity", at, now, event.id, content, content[1], ())
        elif isinstance(event, Enrolment):
            engine.earning(core, engine.plans["enrolment"], "enrolment", at, now, event.id, content, (), ())
        elif isinstance(event, Return):
            return self._return(core, event, at, now, content)
        elif isinstance(event, Redemption):
            return self._redeem(core, event, at, now, content)
        elif isinstance(event, Adjustment):
            return self._adjust(core, event, at, now, content)
        elif isinstance(event, Opening):
            return self._open(core, event, at, now, content)
        else:
            assert isinstance(event, Settings)  # noqa: S101 - there are no other events
            engine.settle(core, engine.fact(core, "settings", at, now, event.id, content))
        return None

    def _return(self, core: Core, event: Return, at: int, now: int, content: tuple[Any, ...]) -> Refusal | None:
        index = trace(core)
        seq = index.facts.get(event.of)
        if seq is None:
            return Refusal(
                "unknown-purchase", f"{event.of!r} is not recorded in account {core.member!r}; try again once it is"
            )
        row = core.row(seq)
        if row[0] == "redemption":
            if index.returns.get(seq):
                return Refusal("nothing-left", f"redemption {event.of!r} was undone before")
            if event.items is not None:
                return Refusal("not-kept", f"redemption {event.of!r} has no items; return it as a whole")
            self.engine.return_redemption(core, seq, at, now, event.id, content)
            return None
        if row[0] != "purchase":
            return Refusal("not-returnable", f"{event.of!r} is of kind {row[0]}; purchases and redemptions are returned")
        items, parts = row[3][1], content[1][1]
        kept = kept_of(core, seq, items)
        if not kept.anything:
            return Refusal("nothing-left", f"everything of purchase {event.of!r} was returned before")
        if (lacking := kept.lacks(parts)) is not None:
            item, held = lacking
            return Refusal("not-kept", f"item {item!r} of purchase {event.of!r}: only {held / 1000:g} are still kept")
        self.engine.return_purchase(core, seq, at, now, event.id, content, items)
        return None

    def _short(self, core: Core, unit: Unit, cost: int, what: str) -> Refusal | None:
        """Refuse a cost that the usable units do not cover."""
        book = core.books.get(unit.name)
        held, owed = (0, 0) if book is None else (book.balance, book.debt)
        if owed:
            missing = Amount(unit, owed)
            return Refusal("in-debt", f"{what} has to wait until {missing} of debt are earned", missing)
        if held < cost:
            missing = Amount(unit, cost - held)
            return Refusal("insufficient", f"{what} costs {Amount(unit, cost)}: {missing} short", missing)
        return None

    def _redeem(self, core: Core, event: Redemption, at: int, now: int, content: tuple[Any, ...]) -> Refusal | None:
        reward = self.engine.rewards[event.reward]
        if isinstance(reward, Reward):
            unit, cost = reward.cost.unit, reward.cost.minor * event.times
        else:
            # Rounded up: a part of a smallest part cannot be spent, and the shop is not to give it away.
            unit, cost = reward.each.unit, -(-content[1][2] * reward.each.minor // reward.worth.minor)
        if (refusal := self._short(core, unit, cost, event.reward)) is not None:
            return refusal
        engine = self.engine
        fact = engine.fact(core, "redemption", at, now, event.id, content)
        engine.poster.extend(core, at, fact)
        engine.poster.spend(core, at, fact, event.reward, unit.name, cost)
        engine.settle(core, fact)
        return None

    def _adjust(self, core: Core, event: Adjustment, at: int, now: int, content: tuple[Any, ...]) -> Refusal | None:
        engine, unit, amount = self.engine, event.amount.unit, event.amount.minor
        if amount < 0 and (refusal := self._short(core, unit, -amount, "the adjustment")) is not None:
            return refusal
        fact = engine.fact(core, "adjustment", at, now, event.id, content)
        if amount < 0:
            engine.poster.spend(core, at, fact, "adjustment", unit.name, -amount)
        else:
            expires = content[1][4] if event.expires is not None else engine.poster.end(unit.name, at)
            engine.poster.give(core, at, fact, "adjustment", unit.name, amount, expires)
        engine.settle(core, fact)
        return None

    def _open(self, core: Core, event: Opening, at: int, now: int, content: tuple[Any, ...]) -> Refusal | None:
        if core.length:
            return Refusal("not-first", f"account {core.member!r} has entries; an opening comes before all others")
        engine = self.engine
        fact = engine.fact(core, "opening", at, now, event.id, content)
        for lot in event.lots:
            name = lot.amount.unit.name
            expires = engine.poster.end(name, at) if lot.expires is None else to_instant(lot.expires)
            engine.poster.give(core, at, fact, "opening", name, lot.amount.minor, expires)
        for ladder, tier in event.tiers:
            climb = next(climb for climb in engine.climbs if climb.name == ladder)
            climb.enter(core, at, fact, climb.places[tier])
        engine.advance(core, core.now)
        return None


def _rebuilt(fields: dict[str, Any]) -> Program:
    return Program(**fields)


def _silent(core: Core) -> bool:
    """Tell whether a core may have gone beyond its last entry."""
    return bool(core.slides)


def _differences(row: Any, event: Event, content: tuple[Any, ...]) -> Any:
    """Yield what differs between a recorded fact and an event, as name, recorded, given."""
    if row[0] != event.kind:
        yield "kind", row[0], event.kind
    if row[1] != event.instant:
        yield "at", moment(row[1]), event.at
    if row[3] != content:
        recorded, given = row[3], content
        if event.kind == "purchase":
            if recorded[:2] != given[:2]:
                yield "items", recorded[1], given[1]
            recorded, given = recorded[2:], given[2:]
        if recorded[0] != given[0]:
            yield "fields", recorded[0], given[0]
        yield from (
            (name, old, new) for name, old, new in zip(given[0], recorded[1], given[1], strict=True) if old != new
        )
