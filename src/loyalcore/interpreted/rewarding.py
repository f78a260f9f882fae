"""
Rewarding: what members ask for: to whom rewards are open, what they cost, and holds that come before.

A function records rows, or answers a refusal and records nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from loyalcore.answers import Refusal
from loyalcore.calendar import zone
from loyalcore.errors import InvalidValue, UnknownProgram
from loyalcore.exchanges import Exchange, Offer
from loyalcore.interpreted.cells import Worth
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.holdings import Holdings, flat, triples
from loyalcore.interpreted.offers import beyond, is_open, price, takes, tier_of
from loyalcore.interpreted.postings import extend, free, reserve, room, spend
from loyalcore.interpreted.recording import Asked, fact, follow
from loyalcore.interpreted.worths import follow_spending, give_issue, give_spent, take_back_given
from loyalcore.limits import reject
from loyalcore.rewards import Pay, Reward
from loyalcore.terms import Terms
from loyalcore.units import Amount, Unit

__all__ = [
    "capture",
    "closed",
    "hold",
    "redeem",
    "release",
    "reward_of",
    "short",
    "undo",
]


def short(held: Holdings, unit: Unit, cost: int) -> Refusal | None:
    """Refuse a cost that the usable units do not cover, or while units are owed."""
    if owed := held.debt(unit.name):
        return Refusal("in-debt", f"{Amount(unit, owed)} are owed", Amount(unit, owed))
    if (missing := cost - held.balance(unit.name)) > 0:
        return Refusal("insufficient", f"{Amount(unit, missing)} short", Amount(unit, missing))
    return None


def reward_of(terms: Terms, name: str) -> Offer:
    """Return the rule of a name."""
    kinds = Offer
    return next(rule for rule in terms.rules if isinstance(rule, kinds) and rule.name == name)


def closed(held: Holdings, terms: Terms, reward: Offer, at: int, amount: Any) -> Refusal | None:
    """Refuse a reward that is not open to the member then, or an amount of money that it is not open for."""
    if not is_open(held, terms, reward, at):
        return Refusal("not-open", f"{reward.name} is not open then")
    if isinstance(reward, Reward):
        return None
    paid = Amount(reward.worth.unit if isinstance(reward, Pay) else reward.each.unit, amount)
    if reward.minimum is not None and paid < reward.minimum:
        return Refusal("below-minimum", f"{paid} is too little", reward.minimum - paid)
    if reward.maximum is not None and paid > reward.maximum:
        return Refusal("above-maximum", f"{paid} is too much")
    if reward.step is not None and (over := amount % reward.step.minor):
        return Refusal("not-in-steps", f"{paid} is no step", Amount(paid.unit, reward.step.minor - over))
    return None


def _beyond(
    held: Holdings, terms: Terms, reward: Offer, at: int, times: int, cost: Amount, used: Worth
) -> Refusal | None:
    """Refuse a request that is more than limits allow; note what it takes of them."""
    for limit in reward.limit:
        if lacking := takes(held, terms, limit, reward.name, at, (cost.minor, times), used):
            return beyond(limit, reward.name, cost.unit, lacking)
    return None


def redeem(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Spend units on a reward, or pay an amount of money with them."""
    name, times, amount = event.content[1]
    terms, used = judging.terms, Worth()
    reward = reward_of(terms, name)
    told = tier_of(held, terms, reward, event.at)
    unit, cost = price(reward, told, times, amount)
    refusal = closed(held, terms, reward, event.at, amount) or short(held, unit, cost)
    if refusal is None and isinstance(reward, Exchange) and not _given(reward, told, cost):
        return Refusal("below-minimum", f"{cost} come to nothing", _least(reward, told))
    refusal = refusal or _beyond(held, terms, reward, event.at, times, Amount(unit, cost), used)
    if refusal is not None:
        return refusal
    seq = fact(held, judging.terms, event, told, flat(used.sums), flat(used.slides))
    extend(held, event.at, seq, "redemption")
    spend(held, event.at, seq, name, unit.name, cost)
    if isinstance(reward, Reward):
        follow_spending(held, terms, reward, event.at, seq, times, amount)
    elif isinstance(reward, Exchange):
        give_issue(held, terms, reward.issue, name, event.at, seq, _given(reward, told, cost))
    follow(held, seq)
    return None


def _rate(exchange: Exchange, told: tuple[Any, ...]) -> Fraction:
    """Return what one smallest part comes to."""
    each = exchange.each
    one = each if isinstance(each, Amount) else dict(each.prices).get(told[0], each.otherwise)
    return Fraction(exchange.issue.amount.minor, one.minor)


