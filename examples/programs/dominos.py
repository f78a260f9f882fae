"""
Domino's Rewards, United States, from 2023.

Ten points for an online order of five dollars or more, one order a day; three rewards; all points go after 180 days
without an order that earned. Rules: https://visualfoodie.com/an-explanation-of-dominos-app-rewards,
https://winenfood.com/how-the-dominos-pizza-app-rewards-work.
"""

import loyalcore as lc

POINT, USD = lc.Unit("point"), lc.Money("USD")


class Order(lc.Purchase):
    """An online order; its net is before tax and delivery."""

    channel = lc.Text(missing="web")


PROGRAM = lc.Program(
    "dominos-rewards",
    version="2023-09",
    timezone="America/New_York",
    purchases=Order,
    rules=[
        lc.Earn("order", POINT(10), when=Order.net.at_least(USD(5)), limit=lc.times(1, per=lc.day)),
        lc.Reward("dip", POINT(20)),
        lc.Reward("stuffed cheesy bread", POINT(40)),
        lc.Reward("medium pizza", POINT(60)),
        lc.Expiry(POINT, lc.inactivity(lc.days(180))),
    ],
)
