"""
Discounts: what is off the items of a basket.

A discount is read in one direction: the items that match, the units of them that are chosen, what is off those, what
limits leave of that, and how it is split over the lines. Several follow one another, each on what the one before has
left, unless they stand in a `loyalcore.Lane`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import islice
from typing import Any, final

from attrs import field, frozen

from loyalcore.budgets import Budget, as_budget, check_account
from loyalcore.conditions import Condition, OfEvent, OfItem, TextOf, check_condition
from loyalcore.errors import InvalidProgram, InvalidValue, is_a, shown
from loyalcore.limits import Defer, Limit, check_counts, later
from loyalcore.numbers import Rounding, floor, ratio
from loyalcore.packages import as_listed
from loyalcore.prices import PriceBy, as_price, check_price
from loyalcore.returning import in_proportion
from loyalcore.rewards import asked, once, piece
from loyalcore.texts import check_name
from loyalcore.undoing import check_spent
from loyalcore.units import Accrual, Amount, Money
from loyalcore.windows import Holding, Scope, item, purchase, redemption

__all__ = [
    "Apiece",
    "AtPrice",
    "Chosen",
    "Discount",
    "across",
    "apiece",
    "at_price",
    "cheapest",
    "dearest",
    "from_cheapest",
    "from_dearest",
    "groups_of",
    "sets_of",
    "to_each",
    "to_first",
    "to_largest",
    "to_last",
]

#: Take the cheapest units first, of equal ones those listed first.
from_cheapest = "from_cheapest"
#: Take the dearest units first, or fill groups with them; of equal ones those listed first.
from_dearest = "from_dearest"
#: Count complete groups, and choose among all units together.
across = "across"

#: What splitting leaves over goes to the first line.
to_first = "to_first"
#: What splitting leaves over goes to the last line.
to_last = "to_last"
#: What splitting leaves over goes, one smallest part each, to the lines from the first one on.
to_each = "to_each"
#: What splitting leaves over goes, one smallest part each, to the lines from which most was cut off.
to_largest = "to_largest"

_ORDERS = (as_listed, from_cheapest, from_dearest)
_GROUPED = (across, as_listed, from_dearest, from_cheapest)
_RESTS = (to_first, to_last, to_each, to_largest)
_NUMBER_MAX = 10**6
#: How many different things may be in a set: which units go together is judged by all that several of them ask for.
_PARTS_MAX = 8

#: What a set is made of: conditions about items, with how many of each.
Parts = tuple[tuple[Condition[OfItem], int], ...]


def _check_number(number: object, what: str) -> None:
    if type(number) is not int or not 0 < number <= _NUMBER_MAX:
        raise InvalidValue(f"{what} is a whole number from 1 to {_NUMBER_MAX}, not {shown(number)}")


def _of(given: Any) -> Any:
    """Return the size of a group, or what a set is made of."""
    if given is None or isinstance(given, int | str) or not isinstance(given, Iterable):
        return given
    return tuple(islice(given.items() if isinstance(given, Mapping) else given, _PARTS_MAX + 1))


def _check_parts(parts: Any) -> None:
    wanted = 'a set is made of conditions about items, with how many of each: {Line.kind.is_("drink"): 1}'
    if not isinstance(parts, tuple):
        raise InvalidValue(f"{wanted}; not {shown(parts)}")
    for part in parts:
        if not isinstance(part, tuple) or len(part) != 2 or not isinstance(part[0], Condition):
            raise InvalidValue(f"{wanted}; not {shown(part)}")
        check_condition(part[0], "item", "a part of a set")
        _check_number(part[1], "how many of a part are in a set")
    if not 0 < len(parts) <= _PARTS_MAX:
        raise InvalidValue(f"a set has 1 to {_PARTS_MAX} parts; ask for several with one condition: {shown(parts)}")
    if len({condition for condition, _ in parts}) < len(parts):
        raise InvalidValue(f"a set has one part twice; name it once, with how many there are in all: {shown(parts)}")


def _size(of: int | Parts) -> int:
    """Return how many units are in one group or set."""
    return of if isinstance(of, int) else sum(number for _, number in of)


@final
@frozen
class Chosen:
    """
    Be which units of the items are chosen: so many, in an order, of all or of each complete group.

    *number* is how many, all where it is None, or an accrual in `loyalcore.piece` that says it for each purchase. With
    *of* only complete groups of so many units count, or complete sets of so many units of each kind, and *grouped* says
    how they fill. With *lines* whole lines are
    counted instead of units of quantity. With *each* so many are chosen, and groups fill, of each line alone, with
    `loyalcore.item`, or of all items that share a text or flag, such as ``Line.sku``. Build it with `cheapest`,
    `dearest`, `groups_of` or `sets_of`.
    """

    number: int | Accrual | None = None
    order: str = as_listed
    of: int | Parts | None = field(default=None, converter=_of)
    grouped: str = across
    lines: bool = False
    each: TextOf[Any] | Scope | None = None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.number, Accrual):
            if self.number.unit != piece or self.of is not None:
                raise InvalidValue(
                    f"how many are chosen is counted in pieces, and not of groups: {shown(self.number)}; write "
                    "piece(1).per_full(2, Line.quantity.sum()), or a number"
                )
        elif self.number is not None:
            _check_number(self.number, "how many are chosen")
        if self.order not in _ORDERS:
            raise InvalidValue(f"what is chosen is taken in order {', '.join(_ORDERS)}, not {shown(self.order)}")
        if self.grouped not in _GROUPED:
            raise InvalidValue(f"groups fill {', '.join(_GROUPED)}, not {shown(self.grouped)}")
        self._check_of()
        if type(self.lines) is not bool:
            raise InvalidValue(f"lines= says whether whole lines are counted, True or False, not {shown(self.lines)}")
        if self.of is not None and self.number is None and self.grouped == across:
            raise InvalidValue("all of each group are chosen as groups fill; write grouped=as_listed or another")
        if self.of is None and self.grouped != across:
            raise InvalidValue(f"there are no groups to fill {self.grouped}; say of= how many they are")
        self._check_each()

    def _check_of(self) -> None:
        if self.of is None:
            return
        if isinstance(self.of, int):
            _check_number(self.of, "the size of a group")
        else:
            _check_parts(self.of)
            if self.grouped == across:
                raise InvalidValue("units are chosen of each set as it fills; write grouped=as_listed or another")
        size = _size(self.of)
        if isinstance(self.number, int) and self.number > size:
            raise InvalidValue(f"{self.number} of every {size} are more than there are; choose fewer")

    def _check_each(self) -> None:
        if self.each is None:
            return
        if self.each != item and not (isinstance(self.each, TextOf) and self.each.of == "item"):
            raise InvalidValue(
                f"units are chosen of each item, or for each text or flag of the items, not for {shown(self.each)}"
            )
        if isinstance(self.number, Accrual):
            raise InvalidValue(f"of each so many are chosen as a number says, not {shown(self.number)}")


def cheapest(
    number: int | Accrual = 1,
    *,
    of: int | Mapping[Condition[OfItem], int] | None = None,
    grouped: str = across,
    lines: bool = False,
    each: TextOf[Any] | Scope | None = None,
) -> Chosen:
    """
    Choose the cheapest units, by their price before any discount; of equal ones those listed first.

    ``cheapest(1, of=3)`` is one for every three: the cheapest of them all, or, with ``grouped=from_dearest``, the
    cheapest of each group as they fill with the dearest first. Of sets, see `sets_of`, it is one of each:
    ``of={snack: 1, drink: 1}, grouped=from_dearest``. With *lines* whole lines are counted. Units are of
    quantity: of half a kilogram there is a half. ``cheapest(1, of=3, each=Line.sku)`` is three of the same for two.
    """
    return Chosen(number, from_cheapest, of, grouped, lines, each)


def dearest(
    number: int | Accrual = 1,
    *,
    of: int | Mapping[Condition[OfItem], int] | None = None,
    grouped: str = across,
    lines: bool = False,
    each: TextOf[Any] | Scope | None = None,
) -> Chosen:
    """Choose the dearest units, by their price before any discount; see `cheapest`."""
    return Chosen(number, from_dearest, of, grouped, lines, each)


def groups_of(
    number: int, *, grouped: str = as_listed, lines: bool = False, each: TextOf[Any] | Scope | None = None
) -> Chosen:
    """Choose all units of complete groups, which fill line by line; what is left over has nothing off."""
    return Chosen(None, as_listed, number, grouped, lines, each)


def sets_of(
    parts: Mapping[Condition[OfItem], int],
    *,
    grouped: str = as_listed,
    lines: bool = False,
    each: TextOf[Any] | Scope | None = None,
) -> Chosen:
    """
    Choose all units of complete sets of different things: ``sets_of({snack: 1, drink: 1})``, of conditions about items.

    There are as many sets as can be made. They fill line by line, or *grouped* from the dearest or the cheapest, by the
    price before any discount: whatever comes first is in a set, unless that would make fewer sets, and the first of
    each part are together. A unit is in one set; one that does for several parts goes to the first of them that leaves
    the others enough. What is left over has nothing off.
    """
    return Chosen(None, as_listed, parts, grouped, lines, each)


@final
@frozen
class Apiece:
    """Be an amount off each unit that is chosen, at most what it costs. Build it with `apiece`."""

    amount: Amount

    def __attrs_post_init__(self) -> None:
        _check_money(self.amount, "what is off each unit")


def apiece(amount: Amount) -> Apiece:
    """Take so much off each unit of quantity that is chosen, never more than it costs."""
    return Apiece(amount)


@final
@frozen
class AtPrice:
    """Be a price for each complete group, or each unit, that is chosen. Build it with `at_price`."""

    amount: Amount

    def __attrs_post_init__(self) -> None:
        _check_money(self.amount, "what a group costs")


def at_price(amount: Amount) -> AtPrice:
    """
    Let each complete group or set cost so much, or each unit where not whole ones are chosen: ``any two for 5.00``.

    What costs no more than that has nothing off.
    """
    return AtPrice(amount)


def _check_money(amount: object, what: str) -> None:
    if not isinstance(check_price(amount, what).unit, Money):
        raise InvalidValue(f"{what} is money, not {shown(amount)}")


def _off(given: object) -> Any:
    return ratio(given, "what is off") if isinstance(given, str | Fraction) else given


def _limits(given: object) -> Any:
    return tuple(given) if isinstance(given, Iterable) else (given,)


@final
@frozen
class Discount:
    """
    Take something off what is bought.

    *off* is a share (``"10%"``), an amount of money, an accrual in it such as ``USD(5).per_full(USD(50), Order.net)``,
    `apiece`, or `at_price`. *where* narrows the items, *of* the units of them that are chosen: all, or `cheapest`,
    `dearest`, `groups_of`, `sets_of`. *when* says for which purchases and members it holds. Conditions and numbers are
    of the basket as its turn comes: ``Line.net`` is what the discounts before have left, and what it was is
    ``Line.net_before_discounts``. Numbers of items, in *off* and in a limit, count what is chosen of the items that
    match, and in *of* and in a limit in pieces the items that match; a total with a condition of its own,
    ``Line.net.sum(always)``, counts the items that meet it. Units are chosen by their prices before any discount; what
    is taken off is of what is left, never more.

    What is off is rounded once and then split over the lines, a share into what is off of each, an amount in
    proportion; each part is cut to a smallest part, and *rest* says who has what that leaves over: `to_first`,
    `to_last`, `to_each` or `to_largest`. With ``stage=item`` a share, or an amount apiece, is rounded line by line.
    *limit* is the most, per purchase or per item, or what a member may have in a window, as `at_most` money, a number
    of `times`, or `at_most` so many pieces: ``at_most(piece(6), per=month)``, of which the first that are chosen have
    something off, groups as a whole. What is returned gives its part of that back, and the last item that has
    something off its time.

    With ``claim=asked`` it is for purchases whose *claims* name it, and may *cost* units, which are spent with it, and
    come back by *on_return* and *giving_back* as those of a `loyalcore.Pay` do. With *stock* there are only so many for
    all members: each purchase that has it takes a `piece` from that account, named by its id or by a text of the
    purchase such as ``Order.code``; where that is empty there is none to have. The piece goes back with the last item
    that has something off. With *budget* there is only so much money for all members: what is off comes out of that
    account, by its id or as a `Budget`, and what is returned goes back.

    Limits over a window that have one *name* are one limit: all discounts, and lanes of such, that hold it use its room
    together, each what those before it in the purchase have left.
    """

    name: str
    off: Fraction | Amount | Accrual | Apiece | AtPrice = field(converter=_off)
    of: Chosen | None = None
    where: Condition[OfItem] | None = field(default=None, kw_only=True)
    when: Condition[OfEvent] | None = field(default=None, kw_only=True)
    claim: str = field(default=once, kw_only=True)
    cost: Amount | PriceBy | None = field(default=None, kw_only=True)
    stock: str | int | TextOf[Any] | None = field(default=None, kw_only=True)
    budget: Budget | None = field(default=None, kw_only=True, converter=as_budget)
    limit: tuple[Limit, ...] = field(default=(), kw_only=True, converter=_limits)
    rounding: Rounding = field(default=floor, kw_only=True)
    stage: Scope = field(default=purchase, kw_only=True)
    rest: str = field(default=to_first, kw_only=True)
    giving_back: str | None = field(default=None, kw_only=True)
    on_return: str = field(default=in_proportion, kw_only=True)

    def __attrs_post_init__(self) -> None:
        name = check_name(self.name, "a discount")
        self._check_off()
        if self.of is not None and not is_a(self.of, Chosen):
            raise InvalidValue(
                f"of= of {name} is cheapest(…), dearest(…), groups_of(…) or sets_of(…), not {shown(self.of)}"
            )
        check_condition(self.where, "item", f"where= of {name}")
        check_condition(self.when, "event", f"when= of {name}")
        if self.claim not in (asked, once):
            raise InvalidValue(f"{name} is claimed once, by itself, or asked, not {shown(self.claim)}")
        if self.cost is not None:
            as_price(self.cost, f"the cost of {name}")
            if self.claim != asked:
                raise InvalidProgram(f"{name} costs {shown(self.cost)}, so members ask for it; write claim=asked")
        check_spent(self)
        if self.cost is None and (self.giving_back is not None or self.on_return != in_proportion):
            raise InvalidProgram(f"{name} costs nothing, so nothing comes back; leave giving_back= and on_return= out")
        if self.stock is not None:
            account = check_account(self.stock, f"the stock of {name}")
            if is_a(account, TextOf) and account.of != "event":
                raise InvalidValue(
                    f"the stock of {name} is named by its id or by a text of the event, not by a setting"
                )
        if self.stock is not None and self.budget is not None:
            raise InvalidProgram(f"{name} comes out of a stock and out of a budget; keep one of them")
        check_caps(self.limit, name)
        check_counts(self.limit, name)
        self._check_pieces()
        if not is_a(self.rounding, Rounding) or self.stage not in (item, purchase):
            raise InvalidValue(
                f"{name} rounds by floor, ceiling, half_up or another rounding at stage item or purchase, "
                f"not by {shown(self.rounding)} at {shown(self.stage)}"
            )
        if self.rest not in _RESTS:
            raise InvalidValue(f"rest= of {name} is one of {', '.join(_RESTS)}, not {shown(self.rest)}")

    def _check_pieces(self) -> None:
        """Refuse limits in pieces that are too small for a group of units; a whole line may be less than a piece."""
        of = self.of
        if of is None or of.of is None or of.number is not None or of.lines:
            return
        size = _size(of.of)
        for limit in self.limit:
            if is_of_pieces(limit) and isinstance(limit.most, Amount) and limit.most.minor < size:
                raise InvalidProgram(
                    f"{self.name} is limited to {limit.most}, but {size} units go together and have something off as a "
                    f"whole or not at all; allow {piece(size)} or more"
                )

    def _check_off(self) -> None:
        off = self.off
        if isinstance(off, Fraction):
            if not 0 < off <= 1:
                raise InvalidValue(f"{self.name} takes a share above 0 and up to 100% off, not {off}")
        elif isinstance(off, Amount):
            _check_money(off, f"what {self.name} takes off")
        elif not is_a(off, Accrual, Apiece, AtPrice):
            raise InvalidValue(
                f'{self.name} takes "10%", an amount of money, apiece(…) or at_price(…) off, not {shown(off)}'
            )


def is_of_pieces(limit: Limit) -> bool:
    """Tell whether a limit of a discount is of how many units have something off, and not of money or times."""
    return isinstance(limit.most, Amount | Accrual) and limit.most.unit == piece


def check_caps(limits: tuple[Limit, ...], what: str) -> None:
    """Refuse limits of a discount, or of a lane of discounts, that are not of one purchase or a member's window."""
    for limit in limits:
        if not is_a(limit, Limit):
            raise InvalidValue(f"limit of {what} is at_most(…) or times(…), not {shown(limit)}")
        if limit.per == redemption or is_a(limit.per, Holding) or is_a(limit.otherwise, Defer):
            raise InvalidProgram(
                f"{what} is a discount, and limited per purchase, per item, or over a window, all at once: "
                f"at_most(USD(30), per=purchase), times(1, per=lifetime); not {shown(limit)}"
            )
        if limit.each is not None or limit.freed != later:
            raise InvalidProgram(
                f"{what} has a limit with a key, but a limit of a discount is the member's own; what several discounts "
                f"share is a limit with a name, what members share is a stock or a budget: {shown(limit)}"
            )
        if is_of_pieces(limit) and limit.per == item:
            raise InvalidProgram(f"{what} is limited to pieces of each item; choose so many, as dearest(2, each=item)")
    if len({(limit.kind, is_of_pieces(limit)) for limit in limits}) < len(limits):
        raise InvalidProgram(f"{what} has two limits of one kind; keep the one that is meant")
