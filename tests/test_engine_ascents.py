"""Ascents: several measures, terms of their own, grace, counters that are spent, tiers by hand; by hand."""

import pytest

import loyalcore as lc
import values
from shop import POINT, STAR, USD, Line, Member, Order, Visit, date, day, program
from test_interpreted import Told

NET, VISITS = Order.net.over(lc.month), Order.count.over(lc.month)
SOON = lc.end_of(lc.month, after=lc.months(1))


def club(**how):
    tiers = {"base": 0, "silver": USD(100), "gold": NET.at_least(USD(200)) & VISITS.at_least(2)}
    return program(
        lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Ladder("status", **{"by": NET, "tiers": tiers, **how})
    )


def tiers(member, ladder="status"):
    """Every row of a ladder: what it says, when, which tier, until when."""
    rows = [entry for entry in member.account.entries if entry.kind in ("tier", "appoint", "grace")]
    return [(e.kind, e.at, e.tier, e.until) for e in rows if e.ladder == ladder]


def test_a_tier_that_asks_for_two_things_is_entered_with_the_second():
    ada = Member(club())
    ada.buys("p", date("2026-03-01"), "250.00")
    assert ada.account.tier("status") == "silver"

    ada.buys("q", date("2026-03-02"), "1.00")

    assert ada.account.tier("status") == "gold"


def test_two_of_three_are_enough_whichever_they_are():
    asked = lc.some_of(2, NET.at_least(USD(100)), VISITS.at_least(2), POINT.balance.at_least(POINT(150)))
    ada = Member(club(by=None, tiers={"base": 0, "in": asked}))
    ada.buys("p", day(1), "99.00")
    assert ada.account.tier("status") is None

    ada.buys("q", day(2), "60.00")

    assert ada.account.tier("status") == "in"


def test_whoever_has_what_a_tier_asks_for_need_not_have_what_lower_ones_ask_for():
    ada = Member(club(by=None, tiers={"base": 0, "silver": NET.at_least(USD(100)), "gold": VISITS.at_least(2)}))
    ada.buys("p", day(1), "1.00")

    ada.buys("q", day(2), "1.00")

    assert ada.account.tier("status") == "gold"


def test_without_a_term_of_its_own_a_tier_is_judged_when_its_shortest_window_ends():
    ada = Member(club(tiers={"base": 0, "in": NET.at_least(USD(5)) | Order.net.over(lc.year).at_least(USD(50))}))
    ada.buys("p", date("2026-03-10"), "60.00")
    ada.waits(date("2027-03-01"))

    months = [f"2026-{month:02}-01" for month in range(4, 13)]
    assert tiers(ada) == [
        ("tier", date("2026-03-10"), "in", date("2026-04-01")),
        *(("tier", date(at), "in", date(until)) for at, until in zip(months, [*months[1:], "2027-01-01"], strict=True)),
        ("tier", date("2027-01-01"), "in", date("2027-02-01")),
        ("tier", date("2027-02-01"), "base", None),
    ]


def test_reviewed_at_once_a_tier_falls_with_the_window_and_with_a_return():
    ada = Member(club(review=lc.at_once))
    ada.buys("p", date("2026-03-01"), "150.00", "100.00")
    ada.buys("q", date("2026-03-02"), "1.00")
    ada.returns("r", date("2026-03-03"), "p", ["b"])
    ada.waits(date("2026-05-01"))

    assert [(tier, until) for _, _, tier, until in tiers(ada)] == [
        ("silver", date("2026-04-01")),
        ("gold", date("2026-04-01")),
        ("silver", date("2026-04-01")),
        ("base", None),
    ]


@pytest.mark.parametrize(
    ("valid", "until"),
    [
        (SOON, date("2026-05-01")),
        (lc.days(20), date("2026-03-30 12:00")),
        (lc.months(12), date("2027-03-10 12:00")),
        (lc.never, None),
    ],
)
def test_a_tier_holds_for_its_term(valid, until):
    ada = Member(club(valid=valid))
    ada.buys("p", date("2026-03-10 12:00"), "100.00")

    assert tiers(ada) == [("tier", date("2026-03-10 12:00"), "silver", until)]
    assert ada.program.tier(ada.account, "status").until == until


def test_a_tier_reached_again_in_a_later_window_is_renewed_once_and_at_once():
    ada = Member(club(valid=lc.months(2)))
    bought = {"2026-03-10": "100.00", "2026-03-20": "20.00", "2026-04-05": "100.00", "2026-04-20": "20.00"}
    for at, net in bought.items():
        ada.buys(at, date(at), net)

    assert tiers(ada) == [
        ("tier", date("2026-03-10"), "silver", date("2026-05-10")),
        ("tier", date("2026-04-05"), "silver", date("2026-06-05")),
    ]


def test_when_its_term_ends_a_tier_is_judged_by_the_window_that_ended_with_it():
    """Gold in March, until the end of April; 120 in April make it silver for May, what April gave."""
    ada = Member(club(valid=SOON))
    ada.buys("p", date("2026-03-10"), "250.00")
    ada.buys("q", date("2026-03-11"), "1.00")
    ada.buys("r", date("2026-04-11"), "120.00")
    ada.waits(date("2026-07-01"))

    assert tiers(ada)[1:] == [
        ("tier", date("2026-03-11"), "gold", date("2026-05-01")),
        ("tier", date("2026-05-01"), "silver", date("2026-06-01")),
        ("tier", date("2026-06-01"), "base", None),
    ]


