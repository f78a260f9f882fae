"""Access: to whom, and at what time, rewards are open, compiled."""

from __future__ import annotations

from collections.abc import Callable

from loyalcore.engine.judge import Judge
from loyalcore.engine.plan import canonical_columns
from loyalcore.ledger import Core
from loyalcore.rewards import Pay, Reward
from loyalcore.terms import Terms

__all__ = ["access"]


def access(terms: Terms) -> dict[str, Callable[[Core, int], bool]]:
    """Return, for each reward that is not open to all, the test of a member at a moment."""
    return {rule.name: _test(terms, rule) for rule in terms.of_kind((Reward, Pay)) if rule.when is not None}  # type: ignore[arg-type]


def _test(terms: Terms, reward: Reward | Pay) -> Callable[[Core, int], bool]:
    judge = Judge(terms, "redemption", *canonical_columns(terms, "redemption"))
    holds, freeze = judge.condition(reward.when), judge.moments.compile()

    def is_open(core: Core, at: int) -> bool:
        frozen = () if freeze is None else freeze(core, at)
        return holds is None or bool(holds((), (), at, frozen))

    return is_open
