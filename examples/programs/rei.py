"""
REI Co-op Member Reward, United States, as of 2023.

A tenth of what a member bought at full price in a calendar year, less returns, paid on 15 March of the next; nothing
for whoever neither bought for ten dollars, sale goods included, nor joined in that year. A reward that is not used ends
as the second year after begins. Rules: https://www.rei.com/membership/dividend/.
"""

import loyalcore as lc

REWARD, JOINED, USD = lc.Unit("member reward", places=2), lc.Unit("joined"), lc.Money("USD")


class Article(lc.Item):
    """An article; goods on sale, gift cards, services and trips bring no reward, gift cards do not even count."""

    kind = lc.Text(missing="full-price")


last_year = lc.previous(lc.year)
bought = Article.net.sum(where=~Article.kind.is_("gift card")).over(last_year)
at_full_price = Article.net.sum(where=Article.kind.is_("full-price")).over(last_year)

PROGRAM = lc.Program(
    "rei-member-reward",
    version="2023",
    timezone="America/Los_Angeles",
    items=Article,
    rules=[
        lc.Earn("joined", JOINED(1), on=lc.Enrolment),
        lc.Earn(
            "member reward",
            REWARD("0.10").per(USD(1), at_full_price),
            on=lc.began(lc.year.beginning(month=3, day=15)),
            when=bought.at_least(USD(10)) | JOINED.earned(last_year).at_least(JOINED(1)),
            expires=lc.end_of(lc.year, further=1),
        ),
    ],
)
