"""
The ledger: the rows of one account and the state they fold into.

Everything that changes the state of an account lives in this file, one function for each kind of row; the engine
appends rows through them and `loyalcore.folding` reads rows back through them. No rule is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from loyalcore.anchors import ANCHORING, version_key
from loyalcore.entries import FACTS, Row
from loyalcore.errors import CorruptLedger
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.log import SLOTS, Form, Log
from loyalcore.lots import Book, Slide
from loyalcore.openings import anchors_set

__all__ = ["APPLY", "Core", "apply_extend", "apply_fact", "apply_tier"]
__all__ += ["apply_version", "apply_word", "earn", "end_of_lot", "slide", "tally"]


#: What tables are until something is written into them: a member costs little before the first tier or choice.
_NONE: Final[Mapping[Any, Any]] = {}
#: What stands where an account has no book, or no tally, yet; nothing is ever written into it.
_NO_BOOK: Final = Book()
_NO_SLIDE: Final = Slide()


def writable(table: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return a table that can be written to: itself, or a new one where there is none yet."""
    return {} if table is _NONE else cast("dict[Any, Any]", table)


class Core(Log):
    """
    Be the mutable state shared by the handles of one account; private to the library.

    To the log it adds what the rows come to; *kept* holds older rows that a snapshot brought along.
    """

    __slots__ = (
        "anchors",
        "confirmed",
        "due",
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
        "unit",
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
        #: When the windows end that rules wait for, by what entries call them.
        self.opened: Mapping[str, int] = _NONE
        self.settings: Mapping[str, str] = _NONE
        #: The moments windows may be counted from, each as it was first recorded.
        self.anchors: Mapping[str, int] = _NONE
        #: From when and until when units can be used that waited for an event, by lot, once it has come.
        self.confirmed: Mapping[int, tuple[int, int]] = _NONE
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
        #: The index over the rows, once somebody asked for it.
        self.trace: Any = None
        #: Whether the state has gone where no row leads; handles then fold their rows again.
        self.spoiled = False

    @property
    def purchases(self) -> int:
        """Return how many purchases were ever recorded."""
        return self.noted + len(self.plain) // SLOTS

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

    def append(self, row: Row) -> None:
        """Record a row and do what it says."""
        self.put(row)
        APPLY[row[0]](self, row)


def apply_fact(core: Core, row: Row) -> None:
    """Count a purchase, keep settings, and change tallies."""
    kind, at, _, content, _, sums, slides, now, _ = row
    core.now = max(core.now, now)
    if kind == "purchase":
        core.noted += 1
    elif kind == "opening":
        core.noted += content[1][2]
    elif kind == "settings":
        core.settings = writable(core.settings)
        core.settings.update(zip(*content, strict=True))
    if kind in ANCHORING:
        for key, moment in anchors_set(kind, at, content):
            core.anchor(key, moment)
    if sums:
        tally(core, sums)
    if slides:
        slide(core, slides)


def tally(core: Core, sums: tuple[Any, ...]) -> None:
    """Change tallies over windows that stand still."""
    table = core.sums = writable(core.sums)
    for at in range(0, len(sums), 3):
        key = (sums[at], sums[at + 1])
        table[key] = table.get(key, 0) + sums[at + 2]


def slide(core: Core, slides: tuple[Any, ...]) -> None:
    """Change tallies over rolling windows; what has ended already never counts."""
    for at in range(0, len(slides), 3):
        name, end, amount = slides[at : at + 3]
        if end > core.now:
            core.slide(name).add(end, amount)
            if end < core.due:
                core.due = end


def apply_earn(core: Core, row: Row) -> None:
    """Open a lot, less what pays debt."""
    _, _, _, _, unit, amount, usable, expires, repaid, _ = row
    book = core.book(unit)
    lots = book.lots
    if book.balance and usable is None and not repaid and book.last <= expires:
        # Behind all others: there is a lot that ends first, so what is due does not change.
        lots += (expires, amount, core.length - 1)
        book.last = expires
        book.balance += amount
        return
    _open_lot(core, book, core.length - 1, amount, usable, expires, repaid)


def _open_lot(core: Core, book: Book, lot: int, amount: int, usable: int | None, expires: int, repaid: int) -> None:
    core.due = min(core.due, book.deadline)
    if usable is not None:
        book.wait(lot, amount, usable, expires)
        core.due = min(core.due, usable, expires)
        return
    if repaid:
        book.debt -= repaid
        amount -= repaid
        if not amount:
            return
    book.credit(lot, amount, expires)
    core.due = min(core.due, expires)


def earn(
    core: Core,
    at: int,
    cause: int,
    rule: str,
    unit: str,
    amount: int,
    usable: int | None,
    expires: int,
    cell: int | None,
) -> Book:
    """Record an earning and return the book; what is usable at once pays debt first."""
    book = core.book(unit)
    repaid = 0 if usable is not None else min(book.debt, amount)
    core.put(("earn", at, cause, rule, unit, amount, usable, expires, repaid, cell))
    _open_lot(core, book, core.length - 1, amount, usable, expires, repaid)
    return book


def apply_confirm(core: Core, row: Row) -> None:
    """Let a pending lot know from when and until when it can be used."""
    _, _, _, lot, unit, usable, expires = row
    book = core.book(unit)
    left, _ = book.mature(lot)
    if not left:
        raise CorruptLedger(f"lot {lot} of {unit} does not wait for an event; a row is wrong")
    book.wait(lot, left, usable, expires)
    core.confirmed = writable(core.confirmed)
    core.confirmed[lot] = (usable, expires)
    core.due = min(core.due, usable, expires)


def apply_mature(core: Core, row: Row) -> None:
    """Make a pending lot usable, less what pays debt."""
    _, _, lot, unit, amount, repaid = row
    book = core.book(unit)
    left, expires = book.mature(lot)
    if left != amount:
        raise CorruptLedger(f"lot {lot} with {amount} {unit} cannot mature, since it holds {left}; a row is wrong")
    book.debt -= repaid
    if amount > repaid:
        book.credit(lot, amount - repaid, expires)
        core.due = min(core.due, expires)


def apply_expire(core: Core, row: Row) -> None:
    """End what is left of a lot."""
    core.book(row[3]).take(row[2], row[4])


def apply_spend(core: Core, row: Row) -> None:
    """Take the pieces out of their lots."""
    core.book(row[4]).take_all(row[6])


def apply_take(core: Core, row: Row) -> None:
    """Take the pieces out of their lots and note the debt."""
    book = core.book(row[4])
    book.take_all(row[6])
    book.debt += row[8]


def apply_restore(core: Core, row: Row) -> None:
    """Put the pieces back into their lots; the rest of the amount pays debt."""
    _put_back(core, core.book(row[4]), row[6], row[7])


def _put_back(core: Core, book: Book, pieces: tuple[int, ...], repaid: int) -> None:
    book.debt -= repaid
    for at in range(0, len(pieces), 2):
        expires = end_of_lot(core, book, pieces[at])
        book.credit(pieces[at], pieces[at + 1], expires)
        core.due = min(core.due, expires, book.deadline)


def end_of_lot(core: Core, book: Book, lot: int) -> int:
    """Return when a lot ends, or has ended: what comes back into it ends then."""
    expires = core.confirmed[lot][1] if lot in core.confirmed else core.row(lot)[7]
    return min(expires, book.ended[1]) if lot < book.ended[0] else expires


def apply_reserve(core: Core, row: Row) -> None:
    """Set the pieces aside."""
    _, _, _, _, unit, amount, pieces, until = row
    core.book(unit).take_all(pieces)
    core.holds = writable(core.holds)
    core.holds[core.length - 1] = (until, unit, amount)
    core.due = min(core.due, until)


def apply_free(core: Core, row: Row) -> None:
    """End a hold: put the pieces back into their lots; the rest of the amount pays debt."""
    _, _, _, _, unit, amount, pieces, repaid, hold = row
    core.holds = holds = writable(core.holds)
    if holds.pop(hold)[1:] != (unit, amount):
        raise CorruptLedger(f"hold {hold} is not of {amount} {unit}; a row is wrong")
    _put_back(core, core.book(unit), pieces, repaid)


def apply_extend(core: Core, row: Row) -> None:
    """Move the moment at which everything expires for want of activity."""
    _, _, _, unit, deadline = row
    book = core.book(unit)
    if book.deadline <= core.now:
        book.ended = (core.length - 1, book.deadline)
    book.deadline = deadline
    core.due = min(core.due, deadline)


def apply_tier(core: Core, row: Row) -> None:
    """Enter a tier until the end of its term."""
    kind, at, _, ladder, tier, until = row
    core.tiers = writable(core.tiers)
    core.tiers[ladder] = (tier, FOREVER if until is None else until, kind, at)
    for sliding in core.slides.values():
        sliding.ladder = None
    if until is not None and until < core.due:
        core.due = until


def apply_open(core: Core, row: Row) -> None:
    """Wait for the end of a window."""
    core.opened = writable(core.opened)
    core.opened[row[3]] = row[4]
    core.due = min(core.due, row[4])


def apply_arise(core: Core, row: Row) -> None:
    """Change tallies by what arose; where a window ended, wait for the end of the next."""
    tally(core, row[6])
    slide(core, row[7])
    if row[4] is not None:
        apply_open(core, row)


def apply_word(core: Core, row: Row) -> None:
    """Do nothing: the row says what became of another account."""


def apply_version(core: Core, row: Row) -> None:
    """Note when a version of the program came into force here, and change the tallies it begins with."""
    core.anchor(version_key(row[2]), row[1])
    tally(core, row[3])
    slide(core, row[4])


#: What each kind of row does to the state.
APPLY: Final[dict[Any, Callable[[Core, Row], None]]] = {
    **dict.fromkeys(FACTS, apply_fact),
    "earn": apply_earn,
    "confirm": apply_confirm,
    "mature": apply_mature,
    "expire": apply_expire,
    "spend": apply_spend,
    "take": apply_take,
    "restore": apply_restore,
    "reserve": apply_reserve,
    "free": apply_free,
    "extend": apply_extend,
    **dict.fromkeys(("tier", "appoint", "grace"), apply_tier),
    "open": apply_open,
    "arise": apply_arise,
    **dict.fromkeys(("draw", "raise"), apply_word),
    "version": apply_version,
}
