"""Postings: what giving, spending, taking back and giving back become, to the lot."""

import pytest

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, Visit, day, held, order, program
from test_interpreted import Told

MUG = lc.Reward("mug", POINT(25))


def shop(*rules, **how):
    """A dollar a point, with mugs for 25."""
    return program(lc.Earn("base", POINT.per(USD(1), Line.net), **how), MUG, *rules)


def row(member):
    """The last entry of a kind that moves units."""
    return next(e for e in reversed(member.account.entries) if e.kind in {"take", "restore", "spend", "earn"})


# Spending.


def test_units_are_spent_soonest_to_expire_first_and_then_oldest():
    ada = Member(shop())
    ada.gets("late", day(1), POINT(10), expires=day(90))
    ada.gets("never", day(1), POINT(10))
    ada.gets("soon", day(2), POINT(10), expires=day(30))
    ada.gets("as soon", day(2), POINT(10), expires=day(30))

    ada.redeems("x", day(3), "mug")

    assert row(ada).pieces == (5, 10, 7, 10, 1, 5)
    assert [(lot.name, lot.left.minor) for lot in ada.account.lots(POINT)] == [(1, 5), (3, 10)]


def test_the_cost_of_an_amount_of_money_is_rounded_up():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Pay("pay", POINT(1), USD("0.03"))))
    ada.buys("p", day(1), "1000.00")

    ada.redeems("x", day(2), "pay", amount="10.00")
    assert ada.has() == str(1000 - 334)
    ada.redeems("y", day(3), "pay", amount="0.03")

    assert ada.has() == str(1000 - 334 - 1)


def test_paying_with_units_of_two_places_rounds_to_their_smallest_part():
    ada = Member(program(lc.Earn("base", STAR.per(USD(1), Line.net)), lc.Pay("pay", STAR(1), USD("0.30"))))
    ada.buys("p", day(1), "100.00")

    ada.redeems("x", day(2), "pay", amount="10.00")

    assert ada.has(STAR) == "66.66"


# Taking back.


def test_a_return_takes_from_the_lots_of_its_purchase_and_leaves_others_alone():
    ada = Member(shop())
    ada.buys("p", day(1), "20.00")
    ada.buys("q", day(2), "20.00")

    ada.returns("r", day(3), "q")

    assert [(lot.name, lot.left.minor) for lot in ada.account.lots(POINT)] == [(1, 20)]
    assert (row(ada).pieces, row(ada).lapsed, row(ada).debt, row(ada).written) == ((3, 20), 0, 0, 0)


@pytest.mark.parametrize(
    ("policy", "first", "balance"),
    [
        (lc.debt, {"pieces": (), "debt": 20, "written": 0}, "-25"),
        (lc.other_lots, {"pieces": (3, 15), "debt": 5, "written": 0}, "-25"),
        (lc.clamp, {"pieces": (3, 15), "debt": 0, "written": 5}, "0"),
        (lc.write_off, {"pieces": (), "debt": 0, "written": 20}, "0"),
    ],
)
@pytest.mark.parametrize("own", [False, True])
def test_what_was_spent_is_owed_taken_from_other_lots_or_written_off(policy, first, balance, own):
    """40 earned in two purchases, 25 spent from the first of them: both purchases go back."""
    how = {"taking_back": policy} if own else {}
    rules = program(lc.Earn("base", POINT.per(USD(1), Line.net), **how), MUG, taking_back=lc.debt if own else policy)
    ada = Member(rules)
    ada.buys("p", day(1), "20.00")
    ada.buys("q", day(2), "20.00")
    ada.redeems("x", day(3), "mug")

    ada.returns("r", day(4), "p")
    assert {name: getattr(row(ada), name) for name in first} == first
    ada.returns("s", day(5), "q")

    assert ada.has() == balance
    assert held(ada.account) == {}


def test_a_clamp_takes_no_more_than_the_balance():
    ada = Told(program(lc.Earn("base", POINT.per(USD(1), Line.net)), MUG, taking_back=lc.clamp))
    ada.gets("gift", day(1), POINT(30))
    ada.buys("p", day(1), "150.00")
    ada.gets("spent", day(2), POINT(-100))
    assert ada.has() == "80"
    ada.returns("r", day(3), "p")

    assert (row(ada).amount, row(ada).written, row(ada).debt, ada.has()) == (80, 70, 0, "0")
    # What is owed for another reason is not there to be taken.
    ada.gets("more", day(4), POINT(20))
    ada.buys("q", day(4), "10.00")
    ada.redeems("m", day(4), "mug")
    ada.does(lc.Adjustment("fee", at=day(5), amount=POINT(-9), reason="fee", of="m", otherwise=lc.debt))
    assert (ada.has(), ada.account.debt(POINT)) == ("-4", POINT(9))
    ada.returns("s", day(6), "q")
    assert (ada.has(), row(ada).written) == ("-9", 5)


