"""Rewards that nobody has to ask for: when they are claimed, how often, and with which units."""

import datetime as dt

import pytest

import loyalcore as lc
import refusals
from loyalcore.lines import dump_entries, load_entries
from shop import POINT, STAR, USD, Order, Visit, date, day, program
from strategies import Line
from test_interpreted import Told

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
MORE = lc.Reward("voucher", POINT(50), gives=STAR("0.50"), claim=lc.repeatedly, on=lc.ended(lc.month))


def claimed(reward, *rules, points=0, **options):
    """A member with so many points on the second of January, in a program with a reward."""
    ada = Told(program(reward, BASE, *rules, **options))
    if points:
        ada.gets("given", day(2), POINT(points))
    return ada


def times(ada, name="voucher"):
    """When a reward was claimed, and how many points that took."""
    return [(entry.at, entry.amount) for entry in ada.account.entries if entry.kind == "spend" and entry.rule == name]


# At moments.


def test_a_reward_is_claimed_when_a_window_ends():
    ada = claimed(MORE, points=130)
    assert ada.has() == "130"

    ada.waits(date("2026-02-01"))

    assert (ada.has(), ada.has(STAR), times(ada)) == ("30", "1.00", [(date("2026-02-01"), 100)])
    assert ada.answer.entries[-1].usable is None


def test_a_minimum_balance_differs_from_the_step():
    statement = lc.ended(lc.quarter.beginning(month=2, day=10))
    voucher = lc.Reward(
        "voucher",
        POINT(50),
        gives=STAR("0.50"),
        claim=lc.repeatedly,
        on=statement,
        when=POINT.balance.at_least(POINT(150)),
    )

    def left(points):
        ada = claimed(voucher, points=points)
        ada.waits(date("2026-02-10"))
        return ada.has(STAR), ada.has()

    assert [left(points) for points in (149, 150, 199, 200, 265)] == [
        ("0.00", "149"),
        ("1.50", "0"),
        ("1.50", "49"),
        ("2.00", "0"),
        ("2.50", "15"),
    ]


def test_rules_of_the_same_moment_give_first():
    ada = claimed(MORE, lc.Earn("bonus", POINT(20), on=lc.ended(lc.month)), points=30)
    ada.waits(date("2026-02-01"))
    assert (ada.has(), ada.has(STAR)) == ("0", "0.50")


def test_nothing_is_claimed_below_the_price_or_in_debt():
    ada = claimed(MORE)
    ada.buys("p", day(3), "60.00")
    ada.gets("less", day(4), POINT(-60))
    ada.returns("r", day(5), "p")
    ada.waits(date("2026-03-01"))
    assert (ada.has(), times(ada)) == ("-60", [])


def test_a_reward_is_claimed_on_dates_of_the_year():
    dates = lc.recurring("FREQ=YEARLY;BYMONTH=3,10;BYMONTHDAY=1;COUNT=40", start=dt.date(2020, 1, 1), at="06:00")
    ada = claimed(lc.Reward("voucher", POINT(50), claim=lc.once, on=lc.began(dates)), points=130)
    ada.waits(date("2027-02-01"))
    assert times(ada) == [(date("2026-03-01 06:00"), 50), (date("2026-10-01 06:00"), 50)]


def test_a_date_is_that_of_the_zone_that_is_named():
    dates = lc.recurring("FREQ=DAILY;COUNT=3", start=dt.date(2026, 1, 1), zone="Asia/Tokyo")
    ada = claimed(lc.Reward("voucher", POINT(50), claim=lc.once, on=lc.began(dates)), points=500)
    ada.waits(date("2026-02-01"))
    assert times(ada) == [(date("2026-01-02 15:00"), 50)]
    assert ada.program.next_due(ada.account) is None


def test_units_are_given_on_dates_of_the_year():
    dates = lc.recurring("FREQ=MONTHLY;BYMONTHDAY=10;COUNT=90", start=dt.date(2026, 1, 1), lasting=lc.days(40))
    gift = lc.Earn("gift", POINT(5), on=lc.began(dates), when=Order.net.over(lc.month).at_least(USD(10)))
    ada = Told(program(gift))
    ada.buys("a", day(2), "20.00")
    ada.waits(date("2026-03-15"))
    assert [entry.at for entry in ada.account.entries if entry.kind == "earn"] == [date("2026-01-10")]


