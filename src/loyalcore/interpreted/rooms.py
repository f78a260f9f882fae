"""
Rooms: limits over windows: what is left of them, and what an award takes.

What a rule or lane gave, or how often, is tallied under its own name, with the value of the key where there is one. A
limit bounds the sum of the tallies of all that share it.
"""

from __future__ import annotations

import hashlib
from typing import Any, final

from loyalcore.calendar import zone
from loyalcore.instants import FOREVER
from loyalcore.interpreted.budgets import of_budget
from loyalcore.interpreted.cells import Cell, Part, Worth
from loyalcore.interpreted.giving import shares
from loyalcore.interpreted.histories import named
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Case
from loyalcore.interpreted.windows import of_event
from loyalcore.limits import Defer, Limit, reject
from loyalcore.rules import Earn, Lane
from loyalcore.units import Amount
from loyalcore.windows import Rolling, holding

__all__ = ["Had", "Rooms", "filled", "key_of", "keyed"]

#: What a fact says of tallies: by name and the start of the window, or the end of a part of a rolling one.
Had = dict[tuple[str, int], int]

_KEY_MAX, _NAME_MAX = 200, 64


def keyed(tally: str, name: str, value: Any) -> str:
    """Return the name of a tally for one value of a text or flag; a long one is told by its SHA-256."""
    text = f"{name}={value}"
    if len(text) > _KEY_MAX:
        text = f"{name[:_NAME_MAX]}#{hashlib.sha256(text.encode()).hexdigest()}"
    return f"{tally}, {text}"


def key_of(limit: Limit, case: Case) -> Any:
    """Return the value of an event, or of the member's settings, by which a limit goes; None without such a key."""
    return None if limit.each is None or limit.by_items else case.text(limit.each)


def filled(parts: list[tuple[Any, int]], most: int) -> list[tuple[Any, int]]:
    """Return parts cut to a sum, the last ones first."""
    found: list[tuple[Any, int]] = []
    for key, part in parts:
        found.append((key, min(part, most)))
        most -= found[-1][1]
    return found


