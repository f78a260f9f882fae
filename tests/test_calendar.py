"""Where days, periods and windows lie in a zone, checked against asking the zone anew each time."""

import copy
import pickle
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import loyalcore as lc
import strategies
from loyalcore.calendar import Zone, window_of, zone
from loyalcore.durations import Duration, days, hours, months, years
from loyalcore.errors import InvalidValue
from loyalcore.instants import BEGINNING, DAY, FOREVER, HOUR, from_instant, to_instant
from loyalcore.windows import PERIOD_NAMES, Period, day, iso_year, lifetime, month, quarter, rolling, since, week, year

ZONES = [
    "UTC",
    "Etc/GMT+12",
    "Etc/GMT-14",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Lagos",
    "Africa/Monrovia",
    "America/Argentina/San_Luis",
    "America/Caracas",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Scoresbysund",
    "America/St_Johns",
    "America/Toronto",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Almaty",
    "Asia/Baku",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Asia/Shanghai",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Eucla",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Amsterdam",
    "Europe/Berlin",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
]

# UTC moments near which the calendar of a zone does something unusual.
TURNS = [
    ("Africa/Cairo", (2014, 5, 15, 22)),  # no 00:00
    ("Africa/Casablanca", (2026, 2, 15, 2)),  # back for Ramadan
    ("Africa/Monrovia", (1972, 1, 7, 0, 44, 30)),  # an offset in seconds
    ("America/Havana", (2026, 3, 8, 5)),  # no 00:00
    ("America/Sao_Paulo", (2018, 11, 4, 3)),  # no 00:00
    ("America/Sao_Paulo", (2019, 2, 17, 2)),  # 00:00 goes back to 23:00
    ("America/Scoresbysund", (2026, 3, 29, 1)),
    ("America/St_Johns", (2010, 11, 7, 2, 31)),  # 00:01 goes back to 23:01
    ("America/St_Johns", (1988, 10, 30, 1, 31)),  # 00:01 goes back to 22:01
    ("America/Toronto", (1919, 3, 31, 4, 30)),  # 23:30 goes forward to 00:30
    ("Antarctica/Casey", (2010, 3, 4, 15)),  # three hours back across midnight
    ("Asia/Almaty", (2024, 2, 29, 18)),  # 00:00 goes back to 23:00 of 29 February
    ("Asia/Baku", (2015, 3, 29, 0)),
    ("Asia/Beirut", (2026, 3, 28, 22)),  # no 00:00
    ("Asia/Gaza", (2012, 3, 29, 22)),
    ("Asia/Kathmandu", (1985, 12, 31, 18, 30)),  # a quarter of an hour
    ("Asia/Pyongyang", (2018, 5, 4, 15)),  # 23:30 goes forward to 00:00
    ("Asia/Tehran", (2022, 3, 21, 20, 30)),  # no 00:00
    ("Asia/Tehran", (2022, 9, 21, 19, 30)),
    ("Australia/Lord_Howe", (2026, 4, 4, 15)),  # half an hour
    ("Australia/Lord_Howe", (2026, 10, 3, 15, 30)),
    ("Europe/Amsterdam", (1937, 6, 30, 23, 40, 28)),
    ("Europe/Berlin", (2026, 10, 25, 1)),
    ("Europe/Dublin", (1916, 5, 21, 2, 25, 21)),  # two dates begin inside one UTC day
    ("Europe/Istanbul", (2016, 3, 27, 1)),  # the last change
    ("Europe/Lisbon", (1912, 1, 1, 0, 36, 45)),
    ("Europe/London", (2026, 3, 29, 1)),  # a date of 23 hours
    ("Europe/London", (2026, 10, 25, 1)),  # and one of 25
    ("Pacific/Apia", (2011, 12, 30, 10)),  # a date is skipped
    ("Pacific/Kiritimati", (1994, 12, 31, 10, 40)),  # a date is skipped
    ("Pacific/Kwajalein", (1969, 9, 30, 13)),  # twenty-three hours come twice
    ("Pacific/Kwajalein", (1993, 8, 21, 12)),  # a date is skipped
]

TICK = timedelta(microseconds=1)


def utc(*parts):
    return to_instant(datetime(*parts, tzinfo=UTC))


def local(name, *parts):
    """Return the instant of a local time that exists once."""
    return to_instant(datetime(*parts, tzinfo=ZoneInfo(name)))


