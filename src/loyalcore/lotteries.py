"""Lotteries: prize draws that a program says: who may take part, with how many chances, and what there is to win."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

from attrs import field, frozen

from loyalcore.conditions import Condition, OfEvent, check_condition
from loyalcore.draws import SCHEMES, Drawing, by_sha256, prizes_of
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Constant, ItemNumber, Measure, as_measure
from loyalcore.texts import check_name
from loyalcore.units import Amount, Unit

__all__ = ["Draw"]


def _chances(given: object) -> Any:
    return as_measure(given) if is_a(given, Measure, ItemNumber) else Constant(given)


@final
@frozen
class Draw:
    """
    Say what a prize draw is: *prizes* with how many there are of each, best first, and each member's *chances*.

    Chances are a measure of the member's history, in whole numbers, rounded down, as of the moment of the draw:
    ``POINT.earned(previous(month))``, ``Order.net.over(month) * "0.1"``, ``BOND.held_through(previous(month))``, or
    the same number for everybody. *when* is a condition about the member and the moment: whoever does not fulfil it
    has none. A draw decides nothing by itself: `loyalcore.chances` says what a member has, and `drawing` what comes
    of that. *again* and *by* are those of `Drawing`.
    """

    name: str
    prizes: tuple[tuple[Amount | str, int], ...] = field(converter=prizes_of)
    chances: Measure = field(default=1, converter=_chances, kw_only=True)  # type: ignore[assignment]
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)
    again: bool = field(default=False, kw_only=True)
    by: str = field(default=by_sha256, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a draw")
        check_condition(self.when, "event", f"when= of draw {self.name}")
        if not is_a(self.again, bool) or self.by not in SCHEMES or (self.again and self.by != by_sha256):
            raise InvalidValue(
                f"draw {self.name} is held by {', '.join(SCHEMES)}, the first of them also again=True, "
                f"not {shown(self.by)}, {shown(self.again)}"
            )

    @property
    def winners(self) -> int:
        """Return how many prizes there are."""
        return sum(number for _, number in self.prizes)

    def total(self, unit: Unit) -> Amount:
        """Return what all prizes come to that are amounts of a unit."""
        paid = [
            prize.minor * number for prize, number in self.prizes if isinstance(prize, Amount) and prize.unit == unit
        ]
        return Amount(unit, sum(paid))

    @property
    def named(self) -> tuple[Unit, ...]:
        """Return the units of prizes that are amounts."""
        return tuple(prize.unit for prize, _ in self.prizes if isinstance(prize, Amount))

    def drawing(self, entrants: Mapping[Any, int], seed: str | int) -> Drawing:
        """Return the draw as it is held: for entrants with their chances, by a seed that is published."""
        return Drawing(entrants, prizes=self.prizes, seed=seed, name=self.name, again=self.again, by=self.by)
