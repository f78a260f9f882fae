"""
The library's programs, built from their descriptions.

`machine.programs` draws descriptions, the naive model works on them; here each of their words becomes the library's.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import loyalcore as lc
from machine.described import (
    Boost,
    ByTier,
    Chosen,
    Dated,
    Dates,
    Discount,
    Duration,
    Earn,
    EndOf,
    Exchange,
    Expiry,
    Issue,
    Ladder,
    Life,
    Limit,
    Milestones,
    Packages,
    Program,
    Rate,
    Reward,
    Steps,
    Streak,
    Transferable,
    Until,
    Window,
)


class Line(lc.Item):
    category = lc.Text()
    points = lc.Number(missing=0)
    gift = lc.Flag(missing=False)


class Order(lc.Purchase):
    channel = lc.Text(missing="")
    nights = lc.Number(missing=0)


class Deed(lc.Activity):
    spent = lc.Price(missing=0)


EVENTS = {"purchase": lc.Purchase, "enrolment": lc.Enrolment, "activity": lc.Activity}
REFUSABLE = EVENTS | {"redemption": lc.Redemption, "return": lc.Return}
USD = lc.Money("USD")
SCALE = {"net": 100, "full": 100, "gross": 100, "spent": 100, "quantity": 1000, "points": 1, "nights": 1, "count": 1}
MEASURES = {
    "net": Line.net,
    "full": Line.net_before_points,
    "gross": Line.net_before_discounts,
    "quantity": Line.quantity,
    "points": Line.points,
    "nights": Order.nights,
    "count": Order.count,
    "spent": Deed.spent,
}


@cache
def build(description: Program) -> lc.Program:
    """Build the library's program from a description."""
    units = {name: lc.Unit(name, places=places) for name, places in description.units}
    rules: list[Any] = [build_earn(earn, units) for earn in description.earns]
    rules += [
        lc.Boost(
            boost.name,
            boost_worth(boost),
            of=boost.of,
            where=item_condition(boost.where),
            when=event_condition(boost.when, units),
        )
        for boost in description.boosts
    ]
    for lane in description.lanes:
        unit = units[description.earns[0].unit]
        limits = [build_limit(limit, unit) for limit in lane.limits]
        rules.append(lc.Lane(lane.name, of=list(lane.of), combine=lane.combine, limit=limits or None))
    rules += [build_ladder(each, units) for each in description.ladders]
    rules += [
        lc.Expiry(units[each.unit], life(each), unless=lc.in_tier(*each.unless) if each.unless else None)
        for each in description.expiries
    ]
    rules += [build_reward(each, units) for each in description.rewards]
    rules += [build_exchange(each, units) for each in description.exchanges]
    rules += [
        lc.Pay(
            each.name,
            each=lc.Amount(units[each.unit], each.each),
            worth=lc.Amount(USD, each.worth),
            hold=build_life(each.hold),
            minimum=each.minimum and lc.Amount(USD, each.minimum),
            maximum=each.maximum and lc.Amount(USD, each.maximum),
            step=each.step and lc.Amount(USD, each.step),
            share=each.share,
            least_share=each.least_share,
            where=item_condition(each.where),
            giving_back=each.giving_back,
            on_return=each.on_return,
            returnable=build_life(each.returnable),
        )
        for each in description.pays
    ]
    rules += [
        lc.Refuse(each.name, on=REFUSABLE[each.on], when=event_condition(each.when, units))
        for each in description.refusals
    ]
    rules += [build_streak(each, units) for each in description.streaks]
    rules += [build_discount(each, units) for each in description.discounts]
    rules += [
        lc.Lane(
            each.name,
            of=list(each.of),
            combine=each.combine,
            per=lc.item if each.by_item else lc.purchase,
            limit=[build_limit(limit, USD) for limit in each.limits],
        )
        for each in description.discount_lanes
    ]
    orders = {"soonest": lc.soonest_first, "oldest": lc.oldest_first, "newest": lc.newest_first}
    rules += [lc.Burn(units[each.unit], orders[each.order], first=each.first) for each in description.burns]
    rules += [build_transferable(each, units[each.unit]) for each in description.transfers]
    rules += [
        lc.Raise(
            each.name,
            each.activity,
            to=lc.setting(each.setting),
            when=event_condition(each.when, units),
            values={"spent": Line.net} if each.carries else {},
        )
        for each in description.raises
    ]
    return lc.Program(
        description.name,
        version="1",
        timezone=description.zone,
        currency=USD,
        items=Line,
        purchases=Order,
        activities=Deed,
        rules=rules,
        taking_back=description.taking_back,
        giving_back=description.giving_back,
    )


