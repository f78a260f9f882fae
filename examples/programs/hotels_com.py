"""
Hotels.com Rewards, until 2024.

A stamp for each night; ten stamps make a reward night, worth the average of what those ten nights cost before taxes.
A reward night pays for a room up to its worth, and the rest is lost. Nothing is earned where a coupon was used. Silver
from 10 nights in a year of membership, gold from 30; everything goes after twelve months without a completed stay.
Rules: https://uk.hotels.com/lp/b/hcom-rewards-terms, https://www.hotels.com/rewards/how-it-works.html.
"""

import loyalcore as lc

STAMP, REWARD_NIGHT, EUR = lc.Unit("stamp"), lc.Unit("reward night"), lc.Money("EUR")


class Room(lc.Item):
    """A room for some nights, one *quantity* each; its net is without taxes and fees."""


class Stay(lc.Purchase):
    """A stay that is completed, at a property that takes part."""

    coupon = lc.Text(missing="")


PROGRAM = lc.Program(
    "hotels-com-rewards",
    version="2019-11",
    timezone="Europe/London",
    currency=EUR,
    items=Room,
    purchases=Stay,
    rules=[
        lc.Earn("night", STAMP.per(1, Room.quantity), when=Stay.coupon.is_(""), worth=Room.net),
        lc.Reward("ten nights", STAMP(10), gives=REWARD_NIGHT(1), worth=lc.average, claim=lc.repeatedly),
        lc.Reward("reward night", REWARD_NIGHT(1), worth=lc.total),
        lc.Ladder(
            "status",
            by=STAMP.earned(lc.anniversary(years=1)),
            tiers={"member": 0, "silver": STAMP(10), "gold": STAMP(30)},
        ),
        lc.Expiry(STAMP, lc.inactivity(lc.months(12), by=[lc.Purchase])),
        lc.Expiry(REWARD_NIGHT, lc.inactivity(lc.months(12), by=[lc.Purchase])),
    ],
)
