"""Limits with room in a window: by keys, shared, waiting for room, judged again; figures by hand."""

import datetime as dt

import pytest

import loyalcore as lc
from loyalcore.engine.moments import keyed
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, date, day, held, program

PER_DOLLAR = POINT.per(USD(1), Line.net)


def limited(*limits, **options):
    return lc.Earn("base", PER_DOLLAR, limit=limits, **options)


def tallied(account):
    """What facts say of tallies that are not empty, by name and the day on which the window starts."""
    found = {}
    for entry in account.entries:
        if entry.is_fact:
            for name, start, amount in zip(entry.sums[::3], entry.sums[1::3], entry.sums[2::3], strict=True):
                found[name, start] = found.get((name, start), 0) + amount
    return {
        (name, (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=start)).strftime("%m-%d")): amount
        for (name, start), amount in found.items()
        if amount
    }


# Keys.


def test_every_value_of_a_text_of_the_event_has_room_of_its_own_and_entries_alone_say_it():
    ada = Member(program(limited(lc.at_most(POINT(100), per=lc.month, each=Order.channel))))
    for number, (channel, net) in enumerate([("app", "80"), ("web", "80"), ("app", "80"), ("", "30")]):
        ada.buys(f"p{number}", day(1 + number), net, channel=channel)

    assert held(ada.account) == {("base", "p0"): 80, ("base", "p1"): 80, ("base", "p2"): 20, ("base", "p3"): 30}
    assert tallied(lc.fold("ada", ada.account.entries)) == {
        ("base given, month, channel=app", "01-01"): 100,
        ("base given, month, channel=web", "01-01"): 80,
        ("base given, month, channel=", "01-01"): 30,
    }


def test_a_return_frees_the_room_of_its_own_key():
    ada = Member(program(limited(lc.at_most(POINT(100), per=lc.month, each=Order.channel))))
    ada.buys("p", day(1), "70", "30", channel="app")
    ada.buys("q", day(2), "100", channel="web")

    ada.returns("r", day(3), "p", ["a"])
    ada.buys("s", day(4), "100", channel="app")
    ada.buys("t", day(5), "100", channel="web")

    assert held(ada.account) == {("base", "p"): 30, ("base", "q"): 100, ("base", "s"): 70}


def test_flags_are_keys_too():
    ada = Member(program(limited(lc.times(1, per=lc.month, each=Order.express))))
    for number, express in enumerate([True, False, True]):
        ada.buys(number, day(1 + number), "10", express=express)

    assert ada.has() == "20"


def test_kinds_of_tasks_have_rooms_of_their_own():
    rule = lc.Earn("task", POINT(5), on=lc.Activity, limit=lc.times(1, per=lc.week, each=Visit.name))
    ada = Member(program(rule))

    for number, name in enumerate(["review", "survey", "review"]):
        ada.does(Visit(number, at=day(5 + number), name=name))

    assert ada.has() == "10"


def test_a_household_is_a_setting_and_the_one_that_was_frozen_counts():
    ada = Member(program(limited(lc.at_most(POINT(50), per=lc.lifetime, each=lc.setting("household")))))
    ada.buys("p", day(1), "40")
    ada.does(lc.Settings("s", at=day(2), household="h1"))
    ada.buys("q", day(3), "40")
    ada.buys("u", day(4), "40")
    ada.does(lc.Settings("t", at=day(5), household="h2"))

    ada.returns("r", day(6), "q")
    ada.does(lc.Settings("v", at=day(7), household="h1"))
    ada.buys("w", day(8), "45")

    assert held(ada.account) == {("base", "p"): 40, ("base", "u"): 10, ("base", "w"): 40}


@pytest.mark.parametrize("per", [lc.month, lc.rolling(days=20), lc.lifetime], ids=["month", "rolling", "lifetime"])
def test_every_value_of_a_text_of_items_is_judged_and_cut_on_its_own(per):
    """30.60 of coffee and 30.60 of tea are 30 and 30, where all at once would be 61; there is room for 50 of each."""
    ada = Member(program(limited(lc.at_most(POINT(50), per=per, each=Line.category))))
    ada.buys("p", day(1), coffee("10.30"), {"net": "30.60", "category": "tea"}, coffee("20.30"))
    assert ada.has() == "60"

    ada.buys("q", day(2), coffee("30.00"), {"net": "5.00", "category": "tea"})
    assert held(ada.account)["base", "q"] == 20 + 5
    ada.returns("r", day(3), "p", ["a"])
    ada.buys("s", day(4), coffee("30.00"))

    assert held(ada.account) == {("base", "p"): 50, ("base", "q"): 25, ("base", "s"): 10}


