"""The interpreted form of limits and lanes, worked out by hand; the engine says the same."""

import pytest

import loyalcore as lc
from loyalcore.interpreted.rooms import keyed
from shop import POINT, STAR, USD, Line, Order, Visit, coffee, day
from test_interpreted import BASE, told

TEA = {"category": "tea"}
APP, GOLD = Order.channel.is_("app"), lc.in_tier("status", "gold")
STATUS = lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(100)})


def limited(*limits, name="base", **options):
    return lc.Earn(name, POINT.per(USD(1), Line.net), limit=limits, **options)


# What limits are of.


@pytest.mark.parametrize(
    ("limit", "points"),
    [
        (lc.at_most(POINT.per(USD(4), Line.net), per=lc.purchase), 7),
        (lc.at_most(POINT.per(USD(4), Line.net), per=lc.purchase, otherwise=lc.reject), 0),
        (lc.at_most(POINT.per(USD(4), Line.net), per=lc.item), 7),
        (lc.at_most(POINT.per(USD(1), Line.net - Line.net * 2), per=lc.purchase), 0),
        (lc.at_most(POINT.per(POINT(3), lc.given("flat")), per=lc.purchase), 8),
        (lc.at_most(POINT.per(USD(4), Line.net.sum(Line.category.is_("tea"))), per=lc.purchase, each=Line.category), 2),
        (lc.at_most(POINT(9), per=lc.purchase, each=Line.category), 17),
        (lc.at_most(POINT(9), per=lc.month, each=Line.category), 17),
        (lc.at_most(POINT(9), per=lc.month, each=Line.category, otherwise=lc.reject), 8),
        (lc.times(1, per=lc.month, each=Line.category), 28),
        (lc.at_most(POINT(9), per=lc.rolling(days=3), each=Line.category), 17),
        (lc.at_most(POINT(9), per=lc.since(day(9)), each=Line.category), 28),
        (lc.at_most(POINT(9), per=lc.month, each=Line.category, freed=lc.rejudge), 17),
        (lc.at_most(POINT.per(USD(4), Line.net), per=lc.month, each=Line.category, freed=lc.rejudge), 7),
        (lc.at_most(POINT.per(USD(4), Line.net), per=lc.month, freed=lc.rejudge), 7),
    ],
)
def test_what_a_limit_leaves_of_twenty_for_coffee_and_eight_for_tea(limit, points):
    ada = told(limited(limit), lc.Earn("flat", POINT(24), when=~APP), lc.Lane("out", of=["flat"], combine="best"))

    ada.buys("p", day(1), coffee("20.00"), {"net": "8.00", **TEA})

    assert int(ada.has()) == points + 24
    ada.returns("r", day(2), "p", ["a"])
    ada.returns("s", day(3), "p")
    assert ada.has() == "0"


@pytest.mark.parametrize("each", [Order.channel, Order.express, lc.setting("letter")])
def test_each_value_has_room_of_its_own(each):
    ada = told(limited(lc.at_most(POINT(15), per=lc.month, each=each)))

    ada.buys("p", day(1), "10.00", channel="app")
    ada.does(lc.Settings("s", at=day(1), letter="yes"))
    ada.buys("q", day(2), "10.00", channel="web", express=True)
    ada.buys("s2", day(3), "10.00", channel="web", express=True)

    assert ada.has() == "25"
    ada.returns("r", day(4), "q", {"a": "0.5"})
    assert ada.has() == "20"


def test_where_a_rule_does_not_speak_its_items_use_no_room():
    ada = told(limited(lc.at_most(POINT(9), per=lc.month, each=Line.category, freed=lc.rejudge), when=APP))

    ada.buys("p", day(1), "20.00")
    ada.buys("q", day(2), "20.00", channel="app")

    assert ada.has() == "9"


def test_a_long_value_is_told_by_its_digest():
    assert keyed("base given, month", "ticket", "A7") == "base given, month, ticket=A7"
    assert len(keyed("base given, month", "ticket", "A" * 999)) < 200
    ada = told(limited(lc.at_most(POINT(15), per=lc.month, each=Order.channel)))

    ada.buys("p", day(1), "20.00", channel="A" * 999)

    assert ada.has() == "15"


