"""Postings: what is given, taken back, spent and given back, lot by lot."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from loyalcore.answers import Refusal
from loyalcore.burning import Burn, cheapest_first, dearest_first, newest_first, soonest_first
from loyalcore.calendar import zone
from loyalcore.conditions import InTier
from loyalcore.dates import EventDate
from loyalcore.durations import Duration
from loyalcore.ends import EndOf, Inactivity
from loyalcore.entries import Row
from loyalcore.expiry import Expiry
from loyalcore.instants import FOREVER
from loyalcore.interpreted.awards import Grant
from loyalcore.interpreted.cells import Cell, own_cells
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.holdings import Holdings, Lot, pairs, triples
from loyalcore.interpreted.lives import begins, end_of_life, life_of, waited
from loyalcore.interpreted.questions import Case, holds
from loyalcore.maturity import Until, mature, maturing
from loyalcore.returning import clamp, debt, other_lots, write_off
from loyalcore.rules import Earn
from loyalcore.terms import Terms
from loyalcore.units import Unit

__all__ = [
    "brought",
    "confirm",
    "extend",
    "first_of",
    "free",
    "give",
    "lots_of",
    "post",
    "reserve",
    "restore",
    "room",
    "spend",
    "stand_still",
    "suspend",
    "suspending",
    "take_from",
    "time_out",
]


def extend(held: Holdings, at: int, cause: int, kind: str) -> None:
    """Put deadlines off because the member did something; what comes late never brings one nearer."""
    for rule in _inactive(held):
        if kind in rule.life.kinds:
            _put_off(held, rule, at, cause)


def _inactive(held: Holdings) -> list[Any]:
    """Return the policies of units that end for want of activity."""
    return [rule for rule in held.in_force.terms.of_kind(Expiry) if isinstance(rule.life, Inactivity)]


def _put_off(held: Holdings, rule: Expiry, at: int, cause: int) -> None:
    unit, deadline = rule.unit.name, _deadline(held, rule, at)
    later = deadline > held.deadline(unit) or not _runs(held, unit)
    if deadline > held.now and later and not _stands_still(held, rule):
        held.record(("extend", at, cause, unit, deadline))


def _deadline(held: Holdings, rule: Expiry, at: int) -> int:
    assert isinstance(rule.life, Inactivity)  # noqa: S101 - nothing else has a deadline
    return zone(held.in_force.terms.timezone).plus(at, rule.life.duration)


def _stands_still(held: Holdings, rule: Expiry) -> bool:
    """Tell whether the time of units stands still in the tier that the member has."""
    terms, unless = held.in_force.terms, rule.unless
    return isinstance(unless, InTier) and held.tier(terms, unless.ladder) in unless.tiers


def stand_still(held: Holdings, at: int, cause: int, ladder: str) -> None:
    """Let the time of units stand still, or begin anew, as a tier changes; others do not end, or end again."""
    for rule in held.in_force.terms.of_kind(Expiry):
        if not isinstance(rule.unless, InTier) or rule.unless.ladder != ladder:
            continue
        if not isinstance(rule.life, Inactivity):
            suspend(held, at, cause, rule.unit.name)
            continue
        unit, still = rule.unit.name, _stands_still(held, rule)
        if still and held.deadline(unit) < FOREVER:
            held.record(("extend", at, cause, unit, FOREVER))
        elif not still and held.deadline(unit) == FOREVER and held.has_idle(unit):
            held.record(("extend", at, cause, unit, _deadline(held, rule, at)))


def suspend(held: Holdings, at: int, cause: int, unit: str) -> None:
    """Let usable units of a kind not end, or end again, where that is not as the member's tier says."""
    rules = [rule for rule in suspending(held.in_force.terms) if rule.unit.name == unit]
    still = any(_stands_still(held, rule) for rule in rules)
    if still != (held.stays.get(unit) == FOREVER):
        now = max(at, held.now)
        held.record(("suspend", now, cause, unit, None if still else now))


def suspending(terms: Terms) -> list[Expiry]:
    """Return the policies of units that have ends of their own, and do not end in some tiers."""
    return [rule for rule in terms.of_kind(Expiry) if rule.unless is not None and not isinstance(rule.life, Inactivity)]


def _runs(held: Holdings, unit: str) -> bool:
    """Tell whether a deadline is set that has not passed."""
    return held.now < held.deadline(unit) < FOREVER


# Giving.


