"""
Co-op Membership, United Kingdom, 2016 to 2024.

A share of what is spent on Co-op's own goods goes to the member, another to a local cause: five percent and one, from
late 2020 two and two. Each is rounded down to the penny by itself, but to no less than a penny. From 24 January 2024
nothing is earned, and what members hold by the end of that year is lost. Rules:
https://www.coop.co.uk/membership/membership-dashboard,
http://www.coop.co.uk/corporate/press/press-releases/headline-news/new-member-benefits/,
https://www.thenews.coop/150477/sector/retail/co-op-group-cuts-member-rewards-but-doubles-community-support/,
https://www.thenews.coop/175181/sector/retail/co-op-group-scraps-2p-member-rewards-in-favour-of-member-pricing/.
"""

import loyalcore as lc

MEMBER, COMMUNITY, GBP = lc.Unit("member", places=2), lc.Unit("community", places=2), lc.Money("GBP")


class Line(lc.Item):
    """A line of the receipt."""

    brand = lc.Text(missing="")


OWN = Line.brand.is_("co-op")
SPENT = lc.Pay("member reward", each=MEMBER(1), worth=GBP(1))


def share(name: str, unit: lc.Unit, of_a_pound: str) -> lc.Earn:
    """Give a share of what is spent on Co-op's own goods, at least a penny."""
    return lc.Earn(name, unit(of_a_pound).per(GBP(1), Line.net), where=OWN, rounding=lc.at_least_one)


def membership(version: str, *rules: lc.Earn | lc.Migration) -> lc.Program:
    """Be the membership with such rules."""
    return lc.Program(
        "coop-membership", version=version, timezone="Europe/London", currency=GBP, items=Line, rules=[SPENT, *rules]
    )


PROGRAM = lc.Book(
    [
        membership("2016", share("five percent", MEMBER, "0.05"), share("one percent", COMMUNITY, "0.01")),
        lc.Version(
            membership("2020", share("two percent", MEMBER, "0.02"), share("to the community", COMMUNITY, "0.02")),
            starts="2020-10-21",
        ),
        lc.Version(membership("2024"), starts="2024-01-24"),
        lc.Version(membership("2025", lc.Migration(MEMBER)), starts="2025-01-01"),
    ]
)
