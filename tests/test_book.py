"""
Versions of a program on one account: a rule book, with histories reckoned by hand.

The shop gives 5 points a dollar until 10 February 2026, and 3 from then on.
"""

import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore import interpreted
from refusals import check, table
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, date, day, held, order, program

CHANGE = date("2026-02-10")


def base(rate, **more):
    return lc.Earn("base", POINT(rate).per(USD(1), Line.net), **more)


def quarterly(rate):
    """So many points a dollar, counted over the quarter."""
    return base(rate, over=lc.quarter)


def book(*rules_of_versions, starts=CHANGE, **more):
    first, *later = rules_of_versions
    versions = [program(*first, version="v1")]
    for number, rules in enumerate(later):
        start = starts + dt.timedelta(days=60 * number)
        versions.append(lc.Version(program(*rules, version=f"v{number + 2}"), starts=start, **more))
    return lc.Book(versions)


# Purchases and their returns.


def test_a_purchase_is_judged_by_the_version_in_force_when_it_happened():
    ada = Member(book([base(5)], [base(3)]))
    ada.buys("before", CHANGE - dt.timedelta(microseconds=1), "10.00")
    assert ada.has() == "50"

    ada.buys("at the start", CHANGE, "10.00")

    assert ada.has() == "80"


def test_a_return_is_judged_by_the_version_of_its_purchase_however_late():
    ada = Member(book([base(5)], [base(3)]))
    ada.buys("p", day(3), "10.00", "4.00")
    ada.buys("q", day(50), "10.00", "4.00")

    ada.returns("r1", day(200), "p", ["b"])
    assert held(ada.account) == {("base", "p"): 50, ("base", "q"): 42}

    ada.returns("r2", day(201), "q", ["b"])
    assert held(ada.account) == {("base", "p"): 50, ("base", "q"): 30}


def test_a_purchase_that_is_told_late_is_judged_by_the_version_of_its_moment():
    ada = Member(book([base(5)], [base(3)]))
    ada.buys("now", day(60), "10.00")

    ada.buys("late", day(3), "10.00", now=day(61))

    assert held(ada.account) == {("base", "now"): 30, ("base", "late"): 50}


def test_every_fact_names_the_version_that_judged_it():
    rules = book([base(5)], [base(3)])
    ada = Member(rules)
    ada.buys("p", day(3), "10.00")
    ada.buys("q", day(50), "10.00")
    ada.returns("r", day(51), "p")

    facts = [entry for entry in ada.account.entries if entry.is_fact]

    assert [rules.judged(fact).version for fact in facts] == ["v1", "v2", "v1"]
    assert rules.judged(facts[0].row) == rules.programs[0]


def test_a_redemption_costs_what_the_version_in_force_asks():
    ada = Member(book([base(5), lc.Reward("mug", POINT(10))], [base(5), lc.Reward("mug", POINT(30))]))
    ada.buys("p", day(1), "10.00")
    ada.redeems("m1", day(2), "mug")
    assert ada.has() == "40"

    ada.redeems("m2", day(50), "mug")
    assert ada.has() == "10"

    ada.returns("undone", day(51), "m1")
    assert ada.has() == "20"


def test_a_hold_is_captured_at_the_price_of_the_version_it_was_made_under():
    rules = [[base(5), lc.Pay("pay", each=POINT(each), worth=USD(1), hold=lc.days(90))] for each in (1, 5)]
    ada = Member(book(*rules))
    ada.buys("p", day(1), "10.00")
    ada.does(lc.Hold("h", at=day(2), reward="pay", amount="20"))

    ada.does(lc.Capture("c", at=day(50), of="h", amount="15"))

    assert ada.has() == "35"


def test_what_a_purchase_waits_for_is_said_by_its_own_version():
    waits = [
        [base(5, pending=lc.until(lc.Activity.name.is_(name), within=lc.days(90)))] for name in ("delivered", "paid")
    ]
    ada = Member(book(*waits))
    ada.buys("p", day(3), "10.00")

    ada.does(Visit("d1", at=day(50), name="paid", of="p"))
    assert ada.has() == "0"

    ada.does(Visit("d2", at=day(51), name="delivered", of="p"))
    assert ada.has() == "50"


def test_an_event_sent_again_answers_with_what_its_version_recorded():
    ada = Member(book([base(5)], [base(3)]))
    ada.buys("p", day(3), "10.00")
    ada.buys("q", day(60), "1.00")

    assert ada.buys("p", day(3), "10.00").known
    with pytest.raises(lc.EventConflict):
        ada.buys("p", day(3), "11.00")


# Windows that are open.


def test_an_open_window_goes_on_by_the_version_it_began_under_until_it_closes():
    """50 in January, 50 in February as well, 30 from April on."""
    ada = Member(book([quarterly(5)], [quarterly(3)]))
    ada.buys("january", day(3), "10.00")
    ada.buys("february", day(50), "10.00")
    ada.buys("april", date("2026-04-01"), "10.00")

    assert held(ada.account) == {("base", quarter("2026-01-01")): 100, ("base", quarter("2026-04-01")): 30}


def test_a_return_takes_from_the_window_what_its_version_has_it_come_to():
    ada = Member(book([quarterly(5)], [quarterly(3)]))
    ada.buys("january", day(3), "10.00")
    ada.buys("february", day(50), "10.00")
    ada.buys("april", date("2026-04-01"), "10.00")

    ada.returns("r1", day(120), "february")
    ada.returns("r2", day(121), "april")

    assert held(ada.account) == {("base", quarter("2026-01-01")): 50}


def test_a_window_that_is_split_is_judged_by_each_version_for_its_part():
    ada = Member(book([quarterly(5)], [quarterly(3)], split=["base"]))
    ada.buys("january", day(3), "10.00")
    ada.buys("february", day(50), "10.00")
    ada.buys("late", day(4), "1.00", now=day(51))

    assert held(ada.account) == {("base", quarter("2026-01-01")): 55, ("base", instant(CHANGE)): 30}