def test_keeping_a_tier_may_ask_for_more_than_reaching_it_and_it_is_not_entered_again_by_time_alone():
    spent = Order.net.over(lc.rolling(days=90))
    tiers_of = {"base": 0, "silver": USD(50), "gold": USD(100)}
    ada = Member(club(by=spent, tiers=tiers_of, valid=lc.days(30), keep={"silver": USD(60), "gold": USD(120)}))
    ada.buys("p", day(1), "10.00")
    ada.buys("q", day(2), "100.00")

    ada.waits(day(95))
    assert [(at, tier) for _, at, tier, _ in tiers(ada)] == [
        (day(2), "gold"),
        (day(32), "silver"),
        (day(62), "silver"),
        (day(92), "base"),
    ], "110 keep no gold, though they would enter it, and what leaves the window brings nobody up"
    ada.buys("r", day(96), "100.00")
    ada.waits(day(126))
    ada.does(lc.Settings("s", at=day(127), newsletter="yes"))

    assert [tier for _, _, tier, _ in tiers(ada)][4:] == ["gold", "silver", "gold"], "the next event asks again"


def test_a_tier_that_nothing_keeps_ends_with_its_term_even_by_what_is_never_lost():
    spent = Order.net.over(lc.lifetime)
    levels = {"base": 0, "silver": USD(100), "gold": USD(250)}
    never = dict.fromkeys(["silver", "gold"], lc.never_true)
    ada = Member(club(by=spent, tiers=levels, valid=lc.months(12), keep=never, downgrade=lc.one_step))
    ada.buys("p", date("2026-04-10"), "300.00")

    ada.waits(date("2029-01-01"))

    assert [(at, tier) for _, at, tier, _ in tiers(ada)] == [
        (date("2026-04-10"), "gold"),
        (date("2027-04-10"), "silver"),
        (date("2028-04-10"), "base"),
    ]


def test_reviewed_at_once_whoever_has_what_entering_a_tier_asks_for_stays():
    ada = Member(club(by=NET, tiers={"base": 0, "in": USD(50)}, review=lc.at_once, keep={"in": USD(80)}))
    ada.buys("p", date("2026-03-10"), "60.00")
    ada.buys("q", date("2026-03-11"), "1.00")
    ada.returns("r", date("2026-03-12"), "p")

    assert [tier for _, _, tier, _ in tiers(ada)] == ["in", "base"]


def test_balances_that_mature_as_a_term_ends_bring_a_member_up():
    points = lc.Earn("points", POINT.per(USD(1), Line.net), pending=lc.days(30))
    levels = {"base": 0, "silver": lc.in_tier("other", "in"), "gold": POINT.balance.at_least(POINT(60))}
    other = lc.Ladder("other", by=Order.net.over(lc.lifetime), tiers={"out": 0, "in": USD(50)})
    ladder = lc.Ladder("status", tiers=levels, valid=lc.days(30))
    ada = Member(program(points, other, ladder))
    ada.buys("p", day(1), "60.00")

    ada.waits(day(31))

    assert [(at, tier) for _, at, tier, _ in tiers(ada)] == [(day(1), "silver"), (day(31), "gold")]


def test_keeping_a_tier_may_ask_for_less_than_reaching_it():
    ada = Member(club(valid=lc.end_of(lc.month), keep={"gold": NET.at_least(USD(50))}))
    ada.buys("p", date("2026-03-10"), "250.00")
    ada.buys("q", date("2026-03-11"), "1.00")
    ada.buys("r", date("2026-04-11"), "50.00")
    assert ada.program.tier(ada.account, "status").to_keep[0].missing == lc.Bound(0, "USD")

    ada.waits(date("2026-05-01"))
    assert ada.account.tier("status") == "gold"
    ada.waits(date("2026-06-01"))

    assert ada.account.tier("status") == "base"


def test_grace_lets_a_tier_that_was_not_renewed_hold_on_and_be_reached_again():
    rules = club(valid=lc.end_of(lc.month), grace=lc.days(10))
    ada = Member(rules)
    ada.buys("p", date("2026-03-10"), "100.00")
    ada.waits(date("2026-05-05"))
    assert tiers(ada)[2:] == [("grace", date("2026-05-01"), "silver", date("2026-05-11"))]
    later = rules.advance(ada.account, date("2026-06-01")).account
    assert later.tier("status") == "base"

    ada.buys("q", date("2026-05-05"), "100.00")

    assert tiers(ada)[-1] == ("tier", date("2026-05-05"), "silver", date("2026-06-01"))


def test_grace_that_ends_leaves_what_the_window_before_it_came_to():
    ada = Member(club(valid=SOON, grace=lc.days(10)))
    ada.buys("p", date("2026-03-10"), "250.00")
    ada.buys("q", date("2026-03-11"), "1.00")
    ada.buys("r", date("2026-04-11"), "120.00")
    ada.waits(date("2026-05-11"))

    assert tiers(ada)[2:] == [
        ("grace", date("2026-05-01"), "gold", date("2026-05-11")),
        ("tier", date("2026-05-11"), "silver", date("2026-06-01")),
    ]


def missed(**said):
    """Make a ladder that is asked all the time, with a grace of ten days for whoever falls short."""
    net = Order.net.over(lc.rolling(days=30))
    tiers = {"base": 0, "silver": USD(100), "gold": USD(200)}
    return club(by=net, **{"tiers": tiers, "grace": lc.days(10), **said})


def test_grace_of_a_tier_that_is_asked_all_the_time_is_counted_from_where_it_was_missed():
    rules = missed()
    ada = Member(rules)
    ada.buys("p", date("2026-03-01"), "150.00")
    ada.buys("q", date("2026-03-05"), "120.00")
    ada.waits(date("2026-04-30"))

    assert tiers(ada) == [
        ("tier", date("2026-03-01"), "silver", None),
        ("tier", date("2026-03-05"), "gold", None),
        ("grace", date("2026-03-31"), "gold", date("2026-04-10")),
        ("tier", date("2026-04-10"), "base", None),
    ]
    assert rules.tier(ada.account, "status", date("2026-04-01")).until == date("2026-04-10")


