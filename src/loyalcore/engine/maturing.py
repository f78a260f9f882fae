"""Maturing: what waits for an event compiled, and what an activity about a purchase confirms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from loyalcore.calendar import Zone
from loyalcore.engine.earning import Posting, PurchaseCell
from loyalcore.engine.judge import Judge
from loyalcore.engine.plan import KindPlan, canonical_columns
from loyalcore.engine.posting import lots_of
from loyalcore.entries import Row
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.maturity import Until, mature
from loyalcore.terms import Terms
from loyalcore.trace import about

__all__ = ["Awaited"]


class Awaited:
    """Be what the cells of purchases wait for."""

    def __init__(self, terms: Terms, zone: Zone, plan: KindPlan) -> None:
        self._zone = zone
        judge = Judge(terms, "activity", *canonical_columns(terms, "activity"))
        waits = [(cell, cell.pending) for cell in plan.cells if isinstance(cell, PurchaseCell)]
        #: Cells with what they wait for, and the test of an activity.
        self._cells = [(cell, until, judge.condition(until.event)) for cell, until in waits if isinstance(until, Until)]

    def confirm(self, core: Core, at: int, cause: int, purchase: int, values: tuple[Any, ...]) -> None:
        """Let the lots of the purchase at a position that have waited for an activity with such values mature."""
        for cell, until, test in self._cells:
            if test is not None and not test(values, (), at, ()):
                continue
            book = core.book(cell.unit)
            for lot in lots_of(core, purchase, cell.name):
                row = core.row(lot)
                # Another version of the program may have given it in another unit, or at once.
                waits = row[4] == cell.unit and row[6] in (FOREVER, self._latest(until, row[1]))
                if waits and lot not in core.confirmed and lot in book.pending[2::4]:
                    usable, expires = self._terms(core, cell, until, at, row, purchase)
                    core.append(("confirm", at, cause, lot, cell.unit, usable, expires))

    def _latest(self, until: Until, earned: int) -> int:
        """Return from when units are usable for which nothing comes, if they ever are."""
        return self._zone.plus(earned, until.within) if until.otherwise == mature else FOREVER

    def _terms(self, core: Core, cell: Posting, until: Until, came: int, row: Row, purchase: int) -> tuple[int, int]:
        usable, event = min(self._after(until, came), row[6]), core.row(purchase) if cell.is_dated else None
        return usable, cell.end_in(core, usable if cell.from_maturing else row[1], event)

    def _after(self, until: Until, came: int) -> int:
        return came if until.then is None else self._zone.plus(came, until.then)

    def came(self, core: Core, cell: Posting, purchase: Any) -> int | None:
        """Return from when units are usable that a purchase is given once what they wait for has come, or None."""
        for own, until, test in self._cells:
            if own is cell:
                for at, values in _activities(core, purchase):
                    if test is None or test(values, (), at, ()):
                        return self._after(until, at)
        return None


def _activities(core: Core, purchase: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield moment and values of the activities about a purchase; it is a rare question, so there is no index."""
    rows = dict(chain(core.kept.items(), enumerate(core.rows(), core.base)))
    for seq in about(rows.items()).get(purchase, ()):
        yield rows[seq][1], rows[seq][3][1]
