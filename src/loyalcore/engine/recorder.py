"""
The recorder: how events that earn are judged and recorded, compiled once for a plan.

This is the way every purchase goes, whether it comes as an event or is read in place: jobs that are due, moments,
sums over items, awards and contributions, the fact, the postings, tiers, automatic rewards.

`Recorder.one` is that way. Where rows of a host are read in place, `loyalcore.engine.loops` go it without calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, final

from loyalcore.engine.claiming import NO_CLAIMS, Automatic, claims
from loyalcore.engine.earning import Changes, PurchaseCell, WindowCell
from loyalcore.engine.forms import EventForm, Reading
from loyalcore.engine.issuing import Issuer
from loyalcore.engine.jobs import Follower, advance, settle
from loyalcore.engine.judge import Judgement
from loyalcore.engine.locating import life_end
from loyalcore.engine.loops import (
    Ids,
    Kinds,
    Usual,
    balance_of,
    bare,
    check_new,
    judged,
    judging,
)
from loyalcore.engine.plan import KindPlan, Tally, check_whole
from loyalcore.engine.posting import Poster
from loyalcore.engine.raising import Claim
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core, slide, tally
from loyalcore.log import SLOTS
from loyalcore.returning import stays
from loyalcore.texts import check_id
from loyalcore.trace import trace

__all__ = ["Paid", "Recorder", "given_reading"]

_BEHIND = frozenset({"claims", "paid_with"})
_NOTHING: tuple[Any, ...] = ()

#: What spends the points with which a purchase is paid, given its position; and before it, what they paid of each item.
Spend = Callable[[int], None]
Paid = tuple[tuple[int, ...], Spend, Changes]


def given_reading(values: int) -> Reading:
    """Return how events that were given are read: *values* of their own, id, moment, member, items and content."""
    return Reading(itemgetter(*range(values, values + 4)), itemgetter(values + 4), kept=True)


@final
class Recorder:
    """Be what judges and records the events of one kind, read in one way."""

    def __init__(
        self,
        plan: KindPlan,
        kind: str,
        reading: Reading,
        poster: Poster,
        climbs: tuple[Follower, ...],
        automatic: Sequence[Automatic],
        issuer: Issuer,
        program: str,
        follows: Callable[[Claim], Claim] | None = None,
    ) -> None:
        self.kind, self._reading, self._poster, self._program = kind, reading, poster, program
        self._climbs, self._issuer = climbs, issuer
        #: Whether some rule says what its units are worth.
        self._deems = any(isinstance(cell, PurchaseCell) and cell.worth is not None for cell in plan.cells)
        self._freeze, self._turns, self._walk = plan.freeze, plan.turns, plan.walk
        own, only, never = _first(plan, poster), _only_slide(plan), life_end(plan.zone, None)
        self._cell = own
        #: The first cell where it is judged in place: name, unit, V, how long or until when units last.
        self._own: tuple[str, str, Judgement, int | None, Callable[[int], int]] = (
            ("", "", _gives_nothing, None, never)
            if own is None
            else (own.name, own.unit, own.value, own.life, own.expires)
        )
        #: The tally where it slides in place: name, place of the sum, when an amount leaves.
        self._slide: tuple[str, int | None, int | None, Callable[[int], int]] = (
            ("", None, None, never) if only is None else (only.name, only.place, only.life, only.leaves or never)
        )
        #: Where what the first cell gives stands in the row, if it needs no judging.
        self._given_at = plan.judge.standing.get(self._own[2])
        #: What judges the rest.
        self._judge = _judge(plan, own)
        self._claims = claims(automatic, self._own[1], poster, climbs, self._settle) if automatic else NO_CLAIMS
        self._raises, self._deducts = bool(plan.raises), plan.deducts
        if follows is not None:
            self._claims = (follows(self._claims[0]), 0)
        self._extends = kind in poster.active
        #: What notes in an account that there was such an event.
        self._note = _note(plan, kind)
        #: What stands in the log for what is recorded.
        self._form = EventForm(kind, program, reading)
        self._form.earns(self._own[0], self._own[1], self._own[4])
        self._form.slides(self._slide[0], self._slide[3])
        #: Whether events may be plain ones. An account has those of one form; that is the purchases'.
        # What follows in a general way is asked after each event, and may itself record.
        is_alone = self._judge is None and not self._extends and not any(climb.general for climb in climbs)
        self._is_plain = own is not None and kind == "purchase" and is_alone
        #: What loops have at hand, where rows are read in place and events may be plain ones.
        self.usual = self._usual(reading.places) if reading.places is not None and self._is_plain else None

    def _usual(self, places: tuple[Any, Any, Any, Any]) -> Usual:
        """Return what the usual event comes to."""
        _, unit, value, life, expires = self._own
        _, at_sum, stay, leaves = self._slide
        ladders: Any = self._climbs  # none but ladders of a tally and thresholds, since events are plain
        return Usual(
            self._form,
            places,
            self._reading.scale,
            self._freeze,
            self._turns,
            self._walk,
            unit,
            value,
            self._given_at,
            life,
            expires,
            at_sum,
            stay,
            leaves,
            ladders,
            *self._claims,
        )

    def record(self, core: Core, at: int, now: int, id_: Any, content: Any, event: Any, items: Any) -> Any:
        """Judge and record one event on an account where everything due until now is done; return sums over items."""
        core.now = now
        row = (*event, id_, at, core.member, items, content)
        # Events are checked when they are made, so what is read of one can be judged.
        return self.one(core, row, at, items, None, id_)

    def record_paid(self, core: Core, at: int, now: int, id_: Any, content: Any, items: Any, paid: Paid) -> None:
        """Record an event as `record` does, what is paid frozen behind the moments, and spent before it earns."""
        core.now = now
        # Behind what is declared stand claims and what is paid with points, one of them or both.
        row = (*content[3][: len(content[3]) - len({*content[2][-2:]} & _BEHIND)], id_, at, core.member, items, content)
        frozen = _NOTHING if self._freeze is None else self._freeze(core, at)
        sums = _NOTHING if self._walk is None else self._walk(items)
        amount = self._own[2](row, sums, at, frozen)
        self.record_any(core, row, at, (*frozen, *paid[0]), sums, amount, paid)

    def are_distinct(self, rows: Sequence[Any]) -> bool:
        """Tell whether all rows have ids of their own, where that can be seen at a glance."""
        if self._reading.places is None:
            return False
        id_of = itemgetter(self._reading.places[0])
        try:
            return len(set(map(id_of, rows))) == len(rows)
        except (TypeError, LookupError):
            return False  # the row that this is about is refused when it is its turn

    def each(
        self, rows: Iterable[Any], cores: dict[Any, Core], ids: Ids | None, watch: str = "", kinds: Kinds | None = None
    ) -> Iterator[int]:
        """
        Judge and record row by row; yield after each its member's balance of a unit.

        *ids* are those of events so far, None where all differ; where one comes again, it must be another member's.
        Rows of other kinds, where there are *kinds*, are left to their steps.
        """
        usual = self.usual
        if usual is None or watch != usual.unit or (kinds is not None and kinds.at is None):
            return self._each(rows, cores, ids, watch, kinds)
        if ids is None and kinds is None and usual.is_bare:
            return bare(self, usual, rows, cores)
        return judged(self, usual, rows, cores, ids, kinds)

    def _each(
        self, rows: Iterable[Any], cores: dict[Any, Core], ids: Ids | None, watch: str, kinds: Kinds | None
    ) -> Iterator[int]:
        """Judge and record row by row, whatever the program and however they are read."""
        head, _, scale, _, _ = self._reading
        with judging():
            for row in rows:
                if kinds is not None and (kind := kinds.of(row)) != kinds.own:
                    yield balance_of(kinds.others[kind](row), watch)
                    continue
                id_, at, member, items = head(row)
                core = cores.get(member)
                if core is None:
                    core = cores[member] = self.new(member)
                self.one(core, row, at * scale, items, ids, id_)
                yield balance_of(core, watch)

    def new(self, member: Any) -> Core:
        """Return the account of a member who is new."""
        core = Core(check_id(member, "a member"))
        if self._is_plain:
            core.plain_by(self._form, self._slide[0])
        return core

    def one(self, core: Core, row: Any, at: int, items: Any, ids: Ids | None, id_: Any) -> Any:
        """Judge and record one event, as it stands in a row; return the sums over its items, where any are asked."""
        now = max(core.now, at)  # of a late event it is another, later moment
        if core.due <= now:
            advance(core, self._climbs, now)
        core.now = now
        frozen = _NOTHING if self._freeze is None else self._freeze(core, at)
        sums = _NOTHING if self._walk is None else self._walk(items)
        amount = self._own[2](row, sums, at, frozen)
        if ids is not None:
            if id_ in ids:
                check_new(id_, core)
            ids[id_] = len(core.plain)
        if (
            core.form is self._form
            and type(amount) is int
            and amount > 0
            and core.now == at
            and not core.own.debt
            and core.own.deadline == FOREVER
        ):
            self._record_plain(core, row, at, frozen, sums, amount)
        else:
            self.record_any(core, row, at, frozen, sums, amount)
        return sums

    def _record_plain(self, core: Core, row: Any, at: int, frozen: Any, sums: Any, amount: int) -> None:
        """Record an event that comes to one lot, and perhaps one sum that slides."""
        seq, number, (tally_name, place, _, leaves) = core.length, 0, self._slide
        if place is not None:
            check_whole(number := sums[place])
        core.plain += (row, frozen, amount, number)
        core.length = seq + 2
        end = self._own[4](at)
        core.own.credit(seq + 1, amount, end)
        if end < core.due:
            core.due = end
        if number:
            slide(core, (tally_name, leaves(at), number))
        self.follow(core, at, seq)

    def record_any(  # noqa: C901 - one thing after the other, each only where there is any
        self, core: Core, row: Any, at: int, frozen: Any, sums: Any, amount: Any, paid: Paid | None = None
    ) -> None:
        """Record an event that is more than a plain one, comes late, or is the first of an account that was given."""
        now, seq, changed, slid, grants = core.now, core.length, _NOTHING, _NOTHING, _NOTHING
        name, unit, _, _, expires = self._own
        tally_name, place, _, leaves = self._slide
        check_whole(amount)
        if self._judge is not None:
            changed, slid, grants = self._judge(core, row, sums, at, frozen, amount)
        elif place is not None and (number := sums[place]):
            check_whole(number)
            slid = (tally_name, leaves(at), number)
        if paid is not None:
            changed, slid = (*changed, *paid[2].sums), (*slid, *paid[2].slides)
        form = None if core.form is self._form else self._form
        core.put((form, row, frozen, changed, slid, now))
        self._note(core, row, at)
        if changed:
            tally(core, changed)
        if slid:
            slide(core, slid)
        if self._extends:
            self._poster.extend(core, at, seq, self.kind)
        if paid is not None:
            paid[1](seq)
        if amount > 0:
            self._poster.give(core, at, seq, name, unit, amount, expires(at))
        for cell, more, window, since in grants:
            if more > 0:
                lot = self._poster.earn(core, at, seq, cell, more, window, since)
                if self._deems:
                    self._issuer.deem_lot(core, at, seq, lot, cell, (row, sums, at, frozen))
            elif window is not None:
                self._poster.take_back_of_window(core, at, seq, cell, -more, window)
        self._settle(core)
        for deducting in self._deducts:
            deducting.take(self._poster, core, at, seq, deducting.amount(row, sums, at, frozen))
        self.follow(core, at, seq)
        if core.form is None and self._is_plain and not _runs_out(core, unit):
            core.plain_by(self._form, self._slide[0])

    def give_back(self, core: Core, place: int, at: int, now: int, id_: Any, content: Any) -> bool:
        """
        Record the return of the whole of the plain event at a place of the log, if it is it and was never returned.

        Tell whether it was. What it gave and what it added to a tally stand in the log, so nothing has to be judged.
        """
        of = content[1][0]
        slots = core.plain[place : place + SLOTS] if core.form is self._form else None
        if not slots or self._raises or self._form.head(slots[0])[0] != of or trace(core).returns.get(of):
            return False
        assert self._cell is not None  # noqa: S101 - it is what plain events earn in
        given, _, amount, number = slots
        slid = (self._slide[0], self._slide[3](self._form.head(given)[1]), -number) if number else _NOTHING
        fact, core.now = core.length, now
        core.put(("return", at, id_, content, _NOTHING, _NOTHING, slid, now, self._program))
        slide(core, slid)
        self._poster.take_back(core, at, fact, self._cell, amount, of, [core.lot_of(place)])
        for climb in self._climbs:
            climb.after_event(core, fact)
        return True

    def _settle(self, core: Core) -> None:
        """Let end what a late event has brought and is over already, before anything follows from it."""
        settle(core, self._climbs)

    def follow(self, core: Core, at: int, seq: int) -> None:
        """Do what follows from an event: tiers, then rewards that nobody has to ask for."""
        for climb in self._climbs:
            climb.after_event(core, seq)
        claim, cheapest = self._claims
        book = core.held(self._own[1])
        if cheapest == 0 or (book is not None and book.balance >= cheapest):
            claim(core, at, seq)


def _note(plan: KindPlan, kind: str) -> Callable[[Core, Any, int], None]:
    """Return what notes an event of a kind: a purchase is counted, others may be what windows are counted from."""
    read = plan.judge.event.reader("name") if kind == "activity" else lambda _: ""

    def count(core: Core, row: Any, at: int) -> None:
        del row, at
        core.noted += 1

    def anchor(core: Core, row: Any, at: int) -> None:
        core.anchor(f"activity {read(row)}" if kind == "activity" else kind, at)

    return count if kind == "purchase" else anchor


def _runs_out(core: Core, unit: str) -> bool:
    """Tell whether all units end at a moment that a program before this one has set."""
    book = core.held(unit)
    return book is not None and book.deadline < FOREVER


def _gives_nothing(event: Any, sums: Any, at: int, frozen: Any) -> int:
    return 0


def _first(plan: KindPlan, poster: Poster) -> PurchaseCell | None:
    """Return the first cell where it is plain: without limits per window, usable at once, ending for all alike."""
    first = plan.cells[0] if plan.cells else None
    if not isinstance(first, PurchaseCell) or first.rooms or first.pending is not None or first.on_return == stays:
        return None
    if poster.inactive or poster.suspended or first.ends_with_more or first.worth is not None:
        return None
    return first


def _only_slide(plan: KindPlan) -> Tally | None:
    """Return the plan's tally where it has no other, and that is a sum over items in a rolling window."""
    if len(plan.tallies) != 1 or plan.earned:
        return None
    (only,) = plan.tallies
    return None if only.leaves is None or only.place is None else only