def test_what_is_kept_has_the_room_that_its_own_items_had():
    """Coffee had room for 10, tea for 40: without the tea, all the coffee is worth no more than 10."""
    ada = Member(program(limited(lc.at_most(POINT(40), per=lc.month, each=Line.category))))
    ada.buys("p", day(1), coffee("30"))
    ada.buys("q", day(2), coffee("40"), {"net": "40", "category": "tea"})
    assert held(ada.account)["base", "q"] == 50

    ada.returns("r", day(3), "q", ["b"])

    assert held(ada.account)["base", "q"] == 10


def test_times_for_each_text_of_items():
    ada = Member(program(limited(lc.times(1, per=lc.week, each=Line.category))))
    ada.buys("p", day(5), coffee("10"), coffee("5"), {"net": "3", "category": "tea"})
    assert ada.has() == "18"
    ada.buys("q", day(6), coffee("10"), {"net": "4", "category": "cake"})
    assert ada.has() == "22"

    ada.returns("r", day(7), "q", ["b"])
    ada.returns("s", day(7), "p", ["a", "b"])
    assert ada.has() == "3"
    ada.buys("t", day(8), coffee("7"))

    assert ada.has() == "10"


def test_a_limit_of_the_whole_cuts_the_last_items_first():
    rule = limited(
        lc.at_most(POINT(30), per=lc.month, each=Line.category),
        lc.at_most(POINT(40), per=lc.month, name="all"),
    )
    ada = Member(program(rule))
    ada.buys("p", day(1), coffee("35"), {"net": "35", "category": "tea"})
    assert tallied(ada.account) == {
        ("base given, month, category=coffee", "01-01"): 30,
        ("base given, month, category=tea", "01-01"): 10,
        ("base given, month", "01-01"): 40,
    }

    ada.returns("r", day(2), "p", ["a"])

    assert ada.has() == "10"


def test_a_limit_per_purchase_may_go_by_items_and_one_over_everything_follows():
    rule = limited(
        lc.at_most(POINT(20), per=lc.purchase, each=Line.category),
        lc.at_most(POINT(45), per=lc.purchase),
        lc.at_most(POINT(15), per=lc.month, each=Line.category),
    )
    ada = Member(program(rule))
    lines = [coffee("30"), {"net": "30", "category": "tea"}, {"net": "30", "category": "cake"}]

    ada.buys("p", day(1), *lines)
    assert ada.has() == "35"
    assert Member(program(limited(lc.at_most(POINT(20), per=lc.purchase, each=Line.category)))).buys(
        "p", day(1), *lines
    ).account.balance(POINT) == POINT(60)


def test_a_limit_by_items_that_has_not_begun_cuts_nothing():
    ada = Member(program(limited(lc.at_most(POINT(5), per=lc.since(day(10)), each=Line.category))))
    ada.buys("p", day(1), coffee("10"), coffee("7"))
    assert ada.has() == "17"

    ada.returns("r", day(2), "p", ["b"])

    assert ada.has() == "10"


def test_items_are_asked_one_by_one_inside_their_group_where_rounding_says_so():
    ada = Member(program(limited(lc.at_most(POINT(50), per=lc.month, each=Line.category), stage=lc.item)))

    ada.buys("p", day(1), coffee("1.90"), coffee("2.90"), {"net": "3.90", "category": "tea"})

    assert ada.has() == "6"


def test_a_rule_by_items_still_asks_about_the_whole_purchase():
    rule = limited(lc.at_most(POINT(50), per=lc.month, each=Line.category), when=Order.net.at_least(USD(20)))
    ada = Member(program(rule))

    ada.buys("p", day(1), coffee("12"), {"net": "3", "category": "tea"})
    ada.buys("q", day(2), coffee("12"), {"net": "8", "category": "tea"})
    ada.buys("s", day(3))

    assert ada.has() == "20"


