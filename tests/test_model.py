"""The naive model against figures worked out by hand: it judges the library, so somebody has to judge it."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from machine import baskets
from machine.described import (
    Activity,
    Adjustment,
    Bands,
    Boost,
    Chosen,
    Discount,
    Duration,
    Earn,
    EndOf,
    Enrolment,
    Expiry,
    Item,
    Ladder,
    Lane,
    Limit,
    Milestones,
    Opening,
    Pay,
    Program,
    Purchase,
    Rate,
    Redemption,
    Return,
    Reward,
    Steps,
    Window,
)
from machine.model import Model, Outcome
from machine.reckoning import EVER, bounds_of, plus, round_to_whole

UTC = dt.UTC
MONTH, QUARTER, YEAR = Window("month"), Window("quarter"), Window("year")
LIFETIME = Window("lifetime")
#: From 02:30, which the clock skips once a year.
SKIPPED = Window("day", begins=(1, 1, 150))
SIX_WEEKS = Window("cycle", Duration(days=42), date=dt.date(2026, 1, 5))
BILLING = Window("cycle", Duration(months=1), date=dt.date(2024, 1, 31))


def day(text: str) -> dt.datetime:
    """Return noon of a date, or the moment itself where a time is given."""
    return dt.datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=UTC)


def program(*earns, units=(("point", 0),), **parts):
    return Program("test", "UTC", units, earns, **parts)


def account(*earns, **parts):
    return Model(program(*earns, **parts), day("2024-01-01"))


def buy(model, event_id, date, *nets, now=None, **attributes):
    """Record a purchase with items a, b, c of these nets in cents; a pair is (net, category)."""
    items = []
    for letter, net in zip("abcdefgh", nets, strict=False):
        amount, category = net if isinstance(net, tuple) else (net, "food")
        items.append(Item(letter, amount, category=category))
    return model.record(Purchase(event_id, day(date), tuple(items), **attributes), day(now or date))


def give_back(model, event_id, date, of, *items):
    parts = tuple(part if isinstance(part, tuple) else (part, None) for part in items) or None
    return model.record(Return(event_id, day(date), of, parts), day(date))


PER_DOLLAR = Earn("base", "point", "net", Rate(1, 100))
CENT = (("cent", 0),)


def test_a_point_a_dollar_is_floored_once_for_the_receipt():
    model = account(PER_DOLLAR)

    buy(model, "p", "2024-03-01", 199, 199, 199)

    assert model.balance("point") == 5


def test_excluded_goods_earn_nothing():
    model = account(Earn("base", "point", "net", Rate(1, 100), where=("not", ("category", "fuel"))))

    buy(model, "p", "2024-03-01", 1000, (5000, "fuel"))

    assert model.balance("point") == 10


def test_double_points_add_to_the_base_and_the_weekend_multiplies_both():
    model = account(
        PER_DOLLAR,
        boosts=(
            Boost("coffee", "base", add=Fraction(1), where=("category", "coffee")),
            Boost("weekend", "base", factor=Fraction(3, 2), when=("weekday", "sat", "sun")),
        ),
    )

    buy(model, "saturday", "2024-03-02", 1000, (333, "coffee"))

    assert model.balance("point") == 24  # (10.00 + 2 x 3.33) x 1.5 = 24.99


def test_the_cap_of_a_quarter_cuts_a_purchase_in_two():
    """Discover it: 5 % up to 1,500 a quarter, then 1 %: 1,300 gives 65.00, 500 more give 13.00."""
    bands = Bands(((0, Fraction(5, 100)), (150_000, Fraction(1, 100))))
    model = account(Earn("cashback", "cent", "net", bands, over=QUARTER), units=CENT)

    buy(model, "a", "2024-07-10", 130_000)
    assert model.balance("cent") == 6500
    buy(model, "b", "2024-08-15", 50_000)
    assert model.balance("cent") == 7800


def test_a_return_opens_the_cap_of_the_quarter_again():
    bands = Bands(((0, Fraction(5, 100)), (150_000, Fraction(1, 100))))
    model = account(Earn("cashback", "cent", "net", bands, over=QUARTER), units=CENT)
    buy(model, "a", "2024-07-10", 130_000)
    buy(model, "b", "2024-08-15", 50_000)

    give_back(model, "r", "2024-08-20", "a")

    assert model.balance("cent") == 2500  # what is kept, 500.00, at 5 %


def test_a_refund_at_the_edge_takes_the_whole_volume_rebate():
    """Two percent of everything above 100,000: 101,000 gives 2,020.00; 1,500 back gives nothing."""
    bands = Bands(((0, Fraction(0)), (10_000_000, Fraction(2, 100))), whole=True)
    model = account(Earn("rebate", "cent", "net", bands, over=YEAR), units=CENT)
    buy(model, "a", "2024-12-01", 9_950_000, 150_000)
    assert model.balance("cent") == 202_000

    give_back(model, "f", "2024-12-20", "a", "b")

    assert model.balance("cent") == 0
    assert model.debt("cent") == 0


def test_a_capped_bill_still_earns_its_cap_after_a_return():
    """cap-030: 10 % of the bill, at most 1,000: half of 22,000 returned still deserves 1,000."""
    model = account(Earn("base", "point", "net", Rate(1, 1000), limits=(Limit(1000),)))
    buy(model, "p", "2026-03-01", 1_100_000, 1_100_000)

    give_back(model, "r", "2026-03-05", "p", "a")

    assert model.balance("point") == 1000


def test_fixed_points_go_only_when_everything_is_returned():
    """cap-034: 100 points per bill; one line returned changes nothing, the other takes them."""
    model = account(Earn("visit", "point", "count", Rate(100)))
    buy(model, "p", "2026-03-01", 30_000, 10_000)

    give_back(model, "r1", "2026-03-05", "p", "b")
    assert model.balance("point") == 100
    give_back(model, "r2", "2026-03-06", "p", "a")
    assert model.balance("point") == 0


def test_a_carried_fraction_gives_the_point_when_it_is_whole_and_takes_it_back():
    model = account(Earn("base", "point", "net", Rate(1, 100), over=LIFETIME))

    buy(model, "a", "2024-03-01", 150)
    assert model.balance("point") == 1
    buy(model, "b", "2024-05-01", 150)
    assert model.balance("point") == 3
    give_back(model, "r", "2024-05-02", "a")
    assert model.balance("point") == 1


def test_a_part_of_a_quantity_keeps_the_floor_of_its_share():
    model = account(Earn("base", "point", "net", Rate(1, 1)))
    model.record(Purchase("p", day("2024-03-01"), (Item("a", 1000, quantity=3000),)), day("2024-03-01"))

    give_back(model, "r", "2024-03-02", "p", ("a", 1000))

    assert model.balance("point") == 666


def test_spent_units_that_are_taken_back_become_debt_and_the_next_earning_pays_it():
    model = account(PER_DOLLAR, rewards=(Reward("cup", "point", 80),))
    buy(model, "p", "2024-03-01", 10_000)
    model.record(Redemption("x", day("2024-03-02"), "cup"), day("2024-03-02"))

    give_back(model, "r", "2024-03-03", "p")
    assert (model.balance("point"), model.debt("point")) == (-80, 80)
    refusal = model.record(Redemption("y", day("2024-03-04"), "cup"), day("2024-03-04"))
    assert refusal == Outcome("refused", "in-debt", 80)
    buy(model, "q", "2024-03-05", 9000)
    assert (model.balance("point"), model.debt("point")) == (10, 0)


@pytest.mark.parametrize(
    ("policy", "left", "debt"), [("debt", 50, 100), ("other_lots", 0, 50), ("clamp", 0, 0), ("write_off", 50, 0)]
)
def test_the_policy_says_who_pays_for_spent_units(policy, left, debt):
    model = account(PER_DOLLAR, rewards=(Reward("cup", "point", 100),), taking_back=policy)
    buy(model, "p", "2024-03-01", 10_000)
    model.record(Redemption("x", day("2024-03-02"), "cup"), day("2024-03-02"))
    buy(model, "q", "2024-03-02T13:00", 5000)

    give_back(model, "r", "2024-03-03", "p")

    assert [lot.left for lot in model.open_lots("point")] == ([left] if left else [])
    assert model.debt("point") == debt


def test_units_that_expired_cost_nothing_when_they_are_taken_back():
    model = account(PER_DOLLAR, expiries=(Expiry("point", "after", Duration(days=10)),))
    buy(model, "p", "2024-03-01", 10_000)

    give_back(model, "r", "2024-03-20", "p")

    assert (model.balance("point"), model.debt("point")) == (0, 0)
    assert model.held("base", "p") == 0


def test_spent_points_come_back_into_their_lots_with_the_expiry_they_had():
    model = account(
        PER_DOLLAR,
        expiries=(Expiry("point", "after", Duration(days=30)),),
        rewards=(Reward("cup", "point", 150),),
    )
    buy(model, "p", "2024-03-01", 10_000)
    buy(model, "q", "2024-03-11", 10_000)
    model.record(Redemption("x", day("2024-03-12"), "cup"), day("2024-03-12"))

    give_back(model, "r", "2024-04-02", "x")

    assert [(lot.at, lot.left) for lot in model.open_lots("point")] == [(day("2024-03-11"), 100)]


def test_a_limit_of_a_month_cuts_and_serves_later_purchases_when_something_is_returned():
    model = account(Earn("base", "point", "net", Rate(1, 100), limits=(Limit(100, MONTH),)))
    buy(model, "a", "2024-03-01", 8000)
    buy(model, "b", "2024-03-02", 8000)
    assert model.granted() == {("base", "a"): 80, ("base", "b"): 20}

    give_back(model, "r", "2024-03-03", "a")
    assert model.granted() == {("base", "a"): 0, ("base", "b"): 20}
    buy(model, "c", "2024-03-04", 20_000)
    assert model.granted()["base", "c"] == 80
    buy(model, "d", "2024-04-01", 20_000)
    assert model.granted()["base", "d"] == 100


def test_a_limit_that_rejects_gives_nothing_rather_than_a_part():
    model = account(Earn("base", "point", "net", Rate(1, 100), limits=(Limit(100, MONTH, reject=True),)))

    buy(model, "a", "2024-03-01", 8000)
    buy(model, "b", "2024-03-02", 3000)
    buy(model, "c", "2024-03-03", 2000)

    assert model.granted() == {("base", "a"): 80, ("base", "c"): 20}


def test_a_bonus_once_a_day_is_free_again_the_next_local_day():
    bonus = Earn("review", "point", "count", Rate(10), on="activity", limits=(Limit(1, Window("day"), "times"),))
    model = Model(Program("test", "Europe/Istanbul", (("point", 0),), (bonus,)), day("2024-01-01"))

    for number, at in enumerate(["2024-03-01T20:00", "2024-03-01T20:59", "2024-03-01T21:00"]):
        model.record(Activity(f"a{number}", day(at)), day(at))

    assert model.balance("point") == 20


def test_a_milestone_of_the_first_purchase_is_open_again_after_its_return():
    first = Earn("first", "point", "count", Milestones(((1, 100),)), over=LIFETIME)
    model = account(first)

    buy(model, "a", "2024-03-01", 100)
    buy(model, "b", "2024-03-02", 100)
    assert model.balance("point") == 100
    give_back(model, "r", "2024-03-03", "a")
    assert model.balance("point") == 100
    give_back(model, "s", "2024-03-04", "b")
    assert model.balance("point") == 0
    buy(model, "c", "2024-03-05", 100)
    assert model.balance("point") == 100


def test_the_ordinal_of_a_first_purchase_never_comes_back():
    model = account(Earn("first", "point", "count", Rate(100), when=("ordinal", 1)))

    buy(model, "a", "2024-03-01", 100)
    give_back(model, "r", "2024-03-03", "a")
    buy(model, "b", "2024-03-05", 100)

    assert model.balance("point") == 0


def test_the_purchase_that_lifts_the_tier_is_judged_by_the_old_one():
    """dv-001, dv-002: 1 point a dollar times the tier's factor before the purchase, silver from 500 at x1.25."""
    model = account(
        PER_DOLLAR,
        boosts=(Boost("tier", "base", by_tier=("status", (("silver", Fraction(5, 4)),))),),
        ladders=(Ladder("status", "net", LIFETIME, (("bronze", 0), ("silver", 50_000))),),
    )

    buy(model, "a", "2026-03-01", 40_000)
    buy(model, "b", "2026-03-02", 15_000)
    assert model.tier("status") == "silver"
    buy(model, "c", "2026-03-03", 10_000)

    assert model.granted() == {("base", "a"): 400, ("base", "b"): 150, ("base", "c"): 125}


