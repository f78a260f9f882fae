"""
Awards: V of one event, compiled for one rule, or for the sum of several.

An award is a whole number of a unit's smallest parts. Where a rule is only data, a flat amount or a plain rate, it
stays data: calls are what a composed program costs beside one written by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from loyalcore.engine.boosts import Boosts, always, boosted, by_tiers, is_per_item
from loyalcore.engine.columns import grouped
from loyalcore.engine.judge import Judge, Judgement
from loyalcore.engine.shapes import Number, linear, shape
from loyalcore.instants import DAY, FOREVER
from loyalcore.limits import Limit, reject
from loyalcore.measures import Constant, Count, Measure, Scaled, Total
from loyalcore.numbers import floor
from loyalcore.rates import Banded
from loyalcore.rules import ByTier, Earn
from loyalcore.units import Accrual, Amount
from loyalcore.windows import item, purchase

__all__ = [
    "Each",
    "Shares",
    "capped",
    "constant_of",
    "given_value",
    "most_of",
    "of_part",
    "per_item",
    "plain_rate",
    "rounded",
    "rule_value",
    "shares_of",
    "summed",
]


def rounded(rule: Earn, number: Number) -> Callable[..., int]:
    """Return what a rule gives, in whole smallest parts of its unit; nothing is given below zero."""
    value, units = number.value, Fraction(10**rule.gives.unit.places, number.scale)
    up, down, rounding = units.numerator, units.denominator, rule.rounding
    if _subtracts(rule.gives.measure):
        return lambda *cell: max(0, rounding(value(*cell) * up, down))
    if rounding == floor:
        if up == down == 1 and not _divides(rule.gives.measure):
            return value
        return lambda *cell: value(*cell) * up // down
    return lambda *cell: rounding(value(*cell) * up, down)


def _subtracts(measure: Measure) -> bool:
    """Tell whether a measure may be below zero: what is read from events never is."""
    if isinstance(measure, Scaled) and measure.factor < 0:
        return True
    if isinstance(measure, Constant) and measure.value.value < 0:
        return True
    return any(_subtracts(part) for part in measure.parts)


def _divides(measure: Measure) -> bool:
    """Tell whether a measure may come to parts of its scale: where something is divided by what was measured."""
    if isinstance(measure, Banded) and measure.by is not None and not measure.whole:
        return True
    return any(map(_divides, measure.parts))


def plain_rate(rule: Earn) -> tuple[Measure, Fraction] | None:
    """Return leaf and rate of a rule that is nothing else, floored; None where it is more."""
    if rule.rounding != floor or _subtracts(rule.gives.measure):
        return None
    return linear(rule.gives.measure)


def _flooring(judge: Judge, rule: Earn, boosts: Boosts) -> Judgement | None:
    """Return V of a purchase where it is one leaf times a rate, floored: no call between leaf and award."""
    only = plain_rate(rule)
    if only is None:
        return None
    leaf, factor = only
    number = boosted(judge, rule, boosts, leaf)
    units = factor * 10**rule.gives.unit.places / number.scale
    value, up, down = number.value, units.numerator, units.denominator
    if up == down == 1:
        return value
    if up == 1:
        return lambda event, sums, at, frozen: value(event, sums, at, frozen) // down
    return lambda event, sums, at, frozen: value(event, sums, at, frozen) * up // down


def rule_value(judge: Judge, rule: Earn) -> Judgement:
    """Compile V of one event for a rule on its own, with its conditions and its limits per item and purchase."""
    return given_value(judge, rule, judge.condition(rule.when))


def given_value(judge: Judge, rule: Earn, holds: Judgement | None = None) -> Judgement:
    """Compile V of one event for a rule whose conditions about the event are compiled, None where all hold."""
    boosts = Boosts(judge, rule)
    if any(limit.by_items for limit in rule.limit):
        shares = shares_of(judge, rule)
        value: Judgement = lambda *cell: sum([amount for _, amount in shares(*cell)])  # noqa: E731
    else:
        value = _of_items(judge.by_part() if is_per_item(rule) else judge, rule)
    value = capped(judge, value, [limit for limit in rule.limit if limit.per == purchase and not limit.by_items])
    if holds is None:
        return value
    constant = constant_of(rule, boosts)
    if constant is not None:
        return lambda event, sums, at, frozen: constant if holds(event, sums, at, frozen) else 0
    return lambda event, sums, at, frozen: value(event, sums, at, frozen) if holds(event, sums, at, frozen) else 0


def _of_items(judge: Judge, rule: Earn) -> Judgement:
    """Compile what a rule gives for the items at hand, with its limits per item."""
    value = of_part(judge, rule)
    caps = [limit for limit in rule.limit if limit.per == item]
    return _item_by_item(judge, value, caps) if caps or rule.stage == item else value


def of_part(judge: Judge, rule: Earn) -> Judgement:
    """Compile what a rule gives for the items at hand, before limits."""
    boosts = Boosts(judge, rule)
    value = _flooring(judge, rule, boosts)
    if value is None:
        number = shape(rule.gives.measure, lambda leaf: boosted(judge, rule, boosts, leaf))
        value = rounded(rule, number)
    return value


#: What a rule gives for the items of each value of a text or flag, in the order of the items.
Shares = Callable[[Any, Any, int, Any], list[tuple[Any, int]]]


def shares_of(judge: Judge, rule: Earn) -> Shares:
    """Compile V of one event by the text or flag of items that a limit of the rule goes by."""
    caps, own = [limit for limit in rule.limit if limit.per == purchase and limit.by_items], judge.by_part()
    value, parted = capped(own, _of_items(own, rule), caps, alone=True), own.parted()
    holds = judge.condition(rule.when) or always
    each = next(limit.each for limit in rule.limit if limit.each is not None and limit.by_items)
    groups = grouped(judge.item_columns, each.name)

    def shares(event: Any, sums: Any, at: int, frozen: Any) -> list[tuple[Any, int]]:
        if not holds(event, sums, at, frozen):
            return []
        whole, items = sums[:-1], sums[-1]
        parts = {key: parted(rows, items) for key, rows in groups(items).items()}
        return [(key, value(event, (*whole, part), at, frozen)) for key, part in parts.items()]

    return shares


def constant_of(rule: Earn, boosts: Boosts) -> int | None:
    """Return what a rule gives where that is the same for every event, else None."""
    only = plain_rate(rule)
    if only is None or not isinstance(only[0], Count) or boosts.of_event or boosts.laned or rule.limit:
        return None
    return int(only[1] * 10**rule.gives.unit.places)


def _item_by_item(judge: Judge, value: Judgement, caps: list[Limit]) -> Judgement:
    each = per_item(judge, capped(judge, value, caps, alone=True))
    return lambda *cell: sum(each(*cell))


#: What is given for each item, in the order of the items.
Each = Callable[[Any, Any, int, Any], list[int]]


def per_item(judge: Judge, value: Judgement) -> Each:
    """Judge every item on its own; conditions about the event still see all of it."""
    parted = judge.parted()

    def each(event: Any, sums: Any, at: int, frozen: Any) -> list[int]:
        whole, items = sums[:-1], sums[-1]
        return [int(value(event, (*whole, parted((one,), items)), at, frozen)) for one in items]

    return each


def capped(judge: Judge, value: Judgement, limits: list[Limit], *, alone: bool = False) -> Judgement:
    """Compile what limits per purchase leave of an award, or, *alone*, what those of the items at hand leave of it."""
    for limit in limits:
        if isinstance(limit.most, Accrual):
            value = _cap_by(value, most_of(judge, limit.most, alone=alone), cuts=limit.otherwise != reject)
        else:
            assert isinstance(limit.most, Amount)  # noqa: S101 - limits per purchase are no counts
            value = _cap(value, limit.most.minor, 0 if limit.otherwise == reject else limit.most.minor)
    return value


def most_of(judge: Judge, most: Accrual, *, alone: bool = False) -> Judgement:
    """Compile the most that an accrual comes to, in whole smallest parts, of the event or the items at hand."""

    def leaf(part: Measure) -> Number:
        return judge.leaf(part, (lambda total: judge.total_alone(total, None, (), ())) if alone else None)

    number = shape(most.measure, leaf)
    value, units = number.value, Fraction(10**most.unit.places, number.scale)
    up, down = units.numerator, units.denominator
    return lambda event, sums, at, frozen: max(0, value(event, sums, at, frozen) * up // down)


def _cap_by(value: Judgement, most: Judgement, *, cuts: bool) -> Judgement:
    def cut(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        award, limit = value(event, sums, at, frozen), most(event, sums, at, frozen)
        if award <= limit:
            return award
        return limit if cuts else 0

    return cut


def _cap(value: Judgement, most: int, beyond: int) -> Judgement:
    def cut(event: Any, sums: Any, at: int, frozen: Any) -> Any:
        award = value(event, sums, at, frozen)
        return award if award <= most else beyond

    return cut


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
        return added if most == FOREVER else _cap(added, most, most)
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