@pytest.mark.parametrize("value", ["", "=", "#", ", month", "x" * 200, "x" * 1000, "é", "a, channel=b", True, False])
def test_a_key_is_part_of_a_tally_s_name_and_no_two_values_have_one(value):
    others = ["y", "x" * 199, "x" * 999, "True ", keyed("t", "name", value).removeprefix("t, name=")[1:], "a", False]

    name = keyed("t", "name", value)

    assert len(name) < 300
    assert name.startswith("t, name")
    assert name not in [keyed("t", "name", other) for other in others if other != value]


@pytest.mark.parametrize("value", [None, 5, 1.5, b"x", ("x",)])
def test_a_key_that_is_no_text_is_refused(value):
    with pytest.raises(TypeError, match="neither text nor flag"):
        keyed("t", "name", value)


def test_long_values_are_stored_and_read_back():
    ada = Member(program(limited(lc.at_most(POINT(50), per=lc.month, each=Order.channel))))
    ada.buys("p", day(1), "40", channel="é" * 1000)
    ada.buys("q", day(2), "40", channel="é" * 1000)

    rows = [lc.codec.load_entry(lc.codec.dump_entry(entry)) for entry in ada.account.entries]

    assert lc.fold("ada", rows) == ada.account
    assert ada.has() == "50"


# One limit for several rules.


def test_rules_and_lanes_share_a_limit_in_the_program_s_order():
    together = lc.at_most(POINT(50), per=lc.month, name="together")
    rules = program(
        limited(together),
        lc.Earn("flat", POINT(20), limit=[together, lc.at_most(POINT(30), per=lc.month)]),
        lc.Earn("late", POINT(9), pending=lc.days(3)),
        lc.Lane("lane", of=["late"], limit=together),
        lc.Earn("visit", POINT(8), on=lc.Activity, limit=together),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "25")
    assert held(ada.account) == {("base", "p"): 25, ("flat", "p"): 20, ("lane", "p"): 5}
    ada.does(Visit("v", at=day(2), name="review"))
    assert ("visit", "v") not in held(ada.account)

    ada.returns("r", day(3), "p")
    ada.does(Visit("w", at=day(4), name="review"))
    ada.buys("q", day(5), "30")

    assert held(ada.account) == {("visit", "w"): 8, ("base", "q"): 30, ("flat", "q"): 12}


@pytest.mark.parametrize("per", [lc.day, lc.rolling(hours=20)], ids=["day", "rolling"])
def test_each_rule_that_gives_counts_once_for_a_shared_number_of_times(per):
    few = lc.times(3, per=per, name="few")
    rules = program(
        lc.Earn("a", POINT(1), limit=few), lc.Earn("b", STAR(1), limit=few), lc.Earn("c", POINT(4), limit=few)
    )
    ada = Member(rules)

    ada.buys("p", day(1), "5")
    assert (ada.has(), ada.has(STAR)) == ("5", "1.00")
    ada.buys("q", day(1, 13), "5")
    assert (ada.has(), ada.has(STAR)) == ("5", "1.00")
    ada.returns("r", day(1, 14), "p")
    ada.buys("s", day(1, 15), "5")

    assert (ada.has(), ada.has(STAR)) == ("5", "1.00")


def test_a_late_purchase_that_no_longer_counts_leaves_the_room_of_a_rolling_window():
    few = lc.at_most(POINT(30), per=lc.rolling(days=3), name="few")
    own = lc.at_most(POINT(25), per=lc.rolling(days=3))
    rules = program(lc.Earn("a", POINT(20), limit=[few, own]), lc.Earn("b", POINT(20), limit=few))
    ada = Member(rules)
    ada.waits(day(10))

    ada.buys("late", day(1), "5", now=day(10))
    assert ada.has() == "40"
    ada.buys("p", day(10), "5")
    assert ada.has() == "70"
    ada.returns("r", day(11), "late")

    assert ada.has() == "30"


# Waiting for room.


