"""
Awards: what rules give, cell by cell.

An award is a difference. `Worth` is what an event comes to in every cell, and what is granted or taken back is the
change from one worth to another: a purchase goes from nothing to what it is worth, a return from what was kept before
it to what is kept after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from attrs import evolve

from loyalcore.interpreted.carried import earn, fed, feed
from loyalcore.interpreted.cells import Cell, Part, Worth
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.giving import by_key, contribution, fineness, gives, parts_of, read_of, shares, whole
from loyalcore.interpreted.histories import named
from loyalcore.interpreted.holdings import Holdings, flat
from loyalcore.interpreted.questions import Case, holds, shaped
from loyalcore.interpreted.rooms import filled, key_of, keyed
from loyalcore.interpreted.stretches import cells, judged_anew
from loyalcore.limits import Limit
from loyalcore.measures import Measure
from loyalcore.terms import Terms
from loyalcore.units import Accrual, Amount
from loyalcore.vocabulary import leaves

__all__ = ["Fitting", "Grant", "changes", "judged", "rejudged"]

#: What answers which parts of an award may be granted, and notes the room that they take.
Fitting = Callable[[Case, Cell, int, Worth], list[Part]]


def judged(held: Holdings, edition: Edition, case: Case, fitting: Fitting) -> Worth:
    """Return what an event is worth by a version; *fitting* answers what of an award may be granted."""
    worth = Worth()
    for cell in cells(edition, case.kind):
        if cell.window is None:
            worth.awards[cell.name] = fitting(case, cell, gives(cell.name, case), worth)
        elif (start := cell.start(case)) is not None:
            for name, amount in _contributions(cell, case.by(cell.terms)):
                worth.add_to(name, start, amount)
    feed(worth, fed(edition, held.in_force), case)
    return worth


# Windows: what an event adds to their leaves, and what they come to.


def _contributions(cell: Cell, case: Case) -> Iterator[tuple[str, int]]:
    """Yield what an event adds to the leaves of a window, by the names under which they are tallied."""
    if cell.again is not None:
        yield from _awards(cell, cell.again, case)
    elif holds(cell.rule.when, case):
        for place, leaf in enumerate(leaves(cell.rule.gives.measure)):
            amount = contribution(cell.rule, leaf, case) * fineness(case.terms, cell.rule, leaf)
            yield _leaf_name(cell, place), int(amount)


def _awards(cell: Cell, limit: Limit, case: Case) -> Iterator[tuple[str, int]]:
    """Yield what an event adds where awards are the leaves: the award, and what the limit is measured by."""
    award, name = gives(cell.name, case), named(f"{cell.name} award", limit.per)
    if limit.by_items and limit.each is not None:
        for key, share in filled(shares(cell.rule, case), award):
            yield keyed(name, limit.each.name, key), share
        for key, items in by_key(case, limit.each.name).items():
            yield from _bounds(cell, limit, case, keyed("", limit.each.name, key), items)
        return
    suffix = "" if limit.each is None else keyed("", limit.each.name, key_of(limit, case))
    yield name + suffix, award
    yield from _bounds(cell, limit, case, suffix, case.by_item())


def _bounds(cell: Cell, limit: Limit, case: Case, suffix: str, items: list[Case]) -> Iterator[tuple[str, int]]:
    """Yield what an event adds to what the limit is measured by."""
    for place, leaf in enumerate(_measured(limit)):
        name = named(f"{cell.name} most #{place}", limit.per) + suffix
        yield name, int(read_of(leaf, case, items) * parts_of(case.terms, leaf))


def _measured(limit: Limit) -> list[Measure]:
    """Return what the most of a limit is measured by."""
    return list(leaves(limit.most.measure)) if isinstance(limit.most, Accrual) else []


def _leaf_name(cell: Cell, place: int) -> str:
    return named(f"{cell.name} #{place}", cell.rule.over)


def _of_window(cell: Cell, contents: dict[str, int]) -> int:
    """Return V of a window by what was added to the leaves."""
    terms = cell.terms
    if cell.again is not None:
        return _of_awards(terms, cell, cell.again, contents)
    parts = list(leaves(cell.rule.gives.measure))

    def leaf(measure: Measure) -> Fraction:
        name = _leaf_name(cell, parts.index(measure))
        return Fraction(contents.get(name, 0), fineness(terms, cell.rule, measure))

    return whole(cell.rule, shaped(cell.rule.gives.measure, leaf))


def _of_awards(terms: Terms, cell: Cell, limit: Limit, contents: dict[str, int]) -> int:
    """Return the awards in a window, for each key at most what the limit then comes to."""
    award = named(f"{cell.name} award", limit.per)
    parts, total = _measured(limit), 0
    for suffix in [name.removeprefix(award) for name in contents if name == award or name.startswith(f"{award}, ")]:

        def leaf(measure: Measure, suffix: str = suffix) -> Fraction:
            name = named(f"{cell.name} most #{parts.index(measure)}", limit.per) + suffix
            return Fraction(contents.get(name, 0), parts_of(terms, measure))

        most = limit.most.minor if isinstance(limit.most, Amount) else 0
        if isinstance(limit.most, Accrual):
            most = max(0, int(shaped(limit.most.measure, leaf) * 10**limit.most.unit.places // 1))
        total += min(contents[award + suffix], most)
    return total


# How worth changes.


class Grant(NamedTuple):
    """
    Be what a cell grants, or takes back below zero.

    *window* is the start of the cell's window, if it is one; *since* that of the window as of which it is given, None
    for the moment of the event.
    """

    cell: Cell
    amount: int
    window: int | None
    since: int | None = None


def changes(
    held: Holdings, edition: Edition, case: Case, old: Worth, new: Worth, earned_at: int | None = None
) -> tuple[list[Grant], tuple[Any, ...], tuple[Any, ...]]:
    """
    Return what an event grants as its worth changes, and what that changes in tallies.

    What it earns is counted as of the event's moment, or of another.
    """
    sums, slides = _differences(old.sums, new.sums), _differences(old.slides, new.slides)
    grants: list[Grant] = []
    for cell in cells(edition, case.kind):
        if cell.window is None:
            grants += _of_event(cell, old, new)
        elif (start := cell.start(case)) is not None:
            before = {name: number for (name, of), number in held.sums.items() if of == start}
            after = {name: before.get(name, 0) + more for (name, of), more in sums.items() if of == start}
            latest = judged_anew(held.in_force, cell)
            amount = _of_window(latest, {**before, **after}) - _of_window(latest, before)
            grants.append(Grant(cell, amount, start))
    grants = [grant for grant in grants if grant.amount]
    units: dict[str, int] = {}
    for cell, amount, *_ in grants:
        unit = cell.rule.gives.unit.name
        units[unit] = units.get(unit, 0) + amount
    earned = Worth()
    then = case if earned_at is None else evolve(case, at=earned_at)
    earn(earned, fed(edition, held.in_force), then, units)
    return grants, flat({**sums, **earned.sums}), flat({**slides, **earned.slides})


def _of_event(cell: Cell, old: Worth, new: Worth) -> list[Grant]:
    """Return what a cell of one event grants, in parts, or what it loses, in one."""
    before, after = dict(old.awards.get(cell.name, ())), new.awards.get(cell.name, [])
    if (change := sum(part for _, part in after) - sum(before.values())) <= 0:
        return [Grant(cell, change, None)]
    return [Grant(cell, part - before.get(since, 0), None, since) for since, part in after]


def _differences(old: dict[tuple[str, int], int], new: dict[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    return {key: new.get(key, 0) - old.get(key, 0) for key in {**old, **new}}


def rejudged(held: Holdings, edition: Edition) -> Iterator[Grant]:
    """Yield what a version makes of windows that never close and that it judges anew, beyond what they were given."""
    assert edition.before is not None  # noqa: S101 - the first has nothing to judge anew
    for name in edition.rejudge:
        kind = edition.terms.lanes.earns[name].on
        assert isinstance(kind, str)  # noqa: S101 - what no event raises is not judged anew
        for cell in [each for each in cells(edition, kind) if each.name == name]:
            start = cell.start(Case(cell.terms, kind, held.now, {}, (), {}))
            if start is None:
                continue
            had = {tally: number for (tally, of), number in held.sums.items() if of == start}
            was, now = (_of_window(judged_anew(each, cell), had) for each in (edition.before, edition))
            yield Grant(cell, now - was, start)
