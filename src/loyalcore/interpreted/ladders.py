"""Ladders: which tier fits, when one is entered, and when it is lost."""

from __future__ import annotations

from fractions import Fraction

from loyalcore.bounds import Bound
from loyalcore.instants import FOREVER
from loyalcore.interpreted.histories import Tally
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.windows import anchor_of, in_account
from loyalcore.ladders import Ladder, at_once, never_down, one_step
from loyalcore.measures import Earned, Over
from loyalcore.windows import Cycle, Period, Rolling, Shifted

__all__ = ["climb", "enter", "measured_at", "moves_at", "place_of", "review", "slide", "take_over"]


def _by(ladder: Ladder) -> Over | Earned:
    """Return what a ladder climbs by; others are not read."""
    assert isinstance(ladder.by, Over | Earned)  # noqa: S101 - programs are checked before they are read
    return ladder.by


def place_of(held: Holdings, ladder: Ladder) -> int:
    """Return which tier of a ladder a member has, 0 for the lowest."""
    tier, _ = held.tiers.get(ladder.name, ("", FOREVER))
    return ladder.names.index(tier) if tier in ladder.names else 0


def measured_at(held: Holdings, ladder: Ladder, at: int) -> Fraction:
    """Return what a ladder climbs by, in the window of a moment."""
    tally = Tally(held.in_force.terms, _by(ladder))
    return Fraction(tally.stands_at(held, held.in_force.terms, at), tally.parts)


def _fitting(ladder: Ladder, number: Fraction) -> int:
    """Return the place of the highest tier whose threshold is reached."""
    reached = [place for place, (_, low) in enumerate(ladder.tiers) if isinstance(low, Bound) and number >= low.value]
    return max(reached, default=0)


def _lower(ladder: Ladder, place: int, fits: int) -> int:
    """Return where one falls to."""
    return place - 1 if ladder.downgrade == one_step else fits


def enter(held: Holdings, ladder: Ladder, at: int, cause: int | None, place: int) -> None:
    """Record that a tier is entered, and when its term ends: with the calendar window, if one can fall at all."""
    until = _term(held, ladder, at, place)
    held.record(("tier", at, cause, ladder.name, ladder.names[place], until))


def _term(held: Holdings, ladder: Ladder, at: int, place: int) -> int | None:
    """Return when the term of a tier entered at a moment ends, or None where it has no end."""
    if not isinstance(_by(ladder).window, Period | Shifted | Cycle) or ladder.downgrade == never_down or not place:
        return None
    found = in_account(held, held.in_force.terms, _by(ladder).window, at)
    return None if found is None or found[1] == FOREVER else found[1]


def climb(held: Holdings, ladder: Ladder, cause: int, *, falls: bool = True) -> None:
    """Climb to what fits after an event, or fall where a ladder is reviewed at once."""
    place, fits = place_of(held, ladder), _fitting(ladder, measured_at(held, ladder, held.now))
    if fits > place:
        enter(held, ladder, held.now, cause, fits)
    elif fits < place and falls and ladder.review == at_once and ladder.downgrade != never_down:
        enter(held, ladder, held.now, cause, _lower(ladder, place, fits))
    elif falls and _begins_term(held, ladder, place):
        enter(held, ladder, held.now, cause, place)


def take_over(held: Holdings, ladder: Ladder) -> None:
    """
    Enter what is reached as a version comes into force, if that is more, or the tier is no more.

    Nobody falls by a change of rules alone: the next review is the first that may take a tier away.
    """
    fits = _fitting(ladder, measured_at(held, ladder, held.now))
    if fits > place_of(held, ladder) or held.tiers.get(ladder.name, (ladder.names[0],))[0] not in ladder.names:
        enter(held, ladder, held.now, None, fits)


def _begins_term(held: Holdings, ladder: Ladder, place: int) -> bool:
    """Tell whether a tier that was held without an end has one now that there is an anchor to count from."""
    if anchor_of(_by(ladder).window) is None or ladder.name not in held.tiers:
        return False
    return held.tiers[ladder.name][1] == FOREVER and _term(held, ladder, held.now, place) is not None


def review(held: Holdings, ladder: Ladder, at: int) -> None:
    """Renew or lose a tier whose term ends at a moment, by what the window came to."""
    number = measured_at(held, ladder, at if ladder.review == at_once else at - 1)
    place, fits = place_of(held, ladder), _fitting(ladder, number)
    enter(held, ladder, at, None, _lower(ladder, place, fits) if fits < place else fits)


def moves_at(held: Holdings, ladder: Ladder, until: int) -> int:
    """Return the first moment, by *until*, at which amounts leave a rolling window and another tier fits then."""
    if not isinstance(_by(ladder).window, Rolling):
        return FOREVER
    tally, place = Tally(held.in_force.terms, _by(ladder)), place_of(held, ladder)
    ends = {end for name, end, _ in held.slides if name == tally.name and held.now < end <= until}
    for at in sorted(ends):
        before, after = held.sliding(tally.name, at - 1), held.sliding(tally.name, at)
        fits = _fitting(ladder, Fraction(after, tally.parts))
        if before != after and (fits > place or (fits < place and ladder.downgrade != never_down)):
            return at
    return FOREVER


def slide(held: Holdings, ladder: Ladder, at: int) -> None:
    """Enter another tier because amounts leave a rolling window at a moment."""
    tally, place = Tally(held.in_force.terms, _by(ladder)), place_of(held, ladder)
    fits = _fitting(ladder, Fraction(held.sliding(tally.name, at), tally.parts))
    enter(held, ladder, at, None, fits if fits > place else _lower(ladder, place, fits))
