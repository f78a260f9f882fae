"""
Events: what happened, or what is asked, as the host tells it.

Every event has an *id* the host chose and an aware *at*. Events are immutable and compared by content; they are
checked when they are made, so one that exists can be decided. Purchases
are in `loyalcore.purchases`. Subclass `Activity` to declare attributes of your own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, final

from loyalcore.conditions import TextOf
from loyalcore.counts import Activities
from loyalcore.ends import Never, instant_of_end, stated_end, stated_start
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import from_instant, to_instant
from loyalcore.numbers import MINOR_MAX, exact
from loyalcore.schema import (
    QUANTITY_PLACES,
    BuiltIn,
    EventRecord,
    Number,
    Price,
)
from loyalcore.texts import check_id, check_name, check_text, id_order
from loyalcore.units import Amount, Money

__all__ = [
    "SHORTFALLS",
    "Activity",
    "Adjustment",
    "Enrolment",
    "Event",
    "Redemption",
    "Return",
    "Settings",
    "check_times",
    "several",
]

ITEMS_MAX = 10_000
#: What becomes of an adjustment that takes more than there is; the first is what is usual.
SHORTFALLS = ("reject", "truncate", "debt")


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


class Activity(Event):
    """
    Be something a member did other than buying: a review, a visit, a survey.

    *name* says what; conditions ask for it with ``Activity.name.is_("review")``. *of* is the id of the purchase it is
    about, if it is about one: units that are pending `loyalcore.until` it comes then mature.
    """

    kind = "activity"
    name: Any = BuiltIn(TextOf("event", "name"))
    count: ClassVar[Any] = BuiltIn(Activities())
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
    Ask for a reward: *times* a fixed-price one, *amount* of money paid with points, or of a unit that is exchanged.

    An amount without a unit is in the program's currency; what a `loyalcore.Exchange` takes has one, as POINT(1500).
    """

    kind = "redemption"
    reward: str
    times: int
    amount: Decimal | Amount | None

    def __init__(self, id: str | int, *, at: dt.datetime, reward: str, times: int = 1, amount: object = None) -> None:
        self._head(id, at)
        values = vars(self)
        values["reward"] = check_name(reward, f"the reward of redemption {id!r}")
        values["times"] = check_times(times, f"redemption {id!r}")
        values["amount"] = amount if _is_exchanged(amount) else _money(amount, f"amount of redemption {id!r}")

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        if isinstance(self.amount, Amount):
            amount: int | None = self.amount.minor
        else:
            said = f"amount of redemption {self.id!r}"
            amount = None if self.amount is None else exact(self.amount, price_places, said)
        return (("reward", "times", "amount"), (self.reward, self.times, amount))


def _is_exchanged(amount: object) -> bool:
    """Tell whether an amount is of a unit that is exchanged: not of money."""
    return isinstance(amount, Amount) and not isinstance(amount.unit, Money) and amount.minor >= 0


def _money(amount: object, what: str) -> Decimal | None:
    return None if amount is None else Price().check(amount, what)


@final
class Adjustment(Event):
    """
    Give or take units by hand, for a stated *reason*.

    An *amount* below zero is taken from what is usable, in the order in which units are used, or only from what the
    event of the id *of* has brought, then also from what of that is pending. Where that is not enough, *otherwise* says
    what becomes of it: nothing is taken and the event is refused (`reject`), what there is is taken (`truncate`), or
    the rest is owed (`debt`), so that the balance falls below zero and what comes next pays that first. *expires* is
    for what is given, `never` where it does not end; without it the program's policy decides. So is *usable*, the
    moment until which it is pending; its life is counted from the adjustment all the same.
    """

    kind = "adjustment"
    amount: Amount
    reason: str
    expires: dt.datetime | Never | None
    usable: dt.datetime | None
    of: str | int | None
    otherwise: str

    def __init__(
        self,
        id: str | int,
        *,
        at: dt.datetime,
        amount: Amount,
        reason: str,
        expires: dt.datetime | Never | None = None,
        usable: dt.datetime | None = None,
        of: str | int | None = None,
        otherwise: str = SHORTFALLS[0],
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
        values["expires"] = ends = stated_end(expires, "expires")
        if amount.minor < 0 and (ends is not None or usable is not None):
            raise InvalidValue(
                f"expires= and usable= of adjustment {id!r} are for units that are given; leave them out"
            )
        if isinstance(ends, dt.datetime) and ends <= self.at:
            raise InvalidValue(
                f"adjustment {id!r} at {self.at} is of units that expire at {ends}, before they are given; give a "
                "later moment, or leave what is over out"
            )
        values["usable"] = start = stated_start(usable, ends, f"adjustment {id!r}")
        if start is not None and start <= self.at:
            raise InvalidValue(f"adjustment {id!r} at {self.at} is of units usable since {start}; leave usable= out")
        values["of"] = None if of is None else check_id(of, f"what adjustment {id!r} takes of")
        if otherwise not in SHORTFALLS:
            raise InvalidValue(f"adjustment {id!r} is otherwise {', '.join(SHORTFALLS)}, not {shown(otherwise)}")
        values["otherwise"] = otherwise
        if amount.minor > 0 and (of is not None or otherwise != SHORTFALLS[0]):
            raise InvalidValue(f"of= and otherwise= of adjustment {id!r} are for units that are taken; leave them out")

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values); when it is usable, of what it is taken, and what else, only where that is said."""
        del price_places
        amount, expires = self.amount, instant_of_end(self.expires)
        values = (amount.unit.name, amount.unit.places, amount.minor, self.reason, expires)
        names = ("unit", "places", "amount", "reason", "expires")
        if self.usable is not None:
            return ((*names, "usable"), (*values, to_instant(self.usable)))
        if self.of is None and self.otherwise == SHORTFALLS[0]:
            return (names, values)
        return ((*names, "of", "otherwise"), (*values, self.of, self.otherwise))


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
