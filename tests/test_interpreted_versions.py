"""Books, tiers and what arises in the interpreted form, worked out by hand; the engine says the same."""

import pytest

import loyalcore as lc
from loyalcore import interpreted
from loyalcore.instants import to_instant
from shop import POINT, STAR, USD, Line, Order, Visit, date, day, order, program
from test_interpreted import BASE, Told, gave

NET = Order.net.over(lc.rolling(days=60))


START = day(10)


def in_versions(first, second, start=START, **more):
    book = lc.Book([program(*first), lc.Version(program(*second, version="2"), starts=start, **more)])
    return Told(book)


def test_a_window_counted_from_a_members_own_date_may_be_open_for_some_under_a_later_version():
    yearly = [lc.Earn("yearly", POINT(rate).per(USD(1), Line.net), over=lc.anniversary(years=1)) for rate in (1, 3)]
    ada = in_versions(yearly[:1], yearly[1:])
    ada.does(lc.Enrolment("e", at=day(2)))
    ada.buys("p", day(3), "5.00")

    ada.buys("q", day(60), "5.00")
    assert gave(ada) == [("earn", 5)]
    ada.buys("r", day(400), "5.00")
    assert gave(ada) == [("earn", 15)]


def test_a_rolling_sum_is_read_from_the_facts_that_still_count():
    status = lc.Ladder("status", by=NET, tiers={"base": 0, "gold": USD(8)})
    ada = in_versions([BASE], [BASE, status], start=day(90), tallies=lc.from_facts)
    ada.does(lc.Opening("o", at=day(1), lots=[lc.OpeningLot(POINT(3))]))
    for place, id_ in enumerate("pqr"):
        ada.buys(id_, day(20 + 10 * place), "5.00")

    ada.waits(day(95))

    (version,) = ada.answer.entries
    assert version.slides == ("net, last 60 days", to_instant(day(100)), 500)


def test_a_fact_of_a_program_that_is_no_version_is_left_to_that_one():
    ada = in_versions([BASE], [BASE])
    stranger = Told(program(BASE, version="9"))
    stranger.buys("p", day(1), "5.00")

    with pytest.raises(lc.UnknownProgram, match="'p' was judged by program"):
        interpreted.decide(ada.program, stranger.account, lc.Return("r", at=day(2), of="p"))


def test_an_account_of_before_a_version_is_taken_over_when_a_book_is_first_used():
    status = lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(5)})
    first = program(BASE)
    ada = Told(first)
    ada.buys("p", day(1), "5.00")
    ada.buys("q", day(12), "5.00")
    ada.program = lc.Book(
        [first, lc.Version(program(BASE, status, version="2"), starts=day(10), tallies=lc.from_facts)]
    )

    ada.waits(day(13))

    assert [(each.kind, each.at) for each in ada.answer.entries] == [("version", day(12)), ("tier", day(12))]
    assert ada.waits(day(14)).entries == ()


# What no event raises.


def test_what_arises_is_given_by_what_the_member_has_and_had():
    wealth = lc.Earn("wealth", STAR(1).per(POINT(10), POINT.balance), on=lc.ended(lc.month), over=lc.year)
    bought = lc.Earn("bought", STAR(2).per(USD(5), Order.net.over(lc.month)), on=lc.ended(lc.month), over=lc.year)
    ada = Told(program(BASE, wealth, bought, lc.Expiry(POINT, lc.days(10))))
    ada.buys("p", day(30), "20.00")

    ada.waits(day(45))

    assert gave(ada) == [("earn", 200), ("earn", 800), ("expire", 20)]


@pytest.mark.parametrize(
    ("how", "amounts"),
    [
        ({"limit": lc.at_most(POINT(30), per=lc.year)}, [20, 10]),
        ({"limit": lc.times(1, per=lc.lifetime)}, [20]),
        ({"limit": lc.at_most(POINT(15), per=lc.month, otherwise=lc.defer(1))}, [15, 5, 10, 10]),
    ],
)
def test_what_arises_is_limited_as_what_events_give(how, amounts):
    ada = Told(program(lc.Earn("monthly", POINT(20), on=lc.ended(lc.month), **how)))
    ada.does(lc.Enrolment("e", at=day(5)))

    ada.waits(day(70))

    assert [each.amount for each in ada.account.entries if each.kind == "earn"] == amounts


