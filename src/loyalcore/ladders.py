"""Ladders: tiers in order, the measure one climbs by, and how one comes down."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, final

from attrs import field, frozen

from loyalcore.bounds import Bound, bound
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Earned, Over
from loyalcore.texts import check_name
from loyalcore.windows import Cycle, Period, Previous, Shifted, Since

__all__ = ["Ladder", "at_once", "fitting", "never_down", "one_step", "window_end"]

#: Review whenever the measure changes.
at_once = "at_once"
#: Review when the calendar window ends, by what it came to.
window_end = "window_end"
#: Fall to the tier that fits.
fitting = "fitting"
#: Fall one tier at a review.
one_step = "one_step"
#: Never fall.
never_down = "never"


def _tiers(given: object) -> Any:
    items: Any = given.items() if isinstance(given, Mapping) else given
    try:
        return tuple((name, bound(value)) for name, value in items)
    except InvalidValue:
        raise
    except (TypeError, ValueError):
        raise InvalidValue(f"tiers map names to thresholds, not {shown(given)}") from None


@final
@frozen
class Ladder:
    """
    Order tiers by thresholds of a measure over a window.

    A tier is entered at its threshold, at once, straight to the highest that fits; the event that lifts a member was
    itself judged in the old tier. The first tier has threshold 0 and is where everybody starts. *review* says when
    one may fall: `at_once` (the default for rolling and lifetime windows), or `window_end` (the default for calendar
    windows): a tier holds until the window ends and is then judged by what that window came to. *downgrade* says how
    far: `fitting`, `one_step`, or ``"never"``.
    """

    name: str
    by: Over | Earned
    tiers: tuple[tuple[str, Bound], ...] = field(converter=_tiers)
    review: str = ""
    downgrade: str = fitting

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a ladder")
        if not is_a(self.by, Over | Earned) or isinstance(self.by.window, Since | Previous):
            raise InvalidValue(
                f"ladder {self.name} climbs by a measure over a rolling, calendar or lifetime window, such as "
                f"Order.net.over(year), not {shown(self.by)}"
            )
        for name, _ in self.tiers:
            check_name(name, f"a tier of {self.name}")
        thresholds = [low.value for _, low in self.tiers]
        rising = all(low < high for low, high in pairwise(thresholds))
        if not thresholds or thresholds[0] != 0 or not rising or len(set(self.names)) < len(thresholds):
            raise InvalidValue(
                f"tiers of {self.name} need different names and thresholds that rise from 0, "
                f"not {', '.join(f'{name} {low.value}' for name, low in self.tiers) or 'none'}"
            )
        calendar = isinstance(self.by.window, Period | Shifted | Cycle)
        if not self.review:
            object.__setattr__(self, "review", window_end if calendar else at_once)
        if self.review not in (at_once, window_end) or (self.review == window_end and not calendar):
            raise InvalidValue(
                f"ladder {self.name} is reviewed at_once, or at window_end of a calendar window, "
                f"not {shown(self.review)}"
            )
        if self.downgrade not in (fitting, one_step, never_down):
            raise InvalidValue(f"downgrade of {self.name} is fitting, one_step or never, not {shown(self.downgrade)}")

    @property
    def names(self) -> tuple[str, ...]:
        """Return the tiers' names, lowest first."""
        return tuple(name for name, _ in self.tiers)
