"""
Combinations: which rewards, how often each, are worth most for a balance, or cost least for an amount of money.

Where larger redemptions are worth more a point, the best use of a balance is not the largest reward that it covers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import final

from attrs import frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.rewards import Reward
from loyalcore.units import Amount

__all__ = ["Combination", "least_cost", "most_worth"]

#: How many steps of balance, times how many rewards, are looked at.
_WORK_MAX = 5_000_000


@final
@frozen
class Combination:
    """Be rewards, by their names and how often each is taken, what they *cost* in units, and are *worth* in money."""

    rewards: tuple[tuple[str, int], ...]
    cost: Amount
    worth: Amount


def most_worth(rewards: Iterable[Reward], balance: Amount) -> Combination:
    """
    Return the rewards that are worth most for a balance, each as often as it fits.

    Each has one price in the unit of the balance, and a *worth* in money. Of combinations that are worth the same the
    one that costs least is taken, of those the one of the fewest rewards, and then the one of rewards named first. Who
    may have them, and limits, are not asked: leave out what is not open.
    """
    some = _checked(rewards)
    if not is_a(balance, Amount) or balance.unit != some[0][1].unit:
        raise InvalidValue(f"a balance is of {some[0][1].unit.name}, which the rewards cost, not {shown(balance)}")
    step = math.gcd(*(cost.minor for _, cost, _ in some))
    steps = max(0, balance.minor) // step
    _check_work(steps, some)
    sizes = [(cost.minor // step, worth.minor) for _, cost, worth in some]
    # Per number of steps that are spent at most: what it is worth, less what it costs, and how many rewards that are.
    best: list[tuple[int, int, int]] = [(0, 0, 0)] * (steps + 1)
    last = [-1] * (steps + 1)
    for at in range(1, steps + 1):
        found, taken = best[at - 1], -1
        for place, (size, worth) in enumerate(sizes):
            if size <= at:
                before = best[at - size]
                offer = (before[0] + worth, before[1] - size, before[2] - 1)
                if offer > found:
                    found, taken = offer, place
        best[at], last[at] = found, taken
    counts, at = [0] * len(some), steps
    while at > 0:
        if last[at] < 0:
            at -= 1
        else:
            counts[last[at]] += 1
            at -= sizes[last[at]][0]
    return _combined(some, counts)


def least_cost(rewards: Iterable[Reward], amount: Amount) -> Combination:
    """
    Return the rewards that cost least and are worth at least an amount of money, each as often as needed.

    Of combinations that cost the same the one that is worth most is taken, of those the one of the fewest rewards, and
    then the one of rewards named first. What is asked of rewards is what `most_worth` asks.
    """
    some = _checked(rewards)
    if not is_a(amount, Amount) or amount.unit != some[0][2].unit:
        raise InvalidValue(f"an amount is of {some[0][2].unit.name}, which the rewards are worth, not {shown(amount)}")
    step = math.gcd(*(worth.minor for _, _, worth in some))
    steps = -(-max(0, amount.minor) // step)
    _check_work(steps, some)
    sizes = [(worth.minor // step, cost.minor) for _, cost, worth in some]
    # Per number of steps that are still wanted: what that costs, less what it is worth, and how many rewards that are.
    best: list[tuple[int, int, int]] = [(0, 0, 0)] * (steps + 1)
    last = [-1] * (steps + 1)
    for at in range(1, steps + 1):
        offers = []
        for place, (size, cost) in enumerate(sizes):
            before = best[max(0, at - size)]
            offers.append(((before[0] + cost, before[1] - size, before[2] + 1), place))
        best[at], last[at] = min(offers)
    counts, at = [0] * len(some), steps
    while at > 0:
        counts[last[at]] += 1
        at -= sizes[last[at]][0]
    return _combined(some, counts)


def _checked(rewards: Iterable[Reward]) -> list[tuple[str, Amount, Amount]]:
    """Return name, price and worth of rewards; refuse those that have no single one, or another unit."""
    if is_a(rewards, str) or not is_a(rewards, Iterable):
        raise InvalidValue(f"rewards are a list of Reward, not {shown(rewards)}")
    found: list[tuple[str, Amount, Amount]] = []
    for each in rewards:
        if not is_a(each, Reward) or not isinstance(each.cost, Amount) or not isinstance(each.worth, Amount):
            raise InvalidValue(f"rewards that are combined have one cost, and a worth in money; {shown(each)} has not")
        if not each.cost.minor:
            raise InvalidValue(f"{each.name} costs nothing, so there is no end to it; combine what has a price")
        found.append((each.name, each.cost, each.worth))
        if (each.cost.unit, each.worth.unit) != (found[0][1].unit, found[0][2].unit):
            raise InvalidValue(f"{each.name} costs, or is worth, another unit than {found[0][0]}; combine like rewards")
    if not found:
        raise InvalidValue("there are no rewards to combine; name at least one")
    return found


def _check_work(steps: int, some: Sequence[object]) -> None:
    if (steps + 1) * len(some) > _WORK_MAX:
        raise InvalidValue(
            f"{len(some)} rewards for {steps} steps are more than can be compared; ask for less, or for fewer rewards"
        )


def _combined(some: Sequence[tuple[str, Amount, Amount]], counts: Sequence[int]) -> Combination:
    """Return what so many of each come to."""
    cost = sum(cost.minor * count for (_, cost, _), count in zip(some, counts, strict=True))
    worth = sum(worth.minor * count for (_, _, worth), count in zip(some, counts, strict=True))
    taken = tuple((name, count) for (name, _, _), count in zip(some, counts, strict=True) if count)
    return Combination(taken, Amount(some[0][1].unit, cost), Amount(some[0][2].unit, worth))