def test_a_late_purchase_is_judged_by_the_tier_of_its_own_moment():
    model = account(
        PER_DOLLAR,
        boosts=(Boost("tier", "base", by_tier=("status", (("silver", Fraction(2)),))),),
        ladders=(Ladder("status", "net", LIFETIME, (("bronze", 0), ("silver", 50_000))),),
    )
    buy(model, "a", "2026-03-02", 50_000)

    buy(model, "late", "2026-03-01", 10_000, now="2026-03-05")

    assert model.granted()["base", "late"] == 100


def test_a_rolling_tier_is_lost_at_the_moment_the_spend_leaves_the_window():
    rolling = Window("rolling", Duration(days=365))
    model = account(PER_DOLLAR, ladders=(Ladder("status", "net", rolling, (("base", 0), ("gold", 50_000))),))
    buy(model, "a", "2023-03-01", 60_000)

    model.advance(day("2024-02-29") - dt.timedelta(microseconds=1))
    assert model.tier("status") == "gold"
    model.advance(day("2024-02-29"))
    assert model.tier("status") == "base"


@pytest.mark.parametrize(("downgrade", "after"), [("fitting", "base"), ("one_step", "silver"), ("never", "gold")])
def test_a_tier_of_a_year_is_kept_through_the_next_and_then_judged(downgrade, after):
    tiers = (("base", 0), ("silver", 10_000), ("gold", 50_000))
    model = account(PER_DOLLAR, ladders=(Ladder("status", "net", YEAR, tiers, downgrade),))
    buy(model, "a", "2024-03-01", 60_000)

    model.advance(day("2025-12-31"))
    assert model.tier("status") == "gold"
    model.advance(day("2026-01-01"))
    assert model.tier("status") == after


