"""Tiers: ladders compiled, and the moments at which they are reviewed."""

from __future__ import annotations

import math

from loyalcore.calendar import Zone
from loyalcore.engine.judge import tally_of
from loyalcore.engine.locating import anchor_of, in_account
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.ladders import Ladder, at_once, never_down, one_step
from loyalcore.ledger import Core
from loyalcore.terms import Terms
from loyalcore.windows import Cycle, Lifetime, Period, Rolling, Shifted

__all__ = ["Climb"]


class Climb:
    """Be a ladder compiled: thresholds in the parts of its tally."""

    def __init__(self, terms: Terms, zone: Zone, ladder: Ladder) -> None:
        self.name, self.by = ladder.name, ladder.by
        self.tiers = ladder.names
        self.places = {tier: place for place, tier in enumerate(ladder.names)}
        self.tally, scale = tally_of(terms, ladder.by)
        self.thresholds = [math.ceil(low.value * scale) for _, low in ladder.tiers]
        #: Between which numbers a tier fits, by place.
        self.floors = [-FOREVER, *self.thresholds[1:], FOREVER]
        self.window = ladder.by.window
        self.rolling = isinstance(self.window, Rolling)
        self.calendar = isinstance(self.window, Period | Shifted | Cycle)
        self.at_once = ladder.review == at_once
        self.falls = ladder.downgrade != never_down
        self.one_step = ladder.downgrade == one_step
        standing = Lifetime() if isinstance(self.window, Rolling) else self.window
        self._locate = in_account(zone, standing)
        #: Whether a window has no end before the member has the anchor it is counted from.
        self.anchored = anchor_of(standing) is not None

    def place(self, core: Core) -> int:
        """Return the place of the member's tier."""
        found = core.tiers.get(self.name)
        return 0 if found is None else self.places.get(found[0], 0)

    def measured(self, core: Core, at: int) -> int:
        """Return the tally in the window that holds a moment."""
        if self.rolling:
            found = core.sliding(self.tally)
            return 0 if found is None else found.total
        bounds = self._locate(core, at)
        return 0 if bounds is None else core.sums.get((self.tally, bounds[0]), 0)

    def fitting(self, number: int) -> int:
        """Return the place of the highest tier whose threshold is reached."""
        place = len(self.thresholds) - 1
        while place and number < self.thresholds[place]:
            place -= 1
        return place

    def until(self, core: Core, place: int, at: int) -> int | None:
        """Return when the term of a tier entered at a moment ends, or None where it has no end."""
        if not self.calendar or not self.falls or not place:
            return None
        bounds = self._locate(core, at)
        return None if bounds is None or bounds[1] == FOREVER else bounds[1]

    def enter(self, core: Core, at: int, cause: int | None, place: int) -> None:
        """Record that a tier is entered."""
        core.append(("tier", at, cause, self.name, self.tiers[place], self.until(core, place, at)))

    def lower(self, place: int, fits: int) -> int:
        """Return where one falls to."""
        return place - 1 if self.one_step else fits

    def rise(self, core: Core, cause: int) -> None:
        """Climb where more is reached than the tier that was given; nobody falls by it."""
        fits = self.fitting(self.measured(core, core.now))
        if fits > self.place(core):
            self.enter(core, core.now, cause, fits)

    def after_event(self, core: Core, cause: int) -> None:
        """Climb, or fall where reviews are at once, by what an event has changed."""
        number = self.measured(core, core.now)
        found = core.tiers.get(self.name)
        place = 0 if found is None else self.places.get(found[0], 0)
        if self.floors[place] <= number < self.floors[place + 1]:
            if self.rolling and (sliding := core.sliding(self.tally)) is not None:
                sliding.ladder, sliding.floor, sliding.ceiling = self, self.floors[place], self.floors[place + 1]
            if self.anchored:
                self._begin_term(core, cause, place)
            return
        fits = self.fitting(number)
        if fits > place:
            self.enter(core, core.now, cause, fits)
        elif fits < place and self.at_once and self.falls:
            self.enter(core, core.now, cause, self.lower(place, fits))
        elif self.anchored:
            self._begin_term(core, cause, place)

    def _begin_term(self, core: Core, cause: int, place: int) -> None:
        """Keep a tier that was held without an end until the window ends, once the member has an anchor."""
        _, until = core.tiers.get(self.name, ("", BEGINNING))
        if until == FOREVER and self.until(core, place, core.now) is not None:
            self.enter(core, core.now, cause, place)

    def slide(self, core: Core, to: int) -> bool:
        """Let amounts leave the window up to a moment, or to where another tier fits; tell whether none does."""
        sliding, place = core.sliding(self.tally), self.place(core)
        if sliding is None or not sliding.parts:
            return True
        return sliding.drop(to, self.floors[place] if self.falls else -FOREVER, self.floors[place + 1])

    def moves_at(self, core: Core, stop: int) -> int:
        """Return the first moment before *stop* at which amounts leaving the window leave another tier fitting."""
        slide, place = core.sliding(self.tally), self.place(core)
        floor = self.floors[place] if self.falls else -FOREVER
        return FOREVER if slide is None else slide.leaves(floor, self.floors[place + 1], stop)

    def after_slide(self, core: Core, at: int) -> None:
        """Fall where amounts have left a rolling window, or climb where what was taken back has; see `moves_at`."""
        fits, place = self.fitting(self.measured(core, at)), self.place(core)
        self.enter(core, at, None, fits if fits > place else self.lower(place, fits))

    def review(self, core: Core, at: int) -> None:
        """Renew or lose a tier whose term ends."""
        _, until = core.tiers.get(self.name, ("", FOREVER))
        if until > at:
            return
        fits = self.fitting(self.measured(core, at if self.at_once else at - 1))
        place = self.place(core)
        self.enter(core, at, None, self.lower(place, fits) if fits < place else fits)
