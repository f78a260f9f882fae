"""
Causes: what raises a rule besides an event: a tier that is entered, a window that ends or begins, a date that comes.

A rule says so with ``on=``. It is raised once for each such moment, and what it gives is not taken back when the cause
is gone: an entry was one, and a window that has closed stays closed.
"""

from __future__ import annotations

from typing import Any, final

from attrs import evolve, field, frozen

from loyalcore.conditions import Condition, OfEvent
from loyalcore.durations import Duration
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Activity, Enrolment, Event
from loyalcore.purchases import Purchase
from loyalcore.schedules import InZone, Recurring, Schedule
from loyalcore.texts import check_name
from loyalcore.units import Unit
from loyalcore.windows import Cycle, Period, Shifted, in_words

__all__ = [
    "KINDS",
    "Cause",
    "Expiring",
    "Occurrence",
    "TierCause",
    "WindowEnd",
    "WindowStart",
    "WindowTurn",
    "began",
    "ended",
    "entered",
    "expiring",
    "kind_of",
    "left",
    "renewed",
]

#: The kinds of events that rules are on.
KINDS: dict[type[Event], str] = {Purchase: "purchase", Activity: "activity", Enrolment: "enrolment"}

_ANY = Duration(days=1)
_CHANGES = ("entered", "renewed", "left")


@final
@frozen
class TierCause:
    """
    Be a change of a member's tier: it is *entered* from below, *renewed*, or *left* for a lower one.

    *tiers* are those it is about, all where there are none. Build it with `entered`, `renewed` or `left`.
    """

    change: str
    ladder: str
    tiers: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.change not in _CHANGES:
            raise InvalidValue(f"a tier is {', '.join(_CHANGES)}, not {shown(self.change)}")
        check_name(self.ladder, "a ladder")
        if not is_a(self.tiers, tuple) or len(set(map(repr, self.tiers))) < len(self.tiers):
            raise InvalidValue(f"tiers of {self.ladder} are a tuple of different names, not {shown(self.tiers)}")
        for tier in self.tiers:
            check_name(tier, f"a tier of {self.ladder}")
        object.__setattr__(self, "tiers", tuple(sorted(self.tiers)))

    @property
    def text(self) -> str:
        """Return what entries call it."""
        return " ".join((self.ladder, self.change, *self.tiers))


def entered(ladder: str, *tiers: str) -> TierCause:
    """
    Raise a rule when one of the tiers is entered from below, once for each entry.

    Whoever rises by two tiers at once has entered the upper one alone, but where a ladder spends its counter: that
    climbs tier by tier.
    """
    return TierCause("entered", ladder, tiers)


def renewed(ladder: str, *tiers: str) -> TierCause:
    """Raise a rule when one of the tiers, held already, begins another term."""
    return TierCause("renewed", ladder, tiers)


def left(ladder: str, *tiers: str) -> TierCause:
    """Raise a rule when one of the tiers is left for a lower one."""
    return TierCause("left", ladder, tiers)


@final
@frozen
class WindowEnd:
    """Be the end of each window of a kind, from the one in which the account has its first entry on."""

    window: Period | Shifted | Cycle

    def __attrs_post_init__(self) -> None:
        if not is_a(self.window, Period | Shifted | Cycle):
            raise InvalidValue(f"what ends is a window of the calendar such as year, not {shown(self.window)}")

    @property
    def text(self) -> str:
        """Return what entries call it."""
        return f"end of {in_words(self.window)}"


def ended(window: Period | Shifted | Cycle) -> WindowEnd:
    """
    Raise a rule when a window ends: ``ended(year)``; its measures are then read as the window left them.

    It is raised at the end of every window since the account's first entry, whatever happened in it; what is recorded
    later of a window that has ended is too late for it.
    """
    return WindowEnd(window)


