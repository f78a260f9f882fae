"""Entrants: how many chances members have in the draws of a program, as of the moment of a draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from loyalcore.account import Account
from loyalcore.engine.entering import entry
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import to_instant
from loyalcore.lotteries import Draw
from loyalcore.program import Program

__all__ = ["chances", "entrants"]


def chances(program: Program, account: Account, draw: str, at: dt.datetime) -> int:
    """
    Return how many chances a member has in a draw that is held at a moment, with what is due by then done.

    The moment is the account's latest or later: what is asked of the past is asked of the account as it was then.
    """
    return entrants(program, [account], draw, at).get(account.member, 0)


def entrants(program: Program, accounts: Iterable[Account], draw: str, at: dt.datetime) -> dict[str | int, int]:
    """Return the members who have chances in a draw that is held at a moment, with how many; see `chances`."""
    if not is_a(program, Program) or not is_a(accounts, Iterable):
        raise InvalidValue(f"entrants are of a program and accounts, not of {shown(program)}, {shown(accounts)}")
    rule = next((each for each in program.of_kind(Draw) if each.name == draw), None)
    if rule is None:
        raise InvalidValue(f"program {program.name} has no draw {shown(draw)}; add a Draw")
    instant, found, tell = to_instant(at), dict[str | int, int](), entry(program, rule)
    for account in accounts:
        if not is_a(account, Account):
            raise InvalidValue(f"entrants are accounts, as open() and answers give them, not {shown(account)}")
        if instant < account.state().now:
            raise InvalidValue(f"account {account.member!r} is later than {at}; ask it as it was then")
        if number := tell(program.advance(account, at).account.state(), instant):
            found[account.member] = number
    return found
