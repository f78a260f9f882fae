"""Lanes judged: lanes in lanes, lanes of boosts that follow one another, boosts of what a lane gives; by hand."""

import pytest

import loyalcore as lc
from loyalcore.engine.lanes import chosen
from shop import POINT, USD, Line, Member, Order, coffee, day, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
FLAT = lc.Earn("flat", POINT(30))
COFFEE = lc.Earn("coffee", POINT(2).per(USD(1), Line.net), where=Line.category.is_("coffee"))


def gives(*rules, lines=("20.00",), **attributes):
    """What a purchase gives."""
    ada = Member(program(*rules))
    ada.buys("p", day(1), *lines, **attributes)
    return int(ada.has())


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("best", "sum", 40 + 30),
        ("worst", "sum", 20 + 30),
        ("first", "best", 30),
        ("sum", "best", 60),
        ("sum", "worst", 30),
        ("best", "first", 40),
    ],
)
def test_a_lane_combines_what_lanes_inside_it_give(inner, outer, expected):
    lanes = [
        lc.Lane("inner", of=["base", "coffee"], combine=inner),
        lc.Lane("outer", of=["inner", "flat"], combine=outer),
    ]

    assert gives(BASE, FLAT, COFFEE, *lanes, lines=(coffee("20.00"),)) == expected


def by_item(name, *, of=None, **options):
    rate = POINT(2 if of else 1).per(USD(1), Line.net)
    return lc.Earn(name, rate, where=None if of is None else Line.category.is_(of), stage=lc.item, **options)


@pytest.mark.parametrize(("combine", "expected"), [("best", 40 + 9), ("worst", 20 + 9), ("first", 20 + 9)])
def test_a_lane_may_choose_for_each_item_on_its_own(combine, expected):
    lane = lc.Lane("lines", of=["base", "coffee"], combine=combine, per=lc.item)

    assert gives(by_item("base"), by_item("coffee", of="coffee"), lane, lines=(coffee("20.00"), "9.90")) == expected


def test_what_a_lane_chooses_for_each_item_goes_with_the_item_and_by_conditions_about_the_whole():
    large = by_item("coffee", of="coffee", when=Order.net.at_least(USD(25)), limit=lc.at_most(POINT(30), per=lc.item))
    lane = lc.Lane("lines", of=["base", "coffee"], combine="best", per=lc.item)
    ada = Member(program(by_item("base"), large, lane, lc.Boost("twice", "x2", of="lines")))
    ada.buys("p", day(1), coffee("20.00"), "9.90")
    assert ada.has() == str((30 + 9) * 2)
    assert {reason.rule: reason.verdict for reason in ada.answer.reasons}["lines"].startswith(
        "best of base, coffee for each item; "
    )

    ada.returns("r", day(2), "p", ["b"])

    assert ada.has() == str(20 * 2), "what is kept is below 25 dollars, so the base is best"


def test_a_sum_of_lanes_alone_is_their_sum():
    lanes = [lc.Lane("one", of=["base"]), lc.Lane("two", of=["flat"]), lc.Lane("both", of=["one", "two"])]

    assert gives(BASE, FLAT, *lanes) == 50


def test_a_limit_of_an_inner_lane_cuts_before_the_outer_lane_chooses():
    inner = lc.Lane("inner", of=["base", "coffee"], limit=lc.at_most(POINT(25), per=lc.purchase))
    lanes = [inner, lc.Lane("outer", of=["inner", "flat"], combine="best")]

    assert gives(BASE, FLAT, COFFEE, *lanes, lines=(coffee("20.00"),)) == 30


def test_entries_name_the_outermost_lane_and_a_return_is_exact():
    lanes = [lc.Lane("inner", of=["base", "coffee"]), lc.Lane("outer", of=["inner", "flat"], combine="best")]
    ada = Member(program(BASE, FLAT, COFFEE, *lanes))
    ada.buys("p", day(1), coffee("20.00"), "5.00")
    assert ada.has() == "65"

    ada.returns("r", day(2), "p", ["a"])

    assert ada.has() == "30"
    assert [entry.rule for entry in ada.account.entries if not entry.is_fact] == ["outer", "outer"]


