"""
Ends: when something that lasts is over, as a program writes it down.

An end is the first moment at which it is over: at the end of a period or cycle, for want of activity, or never.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import final

from attrs import frozen

from loyalcore.anchors import Anchor
from loyalcore.durations import Duration, whole_number
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import FOREVER, from_instant, to_instant
from loyalcore.texts import check_name
from loyalcore.windows import Cycle, Period, Shifted, year

__all__ = [
    "ACTIVE_KINDS",
    "EndOf",
    "Inactivity",
    "Never",
    "end_of",
    "inactivity",
    "instant_of_end",
    "never",
    "stated_end",
    "stated_start",
    "through",
]

_FURTHER_MAX = 100
#: The kinds of events that may keep units alive.
ACTIVE_KINDS = ("activity", "purchase", "redemption")


@final
@frozen
class EndOf:
    """
    Name the end of the period or cycle a moment falls into, or of one that comes some time later. See `end_of`.

    The end is the first instant that is no longer inside: what ends with January cannot be used at midnight. With
    *then* it comes that much later. *after* is how much later than the moment, or the end of another period.
    """

    period: Period | Shifted | Cycle
    after: Duration | EndOf | None = None
    further: int = 0
    then: Duration | None = None

    def __attrs_post_init__(self) -> None:
        if not is_a(self.period, Period | Shifted | Cycle):
            raise InvalidValue(f"what ends must be a Period or a cycle, not {self.period!r}; write end_of(month)")
        if isinstance(self.after, EndOf):
            inner = self.after
            if isinstance(inner.after, EndOf) or (isinstance(inner.period, Cycle) and is_a(inner.period.since, Anchor)):
                raise InvalidValue(
                    f"after is a Duration or the end of a period that is the same for everybody, not {shown(inner)}; "
                    "write end_of(anniversary(years=1), after=end_of(year, further=2))"
                )
        elif self.after is not None and not is_a(self.after, Duration):
            raise InvalidValue(f"after must be a Duration, not {self.after!r}; write end_of(month, after=months(6))")
        whole_number(self.further, "further", 0, _FURTHER_MAX)
        if self.then is not None and not is_a(self.then, Duration):
            raise InvalidValue(f"then must be a Duration, not {self.then!r}; write end_of(month, then=days(14))")


def end_of(
    period: Period | Shifted | Cycle,
    after: Duration | EndOf | None = None,
    *,
    further: int = 0,
    then: Duration | None = None,
) -> EndOf:
    """
    Return the end of the period that holds the moment *after* later, by default the moment itself.

    With *further* it is the end of the one so many later, up to 100: ``end_of(year, further=1)`` is the rest of this
    year and all of the next. With *then* it is so much after that: ``end_of(month, then=days(14))`` is the 15th of the
    next month. *after* may be the end of a period itself: ``through(3, 31, after=end_of(year))`` is the end of March of
    the next year, whenever in this one. While an account has not the anchor of a cycle, its end does not come.

        >>> end_of(year, after=Duration(months=6))
        EndOf(period=Period(name='year'), after=Duration(months=6, days=0, micros=0), further=0, then=None)

    """
    return EndOf(period, after, further, then)


def through(month: int, day: int, *, after: Duration | EndOf | None = None) -> EndOf:
    """
    Return the end of the next date of a *month* and *day*: what ends through 31 March cannot be used on 1 April.

    *after* counts from that much later, or from the end of a period, as in `end_of`. The end of February is 29, in
    every year.

        >>> through(12, 31) == end_of(year)
        True

    """
    following = dt.date(2024, 1, 1)
    try:
        following = dt.date(2024, month, day) + dt.timedelta(days=1)
    except (TypeError, ValueError):
        raise InvalidValue(f"there is no day {shown(day)} of a month {shown(month)}; write through(3, 31)") from None
    if (month, day) == (2, 28):
        raise InvalidValue("28 February is not always the last of the month; write through(2, 29) for its end")
    return end_of(year.beginning(month=following.month, day=following.day), after)


@final
@frozen
class Inactivity:
    """
    Name the end of a stretch without activity, counted from the latest one.

    Activity at the very end comes too late: what is due at an instant is done before the event of that instant.
    Events of the *kinds* are activity, and whatever earns by one of the *rules*. Units of the origins that it *spares*
    have their own ends alone.
    """

    duration: Duration
    kinds: tuple[str, ...] = ACTIVE_KINDS
    rules: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not is_a(self.duration, Duration):
            raise InvalidValue(
                f"the length of inactivity must be a Duration, not {self.duration!r}; write inactivity(months(12))"
            )
        for names, what in (
            (self.kinds, "kinds of events that are activity"),
            (self.rules, "rules that are activity"),
            (self.spares, "origins that inactivity spares"),
        ):
            if not is_a(names, tuple) or not all(is_a(name, str) for name in names):
                raise InvalidValue(f"{what} are a tuple of names, not {shown(names)}")
            if list(names) != sorted(set(names)):
                raise InvalidValue(f"{what} stand in order, each once, not as {shown(names)}")
        if odd := [kind for kind in self.kinds if kind not in ACTIVE_KINDS]:
            raise InvalidValue(f"there is no kind of activity called {shown(odd[0])}; use {', '.join(ACTIVE_KINDS)}")
        if not self.kinds and not self.rules:
            raise InvalidValue("inactivity needs something that is activity; name events such as Purchase, or rules")


def inactivity(duration: Duration, by: Iterable[type | str] = (), *, spares: Iterable[str] = ()) -> Inactivity:
    """
    Return the end that each activity puts off to *duration* after it.

    *by* says what activity is, where that is not any purchase, activity or redemption: classes of events, or names of
    rules, ``by=["stay", Redemption]``, of the outermost lane where a rule stands in one. What a condition is to decide
    is a rule that counts it in a unit of its own.

    It *spares* units by who gave them: rules, or the outermost lane where one stands in a lane, rewards, exchanges and
    migrations by name, and ``"opening"``, ``"adjustment"`` and ``"transfer"`` for what none of these gave. What is
    spared ends by its own end, that of its rule, or never; activity does not put it off, and what is not spared is
    neither begun nor kept by it.
    """
    if is_a(by, str) or not is_a(by, Iterable):
        raise InvalidValue(f"by= is a list of classes of events and names of rules, not {shown(by)}")
    if is_a(spares, str) or not is_a(spares, Iterable):
        raise InvalidValue(f"spares= is a list of names of rules, not {shown(spares)}")
    given = list(by)
    kinds = {getattr(each, "kind", "") for each in given if isinstance(each, type)}
    rules = {each for each in given if not isinstance(each, type)}
    active = tuple(sorted(kinds)) if given else ACTIVE_KINDS
    spared = [check_name(name, "an origin that inactivity spares") for name in spares]
    return Inactivity(duration, active, tuple(sorted(rules, key=repr)), tuple(sorted(set(spared))))


@final
@frozen
class Never:
    """Name the end that does not come."""


#: The end that does not come.
never = Never()


def stated_end(given: object, what: str) -> dt.datetime | Never | None:
    """Return an end that a host states: a moment, `never`, or None where it leaves that to the program."""
    if given is None or is_a(given, Never):
        return None if given is None else never
    return from_instant(to_instant(given, what))


def stated_start(given: object, end: dt.datetime | Never | None, what: str) -> dt.datetime | None:
    """Return from when units are usable that a host gives, before a stated end of theirs; None for at once."""
    if given is None:
        return None
    start = from_instant(to_instant(given, f"usable of {what}"))
    if isinstance(end, dt.datetime) and end <= start:
        raise InvalidValue(f"usable of {what} is {start}, and they end at {end}; give a moment before that")
    return start


def instant_of_end(end: dt.datetime | Never | None) -> int | None:
    """Return a stated end as entries hold it."""
    if end is None:
        return None
    return to_instant(end) if isinstance(end, dt.datetime) else FOREVER
