r"""
Lines: many entries as one text, a line for each.

A line is the canonical text of a row, as `loyalcore.codec.dump_entry` writes it, and ``\n`` behind it; so one list of
rows has one text, on every machine. A row does not say whose it is nor where it stands: a text holds entries of one
account, in order.

The rows that come in their thousands, purchases and what they earn, are written and read here in place. Any other
row, and any that is not at once seen to be sound, goes through `loyalcore.codec`, which names what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Final

from loyalcore.codec import check_row, dump_entry, load_entry
from loyalcore.entries import FACTS, Entry, Row
from loyalcore.errors import CorruptLedger, InvalidValue, LoyalcoreError, is_a, shown
from loyalcore.instants import FOREVER
from loyalcore.texts import ID_MAX, TEXT_MAX

__all__ = ["dump_entries", "load_entries"]

#: Moments from 1970 on, and numbers, below which nobody has to look twice.
_LATE: Final = 30_000_000 * 10**9
_MANY: Final = 10**18
#: How many contents of facts are remembered while a text is read.
_KNOWN_MAX: Final = 4096
_FACTS: Final = frozenset(FACTS)
_NOTHING: Final[tuple[Any, ...]] = ()


def dump_entries(entries: Iterable[Entry | Row]) -> str:
    r"""
    Return the one text of entries, a line for each.

    Raises `InvalidValue`, naming line and field, for what is not a row of a known kind.

        >>> dump_entries([("expire", 1798977600000000, 1, "point", 138)])
        '["expire",1798977600000000,1,"point",138]\n'

    """
    if not is_a(entries, Iterable):
        raise InvalidValue(f"entries are written one after the other, as a list or from a store, not {shown(entries)}")
    lines: list[str] = []
    add = lines.append
    for entry in entries:
        row: Any = entry.row if isinstance(entry, Entry) else entry
        try:
            line = _dumped(row)
        except (TypeError, ValueError, LookupError):
            line = ""  # the other way says what is wrong with it
        if not line:
            try:
                line = dump_entry(row)
            except InvalidValue as problem:
                raise InvalidValue(f"line {len(lines) + 1}: {problem}") from problem
        add(line)
    add("")
    return "\n".join(lines)


def load_entries(text: str) -> list[Row]:
    r"""
    Return the rows of a text that `dump_entries` has written.

    Raises `CorruptLedger`, naming the line, for any other text: for one that was cut off, and for one that only looks
    different.

        >>> load_entries('["expire",1798977600000000,1,"point",138]\n')
        [('expire', 1798977600000000, 1, 'point', 138)]

    """
    if not isinstance(text, str):
        raise InvalidValue(f"the text of entries is a str, not {type(text).__name__} {shown(text)}; decode it as ASCII")
    lines = text.split("\n")
    if lines.pop():
        raise CorruptLedger(f"line {len(lines) + 1} does not end: it was cut off, or changed; restore it from a copy")
    known = _Known()
    earned, facts = known.earned, known.facts
    rows: list[Row] = []
    for line in lines:
        row: Row | None = None
        try:
            # A number that is not written as numbers are makes another line than the one it came from.
            if line.startswith('["earn",'):
                _, at, cause, rule, unit, number, _, ends, paid, _ = line.split(",")
                names = earned.get((rule, unit))
                moment, fact, amount, expires, repaid = int(at), int(cause), int(number), int(ends), int(paid)
                if (
                    names is not None
                    and f'["earn",{moment},{fact},{rule},{unit},{amount},null,{expires},{repaid},null]' == line
                    and 0 <= moment < _LATE
                    and 0 <= fact < _MANY
                    and 0 <= amount < _MANY
                    and 0 <= repaid < _MANY
                    and (0 <= expires < _LATE or expires == FOREVER)
                ):
                    row = ("earn", moment, fact, *names, amount, None, expires, repaid, None)
            else:
                kind, at, name, rest = line.split(",", 3)
                held, recorded, program = rest.rsplit(",", 2)
                found = facts.get((kind, held, program))
                if found is not None:
                    moment = int(at)
                    now = moment if recorded == at else int(recorded)
                    id_: Any = name[1:-1] if name[0] == '"' else int(name)
                    written = _id(id_) if name[0] == '"' else str(id_)
                    if (
                        written == name
                        and f"{moment},{now}" == f"{at},{recorded}"
                        and 0 <= moment < _LATE
                        and 0 <= now < _LATE
                        and (id_.__class__ is str or 0 <= id_ < _MANY)
                    ):
                        row = (found[0], moment, id_, *found[1], now, found[2])
        except ValueError:
            pass  # another kind of row, or no number where one should be: that is read by what knows all rows
        if row is None:
            try:
                row = load_entry(line)
            except LoyalcoreError as problem:
                raise CorruptLedger(f"line {len(rows) + 1}: {problem}") from problem
            known.learn(line, row)
        rows.append(row)
    return rows


class _Known:
    """
    Be what was read of a text so far: most of a line stood in another line before.

    So a line is read by what it holds of its own: moments, ids and numbers.
    """

    def __init__(self) -> None:
        #: Rule and unit of earnings, by their texts.
        self.earned: dict[tuple[str, str], tuple[str, str]] = {}
        #: By what stands around moments and id of a fact: kind; content, frozen, sums and slides; program.
        self.facts: dict[tuple[str, str, str], tuple[str, tuple[Any, ...], str]] = {}

    def learn(self, line: str, row: Row) -> None:
        """Remember what a line holds, which is the canonical text of a row."""
        if row[0] == "earn":
            self.earned[quote(row[3]), quote(row[4])] = row[3:5]
        elif row[0] in _FACTS and "," not in str(row[2]) and len(self.facts) < _KNOWN_MAX:
            kind, _, _, rest = line.split(",", 3)
            held, _, program = rest.rsplit(",", 2)
            self.facts[kind, held, program] = (row[0], row[3:7], row[8])


def _is_sound(moment: Any) -> bool:
    return type(moment) is int and 0 <= moment < _LATE


def _dumped(row: Any) -> str:
    """Return the line of a purchase or an earning, or nothing where it has to be looked at."""
    if type(row) is not tuple:
        return ""
    if len(row) == 10 and row[0] == "earn":
        return _earning(row)
    if len(row) == 9 and row[0] == "purchase":
        return _purchase(row)
    return ""


def _earning(row: Row) -> str:
    """Return the line of an earning that is usable at once, or nothing."""
    _, at, cause, rule, unit, amount, usable, expires, repaid, cell = row
    if (
        usable is None
        and cell is None
        and type(at) is type(cause) is type(amount) is type(expires) is type(repaid) is int
        and 0 <= at < _LATE
        and 0 <= cause < _MANY
        and 0 <= amount < _MANY
        and 0 <= repaid < _MANY
        and (0 <= expires < _LATE or expires == FOREVER)
    ):
        return f'["earn",{at},{cause},{_name(rule)},{_name(unit)},{amount},null,{expires},{repaid},null]'
    return ""


def _purchase(row: Row) -> str:
    """Return the line of a purchase, or nothing."""
    _, at, id_, content, frozen, sums, slides, now, program = row
    id_text = _id(id_)
    if not id_text or sums != () or type(sums) is not tuple or not (_is_sound(at) and _is_sound(now)):
        return ""
    names, items, own, values = content
    width, names_text, own_text, program_text = _around(names, own, program)
    if type(content) is type(items) is type(values) is type(frozen) is type(slides) is tuple and len(values) == width:
        held = ",".join([_item(item, len(names)) for item in items]) if items else ""
        given = ",".join([_value(value) for value in values]) if values else ""
        seen = ",".join([_value_or_null(value) for value in frozen]) if frozen else ""
        slid = _slides(slides) if slides else ""
        return (
            f'["purchase",{at},{id_text},[{names_text},[{held}],{own_text},[{given}]],[{seen}],[],[{slid}],'
            f"{now},{program_text}]"
        )
    return ""


def _id(value: Any) -> str:
    """Return the text of an id, or nothing where it has to be looked at."""
    if type(value) is int:
        return str(value) if 0 <= value < _MANY else ""
    if (
        type(value) is str
        and 1 <= len(value) <= ID_MAX
        and value.isascii()
        and value.isprintable()
        and " " not in value
    ):
        return quote(value)
    return ""


def _value(value: Any) -> str:
    """Return the text of a value; raises `ValueError` where it has to be looked at."""
    kind = type(value)
    if kind is int and -_MANY < value < _MANY:
        return str(value)
    if kind is str and len(value) <= TEXT_MAX and value.isascii() and value.isprintable():
        return quote(value)
    if kind is bool:
        return "true" if value else "false"
    raise ValueError


def _value_or_null(value: Any) -> str:
    return "null" if value is None else _value(value)


def _item(item: Any, width: int) -> str:
    """Return the text of an item; raises `ValueError` where it has to be looked at."""
    id_, net, quantity, *values = item
    id_text = _id(id_)
    if not id_text or type(item) is not tuple or len(item) != width or not (_counts(net) and _counts(quantity)):
        raise ValueError
    return f"[{id_text},{net},{quantity}{''.join([f',{_value(value)}' for value in values])}]"


def _slides(slides: tuple[Any, ...]) -> str:
    """Return the text of one change of one tally; raises `ValueError` for others."""
    name, end, number = slides
    if not (_is_sound(end) and type(number) is int and -_MANY < number < _MANY and type(name) is str):
        raise ValueError
    return f"{_value(name)},{end},{number}"


def _counts(number: Any) -> bool:
    return type(number) is int and 0 <= number < _MANY


@lru_cache(maxsize=1024)
def _name(name: str) -> str:
    """Return the text of a name; raises `InvalidValue` for what is none."""
    check_row(("expire", 0, 0, name, 0), InvalidValue)
    return f'"{name}"'


@lru_cache(maxsize=256)
def _around(names: tuple[str, ...], own: tuple[str, ...], program: str) -> tuple[int, str, str, str]:
    """Return how many attributes a purchase has, and its texts that are the same for most purchases."""
    row = ("purchase", 0, 0, (names, _NOTHING, own, (0,) * len(own)), _NOTHING, _NOTHING, _NOTHING, 0, program)
    check_row(row, InvalidValue)
    return len(own), f"[{','.join(map(quote, names))}]", f"[{','.join(map(quote, own))}]", f'"{program}"'
