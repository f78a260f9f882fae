"""
Folding: what stored rows come to, without a program.

There are two ways. The careful one does one row after the other and names the row that does not fit; it is what a row
means. The short one is for an account that begins with these rows, as nearly all do: it reads each event with the
posting that follows it, keeps what is left of lots by their position, and makes lots only of what is open in the end.
Whatever is not usual it leaves to `loyalcore.ledger.APPLY`, and what it cannot read at all to the careful way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import compress
from typing import Any, Final

from loyalcore.anchors import ANCHORING
from loyalcore.entries import FACTS, LAYOUTS, Entry, Row
from loyalcore.errors import CorruptLedger
from loyalcore.instants import BEGINNING
from loyalcore.ledger import (
    APPLY,
    Core,
    apply_arise,
    apply_extend,
    apply_fact,
    apply_open,
    apply_spare,
    apply_suspend,
    apply_tier,
    apply_version,
    apply_word,
    apply_worth,
    slide,
    tally,
)

__all__ = ["fold_rows"]

_FACTS: Final = frozenset(FACTS)
#: How long rows of each kind are.
_SIZES: Final[dict[Any, int]] = {kind: 1 + len(layout) for kind, layout in LAYOUTS.items()}
#: Facts that bring a moment and changes of tallies, and nothing else; a purchase is counted as well.
_PLAIN: Final = frozenset({"purchase", "return", "activity", "redemption", "adjustment"}.difference(ANCHORING))
#: What rows do that neither reads nor changes lots.
_BESIDE_LOTS: Final[frozenset[Callable[[Core, Row], None]]] = frozenset(
    {
        apply_fact,
        apply_tier,
        apply_extend,
        apply_spare,
        apply_suspend,
        apply_word,
        apply_worth,
        apply_open,
        apply_arise,
        apply_version,
    }
)
#: How many rows are passed over at once where no lot is left.
_STRETCH: Final = 256
#: What comes after the last row.
_END: Final[Row] = ("purchase",)
#: What rows that do not fit raise when they are read.
_PROBLEMS: Final = (LookupError, TypeError, ValueError, StopIteration)


def fold_rows(core: Core, entries: Iterable[Entry | Row]) -> Core:
    """
    Append entries or rows to a core and do what they say.

    Raises `CorruptLedger`, naming the row and its position, for one that has no known shape or does not fit the rows
    before it. The core has to be put aside then.
    """
    rows: list[Any] = list(entries)  # what the iterator of a host raises is no matter of rows
    if rows and isinstance(rows[0], Entry):
        rows = [_row_of(core, seq, entry) for seq, entry in enumerate(rows, core.length)]
    if core.length or core.origin is not None:
        return _carefully(core, rows)
    try:
        _Short(core, rows).fold()
    except (*_PROBLEMS, CorruptLedger):
        core.__init__(core.member)  # type: ignore[misc] # from the start again, to name what is wrong
        _carefully(core, rows)
    return core


def _row_of(core: Core, seq: int, entry: Any) -> Any:
    """Return the row of an entry that follows; anything else is returned as it is."""
    if not isinstance(entry, Entry):
        return entry
    if entry.account != core.member or entry.seq != seq:
        raise CorruptLedger(f"entry {entry.account}/{entry.seq} does not follow {core.member}/{seq - 1}; sort by seq")
    return entry.row


def _carefully(core: Core, rows: Iterable[Any]) -> Core:
    """Append rows one after the other, each checked for its shape."""
    for entry in rows:
        seq = core.length
        row = _row_of(core, seq, entry)
        apply = APPLY.get(row[0]) if isinstance(row, tuple) and row and isinstance(row[0], str) else None
        if apply is None or len(row) != _SIZES[row[0]]:
            raise CorruptLedger(f"row {seq} of account {core.member!r} is no row of a known kind: {row!r:.120}")
        try:
            moment = row[7] if row[0] in _FACTS else row[1]
            if moment > core.now:
                core.now = moment
            core.put(row)
            apply(core, row)
        except _PROBLEMS as problem:
            raise CorruptLedger(
                f"row {seq} of account {core.member!r} does not fit the rows before it: {row!r:.120}"
            ) from problem
    core.drop(core.now)
    core.find_due()
    return core


class _Short:
    """
    Be the short way: rows that a core begins with, and what is left of each lot that a row opened.

    A lot is either here, untouched but for what was drawn from it, or in its book, as the lots from before *settled*
    are. Where something is not as it should be, any of `_PROBLEMS` is raised.
    """

    def __init__(self, core: Core, rows: list[Row]) -> None:
        self.core, self.rows = core, rows
        #: By position, zero where there is no lot.
        self.left = [0] * len(rows)
        self.settled = 0
        #: The units whose books are open.
        self.units: set[str] = set()

    def fold(self) -> None:  # noqa: C901, PLR0912 - calls are what folding rows costs
        """Do what all rows say."""
        core, left, units, size = self.core, self.left, self.units, len(self.rows)
        core.begin(self.rows)
        at, now, spare, only = -1, BEGINNING, 0, None
        reading = iter(self.rows)
        for row, post in zip(reading, reading, strict=False):
            # Here *row* should be a fact and *post*, the row at *at*, what it caused.
            at += 2
            if row[0] != "purchase":
                while row[0] not in _PLAIN:
                    now = self._other(row, at - 1, now)
                    row, post = post, next(reading, _END)  # noqa: PLW2901 - pairs begin one row further on
                    at += 1
                    spare += 1
                if row is _END:
                    spare += 2
                    break
                if row[0] != "purchase":
                    spare += 2
            if len(row) != 9 or row[5] or row[6] or type(row) is not tuple:
                now = self._tallied(row, now)
            elif now > (now := row[7]):
                raise ValueError("no history that was recorded runs backwards")
            if post[0] == "earn":
                _, moment, _, _, unit, amount, usable, expires, repaid, _ = post
                if (
                    usable is None
                    and not repaid
                    and amount
                    and unit in units
                    and moment <= now < expires
                    and type(post) is tuple
                ):
                    left[at] = amount
                else:
                    now = self._other(post, at, now)
                    only = unit if len(units) == 1 else None
            elif post[0] == "spend":
                _, moment, _, _, unit, _, pieces = post
                if unit == only and moment <= now and type(post) is tuple:
                    parts = iter(pieces)
                    for lot in parts:
                        rest = left[lot] - (amount := next(parts))
                        if rest >= 0 and lot >= 0:
                            left[lot] = rest
                        else:
                            self._draw(unit, (lot, amount), at)
                else:
                    now = self._other(post, at, now)
            elif post is not _END:
                now = self._other(post, at, now)
        if at == size - 2:
            now = self._other(self.rows[-1], size - 1, now)
        core.now, core.length = now, size
        # Every pair was a purchase but for those that were not, and for single rows.
        core.noted += (at + 1 - spare) // 2
        self._settle(size)
        core.drop(now)
        core.find_due()

    def _tallied(self, row: Row, now: int) -> int:
        """Do what a plain fact says that changes tallies; return the latest moment."""
        core = self.core
        if type(row) is not tuple:
            raise TypeError("a row is a tuple")
        _, _, _, _, _, sums, slides, moment, _ = row
        core.now = now = max(now, moment)
        if sums:
            tally(core, sums)
        if slides:
            slide(core, slides)
        return now

    def _other(self, row: Row, seq: int, now: int) -> int:
        """Do what any row says; return the latest moment."""
        core, kind = self.core, row[0]
        if type(row) is not tuple or len(row) != _SIZES[kind]:
            raise ValueError("a row has the fields of its kind")
        core.now = now = max(now, row[7] if kind in _FACTS else row[1])
        if kind == "spend":
            self._draw(row[4], row[6], seq)
        elif kind == "take":
            self._draw(row[4], row[6], seq)
            core.book(row[4]).debt += row[8]
        elif kind == "expire":
            self._draw(row[3], (row[2], row[4]), seq)
        elif kind == "earn" and row[6] is None and row[5] and not row[8] and row[7] > BEGINNING:
            if row[4] not in self.units:
                core.book(row[4])
                self.units.add(row[4])
            self.left[seq] = row[5]
        else:
            apply = APPLY[kind]
            if apply not in _BESIDE_LOTS:
                self._settle(seq)
            core.length = seq + 1
            apply(core, row)
            now = core.now
        return now

    def _draw(self, unit: str, pieces: tuple[int, ...], seq: int) -> None:
        """Take pieces from lots."""
        rows, left, several = self.rows, self.left, len(self.units) > 1
        if unit not in self.units:
            self.core.book(unit)
            several = True
        reading = iter(pieces)
        for lot in reading:
            rest = left[lot] - (amount := next(reading))
            if rest < 0 or lot < 0 or (several and rows[lot][4] != unit):
                # From a lot that is in its book already, or not there at all.
                self._settle(seq)
                self.core.book(unit).take(lot, amount)
            else:
                left[lot] = rest

    def _settle(self, stop: int) -> None:
        """Put what is open of the lots before a position into their books."""
        left, start, self.settled = self.left, self.settled, stop
        while start < stop and not any(left[start : start + _STRETCH]):
            # Most lots are gone: they need no look at each.
            start += _STRETCH
        rows, part = self.rows, left[start:stop]
        names = list(compress(range(start, stop), part))
        amounts = list(filter(None, part))
        if stop < len(left):
            left[start:stop] = [0] * (stop - start)
        for unit in self.units:
            if len(self.units) == 1:
                own, parts = names, amounts
            else:
                mine = [rows[name][4] == unit for name in names]
                own, parts = list(compress(names, mine)), list(compress(amounts, mine))
            self.core.book(unit).join([rows[name][7] for name in own], parts, own)
