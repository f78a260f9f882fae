"""
Terms: everything a program says, checked as a whole.

`Terms` is the value; `loyalcore.Program` adds the verbs. What can be contradictory only together is refused here:
names used twice, rules that are not there, fields nobody declared, money compared with points.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from loyalcore.calendar import zone
from loyalcore.bounds import Bound
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.errors import InvalidProgram, InvalidValue
from loyalcore.events import QUANTITY_PLACES, Activity, Item, Purchase
from loyalcore.expiry import Expiry
from loyalcore.ladders import Ladder
from loyalcore.limits import Limit
from loyalcore.measures import (
    Balance,
    Comparison,
    Constant,
    Earned,
    EventNumber,
    ItemComparison,
    Measure,
    Ordinal,
    Over,
    Total,
)
from loyalcore.rates import Banded, Milestones, Rated, Stepped
from loyalcore.rewards import Pay, Reward
from loyalcore.rules import Boost, ByTier, Earn, Lane, check_taking_back, debt
from loyalcore.schema import Flag, Number, Price, Record, Schema, Text
from loyalcore.texts import check_name
from loyalcore.units import Amount, Money, Unit
from loyalcore.windows import Scope, item, purchase

__all__ = ["Rule", "Terms"]

#: Every kind of rule a program has.
Rule = Earn | Boost | Lane | Ladder | Expiry | Reward | Pay

RULES_MAX = 10_000


def _schema(given: object) -> Any:
    if isinstance(given, Schema):
        return given
    if isinstance(given, type) and issubclass(given, Record):
        return given.schema()
    raise InvalidValue(f"items, purchases and activities are classes of events, not {given!r:.80}")


def _rules(given: object) -> Any:
    if isinstance(given, Iterable):
        return tuple(given)
    raise InvalidValue(f"rules are a list, not {given!r:.80}")


@frozen(slots=False)
class Terms:
    """Be the rules of a program, its version, zone and currency, and what its events carry."""

    name: str
    version: str = field(kw_only=True)
    rules: tuple[Rule, ...] = field(kw_only=True, converter=_rules)
    timezone: str = field(default="UTC", kw_only=True)
    currency: Money = field(default=Money("USD"), kw_only=True)
    items: Schema = field(default=Item, kw_only=True, converter=_schema)
    purchases: Schema = field(default=Purchase, kw_only=True, converter=_schema)
    activities: Schema = field(default=Activity, kw_only=True, converter=_schema)
    taking_back: str = field(default=debt, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a program")
        check_name(self.version, f"the version of {self.name}")
        zone(self.timezone)
        if not isinstance(self.currency, Money):
            raise InvalidValue(f"currency of {self.name} is money such as Money('USD'), not {self.currency!r:.80}")
        check_taking_back(self.taking_back, self.name)
        if len(self.rules) > RULES_MAX:
            raise InvalidProgram(f"program {self.name} has {len(self.rules)} rules; at most {RULES_MAX} are judged")
        _check(self)

    def of_kind(self, kind: type[Any]) -> Iterator[Any]:
        """Yield the rules of a kind, in the program's order."""
        return (rule for rule in self.rules if isinstance(rule, kind))

    @property
    def units(self) -> dict[str, Unit]:
        """Return the units that rules give, expire or spend, by name."""
        found: dict[str, Unit] = {}
        for rule in self.rules:
            for unit in _units_of(rule):
                if found.setdefault(unit.name, unit) != unit:
                    raise InvalidProgram(f"unit {unit.name} is declared twice with different places; use one value")
        return found

    @property
    def hash(self) -> str:
        """Return the SHA-256 of the program's canonical text, in hexadecimal."""
        return hashlib.sha256(repr(Terms.of(self)).encode()).hexdigest()

    @staticmethod
    def of(terms: Terms) -> Terms:
        """Return the plain terms of a program."""
        return terms if type(terms) is Terms else Terms(**terms.fields())

    def fields(self) -> dict[str, Any]:
        """Return the arguments that make an equal value."""
        names = ("name", "version", "rules", "timezone", "currency", "items", "purchases", "activities", "taking_back")
        return {name: getattr(self, name) for name in names}

    def places(self, about: str, name: str) -> int | None:
        """Return the decimal places of a number of an item or event, or None where there is no such number."""
        if about == "item" and name in ("net", "quantity"):
            return self.currency.places if name == "net" else QUANTITY_PLACES
        for schema in (self.items,) if about == "item" else (self.purchases, self.activities):
            declared = schema.get(name)
            if isinstance(declared, Price):
                return self.currency.places
            if isinstance(declared, Number):
                return declared.places
        return None

    def is_money(self, about: str, name: str) -> bool:
        """Tell whether a number of an item or event is in the program's currency."""
        if about == "item" and name == "net":
            return True
        schemas = (self.items,) if about == "item" else (self.purchases, self.activities)
        return any(isinstance(schema.get(name), Price) for schema in schemas)


