"""Posting: what an award, a taking back, or a spending becomes in lots and entries."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Protocol

from loyalcore.calendar import Zone
from loyalcore.conditions import InTier
from loyalcore.durations import Duration
from loyalcore.ends import Inactivity
from loyalcore.engine.burning import in_order, orders
from loyalcore.engine.earning import Posting, end_for
from loyalcore.entries import Row
from loyalcore.expiry import Expiry
from loyalcore.instants import FOREVER
from loyalcore.ladders import Ladder
from loyalcore.ledger import Core, earn, end_of_lot
from loyalcore.lots import Book
from loyalcore.maturity import Until, mature
from loyalcore.measures import Balance
from loyalcore.migrations import Migration
from loyalcore.returning import clamp, debt, other_lots, write_off
from loyalcore.streaks import Streak
from loyalcore.terms import Terms
from loyalcore.trace import caused, trace
from loyalcore.worths import total, value_of

__all__ = ["Poster", "counters_of", "first_pieces", "lots_of", "suspended_of", "waiting", "worth_in"]


class _Giver(Protocol):
    """Be whoever gave units that are taken back."""

    name: str
    unit: str
    taking_back: str


class Poster:
    """Write the postings of one program."""

    def __init__(self, terms: Terms, zone: Zone) -> None:
        self._zone = zone
        lives = {rule.unit.name: rule.life for rule in terms.of_kind(Expiry)}
        #: Units that end for want of activity, and after how long.
        self.inactive: dict[str, Duration] = {
            unit: life.duration for unit, life in lives.items() if isinstance(life, Inactivity)
        }
        #: The origins of units that do not, by unit.
        self.spares: dict[str, frozenset[str]] = {
            unit: frozenset(life.spares) for unit, life in lives.items() if isinstance(life, Inactivity) and life.spares
        }
        self.ends = {unit: end_for(terms, zone, life) for unit, life in lives.items()}
        #: Counters that ladders spend, and units that are forfeited: what is left of them may end before its time.
        self.counters = counters_of(terms)
        #: Units that a kind of event, or a rule that earns, keeps alive.
        self.active: dict[str, list[str]] = {}
        self._active_rules: dict[str, list[str]] = {}
        #: Orders in which units are used, where they are not the usual one.
        self.orders = orders(terms)
        #: Rules whose spent units begin anew as they come back; what is worth money is so in this currency.
        self._renewed, self._currency = terms.renewed, terms.currency
        #: Units of which the time stands still, or that do not end, in some tiers.
        self._still: dict[str, tuple[str, frozenset[str], str]] = {}
        for rule in terms.of_kind(Expiry):
            if isinstance(rule.life, Inactivity):
                for kind in rule.life.kinds:
                    self.active.setdefault(kind, []).append(rule.unit.name)
                for name in rule.life.rules:
                    self._active_rules.setdefault(name, []).append(rule.unit.name)
            if isinstance(rule.unless, InTier):
                lowest = terms.vocabulary.ladders[rule.unless.ladder][0]
                self._still[rule.unit.name] = (rule.unless.ladder, frozenset(rule.unless.tiers), lowest)
        #: Units that keep ends of their own, and do not end while some tiers are held.
        self.suspended = suspended_of(terms)

    def heed(self, other: Poster) -> None:
        """Let deadlines of inactivity, and burn orders, be as another version says, which is in force."""
        self.inactive, self.active, self.spares = other.inactive, other.active, other.spares
        self._active_rules, self._still, self.orders = other._active_rules, other._still, other.orders
        self.suspended = other.suspended

    def extend(self, core: Core, at: int, cause: int, kind: str) -> None:
        """Move deadlines because the member did something."""
        for unit in self.active.get(kind, ()):
            self._extend(core, at, cause, unit)

    def _extend(self, core: Core, at: int, cause: int, unit: str) -> None:
        running, deadline = core.book(unit).deadline, self._zone.plus(at, self.inactive[unit])
        later = deadline > running or not core.now < running < FOREVER
        if deadline > core.now and later and not self._stands_still(core, unit):
            core.append(("extend", at, cause, unit, deadline))

    def _start(self, core: Core, at: int, cause: int, unit: str) -> None:
        """Set a deadline for units that come while none is running."""
        deadline = core.book(unit).deadline
        if unit not in self.inactive:
            # One that another program had set, and that passed, ended what there was; it says nothing of these.
            if deadline <= core.now:
                core.append(("extend", at, cause, unit, FOREVER))
        elif not core.now < deadline < FOREVER and not self._stands_still(core, unit):
            core.append(("extend", at, cause, unit, self._zone.plus(at, self.inactive[unit])))

    def _stands_still(self, core: Core, unit: str) -> bool:
        found = self._still.get(unit)
        if found is None:
            return False
        ladder, tiers, lowest = found
        return (core.tiers[ladder][0] if ladder in core.tiers else lowest) in tiers

    def keeps(self, ladder: str) -> bool:
        """Tell whether the time of some unit stands still in tiers of a ladder."""
        return any(found[0] == ladder for found in self._still.values())

    def tier_changed(self, core: Core, at: int, cause: int, ladder: str) -> None:
        """Let time stand still, or begin anew, for units that a tier keeps alive; others do not end, or end again."""
        for unit, (own, _, _) in self._still.items():
            if unit in self.suspended and own == ladder:
                self.suspend(core, at, cause, unit)
                continue
            book = core.held(unit)
            if own != ladder or book is None:
                continue
            still, runs = self._stands_still(core, unit), book.deadline < FOREVER
            if still and runs:
                core.append(("extend", at, cause, unit, FOREVER))
            elif not still and not runs and book.is_idle:
                core.append(("extend", at, cause, unit, self._zone.plus(at, self.inactive[unit])))

    def suspend(self, core: Core, at: int, cause: int, unit: str) -> None:
        """Let lots of a unit not end, or let them end again, where that is not as the member's tier says."""
        book, still = core.held(unit), unit in self.suspended and self._stands_still(core, unit)
        if still != (book is not None and book.stays == FOREVER):
            now = max(at, core.now)
            core.append(("suspend", now, cause, unit, None if still else now))

    def suspend_all(self, core: Core, at: int, cause: int) -> None:
        """Let lots end, or not, as the version says that comes into force."""
        for unit in sorted({*core.books, *self.suspended}):
            self.suspend(core, at, cause, unit)

    def earn(
        self,
        core: Core,
        at: int,
        cause: int,
        cell: Posting,
        amount: int,
        window: int | None,
        since: int | None = None,
        came: int | None = None,
        event: Row | None = None,
    ) -> int:
        """
        Give units, and return the lot: pay debt, open it with the rest; pending units pay when they mature.

        What is given as of a moment, *since*, that is to come is not usable before, and lives from then. *came* is from
        when units are usable that wait for an event, where that has come already. *event* is the fact of what they
        are given for, where that is not their cause.
        """
        if cell.is_dated and event is None:
            event = core.row(cause)
        start = at if since is None else since
        usable, lapses = cell.usable_from(core, start, event), FOREVER
        if isinstance(cell.pending, Until):
            usable, lapses = self._waits(cell.pending, start, came)
        # The life of units that may lapse begins, if it is counted from maturing, only once what they wait for comes.
        expires = lapses
        if lapses == FOREVER or not cell.from_maturing:
            expires = min(lapses, cell.end_in(core, usable if cell.from_maturing else start, event))
        for unit in self._active_rules.get(cell.name, ()):
            self._extend(core, at, cause, unit)
        waits = usable if usable > core.now else None
        return self.give(core, at, cause, cell.name, cell.unit, amount, expires, waits, window)

    def _waits(self, until: Until, start: int, came: int | None) -> tuple[int, int]:
        """Return from when units are usable that wait for an event, and when they lapse, both as far as is known."""
        deadline = self._zone.plus(start, until.within)
        if until.otherwise == mature:
            return deadline if came is None else min(max(came, start), deadline), FOREVER
        return (FOREVER, deadline) if came is None else (max(came, start), FOREVER)

    def give(
        self,
        core: Core,
        at: int,
        cause: int,
        rule: str,
        unit: str,
        amount: int,
        expires: int,
        usable: int | None = None,
        window: int | None = None,
        *,
        spared: bool = False,
    ) -> int:
        """Open a lot, less what pays debt, and return it; it may be *spared* whoever gives it."""
        spared = spared or rule in self.spares.get(unit, ())
        if not spared:
            self._start(core, at, cause, unit)
        if unit in self.suspended:
            self.suspend(core, at, cause, unit)
        lot = core.length
        earn(core, at, cause, rule, unit, amount, usable, expires, window)
        if spared:
            core.append(("spare", at, cause, lot, unit))
        return lot

    def end(self, core: Core, unit: str, at: int) -> int:
        """Return when units given at a moment end by the unit's policy."""
        found = self.ends.get(unit)
        return FOREVER if found is None else found(core, at)

    def spend(self, core: Core, at: int, cause: int, rule: str, unit: str, amount: int) -> None:
        """Take units, those first that are to be used first; the caller has seen that there are so many."""
        if unit in self.orders or not amount:
            core.append(("spend", at, cause, rule, unit, amount, self.pieces(core, unit, amount)))
            return
        pieces = core.book(unit).draw(amount)
        core.put(("spend", at, cause, rule, unit, amount, pieces))

    def pieces(self, core: Core, unit: str, amount: int) -> tuple[int, ...]:
        """Return pieces of the lots that so many units would be taken from."""
        return tuple(first_pieces(in_order(core, unit, self.orders.get(unit)), amount))

    def take_back(
        self, core: Core, at: int, cause: int, cell: _Giver, amount: int, purchase: Any, lots: list[int]
    ) -> None:
        """Take units back that a purchase was given in lots of its own."""
        book = core.book(cell.unit)
        pieces, rest = _open_pieces(book, lots[::-1], amount)
        lapsed = 0
        if rest and (cell.unit in self.counters or _may_have_lapsed(core, book, lots)):
            lapsed = min(rest, _lapsed(core, lots, cell, ("purchase", purchase)))
        self._take(core, at, cause, cell, pieces, lapsed, rest - lapsed, None)

    def take_back_of_window(self, core: Core, at: int, cause: int, cell: _Giver, amount: int, window: int) -> None:
        """Take units back that were given for all that a window contains."""
        lots = trace(core).cells.get((cell.name, window), [])
        pieces, rest = _open_pieces(core.book(cell.unit), lots[::-1], amount)
        lapsed = min(rest, _lapsed(core, lots, cell, window)) if rest else 0
        self._take(core, at, cause, cell, pieces, lapsed, rest - lapsed, window)

    def _take(
        self,
        core: Core,
        at: int,
        cause: int,
        cell: _Giver,
        pieces: list[int],
        lapsed: int,
        rest: int,
        window: int | None,
    ) -> None:
        """Record what is taken: pieces of the cell's open lots, what expired of them, and the rest by policy."""
        book = core.book(cell.unit)
        if cell.taking_back in (other_lots, clamp) and rest:
            there = in_order(core, cell.unit, self.orders.get(cell.unit))
            free = book.balance - sum(_usable(book, pieces)) - (book.debt if cell.taking_back == clamp else 0)
            drawn = _draw_pieces(there, pieces, max(0, min(rest, free)))
            rest -= sum(drawn[1::2])
            pieces = _merged(pieces, drawn)
        owed = rest if cell.taking_back in (debt, other_lots) else 0
        written = rest if cell.taking_back in (clamp, write_off) else 0
        total = sum(pieces[1::2]) + owed
        core.append(("take", at, cause, cell.name, cell.unit, total, tuple(pieces), lapsed, owed, written, window))

    def give_back(self, core: Core, at: int, cause: int, spent: tuple[Any, ...]) -> None:
        """Give units back that were spent on a rule, into their lots or as units that begin anew, as that says."""
        if spent[3] in self._renewed and spent[5]:  # of what cost nothing there is nothing to give anew
            self._renew(core, at, cause, spent)
        else:
            self.restore(core, at, cause, spent)

    def restore(self, core: Core, at: int, cause: int, spent: tuple[Any, ...]) -> None:
        """Give spent units back: pay debt first, then into the lots they came from."""
        _, _, _, rule, unit, amount, pieces = spent
        book = core.book(unit)
        repaid = left = min(book.debt, amount)
        back: list[int] = []
        for place in range(0, len(pieces), 2):
            paid = min(left, pieces[place + 1])
            left -= paid
            if pieces[place + 1] > paid:
                back += (pieces[place], pieces[place + 1] - paid)
        core.append(("restore", at, cause, rule, unit, amount, tuple(back), repaid))

    def _renew(self, core: Core, at: int, cause: int, spent: tuple[Any, ...]) -> None:
        """Give spent units back as one lot that lives from now on, worth what its pieces were."""
        _, _, _, rule, unit, amount, pieces = spent
        sized = [(pieces[place + 1], worth_in(core, pieces[place])) for place in range(0, len(pieces), 2)]
        lot = self.give(core, at, cause, rule, unit, amount, self.end(core, unit, at))
        if value := value_of(total, sized, 1):
            money = (self._currency.name, self._currency.places)
            core.append(("worth", at, cause, lot, *money, value, amount))


