"""
Parties: decisions over several accounts, and what they do in each.

The event is recorded in the account of the member it is of; each other account that it changes gets a counterpart.
While a decision is made, the account knows its parties by the rule that draws on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, final

from attrs import field, frozen

from loyalcore.answers import Refusal
from loyalcore.conditions import TextOf
from loyalcore.counterparts import Move, derived_id, moved, moves_of, spared_of
from loyalcore.discounts import Discount
from loyalcore.engine import paying
from loyalcore.engine.engine import Engine
from loyalcore.engine.holding import free, reserve
from loyalcore.engine.kept import kept_of
from loyalcore.engine.requests import REQUESTS, Request
from loyalcore.engine.tenders import claims_of, discounts_of, is_tendered, pieces_back, still_off
from loyalcore.engine.transferring import transfer
from loyalcore.entries import Row
from loyalcore.errors import CorruptLedger, EventConflict
from loyalcore.ledger import Core
from loyalcore.rewards import Reward, asked, piece
from loyalcore.texts import is_id
from loyalcore.trace import caused, position, trace
from loyalcore.units import Amount

__all__ = ["ASKED", "Assumed", "Party", "parties", "record", "together"]

_TRANSFER: Final = "transfer"
_NOBODY: Final[Mapping[str, Any]] = {}


@final
@frozen
class Assumed:
    """
    Stand for an account that takes part where a recorded decision is derived again without it.

    *rooms* is what the decision drew on it, by unit: with as much as that, or with more, it comes to the same. What is
    derived to be moved there goes into *moves*, and the places of those that inactivity spares into *spared*.
    """

    member: str | int
    rooms: Mapping[str, int]
    moves: list[Move] = field(factory=list, eq=False)
    spared: list[int] = field(factory=list, eq=False)


class Party:
    """Be another account that takes part in a decision: what it has, and what the decision moves there."""

    __slots__ = ("account", "core", "moves", "rooms", "spared", "taken")

    def __init__(self, account: str | int, core: Core | None, stands_in: Assumed | None = None) -> None:
        self.account = account
        #: The account, or None where a recorded decision is derived again without it, and *rooms* say what it had.
        self.core = core
        self.rooms: Mapping[str, int] = _NOBODY if stands_in is None else stands_in.rooms
        self.taken: dict[str, int] = {}
        self.moves: list[Move] = [] if stands_in is None else stands_in.moves
        #: The places of moves of units that do not end for want of activity.
        self.spared: list[int] = [] if stands_in is None else stands_in.spared

    def left(self, unit: str) -> int:
        """Return how much there is to draw on, less what this decision has taken already."""
        if self.core is None:
            found = self.rooms.get(unit, 0)
        else:
            book = self.core.held(unit)
            found = 0 if book is None or book.debt else book.balance
        return found - self.taken.get(unit, 0)

    def take(self, unit: str, amount: int) -> None:
        """Take so much for this decision."""
        self.taken[unit] = self.taken.get(unit, 0) + amount


def parties(engine: Engine, core: Core, kind: str, content: tuple[Any, ...]) -> dict[str, Any]:
    """
    Return the other accounts that take part in an event, by the rule that draws on them.

    The event alone says them, and what it returns; None stands for one that the event does not name, and for its own.
    """
    found = _parties(engine, core, kind, content)
    return {role: None if each == core.member else each for role, each in found.items()} if found else found


def _parties(engine: Engine, core: Core, kind: str, content: tuple[Any, ...]) -> dict[str, Any]:
    if kind in ("return", "capture", "release"):
        draws = trace(core).draws
        return {row[3]: row[4] for row in _draws_of(core, content[1][0])} if draws else {}
    if kind in ("redemption", "hold"):
        reward = engine.rewards.get(content[1][0])
        stocked = isinstance(reward, Reward) and reward.stock is not None
        return {reward.name: reward.stock} if stocked and reward is not None else {}  # type: ignore[union-attr]
    if kind == _TRANSFER:
        return {_TRANSFER: content[1][0]} if content[1][0] != core.member else {}
    found = {cell: _named(account, kind, content) for cell, account in engine.budgets.get(kind, ())}
    if kind == "purchase" and (claims := claims_of(content)) is not None:
        found |= {
            rule.name: _named(account, kind, content)
            for rule in engine.terms.of_kind(Discount)
            if rule.claim != asked or rule.name in claims
            if (account := engine.terms.lanes.account_of(rule.name)) is not None
        }
    return found


def _named(account: str | int | TextOf[Any] | None, kind: str, content: tuple[Any, ...]) -> Any:
    """Return the account that an event names, or None."""
    if not isinstance(account, TextOf):
        return account
    names, values = content[2:] if kind == "purchase" else content
    found = values[names.index(account.name)]
    return found if is_id(found) else None


def _draws_of(core: Core, of: Any) -> list[Row]:
    """Return what an event and its returns have drawn on other accounts; a hold and its capture are one."""
    seq, index = position(core, of), trace(core)
    kind = "return" if seq is None else core.row(seq, content=False)[0]
    if kind == "return":
        return []
    hold = core.row(seq)[3][1][0] if seq is not None and kind == "capture" else of
    facts = [position(core, hold), index.captures.get(hold), *index.returns.get(of, ())]
    return [core.row(at) for fact in facts for at in index.draws.get(-1 if fact is None else fact, ())]


def record(
    engine: Engine, core: Core, kind: str, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    """Record an event on a core that is up to date, unless it is refused."""
    refuses = engine.refuses.get(kind)
    if refuses is not None and (refusal := refuses(core, at, content)) is not None:
        return refusal
    if kind == "purchase":
        if is_tendered(content):
            return paying.purchase(engine, core, at, now, id_, content)
        engine.record[kind](core, at, now, id_, content, content[3], content[1])
    elif kind == "enrolment":
        engine.record[kind](core, at, now, id_, content, content[1], ())
    else:
        return ASKED[kind](engine, core, at, now, id_, content)
    return None


def together(
    engine: Engine,
    core: Core,
    roles: Mapping[str, Party | None],
    head: tuple[str, int, int, Any],
    content: tuple[Any, ...],
    recording: Callable[[], Refusal | None] | None = None,
) -> Refusal | None:
    """
    Record an event, with its kind, moments and id, on a core and its parties, all up to date, or on none.

    *recording* does it in the event's own account where its content is not at hand.
    """
    kind, at, now, id_ = head
    others = {party.account: party for party in roles.values() if party is not None}
    counterpart = derived_id(core.member, id_)
    for party in others.values():
        if party.core is not None and position(party.core, counterpart) is not None:
            raise EventConflict(counterpart, "cause", f"a counterpart of {id_!r}", "another, from an older account")
    core.parties = roles
    try:
        if kind in ("redemption", "hold") and (refusal := _out_of_stock(roles, content)) is not None:
            return refusal
        refusal = record(engine, core, kind, at, now, id_, content) if recording is None else recording()
        if refusal is not None:
            return refusal
        _draw(engine, core, roles, id_)
    finally:
        core.parties = _NOBODY
    for party in others.values():
        if party.moves and party.core is not None:
            content_there = moved(core.member, id_, party.moves, party.spared)
            take_part(engine, party.core, at, now, counterpart, content_there)
    return None


def _out_of_stock(roles: Mapping[str, Party | None], content: tuple[Any, ...]) -> Refusal | None:
    """Refuse a redemption, or a hold, that the stock does not cover."""
    name, times, *_ = content[1]
    party = roles[name]
    lacking = times - (0 if party is None else party.left(piece.name))
    if lacking <= 0:
        return None
    missing = Amount(piece, lacking)
    return Refusal("out-of-stock", f"{name} comes out of stock, which has {missing} too few", missing)


def _draw(engine: Engine, core: Core, roles: Mapping[str, Party | None], id_: Any) -> None:
    """Record what an event draws on its parties, or gives back, by what it has just posted."""
    fact = position(core, id_)
    assert fact is not None  # noqa: S101 - it was recorded just now
    row = core.row(fact)
    for rule, unit, amount, move in [*_drawn(engine, core, fact, row)]:
        party = roles.get(rule)
        if party is not None:
            if amount:
                core.put(("draw", row[1], fact, rule, party.account, unit, amount))
            party.moves.append((rule, unit, *move))


def _drawn(
    engine: Engine, core: Core, fact: int, row: Row
) -> Iterator[tuple[str, str, int, tuple[int, int | None, Any]]]:
    """
    Yield rule, unit and amount of everything an event drew, below zero what it gave back, and what that moves there.

    That is the amount that the account gets, until when it is, or was, only set aside, and the event it belongs to.
    """
    kind, content = row[0], row[3][1]
    if kind == "redemption":
        yield content[0], piece.name, content[1], (-content[1], None, None)
    elif kind == "hold":
        yield content[0], piece.name, content[1], (-content[1], _until(core, fact), None)
    elif kind in ("capture", "release"):
        for drawn in _draws_of(core, content[0]):
            taken = 0 if kind == "release" else drawn[6] if content[1] is None else content[1]
            yield drawn[3], drawn[5], taken - drawn[6], (-taken, _until(core, drawn[2]), content[0])
    elif kind == "return" and (asked := _asked_for(core, content[0])) is not None:
        drawn_on: dict[tuple[str, str], int] = {}
        for drawn in _draws_of(core, content[0]):
            drawn_on[drawn[3], drawn[5]] = drawn_on.get((drawn[3], drawn[5]), 0) + drawn[6]
        for (rule, unit), amount in drawn_on.items():
            yield rule, unit, -amount, (amount, None, asked)
    else:
        yield from _given(core, fact, content[0] if kind == "return" else None)
        yield from _discounted(engine, core, row)


def _until(core: Core, hold: int) -> int:
    """Return until when the hold at a position set something aside."""
    found: int = next(posting[7] for _, posting in caused(core, hold) if posting[0] == "reserve")
    return found


def _asked_for(core: Core, of: Any) -> Any:
    """Return the id of the redemption or capture that a return is of, by that id or the hold's; None for all else."""
    seq = position(core, of)
    captured = trace(core).captures.get(of, seq)
    row = None if captured is None else core.row(captured, content=False)
    return row[2] if row is not None and row[0] in ("redemption", "capture") else None


