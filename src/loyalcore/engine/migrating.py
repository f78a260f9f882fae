"""
Migrating: units of a kind that a program turns into another, or forfeits, wherever some are usable.

What an account has ever turned, less what it owed, is one cell: its lots are given and taken back by what the whole of
that comes to, so the order in which units turn, and come back, does not matter.
"""

from __future__ import annotations

from loyalcore.engine.posting import Poster
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.ledger import Core, earn
from loyalcore.lots import Book
from loyalcore.migrations import Migration
from loyalcore.transfers import keep

__all__ = ["Migrating"]


class Migrating:
    """Turn what is usable, or owed, of a unit after each event and each job."""

    general = True
    rolling = False
    tallies: tuple[str, ...] = ()

    def __init__(self, rule: Migration, poster: Poster, program: str, taking_back: str) -> None:
        self.name, self.taking_back = rule.name, taking_back
        self._rule, self._poster, self._program = rule, poster, program
        #: The unit that comes of it.
        self.unit = "" if rule.into is None else rule.into.name

    def due(self, core: Core) -> int:
        """Return never: what becomes usable does so by an event or a job."""
        del core
        return FOREVER

    def after_event(self, core: Core, cause: int | None) -> None:
        """Turn what an event has brought."""
        self._turn(core, core.now, cause)

    def review(self, core: Core, at: int) -> None:
        """Turn what a job has brought."""
        self._turn(core, at, None)

    def _turn(self, core: Core, at: int, cause: int | None) -> None:
        book = core.held(self._rule.unit.name)
        if book is None:
            return
        if self._rule.into is None:
            # What is pending is lost as well: nothing else could become of it.
            for lot, left, _, _ in book.open_lots():
                core.append(("expire", at, lot, self._rule.unit.name, left))
        elif book.balance or book.debt:
            self._convert(core, at, cause, book)

    def _convert(self, core: Core, at: int, cause: int | None, book: Book) -> None:
        rule, lots, owed = self._rule, book.balance, book.debt
        turned = core.sums.get((rule.name, BEGINNING), 0)
        core.now, seq = max(core.now, at), core.length
        sums = (rule.name, BEGINNING, lots - owed)
        core.append(("arise", at, cause, rule.name, None, (), sums, (), self._program))
        if owed:
            earn(core, at, seq, rule.name, rule.unit.name, owed, None, FOREVER, None)
        for end, amount in self._spent(core, at, seq, lots) if lots else ():
            if part := rule.worth(turned + amount) - rule.worth(turned):
                self._poster.give(core, at, seq, rule.name, self.unit, part, end, None, BEGINNING)
            turned += amount
        if part := rule.worth(turned) - rule.worth(turned - owed):
            self._poster.take_back_of_window(core, at, seq, self, part, BEGINNING)

    def _spent(self, core: Core, at: int, seq: int, amount: int) -> list[tuple[int, int]]:
        """Spend all there is; return when what comes of it ends, and how much each end is of, the soonest first."""
        unit = self._rule.unit.name
        # As they are before they turn: of a late event, a deadline that has passed is nobody's end.
        own = {lot: expires for lot, _, expires, _ in core.book(unit).open_lots()}
        self._poster.spend(core, at, seq, self.name, unit, amount)
        if self._rule.expiry != keep:
            return [(self._poster.end(core, self.unit, at), amount)]
        pieces, ends = core.row(core.length - 1)[6], dict[int, int]()
        for place in range(0, len(pieces), 2):
            end = own[pieces[place]]
            ends[end] = ends.get(end, 0) + pieces[place + 1]
        return sorted(ends.items())
