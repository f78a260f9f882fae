"""Shapes: exact arithmetic on sums, compared with the same arithmetic in fractions."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.engine.shapes import Number, linear, shape
from loyalcore.measures import Added, Constant, Greatest, Least, Scaled
from loyalcore.rates import Banded, Milestones, Rated, Stepped
from strategies import Line, Order, factors

ONE, OTHER = Line.net.sum(), Order.nights
SCALES = {ONE: 100, OTHER: 10}


def tables(*, first):
    """Rising bounds with rates."""
    bounds = st.lists(
        st.fractions(min_value="0.1", max_value=1000, max_denominator=50), min_size=1, max_size=4, unique=True
    )
    return st.builds(
        lambda some, rates: tuple(zip(first + sorted(some), rates, strict=False)),
        bounds,
        st.lists(st.fractions(0, 3, max_denominator=40), min_size=5, max_size=5),
    )


def shapes():
    """Measures made of two leaves by every kind of shape."""
    read = st.sampled_from([ONE, OTHER]) | st.fractions(0, 50, max_denominator=9).map(Constant)
    return st.recursive(
        read,
        lambda inner: st.one_of(
            st.builds(lambda a, b: a + b, inner, inner),
            st.builds(lambda a, b: a.at_most_of(b), inner, inner),
            st.builds(lambda a, b: a.at_least_of(b), inner, inner),
            st.builds(lambda a, by: a * by, inner, factors(part_max=30)),
            st.builds(Rated, inner, factors(part_max=30)),
            st.builds(Stepped, inner, st.fractions("0.1", 60, max_denominator=20)),
            st.builds(Banded, inner, tables(first=[Fraction(0)]), st.booleans(), st.none() | inner),
            st.builds(Milestones, inner, tables(first=[])),
        ),
        max_leaves=5,
    )


def exactly(measure, values):
    """The value of a measure in fractions, as the documentation of each shape says it."""
    if isinstance(measure, Constant):
        return measure.value.value
    if measure in values:
        return Fraction(values[measure], SCALES[measure])
    parts = [exactly(part, values) for part in measure.parts]
    number = parts[0]
    if isinstance(measure, Scaled | Rated):
        return number * (measure.factor if isinstance(measure, Scaled) else measure.rate)
    if isinstance(measure, Added | Least | Greatest):
        return {Added: sum, Least: min, Greatest: max}[type(measure)](parts)
    if isinstance(measure, Stepped):
        return number // measure.step.value
    if isinstance(measure, Milestones):
        return sum(worth for at, worth in measure.milestones if number >= at.value)
    bands = [(low.value, rate) for low, rate in measure.bands]
    return by_bands(measure, bands, number, number if measure.by is None else parts[1])


def by_bands(measure, bands, number, by):
    if measure.whole or by <= 0:
        lowest = Fraction(0) if measure.by is None else bands[0][1]
        return number * next((rate for low, rate in reversed(bands) if by >= low), lowest)
    ends = [low for low, _ in bands[1:]] + [by]
    slices = zip(bands, ends, strict=True)
    return number * sum((max(0, min(by, end) - low) * rate for (low, rate), end in slices), Fraction(0)) / by


def leaf(measure):
    return Number(lambda cell: cell[measure], SCALES[measure])


@given(shapes(), st.integers(0, 10**6), st.integers(0, 10**4))
def test_a_shape_is_exact(measure, cents, nights):
    values = {ONE: cents, OTHER: nights}

    value, scale = shape(measure, leaf)

    assert Fraction(value(values), scale) == exactly(measure, values)


def test_a_whole_rate_needs_no_multiplication():
    assert shape(Rated(ONE, Fraction(1, 4)), leaf).scale == 400


def test_a_plain_rate_is_told_from_other_shapes():
    assert linear(ONE) == (ONE, 1)
    assert linear(Rated(ONE * 3, "0.5")) == (ONE, Fraction(3, 2))
    assert linear(ONE + OTHER) is None
    assert linear(Stepped(ONE, 10) * 5) is None
    assert linear(Rated(Constant(5), 2)) is None
    assert lc.Count() == linear(lc.Count() * 5)[0]
