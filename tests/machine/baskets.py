"""
What the naive model knows of discounts: what each takes off of the lines of a purchase, and what limits leave of it.

Units are thousandths, one by one; what splitting leaves over is dealt out cent by cent. What is taken is a list of the
discounts' names, each with the cents that are off of every line. Functions work on a model, see `machine.model`.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from machine.described import Chosen, Discount, Item, Lane, Limit, Purchase
from machine.reckoning import Fact, event_holds, item_holds, kept_gross, kept_net, plus, round_to_whole, shaped
from machine.sets import sets

if TYPE_CHECKING:
    from machine.model import Model

Taken = list[tuple[str, list[int]]]


def discount(model: Model, fact: Fact) -> tuple[list[tuple[str, str, int]], tuple[str, int | None] | None]:
    """Note what a purchase has off, if it claims; return what that costs, and why a claim cannot be had, if so."""
    assert isinstance(fact.event, Purchase)
    if fact.event.claims is None:
        return [], None
    till = Till(model, fact)
    taken = till.in_turn(outermost(model), [], [])
    for name in fact.event.claims:
        if name not in [each for each, _ in taken]:
            return [], till.said[name]
    ids = [item.id for item in fact.event.items]
    fact.off = {name: dict(zip(ids, off, strict=True)) for name, off in taken}
    fact.pieces = {
        name: {id_: much if cents else 0 for id_, much, cents in zip(ids, till.pieces[name], off, strict=True)}
        for name, off in taken
    }
    costs = [(name, *cost) for name, _ in taken if (cost := till.discount(name).cost)]
    return costs, None


def asked(model: Model, event: Purchase, now: dt.datetime) -> tuple[Taken, list[tuple[str, str, int | None]]]:
    """Return what a purchase told now would have off, and which claims cannot be had, with code and what lacks."""
    model = model.at(max(event.at, now))
    fact = Fact(event, model.now, kept={item.id: item.quantity for item in event.items})
    fact.moments = model.moments(fact)
    till = Till(model, fact)
    taken = till.in_turn(outermost(model), [], [])
    names = [name for name, _ in taken]
    return taken, [(name, *till.said[name]) for name in event.claims or () if name not in names]


def outermost(model: Model) -> list[str]:
    """Return discounts in no lane, and lanes in no other, where their first discount stands."""
    found = []
    for each in model.program.discounts:
        name = each.name
        while outer := [lane for lane in model.program.discount_lanes if name in lane.of]:
            name = outer[0].name
        found.append(name)
    return list(dict.fromkeys(found))


@dataclass
class Till:
    """One purchase whose discounts are looked for; said is why a discount is not taken: a code, and what is missing."""

    model: Model
    fact: Fact
    said: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    #: How much of every line each discount is for.
    pieces: dict[str, list[int]] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        assert isinstance(self.fact.event, Purchase)
        return self.fact.event.items

    @property
    def claims(self) -> tuple[str, ...]:
        assert isinstance(self.fact.event, Purchase)
        return self.fact.event.claims or ()

    def discount(self, name: str) -> Discount:
        return next(each for each in self.model.program.discounts if each.name == name)

    def lane(self, name: str) -> Lane | None:
        return next((each for each in self.model.program.discount_lanes if each.name == name), None)

    def leaves(self, name: str) -> list[str]:
        return leaves(self.model, name)

    # Turns, and lanes. What is *there* says what is left of each line; *beside* is all that units are spent for.

    def in_order(self, names: list[str]) -> list[str]:
        """Return what comes by itself as it is declared, then what is claimed as it is claimed."""

        def turn(name: str) -> int:
            if name in self.claims:
                return 1 + self.claims.index(name)
            return 0 if self.discount(name).claim != "asked" else 1 + len(self.claims)

        return sorted(names, key=lambda name: min(turn(each) for each in self.leaves(name)))

    def in_turn(self, names: list[str], there: Taken, beside: Taken) -> Taken:
        found: Taken = []
        for name in self.in_order(names):
            found = found + self.take(name, there + found, beside + found)
        return found

    def take(self, name: str, there: Taken, beside: Taken) -> Taken:
        lane = self.lane(name)
        if lane is not None:
            return self.in_lane(lane, there, beside)
        rule, basket = self.discount(name), self.basket(there)
        off = [0] * len(self.items)
        why = self.why_not(rule, basket, beside)
        if why is None:
            off = self.off(rule, basket)
            why = ("nothing-off", None)
        if any(off):
            return [(name, off)]
        self.said[name] = why
        return []

    def basket(self, there: Taken) -> Fact:
        """Return the purchase as it is with some discounts taken."""
        basket = copy.copy(self.fact)
        ids = [item.id for item in self.items]
        basket.off = {name: dict(zip(ids, off, strict=True)) for name, off in there}
        return basket

    def why_not(self, rule: Discount, basket: Fact, beside: Taken) -> tuple[str, int | None] | None:
        if rule.claim == "asked" and rule.name not in self.claims:
            return "not-claimed", None
        if not event_holds(rule.when, basket, self.model.program):
            return "not-open", lacking(rule.when, basket)
        if any(limit.per is not None and self.most(limit, rule.name) <= 0 for limit in rule.limits):
            return "limit-reached", None
        if rule.cost is None:
            return None
        unit, cost = rule.cost
        if self.model.debt(unit):
            return "in-debt", self.model.debt(unit)
        others = [self.discount(name).cost for name, _ in beside]
        needed = cost + sum(other[1] for other in others if other and other[0] == unit)
        missing = needed - self.model.balance(unit)
        return ("insufficient", missing) if missing > 0 else None

    def in_lane(self, lane: Lane, there: Taken, beside: Taken) -> Taken:
        if lane.combine == "product":
            found = self.in_turn(list(lane.of), there, beside)
        elif lane.combine == "sum":
            found = self.together(lane, there, beside)
        elif lane.by_item:
            found = self.each_item(lane, there, beside)
        else:
            found = self.one(lane, there, beside)
        for limit in lane.limits:
            if limit.kind == "times" and limit.per is None:
                self.said |= {each: ("limit-reached", None) for each, _ in found[limit.most :]}
                found = found[: limit.most]
            else:
                found = self.cut(found, limit, lane.name)
        return found

    def together(self, lane: Lane, there: Taken, beside: Taken) -> Taken:
        """Let all take off the same, no line below nothing."""
        found: Taken = []
        for name in self.in_order(list(lane.of)):
            for each, off in self.take(name, there, beside + found):
                left = self.left(there + found)
                fits = [min(part, room) for part, room in zip(off, left, strict=True)]
                if any(fits):
                    found = [*found, (each, fits)]
                else:
                    self.said[each] = ("nothing-off", None)
        return found

    def one(self, lane: Lane, there: Taken, beside: Taken) -> Taken:
        """Let one take it all, and the others give way."""
        offers: list[tuple[str, Taken]] = []
        for name in self.in_order(list(lane.of)):
            if lane.combine == "first" and offers:
                self.give_way([name])
            elif found := self.take(name, there, beside):
                offers.append((name, found))
        if not offers:
            return []
        sums = [total(found) for _, found in offers]
        wanted = {"best": max(sums), "worst": min(sums), "first": sums[0]}[lane.combine]
        at = sums.index(wanted)
        self.give_way([name for place, (name, _) in enumerate(offers) if place != at])
        return offers[at][1]

    def give_way(self, names: list[str]) -> None:
        for name in names:
            for each in self.leaves(name):
                self.said.setdefault(each, ("excluded", None))

    def each_item(self, lane: Lane, there: Taken, beside: Taken) -> Taken:
        """Let one take off of each line."""
        offers: list[tuple[str, Taken]] = []
        for name in self.in_order(list(lane.of)):
            offers.append((name, self.take(name, there, beside + [each for _, found in offers for each in found])))
        winners = []
        for at in range(len(self.items)):
            here = [(sum(off[at] for _, off in found), name) for name, found in offers]
            sums = [(number, name) for number, name in here if number]
            numbers = [number for number, _ in sums]
            wanted = {"best": max, "worst": min, "first": lambda found, **_: next(iter(found), 0)}[lane.combine]
            most = wanted(numbers, default=0)
            winners.append(next((name for number, name in sums if number == most), None))
        kept: Taken = []
        for name, found in offers:
            for each, off in found:
                own = [part if winner == name else 0 for part, winner in zip(off, winners, strict=True)]
                if any(own):
                    kept.append((each, own))
                else:
                    self.said[each] = ("excluded", None)
        return kept

    def cut(self, found: Taken, limit: Limit, name: str) -> Taken:
        """Cut what a lane takes to a limit, the last discounts first."""
        most = self.most(limit, name)
        if total(found) <= most:
            return found
        over = total(found) - (0 if limit.reject else most)
        kept: Taken = []
        for each, off in reversed(found):
            stays = max(0, sum(off) - over)
            over -= sum(off) - stays
            own = split(stays, [Fraction(part) for part in off], off, self.discount(each).rest)
            if stays:
                kept.insert(0, (each, own))
            else:
                reached = limit.per is not None and most <= 0
                self.said[each] = ("limit-reached" if reached else "nothing-off", None)
        return kept

    # What one takes off.

    def left(self, there: Taken) -> list[int]:
        return [item.net - sum(off[at] for _, off in there) for at, item in enumerate(self.items)]

    def off(self, rule: Discount, basket: Fact) -> list[int]:
        """Return what is off of each line, by what is left of it."""
        lines = list(basket.items())
        left = [item.net - item.off for item, _ in lines]
        exact = [Fraction(0)] * len(lines)
        fits = [at for at, (item, quantity) in enumerate(lines) if item_holds(rule.where, item, quantity)]
        groups: list[list[tuple[int, int, Fraction]]] = []
        for group in chosen([(at, *lines[at]) for at in fits], rule.of):
            worths = {at: Fraction(left[at] * units, lines[at][1]) for at, units in group.items()}
            whole = sum(worths.values(), Fraction(0))
            groups.append([(at, units, self.share(rule, worths[at], units, whole)) for at, units in group.items()])
        for limit in rule.limits:
            if limit.kind == "pieces":
                groups = pieces_within(groups, limit, self.most(limit, rule.name), whole=is_by_group(rule.of))
        self.pieces[rule.name], counted = [0] * len(lines), Fraction(0)
        for at, units, share in [each for group in groups for each in group]:
            exact[at] += share
            self.pieces[rule.name][at] += units if share else 0
            counted += Fraction(left[at] * units, lines[at][1])
        kind, what = rule.off
        if kind in ("amount", "steps"):
            amount = what
            if kind == "steps":
                amount = round_to_whole(shaped(what, counted), rule.rounding)
            parts = split(min(amount, math.floor(sum(exact))), exact, left, rule.rest)
        elif rule.by_item and not (kind == "price" and is_by_group(rule.of)):
            parts = [min(round_to_whole(each, rule.rounding), most) for each, most in zip(exact, left, strict=True)]
        else:
            parts = deal(round_to_whole(sum(exact), rule.rounding), exact, left, rule.rest)
        for limit in rule.limits:
            if limit.kind == "item":
                over = 0 if limit.reject else limit.most
                parts = [over if part > limit.most else part for part in parts]
        for limit in rule.limits:
            if limit.kind not in ("item", "pieces") and sum(parts) > (most := self.most(limit, rule.name)):
                shares = [min(each, Fraction(part)) for each, part in zip(exact, parts, strict=True)]
                parts = split(0 if limit.reject else int(most), shares, parts, rule.rest)
        return parts

    def share(self, rule: Discount, worth: Fraction, units: int, whole: Fraction) -> Fraction:
        """Return what is off of some units of a line; of an amount, what it can be taken off."""
        kind, what = rule.off
        if kind == "share":
            return worth * what
        if kind == "apiece":
            return min(worth, Fraction(what * units, 1000))
        if kind == "price" and is_by_group(rule.of):
            return worth - worth * what / whole if whole > what else Fraction(0)
        if kind == "price":
            return max(Fraction(0), worth - Fraction(what * units, 1000))
        return worth

    # Limits.

    def most(self, limit: Limit, name: str) -> float:
        """Return the most that may be off by a limit, of one purchase or of what its window leaves."""
        one = 1000 if limit.kind == "pieces" else 1
        if limit.per is None:
            return limit.most * one
        model, at = self.model, self.fact.event.at
        before = [fact for fact in model.facts if fact.off]
        if limit.per.kind == "rolling":
            before = [
                fact for fact in before if plus(model.program.zone, fact.event.at, limit.per.duration) > model.now
            ]
        else:
            bounds = model.bounds(limit.per, at, model.anchors())
            if bounds is None:
                return math.inf
            windows = [(fact, model.bounds(limit.per, fact.event.at, fact.moments["anchors"])) for fact in before]
            before = [fact for fact, window in windows if window is not None and window[0] == bounds[0]]
        names = self.leaves(name)
        if limit.kind == "times":
            return math.inf if sum(is_used(fact, names) for fact in before) < limit.most else 0
        if limit.kind == "pieces":
            return max(0, limit.most * one - sum(still_for(fact, name) for fact in before))
        return max(0, limit.most - sum(still_off(fact, names) for fact in before))


def lacking(when: tuple[Any, ...] | None, basket: Fact) -> int | None:
    """Return how much more of something would do; other conditions than these are of no amount."""
    match when:
        case ("net>=", bound, where):
            return bound - kept_net(basket, where)
        case ("gross>=", bound, where):
            return bound - kept_gross(basket, where)
        case ("spent", window, bound):
            return bound - basket.moments["spent", window]
        case ("balance", unit, bound):
            return bound - basket.moments["balance", unit]
    return None


def leaves(model: Model, name: str) -> list[str]:
    """Return the discounts that a lane is of in the end, or the one of a name."""
    lane = next((each for each in model.program.discount_lanes if each.name == name), None)
    return [name] if lane is None else [leaf for each in lane.of for leaf in leaves(model, each)]


def is_by_group(of: Chosen | None) -> bool:
    return of is not None and (of.of is not None or bool(of.parts)) and of.number is None


def total(found: Taken) -> int:
    return sum(sum(off) for _, off in found)


def still_off(fact: Fact, names: list[str]) -> int:
    """Return what some discounts take off of what is kept of a purchase, floored line by line."""
    tables = [table for name, table in fact.off.items() if name in names]
    return sum(
        table[item.id] * fact.kept[item.id] // item.quantity
        for table in tables
        for item in fact.event.items  # type: ignore[union-attr]
    )


def still_for(fact: Fact, name: str) -> int:
    """Return how much a discount is still for, if what it was not for goes back first."""
    return sum(min(much, fact.kept[id_]) for id_, much in fact.pieces.get(name, {}).items())


def pieces_within(
    groups: list[list[tuple[int, int, Fraction]]], limit: Limit, most: float, *, whole: bool
) -> list[list[tuple[int, int, Fraction]]]:
    """Keep of units that have something off the first, so many thousandths; whole groups where they are such."""
    found = []
    over = False
    for group in groups:
        kept = []
        for at, units, share in group:
            much = min(units, int(most)) if share else units
            over = over or much < units
            most -= much if share else 0
            kept.append((at, much, share * much / units))
        taken = sum(much for (_, much, _), (*_, share) in zip(kept, group, strict=True) if share)
        if whole and taken < sum(units for _, units, share in group if share):
            most += taken
            kept = []
        found.append(kept)
    return [] if over and limit.reject else found


def in_sets(lines: list[tuple[int, Item, int]], units: list[int], of: Chosen) -> list[list[int]]:
    """Return sets of units, of which there are thousandths, or whole lines."""
    items = {at: (item, quantity) for at, item, quantity in lines}
    one, places = 1 if of.lines else 1000, list(dict.fromkeys(units))
    each = [tuple(n for n, (part, _) in enumerate(of.parts) if item_holds(part, *items[at])) for at in places]
    told = [(units.count(at), does_for) for at, does_for in zip(places, each, strict=True)]
    return [[places[at] for at in group] for group in sets(told, [number * one for _, number in of.parts])]


def is_used(fact: Fact, names: list[str]) -> bool:
    """Say whether anything is kept that has something off by one of some discounts."""
    tables = [table for name, table in fact.off.items() if name in names]
    return any(cents and fact.kept[id_] for table in tables for id_, cents in table.items())


def chosen(lines: list[tuple[int, Item, int]], of: Chosen | None) -> list[Counter[int]]:
    """Return which units of lines are chosen, group by group: how many thousandths of each line."""
    if of is None:
        return [Counter({at: quantity for at, _, quantity in lines})]
    units = [at for at, _, quantity in lines for _ in range(1 if of.lines else quantity)]
    one = 1 if of.lines else 1000
    prices = {at: Fraction(item.net, 1 if of.lines else quantity) for at, item, quantity in lines}

    def in_order(found: list[int], order: str) -> list[int]:
        """Sort units; those that cost the same stay as they are."""
        if order == "as_listed":
            return found
        lanes = sorted(dict.fromkeys(found), key=lambda at: prices[at] if order == "from_cheapest" else -prices[at])
        return [at for at in lanes for _ in range(found.count(at))]

    number = math.inf if of.number is None else of.number * one
    size = None if of.of is None else of.of * one
    if of.parts:
        groups = in_sets(lines, in_order(units, of.grouped), of)
    elif size is None:
        groups = [units]
    elif of.grouped == "across":
        complete = len(units) // size
        groups, number = [units], complete * number
    else:
        filled = in_order(units, of.grouped)
        groups = [filled[size * at : size * (at + 1)] for at in range(len(filled) // size)]
    found = [in_order(group, of.order) for group in groups]
    counted = [Counter(group if number == math.inf else group[: int(number)]) for group in found]
    if not of.lines:
        return counted
    own = {at: quantity for at, _, quantity in lines}
    return [Counter({at: own[at] for at in group}) for group in counted]


def split(amount: int, shares: list[Fraction], room: list[int], rest: str) -> list[int]:
    """Split cents in proportion."""
    return deal(amount, [amount * share / sum(shares) for share in shares], room, rest) if amount else [0] * len(shares)


def deal(amount: int, exact: list[Fraction], room: list[int], rest: str) -> list[int]:
    """Floor parts; what is left over of an amount goes cent by cent to whom *rest* says, as there is room."""
    parts = [min(math.floor(each), most) for each, most in zip(exact, room, strict=True)]
    places = [*range(len(exact))]
    if rest == "to_last":
        places.reverse()
    queue = {
        "to_each": [at for at in places if exact[at]],
        "to_largest": sorted(places, key=lambda at: parts[at] - exact[at]),
    }.get(rest, [])
    queue = queue[: amount - sum(parts)]
    order = [at for at in places if exact[at]] + [at for at in places if not exact[at]]
    while sum(parts) < amount:
        at = queue.pop(0) if queue else next(at for at in order if parts[at] < room[at])
        if parts[at] < room[at]:
            parts[at] += 1
    return parts
