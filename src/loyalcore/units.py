"""
Units, amounts in them, and accruals: how much of a unit a rule gives.

A unit counts points, stars, miles, stamps or cents of cashback; money is a unit with a currency's name.
An amount is an integer of the unit's smallest part. An accrual is a unit and the measure that says how many.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, final

from attrs import frozen

from loyalcore.ages import HeldThrough
from loyalcore.bounds import Bound, bound, pairs
from loyalcore.conditions import Condition, OfItem
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Balance, Constant, Count, Earned, Measure, Total, as_measure
from loyalcore.numbers import check_places, exact
from loyalcore.packages import packages
from loyalcore.rates import Banded, Milestones, Rated, Stepped
from loyalcore.texts import check_name
from loyalcore.windows import Past

__all__ = ["Accrual", "Amount", "Money", "Unit", "marginal", "whole"]

#: The largest amount in smallest parts that sums may come to: what stores can keep in 64 bits.
AMOUNT_MAX = 2**63 - 1

#: Each slice of a volume has the rate of its own band.
marginal = "marginal"
#: The rate of the band that is reached applies to the whole volume.
whole = "whole"


@frozen(repr=False)
class Unit:
    """
    Be what is counted, with a fixed number of decimal places from 0 to 6.

    Calling it makes an amount: ``POINT(25)``.

        >>> POINT = Unit("point")
        >>> POINT(25) + POINT(5)
        Unit('point')(30)

    """

    name: str
    places: int = 0

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a unit")
        check_places(self.places, f"places of {self.name}")

    def __repr__(self) -> str:
        usual = 2 if isinstance(self, Money) else 0
        places = "" if self.places == usual else f", places={self.places}"
        return f"{type(self).__name__}({self.name!r}{places})"

    def __call__(self, value: object) -> Amount:
        """Return an amount; *value* is an int, a Decimal or text, exact in the unit's places."""
        return Amount(self, exact(value, self.places, self.name))

    def per(self, base: object, measure: object) -> Accrual:
        """Give one unit per *base* of the measure, in proportion; see `Amount.per`."""
        return self(1).per(base, measure)

    def per_full(self, base: object, measure: object) -> Accrual:
        """Give one of the unit per complete step of a measure, as `Amount.per_full`."""
        return self(1).per_full(base, measure)

    def per_started(self, base: object, measure: object) -> Accrual:
        """Give one of the unit per started step of a measure, as `Amount.per_started`."""
        return self(1).per_started(base, measure)

    def per_item(self, where: Condition[OfItem] | None = None) -> Accrual:
        """Give one of the unit for each item, or each that matches, as `Amount.per_item`."""
        return self(1).per_item(where)

    def bands(self, measure: object, table: Mapping[Any, object], how: str = marginal, *, by: object = None) -> Accrual:
        """
        Give a rate of the measure that depends on how much there is.

        *table* maps lower bounds, rising from zero, to rates: units per 1 of the measure, ``"5%"`` or exact
        numbers. A band holds at its lower bound. With `whole` the band reached applies to everything. Bands are of
        the measure itself, or of *by*: 2 % of the money once a thousand pieces are bought. Then each slice of *by*
        stands for its share of the measure.
        """
        if how not in (marginal, whole):
            raise InvalidValue(f"bands are marginal or whole, not {shown(how)}")
        deciding = None if by is None else as_measure(by)
        return Accrual(self, Banded(as_measure(measure), pairs(table, "bands"), how == whole, deciding))

    def milestones(self, measure: object, table: Mapping[Any, Amount], how: str = marginal) -> Accrual:
        """
        Give each amount of the table once its bound is reached by the measure, at the bound.

        They add up. With `whole` the amount of the highest bound that is reached is all there is, as where a purchase
        brings 5 from 20 dollars and 10 from 30: amounts rise with their bounds then.
        """
        if how not in (marginal, whole):
            raise InvalidValue(f"milestones are marginal or whole, not {shown(how)}")
        steps = [(at, self.worth(amount)) for at, amount in pairs(table, "milestones")]
        if how == whole:
            given = [Fraction(0), *(amount for _, amount in steps)]
            if any(low > high for low, high in pairwise(given)):
                raise InvalidValue(
                    f"amounts that stand for the whole rise with their bounds, not {', '.join(map(str, given[1:]))}; "
                    "write what falls as rules that exclude one another"
                )
            more = [high - low for low, high in pairwise(given)]
            steps = [(at, amount) for (at, _), amount in zip(steps, more, strict=True) if amount or not any(more)]
        return Accrual(self, Milestones(as_measure(measure), steps))

    def packages(
        self, steps: Mapping[Any, object], table: Mapping[tuple[int, ...], Amount], *, order: str | None = None
    ) -> Accrual:
        """
        Give what a mix of measures is worth most in packages.

        *steps* maps up to three measures to the step each is cut to, ``{NET_A: USD(1), NET_B: USD(1)}``; *table* maps
        how many steps of each, in that order, a package takes to what it is worth, ``{(75, 25): POINT(300)}``. Each
        is taken as often as the steps allow, every step once, so that the total is largest. What is left over is
        worth nothing unless a package of one step, ``(1, 0)``, says so. With ``order=as_listed`` the first of the table
        is taken as often as it fits, then the next. See `Packages` for how many there may be.
        """
        return Accrual(self, packages(steps, table, self.worth, order))

    def worth(self, amount: object) -> Fraction:
        """Return an amount that a rule gives as an exact number; refuse one in another unit or below zero."""
        if not isinstance(amount, Amount) or amount.unit != self:
            raise InvalidValue(f"an amount in {self.name} is wanted, not {shown(amount)}")
        return amount.given

    def earned(self, window: Past) -> Earned:
        """Measure the units earned over a window, less those taken back; spending and expiry do not count."""
        return Earned(self.name, window)

    @property
    def balance(self) -> Balance:
        """Measure the usable balance at the moment of an event."""
        return Balance(self.name)

    def held_through(self, window: Any) -> HeldThrough:
        """
        Measure the usable units that were earned before a window began, as of the moment of an event.

        ``BOND.held_through(previous(month))`` are those that were there for one full calendar month.
        """
        return HeldThrough(self.name, window)


