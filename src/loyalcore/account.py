"""
Accounts: what one member has, as a value.

An account is a handle on a shared core and a length. The newest handle reads the core as it is; an older one folds
the rows it knows into a core of its own when it is asked something. So a value never changes, and deciding on the
newest costs no copy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, final

from attrs import frozen

from loyalcore.anchors import Anchor
from loyalcore.entries import Entry, Row, moment
from loyalcore.errors import CorruptLedger, InvalidValue, is_a, shown
from loyalcore.folding import fold_rows
from loyalcore.holds import Held
from loyalcore.instants import FOREVER, from_instant, to_instant
from loyalcore.ledger import Core, end_of_lot
from loyalcore.lots import Book
from loyalcore.snapshots import SNAPSHOT_FORMAT, freeze, thaw
from loyalcore.statements import Statement, statement_of
from loyalcore.texts import check_id, check_name
from loyalcore.trace import position
from loyalcore.units import Amount, Money, Unit

__all__ = ["Account", "Lot", "fold", "restore"]


@final
@frozen
class Lot:
    """
    Be units that came together and are still there.

    *name* is the position of the entry that granted them, *rule* who did; *expires* is None for never, *usable* is
    None for units that can be used now, and for those that wait for an event: *awaits* tells which. Of those that
    mature at a deadline at the latest, it is that deadline. *worth* is what is left of them in money, rounded down,
    where a rule says what its units are worth. *suspended* tells that they do not expire for now, since a tier is held
    in which they do not; *expires* may have passed then.
    """

    name: int
    rule: str
    left: Amount
    expires: dt.datetime | None
    usable: dt.datetime | None
    awaits: bool = False
    worth: Amount | None = None
    suspended: bool = False


@final
class Account:
    """
    Be the entries of one member and what they come to.

    Reading without a moment sees the account as of its last entry; reading *at* a moment sees what is due until then as
    done, and that is no moment before what is recorded. Accounts are equal if they are of one member and have the same
    entries, or the same state and entries from a snapshot on.
    """

    __slots__ = ("_core", "_length")

    def __init__(self, core: Core) -> None:
        self._core = core
        self._length = core.length

    @property
    def member(self) -> str | int:
        """Return whose account this is."""
        return self._core.member

    @property
    def version(self) -> int:
        """Return how many entries the account has ever had: what a store compares."""
        return self._length

    def state(self) -> Core:
        """Return a core that stands exactly here; for the library's own use."""
        shared = self._core
        if shared.spoiled or shared.length != self._length:
            own = Core(shared.member) if shared.origin is None else thaw(shared.origin)
            self._core = fold_rows(own, shared.rows(stop=self._length))
        return self._core

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the recorded rows from the snapshot on, or all of them."""
        return tuple(self._core.rows(stop=self._length))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Return the entries from the snapshot on, or all of them."""
        base = self._core.base
        return tuple(Entry(self.member, base + place, row) for place, row in enumerate(self.rows))

    @property
    def now(self) -> dt.datetime | None:
        """Return the latest moment recorded, or None before the first entry."""
        instant = self.state().now
        return None if instant < -FOREVER // 2 else moment(instant)

    def _book(self, unit: Unit) -> Book:
        if not isinstance(unit, Unit):
            raise InvalidValue(f"a unit is wanted, such as POINT, not {shown(unit)}")
        return self.state().held(unit.name) or Book()

    def balance(self, unit: Unit, at: dt.datetime | None = None) -> Amount:
        """Return the usable units less debt: below zero while more is owed than there is."""
        book = self._book(unit)
        if at is None:
            return Amount(unit, book.balance - book.debt)
        instant = self._later(at)
        return Amount(unit, book.balance_at(instant, self._freed(unit, book, instant)))

    def _later(self, at: dt.datetime) -> int:
        """Return a moment that is not before what is recorded: what was there earlier, the entries up to then say."""
        instant, latest = to_instant(at), self.state().now
        if instant < latest:
            raise InvalidValue(
                f"{self.member!r} cannot be read at {at}: there are entries of {moment(latest)}; fold those "
                "up to then, fold(account.member, [entry for entry in account.entries if entry.at <= at])"
            )
        return instant

    def _freed(self, unit: Unit, book: Book, until: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield what comes back out of holds until a moment: when, to which lot, how much, and when that ends."""
        core = self.state()
        for hold, (moment_, name, _) in sorted(core.holds.items(), key=lambda held: (held[1][0], held[0])):
            pieces = core.row(hold)[6] if name == unit.name and moment_ <= until else ()
            for place in range(0, len(pieces), 2):
                yield moment_, pieces[place], pieces[place + 1], end_of_lot(core, book, pieces[place])

    def pending(self, unit: Unit) -> Amount:
        """Return the units that are not usable yet."""
        return Amount(unit, self._book(unit).waiting)

    def held(self, unit: Unit) -> Amount:
        """Return the units that are set aside by holds: neither usable nor spent."""
        self._book(unit)
        return Amount(unit, sum(amount for _, name, amount in self.state().holds.values() if name == unit.name))

    def holds(self, unit: Unit) -> tuple[Held, ...]:
        """Return what is set aside of a unit, in the order in which it was."""
        self._book(unit)
        core = self.state()
        found = []
        for hold, (until, name, amount) in core.holds.items():
            if name == unit.name:
                _, _, cause, reward, *_ = core.row(hold)
                id_ = core.row(cause, content=False)[2]
                found.append(Held(id_, reward, Amount(unit, amount), from_instant(until)))
        return tuple(found)

    def debt(self, unit: Unit) -> Amount:
        """Return the units owed: taken back after they were spent."""
        return Amount(unit, self._book(unit).debt)

    def lots(self, unit: Unit, at: dt.datetime | None = None) -> tuple[Lot, ...]:
        """Return the open lots, soonest to end first, of those the oldest, pending ones last; not what is held."""
        book = self._book(unit)
        instant = None if at is None else self._later(at)
        confirmed = self.state().confirmed
        found = []
        for name, left, expires, usable in book.open_lots() if instant is None else self._lots_at(unit, book, instant):
            gone = book.end(name, expires)
            # What never becomes usable lapses when it ends, whatever tier is held.
            lapses = usable is not None and usable >= expires
            suspended = book.stays == FOREVER and not lapses
            if instant is not None:
                if (gone if lapses else book.gone(name, expires)) <= instant:
                    continue
                usable = None if usable is not None and usable <= instant else usable  # noqa: PLW2901
            row = self._core.row(name)
            if usable is not None:
                usable = confirmed[name][0] if name in confirmed else row[6]  # noqa: PLW2901 - as the entry has it
            awaits = usable == FOREVER
            worth = self._worth(name, left)
            shown_ = moment(gone), moment(usable), awaits, worth, suspended
            found.append(Lot(name, row[3], Amount(unit, left), *shown_))
        return tuple(found)

    def _worth(self, lot: int, left: int) -> Amount | None:
        """Return what is left of a lot in money, or None where nobody said what it is worth."""
        found = self.state().worths.get(lot)
        if found is None:
            return None
        money, places, amount, units = found
        return Amount(Money(money, places), left * amount // units)

    def _lots_at(self, unit: Unit, book: Book, at: int) -> list[tuple[int, int, int, int | None]]:
        """Return the open lots of a book, with what comes back out of holds until a moment."""
        lots = {name: (name, left, expires, usable) for name, left, expires, usable in book.open_lots()}
        freed = [*self._freed(unit, book, at)]
        for _, name, left, expires in freed:
            before = lots[name][1] if name in lots else 0
            lots[name] = (name, before + left, expires, None)
        in_order = [*lots.values()]
        if freed:
            in_order.sort(key=lambda lot: (lot[3] is not None, *book.place(lot[0], lot[2])))
        return in_order

    def expiring(self, unit: Unit, before: dt.datetime | None = None) -> tuple[tuple[dt.datetime, Amount], ...]:
        """
        Return what expires when, soonest first, pending units included; what never expires, or is held, is not.

        Nor is what does not expire while a tier is held, since nobody knows when that is left.
        With *before*, only what expires before that moment. Nothing else that may happen until then is foreseen.
        """
        last = FOREVER if before is None else to_instant(before, "before")
        table: dict[dt.datetime, int] = {}
        for lot in self.lots(unit):
            if lot.expires is not None and not lot.suspended and to_instant(lot.expires) < last:
                table[lot.expires] = table.get(lot.expires, 0) + lot.left.minor
        return tuple((at, Amount(unit, table[at])) for at in sorted(table))

    def statement(self, unit: Unit, since: dt.datetime | None = None, before: dt.datetime | None = None) -> Statement:
        """
        Return what changed what the member has of a unit, line by line, from a moment on and before another.

        A late event counts when it happened. In an account from a snapshot it begins after that.
        """
        first = -FOREVER if since is None else to_instant(since, "since")
        last = FOREVER if before is None else to_instant(before, "before")
        return self.stated(unit, (row for row in self.rows if first <= row[1] < last))

    def stated(self, unit: Unit, rows: Iterable[Row]) -> Statement:
        """Return the statement of some of the account's rows; for the library's own use."""
        self._book(unit)
        return statement_of(unit, rows, self.state().row)

    def tier(self, ladder: str) -> str | None:
        """Return the tier of a ladder that was entered last, or None for its lowest; reviews not done do not count."""
        found = self.state().tiers.get(check_name(ladder, "a ladder"))
        return None if found is None else found[0]

    def setting(self, name: str) -> str:
        """Return a choice of the member, ``""`` where it was never made."""
        return self.state().settings.get(check_name(name, "a setting"), "")

    def anchor(self, anchor: Anchor) -> dt.datetime | None:
        """Return the moment that windows since an anchor are counted from, or None where there is none yet."""
        if not is_a(anchor, Anchor):
            raise InvalidValue(f"an anchor is joined, opened or first(…), not {shown(anchor)}")
        if anchor.turn or anchor.delay:
            raise InvalidValue(f"an account knows no time zone, and so no {anchor.in_words}; ask it for {anchor.key}")
        return moment(self.state().anchors.get(anchor.key))

    def find(self, event_id: str | int) -> Entry | None:
        """Return the fact of an event, or None; in an account from a snapshot, among the facts it kept."""
        core = self.state()
        seq = position(core, check_id(event_id, "the id of an event"))
        return None if seq is None else Entry(self.member, seq, core.row(seq))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Account):
            return NotImplemented
        one, two = self._core, other._core
        if (self.member, self._length, one.base, self.rows) != (other.member, other._length, two.base, other.rows):
            return False
        return not one.base or freeze(self.state(), None) == freeze(other.state(), None)

    def __hash__(self) -> int:
        return hash((self.member, self._length))

    def __repr__(self) -> str:
        books = self.state().books
        held = ", ".join(f"{book.balance - book.debt} {unit}" for unit, book in books.items() if not book.is_blank)
        return f"<account {self.member!r}: {self._length} entries, {held or 'nothing'} in smallest parts>"

    def __reduce__(self) -> tuple[Any, ...]:
        core = self.state()
        if core.origin is None:
            return (fold, (self.member, self.rows))
        return (restore, (core.origin, self.rows))

    def snapshot(self, keep_since: dt.datetime | None = None) -> dict[str, Any]:
        """
        Return the state as plain data (texts, integers, lists), to start from without the older entries.

        Entries recorded at or after *keep_since* are kept inside, with the lots that are open, so that purchases
        since then can be returned; without it, all are. Returns of older purchases are refused as unknown.
        """
        return freeze(self.state(), None if keep_since is None else to_instant(keep_since))


def fold(member: str | int, entries: Iterable[Entry | Row]) -> Account:
    """
    Return the account that entries come to, without a program.

    Raises `CorruptLedger`, naming the row, where rows are not of a known shape or take what is not there.
    """
    return Account(fold_rows(Core(check_id(member, "a member")), _iterable(entries)))


def _iterable(entries: Iterable[Entry | Row]) -> Iterable[Entry | Row]:
    if not is_a(entries, Iterable):
        raise InvalidValue(f"entries are folded one after the other, as a list or from a store, not {shown(entries)}")
    return entries


def restore(snapshot: dict[str, Any], entries: Iterable[Entry | Row] = ()) -> Account:
    """
    Return the account of a snapshot and the entries recorded after it.

    Raises `CorruptLedger` where the snapshot is not one of this format or the entries do not follow it.
    """
    if not is_a(snapshot, dict) or snapshot.get("format") != SNAPSHOT_FORMAT:
        raise CorruptLedger(f"a snapshot of format {SNAPSHOT_FORMAT} is wanted, not {shown(snapshot)}")
    try:
        core = thaw(snapshot)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise CorruptLedger(f"the snapshot is damaged at {problem}; fold the entries instead") from problem
    return Account(fold_rows(core, _iterable(entries)))