def test_a_reward_is_claimed_when_a_tier_is_entered():
    ladder = lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(100)})
    ada = claimed(lc.Reward("voucher", POINT(50), claim=lc.once, on=lc.entered("status", "gold")), ladder, points=130)
    ada.buys("p", day(5), "120.00")
    # As the tier is entered, which the purchase has just earned for as well.
    assert (times(ada), ada.has()) == ([(day(5), 50)], "200")


# After events, and whatever has brought the units.


@pytest.mark.parametrize(("on", "kinds"), [(lc.Activity, ["activity"]), (lc.Enrolment, ["enrolment"])])
def test_a_reward_is_claimed_after_events_of_another_kind(on, kinds):
    ada = claimed(lc.Reward("voucher", POINT(50), claim=lc.once, on=on), points=500)
    ada.buys("p", day(3), "1.00")
    ada.does(Visit("v", at=day(4), name="visit"))
    ada.does(lc.Enrolment("e", at=day(5)))
    spends = [entry for entry in ada.account.entries if entry.kind == "spend"]
    assert [ada.account.entries[entry.cause].kind for entry in spends] == kinds


def test_a_reward_is_claimed_at_once_whatever_has_brought_the_units():
    ada = claimed(lc.Reward("voucher", POINT(200), gives=STAR(10), claim=lc.repeatedly, on=lc.at_once), points=450)
    assert (ada.has(STAR), ada.has(), times(ada)) == ("20.00", "50", [(day(2), 400)])
    assert ada.account.entries[2].what == "voucher claimed"

    ada.does(lc.Settings("s", at=day(3), newsletter="no"))
    assert len(times(ada)) == 1


def test_a_reward_is_claimed_as_pending_units_mature():
    later = lc.Earn("later", POINT(60), on=lc.Activity, pending=lc.days(14))
    ada = claimed(lc.Reward("voucher", POINT(50), claim=lc.once, on=lc.at_once), later)
    ada.does(Visit("v", at=day(4), name="visit"))
    assert times(ada) == []
    ada.waits(day(40))
    assert times(ada) == [(day(18), 50)]


def test_who_has_chosen_a_price_pays_that():
    price = lc.price_by_setting("threshold", {"1000": POINT(1000)}, otherwise=POINT(250))
    ada = claimed(lc.Reward("voucher", price, claim=lc.repeatedly, on=lc.at_once), points=399)
    assert (times(ada), ada.has()) == ([(day(2), 250)], "149")
    ada.does(lc.Settings("s", at=day(3), threshold="1000"))
    ada.gets("b", day(4), POINT(850))
    assert ada.has() == "999"
    ada.gets("c", day(5), POINT(1))
    assert ada.has() == "0"


def test_a_reward_is_claimed_after_a_purchase_by_whom_it_is_open_to():
    app = lc.Reward("voucher", POINT(50), claim=lc.repeatedly, when=lc.setting("vouchers").is_("yes"))
    ada = claimed(app, lc.Reward("pin", POINT(10), claim=lc.once), points=130)
    ada.buys("a", day(3), "1.00")
    assert (times(ada), ada.has()) == ([], "121")
    ada.does(lc.Settings("s", at=day(4), vouchers="yes"))
    ada.buys("b", day(5), "1.00")
    assert (times(ada), ada.has()) == ([(day(5), 100)], "12")


# Limits.


@pytest.mark.parametrize(
    ("limit", "taken"),
    [
        (lc.times(2, per=lc.redemption), [100, 100]),
        (lc.at_most(POINT(120), per=lc.redemption), [100, 100]),
        (lc.times(3, per=lc.month), [150]),
        (lc.at_most(POINT(160), per=lc.rolling(days=30)), [150]),
        (lc.times(3, per=lc.since(date("2027-01-01"))), [500, 500]),
        ([lc.times(3, per=lc.month), lc.times(2, per=lc.redemption)], [100, 50]),
    ],
    ids=range(6),
)
def test_what_is_claimed_by_itself_is_claimed_as_often_as_limits_allow(limit, taken):
    ada = claimed(lc.Reward("voucher", POINT(50), claim=lc.repeatedly, on=lc.at_once, limit=limit))
    ada.gets("a", day(2), POINT(510))
    ada.gets("b", day(3), POINT(490))
    assert [amount for _, amount in times(ada)] == taken