def test_what_does_not_fit_is_given_as_of_the_windows_that_have_room():
    rules = program(
        limited(lc.at_most(POINT(100), per=lc.month, otherwise=lc.defer(3))), lc.Expiry(POINT, lc.end_of(lc.month))
    )
    ada = Member(rules)
    ada.buys("p", date("2026-01-10"), "60")
    ada.buys("q", date("2026-01-20"), "250")

    assert [(str(lot.left), lot.usable, lot.expires) for lot in ada.account.lots(POINT)] == [
        ("60 point", None, date("2026-02-01")),
        ("40 point", None, date("2026-02-01")),
        ("100 point", date("2026-02-01"), date("2026-03-01")),
        ("100 point", date("2026-03-01"), date("2026-04-01")),
        ("10 point", date("2026-04-01"), date("2026-05-01")),
    ]
    assert tallied(ada.account) == {
        ("base given, month", "01-01"): 100,
        ("base given, month", "02-01"): 100,
        ("base given, month", "03-01"): 100,
        ("base given, month", "04-01"): 10,
    }
    ada.waits(date("2026-02-01"))
    assert ada.has() == "100"


def test_a_window_that_is_used_already_is_left_out():
    ada = Member(program(limited(lc.at_most(POINT(100), per=lc.day, otherwise=lc.defer(2)))))
    ada.buys("p", day(1), "200")
    ada.buys("q", day(1, 13), "150")

    assert [str(lot.left) for lot in ada.account.lots(POINT)] == ["100 point"] * 3
    assert str(ada.account.pending(POINT)) == "200 point"


@pytest.mark.parametrize(("otherwise", "expected"), [(lc.truncate, 20), (lc.reject, 0)])
def test_what_fits_in_no_window_is_cut_or_nothing_is_given(otherwise, expected):
    rule = limited(lc.at_most(POINT(10), per=lc.day, otherwise=lc.defer(1, otherwise=otherwise)))
    ada = Member(program(rule))

    ada.buys("p", day(1), "35")

    assert sum(held(ada.account).values()) == expected
    ada.buys("q", day(1, 13), "20" if otherwise == lc.reject else "5")
    assert sum(held(ada.account).values()) == 20


def test_returns_take_the_latest_part_first_and_free_its_room():
    ada = Member(program(limited(lc.at_most(POINT(10), per=lc.day, otherwise=lc.defer(5)))))
    ada.buys("p", day(1), "8", "20")

    ada.returns("r", day(1, 13), "p", ["b"])
    assert tallied(ada.account) == {("base given, day", "01-01"): 8}
    assert (ada.has(), str(ada.account.pending(POINT))) == ("8", "0 point")
    ada.buys("q", day(1, 14), "5")

    assert (ada.has(), str(ada.account.pending(POINT))) == ("10", "3 point")


def test_a_number_of_times_may_wait_too_and_then_all_of_an_award_does():
    rule = lc.Earn("visit", PER_DOLLAR, limit=lc.times(1, per=lc.day, otherwise=lc.defer(2)))
    ada = Member(program(rule))
    for number in range(4):
        ada.buys(number, day(1, 12 + number), f"{10 + number}", "1")

    assert (ada.has(), str(ada.account.pending(POINT))) == ("11", "25 point")
    ada.returns("r", day(2), 1, ["b"])
    ada.waits(day(3))

    assert (ada.has(), str(ada.account.pending(POINT))) == ("35", "0 point")


def test_units_that_are_pending_anyway_are_so_from_the_start_of_their_window():
    rule = limited(lc.at_most(POINT(10), per=lc.day, otherwise=lc.defer(1)), pending=lc.days(2), expires=lc.days(9))
    ada = Member(program(rule))

    ada.buys("p", day(1), "15")

    assert [(lot.usable, lot.expires) for lot in ada.account.lots(POINT)] == [
        (day(3), day(10)),
        (day(4, 0), day(11, 0)),
    ]


def test_a_late_purchase_uses_the_windows_that_followed_it():
    ada = Member(program(limited(lc.at_most(POINT(10), per=lc.day, otherwise=lc.defer(2)))))
    ada.buys("p", day(2), "8")

    ada.buys("late", day(1), "25", now=day(2, 13))

    assert tallied(ada.account) == {
        ("base given, day", "01-01"): 10,
        ("base given, day", "01-02"): 10,
        ("base given, day", "01-03"): 10,
    }
    assert (ada.has(), str(ada.account.pending(POINT))) == ("20", "10 point")


