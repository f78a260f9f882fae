"""Offers: what rewards cost a member at a moment, to whom they are open, and what limits leave of them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from loyalcore.answers import Refusal
from loyalcore.calendar import zone
from loyalcore.discounts import Discount
from loyalcore.exchanges import Exchange, Offer
from loyalcore.interpreted.cells import Worth
from loyalcore.interpreted.histories import asks, freeze, named, thaw
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Case, holds
from loyalcore.interpreted.windows import in_account
from loyalcore.limits import Limit
from loyalcore.prices import PriceBy
from loyalcore.rewards import Pay, Reward
from loyalcore.rules import Lane
from loyalcore.terms import Terms
from loyalcore.transfers import Transferable
from loyalcore.units import Amount, Unit
from loyalcore.windows import Rolling, Scope

__all__ = ["beyond", "is_open", "left", "price", "room", "sharing", "takes", "tier_of", "told_by"]


def is_open(held: Holdings, terms: Terms, reward: Offer, at: int) -> bool:
    """Tell whether a reward is open to the member at a moment."""
    asked = list(dict.fromkeys(asks(reward.when)))
    moments = thaw(terms, asked, freeze(held, terms, asked, at))
    return holds(reward.when, Case(terms, "redemption", at, {}, (), moments))


def tier_of(held: Holdings, terms: Terms, reward: Offer, at: int) -> tuple[str, ...]:
    """Return the tier or choice by which a reward has its price, if it has several; it is frozen with a request."""
    price = reward.cost if isinstance(reward, Reward) else reward.each
    return (told_by(held, terms, price, at),) if isinstance(price, PriceBy) else ()


def told_by(held: Holdings, terms: Terms, price: PriceBy, at: int) -> str:
    """Return the tier that a member has, or what was chosen, by which a price goes."""
    if price.what == "tier":
        return held.tier_at(price.name, at) or terms.vocabulary.ladders[price.name][0]
    return held.settings.get(price.name, "")


def price(reward: Offer, told: tuple[Any, ...], times: int, amount: Any) -> tuple[Unit, int]:
    """Return what a reward costs so many times, or paying an amount; a cost is rounded up to a smallest part."""
    base = reward.cost if isinstance(reward, Reward) else reward.each
    one = base if isinstance(base, Amount) else dict(base.prices).get(told[0], base.otherwise)
    if isinstance(reward, Exchange):
        return one.unit, amount
    if isinstance(reward, Reward):
        return one.unit, one.minor * math.ceil(Fraction(times, reward.pieces))
    return one.unit, math.ceil(Fraction(amount * one.minor, reward.worth.minor))


def counting(limit: Limit, what: str, name: str) -> str:
    """Return the tally of what a limit counts: times, or else *what*."""
    return named(f"{name} {'times' if limit.is_count else what}", limit.per)


def left(
    held: Holdings, terms: Terms, limit: Limit, name: str, at: int, *, what: str = "given", parts: int = 1
) -> int | None:
    """
    Return what a limit leaves at a moment, of units or of times; None where there is no window, and no limit.

    It may count something else in so many parts, under another name.
    """
    most = limit.most.minor * parts if isinstance(limit.most, Amount) else limit.most
    assert isinstance(most, int)  # noqa: S101 - what members ask for has no other limit
    if isinstance(limit.per, Scope):
        return most
    tallies = [counting(limit, what, each) for each in sharing(terms, limit, name)]
    if isinstance(limit.per, Rolling):
        return most - sum(held.sliding(tally, max(held.now, at)) for tally in tallies)
    found = in_account(held, terms, limit.per, at)
    return None if found is None else most - sum(held.sum(tally, found[0]) for tally in tallies)


def sharing(terms: Terms, limit: Limit, name: str) -> list[str]:
    """Return what uses the room of a limit together, by name: what has a limit of that name, or the one alone."""
    rules = (rule for rule in terms.rules if isinstance(rule, Reward | Pay | Exchange | Transferable | Discount | Lane))
    found = [rule.name for rule in rules if any(each.name == limit.name for each in rule.limit)]
    return found if limit.name else [name]


def room(held: Holdings, terms: Terms, limit: Limit, name: str, at: int, cost: int) -> int | None:
    """Return how many times a limit leaves room for at a cost each, None where there is no limit."""
    found = left(held, terms, limit, name, at)
    return None if found is None else found // (1 if limit.is_count else cost)


def takes(
    held: Holdings,
    terms: Terms,
    limit: Limit,
    name: str,
    at: int,
    asked_for: tuple[int, int],
    used: Worth,
    *,
    what: str = "given",
) -> int:
    """Note what a request for an amount, so many times, takes of a limit; return by how much it is too much."""
    amount, times = asked_for
    needed, there = times if limit.is_count else amount, left(held, terms, limit, name, at)
    if there is None or isinstance(limit.per, Scope):
        return 0 if there is None else max(0, needed - there)
    tally = counting(limit, what, name)
    if isinstance(limit.per, Rolling):
        used.slides[tally, zone(terms.timezone).plus(at, limit.per.duration)] = needed
    else:
        found = in_account(held, terms, limit.per, at)
        assert found is not None  # noqa: S101 - something is left of it
        used.sums[tally, found[0]] = needed
    return max(0, needed - there)


def beyond(limit: Limit, name: str, unit: Unit, lacking: int) -> Refusal:
    """Refuse what is so much more than a limit leaves; what is missing is told where that is units."""
    return Refusal("limit-reached", f"{name} is limited", None if limit.is_count else Amount(unit, lacking))
