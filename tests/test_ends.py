"""Ends: of periods, of cycles, of a date, and further ones."""

import datetime as dt

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, USD, Line, Member, date, day, program

MEMBER_YEAR = lc.anniversary(years=1)


def ends(life, at, zone="UTC", *events):
    """When points given at a moment end, after some events."""
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Expiry(POINT, life), timezone=zone))
    for event in events:
        ada.does(event)
    ada.buys("p", date(at), "10.00", now=None)
    (lot,) = ada.account.lots(POINT)
    assert ada.program.expires(POINT, date(at), ada.account) == lot.expires
    return None if lot.expires is None else lot.expires.replace(tzinfo=None).isoformat(" ", "minutes")


@pytest.mark.parametrize(
    "end",
    [
        lc.end_of(lc.year, further=1),
        lc.end_of(lc.month.beginning(day=15)),
        lc.end_of(MEMBER_YEAR, after=lc.days(3), further=2),
        lc.end_of(lc.month, then=lc.days(9)),
        lc.end_of(MEMBER_YEAR, after=lc.end_of(lc.year, further=2)),
        lc.through(3, 31),
        lc.inactivity(lc.months(3)),
        lc.never,
    ],
    ids=repr,
)
def test_an_end_is_a_value(end):
    values.check(end)


@pytest.mark.parametrize(
    ("life", "at", "end"),
    [
        (lc.end_of(lc.year), "2026-05-01", "2027-01-01 00:00"),
        (lc.through(3, 31, after=lc.end_of(lc.year, further=1)), "2026-05-01", "2028-04-01 00:00"),
        (lc.through(3, 31, after=lc.end_of(lc.year, further=1)), "2026-01-01", "2028-04-01 00:00"),
        (lc.end_of(lc.year, further=1), "2026-05-01", "2028-01-01 00:00"),
        (lc.end_of(lc.quarter, further=3), "2026-12-31", "2027-10-01 00:00"),
        (lc.end_of(lc.month.beginning(day=15)), "2026-05-14", "2026-05-15 00:00"),
        (lc.end_of(lc.month.beginning(day=15)), "2026-05-15", "2026-06-15 00:00"),
        (lc.end_of(lc.year.beginning(month=2), after=lc.months(6)), "2026-05-01", "2027-02-01 00:00"),
        (lc.end_of(lc.day.beginning(at="04:00")), "2026-05-01 03:59", "2026-05-01 04:00"),
        (lc.end_of(lc.cycle(lc.weeks(6), since=dt.date(2026, 1, 5))), "2026-02-16", "2026-03-30 00:00"),
        (lc.end_of(lc.iso_year), "2026-12-30", "2027-01-04 00:00"),
        (lc.end_of(lc.month, then=lc.days(9)), "2026-05-01", "2026-06-10 00:00"),
        (lc.end_of(lc.quarter, after=lc.months(3), then=lc.months(1)), "2026-11-30", "2027-05-01 00:00"),
        (lc.end_of(lc.year, further=1, then=lc.hours(6)), "2026-05-01", "2028-01-01 06:00"),
        (lc.end_of(MEMBER_YEAR, then=lc.days(9)), "2026-05-01", None),
        (lc.through(3, 31), "2026-03-31 23:59", "2026-04-01 00:00"),
        (lc.through(3, 31), "2026-04-01", "2027-04-01 00:00"),
        (lc.through(3, 31, after=lc.months(6)), "2026-10-01", "2028-04-01 00:00"),
        (lc.through(2, 29), "2026-02-28", "2026-03-01 00:00"),
        (lc.end_of(MEMBER_YEAR), "2026-05-01", None),
        (lc.end_of(MEMBER_YEAR, further=5), "2026-05-01", None),
    ],
)
def test_units_end_with_the_window_they_came_in_or_one_so_many_further(life, at, end):
    assert ends(life, at) == end


def test_the_rest_of_this_and_all_of_the_next_is_not_a_month_longer_where_months_are_clamped():
    cycles = lc.cycle(lc.months(1), since=dt.date(2026, 1, 31))

    assert ends(lc.end_of(cycles, further=1), "2026-02-28") == "2026-04-30 00:00"
    assert ends(lc.end_of(cycles, after=lc.months(1)), "2026-02-28") == "2026-03-31 00:00"


