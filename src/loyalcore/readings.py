"""
Readings: how the rows of a binding are read by a program, and what an entry copies out of one.

What a binding leaves out is what the class of the event declares as a stand-in, for rules and entries alike; what has
none must be bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loyalcore.bindings import Binding
from loyalcore.engine.columns import Columns, Fixed, Place, read_rows
from loyalcore.engine.forms import Reading
from loyalcore.errors import InvalidValue
from loyalcore.instants import to_instant
from loyalcore.schema import Schema
from loyalcore.terms import Terms

__all__ = ["SECOND", "columns_of", "reading_of"]

SECOND = 1_000_000
_QUANTITY_ONE = 1000
#: Id, moment and member stand in every row.
_HEADS = 3


def columns_of(terms: Terms, binding: Binding) -> tuple[Columns, Columns]:
    """Return where items and the event have what rules may ask about, with stand-ins for what is not bound."""
    schema = {"purchase": terms.purchases, "activity": terms.activities}.get(binding.kind)
    event = binding.event_columns()
    if schema is not None:
        event = _filled(event, schema, terms)
    items = binding.item_columns()
    if "items" in event.by_name:
        items = _filled(Columns({"quantity": Fixed(_QUANTITY_ONE), **items.by_name}), terms.items, terms)
        if "net" in items.by_name:
            # Nothing of rows that are read in place is paid with points, or claims a discount.
            net = items.column("net")
            items = Columns({**items.by_name, "net_before_points": net, "net_before_discounts": net})
    return items, event


def _filled(columns: Columns, schema: Schema, terms: Terms) -> Columns:
    """Return columns with the stand-ins of declared attributes that are not bound."""
    found = dict(columns.by_name)
    for name, declared in schema.fields:
        if name not in found:
            if declared.missing is None:
                raise InvalidValue(f"{name} is declared without missing= and not bound; say where rows have it")
            found[name] = Fixed(declared.stand_in(terms.currency.places, name))
    return Columns(found)


def reading_of(terms: Terms, binding: Binding) -> Reading:
    """Return how rows of a kind that earns are read."""
    scale = SECOND if binding.in_seconds else 1
    return Reading(_head(binding), _copier(terms, binding), scale, places=_places(binding))


def _head(binding: Binding) -> Callable[[Any], Any]:
    """Return what reads id, moment, member and items; where there are none, the member stands for them."""
    columns = binding.head_columns()
    read = read_rows([*columns, columns[-1]][: _HEADS + 1])
    if binding.in_seconds:
        return read

    def in_micros(row: Any) -> tuple[Any, Any, Any, Any]:
        id_, at, member, items = read(row)
        return id_, to_instant(at), member, items

    return in_micros


def _places(binding: Binding) -> tuple[Any, Any, Any, Any] | None:
    """Return where id, moment, member and items stand, or None where reading them is more than looking in places."""
    columns = binding.head_columns()
    found = [column.at for column in (*columns, columns[-1])[: _HEADS + 1] if isinstance(column, Place)]
    if not binding.in_seconds or len(found) <= _HEADS:
        return None
    return (found[0], found[1], found[2], found[3])


def _copier(terms: Terms, binding: Binding) -> Callable[[Any], tuple[Any, ...]]:
    """Return the function that copies what an event's content is out of a row."""
    items, event = columns_of(terms, binding)
    if binding.kind == "enrolment":
        return lambda _: ((), ())
    if binding.kind == "activity":
        names = ("name", *terms.activities.names)
        reads = [event.reader(name) for name in names]
        if "of" not in event.by_name:
            return lambda row: (names, tuple(read(row) for read in reads))
        of = event.reader("of")

        def said(row: Any) -> tuple[Any, ...]:
            values = tuple(read(row) for read in reads)
            about = of(row)
            return (names, values) if about is None else ((*names, "of"), (*values, about))

        return said
    reads = [event.reader(name) for name in terms.purchases.names]
    item_names = ("id", "net", "quantity", *terms.items.names)
    own_id = items.reader("id") if "id" in items.by_name else None
    lines: Callable[[Any], Any] = lambda _: ()  # noqa: E731 - what stands here otherwise is a reader
    item_reads: list[Callable[[Any], Any]] = []
    if "items" in event.by_name:
        # A rule that asks for the net amount needs it bound; an entry of a program without such rules does without.
        known = Columns({"net": Fixed(0), **items.by_name})
        lines, item_reads = event.reader("items"), [known.reader(name) for name in item_names[1:]]

    def content(row: Any) -> tuple[Any, ...]:
        rows = tuple(
            (place if own_id is None else own_id(line), *(read(line) for read in item_reads))
            for place, line in enumerate(lines(row))
        )
        return (item_names if rows else item_names[:3], rows, terms.purchases.names, tuple(read(row) for read in reads))

    return content
