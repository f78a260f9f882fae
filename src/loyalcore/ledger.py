"""
The ledger: what each kind of row does to the state of an account.

Everything that changes the state lives in this file, one function for each kind of row; the engine appends rows
through them and `loyalcore.folding` reads rows back through them. No rule is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from loyalcore.anchors import ANCHORING, version_key
from loyalcore.entries import FACTS, Row
from loyalcore.errors import CorruptLedger
from loyalcore.instants import FOREVER
from loyalcore.lots import Book
from loyalcore.openings import anchors_set
from loyalcore.state import State, writable

__all__ = [
    "APPLY",
    "Core",
    "apply_extend",
    "apply_fact",
    "apply_spare",
    "apply_suspend",
    "apply_tier",
    "apply_version",
    "apply_word",
    "apply_worth",
    "earn",
    "end_of_lot",
    "slide",
    "tally",
]


class Core(State):
    """Be the mutable state shared by the handles of one account; private to the library."""

    __slots__ = ()

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
    elif kind == "tier_adjustment" and content[1][1] is None:
        core.given = writable(core.given)
        core.given.pop(content[1][0], None)
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
    if book.balance and usable is None and not repaid and lots[-3] <= expires:
        # Behind all others: there is a lot that ends first, so what is due does not change.
        lots += (expires, amount, core.length - 1)
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


def apply_worth(core: Core, row: Row) -> None:
    """Note what the units of a lot are worth."""
    core.worths = writable(core.worths)
    core.worths[row[3]] = row[4:]


def apply_spare(core: Core, row: Row) -> None:
    """Let a lot not end for want of activity."""
    core.book(row[4]).spare(row[3])


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
    return min(expires, book.ended[1]) if lot < book.ended[0] and lot not in book.spared else expires


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


def apply_suspend(core: Core, row: Row) -> None:
    """Let no lot end by an end of its own before a moment, or until another row says so."""
    _, _, _, unit, until = row
    book = core.book(unit)
    book.stays = FOREVER if until is None else until
    core.due = min(core.due, book.due())


def apply_tier(core: Core, row: Row) -> None:
    """Enter a tier until the end of its term."""
    kind, at, _, ladder, tier, until = row
    core.tiers = writable(core.tiers)
    core.tiers[ladder] = (tier, FOREVER if until is None else until, kind, at)
    if kind == "appoint":
        core.given = writable(core.given)
        core.given[ladder] = (tier, FOREVER if until is None else until)
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
    """Do nothing: the row says what became of another account, or of the host's goods."""


def apply_version(core: Core, row: Row) -> None:
    """Note when a version of the program came into force here, and change the tallies it begins with."""
    core.anchor(version_key(row[2]), row[1])
    tally(core, row[3])
    slide(core, row[4])


#: What each kind of row does to the state.
APPLY: Final[dict[Any, Callable[[Core, Row], None]]] = {
    **dict.fromkeys(FACTS, apply_fact),
    "earn": apply_earn,
    "worth": apply_worth,
    "spare": apply_spare,
    "value": apply_word,
    "confirm": apply_confirm,
    "mature": apply_mature,
    "expire": apply_expire,
    "spend": apply_spend,
    "take": apply_take,
    "restore": apply_restore,
    "reserve": apply_reserve,
    "free": apply_free,
    "extend": apply_extend,
    "suspend": apply_suspend,
    **dict.fromkeys(("tier", "appoint", "grace"), apply_tier),
    "open": apply_open,
    "arise": apply_arise,
    **dict.fromkeys(("draw", "raise"), apply_word),
    "version": apply_version,
}
