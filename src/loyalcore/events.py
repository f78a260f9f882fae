"""
Events: what happened, or what is asked, as the host tells it.

Every event has an *id* the host chose and an aware *at*. Events are immutable and compared by content; they are
checked when they are made, so one that exists can be decided. Subclass `Item`, `Purchase` and `Activity` to declare
attributes of your own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, final

from loyalcore.conditions import TextOf
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import from_instant, to_instant
from loyalcore.measures import Count, ItemNumber, Total
from loyalcore.numbers import MINOR_MAX, exact, minor_of
from loyalcore.schema import (
    PRICE_PLACES,
    USUAL_PLACES,
    BuiltIn,
    EventRecord,
    ItemRecord,
    Number,
    OfItems,
    Price,
    as_decimal,
    check_paid,
)
from loyalcore.texts import check_id, check_name, check_text, id_order
from loyalcore.units import Amount

__all__ = [
    "Activity",
    "Adjustment",
    "Enrolment",
    "Event",
    "Item",
    "Purchase",
    "Redemption",
    "Return",
    "Settings",
    "check_times",
    "several",
]

ITEMS_MAX = 10_000
QUANTITY_PLACES = 3
#: What every item has.
_COLUMNS = ("id", "net", "quantity")
_QUANTITY, _PRICE = Number(QUANTITY_PLACES), Price()


def several(given: Any, what: str) -> tuple[Any, ...]:
    """Return a bounded number of things in a row."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InvalidValue(f"{what} are several in a list, not {shown(given)}")
    parts = tuple(islice(given, ITEMS_MAX + 1))
    if len(parts) > ITEMS_MAX:
        raise InvalidValue(f"{what} are more than {ITEMS_MAX}, which is as many as can be judged")
    return parts


def check_times(times: object, what: str) -> int:
    """Return how often a reward is asked for."""
    if type(times) is not int or not 1 <= times <= ITEMS_MAX:
        raise InvalidValue(f"times of {what} are a whole number from 1 to {ITEMS_MAX}, not {shown(times)}")
    return times


class Item(ItemRecord):
    """
    Be one line of a purchase.

    *id* names it within its purchase, *net* is what the line cost after discounts, in the program's currency,
    *quantity* has up to three decimals. Where the price of *each* is known instead of *net*, the net is so many times
    that, exactly. Fields declared in a subclass are given by name.

        >>> Item("latte", "85.00", quantity=2).net
        Decimal('85')
        >>> Item("latte", each="42.50", quantity=2).net
        Decimal('85')

    """

    id: str | int
    net = OfItems("net")
    quantity = OfItems("quantity")
    #: The net amount with what was paid with points; as asked about on the class, *net* is without it.
    net_before_points: ClassVar[ItemNumber] = BuiltIn(ItemNumber("net_before_points"))  # type: ignore[assignment]

    def __init__(
        self, id: str | int, net: object = None, quantity: object = 1, *, each: object = None, **attributes: object
    ) -> None:
        values = vars(self)
        values["id"] = name = check_id(id, "the id of an item")
        what = f"item {id!r}"
        pieces, parts = _QUANTITY.taken(quantity, f"quantity of {what}")
        if not pieces:
            raise InvalidValue(f"quantity of {what} must be more than zero; leave the item out instead")
        if (net is None) == (each is None):
            raise InvalidValue(f"{what} has a net, or a price of each; give one of them")
        if each is not None:
            price = exact(_PRICE.check(each, f"each of {what}"), PRICE_PLACES)
            net = as_decimal(price * exact(pieces, QUANTITY_PLACES), PRICE_PLACES + QUANTITY_PLACES)
        values["net"], paid = _PRICE.taken(net, f"net of {what}")
        values["quantity"] = pieces
        held = (name, paid, parts, *self._fill(attributes, what))
        self._keep("_held", None if None in held else held)

    def canonical(self, price_places: int) -> tuple[Any, ...]:
        """Return id, net, quantity and the declared values, in smallest parts."""
        found: tuple[Any, ...] | None = getattr(self, "_held", None) if price_places == USUAL_PLACES else None
        if found is not None:
            return found
        values = vars(self)
        what = f"item {values['id']!r}"
        return (
            values["id"],
            minor_of(values["net"], price_places, f"net of {what}"),
            minor_of(values["quantity"], QUANTITY_PLACES, what),
            *[each.canonical(values[name], price_places, f"{name} of {what}") for name, each in self._fields.items()],
        )


