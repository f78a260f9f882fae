"""
Many: rules of which an event asks only those that the index finds.

They are compiled when they are first asked, each with the sums over items that it needs beyond those of every event, so
that a rule which is not about an event costs it nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loyalcore.conditions import Condition
from loyalcore.engine.awards import constant_of, given_value, plain_rate, rule_value
from loyalcore.engine.boosts import Boosts
from loyalcore.engine.index import STRETCH, Index, Key, counted
from loyalcore.engine.items import compare, names_in
from loyalcore.engine.judge import Judge, Judgement, reads_history
from loyalcore.measures import Comparison, Total
from loyalcore.rules import Earn
from loyalcore.windows import item

__all__ = ["indexed", "later"]

#: What a rule that was found gives, and for which items it was found.
_Entry = Callable[[Any, Any, int, Any, Any], Any]


def indexed(judge: Judge, rules: list[Earn]) -> Judgement | None:
    """Compile the sum of many rules, of which an event asks only those that may give something; None without any."""
    if not rules:
        return None
    index = Index(judge, [judge.many[rule.name] for rule in rules])
    entries: list[_Entry | None] = [None] * (2 * len(rules))
    layers_at, find = index.layers.get, index.find

    def learn(number: int) -> _Entry:
        if number < len(rules):
            entry = _entry(judge.apart(), rules[number], index, number)
        else:
            # It runs for but a part of the stretch of time.
            start, end, _ = index.needs[number - len(rules)]
            entry = _while(start, end, entries[number - len(rules)] or learn(number - len(rules)))
        entries[number] = entry
        return entry

    def added(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        layers = layers_at(at >> STRETCH)
        if layers is None:
            layers = index.layers_of(at)
        award = 0
        if layers:
            for number, mine in find(layers, event, sums[-1] if sums else ()):
                award += (entries[number] or learn(number))(event, sums, at, frozen, mine)
        return award

    return added


def _while(start: int, end: int, entry: _Entry) -> _Entry:
    return lambda event, sums, at, frozen, mine: entry(event, sums, at, frozen, mine) if start <= at < end else 0


def _entry(judge: Judge, rule: Earn, index: Index, number: int) -> _Entry:
    """Compile a rule that was found: what the index has seen to is not asked again."""
    parts, key = index.residual(number, rule.when), index.key(number)
    constant = constant_of(rule, Boosts(judge, rule))
    if constant is not None and len(parts) <= 1:
        entry = _flat_entry(judge, constant, parts[0], key) if parts else lambda *_: constant
    else:
        entry = None if parts else _rate_entry(judge, rule, key)
    if entry is not None:
        return entry
    value = judge.walking(given_value(judge, rule, judge.every(parts)))
    return lambda event, sums, at, frozen, mine: value(event, sums, at, frozen)


def _flat_entry(judge: Judge, constant: int, asked: Condition[Any], key: Key | None) -> _Entry | None:
    """Compile a flat amount under one comparison of what is there already; None where it is more than that."""
    if isinstance(asked, Comparison) and isinstance(asked.measure, Total):
        total = _of_mine(judge, asked.measure, None, key)
        if total is not None:
            scale = 10 ** (judge.terms.places("item", asked.measure.name) or 0)
            holds = compare(asked.operator, asked.bound, scale)
            return lambda event, sums, at, frozen, mine: constant if holds(total(mine)) else 0
    found = judge.compared(asked)
    if found is None or judge.items.wanted:
        return None
    of_sums, place, least, most, inside = found
    if of_sums:
        return lambda event, sums, at, frozen, mine: constant if (least <= sums[place] <= most) is inside else 0
    return lambda event, sums, at, frozen, mine: constant if (least <= frozen[place] <= most) is inside else 0


def _rate_entry(judge: Judge, rule: Earn, key: Key | None) -> _Entry | None:
    """Compile a plain rate of the items by which a rule is found; None where a rule is more than that."""
    only = plain_rate(rule)
    if only is None or rule.limit or rule.stage == item or rule.name in judge.terms.boosts:
        return None
    leaf, factor = only
    total = _of_mine(judge, leaf, rule.where, key) if isinstance(leaf, Total) else None
    if total is None or not isinstance(leaf, Total):
        return None
    units = factor * 10**rule.gives.unit.places / 10 ** (judge.terms.places("item", leaf.name) or 0)
    up, down = units.numerator, units.denominator
    return lambda event, sums, at, frozen, mine: total(mine) * up // down


def _of_mine(judge: Judge, leaf: Total, where: Condition[Any] | None, key: Key | None) -> Callable[[Any], int] | None:
    """
    Return what adds up a total over the items by which a rule is found.

    None where others may count too, or where it depends on more than the value by which they are found.
    """
    if key is None or len(key[1]) > 1:
        return None
    (about, name), values = key
    wanted = judge.item_sum(leaf, where, (), ())
    names = {found for condition in wanted.conditions for found, _ in names_in(condition)}
    counts = counted(judge, leaf, where).keys.get((about, name))
    if names != {name} or counts is None or not counts <= values:
        return None
    (value,) = values
    weight = wanted.weight(judge.terms, lambda _: lambda found: found)(value)
    return judge.item_columns.adder(leaf.name) if weight else lambda _: 0


def later(judge: Judge, rule: Earn) -> Judgement:
    """Compile a rule when it is first asked; at once where it has to have its place in what is frozen."""
    at_once = rule.limit or rule.name in judge.terms.boosts
    at_once = at_once or reads_history(rule.when) or reads_history(rule.gives.measure)
    compiled = _alone(judge, rule) if at_once else None

    def value(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        nonlocal compiled
        if compiled is None:
            compiled = _alone(judge, rule)
        return compiled(event, sums, at, frozen)

    return value


def _alone(judge: Judge, rule: Earn) -> Judgement:
    own = judge.apart()
    return own.walking(rule_value(own, rule))
