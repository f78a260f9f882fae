"""Tiers: ladders compiled, and the moments at which they are reviewed."""

from __future__ import annotations

import math

from loyalcore.bounds import Bound
from loyalcore.calendar import Zone
from loyalcore.engine.consequences import Consequence
from loyalcore.engine.judge import tally_of
from loyalcore.engine.locating import anchor_of, in_account
from loyalcore.engine.posting import Poster
from loyalcore.instants import FOREVER
from loyalcore.ladders import Ladder, at_once, never_down, one_step, to_lowest
from loyalcore.ledger import Core
from loyalcore.measures import Earned, Over
from loyalcore.terms import Terms
from loyalcore.windows import Cycle, Lifetime, Period, Previous, Rolling, Shifted

__all__ = ["Climb", "Rungs"]


class Rungs:
    """Be what all compiled ladders share: where a member stands, and what a change of that raises."""

    #: Whether amounts that leave a window may move a tier.
    rolling = False
    #: The tallies whose amounts may.
    tallies: tuple[str, ...] = ()

    def __init__(self, ladder: Ladder) -> None:
        self.name = ladder.name
        self.tiers = ladder.names
        self.places = {tier: place for place, tier in enumerate(ladder.names)}
        self.at_once = ladder.review == at_once
        self.falls = ladder.downgrade != never_down
        self.one_step = ladder.downgrade == one_step
        self.to_lowest = ladder.downgrade == to_lowest
        #: Rules that a change raises: the change, of which tiers, and what raises them.
        self.raised: list[tuple[str, frozenset[str], Consequence]] = []
        #: What keeps units alive in some tiers, if any are.
        self.poster: Poster | None = None
        #: Ladders that ask for a tier of this one.
        self.readers: list[Rungs] = []
        #: Whether it is more than a tally and thresholds, so that events take the general way.
        self.general = False

    def place(self, core: Core) -> int:
        """Return the place of the member's tier."""
        found = core.tiers.get(self.name)
        return 0 if found is None else self.places.get(found[0], 0)

    def due(self, core: Core) -> int:
        """Return when the term of the member's tier ends."""
        found = core.tiers.get(self.name)
        return FOREVER if found is None else found[1]

    def lower(self, place: int, fits: int) -> int:
        """Return where one falls to."""
        if self.one_step:
            return max(0, place - 1)
        return 0 if self.to_lowest else fits

    def floor(self, core: Core, at: int) -> int:
        """Return the place of the tier that was given by hand and still holds: nobody falls below that."""
        tier, until = core.given.get(self.name, ("", -FOREVER))
        return self.places.get(tier, 0) if until > at else 0

    def write(self, core: Core, at: int, cause: int | None, place: int, until: int | None) -> None:
        """Record that a tier is entered, renewed or left, and raise what that raises."""
        before, floor, kind = self.place(core), self.floor(core, at), "tier"
        if place < floor:
            ends = core.given[self.name][1]
            place, until, kind = floor, None if ends >= FOREVER else ends, "appoint"
        core.append((kind, at, cause, self.name, self.tiers[place], until))
        self.tell(core, at, before, place, core.length - 1)

    def tell(self, core: Core, at: int, before: int, place: int, seq: int) -> None:
        """Raise what the change recorded at a position raises, and ask the ladders that depend on it."""
        if self.poster is not None or self.raised or self.readers:
            core.now = max(core.now, at)
        if self.poster is not None:
            self.poster.tier_changed(core, at, seq, self.name)
        if self.raised or self.readers:
            change = "renewed" if place == before else "entered" if place > before else "left"
            tier = self.tiers[before if change == "left" else place]
            for wanted, tiers, consequence in self.raised:
                if wanted == change and (not tiers or tier in tiers):
                    consequence.follow(core, at, at, seq, None)
            for reader in self.readers:
                reader.recheck(core, at, seq)

    def begin(self, core: Core, at: int, cause: int, tier: str) -> None:
        """Record the tier an account is opened with; that raises nothing."""
        core.append(("tier", at, cause, self.name, tier, self.until(core, self.places[tier], at)))
        if self.poster is not None:
            self.poster.tier_changed(core, at, cause, self.name)

    def appoint(self, core: Core, at: int, cause: int, tier: str, until: int | None) -> None:
        """Record that a tier is given by hand."""
        before = self.place(core)
        core.append(("appoint", at, cause, self.name, tier, until))
        self.tell(core, at, before, self.places[tier], core.length - 1)

    # What ladders do each in their own way.

    def until(self, core: Core, place: int, at: int) -> int | None:
        """Return when the term of a tier entered at a moment ends, or None where it has no end."""
        raise NotImplementedError  # pragma: no cover - each kind of ladder defines it

    def fits_at(self, core: Core, at: int) -> int:
        """Return the place of the highest tier that fits."""
        raise NotImplementedError  # pragma: no cover - each kind of ladder defines it

    def recheck(self, core: Core, at: int, cause: int | None) -> None:
        """Climb, or fall where reviews are at once, by what has changed at a moment."""
        raise NotImplementedError  # pragma: no cover - each kind of ladder defines it

    def after_event(self, core: Core, cause: int) -> None:
        """Climb, or fall where reviews are at once, by what an event has changed."""
        self.recheck(core, core.now, cause)

    def review(self, core: Core, at: int) -> None:
        """Renew or lose a tier whose term ends."""
        raise NotImplementedError  # pragma: no cover - each kind of ladder defines it

    def moves_at(self, core: Core, stop: int) -> int:
        """Return the first moment before *stop* at which amounts leaving the window leave another tier fitting."""
        raise NotImplementedError  # pragma: no cover - each kind of ladder defines it

    def after_slide(self, core: Core, at: int) -> None:
        """Do what follows from amounts that have left a window."""
        raise NotImplementedError  # pragma: no cover - each kind of ladder defines it

    def enter(self, core: Core, at: int, cause: int | None, place: int) -> None:
        """Record that a tier is entered, for the term that begins then."""
        self.write(core, at, cause, place, self.until(core, place, at))

    def rise(self, core: Core, cause: int) -> None:
        """Climb where more is reached than the tier that was given; nobody falls by it."""
        fits = self.fits_at(core, core.now)
        if fits > self.place(core):
            self.enter(core, core.now, cause, fits)

    def take_over(self, core: Core) -> None:
        """
        Take a member over as a version comes into force: what is reached, if that is more or the tier is no more.

        Nobody falls by a change of rules alone: the next review is the first that may take a tier away.
        """
        found, fits = core.tiers.get(self.name), self.fits_at(core, core.now)
        if fits > self.place(core) or (found is not None and found[0] not in self.places):
            self.enter(core, core.now, None, fits)

    def begin_term(self, core: Core, at: int, cause: int | None, place: int) -> None:
        """Keep a tier that was held without an end until the window ends, once the member has an anchor."""
        found = core.tiers.get(self.name)
        if found is None or found[1] < FOREVER or found[2] == "appoint":
            return
        if self.until(core, place, at) is not None:
            self.enter(core, at, cause, place)

    def dismiss(self, core: Core, cause: int) -> None:
        """End what was given by hand: enter what fits."""
        self.enter(core, core.now, cause, self.fits_at(core, core.now))


