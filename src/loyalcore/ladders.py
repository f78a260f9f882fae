"""
Ladders: tiers in order, what one needs to enter and to keep them, how long they hold, and how one comes down.

What a tier asks for is a condition about the member's history: a measure over a window at a threshold, several of
them, another ladder's tier, a choice of the member. The short form says one measure for all tiers, and thresholds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, final

from attrs import field, frozen

from loyalcore.bounds import Bound, bound
from loyalcore.causes import WindowStart
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf, always, never_true
from loyalcore.durations import Duration
from loyalcore.ends import EndOf, Never
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Balance, Comparison, Constant, Earned, Measure, Over
from loyalcore.naming import condition_in_words, name_of
from loyalcore.texts import check_name
from loyalcore.units import Amount
from loyalcore.windows import Cycle, Past, Period, Previous, Shifted, Since

__all__ = [
    "Ladder",
    "at_once",
    "fitting",
    "invited",
    "never_down",
    "one_step",
    "term_end",
    "to_lowest",
    "window_end",
]

#: Review whenever the measure changes.
at_once = "at_once"
#: Review when the calendar window ends, by what it came to.
window_end = "window_end"
#: Review when the term of a tier ends; see *valid*.
term_end = "term_end"
#: Fall to the tier that fits.
fitting = "fitting"
#: Fall one tier at a review.
one_step = "one_step"
#: Fall to the lowest tier, whatever fits; the next event lifts to that, or what time brings.
to_lowest = "lowest"
#: Never fall.
never_down = "never"
#: What a tier asks for that is entered by invitation: only a `TierAdjustment` gives it.
invited: Condition[Any] = never_true

_REVIEWS = (at_once, window_end, term_end)


def _asks(given: object) -> Any:
    """Return tiers with what they ask for: a bound of the ladder's measure, or a condition."""
    items: Any = given.items() if isinstance(given, Mapping) else given
    try:
        return tuple((name, value if isinstance(value, Condition) else bound(value)) for name, value in items)
    except InvalidValue:
        raise
    except (TypeError, ValueError):
        raise InvalidValue(f"tiers map names to thresholds or conditions, not {shown(given)}") from None


#: How long a tier holds.
Term = Duration | EndOf | Never


def _terms(given: Any) -> Any:
    """Return how long tiers hold: all of them, or each by its name."""
    return tuple(given.items()) if isinstance(given, Mapping) else given


