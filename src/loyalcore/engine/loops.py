"""
Loops: the short ways through a replay, for what most rows come to.

In Python it is calls that a composed program costs beside one written by hand, so these loops do in place what
`Recorder.one` says in order: one lot behind all others, one sum that slides, a tier that stays. Whatever is more than
that they leave to the recorder. There are two, since each asks only what its programs have: `bare` where nothing is
looked up for an event, `judged` where moments, items and tallies are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from loyalcore.engine.jobs import advance
from loyalcore.engine.judge import Judgement
from loyalcore.engine.plan import check_whole
from loyalcore.engine.tiers import Climb
from loyalcore.errors import InvalidValue, LoyalcoreError
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.log import SLOTS, Form
from loyalcore.trace import position

__all__ = ["Ids", "Kinds", "Usual", "balance_of", "bare", "check_new", "judged", "judging"]

_NOTHING: tuple[Any, ...] = ()

#: The ids of events seen so far, each with the place its slots have in its member's log if it is a plain event; or
#: whatever answers as they do.
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


class Usual(NamedTuple):
    """
    Be what the usual event of a plan comes to, and where it is read.

    *places* are those of id, moment, member and items, moments being multiplied by *scale*. An event earns *value*,
    or what stands at *given_at*, in a lot that lasts for *life*, or until *expires*. The sum at *at_sum* slides into
    a tally for *stay*, or until *leaves*, and may move *ladders*. Whoever has *cheapest* may *claim* a reward.
    """

    form: Form
    places: tuple[Any, Any, Any, Any]
    scale: int
    freeze: Callable[[Core, int], tuple[Any, ...]] | None
    turns: Callable[[Core, int], list[tuple[Any, ...]]] | None
    walk: Callable[[Any], tuple[Any, ...]] | None
    unit: str
    value: Judgement
    given_at: Any
    life: int | None
    expires: Callable[[int], int]
    at_sum: int | None
    stay: int | None
    leaves: Callable[[int], int]
    ladders: tuple[Climb, ...]
    claim: Callable[[Core, int, int], None]
    cheapest: int

    @property
    def is_bare(self) -> bool:
        """Tell whether nothing is looked up for an event."""
        return self.freeze is None and self.walk is None


class _Records(Protocol):
    """Record what a loop leaves to it."""

    def new(self, member: Any) -> Core:
        """Return the account of a member who is new."""
        ...

    def one(self, core: Core, row: Any, at: int, items: Any, ids: Ids | None, id_: Any) -> Any:
        """Judge and record one event, as it stands in a row."""

    def record_any(self, core: Core, row: Any, at: int, frozen: Any, sums: Any, amount: Any) -> None:
        """Record an event that was judged."""

    def follow(self, core: Core, at: int, seq: int) -> None:
        """Do what follows from the event of which the fact stands at a position."""


@contextmanager
def judging() -> Iterator[None]:
    """Say of a row that cannot be judged why, in place of what Python says."""
    try:
        yield
    except LoyalcoreError:
        raise
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
        raise InvalidValue(
            f"a row cannot be judged: {type(problem).__name__}: {problem}; "
            "rows hold integers of smallest parts, texts and flags"
        ) from problem


def balance_of(core: Core, unit: str) -> int:
    """Return the balance of a unit less debt."""
    book = core.held(unit)
    return 0 if book is None else book.balance - book.debt


def check_new(id_: Any, core: Core) -> None:
    """Refuse an event that is recorded already."""
    if position(core, id_) is not None:
        raise InvalidValue(f"event {id_!r} of member {core.member!r} comes twice; replay each event once")


def _is_quiet(core: Core, usual: Usual, at: int) -> bool:
    """
    Bring an account up to a moment; tell whether the usual event is a plain one there.

    If so, the events after it are, too, before the moment `Core.quiet` and until another row is put into the log:
    nothing is due before, what they bring ends last, and they move no tier while the tally is within its bounds.
    """
    if core.now > at or core.form is not usual.form:
        return False
    if core.due <= at:
        advance(core, usual.ladders, at)
    core.now = at
    book, end = core.own, usual.expires(at)
    if book.debt or (book.balance and book.lots[-3] > end):
        return False
    core.due = quiet = min(core.due, end)
    bounds = -FOREVER, FOREVER
    for ladder in usual.ladders:
        found = ladder.stays(core)
        if found is None:
            return False
        bounds = (max(bounds[0], found[0]), min(bounds[1], found[1])) if ladder.tally == core.tally else bounds
    if usual.at_sum is not None:
        sliding, end = core.slid, usual.leaves(at)
        if len(sliding.parts) > sliding.head and sliding.parts[-2] > end:
            return False
        sliding.floor, sliding.ceiling = bounds
        core.due = quiet = min(quiet, end)
    if usual.turns is not None:
        core.turns = usual.turns(core, at)
    core.quiet = quiet
    return at < quiet


def _comes_sooner(core: Core, end: int, leaving: int) -> bool:
    """Tell whether what an event brings ends before what came before it; by calendars it may: an hour comes twice."""
    book, sliding = core.own, core.slid
    if min(end, leaving) < core.quiet or (book.balance and book.lots[-3] > end):
        return True
    return len(sliding.parts) > sliding.head and sliding.parts[-2] > leaving


def bare(recorder: _Records, usual: Usual, rows: Iterable[Any], cores: dict[Any, Core]) -> Iterator[int]:
    """Record rows of which each earns what it says, nothing being looked up; yield its member's balance after each."""
    (id_at, moment_at, member_at, _), scale, value, given_at = usual.places, usual.scale, usual.value, usual.given_at
    life, expires, claim, cheapest, unit = usual.life, usual.expires, usual.claim, usual.cheapest, usual.unit
    get = cores.get
    with judging():
        for row in rows:
            at = row[moment_at] * scale
            core = get(row[member_at])
            if core is None:
                member = row[member_at]
                core = cores[member] = recorder.new(member)
            if (core.quiet <= at or core.now > at) and not _is_quiet(core, usual, at):
                recorder.one(core, row, at, None, None, row[id_at])
                yield balance_of(core, unit)
                continue
            core.now = at
            amount = value(row, _NOTHING, at, _NOTHING) if given_at is None else row[given_at]
            seq = core.length
            if type(amount) is int and amount > 0:
                book = core.own
                lots = book.lots
                if life is not None:
                    end = at + life
                elif _comes_sooner(core, end := expires(at), FOREVER):
                    recorder.record_any(core, row, at, _NOTHING, _NOTHING, amount)
                    yield balance_of(core, unit)
                    continue
                plain = core.plain
                plain.append(row)
                plain.append(_NOTHING)
                plain.append(amount)
                plain.append(0)
                core.length = seq + 2
                lots.append(end)
                lots.append(amount)
                lots.append(seq + 1)
                book.balance = balance = book.balance + amount
            elif type(amount) is int and not amount:
                core.note((None, row, _NOTHING, _NOTHING, _NOTHING, at))
                balance = core.own.balance
            else:
                recorder.record_any(core, row, at, _NOTHING, _NOTHING, amount)
                yield balance_of(core, unit)
                continue
            if balance >= cheapest:
                claim(core, at, seq)
                balance = core.own.balance
            yield balance


