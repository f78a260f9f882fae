"""
The town: random histories of several accounts of one program, which give to each other and draw on each other.

Three members, a budget and a stock, each in both worlds. Every decision over several accounts must come out in all of
them, or in none; what is raised for others is delivered later, in any order, at times twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import loyalcore as lc
from machine.described import Adjustment, Event, Program, Purchase, Redemption, Return, Settings, Transfer
from machine.happening import build_event
from machine.machine import Difference, Session, describe, expect, outcome_of
from machine.model import Outcome, Refused
from machine.programs import draw_shared
from machine.reckoning import Fact
from machine.steps import WEIGHTS, Stepper

MEMBERS = ("ada", "bob", "cyd")
SHARED = ("fund", "mugs")
#: What members do, and how often.
OWN = ("purchase", "late purchase", "return items", "return all", "bad return", "redeem", "pay", "cancel redemption")
OWN += ("activity", "enrol", "adjust", "pass time", "again", "changed", "verify", "look ahead", "explain")
TOGETHER = {"transfer": 25, "refer": 5, "fill": 8, "deliver": 25, "deliver again": 3, "fold": 2}
#: How many steps a town lives.
HISTORY_MAX = 70


class Resident(Session):
    """One account of a town in both worlds."""

    def __init__(self, town: Town, description: Program, name: str) -> None:
        super().__init__(description, name)
        self.town, self.name = town, name

    def do(self, command: Any) -> None:
        self.town.commands.append((self.name, command))
        super().do(command)

    def do_submit(self, event: Event, now: dt.datetime) -> None:
        self.town.submit(self, event, now)

    def do_fold(self) -> None:
        folded = lc.fold(self.name, self.account.entries)
        expect("folded account", folded, self.account)
        self.account = folded
        self.compare()


class Town:
    """Several accounts of one program."""

    def __init__(self, description: Program, draw: Random) -> None:
        self.draw, self.description = draw, description
        self.residents = {name: Resident(self, description, name) for name in (*MEMBERS, *SHARED)}
        for resident in self.residents.values():
            resident.model.peers = {name: other.model for name, other in self.residents.items()}
        self.waiting: list[tuple[str, Event]] = []
        self.delivered: list[tuple[str, Event]] = []
        self.outcomes: Counter[str] = Counter()
        self.commands: list[tuple[str, Any]] = []
        self.serial = 0

    # -- deciding ---------------------------------------------------------------------------------------------

    def parties(self, resident: Resident, event: Event) -> set[str]:
        """Return who else takes part in an event, as the description has it."""
        program, model = self.description, resident.model
        if isinstance(event, Transfer):
            return {event.to} - {resident.name}
        if isinstance(event, Redemption):
            return {each.stock for each in program.rewards if each.name == event.reward and each.stock}
        if isinstance(event, Return):
            drawn = [key for other in model.peers.values() for key in other.drawings]
            found = {name for name, other in model.peers.items() for key in other.drawings if key[1] == event.of}
            return found if any(key[:2] == (resident.name, event.of) for key in drawn) else set()
        kind = type(event).__name__.lower()
        return {earn.budget for earn in program.earns if earn.on == kind and earn.budget}

    def record(self, resident: Resident, event: Event, now: dt.datetime, beside: set[str]) -> Outcome:
        """Record an event in the model and in those of the others that take part, or in none."""
        model = resident.model
        if (known := model.fact(event.id)) is not None:
            return Outcome("known" if known.event == event else "conflict")
        others = [model.peers[name] for name in sorted(beside)]
        everybody = [model, *others]
        now = max(now, *(each.now for each in everybody))
        before = [each._copy() for each in everybody]
        for each in everybody:
            each.advance(now, remember=False)
        posted = [len(each.postings) for each in others]
        try:
            model._judge(event, now)
        except Refused as refusal:
            for each, copied in zip(everybody, before, strict=True):
                each.__dict__.update(copied.__dict__)
            return Outcome("refused", refusal.code, refusal.missing)
        for other, length, copied in zip(others, posted, before[1:], strict=True):
            if len(other.postings) > length:
                other._follow(Fact(event, now))
            else:
                # Nothing was recorded there but what was due: its clock stands where that left it.
                own = [posting.at for posting in other.postings[len(copied.postings) :]]
                own += [at for ladder, rows in other.tiers.items() for at, *_ in rows[len(copied.tiers[ladder]) :]]
                other.now = max([copied.now, *own])
        return Outcome("recorded")

    def submit(self, resident: Resident, event: Event, now: dt.datetime) -> None:
        program, before = resident.program, {name: each.account for name, each in self.residents.items()}
        raised = len(resident.model.raised)
        beside = set() if resident.model.fact(event.id) else self.parties(resident, event)
        now = max([now, *(self.residents[name].clock for name in beside)])
        resident.clock = max(resident.clock, now)
        built = build_event(event, self.description)
        if resident.model.fact(event.id) is None:
            expect("parties", set(program.parties(resident.account, built)), beside | {resident.name})
        expected = self.record(resident, event, now, beside)
        others = {name: self.residents[name].account for name in beside}
        try:
            answer = program.decide(resident.account, built, now=now, others=others)
        except lc.EventConflict as conflict:
            expect("outcome", "conflict", expected.what)
            resident._expect_conflict(event, conflict)
            return
        expect(f"outcome of {type(event).__name__}", outcome_of(answer), expected)
        resident.submitted += 1
        resident.accepted += answer.refusal is None
        self.outcomes[f"{type(event).__name__} {expected.code or expected.what}"] += 1
        expect("accounts of the answer", set(answer.accounts), beside | {resident.name})
        for name, account in answer.accounts.items():
            if answer.refusal is not None:
                expect(f"account of {name} after a refusal", account.rows, before[name].rows)
            own = [] if answer.known else [entry for entry in answer.entries if entry.account == name]
            rows = account.rows[before[name].version :]
            expect(f"entries of {name} in the answer", tuple(entry.row for entry in own), rows)
            self.residents[name].clock = max(self.residents[name].clock, resident.clock)
            try:
                self.residents[name]._move_to(account)
            except Difference as problem:
                raise Difference(f"account of {name}: {problem}") from problem
        for name in set(self.residents) - set(answer.accounts):
            expect(f"account of {name}, which took no part", self.residents[name].account, before[name])
        if not answer.known:
            new = resident.model.raised[raised:]
            expect("follow-ups", [told(each.account, each.event) for each in answer.follow_ups], self.told(new))
            self.waiting += new

    def told(self, raised: list[tuple[str, Event]]) -> list[Any]:
        return [told(account, build_event(event, self.description)) for account, event in raised]

    # -- steps ------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the members' accounts, all but one in some towns, and fill budget and stock."""
        newcomer = self.draw.choice([*MEMBERS, "nobody"])
        for name in MEMBERS:
            stepper = Stepper(self.residents[name], self.draw)
            if name != newcomer:
                self.residents[name].do(stepper.submit(stepper.opening(stepper.tick())))
        for _ in range(3):
            self.do_fill()

    def step(self, kind: str) -> bool:
        """Take a step of a kind; say whether there was anything to do."""
        if kind in OWN:
            stepper = Stepper(self.residents[self.draw.choice(MEMBERS)], self.draw)
            return stepper.step(kind)
        return getattr(self, f"do_{kind.replace(' ', '_')}")() is not False

    def next_id(self, letter: str) -> str:
        self.serial += 1
        # Ids are of an account: those of different members may well be equal.
        return f"{letter}{self.serial // self.draw.choice([1, 1, 1, 2])}-{self.serial}"

    def do_transfer(self) -> bool | None:
        draw = self.draw
        giver = self.residents[draw.choice(MEMBERS)]
        units = [name for name, _ in self.description.units if name != "piece"]
        unit = draw.choice(units)
        balance = giver.model.balance(unit)
        if balance <= 0 and draw.random() < 0.7:
            return False
        amount = draw.choice([draw.randint(1, max(1, balance)), max(1, balance), balance // 2 // 5 * 5, balance + 1])
        to = draw.choice([name for name in MEMBERS if name != giver.name or draw.random() < 0.1])
        at = Stepper(giver, draw).tick()
        giver.do(("submit", Transfer(self.next_id("t"), at, to, unit, max(1, amount)), max(giver.clock, at)))
        return None

    def do_refer(self) -> None:
        friend = self.residents[self.draw.choice(MEMBERS)]
        at, to = Stepper(friend, self.draw).tick(), self.draw.choice([*MEMBERS, ""])
        event = Settings(self.next_id("s"), at, (("referrer", to),))
        friend.do(("submit", event, max(friend.clock, at)))

    def do_fill(self) -> None:
        draw = self.draw
        units = [name for name, _ in self.description.units]
        name = draw.choice(SHARED) if "piece" in units else "fund"
        unit = "piece" if name == "mugs" else draw.choice([each for each in units if each != "piece"])
        resident = self.residents[name]
        at = Stepper(resident, draw).tick()
        amount = draw.randint(1, 3) if name == "mugs" else draw.randint(20, 300)
        expires = at + dt.timedelta(days=draw.randint(1, 90)) if draw.random() < 0.3 else None
        event = Adjustment(self.next_id("f"), at, unit, amount, "delivery", expires)
        resident.do(("submit", event, max(resident.clock, at)))

    def do_deliver(self) -> bool | None:
        if not self.waiting:
            return False
        account, event = self.waiting.pop(self.draw.randrange(min(3, len(self.waiting))))
        resident = self.residents[account]
        resident.do(("submit", event, max(resident.clock, event.at)))
        (self.waiting if resident.model.fact(event.id) is None else self.delivered).append((account, event))
        return None

    def do_deliver_again(self) -> bool | None:
        if not self.delivered:
            return False
        account, event = self.draw.choice(self.delivered)
        resident = self.residents[account]
        before = resident.account.rows
        resident.do(("submit", event, max(resident.clock, event.at)))
        expect("account after a follow-up came twice", resident.account.rows, before)
        return None

    def do_fold(self) -> None:
        for resident in self.residents.values():
            resident.do(("fold",))
            resident.do(("verify",))


def told(account: str | int, event: lc.Event) -> Any:
    """Return what a follow-up says, whatever the class of its event."""
    return account, event.kind, event.id, event.at, event.content(2)


@dataclass
class TownReport:
    """What a run of towns did."""

    steps: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"steps: {self.steps}"]
        lines += [f"{name}: {count}" for name, count in sorted((self.kinds + self.outcomes).items())]
        return "\n".join([*lines, *self.differences])


def run_towns(steps: int, seed: int) -> TownReport:
    """Take so many random steps in towns; stop at the first difference, and tell what led to it."""
    draw, report = Random(seed), TownReport()
    weights = {**{kind: WEIGHTS[kind] for kind in OWN}, **TOGETHER}
    while report.steps < steps and not report.differences:
        town = Town(draw_shared(draw), draw)
        try:
            town.begin()
            for kind in draw.choices(list(weights), list(weights.values()), k=HISTORY_MAX):
                report.steps += town.step(kind)
            town.do_fold()
        except Exception as problem:  # noqa: BLE001 - whatever the library raises is a finding
            told_so_far = [f"  {name}: {command}" for name, command in town.commands]
            report.differences.append("\n".join([describe(problem), str(town.description), *told_so_far]))
        report.outcomes += town.outcomes
        for resident in town.residents.values():
            report.kinds += resident.ledger.kinds
    return report


__all__ = ["Difference", "Purchase", "Resident", "Town", "TownReport", "run_towns"]
