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
from loyalcore.engine.burning import in_order
from loyalcore.engine.earning import Changes
from loyalcore.engine.engine import Engine
from loyalcore.engine.holding import free, freed, reserve
from loyalcore.engine.kept import kept_of, overdrawn, scaled
from loyalcore.engine.locating import anchor_of, tallied
from loyalcore.engine.posting import first_pieces
from loyalcore.engine.tenders import less_points
from loyalcore.entries import moment
from loyalcore.errors import InvalidValue
from loyalcore.exchanges import Exchange, Offer
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import reject, truncate
from loyalcore.lots import Book
from loyalcore.openings import anchors_set
from loyalcore.rewards import Pay, Reward
from loyalcore.trace import caused, position, trace
from loyalcore.units import Amount, Unit
from loyalcore.windows import Rolling

__all__ = ["REQUESTS", "Request", "beyond", "brought", "closed", "give_back", "price", "short", "tier_of"]


def give_back(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Return items of a purchase, or undo a redemption."""
    of, parts, *_ = content[1]
    seq = position(core, of)
    if seq is None:
        return Refusal("unknown-purchase", f"{of!r} is not recorded in account {core.member!r}; try again once it is")
    kind = core.row(seq, content=False)[0]
    if kind == "hold":
        captured = trace(core).captures.get(of)
        if captured is None:
            return Refusal("not-returnable", f"hold {of!r} is not captured; a hold that is open can be released")
        seq, kind = captured, "capture"
    if kind in ("redemption", "capture"):
        return _undo(engine, core, seq, at, now, id_, content)
    if kind == "activity":
        return _revoke(engine, core, seq, at, now, id_, content)
    if kind != "purchase":
        return Refusal(
            "not-returnable", f"{of!r} is of kind {kind}; purchases, activities and redemptions are returned"
        )
    if trace(core).returns.get(of) or parts is not None:
        return _give_back_some(engine, core, seq, at, now, id_, content)
    engine.return_purchase(core, seq, at, now, id_, content)
    return None


def _give_back_some(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *refunds = content[1]
    _, _, _, bought, frozen, *_ = core.row(seq)
    items = bought[1]
    kept = kept_of(core, seq, items)
    if not kept.anything:
        return Refusal("nothing-left", f"everything of purchase {of!r} was returned before")
    if (lacking := kept.lacks(parts)) is not None:
        item, held = lacking
        return Refusal("not-kept", f"item {item!r} of purchase {of!r}: only {held / 1000:g} are still kept")
    rows = less_points(bought, frozen, scaled(kept.without(parts), items))
    if refunds and (lacking := overdrawn(refunds[0], rows)) is not None:
        item, held = lacking
        left = Amount(engine.terms.currency, held)
        return Refusal("not-kept", f"item {item!r} of purchase {of!r}: only {left} of it can still be refunded")
    engine.return_purchase(core, seq, at, now, id_, content)
    return None


def _revoke(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *_ = content[1]
    if trace(core).returns.get(of):
        return Refusal("nothing-left", f"activity {of!r} was revoked before")
    if parts is not None:
        return Refusal("not-kept", f"activity {of!r} has no items; return it as a whole")
    engine.return_purchase(core, seq, at, now, id_, content)
    return None


def _undo(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *_ = content[1]
    fact, returns = core.row(seq), trace(core).returns
    # What was captured has two names: its own, and that of the hold.
    names = {of, fact[2], fact[3][1][0]} if fact[0] == "capture" else {of}
    if any(map(returns.get, names)):
        return Refusal("nothing-left", f"redemption {of!r} was undone before")
    if parts is not None:
        return Refusal("not-kept", f"redemption {of!r} has no items; return it as a whole")
    engine.return_redemption(core, seq, at, now, id_, content)
    return None


def short(core: Core, unit: Unit, cost: int, what: str, there: int | None = None) -> Refusal | None:
    """Refuse a cost that the usable units do not cover, all of them or those that are there for it."""
    book = core.held(unit.name)
    held, owed = (0, 0) if book is None else (book.balance, book.debt)
    held = held if there is None else there
    if owed:
        missing = Amount(unit, owed)
        return Refusal("in-debt", f"{what} has to wait until {missing} of debt are earned", missing)
    if held < cost:
        missing = Amount(unit, cost - held)
        return Refusal("insufficient", f"{what} costs {Amount(unit, cost)}: {missing} short", missing)
    return None


def tier_of(engine: Engine, core: Core, at: int, reward: Offer) -> tuple[str, ...]:
    """Return the tier or choice by which a reward has its price, to be frozen with the request, where there are any."""
    read = engine.prices.get(reward.name)
    return () if read is None else (read(core, at),)


def price(reward: Offer, told: tuple[Any, ...], times: int, amount: int | None) -> tuple[Unit, int]:
    """Return what a reward costs so many times, or paying or exchanging an amount, by what was frozen with it."""
    if isinstance(reward, Exchange):
        assert amount is not None  # noqa: S101 - the program has seen to it
        return reward.each.unit, amount
    base = reward.cost if isinstance(reward, Reward) else reward.each
    one = base if isinstance(base, Amount) else base.of(told[0])
    if isinstance(reward, Reward):
        return one.unit, one.minor * reward.for_pieces(times)
    assert amount is not None  # noqa: S101 - the program has seen to it
    # Rounded up: a part of a smallest part cannot be spent, and the shop is not to give it away.
    return one.unit, -(-amount * one.minor // reward.worth.minor)


def closed(engine: Engine, core: Core, at: int, reward: Offer, amount: int | None) -> Refusal | None:
    """Refuse a reward that is not open to the member at a moment, or an amount that it is not open for."""
    test = engine.access.get(reward.name)
    if test is not None and not test(core, at):
        return Refusal("not-open", f"{reward.name} is not open to {core.member!r} then; see its when=")
    return _unpayable(reward, amount)


def _unpayable(reward: Offer, amount: int | None) -> Refusal | None:
    """Refuse an amount of money, or of what is exchanged, that is too small, too large, or between two steps."""
    if amount is None or isinstance(reward, Reward):
        return None
    paid = Amount(reward.worth.unit if isinstance(reward, Pay) else reward.each.unit, amount)
    if reward.minimum is not None and paid < reward.minimum:
        said = f"{reward.name} pays at least {reward.minimum}, not {paid}"
        return Refusal("below-minimum", said, reward.minimum - paid)
    if reward.maximum is not None and paid > reward.maximum:
        return Refusal("above-maximum", f"{reward.name} pays at most {reward.maximum}, not {paid}")
    if reward.step is not None and (over := amount % reward.step.minor):
        missing = reward.step - Amount(paid.unit, over)
        return Refusal(
            "not-in-steps", f"{reward.name} pays in steps of {reward.step}: {paid} is {missing} short", missing
        )
    return None


def beyond(
    engine: Engine, core: Core, name: str, at: int, amount: Amount, times: int, changes: Changes
) -> Refusal | None:
    """Refuse a request that is more than the limits on it allow; note what it takes of them."""
    for allowance in engine.allowances.get(name, ()):
        if lacking := allowance.takes(core, at, amount.minor, times, changes):
            what = f"{name} is limited per {allowance.window}, and this is {lacking} too many"
            return Refusal("limit-reached", what)
    return None


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


def brought(engine: Engine, core: Core, unit: Unit, of: Any) -> list[tuple[int, int]] | Refusal:
    """Return what is left in usable lots, in the order in which they are used: of all, or of what one event brought."""
    lots = in_order(core, unit.name, engine.poster.orders.get(unit.name)) if core.held(unit.name) is not None else []
    if of is None:
        return lots
    seq = position(core, of)
    if seq is None:
        return Refusal("unknown-event", f"{of!r} is not recorded in account {core.member!r}; name what brought units")
    return [(lot, left) for lot, left in lots if core.row(lot)[2] == seq]


def _taken(
    engine: Engine, core: Core, unit: Unit, cost: int, of: Any = None, otherwise: str = reject
) -> tuple[tuple[int, ...], int] | Refusal:
    """Return the pieces of lots that are taken by hand, and what of the cost is owed, or why nothing is taken."""
    book = core.held(unit.name) or Book()
    lots = brought(engine, core, unit, of)
    if isinstance(lots, Refusal):
        return lots
    there = sum(left for _, left in lots)
    if otherwise == reject and (refusal := short(core, unit, cost, "the adjustment", there)) is not None:
        return refusal
    if otherwise == truncate:
        cost = min(cost, there, max(0, book.balance - book.debt))
    pieces = tuple(first_pieces(lots, cost))
    return pieces, cost - sum(pieces[1::2])


def adjust(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Give or take units by hand."""
    name, places, amount, _, expires, *how = content[1]
    taken = _taken(engine, core, Unit(name, places), -amount, *how) if amount < 0 else ((), 0)
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
        engine.poster.give(core, at, fact, "adjustment", name, amount, ends)
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
    worths: tuple[Any, ...] = content[1][6] if len(content[1]) > 6 else ()
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
    for place in range(0, len(lots), 4):
        name, _, amount, expires = lots[place : place + 4]
        ends = engine.poster.end(core, name, at) if expires is None else expires
        engine.poster.give(core, at, fact, "opening", name, amount, ends)
        given.append(core.length - 1)
    for place in range(0, len(worths), 4):
        index, _, _, worth = worths[place : place + 4]
        engine.issuer.deem(core, at, fact, given[index], worth, lots[4 * index + 2])
    for place in range(0, len(tiers), 2):
        engine.climb(tiers[place]).begin(core, at, fact, tiers[place + 1])
    engine.advance(core, core.now)
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
        engine.advance(core, core.now)


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