def _units_of(rule: Rule) -> Iterator[Unit]:
    if isinstance(rule, Earn):
        yield rule.gives.unit
    elif isinstance(rule, Expiry):
        yield rule.unit
    elif isinstance(rule, Reward):
        yield rule.cost.unit
    elif isinstance(rule, Pay):
        yield rule.each.unit
    if isinstance(rule, Earn | Lane):
        for limit in rule.limit:
            if isinstance(limit.most, Amount):
                yield limit.most.unit


def _check(terms: Terms) -> None:
    """Refuse what contradicts itself."""
    names: set[str] = set()
    for rule in terms.rules:
        if not isinstance(rule, Rule):
            raise InvalidProgram(f"program {terms.name} has a rule that is none: {rule!r:.80}")
        if rule.name in names:
            raise InvalidProgram(f"program {terms.name} has two rules named {rule.name!r}; entries must tell them apart")
        names.add(rule.name)
    if reserved := names & {"opening", "adjustment"}:
        raise InvalidProgram(f"rule name {reserved.pop()!r} is what entries call events of that kind; choose another")
    terms.units  # noqa: B018 - reading the units compares them
    for rule in terms.rules:
        if isinstance(rule, Earn):
            _check_earn(terms, rule)
        elif isinstance(rule, Boost):
            _check_boost(terms, rule)
        elif isinstance(rule, Lane):
            _check_lane(terms, rule)
        elif isinstance(rule, Ladder):
            _check_ladder(terms, rule)
        elif isinstance(rule, Pay) and rule.worth.unit != terms.currency:
            raise InvalidProgram(f"{rule.name} is worth {rule.worth.unit.name}, but the program's currency is another")


def _check_earn(terms: Terms, rule: Earn) -> None:
    what = f"rule {rule.name}"
    _check_condition(terms, rule.where, what)
    _check_condition(terms, rule.when, what)
    for limit in rule.limit:
        _check_limit(rule.gives.unit, limit, what)
    if dimension(terms, rule.gives.measure, what) is not None:
        raise InvalidProgram(f"{what} gives money as if it were {rule.gives.unit.name}; say at what rate, with .per(…)")
    parts = list(leaves(rule.gives.measure))
    if moments := [leaf for leaf in parts if isinstance(leaf, Over | Earned | Balance | Ordinal)]:
        raise InvalidProgram(f"{what} gives by {moments[0]!r:.60}, which no return can undo; ask for it with when=")
    totals = [leaf for leaf in parts if isinstance(leaf, Total)]
    per_item = rule.stage == item or any(limit.per == item for limit in rule.limit)
    if (rule.where is not None or per_item) and len(totals) < len(parts):
        raise InvalidProgram(f"{what} picks items, but gives for the whole event; give per item or by Line.net")
    if totals and rule.on != "purchase":
        raise InvalidProgram(f"{what} is on {rule.on}, which has no items; give an amount or by a declared number")
    if rule.stage == item and rule.over != purchase:
        raise InvalidProgram(f"{what} is over a window and cannot round per item; rounding happens once per cell")


def _check_boost(terms: Terms, rule: Boost) -> None:
    base = next((each for each in terms.of_kind(Earn) if each.name == rule.of), None)
    if base is None:
        raise InvalidProgram(f"boost {rule.name} is of {rule.of!r}, which is no rule that earns; name one that is")
    _check_condition(terms, rule.where, f"boost {rule.name}")
    _check_condition(terms, rule.when, f"boost {rule.name}")
    if isinstance(rule.by, ByTier):
        _check_tiers(terms, rule.by.ladder, [tier for tier, _ in rule.by.factors], f"boost {rule.name}")
    if rule.where is not None and not all(isinstance(leaf, Total) for leaf in leaves(base.gives.measure)):
        raise InvalidProgram(f"boost {rule.name} picks items, but {rule.of} gives for the whole event; leave out where=")


def _check_lane(terms: Terms, lane: Lane) -> None:
    earns = {rule.name: rule for rule in terms.of_kind(Earn)}
    for other in terms.of_kind(Lane):
        if other is not lane and (shared := set(other.of) & set(lane.of)):
            raise InvalidProgram(f"rule {shared.pop()} is in lanes {lane.name} and {other.name}; a rule has one lane")
    members = []
    for name in lane.of:
        rule = earns.get(name)
        if rule is None or rule.over != purchase or rule.on != "purchase":
            raise InvalidProgram(f"lane {lane.name} is of {name!r}, which is no rule that earns per purchase")
        if [limit for limit in rule.limit if not isinstance(limit.per, Scope)]:
            raise InvalidProgram(f"rule {name} has a limit per window, but stands in lane {lane.name}; limit the lane")
        members.append(rule)
    first = members[0]
    for rule in members:
        if (rule.gives.unit, rule.pending, rule.expires, rule.taking_back) != (
            first.gives.unit,
            first.pending,
            first.expires,
            first.taking_back,
        ):
            raise InvalidProgram(
                f"rules {first.name} and {rule.name} of lane {lane.name} differ in unit, pending, expires or "
                "taking_back; what a lane gives is one lot"
            )
    for limit in lane.limit:
        _check_limit(first.gives.unit, limit, f"lane {lane.name}")
        if limit.per == item:
            raise InvalidProgram(f"lane {lane.name} is limited per item; put that limit on its rules")


