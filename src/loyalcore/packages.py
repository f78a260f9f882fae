"""
Packages: what a mix of several measures is worth.

A package takes complete steps of measures: 75 dollars at one shop and 25 at another. Each is taken as often as there
are steps for it, every step is used once, and of all ways to do so the one that is worth most counts. Accruals such as
``POINT.packages({NET_A: USD(1), NET_B: USD(1)}, {(75, 25): POINT(300), (1, 0): POINT(1)})`` are made of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, final

from attrs import field, frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Measure, Shape, as_measure
from loyalcore.rates import Stepped, rate

__all__ = ["Packages", "packages"]

#: How many measures packages are of, how many packages there are, and how many steps one takes of a measure.
_MEASURES_MAX: Final = 3
_PACKAGES_MAX: Final = 10
_STEPS_MAX: Final = 1000


def _table(given: object) -> Any:
    """Return pairs of the steps that a package takes and a rate as tuples."""
    try:
        return tuple((_steps(takes), rate(worth)) for takes, worth in given)  # type: ignore[attr-defined]
    except InvalidValue:
        raise
    except (TypeError, ValueError):
        raise InvalidValue(f"packages are pairs of steps and what they are worth, not {shown(given)}") from None


def _steps(given: object) -> tuple[int, ...]:
    if not isinstance(given, tuple) or any(type(each) is not int or not 0 <= each <= _STEPS_MAX for each in given):
        raise InvalidValue(
            f"a package takes whole steps from 0 to {_STEPS_MAX} of each measure, (75, 25), not {shown(given)}; "
            "make the steps of a measure larger where that is not enough"
        )
    if not any(given):
        raise InvalidValue("a package takes at least one step, or it could be had for nothing")
    return tuple(given)


@final
@frozen
class Packages(Shape):
    """
    Be the most that complete steps of measures are worth in packages, where each step is used once.

    *measures* are up to three, in steps, in order; *packages* are up to ten, each with how many steps of each measure
    it takes, up to 1,000, and what it is worth, in order. What is left over is worth nothing, unless a package of one
    step says so.

    The most is exact, for any number of steps, unless more than 5,000 ways have to be looked at to find it: what cannot
    be worth more is left out, and usually a few dozen are. Thousands are where packages are worth nearly the same per
    step, what is left over is worth nothing, and there are thousands of steps; then it is the best of those 5,000.
    """

    measures: tuple[Stepped, ...]
    packages: tuple[tuple[tuple[int, ...], Fraction], ...] = field(converter=_table)

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Return the measures."""
        return self.measures

    def __attrs_post_init__(self) -> None:
        if not is_a(self.measures, tuple) or not 1 <= len(self.measures) <= _MEASURES_MAX:
            raise InvalidValue(f"packages are of 1 to {_MEASURES_MAX} measures, not {shown(self.measures)}")
        for each in self.measures:
            if not is_a(each, Stepped):
                raise InvalidValue(f"packages are of measures in steps, not of {shown(each)}; use Unit.packages")
        super().__attrs_post_init__()
        if not 1 <= len(self.packages) <= _PACKAGES_MAX:
            raise InvalidValue(f"there are 1 to {_PACKAGES_MAX} packages, not {len(self.packages)}; leave some out")
        for takes, _ in self.packages:
            if len(takes) != len(self.measures):
                raise InvalidValue(f"a package says steps for each of {len(self.measures)} measures, not {takes}")
        if list(self.measures) != sorted(set(self.measures), key=repr):
            raise InvalidValue("measures of packages are each named once, in order; use Unit.packages")
        taken = [takes for takes, _ in self.packages]
        if taken != sorted(set(taken), reverse=True):
            raise InvalidValue("packages are each named once, the largest first; use Unit.packages")


def packages(steps: object, table: object, worth: Callable[[object], Fraction]) -> Packages:
    """Return packages in normal form: the same tables are equal, in whatever order they are written."""
    if not isinstance(steps, Mapping) or not isinstance(table, Mapping):
        raise InvalidValue(
            "packages are a mapping from measures to steps, and one from steps of each to what they are worth, "
            f"not {shown(steps)} and {shown(table)}"
        )
    measures = [Stepped(as_measure(measure), step) for measure, step in steps.items()]
    places = sorted(range(len(measures)), key=lambda place: repr(measures[place]))
    rows = []
    for takes, amount in table.items():
        if len(_steps(takes)) != len(measures):
            raise InvalidValue(f"a package says steps for each of {len(measures)} measures, not {shown(takes)}")
        rows.append((tuple(takes[place] for place in places), worth(amount)))
    return Packages(tuple(measures[place] for place in places), sorted(rows, reverse=True))
