"""Jobs: what happens by itself, each at its moment and in one order, however late it is done."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, day, program


def happened(member, since=0):
    """What jobs did: kind, when, and how much or what."""
    shown = []
    for entry in member.account.entries[since:]:
        if entry.kind in {"expire", "mature"}:
            shown.append((entry.kind, entry.at, entry.amount))
        elif entry.kind == "tier":
            shown.append((entry.kind, entry.at, entry.tier))
    return shown


def test_lots_end_each_at_its_moment_when_the_account_is_advanced_late():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Expiry(POINT, lc.days(10))))
    for number in range(3):
        ada.buys(number, day(1 + number), "5.00")

    ada.waits(day(100))

    assert happened(ada) == [("expire", day(11), 5), ("expire", day(12), 5), ("expire", day(13), 5)]
    assert ada.account.now == day(13)


def test_what_ends_at_noon_cannot_be_spent_at_noon_and_what_is_usable_from_noon_can():
    rules = program(
        lc.Earn("base", POINT(10)),
        lc.Earn("late", STAR(10), pending=lc.days(10)),
        lc.Expiry(POINT, lc.days(10)),
        lc.Reward("mug", POINT(5)),
        lc.Reward("cap", STAR(5)),
    )
    ada = Member(rules)
    ada.buys("p", day(1))

    assert ada.redeems("x", day(11), "mug").refusal.code == "insufficient"
    assert ada.redeems("y", day(11), "cap").refusal is None


def test_units_that_end_before_they_are_usable_never_mature():
    ada = Member(program(lc.Earn("base", POINT(10), pending=lc.days(14)), lc.Expiry(POINT, lc.days(10))))
    ada.buys("p", day(1))

    ada.waits(day(100))

    assert happened(ada) == [("expire", day(11), 10)]


def test_units_of_several_kinds_mature_before_any_end_at_the_same_moment():
    rules = program(
        lc.Earn("base", POINT(1)),
        lc.Earn("star", STAR(2), pending=lc.days(3)),
        lc.Expiry(POINT, lc.days(5)),
        lc.Expiry(STAR, lc.days(5)),
    )
    ada = Member(rules)
    ada.buys("p", day(1))
    ada.buys("q", day(3))

    ada.waits(day(100))

    assert happened(ada) == [
        ("mature", day(4), 200),
        ("mature", day(6), 200),
        ("expire", day(6), 1),
        ("expire", day(6), 200),
        ("expire", day(8), 1),
        ("expire", day(8), 200),
    ]


def test_inactivity_ends_everything_at_once_pending_units_too():
    rules = program(
        lc.Earn("base", POINT(10)),
        lc.Earn("late", POINT(7), pending=lc.days(90)),
        lc.Expiry(POINT, lc.inactivity(lc.days(60))),
    )
    ada = Member(rules)
    ada.buys("p", day(1))

    ada.waits(day(300))

    assert happened(ada) == [("expire", day(61), 10), ("expire", day(61), 7)]


def test_a_lot_with_an_end_of_its_own_may_end_before_the_deadline():
    rules = program(lc.Earn("base", POINT(10), expires=lc.days(5)), lc.Expiry(POINT, lc.inactivity(lc.days(60))))
    ada = Member(rules)
    ada.buys("p", day(1))
    ada.gets("g", day(2), POINT(3))

    ada.waits(day(300))

    assert happened(ada) == [("expire", day(6), 10), ("expire", day(61), 3)]


def test_tiers_are_reviewed_at_the_moment_amounts_leave_their_window():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Expiry(POINT, lc.days(35)),
        lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=30)), tiers={"base": 0, "gold": USD(50)}),
        lc.Ladder("visits", by=Order.count.over(lc.rolling(days=33)), tiers={"rare": 0, "regular": 1}),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "60.00")
    before = ada.account.version

    ada.waits(day(100))

    assert happened(ada, before) == [("tier", day(31), "base"), ("tier", day(34), "rare"), ("expire", day(36), 60)]


def test_amounts_that_leave_together_are_reviewed_once():
    rules = program(
        lc.Ladder(
            "status", by=Line.net.sum().over(lc.rolling(days=30)), tiers={"base": 0, "silver": USD(50), "gold": USD(90)}
        )
    )
    ada = Member(rules)
    ada.buys("p", day(1), "60.00")
    ada.buys("q", day(1), "60.00")
    before = ada.account.version

    ada.waits(day(100))

    assert happened(ada, before) == [("tier", day(31), "base")]


def test_a_late_event_may_bring_what_is_over_already():
    ada = Member(
        program(lc.Earn("base", POINT(10)), lc.Expiry(POINT, lc.days(10)), lc.Reward("mug", POINT(5), claim=lc.once))
    )

    ada.buys("p", day(1), now=day(20))

    assert ada.kinds() == ["purchase", "earn", "expire"]
    assert ada.account.entries[-1].at == day(11)


def test_advancing_to_the_past_does_nothing():
    ada = Member(program(lc.Earn("base", POINT(10)), lc.Expiry(POINT, lc.days(10))))
    ada.buys("p", day(5))

    assert ada.waits(day(1)).entries == ()


MANY = program(
    lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.days(4)),
    lc.Earn("stars", STAR("0.1").per(USD(1), Line.net)),
    lc.Expiry(POINT, lc.days(9)),
    lc.Expiry(STAR, lc.inactivity(lc.days(12))),
    lc.Ladder("rolling", by=Line.net.sum().over(lc.rolling(days=7)), tiers={"a": 0, "b": USD(30), "c": USD(80)}),
    lc.Ladder(
        "steps",
        by=Line.net.sum().over(lc.rolling(days=5)),
        tiers={"a": 0, "b": USD(20), "c": USD(60)},
        downgrade=lc.one_step,
    ),
    lc.Ladder("weekly", by=Line.net.sum().over(lc.week), tiers={"a": 0, "b": USD(50)}),
    lc.Ladder(
        "kept", by=Line.net.sum().over(lc.rolling(days=3)), tiers={"a": 0, "b": USD(50)}, downgrade=lc.never_down
    ),
)


@settings(max_examples=max(10, settings.default.max_examples // 4))
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 90)), min_size=1, max_size=6), st.data())
def test_jobs_are_done_at_their_moments_however_often_the_account_is_advanced(purchases, data):
    once, often, at = Member(MANY), Member(MANY), day(1)
    for number, (hours, dollars) in enumerate(purchases):
        later = at + dt.timedelta(hours=hours)
        for minutes in sorted(data.draw(st.lists(st.integers(0, 60 * hours), max_size=3))):
            often.waits(at + dt.timedelta(minutes=minutes))
        at = later
        once.buys(number, at, str(dollars))
        often.buys(number, at, str(dollars))
    while (due := MANY.next_due(often.account)) is not None:
        assert MANY.advance(often.account, due - dt.timedelta(microseconds=1)).entries == ()
        assert often.waits(due).entries
    once.waits(day(400))

    assert once.account.rows == often.account.rows


def test_lots_end_beside_a_tier_with_a_term_that_another_program_gave():
    ada = Member(program(lc.Ladder("club", by=Line.net.sum().over(lc.year), tiers={"out": 0, "in": USD(5)})))
    ada.buys("p", day(1), "10.00")
    ada.program = program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Expiry(POINT, lc.days(10)), version="2")
    ada.buys("q", day(2), "10.00")
    ada.buys("r", day(3), "10.00")

    ada.waits(day(400))

    assert ada.kinds()[-2:] == ["expire", "expire"]
    assert (ada.account.tier("club"), ada.program.next_due(ada.account)) == ("in", None)


def test_two_ladders_by_one_tally_fall_each_at_its_own_moment():
    spent = Line.net.sum().over(lc.rolling(days=30))
    ada = Member(
        program(
            lc.Earn("base", POINT.per(USD(1), Line.net)),
            lc.Ladder("status", by=spent, tiers={"base": 0, "gold": USD(15)}),
            lc.Ladder("club", by=spent, tiers={"out": 0, "in": USD(8)}),
            lc.Expiry(POINT, lc.days(10)),
        )
    )
    ada.buys("p", day(1), "10.00")
    ada.buys("q", day(5), "10.00")

    ada.waits(day(20))
    assert ada.kinds()[-2:] == ["expire", "expire"]
    ada.waits(day(50))

    fallen = [(entry.at, entry.tier) for entry in ada.account.entries if entry.kind == "tier"][-2:]
    assert fallen == [(day(31), "base"), (day(35), "out")]
