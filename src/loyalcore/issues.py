"""Issues: units that a reward gives, where they are usable later, or end otherwise than their unit says."""

from __future__ import annotations

from typing import Any, final

from attrs import field, frozen

from loyalcore.ends import Inactivity
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.expiry import Life
from loyalcore.maturity import Pause, earning, is_pause, maturing
from loyalcore.prices import check_price
from loyalcore.units import Amount

__all__ = ["Issue", "issues_of"]


@final
@frozen
class Issue:
    """
    Be units that a reward gives, with terms of their own: a coupon that is usable next month, for thirty days.

    They are usable after *pending*, a time or the `loyalcore.end_of` a period, at once where there is none. *expires*
    overrules the expiry of the unit, and is counted *expires_from* `loyalcore.earning`, when they are given, or
    `loyalcore.maturing`, when they become usable.
    Units that are given without such terms are written as an amount alone.
    """

    amount: Amount
    pending: Pause | None = field(default=None, kw_only=True)
    expires: Life | None = field(default=None, kw_only=True)
    expires_from: str = field(default=earning, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_price(self.amount, "what is issued")
        if self.pending is not None and not is_pause(self.pending):
            raise InvalidValue(
                f"{self.amount} is pending for a time such as days(30), or to the end_of(month) or of another "
                f"period, not {shown(self.pending)}"
            )
        if self.expires is not None and (not is_a(self.expires, Life) or is_a(self.expires, Inactivity)):
            raise InvalidValue(f"{self.amount} has a life such as days(30), not {shown(self.expires)}")
        if self.expires_from not in (earning, maturing):
            raise InvalidValue(f"{self.amount} expires from earning or maturing, not {shown(self.expires_from)}")
        if self.expires_from == maturing and self.pending is None:
            raise InvalidProgram(f"{self.amount} expires from maturing, but is never pending; leave expires_from out")

    @property
    def is_plain(self) -> bool:
        """Tell whether it is an amount without terms of its own."""
        return self.pending is None and self.expires is None


def as_given(given: object) -> Any:
    """Return what a reward gives in normal form: a text, an amount, or issues of which each has terms."""
    several = given if is_a(given, tuple | list) else (given,)
    found = tuple(each.amount if isinstance(each, Issue) and each.is_plain else each for each in several)  # type: ignore[attr-defined]
    return found if len(found) > 1 else found[0] if found else given


def issues_of(given: Any, what: str) -> tuple[Issue, ...]:
    """Return the units that a reward gives, nothing where that is a text; refuse anything else."""
    several = given if isinstance(given, tuple) else (given,)
    if not several or any(not is_a(each, Amount | Issue) for each in several):
        if isinstance(given, str):
            return ()
        raise InvalidValue(f"{what} is a text, an amount, an Issue, or several of these, not {shown(given)}")
    found = tuple(each if isinstance(each, Issue) else Issue(each) for each in several)
    units = [each.amount.unit.name for each in found]
    if len(set(units)) < len(units):
        raise InvalidProgram(f"{what} is of one unit twice; give it once")
    return found
