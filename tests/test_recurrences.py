"""Recurrences: one text for one rule, dates as dateutil has them, and hostile rules refused in bounded time."""

import datetime as dt
import time
from itertools import islice

import pytest
from dateutil import rrule
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.recurrences import OCCURRENCES_MAX, canonical, times, until

START = "2026-01-31"


def clocked(rule, start=START, minute=0):
    """The times of a rule as a clock shows them."""
    found = times(canonical(rule), start, minute)
    return [dt.datetime.fromordinal(each // 1440) + dt.timedelta(minutes=each % 1440) for each in found]


def listed(rule, start=START):
    return [each.date().isoformat() for each in clocked(rule, start)]


def rules():
    """Rules of all sorts, with a start."""
    some = st.fixed_dictionaries(
        {"FREQ": st.sampled_from(["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
        optional={
            "INTERVAL": st.integers(1, 7).map(str),
            "BYMONTH": st.sampled_from(["1", "2,6", "3,4,5,11"]),
            "BYMONTHDAY": st.sampled_from(["1", "-1", "13,31", "-31,5"]),
            "BYDAY": st.sampled_from(["MO", "SU,TU", "2TU", "-1FR,MO"]),
            "BYYEARDAY": st.sampled_from(["1,-1", "100,200,366"]),
            "BYWEEKNO": st.sampled_from(["1", "20,53,-1"]),
            "BYHOUR": st.sampled_from(["0", "9,17", "4,5,6"]),
            "BYMINUTE": st.sampled_from(["0", "0,20,40", "59"]),
            "BYSETPOS": st.sampled_from(["1", "-1", "2,3"]),
            "WKST": st.sampled_from(["MO", "SU"]),
        },
    )
    ends = st.one_of(
        st.integers(1, 40).map(lambda count: f"COUNT={count}"),
        st.dates(dt.date(2024, 1, 1), dt.date(2050, 1, 1)).map(lambda date: f"UNTIL={date:%Y%m%d}"),
    )
    return st.builds(lambda parts, end: ";".join([f"{k}={v}" for k, v in parts.items()] + [end]), some, ends)


@given(rules(), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.sampled_from([0, 570]))
def test_times_are_those_that_dateutil_has_where_they_are(rule, start, minute):
    try:
        found = clocked(rule, start.isoformat(), minute)
    except lc.InvalidValue:
        return
    begins = dt.datetime.combine(start, dt.time()) + dt.timedelta(minutes=minute)
    last = until(canonical(rule))
    expected = rrule.rrulestr(rule, dtstart=begins) if last is None else _with_until(rule, begins, last[0])

    assert found == list(islice(expected, len(found)))
    if last is not None and len(found) < OCCURRENCES_MAX:
        assert len(found) == sum(1 for _ in islice(expected, len(found) + 1))


def _with_until(rule, begins, last):
    """The same rule, with a date that ends it read as the end of that day."""
    text = ";".join(part for part in rule.split(";") if not part.startswith("UNTIL"))
    return rrule.rrulestr(text, dtstart=begins).replace(until=last)


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


def test_times_within_a_day_by_hand():
    def hours(rule, minute=540):
        return [f"{each:%d %H:%M}" for each in clocked(rule, "1997-09-02", minute)]

    assert hours("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000") == ["02 09:00", "02 12:00", "02 15:00"]
    assert hours("FREQ=MINUTELY;INTERVAL=90;COUNT=4") == ["02 09:00", "02 10:30", "02 12:00", "02 13:30"]
    assert hours("FREQ=DAILY;BYHOUR=9,16;BYMINUTE=0,40;COUNT=5") == [
        *("02 09:00", "02 09:40", "02 16:00", "02 16:40", "03 09:00"),
    ]
    assert hours("FREQ=DAILY;UNTIL=19970903T085959") == ["02 09:00"]


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
        ("FREQ=SECONDLY;COUNT=3", "no FREQ it could have"),
        ("FREQ=FORTNIGHTLY;COUNT=3", "no FREQ it could have"),
        ("FREQ=DAILY;COUNT=3;BYHOUR=24", "BYHOUR '24'; it is a whole number from 0 to 23$"),
        ("FREQ=DAILY;COUNT=3;BYMINUTE=-1", "BYMINUTE '-1'; it is a whole number from 0 to 59$"),
        ("FREQ=DAILY;COUNT=3;BYSECOND=0", "no part of a rule here"),
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
        ("FREQ=HOURLY;INTERVAL=24;BYHOUR=5;COUNT=9", "that its INTERVAL never comes to"),
        ("FREQ=MINUTELY;BYMONTH=4;BYMONTHDAY=31,-31;BYDAY=MO;UNTIL=20300101", "never have"),
        ("FREQ=MINUTELY;BYDAY=MO;BYMONTHDAY=1;BYHOUR=0;BYMINUTE=0;BYMONTH=2;COUNT=40", "within 100 years"),
        ("FREQ=MINUTELY;COUNT=10000;UNTIL=20300101", "only one"),
        ("FREQ=MINUTELY;UNTIL=20300101", "more than 10000 times"),
    ],
)
def test_a_rule_that_no_date_fits_or_too_many_is_refused_in_bounded_time(rule, message):
    began = time.process_time()

    with pytest.raises(lc.InvalidValue, match=message):
        times(canonical(rule), START, 0)

    # Sought to the year 9999 the slowest of these take a hundred times as long as they do.
    assert time.process_time() - began < 10