def test_other_lots_are_drawn_soonest_to_expire_first_and_pending_ones_are_not():
    ada = Member(program(
        lc.Earn("base", POINT.per(USD(1), Line.net), taking_back=lc.other_lots),
        lc.Earn("late", POINT(30), pending=lc.days(60), when=Order.channel.is_("app")),
        MUG,
    ))  # fmt: skip
    ada.buys("p", day(1), "25.00")
    ada.redeems("x", day(2), "mug")
    ada.gets("never", day(3), POINT(10))
    ada.gets("soon", day(3), POINT(10), expires=day(30))
    ada.buys("q", day(4), "0.00", channel="app")

    ada.returns("r", day(5), "p")

    assert row(ada).pieces == (7, 10, 5, 10)
    assert (row(ada).debt, ada.has(), str(ada.account.pending(POINT))) == (5, "-5", "30 point")


def test_own_lots_come_before_others_and_a_lot_is_named_once():
    ada = Member(shop(taking_back=lc.other_lots, over=lc.month))
    ada.buys("p", day(1), "20.00")
    ada.buys("q", day(2), "20.00")
    ada.redeems("x", day(3), "mug")

    ada.returns("r", day(4), "p")

    assert row(ada).pieces == (3, 15)
    assert row(ada).debt == 5


def test_what_expired_costs_nothing_and_is_counted_once():
    ada = Member(shop(lc.Expiry(POINT, lc.days(10))))
    ada.buys("p", day(1), "20.00", "30.00")
    ada.waits(day(20))

    ada.returns("r", day(21), "p", ["a"])
    assert (row(ada).pieces, row(ada).lapsed, row(ada).debt, row(ada).amount) == ((), 20, 0, 0)
    ada.returns("s", day(22), "p")

    assert row(ada).lapsed == 30
    assert (ada.has(), held(ada.account)) == ("0", {})


def test_what_expired_answers_for_one_return_only():
    """Of 50 units 25 were spent and 25 expired: returns of 20 and 30 meet 20 and 5 of those, and 25 are owed."""
    ada = Member(shop(lc.Expiry(POINT, lc.days(10))))
    ada.buys("p", day(1), "20.00", "30.00")
    ada.redeems("x", day(2), "mug")
    ada.waits(day(20))

    ada.returns("r", day(21), "p", ["a"])
    assert (row(ada).lapsed, row(ada).debt) == (20, 0)
    ada.returns("s", day(22), "p")

    assert (row(ada).lapsed, row(ada).debt, ada.has()) == (5, 25, "-25")


def test_what_expired_of_a_window_answers_for_one_return_only():
    ada = Member(shop(lc.Expiry(POINT, lc.days(10)), over=lc.lifetime))
    ada.buys("p", day(1), "20.00", "30.00")
    ada.redeems("x", day(2), "mug")
    ada.waits(day(20))

    ada.returns("r", day(21), "p", ["a"])
    ada.returns("s", day(22), "p")

    assert (row(ada).lapsed, row(ada).debt, ada.has()) == (5, 25, "-25")


def test_what_was_spent_of_a_lot_before_it_expired_is_owed():
    ada = Member(shop(lc.Expiry(POINT, lc.days(10))))
    ada.buys("p", day(1), "40.00")
    ada.redeems("x", day(2), "mug")
    ada.waits(day(20))

    ada.returns("r", day(21), "p")

    assert (row(ada).lapsed, row(ada).debt, ada.has()) == (15, 25, "-25")


def test_a_return_takes_pending_units_as_well():
    ada = Member(shop(pending=lc.days(30)))
    ada.buys("p", day(1), "20.00", "30.00")

    ada.returns("r", day(2), "p", ["a"])

    assert (row(ada).pieces, str(ada.account.pending(POINT))) == ((1, 20), "30 point")


