"""Contents: an event in the words of a program, and what it has no words for."""

import pickle

import pytest

import loyalcore as lc
import refusals
from loyalcore.engine.contents import content_of, said_of_items
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, day, order, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Ladder("status", by=Line.net.over(lc.year), tiers={"base": 0, "gold": USD(100)}),
    lc.Reward("mug", POINT(25)),
    lc.Pay("pay", POINT(1), USD("0.03")),
    lc.Pay("half", POINT(1), USD("0.05"), share="50%"),
)


def told(event):
    return content_of(SHOP.engine, event)


def test_an_event_is_told_as_entries_hold_it():
    bought = order("p", day(1), "1.50")

    assert told(bought) == bought.content(2)
    assert told(lc.Enrolment("e", at=day(1))) == ((), ())


def test_what_an_opening_brings_is_called_as_the_program_calls_it():
    spent = lc.OpeningTally(Line.net.over(lc.year), USD(5))

    names, values = told(lc.Opening("o", at=day(2), tallies=[spent]))

    assert dict(zip(names, values, strict=True))["tallies"] == ("net, year", 500, lc.Opening("o", at=day(2)).instant)


@refusals.table(
    [
        (told, {"event": event}, lc.InvalidValue)
        for event in (
            lc.Purchase("p", at=day(1), net=1),
            lc.Activity("v", at=day(1), name="x"),
            lc.Redemption("x", at=day(1), reward="cap"),
            lc.Redemption("x", at=day(1), reward="mug", amount=1),
            lc.Redemption("x", at=day(1), reward="pay"),
            lc.Redemption("x", at=day(1), reward="pay", amount=0),
            lc.Redemption("x", at=day(1), reward="half", amount=5),
            lc.Hold("h", at=day(1), reward="mug"),
            lc.Adjustment("j", at=day(1), amount=STAR(1), reason="x"),
            lc.TierAdjustment("t", at=day(1), ladder="status", tier="black", reason="x"),
            lc.TierAdjustment("t", at=day(1), ladder="other", tier=None, reason="x"),
            lc.Opening("o", at=day(1), lots=[lc.OpeningLot(STAR(1))]),
            lc.Opening("o", at=day(1), tiers={"status": "black"}),
            lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Line.net.over(lc.month), USD(5))]),
            lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Line.net.over(lc.year), 5)]),
            lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Line.net.over(lc.year), STAR(5))]),
        )
    ]
)
def test_what_the_program_has_no_word_for_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_a_visit_of_the_class_that_the_program_knows_is_told():
    assert told(Visit("v", at=day(1), name="review"))[1][0] == "review"
    with pytest.raises(lc.InvalidValue, match="activities"):
        told(lc.Activity("v", at=day(1), name="review"))


# What two contents differ in.


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (order("p", day(1), "5.00", "7.00"), "net 6.00 of item 'b', but was given 7.00"),
        (order("p", day(1), "5.00", coffee("6.00")), "category 'other' of item 'b', but was given 'coffee'"),
        (
            order("p", day(1), "5.00", {"net": "6.00", "quantity": "1.5"}),
            "quantity 1.000 of item 'b', but was given 1.500",
        ),
        (order("p", day(1), "5.00"), "item 'b', but was given item None there"),
        (order("p", day(1), "5.00", "6.00", "7.00"), "item None, but was given item 'c' there"),
    ],
)
def test_a_conflict_says_which_item_differs_and_in_what(other, said):
    ada = Member(program(lc.Earn("base", POINT(1))))
    ada.buys("p", day(1), "5.00", "6.00")

    with pytest.raises(lc.EventConflict) as caught:
        ada.does(other)

    assert str(caught.value) == (
        f"event 'p' is recorded with {said}; send the recorded content again, or use a new event id"
    )
    assert caught.value.field == "items"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own bytes


def test_a_conflict_of_items_that_say_other_things_names_these():
    recorded, given = (("id", "net", "quantity"), ()), (("id", "net", "quantity", "brand"), ())

    assert (
        said_of_items(SHOP, recorded, given) == "items with id, net, quantity, but was given id, net, quantity, brand"
    )


class Plain(lc.Item):
    brand = lc.Text(missing="none")
    cost = lc.Price(missing="0.50")


def test_a_purchase_that_says_its_net_alone_reads_as_what_is_missing():
    club = lc.Program("club", version="1", items=Plain, rules=[lc.Earn("base", POINT(1))])

    answer = club.decide(club.open("ada"), lc.Purchase("p", at=day(1), net="5.00"))

    names, rows, *_ = answer.entries[0].content
    assert names == ("id", "net", "quantity", "brand", "cost")
    assert rows == (("total", 500, 1000, "none", 50),)
    assert lc.verify(club, answer.account) is None
    assert club.decide(answer.account, lc.Purchase("p", at=day(1), net="5.00")).known


def test_a_purchase_that_says_its_net_alone_is_refused_where_more_is_needed():
    with pytest.raises(lc.InvalidValue, match="purchase 'p' says nothing of category, which items of program shop"):
        told(Order("p", at=day(1), net=5))


@pytest.mark.parametrize(
    "rule",
    [
        lc.Reward("cup", POINT(1), when=lc.weekday("sat", zone=lc.setting("zone"))),
        lc.Pay("pay", POINT(1), USD("0.03"), when=lc.weekday("sat", zone=lc.setting("zone"))),
        lc.Raise("friend", "referral", to="bob", when=lc.weekday("sat", zone=lc.setting("zone"))),
    ],
    ids=lambda rule: rule.name,
)
def test_what_is_no_zone_is_refused_as_a_setting_before_somebody_reads_it(rule):
    shop = program(lc.Earn("base", POINT(1)), rule)

    with pytest.raises(lc.InvalidValue, match="zone of settings 's' is read as a zone"):
        shop.decide(shop.open("ada"), lc.Settings("s", at=day(1), zone="Nowhere/Else"))


ASKED = program(
    lc.Pay("pay", each=POINT(1), worth=USD(1), hold=lc.days(1)),
    lc.Reward("mug", POINT(5)),
    lc.Reward("voucher", POINT(5), worth=USD(5)),
)


@pytest.mark.parametrize(
    ("reward", "more", "said"),
    [
        ("pay", {"amount": POINT(100)}, 'has an amount= of 100 point, where money is wanted, such as amount="5.00"'),
        ("voucher", {"amount": POINT(100)}, "where money is wanted"),
        ("mug", {"amount": POINT(100)}, "takes times=, and no amount="),
        ("mug", {"amount": "5.00"}, "takes times=, and no amount="),
        ("pay", {"times": 2}, 'takes one amount= of money, such as amount="5.00"'),
        ("pay", {"times": 2, "amount": "5.00"}, "takes one amount= of money"),
    ],
)
def test_an_amount_that_a_reward_does_not_take_is_refused_by_saying_what_it_takes(reward, more, said):
    with pytest.raises(lc.InvalidValue) as raised:
        ASKED.decide(ASKED.open("ada"), lc.Redemption("r", at=day(1), reward=reward, **more))

    assert said in str(raised.value)
