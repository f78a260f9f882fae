"""Bounds are exact numbers, in a unit where they are amounts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

import loyalcore as lc
import refusals
import strategies
import values
from loyalcore.bounds import bound, check_bound, pairs
from strategies import USD


@pytest.mark.parametrize("value", [5, "5", Decimal("5.0"), Fraction(5), "500%", lc.Bound(5)], ids=repr)
def test_a_number_is_one_bound_however_it_is_written(value):
    assert bound(value) == lc.Bound(Fraction(5))
    assert repr(bound(value)) == "Bound(value=Fraction(5, 1), unit=None)"


def test_an_amount_brings_its_unit():
    assert bound(USD("1.50")) == lc.Bound(Fraction(3, 2), "USD")
    assert bound(USD(5)) != bound(5)


@given(strategies.amounts())
def test_a_bound_evaluates_from_its_text_and_survives_pickling(amount):
    value = bound(amount)

    values.check(value)
    assert hash(bound(amount)) == hash(value)


def test_a_table_is_read_in_rising_order():
    table = {USD(15): "b", USD(0): "a"}

    assert pairs(table, "bands") == [(bound(USD(0)), "a"), (bound(USD(15)), "b")]
    assert list(table) == [USD(15), USD(0)]


@refusals.table(
    [
        *((bound, {"value": bad}, lc.InvalidValue) for bad in (1.5, True, None, "x", float("nan"), USD, lc.Amount, [])),
        *((lc.Bound, {"value": bad}, lc.InvalidValue) for bad in (1.5, True, None, USD(5))),
        (lc.Bound, {"value": 5, "unit": 5}, lc.InvalidValue),
        (lc.Bound, {"value": 5, "unit": ""}, lc.InvalidValue),
        *((check_bound, {"value": bad, "what": "a step of steps"}, lc.InvalidValue) for bad in (5, None, USD(5))),
        *(
            (pairs, {"table": bad, "what": "bands"}, lc.InvalidValue)
            for bad in ([(0, "5%")], None, "x", 5, {1.5: "5%"})
        ),
    ]
)
def test_what_is_no_exact_number_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    ("found", "text"),
    [(lc.Bound(5), "5"), (lc.Bound("0.5"), "0.5"), (bound(USD("1.50")), "1.5 USD"), (lc.Bound(Fraction(1, 3)), "1/3")],
)
def test_a_bound_is_told_as_a_number_with_its_unit(found, text):
    assert str(found) == text
