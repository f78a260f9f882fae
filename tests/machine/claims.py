"""
What the naive model knows of rewards that are claimed by themselves, of what rewards give, and of exchanges.

A *use* notes that a reward was asked for or claimed, so that limits can count; nothing else is kept. Functions work on
a model, see `machine.model`.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from machine.described import Activity, Enrolment, Exchange, Issue, Limit, Redemption, Reward
from machine.reckoning import Fact, event_holds, next_date, plus, round_to_whole

if TYPE_CHECKING:
    from machine.model import Lot, Model

TURNS = ("ended", "began", "dated")


@dataclass
class Use:
    """That a reward was had: when, how often, for how much in all, and by which request, if any."""

    reward: str
    at: dt.datetime
    anchors: dict[str, dt.datetime]
    amount: int
    times: int
    of: str | None


def turns(model: Model) -> list[Any]:
    """Return the ends and starts of windows, and the dates, that rules and rewards wait for, in their order."""
    program = model.program
    found = [each.on for each in (*program.earns, *program.rewards) if each.on[0] in TURNS]
    return list(dict.fromkeys(found)) if model.begun else []


def turn_after(model: Model, on: Any, now: dt.datetime) -> dt.datetime | None:
    """Return when the window ends that is open at a moment, or which date comes next."""
    if on[0] == "dated":
        return next_date(model.program.zone, on[1], now)
    return model.end_of_window(on[1], now)


# Claiming.


def claim_after(model: Model, kind: str, at: dt.datetime, of: str) -> None:
    """Claim what is claimed after events of a kind: plainly one by one, so that the event brings it; by terms all."""
    for reward in _claimed(model, kind):
        if not reward.is_plain():
            claim(model, reward, at, at)
            continue
        while model.balance(reward.unit) >= reward.cost and not model.debt(reward.unit):
            before = len(model.lots)
            _spend(model, reward, at, reward.cost, 1)
            for lot in model.lots[before:]:
                lot.cause = of
            if reward.claim == "once":
                break


def claim_on(model: Model, on: Any, at: dt.datetime, seen: dt.datetime) -> None:
    """Claim what is claimed at a moment, by what held a little before or just then."""
    for reward in _claimed(model, on):
        claim(model, reward, at, seen)


def save(model: Model) -> None:
    """Claim with the units that end now, those that would be used first before all others."""
    over = [lot for lot in model.lots if model.is_over_at(lot) == model.now]
    for reward in model.program.rewards:
        ending = [lot for lot in model.burn_order(reward.unit) if lot in over]
        if reward.claim != "asked" and reward.on == ("expiring", reward.unit) and ending:
            claim(model, reward, model.now, model.now, ending)


def _claimed(model: Model, on: Any) -> list[Reward]:
    return [reward for reward in model.program.rewards if reward.claim != "asked" and reward.on == on]


def claim(model: Model, reward: Reward, at: dt.datetime, seen: dt.datetime, lots: list[Lot] | None = None) -> None:
    """Claim a reward as often as units and limits allow, all at once."""
    if model.debt(reward.unit) or not is_open(model, reward, seen):
        return
    cost = price_at(model, reward, seen)
    times = (model.balance(reward.unit) if lots is None else sum(lot.left for lot in lots)) // cost
    times = min(times, 1) if reward.claim == "once" else times
    for limit in reward.limits:
        room = room_of(model, limit, reward.name, at)
        if room is not None:
            times = min(times, room if limit.kind == "times" else room // cost)
    if times > 0:
        model.uses.append(Use(reward.name, at, model.anchors(), cost * times, times, None))
        _spend(model, reward, at, cost * times, times, lots)


def _spend(
    model: Model, reward: Reward, at: dt.datetime, amount: int, times: int, lots: list[Lot] | None = None
) -> None:
    fact = Fact(Enrolment(f"claimed {reward.name}", at), model.now)
    model.spend(fact, reward.name, reward.unit, amount, lots)
    for issue in reward.gives:
        give(model, fact, reward.name, issue, issue.amount * times)


def is_open(model: Model, reward: Reward | Exchange, seen: dt.datetime) -> bool:
    """Say whether a reward is open to the member at a moment."""
    return reward.when is None or holds_at(model, reward.when, seen)


def holds_at(model: Model, when: tuple[Any, ...], seen: dt.datetime) -> bool:
    """Ask a condition about the member and a moment."""
    fact = Fact(Enrolment("asking", seen), model.now)
    fact.moments = model.moments(fact, anchors=model.anchors())
    return event_holds(when, fact, model.program)


def price_at(model: Model, reward: Reward, at: dt.datetime) -> int:
    """Return what a reward costs in the tier of a moment."""
    if reward.by_tier is None:
        return reward.cost
    ladder, prices = reward.by_tier
    return dict(prices).get(model.tier(ladder, at), reward.cost)


# What rewards give.


def give(model: Model, fact: Fact, name: str, issue: Issue, amount: int) -> None:
    """Give units by the terms of an issue."""
    at, zone = fact.event.at, model.program.zone
    usable = plus(zone, at, issue.pending) if issue.pending else at
    since = usable if issue.expires_from == "maturing" else at
    own = model.life_end(since, issue.expires) if issue.expires else model.end(issue.unit, since)
    model.earn(fact, name, ("given by", fact.event.id, issue.unit), issue.unit, amount, usable, own)


def _given_by(model: Model, of: str) -> list[Any]:
    """Return the postings of what a redemption gave."""
    return [p for p in model.postings if p.kind == "earn" and p.cell and p.cell[:2] == ("given by", of)]


def take_back_given(model: Model, fact: Fact, of: str) -> None:
    """Take back what a redemption gave that is undone, by its policy or that of the program."""
    for posting in _given_by(model, of):
        (offer,) = [each for each in (*model.program.rewards, *model.program.exchanges) if each.name == posting.rule]
        policy = None if offer.taking_back == "reject" else offer.taking_back
        model.take(fact, posting.rule, posting.cell, posting.unit, policy, posting.amount)


def final(model: Model, fact: Fact, of: Fact) -> tuple[str, int | None] | None:
    """Return why a redemption is not undone, and what is missing: too late, or without what it gave by its policy."""
    program, spent = model.program, [p.rule for p in model.postings if (p.kind, p.cause) == ("spend", of.event.id)]
    for offer in (*program.rewards, *program.exchanges, *program.pays):
        if offer.name not in spent or isinstance(of.event, Activity):
            continue
        if offer.returnable and fact.event.at >= plus(program.zone, of.event.at, offer.returnable):
            return "too-late", None
        for posting in _given_by(model, of.event.id) if getattr(offer, "taking_back", None) == "reject" else ():
            missing: int = posting.amount - sum(lot.left for lot in model.lots if lot.cell == posting.cell)
            if missing:
                return "already-used", missing
    return None


# Limits of what is asked for or claimed.


def room_of(model: Model, limit: Limit, name: str, at: dt.datetime) -> int | None:
    """Return what a limit leaves at a moment, in units or times; None where its window has not begun."""
    if limit.per is None:
        return limit.most
    uses = [use for use in model.uses if use.reward == name]
    if limit.per.kind == "rolling":
        within = [use for use in uses if plus(model.program.zone, use.at, limit.per.duration) > model.now]
    else:
        bounds = model.bounds(limit.per, at, model.anchors())
        if bounds is None:
            return None
        within = [use for use in uses if starts_at(model.bounds(limit.per, use.at, use.anchors), bounds[0])]
    return limit.most - sum(use.times if limit.kind == "times" else use.amount for use in within)


def starts_at(bounds: Any, start: dt.datetime) -> bool:
    return bounds is not None and bounds[0] == start


def beyond(model: Model, name: str, at: dt.datetime, amount: int, times: int) -> list[int | None]:
    """Return by how much a request is more than the first limit leaves that refuses it, None of times."""
    offers = [*model.program.rewards, *model.program.exchanges]
    limits = next((offer.limits for offer in offers if offer.name == name), ())
    for limit, room in [(limit, room_of(model, limit, name, at)) for limit in limits]:
        if room is not None and room < (times if limit.kind == "times" else amount):
            return [None if limit.kind == "times" else amount - room]
    return []


def note_use(model: Model, name: str, at: dt.datetime, amount: int, times: int, of: str) -> None:
    model.uses.append(Use(name, at, model.anchors(), amount, times, of))


def free_use(model: Model, of: str, part: int, whole: int) -> None:
    """Free the room that a request took, as much of it as was not used after all."""
    for use in model.uses:
        if use.of == of:
            use.amount -= use.amount * part // whole
            use.times -= use.times * part // whole


# Exchanges.


def exchange_of(model: Model, name: str) -> Exchange | None:
    return next((each for each in model.program.exchanges if each.name == name), None)


def comes_to(exchange: Exchange, amount: int) -> int:
    return round_to_whole(Fraction(amount * exchange.gives.amount, exchange.each), exchange.rounding)


def least_of(exchange: Exchange) -> int:
    """Return how much is needed for one smallest part."""
    return math.ceil(Fraction(exchange.each, exchange.gives.amount))


def given_for(model: Model, event: Redemption) -> list[tuple[Issue, int]]:
    """Return what a redemption gives."""
    exchange = exchange_of(model, event.reward)
    if exchange is not None:
        assert event.amount is not None
        return [(exchange.gives, comes_to(exchange, event.amount))]
    reward = next((each for each in model.program.rewards if each.name == event.reward), None)
    return [] if reward is None else [(issue, issue.amount * event.times) for issue in reward.gives]
