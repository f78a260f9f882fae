"""What lanes and limits did to an event, in words: who won, what was cut, how much room there was, what waits."""

import pytest

import loyalcore as lc
from loyalcore.engine.verdicts import cut_by
from shop import POINT, USD, Line, Member, Order, Visit, coffee, day, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
FLAT = lc.Earn("flat", POINT(30))


def limited(*limits):
    return lc.Earn("base", POINT.per(USD(1), Line.net), limit=limits)


def verdicts(ada, rule="base"):
    return [each.verdict for each in ada.answer.reasons if each.rule == rule]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (
            lc.at_most(POINT(100), per=lc.month),
            "at most 100 point per month: 40 point left, gives 40 point of 80 point",
        ),
        (
            lc.at_most(POINT(100), per=lc.rolling(days=30), otherwise=lc.reject),
            "at most 100 point in the last 30 days: 40 point left, gives 0 point of 80 point",
        ),
        (lc.times(1, per=lc.lifetime), "at most 1 times per lifetime: 0 left, gives 0 point of 80 point"),
        (
            lc.at_most(POINT(100), per=lc.year, each=Order.channel, name="extras"),
            "extras, at most 100 point per year for channel app: 40 point left, gives 40 point of 80 point",
        ),
        (
            lc.at_most(POINT(100), per=lc.day, otherwise=lc.defer(2)),
            (
                "at most 100 point per day: 40 point left, gives 40 point of 80 point, "
                "40 point from 2026-01-02 00:00:00+00:00"
            ),
        ),
        (
            lc.times(1, per=lc.day, otherwise=lc.defer(1)),
            "at most 1 times per day: 0 left, gives 0 point of 80 point, 80 point from 2026-01-02 00:00:00+00:00",
        ),
        (
            lc.at_most(POINT(100), per=lc.month, each=Line.category),
            "at most 100 point per month for category other: 40 point left, gives 40 point of 80 point",
        ),
        (
            lc.at_most(POINT(100), per=lc.month, freed=lc.rejudge),
            "of 80 point; at most 100 point per month, judged again with every return",
        ),
        (
            lc.at_most(POINT.per(USD("1.40"), Order.net), per=lc.month, each=Order.channel, freed=lc.rejudge),
            "of 80 point; at most a share in point per month for each channel, judged again with every return",
        ),
    ],
)
def test_a_limit_says_how_much_room_there_was_and_what_it_gave_and_when_the_rest_comes(limit, said):
    ada = Member(program(limited(limit)))
    ada.buys("p", day(1), "60", channel="app")
    assert verdicts(ada)[0] == "holds"
    ada.buys("q", day(1, 13), "80", channel="app")

    assert verdicts(ada) == ["holds", said]


def test_a_limit_that_cut_nothing_says_nothing():
    limits = (lc.at_most(POINT(100), per=lc.month, otherwise=lc.defer(1)), lc.at_most(POINT(100), per=lc.purchase))
    ada = Member(program(limited(*limits), lc.Earn("none", POINT(5), limit=limits[0], when=lc.weekday("mon"))))

    ada.buys("p", day(1), "60")

    assert verdicts(ada) == ["holds"]


def test_room_is_what_it_was_when_the_event_was_judged():
    """Also when the purchase before was returned since, and for rules that share the room in one event."""
    shared = lc.at_most(POINT(50), per=lc.month, name="shared")
    rules = program(limited(shared), lc.Earn("flat", POINT(30), limit=shared))
    ada = Member(rules)
    ada.buys("p", day(1), "10")
    ada.buys("q", day(2), "5")
    ada.returns("r", day(3), "p")

    assert [str(each) for each in rules.reasons(ada.account, "q")] == [
        "base: gave 5 point: holds",
        "flat: gave 30 point: holds",
        "flat: gave 5 point: shared, at most 50 point per month: 5 point left, gives 5 point of 30 point",
    ]


def test_room_in_a_rolling_window_is_that_of_the_moment():
    ada = Member(program(limited(lc.at_most(POINT(50), per=lc.rolling(days=3)))))
    ada.buys("p", day(1), "40")
    ada.buys("q", day(5), "60")

    assert verdicts(ada)[1] == "at most 50 point in the last 3 days: 50 point left, gives 50 point of 60 point"


def test_limits_of_activities_say_so_too():
    rule = lc.Earn("task", POINT(5), on=lc.Activity, limit=lc.times(1, per=lc.week, each=Visit.name))
    ada = Member(program(rule))
    ada.does(Visit("v", at=day(1), name="review"))

    ada.does(Visit("w", at=day(1), name="review"))

    assert verdicts(ada, "task")[1] == "at most 1 times per week for name review: 0 left, gives 0 point of 5 point"


