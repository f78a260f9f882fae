"""Locating: windows counted from a member's own anchor, and shifted ones, wherever a window is taken; by hand."""

import datetime as dt

import pytest

import loyalcore as lc
from loyalcore.codec import dump_entry, load_entry
from loyalcore.engine.locating import anchor_of
from shop import CENT, POINT, USD, Line, Member, Order, Visit, date, day, held, program

YEAR = lc.anniversary(years=1)
MARCH = date("2026-03-05 14:00")
RATE = POINT.per(USD(1), Line.net)


def member(*rules, joined=MARCH, **terms):
    ada = Member(program(*rules, **terms))
    if joined:
        ada.does(lc.Enrolment("joined", at=joined))
    return ada


def starts(ada, rule):
    """What a rule holds, by the date on which its window began."""
    found = {}
    for (name, cell), amount in held(ada.account).items():
        if name == rule:
            moment = None if cell < -(2**61) else dt.datetime.fromtimestamp(cell / 1_000_000, dt.UTC).date().isoformat()
            found[moment] = amount
    return found


def test_only_windows_since_an_anchor_depend_on_the_member():
    assert anchor_of(YEAR) == anchor_of(lc.previous(YEAR)) == anchor_of(lc.end_of(YEAR)) == "enrolment"
    for other in (lc.year, lc.lifetime, lc.days(3), lc.never, lc.cycle(lc.days(3), since=dt.date(2026, 1, 1)), None):
        assert anchor_of(other) is None


def test_a_cap_of_the_membership_year_opens_again_at_the_anniversary():
    ada = member(lc.Earn("cash", CENT("0.05").per(USD(1), Line.net).capped(CENT(5)), over=YEAR))

    ada.buys("p", date("2026-04-01"), "90.00")
    ada.buys("q", date("2027-03-04 23:59"), "90.00")
    ada.buys("r", date("2027-03-05 00:00"), "90.00")

    assert starts(ada, "cash") == {"2026-03-05": 500, "2027-03-05": 450}


def test_years_are_counted_from_the_anchor_itself_so_a_leap_day_comes_back():
    ada = member(lc.Earn("cash", RATE, over=YEAR), joined=date("2024-02-29 10:00"))

    for number, moment in enumerate(("2025-02-27", "2025-02-28", "2028-02-28", "2028-02-29")):
        ada.buys(str(number), date(moment), "10.00")

    assert starts(ada, "cash") == {"2024-02-29": 10, "2025-02-28": 10, "2027-02-28": 10, "2028-02-29": 10}


def test_a_year_begins_with_the_local_date_of_joining():
    ada = member(lc.Earn("cash", RATE, over=YEAR), joined=date("2026-03-05 23:00"), timezone="Asia/Tokyo")

    ada.buys("p", date("2027-03-05 14:59"), "10.00")
    ada.buys("q", date("2027-03-05 15:00"), "10.00")

    assert starts(ada, "cash") == {"2026-03-05": 10, "2027-03-05": 10}


def test_what_comes_before_the_anchor_is_one_window_and_stays_there():
    """Bought before joining; joined; bought late for a day before, and after. Returns go where the purchases are."""
    ada = member(lc.Earn("cash", RATE.capped(POINT(15)), over=YEAR), joined=None)
    ada.buys("p", date("2026-01-10"), "10.00")
    ada.buys("q", date("2026-03-05 13:00"), "10.00")
    ada.does(lc.Enrolment("e", at=date("2026-03-05 09:00")))
    ada.buys("late", date("2026-02-01"), "10.00")
    ada.buys("r", date("2026-03-06"), "10.00")
    assert starts(ada, "cash") == {None: 15, "2026-03-05": 10}

    ada.returns("b", date("2026-03-07"), "q")
    assert starts(ada, "cash") == {None: 15, "2026-03-05": 10}
    ada.returns("c", date("2026-03-08"), "late")
    assert starts(ada, "cash") == {None: 10, "2026-03-05": 10}


