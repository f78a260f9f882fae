"""Tallying: what an event changes in tallies, and where the tally of a window is kept for an event."""

from __future__ import annotations

from typing import Any

from loyalcore.engine.judge import Judge
from loyalcore.engine.locating import Bounds, Locate, life_end
from loyalcore.windows import Rolling, Window

__all__ = ["Changes", "Tallying"]


class Changes:
    """Collect what an event changes in tallies, as facts keep it."""

    __slots__ = ("pending", "slides", "sums")

    def __init__(self) -> None:
        self.sums: list[Any] = []
        self.slides: list[Any] = []
        #: What the event itself has used of rooms so far, by tally and start of the window.
        self.pending: dict[tuple[str, int | None], int] = {}

    def add(self, name: str, bounds: Bounds, amount: int) -> None:
        """Add an amount to the tally of a window; where no window holds the moment, to none."""
        if bounds is not None:
            self.sums += (name, bounds[0], amount)

    def slide(self, name: str, end: int, amount: int) -> None:
        """Add an amount to the tally of a rolling window, until it leaves that."""
        self.slides += (name, end, amount)


class Tallying:
    """Be how a tally over a window is kept for the events of one kind."""

    def __init__(self, judge: Judge, name: str, window: Window) -> None:
        self.name = name
        #: When an amount of a moment leaves the sum, where the window is rolling; where it lies, where it is not.
        self.leaves = life_end(judge.zone, window.duration) if isinstance(window, Rolling) else None
        self.locate: Locate = _nowhere if isinstance(window, Rolling) else judge.locate(window)

    def add(self, event: Any, at: int, frozen: Any, amount: int, changes: Changes) -> None:
        """Note an amount that an event adds."""
        if self.leaves is not None:
            changes.slide(self.name, self.leaves(at), amount)
        else:
            changes.add(self.name, self.locate(event, at, frozen), amount)


def _nowhere(event: Any, at: int, frozen: Any, moment: int | None = None) -> None:
    return None
