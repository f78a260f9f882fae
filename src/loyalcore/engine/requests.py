"""
Requests: events that may be refused, and events that simply set something.

Each function takes the engine, a core on which everything due has been done, when the event happened and is recorded,
its id and its content. It records the event and answers None, or answers a refusal and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from loyalcore.answers import Refusal
from loyalcore.calendar import window_of
from loyalcore.engine.earning import Changes
from loyalcore.engine.engine import Engine
from loyalcore.engine.kept import kept_of
from loyalcore.engine.locating import anchor_of, tallied
from loyalcore.ledger import Core, anchors_set
from loyalcore.rewards import Reward
from loyalcore.trace import position, trace
from loyalcore.units import Amount, Unit
from loyalcore.windows import Rolling

__all__ = ["REQUESTS", "Request", "give_back"]


def give_back(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Return items of a purchase, or undo a redemption."""
    of, parts, *_ = content[1]
    seq = position(core, of)
    if seq is None:
        return Refusal("unknown-purchase", f"{of!r} is not recorded in account {core.member!r}; try again once it is")
    kind = core.row(seq, content=False)[0]
    if kind == "redemption":
        return _undo(engine, core, seq, at, now, id_, content)
    if kind != "purchase":
        return Refusal("not-returnable", f"{of!r} is of kind {kind}; purchases and redemptions are returned")
    if trace(core).returns.get(of) or parts is not None:
        return _give_back_some(engine, core, seq, at, now, id_, content)
    engine.return_purchase(core, seq, at, now, id_, content)
    return None


def _give_back_some(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *refunds = content[1]
    items = core.row(seq)[3][1]
    kept = kept_of(core, seq, items)
    if not kept.anything:
        return Refusal("nothing-left", f"everything of purchase {of!r} was returned before")
    if (lacking := kept.lacks(parts)) is not None:
        item, held = lacking
        return Refusal("not-kept", f"item {item!r} of purchase {of!r}: only {held / 1000:g} are still kept")
    if refunds and (lacking := kept.without(parts).overdraws(refunds[0], items)) is not None:
        item, held = lacking
        left = Amount(engine.terms.currency, held)
        return Refusal("not-kept", f"item {item!r} of purchase {of!r}: only {left} of it can still be refunded")
    engine.return_purchase(core, seq, at, now, id_, content)
    return None


def _undo(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *_ = content[1]
    if trace(core).returns.get(of):
        return Refusal("nothing-left", f"redemption {of!r} was undone before")
    if parts is not None:
        return Refusal("not-kept", f"redemption {of!r} has no items; return it as a whole")
    engine.return_redemption(core, seq, at, now, id_, content)
    return None


def short(core: Core, unit: Unit, cost: int, what: str) -> Refusal | None:
    """Refuse a cost that the usable units do not cover."""
    book = core.held(unit.name)
    held, owed = (0, 0) if book is None else (book.balance, book.debt)
    if owed:
        missing = Amount(unit, owed)
        return Refusal("in-debt", f"{what} has to wait until {missing} of debt are earned", missing)
    if held < cost:
        missing = Amount(unit, cost - held)
        return Refusal("insufficient", f"{what} costs {Amount(unit, cost)}: {missing} short", missing)
    return None


def redeem(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Spend units on a reward, or pay an amount of money with them."""
    name, times, amount = content[1]
    reward = engine.rewards[name]
    if isinstance(reward, Reward):
        unit, cost = reward.cost.unit, reward.cost.minor * times
    else:
        # Rounded up: a part of a smallest part cannot be spent, and the shop is not to give it away.
        unit, cost = reward.each.unit, -(-amount * reward.each.minor // reward.worth.minor)
    if (refusal := short(core, unit, cost, name)) is not None:
        return refusal
    fact = engine.fact(core, "redemption", at, now, id_, content)
    engine.poster.extend(core, at, fact)
    engine.poster.spend(core, at, fact, name, unit.name, cost)
    engine.settle(core, fact)
    return None


def adjust(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Give or take units by hand."""
    name, places, amount, _, expires = content[1]
    if amount < 0 and (refusal := short(core, Unit(name, places), -amount, "the adjustment")) is not None:
        return refusal
    fact = engine.fact(core, "adjustment", at, now, id_, content)
    if amount < 0:
        engine.poster.spend(core, at, fact, "adjustment", name, -amount)
    else:
        ends = engine.poster.end(core, name, at) if expires is None else expires
        engine.poster.give(core, at, fact, "adjustment", name, amount, ends)
    engine.settle(core, fact)
    return None


def begin(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Set lots, tallies and tiers an account starts with."""
    if core.length:
        return Refusal("not-first", f"account {core.member!r} has entries; an opening comes before all others")
    lots, tiers, _, tallies = content[1][:4]
    windows = {name: tallied(measure.window) for measure, (name, _, _) in engine.tallies.items()}
    anchors, changes = dict(anchors_set("opening", at, content)), Changes()
    for place in range(0, len(tallies), 3):
        name, amount, moment = tallies[place : place + 3]
        window = windows[name]
        if isinstance(window, Rolling):
            changes.slide(name, engine.zone.plus(moment, window.duration), amount)
        else:
            anchor = anchors.get(anchor_of(window) or "")
            changes.add(name, window_of(engine.zone, window, moment, anchor), amount)
    fact = engine.fact(core, "opening", at, now, id_, content, changes)
    for place in range(0, len(lots), 4):
        name, _, amount, expires = lots[place : place + 4]
        ends = engine.poster.end(core, name, at) if expires is None else expires
        engine.poster.give(core, at, fact, "opening", name, amount, ends)
    for place in range(0, len(tiers), 2):
        climb = next(climb for climb in engine.climbs if climb.name == tiers[place])
        climb.enter(core, at, fact, climb.places[tiers[place + 1]])
    engine.advance(core, core.now)
    for climb in engine.climbs:
        climb.rise(core, fact)
    return None


def choose(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Keep choices of the member."""
    engine.settle(core, engine.fact(core, "settings", at, now, id_, content))
    return None


Request = Callable[[Engine, Core, int, int, Any, tuple[Any, ...]], Refusal | None]

#: What each kind of event asks for.
REQUESTS: Final[dict[str, Request]] = {
    "return": give_back,
    "redemption": redeem,
    "adjustment": adjust,
    "opening": begin,
    "settings": choose,
}
