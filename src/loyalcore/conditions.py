"""
Conditions: yes or no about an item, or about an event and its member.

A condition is a value in normal form: nested ``&`` and ``|`` are flattened, parts are ordered and unique, and
``~`` is pushed inward. So two conditions that say the same in the same words are equal, and have one hash.
``where=`` takes conditions about items, ``when=`` conditions about events; the two do not mix.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, islice
from typing import Any, Generic, TypeVar, final

from attrs import field, frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.texts import check_name, plain

__all__ = [
    "AllOf",
    "AnyOf",
    "Condition",
    "InTier",
    "Not",
    "OfEvent",
    "OfItem",
    "OneOf",
    "TextOf",
    "always",
    "in_tier",
    "never_true",
    "setting",
    "some_of",
]

NODES_MAX = 10_000
DEPTH_MAX = 32
_WAYS_MAX = 1_000
_SUBJECTS = ("item", "event", "setting")


class OfItem:
    """Mark, for type checkers, a condition that is about one item."""


class OfEvent:
    """Mark, for type checkers, a condition that is about an event."""


S_co = TypeVar("S_co", covariant=True)


class Condition(Generic[S_co]):
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

    def __and__(self, other: Condition[S_co]) -> Condition[S_co]:
        return all_of(self, other) if is_a(other, Condition) else NotImplemented

    def __or__(self, other: Condition[S_co]) -> Condition[S_co]:
        return any_of(self, other) if is_a(other, Condition) else NotImplemented

    def __invert__(self) -> Condition[S_co]:
        return Not(self)

    def __bool__(self) -> bool:
        raise InvalidValue("a condition has no truth value of its own; combine conditions with &, | and ~")


def check_condition(given: object, about: str, what: str) -> None:
    """Refuse what is no condition about the item, or about the event; None asks nothing."""
    if given is not None and (not isinstance(given, Condition) or given.about not in (about, "any")):
        raise InvalidValue(
            f"{what} takes a condition about the {about}, not {shown(given)}; where= is about items, when= about events"
        )


def joined_size(sizes: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return the size of what is made of parts of these sizes; refuse what is too large to judge."""
    nodes, depth = 1, 1
    for part_nodes, part_depth in sizes:
        nodes += part_nodes
        depth = max(depth, 1 + part_depth)
    if nodes > NODES_MAX or depth > DEPTH_MAX:
        raise InvalidValue(
            f"a condition or measure may have {NODES_MAX} nodes and a depth of {DEPTH_MAX}, not {nodes} and {depth}; "
            "use is_in() for many values of one field"
        )
    return nodes, depth


@frozen
class _Join(Condition[S_co]):
    """
    Be a conjunction or disjunction, in normal form: flat, each part once, in the order of their texts.

    The texts of the parts are kept, so that joining many conditions one by one does not write each of them again.
    """

    parts: tuple[Condition[S_co], ...] = ()
    texts: tuple[str, ...] = field(init=False, eq=False, repr=False, default=())
    _about: str = field(init=False, eq=False, repr=False, default="any")
    _size: tuple[int, int] = field(init=False, eq=False, repr=False, default=(1, 1))

    def __attrs_post_init__(self) -> None:
        if not is_a(self.parts, tuple) or not all(is_a(part, Condition) for part in self.parts):
            raise InvalidValue(f"{type(self).__name__} takes a tuple of conditions, not {shown(self.parts)}")
        texts = tuple(map(repr, self.parts))
        self.fill(texts, self.parts)
        if texts and texts != getattr(_normal(type(self), self.parts), "texts", ()):
            raise InvalidValue(f"{type(self).__name__} is not in normal form; join conditions with & and |")

    def fill(self, texts: tuple[str, ...], parts: tuple[Condition[S_co], ...]) -> None:
        """Keep what was put in normal form."""
        about = {part.about for part in parts} - {"any"}
        if len(about) > 1:
            raise InvalidValue(
                "a condition about items and one about the event cannot be joined; "
                "give the first as where=, the second as when="
            )
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "_about", about.pop() if about else "any")
        object.__setattr__(self, "texts", texts)
        object.__setattr__(self, "_size", joined_size(part.size for part in parts))

    @property
    def about(self) -> str:
        """Say what the parts are about."""
        return self._about

    @property
    def size(self) -> tuple[int, int]:
        """Say how many nodes there are, and how deep."""
        return self._size


@final
@frozen
class AllOf(_Join[S_co]):
    """Hold when every part holds; without parts, always. Build it with ``&``."""

    def __invert__(self) -> Condition[S_co]:
        return any_of(*(~part for part in self.parts))


@final
@frozen
class AnyOf(_Join[S_co]):
    """Hold when some part holds; without parts, never. Build it with ``|``."""

    def __invert__(self) -> Condition[S_co]:
        return all_of(*(~part for part in self.parts))


@final
@frozen
class Not(Condition[S_co]):
    """Hold when the part does not. Build it with ``~``."""

    part: Condition[S_co]

    def __attrs_post_init__(self) -> None:
        if getattr(type(self.part), "__invert__", None) is not Condition.__invert__:
            raise InvalidValue(f"Not is of a condition without an opposite of its own, not {shown(self.part)}; write ~")

    @property
    def about(self) -> str:
        """Say what the part is about."""
        return self.part.about

    def __invert__(self) -> Condition[S_co]:
        return self.part


#: Holds of every item and every event.
always: Condition[Any] = AllOf()
#: Holds of nothing.
never_true: Condition[Any] = AnyOf()


