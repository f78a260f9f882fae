"""Doubts: what a program says that can be seen to come to nothing is warned of, with the place."""

import datetime as dt
import warnings
from random import Random

import pytest

import loyalcore as lc
from loyalcore.doubts import is_impossible
from machine.wild import event_condition
from shop import Member, coffee, day, program
from strategies import POINT, USD, Line, Order

NET = Order.net
MARCH, MAY = dt.date(2026, 3, 1), dt.date(2026, 5, 1)
NEVER = [
    lc.never_true,
    NET.at_least(USD(50)) & NET.below(USD(40)),
    NET.at_least(USD(50)) & NET.below(USD(50)),
    NET.more_than(USD(50)) & NET.is_(USD(50)),
    Order.channel.is_("app") & Order.channel.is_("web"),
    Order.channel.is_("app") & ~Order.channel.is_("app"),
    lc.weekday("mon") & lc.weekday("tue", "wed"),
    lc.month_of_year("jan") & lc.month_of_year("feb"),
    lc.day_of_month(1, 2) & lc.day_of_month(3),
    lc.between(None, MARCH) & lc.between(MARCH, MAY),
    lc.in_tier("status", "gold") & lc.in_tier("status", "base"),
    (Order.channel.is_("app") & Order.channel.is_("web")) | lc.never_true,
]
PERHAPS = [
    lc.always,
    NET.at_least(USD(50)) & NET.at_most(USD(50)),
    NET.at_least(USD(50)) & Order.count.below(5),
    Order.channel.is_("app") & Order.express.is_true(),
    Order.channel.is_in(["app", "web"]) & Order.channel.is_("web"),
    lc.weekday("mon") & lc.month_of_year("feb"),
    lc.day_of_month(1) & lc.day_of_month(-31),
    lc.between(MARCH, MAY) & lc.between(MAY - dt.timedelta(days=1), None),
    lc.between(MARCH, MAY) & lc.between(dt.datetime(2026, 6, 1, tzinfo=dt.UTC), None),
    lc.time_of_day("08:00", "12:00") & lc.time_of_day("13:00", "14:00"),
    lc.in_tier("status", "gold") & lc.setting("x").is_("y"),
]


@pytest.mark.parametrize("condition", NEVER, ids=range(len(NEVER)))
def test_a_rule_that_never_speaks_is_warned_of_by_name(condition):
    ladder = lc.Ladder("status", by=NET.over(lc.year), tiers={"base": 0, "gold": USD(5)})

    with pytest.warns(lc.DoubtfulProgram, match="program shop: Earn 'base' never speaks: no event can be as its when="):
        program(lc.Earn("base", POINT(5), when=condition), ladder)


@pytest.mark.parametrize("condition", PERHAPS, ids=range(len(PERHAPS)))
def test_what_may_hold_is_not_warned_of(condition):
    ladder = lc.Ladder("status", by=NET.over(lc.year), tiers={"base": 0, "gold": USD(5)})

    with warnings.catch_warnings(action="error"):
        program(lc.Earn("base", POINT(5), when=condition), ladder)


def test_items_that_cannot_be_are_warned_of_too():
    with pytest.warns(lc.DoubtfulProgram, match="no item can be as its where="):
        program(lc.Earn("base", POINT.per(USD(1), Line.net), where=Line.net.below(USD(5)) & Line.net.at_least(USD(6))))


def test_a_rule_that_is_warned_of_gives_nothing_whatever_comes():
    seen = 0
    for seed in range(3000):
        condition = event_condition(Random(seed), "purchase", [])
        if not is_impossible(condition):
            continue
        seen += 1
        try:
            ada = Member(program(lc.Earn("base", POINT(5), when=condition), lc.Earn("rule 0", POINT(1))))
        except lc.InvalidProgram:
            continue
        for at, channel in enumerate(("app", "web", ""), 1):
            ada.buys(f"p{at}", day(at * 40), "0.00", coffee("35.00"), channel=channel, express=at == 1, nights=at)
        assert not any(entry.kind == "earn" and entry.rule == "base" for entry in ada.account.entries)
    assert seen >= 3
