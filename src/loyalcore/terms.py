"""
Terms: everything a program says, checked as a whole.

`Terms` is the value; `loyalcore.Program` adds the verbs. What can be contradictory only together is refused here:
names used twice, rules that are not there, and words outside the program's `loyalcore.vocabulary`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from attrs import field, frozen

from loyalcore.burning import Burn
from loyalcore.calendar import zone
from loyalcore.chains import (
    check_burn,
    check_deduct,
    check_expiry,
    check_ladder,
    check_life,
    check_migrations,
    check_raise,
    check_refuse,
    check_reward,
    check_spared,
    check_worths,
    in_order,
)
from loyalcore.deductions import Deduct
from loyalcore.discounts import Discount
from loyalcore.doubts import warn
from loyalcore.earnings import check_boost, check_earn, check_lane
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.events import Activity
from loyalcore.exchanges import Exchange, Offer
from loyalcore.expiry import Expiry
from loyalcore.follow_ups import Raise
from loyalcore.ladders import Ladder
from loyalcore.lanes import Lanes
from loyalcore.limits import Limit
from loyalcore.lotteries import Draw
from loyalcore.migrations import Migration
from loyalcore.purchases import Item, Purchase
from loyalcore.reductions import check_discount
from loyalcore.refusing import Refuse
from loyalcore.returning import check_taking_back, debt
from loyalcore.rewards import Pay, Reward, piece
from loyalcore.rules import Boost, Earn, Lane
from loyalcore.schema import Record, Schema
from loyalcore.streaks import Streak
from loyalcore.texts import check_name, plain
from loyalcore.transfers import Transferable, keep, renew
from loyalcore.undoing import check_giving_back
from loyalcore.units import Accrual, Amount, Money, Unit
from loyalcore.vocabulary import Vocabulary

__all__ = ["Rule", "Terms"]

#: Every kind of rule a program has.
Rule = (
    Earn
    | Boost
    | Lane
    | Ladder
    | Expiry
    | Offer
    | Burn
    | Transferable
    | Migration
    | Raise
    | Streak
    | Draw
    | Discount
    | Refuse
    | Deduct
)

RULES_MAX = 10_000


def _schema(given: object, of: type[Record]) -> Any:
    if isinstance(given, Schema) and given.about == of.about:
        return given
    if isinstance(given, type) and issubclass(given, of):
        return given.schema()
    raise InvalidValue(f"{of.__name__} or a subclass of it is wanted, not {shown(given)}")


def _items(given: object) -> Any:
    return _schema(given, Item)


def _purchases(given: object) -> Any:
    return _schema(given, Purchase)


def _activities(given: object) -> Any:
    return _schema(given, Activity)


def _rules(given: object) -> Any:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValue(f"rules are a list, not {shown(given)}")
    return tuple(given)


@frozen(slots=False)
class Terms:
    """Be the rules of a program, its version, zone and currency, and what its events carry."""

    name: str
    version: str = field(kw_only=True)
    rules: tuple[Rule, ...] = field(kw_only=True, converter=_rules)
    timezone: str = field(default="UTC", kw_only=True)
    currency: Money = field(default=Money("USD"), kw_only=True)
    items: Schema = field(default=Item.schema(), kw_only=True, converter=_items)
    purchases: Schema = field(default=Purchase.schema(), kw_only=True, converter=_purchases)
    activities: Schema = field(default=Activity.schema(), kw_only=True, converter=_activities)
    taking_back: str = field(default=debt, kw_only=True)
    giving_back: str = field(default=keep, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a program")
        check_name(self.version, f"the version of {self.name}")
        zone(self.timezone)
        object.__setattr__(self, "timezone", plain(self.timezone))
        if not is_a(self.currency, Money):
            raise InvalidValue(f"currency of {self.name} is money such as Money('USD'), not {shown(self.currency)}")
        check_taking_back(self.taking_back, self.name)
        check_giving_back(self.giving_back, self.name)
        if len(self.rules) > RULES_MAX:
            raise InvalidProgram(f"program {self.name} has {len(self.rules)} rules; at most {RULES_MAX} are judged")
        _check(self)
        warn(self.name, self.rules)

    def of_kind(self, kind: type[Any]) -> Iterator[Any]:
        """Yield the rules of a kind, in the program's order."""
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = tuple(rule for rule in self.rules if isinstance(rule, kind))
        return iter(found)

    @cached_property
    def _kinds(self) -> dict[Any, tuple[Any, ...]]:
        """Return the rules by kind, as far as somebody asked: many rules are looked through once for each."""
        return {}

    @cached_property
    def boosts(self) -> dict[str, list[Boost]]:
        """Return the boosts of each rule that has any, by its name."""
        found: dict[str, list[Boost]] = {}
        for boost in self.of_kind(Boost):
            found.setdefault(boost.of, []).append(boost)
        return found

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Return the units that rules give, expire or spend, by name."""
        found: dict[str, Unit] = {}
        for rule in self.rules:
            if rule.name in self.lanes.of_discounts:
                continue  # what it limits is money
            for unit in _units_of(rule):
                if found.setdefault(unit.name, unit) != unit:
                    raise InvalidProgram(f"unit {unit.name} is declared twice with different places; use one value")
        if any(self.lanes.budget_of(name) is not None for name in self.lanes.discounts):
            found.setdefault(self.currency.name, self.currency)
        return found

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the words that the rules may use."""
        ladders = {ladder.name: ladder.names for ladder in self.of_kind(Ladder)}
        given = self.lanes.given()
        issues = [each for reward in self.of_kind(Reward) for each in reward.issues]
        issues += [exchange.issue for exchange in self.of_kind(Exchange)]
        issued = frozenset(each.amount.unit.name for each in issues)
        return Vocabulary(
            self.currency, self.items, self.purchases, self.activities, self.units, ladders, given, issued
        )

    @cached_property
    def lanes(self) -> Lanes:
        """Return which rules and boosts stand in which lanes."""
        return Lanes(self.rules)

    @cached_property
    def renewed(self) -> frozenset[str]:
        """Return the rules that have units begin anew which come back after they were spent on them, by name."""
        spending = (rule for rule in self.rules if isinstance(rule, Offer | Discount | Deduct))
        return frozenset(rule.name for rule in spending if (rule.giving_back or self.giving_back) == renew)

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the program's canonical text, in hexadecimal."""
        return hashlib.sha256(repr(Terms.of(self)).encode()).hexdigest()

    @staticmethod
    def of(terms: Terms) -> Terms:
        """Return the plain terms of a program."""
        if type(terms) is Terms:
            return terms
        plain = object.__new__(Terms)
        # What was checked once is not checked again.
        vars(plain).update(terms.fields())
        return plain

    def fields(self) -> dict[str, Any]:
        """Return the arguments that make an equal value."""
        names = ("name", "version", "rules", "timezone", "currency", "items", "purchases", "activities")
        return {name: getattr(self, name) for name in (*names, "taking_back", "giving_back")}

    def places(self, about: str, name: str) -> int | None:
        """Return the decimal places of a number of an item or event, or None where there is no such number."""
        return self.vocabulary.places(about, name)


