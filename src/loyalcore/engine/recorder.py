"""
The recorder: how events that earn are judged and recorded, compiled once for a plan.

This is the way every purchase goes, whether it comes as an event or is read in place: jobs that are due, moments,
sums over items, awards and contributions, the fact, the postings, tiers, automatic rewards.

It is one loop over rows. In Python it is calls that a composed program costs beside one written by hand, so the loop
asks what a program has before it calls anything, and does in place what most events come to: one lot behind all
others, one sum that slides, a tier that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, final

from loyalcore.engine.earning import Changes, PurchaseCell, WindowCell, life_end
from loyalcore.engine.forms import EventForm, Reading
from loyalcore.engine.jobs import advance
from loyalcore.engine.judge import Judgement
from loyalcore.engine.plan import KindPlan, Tally, check_whole
from loyalcore.engine.posting import Poster
from loyalcore.engine.tiers import Climb
from loyalcore.errors import InvalidValue, LoyalcoreError
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core, earn, slide, tally
from loyalcore.rewards import Reward, repeatedly
from loyalcore.trace import position, trace

__all__ = ["Ids", "Kinds", "Recorder", "check_new", "given_reading"]

_NOTHING: tuple[Any, ...] = ()

#: The ids of events seen so far, each with where its fact stands in its member's log, or whatever answers as they do.
Ids = dict[Any, int]


class Kinds(NamedTuple):
    """
    Be how rows of several kinds are told apart: by what *of* reads, which may stand at the place *at*.

    Those of kind *own* are the recorder's; *others* decides the rest.
    """

    of: Callable[[Any], Any]
    at: int | str | None
    own: Any
    others: dict[Any, Callable[[Any], Core]]


_ONE_KIND = Kinds(lambda _: None, None, None, {})


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
        climbs: tuple[Climb, ...],
        automatic: list[Reward],
        program: str,
    ) -> None:
        self.kind, self._reading, self._poster, self._program = kind, reading, poster, program
        self._climbs = climbs
        self._freeze, self._walk = plan.freeze, plan.walk
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
        self._claims = _claims(automatic, self._own[1]) if kind == "purchase" else _NO_CLAIMS
        self._extends = bool(poster.inactive) and kind != "enrolment"
        #: What stands in the log for what is recorded.
        self._form = EventForm(kind, program, reading)
        self._form.earns(self._own[0], self._own[1], self._own[4])
        self._form.slides(self._slide[0], self._slide[3])
        #: Whether events may be plain ones. An account has those of one form; that is the purchases'.
        self._is_plain = own is not None and kind == "purchase" and self._judge is None and not self._extends
        #: The ladder over what slides in place, if there is no other.
        alone = climbs[0] if len(climbs) == 1 else None
        self._ladder = alone if alone is not None and alone.rolling and alone.tally == self._slide[0] else None

    def record(self, core: Core, at: int, now: int, id_: Any, content: Any, event: Any, items: Any) -> None:
        """Judge and record one event on an account where everything due until now is done."""
        core.now = now
        row = (*event, id_, at, core.member, items, content)
        for _ in self.each((row,), {core.member: core}, None):
            pass

    def are_distinct(self, rows: Sequence[Any]) -> bool:
        """Tell whether all rows have ids of their own, where that can be seen at a glance."""
        if self._reading.places is None:
            return False
        id_at = self._reading.places[0]
        try:
            return len({row[id_at] for row in rows}) == len(rows)
        except (TypeError, LookupError):
            return False  # the row that this is about is refused when it is its turn

    def each(  # noqa: C901, PLR0912, PLR0915 - what would be calls in a function of its own is what a replay costs
        self, rows: Iterable[Any], cores: dict[Any, Core], ids: Ids | None, watch: str = "", kinds: Kinds | None = None
    ) -> Iterator[int]:
        """
        Judge and record row by row; yield after each its member's balance of a unit.

        *ids* are those of events so far, None where all differ; where one comes again, it must be another member's.
        Rows of other kinds, where there are *kinds*, are left to their steps.
        """
        head, _, scale, _, places = self._reading
        id_at, moment_at, member_at, items_at = places or (None, None, None, None)
        climbs, freeze, walk, record, form = self._climbs, self._freeze, self._walk, self._record, self._form
        _, unit, value, life, expires = self._own
        tally_name, place, stay, leaves = self._slide
        (claim, cheapest), ladder, given_at = self._claims, self._ladder, self._given_at
        is_plain, watches, slides, at_sum = self._is_plain, watch != unit, place is not None, place or 0
        looks, follows = freeze is not None or walk is not None, slides or bool(climbs)
        several, (kind_of, kind_at, own, others) = kinds is not None, kinds or _ONE_KIND
        frozen, sums, items, get = _NOTHING, _NOTHING, _NOTHING, cores.get
        number = leaving = 0
        try:
            for row in rows:
                if several and (kind := kind_of(row) if kind_at is None else row[kind_at]) != own:
                    yield _balance(others[kind](row), watch)
                    continue
                if places is None:
                    id_, at, member, items = head(row)
                else:
                    # In place: a tuple made and taken apart for each row costs more than looking each time.
                    id_ = row[id_at]
                    at = row[moment_at]
                    member = row[member_at]
                at *= scale
                core = get(member)
                if core is None:
                    core = cores[member] = Core(member)
                    if is_plain:
                        core.plain_by(form, tally_name)
                now = core.now
                if now <= at:
                    core.now = now = at  # of a late event it is another, later moment
                if core.due <= now:
                    advance(core, climbs, now)
                if looks:
                    if freeze is not None:
                        frozen = freeze(core, at)
                    if walk is not None:
                        sums = walk(items if places is None else row[items_at])
                amount = value(row, sums, at, frozen) if given_at is None else row[given_at]
                seq = core.length
                if ids is not None:
                    if id_ in ids:
                        check_new(id_, core)
                    ids[id_] = seq
                if (
                    core.form is form
                    and type(amount) is int
                    and amount >= 0
                    and now is at
                    and not (book := core.own).debt
                ):
                    # One lot, and perhaps one sum that slides: what most events come to.
                    if slides:
                        number = sums[at_sum]
                        if type(number) is not int:
                            check_whole(number)
                        leaving = leaves(at) if stay is None else at + stay
                    balance = book.balance
                    if amount:
                        plain = core.plain
                        plain += (row, frozen, amount, number)
                        core.length = seq + 2
                        end = expires(at) if life is None else at + life
                        if balance and book.last <= end:
                            book.balance = balance = balance + amount
                            book.last = end
                            lots = book.lots
                            lots += (end, amount, seq + 1)
                        else:
                            book.credit(seq + 1, amount, end)
                            balance += amount
                            if end < core.due:
                                core.due = end
                    else:
                        core.put(
                            (None, row, frozen, _NOTHING, (tally_name, leaving, number) if number else _NOTHING, at)
                        )
                        core.noted += 1
                    if follows:
                        if number:
                            sliding = core.slid
                            if (total := sliding.total) and sliding.last <= leaving:
                                sliding.total = total = total + number
                                sliding.last = leaving
                                parts = sliding.parts
                                parts += (leaving, number)
                            else:
                                slide(core, (tally_name, leaving, number))
                                total = sliding.total
                            moves = sliding.ladder is not ladder or not sliding.floor <= total < sliding.ceiling
                        else:
                            moves = ladder is None
                        if moves:
                            for climb in climbs:
                                climb.after_event(core, seq)
                    if balance >= cheapest:
                        claim(core, at, seq)
                        balance = book.balance
                    yield _balance(core, watch) if watches else balance
                else:
                    record(core, row, at, frozen, sums, amount)
                    yield _balance(core, watch)
        except LoyalcoreError:
            raise
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
            raise InvalidValue(
                f"a row cannot be judged: {type(problem).__name__}: {problem}; "
                "rows hold integers of smallest parts, texts and flags"
            ) from problem

    def _record(self, core: Core, row: Any, at: int, frozen: Any, sums: Any, amount: Any) -> None:
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
        form = None if core.form is self._form else self._form
        core.put((form, row, frozen, changed, slid, now))
        core.noted += self.kind == "purchase"
        if changed:
            tally(core, changed)
        if slid:
            slide(core, slid)
        if self._extends:
            self._poster.extend(core, at, seq)
        if amount > 0:
            earn(core, at, seq, name, unit, amount, None, expires(at), None)
        for cell, more, window in grants:
            if more > 0:
                self._poster.earn(core, at, seq, cell, more, window)
            elif window is not None:
                self._poster.take_back_of_window(core, at, seq, cell, -more, window)
        if core.due <= now:
            # A late event may bring what is over already: that ends before anything follows from it.
            advance(core, self._climbs, now)
        self._follow(core, at, seq)
        if core.form is None and self._is_plain:
            core.plain_by(self._form, self._slide[0])

    def give_back(self, core: Core, seq: int, at: int, now: int, id_: Any, content: Any) -> bool:
        """
        Record the return of the whole of the plain event at a position, if it is one and was never returned.

        Tell whether it was. What it gave and what it added to a tally stand in the log, so nothing has to be judged.
        """
        of = content[1][0]
        slots = core.plain_at(seq) if core.form is self._form else None
        if slots is None or self._form.head(slots[0])[0] != of or trace(core).returns.get(of):
            return False
        assert self._cell is not None  # noqa: S101 - it is what plain events earn in
        given, _, amount, number = slots
        slid = (self._slide[0], self._slide[3](self._form.head(given)[1]), -number) if number else _NOTHING
        fact, core.now = core.length, now
        core.put(("return", at, id_, content, _NOTHING, _NOTHING, slid, now, self._program))
        slide(core, slid)
        self._poster.take_back(core, at, fact, self._cell, amount, of, [seq + 1])
        for climb in self._climbs:
            climb.after_event(core, fact)
        return True

    def _follow(self, core: Core, at: int, seq: int) -> None:
        """Do what follows from an event: tiers, then rewards that nobody has to ask for."""
        for climb in self._climbs:
            climb.after_event(core, seq)
        claim, cheapest = self._claims
        book = core.held(self._own[1])
        if cheapest == 0 or (book is not None and book.balance >= cheapest):
            claim(core, at, seq)


def _gives_nothing(event: Any, sums: Any, at: int, frozen: Any) -> int:
    return 0


def _balance(core: Core, unit: str) -> int:
    book = core.held(unit)
    return 0 if book is None else book.balance - book.debt


def check_new(id_: Any, core: Core) -> None:
    """Refuse an event that is recorded already."""
    if position(core, id_) is not None:
        raise InvalidValue(f"event {id_!r} of member {core.member!r} comes twice; replay each event once")


def _first(plan: KindPlan, poster: Poster) -> PurchaseCell | None:
    """Return the first cell where it is plain: a purchase's own, without limits per window, usable at once."""
    first = plan.cells[0] if plan.cells else None
    if not isinstance(first, PurchaseCell) or first.rooms or first.pending is not None or poster.inactive:
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
    if not cells and (not plan.tallies or _only_slide(plan) is not None) and not plan.earned:
        return None

    def judge(
        core: Core, event: Any, sums: Any, at: int, frozen: Any, own_amount: int
    ) -> tuple[Any, Any, list[tuple[PurchaseCell | WindowCell, int, int | None]]]:
        changes = Changes()
        grants: list[tuple[PurchaseCell | WindowCell, int, int | None]] = []
        granted = {unit: own_amount}
        for cell in cells:
            window = None
            if isinstance(cell, PurchaseCell):
                amount = cell.value(event, sums, at, frozen)
                if amount and cell.rooms:
                    amount = cell.fit(core, at, amount)
                    cell.use(at, amount, changes)
            else:
                window = cell.start(at)
                if window is None:
                    continue
                added = cell.contributions(event, sums, at, frozen)
                amount = cell.change(core, window, added)
                cell.note(window, added, changes)
            check_whole(amount)
            if amount:
                grants.append((cell, amount, window))
                granted[cell.unit] = granted.get(cell.unit, 0) + amount
        plan.feed(event, sums, at, frozen, changes)
        if plan.earned:
            plan.feed_earned(at, granted, changes)
        return tuple(changes.sums), tuple(changes.slides), grants

    return judge


#: What claims automatic rewards, and what a member must have for that.
_Claims = tuple[Callable[[Core, int, int], None], int]


def _claims(automatic: list[Reward], of: str) -> _Claims:
    """
    Compose the function that claims automatic rewards in the program's order.

    With it comes the lowest price in a unit, to ask before calling; where they cost others too, ask always.
    """
    wanted = [(each.name, each.cost.unit.name, each.cost.minor, each.claim == repeatedly) for each in automatic]

    def claim(core: Core, at: int, cause: int) -> None:
        for name, unit, cost, again in wanted:
            book = core.held(unit)
            while book is not None and book.balance >= cost and not book.debt:
                core.put(("spend", at, cause, name, unit, cost, book.draw(cost)))
                if not again:
                    break

    return claim, min([cost if unit == of else 0 for _, unit, cost, _ in wanted], default=FOREVER)


_NO_CLAIMS = _claims([], "")
