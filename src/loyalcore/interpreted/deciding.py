"""
Deciding: what each kind of event does.

To add a kind of event, write what it does and name it in `DECIDES`. A function records rows, or answers a refusal and
records nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from loyalcore.answers import Refusal
from loyalcore.calendar import zone
from loyalcore.counterparts import derived_id
from loyalcore.entries import Row
from loyalcore.errors import EventConflict, UnknownProgram
from loyalcore.events import Activity, Event, Return
from loyalcore.holds import Capture, Release
from loyalcore.interpreted.arising import await_turns, turns
from loyalcore.interpreted.awards import changes, judged
from loyalcore.interpreted.budgets import Party, of_budgets
from loyalcore.interpreted.cells import Cell, Part, Worth
from loyalcore.interpreted.claiming import claim, claim_at_once
from loyalcore.interpreted.deducting import deduct, deduct_back
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.histories import freeze, tallies
from loyalcore.interpreted.holdings import Holdings, anchors_set, flat, pairs, triples
from loyalcore.interpreted.keeping import Kept, case_of, keeps, keeps_all, kept_case, lacks, less, money
from loyalcore.interpreted.ladders import anew, appoint, begin, climb, dismiss, ladders
from loyalcore.interpreted.lives import end_by_policy
from loyalcore.interpreted.migrating import migrate
from loyalcore.interpreted.parties import draw, out_of_stock, take_part, transfer
from loyalcore.interpreted.passing import settle
from loyalcore.interpreted.paying import give_back, tender, uses_again
from loyalcore.interpreted.postings import brought, confirm, extend, first_of, give, post, suspending
from loyalcore.interpreted.questions import Case
from loyalcore.interpreted.raising import raise_again, raise_for
from loyalcore.interpreted.recording import Asked, fact, follow
from loyalcore.interpreted.refusing import refused
from loyalcore.interpreted.rewarding import capture, hold, redeem, release, undo
from loyalcore.interpreted.rooms import Rooms
from loyalcore.interpreted.streaks import begin_runs
from loyalcore.interpreted.stretches import asked, cells
from loyalcore.interpreted.windows import anchor_of, bounds
from loyalcore.interpreted.worths import deem_again, deem_given, deem_opened
from loyalcore.ladders import Ladder
from loyalcore.limits import reject, truncate
from loyalcore.returning import as_kept, in_proportion, stays
from loyalcore.rules import Earn
from loyalcore.units import Amount, Unit
from loyalcore.windows import Rolling

__all__ = ["DECIDES", "decide_together", "judge_of"]


def judge_of(held: Holdings, event: Event) -> Edition:
    """Return the version of a book that judges an event: of its moment, or the one that judged what it is about."""
    if (own := held.fact(event.id)) is not None:
        return held.version_of(own)
    about = event.of if isinstance(event, Return | Capture | Release | Activity) else None
    at, found = held.version_at(event.instant), None if about is None else held.fact(about)
    if found is None:
        return at
    judged = held.version_of(found)
    return max(at, judged, key=lambda each: each.start) if isinstance(event, Activity) else judged


# Events that earn, and returns of purchases.


def _earn(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Judge an event by what the history answers now, and grant what it is worth; first it is paid."""
    paid = tender(held, judging.terms, event)
    if isinstance(paid, Refusal):
        return paid
    moments = asked(judging, event.kind)
    frozen = (*(each for terms, some in moments for each in freeze(held, terms, some, event.at)), *paid.parts)
    items = event.content[1] if event.kind == "purchase" else ()
    case = case_of(judging, event.kind, event.at, event.content, items, frozen)
    worth = judged(held, judging, case, lambda case, cell, award, worth: Rooms(held, case, cell, worth).fit(award))
    grants, sums, slides = changes(held, judging, case, Worth(), worth)
    sums, slides = (*sums, *flat(paid.used.sums)), (*slides, *flat(paid.used.slides))
    cause = fact(held, judging.terms, event, frozen, sums, slides)
    if event.kind != "enrolment":
        extend(held, event.at, cause, event.kind)
    paid.spend(held, event.at, cause)
    for grant in grants:
        post(held, event.at, cause, grant, None)
        deem_given(held, event.at, cause, grant, case)
    settle(held)
    deduct(held, event.at, cause, case)
    follow(held, cause)
    since = len(held.rows)
    claim(held, event.kind, event.at, cause, settle)
    anew(held, since, held.now, cause)
    raise_for(held, event.at, cause, case)
    return None


