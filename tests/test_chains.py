"""What follows from a tier comes to an end."""

import pytest

import loyalcore as lc
from loyalcore.chains import in_order
from shop import POINT, STAR, program

BY_POINTS = lc.Ladder("points", by=POINT.earned(lc.year), tiers={"a": 0, "b": POINT(5)})
BY_STARS = lc.Ladder("stars", by=STAR.balance, tiers={"a": 0, "b": STAR(5)})
READS_STARS = lc.Ladder("reader", tiers={"a": 0, "b": lc.in_tier("stars", "b")})
READS_READER = lc.Ladder("second", tiers={"a": 0, "b": lc.in_tier("reader", "b")})
STARS_FOR_POINTS = lc.Earn("stars for points", STAR(5), on=lc.entered("points", "b"))
POINTS_FOR_STARS = lc.Earn("points for stars", POINT(5), on=lc.entered("stars"))
POINTS_AT_READER = lc.Earn("points at reader", POINT(5), on=lc.left("reader"))
YEARLY = lc.Earn("yearly", STAR(5), on=lc.ended(lc.year), when=lc.in_tier("stars", "b"))


def order(*rules):
    ladders = {rule.name: rule for rule in rules if isinstance(rule, lc.Ladder)}
    return in_order(ladders, {rule.name: rule for rule in rules if isinstance(rule, lc.Earn)})


def test_ladders_follow_those_on_which_they_depend_and_else_the_program():
    assert order(BY_POINTS, BY_STARS) == ("points", "stars")
    assert order(BY_STARS, BY_POINTS, STARS_FOR_POINTS) == ("points", "stars")
    assert order(READS_READER, READS_STARS, BY_STARS) == ("stars", "reader", "second")


def test_what_a_window_gives_when_it_ends_comes_in_the_next_and_is_no_circle():
    assert order(BY_STARS, YEARLY) == ("stars",)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([BY_POINTS, lc.Earn("more", POINT(1), on=lc.renewed("points"))], "rule more, raised by ladder points"),
        ([BY_POINTS, BY_STARS, STARS_FOR_POINTS, POINTS_FOR_STARS], "gives star, by which ladder stars climbs"),
        ([BY_POINTS, BY_STARS, READS_STARS, STARS_FOR_POINTS, POINTS_AT_READER], "reader asks for a tier of stars"),
        ([lc.Ladder("self", tiers={"a": 0, "b": lc.in_tier("self", "a")})], "self asks for a tier of self"),
    ],
)
def test_a_chain_that_comes_back_to_where_it_began_is_refused_by_name(rules, said):
    with pytest.raises(lc.InvalidProgram, match=said):
        program(*rules)
