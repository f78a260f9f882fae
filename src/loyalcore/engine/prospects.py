"""
Prospects: what little more would bring, asked of an event that was tried.

A rule misses its event by a number that fell short, or gives more from the next step, milestone or band on; a ladder
has a next tier. All else stays as it is: what is said of one rule says nothing of the lane it is in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from loyalcore.conditions import Condition
from loyalcore.engine.awards import rounded
from loyalcore.engine.earning import AwardsCell, WindowCell
from loyalcore.engine.engine import Engine
from loyalcore.engine.reasons import Inquiry, more
from loyalcore.engine.shapes import Number, shape
from loyalcore.engine.standing import standing
from loyalcore.ledger import Core
from loyalcore.measures import Comparison, Measure, Scaled
from loyalcore.naming import name_of
from loyalcore.quotes import Prospect
from loyalcore.rates import Banded, Milestones, Stepped
from loyalcore.rules import Earn
from loyalcore.units import Amount
from loyalcore.windows import purchase

__all__ = ["prospects"]


def prospects(engine: Engine, core: Core, seq: int) -> tuple[Prospect, ...]:
    """Return what little more would bring for the event at a position, the last that was recorded."""
    row = core.row(seq)
    found: list[Prospect] = []
    if row[0] in engine.plans:
        found += _Asking(engine, core, Inquiry(engine, row)).of_rules()
    return (*found, *_of_ladders(engine, core))


class _Asking:
    """Ask the rules about one event."""

    def __init__(self, engine: Engine, core: Core, inquiry: Inquiry) -> None:
        self._engine, self._core, self._inquiry = engine, core, inquiry

    def of_rules(self) -> Iterator[Prospect]:
        """Yield what rules would give for more, in the program's order."""
        for cell in self._inquiry.plan.cells:
            if isinstance(cell, AwardsCell):
                continue
            for rule in [cell.rule] if isinstance(cell, WindowCell) else cell.rules:
                failing = self._inquiry.failing(rule.when)
                if failing is None:
                    yield from self._next_edge(cell, rule)
                elif not isinstance(cell, WindowCell):
                    yield from self._missed(rule, failing)

    def _missed(self, rule: Earn, failing: Condition[Any]) -> Iterator[Prospect]:
        """Yield what a rule would give if the only thing that it misses, a number, were large enough."""
        gap = self._inquiry.gap(failing)
        if gap is not None and isinstance(failing, Comparison) and (award := self._inquiry.without(rule, failing)):
            yield self._prospect(rule, failing.measure, gap, Amount(rule.gives.unit, award))

    def _prospect(self, rule: Earn, measure: Measure, gap: Fraction, gives: Amount) -> Prospect:
        missing = more(self._engine.terms, gap, self._inquiry.unit_of(measure))
        return Prospect(rule.name, name_of(measure), missing, gives)

    def _next_edge(self, cell: Any, rule: Earn) -> Iterator[Prospect]:
        """Yield what a rule gives beyond what it gives now once its next step, milestone or band is reached."""
        edged = rule.gives.measure
        while isinstance(edged, Scaled):
            edged = edged.measure
        if not isinstance(edged, Milestones | Stepped | Banded) or edged.measure.parts or not _is_plain(rule):
            return
        if rule.name in self._engine.terms.boosts or (isinstance(edged, Banded) and edged.by is not None):
            return
        leaf = edged.measure
        now, scale = self._reached(cell, rule, leaf)
        edge = _edge(edged, Fraction(now, scale))
        if edge is None:
            return
        then = math.ceil(edge * scale)
        value = rounded(rule, shape(rule.gives.measure, lambda _: Number(lambda number: number, scale)))
        gives = Amount(rule.gives.unit, value(then) - value(now))
        if gives.minor > 0:
            yield self._prospect(rule, leaf, Fraction(then - now, scale), gives)

    def _reached(self, cell: Any, rule: Earn, leaf: Measure) -> tuple[int, int]:
        """Return what a rule's leaf comes to in its cell, with this event, and in what parts."""
        if isinstance(cell, WindowCell):
            event, _, at, frozen = self._inquiry.cell
            start = cell.start(event, at, frozen)
            found = 0 if start is None else self._core.sums.get((cell.tallies[0], start), 0)
            return found, cell.scales[0]
        number = self._inquiry.number(self._inquiry.counted(rule, leaf))
        return self._inquiry.asked(number.value), number.scale


def _is_plain(rule: Earn) -> bool:
    """Tell whether a rule gives what its measure says, for a cell as a whole."""
    return not rule.limit and rule.stage == purchase


def _edge(measure: Milestones | Stepped | Banded, now: Fraction) -> Fraction | None:
    """Return the next number from which on more is given, or None where there is none."""
    if isinstance(measure, Stepped):
        step = measure.step.value
        return (now // step + 1) * step
    if isinstance(measure, Milestones):
        edges = [at.value for at, _ in measure.milestones]
    else:
        edges = [low.value for low, _ in measure.bands]
    return min((edge for edge in edges if edge > now), default=None)


def _of_ladders(engine: Engine, core: Core) -> Iterator[Prospect]:
    """Yield what is missing to the next tier of each ladder."""
    for climb in engine.climbs:
        stands = standing(engine, core, climb.name, core.now)
        for need in stands.to_rise:
            gap = need.missing
            if gap.value > 0:
                needed = more(engine.terms, gap.value, gap.unit)
                yield Prospect(climb.name, name_of(need.measure), needed, tier=stands.next)
