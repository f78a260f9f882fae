"""Paying: purchases with discounts, or paid with points in part, and what goes back of what was spent on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from loyalcore.answers import Refusal
from loyalcore.discounts import Discount, is_of_pieces
from loyalcore.entries import Row
from loyalcore.interpreted.cells import Worth
from loyalcore.interpreted.discounting import Reduced, counted, measured_in, reduced
from loyalcore.interpreted.holdings import Holdings, pairs, triples
from loyalcore.interpreted.offers import beyond, counting, price, sharing, takes, tier_of
from loyalcore.interpreted.offers import left as left_of
from loyalcore.interpreted.paid import by_discount, by_rule, dealt, paid_of, pieces_by_discount
from loyalcore.interpreted.postings import extend, first_of, spend
from loyalcore.interpreted.questions import Case, holds
from loyalcore.interpreted.recording import Asked
from loyalcore.interpreted.rewarding import closed, reward_of, short
from loyalcore.interpreted.worths import give_spent
from loyalcore.returning import in_full, stays
from loyalcore.rewards import Pay, piece
from loyalcore.terms import Terms
from loyalcore.units import Amount, Unit
from loyalcore.windows import Scope

__all__ = ["Paid", "give_back", "tender", "uses_again"]


@frozen
class Paid:
    """Be what is frozen of discounts and of what is paid with points, and what is spent by which rule."""

    parts: tuple[Any, ...] = ()
    costs: tuple[tuple[str, str, int], ...] = ()
    #: What discounts, and what pays, use of limits over windows.
    used: Worth = field(factory=Worth)

    def spend(self, held: Holdings, at: int, cause: int) -> None:
        """Spend the units; that keeps them alive as a redemption does."""
        if self.costs:
            extend(held, at, cause, "redemption")
        for rule, unit, cost in self.costs:
            spend(held, at, cause, rule, unit, cost)


def tender(held: Holdings, terms: Terms, event: Asked) -> Paid | Refusal:
    """Return what is off a purchase, and how it is paid with points, or why it cannot be."""
    parts: list[Any] = []
    used, costs = Worth(), list[tuple[str, str, int]]()
    if event.kind != "purchase":
        return Paid()
    nets = [row[1] for row in event.content[1]]
    needed = dict[str, int]()
    if (claims := event.given.get("claims")) is not None:
        found = reduced(held, terms, event)
        for name in claims:
            if name in found.refused:
                return found.refused[name]
        for name, off, price_of in found.taken:
            parts += [name, *off, *_counted_of(found, name)]
            if price_of is not None:
                costs.append((name, price_of.unit.name, price_of.minor))
                needed[price_of.unit.name] = needed.get(price_of.unit.name, 0) + price_of.minor
        parts.append(len(found.taken) + len(found.pieces))
        _use(held, terms, event.at, found, used)
        _take(held, terms, found)
        nets = found.left(nets)
    left = nets
    for name, amount in paid_of(event.content):
        pay = reward_of(terms, name)
        assert isinstance(pay, Pay)  # noqa: S101 - the event was refused otherwise
        if (refusal := closed(held, terms, pay, event.at, amount)) is not None:
            return refusal
        fits = [holds(pay.where, case) for case in _items(terms, event)]
        there = [net if fit else 0 for net, fit in zip(left, fits, strict=True)]
        whole = sum(net for net, fit in zip(nets, fits, strict=True) if fit)
        if (refusal := _outside(pay, Amount(terms.currency, amount), sum(there), whole)) is not None:
            return refusal
        unit, cost = price(pay, tier_of(held, terms, pay, event.at), 1, amount)
        needed[unit.name] = needed.get(unit.name, 0) + cost
        if (refusal := short(held, unit, needed[unit.name])) is not None:
            return refusal
        together = {rule: cost for rule, _, cost in costs} | {name: cost}
        if (refusal := _beyond(held, terms, pay, event.at, unit, together, used)) is not None:
            return refusal
        own = dealt(amount, there)
        left = [net - part for net, part in zip(left, own, strict=True)]
        parts += own
        costs.append((name, unit.name, cost))
    return Paid(tuple(parts), tuple(costs), used)


def _counted_of(found: Reduced, name: str) -> list[Any]:
    """Return how much of each item has something off, behind no name, where a discount is limited to pieces."""
    return ["", *found.pieces[name]] if name in found.pieces else []


def _outside(pay: Pay, paid: Amount, there: int, whole: int) -> Refusal | None:
    """Refuse to pay more than is there, or than a share of the whole, or less than one."""
    if paid.minor > min(there, math.floor(whole * (Fraction(1) if pay.share is None else pay.share))):
        return Refusal("above-share", f"{pay.name} pays less of this purchase than {paid}")
    if pay.least_share is not None and paid.minor < whole * pay.least_share:
        return Refusal("below-share", f"{pay.name} pays more of this purchase than {paid}")
    return None


def _beyond(
    held: Holdings, terms: Terms, pay: Pay, at: int, unit: Unit, costs: Mapping[str, int], used: Worth
) -> Refusal | None:
    """Refuse a purchase with such costs by rule that is more than limits on what pays allow; note what it takes."""
    for limit in pay.limit:
        together = [cost for name, cost in costs.items() if name in sharing(terms, limit, pay.name)]
        there = left_of(held, terms, limit, pay.name, at)
        needed = len(together) if limit.is_count else sum(together)
        if there is not None and needed > there:
            return beyond(limit, pay.name, unit, needed - there)
        takes(held, terms, limit, pay.name, at, (costs[pay.name], 1), used)
    return None


def _use(held: Holdings, terms: Terms, at: int, found: Reduced, used: Worth) -> None:
    """Note what discounts that are taken use of limits over windows."""
    off_by = {name: sum(off) for name, off, _ in found.taken}
    for name, leaves, limit in counted(terms):
        if taken := [off_by[leaf] for leaf in leaves if leaf in off_by]:
            number = sum(found.pieces[name]) if is_of_pieces(limit) else sum(taken)
            takes(held, terms, limit, name, at, (number, 1), used, what=measured_in(limit))


def _take(held: Holdings, terms: Terms, found: Reduced) -> None:
    """Take what discounts come out of, so that rules find the rest."""
    stocked = {rule.name for rule in terms.of_kind(Discount) if rule.stock is not None}
    for name, off, _ in found.taken:
        if (party := held.parties.get(name)) is not None:
            unit, amount = (piece.name, 1) if name in stocked else (terms.currency.name, sum(off))
            party.taken[unit] = party.taken.get(unit, 0) + amount


def uses_again(held: Holdings, terms: Terms, purchase: Row, kept: Mapping[Any, int], worth: Worth) -> None:
    """Note what a purchase uses of limits with so many of its items kept, in the windows of then."""
    bought = {row[0]: row[2] for row in purchase[3][1]}
    left = {
        name: {id_: (money, Fraction(kept[id_], bought[id_])) for id_, money in off.items() if id_ in kept}
        for name, off in by_discount(purchase[3], purchase[4]).items()
    }
    pieces = pieces_by_discount(purchase[3], purchase[4])
    for of, leaves, limit in counted(terms):
        tally = counting(limit, measured_in(limit), of)
        parts = [part for leaf in leaves for part in left.get(leaf, {}).values()]
        used = sum(math.floor(money * share) for money, share in parts)
        if limit.is_count:
            used = int(any(money for money, _ in parts))
        elif is_of_pieces(limit):
            # What has nothing off goes back first.
            used = sum(min(much, kept.get(id_, 0)) for id_, much in pieces.get(of, {}).items())
        _instead(purchase, tally, used, worth)
    _pays_again(held, terms, purchase, kept, worth)


def _pays_again(held: Holdings, terms: Terms, purchase: Row, kept: Mapping[Any, int], worth: Worth) -> None:
    """Note what of limits on what pays is used by the units that stay spent; it counts while any of them do."""
    seq = held.fact(purchase[2])
    assert seq is not None  # noqa: S101 - it is recorded
    spends, paid = _spends(held, seq), by_rule(purchase[3], purchase[4])
    for name, money in paid.items():
        stay = _staying(terms, purchase, spends[name], money, kept)
        for limit in (each for each in reward_of(terms, name).limit if not isinstance(each.per, Scope)):
            tally = counting(limit, "given", name)
            _instead(purchase, tally, int(stay > 0) if limit.is_count else stay, worth)


def _instead(purchase: Row, tally: str, used: int, worth: Worth) -> None:
    """Note a part of a tally where a purchase has one."""
    for place, table in ((5, worth.sums), (6, worth.slides)):
        for name, key, _ in triples(purchase[place]):
            if name == tally:
                table[name, key] = used


def _items(terms: Terms, event: Asked) -> list[Case]:
    """Return the items of a purchase as a rule that pays asks about them: nothing is paid yet."""
    names, rows, *_ = event.content
    items = [dict[str, Any](zip(names, row, strict=True)) for row in rows]
    told = tuple(item | dict.fromkeys(("net_before_points", "net_before_discounts"), item["net"]) for item in items)
    return Case(terms, "purchase", event.at, {}, told, {}).by_item()


def give_back(
    held: Holdings,
    terms: Terms,
    at: int,
    cause: int,
    purchase: int,
    stages: tuple[Mapping[Any, int], Mapping[Any, int]],
) -> None:
    """Give back the points of a purchase that were spent on what is kept in the first of two stages alone."""
    row = held.rows[purchase]
    spends = _spends(held, purchase)
    for name, money in (by_discount(row[3], row[4]) | by_rule(row[3], row[4])).items():
        if name not in spends:
            continue  # a discount that cost nothing
        spent = spends[name]
        had, has = (_staying(terms, row, spent, money, kept) for kept in stages)
        if had > has:
            give_spent(held, terms, at, cause, (*spent[:5], had - has, _pieces(held, row, spent, had - has)))


def _spends(held: Holdings, purchase: int) -> dict[str, Row]:
    """Return what was spent on the purchase at a position, by rule."""
    return {each[3]: each for _, each in held.caused(purchase) if each[0] == "spend"}


def _staying(terms: Terms, purchase: Row, spent: Row, money: Mapping[Any, int], kept: Mapping[Any, int]) -> int:
    """Return how many of the units that were spent stay so with so many of the items kept, dealt out as the money."""
    rule = next(each for each in terms.rules if each.name == spent[3])
    assert isinstance(rule, Pay | Discount)  # noqa: S101 - only on these units are spent with a purchase
    if rule.on_return == stays or (rule.on_return == in_full and kept):
        return int(spent[5])
    bought = {item[0]: item[2] for item in purchase[3][1]}
    units = dict(zip(money, dealt(spent[5], list(money.values())), strict=True))
    return sum(math.floor(Fraction(units[id_] * left, bought[id_])) for id_, left in kept.items())


def _pieces(held: Holdings, purchase: Row, spent: Row, amount: int) -> tuple[int, ...]:
    """Return the lots that so many units go back into: those that were drawn last, less what went back before."""
    before = sum(
        row[5]
        for place in held.returns(purchase[2])
        for _, row in held.caused(place)
        if row[0] in ("restore", "earn") and row[3] == spent[3]
    )
    backwards = tuple(part for pair in reversed(pairs(spent[6])) for part in pair)
    _, rest = first_of(backwards, before)
    return first_of(rest, amount)[0]
