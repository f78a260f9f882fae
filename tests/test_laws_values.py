"""Laws of numbers that hold before any account exists: rounding, splitting, sharing, and being the same everywhere."""

import os
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import strategies
from loyalcore.conditions import any_of
from strategies import POINT, USD, Line

ROUNDINGS = [lc.floor, lc.ceiling, lc.half_up, lc.half_down, lc.half_even, lc.at_least_one]
every_rounding = pytest.mark.parametrize("rounding", ROUNDINGS, ids=lambda rounding: rounding.name)

parts = st.integers(-(10**15), 10**15)
denominators = st.integers(1, 10**12)


@every_rounding
@given(parts, denominators)
def test_rounding_moves_by_less_than_one(rounding, parts, denominator):
    assert abs(rounding(parts, denominator) - Fraction(parts, denominator)) < 1


@pytest.mark.parametrize("rounding", [lc.half_up, lc.half_even], ids=lambda rounding: rounding.name)
@given(parts, denominators)
def test_rounding_to_the_nearest_moves_by_at_most_a_half(rounding, parts, denominator):
    assert abs(rounding(parts, denominator) - Fraction(parts, denominator)) <= Fraction(1, 2)


@every_rounding
@given(st.integers(-(10**15), 10**15), denominators)
def test_rounding_leaves_whole_numbers_alone(rounding, whole, denominator):
    assert rounding(whole * denominator, denominator) == whole


@every_rounding
@given(parts, denominators, st.integers(1, 1000))
def test_rounding_does_not_depend_on_how_a_fraction_is_written(rounding, parts, denominator, times):
    assert rounding(parts * times, denominator * times) == rounding(parts, denominator)


@every_rounding
@given(parts, parts, denominators)
def test_rounding_keeps_the_order(rounding, left, right, denominator):
    low, high = sorted((left, right))

    assert rounding(low, denominator) <= rounding(high, denominator)


@given(parts, denominators)
def test_floor_and_ceiling_mirror_each_other(parts, denominator):
    assert lc.floor(parts, denominator) == -lc.ceiling(-parts, denominator)


@pytest.mark.parametrize("rounding", [lc.half_up, lc.half_even], ids=lambda rounding: rounding.name)
@given(parts, denominators)
def test_rounding_to_the_nearest_treats_both_signs_alike(rounding, parts, denominator):
    assert rounding(-parts, denominator) == -rounding(parts, denominator)


amounts = st.integers(0, 10**12)
shares = st.lists(st.integers(1, 10**6), min_size=1, max_size=20)


@given(amounts, amounts, strategies.factors())
def test_splitting_never_pays_under_floor(left, right, rate):
    def points(minor):
        return lc.floor(minor * rate.numerator, 100 * rate.denominator)

    assert points(left) + points(right) <= points(left + right)


@pytest.mark.parametrize(
    ("rounding", "half", "whole", "split"),
    [(lc.half_up, 450, 9, 10), (lc.ceiling, 450, 9, 10), (lc.half_even, 150, 3, 4), (lc.floor, 450, 9, 8)],
    ids=lambda value: getattr(value, "name", None),
)
def test_splitting_can_pay_under_any_rounding_but_floor(rounding, half, whole, split):
    assert rounding(half + half, 100) == whole
    assert rounding(half, 100) + rounding(half, 100) == split


@given(amounts, shares)
def test_what_is_floored_leaves_less_than_one_for_each_share(amount, weights):
    """So the remainder can be dealt out one by one, in a fixed order, and what is split sums to the whole."""
    floored = [lc.floor(amount * weight, sum(weights)) for weight in weights]

    assert 0 <= amount - sum(floored) < len(weights)


@given(amounts, st.integers(1, 10**6), st.lists(st.integers(0, 1000), max_size=10))
def test_taking_back_in_steps_takes_what_one_step_takes(amount, quantity, steps):
    """Each step takes the difference of two floors, so what was taken depends on what is left alone."""
    kept, taken, left = quantity, 0, amount
    for step in steps:
        kept = max(0, kept - step)
        still = lc.floor(amount * kept, quantity)
        taken, left = taken + left - still, still

    assert taken == amount - lc.floor(amount * kept, quantity)


@given(strategies.amounts(), strategies.amounts(), strategies.amounts())
def test_amounts_are_ordered_like_numbers_and_adding_keeps_the_order(a, b, c):
    assert (a < b) == (a + c < b + c)
    assert (a <= b) != (b < a)


@given(st.integers(1, 10**6), st.integers(1, 10**4), st.integers(0, 10**9))
def test_a_rate_is_exact_until_the_one_rounding(points, base, net):
    rated = POINT(points).per(USD(base), Line.net).measure

    assert rated.rate * Fraction(net, 100) == Fraction(points * net, base * 100)


@given(st.permutations(list(range(6))))
def test_the_text_of_a_value_does_not_depend_on_the_order_it_was_written_in(order):
    names = [f"c{number}" for number in order]
    joined = lc.never_true
    for name in names:
        joined |= Line.category.is_(name)

    assert repr(joined) == repr(any_of(*map(Line.category.is_, sorted(names))))
    assert repr(Line.category.is_in(names)) == repr(Line.category.is_in(set(names)))


def test_the_text_of_a_value_is_the_same_under_any_hash_seed():
    code = (
        "import functools, operator, strategies as s, loyalcore as lc;"
        "names = {f'c{n}' for n in range(50)};"
        "many = functools.reduce(operator.or_, map(s.Line.brand.is_, names));"
        "least = functools.reduce(lambda a, b: a.at_most_of(b), {s.Order.net * n for n in range(2, 20)});"
        "tiers = lc.in_tier('status', *names);"
        "print(repr((many, ~many, s.Line.category.is_in(names), least, tiers, lc.weekday(*{'mon', 'tue', 'wed'}))))"
    )
    path = os.pathsep.join(sys.path)

    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "99")
    }

    assert len(texts) == 1
    assert "c49" in texts.pop()
