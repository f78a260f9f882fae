"""Contents: what an event says, in the words of a program; what the program has no word for is refused."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from loyalcore.calendar import zone
from loyalcore.engine.engine import Engine
from loyalcore.entries import moment
from loyalcore.errors import InvalidValue
from loyalcore.events import Activity, Adjustment, Event, Redemption, Settings
from loyalcore.exchanges import Exchange, Offer
from loyalcore.holds import Hold
from loyalcore.instants import to_instant
from loyalcore.openings import Opening
from loyalcore.purchases import Item, Purchase
from loyalcore.rewards import Pay, Reward
from loyalcore.standings import TierAdjustment
from loyalcore.terms import Terms
from loyalcore.transfers import Transfer
from loyalcore.units import Amount, Unit

__all__ = ["check_tier", "content_of", "differences", "said_of_items"]


def content_of(engine: Engine, event: Event) -> tuple[Any, ...]:
    """Return what happened as entries hold it; refuse what the program knows nothing of."""
    terms = engine.terms
    if engine.zone_texts:
        _check_zones(engine, event)
    if isinstance(event, Purchase):
        if event.paid_with or event.claims:
            _check_paid(engine, event)
        classes = (type(event), type(event.items[0]) if event.items else None)
        declared = engine.plans["purchase"].declared
        if classes not in declared:
            _check_schema(terms, event, terms.purchases, "purchases")
            for item in event.items[:1]:
                if type(item) is Item and terms.items.fields:
                    return _net_alone(terms, event)
                _check_schema(terms, item, terms.items, "items")
            declared.add(classes)
        return event.content(terms.currency.places)
    if isinstance(event, Activity):
        _check_schema(terms, event, terms.activities, "activities")
    elif isinstance(event, Redemption | Hold):
        _check_reward(engine, event)
    elif isinstance(event, Adjustment | Transfer):
        _check_unit(terms, event.amount.unit)
    elif isinstance(event, TierAdjustment):
        check_tier(terms, event.ladder, event.tier)
    elif isinstance(event, Opening):
        _check_opening(terms, event)
        names, values = event.content(terms.currency.places)
        known = dict(zip(names, values, strict=True)) | {"tallies": _tallies(engine, event)}
        return (names, tuple(known.values()))
    return event.content(terms.currency.places)


def _net_alone(terms: Terms, event: Purchase) -> tuple[Any, ...]:
    """Return the content of a purchase whose items say nothing of what the program declares of them."""
    names, rows, *rest = event.content(terms.currency.places)
    if needed := [name for name, declared in terms.items.fields if declared.missing is None]:
        raise InvalidValue(
            f"purchase {event.id!r} says nothing of {', '.join(needed)}, which items of program {terms.name} carry; "
            "give items of its class, or declare that with missing="
        )
    stand_ins = tuple(declared.stand_in(terms.currency.places, name) for name, declared in terms.items.fields)
    return ((*names, *terms.items.names), tuple((*row, *stand_ins) for row in rows), *rest)


def _check_zones(engine: Engine, event: Event) -> None:
    """Refuse a text that a schedule reads a zone from and that names none; an empty one is the program's."""
    texts = dict(event.values) if isinstance(event, Settings) else vars(event)
    about = "setting" if isinstance(event, Settings) else "event"
    for of, name in sorted(engine.zone_texts):
        if of == about and (text := texts.get(name)):
            try:
                zone(text)
            except InvalidValue as problem:
                raise InvalidValue(f"{name} of {event.kind} {event.id!r} is read as a zone: {problem}") from None


def _check_schema(terms: Terms, given: Any, wanted: Any, what: str) -> None:
    schema = given.schema()
    if schema is not wanted and schema != wanted:
        raise InvalidValue(
            f"{what} of program {terms.name} carry {', '.join(wanted.names) or 'nothing of their own'}, but "
            f"{type(given).__name__} carries {', '.join(given.schema().names) or 'nothing'}; "
            f"build the program with {what}={type(given).__name__}"
        )


