"""Units make amounts, amounts make accruals; nothing mixes that does not belong together."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import strategies
import values
from loyalcore.bounds import bound
from loyalcore.units import AMOUNT_MAX, as_accrual
from strategies import POINT, STAR, USD, Line, Order

NET = Order.net
COFFEE = Line.category.is_("coffee")

ACCRUALS = {
    "per one": (POINT.per(USD(1), Line.net), lc.Rated(NET, Fraction(1), "USD")),
    "in proportion": (POINT(5).per(USD(10), NET), lc.Rated(NET, Fraction(1, 2), "USD")),
    "per plain number": (STAR("0.5").per(1, Order.nights), lc.Rated(Order.nights, Fraction(1, 2))),
    "per complete step": (POINT(5).per_full(USD(10), NET), lc.Stepped(NET, USD(10).as_bound()) * 5),
    "one per complete step": (POINT(1).per_full(USD(10), NET), lc.Stepped(NET, USD(10).as_bound())),
    "one per step, of the unit": (POINT.per_full(USD(10), NET), lc.Stepped(NET, USD(10).as_bound())),
    "one per started step": (POINT.per_started(USD(10), NET), lc.Stepped(NET * -1, USD(10).as_bound()) * -1),
    "one per item that": (POINT.per_item(COFFEE), lc.Rated(lc.Total("quantity", COFFEE), Fraction(1))),
    "per started step": (POINT(5).per_started(USD(10), NET), lc.Stepped(NET * -1, USD(10).as_bound()) * -5),
    "all but an amount": (POINT.per(USD(1), NET) - POINT(5), lc.Rated(NET, Fraction(1), "USD") - lc.Purchase.count * 5),
    "an amount and more": (
        POINT(5) + POINT(2).per_item(),
        lc.Rated(lc.Total("quantity"), Fraction(2)) + lc.Purchase.count * 5,
    ),
    "both together": (
        POINT(2).per_item() + POINT(5),
        lc.Rated(lc.Total("quantity"), Fraction(2)) + lc.Purchase.count * 5,
    ),
    "what is beyond": (
        POINT(5) - POINT(2).per_item(),
        lc.Purchase.count * 5 - lc.Rated(lc.Total("quantity"), Fraction(2)),
    ),
    "per item": (POINT(2).per_item(), lc.Rated(lc.Total("quantity"), Fraction(2))),
    "per item that": (POINT(2).per_item(where=COFFEE), lc.Rated(lc.Total("quantity", COFFEE), Fraction(2))),
    "marginal bands": (
        STAR.bands(NET, {USD(1500): "5%", USD(0): "1%"}),
        lc.Banded(NET, [(USD(0), "1%"), (USD(1500), "5%")], False),
    ),
    "whole bands": (POINT.bands(NET, {0: 1}, how=lc.whole), lc.Banded(NET, [(0, 1)], True)),
    "bands by another measure": (
        POINT.bands(NET, {0: 0, 1000: "2%"}, by=Line.quantity),
        lc.Banded(NET, [(0, 0), (1000, "2%")], False, lc.Total("quantity")),
    ),
    "milestones": (
        POINT.milestones(Order.count, {10: POINT(250), 5: POINT(100)}),
        lc.Milestones(Order.count, [(5, 100), (10, 250)]),
    ),
    "capped": (
        POINT.per(USD(1), NET).capped(POINT(500)),
        lc.Rated(NET, Fraction(1), "USD").at_most_of(lc.Constant(lc.Bound(500))),
    ),
}

amounts = strategies.amounts(minor_min=-(10**9), minor_max=10**9)


@given(strategies.units(), st.integers(-(10**15), 10**15))
def test_a_unit_and_an_amount_evaluate_from_their_text(unit, minor):
    amount = lc.Amount(unit, minor)

    assert values.written(unit) == unit
    assert values.written(amount) == amount


@given(strategies.units())
def test_a_unit_survives_pickling_and_copying(unit):
    for value in (unit, lc.Amount(unit, 5)):
        for again in values.copies(value):
            assert again == value
            assert hash(again) == hash(value)
            assert type(again) is type(value)


def test_money_has_two_places_and_a_unit_none_unless_told_otherwise():
    assert repr(lc.Money("USD")) == "Money('USD')"
    assert repr(lc.Money("JPY", 0)) == "Money('JPY', places=0)"
    assert repr(lc.Unit("point")) == "Unit('point')"
    assert repr(lc.Unit("star", 2)) == "Unit('star', places=2)"


def test_money_is_no_plain_unit_of_the_same_name():
    assert lc.Money("USD", 2) != lc.Unit("USD", 2)


@given(amounts)
def test_an_amount_is_read_from_its_own_text_and_decimal(amount):
    with decimal.localcontext(decimal.Context(prec=1, Emin=0, Emax=0)):
        assert USD(amount.decimal) == amount
        assert USD(str(amount.decimal)) == amount
        assert amount.fraction == Fraction(amount.minor, 100)
        assert str(amount) == f"{amount.decimal} USD"


def test_an_amount_always_shows_the_places_of_its_unit():
    assert str(USD("1.5")) == "1.50 USD"
    assert repr(USD(-3)) == "Money('USD')('-3.00')"
    assert str(lc.Unit("x", 6)("0.000001")) == "0.000001 x"
    assert repr(POINT(25)) == "Unit('point')(25)"
    assert USD(0).decimal == Decimal("0.00")


@given(amounts, amounts, amounts)
def test_amounts_of_one_unit_add_like_numbers(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + USD(0) == a
    assert a - a == USD(0)
    assert a - b == a + -b
    assert USD(0) - -a == a


@given(amounts, st.integers(-100, 100))
def test_an_amount_times_a_whole_number_is_that_many_of_it(a, times):
    assert a * times == times * a == lc.Amount(USD, a.minor * times)


@given(amounts, amounts)
def test_amounts_of_one_unit_compare_like_numbers(a, b):
    assert (a < b, a <= b, a > b, a >= b, a == b) == (
        a.minor < b.minor,
        a.minor <= b.minor,
        a.minor > b.minor,
        a.minor >= b.minor,
        a.minor == b.minor,
    )


def test_nothing_is_false_and_anything_else_true():
    assert not POINT(0)
    assert POINT(-1)


@pytest.mark.parametrize(
    "how",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
    ],
    ids=["add", "subtract", "less", "at most", "more", "at least"],
)
@pytest.mark.parametrize("other", [POINT(5), 5, None, lc.Unit("USD", 2)(5), lc.Money("EUR")(5)], ids=repr)
def test_amounts_of_different_units_do_not_mix(how, other):
    with pytest.raises(lc.InvalidValue, match="goes with amounts in USD"):
        how(USD(5), other)


def test_amounts_of_different_units_are_not_equal():
    assert USD(5) != POINT(5)
    assert POINT(5) != 5


def test_a_sum_fits_into_64_bits_or_is_refused():
    most = lc.Amount(POINT, AMOUNT_MAX)

    assert -most == lc.Amount(POINT, -AMOUNT_MAX)
    with pytest.raises(lc.InvalidValue, match="past"):
        most + POINT(1)
    assert most.minor == AMOUNT_MAX


@pytest.mark.parametrize(("accrual", "measure"), ACCRUALS.values(), ids=ACCRUALS)
def test_an_accrual_is_a_unit_and_a_measure(accrual, measure):
    assert accrual.measure == measure
    values.check(accrual)
    assert hash(lc.Accrual(accrual.unit, measure)) == hash(accrual)


def test_capping_twice_is_capping_by_both_in_any_order():
    accrual = POINT.per(USD(1), NET)

    assert accrual.capped(POINT(5)).capped(POINT(9)) == accrual.capped(POINT(9)).capped(POINT(5))
    assert accrual.capped(POINT(5)).capped(POINT(5)) == accrual.capped(POINT(5))


def test_an_amount_alone_is_given_for_each_event():
    assert as_accrual(POINT(25)) == lc.Accrual(POINT, lc.Count() * 25)
    assert as_accrual(POINT(1)) == lc.Accrual(POINT, lc.Count())
    assert as_accrual(ACCRUALS["capped"][0]) is ACCRUALS["capped"][0]


def test_a_unit_measures_what_was_earned_and_what_is_there():
    assert POINT.earned(lc.month) == lc.Earned("point", lc.month)
    assert POINT.balance == lc.Balance("point")
    assert bound(POINT(5)) == lc.Bound(5, "point")


@refusals.table(
    [
        *((lc.Unit, {"name": bad}, lc.InvalidValue) for bad in ("", " x", None, 5, "é", "x" * 65, 10**5000)),
        *((lc.Unit, {"name": "x", "places": bad}, lc.InvalidValue) for bad in (-1, 7, 1.0, True, None, 10**5000)),
        (lc.Money, {"name": ""}, lc.InvalidValue),
        *((POINT, {"value": bad}, lc.InvalidValue) for bad in (1.0, True, None, "1.5", "x", 10**16, float("nan"))),
        *(
            (lc.Amount, {"unit": POINT, "minor": bad}, lc.InvalidValue)
            for bad in (1.0, True, None, "5", 2**63, -(2**63))
        ),
        (lc.Amount, {"unit": "point", "minor": 5}, lc.InvalidValue),
        *(
            (lambda times: POINT(5) * times, {"times": bad}, lc.InvalidValue)
            for bad in (1.5, True, POINT(5), None, NET)
        ),
        *((POINT.per, {"base": bad, "measure": NET}, lc.InvalidValue) for bad in (0, -5, USD(0), 1.5, None, "x", USD)),
        *(
            (POINT.per, {"base": 1, "measure": bad}, lc.InvalidValue)
            for bad in (None, 5, USD(5), COFFEE, Line, Line.gift)
        ),
        (POINT(-5).per, {"base": 1, "measure": NET}, lc.InvalidValue),
        (POINT(-5).per_full, {"base": 1, "measure": NET}, lc.InvalidValue),
        (POINT(5).per_full, {"base": 0, "measure": NET}, lc.InvalidValue),
        (POINT(-5).per_started, {"base": 1, "measure": NET}, lc.InvalidValue),
        (POINT(5).per_started, {"base": 0, "measure": NET}, lc.InvalidValue),
        *((ACCRUALS["per one"][0].__add__, {"other": bad}, lc.InvalidValue) for bad in (5, NET, STAR(5), POINT(-5))),
        (USD(1).count_in, {"measure": 5}, lc.InvalidValue),
        (USD(0).count_in, {"measure": NET}, lc.InvalidValue),
        (POINT(-5).per_item, {}, lc.InvalidValue),
        (POINT(5).per_item, {"where": Order.count.at_least(5)}, lc.InvalidValue),
        *(
            (POINT.bands, {"measure": NET, "table": bad}, lc.InvalidValue)
            for bad in ({}, {5: 1}, {0: -1}, {0: 0.1}, None, [])
        ),
        *((POINT.bands, {"measure": NET, "table": {0: 1}, "how": bad}, lc.InvalidValue) for bad in ("all", None, [])),
        *(
            (POINT.milestones, {"measure": NET, "table": bad}, lc.InvalidValue)
            for bad in ({}, {0: POINT(5)}, {5: 5}, {5: STAR(5)}, {5: POINT(-5)}, {5: POINT(1), "5": POINT(2)}, None)
        ),
        *((ACCRUALS["per one"][0].capped, {"most": bad}, lc.InvalidValue) for bad in (5, USD(5), POINT(-5), None)),
        (lc.Accrual, {"unit": "point", "measure": NET}, lc.InvalidValue),
        (lc.Accrual, {"unit": POINT, "measure": Line.net}, lc.InvalidValue),
        (POINT.earned, {"window": lc.purchase}, lc.InvalidValue),
        *((as_accrual, {"value": bad}, lc.InvalidValue) for bad in (5, None, POINT, NET, POINT(-5))),
    ]
)
def test_what_is_no_amount_or_accrual_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_milestones_that_stand_for_the_whole_are_those_of_the_differences():
    by_size = {USD(20): POINT(5), USD(30): POINT(10), USD(40): POINT(10), USD(50): POINT(30)}

    assert POINT.milestones(NET, by_size, lc.whole) == POINT.milestones(
        NET, {USD(20): POINT(5), USD(30): POINT(5), USD(50): POINT(20)}
    )
    assert POINT.milestones(NET, {USD(20): POINT(0)}, lc.whole) == POINT.milestones(NET, {USD(20): POINT(0)})


@refusals.table(
    [
        (POINT.milestones, {"measure": NET, "table": {1: POINT(5)}, "how": "best"}, lc.InvalidValue),
        (POINT.milestones, {"measure": NET, "table": {1: POINT(5), 2: POINT(4)}, "how": lc.whole}, lc.InvalidValue),
        (POINT.milestones, {"measure": NET, "table": {}, "how": lc.whole}, lc.InvalidValue),
    ]
)
def test_amounts_that_stand_for_the_whole_rise_with_their_bounds(function, bad, error):
    refusals.check(function, bad, error)
