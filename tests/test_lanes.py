"""Which rule stands in which lane, and what makes no lane."""

import pytest

import loyalcore as lc
from loyalcore.lanes import DEPTH_MAX
from shop import POINT, STAR, USD, Line, Order, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
FLAT = lc.Earn("flat", POINT(5))
DOUBLE = lc.Boost("double", "+100%", of="base")
HALF = lc.Boost("half", "x1.5", of="base")


def test_lanes_know_what_they_are_of_in_the_end_and_what_stands_in_them():
    rules = program(
        BASE,
        FLAT,
        DOUBLE,
        HALF,
        lc.Lane("outer", of=["inner", "flat"]),
        lc.Lane("inner", of=["base"]),
        lc.Lane("boosts", of=["double", "half"], combine="best"),
    )
    lanes = rules.lanes

    assert [rule.name for rule in lanes.rules_of(lanes.lanes["outer"])] == ["base", "flat"]
    assert lanes.outermost("base") == lanes.outermost("inner") == lanes.lanes["outer"]
    assert lanes.outermost("outer") is None
    assert [lane.name for lane in lanes.of_boosts["base"]] == ["boosts"]
    assert lanes.given() == dict.fromkeys(("base", "flat", "outer", "inner"), ("point", "purchase"))


def chain(length):
    return [BASE, *(lc.Lane(f"l{at}", of=[f"l{at - 1}" if at else "base"]) for at in range(length))]


def test_lanes_are_nested_up_to_a_depth():
    assert program(*chain(DEPTH_MAX)).lanes.outermost("base").name == f"l{DEPTH_MAX - 1}"
    with pytest.raises(lc.InvalidProgram, match="or of more than 32 rules and lanes"):
        program(*chain(DEPTH_MAX + 1))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([lc.Lane("l", of=["nothing"])], "lane l is of 'nothing', which is no rule that earns per purchase, no boost"),
        ([lc.Lane("l", of=["l"])], "l is made of itself"),
        ([BASE, lc.Lane("l", of=["m", "base"]), lc.Lane("m", of=["l"])], "is made of itself"),
        ([BASE, FLAT, lc.Lane("l", of=["base"]), lc.Lane("m", of=["base", "flat"])], "a rule has one lane"),
        ([BASE, DOUBLE, FLAT, lc.Lane("l", of=["double", "flat"])], "is of boosts of 2 rules, or of boosts and rules"),
        ([BASE, DOUBLE, FLAT, lc.Lane("l", of=["flat", "double"])], "is of rules and of boost double"),
        (
            [BASE, FLAT, DOUBLE, lc.Boost("other", "+5%", of="flat"), lc.Lane("l", of=["double", "other"])],
            "is of boosts of 2 rules",
        ),
        ([BASE, DOUBLE, HALF, lc.Lane("l", of=["double", "half"])], "lane l adds up boosts that multiply"),
        (
            [
                lc.Ladder("status", by=Order.count.over(lc.year), tiers={"base": 0, "gold": 5}),
                BASE,
                lc.Boost("tier", lc.by_tier("status", {"gold": "x2"}), of="base"),
                lc.Lane("l", of=["tier"]),
            ],
            "adds up boosts that multiply",
        ),
        ([BASE, DOUBLE, lc.Lane("l", of=["double"], limit=lc.at_most(POINT(5), per=lc.month))], "limit the rule"),
        ([BASE, DOUBLE, lc.Lane("l", of=["double"], budget="pot")], "leave budget= out"),
        ([BASE, FLAT, lc.Lane("l", of=["base", "flat"], limit=lc.times(1, per=lc.purchase))], "counts once in a purch"),
        ([BASE, FLAT, lc.Lane("l", of=["base", "flat"], combine="product")], "multiplies what rules give"),
        (
            [
                BASE,
                FLAT,
                lc.Lane("l", of=["base"], limit=lc.times(1, per=lc.day)),
                lc.Lane("m", of=["l", "flat"]),
            ],
            "lane l has a limit per window, but stands in another",
        ),
        (
            [BASE, lc.Earn("stars", STAR(5)), lc.Lane("l", of=["base"]), lc.Lane("m", of=["l", "stars"])],
            "rules base and stars of lane m differ in unit",
        ),
        (
            [BASE, lc.Lane("l", of=["base"], limit=lc.at_most(POINT(5), per=lc.month, each=Line.category))],
            "lane l is limited by its items",
        ),
        (
            [
                lc.Earn("base", POINT(5), pending=lc.until(lc.Activity.name.is_("delivered"), within=lc.days(9))),
                lc.Lane("l", of=["base"], limit=lc.at_most(POINT(5), per=lc.month, otherwise=lc.defer(1))),
            ],
            "lane l waits for what happens to a purchase, and has a limit that gives later",
        ),
        *(
            ([rule, lc.Lane("l", of=["flat"], combine="best", per=lc.item)], "chooses for each item, but flat is not")
            for rule in (FLAT, lc.Earn("flat", FLAT.gives, stage=lc.item, limit=lc.at_most(POINT(5), per=lc.purchase)))
        ),
        (
            [FLAT, lc.Lane("m", of=["flat"]), lc.Lane("l", of=["m"], combine="best", per=lc.item)],
            "chooses for each item, but m is not",
        ),
        ([BASE, DOUBLE, lc.Lane("l", of=["double"], combine="best", per=lc.item)], "is of boosts, which go by items"),
        ([BASE, lc.Lane("l", of=["base"]), lc.Boost("b", "x2", of="l", where=Line.gift.is_true())], "b picks items"),
        ([BASE, DOUBLE, lc.Lane("l", of=["double"]), lc.Boost("b", "x2", of="l")], "b is of 'l', which is no rule"),
    ],
)
def test_lanes_that_make_no_sense_are_refused_by_name(rules, message):
    with pytest.raises(lc.InvalidProgram) as caught:
        program(*rules)

    assert message in str(caught.value)


def test_boosts_that_add_by_tier_are_added_up():
    rules = [
        lc.Ladder("status", by=Order.count.over(lc.year), tiers={"base": 0, "gold": 5}),
        BASE,
        lc.Boost("tier", lc.by_tier("status", {"gold": "+50%"}), of="base"),
    ]

    assert program(*rules, lc.Lane("l", of=["tier"])).lanes.of_boosts["base"]
