"""
Versions: the programs of a book, compiled to follow one another on one account.

Who judges is the version in force when the event happened; what follows from it (tiers, rewards nobody asks for, jobs)
is of the version in force when it is recorded. So there is an engine for each pair of the two.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import Any

from loyalcore.anchors import version_key
from loyalcore.causes import WindowTurn
from loyalcore.engine.carrying import carried, feed_later, recounted
from loyalcore.engine.columns import Columns
from loyalcore.engine.earning import Posting
from loyalcore.engine.editions import Edition, from_facts, from_now
from loyalcore.engine.engine import Engine
from loyalcore.engine.following import waited
from loyalcore.engine.judge import tally_of
from loyalcore.engine.maturing import Awaited
from loyalcore.engine.plan import KindPlan
from loyalcore.engine.posting import counters_of, suspended_of
from loyalcore.engine.rejudging import check_rejudged, judge_anew, take_anew
from loyalcore.engine.spans import confine, inherit, spans
from loyalcore.engine.tallying import Changes
from loyalcore.engine.tenders import less_points
from loyalcore.engine.worth import Worth, table_of
from loyalcore.entries import FACTS, Row
from loyalcore.errors import UnknownProgram
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.ladders import Ladder
from loyalcore.ledger import Core
from loyalcore.measures import Earned, Over
from loyalcore.migrations import Migration
from loyalcore.terms import Terms

__all__ = ["Versioned", "Versions"]


class Versions:
    """Be the versions of a book, by number, and how an account goes from one to the next."""

    def __init__(self, editions: tuple[Edition, ...]) -> None:
        self.editions = editions
        self._starts = [edition.start for edition in editions]
        self._by_hash = {edition.engine.hash: number for number, edition in enumerate(editions)}
        check_rejudged(editions)
        self.spans, self.kept = spans(editions), carried(editions)
        self._steps = [_Step(self, number) for number in range(len(editions))]
        self._engines: dict[tuple[int, int], Versioned] = {}

    def at(self, instant: int) -> int:
        """Return the version in force at a moment."""
        return max(0, bisect_right(self._starts, instant) - 1)

    def of(self, row: Row) -> int:
        """Return the version that judged a fact."""
        number = self._by_hash.get(row[8])
        if number is None:
            named = ", ".join(f"{each.terms.version} ({each.engine.hash})" for each in self.editions)
            raise UnknownProgram(
                f"{row[0]} {row[2]!r} was judged by program {row[8]}, which is no version of this book; it has {named}"
            )
        return number

    def engine(self, judging: int, current: int) -> Versioned:
        """Return the engine of a version that judges while another, or the same, is in force."""
        pair = (judging, max(judging, current))
        if pair not in self._engines:
            self._engines[pair] = Versioned(self, *pair)
        return self._engines[pair]

    def advance(self, core: Core, to: int) -> None:
        """Do everything that is due until a moment, by the version in force at each."""
        if core.now == BEGINNING:
            return  # there is nothing yet
        for number, step in enumerate(self._steps):
            if self._starts[number] > to:
                break
            if core.now < self._starts[number]:
                self.engine(number - 1, number - 1).work(core, self._starts[number] - 1)
                step.take(core, self._starts[number])
            elif step.is_due(core):
                step.take(core, core.now)
        current = self.at(max(to, core.now))
        self.engine(current, current).work(core, to)

    def next_due(self, core: Core) -> int:
        """Return the next moment at which `advance` has something to record."""
        if core.now == BEGINNING:
            return FOREVER
        current = self.at(core.now)
        if any(step.is_due(core) for step in self._steps[: current + 1]):
            return core.now
        due = self.engine(current, current).rest(core)
        for number in range(current + 1, len(self._steps)):
            if due < self._starts[number]:
                break
            if self._steps[number].marks:
                return self._starts[number]
            due = max(self._starts[number], self.engine(number, number).rest(core))
        return due


class _Step:
    """Be what happens to an account as a version comes into force."""

    def __init__(self, versions: Versions, number: int) -> None:
        self._versions, self._number = versions, number
        edition, new = versions.editions[number], versions.kept[number].items() if number else ()
        self._key, self._start, self._hash = version_key(edition.engine.hash), edition.start, edition.engine.hash
        begun = {name: each.begun for name, each in new if each.since == number and each.measure is not None}
        known = {name for kept in versions.kept[:number] for name in kept}
        self._facts = frozenset(name for name, how in begun.items() if how == from_facts)
        self._anew = frozenset(name for name in begun if name in known) - self._facts
        ladders = [*versions.editions[number - 1].terms.of_kind(Ladder)] if number else []
        changed = number > 0 and any(ladder not in ladders for ladder in edition.terms.of_kind(Ladder))
        #: Turns of windows that rules wait for again, after a version without: those meanwhile are nobody's.
        self._again = _waited(versions.editions[:number]) & _names(edition) - _names(versions.editions[number - 1])
        #: Whether an account has to be taken over; most versions change rates, and nothing has to be done for those.
        self._rejudges = bool(edition.rejudge)
        changed = changed or self._rejudges or _migrating(versions.editions, number)
        before = versions.editions[max(number - 1, 0)].terms
        changed = changed or suspended_of(edition.terms) != suspended_of(before)
        self.marks = changed or bool(self._facts or self._anew or self._again)

    def is_due(self, core: Core) -> bool:
        """Tell whether an account was there before the version began, and has not been taken over yet."""
        return self.marks and self._key not in core.anchors and _first(core) < self._start

    def take(self, core: Core, at: int) -> None:
        """Take an account over, if the version asks for that, with what is due at that moment."""
        engine = self._versions.engine(self._number, self._number)
        if not self.marks or self._key in core.anchors:
            engine.work(core, at)
            return
        core.now = max(core.now, at)
        core.drop(core.now)
        sums, slides = recounted(core, self._plans, self._facts, self._anew)
        core.append(("version", core.now, self._hash, sums, slides))
        version = core.length - 1
        for closing in engine.closings:
            if closing.name in self._again:
                closing.begin(core, version)
        engine.poster.suspend_all(core, core.now, version)
        engine.work(core, core.now)
        if self._rejudges:
            number, editions = self._number, self._versions.editions
            before = self._versions.engine(number - 1, number - 1)
            take_anew(core, core.now, version, editions[number], before, engine)
        for migration in engine.migrations:
            migration.after_event(core, version)
        for climb in engine.climbs:
            climb.take_over(core)
        if engine.poster.suspended:
            engine.work(core, core.now)
        for watch in engine.following.watches:
            watch.after_event(core, version)

    def _plans(self, row: Row) -> dict[str, KindPlan]:
        return self._versions.engine(self._versions.of(row), self._number).plans


def _migrating(editions: tuple[Edition, ...], number: int) -> bool:
    """Tell whether a version turns units into others that the one before it left as they were."""
    before = [*editions[number - 1].terms.of_kind(Migration)] if number else []
    return number > 0 and any(rule not in before for rule in editions[number].terms.of_kind(Migration))


def _names(edition: Edition) -> frozenset[str]:
    """Return the ends and starts of windows, and dates, that rules of a version wait for, by what entries call them."""
    return frozenset(cause.text for cause in waited(edition.terms) if isinstance(cause, WindowTurn))


def _waited(editions: tuple[Edition, ...]) -> frozenset[str]:
    return frozenset().union(*map(_names, editions))


def _first(core: Core) -> int:
    """Return when an account's first fact was recorded; without it, as after a snapshot, it counts as taken over."""
    row = core.row(0) if core.base == 0 else core.kept.get(0)
    return row[7] if row is not None and row[0] in FACTS else FOREVER


