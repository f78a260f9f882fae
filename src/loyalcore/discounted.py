"""What discounts come to: what each line of a basket has off, by which of them, and why."""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.answers import Reason, Refusal, explained
from loyalcore.units import Amount

__all__ = ["Applied", "Discounted", "DiscountedLine"]


@final
@frozen
class DiscountedLine:
    """Be an item by its id: what it costs *before* discounts, what is *off*, and what is *left* to pay."""

    id: str | int
    before: Amount
    off: Amount

    @property
    def left(self) -> Amount:
        """Return what is left to pay."""
        return self.before - self.off


@final
@frozen
class Applied:
    """Be a discount that is taken: how much is *off*, of each of the *lines* in order, and what it *costs* in units."""

    discount: str
    off: Amount
    lines: tuple[Amount, ...]
    cost: Amount | None = None


@final
@frozen(eq=False)
class Discounted:
    """
    Be what a basket costs with its discounts; nothing is recorded.

    *applied* are those that are taken, in that order. *refused* says of what was claimed in vain why, by name; a
    purchase that claims it is refused. *reasons* say of each discount what it took off or why it did not.
    """

    lines: tuple[DiscountedLine, ...]
    applied: tuple[Applied, ...]
    refused: tuple[tuple[str, Refusal], ...]
    reasons: tuple[Reason, ...]
    #: What the basket costs before discounts.
    before: Amount
    #: What is off in all.
    off: Amount

    @property
    def left(self) -> Amount:
        """Return what is left to pay."""
        return self.before - self.off

    def explain(self) -> str:
        """Return the reasons as text, a line each."""
        return explained(None, lambda: self.reasons)
