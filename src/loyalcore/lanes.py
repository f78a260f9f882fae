"""
Lanes as a whole: which rule stands in which lane, and that none stands in itself.

A lane is of rules that earn, of boosts of one rule, of discounts, or of lanes of the same. What contradicts itself only
together is refused here, when the program is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from loyalcore.awards import Given
from loyalcore.budgets import Budget
from loyalcore.conditions import AllOf, AnyOf, Condition, Not, TextOf
from loyalcore.discounts import Discount, check_caps, is_of_pieces
from loyalcore.errors import InvalidProgram
from loyalcore.limits import check_counts
from loyalcore.measures import Comparison, Measure
from loyalcore.returning import check_room
from loyalcore.rules import Boost, ByTier, Earn, Lane, check_waiting
from loyalcore.units import Accrual, Unit
from loyalcore.windows import Scope, item, purchase

__all__ = ["DEPTH_MAX", "Lanes"]

#: How many rules and lanes may be made of one another.
DEPTH_MAX = 32


class Lanes:
    """Be the lanes of a program, with its rules and boosts by name; refuse lanes that make no sense."""

    def __init__(self, rules: Iterable[Any]) -> None:
        rules = [*rules]
        self.earns: dict[str, Earn] = {rule.name: rule for rule in rules if isinstance(rule, Earn)}
        self.boosts: dict[str, Boost] = {rule.name: rule for rule in rules if isinstance(rule, Boost)}
        self.discounts: dict[str, Discount] = {rule.name: rule for rule in rules if isinstance(rule, Discount)}
        self.lanes: dict[str, Lane] = {rule.name: rule for rule in rules if isinstance(rule, Lane)}
        #: The lane that each member stands in.
        self.inside: dict[str, Lane] = {}
        for lane in self.lanes.values():
            for name in lane.of:
                self._check_member(lane, name)
        self._check_order()
        #: What each lane is of in the end, lanes taken apart: rules, or boosts.
        self.leaves: dict[str, tuple[str, ...]] = {name: tuple(self._leaves(name)) for name in self.lanes}
        #: The lanes of discounts, by name; all others stand in `lanes`.
        self.of_discounts: dict[str, Lane] = {}
        for lane in [*self.lanes.values()]:
            if self.leaves[lane.name][0] in self.discounts:
                self._check_discounts(lane)
                self.of_discounts[lane.name] = self.lanes.pop(lane.name)
        #: The outermost lanes of the boosts of each rule or lane, in the program's order.
        self.of_boosts: dict[str, list[Lane]] = {}
        for lane in self.lanes.values():
            if not self.is_of_boosts(lane):
                self._check_rules(lane)
                continue
            self._check_boosts(lane)
            if lane.name not in self.inside:
                self.of_boosts.setdefault(self.boosts[self.leaves[lane.name][0]].of, []).append(lane)

    def is_of_boosts(self, lane: Lane) -> bool:
        """Tell whether a lane is of boosts."""
        return self.leaves[lane.name][0] in self.boosts

    def outermost(self, name: str) -> Lane | None:
        """Return the outermost lane that a rule or boost stands in, or None where it stands in none."""
        found = self.inside.get(name)
        while found is not None and found.name in self.inside:
            found = self.inside[found.name]
        return found

    def giving(self) -> Mapping[str, Unit]:
        """Return what entries say that units were given by, rules in no lane and outermost lanes, and of which unit."""
        outermost = {name: self.outermost(name) for name in self.earns}
        return {name if lane is None else lane.name: self.earns[name].gives.unit for name, lane in outermost.items()}

    def rules_of(self, lane: Lane) -> list[Earn]:
        """Return the rules that a lane is of in the end, in its order."""
        return [self.earns[name] for name in self.leaves[lane.name]]

    def budget_of(self, name: str) -> Budget | None:
        """Return the budget that a discount comes out of: its own, or that of its outermost lane."""
        lane = self.outermost(name)
        return self.discounts[name].budget if lane is None else lane.budget

    def account_of(self, name: str) -> str | int | TextOf[Any] | None:
        """Return the account that a discount comes out of, a stock or a budget; None where it comes out of none."""
        budget = self.budget_of(name)
        return self.discounts[name].stock if budget is None else budget.account

    def given(self) -> Mapping[str, tuple[str, str]]:
        """Return the unit and the kind of event of every rule and lane whose award of one event can be measured."""
        found = {
            name: (rule.gives.unit.name, rule.kind) for name, rule in self.earns.items() if isinstance(rule.over, Scope)
        }
        for lane in self.lanes.values():
            if not self.is_of_boosts(lane):
                found[lane.name] = found[self.leaves[lane.name][0]]
        return found

    def _leaves(self, name: str) -> Iterator[str]:
        lane = self.lanes.get(name)
        if lane is None:
            yield name
        else:
            for each in lane.of:
                yield from self._leaves(each)

    def _check_member(self, lane: Lane, name: str) -> None:
        rule = self.earns.get(name)
        is_other = name in self.boosts or name in self.lanes or name in self.discounts
        if not is_other and (rule is None or rule.over != purchase or rule.on != "purchase"):
            raise InvalidProgram(
                f"lane {lane.name} is of {name!r}, which is no rule that earns per purchase, no boost, no discount and "
                "no lane; leave it out, and let rules on other events share limits of one name"
            )
        other = self.inside.setdefault(name, lane)
        if other is not lane:
            raise InvalidProgram(f"rule {name} is in lanes {other.name} and {lane.name}; a rule has one lane")

    def _check_order(self) -> None:
        """Refuse rules and lanes that are made of themselves, or of too many others."""
        asked: dict[str, set[str]] = {}
        for boost in self.boosts.values():
            asked.setdefault(boost.of, set()).update(given_if(boost.when))
        made: list[Earn | Lane] = [*self.earns.values(), *self.lanes.values()]
        needs = {rule.name: asked.get(rule.name, set()).union(_needs(rule)) for rule in made}
        depth = dict.fromkeys(needs, 0)
        changed = True
        while changed and max(depth.values(), default=0) <= DEPTH_MAX:
            changed = False
            for name, others in needs.items():
                least = max((depth[other] + 1 for other in others if other in depth), default=0)
                changed = changed or least != depth[name]
                depth[name] = least
        if max(depth.values(), default=0) <= DEPTH_MAX:
            return
        name = max(depth, key=lambda each: depth[each])
        raise InvalidProgram(
            f"{name} is made of itself, or of more than {DEPTH_MAX} rules and lanes that are made of one another; "
            "name what it is made of once"
        )

    def _check_items(self, lane: Lane) -> None:
        """Refuse members of a lane that chooses for each item, where they are no rules that are judged by items."""
        for name in lane.of:
            rule = self.earns.get(name)
            if rule is None or rule.stage != item or any(limit.per != item for limit in rule.limit):
                raise InvalidProgram(
                    f"lane {lane.name} chooses for each item, but {name} is not given for each item alone; let it be a "
                    "rule with stage=item, and with no limits but per item"
                )

    def _check_discounts(self, lane: Lane) -> None:
        what = f"lane {lane.name}"
        if mixed := [name for name in self.leaves[lane.name] if name not in self.discounts]:
            raise InvalidProgram(
                f"{what} is of discounts and of {mixed[0]}, which is none; discounts are of prices, rules of units"
            )
        check_caps(lane.limit, what)
        self._check_accounts(lane, [self.discounts[name] for name in self.leaves[lane.name]])
        shared = {limit.name for limit in lane.limit if limit.name}
        for name in self._within(lane):
            inner = self.discounts.get(name) or self.lanes.get(name) or self.of_discounts[name]
            if counted := shared.intersection(limit.name for limit in inner.limit):
                raise InvalidProgram(
                    f"{what} and {name}, which stands in it, have limit {min(counted)}, which would count what is off "
                    "twice; keep one of them"
                )
        if any(limit.per == item for limit in lane.limit):
            raise InvalidProgram(f"{what} is limited per item; put that limit on its discounts")
        if any(is_of_pieces(limit) for limit in lane.limit):
            raise InvalidProgram(f"{what} is limited to pieces; put that limit on its discounts, under one name")

    def _check_accounts(self, lane: Lane, rules: list[Discount]) -> None:
        """Refuse budgets inside a lane, and stocks beside budgets, or of which a lane leaves pieces in part."""
        what, stocked = f"lane {lane.name}", [rule.name for rule in rules if rule.stock is not None]
        for name in self._within(lane):
            inner = self.discounts.get(name) or self.lanes.get(name) or self.of_discounts[name]
            if inner.budget is not None:
                raise InvalidProgram(f"{name} has a budget, but stands in {what}; give the lane the budget")
        if lane.budget is not None and stocked:
            raise InvalidProgram(f"{what} has a budget, and {stocked[0]} in it a stock; keep one of them")
        if lane.per == item and len(stocked) > 1:
            raise InvalidProgram(
                f"{what} chooses for each item between {' and '.join(stocked[:2])}, which both come out of a stock; "
                "choose for the purchase, or keep one stock"
            )

    def _within(self, lane: Lane) -> Iterator[str]:
        """Yield what stands in a lane, and in the lanes in it."""
        for name in lane.of:
            yield name
            inner = self.lanes.get(name) or self.of_discounts.get(name)
            if inner is not None:
                yield from self._within(inner)

    def _check_boosts(self, lane: Lane) -> None:
        _check_per(lane)
        what, boosts = f"lane {lane.name}", [self.boosts.get(name) for name in self.leaves[lane.name]]
        of = {None if boost is None else boost.of for boost in boosts}
        if len(of) > 1:
            raise InvalidProgram(
                f"{what} is of boosts of {len(of)} rules, or of boosts and rules; boosts of one rule make one factor, "
                "rules one award"
            )
        if lane.limit:
            raise InvalidProgram(f"{what} is of boosts, and a limit is of what is given; limit the rule instead")
        if lane.combine == "sum" and any(boost is not None and not _adds(boost) for boost in boosts):
            raise InvalidProgram(f'{what} adds up boosts that multiply; write them as "+50%", or combine by product')

    def _check_rules(self, lane: Lane) -> None:
        what, names = f"lane {lane.name}", self.leaves[lane.name]
        if mixed := [name for name in names if name in self.discounts]:
            raise InvalidProgram(
                f"{what} is of rules and of discount {mixed[0]}; discounts are of prices, rules of units"
            )
        if mixed := [name for name in names if name in self.boosts]:
            raise InvalidProgram(
                f"{what} is of rules and of boost {mixed[0]}; boosts of one rule make one factor, rules one award"
            )
        if lane.combine == "product":
            raise InvalidProgram(f"{what} multiplies what rules give; only boosts are multiplied, rules are added up")
        first, *others = rules = [self.earns[name] for name in names]
        for rule in rules:
            if any(not isinstance(limit.per, Scope) for limit in rule.limit):
                raise InvalidProgram(f"rule {rule.name} has a limit per window, but stands in {what}; limit the lane")
        if lane.name in self.inside and any(not isinstance(limit.per, Scope) for limit in lane.limit):
            raise InvalidProgram(f"{what} has a limit per window, but stands in another; limit the outermost lane")
        for rule in others:
            if _lot(rule) != _lot(first):
                raise InvalidProgram(
                    f"rules {first.name} and {rule.name} of {what} differ in unit, pending, expires, "
                    "expires_from, on_return or taking_back; what a lane gives is one lot"
                )
        if lane.per == item:
            self._check_items(lane)
        check_waiting(first, lane.limit, what)
        check_room(what, first.on_return, lane.limit, lane.budget)
        check_counts(lane.limit, what)
        for limit in lane.limit:
            if limit.per == item or limit.by_items:
                by = "per item" if limit.per == item else "by its items"
                raise InvalidProgram(f"{what} is limited {by}; put that limit on its rules")


def _check_per(lane: Lane) -> None:
    if lane.per == item:
        raise InvalidProgram(f"lane {lane.name} is of boosts, which go by items themselves; leave per= out")


def _needs(rule: Earn | Lane) -> Iterator[str]:
    """Yield the names of what a rule or lane is made of."""
    if isinstance(rule, Lane):
        yield from rule.of
    else:
        yield from given_in(rule.gives.measure)
        yield from given_if(rule.when)
    for limit in rule.limit:
        if isinstance(limit.most, Accrual):
            yield from given_in(limit.most.measure)


def given_in(measure: Measure) -> Iterator[str]:
    """Yield the rules and lanes whose award a measure reads."""
    if isinstance(measure, Given):
        yield measure.name
    for part in measure.parts:
        yield from given_in(part)


def given_if(condition: Condition[Any] | None) -> Iterator[str]:
    """Yield the rules and lanes whose award a condition asks for."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from given_if(part)
    elif isinstance(condition, Not):
        yield from given_if(condition.part)
    elif isinstance(condition, Comparison):
        yield from given_in(condition.measure)


def _adds(boost: Boost) -> bool:
    if isinstance(boost.by, ByTier):
        return all(factor.adds for _, factor in boost.by.factors)
    return boost.by.adds


def _lot(rule: Earn) -> tuple[object, ...]:
    """Return what units have to share to come together."""
    return rule.gives.unit, rule.pending, rule.expires, rule.expires_from, rule.taking_back, rule.on_return
