"""Layouts: what each field of a row holds, as tests that answer yes or no and never raise."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from loyalcore.entries import FACTS, LAYOUTS, TIERS
from loyalcore.errors import InvalidValue
from loyalcore.events import SHORTFALLS
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.texts import ID_MAX, TEXT_MAX, check_id, check_name, check_text

__all__ = ["TESTS"]

_INTEGER_END = 10**36
_SEQ_END = 2**63
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _END = ((datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1) for year in (1800, 3000))
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

_Test = Callable[[Any], bool]


def _passes(check: Callable[[Any, str], object], value: str) -> bool:
    try:
        check(value, "value")
    except InvalidValue:
        return False
    return True


@lru_cache(maxsize=1024)
def _names(text: str) -> bool:
    return _passes(check_name, text)


def _is_name(value: Any) -> bool:
    return type(value) is str and _names(value)


def _is_text(value: Any) -> bool:
    """Tell a text that `check_text` takes; printable ASCII, as nearly all is, is seen without asking it."""
    if type(value) is not str:
        return False
    return (len(value) <= TEXT_MAX and value.isascii() and value.isprintable()) or _passes(check_text, value)


def _is_id(value: Any) -> bool:
    if type(value) is not str:
        return _is_seq(value)
    simple = 1 <= len(value) <= ID_MAX and value.isascii() and value.isprintable()
    return (simple and " " not in value) or _passes(check_id, value)


def _is_integer(value: Any) -> bool:
    return type(value) is int and -_INTEGER_END < value < _INTEGER_END


def _is_amount(value: Any) -> bool:
    return type(value) is int and 0 <= value < _INTEGER_END


def _is_seq(value: Any) -> bool:
    return type(value) is int and 0 <= value < _SEQ_END


def _is_moment(value: Any) -> bool:
    return type(value) is int and _FIRST <= value < _END


def _is_end(value: Any) -> bool:
    return value == FOREVER or _is_moment(value)


def _is_start(value: Any) -> bool:
    return value == BEGINNING or _is_moment(value)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _is_value(value: Any) -> bool:
    return _is_text(value) or type(value) is bool or _is_integer(value)


def _apply(test: _Test, value: Any) -> bool:
    return test(value)


def _or_none(test: _Test) -> _Test:
    return lambda value: value is None or test(value)


def _each(test: _Test) -> _Test:
    """Return the test of a tuple of any length."""
    return lambda values: type(values) is tuple and all(map(test, values))


def _record(*tests: _Test) -> _Test:
    """Return the test of a tuple with one value for each test."""
    return lambda values: type(values) is tuple and len(values) == len(tests) and all(map(_apply, tests, values))


def _flat(*tests: _Test) -> _Test:
    """Return the test of a tuple that repeats the same few values."""
    width = len(tests)
    return lambda values: (
        type(values) is tuple
        and not len(values) % width
        and all(all(map(test, values[at::width])) for at, test in enumerate(tests))
    )


def _named(**tests: _Test) -> _Test:
    """Return the test of fixed names and their values."""
    names, record = tuple(tests), _record(*tests.values())
    return lambda content: type(content) is tuple and len(content) == 2 and content[0] == names and record(content[1])


@lru_cache(maxsize=256)
def _identifiers(names: tuple[str, ...]) -> bool:
    return all(name.isidentifier() for name in names)


def _are_names(value: Any) -> bool:
    return type(value) is tuple and {str}.issuperset(map(type, value)) and _identifiers(value)


_are_values = _each(_is_value)


def _both(*tests: _Test) -> _Test:
    """Return the test of what passes several."""
    return lambda value: all(test(value) for test in tests)


def _any_of(*tests: _Test) -> _Test:
    """Return the test of what passes one of several."""
    return lambda value: any(test(value) for test in tests)


def _is_event(value: Any) -> bool:
    """Tell whether this is an event that is raised: its kind, its id and its content."""
    if type(value) is not tuple or len(value) != 3 or value[0] not in ("activity", "return"):
        return False
    return _is_id(value[1]) and _CONTENTS[value[0]](value[2])


def _is_declared(content: Any) -> bool:
    """Tell whether this is names and as many values."""
    return (
        type(content) is tuple
        and len(content) == 2
        and _are_names(content[0])
        and _are_values(content[1])
        and len(content[0]) == len(content[1])
    )


def _is_purchase(content: Any) -> bool:
    if type(content) is not tuple or len(content) != 4 or not _are_names(content[0]):
        return False
    names, rows = content[:2]
    if names[:3] != ("id", "net", "quantity") or type(rows) is not tuple:
        return False
    own = content[2:]
    if type(own[0]) is tuple and own[0][-1:] == ("paid_with",):
        # Names of rules and money in turn, behind what is declared.
        if type(own[1]) is not tuple or not own[1] or own[1][-1] == () or not _are_paid(own[1][-1]):
            return False
        own = (own[0][:-1], own[1][:-1])
    if type(own[0]) is tuple and own[0][-1:] == ("claims",):
        if type(own[1]) is not tuple or not own[1] or not _are_claims(own[1][-1]):
            return False
        own = (own[0][:-1], own[1][:-1])
    return all(_is_item(row, len(names)) for row in rows) and _is_declared(own)


def _is_item(row: Any, width: int) -> bool:
    return (
        type(row) is tuple
        and len(row) == width
        and _is_id(row[0])
        and _is_amount(row[1])
        and _is_amount(row[2])
        and all(map(_is_value, row[3:]))
    )


def _is_activity(content: Any) -> bool:
    if not _is_declared(content) or content[0][:1] != ("name",) or not _is_text(content[1][0]):
        return False
    return content[0][-1] != "of" or _is_id(content[1][-1])


_are_claims = _both(_each(_is_name), lambda names: len({*names}) == len(names))
_are_paid = _flat(_is_name, _is_amount)
_are_items = _flat(_is_id, _or_none(_is_amount))
_is_plain_return = _named(of=_is_id, items=_or_none(_are_items))
_is_refund = _named(of=_is_id, items=_are_items, refunds=_flat(_is_id, _is_amount))


def _is_return(content: Any) -> bool:
    return _is_plain_return(content) or (_is_refund(content) and content[1][2] != ())


_are_settings = _record(_each(_is_name), _each(_is_text))

_OPENING: Final[dict[str, _Test]] = {
    "lots": _flat(_is_name, _is_seq, _is_amount, _or_none(_is_end)),
    "tiers": _flat(_is_name, _is_name),
    "purchases": _is_seq,
    "tallies": _flat(_is_text, _is_amount, _is_moment),
}
_is_opening = _named(**_OPENING)
_DATED: Final[dict[str, _Test]] = {**_OPENING, "joined": _or_none(_is_moment), "firsts": _flat(_is_text, _is_moment)}
_is_dated_opening = _named(**_DATED)
_are_worths = _flat(_is_seq, _is_name, _is_seq, _is_amount)
_is_worth_opening = _named(**_DATED, worths=_both(_are_worths, bool))
_is_pending_opening = _named(**_DATED, worths=_are_worths, usables=_both(_flat(_is_seq, _is_moment), bool))

_MOVED: Final[dict[str, _Test]] = {
    "of": _is_id,
    "event": _is_id,
    "moves": _both(_flat(_is_name, _is_name, _is_integer, _or_none(_is_end), _or_none(_is_id)), bool),
}
_is_counterpart = _named(**_MOVED)
_is_sparing_counterpart = _named(**_MOVED, spared=_both(_flat(_is_seq), bool))

_ADJUSTMENT: Final[dict[str, _Test]] = {
    "unit": _is_name,
    "places": _is_seq,
    "amount": _is_integer,
    "reason": _is_text,
    "expires": _or_none(_is_end),
}
_is_adjustment = _named(**_ADJUSTMENT)
_is_named_taking = _named(**_ADJUSTMENT, of=_or_none(_is_id), otherwise=lambda value: value in SHORTFALLS)
_is_pending_gift = _named(**_ADJUSTMENT, usable=_is_moment)

_TRANSFER: Final[dict[str, _Test]] = {"to": _is_id, "unit": _is_name, "places": _is_seq, "amount": _is_amount}
_is_transfer = _named(**_TRANSFER)
_is_transfer_of = _named(**_TRANSFER, of=_is_id)


def _is_taking(content: Any) -> bool:
    return _is_named_taking(content) and content[1][5:] != (None, SHORTFALLS[0])


_CONTENTS: Final[dict[str, _Test]] = {
    "opening": _any_of(_is_opening, _is_dated_opening, _is_worth_opening, _is_pending_opening),
    "enrolment": _named(),
    "purchase": _is_purchase,
    "return": _is_return,
    "activity": _is_activity,
    "redemption": _named(reward=_is_name, times=_is_seq, amount=_or_none(_is_amount)),
    "adjustment": _any_of(_is_adjustment, _is_taking, _is_pending_gift),
    "hold": _named(reward=_is_name, times=_is_seq, amount=_or_none(_is_amount), until=_or_none(_is_moment)),
    "capture": _named(of=_is_id, times=_or_none(_is_seq), amount=_or_none(_is_amount)),
    "release": _named(of=_is_id),
    "transfer": lambda content: _is_transfer(content) or _is_transfer_of(content),
    "counterpart": lambda content: _is_counterpart(content) or _is_sparing_counterpart(content),
    "settings": lambda content: _are_settings(content) and len(content[0]) == len(content[1]),
    "tier_adjustment": _named(ladder=_is_name, tier=_or_none(_is_name), until=_or_none(_is_end), reason=_is_text),
}

_FIELDS: Final[dict[str, tuple[_Test, str]]] = {
    "at": (_is_moment, "a moment"),
    "now": (_is_moment, "a moment"),
    "id": (_is_id, "an id"),
    "frozen": (_each(_or_none(_is_value)), "texts, integers, flags or nulls"),
    "sums": (_flat(_is_text, _is_start, _is_integer), "tally, start and amount in turn"),
    "slides": (_flat(_is_text, _is_end, _is_integer), "tally, end and amount in turn"),
    "program": (_is_hash, "a SHA-256 in lower-case hexadecimal"),
    "cause": (_is_seq, "the position of a fact"),
    "lot": (_is_seq, "the position of an earning"),
    "places": (_is_seq, "a number of decimal places"),
    "units": (_is_amount, "an integer from zero"),
    "spent": (_is_seq, "the position of a spending"),
    "rule": (_is_name, "a name"),
    "unit": (_is_name, "a name"),
    "ladder": (_is_name, "a name"),
    "tier": (_is_name, "a name"),
    "amount": (_is_amount, "an integer from zero"),
    "repaid": (_is_amount, "an integer from zero"),
    "lapsed": (_is_amount, "an integer from zero"),
    "debt": (_is_amount, "an integer from zero"),
    "written": (_is_amount, "an integer from zero"),
    "hold": (_is_seq, "the position of what was set aside"),
    "pieces": (_flat(_is_seq, _is_amount), "lot and amount in turn"),
    "usable": (_or_none(_is_end), "a moment, 2**62 or null"),
    "expires": (_is_end, "a moment or 2**62"),
    "deadline": (_is_end, "a moment or 2**62"),
    "what": (_is_text, "a text"),
    "until": (_or_none(_is_moment), "a moment or null"),
    "cell": (_or_none(_is_start), "the start of a window or null"),
    "account": (_is_id, "the id of an account"),
    "event": (_is_event, "kind, id and content of an activity or a return"),
}


def _tests(kind: str) -> tuple[tuple[str, _Test, str], ...]:
    own = {**_FIELDS}
    if kind in FACTS:
        own["content"] = (_CONTENTS[kind], f"the content of a {kind}")
    if kind == "draw":
        own["amount"] = (_is_integer, "an integer")
    if kind in TIERS or kind in ("free", "arise", "open"):
        own["cause"] = (_or_none(_is_seq), "the position of an entry or null")
    if kind == "confirm":
        own["usable"] = (_is_moment, "a moment")
    if kind == "reserve":
        own["until"] = (_is_moment, "a moment")
    if kind == "open":  # what is waited for may come no more, of a streak that has ended or of dates that are over
        own["until"] = (_is_end, "a moment or 2**62")
    if kind == "arise":
        own["until"] = (_or_none(_is_end), "a moment, 2**62 or null")
    return tuple((name, *own[name]) for name in LAYOUTS[kind])


#: The fields of each kind of row in their order: name, test, and what the test wants, in words.
TESTS: Final = {kind: _tests(kind) for kind in LAYOUTS}
