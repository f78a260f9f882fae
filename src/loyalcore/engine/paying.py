"""Paying: purchases with discounts, or of which a part is paid with points, and what of one could be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from loyalcore.answers import Refusal
from loyalcore.engine.affording import beyond, closed, price, short, tier_of
from loyalcore.engine.engine import Engine
from loyalcore.engine.items import item_condition
from loyalcore.engine.plan import canonical_columns
from loyalcore.engine.takings import Taken
from loyalcore.engine.tallying import Changes
from loyalcore.engine.tenders import claims_of, dealt, frozen_of, less_points, paid_with, still_spent
from loyalcore.engine.unmet import as_refusal
from loyalcore.engine.worth import table_of
from loyalcore.entries import Row
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.rewards import Pay
from loyalcore.terms import Terms
from loyalcore.units import Amount, Unit

__all__ = ["payable", "purchase", "uses_again"]

_ID, _NET, _QUANTITY = range(3)


class _Basket:
    """Be the items of a purchase, less their discounts, and what of each is still to be paid."""

    def __init__(self, terms: Terms, items: tuple[Any, ...], taken: Taken) -> None:
        self._terms, self._items = terms, items
        self._nets = taken.less([item[_NET] for item in items])
        self.left = self._nets

    def admitted(self, pay: Pay) -> list[int]:
        """Return what is still to be paid of each item, nothing of those that a rule does not admit."""
        return [left if fits else 0 for left, fits in zip(self.left, self._fitting(pay), strict=True)]

    def most(self, pay: Pay) -> int:
        """Return the most money that a rule pays of this, in steps."""
        money = sum(self.admitted(pay))
        if pay.share is not None:
            money = min(money, self._whole(pay) * pay.share.numerator // pay.share.denominator)
        return pay.most_of(money)

    def least(self, pay: Pay) -> int:
        """Return the least money that a rule pays of this, by its share."""
        return pay.least_of(self._whole(pay))

    def _whole(self, pay: Pay) -> int:
        """Return what the items come to that a rule admits, with what is paid of them otherwise."""
        return sum(net for net, fits in zip(self._nets, self._fitting(pay), strict=True) if fits)

    def pay(self, pay: Pay, amount: int) -> list[int]:
        """Pay an amount by a rule; return how much of each item that pays."""
        parts = dealt(amount, self.admitted(pay))
        self.left = [left - part for left, part in zip(self.left, parts, strict=True)]
        return parts

    def _fitting(self, pay: Pay) -> list[bool]:
        columns, _ = canonical_columns(self._terms, "purchase")
        test: Callable[[Any], bool] = item_condition(self._terms, pay.where, columns.reader)
        return [test(item) for item in self._items]


class _Spending(NamedTuple):
    """Be what is spent on a purchase: by which rule, of which unit, how much."""

    rule: str
    unit: Unit
    cost: int


def _tendered(
    engine: Engine, core: Core, at: int, content: tuple[Any, ...], used: Changes
) -> tuple[list[_Spending], tuple[Any, ...]] | Refusal:
    """
    Return what is spent on a purchase, and what is frozen of discounts and of what is paid; or why it cannot be.

    What is *used* of limits, on discounts and on what pays, is noted.
    """
    claims, taken, spending, frozen = claims_of(content), Taken(), list[_Spending](), list[Any]()
    if claims is not None:
        taken, refused = engine.discounting.judge(core, at, content, claims)
        if lacking := [name for name in claims if name in refused]:
            return as_refusal(engine, refused[lacking[0]])
        engine.discounting.uses(core, at, taken, used)
        frozen += frozen_of(taken.parts, dict(taken.pieces))
        spending += [_Spending(*cost) for cost in taken.costs]
    basket, costs = _Basket(engine.terms, content[1], taken), dict[Unit, int]()
    for _, unit, cost in spending:
        costs[unit] = costs.get(unit, 0) + cost
    flat = paid_with(content)
    for name, amount in zip(flat[::2], flat[1::2], strict=True):
        pay = engine.rewards[name]
        assert isinstance(pay, Pay)  # noqa: S101 - the program has seen to it
        if (refusal := closed(engine, core, at, pay, amount)) is not None:
            return refusal
        if amount > (most := basket.most(pay)):
            paid, there = Amount(pay.worth.unit, amount), Amount(pay.worth.unit, most)
            return Refusal("above-share", f"{name} pays at most {there} of this purchase, not {paid}")
        if amount < (least := basket.least(pay)):
            paid, there = Amount(pay.worth.unit, amount), Amount(pay.worth.unit, least)
            return Refusal("below-share", f"{name} pays at least {there} of this purchase, not {paid}")
        unit, cost = price(pay, tier_of(engine, core, at, pay), 1, amount)
        costs[unit] = costs.get(unit, 0) + cost
        if (refusal := short(core, unit, costs[unit], name)) is not None:
            return refusal
        before = {each.rule: each.cost for each in spending}
        if (refusal := beyond(engine, core, name, at, Amount(unit, cost), 1, used, before)) is not None:
            return refusal
        spending.append(_Spending(name, unit, cost))
        frozen += basket.pay(pay, amount)
    return spending, tuple(frozen)


def purchase(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Judge and record a purchase with discounts, or paid with points in part: first they are spent, then it earns."""
    used = Changes()
    found = _tendered(engine, core, at, content, used)
    if isinstance(found, Refusal):
        return found
    spending, frozen = found

    def spend(cause: int) -> None:
        if spending:
            engine.poster.extend(core, at, cause, "redemption")
        for rule, unit, cost in spending:
            engine.poster.spend(core, at, cause, rule, unit.name, cost)

    items = less_points(content, frozen, content[1])
    engine.recorders["purchase"].record_paid(core, at, now, id_, content, items, (frozen, spend, used))
    return None