def _check_unit(terms: Terms, unit: Unit) -> None:
    known = terms.units
    if known.get(unit.name) != unit:
        raise InvalidValue(
            f"unit {unit!r} is none of program {terms.name}; it has {', '.join(known) or 'none'}. Any "
            f"rule that names a unit makes it known, such as Burn({unit!r})"
        )


def _check_opening(terms: Terms, event: Opening) -> None:
    for lot in event.lots:
        _check_unit(terms, lot.amount.unit)
        if lot.worth is not None and lot.worth.unit != terms.currency:
            raise InvalidValue(
                f"a lot of opening {event.id!r} is worth {lot.worth}, but prices are in {terms.currency!r}"
            )
    for ladder, tier in event.tiers:
        check_tier(terms, ladder, tier)


def check_tier(terms: Terms, ladder: str, tier: str | None) -> None:
    """Refuse a tier that the program has not, or, of None, a ladder."""
    tiers = terms.vocabulary.ladders.get(ladder)
    if tiers is None or (tier is not None and tier not in tiers):
        raise InvalidValue(f"program {terms.name} has no tier {tier!r} of ladder {ladder!r}; see its ladders")


def _tallies(engine: Engine, event: Opening) -> tuple[Any, ...]:
    """Return the tallies of an opening as entries hold them: name, amount in smallest parts and moment in turn."""
    found = []
    for tally in event.tallies:
        known = engine.tallies.get(tally.of)
        if known is None:
            asked = ", ".join(map(repr, engine.tallies)) or "none"
            raise InvalidValue(
                f"program {engine.terms.name} keeps no tally of {tally.of!r}; its rules ask for {asked}, and what a "
                "rule counts in a window of its own, or has given, comes of events: record what was before as one"
            )
        name, scale, unit = known
        amount = tally.amount.value * scale
        if tally.amount.unit != unit or amount.denominator > 1:
            raise InvalidValue(
                f"tally {name!r} is counted in {unit or 'plain numbers'}, in parts of 1/{scale}, not as "
                f"{tally.amount.value} {tally.amount.unit or 'of no unit'}; give it in what is measured"
            )
        found.append((name, int(amount), to_instant(event.at if tally.at is None else tally.at)))
    return tuple(part for each in sorted(found) for part in each)


def _check_paid(engine: Engine, event: Purchase) -> None:
    for name, _ in event.paid_with:
        if not isinstance(engine.rewards.get(name), Pay):
            known = ", ".join(rule.name for rule in engine.terms.of_kind(Pay)) or "none"
            raise InvalidValue(
                f"purchase {event.id!r} is paid with {name!r}, which is no Pay rule of program {engine.terms.name}; "
                f"it has {known}"
            )
    discounts = engine.terms.lanes.discounts
    for name in event.claims or ():
        if name not in discounts:
            raise InvalidValue(
                f"purchase {event.id!r} claims {name!r}, which is no discount of program {engine.terms.name}; it has "
                f"{', '.join(discounts) or 'none'}"
            )