def worth_in(core: Core, lot: int) -> Fraction:
    """Return what a smallest part of a unit in a lot is worth, in smallest parts of money."""
    _, _, amount, units = core.worths.get(lot, ("", 0, 0, 1))
    return Fraction(amount, units)


def waiting(core: Core, usable: int | None = None) -> int | None:
    """Return from when units are usable that a host gives, None if that is now."""
    return None if usable is None or usable <= core.now else usable


def counters_of(terms: Terms) -> frozenset[str]:
    """Return the units whose lots may end before their end: spent by ladders, ended by streaks, forfeited."""
    lost = {rule.unit.name for rule in terms.of_kind(Migration) if rule.into is None}
    lost |= {unit.name for each in terms.of_kind(Streak) for unit in each.units}
    spending = [each.by for each in terms.of_kind(Ladder) if each.spends]
    return frozenset(lost.union(by.unit for by in spending if isinstance(by, Balance)))


def suspended_of(terms: Terms) -> dict[str, InTier]:
    """Return units with ends of their own that do not end in some tiers, and in which."""
    rules = (rule for rule in terms.of_kind(Expiry) if not isinstance(rule.life, Inactivity))
    return {rule.unit.name: rule.unless for rule in rules if isinstance(rule.unless, InTier)}


def lots_of(core: Core, purchase: int, rule: str) -> list[int]:
    """Return the lots a rule granted for a purchase, oldest first: with it, or with a return that raised V."""
    facts = (purchase, *trace(core).returns.get(core.row(purchase, content=False)[2], ()))
    rows = [found for fact in facts for found in caused(core, fact)]
    return [seq for seq, row in rows if row[0] == "earn" and row[3] == rule and row[9] is None]


