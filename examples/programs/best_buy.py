"""
My Best Buy, United States, 2014 to 2020.

A point for a dollar, more with status; 250 points become a certificate of five dollars by themselves, or, for Elite
members who choose so, as many points as they choose, or none until they ask. Status goes by what is spent in a calendar
year and holds through the next, until the end of February after that. After twelve months without activity all points
become certificates, and the rest is lost. Rules:
http://www.orensmoneysaver.com/2015/09/earned-elite-status-at-best-buy-change.html,
https://forums.bestbuy.com/t5/My-Best-Buy-Knowledge-Base/How-to-Keep-Your-My-Best-Buy-Account-Active/ta-p/787225.
"""

import loyalcore as lc

POINT, CERTIFICATE, USD = lc.Unit("point", places=2), lc.Unit("certificate", places=2), lc.Money("USD")


class Order(lc.Purchase):
    """A purchase without tax."""


ELITE = lc.in_tier("status", "Elite", "Elite Plus")
CHOSEN = lc.setting("threshold")
#: What Elite members may choose instead of 250 points, and what it makes in dollars.
CHOICES = {500: 10, 1000: 20, 2500: 50, 5000: 100, 10_000: 200, 25_000: 500}
KEPT = ELITE & CHOSEN.is_in(["banking", *map(str, CHOICES)])

PROGRAM = lc.Program(
    "my-best-buy",
    version="2018",
    timezone="America/Chicago",
    purchases=Order,
    rules=[
        lc.Earn("points", POINT.per(USD(1), Order.net)),
        lc.Boost("status points", lc.by_tier("status", {"Elite": "x1.1", "Elite Plus": "x1.25"}), of="points"),
        lc.Ladder(
            "status",
            by=Order.net.over(lc.year),
            tiers={"My Best Buy": 0, "Elite": USD(1500), "Elite Plus": USD(3500)},
            valid=lc.through(2, 29, after=lc.months(14)),
        ),
        lc.Reward("certificate", POINT(250), gives=CERTIFICATE(5), claim=lc.repeatedly, on=lc.at_once, when=~KEPT),
        *(
            lc.Reward(
                f"certificate at {points}",
                POINT(points),
                gives=CERTIFICATE(dollars),
                claim=lc.repeatedly,
                on=lc.at_once,
                when=ELITE & CHOSEN.is_(str(points)),
            )
            for points, dollars in CHOICES.items()
        ),
        lc.Reward("banked points", POINT(250), gives=CERTIFICATE(5), when=KEPT),
        lc.Reward("idle points", POINT(250), gives=CERTIFICATE(5), claim=lc.repeatedly, on=lc.expiring(POINT)),
        lc.Pay("with certificates", each=CERTIFICATE(1), worth=USD(1)),
        lc.Expiry(POINT, lc.inactivity(lc.months(12))),
        lc.Expiry(CERTIFICATE, lc.months(2)),
    ],
)