def build_earn(earn: Earn, units: dict[str, lc.Unit]) -> Any:
    unit = units[earn.unit]
    on = EVENTS[earn.on] if isinstance(earn.on, str) else cause(earn.on)
    accrual = build_accrual(earn, unit)
    return lc.Earn(
        earn.name,
        accrual,
        where=item_condition(earn.where),
        when=event_condition(earn.when, units),
        over=lc.purchase if earn.over is None else build_window(earn.over),
        on=on,
        limit=[build_limit(limit, unit) for limit in earn.limits] or None,
        rounding=getattr(lc, earn.rounding),
        stage=lc.item if earn.by_item else lc.purchase,
        pending=build_pending(earn.pending),
        expires=build_life(earn.expires),
        expires_from=earn.expires_from,
        taking_back=earn.taking_back,
        budget=None if earn.budget is None else lc.Budget(earn.budget, lc.reject if earn.whole else lc.truncate),
    )


def build_reward(each: Reward, units: dict[str, lc.Unit]) -> Any:
    unit = units[each.unit]
    cost: Any = lc.Amount(unit, each.cost)
    if each.by_tier is not None:
        ladder, prices = each.by_tier
        cost = lc.price_by_tier(ladder, {tier: lc.Amount(unit, price) for tier, price in prices}, otherwise=cost)
    return lc.Reward(
        each.name,
        cost=cost,
        gives=tuple(build_issue(issue, units) for issue in each.gives) or each.name,
        claim=each.claim,
        on=moment(each.on, units),
        hold=build_life(each.hold),
        when=event_condition(each.when, units),
        stock=each.stock,
        limit=[build_limit(limit, unit, of_requests=True) for limit in each.limits],
        giving_back=each.giving_back,
        taking_back=each.taking_back,
        returnable=build_life(each.returnable),
    )


def build_issue(issue: Issue, units: dict[str, lc.Unit]) -> Any:
    return lc.Issue(
        lc.Amount(units[issue.unit], issue.amount),
        pending=build_life(issue.pending),
        expires=build_life(issue.expires),
        expires_from=issue.expires_from,
    )


def build_exchange(each: Exchange, units: dict[str, lc.Unit]) -> Any:
    unit = units[each.unit]

    def amount(minor: int | None) -> Any:
        return None if minor is None else lc.Amount(unit, minor)

    return lc.Exchange(
        each.name,
        amount(each.each),
        build_issue(each.gives, units),
        minimum=amount(each.minimum),
        maximum=amount(each.maximum),
        step=amount(each.step),
        rounding=getattr(lc, each.rounding),
        when=event_condition(each.when, units),
        limit=[build_limit(limit, unit, of_requests=True) for limit in each.limits],
        giving_back=each.giving_back,
        taking_back=each.taking_back,
        returnable=build_life(each.returnable),
    )


def moment(on: Any, units: dict[str, lc.Unit]) -> Any:
    """Return when a reward is claimed: on an event, at once, or on a cause."""
    if on == "at once":
        return lc.at_once
    if on[0] == "expiring":
        return lc.expiring(units[on[1]])
    return EVENTS[on] if isinstance(on, str) else cause(on)


def build_streak(each: Streak, units: dict[str, lc.Unit]) -> Any:
    return lc.Streak(
        units[each.unit],
        build_window(each.per),
        freeze=each.freeze and lc.Amount(units[each.freeze[0]], each.freeze[1]),
        unless=event_condition(each.unless, units),
        tolerates=each.tolerates,
        ends=[units[name] for name in each.ends],
    )


def build_discount(each: Discount, units: dict[str, lc.Unit]) -> Any:
    kind, what = each.off
    off = {
        "share": lambda: what,
        "amount": lambda: lc.Amount(USD, what),
        "apiece": lambda: lc.apiece(lc.Amount(USD, what)),
        "price": lambda: lc.at_price(lc.Amount(USD, what)),
        "steps": lambda: lc.Amount(USD, what.amount).per_full(lc.Amount(USD, what.each), Order.net),
    }[kind]()
    return lc.Discount(
        each.name,
        off,
        build_chosen(each.of),
        where=item_condition(each.where),
        when=event_condition(each.when, units),
        claim=each.claim,
        cost=each.cost and lc.Amount(units[each.cost[0]], each.cost[1]),
        limit=[build_limit(limit, USD) for limit in each.limits],
        rounding=getattr(lc, each.rounding),
        stage=lc.item if each.by_item else lc.purchase,
        rest=each.rest,
        giving_back=each.giving_back,
        on_return=each.on_return,
    )


