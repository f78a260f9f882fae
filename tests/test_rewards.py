"""Rewards are what units can be spent on: something at a fixed price, or money."""

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT, STAR, USD, Line, Order

REWARDS = [
    lc.Reward("free drink", POINT(500)),
    lc.Reward("voucher", cost=POINT(500), gives="5.00 off", claim=lc.repeatedly),
    lc.Reward("welcome cup", cost=STAR("1.50"), claim=lc.once),
    lc.Reward("concert", POINT(500), hold=lc.hours(2)),
    lc.Reward("ten", POINT(10), gives=STAR(1), worth=lc.average, claim=lc.repeatedly),
    lc.Reward("cheapest drink", POINT(10), worth=lc.lowest),
    lc.Pay("pay", each=POINT(1), worth=USD("0.01")),
    lc.Pay("pay in steps", POINT(1), USD("0.01"), minimum=USD(5), maximum=USD(50), step=USD(5)),
    lc.Pay("pay later", each=POINT(1), worth=USD("0.01"), hold=lc.days(7)),
    lc.Pay("pay half", each=POINT(1), worth=USD("0.01"), share="50%", where=Line.category.is_("coffee")),
    lc.Pay("pay all", each=POINT(1), worth=USD("0.01"), least_share="100%"),
]
DRINK = {"name": "drink", "cost": POINT(5)}
PAY = {"name": "pay", "each": POINT(1), "worth": USD("0.01")}
FREE_FOR_GOLD = lc.price_by_tier("status", {"gold": POINT(0)}, otherwise=POINT(5))
TOO_MUCH = lc.Amount(USD, 10**15 + 1)


@pytest.mark.parametrize("reward", REWARDS, ids=lambda reward: reward.name)
def test_a_reward_is_a_value(reward):
    values.check(reward)


def test_a_reward_is_asked_for_unless_told_otherwise():
    assert lc.Reward("free drink", POINT(500)) == lc.Reward("free drink", POINT(500), "", lc.asked)


def test_the_most_that_is_paid_is_the_last_step_that_fits_or_nothing_below_the_minimum():
    rule = lc.Pay("pay", POINT(1), USD("0.01"), minimum=USD(3), maximum=USD(9), step=USD(2))

    assert [rule.most_of(money) for money in (0, 399, 400, 599, 600, 899, 999, 10**9)] == [
        0,
        0,
        400,
        400,
        600,
        800,
        800,
        800,
    ]


@refusals.table(
    [
        *((lc.Reward, {**DRINK, "name": bad}, lc.InvalidValue) for bad in ("", None, 5, "a\n")),
        *((lc.Reward, {**DRINK, "cost": bad}, lc.InvalidValue) for bad in (5, None, POINT(-5), TOO_MUCH)),
        *(
            (lc.Reward, {**DRINK, "cost": free, **more}, lc.InvalidProgram)
            for free in (POINT(0), FREE_FOR_GOLD)
            for more in ({"claim": lc.once}, {"claim": lc.repeatedly}, {"worth": lc.average}, {"worth": lc.total})
        ),
        (lc.Reward, {**DRINK, "cost": POINT(0), "hold": lc.days(1)}, lc.InvalidProgram),
        (lc.Pay, {**PAY, "each": FREE_FOR_GOLD}, lc.InvalidValue),
        (lc.Exchange, {"name": "swap", "each": FREE_FOR_GOLD, "gives": STAR(1)}, lc.InvalidValue),
        (lc.Discount, {"name": "off", "off": "10%", "claim": lc.asked, "cost": FREE_FOR_GOLD}, lc.InvalidValue),
        (lc.Discount, {"name": "off", "off": "10%", "claim": lc.asked, "cost": POINT(0)}, lc.InvalidValue),
        *((lc.Reward, {**DRINK, "gives": bad}, lc.InvalidValue) for bad in (5, None, "a\n", "x" * 1001)),
        *((lc.Reward, {**DRINK, "claim": bad}, lc.InvalidValue) for bad in ("always", None, "", [], 10**5000)),
        *((lc.Reward, {**DRINK, "hold": bad}, lc.InvalidValue) for bad in (2, lc.never, "2h")),
        (lc.Pay, {**PAY, "hold": lc.month}, lc.InvalidValue),
        *(
            (lc.Pay, {**PAY, what: bad}, lc.InvalidValue)
            for what in ("minimum", "maximum", "step")
            for bad in (5, USD(0), STAR(1), lc.Money("EUR")(5))
        ),
        (lc.Pay, {**PAY, "minimum": USD(6), "maximum": USD(5)}, lc.InvalidProgram),
        (lc.Pay, {**PAY, "step": USD(6), "maximum": USD(5)}, lc.InvalidProgram),
        (lc.Pay, {**PAY, "minimum": USD(6), "maximum": USD(9), "step": USD(5)}, lc.InvalidProgram),
        *(
            (lc.Pay, {**PAY, share: bad}, lc.InvalidValue)
            for share in ("share", "least_share")
            for bad in (0, "0%", "101%", 2, -1, 0.5, "half", USD(5), True)
        ),
        *((lc.Pay, {**PAY, "where": bad}, lc.InvalidValue) for bad in (5, Order.channel.is_("app"), True)),
        (lc.Pay, {**PAY, "share": "50%", "hold": lc.hours(2)}, lc.InvalidProgram),
        (lc.Pay, {**PAY, "least_share": "50%", "hold": lc.hours(2)}, lc.InvalidProgram),
        (lc.Pay, {**PAY, "share": "50%", "least_share": "51%"}, lc.InvalidProgram),
        (lc.Pay, {**PAY, "where": Line.gift.is_(True), "hold": lc.hours(2)}, lc.InvalidProgram),
        (lc.Pay, {**PAY, "name": ""}, lc.InvalidValue),
        *((lc.Pay, {**PAY, "each": bad}, lc.InvalidValue) for bad in (1, None, POINT(0), POINT(-1))),
        *((lc.Pay, {**PAY, "worth": bad}, lc.InvalidValue) for bad in (1, None, USD(0), USD(-1), STAR(1), TOO_MUCH)),
    ]
)
def test_a_reward_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