def _units_of(rule: Rule) -> Iterator[Unit]:
    if isinstance(rule, Earn | Deduct):
        yield (rule.gives if isinstance(rule, Earn) else rule.takes).unit
    elif isinstance(rule, Expiry | Burn | Transferable):
        yield rule.unit
    elif isinstance(rule, Migration):
        yield from rule.units
    elif isinstance(rule, Reward):
        yield rule.cost.unit
        yield from (each.amount.unit for each in rule.issues)
        if rule.stock is not None:
            yield piece
    elif isinstance(rule, Pay | Exchange):
        yield rule.each.unit
        yield from (rule.issue.amount.unit,) if isinstance(rule, Exchange) else ()
    elif isinstance(rule, Draw | Streak):
        yield from rule.named
    elif isinstance(rule, Discount):
        yield from (rule.cost.unit,) if rule.cost is not None else ()
        yield from (piece,) if rule.stock is not None else ()
    elif isinstance(rule, Ladder) and rule.carry is not None:
        yield rule.carry.unit
    for limit in rule.limit if isinstance(rule, Earn | Lane | Offer | Transferable) else ():
        if isinstance(limit.most, Amount | Accrual):
            yield limit.most.unit


def _check_names(terms: Terms) -> None:
    """Refuse rules that entries could not tell apart."""
    names: set[str] = set()
    for rule in terms.rules:
        if not is_a(rule, Rule):
            raise InvalidProgram(f"program {terms.name} has a rule that is none: {shown(rule)}")
        if rule.name in names:
            raise InvalidProgram(f"program {terms.name} has two rules named {rule.name!r}; rename one of them")
        names.add(rule.name)
    for reserved in ("opening", "adjustment", "transfer", "transfer fee"):
        if reserved in names:
            raise InvalidProgram(f"rule name {reserved!r} is what entries call events of that kind; choose another")


