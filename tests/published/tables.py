"""What the words of the worked examples stand for, program by program."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path
from typing import Any

import loyalcore as lc
from published.adapter import Table, Word

PROGRAMS = Path(__file__).resolve().parent.parent.parent / "examples" / "programs"


def load(name: str) -> Any:
    """Import one file of examples/programs."""
    spec = importlib.util.spec_from_file_location(f"programs_{name}", PROGRAMS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dominos = load("dominos")
flying_blue = load("flying_blue")
rebates = load("volume_rebates")
sephora = load("sephora")
discover = load("discover_it")
marriott = load("marriott_bonvoy")
hotels = load("hotels_com")


def turnover(id: str, *, at: dt.datetime, **said: str) -> lc.Event:
    """A year's turnover as one purchase, in money or in pieces; that of two years as what it is."""
    if "this_year" in said:
        return rebates.Turnover(id, at=at, name="turnover", **said)
    if "each" in said:
        return lc.Purchase(id, at=at, items=[lc.Item("total", **said)])
    return lc.Purchase(id, at=at, **said)


def totals(id: str, *, at: dt.datetime, **said: str) -> lc.Event:
    """Running totals: what an account starts with that has come so far."""
    units = marriott
    measures = {
        "nights": [(units.NIGHTS, units.NIGHT)],
        "spend": [(units.SPENT, units.USD)],
        "lifetime_nights": [(units.FOR_LIFE, units.NIGHT)],
        "years_gold_or_higher": [(unit.earned(lc.lifetime), unit) for unit in (units.SILVER_YEAR, units.GOLD_YEAR)],
    }
    tallies = [lc.OpeningTally(of, unit(value)) for name, value in said.items() for of, unit in measures[name]]
    return lc.Opening(id, at=at, tallies=tallies)


def stay(id: str, *, at: dt.datetime, nights: str, price: str, coupon: str = "") -> lc.Event:
    """Some nights in one room, at a price for each."""
    return hotels.Stay(id, at=at, coupon=coupon, items=[hotels.Room("room", each=price, quantity=nights)])


TABLES = {
    "10-dominos": Table(
        dominos.PROGRAM,
        events={
            "purchase": Word(dominos.Order, {"amount": "net", "channel": "channel"}),
            "redeem": Word(
                lc.Redemption,
                {"points": ("reward", {"20": "dip", "40": "stuffed cheesy bread", "60": "medium pizza"})},
            ),
        },
        given={"balance": lambda value: {"lots": [lc.OpeningLot(dominos.POINT(value))]}},
        units={"point": dominos.POINT},
    ),
    "15-sephora": Table(
        sephora.PROGRAM,
        events={
            "purchase": Word(sephora.Order, {"amount": "net", "multiplier": ("promotion", {"4": "4x"})}),
            "redeem": Word(lc.Redemption, {"points": ("reward", {"500": "Beauty Insider Cash"})}),
        },
        # All members of that case are Insiders, who earn one point for a dollar.
        given={"balance": lambda value: {"lots": [lc.OpeningLot(sephora.POINT(value))]}, "rate": lambda _: {}},
        units={"point": sephora.POINT},
        ladder="status",
    ),
    "47-flying-blue": Table(
        flying_blue.PROGRAM,
        events={"flight": Word(flying_blue.Flight, {"xp": "xp"}, {"net": "0"}), "year_end": Word(None, {})},
        given={
            "tier": lambda value: {"tiers": {"status": value}},
            "xp": lambda value: {"lots": [lc.OpeningLot(flying_blue.XP(value))]},
        },
        units={"XP": flying_blue.XP},
        ladder="status",
        # A year that ends on 1 April 2025 began with a level reached in March 2024.
        days_before=lambda example: 380 if any(event["type"] == "year_end" for event in example["events"]) else 0,
    ),
    "48-marriott-bonvoy": Table(
        marriott.PROGRAM,
        events={
            "stay": Word(marriott.Stay, {"nights": "nights", "spend": "net", "brand": "brand"}, {"net": "0"}),
            "headstart": Word(marriott.Credit, {"nights": "nights"}, {"name": "card"}),
            "totals": Word(
                totals,
                {name: name for name in ("nights", "spend", "lifetime_nights", "years_gold_or_higher")},
            ),
        },
        given={"tier": lambda value: {"tiers": {"status": value}}},
        units={"point": marriott.POINT},
        rules={"choice benefit": ("choice benefit at 50", "choice benefit at 75")},
        ladder="status",
    ),
    "53-hotels-com": Table(
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
    ),
    "58-discover-it": Table(
        discover.PROGRAM,
        events={
            "activate": Word(lc.Settings, {"quarter": "quarter"}),
            "purchase": Word(discover.Charge, {"amount": "net", "category": "category"}),
            "card_opened": Word(lc.Enrolment, {}),
            "redeem": Word(lc.Redemption, {"amount": "amount"}, {"reward": "cash"}),
            "tick": Word(None, {}),
        },
        given={
            "earned_in_12_months": lambda value: {
                "lots": [lc.OpeningLot(discover.CASHBACK(value))],
                "tallies": [lc.OpeningTally(discover.CASHBACK.earned(discover.FIRST_YEAR), discover.CASHBACK(value))],
            }
        },
        units={"cashback": discover.CASHBACK},
        rules={"Cashback Match": ("Cashback Match",)},
        joins=True,
    ),
    "72-volume-rebates": Table(
        rebates.PROGRAM,
        events={
            "period_totals": Word(
                turnover,
                {
                    "amount": "net",
                    "units": "quantity",
                    "price": "each",
                    "this_year": "this_year",
                    "last_year": "last_year",
                },
            ),
            "purchase": Word(lc.Purchase, {"amount": "net"}),
            "refund": Word(lc.Return, {"of": "of", "amount": "net"}),
        },
        rules={
            "whole": ("retrospective", "retrospective by pieces"),
            "marginal": ("incremental", "incremental by pieces"),
            "": ("target",),
            "5% of the growth": ("growth",),
        },
    ),
}