def test_a_limit_of_one_redemption_refuses_what_is_asked_for():
    pens = lc.Reward("pen", POINT(5), limit=lc.times(2, per=lc.redemption))
    ada = claimed(pens, points=100)
    ada.redeems("a", day(3), "pen", times=3)
    assert ada.answer.refusal.code == "limit-reached"
    for id in ("b", "c"):
        ada.redeems(id, day(3), "pen", times=2)
        assert ada.answer.refusal is None


# With what is about to expire.

SAVED = lc.Reward("saved", POINT(250), gives=STAR(5), claim=lc.repeatedly, on=lc.expiring(POINT))


def test_units_that_would_expire_for_want_of_activity_are_converted():
    ada = claimed(SAVED, lc.Expiry(POINT, lc.inactivity(lc.months(12))), points=1130)
    ada.waits(date("2027-01-02 11:59"))
    assert ada.has() == "1130"
    ada.waits(day(2).replace(year=2027))
    assert (ada.has(STAR), ada.has(), times(ada, "saved")) == ("20.00", "0", [(day(2).replace(year=2027), 1000)])
    assert [entry.amount for entry in ada.account.entries if entry.kind == "expire"] == [130]


def test_only_what_would_end_is_converted():
    ada = claimed(SAVED)
    for number, points, expires in ((1, 300, day(30)), (2, 240, day(30)), (3, 400, day(60))):
        ada.gets(f"g{number}", day(number), POINT(points), expires=expires)
    ada.waits(day(30))
    assert (ada.has(STAR), ada.has()) == ("10.00", "400")
    spent = next(entry for entry in ada.account.entries if entry.kind == "spend")
    assert spent.pieces == (1, 300, 3, 200)

    ada.waits(day(60))
    assert (ada.has(STAR), ada.has()) == ("15.00", "0")


def test_two_rewards_share_what_would_end():
    small = lc.Reward("small", POINT(50), gives=STAR(1), claim=lc.once, on=lc.expiring(POINT))
    ada = claimed(SAVED, small, lc.Burn(POINT, lc.newest_first))
    ada.gets("a", day(1), POINT(200), expires=day(30))
    ada.gets("b", day(2), POINT(180), expires=day(30))
    ada.waits(day(30))
    assert (ada.has(STAR), ada.has()) == ("6.00", "0")
    assert [entry.pieces for entry in ada.account.entries if entry.kind == "spend"] == [(3, 180, 1, 70), (1, 50)]


def test_a_limit_over_a_rolling_window_has_room_again_in_the_moment_in_which_a_claim_leaves_it():
    """What ends 14 days after what was claimed is claimed as well, though tallies slide after units have ended."""
    once = lc.Reward(
        "saved",
        POINT(10),
        gives=STAR(1),
        claim=lc.repeatedly,
        on=lc.expiring(POINT),
        limit=lc.times(1, per=lc.rolling(days=14)),
    )
    ada = claimed(once)
    for number, ends in enumerate((30, 43, 44)):
        ada.gets(f"g{number}", day(number + 1), POINT(10), expires=day(ends))

    ada.waits(day(60))

    assert times(ada, "saved") == [(day(30), 10), (day(44), 10)]


def test_a_condition_over_a_rolling_window_is_asked_without_what_leaves_it_in_the_moment_of_the_claim():
    """What was earned a month before does not count as units end, though tallies slide after that."""
    kept = lc.Reward(
        "kept",
        POINT(10),
        gives=STAR(1),
        claim=lc.repeatedly,
        on=lc.expiring(POINT),
        when=POINT.earned(lc.rolling(days=14)).at_least(POINT(10)),
    )
    ada = claimed(kept, lc.Earn("visit", POINT(10), on=lc.Activity, expires=lc.days(14)))
    for number in (1, 15, 20):
        ada.does(Visit(f"v{number}", at=day(number), name="visit"))

    ada.waits(day(60))

    assert times(ada, "kept") == [(day(29), 10)]


