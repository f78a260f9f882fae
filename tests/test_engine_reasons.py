"""Reasons: what each rule says of an event, with its numbers, and what a little more would have given."""

import datetime as dt

import pytest

import loyalcore as lc
from shop import CENT, POINT, STAR, USD, Line, Member, Order, Visit, coffee, date, day, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
LADDER = lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=90)), tiers={"base": 0, "gold": USD(50)})


def reason(rule, *others, lines=("15.50",), at=None, **attributes):
    """The reason of one rule for one purchase."""
    ada = Member(program(rule, *others))
    ada.buys("p", at or day(1), *lines, **attributes)
    return next(each for each in ada.answer.reasons if each.rule == rule.name)


def test_what_was_missing_and_what_it_would_have_given_is_said():
    """4.50 USD more would have given 50 point."""
    found = reason(lc.Earn("big", POINT(50), when=Order.net.at_least(USD(20))))

    assert found == lc.Reason("big", None, "needs net >= 20.00 USD, was 15.50 USD", "4.50 USD more", POINT(50))
    assert str(found).endswith("4.50 USD more would have given 50 point")


@pytest.mark.parametrize(
    ("when", "verdict", "missing", "gives"),
    [
        (Order.net.more_than(USD("15.50")), "net > 15.50 USD, was 15.50 USD", "0.01 USD more", 5),
        (Order.net.at_most(USD(10)), "net <= 10.00 USD, was 15.50 USD", "", None),
        (Order.count.at_least(3), "count >= 3, was 1", "2 more", 5),
        (Order.nights.at_least("2.5"), "nights >= 2.5, was 0", "2.5 more", 5),
        (Line.quantity.sum().at_least(3), "quantity >= 3, was 1", "2 more", 5),
        (lc.ordinal.is_(2), "ordinal == 2, was 1", "", None),
        (POINT.balance.at_least(POINT(7)), "balance >= 7 point, was 0 point", "7 point more", 5),
        (POINT.earned(lc.month).at_least(POINT(7)), "point earned >= 7 point, was 0 point", "7 point more", 5),
        (Order.net.over(lc.month).at_least(USD(7)), "net over month >= 7.00 USD, was 0.00 USD", "7.00 USD more", 5),
        (
            Order.count.over(lc.rolling(days=9)).at_least(1),
            "count over last 9 days >= 1, was 0",
            "1 more",
            5,
        ),
        ((Order.net * "0.1").at_least(USD(2)), "scaled >= 2.00 USD, was 1.55 USD", "0.45 USD more", 5),
        (
            (Order.net * lc.Fraction(1, 3)).at_least(USD(20)),
            "scaled >= 20.00 USD, was 31/6 USD",
            "89/6 USD more",
            5,
        ),
        (lc.weekday("sat", "sun"), "Saturday or Sunday, was Thursday", "", None),
        (lc.in_tier("status", "gold"), "tier gold of status", "", None),
        (Order.channel.is_in({"app", "web"}), "channel app or web", "", None),
        (lc.setting("letter").is_("yes"), "letter yes", "", None),
        (~Order.channel.is_(""), "not channel ", "", None),
        (
            lc.between(date("2026-03-01"), dt.date(2026, 4, 1)),
            "a moment from 2026-03-01 00:00:00+00:00 until 2026-04-01",
            "",
            None,
        ),
        (
            Order.channel.is_("app") | Order.net.at_least(USD(20)),
            "net >= 20.00 USD, was 15.50 USD or channel app",
            "",
            None,
        ),
    ],
)
def test_every_condition_is_said_in_words_with_its_numbers(when, verdict, missing, gives):
    found = reason(lc.Earn("bonus", POINT(5), when=when), LADDER)

    assert found.verdict == f"needs {verdict}"
    assert (found.gave, found.missing) == (None, missing)
    assert found.would_give == (None if gives is None else POINT(gives))


def test_of_several_conditions_the_first_that_fails_is_named_and_what_it_alone_would_have_given():
    when = Order.net.at_least(USD(20)) & Order.channel.is_("app")

    alone = reason(lc.Earn("bonus", POINT(5), when=when), channel="app")
    both = reason(lc.Earn("bonus", POINT(5), when=when))

    assert (alone.missing, alone.would_give) == ("4.50 USD more", POINT(5))
    assert both.would_give is None


def test_conditions_inside_others_are_asked_one_by_one():
    when = lc.in_tier("status", "gold") & lc.weekday("tue") & (Order.net.at_least(USD(20)) | Order.express.is_true())

    found = reason(lc.Earn("bonus", POINT(5), when=when), LADDER)

    assert found.verdict.startswith("needs ")
    assert found.gave is None


@pytest.mark.parametrize(
    ("rule", "lines", "gave", "verdict"),
    [
        (BASE, ("15.50",), 15, "holds"),
        (BASE, ("0.50",), 0, "too little for a whole unit"),
        (
            lc.Earn("base", POINT.per(USD(1), Line.net), where=Line.category.is_("coffee")),
            ("9",),
            0,
            "nothing that counts was bought",
        ),
    ],
)
def test_a_rule_that_spoke_says_what_it_gave(rule, lines, gave, verdict):
    found = reason(rule, lines=lines)

    assert (found.gave, found.verdict) == (POINT(gave), verdict)


