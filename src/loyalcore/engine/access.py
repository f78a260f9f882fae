"""Access: to whom, and at what time, rewards are open, and by which tier or setting they have their price, compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loyalcore.conditions import Condition
from loyalcore.engine.judge import Judge
from loyalcore.engine.moments import Reader, TierReader, setting_reader
from loyalcore.engine.plan import canonical_columns
from loyalcore.exchanges import Exchange
from loyalcore.ledger import Core
from loyalcore.prices import PriceBy
from loyalcore.rewards import Pay, Reward
from loyalcore.terms import Terms

__all__ = ["access", "open_when", "price_reader", "prices"]


#: What members ask for.
_KINDS = (Reward, Pay, Exchange)


def access(terms: Terms) -> dict[str, Callable[[Core, int], bool]]:
    """Return, for each reward that is not open to all, the test of a member at a moment."""
    return {rule.name: open_when(terms, rule.when) for rule in terms.of_kind(_KINDS) if rule.when is not None}  # type: ignore[arg-type]


def prices(terms: Terms) -> dict[str, Reader]:
    """Return, for each reward whose price depends on tier or setting, what reads that of a member at a moment."""
    found: dict[str, Reader] = {}
    for rule in terms.of_kind(_KINDS):  # type: ignore[arg-type]
        price = rule.cost if isinstance(rule, Reward) else rule.each
        if isinstance(price, PriceBy):
            found[rule.name] = price_reader(terms, price)
    return found


def price_reader(terms: Terms, price: PriceBy) -> Reader:
    """Return what reads the tier, or the choice, that a price goes by, of a member at a moment."""
    if price.what == "tier":
        return TierReader(price.name, terms.vocabulary.ladders[price.name][0])
    return setting_reader(price.name)


def open_when(terms: Terms, when: Condition[Any]) -> Callable[[Core, int], bool]:
    """Return the test of a member at a moment by a condition that asks for no event."""
    judge = Judge(terms, "redemption", *canonical_columns(terms, "redemption"))
    holds, freeze = judge.condition(when), judge.moments.compile()

    def is_open(core: Core, at: int) -> bool:
        frozen = () if freeze is None else freeze(core, at)
        return holds is None or bool(holds((), (), at, frozen))

    return is_open