@final
class Rooms:
    """Be the limits over windows of a cell for one event: by items, then of the whole, its budget, then what waits."""

    def __init__(self, held: Holdings, case: Case, cell: Cell, worth: Worth) -> None:
        self.held, self.case, self.cell, self.worth = held, case, cell, worth
        self.by_items = [limit for limit in cell.rooms if limit.by_items]
        self.waits = next((limit for limit in cell.rooms if isinstance(limit.otherwise, Defer)), None)
        self.of_whole = [limit for limit in cell.rooms if not limit.by_items and limit is not self.waits]
        #: Tallies that are noted already: two limits of one rule may be counted in one.
        self.noted: set[tuple[str, int]] = set()

    # When an event is judged.

    def fit(self, award: int) -> list[Part]:
        """Return what of an award fits, in parts, and note what it takes."""
        if not award:
            return []
        parts: list[tuple[Any, int]] = []
        if self.by_items:
            parts = filled(shares(self.cell.rule, self.case), award)
            for limit in self.by_items:
                parts = [(key, self._cut(limit, share, self._left(limit, key))) for key, share in parts]
            award = sum(share for _, share in parts)
        for limit in self.of_whole:
            award = self._cut(limit, award, self._left(limit, key_of(limit, self.case)))
        award = of_budget(self.held, self.cell, award)
        starts = None if self.waits is None else self._spread(self.waits, award)
        self._note(sum(part for _, part in starts) if starts is not None else award, parts, starts)
        return [(None, award)] if starts is None else [*starts]

    def _tally(self, limit: Limit, key: Any, of: str) -> str:
        name = named(f"{of} {'times' if limit.is_count else 'given'}", limit.per)
        return name if limit.each is None else keyed(name, limit.each.name, key)

    def _sharing(self, limit: Limit) -> list[str]:
        """Return the rules and lanes that use the room of a limit together, by name."""
        if not limit.name:
            return [self.cell.name]
        rules = [rule for rule in self.case.terms.rules if isinstance(rule, Earn | Lane)]
        return [rule.name for rule in rules if any(each.name == limit.name for each in rule.limit)]

    def _left(self, limit: Limit, key: Any, moment: int | None = None) -> int:
        """Return the room that is left in the window of the event, or of a moment for it: of what counts by now."""
        if limit.per == holding:
            return self._free(limit)
        names = [self._tally(limit, key, of) for of in self._sharing(limit)]
        most = limit.most.minor if isinstance(limit.most, Amount) else limit.most
        assert isinstance(most, int)  # noqa: S101 - accruals limit a purchase, or are judged again
        if isinstance(limit.per, Rolling):
            now = self.held.now
            used = sum(self.held.sliding(name, now) for name in names)
            used += sum(more for (name, end), more in self.worth.slides.items() if name in names and end > now)
            return max(0, most - used)
        if (found := of_event(self.case, limit.per, moment)) is None:
            return FOREVER  # no window, no limit
        keys = [(name, found[0]) for name in names]
        return max(0, most - sum(self.held.sum(*each) + self.worth.sums.get(each, 0) for each in keys))

    def _free(self, limit: Limit) -> int:
        """Return what an account may have more of the unit than it has, and than the event has given by now."""
        assert isinstance(limit.most, Amount)  # noqa: S101 - what is held is limited to an amount
        held, unit = self.held, limit.most.unit.name
        has = sum(lot.left for lot in held.lots.values() if lot.unit == unit) - held.debt(unit)
        has += sum(int(held.rows[seq][5]) for seq in held.holds if held.rows[seq][4] == unit)
        return max(0, limit.most.minor - has - self.worth.reached.get(unit, 0))

    @staticmethod
    def _cut(limit: Limit, award: int, left: int) -> int:
        """Return what of an award fits into what is left."""
        if limit.is_count:
            return award if left else 0
        if award <= left:
            return award
        return 0 if limit.otherwise == reject else left

    def _spread(self, limit: Limit, award: int) -> list[tuple[int, int]]:
        """Return the parts of an award by the windows that have room for them, each with the start of its window."""
        assert isinstance(limit.otherwise, Defer)  # noqa: S101 - asked of limits that defer alone
        parts, rest, moment = list[tuple[int, int]](), award, self.case.at
        for _ in range(limit.otherwise.windows + 1):
            found = of_event(self.case, limit.per, moment) if moment < FOREVER else None
            if not rest or found is None:
                break
            if part := self._cut(limit, rest, self._left(limit, key_of(limit, self.case), moment)):
                parts.append((found[0], part))
                rest -= part
            moment = found[1]
        return [] if rest and limit.otherwise.otherwise == reject else parts

    # What is noted.

    def _note(self, award: int, parts: list[tuple[Any, int]], starts: list[tuple[int, int]] | None) -> None:
        """Note the room that an award takes, by its shares among items, or its parts in windows."""
        for start, part in starts or ():
            assert self.waits is not None  # noqa: S101 - nothing else has parts in windows
            self._take(self.waits, key_of(self.waits, self.case), part, start)
        for limit in self.of_whole:
            self._take(limit, key_of(limit, self.case), award)
        for key, share in filled(parts, award):
            for limit in self.by_items:
                self._take(limit, key, share)

    def _place(self, limit: Limit, moment: int | None = None) -> int | None:
        """Return the start of the window of the event, or when what it takes leaves a rolling one; None without one."""
        if isinstance(limit.per, Rolling):
            return zone(self.case.terms.timezone).plus(self.case.at, limit.per.duration)
        found = of_event(self.case, limit.per, moment)
        return None if found is None else found[0]

    def _take(self, limit: Limit, key: Any, amount: int, moment: int | None = None) -> None:
        if limit.per == holding:
            assert isinstance(limit.most, Amount)  # noqa: S101 - what is held is limited to an amount
            unit = limit.most.unit.name
            self.worth.reached[unit] = self.worth.reached.get(unit, 0) + amount
            return
        name, place = self._tally(limit, key, self.cell.name), self._place(limit, moment)
        if not amount or place is None or (name, place) in self.noted:
            return
        self.noted.add((name, place))
        table = self.worth.slides if isinstance(limit.per, Rolling) else self.worth.sums
        table[name, place] = 1 if limit.is_count else amount

    # When a purchase is judged again with what is kept.

    def again(self, award: int, had: Had) -> list[Part]:
        """Return what an award of fewer items comes to in the room that the event had; note what it takes of that."""
        parts: list[tuple[Any, int]] = []
        if self.by_items:
            parts = [(key, self._of_had(key, share, had)) for key, share in shares(self.cell.rule, self.case)]
            award = min(award, sum(share for _, share in parts))
        starts = None if self.waits is None else self._parts(award, had)
        self._note(award, parts, starts)
        return [(None, award)] if starts is None else [*starts]

    def _of_had(self, key: Any, share: int, had: Had) -> int:
        """Return what of the share of some items fits into the room that those items had."""
        for limit in self.by_items:
            if (place := self._place(limit)) is not None:
                room = had.get((self._tally(limit, key, self.cell.name), place), 0)
                share = (share if room else 0) if limit.is_count else min(share, room)
        return share

    def _parts(self, award: int, had: Had) -> list[tuple[int, int]]:
        """Return the parts of an award in the windows that the event used, each with the start of its window."""
        assert self.waits is not None  # noqa: S101 - asked of what waits alone
        name = self._tally(self.waits, key_of(self.waits, self.case), self.cell.name)
        used = sorted((start, amount) for (tally, start), amount in had.items() if tally == name)
        return [(start, award) for start, _ in used] if self.waits.is_count else filled(used, award)
