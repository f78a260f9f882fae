"""Periods, windows and ends are plain values that cannot be wrong once they exist."""

import copy
import pickle
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import values
from loyalcore.durations import Duration, days, hours, months, weeks, years
from loyalcore.ends import EndOf, Inactivity, Never, end_of, inactivity, never
from loyalcore.errors import InvalidValue
from loyalcore.events import Redemption
from loyalcore.instants import FOREVER, HOUR, to_instant
from loyalcore.purchases import Purchase
from loyalcore.windows import (
    PERIOD_NAMES,
    Lifetime,
    Period,
    Rolling,
    Scope,
    Since,
    day,
    in_words,
    iso_year,
    item,
    lifetime,
    month,
    purchase,
    quarter,
    rolling,
    since,
    week,
    year,
)

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

VALUES = [
    Duration(months=1, days=2, micros=3),
    days(30),
    hours(36),
    *(Period(name) for name in PERIOD_NAMES),
    lifetime,
    never,
    purchase,
    item,
    since(NEW_YEAR),
    rolling(months=12),
    rolling(days=365),
    end_of(month),
    end_of(year, after=months(6)),
    inactivity(months(12)),
    inactivity(days(30)),
]


def durations():
    return st.builds(
        Duration,
        months=st.integers(0, 1_200),
        days=st.integers(1, 36_525),
        micros=st.integers(0, 36_525 * 24 * HOUR),
    )


def test_a_week_is_seven_days_and_a_year_twelve_months():
    assert weeks(2) == days(14)
    assert years(3) == months(36)


def test_twenty_four_hours_are_not_a_day():
    assert hours(24) != days(1)


def test_a_duration_may_be_as_long_as_a_hundred_years():
    assert years(100) == months(1_200) == Duration(months=1_200)
    assert days(36_525).days == 36_525
    assert weeks(5_217).days == 36_519
    assert hours(876_600).micros == 36_525 * 24 * HOUR


def test_the_parts_of_a_rolling_window_add_up_to_one_duration():
    assert rolling(years=1, months=2, weeks=1, days=3, hours=4) == Rolling(
        Duration(months=14, days=10, micros=4 * HOUR)
    )
    assert rolling(days=365) == Rolling(days(365))
    assert rolling(weeks=52) == Rolling(weeks(52))
    assert rolling(hours=24) == Rolling(hours(24))


def test_the_named_periods_are_those_of_the_calendar():
    assert [day, week, month, quarter, year, iso_year] == [Period(name) for name in PERIOD_NAMES]


def test_the_named_scopes_are_one_purchase_and_one_item():
    assert (purchase, item) == (Scope("purchase"), Scope("item"))


def test_a_window_since_a_moment_does_not_depend_on_the_zone_it_was_written_in():
    assert since(NEW_YEAR) == Since(to_instant(NEW_YEAR)) == since(NEW_YEAR.astimezone(ZoneInfo("Asia/Tehran")))


def test_an_end_of_a_period_may_come_some_time_later():
    assert end_of(month) == EndOf(month, None)
    assert end_of(month, after=months(6)) == end_of(month, months(6)) == EndOf(month, months(6))


def test_inactivity_may_say_what_activity_is():
    assert inactivity(months(12), by=[Redemption, Purchase]) == inactivity(months(12), by=[Purchase, Redemption])
    assert inactivity(months(12), by=["stay", Purchase]) == Inactivity(months(12), ("purchase",), ("stay",))
    assert inactivity(months(12), by=["stay"]) == Inactivity(months(12), (), ("stay",))
    assert inactivity(months(12)) == Inactivity(months(12), ("activity", "purchase", "redemption"))


def test_inactivity_is_as_long_as_its_duration():
    assert inactivity(months(12)) == Inactivity(years(1))


def test_the_nameless_values_are_equal_to_themselves_only():
    assert lifetime == Lifetime()
    assert never == Never()
    assert lifetime != never


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_value_evaluates_from_its_text(value):
    assert eval(repr(value), vars(lc)) == value  # noqa: S307 - the text is our own


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_value_survives_pickling_and_copying(value):
    for again in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):  # noqa: S301
        assert again == value
        assert hash(again) == hash(value)
        assert type(again) is type(value)


def test_values_of_different_meaning_are_different():
    assert len(set(VALUES)) == len(VALUES)


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_no_value_can_be_changed(value):
    for field in attrs.fields(type(value)):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(value, field.name, 1)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        value.note = 1


@given(durations())
def test_every_duration_evaluates_from_its_text(duration):
    assert eval(repr(duration), vars(lc)) == duration  # noqa: S307 - the text is our own


