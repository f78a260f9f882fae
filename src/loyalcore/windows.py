"""
Stretches of time as a program writes them down: calendar periods, cycles and other windows.

These are plain values without a zone and without a moment; `loyalcore.calendar` finds where they lie.
Each is checked when it is made, so a program never holds an impossible one.
"""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import TypeAlias, final

from attrs import frozen

from loyalcore.anchors import Anchor, joined
from loyalcore.durations import DAYS_MAX, MONTHS_MAX, YEARS_MAX, Duration, whole_number
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import HOUR, MINUTE, from_instant, to_instant
from loyalcore.texts import WEEKDAYS, check_date, check_time

__all__ = [
    "JALALI_NAMES",
    "PERIOD_NAMES",
    "Cycle",
    "Holding",
    "Lifetime",
    "Past",
    "Period",
    "Previous",
    "Rolling",
    "Scope",
    "Shifted",
    "Since",
    "Standing",
    "Window",
    "anniversary",
    "cycle",
    "day",
    "holding",
    "in_words",
    "iso_year",
    "item",
    "jalali_month",
    "jalali_quarter",
    "jalali_year",
    "lifetime",
    "month",
    "previous",
    "purchase",
    "quarter",
    "redemption",
    "rolling",
    "since",
    "week",
    "year",
]

#: The calendar periods, shortest first.
PERIOD_NAMES = ("day", "week", "month", "quarter", "year", "iso_year")
#: Those of the Jalali calendar, shortest first.
JALALI_NAMES = ("jalali_month", "jalali_quarter", "jalali_year")
_SCOPE_NAMES = ("purchase", "item", "redemption")
_MINUTES = 1440


def _one_of(name: object, what: str, names: tuple[str, ...]) -> None:
    """Refuse a name that is not on the list."""
    if name not in names:
        raise InvalidValue(f"there is no {what} called {name!r}; choose one of {', '.join(names)}")


def _instance(value: object, expected: type, what: str, way_out: str) -> None:
    """Refuse a part of a wrong type."""
    if not isinstance(value, expected):
        raise InvalidValue(f"{what} must be a {expected.__name__}, not {value!r}; {way_out}")


@final
@frozen
class Period:
    """
    Name a calendar period of the program's zone: day, week, month, quarter, year, iso_year, or a Jalali one.

    Periods are half-open and leave no gap: one begins at the first instant of its first local date and ends where
    the next begins. Weeks begin on Monday, quarters on the first of January, April, July and October.
    """

    name: str

    def __attrs_post_init__(self) -> None:
        _one_of(self.name, "period", (*PERIOD_NAMES, *JALALI_NAMES))

    def beginning(
        self, *, month: int | None = None, day: int | str | None = None, at: str | None = None
    ) -> Period | Shifted:
        """
        Return the period that begins elsewhere than the calendar's.

        A year begins in a *month*, 1 to 12, a quarter in the month 1 to 3 of the calendar's; both, and months, on a
        *day*, 1 to 31, which is the last of a shorter month; a week on a *day* from ``"mon"`` to ``"sun"``. Every
        period but the ISO year may begin *at* a time of day, such as ``"04:00"``.

            >>> year.beginning(month=4, day=6)
            Shifted(period=Period(name='year'), month=4, day=6, minute=0)

        """
        if isinstance(day, str):
            if self.name != "week" or day not in WEEKDAYS:
                raise InvalidValue(
                    f"a {self.name} cannot begin on {day!r}; a week begins on one of {' '.join(WEEKDAYS)}"
                )
            day = WEEKDAYS.index(day) + 1
        elif day is not None and self.name == "week":
            raise InvalidValue(f"a week begins on a day by name, such as 'sun', not {shown(day)}")
        minute = 0 if at is None else check_time(at, f"the time at which a {self.name} begins")
        first = (1 if month is None else month, 1 if day is None else day, minute)
        return self if first == (1, 1, 0) and {type(part) for part in first} == {int} else Shifted(self, *first)


#: From local midnight to local midnight.
day = Period("day")
#: From Monday to Sunday.
week = Period("week")
#: The calendar month.
month = Period("month")
#: Three calendar months, from the first of January, April, July and October.
quarter = Period("quarter")
#: The calendar year.
year = Period("year")
#: The year of ISO 8601: whole weeks, the first of which has 4 January.
iso_year = Period("iso_year")

#: The month of the Jalali calendar, from Farvardin to Esfand; needs ``loyalcore[jalali]``.
jalali_month = Period("jalali_month")
#: Three Jalali months, from the first of Farvardin, Tir, Mehr and Dey.
jalali_quarter = Period("jalali_quarter")
#: The Jalali year, from the first of Farvardin.
jalali_year = Period("jalali_year")

#: In which months and on which days a period of a name can begin: the last of each.
_SHIFTS = {"day": (1, 1), "week": (1, 7), "month": (1, 31), "quarter": (3, 31), "year": (12, 31)}


