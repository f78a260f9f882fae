"""
Anchors: moments of an account that windows are counted from.

An anchor is the first fact of its kind that was recorded; it never moves again, whatever comes late. Windows may be
counted from the start or the end of the calendar period in which it lies: a year that begins with the month of joining;
or from some time later, as what is paid begins when a trial is over.
"""

from __future__ import annotations

from typing import Any, final

from attrs import evolve, frozen

from loyalcore.durations import Duration
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.texts import check_text

__all__ = ["ANCHORING", "Anchor", "first", "joined", "opened", "version_key"]

#: The kinds of events that anchor windows.
ANCHORING = ("enrolment", "opening", "activity")
_NAME_MAX = 64
#: The calendar periods with which windows may begin or end.
_PERIODS = ("week", "month", "quarter", "year", "iso_year", "jalali_month", "jalali_quarter", "jalali_year")
_TURNS = ("", *(f"{turn} of {period}" for turn in ("start", "end") for period in _PERIODS))


@final
@frozen
class Anchor:
    """
    Name the first event of a kind in an account: *kind* and, for activities, *name*. Build it with `first`.

    With *turn* it is the start or the end of the calendar period that holds that event; see `start_of` and `end_of`.
    With *delay* it is so much later; see `later`.
    """

    kind: str
    name: str = ""
    turn: str = ""
    delay: Duration | None = None

    def __attrs_post_init__(self) -> None:
        if self.kind not in ANCHORING:
            raise InvalidValue(f"an anchor is of kind {', '.join(ANCHORING)}, not {shown(self.kind)}")
        check_text(self.name, "the activity of an anchor")
        if (self.kind == "activity") != bool(self.name) or len(self.name) > _NAME_MAX:
            raise InvalidValue(
                f"an activity is named by up to {_NAME_MAX} characters, and nothing else is; {shown(self.name)} does "
                f"not name an anchor of kind {self.kind}"
            )
        if self.turn not in _TURNS:
            raise InvalidValue(
                f"windows are counted from the start or end of a {', '.join(_PERIODS)}, not from {shown(self.turn)}"
            )
        if self.delay is not None and (not is_a(self.delay, Duration) or self.delay.micros):
            raise InvalidValue(
                f"windows are counted from whole days or months later, such as days(14), not {shown(self.delay)}"
            )

    def start_of(self, period: Any) -> Anchor:
        """
        Return the first day of the calendar period that holds the anchor, as what windows are counted from.

        ``anniversary(years=1, of=joined.start_of(month))`` are years that begin with the month of joining.
        """
        return self._turned(f"start of {_name(period)}")

    def end_of(self, period: Any) -> Anchor:
        """
        Return the first day after the calendar period that holds the anchor, as what windows are counted from.

        ``cycle(years(1), since=first("birthday").end_of(month))`` are years that end with the month of the birthday.
        What comes before that day is one window, as before any anchor.
        """
        return self._turned(f"end of {_name(period)}")

    def _turned(self, turn: str) -> Anchor:
        if self.delay:
            raise InvalidValue(f"say later({shown(self.delay)}) last: first.start_of(month).later(days(14))")
        return evolve(self, turn=turn)

    def later(self, delay: Duration) -> Anchor:
        """
        Return the day so many civil days or months later, as what windows are counted from.

        ``cycle(months(1), since=first("trial").later(days(14)))`` are months that begin where a trial of 14 days ends.
        Months are clamped to the month's end, and what comes before that day is one window, as before any anchor.
        """
        if self.delay or not is_a(delay, Duration):
            raise InvalidValue(f"an anchor is put off once, by days(14) or months(1), not by {shown(delay)}")
        return evolve(self, delay=delay)

    @property
    def in_words(self) -> str:
        """Return what entries and reasons call it."""
        words = f"{self.turn} of {self.key}" if self.turn else self.key
        if self.delay is None:
            return words
        parts = [f"{many} {what}" for many, what in ((self.delay.months, "months"), (self.delay.days, "days")) if many]
        return f"{' and '.join(parts)} after {words}"

    @property
    def key(self) -> str:
        """Return the name under which accounts keep the moment."""
        return f"{self.kind} {self.name}" if self.name else self.kind


def _name(period: Any) -> str:
    """Return the name of a calendar period, which is defined further up in the package."""
    name = getattr(period, "name", None)
    if name not in _PERIODS:
        raise InvalidValue(
            f"windows are counted from the start or end of a period such as month, week or quarter, not {shown(period)}"
        )
    return str(name)


#: When the member joined: the first enrolment, or what the opening says with *joined*.
joined = Anchor("enrolment")
#: The account's opening.
opened = Anchor("opening")


def first(activity: str) -> Anchor:
    """Return the anchor at the first activity of a name, such as ``first("card issued")``; up to 64 characters."""
    return Anchor("activity", activity)


def version_key(program: str) -> str:
    """Return the name under which accounts keep when a version of a book came into force, by its hash."""
    return f"version {program}"
