"""Comparisons: how numbers of items and events are compared with bounds, which makes conditions of them."""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

from loyalcore.bounds import check_bound
from loyalcore.conditions import Condition, OfEvent, OfItem
from loyalcore.errors import InvalidValue, shown

__all__ = ["OPPOSITE", "Compared", "check_comparison"]

S = TypeVar("S", OfItem, OfEvent)

#: What holds where a comparison does not.
OPPOSITE: Final = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


class Compared(Generic[S]):
    """Give a number the comparisons that make conditions of it; boundaries are exact, and `bool` is refused."""

    __slots__ = ()

    def _compare(self, operator: str, value: object) -> Condition[S]:
        raise NotImplementedError  # pragma: no cover - both kinds of number define it

    def at_least(self, value: object) -> Condition[S]:
        """Hold at the value and above."""
        return self._compare(">=", value)

    def at_most(self, value: object) -> Condition[S]:
        """Hold at the value and below."""
        return self._compare("<=", value)

    def more_than(self, value: object) -> Condition[S]:
        """Hold above the value, not at it."""
        return self._compare(">", value)

    def below(self, value: object) -> Condition[S]:
        """Hold below the value, not at it."""
        return self._compare("<", value)

    def is_(self, value: object) -> Condition[S]:
        """Hold at exactly the value."""
        return self._compare("==", value)

    def __bool__(self) -> bool:
        raise InvalidValue("a measure has no truth value of its own; compare it, as in Line.net.at_least(USD(5))")


def check_comparison(operator: Any, limit: object) -> None:
    """Refuse what is no comparison with an exact bound."""
    if operator not in tuple(OPPOSITE):
        raise InvalidValue(f"comparison {shown(operator)} is unknown; use one of {' '.join(OPPOSITE)}")
    check_bound(limit, "what a number is compared with")
