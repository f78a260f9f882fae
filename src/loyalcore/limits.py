"""
Limits: how much, or how often, a lane may give in a window.

A limit per purchase or per item belongs to V. A limit per calendar, rolling or lifetime window looks at the room
left when a purchase is judged; taking back makes room again.
"""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.numbers import MINOR_MAX
from loyalcore.units import Amount
from loyalcore.windows import Scope, Window

__all__ = ["Limit", "at_most", "reject", "times", "truncate"]

#: Give what still fits.
truncate = "truncate"
#: Give nothing unless everything fits.
reject = "reject"


@final
@frozen
class Limit:
    """Be the most a lane gives: an amount, or a number of times. Build it with `at_most` or `times`."""

    most: Amount | int
    per: Window | Scope
    otherwise: str = truncate

    def __attrs_post_init__(self) -> None:
        most = self.most.minor if isinstance(self.most, Amount) else self.most
        if type(most) is not int or not 0 < most <= MINOR_MAX:
            raise InvalidValue(f"a limit is an amount or a number of times above zero, not {shown(self.most)}")
        if not is_a(self.per, Window | Scope):
            raise InvalidValue(f"a limit is per window, per=purchase or per=item, not per {shown(self.per)}")
        if isinstance(self.per, Scope) and not isinstance(self.most, Amount):
            raise InvalidValue("a number of times is counted in a window; write times(1, per=day)")
        if self.otherwise not in (truncate, reject):
            raise InvalidValue(f"a limit truncates or rejects what does not fit, not {shown(self.otherwise)}")


def at_most(most: Amount, *, per: Window | Scope, otherwise: str = truncate) -> Limit:
    """
    Give at most this amount per purchase, per item or per window.

    What does not fit is cut (`truncate`), or nothing is given unless all of it fits (`reject`). Counted is what was
    granted less what was taken back, in the window of the event's moment.
    """
    if not is_a(most, Amount):
        raise InvalidValue(f"at_most takes an amount such as POINT(500), not {shown(most)}; times() takes a number")
    return Limit(most, per, otherwise)


def times(number: int, *, per: Window) -> Limit:
    """Give for at most this many events per window; an event that gave nothing does not count."""
    return Limit(number, per, reject)