def test_a_part_of_a_purchase_that_was_recorded_before_joining_goes_back_to_its_window():
    ada = member(lc.Earn("cash", RATE, over=YEAR), joined=None)
    ada.buys("p", date("2026-03-10"), "10.00", "5.00")
    ada.does(lc.Enrolment("e", at=MARCH))

    ada.returns("b", date("2026-03-11"), "p", ["b"])

    assert starts(ada, "cash") == {None: 10}
    assert ada.account.find("p").frozen == (None,)
    assert ada.program.frozen_names() == ("anchor enrolment",)


def test_the_event_that_sets_the_anchor_lies_in_the_first_window():
    ada = member(
        lc.Earn("welcome", POINT(30), on=lc.Enrolment),
        lc.Earn("carded", POINT(5), on=lc.Activity, over=lc.cycle(lc.months(1), since=lc.first("card issued"))),
        lc.Ladder("status", by=POINT.earned(YEAR), tiers={"base": 0, "gold": POINT(30)}),
    )
    assert ada.account.tier("status") == "gold"
    assert ada.account.entries[-1].until == date("2027-03-05")

    ada.does(Visit("v", at=date("2026-03-06"), name="hello"))
    ada.does(Visit("w", at=date("2026-03-07"), name="card issued"))

    assert starts(ada, "carded") == {None: 5, "2026-03-07": 5}


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (lc.times(1, per=YEAR), "20"),
        (lc.at_most(POINT(15), per=YEAR), "25"),
        (lc.at_most(POINT(15), per=lc.day.beginning(at="04:00")), "40"),
        (lc.at_most(POINT(15), per=lc.year.beginning(month=3)), "30"),
    ],
)
def test_a_limit_is_per_window_of_any_kind(limit, expected):
    ada = member(lc.Earn("base", RATE, limit=limit))

    for number, moment in enumerate(("2026-03-06", "2026-03-07", "2027-03-04", "2027-03-05")):
        ada.buys(str(number), date(moment), "10.00")

    assert ada.has() == expected


def test_a_limit_holds_before_the_member_has_joined_too():
    ada = member(lc.Earn("base", RATE, limit=lc.at_most(POINT(15), per=YEAR)), joined=None)

    ada.buys("p", date("2026-01-01"), "10.00")
    ada.buys("q", date("2028-01-01"), "10.00")
    assert ada.has() == "15"
    ada.returns("r", date("2028-01-02"), "p")
    ada.buys("s", date("2028-01-03"), "90.00")
    assert ada.has() == "15"


def test_a_day_may_begin_at_four_so_that_the_night_belongs_to_it():
    ada = member(lc.Earn("night", POINT(5), limit=lc.times(1, per=lc.day.beginning(at="04:00"))))

    for hour in (22, 27, 28):
        ada.buys(str(hour), day(90, hour), "10.00")

    assert ada.has() == "10"


def test_spend_of_the_year_before_is_asked_for_and_frozen():
    ada = member(lc.Earn("loyal", POINT(7), when=Order.net.over(lc.previous(lc.year)).at_least(USD(100))))
    ada.buys("p", date("2026-05-01"), "100.00")
    ada.buys("q", date("2027-05-01"), "1.00")
    assert ada.has() == "7"
    ada.returns("r", date("2027-05-02"), "p")
    assert ada.has() == "7"

    ada.buys("s", date("2027-05-03"), "1.00")
    ada.buys("t", date("2028-05-03"), "1.00")

    assert ada.has() == "7"
    assert ada.account.find("s").sums[0] == "net, year"