def test_a_rule_with_windows_that_is_gone_gives_until_its_open_window_closes():
    ada = Member(book([base(1), lc.Earn("extra", POINT(7), over=lc.quarter)], [base(1)]))
    ada.buys("february", day(50), "10.00")
    ada.buys("april", date("2026-04-01"), "10.00")

    # Nothing of January is needed: the window has begun before the member came.
    assert ada.has() == "27"


def test_a_window_of_an_earlier_version_is_found_beside_rules_that_are_many():
    """The later version has so many rules that they are found by what they ask for."""
    many = [lc.Earn(f"one of {at}", POINT(1), when=lc.between(day(at), day(at + 1))) for at in range(50, 60)]
    ada = Member(book([quarterly(5)], many))

    ada.buys("p", day(50), "10.00")

    assert ada.has() == "51"


def test_a_rule_with_windows_that_is_new_begins_with_its_version():
    ada = Member(book([base(1)], [base(1), lc.Earn("extra", POINT(7), over=lc.quarter)]))
    ada.buys("january", day(3), "10.00")
    ada.buys("february", day(50), "10.00")

    assert held(ada.account)["extra", instant(CHANGE)] == 7


def test_a_rule_over_the_lifetime_that_stays_as_it_is_goes_on():
    first = lc.Earn("first", POINT(1).per(USD("1.50"), Line.net), over=lc.lifetime)
    ada, eve = Member(book([first, base(5)], [first, base(3)])), Member(program(first, base(5)))
    for member in (ada, eve):
        for number in range(1, 9):
            member.buys(f"p{number}", day(10 * number), "1.00")

    given = {key: amount for key, amount in held(ada.account).items() if key[0] == "first"}

    assert given == {key: amount for key, amount in held(eve.account).items() if key[0] == "first"}
    assert sum(given.values()) == 5


def test_an_open_window_reads_the_tier_and_the_items_that_its_own_version_asks_for():
    ladder = lc.Ladder("status", by=Line.net.sum().over(lc.lifetime), tiers={"base": 0, "gold": USD(20)})
    beans = lc.Earn("beans", POINT(1).per(USD(1), Line.net), over=lc.quarter, where=Line.category.is_("coffee"))
    twice = lc.Boost("twice", lc.by_tier("status", {"gold": "x2"}), of="beans")
    ada = Member(
        book(
            [ladder, beans, twice, base(1, when=lc.ordinal.at_least(1))], [ladder, base(1, when=lc.ordinal.at_least(2))]
        )
    )
    ada.buys("p", day(3), "20.00")
    ada.buys("q", day(50), "5.00", coffee("4.00"))

    assert held(ada.account) == {("base", "p"): 20, ("base", "q"): 9, ("beans", quarter("2026-01-01")): 8}

    ada.returns("r", day(51), "q", ["b"])

    assert held(ada.account) == {("base", "p"): 20, ("base", "q"): 5}


def test_the_reasons_name_the_version_under_which_a_window_began():
    rules = book([quarterly(5)], [quarterly(3)])
    ada = Member(rules)
    ada.buys("february", day(50), "10.00")
    ada.buys("april", date("2026-04-01"), "10.00")

    (old,), (new,) = rules.reasons(ada.account, "february"), ada.answer.reasons

    assert str(old) == "base: gave 50 point: changed what the quarter comes to, by version v1 as it began"
    assert str(new) == "base: gave 30 point: changed what the quarter comes to"


# Time.


MONTH = Line.net.sum().over(lc.month)
STEPS = {"base": 0, "silver": USD(10), "gold": USD(20)}
FALLING = [[base(1), lc.Ladder("status", by=MONTH, tiers=STEPS, downgrade=how)] for how in (lc.fitting, lc.one_step)]


def test_jobs_are_done_by_the_version_in_force_at_their_moment():
    """A month without purchases costs all tiers by the old version, and one by the new."""
    ada = Member(book(*FALLING, starts=date("2026-03-10")))
    ada.buys("p", date("2026-01-03"), "25.00")
    ada.waits(date("2026-03-01"))
    assert ada.account.tier("status") == "base"

    ada.buys("q", date("2026-03-05"), "25.00")
    ada.waits(date("2026-05-01"))
    assert ada.account.tier("status") == "silver"


def test_a_version_that_begins_as_a_term_ends_does_the_review():
    ada = Member(book(*FALLING, starts=date("2026-03-01")))
    ada.buys("p", date("2026-01-03"), "25.00")

    ada.waits(date("2026-03-01"))

    assert ada.account.tier("status") == "silver"


def test_lots_expire_as_it_was_said_when_they_were_earned():
    ada = Member(book([base(5), lc.Expiry(POINT, lc.days(60))], [base(5), lc.Expiry(POINT, lc.days(10))]))
    ada.buys("p", day(3), "10.00")
    ada.buys("q", day(50), "1.00")

    assert [str(at.date()) for at, _ in ada.account.expiring(POINT)] == ["2026-03-01", "2026-03-04"]
    assert ada.program.expires(POINT, day(3)) == day(63)


def test_what_a_reward_gives_ends_as_the_version_says_that_judged_it():
    cup = lc.Reward("cup", POINT(1), gives=STAR(1))
    ada = Member(book([base(5), cup, lc.Expiry(STAR, lc.days(60))], [base(5), cup, lc.Expiry(STAR, lc.days(10))]))
    ada.buys("p", day(3), "10.00")

    ada.does(lc.Redemption("x", at=day(4), reward="cup"), day(50))

    assert [at for at, _ in ada.account.expiring(STAR)] == [day(64)]


