"""
Kaspi Bonus, Kazakhstan, 2024.

Sellers and the platform each give a share of the price, and both add up; the bonus is credited once the goods are
received. Reviews bring what the product's page offers, up to 5,000. A refund takes the bonus back. Rules:
https://guide.kaspi.kz/client/kz/bonus/save/general, https://guide.kaspi.kz/partner/ru/marketing/bonus/q3806.
"""

import loyalcore as lc

BONUS, KZT = lc.Unit("bonus"), lc.Money("KZT")


class Order(lc.Purchase):
    """An order in the shop: what seller and platform give in percent, or the bonus that the page promises."""

    seller_percent = lc.Number(places=1, missing=0)
    platform_percent = lc.Number(places=1, missing=0)
    promised = lc.Number(missing=0)


class Step(lc.Activity):
    """What happens after an order; a review may have a bonus."""

    bonus = lc.Number(missing=0)


received = lc.until(Step.name.is_("received"), within=lc.days(60))

PROGRAM = lc.Program(
    "kaspi-bonus",
    version="2024",
    timezone="Asia/Almaty",
    currency=KZT,
    purchases=Order,
    activities=Step,
    rules=[
        lc.Earn("seller", BONUS.per(KZT(100), lc.product(Order.net, Order.seller_percent)), pending=received),
        lc.Earn("platform", BONUS.per(KZT(100), lc.product(Order.net, Order.platform_percent)), pending=received),
        lc.Earn("as promised", BONUS.per(1, Order.promised)),
        lc.Earn("review", BONUS.per(1, Step.bonus).capped(BONUS(5000)), on=lc.Activity, when=Step.name.is_("review")),
        lc.Pay("in the shop", BONUS(1), worth=KZT(1)),
    ],
)
