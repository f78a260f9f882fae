"""
NS&I Premium Bonds, 2019 to 2024.

Each bond of 1 pound is one chance in each monthly draw, once it has been held for one full calendar month after the
month in which it was bought. At least 25 are bought at a time, at most 50,000 are held, and what is withdrawn is
withdrawn oldest first. A bond that wins stays in the draw.
Rules: https://www.nsandi.com/products/premium-bonds, as remembered about 2024; the prizes are two of many kinds.
"""

import loyalcore as lc

GBP, BOND = lc.Money("GBP"), lc.Unit("bond")


class Deposit(lc.Activity):
    """Money that is paid in."""

    amount = lc.Price()


PROGRAM = lc.Program(
    "premium-bonds",
    version="2023",
    timezone="Europe/London",
    currency=GBP,
    activities=Deposit,
    rules=[
        lc.Refuse("minimum", on=Deposit, when=Deposit.amount.below(GBP(25))),
        lc.Earn(
            "bonds",
            BOND(1).per_full(GBP(1), Deposit.amount),
            on=Deposit,
            limit=lc.at_most(BOND(50_000), per=lc.holding),
        ),
        lc.Burn(BOND, lc.oldest_first),
        lc.Reward("withdrawal", BOND(1)),
        lc.Draw(
            "monthly draw",
            {GBP(1_000_000): 2, GBP(100): 10_000},
            chances=BOND.held_through(lc.previous(lc.month)),
            again=True,
        ),
    ],
)
