"""
How the worked examples of published programs are read: their words on one side, events and questions on the other.

An example hands in a state, tells what happened, and says what should come of it. What a word stands for in a program
is said in a table beside it (`published.tables`); what is here only renames and converts. A day without a time is
noon of the program's zone, and a state that is handed in is an opening at midnight of the first day.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import loyalcore as lc
from loyalcore.entries import LAYOUTS
from loyalcore.instants import FOREVER

EXAMPLES = Path(__file__).parent / "examples.jsonl"
PROGRAMS = Path(__file__).resolve().parent.parent.parent / "examples" / "programs"


def load(name: str) -> Any:
    """Import one file of examples/programs."""
    spec = importlib.util.spec_from_file_location(f"programs_{name}", PROGRAMS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Word:
    """
    What an event type of an example stands for: a class of events, its arguments by field, and fixed ones.

    A function may make several of one; what is *anew* is told of an account of its own; *of* is the field that names
    the account in which it happened, if that is not the member's.
    """

    kind: Any
    fields: Mapping[str, Any]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    anew: bool = False
    of: str = ""


@dataclass(frozen=True)
class Removed:
    """Purchases that are returned, all for which a condition holds."""

    where: Any


@dataclass(frozen=True)
class Table:
    """
    The words of one program's examples.

    *events* are by type; *given* are by name of the state, each a function from its value to parts of an opening;
    *units* are what expectations call units, *rules* those that they mean by a part or
    form; *ladder* is the one that `tier` asks for.
    """

    program: lc.Program | lc.Book
    events: Mapping[str, Word]
    given: Mapping[str, Callable[[str], Mapping[str, Any]]] = field(default_factory=dict)
    units: Mapping[str, lc.Unit] = field(default_factory=dict)
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ladder: str = ""
    #: Whether what was issued is told by what it is worth, not by how many there are.
    by_worth: bool = False
    #: How many days before the first event of an example its state is handed in.
    days_before: Callable[[Mapping[str, Any]], int] = lambda _: 0
    #: What an example hands in that says since when its state holds.
    since: str = ""
    #: Events that stand for the state of an example, by its name, where that has to be written down by hand.
    history: Mapping[str, tuple[lc.Event, ...]] = field(default_factory=dict)
    #: Whether members joined when their state is handed in.
    joins: bool = False
    #: What this program's examples ask in words of their own, each a function as in `QUESTIONS`.
    questions: Mapping[str, Callable[[Story, Mapping[str, Any]], Any]] = field(default_factory=dict)

    #: The id of the member whose account is asked about, where events name it.
    member: str = ""
    #: Whether what expectations call a side is the member's.
    sides: Mapping[str, bool] = field(default_factory=dict)

    @property
    def latest(self) -> lc.Program:
        """The program, or the last version of a book."""
        return self.program.programs[-1] if isinstance(self.program, lc.Book) else self.program

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.latest.timezone)


def examples(program: str) -> Iterator[dict[str, Any]]:
    """Yield the examples of a program, as the file has them."""
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        example = json.loads(line)
        if example["program"] == program:
            yield example


def moment(zone: ZoneInfo, date: str) -> dt.datetime:
    """Return when something happened: noon where no time is told."""
    return dt.datetime.fromisoformat(date if "T" in date else f"{date}T12:00").replace(tzinfo=zone)


def midnight(zone: ZoneInfo, date: str, days: int = 0) -> dt.datetime:
    """Return when a day begins, or one some days later."""
    day = dt.date.fromisoformat(date[:10]) + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(), zone)


class Story:
    """One example played: the account after each of its events, and what was answered."""

    def __init__(self, table: Table, example: Mapping[str, Any]) -> None:
        self.table, self.zone = table, table.zone
        self.answers: dict[str, lc.Answer] = {}
        #: What an event has caused in all accounts.
        self.caused: dict[str, list[lc.Entry]] = {}
        #: The accounts of others, by what the example calls them.
        self.others: dict[str, lc.Account] = {}
        self.told = {event["id"]: event for event in example["events"]}
        events = sorted(example["events"], key=lambda event: moment(self.zone, event["date"]))
        self.account = table.program.open(table.member or example["case"])
        state = example.get("given", {})
        if given := self._opening(state):
            opened = midnight(self.zone, events[0]["date"], days=-table.days_before(example))
            if table.since in state:
                opened = midnight(self.zone, state[table.since])
            self._decide(lc.Opening("given", at=opened, joined=opened if table.joins else None, **given))
        for event in table.history.get(example["case"], ()):
            self._decide(event)
        #: The accounts with the moment up to which each holds.
        self.accounts = [(midnight(self.zone, events[0]["date"]), self.account)]
        for event in events:
            self._play(event)
            self.accounts.append((moment(self.zone, event["date"]), self.account))

    def _opening(self, given: Mapping[str, str]) -> dict[str, Any]:
        opening: dict[str, Any] = {}
        for name, value in given.items():
            for part, found in self.table.given[name](value).items():
                before = opening.get(part)
                if isinstance(found, dict) and before is not None:
                    opening[part] = before | found
                else:
                    opening[part] = [*before, *found] if isinstance(found, list) and before is not None else found
        return opening

    def _play(self, event: Mapping[str, Any]) -> None:
        word, at = self.table.events[event["type"]], moment(self.zone, event["date"])
        if word.kind is None:  # only the date passes
            self.account = self.table.program.advance(self.account, at).account
            return
        arguments = dict(word.fixed)
        for name, value in event.items():
            if name not in ("id", "date", "type"):
                target = word.fields[name]
                if target is None:  # the library has no word for it, and need not know
                    continue
                if isinstance(target, tuple):
                    argument, words = target
                    arguments[argument] = words[value]
                else:
                    arguments[target] = value
        if word.anew:
            self.account = self.table.program.open(event["id"])
        made = word.kind(event["id"], at=at, **arguments)
        if isinstance(made, Removed):
            made = [*lc.returns_of(self.table.program, self.account, made.where, id=event["id"], at=at)]
        for each in made if isinstance(made, list) else [made]:
            self._decide(each, event.get(word.of))

    def _decide(self, event: lc.Event, name: str | None = None) -> None:
        program = self.table.program
        if isinstance(event, lc.Opening) and self.account.version:
            # A state that is handed in anew is another account.
            self.account = program.open(event.id)
        if name is None:
            answer = program.decide(self.account, event)
            self.account = answer.account
        else:
            answer = program.decide(self.others.get(name) or program.open(name), event)
            self.others[name] = answer.account
        self.answers[str(event.id)] = answer
        self.caused[str(event.id)] = [*answer.entries]
        for raised in answer.follow_ups:
            # What is raised is for the member: nobody else of an example has a friend.
            followed = program.decide(self.account, raised.event)
            self.account = followed.account
            self.caused[str(event.id)] += followed.entries

    def at_end_of(self, date: str) -> lc.Account:
        """Return the account at the end of a day, after what is due until then."""
        end = midnight(self.zone, date, days=1) - dt.timedelta(microseconds=1)
        account = [found for at, found in self.accounts if at <= end][-1]
        return self.table.program.advance(account, end).account

    def entries(self, event: str, *kinds: str) -> list[lc.Entry]:
        """Return what an event caused, of some kinds."""
        return [entry for entry in self.caused[event] if entry.kind in kinds]


def decimal(unit: lc.Unit, minor: int) -> Decimal:
    return lc.Amount(unit, minor).decimal


# What an expectation asks, by its name. Each answers what the library says, to be compared with `value`.


def earned(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """Everything an event credits in a unit; with `part`, what the rule of that name does, with `side`, to whom."""
    unit, part, side = story.table.units[asked["unit"]], asked.get("part"), asked.get("side")
    entries = [entry for entry in story.entries(asked["event"], "earn", "mature") if entry.unit == unit.name]
    # What waits for an event is credited as it comes.
    entries = [entry for entry in entries if entry.kind == "mature" or not waits(entry)]
    if part is not None:
        entries = [entry for entry in entries if giver(story, entry) in story.table.rules[part]]
    if side is not None:
        own = story.account.member
        entries = [entry for entry in entries if (entry.account == own) is story.table.sides[side]]
    return decimal(unit, sum(entry.amount for entry in entries))


def waits(entry: lc.Entry) -> bool:
    """Tell whether what an entry gives waits for an event: until then it is usable never."""
    return dict(zip(LAYOUTS["earn"], entry.row[1:], strict=True))["usable"] == FOREVER


def giver(story: Story, entry: lc.Entry) -> str:
    """Return the rule that gave what an entry is of."""
    return str(story.account.entries[entry.lot].rule if entry.kind == "mature" else entry.rule)


def balance(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """The balance at the end of a day."""
    return story.at_end_of(asked["on"]).balance(story.table.units[asked["unit"]]).decimal


def rebate(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """What the rules of a form have granted, less what was taken back: in all, on a day, or by one event."""
    rules = story.table.rules[asked.get("form", asked.get("rate", ""))]
    account = story.at_end_of(asked["on"]) if "on" in asked else story.account
    entries = story.entries(asked["event"], "earn", "take") if "event" in asked else account.entries
    entries = [entry for entry in entries if entry.kind in ("earn", "take") and entry.rule in rules]
    granted = [entry.amount for entry in entries if entry.kind == "earn"]
    taken = [entry.amount for entry in entries if entry.kind == "take"]
    units = story.table.latest.units
    return decimal(units[entries[0].unit], sum(granted) - sum(taken)) if entries else Decimal(0)


def refused(story: Story, asked: Mapping[str, Any]) -> str | None:
    """The code of a refusal."""
    refusal = story.answers[asked["event"]].refusal
    return None if refusal is None else refusal.code


def gone_on(story: Story, asked: Mapping[str, Any]) -> str:
    """The first day on which the lots of a unit are no longer there, or those that an event made."""
    lots = story.account.lots(story.table.units[asked.get("unit") or asked["name"]])
    made = [entry.seq for entry in story.entries(asked["event"], "earn")] if "event" in asked else None
    ends = {lot.expires for lot in lots if made is None or lot.name in made}
    (expires,) = ends
    assert expires is not None
    return expires.astimezone(story.zone).date().isoformat()


def tier(story: Story, asked: Mapping[str, Any]) -> str:
    """The tier at the end of a day, of the ladder that has it."""
    named = [ladder.name for ladder in story.table.latest.of_kind(lc.Ladder) if asked["value"] in ladder.names]
    return story.table.program.tier(story.at_end_of(asked["on"]), *named).tier


def issued(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """What rules gave by an event, or on a day; in all up to its end with `total`."""
    account, rules = story.at_end_of(asked["on"]) if "on" in asked else story.account, story.table.rules[asked["name"]]
    entries = account.entries if "on" in asked else story.entries(asked["event"], "earn")
    days = [entry for entry in entries if entry.kind == "earn" and entry.rule in rules]
    if "on" in asked and not asked.get("total"):
        days = [entry for entry in days if entry.at.astimezone(story.zone).date().isoformat() == asked["on"]]
    if story.table.by_worth:
        made = {entry.seq for entry in days}
        worths = [entry for entry in account.entries if entry.kind == "worth" and entry.lot in made]
        return decimal(story.table.latest.currency, sum(entry.amount for entry in worths))
    units = {story.table.latest.units[entry.unit] for entry in days}
    return decimal(units.pop(), sum(entry.amount for entry in days)) if days else Decimal(0)


def expired(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """What of a unit expired on a day."""
    unit = story.table.units[asked["unit"]]
    day, next_day = (midnight(story.zone, asked["on"], days=days) for days in (0, 1))
    return story.at_end_of(asked["on"]).statement(unit, since=day, before=next_day).expired.decimal


def discount(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """What the reward that was redeemed is worth in money."""
    (spent,) = story.entries(asked["event"], "spend")
    (reward,) = [rule for rule in story.table.latest.of_kind(lc.Reward) if rule.name == spent.rule]
    worth, _ = reward.gives.split()
    return Decimal(worth)


def paid(story: Story, asked: Mapping[str, Any]) -> Decimal:
    """What is left to pay for a room with its taxes: the library says what the reward pays of the room."""
    worth, told = story.answers[asked["event"]].worth, story.told[asked["event"]]
    assert worth is not None
    return Decimal(told["room"]) - worth.decimal + Decimal(told["tax"])


def tier_through(story: Story, asked: Mapping[str, Any]) -> str | None:
    """The last day at whose end the tier holds that the last event left: that before the day on which it ends."""
    del asked
    until = story.table.program.tier(story.account, story.table.ladder).until
    return None if until is None else (until.astimezone(story.zone).date() - dt.timedelta(days=1)).isoformat()


QUESTIONS: dict[str, Callable[[Story, Mapping[str, Any]], Any]] = {
    "earned": earned,
    "balance": balance,
    "rebate": rebate,
    "refused": refused,
    "gone_on": gone_on,
    "tier": tier,
    "issued": issued,
    "expired": expired,
    "discount": discount,
    "paid": paid,
    "tier_through": tier_through,
}


def same(found: Any, value: str) -> bool:
    """Tell whether an answer is the one that is expected; numbers are compared as numbers."""
    return found == Decimal(value) if isinstance(found, Decimal) else found == value