def _given(core: Core, fact: int, back: Any) -> Iterator[tuple[str, str, int, tuple[int, int | None, Any]]]:
    """Yield what rules gave for an event, below zero what a return of *back* took."""
    for _, posting in caused(core, fact):
        if posting[0] == "earn":
            yield posting[3], posting[4], posting[5], (-posting[5], None, back)
        elif posting[0] == "take":
            taken = posting[5] + posting[7] + posting[9]
            yield posting[3], posting[4], -taken, (taken, None, back)


def _discounted(engine: Engine, core: Core, row: Row) -> Iterator[tuple[str, str, int, tuple[int, int | None, Any]]]:
    """Yield what each discount of a purchase comes out of, a piece or what is off; and what goes back with a return."""
    if row[0] != "return":
        for name, off in discounts_of(row):
            is_stocked = engine.terms.lanes.budget_of(name) is None
            unit, amount = (piece.name, 1) if is_stocked else (engine.terms.currency.name, sum(off))
            yield name, unit, amount, (-amount, None, None)
        return
    of, drawn = row[3][1][0], dict[tuple[str, str], int]()
    for each in _draws_of(core, of):
        drawn[each[3], each[5]] = drawn.get((each[3], each[5]), 0) + each[6]
    seq = position(core, of)
    bought = core.row(seq) if drawn and seq is not None else None
    if seq is None or bought is None or bought[0] != "purchase":
        return
    for name, money, there in still_off(bought, kept_of(core, seq, bought[3][1]).rows):
        for unit, stays in ((piece.name, int(there)), (engine.terms.currency.name, money)):
            if (back := drawn.get((name, unit), 0) - stays) > 0:
                yield name, unit, -back, (back, None, of)


