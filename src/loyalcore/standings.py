"""
Standings: where a member stands on a ladder, and how a host puts one there by hand.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, final

from attrs import frozen

from loyalcore.bounds import Bound
from loyalcore.ends import Never, instant_of_end, stated_end
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Event
from loyalcore.measures import Measure
from loyalcore.texts import check_name, check_text

__all__ = ["Need", "Standing", "TierAdjustment"]


@final
class TierAdjustment(Event):
    """
    Give a tier by hand, or end what was given, for a stated *reason*: invitations, matches, trials, gifts.

    The tier holds *until* a moment, `never` ending, or, without one, for as long as the ladder's terms say; no review
    lowers it before. The member's own doing may lift it higher, and whoever falls from there falls no further than to
    what was given. Then it is reviewed like any other. With *tier* None what was given ends, and the member is where
    the ladder alone says.
    """

    kind = "tier_adjustment"
    ladder: str
    tier: str | None
    reason: str
    until: dt.datetime | Never | None

    def __init__(
        self,
        id: str | int,
        *,
        at: dt.datetime,
        ladder: str,
        tier: str | None,
        reason: str,
        until: dt.datetime | Never | None = None,
    ) -> None:
        self._head(id, at)
        values = vars(self)
        values["ladder"] = check_name(ladder, f"the ladder of tier adjustment {id!r}")
        values["tier"] = None if tier is None else check_name(tier, f"the tier of tier adjustment {id!r}")
        values["reason"] = check_text(reason, f"reason of tier adjustment {id!r}")
        if not reason.strip():
            raise InvalidValue(f"tier adjustment {id!r} needs a reason; say why the tier is given or ended")
        values["until"] = ends = stated_end(until, "until")
        if ends is not None and tier is None:
            raise InvalidValue(f"tier adjustment {id!r} ends what was given, at once; leave until= out")
        if isinstance(ends, dt.datetime) and ends <= self.at:
            raise InvalidValue(
                f"tier adjustment {id!r} at {self.at} is of a tier until {ends}, which would have ended before it is "
                "given; give a later moment, or leave what is over out"
            )

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        del price_places
        values = (self.ladder, self.tier, instant_of_end(self.until), self.reason)
        return (("ladder", "tier", "until", "reason"), values)


@final
@frozen
class Need:
    """Say of one number that a tier asks for what it *is* and what is *wanted*; what is missing is the difference."""

    measure: Measure
    wanted: Bound
    now: Bound

    def __attrs_post_init__(self) -> None:
        if not is_a(self.measure, Measure) or not is_a(self.wanted, Bound) or not is_a(self.now, Bound):
            raise InvalidValue(f"a need is a measure and two bounds, not {shown(self.measure)}, {shown(self.wanted)}")

    @property
    def missing(self) -> Bound:
        """Return how much is missing, zero where nothing is."""
        return Bound(max(self.wanted.value - self.now.value, type(self.now.value)(0)), self.wanted.unit)


@final
@frozen
class Standing:
    """
    Say where a member stands on a ladder: what a status card shows.

    The *tier* has been held *since* a moment, None for the lowest from the start, and holds *until* another, that
    moment excluded, None for no end. Its *review* is when it is judged next: when its term ends, which is before
    *until* where a ladder gives grace, and None where it is judged all the time. *to_keep* is what the tier asks of the
    member in the windows of the moment that is asked about, and *to_rise* what the *next* tier does; where a tier asks
    for one thing or another, both are listed.
    """

    ladder: str
    tier: str
    since: dt.datetime | None
    until: dt.datetime | None
    review: dt.datetime | None
    next: str | None
    to_keep: tuple[Need, ...]
    to_rise: tuple[Need, ...]