def test_what_a_purchase_told_late_brings_and_is_over_as_it_is_told_is_not_converted():
    ada = claimed(SAVED, lc.Earn("visit", POINT(300), on=lc.Activity, expires=lc.days(5)))
    ada.does(Visit("v", at=day(4), name="visit"), now=day(9))
    ada.waits(day(40))
    assert (ada.has(STAR), times(ada, "saved")) == ("0.00", [])


def test_nothing_is_converted_of_units_that_nobody_could_have_used():
    ada = claimed(SAVED, lc.Earn("late", POINT(300), on=lc.Activity, pending=lc.days(9), expires=lc.days(5)))
    ada.does(Visit("v", at=day(4), name="visit"))
    ada.waits(day(40))
    assert (ada.has(STAR), times(ada, "saved")) == ("0.00", [])


def renewing(**options):
    """A member whose units last until a day ends; some of what is left is renewed until the next one does."""
    again = lc.Issue(POINT(1), expires=lc.end_of(lc.day))
    renewed = lc.Reward("renewed", POINT(1), gives=again, claim=lc.repeatedly, on=lc.expiring(POINT), **options)
    ada = claimed(renewed)
    ada.gets("given", day(1), POINT(100), expires=day(2, 0))
    return ada


def test_what_would_end_may_be_renewed_up_to_a_limit():
    ada = renewing(limit=lc.times(50, per=lc.redemption))
    ada.gets("used", day(1), POINT(-10))
    ada.waits(day(2, 0))
    assert [(lot.rule, lot.left, lot.expires) for lot in ada.account.lots(POINT)] == [("renewed", POINT(50), day(3, 0))]
    assert [entry.amount for entry in ada.account.entries if entry.kind == "expire"] == [40]
    ada.gets("more used", day(2), POINT(-20))
    ada.waits(day(5))
    assert ada.has() == "30"
    assert lc.verify(ada.program, ada.account) is None


def test_what_was_renewed_is_not_renewed_again_at_once():
    ada = renewing()
    ada.waits(day(9))
    assert ada.has() == "100"
    assert times(ada, "renewed") == [(day(number, 0), 100) for number in range(2, 10)]


# What each takes has a worth.


def test_each_reward_that_is_claimed_is_worth_what_it_takes():
    night = lc.Earn("night", POINT.per(1, Line.quantity), worth=Line.net)
    two = lc.Reward("two", POINT(2), gives=STAR(1), worth=lc.total, claim=lc.repeatedly, on=lc.ended(lc.month))
    ada = Told(program(night, two))
    for number, net in enumerate(("10.00", "20.00", "30.00", "50.00")):
        ada.buys(f"p{number}", day(2 + number), net)
    ada.waits(date("2026-02-01"))
    worths = [entry.amount for entry in ada.answer.entries if entry.kind == "worth"]
    assert worths == [3000, 8000]


def test_a_reward_is_worth_an_amount_of_money():
    card = lc.Reward("card", POINT(250), gives=STAR(1), worth=USD(5), claim=lc.repeatedly, on=lc.at_once)
    ada = claimed(
        card, lc.Reward("use", STAR(1), worth=lc.total), lc.Reward("off", POINT(10), worth=USD(2)), points=520
    )
    worths = [(entry.amount, entry.units) for entry in ada.account.entries if entry.kind == "worth"]
    assert worths == [(500, 100), (500, 100)]

    assert ada.does(lc.Redemption("a", at=day(3), reward="use", amount="3.50")).worth == USD("3.50")
    assert ada.does(lc.Redemption("b", at=day(3), reward="use", amount="8.00")).worth == USD(5)
    assert ada.does(lc.Redemption("c", at=day(3), reward="off", amount="8.00")).worth == USD(2)


# Started blocks.


def test_each_started_number_of_pieces_is_paid():
    ada = claimed(lc.Reward("pens", POINT(3), gives="2 pens", pieces=2), points=50)
    for number, has in ((5, "41"), (2, "38"), (1, "35")):
        ada.redeems(f"r{number}", day(3), "pens", times=number)
        assert ada.has() == has


def test_what_is_sold_by_several_pieces_is_not_held():
    ada = claimed(lc.Reward("pens", POINT(3), pieces=2), points=50)
    with pytest.raises(lc.InvalidValue, match="2 pieces"):
        ada.does(lc.Hold("h", at=day(3), reward="pens", until=day(5)))