# Tiers by hand, and time that stands still.

STATUS = lc.Ladder("status", by=NET, tiers={"base": 0, "gold": USD(100)})
OTHER = lc.Ladder("other", by=NET, tiers={"base": 0, "rich": USD(10)})


def test_a_tier_that_was_not_given_cannot_be_ended():
    ada = Told(program(BASE, STATUS))
    gift = {"ladder": "status", "reason": "gift"}

    assert ada.does(lc.TierAdjustment("t", at=day(1), tier=None, **gift)).refusal.code == "nothing-given"
    ada.does(lc.TierAdjustment("u", at=day(2), tier="gold", until=day(9), **gift))
    assert ada.does(lc.TierAdjustment("v", at=day(3), tier=None, **gift)).refusal is None
    late = lc.TierAdjustment("w", at=day(4), tier="gold", until=day(5), **gift)
    assert ada.does(late, day(6)).refusal.code == "too-late"


def test_time_stands_still_in_a_tier_and_for_some_activities_alone():
    still = lc.Expiry(
        POINT, lc.inactivity(lc.days(20), by=["base", lc.Redemption]), unless=lc.in_tier("status", "gold")
    )
    ada = Told(program(BASE, STATUS, OTHER, still, lc.Earn("stars", STAR(1)), lc.Reward("cup", POINT(1))))
    ada.buys("p", day(1), "20.00")
    ada.does(Visit("v", at=day(5), name="visit"))
    ada.redeems("x", day(6), "cup")
    ada.does(lc.TierAdjustment("t", at=day(7), ladder="status", tier="gold", until=day(50), reason="gift"))
    ada.buys("q", day(20), "3.00")

    ada.waits(day(80))

    extends = [entry.deadline for entry in ada.account.entries if entry.kind == "extend"]
    assert extends == [day(21), day(26), None, day(70)]
    assert ada.has() == "0"


def test_units_end_on_dates_and_as_the_tier_says_in_which_they_come():
    dates = lc.on_dates(day(10), day(40))
    lives = lc.life_by_tier("status", {"gold": lc.never}, otherwise=lc.days(5))
    ada = Told(program(BASE, STATUS, lc.Earn("stars", STAR(1)), lc.Expiry(STAR, dates), lc.Expiry(POINT, lives)))

    for id_, at in (("p", 1), ("q", 10), ("r", 41)):
        ada.buys(id_, day(at), "60.00")

    ends = [(entry.unit, entry.expires) for entry in ada.account.entries if entry.kind == "earn"]
    assert ends == [
        *(("point", day(6)), ("star", day(10))),
        *(("point", day(15)), ("star", day(40))),
        *(("point", None), ("star", None)),
    ]


def test_a_late_event_of_an_earlier_version_adds_to_what_a_later_one_reads_from_facts_and_not_to_what_begins_with_it():
    status, count = (
        lc.Ladder("status", by=Order.net.over(lc.year), tiers={"base": 0, "gold": USD(50)}),
        lc.Ladder("often", by=Order.count.over(lc.year), tiers={"base": 0, "often": 9}),
    )
    begins = {"net, year": lc.from_facts, "purchases, year": lc.from_now}
    ada = in_versions([BASE], [BASE, status, count], tallies=begins)
    ada.buys("p", day(1), "5.00")
    ada.waits(day(11))

    ada.does(order("q", day(2), "7.00"), day(12))

    assert ada.answer.entries[0].sums == ("net, year", to_instant(date("2026-01-01")), 700)


def test_a_sum_that_an_opening_told_is_read_again_when_it_comes_back():
    both = NET.at_least(USD(8)) & Order.net.over(lc.year).at_least(USD(9))
    status = lc.Ladder("status", tiers={"base": lc.always, "gold": both})
    versions = [lc.Version(program(BASE, version="2"), starts=day(10))]
    versions.append(lc.Version(program(BASE, status, version="3"), starts=day(20), tallies=lc.from_facts))
    ada = Told(lc.Book([program(BASE, status), *versions]))
    told = [lc.OpeningTally(NET, USD(3)), lc.OpeningTally(Order.net.over(lc.year), USD(4))]
    ada.does(lc.Opening("o", at=day(1), tallies=told))
    ada.buys("p", day(12), "5.00")

    ada.waits(day(20))

    assert ada.account.tier("status") == "gold"