def post(held: Holdings, at: int, cause: int, grant: Grant, purchase: int | None) -> None:
    """Record what a cell gives or takes back; *purchase* is the position of the purchase that a return is of."""
    cell, amount, window, since = grant
    terms, rule = cell.terms, cell.rule
    if amount < 0:
        _take_back(held, at, cause, grant, purchase)
        return
    start, content = at if since is None else max(at, since), held.rows[cause if purchase is None else purchase][3]
    usable, ends = start, None
    if isinstance(rule.pending, Duration | EndOf):
        usable = waited(rule.pending, held, terms, start)
    elif isinstance(rule.pending, EventDate):
        usable = max(start, begins(rule.pending, terms, content))
    elif isinstance(rule.pending, Until):
        came = None if purchase is None else _came(held, terms, rule.pending, held.rows[purchase][2])
        usable = _latest(terms, rule.pending, start)
        if came is not None:
            usable = min(max(came, start), usable)
        elif usable == FOREVER:
            ends = _lapse(held, terms, rule, start, content)
    if ends is None:
        ends = _end_of(held, terms, rule, usable if rule.expires_from == maturing else start, content)
    waits = usable if usable > held.now else None
    for policy in _inactive(held):
        if cell.name in policy.life.rules:
            _put_off(held, policy, at, cause)
    give(held, at, cause, cell.name, rule.gives.unit.name, amount, ends, waits, window)


def _end_of(held: Holdings, terms: Terms, rule: Earn, at: int, content: Any) -> int:
    """Return when units of a rule end whose life is counted from a moment, or ends with a date of their event."""
    if isinstance(rule.expires, EventDate):
        return max(at, begins(rule.expires, terms, content, after=1))
    life = life_of(terms, rule.gives.unit.name) if rule.expires is None else rule.expires
    return end_of_life(life, held, terms, at)


# Waiting for an event.


def _lapse(held: Holdings, terms: Terms, rule: Earn, at: int, content: Any) -> int:
    """Return when units end if what they wait for does not come: at the deadline, or before with their life."""
    assert isinstance(rule.pending, Until)  # noqa: S101 - they wait for an event
    deadline = zone(terms.timezone).plus(at, rule.pending.within)
    return deadline if rule.expires_from == maturing else min(deadline, _end_of(held, terms, rule, at, content))


def _latest(terms: Terms, until: Until, at: int) -> int:
    """Return from when units are usable if what they wait for does not come: from the deadline on, or never."""
    return zone(terms.timezone).plus(at, until.within) if until.otherwise == mature else FOREVER


def _comes(terms: Terms, until: Until, at: int, content: Any) -> bool:
    """Tell whether an activity is what units wait for."""
    return holds(until.event, Case(terms, "activity", at, dict(zip(*content, strict=True)), (), {}))


def _usable(terms: Terms, until: Until, came: int) -> int:
    """Return from when units are usable once what they wait for has come."""
    return came if until.then is None else zone(terms.timezone).plus(came, until.then)


def _came(held: Holdings, terms: Terms, until: Until, purchase: Any) -> int | None:
    """Return from when units of a purchase are usable if what they wait for has come already: the first that holds."""
    found = [row[1] for row in held.about(purchase) if _comes(terms, until, row[1], row[3])]
    return _usable(terms, until, found[0]) if found else None


def confirm(held: Holdings, judging: Edition, at: int, cause: int, purchase: int) -> None:
    """Let the lots of a purchase mature that have waited for the activity that was recorded at *cause*."""
    terms = judging.terms
    for cell in own_cells(terms, "purchase"):
        until = cell.rule.pending
        if cell.window is not None or not isinstance(until, Until) or not _comes(terms, until, at, held.rows[cause][3]):
            continue
        for lot in _lots_of(held, cell, purchase, None):
            _, earned, _, _, unit, _, known, *_ = held.rows[lot]
            # Another version of the program may have given it in another unit, or at once.
            waits = unit == cell.rule.gives.unit.name and known in (FOREVER, _latest(terms, until, earned))
            if waits and lot not in held.confirmed and any(each.name == lot for each in held.pending(unit)):
                usable = min(_usable(terms, until, at), known)
                since = usable if cell.rule.expires_from == maturing else earned
                ends = _end_of(held, terms, cell.rule, since, held.rows[purchase][3])
                held.record(("confirm", at, cause, lot, unit, usable, ends))


