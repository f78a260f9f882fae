"""
Columns: where the values of an item or event are read, in whatever shape the caller keeps them.

The engine never copies an item to look at it. A column says where one value stands: at a position of a tuple, under a
key, or in an attribute; whole rows of columns are read by `operator.itemgetter` and `operator.attrgetter`, in C.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, final

from attrs import frozen

from loyalcore.errors import InvalidValue

__all__ = ["Attribute", "Column", "Columns", "Either", "Fixed", "Minus", "Place", "grouped", "read_rows"]


@final
@frozen
class Place:
    """Read a position of a sequence, or a key of a mapping."""

    at: int | str


@final
@frozen
class Attribute:
    """Read an attribute."""

    name: str


@final
@frozen
class Minus:
    """Read the difference of two columns, such as gross less discount."""

    whole: Place | Attribute
    less: Place | Attribute


@final
@frozen
class Fixed:
    """Read the same of every row: what stands in for a column that the host has not."""

    value: Any


@final
@frozen
class Either:
    """Read a position where rows are long enough to have it, and another where they are not."""

    at: int
    otherwise: int


Column = Place | Attribute | Fixed | Minus | Either


def read_rows(columns: Sequence[Place | Attribute | Fixed | Either]) -> Callable[[Any], Any]:
    """Return a function that reads several columns: a tuple of them, or the value itself for a single one."""
    if len(columns) == 1 and isinstance(columns[0], Fixed):
        value = columns[0].value
        return lambda _: value
    if len(columns) == 1 and isinstance(columns[0], Either):
        at, otherwise = columns[0].at, columns[0].otherwise
        return lambda row: row[at] if len(row) > at else row[otherwise]
    if all(isinstance(column, Place) for column in columns):
        return operator.itemgetter(*(column.at for column in columns))  # type: ignore[union-attr]
    if all(isinstance(column, Attribute) for column in columns):
        return operator.attrgetter(*(column.name for column in columns))  # type: ignore[union-attr]
    readers = [read_rows([column]) for column in columns]
    return lambda row: tuple(read(row) for read in readers)


@final
@frozen
class Columns:
    """Be the columns of an item or event by name."""

    by_name: Mapping[str, Column]

    def column(self, name: str) -> Column:
        """Return the column of a name."""
        try:
            return self.by_name[name]
        except KeyError:
            raise InvalidValue(f"{name} is needed, but not bound; say where the host's rows have it") from None

    def reader(self, name: str) -> Callable[[Any], Any]:
        """Return a function that reads one value."""
        column = self.column(name)
        if not isinstance(column, Minus):
            return read_rows([column])
        both = read_rows([column.whole, column.less])

        def difference(row: Any) -> int:
            whole, less = both(row)
            return whole - less  # type: ignore[no-any-return]

        return difference

    def adder(self, name: str) -> Callable[[Any], int]:
        """Return a function that adds up a number over a few rows, without a call for each where that can be."""
        column = self.column(name)
        if isinstance(column, Fixed):
            value = column.value
            return lambda rows: value * len(rows)
        if isinstance(column, Minus) and isinstance(column.whole, Place) and isinstance(column.less, Place):
            whole, less = column.whole.at, column.less.at
            return lambda rows: sum([row[whole] - row[less] for row in rows])
        read = self.reader(name)
        return lambda rows: sum(map(read, rows))


def grouped(columns: Columns, name: str) -> Callable[[Any], dict[Any, list[Any]]]:
    """Return the function that sorts items by a text or flag of theirs, in the order in which they come."""
    read = columns.reader(name)

    def groups(items: Any) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        for row in items:
            found.setdefault(read(row), []).append(row)
        return found

    return groups
