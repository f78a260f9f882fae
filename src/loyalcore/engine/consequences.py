"""Consequences: rules whose moment is not an event but what became of the member, judged and recorded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Protocol

from loyalcore.calendar import Zone
from loyalcore.causes import Cause, Occurrence, WindowEnd, WindowStart, WindowTurn
from loyalcore.engine.claiming import Asking, Claimer
from loyalcore.engine.clock import occurrences
from loyalcore.engine.earning import Changes, PurchaseCell, WindowCell
from loyalcore.engine.locating import in_account
from loyalcore.engine.plan import KindPlan, canonical_columns
from loyalcore.engine.posting import Poster
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.terms import Terms

__all__ = ["Closing", "Consequence"]


class _Asked(Protocol):
    def recheck(self, core: Core, at: int, cause: int | None) -> None: ...


class Consequence:
    """Be what judges and records the rules of one cause, in the program's order."""

    def __init__(self, terms: Terms, poster: Poster, program: str, cause: Cause) -> None:
        self.text = cause.text
        self._poster, self._program = poster, program
        self._plan = KindPlan(terms, cause, *canonical_columns(terms, "moment"))
        #: The units that its rules give.
        self.units = frozenset(cell.unit for cell in self._plan.cells)
        #: Ladders that climb by them.
        self.feeds: list[_Asked] = []
        #: Rewards that are claimed by themselves when its rules have given.
        self.claimers: list[Claimer] = []
        #: Ladders that climb by what these may move.
        self.asking = Asking()

    def follow(self, core: Core, at: int, seen: int, cause: int | None, until: int | None) -> None:
        """
        Judge the rules by the windows of the moment *seen*, and record what they give; then claim rewards.

        Where nothing is given nothing is recorded, but for the end of a window: there the next one ends at *until*.
        """
        given = self._give(core, at, seen, cause, until)
        before, cause = core.length, cause if given is None else given
        for claimer in self.claimers:
            claimer.claim(core, at, seen, cause)
        self.asking.ask(core, at, cause, before)

    def _give(self, core: Core, at: int, seen: int, cause: int | None, until: int | None) -> int | None:
        """Judge the rules and record what they give; return where that stands, if anywhere."""
        plan, changes = self._plan, Changes()
        frozen = () if plan.freeze is None else plan.freeze(core, seen)
        sums = plan.sums(())
        grants: list[tuple[PurchaseCell | WindowCell, int, int | None, int | None]] = []
        granted: dict[str, int] = {}
        for cell in plan.cells:
            window = None
            if isinstance(cell, PurchaseCell):
                amount = cell.value((), sums, seen, frozen)
                if amount and cell.rooms:
                    parts = cell.rooms.fit(core, ((), sums, seen, frozen), amount, changes)
                    grants += [(cell, part, None, since if since > at else None) for since, part in parts]
                    amount = sum(part for _, part in parts)
                    granted[cell.unit] = granted.get(cell.unit, 0) + amount
                    continue
            else:
                window = cell.start((), seen, frozen)
                if window is None:
                    continue
                added = cell.contributions((), sums, seen, frozen)
                amount = cell.change(core, window, added)
                cell.note(window, added, changes)
            if amount:
                grants.append((cell, amount, window, None))
                granted[cell.unit] = granted.get(cell.unit, 0) + amount
        plan.feed_earned((), at, frozen, granted, changes)
        if not grants and not changes.sums and until is None:
            return None
        core.now, seq = max(core.now, at), core.length
        core.append(
            ("arise", at, cause, self.text, until, frozen, tuple(changes.sums), tuple(changes.slides), self._program)
        )
        for cell, amount, window, since in grants:
            if amount > 0:
                self._poster.earn(core, at, seq, cell, amount, window, since)
            else:
                assert window is not None  # noqa: S101 - what is of this moment alone never falls
                self._poster.take_back_of_window(core, at, seq, cell, -amount, window)
        for ladder in self.feeds if grants else ():
            ladder.recheck(core, at, seq)
        return seq


class Closing:
    """Wait for windows to end or to begin, or for dates, from the window of the account's first entry on."""

    general = True
    rolling = False
    tallies: tuple[str, ...] = ()

    def __init__(self, zone: Zone, cause: WindowTurn, consequence: Consequence) -> None:
        self._next = _dates(zone, cause) if isinstance(cause, Occurrence) else _ends(zone, cause)
        self._consequence = consequence
        self.name = cause.text
        #: Whether rules are raised as a window ends, before tiers are reviewed, or as one begins, behind that.
        self.ends = isinstance(cause, WindowEnd)

    def due(self, core: Core) -> int:
        """Return when the window that is open ends, and the next begins, or the next date comes."""
        return core.opened.get(self.name, FOREVER)

    def after_event(self, core: Core, cause: int) -> None:
        """Begin to wait with the first event."""
        if self.name not in core.opened:
            self.begin(core, cause)

    def begin(self, core: Core, cause: int) -> None:
        """Wait for the end of the window that is open now, or the next beginning."""
        if (end := self._next(core, core.now)) < FOREVER:
            core.append(("open", core.now, cause, self.name, end))

    def review(self, core: Core, at: int) -> None:
        """Raise the rules where the window ends, and wait for the end of the next; what begins is judged by that."""
        if self.due(core) <= at:
            self._consequence.follow(core, at, at - self.ends, None, self._next(core, at))


def _ends(zone: Zone, cause: WindowEnd | WindowStart) -> Callable[[Core, int], int]:
    """Return what finds the end of the window that holds a moment, where the next begins."""
    locate = in_account(zone, cause.window)

    def end(core: Core, at: int) -> int:
        bounds = locate(core, at)
        return FOREVER if bounds is None else bounds[1]

    return end


def _dates(zone: Zone, cause: Occurrence) -> Callable[[Core, int], int]:
    """Return what finds the first moment after another at which a recurrence begins; none is for ever."""
    moments = occurrences(cause.recurring, cause.zone or zone.name)
    return lambda core, at: moments[place] if (place := bisect_right(moments, at)) < len(moments) else FOREVER