@pytest.mark.parametrize(("at", "usable", "pending"), [(day(1, 15), "5", "4 point"), (day(2, 15), "9", "0 point")])
def test_a_return_that_gives_back_more_gives_it_in_the_windows_the_purchase_had(at, usable, pending):
    """Nothing is given from 10.00 to 20.00: 24.00 gives 24 on five days, 15.00 nothing, and 9.00 gives 9 on two."""
    between = Order.net.below(USD(10)) | Order.net.at_least(USD(20))
    ada = Member(program(limited(lc.at_most(POINT(5), per=lc.day, otherwise=lc.defer(4)), when=between)))
    ada.buys("p", day(1), "9", "6", "9")
    assert (ada.has(), str(ada.account.pending(POINT))) == ("5", "19 point")
    ada.returns("r", day(1, 13), "p", ["a"])
    assert (ada.has(), str(ada.account.pending(POINT))) == ("0", "0 point")

    ada.returns("s", at, "p", ["b"])

    assert (ada.has(), str(ada.account.pending(POINT))) == (usable, pending)
    assert tallied(ada.account) == {("base given, day", "01-01"): 5, ("base given, day", "01-02"): 4}


# Judged again.


def test_what_was_cut_is_given_again_when_a_return_makes_room():
    rule = limited(lc.at_most(POINT(100), per=lc.month, freed=lc.rejudge))
    ada = Member(program(rule))
    ada.buys("p", day(1), "80.90")
    ada.buys("q", day(2), "60.90")
    assert ada.has() == "100"

    ada.returns("r", day(3), "p")
    assert ada.has() == "60"
    ada.buys("s", day(4), "50")
    assert ada.has() == "100"
    ada.buys("t", day(35), "70")

    assert ada.has() == "170"
    assert {rule for rule, _ in held(ada.account)} == {"base"}


def test_a_limit_of_a_lane_may_be_judged_again():
    lane = lc.Lane(
        "lane", of=["base", "flat"], combine="best", limit=lc.at_most(POINT(50), per=lc.month, freed=lc.rejudge)
    )
    ada = Member(program(limited(), lc.Earn("flat", POINT(15)), lane))
    ada.buys("p", day(1), "40")
    ada.buys("q", day(2), "10")
    assert ada.has() == "50"

    ada.returns("r", day(3), "p")

    assert ada.has() == "15"


def test_room_of_each_key_is_judged_again_on_its_own():
    rule = limited(lc.at_most(POINT(50), per=lc.month, each=Order.channel, freed=lc.rejudge))
    ada = Member(program(rule))
    ada.buys("p", day(1), "40", channel="app")
    ada.buys("q", day(2), "40", channel="app")
    ada.buys("s", day(3), "40", channel="web")
    assert ada.has() == "90"

    ada.returns("r", day(4), "p")

    assert ada.has() == "80"


def test_room_of_each_text_of_items_is_judged_again_on_its_own():
    rule = limited(lc.at_most(POINT(30), per=lc.month, each=Line.category, freed=lc.rejudge))
    ada = Member(program(rule))
    ada.buys("p", day(1), coffee("25"), {"net": "25", "category": "tea"})
    ada.buys("q", day(2), coffee("25"), {"net": "4", "category": "tea"})
    assert ada.has() == "59"

    ada.returns("r", day(3), "p", ["a"])

    assert ada.has() == "54"


def test_each_text_of_items_is_judged_again_by_what_its_own_items_come_to():
    quarter = lc.at_most(POINT.per(USD(4), Line.net), per=lc.month, each=Line.category, freed=lc.rejudge)
    ada = Member(program(limited(quarter, when=Order.channel.is_("app"))))
    ada.buys("p", day(1), coffee("20"), {"net": "8", "category": "tea"}, channel="app")
    assert ada.has() == "7"

    # It is no award, but what is bought counts: 5 + 10 for coffee, of which 20 are awarded already.
    ada.buys("q", day(2), coffee("40"))
    assert ada.has() == "17"
    ada.returns("r", day(3), "q", {"a": "0.5"})
    assert ada.has() == "12"
    ada.returns("s", day(4), "p", ["a"])

    assert ada.has() == "2"