def test_what_is_there_again_within_the_grace_ends_it_and_renews_the_tier():
    ada = Member(missed(tiers={"base": 0, "silver": USD(100)}))
    ada.buys("p", date("2026-03-01"), "100.00")
    ada.buys("q", date("2026-04-05"), "60.00")
    ada.buys("r", date("2026-04-09"), "40.00")
    ada.waits(date("2026-05-15"))

    assert tiers(ada)[1:] == [
        ("grace", date("2026-03-31"), "silver", date("2026-04-10")),
        ("tier", date("2026-04-09"), "silver", None),
        ("grace", date("2026-05-05"), "silver", date("2026-05-15")),
        ("tier", date("2026-05-15"), "base", None),
    ]


def test_what_a_return_takes_begins_a_grace_and_what_enters_a_tier_ends_it_though_keeping_asks_for_more():
    ada = Member(missed(tiers={"base": 0, "silver": USD(100)}, keep={"silver": USD(150)}))
    ada.buys("p", date("2026-03-01"), "80.00")
    ada.buys("q", date("2026-03-02"), "30.00")
    ada.returns("b", date("2026-03-03"), "q")
    ada.buys("r", date("2026-03-04"), "20.00")

    assert tiers(ada)[1:] == [
        ("grace", date("2026-03-03"), "silver", date("2026-03-13")),
        ("tier", date("2026-03-04"), "silver", None),
    ]


def test_one_step_down_at_a_time_each_tier_has_a_grace_of_its_own():
    ada = Member(missed(downgrade=lc.one_step))
    ada.buys("p", date("2026-03-01"), "200.00")
    ada.waits(date("2026-05-01"))

    assert tiers(ada)[1:] == [
        ("grace", date("2026-03-31"), "gold", date("2026-04-10")),
        ("tier", date("2026-04-10"), "silver", None),
        ("grace", date("2026-04-10"), "silver", date("2026-04-20")),
        ("tier", date("2026-04-20"), "base", None),
    ]


@pytest.mark.parametrize(
    ("downgrade", "lands"), [(lc.fitting, "silver"), (lc.one_step, "silver"), (lc.to_lowest, "base")]
)
def test_whoever_cannot_keep_a_tier_falls_to_the_lowest_though_another_fits(downgrade, lands):
    """250 in March, and 120 in April: gold is not kept in May, silver would be."""
    ada = Member(
        club(valid=lc.end_of(lc.month), tiers={"base": 0, "silver": USD(100), "gold": USD(200)}, downgrade=downgrade)
    )
    ada.buys("p", date("2026-03-10"), "250.00")
    ada.waits(date("2026-04-02"))
    ada.buys("q", date("2026-04-11"), "120.00")
    ada.waits(date("2026-05-01"))

    assert ada.account.tier("status") == lands


def test_whoever_fell_to_the_lowest_tier_enters_what_fits_with_the_next_event():
    ada = Member(missed(tiers={"base": 0, "silver": USD(100), "gold": USD(200)}, downgrade=lc.to_lowest))
    ada.buys("p", date("2026-03-01"), "100.00")
    ada.buys("q", date("2026-03-11"), "120.00")
    ada.waits(date("2026-04-10"))
    assert tiers(ada)[1:] == [
        ("tier", date("2026-03-11"), "gold", None),
        ("grace", date("2026-03-31"), "gold", date("2026-04-10")),
        ("tier", date("2026-04-10"), "base", None),
    ]

    ada.buys("r", date("2026-04-10"), "100.00")

    assert ada.account.tier("status") == "silver"


def test_whoever_fell_to_the_lowest_tier_is_not_lifted_by_time_but_for_units_that_it_brings():
    """150 points are enough for silver all the time: not what ends on April 2 lifts, but what matures on April 5."""
    rungs = {tier: POINT.balance.at_least(POINT(low)) for tier, low in (("silver", 100), ("gold", 200))}
    ada = Told(
        program(
            lc.Earn("base", POINT.per(USD(1), Line.net)),
            lc.Earn("smile", STAR(1), on=lc.Activity, expires=lc.days(3)),
            lc.Earn("later", POINT(1), on=lc.Activity, pending=lc.days(6)),
            lc.Ladder("status", tiers={"base": 0, **rungs}, valid=lc.end_of(lc.month), downgrade=lc.to_lowest),
        )
    )
    ada.buys("p", date("2026-03-10"), "250.00")
    ada.does(lc.Adjustment("a", at=date("2026-03-20"), amount=POINT(-100), reason="gone"))
    ada.does(Visit("v", at=date("2026-03-30"), name="visit"))
    ada.waits(date("2026-04-10"))

    assert tiers(ada) == [
        ("tier", date("2026-03-10"), "gold", date("2026-04-01")),
        ("tier", date("2026-04-01"), "base", None),
        ("tier", date("2026-04-05"), "silver", date("2026-05-01")),
    ]


def test_what_ends_as_a_member_falls_to_the_lowest_tier_does_not_lift_at_once():
    """Units that gold has kept alive end as it is left; 150 points are enough for silver then as before."""
    rungs = {tier: POINT.balance.at_least(POINT(low)) for tier, low in (("silver", 100), ("gold", 200))}
    ada = Told(
        program(
            lc.Earn("base", POINT.per(USD(1), Line.net)),
            lc.Earn("smile", STAR(1), on=lc.Activity),
            lc.Expiry(STAR, lc.days(3), unless=lc.in_tier("status", "gold")),
            lc.Ladder("status", tiers={"base": 0, **rungs}, valid=lc.end_of(lc.month), downgrade=lc.to_lowest),
        )
    )
    ada.buys("p", date("2026-03-10"), "250.00")
    ada.does(Visit("v", at=date("2026-03-11"), name="visit"))
    ada.does(lc.Adjustment("a", at=date("2026-03-20"), amount=POINT(-100), reason="gone"))
    ada.waits(date("2026-04-10"))

    assert ada.has(STAR) == "0.00"
    assert tiers(ada)[1:] == [("tier", date("2026-04-01"), "base", None)]


