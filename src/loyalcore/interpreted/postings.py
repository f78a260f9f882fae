"""Postings: what is given, taken back, spent and given back, lot by lot."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from loyalcore.calendar import zone
from loyalcore.durations import Duration
from loyalcore.ends import EndOf, Inactivity, Never
from loyalcore.expiry import Expiry
from loyalcore.instants import FOREVER
from loyalcore.interpreted.awards import Cell, Grant
from loyalcore.interpreted.holdings import Holdings, pairs
from loyalcore.interpreted.questions import Unread
from loyalcore.interpreted.windows import end
from loyalcore.rewards import Reward, asked, repeatedly
from loyalcore.rules import debt, other_lots, write_off
from loyalcore.terms import Terms

__all__ = ["claim", "end_by_policy", "extend", "give", "post", "restore", "spend"]


# When units end.


@singledispatch
def end_of_life(life: Any, held: Holdings, terms: Terms, at: int) -> int:
    """Return when units that are given at a moment end."""
    raise Unread(life, "the life")


@end_of_life.register(type(None))
@end_of_life.register(Never)
@end_of_life.register(Inactivity)
def _(life: Never | Inactivity | None, held: Holdings, terms: Terms, at: int) -> int:
    return FOREVER  # of inactivity, by a deadline that moves, see `extend`


@end_of_life.register(Duration)
def _(life: Duration, held: Holdings, terms: Terms, at: int) -> int:
    return zone(terms.timezone).plus(at, life)


@end_of_life.register(EndOf)
def _(life: EndOf, held: Holdings, terms: Terms, at: int) -> int:
    return end(held, terms, life, at)


def _life(terms: Terms, unit: str) -> Any:
    return next((rule.life for rule in terms.of_kind(Expiry) if rule.unit.name == unit), None)


def end_by_policy(held: Holdings, terms: Terms, unit: str, at: int) -> int:
    """Return when units that are given at a moment end by the unit's policy."""
    return end_of_life(_life(terms, unit), held, terms, at)


def extend(held: Holdings, terms: Terms, at: int, cause: int) -> None:
    """Put deadlines off because the member did something; what comes late never brings one nearer."""
    for rule in terms.of_kind(Expiry):
        if isinstance(rule.life, Inactivity):
            running = held.deadline(rule.unit.name)
            deadline = zone(terms.timezone).plus(at, rule.life.duration)
            if deadline > held.now and (deadline > running or not _runs(held, rule.unit.name)):
                held.record(("extend", at, cause, rule.unit.name, deadline))


def _runs(held: Holdings, unit: str) -> bool:
    """Tell whether a deadline is set that has not passed."""
    return held.now < held.deadline(unit) < FOREVER


# Giving.


def post(held: Holdings, terms: Terms, at: int, cause: int, grant: Grant, purchase: int | None) -> None:
    """Record what a cell gives or takes back; *purchase* is the position of the purchase that a return is of."""
    cell, amount, window = grant
    rule = cell.rule
    if amount < 0:
        _take_back(held, terms, at, cause, grant, purchase)
        return
    life = _life(terms, rule.gives.unit.name) if rule.expires is None else rule.expires
    usable = None
    if rule.pending is not None:
        assert isinstance(rule.pending, Duration)  # noqa: S101 - `check_read` says so
        later = zone(terms.timezone).plus(at, rule.pending)
        usable = later if later > held.now else None
    ends = end_of_life(life, held, terms, at)
    give(held, terms, at, cause, cell.name, rule.gives.unit.name, amount, ends, usable, window)


def give(
    held: Holdings,
    terms: Terms,
    at: int,
    cause: int,
    rule: str,
    unit: str,
    amount: int,
    ends: int,
    usable: int | None = None,
    window: int | None = None,
) -> None:
    """Open a lot; what is usable at once pays debt first."""
    life = _life(terms, unit)
    if isinstance(life, Inactivity) and not _runs(held, unit):
        held.record(("extend", at, cause, unit, zone(terms.timezone).plus(at, life.duration)))
    repaid = min(held.debt(unit), amount) if usable is None else 0
    held.record(("earn", at, cause, rule, unit, amount, usable, ends, repaid, window))


