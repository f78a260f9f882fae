"""What the words of the worked examples of 53-hotels-com stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

hotels = load("hotels_com")


def stay(id: str, *, at: dt.datetime, nights: str, price: str, coupon: str = "") -> lc.Event:
    """Some nights in one room, at a price for each."""
    return hotels.Stay(id, at=at, coupon=coupon, items=[hotels.Room("room", each=price, quantity=nights)])


NAME = "53-hotels-com"
TABLE = Table(
    hotels.PROGRAM,
    events={
        "stay": Word(stay, {"nights": "nights", "price": "price", "coupon": "coupon"}),
        "redeem": Word(lc.Redemption, {"room": "amount", "tax": None}, {"reward": "reward night"}),
    },
    given={
        "reward_nights": {
            "two of 93.50": {
                "lots": [lc.OpeningLot(hotels.REWARD_NIGHT(1), worth=hotels.EUR("93.50")) for _ in range(2)]
            }
        }.__getitem__,
    },
    units={"stamp": hotels.STAMP},
    rules={"reward night": ("ten nights",)},
    by_worth=True,
)
