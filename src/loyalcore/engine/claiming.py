"""
Claims: rewards that nobody has to ask for, taken after an event as soon as the balance allows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from loyalcore.engine.posting import Poster
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.rewards import Reward, repeatedly
from loyalcore.units import Amount

__all__ = ["NO_CLAIMS", "Automatic", "Claims", "claims"]

#: A reward that nobody has to ask for, and what follows from spending on it.
Automatic = tuple[Reward, Callable[[Core, int, int], None] | None]

#: What claims, and the lowest price in a unit: it need not be called below that.
Claims = tuple[Callable[[Core, int, int], None], int]


def claims(automatic: Sequence[Automatic], of: str, poster: Poster) -> Claims:
    """
    Compile the function that claims automatic rewards in the program's order.

    With it comes the lowest price in a unit, to ask before calling; where they cost others too, ask always.
    """
    # What is claimed by itself has one price.
    wanted = [
        (each.name, each.cost.unit.name, each.cost.minor, each.claim == repeatedly, follow)
        for each, follow in automatic
        if isinstance(each.cost, Amount)
    ]

    only_spends = all(follow is None for *_, follow in wanted)

    def claim(core: Core, at: int, cause: int) -> None:
        quiet = core.quiet
        for name, unit, cost, again, follow in wanted:
            book = core.held(unit)
            while book is not None and book.balance >= cost and not book.debt:
                if unit in poster.orders:
                    poster.spend(core, at, cause, name, unit, cost)
                else:
                    core.put(("spend", at, cause, name, unit, cost, book.draw(cost)))
                if follow is not None:
                    follow(core, at, cause)
                if not again:
                    break
        if only_spends:
            core.quiet = quiet  # what is spent is gone, and nothing else is due for it

    return claim, min([cost if unit == of else 0 for _, unit, cost, _, _ in wanted], default=FOREVER)


def _claims_nothing(core: Core, at: int, cause: int) -> None:
    """Do nothing: only purchases claim rewards."""


#: Who claims nothing.
NO_CLAIMS: Final[Claims] = _claims_nothing, FOREVER
