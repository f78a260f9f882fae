"""
Conditions: yes or no about an item, or about an event and its member.

A condition is a value in normal form: nested ``&`` and ``|`` are flattened, parts are ordered and unique, and
``~`` is pushed inward. So two conditions that say the same in the same words are equal, and have one hash.
``where=`` takes conditions about items, ``when=`` conditions about events; the two do not mix.
"""

from __future__ import annotations

import datetime as dt
from typing import Generic, TypeVar, cast, final

from attrs import field, frozen

from loyalcore.errors import InvalidValue
from loyalcore.instants import BEGINNING, FOREVER, to_instant

__all__ = [
    "AllOf",
    "AnyOf",
    "Between",
    "Condition",
    "InTier",
    "Not",
    "OfEvent",
    "OfItem",
    "OnWeekdays",
    "OneOf",
    "TextOf",
    "always",
    "between",
    "in_tier",
    "never_true",
    "setting",
    "weekday",
]

NODES_MAX = 10_000
DEPTH_MAX = 32
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class OfItem:
    """Mark, for type checkers, a condition that is about one item."""


class OfEvent:
    """Mark, for type checkers, a condition that is about an event."""


S = TypeVar("S", covariant=True)


class Condition(Generic[S]):
    """
    Be a yes-or-no question, combined with ``&``, ``|`` and ``~``.

    `bool` of a condition is refused, since ``a and b`` would silently drop ``a``.
    """

    __slots__ = ()

    @property
    def about(self) -> str:
        """Say what is asked about: ``"item"``, ``"event"``, or ``"any"`` for what holds of both."""
        return "event"

    @property
    def size(self) -> tuple[int, int]:
        """Say how many nodes the condition has, counted as a tree, and how deep it is."""
        return (1, 1)

    def __and__(self, other: Condition[S]) -> Condition[S]:
        return all_of(self, other) if isinstance(other, Condition) else NotImplemented

    def __or__(self, other: Condition[S]) -> Condition[S]:
        return any_of(self, other) if isinstance(other, Condition) else NotImplemented

    def __invert__(self) -> Condition[S]:
        return Not(self)

    def __bool__(self) -> bool:
        raise InvalidValue("a condition has no truth value of its own; combine conditions with &, | and ~")


@frozen
class _Join(Condition[S]):
    """Be a conjunction or disjunction; its parts are given in normal form by `all_of` and `any_of`."""

    parts: tuple[Condition[S], ...] = ()
    _size: tuple[int, int] = field(init=False, eq=False, repr=False, default=(1, 1))

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.parts, tuple) or not all(isinstance(part, Condition) for part in self.parts):
            raise InvalidValue(f"{type(self).__name__} takes a tuple of conditions, not {self.parts!r:.80}")
        kinds = {part.about for part in self.parts} - {"any"}
        if len(kinds) > 1:
            raise InvalidValue(
                "a condition about items and one about the event cannot be joined; give the first as where=, the second as when="
            )
        nodes = 1 + sum(part.size[0] for part in self.parts)
        depth = 1 + max((part.size[1] for part in self.parts), default=0)
        if nodes > NODES_MAX or depth > DEPTH_MAX:
            raise InvalidValue(
                f"a condition may have {NODES_MAX} nodes and a depth of {DEPTH_MAX}, not {nodes} and {depth}; "
                "use is_in() for many values of one field"
            )
        object.__setattr__(self, "_size", (nodes, depth))

    @property
    def about(self) -> str:
        return next((part.about for part in self.parts if part.about != "any"), "any")

    @property
    def size(self) -> tuple[int, int]:
        return self._size


@final
@frozen
class AllOf(_Join[S]):
    """Hold when every part holds; without parts, always. Build it with ``&``."""

    def __invert__(self) -> Condition[S]:
        return any_of(*(~part for part in self.parts))


@final
@frozen
class AnyOf(_Join[S]):
    """Hold when some part holds; without parts, never. Build it with ``|``."""

    def __invert__(self) -> Condition[S]:
        return all_of(*(~part for part in self.parts))


@final
@frozen
class Not(Condition[S]):
    """Hold when the part does not. Build it with ``~``."""

    part: Condition[S]

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.part, Condition):
            raise InvalidValue(f"Not takes a condition, not {self.part!r:.80}")

    @property
    def about(self) -> str:
        return self.part.about

    def __invert__(self) -> Condition[S]:
        return self.part


always: Condition[object] = AllOf()
never_true: Condition[object] = AnyOf()


def _normal(join: type[_Join[S]], parts: tuple[Condition[S], ...]) -> Condition[S]:
    """Flatten, drop repetitions and put in order; answer at once where a part decides everything."""
    zero = never_true if join is AllOf else always
    flat: dict[Condition[S], str] = {}
    for part in parts:
        for each in part.parts if isinstance(part, join) else (part,):
            flat[each] = repr(each)
    if zero in flat or any(~each in flat for each in flat if not isinstance(each, _Join)):
        return cast("Condition[S]", zero)
    if len(flat) == 1:
        return next(iter(flat))
    return join(tuple(sorted(flat, key=flat.__getitem__)))