def clock(name, instant):
    """Return what the clock of a zone shows, naive."""
    return from_instant(instant).astimezone(ZoneInfo(name)).replace(tzinfo=None, fold=0)


def text(name, instant):
    return clock(name, instant).isoformat(" ")


def places():
    """Draw a zone and an instant: half of them close to an unusual moment, often exactly on the edge of something."""
    shifts = st.one_of(
        st.integers(-50 * HOUR, 50 * HOUR),
        st.integers(-100, 100).map(lambda halves: halves * HOUR // 2),
        st.integers(-100, 100).map(lambda halves: halves * HOUR // 2 - 1),
    )
    near = st.builds(lambda turn, shift: (turn[0], utc(*turn[1]) + shift), st.sampled_from(TURNS), shifts)
    anywhere = st.tuples(st.sampled_from(ZONES), st.integers(utc(1900, 1, 1), utc(2200, 12, 31)))
    recent = st.tuples(st.sampled_from(ZONES), st.integers(utc(1970, 1, 1), utc(2040, 1, 1)))
    return st.one_of(near, near, recent, anywhere)


def durations():
    return st.builds(
        Duration,
        months=st.one_of(st.just(0), st.integers(1, 30), st.integers(0, 1_200)),
        days=st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 800)),
        micros=st.one_of(st.just(1), st.just(HOUR), st.integers(1, 100 * DAY)),
    )


# The oracles: no memory, no shortcuts, and no date arithmetic but the standard library's.


def instant_of(moment):
    """Return the instant of a moment of any year."""
    since_1970 = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since_1970.days * 86_400 + since_1970.seconds) * 1_000_000 + since_1970.microseconds


@cache
def begins(name, of):
    """Return the first instant at which the clock shows 00:00 of a date or later, by looking at every half minute."""
    info = ZoneInfo(name)
    plain = datetime.combine(of, time(0), tzinfo=info).astimezone(UTC)
    if plain.astimezone(info).replace(tzinfo=None) == datetime.combine(of, time(0)):
        return instant_of(plain)
    steps = (plain - timedelta(hours=25) + timedelta(seconds=30) * step for step in range(2 * 60 * 26 + 1))
    return instant_of(next(step for step in steps if step.astimezone(info).date() >= of))


def date_of(name, instant):
    """Return the date on the clock, or the next one where that has begun already and the clock was set back."""
    shown = clock(name, instant).date()
    tomorrow = shown + timedelta(days=1)
    return tomorrow if begins(name, tomorrow) <= instant else shown


def later(name, instant, duration):
    if not duration.months and not duration.days:
        return instant + duration.micros
    shown = clock(name, instant)
    count = shown.year * 12 + shown.month - 1 + duration.months
    year_, month_ = count // 12, count % 12 + 1
    moved = shown.replace(year=year_, month=month_, day=min(shown.day, monthrange(year_, month_)[1]))
    moved += timedelta(days=duration.days)
    return instant_of(moved.replace(tzinfo=ZoneInfo(name))) + duration.micros


