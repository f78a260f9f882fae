"""
Discounting: the discounts of a program compiled, and what they come to for one basket.

They follow one another, or stand in lanes; each takes off what those before it have left. Judging records nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from loyalcore.answers import Refusal
from loyalcore.budgets import Budget
from loyalcore.discounts import Discount
from loyalcore.engine.baskets import cut_to
from loyalcore.engine.judge import Judge
from loyalcore.engine.plan import canonical_columns
from loyalcore.engine.takings import Asking, Cap, Closed, Reducing, Taken
from loyalcore.engine.tallying import Changes
from loyalcore.engine.tenders import still_off, still_pieces
from loyalcore.engine.worth import table_of
from loyalcore.entries import Row
from loyalcore.ledger import Core
from loyalcore.limits import Defer, reject
from loyalcore.rewards import asked, piece
from loyalcore.rules import Lane
from loyalcore.terms import Terms
from loyalcore.units import Amount
from loyalcore.windows import item

__all__ = ["Discounting"]

_NET = 1


class Discounting:
    """Be the discounts of a program compiled."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        #: Who judges what they ask of purchases.
        self.asks = judge = Judge(terms, "purchase", *canonical_columns(terms, "purchase"))
        self.rules = {rule.name: Reducing(judge, rule) for rule in terms.of_kind(Discount)}
        self._lanes = {
            name: (lane, [Cap(judge, name, limit) for limit in lane.limit])
            for name, lane in terms.lanes.of_discounts.items()
        }
        self._walk, self._freeze = judge.items.compile(), judge.moments.compile()
        #: What is counted over windows: how entries call it, of which discount or lane, and what counts it.
        self.counted = {
            cap.allowance.tally: (name, cap.allowance)
            for name, caps in (
                *((name, rule.caps) for name, rule in self.rules.items()),
                *((name, caps) for name, (_, caps) in self._lanes.items()),
            )
            for cap in caps
            if cap.allowance is not None
        }
        #: Discounts of which pieces are counted over windows.
        self._by_piece = {name for name, allowance in self.counted.values() if allowance.pieces}
        #: What comes out of a budget: discounts in no lane, and outermost lanes.
        self._budgets = {
            self._step(name): budget for name in self.rules if (budget := terms.lanes.budget_of(name)) is not None
        }
        #: What follows one another: discounts that stand in no lane, and outermost lanes, where their first stands.
        self._steps = [*dict.fromkeys(self._step(name) for name in self.rules)]

    def _step(self, name: str) -> str:
        lane = self._terms.lanes.outermost(name)
        return name if lane is None else lane.name

    def judge(
        self, core: Core, at: int, content: tuple[Any, ...], claims: Sequence[str]
    ) -> tuple[Taken, dict[str, Refusal | Closed]]:
        """Return the discounts of a purchase's content, and of all others why they are not taken, see `unmet`."""
        items, row = content[1], content[3]
        frozen = () if self._freeze is None else self._freeze(core, at)
        nets = [each[_NET] for each in items]
        asking = Asking(core, at, row, items, self._walk(items), frozen, claims, nets, self._walk)
        found = self._in_turn(asking, self._steps, nets, Taken())
        return found._replace(pieces=self._pieces(asking, found)), asking.said

    def _pieces(self, asking: Asking, found: Taken) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Return of what is taken how much of every line it is off, where pieces are limited over a window."""
        return tuple((name, asking.pieces(name, off)) for name, off in found.parts if name in self._by_piece)

    def uses(self, core: Core, at: int, taken: Taken, changes: Changes) -> None:
        """Note what discounts that are taken use of limits over windows."""
        off, pieces = ({name: sum(parts) for name, parts in each} for each in (taken.parts, taken.pieces))
        for name, amount in off.items():
            if (party := core.parties.get(name)) is not None:
                stocked = self._terms.lanes.budget_of(name) is None
                party.take(*((piece.name, 1) if stocked else (self._terms.currency.name, amount)))
        for name, allowance in self.counted.values():
            used = [off[each] for each in self._leaves(name) if each in off]
            if used:
                allowance.takes(core, at, pieces[name] if allowance.pieces else sum(used), 1, changes)

    def again(self, purchase: Row, rows: tuple[Any, ...], changes: Changes) -> None:
        """Note what a recorded purchase uses of limits over windows with some items kept, in the same windows."""
        left = {name: (off, kept) for name, off, kept in still_off(purchase, rows)}
        pieces = still_pieces(purchase, rows)
        for place, into in ((5, changes.sums), (6, changes.slides)):
            for tally, key in table_of(purchase[place]):
                if tally in self.counted:
                    name, allowance = self.counted[tally]
                    used = [left[each] for each in self._leaves(name) if each in left]
                    money, times = sum(off for off, _ in used), int(any(kept for _, kept in used))
                    number = pieces.get(name, 0) if allowance.pieces else times if allowance.times else money
                    into.extend((tally, key, number))

    def _in_turn(self, asking: Asking, names: Iterable[str], left: Sequence[int], before: Taken) -> Taken:
        """Return what discounts and lanes take that follow one another, each of what is left."""
        found = Taken()
        for name in self._ordered(asking, names):
            found = found.add(self._take(asking, name, found.less(left), before.add(found)))
        return found

    def _ordered(self, asking: Asking, names: Iterable[str]) -> list[str]:
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

    def _take(self, asking: Asking, name: str, left: Sequence[int], before: Taken) -> Taken:
        if name in self._lanes:
            found = self._in_lane(asking, self._lanes[name][0], left, before)
        else:
            found = self._single(asking.at_turn(left, before), name, left, before)
        budget = self._budgets.get(name)
        return found if budget is None else self._within(asking, budget, found, before)

    def _single(self, asking: Asking, name: str, left: Sequence[int], before: Taken) -> Taken:
        """Return what one discount takes of the basket that its turn finds."""
        rule = self.rules[name]
        refusal: Refusal | Closed | None = None
        cost: Amount | None = None
        if name not in asking.claims and not self._is_automatic(name):
            refusal = Refusal("not-claimed", f"{name} is for purchases that claim it")
        elif not rule.is_open(asking):
            refusal = Closed(rule, asking)
        elif reached := [said for cap in rule.caps if (said := cap.reached(asking, name)) is not None]:
            refusal = reached[0]
        elif rule.rule.stock is not None and not self._has_stock(asking.core, name, before):
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

    def _has_stock(self, core: Core, name: str, before: Taken) -> bool:
        """Tell whether a stock has a piece, beside other discounts; where nobody gave the account, that it has."""
        if name not in core.parties:
            return True
        party = core.parties[name]
        if party is None:
            return False
        others = [each for each, _ in before.parts if self.rules[each].rule.stock is not None]
        return bool(party.left(piece.name) > sum(1 for each in others if _is_of(core, each, party)))

    def _within(self, asking: Asking, budget: Budget, found: Taken, before: Taken) -> Taken:
        """Cut what a discount, or an outermost lane, takes to what its budget has; all of it where nobody gave that."""
        parties = asking.core.parties
        if not found.parts or found.parts[0][0] not in parties:
            return found
        party = parties[found.parts[0][0]]
        others = [(each, off) for each, off in before.parts if self._terms.lanes.budget_of(each) is not None]
        beside = sum(sum(off) for each, off in others if party is not None and _is_of(asking.core, each, party))
        left = 0 if party is None else max(0, party.left(self._terms.currency.name) - beside)

        def spent(discount: str) -> Refusal:
            return Refusal("budget-spent", f"{discount} comes out of a budget, which has not as much as it takes off")

        return self._cut(asking, found, left, budget.otherwise, spent)

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

    def _in_lane(self, asking: Asking, lane: Lane, left: Sequence[int], before: Taken) -> Taken:
        if lane.combine == "product":
            found = self._in_turn(asking, lane.of, left, before)
        elif lane.combine == "sum":
            found = self._together(asking, lane, left, before)
        elif lane.per == item:
            found = self._by_item(asking, lane, left, before)
        else:
            found = self._one(asking, lane, left, before)
        return self._limited(asking.at_turn(left, before), lane.name, found)

    def _together(self, asking: Asking, lane: Lane, left: Sequence[int], before: Taken) -> Taken:
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

    def _one(self, asking: Asking, lane: Lane, left: Sequence[int], before: Taken) -> Taken:
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

    def _by_item(self, asking: Asking, lane: Lane, left: Sequence[int], before: Taken) -> Taken:
        """Return what the best, worst or first of a lane takes off each line; the others give way to it there."""
        tried, names = Taken(), list[tuple[str, list[int]]]()
        for name in self._ordered(asking, lane.of):
            more = self._take(asking, name, left, before.add(tried))
            names.append((name, [sum(off) for off in zip(*(off for _, off in more.parts), strict=True)]))
            tried = tried.add(more)
        giving = [(name, off) for name, off in names if off]
        sign = {"best": 1, "worst": -1, "first": 0}[lane.combine]
        winners: list[str | None] = []
        for at in range(len(left)):
            there = [(name, off[at]) for name, off in giving if off[at]]
            winners.append(max(there, key=lambda each: sign * each[1])[0] if there else None)
        found, of = Taken(), {discount: name for name, _ in giving for discount in self._leaves(name)}
        for discount, off in tried.parts:
            name = of[discount]
            kept = tuple(part if winner == name else 0 for part, winner in zip(off, winners, strict=True))
            if any(kept):
                costs = tuple(cost for cost in tried.costs if cost[0] == discount)
                found = found.add(Taken(((discount, kept),), costs))
            else:
                said = f"{discount} gives way to others in {lane.name}"
                asking.said[discount] = Refusal("excluded", said)
        return found

    def _limited(self, asking: Asking, name: str, found: Taken) -> Taken:
        """Cut what a lane takes to its limits."""
        for cap in self._lanes[name][1]:
            if cap.number is not None:
                found = _first(asking, name, found, cap.number)
                continue

            def why(discount: str, cap: Cap = cap) -> Refusal:
                more = Refusal("nothing-off", f"{discount} is more than {name} allows")
                return cap.reached(asking, name) or more

            found = self._cut(asking, found, cap.most(asking), cap.limit.otherwise, why)
        return found

    def _cut(
        self, asking: Asking, found: Taken, most: int, otherwise: str | Defer, why: Callable[[str], Refusal]
    ) -> Taken:
        """Cut what discounts take to the most: what is too much comes off the last one first."""
        over = found.total - most
        if over <= 0:
            return found
        if otherwise == reject:
            over = found.total
        parts: list[tuple[str, tuple[int, ...]]] = []
        for discount, off in reversed(found.parts):
            whole = sum(off)
            kept = tuple(cut_to(max(0, whole - over), off, self.rules[discount].rule.rest))
            over -= whole - sum(kept)
            if any(kept):
                parts.append((discount, kept))
            else:
                asking.said[discount] = why(discount)
        names = {discount for discount, _ in parts}
        return Taken(tuple(reversed(parts)), tuple(cost for cost in found.costs if cost[0] in names))


def _is_of(core: Core, name: str, party: Any) -> bool:
    """Tell whether a discount comes out of the account of a party as well."""
    other = core.parties.get(name)
    return other is not None and bool(other.account == party.account)


def _first(asking: Asking, name: str, found: Taken, number: int) -> Taken:
    """Return the first so many discounts of what a lane takes."""
    for discount, _ in found.parts[number:]:
        said = f"{discount} is one more than {name} allows in a purchase, which is {number}"
        asking.said[discount] = Refusal("limit-reached", said)
    parts = found.parts[:number]
    names = {discount for discount, _ in parts}
    return Taken(parts, tuple(cost for cost in found.costs if cost[0] in names))
