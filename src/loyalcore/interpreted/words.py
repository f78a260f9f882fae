"""
Words: what a program and an event say, if the one has words for the other, and the interpreted form for both.

To add a kind of rule, or a choice to one, name it in `READS`: what is not named there is refused, rather than read
wrong. To add a kind of event that can ask for what a program has not, say so in `is_known`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import fields

from loyalcore.burning import Burn
from loyalcore.calendar import zone
from loyalcore.deductions import Deduct
from loyalcore.discounts import Discount
from loyalcore.errors import InvalidValue, shown
from loyalcore.events import Activity, Adjustment, Event, Redemption
from loyalcore.exchanges import Exchange, Offer
from loyalcore.expiry import Expiry
from loyalcore.follow_ups import Raise
from loyalcore.holds import Hold
from loyalcore.instants import to_instant
from loyalcore.interpreted.histories import openable, zone_texts
from loyalcore.interpreted.questions import Unread
from loyalcore.interpreted.worths import check_worths
from loyalcore.issues import Issue
from loyalcore.ladders import Ladder
from loyalcore.limits import Limit
from loyalcore.lotteries import Draw
from loyalcore.migrations import Migration
from loyalcore.openings import Opening
from loyalcore.purchases import Item, Purchase
from loyalcore.refusing import Refuse
from loyalcore.rewards import Pay, Reward
from loyalcore.rules import Boost, ByTier, Earn, Factor, Lane
from loyalcore.schema import Schema
from loyalcore.standings import TierAdjustment
from loyalcore.streaks import Streak
from loyalcore.terms import Terms
from loyalcore.transfers import Transfer, Transferable
from loyalcore.units import Amount

__all__ = ["READS", "check_read", "declared", "filled_in", "written"]

#: What is read of each kind of rule, and of what rules are made of.
READS: Final[dict[type[Any], frozenset[str]]] = {
    kind: frozenset(names.split())
    for kind, names in {
        Earn: "name gives where when over on limit rounding stage pending expires expires_from taking_back on_return "
        "budget worth",
        Boost: "name by of where when",
        ByTier: "ladder factors",
        Factor: "adds size",
        Lane: "name of combine per limit budget",
        Limit: "most per otherwise each name freed",
        Ladder: "name by tiers review downgrade valid grace keep spends carry",
        Expiry: "unit life unless",
        Burn: "unit order first by_date",
        Migration: "unit into by expiry rounding",
        Draw: "name prizes chances when again by",
        Streak: "unit per freeze unless tolerates ends keeps",
        Reward: "name cost gives claim on pieces hold when limit worth stock giving_back taking_back returnable",
        Issue: "amount pending expires expires_from",
        Exchange: "name each gives minimum maximum step rounding asking bonus when limit giving_back taking_back "
        "returnable",
        Transferable: "unit minimum step fee arrives expiry limit",
        Raise: "name activity to on when values",
        Refuse: "name on when",
        Deduct: "name takes when otherwise rounding giving_back",
        Discount: "name off of where when claim cost stock budget limit rounding stage rest giving_back on_return",
        Pay: "name each worth minimum maximum step share least_share where hold when limit giving_back on_return "
        "returnable",
    }.items()
}


def check_read(terms: Terms) -> None:
    """Refuse a program that says what has no clause."""
    for rule in terms.rules:
        issues = rule.issues if isinstance(rule, Reward) else (rule.issue,) if isinstance(rule, Exchange) else ()
        for part in (rule, *getattr(rule, "limit", ()), *((rule.by,) if isinstance(rule, Boost) else ()), *issues):
            _check_fields(part)


def _check_fields(part: Any) -> None:
    """Refuse a part of a program in which something is said that is not read."""
    if type(part) not in READS:
        raise Unread(part, "rules")
    for each in fields(type(part)):
        if each.name not in READS[type(part)] and getattr(part, each.name) != each.default:
            raise Unread(part, each.name)


def declared(terms: Terms, event: Event) -> Event:
    """Return an event with what a program declares of it, where the host's class is of another version of that."""
    found = event
    if isinstance(event, Purchase):
        items = [_reduced(item, Item, terms.items) for item in event.items]
        values = {"at": event.at, "items": items, "claims": event.claims, "paid_with": event.paid_with}
        same = all(item is own for item, own in zip(items, event.items, strict=True))
        found = (_reduced if same else _made)(event, Purchase, terms.purchases, values)
    elif isinstance(event, Activity):
        found = _reduced(event, Activity, terms.activities, {"at": event.at, "name": event.name, "of": event.of})
    return found


def filled_in(terms: Terms, event: Event) -> Event:
    """Return a purchase that is told by its net alone with what stands in for all that items of the program carry."""
    if not isinstance(event, Purchase) or any(type(item) is not Item for item in event.items):
        return event
    if any(field.missing is None for _, field in terms.items.fields):
        return event
    items = [_made(item, Item, terms.items, {"net": item.net, "quantity": item.quantity}) for item in event.items]
    values = {"at": event.at, "items": items, "claims": event.claims, "paid_with": event.paid_with}
    return _made(event, Purchase, event.schema(), values) if items else event


