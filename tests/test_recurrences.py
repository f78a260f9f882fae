"""Recurrences: one text for one rule, dates as dateutil has them, and hostile rules refused in bounded time."""

import datetime as dt
import time
from itertools import islice

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.recurrences import OCCURRENCES_MAX, canonical, dates, until

START = "2026-01-31"


def listed(rule, start=START):
    return [dt.date.fromordinal(each).isoformat() for each in dates(canonical(rule), start)]


def rules():
    """Rules of all sorts, with a start."""
    some = st.fixed_dictionaries(
        {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
        optional={
            "INTERVAL": st.integers(1, 7).map(str),
            "BYMONTH": st.sampled_from(["1", "2,6", "3,4,5,11"]),
            "BYMONTHDAY": st.sampled_from(["1", "-1", "13,31", "-31,5"]),
            "BYDAY": st.sampled_from(["MO", "SU,TU", "2TU", "-1FR,MO"]),
            "BYYEARDAY": st.sampled_from(["1,-1", "100,200,366"]),
            "BYWEEKNO": st.sampled_from(["1", "20,53,-1"]),
            "BYSETPOS": st.sampled_from(["1", "-1", "2,3"]),
            "WKST": st.sampled_from(["MO", "SU"]),
        },
    )
    ends = st.one_of(
        st.integers(1, 40).map(lambda count: f"COUNT={count}"),
        st.dates(dt.date(2024, 1, 1), dt.date(2050, 1, 1)).map(lambda date: f"UNTIL={date:%Y%m%d}"),
    )
    return st.builds(lambda parts, end: ";".join([f"{k}={v}" for k, v in parts.items()] + [end]), some, ends)


@given(rules(), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
def test_dates_are_those_that_dateutil_has_where_they_are(rule, start):
    try:
        text = canonical(rule)
        found = dates(text, start.isoformat())
    except lc.InvalidValue:
        return
    expected = rrule.rrulestr(rule, dtstart=dt.datetime.combine(start, dt.time()))

    assert list(found) == [each.toordinal() for each in islice(expected, len(found))]
    if "UNTIL" in rule and len(found) < OCCURRENCES_MAX:
        assert len(found) == sum(1 for _ in islice(expected, len(found) + 1))


@given(rules())
def test_the_text_of_a_rule_is_its_only_one(rule):
    try:
        text = canonical(rule)
    except lc.InvalidValue:
        return

    assert canonical(text) == text
    assert canonical("rrule:" + ";".join(reversed(rule.lower().split(";")))) == text


def test_parts_that_say_nothing_are_left_out_and_lists_are_in_order():
    assert (
        canonical("COUNT=3;BYDAY=su,-1MO,MO;WKST=MO;FREQ=MONTHLY;INTERVAL=1") == "FREQ=MONTHLY;COUNT=3;BYDAY=-1MO,MO,SU"
    )
    assert canonical("FREQ=YEARLY;BYMONTH=11,2,11;UNTIL=20301231;INTERVAL=02") == (
        "FREQ=YEARLY;INTERVAL=2;UNTIL=20301231;BYMONTH=2,11"
    )


def test_dates_by_hand():
    assert listed("FREQ=MONTHLY;BYDAY=2TU;COUNT=3") == ["2026-02-10", "2026-03-10", "2026-04-14"]
    assert listed("FREQ=MONTHLY;COUNT=3") == ["2026-01-31", "2026-03-31", "2026-05-31"]
    assert listed("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3") == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert listed("FREQ=WEEKLY;UNTIL=20260214") == ["2026-01-31", "2026-02-07", "2026-02-14"]
    assert listed("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2") == ["2026-11-26", "2027-11-25"]
    assert listed("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=2", "2096-03-01") == ["2104-02-29", "2108-02-29"]


def test_an_end_is_a_date_included_a_local_moment_or_one_in_utc():
    assert until("FREQ=DAILY;COUNT=3") is None
    assert until("FREQ=DAILY;UNTIL=20260131") == (dt.datetime(2026, 1, 31, 23, 59, 59, 999_999), False)
    assert until("FREQ=DAILY;UNTIL=20260131T120000") == (dt.datetime(2026, 1, 31, 12), False)
    assert until("FREQ=DAILY;UNTIL=20260131T120000Z") == (dt.datetime(2026, 1, 31, 12), True)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (5, "must be a text"),
        ("", "without a value"),
        ("FREQ", "without a value"),
        ("FREQ=DAILY;FREQ=DAILY;COUNT=1", "names FREQ twice"),
        ("COUNT=3", "has no FREQ"),
        ("FREQ=DAILY", "needs an end, and only one"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20300101", "needs an end, and only one"),
        ("FREQ=HOURLY;COUNT=3", "DAILY at the finest"),
        ("FREQ=MINUTELY;COUNT=3", "DAILY at the finest"),
        ("FREQ=SECONDLY;COUNT=3", "DAILY at the finest"),
        ("FREQ=FORTNIGHTLY;COUNT=3", "no FREQ it could have"),
        ("FREQ=DAILY;COUNT=3;BYHOUR=12", "with at="),
        ("FREQ=DAILY;COUNT=3;BYEASTER=0", "no part of a rule here"),
        ("FREQ=DAILY;COUNT=0", "COUNT '0'"),
        ("FREQ=DAILY;COUNT=-1", "COUNT '-1'"),
        ("FREQ=DAILY;COUNT=10001", "COUNT '10001'"),
        ("FREQ=DAILY;COUNT=" + "9" * 500, "COUNT '999"),
        ("FREQ=DAILY;COUNT=3;INTERVAL=1001", "INTERVAL '1001'"),
        ("FREQ=DAILY;COUNT=3;BYMONTH=13", "BYMONTH '13'; it is a whole number from 1 to 12$"),
        ("FREQ=DAILY;COUNT=3;BYMONTHDAY=32", "BYMONTHDAY '32'; it is a whole number from 1 to 31, or below zero"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=XX", "BYDAY 'XX'"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=0MO", "BYDAY '0MO'"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=54MO", "BYDAY '54MO'"),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=2MO", "numbers its days"),
        ("FREQ=YEARLY;COUNT=3;BYDAY=2MO;BYWEEKNO=4", "numbers its days"),
        ("FREQ=WEEKLY;COUNT=3;BYMONTHDAY=4", "which a week has not"),
        ("FREQ=MONTHLY;COUNT=3;BYWEEKNO=4", "for FREQ=YEARLY only"),
        ("FREQ=DAILY;COUNT=3;BYYEARDAY=4", "for FREQ=YEARLY only"),
        ("FREQ=MONTHLY;COUNT=3;BYSETPOS=1", "add one"),
        ("FREQ=WEEKLY;COUNT=3;WKST=X", "begins weeks on X"),
        ("FREQ=DAILY;UNTIL=2030", "no UNTIL it could have"),
        ("FREQ=DAILY;UNTIL=20300231", "no UNTIL it could have"),
        ("FREQ=DAILY;UNTIL=20300101T250000Z", "no UNTIL it could have"),
        ("FREQ=YEARLY;COUNT=3;BYMONTH=2;BYMONTHDAY=31", "a day that its months never have"),
        ("FREQ=DAILY;COUNT=3;BYMONTH=2,4,6;BYMONTHDAY=31,-31", "a day that its months never have"),
    ],
)
def test_a_rule_that_is_none_or_has_no_end_is_refused(rule, message):
    with pytest.raises(lc.InvalidValue, match=message):
        canonical(rule)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("FREQ=DAILY;UNTIL=20250101", "never happens"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=1", "never happens"),
        ("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1;COUNT=1", "never happens"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6;UNTIL=20500101", "never happens"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYMONTH=1;COUNT=9", "never happens"),
        ("FREQ=YEARLY;BYYEARDAY=1;BYMONTH=7;COUNT=9", "never happens"),
        ("FREQ=WEEKLY;BYMONTH=2;BYSETPOS=7;BYDAY=MO,TU;COUNT=9", "never happens"),
        ("FREQ=DAILY;UNTIL=20700101", "more than 10000 times"),
        ("FREQ=YEARLY;UNTIL=21270101", "more than 100 years"),
        ("FREQ=YEARLY;UNTIL=99991231", "more than 100 years"),
        ("FREQ=YEARLY;COUNT=200", "within 100 years"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;COUNT=90", "within 100 years"),
    ],
)
def test_a_rule_that_no_date_fits_or_too_many_is_refused_in_bounded_time(rule, message):
    text, began = canonical(rule), time.process_time()

    with pytest.raises(lc.InvalidValue, match=message):
        dates(text, START)

    # Sought to the year 9999 the slowest of these take a hundred times as long as they do.
    assert time.process_time() - began < 10
