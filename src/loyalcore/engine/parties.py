"""
Parties: decisions over several accounts, and what they do in each.

The event is recorded in the account of the member it is of; each other account that it changes gets a counterpart.
While a decision is made, the account knows its parties by the rule that draws on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, final

from attrs import frozen

from loyalcore.answers import Refusal
from loyalcore.conditions import TextOf
from loyalcore.counterparts import Move, derived_id, moves_of
from loyalcore.engine import paying
from loyalcore.engine.engine import Engine
from loyalcore.engine.requests import REQUESTS, Request, beyond, short
from loyalcore.engine.tallying import Changes
from loyalcore.engine.tenders import pieces_back
from loyalcore.entries import Row
from loyalcore.errors import EventConflict
from loyalcore.ledger import Core, end_of_lot
from loyalcore.rewards import Reward, piece
from loyalcore.texts import is_id
from loyalcore.trace import caused, position, trace
from loyalcore.transfers import keep
from loyalcore.units import Amount, Unit

__all__ = ["ASKED", "Assumed", "Party", "parties", "record", "together"]

_TRANSFER: Final = "transfer"
_FEE: Final = "transfer fee"
_NOBODY: Final[Mapping[str, Any]] = {}


@final
@frozen
class Assumed:
    """
    Stand for an account that takes part where a recorded decision is derived again without it.

    *rooms* is what the decision drew on it, by unit: with as much as that, or with more, it comes to the same.
    """

    member: str | int
    rooms: Mapping[str, int]


class Party:
    """Be another account that takes part in a decision: what it has, and what the decision moves there."""

    __slots__ = ("account", "core", "moves", "rooms", "taken")

    def __init__(self, account: str | int, core: Core | None, rooms: Mapping[str, int] = _NOBODY) -> None:
        self.account = account
        #: The account, or None where a recorded decision is derived again without it, and *rooms* say what it had.
        self.core, self.rooms = core, rooms
        self.taken: dict[str, int] = {}
        self.moves: list[Move] = []

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
    if kind == "return":
        draws = trace(core).draws
        return {row[3]: row[4] for row in _draws_of(core, content[1][0])} if draws else {}
    if kind == "redemption":
        reward = engine.rewards.get(content[1][0])
        stocked = isinstance(reward, Reward) and reward.stock is not None
        return {reward.name: reward.stock} if stocked and reward is not None else {}  # type: ignore[union-attr]
    if kind == _TRANSFER:
        return {_TRANSFER: content[1][0]} if content[1][0] != core.member else {}
    found = engine.budgets.get(kind)
    return {} if found is None else {cell: _named(account, kind, content) for cell, account in found}


def _named(account: str | int | TextOf[Any], kind: str, content: tuple[Any, ...]) -> Any:
    """Return the account that an event names, or None."""
    if not isinstance(account, TextOf):
        return account
    names, values = content[2:] if kind == "purchase" else content
    found = values[names.index(account.name)]
    return found if is_id(found) else None


def _draws_of(core: Core, of: Any) -> list[Row]:
    """Return what an event and its returns have drawn on other accounts."""
    seq = position(core, of)
    if seq is None or core.row(seq, content=False)[0] == "return":
        return []
    index = trace(core)
    return [core.row(at) for fact in (seq, *index.returns.get(of, ())) for at in index.draws.get(fact, ())]


def record(
    engine: Engine, core: Core, kind: str, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    """Record an event on a core that is up to date, unless it is refused."""
    if kind == "purchase":
        if content[2][-1:] == ("paid_with",):
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
        if kind == "redemption" and (refusal := _out_of_stock(roles, content)) is not None:
            return refusal
        refusal = record(engine, core, kind, at, now, id_, content) if recording is None else recording()
        if refusal is not None:
            return refusal
        _draw(engine, core, roles, id_)
    finally:
        core.parties = _NOBODY
    for party in others.values():
        if party.moves and party.core is not None:
            flat = tuple(part for move in party.moves for part in move)
            moved = (("of", "event", "moves"), (core.member, id_, flat))
            take_part(engine, party.core, at, now, counterpart, moved)
    return None


def _out_of_stock(roles: Mapping[str, Party | None], content: tuple[Any, ...]) -> Refusal | None:
    """Refuse a redemption that the stock does not cover."""
    name, times, _ = content[1]
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
    back = row[3][1][0] if row[0] == "return" else None
    for rule, unit, amount in [*_drawn(core, fact, row)]:
        party = roles.get(rule)
        if party is not None:
            core.put(("draw", row[1], fact, rule, party.account, unit, amount))
            party.moves.append((rule, unit, -amount, None, back))


def _drawn(core: Core, fact: int, row: Row) -> Any:
    """Yield rule, unit and amount of everything an event gave, below zero what it took back."""
    if row[0] == "redemption":
        yield row[3][1][0], piece.name, row[3][1][1]
        return
    of = None if row[0] != "return" else position(core, row[3][1][0])
    if of is not None and core.row(of, content=False)[0] == "redemption":
        for at in trace(core).draws.get(of, ()):
            drawn = core.row(at)
            yield drawn[3], drawn[5], -drawn[6]
        return
    for _, posting in caused(core, fact):
        if posting[0] == "earn":
            yield posting[3], posting[4], posting[5]
        elif posting[0] == "take":
            yield posting[3], posting[4], -(posting[5] + posting[7] + posting[9])


def take_part(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Record what an event of another account does here."""
    fact = engine.fact(core, "counterpart", at, now, id_, content)
    of = content[1][0]
    for rule, unit, amount, expires, back in moves_of(core.row(fact)):
        if amount < 0:
            engine.poster.spend(core, at, fact, rule, unit, -amount)
        elif back is None:
            ends = engine.poster.end(core, unit, at) if expires is None else expires
            engine.poster.give(core, at, fact, rule, unit, amount, ends)
        else:
            pieces = pieces_back(core, derived_id(of, back), rule, unit, amount)
            engine.poster.restore(core, at, fact, ("spend", at, fact, rule, unit, amount, pieces))
    engine.settle(core, fact)
    return None


