"""
Measures: numbers read from an event, or from a member's history over a window.

A measure is a tree of values. Its *leaves* are read from one event and add up over a cell; its *shapes* are exact
arithmetic on those sums. Measures of the history are *moments*: read once when an event is judged, and frozen.
Numbers are exact rationals in natural units (1 is one dollar, not one cent); rounding happens where units are granted.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Generic, Protocol, TypeVar, final, runtime_checkable

from attrs import frozen

from loyalcore.conditions import Condition, OfEvent, OfItem
from loyalcore.errors import InvalidValue
from loyalcore.numbers import ratio
from loyalcore.windows import Lifetime, Period, Rolling, Since, Window

__all__ = [
    "Added",
    "Balance",
    "Banded",
    "Bound",
    "Comparison",
    "Constant",
    "Count",
    "Earned",
    "EventNumber",
    "Greatest",
    "ItemComparison",
    "ItemNumber",
    "Least",
    "Measure",
    "Milestones",
    "Ordinal",
    "Over",
    "Rated",
    "Scaled",
    "Stepped",
    "Total",
    "as_measure",
    "bound",
    "ordinal",
]

S = TypeVar("S", OfItem, OfEvent)
_OPPOSITE = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


@final
@frozen
class Bound:
    """Be a number to compare with: exact, and in a unit by name where it is an amount."""

    value: Fraction
    unit: str | None = None


@runtime_checkable
class _AmountLike(Protocol):
    def as_bound(self) -> Bound: ...


def bound(value: object) -> Bound:
    """Return a plain number (or percentage) or an amount as a bound."""
    if isinstance(value, Bound):
        return value
    if isinstance(value, _AmountLike):
        return value.as_bound()
    return Bound(ratio(value, "a number to compare with"))


class _Compared(Generic[S]):
    """Give a number the comparisons that make conditions of it; boundaries are exact."""

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


class Measure(_Compared[OfEvent]):
    """
    Be a number that rules, limits and tiers work with.

    Measures add and subtract with each other, multiply with exact numbers, and take shapes by methods.
    """

    __slots__ = ()

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Return the measures this one is made of."""
        return ()

    def _compare(self, operator: str, value: object) -> Condition[OfEvent]:
        return Comparison(self, operator, bound(value))

    def __add__(self, other: object) -> Measure:
        if not isinstance(other, Measure | ItemNumber):
            return NotImplemented
        return Added((*_flat(Added, self), *_flat(Added, as_measure(other))))

    def __sub__(self, other: object) -> Measure:
        return self + as_measure(other) * -1 if isinstance(other, Measure | ItemNumber) else NotImplemented

    def __mul__(self, factor: object) -> Measure:
        if isinstance(factor, Measure | ItemNumber):
            return NotImplemented
        exact = ratio(factor, "a factor")
        if isinstance(self, Scaled):
            return Scaled(self.measure, self.factor * exact)
        return self if exact == 1 else Scaled(self, exact)

    __rmul__ = __mul__

    def over(self, window: Window) -> Over:
        """
        Read the sum of this over a window up to, and not including, the event that asks.

        A moment: read when an event is judged, then frozen. Returns of earlier purchases are taken off.
        """
        return Over(self, window)

    def at_most_of(self, other: object) -> Measure:
        """Take the smaller of two measures."""
        return Least((*_flat(Least, self), *_flat(Least, as_measure(other))))

    def at_least_of(self, other: object) -> Measure:
        """Take the larger of two measures."""
        return Greatest((*_flat(Greatest, self), *_flat(Greatest, as_measure(other))))


@final
@frozen
class ItemNumber(_Compared[OfItem]):
    """
    Name a number of an item: its net amount, its quantity, or one the host declared.

    Where a measure of the whole event is wanted it stands for its total over the items.
    """

    name: str

    def _compare(self, operator: str, value: object) -> Condition[OfItem]:
        return ItemComparison(self, operator, bound(value))

    def sum(self, where: Condition[OfItem] | None = None) -> Total:
        """Add up over the items for which the condition holds."""
        return Total(self.name, where)

    def over(self, window: Window) -> Over:
        """Read the total over a window; see `Measure.over`."""
        return self.sum().over(window)

    def __add__(self, other: object) -> Measure:
        return self.sum() + other

    def __sub__(self, other: object) -> Measure:
        return self.sum() - other

    def __mul__(self, factor: object) -> Measure:
        return self.sum() * factor

    __rmul__ = __mul__


def as_measure(value: object) -> Measure:
    """Return a measure of the event; a number of items becomes its total."""
    if isinstance(value, ItemNumber):
        return value.sum()
    if not isinstance(value, Measure):
        raise InvalidValue(f"a measure is wanted, such as Line.net or Order.count, not {value!r:.80}")
    return value


def _flat(join: type[Added | Least | Greatest], measure: Measure) -> tuple[Measure, ...]:
    return measure.parts if isinstance(measure, join) else (measure,)


def _check_window(window: object) -> None:
    if not isinstance(window, Period | Lifetime | Rolling | Since):
        raise InvalidValue(f"a window is wanted, such as month, rolling(days=365) or lifetime, not {window!r:.80}")


# Leaves: read from one event; they add up.


@final
@frozen
class Total(Measure):
    """Be the total of a number over the items for which a condition holds."""

    name: str
    where: Condition[OfItem] | None = None

    def __attrs_post_init__(self) -> None:
        if self.where is not None and (not isinstance(self.where, Condition) or self.where.about == "event"):
            raise InvalidValue(f"where= takes a condition about items, not {self.where!r:.80}; when= is about events")


@final
@frozen
class EventNumber(Measure):
    """Be a number the host declared on purchases or activities."""

    name: str