def test_pending_points_are_usable_after_fourteen_days_and_pay_debt_then():
    model = account(
        Earn("base", "point", "net", Rate(1, 100), pending=Duration(days=14)),
        Earn("welcome", "point", "count", Rate(50), on="enrolment"),
        rewards=(Reward("cup", "point", 100),),
    )
    model.record(Enrolment("e", day("2024-01-01")), day("2024-01-01"))
    buy(model, "p", "2024-03-01", 5000)
    assert (model.balance("point"), model.pending("point")) == (50, 50)

    model.advance(day("2024-03-15"))
    assert (model.balance("point"), model.pending("point")) == (100, 0)
    model.record(Redemption("x", day("2024-03-16"), "cup"), day("2024-03-16"))
    buy(model, "q", "2024-03-17", 3000)
    give_back(model, "r", "2024-03-18", "p")
    assert (model.balance("point"), model.pending("point"), model.debt("point")) == (-50, 30, 50)
    model.advance(day("2024-03-31"))
    assert (model.balance("point"), model.pending("point"), model.debt("point")) == (-20, 0, 20)


def test_the_whole_balance_expires_a_year_after_the_last_activity():
    """joy-001: 100 on 1 January, 50 on 1 June: 150 through 31 May of the next year, then nothing."""
    model = account(PER_DOLLAR, expiries=(Expiry("point", "inactivity", Duration(days=365)),))
    buy(model, "a", "2025-01-01", 10_000)
    buy(model, "b", "2025-06-01", 5000)

    model.advance(day("2026-05-31"))
    assert model.balance("point") == 150
    model.advance(day("2026-06-01"))
    assert model.balance("point") == 0


