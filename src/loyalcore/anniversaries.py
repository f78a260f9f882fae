"""Anniversaries: a condition about the years of a member's own date, such as the month of a birthday."""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.anchors import Anchor
from loyalcore.conditions import Condition, OfEvent
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.windows import Period, Shifted, day

__all__ = ["OnAnniversary", "on_anniversary"]


@final
@frozen
class OnAnniversary(Condition[OfEvent]):
    """Hold in the period in which an anniversary of an anchor falls. Build it with `on_anniversary`."""

    of: Anchor
    during: Period | Shifted = day

    def __attrs_post_init__(self) -> None:
        if not is_a(self.of, Anchor) or not is_a(self.during, Period | Shifted):
            raise InvalidValue(
                "an anniversary is of an anchor such as joined or first('birthday'), during a day, week or month, not "
                f"of {shown(self.of)} during {shown(self.during)}"
            )
        if self.of.turn:
            raise InvalidValue(f"an anniversary is of the anchor itself, during a period; leave out its {self.of.turn}")


def on_anniversary(of: Anchor, during: Period | Shifted = day) -> Condition[OfEvent]:
    """
    Hold on the anniversaries of an anchor: ``on_anniversary(first("birthday"), month)`` in the birthday's month.

    That is on the day, or *during* the week, month or other period of the program's calendar in which it falls, from
    the first year after it on; where there is no 29 February it is the 28th. It never holds without the anchor.
    """
    return OnAnniversary(of, during)