def build_chosen(of: Chosen | None) -> Any:
    if of is None:
        return None
    if of.parts:
        parts = {item_condition(part): number for part, number in of.parts}
        if of.number is None:
            return lc.sets_of(parts, grouped=of.grouped, lines=of.lines)
        return lc.Chosen(of.number, of.order, parts, of.grouped, of.lines)
    if of.number is None:
        assert of.of is not None
        return lc.groups_of(of.of, grouped=of.grouped, lines=of.lines)
    choose = {"from_cheapest": lc.cheapest, "from_dearest": lc.dearest}[of.order]
    return choose(of.number, of=of.of, grouped=of.grouped, lines=of.lines)


def build_transferable(each: Transferable, unit: lc.Unit) -> Any:
    return lc.Transferable(
        unit,
        minimum=None if each.minimum is None else lc.Amount(unit, each.minimum),
        step=None if each.step is None else lc.Amount(unit, each.step),
        fee=lc.Amount(unit, each.fee) if each.fee else None,
        arrives=each.arrives,
        expiry=lc.renew if each.renew else lc.keep,
        limit=None if each.limit is None else build_limit(each.limit, unit),
    )


def build_pending(pending: Duration | EndOf | Until | None) -> Any:
    if isinstance(pending, Until):
        came = lc.Activity.name.is_(pending.activity)
        otherwise = lc.mature if pending.matures else lc.lapse
        return lc.until(came, within=build_life(pending.within), then=build_life(pending.then), otherwise=otherwise)
    return build_life(pending)


def cause(on: Any) -> Any:
    kind, *of = on
    if kind == "dated":
        return lc.began(build_dates(of[0]))
    if kind in ("ended", "began"):
        return {"ended": lc.ended, "began": lc.began}[kind](build_window(of[0]))
    return {"entered": lc.entered, "renewed": lc.renewed, "left": lc.left}[kind](*of)


def build_dates(dated: Dated) -> Any:
    days = ",".join(map(str, dated.days))
    at = f"{dated.minute // 60:02}:{dated.minute % 60:02}"
    return lc.recurring(f"FREQ=MONTHLY;BYMONTHDAY={days};COUNT={dated.count}", start=dated.since, at=at)


def build_accrual(earn: Earn, unit: lc.Unit) -> Any:
    shape = earn.shape
    if isinstance(earn.leaf, tuple):
        by, window = earn.leaf
        assert isinstance(shape, Rate)
        measured = lc.Amount(USD if by == "net" else unit, shape.each)
        return lc.Amount(unit, shape.amount).per(measured, build_history(by, window, {unit.name: unit}))
    if earn.leaf.startswith("given:"):
        assert isinstance(shape, Rate)
        read = lc.given(earn.leaf.removeprefix("given:"))
        accrual = lc.Amount(unit, shape.amount).per(lc.Amount(unit, shape.each), read)
        return accrual if earn.cap is None else accrual.capped(lc.Amount(unit, earn.cap))
    if isinstance(shape, Packages):
        steps = {MEASURES[leaf]: leaf_amount(leaf, step) for leaf, step in shape.leaves}
        order = lc.as_listed if shape.listed else None
        return unit.packages(steps, {takes: lc.Amount(unit, amount) for takes, amount in shape.rows}, order=order)
    measure = MEASURES[earn.leaf]
    if isinstance(shape, Rate) and earn.leaf == "count":
        return lc.Amount(unit, shape.amount)
    if isinstance(shape, Rate):
        accrual = lc.Amount(unit, shape.amount).per(leaf_amount(earn.leaf, shape.each), measure)
    elif isinstance(shape, Steps):
        accrual = lc.Amount(unit, shape.amount).per_full(leaf_amount(earn.leaf, shape.each), measure)
    elif isinstance(shape, Milestones):
        accrual = unit.milestones(
            measure, {leaf_amount(earn.leaf, at): lc.Amount(unit, most) for at, most in shape.rows}
        )
    else:
        natural = Fraction(SCALE[earn.leaf], 10**unit.places)
        table = {leaf_amount(earn.leaf, low): rate * natural for low, rate in shape.rows}
        accrual = unit.bands(measure, table, how=lc.whole if shape.whole else lc.marginal)
    return accrual if earn.cap is None else accrual.capped(lc.Amount(unit, earn.cap))