@pytest.mark.parametrize(
    ("boosts", "combine", "expected"),
    [
        (("+50%", "+25%"), "sum", 35),
        (("+50%", "+25%"), "product", 37),
        (("x1.5", "+25%"), "product", 37),
        (("x1.5", "x2"), "best", 40),
        (("x1.5", "x2"), "worst", 30),
        (("x1.5", "x2"), "first", 30),
        (("x0.5", "x0"), "best", 10),
    ],
)
def test_a_lane_of_boosts_makes_one_factor_of_those_that_hold(boosts, combine, expected):
    """Of 20.00; the third boost does not hold."""
    rules = [lc.Boost(f"b{place}", by, of="base") for place, by in enumerate(boosts)]
    other = lc.Boost("other", "+900%", of="base", when=Order.channel.is_("app"))
    lane = lc.Lane("lane", of=["b0", "b1", "other"], combine=combine)

    assert gives(BASE, *rules, other, lane) == expected


def test_lanes_of_boosts_follow_one_another_and_the_boosts_that_stand_alone_before_one_rounding():
    """9.99 x (1 + 50 %) x best of (2, 1.25) x (1.1 x 1.1) = 36.2637, floored once."""
    boosts = [
        lc.Boost("alone", "+50%", of="base"),
        lc.Boost("two", "x2", of="base"),
        lc.Boost("quarter", "+25%", of="base"),
        lc.Boost("tenth", "x1.1", of="base"),
        lc.Boost("another", "+10%", of="base"),
    ]
    lanes = [
        lc.Lane("one", of=["two", "quarter"], combine="best"),
        lc.Lane("next", of=["tenth", "another"], combine="product"),
    ]

    assert gives(BASE, *boosts, *lanes, lines=("9.99",)) == 36


def test_lanes_of_boosts_stand_in_lanes_too():
    """The better of 1.5 x 1.2 and 1.75; in the app there is one of 2 beside the first two."""
    boosts = [
        lc.Boost("half", "+50%", of="base"),
        lc.Boost("fifth", "x1.2", of="base"),
        lc.Boost("most", "+75%", of="base"),
        lc.Boost("app", "x2", of="base", when=Order.channel.is_("app")),
    ]
    lanes = [
        lc.Lane("both", of=["half", "fifth"], combine="product"),
        lc.Lane("outer", of=["both", "most", "app"], combine="best"),
    ]

    assert gives(BASE, *boosts, *lanes) == 36
    assert gives(BASE, *boosts, *lanes, channel="app") == 40


def test_lanes_of_boosts_choose_item_by_item_where_some_boost_picks_items():
    """10.00 of coffee at the best of 3 and 1.5, 10.00 of others at 1.5, and in the app all of it twice."""
    boosts = [
        lc.Boost("coffee", "x3", of="base", where=Line.category.is_("coffee")),
        lc.Boost("all", "+50%", of="base"),
        lc.Boost("app", "x2", of="base", when=Order.channel.is_("app")),
        lc.Boost("nobody", "x9", of="base", when=Order.channel.is_("nobody")),
    ]
    lanes = [
        lc.Lane("items", of=["coffee", "all"], combine="best"),
        lc.Lane("channel", of=["app", "nobody"], combine="first"),
    ]

    assert gives(BASE, *boosts, *lanes, lines=(coffee("10.00"), "10.00")) == 45
    assert gives(BASE, *boosts, *lanes, lines=(coffee("10.00"), "10.00"), channel="app") == 90