def give(
    held: Holdings,
    at: int,
    cause: int,
    rule: str,
    unit: str,
    amount: int,
    ends: int,
    usable: int | None = None,
    window: int | None = None,
    *,
    spared: bool = False,
) -> None:
    """Open a lot; what is usable at once pays debt first."""
    ending = [policy for policy in _inactive(held) if policy.unit.name == unit]
    spared = spared or any(rule in policy.life.spares for policy in ending)
    for policy in () if spared else ending:
        if not _runs(held, unit) and not _stands_still(held, policy):
            held.record(("extend", at, cause, unit, _deadline(held, policy, at)))
    if not (spared or ending) and held.deadline(unit) <= held.now:
        held.record(("extend", at, cause, unit, FOREVER))
    if any(policy.unit.name == unit for policy in suspending(held.in_force.terms)):
        suspend(held, at, cause, unit)
    repaid = min(held.debt(unit), amount) if usable is None else 0
    held.record(("earn", at, cause, rule, unit, amount, usable, ends, repaid, window))
    if spared:
        held.record(("spare", at, cause, held.newest, unit))


# Taking back.


def _take_back(held: Holdings, at: int, cause: int, grant: Grant, purchase: int | None) -> None:
    """Take units of a cell back: its window's, or those of a purchase."""
    cell, change, window, _ = grant
    taken = [row for row in held.rows if row[0] == "take" and (row[3], row[10]) == (cell.name, window)]
    if window is None:
        assert purchase is not None  # noqa: S101 - only a return takes back what a purchase was given
        returns = held.returns(held.rows[purchase][2])
        taken = [row for row in taken if row[2] in returns]
    giver = cell.name, cell.rule.gives.unit.name, cell.rule.taking_back or cell.terms.taking_back
    take_from(held, at, cause, giver, -change, _lots_of(held, cell, purchase, window), taken, window)


def take_from(
    held: Holdings,
    at: int,
    cause: int,
    giver: tuple[str, str, str],
    rest: int,
    lots: list[int],
    taken: list[Row],
    window: int | None,
) -> None:
    """
    Take units back: from the giver's own lots, then what expired of them, then by policy what was spent.

    *giver* is the rule, the unit and the policy, *taken* what was taken back of it before.
    """
    name, unit, taking_back = giver
    pieces: dict[int, int] = {}
    for lot in reversed(lots):
        if part := min(rest, held.lots[lot].left):
            pieces[lot] = part
            rest -= part
    # What expired of the lots, less what was found expired before.
    lapsed = min(rest, max(0, sum(held.lots[lot].expired for lot in lots) - sum(row[7] for row in taken)))
    rest -= lapsed
    if taking_back in (other_lots, clamp):
        others = [(other, other.left - pieces.get(other.name, 0)) for other in burnt(held, unit)]
        free = max(0, sum(left for _, left in others) - held.debt(unit)) if taking_back == clamp else rest
        for other, left in others:
            if part := min(rest, left, free):
                pieces[other.name] = pieces.get(other.name, 0) + part
                rest, free = rest - part, free - part
    owed = rest if taking_back in (debt, other_lots) else 0
    written = rest if taking_back in (clamp, write_off) else 0
    total = sum(pieces.values()) + owed
    flat = tuple(part for piece in pieces.items() for part in piece)
    held.record(("take", at, cause, name, unit, total, flat, lapsed, owed, written, window))


def _lots_of(held: Holdings, cell: Cell, purchase: int | None, window: int | None) -> list[int]:
    """Return the lots that a cell was given, oldest first: its window's, or those of a purchase and its returns."""
    if window is not None:
        return [
            seq for seq, row in enumerate(held.rows) if row[0] == "earn" and (row[3], row[9]) == (cell.name, window)
        ]
    assert purchase is not None  # noqa: S101 - only a return takes back what a purchase was given
    return lots_of(held, cell.name, purchase)


def lots_of(held: Holdings, name: str, purchase: int) -> list[int]:
    """Return the lots that a rule gave for a purchase, oldest first: with it, or with its returns."""
    facts = [purchase, *held.returns(held.rows[purchase][2])]
    caused = [found for fact in facts for found in held.caused(fact)]
    return [seq for seq, row in caused if row[0] == "earn" and (row[3], row[9]) == (name, None)]


# Spending.


def spend(held: Holdings, at: int, cause: int, rule: str, unit: str, amount: int) -> None:
    """Take units, those first that are used first; the caller has seen that there are so many."""
    held.record(("spend", at, cause, rule, unit, amount, draw(held, unit, amount)))