def _may_have_lapsed(core: Core, book: Book, lots: list[int]) -> bool:
    """Tell whether some lot has ended unused: most have not, and then nobody has to look."""
    return book.deadline <= core.now or any(end_of_lot(core, book, lot) <= core.now for lot in lots)


def _lapsed(core: Core, lots: list[int], cell: _Giver, within: Any) -> int:
    """Return what has expired of the lots of a cell, less what takings back have found so before."""
    index = trace(core)
    return max(0, sum(index.lapsed.get(lot, 0) for lot in lots) - index.absorbed.get((cell.name, cell.unit, within), 0))


def _open_pieces(book: Book, lots: list[int], amount: int) -> tuple[list[int], int]:
    """Return pieces of open lots, in order, and what they do not cover."""
    pieces: list[int] = []
    for lot in lots:
        part = min(amount, book.left(lot))
        if part:
            pieces += (lot, part)
            amount -= part
    return pieces, amount


def _usable(book: Book, pieces: list[int]) -> list[int]:
    """Return the sizes of the pieces that come out of usable lots."""
    pending = set(book.pending[2::4])
    return [pieces[at + 1] for at in range(0, len(pieces), 2) if pieces[at] not in pending]


def _draw_pieces(lots: list[tuple[int, int]], taken: list[int], amount: int) -> list[int]:
    """Return further pieces of usable lots, in their order, beside what is taken already."""
    gone = dict(zip(taken[::2], taken[1::2], strict=True))
    return first_pieces([(lot, left - gone.get(lot, 0)) for lot, left in lots], amount)


def first_pieces(lots: list[tuple[int, int]], amount: int) -> list[int]:
    """Return pieces of lots, in their order, that come to so much."""
    pieces: list[int] = []
    for lot, left in lots:
        part = min(amount, left)
        if part:
            pieces += (lot, part)
            amount -= part
        if not amount:
            break
    return pieces


def _merged(pieces: list[int], more: list[int]) -> list[int]:
    """Join pieces, one for each lot, in order of first mention."""
    table: dict[int, int] = {}
    for part in (pieces, more):
        for at in range(0, len(part), 2):
            table[part[at]] = table.get(part[at], 0) + part[at + 1]
    return [number for pair in table.items() for number in pair]