def leaf_amount(leaf: str, minor: int) -> Any:
    """Return smallest parts of a leaf as the library takes them: money, or an exact number."""
    return lc.Amount(USD, minor) if leaf in ("net", "full", "gross", "spent") else Fraction(minor, SCALE[leaf])


def boost_worth(boost: Boost) -> Any:
    if boost.by_tier is not None:
        ladder_name, factors = boost.by_tier
        return lc.by_tier(ladder_name, {tier: f"x{float(factor)}" for tier, factor in factors})
    return f"+{int(boost.add * 100)}%" if boost.add else f"x{float(boost.factor)}"


def build_window(window: Window) -> Any:
    if window.kind == "rolling":
        return lc.rolling(**amounts_of(window.duration))
    if window.kind == "since":
        return lc.since(window.start)
    if window.kind == "previous":
        return lc.previous(build_window(window.inner))
    if window.kind == "cycle":
        anchor = {"": window.date, "enrolment": lc.joined}.get(window.anchor) or lc.first("review")
        return lc.cycle(build_life(window.duration), since=anchor)
    return shifted(window) if window.begins != (1, 1, 0) else getattr(lc, window.kind)


def shifted(window: Window) -> Any:
    month, day, minute = window.begins
    begins: dict[str, Any] = {"at": f"{minute // 60:02}:{minute % 60:02}"}
    if window.kind in ("quarter", "year"):
        begins["month"] = month
    if window.kind != "day":
        begins["day"] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day - 1] if window.kind == "week" else day
    return getattr(lc, window.kind).beginning(**begins)


def amounts_of(duration: Duration) -> dict[str, int]:
    return {name: amount for name, amount in vars(duration).items() if amount}


def build_life(each: Life | None) -> Any:
    if isinstance(each, Dates):
        return lc.on_dates(*each.moments)
    if isinstance(each, ByTier):
        lives = {tier: build_life(own) or lc.never for tier, own in each.lives}
        return lc.life_by_tier(each.ladder, lives, otherwise=build_life(each.otherwise) or lc.never)
    if isinstance(each, Duration):
        return lc.Duration(each.months, each.days, each.hours * 3_600_000_000)
    if isinstance(each, EndOf):
        after, then = (build_life(part) if part != Duration() else None for part in (each.after, each.then))
        return lc.end_of(build_window(each.window), after=after, further=each.further, then=then)
    return None


def life(each: Expiry) -> Any:
    if each.kind == "never":
        return lc.never
    if each.kind != "inactivity":
        return build_life(each.after)
    by = [*(ACTIVE[kind] for kind in each.kinds), *each.rules]
    return lc.inactivity(build_life(each.after), by=by, spares=each.spares)


ACTIVE = {"purchase": lc.Purchase, "activity": lc.Activity, "redemption": lc.Redemption}


def build_limit(limit: Limit, unit: lc.Unit, *, of_requests: bool = False) -> Any:
    scope = lc.redemption if of_requests else lc.purchase
    window = scope if limit.per is None else build_window(limit.per)
    if limit.kind == "item":
        window = lc.item
    otherwise: Any = lc.reject if limit.reject else lc.truncate
    if limit.defer:
        otherwise = lc.defer(limit.defer, otherwise=otherwise)
    each = None if limit.each is None else lc.TextOf(*limit.each)
    if limit.kind == "times":
        shortfall = otherwise if limit.defer else lc.reject
        return lc.times(limit.most, per=window, otherwise=shortfall, each=each, name=limit.name)
    most: Any = lc.Amount(lc.piece if limit.kind == "pieces" else unit, limit.most)
    if limit.by is not None:
        most = lc.Amount(unit, limit.by.amount).per(lc.Amount(USD, limit.by.each), Line.net)
    freed = lc.rejudge if limit.rejudge else lc.later
    return lc.at_most(most, per=window, otherwise=otherwise, each=each, name=limit.name, freed=freed)


def build_history(by: str, over: Window, units: dict[str, lc.Unit]) -> Any:
    """Return the measure of the history that the description calls "net", "count", or by a unit's name."""
    window = build_window(over)
    if by in ("net", "count"):
        return Order.count.over(window) if by == "count" else Order.net.over(window)
    return units[by].earned(window)


def build_asked(asked: Any, units: dict[str, lc.Unit]) -> Any:
    if asked == 0:
        return 0
    kind, *rest = asked
    if kind in ("all", "any"):
        return joined("and" if kind == "all" else "or", [build_asked(part, units) for part in rest])
    if kind == "tier":
        return lc.in_tier(*rest)
    by, window, bound = rest
    if window is None:
        return units[by].balance.at_least(lc.Amount(units[by], bound))
    wanted = bound if by == "count" else lc.Amount(units.get(by, USD), bound)
    return build_history(by, window, units).at_least(wanted)


