"""Streaks: weeks and days in a row, what they reach, and what protects them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

POINT, USD = lc.Unit("point"), lc.Money("USD")
WEEK, DAY, STAMP, FREEZE = (lc.Unit(name) for name in ("week", "day", "stamp", "freeze"))


@case("cap-070", by="a ladder that never falls: each level pays once; weeks from Monday")
def weeks_with_a_target() -> Iterator[Any]:
    target = lc.Earn("week", WEEK.milestones(lc.Purchase.net, {USD("1000.00"): WEEK(1)}), over=lc.week)
    levels = {"none": 0, "5 weeks": WEEK(5), "10 weeks": WEEK(10), "15 weeks": WEEK(15)}
    ladder = lc.Ladder("levels", by=WEEK.balance, tiers=levels, downgrade=lc.never_down)
    bonuses = {"5 weeks": POINT(10), "10 weeks": POINT(50), "15 weeks": POINT(100)}
    gives = [lc.Earn(f"for {level}", bonus, on=lc.entered("levels", level)) for level, bonus in bonuses.items()]
    ada = Member(lc.Program("weeks", version="1", rules=[target, lc.Streak(WEEK, lc.week), ladder, *gives]))
    spent = dict.fromkeys(range(11), "1000.00") | {5: "400.00"}

    def until(first: int, end: int) -> None:
        for week in range(first, end):
            monday = date("2026-01-05 12:00") + dt.timedelta(weeks=week)
            ada.does(lc.Purchase(f"week {week}", at=monday, net=spent[week]))

    until(0, 5)
    yield ada.account.balance(POINT)
    until(5, 6)
    ada.waits(date("2026-02-16"))  # the end of Sunday, 15 February
    yield ada.account.balance(WEEK)
    until(6, 11)
    yield ada.account.balance(WEEK)
    yield ada.account.balance(POINT)


@case("streak-005", by="a stamp card that ends with the streak; a full one is claimed while fewer than 3 are in stock")
def a_freeze_for_seven_days_in_a_row() -> Iterator[Any]:
    goal, stamp = (
        lc.Earn(unit.name, unit.milestones(lc.Activity.count, {1: unit(1)}), on=lc.Activity, over=lc.day)
        for unit in (DAY, STAMP)
    )
    card = lc.Reward(
        "card", STAMP(7), gives=FREEZE(1), claim=lc.repeatedly, on=lc.Activity, when=FREEZE.balance.below(FREEZE(3))
    )
    streak = lc.Streak(DAY, lc.day, freeze=FREEZE(1), ends=[STAMP])
    ada = Member(lc.Program("days", version="1", rules=[goal, stamp, card, streak]))
    for day in range(1, 29):
        ada.does(lc.Activity(f"day {day}", at=date(f"2026-03-{day:02} 12:00"), name="session"))
        if day in (7, 14, 21, 28):
            yield ada.account.balance(FREEZE)