def test_a_tier_by_hand_has_no_grace_and_is_the_floor_of_one_that_has():
    ada = Member(missed())
    ada.does(
        lc.TierAdjustment("t", at=date("2026-03-01"), ladder="status", tier="silver", reason="gift", until=lc.never)
    )
    ada.buys("p", date("2026-03-01"), "200.00")
    ada.waits(date("2026-05-01"))

    assert tiers(ada)[2:] == [
        ("grace", date("2026-03-31"), "gold", date("2026-04-10")),
        ("appoint", date("2026-04-10"), "silver", None),
    ]


def test_a_tier_that_never_falls_has_no_end():
    ada = Member(club(valid=SOON, downgrade=lc.never_down))
    ada.buys("p", date("2026-03-10"), "100.00")
    ada.waits(date("2030-01-01"))

    assert tiers(ada) == [("tier", date("2026-03-10"), "silver", None)]


def test_over_windows_that_slide_a_term_is_judged_when_it_ends_by_what_is_there():
    net = Order.net.over(lc.rolling(days=30))
    ada = Member(club(by=net, tiers={"base": 0, "silver": USD(100)}, valid=lc.days(40)))
    ada.buys("p", day(1), "100.00")
    ada.buys("q", day(25), "100.00")
    ada.waits(day(200))

    assert [(at, until) for _, at, _, until in tiers(ada)] == [(day(1), day(41)), (day(41), day(81)), (day(81), None)]


def test_several_sliding_windows_at_once_fall_when_the_first_no_longer_holds():
    near, far = Order.net.over(lc.rolling(days=10)), Order.count.over(lc.rolling(days=100))
    rules = club(by=None, tiers={"base": 0, "in": near.at_least(USD(50)) & far.at_least(1)})
    ada = Member(rules)
    ada.buys("p", day(1), "60.00")
    assert rules.next_due(ada.account) == day(11)
    ada.waits(day(200))

    assert [(at, tier) for _, at, tier, _ in tiers(ada)] == [(day(1), "in"), (day(11), "base")]


def test_a_ladder_over_a_balance_moves_when_lots_mature_and_expire():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.days(3), expires=lc.days(9)),
        lc.Ladder("status", by=POINT.balance, tiers={"base": 0, "rich": POINT(50)}),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "60.00")
    ada.waits(day(20))

    assert [(at, tier) for _, at, tier, _ in tiers(ada)] == [(day(4), "rich"), (day(10), "base")]


def test_a_ladder_that_reads_another_moves_with_it():
    ada = Member(
        program(
            lc.Ladder("lounge", tiers={"out": 0, "in": lc.in_tier("status", "silver") & VISITS.at_least(1)}),
            lc.Ladder("status", by=NET, tiers={"base": 0, "silver": USD(100)}),
        )
    )
    ada.buys("p", date("2026-03-10"), "100.00")
    assert ada.account.tier("lounge") == "in"

    ada.waits(date("2026-05-02"))

    assert [(at, tier) for _, at, tier, _ in tiers(ada, "lounge")][-1] == (date("2026-05-01"), "out")


def test_a_setting_may_give_a_tier():
    ada = Member(program(lc.Ladder("status", tiers={"base": 0, "gold": ~lc.setting("card").is_in(["", "blue"])})))
    ada.does(lc.Settings("s", at=day(1), card="blue"))
    assert ada.account.tier("status") is None
    ada.does(lc.Settings("t", at=day(2), card="black"))
    assert ada.account.tier("status") == "gold"

    ada.does(lc.Settings("u", at=day(3), card="blue"))

    assert ada.account.tier("status") == "base"


# -- counters that are spent ------------------------------------------------------------------------------------------


def spender(**how):
    terms = {"valid": lc.days(30), "carry": STAR(20), **how}
    return program(
        lc.Earn("stars", STAR.per(USD(1), Line.net), expires=lc.days(400)),
        lc.Ladder("status", by=STAR.balance, tiers={"a": 0, "b": STAR(50), "c": STAR(80)}, spends=True, **terms),
    )


def lost(member):
    return [(entry.at, entry.amount) for entry in member.account.entries if entry.kind == "expire"]


def test_what_is_left_beyond_what_is_carried_is_lost_when_a_term_is_renewed():
    ada = Member(spender())
    ada.buys("p", day(1), "50.00")
    ada.buys("q", day(2), "79.00")

    ada.waits(day(31))

    assert ada.has(STAR) == "20.00"
    assert lost(ada) == [(day(31), 900)]
    assert ada.account.tier("status") == "b"


@pytest.mark.parametrize(
    ("how", "tier", "left"),
    [
        ({}, "b", "10.00"),
        ({"downgrade": lc.one_step}, "b", "0.00"),
        ({"downgrade": lc.to_lowest}, "a", "0.00"),
        ({"carry": None}, "b", "10.00"),
        ({"carry": None, "downgrade": lc.one_step}, "b", "60.00"),
        ({"carry": None, "downgrade": lc.to_lowest}, "a", "60.00"),
        ({"keep": {"c": STAR(60)}}, "c", "0.00"),
    ],
)
def test_a_tier_that_cannot_be_paid_for_is_left_for_one_that_can_or_for_the_next(how, tier, left):
    ada = Member(spender(**how))
    ada.buys("p", day(1), "190.00")
    assert (ada.account.tier("status"), ada.has(STAR)) == ("c", "60.00")

    ada.waits(day(31))

    assert (ada.account.tier("status"), ada.has(STAR)) == (tier, left)