def _check(terms: Terms) -> None:
    """Refuse what contradicts itself."""
    _check_names(terms)
    words = terms.vocabulary
    if words.units.get(terms.currency.name, terms.currency) != terms.currency:
        raise InvalidProgram(f"unit {terms.currency.name} is named like the currency, but is another; rename it")
    shared: dict[str, tuple[Rule, Limit, str]] = {}
    for rule in terms.rules:
        if isinstance(rule, Earn):
            check_earn(words, rule)
        elif isinstance(rule, Boost):
            check_boost(words, rule, terms.lanes)
        elif isinstance(rule, Discount):
            check_discount(words, rule)
        elif isinstance(rule, Lane):
            check_lane(words, rule, terms.lanes)
        elif isinstance(rule, Raise):
            check_raise(words, rule)
        elif isinstance(rule, Refuse | Deduct):
            check_refuse(words, rule) if isinstance(rule, Refuse) else check_deduct(words, rule)
        elif isinstance(rule, Ladder):
            check_ladder(words, rule)
        elif isinstance(rule, Draw | Expiry | Streak):
            check_expiry(words, rule, terms.lanes)
        else:
            _check_asked(words, rule)
        for limit in rule.limit if isinstance(rule, Earn | Lane | Discount | Offer | Transferable) else ():
            _check_shared(terms, shared, rule, limit)
    _check_orders(terms)


def _check_orders(terms: Terms) -> None:
    """Refuse chains that come back to where they began, and burn orders that make no sense."""
    in_order({ladder.name: ladder for ladder in terms.of_kind(Ladder)}, terms.lanes.earns, terms.of_kind(Reward))
    check_worths(terms.rules, terms.lanes, terms.vocabulary)
    for burn in terms.of_kind(Burn):
        check_burn(burn, terms.lanes.giving(), terms.of_kind(Ladder))
    for expiry in terms.of_kind(Expiry):
        check_spared(expiry, terms.lanes.giving(), terms.rules)
    check_migrations(terms.of_kind(Migration))


def _check_shared(terms: Terms, shared: dict[str, tuple[Rule, Limit, str]], rule: Rule, limit: Limit) -> None:
    """Refuse limits of one name that are not one limit, or not all of what earns, what costs, or what is off."""
    if limit.name:
        other, known, kind = shared.setdefault(limit.name, (rule, limit, _limited_kind(terms, rule)))
        if known != limit or kind != _limited_kind(terms, rule):
            said = f"limit {limit.name} of {rule.name} is another than that of {other.name}"
            raise InvalidProgram(
                f"{said}; use one value for both, both of what earns, of what costs or of what is off, or two names"
            )


def _limited_kind(terms: Terms, rule: Rule) -> str:
    if isinstance(rule, Discount) or rule.name in terms.lanes.of_discounts:
        return "off"
    return "earns" if isinstance(rule, Earn | Lane) else "costs"


def _check_asked(words: Vocabulary, rule: Rule) -> None:
    """Refuse what members ask for, where it is open, limited or worth in other words than the program's."""
    if isinstance(rule, Offer):
        words.check_condition(rule.when, "redemption", f"reward {rule.name}")
        price = rule.cost if isinstance(rule, Reward) else rule.each
        if isinstance(rule, Reward):
            check_reward(words, rule)
        elif isinstance(rule, Exchange):
            check_life(words, rule.issue.expires, f"exchange {rule.name}")
        words.check_price(price, f"reward {rule.name}")
        words.check_condition(rule.where if isinstance(rule, Pay) else None, "purchase", f"reward {rule.name}")
    if isinstance(rule, Pay) and rule.worth.unit != words.currency:
        raise InvalidProgram(f"{rule.name} is worth {rule.worth}, but the program's currency is {words.currency!r}")
    if not isinstance(rule, Offer | Transferable):
        return
    unit = rule.unit if isinstance(rule, Transferable) else (rule.cost if isinstance(rule, Reward) else rule.each).unit
    for limit in rule.limit:
        if isinstance(limit.most, Amount) and limit.most.unit != unit:
            raise InvalidProgram(f"{rule.name} is of {unit.name}, but limited in {limit.most.unit.name}; use one unit")