# Taking back.


def _take_back(held: Holdings, terms: Terms, at: int, cause: int, grant: Grant, purchase: int | None) -> None:
    """Take units back: from the cell's own lots, then what expired of them, then by policy what was spent."""
    cell, change, window = grant
    unit, rest = cell.rule.gives.unit.name, -change
    taking_back = cell.rule.taking_back or terms.taking_back
    lots = _lots_of(held, cell, purchase, window)
    pieces: dict[int, int] = {}
    for lot in reversed(lots):
        if part := min(rest, held.lots[lot].left):
            pieces[lot] = part
            rest -= part
    lapsed = min(rest, _lapsed(held, cell, lots, purchase, window))
    rest -= lapsed
    if taking_back == other_lots:
        for other in held.usable(unit):
            taken = pieces.get(other.name, 0)
            if part := min(rest, other.left - taken):
                pieces[other.name] = taken + part
                rest -= part
    owed = rest if taking_back in (debt, other_lots) else 0
    written = rest if taking_back == write_off else 0
    total = sum(pieces.values()) + owed
    flat = tuple(part for piece in pieces.items() for part in piece)
    held.record(("take", at, cause, cell.name, unit, total, flat, lapsed, owed, written, window))


def _lots_of(held: Holdings, cell: Cell, purchase: int | None, window: int | None) -> list[int]:
    """Return the lots that a cell was given, oldest first: its window's, or those of a purchase and its returns."""
    if window is not None:
        return [
            seq for seq, row in enumerate(held.rows) if row[0] == "earn" and (row[3], row[9]) == (cell.name, window)
        ]
    assert purchase is not None  # noqa: S101 - only a return takes back what a purchase was given
    facts = [purchase, *held.returns(held.rows[purchase][2])]
    caused = [found for fact in facts for found in held.caused(fact)]
    return [seq for seq, row in caused if row[0] == "earn" and (row[3], row[9]) == (cell.name, None)]


def _lapsed(held: Holdings, cell: Cell, lots: list[int], purchase: int | None, window: int | None) -> int:
    """Return what expired of a cell's lots, less what was found expired before."""
    taken = [row for row in held.rows if row[0] == "take" and (row[3], row[10]) == (cell.name, window)]
    if window is None:
        assert purchase is not None  # noqa: S101 - only a return takes back what a purchase was given
        returns = held.returns(held.rows[purchase][2])
        taken = [row for row in taken if row[2] in returns]
    absorbed: int = sum(row[7] for row in taken)
    return max(0, sum(held.lots[lot].expired for lot in lots) - absorbed)


# Spending.


def spend(held: Holdings, at: int, cause: int, rule: str, unit: str, amount: int) -> None:
    """Take units from the soonest to end; the caller has seen that there are so many."""
    held.record(("spend", at, cause, rule, unit, amount, held.draw(unit, amount)))


def restore(held: Holdings, at: int, cause: int, spent: tuple[Any, ...]) -> None:
    """Give spent units back: they pay debt first, the rest goes into the lots they came from."""
    _, _, _, rule, unit, amount, pieces = spent
    repaid = left = min(held.debt(unit), amount)
    back: list[int] = []
    for lot, part in pairs(pieces):
        paid = min(left, part)
        left -= paid
        if part > paid:
            back += (lot, part - paid)
    held.record(("restore", at, cause, rule, unit, amount, tuple(back), repaid))


def claim(held: Holdings, terms: Terms, at: int, cause: int) -> None:
    """Claim the rewards that nobody has to ask for."""
    for reward in terms.of_kind(Reward):
        unit = reward.cost.unit.name
        while reward.claim != asked and held.balance(unit) >= reward.cost.minor and not held.debt(unit):
            spend(held, at, cause, reward.name, unit, reward.cost.minor)
            if reward.claim != repeatedly:
                break