def _judge(plan: KindPlan, own: PurchaseCell | None) -> Callable[..., tuple[Any, Any, Any]] | None:
    """
    Compose the function that answers changes of tallies, slides, and grants; None where nothing needs it.

    It takes what *own*, the first cell, gives where that is judged before.
    """
    cells = plan.cells if own is None else plan.cells[1:]
    unit = "" if own is None else own.unit
    has_rooms = {cell.name for cell in cells if isinstance(cell, PurchaseCell) and cell.rooms}
    if not cells and (not plan.tallies or _only_slide(plan) is not None) and not plan.earned:
        return None

    def judge(
        core: Core, event: Any, sums: Any, at: int, frozen: Any, own_amount: int
    ) -> tuple[Any, Any, list[tuple[PurchaseCell | WindowCell, int, int | None, int]]]:
        changes = Changes()
        grants: list[tuple[PurchaseCell | WindowCell, int, int | None, int]] = []
        granted = {unit: own_amount}
        for cell in cells if plan.index is None else plan.about(event, sums, at):
            if cell is own:
                continue
            window = None
            if isinstance(cell, PurchaseCell):
                amount = cell.value(event, sums, at, frozen)
                if amount and cell.name in has_rooms:
                    check_whole(amount)
                    parts = cell.rooms.fit(core, (event, sums, at, frozen), amount, changes)
                    grants += [(cell, part, None, since) for since, part in parts]
                    amount = sum([part for _, part in parts])
                    granted[cell.unit] = granted.get(cell.unit, 0) + amount
                    continue
            else:
                window = cell.start(event, at, frozen)
                if window is None:
                    continue
                added = cell.contributions(event, sums, at, frozen)
                amount = cell.change(core, window, added)
                cell.note(window, added, changes)
            check_whole(amount)
            if amount:
                grants.append((cell, amount, window, at))
                granted[cell.unit] = granted.get(cell.unit, 0) + amount
        plan.feed(event, sums, at, frozen, changes)
        if plan.earned:
            plan.feed_earned(event, at, frozen, granted, changes)
        return tuple(changes.sums), tuple(changes.slides), grants

    return judge