def test_lots_end_at_the_end_of_the_month_six_months_later():
    model = account(PER_DOLLAR, expiries=(Expiry("point", "end_of", EndOf(Window("month"), Duration(months=6))),))

    buy(model, "a", "2023-08-31", 10_000)

    assert model.open_lots("point")[0].expires == day("2024-03-01T00:00")


def test_what_expires_soonest_is_spent_first_and_an_expiring_lot_loses_only_what_is_left():
    """ol-032: 300 and 200, 200 spent: the first lot expires with 100."""
    model = account(units=(("point", 0),), rewards=(Reward("cup", "point", 200),))
    lots = (("point", 200, day("2024-03-02"), None), ("point", 300, day("2024-03-01"), None))
    model.record(Opening("o", day("2024-01-01"), lots), day("2024-01-01"))

    model.record(Redemption("x", day("2024-02-15"), "cup"), day("2024-02-15"))

    assert [lot.left for lot in model.open_lots("point")] == [200, 100]
    model.advance(day("2024-03-01"))
    assert model.balance("point") == 200
    assert model.record(Redemption("y", day("2024-03-02"), "cup"), day("2024-03-02")) == Outcome(
        "refused", "insufficient", 200
    )


def test_paying_with_points_rounds_the_cost_up():
    model = account(PER_DOLLAR, pays=(Pay("pay", "point", 1, 3),))
    buy(model, "p", "2024-03-01", 100_000)

    model.record(Redemption("x", day("2024-03-02"), "pay", amount=1000), day("2024-03-02"))

    assert model.balance("point") == 1000 - 334


