"""
Vocabulary: the words a program's rules may use.

Which attributes its events carry, in which unit each number is, which units and tiers there are. A rule that asks for
anything else, or compares money with points, is refused when the program is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, final

from attrs import Factory, frozen

from loyalcore.anniversaries import OnAnniversary
from loyalcore.awards import Given
from loyalcore.bounds import Bound
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf, TextOf
from loyalcore.counts import Activities
from loyalcore.dates import DateIsOn, DateOf, DaysBetween
from loyalcore.errors import InvalidProgram, shown
from loyalcore.lookups import Lookup, Product
from loyalcore.measures import (
    Added,
    Balance,
    Comparison,
    Constant,
    Count,
    Earned,
    EventNumber,
    Greatest,
    ItemComparison,
    Leaf,
    Least,
    Measure,
    Ordinal,
    Over,
    Qualifying,
    Scaled,
    Total,
)
from loyalcore.packages import Packages
from loyalcore.prices import PriceBy
from loyalcore.rates import Banded, Milestones, Rated, Stepped
from loyalcore.schedules import InZone, Schedule, ZoneName
from loyalcore.schema import QUANTITY_PLACES, Date, Field, Flag, Number, Price, Schema, Text
from loyalcore.units import Money, Unit

__all__ = ["Vocabulary", "leaves"]


#: The numbers that all items have.
_BUILT_IN: Final = frozenset({"net", "net_before_discounts", "net_before_points", "quantity"})


#: What conditions that wait for an activity, or count some, may measure of it.
_OF_ACTIVITIES: Final = (Activities, EventNumber, Count, DaysBetween)
#: What may be measured of an event alone.
_OF_EVENTS: Final = (*_OF_ACTIVITIES, Total, Lookup, Product, Qualifying)


def _questions(condition: Condition[Any]) -> Iterator[Condition[Any]]:
    """Yield what is asked, without what joins it."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _questions(part)
    elif isinstance(condition, Not):
        yield from _questions(condition.part)
    else:
        yield condition


def _asks_beyond(condition: Condition[Any], read: tuple[type[Measure], ...]) -> bool:
    """Tell whether a condition asks for a tier, a setting, an anchor, or measures anything but what may be read."""
    measured = leaves(condition.measure) if isinstance(condition, Comparison) else ()
    asked = condition.subject if isinstance(condition, OneOf) else getattr(condition, "zone", None)
    of_member = isinstance(asked, TextOf) and asked.of == "setting"
    return (
        isinstance(condition, InTier | OnAnniversary)
        or of_member
        or not all(isinstance(leaf, read) for leaf in measured)
    )


def leaves(measure: Measure) -> Iterator[Measure]:
    """Yield what a measure reads from events or the history, each once, in order."""
    seen: dict[Measure, None] = {}
    stack = [measure]
    while stack:
        part = stack.pop()
        if part.parts:
            stack.extend(reversed(part.parts))
        elif not isinstance(part, Constant):
            seen[part] = None
    return iter(seen)