@final
@frozen(repr=False)
class Money(Unit):
    """Be a currency, named by its ISO 4217 code, with two decimal places unless told otherwise."""

    places: int = 2


_UNITS: Final[frozenset[type]] = frozenset({Unit, Money})


@final
@frozen(repr=False)
class Amount:
    """
    Be so many smallest parts of a unit.

    Amounts of one unit add, subtract and compare; multiplying takes a whole number.
    """

    unit: Unit
    minor: int

    def __attrs_post_init__(self) -> None:
        if type(self.minor) is not int or not (self.unit.__class__ in _UNITS or is_a(self.unit, Unit)):
            raise InvalidValue(f"an amount is made by calling its unit, POINT(25), not of {shown(self.minor)}")
        if not -AMOUNT_MAX <= self.minor <= AMOUNT_MAX:
            raise InvalidValue(f"an amount in {self.unit.name} is past {AMOUNT_MAX} smallest parts; keep amounts apart")

    def __repr__(self) -> str:
        text = repr(str(self.decimal)) if self.unit.places else str(self.minor)
        return f"{self.unit!r}({text})"

    def __str__(self) -> str:
        return f"{self.decimal} {self.unit.name}"

    @property
    def decimal(self) -> Decimal:
        """Return the amount with the unit's decimal places."""
        sign, digits = int(self.minor < 0), tuple(map(int, str(abs(self.minor))))
        return Decimal((sign, digits, -self.unit.places))

    @property
    def fraction(self) -> Fraction:
        """Return the amount as an exact rational number."""
        return Fraction(self.minor, 10**self.unit.places)

    @property
    def given(self) -> Fraction:
        """Return the amount as an exact number that a rule may give; refuse one below zero."""
        if self.minor < 0:
            raise InvalidValue(f"a rule gives, it does not take: {self} is below zero; take with an Adjustment")
        return self.fraction

    def as_bound(self) -> Bound:
        """Return the amount as a bound that knows its unit."""
        return Bound(self.fraction, self.unit.name)

    def _minor_of(self, other: object) -> int:
        if not isinstance(other, Amount) or other.unit != self.unit:
            raise InvalidValue(f"{self} goes with amounts in {self.unit.name}, not with {shown(other)}")
        return other.minor

    def __add__(self, other: Amount) -> Amount:
        if _gives(other):
            return NotImplemented
        return Amount(self.unit, self.minor + self._minor_of(other))

    def __sub__(self, other: Amount) -> Amount:
        if _gives(other):
            return NotImplemented
        return Amount(self.unit, self.minor - self._minor_of(other))

    def __neg__(self) -> Amount:
        return Amount(self.unit, -self.minor)

    def __mul__(self, times: int) -> Amount:
        if type(times) is not int:
            raise InvalidValue(f"an amount multiplies with a whole number, not {shown(times)}; give a rate to a rule")
        return Amount(self.unit, self.minor * times)

    __rmul__ = __mul__

    def __lt__(self, other: Amount) -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: Amount) -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: Amount) -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: Amount) -> bool:
        return self.minor >= self._minor_of(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def per(self, base: object, measure: object) -> Accrual:
        """
        Give this amount per *base* of the measure, in proportion.

        ``POINT(5).per(USD(10), Line.net)`` gives 7 points for 15.00 with the default rounding.
        """
        size = bound(base)
        if size.value <= 0:
            raise InvalidValue(f"units are given per something more than nothing, not per {size.value}")
        return Accrual(self.unit, Rated(as_measure(measure), self.given / size.value, size.unit))

    def per_full(self, base: object, measure: object) -> Accrual:
        """Give this amount per complete *base* of the measure; the remainder earns nothing."""
        return Accrual(self.unit, Stepped(as_measure(measure), bound(base)) * self.given)

    def count_in(self, measure: object) -> Measure:
        """
        Measure how many of this amount another measure comes to: a plain number, which joins with others.

        Spend is 40 dollars an order on average where it is ``USD(1).count_in(Order.net.over(year))``, and that less
        ``Order.count.over(year) * 40`` is at least 0.
        """
        return self.unit.per(self, measure).measure

    def per_started(self, base: object, measure: object) -> Accrual:
        """Give this amount per started *base* of the measure: 150.01 are two of 150, and nothing is none."""
        return Accrual(self.unit, Stepped(as_measure(measure) * -1, bound(base)) * -self.given)

    def per_item(self, where: Condition[OfItem] | None = None) -> Accrual:
        """Give this amount for each unit of quantity of the items for which the condition holds."""
        return self.per(1, Total("quantity", where))


@final
@frozen
class Accrual:
    """Be a unit and the measure that says how many of it a rule gives."""

    unit: Unit
    measure: Measure

    def __attrs_post_init__(self) -> None:
        if not is_a(self.unit, Unit) or not is_a(self.measure, Measure):
            raise InvalidValue(f"an accrual is a unit and a measure, not {shown(self.unit)} and {shown(self.measure)}")

    def capped(self, most: Amount) -> Accrual:
        """
        Give at most this much in a cell: in a purchase, or in the window the rule is *over*.

        What was cut is earned later if something else in the window is returned.
        """
        return Accrual(self.unit, self.measure.at_most_of(Constant(Bound(self.unit.worth(most)))))

    def __add__(self, other: object) -> Accrual:
        """Give what both give together, rounded once; an amount is that much for each event."""
        return Accrual(self.unit, self.measure + self._measure_of(other))

    def __sub__(self, other: object) -> Accrual:
        """Give by how much this is more than the other, rounded once: what fills a started dollar, what is beyond."""
        return Accrual(self.unit, self.measure - self._measure_of(other))

    def __radd__(self, other: object) -> Accrual:
        return self + other

    def __rsub__(self, other: object) -> Accrual:
        return Accrual(self.unit, self._measure_of(other) - self.measure)

    def _measure_of(self, other: object) -> Measure:
        given = as_accrual(other)
        if given.unit != self.unit:
            raise InvalidValue(f"what gives {self.unit.name} goes with what gives the same, not {shown(other)}")
        return given.measure


def _gives(value: object) -> bool:
    return isinstance(value, Accrual)


def as_accrual(value: object) -> Accrual:
    """Return an accrual; an amount becomes that much for each event."""
    if isinstance(value, Amount):
        return Accrual(value.unit, Count() * value.given)
    if not isinstance(value, Accrual):
        raise InvalidValue(
            f"a rule gives an amount or an accrual such as POINT.per(USD(1), Line.net), not {shown(value)}"
        )
    return value
