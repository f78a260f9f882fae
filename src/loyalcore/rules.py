"""
Rules that earn: `Earn`, the boosts of one, and lanes that combine several.

One shape for all: *when* (the kind of event), *if* (conditions), *how much* (an accrual over a cell), *what* (a unit).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, final

from attrs import field, frozen
from attrs.converters import optional

from loyalcore.anniversaries import OnAnniversary
from loyalcore.awards import Given
from loyalcore.budgets import Budget, as_budget
from loyalcore.causes import KINDS, Cause, Expiring, kind_of
from loyalcore.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Not,
    OfEvent,
    OfItem,
    OneOf,
    check_condition,
)
from loyalcore.counts import Activities
from loyalcore.dates import DateIsOn, DateOf, DaysBetween, EventDate, is_event_date
from loyalcore.ends import Inactivity
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.expiry import Life
from loyalcore.limits import Defer, Limit, check_counts, reject, rejudge
from loyalcore.maturity import Pending, Until, earning, is_pause, maturing
from loyalcore.measures import Added, Count, EventNumber, Least, Measure, Qualifying, Scaled, Total, as_measure
from loyalcore.numbers import Rounding, floor, ratio
from loyalcore.rates import Banded, Rated, Stepped, rate
from loyalcore.returning import as_kept, check_on_return, check_taking_back
from loyalcore.schedules import Schedule
from loyalcore.texts import by_tiers, check_name
from loyalcore.units import Accrual, as_accrual
from loyalcore.windows import Rolling, Scope, Standing, Window, item, purchase, redemption

__all__ = [
    "Boost",
    "ByTier",
    "Earn",
    "Factor",
    "Lane",
    "by_tier",
]

_FACTOR = re.compile(r"(?:\+([0-9.]{1,20})%|x([0-9.]{1,20}))", re.ASCII)


def _limits(given: object) -> Any:
    if given is None:
        return ()
    return tuple(given) if isinstance(given, Iterable) else (given,)


def check_limits(limits: tuple[Limit, ...], what: str) -> None:
    """Refuse what is not a limit."""
    for limit in limits:
        if not is_a(limit, Limit):
            raise InvalidValue(f"limit of {what} is at_most(…) or times(…), not {shown(limit)}")
        if limit.per == redemption:
            raise InvalidProgram(
                f"{what} earns, and is limited per purchase, item or window; rewards are per redemption"
            )
    kinds = [limit.kind for limit in limits]
    if len(set(kinds)) < len(kinds):
        raise InvalidProgram(f"{what} has two limits of one kind for one window; keep the one that is meant")
    over_windows = [limit for limit in limits if not isinstance(limit.per, Scope)]
    if len(over_windows) > 1 and any(limit.freed == rejudge for limit in over_windows):
        raise InvalidProgram(f"{what} has a limit that is judged again, and another over a window; keep one of them")
    if len({limit.each for limit in limits if limit.by_items}) > 1:
        raise InvalidProgram(f"{what} is limited by two texts of items; choose one of them, since items go by one")
    for limit in over_windows:
        if isinstance(limit.otherwise, Defer):
            _check_deferring(limit, over_windows, what)


def _check_deferring(limit: Limit, limits: list[Limit], what: str) -> None:
    """Refuse a limit that defers beside others with which it would have to agree about later windows."""
    for other in limits:
        if other is not limit and (isinstance(other.otherwise, Defer) or other.per == limit.per or other.by_items):
            raise InvalidProgram(
                f"{what} defers what is too much in a window, and has another limit that defers, is over the same "
                "window, or goes by items; keep one of them"
            )


def check_waiting(rule: Earn, limits: Iterable[Limit], what: str) -> None:
    """Refuse what goes by an event, or a date of it, and waits for room: neither alone says when it is usable."""
    if not isinstance(rule.pending, Until) and not rule.dates:
        return
    waits = "goes by a date of the event" if rule.dates else "waits for what happens to a purchase"
    for limit in limits:
        if isinstance(limit.otherwise, Defer) or limit.freed == rejudge:
            raise InvalidProgram(f"{what} {waits}, and has a limit that gives later or again; keep one of them")


@final
@frozen
class Earn:
    """
    Give units for events of one kind.

    *where* narrows the items that count, *when* says for which events the rule speaks. *over* is the cell: each
    `purchase` on its own, or a window whose contents are judged as a whole. Rounding happens once per cell, or with
    ``stage=item`` once per item. *pending* units are usable later: after a time, from the `loyalcore.end_of` a period
    on, from a date that the event carries on, or `loyalcore.until` something happens; *expires* overrules the unit's
    expiry, which is counted *expires_from* `earning` or `maturing`, and may be a date of the event, through which they
    are usable; *on_return* says what goes as a part of a purchase comes back: what is kept is judged,
    `as_kept`, or it goes `in_proportion` to the money or `in_full`, or `stays`; *taking_back* says what becomes of
    units that were spent by then. With a *budget*, the units come from the account of that name, or of a `Budget`, and
    are never more than it has. *worth* is what the units of an event are worth together: money that is read from it, of
    the items that count. Each unit has its share.

    What a rule gives by measures of the history, or by a balance, is by what these are just before the event, and stays
    so: a return asks what the items kept would have given then.

    With ``on=entered("status", "gold")``, ``on=ended(year)`` or ``on=began(recurring(…))`` the rule is raised by what
    becomes of the member, or by a date, and gives an amount, or by measures of the history; what it gave stays given.
    """

    name: str
    gives: Accrual = field(converter=as_accrual)
    where: Condition[OfItem] | None = field(default=None, kw_only=True)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)
    over: Window | Scope = field(default=purchase, kw_only=True)
    on: str | Cause = field(default="purchase", kw_only=True, converter=kind_of)
    limit: tuple[Limit, ...] = field(default=(), kw_only=True, converter=_limits)
    budget: Budget | None = field(default=None, kw_only=True, converter=as_budget)
    rounding: Rounding = field(default=floor, kw_only=True)
    stage: Scope = field(default=purchase, kw_only=True)
    pending: Pending | EventDate | None = field(default=None, kw_only=True)
    expires: Life | EventDate | None = field(default=None, kw_only=True)
    expires_from: str = field(default=earning, kw_only=True)
    taking_back: str | None = field(default=None, kw_only=True)
    on_return: str = field(default=as_kept, kw_only=True)
    worth: Measure | None = field(default=None, kw_only=True, converter=optional(as_measure))

    def __attrs_post_init__(self) -> None:
        name = check_name(self.name, "a rule")
        if not is_a(self.on, Cause) and self.on not in KINDS.values():
            raise InvalidValue(
                f"rule {name} is on Purchase, Activity or Enrolment, or on a moment such as entered(…) or ended(…), "
                f"not {shown(self.on)}"
            )
        if is_a(self.on, Expiring):
            raise InvalidProgram(f"rule {name} gives as units expire, which is what a Reward does: it takes of them")
        check_condition(self.where, "item", f"where= of {name}")
        check_condition(self.when, "event", f"when= of {name}")
        if isinstance(self.over, Rolling):
            raise InvalidProgram(
                f"rule {name} gives over a rolling window, whose passing would take back what it gave; "
                "give over a calendar window or lifetime"
            )
        if not is_a(self.over, Standing) and self.over != purchase:
            raise InvalidValue(f"rule {name} is over purchase, a calendar window or lifetime, not {shown(self.over)}")
        if self.over != purchase and self.limit:
            raise InvalidProgram(f"rule {name} is over a window; write its cap into what it gives, with .capped(…)")
        if self.over != purchase and self.budget:
            raise InvalidProgram(f"rule {name} is over a window and has a budget; give over purchase, or without one")
        if not is_a(self.rounding, Rounding) or not is_a(self.stage, Scope) or self.stage == redemption:
            raise InvalidValue(
                f"{name} rounds by floor, ceiling, half_up or another rounding at stage purchase or item, "
                f"not by {shown(self.rounding)} at {shown(self.stage)}"
            )
        self._check_pending()
        check_waiting(self, self.limit, f"rule {name}")
        own = is_event_date(self.expires) or (is_a(self.expires, Life) and not is_a(self.expires, Inactivity))
        if self.expires is not None and not own:
            raise InvalidValue(
                f"expires of {name} is a life such as months(12), or a date of the event, not {shown(self.expires)}"
            )
        if self.dates:
            self._check_dates()
        check_limits(self.limit, name)
        check_counts(self.limit, f"rule {name}")
        if self.taking_back is not None:
            check_taking_back(self.taking_back, name)
        check_on_return(self)
        if self.worth is not None and (
            self.over != purchase or is_a(self.on, Cause) or any(limit.freed == rejudge for limit in self.limit)
        ):
            raise InvalidProgram(
                f"rule {name} says what its units are worth, which is read from one event; give for each event, over "
                "purchase, without a limit that is judged again"
            )

    def _check_pending(self) -> None:
        known = is_a(self.pending, Until) or is_pause(self.pending) or is_event_date(self.pending)
        if self.pending is not None and not known:
            raise InvalidValue(
                f"pending of {self.name} is days(14), the end_of(month) or of another period, a date of the event, or "
                f"until(…), not {shown(self.pending)}"
            )
        if is_a(self.pending, Until) and (self.on != "purchase" or self.over != purchase):
            raise InvalidProgram(
                f"rule {self.name} waits for what happens to a purchase; let it give for each purchase"
            )
        if self.expires_from not in (earning, maturing):
            raise InvalidValue(f"{self.name} expires from earning or maturing, not {shown(self.expires_from)}")
        if self.expires_from == maturing and self.pending is None:
            raise InvalidProgram(
                f"rule {self.name} expires from maturing, but is never pending; leave expires_from out"
            )

    def _check_dates(self) -> None:
        """Refuse dates of an event where units are given for none, or for several."""
        if self.over != purchase or is_a(self.on, Cause):
            raise InvalidProgram(
                f"rule {self.name} goes by a date of one event; let it give for each event, over purchase, or write "
                "end_of(…) or on_dates(…)"
            )
        if any(DateOf(date.name).is_own for date in self.dates):
            raise InvalidProgram(
                f"rule {self.name} goes by the day on which the event happened; write end_of(day), or a duration"
            )
        if self.expires_from == maturing and is_event_date(self.expires):
            raise InvalidProgram(
                f"rule {self.name} expires with a date, which is counted from nothing; leave expires_from out"
            )

    @property
    def dates(self) -> tuple[EventDate, ...]:
        """Return the dates of the event by which its units become usable, or end."""
        return tuple(each for each in (self.pending, self.expires) if isinstance(each, EventDate))

    @property
    def kind(self) -> str:
        """Return the kind of event it is on, ``"moment"`` for what is none."""
        return self.on if isinstance(self.on, str) else "moment"

    @property
    def splitting_pays(self) -> bool:
        """
        Tell whether cutting one purchase into several may bring more, as far as the rule alone goes.

        It never does for floored rates, complete steps and rising bands, nor in the cell of a window, which sees the
        sum. It may where a rule gives for each purchase, asks for an amount, rounds up, or is cut per purchase.
        """
        if not _same_for_parts(self.where) or not _same_for_parts(self.when):
            return True
        if self.over != purchase:
            return _counts_events(self.gives.measure)
        cut = any(isinstance(limit.per, Scope) or _refuses_whole(limit) for limit in self.limit)
        cut = cut or (self.budget is not None and self.budget.otherwise == reject)
        return cut or self.rounding != floor or not _grows_with_the_whole(self.gives.measure)


def _refuses_whole(limit: Limit) -> bool:
    """Tell whether parts of a purchase may fit under a limit where the whole gives less."""
    if isinstance(limit.most, Accrual):
        return _counts_events(limit.most.measure)
    otherwise = limit.otherwise.otherwise if isinstance(limit.otherwise, Defer) else limit.otherwise
    return not limit.is_count and otherwise == reject


def _counts_events(measure: Measure) -> bool:
    """Tell whether a measure of a window may grow by cutting one of its events into several."""
    return any(
        isinstance(leaf, Activities | Count | DaysBetween | Given)
        or (isinstance(leaf, Qualifying) and (_counts_events(leaf.measure) or not _same_for_parts(leaf.condition)))
        for leaf in _parts(measure)
    )


def _same_for_parts(condition: Condition[Any] | None) -> bool:
    """Tell whether a condition holds for the parts of a purchase wherever it holds for the whole, and only there."""
    if isinstance(condition, AllOf | AnyOf):
        return all(_same_for_parts(part) for part in condition.parts)
    if isinstance(condition, Not):
        return _same_for_parts(condition.part)
    return condition is None or isinstance(condition, OneOf | OnAnniversary | DateIsOn | Schedule)


def _parts(measure: Measure) -> Iterator[Measure]:
    yield measure
    for part in measure.parts:
        yield from _parts(part)


def _grows_with_the_whole(measure: Measure) -> bool:
    """Tell whether a measure of a whole is at least the sum of that measure of its parts."""
    if isinstance(measure, Total):
        return _same_for_parts(measure.where)
    if isinstance(measure, Qualifying):
        return _same_for_parts(measure.condition) and _grows_with_the_whole(measure.measure)
    if isinstance(measure, Scaled) and measure.factor < 0:
        return False
    if isinstance(measure, Banded) and any(low > high for (_, low), (_, high) in pairwise(measure.bands)):
        return False
    if isinstance(measure, Added | Banded | Least | Rated | Scaled | Stepped):
        return all(_grows_with_the_whole(part) for part in measure.parts)
    return isinstance(measure, EventNumber)


@final
@frozen
class Factor:
    """Be what a boost does to a base: add a share of it, or multiply it. Written ``"+50%"`` or ``"x1.5"``."""

    adds: bool
    size: Fraction = field(converter=rate)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.adds, bool):
            raise InvalidValue(f"a boost adds, True, or multiplies, False; it is not {shown(self.adds)}")

    @staticmethod
    def read(text: object) -> Factor:
        """Read ``"+50%"`` or ``"x1.5"``; a bare number is refused, since it could mean either."""
        if isinstance(text, Factor):
            return text
        found = _FACTOR.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise InvalidValue(f'a boost adds "+50%" to the base or multiplies it by "x1.5", it is not {shown(text)}')
        added, times = found.groups()
        return Factor(False, ratio(times)) if added is None else Factor(True, ratio(f"{added}%"))


def _factors(given: object) -> Any:
    """Return a factor for each tier, by the tiers' names."""
    return by_tiers(given, lambda _, factor: Factor.read(factor), "by_tier takes a mapping from tiers to boosts")


