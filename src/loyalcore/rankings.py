"""
Rankings: members in the order of their scores, and which rank each has.

A ranking is of scores that a host has collected, of many members; no decision reads one. What follows from a rank is an
event on the account of the member who has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import groupby, islice
from typing import Any, final

from attrs import field, frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.numbers import ratio
from loyalcore.texts import check_id

__all__ = ["SCORES_MAX", "Ranking", "average_rank", "dense_rank", "first_rank", "highest_rank", "lowest_rank"]

#: The most scores of one ranking.
SCORES_MAX = 1_000_000

#: Equal scores share the best rank they span, and the next one is left out: 1-1-3, as in sports.
lowest_rank = "lowest"
#: Equal scores share the worst rank they span: 2-2-3.
highest_rank = "highest"
#: Equal scores share the average of the ranks they span: 1.5-1.5-3.
average_rank = "average"
#: Equal scores share a rank, and the next one follows without a gap: 1-1-2.
dense_rank = "dense"
#: Of equal scores the one that is named first ranks first: 1-2-3. Name them in the order in which they were reached.
first_rank = "first"

_TIES = (lowest_rank, highest_rank, average_rank, dense_rank, first_rank)


def _scores(given: object) -> Any:
    """Return members with their exact scores, in the order given."""
    items: Any = given.items() if isinstance(given, Mapping) else given
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise InvalidValue(f"scores map members to numbers, not {shown(given)}")
    try:
        items = tuple(islice(items, SCORES_MAX + 1))  # what goes on without an end is not read to it
        if len(items) > SCORES_MAX:
            raise InvalidValue(f"a ranking has at most {SCORES_MAX} members, not more: {shown(given)}")
        found = tuple((check_id(member, "a member"), ratio(score, "a score")) for member, score in items)
    except (TypeError, ValueError) as error:
        if is_a(error, InvalidValue):
            raise
        raise InvalidValue(f"scores map members to numbers, not {shown(given)}") from None
    if len(dict(found)) < len(found):
        raise InvalidValue(f"a ranking has each member once, not {shown(given)}")
    return found


@final
@frozen
class Ranking:
    """
    Rank members by their scores: exact numbers, the highest first unless *lowest_first*.

    *ties* says which rank equal scores have: `lowest_rank` (the default: 1-1-3), `highest_rank` (2-2-3),
    `average_rank` (1.5-1.5-3), `dense_rank` (1-1-2), or `first_rank` (1-2-3, in the order in which they are named).
    Members of equal scores stand in the order in which they are named, whichever rank they have.

        >>> Ranking({"ada": 50, "bo": 50, "cy": 30}).ranks == {"ada": 1, "bo": 1, "cy": 3}
        True

    """

    scores: tuple[tuple[str | int, Fraction], ...] = field(converter=_scores)
    ties: str = field(default=lowest_rank, kw_only=True)
    lowest_first: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.ties not in _TIES:
            raise InvalidValue(f"ties of a ranking are ranked {', '.join(_TIES)}, not {shown(self.ties)}")
        if not is_a(self.lowest_first, bool):
            raise InvalidValue(f"lowest_first is True or False, not {shown(self.lowest_first)}")

    @property
    def order(self) -> tuple[str | int, ...]:
        """Return the members in order, the first first."""
        return tuple(member for member, _ in self._ordered())

    @property
    def ranks(self) -> dict[str | int, Fraction]:
        """Return the rank of each member, from 1; whole but for `average_rank`."""
        found: dict[str | int, Fraction] = {}
        for dense, (_, group) in enumerate(groupby(self._ordered(), key=lambda each: each[1]), 1):
            members = [member for member, _ in group]
            first, last = len(found) + 1, len(found) + len(members)
            shared = {
                lowest_rank: Fraction(first),
                highest_rank: Fraction(last),
                average_rank: Fraction(first + last, 2),
                dense_rank: Fraction(dense),
            }.get(self.ties)
            found |= {
                member: Fraction(place) if shared is None else shared for place, member in enumerate(members, first)
            }
        return found

    def top(self, number: int) -> tuple[str | int, ...]:
        """Return the members whose rank is at most a number, in order: more where some share the last."""
        if type(number) is not int or number < 0:
            raise InvalidValue(f"the top is so many members, from 0, not {shown(number)}")
        ranks = self.ranks
        return tuple(member for member in self.order if ranks[member] <= number)

    def with_scores(self, scores: Mapping[str | int, Any]) -> Ranking:
        """Return the ranking with other scores of some members; a new one is named last."""
        return Ranking({**dict(self.scores), **scores}, ties=self.ties, lowest_first=self.lowest_first)

    def _ordered(self) -> list[tuple[str | int, Fraction]]:
        # Sorting is stable in both directions, so equal scores stay in the order in which they are named.
        return sorted(self.scores, key=lambda each: each[1], reverse=not self.lowest_first)
