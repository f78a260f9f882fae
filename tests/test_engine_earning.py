"""Cells over time: carried fractions, caps that cut a purchase in two, rebates, limits with room; figures by hand."""

import pytest

import loyalcore as lc
from shop import CENT, POINT, STAR, USD, Line, Member, Order, Visit, coffee, date, day, held, program
from test_interpreted import Told

REBATE = lc.Earn("rebate", CENT.bands(Line.net, {0: 0, USD(100_000): "2%"}, lc.whole), over=lc.year)
QUARTERLY = lc.Earn("cashback", CENT.bands(Line.net, {0: "5%", USD(1500): "1%"}), over=lc.quarter)
CAPPED = lc.Earn("cashback", CENT("0.05").per(USD(1), Line.net).capped(CENT(75)), over=lc.quarter)
CARRIED = lc.Earn("base", POINT.per(USD(1), Line.net), over=lc.lifetime)


def test_a_whole_volume_rebate_is_given_at_the_edge_and_taken_back_below_it():
    """2 % of everything from 100,000 on: 101,000.00 -> 2020.00; a return of 1,000.01 leaves 99,999.99 -> 0."""
    ada = Member(program(REBATE))
    ada.buys("p", date("2026-02-01"), "99999.99", "0.01")
    assert ada.has(CENT) == "2000.00"
    ada.buys("q", date("2026-03-01"), "1000.00")
    assert ada.has(CENT) == "2020.00"

    ada.returns("r", date("2026-04-01"), "p", ["b"])
    assert ada.has(CENT) == "2019.99"
    ada.returns("s", date("2026-04-02"), "q")

    assert ada.has(CENT) == "0.00"
    assert ada.account.debt(CENT) == CENT(0)
    ada.buys("t", date("2026-05-01"), "0.01")
    assert ada.has(CENT) == "2000.00"


MONTH = Order.net.over(lc.month)
PAYOUT = lc.Earn("payout", CENT.per(USD(10), MONTH), on=lc.Activity, when=lc.Activity.name.is_("payout"))


def test_an_activity_earns_by_what_the_member_did_before_and_keeps_that_until_it_is_revoked():
    """Ten cents on each dollar of the month: 123.00 are 12.30, whatever becomes of the purchase afterwards."""
    ada = Told(program(PAYOUT))
    ada.buys("p", day(2), "123.00")
    ada.does(Visit("v", at=day(3), name="payout"))
    assert ada.has(CENT) == "12.30"
    assert str(ada.program.reasons(ada.account, "v")[0].gave) == "12.30 cent"

    ada.returns("r", day(4), "p")
    assert ada.has(CENT) == "12.30"

    ada.does(lc.Return("s", at=day(5), of="v"))
    assert ada.has(CENT) == "0.00"
    assert lc.verify(ada.program, ada.account) is None


def test_a_purchase_earns_by_what_the_member_bought_before_and_a_return_asks_that_again_of_what_is_kept():
    """A tenth of the year so far: 100, then 150; without 60 of the first, of 40, and the second as it was judged."""
    running = lc.Earn("running", POINT.per(USD(10), Order.net + Order.net.over(lc.year)))
    ada = Told(program(running, lc.Earn("nth", STAR(1).per(1, lc.ordinal))))
    ada.buys("p", day(2), "60.00", "40.00")
    ada.buys("q", day(3), "50.00")
    assert (ada.has(), ada.has(STAR)) == ("25", "3.00")

    ada.returns("r", day(4), "p", ["a"])
    assert ada.has() == "19"
    ada.returns("s", day(5), "q")

    assert (ada.has(), ada.has(STAR)) == ("4", "1.00")
    assert lc.verify(ada.program, ada.account) is None


def test_interest_on_a_balance_is_of_what_is_there_and_nothing_of_a_debt():
    interest = lc.Earn("interest", POINT.per(POINT(10), POINT.balance), on=lc.Activity)
    ada = Told(program(interest))
    ada.gets("gift", day(1), POINT(57))
    ada.does(Visit("v", at=day(2), name="month"))
    assert ada.has() == "62"

    ada.does(lc.Adjustment("back", at=day(3), amount=POINT(-100), reason="gone", otherwise=lc.debt))
    ada.does(Visit("w", at=day(4), name="month"))

    assert (ada.has(), ada.answer.entries[1:]) == ("-38", ())


