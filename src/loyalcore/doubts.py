"""
Doubts: what a program says that can be seen to come to nothing.

A program with a rule that never speaks is no contradiction, and may be meant for a while; so it is built, with a
warning that names the place. Not all that can never hold is seen.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.measures import Comparison, ItemComparison
from loyalcore.schedules import Between, InMonths, OnDays, OnWeekdays

__all__ = ["DoubtfulProgram", "doubts", "is_impossible", "warn"]

_ASKED = ("when", "where")


class DoubtfulProgram(UserWarning):
    """
    Warn of a rule that can be seen never to speak, such as one that asks for two values of one text at once.

    The program is built as it is told; the message names the rule. The filters of `warnings` can make it an error.
    """


def is_impossible(condition: Condition[Any] | None) -> bool:
    """Tell whether a condition can be seen to hold never."""
    if isinstance(condition, AnyOf):
        return all(map(is_impossible, condition.parts))
    if isinstance(condition, AllOf):
        clashing = any(_exclude(one, other) for one, other in combinations(condition.parts, 2))
        return clashing or any(map(is_impossible, condition.parts))
    return False


def _exclude(one: Condition[Any], other: Condition[Any]) -> bool:
    """Tell whether two conditions can be seen never to hold together."""
    if isinstance(one, Not) or isinstance(other, Not):
        return (isinstance(one, Not) and one.part == other) or (isinstance(other, Not) and other.part == one)
    if type(one) is not type(other):
        return False
    if isinstance(one, OneOf) and isinstance(other, OneOf):
        return one.subject == other.subject and not set(one.values) & set(other.values)
    if isinstance(one, InTier) and isinstance(other, InTier):
        return one.ladder == other.ladder and not set(one.tiers) & set(other.tiers)
    if isinstance(one, Comparison | ItemComparison):
        return _apart(one, other)
    return not _choices(one) & _choices(other) if isinstance(one, OnWeekdays | InMonths) else _never_meet(one, other)


def _choices(schedule: Any) -> set[int]:
    return set(schedule.days if isinstance(schedule, OnWeekdays) else schedule.months)


def _never_meet(one: Any, other: Any) -> bool:
    """Tell whether days of the month counted alike, or stretches told alike, never meet."""
    if isinstance(one, OnDays):
        same_way = {day > 0 for day in (*one.days, *other.days)}
        return len(same_way) == 1 and not set(one.days) & set(other.days)
    if isinstance(one, Between):
        return _is_over(one.end, other.start) or _is_over(other.end, one.start)
    return False


def _is_over(end: int | str, start: int | str) -> bool:
    """Tell whether a stretch is over when another begins; a date and a moment are not compared."""
    return type(end) is type(start) and end <= start  # type: ignore[operator]


def _apart(one: Any, other: Any) -> bool:
    """Tell whether no number fits two comparisons of the same."""
    if isinstance(one, Comparison):
        same = one.measure == other.measure and one.bound.unit == other.bound.unit
    else:
        same = one.number == other.number and one.bound.unit == other.bound.unit
    if not same:
        return False
    lows, highs = zip(_range(one), _range(other), strict=True)
    low, high = max(lows), min(highs)
    return low > high


def _range(comparison: Any) -> tuple[tuple[float | Fraction, int], tuple[float | Fraction, int]]:
    """Return from where to where a number lies; bounds that are left out lie a little beyond."""
    value, operator = comparison.bound.value, comparison.operator
    low: tuple[float | Fraction, int] = (float("-inf"), 0)
    high: tuple[float | Fraction, int] = (float("inf"), 0)
    if operator in (">=", "==", ">"):
        low = (value, 1 if operator == ">" else 0)
    if operator in ("<=", "==", "<"):
        high = (value, -1 if operator == "<" else 0)
    return low, high


def doubts(rules: Iterable[Any]) -> Iterator[str]:
    """Yield what rules say that can be seen to come to nothing."""
    for rule in rules:
        for asked in _ASKED:
            if is_impossible(getattr(rule, asked, None)):
                yield (
                    f"{type(rule).__name__} {getattr(rule, 'name', '')!r} never speaks: no {_OF[asked]} can be as its "
                    f"{asked}= asks; change that, or leave the rule out"
                )


_OF = {"when": "event", "where": "item"}


def warn(name: str, rules: Iterable[Any]) -> None:
    """Warn of each doubt about a program."""
    for doubt in doubts(rules):
        warnings.warn(f"program {name}: {doubt}", DoubtfulProgram, stacklevel=5)
