"""
Costco Executive Membership 2% Reward, United States, 2023.

Two per cent of what qualifies, less refunds, of the member and the holder of the household card, at most 1,000 dollars
a year; fuel and other goods do not qualify, and travel is recorded once it is completed. If the reward was smaller than
the fee for the upgrade, who leaves Executive is paid the difference. When the holder of the household card is removed,
so is what that person bought: `loyalcore.returns_of` takes it back, where `Order.buyer` is that person. Rules:
http://so-shei.com/executive-rewards.html, https://pilsaperde.com/article/executive-2-reward-faqs/4956,
https://customerservice.costco.com/app/answers/detail/a_id/1205.
"""

import loyalcore as lc

USD, REFUND = lc.Money("USD"), lc.Unit("refund", places=2)


class Order(lc.Purchase):
    """A purchase, who made it, and of what."""

    buyer = lc.Text(missing="primary")
    category = lc.Text(missing="")


class Upgrade(lc.Activity):
    """The fee that a member pays for Executive, prorated to the renewal date."""

    fee = lc.Price(missing=0)


qualifies = ~Order.category.is_in({"fuel", "gift card", "alcohol", "tobacco"})
shortfall = (Upgrade.fee.over(lc.rolling(years=1)) - USD.balance).at_least_of(lc.Constant(USD(0)))

PROGRAM = lc.Program(
    "costco-executive",
    version="2023",
    timezone="America/Los_Angeles",
    purchases=Order,
    activities=Upgrade,
    rules=[
        lc.Earn("2% reward", USD("0.02").per(USD(1), Order.net).capped(USD(1000)), when=qualifies, over=lc.year),
        lc.Ladder("membership", tiers={"gold star": lc.always, "executive": lc.invited}),
        lc.Earn("guarantee", REFUND(1).per(USD(1), shortfall), on=lc.left("membership", "executive")),
        lc.Pay("certificate", USD(1), worth=USD(1)),
    ],
)
