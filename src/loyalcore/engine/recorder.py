"""
The recorder: how an event that earns is judged and recorded, composed once for a plan.

This is the way every purchase goes, whether it comes as an event or is read in place: jobs that are due, moments,
sums over items, awards and contributions, the fact, the postings, tiers, automatic rewards. What a program does not
have is left out when the function is composed, and costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loyalcore.engine.earning import Changes, PurchaseCell, WindowCell
from loyalcore.engine.jobs import advance
from loyalcore.engine.plan import KindPlan
from loyalcore.engine.posting import Poster
from loyalcore.engine.tiers import Climb
from loyalcore.ledger import Core, slide, tally
from loyalcore.rewards import Reward, repeatedly

__all__ = ["Record", "claims", "recorder"]

#: Takes the account's core, the event's moment, when it is recorded (never before what is recorded already), its id,
#: its content, its own row, its items.
Record = Callable[[Core, int, int, Any, Any, Any, Any], None]

_NOTHING: tuple[Any, ...] = ()


def recorder(
    plan: KindPlan, kind: str, poster: Poster, climbs: tuple[Climb, ...], automatic: list[Reward], program: str
) -> Record:
    """Compose the function that brings an account up to date, and judges and records an event on it."""
    freeze, walk = plan.freeze, plan.walk
    is_purchase, extends = kind == "purchase", kind != "enrolment" and bool(poster.inactive)
    judge = _judge(plan)
    claim = claims(poster, automatic)[0] if is_purchase else None
    give, take_back, extend = poster.earn, poster.take_back, poster.extend

    def record(core: Core, at: int, now: int, id_: Any, content: Any, event: Any, items: Any) -> None:
        if core.due <= now:
            advance(core, climbs, now)
        core.now = now
        frozen = _NOTHING if freeze is None else freeze(core, at)
        sums = _NOTHING if walk is None else walk(items)
        changed, slid, grants = judge(core, event, sums, at, frozen)
        seq = core.base + len(core.rows)
        core.rows.append((kind, at, id_, content, frozen, changed, slid, now, program))
        if is_purchase:
            core.purchases += 1
        if changed:
            tally(core, changed)
        if slid:
            slide(core, slid)
        if extends:
            extend(core, at, seq)
        for cell, more, window in grants:
            if more > 0:
                give(core, at, seq, cell, more, window)
            else:
                take_back(core, at, seq, cell, -more, seq, window)
        if core.due <= now:
            # A late event may bring what is over already: that ends before anything follows from it.
            advance(core, climbs, now)
        for climb in climbs:
            climb.after_event(core, seq)
        if claim is not None:
            claim(core, at, seq)

    return record


def _judge(plan: KindPlan) -> Callable[..., tuple[Any, Any, list[Any]]]:
    """Compose the function that answers changes of tallies, slides, and grants."""

    def judge(core: Core, event: Any, sums: Any, at: int, frozen: Any) -> tuple[Any, Any, list[Any]]:
        changes = Changes()
        grants: list[tuple[PurchaseCell | WindowCell, int, int | None]] = []
        granted: dict[str, int] = {}
        for cell in plan.cells:
            window = None
            if isinstance(cell, PurchaseCell):
                amount = cell.value(event, sums, at, frozen)
                if amount and cell.rooms:
                    amount = cell.fit(core, at, amount)
                    cell.use(at, amount, changes)
            else:
                window = cell.start(at)
                if window is None:
                    continue
                added = cell.contributions(event, sums, at, frozen)
                amount = cell.change(core, window, added)
                cell.note(window, added, changes)
            if amount:
                grants.append((cell, amount, window))
                granted[cell.unit] = granted.get(cell.unit, 0) + amount
        plan.feed(event, sums, at, frozen, changes)
        if plan.earned:
            plan.feed_earned(at, granted, changes)
        return tuple(changes.sums), tuple(changes.slides), grants

    return judge


def claims(
    poster: Poster, automatic: list[Reward]
) -> tuple[Callable[[Core, int, int], None] | None, str, int]:
    """
    Compose the function that claims automatic rewards in the program's order, or None where there are none.

    With it come the unit they all cost and the lowest price, to ask before calling; "" where they cost several.
    """
    wanted = [(each.name, each.cost.unit.name, each.cost.minor, each.claim == repeatedly) for each in automatic]
    units = {unit for _, unit, _, _ in wanted}

    def claim(core: Core, at: int, cause: int) -> None:
        for name, unit, cost, again in wanted:
            book = core.books.get(unit)
            while book is not None and book.balance >= cost and not book.debt:
                poster.spend(core, at, cause, name, unit, cost)
                if not again:
                    break

    only = units.pop() if len(units) == 1 else ""
    return (claim if wanted else None), only, min((cost for _, _, cost, _ in wanted), default=0)