def _reduced(record: Any, base: Any, schema: Schema, values: Mapping[str, Any] | None = None) -> Any:
    """Return a record with the fields of a schema, if one of the two begins with the other; else as it is."""
    own = record.schema().fields
    both = min(len(own), len(schema.fields))
    if own == schema.fields or own[:both] != schema.fields[:both]:
        return record
    return _made(record, base, schema, {"net": record.net, "quantity": record.quantity} if values is None else values)


def _made(record: Any, base: Any, schema: Schema, values: Mapping[str, Any]) -> Any:
    own = [name for name in schema.names if name in record.schema().names]
    made = type(base.__name__, (base,), dict(schema.fields))
    return made(record.id, **values, **{name: getattr(record, name) for name in own})


def written(terms: Terms, event: Event) -> tuple[Any, ...]:
    """Return the content of an event; refuse what the program knows nothing of."""
    if not is_known(terms, event):
        raise InvalidValue(f"{shown(event)} asks for what program {terms.name} has not; see its rules and classes")
    names, *values = event.content(terms.currency.places)
    if isinstance(event, Opening):
        check_worths(terms, event)
        # What a tally is called, and counted in, only a program knows.
        told = dict(zip(names, values[0], strict=True)) | {"tallies": _numbers(terms, event)}
        values = [tuple(told.values())]
    return (names, *values)


def is_known(terms: Terms, event: Event) -> bool:
    """Tell whether a program has words for everything that an event says."""
    if not all(map(_is_zone, zone_texts(terms, event))):
        return False
    match event:
        case Purchase():
            items = {item.schema() for item in event.items}
            pays = {rule.name for rule in terms.of_kind(Pay)}
            known = all(name in pays for name, _ in event.paid_with)
            known = known and {rule.name for rule in terms.of_kind(Discount)}.issuperset(event.claims or ())
            return event.schema() == terms.purchases and items <= {terms.items} and known
        case Activity():
            return event.schema() == terms.activities
        case Redemption() | Hold():
            return _is_known_reward(terms, event)
        case TierAdjustment():
            tiers = {ladder.name: ladder.names for ladder in terms.of_kind(Ladder)}
            return event.ladder in tiers and (event.tier is None or event.tier in tiers[event.ladder])
        case Adjustment() | Transfer():
            return terms.units.get(event.amount.unit.name) == event.amount.unit
        case Opening():
            return _is_known_opening(terms, event)
    return True


def _is_known_reward(terms: Terms, event: Redemption | Hold) -> bool:
    rewards = [rule for rule in terms.rules if isinstance(rule, Offer)]
    reward = next((rule for rule in rewards if rule.name == event.reward), None)
    if isinstance(reward, Exchange) or isinstance(event.amount, Amount):
        once, given = isinstance(event, Redemption) and event.times == 1, event.amount
        right = isinstance(reward, Exchange) and isinstance(given, Amount) and given.unit == reward.each.unit
        return once and right and isinstance(given, Amount) and given.minor > 0
    if isinstance(event, Hold) and event.until is None and getattr(reward, "hold", None) is None:
        return False
    if isinstance(event, Hold) and isinstance(reward, Reward) and reward.pieces > 1:
        return False
    if isinstance(reward, Pay):
        return bool(event.amount) and event.times == 1 and not reward.is_of_purchases
    if reward is not None and reward.worth is not None:
        return event.times == 1
    return reward is not None and event.amount is None


def _is_zone(name: str) -> bool:
    """Tell whether a text names a zone; an empty one stands for the program's."""
    try:
        return not name or bool(zone(name))
    except InvalidValue:
        return False


def _is_known_opening(terms: Terms, event: Opening) -> bool:
    ladders = {ladder.name: ladder.names for ladder in terms.of_kind(Ladder)}
    known = openable(terms)
    for each in event.tallies:
        if each.of not in known or each.amount.unit != terms.vocabulary.dimension(each.of, None, "a tally"):
            return False
        if (each.amount.value * known[each.of].parts).denominator > 1:
            return False
    units = [lot.amount.unit for lot in event.lots]
    return all(terms.units.get(unit.name) == unit for unit in units) and all(
        tier in ladders.get(ladder, ()) for ladder, tier in event.tiers
    )


def _numbers(terms: Terms, event: Opening) -> tuple[Any, ...]:
    """Return the tallies of an opening: name, amount in parts, and moment, in turn."""
    known = openable(terms)
    counted = sorted(
        (known[each.of].name, int(each.amount.value * known[each.of].parts), to_instant(each.at or event.at))
        for each in event.tallies
    )
    return tuple(part for each in counted for part in each)
