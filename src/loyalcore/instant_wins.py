"""
Instant wins: who wins at once, by published odds or at winning moments, in a way that anybody can check again.

Both are values, like draws. With `Odds` each ticket has its own number, which is that of a seed and the ticket; with
`InstantWins` there are moments, and whoever comes first after one of them wins. What was won comes as an event.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import lcm
from typing import Any, final

from attrs import field, frozen

from loyalcore.draws import PRIZES_MAX, Win, check_prize, event_of, number_of, prizes_of
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Activity, Event
from loyalcore.instants import from_instant, to_instant
from loyalcore.numbers import MINOR_MAX, ratio
from loyalcore.texts import check_id, check_name, check_text
from loyalcore.units import Amount

__all__ = ["InstantWins", "Odds", "seeded_moments"]

_ONE_IN = re.compile(r"([0-9]{1,15}) in ([0-9]{1,15})", re.ASCII)
#: The most entries that are looked at for winning moments.
_ENTRIES_MAX = 1_000_000


def _odds(given: object) -> Any:
    """Return prizes with the part of all tickets that wins each."""
    items: Any = given.items() if isinstance(given, Mapping) else given
    wanted = f"odds map prizes to what part of the tickets wins them, such as '1 in 24', not {shown(given)}"
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise InvalidValue(wanted)
    found = tuple(items)
    if not found or not all(isinstance(each, tuple) and len(each) == 2 for each in found):
        raise InvalidValue(wanted)
    return tuple((check_prize(prize), _part(part)) for prize, part in found)


def _part(given: object) -> Fraction:
    """Return what part of the tickets wins."""
    if isinstance(given, str) and (said := _ONE_IN.fullmatch(given)) and int(said[2]):
        return ratio(Fraction(int(said[1]), int(said[2])), "the odds of a prize")
    return ratio(given, "the odds of a prize, such as '1 in 24' or '5%',")


@final
@frozen
class Odds:
    """
    Let each ticket win by published odds: *prizes* map amounts or names to ``"1 in 24"``, ``"5%"`` or a fraction.

    A ticket wins at most one prize. Its number is the SHA-256 of ``seed|ticket`` in UTF-8, read as one big-endian
    integer, modulo the common denominator of all odds; the first numbers win the first prize, the next ones the
    second. Publish the hash of the seed beforehand (`loyalcore.hash_of`), and the seed when all is over.

        >>> Odds({"coffee": "1 in 4"}, seed="a secret").prize("ticket 1")
        'coffee'
        >>> Odds({"coffee": "1 in 4"}, seed="a secret").probability(tickets=2)
        Fraction(7, 16)

    """

    prizes: tuple[tuple[Amount | str, Fraction], ...] = field(converter=_odds)
    seed: str = field(kw_only=True)
    name: str = field(default="instant win", kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "an instant win")
        check_text(self.seed, "the seed of an instant win")
        parts = [part for _, part in self.prizes]
        if min(parts) <= 0 or sum(parts) > 1 or len(dict(self.prizes)) < len(parts):
            raise InvalidValue(
                f"each prize is named once and won by a part of the tickets, all of them together by at most one in "
                f"one, not by {', '.join(map(str, parts))}"
            )
        if self._size > MINOR_MAX:
            raise InvalidValue(f"the odds have a common denominator past {MINOR_MAX}; use simpler ones")

    @property
    def _size(self) -> int:
        return lcm(*(part.denominator for _, part in self.prizes))

    def prize(self, ticket: str | int) -> Amount | str | None:
        """Return what a ticket wins, by its id, or None."""
        size = self._size
        left = number_of(f"{self.seed}|{check_id(ticket, 'a ticket')}") % size
        for prize, part in self.prizes:
            left -= int(part * size)
            if left < 0:
                return prize
        return None

    def probability(self, prize: Amount | str | None = None, tickets: int = 1) -> Fraction:
        """Return how probable it is that so many tickets win at least once: that prize, or any."""
        if type(tickets) is not int or not 0 <= tickets <= _ENTRIES_MAX:
            raise InvalidValue(f"tickets are a whole number from 0 to {_ENTRIES_MAX}, not {shown(tickets)}")
        odds = dict(self.prizes)
        if prize is not None and prize not in odds:
            raise InvalidValue(f"{self.name} has no prize {shown(prize)}; it has {', '.join(map(str, odds))}")
        return 1 - (1 - (sum(odds.values(), Fraction()) if prize is None else odds[prize])) ** tickets

    def event(self, ticket: str | int, at: dt.datetime, activity: Callable[..., Activity] = Activity) -> Event | None:
        """
        Return the event that gives a member what a ticket wins, or None: an adjustment, or an activity of its name.

        Its id says which ticket of which instant win, so that deciding it twice gives nothing twice.
        """
        prize, when = self.prize(ticket), from_instant(to_instant(at, "the moment of a win"))
        return (
            None if prize is None else event_of(f"{self.name} {ticket}", prize, when, activity, f"won in {self.name}")
        )


def seeded_moments(
    prizes: object, start: dt.datetime, end: dt.datetime, *, seed: str
) -> tuple[tuple[dt.datetime, Amount | str], ...]:
    """
    Return a winning moment for each prize, each a whole number of seconds after the start, soonest first.

    *prizes* map amounts or names to how many there are, as in a draw. The seconds of the first are the SHA-256 of the
    seed in UTF-8, those of each later one that of ``seed|1``, ``seed|2``…, modulo the seconds from start to end; the
    end is no such moment. Publish a hash of the seed beforehand: whoever knows it knows when to enter.
    """
    first, last = to_instant(start, "start"), to_instant(end, "end")
    seconds = (last - first) // _SECOND
    if seconds < 1:
        raise InvalidValue(f"winning moments lie between a start and an end at least a second later, not {end}")
    check_text(seed, "the seed of winning moments")
    found = [prize for prize, number in prizes_of(prizes) for _ in range(number)]
    drawn = [
        (first + _SECOND * (number_of(f"{seed}|{pick}" if pick else seed) % seconds), pick, prize)
        for pick, prize in enumerate(found)
    ]
    return tuple((from_instant(at), prize) for at, _, prize in sorted(drawn, key=lambda each: each[:2]))


_SECOND = 1_000_000


def _moments(given: object) -> Any:
    """Return instants with their prizes, soonest first."""
    wanted = f"winning moments are pairs of a moment and a prize, not {shown(given)}"
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise InvalidValue(wanted)
    found = tuple(given)
    if not all(isinstance(each, tuple) and len(each) == 2 for each in found) or not 0 < len(found) <= PRIZES_MAX:
        raise InvalidValue(f"{wanted}; there are from 1 to {PRIZES_MAX}")
    dated = [(_instant(at), check_prize(prize)) for at, prize in found]
    return tuple(sorted(dated, key=lambda each: each[0]))


def _instant(given: Any) -> int:
    """Return the instant of a winning moment: an aware datetime, or microseconds since 1970."""
    return to_instant(from_instant(given) if type(given) is int else given, "a winning moment")


@final
@frozen
class InstantWins:
    """
    Let whoever comes first after a winning moment win: *moments* with the prize of each.

    `loyalcore.seeded_moments` draws them from a seed; they are kept as microseconds since 1970, and `schedule` has them
    as datetimes. An entry wins the earliest prize that is waiting, at its moment
    or later, and one prize alone; where several wait, the next entries win the others. Whoever wins is out, so that a
    later entry of theirs leaves the prize to the next; with *again* everybody may win again.

        >>> at = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
        >>> InstantWins([(at, "mug")]).winners([("ada", at - dt.timedelta(seconds=1)), ("bo", at)])
        ('bo',)

    """

    moments: tuple[tuple[int, Amount | str], ...] = field(converter=_moments)
    name: str = field(default="instant win", kw_only=True)
    again: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "an instant win")
        if not is_a(self.again, bool):
            raise InvalidValue(f"again is True or False, not {shown(self.again)}")

    @property
    def schedule(self) -> tuple[tuple[dt.datetime, Amount | str], ...]:
        """Return the winning moments in UTC with their prizes, soonest first."""
        return tuple((from_instant(at), prize) for at, prize in self.moments)

    def _won(self, entries: Iterable[tuple[str | int, dt.datetime]]) -> list[tuple[Win, dt.datetime]]:
        """Return the wins with the moments of the entries that won; entries of one moment keep their order."""
        if isinstance(entries, str | Mapping) or not isinstance(entries, Iterable):
            raise InvalidValue(f"entries are pairs of an id and a moment, not {shown(entries)}")
        came: list[tuple[int, str | int]] = []
        each: Any
        for each in entries:
            if not is_a(each, tuple) or len(each) != 2 or len(came) == _ENTRIES_MAX:
                raise InvalidValue(
                    f"entries are pairs of an id and a moment, at most {_ENTRIES_MAX}, not {shown(each)}"
                )
            came.append((to_instant(each[1], "the moment of an entry"), check_id(each[0], "an entrant")))
        came.sort(key=lambda each: each[0])
        waiting = [(at, place, prize) for place, (at, prize) in enumerate(self.moments, 1)]
        found, out, next_ = list[tuple[Win, dt.datetime]](), set[str | int](), 0
        for at, entrant in came:
            if next_ < len(waiting) and waiting[next_][0] <= at and (self.again or entrant not in out):
                _, place, prize = waiting[next_]
                found.append((Win(place, entrant, prize), from_instant(at)))
                out.add(entrant)
                next_ += 1
        return found

    def wins(self, entries: Iterable[tuple[str | int, dt.datetime]]) -> tuple[Win, ...]:
        """
        Return who won what, of entries as pairs of an id and a moment; places are those of the moments, from 1.

        Later entries never change what earlier ones won, so ask as often as you like with all entries there are.
        """
        return tuple(win for win, _ in self._won(entries))

    def winners(self, entries: Iterable[tuple[str | int, dt.datetime]]) -> tuple[str | int, ...]:
        """Return who won, in the order of the moments."""
        return tuple(win.winner for win, _ in self._won(entries))

    def events(
        self, entries: Iterable[tuple[str | int, dt.datetime]], activity: Callable[..., Activity] = Activity
    ) -> tuple[tuple[str | int, Event], ...]:
        """Return the members who won with the events that give them their prizes, as those of a `loyalcore.Drawing`."""
        return tuple(
            (win.winner, event_of(f"{self.name} {win.place}", win.prize, at, activity, f"won in {self.name}"))
            for win, at in self._won(entries)
        )
