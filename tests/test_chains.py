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


TURNED = lc.Migration(POINT, into=STAR, by="2.5")


def bought(name, cost, gives, on=lc.at_once):
    return lc.Reward(name, cost=cost, gives=gives, claim=lc.repeatedly, on=on)


@pytest.mark.parametrize(
    "rules",
    [
        [bought("again", STAR(1), POINT(1)), TURNED],
        [bought("first", STAR(1), lc.Unit("coupon")(1)), bought("second", lc.Unit("gem")(1), POINT(1)), TURNED],
    ],
)
def test_a_reward_is_not_claimed_for_what_its_own_units_turn_into(rules):
    with pytest.raises(lc.InvalidProgram, match=r"gives 1 point, which turns into star, which an earlier one costs"):
        program(*rules)


def test_a_reward_may_be_claimed_with_what_ends_for_units_that_turn_into_the_same():
    renewed = bought("renewed", STAR(1), POINT(1), on=lc.expiring(STAR))
    assert renewed in program(renewed, TURNED).rules


def test_units_that_all_end_together_are_not_renewed_by_what_turns_into_them():
    renewed = bought("renewed", STAR(1), POINT(1), on=lc.expiring(STAR))
    with pytest.raises(lc.InvalidProgram, match="renews star"):
        program(renewed, TURNED, lc.Expiry(STAR, lc.inactivity(lc.months(1))))