# Versions.


def test_the_version_in_force_claims_and_begins_to_wait_anew():
    rules = program(BASE, MORE)
    later = program(BASE, lc.Reward("voucher", POINT(100), claim=lc.once, on=lc.ended(lc.month)), version="2")
    without = program(BASE, version="3")
    again = program(BASE, MORE, version="4")
    months = [date(f"2026-0{month}-15") for month in (1, 2, 4)]
    changes = zip((later, without, again), months, strict=True)
    book = lc.Book([rules, *(lc.Version(changed, starts=starts) for changed, starts in changes)])
    ada = Told(book)
    ada.gets("given", day(2), POINT(330))
    ada.waits(date("2026-06-02"))
    assert times(ada) == [(date("2026-02-01"), 100), (date("2026-05-01"), 200)]


def test_what_was_claimed_is_told_and_verified():
    ada = claimed(MORE, SAVED, lc.Expiry(POINT, lc.months(3)), points=530)
    ada.waits(date("2026-06-02"))
    assert lc.verify(ada.program, ada.account.entries) is None
    rows = list(ada.account.rows)
    place = next(place for place, row in enumerate(rows) if row[0] == "spend")
    rows[place] = (*rows[place][:5], 50, rows[place][6])
    assert lc.verify(ada.program, rows) is not None


VOUCHER = {"name": "voucher", "cost": POINT(50), "claim": lc.once}


@refusals.table(
    [
        *((lc.Reward, {**VOUCHER, "on": bad}, lc.InvalidValue) for bad in ("month", lc.Redemption, None, lc.month)),
        *(
            (lc.Reward, {**VOUCHER, "claim": lc.asked, "on": bad}, lc.InvalidProgram)
            for bad in (lc.at_once, lc.Activity)
        ),
        (lc.Reward, {**VOUCHER, "on": lc.expiring(STAR)}, lc.InvalidProgram),
        (lc.Reward, {**VOUCHER, "gives": POINT(50), "on": lc.at_once}, lc.InvalidProgram),
        (lc.Reward, {**VOUCHER, "gives": POINT(51), "on": lc.expiring(POINT)}, lc.InvalidProgram),
        (
            lc.Reward,
            {
                **VOUCHER,
                "cost": lc.price_by_tier("status", {"gold": POINT(8)}, otherwise=POINT(9)),
                "gives": POINT(1),
                "on": lc.expiring(POINT),
            },
            lc.InvalidProgram,
        ),
        (
            lambda rule: program(rule, BASE, lc.Expiry(POINT, lc.inactivity(lc.days(9)))),
            {"rule": lc.Reward(**VOUCHER, gives=POINT(50), on=lc.expiring(POINT))},
            lc.InvalidProgram,
        ),
        (lc.Reward, {**VOUCHER, "stock": "shelf"}, lc.InvalidProgram),
        (lc.Reward, {**VOUCHER, "pieces": 2}, lc.InvalidProgram),
        *(
            (lc.Reward, {"name": "pen", "cost": POINT(1), "pieces": bad}, lc.InvalidValue)
            for bad in (0, "2", True, 1.5)
        ),
        (lc.Reward, {"name": "pen", "cost": POINT(1), "pieces": 2, "hold": lc.days(1)}, lc.InvalidProgram),
        (lc.Reward, {"name": "pen", "cost": POINT(1), "pieces": 2, "gives": STAR(1)}, lc.InvalidProgram),
        (lc.Reward, {"name": "pen", "cost": POINT(1), "worth": POINT(1)}, lc.InvalidValue),
        (lc.Earn, {"name": "saved", "gives": POINT(5), "on": lc.expiring(STAR)}, lc.InvalidProgram),
        (
            lc.Earn,
            {"name": "e", "gives": POINT(5), "limit": lc.at_most(POINT(9), per=lc.redemption)},
            lc.InvalidProgram,
        ),
        (lc.Earn, {"name": "e", "gives": POINT(5), "stage": lc.redemption}, lc.InvalidValue),
        (lambda rule: program(rule, BASE), {"rule": lc.Reward(**VOUCHER, on=lc.entered("status"))}, lc.InvalidProgram),
        (
            lambda rule: program(rule, BASE),
            {"rule": lc.Reward("card", POINT(1), worth=lc.Money("EUR")(5))},
            lc.InvalidProgram,
        ),
    ]
)
def test_what_could_never_be_claimed_is_refused(function, bad, error):
    refusals.check(function, bad, error)


