"""
Turkish Airlines Miles&Smiles, 2020 to 2024, for members outside Turkey.

Status by status miles (or flights) within any twelve months; it holds two years to the day. It is renewed by fewer
miles in the first of these years, or in both together; otherwise one level is lost. Who lacks some in the second year
may buy them, which counts for the renewal alone. Miles hold for three calendar years after that in which they came.
Rules: https://www.turkishairlines.com/en-tr/miles-and-smiles/program-content/,
https://www.turkishairlines.com/es-int/miles-and-smiles/program-content/extending-membership-status/,
https://insideflyer.co.uk/2020/10/wow-i-now-have-star-alliance-gold-status-until-november-2026/.
"""

import loyalcore as lc

MILE, STATUS, FLIGHT, USD = lc.Unit("mile"), lc.Unit("status mile"), lc.Unit("flight"), lc.Money("USD")
#: What counts for a renewal: status miles that were flown, and those that were bought.
RENEWAL = lc.Unit("renewal mile")
#: What bought miles cost.
FEE = lc.Unit("fee in US dollars", places=2)


class Flight(lc.Purchase):
    """A flight that was flown."""

    miles = lc.Number(missing=0)
    status_miles = lc.Number(missing=0)


class Buying(lc.Activity):
    """Status miles that a member buys in the second year."""

    miles = lc.Number(missing=0)


IN_A_YEAR = STATUS.earned(lc.rolling(months=12))
FLIGHTS = FLIGHT.earned(lc.rolling(months=12))
BOTH_YEARS = RENEWAL.earned(lc.rolling(months=24))
#: When the two years end: what came in both, less what came in the second.
FIRST_YEAR = BOTH_YEARS - RENEWAL.earned(lc.rolling(months=12))


def renewed(first: int, both: int) -> lc.Condition[lc.OfEvent]:
    """So many miles in the first year, or in both."""
    return FIRST_YEAR.at_least(RENEWAL(first)) | BOTH_YEARS.at_least(RENEWAL(both))


PROGRAM = lc.Program(
    "miles-and-smiles",
    version="2024",
    timezone="Europe/Istanbul",
    currency=USD,
    purchases=Flight,
    activities=Buying,
    rules=[
        lc.Earn("miles", MILE.per(1, Flight.miles)),
        lc.Earn("welcome", MILE(1000), when=lc.ordinal.is_(1)),
        lc.Earn("status miles", STATUS.per(1, Flight.status_miles)),
        lc.Earn("flights", FLIGHT(1)),
        lc.Earn("for renewal", RENEWAL.per(1, Flight.status_miles)),
        lc.Earn("bought", RENEWAL.per(1, Buying.miles), on=lc.Activity),
        lc.Earn("price of bought miles", FEE(70).per(1000, Buying.miles), on=lc.Activity),
        lc.Ladder(
            "status",
            tiers={
                "Classic": 0,
                "Classic Plus": IN_A_YEAR.at_least(STATUS(25_000)) | FLIGHTS.at_least(FLIGHT(40)),
                "Elite": IN_A_YEAR.at_least(STATUS(40_000)),
                "Elite Plus": IN_A_YEAR.at_least(STATUS(80_000)),
            },
            keep={"Elite": renewed(25_000, 37_500), "Elite Plus": renewed(40_000, 60_000)},
            valid=lc.years(2),
            downgrade=lc.one_step,
        ),
        lc.Expiry(MILE, lc.end_of(lc.year, further=3)),
    ],
)