def build_general(each: Ladder, units: dict[str, lc.Unit]) -> Any:
    terms: dict[str, Any] = {"valid": build_life(each.valid), "downgrade": each.downgrade}
    if each.spends:
        unit = units[each.by]
        carry = None if each.carry is None else lc.Amount(unit, each.carry)
        tiers = {tier: lc.Amount(unit, cost) if cost else 0 for tier, cost in each.tiers}
        keep = {tier: lc.Amount(unit, cost) for tier, cost in each.keep}
        return lc.Ladder(each.name, by=unit.balance, tiers=tiers, keep=keep, spends=True, carry=carry, **terms)
    tiers = {tier: build_asked(asked, units) for (tier, _), asked in zip(each.tiers, each.asks, strict=True)}
    keep = {tier: build_asked(asked, units) for tier, asked in each.keep}
    return lc.Ladder(each.name, tiers=tiers, keep=keep, grace=build_life(each.grace), **terms)


def build_ladder(each: Ladder, units: dict[str, lc.Unit]) -> Any:
    if each.general:
        return build_general(each, units)
    by = build_history(each.by, each.window, units)
    if each.by == "count":
        return lc.Ladder(
            each.name,
            by=by,
            tiers=dict(each.tiers),
            review=each.review or "",
            downgrade=each.downgrade,
        )
    unit = USD if each.by == "net" else units[each.by]
    tiers = {tier: lc.Amount(unit, bound) if bound else 0 for tier, bound in each.tiers}
    return lc.Ladder(each.name, by=by, tiers=tiers, review=each.review or "", downgrade=each.downgrade)


def item_condition(condition: tuple[Any, ...] | None) -> Any:
    if condition is None:
        return None
    kind, *rest = condition
    if kind == "not":
        return ~item_condition(rest[0])
    if kind in ("and", "or"):
        return joined(kind, [item_condition(part) for part in rest])
    return {
        "category": lambda *names: Line.category.is_in(set(names)),
        "gift": Line.gift.is_true,
        "net>=": lambda cents: Line.net.at_least(lc.Amount(USD, cents)),
    }[kind](*rest)


def joined(kind: str, parts: list[Any]) -> Any:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole & part if kind == "and" else whole | part
    return whole


def event_condition(condition: tuple[Any, ...] | None, units: dict[str, lc.Unit]) -> Any:
    if condition is None:
        return None
    kind, *rest = condition
    if kind == "not":
        return ~event_condition(rest[0], units)
    if kind in ("and", "or"):
        return joined(kind, [event_condition(part, units) for part in rest])
    if kind == "zoned":
        return BY_THE_CLOCK[rest[1][0]](*rest[1][1:], zone=rest[0])
    if kind in BY_THE_CLOCK:
        return BY_THE_CLOCK[kind](*rest)
    return {
        "channel": lambda *names: Order.channel.is_in(set(names)),
        "activity": lambda *names: lc.Activity.name.is_in(set(names)),
        "net>=": lambda cents, where: total(Line.net, where).at_least(lc.Amount(USD, cents)),
        "gross>=": lambda cents, where: total(Line.net_before_discounts, where).at_least(lc.Amount(USD, cents)),
        "quantity>=": lambda milli, where: total(Line.quantity, where).at_least(Fraction(milli, 1000)),
        "tier": lc.in_tier,
        "ordinal": lc.ordinal.is_,
        "setting": lambda name, value: lc.setting(name).is_(value),
        "spent": lambda window, cents: Order.net.over(build_window(window)).at_least(lc.Amount(USD, cents)),
        "earned": lambda unit, window, minor: (
            units[unit].earned(build_window(window)).at_least(lc.Amount(units[unit], minor))
        ),
        "balance": lambda unit, minor: units[unit].balance.at_least(lc.Amount(units[unit], minor)),
    }[kind](*rest)


BY_THE_CLOCK: dict[str, Callable[..., Any]] = {
    "weekday": lc.weekday,
    "between": lc.between,
    "time": lambda start, end, **zone: lc.time_of_day(
        f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}", **zone
    ),
    "day of month": lc.day_of_month,
    "month": lambda *months, **zone: lc.month_of_year(*(MONTHS[month - 1] for month in months), **zone),
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def total(number: Any, where: tuple[Any, ...] | None) -> Any:
    return number.sum(where=item_condition(where)) if where else number.sum()