def test_the_previous_membership_year_may_be_the_time_before():
    grows = Order.net.over(lc.previous(YEAR)).at_least(USD(50))
    ada = member(lc.Earn("loyal", POINT(7), when=grows), joined=None)
    ada.buys("p", date("2026-01-01"), "60.00")
    ada.buys("q", date("2026-01-02"), "1.00")
    assert ada.has() == "0"

    ada.does(lc.Enrolment("e", at=MARCH))
    ada.buys("r", date("2026-04-01"), "1.00")
    assert ada.has() == "7"
    ada.buys("s", date("2027-04-01"), "1.00")
    assert ada.has() == "7"


def test_a_tally_of_the_previous_window_can_be_brought_along():
    asked = Order.net.over(lc.previous(lc.year))
    rules = program(lc.Earn("loyal", POINT(7), when=asked.at_least(USD(100))))
    for of in (asked, Order.net.over(lc.year)):
        ada = Member(rules)
        ada.does(lc.Opening("o", at=date("2026-05-01"), tallies=[lc.OpeningTally(of, USD(100), date("2025-05-01"))]))
        ada.buys("p", date("2026-05-02"), "1.00")

        assert ada.has() == "7"
        assert lc.verify(rules, ada.account) is None


def test_members_who_come_from_elsewhere_keep_their_anniversaries():
    spent = Order.net.over(YEAR)
    rules = program(lc.Ladder("status", by=spent, tiers={"base": 0, "gold": USD(500)}))
    ada = Member(rules)
    tallies = [
        lc.OpeningTally(spent, USD(number), date(at)) for number, at in ((450, "2025-07-01"), (90, "2025-05-01"))
    ]
    ada.does(lc.Opening("o", at=date("2026-01-01"), joined=date("2019-06-15 12:00"), tallies=tallies))

    ada.buys("p", date("2026-01-02"), "50.00")
    assert ada.account.tier("status") == "gold"
    assert ada.account.entries[-1].until == date("2026-06-15")
    ada.waits(date("2026-06-15"))
    assert ada.account.entries[-1].until == date("2027-06-15")
    ada.waits(date("2027-06-15"))
    assert ada.account.tier("status") == "base"
    assert lc.verify(rules, ada.account) is None


LADDER = {"base": 0, "silver": USD(100), "gold": USD(300)}


@pytest.mark.parametrize(
    ("window", "until"),
    [
        (lc.year.beginning(month=2), "2027-02-01"),
        (lc.quarter.beginning(month=2, day=10), "2026-08-10"),
        (lc.iso_year, "2027-01-04"),
        (lc.cycle(lc.weeks(6), since=dt.date(2026, 1, 5)), "2026-06-22"),
        (YEAR, "2027-03-05"),
        (lc.anniversary(months=6), "2026-09-05"),
        (lc.anniversary(years=1, of=lc.first("survey")), None),
    ],
)
def test_a_ladder_over_any_window_that_ends_is_reviewed_when_it_does(window, until):
    ada = member(lc.Ladder("status", by=Line.net.sum().over(window), tiers=LADDER))

    ada.buys("p", date("2026-05-20"), "400.00")

    last = ada.account.entries[-1]
    assert (last.kind, last.tier, last.until) == ("tier", "gold", until and date(until))
    assert ada.program.next_due(ada.account) == (until and date(until))


def test_a_tier_held_before_joining_is_kept_until_the_first_year_ends():
    ada = member(lc.Ladder("status", by=Line.net.sum().over(YEAR), tiers=LADDER), joined=None)
    ada.buys("p", date("2026-01-20"), "400.00")
    assert ada.program.next_due(ada.account) is None

    ada.does(lc.Enrolment("e", at=MARCH))
    assert (ada.account.tier("status"), ada.account.entries[-1].until) == ("gold", date("2027-03-05"))
    ada.buys("q", date("2026-04-01"), "400.00")
    ada.waits(date("2028-03-05"))

    assert [(e.tier, e.until) for e in ada.account.entries if e.kind == "tier"] == [
        ("gold", None),
        ("gold", date("2027-03-05")),
        ("gold", date("2028-03-05")),
        ("base", None),
    ]


