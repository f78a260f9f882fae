"""
Earnings: what gives units, seen against the words of the program: rules, their boosts, the lanes they stand in.

Each check raises `InvalidProgram` with the place named.
"""

from __future__ import annotations

from fractions import Fraction

from loyalcore.causes import Cause
from loyalcore.chains import check_life, check_raised
from loyalcore.counts import Activities
from loyalcore.dates import DateOf
from loyalcore.errors import InvalidProgram, shown
from loyalcore.lanes import Lanes
from loyalcore.limits import Defer, Limit, rejudge
from loyalcore.lookups import total_of
from loyalcore.maturity import Until
from loyalcore.measures import Balance, Count, Earned, Measure, Ordinal, Over, Qualifying, Scaled
from loyalcore.rates import Stepped
from loyalcore.reductions import check_discount
from loyalcore.rules import Boost, ByTier, Earn, Lane
from loyalcore.units import Accrual, Amount
from loyalcore.vocabulary import Vocabulary, leaves
from loyalcore.windows import item, purchase

__all__ = ["check_boost", "check_earn", "check_lane"]


def check_earn(words: Vocabulary, rule: Earn) -> None:
    """Refuse a rule that gives by what its events do not have, or is limited by that or by what no return can undo."""
    what = f"rule {rule.name}"
    words.check_condition(rule.where, rule.kind, what)
    words.check_condition(rule.when, rule.kind, what)
    for limit in rule.limit:
        _check_limit(words, rule, limit, what)
        _check_step(rule, limit, what)
    check_life(words, rule.expires, what)
    for date in rule.dates:
        words.check_dates(rule.kind, what, DateOf(date.name))
    if isinstance(rule.pending, Until):
        words.check_condition(rule.pending.event, "activity", what)
        words.check_of_event(rule.pending.event, what)
    if (measured := words.dimension(rule.gives.measure, rule.kind, what)) is not None:
        found = "money" if measured == words.currency.name else f"what is measured in {measured}"
        raise InvalidProgram(
            f"{what} gives {found} as if it were {rule.gives.unit.name}; say at what rate, with .per(…)"
        )
    if rule.budget is not None:
        words.check_account(rule.budget.account, rule.kind, what)
        _check_drawn(rule.limit, what)
    parts = list(leaves(rule.gives.measure))
    if not parts:
        raise InvalidProgram(f"{what} gives by nothing that is read from an event; give an amount such as POINT(25)")
    if isinstance(rule.on, Cause):
        check_raised(words, rule, parts)
    totals = [leaf for leaf in parts if total_of(leaf) is not None]
    per_item = rule.stage == item or any(limit.per == item or limit.by_items for limit in rule.limit)
    if (rule.where is not None or per_item) and len(totals) < len(parts):
        raise InvalidProgram(f"{what} picks items, but gives for the whole event; give per item or by Line.net")
    if rule.stage == item and rule.over != purchase:
        raise InvalidProgram(f"{what} is over a window and cannot round per item; rounding happens once per cell")


def check_boost(words: Vocabulary, rule: Boost, lanes: Lanes) -> None:
    """Refuse a boost of what does not earn, or by words that its events do not have."""
    what = f"boost {rule.name}"
    base, lane = lanes.earns.get(rule.of), lanes.lanes.get(rule.of)
    if lane is not None and not lanes.is_of_boosts(lane):
        base = lanes.rules_of(lane)[0]
    if base is None:
        raise InvalidProgram(f"{what} is of {rule.of!r}, which is no rule that earns; name one that is")
    words.check_condition(rule.where, base.kind, what)
    words.check_condition(rule.when, base.kind, what)
    if isinstance(rule.by, ByTier):
        words.check_tiers(rule.by.ladder, [tier for tier, _ in rule.by.factors], what)
    if rule.where is not None and (
        lane is not None or any(total_of(leaf) is None for leaf in leaves(base.gives.measure))
    ):
        raise InvalidProgram(f"{what} picks items, but {rule.of} gives for the whole event; leave out where=")


