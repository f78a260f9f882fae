"""Requirements: what tiers ask for, compiled into questions to an account at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from loyalcore.calendar import Zone
from loyalcore.conditions import AllOf, AnyOf, Condition, InTier, Not, OneOf
from loyalcore.engine.items import compare
from loyalcore.engine.judge import tally_of
from loyalcore.engine.locating import in_account
from loyalcore.engine.shapes import Number, shape
from loyalcore.ledger import Core
from loyalcore.measures import Balance, Comparison, Earned, Measure, Over
from loyalcore.terms import Terms
from loyalcore.windows import Rolling

__all__ = ["Question", "Requirements"]

#: What is asked of an account at a moment; the moment is the latest one, or one up to which only tallies slide.
Question = Callable[[Core, int], bool]


class Requirements:
    """Compile what ladders of one program ask for."""

    def __init__(self, terms: Terms, zone: Zone) -> None:
        self._terms, self._zone = terms, zone

    def question(self, condition: Condition[Any]) -> Question:
        """Compile a condition about the history."""
        if isinstance(condition, AllOf | AnyOf):
            questions, join = list(map(self.question, condition.parts)), all if isinstance(condition, AllOf) else any
            return lambda core, at: join(question(core, at) for question in questions)
        if isinstance(condition, Not):
            asked = self.question(condition.part)
            return lambda core, at: not asked(core, at)
        if isinstance(condition, InTier):
            return self._in_tier(condition)
        if isinstance(condition, OneOf):
            name, values = condition.subject.name, frozenset(condition.values)
            return lambda core, at: core.settings.get(name, "") in values
        assert isinstance(condition, Comparison)  # noqa: S101 - ladders ask nothing else
        value, scale = self.number(condition.measure)
        holds = compare(condition.operator, condition.bound, scale)
        return lambda core, at: holds(value(core, at))

    def _in_tier(self, condition: InTier) -> Question:
        ladder, tiers = condition.ladder, frozenset(condition.tiers)
        lowest = self._terms.vocabulary.ladders[ladder][0]
        return lambda core, at: (found[0] if (found := core.tiers.get(ladder)) is not None else lowest) in tiers

    def number(self, measure: Measure) -> Number:
        """Compile a measure of the history."""
        return shape(measure, self._leaf)

    def _leaf(self, leaf: Measure) -> Number:
        if isinstance(leaf, Balance):
            unit = leaf.unit

            def balance(core: Core, at: int) -> int:
                del at
                book = core.held(unit)
                return 0 if book is None else book.balance - book.debt

            return Number(balance, 10 ** self._terms.units[unit].places)
        assert isinstance(leaf, Over | Earned)  # noqa: S101 - ladders measure nothing else
        name, scale = tally_of(self._terms, leaf)
        window = leaf.window
        if isinstance(window, Rolling):

            def slid(core: Core, at: int) -> int:
                found = core.sliding(name)
                return 0 if found is None else found.total_at(at)

            return Number(slid, scale)

        locate = in_account(self._zone, window)

        def stood(core: Core, at: int) -> int:
            bounds = locate(core, at)
            return 0 if bounds is None else core.sums.get((name, bounds[0]), 0)

        return Number(stood, scale)

    def comparisons(self, condition: Condition[Any]) -> Iterator[tuple[Comparison, Callable[[Core, int], Fraction]]]:
        """Yield the comparisons a condition is made of, each with what reads its number."""
        if isinstance(condition, AllOf | AnyOf):
            for part in condition.parts:
                yield from self.comparisons(part)
        elif isinstance(condition, Comparison):
            value, scale = self.number(condition.measure)
            yield condition, lambda core, at: Fraction(value(core, at), scale)