def test_an_enrolment_earns_by_what_was_there_before_and_a_window_adds_up_what_each_was_worth():
    ada = Told(
        program(
            lc.Earn("welcome", STAR(1).per(USD(10), MONTH), on=lc.Enrolment),
            lc.Earn("visits", POINT.per(USD(100), MONTH), on=lc.Activity, over=lc.month),
        )
    )
    ada.buys("p", day(2), "150.00")
    ada.does(lc.Enrolment("e", at=day(3)))
    ada.does(Visit("v", at=day(4), name="visit"))
    ada.does(Visit("w", at=day(5), name="visit"))

    assert (ada.has(STAR), ada.has()) == ("15.00", "3")


def test_a_rebate_of_one_year_knows_nothing_of_the_next():
    ada = Member(program(REBATE))
    ada.buys("p", date("2026-12-31"), "99999.99")
    ada.buys("q", date("2027-01-01"), "0.01")

    assert ada.has(CENT) == "0.00"


def test_a_quarterly_band_cuts_a_purchase_in_two():
    """5 % up to 1,500 a quarter, then 1 %: 1,300 gives 65.00, and 500 more give 10.00 + 3.00."""
    ada = Member(program(QUARTERLY))

    ada.buys("p", date("2026-02-01"), "1300.00")
    assert ada.has(CENT) == "65.00"
    ada.buys("q", date("2026-03-01"), "500.00")

    assert ada.has(CENT) == "78.00"
    assert [entry.amount for entry in ada.account.entries if entry.kind == "earn"] == [6500, 1300]


@pytest.mark.parametrize(("how", "gives"), [(lc.whole, "1250.00"), (lc.marginal, "450.00")])
def test_bands_may_be_of_another_measure_than_the_money(how, gives):
    """2,500 pieces at 10.00: 5 % of all, or 2 % of the second thousand pieces and 5 % of what is beyond."""
    bands = {0: 0, 1000: "2%", 2000: "5%"}
    ada = Member(program(lc.Earn("rebate", CENT.bands(Line.net, bands, how, by=Line.quantity), over=lc.year)))
    ada.buys("p", date("2026-02-01"), {"net": "15000.00", "quantity": 1500})
    ada.buys("q", date("2026-03-01"), {"net": "10000.00", "quantity": 1000})
    assert ada.has(CENT) == gives

    ada.returns("r", date("2026-04-01"), "q")
    ada.returns("s", date("2026-04-01"), "p", {"a": 501})

    assert ada.has(CENT) == "0.00"


def test_a_capped_quarter_is_full_at_75_and_opens_again_when_something_is_returned():
    ada = Member(program(CAPPED))
    ada.buys("p", date("2026-02-01"), "1300.00")
    ada.buys("q", date("2026-03-01"), "500.00")
    assert ada.has(CENT) == "75.00"
    ada.buys("s", date("2026-03-02"), "100.00")
    assert ada.has(CENT) == "75.00"

    ada.returns("r", date("2026-03-03"), "p")

    assert ada.has(CENT) == "30.00"


def test_a_purchase_of_the_next_quarter_starts_anew():
    ada = Member(program(CAPPED))
    ada.buys("p", date("2026-03-31 23:59"), "1500.00")
    ada.buys("q", date("2026-04-01"), "100.00")

    assert ada.has(CENT) == "80.00"


def test_a_return_opens_the_quarter_of_its_purchase_whenever_it_comes():
    ada = Member(program(CAPPED))
    ada.buys("p", date("2026-02-01"), "1500.00", "500.00")
    ada.buys("q", date("2026-04-01"), "100.00")

    ada.returns("r", date("2026-04-02"), "p", ["a"])

    assert sorted(held(ada.account).values()) == [500, 2500]


def test_a_carried_fraction_is_never_lost():
    ada = Member(program(CARRIED))

    for number, expected in enumerate(["0", "1", "1", "2", "3"]):
        ada.buys(number, day(1 + number), "0.60")
        assert ada.has() == expected


def test_a_return_carries_back_as_well():
    ada = Member(program(CARRIED))
    ada.buys("p", day(1), "0.60")
    ada.buys("q", day(2), "0.60")

    ada.returns("r", day(3), "p")
    assert ada.has() == "0"
    ada.buys("s", day(4), "0.40")

    assert ada.has() == "1"


