"""
The straight way: a whole replay as one loop, for programs whose purchases are plain.

Plain is a purchase that is judged in at most one cell of its own, without limits per window, and feeds at most one
tally, over a rolling window: what most shops run. The loop does what `loyalcore.engine.recorder` composes from
functions, step for step, with the calls taken out: in Python it is calls that a composed program pays for.
A test holds both to the same entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from loyalcore.engine.earning import PurchaseCell, life_end
from loyalcore.engine.jobs import advance
from loyalcore.engine.plan import KindPlan
from loyalcore.engine.posting import Poster
from loyalcore.engine.recorder import claims
from loyalcore.engine.tiers import Climb
from loyalcore.ledger import Core, earn, slide
from loyalcore.lots import Book
from loyalcore.rewards import Reward

__all__ = ["is_plain", "straight"]

_NOTHING: tuple[Any, ...] = ()
_SECOND = 1_000_000


def is_plain(plan: KindPlan, poster: Poster) -> bool:
    """Tell whether the straight way is open to a plan."""
    if plan.earned or poster.inactive or len(plan.cells) != 1 or len(plan.tallies) > 1:
        return False
    (cell,) = plan.cells
    return (
        isinstance(cell, PurchaseCell)
        and not cell.rooms
        and cell.pending is None
        and all(tally.length is not None and tally.place is not None for tally in plan.tallies)
    )


def straight(
    plan: KindPlan,
    poster: Poster,
    climbs: tuple[Climb, ...],
    automatic: list[Reward],
    program: str,
    head: Callable[[Any], tuple[Any, ...]],
    has_items: bool,
    instant: Callable[[Any], int] | None,
    cores: dict[Any, Core],
    watch: str,
    seen: set[Any],
    others: Callable[[Any], Core | None] | None,
) -> Callable[[Iterator[Any]], Iterator[int]]:
    """
    Compose the loop over rows; it yields the balance of a unit after each.

    *seen* collects the ids of purchases. *instant* turns the row's moment into an instant, None where it is whole seconds. *others* decides rows of other
    kinds and answers their core, or None for a purchase.
    """
    (cell,) = plan.cells
    name, unit, expires, award = cell.name, cell.unit, cell.expires, cell.value
    freeze, walk, get = plan.freeze, plan.walk, cores.get
    tally, place, ends = _tally_of(plan)
    claim, wanted, cheapest = claims(poster, automatic)

    def loop(rows: Iterator[Any]) -> Iterator[int]:
        items: Any = _NOTHING
        note = seen.add
        for row in rows:
            if others is not None and (core := others(row)) is not None:
                book = core.books.get(watch)
                yield 0 if book is None else book.balance - book.debt
                continue
            if has_items:
                id_, at, member, items = head(row)
            else:
                id_, at, member = head(row)
            at = at * _SECOND if instant is None else instant(at)
            core = get(member)
            if core is None:
                core = cores[member] = Core(member)
            note(id_)
            now = core.now
            if at > now:
                now = at
            if core.due <= now:
                advance(core, climbs, now)
            core.now = now
            frozen = _NOTHING if freeze is None else freeze(core, at)
            sums = _NOTHING if walk is None else walk(items)
            amount = award(row, sums, at, frozen)
            slid = (tally, ends(at), sums[place]) if place is not None and sums[place] else _NOTHING
            log = core.rows
            seq = core.base + len(log)
            log.append(("purchase", at, id_, row, frozen, _NOTHING, slid, now, program))
            core.purchases += 1
            if slid:
                slide(core, slid)
            book = core.books.get(unit)
            if amount > 0:
                if book is None:
                    book = core.books[unit] = Book()
                end = expires(at)
                lots = book.lots
                if book.debt or (lots and lots[-3] > end):
                    earn(core, at, seq, name, unit, amount, None, end, None)
                else:
                    log.append(("earn", at, seq, name, unit, amount, None, end, 0, None))
                    lots += (end, amount, seq + 1)
                    book.balance += amount
                    if end < core.due:
                        core.due = end
            if core.due <= now:
                advance(core, climbs, now)
            for climb in climbs:
                climb.after_event(core, seq)
            if claim is not None and (unit != wanted or (book is not None and book.balance >= cheapest)):
                claim(core, at, seq)
            if unit != watch:
                book = core.books.get(watch)
            yield 0 if book is None else book.balance - book.debt

    return loop


def _tally_of(plan: KindPlan) -> tuple[str, int | None, Callable[[int], int]]:
    """Return the name of the plan's tally, its place among the sums, and when an amount leaves it."""
    for tally in plan.tallies:
        return tally.name, tally.place, life_end(plan.zone, tally.length)
    return "", None, life_end(plan.zone, None)