@final
@frozen
class Vocabulary:
    """
    Be the words of a program: its currency, the attributes of its events, its units and tiers.

    Where a method takes the *kind* of event that asks, None stands for the history: events of any kind.
    """

    currency: Money
    items: Schema
    purchases: Schema
    activities: Schema
    units: Mapping[str, Unit]
    ladders: Mapping[str, tuple[str, ...]]
    #: Unit and kind of event of the rules and lanes whose award can be measured.
    given: Mapping[str, tuple[str, str]] = Factory(dict)
    #: Units that rewards give: what is counted as earned is what rules give for events.
    issued: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        for name, field in self.purchases.fields:
            other = self.activities.get(name)
            if (
                isinstance(field, Number | Price)
                and isinstance(other, Number | Price)
                and _scale(field) != _scale(other)
            ):
                raise InvalidProgram(
                    f"number {name!r} is another in purchases than in activities; declare both alike, or rename one"
                )

    def field(self, about: str, name: str, kind: str | None = None) -> Field | None:
        """Return a declared attribute of items, or of events of a kind; None where there is none of that name."""
        if about == "item":
            return self.items.get(name)
        schemas = {"purchase": (self.purchases,), "activity": (self.activities,)}
        asked = (self.purchases, self.activities) if kind is None else schemas.get(kind, ())
        return next((found for schema in asked if (found := schema.get(name)) is not None), None)

    def places(self, about: str, name: str) -> int | None:
        """Return the decimal places of a number of an item or event, or None where there is no such number."""
        if about == "item" and name in _BUILT_IN:
            return QUANTITY_PLACES if name == "quantity" else self.currency.places
        for kind in ("purchase", "activity"):
            declared = self.field(about, name, kind)
            if isinstance(declared, Number | Price):
                return declared.places if isinstance(declared, Number) else self.currency.places
        return None

    def check_condition(self, condition: Condition[Any] | None, kind: str | None, what: str) -> None:
        """Refuse a condition that asks for what events of the kind do not have."""
        if isinstance(condition, AllOf | AnyOf):
            for part in condition.parts:
                self.check_condition(part, kind, what)
        elif isinstance(condition, Not):
            self.check_condition(condition.part, kind, what)
        elif isinstance(condition, OneOf):
            self._check_text(condition, kind, what)
        elif isinstance(condition, ItemComparison):
            self._check_unit(condition.bound, self._number("item", condition.number.name, kind, what), what)
        elif isinstance(condition, Comparison):
            self._check_unit(condition.bound, self.dimension(condition.measure, kind, what), what)
        elif isinstance(condition, InTier):
            self.check_tiers(condition.ladder, condition.tiers, what)
        elif isinstance(condition, InZone):
            self._check_zone(condition.zone, kind, what)
        elif isinstance(condition, DateIsOn):
            self.check_dates(kind, what, condition.date)
        elif condition is not None and not isinstance(condition, Schedule | OnAnniversary):
            raise InvalidProgram(f"{what} asks a condition that is none of the library's: {shown(condition)}")

    def _check_zone(self, zone: ZoneName, kind: str | None, what: str) -> None:
        if not isinstance(zone, TextOf) or zone.of == "setting":
            return
        if not isinstance(self.field(zone.of, zone.name, kind), Text):
            raise InvalidProgram(
                f"{what} reads a zone from {zone.name!r}, a text that no {kind} declares; add it there"
            )

    def check_dates(self, kind: str | None, what: str, *dates: DateOf) -> None:
        """Refuse dates that events of the kind do not have; when it happened all have."""
        for date in dates:
            if not date.is_own and not isinstance(self.field("event", date.name, kind), Date):
                raise InvalidProgram(
                    f"{what} asks for {date.name!r}, a date that no {kind or 'event'} declares; add it there"
                )

    @staticmethod
    def check_of_event(condition: Condition[Any], what: str) -> None:
        """Refuse a condition that asks for more than the activity itself: the member's history, tier or settings."""
        if (
            odd := next((part for part in _questions(condition) if _asks_beyond(part, _OF_ACTIVITIES)), None)
        ) is not None:
            raise InvalidProgram(f"{what} waits for an activity, and can ask about nothing else: {shown(odd)}")

    def check_tiers(self, ladder: str, tiers: Iterable[str], what: str) -> None:
        """Refuse tiers that there are none of."""
        if ladder not in self.ladders:
            raise InvalidProgram(f"{what} asks for ladder {ladder!r}, which the program does not have; add a Ladder")
        for tier in tiers:
            if tier not in self.ladders[ladder]:
                known = ", ".join(self.ladders[ladder])
                raise InvalidProgram(f"{what} asks for tier {tier!r}, but ladder {ladder} has {known}; use one of them")

    def check_price(self, price: object, what: str) -> None:
        """Refuse a price by tiers that there are none of."""
        if isinstance(price, PriceBy) and price.what == "tier":
            self.check_tiers(price.name, [tier for tier, _ in price.prices], what)

    def check_account(self, named: object, kind: str, what: str) -> None:
        """Refuse an account named by a text that events of the kind do not have."""
        if isinstance(named, TextOf) and named.of == "event":
            built_in = (named.name, kind) == ("name", "activity")
            if not built_in and not isinstance(self.field("event", named.name, kind), Text):
                raise InvalidProgram(f"{what} names an account by {named.name!r}, a text that no {kind} declares")

    def check_threshold(self, threshold: Bound, measure: Measure, what: str) -> None:
        """Refuse a threshold in another unit than the measure; zero needs none."""
        measured = self.dimension(measure, None, what)
        if threshold.value:
            self._check_unit(threshold, measured, what)

    def _check_text(self, condition: OneOf[Any], kind: str | None, what: str) -> None:
        wanted, name = self.check_text(condition.subject, kind, what), condition.subject.name
        for value in condition.values:
            if not isinstance(value, wanted):
                raise InvalidProgram(f"{what} compares {name} with {value!r}, but it is a {wanted.__name__}; use that")

    def check_text(self, subject: TextOf[Any], kind: str | None, what: str) -> type:
        """Return what kind of value a text or flag has; refuse one that events of the kind do not have."""
        of, name = subject.of, subject.name
        if of == "item" and kind not in {"purchase", None}:
            raise InvalidProgram(f"{what} asks for {name!r} of items, but is on {kind}, which has none")
        wanted: type = str
        if of != "setting" and (of, name, kind) != ("event", "name", "activity"):
            declared = self.field(of, name, kind)
            if not isinstance(declared, Text | Flag):
                whose = "item" if of == "item" else kind
                raise InvalidProgram(f"{what} asks for {name!r}, a text or flag that no {whose} declares; add it there")
            wanted = bool if isinstance(declared, Flag) else str
        return wanted

    @staticmethod
    def _check_unit(bound: Bound, measured: str | None, what: str) -> None:
        if bound.unit != measured:
            raise InvalidProgram(
                f"{what} compares {measured or 'a plain number'} with {bound.value} {bound.unit or 'of no unit'}; "
                "write the bound in what is measured"
            )

    def _number(self, about: str, name: str, kind: str | None, what: str) -> str | None:
        """Return the unit of a number that is read, None for a plain one."""
        if about == "item" and kind not in {"purchase", None}:
            raise InvalidProgram(f"{what} measures items, but is on {kind}, which has none; use a declared number")
        if about == "item" and name in _BUILT_IN:
            return None if name == "quantity" else self.currency.name
        declared = self.field(about, name, kind)
        if not isinstance(declared, Number | Price):
            whose = "item" if about == "item" else kind or "event"
            raise InvalidProgram(f"{what} measures {name!r}, a number that no {whose} declares; add it to the class")
        return self.currency.name if isinstance(declared, Price) else None

    def dimension(self, measure: Measure, kind: str | None, what: str) -> str | None:
        """Return the unit a measure is in by name, None for a plain number; refuse sums of different units."""
        if isinstance(measure, Total | EventNumber | Lookup | Product | DaysBetween):
            return self._dimension_of_event(measure, kind, what)
        if isinstance(measure, Over):
            return self.dimension(measure.measure, None, what)
        if isinstance(measure, Qualifying):
            return self._qualifying(measure, kind, what)
        if isinstance(measure, Earned | Balance):
            if measure.unit not in self.units:
                raise InvalidProgram(f"{what} measures unit {measure.unit!r}, which no rule gives; add one that does")
            if isinstance(measure, Earned) and measure.unit in self.issued:
                raise InvalidProgram(
                    f"{what} measures {measure.unit} earned, which a reward gives; measure what that is bought with, "
                    "or the balance"
                )
            return measure.unit
        if isinstance(measure, Given):
            return self._given(measure.name, kind, what)
        if isinstance(measure, Activities | Count | Ordinal):
            if isinstance(measure, Activities):
                self._check_activities(measure, kind, what)
            return None
        if isinstance(measure, Constant):
            return measure.value.unit
        return self._dimension_of_parts(measure, kind, what)

    def _dimension_of_event(
        self, measure: Total | EventNumber | Lookup | Product | DaysBetween, kind: str | None, what: str
    ) -> str | None:
        """Return the unit of what is read from an event."""
        if isinstance(measure, Total):
            self.check_condition(measure.where, kind, what)
            return self._number("item", measure.name, kind, what)
        if isinstance(measure, EventNumber):
            return self._number("event", measure.name, kind, what)
        if isinstance(measure, Product):
            if (unit := self.dimension(measure.by, kind, what)) is not None:
                raise InvalidProgram(
                    f"{what} multiplies by {shown(measure.by)}, which is in {unit}; use a plain number"
                )
            return self.dimension(measure.measure, kind, what)
        if isinstance(measure, DaysBetween):
            self.check_dates(kind, what, measure.later, measure.earlier)
        else:
            self._check_lookup(measure, kind, what)
        return None

    def _check_lookup(self, table: Lookup, kind: str | None, what: str) -> None:
        """Refuse a table by texts that events of the kind do not have."""
        for place, key in enumerate(table.keys):
            wanted = self.check_text(key, kind, what)
            for values, _ in table.rows:
                if not isinstance(values[place], wanted):
                    raise InvalidProgram(
                        f"{what} looks {key.name} up as {values[place]!r}, but it is a {wanted.__name__}; use that"
                    )

    def _check_activities(self, measure: Activities, kind: str | None, what: str) -> None:
        """Refuse a count of activities on other events, or one by what is not said by the activity itself."""
        if kind not in {"activity", None}:
            raise InvalidProgram(f"{what} counts activities, but is on {kind}; say over which window, with .over(…)")
        if measure.condition is not None:
            self.check_condition(measure.condition, "activity", what)
            self.check_of_event(measure.condition, what)

    def _qualifying(self, measure: Qualifying, kind: str | None, what: str) -> str | None:
        """Return the unit of what qualifies; refuse a condition that no event answers that has what is read."""
        for part in _questions(measure.condition):
            if _asks_beyond(part, _OF_EVENTS) or isinstance(getattr(part, "zone", None), TextOf):
                raise InvalidProgram(
                    f"{what} reads what qualifies by {shown(part)}, which is not said by the event itself; ask for "
                    "that beside the measure, with when="
                )
        kinds = self.qualifies(measure) if kind is None else (kind,)
        # Where there are none, checking says what is missing.
        on = next(iter(kinds), next(iter(self._having(measure.measure)), kind))
        self.check_condition(measure.condition, on, what)
        return self.dimension(measure.measure, kind, what)

    def qualifies(self, measure: Qualifying) -> tuple[str, ...]:
        """Return the kinds of events that have what is read and what its condition asks for."""
        return tuple(kind for kind in self._having(measure.measure) if self._answers(measure.condition, kind))

    def _having(self, leaf: Leaf) -> tuple[str, ...]:
        """Return the kinds of events that have a leaf: numbers are of whoever declares them, others of purchases."""
        if not isinstance(leaf, EventNumber):
            return ("purchase",)
        return tuple(kind for kind in ("purchase", "activity") if self.field("event", leaf.name, kind) is not None)

    def _answers(self, condition: Condition[Any], kind: str) -> bool:
        try:
            self.check_condition(condition, kind, "")
        except InvalidProgram:
            return False
        return True

    def _given(self, name: str, kind: str | None, what: str) -> str:
        """Return the unit of what a rule or lane gives for an event of the kind."""
        unit, on = self.given.get(name, ("", ""))
        if not on or on != kind:
            raise InvalidProgram(
                f"{what} measures what {name!r} gives, which gives nothing for each {kind or 'moment'}; "
                "name a rule or lane that does"
            )
        return unit

    def _dimension_of_parts(self, measure: Measure, kind: str | None, what: str) -> str | None:
        found = [self.dimension(part, kind, what) for part in measure.parts]
        if isinstance(measure, Banded):
            for low, _ in measure.bands:
                if low.value:
                    self._check_unit(low, found[-1], what)
            return None
        if len(set(found)) > 1:
            named = " and ".join(sorted({each or "plain numbers" for each in found}))
            raise InvalidProgram(f"{what} joins measures in {named}; count each first, as in USD(1).count_in(…)")
        if isinstance(measure, Added | Least | Greatest | Scaled):
            return found[0]
        if isinstance(measure, Rated):
            bounds = [Bound(measure.rate, measure.per)]
        elif isinstance(measure, Stepped):
            bounds = [measure.step]
        elif isinstance(measure, Milestones):
            bounds = [at for at, _ in measure.milestones]
        elif isinstance(measure, Packages):
            bounds = []  # of complete steps, which are plain numbers
        else:
            raise InvalidProgram(f"{what} measures by what is none of the library's measures: {shown(measure)}")
        for each in bounds:
            self._check_unit(each, found[0], what)
        return None


def _scale(declared: Number | Price) -> int | None:
    return declared.places if isinstance(declared, Number) else None
