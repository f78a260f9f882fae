"""
Rooms: limits over windows, compiled: what is left of them, and what an award takes.

What a rule or lane gave, or how often, is tallied under its own name, with the value of the key where there is one; a
limit bounds the sum of the tallies of all that share it. So entries say who used which room, and a return gives back
what the kept items do not need: the room that a purchase had is what it used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, final

from loyalcore.budgets import Budget
from loyalcore.engine.awards import Shares, shares_of
from loyalcore.engine.judge import Judge
from loyalcore.engine.moments import keyed, setting_reader, tally_name
from loyalcore.engine.tallying import Changes, Tallying
from loyalcore.exchanges import Offer
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import Defer, Limit, reject, rejudge
from loyalcore.rules import Earn, Lane
from loyalcore.terms import Terms
from loyalcore.transfers import Transferable
from loyalcore.units import Amount
from loyalcore.windows import Holding, Scope, holding

__all__ = ["Cell", "Cut", "Left", "Rooms", "Used", "key_reader", "sharing"]

#: What is judged: the event's row, its sums, its moment, and what is frozen with it.
Cell = tuple[Any, Any, int, Any]
#: What a fact says of tallies: by name and the start of the window, or the end of a part of a rolling one.
Used = dict[tuple[str, int], int]


class Cut(NamedTuple):
    """Say what a limit did to an award: what came, what room there was, and what was given, now or later."""

    limit: Limit
    key: str
    came: int
    room: int
    gave: int
    deferred: tuple[tuple[int, int], ...] = ()


def key_reader(judge: Judge, limit: Limit) -> Callable[[Any, Any], Any] | None:
    """Return the function that reads the key of a limit from an event and what is frozen; None without such a key."""
    each = limit.each
    if each is None or each.of == "item":
        return None
    if each.of == "setting":
        place = judge.moments.add(("setting", each.name), setting_reader(each.name))
        return lambda event, frozen: frozen[place]
    read = judge.event.reader(each.name)
    return lambda event, frozen: read(event)


def sharing(terms: Terms, name: str, limit: Limit) -> list[str]:
    """Return the rules and lanes that a limit is of, by name: all with a limit of its name, in the program's order."""
    if not limit.name:
        return [name]
    rules = (rule for rule in terms.rules if isinstance(rule, Earn | Lane | Offer | Transferable))
    return [rule.name for rule in rules if any(each.name == limit.name for each in rule.limit)]


class _Room:
    """Be a limit over a window of a rule or lane."""

    def __init__(self, judge: Judge, name: str, limit: Limit) -> None:
        assert not isinstance(limit.per, Scope | Holding)  # noqa: S101 - scopes are part of V
        self.limit = limit
        self.counts = limit.is_count
        self.most: int = limit.most.minor if isinstance(limit.most, Amount) else limit.most  # type: ignore[assignment]
        self.defers = limit.otherwise if isinstance(limit.otherwise, Defer) else None
        self.rejects = (self.defers.otherwise if self.defers else limit.otherwise) == reject
        what = "times" if self.counts else "given"
        #: What the rule or lane itself uses, and what all use that share the limit.
        self.tally = tally_name(f"{name} {what}", limit.per)
        self.tallies = [tally_name(f"{each} {what}", limit.per) for each in sharing(judge.terms, name, limit)]
        #: Where the window lies, or when what was used leaves it.
        self.where = Tallying(judge, self.tally, limit.per)
        self.key = key_reader(judge, limit)

    def named(self, tally: str, key: Any) -> str:
        """Return the name of a tally for a key."""
        return tally if self.limit.each is None else keyed(tally, self.limit.each.name, key)

    def start(self, cell: Cell, moment: int | None = None) -> int | None:
        """Return the start of the window of an event, or of a moment for it; None where none does, or it has none."""
        event, _, at, frozen = cell
        bounds = self.where.locate(event, at, frozen, moment)
        return None if bounds is None else bounds[0]

    def left(self, core: Core, changes: Changes, cell: Cell, key: Any, moment: int | None = None) -> int:
        """Return the room that is left in the window of an event, or of a moment for it."""
        names = [self.named(tally, key) for tally in self.tallies]
        start = self.start(cell, moment)
        used = sum([changes.pending.get((name, start), 0) for name in names])
        if self.where.leaves is not None:
            used += sum([slide.total for name in names if (slide := core.sliding(name)) is not None])
        elif start is None:
            return FOREVER
        else:
            used += sum([core.sums.get((name, start), 0) for name in names])
        return max(0, self.most - used)

    def cut(self, award: int, left: int) -> int:
        """Return what of an award fits into what is left, now."""
        if self.counts:
            return award if left else 0
        if award <= left:
            return award
        return 0 if self.rejects and not self.defers else left

    def spread(self, core: Core, changes: Changes, cell: Cell, key: Any, award: int) -> list[tuple[int, int]]:
        """Return the parts of an award by the windows that have room for them, each with the start of its window."""
        assert self.defers is not None  # noqa: S101 - asked of limits that defer alone
        event, _, at, frozen = cell
        parts, rest, moment = list[tuple[int, int]](), award, at
        for _ in range(self.defers.windows + 1):
            bounds = self.where.locate(event, at, frozen, moment)
            if not rest or bounds is None:
                break
            part = self.cut(rest, self.left(core, changes, cell, key, moment))
            if part:
                parts.append((bounds[0], part))
                rest -= part
            moment = bounds[1]
            if moment == FOREVER:
                break
        return [] if rest and self.rejects else parts

    def note(self, core: Core, changes: Changes, cell: Cell, key: Any, award: int, moment: int | None = None) -> None:
        """Note the room that an award takes in the window of an event, or of a moment for it."""
        used = (1 if award else 0) if self.counts else award
        name, start, at = self.named(self.tally, key), self.start(cell, moment), cell[2]
        if not used or (name, start) in changes.pending:
            return
        if self.where.leaves is None:
            if start is not None:
                changes.add(name, (start, start), used)
            changes.pending[name, start] = used
        else:
            end = self.where.leaves(at)
            changes.slide(name, end, used)
            # What comes so late that it has left the window already leaves its room alone.
            changes.pending[name, start] = used if end > core.now else 0


