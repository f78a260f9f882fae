"""Claiming: rewards that nobody has to ask for, each at its moment, as often as balance and limits allow."""

from __future__ import annotations

from collections.abc import Callable

from loyalcore.causes import Cause, Expiring
from loyalcore.interpreted.cells import Worth
from loyalcore.interpreted.holdings import Holdings, Lot, flat
from loyalcore.interpreted.offers import is_open, price, room, takes, tier_of
from loyalcore.interpreted.postings import burnt, first_of, spend
from loyalcore.interpreted.worths import follow_spending
from loyalcore.ladders import at_once
from loyalcore.rewards import Reward, asked, once, repeatedly
from loyalcore.terms import Terms
from loyalcore.units import Amount

__all__ = ["claim", "claim_at_once", "claim_on", "moved", "save"]


def claim(held: Holdings, kind: str, at: int, cause: int, settle: Callable[[Holdings], None]) -> None:
    """
    Claim the rewards that nobody has to ask for, after an event of a kind; and at once with what they have brought.

    What they bring of a late event may be over: *settle* lets that end.
    """
    before, rewards = len(held.rows), _claimed(held, kind)
    for reward in rewards:
        _claim_after(held, reward, at, cause)
        settle(held)
    brought = {issue.amount.unit for reward in rewards for issue in reward.issues} if len(held.rows) > before else set()
    for reward in _claimed(held, at_once):
        if reward.cost.unit in brought:
            _claim(held, reward, held.now, held.now, cause)


def _claim_after(held: Holdings, reward: Reward, at: int, cause: int) -> None:
    if reward.when is None and not reward.limit and isinstance(reward.cost, Amount):
        _claim_plainly(held, reward, reward.cost, at, cause)
    else:
        _claim(held, reward, at, at, cause)


def claim_on(held: Holdings, cause: Cause, at: int, seen: int, seq: int | None) -> None:
    """Claim the rewards of a cause that has arisen, by the windows of the moment *seen*."""
    for reward in _claimed(held, cause):
        _claim(held, reward, at, seen, seq)


def claim_at_once(held: Holdings, at: int, seq: int | None) -> None:
    """Claim the rewards that are claimed whatever has brought the units."""
    for reward in _claimed(held, at_once):
        _claim(held, reward, at, at, seq)


def save(held: Holdings, at: int, *, settles: bool) -> None:
    """Claim rewards with the units that end at a moment, or, as an event *settles*, that a tier has kept until then."""
    for reward in held.in_force.terms.of_kind(Reward):
        if not isinstance(reward.on, Expiring):
            continue
        unit = reward.cost.unit.name
        if settles and at != held.stays.get(unit):
            continue  # what comes after its end just ends
        ending = [lot for lot in burnt(held, unit) if lot.left and at in (held.idle(lot), held.ends(lot))]
        if ending:
            _claim(held, reward, at, at, None, ending)


def moved(terms: Terms) -> set[str]:
    """Return the units of which rewards that are claimed by themselves change the balance."""
    claimed = [reward for reward in terms.of_kind(Reward) if reward.claim != asked]
    given = {issue.amount.unit.name for reward in claimed for issue in reward.issues}
    return given | {reward.cost.unit.name for reward in claimed}


def _claimed(held: Holdings, on: object) -> list[Reward]:
    return [reward for reward in held.in_force.terms.of_kind(Reward) if reward.claim != asked and reward.on == on]


def _claim_plainly(held: Holdings, reward: Reward, cost: Amount, at: int, cause: int) -> None:
    """Claim a reward at one price, as often as the balance allows."""
    unit = cost.unit.name
    while held.balance(unit) >= cost.minor and not held.debt(unit):
        spend(held, at, cause, reward.name, unit, cost.minor)
        follow_spending(held, held.in_force.terms, reward, at, cause)
        if reward.claim != repeatedly:
            break


def _claim(
    held: Holdings, reward: Reward, at: int, seen: int, cause: int | None, lots: list[Lot] | None = None
) -> None:
    """Claim a reward by its terms, with some lots alone where there are any given."""
    terms = held.in_force.terms
    unit, cost = price(reward, tier_of(held, terms, reward, seen), 1, None)
    if held.debt(unit.name) or not is_open(held, terms, reward, seen):
        return
    times = (held.balance(unit.name) if lots is None else sum(lot.left for lot in lots)) // cost
    rooms = [room(held, terms, limit, reward.name, at, cost) for limit in reward.limit]
    times = min(times, 1) if reward.claim == once else times
    for each in rooms:
        times = times if each is None else min(times, each)
    if times <= 0:
        return
    used = Worth()
    for limit in reward.limit:
        takes(held, terms, limit, reward.name, at, (cost * times, times), used)
    held.now = max(held.now, at)
    fact, what = len(held.rows), f"{reward.name} claimed"
    held.record(("arise", at, cause, what, None, (), flat(used.sums), flat(used.slides), terms.hash))
    steps = [times] if reward.worth is None else [1] * times  # each that is worth its units has a worth of its own
    for many in steps:
        amount = cost * many
        if lots is None:
            spend(held, at, fact, reward.name, unit.name, amount)
        else:
            there = tuple(part for lot in lots for part in (lot.name, held.lots[lot.name].left))
            held.record(("spend", at, fact, reward.name, unit.name, amount, first_of(there, amount)[0]))
        follow_spending(held, terms, reward, at, fact, many)