def _return(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Take back what a purchase has lost with what is no longer kept of it, or undo a redemption."""
    of, *gone = event.content[1]
    seq = held.fact(of)
    if seq is None:
        return Refusal("unknown-purchase", f"there is no purchase {of!r}")
    if held.rows[seq][0] == "hold" and (captured := held.capture(of)) is not None:
        seq = captured
    if held.rows[seq][0] in ("redemption", "capture"):
        return undo(held, judging, event, seq)
    if held.rows[seq][0] not in ("purchase", "activity"):
        return Refusal("not-returnable", f"{of!r} is no purchase, activity or redemption")
    purchase = held.rows[seq]
    kept = keeps(held, purchase)
    if kept is None:
        return Refusal("nothing-left", f"nothing is kept of purchase {of!r}")
    if lacks(purchase, kept, *gone):
        return Refusal("not-kept", f"not all of that is kept of purchase {of!r}")
    if purchase[8] != judging.terms.hash:
        raise UnknownProgram(f"purchase {of!r} was judged by program {purchase[8]}, not by {judging.terms.hash}")
    left, case = less(kept, *gone), kept_case(judging, purchase, kept)
    old, new = _worth(held, judging, seq, kept), _worth(held, judging, seq, left)
    of_budgets(held, cells(judging, case.kind), seq, old, new)
    grants, sums, slides = changes(held, judging, case, old, new)
    cause = fact(held, judging.terms, event, (), sums, slides)
    for grant in grants:
        post(held, event.at, cause, grant, seq)
    now = None if left is None else kept_case(judging, purchase, left)
    if now is not None:
        deem_again(held, judging, event.at, cause, seq, now)
    if purchase[0] == "purchase":
        give_back(held, judging.terms, event.at, cause, seq, (kept.items, left.items if left is not None else {}))
    deduct_back(held, judging.terms, event.at, cause, seq)
    follow(held, cause)
    raise_again(held, judging.terms, event.at, cause, seq, now)
    return None


def _worth(held: Holdings, judging: Edition, seq: int, kept: Kept | None) -> Worth:
    """Return what a purchase is worth with what is kept of it, by what was frozen and the policies of its rules."""
    given: dict[str, int] = {}
    for _, row in held.caused(seq):
        if row[0] == "earn" and row[9] is None:
            given[row[3]] = given.get(row[3], 0) + row[5]
    purchase = held.rows[seq]
    if kept is None:
        staying = [cell for cell in cells(judging, purchase[0]) if cell.rule.on_return == stays]
        worth = Worth()
        worth.awards |= {cell.name: [(None, given.get(cell.name, 0))] for cell in staying}
        return worth
    had = {(name, place): amount for name, place, amount in (*triples(purchase[5]), *triples(purchase[6]))}

    def fitting(case: Case, cell: Cell, award: int, worth: Worth) -> list[Part]:
        left = _left(cell.rule, given.get(cell.name, 0), award, purchase, kept)
        return Rooms(held, case, cell, worth).again(left, had) if left else []

    worth = judged(held, judging, kept_case(judging, purchase, kept), fitting)
    if purchase[0] == "purchase":
        uses_again(held, judging.terms, purchase, kept.items, worth)
    return worth


def _left(rule: Earn, award: int, value: int, purchase: Row, kept: Kept) -> int:
    """Return what is left of an award after returns: what is kept is worth a value, unless a policy says what goes."""
    if rule.on_return == as_kept:
        return min(award, value)
    if rule.on_return == in_proportion:
        left, of = money(purchase, kept), money(purchase, keeps_all(purchase))
        return min(award, int(rule.rounding(award * left, of))) if of else award
    return award if rule.on_return == stays or kept == keeps_all(purchase) else 0


# Other events; what members ask for stands in `rewarding`.


def _taken(held: Holdings, unit: Unit, cost: int, of: Any, otherwise: str) -> tuple[Any, ...] | Refusal:
    """Return which lots units are taken from by hand, and how many are owed, or why none are taken."""
    lots = brought(held, unit, of)
    if isinstance(lots, Refusal):
        return lots
    locked_in = [lot for lot in held.pending(unit.name) if of is not None and held.rows[lot.name][2] == held.fact(of)]
    waits = tuple(part for lot in locked_in for part in (lot.name, lot.left))
    there, locked, owed = sum(lots[1::2]), sum(waits[1::2]), held.debt(unit.name)
    if otherwise == reject and owed:
        return Refusal("in-debt", f"{Amount(unit, owed)} are owed", Amount(unit, owed))
    if otherwise == reject and there + locked < cost:
        missing = Amount(unit, cost - there - locked)
        return Refusal("insufficient", f"{missing} short", missing)
    if otherwise == truncate:
        there = max(0, min(there, held.balance(unit.name) - owed))
        cost = min(cost, there + locked)
    pieces, _ = first_of(lots, min(cost, there))
    more, _ = first_of(waits, cost - sum(pieces[1::2]))
    return (*pieces, *more), cost - sum(pieces[1::2]) - sum(more[1::2])


def _later(held: Holdings, usable: int | None = None) -> int | None:
    """Return from when units are usable that a host gives, None where they are already."""
    return usable if usable is not None and usable > held.now else None


def _adjust(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Give or take units by hand."""
    name, places, amount, _, expires, *more = event.content[1]
    of, otherwise = more if len(more) > 1 else (None, reject)
    taken = _taken(held, Unit(name, places), -amount, of, otherwise) if amount < 0 else ((), 0)
    if isinstance(taken, Refusal):
        return taken
    cause = fact(held, judging.terms, event)
    if amount < 0:
        pieces, owed = taken
        if pieces:
            held.record(("spend", event.at, cause, "adjustment", name, sum(pieces[1::2]), pieces))
        if owed:
            held.record(("take", event.at, cause, "adjustment", name, owed, (), 0, owed, 0, None))
    else:
        end = end_by_policy(held, judging.terms, name, event.at) if expires is None else expires
        give(held, event.at, cause, "adjustment", name, amount, end, _later(held, *more))
    follow(held, cause)
    return None


def _happen(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Record an activity; one that is about a purchase may be what its units wait for."""
    names, values = event.content
    if names[-1] != "of":
        _earn(held, judging, event)
        return None
    seq, cause = held.fact(values[-1]), len(held.rows)
    if seq is None or held.rows[seq][0] != "purchase":
        return Refusal("unknown-purchase", f"there is no purchase {values[-1]!r}")
    _earn(held, judging, event)
    confirm(held, held.version_of(seq) if len(held.versions) > 1 else judging, event.at, cause, seq)
    follow(held, cause)
    return None


def _choose(held: Holdings, judging: Edition, event: Asked) -> None:
    """Keep choices of the member."""
    follow(held, fact(held, judging.terms, event))


def _open(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Set lots, tallies and tiers; nobody falls by it."""
    if held.rows:
        return Refusal("not-first", "an opening comes before all others")
    terms, (lots, tiers, _, numbers, *_) = judging.terms, event.content[1]
    known, anchors = {tally.name: tally for tally in tallies(terms)}, anchors_set("opening", event.at, event.content)
    sums: list[Any] = []
    slides: list[Any] = []
    for name, amount, moment in triples(numbers):
        window = known[name].window
        if isinstance(window, Rolling):
            slides += (name, zone(terms.timezone).plus(moment, window.duration), amount)
        elif (found := bounds(terms, window, moment, anchors.get(anchor_of(window) or ""))) is not None:
            sums += (name, found[0], amount)
    cause = fact(held, terms, event, (), tuple(sums), tuple(slides))
    opened: list[int] = []
    starts = dict(pairs(event.given.get("usables", ())))
    for (name, _), (amount, expires) in pairs(pairs(lots)):
        end = end_by_policy(held, terms, name, event.at) if expires is None else expires
        give(held, event.at, cause, "opening", name, amount, end, _later(held, starts.get(len(opened))))
        opened.append(held.newest)
    deem_opened(held, terms, event.at, cause, event.given, opened)
    for name, tier in pairs(tiers):
        begin(held, _ladder(held, name), event.at, cause, tier)
    settle(held)
    migrate(held, held.now, cause)
    for ladder in ladders(held.in_force.terms):
        climb(held, ladder, cause)
    if suspending(held.in_force.terms):
        settle(held)
    await_turns(held, turns(held.in_force.terms), cause)
    begin_runs(held, cause)
    since = len(held.rows)
    claim_at_once(held, held.now, cause)
    anew(held, since, held.now, cause)
    return None


def _ladder(held: Holdings, name: str) -> Ladder:
    """Return a ladder of the version in force."""
    return next(ladder for ladder in ladders(held.in_force.terms) if ladder.name == name)


def _appoint(held: Holdings, judging: Edition, event: Asked) -> Refusal | None:
    """Give a tier by hand, or end what was given."""
    name, tier, until, _ = event.content[1]
    if tier is None and (name not in held.given or held.given[name].until <= held.now):
        return Refusal("nothing-given", f"no tier of {name} was given by hand")
    if until is not None and until <= held.now:
        return Refusal("too-late", f"tier {tier} would have ended before it is recorded")
    cause = fact(held, judging.terms, event)
    if tier is None:
        if held.tiers[name].kind == "appoint":
            dismiss(held, _ladder(held, name), cause)
    else:
        appoint(held, _ladder(held, name), held.now, cause, tier, until)
    follow(held, cause)
    return None


#: What each kind of event does.
DECIDES: Final[dict[str, Callable[[Holdings, Edition, Asked], Refusal | None]]] = {
    "purchase": _earn,
    "activity": _happen,
    "enrolment": _earn,
    "return": _return,
    "redemption": redeem,
    "hold": hold,
    "capture": capture,
    "release": release,
    "adjustment": _adjust,
    "settings": _choose,
    "opening": _open,
    "tier_adjustment": _appoint,
    "transfer": transfer,
    "counterpart": take_part,
}


# On several accounts.


def decide_together(held: Holdings, judging: Edition, event: Asked, roles: dict[str, Party | None]) -> Refusal | None:
    """Record an event, what it draws on other accounts, and what it does in each of them; or nothing."""
    others = [*dict.fromkeys(party for party in roles.values() if party is not None)]
    counterpart = derived_id(held.member, event.id)
    for party in others:
        if party.held.fact(counterpart) is not None:
            raise EventConflict(
                counterpart, "cause", f"a counterpart of {event.id!r}", "another, from an older account"
            )
    held.parties = dict(roles)
    refusal = out_of_stock(held, event.content) if event.kind in ("redemption", "hold") else None
    refusal = refusal or refused(held, judging.terms, event) or DECIDES[event.kind](held, judging, event)
    if refusal is not None:
        return refusal
    cause = held.fact(event.id)
    assert cause is not None  # noqa: S101 - it was recorded just now
    draw(held, judging.terms, cause)
    for party in (each for each in others if each.moves):
        moves = tuple(part for move in party.moves for part in move)
        content: Any = (("of", "event", "moves"), (held.member, event.id, moves))
        if party.spared:
            content = ((*content[0], "spared"), (*content[1], tuple(party.spared)))
        take_part(party.held, judging, Asked("counterpart", counterpart, event.at, event.now, content))
    return None
