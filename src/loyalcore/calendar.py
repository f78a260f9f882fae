"""
Where windows lie: the local dates of one time zone, as instants.

Facts this stands on.

- The local date of an instant is the latest date its zone's clock has shown by then. That is the date on the clock,
  except where a clock is set back across midnight (St. John's, until 2011, from 00:01 to 23:01): there the new date
  has begun, and what follows belongs to it. So dates never run backwards, each is one half-open stretch, and every
  instant lies in exactly one day, week, month, quarter and year.
- A date begins at the first instant that its clock shows 00:00 or later. Where 00:00 is skipped (Beirut, São Paulo)
  that is the end of the gap, where it comes twice it is the first. A date that is skipped altogether (Apia,
  2011-12-30) begins where the next one begins, and no instant has it.
- No zone of the IANA database changes its offset twice within three days since 1900. So a local date that lasts
  24 hours has one offset all day, and one gap has one transition.

Asking the zone about an instant costs a microsecond or two, and a program asks several times for each event.
So what was found is kept, per day: some tens of bytes for each day that was ever asked about.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import final
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from loyalcore.anchors import Anchor
from loyalcore.durations import Duration
from loyalcore.errors import InvalidValue
from loyalcore.instants import BEGINNING, DAY, FOREVER, from_instant
from loyalcore.periods import cycle_dates, period_dates
from loyalcore.windows import JALALI_NAMES, PERIOD_NAMES, Cycle, Lifetime, Period, Shifted, Since, Window

__all__ = ["Zone", "date_later", "window_of", "zone"]

_SECOND = 1_000_000
_DAY_MINUTES = 1440
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local times are naive here, the zone is the one they are asked of
_MICROSECOND = timedelta(microseconds=1)
_UTC_NAMES = frozenset({"UTC", "Etc/UTC"})

# Every part of an IANA name begins with a capital. This leaves out paths, and the files of a system's database whose
# content depends on the machine: localtime, posixrules, right/.
_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,31}(?:/[A-Z][A-Za-z0-9_+-]{0,31}){0,2}", re.ASCII)


@lru_cache(maxsize=65_536)
def _months_later(ordinal: int, months: int) -> int:
    """Return the date so many months later, clamped to the month's last day."""
    return (date.fromordinal(ordinal) + relativedelta(months=months)).toordinal()


def date_later(ordinal: int, duration: Duration) -> int:
    """Return the date so many months and days later: months first, clamped to the month's last day, then days."""
    return (_months_later(ordinal, duration.months) if duration.months else ordinal) + duration.days


