"""
Shapes: exact arithmetic on leaves, composed into functions once.

A compiled number is a function and a scale: the true value is what the function returns, divided by the scale. So
all rates fold into one integer numerator and one denominator, and nothing is rounded on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, NamedTuple

from loyalcore.engine.packing import listed, packed
from loyalcore.measures import Added, Constant, Greatest, Least, Measure, Scaled
from loyalcore.packages import Packages, as_listed
from loyalcore.rates import Banded, Milestones, Rated, Stepped

__all__ = ["Number", "linear", "multiplied", "shape"]


_JOINS: Final[dict[type[Measure], Callable[[list[int]], int]]] = {Added: sum, Least: min, Greatest: max}


class Number(NamedTuple):
    """Be a compiled number: the true value is ``value(…) / scale``."""

    value: Callable[..., int]
    scale: int


def linear(measure: Measure) -> tuple[Measure, Fraction] | None:
    """Return the only leaf of a measure and its factor where it is nothing but a rate, or None."""
    factor = Fraction(1)
    while isinstance(measure, Scaled | Rated):
        factor *= measure.factor if isinstance(measure, Scaled) else measure.rate
        measure = measure.measure
    return None if measure.parts or isinstance(measure, Constant) else (measure, factor)


def multiplied(one: Number, other: Number) -> Number:
    """Return the product of two numbers that take the same arguments."""
    first, second = one.value, other.value
    return Number(lambda *cell: first(*cell) * second(*cell), one.scale * other.scale)


def shape(measure: Measure, leaf: Callable[[Measure], Number]) -> Number:
    """Compile a measure; *leaf* compiles what it is read from. All parts take the same arguments."""
    if isinstance(measure, Constant):
        exact = measure.value.value
        return Number(lambda *_: exact.numerator, exact.denominator)
    if not measure.parts:
        return leaf(measure)
    parts = [shape(part, leaf) for part in measure.parts]
    if isinstance(measure, Scaled | Rated):
        return _scaled(parts[0], measure.factor if isinstance(measure, Scaled) else measure.rate)
    if isinstance(measure, Added | Least | Greatest):
        return _joined(parts, _JOINS[type(measure)])
    if isinstance(measure, Stepped):
        return _stepped(parts[0], measure.step.value)
    if isinstance(measure, Milestones):
        return _milestones(parts[0], measure)
    if isinstance(measure, Packages):
        return _packages(parts, measure)
    assert isinstance(measure, Banded)  # noqa: S101 - there are no other shapes
    return _banded(parts, measure)


def _banded(parts: list[Number], measure: Banded) -> Number:
    if measure.by is not None:
        part, by = parts
        return _whole_by(part, by, measure) if measure.whole else _marginal_by(part, by, measure)
    return _whole(parts[0], measure) if measure.whole else _marginal(parts[0], measure)


def _scaled(part: Number, factor: Fraction) -> Number:
    value, times = part.value, factor.numerator
    if times == 1:
        return Number(value, part.scale * factor.denominator)
    return Number(lambda *cell: value(*cell) * times, part.scale * factor.denominator)


def _joined(parts: list[Number], join: Callable[[list[int]], int]) -> Number:
    scale = math.lcm(*(part.scale for part in parts))
    terms = [(part.value, scale // part.scale) for part in parts]
    return Number(lambda *cell: join([value(*cell) * times for value, times in terms]), scale)


def _stepped(part: Number, step: Fraction) -> Number:
    value, width = part.value, step.numerator * part.scale
    return Number(lambda *cell: value(*cell) * step.denominator // width, 1)


def _milestones(part: Number, measure: Milestones) -> Number:
    value = part.value
    scale = math.lcm(*(worth.denominator for _, worth in measure.milestones))
    steps = [(_exactly(at.value * part.scale), int(worth * scale)) for at, worth in measure.milestones]

    def reached(*cell: Any) -> int:
        number = value(*cell)
        return sum(worth for at, worth in steps if number >= at)

    return Number(reached, scale)


def _packages(parts: list[Number], measure: Packages) -> Number:
    """Return what complete steps, which are whole numbers, are worth in packages."""
    values = [part.value for part in parts]
    scale = math.lcm(*(worth.denominator for _, worth in measure.packages))
    packages = [(takes, int(worth * scale)) for takes, worth in measure.packages]
    best = listed(packages) if measure.order == as_listed else packed(packages)
    return Number(lambda *cell: best([value(*cell) for value in values]), scale)


def _exactly(bound: Fraction) -> int | Fraction:
    """Return a bound as what compares fastest, and exactly: a number that was divided may lie between integers."""
    return bound.numerator if bound.denominator == 1 else bound


def _bands(part: Number, measure: Banded) -> tuple[int, int, list[tuple[int, int]]]:
    """Return what to multiply the number with, the scale of the answer, and whole bounds and rates."""
    times = math.lcm(*(low.value.denominator for low, _ in measure.bands))
    rates = math.lcm(*(rate.denominator for _, rate in measure.bands))
    grown = part.scale * times
    return times, grown * rates, [(int(low.value * grown), int(rate * rates)) for low, rate in measure.bands]


def _whole(part: Number, measure: Banded) -> Number:
    value = part.value
    times, scale, bands = _bands(part, measure)
    downward = bands[::-1]

    def at_the_rate_reached(*cell: Any) -> int:
        number = value(*cell) * times
        return number * next((rate for low, rate in downward if number >= low), 0)

    return Number(at_the_rate_reached, scale)


def _marginal(part: Number, measure: Banded) -> Number:
    value = part.value
    times, scale, bands = _bands(part, measure)
    highs = [low for low, _ in bands[1:]]

    def slice_by_slice(*cell: Any) -> int:
        number = value(*cell) * times
        total = 0
        for at, (low, rate) in enumerate(bands):
            if number <= low:
                break
            high = highs[at] if at < len(highs) else number
            total += (min(number, high) - low) * rate
        return total

    return Number(slice_by_slice, scale)


def _whole_by(part: Number, by: Number, measure: Banded) -> Number:
    """Return a measure at the rate of the band that another one reaches."""
    value, deciding = part.value, by.value
    times, scale, bands = _bands(by, measure)
    downward, rates, lowest = bands[::-1], scale // (by.scale * times), bands[0][1]

    def at_the_rate_reached(*cell: Any) -> int:
        number = deciding(*cell) * times
        return value(*cell) * next((rate for low, rate in downward if number >= low), lowest)

    return Number(at_the_rate_reached, part.scale * rates)


def _marginal_by(part: Number, by: Number, measure: Banded) -> Number:
    """Return a measure at the average of the rates that the slices of another one have."""
    value, deciding, (_, first) = part.value, by.value, measure.bands[0]
    slices = _marginal(by, measure)

    def on_average(*cell: Any) -> Any:
        number = deciding(*cell)
        rate = Fraction(slices.value(*cell) * by.scale, number * slices.scale) if number > 0 else first
        return value(*cell) * rate

    return Number(on_average, part.scale)