def test_an_automatic_reward_is_claimed_by_the_purchase_that_reaches_it():
    model = account(PER_DOLLAR, rewards=(Reward("voucher", "point", 100, claim="repeatedly"),))

    buy(model, "a", "2024-03-01", 9900)
    assert model.balance("point") == 99
    buy(model, "b", "2024-03-02", 15_000)
    assert model.balance("point") == 49


def test_the_best_rule_of_a_lane_is_judged_again_as_kept():
    model = account(
        Earn("per dollar", "point", "net", Rate(1, 100)),
        Earn("app", "point", "count", Rate(20), when=("net>=", 3000, None)),
        lanes=(Lane("bonus", ("per dollar", "app"), "best"),),
    )
    buy(model, "a", "2024-03-01", 1000, 2000, 2000)
    assert model.balance("point") == 50

    give_back(model, "r", "2024-03-02", "a", "c")
    assert model.balance("point") == 30
    give_back(model, "s", "2024-03-03", "a", "b")
    assert model.balance("point") == 10


def test_a_return_can_grant_where_less_is_worth_more_but_never_more_than_the_original_award():
    """The worst of two rules that give: 10 against 82, then 3 against 31, then 6, as the first rule gives nothing."""
    model = account(
        Earn("steps", "point", "net", Rate(1, 300), by_item=True),
        Earn("net", "point", "net", Rate(1, 40)),
        lanes=(Lane("worst", ("steps", "net"), "worst"),),
    )
    items = (Item("a", 2410, quantity=3000), Item("b", 892))
    model.record(Purchase("p", day("2024-03-01"), items), day("2024-03-01"))
    assert model.balance("point") == 10

    give_back(model, "r", "2024-03-02", "p", ("a", 1780), ("b", 687))
    assert model.balance("point") == 3
    give_back(model, "s", "2024-03-03", "p", "a")
    assert model.balance("point") == 6
    give_back(model, "t", "2024-03-04", "p")
    assert (model.balance("point"), model.debt("point")) == (0, 0)