def all_of(*parts: Condition[S]) -> Condition[S]:
    """Join conditions with *and*, in normal form."""
    return _normal(AllOf, parts)


def any_of(*parts: Condition[S]) -> Condition[S]:
    """Join conditions with *or*, in normal form."""
    return _normal(AnyOf, parts)


@final
@frozen
class TextOf(Generic[S]):
    """
    Name a text or flag that conditions ask about: of an ``item``, an ``event``, or a member's ``setting``.

    Class attributes such as ``Line.category`` give it; write those.
    """

    of: str
    name: str

    def is_(self, value: str | bool) -> Condition[S]:
        """Hold when the value is exactly this one, compared by code points."""
        return OneOf(self, (value,))

    def is_in(self, values: object) -> Condition[S]:
        """Hold when the value is one of these; without values, never."""
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            raise InvalidValue(f"is_in takes several values, not {values!r:.80}; use is_() for one")
        unique = sorted(set(values), key=lambda value: (type(value).__name__, value))
        return OneOf(self, tuple(unique)) if unique else cast("Condition[S]", never_true)

    def is_true(self) -> Condition[S]:
        """Hold when the flag is set."""
        return self.is_(True)


@final
@frozen
class OneOf(Condition[S]):
    """Hold when a text or flag is one of the values. Build it with ``is_`` or ``is_in``."""

    subject: TextOf[S]
    values: tuple[str | bool, ...]

    def __attrs_post_init__(self) -> None:
        for value in self.values:
            if not isinstance(value, str | bool):
                raise InvalidValue(f"{self.subject.name} is compared with texts or flags, not {value!r:.80}")

    @property
    def about(self) -> str:
        return "item" if self.subject.of == "item" else "event"


@final
@frozen
class OnWeekdays(Condition[OfEvent]):
    """Hold on these days of the week of the program's zone, 0 = Monday. Build it with `weekday`."""

    days: tuple[int, ...]

    def __attrs_post_init__(self) -> None:
        if not self.days or any(type(day) is not int or not 0 <= day <= 6 for day in self.days):  # noqa: PLR2004
            raise InvalidValue(f"weekdays are whole numbers from 0 (Monday) to 6, not {self.days!r}")


def weekday(*names: str) -> Condition[OfEvent]:
    """
    Hold when the event happened on one of these days, in the program's zone.

    Names are ``mon tue wed thu fri sat sun``; a day runs from midnight to midnight.
    """
    for name in names:
        if name not in _WEEKDAYS:
            raise InvalidValue(f"weekday {name!r} is unknown; use one of {' '.join(_WEEKDAYS)}")
    return OnWeekdays(tuple(sorted({_WEEKDAYS.index(name) for name in names})))


@final
@frozen
class Between(Condition[OfEvent]):
    """
    Hold from a moment until before another. Build it with `between`.

    A moment is an instant, or the ISO text of a date: its midnight in the program's zone.
    """

    start: int | str
    end: int | str

    def __attrs_post_init__(self) -> None:
        for moment in (self.start, self.end):
            if isinstance(moment, str):
                dt.date.fromisoformat(moment)
        if type(self.start) is type(self.end) and not self.start < self.end:  # type: ignore[operator]
            raise InvalidValue(f"a window must end after it starts, but {self.end!r} is not after {self.start!r}")


def between(start: dt.date | None, end: dt.date | None) -> Condition[OfEvent]:
    """
    Hold when the event happened at or after *start* and before *end*.

    A `datetime.date` is its midnight in the program's zone, an aware `datetime.datetime` is itself, None leaves
    that side open. An *end* that is a date is excluded: a campaign through 31 May ends with ``date(2026, 6, 1)``.
    """
    return Between(_moment(start, BEGINNING), _moment(end, FOREVER))


def _moment(moment: dt.date | None, absent: int) -> int | str:
    if moment is None:
        return absent
    if isinstance(moment, dt.date) and not isinstance(moment, dt.datetime):
        return moment.isoformat()
    return to_instant(moment, "a moment of between()")


@final
@frozen
class InTier(Condition[OfEvent]):
    """Hold when the member was in one of these tiers of a ladder. Build it with `in_tier`."""

    ladder: str
    tiers: tuple[str, ...]


def in_tier(ladder: str, *tiers: str) -> Condition[OfEvent]:
    """
    Hold when the member was in one of these tiers just before the event.

    What the event itself does to the tier counts from the next event on.
    """
    if not isinstance(ladder, str) or not tiers or not all(isinstance(tier, str) for tier in tiers):
        raise InvalidValue(f"in_tier takes the name of a ladder and names of its tiers, not {(ladder, *tiers)!r}")
    return InTier(ladder, tuple(sorted(set(tiers))))


def setting(name: str) -> TextOf[OfEvent]:
    """Ask about a setting of the member as it was just before the event; one never set reads as ``""``."""
    if not isinstance(name, str) or not name:
        raise InvalidValue(f"a setting has a name, not {name!r}")
    return TextOf("setting", name)
