"""Worth: what a purchase comes to, in awards and in tallies, and the difference between two of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalcore.engine.tallying import Changes
from loyalcore.entries import Row

__all__ = ["Worth", "table_of", "undoing", "used_by"]


class Worth:
    """
    Be what a purchase comes to with some items kept: awards by cell, and its part of tallies.

    *deemed* is what units are worth, by cell: money for so many smallest parts.
    """

    __slots__ = ("awards", "deemed", "slides", "sums")

    def __init__(
        self,
        awards: dict[str, int],
        sums: dict[Any, int],
        slides: dict[Any, int],
        deemed: dict[str, tuple[int, int]] | None = None,
    ) -> None:
        self.awards, self.sums, self.slides = awards, sums, slides
        self.deemed = {} if deemed is None else deemed

    def differ(self, other: Worth, changes: Changes) -> None:
        """Note the changes of tallies from another worth to this one."""
        _differ(self.sums, other.sums, changes.sums)
        _differ(self.slides, other.slides, changes.slides)


def _differ(own: dict[Any, int], other: dict[Any, int], into: list[Any]) -> None:
    for key in {**other, **own}:
        if difference := own.get(key, 0) - other.get(key, 0):
            into += (*key, difference)


def undoing(flat: Sequence[Any]) -> tuple[Any, ...]:
    """Return the changes of tallies that undo others."""
    return tuple(part for key, amount in table_of(flat).items() if amount for part in (*key, -amount))


def table_of(flat: Any) -> dict[Any, int]:
    """Return changes of tallies, as facts keep them, by tally and start or end."""
    table: dict[Any, int] = {}
    for at in range(0, len(flat), 3):
        key = (flat[at], flat[at + 1])
        table[key] = table.get(key, 0) + flat[at + 2]
    return table


def used_by(purchase: Row) -> dict[Any, int]:
    """Return what a purchase says of tallies."""
    return {**table_of(purchase[5]), **table_of(purchase[6])}