@given(st.integers(1, 100))
def test_the_short_words_agree_with_each_other(number):
    assert years(number) == months(12 * number)
    assert weeks(number) == days(7 * number)
    assert rolling(hours=number).duration == hours(number)


@pytest.mark.parametrize("function", [days, weeks, months, years, hours])
@pytest.mark.parametrize(
    ("number", "message"),
    [
        (0, "must be from 1 to .*, not 0; a duration only reaches forward"),
        (-1, "not -1; a duration only reaches forward"),
        (10**6, "not 1000000; use never for what has no end"),
        (True, "must be an int, not bool True"),
        (1.0, "must be an int, not float 1.0"),
        ("1", "must be an int, not str '1'"),
        (None, "must be an int, not NoneType None"),
    ],
)
def test_a_number_that_is_no_length_is_refused(function, number, message):
    with pytest.raises(InvalidValue, match=message):
        function(number)


@pytest.mark.parametrize(
    ("function", "most"), [(days, 36_525), (weeks, 5_217), (months, 1_200), (years, 100), (hours, 876_600)]
)
def test_one_more_than_the_most_is_refused(function, most):
    assert function(most)
    with pytest.raises(InvalidValue, match=f"{function.__name__} must be from 1 to {most}, not {most + 1}"):
        function(most + 1)


@pytest.mark.parametrize(
    ("function", "given_", "message"),
    [
        (Duration, {}, "longer than nothing"),
        (Duration, {"months": -1, "days": 40}, "months of a duration must be from 0 to 1200, not -1"),
        (Duration, {"months": 1_201}, "months of a duration"),
        (Duration, {"days": 36_526}, "days of a duration must be from 0 to 36525"),
        (Duration, {"days": False, "months": 1}, "days of a duration must be an int, not bool False"),
        (Duration, {"micros": 36_525 * 24 * HOUR + 1}, "micros of a duration"),
        (Duration, {"micros": 0.5}, "micros of a duration must be an int"),
        (Period, {"name": "decade"}, "no period called 'decade'; choose one of day, week, month, quarter, year"),
        (Period, {"name": None}, "no period called None"),
        (Scope, {"name": "basket"}, "no scope called 'basket'; choose one of purchase, item"),
        (Since, {"instant": FOREVER}, "no moment of the years"),
        (Since, {"instant": -3_000_000_000_000_000}, "the start of a window is outside the years 1900 to 2200"),
        (Since, {"instant": NEW_YEAR}, "must be an int, not datetime"),
        (Since, {"instant": True}, "must be an int, not bool"),
        (since, {"start": NEW_YEAR.replace(tzinfo=None)}, "the start of a window has no time zone"),
        (since, {"start": 0}, "the start of a window must be a datetime"),
        (Rolling, {"duration": 365}, r"must be a Duration, not 365; write rolling\(days=365\)"),
        (Rolling, {"duration": month}, "the length of a rolling window must be a Duration"),
        (rolling, {}, "needs a length"),
        (rolling, {"days": 0, "months": 1}, "days must be from 1"),
        (rolling, {"months": 1.5}, "months must be an int, not float 1.5"),
        (rolling, {"years": 101}, "years must be from 1 to 100, not 101"),
        (rolling, {"years": 100, "months": 1}, "months of a duration must be from 0 to 1200, not 1201"),
        (rolling, {"weeks": True}, "weeks must be an int, not bool True"),
        (rolling, {"hours": -1}, "hours must be from 1"),
        (end_of, {"period": "month"}, r"what ends must be a Period or a cycle, not 'month'; write end_of\(month\)"),
        (end_of, {"period": month, "after": 6}, "after must be a Duration, not 6"),
        (end_of, {"period": lifetime}, "what ends must be a Period"),
        (inactivity, {"duration": 12}, "the length of inactivity must be a Duration, not 12"),
        (inactivity, {"duration": days(1), "by": "stay"}, "by= is a list of classes of events and names of rules"),
        (inactivity, {"duration": days(1), "by": 5}, "by= is a list of classes of events and names of rules"),
        (inactivity, {"duration": days(1), "by": [5]}, "rules that are activity are a tuple of names"),
        (inactivity, {"duration": days(1), "by": [int]}, "there is no kind of activity called ''"),
        (
            Inactivity,
            {"duration": days(1), "kinds": ["purchase"]},
            "kinds of events that are activity are a tuple",
        ),
        (Inactivity, {"duration": days(1), "kinds": ("return",)}, "there is no kind of activity called 'return'"),
        (Inactivity, {"duration": days(1), "rules": ("b", "a")}, "rules that are activity stand in order, each once"),
        (Inactivity, {"duration": days(1), "kinds": (), "rules": ()}, "inactivity needs something that is activity"),
    ],
)
def test_a_value_that_would_be_wrong_is_refused(function, given_, message):
    with pytest.raises(InvalidValue, match=message):
        function(**given_)