def test_a_lane_is_judged_again_by_what_is_kept():
    """The first rule that gives counts: 10 from 50.00 on, else half a point a dollar, never more than was granted."""
    rules = program(
        lc.Earn("flat", POINT(10), when=Order.net.at_least(USD(50))),
        lc.Earn("rate", POINT.per(USD(2), Line.net)),
        lc.Lane("lane", of=["flat", "rate"], combine="first"),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "60.00", "8.00", "4.00")
    assert held(ada.account) == {("lane", "p"): 10}

    ada.returns("r", day(2), "p", ["a"])
    assert held(ada.account) == {("lane", "p"): 6}
    ada.returns("s", day(3), "p", ["b"])

    assert held(ada.account) == {("lane", "p"): 2}


def test_units_given_by_a_return_are_the_purchases_own():
    """Subtracting what tea costs, the award falls to nothing, rises again, and is taken back without debt."""
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net - Line.cost)), MUG))
    ada.buys("p", day(1), {"net": "20.00"}, {"net": "0.00", "cost": "10.00"}, {"net": "5.00"})
    assert ada.has() == "15"
    ada.returns("r", day(2), "p", ["a"])
    assert ada.has() == "0"
    ada.returns("s", day(3), "p", ["b"])
    assert ada.has() == "5"

    ada.returns("t", day(4), "p", ["c"])

    assert (ada.has(), ada.account.debt(POINT), ada.account.lots(POINT)) == ("0", POINT(0), ())


# Giving back.


def test_undoing_a_redemption_gives_back_into_the_same_lots():
    ada = Member(shop(lc.Expiry(POINT, lc.days(60))))
    ada.buys("p", day(1), "20.00")
    ada.buys("q", day(5), "20.00")
    before = ada.account.lots(POINT)
    ada.redeems("x", day(6), "mug")

    ada.returns("r", day(7), "x")

    assert row(ada).pieces == (1, 20, 3, 5)
    assert ada.account.lots(POINT) == before


def test_units_given_back_after_their_expiry_end_at_once():
    ada = Member(shop(lc.Expiry(POINT, lc.days(10))))
    ada.buys("p", day(1), "30.00")
    ada.redeems("x", day(2), "mug")

    answer = ada.returns("r", day(30), "x")

    assert [entry.kind for entry in answer.entries] == ["expire", "return", "restore", "expire"]
    assert ada.has() == "0"


def test_units_given_back_pay_debt_first():
    ada = Member(shop())
    ada.buys("p", day(1), "30.00")
    ada.redeems("x", day(2), "mug")
    ada.returns("r", day(3), "p", ["a"])
    assert ada.has() == "-25"

    ada.returns("s", day(4), "x")

    assert (row(ada).repaid, row(ada).pieces) == (25, ())
    assert (ada.has(), ada.account.debt(POINT)) == ("0", POINT(0))


def test_what_is_left_after_paying_debt_goes_back_into_lots():
    ada = Member(shop())
    ada.buys("p", day(1), "10.00")
    ada.buys("q", day(1), "15.00")
    ada.redeems("x", day(2), "mug")
    ada.returns("r", day(3), "p")
    assert ada.has() == "-10"

    ada.returns("s", day(4), "x")

    assert (row(ada).repaid, row(ada).pieces) == (10, (3, 15))
    assert (ada.has(), [lot.name for lot in ada.account.lots(POINT)]) == ("15", [3])


# Debt.


def test_earnings_pay_debt_before_they_open_a_lot():
    ada = Member(shop())
    ada.buys("p", day(1), "30.00")
    ada.redeems("x", day(2), "mug")
    ada.returns("r", day(3), "p")

    ada.buys("q", day(4), "10.00")
    assert (row(ada).repaid, ada.has(), ada.account.lots(POINT)) == (10, "-15", ())
    ada.buys("s", day(5), "20.00")

    assert (row(ada).repaid, ada.has()) == (15, "5")


def test_pending_units_pay_debt_when_they_mature():
    ada = Member(
        program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Earn("late", POINT(9), pending=lc.days(5)), MUG)
    )
    ada.buys("p", day(1), "30.00")
    ada.redeems("x", day(2), "mug")
    ada.returns("r", day(3), "p")
    ada.buys("q", day(4), "0.00")
    assert ada.has() == "-25"

    ada.waits(day(20))

    assert (ada.has(), ada.account.pending(POINT)) == ("-16", POINT(0))


# Activity.


