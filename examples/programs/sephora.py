"""
Sephora Beauty Insider, United States, rates of 2018.

A point for a dollar, more for VIB and Rouge, whose status goes by what is spent in a calendar year and holds through
the next; 500 points are ten dollars; all points go after twelve months without earning or redeeming. Rules:
https://community.sephora.com/t5/Customer-Support/Beauty-Insider-Program-Updates-FAQS/td-p/4114842,
https://ilovegwp.com/how-does-sephora-membership-work/, https://thekrazycouponlady.com./tips/money/sephora-vib.
"""

import loyalcore as lc

POINT, USD = lc.Unit("point"), lc.Money("USD")


class Order(lc.Purchase):
    """An order; its net is merchandise alone."""

    promotion = lc.Text(missing="")


PROGRAM = lc.Program(
    "beauty-insider",
    version="2018",
    timezone="America/Los_Angeles",
    purchases=Order,
    rules=[
        lc.Earn("base", POINT.per(USD(1), Order.net)),
        lc.Boost("by status", lc.by_tier("status", {"VIB": "x1.25", "Rouge": "x1.5"}), of="base"),
        lc.Boost("four times event", "x4", of="base", when=Order.promotion.is_("4x")),
        lc.Ladder(
            "status",
            by=Order.net.over(lc.year),
            tiers={"Insider": 0, "VIB": USD(350), "Rouge": USD(1000)},
            valid=lc.end_of(lc.year, after=lc.years(1)),
        ),
        lc.Reward("Beauty Insider Cash", POINT(500), gives="10.00 USD"),
        lc.Reward("Rouge Reward", POINT(2500), gives="100.00 USD", when=lc.in_tier("status", "Rouge")),
        lc.Earn(
            "birthday",
            POINT(250),
            on=lc.Activity,
            when=lc.Activity.name.is_("birthday points") & lc.in_tier("status", "VIB", "Rouge"),
            limit=lc.times(1, per=lc.year),
        ),
        lc.Expiry(POINT, lc.inactivity(lc.months(12))),
    ],
)