def test_the_lowest_tier_keeps_its_counter():
    ada = Member(spender())
    ada.buys("p", day(1), "49.00")

    ada.waits(day(300))

    assert ada.has(STAR) == "49.00"


def test_what_was_lost_with_a_term_costs_nothing_when_it_is_returned():
    ada = Member(spender(carry=STAR(0)))
    ada.buys("p", day(1), "50.00")
    ada.buys("q", day(2), "30.00")
    ada.waits(day(31))
    assert ada.account.tier("status") == "a"

    answer = ada.returns("r", day(40), "q")

    assert [(entry.lapsed, entry.debt) for entry in answer.entries if entry.kind == "take"] == [(3000, 0)]


def test_an_opening_in_a_tier_that_is_paid_for_costs_nothing():
    ada = Member(spender())
    ada.does(lc.Opening("o", at=day(1), tiers={"status": "b"}, lots=[lc.OpeningLot(STAR(85))]))

    assert (ada.account.tier("status"), ada.has(STAR)) == ("c", "5.00")


def test_what_was_given_by_hand_and_ends_leaves_the_lowest_tier_where_tiers_are_paid_for():
    ada = Member(spender())
    ada.does(lc.TierAdjustment("t", at=day(1), ladder="status", tier="c", reason="gift"))
    assert ada.program.tier(ada.account, "status").until == day(31)

    ada.does(lc.TierAdjustment("u", at=day(2), ladder="status", tier=None, reason="mistake"))

    assert ada.account.tier("status") == "a"


def test_a_counter_that_comes_late_and_is_over_already_buys_nothing():
    ada = Member(spender())
    ada.buys("p", day(1), "1.00")

    ada.buys("q", day(-499), "300.00", now=day(2))

    assert ada.account.tier("status") is None


def test_an_event_known_already_answers_with_all_that_followed_from_it():
    rules = spender()
    ada = Member(rules)
    first = ada.buys("p", day(1), "130.00")

    again = ada.buys("p", day(1), "130.00")

    assert again.known
    assert again.entries == first.entries


# -- by hand -----------------------------------------------------------------------------------------------------------


def by_hand(member, at, tier, until=None, ladder="status"):
    name = f"t{member.account.version}"
    return member.does(lc.TierAdjustment(name, at=at, ladder=ladder, tier=tier, reason="match", until=until))


@pytest.mark.parametrize(
    ("how", "until"),
    [
        ({"by": Order.net.over(lc.rolling(days=30)), "tiers": {"base": 0, "gold": USD(100)}}, None),
        ({"by": NET, "tiers": {"base": 0, "gold": USD(100)}}, date("2026-02-01")),
        ({"by": NET, "tiers": {"base": 0, "gold": USD(100)}, "review": lc.at_once}, date("2026-02-01")),
        ({"by": NET, "tiers": {"base": 0, "gold": USD(100)}, "valid": lc.days(5)}, day(6)),
    ],
)
def test_a_tier_given_by_hand_holds_as_long_as_the_ladder_says(how, until):
    ada = Member(club(**how))
    by_hand(ada, day(1), "gold")
    ada.buys("p", day(2), "1.00")
    assert tiers(ada) == [("appoint", day(1), "gold", until)]

    ada.waits(date("2027-01-01"))

    assert ada.account.tier("status") == ("gold" if until is None else "base")


@pytest.mark.parametrize("how", [{}, {"by": Order.net.over(lc.rolling(days=30)), "tiers": {"base": 0, "gold": USD(9)}}])
def test_a_tier_given_for_ever_is_ended_by_hand(how):
    ada = Member(club(**how))
    by_hand(ada, day(1), "gold", lc.never)
    ada.waits(date("2030-01-01"))
    assert ada.account.tier("status") == "gold"

    by_hand(ada, date("2030-01-02"), None)
    assert ada.account.tier("status") == "base"
    answer = by_hand(ada, date("2030-01-03"), None)

    assert answer.refusal.code == "nothing-given"


def test_a_tier_given_by_hand_may_be_risen_above_and_then_it_is_the_ladders():
    ada = Member(club(valid=SOON))
    by_hand(ada, day(1), "silver", date("2026-01-20"))
    ada.buys("p", day(2), "250.00")
    ada.buys("q", day(3), "1.00")

    assert tiers(ada)[-1] == ("tier", day(3), "gold", date("2026-03-01"))


def test_a_tier_given_by_hand_and_reached_is_renewed_where_that_holds_for_longer():
    ada = Member(club(valid=SOON))
    by_hand(ada, day(1), "silver", date("2026-01-20"))

    ada.buys("p", day(2), "100.00")

    assert tiers(ada)[-1] == ("tier", day(2), "silver", date("2026-03-01"))


@pytest.mark.parametrize("how", [{"downgrade": lc.one_step}, {}])
def test_when_what_was_given_by_hand_ends_it_is_reviewed_like_any_other(how):
    ada = Member(club(by=Order.net.over(lc.rolling(days=30)), tiers={"a": 0, "b": USD(10), "c": USD(20)}, **how))
    by_hand(ada, day(1), "c", day(5))

    ada.waits(day(5))

    assert tiers(ada)[-1] == ("tier", day(5), "b" if how else "a", None)


def test_a_tier_that_would_be_over_when_it_is_recorded_is_refused():
    ada = Member(club())

    answer = ada.does(
        lc.TierAdjustment("t", at=day(1), ladder="status", tier="gold", reason="late", until=day(3)), now=day(3)
    )

    assert answer.refusal.code == "too-late"
    assert ada.account.version == 0


