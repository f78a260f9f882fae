"""
Declared attributes: what a host says its items, purchases and activities carry beyond the built-in.

A field is declared once, in the body of a class: ``category = Text()``. Read from the class it is something to ask
about (``Line.category.is_("coffee")``); read from an instance it is the value. Input is strict: an attribute that
is not declared, missing without a stand-in, or of another type is refused with its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar, NoReturn, final, overload

from attrs import field, frozen

from loyalcore.conditions import OfEvent, OfItem, TextOf
from loyalcore.dates import DateOf
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import EventNumber, ItemNumber
from loyalcore.numbers import check_places, exact, minor_of
from loyalcore.texts import check_date, check_name, check_text

__all__ = [
    "BuiltIn",
    "Date",
    "EventRecord",
    "Field",
    "Flag",
    "ItemRecord",
    "Number",
    "OfItems",
    "Price",
    "Record",
    "Schema",
    "Text",
    "as_decimal",
    "check_claims",
    "check_paid",
]

#: How many discounts one purchase may claim.
_CLAIMS_MAX = 100
#: A price may have this many decimals until the program's currency says how many it really has.
PRICE_PLACES = 6
#: A quantity may have this many.
QUANTITY_PLACES = 3
#: How many that is for most currencies: what entries hold is made for these at once, for others when it is asked for.
USUAL_PLACES = 2
_USUAL_PART = 10 ** (PRICE_PLACES - USUAL_PLACES)


@frozen(slots=False)
class Field:
    """Be a declared attribute; one without *missing* must always be given."""

    missing: Any = None
    _name: str = field(init=False, eq=False, repr=False, default="")

    def __attrs_post_init__(self) -> None:
        if self.missing is not None:
            object.__setattr__(self, "missing", self.plain(self.check(self.missing, "missing")))

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "_name", self._name or name)

    def check_named(self, owner: type, name: str) -> None:
        """Refuse one field under two names: asked about, it could not say which is meant."""
        if self._name != name:
            raise InvalidValue(f"{owner.__name__}.{name} is the field {self._name} again; declare one of its own")

    @staticmethod
    def plain(value: Any) -> str | bool:
        """Return a checked value as one whose text says it without imports."""
        return value  # type: ignore[no-any-return]

    def check(self, value: Any, what: str) -> Any:
        """Return the value as instances hold it; refuse what the field does not take."""
        raise NotImplementedError  # pragma: no cover - each kind of field defines it

    def taken(self, value: Any, what: str) -> tuple[Any, str | int | bool | None]:
        """Return the value as instances hold it, and as entries of usual places do; None where those are too few."""
        held = self.check(value, what)
        return held, held

    def canonical(self, value: Any, price_places: int, what: str) -> str | int | bool:
        """Return the value as entries hold it: text, flag, or an integer of smallest parts."""
        del price_places, what
        return value  # type: ignore[no-any-return]

    def stand_in(self, price_places: int, what: str) -> str | int | bool:
        """Return what stands in for the attribute where it is missing, as entries hold it."""
        return self.canonical(self.check(self.missing, what), price_places, what)


@final
@frozen(slots=False)
class Text(Field):
    """Declare a text of at most 1,000 characters, compared by code points."""

    missing: str | None = None

    @overload
    def __get__(self, instance: None, owner: type[ItemRecord]) -> TextOf[OfItem]: ...
    @overload
    def __get__(self, instance: None, owner: type[EventRecord]) -> TextOf[OfEvent]: ...
    @overload
    def __get__(self, instance: Record, owner: type[Record]) -> str: ...
    def __get__(self, instance: object, owner: type[Record]) -> object:
        return TextOf(owner.about, self._name)

    def check(self, value: Any, what: str) -> str:
        """Return the text."""
        return check_text(value, what)


@final
@frozen(slots=False)
class Flag(Field):
    """Declare yes or no: `True` or `False`, nothing else."""

    missing: bool | None = None

    @overload
    def __get__(self, instance: None, owner: type[ItemRecord]) -> TextOf[OfItem]: ...
    @overload
    def __get__(self, instance: None, owner: type[EventRecord]) -> TextOf[OfEvent]: ...
    @overload
    def __get__(self, instance: Record, owner: type[Record]) -> bool: ...
    def __get__(self, instance: object, owner: type[Record]) -> object:
        return TextOf(owner.about, self._name)

    def check(self, value: Any, what: str) -> bool:
        """Return the flag."""
        if not isinstance(value, bool):
            raise InvalidValue(f"{what} must be True or False, not {shown(value)}")
        return value


@final
@frozen(slots=False)
class Date(Field):
    """Declare a date of purchases or activities: a `datetime.date`, or its ISO text, as rows read in place have it."""

    missing: dt.date | str | None = None

    @overload
    def __get__(self, instance: None, owner: type[EventRecord]) -> DateOf: ...
    @overload
    def __get__(self, instance: Record, owner: type[Record]) -> dt.date: ...
    def __get__(self, instance: object, owner: type[Record]) -> object:
        return DateOf(self._name)

    def check_named(self, owner: type, name: str) -> None:
        """Refuse a date of items, and what all fields do."""
        super().check_named(owner, name)
        if getattr(owner, "about", "") == "item":
            raise InvalidValue(f"{owner.__name__}.{name} is a date of an item; purchases and activities have dates")

    @staticmethod
    def plain(value: Any) -> str:
        """Return a date as text."""
        return str(value.isoformat())

    def check(self, value: Any, what: str) -> dt.date:
        """Return the date."""
        text: Any = value.isoformat() if is_a(value, dt.date) and not isinstance(value, dt.datetime) else value
        check_date(text, what)
        return dt.date.fromisoformat(text)

    def taken(self, value: Any, what: str) -> tuple[dt.date, str]:
        """Return the date, and its text."""
        held = self.check(value, what)
        return held, held.isoformat()

    def canonical(self, value: Any, price_places: int, what: str) -> str:
        """Return the text of the date."""
        del price_places, what
        return str(value.isoformat())


@frozen(slots=False)
class _Numeric(Field):
    @staticmethod
    def plain(value: Any) -> str:
        """Return a number as text."""
        return str(value)

    @overload
    def __get__(self, instance: None, owner: type[ItemRecord]) -> ItemNumber: ...
    @overload
    def __get__(self, instance: None, owner: type[EventRecord]) -> EventNumber: ...
    @overload
    def __get__(self, instance: Record, owner: type[Record]) -> Decimal: ...
    def __get__(self, instance: object, owner: type[Record]) -> object:
        return (ItemNumber if owner.about == "item" else EventNumber)(self._name)


@final
@frozen(slots=False)
class Number(_Numeric):
    """Declare a number from zero up, with a fixed number of decimal places."""

    places: int = 0
    missing: object = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_places(self.places, "places of a number")
        super().__attrs_post_init__()

    def check(self, value: Any, what: str) -> Decimal:
        """Return the number as an exact decimal."""
        return _number(value, self.places, what)[0]

    def taken(self, value: Any, what: str) -> tuple[Decimal, int]:
        """Return the number as an exact decimal, and in its smallest parts."""
        return _number(value, self.places, what)

    def canonical(self, value: Any, price_places: int, what: str) -> int:
        """Return the number in its smallest parts."""
        del price_places
        return minor_of(value, self.places, what)


@final
@frozen(slots=False)
class Price(_Numeric):
    """Declare an amount of the program's currency from zero up."""

    missing: object = None

    def check(self, value: Any, what: str) -> Decimal:
        """Return the price as an exact decimal; the currency's places are checked when a program judges it."""
        return _number(value, PRICE_PLACES, what)[0]

    def taken(self, value: Any, what: str) -> tuple[Decimal, int | None]:
        """Return the price as an exact decimal, and in parts of usual places where it has no more."""
        held, parts = _number(value, PRICE_PLACES, what)
        return held, None if parts % _USUAL_PART else parts // _USUAL_PART

    def canonical(self, value: Any, price_places: int, what: str) -> int:
        """Return the price in the currency's smallest parts."""
        return minor_of(value, price_places, what)


