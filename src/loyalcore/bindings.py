"""
Bindings: how a program reads the host's own rows in place.

A binding says where a host's row has the id, the moment, the member and the attributes of an event; no copy is made.
Values are taken as they stand, in smallest parts: cents, thousandths of a quantity. So the host's rows must not change
while they are replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, final

from attrs import frozen

from loyalcore.engine.columns import Attribute, Columns, Minus, Place, read_rows
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Activity, Enrolment, Event, Redemption, Return
from loyalcore.holds import Capture, Hold, Release
from loyalcore.purchases import Item, Purchase
from loyalcore.transfers import Transfer

__all__ = ["Binding", "Seconds", "bind", "bind_items", "column_of", "key", "minus", "seconds"]


#: Events about an earlier one.
_ABOUT = (Return, Capture, Release)


@final
@frozen
class Seconds:
    """Read a moment as whole seconds since 1970 UTC. Build it with `seconds`."""

    column: Place | Attribute


def column_of(given: object, what: str) -> Any:
    """Return a column: a position, an attribute's name, or one made by `key`, `minus` or `seconds`."""
    if isinstance(given, Place | Attribute | Minus | Seconds):
        return given
    if type(given) is int and given >= 0:
        return Place(given)
    if isinstance(given, str) and given.isidentifier():
        return Attribute(given)
    raise InvalidValue(f"{what} is a position or the name of an attribute, or key(…), minus(…), not {shown(given)}")


def key(name: str) -> Place:
    """Read a key of a mapping."""
    return Place(name)


def minus(whole: object, less: object) -> Minus:
    """Read the difference of two columns, such as gross less discount."""
    return Minus(column_of(whole, "whole"), column_of(less, "less"))


def seconds(column: object) -> Seconds:
    """Read a moment from whole seconds since 1970 UTC; without this a column holds aware datetimes."""
    return Seconds(column_of(column, "seconds"))


@final
@frozen
class Binding:
    """
    Be where rows of one kind have what an event needs. Build it with `bind`.

    *columns* has the event's own names, *items* those of its items. The id of a return is made of its kind and *of*
    where there is no column for it.
    """

    event: type[Event]
    columns: tuple[tuple[str, Any], ...]
    items: tuple[tuple[str, Any], ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind of event."""
        return self.event.kind

    def column(self, name: str) -> Any:
        """Return a column, or None."""
        return dict(self.columns).get(name)

    def event_columns(self) -> Columns:
        """Return the columns rules may ask about."""
        return Columns({name: column for name, column in self.columns if not isinstance(column, Seconds)})

    def item_columns(self) -> Columns:
        """Return the columns of items."""
        return Columns(dict(self.items))

    def head_columns(self) -> list[Place | Attribute]:
        """Return where id, moment, member and, if bound, items or what is returned stand."""
        last = self.column("of" if issubclass(self.event, _ABOUT) else "items")
        at, member = self.column("at"), self.column("member")
        first = self.column("id") or last
        if isinstance(at, Seconds):
            at = at.column
        return [first, at, member] if last is None else [first, at, member, last]

    def head(self) -> Callable[[Any], tuple[Any, ...]]:
        """Return the function that reads them, the moment as the row has it."""
        return read_rows(self.head_columns())

    @property
    def in_seconds(self) -> bool:
        """Tell whether moments are whole seconds."""
        return isinstance(self.column("at"), Seconds)


#: What a transfer has beside its head.
_OF_TRANSFERS = ("to", "amount", "unit")


def _is_bindable(event: object) -> bool:
    kinds = Purchase | Return | Activity | Enrolment | Redemption | Hold | Capture | Release | Transfer
    return isinstance(event, type) and issubclass(event, kinds)


def bind(event: type[Event], items: tuple[tuple[str, Any], ...] = (), **columns: object) -> Binding:
    """
    Say where the host's rows have what an event of a class needs.

    Columns are positions, names of attributes, ``key("name")`` or ``minus(gross, discount)``: *id*, *at*, *member*,
    for purchases *lines* (where the row has its items; *items* says how each is read, see `bind_items`), for returns,
    captures and releases *of*, for activities perhaps *of*, for redemptions and holds *reward*, for holds *until*, for
    transfers *to* and *amount* (and *unit* where several units change hands), and the declared attributes. Amounts are
    integers of smallest parts.
    """
    if not _is_bindable(event):
        raise InvalidValue(
            "purchases, returns, activities, enrolments, redemptions, holds, captures, releases and "
            f"transfers are bound, not {shown(event)}"
        )
    needed = {"at", "member"} | ({"of"} if issubclass(event, _ABOUT) else set())
    needed |= set() if event is Return else {"id"}
    needed |= {"reward"} if issubclass(event, Redemption | Hold) else set()
    needed |= {"to", "amount"} if event is Transfer else set()
    if missing := needed - set(columns):
        raise InvalidValue(f"a binding of {event.__name__} needs {', '.join(sorted(missing))}; say where rows have it")
    read = {("items" if name == "lines" else name): column_of(value, name) for name, value in columns.items()}
    known = {"id", "at", "member", "of", "items", "name", "reward", "until", *_OF_TRANSFERS, *event.schema().names}
    if unknown := set(read) - known:
        raise InvalidValue(f"{event.__name__} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
    if not is_a(items, tuple):
        raise InvalidValue(
            f"items are bound by bind_items(Line, …), and where rows have them by lines=, not {shown(items)}"
        )
    return Binding(event, tuple(read.items()), items)


def bind_items(item: type[Item], **columns: object) -> tuple[tuple[str, Any], ...]:
    """Say where the host's items have *net*, *quantity*, *id* (to return some of them) and the declared attributes."""
    known = {"id", "net", "quantity", *item.schema().names}
    if unknown := set(columns) - known:
        raise InvalidValue(f"{item.__name__} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
    return tuple((name, column_of(value, name)) for name, value in columns.items())


def check_bindings(bindings: Mapping[Any, Binding]) -> None:
    """Refuse what is not a binding."""
    for binding in bindings.values():
        if not is_a(binding, Binding):
            raise InvalidValue(f"rows are read by bindings made with bind(…), not {shown(binding)}")