def judged(  # noqa: C901, PLR0912, PLR0915 - what would be calls in a function of its own is what a replay costs
    recorder: _Records,
    usual: Usual,
    rows: Iterable[Any],
    cores: dict[Any, Core],
    ids: Ids | None,
    kinds: Kinds | None,
) -> Iterator[int]:
    """Judge and record rows by their moments, items and tallies; yield the balance of its member after each."""
    (id_at, moment_at, member_at, items_at), scale, unit = usual.places, usual.scale, usual.unit
    freeze, turns, walk, value, given_at = usual.freeze, usual.turns, usual.walk, usual.value, usual.given_at
    life, expires, stay, leaves = usual.life, usual.expires, usual.stay, usual.leaves
    slides, at_sum, claim, cheapest = usual.at_sum is not None, usual.at_sum or 0, usual.claim, usual.cheapest
    several, (_, kind_at, own, others) = kinds is not None, kinds or _ONE_KIND
    frozen, sums = _NOTHING, _NOTHING
    number = leaving = 0
    # One moment serves lot and tally where both last as long, as they do where there is no tally.
    get, varies, as_long = cores.get, life is None or (slides and stay is None), not slides or stay == life
    with judging():
        for row in rows:
            if several and row[kind_at] != own:
                yield balance_of(others[row[kind_at]](row), unit)
                continue
            id_ = row[id_at]
            at = row[moment_at] * scale
            core = get(row[member_at])
            if core is None:
                member = row[member_at]
                core = cores[member] = recorder.new(member)
            if (core.quiet <= at or core.now > at) and not _is_quiet(core, usual, at):
                recorder.one(core, row, at, row[items_at] if walk is not None else None, ids, id_)
                yield balance_of(core, unit)
                continue
            core.now = at
            plain = core.plain
            place = len(plain)
            if freeze is not None:
                if turns is None:
                    frozen = freeze(core, at)
                else:
                    try:
                        frozen = core.turns[core.noted + place // SLOTS]
                    except IndexError:
                        core.turns = turns(core, at)
                        frozen = core.turns[core.noted + place // SLOTS]
            if walk is not None:
                sums = walk(row[items_at])
            amount = value(row, sums, at, frozen) if given_at is None else row[given_at]
            if ids is not None:
                if id_ in ids:
                    check_new(id_, core)
                ids[id_] = place
            if slides:
                number = sums[at_sum]
                if type(number) is not int:
                    check_whole(number)
            seq = core.length
            if type(amount) is int and amount > 0:
                book = core.own
                lots = book.lots
                if varies:
                    end, leaving = expires(at), leaves(at)
                    if _comes_sooner(core, end, leaving):
                        recorder.record_any(core, row, at, frozen, sums, amount)
                        yield balance_of(core, unit)
                        continue
                else:
                    end = at + life
                    leaving = end if as_long else at + stay
                plain.append(row)
                plain.append(frozen)
                plain.append(amount)
                plain.append(number)
                core.length = seq + 2
                lots.append(end)
                lots.append(amount)
                lots.append(seq + 1)
                book.balance = balance = book.balance + amount
                if number:
                    sliding = core.slid
                    sliding.total = total = sliding.total + number
                    parts = sliding.parts
                    parts.append(leaving)
                    parts.append(number)
                    if not sliding.floor <= total < sliding.ceiling:
                        recorder.follow(core, at, seq)
                        yield balance_of(core, unit)
                        continue
            elif type(amount) is int and not amount and not number:
                core.note((None, row, frozen, _NOTHING, _NOTHING, at))
                balance = core.own.balance
            else:
                recorder.record_any(core, row, at, frozen, sums, amount)
                yield balance_of(core, unit)
                continue
            if balance >= cheapest:
                claim(core, at, seq)
                balance = core.own.balance
            yield balance
