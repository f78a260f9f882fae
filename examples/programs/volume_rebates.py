"""
Supplier rebates: the forms that vendors of rebate software document.

Each form is a rule with a unit of its own, so that they can be read side by side: retrospective (the rate that is
reached applies to everything in the year), incremental (each slice has its own), a single target, and growth over the
year before. Rates by pieces stand beside those by money. Rules:
https://helpphocassoftware.atlassian.net/wiki/pages/viewpage.action?pageId=3487006761,
https://blog.speedylabs.ai/rebate-examples,
https://pricefx.atlassian.net/wiki/spaces/ACC/pages/5933793826/Rebate+Types+Reference+Rebate+Management,
https://www.vendavo.com/blog/pricing/rebates-best-practices-part-2-incentive-rebates/.
"""

import loyalcore as lc

REBATE, USD = lc.Unit("rebate", places=2), lc.Money("USD")


class Turnover(lc.Activity):
    """What two years came to, where that is all that is known."""

    this_year = lc.Price(missing="0")
    last_year = lc.Price(missing="0")


BY_MONEY = {0: 0, USD(100_000): "2%"}
BY_PIECES = {0: 0, 1000: "2%", 2000: "5%"}
PIECES, MONEY = lc.Item.quantity, lc.Item.net
SINGLE = PIECES.sum().at_most(1)

PROGRAM = lc.Program(
    "volume-rebates",
    version="2024",
    activities=Turnover,
    rules=[
        lc.Earn("retrospective", REBATE.bands(MONEY, BY_MONEY, lc.whole), over=lc.year, when=SINGLE),
        lc.Earn("incremental", REBATE.bands(MONEY, BY_MONEY, lc.marginal), over=lc.year, when=SINGLE),
        lc.Earn("retrospective by pieces", REBATE.bands(MONEY, BY_PIECES, lc.whole, by=PIECES), over=lc.year),
        lc.Earn("incremental by pieces", REBATE.bands(MONEY, BY_PIECES, lc.marginal, by=PIECES), over=lc.year),
        lc.Earn("target", REBATE.milestones(MONEY, {USD(100_000): REBATE(1000)}), over=lc.year),
        lc.Earn("growth", REBATE("0.05").per(USD(1), Turnover.this_year - Turnover.last_year), on=lc.Activity),
    ],
)