def test_everything_ends_when_nothing_was_done_for_so_long():
    """100 on 1 January, 50 on 1 June: 150 through 31 May of the next year, then nothing."""
    ada = Member(shop(lc.Expiry(POINT, lc.inactivity(lc.days(365)))))
    ada.buys("p", day(1), "100.00")
    ada.buys("q", day(152), "50.00")

    ada.waits(day(152 + 365, 11))
    assert ada.has() == "150"
    ada.waits(day(152 + 365))

    assert ada.has() == "0"


@pytest.mark.parametrize(
    ("event", "moves"),
    [
        (Order("e", at=day(50)), True),
        (Visit("e", at=day(50), name="review"), True),
        (lc.Redemption("e", at=day(50), reward="mug"), True),
        (lc.Enrolment("e", at=day(50)), False),
        (lc.Settings("e", at=day(50), letter="yes"), False),
        (lc.Adjustment("e", at=day(50), amount=POINT(5), reason="a gift"), False),
        (lc.Return("e", at=day(50), of="p"), False),
    ],
    ids=lambda value: getattr(value, "kind", value),
)
def test_purchases_activities_and_redemptions_keep_units_alive(event, moves):
    ada = Member(shop(lc.Expiry(POINT, lc.inactivity(lc.days(100)))))
    ada.buys("p", day(1), "100.00")

    ada.does(event)

    extended = [entry for entry in ada.answer.entries if entry.kind == "extend"]
    assert bool(extended) == moves
    assert ada.account.balance(POINT, day(101)).minor == (0 if not moves else ada.account.balance(POINT).minor)


def test_units_that_come_without_activity_start_a_deadline_of_their_own():
    ada = Member(shop(lc.Expiry(POINT, lc.inactivity(lc.days(100)))))

    ada.gets("g", day(1), POINT(5))

    assert ada.kinds() == ["adjustment", "extend", "earn"]
    assert ada.account.expiring(POINT) == ((day(101), POINT(5)),)


@pytest.mark.parametrize(
    "event",
    [order("q", day(300), "7.00"), lc.Adjustment("q", at=day(300), amount=POINT(7), reason="a gift")],
    ids=lambda event: event.kind,
)
def test_a_deadline_that_passed_under_another_program_says_nothing_of_units_that_come_later(event):
    """Under a program without inactivity they stay; what comes back into lots that ended has ended."""
    before, after = shop(lc.Expiry(POINT, lc.inactivity(lc.days(100)))), shop()
    account = before.decide(before.open("ada"), order("p", day(1), "30.00")).account

    answer = after.decide(account, event)

    assert [entry.kind for entry in answer.entries][-2:] == ["extend", "earn"]
    assert after.advance(answer.account, day(900)).account.balance(POINT) == POINT(7)


def test_units_that_all_end_in_the_moment_in_which_some_would_mature_pay_no_debt():
    """What waits for 30 days and ends after 30 days without activity just ends, as `Account.balance` foretells."""
    waiting = lc.Earn("visit", POINT(19), on=lc.Activity, pending=lc.days(30))
    ada = Told(shop(waiting, lc.Expiry(POINT, lc.inactivity(lc.days(30)))))
    ada.does(lc.Adjustment("g", at=day(1), amount=POINT(-26), reason="by hand", otherwise=lc.debt))
    ada.does(Visit("v", at=day(5), name="visit"))
    assert ada.account.balance(POINT, day(35)) == POINT(-26)

    ada.waits(day(35))

    assert [entry.kind for entry in ada.answer.entries] == ["expire"]
    assert ada.account.debt(POINT) == POINT(26)


def test_a_late_activity_never_shortens_a_deadline():
    ada = Member(shop(lc.Expiry(POINT, lc.inactivity(lc.days(100)))))
    ada.buys("p", day(50), "100.00")

    ada.does(Visit("v", at=day(20), name="review"))

    assert ada.account.expiring(POINT) == ((day(150), POINT(100)),)


def test_units_given_back_after_everything_ended_for_want_of_activity_end_at_once():
    ada = Member(shop(lc.Expiry(POINT, lc.inactivity(lc.days(100)))))
    ada.buys("p", day(1), "30.00")
    ada.redeems("x", day(2), "mug")
    ada.buys("q", day(150), "7.00")

    ada.returns("r", day(151), "x")

    assert ada.has() == "7"


# Opening.


