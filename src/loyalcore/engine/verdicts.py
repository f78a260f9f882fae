"""
Verdicts: what lanes and limits did to an event, in words.

Which of several won, and what the others would have given; what a limit cut, how much room there was, and when what
waits will be given. Room is looked up in the account as it was, folded again from its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from loyalcore.engine.earning import PurchaseCell
from loyalcore.engine.engine import Engine
from loyalcore.engine.lanes import chosen
from loyalcore.engine.plan import KindPlan
from loyalcore.engine.rooms import Cut
from loyalcore.engine.tallying import Changes
from loyalcore.engine.tenders import heard
from loyalcore.engine.trial import beginning
from loyalcore.entries import Row, moment
from loyalcore.folding import fold_rows
from loyalcore.ledger import Core
from loyalcore.limits import Limit
from loyalcore.measures import Earned, Measure, Over
from loyalcore.rules import Factor
from loyalcore.units import Amount, Unit
from loyalcore.vocabulary import leaves
from loyalcore.windows import Scope, holding, in_words

__all__ = ["again", "counted_since", "cut_by", "cut_said", "cuts", "of_factors", "of_members"]


def counted_since(engine: Engine, measure: Measure) -> str:
    """Say since when a history is counted where a version began to, and nothing of one that is whole."""
    starts = [engine.counted_since(leaf) for leaf in leaves(measure) if isinstance(leaf, Over | Earned)]
    latest = max((start for start in starts if start is not None), default=None)
    return "" if latest is None else f" (counted since {engine.zone.local(latest).isoformat(' ', 'minutes')})"


def cuts(plan: KindPlan, core: Core, seq: int, row: Row) -> dict[str, list[Cut]]:
    """Return what limits over windows did to the event at a position, by rule or lane; nothing where rows are gone."""
    found: dict[str, list[Cut]] = {}
    limited = [cell for cell in plan.cells if isinstance(cell, PurchaseCell) and cell.rooms]
    if not limited or seq < core.base:
        return found
    before = fold_rows(beginning(core), core.rows(stop=seq))
    before.now = row[7]
    before.drop(before.now)
    event, items = heard(row)
    judged, changes = (event, plan.sums(items), row[1], row[4]), Changes()
    for cell in limited:
        award = cell.value(*judged)
        if award:
            cell.rooms.fit(before, judged, award, changes, found.setdefault(cell.name, []))
    return found


def cut_said(cut: Cut, unit: Unit) -> str:
    """Say what a limit did to an award: what room there was, what it gave, and what waits for when."""
    limit, whose = cut.limit, f" for {cut.limit.each.name} {cut.key}" if cut.limit.each is not None else ""
    named = f"{limit.name}, " if limit.name else ""
    left = str(cut.room) if limit.is_count else str(Amount(unit, cut.room))
    gave = f"{Amount(unit, cut.gave)} of {Amount(unit, cut.came)}"
    later = "".join(f", {Amount(unit, part)} from {moment(at)}" for at, part in cut.deferred)
    return f"{named}at most {_most(limit)} {_window(limit)}{whose}: {left} left, gives {gave}{later}"


def cut_by(limits: Iterable[Limit], unit: Unit, before: int, after: int) -> str:
    """Say what limits of a purchase or its items cut."""
    if before <= after:
        return ""
    most = " and ".join(f"{_most(limit)} {_window(limit)}" for limit in limits if isinstance(limit.per, Scope))
    return f"at most {most}, which cut {Amount(unit, before - after)}"


def again(limit: Limit) -> str:
    """Say what a limit that is judged again is."""
    whose = "" if limit.each is None else f" for each {limit.each.name}"
    return f"at most {_most(limit)} {_window(limit)}{whose}, judged again with every return"


def _most(limit: Limit) -> str:
    if limit.is_count:
        return f"{limit.most} times"
    return str(limit.most) if isinstance(limit.most, Amount) else f"a share in {limit.most.unit.name}"  # type: ignore[union-attr]


def _window(limit: Limit) -> str:
    if limit.per == holding:
        return "held"
    name = limit.per.name if isinstance(limit.per, Scope) else in_words(limit.per)
    return f"in the {name}" if name.startswith("last") else f"per {name}"


def of_members(combine: str, names: tuple[str, ...], awards: list[int], unit: Unit) -> str:
    """Say what a lane made of its members: all of them, or the one that won, and what the others would have given."""
    place = chosen(combine, awards)
    if place is None or not awards[place]:
        return f"{'sum' if place is None else combine} of {', '.join(names)}"
    others = [
        f"{name} {Amount(unit, award)}"
        for at, (name, award) in enumerate(zip(names, awards, strict=True))
        if at != place
    ]
    beside = f"; beside it {', '.join(others)}" if others else ""
    return f"{combine} of {', '.join(names)} is {names[place]} with {Amount(unit, awards[place])}{beside}"


def of_factors(combine: str, holding: list[tuple[str, Factor]], value: Callable[[Factor], Any]) -> str:
    """Say what a lane of boosts made of those that hold."""
    named = [f"{name} ({_factor(factor)})" for name, factor in holding]
    place = chosen(combine, [int(value(factor) * 10**6) for _, factor in holding])
    if place is None or len(named) == 1:
        return f"{combine} of {', '.join(named)}" if len(named) > 1 else named[0]
    return f"{combine} of {', '.join(named)} is {holding[place][0]}"


def _factor(factor: Factor) -> str:
    return f"+{float(factor.size * 100):g}%" if factor.adds else f"x{float(factor.size):g}"
