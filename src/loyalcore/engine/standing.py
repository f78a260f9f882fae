"""Standing: where a member stands on a ladder, read from the entries and from what the ladder asks for."""

from __future__ import annotations

from fractions import Fraction

from loyalcore.bounds import Bound
from loyalcore.conditions import Condition
from loyalcore.engine.engine import Engine
from loyalcore.engine.requirements import Requirements
from loyalcore.entries import moment
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.ladders import Ladder
from loyalcore.ledger import Core
from loyalcore.standings import Need, Standing
from loyalcore.trace import trace

__all__ = ["standing"]


def standing(engine: Engine, core: Core, name: str, at: int) -> Standing:
    """Return where the member stands on a ladder at a moment that is not after the account's latest."""
    ladder: Ladder = next(each for each in engine.terms.of_kind(Ladder) if each.name == name)
    rows = [row for seq in trace(core).tiers.get(name, ()) if (row := core.row(seq))[1] <= at]
    tier, since, until, kind = ladder.names[0], None, None, ""
    for row in rows:
        if row[4] != tier:
            tier, since = row[4], row[1]
        kind, until = row[0], row[5]
    held = until
    if until is not None and until < FOREVER and ladder.grace is not None and kind == "tier":
        held = engine.zone.plus(until, ladder.grace)
    place = ladder.names.index(tier) if tier in ladder.names else 0
    last = place + 1 == len(ladder.names)
    needs = _Needs(engine, core, at)
    return Standing(
        name,
        tier,
        moment(since),
        moment(held),
        moment(until),
        None if last else ladder.names[place + 1],
        needs.of(ladder.asks_to_keep(place)),
        () if last else needs.of(ladder.asks(place + 1)),
    )


class _Needs:
    """Read what conditions ask for."""

    def __init__(self, engine: Engine, core: Core, at: int) -> None:
        self._requirements = Requirements(engine.terms, engine.zone)
        self._core, self._at = core, at

    def of(self, condition: Condition[object]) -> tuple[Need, ...]:
        found = []
        for comparison, read in self._requirements.comparisons(condition):
            # An account without entries has no moment, and nothing in any window.
            number = read(self._core, self._at) if self._at > BEGINNING else Fraction(0)
            found.append(Need(comparison.measure, comparison.bound, Bound(number, comparison.bound.unit)))
        return tuple(found)
