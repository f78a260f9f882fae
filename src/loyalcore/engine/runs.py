"""Runs: streaks compiled, each asked as a period ends whether it goes on."""

from __future__ import annotations

from collections.abc import Iterator

from loyalcore.calendar import Zone
from loyalcore.engine.access import open_when
from loyalcore.engine.judge import tally_of
from loyalcore.engine.locating import in_account
from loyalcore.engine.posting import Poster
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.ledger import Core
from loyalcore.streaks import Streak
from loyalcore.terms import Terms

__all__ = ["Run"]


class Run:
    """Wait for the period to end while a member has the units of a streak; then keep them, or let them end."""

    general = True
    rolling = False
    tallies: tuple[str, ...] = ()

    def __init__(self, terms: Terms, zone: Zone, poster: Poster, streak: Streak) -> None:
        self.name, self._poster = streak.name, poster
        self._locate = in_account(zone, streak.per)
        self._tally, _ = tally_of(terms, streak.counted)
        self._unit, self._units = streak.unit.name, [unit.name for unit in streak.units]
        self._freeze, self._tolerates = streak.freeze, streak.tolerates
        self._keeps = streak.keeps
        self._unless = None if streak.unless is None else open_when(terms, streak.unless)

    def due(self, core: Core) -> int:
        """Return when the period ends that is waited for."""
        return core.opened.get(self.name, FOREVER)

    def after_event(self, core: Core, cause: int) -> None:
        """Begin to wait once there are units."""
        self._begin(core, core.now, cause)

    def review(self, core: Core, at: int) -> None:
        """Ask whether the streak goes on where the period ends; begin to wait where units came by themselves."""
        if self.due(core) <= at:
            self._end(core, at)
        elif at >= core.now:
            self._begin(core, at, None)

    def _begin(self, core: Core, at: int, cause: int | None) -> None:
        if self.due(core) == FOREVER and self._runs(core) and (ends := self._end_of(core, at)) < FOREVER:
            core.append(("open", at, cause, self.name, ends))

    def _runs(self, core: Core) -> bool:
        book = core.held(self._unit)
        return book is not None and book.balance > 0

    def _end_of(self, core: Core, at: int) -> int:
        bounds = self._locate(core, at)
        assert bounds is not None  # noqa: S101 - periods and cycles leave no gap
        return bounds[1]

    def _end(self, core: Core, at: int) -> None:
        """Go on into the next period, or not."""
        runs = self._runs(core)
        spends = runs and not self._goes_on(core, at)
        fails = spends and not self._can_freeze(core)
        left = self._left(core, at) if fails else 0
        lost = fails and not left
        core.append(("open", at, None, self.name, self._end_of(core, at) if runs and not lost else FOREVER))
        if fails:
            for unit in self._units if lost else self._units[:1]:
                self._lose(core, at, unit, left)
        elif spends and self._freeze is not None:
            freeze = self._freeze
            self._poster.spend(core, at, core.length - 1, self.name, freeze.unit.name, freeze.minor)

    def _goes_on(self, core: Core, at: int) -> bool:
        """Tell whether a streak needs nothing to go on behind the period that ends at a moment."""
        met = any(core.sums.get((self._tally, start), 0) > 0 for start in self._starts(core, at))
        return met or (self._unless is not None and self._unless(core, at - 1))

    def _left(self, core: Core, at: int) -> int:
        """Return what a missed period leaves of the streak, by how many have been missed in a row."""
        starts = self._starts(core, at, len(self._keeps))
        missed = next((place for place, start in enumerate(starts) if core.sums.get((self._tally, start), 0) > 0), None)
        if missed is None:
            return 0
        share = self._keeps[missed - self._tolerates - 1]
        return core.book(self._unit).balance * share.numerator // share.denominator

    def _starts(self, core: Core, at: int, more: int = 0) -> Iterator[int]:
        """Yield the starts of the period that ends at a moment, and of as many before it as may be missed, or more."""
        for _ in range(self._tolerates + 1 + more):
            if at <= BEGINNING:
                break
            bounds = self._locate(core, at - 1)
            assert bounds is not None  # noqa: S101 - periods and cycles leave no gap
            at = bounds[0]
            yield at

    def _can_freeze(self, core: Core) -> bool:
        if self._freeze is None:
            return False
        book = core.held(self._freeze.unit.name)
        return book is not None and not book.debt and book.balance >= self._freeze.minor

    @staticmethod
    def _lose(core: Core, at: int, unit: str, left: int) -> None:
        """Let usable units of a kind end, all that are more than so many."""
        book = core.held(unit)
        pieces = book.draw(book.balance - left) if book is not None and book.balance > left else ()
        for place in range(0, len(pieces), 2):
            core.put(("expire", at, pieces[place], unit, pieces[place + 1]))
