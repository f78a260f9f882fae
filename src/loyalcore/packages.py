"""
Packages: what a mix of several measures is worth.

A package takes complete steps of measures: 75 dollars at one shop and 25 at another. Each is taken as often as there
are steps for it, every step is used once, and of all ways to do so the one that is worth most counts; or they are taken
as they are listed, each as often as it still fits. Accruals such as
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

__all__ = ["Packages", "as_listed", "packages"]

#: Take units or packages, or fill groups, as they are listed.
as_listed = "as_listed"

#: How many measures packages are of, and how many packages there are: where the best are searched, and as listed.
_MEASURES_MAX: Final = {None: 3, as_listed: 10}
_PACKAGES_MAX: Final = {None: 10, as_listed: 100}
#: How many steps one takes of a measure.
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

    With *order* `as_listed` nothing is searched: the first package is taken as often as it fits, then the next of what
    is left. There may be up to ten measures then, and up to a hundred packages, in the order in which they are taken.
    """

    measures: tuple[Stepped, ...]
    packages: tuple[tuple[tuple[int, ...], Fraction], ...] = field(converter=_table)
    order: str | None = None

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Return the measures."""
        return self.measures

    def __attrs_post_init__(self) -> None:
        if self.order not in (None, as_listed):
            raise InvalidValue(
                f"packages are taken as_listed, or those that are worth most where no order is told, not in the order "
                f"{shown(self.order)}"
            )
        most = _MEASURES_MAX[self.order]
        if not is_a(self.measures, tuple) or not 1 <= len(self.measures) <= most:
            told = len(self.measures) if is_a(self.measures, tuple) else shown(self.measures)
            raise InvalidValue(f"packages are of 1 to {most} measures, not {told}{self._ten_as_listed()}")
        for each in self.measures:
            if not is_a(each, Stepped):
                raise InvalidValue(f"packages are of measures in steps, not of {shown(each)}; use Unit.packages")
        super().__attrs_post_init__()
        if not 1 <= len(self.packages) <= _PACKAGES_MAX[self.order]:
            raise InvalidValue(
                f"there are 1 to {_PACKAGES_MAX[self.order]} packages, not {len(self.packages)}; leave some out"
            )
        for takes, _ in self.packages:
            if len(takes) != len(self.measures):
                raise InvalidValue(f"a package says steps for each of {len(self.measures)} measures, not {takes}")
        if list(self.measures) != sorted(set(self.measures), key=repr):
            raise InvalidValue("measures of packages are each named once, in order; use Unit.packages")
        taken = [takes for takes, _ in self.packages]
        if len(set(taken)) < len(taken) or (self.order is None and taken != sorted(taken, reverse=True)):
            raise InvalidValue("packages are each named once, the largest first; use Unit.packages")

    def _ten_as_listed(self) -> str:
        return f"; as_listed there may be {_MEASURES_MAX[as_listed]}" if self.order is None else ""


def packages(steps: object, table: object, worth: Callable[[object], Fraction], order: str | None = None) -> Packages:
    """Return packages in normal form: the same tables are equal, and where it makes no difference in any order."""
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
    if order is None:
        rows.sort(reverse=True)
    return Packages(tuple(measures[place] for place in places), rows, order)