def test_what_does_not_hold_uses_no_room_of_its_items():
    limit = lc.at_most(POINT(30), per=lc.month, each=Line.category, freed=lc.rejudge)
    ada = Member(program(limited(limit, when=Order.net.at_least(USD(20)))))

    ada.buys("p", day(1), coffee("15"))
    ada.buys("q", day(2), coffee("25"))

    assert ada.has() == "25"


def test_a_share_of_what_another_rule_gave_in_the_month_is_exact_whatever_returns():
    """The bonus is at most a fifth of what the base came to in the month."""
    fifth = lc.at_most(POINT.per(POINT(5), lc.given("base")), per=lc.month, freed=lc.rejudge)
    ada = Member(program(limited(), lc.Earn("bonus", POINT(15), limit=fifth)))
    ada.buys("p", day(1), "50", "7.50")
    assert held(ada.account)["base", "p"] == 57
    assert ada.has() == "68"

    ada.buys("q", day(2), "80")
    assert ada.has() == str(137 + 27)
    ada.returns("r", day(3), "p", ["b"])

    assert ada.has() == str(130 + 26)


def test_a_share_of_what_is_spent_by_each_channel():
    share = lc.at_most(POINT.per(USD(10), Order.net), per=lc.lifetime, each=Order.channel, freed=lc.rejudge)
    ada = Member(program(lc.Earn("bonus", POINT(15), limit=share)))
    ada.buys("p", day(1), "100", channel="app")
    ada.buys("q", day(2), "300", channel="web")
    assert ada.has() == "25"

    ada.buys("s", day(3), "100", channel="app")
    assert ada.has() == "35"
    ada.returns("r", day(4), "s")

    assert ada.has() == "25"


def test_a_window_that_was_not_begun_gives_nothing_for_a_limit_judged_again():
    ada = Member(program(limited(lc.at_most(POINT(50), per=lc.since(day(10)), freed=lc.rejudge))))

    ada.buys("p", day(9), "40", "5")
    ada.returns("r", day(11), "p", ["a"])
    ada.buys("q", day(12), "40")

    assert ada.has() == "40"


# By what is bought.


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (lc.at_most(POINT.per(USD(10), Order.net), per=lc.purchase), 3),
        (lc.at_most(POINT.per(USD(10), Order.net), per=lc.purchase, otherwise=lc.reject), 0),
        (lc.at_most(POINT.per(POINT(4), lc.given("other")), per=lc.purchase), 17),
        (lc.at_most(POINT(2).per(USD(10), Line.net), per=lc.item), 2 + 4),
        (lc.at_most(POINT(2).per(USD(10), Line.net), per=lc.purchase, each=Line.category), 7),
        (lc.at_most(POINT.per(USD(100), Order.net - Line.cost), per=lc.purchase), 0),
        (lc.at_most(POINT(60).per(1, Order.count), per=lc.purchase), 35),
    ],
)
def test_the_most_may_be_an_accrual_of_the_purchase(limit, expected):
    ada = Member(program(limited(limit), lc.Earn("other", POINT(2).per(USD(1), Line.net))))
    ada.buys("p", day(1), {"net": "14.90", "category": "x", "cost": "90"}, {"net": "20.90", "category": "x"})

    assert held(ada.account).get(("base", "p"), 0) == expected


def test_a_lane_is_limited_by_what_was_bought():
    lane = lc.Lane("lane", of=["base", "flat"], limit=lc.at_most(POINT.per(USD(10), Order.net), per=lc.purchase))
    ada = Member(program(limited(), lc.Earn("flat", POINT(15)), lane))

    ada.buys("p", day(1), "59")
    assert ada.has() == "5"
    ada.returns("r", day(2), "p")

    assert ada.has() == "0"


def test_a_row_of_the_host_whose_key_is_no_text_is_refused():
    rules = program(limited(lc.at_most(POINT(50), per=lc.month, each=Order.channel)))
    binding = lc.bind(
        Order,
        lc.bind_items(Line, id=0, net=1, quantity=2, category=3),
        id=0,
        at=1,
        member=2,
        lines=3,
        channel=4,
    )
    row = ("p", day(1), "ada", [("a", 100, 1000, "coffee")], 5)

    with pytest.raises(lc.InvalidValue, match="neither text nor flag"):
        rules.replay([row], binding).run()
