"""
Draws: who wins of those who have chances, in a way that anybody can check again.

A draw that is held is a value: the entrants with their chances, the prizes, and a seed that is published. The winners
are no part of it; they are what it comes to, on every machine, for whoever reckons it again. Publish the entrants, or a
hash of them, before the seed is known.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from math import comb
from typing import Any, final

from attrs import field, frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.events import Activity, Adjustment, Event
from loyalcore.instants import from_instant, to_instant
from loyalcore.numbers import MINOR_MAX
from loyalcore.texts import check_id, check_name, check_text, id_order
from loyalcore.units import Amount

__all__ = [
    "ENTRANTS_MAX",
    "PRIZES_MAX",
    "SCHEMES",
    "Drawing",
    "Win",
    "by_chances",
    "by_md5",
    "by_sha256",
    "by_shuffle",
    "check_prize",
    "event_of",
    "hash_of",
    "number_of",
    "prizes_of",
]

#: The most entrants of one draw, and the most chances of all of them.
ENTRANTS_MAX = 1_000_000
#: The most prizes of one draw.
PRIZES_MAX = 100_000
#: How many states of a draw, and after how many prizes, are looked at for a probability: the exact numbers grow.
_STATES_MAX, _DEEP_MAX = 2_000, 100

#: The one to take where nothing else is prescribed. The number that picks the first winner is the SHA-256 of the seed's
#: text in UTF-8, that of each later pick the one of ``seed|1``, ``seed|2``…, read as one big-endian integer, modulo the
#: chances left.
by_sha256 = "sha256"
#: RFC 3797: MD5 over the pick's number (two bytes, from 0), the seed's text and the number again. It gives every
#: entrant one chance.
by_md5 = "md5"
#: The order of ``random.Random(seed).shuffle``, which is the Mersenne Twister of CPython. One chance each.
by_shuffle = "shuffle"

#: No luck but among equals: whoever has most chances wins first, and equal ones as `by_sha256` picks them.
by_chances = "chances"

#: How a draw may be held.
SCHEMES = (by_sha256, by_md5, by_shuffle, by_chances)


def number_of(text: str) -> int:
    """Return the SHA-256 of a text in UTF-8 as one big-endian integer."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


def _sha256(seed: str) -> Callable[[int], int]:
    return lambda pick: number_of(f"{seed}|{pick}" if pick else seed)


def _md5(seed: str) -> Callable[[int], int]:
    def number(pick: int) -> int:
        around = pick.to_bytes(2)
        return int.from_bytes(hashlib.md5(around + seed.encode() + around, usedforsecurity=False).digest())

    return number


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal: what to publish of a seed that is still a secret."""
    return hashlib.sha256(check_text(text, "what is hashed").encode()).hexdigest()


def _entrants(given: object) -> Any:
    """Return entrants with their chances in the one order: whole numbers, then texts; those without chances are out."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValue(f"entrants are ids, or map ids to chances, not {shown(given)}")
    items: Any = given.items() if isinstance(given, Mapping) else given
    found: dict[str | int, int] = {}
    for each in items:
        entrant, chances = each if isinstance(each, tuple) and len(each) == 2 else (each, 1)
        id_ = check_id(entrant, "an entrant")
        if type(chances) is not int or not 0 <= chances <= MINOR_MAX:
            raise InvalidValue(f"entrant {id_!r} has a whole number of chances from 0, not {shown(chances)}")
        if id_ in found:
            raise InvalidValue(f"entrant {id_!r} is named twice; add its chances up")
        found[id_] = chances
    if len(found) > ENTRANTS_MAX:
        raise InvalidValue(f"a draw has at most {ENTRANTS_MAX} entrants, not {len(found)}; hold several draws")
    return tuple((id_, found[id_]) for id_ in sorted(found, key=id_order) if found[id_])


def check_prize(prize: Any) -> Amount | str:
    """Return a prize: an amount above zero, or a name."""
    if not isinstance(prize, Amount):
        return check_name(prize, "a prize")
    if prize.minor <= 0:
        raise InvalidValue(f"a prize is more than nothing, not {prize}")
    return prize


