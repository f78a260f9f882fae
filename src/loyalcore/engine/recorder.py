"""
The recorder: how events that earn are judged and recorded, compiled once for a plan.

This is the way every purchase goes, whether it comes as an event or is read in place: jobs that are due, moments,
sums over items, awards and contributions, the fact, the postings, tiers, automatic rewards.

It is one loop over rows. In Python it is calls that a composed program costs beside one written by hand, so the loop
asks what a program has before it calls anything, and does in place what most events come to: one lot behind all
others, one sum that slides, a tier that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, final

from loyalcore.engine.earning import Changes, PurchaseCell, WindowCell, life_end
from loyalcore.engine.jobs import advance
from loyalcore.engine.judge import Judgement
from loyalcore.engine.plan import KindPlan, Tally
from loyalcore.engine.posting import Poster
from loyalcore.engine.tiers import Climb
from loyalcore.errors import InvalidValue, LoyalcoreError
from loyalcore.ledger import Core, earn, slide, tally
from loyalcore.rewards import Reward, repeatedly

__all__ = ["Kinds", "Reading", "Recorder"]

_NOTHING: tuple[Any, ...] = ()


class Reading(NamedTuple):
    """
    Be how rows are read: where they have id, moment, member and items, the last None where there are none.

    *head* is what reads the cells these are places of; None where the row has them itself. Moments are numbers to be
    multiplied by *scale*, or turned into instants by *instant*. Where rows hold content and event apart, *content*
    is the place of the first, and the event stands behind it; otherwise the row is both.
    """

    places: tuple[Any, Any, Any, Any]
    head: Callable[[Any], Any] | None = None
    scale: int = 1
    instant: Callable[[Any], int] | None = None
    content: int | None = None


#: What tells the kind of a row, the kind that is the recorder's, and what decides rows of each other kind.
Kinds = tuple[Callable[[Any], Any], Any, dict[Any, Callable[[Any], Core]]]

#: How an event that was given is read.
_GIVEN = Reading((0, 1, 2, 3), content=4)


@final
class Recorder:
    """Be what judges and records the events of one kind."""

    def __init__(
        self,
        plan: KindPlan,
        kind: str,
        poster: Poster,
        climbs: tuple[Climb, ...],
        automatic: list[Reward],
        program: str,
    ) -> None:
        self.kind, self._poster, self._program = kind, poster, program
        self._climbs = climbs
        #: Ladders over rolling windows, asked in place; where there is another one, all are asked in their order.
        in_place = all(climb.rolling for climb in climbs)
        self._reviews = [(climb, climb.name, climb.tally, climb.bounds) for climb in climbs] if in_place else []
        self._others = () if in_place else climbs
        self._freeze, self._walk = plan.freeze, plan.walk
        own, only, never = _first(plan, poster), _only_slide(plan), life_end(plan.zone, None)
        #: The first cell where it is judged in place: name, unit, V, how long or until when units last.
        self._own: tuple[str, str, Judgement | None, int | None, Callable[[int], int]] = (
            ("", "", None, None, never) if own is None else (own.name, own.unit, own.value, own.life, own.expires)
        )
        #: The tally where it slides in place: name, place of the sum, when an amount leaves.
        self._slide: tuple[str, int | None, Callable[[int], int]] = (
            ("", None, never) if only is None else (only.name, only.place, only.leaves or never)
        )
        #: What judges the rest.
        self._judge = _judge(plan, own)
        self._claims = _claims(automatic) if kind == "purchase" else (None, "", 0)

    def record(self, core: Core, at: int, now: int, id_: Any, content: Any, event: Any, items: Any) -> None:
        """Judge and record one event on an account where everything due until now is done."""
        core.now = now
        row = (id_, at, core.member, items, content, event)
        for _ in self.each((row,), _GIVEN, {core.member: core}):
            pass

    def each(  # noqa: C901, PLR0912, PLR0915 - what would be calls in a function of its own is what a replay costs
        self,
        rows: Iterable[Any],
        reading: Reading,
        cores: dict[Any, Core],
        watch: str = "",
        note: Callable[[Any], None] | None = None,
        kinds: Kinds | None = None,
    ) -> Iterator[int]:
        """
        Judge and record row by row; yield after each its member's balance of a unit.

        *note* is called with every id. Rows of other kinds, where there are *kinds*, are left to their steps.
        """
        (id_at, at_at, member_at, items_at), head, scale, instant, content_at = reading
        kind, program, climbs, freeze, walk, judge = (
            self.kind,
            self._program,
            self._climbs,
            self._freeze,
            self._walk,
            self._judge,
        )
        is_purchase, inactive = kind == "purchase", bool(self._poster.inactive) and kind != "enrolment"
        nothing = _NOTHING
        name, unit, value, life, expires = self._own
        tally_name, place, leaves = self._slide
        claim, wanted, cheapest = self._claims
        reviews, others = self._reviews, self._others
        kind_of, bulk, steps = kinds or (None, None, {})
        get = cores.get
        changed: Any
        slid: Any
        grants: Any
        try:
            for row in rows:
                if kind_of is not None and (found := kind_of(row)) != bulk:
                    book = steps[found](row).books.get(watch)
                    yield 0 if book is None else book.balance - book.debt
                    continue
                cells = row if head is None else head(row)
                at = cells[at_at] * scale if instant is None else instant(cells[at_at])
                id_ = cells[id_at]
                core = get(cells[member_at])
                if core is None:
                    core = cores[cells[member_at]] = Core(cells[member_at])
                if note is not None:
                    note(id_)
                content = event = row
                if content_at is not None:
                    content, event = row[content_at : content_at + 2]
                now = core.now
                if at > now:
                    now = core.now = at
                if core.due <= now:
                    advance(core, climbs, now)
                frozen = nothing if freeze is None else freeze(core, at)
                sums = nothing if walk is None else walk(nothing if items_at is None else cells[items_at])
                amount = 0 if value is None else value(event, sums, at, frozen)
                number = 0
                changed = slid = grants = nothing
                if judge is not None:
                    changed, slid, grants = judge(core, event, sums, at, frozen, amount)
                elif place is not None and (number := sums[place]):
                    slid = (tally_name, leaves(at), number)
                log = core.rows
                seq = core.base + len(log)
                log.append((kind, at, id_, content, frozen, changed, slid, now, program))
                if is_purchase:
                    core.purchases += 1
                if changed:
                    tally(core, changed)
                if slid:
                    end = slid[1]
                    if (
                        judge is None
                        and (sliding := core.slides.get(tally_name)) is not None
                        and (parts := sliding.parts)
                        and parts[-2] <= end > now
                    ):
                        sliding.total += number
                        parts += (end, number)
                        core.due = min(core.due, end)
                    else:
                        slide(core, slid)
                if inactive:
                    self._poster.extend(core, at, seq)
                book = core.books.get(unit)
                if amount > 0:
                    if amount.__class__ is not int:
                        raise TypeError(f"{amount!r} is no whole number of smallest parts")  # noqa: TRY301 - worded below
                    end = expires(at) if life is None else at + life
                    if (
                        book is not None
                        and (balance := book.balance)
                        and not book.debt
                        and (lots := book.lots)[-3] <= end
                    ):
                        log.append(("earn", at, seq, name, unit, amount, None, end, 0, None))
                        lots += (end, amount, seq + 1)
                        book.balance = balance + amount
                    else:
                        book = earn(core, at, seq, name, unit, amount, None, end, None)
                if grants:
                    self._post(core, at, seq, grants)
                if core.due <= now:
                    # A late event may bring what is over already: that ends before anything follows from it.
                    advance(core, climbs, now)
                for climb, ladder, measured, bounds in reviews:
                    sliding = core.slides.get(measured)
                    tier = core.tiers.get(ladder)
                    low, high = bounds["" if tier is None else tier[0]]
                    if not low <= (0 if sliding is None else sliding.total) < high:
                        climb.after_event(core, seq)
                for climb in others:
                    climb.after_event(core, seq)
                if claim is not None and (unit != wanted or (book is not None and book.balance >= cheapest)):
                    claim(core, at, seq)
                if unit != watch:
                    book = core.books.get(watch)
                yield 0 if book is None else book.balance - book.debt
        except LoyalcoreError:
            raise
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
            raise InvalidValue(
                f"a row cannot be judged: {type(problem).__name__}: {problem}; "
                "rows hold integers of smallest parts, texts and flags"
            ) from problem

    def _post(self, core: Core, at: int, cause: int, grants: list[Any]) -> None:
        """Give what cells grant, and take back what the cell of a window has lost."""
        for cell, more, window in grants:
            if type(more) is not int:
                raise TypeError(f"{more!r} is no whole number of smallest parts")
            if more > 0:
                self._poster.earn(core, at, cause, cell, more, window)
            else:
                self._poster.take_back(core, at, cause, cell, -more, cause, window)


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
            if amount:
                grants.append((cell, amount, window))
                granted[cell.unit] = granted.get(cell.unit, 0) + amount
        plan.feed(event, sums, at, frozen, changes)
        if plan.earned:
            plan.feed_earned(at, granted, changes)
        return tuple(changes.sums), tuple(changes.slides), grants

    return judge


def _claims(automatic: list[Reward]) -> tuple[Callable[[Core, int, int], None] | None, str, int]:
    """
    Compose the function that claims automatic rewards in the program's order, or None where there are none.

    With it come the unit they all cost and the lowest price, to ask before calling; "" where they cost several.
    """
    wanted = [(each.name, each.cost.unit.name, each.cost.minor, each.claim == repeatedly) for each in automatic]
    units = {unit for _, unit, _, _ in wanted}

    def claim(core: Core, at: int, cause: int) -> None:
        for name, unit, cost, again in wanted:
            book = core.books.get(unit)
            while book is not None and book.balance >= cost and not book.debt:
                core.rows.append(("spend", at, cause, name, unit, cost, book.draw(cost)))
                if not again:
                    break

    only = units.pop() if len(units) == 1 else ""
    return (claim if wanted else None), only, min((cost for _, _, cost, _ in wanted), default=0)
