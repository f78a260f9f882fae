"""Tiers: entered at once, reviewed when their window says so, and how far one falls; by hand."""

import pytest

import loyalcore as lc
from loyalcore.instants import FOREVER
from shop import POINT, USD, Line, Member, Order, date, day, program

TIERS = {"base": 0, "silver": USD(100), "gold": USD(300)}


def ladder(window, **how):
    return program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Ladder("status", by=Line.net.sum().over(window), tiers=TIERS, **how),
    )


def tiers(member):
    """Every tier entered: when, which, until when."""
    return [(e.at, e.tier, e.until) for e in member.account.entries if e.kind == "tier"]


def test_a_tier_is_entered_at_its_threshold_straight_to_the_highest_that_fits():
    ada = Member(ladder(lc.year))
    ada.buys("p", date("2026-03-01"), "99.99")
    assert ada.account.tier("status") is None
    ada.buys("q", date("2026-03-02"), "0.01")
    assert ada.account.tier("status") == "silver"

    bob = Member(ladder(lc.year), "bob")
    bob.buys("p", date("2026-03-01"), "1000.00")
    assert tiers(bob) == [(date("2026-03-01"), "gold", date("2027-01-01"))]


def test_the_purchase_that_lifts_the_tier_is_judged_by_the_old_one():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base"),
        lc.Ladder("status", by=Line.net.sum().over(lc.year), tiers=TIERS),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "300.00")
    assert ada.has() == "300"
    ada.buys("q", day(2), "10.00")

    assert ada.has() == "320"


@pytest.mark.parametrize(
    ("downgrade", "expected"),
    [
        (lc.fitting, [("2026", "gold"), ("2027", "gold"), ("2028", "base")]),
        (lc.one_step, [("2026", "gold"), ("2027", "gold"), ("2028", "silver"), ("2029", "base")]),
        (lc.to_lowest, [("2026", "gold"), ("2027", "gold"), ("2028", "base")]),
        (lc.never_down, [("2026", "gold")]),
    ],
)
def test_a_calendar_tier_is_reviewed_when_its_year_ends_by_what_the_year_came_to(downgrade, expected):
    """Gold in March 2026, renewed on 1 January 2027 by 2026; 2027 has nothing in it."""
    ada = Member(ladder(lc.year, downgrade=downgrade))
    ada.buys("p", date("2026-03-01"), "400.00")

    ada.waits(date("2031-01-01"))

    assert [(str(at.year), tier) for at, tier, _ in tiers(ada)] == expected


def test_a_tier_holds_until_the_window_ends_whatever_is_returned():
    ada = Member(ladder(lc.year))
    ada.buys("p", date("2026-03-01"), "400.00")
    ada.returns("r", date("2026-04-01"), "p")
    assert ada.account.tier("status") == "gold"

    ada.waits(date("2027-01-01"))

    assert ada.account.tier("status") == "base"


def test_a_calendar_tier_reviewed_at_once_falls_with_the_return_and_with_the_new_year():
    ada = Member(ladder(lc.year, review=lc.at_once))
    ada.buys("p", date("2026-03-01"), "250.00", "100.00")
    ada.returns("r", date("2026-04-01"), "p", ["b"])
    assert ada.account.tier("status") == "silver"

    ada.waits(date("2027-01-01"))

    assert [tier for _, tier, _ in tiers(ada)] == ["gold", "silver", "base"]


def test_what_is_given_on_entering_comes_each_year_where_the_tier_falls_as_the_year_ends():
    def bonuses(**how):
        status = lc.Ladder("status", by=Line.net.sum().over(lc.year), tiers=TIERS, **how)
        ada = Member(program(status, lc.Earn("bonus", POINT(50), on=lc.entered("status", "silver"))))
        for at in ("2026-03-01", "2027-03-01"):
            ada.buys(at, date(at), "100.00")
        return ada.has()

    assert bonuses(review=lc.at_once) == "100"
    assert bonuses() == "50"  # it was held all the time


def test_the_year_is_that_of_the_clock_on_the_wall():
    rules = program(
        lc.Ladder("status", by=Line.net.sum().over(lc.year), tiers=TIERS), timezone="America/New_York"
    )  # fmt: skip
    ada = Member(rules)
    ada.buys("p", date("2026-03-01"), "400.00")

    assert tiers(ada) == [(date("2026-03-01"), "gold", date("2027-01-01 05:00"))]


@pytest.mark.parametrize(
    ("downgrade", "expected"),
    [
        (lc.fitting, [(day(1), "silver"), (day(10), "gold"), (day(31), "silver"), (day(40), "base")]),
        (lc.one_step, [(day(1), "silver"), (day(10), "gold"), (day(31), "silver"), (day(40), "base")]),
        (lc.never_down, [(day(1), "silver"), (day(10), "gold")]),
    ],
)
def test_a_rolling_tier_falls_when_what_it_stood_on_is_too_old(downgrade, expected):
    """150 on day 1, 200 on day 10, thirty days each."""
    ada = Member(ladder(lc.rolling(days=30), downgrade=downgrade))
    ada.buys("p", day(1), "150.00")
    ada.buys("q", day(10), "200.00")

    ada.waits(day(300))

    assert [(at, tier) for at, tier, _ in tiers(ada)] == expected
    assert {until for _, _, until in tiers(ada)} == {None}


