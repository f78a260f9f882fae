"""Raising: follow-ups of events, and their withdrawal when a return leaves them without a cause."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from loyalcore.conditions import TextOf
from loyalcore.counterparts import derived_id
from loyalcore.engine.judge import Judge
from loyalcore.engine.moments import setting_reader
from loyalcore.engine.tenders import heard
from loyalcore.entries import Row
from loyalcore.events import Activity, Event, Return
from loyalcore.follow_ups import FollowUp, Raise
from loyalcore.instants import from_instant
from loyalcore.ledger import Core
from loyalcore.schema import Number, Price, Schema
from loyalcore.terms import Terms
from loyalcore.texts import is_id
from loyalcore.trace import caused, trace
from loyalcore.units import Amount, Unit

__all__ = ["Claim", "Raising", "follow_up", "raiser", "raisings", "reconsider"]

#: Does what follows from the event at a position: account, moment, position.
Claim = Callable[[Core, int, int], None]


class Raising:
    """Be a rule that raises activities, compiled: whether it speaks for an event, for whom, and what it carries."""

    def __init__(self, judge: Judge, rule: Raise) -> None:
        self.name, self._activity = rule.name, rule.activity
        self._holds = judge.condition(rule.when)
        self._account = _account_reader(judge, rule.to)
        terms = judge.terms
        places, carried = terms.currency.places, dict(rule.values)
        self._names = ("name", *terms.activities.names)
        self._values: list[Callable[[Any, Any, int, Any], Any]] = []
        for name, declared in terms.activities.fields:
            if name in carried:
                number = judge.measure(carried[name])
                parts = declared.places if isinstance(declared, Number) else places
                self._values.append(_carried(number.value, 10**parts, number.scale))
            else:
                self._values.append(_always(declared.stand_in(places, f"{name} of {rule.activity}")))

    def account(self, core: Core, event: Any, frozen: Any) -> Any:
        """Return the account to raise something for, or None where it is nobody else's."""
        found = self._account(event, frozen)
        return found if found != core.member and (type(found) is int or is_id(found)) else None

    def content(self, event: Any, sums: Any, at: int, frozen: Any) -> tuple[Any, ...] | None:
        """Return the content of the activity that an event raises, or None."""
        if self._holds is not None and not self._holds(event, sums, at, frozen):
            return None
        return self._names, (self._activity, *[value(event, sums, at, frozen) for value in self._values])


def _always(value: Any) -> Callable[[Any, Any, int, Any], Any]:
    return lambda event, sums, at, frozen: value


def _carried(value: Callable[..., int], up: int, down: int) -> Callable[[Any, Any, int, Any], Any]:
    return lambda event, sums, at, frozen: max(0, value(event, sums, at, frozen) * up // down)


def _account_reader(judge: Judge, named: str | int | TextOf[Any]) -> Callable[[Any, Any], Any]:
    if not isinstance(named, TextOf):
        return lambda event, frozen: named
    if named.of == "setting":
        place = judge.moments.add(("setting", named.name), setting_reader(named.name))
        return lambda event, frozen: frozen[place]
    read = judge.event.reader(named.name)
    return lambda event, frozen: read(event)


def raisings(judge: Judge) -> list[Raising]:
    """Compile the rules that raise something for events of the judge's kind."""
    return [Raising(judge, rule) for rule in judge.terms.of_kind(Raise) if rule.on == judge.kind]


def raiser(plan: Any, then: Claim) -> Claim:
    """Return what raises the follow-ups of an event, after what follows from it in its own account."""
    raised = {rule.activity for rule in plan.judge.terms.of_kind(Raise)}

    def follow(core: Core, at: int, cause: int) -> None:
        then(core, at, cause)
        row = core.row(cause)
        event, items = heard(row)
        if row[0] == "activity" and event[0] in raised:
            return
        sums, frozen = plan.sums(items), row[4]
        for raising in plan.raises:
            account, content = raising.account(core, event, frozen), raising.content(event, sums, row[1], frozen)
            if account is not None and content is not None:
                _put(core, at, cause, raising.name, account, content)

    return follow


def _put(core: Core, at: int, cause: int, rule: str, account: Any, content: tuple[Any, ...]) -> None:
    id_ = derived_id(core.member, core.row(cause, content=False)[2], rule)
    core.put(("raise", at, cause, rule, account, ("activity", id_, content)))


def reconsider(plan: Any, core: Core, at: int, fact: int, seq: int, kept: tuple[Any, ...] | None) -> None:
    """
    Withdraw what the event at a position has raised where the kept items no longer would, and raise what differs.

    *kept* are the rows of items that are left, or None where nothing is.
    """
    row = core.row(seq)
    event, frozen = heard(row)[0], row[4]
    for raising in plan.raises:
        raises = _raised(core, seq, raising.name)
        if not raises:
            continue
        account, (kind, id_, was) = raises[-1][4], raises[-1][5]
        if kind == "return":
            was = None
        now = None if kept is None else raising.content(event, plan.sums(kept), row[1], frozen)
        if was == now:
            continue
        if was is not None:
            back = derived_id(core.member, core.row(fact, content=False)[2], raising.name, "withdrawn")
            core.put(("raise", at, fact, raising.name, account, ("return", back, (("of", "items"), (id_, None)))))
        if now is not None:
            _put(core, at, fact, raising.name, account, now)


def _raised(core: Core, seq: int, rule: str) -> list[Row]:
    """Return what a rule raised for the event at a position and its returns, in order."""
    facts = (seq, *trace(core).returns.get(core.row(seq, content=False)[2], ()))
    return [row for fact in facts for _, row in caused(core, fact) if row[0] == "raise" and row[3] == rule]


def follow_up(terms: Terms, row: Row) -> FollowUp:
    """Return the follow-up that a row says was raised."""
    _, at, _, _, account, (kind, id_, content) = row
    moment = from_instant(at)
    if kind == "return":
        return FollowUp(account, Return(id_, at=moment, of=content[1][0]))
    attributes: dict[str, Any] = {}
    for (name, declared), value in zip(terms.activities.fields, content[1][1:], strict=True):
        numeric = isinstance(declared, Number | Price)
        places = declared.places if isinstance(declared, Number) else terms.currency.places
        attributes[name] = Amount(Unit("number", places), value).decimal if numeric else value
    event: Event = _activity(terms.activities)(id_, at=moment, name=content[1][0], **attributes)
    return FollowUp(account, event)


@lru_cache(maxsize=64)
def _activity(schema: Schema) -> Any:
    """Return a class of activities with the fields of a schema."""
    return type("Activity", (Activity,), dict(schema.fields))