@pytest.mark.parametrize(("ladder", "tier"), [("club", "gold"), ("status", "black"), ("club", None)])
def test_a_tier_that_the_program_does_not_have_is_refused(ladder, tier):
    ada = Member(club())

    with pytest.raises(lc.InvalidValue, match="has no tier"):
        ada.does(lc.TierAdjustment("t", at=day(1), ladder=ladder, tier=tier, reason="x"))


def gift(id, at, tier, until=lc.never):
    return lc.TierAdjustment(id, at=date(at), ladder="status", tier=tier, reason="gift", until=until)


def test_nobody_falls_below_a_tier_that_was_given_while_it_holds():
    levels = {"base": 0, "silver": USD(100), "gold": USD(200)}
    ada = Member(club(by=Order.net.over(lc.rolling(months=1)), tiers=levels))
    ada.does(gift("t", "2026-03-01", "silver", date("2026-09-01")))
    ada.buys("p", date("2026-04-01"), "250.00")
    assert ada.account.tier("status") == "gold"

    ada.waits(date("2026-05-02"))
    assert ada.account.tier("status") == "silver"
    assert tiers(ada)[-1] == ("appoint", date("2026-05-01"), "silver", date("2026-09-01"))

    ada.waits(date("2026-09-01"))
    assert ada.account.tier("status") == "base"


def test_at_the_end_of_a_window_one_falls_no_further_than_to_what_was_given():
    ada = Member(club())
    ada.does(gift("t", "2026-03-01", "silver"))
    ada.buys("p", date("2026-03-10"), "250.00", "1.00")
    ada.buys("q", date("2026-03-11"), "1.00")
    ada.waits(date("2026-06-01"))

    assert (ada.account.tier("status"), ada.program.tier(ada.account, "status").until) == ("silver", None)


def test_what_was_given_may_be_ended_while_more_is_held():
    ada = Member(club(review=lc.at_once))
    ada.does(gift("t", "2026-03-01", "silver"))
    ada.buys("p", date("2026-03-02"), "250.00")
    ada.buys("q", date("2026-03-03"), "1.00")
    assert ada.account.tier("status") == "gold"
    assert [entry.kind for entry in ada.does(gift("u", "2026-03-04", None, None)).entries] == ["tier_adjustment"]
    assert ada.does(gift("v", "2026-03-05", None, None)).refusal.code == "nothing-given"

    ada.returns("r", date("2026-03-06"), "p")

    assert ada.account.tier("status") == "base"


def test_whoever_was_given_the_lowest_tier_falls_nowhere_from_it():
    levels = {"base": 0, "silver": POINT(100)}
    rules = club(by=POINT.balance, tiers=levels, spends=True, valid=lc.months(12), downgrade=lc.one_step)
    ada = Member(rules)
    ada.does(gift("t", "2026-03-01", "base", date("2026-09-01")))
    ada.waits(date("2026-10-01"))

    assert tiers(ada)[-1] == ("tier", date("2026-09-01"), "base", None)


def test_a_snapshot_knows_what_was_given():
    ada = Member(club(review=lc.at_once))
    ada.does(gift("t", "2026-03-01", "silver"))
    ada.buys("p", date("2026-03-02"), "250.00")
    ada.buys("q", date("2026-03-03"), "1.00")
    ada.account = lc.restore(ada.account.snapshot())

    ada.returns("r", date("2026-03-06"), "p")

    assert ada.account.tier("status") == "silver"


# -- where one stands --------------------------------------------------------------------------------------------------


def test_a_standing_says_since_when_until_when_and_what_is_missing():
    rules = club(valid=SOON)
    ada = Member(rules)
    start = rules.tier(ada.account, "status")
    assert (start.tier, start.since, start.until, start.next, start.to_keep) == ("base", None, None, "silver", ())
    ada.buys("p", date("2026-03-10"), "100.00")
    ada.buys("q", date("2026-04-10"), "110.00")

    now = rules.tier(ada.account, "status")
    assert (now.tier, now.since, now.until) == ("silver", date("2026-03-10"), date("2026-06-01"))
    assert [(need.measure, need.missing.value) for need in now.to_rise] == [(VISITS, 1), (NET, 90)]
    assert [need.missing.value for need in now.to_keep] == [0]


def test_a_standing_says_with_grace_until_when_a_tier_holds_and_when_it_is_judged():
    rules = club(valid=SOON, grace=lc.months(1))
    ada = Member(rules)
    ada.buys("p", date("2026-03-10"), "100.00")
    held = rules.tier(ada.account, "status")
    graced = rules.tier(ada.account, "status", date("2026-05-15"))

    assert (held.review, held.until) == (date("2026-05-01"), date("2026-06-01"))
    assert (graced.tier, graced.review, graced.until) == ("silver", date("2026-06-01"), date("2026-06-01"))
    assert rules.tier(ada.account, "status", date("2026-06-01")).tier == "base"
    ada.does(lc.TierAdjustment("t", at=date("2026-04-01"), ladder="status", tier="gold", reason="gift", until=lc.never))
    given = rules.tier(ada.account, "status")
    assert (given.tier, given.review, given.until) == ("gold", None, None)


def test_a_standing_of_a_later_moment_sees_what_is_due_as_done_and_one_of_an_earlier_what_was_recorded():
    rules = club(valid=SOON)
    ada = Member(rules)
    ada.buys("p", date("2026-03-10"), "250.00")
    ada.buys("q", date("2026-03-11"), "1.00")
    account = ada.account

    assert rules.tier(account, "status", date("2026-06-01")).tier == "base"
    assert rules.tier(account, "status", date("2026-03-10 12:00")).tier == "silver"
    assert rules.tier(account, "status", date("2026-03-01")).tier == "base"
    top = rules.tier(account, "status")
    assert (top.tier, top.next, top.to_rise) == ("gold", None, ())
    assert account == ada.account


