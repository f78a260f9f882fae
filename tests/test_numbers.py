"""Numbers are exact: what may come in is bounded, and nothing depends on the ambient decimal context."""

import decimal
import enum
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import refusals
from loyalcore.errors import InvalidValue
from loyalcore.numbers import (
    MINOR_MAX,
    Rounding,
    at_least_one,
    ceiling,
    check_places,
    exact,
    floor,
    half_down,
    half_even,
    half_up,
    ratio,
)

HOSTILE = [
    # floats and their kin
    *(1.5, 0.0, -0.0, 1e308, float("nan"), float("inf"), float("-inf"), 1j),
    # bools and other types
    *(
        True,
        False,
        None,
        b"1",
        bytearray(b"1"),
        [],
        (),
        {},
        {1},
        object(),
        object,
        range(3),
        Fraction(1, 3),
        [1],
        ("1",),
    ),
    # decimals that are no numbers
    *(Decimal("NaN"), Decimal("-NaN"), Decimal("NaN123"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")),
    # huge and tiny
    *(10**5000, -(10**5000), MINOR_MAX + 1, -MINOR_MAX - 1, Decimal("1e1000000"), Decimal("-1e999999")),
    *(Decimal("1e-1000000"), Decimal("0e1000000"), Decimal("0e-1000000"), Decimal((0, (1,) * 10_000, -9_999))),
    *(Decimal("1e19"), "1" * 19, "1" * 10**6, "0." + "0" * 13),
    # more decimals than there are
    *("1.001", Decimal("0.001"), Decimal("1e-40"), "0.000000000001"),
    # texts
    *("", " ", "1 ", " 1", "1\n", "\t1", "1_000", "1,000", "1.", ".5", "+", "-", "--1", "+-1", "1-", "1e3", "1E3"),
    *(
        "0x10",
        "NaN",
        "sNaN",
        "Infinity",
        "inf",
        "-inf",
        "1.5.0",
        "½",
        "²",
        "Ⅷ",
        "٣",
        "१",
        "\uff11",
        "1٣",
        "\u22121",
        "1\x00",
    ),
    *("\ud800", "1\ud800", "\u200b1", "1\u00a0", "$1", "1 USD", "1%", "True", "None", "1/2", "(1)"),
]

LITERALS = [
    ("0", 2, 0),
    ("-0", 2, 0),
    ("+1.5", 2, 150),
    ("-1.50", 2, -150),
    ("007", 0, 7),
    ("1.500000000000", 1, 15),
    (1, 2, 100),
    (-3, 0, -3),
    (MINOR_MAX, 0, MINOR_MAX),
    (Decimal("1E+3"), 2, 100_000),
    (Decimal("-0.00"), 2, 0),
    (Decimal("1.10"), 1, 11),
    (Decimal("9999999999999.99"), 2, 999_999_999_999_999),
]


EXACT_RATIOS = ("1.001", Decimal("0.001"), "0.000000000001", "1%")
NO_RATIOS = [
    value
    for value in HOSTILE
    if not isinstance(value, Fraction)
    and not (isinstance(value, str | Decimal) and str(value) in map(str, EXACT_RATIOS))
]


class Size(enum.IntEnum):
    SMALL = 3


class Price(str, enum.Enum):  # noqa: UP042 - the kind whose str() is its name
    LOW = "1.50"


@pytest.fixture(params=["plain", "one digit", "everything traps"])
def context(request):
    hostile = {
        "plain": decimal.Context(),
        "one digit": decimal.Context(prec=1, rounding=decimal.ROUND_UP, Emin=0, Emax=0),
        "everything traps": decimal.Context(prec=1, traps=list(decimal.Context().flags), capitals=0, clamp=1),
    }
    with decimal.localcontext(hostile[request.param]) as ambient:
        yield ambient


def minors(*, minor_max=MINOR_MAX):
    return st.integers(-minor_max, minor_max)


@pytest.mark.parametrize("value", HOSTILE, ids=refusals.numbered(HOSTILE))
@pytest.mark.parametrize("places", [0, 2])
def test_a_hostile_number_is_refused_quickly_whatever_the_decimal_context(value, places, context):
    flags = dict(context.flags)
    began = time.perf_counter()

    with pytest.raises(InvalidValue) as caught:
        exact(value, places, "net")

    assert time.perf_counter() - began < 0.5
    assert 10 < len(str(caught.value)) < 300
    assert str(caught.value).startswith("net ")
    assert dict(context.flags) == flags


def test_there_are_at_least_sixty_hostile_literals():
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize(("value", "places", "minor"), LITERALS)
def test_an_int_a_decimal_and_a_text_of_digits_are_read_exactly(value, places, minor, context):
    result = exact(value, places)

    assert result == minor
    assert type(result) is int
    assert not any(context.flags.values())


@pytest.mark.parametrize("value", [MINOR_MAX, -MINOR_MAX, "10000000000000.01", Decimal("1e13") + 1])
def test_what_is_too_large_only_in_smallest_parts_is_refused(value):
    with pytest.raises(InvalidValue, match="smallest parts; split it"):
        exact(value, 2)


def test_a_float_is_told_to_be_written_as_text():
    with pytest.raises(InvalidValue, match="write it as text"):
        exact(1.5, 2)


def test_a_member_of_an_enumeration_is_the_number_it_holds():
    assert exact(Size.SMALL, 0) == 3
    assert type(exact(Size.SMALL, 0)) is int
    assert exact(Price.LOW, 2) == 150


@given(minor=minors(), places=st.integers(0, 6))
def test_a_number_written_out_reads_as_itself(minor, places):
    number = Decimal((int(minor < 0), tuple(map(int, str(abs(minor)))), -places))

    assert exact(number, places) == minor
    assert exact(f"{number:f}", places) == minor


@given(minor=minors(minor_max=10**12), places=st.integers(0, 3), more=st.integers(0, 3))
def test_more_places_multiply_by_ten_each(minor, places, more):
    number = Decimal((int(minor < 0), tuple(map(int, str(abs(minor)))), -places))

    assert exact(number, places + more) == minor * 10**more


@refusals.table(
    [
        (check_places, {"places": bad, "what": "places of point"}, InvalidValue)
        for bad in (-1, 7, True, 2.0, "2", None, Size.SMALL, 10**5000)
    ]
)
def test_places_are_a_whole_number_from_0_to_6(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize("places", range(7))
def test_seven_numbers_of_places_are_taken(places):
    check_places(places, "places of point")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5%", Fraction(1, 20)),
        ("-5%", Fraction(-1, 20)),
        ("12.5%", Fraction(1, 8)),
        ("1500", Fraction(1500)),
        (1500, Fraction(1500)),
        (Decimal("0.0000001"), Fraction(1, 10**7)),
        ("0.000000000001", Fraction(1, 10**12)),
        (MINOR_MAX, Fraction(MINOR_MAX)),
        (Fraction(1, 3), Fraction(1, 3)),
        (Size.SMALL, Fraction(3)),
    ],
)
def test_a_ratio_is_exact_however_it_is_written(value, expected, context):
    result = ratio(value)

    assert result == expected
    assert not any(context.flags.values())


@pytest.mark.parametrize("value", NO_RATIOS, ids=refusals.numbered(NO_RATIOS))
def test_a_ratio_refuses_what_is_no_exact_number(value, context):
    with pytest.raises(InvalidValue):
        ratio(value)

    assert not any(context.flags.values())


@pytest.mark.parametrize(
    "value", [Fraction(MINOR_MAX + 1), Fraction(1, MINOR_MAX + 1), Fraction(1, 10**5000), Decimal("1e18"), "1%%", "%"]
)
def test_a_ratio_has_bounded_numerator_and_denominator(value):
    with pytest.raises(InvalidValue):
        ratio(value)


@given(st.fractions(max_denominator=10**6).filter(lambda number: abs(number.numerator) <= MINOR_MAX))
def test_a_fraction_is_its_own_ratio(number):
    assert ratio(number) == number


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (floor, [-2, -2, -2, -1, 0, 1, 1, 1, 2]),
        (ceiling, [-2, -1, -1, -1, 0, 1, 2, 2, 2]),
        (half_up, [-2, -2, -2, -1, 0, 1, 2, 2, 2]),
        (half_down, [-2, -2, -1, -1, 0, 1, 1, 2, 2]),
        (half_even, [-2, -2, -2, -1, 0, 1, 2, 2, 2]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_each_rounding_is_what_its_name_says(rounding, expected):
    quarters = [-8, -7, -6, -4, 0, 4, 6, 7, 8]

    assert [rounding(quarter, 4) for quarter in quarters] == expected


def test_a_tie_goes_away_from_zero_or_towards_it_or_to_the_even_neighbour():
    assert [half_up(number, 2) for number in (-3, -1, 1, 3, 5)] == [-2, -1, 1, 2, 3]
    assert [half_down(number, 2) for number in (-3, -1, 1, 3, 5)] == [-1, 0, 0, 1, 2]
    assert [half_even(number, 2) for number in (-3, -1, 1, 3, 5)] == [-2, 0, 0, 2, 2]


ROUNDED = {
    floor: decimal.ROUND_FLOOR,
    ceiling: decimal.ROUND_CEILING,
    half_up: decimal.ROUND_HALF_UP,
    half_down: decimal.ROUND_HALF_DOWN,
    half_even: decimal.ROUND_HALF_EVEN,
}


@pytest.mark.parametrize("rounding", ROUNDED, ids=lambda rounding: rounding.name)
@given(parts=st.integers(-(10**12), 10**12), places=st.integers(0, 4))
def test_a_rounding_agrees_with_the_standard_library(rounding, parts, places):
    wide = decimal.Context(prec=60)
    number = wide.scaleb(Decimal(parts), -places)

    expected = int(number.to_integral_value(ROUNDED[rounding], context=wide))

    assert rounding(parts, 10**places) == expected


@refusals.table([(Rounding, {"name": name}, InvalidValue) for name in ("", "FLOOR", "up", None, 5, [], 10**5000)])
def test_an_unknown_rounding_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(("numerator", "expected"), [(0, 0), (1, 1), (99, 1), (100, 1), (199, 1), (200, 2)])
def test_down_but_to_no_less_than_one_of_something(numerator, expected):
    assert at_least_one(numerator, 100) == expected
    assert type(at_least_one(Fraction(numerator, 3), 100)) is int
