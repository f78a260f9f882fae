"""
Duolingo's streak, its freezes and the weekend amulet, about 2013 to 2022.

The streak grows by one for each day on which the daily goal is met before midnight. A freeze, bought before, is used up
at the end of the first day that is missed: the streak stays and does not grow. One freeze at a time. A weekend amulet
covers the Saturday and the Sunday after it is bought.
Rules: https://duolingo.fandom.com/wiki/Shop/Streak_freeze, https://forum.duolingo.com/comment/25294248,
https://forum.duolingo.com/comment/777783/Streak-Freeze.
"""

import loyalcore as lc

DAY, FREEZE, AMULET = lc.Unit("day of the streak"), lc.Unit("streak freeze"), lc.Unit("weekend amulet")


class Doing(lc.Activity):
    """A daily goal that is met, or something that is bought in the shop."""

    item = lc.Text(missing="")


BOUGHT = Doing.name.is_("bought")
WEEKEND = lc.weekday("sat", "sun")

PROGRAM = lc.Program(
    "duolingo-streak",
    version="2021",
    activities=Doing,
    rules=[
        lc.Earn(
            "goal", DAY.milestones(Doing.count.when(Doing.name.is_("goal met")), {1: DAY(1)}), on=Doing, over=lc.day
        ),
        lc.Streak(DAY, lc.day, unless=WEEKEND & AMULET.balance.at_least(AMULET(1)), freeze=FREEZE(1)),
        lc.Earn(
            "freeze",
            FREEZE(1),
            on=Doing,
            when=BOUGHT & Doing.item.is_("freeze"),
            limit=lc.at_most(FREEZE(1), per=lc.holding),
        ),
        lc.Earn("amulet", AMULET(1), on=Doing, when=BOUGHT & Doing.item.is_("amulet")),
        # Sunday is judged as it ends, so the amulet outlives it by a day; on Monday it covers nothing.
        lc.Expiry(AMULET, lc.end_of(lc.week.beginning(day="tue"))),
    ],
)
