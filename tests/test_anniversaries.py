"""Anniversaries: what holds on a member's own day of each year, or in its month."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore import interpreted
from shop import POINT, USD, Line, Member, Visit, date, day, order, program

BIRTHDAY = lc.first("birthday")
BASE = lc.Earn("base", POINT.per(USD(1), Line.net))


def double(during=lc.day, of=BIRTHDAY, **terms):
    return program(BASE, lc.Boost("birthday", "x2", of="base", when=lc.on_anniversary(of, during)), **terms)


def earned(rules, born, at):
    ada = Member(rules)
    if born is not None:
        ada.does(Visit("b", at=date(born), name="birthday"), now=date("2026-01-01"))
    answer = ada.buys("p", date(at), "10.00")
    assert lc.verify(rules, ada.account) is None
    return sum(entry.amount for entry in answer.entries if entry.kind == "earn")


@pytest.mark.parametrize(
    ("during", "born", "at", "points"),
    [
        (lc.day, "1990-05-10 08:00", "2026-05-10", 20),
        (lc.day, "1990-05-10 08:00", "2026-05-10 23:59", 20),
        (lc.day, "1990-05-10 08:00", "2026-05-11", 10),
        (lc.day, "1960-05-10", "2026-05-10", 20),
        (lc.day, "1992-02-29", "2026-02-28", 20),
        (lc.day, "1992-02-29", "2026-03-01", 10),
        (lc.day, "1992-02-29", "2028-02-29", 20),
        (lc.day, "1992-02-29", "2028-02-28", 10),
        (lc.month, "1990-05-10", "2026-05-31 23:59", 20),
        (lc.month, "1990-05-10", "2026-06-01", 10),
        (lc.week, "1990-12-31", "2027-01-02", 20),
        (lc.week, "1990-01-03", "2026-12-29", 20),
        (lc.week, "1990-01-04", "2026-12-29", 10),
        (lc.week, "1990-01-02", "2027-12-29", 20),
        (lc.week.beginning(day="sun"), "1990-05-10", "2026-05-16", 20),
        (lc.week.beginning(day="sun"), "1990-05-10", "2026-05-17", 10),
        (lc.month, None, "2026-05-10", 10),
    ],
)
def test_it_holds_in_the_period_that_has_the_day(during, born, at, points):
    assert earned(double(during), born, at) == points


@pytest.mark.parametrize(
    ("during", "around", "born", "at", "points"),
    [
        (lc.day, (3, 4), "1990-05-10 08:00", "2026-05-06 23:59", 10),
        (lc.day, (3, 4), "1990-05-10 08:00", "2026-05-07", 20),
        (lc.day, (3, 4), "1990-05-10 08:00", "2026-05-14 23:59", 20),
        (lc.day, (3, 4), "1990-05-10 08:00", "2026-05-15", 10),
        (lc.day, (3, None), "1990-05-10 08:00", "2026-05-11", 10),
        (lc.day, (None, 3), "1990-05-10 08:00", "2026-05-09 23:59", 10),
        (lc.day, (3, 3), "1990-01-02", "2026-12-30", 20),
        (lc.day, (3, 3), "1990-12-30", "2027-01-02", 20),
        (lc.day, (3, 3), "1992-02-29", "2026-03-03", 20),
        (lc.day, (3, 3), "1992-02-29", "2026-03-04", 10),
        (lc.week, (1, None), "2025-05-13", "2026-05-10", 20),
        (lc.week, (1, None), "2025-05-13", "2026-05-09", 10),
        (lc.month, (None, 7), "1990-05-10", "2026-06-07 23:59", 20),
        (lc.month, (None, 7), "1990-05-10", "2026-06-08", 10),
    ],
)
def test_it_may_hold_some_days_before_and_after_as_well(during, around, born, at, points):
    before, after = (None if each is None else lc.days(each) for each in around)
    holds = lc.on_anniversary(BIRTHDAY, during, before=before, after=after)

    assert earned(program(BASE, lc.Boost("birthday", "x2", of="base", when=holds)), born, at) == points


def test_the_year_of_the_anchor_itself_has_none():
    rules = double(lc.month, lc.joined)
    ada = Member(rules)
    ada.does(lc.Enrolment("e", at=date("2026-03-10")))
    ada.buys("p", date("2026-03-20"), "10.00")
    ada.buys("q", date("2027-03-01"), "10.00")

    assert ada.has() == "30"


def test_the_days_are_those_of_the_zone_of_the_program():
    rules = double(timezone="Asia/Tokyo")

    assert earned(rules, "1990-05-09 15:00", "2026-05-09 15:00") == 20
    assert earned(rules, "1990-05-09 15:00", "2026-05-09 14:59") == 10


def test_a_return_goes_by_the_date_that_was_known_when_the_purchase_was_judged():
    rules = double(lc.month)
    ada = Member(rules)
    ada.buys("p", date("2026-05-02"), "10.00", "10.00")
    ada.does(Visit("b", at=date("1990-05-10"), name="birthday"), now=date("2026-05-03"))
    ada.returns("r", date("2026-05-04"), "p", items=["a"])

    assert ada.has() == "10"


def test_it_is_said_in_reasons():
    ada = Member(program(lc.Earn("gift", POINT(5), when=lc.on_anniversary(BIRTHDAY, lc.month))))

    answer = ada.buys("p", day(3), "1.00")

    assert answer.explain() == "gift: gave nothing: needs the month of an anniversary of activity birthday"


def test_the_days_around_it_are_said_in_reasons():
    holds = lc.on_anniversary(BIRTHDAY, before=lc.days(3), after=lc.days(4))
    ada = Member(program(lc.Earn("gift", POINT(5), when=holds)))

    answer = ada.buys("p", day(3), "1.00")

    assert answer.explain() == (
        "gift: gave nothing: needs the day of an anniversary of activity birthday and 3 days before and 4 days after"
    )


def test_cutting_a_purchase_brings_nothing_on_a_birthday_either():
    assert not lc.Earn("a", POINT.per(USD(1), Line.net), when=lc.on_anniversary(BIRTHDAY)).splitting_pays


@pytest.mark.parametrize(("of", "during"), [("birthday", lc.day), (BIRTHDAY, lc.lifetime), (BIRTHDAY, "month")])
def test_what_is_none_is_refused(of, during):
    with pytest.raises(lc.InvalidValue, match="an anniversary is of an anchor such as joined"):
        lc.on_anniversary(of, during)


@pytest.mark.parametrize("around", [3, lc.hours(3), lc.months(1), lc.days(101), lc.Duration(0, 3, 1)])
@pytest.mark.parametrize("side", ["before", "after"])
def test_days_around_it_are_whole_and_few(around, side):
    with pytest.raises(lc.InvalidValue, match="up to 100 whole days before or after it"):
        lc.on_anniversary(BIRTHDAY, **{side: around})


def test_days_around_it_begin_at_midnight():
    with pytest.raises(lc.InvalidValue, match="begin at midnight"):
        lc.on_anniversary(BIRTHDAY, lc.day.beginning(at="04:00"), after=lc.days(3))


def test_what_waits_for_an_activity_cannot_ask_for_the_members_own_date():
    with pytest.raises(lc.InvalidProgram, match="can ask about nothing else"):
        program(lc.Earn("a", POINT(5), pending=lc.until(lc.on_anniversary(BIRTHDAY), within=lc.days(9))))


def test_a_ladder_does_not_ask_for_it():
    with pytest.raises(lc.InvalidValue, match="asks OnAnniversary"):
        lc.Ladder("status", tiers={"a": lc.always, "b": lc.on_anniversary(BIRTHDAY)})


@settings(deadline=None)
@given(
    st.sampled_from([lc.day, lc.week, lc.month, lc.quarter, lc.week.beginning(day="sun"), lc.month.beginning(day=15)]),
    st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns"]),
    st.dates(min_value=date("1960-01-01").date(), max_value=date("2025-12-31").date()),
    st.dates(min_value=date("2026-01-01").date(), max_value=date("2029-12-31").date()),
    st.booleans(),
    st.sampled_from([None, lc.days(1), lc.days(100)]),
    st.sampled_from([None, lc.days(2), lc.days(60)]),
)
def test_the_interpreted_form_says_the_same(during, zone, born, at, is_near, before, after):
    holds = lc.on_anniversary(BIRTHDAY, during, before=before, after=after)
    rules = program(BASE, lc.Boost("birthday", "x2", of="base", when=holds), timezone=zone)
    at = at.replace(month=born.month, day=min(born.day, 28)) if is_near else at
    account = rules.open("ada")
    told = [
        Visit("b", at=date(f"{born} 20:00"), name="birthday"),
        order("p", date(f"{max(at, date('2026-01-02').date())} 03:00"), "10.00"),
    ]
    for event in told:
        answer = rules.decide(account, event, date("2026-01-01"))
        assert answer.entries == interpreted.decide(rules, account, event, date("2026-01-01")).entries
        account = answer.account
