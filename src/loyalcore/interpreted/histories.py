"""
Histories: what rules read of the past, under which names it is tallied, and how it is frozen with an event.

To add a word that reads the past, say in `asks` what it asks for, and in `moment` how that is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import singledispatch
from typing import Any, final

from attrs import evolve

from loyalcore.ages import HeldThrough
from loyalcore.anniversaries import OnAnniversary
from loyalcore.awards import Given
from loyalcore.calendar import zone
from loyalcore.causes import Cause
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf, TextOf
from loyalcore.counts import Activities
from loyalcore.deductions import Deduct
from loyalcore.discounts import Discount
from loyalcore.events import Event, Settings
from loyalcore.exchanges import Offer
from loyalcore.follow_ups import Raise
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Unread
from loyalcore.interpreted.windows import anchor_of, in_account, tallied
from loyalcore.ladders import Ladder
from loyalcore.lotteries import Draw
from loyalcore.measures import (
    Balance,
    Comparison,
    Count,
    Earned,
    EventNumber,
    Measure,
    Ordinal,
    Over,
    Qualifying,
    Total,
)
from loyalcore.refusing import Refuse
from loyalcore.rules import Boost, Earn
from loyalcore.schedules import InZone
from loyalcore.streaks import Streak
from loyalcore.terms import Terms
from loyalcore.vocabulary import leaves
from loyalcore.windows import Holding, Past, Rolling, Scope, in_words

__all__ = [
    "Tally",
    "anchor_asked",
    "asks",
    "freeze",
    "histories",
    "named",
    "openable",
    "tallies",
    "thaw",
    "zone_texts",
]


# Tallies.


def named(what: str, window: Past | Scope | Holding) -> str:
    """Return the name under which entries keep what is tallied over a window, or over the one before it."""
    assert not isinstance(window, Scope | Holding)  # noqa: S101 - what is of one purchase is not tallied
    return f"{what}, {in_words(tallied(window))}"


def _tallied(terms: Terms, measure: Measure) -> tuple[str, int]:
    """Return what is added up, by name, and in which parts of one."""
    if isinstance(measure, Over):
        return _tallied(terms, measure.measure)
    if isinstance(measure, Qualifying):
        what, parts = _tallied(terms, measure.measure)
        return f"{what} when {_marked(measure.condition)}", parts
    places: int | None = 0
    if isinstance(measure, Earned):
        what, places = f"{measure.unit} earned", terms.units[measure.unit].places
    elif isinstance(measure, Count):
        what = "purchases"
    elif isinstance(measure, Activities):
        what = "activities" if measure.condition is None else f"activities {_marked(measure.condition)}"
    elif isinstance(measure, EventNumber):
        what, places = f"{measure.name} of events", terms.places("event", measure.name)
    else:
        assert isinstance(measure, Total)  # noqa: S101 - a history takes nothing else
        what, places = measure.name, terms.places("item", measure.name)
        what += "" if measure.where is None else f" of items {_marked(measure.where)}"
    return what, 10 ** (places or 0)


def _marked(condition: Condition[Any]) -> str:
    """Return what tells a condition from others in names."""
    return hashlib.sha256(repr(condition).encode()).hexdigest()[:8]


@final
class Tally:
    """Be what is added up over a window because a rule asks for it: its name, and in which parts of one."""

    def __init__(self, terms: Terms, measure: Over | Earned) -> None:
        self.measure = measure
        what, self.parts = _tallied(terms, measure)
        self.name = named(what, measure.window)
        #: Where amounts are added: what is asked of the window before is kept by the window itself.
        self.window = tallied(measure.window)

    def fed_by(self, terms: Terms, kind: str | Cause) -> Measure | None:
        """Return what events of a kind add to it; nothing where it is of units, which are added as they are given."""
        if isinstance(self.measure, Earned):
            return None
        leaf = self.measure.measure
        if isinstance(leaf, Qualifying):
            return leaf if kind in terms.vocabulary.qualifies(leaf) else None
        if isinstance(leaf, EventNumber):
            schema = {"purchase": terms.purchases, "activity": terms.activities}.get(str(kind))
            return None if schema is None or schema.get(leaf.name) is None else leaf
        return leaf if kind == ("activity" if isinstance(leaf, Activities) else "purchase") else None

    def stands_at(self, held: Holdings, terms: Terms, at: int) -> int:
        """Return what it comes to in the window of a moment; over a rolling window, what it comes to now."""
        if isinstance(self.window, Rolling):
            return held.sliding(self.name, max(held.now, at))
        found = in_account(held, terms, self.measure.window, at)
        return 0 if found is None else held.sum(self.name, found[0])


def histories(terms: Terms) -> list[Over | Earned]:
    """Return what is asked of the history: what ladders climb by, and what conditions ask for."""
    found: list[Any] = []
    for rule in terms.rules:
        if isinstance(rule, Ladder):
            found += rule.measures
        elif isinstance(rule, Earn | Boost | Offer | Raise | Discount | Refuse | Deduct):
            found += asks(rule.when)
        elif isinstance(rule, Draw):
            found += [*leaves(rule.chances), *asks(rule.when)]
        elif isinstance(rule, Streak):
            found += [rule.counted, *asks(rule.unless)]
        if isinstance(rule, Earn):
            found += leaves(rule.gives.measure)
        elif isinstance(rule, Deduct):
            found += leaves(rule.takes.measure)
    return [asked for asked in found if isinstance(asked, Over | Earned)]


def tallies(terms: Terms) -> list[Tally]:
    """Return what is tallied because it is asked for, each once."""
    found: dict[str, Tally] = {}
    for tally in (Tally(terms, measure) for measure in histories(terms)):
        found.setdefault(tally.name, tally)
    return list(found.values())


def zone_texts(terms: Terms, event: Event) -> list[str]:
    """Return the texts of an event, or the choices of settings, that schedules read the name of a zone from."""
    about, texts = ("setting", dict(event.values)) if isinstance(event, Settings) else ("event", vars(event))
    rules = [rule for rule in terms.rules if isinstance(rule, Earn | Boost | Offer | Raise | Discount | Refuse)]
    asked = [rule.when for rule in (*rules, *terms.of_kind(Deduct), *terms.of_kind(Draw))]
    asked += [rule.unless for rule in terms.of_kind(Streak)]
    wanted = [text for condition in asked for text in _zones(condition)]
    return [texts[text.name] for text in wanted if text.of == about and text.name in texts]


def _zones(condition: Any) -> Iterator[TextOf[Any]]:
    if isinstance(condition, AllOf | AnyOf):
        return (text for part in condition.parts for text in _zones(part))
    if isinstance(condition, Not):
        return _zones(condition.part)
    named = condition.zone if isinstance(condition, InZone) else None
    return iter([named] if isinstance(named, TextOf) else [])


def openable(terms: Terms) -> dict[Over | Earned, Tally]:
    """Return the tallies that an opening can bring, by what it may call them: by the window itself, or by what asks."""
    asked = histories(terms)
    own = [evolve(measure, window=tallied(measure.window)) for measure in asked]
    return {measure: Tally(terms, measure) for measure in (*asked, *own)}


# Moments: what is read when an event is judged, and frozen with it.


@singledispatch
def asks(condition: Condition[Any] | None) -> Iterator[Any]:
    """Yield what a condition asks of the history, in the order in which it stands there, some more than once."""
    return iter(())


@asks.register(AllOf)
@asks.register(AnyOf)
def _(condition: AllOf[Any] | AnyOf[Any]) -> Iterator[Any]:
    return (asked for part in condition.parts for asked in asks(part))


@asks.register(Not)
def _(condition: Not[Any]) -> Iterator[Any]:
    return asks(condition.part)


@asks.register(OneOf)
def _(condition: OneOf[Any]) -> Iterator[Any]:
    return iter([("setting", condition.subject.name)] if condition.subject.of == "setting" else [])


@asks.register(InZone)
def _(condition: InZone) -> Iterator[Any]:
    named = condition.zone
    return iter([("setting", named.name)] if isinstance(named, TextOf) and named.of == "setting" else [])


@asks.register(OnAnniversary)
def _(condition: OnAnniversary) -> Iterator[Any]:
    return iter([("anchor", condition.of.key)])


@asks.register(InTier)
def _(condition: InTier) -> Iterator[Any]:
    return iter([("tier", condition.ladder)])


@asks.register(Comparison)
def _(condition: Comparison) -> Iterator[Any]:
    return (leaf for leaf in leaves(condition.measure) if isinstance(leaf, Over | Earned | Balance | Ordinal | Given))


def anchor_asked(window: object) -> Iterator[Any]:
    """Yield the anchor that a window of events is counted from, if it is counted from one."""
    if (key := anchor_of(window)) is not None:
        yield ("anchor", key)


def freeze(held: Holdings, terms: Terms, moments: Iterable[Any], at: int) -> tuple[Any, ...]:
    """Return what the history answers now, about the tier as it was at a moment."""
    return tuple(_moment(held, terms, asked, at) for asked in moments)


def _moment(held: Holdings, terms: Terms, asked: Any, at: int) -> Any:
    match asked:
        case ("tier", ladder):
            lowest = next(each.names[0] for each in terms.of_kind(Ladder) if each.name == ladder)
            return held.tier_at(ladder, at) or lowest
        case ("setting", name):
            return held.settings.get(name, "")
        case ("anchor", key):
            return held.anchors.get(key)
        case Ordinal():
            return held.purchases + 1
        case HeldThrough(unit, window):
            old = [lot.left for lot in held.usable(unit) if _is_old(held, terms, held.rows[lot.name][1], window, at)]
            return max(0, sum(old) - held.debt(unit))
        case Balance(unit):
            return held.balance(unit) - held.debt(unit)
        case Over() | Earned():
            return Tally(terms, asked).stands_at(held, terms, at)
        case _:
            raise Unread(asked, "the moment")


def _is_old(held: Holdings, terms: Terms, came: int, window: Any, at: int) -> bool:
    """Tell whether what came at a moment was there before the window of another began."""
    if isinstance(window, Rolling):
        return zone(terms.timezone).plus(came, window.duration) <= at
    found = in_account(held, terms, window, at)
    return found is not None and came < found[0]


def thaw(terms: Terms, moments: Iterable[Any], frozen: tuple[Any, ...]) -> dict[Any, Any]:
    """Return what was frozen by what was asked, numbers as fractions."""
    found: dict[Any, Any] = {}
    for asked, value in zip(moments, frozen, strict=True):
        match asked:
            case Balance(unit):
                found[asked] = Fraction(value, 10 ** terms.units[unit].places)
            case Over() | Earned():
                found[asked] = Fraction(value, Tally(terms, asked).parts)
            case Ordinal():
                found[asked] = Fraction(value)
            case _:
                found[asked] = value
    return found