@pytest.mark.parametrize("window", [lc.month, lc.rolling(days=9)])
def test_rules_with_one_name_use_its_room_together(window):
    most = lc.at_most(POINT(30), per=window, name="both")
    # Counted in one tally with the limit by that name, and noted once.
    own = lc.at_most(POINT(25), per=window)
    ada = told(limited(most, own), lc.Earn("flat", POINT(12), limit=most))

    ada.buys("p", day(1), "20.00")
    assert ada.has() == "30"
    ada.returns("r", day(2), "p", {"a": "0.5"})
    ada.buys("q", day(3), "1.00")

    assert ada.has() == "30"


# What waits for room.


def test_what_does_not_fit_is_given_in_the_windows_that_follow():
    ada = told(limited(lc.at_most(POINT(10), per=lc.week, otherwise=lc.defer(2)), expires=lc.days(20)))

    ada.buys("p", day(1), "25.00")
    assert [entry.amount for entry in ada.answer.entries[1:]] == [10, 10, 5]
    ada.buys("q", day(1), "12.00")
    assert [entry.amount for entry in ada.answer.entries[1:]] == [5]
    ada.returns("r", day(9), "p", {"a": "0.5"})
    assert [entry.pieces for entry in ada.answer.entries if entry.kind == "take"] == [(3, 5, 2, 8)]
    ada.waits(day(60))
    assert ada.has() == "0"


@pytest.mark.parametrize(
    ("limit", "given"),
    [
        (lc.at_most(POINT(10), per=lc.week, otherwise=lc.defer(1, otherwise=lc.reject)), [[10, 10], []]),
        (lc.times(1, per=lc.week, otherwise=lc.defer(1)), [[20], [20]]),
        (lc.at_most(POINT(10), per=lc.anniversary(months=1), otherwise=lc.defer(3), name="w"), [[10], []]),
    ],
)
def test_how_much_is_deferred_and_what_fits_nowhere(limit, given):
    ada = told(limited(limit))

    found = []
    for id_ in ("p", "q"):
        ada.buys(id_, day(1), "20.00")
        found.append([entry.amount for entry in ada.answer.entries if entry.kind == "earn"])
    ada.returns("r", day(1), "p", {"a": "0.25"})
    ada.returns("s", day(1), "q")

    assert found == given


def test_a_return_that_raises_v_gives_it_in_the_windows_that_were_used():
    lane = lc.Lane(
        "lane", of=["base", "small"], combine="worst", limit=lc.at_most(POINT(4), per=lc.week, otherwise=lc.defer(2))
    )
    ada = told(BASE, lc.Earn("small", POINT(6), when=Order.net.at_least(USD(9))), lane)
    ada.buys("p", day(1), {"net": "10.00", "quantity": 5})
    assert [entry.amount for entry in ada.answer.entries[1:]] == [4, 2]

    ada.returns("r1", day(2), "p", {"a": 4})
    assert ada.answer.entries[-1].amount == 4
    ada.returns("r2", day(3), "p")
    ada.buys("q", day(4), {"net": "10.00", "quantity": 5})

    assert sum(entry.amount for entry in ada.answer.entries[1:]) == 6


def test_more_is_given_by_a_return_in_the_window_that_it_was_cut_in():
    difference = POINT.per(USD(1), Line.net.sum(Line.category.is_("coffee")) - Line.net.sum(Line.category.is_("tea")))
    ada = told(lc.Earn("base", difference, limit=lc.at_most(POINT(8), per=lc.week, otherwise=lc.defer(2))))
    ada.buys("p", day(1), {"net": "20.00", "quantity": 2, "category": "coffee"}, {"net": "5.00", **TEA})
    ada.returns("r1", day(2), "p", {"a": 1})
    assert ada.has() == "5"

    ada.returns("r2", day(3), "p", ["b"])

    assert [(entry.kind, entry.amount) for entry in ada.answer.entries[1:]] == [("earn", 3), ("earn", 2)]


# What is judged again.


def test_what_was_cut_is_given_when_a_return_makes_room():
    ada = told(limited(lc.at_most(POINT(15), per=lc.month, each=Order.channel, freed=lc.rejudge)))
    ada.buys("p", day(1), "10.00", channel="app")
    ada.buys("q", day(2), "10.00", channel="app")
    ada.buys("s", day(3), "10.00", channel="web")
    assert ada.has() == "25"

    ada.returns("r", day(4), "p", {"a": "0.5"})

    assert ada.has() == "25"


