"""
Tesco Clubcard, United Kingdom, 2021 to 2024.

A point for a pound; fuel gives one for two pounds, and from 14 June 2023 one for two litres. On 10 February, May,
August and November whoever has 150 points gets vouchers for every 50 of them, valid for two years to the end of the
month; the rest waits for the next statement. Partners take vouchers at three times their value, from 14 June 2023 at
twice; a code lives for twelve months. Rules:
https://www.nationalworld.com/lifestyle/money/tesco-four-week-clubcard-warning-shoppers-ps16m-worth-vouchers-expire-4009994,
https://lookaftermybills.com/shopping/tesco-clubcard-rewards/,
http://help.bink.com/en/articles/501121-why-has-my-tesco-clubcard-points-dropped-to-0.
"""

import loyalcore as lc

POINT, GBP = lc.Unit("point"), lc.Money("GBP")
VOUCHER, CODE = lc.Unit("voucher", places=2), lc.Unit("partner code", places=2)


class Shop(lc.Purchase):
    """A purchase without gift cards and tobacco: at Tesco, of fuel, with the bank's card elsewhere, at Esso."""

    at_what = lc.Text(missing="tesco")
    litres = lc.Number(places=2, missing=0)


FUEL = Shop.at_what.is_("fuel")
STATEMENT = lc.ended(lc.quarter.beginning(month=2, day=10))


def clubcard(version: str, fuel: lc.Accrual, partner: str) -> lc.Program:
    """Be the Clubcard with such points for fuel, and such a value of a pound at partners."""
    return lc.Program(
        "tesco-clubcard",
        version=version,
        timezone="Europe/London",
        currency=GBP,
        purchases=Shop,
        rules=[
            lc.Earn("shopping", POINT.per(GBP(1), Shop.net), when=Shop.at_what.is_in(["tesco", "mobile"])),
            lc.Earn("fuel", fuel, when=FUEL),
            lc.Earn("bank", POINT.per(GBP(4), Shop.net), when=Shop.at_what.is_("bank")),
            lc.Earn("esso", POINT.per(GBP(3), Shop.net), when=Shop.at_what.is_("esso")),
            lc.Reward(
                "voucher",
                POINT(50),
                gives=VOUCHER("0.50"),
                claim=lc.repeatedly,
                on=STATEMENT,
                when=POINT.balance.at_least(POINT(150)),
            ),
            lc.Pay("with vouchers", each=VOUCHER(1), worth=GBP(1)),
            lc.Exchange("partner code", VOUCHER(1), CODE(partner)),
            lc.Expiry(VOUCHER, lc.end_of(lc.month, after=lc.years(2))),
            lc.Expiry(CODE, lc.years(1)),
        ],
    )


PROGRAM = lc.Book(
    [
        clubcard("2021", POINT.per(GBP(2), Shop.net), "3"),
        lc.Version(clubcard("2023-06", POINT.per(2, Shop.litres), "2"), starts="2023-06-14"),
    ]
)