class _Held(_Room):
    """Be a limit on what an account holds of the unit that a rule or lane gives; nothing is tallied for it."""

    def __init__(self, unit: str, limit: Limit) -> None:
        assert isinstance(limit.most, Amount)  # noqa: S101 - limits check that themselves
        self.limit, self.most, self._unit = limit, limit.most.minor, unit
        self.counts, self.defers, self.key = False, None, None
        self.rejects = limit.otherwise == reject

    def left(self, core: Core, changes: Changes, cell: Cell, key: Any, moment: int | None = None) -> int:
        """Return what an account may have more of the unit than it has, and than the event has given by now."""
        del cell, key, moment
        has = changes.pending.get((self._unit, None), 0)
        if (book := core.held(self._unit)) is not None:
            has += sum([left for _, left, _, _ in book.open_lots()]) - book.debt
        has += sum([amount for _, unit, amount in core.holds.values() if unit == self._unit])
        return max(0, self.most - has)

    def note(self, core: Core, changes: Changes, cell: Cell, key: Any, award: int, moment: int | None = None) -> None:
        """Note what the event gives, for rules that are limited so behind this one."""
        del core, cell, key, moment
        changes.pending[self._unit, None] = changes.pending.get((self._unit, None), 0) + award


@final
class Left:
    """Be the budget of a rule or lane: what the account that it gives from has left, while a decision is made."""

    def __init__(self, name: str, unit: str, budget: Budget) -> None:
        self._name, self._unit, self._rejects = name, unit, budget.otherwise == reject

    def cut(self, core: Core, award: int) -> int:
        """Return what of an award is there, and take it."""
        party = core.parties.get(self._name)
        left = 0 if party is None else party.left(self._unit)
        if award > left:
            award = 0 if self._rejects else max(0, left)
        if award:
            party.take(self._unit, award)  # type: ignore[union-attr]  # nothing is left where there is none
        return award