@final
class Zone:
    """
    Answer what the calendar of one time zone says about an instant.

    Dates are ordinals as in `datetime.date.toordinal`, instants are microseconds since 1970.
    Get one from `zone`, which keeps a single Zone per name; it may be shared between threads.
    """

    __slots__ = ("_days", "_even", "_info", "_midnights", "_periods", "_times", "is_utc", "name")

    def __init__(self, name: str) -> None:
        #: The IANA name, as given.
        self.name = name
        #: Whether every day is exactly 24 hours, from 00:00 UTC on.
        self.is_utc = name in _UTC_NAMES
        self._info = ZoneInfo(name)
        #: UTC day number -> the one instant inside at which the date turns, the date before, the date from then on.
        #: A UTC day inside which two dates begin has no entry: Dublin, 1916-05-21.
        self._days: dict[int, tuple[int, int, int]] = {}
        #: Date -> the instant it begins.
        self._midnights: dict[int, int] = {}
        #: Date -> the instant it begins, or None if it has not the same offset all day.
        self._even: dict[int, int | None] = {}
        #: Date and minute -> the instant at which the clock shows that.
        self._times: dict[tuple[int, int], int] = {}
        self._periods: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in (*PERIOD_NAMES, *JALALI_NAMES)}

    def __repr__(self) -> str:
        return f"zone({self.name!r})"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return zone, (self.name,)

    def day(self, instant: int) -> int:
        """Return the local date of an instant: the latest date its clock has shown by then."""
        try:
            turn, before, after = self._days[instant // DAY]
        except KeyError:
            return self._find_day(instant)
        return after if instant >= turn else before

    def weekday(self, instant: int) -> int:
        """Return the weekday of the local date, Monday 0 to Sunday 6."""
        return (self.day(instant) - 1) % 7

    def midnight(self, ordinal: int) -> int:
        """
        Return the first instant of a local date.

        Where the clock skips 00:00 this is the end of the gap; where it shows 00:00 twice, the first.
        """
        try:
            return self._midnights[ordinal]
        except KeyError:
            found = self._midnights[ordinal] = self._find_midnight(ordinal)
            return found

    def plus(self, instant: int, duration: Duration) -> int:
        """
        Return the instant a duration later.

        Months and days move the local date and time of the anchor in one step: months first, clamped to the month's
        last day, then days. A local time that is skipped is moved forward by the length of the gap, one that comes
        twice is the first. Microseconds are then added exactly.
        """
        months = duration.months
        days = duration.days
        if self.is_utc and not months:
            instant += days * DAY
        elif months or days:
            today = self.day(instant)
            later = (_months_later(today, months) if months else today) + days
            even = self._even
            try:
                start, end = even[today], even[later]
            except KeyError:
                start, end = self._find_even(today), self._find_even(later)
            # Between two dates of one offset each, the time since midnight says it all.
            if start is not None and end is not None:
                instant += end - start
            else:
                instant = self._plus_civil(instant, months, days)
        return instant + duration.micros

    def period(self, period: Period, instant: int) -> tuple[int, int]:
        """Return the start and end of the calendar period that holds an instant, half-open."""
        ordinal = self.day(instant)
        known = self._periods[period.name]
        try:
            return known[ordinal]
        except KeyError:
            first, after = period_dates(period, ordinal)
            found = known[ordinal] = (self.midnight(first), self.midnight(after))
            return found

    def shifted(self, window: Shifted, instant: int) -> tuple[int, int]:
        """Return the start and end of the shifted period that holds an instant, half-open."""
        minute, ordinal = window.minute, self.day(instant)
        # The date that has begun if dates begin at that minute; where one is skipped, several begin at once.
        while instant < self.time(ordinal, minute):
            ordinal -= 1
        first, after = period_dates(window, ordinal)
        return self.time(first, minute), self.time(after, minute)

    def cycle(self, length: Duration, anchor: int, instant: int) -> tuple[int, int]:
        """Return the start and end of the cycle since the date *anchor* that holds an instant, half-open."""
        first, after = cycle_dates(length, anchor, self.day(instant))
        return self.midnight(first), self.midnight(after)

    def time(self, ordinal: int, minute: int) -> int:
        """
        Return the instant at which the clock of a local date shows a time of day, in minutes after midnight.

        A time that is skipped is moved forward by the length of the gap, one that comes twice is the first; 1440 is the
        midnight after.
        """
        try:
            return self._times[ordinal, minute]
        except KeyError:
            if not minute % _DAY_MINUTES:
                found = self.midnight(ordinal + minute // _DAY_MINUTES)
            else:
                found = self._instant(datetime.fromordinal(ordinal) + timedelta(minutes=minute))
            self._times[ordinal, minute] = found
            return found

    def local(self, instant: int) -> datetime:
        """Return what the clock shows at an instant, as a naive datetime."""
        return from_instant(instant).astimezone(self._info).replace(tzinfo=None, fold=0)

    def _instant(self, local: datetime, fold: int = 0) -> int:
        """
        Return the instant at which the clock shows a local time.

        One that comes twice is the first, one that is skipped is read with the offset before the gap; with fold 1
        it is the second, and the offset after the gap.
        """
        offset = local.replace(tzinfo=self._info, fold=fold).utcoffset()
        assert offset is not None  # noqa: S101 - ZoneInfo has an offset for every datetime
        return (local - _EPOCH - offset) // _MICROSECOND

    def _find_midnight(self, ordinal: int) -> int:
        midnight = datetime.fromordinal(ordinal)
        found = self._instant(midnight)
        if self.local(found) == midnight:
            return found
        # 00:00 is skipped. The transition lies between the two readings of it, on a whole second.
        before = self._instant(midnight, fold=1)
        while found - before > _SECOND:
            middle = before + (found - before) // (2 * _SECOND) * _SECOND
            if self.local(middle) < midnight:
                before = middle
            else:
                found = middle
        return found

    def _find_day(self, instant: int) -> int:
        """Return the local date of an instant, and remember its UTC day if one date at most begins there."""
        utc_day = instant // DAY
        first = self._reckon_day(utc_day * DAY)
        last = self._reckon_day(utc_day * DAY + DAY - 1)
        turn = self.midnight(last)
        # A skipped date begins together with the next: that is one turn.
        if first == last or self.midnight(first + 1) == turn:
            self._days[utc_day] = (turn, first, last)
            return last if instant >= turn else first
        return self._reckon_day(instant)

    def _reckon_day(self, instant: int) -> int:
        # The date on the clock has begun; where the clock was set back across midnight the next one has begun as well.
        following = self.local(instant).toordinal()
        while instant >= self.midnight(following):
            following += 1
        return following - 1

    def _find_even(self, ordinal: int) -> int | None:
        """Return and remember the first instant of a date with one offset all day, None for any other date."""
        start = self.midnight(ordinal)
        found = self._even[ordinal] = start if self.midnight(ordinal + 1) - start == DAY else None
        return found

    def _plus_civil(self, instant: int, months: int, days: int) -> int:
        """Return the instant some months and days later, by the clock itself."""
        return self._instant(self.local(instant) + relativedelta(months=months, days=days))


@cache
def _zone(name: str) -> Zone:
    return Zone(name)


def zone(name: object) -> Zone:
    """
    Return the one Zone of an IANA name, such as "Europe/Istanbul" or "UTC".

    The name is kept as it is given, since a program's hash contains it; names are case-sensitive.

        >>> zone("UTC").is_utc
        True

    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidValue(f"{name!r} is no name of a time zone; write one such as 'Europe/Istanbul' or 'UTC'")
    try:
        return _zone(name)
    # A KeyError where there is no such zone, an OSError where the name is a folder ("America"), a ValueError where the
    # file is of another kind.
    except (KeyError, OSError, ValueError):
        raise InvalidValue(
            f"there is no time zone {name!r} on this machine; check the spelling against the IANA list, "
            "and install the package tzdata where the system brings no zones"
        ) from None


def window_of(zone: Zone, window: Window, instant: int, anchor: int | None = None) -> tuple[int, int] | None:
    """
    Return the start and end of the window that holds an instant, half-open, or None if it holds no such instant.

    A lifetime reaches from `BEGINNING` to `FOREVER`, a window since a moment from that to `FOREVER`. Cycles of an
    account are counted from its *anchor*, an instant; all before the anchor's date is one window, and without an anchor
    so is everything.
    A rolling window is refused: it moves with every instant, and what it holds ends one by one, by `Zone.plus`.
    """
    if isinstance(window, Period):
        return zone.period(window, instant)
    if isinstance(window, Shifted):
        return zone.shifted(window, instant)
    if isinstance(window, Cycle):
        if isinstance(window.since, str):
            return zone.cycle(window.length, date.fromisoformat(window.since).toordinal(), instant)
        if anchor is None:
            return BEGINNING, FOREVER
        first = zone.day(_turned(zone, window.since, anchor))
        start = zone.midnight(first)
        return zone.cycle(window.length, first, instant) if instant >= start else (BEGINNING, start)
    if isinstance(window, Lifetime):
        return BEGINNING, FOREVER
    if isinstance(window, Since):
        return (window.instant, FOREVER) if instant >= window.instant else None
    raise InvalidValue(
        f"{window!r} is no window with a start and an end of its own; use a period, lifetime or since(...) here"
    )


def _turned(zone: Zone, anchor: Anchor, instant: int) -> int:
    """Return the moment from which windows are counted: the anchor's, or a period's start or end, or so much later."""
    if anchor.turn:
        turn, _, name = anchor.turn.partition(" of ")
        start, end = zone.period(Period(name), instant)
        instant = start if turn == "start" else end
    return instant if anchor.delay is None else zone.plus(instant, anchor.delay)