def _columns(items: tuple[Item, ...]) -> tuple[str, ...]:
    """Return the names of what entries hold of items."""
    return (*_COLUMNS, *items[0].schema().names) if items else _COLUMNS


class Event(EventRecord):
    """Be the base of all events: an *id* that names it for ever, and *at*, when it happened."""

    kind: ClassVar[str] = ""
    id: str | int
    #: When it happened, in UTC.
    at: dt.datetime

    def _head(self, id: str | int, at: dt.datetime) -> None:
        vars(self)["id"] = check_id(id, f"the id of a {self.kind}")
        instant = to_instant(at, f"at of {self.kind} {id!r}")
        vars(self)["at"] = from_instant(instant)
        self._keep("_instant", instant)

    @property
    def instant(self) -> int:
        """Return when it happened, in microseconds since 1970 UTC."""
        try:
            return self._instant
        except AttributeError:  # a copy knows its values alone
            return to_instant(self.at)

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return what happened apart from id and at, as entries hold it: names, and values without floats."""
        raise NotImplementedError  # pragma: no cover - each kind of event defines it

    def _declared(self, price_places: int) -> tuple[Any, ...]:
        values = vars(self)
        return tuple(
            each.canonical(values[name], price_places, f"{name} of {self.kind} {self.id!r}")
            for name, each in self._fields.items()
        )


class Purchase(Event):
    """
    Be a completed purchase with its items.

    Give *items*, or, where nothing is known of them, *net* alone: one item called ``"total"``.
    Fields declared in a subclass are given by name. A purchase without items is a visit.

    *paid_with* maps names of `loyalcore.Pay` rules to the money that is paid with their points, in the program's
    currency. Rules see the net amount without it, and `net_before_points` with it.
    """

    kind = "purchase"
    #: The net amount of all items that are kept, less what was paid with points.
    net: ClassVar[Any] = BuiltIn(Total("net"))
    #: The net amount of all items that are kept, however it was paid.
    net_before_points: ClassVar[Any] = BuiltIn(Total("net_before_points"))
    #: One for each purchase of which something is kept.
    count: ClassVar[Any] = BuiltIn(Count())
    items: tuple[Item, ...]
    paid_with: tuple[tuple[str, Decimal], ...]

    def __init__(
        self,
        id: str | int,
        *,
        at: dt.datetime,
        items: Iterable[Item] = (),
        net: object = None,
        paid_with: Mapping[str, object] | None = None,
        **attributes: object,
    ) -> None:
        self._head(id, at)
        given: tuple[Item, ...] = several(items, f"items of purchase {id!r}")
        if net is not None:
            if given:
                raise InvalidValue(f"purchase {id!r} has items and a net of its own; give one of them")
            given = (Item("total", net),)
        ids = set()
        for item in given:
            if not is_a(item, Item):
                raise InvalidValue(f"items of purchase {id!r} must be of class Item, not {shown(item)}")
            if item.id in ids or type(item) is not type(given[0]):
                raise InvalidValue(f"items of purchase {id!r} must be of one class with different ids, see {item.id!r}")
            ids.add(item.id)
        vars(self)["items"] = given
        vars(self)["paid_with"] = () if paid_with is None else check_paid(paid_with, f"purchase {id!r}")
        own, rows = self._fill(attributes, f"purchase {id!r}"), [getattr(item, "_held", None) for item in given]
        exact = None not in own and None not in rows and not self.paid_with
        held = (_columns(given), tuple(rows), tuple(self._fields), tuple(own)) if exact else None
        self._keep("_held", held)

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (item names, item rows, names, values), what is paid with points last: names and money in turn."""
        try:
            if price_places == USUAL_PLACES and (found := self._held) is not None:
                return found
        except AttributeError:
            pass  # a copy knows its values alone
        names = _columns(self.items)
        rows = tuple([item.canonical(price_places) for item in self.items])
        if not self.paid_with:
            return (names, rows, tuple(self._fields), self._declared(price_places))
        paid = tuple(part for name, money in self.paid_with for part in (name, exact(money, price_places, name)))
        return (names, rows, (*self._fields, "paid_with"), (*self._declared(price_places), paid))


