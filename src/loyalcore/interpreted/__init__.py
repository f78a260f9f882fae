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
- `ladders`, `passing`: tiers, and what happens by itself as time passes.
- `recording`, `rewarding`, `paying`, `deciding`: what each kind of event does.

It reads the whole history for each event, so it is made for tests and for reading, not for a shop.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from loyalcore.account import Account, fold
from loyalcore.answers import Answer
from loyalcore.entries import Entry, Row
from loyalcore.errors import EventConflict, InvalidValue
from loyalcore.events import Event
from loyalcore.instants import BEGINNING, from_instant, to_instant
from loyalcore.interpreted.deciding import DECIDES, judge_of
from loyalcore.interpreted.editions import Rules, editions
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.passing import pass_time
from loyalcore.interpreted.questions import Unread
from loyalcore.interpreted.recording import Asked
from loyalcore.interpreted.words import check_read, declared, written
from loyalcore.terms import Terms

__all__ = ["advance", "decide"]


def decide(rules: Rules, account: Account, event: Event, now: dt.datetime | None = None) -> Answer:
    """
    Decide an event as `loyalcore.Program.decide` does, or `loyalcore.Book.decide`.

    The answer has entries and the account after them, or a refusal; no reasons.
    """
    held = _held(rules, account)
    judging = held.versions[0]
    if not isinstance(rules, Terms):
        judging = judge_of(held, event)
        event = declared(judging.terms, event)
    content = written(judging.terms, event)
    seq = held.fact(event.id)
    if seq is not None:
        return _known(account, held, seq, event, content)
    if event.kind not in DECIDES:
        raise Unread(event, "the deciding")
    moment = max(held.now, event.instant, BEGINNING if now is None else to_instant(now, "now"))
    before = len(held.rows)
    pass_time(held, moment)
    held.now = moment
    refusal = DECIDES[event.kind](held, judging, Asked(event.kind, event.id, event.instant, moment, content))
    return _answer(account, held, before) if refusal is None else Answer(account, (), refusal)


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
    return Holdings(rows, versions)


def _answer(account: Account, held: Holdings, before: int) -> Answer:
    new = tuple(Entry(account.member, before + place, row) for place, row in enumerate(held.rows[before:]))
    return Answer(fold(account.member, held.rows) if new else account, new)


def _known(account: Account, held: Holdings, seq: int, event: Event, content: tuple[Any, ...]) -> Answer:
    """Answer an event that was recorded before with what was recorded then, or say what differs."""
    row = held.rows[seq]
    for name, recorded, given in _differences(row, event, content):
        raise EventConflict(event.id, name, recorded, given)
    rows = [(seq, row), *held.followed(seq)]
    return Answer(account, tuple(Entry(account.member, place, each) for place, each in rows), known=True)


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