def _number(value: Any, places: int, what: str) -> tuple[Decimal, int]:
    """Return a number from zero up as an exact decimal, and in its smallest parts."""
    if type(value) in _NUMBERS:
        try:
            return _read_before(value, places)
        except (InvalidValue, TypeError):
            pass  # what is wrong with it is said with its name
    return _read(value, places, what)


def _read(value: Any, places: int, what: str) -> tuple[Decimal, int]:
    minor = exact(value, places, what)
    if minor < 0:
        raise InvalidValue(
            f"{what} must not be negative; record what goes back as a Return, and what is off as a Discount"
        )
    return as_decimal(minor, places), minor


@lru_cache(maxsize=4096, typed=True)
def _read_before(value: Any, places: int) -> tuple[Decimal, int]:
    """Return what `_read` does of a number that it has seen before: prices and quantities come again and again."""
    return _read(value, places, "a number")


#: What numbers are given as; anything else is looked at each time.
_NUMBERS = frozenset({int, str, Decimal})


def as_decimal(minor: int, places: int) -> Decimal:
    """Return a decimal without trailing zeros after the point, so that equal values look equal."""
    while places and not minor % 10:
        minor //= 10
        places -= 1
    return Decimal((0, tuple(map(int, str(minor))), -places))


def _is_declared(pair: object) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2 and type(pair[0]) is str and isinstance(pair[1], Field)


