"""
Discounting: the discounts of a program compiled, and what they come to for one basket.

Conditions and numbers are of the basket as its turn finds it: net is what the discounts before have left. The prices
by which units are chosen are those from before any discount. Judging records nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from attrs import evolve, field, frozen

from loyalcore.answers import Refusal
from loyalcore.discounts import Apiece, AtPrice, Discount
from loyalcore.engine.access import price_reader
from loyalcore.engine.allowances import Allowance
from loyalcore.engine.baskets import Group, Line, choose, cut_to, split
from loyalcore.engine.items import item_condition
from loyalcore.engine.judge import Judge
from loyalcore.engine.plan import canonical_columns
from loyalcore.engine.shapes import Number
from loyalcore.engine.tallying import Changes
from loyalcore.engine.tenders import still_off
from loyalcore.engine.worth import table_of
from loyalcore.entries import Row
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import Limit, reject
from loyalcore.numbers import floor
from loyalcore.prices import PriceBy
from loyalcore.rewards import asked, piece
from loyalcore.rules import Lane
from loyalcore.terms import Terms
from loyalcore.units import Accrual, Amount, Unit
from loyalcore.windows import Scope, item, purchase

__all__ = ["Discounting", "Taken"]

_NET, _QUANTITY = 1, 2
_ONE = 1000


class Taken(NamedTuple):
    """Be discounts that are taken: what each takes off of every line, and what units it costs."""

    parts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    costs: tuple[tuple[str, Unit, int], ...] = ()

    @property
    def total(self) -> int:
        """Return what is off in all."""
        return sum(sum(off) for _, off in self.parts)

    def less(self, left: Sequence[int]) -> list[int]:
        """Return what is left of lines."""
        return [line - sum(off[at] for _, off in self.parts) for at, line in enumerate(left)]

    def add(self, other: Taken) -> Taken:
        """Return both."""
        return Taken((*self.parts, *other.parts), (*self.costs, *other.costs))


@frozen
class _Asking:
    """Be what is asked of a basket: the account, its row and items, what is claimed, and what is said of discounts."""

    core: Core
    at: int
    row: tuple[Any, ...]
    items: tuple[Any, ...]
    sums: Any
    frozen: Any
    claims: Sequence[str]
    #: What each line costs before any discount, and what returns the sums over items.
    nets: Sequence[int]
    walk: Callable[[Any], Any]
    said: dict[str, Refusal] = field(factory=dict)

    def at_turn(self, left: Sequence[int]) -> _Asking:
        """Return the same of the basket that a turn finds: net is what is left, and behind all what it was before."""
        if left == self.nets:
            return self
        items = tuple(
            (row[0], net, *row[_QUANTITY:], net, row[_NET]) for row, net in zip(self.items, left, strict=True)
        )
        return evolve(self, items=items, sums=self.walk(items))

    def value(self, number: Number) -> Fraction:
        """Return what a compiled number comes to for the basket."""
        return Fraction(number.value(self.row, self.sums, self.at, self.frozen), number.scale)


class _Rule:
    """Be a discount compiled."""

    def __init__(self, judge: Judge, rule: Discount) -> None:
        self.rule, self._places = rule, judge.terms.currency.places
        self._holds = judge.condition(rule.when)
        self._fits = item_condition(judge.terms, rule.where, judge.item_columns.reader)
        self._off = judge.measure(rule.off.measure) if isinstance(rule.off, Accrual) else None
        number = None if rule.of is None else rule.of.number
        self._number = judge.measure(number.measure) if isinstance(number, Accrual) else None
        caps = [_Cap(judge, rule.name, limit) for limit in rule.limit]
        self._by_item = [cap for cap in caps if cap.limit.per == item]
        #: What limits all that is off; those over a window say when there is no room at all.
        self.caps = [cap for cap in caps if cap.limit.per != item]
        self._found = price_reader(judge.terms, rule.cost) if isinstance(rule.cost, PriceBy) else None

    def is_open(self, asking: _Asking) -> bool:
        """Tell whether its condition holds."""
        return self._holds is None or bool(self._holds(asking.row, asking.sums, asking.at, asking.frozen))

    def cost(self, asking: _Asking) -> Amount | None:
        """Return what it costs in units."""
        cost = self.rule.cost
        if isinstance(cost, PriceBy) and self._found is not None:
            return cost.of(self._found(asking.core, asking.at))
        return cost if isinstance(cost, Amount) else None

    def off(self, asking: _Asking, left: Sequence[int]) -> list[int]:
        """Return what is off of each line, of what is left of it."""
        exact = self._exact(asking, left)
        weight = sum(exact, start=Fraction(0))
        off, rounding = self.rule.off, self.rule.rounding
        if isinstance(off, Amount | Accrual):
            whole = off.minor if isinstance(off, Amount) else self._accrued(asking)
            parts = self._split(max(0, min(whole, int(weight))), exact, left)
        elif self.rule.stage == purchase or (isinstance(off, AtPrice) and self._is_by_group):
            parts = self._split(rounding(weight.numerator, weight.denominator), exact, left)
        else:
            parts = [
                min(rounding(each.numerator, each.denominator), most) for each, most in zip(exact, left, strict=True)
            ]
        return self._limited(asking, parts, exact)

    @property
    def _is_by_group(self) -> bool:
        of = self.rule.of
        return of is not None and of.of is not None and of.number is None

    def _accrued(self, asking: _Asking) -> int:
        assert self._off is not None  # noqa: S101 - it is an accrual
        found = asking.value(self._off) * 10**self._places
        return self.rule.rounding(found.numerator, found.denominator)

    def _split(self, amount: int, weights: Sequence[Fraction], room: Sequence[int]) -> list[int]:
        return split(amount, weights, room, self.rule.rest) if amount else [0] * len(room)

    def _chosen(self, asking: _Asking) -> list[Group]:
        lines = [Line(at, row[_QUANTITY], asking.nets[at]) for at, row in enumerate(asking.items) if self._fits(row)]
        of = self.rule.of
        if of is None:
            return [Group(tuple((line, line.quantity) for line in lines))]
        number = of.number
        if self._number is not None:
            number = max(0, int(asking.value(self._number)))
        assert not isinstance(number, Accrual)  # noqa: S101 - it was asked for
        return choose(lines, number, of.order, of.of, of.grouped, whole=of.lines)

    def _exact(self, asking: _Asking, left: Sequence[int]) -> list[Fraction]:
        """Return what is off of each line before it is rounded; of an amount, what it can be taken off."""
        exact = [Fraction(0)] * len(left)
        off = self.rule.off
        for pieces, times in self._chosen(asking):
            worths = [Fraction(left[line.at] * quantity, line.quantity) for line, quantity in pieces]
            whole = sum(worths, start=Fraction(0))
            for (line, quantity), worth in zip(pieces, worths, strict=True):
                share = worth
                if isinstance(off, Fraction):
                    share = worth * off
                elif isinstance(off, Apiece):
                    share = min(worth, Fraction(off.amount.minor * quantity, _ONE))
                elif isinstance(off, AtPrice):
                    price = off.amount.minor
                    if self._is_by_group:
                        share = worth * max(Fraction(0), 1 - price / whole) if whole else whole
                    else:
                        share = max(Fraction(0), worth - Fraction(price * quantity, _ONE))
                exact[line.at] += share * times
        return exact

    def _limited(self, asking: _Asking, parts: list[int], exact: list[Fraction]) -> list[int]:
        for cap in self._by_item:
            most = cap.most(asking)
            whole = 0 if cap.limit.otherwise == reject else most
            parts = [part if part <= most else whole for part in parts]
        for cap in self.caps:
            most = cap.most(asking)
            if sum(parts) > most:
                most = 0 if cap.limit.otherwise == reject else most
                weights = [min(each, Fraction(part)) for each, part in zip(exact, parts, strict=True)]
                parts = self._split(most, weights, parts)
        return parts


class _Cap:
    """Be a limit of a discount, or of a lane of such, compiled."""

    def __init__(self, judge: Judge, name: str, limit: Limit) -> None:
        self.limit, self._places = limit, judge.terms.currency.places
        #: What counts over a window, if it is limited over one.
        self.allowance = None if isinstance(limit.per, Scope) else Allowance(judge.zone, name, limit, [name])
        self._number = judge.measure(limit.most.measure) if isinstance(limit.most, Accrual) else None

    def most(self, asking: _Asking) -> int:
        """Return the most that may be off, in smallest parts of money; of an accrual it is rounded down."""
        if self.allowance is not None:
            left = max(0, self.allowance.room(asking.core, asking.at, 1))
            return FOREVER if left and self.allowance.times else left
        if self._number is not None:
            found = asking.value(self._number) * 10**self._places
            return max(0, floor(found.numerator, found.denominator))
        assert isinstance(self.limit.most, Amount)  # noqa: S101 - times are counted over a window
        return self.limit.most.minor

    def reached(self, asking: _Asking, name: str) -> Refusal | None:
        """Refuse what a window has no room for any more."""
        if self.allowance is None or self.most(asking):
            return None
        return Refusal("limit-reached", f"{name} is limited per {self.allowance.window}, and that is used up")


class Discounting:
    """Be the discounts of a program compiled."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._judge = judge = Judge(terms, "purchase", *canonical_columns(terms, "purchase"))
        self.rules = {rule.name: _Rule(judge, rule) for rule in terms.of_kind(Discount)}
        self._lanes = {
            name: (lane, [_Cap(judge, name, limit) for limit in lane.limit])
            for name, lane in terms.lanes.of_discounts.items()
        }
        self._walk, self._freeze = judge.items.compile(), judge.moments.compile()
        #: What is counted over windows: how entries call it, of which discount or lane, and what counts it.
        self._counted = {
            cap.allowance.tally: (name, cap.allowance)
            for name, caps in (
                *((name, rule.caps) for name, rule in self.rules.items()),
                *((name, caps) for name, (_, caps) in self._lanes.items()),
            )
            for cap in caps
            if cap.allowance is not None
        }
        #: What follows one another: discounts that stand in no lane, and outermost lanes, where their first stands.
        self._steps = [*dict.fromkeys(self._step(name) for name in self.rules)]

    def _step(self, name: str) -> str:
        lane = self._terms.lanes.outermost(name)
        return name if lane is None else lane.name

    def judge(
        self, core: Core, at: int, content: tuple[Any, ...], claims: Sequence[str]
    ) -> tuple[Taken, dict[str, Refusal]]:
        """Return the discounts of a purchase's content, and of all others why they are not taken."""
        items, row = content[1], content[3]
        frozen = () if self._freeze is None else self._freeze(core, at)
        nets = [each[_NET] for each in items]
        asking = _Asking(core, at, row, items, self._walk(items), frozen, claims, nets, self._walk)
        found = self._in_turn(asking, self._steps, nets, Taken())
        return found, asking.said

    def uses(self, core: Core, at: int, taken: Taken, changes: Changes) -> None:
        """Note what discounts that are taken use of limits over windows."""
        off = {name: sum(parts) for name, parts in taken.parts}
        for name, allowance in self._counted.values():
            used = [off[each] for each in self._leaves(name) if each in off]
            if used:
                allowance.takes(core, at, sum(used), 1, changes)

    def again(self, purchase: Row, rows: tuple[Any, ...], changes: Changes) -> None:
        """Note what a recorded purchase uses of limits over windows with some items kept, in the same windows."""
        left = {name: (off, kept) for name, off, kept in still_off(purchase, rows)}
        for place, into in ((5, changes.sums), (6, changes.slides)):
            for tally, key in table_of(purchase[place]):
                if tally in self._counted:
                    name, allowance = self._counted[tally]
                    used = [left[each] for each in self._leaves(name) if each in left]
                    money, times = sum(off for off, _ in used), int(any(kept for _, kept in used))
                    into.extend((tally, key, times if allowance.times else money))

    def _in_turn(self, asking: _Asking, names: Iterable[str], left: Sequence[int], before: Taken) -> Taken:
        """Return what discounts and lanes take that follow one another, each of what is left."""
        found = Taken()
        for name in self._ordered(asking, names):
            found = found.add(self._take(asking, name, found.less(left), before.add(found)))
        return found

    def _ordered(self, asking: _Asking, names: Iterable[str]) -> list[str]:
        """Return what comes by itself in the order it is declared, then what is claimed in the order of the claims."""
        claimed = {name: at for at, name in enumerate(asking.claims, 1)}

        def turn(name: str) -> int:
            return min(
                claimed.get(each, 0 if self._is_automatic(each) else len(claimed) + 1) for each in self._leaves(name)
            )

        return sorted(names, key=turn)

    def _is_automatic(self, name: str) -> bool:
        return self.rules[name].rule.claim != asked

    def _leaves(self, name: str) -> Sequence[str]:
        return self._terms.lanes.leaves.get(name, (name,))

    def _take(self, asking: _Asking, name: str, left: Sequence[int], before: Taken) -> Taken:
        if name in self._lanes:
            return self._in_lane(asking, self._lanes[name][0], left, before)
        rule, claimed, asking = self.rules[name], name in asking.claims, asking.at_turn(left)
        refusal: Refusal | None = None
        cost: Amount | None = None
        if not claimed and not self._is_automatic(name):
            refusal = Refusal("not-claimed", f"{name} is for purchases that claim it")
        elif not rule.is_open(asking):
            refusal = Refusal("not-open", f"{name} is not for this purchase; see its when=")
        elif reached := [said for cap in rule.caps if (said := cap.reached(asking, name)) is not None]:
            refusal = reached[0]
        elif rule.rule.stock is not None and not self._has_stock(asking.core, name):
            refusal = Refusal("out-of-stock", f"{name} comes out of stock, and there is none left", Amount(piece, 1))
        elif (cost := rule.cost(asking)) is not None:
            refusal = self._short(asking.core, name, cost, before)
        if refusal is None:
            off = tuple(rule.off(asking, left))
            if any(off):
                costs = () if cost is None else ((name, cost.unit, cost.minor),)
                return Taken(((name, off),), costs)
            refusal = Refusal("nothing-off", f"{name} has nothing to be taken off in this purchase")
        asking.said[name] = refusal
        return Taken()

    @staticmethod
    def _has_stock(core: Core, name: str) -> bool:
        """Tell whether the stock of a discount has a piece; where nobody gave the account, that it has."""
        if name not in core.parties:
            return True
        party = core.parties[name]
        return party is not None and party.left(piece.name) > 0

    @staticmethod
    def _short(core: Core, name: str, cost: Amount, before: Taken) -> Refusal | None:
        """Refuse what the usable units do not cover, beside what other discounts cost."""
        book = core.held(cost.unit.name)
        held, owed = (0, 0) if book is None else (book.balance, book.debt)
        if owed:
            missing = Amount(cost.unit, owed)
            return Refusal("in-debt", f"{name} has to wait until {missing} of debt are earned", missing)
        needed = cost.minor + sum(spent for _, unit, spent in before.costs if unit == cost.unit)
        if held < needed:
            missing = Amount(cost.unit, needed - held)
            return Refusal("insufficient", f"{name} costs {cost}: {missing} short", missing)
        return None

    def _in_lane(self, asking: _Asking, lane: Lane, left: Sequence[int], before: Taken) -> Taken:
        if lane.combine == "product":
            found = self._in_turn(asking, lane.of, left, before)
        elif lane.combine == "sum":
            found = self._together(asking, lane, left, before)
        else:
            found = self._one(asking, lane, left, before)
        return self._limited(asking.at_turn(left), lane.name, found)

    def _together(self, asking: _Asking, lane: Lane, left: Sequence[int], before: Taken) -> Taken:
        """Return what all of a lane take off the same, no line below nothing."""
        found = Taken()
        for name in self._ordered(asking, lane.of):
            more = self._take(asking, name, left, before.add(found))
            for discount, off in more.parts:
                there = found.less(left)
                fits = tuple(min(part, room) for part, room in zip(off, there, strict=True))
                if any(fits):
                    costs = tuple(cost for cost in more.costs if cost[0] == discount)
                    found = found.add(Taken(((discount, fits),), costs))
                else:
                    asking.said[discount] = Refusal("nothing-off", f"{discount} has nothing left to be taken off")
        return found

    def _one(self, asking: _Asking, lane: Lane, left: Sequence[int], before: Taken) -> Taken:
        """Return what the best, worst or first of a lane takes; the others give way to it."""
        tried: list[tuple[str, Taken]] = []
        for name in self._ordered(asking, lane.of):
            if lane.combine == "first" and tried:
                tried.append((name, Taken()))
                continue
            found = self._take(asking, name, left, before)
            if found.parts:
                tried.append((name, found))
        if not tried:
            return Taken()
        if lane.combine == "first":
            winner, found = tried[0]
        else:
            sign = 1 if lane.combine == "best" else -1
            winner, found = max(tried, key=lambda each: sign * each[1].total)
        for name, _ in tried:
            for discount in self._leaves(name):
                if name != winner and (self._is_automatic(discount) or discount in asking.claims):
                    said = f"{discount} gives way to {winner} in {lane.name}"
                    asking.said.setdefault(discount, Refusal("excluded", said))
                elif name != winner:
                    asking.said[discount] = Refusal("not-claimed", f"{discount} is for purchases that claim it")
        return found

    def _limited(self, asking: _Asking, name: str, found: Taken) -> Taken:
        """Cut what a lane takes to its limits: what is too much comes off the last discount first."""
        for cap in self._lanes[name][1]:
            most = cap.most(asking)
            over = found.total - most
            if over <= 0:
                continue
            if cap.limit.otherwise == reject:
                most = 0
                over = found.total
            parts: list[tuple[str, tuple[int, ...]]] = []
            for discount, off in reversed(found.parts):
                whole = sum(off)
                rest = self.rules[discount].rule.rest
                kept = tuple(cut_to(max(0, whole - over), off, rest))
                over -= whole - sum(kept)
                if any(kept):
                    parts.append((discount, kept))
                else:
                    more = Refusal("nothing-off", f"{discount} is more than {name} allows")
                    asking.said[discount] = cap.reached(asking, name) or more
            names = {discount for discount, _ in parts}
            found = Taken(tuple(reversed(parts)), tuple(cost for cost in found.costs if cost[0] in names))
        return found
