"""
Discover it Cash Back, United States, 2019 to 2024.

Five percent in the quarter's categories on up to 1,500 dollars, once the quarter is activated, and one percent on
everything else; what was earned in the first twelve months is matched at their end. Rules:
https://practicalrewards.com/card-pages/discover-it-cash-back.html,
https://www.bankrate.com/credit-cards/guide-to-discover-it-cash-back-bonus-categories/,
https://www.discover.com/credit-cards/cashback-bonus/rewards-programs/pay-on-time.html.
"""

import datetime as dt

import loyalcore as lc

CASHBACK, USD = lc.Unit("cashback", places=2), lc.Money("USD")


class Charge(lc.Purchase):
    """A purchase with the card."""

    category = lc.Text()


def rotating(quarter: str, start: dt.date, end: dt.date, *categories: str) -> lc.Condition[lc.OfEvent]:
    """Ask for a quarter's categories, from when the member has activated it."""
    activated = lc.setting("quarter").is_(quarter) & lc.between(start, end)
    return activated & Charge.category.is_in(categories)


BONUS = (
    rotating("2024Q3", dt.date(2024, 7, 1), dt.date(2024, 10, 1), "grocery", "walmart")
    | rotating("2024Q4", dt.date(2024, 10, 1), dt.date(2025, 1, 1), "amazon", "target")
    | rotating("2025Q1", dt.date(2025, 1, 1), dt.date(2025, 4, 1), "restaurants", "home improvement", "streaming")
)
FIRST_YEAR = lc.anniversary(years=1)

PROGRAM = lc.Program(
    "discover-it",
    version="2024",
    timezone="America/New_York",
    purchases=Charge,
    rules=[
        lc.Earn("rotating", CASHBACK.bands(Charge.net, {0: "5%", USD(1500): "1%"}), when=BONUS, over=lc.quarter),
        lc.Earn("everything else", CASHBACK("0.01").per(USD(1), Charge.net), when=~BONUS),
        lc.Earn(
            "Cashback Match",
            CASHBACK.per(CASHBACK(1), CASHBACK.earned(FIRST_YEAR)),
            on=lc.ended(FIRST_YEAR),
            limit=lc.times(1, per=lc.lifetime),
        ),
        lc.Pay("cash", each=CASHBACK(1), worth=USD(1)),
    ],
)
