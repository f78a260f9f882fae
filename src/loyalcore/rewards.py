"""Rewards: what units can be spent on."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, final

from attrs import field, frozen

from loyalcore.causes import KINDS, Cause, Expiring, kind_of
from loyalcore.conditions import Condition, OfEvent, OfItem, check_condition
from loyalcore.durations import Duration
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.issues import Issue, as_given, issues_of
from loyalcore.ladders import at_once
from loyalcore.limits import Limit, per_request
from loyalcore.numbers import ratio
from loyalcore.prices import PriceBy, as_price, check_price
from loyalcore.returning import in_proportion
from loyalcore.texts import check_id, check_name, check_text
from loyalcore.undoing import check_room_of_spent, check_undone
from loyalcore.units import Amount, Money, Unit
from loyalcore.worths import check_worth

__all__ = ["Pay", "Reward", "asked", "check_of", "once", "piece", "repeatedly"]

#: What stock is counted in.
piece = Unit("piece")

#: Given when a member asks, by a `loyalcore.Redemption`.
asked = "asked"
#: Claimed by itself after each purchase, or at another moment, at most once.
once = "once"
#: Claimed by itself after each purchase, or at another moment, as often as the balance allows.
repeatedly = "repeatedly"

#: The most pieces that a reward has for one price.
_PIECES_MAX = 10**6


def _share(given: object) -> Any:
    return None if given is None else ratio(given, "the share of a purchase")


def check_of(amount: object, wanted: Amount) -> None:
    """Refuse what is no amount of a unit, or below zero."""
    if not isinstance(amount, Amount) or amount.unit != wanted.unit or amount.minor < 0:
        raise InvalidValue(f"an amount of {wanted.unit.name} is wanted, not {shown(amount)}")


def _check_hold(hold: object, what: str) -> None:
    if hold is not None and not is_a(hold, Duration):
        raise InvalidValue(f"hold of {what} is a duration such as hours(2), not {shown(hold)}")


@final
@frozen
class Reward:
    """
    Offer something at a price in units.

    It is refused while the usable units do not cover the price, or while the member owes units. *claim* says whether
    members ask for it (`asked`) or get it by themselves as soon as they can: `once`, or `repeatedly` as often as the
    balance allows. That is after each purchase, or *on* another moment: on `Activity` or `Enrolment`, `at_once`
    whatever has brought the units, as they mature too, on ``ended(month)``, ``began(recurring(…))`` or another cause,
    or with what is ``expiring(POINT)``, before it expires. *cost* is an amount, or one for each tier by
    `loyalcore.price_by_tier`, or setting by `loyalcore.price_by_setting`, of the moment when it is asked for or
    claimed; zero gives it for nothing to whoever asks, within stock and limits. It buys so many *pieces*: whoever asks
    for more pays for each started number of them. *hold* is for how long its price is set aside by a `loyalcore.Hold`
    that does not say until when; a hold takes stock and room under limits as well, until it ends. *when* says to whom,
    and at what time, it is open: a condition about the member and the moment. What is claimed by itself is claimed as
    often as the *limit* allows; what is asked for is refused.

    *gives* says what it is, or is an amount of another unit, which the member gets, an `Issue` of units with terms of
    their own, or several of these. With what is expiring it may give at most as many of the same unit, which are
    renewed so. With *worth* it is worth what the units are that it takes: their `average`, the
    `lowest` of them, or all in `total`, rounded down; units of which no rule says what they are worth count as nothing.
    Or it is worth an amount of money. So are the units that it gives; or else a redemption is worth that, at most the
    *amount* that it is used on.

    *giving_back* is the policy for the price of a redemption that is undone: into the lots it came from, with their
    ends, `keep`, or as units that begin anew, `renew`; that of the program where it is left out. *taking_back* is the
    one for units that the reward gave and that are not there any more, as those of `loyalcore.Earn` are, or `reject`:
    then it is undone only while all of them are. *returnable* is for how long it can be undone, counted from the
    redemption or capture.
    """

    name: str
    cost: Amount | PriceBy
    gives: str | Amount | Issue | tuple[Amount | Issue, ...] = field(default="", converter=as_given)
    claim: str = asked
    on: str | Cause = field(default="purchase", kw_only=True, converter=kind_of)
    pieces: int = field(default=1, kw_only=True)
    hold: Duration | None = field(default=None, kw_only=True)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)
    stock: str | int | None = field(default=None, kw_only=True)
    limit: tuple[Limit, ...] = field(default=(), kw_only=True, converter=per_request)
    worth: str | Amount | None = field(default=None, kw_only=True)
    giving_back: str | None = field(default=None, kw_only=True)
    taking_back: str | None = field(default=None, kw_only=True)
    returnable: Duration | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a reward")
        as_price(self.cost, f"the cost of {self.name}", free=True)
        if type(self.pieces) is not int or not 1 <= self.pieces <= _PIECES_MAX:
            raise InvalidValue(f"{self.name} has 1 to {_PIECES_MAX} pieces for its price, not {shown(self.pieces)}")
        self._check_given()
        if self.claim not in (asked, once, repeatedly):
            raise InvalidValue(f"{self.name} is claimed asked, once or repeatedly, not {shown(self.claim)}")
        _check_hold(self.hold, self.name)
        check_condition(self.when, "event", f"when= of {self.name}")
        if self.stock is not None:
            object.__setattr__(self, "stock", check_id(self.stock, f"the stock of {self.name}"))
        check_undone(self, *self.issues)
        self._check_moment()
        self._check_free()

    def _check_free(self) -> None:
        """Refuse a price of zero where there has to be one."""
        if all(price.minor for price in (self.cost.every if isinstance(self.cost, PriceBy) else (self.cost,))):
            return
        if self.claim != asked:
            raise InvalidProgram(
                f"{self.name} is claimed by itself, and would be for nothing, again and again; give it a price above "
                "zero, or let members ask for it"
            )
        if self.hold is not None and isinstance(self.cost, Amount):
            raise InvalidProgram(f"{self.name} costs nothing, so nothing is set aside for it; leave hold= out")
        if isinstance(self.worth, str):
            raise InvalidProgram(
                f"{self.name} is worth what the units are that it takes, and takes none where it costs nothing; say "
                "worth= in money"
            )

    def _check_given(self) -> None:
        if isinstance(self.gives, str):
            object.__setattr__(self, "gives", check_text(self.gives, f"what {self.name} gives"))
        issues = issues_of(self.gives, f"what {self.name} gives")
        renewed = [each.amount.minor for each in issues if each.amount.unit == self.cost.unit]
        if renewed and not isinstance(self.on, Expiring):
            raise InvalidProgram(f"{self.name} gives {self.gives} for {self.cost}; give another unit than it costs")
        if renewed and not (isinstance(self.cost, Amount) and sum(renewed) <= self.cost.minor):
            raise InvalidProgram(
                f"{self.name} renews more than what ends: {self.gives} for {self.cost}; give at most what it costs"
            )
        if not isinstance(self.worth, Amount):
            check_worth(self.worth, self.name)
        elif not isinstance(check_price(self.worth, f"the worth of {self.name}").unit, Money):
            raise InvalidValue(f"{self.name} is worth money, not {self.worth}")
        if self.worth is not None and len(issues) > 1:
            raise InvalidProgram(f"{self.name} has a worth, and gives several units; give units of one kind")
        if self.pieces > 1 and (self.worth is not None or issues or self.hold is not None):
            raise InvalidProgram(f"{self.name} has several pieces for its price; it gives no units, and is not held")

    def _check_moment(self) -> None:
        """Refuse a moment at which nothing is claimed, and what only members can ask for."""
        if not is_a(self.on, Cause) and self.on not in (*KINDS.values(), at_once):
            raise InvalidValue(
                f"{self.name} is claimed on Purchase, Activity or Enrolment, at_once, or on a moment such as "
                f"ended(month), not on {shown(self.on)}"
            )
        if self.claim == asked:
            if self.on != "purchase":
                raise InvalidProgram(f"{self.name} is claimed when a member asks; leave on= out, or claim it once")
        elif self.stock is not None or self.pieces > 1:
            raise InvalidProgram(
                f"{self.name} is claimed by itself, each time for one price, without stock; let members ask for it"
            )
        if isinstance(self.on, Expiring) and self.on.unit != self.cost.unit:
            raise InvalidProgram(f"{self.name} costs {self.cost}, but takes expiring {self.on.unit.name}; use one unit")

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return the units that it gives, nothing where it gives something else."""
        return issues_of(self.gives, f"what {self.name} gives")

    def for_pieces(self, number: int) -> int:
        """Return how often its price is paid for so many pieces: once for each started number that it has."""
        return -(-number // self.pieces)


@final
@frozen
class Pay:
    """
    Let members pay an amount of money with units, *each* of which is *worth* so much: in all tiers, or by tier.

    A cost that is no whole smallest part of the unit is rounded up. Paid is at least *minimum*, at most *maximum*, and
    a multiple of *step*, all of them money and included; what is captured of a `loyalcore.Hold` may be less. *hold* is
    for how long units are set aside by a hold that does not say until when, *when* to whom and at what time it is open.

    Part of a purchase is paid by its *paid_with*. At most that is the net amount of its items; with *where* of those
    that match, with *share*, such as ``"50%"``, that share of it, floored to a smallest part of the money. The most
    that can be paid is the last *step* within maximum and share, and nothing where that is below the minimum; more is
    refused, see `loyalcore.Program.payable`. With *share* or *where* only purchases can be paid.

    *limit* is of units that pay, or of how many times: of each purchase, redemption or hold that is paid with them, in
    the window of its moment; more is refused. What is given back makes room, and a purchase counts until all the units
    that paid it are back.

    As a part of a purchase comes back, *on_return* says what goes back of the units that paid it: those of that part,
    `in_proportion`, or all of them with the last part, `in_full`, or none, they stay spent, `stays`. *giving_back* says
    whether they `keep` the ends they had or `renew` them, by the unit's policy as of the return; what was paid without
    a purchase, and is undone, comes back as a whole, for as long as that is *returnable*.
    """

    name: str
    each: Amount | PriceBy
    worth: Amount
    minimum: Amount | None = field(default=None, kw_only=True)
    maximum: Amount | None = field(default=None, kw_only=True)
    step: Amount | None = field(default=None, kw_only=True)
    share: Fraction | None = field(default=None, kw_only=True, converter=_share)
    least_share: Fraction | None = field(default=None, kw_only=True, converter=_share)
    where: Condition[OfItem] | None = field(default=None, kw_only=True)
    hold: Duration | None = field(default=None, kw_only=True)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)
    limit: tuple[Limit, ...] = field(default=(), kw_only=True, converter=per_request)
    giving_back: str | None = field(default=None, kw_only=True)
    returnable: Duration | None = field(default=None, kw_only=True)
    on_return: str = field(default=in_proportion, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "a reward")
        as_price(self.each, f"each of {self.name}")
        check_price(self.worth, f"worth of {self.name}")
        if not isinstance(self.worth.unit, Money):
            raise InvalidValue(f"worth of {self.name} must be money, not {shown(self.worth)}")
        for what in ("minimum", "maximum", "step"):
            bound = getattr(self, what)
            if bound is not None:
                check_price(bound, f"{what} of {self.name}")
                if bound.unit != self.worth.unit:
                    raise InvalidValue(f"{what} of {self.name} is money as its worth is, not {shown(bound)}")
        least, step = (0 if each is None else each.minor for each in (self.minimum, self.step))
        if self.maximum is not None and self.maximum.minor < (-(-max(1, least) // step) * step if step else least):
            raise InvalidProgram(
                f"{self.name} has no amount from minimum to maximum that is a step; change one of them"
            )
        _check_hold(self.hold, self.name)
        check_condition(self.when, "event", f"when= of {self.name}")
        check_condition(self.where, "item", f"where= of {self.name}")
        for share in (self.share, self.least_share):
            if share is not None and not 0 < share <= 1:
                raise InvalidValue(f"{self.name} pays a share above 0 and up to 1 of a purchase, not {share}")
        if self.share is not None and self.least_share is not None and self.share < self.least_share:
            raise InvalidProgram(
                f"{self.name} pays no less than {self.least_share} of a purchase and no more than {self.share}; "
                "change one of them"
            )
        check_undone(self)
        check_room_of_spent(self)
        if self.hold is not None and self.is_of_purchases:
            raise InvalidProgram(
                f"{self.name} pays a share of a purchase, so nothing is held before there is one; leave hold= out"
            )

    @property
    def is_of_purchases(self) -> bool:
        """Tell whether it asks what was bought, so that only purchases can be paid with it."""
        return self.share is not None or self.least_share is not None or self.where is not None

    def gives_for(self, amount: Amount, by: str = "") -> Amount:
        """Return the money that units are worth, rounded down, where *by* is the tier or choice."""
        each = self._each(by)
        check_of(amount, each)
        return Amount(self.worth.unit, amount.minor * self.worth.minor // each.minor)

    def needs_for(self, money: Amount, by: str = "") -> Amount:
        """Return the units that money costs, rounded up, where *by* is the tier or choice; steps are not asked."""
        each = self._each(by)
        check_of(money, self.worth)
        return Amount(each.unit, -(-money.minor * each.minor // self.worth.minor))

    def _each(self, by: str) -> Amount:
        return self.each if isinstance(self.each, Amount) else self.each.of(by)

    def most_of(self, money: int) -> int:
        """Return the most that can be paid of so much money, in smallest parts: the last step that fits, or nothing."""
        most = money if self.maximum is None else min(money, self.maximum.minor)
        most -= 0 if self.step is None else most % self.step.minor
        return 0 if self.minimum is not None and most < self.minimum.minor else most

    def least_of(self, whole: int) -> int:
        """Return the least that is paid of so much money, in smallest parts: the share of it, rounded up."""
        return 0 if self.least_share is None else -(-whole * self.least_share.numerator // self.least_share.denominator)
