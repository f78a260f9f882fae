"""
The engine against the interpreted form: random histories, decided by both, entries compared after every step.

A history is programs and steps, all of them values of the library; it comes from a seed, so it can be drawn again, and
one that shows a difference is shortened to the steps and rules that still show it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from itertools import zip_longest
from random import Random
from typing import Any

from attrs import evolve

import loyalcore as lc
import strategies
from loyalcore import interpreted
from loyalcore.bounds import Bound
from loyalcore.entries import LAYOUTS
from loyalcore.errors import LoyalcoreError
from loyalcore.events import SHORTFALLS
from loyalcore.interpreted.questions import Unread
from loyalcore.ladders import Ladder
from loyalcore.lines import dump_entries, load_entries
from loyalcore.rewards import Pay, Reward
from machine import building, happening, programs
from machine.books import LATER, book
from machine.discounted import claims_of
from machine.least import least
from machine.valued import beside, has_worths, said_of_lots
from machine.wild import Order, crowded, small, wild

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

#: How many steps an account lives.
STEPS = 30

#: How often each kind of step is drawn.
WEIGHTS = {
    "purchase": 26,
    "late purchase": 5,
    "return items": 10,
    "return all": 5,
    "refund": 4,
    "bad return": 1,
    "redeem": 11,
    "pay": 4,
    "exchange": 4,
    "undo": 7,
    "activity": 7,
    "delivery": 8,
    "hold": 9,
    "capture": 6,
    "release": 3,
    "enrol": 3,
    "adjust": 6,
    "appoint": 3,
    "settings": 4,
    "opening": 1,
    "again": 2,
    "changed": 1,
    "pass time": 10,
}


#: What decides: a program, or a book of its versions.
Rules = lc.Program | lc.Book


class Difference(AssertionError):
    """The engine and the interpreted form disagree."""


@dataclass(frozen=True)
class Step:
    """What is done: an event that is decided, or time that passes; by which of the programs, until when, and whose."""

    program: int
    now: dt.datetime
    event: lc.Event | None = None
    member: str | int = "ada"

    def __str__(self) -> str:
        what = "advance" if self.event is None else repr(self.event)
        return f"{self.program} {self.now.isoformat()} {self.member!r} {what}"


@dataclass(frozen=True)
class History:
    """Be steps one after the other; *in_place* they are replayed from rows, each event at its own moment."""

    programs: tuple[Rules, ...]
    steps: tuple[Step, ...]
    in_place: bool = False


@dataclass
class Found:
    """A difference: what it is, the history that shows it, and the seed it was drawn from."""

    message: str
    history: History
    seed: str

    def __str__(self) -> str:
        lines = [f"seed {self.seed}: {self.message}", *map(repr, self.history.programs), *map(str, self.history.steps)]
        return "\n".join(lines)


# Deciding by both.

#: What came of a step: entries, a refusal with what was missing, or an error.
Outcome = tuple[Any, ...]


def outcome_of(decide: Callable[..., lc.Answer], *given: Any) -> tuple[Outcome, lc.Answer | None]:
    """Return what came of deciding, in a form that can be compared, and the answer if there is one."""
    try:
        answer = decide(*given)
    except lc.EventConflict as conflict:
        return ("conflict", conflict.field, conflict.recorded, conflict.given), None
    except LoyalcoreError as error:
        return ("error", type(error).__name__), None
    if answer.refusal is not None:
        return ("refused", answer.refusal.code, answer.refusal.missing), answer
    rows = tuple((entry.account, entry.seq, entry.row) for entry in answer.entries)
    return ("known" if answer.known else "recorded", *rows), answer


class Both:
    """One account, or several that have to do with each other, decided by the engine and by the interpreted form."""

    def __init__(self, history_programs: tuple[Rules, ...]) -> None:
        self.programs = history_programs
        self.accounts: dict[Any, lc.Account] = {}
        #: What was raised for other accounts, once more each time that it is answered.
        self.raised: list[lc.FollowUp] = []
        self.counted: Counter[str] = Counter()

    def account(self, member: str | int) -> lc.Account:
        """Return the account of a member, opened where nobody had it."""
        return self.accounts.setdefault(member, self.programs[0].open(member))

    def do(self, step: Step) -> Outcome:
        """Do one step in both forms and compare what comes of it."""
        program, account, event = self.programs[step.program], self.account(step.member), step.event
        if event is None:
            engine, answer = outcome_of(program.advance, account, step.now)
            form, told = outcome_of(interpreted.advance, program, account, step.now)
        else:
            self._open_parties(program, account, event)
            others = dict(self.accounts)
            engine, answer = outcome_of(partial(program.decide, others=others), account, event, step.now)
            form, told = outcome_of(partial(interpreted.decide, others=others), program, account, event, step.now)
        if form == ("error", "Unread"):
            raise Unread(program, "a word")
        if engine != form:
            raise Difference(_difference(engine, form))
        self._count(step, engine)
        if answer is not None and told is not None:
            if answer.accounts != told.accounts:
                raise Difference(f"accounts: engine {answer.accounts!r}, interpreted {told.accounts!r}")
            self.accounts.update(answer.accounts)
            self.raised += answer.follow_ups
        return engine

    def _open_parties(self, program: Rules, account: lc.Account, event: lc.Event) -> None:
        """Open the accounts that an event takes, if it can be decided."""
        with suppress(LoyalcoreError):
            for each in program.parties(account, event):
                self.account(each)

    def _count(self, step: Step, outcome: Outcome) -> None:
        kind, *rest = outcome
        what = "advance" if step.event is None else step.event.kind
        self.counted[f"step {what}"] += 1
        self.counted[f"outcome {kind}"] += 1
        if kind in ("refused", "error"):
            self.counted[f"{kind} {rest[0]}"] += 1
        elif kind == "recorded":
            for _, _, row in rest:
                self.counted[f"entry {row[0]}"] += 1
            if step.event is not None and step.event.at < step.now:
                self.counted["late"] += 1
            if isinstance(step.event, lc.Return) and step.event.items is not None:
                self.counted["parts"] += 1


# Rows that the engine reads in place, with moments in whole seconds, for which it has the shortest ways.

_HEAD: dict[str, Any] = {"id": 1, "at": lc.seconds(2), "member": 3}
_LINES = lc.bind_items(building.Line, id=0, net=1, quantity=2, category=3, points=4, gift=5)
_WILD_LINES = lc.bind_items(strategies.Line, id=0, net=1, quantity=2, category=3, brand=4, gift=5, points=6, cost=7)
_BINDINGS = {
    "purchase": lc.bind(building.Order, _LINES, **_HEAD, lines=4, channel=5, nights=6),
    "return": lc.bind(lc.Return, **_HEAD, of=4, lines=5),
    "activity": lc.bind(building.Deed, **_HEAD, name=4, spent=5),
    "enrolment": lc.bind(lc.Enrolment, **_HEAD),
    "redemption": lc.bind(lc.Redemption, **_HEAD, reward=4),
}
_WILD_BINDINGS = _BINDINGS | {
    "purchase": lc.bind(Order, _WILD_LINES, **_HEAD, lines=4, channel=5, express=6, nights=7, due=8),
    "activity": lc.bind(strategies.Visit, **_HEAD, name=4, place=5, minutes=6),
}


def can_stand_in_a_row(event: lc.Event) -> bool:
    """Say whether rows can say everything about an event."""
    if isinstance(event, lc.Return):
        return all(quantity is None for _, quantity in event.items or ()) and not event.refunds
    if isinstance(event, lc.Redemption):
        return event.times == 1 and event.amount is None
    if isinstance(event, lc.Purchase):
        return not event.paid_with and event.claims is None
    return isinstance(event, lc.Enrolment) or (isinstance(event, lc.Activity) and event.of is None)


def row_of(event: lc.Event) -> tuple[Any, ...]:
    """Return the row of a host that says what an event does, in smallest parts."""
    own: tuple[Any, ...] = ()
    if isinstance(event, lc.Purchase):
        _, items, _, values = event.content(2)
        own = (items, *values)
    elif isinstance(event, lc.Activity):
        own = event.content(2)[1]
    elif isinstance(event, lc.Return):
        own = (event.of, event.items and [item for item, _ in event.items])
    elif isinstance(event, lc.Redemption):
        own = (event.reward,)
    return (event.kind, event.id, int(event.at.timestamp()), "ada", *own)


def _at_a_second(event: lc.Event) -> lc.Event:
    """Return an event as it would be at the whole second before."""
    found = copy(event)
    vars(found)["at"] = event.at.replace(microsecond=0)
    return found


def compare_in_place(program: lc.Program, events: Iterable[lc.Event]) -> int:
    """Replay events from rows and decide them in the interpreted form; return how many were recorded."""
    given = [_at_a_second(event) for event in events if can_stand_in_a_row(event)]
    return _compare_in_place(program, given) + _compare_in_place(
        program, [event for event in given if isinstance(event, lc.Purchase)]
    )


def _compare_in_place(program: lc.Program, events: list[lc.Event]) -> int:
    account, rows = program.open("ada"), []
    for event in events:
        outcome, answer = outcome_of(interpreted.decide, program, account, event)
        if outcome[0] == "recorded":
            account = answer.account
            rows.append(row_of(event))
    if not rows:
        return 0
    bindings = _WILD_BINDINGS if program.items == strategies.Line.schema() else _BINDINGS
    # The balance that is watched decides which way the replay goes: that of the first rule's unit is the short one.
    watch = next((rule.gives.unit for rule in program.of_kind(lc.Earn) if rule.on == "purchase"), None)
    if all(isinstance(event, lc.Purchase) for event in events):
        replay = program.replay(rows, bindings["purchase"], watch=watch)
    else:
        replay = program.replay(rows, bindings, kind=0, watch=watch)
    replayed = replay.run().account("ada").rows
    if replayed != account.rows:
        engine, form = (
            ("recorded", *(("ada", seq, row) for seq, row in enumerate(each))) for each in (replayed, account.rows)
        )
        raise Difference(f"in place, {_difference(engine, form)}")
    return len(rows)


def check_written(account: lc.Account) -> None:
    """Write the entries of an account, read them again, and take a snapshot: the account has to be the same."""
    rows = load_entries(dump_entries(account.entries))
    if (*rows,) != account.rows:
        raise Difference("entries read again differ")
    entries = [lc.Entry(account.member, seq, row) for seq, row in enumerate(rows)]
    if lc.fold(account.member, entries) != account:
        raise Difference("the account folded from what was written differs")
    restored = lc.restore(json.loads(json.dumps(account.snapshot())))
    if restored.version != account.version:
        raise Difference("the account restored from a snapshot differs")


def _difference(engine: Outcome, form: Outcome) -> str:
    """Say how two outcomes differ: their kinds, then their first entries that do, by the first field."""
    if engine[0] != form[0] or engine[0] != "recorded":
        return f"outcome {engine[0]} or {form[0]}: engine {engine!r}, interpreted {form!r}"
    for one, other in zip_longest(engine[1:], form[1:]):
        if one != other:
            break
    kinds = [each if each is None else each[2][0] for each in (one, other)]
    names = []
    if None not in kinds and kinds[0] == kinds[1]:
        layout = ("kind", *LAYOUTS[kinds[0]])
        names = [name for name, a, b in zip(layout, one[2], other[2], strict=True) if a != b]
    return f"entry {kinds[0]} or {kinds[1]} in {names}: engine {one!r}, interpreted {other!r}"


def replayed(history: History) -> str | None:
    """Do a history again; return how both forms differ, if they do, or what the engine cannot do at all."""
    try:
        if history.in_place:
            compare_in_place(history.programs[0], [step.event for step in history.steps if step.event])
            return None
        both = Both(history.programs)
        for step in history.steps:
            both.do(step)
        for account in both.accounts.values():
            check_written(account)
    except Exception as problem:  # noqa: BLE001 - whatever is raised is a finding
        return describe(problem)
    return None


def describe(problem: Exception) -> str:
    return str(problem) if isinstance(problem, Difference) else f"{type(problem).__name__}: {problem}"


# Drawing.


def by_hand(draw: Random, at: dt.datetime, expires: dt.datetime | None) -> dict[str, Any]:
    """Draw what is said of units that are given by hand, or brought along, besides a drawn end."""
    found: dict[str, Any] = {"expires": lc.never if draw.random() < 0.15 else expires}
    if draw.random() < 0.25:
        usable = at + dt.timedelta(days=draw.choice([0, 1, 7, 40]), seconds=draw.choice([1, 3600]))
        found |= {} if expires is not None and usable >= expires else {"usable": usable}
    return found


def drawn_programs(draw: Random) -> tuple[Rules, ...]:
    """Draw a program, wild or like one that is out there, sometimes with others that come after it, or as a book."""
    kind = draw.random()
    if kind < 0.2:
        make = small
    elif kind < 0.27:
        make = crowded
    elif kind < 0.65:
        make = wild
    else:
        family = draw.choice(programs.FAMILIES)
        make = lambda draw: building.build(programs.sparing(draw, family(draw)))  # noqa: E731
    first, more = make(draw), draw.random()
    if more < 0.35 and (made := book(draw, first, make, START)) is not None:
        return (made,)
    return (first, evolve(make(draw), version="2")) if more > 0.85 else (first,)


class Drawer:
    """Draw steps that fit an account, and do them."""

    def __init__(self, both: Both, draw: Random, length: int) -> None:
        self.both, self.draw, self.length = both, draw, length
        self.member: str | int = "ada"
        self.steps: list[Step] = []
        self.clock = START
        #: Events that were recorded; what is kept of purchases; redemptions that were not undone.
        self.events: list[lc.Event] = []
        self.kept: dict[Any, dict[Any, int]] = {}
        self.redeemed: list[Any] = []

    def run(self) -> None:
        """Draw and do all steps; raise where the two forms differ."""
        if self.draw.random() < 0.4:
            self._do(self.opening())
        kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
        for kind in self.draw.choices(kinds, weights, k=self.length):
            event = getattr(self, kind.replace(" ", "_"))()
            if event is not None:
                self._do(event)

    @property
    def alone(self) -> bool:
        """Tell whether one account has all steps, by one program, so that rows can say them."""
        return len(self.both.programs) == 1 and isinstance(self.both.programs[0], lc.Program)

    @property
    def account(self) -> lc.Account:
        """Return the account that the steps are of."""
        return self.both.account(self.member)

    @property
    def rules(self) -> Rules:
        """Return what decides the step: a second program comes in the middle of the history."""
        return self.both.programs[self._version]

    @property
    def program(self) -> lc.Program:
        """Return the program of the step, of a book the one in force."""
        return self.rules.at(self.clock) if isinstance(self.rules, lc.Book) else self.rules

    @property
    def _version(self) -> int:
        return len(self.both.programs) - 1 if len(self.steps) > self.length // 2 else 0

    def _do(self, event: lc.Event | dt.datetime) -> None:
        if isinstance(event, dt.datetime):
            step = Step(self._version, event, member=self.member)
        else:
            self.clock = max(self.clock, event.at)
            step = Step(self._version, self.clock, event, self.member)
        self.steps.append(step)
        kind, *_ = self.both.do(step)
        if step.event is not None and kind == "recorded":
            self._note(step.event)

    def _note(self, event: lc.Event) -> None:
        self.events.append(event)
        if isinstance(event, lc.Purchase):
            self.kept[event.id] = {item.id: int(item.quantity * 1000) for item in event.items}
        elif isinstance(event, lc.Redemption | lc.Capture):
            self.redeemed.append(event.id)
        elif isinstance(event, lc.Return) and event.of in self.kept:
            kept = self.kept[event.of]
            for item, quantity in event.items or [(item, None) for item in (() if event.refunds else kept)]:
                kept[item] -= kept[item] if quantity is None else int(quantity * 1000)
        elif isinstance(event, lc.Return) and event.of in self.redeemed:
            self.redeemed.remove(event.of)

    def tick(self) -> dt.datetime:
        """Draw the next moment: often the same, often exactly on what is due or next to it, at times months later."""
        draw, choice = self.draw, self.draw.random()
        if choice < 0.15:
            return self.clock
        if choice < 0.35 and (due := self.due()):
            return draw.choice(due[:3]) + draw.choice([-1, 0, 0, 0, 1]) * MICROSECOND
        if choice < 0.5:
            return self.clock + dt.timedelta(seconds=draw.randint(1, 90_000))
        if choice < 0.92:
            return self.clock + dt.timedelta(days=draw.randint(1, 20), hours=draw.choice([0, 0, 3, 11]))
        return self.clock + dt.timedelta(days=draw.randint(20, 120), minutes=draw.randint(0, 1440))

    def due(self) -> list[dt.datetime]:
        """Return the moments at which lots or terms of tiers end, or lots mature."""
        found = {self.rules.next_due(self.account)}
        for entry in self.account.entries:
            found |= {getattr(entry, name, None) for name in ("expires", "usable", "until", "deadline")}
        return sorted(at for at in found if at is not None and at > self.clock)

    def id(self, letter: str) -> str:
        return f"{letter}{len(self.steps)}"

    def schema(self, own: Any, other: Any, what: str) -> Any:
        """Return the class of items or events that the program is about."""
        names = getattr(self.program, what).names
        return own if names[: len(own.schema().names)] == own.schema().names else other

    # Events.

    def purchase(self, at: dt.datetime | None = None) -> lc.Event:
        draw = self.draw
        line = self.schema(strategies.Line, building.Line, "items")
        order = self.schema(Order, building.Order, "purchases")
        items = []
        for letter in "abcd"[: draw.choice([0, *[1] * 10, *[2] * 6, *[3] * 4, *[4] * 3])]:
            cents = draw.choice([draw.randint(0, 4000), draw.randint(1, 60) * 100, 999, 1000, 2000, 3999, 6000])
            more = {"gift": draw.random() < 0.2, "points": draw.choice([0, 0, 1, 5, 7])}
            if line is strategies.Line:
                more |= {"brand": draw.choice(["", "acme"]), "cost": happening.money(draw.choice([0, 500, 1000]))}
            category = draw.choice(["coffee", "tea", "fuel", "wine", "food"])
            quantity = draw.choice([1, 1, 1, 2, 3, "1.5", "0.333"])
            items.append(line(letter, happening.money(cents), quantity, category=category, **more))
        more: dict[str, Any] = {"express": draw.random() < 0.3} if order is Order else {}
        nights = draw.choice([0, 0, 1, 2, 7])
        at, channel, paid = at or self.tick(), draw.choice(["", "app", "web"]), self._paid(items)
        if order is Order:
            more["due"] = at.date() + dt.timedelta(days=beside(draw).choice([-400, -3, 0, 1, 29, 31, 90]))
        if isinstance(self.rules, lc.Book) and draw.random() < 0.2:
            order = LATER[order]
        more["claims"] = claims_of(beside(draw), self.program)
        return order(self.id("p"), at=at, items=items, channel=channel, nights=nights, paid_with=paid, **more)

    def _paid(self, items: list[Any]) -> dict[str, str]:
        """Draw what of a purchase is paid with points, if that can be: what can be paid, rarely a little more."""
        every, draw = list(self.program.of_kind(Pay)), self.draw
        if not every or draw.random() < 0.5:
            return {}
        pay, net = draw.choice(every), sum(int(item.net * 100) for item in items)
        return {pay.name: self._payable(pay, max(1, net // draw.choice([1, 2, 3])))}

    def late_purchase(self) -> lc.Event:
        days, seconds = self.draw.choice([0, 1, 3, 10, 40, 100, 400]), self.draw.randint(0, 90_000)
        return self.purchase(self.clock - dt.timedelta(days=days, seconds=seconds))

    def return_items(self) -> lc.Event | None:
        """Draw a return of some items, or of a part of their quantity."""
        found = [(of, {item: left for item, left in kept.items() if left}) for of, kept in self.kept.items()]
        found = [(of, kept) for of, kept in found if kept]
        if not found:
            return None
        of, kept = self.draw.choice(found[-8:])
        chosen = self.draw.sample(list(kept.items()), self.draw.randint(1, len(kept)))
        parts = {
            item: None if self.draw.random() < 0.5 else happening.thousandths(self.draw.randint(1, left))
            for item, left in chosen
        }
        return lc.Return(self.id("r"), at=self.tick(), of=of, items=parts)

    def refund(self) -> lc.Event | None:
        """Draw money that is given back for an item, now and then with some that come back, or too much."""
        found = [event for event in self.events if isinstance(event, lc.Purchase) and event.items]
        if not found:
            return None
        draw, event = self.draw, self.draw.choice(found[-8:])
        item = draw.choice(event.items)
        cents = draw.choice([max(1, int(item.net * 100)), draw.randint(1, 500), draw.randint(1, 3000)])
        items = {item.id: "0.1"} if draw.random() < 0.2 else None
        refunds = {item.id: happening.money(cents)}
        return lc.Return(self.id("r"), at=self.tick(), of=event.id, items=items, refunds=refunds)

    def return_all(self) -> lc.Event | None:
        return lc.Return(self.id("r"), at=self.tick(), of=self.draw.choice([*self.kept][-8:])) if self.kept else None

    def bad_return(self) -> lc.Event:
        of = self.draw.choice([event.id for event in self.events] + ["nowhere"])
        return lc.Return(self.id("r"), at=self.tick(), of=of, items=self.draw.choice([None, ["z"], {"a": 5}, ["a"]]))

    def rewards(self) -> list[Reward]:
        """Return the rewards of a unit that the member has, mostly those that can be paid."""
        every = [rule for rule in self.program.of_kind(Reward) if self.account.balance(rule.cost.unit).minor]
        costs = {rule.name: rule.cost if isinstance(rule.cost, lc.Amount) else rule.cost.otherwise for rule in every}
        payable = [rule for rule in every if self.account.balance(rule.cost.unit) >= costs[rule.name]]
        return payable if payable and self.draw.random() < 0.8 else every

    def redeem(self) -> lc.Event | None:
        every = self.rewards()
        if not every:
            return None
        times, at, reward = self.draw.choice([1, 1, 1, 2]), self.tick(), self.draw.choice(every)
        if reward.worth is not None and (apart := beside(self.draw)).random() < 0.9:
            amount = apart.choice([None, "0.01", "3.00", "40.00"])
            return lc.Redemption(self.id("x"), at=at, reward=reward.name, amount=amount)
        return lc.Redemption(self.id("x"), at=at, reward=reward.name, times=times)

    def exchange(self) -> lc.Event | None:
        """Exchange what a program lets members exchange, now and then more or less than it may be."""
        found = next(self.program.of_kind(lc.Exchange), None)
        if found is None:
            return None
        has = self.account.balance(found.each.unit).minor
        amount = lc.Amount(found.each.unit, self.draw.choice([5, 20, 37, max(1, has)]))
        return lc.Redemption(self.id("x"), at=self.tick(), reward=found.name, amount=amount)

    def pay(self) -> lc.Event | None:
        every = [pay for pay in self.program.of_kind(Pay) if not pay.is_of_purchases]
        if not every:
            return None
        pay = self.draw.choice(every)
        return lc.Redemption(self.id("x"), at=self.tick(), reward=pay.name, amount=self._payable(pay))

    def _payable(self, pay: Pay, net: int | None = None) -> str:
        """Draw an amount of money that can be paid, of a net amount, or a little more, and often whole steps of it."""
        each = pay.each if isinstance(pay.each, lc.Amount) else pay.each.otherwise
        most = max(1, self.account.balance(each.unit).minor * pay.worth.minor // each.minor)
        most = most if net is None else min(most, net)
        cents = self.draw.choice([most, most + 1, self.draw.randint(1, most)])
        step = 1 if pay.step is None else pay.step.minor
        return happening.money(max(step, cents // step * step) if self.draw.random() < 0.7 else cents)

    def undo(self) -> lc.Event | None:
        activities = [event.id for event in self.events if isinstance(event, lc.Activity)]
        holds = [event.id for event in self.events if isinstance(event, lc.Hold)]
        of = self.draw.choice([*self.redeemed, *self.redeemed, *activities, *holds[-2:], None])
        return None if of is None else lc.Return(self.id("r"), at=self.tick(), of=of)

    def activity(self) -> lc.Event:
        name, at = self.draw.choice(["review", "review", "survey"]), self.tick()
        if self.schema(strategies.Visit, building.Deed, "activities") is strategies.Visit:
            place, minutes = self.draw.choice(["here", ""]), self.draw.choice([0, 1, 3, 12])
            return strategies.Visit(self.id("a"), at=at, name=name, place=place, minutes=minutes)
        spent = happening.money(self.draw.choice([0, 700, 2600]))
        return building.Deed(self.id("a"), at=at, name=name, spent=spent)

    def delivery(self) -> lc.Event | None:
        """Draw that what was bought has come, or something else about a purchase, or about what is none."""
        if not self.events:
            return None
        of = self.draw.choice([*[*self.kept][-8:], *[*self.kept][-8:], self.draw.choice(self.events).id])
        name, at = self.draw.choice(["delivered", "delivered", "paid"]), self.tick()
        kind = self.schema(strategies.Visit, building.Deed, "activities")
        return kind(self.id("d"), at=at, name=name, of=of)

    def hold(self) -> lc.Event | None:
        """Draw a hold of a reward or of a payment, some until a moment of their own."""
        at, draw = self.tick(), self.draw
        until = at + dt.timedelta(days=draw.randint(1, 40)) if draw.random() < 0.4 else None
        rewards = [rule for rule in self.rewards() if until is not None or rule.hold is not None] or self.rewards()
        if not rewards or draw.random() < 0.3:
            held = self._held_payment(at, until)
            if held is not None or not rewards:
                return held
        reward, times = draw.choice(rewards).name, draw.choice([1, 1, 1, 2])
        return lc.Hold(self.id("h"), at=at, reward=reward, times=times, until=until)

    def _held_payment(self, at: dt.datetime, until: dt.datetime | None) -> lc.Event | None:
        every = [pay for pay in self.program.of_kind(Pay) if not pay.is_of_purchases]
        if not every:
            return None
        pay = self.draw.choice(every)
        return lc.Hold(self.id("h"), at=at, reward=pay.name, amount=self._payable(pay), until=until)

    def capture(self) -> lc.Event | None:
        """Draw a capture: mostly of a hold that is open, of all or a part."""
        holds = [event for event in self.events if isinstance(event, lc.Hold)]
        if not holds:
            return None
        hold = self.draw.choice(self._waiting(holds) or holds[-3:])
        parts: dict[str, Any] = {"times": self.draw.choice([None, None, 1, 1, 2])}
        if hold.amount is not None:
            parts = {"amount": self.draw.choice([None, hold.amount / 2, hold.amount, hold.amount + 1])}
        if self.draw.random() < 0.05:
            parts = {"times": 1} if hold.amount is not None else {"amount": "1.00"}
        if (amount := parts.get("amount")) is not None:
            parts["amount"] = round(Decimal(amount), 2) or Decimal("0.01")
        soon = self.clock + dt.timedelta(hours=self.draw.randint(0, 60))
        return lc.Capture(self.id("c"), at=self.draw.choice([soon, soon, self.tick()]), of=hold.id, **parts)

    def _waiting(self, holds: list[lc.Hold]) -> list[lc.Hold]:
        """Return the holds that were not captured or released, mostly."""
        ended = {event.of for event in self.events if isinstance(event, lc.Capture | lc.Release)}
        return [event for event in holds if event.id not in ended] if self.draw.random() < 0.8 else []

    def release(self) -> lc.Event | None:
        every = [event for event in self.events if isinstance(event, lc.Hold)]
        holds = self._waiting(every) or every or self.events
        at = self.draw.choice([self.clock + dt.timedelta(hours=1), self.tick()])
        return lc.Release(self.id("f"), at=at, of=self.draw.choice(holds[-3:]).id) if holds else None

    def enrol(self) -> lc.Event:
        return lc.Enrolment(self.id("e"), at=self.tick())

    def adjust(self) -> lc.Event | None:
        draw, at = self.draw, self.tick()
        if not self.program.units:
            return None
        unit = draw.choice(list(self.program.units.values()))
        balance = self.account.balance(unit).minor
        minor = draw.choice([draw.randint(1, 120), draw.randint(1, 5000), -draw.randint(1, max(1, balance))])
        expires = at + dt.timedelta(days=draw.randint(1, 90)) if minor > 0 and draw.random() < 0.3 else None
        amount = lc.Amount(unit, minor if minor > 0 or draw.random() < 0.6 else minor - draw.randint(0, 50))
        ids = [*(event.id for event in self.events[-12:]), "nowhere"]
        taken = {"of": draw.choice([None, None, draw.choice(ids)]), "otherwise": draw.choice(SHORTFALLS)}
        given = by_hand(beside(draw), at, expires) if minor > 0 else taken
        return lc.Adjustment(self.id("j"), at=at, amount=amount, reason="goodwill", **given)

    def appoint(self) -> lc.Event | None:
        """Draw a tier that is given by hand, often for a while or for ever, or the end of one."""
        ladders = list(self.program.of_kind(Ladder))
        if not ladders:
            return None
        draw, at, ladder = self.draw, self.tick(), self.draw.choice(ladders)
        tier = draw.choice([*ladder.names, None, None])
        until = draw.choice([None, None, lc.never, at + dt.timedelta(days=draw.randint(1, 90))])
        return lc.TierAdjustment(
            self.id("t"), at=at, ladder=ladder.name, tier=tier, reason="match", until=tier and until
        )

    def settings(self) -> lc.Event:
        at, zone = self.tick(), self.draw.choice(["", "Asia/Tokyo", "Europe/Istanbul", self.odd_zone])
        choices = {"zone": zone} if self.draw.random() < 0.3 else {"newsletter": self.draw.choice(["yes", "no"])}
        return lc.Settings(self.id("s"), at=at, **choices)

    @property
    def odd_zone(self) -> str:
        """Return what is no zone, unless a program may read it for one that has taken it for a text before."""
        alone = len(self.both.programs) == 1 and isinstance(self.rules, lc.Program)
        return "Nowhere/Else" if alone else "Africa/Cairo"

    def opening(self) -> lc.Event:
        draw, at = self.draw, self.tick()
        lots = [
            lc.OpeningLot(
                lc.Amount(unit, draw.randint(1, 2000)),
                **by_hand(beside(draw), at, days and at + dt.timedelta(days=days)),
            )
            for unit in self.program.units.values()
            for days in draw.choices([None, 3, 40, 100], k=draw.randint(0, 2))
        ]
        ladders = list(self.program.of_kind(Ladder))
        tiers = {ladder.name: draw.choice(ladder.names) for ladder in ladders if draw.random() < 0.5}
        tallies = [
            lc.OpeningTally(by, evolve(asked, value=draw.randint(1, 300)), at - dt.timedelta(days))
            for by, asked in [(ladder.by, ladder.tiers[1][1]) for ladder in ladders if len(ladder.tiers) > 1]
            if isinstance(by, lc.Over | lc.Earned) and isinstance(asked, Bound)
            for days in draw.choices([0, 10, 50, 380], k=draw.randint(0, 2))
        ]
        since = {"joined": at - dt.timedelta(days=draw.randint(0, 500))} if draw.random() < 0.5 else {}
        firsts = {"firsts": {"review": at - dt.timedelta(days=draw.randint(0, 90))}} if draw.random() < 0.3 else {}
        if has_worths(self.program):
            lots = said_of_lots(beside(draw), lots)
        return lc.Opening(
            self.id("o"),
            at=at,
            lots=lots,
            tiers=tiers,
            tallies=tallies,
            purchases=draw.choice([0, 3]),
            **since,
            **firsts,
        )

    def again(self) -> lc.Event | None:
        return self.draw.choice(self.events) if self.events else None

    def changed(self) -> lc.Event | None:
        """Draw a recorded event with something else in it."""
        if not self.events:
            return None
        event = self.draw.choice(self.events)
        return self.draw.choice(
            [
                lambda: lc.Enrolment(event.id, at=event.at),
                lambda: lc.Settings(event.id, at=event.at + MICROSECOND, newsletter="no"),
                lambda: lc.Settings(event.id, at=event.at, newsletter="no"),
                lambda: self._renamed(event.id, self.purchase(event.at)),
            ]
        )()

    @staticmethod
    def _renamed(id_: Any, purchase: Any) -> lc.Event:
        values = {name: value for name, value in vars(purchase).items() if name != "id"}
        return type(purchase)(id_, **values)

    def pass_time(self) -> dt.datetime:
        self.clock = self.tick()
        return self.clock


# Runs.


@dataclass
class Report:
    """What was compared."""

    histories: int = 0
    wild: int = 0
    small: int = 0
    crowded: int = 0
    versions: int = 0
    books: int = 0
    #: Histories of programs with a word that the interpreted form does not read.
    left_out: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    differences: list[Found] = field(default_factory=list)

    @property
    def events(self) -> int:
        return sum(self.of("step ").values()) - self.counted["step advance"]

    @property
    def entries(self) -> int:
        return sum(self.of("entry ").values())

    def of(self, prefix: str) -> Counter[str]:
        return Counter({key[len(prefix) :]: count for key, count in self.counted.items() if key.startswith(prefix)})

    def __str__(self) -> str:
        def listed(prefix: str) -> str:
            return ", ".join(f"{name} {count:,}" for name, count in self.of(prefix).most_common())

        lines = [
            f"histories: {self.histories:,}, as books {self.books:,}, with a second program {self.versions:,}",
            f"programs: wild {self.wild:,}, small {self.small:,}, of many rules {self.crowded:,}, others of families",
            f"left out for a word that the interpreted form does not read: {self.left_out:,}",
            f"events: {self.events:,}, replayed in place {self.counted['in place']:,}",
            f"of those recorded: late {self.counted['late']:,}, returns in parts {self.counted['parts']:,}",
            f"steps: {listed('step ')}",
            f"outcomes: {listed('outcome ')}",
            f"refused: {listed('refused ')}",
            f"errors, the same in both: {listed('error ')}",
            f"entries: {self.entries:,}: {listed('entry ')}",
            f"differences: {len(self.differences)}",
        ]
        return "\n".join(lines)


def compare(seed: str, report: Report, length: int = STEPS) -> Found | None:
    """Draw a history from a seed, decide it in both forms, and count it in; return how they differ, if they do."""
    draw = Random(seed)
    both = Both(drawn_programs(draw))
    return compare_drawn(Drawer(both, draw, length), report, seed)


def compare_drawn(drawer: Drawer, report: Report, seed: str) -> Found | None:
    """Draw the steps of a history and count it in; return how both forms differ, if they do."""
    both, draw = drawer.both, drawer.draw
    report.histories += 1
    report.books += isinstance(both.programs[0], lc.Book)
    report.wild += both.programs[0].name == "wild"
    report.small += both.programs[0].name == "small"
    report.crowded += both.programs[0].name == "crowded"
    report.versions += len(both.programs) > 1
    found, in_place = None, False
    try:
        drawer.run()
        for account in both.accounts.values():
            check_written(account)
        in_place = drawer.alone and draw.random() < 0.5
        if in_place and isinstance(both.programs[0], lc.Program):
            both.counted["in place"] = compare_in_place(both.programs[0], drawer.events)
    except Unread:
        report.left_out += 1
    except Exception as problem:  # noqa: BLE001 - whatever is raised is a finding
        found = Found(describe(problem), History(both.programs, tuple(drawer.steps), in_place), seed)
    report.counted += both.counted
    return found


#: Draws a history from a seed, decides it in both forms and counts it in.
Compare = Callable[[str, Report, int], Found | None]


def run(histories: int, seed: int, *, differences_max: int = 1, length: int = STEPS, of: Compare = compare) -> Report:
    """Compare so many histories; stop early once enough differences are found."""
    report = Report()
    for number in range(histories):
        found = of(f"{seed}.{number}", report, length)
        if found is not None:
            report.differences.append(found)
            if len(report.differences) >= differences_max:
                break
    return report


# Shortening.


def shorten(found: Found) -> Found:
    """Leave out steps, rules and items as long as some difference is left."""
    history, message = least(found.history, found.message, smaller_histories, replayed)
    return Found(message, history, found.seed)


def smaller_histories(history: History) -> Iterable[Callable[[], History]]:
    """Yield what makes histories with something left out: many steps first, then one, then rules, then items."""
    steps = history.steps
    for size in (len(steps) // 2, len(steps) // 4, 1):
        for place in reversed(range(0, len(steps), max(1, size))):
            yield lambda place=place, size=size: replace(history, steps=steps[:place] + steps[place + max(1, size) :])
    for place, rules in enumerate(history.programs):
        for make in smaller_rules(rules):
            yield lambda place=place, make=make: _with(history, place, make())
    for place, step in enumerate(steps):
        if isinstance(step.event, lc.Purchase):
            for item in step.event.items:
                fewer = _without(step.event, item)
                yield lambda place=place, step=step, fewer=fewer: replace(
                    history, steps=(*steps[:place], replace(step, event=fewer), *steps[place + 1 :])
                )


def smaller_rules(rules: Rules) -> Iterable[Callable[[], Rules]]:
    """Yield what makes a program or a book with something left out: versions first, then rules, then their options."""
    if isinstance(rules, lc.Program):
        for fewer in _fewer_rules(rules.rules):
            yield lambda fewer=fewer: evolve(rules, rules=fewer)
        return
    first, *later = rules.versions
    for place, version in enumerate(later):
        yield lambda place=place: lc.Book([first, *later[:place], *later[place + 1 :]])
        for fewer in _fewer_rules(version.program.rules):
            yield lambda place=place, version=version, fewer=fewer: lc.Book(
                [first, *later[:place], _version_of(version, fewer), *later[place + 1 :]]
            )
    yield lambda: first
    for fewer in _fewer_rules(first.rules):
        yield lambda fewer=fewer: lc.Book([evolve(first, rules=fewer), *later])
    for rule in first.rules:
        yield lambda rule=rule: lc.Book(
            [
                _program_without(first, rule.name),
                *(evolve(each, program=_program_without(each.program, rule.name)) for each in later),
            ]
        )


def _program_without(program: lc.Program, name: str) -> lc.Program:
    return evolve(program, rules=[rule for rule in program.rules if rule.name != name])


def _version_of(version: lc.Version, rules: Iterable[Any]) -> lc.Version:
    return evolve(version, program=evolve(version.program, rules=rules))


def _fewer_rules(rules: tuple[Any, ...]) -> Iterable[tuple[Any, ...]]:
    """Yield rules with one of them, or an option of one, left out."""
    for at in range(len(rules)):
        yield rules[:at] + rules[at + 1 :]
    for at, rule in enumerate(rules):
        for simpler in _simpler(rule):
            yield (*rules[:at], simpler, *rules[at + 1 :])


def _with(history: History, place: int, program: Rules) -> History:
    return replace(history, programs=(*history.programs[:place], program, *history.programs[place + 1 :]))


def _simpler(rule: Any) -> Iterable[Any]:
    """Yield a rule with one of its options left out."""
    plain: dict[str, Any] = {"where": None, "when": None, "limit": (), "expires": None, "taking_back": None}
    plain |= {"expires_from": lc.earning, "minimum": None, "maximum": None, "step": None}
    plain |= {} if isinstance(rule, Pay | lc.Migration) else {"worth": None}
    plain |= {"budget": None, "stock": None, "fee": None, "values": ()}
    found = [{name: value} for name, value in plain.items() if getattr(rule, name, value) != value]
    if getattr(rule, "pending", None) is not None:
        found.append({"pending": None, "expires_from": lc.earning})
    limits = getattr(rule, "limit", ())
    found += [{"limit": [other for other in limits if other != limit]} for limit in limits]
    for options in found:
        yield evolve(rule, **options)


def _without(purchase: Any, item: Any) -> lc.Event:
    values = {name: value for name, value in vars(purchase).items() if name != "id"}
    values["items"] = [each for each in purchase.items if each is not item]
    return type(purchase)(purchase.id, **values)
