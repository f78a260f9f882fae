"""Ages: how many units were held through a stretch of time, as a measure; see `Unit.held_through`."""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.measures import Balance
from loyalcore.windows import Cycle, Period, Previous, Rolling, Shifted

__all__ = ["HeldThrough"]


@final
@frozen
class HeldThrough(Balance):
    """
    Be the usable units, less debt, that were earned before a window began: those that were there all through it.

    What was earned at the window's first instant or later is too young; of a rolling window that is what was earned
    less than so long ago. Units that were spent and came back are as old as they were. Build it with
    `Unit.held_through`.
    """

    window: Period | Shifted | Cycle | Previous | Rolling

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not is_a(self.window, Period | Shifted | Cycle | Previous | Rolling):
            raise InvalidValue(
                f"units are held through a window such as previous(month) or rolling(days=30), not {shown(self.window)}"
            )
