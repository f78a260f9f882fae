"""Openings: what members bring along from another system counts as if it had been recorded here."""

import pytest

import loyalcore as lc
import refusals
from shop import POINT, USD, Line, Member, Order, day, program

YEAR = lc.rolling(days=365)
SPENT = Order.net.over(YEAR)
RECENT = POINT.earned(lc.month)
MOVED = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Earn("first", POINT(100), when=lc.ordinal.is_(1)),
    lc.Earn("keen", POINT(7), when=RECENT.at_least(POINT(50))),
    lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base"),
    lc.Ladder("status", by=SPENT, tiers={"base": 0, "gold": USD(500)}),
)


def moved(**how):
    ada = Member(MOVED)
    ada.does(lc.Opening("o", at=day(1), **how))
    return ada


def test_a_tier_that_an_opening_bears_out_stays_and_falls_when_what_was_counted_leaves():
    spent = [lc.OpeningTally(SPENT, USD(300), day(-299)), lc.OpeningTally(SPENT, USD(250), day(-99))]
    ada = moved(tiers={"status": "gold"}, tallies=spent, purchases=2)

    ada.buys("p", day(2), "10.00")
    assert (ada.account.tier("status"), ada.has()) == ("gold", "20")

    ada.waits(day(66, 23))
    assert ada.account.tier("status") == "base"
    assert ada.account.entries[-1].at == day(66)


def test_a_tier_that_nothing_bears_out_falls_at_the_next_event_of_a_rolling_ladder():
    ada = moved(tiers={"status": "gold"}, purchases=2)

    ada.buys("p", day(2), "10.00")

    assert (ada.has(), ada.account.tier("status")) == ("20", "base")


def test_what_was_counted_lifts_a_tier_at_once_also_above_the_one_that_was_given():
    silver = lc.Ladder("status", by=SPENT, tiers={"base": 0, "silver": USD(100), "gold": USD(500)})
    ada = Member(program(silver))

    ada.does(lc.Opening("o", at=day(1), tiers={"status": "silver"}, tallies=[lc.OpeningTally(SPENT, USD(500))]))

    assert [entry.tier for entry in ada.account.entries if entry.kind == "tier"] == ["silver", "gold"]


def test_what_was_counted_lifts_a_tier_with_the_next_purchase():
    ada = moved(tallies=[lc.OpeningTally(SPENT, USD("495.00"))], purchases=2)

    ada.buys("p", day(2), "5.00")

    assert ada.account.tier("status") == "gold"


def test_conditions_know_what_was_counted_and_that_there_were_purchases():
    new, known = moved(), moved(purchases=1, tallies=[lc.OpeningTally(RECENT, POINT(50))])

    new.buys("p", day(2), "10.00")
    known.buys("p", day(2), "10.00")

    assert (new.has(), known.has()) == ("110", "17")


def test_what_was_counted_in_a_window_that_is_over_counts_no_more():
    ada = moved(
        purchases=1, tallies=[lc.OpeningTally(RECENT, POINT(50), day(-1)), lc.OpeningTally(SPENT, USD(900), day(-400))]
    )

    ada.buys("p", day(2), "10.00")

    assert ada.has() == "10"


def test_an_opening_is_verified_folded_and_known_again_with_its_tallies():
    tallies = [lc.OpeningTally(RECENT, POINT(50), day(1)), lc.OpeningTally(SPENT, USD("0.05"))]
    ada = moved(tallies=tallies, purchases=3)
    ada.buys("p", day(2), "10.00")

    assert lc.verify(MOVED, ada.account) is None
    assert lc.fold("ada", ada.account.rows) == ada.account
    again = lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(RECENT, POINT(50)), tallies[1]], purchases=3)
    assert MOVED.decide(ada.account, again).known
    with pytest.raises(lc.EventConflict, match="tallies"):
        MOVED.decide(ada.account, lc.Opening("o", at=day(1), tallies=tallies[1:], purchases=3))


@pytest.mark.parametrize(
    ("of", "amount", "why"),
    [
        (Order.net.over(lc.year), USD(5), "keeps no tally"),
        (SPENT, 5, "plain|USD"),
        (SPENT, POINT(5), "USD"),
        (SPENT, lc.Money("EUR")(5), "USD"),
        (SPENT, "5%", "USD"),
        (RECENT, USD(5), "point"),
        (RECENT, lc.Unit("point", places=1)("0.5"), "parts of 1/1"),
    ],
)
def test_a_tally_that_the_program_does_not_count_so_is_refused_and_nothing_is_recorded(of, amount, why):
    ada = Member(MOVED)

    with pytest.raises(lc.InvalidValue, match=why):
        ada.does(lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(of, amount)]))

    assert ada.account.version == 0


LAST_YEAR = Order.net.over(lc.previous(lc.year))


def test_what_the_year_before_came_to_is_told_with_a_moment_in_it():
    growth = lc.Earn("growth", POINT.per(USD(1), Order.net.over(lc.year) - LAST_YEAR), on=lc.ended(lc.year))
    ada = Member(program(growth))
    ada.does(lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(LAST_YEAR, USD(100), day(-200))]))

    ada.buys("p", day(2), "130.00")
    ada.waits(day(400))

    assert ada.has() == "30"


@refusals.table([(lc.OpeningTally, {"of": LAST_YEAR, "amount": USD(100)}, lc.InvalidValue)])
def test_what_the_year_before_came_to_is_not_told_without_one(function, bad, error):
    assert "at=" in str(refusals.check(function, bad, error))