def test_an_opening_sets_lots_and_tiers():
    rules = shop(
        lc.Expiry(POINT, lc.days(30)),
        lc.Ladder("status", by=Order.count.over(lc.year), tiers={"base": 0, "gold": 3}),
    )
    ada = Member(rules)

    ada.does(
        lc.Opening(
            "o",
            at=day(1),
            lots=[lc.OpeningLot(POINT(5)), lc.OpeningLot(POINT(7), expires=day(10))],
            tiers={"status": "gold"},
        )
    )

    assert ada.account.expiring(POINT) == ((day(10), POINT(7)), (day(31), POINT(5)))
    assert ada.account.tier("status") == "gold"
    assert ada.account.entries[-1].until == day(366, 0)


def test_an_opening_that_is_recorded_late_ends_what_is_over():
    ada = Member(shop())

    ada.does(lc.Opening("o", at=day(1), lots=[lc.OpeningLot(POINT(7), expires=day(10))]), now=day(20))

    assert ada.kinds() == ["opening", "earn", "expire"]


# -- how long units live ---------------------------------------------------------------------------------------------


def lives(life, *rules, **how):
    return program(lc.Earn("base", POINT.per(USD(1), Line.net)), *rules, lc.Expiry(POINT, life, **how))


STATUS = lc.Ladder("status", by=lc.Purchase.net.over(lc.lifetime), tiers={"base": 0, "gold": USD(100)})


def test_units_end_at_the_first_fixed_date_after_they_came():
    ada = Member(lives(lc.on_dates(day(10), day(20))))
    for number in (1, 9, 10, 20):
        ada.buys(f"p{number}", day(number), "5.00")

    assert [(entry.at, entry.expires) for entry in ada.account.entries if entry.kind == "earn"] == [
        (day(1), day(10)),
        (day(9), day(10)),
        (day(10), day(20)),
        (day(20), None),
    ]
    assert ada.has() == "5"


def test_units_live_as_long_as_the_tier_says_in_which_they_come_also_by_hand():
    rules = lives(lc.life_by_tier("status", {"gold": lc.days(50)}, otherwise=lc.days(5)), STATUS)
    ada = Member(rules)
    ada.buys("p", day(1), "100.00")
    ada.buys("q", day(2), "1.00")
    ada.gets("a", day(3), POINT(7))

    assert ada.account.expiring(POINT) == ((day(6), POINT(100)), (day(52), POINT(1)), (day(53), POINT(7)))
    assert ada.account.expiring(POINT, before=day(52)) == ((day(6), POINT(100)),)
    assert rules.expires(POINT, day(1)) == day(6)


def test_a_late_event_gives_units_by_the_tier_of_its_moment():
    ada = Member(lives(lc.life_by_tier("status", {"gold": lc.days(50)}, otherwise=lc.days(25)), STATUS))
    ada.buys("p", day(10), "100.00")

    ada.buys("q", day(5), "1.00", now=day(11))

    assert ada.account.expiring(POINT)[0] == (day(30), POINT(1))


@pytest.mark.parametrize(
    ("by", "until"),
    [
        ((), day(34)),
        ([lc.Purchase], day(32)),
        ([lc.Redemption], day(34)),
        ([lc.Activity], day(33)),
        (["coffee"], day(31)),
        (["coffee", lc.Activity], day(33)),
    ],
)
def test_the_program_says_what_keeps_units_alive(by, until):
    ada = Member(
        lives(
            lc.inactivity(lc.days(30), by=by),
            lc.Earn("coffee", STAR(1), when=lc.Purchase.net.at_least(USD(10))),
            lc.Reward("mug", POINT(1)),
        )
    )
    ada.buys("p", day(1), "50.00")
    ada.buys("q", day(2), "5.00")
    ada.does(Visit("v", at=day(3), name="visit"))
    ada.redeems("r", day(4), "mug")

    assert ada.account.expiring(POINT)[0][0] == until


def still(ladder=STATUS):
    return lives(lc.inactivity(lc.days(30)), ladder, unless=lc.in_tier("status", "gold"))


