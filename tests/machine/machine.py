"""
The state machine: one random history, decided by the library and by the naive model, compared after each step.

A step is a *command*, a plain tuple that says exactly what to do; drawing commands and doing them are apart, so a
history that shows a difference can be done again, and shortened.
"""

from __future__ import annotations

import datetime as dt
import json
import pickle
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

import loyalcore as lc
from machine import baskets
from machine.building import build
from machine.described import Event, Program, Purchase
from machine.happening import BINDINGS, build_event, build_row, can_be_replayed
from machine.model import NEVER, Model, Outcome
from machine.reckoning import EVER, UTC

Command = tuple[Any, ...]
OPENED = dt.datetime(2024, 1, 1, tzinfo=UTC)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = dt.timedelta(microseconds=1)
BEGINNING = -(2**62)


class Difference(AssertionError):
    """The library and the model disagree."""


def describe(problem: Exception) -> str:
    """Return what went wrong; anything but a difference is one, too: the library raised where it must answer."""
    return str(problem) if isinstance(problem, Difference) else f"{type(problem).__name__}: {problem}"


def instant(moment: dt.datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def expect(what: str, library: object, model: object) -> None:
    if library != model:
        raise Difference(f"{what}: the library says {library!r}, the model {model!r}")


@dataclass
class Ledger:
    """What the rows of an account say, added up here once more: the third derivation, apart from library and model."""

    rewards: tuple[str, ...] = ()  # whose units are no rule's
    read: int = 0
    facts: dict[int, Any] = field(default_factory=dict)
    sums: Counter[str] = field(default_factory=Counter)
    granted: Counter[tuple[str, Any]] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            self.kinds[row[0]] += 1
            getattr(self, f"_{row[0]}", self._fact)(row)
            self.read += 1

    def _fact(self, row: tuple[Any, ...]) -> None:
        of = row[3][1][0] if row[0] == "return" else None
        self.facts[self.read] = (row[2], of)

    def _earn(self, row: tuple[Any, ...]) -> None:
        _, _, cause, rule, unit, amount, _, _, _, cell = row
        self.sums[unit] += amount
        if rule not in ("opening", "adjustment", "transfer", *self.rewards):
            event, of = self.facts[cause]
            self.granted[rule, (of or event) if cell is None else cell] += amount

    def _take(self, row: tuple[Any, ...]) -> None:
        _, _, cause, rule, unit, amount, _, lapsed, _, written, cell = row
        self.sums[unit] -= amount
        if rule != "adjustment" and rule not in self.rewards:
            self.granted[rule, self.facts[cause][1] if cell is None else cell] -= amount + lapsed + written

    def _restore(self, row: tuple[Any, ...]) -> None:
        self.sums[row[4]] += row[5]

    def _spend(self, row: tuple[Any, ...]) -> None:
        self.sums[row[4]] -= row[5]

    def _expire(self, row: tuple[Any, ...]) -> None:
        self.sums[row[3]] -= row[4]

    def _mature(self, row: tuple[Any, ...]) -> None:
        pass

    _extend = _tier = _confirm = _reserve = _free = _draw = _raise = _appoint = _grace = _open = _mature

    def _arise(self, row: tuple[Any, ...]) -> None:
        self.facts[self.read] = (("raised", row[1]), None)


class Session:
    """One account of one program in both worlds."""

    def __init__(self, description: Program, name: str = "ada") -> None:
        self.description = description
        self.program = build(description)
        self.units = {name: lc.Unit(name, places=places) for name, places in description.units}
        self.model = Model(description, OPENED)
        self.account = self.program.open(name)
        self.model.name = name
        spending = (description.rewards, description.exchanges, description.pays, description.discounts)
        self.ledger = Ledger(tuple(each.name for rules in spending for each in rules))
        self.ledger.add(self.account.rows)
        self.clock = OPENED
        self.commands: list[Command] = []
        self.submitted = self.accepted = 0
        self.serial = 0

    # -- doing ------------------------------------------------------------------------------------------------

    def do(self, command: Command) -> None:
        """Do one command in both worlds and compare everything."""
        self.commands.append(command)
        kind, *arguments = command
        getattr(self, f"do_{kind}")(*arguments)

    def do_submit(self, event: Event, now: dt.datetime) -> None:
        before = self.account
        self.clock = max(self.clock, now)
        if isinstance(event, Purchase) and event.claims is not None:
            self._expect_discounts(event, now)
        expected = self.model.record(event, now)
        self.submitted += 1
        try:
            answer = self.program.decide(self.account, build_event(event, self.description), now=now)
        except lc.EventConflict as conflict:
            expect("outcome", "conflict", expected.what)
            self._expect_conflict(event, conflict)
            expect("account after a conflict", self.account, before)
            return
        expect(f"outcome of {type(event).__name__}", outcome_of(answer), expected)
        if answer.refusal is not None or answer.known:
            expect("account after nothing was recorded", answer.account.rows, before.rows)
        else:
            expect(
                "entries of the answer",
                tuple(entry.row for entry in answer.entries),
                answer.account.rows[before.version :],
            )
        self.accepted += answer.refusal is None
        self._move_to(answer.account)

    def _expect_discounts(self, event: Purchase, now: dt.datetime) -> None:
        """Ask what a purchase has off, line by line, without recording it."""
        found = self.program.discounts(self.account, build_event(event, self.description), now)
        taken, lacking = baskets.asked(self.model, event, now)
        expect("discounts", [(each.discount, [line.minor for line in each.lines]) for each in found.applied], taken)
        refused = [(name, said.code, said.missing and said.missing.minor) for name, said in found.refused]
        expect("claims that cannot be had", refused, lacking)
        sums = [sum(off) for off in zip(*(off for _, off in taken), strict=True)] or [0] * len(event.items)
        expect("off of lines", [line.off.minor for line in found.lines], sums)

    def _expect_conflict(self, event: Event, conflict: lc.EventConflict) -> None:
        known = self.model.fact(event.id)
        assert known is not None
        if type(known.event) is not type(event):
            return
        changed = {each.name for each in fields(event) if getattr(event, each.name) != getattr(known.event, each.name)}
        named = conflict.field
        if not any(name in named or NAMES.get(name, "?") in named for name in changed):
            raise Difference(f"the conflict names {named!r}, but what differs is {changed}")

    def do_advance(self, to: dt.datetime) -> None:
        self.clock = max(self.clock, to)
        self.model.advance(to)
        self._move_to(self.program.advance(self.account, to).account)

    def do_stepwise(self, to: dt.datetime) -> None:
        """Advance from one due moment to the next: the entries must be those of one advance."""
        at_once = self.program.advance(self.account, to).account
        account = self.account
        for _ in range(10_000):
            due = self.program.next_due(account)
            if due is None or due > to:
                break
            early = self.program.advance(account, due - MICROSECOND).account
            expect("entries before the next due moment", early.rows, account.rows)
            later = self.program.advance(account, due).account
            if later.rows == account.rows:
                break  # nothing was to be done there; what comes after is judged by the last advance
            account = later
        account = self.program.advance(account, to).account
        expect("entries of many small advances and of one", account.rows, at_once.rows)
        self.clock = max(self.clock, to)
        self.model.advance(to)
        self._move_to(account)

    def do_older(self, event: Event, now: dt.datetime) -> None:
        """Decide an event, then again from the older value, which must give the same account."""
        older, length = self.account, self.account.version
        balances = [older.balance(unit) for unit in self.units.values()]
        self.do_submit(event, now)
        expect("balance of an older value", [older.balance(unit) for unit in self.units.values()], balances)
        expect("length of an older value", len(older.rows), length)
        again = self.program.decide(older, build_event(event, self.description), now=now)
        expect("account derived from an older value", again.account, self.account)
        self.account = again.account
        self.compare()

    def do_fold(self) -> None:
        """Rebuild the account from its entries alone and from its pickle, and the model from its events alone."""
        folded = lc.fold("ada", self.account.entries)
        expect("folded account", folded, self.account)
        expect("pickled account", pickle.loads(pickle.dumps(self.account)), self.account)  # noqa: S301 - our own
        self.account = folded
        self.compare()
        again = self.model.again()
        if (again.postings, again.lots, again.tiers) != (self.model.postings, self.model.lots, self.model.tiers):
            raise Difference("the model replayed from its history differs from the model")

    def do_snapshot(self, event: Event, now: dt.datetime) -> None:
        """Decide an event after a snapshot that went through JSON: what follows must be the same."""
        restored = lc.restore(json.loads(json.dumps(self.account.snapshot())))
        expect("version of a restored account", restored.version, self.account.version)
        kept, self.account = self.account, restored
        self.compare()
        self.account = kept
        again = self.program.decide(restored, build_event(event, self.description), now=now).account
        self.do_submit(event, now)
        expect("entries after a snapshot", again.rows, self.account.rows[kept.version :])
        kept, self.account = self.account, again
        self.compare()
        self.account = kept

    def do_explain(self, event_id: str) -> None:
        """Ask why an event gave what it gave; each sum of a rule's own part is at least what was granted."""
        answer = self.program.decide(self.account, build_event(self.model.fact(event_id).event, self.description))
        expect("known", answer.known, True)
        expect("reasons have a rule each", all(reason.rule and str(reason) for reason in answer.reasons), True)
        expect("explanation", bool(answer.explain()), True)

    def do_replay(self) -> None:
        """Read in place what can be read so, each event recorded at its own moment: as if it had been decided."""
        account, rows = self.program.open("ada"), []
        for event in [event for event, _ in self.model.history if event is not None and can_be_replayed(event)]:
            answer = self.program.decide(account, build_event(event, self.description))
            if answer.refusal is None:
                account = answer.account
                rows.append(build_row(event))
        replayed = self.program.replay(rows, BINDINGS, kind=0).run()
        expect("entries of a replay", replayed.account("ada").rows if rows else (), account.rows)

    def do_verify(self) -> None:
        expect("first entry that differs", lc.verify(self.program, self.account), None)

    def do_look_ahead(self, at: dt.datetime) -> None:
        """Read balances at a later moment: the account sees what its lots come to, the program what rules add."""
        later = self.model.at(at)
        raised = (*self.description.earns, *self.description.rewards)
        gives = any(isinstance(each.on, tuple) or each.on == "at once" for each in raised)
        spends = any(ladder.spends for ladder in self.description.ladders)
        stands = any(expiry.unless for expiry in self.description.expiries)
        ahead = self.program.advance(self.account, at).account if gives or spends or stands else self.account
        for name, unit in self.units.items():
            expect(f"balance of {name} at {at}", ahead.balance(unit, at=at).minor, later.balance(name))

    def _move_to(self, account: lc.Account) -> None:
        rows = account.rows
        if len(rows) < self.ledger.read:
            raise Difference(f"the account has {len(rows)} rows, before there were {self.ledger.read}")
        self.ledger.add(rows[self.ledger.read :])
        self.account = account
        self.compare()

    # -- comparing --------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Compare balances in three derivations, lots, tiers and what every rule holds."""
        account, model = self.account, self.model
        for name, unit in self.units.items():
            debt = model.debt(name)
            expect(f"debt of {name}", account.debt(unit).minor, debt)
            balance, pending = account.balance(unit).minor, account.pending(unit).minor
            held = account.held(unit).minor
            expect(f"held {name}", held, model.set_aside(name))
            expect(
                f"holds of {name}",
                [(each.id, each.reward, each.amount.minor, each.until) for each in account.holds(unit)],
                [
                    (h.id, h.rule, sum(units for _, units in h.pieces), h.until)
                    for h in model.holds
                    if h.open and h.unit == name
                ],
            )
            expect(f"usable {name}", balance, model.balance(name))
            expect(f"pending {name}", pending, model.pending(name))
            expect(f"sum of postings of {name}", self.ledger.sums[name], model.sum_of_postings(name))
            expect(f"balance and sum of postings of {name}", balance + pending + held, self.ledger.sums[name])
            lots = account.lots(unit)
            expect(f"balance and sum of lots of {name}", balance + pending, sum(lot.left.minor for lot in lots) - debt)
            expect(
                f"lots of {name}",
                sorted(
                    (lot.left.minor, lot.rule, str(lot.expires), shown_usable(lot.usable, awaits=lot.awaits))
                    for lot in lots
                ),
                sorted(
                    (
                        lot.left,
                        lot.rule,
                        str(lot.expires),
                        shown_usable(
                            lot.usable if lot.pending else None, awaits=bool(lot.awaits) and lot.usable == NEVER
                        ),
                    )
                    for lot in model.open_lots(name)
                ),
            )
        for ladder in self.description.ladders:
            expect(f"tier of {ladder.name}", account.tier(ladder.name) or ladder.tiers[0][0], model.tier(ladder.name))
            if ladder.general and model.tiers[ladder.name]:
                review = self.program.tier(account, ladder.name).review
                expect(f"end of the term in {ladder.name}", review, model.tiers[ladder.name][-1][2])
        held = {(rule, cell_key(cell)): amount for (rule, cell), amount in model.granted().items()}
        granted = {key: amount for key, amount in self.ledger.granted.items() if amount}
        expect("granted less taken back", granted, {key: amount for key, amount in held.items() if amount})


#: Where a field of a described event has another name in the library's content.
NAMES = {"values": "", "unit": "unit", "net": "net"}


def outcome_of(answer: Any) -> Outcome:
    if answer.refusal is not None:
        missing = answer.refusal.missing
        return Outcome("refused", answer.refusal.code, None if missing is None else missing.minor)
    return Outcome("known" if answer.known else "recorded")


def shown_usable(usable: dt.datetime | None, *, awaits: bool) -> str:
    return "once it comes" if awaits else str(usable)


def cell_key(cell: Any) -> Any:
    if isinstance(cell, tuple):
        if cell[0] == "raised":
            return (cell[0], instant(cell[1]))
        _, start = cell
        return BEGINNING if start == EVER else instant(start)
    return cell
