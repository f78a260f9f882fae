"""
Flying Blue, Air France-KLM, 2018 to 2025.

Flights give XP, and a level is paid for with them: reaching it spends what it costs, the surplus starts its year, and
renewing it spends the same again; at most 300 XP go on into the next year, and without renewal one level is lost.
Miles go by what was paid and by the level; an Explorer's end after 24 months without a flight, others' do not.
Ultimate is for Platinum members with 900 XP of the group's own flights. Rules:
https://skystatus.pro/guide/what-is-flying-blue-xp, https://milesopedia.com/en/guide/tutorials/get-xp-flying-blue,
https://onemileatatime.com/insights/flying-blue-rollover-elite-status.
"""

import loyalcore as lc

MILE, XP, UXP, EUR = lc.Unit("mile"), lc.Unit("XP"), lc.Unit("UXP"), lc.Money("EUR")


class Flight(lc.Purchase):
    """A flight that was flown; its net is the fare without taxes."""

    xp = lc.Number(missing=0)
    own_metal = lc.Flag(missing=False)


#: Miles for a euro, by level.
LEVELS = {"Explorer": "x4", "Silver": "x6", "Gold": "x7", "Platinum": "x8"}

PROGRAM = lc.Program(
    "flying-blue",
    version="2025",
    timezone="Europe/Paris",
    currency=EUR,
    purchases=Flight,
    rules=[
        lc.Earn("miles", MILE.per(EUR(1), lc.Item.net)),
        lc.Boost("level", lc.by_tier("status", LEVELS), of="miles"),
        lc.Earn("XP", XP.per(1, Flight.xp)),
        lc.Earn("UXP", UXP.per(1, Flight.xp), when=Flight.own_metal.is_true()),
        lc.Ladder(
            "status",
            by=XP.balance,
            tiers={"Explorer": 0, "Silver": XP(100), "Gold": XP(180), "Platinum": XP(300)},
            spends=True,
            valid=lc.end_of(lc.month, after=lc.years(1)),
            carry=XP(300),
            downgrade=lc.one_step,
        ),
        lc.Ladder(
            "ultimate",
            tiers={"no": 0, "Ultimate": UXP.earned(lc.year).at_least(UXP(900)) & lc.in_tier("status", "Platinum")},
            valid=lc.end_of(lc.year, after=lc.years(1)),
        ),
        lc.Expiry(
            MILE,
            lc.inactivity(lc.months(24), by=["miles"]),
            unless=lc.in_tier("status", "Silver", "Gold", "Platinum"),
        ),
    ],
)