# What a late event brings.


def test_nothing_is_claimed_with_what_a_late_event_brings_and_is_over_already():
    saved = lc.Reward("voucher", POINT(50), gives=STAR(1), claim=lc.repeatedly, on=lc.expiring(POINT))
    ada = claimed(saved, lc.Expiry(POINT, lc.days(30)))
    ada.does(lc.Settings("s", at=day(90), newsletter="no"))
    ada.buys("p", day(3), "60.00")
    assert (ada.has(), ada.has(STAR), times(ada)) == ("0", "0.00", [])


def test_what_is_claimed_at_once_after_a_late_event_is_claimed_as_it_is_recorded():
    quick = lc.Reward(
        "voucher", POINT(50), gives=lc.Issue(STAR(1), expires=lc.days(10)), claim=lc.repeatedly, on=lc.at_once
    )
    over = lc.Earn("over", lc.Unit("scrap")(1), expires=lc.days(5))
    ada = claimed(quick, over)
    ada.does(lc.Settings("s", at=day(90), newsletter="no"))
    ada.buys("p", day(3), "60.00")
    assert (times(ada), ada.has(STAR)) == ([(day(90), 50)], "1.00")


def test_units_of_a_reward_that_are_over_end_as_the_late_event_is_recorded():
    brief = lc.Reward("voucher", POINT(50), gives=lc.Issue(STAR(1), expires=lc.days(10)), claim=lc.repeatedly)
    ada = claimed(brief)
    ada.does(lc.Settings("s", at=day(90), newsletter="no"))
    ada.buys("p", day(3), "60.00")
    assert (times(ada), ada.has(STAR)) == ([(day(3), 50)], "0.00")
    assert [(entry.kind, entry.at) for entry in ada.account.entries][-1] == ("expire", day(13))


def test_what_other_rewards_have_brought_is_claimed_with_at_once():
    first = lc.Reward("stamp", POINT(50), gives=STAR(1), claim=lc.repeatedly)
    second = lc.Reward("voucher", STAR(2), claim=lc.once, on=lc.at_once)
    ada = claimed(first, second)
    ada.buys("p", day(3), "60.00")
    assert (ada.has(STAR), times(ada)) == ("1.00", [])
    ada.buys("q", day(4), "50.00")
    assert (ada.has(STAR), times(ada)) == ("0.00", [(day(4), 200)])
    ada.does(lc.Settings("s", at=day(5), newsletter="no"))
    assert len(times(ada)) == 1


def test_an_account_for_which_dates_have_come_for_the_last_time_can_be_written():
    dates = lc.recurring("FREQ=MONTHLY;COUNT=2", start=dt.date(2026, 1, 5))
    ada = claimed(lc.Reward("voucher", POINT(50), claim=lc.once, on=lc.began(dates)), points=130)
    ada.waits(date("2026-06-01"))
    assert load_entries(dump_entries(ada.account.entries)) == [*ada.account.rows]
    assert lc.verify(ada.program, ada.account) is None


def test_what_a_tier_that_is_left_has_brought_is_claimed_with_at_once():
    ladder = lc.Ladder("status", by=Order.net.over(lc.rolling(days=20)), tiers={"base": 0, "gold": USD(100)})
    sorry = lc.Earn("sorry", STAR(2), on=lc.left("status"))
    ada = claimed(lc.Reward("voucher", STAR(2), claim=lc.repeatedly, on=lc.at_once), ladder, sorry)
    ada.buys("p", day(3), "120.00")
    ada.waits(day(40))
    assert times(ada) == [(day(23), 200)]