def _check_reward(engine: Engine, event: Redemption | Hold) -> None:
    reward = engine.rewards.get(event.reward)
    if reward is None:
        known = ", ".join(engine.rewards) or "none"
        raise InvalidValue(f"reward {event.reward!r} is none of program {engine.terms.name}; it has {known}")
    if isinstance(reward, Exchange) or isinstance(event.amount, Amount):
        _check_exchange(reward, event)
        return
    if isinstance(reward, Reward) and reward.pieces > 1 and isinstance(event, Hold):
        raise InvalidValue(
            f"hold {event.id!r} of {event.reward}, which has {reward.pieces} pieces for its price; redeem"
        )
    if isinstance(reward, Reward) and reward.worth is not None:
        if event.times != 1:
            raise InvalidValue(
                f"{event.kind} {event.id!r} of {event.reward}, which is worth what its units are, is of one each time; "
                "ask for it once, with amount= for what it is used on"
            )
    elif isinstance(reward, Pay) != (event.amount is not None) or (event.amount is not None and event.times != 1):
        wanted = 'one amount= of money, such as amount="5.00"' if isinstance(reward, Pay) else "times=, and no amount="
        raise InvalidValue(f"{event.kind} {event.id!r} of {event.reward} takes {wanted}")
    if isinstance(reward, Pay) and event.amount is not None and not event.amount:
        raise InvalidValue(f"{event.kind} {event.id!r} pays nothing; give an amount above zero")
    if isinstance(reward, Pay) and reward.is_of_purchases:
        raise InvalidValue(
            f"{event.kind} {event.id!r} of {event.reward} pays a part of a purchase; say so with paid_with= of that"
        )
    if isinstance(event, Hold) and event.until is None and reward.hold is None:
        raise InvalidValue(f"hold {event.id!r} needs until=, or {event.reward} a hold= for how long")


def _check_exchange(reward: Offer, event: Redemption | Hold) -> None:
    """Refuse an exchange of anything but an amount of its unit, and such an amount for anything else."""
    what = f"{event.kind} {event.id!r} of {event.reward}"
    if isinstance(reward, Pay) or (isinstance(reward, Reward) and reward.worth is not None):
        raise InvalidValue(f'{what} has an amount= of {event.amount}, where money is wanted, such as amount="5.00"')
    if not isinstance(reward, Exchange):
        raise InvalidValue(f"{what} has an amount= of {event.amount}, but takes times=, and no amount=")
    unit = reward.each.unit
    right = isinstance(event.amount, Amount) and event.amount.unit == unit
    if not isinstance(event, Redemption) or not right or event.times != 1:
        raise InvalidValue(f"{what} takes one amount= of {unit.name} in a Redemption, such as {unit(500)}")
    if not event.amount:
        raise InvalidValue(f"{what} exchanges nothing; give an amount above zero")


def differences(row: Any, event: Event, content: tuple[Any, ...]) -> Any:
    """Yield what differs between a recorded fact and an event, as name, recorded, given."""
    if row[0] != event.kind:
        yield "kind", row[0], event.kind
    if row[1] != event.instant:
        yield "at", moment(row[1]), event.at
    if row[3] != content:
        recorded, given = row[3], content
        if event.kind == "purchase":
            if recorded[:2] != given[:2]:
                yield "items", recorded[1], given[1]
            recorded, given = recorded[2:], given[2:]
        if recorded[0] != given[0]:
            yield "fields", recorded[0], given[0]
        yield from (
            (name, old, new) for name, old, new in zip(given[0], recorded[1], given[1], strict=True) if old != new
        )


def said_of_items(terms: Terms, recorded: tuple[Any, ...], given: tuple[Any, ...]) -> str:
    """Say which item of two contents differs first, and in what; numbers as they were given."""
    (old_names, old_rows), (new_names, new_rows) = recorded[:2], given[:2]
    for old, new in zip_longest(old_rows, new_rows, fillvalue=()):
        before, now = dict(zip(old_names, old, strict=False)), dict(zip(new_names, new, strict=False))
        if before.get("id") != now.get("id"):
            return f"item {before.get('id')!r}, but was given item {now.get('id')!r} there"
        for name in (*before, *now):
            was, is_now = (_as_given(terms, name, each.get(name)) for each in (before, now))
            if was != is_now:
                return f"{name} {was} of item {before['id']!r}, but was given {is_now}"
    return f"items with {', '.join(old_names)}, but was given {', '.join(new_names)}"


def _as_given(terms: Terms, name: str, value: Any) -> str:
    """Return the text of a value of an item as people write it: a number of smallest parts as a decimal."""
    places = terms.places("item", name) if type(value) is int else None
    return repr(value) if places is None else str(Amount(Unit("number", places), value).decimal)
