"""Starts of windows: grants that come again, by what holds as a window begins, and that lapse with it."""

import pytest

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, Visit, date, day, program

MONTHLY = lc.Earn("monthly", STAR(5), on=lc.began(lc.month), expires=lc.end_of(lc.month))


def given(member, rule):
    """When a rule gave how much."""
    return [(entry.at, entry.amount) for entry in member.account.entries if entry.kind == "earn" and entry.rule == rule]


def test_each_window_after_the_one_of_the_first_entry_begins_with_a_grant_whatever_happens_in_it():
    rules = program(MONTHLY)
    ada = Member(rules)
    assert rules.next_due(ada.account) is None
    ada.buys("p", date("2026-03-10"), "5.00")
    assert rules.next_due(ada.account) == date("2026-04-01")

    ada.waits(date("2026-06-15"))

    assert given(ada, "monthly") == [(date(f"2026-{month:02}-01"), 500) for month in (4, 5, 6)]


def test_what_is_not_used_in_its_window_lapses_as_the_next_one_begins():
    ada = Member(program(MONTHLY))
    ada.buys("p", date("2026-03-10"), "5.00")
    ada.waits(date("2026-04-10"))
    ada.gets("used", date("2026-04-10"), STAR(-2))
    assert ada.has(STAR) == "3.00"

    ada.waits(date("2026-05-01"))

    assert ada.has(STAR) == "5.00"
    assert [entry.amount for entry in ada.account.entries if entry.kind == "expire"] == [300]


def test_a_window_that_begins_is_judged_by_its_own_measures_and_by_those_of_the_one_before():
    busy = lc.Earn("busy", STAR(5), on=lc.began(lc.month), when=Order.net.over(lc.previous(lc.month)).at_least(USD(50)))
    empty = lc.Earn("empty", STAR(1), on=lc.began(lc.month), when=Order.net.over(lc.month).below(USD(1)))
    ada = Member(program(busy, empty))
    ada.buys("p", date("2026-03-10"), "60.00")
    ada.waits(date("2026-05-15"))

    assert given(ada, "busy") == [(date("2026-04-01"), 500)]
    assert given(ada, "empty") == [(date("2026-04-01"), 100), (date("2026-05-01"), 100)]


def test_the_tier_that_counts_is_the_one_after_the_reviews_of_that_moment():
    status = lc.Ladder("status", by=Order.net.over(lc.year), tiers={"member": 0, "gold": USD(100)})
    perk = lc.Earn("perk", STAR(5), on=lc.began(lc.year), when=lc.in_tier("status", "gold"))
    was = lc.Earn("was", STAR(1), on=lc.ended(lc.year), when=lc.in_tier("status", "gold"))
    ada = Member(program(status, perk, was))
    ada.buys("p", date("2026-03-10"), "150.00")
    ada.waits(date("2028-01-01"))
    assert ada.account.tier("status") == "member"

    assert given(ada, "perk") == [(date("2027-01-01"), 500)]
    assert given(ada, "was") == [(date("2027-01-01"), 100), (date("2028-01-01"), 100)]


def test_a_setting_decides_at_each_start():
    chosen = lc.Earn("chosen", STAR(5), on=lc.began(lc.month), when=lc.setting("plan").is_("plus"))
    ada = Member(program(chosen))
    ada.does(lc.Settings("s", at=date("2026-03-10"), plan="plus"))
    ada.does(lc.Settings("t", at=date("2026-05-10"), plan="free"))
    ada.waits(date("2026-08-01"))

    assert [at for at, _ in given(ada, "chosen")] == [date("2026-04-01"), date("2026-05-01")]


def test_a_limit_over_the_window_that_begins_has_room():
    limited = lc.Earn("limited", STAR(5), on=lc.began(lc.day), limit=lc.at_most(STAR(8), per=lc.week))
    ada = Member(program(limited))
    ada.does(lc.Enrolment("e", at=date("2026-03-08")))  # a Sunday
    ada.waits(date("2026-03-16"))

    assert [amount for _, amount in given(ada, "limited")] == [500, 300, 500]