class Climb(Rungs):
    """Be a ladder of one tally and thresholds, in its parts: what most programs have."""

    def __init__(self, terms: Terms, zone: Zone, ladder: Ladder) -> None:
        super().__init__(ladder)
        assert isinstance(ladder.by, Over | Earned)  # noqa: S101 - others are ascents
        self.tally, scale = tally_of(terms, ladder.by)
        lows = [low for _, low in ladder.tiers if isinstance(low, Bound)]
        self.thresholds = [math.ceil(low.value * scale) for low in lows]
        #: Between which numbers a tier fits, by place.
        self.floors = [-FOREVER, *self.thresholds[1:], FOREVER]
        self.window = ladder.by.window
        self.rolling = isinstance(self.window, Rolling)
        self.calendar = isinstance(self.window, Period | Shifted | Cycle)
        self.tallies = (self.tally,)
        assert not isinstance(self.window, Previous)  # noqa: S101 - those are ascents
        standing = Lifetime() if isinstance(self.window, Rolling) else self.window
        self._locate = in_account(zone, standing)
        #: Whether a window has no end before the member has the anchor it is counted from.
        self.anchored = anchor_of(standing) is not None

    @staticmethod
    def suits(ladder: Ladder) -> bool:
        """Tell whether a ladder is as simple as that."""
        plain = ladder.valid is None and ladder.grace is None and not ladder.keep and ladder.downgrade != to_lowest
        by_window = isinstance(ladder.by, Over | Earned) and not ladder.turning
        return plain and by_window and all(isinstance(low, Bound) for _, low in ladder.tiers)

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

    def fits_at(self, core: Core, at: int) -> int:
        """Return the place of the highest tier that fits."""
        return self.fitting(self.measured(core, at))

    def until(self, core: Core, place: int, at: int) -> int | None:
        """Return when the term of a tier entered at a moment ends, or None where it has no end."""
        if not self.calendar or not self.falls or not place:
            return None
        bounds = self._locate(core, at)
        return None if bounds is None or bounds[1] == FOREVER else bounds[1]

    def recheck(self, core: Core, at: int, cause: int | None) -> None:
        """Climb, or fall where reviews are at once, by what has changed at a moment."""
        number = self.measured(core, at)
        found = core.tiers.get(self.name)
        place = 0 if found is None else self.places.get(found[0], 0)
        if self.floors[place] <= number < self.floors[place + 1]:
            if self.anchored:
                self.begin_term(core, at, cause, place)
            return
        fits = self.fitting(number)
        if fits > place:
            self.enter(core, at, cause, fits)
        elif fits < place and self.at_once and self.falls and found is not None and found[2] != "appoint":
            self.enter(core, at, cause, self.lower(place, fits))
        elif self.anchored:
            self.begin_term(core, at, cause, place)

    def stays(self, core: Core) -> tuple[int, int] | None:
        """Return between which numbers no event moves the tier, or None where the next one may."""
        number, found = self.measured(core, core.now), core.tiers.get(self.name)
        place = 0 if found is None else self.places.get(found[0], 0)
        floor, ceiling = self.floors[place], self.floors[place + 1]
        if number < floor and not (self.at_once and self.falls and found is not None and found[2] != "appoint"):
            floor = -FOREVER
        return (floor, ceiling) if floor <= number < ceiling and not self.anchored else None

    def _bounds(self, core: Core) -> tuple[int, int]:
        """Return between which numbers the member's tier stays as amounts leave the window."""
        found = core.tiers.get(self.name)
        if found is None:
            return self.floors[0], self.floors[1]
        place = self.places.get(found[0], 0)
        floor = self.floors[place] if self.falls and found[2] != "appoint" else -FOREVER
        return floor, self.floors[place + 1]

    def slide(self, core: Core, to: int) -> bool:
        """Let amounts leave the window up to a moment, or to where another tier fits; tell whether none does."""
        sliding = core.sliding(self.tally)
        if sliding is None or not sliding.parts:
            return True
        return sliding.drop(to, *self._bounds(core))

    def moves_at(self, core: Core, stop: int) -> int:
        """Return the first moment before *stop* at which amounts leaving the window leave another tier fitting."""
        slide = core.sliding(self.tally)
        return FOREVER if slide is None else slide.leaves(*self._bounds(core), stop)

    def after_slide(self, core: Core, at: int) -> None:
        """Fall where amounts have left a rolling window, or climb where what was taken back has; see `moves_at`."""
        fits, place = self.fitting(self.measured(core, at)), self.place(core)
        self.enter(core, at, None, fits if fits > place else self.lower(place, fits))

    def review(self, core: Core, at: int) -> None:
        """Renew or lose a tier whose term ends."""
        if self.due(core) > at:
            return
        fits = self.fitting(self.measured(core, at if self.at_once else at - 1))
        place = self.place(core)
        self.enter(core, at, None, self.lower(place, fits) if fits < place else fits)
