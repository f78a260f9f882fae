"""Deducting: what activities take of units, and what comes back of that where one is revoked."""

from __future__ import annotations

from loyalcore.deductions import Deduct
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.lives import end_by_policy
from loyalcore.interpreted.postings import give, spend
from loyalcore.interpreted.questions import Case, holds, measured
from loyalcore.interpreted.worths import give_spent
from loyalcore.limits import reject
from loyalcore.returning import debt
from loyalcore.terms import Terms

__all__ = ["deduct", "deduct_back", "is_deducted"]


def deduct(held: Holdings, at: int, cause: int, case: Case) -> None:
    """Take what the rules say that an activity takes, one after the other."""
    for rule in case.terms.of_kind(Deduct) if case.kind == "activity" else ():
        unit = rule.takes.unit
        exact = measured(rule.takes.measure, case) * 10**unit.places if holds(rule.when, case) else 0
        wanted = max(0, rule.rounding(exact.numerator, exact.denominator))
        usable, owed = sum(lot.left for lot in held.usable(unit.name)), held.debt(unit.name)
        taken = min(wanted, usable if rule.otherwise == debt else max(0, usable - owed))
        if rule.otherwise == reject and taken < wanted:
            continue
        if taken:
            spend(held, at, cause, rule.name, unit.name, taken)
        if rule.otherwise == debt and (more := wanted - taken):
            held.record(("take", at, cause, rule.name, unit.name, more, (), 0, more, 0, None))


def is_deducted(held: Holdings, seq: int, name: str) -> bool:
    """Tell whether a rule of that name takes units, rather than gives them, by the version that judged a fact."""
    return any(rule.name == name for rule in held.version_of(seq).terms.of_kind(Deduct))


def deduct_back(held: Holdings, terms: Terms, at: int, cause: int, of: int) -> None:
    """Give back what the activity at a position took: into its lots, or anew where it was owed."""
    names = {rule.name for rule in terms.of_kind(Deduct)} if held.rows[of][0] == "activity" else set()
    for _, row in held.caused(of):
        if row[0] == "spend" and row[3] in names:
            give_spent(held, terms, at, cause, row)
        elif row[0] == "take" and row[3] in names:
            give(held, at, cause, row[3], row[4], row[5], end_by_policy(held, terms, row[4], at))
