"""
Spelling: many rows as their texts at once, column by column.

The rows that come in their thousands, purchases, what they earn, what is spent and what expires, are looked at a column
at a time: what is the same for all of them is checked and written once. Where anything has to be looked at more
closely, `Doubt` is raised, and whoever asked goes row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Final

from loyalcore.codec import check_row, dump_entry
from loyalcore.entries import Row
from loyalcore.errors import InvalidValue
from loyalcore.instants import FOREVER
from loyalcore.texts import ID_MAX, TEXT_MAX

__all__ = ["LATE", "MANY", "Doubt", "id_text", "spelled"]

#: Moments from 1970 on, and numbers, below which nobody has to look twice.
LATE: Final = 30_000_000 * 10**9
MANY: Final = 10**18
_NOTHING: Final[tuple[Any, ...]] = ()


class Doubt(Exception):
    """Ask for a closer look."""


def spelled(rows: list[Row]) -> list[str]:
    """Return the texts of rows; raises `Doubt` where one has to be looked at first."""
    if {*map(type, rows)} != {tuple}:
        raise Doubt
    kinds = [row[0] for row in rows]
    if {*map(type, kinds)} != {str}:
        raise Doubt
    texts = {kind: iter(_of_kind(kind, rows, kinds)).__next__ for kind in {*kinds}}
    return [texts[kind]() for kind in kinds]


def _of_kind(kind: str, rows: list[Row], kinds: list[str]) -> Iterable[str]:
    """Return the texts of the rows of one kind."""
    if kinds.count(kind) < len(kinds):
        rows = [row for row, each in zip(rows, kinds, strict=True) if each == kind]
    writer = _WRITERS.get(kind)
    return map(dump_entry, rows) if writer is None else writer(_columns(rows, _WIDTHS[kind]))


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[tuple[Any, ...]]:
    if {*map(len, rows)} != {width}:
        raise Doubt
    return [*zip(*rows, strict=True)]


def _earnings(columns: list[tuple[Any, ...]]) -> list[str]:
    """Return the texts of earnings that are usable at once."""
    _, at, cause, rule, unit, amount, usable, expires, repaid, cell = columns
    _check(at, LATE)
    _check(cause, MANY)
    _check(amount, MANY)
    _check_ends(expires)
    _check(repaid, MANY)
    if not (_are_all(usable, None) and _are_all(cell, None)):
        raise Doubt
    if _are_all(repaid, 0) and _are_all(rule, rule[0]) and _are_all(unit, unit[0]):
        (named,) = _joined_names(rule[:1], unit[:1])
        return [
            f'["earn",{moment},{fact}{named}{units},null,{end},0,null]'
            for moment, fact, units, end in zip(at, cause, amount, expires, strict=True)
        ]
    return [
        f'["earn",{moment},{fact}{named}{units},null,{end},{paid},null]'
        for moment, fact, named, units, end, paid in zip(
            at, cause, _joined_names(rule, unit), amount, expires, repaid, strict=True
        )
    ]


def _expiries(columns: list[tuple[Any, ...]]) -> list[str]:
    """Return the texts of what expired."""
    _, at, lot, unit, amount = columns
    _check(at, LATE)
    _check(lot, MANY)
    _check(amount, MANY)
    names = map({each: _name(each) for each in {*unit}}.__getitem__, unit)
    return [
        f'["expire",{moment},{name},{named},{units}]'
        for moment, name, named, units in zip(at, lot, names, amount, strict=True)
    ]


def _spendings(columns: list[tuple[Any, ...]]) -> list[str]:
    """Return the texts of what was spent."""
    _, at, cause, rule, unit, amount, pieces = columns
    _check(at, LATE)
    _check(cause, MANY)
    _check(amount, MANY)
    if {*map(type, pieces)} != {tuple} or any(len(each) % 2 for each in pieces):
        raise Doubt
    _check([*chain.from_iterable(pieces)] or [0], MANY)
    return [
        f'["spend",{moment},{fact}{named}{units},[{repr(parts)[1:-1].replace(", ", ",")}]]'
        for moment, fact, named, units, parts in zip(at, cause, _joined_names(rule, unit), amount, pieces, strict=True)
    ]


def _purchases(columns: list[tuple[Any, ...]]) -> list[str]:
    """Return the texts of purchases that change no tally of a window that stands still."""
    _, at, ids, contents, frozen, sums, slides, now, programs = columns
    _check(at, LATE)
    if now != at or {*map(type, now)} != {int}:
        _check(now, LATE)
    if not _are_all(sums, ()) or any({*map(type, each)} != {tuple} for each in (contents, frozen, sums, slides)):
        raise Doubt
    names, items, own, values = _columns(contents, 4)
    if {*map(type, items)} != {tuple}:
        raise Doubt
    if not (_are_all(names, names[0]) and _are_all(own, own[0]) and _are_all(programs, programs[0])):
        around = map(_around, names, own, programs)
        return [
            _purchase(*each) for each in zip(at, _ids(ids), around, items, values, frozen, slides, now, strict=True)
        ]
    width, item_width, before, between, program = _around(names[0], own[0], programs[0])
    held = _NOTHINGS if _are_all(items, ()) else [_items(each, item_width) for each in items]
    seen = _NOTHINGS if _are_all(frozen, ()) else [",".join(map(_value_or_null, each)) for each in frozen]
    slid = _NOTHINGS if _are_all(slides, ()) else [_slides(each) for each in slides]
    given = _values(values, width)
    if held is seen is slid:
        middle, end = f"{before}],{between}", f",{program}]"
        if now == at:
            return [
                f'["purchase",{(moment := str(each))},{name},{middle}{value}]],[],[],[],{moment}{end}'
                for each, name, value in zip(at, _ids(ids), given, strict=True)
            ]
        return [
            f'["purchase",{moment},{name},{middle}{value}]],[],[],[],{recorded}{end}'
            for moment, name, value, recorded in zip(at, _ids(ids), given, now, strict=True)
        ]
    count = len(at)
    parts = (texts_ if texts_ is not _NOTHINGS else ("",) * count for texts_ in (held, seen, slid))
    return [
        f'["purchase",{moment},{name},{before}{item}],{between}{value}]],[{froze}],[],[{tally}],{recorded},{program}]'
        for moment, name, value, recorded, item, froze, tally in zip(at, _ids(ids), given, now, *parts, strict=True)
    ]


def _purchase(at: int, id_: str, around: Any, items: Any, values: Any, frozen: Any, slides: Any, now: int) -> str:
    """Return the text of one purchase among others that have other attributes, or were judged by another program."""
    width, item_width, before, between, program = around
    (given,) = _values((values,), width)
    seen, slid = ",".join(map(_value_or_null, frozen)), _slides(slides)
    return (
        f'["purchase",{at},{id_},{before}{_items(items, item_width)}],{between}{given}]],[{seen}],[],[{slid}],'
        f"{now},{program}]"
    )


#: What stands for texts of which each is empty.
_NOTHINGS: Final[list[str]] = []
_WRITERS: Final[dict[str, Any]] = {
    "earn": _earnings,
    "expire": _expiries,
    "purchase": _purchases,
    "spend": _spendings,
}
_WIDTHS: Final = {"earn": 10, "expire": 5, "purchase": 9, "spend": 7}


def _check(numbers: Sequence[Any], end: int) -> None:
    """Ask for a closer look at what is no number from zero to below an end."""
    if {*map(type, numbers)} != {int} or min(numbers) < 0 or max(numbers) >= end:
        raise Doubt


def _check_ends(moments: Sequence[Any]) -> None:
    if {*map(type, moments)} != {int} or min(moments) < 0:
        raise Doubt
    if max(moments) >= LATE and any(moment >= LATE and moment != FOREVER for moment in moments):
        raise Doubt


def _are_all(values: Sequence[Any], value: Any) -> bool:
    """Tell whether all values are one of a kind that equals no other: None, nothing, or a number that was checked."""
    return values.count(value) == len(values)


@lru_cache(maxsize=1024)
def _name(name: Any) -> str:
    """Return the text of a name."""
    try:
        check_row(("expire", 0, 0, name, 0), InvalidValue)
    except InvalidValue as problem:
        raise Doubt from problem
    return f'"{name}"'


def _joined_names(rules: Sequence[Any], units: Sequence[Any]) -> list[str]:
    """Return rule and unit of each, as they stand between two numbers."""
    table = {(rule, unit): f",{_name(rule)},{_name(unit)}," for rule, unit in {*zip(rules, units, strict=True)}}
    return [table[pair] for pair in zip(rules, units, strict=True)]


def id_text(value: Any) -> str:
    """Return the text of an id, or nothing where it has to be looked at."""
    if type(value) is int:
        return str(value) if 0 <= value < MANY else ""
    if (
        type(value) is str
        and 1 <= len(value) <= ID_MAX
        and value.isascii()
        and value.isprintable()
        and " " not in value
    ):
        return quote(value)
    return ""


def _ids(ids: Sequence[Any]) -> Sequence[Any]:
    """Return the texts of ids; of whole numbers these are themselves."""
    if {*map(type, ids)} == {int}:
        _check(ids, MANY)
        return ids
    texts = [*map(id_text, ids)]
    if "" in texts:
        raise Doubt
    return texts


@lru_cache(maxsize=256)
def _around(names: Any, own: Any, program: Any) -> tuple[int, int, str, str, str]:
    """Return how many attributes purchase and items have, and the texts that are the same for most purchases."""
    row = ("purchase", 0, 0, (names, _NOTHING, own, (0,) * len(own)), _NOTHING, _NOTHING, _NOTHING, 0, program)
    try:
        check_row(row, InvalidValue)
    except InvalidValue as problem:
        raise Doubt from problem
    return (
        len(own),
        len(names),
        f"[[{','.join(map(quote, names))}],[",
        f"[{','.join(map(quote, own))}],[",
        f'"{program}"',
    )


def _values(values: Sequence[Any], width: int) -> Iterable[str]:
    """Return the texts of attributes of purchases."""
    if {*map(type, values)} != {tuple}:
        raise Doubt
    columns = _columns(values, width)
    if width == 1 and {*map(type, columns[0])} == {int}:
        (numbers,) = columns
        if min(numbers) <= -MANY or max(numbers) >= MANY:
            raise Doubt
        return numbers
    return [",".join(map(_value, each)) for each in values]


def _value(value: Any) -> str:
    """Return the text of a value."""
    kind = type(value)
    if kind is int and -MANY < value < MANY:
        return str(value)
    if kind is str and len(value) <= TEXT_MAX and value.isascii() and value.isprintable():
        return quote(value)
    if kind is bool:
        return "true" if value else "false"
    raise Doubt


def _value_or_null(value: Any) -> str:
    return "null" if value is None else _value(value)


def _items(items: tuple[Any, ...], width: int) -> str:
    return ",".join([_item(item, width) for item in items])


def _item(item: Any, width: int) -> str:
    """Return the text of an item."""
    if type(item) is not tuple or len(item) != width:
        raise Doubt
    id_, net, quantity, *values = item
    named = id_text(id_)
    if not named or not (_counts(net) and _counts(quantity)):
        raise Doubt
    return f"[{named},{net},{quantity}{''.join([f',{_value(value)}' for value in values])}]"


def _counts(number: Any) -> bool:
    return type(number) is int and 0 <= number < MANY


def _slides(slides: tuple[Any, ...]) -> str:
    """Return the text of one change of one tally, or of none."""
    if not slides:
        return ""
    if len(slides) != 3:
        raise Doubt
    name, end, number = slides
    if type(end) is not int or not 0 <= end < LATE or type(name) is not str or type(number) is not int:
        raise Doubt
    return f"{_value(name)},{end},{_value(number)}"