@final
@frozen
class ByTier:
    """Be a factor for each tier of a ladder; tiers that are not named change nothing. Build it with `by_tier`."""

    ladder: str
    factors: tuple[tuple[str, Factor], ...] = field(converter=_factors)

    def __attrs_post_init__(self) -> None:
        check_name(self.ladder, "a ladder")


def by_tier(ladder: str, factors: Mapping[str, str | Factor]) -> ByTier:
    """Boost by the tier the member had just before the event: ``by_tier("status", {"gold": "x1.5"})``."""
    return ByTier(ladder, factors)


def _factor(given: object) -> Any:
    return given if isinstance(given, ByTier) else Factor.read(given)


@final
@frozen
class Boost:
    """
    Change what a rule counts: ``base x (1 + sum of additions) x product of factors``, before its one rounding.

    With *where* only the items that match are boosted. Boosts never compound with each other's additions, unless they
    stand in lanes. A boost *of* a lane changes what the lane has made of its rules, rounded down after the last boost.
    """

    name: str
    by: Factor | ByTier = field(converter=_factor)
    of: str = field(kw_only=True)
    where: Condition[OfItem] | None = field(default=None, kw_only=True)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        name = check_name(self.name, "a boost")
        check_name(self.of, f"the rule or lane boosted by {name}")
        check_condition(self.where, "item", f"where= of {name}")
        check_condition(self.when, "event", f"when= of {name}")


