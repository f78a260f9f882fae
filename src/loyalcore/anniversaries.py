"""Anniversaries: a condition about the years of a member's own date, such as the month of a birthday."""

from __future__ import annotations

from typing import final

from attrs import field, frozen

from loyalcore.anchors import Anchor
from loyalcore.conditions import Condition, OfEvent
from loyalcore.durations import Duration
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.windows import Period, Shifted, day

__all__ = ["OnAnniversary", "on_anniversary"]


#: So many days before or after an anniversary at most: neighbouring years must not meet.
_DAYS_MAX = 100


@final
@frozen
class OnAnniversary(Condition[OfEvent]):
    """Hold in the period in which an anniversary of an anchor falls, and some days around it: see `on_anniversary`."""

    of: Anchor
    during: Period | Shifted = day
    before: Duration | None = field(default=None, kw_only=True)
    after: Duration | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.of, Anchor) or not is_a(self.during, Period | Shifted):
            raise InvalidValue(
                "an anniversary is of an anchor such as joined or first('birthday'), during a day, week or month, not "
                f"of {shown(self.of)} during {shown(self.during)}"
            )
        if self.of.turn or self.of.delay:
            raise InvalidValue(f"an anniversary is of the anchor itself, during a period, not of {self.of.in_words}")
        for around in (self.before, self.after):
            if around is not None and isinstance(self.during, Shifted) and self.during.minute:
                raise InvalidValue(f"days around an anniversary begin at midnight, {shown(self.during)} does not")
            if around is not None and not _is_of_days(around):
                raise InvalidValue(
                    f"an anniversary holds up to {_DAYS_MAX} whole days before or after it, such as days(7), not "
                    f"{shown(around)}"
                )


def _is_of_days(given: object) -> bool:
    """Tell whether something is a duration of whole days, and not too many."""
    return isinstance(given, Duration) and not given.months and not given.micros and given.days <= _DAYS_MAX


def on_anniversary(
    of: Anchor, during: Period | Shifted = day, *, before: Duration | None = None, after: Duration | None = None
) -> Condition[OfEvent]:
    """
    Hold on the anniversaries of an anchor: ``on_anniversary(first("birthday"), month)`` in the birthday's month.

    That is on the day, or *during* the week, month or other period of the program's calendar in which it falls, from
    the first year after it on; where there is no 29 February it is the 28th. It never holds without the anchor.
    ``before=days(3), after=days(3)`` are whole days more on either side of that, at most 100.
    """
    return OnAnniversary(of, during, before=before, after=after)