def check_lane(words: Vocabulary, lane: Lane, lanes: Lanes) -> None:
    """Refuse a lane whose limits or budget do not fit what stands in it."""
    if lane.name in lanes.of_discounts:
        check_discount(words, lane)
    elif not lanes.is_of_boosts(lane):
        first = lanes.rules_of(lane)[0]
        for limit in lane.limit:
            _check_limit(words, first, limit, f"lane {lane.name}")
        _check_lane_budget(words, lane, lanes)
    elif lane.budget is not None:
        raise InvalidProgram(f"lane {lane.name} is of boosts, which give nothing by themselves; leave budget= out")


def _check_lane_budget(words: Vocabulary, lane: Lane, lanes: Lanes) -> None:
    for name in lane.of:
        inner = lanes.lanes.get(name)
        if inner is not None and inner.budget is not None:
            raise InvalidProgram(f"lane {name} has a budget, but stands in lane {lane.name}; give that the budget")
    for rule in lanes.rules_of(lane):
        if rule.budget is not None:
            raise InvalidProgram(
                f"rule {rule.name} has a budget, but stands in lane {lane.name}; give the lane the budget"
            )
    if lane.budget is not None:
        words.check_account(lane.budget.account, lanes.rules_of(lane)[0].kind, f"lane {lane.name}")
        _check_drawn(lane.limit, f"lane {lane.name}")


def _check_drawn(limits: tuple[Limit, ...], what: str) -> None:
    """Refuse limits that give later, or again, of what a budget had when a purchase was judged."""
    for limit in limits:
        if isinstance(limit.otherwise, Defer) or limit.freed == rejudge:
            raise InvalidProgram(f"{what} has a budget, and a limit that gives later or again; keep one of them")


def _check_limit(words: Vocabulary, rule: Earn, limit: Limit, what: str) -> None:
    """Refuse a limit in another unit, by a key that the event does not have, or by what no return can undo."""
    unit = rule.gives.unit
    if not isinstance(limit.most, int) and limit.most.unit != unit:
        raise InvalidProgram(f"{what} gives {unit.name}, but is limited in {limit.most.unit.name}; use one unit")
    if limit.each is not None:
        words.check_text(limit.each, rule.kind, f"limit of {what}")
    if not isinstance(limit.most, Accrual):
        return
    most = limit.most.measure
    if (measured := words.dimension(most, rule.kind, f"limit of {what}")) is not None:
        raise InvalidProgram(f"{what} is limited to {measured} as {unit.name}; say at what rate, with .per(…)")
    alone = limit.per == item or limit.by_items
    for leaf in leaves(most):
        if isinstance(leaf, Over | Earned | Balance | Ordinal) or (alone and total_of(leaf) is None):
            raise InvalidProgram(
                f"{what} is limited by {shown(leaf)}; limit it by what the event has, and per item by what items have"
            )


def _check_step(rule: Earn, limit: Limit, what: str) -> None:
    """Refuse a limit below what a rule gives in one go: not one award would be given as it is written."""
    step = _step(rule.gives.measure)
    if step is None or not isinstance(limit.most, Amount) or isinstance(limit.otherwise, Defer):
        return
    if limit.per != item and limit.most.fraction < step:
        raise InvalidProgram(
            f"{what} gives {step} {rule.gives.unit.name} at a time, but at most {limit.most}; "
            "raise the limit, lower what is given, or defer the rest"
        )


def _step(measure: Measure) -> Fraction | None:
    """Return what a measure comes to in one go where it is so much for each event, or for each complete step."""
    inner, factor = (measure.measure, measure.factor) if isinstance(measure, Scaled) else (measure, Fraction(1))
    counted = inner.measure if isinstance(inner, Qualifying) else inner
    return factor if isinstance(counted, Activities | Count | Stepped) else None
