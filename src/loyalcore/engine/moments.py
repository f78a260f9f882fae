"""
Moments: what is read from the history when an event is judged, and then frozen with it.

Each reader takes the account's core and the event's moment. Reading goes by what is recorded now; the tier alone is
looked up as it was at the event's moment, where that lies back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, final

from loyalcore.calendar import Zone
from loyalcore.engine.locating import in_account, tallied
from loyalcore.ledger import Core
from loyalcore.texts import plain
from loyalcore.trace import trace
from loyalcore.windows import Cycle, Past, Period, Previous, Rolling, Shifted, in_words

__all__ = ["Moments", "Reader", "age_reader", "keyed", "tally_name"]

Reader = Callable[[Core, int], Any]

#: How long a key may stand in the name of a tally as it is, and a name before the digest of a longer one.
_KEY_MAX, _NAME_MAX = 200, 64

#: For how many purchases more than a member has what is frozen is made ready.
_MORE = 16


def tally_name(what: str, window: Past) -> str:
    """Return the name under which entries keep a tally."""
    return f"{what}, {in_words(tallied(window))}"


def keyed(tally: str, name: str, value: Any) -> str:
    """
    Return the name of a tally for one value of a text or flag: no two values have one name, and none is long.

    A text that would be long is told by its SHA-256 instead; which of the two stands there is seen by its sign.
    """
    if not isinstance(value, str | bool):
        raise TypeError(f"{name} is {value!r}, which is neither text nor flag")
    text = f"{name}={plain(value) if isinstance(value, str) else value}"
    if len(text) > _KEY_MAX:
        text = f"{name[:_NAME_MAX]}#{hashlib.sha256(text.encode()).hexdigest()}"
    return f"{tally}, {text}"


def tally_reader(zone: Zone, name: str, window: Past) -> Callable[[Core, int], int]:
    """Return a function that reads a tally in the window of a moment."""
    if isinstance(window, Rolling):

        def slid(core: Core, at: int) -> int:
            # What is claimed as units end asks before tallies have slid to the moment.
            found = core.sliding(name)
            return 0 if found is None else found.total_at(at)

        return slid
    locate = in_account(zone, window)

    def stood(core: Core, at: int) -> int:
        bounds = locate(core, at)
        return 0 if bounds is None else core.sums.get((name, bounds[0]), 0)

    return stood


def anchor_reader(key: str) -> Reader:
    """Return a function that reads the moment of an anchor; None where the account has none."""
    return lambda core, _: core.anchors.get(key)


@final
class TierReader:
    """Read the tier a member had at a moment."""

    __slots__ = ("ladder", "lowest")

    def __init__(self, ladder: str, lowest: str) -> None:
        self.ladder, self.lowest = ladder, lowest

    def __call__(self, core: Core, at: int) -> str:
        """Return the tier at a moment."""
        found = core.tiers.get(self.ladder)
        if found is None:
            return self.lowest
        return found[0] if at >= core.now else self.earlier(core, at)

    def earlier(self, core: Core, at: int) -> str:
        """Return the tier at a moment before the latest."""
        for seq in reversed(trace(core).tiers.get(self.ladder, ())):
            row = core.row(seq)
            if row[1] <= at:
                return str(row[4])
        return self.lowest


def setting_reader(name: str) -> Reader:
    """Return a function that reads a choice of the member."""
    return lambda core, _: core.settings.get(name, "")


def balance_reader(unit: str) -> Reader:
    """Return a function that reads the usable balance."""

    def balance(core: Core, at: int) -> int:
        del at
        book = core.held(unit)
        return 0 if book is None else book.balance - book.debt

    return balance


def age_reader(zone: Zone, unit: str, window: Period | Shifted | Cycle | Previous | Rolling) -> Reader:
    """Return a function that reads the usable units that were there before the window of a moment began."""
    if isinstance(window, Rolling):
        length = window.duration

        def is_old(core: Core, came: int, at: int) -> bool:
            del core
            return zone.plus(came, length) <= at

    else:
        locate = in_account(zone, window)

        def is_old(core: Core, came: int, at: int) -> bool:
            bounds = locate(core, at)
            return bounds is not None and came < bounds[0]

    def held(core: Core, at: int) -> int:
        book = core.held(unit)
        if book is None:
            return 0
        lots = [(lot, left) for lot, left, _, usable in book.open_lots() if usable is None]
        old = [left for lot, left in lots if is_old(core, core.row(lot, content=False)[1], at)]
        return max(0, sum(old) - book.debt)

    return held


def ordinal_reader(core: Core, at: int) -> int:
    """Count the purchases recorded, and the one that is being judged."""
    del at
    return core.purchases + 1


class Moments:
    """Collect the moments that rules ask for while they are compiled, each once."""

    def __init__(self) -> None:
        self._places: dict[object, int] = {}
        self._readers: list[Reader] = []

    def add(self, key: object, reader: Reader) -> int:
        """Ask for a moment; return its place among what is frozen."""
        place = self._places.setdefault(key, len(self._readers))
        if place == len(self._readers):
            self._readers.append(reader)
        return place

    @property
    def names(self) -> tuple[str, ...]:
        """Return what is frozen, by place."""
        return tuple(" ".join(key) if isinstance(key, tuple) else repr(key) for key in self._places)

    def compile(self) -> Callable[[Core, int], tuple[Any, ...]] | None:
        """Return the function that reads them all, or None where there are none."""
        readers = tuple(self._readers)
        if not readers:
            return None
        if len(readers) == 1:
            (only,) = readers
            return lambda core, at: (only(core, at),)
        return lambda core, at: tuple([read(core, at) for read in readers])

    def turns(self) -> Callable[[Core, int], list[tuple[Any, ...]]] | None:
        """
        Return the function that tells what is frozen with a member's first, second, third purchase and so on.

        That holds while no rows but those of plain events are recorded. None where more is read than stays so long.
        """
        still = [isinstance(read, TierReader) for read in self._readers]
        readers = tuple(self._readers)
        if not all(one or read is ordinal_reader for one, read in zip(still, readers, strict=True)):
            return None
        # Most members are the first, second, third time in the same tier: one list serves them all.
        known: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}

        def turns(core: Core, at: int) -> list[tuple[Any, ...]]:
            values = tuple([0 if read is ordinal_reader else read(core, at) for read in readers])
            found = known.get(values)
            if found is None:
                found = known[values] = []
            if len(found) <= core.purchases:
                found += [
                    tuple([value if one else ordinal for one, value in zip(still, values, strict=True)])
                    for ordinal in range(len(found) + 1, 2 * core.purchases + _MORE)
                ]
            return found

        return turns
