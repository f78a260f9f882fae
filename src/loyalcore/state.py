"""
The state of an account: its rows, and the tables that they come to.

Nothing in this file says what a row does to the state; `loyalcore.ledger` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from loyalcore.entries import Row
from loyalcore.errors import CorruptLedger
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.log import SLOTS, Form, Log
from loyalcore.lots import Book, Slide

__all__ = ["State", "writable"]


#: What tables are until something is written into them: a member costs little before the first tier or choice.
_NONE: Final[Mapping[Any, Any]] = {}
#: What stands where an account has no book, or no tally, yet; nothing is ever written into it.
_NO_BOOK: Final = Book()
_NO_SLIDE: Final = Slide()
_NO_TURNS: Final[list[tuple[Any, ...]]] = []


def writable(table: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return a table that can be written to: itself, or a new one where there is none yet."""
    return {} if table is _NONE else cast("dict[Any, Any]", table)


class State(Log):
    """
    Be the rows of an account and what they come to; `loyalcore.ledger.Core` adds what each kind of row does.

    *kept* holds older rows that a snapshot brought along.
    """

    __slots__ = (
        "anchors",
        "confirmed",
        "due",
        "given",
        "holds",
        "kept",
        "member",
        "more_books",
        "more_slides",
        "noted",
        "now",
        "opened",
        "origin",
        "own",
        "parties",
        "settings",
        "slid",
        "spoiled",
        "sums",
        "tally",
        "tiers",
        "trace",
        "turns",
        "unit",
        "worths",
    )

    def __init__(self, member: str | int) -> None:
        super().__init__()
        self.member = member
        self.kept: Mapping[int, Row] = _NONE
        #: The snapshot this core started from, to start from again.
        self.origin: dict[str, Any] | None = None
        #: The book of one unit, of plain events where there are any; those of other units.
        self.unit, self.own = "", _NO_BOOK
        self.more_books: Mapping[str, Book] = _NONE
        #: Tallies by name and start of window.
        self.sums: Mapping[tuple[str, int], int] = _NONE
        #: One tally over a rolling window, that of plain events where there are any; the others.
        self.tally, self.slid = "", _NO_SLIDE
        self.more_slides: Mapping[str, Slide] = _NONE
        #: Tier, end of its term, the kind of row that says so, and its moment, by ladder.
        self.tiers: Mapping[str, tuple[str, int, str, int]] = _NONE
        #: Tier and until when of what was given by hand and not ended, by ladder: nobody falls below that.
        self.given: Mapping[str, tuple[str, int]] = _NONE
        #: When the windows end that rules wait for, by what entries call them.
        self.opened: Mapping[str, int] = _NONE
        self.settings: Mapping[str, str] = _NONE
        #: The moments windows may be counted from, each as it was first recorded.
        self.anchors: Mapping[str, int] = _NONE
        #: From when and until when units can be used that waited for an event, by lot, once it has come.
        self.confirmed: Mapping[int, tuple[int, int]] = _NONE
        #: What lots are worth: the money, its decimal places, so much of it for so many smallest parts of the unit.
        self.worths: Mapping[int, tuple[str, int, int, int]] = _NONE
        #: What is set aside, by the position of its row: until when, of which unit, how much.
        self.holds: Mapping[int, tuple[int, str, int]] = _NONE
        #: How many purchases were ever recorded, beside the plain ones in the log.
        self.noted = 0
        #: The latest moment recorded.
        self.now = BEGINNING
        #: No lot, tally or tier changes by itself before this moment.
        self.due = FOREVER
        #: The accounts that take part in the decision being made, by the name of the rule that draws on them.
        self.parties: Mapping[str, Any] = _NONE
        #: What is frozen with each purchase, from the first on, while the events of the account are quiet.
        self.turns: list[tuple[Any, ...]] = _NO_TURNS
        #: The index over the rows, once somebody asked for it.
        self.trace: Any = None
        #: Whether the state has gone where no row leads; handles then fold their rows again.
        self.spoiled = False

    @property
    def purchases(self) -> int:
        """Return how many purchases were ever recorded."""
        return self.noted + len(self.plain) // SLOTS

    def note(self, note: tuple[Any, ...]) -> None:
        """Record a purchase that came to nothing as a note: nothing else changes by it."""
        quiet = self.quiet
        self.put(note)
        self.quiet = quiet
        self.noted += 1

    def row(self, seq: int, *, content: bool = True) -> Row:
        """Return the row at a position; a fact without its *content* where that is cheaper and not asked for."""
        if self.base <= seq < self.length:
            return next(self.rows(seq, seq + 1, content=content))
        try:
            return self.kept[seq]
        except KeyError:
            raise CorruptLedger(
                f"row {seq} of account {self.member!r} is not in its snapshot; take snapshots that keep older rows"
            ) from None

    @property
    def books(self) -> Mapping[str, Book]:
        """Return the books that were opened, by unit."""
        return {self.unit: self.own, **self.more_books} if self.unit else _NONE

    @property
    def slides(self) -> Mapping[str, Slide]:
        """Return the tallies over rolling windows that were begun, by name."""
        return {self.tally: self.slid, **self.more_slides} if self.tally else _NONE

    def held(self, unit: str) -> Book | None:
        """Return the book of a unit, or None where none was opened."""
        return self.own if unit == self.unit else self.more_books.get(unit)

    def book(self, unit: str) -> Book:
        """Return the book of a unit, opened if need be."""
        found = self.held(unit)
        if found is None:
            found = Book()
            if self.unit:
                self.more_books = writable(self.more_books)
                self.more_books[unit] = found
            else:
                self.unit, self.own = unit, found
        return found

    def sliding(self, name: str) -> Slide | None:
        """Return a tally over a rolling window, or None where none was begun."""
        return self.slid if name == self.tally else self.more_slides.get(name)

    def slide(self, name: str) -> Slide:
        """Return a tally over a rolling window, begun if need be."""
        found = self.sliding(name)
        if found is None:
            found = Slide()
            if self.tally:
                self.more_slides = writable(self.more_slides)
                self.more_slides[name] = found
            else:
                self.tally, self.slid = name, found
        return found

    def may_have_slid(self, due: int) -> bool:
        """
        Tell whether the state may have gone beyond its last entry, by when it was due before.

        Tallies over rolling windows slide without leaving an entry; whoever asks next then folds the rows again.
        """
        return self.due != due and bool(self.tally)

    def plain_by(self, form: Form, tally: str) -> None:
        """Take in plain events from now on: those of a form, whose numbers slide into a tally, if it has a name."""
        if not self.unit:
            self.unit, self.own = form.unit, Book()
        elif form.unit != self.unit:
            own, others = self.book(form.unit), {**self.books}
            del others[form.unit]
            self.unit, self.own, self.more_books = form.unit, own, others
        if tally and not self.tally:
            self.tally, self.slid = tally, Slide()
        elif tally and tally != self.tally:
            slid, more = self.slide(tally), {**self.slides}
            del more[tally]
            self.tally, self.slid, self.more_slides = tally, slid, more
        self.form = form

    def find_due(self) -> None:
        """Look up the next moment at which something changes by itself."""
        due = self.own.due() if self.unit else FOREVER
        for book in self.more_books.values():
            due = min(due, book.due())
        if self.tally:
            due = min(due, self.slid.due())
            for slide in self.more_slides.values():
                due = min(due, slide.due())
        if self.tiers:
            for found in self.tiers.values():
                due = min(due, found[1])
        for until, _, _ in self.holds.values():
            due = min(due, until)
        if self.opened:
            due = min(due, *self.opened.values())
        self.due = due

    def drop(self, until: int) -> None:
        """Let tallies over rolling windows slide to a moment."""
        if self.tally and self.slid.due() <= until:
            self.slid.drop(until)
        for slide in self.more_slides.values():
            if slide.due() <= until:
                slide.drop(until)

    def anchor(self, key: str, at: int) -> None:
        """Keep a moment that windows may be counted from, unless there is one of that name."""
        if key not in self.anchors:
            self.anchors = writable(self.anchors)
            self.anchors[key] = at