def test_what_a_ladder_of_a_later_version_has_ended_is_not_owed():
    status = lc.Ladder(
        "status",
        by=POINT.balance,
        tiers={"base": 0, "gold": POINT(10)},
        spends=True,
        valid=lc.days(5),
        carry=POINT(2),
    )
    ada = Member(book([base(5)], [base(5), status], [base(5)]))
    ada.buys("p", day(1), "10.00")
    ada.waits(day(120))

    ada.returns("r", day(121), "p")

    gone = [(entry.kind, entry.amount) for entry in ada.account.entries if entry.kind in ("spend", "expire")]
    assert gone == [("spend", 10), ("spend", 10), ("expire", 28), ("expire", 2)]
    assert [(entry.lapsed, entry.debt) for entry in ada.account.entries if entry.kind == "take"] == [(30, 20)]


# What is newly tallied.

SPENT = Line.net.sum().over(lc.rolling(days=100))
STATUS = lc.Ladder("status", by=SPENT, tiers={"base": 0, "gold": USD(20)})


def test_a_tally_read_from_facts_is_what_it_would_be_had_it_always_been_kept():
    ada = Member(book([base(1)], [base(1), STATUS], tallies=lc.from_facts))
    ada.buys("p", day(3), "15.00", "9.00")
    ada.buys("gone", day(4), "50.00")
    ada.returns("r1", day(5), "gone")
    ada.returns("r2", day(6), "p", ["b"])

    ada.waits(CHANGE)
    row = ada.answer.entries[0]
    assert (row.kind, row.at, row.slides) == ("version", CHANGE, ("net, last 100 days", instant(day(103)), 1500))
    assert ada.account.tier("status") is None

    ada.buys("q", day(50), "5.00")
    assert ada.account.tier("status") == "gold"

    ada.returns("r3", day(51), "p")
    assert ada.account.tier("status") == "base"


def test_a_tier_that_is_reached_as_a_version_begins_is_entered_then():
    rules = book([base(1)], [base(1), STATUS], tallies=lc.from_facts)
    ada = Member(rules)
    ada.buys("p", day(3), "25.00")
    assert rules.next_due(ada.account) == CHANGE

    ada.waits(day(50))

    assert [(entry.kind, entry.at) for entry in ada.answer.entries] == [("version", CHANGE), ("tier", CHANGE)]


def test_a_purchase_told_late_counts_in_what_was_read_from_facts():
    ada = Member(book([base(1)], [base(1), STATUS], tallies=lc.from_facts))
    ada.buys("q", day(3), "5.00")
    ada.waits(day(50))

    ada.buys("late", day(4), "15.00", now=day(51))
    assert ada.account.tier("status") == "gold"

    ada.returns("r", day(52), "late")
    assert ada.account.tier("status") == "base"


def test_a_tally_from_now_counts_what_happens_under_its_version():
    ada = Member(book([base(1)], [base(1), STATUS], tallies=lc.from_now))
    ada.buys("p", day(3), "25.00")
    ada.buys("q", day(50), "15.00")
    ada.buys("late", day(4), "25.00", now=day(51))
    ada.returns("r", day(52), "p")
    assert ada.account.tier("status") is None

    ada.buys("q2", day(53), "5.00")
    assert ada.account.tier("status") == "gold"


