"""
Lookups: numbers that the texts of an event decide by a table, and what is measured times a number of the event.

Zone by cabin, a rate of exchange by currency, a multiple by partner: what would be a rule for each row is one value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, final

from attrs import field, frozen

from loyalcore.conditions import OfEvent, TextOf
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Count, EventNumber, Measure, Qualifying, Total, as_measure
from loyalcore.numbers import ratio

__all__ = ["Lookup", "Product", "lookup", "product", "total_of"]

_KEYS_MAX, _ROWS_MAX = 8, 10_000


def _factor(value: object) -> Fraction:
    return ratio(value, "a number of a table")


def _rows(given: object) -> Any:
    """Return the rows of a table in order, each a tuple of texts with its number."""
    items: Any = given.items() if isinstance(given, Mapping) else given
    try:
        pairs = [(key if isinstance(key, tuple) else (key,), _factor(number)) for key, number in items]
    except InvalidValue:
        raise
    except (TypeError, ValueError):
        pairs = []
    if not pairs or len(pairs) > _ROWS_MAX:
        raise InvalidValue(f"a table has 1 to {_ROWS_MAX} rows that map texts to numbers, not {shown(given)}")
    return tuple(sorted(pairs, key=repr))


@final
@frozen
class Lookup(Measure):
    """
    Be the number that a table has for the texts and flags of an event, *otherwise* where it has none.

    Each of the *rows* is a tuple of values, in the order of *keys*, with its number. Build it with `lookup`.
    """

    keys: tuple[TextOf[OfEvent], ...]
    rows: tuple[tuple[tuple[str | bool, ...], Fraction], ...] = field(converter=_rows)
    otherwise: Fraction = field(default=Fraction(0), converter=_factor)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.keys, tuple) or not 1 <= len(self.keys) <= _KEYS_MAX or len(set(self.keys)) < len(self.keys):
            raise InvalidValue(f"a table is looked up by 1 to {_KEYS_MAX} different texts, not {shown(self.keys)}")
        for key in self.keys:
            if not is_a(key, TextOf) or key.of != "event":
                raise InvalidValue(
                    f"a table is looked up by texts and flags of the event, not {shown(key)}; for items write boosts "
                    "with where=, for settings with when="
                )
        for values, _ in self.rows:
            if len(values) != len(self.keys) or not all(isinstance(value, str | bool) for value in values):
                raise InvalidValue(f"each row of this table has {len(self.keys)} texts or flags, not {shown(values)}")
        if len({values for values, _ in self.rows}) < len(self.rows):
            raise InvalidValue("a table has two rows for the same texts; keep the one that is meant")

    @property
    def size(self) -> tuple[int, int]:
        """Say how large the measure is: tables are bounded by themselves."""
        return (1 + len(self.keys), 1)


def lookup(*keys: Any, rows: Mapping[Any, object] | Iterable[Any], otherwise: object = 0) -> Lookup:
    """
    Return a number that texts of the event decide: ``lookup(Flight.zone, Flight.cabin, rows={("A", "Y"): 500})``.

    With one key the rows map its values alone. Texts without a row count as *otherwise*, nothing unless told. Read
    from an event like a declared number, it adds up over a window.
    """
    return Lookup(keys, rows, otherwise)


@final
@frozen
class Product(Measure):
    """
    Be what is read from an event times a number of the same event: money at its rate of exchange, miles by cabin.

    *measure* is a total over items, a declared number or the count; *by* a declared number without a unit, or a
    `Lookup`. Multiplied event by event, it adds up over a window. Build it with `product`.
    """

    measure: Total | EventNumber | Count
    by: EventNumber | Lookup

    def __attrs_post_init__(self) -> None:
        if not is_a(self.measure, Total | EventNumber | Count):
            raise InvalidValue(
                "what is multiplied is read from the event, such as Line.net or Order.count, "
                f"not {shown(self.measure)}; take shapes of the product instead"
            )
        if not is_a(self.by, EventNumber | Lookup):
            raise InvalidValue(f"it is multiplied by a number of the event or a lookup(…), not {shown(self.by)}")

    @property
    def size(self) -> tuple[int, int]:
        """Say how large the measure is, with both parts."""
        (one, deep), (other, deeper) = self.measure.size, self.by.size
        return (1 + one + other, 1 + max(deep, deeper))


def product(measure: object, by: object) -> Product:
    """
    Return what is read from an event times a number of it: ``product(Line.net, Order.rate)``.

    That keeps the unit of the *measure*; *by* is a `loyalcore.Number` of the event, or a `lookup`.
    """
    return Product(as_measure(measure), as_measure(by))  # type: ignore[arg-type]


def total_of(leaf: Measure) -> Total | None:
    """Return the total over items that a leaf is, multiplies or lets qualify, or None where it reads none."""
    inner = leaf.measure if isinstance(leaf, Product | Qualifying) else leaf
    return inner if isinstance(inner, Total) else None