def test_a_standing_on_no_ladder_is_refused():
    rules = club()

    with pytest.raises(lc.InvalidValue, match="has no tier"):
        rules.tier(rules.open("ada"), "club")
    with pytest.raises(lc.InvalidValue):
        rules.tier(None, "status")


def test_a_ladder_may_climb_by_what_several_sums_come_to():
    both = Order.net.over(lc.month) * 2 + Order.net.over(lc.year)
    ada = Member(club(by=both.at_most_of(lc.Constant(USD(1000))), tiers={"base": 0, "in": USD(300)}))
    ada.buys("p", date("2026-03-10"), "99.99")
    assert ada.account.tier("status") is None

    ada.buys("q", date("2026-03-11"), "0.01")

    assert ada.account.tier("status") == "in"


def test_a_ladder_may_count_years_of_the_member():
    ada = Member(
        club(by=Order.net.over(lc.anniversary(years=1)), tiers={"base": 0, "in": USD(50)}, keep={"in": USD(10)})
    )
    ada.does(lc.Enrolment("e", at=date("2026-03-10")))
    ada.buys("p", date("2026-05-01"), "60.00")
    assert ada.program.tier(ada.account, "status").until == date("2027-03-10")
    ada.buys("q", date("2027-06-01"), "10.00")

    ada.waits(date("2028-03-10"))

    assert ada.program.tier(ada.account, "status").until == date("2029-03-10")
    assert ada.program.tier(ada.account, "status", date("2029-03-10")).tier == "base"


def test_a_term_may_reach_to_the_end_of_the_next_year_of_the_member():
    year = lc.anniversary(years=1)
    rules = club(by=Order.net.over(year), tiers={"base": 0, "in": USD(50)}, valid=lc.end_of(year, further=1))
    ada = Member(rules)
    ada.does(lc.Enrolment("e", at=date("2026-03-10")))
    ada.buys("p", date("2026-05-01"), "60.00")

    assert rules.tier(ada.account, "status").until == date("2028-03-10")


def test_a_tier_held_without_an_end_has_one_with_the_first_window_of_the_member():
    yearly = Order.net.over(lc.anniversary(years=1)).at_least(USD(100))
    ada = Member(program(lc.Ladder("status", tiers={"base": lc.always, "gold": yearly})))
    ada.does(lc.Opening("o", at=day(1), tiers={"status": "gold"}))

    ada.does(lc.Enrolment("e", at=day(5)))
    ada.does(lc.Settings("s", at=day(6), newsletter="yes"))
    ada.waits(day(400))

    assert [(tier, until and until.date().isoformat()) for _, _, tier, until in tiers(ada)] == [
        ("gold", None),
        ("gold", "2027-01-05"),
        ("base", None),
    ]


def test_what_a_fallen_tier_brings_about_is_due_before_what_was_next():
    """The amount leaves on day 11; the time that begins anew then ends on day 16, before another ladder's term does."""
    rules = [
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Ladder("status", by=Order.net.over(lc.rolling(days=10)), tiers={"base": 0, "gold": USD(10)}),
        lc.Ladder("other", by=NET, tiers={"base": 0, "gold": USD(10)}),
        lc.Expiry(POINT, lc.inactivity(lc.days(5)), unless=lc.in_tier("status", "gold")),
    ]
    ada = Member(program(*rules))
    ada.buys("p", day(1), "20.00")

    ada.waits(day(40))

    assert [(entry.kind, entry.at) for entry in ada.answer.entries] == [
        ("tier", day(11)),
        ("extend", day(11)),
        ("expire", day(16)),
        ("tier", date("2026-02-01")),
    ]


# Tiers by the previous window: leagues of last month's result.


def league(**terms):
    """Points of the month before are the league of a month; each point is a visit."""
    points = POINT.earned(lc.previous(lc.month))
    ladder = lc.Ladder("league", by=points, tiers={"silver": 0, "gold": POINT(2), "captain": POINT(4)}, **terms)
    return Told(program(lc.Earn("visit", POINT(1), on=Visit), ladder))


def visits(ada, *texts):
    for number, text in enumerate(texts):
        ada.does(Visit(f"{text} {number}", at=date(text), name="visit"))
    return ada


def leagues(ada, *texts):
    return [ada.program.tier(ada.account, "league", date(text)).tier for text in texts]


def test_a_league_is_entered_as_a_month_begins_and_held_to_its_end_by_what_the_last_one_came_to():
    ada = visits(league(), "2026-03-02", "2026-03-03", "2026-03-04")

    assert leagues(ada, "2026-03-31 23:59", "2026-04-01", "2026-04-30 23:59", "2026-05-01") == [
        "silver",
        "gold",
        "gold",
        "silver",
    ]
    ada.waits(date("2026-04-01"))
    standing = ada.program.tier(ada.account, "league")
    assert (standing.since, standing.until, standing.review) == (date("2026-04-01"), *[date("2026-05-01")] * 2)


def test_what_a_month_brings_moves_nobody_before_it_is_over():
    ada = visits(league(), "2026-03-02", "2026-03-03", "2026-04-02", "2026-04-03", "2026-04-04", "2026-04-05")

    assert ada.account.tier("league") == "gold"
    assert leagues(ada, "2026-05-01", "2026-06-01") == ["captain", "silver"]


