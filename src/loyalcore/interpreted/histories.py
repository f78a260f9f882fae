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

from loyalcore.calendar import window_of, zone
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Unread
from loyalcore.ladders import Ladder
from loyalcore.measures import Balance, Comparison, Count, Earned, EventNumber, Measure, Ordinal, Over, Total
from loyalcore.rules import Boost, ByTier, Earn
from loyalcore.terms import Terms
from loyalcore.vocabulary import leaves
from loyalcore.windows import Lifetime, Period, Rolling, Scope, Since, Window

__all__ = ["Tally", "freeze", "moments_of", "named", "start_of", "tallies", "thaw"]


# Windows and tallies.


def start_of(terms: Terms, window: Window | Scope, at: int) -> int | None:
    """Return the start of the window that holds a moment, or None where none does."""
    if not isinstance(window, Period | Lifetime | Since):
        raise Unread(window, "the start")
    period = window_of(zone(terms.timezone), window, at)
    return None if period is None else period[0]


def named(what: str, window: Window | Scope) -> str:
    """Return the name under which entries keep what is tallied over a window."""
    if isinstance(window, Rolling):
        length = window.duration
        parts = [(length.months, "months"), (length.days, "days"), (length.micros, "us")]
        return f"{what}, last " + " ".join(f"{number} {unit}" for number, unit in parts if number)
    return f"{what}, {getattr(window, 'name', type(window).__name__.lower())}"


@final
class Tally:
    """Be what is added up over a window because a rule asks for it: its name, and in which parts of one."""

    def __init__(self, terms: Terms, measure: Over | Earned) -> None:
        self.measure, self.window = measure, measure.window
        places: int | None = 0
        if isinstance(measure, Earned):
            what, places = f"{measure.unit} earned", terms.units[measure.unit].places
        elif isinstance(measure.measure, Count):
            what = "purchases"
        elif isinstance(measure.measure, EventNumber):
            what, places = f"{measure.measure.name} of events", terms.places("event", measure.measure.name)
        else:
            assert isinstance(measure.measure, Total)  # noqa: S101 - a history takes nothing else
            what, places = measure.measure.name, terms.places("item", measure.measure.name)
            if (where := measure.measure.where) is not None:
                what += f" of items {hashlib.sha256(repr(where).encode()).hexdigest()[:8]}"
        self.name = named(what, measure.window)
        self.parts = 10 ** (places or 0)

    def fed_by(self, terms: Terms, kind: str) -> Measure | None:
        """Return what events of a kind add to it; nothing where it is of units, which are added as they are given."""
        if isinstance(self.measure, Earned):
            return None
        leaf = self.measure.measure
        if isinstance(leaf, EventNumber):
            schema = {"purchase": terms.purchases, "activity": terms.activities}.get(kind)
            return None if schema is None or schema.get(leaf.name) is None else leaf
        return leaf if kind == "purchase" else None

    def stands_at(self, held: Holdings, terms: Terms, at: int) -> int:
        """Return what it comes to in the window of a moment; over a rolling window, what it comes to now."""
        if isinstance(self.window, Rolling):
            return held.sliding(self.name, held.now)
        start = start_of(terms, self.window, at)
        return 0 if start is None else held.sum(self.name, start)


def tallies(terms: Terms) -> list[Tally]:
    """Return what is tallied: whatever ladders climb by, and conditions about events ask for; each once."""
    found: dict[str, Tally] = {}
    for rule in terms.rules:
        wanted: list[Any] = [rule.by] if isinstance(rule, Ladder) else []
        if isinstance(rule, Earn | Boost):
            wanted = [asked for asked in asks(rule.when) if isinstance(asked, Over | Earned)]
        for measure in wanted:
            tally = Tally(terms, measure)
            found.setdefault(tally.name, tally)
    return list(found.values())


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


@asks.register(InTier)
def _(condition: InTier) -> Iterator[Any]:
    return iter([("tier", condition.ladder)])


@asks.register(Comparison)
def _(condition: Comparison) -> Iterator[Any]:
    return (leaf for leaf in leaves(condition.measure) if isinstance(leaf, Over | Earned | Balance | Ordinal))


def _asked_by_boost(boost: Boost) -> Iterator[Any]:
    yield from asks(boost.when)
    if isinstance(boost.by, ByTier):
        yield ("tier", boost.by.ladder)


def _adds(boost: Boost, *, adds: bool) -> bool:
    factors = [factor for _, factor in boost.by.factors] if isinstance(boost.by, ByTier) else [boost.by]
    return any(factor.adds is adds for factor in factors)


def _asked_by(terms: Terms, rule: Earn) -> Iterator[Any]:
    """Yield what a rule asks: its boosts that add, those that pick items, those that multiply, then itself."""
    boosts = [boost for boost in terms.of_kind(Boost) if boost.of == rule.name]
    whole = [boost for boost in boosts if boost.where is None]
    order = [boost for boost in whole if _adds(boost, adds=True)]
    order += [boost for boost in boosts if boost.where is not None]
    order += [boost for boost in whole if _adds(boost, adds=False)]
    for boost in order:
        yield from _asked_by_boost(boost)
    yield from asks(rule.when)


def moments_of(terms: Terms, rules: Iterable[Earn]) -> list[Any]:
    """Return what rules ask of the history, each once: what stands in the *frozen* of a fact, place by place."""
    return list(dict.fromkeys(asked for rule in rules for asked in _asked_by(terms, rule)))


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
        case Ordinal():
            return held.purchases + 1
        case Balance(unit):
            return held.balance(unit) - held.debt(unit)
        case Over() | Earned():
            return Tally(terms, asked).stands_at(held, terms, at)
        case _:
            raise Unread(asked, "the moment")


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
