"""
United MileagePlus Premier, 2025 and 2026.

Status by qualifying points in a calendar year, or by fewer of them with qualifying flights, and always with four
flights of the airline's own; it holds through January of the year after the next. Own flights give a point for a dollar
of fare, partners' their award miles divided by five or six; flown segments count as flights, but not in basic economy.
Who begins 2026 with status has a head start. Miles for a dollar go by status and never expire. Rules:
https://travel-dealz.com/?p=68307, https://www.el-balad.com/6789016,
https://mileageplusupdates.com/mileageplus/english/qualification/.
"""

import loyalcore as lc

MILE, USD = lc.Unit("mile"), lc.Money("USD")
PQP, PQF, OWN = lc.Unit("PQP"), lc.Unit("PQF"), lc.Unit("own flight")


class Flight(lc.Purchase):
    """A segment that was flown; its net is the fare without taxes, nothing where a *partner* sold it."""

    partner = lc.Text(missing="")
    award_miles = lc.Number(missing=0)
    divisor = lc.Text(missing="")
    basic_economy = lc.Flag(missing=False)


class HeadStart(lc.Activity):
    """Points with which whoever has status begins the year."""

    tier = lc.Text(missing="")


#: Miles for a dollar, by status.
MILES = {"none": "x5", "Silver": "x7", "Gold": "x8", "Platinum": "x9", "1K": "x11"}
HEAD_STARTS = lc.lookup(HeadStart.tier, rows={"Silver": 300, "Gold": 600, "Platinum": 900, "1K": 1400})
POINTS, FLIGHTS = PQP.earned(lc.year), PQF.earned(lc.year)
FOUR_OWN = OWN.earned(lc.year).at_least(OWN(4))


def status(points: int, fewer: int, flights: int) -> lc.Condition[lc.OfEvent]:
    """Points alone, or fewer with flights; own ones in any case."""
    with_flights = POINTS.at_least(PQP(fewer)) & FLIGHTS.at_least(PQF(flights))
    return FOUR_OWN & (POINTS.at_least(PQP(points)) | with_flights)


PROGRAM = lc.Program(
    "united-mileageplus",
    version="2026",
    timezone="America/Chicago",
    currency=USD,
    purchases=Flight,
    activities=HeadStart,
    rules=[
        lc.Earn("miles", MILE.per(USD(1), Flight.net)),
        lc.Boost("by status", lc.by_tier("premier", MILES), of="miles"),
        lc.Earn("points of own flights", PQP.per(USD(1), Flight.net)),
        lc.Earn("points of partners by 5", PQP.per(5, Flight.award_miles), when=Flight.divisor.is_("5")),
        lc.Earn("points of partners by 6", PQP.per(6, Flight.award_miles), when=Flight.divisor.is_("6")),
        lc.Earn("flights", PQF(1), when=~Flight.basic_economy.is_true()),
        lc.Earn("own flights", OWN(1), when=Flight.partner.is_("")),
        lc.Earn("head start", PQP.per(1, HEAD_STARTS), on=lc.Activity),
        lc.Ladder(
            "premier",
            tiers={
                "none": 0,
                "Silver": status(6_000, 5_000, 15),
                "Gold": status(12_000, 10_000, 30),
                "Platinum": status(18_000, 15_000, 45),
                "1K": status(28_000, 22_000, 60),
            },
            valid=lc.end_of(lc.year, after=lc.years(1)),
            grace=lc.months(1),
        ),
        lc.Expiry(MILE, lc.never),
    ],
)