def test_what_is_told_late_or_returned_of_the_last_month_moves_at_once():
    ada = visits(league(), "2026-03-02")
    ada.waits(date("2026-04-02"))
    visits(ada, "2026-03-31")  # its id is "2026-03-31 0"
    assert ada.account.tier("league") == "gold"

    ada.does(lc.Return("r", at=date("2026-04-05"), of="2026-03-31 0"))
    assert ada.account.tier("league") == "silver"


def test_a_league_may_have_a_term_of_its_own():
    ada = visits(league(valid=lc.end_of(lc.quarter)), "2026-03-02", "2026-03-03")

    assert leagues(ada, "2026-04-01", "2026-06-30", "2026-07-01") == ["gold", "gold", "silver"]


def test_a_tier_may_ask_for_what_this_year_and_the_last_came_to_together():
    both = POINT.earned(lc.year) + POINT.earned(lc.previous(lc.year))
    circle = lc.Ladder("circle", by=both, tiers={"none": 0, "circle": POINT(3)}, valid=lc.end_of(lc.year, further=1))
    ada = visits(Told(program(lc.Earn("visit", POINT(1), on=Visit), circle)), "2025-03-02", "2026-03-02")
    assert ada.account.tier("circle") is None

    visits(ada, "2026-06-02")
    ada.waits(date("2027-12-31"))
    assert ada.account.tier("circle") == "circle"
    ada.waits(date("2028-01-01"))
    assert ada.account.tier("circle") == "none"


LAST_TWO = POINT.earned(lc.previous(lc.month)).at_least_of(POINT.earned(lc.previous(lc.month, 2)))


def of_last_two(**terms):
    """The better of the last two months is the league of a month; each point is a visit."""
    ladder = lc.Ladder("league", by=LAST_TWO, tiers={"silver": 0, "gold": POINT(2), "captain": POINT(4)}, **terms)
    return Told(program(lc.Earn("visit", POINT(1), on=Visit), ladder))


def test_the_better_of_the_last_two_months_holds_through_both_that_follow():
    ada = visits(of_last_two(), "2026-03-02", "2026-03-03", "2026-04-02")
    visits(ada, *["2026-05-02"] * 4)

    assert leagues(ada, "2026-05-31", "2026-06-01", "2026-07-01", "2026-07-31", "2026-08-01") == [
        "gold",
        "captain",
        "captain",
        "captain",
        "silver",
    ]
    assert [(entry.at, entry.tier) for entry in ada.account.entries if entry.kind == "tier"] == [
        (date("2026-04-01"), "gold"),
        (date("2026-05-01"), "gold"),
    ]


def test_the_better_of_the_last_two_months_may_give_a_term():
    ada = visits(of_last_two(valid=lc.months(3)), "2026-03-02", "2026-03-03")

    assert leagues(ada, "2026-04-01", "2026-06-30", "2026-07-01") == ["gold", "gold", "silver"]


def test_what_is_returned_of_the_month_before_the_last_moves_a_tier_that_goes_by_it():
    ada = visits(of_last_two(), "2026-03-02", "2026-03-03", "2026-04-02")
    ada.waits(date("2026-05-10"))
    assert ada.account.tier("league") == "gold"

    ada.does(lc.Return("r", at=date("2026-05-11"), of="2026-03-03 1"))
    assert leagues(ada, "2026-05-11", "2026-06-01") == ["silver", "silver"]


def test_a_members_own_month_may_decide_on_the_next_one():
    own = lc.anniversary(months=1)
    ladder = lc.Ladder("league", by=POINT.earned(lc.previous(own)), tiers={"silver": 0, "gold": POINT(2)})
    ada = Told(program(lc.Earn("visit", POINT(1), on=Visit), ladder))
    ada.does(lc.Enrolment("e", at=date("2026-03-10")))
    visits(ada, "2026-03-12", "2026-04-09")

    assert leagues(ada, "2026-04-09", "2026-04-10", "2026-05-09", "2026-05-10") == ["silver", "gold", "gold", "silver"]


# Terms that differ by tier.


TERMS = {"gold": lc.never, "silver": lc.months(3)}


def test_each_tier_may_have_a_term_of_its_own():
    ada = Told(club(valid=TERMS))
    ada.buys("p", date("2026-03-10"), "100.00")
    assert ada.program.tier(ada.account, "status").until == date("2026-06-10")
    assert ada.program.tier(ada.account, "status", date("2026-06-10")).tier == "base"

    ada.buys("q", date("2026-03-11"), "100.00")
    assert ada.program.tier(ada.account, "status").until is None
    ada.waits(date("2030-01-01"))
    assert ada.account.tier("status") == "gold"


def test_who_falls_has_the_term_of_the_tier_that_is_fallen_to():
    low = {"base": 0, "silver": USD(100), "gold": USD(200)}
    by = Order.net.over(lc.rolling(months=1))
    ada = Told(club(by=by, tiers=low, valid={"silver": lc.days(5), "gold": lc.days(40)}, downgrade=lc.one_step))
    ada.buys("p", date("2026-03-10"), "250.00")

    ada.waits(date("2026-06-01"))

    assert tiers(ada) == [
        ("tier", date("2026-03-10"), "gold", date("2026-04-19")),
        ("tier", date("2026-04-19"), "silver", date("2026-04-24")),
        ("tier", date("2026-04-24"), "base", None),
    ]


def test_terms_of_tiers_are_in_the_order_of_the_tiers():
    ladder = lc.Ladder("s", by=NET, tiers={"base": 0, "silver": 1, "gold": 2}, valid=TERMS)

    assert ladder.valid == (("silver", lc.months(3)), ("gold", lc.never))
    assert lc.Ladder("s", by=NET, tiers={"base": 0, "silver": 1, "gold": 2}, valid=ladder.valid) == ladder
    values.check(ladder)
