"""
Limits: how much, or how often, a rule or lane may give, and what becomes of the rest.

A limit has a scope (a window, or each purchase or item), perhaps a *key* (each ticket, each household, each article has
a room of its own), and a *shortfall*: what does not fit is cut, rejected, or deferred to the windows that follow.

A limit per purchase or per item belongs to V. A limit per window looks at the room left when a purchase is judged, and
taking back makes room for later purchases; one that is `rejudge` belongs to V of its window instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, final

from attrs import frozen

from loyalcore.conditions import TextOf
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.numbers import MINOR_MAX
from loyalcore.texts import check_name
from loyalcore.units import Accrual, Amount
from loyalcore.windows import Holding, Lifetime, Rolling, Scope, Since, Window, item, purchase, redemption

__all__ = [
    "DEFERRED_MAX",
    "Defer",
    "Limit",
    "at_most",
    "check_counts",
    "defer",
    "later",
    "per_request",
    "reject",
    "rejudge",
    "times",
    "truncate",
]

#: Give what still fits.
truncate = "truncate"
#: Give nothing unless everything fits.
reject = "reject"
#: Room that a return frees serves later purchases; no other receipt is rewritten.
later = "later"
#: Room that a return frees goes to what was cut in the same window before.
rejudge = "rejudge"

#: Over how many windows an award may be spread.
DEFERRED_MAX = 120


@final
@frozen
class Defer:
    """Be the shortfall that waits for room in the windows that follow. Build it with `defer`."""

    windows: int
    otherwise: str = truncate

    def __attrs_post_init__(self) -> None:
        if type(self.windows) is not int or not 0 < self.windows <= DEFERRED_MAX:
            raise InvalidValue(f"an award is deferred by 1 to {DEFERRED_MAX} windows, not {shown(self.windows)}")
        if self.otherwise not in (truncate, reject):
            raise InvalidValue(f"what fits in no window is cut or rejected, not {shown(self.otherwise)}")


def defer(windows: int, *, otherwise: str = truncate) -> Defer:
    """
    Give what does not fit in the next windows that have room, at most so many windows on.

    Each part is given as of the start of its window: it is usable from then and lives from then. What fits in none of
    them is cut (`truncate`), or nothing is given unless all of it fits (`reject`). Returns take the latest part first.
    """
    return Defer(windows, otherwise)


@final
@frozen
class Limit:
    """Be the most a rule or lane gives: an amount, an accrual, or a number of times. See `at_most` and `times`."""

    most: Amount | Accrual | int
    per: Window | Scope | Holding
    otherwise: str | Defer = truncate
    each: TextOf[Any] | None = None
    name: str = ""
    freed: str = later

    def __attrs_post_init__(self) -> None:
        most = self.most.minor if isinstance(self.most, Amount) else self.most
        if not isinstance(most, Accrual) and (type(most) is not int or not 0 < most <= MINOR_MAX):
            raise InvalidValue(f"a limit is an amount or a number of times above zero, not {shown(self.most)}")
        if not is_a(self.per, Window | Scope | Holding):
            raise InvalidValue(f"a limit is per window, per=purchase or per=item, not per {shown(self.per)}")
        if self.per == item and self.is_count:
            raise InvalidValue("a number of times is counted in a window; write times(1, per=day)")
        if not is_a(self.otherwise, Defer) and self.otherwise not in (truncate, reject):
            raise InvalidValue(f"a limit truncates, rejects or defers what does not fit, not {shown(self.otherwise)}")
        if self.freed not in (later, rejudge):
            raise InvalidValue(f"freed room serves later purchases, later, or rejudge; not {shown(self.freed)}")
        if self.each is not None and not is_a(self.each, TextOf):
            raise InvalidValue(f"each= names a text or flag such as Order.ticket, not {shown(self.each)}")
        if self.name != "":
            check_name(self.name, "a limit")
        self._check_scope()
        self._check_policies()

    def _check_scope(self) -> None:
        if not isinstance(self.per, Scope):
            return
        if self.each is not None and (self.per == item or not self.by_items):
            raise InvalidValue(f"a limit per {self.per.name} has no other key than texts of items; leave out each=")
        if self.name or self.freed != later or isinstance(self.otherwise, Defer):
            raise InvalidValue(
                f"a limit per {self.per.name} belongs to that {self.per.name} alone: it has no name, defers nothing "
                "and is always judged again; limit a window, or put the rules in a lane"
            )

    def _check_policies(self) -> None:
        if isinstance(self.per, Holding) and (
            not isinstance(self.most, Amount) or self.each or self.name or self.otherwise not in (truncate, reject)
        ):
            raise InvalidValue(
                "what an account holds is limited to an amount, without a key or a name, and what is beyond is cut or "
                f"rejected; not {shown(self.most)}, {shown(self.otherwise)}"
            )
        if isinstance(self.otherwise, Defer) and (isinstance(self.per, Lifetime | Since | Rolling) or self.by_items):
            raise InvalidValue(
                "what does not fit is deferred to the windows that follow, as in per=month, and for the event as a "
                "whole; truncate it, or choose such a window"
            )
        if self.freed == rejudge and (
            self.is_count or self.otherwise != truncate or self.name or isinstance(self.per, Rolling | Holding)
        ):
            raise InvalidValue(
                "a limit is judged again where it truncates an amount of one rule or lane in a window that stands "
                "still; leave out freed=rejudge, or the rest"
            )
        if isinstance(self.most, Accrual) and not isinstance(self.per, Scope) and self.freed == later:
            raise InvalidValue(
                "a limit that grows with what is bought in a window is judged again with it; write freed=rejudge"
            )

    @property
    def is_count(self) -> bool:
        """Tell whether times are counted, and not units."""
        return isinstance(self.most, int)

    @property
    def by_items(self) -> bool:
        """Tell whether every value of a text or flag of the items has room of its own."""
        return self.each is not None and self.each.of == "item"

    @property
    def kind(self) -> tuple[object, ...]:
        """Return what two limits of one rule differ in."""
        return self.is_count, self.per, self.each, self.name


def at_most(
    most: Amount | Accrual,
    *,
    per: Window | Scope | Holding,
    otherwise: str | Defer = truncate,
    each: TextOf[Any] | None = None,
    name: str = "",
    freed: str = later,
) -> Limit:
    """
    Give at most this amount per purchase, per item or per window.

    *most* may be an accrual: ``POINT.per(USD(10), Order.net)`` is a point for every ten dollars of the event.
    What does not fit is cut (`truncate`), nothing is given unless all of it fits (`reject`), or it is given later
    (`defer`). Counted is what was granted less what was taken back, in the window of the event's moment; with *each*
    for every value of a text or flag of the event, its items, or the member's settings. Rules and lanes whose limits
    have one *name* use its room together, in the program's order. With ``freed=rejudge`` what was cut in the window
    before is given when a return makes room.

    ``per=holding`` limits what an account has of the unit: what is usable, pending and held, less its debt, as it is
    when the event is judged. What comes by other rules, by rewards or by hand is not cut by it, and fills it.
    """
    if not is_a(most, Amount, Accrual):
        raise InvalidValue(f"at_most takes an amount such as POINT(500), not {shown(most)}; times() takes a number")
    return Limit(most, per, otherwise, each, name, freed)


def times(
    number: int,
    *,
    per: Window | Scope,
    otherwise: str | Defer = reject,
    each: TextOf[Any] | None = None,
    name: str = "",
) -> Limit:
    """
    Give for at most this many events per window; an event that gave nothing does not count.

    *each* and *name* are those of `at_most`: under one name every rule or lane that gives counts once. A reward may
    have a number of times for each ``per=redemption``: one request, or one moment at which it is claimed by itself.
    A lane of discounts may have one ``per=purchase``: of more, the first that take something are taken.
    Rewards, payments, exchanges and transfers whose limits have one *name* use its room together.
    """
    return Limit(number, per, otherwise, each, name)


def check_counts(limits: Iterable[Limit], what: str) -> None:
    """Refuse numbers of times in one purchase, of what is given once at most in each."""
    for limit in limits:
        if limit.per == purchase and limit.is_count:
            raise InvalidProgram(
                f"{what} counts once in a purchase, so times are counted in a window: times(1, per=day), not "
                f"{shown(limit)}; a lane of discounts may be limited to so many of them per purchase"
            )


def per_request(given: object) -> Any:
    """Return limits as rules take them that members ask for: each per a window of its own, or per redemption."""
    found: tuple[Any, ...] = () if given is None else tuple(given) if isinstance(given, Iterable) else (given,)
    for limit in found:
        if not is_a(limit, Limit):
            raise InvalidValue(f"a limit is at_most(…) or times(…), not {shown(limit)}")
        scoped = is_a(limit.per, Scope) and limit.per != redemption
        if scoped or is_a(limit.otherwise, Defer) or is_a(limit.most, Accrual):
            raise InvalidProgram(
                f"a limit on what members ask for is of an amount per window or redemption, not {shown(limit)}"
            )
        if is_a(limit.per, Holding):
            raise InvalidProgram(
                "what is held limits rules that earn; a reward says when=POINT.balance.below(POINT(500)) instead, "
                f"not {shown(limit)}"
            )
        if limit.each is not None or limit.freed != later:
            raise InvalidProgram(f"a limit on what members ask for is the member's own, without a key: {shown(limit)}")
    if len({(is_a(limit.most, int), limit.per, limit.name) for limit in found}) < len(found):
        raise InvalidProgram("there are two limits of one kind for one window; keep the one that is meant")
    return found
