"""Allowances: limits per window on what members ask for: redemptions of a reward, and transfers."""

from __future__ import annotations

from loyalcore.calendar import Zone
from loyalcore.engine.locating import in_account, life_end
from loyalcore.engine.moments import tally_name
from loyalcore.engine.tallying import Changes
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import Limit
from loyalcore.units import Amount
from loyalcore.windows import Rolling, Scope

__all__ = ["Allowance"]


class Allowance:
    """Be a limit per window on a request: what is left of it, and what a request takes of it."""

    def __init__(self, zone: Zone, name: str, limit: Limit) -> None:
        window = limit.per
        assert not isinstance(window, Scope)  # noqa: S101 - requests are limited per window
        self.times = limit.is_count
        self.most: int = limit.most.minor if isinstance(limit.most, Amount) else limit.most  # type: ignore[assignment]
        self.window = getattr(window, "name", "window")
        self._tally = tally_name(f"{name} {'times' if self.times else 'given'}", window)
        #: When an amount leaves the sum, where the window is rolling; where it lies, where it is not.
        self._leaves = life_end(zone, window.duration) if isinstance(window, Rolling) else None
        self._locate = None if isinstance(window, Rolling) else in_account(zone, window)

    def takes(self, core: Core, at: int, amount: int, times: int, changes: Changes) -> int:
        """Note what a request takes; return by how much it is too much, and note nothing then."""
        needed = times if self.times else amount
        bounds = None
        if self._locate is None:
            found = core.sliding(self._tally)
            used = 0 if found is None else found.total
        else:
            bounds = self._locate(core, at)
            used = -FOREVER if bounds is None else core.sums.get((self._tally, bounds[0]), 0)
        if (lacking := needed + used - self.most) > 0:
            return lacking
        if self._leaves is not None:
            changes.slide(self._tally, self._leaves(at), needed)
        elif bounds is not None:
            changes.add(self._tally, bounds, needed)
        return 0
