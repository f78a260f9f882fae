"""
Words: what an event says, as entries hold it, if the program has words for it.

To add a kind of event that can ask for what a program has not, say so in `is_known`.
"""

from __future__ import annotations

from typing import Any

from loyalcore.errors import InvalidValue, shown
from loyalcore.events import Activity, Adjustment, Event, Purchase, Redemption
from loyalcore.instants import to_instant
from loyalcore.interpreted.histories import tallies
from loyalcore.ladders import Ladder
from loyalcore.openings import Opening
from loyalcore.rewards import Pay, Reward
from loyalcore.terms import Terms

__all__ = ["written"]


def written(terms: Terms, event: Event) -> tuple[Any, ...]:
    """Return the content of an event; refuse what the program knows nothing of."""
    if not is_known(terms, event):
        raise InvalidValue(f"{shown(event)} asks for what program {terms.name} has not; see its rules and classes")
    names, *values = event.content(terms.currency.places)
    if isinstance(event, Opening):
        # What a tally is called, and counted in, only a program knows.
        values = [(*values[0][:-1], _numbers(terms, event))]
    return (names, *values)


def is_known(terms: Terms, event: Event) -> bool:
    """Tell whether a program has words for everything that an event says."""
    match event:
        case Purchase():
            items = {item.schema() for item in event.items}
            return event.schema() == terms.purchases and items <= {terms.items}
        case Activity():
            return event.schema() == terms.activities
        case Redemption():
            rewards = {rule.name: rule for rule in terms.of_kind((Reward, Pay))}
            if event.reward not in rewards:
                return False
            if isinstance(rewards[event.reward], Pay):
                return bool(event.amount) and event.times == 1
            return event.amount is None
        case Adjustment():
            return terms.units.get(event.amount.unit.name) == event.amount.unit
        case Opening():
            return _is_known_opening(terms, event)
    return True


def _is_known_opening(terms: Terms, event: Opening) -> bool:
    ladders = {ladder.name: ladder.names for ladder in terms.of_kind(Ladder)}
    known = {tally.measure: tally for tally in tallies(terms)}
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
    known = {tally.measure: tally for tally in tallies(terms)}
    counted = sorted(
        (known[each.of].name, int(each.amount.value * known[each.of].parts), to_instant(each.at or event.at))
        for each in event.tallies
    )
    return tuple(part for each in counted for part in each)