def test_units_earned_are_read_from_what_was_given_and_taken_back():
    earned = lc.Ladder("club", by=POINT.earned(lc.year), tiers={"out": 0, "in": POINT(12)})
    ada = Member(book([base(1)], [base(1), earned], tallies=lc.from_facts))
    ada.buys("p", day(3), "10.00", "4.00")
    ada.returns("r", day(4), "p", ["b"])
    ada.does(lc.Enrolment("e", at=day(5)))
    ada.does(Visit("v", at=day(6), name="visit"))
    ada.waits(CHANGE)
    assert ada.account.entries[-1].sums == ("point earned, year", instant(date("2026-01-01")), 1000 // 100)

    ada.buys("q", day(50), "2.00")

    assert ada.account.tier("club") == "in"


def test_units_that_no_event_gave_are_read_as_well():
    monthly = lc.Earn("monthly", POINT(50), on=lc.ended(lc.month))
    earned = lc.Ladder("club", by=POINT.earned(lc.year), tiers={"out": 0, "in": POINT(54)})
    soon = lc.Ladder("soon", by=POINT.earned(lc.month), tiers={"out": 0, "in": POINT(99)})
    ada = Member(book([base(1), monthly, soon], [base(1), monthly, soon, earned], tallies=lc.from_facts))
    ada.buys("p", day(3), "4.00")

    ada.waits(CHANGE)

    assert ada.account.entries[-2].sums == ("point earned, year", instant(date("2026-01-01")), 54)
    assert ada.account.tier("club") == "in"


@pytest.mark.parametrize(("kinds", "deadline"), [([lc.Redemption], None), ([lc.Purchase], day(74))])
def test_deadlines_are_put_off_as_the_version_says_in_which_it_is_recorded(kinds, deadline):
    """The first version puts them off for purchases, and the purchase is told late."""
    first, later = lc.inactivity(lc.days(30), by=[lc.Purchase]), lc.inactivity(lc.days(40), by=kinds)
    ada = Member(book([base(1), lc.Expiry(POINT, first)], [base(1), lc.Expiry(POINT, later)]))
    ada.buys("p", day(30), "4.00")

    late = ada.program.decide(ada.account, order("q", day(34), "4.00"), day(45))

    assert [e.deadline for e in late.entries if e.kind == "extend"] == ([] if deadline is None else [deadline])


def test_a_tally_that_comes_back_is_read_again_or_begins_at_nothing():
    for choice, tier in ((lc.from_facts, "gold"), (lc.from_now, None)):
        rules = lc.Book(
            [
                program(base(1), STATUS, version="v1"),
                lc.Version(program(base(1), version="v2"), starts=day(20)),
                lc.Version(program(base(1), STATUS, version="v3"), starts=day(30), tallies=choice),
            ]
        )
        ada = Member(rules)
        ada.buys("p", day(3), "15.00")
        ada.buys("q", day(25), "5.00")
        ada.waits(day(31))
        assert ada.account.tier("status") == tier

        ada.returns("r", day(32), "p")
        ada.buys("q2", day(33), "15.00")

        assert ada.account.tier("status") == ("gold" if choice == lc.from_facts else None)


def test_a_book_that_is_used_after_a_version_began_takes_accounts_over_then():
    old = program(base(1), version="v1")
    ada = Member(old)
    ada.buys("p", day(3), "25.00")
    ada.buys("q", day(50), "5.00")
    ada.program = lc.Book(
        [old, lc.Version(program(base(1), STATUS, version="v2"), starts=CHANGE, tallies=lc.from_facts)]
    )
    assert ada.program.next_due(ada.account) == day(50)

    ada.waits(day(51))

    assert ada.account.tier("status") == "gold"
    assert ada.program.next_due(ada.account) == day(103)


def test_a_member_who_comes_later_has_nothing_to_be_taken_over():
    ada = Member(book([base(1)], [base(1), STATUS], tallies=lc.from_facts))
    assert ada.program.next_due(ada.account) is None
    ada.waits(day(60))
    ada.buys("late", day(3), "15.00", now=day(50))
    ada.buys("q", day(51), "5.00")

    assert "version" not in ada.kinds()
    assert ada.account.tier("status") == "gold"


def test_a_tier_that_is_no_more_is_reviewed_as_the_version_begins():
    by = Line.net.sum().over(lc.year)
    tiers = ({"base": 0, "gold": USD(20)}, {"base": 0, "red": USD(10), "blue": USD(50)})
    ada = Member(book(*([base(1), lc.Ladder("status", by=by, tiers=each)] for each in tiers)))
    ada.buys("p", day(3), "25.00")

    ada.waits(CHANGE)

    assert ada.account.tier("status") == "red"


def test_nobody_falls_by_a_change_of_rules_alone():
    by = Line.net.sum().over(lc.year)
    tiers = ({"base": 0, "gold": USD(20)}, {"base": 0, "gold": USD(50)})
    ada = Member(book(*([base(1), lc.Ladder("status", by=by, tiers=each)] for each in tiers)))
    ada.buys("p", day(3), "25.00")
    ada.buys("q", day(60), "1.00")
    assert ada.account.tier("status") == "gold"

    ada.waits(date("2027-01-01"))

    assert ada.account.tier("status") == "base"


def test_an_account_from_a_snapshot_that_lacks_facts_says_so_where_they_are_to_be_read():
    rules = book([base(1)], [base(1), STATUS], tallies=lc.from_facts)
    ada = Member(rules)
    ada.buys("p", day(3), "25.00")
    whole = lc.restore(ada.account.snapshot())
    assert rules.advance(whole, day(50)).account.tier("status") == "gold"

    ada.does(lc.Adjustment("a", at=day(4), amount=POINT(-25), reason="by hand"))
    cut = lc.restore(ada.account.snapshot(keep_since=day(30)))

    with pytest.raises(lc.CorruptLedger, match="snapshots that keep older rows"):
        rules.advance(cut, day(50))


def test_an_account_taken_over_before_its_snapshot_is_not_taken_over_again():
    rules = book([base(1)], [base(1), STATUS], tallies=lc.from_facts)
    ada = Member(rules)
    ada.buys("p", day(3), "25.00")
    ada.waits(day(50))

    ada.account = lc.restore(ada.account.snapshot(keep_since=day(49)))
    ada.buys("q", day(51), "1.00")

    assert ada.account.tier("status") == "gold"
    assert "version" not in [entry.kind for entry in ada.answer.entries]


def test_a_quote_is_what_would_be_decided_over_versions():
    rules = book([base(5)], [base(3), STATUS], tallies=lc.from_facts)
    ada = Member(rules)
    ada.buys("p", day(3), "15.00")
    before = ada.account.rows

    for event in (order("q", day(50), "10.00"), lc.Return("r", at=day(51), of="p")):
        quote = rules.quote(ada.account, event)
        assert ada.account.rows == before
        assert quote.entries == rules.decide(ada.account, event).entries

    assert rules.parties(ada.account, event) == ("ada",)


def test_a_return_does_not_touch_a_tally_that_no_version_keeps_any_more():
    ladder = lc.Ladder("status", by=POINT.earned(lc.month), tiers={"base": 0, "gold": POINT(90)}, review=lc.at_once)
    recent = lc.Earn("recent", STAR(1), when=Order.net.over(lc.rolling(days=400)).at_least(USD(1)))
    rules = book([base(5)], [base(5), ladder, recent], [base(5)], tallies=lc.from_facts)
    ada = Member(rules)
    ada.does(order("p", day(1), "10.00", "4.00"), now=CHANGE + dt.timedelta(days=1))
    assert len(ada.answer.entries[0].sums) == len(ada.answer.entries[0].slides) == 3
    event = lc.Return("r", at=CHANGE + dt.timedelta(days=90), of="p", items=["b"])
    read = interpreted.decide(rules, ada.account, event)
    ada.does(event)

    assert ada.answer.entries == read.entries
    assert [(row.sums, row.slides) for row in ada.answer.entries if row.kind == "return"] == [((), ())]
    assert ada.has() == "50"


def test_what_an_opening_told_of_a_tally_that_comes_back_is_read_again():
    rules = book([base(1), STATUS], [base(1)], [base(1), STATUS], tallies=lc.from_facts)
    told = lc.OpeningTally(SPENT, USD(25))
    ada = Member(rules)
    ada.does(lc.Opening("o", at=day(3), tallies=[told]))
    ada.does(Visit("v", at=day(4), name="visit"))
    ada.returns("r", day(5), "v")

    ada.waits(day(102))

    assert ada.account.state().sliding("net, last 100 days").total == 2500


def test_the_next_moment_is_found_over_versions():
    lives = [[base(1), lc.Expiry(POINT, lc.days(200))], [base(1), lc.Expiry(POINT, lc.days(9))]]
    rules = book(*lives)
    ada = Member(rules)
    ada.buys("p", day(3), "25.00")

    assert rules.next_due(ada.account) == day(203)


def test_an_activity_is_returned_under_the_version_that_judged_it():
    visits = Visit.minutes.over(lc.month)
    ladder = lc.Ladder("visitor", by=visits, tiers={"none": 0, "some": 5})
    rules = book([lc.Earn("visit", POINT(5), on=lc.Activity)], [ladder], tallies=lc.from_facts)
    ada = Member(rules)
    ada.does(Visit("v", at=day(35), name="visit", minutes=7))
    ada.waits(CHANGE)
    assert ada.account.tier("visitor") == "some"

    ada.returns("r", day(50), "v")

    assert ada.has() == "0"
    assert set(ada.account.state().sums.values()) == {0}


def test_follow_ups_are_made_by_a_version_that_declares_what_was_raised():
    rules = [lc.Raise("friend", "referral", to=lc.setting("friend")), base(1)]
    ada = Member(book(rules, rules))
    ada.does(lc.Settings("s", at=day(1), friend="bob"))
    ada.buys("p", day(3), "25.00")

    (raised,) = [entry for entry in ada.account.entries if entry.kind == "raise"]

    assert ada.program.follow_up(raised) == ada.answer.follow_ups[0]


def test_follow_ups_of_attributes_that_came_later_are_made_by_the_version_that_declares_them():
    class Brought(lc.Activity):
        items = lc.Number(missing=0)

    def raising(version, declared, **more):
        raised = lc.Raise("friend", "referral", to="bob", **more)
        return lc.Program("shop", version=version, items=Line, purchases=Order, activities=declared, rules=[raised])

    later = lc.Version(raising("v2", Brought, values={"items": Line.quantity}), starts=CHANGE)
    ada = Member(lc.Book([raising("v1", lc.Activity), later]))
    ada.buys("p", day(50), "25.00")

    (raised,) = [entry for entry in ada.account.entries if entry.kind == "raise"]

    assert ada.program.follow_up(raised) == ada.answer.follow_ups[0]
    assert ada.answer.follow_ups[0].event.items == 1
    with pytest.raises(lc.InvalidValue, match="raises what no version of this book declares"):
        lc.Book([raising("v1", lc.Activity)]).follow_up(raised)


# Limits.


def test_a_limit_that_is_new_counts_from_the_start_of_its_version():
    limited = base(5, limit=lc.at_most(POINT(60), per=lc.quarter))
    ada = Member(book([base(5)], [limited], tallies=lc.from_now))
    ada.buys("p", day(3), "10.00")
    ada.buys("q", day(50), "10.00")

    ada.buys("q2", day(51), "10.00")

    assert ada.has() == "110"


def test_a_limit_that_both_versions_have_goes_on():
    limited = [[base(rate, limit=lc.at_most(POINT(60), per=lc.quarter))] for rate in (5, 3)]
    ada = Member(book(*limited))
    ada.buys("p", day(3), "10.00")

    ada.buys("q", day(50), "10.00")

    assert ada.has() == "60"


# Words of events.


class Richer(Line):
    colour = lc.Text(missing="none")


class RicherOrder(Order):
    gift_card = lc.Flag(missing=False)


def richer():
    later = lc.Program(
        "shop",
        version="v2",
        items=Richer,
        purchases=RicherOrder,
        activities=Visit,
        rules=[
            base(3, where=Richer.colour.is_("red")),
            lc.Earn("card", POINT(7), when=RicherOrder.gift_card.is_(True)),
        ],
    )
    return lc.Book([program(base(5), version="v1"), lc.Version(later, starts=CHANGE)])


def test_one_class_serves_late_events_of_versions_that_declare_less():
    ada = Member(richer())
    items = [Richer("a", "10.00", category="coffee", colour="red")]
    ada.does(RicherOrder("q", at=day(50), items=items, gift_card=True))
    assert ada.has() == "37"

    ada.does(RicherOrder("late", at=day(3), items=items, gift_card=True), now=day(51))
    assert ada.has() == "87"
    assert ada.does(RicherOrder("late", at=day(3), items=items)).known


def test_a_class_of_an_earlier_version_has_what_is_missing_by_the_later_one():
    ada = Member(richer())

    ada.buys("q", day(50), "10.00")

    assert ada.has() == "0"


def test_a_class_of_something_else_is_refused_as_by_a_program():
    class Other(lc.Purchase):
        shop = lc.Text(missing="")

    with pytest.raises(lc.InvalidValue, match="purchases of program shop carry"):
        Member(richer()).does(Other("q", at=day(50)))


# The value.


def test_a_book_is_a_value():
    one, two = (book([base(5)], [base(3)], tallies={}, split=()) for _ in range(2))

    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - the bytes are our own
    assert eval(repr(one), vars(lc) | {"POINT": POINT}) == one  # noqa: S307 - the text is our own
    assert one != book([base(5)], [base(4)])
    assert one.name == "shop"


def test_a_version_starts_at_a_moment_or_at_midnight_of_a_date_in_the_zone_of_the_program():
    istanbul = program(base(5), version="v2", timezone="Europe/Istanbul")
    at = dt.datetime(2026, 2, 9, 21, tzinfo=dt.UTC)

    for starts in (dt.date(2026, 2, 10), "2026-02-10"):
        assert lc.Version(istanbul, starts=starts).instant == instant(at)
    for starts in (at, "2026-02-10T00:00+03:00"):
        assert lc.Version(istanbul, starts=starts) == lc.Version(istanbul, starts=at)


def test_a_book_says_which_program_is_in_force():
    rules = book([base(5)], [base(3)])

    assert [rules.at(moment).version for moment in (day(1), CHANGE)] == ["v1", "v2"]


def test_a_book_says_where_a_member_stands_by_the_version_in_force():
    def ladder(gold):
        return lc.Ladder("status", by=Line.net.over(lc.year), tiers={"base": 0, "gold": USD(gold)})

    ada = Member(rules := book([base(5), ladder(50)], [base(5), ladder(30)]))
    ada.buys("p", day(3), "40.00")

    assert (rules.tier(ada.account, "status").tier, rules.tier(ada.account, "status", day(40)).tier) == ("base", "base")
    assert rules.tier(ada.account, "status", CHANGE).tier == "gold"
    assert rules.tier(ada.account, "status", day(3)).tier == "base"
    assert rules.tier(ada.account, "status", day(50)).until == date("2027-01-01")


def test_a_history_over_versions_is_derived_again():
    rules = book([quarterly(5)], [quarterly(3), STATUS], tallies=lc.from_facts)
    ada = Member(rules)
    ada.buys("p", day(3), "25.00")
    ada.buys("q", day(50), "10.00")
    ada.returns("r", day(51), "p")

    assert lc.verify(rules, ada.account) is None
    assert lc.fold("ada", ada.account.entries) == ada.account

    rows = list(ada.account.rows)
    place = next(place for place, row in enumerate(rows) if row[0] == "version")
    rows[place] = (*rows[place][:4], ())
    found = lc.verify(rules, rows)
    assert (found.seq, found.field) == (place, "slides")


def test_what_changed_hands_is_derived_again_by_the_version_that_decided():
    rules = book(*([base(rate), lc.Transferable(POINT)] for rate in (5, 3)))
    ada, bob = Member(rules), Member(rules, "bob")
    for member in (ada, bob):
        member.buys("p", day(3), "10.00")

    answer = rules.decide(ada.account, lc.Transfer("t", at=day(50), to="bob", amount=POINT(20)), others=[bob.account])

    (got,) = answer.others
    assert (answer.account.balance(POINT), got.balance(POINT)) == (POINT(30), POINT(70))
    assert lc.verify(rules, got) is None
    assert lc.verify(rules, answer.account, [got]) is None


def test_what_no_version_judged_is_named():
    stranger = Member(program(base(9), version="other"))
    stranger.buys("p", day(3), "25.00")
    rules = book([base(5)], [base(3)])

    for call in (
        lambda: rules.decide(stranger.account, lc.Return("r", at=day(4), of="p")),
        lambda: rules.reasons(stranger.account, "p"),
        lambda: lc.verify(rules, stranger.account),
    ):
        with pytest.raises(lc.UnknownProgram, match="no version of this book"):
            call()


# Laws.

MONTHLY = lc.Earn("monthly", POINT(1).per(USD(3), Line.net), over=lc.month)
EXPIRING = lc.Expiry(POINT, lc.days(40))
purchases = st.lists(st.tuples(st.integers(1, 120), st.integers(1, 4000)), min_size=1, max_size=8)


def bought(rules, bought, lag=0):
    ada = Member(rules)
    for number, (when, net) in enumerate(sorted(bought)):
        ada.buys(f"p{number}", day(when), f"{net / 100:.2f}", "1.00", now=day(when + lag))
    return ada


def figures(ada):
    account = ada.account
    return ada.has(), account.expiring(POINT), account.debt(POINT), account.tier("status"), held(account)


RULES = [base(5), MONTHLY, EXPIRING, STATUS]


@given(purchases)
def test_a_book_of_one_version_is_its_program(events):
    alone = program(*RULES, version="v1")

    assert bought(lc.Book([alone]), events).account == bought(alone, events).account


@given(purchases, st.lists(st.integers(0, 7)), st.sampled_from([0, 20]))
def test_a_change_of_the_version_alone_changes_no_figure(events, returned, lag):
    rules, alone = book(RULES, RULES, RULES), program(*RULES, version="v1")
    members = [bought(each, events, lag) for each in (rules, alone)]
    for ada in members:
        for number, place in enumerate(returned):
            ada.returns(f"r{number}", day(150 + number), f"p{place}", ["b"])

    assert figures(members[0]) == figures(members[1])
    assert lc.verify(rules, members[0].account) is None
    assert lc.fold("ada", members[0].account.entries) == members[0].account


CHANGING = ([base(5), MONTHLY, EXPIRING], [base(3), MONTHLY, STATUS, EXPIRING])


@given(purchases, st.sets(st.integers(0, 7)), st.randoms(use_true_random=False))
def test_the_order_of_returns_makes_no_difference_over_versions(events, returned, random):
    rules = book(*CHANGING, tallies=lc.from_facts)
    steps = [(f"p{place}", item) for place in sorted(returned) if place < len(events) for item in "ab"]
    members = []
    for _ in range(2):
        ada = bought(rules, events)
        random.shuffle(steps)
        for number, (of, item) in enumerate(steps):
            ada.returns(f"r{number}", day(121), of, [item])
        members.append(ada)

    assert figures(members[0]) == figures(members[1])


@given(purchases, st.lists(st.integers(1, 200), max_size=6))
def test_however_often_or_late_time_passes_the_entries_are_the_same(events, moments):
    rules = book(*CHANGING, CHANGING[0], tallies=lc.from_facts)
    often, late = Member(rules), Member(rules)
    steps = sorted([*((when, net) for when, net in events), *((when, None) for when in moments)], key=lambda x: x[0])
    for number, (when, net) in enumerate(steps):
        if net is None:
            often.waits(day(when))
        else:
            for ada in (often, late):
                ada.buys(f"p{number}", day(when), f"{net / 100:.2f}")
    for ada in (often, late):
        ada.waits(day(250))

    assert often.account.rows == late.account.rows


@given(purchases, st.sets(st.integers(0, 7)), st.sampled_from([0, 20]))
def test_what_is_read_from_facts_is_as_if_it_had_always_been_kept(events, returned, lag):
    spent = lc.Ladder("spent", by=Line.net.sum().over(lc.quarter), tiers={"base": 0, "gold": USD(40)})
    more = lc.Ladder("more", by=POINT.earned(lc.year), tiers={"out": 0, "in": POINT(100)})
    late = book([base(5)], [base(5), STATUS, spent, more], tallies=lc.from_facts)
    always = book([base(5), STATUS, spent, more], [base(5), STATUS, spent, more])
    members = [bought(rules, events, lag) for rules in (late, always)]
    for ada in members:
        for place in sorted(returned):
            ada.returns(f"r{place}", day(141), f"p{place}", ["a"])
        ada.waits(day(142))

    tallies = []
    for core in (ada.account.state() for ada in members):
        core.drop(instant(day(142)))
        sums = {key: amount for key, amount in core.sums.items() if amount}
        tallies.append((sums, {name: slide.total for name, slide in core.slides.items() if slide.total}))
    assert tallies[0] == tallies[1]


# What is refused.

V1 = program(base(5), version="v1")


def later(*rules, starts=CHANGE, version="v2", **more):
    return lc.Version(program(*rules, version=version), starts=starts, **more)


class Renamed(lc.Item):
    kind = lc.Text()


def made(**changes):
    terms = {**program(base(3), version="v2").fields(), **changes}
    return [V1, lc.Version(lc.Program(**terms), starts=CHANGE)]


def windows(old, new, **more):
    return [program(old, version="v1"), later(new, **more)]


LIFELONG = [base(rate, over=lc.lifetime) for rate in (5, 3)]
JOINED = lc.Ladder("j", by=Line.net.sum().over(lc.cycle(lc.months(1), since=lc.joined)), tiers={"a": 0, "b": USD(1)})


@table(
    [
        (lc.Book, {"versions": []}, lc.InvalidProgram),
        (lc.Book, {"versions": "v1"}, lc.InvalidValue),
        (lc.Book, {"versions": V1}, lc.InvalidValue),
        (lc.Book, {"versions": [later(base(3))]}, lc.InvalidProgram),
        (lc.Book, {"versions": [V1, program(base(3), version="v2")]}, lc.InvalidProgram),
        (lc.Book, {"versions": [V1, *([later(base(3))] * 1000)]}, lc.InvalidProgram),
        (lc.Book, {"versions": [V1, later(base(3), version="v1")]}, lc.InvalidProgram),
        (lc.Book, {"versions": [V1, later(base(3)), later(base(3), version="v3")]}, lc.InvalidProgram),
        (lc.Book, {"versions": made(name="another")}, lc.InvalidProgram),
        (lc.Book, {"versions": made(timezone="Europe/Istanbul")}, lc.InvalidProgram),
        (
            lc.Book,
            {
                "versions": [
                    V1,
                    lc.Version(lc.Program("shop", version="v2", rules=[], currency=lc.Money("EUR")), starts=CHANGE),
                ]
            },
            lc.InvalidProgram,
        ),
        (lc.Book, {"versions": made(items=lc.Item, rules=())}, lc.InvalidProgram),
        (lc.Book, {"versions": made(purchases=lc.Purchase)}, lc.InvalidProgram),
        (lc.Book, {"versions": made(activities=lc.Activity)}, lc.InvalidProgram),
        (lc.Book, {"versions": made(rules=[lc.Earn("base", lc.Unit("point", places=2)(5))])}, lc.InvalidProgram),
        (
            lc.Book,
            {"versions": [program(base(5), lc.Expiry(POINT, lc.inactivity(lc.days(9))), version="v1"), later(base(5))]},
            lc.InvalidProgram,
        ),
        (lc.Book, {"versions": windows(base(5, over=lc.quarter), base(5, over=lc.month))}, lc.InvalidProgram),
        (lc.Book, {"versions": windows(base(5, over=lc.quarter), base(5))}, lc.InvalidProgram),
        (lc.Book, {"versions": windows(*LIFELONG)}, lc.InvalidProgram),
        (
            lc.Book,
            {"versions": windows(base(5, over=lc.since(day(1))), base(3, over=lc.since(day(1))))},
            lc.InvalidProgram,
        ),
        (lc.Book, {"versions": [V1, later(base(3), split=["base"])]}, lc.InvalidProgram),
        (lc.Book, {"versions": [V1, later(base(3), STATUS)]}, lc.InvalidProgram),
        (lc.Book, {"versions": [V1, later(base(3), STATUS, tallies={"other": lc.from_now})]}, lc.InvalidProgram),
        (lc.Book, {"versions": [V1, later(base(3), tallies={"other": lc.from_now})]}, lc.InvalidProgram),
        (lc.Book, {"versions": [V1, later(base(3, limit=lc.at_most(POINT(5), per=lc.month)))]}, lc.InvalidProgram),
        (
            lc.Book,
            {"versions": [V1, later(base(3, limit=lc.at_most(POINT(5), per=lc.month)), tallies=lc.from_facts)]},
            lc.InvalidProgram,
        ),
        (lc.Book, {"versions": [V1, later(base(3), JOINED, tallies=lc.from_facts)]}, lc.InvalidProgram),
        (lc.Version, {"program": "v2", "starts": CHANGE}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": dt.datetime(2026, 1, 1)}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": "tomorrow"}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": "2026-02-30"}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": 5}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": CHANGE, "split": "base"}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": CHANGE, "split": 5}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": CHANGE, "split": [""]}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": CHANGE, "tallies": "some"}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": CHANGE, "tallies": 5}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": CHANGE, "tallies": {"a": "some"}}, lc.InvalidValue),
        (lc.Version, {"program": V1, "starts": CHANGE, "tallies": {5: "from_now"}}, lc.InvalidValue),
        (lc.Book([V1]).decide, {"account": 5, "event": lc.Enrolment("e", at=day(1))}, lc.InvalidValue),
        (lc.Book([V1]).parties, {"account": V1.open("ada"), "event": 5}, lc.InvalidValue),
        (lc.Book([V1]).advance, {"account": 5, "to": day(1)}, lc.InvalidValue),
        (lc.Book([V1]).next_due, {"account": 5}, lc.InvalidValue),
        (lc.Book([V1]).reasons, {"account": 5, "event_id": "e"}, lc.InvalidValue),
        (lc.Book([V1]).reasons, {"account": V1.open("ada"), "event_id": "e"}, lc.InvalidValue),
        (lc.Book([V1]).follow_up, {"entry": 5}, lc.InvalidValue),
        (lc.Book([V1]).at, {"moment": "now"}, lc.InvalidValue),
        (lc.Book([V1]).open, {"member": ""}, lc.InvalidValue),
    ]
)
def test_what_makes_no_book_is_refused(function, bad, error):
    check(function, bad, error)