@final
@frozen
class Shifted:
    """
    Name a period that begins elsewhere than the calendar's. Build it with `Period.beginning`.

    *month* and *day* are counted from 1, for weeks from Monday, and *minute* from midnight. A day that a month does
    not have is its last; a time that the clock skips is moved forward by the length of the gap, one that it shows twice
    is the first.
    """

    period: Period
    month: int = 1
    day: int = 1
    minute: int = 0

    def __attrs_post_init__(self) -> None:
        _instance(self.period, Period, "what is shifted", "write month.beginning(day=15)")
        if self.period.name not in _SHIFTS:
            raise InvalidValue(
                f"a {self.period.name} begins on the first day of its calendar's; shift a year or a week instead"
                if self.period.name in JALALI_NAMES
                else f"a {self.period.name} always begins on a Monday; shift a year or a week instead"
            )
        months, days = _SHIFTS[self.period.name]
        for value, most, what in ((self.month, months, "month"), (self.day, days, "day")):
            if type(value) is not int or not 1 <= value <= most:
                raise InvalidValue(f"a {self.period.name} begins in a {what} from 1 to {most}, not {shown(value)}")
        if type(self.minute) is not int or not 0 <= self.minute < _MINUTES:
            raise InvalidValue(f"a {self.period.name} begins at a minute from 0 to 1439, not {shown(self.minute)}")
        if (self.month, self.day, self.minute) == (1, 1, 0):
            raise InvalidValue(f"this {self.period.name} begins where the calendar's does; use {self.period.name}")


@final
@frozen
class Cycle:
    """
    Name a window that comes again and again from a date or from an anchor of the account. Build it with `cycle`.

    Each begins so many times the length from the first, in one step, months clamped to the month's last day, and at
    the midnight of its local date. From a date they run in both directions. Of an anchor's, all that comes before its
    date is one window, and so is everything while an account has no such anchor.
    """

    length: Duration
    since: Anchor | str = joined

    def __attrs_post_init__(self) -> None:
        _instance(self.length, Duration, "the length of a cycle", "write months(6)")
        if self.length.micros or (self.length.months and self.length.days):
            raise InvalidValue(f"a cycle is of whole days or of whole months, not {self.length!r}; use one of them")
        if not is_a(self.since, Anchor):
            check_date(self.since, "the date a cycle is counted from")


def cycle(length: Duration, *, since: Anchor | dt.date) -> Cycle:
    """
    Return the window of so many days, weeks, months or years that comes again and again since a date or an anchor.

        >>> cycle(Duration(days=42), since=dt.date(2026, 1, 5))
        Cycle(length=Duration(months=0, days=42, micros=0), since='2026-01-05')

    """
    if isinstance(since, dt.date) and not isinstance(since, dt.datetime):
        return Cycle(length, since.isoformat())
    if not isinstance(since, Anchor):
        raise InvalidValue(f"a cycle is counted from a date, joined, opened or first(…), not from {shown(since)}")
    return Cycle(length, since)


def anniversary(*, years: int | None = None, months: int | None = None, of: Anchor = joined) -> Cycle:
    """
    Return the window from one anniversary of an anchor to the next: of joining, unless told otherwise.

    Years and months add up; at least one of them is needed.

        >>> anniversary(years=1) == cycle(Duration(months=12), since=joined)
        True

    """
    if years is months is None:
        raise InvalidValue("an anniversary needs a length, but none was given; write anniversary(years=1)")
    length = 0 if years is None else 12 * whole_number(years, "years", 1, YEARS_MAX)
    length += 0 if months is None else whole_number(months, "months", 1, MONTHS_MAX)
    return cycle(Duration(months=length), since=of)


@final
@frozen
class Lifetime:
    """Name the window that holds every moment of an account."""


#: From the first event of an account on.
lifetime = Lifetime()


@final
@frozen
class Since:
    """
    Name the window that begins at an instant, included, and never ends.

    *instant* counts microseconds since 1970; `since` takes a datetime.
    """

    instant: int

    def __attrs_post_init__(self) -> None:
        to_instant(from_instant(self.instant), "the start of a window")


def since(start: datetime) -> Since:
    """
    Return the window from an aware datetime on, the start included.

    Moments before the start lie in no window.
    """
    return Since(to_instant(start, "the start of a window"))


@final
@frozen
class Rolling:
    """
    Name the window of the last so much time.

    What happened at an instant counts from then on and no longer at that instant plus the duration.
    """

    duration: Duration

    def __attrs_post_init__(self) -> None:
        _instance(self.duration, Duration, "the length of a rolling window", "write rolling(days=365)")


