"""What the words of the worked examples of 57-birbank-umico stand for."""

from __future__ import annotations

import datetime as dt

import loyalcore as lc
from published.adapter import Table, Word, load

umico = load("birbank_umico")

CHOICES = {
    "Hotels 3% (bonus)": {"name": "Hotels", "paid_as": "bonus"},
    "Hotels 3% (cashback)": {"name": "Hotels", "paid_as": "cashback"},
}


def choose(id: str, *, at: dt.datetime, categories: str) -> lc.Event:
    """The choice of a month, made on its first day."""
    return umico.Choice(id, at=at, **CHOICES[categories])


NAME = "57-birbank-umico"
TABLE = Table(
    umico.PROGRAM,
    events={
        "setting": Word(choose, {"month": None, "categories": "categories"}),
        "purchase": Word(umico.Charge, {"amount": "net", "category": "category", "partner": ("partner", {"5%": "5"})}),
    },
    units={"umico": umico.UMICO, "cashback": umico.CASHBACK},
    rules={"category": ("bonus categories",), "partner": ("partner",)},
)