@final
@frozen
class Count(Measure):
    """Be one for each event; for a purchase only while something of it is kept."""


# Shapes: exact arithmetic on sums.


@final
@frozen
class Constant(Measure):
    """Be always the same number."""

    value: Bound


@final
@frozen
class Scaled(Measure):
    """Be a measure times an exact number."""

    measure: Measure
    factor: Fraction

    @property
    def parts(self) -> tuple[Measure, ...]:
        return (self.measure,)


@final
@frozen
class Rated(Measure):
    """
    Be so many units per one of a measure: where a measure turns into units.

    *per* names the unit the measure must be in, where it has one.
    """

    measure: Measure
    rate: Fraction
    per: str | None = None

    @property
    def parts(self) -> tuple[Measure, ...]:
        return (self.measure,)


@frozen
class _Joined(Measure):
    members: tuple[Measure, ...]

    @property
    def parts(self) -> tuple[Measure, ...]:
        return self.members


@final
@frozen
class Added(_Joined):
    """Be the sum of measures."""


@final
@frozen
class Least(_Joined):
    """Be the smallest of measures; with a constant, a cap."""


@final
@frozen
class Greatest(_Joined):
    """Be the largest of measures."""


@final
@frozen
class Stepped(Measure):
    """Be the number of complete steps in a measure: 105 dollars hold ten steps of ten."""

    measure: Measure
    step: Bound

    def __attrs_post_init__(self) -> None:
        if self.step.value <= 0:
            raise InvalidValue(f"a step must be more than nothing, not {self.step.value}")

    @property
    def parts(self) -> tuple[Measure, ...]:
        return (self.measure,)


@final
@frozen
class Banded(Measure):
    """
    Be a measure times the rate of its band.

    *bands* are (lower bound, rate) in rising order, the first at zero; a band holds at its lower bound. With *whole*
    the rate of the band that is reached applies to everything, otherwise each slice has its own.
    """

    measure: Measure
    bands: tuple[tuple[Bound, Fraction], ...]
    whole: bool

    def __attrs_post_init__(self) -> None:
        bounds = [low.value for low, _ in self.bands]
        if not bounds or bounds[0] != 0:
            raise InvalidValue("bands start at zero; add a band at 0 with the rate that holds there, perhaps 0")
        if any(low >= high for low, high in zip(bounds, bounds[1:], strict=False)):
            raise InvalidValue(f"bands must rise, but their bounds are {', '.join(map(str, bounds))}")

    @property
    def parts(self) -> tuple[Measure, ...]:
        return (self.measure,)


@final
@frozen
class Milestones(Measure):
    """Be the sum of what the milestones reached are worth; one is reached at its bound."""

    measure: Measure
    milestones: tuple[tuple[Bound, Fraction], ...]

    def __attrs_post_init__(self) -> None:
        if not self.milestones or any(at.value <= 0 for at, _ in self.milestones):
            raise InvalidValue("a milestone is more than zero; give units for joining with on=Enrolment instead")

    @property
    def parts(self) -> tuple[Measure, ...]:
        return (self.measure,)


# Moments: read from the history when an event is judged.


@final
@frozen
class Over(Measure):
    """Be the sum of a leaf over a window, before the event that asks."""

    measure: Measure
    window: Window

    def __attrs_post_init__(self) -> None:
        _check_window(self.window)
        if not isinstance(self.measure, Total | EventNumber | Count):
            raise InvalidValue(
                f"only what is read from an event is summed over a window, such as Line.net, not {self.measure!r:.80}; "
                "take shapes of the sum instead"
            )


@final
@frozen
class Earned(Measure):
    """Be the units earned over a window less those taken back, before the event that asks."""

    unit: str
    window: Window

    def __attrs_post_init__(self) -> None:
        _check_window(self.window)


@final
@frozen
class Balance(Measure):
    """Be the usable balance of a unit when the event is judged."""

    unit: str


@final
@frozen
class Ordinal(Measure):
    """Be how many purchases the account has recorded with this one; a return never lowers it."""


#: The ordinal of the purchase that is being judged: 1 for the first that was ever recorded.
ordinal = Ordinal()


@final
@frozen
class Comparison(Condition[OfEvent]):
    """Hold when a measure compares so with a bound. Build it with ``at_least`` and its kin."""

    measure: Measure
    operator: str
    bound: Bound

    def __attrs_post_init__(self) -> None:
        _check_operator(self.operator)

    def __invert__(self) -> Condition[OfEvent]:
        return Comparison(self.measure, _OPPOSITE[self.operator], self.bound)


@final
@frozen
class ItemComparison(Condition[OfItem]):
    """Hold when a number of an item compares so with a bound. Build it with ``at_least`` and its kin."""

    number: ItemNumber
    operator: str
    bound: Bound

    def __attrs_post_init__(self) -> None:
        _check_operator(self.operator)

    @property
    def about(self) -> str:
        return "item"

    def __invert__(self) -> Condition[OfItem]:
        return ItemComparison(self.number, _OPPOSITE[self.operator], self.bound)


def _check_operator(operator: str) -> None:
    if operator not in _OPPOSITE:
        raise InvalidValue(f"comparison {operator!r} is unknown; use one of {' '.join(_OPPOSITE)}")


def pairs(table: object, what: str) -> list[tuple[Bound, object]]:
    """Return a table of bounds as pairs in rising order."""
    if not isinstance(table, Mapping):
        raise InvalidValue(f"{what} are a mapping from bounds to values, not {table!r:.80}")
    return sorted(((bound(at), value) for at, value in table.items()), key=lambda pair: pair[0].value)
