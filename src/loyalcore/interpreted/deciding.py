"""
Deciding: what each kind of event does.

To add a kind of event, write what it does and name it in `DECIDES`. A function records rows, or answers a refusal and
records nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from loyalcore.answers import Refusal
from loyalcore.calendar import zone
from loyalcore.entries import Row
from loyalcore.errors import UnknownProgram
from loyalcore.interpreted.awards import changes, judged
from loyalcore.interpreted.cells import Cell, Part, Worth, moments
from loyalcore.interpreted.histories import freeze, tallies, thaw
from loyalcore.interpreted.holdings import Holdings, anchors_set, pairs, triples
from loyalcore.interpreted.ladders import climb, enter
from loyalcore.interpreted.passing import pass_time
from loyalcore.interpreted.paying import give_back, own, seen, tender
from loyalcore.interpreted.postings import claim, confirm, end_by_policy, extend, give, post, spend
from loyalcore.interpreted.questions import Case
from loyalcore.interpreted.recording import Asked, fact, follow
from loyalcore.interpreted.rewarding import capture, hold, redeem, release, short, undo
from loyalcore.interpreted.rooms import Rooms
from loyalcore.interpreted.windows import anchor_of, bounds
from loyalcore.ladders import Ladder
from loyalcore.terms import Terms
from loyalcore.units import Unit
from loyalcore.windows import Rolling

__all__ = ["DECIDES"]


# Events that earn, and returns of purchases.


def _case(terms: Terms, kind: str, at: int, content: tuple[Any, ...], items: Any, frozen: tuple[Any, ...]) -> Case:
    """Return an event as rules see it, with items as entries hold them."""
    *_, names, values = content
    rows = seen(content, frozen, items)
    told = thaw(terms, moments(terms, kind), own(content, frozen))
    return Case(terms, kind, at, dict(zip(names, values, strict=True)), rows, told, anchors_set(kind, at, content))


def _earn(held: Holdings, terms: Terms, event: Asked) -> Refusal | None:
    """Judge an event by what the history answers now, and grant what it is worth; first it is paid."""
    paid = tender(held, terms, event)
    if isinstance(paid, Refusal):
        return paid
    frozen = (*freeze(held, terms, moments(terms, event.kind), event.at), *paid.parts)
    items = event.content[1] if event.kind == "purchase" else ()
    case = _case(terms, event.kind, event.at, event.content, items, frozen)
    worth = judged(case, lambda case, cell, award, worth: Rooms(held, case, cell, worth).fit(award))
    grants, sums, slides = changes(held, case, Worth(), worth)
    cause = fact(held, terms, event, frozen, sums, slides)
    if event.kind != "enrolment":
        extend(held, terms, event.at, cause)
    paid.spend(held, terms, event.at, cause)
    for grant in grants:
        post(held, terms, event.at, cause, grant, None)
    follow(held, terms, cause)
    if event.kind == "purchase":
        claim(held, terms, event.at, cause)
    return None


class Kept(NamedTuple):
    """
    Be what is kept of a purchase: how many of each item, and the money that was refunded of it.

    A purchase without items, and an activity, is kept until it is returned as a whole.
    """

    items: dict[Any, int]
    refunds: dict[Any, int]


def _return(held: Holdings, terms: Terms, event: Asked) -> Refusal | None:
    """Take back what a purchase has lost with what is no longer kept of it, or undo a redemption."""
    of, *gone = event.content[1]
    seq = held.fact(of)
    if seq is None:
        return Refusal("unknown-purchase", f"there is no purchase {of!r}")
    if held.rows[seq][0] == "hold" and (captured := held.capture(of)) is not None:
        seq = captured
    if held.rows[seq][0] in ("redemption", "capture"):
        return undo(held, terms, event, seq)
    if held.rows[seq][0] not in ("purchase", "activity"):
        return Refusal("not-returnable", f"{of!r} is no purchase, activity or redemption")
    purchase = held.rows[seq]
    kept = _kept(held, purchase)
    if kept is None:
        return Refusal("nothing-left", f"nothing is kept of purchase {of!r}")
    if _lacks(purchase, kept, *gone):
        return Refusal("not-kept", f"not all of that is kept of purchase {of!r}")
    if purchase[8] != terms.hash:
        raise UnknownProgram(f"purchase {of!r} was judged by program {purchase[8]}, not by {terms.hash}")
    left = _less(kept, *gone)
    old, new = _worth(held, terms, seq, kept), _worth(held, terms, seq, left)
    grants, sums, slides = changes(held, _kept_case(terms, purchase, kept), old, new)
    cause = fact(held, terms, event, (), sums, slides)
    for grant in grants:
        post(held, terms, event.at, cause, grant, seq)
    if purchase[0] == "purchase":
        give_back(held, event.at, cause, seq, kept.items, left.items if left is not None else {})
    follow(held, terms, cause)
    return None


def _bought(purchase: Row) -> tuple[tuple[Any, ...], ...]:
    """Return the items of a purchase; an activity has none."""
    items: tuple[tuple[Any, ...], ...] = purchase[3][1] if purchase[0] == "purchase" else ()
    return items


def _kept(held: Holdings, purchase: Row) -> Kept | None:
    """Return what is kept of a purchase, by the returns recorded; None where nothing is."""
    kept: Kept | None = Kept({row[0]: row[2] for row in _bought(purchase)}, {})
    for place in held.returns(purchase[2]):
        kept = _less(kept, *held.rows[place][3][1][1:])
    return kept


def _less(kept: Kept | None, parts: tuple[Any, ...] | None, refunds: tuple[Any, ...] = ()) -> Kept | None:
    """Return what is kept after a return of items, or of everything, and of money."""
    if kept is None or parts is None:
        return None
    items, money = dict(kept.items), dict(kept.refunds)
    for item, number in pairs(parts):
        items[item] -= items[item] if number is None else number
    for item, amount in pairs(refunds):
        money[item] = money.get(item, 0) + amount
    items = {item: number for item, number in items.items() if number}
    return Kept(items, money) if items else None


def _lacks(purchase: Row, kept: Kept, parts: tuple[Any, ...] | None, refunds: tuple[Any, ...] = ()) -> bool:
    """Tell whether items or money are to come back that are not there any more."""
    if any(item not in kept.items or (number or 0) > kept.items[item] for item, number in pairs(parts or ())):
        return True
    rows = _items(purchase, _less(kept, parts))
    left = {row["id"]: row["net"] for row in seen(purchase[3], purchase[4], rows)}
    return any(amount > left.get(item, 0) for item, amount in pairs(refunds))


def _items(purchase: Row, kept: Kept | None) -> list[tuple[Any, ...]]:
    """
    Return the items that are kept, as entries hold them.

    Every number is in proportion to the quantity that is kept, floored; its id is no number. What was refunded of an
    item comes off its net, and off nothing else.
    """
    found: list[tuple[Any, ...]] = []
    for id_, net, quantity, *others in _bought(purchase):
        if kept is not None and (left := kept.items.get(id_, 0)):
            numbers = [each * left // quantity if type(each) is int else each for each in (net, *others)]
            found.append((id_, max(0, numbers[0] - kept.refunds.get(id_, 0)), left, *numbers[1:]))
    return found


def _worth(held: Holdings, terms: Terms, seq: int, kept: Kept | None) -> Worth:
    """Return what a purchase is worth with what is kept alone, by what was frozen, and at most what it was given."""
    if kept is None:
        return Worth()
    given: dict[str, int] = {}
    for _, row in held.caused(seq):
        if row[0] == "earn" and row[9] is None:
            given[row[3]] = given.get(row[3], 0) + row[5]
    purchase = held.rows[seq]
    had = {(name, place): amount for name, place, amount in (*triples(purchase[5]), *triples(purchase[6]))}

    def fitting(case: Case, cell: Cell, award: int, worth: Worth) -> list[Part]:
        award = min(given.get(cell.name, 0), award)
        return Rooms(held, case, cell, worth).again(award, had) if award else []

    return judged(_kept_case(terms, purchase, kept), fitting)


def _kept_case(terms: Terms, purchase: Row, kept: Kept) -> Case:
    """Return a purchase as if what is kept of it were all that was bought, by what was frozen with it."""
    kind, at, _, content, frozen, *_ = purchase
    return _case(terms, kind, at, content, _items(purchase, kept), frozen)


# Other events; what members ask for stands in `rewarding`.


def _adjust(held: Holdings, terms: Terms, event: Asked) -> Refusal | None:
    """Give or take units by hand."""
    name, places, amount, _, expires = event.content[1]
    if amount < 0 and (refusal := short(held, Unit(name, places), -amount)) is not None:
        return refusal
    cause = fact(held, terms, event)
    if amount < 0:
        spend(held, terms, event.at, cause, "adjustment", name, -amount)
    else:
        end = end_by_policy(held, terms, name, event.at) if expires is None else expires
        give(held, terms, event.at, cause, "adjustment", name, amount, end)
    follow(held, terms, cause)
    return None


def _happen(held: Holdings, terms: Terms, event: Asked) -> Refusal | None:
    """Record an activity; one that is about a purchase may be what its units wait for."""
    names, values = event.content
    if names[-1] != "of":
        _earn(held, terms, event)
        return None
    seq, cause = held.fact(values[-1]), len(held.rows)
    if seq is None or held.rows[seq][0] != "purchase":
        return Refusal("unknown-purchase", f"there is no purchase {values[-1]!r}")
    _earn(held, terms, event)
    confirm(held, terms, event.at, cause, seq)
    follow(held, terms, cause)
    return None


def _choose(held: Holdings, terms: Terms, event: Asked) -> None:
    """Keep choices of the member."""
    follow(held, terms, fact(held, terms, event))


def _open(held: Holdings, terms: Terms, event: Asked) -> Refusal | None:
    """Set lots, tallies and tiers; nobody falls by it."""
    if held.rows:
        return Refusal("not-first", "an opening comes before all others")
    lots, tiers, _, numbers, *_ = event.content[1]
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
    for (name, _), (amount, expires) in pairs(pairs(lots)):
        end = end_by_policy(held, terms, name, event.at) if expires is None else expires
        give(held, terms, event.at, cause, "opening", name, amount, end)
    ladders = {ladder.name: ladder for ladder in terms.of_kind(Ladder)}
    for name, tier in pairs(tiers):
        enter(held, terms, ladders[name], event.at, cause, ladders[name].names.index(tier))
    pass_time(held, terms, held.now)
    for ladder in ladders.values():
        climb(held, terms, ladder, cause, falls=False)
    return None


#: What each kind of event does.
DECIDES: Final[dict[str, Callable[[Holdings, Terms, Asked], Refusal | None]]] = {
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
}
