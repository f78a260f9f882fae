"""
Verify: derive a whole history again, and name the first entry that differs.

Facts say what happened; everything else follows from them and the program. So the events are made again from the
facts, decided again on a fresh account, and the rows that come out are compared with the recorded ones.
What cannot be found this way is a change that is itself a possible history, such as another text that no rule asks
for; `loyalcore.codec.digest`, kept somewhere else, finds that too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile, zip_longest
from typing import Any, Final, final

from attrs import frozen

from loyalcore.account import Account
from loyalcore.answers import Answer
from loyalcore.book import Book, class_of
from loyalcore.bounds import Bound
from loyalcore.codec import check_row
from loyalcore.counterparts import Counterpart, derived_id, moved, moves_of, spared_of
from loyalcore.ends import Never, never
from loyalcore.engine.parties import Assumed, parties
from loyalcore.entries import FACTS, LAYOUTS, Entry, Row
from loyalcore.errors import CorruptLedger, InvalidValue, LoyalcoreError, UnknownProgram, is_a, shown
from loyalcore.events import Activity, Adjustment, Enrolment, Event, Redemption, Return, Settings
from loyalcore.exchanges import Exchange
from loyalcore.holds import Capture, Hold, Release
from loyalcore.instants import FOREVER, from_instant
from loyalcore.ledger import Core
from loyalcore.openings import Opening, OpeningLot, OpeningTally
from loyalcore.program import Program
from loyalcore.purchases import Item, Purchase
from loyalcore.schema import QUANTITY_PLACES, Number, Price, Schema
from loyalcore.standings import TierAdjustment
from loyalcore.transfers import Transfer
from loyalcore.units import Amount, Money

__all__ = ["Difference", "event_of", "verify"]


#: Whose account bare rows are taken for.
_NOBODY: Final = -1


@final
@frozen
class Difference:
    """
    Say where a recorded history is not the one its facts lead to.

    *seq* is the position of the first entry that differs and *field* its first field that does, with the value that
    is *recorded* and the one *derived*. Where an entry is missing or too much, *field* is ``"entry"`` and one of the
    two is None; where a recorded event would not have been recorded, it is ``"event"`` and *derived* says why.
    """

    seq: int
    field: str
    recorded: object
    derived: object
    message: str

    def __str__(self) -> str:
        return self.message


def verify(
    program: Program | Book, history: Account | Iterable[Entry | Row], others: Iterable[Account] = ()
) -> Difference | None:
    """
    Derive a history again by the program, or book, that judged it; return the first difference, or None.

    *history* is an account, or all entries of one from the start. What its events moved in the accounts of *others* has
    to stand there as it is derived, and what they moved here has to have its cause there; such a difference is of the
    field ``"counterpart"``. Verify each of them in turn to check both sides of everything.

    Raises `UnknownProgram` where another program judged, and `CorruptLedger` where the history does not begin at its
    start, is out of order, or has a row that is none.
    """
    if not isinstance(program, Program | Book):
        raise InvalidValue(f"verify takes the program or book that judged a history, not {shown(program)}")
    member, rows = _rows(history)
    account, beside = Account(Core(member)), _beside(others, is_named=not rows or member != _NOBODY)
    for seq, row in enumerate(rows):
        if row[0] not in FACTS:
            continue
        judge = program.judged(row) if isinstance(program, Book) else program
        if row[8] != judge.hash:
            raise UnknownProgram(
                f"entry {seq}, event {row[2]!r}, was judged by program {row[8]}, not by {judge.name} "
                f"{judge.version} ({judge.hash}); verify it with the program that judged it"
            )
        start = account.version
        assumed = dict[str | int, Assumed]()
        decided = _decide(program, judge, account, seq, rows, assumed)
        if isinstance(decided, Difference):
            return _first(start, rows[start:seq], _jobs(program, account, row[7])) or decided
        account = decided.account
        if found := _first(start, rows[start : account.version], [entry.row for entry in decided.entries]):
            return found
        if beside and (found := _other_side(member, seq, row, assumed, beside)):
            return found
    rest = rows[account.version :]
    return _first(account.version, rest, _jobs(program, account, max(row[1] for row in rest))) if rest else None


def _rows(history: Account | Iterable[Entry | Row]) -> tuple[str | int, list[Row]]:
    """Return whose history this is, and its rows, each one of a known kind."""
    entries: list[Any] = list(history.entries if isinstance(history, Account) else history)
    if isinstance(history, Account):
        _check_whole(history)
    member = next((entry.account for entry in entries if isinstance(entry, Entry)), None)
    for seq, entry in enumerate(entries):
        if isinstance(entry, Entry):
            if entry.seq != seq or entry.account != member:
                raise CorruptLedger(
                    f"entry {entry.account}/{entry.seq} stands at position {seq}; "
                    "give all entries of one account from the start, sorted by seq"
                )
            entries[seq] = entry.row
    for row in entries:
        check_row(row)
    if isinstance(history, Account):
        member = history.member
    elif member is None and any(row[0] == "raise" for row in entries):
        raise InvalidValue("ids of follow-ups are derived from their account; verify entries or an account, not rows")
    return _NOBODY if member is None else member, entries


def _assumed(program: Program, account: Account, rows: list[Row], seq: int) -> Iterator[Assumed]:
    """Yield what stands for the other accounts of a recorded event: they had what was drawn on them."""
    row = rows[seq]
    rooms: dict[str | int, dict[str, int]] = {}
    for each in parties(program.engine, account.state(), row[0], row[3]).values():
        rooms.setdefault(each, {})
    for posting in takewhile(lambda found: found[0] not in FACTS, rows[seq + 1 :]):
        if posting[0] == "draw" and posting[6] > 0 and posting[4] in rooms:
            drawn = rooms[posting[4]]
            drawn[posting[5]] = drawn.get(posting[5], 0) + posting[6]
    for each, drawn in rooms.items():
        if each is not None:
            yield Assumed(each, drawn)


def _decide(
    program: Program | Book,
    judge: Program,
    account: Account,
    seq: int,
    rows: list[Row],
    assumed: dict[str | int, Assumed],
) -> Answer | Difference:
    """Decide a recorded event again, or say why it would not have been recorded; note who else was assumed."""
    row = rows[seq]
    try:
        others: list[Any] = [*_assumed(judge, account, rows, seq)]
        assumed |= {each.member: each for each in others}
        event, now = event_of(row, judge), from_instant(row[7])
        if isinstance(program, Book) and isinstance(event, Counterpart):
            # Only the other account knows which version decided; this one says.
            answer = program.decided(program.compiled.of(row), account, event, now, others)
        else:
            answer = program.decide(account, event, now, others=others)
    except LoyalcoreError as problem:
        why = str(problem)
    else:
        if answer.entries and not answer.known:
            return answer
        why = f"event {row[2]!r} is recorded before" if answer.refusal is None else answer.explain()
    return Difference(seq, "event", row, why, f"entry {seq} ({row[0]}) would not have been recorded: {why}")


def _beside(others: Iterable[Account], *, is_named: bool) -> dict[str | int, Account]:
    """Return the other accounts by whose they are."""
    given: list[Any] = [*others] if is_a(others, Iterable) else [others]
    for other in given:
        if not isinstance(other, Account):
            raise InvalidValue(f"others are accounts, as a store loads them, not {shown(other)}")
        _check_whole(other)
    if given and not is_named:
        raise InvalidValue("ids of counterparts are derived from their account; verify entries or an account, not rows")
    return {other.member: other for other in given}


def _check_whole(account: Account) -> None:
    if len(account.rows) != account.version:
        raise CorruptLedger(
            f"account {account.member!r} comes from a snapshot and knows {len(account.rows)} of its {account.version} "
            "entries; load all from the start to verify it"
        )


def _other_side(
    member: str | int, seq: int, row: Row, assumed: dict[str | int, Assumed], beside: dict[str | int, Account]
) -> Difference | None:
    """Return what the other side of an event has else than it should, as far as that account is there."""
    if row[0] == "counterpart" and row[3][1][0] in beside:
        of, event, *_ = row[3][1]
        if beside[of].find(event) is None:
            said = f"entry {seq} says what event {event!r} of account {of!r} does here, but there it is not recorded"
            return Difference(seq, "counterpart", row[3][1][2], None, said)
    for each, stood in assumed.items():
        if not stood.moves or each not in beside:
            continue
        content = moved(member, row[2], stood.moves, stood.spared)
        fact = beside[each].find(derived_id(member, row[2]))
        derived, recorded = content[1][2], None if fact is None else fact.row[3][1][2]
        if fact is None or fact.row[3] != content:
            said = f"entry {seq}, event {row[2]!r}, moves {shown(derived, 200)} in account {each!r}, which has "
            return Difference(seq, "counterpart", recorded, derived, said + shown(recorded, 200))
    return None


def _jobs(program: Program | Book, account: Account, until: int) -> list[Row]:
    """Return what becomes due until a moment; nothing where the library would not have been given that moment."""
    try:
        return [entry.row for entry in program.advance(account, from_instant(until)).entries]
    except InvalidValue:
        return []


def _first(start: int, recorded: Iterable[Row], derived: Iterable[Row]) -> Difference | None:
    """Return the first difference between rows from a position on."""
    for seq, (old, new) in enumerate(zip_longest(recorded, derived), start):
        if old == new:
            continue
        if old is None:
            return Difference(seq, "entry", None, new, f"entry {seq} is missing: the facts lead to {shown(new, 200)}")
        if new is None:
            return Difference(seq, "entry", old, None, f"entry {seq} is too much: nothing leads to {shown(old, 200)}")
        names = ("kind", *LAYOUTS[new[0]])
        field, was, is_now = next(found for found in zip(names, old, new, strict=False) if found[1] != found[2])
        message = f"entry {seq} ({old[0]}) has {field} {shown(was, 200)}, but the facts lead to {shown(is_now, 200)}"
        return Difference(seq, field, was, is_now, message)
    return None


# Events made again from facts.


def event_of(fact: Entry | Row, program: Program) -> Event:
    """
    Return the event that a fact records, with the attributes that the program declares.

    Its items and itself are of classes made for the program's schemas, not of the host's own; deciding does not
    tell them apart. Raises `InvalidValue` where the fact holds what the program's events do not.
    """
    row = fact.row if isinstance(fact, Entry) else fact
    check_row(row, InvalidValue)
    make = _EVENTS.get(row[0])
    if make is None:
        raise InvalidValue(f"an entry of kind {row[0]} records no event; facts are {', '.join(FACTS)}")
    return make(program, row[2], from_instant(row[1]), row[3])


def _purchase(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    item_names, item_rows, names, values = content
    line, order = class_of(Item, program.items), class_of(Purchase, program.purchases)
    items = []
    for row in item_rows:
        attributes = _attributes(program, program.items, item_names[3:], row[3:])
        net, quantity = _decimal(row[1], program.currency.places), _decimal(row[2], QUANTITY_PLACES)
        items.append(line(row[0], net, quantity, **attributes))
    attributes = _attributes(program, program.purchases, names, values)
    attributes["claims"] = attributes.pop("claims", None)
    if paid := attributes.pop("paid_with", ()):
        money = (_decimal(each, program.currency.places) for each in paid[1::2])
        attributes["paid_with"] = tuple(zip(paid[::2], money, strict=True))
    event: Event = order(id_, at=at, items=items, **attributes)
    return event


def _activity(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    names, values = content
    of = values[-1] if names[-1] == "of" else None
    end = len(names) - (of is not None)
    attributes = _attributes(program, program.activities, names[1:end], values[1:end])
    event: Event = class_of(Activity, program.activities)(id_, at=at, name=values[0], of=of, **attributes)
    return event


def _attributes(program: Program, schema: Schema, names: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    """Return declared values by name, numbers as decimals."""
    found = dict(zip(names, values, strict=True))
    for name, declared in schema.fields:
        if isinstance(declared, Number | Price) and type(found.get(name)) is int:
            places = declared.places if isinstance(declared, Number) else program.currency.places
            found[name] = _decimal(found[name], places)
    return found


def _decimal(minor: int, places: int) -> Decimal:
    return Decimal((int(minor < 0), tuple(map(int, str(abs(minor)))), -places))


def _amount(program: Program, name: str, places: int, minor: int) -> Amount:
    unit = program.units.get(name)
    if unit is None or unit.places != places:
        raise InvalidValue(f"unit {name} with {places} places is none of program {program.name}; see its rules")
    return Amount(unit, minor)


def _moment(instant: int | None) -> dt.datetime | None:
    return None if instant is None else from_instant(instant)


def _end(instant: int | None) -> dt.datetime | Never | None:
    return never if instant == FOREVER else _moment(instant)


def _enrolment(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    del program, content
    return Enrolment(id_, at=at)


def _return(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    of, parts, *refunds = content[1]
    items = money = None
    if parts:
        quantities = (None if each is None else _decimal(each, QUANTITY_PLACES) for each in parts[1::2])
        items = dict(zip(parts[::2], quantities, strict=True))
    for flat in refunds:
        amounts = (_decimal(each, program.currency.places) for each in flat[1::2])
        money = dict(zip(flat[::2], amounts, strict=True))
    return Return(id_, at=at, of=of, items=items, refunds=money)


def _redemption(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    reward, times, amount = content[1]
    rule = program.engine.rewards.get(reward)
    if isinstance(rule, Exchange) and amount is not None:
        return Redemption(id_, at=at, reward=reward, times=times, amount=Amount(rule.each.unit, amount))
    money = None if amount is None else _decimal(amount, program.currency.places)
    return Redemption(id_, at=at, reward=reward, times=times, amount=money)


def _hold(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    reward, times, amount, until = content[1]
    money = None if amount is None else _decimal(amount, program.currency.places)
    return Hold(id_, at=at, reward=reward, times=times, amount=money, until=_moment(until))


def _capture(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    of, times, amount = content[1]
    money = None if amount is None else _decimal(amount, program.currency.places)
    return Capture(id_, at=at, of=of, times=times, amount=money)


def _release(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    del program
    return Release(id_, at=at, of=content[1][0])


def _adjustment(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    name, places, minor, reason, expires, *more = content[1]
    amount, said = _amount(program, name, places, minor), dict(zip(content[0][5:], more, strict=True))
    said |= {"usable": _moment(said.get("usable"))}
    return Adjustment(id_, at=at, amount=amount, reason=reason, expires=_end(expires), **said)


def _settings(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    del program
    return Settings(id_, at=at, **dict(zip(*content, strict=True)))


def _transfer(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    to, name, places, minor, *of = content[1]
    return Transfer(id_, at=at, to=to, amount=_amount(program, name, places, minor), of=of[0] if of else None)


def _counterpart(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    del program
    of, event, *_ = content[1]
    moves = tuple(moves_of((None, None, None, content)))
    return Counterpart(id_, at=at, of=of, event=event, moves=moves, spared=spared_of(content))


def _opening(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    (lots, tiers, purchases, tallies), more = content[1][:4], content[1][4:]
    joined, firsts, *others = more or (None, ())
    flat: tuple[Any, ...] = others[0] if others else ()
    usables = dict(zip(others[1][::2], others[1][1::2], strict=True)) if others[1:] else {}
    worths = {
        flat[place]: Amount(Money(*flat[place + 1 : place + 3]), flat[place + 3]) for place in range(0, len(flat), 4)
    }
    known = {name: (measure, scale, unit) for measure, (name, scale, unit) in program.engine.tallies.items()}
    counted = []
    for place in range(0, len(tallies), 3):
        name, number, moment = tallies[place : place + 3]
        if name not in known:
            raise InvalidValue(f"tally {name!r} is none of program {program.name}; see its rules")
        measure, scale, unit = known[name]
        counted.append(OpeningTally(measure, Bound(Fraction(number, scale), unit), from_instant(moment)))
    given = [
        OpeningLot(
            _amount(program, *lots[4 * place : 4 * place + 3]),
            _end(lots[4 * place + 3]),
            worth=worths.get(place),
            usable=_moment(usables.get(place)),
        )
        for place in range(len(lots) // 4)
    ]
    ladders = dict(zip(tiers[::2], tiers[1::2], strict=True))
    return Opening(
        id_,
        at=at,
        lots=given,
        tiers=ladders,
        tallies=counted,
        purchases=purchases,
        joined=_moment(joined),
        firsts={firsts[place]: from_instant(firsts[place + 1]) for place in range(0, len(firsts), 2)},
    )


def _tier_adjustment(program: Program, id_: Any, at: dt.datetime, content: tuple[Any, ...]) -> Event:
    del program
    ladder, tier, until, reason = content[1]
    return TierAdjustment(id_, at=at, ladder=ladder, tier=tier, reason=reason, until=_end(until))


_EVENTS: Final[dict[str, Callable[[Program, Any, dt.datetime, tuple[Any, ...]], Event]]] = {
    "opening": _opening,
    "enrolment": _enrolment,
    "purchase": _purchase,
    "return": _return,
    "activity": _activity,
    "redemption": _redemption,
    "adjustment": _adjustment,
    "settings": _settings,
    "hold": _hold,
    "capture": _capture,
    "release": _release,
    "transfer": _transfer,
    "counterpart": _counterpart,
    "tier_adjustment": _tier_adjustment,
}
