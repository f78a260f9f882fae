"""
Passing: what happens by itself, each at its moment.

At one moment holds time out first, then lots mature, then lots end, then amounts leave rolling windows, then tiers are
reviewed.
"""

from __future__ import annotations

from loyalcore.instants import FOREVER
from loyalcore.interpreted.holdings import Holdings, Lot
from loyalcore.interpreted.ladders import moves_at, review, slide
from loyalcore.interpreted.postings import time_out
from loyalcore.ladders import Ladder
from loyalcore.terms import Terms

__all__ = ["pass_time"]


def pass_time(held: Holdings, terms: Terms, to: int) -> None:
    """Do everything that is due until a moment, that moment included."""
    ladders: list[Ladder] = list(terms.of_kind(Ladder))
    while (at := _next(held, terms, ladders, to)) <= to:
        sliding = [ladder for ladder in ladders if moves_at(held, terms, ladder, at) == at]
        for hold in [hold for hold, until in held.holds.items() if until <= at]:
            time_out(held, at, hold)
        for unit in _units(held):
            _mature(held, unit, at)
        for unit in _units(held):
            _end(held, unit, at)
        for ladder in sliding:
            slide(held, terms, ladder, at)
        for ladder in ladders:
            if _term(held, ladder) <= at:
                review(held, terms, ladder, at)


def _next(held: Holdings, terms: Terms, ladders: list[Ladder], to: int) -> int:
    """Return the next moment at which something happens; of rolling windows, only until a moment."""
    lots = [min(lot.due, held.deadline(lot.unit)) for lot in held.lots.values() if lot.left]
    terms_end = [_term(held, ladder) for ladder in ladders]
    moves = [moves_at(held, terms, ladder, to) for ladder in ladders]
    return min([*held.holds.values(), *lots, *terms_end, *moves], default=FOREVER)


def _units(held: Holdings) -> list[str]:
    return sorted({lot.unit for lot in held.lots.values() if lot.left})


def _term(held: Holdings, ladder: Ladder) -> int:
    return held.tiers.get(ladder.name, ("", FOREVER))[1]


def _mature(held: Holdings, unit: str, at: int) -> None:
    """Make lots usable, debt first; one that ends by then never matures, it just ends."""
    waited = [lot for lot in held.pending(unit) if lot.due <= at]
    for lot in waited:
        if lot.end > at:
            held.record(("mature", at, lot.name, unit, lot.left, min(held.debt(unit), lot.left)))
    for lot in waited:
        if lot.end <= at:
            _expire(held, lot, at)


def _end(held: Holdings, unit: str, at: int) -> None:
    """End lots: all of them where the deadline of inactivity has come."""
    if held.deadline(unit) <= at:
        for lot in [*held.usable(unit), *held.pending(unit)]:
            _expire(held, lot, min(at, lot.end))
    for lot in held.usable(unit):
        if lot.end <= at:
            _expire(held, lot, at)


def _expire(held: Holdings, lot: Lot, at: int) -> None:
    held.record(("expire", at, lot.name, lot.unit, lot.left))
