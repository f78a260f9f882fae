"""The engine's verbs: what a return does to cells, tallies and tiers, to the unit; figures by hand."""

import pytest

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, day, held, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))


def test_a_return_takes_back_the_difference_of_two_floors_and_never_a_rounded_share():
    """1.70 + 1.70 give 3; keeping one gives 1, so 2 go back, and then 1."""
    ada = Member(program(BASE))
    ada.buys("p", day(1), "1.70", "1.70")
    assert ada.has() == "3"

    ada.returns("r", day(2), "p", ["a"])
    assert ada.has() == "1"
    ada.returns("s", day(3), "p", ["b"])

    assert ada.has() == "0"


def test_a_minimum_spend_is_lost_when_what_is_kept_is_below_it():
    ada = Member(program(BASE, lc.Earn("big", POINT(50), when=Order.net.at_least(USD(20)))))
    ada.buys("p", day(1), "15.00", "6.00")
    assert ada.has() == "71"

    ada.returns("r", day(2), "p", ["b"])

    assert held(ada.account) == {("base", "p"): 15}


def test_a_return_never_gives_more_than_the_purchase_once_had():
    """Below 10.00 the rule gives double; keeping little of a large purchase does not pay."""
    rules = program(
        lc.Earn("small", POINT(30).per(USD(1), Line.net), when=Order.net.below(USD(10))),
        lc.Earn("large", POINT.per(USD(1), Line.net), when=Order.net.at_least(USD(10))),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "9.00", "31.00")

    ada.returns("r", day(2), "p", ["b"])

    assert held(ada.account) == {}


def test_the_award_that_limits_once_cut_stays_cut():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(10), per=lc.month))))
    ada.buys("p", day(1), "30.00", "30.00")

    ada.returns("r", day(2), "p", ["a"])
    assert ada.has() == "10"
    ada.returns("s", day(3), "p", {"b": "0.9"})

    assert ada.has() == "3"


def test_a_return_is_taken_off_the_tallies_of_its_purchase():
    rules = program(
        BASE,
        lc.Earn("monthly", STAR(1), when=Line.net.sum().over(lc.month).at_least(USD(50))),
        lc.Earn("recently", STAR(10), when=Order.count.over(lc.rolling(days=20)).at_least(2)),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "40.00", "20.00")
    ada.buys("q", day(2), "0.00")
    assert ada.has(STAR) == "1.00"

    ada.returns("r", day(3), "p", ["b"])
    ada.buys("s", day(4), "0.00")
    assert ada.has(STAR) == "11.00"
    ada.returns("t", day(5), "p")
    ada.returns("u", day(5), "q")
    assert ada.has(STAR) == "10.00"
    ada.buys("w", day(6), "0.00")

    assert ada.has(STAR) == "10.00"


def test_a_return_after_its_rolling_window_changes_nothing_there():
    rules = program(
        BASE, lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=10)), tiers={"base": 0, "gold": USD(50)})
    )
    ada = Member(rules)
    ada.buys("p", day(1), "40.00")
    ada.buys("q", day(20), "60.00")

    ada.returns("r", day(21), "p")

    assert ada.account.tier("status") == "gold"


def test_boosted_items_are_judged_with_the_tier_they_were_bought_in():
    rules = program(
        BASE,
        lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base"),
        lc.Ladder("status", by=Line.net.sum().over(lc.lifetime), tiers={"base": 0, "gold": USD(50)}),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "30.00", "30.00")
    ada.buys("q", day(2), "10.00", "5.00")
    assert held(ada.account) == {("base", "p"): 60, ("base", "q"): 30}

    ada.returns("r", day(3), "p", ["a"])
    ada.returns("s", day(4), "q", ["a"])

    assert held(ada.account) == {("base", "p"): 30, ("base", "q"): 10}


def test_a_window_and_a_purchase_cell_of_one_purchase_are_taken_back_together():
    rules = program(
        BASE,
        lc.Earn("month", STAR.bands(Line.net, {0: 0, USD(50): 1}, lc.whole), over=lc.month),
        lc.Earn("coffee", POINT(2).per(USD(1), Line.net), over=lc.lifetime, where=Line.category.is_("coffee")),
    )
    ada = Member(rules)
    ada.buys("p", day(1), coffee("30.00"), "30.00")
    assert (ada.has(), ada.has(STAR)) == ("120", "60.00")

    ada.returns("r", day(2), "p", ["a"])

    assert (ada.has(), ada.has(STAR)) == ("30", "0.00")


def test_automatic_rewards_are_claimed_in_the_programs_order():
    rules = program(
        BASE,
        lc.Earn("stars", STAR.per(USD(1), Line.net)),
        lc.Reward("big", POINT(50), claim=lc.once),
        lc.Reward("small", POINT(20), claim=lc.repeatedly),
        lc.Reward("star", STAR(30), claim=lc.repeatedly),
    )
    ada = Member(rules)

    ada.buys("p", day(1), "95.00")

    assert [(e.rule, e.amount) for e in ada.account.entries if e.kind == "spend"] == [
        ("big", 50),
        ("small", 20),
        ("small", 20),
        ("star", 3000),
        ("star", 3000),
        ("star", 3000),
    ]


def test_automatic_rewards_wait_until_debt_is_paid():
    rules = program(BASE, lc.Reward("voucher", POINT(50), claim=lc.repeatedly))
    ada = Member(rules)
    ada.buys("p", day(1), "60.00")
    ada.returns("r", day(2), "p")
    assert ada.has() == "-50"

    ada.buys("q", day(3), "90.00")
    assert ada.has() == "40"
    ada.buys("s", day(4), "10.00")

    assert ada.has() == "0"


@pytest.mark.parametrize("claim", [lc.once, lc.repeatedly])
def test_only_purchases_claim_rewards(claim):
    rules = program(lc.Earn("review", POINT(30), on=lc.Activity), BASE, lc.Reward("voucher", POINT(50), claim=claim))
    ada = Member(rules)
    ada.does(Visit("v", at=day(1), name="review"))
    ada.gets("g", day(1), POINT(30))
    assert ada.has() == "60"

    ada.buys("p", day(2), "0.00")

    assert ada.has() == "10"


def test_an_undone_redemption_gives_back_only_its_own_units():
    rules = program(BASE, lc.Reward("mug", POINT(10)), lc.Reward("cap", POINT(20)))
    ada = Member(rules)
    ada.buys("p", day(1), "40.00")
    ada.redeems("x", day(2), "mug")
    ada.redeems("y", day(2), "cap")

    ada.returns("r", day(3), "x")

    assert ada.has() == "20"
    assert ada.answer.entries[-1].amount == 10


def test_vouchers_a_purchase_claimed_stay_spent_when_it_is_returned():
    rules = program(BASE, lc.Reward("voucher", POINT(50), claim=lc.repeatedly))
    ada = Member(rules)
    ada.buys("p", day(1), "60.00")

    ada.returns("r", day(2), "p")

    assert (ada.has(), ada.account.debt(POINT)) == ("-50", POINT(50))
