"""
Editions: random histories under a book, whose versions say rates, limits, thresholds and ends otherwise.

The model is the naive one with the versions' programs in place of one: it asks each question of the version whose it
is, as the documentation has it in "What belongs to which version".
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Any

import loyalcore as lc
from machine.building import build
from machine.described import (
    Activity,
    Bands,
    Boost,
    Capture,
    Duration,
    Earn,
    Event,
    Expiry,
    Ladder,
    Lane,
    Limit,
    Milestones,
    Program,
    Rate,
    Release,
    Return,
    Shape,
    Steps,
    Window,
)
from machine.least import least
from machine.machine import OPENED, Command, Session, describe
from machine.model import MICROSECOND, Lot, Model
from machine.programs import FAMILIES, claiming, club, lasting, mixed, playing, rolling, sparing, strict
from machine.reckoning import Fact, parts_of
from machine.steps import WEIGHTS, Stepper
from machine.valued import beside

#: How many steps an account lives.
HISTORY_MAX = 44


@dataclass(frozen=True)
class Edition:
    """A version: its program, from when it is in force, and of which rules it cuts the windows that are open then."""

    program: Program
    starts: dt.datetime
    split: tuple[str, ...] = ()


# -- the model ------------------------------------------------------------------------------------------------------


class Chronicle(Model):
    """One account under a book; *program* is that of the version that is being asked, mostly the one in force."""

    def __init__(self, editions: tuple[Edition, ...], opened: dt.datetime) -> None:
        super().__init__(editions[0].program, opened)
        self.editions = editions
        self.number = 0

    def again(self) -> Chronicle:
        model = Chronicle(self.editions, self.opened)
        for event, now in self.history:
            model.advance(now) if event is None else model.record(event, now)
        return model

    def version_at(self, moment: dt.datetime) -> int:
        """Return the version in force at a moment; the first is from the beginning."""
        return max([0, *(number for number, each in enumerate(self.editions) if number and each.starts <= moment)])

    @contextmanager
    def under(self, number: int) -> Iterator[None]:
        """Ask a version."""
        before = self.number
        self.number, self.program = number, self.editions[number].program
        try:
            yield
        finally:
            self.number, self.program = before, self.editions[before].program

    # Who judges.

    def _judging(self, event: Event) -> int:
        at = self.version_at(event.at)
        about = self.fact(event.of or "") if isinstance(event, Return | Capture | Release | Activity) else None
        if about is None:
            return at
        return max(at, about.version) if isinstance(event, Activity) else about.version

    def _decide(self, fact: Fact) -> None:
        fact.version = self._judging(fact.event)
        with self.under(fact.version):
            super()._decide(fact)

    def _parts(self) -> list[tuple[Any, ...]]:
        return [part for edition in self.editions for part in parts_of(edition.program)]

    def _confirm(self, lot: Lot, earn: Earn, came: Activity) -> None:
        purchase = self.fact(lot.cell)
        assert purchase is not None
        with self.under(purchase.version):
            super()._confirm(lot, earn, came)

    # Deadlines of inactivity are those of the version in force.

    def _active(self, at: dt.datetime, kind: str = "", *, rule: str = "") -> None:
        with self.under(self.version_at(self.now)):
            super()._active(at, kind, rule=rule)

    def _stand(self, ladder: str, at: dt.datetime) -> None:
        with self.under(self.version_at(self.now)):
            super()._stand(ladder, at)

    def _spares(self, unit: str, rule: str) -> bool:
        with self.under(self.version_at(self.now)):
            return super()._spares(unit, rule)

    def _deadline(self, unit: str, at: dt.datetime) -> dt.datetime | None:
        with self.under(self.version_at(self.now)):
            return super()._deadline(unit, at)

    # Windows are of the version they began under.

    def _grant(self, fact: Fact, on: str) -> None:
        for number in (fact.version, *range(fact.version)):
            with self.under(number):
                super()._grant(fact, on)

    def _take_back(self, fact: Fact, of: Fact, kind: str) -> None:
        for number in (of.version, *range(of.version)):
            with self.under(number):
                super()._take_back(fact, of, kind)

    def _cell(self, lane: Lane, fact: Fact) -> Any:
        """Return the cell of an event, if it is one of the version that is being asked."""
        window = self._over(lane)
        if window is None:
            return fact.event.id if self.number == fact.version else None
        bounds = self._window_of(fact, window)
        if bounds is None:
            return None
        owner, start = self._owner(lane.name, bounds[0], fact.version)
        return (window.kind, start) if owner == self.number else None

    def _owner(self, name: str, start: dt.datetime, judging: int) -> tuple[int | None, dt.datetime]:
        """Return whose a window is in which an event falls, and where it begins: not before a cut, or the rule."""
        latest = judging
        while not self._has(latest, name):
            if latest == 0 or name in self.editions[latest].split:
                return None, start
            latest -= 1
        first = latest
        while first > 0 and self._has(first - 1, name) and name not in self.editions[first].split:
            first -= 1
        if first > 0:
            start = max(start, self.editions[first].starts)
        owner = max(first, self.version_at(start))
        # What a version has dropped gives only in windows that were open then.
        return (owner if owner <= latest else None), start

    def _has(self, number: int, name: str) -> bool:
        """Say whether a version has a rule, or a lane, that counts over windows."""
        with self.under(number):
            return any(lane.name == name and self._over(lane) for lane in self._every_lane())

    def _every_lane(self) -> list[Lane]:
        return [lane for on in ("purchase", "activity", "enrolment") for lane in self._lanes(on)]

    def _is_counted(self, limit: Limit, name: str, other: Fact) -> bool:
        """Say whether the version that judged an event has the limit, perhaps with other room."""
        with self.under(other.version):
            limits = [each for lane in self._every_lane() if lane.name == name for each in lane.limits]
        return any((each.per, each.kind, each.each) == (limit.per, limit.kind, limit.each) for each in limits)

    # What is due, and tiers, are of the version in force.

    def advance(self, to: dt.datetime, *, remember: bool = True) -> None:
        for number, edition in enumerate(self.editions):
            if number and self.now < edition.starts <= to:
                super().advance(edition.starts - MICROSECOND, remember=False)
                self.number, self.program = number, edition.program
                super().advance(edition.starts, remember=False)
                self._take_over()
        super().advance(to, remember=remember)

    def _take_over(self) -> None:
        """Enter what the member reaches by new thresholds; nobody falls before the next review."""
        before = self.editions[self.number - 1].program
        changed = any(ladder not in before.ladders for ladder in self.program.ladders)
        if self.facts and (changed or counted(self.program) - counted(before)):
            for ladder in self.program.ladders:
                self._enter(ladder, max(self._rank(ladder), self._fitting(ladder, self.now)), self.now)

    def due_after(self, now: dt.datetime) -> Iterator[dt.datetime]:
        yield from super().due_after(now)
        yield from (edition.starts for edition in self.editions[1:] if edition.starts > now)


def counted(program: Program) -> set[tuple[str, Window]]:
    """Return what a program counts over windows, for its ladders and conditions."""
    parts = parts_of(program)
    asked = [("net", part[1]) for part in parts if part[0] == "spent"]
    asked += [part[1:3] for part in parts if part[0] == "earned"]
    asked += [history for ladder in program.ladders for history in ladder.histories()]
    return {(by, window.base) for by, window in asked}


# -- drawing --------------------------------------------------------------------------------------------------------

#: The families whose programs are changed: ladders of terms of their own, claims, streaks and refusals are not.
CHANGED = tuple(family for family in FAMILIES if family not in (club, claiming, playing, strict, lasting, mixed))


def draw_editions(draw: Random) -> tuple[Edition, ...]:
    """Draw a program and one or two that follow it."""
    while True:
        editions = (Edition(sparing(draw, draw.choice(CHANGED)(draw)), OPENED),)
        starts = OPENED
        for _ in range(draw.choice([1, 1, 2])):
            starts += dt.timedelta(days=draw.randint(20, 150), hours=draw.choice([0, 0, 7]))
            later = revised(draw, editions[-1].program, editions[0].program)
            editions += (Edition(later, starts, split(draw, editions[-1].program, later)),)
        try:
            build_book(editions)
        except lc.InvalidProgram:
            continue  # such as a lifetime that would go on by another rule
        return editions


def revised(draw: Random, program: Program, first: Program) -> Program:
    """Draw what a later version says otherwise; a rule that one has dropped may come back in the next."""
    earns = [revised_earn(draw, earn) if draw.random() < 0.5 else earn for earn in program.earns]
    needed = repr((program.lanes, [earn.leaf for earn in earns], program.boosts, program.expiries))
    dropped = draw.choice(earns)
    if draw.random() < 0.4 and repr(dropped.name) not in needed and len(earns) > 1:
        earns.remove(dropped)
    gone = [earn for earn in first.earns if earn.name not in [each.name for each in program.earns]]
    earns += gone if draw.random() < 0.6 else []
    factor = draw.choice([Fraction(1, 2), Fraction(1), Fraction(2)])
    return replace(
        program,
        earns=tuple(earns),
        boosts=tuple(revised_boost(draw, boost) for boost in program.boosts),
        lanes=tuple(replace(lane, limits=revised_limits(draw, lane.limits)) for lane in program.lanes),
        ladders=tuple(revised_ladder(draw, ladder, factor) for ladder in program.ladders),
        expiries=tuple(revised_expiry(draw, expiry) for expiry in program.expiries),
        rewards=tuple(replace(each, cost=each.cost * draw.choice([1, 1, 2])) for each in program.rewards),
        pays=tuple(replace(each, worth=each.worth * draw.choice([1, 1, 2])) for each in program.pays),
        taking_back=draw.choice([program.taking_back, "debt", "write_off"]),
    )


def revised_ladder(draw: Random, ladder: Ladder, factor: Fraction) -> Ladder:
    """Draw other thresholds, and another window where it slides: what that counts is read from the facts."""
    tiers = tuple((tier, max(rank, int(bound * factor))) for rank, (tier, bound) in enumerate(ladder.tiers))
    window = ladder.window
    if window.kind == "rolling" and draw.random() < 0.4:
        window = rolling(days=draw.choice([40, 200]))
    return replace(ladder, tiers=tiers, window=window)


def revised_earn(draw: Random, earn: Earn) -> Earn:
    """Draw another rate, and other limits and ends at times."""
    earn = replace(
        earn, shape=revised_shape(earn.shape, draw.choice([1, 2, 3])), limits=revised_limits(draw, earn.limits)
    )
    changes: list[dict[str, Any]] = [
        {},
        {},
        {"expires": draw.choice([None, Duration(days=35), Duration(months=4)])},
        {"rounding": draw.choice(["floor", "ceiling"])},
        {"taking_back": draw.choice([None, "debt", "write_off"])},
    ]
    if not isinstance(earn.leaf, tuple) and earn.when is None:
        changes.append({"when": ("weekday", *draw.sample(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 4))})
    return replace(earn, **draw.choice(changes))


def revised_shape(shape: Shape, factor: int) -> Shape:
    if isinstance(shape, Rate | Steps):
        return replace(shape, amount=shape.amount * factor)
    if isinstance(shape, Bands):
        return replace(shape, rows=tuple((low, rate * factor) for low, rate in shape.rows))
    assert isinstance(shape, Milestones)
    return replace(shape, rows=tuple((low, amount * factor) for low, amount in shape.rows))


def revised_limits(draw: Random, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """Draw more room or less; those of a name have one room for several rules, so they stay."""
    if draw.random() < 0.5 or any(limit.name or limit.by for limit in limits):
        return limits
    factor = draw.choice([2, 3])
    return tuple(replace(limit, most=limit.most * factor) for limit in limits)


def revised_boost(draw: Random, boost: Boost) -> Boost:
    more = draw.choice([Fraction(0), Fraction(0), Fraction(1, 2)])
    return boost if boost.by_tier else replace(boost, add=boost.add + more) if boost.add else boost


def revised_expiry(draw: Random, expiry: Expiry) -> Expiry:
    """Draw another end; units that end for want of activity go on doing so."""
    lengths = [Duration(days=50), Duration(months=5)]
    if expiry.kind == "inactivity":
        aside, found = beside(draw), draw.choice([expiry, replace(expiry, after=draw.choice(lengths))])
        spares = aside.choice([expiry.spares, expiry.spares[1:], (*{*expiry.spares, "adjustment"},)])
        return replace(found, spares=tuple(sorted(spares)))
    return draw.choice([expiry, Expiry(expiry.unit, "after", draw.choice(lengths)), Expiry(expiry.unit, "never")])


def split(draw: Random, before: Program, after: Program) -> tuple[str, ...]:
    """Draw the rules whose windows are cut: some, and mostly those that would go on for ever by another rule."""
    found = []
    for earn in before.earns:
        windows = [earn.over] if earn.over else [limit.per for limit in earn.limits if limit.rejudge]
        endless = any(window.kind in ("lifetime", "since") for window in windows if window)
        if windows and draw.random() < (0.9 if endless and earn not in after.earns else 0.2):
            found.append(earn.name)
    return tuple(found)


def build_book(editions: tuple[Edition, ...]) -> lc.Book:
    """Build the library's book; what is newly tallied is read from the facts."""
    first, *later = editions
    versions: list[Any] = [build(first.program)]
    for number, edition in enumerate(later, 2):
        program = build(edition.program)
        program = lc.Program(**{**program.fields(), "version": str(number)})
        versions.append(lc.Version(program, starts=edition.starts, split=list(edition.split), tallies=lc.from_facts))
    return lc.Book(versions)


