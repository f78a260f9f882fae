"""
Passing: what happens by itself, each at its moment.

At one moment holds time out first, then lots mature, then rewards are claimed with lots that end, then lots end, then
amounts leave rolling windows, then windows end that rules wait for, then streaks go on or end, then tiers are reviewed,
then windows begin that rules wait for, then rewards are claimed whose units have come.
"""

from __future__ import annotations

from loyalcore.instants import FOREVER
from loyalcore.interpreted.arising import await_anew, ends, next_end, starts, turns
from loyalcore.interpreted.awards import rejudged
from loyalcore.interpreted.claiming import claim_at_once, save
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.holdings import Holdings, Lot
from loyalcore.interpreted.ladders import anew, ask, bring, ladders, moves_at, review, take_over
from loyalcore.interpreted.migrating import migrate
from loyalcore.interpreted.postings import post, suspend, suspending, time_out
from loyalcore.interpreted.streaks import follow_runs, run_ends, streaks
from loyalcore.interpreted.versions import awaited_again, is_due, is_taken_over, recount

__all__ = ["pass_time", "settle"]


def pass_time(held: Holdings, to: int) -> None:
    """Do everything that is due until a moment, that moment included, by the version in force at each."""
    for edition in held.versions if held.rows else ():
        if edition.start > to:
            break
        if held.now < edition.start:
            assert edition.before is not None  # noqa: S101 - nothing is before the first
            _work(held, edition.before, edition.start - 1)
            _begin(held, edition, edition.start)
        elif is_due(held, edition):
            _begin(held, edition, held.now)
    _work(held, held.version_at(max(to, held.now)), to)


def settle(held: Holdings) -> None:
    """Do what an event has left to be done until now; nothing is claimed with what it has brought."""
    _work(held, held.in_force, held.now, settles=True)


def _begin(held: Holdings, edition: Edition, at: int) -> None:
    """Let a version come into force at a moment, with all that is due then."""
    if not is_taken_over(held, edition):
        held.now = max(held.now, at)
        held.in_force = edition
        held.record(("version", held.now, edition.terms.hash, *recount(held, edition)))
        version = len(held.rows) - 1
        await_anew(held, awaited_again(edition), version)
        for unit in sorted({*held.stays, *(rule.unit.name for rule in suspending(edition.terms))}):
            suspend(held, held.now, version, unit)
        _work(held, edition, held.now)
        for grant in [each for each in rejudged(held, edition) if each.amount]:
            text = f"{grant.cell.name} judged anew"
            held.record(("arise", held.now, version, text, None, (), (), (), edition.terms.hash))
            post(held, held.now, len(held.rows) - 1, grant, None)
        migrate(held, held.now, version)
        for ladder in ladders(edition.terms):
            take_over(held, ladder)
        if suspending(edition.terms):
            _work(held, edition, held.now)
        since = len(held.rows)
        claim_at_once(held, held.now, version)
        anew(held, since, held.now, version)
    _work(held, edition, at)


def _work(held: Holdings, edition: Edition, to: int, *, settles: bool = False) -> None:
    """Do what is due until a moment by a version, or what an event has let be due *settles*."""
    held.in_force = edition
    while (at := min(due := _next_job(held), _next_move(held, to))) <= to:
        before = held.now
        for hold in [hold for hold, until in held.holds.items() if until <= at]:
            time_out(held, at, hold)
        _lots(held, at, settles=settles)
        for ladder in [each for each in ladders(edition.terms) if moves_at(held, each, max(before, at - 1), at) == at]:
            ask(held, ladder, at, None)
        held.now = max(held.now, at)
        if due == at:
            migrate(held, at, None)
        for cause in ends(edition.terms):
            if held.opened.get(cause.text, FOREVER) <= at:
                bring(held, cause, at, at - 1, None, next_end(held, cause, at))
        follow_runs(held, at, begins=at == due and at >= before)
        # Amounts that leave a window are no reason to ask whom they do not concern.
        for ladder in ladders(edition.terms) if due == at else ():
            review(held, ladder, at)
        for start in starts(edition.terms):
            if held.opened.get(start.text, FOREVER) <= at:
                bring(held, start, at, at, None, next_end(held, start, at))
        if at >= before:
            since = len(held.rows)
            claim_at_once(held, at, None)
            anew(held, since, at, None)


def _next_job(held: Holdings) -> int:
    """Return the next moment at which something happens, but for amounts that leave rolling windows."""
    lots = [min(_due(held, lot), held.idle(lot)) for lot in held.lots.values() if lot.left]
    climbs = ladders(held.in_force.terms)
    terms_end = [held.tiers[ladder.name].until for ladder in climbs if ladder.name in held.tiers]
    closes = [held.opened.get(cause.text, FOREVER) for cause in turns(held.in_force.terms)]
    runs = [run_ends(held, streak) for streak in streaks(held.in_force.terms)]
    return min([*held.holds.values(), *lots, *terms_end, *closes, *runs], default=FOREVER)


def _due(held: Holdings, lot: Lot) -> int:
    return held.ends(lot) if lot.usable is None else lot.due


def _next_move(held: Holdings, to: int) -> int:
    """Return the next moment, until one, at which amounts leave rolling windows and another tier fits."""
    return min((moves_at(held, ladder, held.now, to) for ladder in ladders(held.in_force.terms)), default=FOREVER)


def _units(held: Holdings) -> list[str]:
    return sorted({lot.unit for lot in held.lots.values() if lot.left})


def _lots(held: Holdings, at: int, *, settles: bool) -> None:
    """Let lots mature, and then end; before they end, rewards may be claimed with them."""
    for unit in _units(held):
        _mature(held, unit, at)
    save(held, at, settles=settles)
    for unit in _units(held):
        _end(held, unit, at)


def _mature(held: Holdings, unit: str, at: int) -> None:
    """Make lots usable, debt first; one that ends by then never matures, it just ends."""
    waited = [lot for lot in held.pending(unit) if lot.due <= at]
    for lot in waited:
        if min(lot.end, held.idle(lot)) > at:
            held.record(("mature", at, lot.name, unit, lot.left, min(held.debt(unit), lot.left)))
    for lot in waited:
        if min(lot.end, held.idle(lot)) <= at:
            _expire(held, lot, at)


def _end(held: Holdings, unit: str, at: int) -> None:
    """End lots: all that are not spared where the deadline of inactivity has come."""
    for lot in [*held.usable(unit), *held.pending(unit)]:
        if held.idle(lot) <= at:
            _expire(held, lot, min(at, lot.end))
    for lot in held.usable(unit):
        if held.ends(lot) <= at:
            _expire(held, lot, at)


def _expire(held: Holdings, lot: Lot, at: int) -> None:
    held.record(("expire", at, lot.name, lot.unit, lot.left))
