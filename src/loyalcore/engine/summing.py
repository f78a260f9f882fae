"""
Summing: V of several rules at once, with no call of its own for what is only data.

Flat amounts, plain rates over sums of items, and what the day, a tier or a text multiplies stay data.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from loyalcore.engine.awards import constant_of, plain_rate
from loyalcore.engine.boosts import Boosts, always, by_tiers
from loyalcore.engine.caps import cap
from loyalcore.engine.judge import Judge, Judgement
from loyalcore.instants import DAY, FOREVER
from loyalcore.measures import Total
from loyalcore.rules import ByTier, Earn
from loyalcore.windows import item

__all__ = ["summed"]

#: The factor of a day: from when until when it stands. No day is the first one.
_Today = tuple[int, int, int]
_NO_DAY: _Today = (FOREVER, -FOREVER, 0)
_AnyDay = Callable[[int], _Today]


class _Line(NamedTuple):
    """
    Be a rule that is one sum over items times a rate, floored: *place* of the sum, factors, and the rate.

    *tiers* are places of tiers with what each multiplies by, and what all others do, and *texts* the same for places of
    the event's row; *by_day* is what the day does, if anything; *tests* are conditions, with what each multiplies by
    where it holds, and where not.
    """

    place: int
    tiers: list[tuple[int, dict[str, int], int]]
    texts: list[tuple[Any, dict[Any, int], int]]
    by_day: _AnyDay | None
    tests: list[tuple[Judgement, int, int]]
    up: int
    down: int

    def value(self, event: Any, sums: Any, at: int, frozen: Any) -> Any:
        """Return what the rule gives."""
        number = sums[self.place]
        for tier, by_tier, neutral in self.tiers:
            number *= by_tier.get(frozen[tier], neutral)
        for text, by_text, neutral in self.texts:
            number *= by_text.get(event[text], neutral)
        if self.by_day is not None:
            number *= self.by_day(at)[-1]
        for test, size, neutral in self.tests:
            number *= size if test(event, sums, at, frozen) else neutral
        return number * self.up // self.down


def _line(judge: Judge, rule: Earn) -> _Line | None:
    """Return a rule as a line, or None where it is more than that."""
    boosts, only = Boosts(judge, rule), plain_rate(rule)
    if only is None or rule.limit or rule.stage == item or rule.when is not None or boosts.laned:
        return None
    leaf, factor = only
    if not isinstance(leaf, Total) or boosts.varying or boosts.factors(adding=True):
        return None
    wanted = judge.item_sum(leaf, rule.where, boosts.adds, boosts.times)
    scale = 10 ** (judge.terms.places("item", leaf.name) or 0) * wanted.scale
    tiers: list[tuple[int, dict[str, int], int]] = []
    texts: dict[Any, tuple[dict[Any, int], int]] = {}
    daily: list[tuple[Judgement, int, int]] = []
    tests: list[tuple[Judgement, int, int]] = []
    for boost in boosts.of_event:
        sizes = {name: each.size for name, each in by_tiers(boost.by)}
        parts = math.lcm(*(size.denominator for size in sizes.values()))
        scale *= parts
        whole = {name: int(size * parts) for name, size in sizes.items()}
        holds = judge.condition(boost.when)
        if not isinstance(boost.by, ByTier) and (chosen := judge.standing_text(boost.when)) is not None:
            at, values = chosen
            texts[at] = _times_of_text(*texts.get(at, ({}, 1)), values, whole[""], parts)
        elif not isinstance(boost.by, ByTier):
            found = daily if judge.is_daily(boost.when) else tests
            found.append((holds or always, whole[""], parts))
        elif holds is None:
            names = judge.tiers_of(boost.by.ladder)
            tiers.append((judge.tier(boost.by.ladder), dict.fromkeys(names, parts) | whole, parts))
        else:
            return None
    units = factor * 10**rule.gives.unit.places / scale
    by_day = _by_day(daily) if daily else None
    by_text = [(at, table, neutral) for at, (table, neutral) in texts.items()]
    return _Line(judge.items.add(wanted), tiers, by_text, by_day, tests, units.numerator, units.denominator)


def _times_of_text(
    table: dict[Any, int], neutral: int, values: frozenset[Any], size: int, parts: int
) -> tuple[dict[Any, int], int]:
    """Return what each text multiplies by, and all others do, with one boost more: of some of them by size / parts."""
    grown = {value: factor * (size if value in values else parts) for value, factor in table.items()}
    return dict.fromkeys(values, neutral * size) | grown, neutral * parts


def _by_day(tests: list[tuple[Judgement, int, int]]) -> _AnyDay:
    """Return the function from a moment to the product of factors that are the same all day long."""
    known: dict[int, _Today] = {}

    def today(at: int) -> _Today:
        day = at // DAY
        found = known.get(day)
        if found is None:
            start = day * DAY
            factor = math.prod(size if test(None, (), start, ()) else neutral for test, size, neutral in tests)
            found = known[day] = (start, start + DAY, factor)
        return found

    return today


#: Where a number is to lie, see `interval`: its place, from where to where, and the flat amount it then gives.
_Span = tuple[int, int, int, int]
_NEVER: _Span = (0, 1, 0, 0)
_NO_TEXT: tuple[Any, frozenset[Any], int] = (0, frozenset(), 0)


class _Sorted(NamedTuple):
    """
    Be the rules of a sum by what they ask.

    Lines; flat amounts where a sum over items, or something frozen, lies in a span, or where a text of the event is one
    of some; flat amounts under any other condition; and the rest.
    """

    lines: list[_Line]
    of_sums: list[_Span]
    of_frozen: list[_Span]
    of_texts: list[tuple[Any, frozenset[Any], int]]
    flats: list[tuple[Judgement, int]]
    others: list[Judgement]


def _sorted(judge: Judge, rules: list[Earn], values: list[Judgement]) -> _Sorted:
    """Sort rules by what they ask."""
    found = _Sorted([], [], [], [], [], [])
    for rule, value in zip(rules, values, strict=True):
        constant, span = constant_of(rule, Boosts(judge, rule)), judge.compared(rule.when)
        if constant is not None and span is not None and span[-1]:
            of_sums, place, least, most, _ = span
            (found.of_sums if of_sums else found.of_frozen).append((place, least, most, constant))
        elif constant is not None and (chosen := judge.standing_text(rule.when)) is not None:
            found.of_texts.append((*chosen, constant))
        elif constant is not None:
            found.flats.append((judge.condition(rule.when) or always, constant))
        elif (line := _line(judge, rule)) is not None:
            found.lines.append(line)
        else:
            found.others.append(value)
    return found


def summed(
    judge: Judge, rules: list[Earn], values: list[Judgement], most: int, more: Judgement | None = None
) -> Judgement:
    """
    Compile the sum of rules and perhaps *more*, truncated: flat amounts and plain rates without a call of their own.

    Calls are what a composed program costs beside one written by hand, so what is only data stays data.
    """
    found = _sorted(judge, rules, values)
    found.others.extend([] if more is None else [more])
    line = next((line for line in found.lines if max(len(line.tiers), len(line.texts)) <= 1 and not line.tests), None)
    if line is None:
        added = _added(found)
        return added if most == FOREVER else cap(added, most, most)
    found.lines.remove(line)
    place, tiers, texts, by_day, _, up, down = line
    tier, by_tier, neutral = tiers[0] if tiers else (0, None, 1)
    text, by_text, other = texts[0] if texts else (0, None, 1)
    sum_place, least, greatest, sum_gives = found.of_sums.pop() if found.of_sums else _NEVER
    frozen_place, low, high, frozen_gives = found.of_frozen.pop() if found.of_frozen else _NEVER
    flag, flags, flag_gives = found.of_texts.pop() if found.of_texts else _NO_TEXT
    rest = _added(found) if any(found) else None

    # Events come mostly by time, so the day is mostly that of the one before. It is one value, so that threads may
    # share it: each sees a day as it is, its own or another's.
    today = _NO_DAY

    def total(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        nonlocal today
        award = sums[place]
        if by_tier is not None:
            try:
                award *= by_tier[frozen[tier]]
            except KeyError:
                award *= neutral
        if by_text is not None:
            award *= by_text.get(event[text], other)
        if by_day is not None:
            start, end, factor = today
            if not start <= at < end:
                today = _, _, factor = by_day(at)
            award *= factor
        award = award * up // down
        if sum_gives and least <= sums[sum_place] <= greatest:
            award += sum_gives
        if frozen_gives and low <= frozen[frozen_place] <= high:
            award += frozen_gives
        if flag_gives and event[flag] in flags:
            award += flag_gives
        if rest is not None:
            award += rest(event, sums, at, frozen)
        return award if award <= most else most

    return total


def _added(rules: _Sorted) -> Judgement:
    """Compile the sum of rules of all sorts."""
    lines, of_sums, of_frozen, of_texts, flats, others = rules
    flats = [*flats, *[(_is_text(text, values), constant) for text, values, constant in of_texts]]
    if len(others) == 1 and not any(rules[:-1]):
        return others[0]

    def added(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        award = 0
        for line in lines:
            award += line.value(event, sums, at, frozen)
        for place, least, greatest, constant in of_sums:
            if least <= sums[place] <= greatest:
                award += constant
        for place, least, greatest, constant in of_frozen:
            if least <= frozen[place] <= greatest:
                award += constant
        for test, constant in flats:
            if test(event, sums, at, frozen):
                award += constant
        for value in others:
            award += value(event, sums, at, frozen)
        return award

    return added


def _is_text(place: Any, values: frozenset[Any]) -> Judgement:
    return lambda event, sums, at, frozen: event[place] in values