def transfer(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Give units to another member."""
    to, name, places, amount = content[1]
    rule, unit = engine.transfers.get(name), Unit(name, places)
    if rule is None:
        return Refusal("not-transferable", f"{name} stays with the member who earned it; no rule lets it change hands")
    if to == core.member:
        return Refusal("to-oneself", f"a transfer is to another member than {to!r}")
    if rule.minimum is not None and amount < rule.minimum.minor:
        missing = Amount(unit, rule.minimum.minor - amount)
        return Refusal("below-minimum", f"a transfer is of at least {rule.minimum}: {missing} short", missing)
    if rule.step is not None and amount % rule.step.minor:
        return Refusal("not-in-steps", f"a transfer is of a multiple of {rule.step}, not of {Amount(unit, amount)}")
    party: Party = core.parties[_TRANSFER]
    if party.core is not None and not party.core.length:
        return Refusal("unknown-member", f"account {to!r} has no entries; enrol the member first")
    fee = 0 if rule.fee is None else rule.fee.minor
    if (refusal := short(core, unit, amount + fee, "the transfer")) is not None:
        return refusal
    changes = Changes()
    if (refusal := beyond(engine, core, rule.name, at, Amount(unit, amount), 1, changes)) is not None:
        return refusal
    fact = engine.fact(core, _TRANSFER, at, now, id_, content, changes)
    engine.poster.spend(core, at, fact, _TRANSFER, name, amount)
    pieces = core.row(core.length - 1)[6]
    if fee:
        engine.poster.spend(core, at, fact, _FEE, name, fee)
    party.moves += _arriving(core, name, pieces, rule.arrives, kept=rule.expiry == keep)
    engine.settle(core, fact)
    return None


def _arriving(core: Core, unit: str, pieces: tuple[int, ...], share: Any, *, kept: bool) -> list[Move]:
    """
    Return what the other gets: a lot for each end that units keep, or one.

    The share is floored for the whole; each lot gets what it adds to that, the soonest to end first.
    """
    ends: dict[int | None, int] = {}
    given = arrived = 0
    for place in range(0, len(pieces), 2):
        expires = end_of_lot(core, core.book(unit), pieces[place]) if kept else None
        given += pieces[place + 1]
        ends[expires] = ends.get(expires, 0) + given * share.numerator // share.denominator - arrived
        arrived = given * share.numerator // share.denominator
    return [(_TRANSFER, unit, amount, expires, None) for expires, amount in ends.items() if amount]


#: What each kind of event asks for, in its own account.
ASKED: Final[dict[str, Request]] = {**REQUESTS, _TRANSFER: transfer, "counterpart": take_part}
