"""
Takings: one discount compiled, and what it takes off a basket.

Conditions and numbers are of the basket as its turn finds it: net is what the discounts before have left. Numbers of
items count what the discount is of: the units that are chosen, and to choose them the items that match. The prices by
which units are chosen are those from before any discount. Judging records nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from attrs import evolve, field, frozen

from loyalcore.answers import Refusal
from loyalcore.conditions import TextOf
from loyalcore.discounts import Apiece, AtPrice, Discount, Parts, is_of_pieces
from loyalcore.engine.access import price_reader
from loyalcore.engine.allowances import Allowance
from loyalcore.engine.baskets import Group, Line, Off, Sets, choose, dealt_out, split, up_to
from loyalcore.engine.items import item_condition
from loyalcore.engine.judge import Judge
from loyalcore.engine.shapes import Number, shape
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import Limit, reject
from loyalcore.measures import Total
from loyalcore.numbers import floor
from loyalcore.prices import PriceBy
from loyalcore.rules import Lane
from loyalcore.terms import Terms
from loyalcore.units import Accrual, Amount, Unit
from loyalcore.windows import Scope, item, purchase

__all__ = ["Asking", "Cap", "Closed", "Reducing", "Taken"]

_NET, _QUANTITY = 1, 2
_ONE = 1000


class Taken(NamedTuple):
    """
    Be discounts that are taken: what each takes off of every line, and what units it costs.

    In the end they also say off how much of every line that is, where pieces are limited over a window.
    """

    parts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    costs: tuple[tuple[str, Unit, int], ...] = ()
    pieces: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def total(self) -> int:
        """Return what is off in all."""
        return sum(sum(off) for _, off in self.parts)

    def less(self, left: Sequence[int]) -> list[int]:
        """Return what is left of lines."""
        return [line - sum(off[at] for _, off in self.parts) for at, line in enumerate(left)]

    def add(self, other: Taken) -> Taken:
        """Return both."""
        return Taken((*self.parts, *other.parts), (*self.costs, *other.costs))


@frozen
class Asking:
    """Be what is asked of a basket: the account, its row and items, what is claimed, and what is said of discounts."""

    core: Core
    at: int
    row: tuple[Any, ...]
    items: tuple[Any, ...]
    sums: Any
    frozen: Any
    claims: Sequence[str]
    #: What each line costs before any discount, and what returns the sums over items.
    nets: Sequence[int]
    walk: Callable[[Any], Any]
    said: dict[str, Refusal | Closed] = field(factory=dict)
    #: How much of every line has something off, by discounts that are limited to pieces.
    chosen: dict[str, Sequence[int]] = field(factory=dict)
    #: What other discounts take that came before.
    before: Taken = field(factory=Taken)

    def at_turn(self, left: Sequence[int], before: Taken) -> Asking:
        """Return the same of the basket that a turn finds: net is what is left, and behind all what it was before."""
        if left == self.nets:
            return evolve(self, before=before)
        items = tuple(
            (row[0], net, *row[_QUANTITY:], net, row[_NET]) for row, net in zip(self.items, left, strict=True)
        )
        return evolve(self, items=items, sums=self.walk(items), before=before)

    @property
    def left(self) -> list[int]:
        """Return what is left of each line."""
        return [row[_NET] for row in self.items]

    def counting(self, rows: Sequence[Any]) -> Asking:
        """Return the same with some items to be counted, see `_counted`; the sums over all of them stay."""
        return evolve(self, sums=(*self.sums[:-1], rows))

    def pieces(self, name: str, off: Sequence[int]) -> tuple[int, ...]:
        """Return how much of every line has something off by a discount that is limited to pieces."""
        return tuple(chosen if part else 0 for chosen, part in zip(self.chosen[name], off, strict=True))

    def value(self, number: Number) -> Fraction:
        """Return what a compiled number comes to for the basket."""
        return Fraction(number.value(self.row, self.sums, self.at, self.frozen), number.scale)


class Reducing:
    """Be a discount compiled."""

    def __init__(self, judge: Judge, rule: Discount) -> None:
        self.rule, self._places = rule, judge.terms.currency.places
        self._holds = judge.condition(rule.when)
        self._fits = item_condition(judge.terms, rule.where, judge.item_columns.reader)
        self._off = _counted(judge, rule.off) if isinstance(rule.off, Accrual) else None
        number = None if rule.of is None else rule.of.number
        self._number = _counted(judge, number) if isinstance(number, Accrual) else None
        parts = () if rule.of is None or isinstance(rule.of.of, int) else rule.of.of or ()
        #: What tells of which part of a set an item is.
        self._parts = [item_condition(judge.terms, part, judge.item_columns.reader) for part, _ in parts]
        self._key = _key(judge, None if rule.of is None else rule.of.each)
        caps = [Cap(judge, rule.name, limit) for limit in rule.limit]
        self._by_item = [cap for cap in caps if cap.limit.per == item]
        self._by_piece = [cap for cap in caps if cap.of_pieces]
        #: What limits all that is off; those over a window say when there is no room at all.
        self.caps = [cap for cap in caps if cap.limit.per != item]
        #: Whether what is off, or at most, is a number, so that what is chosen has to be counted.
        self._counts = self._off is not None or any(
            isinstance(cap.limit.most, Accrual) and not cap.of_pieces for cap in caps
        )
        self._found = price_reader(judge.terms, rule.cost) if isinstance(rule.cost, PriceBy) else None

    def is_open(self, asking: Asking) -> bool:
        """Tell whether its condition holds."""
        return self._holds is None or bool(self._holds(asking.row, asking.sums, asking.at, asking.frozen))

    def cost(self, asking: Asking) -> Amount | None:
        """Return what it costs in units."""
        cost = self.rule.cost
        if isinstance(cost, PriceBy) and self._found is not None:
            return cost.of(self._found(asking.core, asking.at))
        return cost if isinstance(cost, Amount) else None

    def off(self, asking: Asking, left: Sequence[int]) -> list[int]:
        """Return what is off of each line, of what is left of it."""
        exact, found = [Fraction(0)] * len(left), self._fitting(asking, self._offs(asking, left))
        for pieces, times in found:
            for line, _, share in pieces:
                exact[line.at] += share * times
        if self._counts:
            asking = asking.counting(_chosen_rows(asking.items, found))
        weight = sum(exact, start=Fraction(0))
        off, rounding = self.rule.off, self.rule.rounding
        if isinstance(off, Amount | Accrual):
            whole = off.minor if isinstance(off, Amount) else self._accrued(asking)
            parts = self._split(max(0, min(whole, int(weight))), exact, left)
        elif self.rule.stage == purchase or (isinstance(off, AtPrice) and self._is_by_group):
            parts = dealt_out(rounding(weight.numerator, weight.denominator), exact, left, self.rule.rest)
        else:
            parts = [
                min(rounding(each.numerator, each.denominator), most) for each, most in zip(exact, left, strict=True)
            ]
        return self._limited(asking, parts, exact)

    @property
    def _is_by_group(self) -> bool:
        of = self.rule.of
        return of is not None and of.of is not None and of.number is None

    def _accrued(self, asking: Asking) -> int:
        assert self._off is not None  # noqa: S101 - it is an accrual
        found = asking.value(self._off) * 10**self._places
        return self.rule.rounding(found.numerator, found.denominator)

    def _split(self, amount: int, weights: Sequence[Fraction], room: Sequence[int]) -> list[int]:
        return split(amount, weights, room, self.rule.rest) if amount else [0] * len(room)

    def _chosen(self, asking: Asking) -> list[Group]:
        lines = [Line(at, row[_QUANTITY], asking.nets[at]) for at, row in enumerate(asking.items) if self._fits(row)]
        of = self.rule.of
        if of is None:
            return [Group(tuple((line, line.quantity) for line in lines))]
        number = of.number
        if self._number is not None:
            number = max(0, int(self._matching(asking).value(self._number)))
        assert not isinstance(number, Accrual)  # noqa: S101 - it was asked for
        parts: dict[Any, list[Line]] = {}
        for line in lines:
            parts.setdefault(self._key(line.at, asking.items[line.at]), []).append(line)
        size = of.of if of.of is None or isinstance(of.of, int) else self._sets(asking, of.of, lines)
        found = [choose(part, number, of.order, size, of.grouped, whole=of.lines) for part in parts.values()]
        return [group for groups in found for group in groups]

    def _matching(self, asking: Asking) -> Asking:
        """Return the same with the items that match to be counted."""
        return asking.counting([row for row in asking.items if self._fits(row)])

    def _sets(self, asking: Asking, parts: Parts, lines: Iterable[Line]) -> Sets:
        """Return what sets are made of, with the parts that lines do for."""
        rows = {line.at: asking.items[line.at] for line in lines}
        does = {at: sum(1 << part for part, fits in enumerate(self._parts) if fits(row)) for at, row in rows.items()}
        return Sets([number for _, number in parts], does)

    def _offs(self, asking: Asking, left: Sequence[int]) -> Iterator[Off]:
        """Yield what is chosen with what is off it before it is rounded; of an amount, what it can be taken off."""
        off = self.rule.off
        for pieces, times in self._chosen(asking):
            worths = [Fraction(left[line.at] * quantity, line.quantity) for line, quantity in pieces]
            whole = sum(worths, start=Fraction(0))
            parts: list[tuple[Line, int, Fraction]] = []
            for (line, quantity), worth in zip(pieces, worths, strict=True):
                share = worth
                if isinstance(off, Fraction):
                    share = worth * off
                elif isinstance(off, Apiece):
                    share = min(worth, Fraction(off.amount.minor * quantity, _ONE))
                elif isinstance(off, AtPrice):
                    price = off.amount.minor
                    if self._is_by_group:
                        share = worth * max(Fraction(0), 1 - price / whole) if whole else whole
                    else:
                        share = max(Fraction(0), worth - Fraction(price * quantity, _ONE))
                parts.append((line, quantity, share))
            yield Off(tuple(parts), times)

    def _fitting(self, asking: Asking, offs: Iterable[Off]) -> list[Off]:
        """Cut what is chosen to the pieces that limits allow, and note how much of every line that is."""
        found = [*offs]
        if not self._by_piece:
            return found
        matching = self._matching(asking)
        for cap in self._by_piece:
            kept = up_to(cap.most(matching), found, whole=self._is_by_group)
            found = [] if cap.limit.otherwise == reject and _size(kept) < _size(found) else kept
        chosen = [0] * len(asking.items)
        for pieces, times in found:
            for line, quantity, share in pieces:
                chosen[line.at] += quantity * times if share else 0
        asking.chosen[self.rule.name] = chosen
        return found

    def _limited(self, asking: Asking, parts: list[int], exact: list[Fraction]) -> list[int]:
        for cap in self._by_item:
            most = cap.most(asking)
            whole = 0 if cap.limit.otherwise == reject else most
            parts = [part if part <= most else whole for part in parts]
        for cap in self.caps:
            most = FOREVER if cap.of_pieces else cap.most(asking)
            if sum(parts) > most:
                most = 0 if cap.limit.otherwise == reject else most
                weights = [min(each, Fraction(part)) for each, part in zip(exact, parts, strict=True)]
                parts = self._split(most, weights, parts)
        return parts


class Closed(NamedTuple):
    """Be a discount whose condition does not hold of the basket that its turn found; see `unmet`."""

    reducing: Reducing
    asking: Asking


def _chosen_rows(items: Sequence[Any], found: Iterable[Off]) -> list[Any]:
    """Return the rows of what is chosen, of which numbers count; of a part of a line they are in proportion."""
    much: dict[int, int] = {}
    for pieces, times in found:
        for line, quantity, _ in pieces:
            much[line.at] = much.get(line.at, 0) + quantity * times
    return [_part_of(items[at], quantity) for at, quantity in much.items()]


def _part_of(row: tuple[Any, ...], quantity: int) -> tuple[Any, ...]:
    """Return a row of so much of an item: every number of it in proportion, and exact."""
    whole = row[_QUANTITY]
    if quantity == whole:
        return row
    return (*row[:_NET], *(Fraction(each * quantity, whole) if type(each) is int else each for each in row[_NET:]))


def _counted(judge: Judge, accrual: Accrual) -> Number:
    """
    Compile a number of a discount, or of a limit.

    A total over items counts those at hand, see `Asking.counting`; one with a condition of its own, and all else, is
    of the whole basket.
    """

    def total(leaf: Total) -> Number:
        return judge.total_alone(leaf, None, (), ()) if leaf.where is None else judge.total(leaf)

    return shape(accrual.measure, lambda leaf: judge.leaf(leaf, total))


def _key(judge: Judge, each: TextOf[Any] | Scope | None) -> Callable[[int, Any], Any]:
    """Return what tells of which line, or of which value of a text, an item is; of the same where all are together."""
    if isinstance(each, TextOf):
        read = judge.item_columns.reader(each.name)
        return lambda _, row: read(row)
    return (lambda _at, _row: None) if each is None else (lambda at, _row: at)


def _size(found: Iterable[Off]) -> int:
    """Return how many units have something off."""
    return sum(times * sum(quantity for _, quantity, share in pieces if share) for pieces, times in found)


class Cap:
    """Be a limit of a discount, or of a lane of such, compiled."""

    def __init__(self, judge: Judge, name: str, limit: Limit) -> None:
        self.limit = limit
        sharing, self.of_pieces = _sharing(judge.terms, name, limit), is_of_pieces(limit)
        #: How many parts one of what is limited has, of a piece whole ones alone; and what one of these counts.
        self._parts: int = 1 if self.of_pieces else 10**judge.terms.currency.places
        self._each = _ONE if self.of_pieces else 1
        #: How many discounts of a lane are taken in one purchase, if that is what is limited.
        self.number = limit.most if limit.per == purchase and isinstance(limit.most, int) else None
        #: What counts over a window, if it is limited over one.
        self.allowance = (
            None if isinstance(limit.per, Scope) else Allowance(judge.zone, name, limit, sharing, pieces=self.of_pieces)
        )
        #: The discounts of everything else that uses its room.
        self._beside = [leaves for each, leaves in sharing.items() if each != name]
        self._number = _counted(judge, limit.most) if isinstance(limit.most, Accrual) else None

    def most(self, asking: Asking) -> int:
        """Return the most that may be off, in smallest parts of money, or have something off; an accrual is floored."""
        if self.allowance is not None:
            left = max(0, self.allowance.room(asking.core, asking.at, 1) - self._used(asking))
            return FOREVER if left and self.allowance.times else left
        if self._number is not None:
            found = asking.value(self._number) * self._parts
            return max(0, floor(found.numerator, found.denominator)) * self._each
        assert isinstance(self.limit.most, Amount)  # noqa: S101 - times are counted over a window
        return self.limit.most.minor * self._each

    def _used(self, asking: Asking) -> int:
        """Return what others have used in the same purchase."""
        counted = asking.pieces if self.of_pieces else lambda _, off: off
        taken = asking.before.parts
        used = [[sum(counted(name, off)) for name, off in taken if name in leaves] for leaves in self._beside]
        return sum(1 for each in used if each) if self.limit.is_count else sum(map(sum, used))

    def reached(self, asking: Asking, name: str) -> Refusal | None:
        """Refuse what a window has no room for any more."""
        if self.allowance is None or self.most(asking):
            return None
        return Refusal("limit-reached", f"{name} is limited per {self.allowance.window}, and that is used up")


def _sharing(terms: Terms, name: str, limit: Limit) -> Mapping[str, Sequence[str]]:
    """Return what uses the room of a limit, by name, each with the discounts that it is of in the end."""
    lanes = terms.lanes
    rules: list[Discount | Lane] = [*lanes.discounts.values(), *lanes.of_discounts.values()] if limit.name else []
    names = [rule.name for rule in rules if any(each.name == limit.name for each in rule.limit)]
    return {each: lanes.leaves.get(each, (each,)) for each in names or [name]}
