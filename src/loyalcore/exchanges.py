"""Exchanges: any amount of a unit that members turn into another, of this program or of a partner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, final

from attrs import field, frozen

from loyalcore.conditions import Condition, OfEvent, check_condition
from loyalcore.durations import Duration
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.issues import Issue, as_given
from loyalcore.limits import Limit, per_request
from loyalcore.numbers import Rounding, ceiling, floor
from loyalcore.prices import PriceBy, as_price, check_price
from loyalcore.rewards import Pay, Reward, check_of
from loyalcore.texts import check_name
from loyalcore.undoing import check_undone
from loyalcore.units import Amount

__all__ = ["Exchange", "Offer"]


def _bonus(given: object) -> Any:
    """Return what comes on top for each complete amount, as pairs."""
    items: Any = given.items() if isinstance(given, Mapping) else given
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise InvalidValue(f"a bonus maps amounts given away to what comes on top for each, not {shown(given)}")
    found = tuple(items)
    if not all(isinstance(each, tuple) and len(each) == 2 for each in found):
        raise InvalidValue(f"a bonus maps amounts given away to what comes on top for each, not {shown(given)}")
    return found


@final
@frozen
class Exchange:
    """
    Let members turn any amount of a unit into another: for *each* of it they get what it *gives*, in proportion.

    A member asks by a `loyalcore.Redemption` with an *amount* of the unit that is given away. What comes of it is
    rounded once, down unless *rounding* says otherwise; where that is nothing, it is refused. Given away is at least
    *minimum*, at most *maximum*, and a multiple of *step*, all in that unit and included. *each* may depend on the tier
    or on a setting of the member, as prices do; a rate that changes on a day is another version of the program, in a
    `loyalcore.Book`. *gives* is an amount, or an `Issue` of units with terms of their own. *bonus* maps amounts of the
    unit that is given away to what comes on top for each complete one of them in a request, as 5,000 more for every
    60,000. *when* says to whom, and at what time, it is open, *limit* how much or how often. *giving_back*,
    *taking_back* and *returnable* say how, and for how long, it can be undone, as those of a `loyalcore.Reward` do.

    `needs_for` tells what an amount of the other unit takes, rounded up unless *asking* says otherwise; with a bonus it
    is always the least amount that comes to so much.
    """

    name: str
    each: Amount | PriceBy
    gives: Amount | Issue = field(converter=as_given)
    minimum: Amount | None = field(default=None, kw_only=True)
    maximum: Amount | None = field(default=None, kw_only=True)
    step: Amount | None = field(default=None, kw_only=True)
    rounding: Rounding = field(default=floor, kw_only=True)
    asking: Rounding = field(default=ceiling, kw_only=True)
    bonus: tuple[tuple[Amount, Amount], ...] = field(default=(), kw_only=True, converter=_bonus)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)
    limit: tuple[Limit, ...] = field(default=(), kw_only=True, converter=per_request)
    giving_back: str | None = field(default=None, kw_only=True)
    taking_back: str | None = field(default=None, kw_only=True)
    returnable: Duration | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "an exchange")
        as_price(self.each, f"each of {self.name}")
        if not is_a(self.gives, Issue):
            check_price(self.gives, f"what {self.name} gives")
        if self.issue.amount.unit == self.each.unit:
            raise InvalidProgram(f"{self.name} gives {self.each.unit.name} for itself; give another unit")
        for what in ("minimum", "maximum", "step"):
            bound = getattr(self, what)
            if bound is not None and check_price(bound, f"{what} of {self.name}").unit != self.each.unit:
                raise InvalidValue(f"{what} of {self.name} is of {self.each.unit.name}, not {bound}")
        least, step = (0 if each is None else each.minor for each in (self.minimum, self.step))
        if self.maximum is not None and self.maximum.minor < (-(-max(1, least) // step) * step if step else least):
            raise InvalidProgram(
                f"{self.name} has no amount from minimum to maximum that is a step; change one of them"
            )
        for rounding in (self.rounding, self.asking):
            if not is_a(rounding, Rounding):
                raise InvalidValue(f"{self.name} rounds by floor, ceiling or another rounding, not {shown(rounding)}")
        check_condition(self.when, "event", f"when= of {self.name}")
        check_undone(self, self.issue)
        self._check_bonus()

    def _check_bonus(self) -> None:
        for full, more in self.bonus:
            if check_price(full, f"bonus of {self.name}").unit != self.each.unit:
                raise InvalidValue(f"bonus of {self.name} is for so much {self.each.unit.name}, not for {full}")
            if check_price(more, f"bonus of {self.name}").unit != self.issue.amount.unit:
                raise InvalidValue(f"bonus of {self.name} is of {self.issue.amount.unit.name}, not {more}")
        if len({full for full, _ in self.bonus}) < len(self.bonus):
            raise InvalidValue(f"bonus of {self.name} names an amount twice; add up what comes on top")
        if self.bonus and self.asking != ceiling:
            raise InvalidProgram(
                f"{self.name} has a bonus, so that what is needed is the least amount; leave asking out"
            )

    @property
    def issue(self) -> Issue:
        """Return what it gives for each, with its terms."""
        return self.gives if isinstance(self.gives, Issue) else Issue(self.gives)

    @property
    def hold(self) -> None:
        """Return nothing: what is exchanged is not held before."""
        return

    def gives_for(self, amount: Amount, by: str = "") -> Amount:
        """Return what an amount of the unit that is given away comes to, where *by* is the tier or choice."""
        each, one = self._each(by), self.issue.amount
        check_of(amount, each)
        return Amount(one.unit, self._comes_to(amount.minor, each.minor, one.minor))

    def _comes_to(self, parts: int, each: int, one: int) -> int:
        more = sum(parts // full.minor * more.minor for full, more in self.bonus)
        return self.rounding(parts * one, each) + more

    def needs_for(self, amount: Amount, by: str = "") -> Amount:
        """
        Return how much has to be given away for an amount of the other unit, where *by* is the tier or choice.

        It is rounded as *asking* says. Minimum and step are not asked.
        """
        each, one = self._each(by), self.issue.amount
        check_of(amount, one)
        if not self.bonus:
            return Amount(each.unit, self.asking(amount.minor * each.minor, one.minor))
        # More never comes to less, so that the least amount is found by halves; none is more than without a bonus.
        least, most = 0, ceiling(amount.minor * each.minor, one.minor)
        while least < most:
            middle = (least + most) // 2
            enough = self._comes_to(middle, each.minor, one.minor) >= amount.minor
            least, most = (least, middle) if enough else (middle + 1, most)
        return Amount(each.unit, least)

    def _each(self, by: str) -> Amount:
        return self.each if isinstance(self.each, Amount) else self.each.of(by)


#: What members ask for by a redemption.
Offer = Reward | Pay | Exchange
