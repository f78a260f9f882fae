"""
Plans: a program compiled for one shape of input.

A plan holds, for each kind of event, the cells its rules are judged in, the tallies it feeds, and how its items and
attributes are read. The same program compiles to the same places of moments and sums whatever the shape, so what one
plan froze another can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from loyalcore.causes import Cause
from loyalcore.conditions import AllOf, AnyOf, Not, TextOf
from loyalcore.counts import Activities
from loyalcore.deductions import Deduct
from loyalcore.discounts import Discount
from loyalcore.engine.columns import Column, Columns, Either, Place
from loyalcore.engine.deducting import deductions
from loyalcore.engine.earning import Changes, PurchaseCell, Tallying, WindowCell, cells
from loyalcore.engine.index import ANYTHING, Index
from loyalcore.engine.judge import Judge, Judgement, tally_of
from loyalcore.engine.locating import fixed_length, tallied
from loyalcore.engine.moments import tally_name
from loyalcore.engine.raising import raisings
from loyalcore.exchanges import Exchange
from loyalcore.follow_ups import Raise
from loyalcore.ladders import Ladder
from loyalcore.ledger import Core
from loyalcore.lotteries import Draw
from loyalcore.measures import Comparison, Earned, EventNumber, Measure, Over, Qualifying, Total
from loyalcore.refusing import Refuse
from loyalcore.rewards import Pay, Reward
from loyalcore.rules import Boost, Earn
from loyalcore.schedules import InZone
from loyalcore.streaks import Streak
from loyalcore.terms import Terms
from loyalcore.windows import Rolling

__all__ = ["EarnedTally", "KindPlan", "Tally", "canonical_columns", "check_whole", "fed_by", "histories", "zone_texts"]


def histories(terms: Terms) -> Iterator[Over | Earned]:
    """Yield every measure of the history that the rules read, as they stand, some more than once."""
    for rule in terms.rules:
        if isinstance(rule, Ladder):
            yield from (leaf for leaf in rule.measures if isinstance(leaf, Over | Earned))
        elif isinstance(rule, Earn | Boost | Reward | Pay | Exchange | Raise | Discount | Refuse | Deduct):
            yield from _asked(rule.when)
        elif isinstance(rule, Draw):
            yield from _read_by(rule.chances)
            yield from _asked(rule.when)
        elif isinstance(rule, Streak):
            yield rule.counted
            yield from _asked(rule.unless)
        if isinstance(rule, Earn):
            yield from _read_by(rule.gives.measure)
        elif isinstance(rule, Deduct):
            yield from _read_by(rule.takes.measure)


def _asked(condition: Any) -> Iterator[Over | Earned]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _asked(part)
    elif isinstance(condition, Not):
        yield from _asked(condition.part)
    elif isinstance(condition, Comparison):
        yield from _read_by(condition.measure)


def zone_texts(terms: Terms) -> Iterator[TextOf[Any]]:
    """Yield the texts of events and settings of members that schedules read a zone from, some more than once."""
    for rule in terms.of_kind((Earn, Boost, Reward, Pay, Exchange, Raise, Discount, Refuse, Deduct)):  # type: ignore[arg-type]
        yield from _zones(rule.when)
    for streak in terms.of_kind(Streak):
        yield from _zones(streak.unless)
    for draw in terms.of_kind(Draw):
        yield from _zones(draw.when)


def _zones(condition: Any) -> Iterator[TextOf[Any]]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _zones(part)
    elif isinstance(condition, Not):
        yield from _zones(condition.part)
    elif isinstance(condition, InZone) and isinstance(condition.zone, TextOf):
        yield condition.zone


def _read_by(measure: Measure) -> Iterator[Over | Earned]:
    if isinstance(measure, Over | Earned):
        yield measure
    for part in measure.parts:
        yield from _read_by(part)


class Tally:
    """Be a tally that events of one kind feed."""

    def __init__(self, judge: Judge, measure: Over) -> None:
        self.name, _ = tally_of(judge.terms, measure)
        window = tallied(measure.window)
        self.tallying = Tallying(judge, self.name, window)
        #: When an amount of a moment leaves the sum, where the window is rolling.
        self.leaves = self.tallying.leaves
        #: After how long, where that is always as long.
        self.life = fixed_length(judge.zone, window.duration) if isinstance(window, Rolling) else None
        self.value: Judgement = judge.leaf(measure.measure).value
        #: Where the amount stands among the sums over items, if it does.
        self.place = judge.total_place(measure.measure)[0] if isinstance(measure.measure, Total) else None


class EarnedTally:
    """Be a tally of the units earned."""

    def __init__(self, judge: Judge, measure: Earned) -> None:
        self.name, self.unit = tally_name(f"{measure.unit} earned", measure.window), measure.unit
        self.tallying = Tallying(judge, self.name, tallied(measure.window))


def canonical_columns(terms: Terms, kind: str) -> tuple[Columns, Columns]:
    """Return where entries keep the values of items, and of the event."""
    items = ("id", "net", "quantity", *terms.items.names)
    if kind == "purchase":
        event = terms.purchases.names
    elif kind == "activity":
        event = ("name", *terms.activities.names)
    else:
        event = ()
    places = [{name: Place(at) for at, name in enumerate(names)} for names in (items, event)]
    # They stand behind the others where there are discounts or something was paid with points; otherwise it is the net.
    paid: dict[str, Column] = {
        name: Either(len(items) + at, items.index("net"))
        for at, name in enumerate(("net_before_points", "net_before_discounts"))
    }
    return Columns({**places[0], **paid}), Columns(places[1])


class KindPlan:
    """Be what a program says about one kind of event, compiled."""

    def __init__(self, terms: Terms, kind: str | Cause, items: Columns, event: Columns) -> None:
        judge = self.judge = Judge(terms, kind, items, event)
        self.zone = judge.zone
        self.cells: list[PurchaseCell | WindowCell] = cells(judge)
        #: What finds the cells that may be about an event, where they are many; those it cannot tell are always found.
        self.index: Index | None = None
        if any(cell.name in judge.many for cell in self.cells):
            self.index = Index(judge, [judge.many.get(cell.name, ANYTHING) for cell in self.cells])
        #: How many cells are found by it; what a book adds behind them, of versions before, is always asked.
        self.own = len(self.cells)
        known: dict[str, Tally | EarnedTally] = {}
        for measure in histories(terms):
            if isinstance(measure, Earned):
                known.setdefault(tally_of(terms, measure)[0], EarnedTally(judge, measure))
            elif fed_by(terms, measure, kind):
                known.setdefault(tally_of(terms, measure)[0], Tally(judge, measure))
        self.tallies = [tally for tally in known.values() if isinstance(tally, Tally)]
        self.earned = [tally for tally in known.values() if isinstance(tally, EarnedTally)]
        #: The classes of events and their items that were seen to carry what the program declares.
        self.declared: set[tuple[type, type | None]] = set()
        #: What raises follow-ups.
        self.raises = raisings(judge)
        #: What takes units.
        self.deducts = deductions(judge)
        judge.walk = judge.items.compile()
        reads_items = judge.items.wanted or any(cell.per_item for cell in self.cells)
        #: The sums over items, or None where no rule asks for one.
        self.walk: Callable[[Any], tuple[Any, ...]] | None = judge.walk if kind == "purchase" and reads_items else None
        #: What is frozen, or None where no rule asks for a moment.
        self.freeze: Callable[[Core, int], tuple[Any, ...]] | None = judge.moments.compile()
        self._first, self._turns = self.freeze, judge.moments.turns()

    @property
    def turns(self) -> Callable[[Core, int], list[tuple[Any, ...]]] | None:
        """Return what tells what is frozen with purchase after purchase, see `Moments.turns`; None where more is."""
        return self._turns if self.freeze is self._first else None

    def sums(self, items: Any) -> tuple[Any, ...]:
        """Return the sums over items, and the items last."""
        return self.judge.walk(items)

    def about(self, event: Any, sums: Any, at: int) -> Sequence[PurchaseCell | WindowCell]:
        """Return the cells in which an event may count; in others it gives nothing and adds nothing."""
        if self.index is None:
            return self.cells
        found = self.index.in_order(event, sums[-1] if sums else (), at)
        return [*(self.cells[number] for number in found), *self.cells[self.own :]]

    def feed(self, event: Any, sums: Any, at: int, frozen: Any, changes: Changes) -> None:
        """Note what an event adds to tallies of events."""
        for tally in self.tallies:
            if amount := tally.value(event, sums, at, frozen):
                check_whole(amount)
                tally.tallying.add(event, at, frozen, amount, changes)

    def feed_earned(self, event: Any, at: int, frozen: Any, granted: dict[str, int], changes: Changes) -> None:
        """Note what an event adds to tallies of units."""
        for tally in self.earned:
            if amount := granted.get(tally.unit, 0):
                tally.tallying.add(event, at, frozen, amount, changes)


def check_whole(number: Any) -> None:
    """Refuse what is no number of smallest parts: rows of a host may hold anything."""
    if type(number) is not int:
        raise TypeError(f"{number!r} is no whole number of smallest parts")


def fed_by(terms: Terms, measure: Over, kind: str | Cause) -> bool:
    """Tell whether events of a kind feed a tally: totals and counts are of purchases, numbers of whoever has them."""
    leaf = measure.measure
    if isinstance(leaf, Qualifying):
        return kind in terms.vocabulary.qualifies(leaf)
    if isinstance(leaf, EventNumber):
        schema = {"purchase": terms.purchases, "activity": terms.activities}.get(str(kind))
        return schema is not None and schema.get(leaf.name) is not None
    return kind == ("activity" if isinstance(leaf, Activities) else "purchase")