def burnt(held: Holdings, unit: str) -> list[Lot]:
    """Return the lots that can be drawn from, in the order in which they are: soonest to end, or as a rule says."""
    lots = held.usable(unit)
    for burn in held.in_force.terms.of_kind(Burn):
        if burn.unit.name == unit:
            lots.sort(key=lambda lot: lot.name)
            if burn.by_date:
                lots.sort(key=lambda lot: held.rows[lot.name][1])
            if burn.order == newest_first:
                lots.reverse()
            if burn.order == soonest_first:
                lots.sort(key=lambda lot: (min(lot.end, held.idle(lot)), lot.end))
            elif burn.order in (dearest_first, cheapest_first):
                least = burn.order == cheapest_first
                lots.sort(key=lambda lot: held.worths.get(lot.name, Fraction(0)) * (1 if least else -1))
        for each in reversed(burn.first if burn.unit.name == unit else ()):
            names = [each] if isinstance(each, str) else each
            lots.sort(key=lambda lot, names=names: held.rows[lot.name][3] not in names)  # type: ignore[misc]
    return lots


def draw(held: Holdings, unit: str, amount: int) -> tuple[int, ...]:
    """Return the pieces of lots that so many units come from, lot and amount in turn."""
    pieces = tuple(part for lot in burnt(held, unit) for part in (lot.name, lot.left))
    return first_of(pieces, amount)[0]


def restore(held: Holdings, at: int, cause: int, spent: tuple[Any, ...]) -> None:
    """Give spent units back: they pay debt first, the rest goes into the lots they came from."""
    _, _, _, rule, unit, amount, pieces = spent
    repaid = min(held.debt(unit), amount)
    _, back = first_of(pieces, repaid)
    held.record(("restore", at, cause, rule, unit, amount, back, repaid))


# Holding.


def reserve(held: Holdings, at: int, cause: int, rule: str, unit: str, amount: int, until: int) -> None:
    """Set units aside, those that would be spent first."""
    held.record(("reserve", at, cause, rule, unit, amount, draw(held, unit, amount), until))


def free(held: Holdings, at: int, cause: int | None, hold: int, captured: int = 0) -> None:
    """End a hold: what is captured is spent, from the first pieces on; the rest pays debt, then goes back."""
    _, _, _, rule, unit, amount, pieces, _ = held.rows[hold]
    repaid = min(held.debt(unit), amount - captured)
    spent, rest = first_of(pieces, captured)
    _, kept = first_of(rest, repaid)
    # All but what pays debt comes out of the hold, so that spending is one kind of row wherever the units were.
    back: dict[int, int] = {}
    for lot, size in [*pairs(spent), *pairs(kept)]:
        back[lot] = back.get(lot, 0) + size
    flat = tuple(part for piece in back.items() for part in piece)
    held.record(("free", at, cause, rule, unit, amount, flat, repaid, hold))
    if spent:
        held.record(("spend", at, cause, rule, unit, captured, spent))


def room(held: Holdings, hold: int, left: int, size: int) -> list[tuple[Any, ...]]:
    """Return the changes of tallies that free the room of limits which a hold took, as far as it is left unspent."""
    changes = []
    for flat in held.rows[held.rows[hold][2]][5:7]:
        back = [(name, at, -(amount * left // size)) for name, at, amount in triples(flat)]
        changes.append(tuple(part for each in back if each[2] for part in each))
    return changes


def time_out(held: Holdings, at: int, hold: int) -> None:
    """Release a hold that nobody has ended; an entry of its own says what room it frees, if it took some."""
    sums, slides = room(held, hold, 1, 1)
    program = held.rows[held.rows[hold][2]][8]
    free(held, at, None, hold)
    if sums or slides:
        held.record(("arise", at, len(held.rows) - 1, "hold timed out", None, (), sums, slides, program))


def brought(held: Holdings, unit: Unit, of: Any) -> tuple[int, ...] | Refusal:
    """Return what is left of all that can be drawn, or of what one event brought, as pieces in the order of drawing."""
    seq = None if of is None else held.fact(of)
    if of is not None and seq is None:
        return Refusal("unknown-event", f"there is no event {of!r}")
    lots = [lot for lot in burnt(held, unit.name) if seq is None or held.rows[lot.name][2] == seq]
    return tuple(part for lot in lots for part in (lot.name, lot.left))


def first_of(pieces: tuple[int, ...], amount: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the first of some pieces that come to an amount, and the rest."""
    first: list[int] = []
    rest: list[int] = []
    for lot, size in pairs(pieces):
        part = min(amount, size)
        amount -= part
        first += (lot, part) if part else ()
        rest += (lot, size - part) if size > part else ()
    return tuple(first), tuple(rest)
