"""Affording: what a request costs, what there is to pay it, and why it is refused before anything is spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalcore.answers import Refusal
from loyalcore.engine.burning import in_order
from loyalcore.engine.earning import Changes
from loyalcore.engine.engine import Engine
from loyalcore.exchanges import Exchange, Offer
from loyalcore.ledger import Core
from loyalcore.rewards import Pay, Reward
from loyalcore.trace import position
from loyalcore.units import Amount, Unit

__all__ = ["beyond", "brought", "closed", "price", "short", "tier_of", "waiting_of"]

#: What a request costs besides, by rule, where it is of one rule.
_NOTHING_ELSE: Mapping[str, int] = {}


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
    engine: Engine,
    core: Core,
    name: str,
    at: int,
    amount: Amount,
    times: int,
    changes: Changes,
    costs: Mapping[str, int] = _NOTHING_ELSE,
) -> Refusal | None:
    """Refuse a request beyond the limits on it, beside the *costs* of others with it; note what it takes of them."""
    for allowance in engine.allowances.get(name, ()):
        if lacking := allowance.takes(core, at, amount.minor, times, changes, allowance.beside(costs)):
            missing = None if allowance.times else Amount(amount.unit, lacking)
            over = f"{lacking} too many" if missing is None else f"{missing} too much"
            return Refusal("limit-reached", f"{name} is limited per {allowance.window}, and this is {over}", missing)
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


def waiting_of(core: Core, unit: Unit, of: Any) -> list[tuple[int, int]]:
    """Return what is pending of what one event brought, what is usable soonest first; nothing where none is named."""
    book, seq = core.held(unit.name), None if of is None else position(core, of)
    lots = [] if book is None or seq is None else book.open_lots()
    return [(lot, left) for lot, left, _, usable in lots if usable is not None and core.row(lot)[2] == seq]
