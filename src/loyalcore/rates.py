"""
Rates: how a measure turns into units.

Per one of it, per complete step, by the band it reaches, or at milestones. Accruals such as ``POINT.per(USD(1),
Line.net)`` are made of these.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any, final

from attrs import field, frozen

from loyalcore.bounds import Bound, bound
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Measure, ShapeOfOne
from loyalcore.numbers import ratio
from loyalcore.texts import check_name

__all__ = ["Banded", "Milestones", "Rated", "Stepped"]


def rate(value: object) -> Fraction:
    """Return a rate: an exact number, not below zero, since what is granted is."""
    exact = ratio(value, "a rate")
    if exact < 0:
        raise InvalidValue(f"a rate is not below zero, as {exact} is; units are taken by returns, rewards, adjustments")
    return exact


def _table(given: object) -> Any:
    """Return pairs of a bound and a rate as tuples."""
    try:
        return tuple((bound(at), rate(value)) for at, value in given)  # type: ignore[attr-defined]
    except InvalidValue:
        raise
    except (TypeError, ValueError):
        raise InvalidValue(f"a table of rates is of pairs of a bound and a rate, not {shown(given)}") from None


def _check_rising(table: tuple[tuple[Bound, Fraction], ...], what: str) -> None:
    if any(low.value >= high.value for (low, _), (high, _) in pairwise(table)):
        raise InvalidValue(f"{what} must rise, but their bounds are {', '.join(str(at.value) for at, _ in table)}")


@final
@frozen
class Rated(ShapeOfOne):
    """
    Be so many units per one of a measure.

    *per* names the unit the measure must be in, where it has one.
    """

    rate: Fraction = field(converter=rate)
    per: str | None = None

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.per is not None:
            check_name(self.per, "the unit of a measure")


@final
@frozen
class Stepped(ShapeOfOne):
    """Be the number of complete steps in a measure: 105 dollars hold ten steps of ten."""

    step: Bound = field(converter=bound)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.step.value <= 0:
            raise InvalidValue(f"a step must be more than nothing, not {self.step.value}")


@final
@frozen
class Banded(ShapeOfOne):
    """
    Be a measure times the rate of its band.

    *bands* are (lower bound, rate) in rising order, the first at zero; a band holds at its lower bound. With *whole*
    the rate of the band that is reached applies to everything, otherwise each slice has its own. Where *by* is another
    measure, the bands are of that, and each slice of it stands for its share of what is measured.
    """

    bands: tuple[tuple[Bound, Fraction], ...] = field(converter=_table)
    whole: bool
    by: Measure | None = None

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Return the measure, and the one that decides the band where that is another."""
        return (self.measure,) if self.by is None else (self.measure, self.by)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not is_a(self.whole, bool):
            raise InvalidValue(f"whole is True or False, not {shown(self.whole)}")
        if not self.bands or self.bands[0][0].value != 0:
            raise InvalidValue("bands start at zero; add a band at 0 with the rate that holds there, perhaps 0")
        _check_rising(self.bands, "bands")


@final
@frozen
class Milestones(ShapeOfOne):
    """Be the sum of what the milestones reached are worth; one is reached at its bound."""

    milestones: tuple[tuple[Bound, Fraction], ...] = field(converter=_table)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not self.milestones or self.milestones[0][0].value <= 0:
            raise InvalidValue("a milestone is more than zero; give units for joining with on=Enrolment instead")
        _check_rising(self.milestones, "milestones")
