"""
Kohl's Rewards and Kohl's Cash, United States, 2020 to 2024.

Five percent of a purchase, half as much again with the store's card, goes to a balance; what is there as a month ends
becomes coupons in steps of five dollars, valid for thirty days, and the rest stays, for a year at most. At earn events
a coupon of ten dollars comes for every fifty in one purchase, and five for picking an order up, once in 24 hours. How
five percent are rounded is not published, so that they are kept to the hundredth of a cent. Rules:
https://www.tomsguide.com/coupons/kohls.com, https://www.kohls.com/flex/kcash.jsp,
https://www.kohls.com/feature/rewards.jsp, https://www.kohls.com/ecom/kohls-smartcart-kcash.html.
"""

import loyalcore as lc

REWARD, CASH, EVENT_CASH = lc.Unit("reward", places=4), lc.Unit("Kohls Cash", places=2), lc.Unit("event cash", places=2)
USD = lc.Money("USD")


class Order(lc.Purchase):
    """A purchase, after discounts, before tax and shipping, without gift cards."""

    card = lc.Flag(missing=False)
    event = lc.Text(missing="")


PROGRAM = lc.Program(
    "kohls-rewards",
    version="2022",
    timezone="America/Chicago",
    purchases=Order,
    rules=[
        lc.Earn("rewards", REWARD("0.05").per(USD(1), Order.net)),
        lc.Boost("card", "x1.5", of="rewards", when=Order.card.is_true()),
        lc.Reward("monthly coupons", REWARD(5), gives=CASH(5), claim=lc.repeatedly, on=lc.ended(lc.month)),
        lc.Earn("earn event", EVENT_CASH(10).per_full(USD(50), Order.net), when=Order.event.is_("10 for 50")),
        lc.Earn(
            "pickup",
            CASH(5),
            on=lc.Activity,
            when=lc.Activity.name.is_("pickup"),
            limit=lc.times(1, per=lc.rolling(hours=24)),
        ),
        lc.Pay("coupons", each=CASH(1), worth=USD(1)),
        lc.Pay("event coupons", each=EVENT_CASH(1), worth=USD(1)),
        lc.Expiry(REWARD, lc.years(1)),
        lc.Expiry(CASH, lc.days(30)),
    ],
)
