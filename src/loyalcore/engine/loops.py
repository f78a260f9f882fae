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

from loyalcore.engine.jobs import Follower, advance
from loyalcore.engine.judge import Judgement
from loyalcore.engine.plan import check_whole
from loyalcore.errors import InvalidValue, LoyalcoreError
from loyalcore.ledger import Core, slide
from loyalcore.log import Form
from loyalcore.trace import position

__all__ = ["Ids", "Kinds", "Usual", "balance_of", "bare", "check_new", "judged", "judging"]

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


class Usual(NamedTuple):
    """
    Be what the usual event of a plan comes to, and where it is read.

    *places* are those of id, moment, member and items, moments being multiplied by *scale*. An event earns *value*,
    or what stands at *given_at*, in a lot that lasts for *life*, or until *expires*. The sum at *at_sum* slides into
    the tally for *stay*, or until *leaves*, and moves *ladder*. Whoever has *cheapest* may *claim* a reward.
    """

    form: Form
    places: tuple[Any, Any, Any, Any]
    scale: int
    freeze: Callable[[Core, int], tuple[Any, ...]] | None
    walk: Callable[[Any], tuple[Any, ...]] | None
    unit: str
    value: Judgement
    given_at: Any
    life: int | None
    expires: Callable[[int], int]
    tally: str
    at_sum: int | None
    stay: int | None
    leaves: Callable[[int], int]
    climbs: tuple[Follower, ...]
    ladder: Follower | None
    claim: Callable[[Core, int, int], None]
    cheapest: int

    @property
    def is_bare(self) -> bool:
        """Tell whether nothing is looked up for an event."""
        return self.freeze is None and self.walk is None and not self.climbs


class _Records(Protocol):
    """Record what a loop leaves to it."""

    def new(self, member: Any) -> Core:
        """Return the account of a member who is new."""
        ...

    def one(self, core: Core, row: Any, at: int, items: Any, ids: Ids | None, id_: Any) -> Any:
        """Judge and record one event, as it stands in a row."""

    def record_any(self, core: Core, row: Any, at: int, frozen: Any, sums: Any, amount: Any) -> None:
        """Record an event that was judged."""


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


def bare(recorder: _Records, usual: Usual, rows: Iterable[Any], cores: dict[Any, Core]) -> Iterator[int]:
    """Record rows of which each earns what it says, nothing being looked up; yield its member's balance after each."""
    form, (id_at, moment_at, member_at, _), scale, value = usual.form, usual.places, usual.scale, usual.value
    given_at, life, expires, climbs = usual.given_at, usual.life, usual.expires, usual.climbs
    claim, cheapest, get, record = usual.claim, usual.cheapest, cores.get, recorder.record_any
    with judging():
        for row in rows:
            at = row[moment_at] * scale
            core = get(row[member_at])
            if core is None:
                member = row[member_at]
                core = cores[member] = recorder.new(member)
            if core.now > at:
                recorder.one(core, row, at, None, None, row[id_at])
                yield balance_of(core, usual.unit)
                continue
            core.now = at
            if core.due <= at:
                advance(core, climbs, at)
            amount = value(row, _NOTHING, at, _NOTHING) if given_at is None else row[given_at]
            book = core.own
            if type(amount) is not int or amount < 0 or core.form is not form or book.debt:
                record(core, row, at, _NOTHING, _NOTHING, amount)
                yield balance_of(core, usual.unit)
                continue
            seq = core.length
            if amount:
                plain = core.plain
                plain += (row, _NOTHING, amount, 0)
                core.length = seq + 2
                end = expires(at) if life is None else at + life
                if (balance := book.balance) and book.last <= end:
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
                balance = book.balance
                core.put((None, row, _NOTHING, _NOTHING, _NOTHING, at))
                core.noted += 1
            if balance >= cheapest:
                claim(core, at, seq)
                balance = book.balance
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
    form, (id_at, moment_at, member_at, items_at), scale, unit = usual.form, usual.places, usual.scale, usual.unit
    freeze, walk, value, given_at = usual.freeze, usual.walk, usual.value, usual.given_at
    life, expires, tally_name, stay, leaves = usual.life, usual.expires, usual.tally, usual.stay, usual.leaves
    slides, at_sum, climbs, ladder = usual.at_sum is not None, usual.at_sum or 0, usual.climbs, usual.ladder
    claim, cheapest, get, record = usual.claim, usual.cheapest, cores.get, recorder.record_any
    several, (_, kind_at, own, others) = kinds is not None, kinds or _ONE_KIND
    frozen, sums = _NOTHING, _NOTHING
    number = leaving = 0
    with judging():
        for row in rows:
            if several and row[kind_at] != own:
                yield balance_of(others[row[kind_at]](row), unit)
                continue
            id_ = row[id_at]
            at = row[moment_at] * scale
            member = row[member_at]
            core = get(member)
            if core is None:
                core = cores[member] = recorder.new(member)
            if core.now > at or core.form is not form:
                recorder.one(core, row, at, row[items_at] if walk is not None else None, ids, id_)
                yield balance_of(core, unit)
                continue
            core.now = at
            if core.due <= at:
                advance(core, climbs, at)
            if freeze is not None:
                frozen = freeze(core, at)
            if walk is not None:
                sums = walk(row[items_at])
            amount = value(row, sums, at, frozen) if given_at is None else row[given_at]
            seq = core.length
            if ids is not None:
                if id_ in ids:
                    check_new(id_, core)
                ids[id_] = seq
            book = core.own
            if type(amount) is not int or amount < 0 or book.debt:
                record(core, row, at, frozen, sums, amount)
                yield balance_of(core, unit)
                continue
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
                slid = (tally_name, leaving, number) if number else _NOTHING
                core.put((None, row, frozen, _NOTHING, slid, at))
                core.noted += 1
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
                if not sliding.floor <= total < sliding.ceiling or sliding.ladder is not ladder:
                    for climb in climbs:
                        climb.after_event(core, seq)
            elif ladder is None:
                for climb in climbs:
                    climb.after_event(core, seq)
            if balance >= cheapest:
                claim(core, at, seq)
                balance = book.balance
            yield balance