def instant(moment):
    return int(moment.timestamp()) * 1_000_000


def quarter(text):
    return instant(date(text))


# Rules that no event raises, from version to version.

BY_YEAR = lc.Ladder("status", by=Line.net.sum().over(lc.year), tiers={"base": 0, "gold": USD(50)})


def monthly(points, **more):
    return lc.Earn("monthly", POINT(points), on=lc.ended(lc.month), **more)


def raised(account, rule):
    return [
        (entry.at.date().isoformat(), entry.amount)
        for entry in account.entries
        if entry.kind == "earn" and entry.rule == rule
    ]


def test_a_rule_that_a_tier_raises_is_that_of_the_version_in_force():
    ada = Member(book(*([BY_YEAR, lc.Earn("welcome", POINT(n), on=lc.entered("status", "gold"))] for n in (5, 7))))
    ada.buys("p", day(3), "40.00")

    ada.buys("q", day(45), "60.00")

    assert ada.has() == "7"
    assert lc.verify(ada.program, ada.account) is None


def test_the_end_of_a_window_raises_the_rules_of_the_version_in_force_then():
    ada = Member(book([monthly(5)], [monthly(7)]))
    ada.buys("p", day(3), "40.00")

    ada.waits(day(70))

    assert raised(ada.account, "monthly") == [("2026-02-01", 5), ("2026-03-01", 7)]


