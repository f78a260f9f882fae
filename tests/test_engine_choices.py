"""A lane of boosts comes to one factor."""

from fractions import Fraction

import pytest

from loyalcore.engine.choices import Chance, Choice

HALF, DOUBLE, MORE = Fraction(1, 2), Fraction(2), Fraction(5, 4)


@pytest.mark.parametrize(
    ("combine", "factors", "expected"),
    [
        ("best", [MORE, DOUBLE, HALF], DOUBLE),
        ("worst", [MORE, DOUBLE, HALF], HALF),
        ("first", [MORE, DOUBLE, HALF], MORE),
        ("sum", [MORE, DOUBLE], Fraction(9, 4)),
        ("product", [MORE, DOUBLE, HALF], MORE),
        *((combine, [], Fraction(1)) for combine in ("best", "worst", "first", "sum", "product")),
        ("best", [HALF], HALF),
    ],
)
def test_what_holds_is_combined_and_nothing_is_one(combine, factors, expected):
    choice = Choice(combine, tuple(Chance(None, factor) for factor in factors))

    assert choice.compile(lambda test: test)("anything") == expected


def test_questions_are_compiled_by_whoever_asks_and_members_may_be_choices():
    inner = Choice("best", (Chance("a", DOUBLE), Chance("b", Fraction(3))))
    choice = Choice("product", (inner, Chance("c", HALF), Chance(None, MORE)))

    asked = choice.compile(lambda letter: lambda text: letter in text)

    assert [asked(text) for text in ("", "a", "ab", "abc")] == [MORE, Fraction(5, 2), Fraction(15, 4), Fraction(15, 8)]
    assert list(choice.conditions) == ["a", "b", "c"]


def test_a_scale_makes_every_factor_whole():
    chances = (Chance(None, Fraction(1, 3)), Chance(None, MORE), Chance(None, Fraction(5, 6)))

    assert Choice("best", chances).scale == 12
    assert Choice("product", chances).scale == 72
    assert Choice("best", ()).scale == Choice("product", ()).scale == 1