def test_a_purchase_that_lowers_a_whole_volume_rebate_takes_the_difference_back():
    """5 % while below 1,000, 1 % of everything from there on: 49.95, then 10.00, and 49.95 after the return."""
    ada = Member(program(lc.Earn("rebate", CENT.bands(Line.net, {0: "5%", USD(1000): "1%"}, lc.whole), over=lc.year)))
    ada.buys("p", day(1), "999.00")
    assert ada.has(CENT) == "49.95"
    ada.buys("q", day(2), "1.00")
    assert ada.has(CENT) == "10.00"
    ada.returns("r", day(3), "q")

    assert ada.has(CENT) == "49.95"


def test_a_first_purchase_bonus_as_a_milestone_opens_again_when_it_is_returned():
    ada = Member(program(lc.Earn("first", POINT.milestones(Order.count, {1: POINT(100)}), over=lc.lifetime)))
    ada.buys("p", day(1), "5.00")
    ada.buys("q", day(2), "5.00")
    assert ada.has() == "100"

    ada.returns("r", day(3), "p")
    assert ada.has() == "100"
    ada.returns("s", day(4), "q")
    assert ada.has() == "0"
    ada.buys("t", day(5), "5.00")

    assert ada.has() == "100"


def test_a_window_counts_only_what_its_conditions_let_in():
    rule = lc.Earn(
        "base",
        POINT.per(USD(1), Line.net),
        over=lc.month,
        where=Line.category.is_("coffee"),
        when=Order.channel.is_("app"),
    )
    ada = Member(program(rule))

    ada.buys("p", day(1), coffee("5.60"), "7.00", channel="app")
    ada.buys("q", day(2), coffee("5.60"), channel="web")
    ada.buys("r", day(3), coffee("5.60"), channel="app")

    assert ada.has() == "11"


def test_a_window_since_a_moment_knows_nothing_from_before():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net), over=lc.since(day(10)))))
    ada.buys("p", day(9), "5.00")
    ada.buys("q", day(10), "7.00")
    assert ada.has() == "7"

    ada.returns("r", day(11), "p")

    assert ada.has() == "7"


def test_a_partial_return_from_before_a_window_leaves_the_window_alone():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net), over=lc.since(day(10)))))
    ada.buys("p", day(9), "5.00", "3.00")
    ada.buys("q", day(10), "7.00")

    ada.returns("r", day(11), "p", ["a"])

    assert held(ada.account) == {("base", 1768046400000000): 7}


def test_windows_end_by_the_clock_on_the_wall():
    """In Istanbul the year 2027 begins at 21:00 UTC."""
    rules = program(lc.Earn("base", POINT.per(USD(1), Line.net), over=lc.year), timezone="Europe/Istanbul")
    ada = Member(rules)
    for number, at in enumerate(["2026-12-31 20:59", "2026-12-31 21:00"]):
        ada.buys(number, date(at), "0.60")

    assert ada.has() == "0"


# Limits with room in a window.


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (lc.at_most(POINT(100), per=lc.month), ["60", "100", "100", "160"]),
        (lc.at_most(POINT(100), per=lc.month, otherwise=lc.reject), ["60", "60", "100", "160"]),
        (lc.times(1, per=lc.month), ["60", "60", "60", "120"]),
        (lc.times(2, per=lc.rolling(days=40)), ["60", "120", "120", "120"]),
        (lc.at_most(POINT(100), per=lc.rolling(days=31)), ["60", "100", "100", "160"]),
        (lc.at_most(POINT(100), per=lc.lifetime), ["60", "100", "100", "100"]),
        (lc.at_most(POINT(100), per=lc.since(day(2))), ["60", "120", "160", "160"]),
        ([lc.at_most(POINT(100), per=lc.month), lc.times(1, per=lc.quarter)], ["60", "60", "60", "60"]),
    ],
)
def test_a_limit_cuts_to_the_room_left_in_its_window(limit, expected):
    """Purchases of 60, 60, 40 in January and 60 in February."""
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net), limit=limit)))

    for number, (at, net) in enumerate([(day(1), "60"), (day(2), "60"), (day(3), "40"), (day(35), "60")]):
        ada.buys(number, at, net)
        assert ada.has() == expected[number]