def test_a_share_of_what_a_window_comes_to():
    share = lc.at_most(POINT.per(POINT(2), lc.given("base")), per=lc.month, freed=lc.rejudge)
    ada = told(BASE, lc.Earn("flat", POINT(9), when=APP, limit=share))
    ada.buys("p", day(1), "10.00", channel="app")
    assert ada.has() == "15"

    ada.buys("q", day(2), "10.00")

    assert ada.has() == "29"


# Lanes.


@pytest.mark.parametrize(
    ("inner", "outer", "points"),
    [("best", "sum", 27), ("sum", "best", 30), ("worst", "sum", 17), ("first", "worst", 7), ("best", "first", 20)],
)
def test_lanes_of_lanes(inner, outer, points):
    ada = told(
        BASE,
        lc.Earn("flat", POINT(10)),
        lc.Earn("extra", POINT(7), when=lc.given("inner").at_least(POINT(1)) & GOLD | ~APP),
        STATUS,
        lc.Lane("inner", of=["base", "flat"], combine=inner, limit=lc.at_most(POINT(30), per=lc.purchase)),
        lc.Lane("outer", of=["inner", "extra"], combine=outer, limit=lc.at_most(POINT(40), per=lc.month)),
    )

    ada.buys("p", day(1), "20.00")

    assert ada.has() == str(points)
    assert ada.answer.entries[1].rule == "outer"


def test_boosts_of_a_lane_change_what_it_has_made_and_its_share_limits_it():
    ada = told(
        BASE,
        lc.Earn("flat", POINT(5)),
        lc.Lane("lane", of=["base", "flat"], limit=lc.at_most(POINT.per(USD(1), Line.net * 2), per=lc.purchase)),
        lc.Boost("app", "+50%", of="lane", when=APP),
        lc.Boost("half", "x0.5", of="lane", when=Order.express.is_true()),
    )

    ada.buys("p", day(1), "8.00", channel="app")
    ada.buys("q", day(1), "2.00", channel="app")
    ada.buys("s", day(1), "8.00", express=True)

    assert ada.has() == str(16 + 4 + 6)


@pytest.mark.parametrize(
    ("combine", "points"), [("best", 30), ("worst", 12), ("first", 15), ("product", 54), ("sum", None)]
)
@pytest.mark.parametrize("over", [lc.purchase, lc.month])
@pytest.mark.parametrize("where", [None, ~Line.category.is_("tea")])
def test_a_lane_of_boosts_makes_one_factor(combine, points, over, where):
    boosts = [
        lc.Boost("half more", "+50%", of="base", where=where),
        lc.Boost("tier", lc.by_tier("status", {"base": "x3"}), of="base"),
        lc.Boost("fifth", "+20%", of="base"),
        lc.Boost("app", "x7", of="base", when=APP),
    ]
    if combine == "sum":
        boosts, points = [boosts[0], boosts[2]], 17
    names = [boost.name for boost in boosts]
    lanes = [lc.Lane("lane", of=names[:1], combine="best"), lc.Lane("all", of=["lane", *names[1:]], combine=combine)]
    ada = told(lc.Earn("base", POINT.per(USD(1), Line.net), over=over), STATUS, *boosts, *lanes)

    ada.buys("p", day(1), coffee("10.00"))

    assert ada.has() == str(points)


def test_where_no_boost_of_a_lane_holds_it_changes_nothing():
    ada = told(BASE, lc.Boost("app", "x7", of="base", when=APP), lc.Lane("all", of=["app"], combine="best"))

    ada.buys("p", day(1), "10.00")

    assert ada.has() == "10"


def test_what_a_rule_gives_is_counted_over_a_window_in_whole_parts():
    half = lc.Earn("half", POINT.per(STAR(2), lc.given("stars")), over=lc.month)
    ada = told(lc.Earn("stars", STAR("0.25").per(USD(1), Line.net)), half)

    for place in range(3):
        ada.buys(f"p{place}", day(place + 1), "5.00")
    ada.returns("r", day(9), "p1")

    assert (ada.has(STAR), ada.has()) == ("2.50", "1")


def test_settings_limit_activities_too():
    ada = told(lc.Earn("visit", POINT(5), on=lc.Activity, limit=lc.times(1, per=lc.day, each=lc.setting("shop"))))

    for place, shop in enumerate(["a", "a", "b"]):
        ada.does(lc.Settings(f"s{place}", at=day(1), shop=shop))
        ada.does(Visit(f"v{place}", at=day(1), name="visit"))

    assert ada.has() == "10"
