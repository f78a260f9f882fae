"""
Starbucks Rewards, United States, one tier, 2019 to 2026 (prices from February 2023).

A Star for a dollar that is paid by card or cash, two for a dollar from a preloaded Starbucks Card, each part of a
payment at its own rate and fractions kept; nothing for alcohol, and nothing for tips and taxes, which are no part of an
item's net. Stars go six months after the month in which they came, all of a month together. Rules:
https://thepointsguy.com/news/starbucks-rewards-introduces-elite-status-tiers,
https://winenfood.com/understanding-the-starbucks-app-game-rules,
http://propagacne-clanky.info/starbucks-star-rewards-change.html,
https://www.tastingtable.com/1794066/do-starbucks-stars-expire/.
"""

import loyalcore as lc

STAR, USD = lc.Unit("star", places=2), lc.Money("USD")


class Line(lc.Item):
    """Something that was bought; *preloaded* is what of its net was paid from a Starbucks Card."""

    category = lc.Text(missing="")
    preloaded = lc.Price(missing="0")


EARNING = ~Line.category.is_in(["alcohol", "card load"])

PROGRAM = lc.Program(
    "starbucks-rewards",
    version="2019",
    timezone="America/Los_Angeles",
    items=Line,
    rules=[
        lc.Earn("card or cash", STAR.per(USD(1), Line.net - Line.preloaded), where=EARNING),
        lc.Earn("Starbucks Card", STAR(2).per(USD(1), Line.preloaded), where=EARNING),
        lc.Reward("extra espresso shot", STAR(25)),
        lc.Reward("brewed coffee", STAR(100)),
        lc.Reward("handcrafted drink", STAR(200)),
        lc.Reward("sandwich", STAR(300)),
        lc.Reward("merchandise", STAR(400)),
        lc.Expiry(STAR, lc.end_of(lc.month, after=lc.months(6))),
    ],
)