def test_taking_back_makes_room_for_later_purchases_and_rewrites_no_receipt():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(100), per=lc.month))))
    ada.buys("p", day(1), "80.00")
    ada.buys("q", day(2), "80.00")

    ada.returns("r", day(3), "p")
    assert ada.has() == "20"
    ada.buys("s", day(4), "200.00")

    assert held(ada.account) == {("base", "q"): 20, ("base", "s"): 80}


def test_a_return_frees_the_time_its_purchase_was_counted_as():
    ada = Member(program(lc.Earn("bonus", POINT(5), limit=lc.times(1, per=lc.day))))
    ada.buys("p", day(1), "8.00")
    ada.buys("q", day(1, 13), "8.00")
    assert ada.has() == "5"

    ada.returns("r", day(1, 14), "p")
    ada.buys("s", day(1, 15), "8.00")

    assert ada.has() == "5"


@pytest.mark.parametrize("per", [lc.month, lc.rolling(days=31)], ids=["month", "rolling"])
def test_a_limit_that_a_later_version_lowers_below_what_was_given_leaves_no_room(per):
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(100), per=per))))
    ada.buys("p", day(1), "80.00")
    lower = lc.Earn("base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(50), per=per))
    ada.program = program(lower, version="2")

    ada.buys("q", day(2), "80.00")

    assert ada.has() == "80"


def test_activities_are_limited_by_the_day():
    rule = lc.Earn("review", POINT(5), on=lc.Activity, limit=lc.times(2, per=lc.day))
    ada = Member(program(rule))

    for number, hour in enumerate([8, 9, 10, 24 + 8]):
        ada.does(Visit(number, at=day(1, hour), name="review"))

    assert ada.has() == "15"


# When units come and end.


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        (lc.days(30), "2026-03-02 12:00"),
        (lc.hours(36), "2026-02-02 00:00"),
        (lc.months(1), "2026-02-28 12:00"),
        (lc.years(1), "2027-01-31 12:00"),
        (lc.end_of(lc.month), "2026-02-01"),
        (lc.end_of(lc.year, after=lc.months(6)), "2027-01-01"),
        (lc.end_of(lc.month, after=lc.months(1)), "2026-03-01"),
        (lc.never, None),
    ],
)
@pytest.mark.parametrize("own", [False, True])
def test_units_end_by_the_policy_of_the_rule_or_of_the_unit(life, expected, own):
    rule = lc.Earn("base", POINT.per(USD(1), Line.net), expires=life if own else None)
    ada = Member(program(rule, lc.Expiry(POINT, lc.days(500) if own else life)))

    ada.buys("p", date("2026-01-31 12:00"), "5.00")

    (lot,) = ada.account.lots(POINT)
    assert lot.expires == (None if expected is None else date(expected))


def test_a_life_in_days_is_civil_where_clocks_change():
    """New York goes to summer time on 8 March 2026: a day later is at the same hour on the wall."""
    rules = program(lc.Earn("base", POINT(5)), lc.Expiry(POINT, lc.days(1)), timezone="America/New_York")
    ada = Member(rules)

    ada.buys("p", date("2026-03-07 17:00"), "5.00")

    assert ada.account.lots(POINT)[0].expires == date("2026-03-08 16:00")


def test_pending_units_are_usable_later_and_a_return_before_takes_them_back():
    rule = lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.days(14))
    ada = Member(program(rule))
    ada.buys("p", day(1), "30.00", "10.00")
    assert (ada.has(), str(ada.account.pending(POINT))) == ("0", "40 point")

    ada.returns("r", day(2), "p", ["b"])
    assert (ada.has(), str(ada.account.pending(POINT))) == ("0", "30 point")
    ada.waits(day(15))

    assert (ada.has(), str(ada.account.pending(POINT))) == ("30", "0 point")


def test_a_late_purchase_whose_waiting_is_over_gives_usable_units():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.days(14))))

    ada.buys("p", day(1), "30.00", now=day(20))

    assert (ada.has(), ada.kinds()) == ("30", ["purchase", "earn"])


def test_a_welcome_bonus_comes_with_enrolment():
    ada = Member(program(lc.Earn("welcome", STAR("7.50"), on=lc.Enrolment), lc.Earn("base", POINT(1))))

    ada.does(lc.Enrolment("e", at=day(1)))

    assert (ada.has(STAR), ada.has()) == ("7.50", "0")
