"""Discounts drawn: some for a program of any kind, some of them in a lane, and what of them a purchase claims."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from attrs import evolve

import loyalcore as lc
from machine.valued import beside
from strategies import Line, Order

__all__ = ["claims_of", "discounted"]

USD, POINT, STAR = lc.Money("USD"), lc.Unit("point"), lc.Unit("star", places=2)


def discounted(draw: Random, rules: list[Any], fits: Callable[[list[Any]], bool]) -> list[Any]:
    """Draw discounts for some programs, each where it fits."""
    found = list(rules)
    if (apart := beside(draw)).random() < 0.2:
        deals = [_deal(apart, name) for name in ("deal", "other deal")[: apart.choice([1, 2])]]
        found += deals if fits([*found, *deals]) else []
    if draw.random() > 0.35:
        return found
    names, shared = [], evolve(_over(draw), name="offers")
    for name in ("off", "more off", "claimed")[: draw.choice([1, 2, 3])]:
        rule = _discount(draw, name)
        if draw.random() < 0.3:
            rule = evolve(rule, limit=(*rule.limit, shared))
        if (apart := beside(draw)).random() < 0.3:
            rule = evolve(rule, limit=(*rule.limit, _pieces(apart, rule.of)))
        if fits([*found, rule]):
            found.append(rule)
            names.append(name)
    if names and draw.random() < 0.5:
        combine = draw.choice(["sum", "best", "worst", "first", "product"])
        limit = draw.choice([(), lc.at_most(_money(draw), per=lc.purchase), _over(draw), shared])
        per = draw.choice([lc.purchase, lc.item]) if combine in ("best", "worst", "first") else lc.purchase
        if (apart := beside(draw)).random() < 0.3:
            so_many = lc.times(apart.choice([1, 2]), per=lc.purchase)
            limit = (limit, so_many) if isinstance(limit, lc.Limit) else so_many
        if fits([*found, lane := lc.Lane("discounts", of=names, combine=combine, per=per, limit=limit)]):
            found.append(lane)
    return found


def claims_of(draw: Random, program: lc.Program) -> list[str] | None:
    """Draw what a purchase claims: nothing, so that it has no discounts, or an order of some."""
    names = [rule.name for rule in program.of_kind(lc.Discount)]
    if not names or draw.random() < 0.3:
        return None
    return draw.sample(names, draw.choice([0, 1, 1, len(names)]))


def _money(draw: Random) -> lc.Amount:
    return lc.Amount(USD, draw.choice([100, 333, 1000, 5000]))


def _over(draw: Random) -> lc.Limit:
    """Draw a limit over a window."""
    window = draw.choice([lc.month, lc.lifetime, lc.rolling(days=20), lc.week.beginning(day="sun")])
    otherwise = draw.choice([lc.truncate, lc.reject])
    return draw.choice(
        [lc.times(draw.choice([1, 2]), per=window), lc.at_most(_money(draw), per=window, otherwise=otherwise)]
    )


def _deal(draw: Random, name: str) -> lc.Discount:
    """Draw a discount that most baskets have, for units that are counted."""
    groups = [lc.groups_of(2, grouped=lc.from_dearest), lc.Chosen(None, lc.from_dearest)]
    off = draw.choice(["33.3%", lc.apiece(_money(draw)), lc.at_price(_money(draw)), lc.at_price(_money(draw))])
    of = draw.choice([None, lc.cheapest(2), *groups, _sets(draw), _sets(draw), _sets(draw)])
    return lc.Discount(
        name,
        off,
        of,
        where=draw.choice([None, None, ~Line.category.is_("coffee")]),
        limit=draw.choice([(), _pieces(draw, of), _pieces(draw, of)]),
        rest=draw.choice([lc.to_first, lc.to_each]),
    )


def _sets(draw: Random) -> lc.Chosen:
    """Draw sets of different things, some of which do for several parts."""
    some = [Line.category.is_("coffee"), ~Line.category.is_("tea"), ~Line.gift.is_true(), Line.net.at_least(USD(5))]
    parts = {part: draw.choice([1, 1, 2]) for part in draw.sample(some, draw.choice([1, 2, 2, 3]))}
    grouped, each = draw.choice([lc.as_listed, lc.from_dearest, lc.from_cheapest]), draw.choice([None, None, lc.item])
    cheapest = lc.cheapest(of=parts, grouped=grouped, each=each)
    return draw.choice([lc.sets_of(parts, grouped=grouped, lines=draw.random() < 0.2, each=each), cheapest])


def _pieces(draw: Random, of: lc.Chosen | None) -> lc.Limit:
    """Draw a limit to so many pieces, of groups one at least; that over a month may be one of several discounts."""
    group = 1 if of is None or of.of is None else of.of if isinstance(of.of, int) else sum(dict(of.of).values())
    most, otherwise = lc.piece(max(group, draw.choice([1, 2, 5]))), draw.choice([lc.truncate, lc.reject])
    several = lc.at_most(lc.piece(6), per=lc.month, name="pieces")
    window = draw.choice([lc.purchase, lc.month, lc.lifetime, lc.rolling(days=20)])
    own = lc.at_most(most, per=window, otherwise=otherwise)
    full = lc.at_most(lc.piece(1).per_full(2, Line.quantity), per=lc.purchase, otherwise=otherwise)
    return draw.choice([own, own, several, full])


def _discount(draw: Random, name: str) -> lc.Discount:
    cost = draw.choice([None, POINT(draw.choice([1, 7])), STAR("0.30")])
    off: Any = draw.choice(
        [
            "10%",
            "33.3%",
            "100%",
            _money(draw),
            lc.apiece(_money(draw)),
            lc.at_price(_money(draw)),
            USD(3).per_full(USD(20), Line.net),
        ]
    )
    of = draw.choice(
        [
            None,
            lc.cheapest(draw.choice([1, 2])),
            lc.dearest(1, lines=True),
            lc.cheapest(of=2),
            lc.dearest(of=3, grouped=lc.from_dearest),
            lc.groups_of(2),
            lc.cheapest(of=2, each=Line.category),
            lc.groups_of(2, each=lc.item),
            lc.dearest(each=Line.gift),
            lc.cheapest(lc.piece(1).per_full(2, Line.quantity)),
        ]
    )
    rule = lc.Discount(
        name,
        off,
        of,
        where=draw.choice([None, None, Line.category.is_("coffee"), Line.gift.is_true(), Line.net.at_least(USD(10))]),
        when=draw.choice(
            [
                None,
                None,
                Order.net.at_least(USD(20)),
                Order.net_before_discounts.at_least(USD(20)),
                lc.ordinal.at_most(3),
                Order.count.over(lc.month).at_least(1),
                Order.channel.is_("app") | lc.weekday("sat", "sun"),
                POINT.balance.at_least(POINT(20)),
            ]
        ),
        claim=draw.choice([lc.once, lc.asked]) if cost is None else lc.asked,
        cost=cost,
        limit=draw.choice(
            [(), lc.at_most(_money(draw), per=lc.purchase), lc.at_most(_money(draw), per=lc.item), _over(draw)]
        ),
        rounding=draw.choice([lc.floor, lc.half_up]),
        stage=draw.choice([lc.purchase, lc.item]),
        rest=draw.choice([lc.to_first, lc.to_last, lc.to_each, lc.to_largest]),
    )
    return rule if (apart := beside(draw)).random() < 0.6 else _counting(apart, rule)


def _counting(draw: Random, rule: lc.Discount) -> lc.Discount:
    """Let what is off, or at most, be a number: of what the discount is of, or of the basket, or of both."""
    by_number = ({0: "10%", 2: "33.3%"}, draw.choice([lc.whole, lc.marginal]))
    all_of_it = Line.net.sum(draw.choice([lc.always, Line.category.is_("coffee")]))
    number = draw.choice(
        [
            USD.bands(Line.net, *by_number, by=Line.quantity),
            USD.bands(all_of_it, *by_number, by=Line.quantity),
            USD.bands(Line.net, {0: "5%", USD(20): "12.5%"}, by=all_of_it),
            USD("0.37").per_item(),
            USD("0.5").per(1, Line.points),
            USD.per(USD(1), Line.net * "0.5" - all_of_it * "0.1"),
            USD("0.1").per(USD(1), lc.product(Line.net_before_discounts, Order.nights)),
            USD(1).per_full(2, Line.quantity).capped(USD(3)),
        ]
    )
    if beside(draw).random() < 0.2:
        told = draw.choice([Order.channel.is_("app"), Order.net.at_least(USD(30)), Line.quantity.sum().below(4)])
        number = USD.bands(draw.choice([Line.net, Line.net_before_discounts]).when(told), {0: "12.5%"})
    if draw.random() < 0.5:
        return evolve(rule, off=number)
    others = [each for each in rule.limit if each.per != lc.purchase]
    return evolve(rule, limit=(*others, lc.at_most(number, per=lc.purchase)))