class Versioned(Engine):
    """Be a version compiled to judge while it, or a later one, is in force."""

    def __init__(self, versions: Versions, judging: int, current: int) -> None:
        self._versions, self._judging, self._current = versions, judging, current
        self._apart: frozenset[str] = frozenset()
        between = versions.kept[judging + 1 : current]
        #: Tallies that versions between have kept, and neither of the two does: facts may have them.
        self._gone = frozenset().union(*between) - {*versions.kept[judging], *versions.kept[current]}
        super().__init__(versions.editions[judging].terms)
        if judging != current:
            # What follows from an event is of the version in force.
            now = versions.engine(current, current)
            self.following, self.migrations, self.runs = now.following, now.migrations, now.runs
            self.automatic = now.automatic
            self.poster.heed(now.poster)
            self.poster.counters = frozenset().union(*(counters_of(each.terms) for each in versions.editions))

    @cached_property
    def own_awaited(self) -> Awaited:
        """Return what units wait for that this version has given."""
        return Awaited(self.terms, self.zone, self.plans["purchase"])

    @cached_property
    def awaited(self) -> Awaited:
        """Return what units wait for, whichever version has given them."""
        return _Awaited(self._versions, self)

    def counted_since(self, measure: Over | Earned) -> int | None:
        """Return the start of the version that has begun to count a history, where it did so from then on."""
        kept = self._versions.kept[self._judging].get(tally_of(self.terms, measure)[0])
        return self._versions.editions[kept.since].start if kept is not None and kept.begun == from_now else None

    def plan_for(self, kind: str, items: Columns, event: Columns) -> KindPlan:
        """Compile the rules for one kind of event, with those of earlier versions for what is open of these."""
        plan, versions, judging = super().plan_for(kind, items, event), self._versions, self._judging
        terms = versions.editions[self._current].terms
        if judging != self._current:
            self._apart = feed_later(plan, terms, versions.kept[self._current], judging, items, event)

        def older(number: int) -> tuple[Terms, KindPlan]:
            earlier = versions.editions[number].terms
            return earlier, KindPlan(earlier, kind, items, event)

        confine(plan, versions.spans[judging])
        inherit(plan, versions.spans[judging], older, judging)
        judge_anew(plan, kind, versions.editions, versions.spans, judging, self._current)
        return plan

    def advance(self, core: Core, to: int) -> None:
        """Do everything that is due until a moment, by the version in force at each."""
        self._versions.advance(core, to)

    def next_due(self, core: Core) -> int:
        """Return the next moment at which `advance` has something to record."""
        return self._versions.next_due(core)

    def work(self, core: Core, to: int) -> None:
        """Do what is due until a moment by this version."""
        super().advance(core, to)

    def rest(self, core: Core) -> int:
        """Return when the next is due by this version."""
        return super().next_due(core)

    def recorded(self, core: Core, seq: int, purchase: Row, awards: dict[str, int]) -> Worth:
        """Return what the purchase at a position is worth with all its items, in tallies that came later as well."""
        worth = super().recorded(core, seq, purchase, awards)
        for table in (worth.sums, worth.slides) if self._gone else ():
            for key in [key for key in table if key[0] in self._gone]:
                del table[key]
        if not self._apart:
            return worth
        # Those were begun after the purchase, so its own row may not have them: they are measured again.
        kind, at, _, content, frozen, *_ = core.row(seq)
        plan, changes = self.plans[kind], Changes()
        if kind == "purchase":
            plan.feed(content[3], plan.sums(less_points(content, frozen, content[1])), at, frozen, changes)
        else:
            plan.feed(content[1], (), at, frozen, changes)
        return Worth(
            worth.awards,
            self._with(worth.sums, table_of(changes.sums)),
            self._with(worth.slides, table_of(changes.slides)),
        )

    def _with(self, recorded: dict[Any, int], measured: dict[Any, int]) -> dict[Any, int]:
        """
        Return what a fact says of tallies, with what was measured again instead of it.

        What limits on payments and discounts count comes last, as in every fact.
        """
        kept = {key: amount for key, amount in recorded.items() if key[0] not in self._apart}
        last = {
            key: amount for key, amount in kept.items() if key[0] in self.paid or key[0] in self.discounting.counted
        }
        again = {key: amount for key, amount in measured.items() if key[0] in self._apart}
        return {key: amount for key, amount in kept.items() if key not in last} | again | last


class _Awaited(Awaited):
    """Be what cells of purchases wait for, as the version says that judged the purchase."""

    def __init__(self, versions: Versions, own: Versioned) -> None:
        self._versions, self._own = versions, own

    def confirm(self, core: Core, at: int, cause: int, purchase: int, values: tuple[Any, ...]) -> None:
        """Let the lots of the purchase at a position that have waited for an activity with such values mature."""
        judging = self._versions.of(core.row(purchase, content=False))
        engine = self._versions.engine(judging, judging)
        engine.own_awaited.confirm(core, at, cause, purchase, values)

    def came(self, core: Core, cell: Posting, purchase: Any) -> int | None:
        """Return from when units are usable that a purchase is given once what they wait for has come, or None."""
        return self._own.own_awaited.came(core, cell, purchase)
