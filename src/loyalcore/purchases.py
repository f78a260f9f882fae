"""
Purchases: what was bought, item by item, which discounts it claims, and how much of it was paid with points.

Subclass `Item` and `Purchase` to declare attributes of your own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Event, several
from loyalcore.measures import Count, ItemNumber, Total
from loyalcore.numbers import exact, minor_of
from loyalcore.schema import (
    PRICE_PLACES,
    QUANTITY_PLACES,
    USUAL_PLACES,
    BuiltIn,
    ItemRecord,
    Number,
    OfItems,
    Price,
    as_decimal,
    check_claims,
    check_paid,
)
from loyalcore.texts import check_id

__all__ = ["Item", "Purchase"]

#: What every item has.
_COLUMNS = ("id", "net", "quantity")
_QUANTITY, _PRICE = Number(QUANTITY_PLACES), Price()


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
    #: The net amount as it was given, before the discounts that the purchase claims.
    net_before_discounts: ClassVar[ItemNumber] = BuiltIn(ItemNumber("net_before_discounts"))  # type: ignore[assignment]

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


class Purchase(Event):
    """
    Be a completed purchase with its items.

    Give *items*, or, where nothing is known of them, *net* alone: one item called ``"total"``.
    Fields declared in a subclass are given by name. A purchase without items is a visit.

    With *claims*, even an empty list, the nets of its items are before discounts: the program's discounts are taken off
    as it is recorded, those that come by themselves and then those that are named, in that order, and what these cost
    is spent. Without *claims* nothing is taken off. Rules see the net amount after that, and `net_before_discounts`.

    *paid_with* maps names of `loyalcore.Pay` rules to the money that is paid with their points, in the program's
    currency. Rules see the net amount without it, and `net_before_points` with it.
    """

    kind = "purchase"
    #: The net amount of all items that are kept, less what was paid with points.
    net: ClassVar[Any] = BuiltIn(Total("net"))
    #: The net amount of all items that are kept, however it was paid.
    net_before_points: ClassVar[Any] = BuiltIn(Total("net_before_points"))
    #: The net amount of all items that are kept, before the discounts that the purchase claims.
    net_before_discounts: ClassVar[Any] = BuiltIn(Total("net_before_discounts"))
    #: One for each purchase of which something is kept.
    count: ClassVar[Any] = BuiltIn(Count())
    items: tuple[Item, ...]
    claims: tuple[str, ...] | None
    paid_with: tuple[tuple[str, Decimal], ...]

    def __init__(
        self,
        id: str | int,
        *,
        at: dt.datetime,
        items: Iterable[Item] = (),
        net: object = None,
        claims: Iterable[str] | None = None,
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
        tenders = vars(self)["paid_with"] = () if paid_with is None else check_paid(paid_with, f"purchase {id!r}")
        claimed = vars(self)["claims"] = None if claims is None else check_claims(claims, f"purchase {id!r}")
        own, rows = self._fill(attributes, f"purchase {id!r}"), [getattr(item, "_held", None) for item in given]
        exact = claimed is None and not tenders and None not in own and None not in rows
        held = (_columns(given), tuple(rows), tuple(self._fields), tuple(own)) if exact else None
        self._keep("_held", held)

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (item names, item rows, names, values), claims and then what is paid with points, if any, last."""
        try:
            if price_places == USUAL_PLACES and (found := self._held) is not None:
                return found
        except AttributeError:
            pass  # a copy knows its values alone
        names = _columns(self.items)
        rows = tuple([item.canonical(price_places) for item in self.items])
        own, values = tuple(self._fields), self._declared(price_places)
        if self.claims is not None:
            own, values = (*own, "claims"), (*values, self.claims)
        if not self.paid_with:
            return (names, rows, own, values)
        what = f"what is paid with points of purchase {self.id!r}"
        paid = tuple(part for name, money in self.paid_with for part in (name, exact(money, price_places, what)))
        return (names, rows, (*own, "paid_with"), (*values, paid))
