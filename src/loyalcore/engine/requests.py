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
from loyalcore.engine.adjusting import adjust, appoint
from loyalcore.engine.affording import beyond, closed, price, short, tier_of
from loyalcore.engine.earning import Changes
from loyalcore.engine.engine import Engine
from loyalcore.engine.holding import free, freed, reserve
from loyalcore.engine.jobs import settle
from loyalcore.engine.locating import anchor_of, tallied
from loyalcore.engine.posting import waiting
from loyalcore.engine.returning import give_back
from loyalcore.entries import moment
from loyalcore.errors import InvalidValue
from loyalcore.exchanges import Exchange
from loyalcore.ledger import Core
from loyalcore.openings import anchors_set
from loyalcore.rewards import Reward
from loyalcore.trace import caused, position
from loyalcore.units import Amount
from loyalcore.windows import Rolling

__all__ = ["REQUESTS", "Request"]


def redeem(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Spend units on a reward, or pay an amount of money with them."""
    name, times, amount = content[1]
    reward = engine.rewards[name]
    if (refusal := closed(engine, core, at, reward, amount)) is not None:
        return refusal
    told = tier_of(engine, core, at, reward)
    unit, cost = price(reward, told, times, amount)
    if (refusal := short(core, unit, cost, name)) is not None:
        return refusal
    changes, given = Changes(), 0
    if isinstance(reward, Exchange):
        given = reward.gives_for(Amount(unit, cost), *told).minor
        if not given:
            missing = reward.needs_for(Amount(reward.issue.amount.unit, 1), *told)
            return Refusal(
                "below-minimum", f"{Amount(unit, cost)} come to nothing in {name}; {missing} are needed", missing
            )
    if (refusal := beyond(engine, core, name, at, Amount(unit, cost), times, changes)) is not None:
        return refusal
    fact = engine.fact(core, "redemption", at, now, id_, content, changes, told)
    engine.poster.extend(core, at, fact, "redemption")
    engine.poster.spend(core, at, fact, name, unit.name, cost)
    if isinstance(reward, Reward):
        engine.issuer.spent(reward, core, at, fact, times, amount)
    elif isinstance(reward, Exchange):
        engine.issuer.exchanged(name, core, at, fact, given)
    engine.settle(core, fact)
    return None


def hold(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Set units aside for a reward."""
    name, times, amount, until = content[1]
    reward = engine.rewards[name]
    if (refusal := closed(engine, core, at, reward, amount)) is not None:
        return refusal
    told = tier_of(engine, core, at, reward)
    unit, cost = price(reward, told, times, amount)
    if until is None:
        assert reward.hold is not None  # noqa: S101 - the program has seen to it
        until = engine.zone.plus(at, reward.hold)
    if until <= now:
        return Refusal("hold-ended", f"the hold would have ended at {moment(until)}, before it is recorded")
    if not cost:
        return Refusal("nothing-to-hold", f"{name} costs {core.member!r} nothing, so nothing is set aside; redeem it")
    if (refusal := short(core, unit, cost, name)) is not None:
        return refusal
    changes = Changes()
    if (refusal := beyond(engine, core, name, at, Amount(unit, cost), times, changes)) is not None:
        return refusal
    fact = engine.fact(core, "hold", at, now, id_, content, changes, told)
    # Holding is no activity: who held and released for ever would keep units alive for nothing. Capturing is.
    reserve(core, at, fact, name, unit.name, engine.poster.pieces(core, unit.name, cost), until)
    engine.settle(core, fact)
    return None


def _open_hold(core: Core, of: Any) -> int | Refusal:
    """Return the position of what is set aside by the hold of an id, or why there is nothing."""
    seq = position(core, of)
    if seq is None or core.row(seq, content=False)[0] != "hold":
        return Refusal(
            "unknown-hold", f"account {core.member!r} has no hold {of!r}; hold before capturing or releasing"
        )
    reserved = next(place for place, row in caused(core, seq) if row[0] == "reserve")
    if reserved not in core.holds:
        return Refusal("hold-ended", f"hold {of!r} was captured, released or timed out before; it ends once")
    return reserved


def capture(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Spend what is held, or a part of it, and release the rest."""
    of, times, amount = content[1]
    reserved = _open_hold(core, of)
    if isinstance(reserved, Refusal):
        return reserved
    _, _, cause, name, unit, whole, _, _ = core.row(reserved)
    _, many, money, _ = core.row(cause)[3][1]
    if (amount is not None and money is None) or (times is not None and money is not None):
        wanted = "times=" if money is None else "an amount= of money"
        raise InvalidValue(f"capture {id_!r} of hold {of!r} takes {wanted}, as the hold did, or all of it")
    reward, captured = engine.rewards.get(name), whole
    follow = engine.issuer.follows(reward) if isinstance(reward, Reward) else None
    if follow is not None:
        engine.original(core, cause, what="hold", later="capture of what gives units or has a worth")
    if times is not None:
        captured = whole // many * times
    elif amount is not None:
        engine.original(core, cause, what="hold", later="capture of a part")
        _, captured = price(engine.rewards[name], core.row(cause)[4], 1, amount)
    if captured > whole:
        missing = Amount(engine.terms.units[unit], captured - whole)
        return Refusal("beyond-hold", f"hold {of!r} is {missing} short of what capture {id_!r} asks for", missing)
    fact = engine.fact(core, "capture", at, now, id_, content, freed(core, cause, whole - captured, whole))
    engine.poster.extend(core, at, fact, "redemption")
    free(core, at, fact, reserved, captured)
    if follow is not None:
        follow(core, at, fact, many if times is None else times, money if amount is None else amount)
    engine.settle(core, fact)
    return None


def release(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Put what is held back into its lots."""
    reserved = _open_hold(core, content[1][0])
    if isinstance(reserved, Refusal):
        return reserved
    fact = engine.fact(core, "release", at, now, id_, content, freed(core, core.row(reserved)[2], 1, 1))
    free(core, at, fact, reserved)
    engine.settle(core, fact)
    return None


def happen(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Record an activity; one that is about a purchase may be what its units wait for."""
    names, values = content
    if names[-1] != "of":
        engine.record["activity"](core, at, now, id_, content, values, ())
        return None
    seq = position(core, values[-1])
    if seq is None or core.row(seq, content=False)[0] != "purchase":
        said = f"account {core.member!r} has no purchase {values[-1]!r}; try again once it has"
        return Refusal("unknown-purchase", said)
    fact = core.length
    engine.record["activity"](core, at, now, id_, content, values[:-1], ())
    engine.awaited.confirm(core, at, fact, seq, values)
    engine.settle(core, fact)
    return None


def begin(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Set lots, tallies and tiers an account starts with."""
    if core.length:
        return Refusal("not-first", f"account {core.member!r} has entries; an opening comes before all others")
    lots, tiers, _, tallies = content[1][:4]
    told = dict(zip(*content, strict=True))
    worths, usables = told.get("worths", ()), told.get("usables", ())
    given: list[int] = []
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
    starts = dict(zip(usables[::2], usables[1::2], strict=True))
    for place in range(0, len(lots), 4):
        name, _, amount, expires = lots[place : place + 4]
        ends = engine.poster.end(core, name, at) if expires is None else expires
        waits = waiting(core, starts.get(place // 4))
        given.append(engine.poster.give(core, at, fact, "opening", name, amount, ends, waits))
    for place in range(0, len(worths), 4):
        index, _, _, worth = worths[place : place + 4]
        engine.issuer.deem(core, at, fact, given[index], worth, lots[4 * index + 2])
    for place in range(0, len(tiers), 2):
        engine.climb(tiers[place]).begin(core, at, fact, tiers[place + 1])
    settle(core, engine.followers)
    for migration in engine.migrations:
        migration.after_event(core, fact)
    _rise(engine, core, fact)
    for closing in engine.closings:
        closing.after_event(core, fact)
    for run in engine.runs:
        run.after_event(core, fact)
    for watch in engine.following.watches:
        watch.after_event(core, fact)
    return None


def _rise(engine: Engine, core: Core, fact: int) -> None:
    """Enter higher tiers that are borne out; units that those do not keep may be past their end."""
    for climb in engine.climbs:
        climb.rise(core, fact)
    if engine.poster.suspended:
        settle(core, engine.followers)


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
    "activity": happen,
    "hold": hold,
    "capture": capture,
    "release": release,
    "tier_adjustment": appoint,
}
