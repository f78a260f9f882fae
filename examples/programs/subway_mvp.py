"""
Subway MVP Rewards and Sub Club, United States, 2023 to 2026.

Ten points a dollar; bonuses add up on the base: 10 % for Captains (200 dollars a year), 20 % for All-Stars (400), 5 %
on orders in the app. 400 points turn into two dollars of Subway Cash by themselves. On 7 September 2023 the tokens of
MyWay Rewards became two and a half points each, and every open reward 400. Sub Club was a stamp card beside it, the
fourth footlong free; on 1 April 2026 open stamps were forfeited, coupons stayed. Rules:
https://subway.com/en-ca/contactus/subwayfaqs/subway-mvp-rewards, https://www.convenience.org/Media/Daily/2023/
September/8/5-Subway-Moves-to-Tiered-Reward-System_FS.
"""

from typing import Any

import loyalcore as lc

POINT, CASH, STAMP, COUPON = lc.Unit("point"), lc.Unit("Subway Cash"), lc.Unit("stamp"), lc.Unit("footlong coupon")
TOKEN, OLD_REWARD, USD = lc.Unit("token"), lc.Unit("reward of MyWay"), lc.Money("USD")


class Order(lc.Purchase):
    """An order, in a store or in the app."""

    channel = lc.Text(missing="store")
    footlongs = lc.Number(missing=0)


SUBWAY: dict[str, Any] = {"name": "subway-mvp", "timezone": "America/New_York", "purchases": Order}
TIERS = {"Pro": 0, "Captain": USD(200), "All-Star": USD(400)}
MVP = (
    lc.Migration(TOKEN, into=POINT, by="2.5"),
    lc.Migration(OLD_REWARD, into=POINT, by=400),
    lc.Earn("base", POINT(10).per(USD(1), Order.net)),
    lc.Earn("joining", POINT(250), on=lc.Enrolment),
    lc.Boost("tier", lc.by_tier("status", {"Captain": "+10%", "All-Star": "+20%"}), of="base"),
    lc.Boost("app", "+5%", of="base", when=Order.channel.is_("app")),
    lc.Ladder("status", by=Order.net.over(lc.anniversary(years=1)), tiers=TIERS, valid=lc.years(1)),
    lc.Reward("2 dollars of Subway Cash", POINT(400), gives=CASH(2), claim=lc.repeatedly, on=lc.at_once),
    lc.Expiry(COUPON, lc.months(1)),
)
STAMPS = (
    lc.Earn("Sub Club", STAMP.per(1, Order.footlongs)),
    lc.Reward("free footlong", STAMP(3), gives=COUPON(1), claim=lc.repeatedly),
)

MYWAY = (lc.Earn("tokens", TOKEN(4).per(USD(1), Order.net)), lc.Expiry(OLD_REWARD, lc.months(1)))

PROGRAM = lc.Book(
    [
        lc.Program(version="MyWay", rules=MYWAY, **SUBWAY),
        lc.Version(lc.Program(version="MVP", rules=MVP, **SUBWAY), starts="2023-09-07", tallies=lc.from_now),
        lc.Version(lc.Program(version="Sub Club", rules=[*MVP, *STAMPS], **SUBWAY), starts="2025-01-01"),
        lc.Version(lc.Program(version="2026", rules=[*MVP, lc.Migration(STAMP)], **SUBWAY), starts="2026-04-01"),
    ]
)
