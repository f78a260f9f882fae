"""
Sets: what of a basket makes sets of different things, read plainly.

Pieces are placed at parts of sets, one after the other; where a part is full, those that are there move to other parts
that they do for, if that makes room. So a piece that finds no place is one too many.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from loyalcore.interpreted.baskets import Piece

__all__ = ["sets"]


def sets(pieces: Sequence[tuple[Piece, list[int]]], sizes: Sequence[int]) -> list[list[Piece]]:
    """Return the most sets of such sizes of pieces in their order, each with the parts that it does for."""
    number = int(sum(piece.much for piece, _ in pieces) / sum(sizes))
    placing = _Placing(pieces, sizes, number)
    while any(placing.room):
        number -= 1
        placing = _Placing(pieces, sizes, number)
    for place in range(len(pieces)):
        placing.settle(place)
    queues = [[(place, placing.at[place, part]) for place in range(len(pieces))] for part in range(len(sizes))]
    found = []
    for _ in range(number):
        group = []
        for queue, size in zip(queues, sizes, strict=True):
            missing = Fraction(size)
            while missing:
                place, there = queue.pop(0)
                much = min(there, missing)
                missing -= much
                queue.insert(0, (place, there - much)) if there > much else None
                group += [pieces[place][0]._replace(much=much)] if much else []
        found.append(group)
    return found


class _Placing:
    """Be so many sets to which pieces are given as far as they have a place, the first ones first."""

    def __init__(self, pieces: Sequence[tuple[Piece, list[int]]], sizes: Sequence[int], number: int) -> None:
        self.parts = [parts for _, parts in pieces]
        self.room = [Fraction(number * size) for size in sizes]
        #: How much of which piece is at which part.
        self.at = {(place, part): Fraction(0) for place in range(len(pieces)) for part in range(len(sizes))}
        for place, (piece, parts) in enumerate(pieces):
            left = piece.much
            for part in parts:
                while left and (much := self.make_room(part, left, [])):
                    self.put(place, part, much)
                    left -= much

    def put(self, place: int, part: int, much: Fraction) -> None:
        """Put so much of a piece at a part, or away from there where it is below nothing."""
        self.at[place, part] += much
        self.room[part] -= much

    def make_room(self, part: int, wanted: Fraction, seen: list[int], settled: int = -1) -> Fraction:
        """Return how much room there is at a part, at most as is wanted, letting pieces that are not settled move."""
        if self.room[part]:
            return min(wanted, self.room[part])
        seen.append(part)
        for place in range(settled + 1, len(self.parts)):
            for other in self.parts[place]:
                movable = min(wanted, self.at[place, part])
                if other not in seen and movable and (much := self.make_room(other, movable, seen, settled)):
                    self.put(place, part, -much)
                    self.put(place, other, much)
                    return much
        return Fraction(0)

    def settle(self, place: int) -> None:
        """Move a piece to the first parts that it does for, as far as all others keep a place."""
        for at, part in enumerate(self.parts[place]):
            for other in self.parts[place][at + 1 :]:
                while there := self.at[place, other]:
                    self.put(place, other, -there)
                    much = self.make_room(part, there, [], place)
                    self.put(place, part, much)
                    self.put(place, other, there - much)
                    if not much:
                        break
