"""
Openings: what an account starts with, as when members come from another system.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, final

from attrs import field, frozen

from loyalcore.anchors import first
from loyalcore.bounds import Bound, bound
from loyalcore.ends import Never, instant_of_end, stated_end, stated_start
from loyalcore.entries import OPENING
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Event, several
from loyalcore.instants import from_instant, to_instant
from loyalcore.measures import Earned, Over
from loyalcore.numbers import MINOR_MAX
from loyalcore.texts import check_name
from loyalcore.units import Amount, Money
from loyalcore.windows import Previous

__all__ = ["Opening", "OpeningLot", "OpeningTally", "anchors_set"]


@final
@frozen
class OpeningLot:
    """
    Be units a member brings along.

    They end when *expires* says, `never` for no end; without it the program's policy counts from the opening. *worth*
    is what they are worth together, in money of the program; until *usable*, a moment, they are pending.
    """

    amount: Amount
    expires: dt.datetime | Never | None = None
    worth: Amount | None = field(default=None, kw_only=True)
    usable: dt.datetime | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.amount, Amount) or not 0 < self.amount.minor <= MINOR_MAX:
            raise InvalidValue(
                f"an opening lot is an amount above zero, up to {MINOR_MAX} smallest parts, not {shown(self.amount)}"
            )
        object.__setattr__(self, "expires", stated_end(self.expires, "expires of an opening lot"))
        object.__setattr__(self, "usable", stated_start(self.usable, self.expires, "an opening lot"))
        if self.worth is not None and (
            not is_a(self.worth, Amount)
            or not isinstance(self.worth.unit, Money)
            or not 0 <= self.worth.minor <= MINOR_MAX
        ):
            raise InvalidValue(f"worth of an opening lot is money, from zero up, not {shown(self.worth)}")


@final
@frozen
class OpeningTally:
    """
    Be what a member has in a tally already: an *amount* of a measure over a window, as if it came *at* a moment.

    *of* is the measure as the program's rules ask for it, such as ``Order.net.over(rolling(days=365))``; the moment
    decides in which window it counts, or when it leaves a rolling one. Without one it is that of the opening; what is
    of the *previous* window needs one in that.
    """

    of: Over | Earned
    amount: Bound = field(converter=bound)
    at: dt.datetime | None = None

    def __attrs_post_init__(self) -> None:
        if not is_a(self.of, Over, Earned):
            raise InvalidValue(f"an opening tally is of a measure over a window, not {shown(self.of)}")
        if not 0 < self.amount.value <= MINOR_MAX:
            raise InvalidValue(f"an opening tally is above zero and up to {MINOR_MAX}, not {self.amount.value}")
        if self.at is not None:
            object.__setattr__(self, "at", from_instant(to_instant(self.at, "at of an opening tally")))
        elif isinstance(self.of.window, Previous):
            raise InvalidValue(
                f"an opening tally of {self.amount.value} over a previous window counts in the window that holds its "
                "moment; say at=, a moment of the window before"
            )


@final
class Opening(Event):
    """
    Set what an account starts with, as when members come from another system.

    That is *lots*, *tiers* by ladder, *tallies* so that ladders and conditions know what came before, and how many
    *purchases* there were, so that the next is not the first. *joined* says since when one is a member, and *firsts*
    when activities came first, for windows that are counted from there. It must be the first event of its account. A
    tier that its tallies do not bear out holds until the ladder's first review, which for a rolling window is the next
    event; a higher one that they bear out is entered at once.
    """

    kind = "opening"
    lots: tuple[OpeningLot, ...]
    tiers: tuple[tuple[str, str], ...]
    tallies: tuple[OpeningTally, ...]
    purchases: int
    joined: dt.datetime | None
    firsts: tuple[tuple[str, dt.datetime], ...]

    def __init__(
        self,
        id: str | int,
        *,
        at: dt.datetime,
        lots: Iterable[OpeningLot] = (),
        tiers: Mapping[str, str] | None = None,
        tallies: Iterable[OpeningTally] = (),
        purchases: int = 0,
        joined: dt.datetime | None = None,
        firsts: Mapping[str, dt.datetime] | None = None,
    ) -> None:
        self._head(id, at)
        vars(self)["lots"] = given = several(lots, f"lots of opening {id!r}")
        for lot in given:
            if not isinstance(lot, OpeningLot):
                raise InvalidValue(f"lots of opening {id!r} must be of class OpeningLot, not {shown(lot)}")
            if isinstance(lot.expires, dt.datetime) and lot.expires <= self.at:
                raise InvalidValue(f"a lot of opening {id!r} has expired at {lot.expires}; leave it out")
            if lot.usable is not None and lot.usable <= self.at:
                raise InvalidValue(f"a lot of opening {id!r} is usable since {lot.usable}; leave usable= out")
        named = {} if tiers is None else tiers
        if not is_a(named, Mapping):
            raise InvalidValue(f"tiers of opening {id!r} map ladders to tiers, not {shown(tiers)}")
        pairs = ((check_name(ladder, "a ladder"), check_name(tier, "a tier")) for ladder, tier in named.items())
        vars(self)["tiers"] = tuple(sorted(pairs))
        vars(self)["tallies"] = counted = several(tallies, f"tallies of opening {id!r}")
        for tally in counted:
            if not isinstance(tally, OpeningTally):
                raise InvalidValue(f"tallies of opening {id!r} must be of class OpeningTally, not {shown(tally)}")
            if tally.at is not None and tally.at > self.at:
                raise InvalidValue(f"a tally of opening {id!r} is of {tally.at}, after it; leave its moment out")
        if type(purchases) is not int or not 0 <= purchases <= MINOR_MAX:
            raise InvalidValue(f"purchases of opening {id!r} are a whole number from 0, not {shown(purchases)}")
        vars(self)["purchases"] = purchases
        vars(self)["joined"] = None if joined is None else self._past(joined, "joined")
        earlier = {} if firsts is None else firsts
        if not is_a(earlier, Mapping):
            raise InvalidValue(f"firsts of opening {id!r} map activities to moments, not {shown(firsts)}")
        dated = ((first(name).name, self._past(moment, f"the first {name}")) for name, moment in earlier.items())
        vars(self)["firsts"] = tuple(sorted(dated))

    def _past(self, moment: dt.datetime, what: str) -> dt.datetime:
        """Return a moment that is not after the opening."""
        found = from_instant(to_instant(moment, f"{what} of opening {self.id!r}"))
        if found > self.at:
            raise InvalidValue(
                f"{what} of opening {self.id!r} is {found}, after it; leave it out, and record the event"
            )
        return found

    def content(self, price_places: int) -> tuple[Any, ...]:
        """
        Return (names, values): lots as unit, places, amount and expiry in turn; tiers as ladder and tier.

        What a tally is called, and counted in, only a program knows, so that those stand in it once one has decided.
        """
        del price_places
        lots: list[object] = []
        for lot in self.lots:
            lots += (lot.amount.unit.name, lot.amount.unit.places, lot.amount.minor, instant_of_end(lot.expires))
        tiers = tuple(text for pair in self.tiers for text in pair)
        told: tuple[Any, ...] = (tuple(lots), tiers, self.purchases, ())
        worths: list[object] = []
        for place, lot in enumerate(self.lots):
            if lot.worth is not None:
                worths += (place, lot.worth.unit.name, lot.worth.unit.places, lot.worth.minor)
        usables: list[int] = []
        for place, lot in enumerate(self.lots):
            if lot.usable is not None:
                usables += (place, to_instant(lot.usable))
        if self.joined is None and not self.firsts and not worths and not usables:
            return (OPENING, told)
        since = None if self.joined is None else to_instant(self.joined)
        firsts = tuple(part for name, moment in self.firsts for part in (name, to_instant(moment)))
        if not worths and not usables:
            return ((*OPENING, "joined", "firsts"), (*told, since, firsts))
        names, values = (*OPENING, "joined", "firsts", "worths"), (*told, since, firsts, tuple(worths))
        return ((*names, "usables"), (*values, tuple(usables))) if usables else (names, values)


def anchors_set(kind: str, at: int, content: Any) -> Iterator[tuple[str, int]]:
    """Yield the anchors that a fact sets where there are none yet, each with its moment."""
    if kind == "activity":
        yield f"activity {content[1][0]}", at
        return
    yield kind, at
    if kind == "opening" and len(content[0]) > len(OPENING):
        since, firsts = content[1][len(OPENING) : len(OPENING) + 2]
        if since is not None:
            yield "enrolment", since
        for place in range(0, len(firsts), 2):
            yield f"activity {firsts[place]}", firsts[place + 1]
