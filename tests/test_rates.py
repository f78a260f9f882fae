"""Rates turn a measure into units: per one, per complete step, by band, at milestones."""

from fractions import Fraction

import pytest

import loyalcore as lc
import refusals
import values
from strategies import USD, Order

NET = Order.net
ZERO, TEN = USD(0).as_bound(), USD(10).as_bound()

SHAPES = [
    lc.Rated(NET, Fraction(1, 2), "USD"),
    lc.Rated(Order.count, Fraction(5)),
    lc.Stepped(NET, TEN),
    lc.Banded(NET, ((ZERO, Fraction(0)), (TEN, Fraction(1, 20))), False),
    lc.Banded(NET, ((ZERO, Fraction(0)), (TEN, Fraction(1, 20))), True),
    lc.Milestones(Order.count, ((lc.Bound(5), Fraction(100)),)),
]


@pytest.mark.parametrize("shape", SHAPES, ids=refusals.numbered(SHAPES))
def test_a_rate_is_a_value(shape):
    values.check(shape)
    assert shape.parts in ((NET,), (Order.count,))
    assert shape.size == (2, 2)


def test_a_table_is_one_value_however_its_numbers_are_written():
    assert lc.Banded(NET, [("0", "5%")], False) == lc.Banded(NET, ((lc.Bound(0), Fraction(1, 20)),), False)
    assert repr(lc.Banded(NET, [("0", "5%")], False)) == repr(lc.Banded(NET, [(0, Fraction(1, 20))], False))


@refusals.table(
    [
        (lc.Rated, {"measure": 5, "rate": 1}, lc.InvalidValue),
        *((lc.Rated, {"measure": NET, "rate": bad}, lc.InvalidValue) for bad in (-1, "-5%", 1.5, None, "x")),
        *((lc.Rated, {"measure": NET, "rate": 1, "per": bad}, lc.InvalidValue) for bad in ("", 5, USD)),
        *((lc.Stepped, {"measure": NET, "step": bad}, lc.InvalidValue) for bad in (0, -5, USD(0), 1.5, None)),
        (lc.Stepped, {"measure": None, "step": 5}, lc.InvalidValue),
        *(
            (lc.Banded, {"measure": NET, "bands": bad, "whole": False}, lc.InvalidValue)
            for bad in ((), None, 5, "ab", [0])
        ),
        *(
            (lc.Banded, {"measure": NET, "bands": bad, "whole": True}, lc.InvalidValue)
            for bad in ([(5, 1)], [(0, 1), (0, 2)], [(0, 1), (9, 1), (5, 1)], [(0, -1)], [(0, 1.5)], [(0, 1, 2)])
        ),
        *(
            (lc.Banded, {"measure": NET, "bands": [(0, 1)], "whole": bad}, lc.InvalidValue)
            for bad in (1, None, "whole")
        ),
        (lc.Banded, {"measure": 5, "bands": [(0, 1)], "whole": True}, lc.InvalidValue),
        (lc.Banded, {"measure": NET, "bands": [(0, 1)], "whole": True, "by": 5}, lc.InvalidValue),
        *(
            (lc.Milestones, {"measure": NET, "milestones": bad}, lc.InvalidValue)
            for bad in ((), None, [(0, 1)], [(-5, 1)], [(5, 1), (5, 1)], [(5, 1), (3, 1)], [(5, -1)], ["ab", "cd"])
        ),
        (lc.Milestones, {"measure": 5, "milestones": [(5, 1)]}, lc.InvalidValue),
    ]
)
def test_a_rate_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