def test_units_end_with_the_membership_year_of_who_has_them():
    joined = lc.Enrolment("e", at=date("2026-03-05 14:00"))

    assert ends(lc.end_of(MEMBER_YEAR), "2026-05-01", "UTC", joined) == "2027-03-05 00:00"
    assert ends(lc.end_of(MEMBER_YEAR, further=1), "2026-05-01", "UTC", joined) == "2028-03-05 00:00"
    assert ends(lc.end_of(MEMBER_YEAR, after=lc.days(400)), "2026-05-01", "UTC", joined) == "2028-03-05 00:00"
    assert ends(lc.end_of(MEMBER_YEAR, then=lc.days(9)), "2026-05-01", "UTC", joined) == "2027-03-14 00:00"


@pytest.mark.parametrize("earned", ["2026-03-06", "2026-12-31"])
def test_an_anniversary_may_be_that_of_a_calendar_year_whenever_in_it_units_came(earned):
    joined = lc.Enrolment("e", at=date("2026-03-05"))

    assert (
        ends(lc.end_of(MEMBER_YEAR, after=lc.end_of(lc.year, further=2)), earned, "UTC", joined) == "2029-03-05 00:00"
    )


def test_a_rule_may_have_the_end_of_the_membership_year_for_its_own():
    rule = lc.Earn("base", POINT.per(USD(1), Line.net), expires=lc.end_of(MEMBER_YEAR))
    ada = Member(program(rule))
    ada.does(lc.Enrolment("e", at=date("2026-03-05")))

    ada.buys("p", date("2026-03-06"), "10.00")
    ada.waits(date("2027-03-05"))

    assert ada.has() == "0"
    assert ada.program.expires(POINT, date("2026-03-06")) is None


@refusals.table(
    [
        *((lc.end_of, {"period": bad}, lc.InvalidValue) for bad in ("month", None, lc.lifetime, lc.rolling(days=3), 5)),
        *((lc.end_of, {"period": lc.year, "further": bad}, lc.InvalidValue) for bad in (-1, 101, True, 1.5, "1", None)),
        (lc.end_of, {"period": lc.month, "after": 6}, lc.InvalidValue),
        (lc.end_of, {"period": lc.month, "then": 6}, lc.InvalidValue),
        (lc.end_of, {"period": lc.month, "after": lc.end_of(MEMBER_YEAR)}, lc.InvalidValue),
        (lc.end_of, {"period": lc.month, "after": lc.through(3, 31, after=lc.end_of(lc.year))}, lc.InvalidValue),
        (lc.inactivity, {"duration": 12}, lc.InvalidValue),
        *(
            (lc.through, {"month": month, "day": day}, lc.InvalidValue)
            for month, day in ((2, 30), (13, 1), (0, 1), (4, 31), ("3", 31), (None, None), (2, 28), (3.0, 1))
        ),
    ]
)
def test_an_end_that_cannot_be_is_refused(function, bad, error):
    refusals.check(function, bad, error)


FOREVER = program(lc.Expiry(POINT, lc.days(10)))
GIVEN_FOR_EVER = {
    "a gift": lc.Adjustment("e", at=day(1), amount=POINT(5), reason="founder", expires=lc.never),
    "what is brought along": lc.Opening("e", at=day(1), lots=[lc.OpeningLot(POINT(5), lc.never)]),
}


@pytest.mark.parametrize("given", GIVEN_FOR_EVER.values(), ids=GIVEN_FOR_EVER)
def test_units_by_hand_and_brought_along_may_never_end_beside_others_that_do(given):
    ada = Member(FOREVER)

    ada.does(given)
    ada.gets("other", day(1), POINT(20))
    ada.waits(day(400))

    assert (ada.has(), ada.account.expiring(POINT)) == ("5", ())
    assert [lot.expires for lot in ada.account.lots(POINT)] == [None]
    assert lc.verify(FOREVER, ada.account) is None
    assert FOREVER.decide(ada.account, given).known
