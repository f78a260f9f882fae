"""
Ascents: ladders of every kind, compiled: several measures, terms of their own, counters that are spent.

What fits is asked anew wherever it may have changed: after each event, and at each job.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import takewhile

from loyalcore.bounds import Bound
from loyalcore.calendar import Zone
from loyalcore.ends import EndOf
from loyalcore.engine.judge import tally_of
from loyalcore.engine.locating import Bounds, anchor_of, end_in, in_account
from loyalcore.engine.requirements import Requirements
from loyalcore.engine.tiers import Rungs
from loyalcore.instants import FOREVER
from loyalcore.ladders import Ladder
from loyalcore.ledger import Core
from loyalcore.measures import Balance, Earned, Over
from loyalcore.terms import Terms
from loyalcore.windows import Rolling

__all__ = ["Ascent", "PaidAscent"]

#: Entries by which time brings usable units.
_COMING = frozenset({"mature", "free", "earn"})


class Ascent(Rungs):
    """Be a ladder whose tiers ask for anything that ladders may."""

    def __init__(self, terms: Terms, zone: Zone, ladder: Ladder) -> None:
        super().__init__(ladder)
        self.general = True
        self._zone = zone
        requirements = Requirements(terms, zone)
        places = range(len(ladder.tiers))
        self._asks = [requirements.question(ladder.asks(place)) for place in places]
        self._keeps = [requirements.question(ladder.asks_to_keep(place)) for place in places]
        #: Whether keeping a tier asks for something else than entering it.
        self._differs = [ladder.asks_to_keep(place) != ladder.asks(place) for place in places]
        self.tallies = tuple(
            tally_of(terms, leaf)[0]
            for leaf in ladder.measures
            if isinstance(leaf, Over | Earned) and isinstance(leaf.window, Rolling)
        )
        self.rolling = bool(self.tallies)
        self._balances = frozenset(leaf.unit for leaf in ladder.measures if isinstance(leaf, Balance))
        #: Whether time may bring another tier than that which a term ends with: by balances, or as windows begin.
        self._waits = bool(self._balances or ladder.turning)
        self._standing = [in_account(zone, window) for window in ladder.ending]
        self._holding = [*self._standing, *(in_account(zone, window) for window in ladder.turning)]
        #: Whether a window has no end before the member has the anchor it is counted from.
        self._anchored = ladder.valid is None and any(map(anchor_of, (*ladder.ending, *ladder.turning)))
        self._grace = ladder.grace
        #: How long each tier holds, where terms say that, and whether that is to the end of a period.
        self._ends = None if ladder.valid is None else [end_in(zone, ladder.term(place)) for place in places]
        self._to_ends = [isinstance(ladder.term(place), EndOf) for place in places]

    # What fits.

    def fits_at(self, core: Core, at: int) -> int:
        """Return the place of the highest tier that fits."""
        place = len(self._asks) - 1
        while place and not self._asks[place](core, at):
            place -= 1
        return place

    def _kept(self, core: Core, at: int, place: int) -> int:
        """Return the place of the highest tier up to one that can be kept."""
        while place and not self._keeps[place](core, at):
            place -= 1
        return place

    def _target(self, core: Core, at: int) -> int | None:
        """Return the place of the tier that is to be entered or renewed, or None where all stays as it is."""
        fits, place = self.fits_at(core, at), self.place(core)
        if fits > place:
            return fits
        if not place:
            return None
        kind = core.tiers[self.name][2]
        saved = self.at_once and self._grace is not None and kind == "grace"
        if self._keeps[place](core, at):
            return place if saved or self._is_reached_again(core, place, at) else None
        if saved or kind == "appoint":
            return place if saved and fits == place else None
        falls = fits < place and self.at_once and self.falls
        return self.lower(place, self._kept(core, at, place)) if falls else None

    def _is_reached_again(self, core: Core, place: int, at: int) -> bool:
        """Tell whether a tier that is held was reached in an earlier window, and would now hold for longer."""
        if self._ends is None or not self._standing:
            return False
        _, until, kind, since = core.tiers[self.name]
        began = max((start for start, _ in _windows(self._standing, core, at)), default=at)
        ends = self.until(core, place, at)
        return (FOREVER if ends is None else ends) > until and (since < began or kind != "tier")

    # Terms.

    def until(self, core: Core, place: int, at: int) -> int | None:
        """Return when the term of a tier entered at a moment ends, or None where it has no end."""
        return self._term(core, place, at, None)

    def _term(self, core: Core, place: int, at: int, behind: int | None) -> int | None:
        """
        Return when a term ends that begins at a moment, *behind* the end of another where there was one.

        One to the end of a period is then counted from before that end: what was renewed for 2025 holds for 2026.
        """
        if not place or not self.falls:
            return None
        if self._ends is None:
            ends = min((end for _, end in _windows(self._holding, core, at)), default=FOREVER)
            return None if ends >= FOREVER else ends
        ends = self._ends[place](core, at)
        if behind is not None:
            earlier = self._ends[place](core, behind - 1 if self._to_ends[place] else behind)
            ends = earlier if earlier > at else ends
        return None if ends >= FOREVER else ends

    # When it is asked.

    def recheck(self, core: Core, at: int, cause: int | None) -> None:
        """Climb, renew, or fall where reviews are at once, by what has changed at a moment."""
        place = self._target(core, at)
        if place is not None and place < self.place(core) and self._grace is not None:
            self._give_grace(core, at, cause)
        elif place is not None:
            self.enter(core, at, cause, place)
        elif self._anchored:
            self.begin_term(core, at, cause, self.place(core))

    def after_slide(self, core: Core, at: int) -> None:
        """Do what follows from amounts that have left a window."""
        self.recheck(core, at, None)

    def moves_at(self, core: Core, stop: int) -> int:
        """Return the first moment before *stop* at which amounts leaving windows leave another tier fitting."""
        slides = [slide for name in self.tallies if (slide := core.sliding(name)) is not None]
        moments = {at for slide in slides for at in slide.changes(stop)}
        return next((at for at in sorted(moments) if self._moves(core, at)), FOREVER)

    def _moves(self, core: Core, at: int) -> bool:
        """Tell whether what leaves windows at a moment moves the tier; what was there before is no reason to climb."""
        target = self._target(core, at)
        return target is not None and (target <= self.place(core) or self.fits_at(core, at - 1) < target)

    def review(self, core: Core, at: int) -> None:
        """Renew or lose a tier whose term ends; ask whether another fits where none does and balances decide."""
        if self.due(core) > at:
            # What a late event brings may end in the past; the ladder is asked after the event.
            if self._waits and at >= core.now and self._may_rise(core, at):
                self.recheck(core, at, None)
            return
        _, _, kind, since = core.tiers[self.name]
        place, behind = self.place(core), since if kind == "grace" else at
        # A term is judged by what the windows that ended with it came to.
        seen = behind - 1 if self._standing and not self.at_once else at
        best = self._earned(core, at, seen, place)
        if best >= place:
            self.write(core, at, None, best, self._term(core, best, at, behind))
        elif self._grace is not None and kind == "tier":
            self._give_grace(core, at, None)
        else:
            fallen = self.lower(place, best)
            self.write(core, at, None, fallen, self._term(core, fallen, at, behind))
            if self.at_once and self.one_step and self._grace is not None:
                # The next tier may be missed as well, and has a grace of its own.
                self.recheck(core, at, None)

    def _may_rise(self, core: Core, at: int) -> bool:
        """Tell whether time may lift a member: who fell to the lowest does not rise by what was there before."""
        if not self.to_lowest or (fits := self.fits_at(core, at)) <= self.place(core):
            return True
        rows = (core.row(seq, content=False) for seq in range(core.length - 1, core.base - 1, -1))
        for row in takewhile(lambda row: row[1] == at, rows):
            if row[0] == "tier" and row[3] == self.name:
                return False
            if row[0] in _COMING and row[3 if row[0] == "mature" else 4] in self._balances:
                return True
        return self.fits_at(core, at - 1) < fits

    def _earned(self, core: Core, at: int, seen: int, place: int) -> int:
        """Return the place of the tier that a term has earned: a higher one, the one that is held, or one below."""
        reached = max(self.fits_at(core, at), self.fits_at(core, seen))
        if reached > place and (self._balances or self.fits_at(core, at - 1) < reached):
            return reached
        again = self._asked(core, at, seen, place) and (not self._differs[place] or self._keeps[place](core, at))
        if again or self._keeps[place](core, seen):
            return place
        below = place - 1
        while below > 0 and not self._asked(core, at, seen, below):
            below -= 1
        return max(below, self._kept(core, seen, place - 1))

    def _asked(self, core: Core, at: int, seen: int, place: int) -> bool:
        """Tell whether a member has what entering a tier asks for, as a term ends or as its windows did."""
        return self._asks[place](core, at) or self._asks[place](core, seen)

    def _give_grace(self, core: Core, at: int, cause: int | None) -> None:
        assert self._grace is not None  # noqa: S101 - where there is none, none is given
        tier = core.tiers[self.name][0]
        core.append(("grace", at, cause, self.name, tier, self._zone.plus(at, self._grace)))


def _windows(locates: Iterable[Callable[[Core, int], Bounds]], core: Core, at: int) -> list[tuple[int, int]]:
    """Return those windows that hold a moment."""
    return [bounds for locate in locates if (bounds := locate(core, at)) is not None]


class PaidAscent(Ascent):
    """Be a ladder that spends its counter: on each tier that is entered, and on each term it is renewed for."""

    def __init__(self, terms: Terms, zone: Zone, ladder: Ladder) -> None:
        super().__init__(terms, zone, ladder)
        assert isinstance(ladder.by, Balance)  # noqa: S101 - that is what a ladder spends
        self._unit = ladder.by.unit
        scale, kept = 10 ** terms.units[self._unit].places, dict(ladder.keep)
        costs = [(low, kept.get(tier, low)) for tier, low in ladder.tiers]
        self._entry, self._renewal = (
            [math.ceil(low.value * scale) for low in lows if isinstance(low, Bound)]
            for lows in zip(*costs, strict=True)
        )
        self._carry = None if ladder.carry is None else ladder.carry.minor

    def _has(self, core: Core) -> int:
        book = core.held(self._unit)
        return 0 if book is None else book.balance - book.debt

    def fits_at(self, core: Core, at: int) -> int:
        """Return the place of the tier up to which the counter reaches, each paid for in turn."""
        del at
        place, left = self.place(core), self._has(core)
        while place + 1 < len(self._entry) and left >= self._entry[place + 1]:
            place += 1
            left -= self._entry[place]
        return place

    def recheck(self, core: Core, at: int, cause: int | None) -> None:
        """Climb tier by tier as far as the counter reaches."""
        for place in range(self.place(core) + 1, self.fits_at(core, at) + 1):
            self._buy(core, at, cause, place, self._entry[place], None)

    def enter(self, core: Core, at: int, cause: int | None, place: int) -> None:
        """Climb up to a tier that the counter reaches."""
        del place
        self.recheck(core, at, cause)

    def dismiss(self, core: Core, cause: int) -> None:
        """End what was given by hand: nothing was paid for it."""
        self.write(core, core.now, cause, 0, None)

    def _buy(self, core: Core, at: int, cause: int | None, place: int, cost: int, behind: int | None) -> None:
        """Enter or renew a tier and spend what it costs."""
        before = self.place(core)
        core.append(("tier", at, cause, self.name, self.tiers[place], self._term(core, place, at, behind)))
        pieces = core.book(self._unit).draw(cost)
        core.put(("spend", at, core.length - 1, self.name, self._unit, cost, pieces))
        self.tell(core, at, before, place, core.length - 2)

    def review(self, core: Core, at: int) -> None:
        """Renew a tier whose term ends, or lose it with what is left of the counter."""
        if self.due(core) > at:
            super().review(core, at)
            return
        place, has = self.place(core), self._has(core)
        lands = next((each for each in range(place, 0, -1) if has >= self._renewal[each]), 0)
        if lands and lands >= self.floor(core, at) and (lands == place or not (self.one_step or self.to_lowest)):
            self._buy(core, at, None, lands, self._renewal[lands], at)
            self._lose(core, at, self._carry)
        else:
            lands = self.lower(place, lands)
            self._lose(core, at, None if self._carry is None else 0)
            self.write(core, at, None, lands, self._term(core, lands, at, at))

    def _lose(self, core: Core, at: int, most: int | None) -> None:
        """Let what is left of the counter beyond so much expire."""
        book = core.book(self._unit)
        if most is None or book.balance <= most:
            return
        pieces = book.draw(book.balance - most)
        for place in range(0, len(pieces), 2):
            core.put(("expire", at, pieces[place], self._unit, pieces[place + 1]))