def test_a_tier_that_is_reviewed_at_once_falls_when_the_first_year_begins():
    ladder = lc.Ladder("status", by=Line.net.sum().over(YEAR), tiers=LADDER, review=lc.at_once)
    ada = member(ladder, joined=None)
    ada.buys("p", date("2026-01-20"), "400.00")

    ada.does(lc.Enrolment("e", at=MARCH))

    assert ada.account.tier("status") == "base"


def test_a_ladder_that_waits_for_the_window_to_end_keeps_a_tier_that_no_longer_fits():
    ada = member(lc.Ladder("status", by=Line.net.sum().over(YEAR), tiers=LADDER))
    ada.buys("p", date("2026-04-20"), "400.00")

    ada.returns("r", date("2026-04-21"), "p")

    assert (ada.account.tier("status"), ada.program.next_due(ada.account)) == ("gold", date("2027-03-05"))


def test_a_lower_tier_that_was_held_before_joining_keeps_its_place_at_the_anchor():
    """What is counted fits a lower tier than the one an opening brought, and nobody falls before the year ends."""
    rules = program(lc.Ladder("status", by=Line.net.sum().over(YEAR), tiers=LADDER))
    ada = Member(rules)
    ada.does(lc.Opening("o", at=date("2026-01-01"), tiers={"status": "gold"}))

    ada.does(lc.Enrolment("e", at=MARCH))

    assert (ada.account.tier("status"), rules.next_due(ada.account)) == ("gold", date("2027-03-05"))


def test_a_ladder_needs_a_window_of_its_own():
    with pytest.raises(lc.InvalidValue, match="climbs by a measure over"):
        lc.Ladder("status", by=Order.net.over(lc.since(MARCH)), tiers=LADDER)


@pytest.mark.parametrize("window", [lc.previous(lc.year), lc.end_of(lc.year), "year", None])
def test_what_is_no_window_to_give_in_is_refused(window):
    with pytest.raises(lc.InvalidValue):
        lc.Earn("base", RATE, over=window)
    with pytest.raises(lc.InvalidValue):
        lc.at_most(POINT(5), per=window)


WINDOWS = [
    lc.month,
    lc.month.beginning(day=15),
    lc.month.beginning(day=15, at="04:00"),
    lc.month.beginning(day=16),
    lc.year.beginning(month=2),
    lc.quarter.beginning(month=2),
    lc.iso_year,
    YEAR,
    lc.anniversary(months=1),
    lc.anniversary(years=1, of=lc.opened),
    lc.cycle(lc.days(12), since=lc.joined),
    lc.cycle(lc.months(12), since=lc.first("enrolment")),
    lc.cycle(lc.months(12), since=dt.date(2026, 1, 1)),
    lc.cycle(lc.months(12), since=dt.date(2026, 1, 2)),
    lc.rolling(months=12),
]


def test_tallies_of_different_windows_have_different_names():
    rules = program(
        *(lc.Earn(str(at), POINT(1), when=Order.net.over(w).at_least(USD(1))) for at, w in enumerate(WINDOWS))
    )
    ada = Member(rules)

    ada.buys("p", day(1), "1.00")

    fact = ada.account.find("p")
    assert len({*fact.sums[::3], *fact.slides[::3]}) == len(WINDOWS)
    assert "net, month from 1-15 04:00" in fact.sums
    assert "net, cycle of 12 months since activity enrolment" in fact.sums
    assert "net, cycle of 12 days since enrolment" in fact.sums
    assert load_entry(dump_entry(fact)) == fact.row


def test_reasons_name_the_window():
    ada = member(lc.Earn("cash", RATE.capped(POINT(15)), over=YEAR))

    found = ada.buys("p", date("2026-04-01"), "10.00").reasons

    assert found == (lc.Reason("cash", POINT(10), "changed what the cycle of 12 months since enrolment comes to"),)