def test_a_refused_event_is_not_recorded_and_a_known_one_changes_nothing():
    model = account(PER_DOLLAR, rewards=(Reward("cup", "point", 100),))
    purchase = Purchase("p", day("2024-03-01"), (Item("a", 5000),))
    model.record(purchase, purchase.at)

    refused = model.record(Redemption("x", day("2024-03-02"), "cup"), day("2024-03-02"))
    again = model.record(purchase, day("2024-03-03"))
    changed = model.record(Purchase("p", day("2024-03-01"), (Item("a", 6000),)), day("2024-03-03"))

    assert refused == Outcome("refused", "insufficient", 50)
    assert (again.what, changed.what) == ("known", "conflict")
    assert (model.balance("point"), len(model.facts)) == (50, 1)


def test_more_than_is_kept_cannot_be_returned():
    model = account(PER_DOLLAR)
    buy(model, "p", "2024-03-01", 1000, 2000)

    assert give_back(model, "r1", "2024-03-02", "q").code == "unknown-purchase"
    assert give_back(model, "r2", "2024-03-02", "p", "a").what == "recorded"
    assert give_back(model, "r3", "2024-03-02", "p", "a").code == "not-kept"
    assert give_back(model, "r4", "2024-03-02", "p", ("b", 1001)).code == "not-kept"
    assert give_back(model, "r5", "2024-03-02", "p").what == "recorded"
    assert give_back(model, "r6", "2024-03-02", "p").code == "nothing-left"


def test_taking_more_than_is_there_by_hand_is_refused():
    model = account(PER_DOLLAR)
    buy(model, "p", "2024-03-01", 1000)

    too_much = model.record(Adjustment("j", day("2024-03-02"), "point", -11), day("2024-03-02"))
    all_of_it = model.record(Adjustment("k", day("2024-03-02"), "point", -10), day("2024-03-02"))

    assert too_much == Outcome("refused", "insufficient", 1)
    assert (all_of_it.what, model.balance("point")) == ("recorded", 0)


def test_complete_steps_earn_and_the_remainder_does_not():
    model = account(Earn("base", "point", "net", Steps(5, 1000)))

    buy(model, "p", "2024-03-01", 2999)

    assert model.balance("point") == 10


def test_days_begin_where_the_clock_says_and_months_are_clamped():
    assert plus("UTC", day("2023-10-31"), Duration(months=4)) == day("2024-02-29")
    assert plus("America/New_York", day("2024-03-09T07:30"), Duration(days=1)) == day("2024-03-10T07:30")


@pytest.mark.parametrize(
    ("zone", "window", "at", "start", "end"),
    [
        ("America/New_York", Window("day"), "2024-03-10", "2024-03-10T05:00", "2024-03-11T04:00"),
        ("UTC", Window("week"), "2024-03-03", "2024-02-26T00:00", "2024-03-04T00:00"),
        ("UTC", Window("quarter"), "2024-11-03", "2024-10-01T00:00", "2025-01-01T00:00"),
        ("UTC", Window("year", begins=(2, 1, 0)), "2024-01-31", "2023-02-01T00:00", "2024-02-01T00:00"),
        ("UTC", Window("month", begins=(1, 31, 0)), "2024-02-29", "2024-02-29T00:00", "2024-03-31T00:00"),
        ("America/New_York", SKIPPED, "2024-03-10T07:30", "2024-03-10T07:30", "2024-03-11T06:30"),
        ("America/New_York", SKIPPED, "2024-03-10T07:29", "2024-03-09T07:30", "2024-03-10T07:30"),
        ("UTC", SIX_WEEKS, "2026-01-04", "2025-11-24T00:00", "2026-01-05T00:00"),
        ("UTC", BILLING, "2024-03-01", "2024-02-29T00:00", "2024-03-31T00:00"),
    ],
)
def test_a_window_reaches_from_its_begin_to_the_next(zone, window, at, start, end):
    assert bounds_of(zone, window, day(at), None) == (day(start), day(end))


