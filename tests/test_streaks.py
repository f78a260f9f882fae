"""A streak is units that end once a period has passed in which none was earned."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values
from loyalcore.lines import dump_entries, load_entries
from shop import POINT, USD, Line, Member, Order, Visit, date, day, program
from test_interpreted import Told

DAY, WEEK, FREEZE, STAMP, AMULET = (lc.Unit(name) for name in ("day", "week", "freeze", "stamp", "amulet"))
GOAL = lc.Earn("goal", DAY.milestones(Visit.count, {1: DAY(1)}), on=Visit, over=lc.day)
GIFTS = [lc.Earn("frozen", FREEZE(1), on=lc.Enrolment), lc.Earn("charm", AMULET(1), on=lc.Enrolment)]
COVERED = AMULET.balance.at_least(AMULET(1)) & lc.weekday("sat", "sun")
PLAIN = lc.Streak(DAY, lc.day)
FROZEN = lc.Streak(DAY, lc.day, freeze=FREEZE(1))
STREAKS = [
    PLAIN,
    FROZEN,
    lc.Streak(WEEK, lc.week.beginning(day="sun"), tolerates=2, ends=[STAMP]),
    lc.Streak(DAY, lc.day, keeps=["75%", "0.5"]),
    lc.Streak(
        DAY, lc.cycle(lc.days(3), since=lc.joined), unless=AMULET.balance.at_least(AMULET(1)) & lc.weekday("sat")
    ),
]


def member(*rules, kind=Told, **terms):
    return kind(program(*rules, *GIFTS, **terms))


def active(ada, *days):
    """Be active at noon of some days of the year; return the count after each."""
    counts = []
    for at in days:
        ada.does(Visit(f"v{at}", at=day(at), name="lesson"))
        counts.append(int(ada.has(DAY)))
    return counts


@pytest.mark.parametrize("streak", STREAKS, ids=refusals.numbered(STREAKS))
def test_a_streak_is_a_value(streak):
    values.check(streak)


def test_it_grows_by_one_for_each_period_and_ends_with_one_that_is_missed():
    ada = member(GOAL, PLAIN)

    assert active(ada, 1, 1.2, 2, 3, 5, 6) == [1, 1, 2, 3, 1, 2]


def test_an_account_in_which_it_went_on_and_ended_can_be_written():
    ada = member(GOAL, PLAIN)
    active(ada, 1, 2)
    ada.waits(day(9))

    until = [entry.until for entry in ada.account.entries if entry.kind == "open"]
    assert until == [day(2, 0), day(3, 0), day(4, 0), None]
    assert load_entries(dump_entries(ada.account.entries)) == [*ada.account.rows]


def test_it_is_alive_until_the_period_after_the_last_one_ends():
    ada = member(GOAL, PLAIN)
    active(ada, 1, 2)

    ada.waits(day(4, 0) - dt.timedelta(microseconds=1))
    assert ada.has(DAY) == "2"
    assert ada.program.next_due(ada.account) == day(4, 0)
    ada.waits(day(4, 0))
    assert ada.has(DAY) == "0"
    assert ada.program.next_due(ada.account) is None


def test_periods_end_where_the_program_is():
    ada = member(GOAL, PLAIN, timezone="Europe/Istanbul")
    ada.does(Visit("a", at=date("2026-01-01 20:59"), name="lesson"))
    ada.does(Visit("b", at=date("2026-01-01 21:00"), name="lesson"))

    assert ada.has(DAY) == "2"


def test_a_freeze_is_used_up_at_the_end_of_a_missed_period_and_lets_nothing_grow():
    ada = member(GOAL, FROZEN)
    ada.does(lc.Enrolment("e", at=day(1, 1)))

    assert active(ada, 1, 2, 4, 6) == [1, 2, 3, 1]
    (spent,) = [entry for entry in ada.account.entries if entry.kind == "spend"]
    assert (spent.at, spent.rule) == (day(4, 0), "streak of day")


def test_a_freeze_that_is_bought_later_comes_too_late():
    ada = member(GOAL, FROZEN)
    active(ada, 1)
    ada.does(lc.Enrolment("e", at=day(3, 1)))

    assert (ada.has(DAY), ada.has(FREEZE)) == ("0", "1")


def test_nothing_is_used_up_while_there_is_nothing_to_keep():
    ada = member(GOAL, FROZEN)
    ada.does(lc.Enrolment("e", at=day(1, 1)))
    ada.waits(day(20))

    assert ada.has(FREEZE) == "1"


def test_a_freeze_that_is_owed_for_does_not_help():
    ada = member(
        GOAL, FROZEN, lc.Earn("more", FREEZE.per(USD(1), Line.net), taking_back=lc.debt), lc.Reward("mug", FREEZE(2))
    )
    ada.buys("p1", day(1), "2.00")
    ada.redeems("r1", day(1), "mug")
    ada.returns("b1", day(1), "p1")
    active(ada, 1)
    ada.gets("gift", day(1), FREEZE(2))
    ada.buys("p2", day(1), "0.00")
    ada.waits(day(3, 0))

    assert ada.has(DAY) == "0"


def test_so_many_missed_in_a_row_may_be_tolerated():
    ada = member(GOAL, lc.Streak(DAY, lc.day, tolerates=1))

    assert active(ada, 1, 3, 5, 8) == [1, 2, 3, 1]


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ({"keeps": ["75%"]}, [10, 10, 7, 0, 0]),
        ({"keeps": ["75%", "50%"]}, [10, 10, 7, 3, 0]),
        ({"keeps": ["75%"], "tolerates": 1}, [10, 10, 10, 7, 0]),
    ],
)
def test_a_missed_day_may_leave_a_share_by_how_many_are_missed_in_a_row(options, counts):
    ada = member(GOAL, lc.Streak(DAY, lc.day, **options))
    active(ada, *range(1, 11))

    found = [ada.has(DAY)]
    for number in range(11, 15):
        ada.waits(day(number))
        found.append(ada.has(DAY))

    assert found == [str(count) for count in counts]


def test_a_streak_of_which_nothing_is_left_ends_with_all_that_ends_with_it():
    stamp = lc.Earn("stamp", STAMP(1), on=Visit)
    ada = member(GOAL, stamp, lc.Streak(DAY, lc.day, keeps=["50%"], ends=[STAMP]))
    active(ada, 1, 2)
    ada.waits(day(4))
    assert (ada.has(DAY), ada.has(STAMP)) == ("1", "2"), "what ends with it stays while it runs"
    assert active(ada, 4) == [2]

    ada.waits(day(6))
    ada.waits(day(7))

    assert (ada.has(DAY), ada.has(STAMP)) == ("0", "0")


def test_a_streak_that_began_by_hand_keeps_nothing_of_a_missed_day():
    ada = member(GOAL, lc.Streak(DAY, lc.day, keeps=["50%"]))
    ada.gets("gift", day(1), DAY(8))

    ada.waits(day(2))

    assert ada.has(DAY) == "0"


def test_what_is_tolerated_needs_no_freeze():
    ada = member(GOAL, lc.Streak(DAY, lc.day, tolerates=1, freeze=FREEZE(1)))
    ada.does(lc.Enrolment("e", at=day(1, 1)))

    assert active(ada, 1, 3) == [1, 2]
    assert ada.has(FREEZE) == "1"
    assert active(ada, 6) == [3]
    assert ada.has(FREEZE) == "0"


def test_periods_that_an_amulet_covers_do_not_count():
    """1 January 2026 is a Thursday."""
    ada = member(GOAL, lc.Streak(DAY, lc.day, unless=COVERED))
    ada.does(lc.Enrolment("e", at=day(1, 1)))

    assert active(ada, 1, 2, 5, 6, 8) == [1, 2, 3, 4, 1]


def test_a_target_in_money_is_a_milestone_of_the_week():
    rule = lc.Earn("week", WEEK.milestones(Order.net, {USD(1000): WEEK(1)}), over=lc.week)
    ada = member(rule, lc.Streak(WEEK, lc.week))
    for id, at, net in [("a", 1, "400.00"), ("b", 2, "600.00"), ("c", 6, "1000.00"), ("d", 13, "999.00")]:
        ada.buys(id, day(at), net)
    assert ada.has(WEEK) == "2"

    ada.waits(day(19, 0))
    assert ada.has(WEEK) == "0"


def test_milestones_of_a_streak_are_tiers_of_a_ladder_over_its_count():
    """One that never falls pays once in a life, another each time."""
    ladders = [
        lc.Ladder("once", by=DAY.balance, tiers={"none": 0, "two": DAY(2)}, downgrade=lc.never_down),
        lc.Ladder("each", by=DAY.balance, tiers={"none": 0, "two": DAY(2)}),
    ]
    bonuses = [
        lc.Earn("first", POINT(10), on=lc.entered("once", "two")),
        lc.Earn("again", POINT(1), on=lc.entered("each", "two")),
    ]
    ada = member(GOAL, PLAIN, *ladders, *bonuses)
    active(ada, 1, 2, 3, 5, 6)

    assert ada.has() == "12"


def test_rules_ask_for_the_count_as_for_any_balance():
    ada = member(GOAL, PLAIN, lc.Earn("long", POINT(5), on=Visit, when=DAY.balance.at_least(DAY(2))))
    active(ada, 1, 2, 3, 4, 7)

    assert ada.has() == "10"


def test_other_units_may_end_with_it_and_those_of_a_stamp_card_give_a_freeze_for_every_so_many_in_a_row():
    goal, card = (lc.Earn(unit.name, unit.milestones(Order.count, {1: unit(1)}), over=lc.day) for unit in (DAY, STAMP))
    full = lc.Reward("full", STAMP(3), gives=FREEZE(1), claim=lc.repeatedly)
    ada = member(goal, card, full, lc.Streak(DAY, lc.day, ends=[STAMP]))
    for at in (1, 2, 3, 4, 5, 7, 8, 9, 10):
        ada.buys(f"p{at}", day(at), "1.00")

    assert (ada.has(DAY), ada.has(FREEZE), ada.has(STAMP)) == ("4", "2", "1")


def test_a_return_takes_its_period_from_the_count_and_what_is_kept_of_today_decides():
    ada = member(GOAL, PLAIN)
    active(ada, 1, 2, 3)
    ada.does(lc.Return("r1", at=day(3, 13), of="v2"))
    assert ada.has(DAY) == "2"
    ada.does(lc.Return("r2", at=day(3, 14), of="v3"))
    assert ada.has(DAY) == "1"

    ada.waits(day(4, 0))
    assert ada.has(DAY) == "0"
    ada.does(lc.Return("r3", at=day(4, 1), of="v1"))
    assert ada.has(DAY) == "0"
    assert not ada.account.debt(DAY)


def test_a_late_activity_counts_now_and_brings_nothing_back():
    ada = member(GOAL, PLAIN)
    active(ada, 1, 2, 5)
    ada.does(Visit("late", at=day(3), name="lesson"), now=day(5, 13))

    assert ada.has(DAY) == "2"
    assert active(ada, 6) == [3]


def test_a_streak_that_was_elsewhere_goes_on_from_the_period_of_its_opening():
    ada = member(GOAL, PLAIN)
    ada.does(lc.Opening("given", at=day(1, 0), lots=[lc.OpeningLot(DAY(10))]))

    assert active(ada, 1, 2, 4) == [11, 12, 1]


def test_before_an_anchor_there_is_one_period():
    ada = member(GOAL, lc.Streak(DAY, lc.cycle(lc.days(3), since=lc.joined), tolerates=3))
    active(ada, 1)
    ada.waits(day(40))
    assert ada.has(DAY) == "1"
    assert ada.program.next_due(ada.account) is None


def test_a_window_that_begins_with_an_anchor_has_none_before_it():
    cycle = lc.cycle(lc.days(3), since=lc.joined)
    rule = lc.Earn("goal", DAY.milestones(Visit.count, {1: DAY(1)}), on=Visit, over=cycle)
    ada = member(rule, lc.Streak(DAY, cycle, tolerates=3))
    ada.does(lc.Enrolment("e", at=day(1, 0)))
    active(ada, 2)
    ada.waits(day(13, 0))
    assert ada.has(DAY) == "1"
    ada.waits(day(16, 0))
    assert ada.has(DAY) == "0"


def test_what_was_before_the_first_period_cannot_be_missed_nor_met():
    ada = member(GOAL, lc.Streak(DAY, lc.cycle(lc.days(3), since=lc.joined), tolerates=3))
    ada.does(lc.Opening("given", at=day(2), joined=day(1), lots=[lc.OpeningLot(DAY(3))]))
    ada.waits(day(4, 0))

    assert ada.has(DAY) == "0"


def test_a_streak_of_which_all_was_taken_back_waits_for_nothing_more():
    ada = member(GOAL, FROZEN)
    ada.does(lc.Enrolment("e", at=day(1, 1)))
    active(ada, 1)
    ada.does(lc.Return("r1", at=day(1, 13), of="v1"))
    ada.waits(day(9))

    assert ada.has(FREEZE) == "1"
    assert active(ada, 10, 11) == [1, 2]


def test_what_a_late_event_brings_and_is_over_ends_without_a_look_at_streaks():
    old = lc.Earn("old", POINT(1), on=Visit, expires=lc.days(1))
    ada = member(GOAL, old, PLAIN)
    active(ada, 5)
    ada.does(Visit("late", at=day(2), name="lesson"), now=day(5, 13))

    assert (ada.has(), ada.has(DAY)) == ("1", "2")


def test_units_that_come_by_themselves_begin_one():
    rule = lc.Earn("later", DAY(1), on=lc.Enrolment, pending=lc.days(2))
    ada = member(rule, PLAIN)
    ada.does(lc.Enrolment("e", at=day(1)))
    ada.waits(day(3))
    assert ada.has(DAY) == "1"

    ada.waits(day(4, 0))
    assert ada.has(DAY) == "0"


@given(st.sets(st.integers(1, 40), min_size=1), st.integers(0, 3), st.integers(0, 2), st.booleans())
def test_the_count_is_what_somebody_with_a_calendar_would_say(days, freezes, tolerates, oldest):
    """And it does not matter how often anybody looks in between."""
    burn = [lc.Burn(FREEZE, lc.oldest_first)] if oldest else []
    ada = member(GOAL, lc.Streak(DAY, lc.day, freeze=FREEZE(1), tolerates=tolerates), *burn, kind=Member)
    if freezes:
        ada.gets("gift", day(1, 0), FREEZE(freezes))
    count, left, missed = 0, freezes, 0
    for at in range(1, 45):
        if at in days:
            active(ada, at)
            count, missed = count + 1, 0
        elif count:
            missed += 1
            if missed > tolerates and left:
                left -= 1
            elif missed > tolerates:
                count = 0
        if at % 3 == 0:
            ada.waits(day(at + 1, 0))
            assert (ada.has(DAY), ada.has(FREEZE)) == (str(count), str(left))
    ada.waits(day(45, 0))
    again = lc.fold("ada", ada.account.rows)
    assert again.balance(DAY) == ada.account.balance(DAY)


def streak(**more):
    return lc.Streak(**{"unit": DAY, "per": lc.day, **more})


@refusals.table(
    [
        (streak, {"unit": "day"}, lc.InvalidValue),
        (streak, {"per": lc.lifetime}, lc.InvalidValue),
        (streak, {"per": lc.rolling(days=1)}, lc.InvalidValue),
        (streak, {"freeze": FREEZE(0)}, lc.InvalidValue),
        (streak, {"freeze": FREEZE}, lc.InvalidValue),
        (streak, {"freeze": DAY(1)}, lc.InvalidValue),
        (streak, {"freeze": STAMP(1), "ends": [STAMP]}, lc.InvalidValue),
        (streak, {"unless": Line.gift.is_true()}, lc.InvalidValue),
        (streak, {"tolerates": -1}, lc.InvalidValue),
        (streak, {"tolerates": True}, lc.InvalidValue),
        *((streak, {"keeps": bad}, lc.InvalidValue) for bad in ("75%", 5, [0], [1], ["x"], ["50%"] * 101)),
        (streak, {"ends": [DAY]}, lc.InvalidValue),
        (streak, {"ends": [STAMP, STAMP]}, lc.InvalidValue),
        (streak, {"ends": ["stamp"]}, lc.InvalidValue),
        (streak, {"ends": "stamp"}, lc.InvalidValue),
        (streak, {"ends": 5}, lc.InvalidValue),
    ]
)
def test_what_is_no_streak_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_one_unit_may_end_with_it_without_a_list():
    assert streak(ends=STAMP) == streak(ends=[STAMP])


@pytest.mark.parametrize(
    "rules",
    [
        [PLAIN],
        [GOAL, streak(ends=[STAMP])],
        [GOAL, streak(unless=Order.channel.is_("app"))],
        [GOAL, streak(unless=lc.in_tier("status", "gold"))],
        [GOAL, PLAIN, FROZEN],
        [GOAL, PLAIN, lc.Reward("gift", FREEZE(1), gives=DAY(1))],
    ],
    ids=["given by nobody", "another, given by nobody", "by an event", "by a tier", "twice", "given by a reward"],
)
def test_a_streak_of_what_is_not_there_is_refused(rules):
    with pytest.raises(lc.InvalidProgram, match="streak of day"):
        program(*rules, *GIFTS)
