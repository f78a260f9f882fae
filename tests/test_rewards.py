"""Rewards are what units can be spent on: something at a fixed price, or money."""

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT, STAR, USD

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
]
DRINK = {"name": "drink", "cost": POINT(5)}
PAY = {"name": "pay", "each": POINT(1), "worth": USD("0.01")}
TOO_MUCH = lc.Amount(USD, 10**15 + 1)


@pytest.mark.parametrize("reward", REWARDS, ids=lambda reward: reward.name)
def test_a_reward_is_a_value(reward):
    values.check(reward)


def test_a_reward_is_asked_for_unless_told_otherwise():
    assert lc.Reward("free drink", POINT(500)) == lc.Reward("free drink", POINT(500), "", lc.asked)


@refusals.table(
    [
        *((lc.Reward, {**DRINK, "name": bad}, lc.InvalidValue) for bad in ("", None, 5, "a\n")),
        *((lc.Reward, {**DRINK, "cost": bad}, lc.InvalidValue) for bad in (5, None, POINT(0), POINT(-5), TOO_MUCH)),
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
        (lc.Pay, {**PAY, "name": ""}, lc.InvalidValue),
        *((lc.Pay, {**PAY, "each": bad}, lc.InvalidValue) for bad in (1, None, POINT(0), POINT(-1))),
        *((lc.Pay, {**PAY, "worth": bad}, lc.InvalidValue) for bad in (1, None, USD(0), USD(-1), STAR(1), TOO_MUCH)),
    ]
)
def test_a_reward_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