def first_dates(period, of):
    """Return the first date of a period that holds a date, and of the next one."""
    if period == day:
        return of, of + timedelta(days=1)
    if period == week:
        monday = of - timedelta(days=of.weekday())
        return monday, monday + timedelta(days=7)
    if period == iso_year:
        # The week with 4 January is the first.
        fourths = [date(of.isocalendar().year + more, 1, 4) for more in (0, 1)]
        return tuple(fourth - timedelta(days=fourth.weekday()) for fourth in fourths)
    start = {
        month: of.replace(day=1),
        quarter: of.replace(month=1 + (of.month - 1) // 3 * 3, day=1),
        year: of.replace(month=1, day=1),
    }[period]
    inside_next = start + timedelta(days={month: 31, quarter: 95, year: 370}[period])
    return start, {
        month: inside_next.replace(day=1),
        quarter: inside_next.replace(day=1),
        year: inside_next.replace(month=1, day=1),
    }[period]


# Dates


@given(places())
@example(("Pacific/Apia", utc(2011, 12, 30, 10)))
@example(("Pacific/Apia", utc(2011, 12, 30, 10) - 1))
@example(("Europe/London", utc(2026, 3, 29, 23)))
@example(("Europe/London", utc(2026, 3, 29, 23) - 1))
def test_the_date_of_an_instant_is_the_one_the_zone_says(place):
    name, instant = place
    expected = date_of(name, instant).toordinal()

    assert zone(name).day(instant) == expected
    assert zone(name).day(instant) == expected  # and again, from what was kept
    assert zone(name).weekday(instant) == date.fromordinal(expected).weekday()
    assert Zone(name).day(instant) == expected  # whatever was asked before


@given(places())
def test_every_instant_lies_between_the_beginnings_of_its_date_and_of_the_next(place):
    name, instant = place
    there = zone(name)
    today = there.day(instant)

    assert there.midnight(today) <= instant < there.midnight(today + 1)


@given(places(), st.integers(0, 60 * HOUR))
def test_dates_never_run_backwards(place, pause):
    name, instant = place

    assert zone(name).day(instant) <= zone(name).day(instant + pause)


@given(places())
def test_a_date_begins_when_the_clock_first_shows_midnight_or_later(place):
    name, instant = place
    today = clock(name, instant).date()

    assert zone(name).midnight(today.toordinal()) == begins(name, today)


@pytest.mark.parametrize("name", ["Asia/Beirut", "America/Havana", "Africa/Cairo"])
def test_a_date_without_midnight_begins_at_the_end_of_the_gap(name):
    skipped = {"Asia/Beirut": (2026, 3, 29), "America/Havana": (2026, 3, 8), "Africa/Cairo": (2014, 5, 16)}[name]
    start = zone(name).midnight(date(*skipped).toordinal())

    assert text(name, start) == f"{date(*skipped)} 01:00:00"
    assert clock(name, start - 1).date() == date(*skipped) - timedelta(days=1)


def test_a_gap_around_midnight_ends_with_the_new_date_already_begun():
    start = zone("America/Toronto").midnight(date(1919, 3, 31).toordinal())

    assert text("America/Toronto", start) == "1919-03-31 00:30:00"
    assert text("America/Toronto", start - 1) == "1919-03-30 23:29:59.999999"


def test_a_midnight_that_comes_twice_is_the_first():
    there = zone("America/St_Johns")
    start = there.midnight(date(2010, 11, 7).toordinal())

    assert start == utc(2010, 11, 7, 2, 30)
    assert text("America/St_Johns", start) == "2010-11-07 00:00:00"
    assert text("America/St_Johns", start + HOUR) == "2010-11-07 00:00:00"


def test_a_clock_set_back_across_midnight_does_not_bring_back_the_old_date():
    there = zone("America/St_Johns")
    again = utc(2010, 11, 7, 3)

    assert text("America/St_Johns", again) == "2010-11-06 23:30:00"
    assert there.day(again) == date(2010, 11, 7).toordinal()
    assert there.period(day, again) == (utc(2010, 11, 7, 2, 30), utc(2010, 11, 8, 3, 30))


def test_a_skipped_date_begins_where_the_next_begins_and_no_instant_has_it():
    there = zone("Pacific/Apia")
    skipped = date(2011, 12, 30).toordinal()
    turn = utc(2011, 12, 30, 10)

    assert there.midnight(skipped) == there.midnight(skipped + 1) == turn
    assert (there.day(turn - 1), there.day(turn)) == (skipped - 1, skipped + 1)


def test_a_date_may_last_forty_seven_hours():
    there = zone("Pacific/Kwajalein")
    long_day = date(1969, 9, 30).toordinal()

    assert there.midnight(long_day + 1) - there.midnight(long_day) == 47 * HOUR


def test_a_date_may_begin_and_end_with_one_utc_day():
    there = zone("Europe/London")
    sunday = date(2026, 3, 29).toordinal()

    assert there.midnight(sunday) == utc(2026, 3, 29)
    assert there.midnight(sunday + 1) == utc(2026, 3, 29, 23)
    assert [there.day(utc(2026, 3, 29, hour)) - sunday for hour in (0, 1, 22, 23)] == [0, 0, 0, 1]


def test_two_dates_may_begin_inside_one_utc_day():
    there = zone("Europe/Dublin")
    sunday = date(1916, 5, 21).toordinal()
    edges = [utc(1916, 5, 21, 0, 25, 21), utc(1916, 5, 21, 23, 25, 21)]

    assert [there.midnight(sunday), there.midnight(sunday + 1)] == edges
    assert [there.day(edge - 1) - sunday for edge in edges] == [-1, 0]
    assert [there.day(edge) - sunday for edge in edges] == [0, 1]


def test_weekdays_count_from_monday():
    monday = utc(2026, 1, 5)

    assert [zone("UTC").weekday(monday + ahead * DAY) for ahead in range(8)] == [0, 1, 2, 3, 4, 5, 6, 0]


# Periods


@given(places(), st.sampled_from(PERIOD_NAMES).map(Period))
def test_a_period_reaches_from_its_first_date_to_the_first_date_of_the_next(place, period):
    name, instant = place
    first, after = first_dates(period, date_of(name, instant))

    start, end = zone(name).period(period, instant)

    assert (start, end) == (zone(name).midnight(first.toordinal()), zone(name).midnight(after.toordinal()))
    assert start <= instant < end
    assert zone(name).period(period, instant)[1] == end


@given(places(), st.sampled_from(PERIOD_NAMES).map(Period))
def test_periods_follow_each_other_without_a_gap_or_an_overlap(place, period):
    name, instant = place
    there = zone(name)
    start, end = there.period(period, instant)

    assert there.period(period, start) == there.period(period, end - 1) == (start, end)
    assert there.period(period, end)[0] == end
    assert there.period(period, start - 1)[1] == start


@given(places())
def test_shorter_periods_lie_inside_longer_ones(place):
    name, instant = place
    there = zone(name)
    spans = [there.period(period, instant) for period in (day, month, quarter, year)]

    assert all(outer[0] <= inner[0] < inner[1] <= outer[1] for inner, outer in pairwise(spans))


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (day, "2026-05-14 00:00:00", "2026-05-15 00:00:00"),
        (week, "2026-05-11 00:00:00", "2026-05-18 00:00:00"),
        (month, "2026-05-01 00:00:00", "2026-06-01 00:00:00"),
        (quarter, "2026-04-01 00:00:00", "2026-07-01 00:00:00"),
        (year, "2026-01-01 00:00:00", "2027-01-01 00:00:00"),
    ],
)
def test_periods_are_those_of_the_local_calendar(period, start, end):
    # 22:00 in London, but already Thursday the 14th in Istanbul.
    span = zone("Europe/Istanbul").period(period, utc(2026, 5, 13, 22))

    assert tuple(text("Europe/Istanbul", edge) for edge in span) == (start, end)