# -- playing --------------------------------------------------------------------------------------------------------


class Reading(Session):
    """One account under a book in both worlds."""

    def __init__(self, editions: tuple[Edition, ...]) -> None:
        super().__init__(editions[0].program)
        self.program = build_book(editions)
        self.model = Chronicle(editions, OPENED)

    def do(self, command: Command) -> None:
        super().do(command)
        self.description = self.model.program


class Reader(Stepper):
    """Draw commands that fit every version: an opening brings only tallies that all of them keep."""

    def histories(self) -> list[tuple[str, Window]]:
        assert isinstance(self.model, Chronicle)
        kept = [counted(edition.program) for edition in self.model.editions]
        return [history for history in super().histories() if all(history in each for each in kept)]


@dataclass
class EditionsReport:
    """What a run under books did."""

    steps: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"steps: {self.steps}", *(f"{kind}: {count}" for kind, count in sorted(self.kinds.items()))]
        return "\n".join([*lines, *self.differences])


def run_books(
    steps: int, seed: int, draw_book: Callable[[Random], tuple[Edition, ...]] = draw_editions
) -> EditionsReport:
    """Take so many random steps under books; stop at the first difference, and tell what led to it."""
    draw, report = Random(seed), EditionsReport()
    while report.steps < steps and not report.differences:
        editions = draw_book(draw)
        reading = Reading(editions)
        try:
            if draw.random() < 0.95:
                stepper = Reader(reading, draw)
                reading.do(stepper.submit(stepper.opening(stepper.tick())))
            for kind in draw.choices(list(WEIGHTS), list(WEIGHTS.values()), k=HISTORY_MAX):
                report.steps += Reader(reading, draw).step(kind)
        except Exception as problem:  # noqa: BLE001 - whatever the library raises is a finding
            found = shorten(editions, reading.commands, describe(problem))
            report.differences.append(found)
        report.kinds += reading.ledger.kinds
    return report


