"""
Birbank and Umico, cards Birbank Cashback and Star, since August 2025.

For each month the member chooses categories, as cashback or as Umico bonus. A purchase in a chosen category earns its
rate: all cashback categories together up to 50 manat a month, all bonus categories up to 100. A partner's own bonus is
added to that, without a limit, if some category of that month was chosen as bonus. Rules:
https://metbuat.az/news/1531745/birbank-kartlarinda-yeni-dovr.html,
https://www.trend.az/azerbaijan/business/4077770.html.
"""

import loyalcore as lc

CASHBACK, UMICO, AZN = lc.Unit("cashback", places=2), lc.Unit("Umico bonus", places=2), lc.Money("AZN")
#: What members may choose, in percent.
CATEGORIES = {"Hotels": 3}


class Charge(lc.Purchase):
    """A payment by card; *partner* is the bonus in percent where a partner was paid."""

    category = lc.Text(missing="")
    partner = lc.Number(missing=0)


class Choice(lc.Activity):
    """A category that the member chooses for the month, named by the activity, *paid_as* cashback or bonus."""

    paid_as = lc.Text(missing="cashback")


def chosen(category: str, paid_as: str) -> lc.Unit:
    """Return the mark of a choice, which goes when the month ends."""
    return lc.Unit(f"{category} as {paid_as}")


CHOICES = [(category, paid_as) for category in CATEGORIES for paid_as in ("cashback", "bonus")]
AS_BONUS = chosen("any", "bonus")


def holds(mark: lc.Unit) -> lc.Condition[lc.OfEvent]:
    """Ask whether the mark is there this month."""
    return mark.balance.at_least(mark(1))


PROGRAM = lc.Program(
    "birbank-umico",
    version="2025-08",
    timezone="Asia/Baku",
    currency=AZN,
    purchases=Charge,
    activities=Choice,
    rules=[
        # What the member chose.
        *(
            lc.Earn(
                f"choice of {category} as {paid_as}",
                chosen(category, paid_as)(1),
                on=lc.Activity,
                when=Choice.name.is_(category) & Choice.paid_as.is_(paid_as),
            )
            for category, paid_as in CHOICES
        ),
        lc.Earn("choice as bonus", AS_BONUS(1), on=lc.Activity, when=Choice.paid_as.is_("bonus")),
        *(lc.Expiry(chosen(*choice), lc.end_of(lc.month)) for choice in CHOICES),
        lc.Expiry(AS_BONUS, lc.end_of(lc.month)),
        # What that earns.
        *(
            lc.Earn(
                f"{category} {paid_as}",
                (UMICO if paid_as == "bonus" else CASHBACK)(CATEGORIES[category]).per(AZN(100), Charge.net),
                when=Charge.category.is_(category) & holds(chosen(category, paid_as)),
            )
            for category, paid_as in CHOICES
        ),
        lc.Lane(
            "cashback categories",
            of=[f"{category} cashback" for category in CATEGORIES],
            limit=lc.at_most(CASHBACK(50), per=lc.month),
        ),
        lc.Lane(
            "bonus categories",
            of=[f"{category} bonus" for category in CATEGORIES],
            limit=lc.at_most(UMICO(100), per=lc.month),
        ),
        lc.Earn("partner", UMICO(1).per(AZN(100), lc.product(Charge.net, Charge.partner)), when=holds(AS_BONUS)),
    ],
)
