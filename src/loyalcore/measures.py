"""
Measures: numbers read from an event, or from a member's history over a window.

A measure is a tree of values. Its *leaves* are read from one event and add up over a cell; what is made of them is
exact arithmetic on those sums, here and in `loyalcore.rates`. Measures of the history are *moments*: read once when
an event is judged, and frozen. Numbers are exact rationals in natural units (1 is one dollar, not one cent);
rounding happens where units are granted. Measures are in normal form: sums are flat and in order, and factors are
multiplied out, so that what says the same in the same words is equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import final

from attrs import field, frozen

from loyalcore.bounds import Bound, bound
from loyalcore.comparisons import OPPOSITE, Compared, check_comparison
from loyalcore.conditions import Condition, OfEvent, OfItem, check_condition, joined_size
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.numbers import ratio
from loyalcore.texts import check_name
from loyalcore.windows import Past

__all__ = [
    "Added",
    "Balance",
    "Comparison",
    "Constant",
    "Count",
    "Earned",
    "EventNumber",
    "Greatest",
    "ItemComparison",
    "ItemNumber",
    "Leaf",
    "Least",
    "Measure",
    "Ordinal",
    "Over",
    "Qualifying",
    "Scaled",
    "Total",
    "as_measure",
    "ordinal",
]


class Measure(Compared[OfEvent]):
    """
    Be a number that rules, limits and tiers work with.

    Measures add and subtract with each other, multiply with exact numbers, and are cut by each other.
    """

    __slots__ = ()

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Return the measures this one is made of."""
        return ()

    @property
    def size(self) -> tuple[int, int]:
        """Say how many nodes the measure has, counted as a tree, and how deep it is."""
        return (1, 1)

    def _compare(self, operator: str, value: object) -> Condition[OfEvent]:
        return Comparison(self, operator, bound(value))

    def __add__(self, other: object) -> Measure:
        return _joined(Added, self, as_measure(other)) if isinstance(other, Measure | ItemNumber) else NotImplemented

    def __sub__(self, other: object) -> Measure:
        return self + as_measure(other) * -1 if isinstance(other, Measure | ItemNumber) else NotImplemented

    def __mul__(self, factor: object) -> Measure:
        if isinstance(factor, Measure | ItemNumber):
            return NotImplemented
        inner, times = (self.measure, self.factor) if isinstance(self, Scaled) else (self, Fraction(1))
        times *= ratio(factor, "a factor")
        return inner if times == 1 else Scaled(inner, times)

    __rmul__ = __mul__

    def over(self, window: Past) -> Over:
        """
        Read the sum of this over a window up to, and not including, the event that asks.

        A moment: read when an event is judged, then frozen. Returns of earlier purchases are taken off.
        """
        return Over(self, window)

    def at_most_of(self, other: object) -> Measure:
        """Take the smaller of two measures."""
        return _joined(Least, self, as_measure(other))

    def at_least_of(self, other: object) -> Measure:
        """Take the larger of two measures."""
        return _joined(Greatest, self, as_measure(other))


@final
@frozen
class ItemNumber(Compared[OfItem]):
    """
    Name a number of an item: its net amount, its quantity, or one the host declared.

    Where a measure of the whole event is wanted it stands for its total over the items.
    """

    name: str

    def __attrs_post_init__(self) -> None:
        _check_number(self.name)

    def _compare(self, operator: str, value: object) -> Condition[OfItem]:
        return ItemComparison(self, operator, bound(value))

    def sum(self, where: Condition[OfItem] | None = None) -> Total:
        """Add up over the items for which the condition holds."""
        return Total(self.name, where)

    def when(self, condition: Condition[OfEvent]) -> Leaf:
        """Read the total of events of which a condition holds; see `Leaf.when`."""
        return self.sum().when(condition)

    def over(self, window: Past) -> Over:
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
        raise InvalidValue(f"a measure is wanted, such as Line.net or Order.count, not {shown(value)}")
    return value


def _check_number(name: object) -> None:
    if type(name) is not str or not name:
        raise InvalidValue(f"a number of an item or event is named by its attribute, not {shown(name)}")


def _check_window(window: object) -> None:
    if not is_a(window, Past):
        raise InvalidValue(f"a window is wanted, such as month, rolling(days=365) or lifetime, not {shown(window)}")


class Leaf(Measure):
    """Be read from one event, so that it adds up over a window."""

    __slots__ = ()

    def when(self, condition: Condition[OfEvent]) -> Leaf:
        """Read it where a condition about the event itself holds; of other events it is nothing."""
        return Qualifying(self, condition)


@final
@frozen
class Total(Leaf):
    """Be the total of a number over the items for which a condition holds."""

    name: str
    where: Condition[OfItem] | None = None

    def __attrs_post_init__(self) -> None:
        _check_number(self.name)
        check_condition(self.where, "item", "where= of a total")

    @property
    def size(self) -> tuple[int, int]:
        """Say how large the measure and its condition are."""
        return joined_size(() if self.where is None else (self.where.size,))


@final
@frozen
class EventNumber(Leaf):
    """Be a number the host declared on purchases or activities."""

    name: str

    def __attrs_post_init__(self) -> None:
        _check_number(self.name)


@final
@frozen
class Count(Leaf):
    """Be one for each event; for a purchase only while something of it is kept."""


