"""
Parties: what is decided on several accounts at once: transfers, stock, and what rules draw on budgets.

The event is recorded in the account of the member it is of, with what it draws on others; each other account that it
changes gets a counterpart, which says all that is done there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from loyalcore.answers import Refusal
from loyalcore.conditions import TextOf
from loyalcore.counterparts import derived_id, moves_of, part_of
from loyalcore.discounts import Discount
from loyalcore.errors import CorruptLedger
from loyalcore.interpreted.cells import Worth
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.holdings import Holdings, flat, pairs
from loyalcore.interpreted.keeping import keeps
from loyalcore.interpreted.lives import end_by_policy
from loyalcore.interpreted.offers import beyond, takes
from loyalcore.interpreted.paid import by_discount
from loyalcore.interpreted.postings import brought, first_of, free, give, reserve, restore, spend
from loyalcore.interpreted.recording import Asked, fact, follow
from loyalcore.interpreted.rewarding import short
from loyalcore.interpreted.stretches import cells
from loyalcore.rewards import Reward, asked, piece
from loyalcore.rules import Lane
from loyalcore.terms import Terms
from loyalcore.texts import is_id
from loyalcore.transfers import Transferable, keep
from loyalcore.units import Amount, Unit

__all__ = ["draw", "named", "out_of_stock", "take_part", "transfer"]

_TRANSFER: Final = "transfer"


# Who takes part.


def named(held: Holdings, judging: Edition, kind: str, content: tuple[Any, ...]) -> dict[str, Any]:
    """Return the accounts that an event draws on, by the rule that does; None for its own, and where it names none."""
    found = _named(held, judging, kind, content)
    return {role: None if account == held.member else account for role, account in found.items()}


def _named(held: Holdings, judging: Edition, kind: str, content: tuple[Any, ...]) -> dict[str, Any]:
    *_, names, values = content
    given = dict(zip(names, values, strict=True))
    if kind in ("return", "capture", "release"):
        return {row[3]: row[4] for row in _drawn_before(held, given["of"])}
    if kind in ("redemption", "hold"):
        rewards = [each for each in judging.terms.of_kind(Reward) if each.name == given["reward"]]
        return {each.name: each.stock for each in rewards if each.stock is not None}
    if kind == _TRANSFER:
        return {_TRANSFER: given["to"]} if given["to"] != held.member else {}
    found: dict[str, Any] = {}
    for cell in cells(judging, kind) if kind in ("purchase", "activity", "enrolment") else ():
        if cell.budget is not None and cell.window is None:
            account: Any = cell.budget.account
            if isinstance(account, TextOf):
                account = given[account.name] if is_id(given[account.name]) else None
            found[cell.name] = account
    if kind == "purchase" and (claims := given.get("claims")) is not None:
        for rule in judging.terms.of_kind(Discount):
            account = _account(judging.terms, rule)
            if account is not None and (rule.claim != asked or rule.name in claims):
                if isinstance(account, TextOf):
                    account = given[account.name] if is_id(given[account.name]) else None
                found[rule.name] = account
    return found


def _account(terms: Terms, rule: Discount) -> Any:
    """Return the account that a discount comes out of: its stock, its budget, or that of a lane around it."""
    budget, name = rule.budget, rule.name
    while outer := [lane for lane in terms.of_kind(Lane) if name in lane.of]:
        budget, name = outer[0].budget, outer[0].name
    return rule.stock if budget is None else budget.account


def _drawn_before(held: Holdings, of: Any) -> list[Any]:
    """Return what an event and its returns have drawn on other accounts; a hold and its capture are one."""
    seq = held.fact(of)
    if seq is None or held.rows[seq][0] == "return":
        return []
    hold = held.rows[seq][3][1][0] if held.rows[seq][0] == "capture" else of
    facts = [held.fact(hold), held.capture(hold), *held.returns(of)]
    return [row for at in facts if at is not None for _, row in held.caused(at) if row[0] == "draw"]


# What is drawn on them.


def out_of_stock(held: Holdings, content: tuple[Any, ...]) -> Refusal | None:
    """Refuse a redemption, or a hold, that the stock does not cover."""
    name, times, *_ = content[1]
    party = held.parties[name]
    lacking = times - (0 if party is None else party.left(piece.name))
    missing = Amount(piece, lacking)
    return Refusal("out-of-stock", f"{missing} of {name} are not there", missing) if lacking > 0 else None


#: Rule, unit and amount of what is drawn, below zero given back; what the other account gets, until when that is, or
#: was, only set aside, and the event that it belongs to.
_Drawn = tuple[str, str, int, tuple[int, int | None, Any]]


def draw(held: Holdings, terms: Terms, cause: int) -> None:
    """Record what an event draws on other accounts, or gives back, by what it has just posted."""
    at = held.rows[cause][1]
    for rule, unit, amount, move in [*_drawn(held, terms, cause)]:
        if (party := held.parties.get(rule)) is not None:
            if amount:
                held.record(("draw", at, cause, rule, party.account, unit, amount))
            party.moves.append((rule, unit, *move))


def _drawn(held: Holdings, terms: Terms, cause: int) -> Iterator[_Drawn]:
    """Yield what an event draws, and what that moves in the other account."""
    kind, content = held.rows[cause][0], held.rows[cause][3][1]
    if kind in ("redemption", "hold"):
        name, times, *_ = content
        yield name, piece.name, times, (-times, _until(held, cause) if kind == "hold" else None, None)
    elif kind in ("capture", "release"):
        for drawn in _drawn_before(held, content[0]):
            taken = 0 if kind == "release" else drawn[6] if content[1] is None else content[1]
            yield drawn[3], drawn[5], taken - drawn[6], (-taken, _until(held, drawn[2]), content[0])
    elif kind == "return" and (asked := _asked_for(held, content[0])) is not None:
        amounts: dict[tuple[str, str], int] = {}
        for drawn in _drawn_before(held, content[0]):
            amounts[drawn[3], drawn[5]] = amounts.get((drawn[3], drawn[5]), 0) + drawn[6]
        for (rule, unit), amount in amounts.items():
            yield rule, unit, -amount, (amount, None, asked)
    else:
        yield from _given(held, cause, content[0] if kind == "return" else None)
        if kind == "purchase":
            stocked = {rule.name for rule in terms.of_kind(Discount) if rule.stock is not None}
            for name, off in by_discount(held.rows[cause][3], held.rows[cause][4]).items():
                money = sum(off.values())
                unit, amount = (piece.name, 1) if name in stocked else (terms.currency.name, money)
                yield name, unit, amount, (-amount, None, None)
        elif kind == "return":
            yield from _of_discounts(held, terms, content[0])


def _of_discounts(held: Holdings, terms: Terms, of: Any) -> Iterator[_Drawn]:
    """
    Yield what goes back of what discounts of a purchase came out of.

    That is a piece once a discount is off of nothing that is still kept, and of money what is no longer off.
    """
    seq = held.fact(of)
    assert seq is not None  # noqa: S101 - what is returned was recorded
    purchase = held.rows[seq]
    if purchase[0] != "purchase":
        return
    kept, bought = keeps(held, purchase), {row[0]: row[2] for row in purchase[3][1]}
    there = {} if kept is None else dict(kept.items)
    for name, off in by_discount(purchase[3], purchase[4]).items():
        off = {id_: money for id_, money in off.items() if money and id_ in there}  # noqa: PLW2901 - of what is kept
        still = sum(math.floor(Fraction(money * there[id_], bought[id_])) for id_, money in off.items())
        for unit, stays in ((piece.name, min(1, len(off))), (terms.currency.name, still)):
            drawn = sum(row[6] for row in _drawn_before(held, of) if row[3] == name and row[5] == unit)
            if drawn > stays:
                yield name, unit, stays - drawn, (drawn - stays, None, of)


def _given(held: Holdings, cause: int, back: Any) -> Iterator[_Drawn]:
    """Yield what rules gave for an event, below zero what they took back."""
    for _, row in held.caused(cause):
        if row[0] in ("earn", "take"):
            amount = row[5] if row[0] == "earn" else -(row[5] + row[7] + row[9])
            yield row[3], row[4], amount, (-amount, None, back)


def _until(held: Holdings, hold: int) -> int:
    """Return until when the hold at a position sets something aside."""
    found: int = next(row[7] for _, row in held.caused(hold) if row[0] == "reserve")
    return found


def _asked_for(held: Holdings, of: Any) -> Any:
    """Return the id of the redemption or capture that a return is of, by that or the hold's; None for all else."""
    captured = held.capture(of)
    seq = held.fact(of) if captured is None else captured
    return held.rows[seq][2] if seq is not None and held.rows[seq][0] in ("redemption", "capture") else None


