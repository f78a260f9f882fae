"""Transferring: units that a member gives to another, at the terms of the unit."""

from __future__ import annotations

from typing import Any, Final

from loyalcore.answers import Refusal
from loyalcore.engine.affording import beyond, brought, short
from loyalcore.engine.engine import Engine
from loyalcore.engine.posting import first_pieces
from loyalcore.engine.tallying import Changes
from loyalcore.ledger import Core, end_of_lot
from loyalcore.transfers import Transferable, keep
from loyalcore.units import Amount, Unit

__all__ = ["transfer"]

_TRANSFER: Final = "transfer"
_FEE: Final = "transfer fee"


def transfer(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Give units to another member."""
    to, name, places, amount, *of = content[1]
    rule, unit = engine.transfers.get(name), Unit(name, places)
    if rule is None:
        return Refusal("not-transferable", f"{name} stays with the member who earned it; no rule lets it change hands")
    if (refusal := _barred(core, rule, to, Amount(unit, amount))) is not None:
        return refusal
    fee = 0 if rule.fee is None else rule.fee.minor
    lots = brought(engine, core, unit, *of) if of else None
    if isinstance(lots, Refusal):
        return lots
    if (refusal := short(core, unit, amount + fee, "the transfer")) is not None:
        return refusal
    there = amount if lots is None else sum(left for _, left in lots)
    if (refusal := short(core, unit, amount, "the transfer", there)) is not None:
        return refusal
    changes = Changes()
    if (refusal := beyond(engine, core, rule.name, at, Amount(unit, amount), 1, changes)) is not None:
        return refusal
    fact = engine.fact(core, _TRANSFER, at, now, id_, content, changes)
    if lots is None:
        engine.poster.spend(core, at, fact, _TRANSFER, name, amount)
    else:
        core.append(("spend", at, fact, _TRANSFER, name, amount, tuple(first_pieces(lots, amount))))
    pieces = core.row(core.length - 1)[6]
    if fee:
        engine.poster.spend(core, at, fact, _FEE, name, fee)
    party = core.parties[_TRANSFER]
    for (expires, spared), share in _arriving(core, name, pieces, rule.arrives, kept=rule.expiry == keep).items():
        if share:
            party.spared += [len(party.moves)] if spared else []
            party.moves.append((_TRANSFER, name, share, expires, None))
    engine.settle(core, fact)
    return None


def _barred(core: Core, rule: Transferable, to: Any, given: Amount) -> Refusal | None:
    """Refuse a transfer that the rule does not allow, or to nobody who could get it."""
    if to == core.member:
        return Refusal("to-oneself", f"a transfer is to another member than {to!r}")
    if rule.minimum is not None and given.minor < rule.minimum.minor:
        missing = rule.minimum - given
        return Refusal("below-minimum", f"a transfer is of at least {rule.minimum}: {missing} short", missing)
    if rule.step is not None and given.minor % rule.step.minor:
        return Refusal("not-in-steps", f"a transfer is of a multiple of {rule.step}, not of {given}")
    party = core.parties[_TRANSFER]
    if party.core is not None and not party.core.length:
        return Refusal("unknown-member", f"account {to!r} has no entries; enrol the member first")
    return None


def _arriving(
    core: Core, unit: str, pieces: tuple[int, ...], share: Any, *, kept: bool
) -> dict[tuple[int | None, bool], int]:
    """
    Return what the other gets: a lot for each end that units keep, and whether inactivity spares that, or one.

    The share is floored for the whole; each lot gets what it adds to that, the soonest to end first.
    """
    ends: dict[tuple[int | None, bool], int] = {}
    given, arrived, book = 0, 0, core.book(unit)
    for place in range(0, len(pieces), 2):
        lot = pieces[place]
        end = (end_of_lot(core, book, lot), lot in book.spared) if kept else (None, False)
        given += pieces[place + 1]
        ends[end] = ends.get(end, 0) + given * share.numerator // share.denominator - arrived
        arrived = given * share.numerator // share.denominator
    return ends
