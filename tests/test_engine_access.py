"""Access: a reward is open to whom its condition holds for, when it is asked for."""

import pytest

import loyalcore as lc
from shop import POINT, USD, Line, Member, Order, day, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
LADDER = lc.Ladder("status", by=Order.net.over(lc.rolling(days=30)), tiers={"base": 0, "gold": USD(50)})


def member(when, *lines, **options):
    """A member who has bought something on Thursday 1 January, where a mug is open to some."""
    mug = lc.Reward("mug", POINT(5), when=when, hold=lc.days(1))
    ada = Member(
        program(BASE, LADDER, mug, lc.Pay("pay", POINT(1), USD("0.01"), when=when, hold=lc.days(1)), **options)
    )
    ada.buys("p", day(1), *(lines or ("20.00",)))
    return ada


ASKS = [
    lambda at: lc.Redemption("x", at=at, reward="mug"),
    lambda at: lc.Redemption("x", at=at, reward="pay", amount="0.05"),
    lambda at: lc.Hold("x", at=at, reward="mug"),
    lambda at: lc.Hold("x", at=at, reward="pay", amount="0.05"),
]


@pytest.mark.parametrize("asks", ASKS, ids=["a reward", "a payment", "a hold", "a hold of money"])
@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        (None, True),
        (lc.always, True),
        (lc.never_true, False),
        (lc.weekday("fri"), True),
        (lc.weekday("sat"), False),
        (lc.in_tier("status", "base"), True),
        (lc.in_tier("status", "gold"), False),
        (~lc.setting("letter").is_("no"), True),
        (POINT.balance.at_least(POINT(20)) & lc.ordinal.is_(2), True),
        (POINT.balance.at_least(POINT(21)), False),
        (Order.net.over(lc.month).at_least(USD(20)), True),
        (Line.net.sum().over(lc.rolling(days=7)).at_least(USD(21)), False),
        (Order.net.over(lc.anniversary(years=1)).at_least(USD(20)), True),
        (lc.weekday("fri", zone=lc.setting("zone")), True),
    ],
    ids=str,
)
def test_a_reward_is_open_where_its_condition_holds(asks, when, is_open):
    refusal = member(when).does(asks(day(2))).refusal

    assert (None if refusal is None else refusal.code) == (None if is_open else "not-open")


def test_the_tier_that_counts_is_that_of_the_moment_it_is_asked_for():
    ada = member(lc.in_tier("status", "gold"), "60.00")

    assert ada.does(lc.Redemption("x", at=day(30), reward="mug")).refusal is None
    assert ada.does(lc.Redemption("y", at=day(31), reward="mug")).refusal.code == "not-open"


def test_what_is_held_may_be_captured_when_it_is_closed():
    ada = member(lc.weekday("fri"))
    ada.does(lc.Hold("h", at=day(2, 23), reward="mug"))

    assert ada.does(lc.Capture("c", at=day(3), of="h")).refusal is None
    assert lc.verify(ada.program, ada.account) is None


@pytest.mark.parametrize(
    "when",
    [
        Order.channel.is_("app"),
        Line.net.sum().at_least(USD(1)),
        lc.in_tier("status", "silver"),
        lc.Activity.name.is_("x"),
    ],
    ids=["a purchase", "items", "no tier", "an activity"],
)
def test_a_condition_asks_for_the_member_and_the_moment(when):
    with pytest.raises(lc.InvalidProgram, match="reward mug"):
        member(when)


@pytest.mark.parametrize("when", ["gold", Line.category.is_("tea")], ids=["a text", "of items"])
def test_what_is_no_condition_of_events_is_refused(when):
    for make in (lambda: lc.Reward("mug", POINT(5), when=when), lambda: lc.Pay("p", POINT(1), USD(1), when=when)):
        with pytest.raises(lc.InvalidValue):
            make()
