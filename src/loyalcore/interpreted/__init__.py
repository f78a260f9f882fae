"""
The interpreted form: the rules of the library as one would read them aloud.

`decide` and `advance` answer with the same entries as those of `loyalcore.Program`, byte for byte, and share nothing
with the engine that is compiled for speed: they walk the program's values for each event, in fractions, over the whole
of what the account holds. So this is where the rules can be studied, and what the engine is held against.

- `words`: what is read of a program, and what an event says as entries hold it.
- `holdings`: what the rows of an account come to.
- `questions`: what conditions answer and measures come to, a clause for each word.
- `histories`: what rules read of the past, and how it is frozen with an event.
- `giving`: what a rule or lane gives for one event by itself: boosts, lanes, limits per item and purchase.
- `cells`, `rooms`, `awards`: what is granted, cell by cell: limits over windows, windows. An award is a difference.
- `editions`, `stretches`, `carried`, `versions`: what is whose where the versions of a book follow one another.
- `keeping`: what is kept of a purchase after returns.
- `postings`: lots, given, taken back, waiting, held, spent and given back, and when they end.
- `migrating`: units that a version turns into others.
- `worths`: what the units of lots are worth, and what rewards make of that.
- `ladders`, `streaks`, `passing`: tiers, streaks, and what happens by itself as time passes.
- `budgets`, `parties`, `raising`: what is decided on several accounts, and what one raises for another.
- `baskets`, `sets`, `choosing`, `discounting`: what is off a basket; `refusing`: what the terms do not allow;
  `deducting`: what activities take.
- `recording`, `rewarding`, `paying`, `deciding`: what each kind of event does.

It reads the whole history for each event, so it is made for tests and for reading, not for a shop.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from loyalcore.account import Account, fold
from loyalcore.answers import Answer
from loyalcore.counterparts import derived_id
from loyalcore.entries import Entry, Row
from loyalcore.errors import EventConflict, InvalidValue
from loyalcore.events import Event
from loyalcore.instants import BEGINNING, from_instant, to_instant
from loyalcore.interpreted.budgets import Party
from loyalcore.interpreted.deciding import DECIDES, decide_together, judge_of
from loyalcore.interpreted.editions import Rules, editions
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.parties import named
from loyalcore.interpreted.passing import pass_time
from loyalcore.interpreted.recording import Asked
from loyalcore.interpreted.refusing import refused
from loyalcore.interpreted.words import check_read, declared, filled_in, written
from loyalcore.terms import Terms
from loyalcore.texts import id_order

__all__ = ["advance", "decide"]


def decide(
    rules: Rules,
    account: Account,
    event: Event,
    now: dt.datetime | None = None,
    *,
    others: Mapping[Any, Account] | Iterable[Account] = (),
) -> Answer:
    """
    Decide an event as `loyalcore.Program.decide` does, or `loyalcore.Book.decide`, *others* being the other accounts.

    The answer has entries and the accounts after them, or a refusal; no reasons, and no follow-ups but in the entries.
    """
    held = _held(rules, account)
    judging = held.versions[0]
    if not isinstance(rules, Terms):
        judging = judge_of(held, event)
        event = declared(judging.terms, event)
    event = filled_in(judging.terms, event)
    content = written(judging.terms, event)
    given = {each.member: each for each in (others.values() if isinstance(others, Mapping) else others)}
    seq = held.fact(event.id)
    if seq is not None:
        return _known(rules, account, held, seq, event, content, given)
    roles = named(held, judging, event.kind, content)
    wanted = sorted({each for each in roles.values() if each is not None}, key=id_order)
    if missing := [each for each in wanted if each not in given]:
        raise InvalidValue(f"event {event.id!r} is decided on {missing} as well; give these as others=")
    parties = {each: Party(each, _held(rules, given[each])) for each in wanted}
    accounts = {held: account} | {party.held: given[each] for each, party in parties.items()}
    before = {each: len(each.rows) for each in accounts}
    recorded = BEGINNING if now is None else to_instant(now, "now")
    moment = max(event.instant, recorded, *(each.now for each in accounts))
    for each in accounts:
        pass_time(each, moment)
        each.now = moment
    asked = Asked(event.kind, event.id, event.instant, moment, content)
    if roles:
        taking = {role: None if each is None else parties[each] for role, each in roles.items()}
        refusal = decide_together(held, judging, asked, taking)
    else:
        refusal = refused(held, judging.terms, asked) or DECIDES[event.kind](held, judging, asked)
    if refusal is not None:
        return Answer(account, (), refusal, others=tuple(given[each] for each in wanted))
    own, *rest = (_answer(account, each, before[each]) for each, account in accounts.items())
    entries = (*own.entries, *(entry for answer in rest for entry in answer.entries))
    return Answer(own.account, entries, others=tuple(answer.account for answer in rest))


def advance(rules: Rules, account: Account, to: dt.datetime) -> Answer:
    """Do what is due until a moment, that moment included, as `loyalcore.Program.advance` does."""
    held = _held(rules, account)
    before = len(held.rows)
    pass_time(held, to_instant(to, "to"))
    return _answer(account, held, before)


def _held(rules: Rules, account: Account) -> Holdings:
    versions = editions(rules)
    for version in versions:
        check_read(version.terms)
    rows = account.rows
    if len(rows) < account.version:
        raise InvalidValue(
            f"account {account.member!r} comes from a snapshot and knows {len(rows)} of its {account.version} entries; "
            "load all from the start, since the interpreted form reads whole histories"
        )
    return Holdings(rows, versions, account.member)


def _answer(account: Account, held: Holdings, before: int) -> Answer:
    new = tuple(Entry(account.member, before + place, row) for place, row in enumerate(held.rows[before:]))
    return Answer(fold(account.member, held.rows) if new else account, new)


def _known(
    rules: Rules,
    account: Account,
    held: Holdings,
    seq: int,
    event: Event,
    content: tuple[Any, ...],
    given: Mapping[str | int, Account],
) -> Answer:
    """Answer an event that was recorded before with what was recorded then, or say what differs."""
    for name, recorded, said in _differences(held.rows[seq], event, content):
        raise EventConflict(event.id, name, recorded, said)
    entries = _group(held, seq)
    others = tuple(each for member, each in given.items() if member != account.member)
    for other in (_held(rules, each) for each in others):
        place = other.fact(derived_id(account.member, event.id))
        entries += [] if place is None else _group(other, place)
    return Answer(account, tuple(entries), known=True, others=others)


def _group(held: Holdings, seq: int) -> list[Entry]:
    """Return a fact with all that followed from it."""
    return [Entry(held.member, place, row) for place, row in [(seq, held.rows[seq]), *held.followed(seq)]]


def _differences(row: Row, event: Event, content: tuple[Any, ...]) -> list[tuple[str, Any, Any]]:
    """Return what differs between what was recorded and an event, by name."""
    kind, at, _, recorded, *_ = row
    compared: list[tuple[str, Any, Any]] = [("kind", kind, event.kind), ("at", from_instant(at), event.at)]
    if kind == event.kind:
        if kind == "purchase":
            compared += [("items", recorded[1], content[1]), ("items", recorded[0], content[0])]
        compared += [("fields", recorded[-2], content[-2])]
        compared += zip(content[-2], recorded[-1], content[-1], strict=False)
    return [found for found in compared if found[1] != found[2]]
