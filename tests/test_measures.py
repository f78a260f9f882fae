"""Measures are values in normal form: sums flat and in order, factors multiplied out."""

import functools
import operator
from fractions import Fraction

import pytest
from hypothesis import given

import loyalcore as lc
import refusals
import strategies
import values
from loyalcore.conditions import DEPTH_MAX, NODES_MAX
from loyalcore.measures import as_measure
from strategies import POINT, USD, Line, Order

COFFEE = Line.category.is_("coffee")
YEAR = lc.rolling(days=365)

LEAVES = [
    Order.net,
    Order.count,
    Order.nights,
    lc.ordinal,
    POINT.balance,
    POINT.earned(YEAR),
    Order.net.over(lc.month),
    Line.net.over(lc.lifetime),
    Line.quantity.sum(COFFEE),
    lc.Constant(lc.Bound(5)),
]

some = strategies.measures()


@given(some, some, some)
def test_adding_and_cutting_are_associative(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a.at_most_of(b).at_most_of(c) == a.at_most_of(b.at_most_of(c))
    assert a.at_least_of(b).at_least_of(c) == a.at_least_of(b.at_least_of(c))


@given(some, some)
def test_adding_and_cutting_are_commutative(a, b):
    assert a + b == b + a
    assert a.at_most_of(b) == b.at_most_of(a)
    assert a.at_least_of(b) == b.at_least_of(a)


@given(some)
def test_cutting_by_itself_changes_nothing(a):
    assert a.at_most_of(a) == a
    assert a.at_least_of(a) == a


@given(some, strategies.factors(), strategies.factors())
def test_factors_multiply_out(a, left, right):
    assert (a * left) * right == a * (left * right)
    assert a * left == left * a
    assert a * 1 == a


@given(some)
def test_a_factor_and_its_inverse_leave_the_measure(a):
    assert (a * 3) * Fraction(1, 3) == a


@given(some, some)
def test_subtracting_is_adding_the_opposite(a, b):
    assert a - b == a + b * -1


@given(some)
def test_a_measure_evaluates_from_its_text(a):
    assert values.written(a) == a


@given(some)
def test_a_measure_survives_pickling_and_copying(a):
    for again in values.copies(a):
        assert again == a
        assert hash(again) == hash(a)
        assert again.size == a.size


@given(some, some)
def test_equal_measures_have_one_hash_and_one_text(a, b):
    assert (a == b) == (repr(a) == repr(b))
    assert a != b or hash(a) == hash(b)


def test_a_number_of_items_stands_for_its_total_over_the_items():
    assert as_measure(Line.net) == Line.net.sum() == Order.net == lc.Total("net")
    assert Line.net + Order.count == Order.net + Order.count
    assert Order.count + Line.net == Order.net + Order.count
    assert Line.net - Line.cost == Line.net.sum() - Line.cost.sum()
    assert Line.net * 2 == 2 * Line.net == Order.net * 2
    assert Order.count.at_most_of(Line.points) == Line.points.sum().at_most_of(Order.count)


def test_a_comparison_of_a_number_of_items_is_about_items_and_of_a_total_about_the_event():
    assert Line.net.at_least(5).about == "item"
    assert Line.net.sum().at_least(5).about == "event"


@pytest.mark.parametrize(
    ("method", "sign"), [("at_least", ">="), ("at_most", "<="), ("more_than", ">"), ("below", "<"), ("is_", "==")]
)
@pytest.mark.parametrize("bound", [5, "5.5", USD(5)])
def test_each_comparison_is_what_its_name_says(method, sign, bound):
    assert getattr(Order.net, method)(bound) == lc.Comparison(Order.net, sign, as_bound(bound))
    assert getattr(Line.net, method)(bound) == lc.ItemComparison(Line.net, sign, as_bound(bound))


def as_bound(value):
    return value.as_bound() if isinstance(value, lc.Amount) else lc.Bound(value)


@pytest.mark.parametrize("leaf", LEAVES, ids=repr)
def test_a_leaf_is_made_of_no_other_measure(leaf):
    assert leaf.parts == ()
    assert values.written(leaf) == leaf


def test_what_is_made_of_others_names_them():
    both = Order.net + Order.count

    assert set(both.parts) == {Order.net, Order.count}
    assert (both * 2).parts == (both,)


def test_the_size_counts_conditions_as_well():
    assert Order.net.size == (1, 1)
    assert Line.net.sum(COFFEE).size == (2, 2)
    assert Line.net.sum(COFFEE).over(lc.month).size == (3, 3)
    assert (Line.net.sum(COFFEE) * 2).size == (3, 3)
    assert (Order.net + Order.count).size == (3, 2)


def test_a_truth_value_is_refused():
    for number in (Order.net, Line.net, Order.count, POINT.balance):
        with pytest.raises(lc.InvalidValue, match="compare it"):
            bool(number)


def test_strangers_are_left_to_python():
    for how in (operator.add, operator.sub):
        for stranger in (5, "x", None):
            with pytest.raises(TypeError):
                how(Order.net, stranger)
            with pytest.raises(TypeError):
                how(Line.net, stranger)
    with pytest.raises(TypeError):
        Order.net * Order.count


def test_a_measure_that_doubles_stops_before_it_is_too_large():
    with pytest.raises(lc.InvalidValue, match=f"may have {NODES_MAX} nodes"):
        functools.reduce(lambda measure, _: measure + measure, range(100), Order.net)


def test_a_measure_that_deepens_stops_before_it_is_too_deep():
    with pytest.raises(lc.InvalidValue, match=f"a depth of {DEPTH_MAX}"):
        functools.reduce(lambda measure, _: (measure + Order.count) * 2, range(100), Order.net)


def test_a_comparison_of_a_measure_of_the_greatest_depth_is_too_deep():
    measure = Order.net
    while measure.size[1] < DEPTH_MAX - 1:
        measure = (measure + Order.count) * 2
    deepest = measure + Order.count if measure.size[1] == DEPTH_MAX - 1 else measure

    with pytest.raises(lc.InvalidValue, match="depth"):
        deepest.at_least(5)


@refusals.table(
    [
        *((lc.ItemNumber, {"name": bad}, lc.InvalidValue) for bad in (5, "", None, 10**5000)),
        *((lc.EventNumber, {"name": bad}, lc.InvalidValue) for bad in (5, "", None)),
        *((lc.Total, {"name": bad}, lc.InvalidValue) for bad in (5, "", None)),
        *(
            (lc.Total, {"name": "net", "where": bad}, lc.InvalidValue)
            for bad in (5, Order.count.at_least(1), Line.gift)
        ),
        *(
            (lc.Over, {"measure": Order.net, "window": bad}, lc.InvalidValue)
            for bad in (None, lc.purchase, lc.days(3), 5)
        ),
        *(
            (lc.Over, {"measure": bad, "window": YEAR}, lc.InvalidValue)
            for bad in (Line.net, POINT.balance, Order.net * 2)
        ),
        *((lc.Earned, {"unit": bad, "window": YEAR}, lc.InvalidValue) for bad in (5, "", POINT, None)),
        (lc.Earned, {"unit": "point", "window": lc.purchase}, lc.InvalidValue),
        (lc.Balance, {"unit": POINT}, lc.InvalidValue),
        (lc.Constant, {"value": None}, lc.InvalidValue),
        (lc.Scaled, {"measure": Line.net, "factor": Fraction(2)}, lc.InvalidValue),
        (lc.Scaled, {"measure": Order.net, "factor": 1.5}, lc.InvalidValue),
        (lc.Scaled, {"measure": Order.net, "factor": Fraction(1)}, lc.InvalidValue),
        (lc.Scaled, {"measure": Order.net * 2, "factor": Fraction(2)}, lc.InvalidValue),
        *(
            (join, {"members": bad}, lc.InvalidValue)
            for join in (lc.Added, lc.Least, lc.Greatest)
            for bad in ((), (Order.net,), [Order.net, Order.count], (Order.net, 5), None)
        ),
        (lc.Added, {"members": (Order.net, Order.count)}, lc.InvalidValue),
        (lc.Least, {"members": (Order.net, Order.net)}, lc.InvalidValue),
        (lc.Added, {"members": (Order.count, Order.net + Order.nights)}, lc.InvalidValue),
        (lc.Comparison, {"measure": Line.net, "operator": ">=", "bound": lc.Bound(5)}, lc.InvalidValue),
        *(
            (lc.Comparison, {"measure": Order.net, "operator": bad, "bound": lc.Bound(5)}, lc.InvalidValue)
            for bad in ("=>", "", None, [])
        ),
        (lc.Comparison, {"measure": Order.net, "operator": ">=", "bound": 5}, lc.InvalidValue),
        (lc.ItemComparison, {"number": Order.net, "operator": ">=", "bound": lc.Bound(5)}, lc.InvalidValue),
        (lc.ItemComparison, {"number": Line.net, "operator": "<>", "bound": lc.Bound(5)}, lc.InvalidValue),
        *((Order.net.at_least, {"value": bad}, lc.InvalidValue) for bad in (1.5, True, None, "x", Order.count)),
        *((Order.net.at_most_of, {"other": bad}, lc.InvalidValue) for bad in (5, None, COFFEE)),
        *((Order.net.at_least_of, {"other": bad}, lc.InvalidValue) for bad in (5, None, COFFEE)),
        *(
            (lambda factor: Order.net * factor, {"factor": bad}, lc.InvalidValue)
            for bad in (1.5, True, None, USD(5), "x")
        ),
        (lambda: (Order.net * 10**9) * 10**9, {}, lc.InvalidValue),
        (as_measure, {"value": 5}, lc.InvalidValue),
    ]
)
def test_a_measure_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
