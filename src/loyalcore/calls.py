"""Calls: what the verbs of a program are called with, checked before anything is decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from loyalcore.account import Account
from loyalcore.engine import Engine
from loyalcore.engine.parties import Assumed
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Event
from loyalcore.instants import BEGINNING, to_instant
from loyalcore.ledger import Core
from loyalcore.purchases import Purchase
from loyalcore.rewards import Pay
from loyalcore.texts import check_name
from loyalcore.units import Amount

__all__ = ["by_id", "check_account", "check_decidable", "check_order", "check_pay", "recorded_at"]


def by_id(others: Mapping[Any, Account] | Iterable[Account]) -> dict[str | int, Any]:
    """Return accounts by whose they are."""
    if not is_a(others, Iterable) or is_a(others, str):
        raise InvalidValue(f"others are accounts, in a list or by their ids, not {shown(others)}")
    given = [*(others.values() if isinstance(others, Mapping) else others)]
    for other in given:
        if not is_a(other, Account, Assumed):
            raise InvalidValue(f"others are accounts, as open() and answers give them, not {shown(other)}")
    return {other.member: other for other in given}


def recorded_at(core: Core, at: int, now: dt.datetime | None) -> int:
    """Return when an event is recorded: at its own moment or when it is said to be, never before the latest."""
    return max(core.now, at, BEGINNING if now is None else to_instant(now, "now"))


def check_decidable(account: object, event: object, what: str) -> None:
    """Refuse what is no account with an event to decide on it."""
    if not is_a(account, Account) or not is_a(event, Event):
        raise InvalidValue(f"{what} takes an account and an event, not {shown(account, 60)}, {shown(event, 60)}")


def check_account(account: object, what: str) -> None:
    """Refuse what is no account."""
    if not is_a(account, Account):
        raise InvalidValue(f"{what} takes an account, as open() and answers give it, not {shown(account)}")


def check_order(account: object, order: object, what: str) -> None:
    """Refuse what is no account with a purchase to ask about."""
    if not is_a(account, Account) or not is_a(order, Purchase):
        raise InvalidValue(f"{what} takes an account and a purchase, not {shown(account, 60)}, {shown(order, 60)}")


def check_pay(engine: Engine, reward: object, wanted: Amount | None) -> Pay:
    """Return the rule to pay with that is named; refuse what is none, and what cannot be wanted of it."""
    rule = engine.rewards.get(check_name(reward, "a Pay rule"))
    if not isinstance(rule, Pay):
        raise InvalidValue(f"{reward!r} is no Pay rule of program {engine.terms.name}; name one that is")
    units = (rule.worth.unit, rule.each.unit)
    if wanted is not None and (not is_a(wanted, Amount) or wanted.unit not in units or wanted.minor < 0):
        named = " or ".join(unit.name for unit in units)
        raise InvalidValue(f"wanted of {reward} is an amount of {named}, not {shown(wanted)}")
    return rule