def _names(given: object) -> Any:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValue(f"a lane is of a list of rules, boosts or lanes by name, not {shown(given)}")
    return tuple(given)


#: How a lane combines; only boosts are multiplied with each other.
_COMBINE = ("sum", "best", "worst", "first", "product")


@final
@frozen
class Lane:
    """
    Combine rules that compete or share limits on one purchase, in one unit; or boosts of one rule.

    *of* names rules, or boosts, or other lanes of the same. *combine* is ``sum``, ``best``, ``worst`` (of those that
    give), or ``first`` (that gives, in the order named); ties go to the one named first. The limits then cut what is
    left, the *budget* last, and entries name the outermost lane. With ``per=item`` the best, worst or first is chosen
    for each item on its own, of rules with ``stage=item``.

    A lane of boosts makes one factor of those that hold: ``sum`` adds up additions, ``product`` multiplies, the others
    choose. Lanes of one rule follow one another, each on what the one before has made, before the rule's one rounding.

    A lane may also be of discounts, with ``per=item`` as well, and be limited to `times` of them ``per=purchase``.
    """

    name: str
    of: tuple[str, ...] = field(converter=_names, kw_only=True)
    combine: str = field(default="sum", kw_only=True)
    per: Scope = field(default=purchase, kw_only=True)
    limit: tuple[Limit, ...] = field(default=(), kw_only=True, converter=_limits)
    budget: Budget | None = field(default=None, kw_only=True, converter=as_budget)

    def __attrs_post_init__(self) -> None:
        name = check_name(self.name, "a lane")
        for each in self.of:
            check_name(each, f"a rule of lane {name}")
        if not self.of or len(set(self.of)) < len(self.of):
            raise InvalidValue(f"lane {name} is of different rules by name, not {shown(self.of)}")
        if self.combine not in _COMBINE:
            raise InvalidValue(f"lane {name} combines by {', '.join(_COMBINE)}, not {shown(self.combine)}")
        if self.per not in (purchase, item):
            raise InvalidValue(f"lane {name} combines per purchase or per item, not per {shown(self.per)}")
        if self.per == item and self.combine in ("sum", "product"):
            raise InvalidProgram(
                f"lane {name} chooses nothing, so not per item either; leave per= out, or combine by best"
            )
        check_limits(self.limit, name)