class Activity(Event):
    """
    Be something a member did other than buying: a review, a visit, a survey.

    *name* says what; conditions ask for it with ``Activity.name.is_("review")``. *of* is the id of the purchase it is
    about, if it is about one: units that are pending `loyalcore.until` it comes then mature.
    """

    kind = "activity"
    name: Any = BuiltIn(TextOf("event", "name"))
    of: str | int | None

    def __init__(
        self, id: str | int, *, at: dt.datetime, name: str, of: str | int | None = None, **attributes: object
    ) -> None:
        self._head(id, at)
        vars(self)["name"] = check_text(name, f"name of activity {id!r}")
        vars(self)["of"] = None if of is None else check_id(of, f"what activity {id!r} is of")
        self._fill(attributes, f"activity {id!r}")

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values), the activity's name first, what it is of last, if that is said."""
        about = () if self.of is None else (self.of,)
        names = ("name", *self._fields, *(("of",) if about else ()))
        return (names, (self.name, *self._declared(price_places), *about))


@final
class Enrolment(Event):
    """Be the moment a member joined."""

    kind = "enrolment"

    def __init__(self, id: str | int, *, at: dt.datetime) -> None:
        self._head(id, at)

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return nothing but the fact."""
        del price_places
        return ((), ())


@final
class Return(Event):
    """
    Be the return of items of a purchase, or the cancelling of a redemption.

    *of* is the id of the purchase or redemption, or of a hold that was captured, or of the capture. *items* are ids of
    items returned whole, or a mapping from ids to the quantity that came back; without *items* everything that is still
    kept goes back. *refunds* map ids of items that are kept to money given back for them, in the program's currency;
    *net* is what was given back of a purchase that has a net of its own.
    """

    kind = "return"
    of: str | int
    items: tuple[tuple[str | int, Decimal | None], ...] | None
    refunds: tuple[tuple[str | int, Decimal], ...]

    def __init__(
        self,
        id: str | int,
        *,
        at: dt.datetime,
        of: str | int,
        items: Iterable[str | int] | Mapping[str | int, object] | None = None,
        refunds: Mapping[str | int, object] | None = None,
        net: object = None,
    ) -> None:
        self._head(id, at)
        vars(self)["of"] = check_id(of, f"what return {id!r} is of")
        if net is not None:
            if refunds is not None:
                raise InvalidValue(f"return {id!r} has refunds and a net of its own; give one of them")
            refunds = {"total": net}
        vars(self)["refunds"] = () if refunds is None else self._refunds(refunds)
        vars(self)["items"] = None if items is None else self._parts(items)

    def _refunds(self, refunds: object) -> tuple[tuple[str | int, Decimal], ...]:
        """Return item ids and money, in order."""
        if not isinstance(refunds, Mapping) or not refunds:
            raise InvalidValue(f"refunds of return {self.id!r} map items to money, not {shown(refunds)}")
        found = {}
        for item in several(refunds, f"refunds of return {self.id!r}"):
            key = check_id(item, f"an item of return {self.id!r}")
            found[key] = Price().check(refunds[item], f"refund of {key!r}")
            if not found[key]:
                raise InvalidValue(f"return {self.id!r} refunds nothing of item {key!r}; leave it out")
        return tuple(sorted(found.items(), key=lambda part: id_order(part[0])))

    def _parts(self, items: object) -> tuple[tuple[str | int, Decimal | None], ...]:
        """Return item ids and quantities in order, since what comes back does not depend on how it is told."""
        quantities = items if isinstance(items, Mapping) else {}
        parts: dict[str | int, Decimal | None] = {}
        for item in several(items, f"items of return {self.id!r}"):
            key, quantity = check_id(item, f"an item of return {self.id!r}"), quantities.get(item)
            if key in parts:
                raise InvalidValue(f"return {self.id!r} names item {key!r} twice; name it once")
            if quantity is not None:
                quantity = Number(QUANTITY_PLACES).check(quantity, f"quantity of {key!r} returned")
                if not quantity:
                    raise InvalidValue(f"return {self.id!r} returns nothing of item {key!r}; leave it out")
            parts[key] = quantity
        if not parts:
            raise InvalidValue(f"return {self.id!r} names no items; leave items= out to return everything")
        return tuple(sorted(parts.items(), key=lambda part: id_order(part[0])))

    def content(self, price_places: int) -> tuple[Any, ...]:
        """
        Return (names, values): of, then item ids and quantities in turn, or None for everything.

        Where money is refunded its items and amounts follow in turn, and items that come back are only those named.
        """
        if self.refunds:
            flat: list[object] = []
            for item, money in self.refunds:
                flat += (item, exact(money, price_places, f"refund of {item!r} in return {self.id!r}"))
            return (("of", "items", "refunds"), (self.of, self._quantities() or (), tuple(flat)))
        return (("of", "items"), (self.of, self._quantities()))

    def _quantities(self) -> tuple[object, ...] | None:
        parts: list[object] | None = None
        if self.items is not None:
            parts = []
            for item, quantity in self.items:
                parts += (item, None if quantity is None else exact(quantity, QUANTITY_PLACES))
        return None if parts is None else tuple(parts)


@final
class Redemption(Event):
    """
    Ask for a reward: *times* a fixed-price one, or *amount* of money paid with points.

    The amount is in the program's currency.
    """

    kind = "redemption"
    reward: str
    times: int
    amount: Decimal | None

    def __init__(self, id: str | int, *, at: dt.datetime, reward: str, times: int = 1, amount: object = None) -> None:
        self._head(id, at)
        values = vars(self)
        values["reward"] = check_name(reward, f"the reward of redemption {id!r}")
        values["times"] = check_times(times, f"redemption {id!r}")
        values["amount"] = None if amount is None else Price().check(amount, f"amount of redemption {id!r}")

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        amount = None if self.amount is None else exact(self.amount, price_places, f"amount of redemption {self.id!r}")
        return (("reward", "times", "amount"), (self.reward, self.times, amount))


@final
class Adjustment(Event):
    """
    Give or take units by hand, for a stated *reason*.

    An *amount* below zero is taken from what is usable and refused where that is not enough. *expires* is for what
    is given; without it the program's policy decides.
    """

    kind = "adjustment"
    amount: Amount
    reason: str
    expires: dt.datetime | None

    def __init__(
        self, id: str | int, *, at: dt.datetime, amount: Amount, reason: str, expires: dt.datetime | None = None
    ) -> None:
        self._head(id, at)
        values = vars(self)
        if not is_a(amount, Amount) or not 0 < abs(amount.minor) <= MINOR_MAX:
            raise InvalidValue(
                f"amount of adjustment {id!r} must be an amount such as POINT(-20), up to {MINOR_MAX} smallest parts, "
                f"not {shown(amount)}"
            )
        values["amount"] = amount
        values["reason"] = check_text(reason, f"reason of adjustment {id!r}")
        if not reason.strip():
            raise InvalidValue(f"adjustment {id!r} needs a reason; say why the units are given or taken")
        values["expires"] = None if expires is None else from_instant(to_instant(expires, "expires"))
        if expires is not None and (amount.minor < 0 or expires <= self.at):
            raise InvalidValue(f"expires of adjustment {id!r} is for units given, and after it; leave it out")

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        del price_places
        expires = None if self.expires is None else to_instant(self.expires)
        values = (self.amount.unit.name, self.amount.unit.places, self.amount.minor, self.reason, expires)
        return (("unit", "places", "amount", "reason", "expires"), values)


@final
class Settings(Event):
    """
    Set choices of a member, by name: ``Settings("s1", at=…, newsletter="yes")``.

    Values are texts. What is not named stays as it was; conditions ask with ``setting("newsletter")``.
    """

    kind = "settings"
    values: tuple[tuple[str, str], ...]

    def __init__(self, id: str | int, /, *, at: dt.datetime, **choices: str) -> None:
        self._head(id, at)
        if not choices:
            raise InvalidValue(f"settings {id!r} set nothing; name at least one choice")
        pairs = ((check_name(name, "a setting"), check_text(value, name)) for name, value in choices.items())
        vars(self)["values"] = tuple(sorted(pairs))

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        del price_places
        return (tuple(name for name, _ in self.values), tuple(value for _, value in self.values))
