"""
Discounting: what is off a basket, read from the discounts as they stand: one after the other, lane by lane.

Each sees what those before it have left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from loyalcore.answers import Refusal
from loyalcore.discounts import Discount, is_of_pieces
from loyalcore.interpreted.baskets import (
    Piece,
    by_group,
    dealt_out,
    fitting,
    in_groups,
    rounded,
    shares,
    size,
    spread,
)
from loyalcore.interpreted.budgets import Party
from loyalcore.interpreted.choosing import chosen, counting, quantity
from loyalcore.interpreted.histories import asks, freeze, thaw
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.offers import left as left_of
from loyalcore.interpreted.offers import told_by
from loyalcore.interpreted.questions import Case, holds
from loyalcore.interpreted.recording import Asked
from loyalcore.interpreted.refusing import shortfall
from loyalcore.limits import Defer, Limit, reject
from loyalcore.prices import PriceBy
from loyalcore.rewards import asked as only_asked
from loyalcore.rewards import piece as in_stock
from loyalcore.rules import Lane
from loyalcore.terms import Terms
from loyalcore.units import Accrual, Amount
from loyalcore.windows import Scope, item, purchase

__all__ = ["Reduced", "counted", "measured_in", "reduced"]


@frozen
class Reduced:
    """Be the discounts that are taken, each with what it takes off every item and what it costs; and why others not."""

    taken: tuple[tuple[str, list[int], Amount | None], ...] = ()
    refused: Mapping[str, Refusal] = field(factory=dict)
    #: In the end, how much of every item has something off, by discounts that are limited to pieces over a window.
    pieces: Mapping[str, list[int]] = field(factory=dict)

    @property
    def total(self) -> int:
        """Return what is off in all."""
        return sum(sum(off) for _, off, _ in self.taken)

    def left(self, nets: Sequence[int]) -> list[int]:
        """Return what is left of lines."""
        return [net - sum(off[place] for _, off, _ in self.taken) for place, net in enumerate(nets)]

    def and_then(self, other: Reduced) -> Reduced:
        """Return what both come to."""
        return Reduced((*self.taken, *other.taken), {**self.refused, **other.refused})

    def without(self, name: str, why: str) -> Reduced:
        """Return the same without one discount, saying why."""
        return Reduced(tuple(each for each in self.taken if each[0] != name), {**self.refused, name: _no(name, why)})


def reduced(held: Holdings, terms: Terms, event: Asked) -> Reduced:
    """Return what a purchase with claims has off."""
    claims = event.given["claims"]
    names, rows, *_ = event.content
    items = tuple(dict[str, Any](zip(names, row, strict=True)) for row in rows)
    told = tuple(each | dict.fromkeys(("net_before_points", "net_before_discounts"), each["net"]) for each in items)
    rules = list(terms.of_kind(Discount))
    moments = list(dict.fromkeys(each for rule in rules for each in asks(rule.when)))
    frozen_then = thaw(terms, moments, freeze(held, terms, moments, event.at))
    reading = _Reading(held, terms, Case(terms, "purchase", event.at, event.given, told, frozen_then), claims)
    inside = {name for lane in terms.of_kind(Lane) for name in lane.of}
    rows_first = {rule.name: rule.name for rule in rules} | {
        name: lane.name for lane in _lanes(terms) if lane.name not in inside for name in _leaves(terms, lane.name)
    }
    found = reading.in_turn(list(dict.fromkeys(rows_first[rule.name] for rule in rules)), reading.nets, Reduced())
    counting = [name for name, _, limit in counted(terms) if is_of_pieces(limit)]
    return evolve(found, pieces={name: reading.pieces(name, off) for name, off, _ in found.taken if name in counting})


def counted(terms: Terms) -> list[tuple[str, list[str], Limit]]:
    """Return the limits over windows of discounts, and of lanes of such, with what they are of in the end."""
    found: list[Discount | Lane] = [*terms.of_kind(Discount), *_lanes(terms)]
    return [
        (rule.name, _leaves(terms, rule.name), limit)
        for rule in found
        for limit in rule.limit
        if not isinstance(limit.per, Scope)
    ]


def measured_in(limit: Limit) -> str:
    """Return what a limit counts in, other than times."""
    return "pieces" if is_of_pieces(limit) else "given"


def _lanes(terms: Terms) -> list[Lane]:
    """Return the lanes of discounts."""
    names = {rule.name for rule in terms.of_kind(Discount)}
    return [lane for lane in terms.of_kind(Lane) if _leaves(terms, lane.name)[0] in names]


def _leaves(terms: Terms, name: str) -> list[str]:
    """Return what a lane is of in the end; a discount is of itself."""
    lane = next((each for each in terms.of_kind(Lane) if each.name == name), None)
    return [name] if lane is None else [leaf for each in lane.of for leaf in _leaves(terms, each)]


class _Reading:
    """Read the discounts for one basket."""

    def __init__(
        self, held: Holdings, terms: Terms, case: Case, claims: tuple[str, ...], before: Reduced | None = None
    ) -> None:
        self.held, self.terms, self.case, self.claims = held, terms, case, claims
        self.before = Reduced() if before is None else before
        self.rules = {rule.name: rule for rule in terms.of_kind(Discount)}
        self.lanes = {lane.name: lane for lane in _lanes(terms)}
        self.nets = [each["net_before_discounts"] for each in case.items]
        self.parts = 10**terms.currency.places
        #: How much of every item has something off, by discounts that are limited to pieces.
        self.chosen = dict[str, list[int]]()

    def at_turn(self, nets: Sequence[int], before: Reduced) -> _Reading:
        """Return the reading of the basket that a turn finds: what the discounts before have left is its net."""
        items = tuple(
            {**each, "net": net, "net_before_points": net} for each, net in zip(self.case.items, nets, strict=True)
        )
        found = _Reading(self.held, self.terms, evolve(self.case, items=items), self.claims, before)
        found.chosen = self.chosen
        return found

    def pieces(self, name: str, off: list[int]) -> list[int]:
        """Return how much of every item has something off by a discount that is limited to pieces."""
        return [much if part else 0 for much, part in zip(self.chosen[name], off, strict=True)]

    # Several discounts.

    def in_turn(self, names: Sequence[str], nets: Sequence[int], before: Reduced) -> Reduced:
        """Return what follows one another: each takes off what is left."""
        found = Reduced()
        for name in self.in_order(names):
            found = found.and_then(self.of(name, found.left(nets), before.and_then(found)))
        return found

    def in_order(self, names: Sequence[str]) -> list[str]:
        """Return what comes by itself, then what is claimed as it is claimed, then the rest."""

        def place(name: str) -> int:
            found = []
            for leaf in _leaves(self.terms, name):
                if leaf in self.claims:
                    found.append(1 + self.claims.index(leaf))
                else:
                    found.append(0 if self.rules[leaf].claim != only_asked else 1 + len(self.claims))
            return min(found)

        return sorted(names, key=place)

    def of(self, name: str, nets: Sequence[int], before: Reduced) -> Reduced:
        """Return what a discount or a lane takes off, and what its budget leaves of that."""
        found = self.of_itself(name, nets, before)
        budget = (self.rules.get(name) or self.lanes[name]).budget
        party = self.held.parties.get(found.taken[0][0]) if budget is not None and found.taken else None
        if budget is None or not found.taken or found.taken[0][0] not in self.held.parties:
            return found
        beside = sum(sum(off) for each, off, _ in before.taken if self.draws(each, party) and not self.stocked(each))
        left = 0 if party is None else max(0, party.left(self.terms.currency.name) - beside)
        return self.cut(found, left, budget.otherwise, "budget-spent")

    def draws(self, name: str, party: Party | None) -> bool:
        """Tell whether a discount comes out of an account."""
        other = self.held.parties.get(name)
        return party is not None and other is not None and bool(other.account == party.account)

    def stocked(self, name: str) -> bool:
        """Tell whether a discount comes out of a stock."""
        return self.rules[name].stock is not None

    def of_itself(self, name: str, nets: Sequence[int], before: Reduced) -> Reduced:
        """Return what a discount or a lane takes off, whatever it comes out of."""
        if name in self.rules:
            return self.at_turn(nets, before).single(self.rules[name], nets, before)
        lane = self.lanes[name]
        if lane.combine == "product":
            found = self.in_turn(lane.of, nets, before)
        elif lane.combine == "sum":
            found = self.added(lane, nets, before)
        elif lane.per == item:
            found = self.chosen_by_item(lane, nets, before)
        else:
            found = self.chosen_of(lane, nets, before)
        return self.at_turn(nets, before).within(lane, found)

    def added(self, lane: Lane, nets: Sequence[int], before: Reduced) -> Reduced:
        """Return what all of a lane take off the same prices; a line is never below nothing."""
        found = Reduced()
        for name in self.in_order(lane.of):
            more = self.of(name, nets, before.and_then(found))
            found = evolve(found, refused={**found.refused, **more.refused})
            for discount, off, cost in more.taken:
                fits = [min(part, room) for part, room in zip(off, found.left(nets), strict=True)]
                if any(fits):
                    found = found.and_then(Reduced(((discount, fits, cost),)))
                else:
                    found = found.without(discount, "nothing-off")
        return found

    def chosen_of(self, lane: Lane, nets: Sequence[int], before: Reduced) -> Reduced:
        """Return what the best, the worst or the first takes off; those beside it give way."""
        names = self.in_order(lane.of)
        tried = {name: self.of(name, nets, before) for name in names}
        giving = [name for name in names if tried[name].taken]
        if not giving:
            return Reduced((), {k: v for name in names for k, v in tried[name].refused.items()})
        winner = giving[0]
        if lane.combine != "first":
            wanted = max if lane.combine == "best" else min
            winner = wanted(giving, key=lambda name: tried[name].total)
        seen = names if lane.combine != "first" else names[: names.index(winner) + 1]
        refused = {k: v for name in seen for k, v in tried[name].refused.items()}
        for name in names:
            for leaf in _leaves(self.terms, name):
                if name != winner and leaf not in refused:
                    own = self.rules[leaf].claim != only_asked or leaf in self.claims
                    refused[leaf] = _no(leaf, "excluded" if own else "not-claimed")
        return Reduced(tried[winner].taken, refused)

    def chosen_by_item(self, lane: Lane, nets: Sequence[int], before: Reduced) -> Reduced:
        """Return what the best, the worst or the first takes off, line by line; ties go to the one that came first."""
        tried: dict[str, Reduced] = {}
        for name in self.in_order(lane.of):
            spent = before
            for other in tried.values():
                spent = spent.and_then(other)
            tried[name] = self.of(name, nets, spent)
        winners = []
        for line in range(len(nets)):
            off = {name: sum(parts[line] for _, parts, _ in each.taken) for name, each in tried.items()}
            giving = {name: money for name, money in off.items() if money}
            chosen: Callable[..., int] = {"best": max, "worst": min}.get(lane.combine, next)
            wanted = chosen(iter(giving.values())) if giving else 0
            winners.append(next((name for name, money in giving.items() if money == wanted), None))
        found = Reduced()
        for name, each in tried.items():
            found = evolve(found, refused={**found.refused, **each.refused})
            for discount, parts, cost in each.taken:
                kept = [part if winner == name else 0 for part, winner in zip(parts, winners, strict=True)]
                if any(kept):
                    found = found.and_then(Reduced(((discount, kept, cost),)))
                else:
                    found = found.without(discount, "excluded")
        return found

    def within(self, lane: Lane, found: Reduced) -> Reduced:
        """Return what the limits of a lane leave."""
        for limit in lane.limit:
            if isinstance(limit.per, Scope) and isinstance(limit.most, int):
                for name, _, _ in found.taken[limit.most :]:
                    found = found.without(name, "limit-reached")
                continue
            most = self.room(limit, lane.name, [Fraction(1)] * len(self.nets))
            full = most == 0 and not isinstance(limit.per, Scope)
            found = self.cut(found, most, limit.otherwise, "limit-reached" if full else "nothing-off")
        return found

    def cut(self, found: Reduced, most: int, otherwise: str | Defer, why: str) -> Reduced:
        """Return what is not too much; that comes off the last discount first, and what has nothing left says why."""
        over = found.total - most
        if over > 0 and otherwise == reject:
            over = found.total
        for name, off, cost in reversed(found.taken):
            less = min(max(over, 0), sum(off))
            over -= less
            if less == sum(off):
                found = found.without(name, why)
            elif less:
                fewer = spread(sum(off) - less, [Fraction(part) for part in off], off, self.rules[name].rest)
                taken = tuple((name, fewer, cost) if each[0] == name else each for each in found.taken)
                found = evolve(found, taken=taken)
        return found

    # One discount.

    def single(self, rule: Discount, nets: Sequence[int], before: Reduced) -> Reduced:
        """Return what one discount takes off."""
        why, missing = "", None
        cost = self.cost(rule)
        if rule.claim == only_asked and rule.name not in self.claims:
            why = "not-claimed"
        elif not holds(rule.when, self.case):
            why, missing = "not-open", shortfall(rule.when, self.case)
        elif any(not isinstance(limit.per, Scope) and not self.room(limit, rule.name) for limit in rule.limit):
            why = "limit-reached"
        elif rule.stock is not None and not self.is_there(rule.name, before):
            why, missing = "out-of-stock", Amount(in_stock, 1)
        elif cost is not None:
            spent = sum(each.minor for _, _, each in before.taken if each is not None and each.unit == cost.unit)
            owed, lacking = self.held.debt(cost.unit.name), cost.minor + spent - self.held.balance(cost.unit.name)
            if owed or lacking > 0:
                why, missing = "in-debt" if owed else "insufficient", Amount(cost.unit, owed or lacking)
        if not why:
            off = self.off(rule, nets)
            if any(off):
                return Reduced(((rule.name, off, cost),))
        return Reduced((), {rule.name: _no(rule.name, why or "nothing-off", missing)})

    def is_there(self, name: str, before: Reduced) -> bool:
        """Tell whether the stock of a discount has a piece beside others, where it takes part in the decision."""
        party: Party | None = self.held.parties.get(name)
        if party is None:
            return name not in self.held.parties
        others = [each for each, _, _ in before.taken if self.stocked(each) and self.draws(each, party)]
        return party.left(in_stock.name) > len(others)

    def cost(self, rule: Discount) -> Amount | None:
        """Return what a discount costs."""
        cost = rule.cost
        if not isinstance(cost, PriceBy):
            return cost
        return dict(cost.prices).get(told_by(self.held, self.terms, cost, self.case.at), cost.otherwise)

    def room(self, limit: Limit, name: str, much: Sequence[Fraction] = ()) -> int:
        """
        Return the most that a limit allows in smallest parts, or thousandths of pieces, rounded down and at least 0.

        Over a window that is what it has left; a number of times allows nothing, or all there is. Of what is bought
        *much* says which share of each item counts.
        """
        each = 1000 if is_of_pieces(limit) else 1
        if not isinstance(limit.per, Scope):
            left = left_of(self.held, self.terms, limit, name, self.case.at, what=measured_in(limit), parts=each)
            everything = sum(self.nets)
            if left is not None:
                left -= self.used(limit, name)
            if left is None or (limit.is_count and left > 0):
                return everything or 1
            return max(0, left)
        if isinstance(limit.most, Amount):
            return int(limit.most.minor) * each
        assert isinstance(limit.most, Accrual)  # noqa: S101 - times are counted over a window
        found: Fraction = counting(self.case, limit.most, much) * (self.parts if each == 1 else 1)
        return max(0, math.floor(found)) * each

    def used(self, limit: Limit, name: str) -> int:
        """Return what others have used of a limit that they share, in the same purchase."""
        used = 0
        for other in (*self.rules.values(), *self.lanes.values()) if limit.name else ():
            if other.name != name and any(each.name == limit.name for each in other.limit):
                leaves = _leaves(self.terms, other.name)
                taken = [(each, off) for each, off, _ in self.before.taken if each in leaves]
                money = sum(sum(self.pieces(each, off) if is_of_pieces(limit) else off) for each, off in taken)
                used += int(money > 0) if limit.is_count else money
        return used

    def off(self, rule: Discount, nets: Sequence[int]) -> list[int]:
        """Return what a discount takes off of each line."""
        exact, much = ([Fraction(0)] * len(nets) for _ in range(2))
        offs = []
        for group in chosen(self.case, self.nets, rule):
            worths = [nets[piece.line] * piece.much / quantity(self.case, piece.line) for piece in group]
            offs.append(list(zip(group, shares(rule, group, worths), strict=True)))
        for piece, share in self.fitting(rule, offs):
            exact[piece.line] += share
            much[piece.line] += piece.much / quantity(self.case, piece.line)
        whole = sum(exact, Fraction(0))
        if isinstance(rule.off, Amount | Accrual):
            named: Fraction = (
                Fraction(rule.off.minor)
                if isinstance(rule.off, Amount)
                else self.parts * counting(self.case, rule.off, much)
            )
            amount = max(0, min(rounded(rule, named), math.floor(whole)))
            off = spread(amount, exact, nets, rule.rest)
        elif rule.stage == purchase or by_group(rule):
            off = dealt_out(rounded(rule, whole), exact, nets, rule.rest)
        else:
            off = [min(rounded(rule, each), net) for each, net in zip(exact, nets, strict=True)]
        for limit in sorted(rule.limit, key=lambda limit: limit.per != item):
            most = sum(off) if is_of_pieces(limit) else self.room(limit, rule.name, much)
            if limit.per == item:
                off = [each if each <= most else 0 if limit.otherwise == reject else most for each in off]
            elif sum(off) > most:
                weights = [min(each, Fraction(part)) for each, part in zip(exact, off, strict=True)]
                off = spread(0 if limit.otherwise == reject else most, weights, off, rule.rest)
        return off

    def fitting(self, rule: Discount, offs: list[list[tuple[Piece, Fraction]]]) -> list[tuple[Piece, Fraction]]:
        """Return of what is chosen what limits to pieces leave, and note how much of every item that is."""
        limits = [limit for limit in rule.limit if is_of_pieces(limit)]
        matching = [Fraction(holds(rule.where, each)) for each in self.case.by_item()]
        for limit in limits:
            kept = fitting(offs, Fraction(self.room(limit, rule.name, matching), 1000), whole=in_groups(rule))
            offs = [] if limit.otherwise == reject and size(kept) < size(offs) else kept
        found = [each for group in offs for each in group]
        if limits:
            much = [
                sum(piece.much for piece, share in found if piece.line == at and share) for at in range(len(self.nets))
            ]
            self.chosen[rule.name] = [int(1000 * each) for each in much]
        return found


def _no(name: str, code: str, missing: Amount | None = None) -> Refusal:
    """Return why a discount is not taken."""
    return Refusal(code, f"{name} is not taken off this purchase", missing)