def test_the_last_instant_of_a_year_belongs_to_it_and_the_next_one_does_not():
    there = zone("Asia/Kathmandu")
    new_year = local("Asia/Kathmandu", 2026, 1, 1)

    assert there.period(year, new_year - 1)[1] == new_year
    assert there.period(year, new_year)[0] == new_year


# Durations


@given(places(), durations())
@example(("Pacific/Apia", utc(2011, 12, 30, 3)), days(1))
@example(("Europe/Berlin", utc(2026, 10, 25, 1, 30)), Duration(days=1, micros=HOUR))
def test_a_duration_leads_where_the_clock_says(place, duration):
    name, instant = place

    assert zone(name).plus(instant, duration) == later(name, instant, duration)


@given(places(), st.integers(1, 800))
def test_exact_time_does_not_look_at_the_clock(place, number):
    name, instant = place

    assert zone(name).plus(instant, hours(number)) == instant + number * HOUR


@given(places(), durations())
def test_a_duration_never_leads_back(place, duration):
    name, instant = place

    assert zone(name).plus(instant, duration) > instant


@given(st.integers(utc(1900, 1, 1), utc(2200, 12, 31)), st.integers(1, 36_525))
def test_in_utc_every_day_is_24_hours(instant, number):
    assert zone("UTC").plus(instant, days(number)) == instant + number * DAY