def _given(exchange: Exchange, told: tuple[Any, ...], amount: int) -> int:
    """Return what an amount comes to in an exchange."""
    parts = amount * _rate(exchange, told)
    on_top = [more.minor * (amount // full.minor) for full, more in exchange.bonus]
    return exchange.rounding(parts.numerator, parts.denominator) + sum(on_top)


def _least(exchange: Exchange, told: tuple[Any, ...]) -> Amount:
    """Return what is needed for the smallest part of what an exchange gives."""
    parts = 1 / _rate(exchange, told)
    by_rate = exchange.asking(parts.numerator, parts.denominator)
    return Amount(
        exchange.each.unit,
        next((few for few in range(1, by_rate) if exchange.bonus and _given(exchange, told, few)), by_rate),
    )


def _final(held: Holdings, terms: Terms, at: int, seq: int) -> Refusal | None:
    """Refuse to undo what is not returnable any more, or what gave units that are not all there."""
    name = next((row[3] for _, row in held.caused(seq) if row[0] == "spend"), None)
    for rule in terms.rules:
        if not isinstance(rule, Offer) or rule.name != name:
            continue
        if rule.returnable is not None and at >= zone(terms.timezone).plus(held.rows[seq][1], rule.returnable):
            return Refusal("too-late", f"{name} was returnable before")
        for lot, row in held.caused(seq):
            if row[0] == "earn" and not isinstance(rule, Pay) and rule.taking_back == reject:
                gone = row[5] - held.lots[lot].left
                if gone:
                    return Refusal("already-used", f"{gone} are not there", Amount(terms.units[row[4]], gone))
    return None


def undo(held: Holdings, judging: Edition, event: Asked, seq: int) -> Refusal | None:
    """Give back what was spent by the redemption, or capture, at a position."""
    asked = held.rows[seq]
    # What was captured has two names: its own, and that of the hold.
    names = {asked[2], asked[3][1][0]} if asked[0] == "capture" else {asked[2]}
    if any(map(held.returns, names)):
        return Refusal("nothing-left", "the redemption was undone before")
    if event.given["items"] is not None:
        return Refusal("not-kept", "a redemption has no items")
    if (refusal := _final(held, judging.terms, event.at, seq)) is not None:
        return refusal
    # What it took of limits; a capture with what its hold did.
    rows = [asked] if asked[0] == "redemption" else [held.rows[held.fact(asked[3][1][0]) or 0], asked]
    taken = Worth()
    for table, place in ((taken.sums, 5), (taken.slides, 6)):
        for name, key, amount in [each for row in rows for each in triples(row[place])]:
            table[name, key] = table.get((name, key), 0) - amount
    cause = fact(held, judging.terms, event, (), flat(taken.sums), flat(taken.slides))
    for place, row in [*held.caused(seq)]:
        if row[0] == "spend":
            give_spent(held, judging.terms, event.at, cause, row)
        elif row[0] == "earn":
            take_back_given(held, judging.terms, event.at, cause, place, event.given["of"])
    follow(held, cause)
    return None


# Holds.


def hold(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Set units aside for a reward. It is no activity that keeps units alive; capturing is."""
    terms, (name, times, amount, until) = judging.terms, event.content[1]
    reward = reward_of(terms, name)
    if (refusal := closed(held, terms, reward, event.at, amount)) is not None:
        return refusal
    if until is None:
        assert reward.hold is not None  # noqa: S101 - the event was refused otherwise
        until = zone(terms.timezone).plus(event.at, reward.hold)
    if until <= held.now:
        return Refusal("hold-ended", "the hold would be over before it is recorded")
    told, used = tier_of(held, terms, reward, event.at), Worth()
    unit, cost = price(reward, told, times, amount)
    if not cost:
        return Refusal("nothing-to-hold", f"{name} costs nothing")
    refusal = short(held, unit, cost) or _beyond(held, terms, reward, event.at, times, Amount(unit, cost), used)
    if refusal is not None:
        return refusal
    cause = fact(held, judging.terms, event, told, flat(used.sums), flat(used.slides))
    reserve(held, event.at, cause, name, unit.name, cost, until)
    follow(held, cause)
    return None


def _open_hold(held: Holdings, of: Any) -> int | Refusal:
    """Return where the hold of an id set units aside, or why there is nothing."""
    seq = held.fact(of)
    if seq is None or held.rows[seq][0] != "hold":
        return Refusal("unknown-hold", f"there is no hold {of!r}")
    reserved = next(place for place, row in held.caused(seq) if row[0] == "reserve")
    return reserved if reserved in held.holds else Refusal("hold-ended", f"hold {of!r} has ended; it ends once")


def capture(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Spend what is held, or a part of it, and release the rest."""
    terms, (of, times, amount) = judging.terms, event.content[1]
    reserved = _open_hold(held, of)
    if isinstance(reserved, Refusal):
        return reserved
    _, _, cause, name, unit, size, _, _ = held.rows[reserved]
    _, held_times, held_amount, _ = held.rows[cause][3][1]
    if (times is not None and held_amount is not None) or (amount is not None and held_amount is None):
        raise InvalidValue(f"hold {of!r} is of {'times' if held_amount is None else 'money'}, the capture is not")
    captured, reward = size, next((rule for rule in terms.of_kind(Reward) if rule.name == name), None)
    gives = reward is not None and (reward.issues or reward.worth is not None)
    if gives and held.rows[cause][8] != terms.hash:
        raise UnknownProgram(f"hold {of!r} was judged by program {held.rows[cause][8]}, not by {terms.hash}")
    if times is not None:
        captured = size // held_times * times
    elif amount is not None:
        judge = held.rows[cause][8]
        if judge != terms.hash:
            raise UnknownProgram(f"hold {of!r} was judged by program {judge}, not by {terms.hash}")
        _, captured = price(reward_of(terms, name), held.rows[cause][4], 1, amount)
    if captured > size:
        return Refusal("beyond-hold", f"hold {of!r} is not of so much", Amount(terms.units[unit], captured - size))
    seq = fact(held, judging.terms, event, (), *room(held, reserved, size - captured, size))
    extend(held, event.at, seq, "redemption")
    free(held, event.at, seq, reserved, captured)
    if reward is not None and gives:
        many, used_on = held_times if times is None else times, held_amount if amount is None else amount
        follow_spending(held, terms, reward, event.at, seq, many, used_on)
    follow(held, seq)
    return None


def release(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Put what is held back into its lots."""
    reserved = _open_hold(held, event.content[1][0])
    if isinstance(reserved, Refusal):
        return reserved
    seq = fact(held, judging.terms, event, (), *room(held, reserved, 1, 1))
    free(held, event.at, seq, reserved)
    follow(held, seq)
    return None