def take_part(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Record what an event of another account does here."""
    fact = engine.fact(core, "counterpart", at, now, id_, content)
    of, spared = content[1][0], spared_of(content)
    for place, (rule, unit, amount, expires, back) in enumerate(moves_of(core.row(fact))):
        if amount <= 0 and expires is not None and back is not None:
            free(core, at, fact, _held(core, derived_id(of, back), rule), -amount)
        elif amount < 0 and expires is not None:
            reserve(core, at, fact, rule, unit, engine.poster.pieces(core, unit, -amount), expires)
        elif amount < 0:
            engine.poster.spend(core, at, fact, rule, unit, -amount)
        elif back is None:
            ends = engine.poster.end(core, unit, at) if expires is None else expires
            engine.poster.give(core, at, fact, rule, unit, amount, ends, spared=place in spared)
        else:
            pieces = pieces_back(core, derived_id(of, back), rule, unit, amount)
            engine.poster.restore(core, at, fact, ("spend", at, fact, rule, unit, amount, pieces))
    engine.settle(core, fact)
    return None


def _held(core: Core, of: str, rule: str) -> int:
    """Return where a counterpart set pieces aside that are still held."""
    seq = position(core, of)
    rows = () if seq is None else caused(core, seq)
    held = [place for place, row in rows if row[0] == "reserve" and row[3] == rule and place in core.holds]
    if held:
        return held[0]
    raise CorruptLedger(f"account {core.member!r} no longer holds what {of} set aside; restore it from a newer copy")


#: What each kind of event asks for, in its own account.
ASKED: Final[dict[str, Request]] = {**REQUESTS, _TRANSFER: transfer, "counterpart": take_part}
