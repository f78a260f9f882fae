"""Moments: what is read from the history when an event is judged, and stays with it."""

import pytest

import loyalcore as lc
from loyalcore.engine.moments import Moments, tally_name
from shop import POINT, USD, Line, Member, Order, day, program

RICH = Line.net.sum().over(lc.rolling(days=90))


def bonus(when):
    """A program that gives 5 points where a condition about the history holds."""
    return program(
        lc.Earn("bonus", POINT(5), when=when),
        lc.Earn("star", lc.Unit("star", 2).per(USD(1), Line.net)),
        lc.Ladder("status", by=RICH, tiers={"base": 0, "silver": USD(50), "gold": USD(90)}),
        lc.Reward("mug", POINT(5)),
    )


@pytest.mark.parametrize(
    ("window", "name"),
    [
        (lc.month, "net, month"),
        (lc.lifetime, "net, lifetime"),
        (lc.since(day(1)), "net, since"),
        (lc.rolling(days=90), "net, last 90 days"),
        (lc.rolling(months=3, days=1, hours=2), "net, last 3 months 1 days 7200000000 us"),
    ],
)
def test_tallies_are_named_by_what_they_count_and_over_what(window, name):
    assert tally_name("net", window) == name


def test_a_moment_that_is_asked_twice_is_read_once_and_all_are_read_in_order():
    moments, read = Moments(), []
    assert moments.compile() is None

    for name in ("one", "two", "one", "three"):
        moments.add(("setting", name), lambda core, at, name=name: read.append(name) or (name, core, at))
        found = moments.compile()

    assert found("core", 5) == (("one", "core", 5), ("two", "core", 5), ("three", "core", 5))
    assert moments.names == ("setting one", "setting two", "setting three")
    assert read == ["one", "two", "three"]


def test_two_moments_are_frozen_in_the_order_they_are_asked_for():
    ada = Member(bonus(lc.in_tier("status", "base") & lc.setting("letter").is_("")))

    ada.buys("p", day(2), "60.00")

    assert dict(zip(ada.program.frozen_names(), ada.account.find("p").frozen, strict=True)) == {
        "tier status": "base",
        "setting letter": "",
    }


@pytest.mark.parametrize("count", [1, 2, 3])
def test_one_two_or_many_moments_are_frozen_alike(count):
    conditions = [lc.setting("letter").is_("yes"), lc.ordinal.at_most(1), lc.in_tier("status", "base")][:count]
    when = conditions[0]
    for condition in conditions[1:]:
        when &= condition
    ada = Member(bonus(when))
    ada.does(lc.Settings("s", at=day(1), letter="yes"))

    ada.buys("p", day(2), "60.00")

    frozen = dict(zip(ada.program.frozen_names(), ada.account.find("p").frozen, strict=True))
    wanted = [("setting letter", "yes"), ("Ordinal()", 1), ("tier status", "base")][:count]
    assert frozen == dict(wanted)
    assert ada.has() == "5"


def test_a_setting_never_made_reads_as_nothing():
    ada = Member(bonus(lc.setting("letter").is_("")))

    ada.buys("p", day(2), "60.00")

    assert ada.has() == "5"


def test_the_ordinal_counts_purchases_recorded_and_a_return_never_lowers_it():
    ada = Member(bonus(lc.ordinal.is_(1)))
    ada.buys("p", day(1), "1.00")
    ada.returns("r", day(2), "p")
    ada.buys("q", day(3), "1.00")

    assert ada.has() == "0"


def test_the_balance_is_read_before_the_purchase_and_less_debt():
    ada = Member(bonus(POINT.balance.at_least(POINT(5))))
    ada.buys("p", day(1), "1.00")
    assert ada.has() == "0"

    ada = Member(bonus(POINT.balance.below(POINT(1))))
    ada.buys("p", day(1), "1.00")
    ada.buys("q", day(2), "1.00")
    assert ada.has() == "5"


@pytest.mark.parametrize("window", [lc.month, lc.lifetime, lc.rolling(days=30), lc.since(day(1))], ids=repr)
def test_a_sum_over_a_window_leaves_the_purchase_that_asks_out(window):
    ada = Member(bonus(Order.net.over(window).at_least(USD(10))))

    ada.buys("p", day(2), "10.00")
    assert ada.has() == "0"
    ada.buys("q", day(3), "1.00")
    assert ada.has() == "5"


def test_a_purchase_before_the_window_began_reads_nothing():
    ada = Member(bonus(Order.net.over(lc.since(day(10))).below(USD(1))))
    ada.buys("p", day(2), "10.00")
    ada.buys("q", day(3), "10.00")

    assert ada.has() == "10"


def test_a_rolling_sum_lets_go_of_what_is_as_old_as_the_window():
    ada = Member(bonus(Order.net.over(lc.rolling(days=10)).at_least(USD(10))))
    ada.buys("p", day(1), "10.00")

    ada.buys("q", day(10), "0.00")
    assert ada.has() == "5"
    ada.buys("r", day(11), "0.00")
    assert ada.has() == "5"


def test_the_tier_is_that_before_the_purchase_and_for_late_ones_that_of_their_moment():
    ada = Member(bonus(lc.in_tier("status", "silver", "gold")))
    ada.buys("p", day(10), "60.00")
    assert (ada.account.tier("status"), ada.has()) == ("silver", "0")
    ada.buys("q", day(20), "60.00")
    assert (ada.account.tier("status"), ada.has()) == ("gold", "5")

    ada.buys("late", day(5), "1.00", now=day(21))
    assert ada.has() == "5"
    ada.buys("late too", day(12), "1.00", now=day(22))
    assert ada.has() == "10"


def test_units_earned_over_a_window_are_counted_less_those_taken_back():
    ada = Member(bonus(POINT.earned(lc.month).below(POINT(5))))
    ada.buys("p", day(1), "1.00")
    ada.buys("q", day(2), "1.00")
    assert ada.has() == "5"

    ada.returns("r", day(3), "p")
    ada.buys("s", day(4), "1.00")
    assert ada.has() == "5"


def test_the_ordinal_is_frozen_beside_another_moment():
    rules = program(
        lc.Earn("letter", POINT(5), when=lc.setting("letter").is_("")),
        lc.Earn("second", POINT(7), when=lc.ordinal.is_(2)),
    )
    ada = Member(rules)

    ada.buys("p", day(1), "1.00")
    ada.buys("q", day(2), "1.00")

    assert rules.frozen_names() == ("setting letter", "Ordinal()")
    assert [ada.account.find(id).frozen for id in ("p", "q")] == [("", 1), ("", 2)]
    assert ada.has() == "17"


def test_the_ordinal_beside_a_tier_goes_on_after_many_purchases():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Boost("tiered", lc.by_tier("status", {"gold": "x2"}), of="base"),
        lc.Earn("jubilee", POINT(7), when=lc.ordinal.is_(300)),
        lc.Lane("order", of=["base", "jubilee"]),
        lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=60)), tiers={"base": 0, "gold": USD(290)}),
    )
    binding = lc.bind(Order, lc.bind_items(Line, net=0, category=1), id=0, at=lc.seconds(0), member=1, lines=2)

    replay = rules.replay([(number, "ada", [(100, "other")]) for number in range(301)], binding, watch=POINT)

    *_, before, jubilee, after = replay
    assert (before, jubilee, after) == (290 + 9 * 2, 290 + 10 * 2 + 7, 290 + 11 * 2 + 7)
