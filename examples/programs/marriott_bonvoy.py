"""
Marriott Bonvoy, United States, 2024 to 2026.

Ten points for a dollar, five at some brands, and a bonus on that by status; status by nights in a calendar year, the
top one by spend as well, through the end of the next; a choice benefit at 50 and at 75 nights; status for life by
nights and by years of status. Rules: https://www.hows.tech/2025/02/how-to-join-marriott-diamond-club.html,
https://eatsip365.com/understanding-the-marriott-bonvoy-hotel-tiers,
https://www.citizendailypost.com/faq/what-is-ambassador-status-marriott.
"""

import loyalcore as lc

POINT, USD = lc.Unit("point"), lc.Money("USD")
NIGHT, BENEFIT = lc.Unit("Elite Night Credit"), lc.Unit("choice benefit")
SILVER_YEAR, GOLD_YEAR, PLATINUM_YEAR = lc.Unit("silver year"), lc.Unit("gold year"), lc.Unit("platinum year")


class Stay(lc.Purchase):
    """A stay that was paid; its net is what counts."""

    nights = lc.Number(missing=0)
    brand = lc.Text(missing="full")


class Credit(lc.Activity):
    """Nights that come with a card or a gift."""

    nights = lc.Number(missing=0)


NIGHTS, SPENT = NIGHT.earned(lc.year), Stay.net.over(lc.year)
FOR_LIFE = NIGHT.earned(lc.lifetime)
BONUS = {"Silver": "+10%", "Gold": "+25%", "Platinum": "+50%", "Titanium": "+75%", "Ambassador": "+75%"}
TWO_YEARS = lc.end_of(lc.year, after=lc.years(1))
PLATINUM = ("Platinum", "Titanium", "Ambassador")


def held(*tiers: str) -> lc.Condition[lc.OfEvent]:
    """Status as a year ends."""
    return lc.in_tier("status", *tiers)


PROGRAM = lc.Program(
    "marriott-bonvoy",
    version="2024",
    timezone="America/New_York",
    purchases=Stay,
    activities=Credit,
    rules=[
        lc.Earn("base", POINT(10).per(USD(1), Stay.net)),
        lc.Boost("half brand", "x0.5", of="base", when=Stay.brand.is_("half")),
        lc.Boost("elite bonus", lc.by_tier("status", BONUS), of="base"),
        lc.Earn("nights", NIGHT.per(1, Stay.nights)),
        lc.Earn("night credits", NIGHT.per(1, Credit.nights), on=lc.Activity),
        lc.Ladder(
            "status",
            tiers={
                "Member": 0,
                "Silver": NIGHTS.at_least(NIGHT(10)),
                "Gold": NIGHTS.at_least(NIGHT(25)),
                "Platinum": NIGHTS.at_least(NIGHT(50)),
                "Titanium": NIGHTS.at_least(NIGHT(75)),
                "Ambassador": NIGHTS.at_least(NIGHT(100)) & SPENT.at_least(USD(23_000)),
            },
            valid=TWO_YEARS,
        ),
        lc.Ladder("choice at 50", by=NIGHTS, tiers={"not yet": 0, "reached": NIGHT(50)}, review=lc.at_once),
        lc.Ladder("choice at 75", by=NIGHTS, tiers={"not yet": 0, "reached": NIGHT(75)}, review=lc.at_once),
        lc.Earn("choice benefit at 50", BENEFIT(1), on=lc.entered("choice at 50", "reached")),
        lc.Earn("choice benefit at 75", BENEFIT(1), on=lc.entered("choice at 75", "reached")),
        lc.Earn("silver year", SILVER_YEAR(1), on=lc.ended(lc.year), when=held("Silver", "Gold", *PLATINUM)),
        lc.Earn("gold year", GOLD_YEAR(1), on=lc.ended(lc.year), when=held("Gold", *PLATINUM)),
        lc.Earn("platinum year", PLATINUM_YEAR(1), on=lc.ended(lc.year), when=held(*PLATINUM)),
        lc.Ladder(
            "for life",
            tiers={
                "none": 0,
                "Lifetime Silver": FOR_LIFE.at_least(NIGHT(250))
                & SILVER_YEAR.earned(lc.lifetime).at_least(SILVER_YEAR(5)),
                "Lifetime Gold": FOR_LIFE.at_least(NIGHT(400)) & GOLD_YEAR.earned(lc.lifetime).at_least(GOLD_YEAR(7)),
                "Lifetime Platinum": FOR_LIFE.at_least(NIGHT(600))
                & PLATINUM_YEAR.earned(lc.lifetime).at_least(PLATINUM_YEAR(10)),
            },
            valid=lc.never,
        ),
        lc.Expiry(POINT, lc.inactivity(lc.months(24))),
    ],
)
