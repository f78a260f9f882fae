"""
Costa Club, United Kingdom, 2023.

A bean for each handmade drink, and one more for a cup of one's own, in stores alone; eight beans make a free drink, and
ten from August 2023 on. Beans that were there before stay. Rules: https://www.costa.co.uk/costa-club/terms-of-use,
https://staging.globalloyalty.org/article/costa-coffee-makes-huge-change-to-loyalty-scheme.
"""

import loyalcore as lc

BEAN, FREE_DRINK, GBP = lc.Unit("bean"), lc.Unit("free drink"), lc.Money("GBP")


class Drink(lc.Item):
    """Drinks of one kind, so many of them."""

    own_cup = lc.Flag(missing=False)


class Visit(lc.Purchase):
    """An order in a store, or at an express machine."""

    channel = lc.Text()


def club(version: str, beans: int) -> lc.Program:
    """Be the club with a free drink for so many beans."""
    return lc.Program(
        "costa-club",
        version=version,
        timezone="Europe/London",
        currency=GBP,
        items=Drink,
        purchases=Visit,
        rules=[
            lc.Earn("drink", BEAN.per(1, Drink.quantity)),
            lc.Earn(
                "own cup",
                BEAN.per(1, Drink.quantity),
                where=Drink.own_cup.is_true(),
                when=Visit.channel.is_("store"),
            ),
            lc.Reward("free drink", BEAN(beans), gives=FREE_DRINK(1), claim=lc.repeatedly),
            lc.Reward("drink for nothing", FREE_DRINK(1), gives="any handmade drink"),
        ],
    )


PROGRAM = lc.Book([club("2021", 8), lc.Version(club("2023-08", 10), starts="2023-08-01")])