@pytest.mark.parametrize("on", [lc.Purchase, lc.at_once, lc.ended(lc.month), lc.began(lc.month)])
def test_a_ladder_is_asked_again_by_the_balance_of_what_rewards_have_given(on):
    ladder = lc.Ladder("status", by=STAR.balance, tiers={"base": 0, "gold": STAR(1)})
    gift = lc.Earn("gift", lc.Unit("mile")(7), on=lc.entered("status", "gold"))
    ada = claimed(lc.Reward("star", POINT(50), gives=STAR(1), claim=lc.repeatedly, on=on), ladder, gift)
    ada.buys("p", day(3), "60.00")
    ada.waits(date("2026-02-01"))

    assert (ada.account.tier("status"), ada.has(STAR), ada.has(lc.Unit("mile"))) == ("gold", "1.00", "7")


@pytest.mark.parametrize("on", [lc.Purchase, lc.at_once, lc.ended(lc.month), lc.began(lc.month)])
def test_a_ladder_is_asked_again_by_the_balance_of_what_rewards_cost(on):
    ladder = lc.Ladder("status", by=POINT.balance, tiers={"base": 0, "gold": POINT(50)})
    ada = claimed(lc.Reward("voucher", POINT(50), claim=lc.repeatedly, on=on), ladder)
    ada.buys("p", day(3), "60.00")
    ada.waits(date("2026-02-01"))

    tiers = [entry.tier for entry in ada.account.entries if entry.kind == "tier"]
    assert (ada.account.tier("status"), tiers, ada.has()) == ("base", ["gold", "base"], "10")


def test_each_gap_without_a_purchase_costs_a_level():
    def seen(months):
        return Order.count.over(lc.rolling(months=months)).at_least(1)

    gaps = {"long gone": 0, "18": seen(18), "12": seen(12), "6": seen(6)}
    ada = claimed(
        lc.Ladder("seen", tiers=gaps, review=lc.at_once),
        *(lc.Reward(f"idle {gap}", STAR(1), claim=lc.once, on=lc.left("seen", gap)) for gap in ("6", "12", "18")),
        lc.Ladder("status", by=STAR.balance, tiers={"base": 0, "silver": STAR(1), "gold": STAR(2)}),
        lc.Earn("level", STAR(1), when=Order.net.at_least(USD(100)) & STAR.balance.below(STAR(2))),
    )
    for at in ("2026-01-10", "2026-02-10"):
        ada.buys(at, date(at), "100.00")

    days = ["2026-08-09", "2026-08-10", "2027-02-09", "2027-02-10", "2027-08-10"]
    tiers = [ada.program.tier(ada.account, "status", date(at)).tier for at in days]
    assert tiers == ["gold", "silver", "silver", "base", "base"]

    ada.buys("back", date("2026-09-01"), "5.00")  # which begins another gap
    assert [ada.program.tier(ada.account, "status", date(at)).tier for at in ("2027-02-28", "2027-03-01")] == [
        "silver",
        "base",
    ]
    assert lc.verify(ada.program, ada.account) is None


@refusals.table(
    [
        (program, {"rules": rules}, lc.InvalidProgram)
        for rules in (
            (
                lc.Ladder("status", by=STAR.balance, tiers={"base": 0, "gold": STAR(1)}),
                lc.Earn("star", STAR(1)),
                lc.Reward("more", POINT(1), gives=STAR(1), claim=lc.once, on=lc.entered("status", "gold")),
            ),
            (
                lc.Ladder("status", by=STAR.balance, tiers={"base": 0, "gold": STAR(1)}),
                lc.Ladder("other", by=POINT.balance, tiers={"base": 0, "gold": POINT(1)}),
                lc.Earn("star", STAR(1)),
                lc.Earn("less", POINT(1), on=lc.entered("status")),
                lc.Reward("more", STAR(1), claim=lc.once, on=lc.entered("other")),
            ),
        )
    ]
)
def test_what_a_tier_lets_rewards_move_does_not_come_back_to_it(function, bad, error):
    refusals.check(lambda rules: function(*rules), bad, error)


def test_nothing_is_claimed_with_what_is_given_back_after_its_end():
    saved = lc.Reward("voucher", POINT(50), gives=STAR(1), claim=lc.repeatedly, on=lc.expiring(POINT))
    ada = claimed(saved, lc.Expiry(POINT, lc.days(30)), lc.Reward("mug", POINT(60)), points=60)
    ada.does(lc.Hold("h", at=day(3), reward="mug", until=day(60)))
    ada.waits(day(90))
    assert (ada.has(), ada.has(STAR), times(ada)) == ("0", "0.00", [])