def test_time_stands_still_in_a_tier_and_begins_anew_when_it_is_left():
    ladder = lc.Ladder("status", by=lc.Purchase.net.over(lc.rolling(days=20)), tiers={"base": 0, "gold": USD(100)})
    ada = Member(still(ladder))
    ada.buys("p", day(1), "10.00")
    assert ada.account.expiring(POINT)[0][0] == day(31)
    ada.buys("q", day(5), "100.00")
    assert ada.account.expiring(POINT) == ()
    ada.buys("r", day(6), "1.00")
    ada.waits(day(20))
    assert ada.account.expiring(POINT) == ()

    ada.waits(day(26))

    assert ada.account.expiring(POINT)[0][0] == day(55)
    assert ada.waits(day(55)).entries[-1].kind == "expire"
    assert ada.has() == "0"


def test_units_that_come_in_a_tier_that_keeps_them_begin_no_time():
    ada = Member(still(lc.Ladder("status", tiers={"base": 0, "gold": lc.invited}, valid=lc.never)))
    ada.does(lc.Opening("o", at=day(1), tiers={"status": "gold"}, lots=[lc.OpeningLot(POINT(5))]))
    assert ada.account.expiring(POINT) == ()

    ada.gets("a", day(2), POINT(5))

    assert ada.account.expiring(POINT) == ()


def test_what_ended_before_a_tier_that_keeps_units_is_entered_has_ended():
    """Whether a deadline has passed is asked at the end of the year, and not as of the event before."""
    ladder = lc.Ladder("status", by=lc.Purchase.net.over(lc.year), tiers={"base": 0, "gold": USD(100)})
    keeps = lc.Expiry(POINT, lc.inactivity(lc.days(60), by=[lc.Purchase]), unless=lc.in_tier("status", "base"))
    base = lc.Earn("base", POINT.per(USD(1), Line.net), taking_back=lc.write_off)
    ada = Member(program(base, ladder, keeps, lc.Reward("mug", POINT(100))))
    ada.buys("p", day(1), "100.00")
    ada.redeems("x", day(2), "mug")
    ada.returns("r", day(3), "p")

    ada.returns("s", day(800), "x")

    assert ada.account.tier("status") == "base"
    assert ada.has() == "0"
    assert ada.kinds()[-2:] == ["restore", "expire"]


def test_what_a_lane_gives_is_activity_under_the_name_of_the_outermost():
    ada = Member(
        program(
            lc.Earn("one", POINT(5), when=Order.channel.is_("app")),
            lc.Earn("two", POINT(9), when=Order.channel.is_("app")),
            lc.Earn("three", STAR(1)),
            lc.Lane("best", of=["one", "two"], combine="best"),
            lc.Expiry(POINT, lc.inactivity(lc.days(30), by=["best"])),
        )
    )
    ada.buys("p", day(1), "1.00", channel="app")
    ada.buys("q", day(21), "1.00", channel="app")
    ada.buys("r", day(41), "1.00")

    assert [moment for moment, _ in ada.account.expiring(POINT)] == [day(51)]


def test_leaving_a_tier_without_units_begins_no_time():
    ada = Member(still())
    ada.does(lc.TierAdjustment("t", at=day(1), ladder="status", tier="gold", reason="gift"))
    ada.does(lc.TierAdjustment("u", at=day(2), ladder="status", tier=None, reason="end"))
    assert ada.kinds() == ["tier_adjustment", "appoint", "tier_adjustment", "tier"]

    ada.gets("a", day(3), POINT(5))

    assert ada.account.expiring(POINT)[0][0] == day(33)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([lc.Expiry(POINT, lc.inactivity(lc.days(5), by=["stay"]))], "put off by what 'stay' gives, which is"),
        (
            [
                lc.Earn("one", POINT(5)),
                lc.Earn("two", POINT(9)),
                lc.Lane("best", of=["one", "two"], combine="best"),
                lc.Expiry(POINT, lc.inactivity(lc.days(5), by=["one"])),
            ],
            "put off by what 'one' gives, which is no rule, and no outermost lane",
        ),
        ([lc.Expiry(POINT, lc.inactivity(lc.days(5)), unless=lc.in_tier("club", "in"))], "ladder 'club'"),
        ([lc.Expiry(POINT, lc.life_by_tier("status", {"x": lc.never}, otherwise=lc.never))], "tier 'x'"),
        ([lc.Earn("x", POINT(5), expires=lc.life_by_tier("club", {"x": lc.never}, otherwise=lc.never))], "'club'"),
    ],
)
def test_an_expiry_that_names_what_is_not_there_is_refused(rules, said):
    with pytest.raises(lc.InvalidProgram, match=said):
        program(STATUS, *rules)
