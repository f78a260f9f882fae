"""Games drawn: streaks of units that rules give, and rules that count activities."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import loyalcore as lc
from strategies import Visit

__all__ = ["played"]

DAY, FREEZE = lc.Unit("day"), lc.Unit("freeze")
#: Periods short enough for histories to have some without activity, and long enough to have some with it.
_PER = (
    lc.day,
    lc.week,
    lc.month,
    lc.jalali_month,
    lc.week.beginning(day="sun"),
    lc.day.beginning(at="04:30"),
    lc.cycle(lc.days(10), since=lc.joined),
)
_COUNTS = (Visit.count, Visit.count.when(Visit.name.is_("review")), Visit.count.when(~Visit.name.is_("paid")))


def played(draw: Random, rules: list[Any], fits: Callable[[list[Any]], bool]) -> list[Any]:
    """Draw a streak for some programs, with what protects it and what follows from it, each rule where it fits."""
    found = list(rules)
    if draw.random() > 0.4:
        return found
    count, per = draw.choice(_COUNTS), draw.choice(_PER)
    others = [unit for unit in (lc.Unit("point"), lc.Unit("star", places=2)) if draw.random() < 0.2]
    unless = draw.choice(
        [
            None,
            None,
            lc.weekday("sat", "sun"),
            FREEZE.balance.at_least(FREEZE(3)) | lc.setting("newsletter").is_("yes"),
            lc.Unit("point")
            .held_through(draw.choice([lc.previous(lc.month), lc.rolling(days=9)]))
            .below(lc.Unit("point")(20)),
            count.over(draw.choice([lc.month, lc.previous(lc.week), lc.rolling(days=20)])).at_least(2),
        ]
    )
    more = [
        draw.choice(
            [
                lc.Earn("goal", DAY.milestones(count, {draw.choice([1, 2]): DAY(1)}), on=lc.Activity, over=per),
                lc.Earn("goal", DAY(1), on=draw.choice([lc.Activity, lc.Purchase]), limit=lc.times(1, per=per)),
            ]
        ),
        lc.Earn(
            "spare",
            FREEZE(draw.choice([1, 2])),
            on=draw.choice([lc.Activity, lc.Purchase]),
            limit=draw.choice([lc.times(2, per=lc.month), lc.at_most(FREEZE(3), per=lc.holding)]),
        ),
        lc.Earn(
            "filled",
            lc.Unit("point").per(1, count),
            on=lc.Activity,
            limit=lc.at_most(lc.Unit("point")(40), per=lc.holding, otherwise=draw.choice([lc.truncate, lc.reject])),
        ),
        lc.Earn("many", DAY(1), on=lc.Activity, pending=lc.days(2), when=count.over(lc.month).is_(draw.choice([1, 3]))),
        lc.Streak(
            DAY,
            per,
            freeze=draw.choice([None, FREEZE(1), FREEZE(2)]),
            unless=unless,
            tolerates=draw.choice([0, 0, 1, 2]),
            ends=others,
            keeps=draw.choice([[], [], ["75%"], ["50%", "0.9"]]),
        ),
        lc.Ladder("run", by=DAY.balance, tiers={"none": 0, "some": DAY(2), "many": DAY(4)}),
        lc.Earn("bonus", lc.Unit("point")(5), on=lc.entered("run")),
        lc.Draw(
            "lucky",
            {"mug": 1},
            chances=count.over(lc.quarter),
            when=lc.weekday("mon", zone=lc.setting("zone")),
            **draw.choice([{}, {"again": True}, {"by": lc.by_md5}]),
        ),
        lc.Burn(FREEZE, draw.choice([lc.oldest_first, lc.newest_first])),
    ]
    for rule in more:
        if draw.random() < 0.85 and fits([*found, rule]):
            found.append(rule)
    return found