def test_what_comes_before_an_anchor_is_one_window():
    years = Window("cycle", Duration(months=12), anchor="enrolment")
    joined = dt.datetime(2024, 2, 29, 15, tzinfo=UTC)
    begin = dt.datetime(2024, 2, 29, tzinfo=UTC)

    assert bounds_of("UTC", years, joined, None) == (EVER, None)
    assert bounds_of("UTC", years, begin - dt.timedelta(days=1), joined) == (EVER, begin)
    assert bounds_of("UTC", years, begin, joined) == (begin, dt.datetime(2025, 2, 28, tzinfo=UTC))


@pytest.mark.parametrize(
    ("how", "expected"), [("floor", 2), ("ceiling", 3), ("half_up", 3), ("half_down", 2), ("half_even", 2)]
)
def test_half_is_rounded_by_name(how, expected):
    assert round_to_whole(Fraction(5, 2), how) == expected


def test_replaying_the_history_gives_the_same_account():
    model = account(PER_DOLLAR, rewards=(Reward("cup", "point", 20),))
    buy(model, "p", "2024-03-01", 1000, 2000)
    model.record(Redemption("x", day("2024-03-02"), "cup"), day("2024-03-02"))
    give_back(model, "r", "2024-03-03", "p", "a")

    again = Model.replay(model.program, model.opened, model.history)

    assert (again.postings, again.lots, again.tiers) == (model.postings, model.lots, model.tiers)


# Discounts; the figures are those of docs/how-to/discounts.md.


def priced(*nets, claims=(), off=(), lanes=(), points=0, quantities=()):
    """Say what every line has off in all, in cents, and why claims cannot be had."""
    model = account(discounts=tuple(off), discount_lanes=tuple(lanes))
    model.record(Adjustment("gift", day("2024-03-01"), "point", points or 1), day("2024-03-01"))
    items = []
    for at, each in enumerate(nets):
        net, category = each if isinstance(each, tuple) else (each, "food")
        items.append(Item("abcdefgh"[at], net, quantity=([*quantities, *[1000] * 9])[at], category=category))
    bought = Purchase("p", day("2024-03-02"), tuple(items), claims=tuple(claims))
    taken, lacking = baskets.asked(model, bought, bought.at)
    sums = [sum(each) for each in zip(*(off for _, off in taken), strict=True)]
    return sums, [code for _, code, _ in lacking]


TEN, TWENTY = Discount("ten", ("share", Fraction(1, 10))), Discount("twenty", ("share", Fraction(1, 5)))
TEA = [(3000, "tea"), (500, "cup"), (400, "cup")]
LUNCH = [(400, "tea"), (100, "cup"), (300, "cup")]
MEAL = Chosen(grouped="as_listed", parts=((("category", "tea"), 1), (("category", "cup"), 1)))
PAIR = Chosen(grouped="as_listed", parts=((("net>=", 1), 1), (("category", "tea"), 1)))


