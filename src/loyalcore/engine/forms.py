"""
Forms: what the log keeps of events that are judged, and the rows that come of it.

A plain event did nothing but earn in its first cell, and perhaps slide into one tally: what was given, what was frozen,
the amount and the number that slid say it all. Of any other event a note keeps what was given and what it changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, final

from loyalcore.entries import Row

__all__ = ["EventForm", "Reading"]

_NOTHING: tuple[Any, ...] = ()


class Reading(NamedTuple):
    """
    Be how rows are read: *head* reads id, moment, member and items, the last anything where there are none.

    Moments are numbers to be multiplied by *scale*. *content* copies what an entry holds of a row; rows of the host
    are copied before anybody may change them, where they are not *kept* by the library itself. *places* are those four
    again where they stand in place, at a position or a key.
    """

    head: Callable[[Any], tuple[Any, Any, Any, Any]]
    content: Callable[[Any], tuple[Any, ...]]
    scale: int = 1
    kept: bool = False
    places: tuple[Any, Any, Any, Any] | None = None


class _Copy(NamedTuple):
    """Be what a fact holds of a row of the host."""

    id: Any
    at: int
    content: tuple[Any, ...]


@final
class EventForm:
    """Make the rows of events of one kind, read in one way by one program."""

    def __init__(self, kind: str, program: str, reading: Reading) -> None:
        self.kind, self._program, self._reading = kind, program, reading
        self.rule = self.unit = self._tally = ""
        self._expires: Callable[[int], int] = int
        self._leaves: Callable[[int], int] = int

    def earns(self, rule: str, unit: str, expires: Callable[[int], int]) -> None:
        """Say what plain events earn."""
        self.rule, self.unit, self._expires = rule, unit, expires

    def slides(self, tally: str, leaves: Callable[[int], int]) -> None:
        """Say where their number slides."""
        self._tally, self._leaves = tally, leaves

    def head(self, given: Any) -> tuple[Any, int]:
        """Return id and moment of the event of what was given."""
        if given.__class__ is _Copy:
            return given[0], given[1]
        id_, at, _, _ = self._reading.head(given)
        return id_, at * self._reading.scale

    def _content(self, given: Any) -> tuple[Any, ...]:
        return given[2] if given.__class__ is _Copy else self._reading.content(given)

    def ids(self, given: Iterable[Any]) -> Iterable[Any]:
        """Return the ids of events by what was given for each."""
        head = self._reading.head
        return [each[0] if each.__class__ is _Copy else head(each)[0] for each in given]

    def copied(self, given: Any) -> Any:
        """Return a copy of what was given that stands for it."""
        if self._reading.kept or given.__class__ is _Copy:
            return given
        return _Copy(*self.head(given), self._content(given))

    def fact(self, slots: list[Any], *, content: bool) -> Row:
        """Return the fact of a plain event, without its content where that is not asked for."""
        given, frozen, _, number = slots
        id_, at = self.head(given)
        slides = (self._tally, self._leaves(at), number) if number else _NOTHING
        held = self._content(given) if content else _NOTHING
        return (self.kind, at, id_, held, frozen, _NOTHING, slides, at, self._program)

    def earned(self, slots: list[Any], cause: int) -> Row:
        """Return what a plain event earned, caused by the fact at a position."""
        _, at = self.head(slots[0])
        return ("earn", at, cause, self.rule, self.unit, slots[2], None, self._expires(at), 0, None)

    def both(self, slots: list[Any], seq: int) -> list[Row]:
        """Return fact and earning of a plain event, the fact at a position."""
        given, frozen, amount, number = slots
        id_, at = self.head(given)
        slides = (self._tally, self._leaves(at), number) if number else _NOTHING
        return [
            (self.kind, at, id_, self._content(given), frozen, _NOTHING, slides, at, self._program),
            ("earn", at, seq, self.rule, self.unit, amount, None, self._expires(at), 0, None),
        ]

    def noted(self, note: tuple[Any, ...], *, content: bool) -> Row:
        """Return the fact that a note stands for: what was given, frozen, changed, slid, and when it was recorded."""
        _, given, frozen, sums, slides, now = note
        id_, at = self.head(given)
        held = self._content(given) if content else _NOTHING
        return (self.kind, at, id_, held, frozen, sums, slides, now, self._program)
