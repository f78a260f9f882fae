"""Rules raised by what becomes of a member: once, at its moment, by the windows of that moment; by hand."""

import pytest

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, date, day, program

STATUS = lc.Ladder("status", by=Order.net.over(lc.month), tiers={"base": 0, "silver": USD(100), "gold": USD(300)})
BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
GIFT = lc.Unit("gift")


def given(member, rule):
    return [(entry.at, entry.amount) for entry in member.account.entries if entry.kind == "earn" and entry.rule == rule]


def test_a_tier_that_is_entered_raises_its_rule_once_and_the_entries_say_why():
    ada = Member(program(BASE, STATUS, lc.Earn("welcome", GIFT(5), on=lc.entered("status", "silver"))))
    answer = ada.buys("p", date("2026-03-10"), "150.00")

    purchase, base, tier, raised, welcome = answer.entries
    assert [entry.kind for entry in answer.entries] == ["purchase", "earn", "tier", "arise", "earn"]
    assert (tier.cause, raised.cause, welcome.cause) == (purchase.seq, tier.seq, raised.seq)
    assert (raised.what, raised.program) == ("status entered silver", ada.program.hash)
    assert (base.rule, welcome.rule) == ("base", "welcome")
    ada.buys("q", date("2026-03-11"), "10.00")
    assert given(ada, "welcome") == [(date("2026-03-10"), 5)]


def test_a_renewal_is_no_entry_and_falling_into_a_tier_is_none_either():
    ada = Member(
        program(
            BASE,
            STATUS,
            lc.Earn("welcome", GIFT(1), on=lc.entered("status")),
            lc.Earn("again", GIFT(10), on=lc.renewed("status", "gold", "silver")),
            lc.Earn("sorry", GIFT(100), on=lc.left("status", "gold")),
        )
    )
    ada.buys("p", date("2026-03-10"), "300.00")
    ada.buys("q", date("2026-04-10"), "150.00")
    ada.waits(date("2026-08-01"))

    assert given(ada, "welcome") == [(date("2026-03-10"), 1)]
    assert given(ada, "again") == [(date("2026-04-01"), 10)]
    assert given(ada, "sorry") == [(date("2026-05-01"), 100)]


def test_what_an_entry_gave_stays_when_the_purchase_goes_back():
    at_once = lc.Ladder("status", by=Order.net.over(lc.lifetime), tiers={"base": 0, "silver": USD(100)})
    ada = Member(program(BASE, at_once, lc.Earn("welcome", GIFT(5), on=lc.entered("status"))))
    ada.buys("p", day(1), "150.00")
    ada.returns("r", day(2), "p")
    assert ada.account.tier("status") == "base"
    assert (ada.has(), ada.has(GIFT)) == ("0", "5")

    ada.buys("q", day(3), "150.00")

    assert ada.has(GIFT) == "10"


def test_a_limit_lets_a_rule_be_raised_once_for_ever():
    rule = lc.Earn("welcome", GIFT(5), on=lc.entered("status"), limit=lc.times(1, per=lc.lifetime))
    ada = Member(program(BASE, STATUS, rule))
    for month in range(1, 9, 3):
        ada.buys(f"p{month}", date(f"2026-{month:02}-10"), "150.00")

    assert given(ada, "welcome") == [(date("2026-01-10"), 5)]


def test_a_rule_over_a_window_counts_how_often_it_was_raised():
    steps = GIFT.milestones(Order.count, {2: GIFT(7)})
    ada = Member(program(BASE, STATUS, lc.Earn("twice", steps, on=lc.entered("status"), over=lc.year)))
    ada.buys("p", date("2026-01-10"), "150.00")
    assert given(ada, "twice") == []

    ada.buys("q", date("2026-04-10"), "150.00")

    assert given(ada, "twice") == [(date("2026-04-10"), 7)]


def test_a_rule_over_a_window_that_has_not_begun_gives_nothing():
    rule = lc.Earn("later", GIFT(7), on=lc.entered("status"), over=lc.since(date("2027-01-01")))
    ada = Member(program(BASE, STATUS, rule))

    answer = ada.buys("p", date("2026-01-10"), "150.00")

    assert [entry.kind for entry in answer.entries] == ["purchase", "earn", "tier"]


def test_a_balance_reached_is_a_ladder_over_the_balance():
    rich = lc.Ladder("rich", by=POINT.balance, tiers={"no": 0, "yes": POINT(100)}, downgrade=lc.never_down)
    ada = Member(program(BASE, rich, lc.Earn("bonus", STAR(5), on=lc.entered("rich"))))
    ada.buys("p", day(1), "99.00")
    assert ada.has(STAR) == "0.00"

    ada.buys("q", day(2), "1.00")
    ada.buys("r", day(3), "500.00")

    assert ada.has(STAR) == "5.00"


