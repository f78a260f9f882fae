"""Ladders: which tier fits, when one is entered, renewed or lost, and what that brings about."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from loyalcore.bounds import Bound
from loyalcore.calendar import zone
from loyalcore.causes import TierCause
from loyalcore.chains import in_order
from loyalcore.ends import EndOf
from loyalcore.instants import FOREVER
from loyalcore.interpreted.arising import arise, causes
from loyalcore.interpreted.claiming import claim_on, moved
from loyalcore.interpreted.histories import Tally
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.lives import end_of_life
from loyalcore.interpreted.postings import stand_still
from loyalcore.interpreted.requirements import met
from loyalcore.interpreted.windows import anchor_of, in_account
from loyalcore.ladders import Ladder, at_once, never_down, one_step, to_lowest
from loyalcore.measures import Balance, Earned, Over
from loyalcore.rewards import Reward
from loyalcore.rules import Earn
from loyalcore.terms import Terms
from loyalcore.windows import Rolling, Window

__all__ = ["anew", "appoint", "ask", "begin", "bring", "climb", "dismiss", "ladders", "moves_at", "review", "take_over"]


def ladders(terms: Terms) -> list[Ladder]:
    """Return the ladders of a version, each behind those on which it depends."""
    found = {ladder.name: ladder for ladder in terms.of_kind(Ladder)}
    earns = {rule.name: rule for rule in terms.of_kind(Earn)}
    return [found[name] for name in in_order(found, earns, terms.of_kind(Reward))]


# Which tier fits.


def _place(held: Holdings, ladder: Ladder) -> int:
    """Return which tier of a ladder a member has, 0 for the lowest."""
    tier = held.tiers[ladder.name].tier if ladder.name in held.tiers else ""
    return ladder.names.index(tier) if tier in ladder.names else 0


def _fits(held: Holdings, ladder: Ladder, at: int) -> int:
    """Return the place of the highest tier that fits; of a counter that is spent, each has to be paid for in turn."""
    if not ladder.spends:
        return max(place for place in range(len(ladder.tiers)) if met(ladder.asks(place), held, at))
    place, left = _place(held, ladder), _left(held, ladder)
    while place + 1 < len(ladder.tiers) and left >= _price(held, ladder, place + 1):
        place += 1
        left -= _price(held, ladder, place)
    return place


def _kept(held: Holdings, ladder: Ladder, place: int, at: int) -> int:
    """Return the place of the highest tier, up to one that is held, that can be kept."""
    return max(each for each in range(place + 1) if not each or met(ladder.asks_to_keep(each), held, at))


def _floor(held: Holdings, ladder: Ladder, at: int) -> int:
    """Return the place of the tier that was given by hand and still holds."""
    given = held.given.get(ladder.name)
    holds = given is not None and given.until > at and given.tier in ladder.names
    return ladder.names.index(given.tier) if given is not None and holds else 0


def _lower(ladder: Ladder, place: int, fits: int) -> int:
    """Return where one falls to."""
    return {one_step: max(0, place - 1), to_lowest: 0}.get(ladder.downgrade, fits)


def _falls(ladder: Ladder) -> bool:
    return bool(ladder.downgrade != never_down)


def _target(held: Holdings, ladder: Ladder, at: int) -> int | None:
    """Return the tier that is to be entered, or renewed, at a moment; None where all stays as it is."""
    place, fits = _place(held, ladder), _fits(held, ladder, at)
    if fits > place:
        return fits
    if not place or ladder.spends:
        return None
    kind, keeps = held.tiers[ladder.name].kind, met(ladder.asks_to_keep(place), held, at)
    if kind == "grace" and ladder.review == at_once and ladder.grace is not None:
        return place if keeps or fits == place else None
    if keeps:
        return place if _is_reached_again(held, ladder, place, at) else None
    if fits < place and ladder.review == at_once and _falls(ladder) and kind != "appoint":
        return _lower(ladder, place, _kept(held, ladder, place, at))
    return None


def _is_reached_again(held: Holdings, ladder: Ladder, place: int, at: int) -> bool:
    """Tell whether a tier was reached in an earlier window, and would now hold for longer."""
    windows = _windows(held, ladder.ending, at)
    if ladder.valid is None or not ladder.ending:
        return False
    now, ends = held.tiers[ladder.name], _term(held, ladder, place, at)
    began = max((start for start, _ in windows), default=at)
    return (FOREVER if ends is None else ends) > now.until and (now.since < began or now.kind != "tier")


def _windows(held: Holdings, windows: Iterable[Window], at: int) -> list[tuple[int, int]]:
    """Return where windows lie at a moment."""
    found = [in_account(held, held.in_force.terms, window, at) for window in windows]
    return [bounds for bounds in found if bounds is not None]


# Terms.


def _term(held: Holdings, ladder: Ladder, place: int, at: int, behind: int | None = None) -> int | None:
    """
    Return when the term of a tier ends that begins at a moment, *behind* the end of another; None where it has no end.

    One to the end of a period is then counted from before that end: what was renewed for 2025 holds for 2026.
    """
    if not place or not _falls(ladder):
        return None
    ends = min((end for _, end in _windows(held, (*ladder.ending, *ladder.turning), at)), default=FOREVER)
    if ladder.valid is not None:
        term = ladder.term(place)
        ends = end_of_life(term, held, held.in_force.terms, at)
        if behind is not None:
            from_then = behind - 1 if isinstance(term, EndOf) else behind
            later = end_of_life(term, held, held.in_force.terms, from_then)
            ends = later if later > at else ends
    return None if ends >= FOREVER else ends


# What a change brings about.


def _write(held: Holdings, ladder: Ladder, at: int, cause: int | None, place: int, until: int | None) -> None:
    """Record that a tier is entered, renewed or left, and what follows from that; nobody falls below what was given."""
    before, kind = _place(held, ladder), "tier"
    if place < _floor(held, ladder, at):
        given = held.given[ladder.name]
        place, kind = _floor(held, ladder, at), "appoint"
        until = None if given.until >= FOREVER else given.until
    held.record((kind, at, cause, ladder.name, ladder.names[place], until))
    _tell(held, ladder, at, before, place, len(held.rows) - 1)


def _tell(held: Holdings, ladder: Ladder, at: int, before: int, place: int, seq: int) -> None:
    """Let what a change of tiers raises follow, and ask the ladders that depend on it."""
    terms = held.in_force.terms
    stand_still(held, at, seq, ladder.name)
    change = "renewed" if place == before else "entered" if place > before else "left"
    tier = ladder.names[before if change == "left" else place]
    raised = [cause for cause in causes(terms) if isinstance(cause, TierCause) and cause.ladder == ladder.name]
    readers = [other for other in ladders(terms) if ladder.name in other.reads]
    if raised or readers:
        held.now = max(held.now, at)
    for cause in raised:
        if cause.change == change and (not cause.tiers or tier in cause.tiers):
            bring(held, cause, at, at, seq, None)
    for reader in readers:
        ask(held, reader, at, seq)


def bring(held: Holdings, cause: Any, at: int, seen: int, seq: int | None, until: int | None) -> None:
    """Let the rules of a cause give, ask the ladders that climb by that, and claim rewards."""
    before = len(held.rows)
    given = arise(held, cause, at, seen, seq, until)
    if given is not None:
        _ask_climbing(held, cause, at, given)
    since, raised = len(held.rows), before if len(held.rows) > before else seq
    claim_on(held, cause, at, seen, raised)
    anew(held, since, at, raised)


def anew(held: Holdings, since: int, at: int, cause: int | None) -> None:
    """Ask the ladders again that climb by balances, where rewards that are claimed by themselves have moved these."""
    terms = held.in_force.terms
    for ladder in ladders(terms) if len(held.rows) > since else ():
        if moved(terms) & {leaf.unit for leaf in ladder.measures if isinstance(leaf, Balance)}:
            ask(held, ladder, at, cause)


def _ask_climbing(held: Holdings, cause: Any, at: int, given: int) -> None:
    """Ask the ladders that climb by what the rules of a cause have given."""
    terms = held.in_force.terms
    units = {rule.gives.unit.name for rule in terms.of_kind(Earn) if rule.on == cause}
    for ladder in ladders(terms):
        if units & {leaf.unit for leaf in ladder.measures if isinstance(leaf, Balance | Earned)}:
            ask(held, ladder, at, given)


def _enter(held: Holdings, ladder: Ladder, at: int, cause: int | None, place: int) -> None:
    if ladder.spends:
        ask(held, ladder, at, cause)
    else:
        _write(held, ladder, at, cause, place, _term(held, ladder, place, at))


# When a ladder is asked.


def ask(held: Holdings, ladder: Ladder, at: int, cause: int | None) -> None:
    """Climb, renew, or fall where a ladder is reviewed at once, by what has changed at a moment."""
    if ladder.spends:
        for place in range(_place(held, ladder) + 1, _fits(held, ladder, at) + 1):
            _buy(held, ladder, at, cause, place, _price(held, ladder, place), None)
    elif (target := _target(held, ladder, at)) is not None:
        if target < _place(held, ladder) and ladder.grace is not None:
            _linger(held, ladder, at, cause)
        else:
            _enter(held, ladder, at, cause, target)
    elif _begins_term(held, ladder, at):
        _enter(held, ladder, at, cause, _place(held, ladder))


def _begins_term(held: Holdings, ladder: Ladder, at: int) -> bool:
    """Tell whether a tier that was held without an end has one now that there is an anchor to count from."""
    now = held.tiers.get(ladder.name)
    if ladder.valid is not None or not any(map(anchor_of, (*ladder.ending, *ladder.turning))) or now is None:
        return False
    has_end = _term(held, ladder, _place(held, ladder), at) is not None
    return now.until == FOREVER and now.kind != "appoint" and has_end


def climb(held: Holdings, ladder: Ladder, cause: int) -> None:
    """Climb where more is reached than the tier an account is opened with; nobody falls by it."""
    fits = _fits(held, ladder, held.now)
    if fits > _place(held, ladder):
        _enter(held, ladder, held.now, cause, fits)


def take_over(held: Holdings, ladder: Ladder) -> None:
    """
    Enter what is reached as a version comes into force, if that is more, or the tier is no more.

    Nobody falls by a change of rules alone: the next review is the first that may take a tier away.
    """
    fits, now = _fits(held, ladder, held.now), held.tiers.get(ladder.name)
    if fits > _place(held, ladder) or (now is not None and now.tier not in ladder.names):
        _enter(held, ladder, held.now, None, fits)


def review(held: Holdings, ladder: Ladder, at: int) -> None:
    """Renew or lose a tier whose term ends at a moment; ask anew where balances decide."""
    now = held.tiers.get(ladder.name)
    if now is None or now.until > at:
        balances = any(isinstance(leaf, Balance) for leaf in ladder.measures)
        if (balances or ladder.turning) and at >= held.now and _may_rise(held, ladder, at):
            ask(held, ladder, at, None)
        return
    if ladder.spends:
        _renew(held, ladder, at)
        return
    behind: int
    place, behind = _place(held, ladder), now.since if now.kind == "grace" else at
    # A term is judged by what the windows that ended with it came to.
    seen = behind - 1 if ladder.ending and ladder.review != at_once else at
    best = _earned(held, ladder, place, {seen} if is_plain(ladder) else {seen, at}, seen)
    if best < place and ladder.grace is not None and now.kind == "tier":
        _linger(held, ladder, at, None)
        return
    lands = best if best >= place else _lower(ladder, place, best)
    _write(held, ladder, at, None, lands, _term(held, ladder, lands, at, behind))
    if best < place and ladder.grace is not None and ladder.review == at_once and ladder.downgrade == one_step:
        ask(held, ladder, at, None)


def _may_rise(held: Holdings, ladder: Ladder, at: int) -> bool:
    """Tell whether time may lift a member: who fell to the lowest does not rise by what was there before."""
    fits = _fits(held, ladder, at)
    if ladder.downgrade != to_lowest or fits <= _place(held, ladder):
        return True
    balances = {leaf.unit for leaf in ladder.measures if isinstance(leaf, Balance)}
    for row in takewhile(lambda row: row[1] == at, reversed(held.rows)):
        match row:
            case ("tier", _, _, ladder.name, *_):
                return False
            case ("mature", _, _, unit, *_) | (("free" | "earn"), _, _, _, unit, *_) if unit in balances:
                return True
    return _fits(held, ladder, at - 1) < fits


def _linger(held: Holdings, ladder: Ladder, at: int, cause: int | None) -> None:
    """Record that a tier is still held, though what it asks for is not there."""
    assert ladder.grace is not None  # noqa: S101 - where there is none, none is given
    until = zone(held.in_force.terms.timezone).plus(at, ladder.grace)
    held.record(("grace", at, cause, ladder.name, held.tiers[ladder.name].tier, until))


def _earned(held: Holdings, ladder: Ladder, place: int, moments: set[int], seen: int) -> int:
    """Return the tier that a term has earned: one that is newly reached, the one that is kept, or one below it."""
    at, balances = max(moments), any(isinstance(leaf, Balance) for leaf in ladder.measures)
    reached = [
        each for each in range(len(ladder.tiers)) if any(met(ladder.asks(each), held, moment) for moment in moments)
    ]
    if max(reached) > place and (is_plain(ladder) or balances or _fits(held, ladder, at - 1) < max(reached)):
        return max(reached)
    if place in reached and (
        ladder.asks_to_keep(place) == ladder.asks(place) or met(ladder.asks_to_keep(place), held, at)
    ):
        return place
    kept = [each for each in range(1, place + 1) if met(ladder.asks_to_keep(each), held, seen)]
    return max([*(each for each in reached if each < place), *kept])


def is_plain(ladder: Ladder) -> bool:
    """Tell whether a ladder is of one measure over a window, and thresholds."""
    more = ladder.valid is not None or ladder.grace is not None or ladder.keep or ladder.downgrade == to_lowest
    by_window = isinstance(ladder.by, Over | Earned) and not ladder.turning
    return not more and by_window and all(isinstance(low, Bound) for _, low in ladder.tiers)


def moves_at(held: Holdings, ladder: Ladder, since: int, until: int) -> int:
    """Return the first moment behind *since*, by *until*, at which amounts leave windows and another tier fits."""
    rolling = [leaf for leaf in ladder.measures if isinstance(leaf, Over | Earned) and isinstance(leaf.window, Rolling)]
    names = {Tally(held.in_force.terms, leaf).name for leaf in rolling}
    ends = {end for name, end, _ in held.slides if name in names and since < end <= until}
    changes = (end for end in sorted(ends) if any(held.sliding(n, end - 1) != held.sliding(n, end) for n in names))
    return next((end for end in changes if _moves(held, ladder, end)), FOREVER)


def _moves(held: Holdings, ladder: Ladder, at: int) -> bool:
    if is_plain(ladder):
        fits, place, now = _fits(held, ladder, at), _place(held, ladder), held.tiers.get(ladder.name)
        return fits > place or (fits < place and _falls(ladder) and now is not None and now.kind != "appoint")
    target = _target(held, ladder, at)
    rises = target is not None and target > _place(held, ladder)
    return target is not None and not (rises and _fits(held, ladder, at - 1) >= target)


# Tiers by hand.


def begin(held: Holdings, ladder: Ladder, at: int, cause: int, tier: str) -> None:
    """Record the tier an account is opened with; that raises nothing."""
    held.record(("tier", at, cause, ladder.name, tier, _term(held, ladder, ladder.names.index(tier), at)))
    stand_still(held, at, cause, ladder.name)


def appoint(held: Holdings, ladder: Ladder, at: int, cause: int, tier: str, until: int | None) -> None:
    """Record that a tier is given by hand, for the usual term where it is not said how long."""
    before, place = _place(held, ladder), ladder.names.index(tier)
    ends = _term(held, ladder, place, at) if until is None else until
    held.record(("appoint", at, cause, ladder.name, tier, None if ends is None or ends >= FOREVER else ends))
    _tell(held, ladder, at, before, place, len(held.rows) - 1)


def dismiss(held: Holdings, ladder: Ladder, cause: int) -> None:
    """End what was given by hand: enter what fits, or the lowest where nothing was paid."""
    place = 0 if ladder.spends else _fits(held, ladder, held.now)
    _write(held, ladder, held.now, cause, place, _term(held, ladder, place, held.now))


# Counters that are spent.


def _counter(ladder: Ladder) -> str:
    assert isinstance(ladder.by, Balance)  # noqa: S101 - that is what a ladder spends
    return ladder.by.unit


def _left(held: Holdings, ladder: Ladder) -> int:
    return held.balance(_counter(ladder)) - held.debt(_counter(ladder))


def _price(held: Holdings, ladder: Ladder, place: int, *, again: bool = False) -> int:
    """Return what entering a tier costs, or keeping it for another term."""
    tier, asked = ladder.tiers[place]
    low = dict(ladder.keep).get(tier, asked) if again else asked
    assert isinstance(low, Bound)  # noqa: S101 - prices are thresholds
    price: int = math.ceil(low.value * 10 ** held.in_force.terms.units[_counter(ladder)].places)
    return price


def _buy(held: Holdings, ladder: Ladder, at: int, cause: int | None, place: int, cost: int, behind: int | None) -> None:
    """Enter or renew a tier and spend what it costs."""
    before, unit, seq = _place(held, ladder), _counter(ladder), len(held.rows)
    held.record(("tier", at, cause, ladder.name, ladder.names[place], _term(held, ladder, place, at, behind)))
    held.record(("spend", at, seq, ladder.name, unit, cost, held.draw(unit, cost)))
    _tell(held, ladder, at, before, place, seq)


def _renew(held: Holdings, ladder: Ladder, at: int) -> None:
    """Renew a tier whose term ends, or lose it with what is left of the counter."""
    place, left = _place(held, ladder), _left(held, ladder)
    paid = [each for each in range(1, place + 1) if left >= _price(held, ladder, each, again=True)]
    lands = max(paid, default=0)
    renews = lands == place or ladder.downgrade not in (one_step, to_lowest)
    if lands and renews and lands >= _floor(held, ladder, at):
        _buy(held, ladder, at, None, lands, _price(held, ladder, lands, again=True), at)
        _lose(held, ladder, at, None if ladder.carry is None else ladder.carry.minor)
    else:
        lands = _lower(ladder, place, lands)
        _lose(held, ladder, at, None if ladder.carry is None else 0)
        _write(held, ladder, at, None, lands, _term(held, ladder, lands, at, at))


def _lose(held: Holdings, ladder: Ladder, at: int, most: int | None) -> None:
    """Let what is left of the counter beyond so much expire."""
    unit = _counter(ladder)
    over = 0 if most is None else held.balance(unit) - most
    pieces = held.draw(unit, over) if over > 0 else ()
    for place in range(0, len(pieces), 2):
        held.record(("expire", at, pieces[place], unit, pieces[place + 1]))
