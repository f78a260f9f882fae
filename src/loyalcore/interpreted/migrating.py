"""Migrating: units of a kind that a program turns into another, or forfeits, wherever some are usable."""

from __future__ import annotations

from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.interpreted.holdings import Holdings, pairs
from loyalcore.interpreted.lives import end_by_policy
from loyalcore.interpreted.postings import give, spend, take_from
from loyalcore.migrations import Migration
from loyalcore.terms import Terms
from loyalcore.transfers import renew

__all__ = ["migrate", "migrations"]


def migrations(terms: Terms) -> list[Migration]:
    """Return what a program turns into what."""
    return [*terms.of_kind(Migration)]


def migrate(held: Holdings, at: int, cause: int | None) -> None:
    """Turn what is usable, or owed, of the units that the version in force knows no more, or end all there is."""
    for rule in migrations(held.in_force.terms):
        unit = rule.unit.name
        if rule.into is not None and (held.balance(unit) or held.debt(unit)):
            _convert(held, rule, at, cause)
        for lot in [*held.usable(unit), *held.pending(unit)] if rule.into is None else ():
            held.record(("expire", at, lot.name, unit, lot.left))


def _convert(held: Holdings, rule: Migration, at: int, cause: int | None) -> None:
    terms, unit, seq = held.in_force.terms, rule.unit.name, len(held.rows)
    lots, owed, turned = held.balance(unit), held.debt(unit), held.sum(rule.name, BEGINNING)
    assert rule.into is not None  # noqa: S101 - what is forfeited was told apart
    sums = (rule.name, BEGINNING, lots - owed)
    held.record(("arise", at, cause, rule.name, None, (), sums, (), terms.hash))
    if owed:
        held.record(("earn", at, seq, rule.name, unit, owed, None, FOREVER, owed, None))
    ends: dict[int, int] = {}
    if lots:
        spend(held, at, seq, rule.name, unit, lots)
        for lot, amount in pairs(held.rows[-1][6]):
            end = end_by_policy(held, terms, rule.into.name, at) if rule.expiry == renew else held.lots[lot].end
            ends[end] = ends.get(end, 0) + amount
    for end in sorted(ends):
        before, turned = turned, turned + ends[end]
        if part := rule.worth(turned) - rule.worth(before):
            give(held, at, seq, rule.name, rule.into.name, part, end, None, BEGINNING)
    if part := rule.worth(turned) - rule.worth(turned - owed):
        cell = rule.name, BEGINNING
        own = [place for place, row in enumerate(held.rows) if row[0] == "earn" and (row[3], row[9]) == cell]
        taken = [row for row in held.rows if row[0] == "take" and (row[3], row[10]) == cell]
        giver = rule.name, rule.into.name, terms.taking_back
        take_from(held, at, seq, giver, part, own, taken, BEGINNING)
