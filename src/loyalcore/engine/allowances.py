"""Allowances: limits on redemptions of a reward, each or over a window, and on transfers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loyalcore.calendar import Zone
from loyalcore.engine.locating import in_account, life_end
from loyalcore.engine.moments import tally_name
from loyalcore.engine.tallying import Changes
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import Limit
from loyalcore.units import Amount
from loyalcore.windows import Holding, Rolling, Scope

__all__ = ["Allowance", "allowances"]

_ONE = 1000


class Allowance:
    """
    Be a limit on requests, each or over a window: what is left of it, and what a request takes of it.

    *sharing* is what uses its room, by name, with what this one is of. With *pieces* it counts units of quantity.
    """

    def __init__(self, zone: Zone, name: str, limit: Limit, sharing: Iterable[str], *, pieces: bool = False) -> None:
        window = limit.per
        assert not isinstance(window, Holding)  # noqa: S101 - that limits what is earned
        self.times, self.sharing = limit.is_count, frozenset(sharing)
        self.most: int = limit.most.minor if isinstance(limit.most, Amount) else limit.most  # type: ignore[assignment]
        if pieces:
            self.most *= _ONE
        self.pieces = pieces
        self.window = getattr(window, "name", "window")
        #: Whether each request has room of its own, so that nothing is counted.
        self._is_of_one = isinstance(window, Scope)
        #: How entries call what is counted, and all that is counted together.
        self.tally, self._tallies = "", list[str]()
        if not isinstance(window, Scope):
            what = "times" if self.times else "pieces" if pieces else "given"
            self.tally = tally_name(f"{name} {what}", window)
            self._tallies = [tally_name(f"{each} {what}", window) for each in sharing]
        #: Whether it notes what is taken; of those that count the same, the first alone does.
        self.notes = True
        #: When an amount leaves the sum, where the window is rolling; where it lies, where it is not.
        self._leaves = life_end(zone, window.duration) if isinstance(window, Rolling) else None
        self._locate = None if isinstance(window, Rolling | Scope) else in_account(zone, window)

    def takes(self, core: Core, at: int, amount: int, times: int, changes: Changes, before: int = 0) -> int:
        """
        Note what a request takes; return by how much it is too much, and note nothing then.

        *before* is what the same event has taken of it otherwise.
        """
        needed = times if self.times else amount
        bounds = None if self._locate is None else self._locate(core, at)
        if (lacking := needed + before + self._used(core, at, bounds) - self.most) > 0:
            return lacking
        if not self.notes or not needed:
            return 0
        if self._leaves is not None:
            changes.slide(self.tally, self._leaves(at), needed)
        elif bounds is not None:
            changes.add(self.tally, bounds, needed)
        return 0

    def room(self, core: Core, at: int, cost: int) -> int:
        """Return how many times there is still room for, at a cost each."""
        return self.left(core, at) // (1 if self.times else cost)

    def left(self, core: Core, at: int) -> int:
        """Return what is left, of units or of times."""
        return self.most - self._used(core, at, None if self._locate is None else self._locate(core, at))

    def beside(self, costs: Mapping[str, int]) -> int:
        """Return what other rules use of it in the same purchase, by what each costs."""
        used = [cost for name, cost in costs.items() if name in self.sharing]
        return len(used) if self.times else sum(used)

    def _used(self, core: Core, at: int, bounds: tuple[int, int] | None) -> int:
        """Return what is used already, at a moment, in a window that has such bounds; no window has no limit."""
        if self._is_of_one:
            return 0
        if self._leaves is not None:
            # What is claimed as units end is asked for before tallies have slid to the moment.
            return sum([found.total_at(at) for tally in self._tallies if (found := core.sliding(tally)) is not None])
        if bounds is None:
            return -FOREVER
        return sum([core.sums.get((tally, bounds[0]), 0) for tally in self._tallies])


def allowances(zone: Zone, name: str, limits: Iterable[tuple[Limit, Iterable[str]]]) -> list[Allowance]:
    """Return what limits, each with what shares it, leave of the requests for something."""
    found: list[Allowance] = []
    for limit, sharing in limits:
        allowance = Allowance(zone, name, limit, sharing)
        allowance.notes = allowance.tally not in [each.tally for each in found]
        found.append(allowance)
    return found