@pytest.mark.parametrize(("where", "expected"), [(None, 30), (Line.category.is_("coffee"), 25)])
def test_a_tier_boosts_in_a_lane_where_it_is_named(where, expected):
    """Of 20.00, half of it coffee: gold has 1.5, more than 1.25; base is not named and silver does not hold."""
    rules = [
        lc.Ladder("status", by=Order.net.over(lc.lifetime), tiers={"base": 0, "gold": USD(5)}),
        BASE,
        lc.Boost("tier", lc.by_tier("status", {"gold": "x1.5"}), of="base", where=where, when=Order.channel.is_("")),
        lc.Boost("app", "x9", of="base", when=Order.channel.is_("app")),
        lc.Lane("lane", of=["tier", "app"], combine="worst"),
    ]
    ada = Member(program(*rules))
    ada.buys("p", day(1), "10.00")
    assert ada.has() == "10"

    ada.buys("q", day(2), coffee("10.00"), "10.00")

    assert int(ada.has()) - 10 == expected


def test_a_lane_of_boosts_of_a_number_that_is_no_sum_over_items():
    rules = [
        lc.Earn("nights", POINT(10).per(1, Order.nights)),
        lc.Boost("double", "x2", of="nights"),
        lc.Boost("half", "+50%", of="nights"),
        lc.Lane("lane", of=["half", "double"], combine="best"),
    ]

    assert gives(*rules, nights="2.5") == 50


def test_a_lane_of_boosts_works_over_a_window_and_on_flat_amounts():
    rules = [
        lc.Earn("month", POINT.per(USD(1), Line.net), over=lc.month),
        lc.Boost("half", "x1.5", of="month"),
        lc.Lane("of month", of=["half"], combine="best"),
        FLAT,
        lc.Boost("double", "x2", of="flat"),
        lc.Lane("of flat", of=["double"], combine="best"),
    ]

    assert gives(*rules) == 30 + 60


@pytest.mark.parametrize("combine", ["sum", "best"])
def test_a_boost_of_a_lane_changes_what_the_lane_gives_and_is_rounded_down_once(combine):
    """(9 + 30) or 30, times 1 + 15 % + 10 %, times 1.5: 73.125 or 56.25."""
    rules = [
        BASE,
        FLAT,
        lc.Lane("lane", of=["base", "flat"], combine=combine),
        lc.Boost("a", "+15%", of="lane"),
        lc.Boost("b", "+10%", of="lane"),
        lc.Boost("c", "x1.5", of="lane"),
        lc.Boost("d", "x5", of="lane", when=Order.channel.is_("app")),
    ]

    assert gives(*rules, lines=("9.90",)) == (73 if combine == "sum" else 56)


def test_a_limit_of_a_lane_cuts_what_its_boosts_have_made_of_it():
    rules = [
        BASE,
        lc.Lane("lane", of=["base"], limit=lc.at_most(POINT(25), per=lc.purchase)),
        lc.Boost("double", "x2", of="lane"),
    ]

    assert gives(*rules) == 25
    rejected = lc.Lane("lane", of=["base"], limit=lc.at_most(POINT(25), per=lc.purchase, otherwise=lc.reject))
    assert gives(BASE, rejected, rules[2]) == 0


def test_lanes_of_boosts_of_a_lane():
    rules = [
        BASE,
        lc.Lane("lane", of=["base"]),
        lc.Boost("double", "x2", of="lane"),
        lc.Boost("half", "x1.5", of="lane"),
        lc.Lane("best", of=["double", "half"], combine="best"),
    ]

    assert gives(*rules) == 40


@pytest.mark.parametrize(
    ("combine", "awards", "expected"),
    [
        ("sum", [3, 4], None),
        ("best", [3, 4, 4], 1),
        ("worst", [0, 4, 3, 3], 2),
        ("worst", [0, 0], 0),
        ("first", [0, 4, 9], 1),
        ("first", [0, 0], 0),
    ],
)
def test_who_wins_is_the_first_of_equals_that_gives(combine, awards, expected):
    assert chosen(combine, awards) == expected
