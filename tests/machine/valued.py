"""Worths drawn: rules that say what their units are worth, and rewards that give units or are worth what they take."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from attrs import evolve

import loyalcore as lc
from strategies import Line, Order

__all__ = ["beside", "has_worths", "said_of_lots", "valued"]

#: What units may be worth.
_WORTHS = (
    Line.net,
    Line.cost,
    Line.net.sum(Line.category.is_("coffee")),
    Line.net - Line.cost,
    Order.net * "0.333",
    Line.net.sum().at_most_of(Line.cost.sum() * 3),
)


def beside(draw: Random) -> Random:
    """Return what draws from here on without moving the draw itself, so that all else is drawn as it was."""
    found = Random()
    found.setstate(draw.getstate())
    return found


def valued(draw: Random, rules: list[Any], fits: Callable[[list[Any]], bool]) -> list[Any]:
    """Draw worths for rules of some programs, and rewards that make something of them, each where it fits."""
    found = list(rules)
    if draw.random() > 0.35:
        return found
    for place, rule in enumerate(rules):
        if isinstance(rule, lc.Earn) and rule.on == "purchase" and draw.random() < 0.6:
            try:
                better = evolve(rule, worth=draw.choice(_WORTHS))
            except lc.InvalidProgram:
                continue  # worth is read from one event
            found[place] = better if fits([*found[:place], better, *found[place + 1 :]]) else rule
    point, star = lc.Unit("point"), lc.Unit("star", places=2)
    claim = draw.choice([lc.asked, lc.once, lc.repeatedly])
    costs, gives = draw.choice([(point(draw.choice([7, 30])), star("1.50")), (star(2), point(3))])
    more = [
        lc.Reward("sheet", costs, gives=gives, worth=draw.choice([None, *_MADE]), claim=claim),
        lc.Reward("free", gives, worth=draw.choice(_MADE), limit=lc.times(4, per=lc.month)),
        lc.Reward("also", costs, gives="a coffee", worth=draw.choice(_MADE), claim=draw.choice([lc.asked, lc.once])),
    ]
    for rule in more:
        if draw.random() < 0.8 and fits([*found, rule]):
            found.append(rule)
    return found


_MADE = (lc.average, lc.lowest, lc.total)


def has_worths(program: lc.Program) -> bool:
    """Tell whether lots of a program may be worth something."""
    return any(rule.worth is not None for rule in program.of_kind(lc.Earn))


def said_of_lots(draw: Random, lots: list[lc.OpeningLot]) -> list[lc.OpeningLot]:
    """Draw what lots of an opening are worth, of some of them, now and then in money of another kind."""
    moneys = [lc.Money("USD")] * 30 + [lc.Money("EUR")]
    return [
        evolve(lot, worth=lc.Amount(draw.choice(moneys), draw.choice([0, 99, 1234]))) if draw.random() < 0.6 else lot
        for lot in lots
    ]