def test_a_rule_that_waits_for_windows_again_after_a_version_without_begins_anew():
    ada = Member(book([base(5), monthly(5)], [base(5)], [base(5), monthly(7)]))
    ada.buys("p", day(3), "1.00")
    ada.buys("q", day(60), "1.00")
    assert ada.program.next_due(ada.account) == CHANGE + dt.timedelta(days=60)

    ada.waits(day(185))

    assert raised(ada.account, "monthly") == [
        ("2026-02-01", 5),
        ("2026-05-01", 7),
        ("2026-06-01", 7),
        ("2026-07-01", 7),
    ]
    assert ada.program.next_due(ada.account) == date("2026-08-01")
    assert lc.verify(ada.program, ada.account) is None


def test_a_tally_of_what_an_earlier_version_did_not_record_is_not_read_from_facts():
    class Measured(Line):
        litres = lc.Number(missing=0)

    by_litres = lc.Ladder("status", by=Measured.litres.over(lc.year), tiers={"base": 0, "gold": 100})
    later = lc.Program("shop", version="v2", items=Measured, purchases=Order, activities=Visit, rules=[by_litres])

    with pytest.raises(
        lc.InvalidProgram, match=r"reads .* from facts of version v1, which .*; or begin it with from_now"
    ):
        lc.Book([program(base(5), version="v1"), lc.Version(later, starts=CHANGE, tallies=lc.from_facts)])