@final
class Rooms:
    """
    Be the limits over windows of one rule or lane, in order; what defers comes last, after all that cut.

    A budget is asked when all limits are.
    """

    def __init__(
        self, judge: Judge, name: str, limits: tuple[Limit, ...], rule: Earn, budget: Budget | None = None
    ) -> None:
        self.budget = None if budget is None else Left(name, rule.gives.unit.name, budget)
        over_windows = [limit for limit in limits if not isinstance(limit.per, Scope) and limit.freed != rejudge]
        unit = rule.gives.unit.name
        rooms = [_Held(unit, limit) if limit.per == holding else _Room(judge, name, limit) for limit in over_windows]
        self._whole = [room for room in rooms if not room.limit.by_items and room.defers is None]
        self._deferring = next((room for room in rooms if room.defers is not None), None)
        self._by_item = [room for room in rooms if room.limit.by_items]
        self._shares: Shares | None = shares_of(judge, rule) if self._by_item else None

    def __bool__(self) -> bool:
        return bool(self._whole or self._by_item or self._deferring or self.budget)

    @property
    def tallies(self) -> tuple[str, ...]:
        """Return the names of what is tallied for the limits, those of a key with its name."""
        whole = [room for room in self._whole if not isinstance(room, _Held)]
        rooms = (*whole, *self._by_item, *([self._deferring] if self._deferring else []))
        return tuple([f"{room.tally}{f' for each {each.name}' if (each := room.limit.each) else ''}" for room in rooms])

    def fit(
        self, core: Core, cell: Cell, award: int, changes: Changes, told: list[Cut] | None = None
    ) -> list[tuple[int, int]]:
        """
        Return what of an award fits, and note the room it takes.

        That is parts, each with the moment as of which it is given; *cell* is what is judged: the event's row, its
        sums, moment, and what is frozen. *told* takes what each limit did.
        """
        event, _, at, frozen = cell
        shares = None if self._shares is None else self._shares(*cell)
        if shares is not None:
            shares = _filled(shares, award)
            for room in self._by_item:
                shares = [(key, self._cut(room, core, changes, cell, key, share, told)) for key, share in shares]
            award = sum([share for _, share in shares])
        for whole in self._whole:
            award = self._cut(whole, core, changes, cell, _key(whole, event, frozen), award, told)
        if self.budget is not None:
            award = self.budget.cut(core, award)
        parts, starts = [(at, award)], None
        if (waits := self._deferring) is not None:
            key = _key(waits, event, frozen)
            starts = waits.spread(core, changes, cell, key, award)
            parts = [(max(at, start), part) for start, part in starts]
            now = sum([part for since, part in parts if since == at])
            if told is not None and now < award:
                later = tuple(part for part in parts if part[0] > at)
                told.append(Cut(waits.limit, _said(key), award, waits.left(core, changes, cell, key), now, later))
            award = sum([part for _, part in parts])
        self._note(core, changes, cell, award, shares, starts)
        return [part for part in parts if part[1]]

    @staticmethod
    def _cut(
        room: _Room, core: Core, changes: Changes, cell: Cell, key: Any, award: int, told: list[Cut] | None
    ) -> int:
        left = room.left(core, changes, cell, key)
        given = room.cut(award, left)
        if told is not None and given < award:
            told.append(Cut(room.limit, _said(key), award, left, given))
        return given

    def _note(
        self,
        core: Core,
        changes: Changes,
        cell: Cell,
        award: int,
        shares: list[tuple[Any, int]] | None,
        starts: list[tuple[int, int]] | None,
    ) -> None:
        """Note the room that an award takes, by its shares among items, or its parts in windows."""
        event, _, _, frozen = cell
        for start, part in starts or ():
            assert self._deferring is not None  # noqa: S101 - nothing else has parts in windows
            self._deferring.note(core, changes, cell, _key(self._deferring, event, frozen), part, start)
        for room in self._whole:
            room.note(core, changes, cell, _key(room, event, frozen), award)
        for key, share in _filled(shares or [], award):
            for room in self._by_item:
                room.note(core, changes, cell, key, share)

    def again(self, core: Core, cell: Cell, award: int, used: Used, changes: Changes) -> int:
        """
        Return what an award of fewer items comes to in the room that the event had, and note what it takes of that.

        *used* is what the event's own fact says of tallies.
        """
        shares: list[tuple[Any, int]] | None = None
        if self._shares is not None:
            shares = [(key, self._had(cell, key, share, used)) for key, share in self._shares(*cell)]
            award = min(award, sum([share for _, share in shares]))
        starts = None if self._deferring is None else self.parts(cell, award, used)
        self._note(core, changes, cell, award, shares, starts)
        return award

    def _had(self, cell: Cell, key: Any, share: int, used: Used) -> int:
        """Return what of the share of some items fits into the room that those items had."""
        for room in self._by_item:
            place = room.start(cell) if room.where.leaves is None else room.where.leaves(cell[2])
            if place is not None:
                had = used.get((room.named(room.tally, key), place), 0)
                share = (share if had else 0) if room.counts else min(share, had)
        return share

    def parts(self, cell: Cell, award: int, used: Used) -> list[tuple[int, int]]:
        """Return the parts of an award in the windows that the event used, each with the start of its window."""
        event, _, _, frozen = cell
        room = self._deferring
        assert room is not None  # noqa: S101 - asked of limits that defer alone
        name = room.named(room.tally, _key(room, event, frozen))
        had = sorted((start, amount) for (tally, start), amount in used.items() if tally == name)
        return [(start, award) for start, _ in had] if room.counts else _filled(had, award)

    @property
    def defers(self) -> bool:
        """Tell whether parts may be given later."""
        return self._deferring is not None


def _key(room: _Room, event: Any, frozen: Any) -> Any:
    return None if room.key is None else room.key(event, frozen)


def _said(key: Any) -> str:
    return "" if key is None else str(key)


def _filled(shares: list[tuple[Any, int]], most: int) -> list[tuple[Any, int]]:
    """Return shares cut to a sum, the last ones first."""
    found: list[tuple[Any, int]] = []
    for key, share in shares:
        part = min(share, most)
        found.append((key, part))
        most -= part
    return found
