"""
Pricing: what rows of a host would earn a member without a history, read in place.

Nothing is recorded and there is no account: the question of an analyst who compares rules, or of a shop that shows
what a basket earns to somebody who has not signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from loyalcore.bindings import Binding
from loyalcore.engine import Engine
from loyalcore.engine.earning import Changes, PurchaseCell
from loyalcore.engine.forms import Reading
from loyalcore.engine.loops import judging
from loyalcore.engine.plan import KindPlan, check_whole
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.ledger import Core
from loyalcore.readings import columns_of, reading_of
from loyalcore.units import Unit

__all__ = ["awards"]

_EARNING = ("purchase", "activity", "enrolment")
#: Nobody: whose account has nothing in it.
_NOBODY = 0


def awards(engine: Engine, rows: Iterable[Any], binding: Binding, unit: Unit) -> list[int]:
    """Return what each row would earn a member without a history, in smallest parts of a unit."""
    if not is_a(binding, Binding) or binding.kind not in _EARNING or not is_a(rows, Iterable):
        raise InvalidValue(
            "rows of purchases, activities or enrolments are priced by one binding made with bind(…), "
            f"not {shown(rows, 60)} by {shown(binding, 60)}"
        )
    if not is_a(unit, Unit) or engine.terms.units.get(unit.name) != unit:
        known = ", ".join(engine.terms.units) or "none"
        raise InvalidValue(f"an award is in a unit of the program, which has {known}, not in {shown(unit)}")
    plan, reading = engine.priced.get(binding, (None, None))
    if plan is None or reading is None:
        plan = engine.plan_for(binding.kind, *columns_of(engine.terms, binding))
        reading = reading_of(engine.terms, binding)
        engine.priced[binding] = plan, reading
    with judging():
        found = _priced(plan, reading, rows, unit.name)
        for kind in set(map(type, found)) - {int}:
            check_whole(next(award for award in found if type(award) is kind))
    return found if min(found, default=0) >= 0 else [max(0, award) for award in found]


def _priced(plan: KindPlan, reading: Reading, rows: Iterable[Any], unit: str) -> list[int]:
    """Price rows, those of one plain cell read in place without a call more than it takes."""
    nobody = Core(_NOBODY)
    frozen: tuple[Any, ...] = () if plan.freeze is None else plan.freeze(nobody, 0)
    cells = [cell for cell in plan.cells if cell.unit == unit]
    walk, scale, places = plan.walk, reading.scale, reading.places
    if len(cells) != 1 or not isinstance(cells[0], PurchaseCell) or cells[0].rooms:
        value = _given(plan, nobody, unit)
    else:
        value = cells[0].value
    if places is None:
        head = reading.head
        heads = ((row, *head(row)) for row in rows)
        return [value(row, () if walk is None else walk(items), at * scale, frozen) for row, _, at, _, items in heads]
    _, moment_at, _, items_at = places
    if walk is None:
        return [value(row, (), row[moment_at] * scale, frozen) for row in rows]
    return [value(row, walk(row[items_at]), row[moment_at] * scale, frozen) for row in rows]


def _given(plan: KindPlan, nobody: Core, unit: str) -> Callable[[Any, Any, int, Any], int]:
    """Return the function that adds up what an event is given in all cells of a unit."""

    def given(event: Any, sums: Any, at: int, frozen: Any) -> int:
        total = 0
        for cell in plan.about(event, sums, at):
            if cell.unit != unit:
                continue
            if isinstance(cell, PurchaseCell):
                award = cell.value(event, sums, at, frozen)
                if award and cell.rooms:
                    parts = cell.rooms.fit(nobody, (event, sums, at, frozen), award, Changes())
                    award = sum([part for _, part in parts])
            elif (window := cell.start(event, at, frozen)) is None:
                continue
            else:
                award = cell.change(nobody, window, cell.contributions(event, sums, at, frozen))
            check_whole(award)
            total += max(0, award)
        return total

    return given
