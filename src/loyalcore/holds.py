"""
Holds: units set aside for a reward until it is certain, and what ends a hold.

A checkout holds the units, then captures them once the order stands, or releases them. A hold that nobody ends is
released by itself at its moment. Each hold ends exactly once.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, final

from attrs import frozen

from loyalcore.errors import InvalidValue
from loyalcore.events import Event, check_times
from loyalcore.instants import from_instant, to_instant
from loyalcore.numbers import exact
from loyalcore.schema import Price
from loyalcore.texts import check_id, check_name
from loyalcore.units import Amount

__all__ = ["Capture", "Held", "Hold", "Release"]


@final
@frozen
class Held:
    """
    Be units that are set aside.

    *id* is that of the `loyalcore.Hold`, *until* is when they are released by themselves.
    """

    id: str | int
    reward: str
    amount: Amount
    until: dt.datetime


@final
class Hold(Event):
    """
    Ask to set the units for a reward aside: *times* a fixed-price one, or for an *amount* of money paid with points.

    They are set aside up to *until*, that moment excluded; by default for as long as the reward's *hold* says. The
    amount is in the program's currency.
    """

    kind = "hold"
    reward: str
    times: int
    amount: Decimal | None
    until: dt.datetime | None

    def __init__(
        self,
        id: str | int,
        *,
        at: dt.datetime,
        reward: str,
        times: int = 1,
        amount: object = None,
        until: dt.datetime | None = None,
    ) -> None:
        self._head(id, at)
        values = vars(self)
        values["reward"] = check_name(reward, f"the reward of hold {id!r}")
        values["times"] = check_times(times, f"hold {id!r}")
        values["amount"] = None if amount is None else Price().check(amount, f"amount of hold {id!r}")
        values["until"] = None if until is None else from_instant(to_instant(until, f"until of hold {id!r}"))
        if until is not None and until <= self.at:
            raise InvalidValue(
                f"hold {id!r} would end at {until}, before it begins; give a later until=, or leave it out"
            )

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        amount = None if self.amount is None else exact(self.amount, price_places, f"amount of hold {self.id!r}")
        until = None if self.until is None else to_instant(self.until)
        return (("reward", "times", "amount", "until"), (self.reward, self.times, amount, until))


@final
class Capture(Event):
    """
    Spend what is held: all of it, or *times* of the reward, or an *amount* of the money that was to be paid.

    *of* is the id of the hold. What is not captured is released in the same decision. Units that were to be used up
    first are spent first, whether they have expired meanwhile or not.
    """

    kind = "capture"
    of: str | int
    times: int | None
    amount: Decimal | None

    def __init__(
        self, id: str | int, *, at: dt.datetime, of: str | int, times: int | None = None, amount: object = None
    ) -> None:
        self._head(id, at)
        values = vars(self)
        values["of"] = check_id(of, f"what capture {id!r} is of")
        values["times"] = None if times is None else check_times(times, f"capture {id!r}")
        values["amount"] = None if amount is None else Price().check(amount, f"amount of capture {id!r}")
        if times is not None and amount is not None:
            raise InvalidValue(f"capture {id!r} is of times= a reward or of an amount= of money; give one of them")
        if values["amount"] is not None and not values["amount"]:
            raise InvalidValue(f"capture {id!r} captures nothing; release the hold instead")

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        amount = None if self.amount is None else exact(self.amount, price_places, f"amount of capture {self.id!r}")
        return (("of", "times", "amount"), (self.of, self.times, amount))


@final
class Release(Event):
    """
    Put what is held back: it pays debt first, and then goes into the lots it came from.

    *of* is the id of the hold. Lots that have expired meanwhile end at once.
    """

    kind = "release"
    of: str | int

    def __init__(self, id: str | int, *, at: dt.datetime, of: str | int) -> None:
        self._head(id, at)
        vars(self)["of"] = check_id(of, f"what release {id!r} is of")

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        del price_places
        return (("of",), (self.of,))