def uses_again(engine: Engine, core: Core, purchase: Row, rows: tuple[tuple[Any, ...], ...], changes: Changes) -> None:
    """Note what a recorded purchase uses of limits on what pays with some items kept, in the same windows."""
    left = still_spent(core, purchase, rows, engine.on_return) if engine.paid else {}
    for place, into in ((5, changes.sums), (6, changes.slides)):
        for tally, key in table_of(purchase[place]):
            if tally in engine.paid:
                name, times = engine.paid[tally]
                into.extend((tally, key, min(left[name], 1) if times else left[name]))


def _room(engine: Engine, core: Core, at: int, pay: Pay, costs: Mapping[str, int]) -> int:
    """Return how many units limits let a rule take, beside the costs of others of the same purchase."""
    most = FOREVER
    for allowance in engine.allowances.get(pay.name, ()):
        left = max(0, allowance.left(core, at) - allowance.beside(costs))
        most = min(most, left) if not allowance.times or not left else most
    return most


def payable(
    engine: Engine, core: Core, at: int, pay: Pay, content: tuple[Any, ...], wanted: Amount | None = None
) -> Amount:
    """
    Return the most money of a purchase that a member can pay at a moment, on an account that is up to date.

    That is beside its discounts, and beside what it says is paid by other rules; not more than is wanted, where that is
    said in money or in points.
    """
    test, book = engine.access.get(pay.name), core.held(pay.each.unit.name)
    claims, taken = claims_of(content), Taken()
    if claims is not None:
        taken, _ = engine.discounting.judge(core, at, content, claims)
    basket, flat = _Basket(engine.terms, content[1], taken), paid_with(content)
    spent, costs = sum(cost for _, unit, cost in taken.costs if unit == pay.each.unit), dict[str, int]()
    for name, amount in zip(flat[::2], flat[1::2], strict=True):
        other = engine.rewards[name]
        if other is not pay and isinstance(other, Pay):
            amount = min(amount, sum(basket.admitted(other)))  # noqa: PLW2901 - more is refused with the purchase
            unit, cost = price(other, tier_of(engine, core, at, other), 1, amount)
            if amount:
                basket.pay(other, amount)
                costs[name] = cost
            spent += cost if unit == pay.each.unit else 0
    most = basket.most(pay)
    if book is None or book.debt or (test is not None and not test(core, at)):
        return Amount(pay.worth.unit, 0)
    told = tier_of(engine, core, at, pay)
    each = pay.each if isinstance(pay.each, Amount) else pay.each.of(told[0])
    there = min(max(0, book.balance - spent), _room(engine, core, at, pay, costs))
    if wanted is not None and wanted.unit == pay.worth.unit:
        most = min(most, wanted.minor)
    elif wanted is not None:
        there = min(there, wanted.minor)
    money = pay.most_of(min(most, there * pay.worth.minor // each.minor))
    return Amount(pay.worth.unit, 0 if money < basket.least(pay) else money)
