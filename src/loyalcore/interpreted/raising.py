"""Raising: activities that an event raises for other accounts, withdrawn where a return leaves them without a cause."""

from __future__ import annotations

import math
from typing import Any

from loyalcore.conditions import TextOf
from loyalcore.counterparts import derived_id
from loyalcore.follow_ups import Raise
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Case, holds, measured
from loyalcore.schema import Number
from loyalcore.terms import Terms
from loyalcore.texts import is_id

__all__ = ["raise_again", "raise_for"]


def raise_for(held: Holdings, at: int, cause: int, case: Case) -> None:
    """Record what an event raises; what was raised itself raises nothing further."""
    rules = list(case.terms.of_kind(Raise))
    if case.kind == "activity" and case.event["name"] in {rule.activity for rule in rules}:
        return
    for rule in rules:
        account = _account(held, rule, case) if rule.on == case.kind else None
        if account is not None and (content := _content(rule, case)) is not None:
            _put(held, at, cause, rule, account, content)


def _account(held: Holdings, rule: Raise, case: Case) -> Any:
    """Return the account for which a rule raises something, or None where it is nobody else's."""
    found: Any = case.text(rule.to) if isinstance(rule.to, TextOf) else rule.to
    return found if found != held.member and (type(found) is int or is_id(found)) else None


def _content(rule: Raise, case: Case) -> tuple[Any, ...] | None:
    """Return the content of the activity that an event raises, or None."""
    if not holds(rule.when, case):
        return None
    terms, carried = case.terms, dict(rule.values)
    values: list[Any] = [rule.activity]
    for name, declared in terms.activities.fields:
        if name in carried:
            places = declared.places if isinstance(declared, Number) else terms.currency.places
            values.append(max(0, math.floor(measured(carried[name], case) * 10**places)))
        else:
            values.append(declared.stand_in(terms.currency.places, name))
    return ("name", *terms.activities.names), tuple(values)


def _put(held: Holdings, at: int, cause: int, rule: Raise, account: Any, content: tuple[Any, ...]) -> None:
    id_ = derived_id(held.member, held.rows[cause][2], rule.name)
    held.record(("raise", at, cause, rule.name, account, ("activity", id_, content)))


def raise_again(held: Holdings, terms: Terms, at: int, cause: int, of: int, kept: Case | None) -> None:
    """Withdraw what an event has raised where what is kept of it no longer would, and raise what differs."""
    facts = [of, *held.returns(held.rows[of][2])]
    rows = [row for fact in facts for _, row in held.caused(fact) if row[0] == "raise"]
    for rule in terms.of_kind(Raise):
        raised = [row for row in rows if row[3] == rule.name]
        if rule.on != held.rows[of][0] or not raised:
            continue
        *_, account, (kind, id_, content) = raised[-1]
        was = content if kind == "activity" else None
        now = None if kept is None else _content(rule, kept)
        if was is not None and was != now:
            back = derived_id(held.member, held.rows[cause][2], rule.name, "withdrawn")
            held.record(("raise", at, cause, rule.name, account, ("return", back, (("of", "items"), (id_, None)))))
        if now is not None and was != now:
            _put(held, at, cause, rule, account, now)