def test_what_a_tier_gives_may_lift_the_member_on_another_ladder():
    stars = lc.Ladder("stars", by=STAR.earned(lc.year), tiers={"a": 0, "b": STAR(5)})
    ada = Member(program(stars, BASE, STATUS, lc.Earn("star", STAR(5), on=lc.entered("status", "silver"))))

    answer = ada.buys("p", day(1), "150.00")

    assert ada.account.tier("stars") == "b"
    assert [entry.kind for entry in answer.entries] == ["purchase", "earn", "tier", "arise", "earn", "tier"]


def test_an_opening_raises_nothing_and_a_tier_given_by_hand_does():
    ada = Member(program(BASE, STATUS, lc.Earn("welcome", GIFT(5), on=lc.entered("status"))))
    ada.does(lc.Opening("o", at=day(1), tiers={"status": "silver"}))
    assert ada.has(GIFT) == "0"

    ada.does(lc.TierAdjustment("t", at=day(2), ladder="status", tier="gold", reason="match"))

    assert ada.has(GIFT) == "5"


# -- ends of windows ---------------------------------------------------------------------------------------------------

DIVIDEND = lc.Earn("dividend", POINT(2).per(USD(100), Order.net.over(lc.month)), on=lc.ended(lc.month))


def test_a_window_that_ends_pays_by_what_it_came_to():
    ada = Member(program(DIVIDEND))
    ada.buys("p", date("2026-03-10"), "500.00")
    ada.buys("q", date("2026-03-20"), "250.00")
    ada.buys("r", date("2026-04-02"), "100.00")
    ada.waits(date("2026-05-15"))

    assert given(ada, "dividend") == [(date("2026-04-01"), 15), (date("2026-05-01"), 2)]


def test_what_is_returned_in_time_is_not_paid_for_and_what_comes_back_later_stays_paid():
    ada = Member(program(DIVIDEND))
    ada.buys("p", date("2026-03-10"), "500.00")
    ada.buys("q", date("2026-03-20"), "250.00")
    ada.returns("r", date("2026-03-30"), "p")
    ada.waits(date("2026-04-01"))
    ada.returns("s", date("2026-04-02"), "q")

    assert given(ada, "dividend") == [(date("2026-04-01"), 5)]
    assert ada.has() == "5"


def test_what_is_recorded_late_of_a_window_that_has_ended_is_too_late_for_it():
    ada = Member(program(DIVIDEND))
    ada.buys("p", date("2026-03-10"), "500.00")
    ada.waits(date("2026-04-01"))

    ada.buys("q", date("2026-03-31"), "500.00", now=date("2026-04-03"))
    ada.waits(date("2026-06-01"))

    assert given(ada, "dividend") == [(date("2026-04-01"), 10)]


def test_every_window_since_the_first_entry_ends_whatever_happened_in_it():
    idle = lc.Earn("we miss you", GIFT(5), on=lc.ended(lc.month), when=Order.count.over(lc.month).below(1))
    rules = program(BASE, idle)
    ada = Member(rules)
    assert rules.next_due(ada.account) is None
    ada.buys("p", date("2026-03-10"), "5.00")
    assert rules.next_due(ada.account) == date("2026-04-01")

    ada.waits(date("2026-06-01"))

    assert given(ada, "we miss you") == [(date("2026-05-01"), 5), (date("2026-06-01"), 5)]
    assert ada.kinds() == ["purchase", "earn", "open", "arise", "arise", "earn", "arise", "earn"]


def test_however_late_time_is_passed_the_entries_are_the_same_also_in_a_replay():
    rules = program(BASE, STATUS, DIVIDEND, lc.Earn("welcome", GIFT(5), on=lc.entered("status")))
    purchases = [("p", date("2026-03-10"), "500.00"), ("q", date("2026-09-10"), "200.00")]
    late, often = Member(rules), Member(rules)
    for id_, at, net in purchases:
        late.buys(id_, at, net)
        often.buys(id_, at, net)
        for month in range(at.month + 1, 10):
            often.waits(date(f"2026-{month:02}-01 12:00"))
            often.waits(date(f"2026-{month:02}-20"))

    assert late.account.rows == often.account.rows
    assert lc.verify(rules, late.account) is None
    assert lc.fold("ada", late.account.entries) == late.account
    restored = lc.restore(late.account.snapshot())
    assert (
        rules.advance(restored, date("2027-01-01")).entries == rules.advance(late.account, date("2027-01-01")).entries
    )


def test_the_tier_that_counts_at_the_end_of_a_window_is_the_one_held_in_it():
    loyal = lc.Earn("loyal", GIFT(5), on=lc.ended(lc.month), when=lc.in_tier("status", "silver"))
    ada = Member(program(BASE, STATUS, loyal))
    ada.buys("p", date("2026-03-10"), "150.00")
    ada.waits(date("2026-08-01"))

    assert given(ada, "loyal") == [(date("2026-04-01"), 5), (date("2026-05-01"), 5)]