def _check_limit(unit: Unit, limit: Limit, what: str) -> None:
    if isinstance(limit.most, Amount) and limit.most.unit != unit:
        raise InvalidProgram(f"{what} gives {unit.name}, but is limited in {limit.most.unit.name}; use one unit")


def _check_ladder(terms: Terms, ladder: Ladder) -> None:
    what = f"ladder {ladder.name}"
    measured = dimension(terms, ladder.by, what)
    for name, threshold in ladder.tiers:
        if threshold.value:
            _check_bound(threshold, measured, f"tier {name} of {what}")


def _check_tiers(terms: Terms, name: str, tiers: Iterable[str], what: str) -> None:
    ladder = next((each for each in terms.of_kind(Ladder) if each.name == name), None)
    if ladder is None:
        raise InvalidProgram(f"{what} asks for ladder {name!r}, which the program does not have; add a Ladder")
    for tier in tiers:
        if tier not in ladder.names:
            raise InvalidProgram(f"{what} asks for tier {tier!r}; ladder {name} has {', '.join(ladder.names)}")


def _check_condition(terms: Terms, condition: Condition[Any] | None, what: str) -> None:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            _check_condition(terms, part, what)
    elif isinstance(condition, Not):
        _check_condition(terms, condition.part, what)
    elif isinstance(condition, OneOf):
        _check_field(terms, condition, what)
    elif isinstance(condition, ItemComparison):
        _check_bound(condition.bound, _number(terms, "item", condition.number.name, what), what)
    elif isinstance(condition, Comparison):
        _check_bound(condition.bound, dimension(terms, condition.measure, what), what)
    elif isinstance(condition, InTier):
        _check_tiers(terms, condition.ladder, condition.tiers, what)


def _check_field(terms: Terms, condition: OneOf[Any], what: str) -> None:
    of, name = condition.subject.of, condition.subject.name
    kind: type = str
    if of != "setting" and (of, name) != ("event", "name"):
        schemas = (terms.items,) if of == "item" else (terms.purchases, terms.activities)
        declared = next((found for schema in schemas if (found := schema.get(name))), None)
        if not isinstance(declared, Text | Flag):
            raise InvalidProgram(f"{what} asks for {name!r}, a text or flag that no {of} declares; add it to the class")
        kind = bool if isinstance(declared, Flag) else str
    for value in condition.values:
        if not isinstance(value, kind):
            raise InvalidProgram(f"{what} compares {name} with {value!r}, but it is a {kind.__name__}")


def _check_bound(value: Bound, measured: str | None, what: str) -> None:
    if value.unit != measured:
        named = {None: "a plain number"}
        raise InvalidProgram(
            f"{what} compares {named.get(measured, measured)} with {named.get(value.unit, value.unit)} "
            f"({value.value}); write the bound in what is measured"
        )


def _number(terms: Terms, about: str, name: str, what: str) -> str | None:
    if terms.places(about, name) is None:
        raise InvalidProgram(f"{what} measures {name!r}, a number that no {about} declares; add it to the class")
    return terms.currency.name if terms.is_money(about, name) else None


def leaves(measure: Measure) -> Iterator[Measure]:
    """Yield what a measure reads from events or the history, each once, in order."""
    seen: dict[Measure, None] = {}
    stack = [measure]
    while stack:
        part = stack.pop()
        if part.parts:
            stack.extend(reversed(part.parts))
        elif not isinstance(part, Constant):
            seen[part] = None
    return iter(seen)


def dimension(terms: Terms, measure: Measure, what: str) -> str | None:
    """Return the name of the unit a measure is in, None for a plain number; refuse sums of different units."""
    if isinstance(measure, Total):
        _check_condition(terms, measure.where, what)
        return _number(terms, "item", measure.name, what)
    if isinstance(measure, EventNumber):
        return _number(terms, "event", measure.name, what)
    if isinstance(measure, Over):
        return dimension(terms, measure.measure, what)
    if isinstance(measure, Earned | Balance):
        if measure.unit not in terms.units:
            raise InvalidProgram(f"{what} measures unit {measure.unit!r}, which no rule of the program gives")
        return measure.unit
    if isinstance(measure, Constant):
        return measure.value.unit
    inner = {dimension(terms, part, what) for part in measure.parts}
    if len(inner) > 1:
        raise InvalidProgram(f"{what} joins measures in {' and '.join(sorted(map(str, inner)))}; give each a rate first")
    found = inner.pop() if inner else None
    if isinstance(measure, Rated | Stepped | Banded | Milestones):
        bounds = {
            Rated: lambda: [Bound(measure.rate, measure.per)],  # type: ignore[union-attr]
            Stepped: lambda: [measure.step],  # type: ignore[union-attr]
            Banded: lambda: [low for low, _ in measure.bands if low.value],  # type: ignore[union-attr]
            Milestones: lambda: [at for at, _ in measure.milestones],  # type: ignore[union-attr]
        }[type(measure)]()
        for each in bounds:
            _check_bound(each, found, what)
        return None
    return found
