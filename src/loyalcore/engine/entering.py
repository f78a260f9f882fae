"""Entering: how many chances a member has in a draw of the program, compiled."""

from __future__ import annotations

from collections.abc import Callable

from loyalcore.engine.judge import Judge
from loyalcore.engine.plan import canonical_columns
from loyalcore.ledger import Core
from loyalcore.lotteries import Draw
from loyalcore.terms import Terms

__all__ = ["entry"]


def entry(terms: Terms, draw: Draw) -> Callable[[Core, int], int]:
    """Return the function that tells a member's chances at a moment; nothing where the condition does not hold."""
    judge = Judge(terms, "redemption", *canonical_columns(terms, "redemption"))
    holds, number = judge.condition(draw.when), judge.measure(draw.chances)
    freeze = judge.moments.compile()

    def chances(core: Core, at: int) -> int:
        frozen = () if freeze is None else freeze(core, at)
        if holds is not None and not holds((), (), at, frozen):
            return 0
        return max(0, int(number.value((), (), at, frozen) // number.scale))

    return chances
