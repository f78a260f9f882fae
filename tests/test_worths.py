"""What a reward makes of the worths of the units that it takes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.worths import check_worth, value_of

PIECES = [(8, Fraction(100)), (2, Fraction(160))]


@pytest.mark.parametrize(("worth", "value"), [(lc.average, 112), (lc.lowest, 100), (lc.total, 1120)])
def test_units_are_worth_their_average_the_lowest_or_all_together(worth, value):
    assert value_of(worth, PIECES, 1) == value


@pytest.mark.parametrize(("worth", "value"), [(lc.average, 11200), (lc.lowest, 10000), (lc.total, 1120)])
def test_an_average_is_of_a_whole_unit_however_small_its_parts(worth, value):
    assert value_of(worth, PIECES, 100) == value


def test_a_value_is_rounded_down_once():
    assert value_of(lc.average, [(1, Fraction(1, 2)), (2, Fraction(5, 4))], 1) == 1
    assert value_of(lc.total, [(1, Fraction(1, 2)), (2, Fraction(5, 4))], 1) == 3
    assert value_of(lc.lowest, [(1, Fraction(3, 2)), (2, Fraction(5, 2))], 1) == 1


@given(st.lists(st.tuples(st.integers(1, 20), st.fractions(0, 1000)), min_size=1))
def test_the_lowest_is_at_most_the_average_and_that_is_at_most_the_total(pieces):
    lowest, average, total = (value_of(worth, pieces, 1) for worth in (lc.lowest, lc.average, lc.total))

    assert lowest <= average <= total


@pytest.mark.parametrize("bad", ["mean", 5, "", True, []])
def test_another_way_is_refused(bad):
    with pytest.raises(lc.InvalidValue, match="worth of reward is one of average, lowest, total, or money, not"):
        check_worth(bad, "reward")