def test_one_step_falls_a_tier_at_each_change_only():
    ada = Member(ladder(lc.rolling(days=30), downgrade=lc.one_step))
    ada.buys("p", day(1), "400.00")

    ada.waits(day(300))

    assert [(at, tier) for at, tier, _ in tiers(ada)] == [(day(1), "gold"), (day(31), "silver")]


def test_a_rolling_tier_falls_with_a_return_at_once():
    ada = Member(ladder(lc.rolling(days=30)))
    ada.buys("p", day(1), "250.00", "100.00")

    ada.returns("r", day(2), "p", ["b"])

    assert [(at, tier) for at, tier, _ in tiers(ada)] == [(day(1), "gold"), (day(2), "silver")]


def test_a_lifetime_tier_never_ends_and_falls_with_returns():
    ada = Member(ladder(lc.lifetime))
    ada.buys("p", day(1), "150.00")
    ada.waits(day(3000))
    assert ada.account.tier("status") == "silver"

    ada.returns("r", day(3001), "p")

    assert ada.account.tier("status") == "base"


def test_a_late_purchase_counts_in_the_year_it_happened_in():
    ada = Member(ladder(lc.year))
    ada.buys("p", date("2026-03-01"), "50.00")

    ada.buys("late", date("2025-12-31"), "400.00", now=date("2026-03-02"))

    assert ada.account.tier("status") is None


def test_ladders_by_units_earned_follow_what_rules_give_and_take_back():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Ladder("club", by=POINT.earned(lc.rolling(days=30)), tiers={"out": 0, "in": POINT(100)}),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "60.00")
    ada.buys("q", day(2), "60.00")
    assert ada.account.tier("club") == "in"

    ada.returns("r", day(3), "p")

    assert ada.account.tier("club") == "out"


def test_a_tier_may_rise_when_what_was_taken_back_is_too_old_to_count():
    """A milestone taken back counts against the window of its purchase; when that slides out, the sum rises."""
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Earn("third", POINT.milestones(Order.count, {2: POINT(500)}), over=lc.lifetime),
        lc.Ladder("club", by=POINT.earned(lc.rolling(days=30)), tiers={"out": 0, "in": POINT(700)}),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "50.00")
    ada.buys("q", day(10), "300.00")
    ada.returns("r", day(11), "p")
    assert ada.account.tier("club") in {"in", "out", None}

    ada.waits(day(31))
    ada.waits(day(40))

    at_slides = [(at, tier) for at, tier, _ in tiers(ada)]
    assert at_slides == [(day(10), "in"), (day(11), "out"), (day(31), "in"), (day(40), "out")]


def test_two_ladders_are_kept_apart():
    rules = program(
        lc.Ladder("status", by=Line.net.sum().over(lc.year), tiers=TIERS),
        lc.Ladder("visits", by=Order.count.over(lc.rolling(days=30)), tiers={"rare": 0, "regular": 2}),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "150.00")
    ada.buys("q", day(2), "0.00")

    ada.waits(day(31))

    assert [(at, tier) for at, tier, _ in tiers(ada)] == [(day(1), "silver"), (day(2), "regular"), (day(31), "rare")]


def test_a_tier_given_by_an_opening_holds_until_its_window_ends():
    ada = Member(ladder(lc.year))
    ada.does(lc.Opening("o", at=date("2026-03-01"), tiers={"status": "gold"}))
    assert tiers(ada) == [(date("2026-03-01"), "gold", date("2027-01-01"))]

    ada.waits(date("2027-01-01"))

    assert ada.account.tier("status") == "base"


def test_an_account_with_a_tier_of_another_programs_ladder_is_advanced_without_it():
    ada = Member(ladder(lc.month))
    ada.buys("p", day(1), "150.00")
    club = lc.Ladder("club", by=Order.count.over(lc.month), tiers={"out": 0, "in": 9})
    ada.program = program(lc.Earn("base", POINT(1)), lc.Expiry(POINT, lc.days(60)), club, version="2")

    ada.gets("g", day(2), POINT(5))
    ada.waits(day(200))

    assert ada.account.tier("status") == "silver"
    assert ada.program.next_due(ada.account) is None
    assert ada.has() == "150"


@pytest.mark.parametrize("window", [lc.lifetime, lc.rolling(days=90)], ids=["lifetime", "rolling"])
def test_a_tier_that_a_later_version_does_not_know_counts_as_the_lowest(window):
    ada = Member(ladder(window))
    ada.buys("p", day(1), "400.00")
    ada.program = program(
        lc.Ladder("status", by=Line.net.sum().over(window), tiers={"none": 0, "some": USD(100)}), version="2"
    )

    ada.buys("q", day(2), "1.00")

    assert ada.account.tier("status") == "some"


def test_no_event_moves_a_tier_that_is_above_what_was_reached_and_never_falls():
    rules = ladder(lc.year, downgrade=lc.never_down)
    (climb,) = rules.engine.climbs
    ada = Member(rules)
    ada.does(lc.Opening("o", at=day(1), tiers={"status": "silver"}))

    assert climb.stays(ada.account.state()) == (-FOREVER, 30_000)