def test_reasons_of_an_event_that_a_snapshot_keeps_know_of_a_cut_but_not_of_the_room_before():
    rules = program(limited(lc.at_most(POINT(50), per=lc.month)))
    ada = Member(rules)
    ada.buys("p", day(1), "80")
    ada.waits(day(3))

    restored = lc.restore(ada.account.snapshot(keep_since=day(1)))

    assert [each.verdict for each in rules.reasons(restored, "p")] == ["holds", "a limit cut 30 point"]
    ada.account = restored
    ada.buys("q", day(4), "9")
    assert verdicts(ada) == ["holds", "at most 50 point per month: 0 point left, gives 0 point of 9 point"]


def test_limits_of_a_purchase_and_of_its_items_say_what_they_cut():
    limits = [lc.at_most(POINT(20), per=lc.item), lc.at_most(POINT(35), per=lc.purchase)]
    ada = Member(program(limited(*limits)))

    ada.buys("p", day(1), "30", "30")

    assert verdicts(ada) == ["holds; at most 20 point per item and 35 point per purchase, which cut 25 point"]
    assert cut_by(limits, POINT, 5, 5) == ""


def test_the_purchase_that_limits_itself_says_so():
    ada = Member(program(limited(lc.at_most(POINT.per(USD(3), Line.net), per=lc.purchase))))

    ada.buys("p", day(1), "30")

    assert verdicts(ada) == ["holds; at most a share in point per purchase, which cut 20 point"]


def test_a_lane_says_who_won_what_the_others_would_have_given_and_what_its_limits_cut():
    rules = [
        BASE,
        FLAT,
        lc.Earn("coffee", POINT(2).per(USD(1), Line.net), where=Line.category.is_("coffee")),
        lc.Lane("inner", of=["base", "coffee"], combine="first", limit=lc.at_most(POINT(25), per=lc.purchase)),
        lc.Lane("outer", of=["inner", "flat"], combine="best", limit=lc.at_most(POINT(40), per=lc.month)),
        lc.Boost("double", "+100%", of="outer"),
    ]
    ada = Member(program(*rules))

    ada.buys("p", day(1), coffee("28"))

    assert [(each.rule, each.gave, each.verdict) for each in ada.answer.reasons[3:]] == [
        (
            "inner",
            POINT(25),
            (
                "first of base, coffee is base with 28 point; beside it coffee 56 point; "
                "at most 25 point per purchase, which cut 3 point"
            ),
        ),
        (
            "outer",
            POINT(40),
            (
                "best of inner, flat is flat with 30 point; beside it inner 25 point; boosted by double; "
                "at most 40 point per month: 40 point left, gives 40 point of 60 point"
            ),
        ),
    ]


def test_a_lane_of_which_nothing_gave_says_what_it_is_of():
    lane = lc.Lane("lane", of=["base", "big"], combine="best", limit=lc.at_most(POINT(9), per=lc.purchase))
    ada = Member(program(BASE, lc.Earn("big", POINT(5), when=Order.net.at_least(USD(50))), lane))

    ada.buys("p", day(1), "0.50")

    assert verdicts(ada, "lane") == ["best of base, big"]


def test_a_lane_whose_limit_is_judged_again_says_both():
    lane = lc.Lane("lane", of=["base", "flat"], limit=lc.at_most(POINT(40), per=lc.month, freed=lc.rejudge))
    ada = Member(program(BASE, FLAT, lane))

    ada.buys("p", day(1), "20")

    assert verdicts(ada, "lane") == [
        "sum of base, flat; of 50 point; at most 40 point per month, judged again with every return"
    ]


def test_a_lane_of_boosts_says_which_held_and_which_won():
    rules = [
        lc.Ladder("status", by=Order.net.over(lc.lifetime), tiers={"base": 0, "gold": USD(500)}),
        BASE,
        lc.Boost("alone", "x1.2", of="base"),
        lc.Boost("app", "+50%", of="base", when=Order.channel.is_("app")),
        lc.Boost("tier", lc.by_tier("status", {"base": "x1.25"}), of="base"),
        lc.Boost("two", "+10%", of="base"),
        lc.Boost("three", "x3", of="base"),
        lc.Boost("never", "x3", of="base", when=Order.channel.is_("never")),
        lc.Lane("chosen", of=["tier", "app"], combine="best"),
        lc.Lane("times", of=["two", "three"], combine="product"),
        lc.Lane("nothing", of=["never"], combine="best"),
    ]
    ada = Member(program(*rules))

    ada.buys("p", day(1), "10", channel="app")
    both = verdicts(ada)
    ada.buys("q", day(2), "10")

    always = "times: product of two (+10%), three (x3)"
    assert both == [f"holds; boosted by alone, chosen: best of tier (x1.25), app (+50%) is app, {always}"]
    assert verdicts(ada) == [f"holds; boosted by alone, chosen: tier (x1.25), {always}"]
