"""
Maturity: when units that are pending become usable.

After a time, which a plain duration says, at the end of a period of the calendar or of the member's own, or once
something happens to the purchase that earned them: it is delivered, it is paid. What waits for an event waits up to a
deadline, and then lapses or matures.
"""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.conditions import Condition, OfEvent, check_condition
from loyalcore.durations import Duration
from loyalcore.ends import EndOf
from loyalcore.errors import InvalidValue, is_a, shown

__all__ = ["Pause", "Pending", "Until", "earning", "is_pause", "lapse", "mature", "maturing", "until"]

#: The life of units is counted from when they are earned, pending or not.
earning = "earning"
#: The life of units is counted from when they become usable.
maturing = "maturing"
#: Units for which nothing has come by the deadline are lost.
lapse = "lapse"
#: Units for which nothing has come by the deadline become usable then.
mature = "mature"


@final
@frozen
class Until:
    """
    Wait for an activity about the purchase. Build it with `until`.

    *event* says for which, *within* for how long at most, *then* how much longer it takes once it has come, and
    *otherwise* what becomes of the units where it does not come: they `lapse` or `mature`.
    """

    event: Condition[OfEvent]
    within: Duration
    then: Duration | None = None
    otherwise: str = lapse

    def __attrs_post_init__(self) -> None:
        check_condition(self.event, "event", "until")
        if self.event is None:
            raise InvalidValue('until waits for an activity, such as Activity.name.is_("delivered"), not for None')
        if not is_a(self.within, Duration):
            raise InvalidValue(f"until waits within a duration such as days(30), not {shown(self.within)}")
        if self.then is not None and not is_a(self.then, Duration):
            raise InvalidValue(f"then of until is a duration such as days(14), not {shown(self.then)}")
        if self.otherwise not in (lapse, mature):
            raise InvalidValue(f"what does not come lets units lapse or mature, not {shown(self.otherwise)}")


def until(
    event: Condition[OfEvent], *, within: Duration, then: Duration | None = None, otherwise: str = lapse
) -> Until:
    """
    Wait for an activity for which a condition holds and that is *of* the purchase; the first one counts.

    ``until(Activity.name.is_("delivered"), within=days(30), then=days(14))`` is usable 14 days after delivery. What
    has not come when *within* has passed since the earning, at that very moment too, comes too late: the units lapse.
    With ``otherwise=mature`` they are usable then instead, and never later than that, whatever *then* says.
    """
    return Until(event, within, then, otherwise)


#: For how long units can be pending where that is known beforehand: for a time, or to the end of a period.
Pause = Duration | EndOf
#: How units can be pending: for a time, to the end of a period, or until something happens.
Pending = Pause | Until


def is_pause(given: object) -> bool:
    """Tell whether something is a time to be pending: so long, or to the end of a period."""
    return is_a(given, Duration | EndOf)