@final
@frozen
class Ladder:
    """
    Order tiers by what they ask for.

    *tiers* map names, lowest first, to thresholds of the measure *by* (over a window, or a balance), or each to a
    condition about the history: ``NIGHTS.earned(year).at_least(50) & SPEND.earned(year).at_least(USD(23000))``, a tier
    of another ladder, a setting, or `invited`. The first asks for nothing and is where everybody starts; whoever has
    what a tier asks for need not have what lower ones ask for. A tier is entered at once, straight to the highest that
    fits; the event that lifts a member was itself judged in the old tier. By
    a previous window, as in ``RIDE.earned(previous(month))``, a tier is entered as a window begins, and held to its
    end.

    *review* says when one may fall: `at_once` (the default for rolling and lifetime windows and balances);
    `window_end` (the default where a window is of the calendar): a tier holds until that ends and is then judged by
    what it came to; or `term_end` (the default with *valid*). *downgrade* says how far: `fitting`, `one_step`,
    `to_lowest`, or ``"never"``.

    *valid* is how long a tier holds from when it is reached: ``end_of(year, after=years(1))``, the rest of this year
    and all of the next; ``end_of(month, after=years(1))``; ``months(12)``; `never` for ever; or such a term for each
    tier above the first, ``{"silver": months(12), "gold": months(24)}``. Reached again in a later
    window of the calendar it is renewed at once; otherwise when its term ends, by what the window that ends with it
    came to. *grace* is how much longer one that is not renewed is still held; where reviews are at once, one of which
    a member has fallen short, unless what it asks for is there again by then, which ends the grace and renews the
    tier. *keep* maps tiers to what they ask of
    members who have them, where that differs: less, or more, or `never_true` for a tier that is not renewed. What was
    not kept is entered again with the next event by which its own threshold holds, not as time passes.

    With *spends*, the measure is the balance of a unit, and a tier costs its threshold in it: entering each next tier
    spends its own, renewing one spends it again. *carry* is how much of what is left goes on into the next term, None
    for all of it; the rest expires, and so does all of it where a tier is not renewed.
    """

    name: str
    by: Measure | None = None
    tiers: tuple[tuple[str, Bound | Condition[Any]], ...] = field(default=(), converter=_asks)
    review: str = ""
    downgrade: str = fitting
    valid: Term | tuple[tuple[str, Term], ...] | None = field(default=None, kw_only=True, converter=_terms)
    grace: Duration | None = field(default=None, kw_only=True)
    keep: tuple[tuple[str, Bound | Condition[Any]], ...] = field(default=(), kw_only=True, converter=_asks)
    spends: bool = field(default=False, kw_only=True)
    carry: Amount | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a ladder")
        if self.by is not None and not _is_history(self.by):
            raise InvalidValue(
                f"ladder {self.name} climbs by a measure over a rolling, calendar or lifetime window, such as "
                f"Order.net.over(year), or by a balance, not {_called(self.by)}"
            )
        for name, _ in (*self.tiers, *self.keep):
            check_name(name, f"a tier of {self.name}")
        self._check_asks()
        self._check_keep()
        if not self.review:
            usual = window_end if self.ending else at_once
            object.__setattr__(self, "review", usual if self.valid is None else term_end)
        self._check_review()
        if self.downgrade not in (fitting, one_step, to_lowest, never_down):
            raise InvalidValue(
                f"downgrade of {self.name} is fitting, one_step, to_lowest or never, not {shown(self.downgrade)}"
            )
        self._check_spending()

    def _check_asks(self) -> None:
        for name, asked in (*self.tiers, *self.keep):
            if isinstance(asked, Bound):
                if asked.value and self.by is None:
                    raise InvalidValue(
                        f"tier {name} of {self.name} is at {asked.value}, but of which measure? say by=, or write a "
                        "condition such as Order.net.over(year).at_least(USD(500))"
                    )
            elif (odd := next(_odd(asked), None)) is not None:
                raise InvalidValue(
                    f"tier {name} of {self.name} asks {condition_in_words(odd)}; it asks for at least so much of a "
                    "history, such as Order.net.over(year).at_least(USD(500)), for a tier, or for a setting"
                )
        listed = ", ".join(f"{name} {_text(asked)}" for name, asked in self.tiers) or "none"
        if not self.tiers or len(set(self.names)) < len(self.tiers) or self.asks(0) != always:
            raise InvalidValue(f"tiers of {self.name} need different names, and thresholds from 0, not {listed}")
        for low, high in combinations(range(1, len(self.tiers)), 2):
            if not self.spends and _implies(self.asks(low), self.asks(high)):
                raise InvalidValue(
                    f"tiers of {self.name} need thresholds that rise, but nobody is ever in {self.names[low]}: whoever "
                    f"has what it asks for has what {self.names[high]} asks for, not {listed}"
                )
        above = [asked for _, asked in self.tiers[1:]]
        if any(asked == always or (isinstance(asked, Bound) and asked.value <= 0) for asked in above):
            raise InvalidValue(f"tiers of {self.name} need thresholds that rise from 0, not {listed}")

    def _check_keep(self) -> None:
        named = [name for name, _ in self.keep]
        unknown = [name for name in named if name not in self.names[1:]]
        if unknown or len(set(named)) < len(named):
            raise InvalidValue(
                f"keep of {self.name} names tiers above the first, each once, not {', '.join(unknown or named)}"
            )

    def _check_review(self) -> None:
        if self.review not in _REVIEWS or (self.review == window_end and not self.ending):
            raise InvalidValue(
                f"ladder {self.name} is reviewed at_once, at window_end of a calendar window, or at term_end, "
                f"not {shown(self.review)}"
            )
        if is_a(self.valid, tuple):
            self._check_terms(self.valid)  # type: ignore[arg-type]
        elif self.valid is not None and not is_a(self.valid, Term):
            raise InvalidValue(
                f"valid of {self.name} is how long tiers hold, such as end_of(year, after=years(1)), months(12) or "
                f"never, not {shown(self.valid)}"
            )
        if (self.review == term_end) != (self.valid is not None):
            raise InvalidValue(f"{self.name} is reviewed at term_end where tiers are valid= for a term, and only there")
        if self.grace is not None and not is_a(self.grace, Duration):
            raise InvalidValue(
                f"grace of {self.name} is a duration such as months(2) for which a tier is still held, "
                f"not {shown(self.grace)}"
            )

    def _check_terms(self, given: tuple[Any, ...]) -> None:
        """Refuse terms of some tiers alone, and put those of all in the order of the tiers."""
        paired = all(is_a(each, tuple) and len(each) == 2 and is_a(each[0], str) for each in given)
        terms = dict(given) if paired else {}
        named = len(given) == len(terms) and set(terms) == set(self.names[1:])
        if not named or not all(is_a(term, Term) for term in terms.values()):
            raise InvalidValue(
                f"valid of {self.name} is one term, or names each tier above the first with its own, such as "
                f"{{'silver': months(12), 'gold': never}}, not {shown(given)}"
            )
        object.__setattr__(self, "valid", tuple((name, terms[name]) for name in self.names[1:]))

    def _check_spending(self) -> None:
        if not is_a(self.spends, bool):
            raise InvalidValue(f"spends of {self.name} is True or False, not {shown(self.spends)}")
        if self.spends:
            asked = [each for _, each in (*self.tiers, *self.keep)]
            if not isinstance(self.by, Balance) or not all(isinstance(each, Bound) for each in asked):
                raise InvalidValue(
                    f"{self.name} spends its counter, so that it climbs by a balance, such as XP.balance, at "
                    f"thresholds of it, and not by what is counted over a window, as {_called(self.by)} is"
                )
            if self.valid is None or self.grace is not None:
                raise InvalidValue(f"{self.name} spends its counter for a term; say valid=, and no grace=")
        if self.carry is not None and (
            not is_a(self.carry, Amount)
            or not self.spends
            or self.carry.minor < 0
            or not isinstance(self.by, Balance)
            or self.carry.unit.name != self.by.unit
        ):
            raise InvalidValue(
                f"carry of {self.name} is how much of a counter that is spent goes on, such as XP(300), "
                f"not {shown(self.carry)}"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Return the tiers' names, lowest first."""
        return tuple(name for name, _ in self.tiers)

    def asks(self, place: int) -> Condition[Any]:
        """Return what entering the tier at a place asks for."""
        return self._condition(self.tiers[place][1])

    def asks_to_keep(self, place: int) -> Condition[Any]:
        """Return what the tier at a place asks of members who have it."""
        name, asked = self.tiers[place]
        return self._condition(dict(self.keep).get(name, asked))

    def term(self, place: int) -> Term | None:
        """Return how long the tier at a place holds, or None where no term says it."""
        if isinstance(self.valid, tuple):
            return self.valid[place - 1][1] if place else None
        return self.valid

    def _condition(self, asked: Bound | Condition[Any]) -> Condition[Any]:
        if isinstance(asked, Condition):
            return asked
        return Comparison(self.by, ">=", asked) if asked.value and self.by is not None else always

    @property
    def conditions(self) -> tuple[Condition[Any], ...]:
        """Return all that tiers ask for, each once."""
        entry = [self.asks(place) for place in range(len(self.tiers))]
        return tuple(dict.fromkeys([*entry, *(self.asks_to_keep(place) for place in range(len(self.tiers)))]))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Return what is read of the history, each once: sums over windows, and balances."""
        found = [leaf for condition in self.conditions for leaf in _leaves_of(condition)]
        return tuple(dict.fromkeys([*(() if self.by is None else _leaves(self.by)), *found]))

    @property
    def windows(self) -> tuple[Past, ...]:
        """Return the windows over which something is counted, each once."""
        return tuple(dict.fromkeys(leaf.window for leaf in self.measures if isinstance(leaf, Over | Earned)))

    @property
    def ending(self) -> tuple[Period | Shifted | Cycle, ...]:
        """Return those of the windows that end: that neither slide along nor last for ever."""
        return tuple(each for each in self.windows if isinstance(each, Period | Shifted | Cycle))

    @property
    def turning(self) -> tuple[Period | Shifted | Cycle, ...]:
        """Return the windows with whose beginning others are the previous ones, by which tiers are reached."""
        return tuple(dict.fromkeys(each.base for each in self.windows if isinstance(each, Previous)))

    @property
    def turns(self) -> tuple[WindowStart, ...]:
        """Return the moments at which the ladder is asked whatever happens."""
        return tuple(map(WindowStart, self.turning))

    @property
    def reads(self) -> frozenset[str]:
        """Return the ladders whose tiers are asked for."""
        return frozenset(
            part.ladder for condition in self.conditions for part in _parts(condition) if isinstance(part, InTier)
        )


def _leaves(measure: Measure) -> Iterator[Measure]:
    if not measure.parts:
        if not isinstance(measure, Constant):
            yield measure
        return
    for part in measure.parts:
        yield from _leaves(part)


def _is_history(measure: object) -> bool:
    """Tell whether a measure is of the history alone, and of none that begins at some moment."""
    if not is_a(measure, Measure):
        return False
    found = list(_leaves(measure))  # type: ignore[arg-type]
    return bool(found) and all(
        type(leaf) is Balance or (isinstance(leaf, Over | Earned) and not isinstance(leaf.window, Since))
        for leaf in found
    )


def _parts(condition: Condition[Any]) -> Iterator[Condition[Any]]:
    """Yield what a condition is made of, down to its questions."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _parts(part)
    elif isinstance(condition, Not):
        yield from _parts(condition.part)
    else:
        yield condition


def _leaves_of(condition: Condition[Any]) -> Iterator[Measure]:
    for part in _parts(condition):
        if isinstance(part, Comparison):
            yield from _leaves(part.measure)


def _odd(condition: Condition[Any]) -> Iterator[Condition[Any]]:
    """Yield what a tier cannot ask for."""
    for part in _parts(condition):
        if isinstance(part, Comparison):
            if part.operator not in (">=", ">") or not _is_history(part.measure):
                yield part
        elif not isinstance(part, InTier) and not (isinstance(part, OneOf) and part.subject.of == "setting"):
            yield part


def _text(asked: Bound | Condition[Any]) -> str:
    return str(asked.value) if isinstance(asked, Bound) else f"({condition_in_words(asked)})"


def _called(by: object) -> str:
    return name_of(by) if isinstance(by, Measure) else shown(by)


def _implies(one: Condition[Any], other: Condition[Any]) -> bool:
    """Tell whether one condition can be seen to hold only where another does; not all that do are seen."""
    if one == other:
        return one != invited
    if isinstance(one, AnyOf):
        return one != invited and all(_implies(part, other) for part in one.parts)
    if isinstance(other, AllOf):
        return all(_implies(one, part) for part in other.parts)
    if isinstance(one, Comparison) and isinstance(other, Comparison) and one.measure == other.measure:
        strict = (one.operator, other.operator) == (">=", ">")
        return one.bound.value > other.bound.value or (one.bound.value == other.bound.value and not strict)
    parts: Iterable[tuple[Condition[Any], Condition[Any]]] = (
        [(one, part) for part in other.parts]
        if isinstance(other, AnyOf)
        else ([(part, other) for part in one.parts] if isinstance(one, AllOf) else [])
    )
    return any(_implies(*pair) for pair in parts)
