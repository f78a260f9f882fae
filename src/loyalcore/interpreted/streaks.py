"""Streaks: whether one goes on as a period ends, and what ends where it does not."""

from __future__ import annotations

import math

from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.interpreted.histories import Tally, asks, freeze, thaw
from loyalcore.interpreted.holdings import Holdings, pairs
from loyalcore.interpreted.postings import spend
from loyalcore.interpreted.questions import Case, holds
from loyalcore.interpreted.windows import in_account
from loyalcore.streaks import Streak
from loyalcore.terms import Terms

__all__ = ["begin_runs", "follow_runs", "run_ends", "streaks"]


def streaks(terms: Terms) -> list[Streak]:
    """Return the streaks of a version."""
    return [*terms.of_kind(Streak)]


def run_ends(held: Holdings, streak: Streak) -> int:
    """Return when the period ends that a streak waits for."""
    return held.opened.get(streak.name, FOREVER)


def _begin_run(held: Holdings, streak: Streak, cause: int | None) -> None:
    """Wait for the end of the period that is open now where there are units and nothing is waited for."""
    if run_ends(held, streak) == FOREVER and held.balance(streak.unit.name):
        end = _next_end(held, streak, held.now)
        if end < FOREVER:
            held.record(("open", held.now, cause, streak.name, end))


def begin_runs(held: Holdings, cause: int | None) -> None:
    """Begin to wait, of each streak that an event has brought units of."""
    for streak in streaks(held.in_force.terms):
        _begin_run(held, streak, cause)


def follow_runs(held: Holdings, at: int, *, begins: bool) -> None:
    """Let streaks go on or end whose period ends at a moment; others begin where units came by themselves."""
    for streak in streaks(held.in_force.terms):
        if run_ends(held, streak) <= at:
            _end_run(held, streak, at)
        elif begins:
            _begin_run(held, streak, None)


def _end_run(held: Holdings, streak: Streak, at: int) -> None:
    """Go on, with a freeze where it takes one, or let the units end."""
    if not held.balance(streak.unit.name):
        held.record(("open", at, None, streak.name, FOREVER))
        return
    frozen, free = streak.freeze, _is_met(held, streak, at) or _is_excused(held, streak, at)
    if free or (
        frozen is not None and not held.debt(frozen.unit.name) and held.balance(frozen.unit.name) >= frozen.minor
    ):
        held.record(("open", at, None, streak.name, _next_end(held, streak, at)))
        if not free and frozen is not None:
            spend(held, at, len(held.rows) - 1, streak.name, frozen.unit.name, frozen.minor)
        return
    if left := _left(held, streak, at):
        held.record(("open", at, None, streak.name, _next_end(held, streak, at)))
        for lot, lost in pairs(held.draw(streak.unit.name, held.balance(streak.unit.name) - left)):
            held.record(("expire", at, lot, streak.unit.name, lost))
        return
    held.record(("open", at, None, streak.name, FOREVER))
    for unit in (streak.unit, *streak.ends):
        for lot in held.usable(unit.name):
            held.record(("expire", at, lot.name, unit.name, lot.left))


def _left(held: Holdings, streak: Streak, at: int) -> int:
    """Return what is left of a streak after a period that is not let pass, by how many were missed in a row."""
    tally = Tally(held.in_force.terms, streak.counted)
    for missed in range(streak.tolerates + len(streak.keeps) + 1):
        if at <= BEGINNING:
            break
        at, _ = _period(held, streak, at - 1)
        if held.sum(tally.name, at) > 0:
            return math.floor(held.balance(streak.unit.name) * streak.keeps[missed - streak.tolerates - 1])
    return 0


def _next_end(held: Holdings, streak: Streak, at: int) -> int:
    _, end = _period(held, streak, at)
    return end


def _period(held: Holdings, streak: Streak, at: int) -> tuple[int, int]:
    found = in_account(held, held.in_force.terms, streak.per, at)
    assert found is not None  # noqa: S101 - periods and cycles leave no gap
    return found


def _is_met(held: Holdings, streak: Streak, at: int) -> bool:
    """Tell whether something was earned in the period that ends at a moment, or in one that is near enough."""
    tally, starts = Tally(held.in_force.terms, streak.counted), list[int]()
    while at > BEGINNING and len(starts) <= streak.tolerates:
        at, _ = _period(held, streak, at - 1)
        starts.append(at)
    return any(held.sum(tally.name, start) > 0 for start in starts)


def _is_excused(held: Holdings, streak: Streak, at: int) -> bool:
    """Tell whether a missed period does not count, as its last instant says."""
    if streak.unless is None:
        return False
    terms, asked = held.in_force.terms, list(dict.fromkeys(asks(streak.unless)))
    moments = thaw(terms, asked, freeze(held, terms, asked, at - 1))
    return holds(streak.unless, Case(terms, "redemption", at - 1, {}, (), moments))