Played = tuple[tuple[Edition, ...], list[Command]]
#: The parts of a program that rules stand in.
_PARTS = ("earns", "boosts", "lanes", "rewards", "pays", "expiries", "ladders")


def shorten(editions: tuple[Edition, ...], commands: list[Command], message: str) -> str:
    """Leave out commands and rules as long as a difference of the same kind is left, and show what remains."""
    (editions, commands), message = least((editions, commands), message, _smaller, _differs)
    return "\n".join([message, *(f"  {each}" for each in editions), *(f"  {each}" for each in commands)])


def _differs(played: Played) -> str | None:
    editions, commands = played
    try:
        reading = Reading(editions)
        for command in commands:
            reading.do(command)
    except Exception as problem:  # noqa: BLE001 - also a book that cannot be built, which is of another kind
        return describe(problem)
    return None


def _smaller(played: Played) -> Iterator[Callable[[], Played]]:
    """Yield the editions with commands left out, then with a rule of a name left out of all of them."""
    editions, commands = played
    for place in reversed(range(len(commands))):
        yield lambda place=place: (editions, commands[:place] + commands[place + 1 :])
    for part in _PARTS:
        for name in {_name(each) for edition in editions for each in getattr(edition.program, part)}:
            yield lambda part=part, name=name: (tuple(_without(edition, part, name) for edition in editions), commands)


def _name(rule: object) -> str:
    return repr(getattr(rule, "name", None))


def _without(edition: Edition, part: str, name: str) -> Edition:
    left = tuple(each for each in getattr(edition.program, part) if _name(each) != name)
    return replace(edition, program=replace(edition.program, **{part: left}))