@pytest.mark.parametrize(
    ("discount", "nets", "expected"),
    [
        (Discount("spring", ("share", Fraction(1, 10))), [4000, 1000], [400, 100]),
        (
            Discount("tea", ("amount", 500), where=("category", "tea")),
            [4000, (600, "tea"), (400, "tea")],
            [0, 300, 200],
        ),
        (Discount("free", ("share", Fraction(1)), Chosen(1, "from_cheapest")), TEA, [0, 0, 400]),
        (Discount("half", ("share", Fraction(1, 2)), Chosen(1, "from_cheapest", 2)), TEA, [0, 250, 200]),
        (
            Discount("fair", ("share", Fraction(1, 2)), Chosen(1, "from_cheapest", 2, "from_dearest")),
            TEA,
            [500, 250, 0],
        ),
        (Discount("two each", ("apiece", 200)), [(3000, "tea")], [600]),
        (Discount("two for 12", ("price", 1200), Chosen(None, of=2, grouped="as_listed")), [(3000, "tea")], [800]),
        (Discount("meal", ("price", 390), MEAL), LUNCH, [88, 22, 0]),
        (Discount("meal", ("price", 390), replace(MEAL, grouped="from_dearest")), LUNCH, [178, 0, 132]),
        (Discount("pair", ("price", 390), PAIR), LUNCH, [88, 22, 0]),
        (Discount("two", ("share", Fraction(1, 2)), limits=(Limit(2, kind="pieces"),)), [100, 200, 300], [50, 100, 0]),
        (Discount("steps", ("steps", Steps(1000, 5000))), [12_000], [2000]),
        (Discount("capped", ("share", Fraction(1, 2)), limits=(Limit(3000),)), [6000, 3000], [2000, 1000]),
        (Discount("capped", ("share", Fraction(1, 2)), limits=(Limit(2000, kind="item"),)), [6000, 3000], [2000, 1500]),
        (Discount("fifty", ("amount", 5000)), [12_000, 23_000, 30_000], [924, 1769, 2307]),
        (Discount("fifty", ("amount", 5000), rest="to_last"), [12_000, 23_000, 30_000], [923, 1769, 2308]),
        (Discount("fifty", ("amount", 5000), rest="to_largest"), [12_000, 23_000, 30_000], [923, 1769, 2308]),
        (Discount("cents", ("amount", 101), rest="to_each"), [500, 500, 500], [34, 34, 33]),
        (Discount("15%", ("share", Fraction(15, 100)), rounding="half_up", by_item=True), [9990], [1499]),
    ],
)
def test_a_discount_takes_off_what_the_documentation_says(discount, nets, expected):
    quantities = [3000] if nets[0] == (3000, "tea") else [1000, 1000, 2000] if discount.name == "tea" else []
    assert priced(*nets, off=[discount], quantities=quantities) == (expected, [])


@pytest.mark.parametrize(("combine", "left"), [("sum", 7000), ("product", 7200), ("best", 8000), ("first", 9000)])
def test_a_lane_of_discounts_leaves(combine, left):
    (off,), _ = priced(10_000, off=[TEN, TWENTY], lanes=[Lane("both", ("ten", "twenty"), combine)])
    assert 10_000 - off == left


def test_a_lane_takes_so_many_discounts_and_no_more():
    one = Lane("one", ("ten", "twenty"), "sum", (Limit(1, kind="times"),))
    (off,), _ = priced(10_000, off=[TEN, TWENTY], lanes=[one])
    assert off == 1000


@pytest.mark.parametrize(("claims", "off"), [(("a", "b"), 3000), (("b", "a"), 2800)])
def test_claims_follow_in_their_order(claims, off):
    coupons = [
        Discount("a", ("share", Fraction(1, 10)), claim="asked"),
        Discount("b", ("amount", 2000), claim="asked"),
    ]
    assert priced(10_000, off=coupons, claims=claims) == ([off], [])


def test_what_a_discount_costs_comes_back_with_its_part_of_what_is_returned():
    club = Discount("club", ("share", Fraction(1, 10)), claim="asked", cost=("point", 150))
    model = account(PER_DOLLAR, discounts=(club,))
    model.record(Adjustment("gift", day("2024-03-01"), "point", 200), day("2024-03-01"))
    order = Purchase("p", day("2024-03-02"), (Item("a", 10_000, quantity=2000),), claims=("club",))

    model.record(order, day("2024-03-02"))
    assert model.balance("point") == 200 - 150 + 90
    give_back(model, "r", "2024-03-09", "p", ("a", 1000))
    assert model.balance("point") == 140 - 45 + 75
    again = Purchase("q", day("2024-03-10"), (Item("a", 900),), claims=("club",))
    model.record(Adjustment("taken", day("2024-03-10"), "point", -100), day("2024-03-10"))
    assert model.record(again, day("2024-03-10")) == Outcome("refused", "insufficient", 80)
