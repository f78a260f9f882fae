"""Adjusting: what is done by hand: units that are given or taken, tiers that are given or ended."""

from __future__ import annotations

from typing import Any

from loyalcore.answers import Refusal
from loyalcore.engine.affording import brought, short, waiting_of
from loyalcore.engine.engine import Engine
from loyalcore.engine.posting import first_pieces, waiting
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import reject, truncate
from loyalcore.lots import Book
from loyalcore.units import Unit

__all__ = ["adjust", "appoint"]


def _taken(
    engine: Engine, core: Core, unit: Unit, cost: int, of: Any = None, otherwise: str = reject
) -> tuple[tuple[int, ...], int] | Refusal:
    """
    Return the pieces of lots that are taken by hand, and what of the cost is owed, or why nothing is taken.

    Of what one event has brought they are of what is usable first, then of what is pending.
    """
    book = core.held(unit.name) or Book()
    lots = brought(engine, core, unit, of)
    if isinstance(lots, Refusal):
        return lots
    waits = waiting_of(core, unit, of)
    usable, pending = (sum(left for _, left in some) for some in (lots, waits))
    if otherwise == reject and (refusal := short(core, unit, cost, "the adjustment", usable + pending)) is not None:
        return refusal
    if otherwise == truncate:
        # What is pending is in no balance, so that taking it leaves none below zero.
        usable = min(usable, max(0, book.balance - book.debt))
        cost = min(cost, usable + pending)
    first = first_pieces(lots, min(cost, usable))
    pieces = (*first, *first_pieces(waits, cost - sum(first[1::2])))
    return pieces, cost - sum(pieces[1::2])


def adjust(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Give or take units by hand."""
    name, places, amount, _, expires, *more = content[1]
    taken = _taken(engine, core, Unit(name, places), -amount, *more) if amount < 0 else ((), 0)
    if isinstance(taken, Refusal):
        return taken
    fact = engine.fact(core, "adjustment", at, now, id_, content)
    if amount < 0:
        pieces, owed = taken
        if pieces:
            core.append(("spend", at, fact, "adjustment", name, sum(pieces[1::2]), pieces))
        if owed:
            core.append(("take", at, fact, "adjustment", name, owed, (), 0, owed, 0, None))
    else:
        ends = engine.poster.end(core, name, at) if expires is None else expires
        engine.poster.give(core, at, fact, "adjustment", name, amount, ends, waiting(core, *more))
    engine.settle(core, fact)
    return None


def appoint(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Give a tier by hand, or end what was given."""
    ladder, tier, until, _ = content[1]
    climb = engine.climb(ladder)
    if tier is None and core.given.get(ladder, ("", now))[1] <= now:
        return Refusal("nothing-given", f"no tier of {ladder} was given by hand to {core.member!r} and holds still")
    if until is not None and until <= now:
        return Refusal("too-late", f"tier {tier} of {ladder} would have ended before it is recorded")
    fact = engine.fact(core, "tier_adjustment", at, now, id_, content)
    if tier is None:
        if core.tiers[ladder][2] == "appoint":
            climb.dismiss(core, fact)
    else:
        usual = climb.until(core, climb.places[tier], core.now) if until is None else until
        climb.appoint(core, core.now, fact, tier, None if usual is None or usual >= FOREVER else usual)
    engine.settle(core, fact)
    return None
