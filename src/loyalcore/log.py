"""
The log: the rows of one account, most of them in short form.

Most events do one plain thing: they open a lot of their own, and nothing else is recorded of them. Two rows say that,
and most of what they say follows from the program. So of such an event the log keeps four slots of one flat list (what
was given, what was frozen, the amount, and the number that slid into a tally), and makes the two rows when somebody
reads them. All other rows stand beside that list, each with its position.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Protocol

from loyalcore.entries import Row
from loyalcore.instants import BEGINNING

__all__ = ["SLOTS", "Form", "Log"]

#: How many slots stand for a plain event.
SLOTS = 4
#: How many rows it comes to.
_ROWS = 2
#: What logs share until they have such rows.
_NO_ROWS: list[tuple[Any, ...]] = []
_NO_PLACES: list[int] = []


class Form(Protocol):
    """Make rows: those of plain events out of their slots, and facts out of notes."""

    kind: str
    unit: str

    def fact(self, slots: list[Any], *, content: bool) -> Row:
        """Return the fact of a plain event, without its content where that is not asked for."""
        ...

    def earned(self, slots: list[Any], cause: int) -> Row:
        """Return what a plain event earned, caused by the fact at a position."""
        ...

    def both(self, slots: list[Any], seq: int) -> list[Row]:
        """Return fact and earning of a plain event, the fact at a position."""
        ...

    def noted(self, note: tuple[Any, ...], *, content: bool) -> Row:
        """Return the fact that a note of this form stands for."""
        ...

    def ids(self, given: Iterable[Any]) -> Iterable[Any]:
        """Return the ids of events by what was given for each."""
        ...

    def copied(self, given: Any) -> Any:
        """Return a copy of what was given that stands for it."""


class Log:
    """
    Be the rows of one account, from position *base* up to before *length*.

    *plain* are the slots of plain events and *form* what makes their rows; *others* are all other rows. The first
    *lead* of them stand one behind the other from *base* on, those after them at *places*. A fact among these may be a
    note: its form, or None where that is *form*, and what that makes the row of. Before the moment *quiet* nobody looks
    whether an event may be a plain one.
    """

    __slots__ = ("base", "form", "lead", "length", "others", "places", "plain", "quiet")

    def __init__(self) -> None:
        self.base = self.length = self.lead = 0
        self.form: Form | None = None
        self.plain: list[Any] = []
        self.others = _NO_ROWS
        self.places = _NO_PLACES
        self.quiet = BEGINNING

    def begin(self, rows: list[Row]) -> None:
        """Be these rows, where there are none yet; the list is kept and grows."""
        self.others, self.places, self.lead = rows, [], len(rows)
        self.length = self.base + self.lead

    def put(self, row: tuple[Any, ...]) -> None:
        """Add a row; what comes after it is looked at anew."""
        self.quiet = BEGINNING
        if self.others is _NO_ROWS:
            # Lists of their own only where they are needed: most members of a shop come a few times and are gone.
            self.others, self.places = [row], [self.length]
        else:
            self.others.append(row)
            self.places.append(self.length)
        self.length += 1

    def lot_of(self, place: int) -> int:
        """Return the position of what the plain event earned whose slots begin at a place."""
        places, first = self.places, self.base + self.lead + _ROWS * (place // SLOTS)
        return first + bisect_right(range(len(places)), first, key=lambda behind: places[behind] - behind) + 1

    def spelled_out(self, row: tuple[Any, ...], *, content: bool = True) -> Row:
        """Return a row as it is, or the fact that a note stands for."""
        return row if row[0].__class__ is str else self._form_of(row).noted(row, content=content)

    def _form_of(self, note: tuple[Any, ...]) -> Form:
        form = self.form if note[0] is None else note[0]
        assert form is not None  # noqa: S101 - notes without a form of their own are made where there is one
        return form

    def _find(self, seq: int) -> int:
        """Return which of the others is the first at a position or behind it."""
        if not self.plain or seq - self.base < self.lead:
            return seq - self.base
        return self.lead + bisect_left(self.places, seq)

    def _stands(self, place: int, seq: int) -> bool:
        """Tell whether the one of the others that `_find` has found stands at that position itself."""
        behind = place - self.lead
        return behind < 0 or (behind < len(self.places) and self.places[behind] == seq)

    def rows(self, start: int | None = None, stop: int | None = None, *, content: bool = True) -> Iterator[Row]:
        """Yield the rows from a position on, up to before another; facts without their *content* if need not be."""
        seq, last = self.base if start is None else start, self.length if stop is None else stop
        others, places, plain, place = self.others, self.places, self.plain, self._find(seq)
        if place < self.lead:
            before = min(last - self.base, self.lead)
            yield from others[place:before]
            seq, place = self.base + before, before
        behind = place - self.lead
        while seq < last:
            if behind < len(places) and places[behind] == seq:
                yield self.spelled_out(others[self.lead + behind], content=content)
                behind += 1
            else:
                number, second = divmod(seq - self.base - self.lead - behind, _ROWS)
                slots = plain[SLOTS * number : SLOTS * number + SLOTS]
                assert self.form is not None  # noqa: S101 - without it there are no plain events
                yield self.form.earned(slots, seq - 1) if second else self.form.fact(slots, content=content)
            seq += 1

    def since(self, start: int) -> list[Row]:
        """Return the rows from a position on."""
        plain, places, form = self.plain, self.places, self.form
        more = self.length - start - _ROWS
        if (
            plain
            and form is not None
            and 0 <= more <= len(places)
            and start >= self.base + self.lead
            and (not more or places[-more] == start + _ROWS)
            and (more == len(places) or places[-more - 1] < start)
        ):
            # The last plain event and what stands behind it: what deciding one comes to.
            slots = plain[-SLOTS:]
            found = form.both(slots, start)
            return found + [self.spelled_out(row) for row in self.others[-more:]] if more else found
        return [*self.rows(start)]

    def runs(self, start: int) -> Iterator[tuple[int, Iterator[Any]]]:
        """
        Yield the log from the fact at a position on, as runs of plain events, each with the position behind it.

        A run is what was given for its events. There stands another row behind it, or nothing behind the last one.
        There are none among the rows that the log began with, so *start* is behind those.
        """
        place = self._find(start)
        number = (start - self.base - place) // _ROWS
        given = iter(self.plain[SLOTS * number :: SLOTS])
        for at in self.places[place - self.lead :]:
            yield at, given
        yield self.length, given

    def others_from(self, place: int) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield rows that are no plain events', from one of them on, with their positions."""
        before = range(self.base + place, self.base + self.lead)
        behind = self.places[max(0, place - self.lead) :]
        return zip(chain(before, behind), self.others[place:], strict=True)

    def plain_at(self, seq: int) -> list[Any] | None:
        """Return the slots of the plain event whose fact is at a position, or None where there is none."""
        place = self._find(seq)
        number, second = divmod(seq - self.base - place, _ROWS)
        if second or seq >= self.length or self._stands(place, seq):
            return None
        return self.plain[SLOTS * number : SLOTS * number + SLOTS]

    def earned(self) -> list[int]:
        """Return what each plain event earned."""
        return self.plain[2::SLOTS]

    def frozen(self, kind: str) -> list[tuple[Any, ...]]:
        """Return what was frozen with each event of a kind."""
        found = self.plain[1::SLOTS] if self.form is not None and self.form.kind == kind else []
        for row in self.others:
            if row[0] == kind:
                found.append(row[4])
            elif row[0].__class__ is not str and self._form_of(row).kind == kind:
                found.append(row[2])
        return found

    def copy(self, start: int) -> None:
        """Let facts from the one at a position on be read from copies of what was given, not from the host's rows."""
        place = self._find(start)
        first = SLOTS * ((start - self.base - place) // _ROWS)
        if self.form is not None:
            self.plain[first::SLOTS] = [self.form.copied(given) for given in self.plain[first::SLOTS]]
        if place < len(self.others):
            self.others[place:] = map(self.spelled_out, self.others[place:])
