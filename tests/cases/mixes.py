"""Product mixes: several measures that are rewarded together, each step of them once."""

from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

USD, POINT = lc.Money("USD"), lc.Unit("point")


class Line(lc.Item):
    """What was spent at a shop."""

    shop = lc.Text(missing="")


SPORT, COFFEE, SANDWICH = (Line.net.sum(Line.shop.is_(name)) for name in ("SC", "TH", "SW"))
MIXES = POINT.packages(
    {SPORT: USD(1), COFFEE: USD(1), SANDWICH: USD(1)},
    {
        (75, 25, 25): POINT(500),
        (75, 25, 0): POINT(300),
        (75, 0, 0): POINT(200),
        (25, 10, 10): POINT(150),
        (25, 10, 0): POINT(75),
        (20, 0, 0): POINT(75),
        (1, 0, 0): POINT(1),
        (0, 1, 0): POINT(1),
        (0, 0, 1): POINT(1),
    },
)

SPENT = {
    "rw-005": [("SC", "35.26"), ("SC", "39.74"), ("SW", "25.23"), ("TH", "29.23")],
    "rw-006": [("SC", "100.23"), ("TH", "35.89"), ("SW", "35.23")],
}


@case("rw-005", "rw-006", by="packages over a month: its amounts are added up before they are cut to whole dollars")
def product_mix(id: str) -> Iterator[Any]:
    club = lc.Program("mall", version="1", items=Line, rules=[lc.Earn("mix", MIXES, over=lc.month)])
    ada = Member(club)
    for number, (shop, net) in enumerate(SPENT[id]):
        ada.does(lc.Purchase(f"p{number}", at=date("2021-05-31"), items=[Line("a", net, shop=shop)]))
    yield ada.account.balance(POINT)
