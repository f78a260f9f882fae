"""Months, quarters and years of the Jalali calendar are periods like any other."""

import datetime as dt
import sys

import pytest
from hypothesis import given

import loyalcore as lc
import strategies
import values
from loyalcore import periods
from loyalcore.calendar import zone
from loyalcore.instants import from_instant, to_instant
from shop import POINT, Member, Order, date, program
from test_interpreted import Told

TEHRAN = zone("Asia/Tehran")
KINDS = [lc.jalali_month, lc.jalali_quarter, lc.jalali_year]
#: The first day of years by the official calendar, and those that have a 366th.
NOWRUZ = {
    1354: "1975-03-21",
    1375: "1996-03-20",
    1376: "1997-03-21",
    1399: "2020-03-20",
    1400: "2021-03-21",
    1403: "2024-03-20",
    1404: "2025-03-21",
    1405: "2026-03-21",
    1408: "2029-03-20",
    1409: "2030-03-21",
}


def dates(period, day):
    """The first date of the period that holds a day, and the first after it."""
    first, after = periods.period_dates(period, dt.date.fromisoformat(day).toordinal())
    return dt.date.fromordinal(first).isoformat(), dt.date.fromordinal(after).isoformat()


@pytest.mark.parametrize("period", KINDS, ids=[period.name for period in KINDS])
def test_a_jalali_period_is_a_value(period):
    values.check(period)
    values.check(lc.previous(period))


@pytest.mark.parametrize("first", NOWRUZ.values(), ids=map(str, NOWRUZ))
def test_a_year_begins_with_farvardin(first):
    eve = (dt.date.fromisoformat(first) - dt.timedelta(days=1)).isoformat()

    assert dates(lc.jalali_year, first)[0] == first
    assert dates(lc.jalali_year, eve)[1] == first


def test_esfand_has_thirty_days_in_a_leap_year():
    assert dates(lc.jalali_month, "2025-02-19") == ("2025-02-19", "2025-03-21")  # Esfand 1403
    assert dates(lc.jalali_month, "2026-02-20") == ("2026-02-20", "2026-03-21")  # Esfand 1404


def test_six_months_have_thirty_one_days_and_a_quarter_three_months():
    assert dates(lc.jalali_month, "2025-03-21") == ("2025-03-21", "2025-04-21")
    assert dates(lc.jalali_quarter, "2025-03-21") == ("2025-03-21", "2025-06-22")
    assert dates(lc.jalali_quarter, "2025-12-21") == ("2025-09-23", "2025-12-22")


@given(strategies.moments())
def test_periods_follow_each_other_and_lie_inside_longer_ones(moment):
    instant = to_instant(moment)
    spans = [TEHRAN.period(period, instant) for period in KINDS]

    for period, (start, end) in zip(KINDS, spans, strict=True):
        assert start <= instant < end
        assert TEHRAN.period(period, end)[0] == end
        assert TEHRAN.period(period, start - 1)[1] == start
        assert from_instant(start).tzinfo is dt.UTC
    month, quarter, year = spans
    assert year[0] <= quarter[0] <= month[0] < month[1] <= quarter[1] <= year[1]


def test_rules_count_by_them_in_the_zone_of_the_program():
    rule = lc.Earn("month", POINT.milestones(Order.count, {1: POINT(5)}), over=lc.jalali_month)
    ada = Told(program(rule, timezone="Asia/Tehran"))
    for number, moment in enumerate(["2025-02-18 20:29", "2025-02-18 20:30", "2025-03-20 20:29", "2025-03-20 20:30"]):
        ada.buys(f"p{number}", date(moment), "1.00")

    assert ada.has() == "15"


def test_other_days_to_begin_on_are_the_calendars_own():
    with pytest.raises(lc.InvalidValue, match="begins on the first day"):
        lc.jalali_year.beginning(month=7)


def test_without_the_extra_the_value_is_there_and_its_place_is_not(monkeypatch):
    periods.jalali.cache_clear()
    monkeypatch.setitem(sys.modules, "persiantools.jdatetime", None)
    try:
        ada = Member(program(lc.Earn("month", POINT(5), limit=lc.times(1, per=lc.jalali_month))))
        with pytest.raises(lc.InvalidValue, match=r"loyalcore\[jalali\]"):
            ada.buys("p1", date("2071-02-18"), "1.00")
    finally:
        periods.jalali.cache_clear()