def prizes_of(given: object) -> Any:
    """Return prizes with how many there are of each, best first."""
    items: Any = given.items() if isinstance(given, Mapping) else given
    wanted = f"prizes map amounts or names to how many there are, best first, not {shown(given)}"
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise InvalidValue(wanted)
    found = tuple(items)
    for each in found:
        if not isinstance(each, tuple) or len(each) != 2 or type(each[1]) is not int or each[1] < 1:
            raise InvalidValue(wanted)
        check_prize(each[0])
    if not 0 < sum(number for _, number in found) <= PRIZES_MAX or len(dict(found)) < len(found):
        raise InvalidValue(f"there are from 1 to {PRIZES_MAX} prizes, each named once; {wanted}")
    return found


@final
@frozen
class Win:
    """Say who won what: the *place* is the winner's, from 1, in the order of the draw."""

    place: int
    winner: str | int
    prize: Amount | str


@final
@frozen(slots=False)
class Drawing:
    """
    Be a draw that is held: *entrants* with their chances, *prizes* with how many there are of each, and a *seed*.

    Entrants are in the order of their ids, numbers before texts, and each has as many chances as it says, so that a
    pick is the number of one chance among those left. Whoever wins is out for the rest of the draw; with *again* only
    the chance that won is. Where chances run out, the last prizes are not won. The seed is a text, or a whole number
    for `by_shuffle`; *by* is `by_sha256` unless something else is prescribed.

        >>> Drawing({"ada": 3, "bo": 1}, prizes={"mug": 1}, seed="7 12 19 33 41").winners
        ('ada',)

    """

    entrants: tuple[tuple[str | int, int], ...] = field(converter=_entrants)
    prizes: tuple[tuple[Amount | str, int], ...] = field(kw_only=True, converter=prizes_of)
    seed: str | int = field(kw_only=True)
    name: str = field(default="draw", kw_only=True)
    again: bool = field(default=False, kw_only=True)
    by: str = field(default=by_sha256, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a draw")
        if type(self.seed) is not int or self.seed < 0:
            check_text(self.seed, "the seed of a draw")
        if not is_a(self.again, bool):
            raise InvalidValue(f"again is True or False, not {shown(self.again)}")
        if self.by not in SCHEMES:
            raise InvalidValue(f"a draw is held by {', '.join(SCHEMES)}, not {shown(self.by)}")
        chances = [number for _, number in self.entrants]
        if self.by == by_chances and self.again:
            raise InvalidValue(f"a draw by {self.by} gives each entrant one prize; leave again out")
        if self.by in (by_md5, by_shuffle) and (self.again or any(number > 1 for number in chances)):
            raise InvalidValue(f"a draw by {self.by} gives each entrant one chance; hold it by {by_sha256}")
        if self.by == by_md5 and len(chances) > 2**16:
            raise InvalidValue(f"a draw by {by_md5} counts its picks in two bytes; hold it by {by_sha256}")

    @property
    def winners(self) -> tuple[str | int, ...]:
        """Return who won, in order, once for each prize."""
        return tuple(win.winner for win in self.wins)

    @cached_property
    def wins(self) -> tuple[Win, ...]:
        """Return who won what, the best prize first."""
        prizes = [prize for prize, number in self.prizes for _ in range(number)]
        order: Iterator[str | int]
        if self.by == by_shuffle:
            from random import Random  # noqa: PLC0415 - see LAZY in the map of the package

            shuffled = [entrant for entrant, _ in self.entrants]
            Random(self.seed).shuffle(shuffled)  # noqa: S311 - seeded, and nothing secret
            order = iter(shuffled)
        else:
            order = self._picks((_md5 if self.by == by_md5 else _sha256)(str(self.seed)))
        if self.by == by_chances:
            # Sorting keeps equal ones in the order in which they were picked.
            has = dict(self.entrants)
            order = iter(sorted(order, key=lambda entrant: -has[entrant]))
        return tuple(Win(at, winner, prize) for at, (prize, winner) in enumerate(zip(prizes, order, strict=False), 1))

    def _picks(self, number: Callable[[int], int]) -> Iterator[str | int]:
        """Yield the entrants that are picked, as long as there are chances."""
        left = _Chances([chances for _, chances in self.entrants])
        pick = 0
        while left.total:
            place = left.holder(number(pick) % left.total)
            left.take(place, 1 if self.again else left.of(place))
            yield self.entrants[place][0]
            pick += 1

    def events(
        self, at: dt.datetime, activity: Callable[..., Activity] = Activity
    ) -> tuple[tuple[str | int, Event], ...]:
        """
        Return the members who won with the events that give them their prizes, to be decided on their accounts.

        An amount is an adjustment, whatever has a name an *activity* of that name. Their ids say which draw, by its
        name and moment, and which place, so that deciding them twice gives nothing twice.
        """
        when = from_instant(to_instant(at, "the moment of a draw"))
        head = f"{self.name} {when:%Y%m%dT%H%M%S%fZ}"
        why = f"won in {self.name}, place"
        return tuple(
            (win.winner, event_of(f"{head} {win.place}", win.prize, when, activity, f"{why} {win.place}"))
            for win in self.wins
        )

    def probability(self, entrant: str | int) -> Fraction:
        """
        Return how probable it is that an entrant wins at least once, of all the seeds there could be.

        A draw by chances has no luck, and one with many prizes and very different chances none that can be told in
        time: both are refused.
        """
        chances = dict(self.entrants).get(check_id(entrant, "an entrant"), 0)
        if self.by == by_chances:
            raise InvalidValue(f"a draw by {self.by} goes by who has most; only others have a probability")
        prizes = sum(number for _, number in self.prizes)
        if self.again:
            total = sum(number for _, number in self.entrants)
            return 1 - _none_of(chances, total, min(prizes, total))
        others = list(dict(self.entrants).values())
        if not chances:
            return Fraction(0)
        if prizes >= len(others):
            return Fraction(1)
        others.remove(chances)
        return 1 - _out_of_luck(chances, sorted(Counter(others).items()), prizes)


def event_of(id_: str, prize: Amount | str, at: dt.datetime, activity: Callable[..., Activity], why: str) -> Event:
    """Return the event that gives a prize: an amount as an adjustment, whatever has a name as an activity of it."""
    if isinstance(prize, Amount):
        return Adjustment(id_, at=at, amount=prize, reason=why)
    return activity(id_, at=at, name=prize)


def _none_of(chances: int, total: int, picks: int) -> Fraction:
    """Return how probable it is that none of so many chances is among the picks, each of which takes one away."""
    if picks + chances > total:
        return Fraction(0)
    return Fraction(comb(total - chances, picks), comb(total, picks))


def _out_of_luck(chances: int, others: list[tuple[int, int]], prizes: int) -> Fraction:
    """
    Return how probable it is that somebody is never picked, where whoever is picked is out with all chances.

    *others* are how many have how many chances each. What matters is how many of each kind were picked.
    """
    if len(others) == 1 and others[0][0] == chances:
        return Fraction(others[0][1] + 1 - prizes, others[0][1] + 1)
    total = chances + sum(each * number for each, number in others)
    states = {(0,) * len(others): Fraction(1)}
    for _ in range(prizes):
        after: dict[tuple[int, ...], Fraction] = {}
        for picked, chance in states.items():
            left = total - sum(each * number for (each, _), number in zip(others, picked, strict=True))
            for place, (each, number) in enumerate(others):
                if free := number - picked[place]:
                    state = (*picked[:place], picked[place] + 1, *picked[place + 1 :])
                    after[state] = after.get(state, Fraction(0)) + chance * Fraction(each * free, left)
        if len(after) > _STATES_MAX or prizes > _DEEP_MAX:
            raise InvalidValue(
                f"with {prizes} prizes and {len(others)} different numbers of chances there is no telling in time how "
                "probable a win is; ask a draw with fewer of either"
            )
        states = after
    return sum(states.values(), Fraction(0))


class _Chances:
    """Be how many chances each entrant has left: sums of stretches, in a Fenwick tree, so that a pick is quick."""

    def __init__(self, chances: list[int]) -> None:
        self._left = chances
        self._sums = [0, *chances]
        for at in range(1, len(self._sums)):
            if (above := at + (at & -at)) < len(self._sums):
                self._sums[above] += self._sums[at]
        self.total = sum(chances)

    def of(self, place: int) -> int:
        """Return how many chances the entrant at a place has left."""
        return self._left[place]

    def holder(self, chance: int) -> int:
        """Return the place of the entrant who has a chance, counted from 0 through all."""
        at, step = 0, 1 << (len(self._sums) - 1).bit_length()
        while step := step >> 1:
            if at + step < len(self._sums) and self._sums[at + step] <= chance:
                at += step
                chance -= self._sums[at]
        return at

    def take(self, place: int, chances: int) -> None:
        """Take chances of an entrant away."""
        self._left[place] -= chances
        self.total -= chances
        at = place + 1
        while at < len(self._sums):
            self._sums[at] -= chances
            at += at & -at