def rolling(
    *,
    days: int | None = None,
    months: int | None = None,
    years: int | None = None,
    hours: int | None = None,
    weeks: int | None = None,
    minutes: int | None = None,
) -> Rolling:
    """
    Return the window of the last days, months, years, weeks, hours or minutes.

    Several of them add up to one duration, applied in one step. At least one is needed, each from 1.

        >>> rolling(years=1) == rolling(months=12)
        True

    """
    if days is months is years is hours is weeks is minutes is None:
        raise InvalidValue("a rolling window needs a length, but none was given; write rolling(days=365)")
    return Rolling(
        Duration(
            months=(0 if months is None else whole_number(months, "months", 1, MONTHS_MAX))
            + (0 if years is None else 12 * whole_number(years, "years", 1, YEARS_MAX)),
            days=(0 if days is None else whole_number(days, "days", 1, DAYS_MAX))
            + (0 if weeks is None else 7 * whole_number(weeks, "weeks", 1, DAYS_MAX // 7)),
            micros=(0 if hours is None else HOUR * whole_number(hours, "hours", 1, 24 * DAYS_MAX))
            + (0 if minutes is None else MINUTE * whole_number(minutes, "minutes", 1, 1440 * DAYS_MAX)),
        )
    )


#: A window with a start and an end of its own: what happened in it stays in it.
Standing: TypeAlias = Period | Shifted | Cycle | Lifetime | Since
#: A stretch of history that something is counted over.
Window: TypeAlias = Standing | Rolling


#: How many windows back may be asked for.
BACK_MAX = 36


@final
@frozen
class Previous:
    """
    Name the window before the one that holds the moment, for measures that ask. Build it with `previous`.

    The previous one of a previous one is the window before that, up to 36 windows back.
    """

    window: Period | Shifted | Cycle | Previous

    def __attrs_post_init__(self) -> None:
        if not is_a(self.window, Period | Shifted | Cycle | Previous):
            raise InvalidValue(
                f"a period or a cycle has a previous one, {shown(self.window)} has none; use month or year"
            )
        if self.back > BACK_MAX:
            raise InvalidValue(
                f"what is asked for lies up to {BACK_MAX} windows back, not {self.back}; take a longer window, or "
                "rolling(…)"
            )

    @property
    def base(self) -> Period | Shifted | Cycle:
        """Return the window that is counted back from: the one that holds the moment."""
        return self.window.base if isinstance(self.window, Previous) else self.window

    @property
    def back(self) -> int:
        """Return how many windows back it lies, 1 for the one before."""
        return 1 + (self.window.back if isinstance(self.window, Previous) else 0)


#: A stretch of history that measures ask for.
Past: TypeAlias = Window | Previous


def previous(window: Period | Shifted | Cycle | Previous, back: int = 1) -> Previous:
    """
    Return the window before the one that holds the moment: ``Order.net.over(previous(year))`` is last year's spend.

    *back* is how many windows back, up to 36: ``previous(month, 2)``, which is ``previous(previous(month))``, is the
    month before the last. Before the first cycle of an anchor that is all that came before; before that, nothing.
    """
    if type(back) is not int or not 1 <= back <= BACK_MAX:
        raise InvalidValue(
            f"a window lies a whole number of windows back, from 1 to {BACK_MAX}, not {shown(back)}; take a longer one"
        )
    found = Previous(window)
    for _ in range(back - 1):
        found = Previous(found)
    return found


def in_words(window: Past | Holding) -> str:
    """Return what entries and reasons call a window; different windows of one kind are called differently."""
    if isinstance(window, Previous):
        words = in_words(window.base)
        return f"previous {words}" if window.back == 1 else f"{words} {window.back} before this one"
    if isinstance(window, Rolling):
        return f"last {_length(window.duration)}"
    if isinstance(window, Cycle):
        since = window.since
        return f"cycle of {_length(window.length)} since {since if isinstance(since, str) else since.in_words}"
    if isinstance(window, Shifted):
        start = f"{window.month}-{window.day} {window.minute // 60:02}:{window.minute % 60:02}"
        return f"{window.period.name} from {start}"
    return getattr(window, "name", type(window).__name__.lower())


def _length(length: Duration) -> str:
    parts = ((length.months, "months"), (length.days, "days"), (length.micros, "us"))
    return " ".join(f"{number} {name}" for number, name in parts if number)


@final
@frozen
class Scope:
    """Name the smallest cells: one purchase, one item of it, or one redemption."""

    name: str

    def __attrs_post_init__(self) -> None:
        _one_of(self.name, "scope", _SCOPE_NAMES)


#: Each purchase on its own.
purchase = Scope("purchase")
#: Each item of a purchase on its own.
item = Scope("item")
#: Each redemption on its own, for limits of rewards: one request, or one moment at which they are claimed.
redemption = Scope("redemption")


@final
@frozen
class Holding:
    """Name what an account holds, for limits: the units it can use, those that are pending and held, less its debt."""


#: What an account holds of a unit.
holding = Holding()
