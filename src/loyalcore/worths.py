"""
Worths: what units were given for, in money, and what a reward makes of that.

Lots remember what they are worth where a rule says it; whoever spends them gets the worth of the very lots that are
taken, in the order in which units are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from loyalcore.errors import InvalidValue, shown

__all__ = ["average", "check_worth", "lowest", "total", "value_of"]

#: A reward is worth the mean of the units that it takes.
average = "average"
#: A reward is worth the least of the units that it takes.
lowest = "lowest"
#: A reward is worth all units that it takes together.
total = "total"

_WORTHS = (average, lowest, total)


def check_worth(worth: object, what: str) -> None:
    """Refuse a way to value units that there is none of."""
    if worth is not None and worth not in _WORTHS:
        raise InvalidValue(f"worth of {what} is one of {', '.join(_WORTHS)}, or money, not {shown(worth)}")


def value_of(worth: str, pieces: Sequence[tuple[int, Fraction]], unit: int) -> int:
    """
    Return what pieces of lots come to, in whole smallest parts of money, rounded down once.

    A piece is how many smallest parts of a unit it has, and what one of these is worth; *unit* is how many of them
    make one.
    """
    if worth == lowest:
        return int(min(each for _, each in pieces) * unit)
    whole = sum((size * each for size, each in pieces), start=Fraction(0))
    return int(whole * unit / sum(size for size, _ in pieces) if worth == average else whole)
