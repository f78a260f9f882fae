"""
Counterparts: what an event of one account does in another, recorded there.

A decision over several accounts records the event itself in the account of the member it is of, and a counterpart in
each other account that it changes. The content of a counterpart says all that it does, so that each account can be
folded, and derived again, from its own entries alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, final

from loyalcore.entries import Row
from loyalcore.events import Event
from loyalcore.texts import ID_MAX

__all__ = ["MOVE", "Counterpart", "Move", "derived_id", "moved", "moves_of", "part_of", "spared_of"]

#: The rule, the unit, what the account gets (below zero: what is drawn from it), the end of a lot it gets, or until
#: when what is drawn is only set aside, and the event whose drawing is undone, added to, or ended. Where both of these
#: are said, what that event set aside until then is drawn as far as the amount is below zero, and the rest goes back.
Move = tuple[str, str, int, int | None, str | int | None]
#: How many fields stand for one move.
MOVE = 5


def derived_id(*parts: str | int) -> str:
    """
    Return the id of what follows from something with ids of its own: another for every other cause.

    It is their JSON array, or the SHA-256 of that where it would be too long for an id.

        >>> derived_id("ada", 7)
        '["ada",7]'

    """
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= ID_MAX else f'["{hashlib.sha256(text.encode()).hexdigest()}"]'


def moved(of: str | int, event: str | int, moves: Iterable[Move], spared: Iterable[int] = ()) -> tuple[Any, ...]:
    """Return the content of a counterpart; which moves are of units that inactivity spares only where some are."""
    names, values = ("of", "event", "moves"), (of, event, tuple(part for move in moves for part in move))
    return ((*names, "spared"), (*values, found)) if (found := tuple(spared)) else (names, values)


def spared_of(content: tuple[Any, ...]) -> tuple[int, ...]:
    """Return the places of the moves of a counterpart that are of units which inactivity spares."""
    values: tuple[Any, ...] = content[1]
    return values[3] if len(values) > 3 else ()


def moves_of(row: Row) -> Iterator[Move]:
    """Yield what a counterpart moves."""
    flat: tuple[Any, ...] = row[3][1][2]
    for place in range(0, len(flat), MOVE):
        yield flat[place : place + MOVE]


def part_of(row: Row) -> str | None:
    """Return the id of the counterpart that this one belongs to as a return does to its purchase, or None."""
    of, _, flat, *_ = row[3][1]
    return None if flat[4] is None else derived_id(of, flat[4])


@final
class Counterpart(Event):
    """
    Be what event *event* of account *of* does here; made by decisions over several accounts, never by a host.

    *moves* are rows of rule, unit, amount, expiry and event, see `Move`; *spared* are the places of those that give
    units which keep the end they had and do not end for want of activity.
    """

    kind = "counterpart"
    of: str | int
    event: str | int
    moves: tuple[Move, ...]
    spared: tuple[int, ...]

    def __init__(
        self,
        id: str | int,
        *,
        at: dt.datetime,
        of: str | int,
        event: str | int,
        moves: tuple[Move, ...],
        spared: tuple[int, ...] = (),
    ) -> None:
        self._head(id, at)
        values = vars(self)
        values["of"], values["event"], values["moves"], values["spared"] = of, event, moves, spared

    def content(self, price_places: int) -> tuple[Any, ...]:
        """Return (names, values)."""
        del price_places
        return moved(self.of, self.event, self.moves, self.spared)