def test_switching_off_the_validators_of_attrs_changes_nothing():
    attrs.validators.set_disabled(True)
    try:
        with pytest.raises(InvalidValue):
            Period("decade")
    finally:
        attrs.validators.set_disabled(False)


@pytest.mark.parametrize(
    ("function", "given_", "message"),
    [
        (week.beginning, {"day": 7}, "a week begins on a day by name"),
        (week.beginning, {"day": "sunday"}, "a week begins on one of mon"),
        (month.beginning, {"day": "mon"}, "a month cannot begin on 'mon'"),
        (month.beginning, {"day": 32}, "begins in a day from 1 to 31, not 32"),
        (month.beginning, {"month": 2}, "begins in a month from 1 to 1, not 2"),
        (day.beginning, {"at": "24:00"}, "a minute from 0 to 1439, not 1440"),
        (day.beginning, {"at": "4"}, "is a time of day"),
        (day.beginning, {"day": True}, "begins in a day from 1 to 1, not True"),
        (quarter.beginning, {"month": 4}, "begins in a month from 1 to 3, not 4"),
        (year.beginning, {"month": 13}, "begins in a month from 1 to 12, not 13"),
        (iso_year.beginning, {"month": 2}, "always begins on a Monday"),
        (lc.Shifted, {"period": "month", "day": 2}, "what is shifted must be a Period"),
        (lc.Shifted, {"period": month}, "begins where the calendar's does"),
        (lc.Cycle, {"length": 5}, "the length of a cycle must be a Duration"),
        (lc.Cycle, {"length": Duration(micros=5)}, "of whole days or of whole months"),
        (lc.Cycle, {"length": Duration(1, 1)}, "of whole days or of whole months"),
        (lc.Cycle, {"length": days(3), "since": "2026-2-1"}, "the date a cycle is counted from"),
        (lc.cycle, {"length": days(3), "since": NEW_YEAR}, "counted from a date, joined, opened"),
        (lc.cycle, {"length": days(3), "since": "2026-01-01"}, "counted from a date, joined, opened"),
        (lc.anniversary, {}, "an anniversary needs a length"),
        (lc.anniversary, {"years": 0}, "years must be from 1 to 100, not 0"),
        (lc.anniversary, {"years": 100, "months": 1}, "months of a duration"),
        (lc.anniversary, {"years": 1, "of": NEW_YEAR}, "counted from a date, joined, opened"),
        (lc.previous, {"window": lifetime}, "has a previous one"),
        (lc.previous, {"window": rolling(days=3)}, "has a previous one"),
        (lc.previous, {"window": lc.previous(year, 36)}, "up to 36 windows back, not 37"),
        (lc.previous, {"window": year, "back": 37}, "back, from 1 to 36, not 37"),
        (lc.previous, {"window": year, "back": 0}, "back, from 1 to 36, not 0"),
        (lc.previous, {"window": year, "back": True}, "back, from 1 to 36, not True"),
    ],
)
def test_a_period_or_cycle_that_makes_no_sense_is_refused(function, given_, message):
    with pytest.raises(InvalidValue, match=message):
        function(**given_)


def test_a_period_that_begins_where_the_calendars_does_is_the_calendars():
    assert month.beginning(day=1, at="00:00") is month
    assert week.beginning(day="mon") is week
    assert lc.anniversary(years=1, months=6) == lc.cycle(months(18), since=lc.joined)
    assert lc.year.beginning(month=4, day=6, at="04:30") == lc.Shifted(year, 4, 6, 270)


def test_windows_of_the_past_are_called_differently():
    past = (year, lc.previous(year), lc.previous(year, 2), lc.previous(year, 36))

    assert [in_words(window) for window in past] == [
        "year",
        "previous year",
        "year 2 before this one",
        "year 36 before this one",
    ]


def test_the_previous_one_of_a_previous_one_is_the_window_before_that():
    twice = lc.previous(lc.previous(month))

    values.check(twice)
    assert twice == lc.previous(month, 2) == lc.previous(lc.previous(month), 1)
    assert lc.previous(twice, 3) == lc.previous(month, 5)
    assert (lc.previous(month, 5).base, lc.previous(month, 5).back) == (month, 5)