@final
@frozen
class WindowStart:
    """Be the start of each window of a kind, from the one after that in which the account has its first entry."""

    window: Period | Shifted | Cycle

    def __attrs_post_init__(self) -> None:
        if not is_a(self.window, Period | Shifted | Cycle):
            raise InvalidValue(f"what begins is a window of the calendar such as month, not {shown(self.window)}")

    @property
    def text(self) -> str:
        """Return what entries call it."""
        return f"start of {in_words(self.window)}"


def _beginning(given: object) -> Any:
    """Return a recurrence of which only the beginnings count: how long each lasts makes no difference."""
    if isinstance(given, Recurring):
        return evolve(given, lasting=_ANY)
    if isinstance(given, InZone) and isinstance(given.schedule, Recurring):
        return evolve(given, schedule=_beginning(given.schedule))
    return given


@final
@frozen
class Occurrence:
    """Be each moment at which a recurrence begins, by the program's zone or one that it names. See `began`."""

    schedule: Recurring | InZone = field(converter=_beginning)

    def __attrs_post_init__(self) -> None:
        inner: Any = self.schedule
        if isinstance(inner, InZone) and isinstance(inner.zone, str):
            inner = inner.schedule
        if not is_a(inner, Recurring):
            raise InvalidValue(
                "what begins is a window such as month, or a recurrence such as recurring('FREQ=MONTHLY;COUNT=12', …), "
                f"in the program's zone or in one by name, not {shown(self.schedule)}"
            )

    @property
    def recurring(self) -> Recurring:
        """Return the recurrence, without the zone."""
        found: Any = self.schedule.schedule if isinstance(self.schedule, InZone) else self.schedule
        return found  # type: ignore[no-any-return]

    @property
    def zone(self) -> str | None:
        """Return the zone that it names, or None for the program's."""
        return str(self.schedule.zone) if isinstance(self.schedule, InZone) else None

    @property
    def text(self) -> str:
        """Return what entries call it."""
        found, where = self.recurring, "" if self.zone is None else f" in {self.zone}"
        return f"{found.rule} from {found.start} {found.minute // 60:02}:{found.minute % 60:02}{where}"


def began(turn: Period | Shifted | Cycle | Condition[OfEvent]) -> WindowStart | Occurrence:
    """
    Raise a rule when a window begins, or a recurrence; it is judged by what holds then, reviews of tiers included.

    ``began(month)`` is raised at the start of every window after the one that is open at the account's first entry,
    whatever happens in it. What is given for a month only, ends with it:
    ``Earn(…, on=began(month), expires=end_of(month))``. With a recurrence it is raised on dates of the year, or every
    other Friday, as ``began(recurring("FREQ=YEARLY;BYMONTH=3,10;BYMONTHDAY=1;COUNT=40", start=…))`` is.
    """
    return Occurrence(turn) if isinstance(turn, Schedule) else WindowStart(turn)  # type: ignore[arg-type]


@final
@frozen
class Expiring:
    """Be the moment at which units of a kind are about to expire. Build it with `expiring`."""

    unit: Unit

    def __attrs_post_init__(self) -> None:
        if not is_a(self.unit, Unit):
            raise InvalidValue(f"what expires is a unit such as POINT, not {shown(self.unit)}")

    @property
    def text(self) -> str:
        """Return what entries call it."""
        return f"{self.unit.name} expiring"


def expiring(unit: Unit) -> Expiring:
    """
    Claim a reward with what is about to expire: ``Reward("saved", POINT(250), claim=repeatedly, on=expiring(POINT))``.

    It takes of the usable units that would end at the moment, and of no others; what it leaves expires.
    """
    return Expiring(unit)


#: A window that ends or begins, or a date that comes.
WindowTurn = WindowEnd | WindowStart | Occurrence

#: What raises a rule besides an event.
Cause = TierCause | WindowTurn | Expiring


def kind_of(given: object) -> Any:
    """Return the kind of event a class stands for."""
    if isinstance(given, type):
        return next((kind for base, kind in KINDS.items() if issubclass(given, base)), given)
    return given