def test_an_opening_begins_to_wait_for_the_end_of_its_window():
    ada = Member(program(DIVIDEND))
    tally = lc.OpeningTally(Order.net.over(lc.month), USD(300), date("2026-03-05"))

    ada.does(lc.Opening("o", at=date("2026-03-20"), tallies=[tally]))
    ada.waits(date("2026-04-01"))

    assert given(ada, "dividend") == [(date("2026-04-01"), 6)]


def test_what_is_given_counts_as_earned_from_then_on():
    match = lc.Earn("match", POINT(1).per(POINT(2), POINT.earned(lc.month)), on=lc.ended(lc.month))
    ada = Member(program(BASE, match))
    ada.buys("p", date("2026-03-10"), "80.00")
    ada.waits(date("2026-06-01"))

    assert given(ada, "match") == [
        (date("2026-04-01"), 40),
        (date("2026-05-01"), 20),
        (date("2026-06-01"), 10),
    ]


# -- what makes no sense -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (lc.Earn("x", POINT(5), on=lc.entered("club")), "asks for ladder 'club'"),
        (lc.Earn("x", POINT(5), on=lc.entered("status", "black")), "asks for tier 'black'"),
        (lc.Earn("x", POINT.per(USD(1), Line.net), on=lc.ended(lc.year)), "measures items, but is on moment"),
        (lc.Earn("x", POINT.per(1, Order.nights), on=lc.ended(lc.year)), "that no moment declares"),
        (lc.Earn("x", POINT.per(1, lc.ordinal), on=lc.ended(lc.year)), "is raised by no event"),
        (
            lc.Earn("x", POINT(5), on=lc.ended(lc.year), where=Line.category.is_("tea")),
            "asks for 'category' of items",
        ),
        (lc.Earn("x", POINT(5), on=lc.ended(lc.year), where=lc.always), "picks items"),
        (lc.Earn("x", POINT(5), on=lc.ended(lc.year), stage=lc.item), "picks items"),
        (lc.Earn("x", POINT(5), on=lc.ended(lc.year), budget="pot"), "draws on no budget"),
        (lc.Earn("x", POINT(5), on=lc.ended(lc.year), when=Order.channel.is_("app")), "no moment declares"),
    ],
)
def test_a_raised_rule_that_asks_for_what_only_events_have_is_refused(rule, said):
    with pytest.raises(lc.InvalidProgram, match=said):
        program(BASE, STATUS, rule)


def test_a_rule_over_a_window_may_take_back_what_it_gave_there():
    falling = GIFT.bands(Order.count, {0: 5, 2: 1}, lc.whole)
    ada = Member(program(BASE, STATUS, lc.Earn("few", falling, on=lc.entered("status"), over=lc.year)))
    ada.buys("p", date("2026-01-10"), "150.00")
    assert ada.has(GIFT) == "5"

    ada.buys("q", date("2026-04-10"), "150.00")

    assert ada.has(GIFT) == "2"


def test_the_first_year_of_a_member_is_matched_when_it_ends():
    year, once = lc.anniversary(years=1), lc.times(1, per=lc.lifetime)
    match = lc.Earn("match", POINT(1).per(POINT(1), POINT.earned(year)), on=lc.ended(year), limit=once)
    ada = Member(program(BASE, match))
    ada.does(lc.Enrolment("e", at=date("2026-03-15")))
    ada.buys("p", date("2026-05-10"), "80.00")
    ada.buys("q", date("2027-03-14"), "20.00")
    ada.buys("r", date("2027-03-16"), "7.00")
    ada.waits(date("2030-01-01"))

    assert given(ada, "match") == [(date("2027-03-15"), 100)]


# Why.


def test_reasons_tell_what_an_event_has_raised():
    ada = Member(program(STATUS, lc.Earn("welcome", POINT(5), on=lc.entered("status", "silver"))))

    answer = ada.buys("p", day(3), "120.00")

    assert str(answer.reasons[-1]) == "welcome: gave 5 point: raised by status entered silver"
    assert ada.program.reasons(ada.account, "p") == answer.reasons
    assert ada.buys("q", day(4), "1.00").reasons == ()


def test_reasons_tell_what_time_has_raised():
    ada = Member(program(lc.Earn("monthly", POINT(5), on=lc.ended(lc.month)), lc.Earn("base", POINT(1))))
    ada.buys("p", day(3), "1.00")

    answer = ada.waits(day(70))

    assert answer.explain().splitlines() == ["monthly: gave 5 point: raised by end of month"] * 2
    assert ada.waits(day(71)).reasons == ()