# What is done in the other account.


def take_part(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Record what an event of another account does here."""
    cause = fact(held, judging.terms, event)
    spared = event.given.get("spared", ())
    for place, (rule, unit, amount, expires, back) in enumerate(moves_of(held.rows[cause])):
        if amount <= 0 and expires is not None and back is not None:
            free(held, event.at, cause, _set_aside(held, derived_id(event.given["of"], back), rule), -amount)
        elif amount < 0 and expires is not None:
            reserve(held, event.at, cause, rule, unit, -amount, expires)
        elif amount < 0:
            spend(held, event.at, cause, rule, unit, -amount)
        elif back is None:
            end = end_by_policy(held, judging.terms, unit, event.at) if expires is None else expires
            give(held, event.at, cause, rule, unit, amount, end, spared=place in spared)
        else:
            pieces = _pieces_back(held, derived_id(event.given["of"], back), rule, unit, amount)
            restore(held, event.at, cause, ("spend", event.at, cause, rule, unit, amount, pieces))
    follow(held, cause)
    return None


def _set_aside(held: Holdings, of: str, rule: str) -> int:
    """Return where a counterpart set pieces aside that are still held."""
    seq = held.fact(of)
    found = [] if seq is None else [at for at, row in held.caused(seq) if row[0] == "reserve" and row[3] == rule]
    if not found or found[0] not in held.holds:
        raise CorruptLedger(f"account {held.member!r} no longer holds what {of} set aside")
    return found[0]


def _pieces_back(held: Holdings, of: str, rule: str, unit: str, amount: int) -> tuple[int, ...]:
    """Return pieces of the lots that a counterpart drew from, the last ones first, less what came back before."""
    facts = [
        seq
        for seq, row in enumerate(held.rows)
        if row[0] == "counterpart" and of in (row[2], part_of(row) if row[3][1][2] else None)
    ]
    drawn: list[tuple[int, int]] = []
    for _, row in (each for seq in facts for each in held.caused(seq)):
        if row[0] == "spend" and row[3:5] == (rule, unit):
            drawn += pairs(row[6])
        elif row[0] == "restore" and row[3:5] == (rule, unit):
            _, drawn = _taken_off(drawn, row[5])
    if sum(size for _, size in drawn) < amount:
        raise CorruptLedger(f"account {held.member!r} does not know from which lots {of} drew {amount} {unit}")
    pieces, _ = _taken_off(drawn, amount)
    return tuple(part for piece in pieces for part in piece)


def _taken_off(drawn: list[tuple[int, int]], amount: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the last of some pieces that come to an amount, the last one first, and those that are left."""
    last: list[tuple[int, int]] = []
    left: list[tuple[int, int]] = []
    for lot, size in reversed(drawn):
        part = min(amount, size)
        amount -= part
        last += [(lot, part)] if part else []
        left += [(lot, size - part)] if size > part else []
    return last, left[::-1]


# Transfers.


def transfer(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Give units to another member."""
    to, name, places, amount, *of = event.content[1]
    terms, unit, used = judging.terms, Unit(name, places), Worth()
    rule = next((each for each in terms.of_kind(Transferable) if each.unit.name == name), None)
    if (refusal := _barred(held, rule, to, Amount(unit, amount))) is not None:
        return refusal
    assert rule is not None  # noqa: S101 - without a rule all is barred
    fee = 0 if rule.fee is None else rule.fee.minor
    lots = brought(held, unit, *of) if of else None
    if isinstance(lots, Refusal):
        return lots
    if (refusal := short(held, unit, amount + fee)) is not None:
        return refusal
    there = amount if lots is None else sum(lots[1::2])
    if there < amount:
        return Refusal("insufficient", "one event did not bring as much", Amount(unit, amount - there))
    for limit in rule.limit:
        if lacking := takes(held, terms, limit, rule.name, event.at, (amount, 1), used):
            return beyond(limit, rule.name, unit, lacking)
    cause = fact(held, terms, event, (), flat(used.sums), flat(used.slides))
    if lots is None:
        spend(held, event.at, cause, _TRANSFER, name, amount)
    else:
        held.record(("spend", event.at, cause, _TRANSFER, name, amount, first_of(lots, amount)[0]))
    pieces = pairs(held.rows[-1][6])
    if fee:
        spend(held, event.at, cause, "transfer fee", name, fee)
    party = held.parties[_TRANSFER]
    for (end, spared), arrives in _arriving(held, rule, pieces).items():
        if arrives:
            party.spared += [len(party.moves)] if spared else []
            party.moves.append((_TRANSFER, name, arrives, end, None))
    follow(held, cause)
    return None


def _barred(held: Holdings, rule: Transferable | None, to: Any, amount: Amount) -> Refusal | None:
    """Refuse a transfer that the rule does not allow, or to nobody who could get it."""
    if rule is None:
        return Refusal("not-transferable", f"{amount} stay with the member")
    if to == held.member:
        return Refusal("to-oneself", "a transfer is to another member")
    if rule.minimum is not None and amount < rule.minimum:
        return Refusal("below-minimum", f"{amount} is too little", rule.minimum - amount)
    if rule.step is not None and amount.minor % rule.step.minor:
        return Refusal("not-in-steps", f"{amount} is no multiple of {rule.step}")
    return None if held.parties[_TRANSFER].held.rows else Refusal("unknown-member", f"account {to!r} has no entries")


def _arriving(held: Holdings, rule: Transferable, pieces: list[tuple[int, int]]) -> dict[tuple[int | None, bool], int]:
    """
    Return what the other gets, by the end that units keep and whether inactivity spares them.

    That is None for an end by the policy of the unit.

    The share that arrives is floored for the whole: each piece gets what it adds to that.
    """
    found: dict[tuple[int | None, bool], int] = {}
    given = 0
    for lot, size in pieces:
        end = (held.lots[lot].end, lot in held.spared) if rule.expiry == keep else (None, False)
        before, given = int(Fraction(given) * rule.arrives), given + size
        found[end] = found.get(end, 0) + int(given * rule.arrives) - before
    return found
