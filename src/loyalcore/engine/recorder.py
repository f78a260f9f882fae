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
from loyalcore.ledger import Core, earn, slide, tally
from loyalcore.rewards import Reward, repeatedly

__all__ = ["Record", "recorder"]

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
    award = _plain_award(plan)
    judge = None if award is not None and not plan.tallies else _judge(plan)
    claim = _claim(poster, automatic) if is_purchase and automatic else None
    # Most purchases leave too little for any automatic reward: ask that before anything is called.
    units = {each.cost.unit.name for each in automatic}
    claimed, cheapest = (units.pop() if len(units) == 1 else ""), min((each.cost.minor for each in automatic), default=0)
    give, extend = poster.earn, poster.extend
    only = plan.cells[0] if award is not None else None
    name, unit, expires = (only.name, only.unit, only.expires) if only is not None else ("", "", _never)
    plain = only is not None and only.pending is None and not poster.inactive

    def record(core: Core, at: int, now: int, id_: Any, content: Any, event: Any, items: Any) -> None:
        if core.due <= now:
            advance(core, climbs, now)
        core.now = now
        frozen = _NOTHING if freeze is None else freeze(core, at)
        sums = _NOTHING if walk is None else walk(items)
        amount, changed, slid, grants = 0, _NOTHING, _NOTHING, _NOTHING
        if judge is None:
            amount = award(event, sums, at, frozen)  # type: ignore[misc]  # there is one where there is no judge
        else:
            amount, changed, slid, grants = judge(core, event, sums, at, frozen)
        rows = core.rows
        seq = core.base + len(rows)
        rows.append((kind, at, id_, content, frozen, changed, slid, now, program))
        if is_purchase:
            core.purchases += 1
        if changed:
            tally(core, changed)
        if slid:
            slide(core, slid)
        if extends:
            extend(core, at, seq)
        if amount > 0:
            if plain:
                earn(core, at, seq, name, unit, amount, None, expires(at), None)
            else:
                give(core, at, seq, only, amount, None)  # type: ignore[arg-type]  # an amount comes of a cell
        for cell, more, window in grants:
            give(core, at, seq, cell, more, window)
        for climb in climbs:
            climb.after_event(core, seq)
        if claim is not None and (not claimed or ((book := core.books.get(claimed)) and book.balance >= cheapest)):
            claim(core, at, seq)
        if core.due <= now:
            advance(core, climbs, now)

    return record


def _never(at: int) -> int:
    return at


def _plain_award(plan: KindPlan) -> Callable[..., int] | None:
    """Return V where a plan has one cell, of purchases and without limits per window, and tallies no units."""
    if len(plan.cells) != 1 or plan.earned or not isinstance(plan.cells[0], PurchaseCell) or plan.cells[0].rooms:
        return None
    return plan.cells[0].value


def _judge(plan: KindPlan) -> Callable[..., tuple[int, Any, Any, Any]]:
    """Compose the function that answers (award of the only cell, changes of tallies, slides, grants)."""
    award = _plain_award(plan)
    if award is not None and len(plan.tallies) == 1 and plan.tallies[0].length is not None:
        return _judge_one(plan, award)

    def judge(core: Core, event: Any, sums: Any, at: int, frozen: Any) -> tuple[int, Any, Any, Any]:
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
            if amount > 0:
                grants.append((cell, amount, window))
                granted[cell.unit] = granted.get(cell.unit, 0) + amount
        plan.feed(event, sums, at, frozen, changes)
        if plan.earned:
            plan.feed_earned(at, granted, changes)
        return 0, tuple(changes.sums), tuple(changes.slides), grants

    return judge


def _judge_one(plan: KindPlan, award: Callable[..., int]) -> Callable[..., tuple[int, Any, Any, Any]]:
    """Compose `_judge` for one award and one tally over a rolling window."""
    (tally_,) = plan.tallies
    value, name, plus, length = tally_.value, tally_.name, plan.zone.plus, tally_.length

    def judge(core: Core, event: Any, sums: Any, at: int, frozen: Any) -> tuple[int, Any, Any, Any]:
        del core
        number = value(event, sums, at, frozen)
        slid = (name, plus(at, length), number) if number else _NOTHING  # type: ignore[arg-type]
        return award(event, sums, at, frozen), _NOTHING, slid, _NOTHING

    return judge


def _claim(poster: Poster, automatic: list[Reward]) -> Callable[[Core, int, int], None]:
    """Compose the function that claims automatic rewards, in the program's order."""
    wanted = [(each.name, each.cost.unit.name, each.cost.minor, each.claim == repeatedly) for each in automatic]

    def claim(core: Core, at: int, cause: int) -> None:
        for name, unit, cost, again in wanted:
            book = core.books.get(unit)
            while book is not None and book.balance >= cost and not book.debt:
                poster.spend(core, at, cause, name, unit, cost)
                if not again:
                    break

    return claim