def test_a_birthday_is_an_activity_of_that_day_and_each_of_its_years_begins_with_a_gift():
    birthday = lc.cycle(lc.years(1), since=lc.first("birthday"))
    ada = Member(program(lc.Earn("gift", STAR(5), on=lc.began(birthday))))
    ada.does(lc.Enrolment("e", at=date("2026-01-15")))
    ada.does(Visit("b", at=date("1992-02-29"), name="birthday"), now=date("2026-01-15"))
    ada.waits(date("2028-12-31"))

    assert [at for at, _ in given(ada, "gift")] == [date("2026-02-28"), date("2027-02-28"), date("2028-02-29")]


def test_a_birthday_that_is_told_on_the_day_is_too_late_for_it():
    birthday = lc.cycle(lc.years(1), since=lc.first("birthday"))
    ada = Member(program(lc.Earn("gift", STAR(5), on=lc.began(birthday))))
    ada.does(Visit("b", at=date("1992-05-10"), name="birthday"), now=date("2026-05-10 09:00"))
    ada.waits(date("2027-05-09"))
    assert given(ada, "gift") == []

    ada.waits(date("2027-05-10"))

    assert given(ada, "gift") == [(date("2027-05-10"), 500)]


def test_what_begins_may_lift_the_member_on_a_ladder():
    stars = lc.Ladder("stars", by=STAR.earned(lc.lifetime), tiers={"a": 0, "b": STAR(10)})
    ada = Member(program(stars, MONTHLY, lc.Earn("risen", POINT(7), on=lc.entered("stars", "b"))))
    ada.buys("p", date("2026-03-10"), "5.00")
    ada.waits(date("2026-05-01"))

    assert ada.account.tier("stars") == "b"
    assert given(ada, "risen") == [(date("2026-05-01"), 7)]


def test_a_version_that_waits_again_gives_from_its_next_window_on():
    one, two, three = (program(*rules, version=name) for name, rules in (("1", [MONTHLY]), ("2", []), ("3", [MONTHLY])))
    book = lc.Book([one, lc.Version(two, starts="2026-04-15"), lc.Version(three, starts="2026-08-15")])
    ada = Member(book)
    ada.buys("p", date("2026-03-10"), "5.00")
    ada.waits(date("2026-10-20"))

    assert [at for at, _ in given(ada, "monthly")] == [date(f"2026-{month:02}-01") for month in (4, 9, 10)]
    assert lc.verify(book, ada.account) is None


def test_however_late_time_is_passed_the_entries_are_the_same():
    late, often = Member(program(MONTHLY)), Member(program(MONTHLY))
    for member in (late, often):
        member.buys("p", date("2026-03-10"), "5.00")
    for month in range(4, 12):
        often.waits(date(f"2026-{month:02}-01"))
        often.waits(date(f"2026-{month:02}-20"))
    late.waits(date("2026-11-20"))

    assert late.account.rows == often.account.rows
    assert lc.verify(late.program, late.account) is None


@pytest.mark.parametrize("window", [lc.rolling(days=30), lc.lifetime, lc.purchase, "month"])
def test_only_windows_that_come_again_begin(window):
    with pytest.raises(lc.InvalidValue, match="what begins is a window of the calendar such as month"):
        lc.began(window)


def test_a_rule_that_is_raised_by_a_start_has_no_event_to_read():
    with pytest.raises(lc.InvalidProgram, match="measures items, but is on moment"):
        program(lc.Earn("x", POINT.per(USD(1), Line.net), on=lc.began(lc.year)))


def test_reasons_tell_what_a_start_has_raised():
    ada = Member(program(MONTHLY))
    ada.buys("p", day(3), "1.00")

    assert ada.waits(day(35)).explain() == "monthly: gave 5.00 star: raised by start of month"