@pytest.mark.parametrize("name", ["UTC", "Europe/Istanbul", "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize(
    ("anchor", "duration", "expected"),
    [
        ((2026, 1, 31, 9, 30), months(1), "2026-02-28 09:30:00"),
        ((2028, 1, 31, 9, 30), months(1), "2028-02-29 09:30:00"),
        ((2026, 3, 31, 9, 30), months(1), "2026-04-30 09:30:00"),
        ((2026, 1, 31, 9, 30), months(2), "2026-03-31 09:30:00"),
        ((2028, 2, 29, 9, 30), years(1), "2029-02-28 09:30:00"),
        ((2028, 2, 29, 9, 30), years(4), "2032-02-29 09:30:00"),
        ((2026, 1, 31, 9, 30), Duration(months=1, days=1), "2026-03-01 09:30:00"),
        ((2026, 12, 31, 23, 59), days(1), "2027-01-01 23:59:00"),
        ((2026, 5, 1, 0, 0), months(12), "2027-05-01 00:00:00"),
    ],
)
def test_a_month_after_31_january_is_the_last_day_of_february(name, anchor, duration, expected):
    """Months are clamped to the last day, before days are added, and the time of day stays."""
    assert text(name, zone(name).plus(local(name, *anchor), duration)) == expected


def test_two_single_months_are_not_always_two_months():
    there = zone("UTC")
    january_31 = utc(2026, 1, 31)

    assert there.plus(there.plus(january_31, months(1)), months(1)) == utc(2026, 3, 28)
    assert there.plus(january_31, months(2)) == utc(2026, 3, 31)


def test_a_day_is_the_same_local_time_tomorrow_and_24_hours_are_not():
    there = zone("Europe/Berlin")
    noon = local("Europe/Berlin", 2026, 3, 28, 12)

    assert text("Europe/Berlin", there.plus(noon, days(1))) == "2026-03-29 12:00:00"
    assert text("Europe/Berlin", there.plus(noon, hours(24))) == "2026-03-29 13:00:00"


def test_a_skipped_time_is_moved_forward_by_the_length_of_the_gap():
    there = zone("Europe/Berlin")
    half_past_two = local("Europe/Berlin", 2026, 3, 28, 2, 30)

    assert text("Europe/Berlin", there.plus(half_past_two, days(1))) == "2026-03-29 03:30:00"
    assert (
        text(
            "Australia/Lord_Howe",
            zone("Australia/Lord_Howe").plus(local("Australia/Lord_Howe", 2026, 9, 4, 2, 15), months(1)),
        )
        == "2026-10-04 02:45:00"
    )


def test_a_time_that_comes_twice_is_the_first_of_the_two():
    there = zone("Europe/Berlin")
    half_past_two = local("Europe/Berlin", 2026, 9, 25, 2, 30)

    assert there.plus(half_past_two, months(1)) == utc(2026, 10, 25, 0, 30)


def test_the_second_of_two_equal_times_leads_to_the_same_time_tomorrow():
    there = zone("Europe/Berlin")

    assert there.plus(utc(2026, 10, 25, 1, 30), days(1)) == there.plus(utc(2026, 10, 25, 0, 30), days(1))


def test_a_day_that_is_skipped_moves_what_was_due_by_a_day():
    there = zone("Pacific/Apia")
    noon = local("Pacific/Apia", 2011, 12, 29, 12)

    assert text("Pacific/Apia", there.plus(noon, days(1))) == "2011-12-31 12:00:00"
    assert text("Pacific/Apia", there.plus(noon, days(2))) == "2011-12-31 12:00:00"


def test_the_repeated_hour_of_yesterday_counts_from_what_the_clock_shows():
    there = zone("America/St_Johns")
    again = utc(2010, 11, 7, 3)  # 23:30 on 6 November, for the second time

    assert text("America/St_Johns", there.plus(again, days(1))) == "2010-11-07 23:30:00"


# Windows


@given(places(), strategies.periods())
def test_shifted_periods_leave_no_gap_and_each_instant_lies_in_its_own(place, window):
    name, instant = place
    there = zone(name)
    start, end = window_of(there, window, instant)

    assert start <= instant < end
    assert window_of(there, window, start) == window_of(there, window, end - 1) == (start, end)
    assert window_of(there, window, end)[0] == end
    assert window_of(there, window, start - 1)[1] == start


@given(places(), st.integers(1, 1439))
def test_a_shifted_day_begins_when_the_clock_shows_its_time_or_would_have(place, minute):
    name, instant = place
    today = clock(name, instant).date()
    starts = {
        to_instant(datetime.combine(today + timedelta(days=more), time(minute // 60, minute % 60), ZoneInfo(name)))
        for more in range(-3, 4)
    }

    found = window_of(zone(name), lc.Shifted(day, minute=minute), instant)

    assert found == (max(at for at in starts if at <= instant), min(at for at in starts if at > instant))


def test_a_time_of_day_that_is_skipped_is_moved_forward_and_of_two_the_first_counts():
    berlin = zone("Europe/Berlin")
    forward, back = date(2026, 3, 29).toordinal(), date(2026, 10, 25).toordinal()

    assert berlin.time(forward, 150) == utc(2026, 3, 29, 1, 30)
    assert berlin.time(back, 150) == utc(2026, 10, 25, 0, 30)
    assert berlin.time(back, 1440) == berlin.midnight(back + 1)
    assert berlin.time(back, 0) == berlin.midnight(back)


def test_where_a_date_is_skipped_two_days_begin_at_once():
    apia, at_four = zone("Pacific/Apia"), day.beginning(at="04:00")
    skipped = apia.time(date(2011, 12, 30).toordinal(), 240)

    assert skipped == apia.time(date(2011, 12, 31).toordinal(), 240)
    assert window_of(apia, at_four, skipped - 1)[1] == skipped
    assert window_of(apia, at_four, skipped)[0] == skipped


@given(places(), strategies.cycles(), st.none() | st.integers(utc(1900, 1, 1), utc(2200, 12, 31)))
def test_cycles_leave_no_gap_and_what_comes_before_an_anchor_is_one_window(place, window, anchor):
    name, instant = place
    there = zone(name)
    start, end = window_of(there, window, instant, anchor)

    assert start <= instant < end
    if isinstance(window.since, lc.Anchor) and anchor is None:
        assert (start, end) == (BEGINNING, FOREVER)
    elif isinstance(window.since, lc.Anchor) and start == BEGINNING:
        turn, _, name = window.since.turn.partition(" of ")
        around = (anchor, anchor) if not turn else there.period(Period(name), anchor)
        first = there.midnight(there.day(around[turn == "end"]))
        delay = window.since.delay
        assert end == (first if delay is None else there.midnight(there.day(there.plus(first, delay))))
    else:
        assert window_of(there, window, end - 1, anchor) == (start, end)
        assert window_of(there, window, end, anchor)[0] == end


def test_cycles_of_days_since_a_date_run_in_both_directions():
    window = lc.cycle(lc.weeks(6), since=date(2026, 1, 5))

    assert window_of(zone("UTC"), window, utc(2026, 1, 5)) == (utc(2026, 1, 5), utc(2026, 2, 16))
    assert window_of(zone("UTC"), window, utc(2026, 1, 5) - 1) == (utc(2025, 11, 24), utc(2026, 1, 5))


def test_a_window_of_a_period_is_the_period():
    there = zone("Europe/Istanbul")

    assert window_of(there, month, utc(2026, 5, 13)) == there.period(month, utc(2026, 5, 13))


def test_a_lifetime_holds_every_instant():
    assert window_of(zone("UTC"), lifetime, utc(1900, 1, 1)) == (BEGINNING, FOREVER)


def test_a_window_since_a_moment_holds_that_moment_and_nothing_before_it():
    start = datetime(2026, 5, 13, tzinfo=UTC)

    assert window_of(zone("UTC"), since(start), to_instant(start)) == (to_instant(start), FOREVER)
    assert window_of(zone("UTC"), since(start), to_instant(start - TICK)) is None


def test_a_rolling_window_has_no_start_of_its_own_and_is_refused():
    with pytest.raises(InvalidValue, match=r"Rolling\(.*is no window with a start and an end of its own"):
        window_of(zone("UTC"), rolling(days=365), 0)


# Zones


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_is_one_value_per_name(name):
    there = zone(name)

    assert there is zone(name)
    assert there is pickle.loads(pickle.dumps(there))  # noqa: S301
    assert there is copy.deepcopy(there)
    assert there is eval(repr(there))  # noqa: S307 - the text is our own
    assert there.name == name
    assert there.is_utc == (name == "UTC")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "UTC ",
        "UTC\n",
        "utc",
        "../../etc/passwd",
        "/usr/share/zoneinfo/UTC",
        "Europe/../UTC",
        "Europe//London",
        "Europe/",
        "Europe/\x00London",
        "Europe/İstanbul",
        "localtime",
        "posixrules",
        "right/Europe/London",
        "tzdata.zi",
        "+03:00",
        "A" * 200,
        b"UTC",
        None,
        3,
        UTC,
        ["UTC"],
    ],
)
def test_what_is_no_name_of_a_zone_is_refused(name):
    with pytest.raises(InvalidValue, match="is no name of a time zone; write one such as 'Europe/Istanbul'"):
        zone(name)


@pytest.mark.parametrize("name", ["Europe/Atlantis", "Europe", "America", "Europe/London/Soho", "SECURITY"])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(InvalidValue, match=f"there is no time zone '{name}' on this machine; check the spelling"):
        zone(name)


@pytest.mark.parametrize("instant", [FOREVER, BEGINNING])
@pytest.mark.parametrize("name", ["UTC", "Asia/Tokyo"])
def test_what_never_comes_has_no_date(name, instant):
    with pytest.raises(InvalidValue, match="have no date"):
        zone(name).day(instant)
