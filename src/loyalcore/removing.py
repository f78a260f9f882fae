"""Removing: returns of all that a condition picks, as when another person of an account is removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from loyalcore.account import Account
from loyalcore.book import Book
from loyalcore.conditions import Condition
from loyalcore.counterparts import derived_id
from loyalcore.engine.judge import Judge, reads_history
from loyalcore.engine.kept import kept_of
from loyalcore.engine.plan import canonical_columns
from loyalcore.entries import Entry
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Activity, Return
from loyalcore.ledger import Core
from loyalcore.program import Program
from loyalcore.purchases import Purchase
from loyalcore.terms import Terms
from loyalcore.trace import trace

__all__ = ["returns_of"]


def returns_of(
    rules: Program | Book,
    account: Account,
    where: Condition[Any],
    *,
    id: str | int,
    at: dt.datetime,
    of: type[Purchase | Activity] = Purchase,
) -> tuple[Return, ...]:
    """
    Return the returns that take back all purchases, or activities, of which something is kept and a condition holds.

    The condition asks about the event alone, as it was recorded. Each return has an id made of *id* and that of what
    it is of, so that deciding all of them again changes nothing. Decide them one by one, in the order given, which is
    that in which the events were recorded; none is returned where nothing is left to be.
    """
    if not is_a(where, Condition) or reads_history(where):
        raise InvalidValue(f"what is removed is told by a condition about the event alone, not {shown(where)}")
    kind = next((base.kind for base in (Purchase, Activity) if is_a(of, type) and issubclass(of, base)), None)
    if kind is None:
        raise InvalidValue(f"removed are purchases or activities, of=Purchase or of=Activity, not {shown(of)}")
    core, tests = account.state(), dict[str, Callable[[Entry], bool]]()
    found: list[Return] = []
    for entry in account.entries:
        if entry.kind != kind or not _is_kept(core, entry):
            continue
        program = rules.judged(entry) if isinstance(rules, Book) else rules
        if program.hash not in tests:
            tests[program.hash] = _test(program, kind, where)
        if tests[program.hash](entry):
            found.append(Return(derived_id(id, entry.id), at=at, of=entry.id))
    return tuple(found)


def _is_kept(core: Core, entry: Entry) -> bool:
    """Tell whether something is left of a purchase, or an activity was not revoked."""
    if entry.kind == "activity":
        return not trace(core).returns.get(entry.id)
    return kept_of(core, entry.seq, entry.content[1]).anything


def _test(program: Terms, kind: str, where: Condition[Any]) -> Callable[[Entry], bool]:
    """Compile the condition for what a version of the program has recorded of events of a kind."""
    program.vocabulary.check_condition(where, kind, "what is removed")
    judge = Judge(program, kind, *canonical_columns(program, kind))
    test, walk = judge.condition(where), judge.items.compile()

    def holds(entry: Entry) -> bool:
        items = entry.content[1] if kind == "purchase" else ()
        event = entry.content[3] if kind == "purchase" else entry.content[1]
        return test is None or bool(test(event, walk(items), entry.row[1], ()))

    return holds