def _normal(join: type[_Join[S_co]], given: Iterable[Condition[S_co]]) -> Condition[S_co]:
    """Flatten, drop repetitions and put in order; answer at once where a part decides everything."""
    zero: Condition[S_co] = never_true if join is AllOf else always
    flat: dict[str, Condition[S_co]] = {}
    for each in given:
        more = dict(zip(each.texts, each.parts, strict=True)) if isinstance(each, join) else {repr(each): each}
        few, many = sorted((flat, more), key=len)
        if zero in more.values() or any(repr(~part) in many for part in few.values() if not isinstance(part, _Join)):
            return zero
        flat |= more
    if len(flat) == 1:
        return next(iter(flat.values()))
    made = object.__new__(join)
    texts = tuple(sorted(flat))
    made.fill(texts, tuple(flat[text] for text in texts))
    return made


def all_of(*parts: Condition[S_co]) -> Condition[S_co]:
    """Join conditions with *and*, in normal form."""
    return _normal(AllOf, parts)


def any_of(*parts: Condition[S_co]) -> Condition[S_co]:
    """Join conditions with *or*, in normal form."""
    return _normal(AnyOf, parts)


def some_of(number: int, *conditions: Condition[S_co]) -> Condition[S_co]:
    """
    Hold when at least *number* of the conditions hold: two of nights, spend and stays.

    It is written out with ``&`` and ``|``, so that few out of few can be asked for: up to 1,000 ways.
    """
    if type(number) is not int or not 1 <= number <= len(conditions):
        raise InvalidValue(f"some_of takes how many of the conditions are to hold, from 1 to all, not {shown(number)}")
    ways = list(islice(combinations(conditions, number), _WAYS_MAX + 1))
    if len(ways) > _WAYS_MAX:
        raise InvalidValue(f"{number} of {len(conditions)} conditions are more than {_WAYS_MAX} ways; ask for fewer")
    return any_of(*(all_of(*way) for way in ways))


@final
@frozen
class TextOf(Generic[S_co]):
    """
    Name a text or flag that conditions ask about: of an ``item``, an ``event``, or a member's ``setting``.

    Class attributes such as ``Line.category`` give it; write those.
    """

    of: str
    name: str

    def __attrs_post_init__(self) -> None:
        if self.of not in _SUBJECTS or type(self.name) is not str:
            raise InvalidValue(
                f"a text is of an {', '.join(_SUBJECTS)} and has a name, not {shown(self.of)} and {shown(self.name)}"
            )

    def is_(self, value: str | bool) -> Condition[S_co]:  # noqa: FBT001 - the value of a flag
        """Hold when the value is exactly this one, compared by code points."""
        return OneOf(self, (value,))

    def is_in(self, values: Iterable[str | bool]) -> Condition[S_co]:
        """Hold when the value is one of these; without values, never."""
        if isinstance(values, str) or not is_a(values, Iterable):
            raise InvalidValue(f"is_in takes several values, not {shown(values)}; use is_() for one")
        given = tuple(values)
        return OneOf(self, given) if given else never_true

    def is_true(self) -> Condition[S_co]:
        """Hold when the flag is set."""
        return self.is_(True)


def _values(given: Iterable[str | bool]) -> tuple[str | bool, ...]:
    """Return texts and flags in order, each once."""
    if isinstance(given, str) or not is_a(given, Iterable):
        raise InvalidValue(f"the values of OneOf are several, not {shown(given)}")
    values = tuple(given)
    if not values:
        raise InvalidValue("OneOf needs a value; never_true is what holds of none")
    for value in values:
        if not isinstance(value, str | bool):
            raise InvalidValue(f"a text or flag is compared with texts or flags, not {shown(value)}")
    flags = sorted({value for value in values if isinstance(value, bool)})
    return (*flags, *sorted({plain(value) for value in values if isinstance(value, str)}))


@final
@frozen
class OneOf(Condition[S_co]):
    """Hold when a text or flag is one of the values. Build it with ``is_`` or ``is_in``."""

    subject: TextOf[S_co]
    values: tuple[str | bool, ...] = field(converter=_values)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.subject, TextOf):
            raise InvalidValue(f"OneOf asks about a text or flag such as Line.category, not {shown(self.subject)}")

    @property
    def about(self) -> str:
        """Say whether a text of the item is asked for, or one of the event or member."""
        return "item" if self.subject.of == "item" else "event"


def _tiers(given: Iterable[str]) -> tuple[str, ...]:
    tiers = tuple(given) if is_a(given, Iterable) and not isinstance(given, str) else ()
    if not tiers:
        raise InvalidValue(f"in_tier takes the name of a ladder and names of its tiers, not {shown(given)}")
    return tuple(sorted({check_name(tier, "a tier") for tier in tiers}))


@final
@frozen
class InTier(Condition[OfEvent]):
    """Hold when the member was in one of these tiers of a ladder. Build it with `in_tier`."""

    ladder: str
    tiers: tuple[str, ...] = field(converter=_tiers)

    def __attrs_post_init__(self) -> None:
        check_name(self.ladder, "a ladder")


def in_tier(ladder: str, *tiers: str) -> Condition[OfEvent]:
    """
    Hold when the member was in one of these tiers just before the event.

    What the event itself does to the tier counts from the next event on.
    """
    return InTier(ladder, tiers)


def setting(name: str) -> TextOf[OfEvent]:
    """Ask about a setting of the member as it was just before the event; one never set reads as ``""``."""
    return TextOf("setting", check_name(name, "a setting"))