@final
@frozen
class Schema:
    """Be the declared fields of a class, in order of declaration: what a program knows of it."""

    about: str
    fields: tuple[tuple[str, Field], ...]

    def __attrs_post_init__(self) -> None:
        fields: Any = self.fields
        if self.about not in ("item", "event") or type(fields) is not tuple or not all(map(_is_declared, fields)):
            raise InvalidValue(f"a schema is of items or events with named fields, not {shown((self.about, fields))}")

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the fields."""
        return tuple(name for name, _ in self.fields)

    def get(self, name: str) -> Field | None:
        """Return the field of that name, or None."""
        return next((declared for own, declared in self.fields if own == name), None)


class BuiltIn:
    """Show what can be asked about a built-in attribute on the class; instances hold the value, if there is one."""

    def __init__(self, measure: object) -> None:
        self.measure = measure

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is not None:
            raise AttributeError(f"a {owner.__name__} keeps no total; it is asked about on the class, or see its items")
        return self.measure


class OfItems:
    """Show a built-in number of items: what can be asked about on the class, the number itself on an instance."""

    def __init__(self, name: str) -> None:
        self.number = ItemNumber(name)

    @overload
    def __get__(self, instance: None, owner: type) -> ItemNumber: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Decimal: ...
    def __get__(self, instance: object, owner: type) -> Any:
        del instance, owner  # an instance has the number itself, which is found before this is asked
        return self.number


class Record:
    """
    Be an immutable bundle of declared attributes, compared by content.

    Values live in the instance's dictionary, where they shadow the fields of the class: reading one costs no call.
    """

    # Beside the values stands what is derived of them: what entries of usual places hold, and the moment as an integer.
    __slots__ = ("__dict__", "__weakref__", "_held", "_instant")

    _held: tuple[Any, ...] | None
    _instant: int
    about: ClassVar[str] = ""
    _fields: ClassVar[dict[str, Field]] = {}
    _schema: ClassVar[Schema | None] = None

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        declared = {name: each for name, each in vars(cls).items() if isinstance(each, Field)}
        reserved = {name for base in cls.__mro__[1:] for name in (*vars(base), *vars(base).get("__annotations__", ()))}
        if taken := [name for name in declared if name.startswith("_") or name in reserved | {"self"}]:
            raise InvalidValue(f"{cls.__name__}.{taken[0]} is taken; choose another name for the field")
        for name, each in declared.items():
            each.check_named(cls, name)
        cls._fields = {**cls._fields, **declared}
        cls._schema = None

    @classmethod
    def schema(cls) -> Schema:
        """Return the declared fields as a value, the same one each time."""
        found = cls._schema
        if found is None:
            found = cls._schema = Schema(cls.about, tuple(cls._fields.items()))
        return found

    def _fill(self, given: dict[str, Any], what: str) -> list[Any]:
        """Check the declared attributes and keep them; return them as entries of usual places hold them."""
        values, held = vars(self), []
        for name, each in self._fields.items():
            value = given.pop(name, each.missing)
            if value is None:
                raise InvalidValue(f"{what} needs {name}; give it, or declare {name} with missing=")
            values[name], exactly = each.taken(value, f"{name} of {what}")
            held.append(exactly)
        if given:
            known = ", ".join(self._fields) or "none"
            raise InvalidValue(f"{what} has no attribute {next(iter(given))}; declared are: {known}")
        return held

    def _keep(self, name: str, value: Any) -> None:
        """Keep what is derived of the values."""
        object.__setattr__(self, name, value)

    def __getstate__(self) -> dict[str, Any]:
        return vars(self)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise InvalidValue(f"{type(self).__name__} does not change; make a new one with another {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise InvalidValue(f"{type(self).__name__} does not change; make a new one without {name}")

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


class ItemRecord(Record):
    """Be a record of an item, as `loyalcore.Item` is."""

    about = "item"


class EventRecord(Record):
    """Be a record of an event, as `loyalcore.Purchase` and `loyalcore.Activity` are."""

    about = "event"


def check_claims(given: object, what: str) -> tuple[str, ...]:
    """Return names of discounts that a purchase claims, in the order of the claims."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValue(f"claims of {what} are names of discounts in a list, not {shown(given)}")
    found = tuple(check_name(name, "a discount") for name in islice(given, _CLAIMS_MAX + 1))
    if len(set(found)) < len(found) or len(found) > _CLAIMS_MAX:
        raise InvalidValue(
            f"{what} claims a discount twice, or more than {_CLAIMS_MAX}; name each once, and give a second "
            "coupon of the same kind a discount of its own"
        )
    return found


def check_paid(given: object, what: str) -> tuple[tuple[str, Decimal], ...]:
    """Return names of `loyalcore.Pay` rules and the money paid with their points, in order of the names."""
    pairs: Any = given.items() if isinstance(given, Mapping) else given
    if not isinstance(given, Mapping | tuple) or not all(is_a(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise InvalidValue(f"paid_with of {what} maps names of Pay rules to money, not {shown(given)}")
    found: dict[str, Decimal] = {}
    for name, given_money in pairs:
        pay = check_name(name, "a Pay rule")
        money = Price().check(given_money, f"money paid with {pay} of {what}")
        if not money or pay in found:
            raise InvalidValue(f"{what} pays nothing with {pay}, or twice; name it once, with an amount above zero")
        found[pay] = money
    return tuple(sorted(found.items()))
