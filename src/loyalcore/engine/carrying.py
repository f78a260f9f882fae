"""
Carrying: which tallies go on from version to version, and how those begin that a version is the first to keep.

A tally is named by what it measures, so it goes on where two versions keep it. One that is new is read from the facts
once, or begins at the version's start; nothing is ever silently zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from loyalcore.engine.columns import Columns
from loyalcore.engine.earning import PurchaseCell
from loyalcore.engine.editions import Edition, from_facts, from_now
from loyalcore.engine.engine import Engine
from loyalcore.engine.judge import Judge
from loyalcore.engine.kept import kept_of, scaled
from loyalcore.engine.locating import anchor_of, tallied
from loyalcore.engine.plan import EarnedTally, KindPlan, Tally, fed_by
from loyalcore.engine.tallying import Changes
from loyalcore.engine.tenders import less_points
from loyalcore.engine.worth import table_of
from loyalcore.entries import Row
from loyalcore.errors import InvalidProgram
from loyalcore.ledger import Core
from loyalcore.measures import Earned, Over
from loyalcore.migrations import is_migrated
from loyalcore.terms import Terms
from loyalcore.trace import position, trace

__all__ = ["Carried", "carried", "feed_later", "recounted"]


class Carried(NamedTuple):
    """
    Be a tally that a version keeps: what it measures, None for what a limit counts, in what parts, and of what unit.

    *since* is the version from which on it is kept without a break, and *begun* how it began there.
    """

    measure: Over | Earned | None
    scale: int
    unit: str | None
    since: int
    begun: str


def carried(editions: tuple[Edition, ...]) -> list[dict[str, Carried]]:
    """Return what each version keeps; refuse one that does not say how what is new begins."""
    found: list[dict[str, Carried]] = []
    for number, edition in enumerate(editions):
        before = found[-1] if found else {}
        now: dict[str, Carried] = {}
        new = list[str]()
        for name, (measure, scale, unit) in _needed(edition.engine).items():
            if name in before:
                now[name] = before[name]._replace(measure=measure)
            else:
                begun = edition.tallies.get(name, edition.tallies.get("", "")) if number else from_facts
                now[name] = Carried(measure, scale, unit, number, begun)
                new += [name] if number else []
        _check_new(editions[: number + 1], now, new)
        found.append(now)
    return found


def _needed(engine: Engine) -> dict[str, tuple[Over | Earned | None, int, str | None]]:
    """Return what a program tallies, by name."""
    needed: dict[str, tuple[Over | Earned | None, int, str | None]] = {
        name: (measure, scale, unit)
        for measure, (name, scale, unit) in engine.tallies.items()
        if tallied(measure.window) == measure.window
    }
    for plan in engine.plans.values():
        for cell in plan.cells:
            if isinstance(cell, PurchaseCell):
                needed |= dict.fromkeys(cell.rooms.tallies, (None, 1, cell.unit))
    return needed


def _check_new(editions: tuple[Edition, ...], now: Mapping[str, Carried], new: list[str]) -> None:
    """Refuse what is new where nothing, or what cannot be, is said of how it begins."""
    *earlier, edition = editions
    version = edition.terms.version
    for name in edition.tallies:
        if name and name not in new:
            raise InvalidProgram(
                f"version {version} says how {name!r} begins, but what it is the first to tally is: "
                f"{', '.join(map(repr, new)) or 'nothing'}"
            )
    if unsaid := [name for name in new if not now[name].begun]:
        raise InvalidProgram(
            f"version {version} is the first to tally {', '.join(map(repr, unsaid))}; say how that begins with "
            "tallies=from_facts or tallies=from_now"
        )
    for name in new:
        measure = now[name].measure
        if now[name].begun != from_facts:
            continue
        if measure is None or anchor_of(measure.window) is not None:
            what = "what limits count" if measure is None else "what is counted from a member's own date"
            raise InvalidProgram(
                f"version {version} cannot read {name!r} from facts, since {what} was not recorded; "
                f"begin it with from_now"
            )
        for other in earlier if isinstance(measure, Over) else ():
            said = f"version {version} reads {name!r} from facts of version {other.terms.version}, which"
            try:
                other.terms.vocabulary.dimension(measure, None, said)
            except InvalidProgram as problem:
                raise InvalidProgram(f"{problem}; or begin it with from_now") from None


def feed_later(
    plan: KindPlan, terms: Terms, kept: Mapping[str, Carried], version: int, items: Columns, event: Columns
) -> frozenset[str]:
    """
    Let a version's plan feed what a later one, of other *terms*, has read from the facts, and not what began later.

    Return the names of the tallies for which what facts say of them is not all that they came to.
    """
    kind, judge = plan.judge.kind, Judge(terms, plan.judge.kind, items, event)
    later = {name: each for name, each in kept.items() if each.since > version and each.measure is not None}
    begun = {name for name, each in later.items() if each.begun == from_now}
    plan.tallies = [tally for tally in plan.tallies if tally.name not in begun]
    plan.earned = [tally for tally in plan.earned if tally.name not in begun]
    own = {tally.name for tally in plan.tallies} | {tally.name for tally in plan.earned}
    added: list[Tally] = []
    for name, each in later.items():
        if name in own or name in begun:
            continue
        if isinstance(each.measure, Earned):
            plan.earned.append(EarnedTally(judge, each.measure))
        elif isinstance(each.measure, Over) and fed_by(plan.judge.terms, each.measure, kind):
            added.append(Tally(judge, each.measure))
    walk = judge.items.compile()
    for later_tally in added:
        _read_apart(later_tally, walk)
        plan.walk = plan.sums if kind == "purchase" else plan.walk
    plan.tallies += added
    return frozenset(later)


def _read_apart(tally: Tally, walk: Callable[[Any], tuple[Any, ...]]) -> None:
    """Let a tally read sums of its own: the items are the last of those that are given."""
    value, tally.place = tally.value, None
    tally.value = lambda event, sums, at, frozen: value(event, walk(sums[-1]) if sums else (), at, ())


# Reading from the facts.

_Tables = tuple[dict[tuple[str, int], int], dict[tuple[str, int], int]]


def recounted(
    core: Core, plans: Callable[[Row], Mapping[str, KindPlan]], facts: frozenset[str], anew: frozenset[str]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """
    Return the changes that bring tallies to what they would be had they always been kept, and those *anew* to nothing.

    *plans* are those that feed the tallies, for what the version judged that a fact names.
    """
    rows = [core.row(seq) for seq in range(core.length)] if facts else []
    granted = _granted(core, rows, plans)
    changes = Changes()
    for seq, row in enumerate(rows):
        kind, at, _, content, frozen = row[:5]
        if kind == "opening":
            changes.sums += row[5]
            changes.slides += row[6]
        if kind == "arise":
            # What it gave counts as what events give; it is raised by none, so that any plan knows the tallies.
            for tally in plans(row)["purchase"].earned:
                if tally.name in facts:
                    tally.tallying.add((), at, (), granted.get(seq, {}).get(tally.unit, 0), changes)
        if kind not in ("purchase", "activity", "enrolment"):
            continue
        plan, sums, event = plans(row)[kind], (), content[1]
        if kind == "purchase":
            kept, event = kept_of(core, seq, content[1]), content[3]
            sums = plan.sums(less_points(content, frozen, scaled(kept, content[1])) if kept.anything else ())
            if kept.anything:
                plan.feed(event, sums, at, frozen, changes)
        elif not trace(core).returns.get(row[2]):
            plan.feed(event, sums, at, frozen, changes)
        plan.feed_earned(event, at, frozen, granted.get(seq, {}), changes)
    wanted: _Tables = (table_of(changes.sums), table_of(changes.slides))
    return _missing(core, wanted, facts, anew)


def _granted(core: Core, rows: list[Row], plans: Callable[[Row], Mapping[str, KindPlan]]) -> dict[int, dict[str, int]]:
    """Return what each event was given, by unit, less what its returns have taken; deductions are no earnings."""
    granted: dict[int, dict[str, int]] = {}
    for row in rows:
        if row[0] not in ("earn", "take") or is_migrated(rows, row):
            continue
        fact: int | None = row[2]
        if rows[row[2]][0] == "return":
            fact = position(core, rows[row[2]][3][1][0])
        assert fact is not None  # noqa: S101 - what was returned was recorded
        if rows[fact][0] == "activity" and row[3] in {each.name for each in plans(rows[fact])["activity"].deducts}:
            continue
        amount = row[5] if row[0] == "earn" else -(row[5] + row[7] + row[9])
        given = granted.setdefault(fact, {})
        given[row[4]] = given.get(row[4], 0) + amount
    return granted


def _missing(
    core: Core, wanted: _Tables, facts: frozenset[str], anew: frozenset[str]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return what is missing in an account for tallies to be as wanted."""
    names = facts | anew
    parts = {
        name: [(name, *slide.parts[at : at + 2]) for at in range(slide.head, len(slide.parts), 2)]
        for name, slide in core.slides.items()
    }
    held: _Tables = (
        {key: amount for key, amount in core.sums.items() if key[0] in names},
        table_of([part for name in parts if name in names for each in parts[name] for part in each]),
    )
    changes: list[tuple[Any, ...]] = []
    for table, had in zip(wanted, held, strict=True):
        flat: list[Any] = []
        aim = {key: amount for key, amount in table.items() if key[0] in facts}
        for key in sorted({*aim, *had}):
            if more := aim.get(key, 0) - had.get(key, 0):
                flat += (*key, more)
        changes.append(tuple(flat))
    sums, slides = changes
    return sums, tuple(
        part for at in range(0, len(slides), 3) if slides[at + 1] > core.now for part in slides[at : at + 3]
    )