@pytest.mark.parametrize(
    "rule",
    [
        lambda points: [monthly(points, over=lc.year)],
        lambda points: [monthly(points, limit=lc.at_most(POINT(50), per=lc.year, freed=lc.rejudge))],
    ],
    ids=["over", "limit"],
)
def test_a_rule_that_is_raised_and_counts_over_a_window_is_changed_under_another_name(rule):
    with pytest.raises(lc.InvalidProgram, match="rule monthly of version v3 is raised by no event and counts over a"):
        book([base(5), *rule(5)], [base(5)], [base(5), *rule(7)])

    unchanged = book([base(5), *rule(5)], [base(3), *rule(5)])
    ada = Member(unchanged)
    ada.buys("p", day(3), "1.00")
    ada.waits(day(70))
    assert raised(ada.account, ada.account.entries[-1].rule) == [("2026-02-01", 5), ("2026-03-01", 5)]


def test_a_raised_rule_may_come_where_an_event_s_rule_of_its_name_was():
    ada = Member(book([monthly(5, over=lc.year)], [lc.Earn("monthly", POINT(3))], [monthly(5, over=lc.year)]))
    ada.buys("p", day(3), "1.00")

    ada.buys("q", day(60), "1.00")

    assert ada.has() == "8"


def test_reasons_say_since_when_a_version_counts():
    ask = lc.Earn("regular", POINT(9), when=Line.net.sum().over(lc.year).at_least(USD(100)))
    ada = Member(book([base(5)], [base(5), ask], tallies=lc.from_now))
    ada.buys("p", day(3), "99.00")
    ada.buys("q", day(45), "10.00")

    answer = ada.buys("r", day(46), "10.00")

    assert "needs net over year (counted since 2026-02-10 00:00) >= 100.00 USD, was 10.00 USD" in answer.explain()
    told = Member(book([base(5)], [base(5), ask], tallies=lc.from_facts))
    told.buys("p", day(3), "79.00")
    told.buys("q", day(45), "10.00")
    assert "needs net over year >= 100.00 USD, was 89.00 USD" in told.buys("r", day(46), "10.00").explain()