def test_the_boosts_that_counted_are_named_and_no_others():
    boosts = [
        lc.Boost("all", "x2", of="base"),
        lc.Boost("coffee", "x2", of="base", where=Line.category.is_("coffee")),
        lc.Boost("tea", "x2", of="base", where=Line.category.is_("tea")),
        lc.Boost("app", "x2", of="base", when=Order.channel.is_("app")),
        lc.Boost("base tier", lc.by_tier("status", {"base": "x2"}), of="base"),
        lc.Boost("gold tier", lc.by_tier("status", {"gold": "x2"}), of="base"),
    ]

    found = reason(BASE, LADDER, *boosts, lines=(coffee("10.00"),))

    assert found.verdict == "holds; boosted by all, coffee, base tier"
    assert found.gave == POINT(80)


def test_a_window_says_by_how_much_its_worth_has_changed():
    rule = lc.Earn("rebate", CENT.bands(Line.net, {0: 0, USD(20): "5%"}, lc.whole), over=lc.month)
    ada = Member(program(rule))

    first = ada.buys("p", day(1), "15.50").reasons
    second = ada.buys("q", day(2), "15.50").reasons

    assert first == (lc.Reason("rebate", CENT(0), "changed what the month comes to by nothing"),)
    assert second == (lc.Reason("rebate", CENT("1.55"), "changed what the month comes to"),)


def test_a_window_that_lost_says_what_was_taken_back():
    rule = lc.Earn("rebate", CENT.bands(Line.net, {0: "5%", USD(20): "1%"}, lc.whole), over=lc.since(day(1)))
    ada = Member(program(rule))
    ada.buys("p", day(1), "19.00")

    found = ada.buys("q", day(2), "1.00").reasons

    assert found == (lc.Reason("rebate", CENT("-0.75"), "changed what the lifetime comes to"),)


def test_a_window_that_did_not_speak_says_why():
    rule = lc.Earn("rebate", CENT("0.05").per(USD(1), Line.net), over=lc.month, when=Order.net.at_least(USD(20)))

    assert reason(rule) == lc.Reason("rebate", None, "needs net >= 20.00 USD, was 15.50 USD", "4.50 USD more")


def test_a_lane_says_what_it_made_of_its_rules():
    rules = [BASE, lc.Earn("flat", POINT(7)), lc.Lane("lane", of=["base", "flat"], combine="best")]
    ada = Member(program(*rules))

    found = ada.buys("p", day(1), "15.50").reasons

    assert [(each.rule, each.gave) for each in found] == [("base", POINT(15)), ("flat", POINT(7)), ("lane", POINT(15))]
    assert found[-1].verdict == "best of base, flat is base with 15 point; beside it flat 7 point"
    assert Member(program(BASE, rules[1], lc.Lane("lane", of=["base", "flat"]))).buys("p", day(1), "15.50").reasons[
        -1
    ] == (lc.Reason("lane", POINT(22), "sum of base, flat"))


def test_a_limit_says_what_it_cut():
    rule = lc.Earn("base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(10), per=lc.month))
    ada = Member(program(rule))

    found = ada.buys("p", day(1), "15.50").reasons

    said = "at most 10 point per month: 10 point left, gives 10 point of 15 point"
    assert found == (lc.Reason("base", POINT(15), "holds"), lc.Reason("base", POINT(10), said))


def test_reasons_are_judged_by_what_was_frozen_and_not_by_what_is_now():
    """The tier is gold by now, but was not when the purchase was judged."""
    rules = program(BASE, LADDER, lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base"))
    ada = Member(rules)
    ada.buys("p", day(1), "60.00")
    ada.buys("q", day(2), "10.00")

    assert [each.gave for each in rules.reasons(ada.account, "p")] == [POINT(60)]
    assert [each.gave for each in rules.reasons(ada.account, "q")] == [POINT(20)]


def test_activities_and_enrolments_have_reasons_of_their_own_rules():
    rules = program(
        BASE,
        lc.Earn("review", POINT(5), on=lc.Activity, when=Visit.minutes.at_least(10)),
        lc.Earn("welcome", STAR(5), on=lc.Enrolment),
    )
    ada = Member(rules)

    visit = ada.does(Visit("v", at=day(1), name="review", minutes=4)).reasons
    enrolment = ada.does(lc.Enrolment("e", at=day(1))).reasons

    assert visit == (lc.Reason("review", None, "needs minutes >= 10, was 4", "6 more", POINT(5)),)
    assert enrolment == (lc.Reason("welcome", STAR(5), "holds"),)


def test_events_that_are_not_judged_say_what_was_moved():
    rules = program(BASE, lc.Reward("mug", POINT(10)))
    ada = Member(rules)
    ada.buys("p", day(1), "15.50")

    redeemed = ada.redeems("x", day(2), "mug").explain()
    undone = ada.returns("r", day(3), "x").explain()
    returned = ada.returns("s", day(4), "p").explain()
    given = ada.gets("j", day(5), POINT(4)).explain()

    assert "mug" in redeemed
    assert "10 point" in redeemed
    assert "given back into the lots they came from" in undone
    assert "taken back" in returned
    assert "given" in given


def test_reasons_of_an_event_another_program_judged_are_refused_with_its_name():
    ada = Member(program(BASE))
    ada.buys("p", day(1), "15.50")

    with pytest.raises(lc.UnknownProgram, match=ada.program.hash):
        program(BASE, version="2").reasons(ada.account, "p")


def test_reasons_are_there_after_a_snapshot():
    ada = Member(program(BASE))
    before = ada.buys("p", day(1), "15.50").reasons
    ada.waits(day(3))

    restored = lc.restore(ada.account.snapshot(keep_since=day(1)))

    assert ada.program.reasons(restored, "p") == before
