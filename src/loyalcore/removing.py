"""Removing: what is to be decided where a person leaves an account: what is returned, and what goes along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
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
from loyalcore.transfers import Transfer
from loyalcore.units import Amount, Unit

__all__ = ["returns_of", "transfers_of"]


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
    core = account.state()
    return tuple(
        Return(derived_id(id, entry.id), at=at, of=entry.id)
        for entry in _picked(rules, account, where, of)
        if _is_kept(core, entry)
    )


def transfers_of(
    rules: Program | Book,
    account: Account,
    unit: Unit,
    *,
    to: str | int,
    id: str | int,
    at: dt.datetime,
    where: Condition[Any] | None = None,
    of: type[Purchase | Activity | Transfer] = Transfer,
) -> tuple[Transfer, ...]:
    """
    Return the transfers that give a member, who leaves, what is left of a unit that events brought to an account.

    That is what the member *to* has given to it by transfers; with *of* purchases or activities, what came by those
    for which the condition *where* holds, which asks about the event alone. What is not usable yet, or held, stays.
    Each transfer is of one event, with an id made of *id* and that of the event; decide them one by one, in the order
    given, which is that of the events. The units end as the terms of the unit's transfers say.
    """
    if not is_a(unit, Unit):
        raise InvalidValue(f"a unit is given along, such as POINT, not {shown(unit)}")
    if of is Transfer:
        if where is not None:
            raise InvalidValue("what a member has given goes back to that member whatever it was; leave where= out")
        events = [each for each in account.entries if each.kind == "counterpart" and each.content[1][0] == to]
    else:
        events = [*_picked(rules, account, where, of)]
    left: dict[int, int] = {}
    for lot in account.lots(unit):
        if lot.usable is None and not lot.awaits:
            cause = account.state().row(lot.name)[2]
            left[cause] = left.get(cause, 0) + lot.left.minor
    return tuple(
        Transfer(derived_id(id, event.id), at=at, to=to, amount=Amount(unit, left[event.seq]), of=event.id)
        for event in events
        if event.seq in left
    )


def _picked(rules: Program | Book, account: Account, where: Any, of: Any) -> Iterator[Entry]:
    """Yield the purchases, or activities, of an account for which a condition holds."""
    if not is_a(where, Condition) or reads_history(where):
        raise InvalidValue(f"what is removed is told by a condition about the event alone, not {shown(where)}")
    kind = next((base.kind for base in (Purchase, Activity) if is_a(of, type) and issubclass(of, base)), None)
    if kind is None:
        raise InvalidValue(f"removed are purchases or activities, of=Purchase or of=Activity, not {shown(of)}")
    tests = dict[str, Callable[[Entry], bool]]()
    for entry in account.entries:
        if entry.kind == kind:
            program = rules.judged(entry) if isinstance(rules, Book) else rules
            if program.hash not in tests:
                tests[program.hash] = _test(program, kind, where)
            if tests[program.hash](entry):
                yield entry


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
