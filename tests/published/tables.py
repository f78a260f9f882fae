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


def turnover(id: str, *, at: dt.datetime, **said: str) -> lc.Event:
    """A year's turnover as one purchase, in money or in pieces; that of two years as what it is."""
    if "this_year" in said:
        return rebates.Turnover(id, at=at, name="turnover", **said)
    if "each" in said:
        return lc.Purchase(id, at=at, items=[lc.Item("total", **said)])
    return lc.Purchase(id, at=at, **said)


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
