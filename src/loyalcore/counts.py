"""Counts of activities: how often members did something, as a measure; see `Activity.count`."""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.conditions import Condition, OfEvent, check_condition, joined_size
from loyalcore.errors import InvalidValue, shown
from loyalcore.measures import Leaf

__all__ = ["Activities"]


@final
@frozen
class Activities(Leaf):
    """
    Be one for each activity, or for each of which a condition holds; revoked ones do not count.

    Build it with `Activity.count`, and ``Activity.count.when(Activity.name.is_("review"))``.
    """

    condition: Condition[OfEvent] | None = None

    def __attrs_post_init__(self) -> None:
        check_condition(self.condition, "event", "what counts activities")

    def when(self, condition: Condition[OfEvent]) -> Activities:
        """Count only those of which a condition about the activity itself holds."""
        if self.condition is not None:
            raise InvalidValue(f"these are counted when {shown(self.condition)}; join conditions with & instead")
        return Activities(condition)

    @property
    def size(self) -> tuple[int, int]:
        """Say how large the measure is, with its condition."""
        return joined_size(() if self.condition is None else (self.condition.size,))