@final
@frozen
class Qualifying(Leaf):
    """
    Be what is read from an event of which a condition holds, and nothing of others.

    Build it with ``Order.count.when(Order.channel.is_("app"))``.
    """

    measure: Leaf
    condition: Condition[OfEvent]

    def __attrs_post_init__(self) -> None:
        if not is_a(self.measure, Total | EventNumber | Count):
            raise InvalidValue(
                f"a total, a declared number or the count of an event may qualify, not {shown(self.measure)}; "
                "join conditions with &, and take shapes of what qualifies"
            )
        if not is_a(self.condition, Condition):
            raise InvalidValue(f"what qualifies takes a condition about the event, not {shown(self.condition)}")
        check_condition(self.condition, "event", "what qualifies")

    @property
    def size(self) -> tuple[int, int]:
        """Say how large the measure is, with its condition."""
        return joined_size((self.measure.size, self.condition.size))


# Arithmetic on sums.


@final
@frozen
class Constant(Measure):
    """Be always the same number."""

    value: Bound = field(converter=bound)


@frozen
class Shape(Measure):
    """Be made of other measures; how large it is, is counted once."""

    _size: tuple[int, int] = field(init=False, eq=False, repr=False, default=(1, 1))

    def __attrs_post_init__(self) -> None:
        for part in self.parts:
            if not is_a(part, Measure):
                raise InvalidValue(f"{type(self).__name__} is made of measures of the event, not {shown(part)}")
        object.__setattr__(self, "_size", joined_size(part.size for part in self.parts))

    @property
    def size(self) -> tuple[int, int]:
        """Say how many nodes there are, and how deep."""
        return self._size


@frozen
class ShapeOfOne(Shape):
    """Be made of one other measure."""

    measure: Measure

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Return the one measure."""
        return (self.measure,)


def _factor(value: object) -> Fraction:
    return ratio(value, "a factor")


@final
@frozen
class Scaled(ShapeOfOne):
    """Be a measure times an exact number. Build it with ``*``."""

    factor: Fraction = field(converter=_factor)

    def __attrs_post_init__(self) -> None:
        if self.factor == 1 or isinstance(self.measure, Scaled):
            raise InvalidValue("Scaled is not in normal form; multiply measures with *")
        super().__attrs_post_init__()


@frozen
class _Joined(Shape):
    members: tuple[Measure, ...]

    def __attrs_post_init__(self) -> None:
        if not is_a(self.members, tuple) or len(self.members) < 2:
            raise InvalidValue(f"{type(self).__name__} takes a tuple of several measures, not {shown(self.members)}")
        super().__attrs_post_init__()
        if self.members != _members(type(self), self.members):
            raise InvalidValue(f"{type(self).__name__} is not in normal form; use +, at_most_of() or at_least_of()")

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Return the measures that are joined."""
        return self.members


@final
@frozen
class Added(_Joined):
    """Be the sum of measures. Build it with ``+``."""


@final
@frozen
class Least(_Joined):
    """Be the smallest of measures; with a constant, a cap. Build it with ``at_most_of``."""


@final
@frozen
class Greatest(_Joined):
    """Be the largest of measures. Build it with ``at_least_of``."""


def _members(join: type[_Joined], given: Iterable[Measure]) -> tuple[Measure, ...]:
    """Return members in normal form: flat, in order, and each once where that makes no difference."""
    flat = [part for each in given for part in (each.members if isinstance(each, join) else (each,))]
    return tuple(sorted(flat if join is Added else set(flat), key=repr))


def _joined(join: type[_Joined], *given: Measure) -> Measure:
    first, *others = members = _members(join, given)
    return join(members) if others else first


# Moments: read from the history when an event is judged.


@final
@frozen
class Over(Measure):
    """Be the sum of a leaf over a window, before the event that asks."""

    measure: Measure
    window: Past

    def __attrs_post_init__(self) -> None:
        _check_window(self.window)
        if not isinstance(self.measure, Leaf):
            raise InvalidValue(
                f"only what is read from an event is summed over a window, such as Line.net, "
                f"not {shown(self.measure)}; take shapes of the sum instead"
            )

    @property
    def size(self) -> tuple[int, int]:
        """Say how large the measure is, with the leaf."""
        return joined_size((self.measure.size,))


@final
@frozen
class Earned(Measure):
    """Be the units earned over a window less those taken back, before the event that asks."""

    unit: str
    window: Past

    def __attrs_post_init__(self) -> None:
        check_name(self.unit, "a unit")
        _check_window(self.window)


@frozen
class Balance(Measure):
    """Be the usable balance of a unit when the event is judged."""

    unit: str

    def __attrs_post_init__(self) -> None:
        check_name(self.unit, "a unit")


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
        if not is_a(self.measure, Measure):
            raise InvalidValue(f"a measure of the event is compared, not {shown(self.measure)}")
        check_comparison(self.operator, self.bound)
        joined_size((self.measure.size,))

    @property
    def size(self) -> tuple[int, int]:
        """Say how large the condition is, with its measure."""
        return joined_size((self.measure.size,))

    def __invert__(self) -> Condition[OfEvent]:
        return Comparison(self.measure, OPPOSITE[self.operator], self.bound)


@final
@frozen
class ItemComparison(Condition[OfItem]):
    """Hold when a number of an item compares so with a bound. Build it with ``at_least`` and its kin."""

    number: ItemNumber
    operator: str
    bound: Bound

    def __attrs_post_init__(self) -> None:
        if not is_a(self.number, ItemNumber):
            raise InvalidValue(f"a number of an item is compared, not {shown(self.number)}")
        check_comparison(self.operator, self.bound)

    @property
    def about(self) -> str:
        """Say that items are asked about."""
        return "item"

    def __invert__(self) -> Condition[OfItem]:
        return ItemComparison(self.number, OPPOSITE[self.operator], self.bound)
