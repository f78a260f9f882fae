"""Schedules are values that ask when something happened; what makes no sense is refused when it is written."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

import loyalcore as lc
import refusals
import strategies
import values
from loyalcore.instants import BEGINNING, FOREVER
from strategies import POINT, Line, Order

FIRST_OF_MAY = dt.date(2026, 5, 1)
NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
WEEKLY = "FREQ=WEEKLY;COUNT=3"


def on_day(day):
    return lc.weekday(day)


@given(strategies.schedules(named=[None, "UTC", "Asia/Tokyo", Order.channel, lc.setting("city")]))
def test_a_schedule_is_a_value_about_the_event(schedule):
    values.check(schedule)
    values.check(~schedule)
    assert schedule.about == "event"
    assert ~~schedule == schedule


def test_the_order_in_which_days_are_named_does_not_count():
    assert lc.day_of_month(-1, 15, 1, 15) == lc.day_of_month(1, 15, -1)
    assert lc.month_of_year("feb", "jan") == lc.InMonths((1, 2))
    assert lc.weekday("sun", "sat") == lc.OnWeekdays((5, 6))


def test_midnight_may_be_written_as_the_end_of_a_day_or_the_begin_of_the_next():
    assert lc.time_of_day("22:00", "00:00") == lc.time_of_day("22:00", "24:00") == lc.TimeOfDay(1320, 1440)


def test_a_recurrence_is_equal_to_what_says_the_same_in_other_words():
    one = lc.recurring("RRULE:WKST=MO;COUNT=3;FREQ=WEEKLY", start=FIRST_OF_MAY)

    assert one == lc.recurring(WEEKLY, start=FIRST_OF_MAY, at="00:00", lasting=lc.days(1))
    assert one == lc.Recurring(WEEKLY, "2026-05-01")


def test_no_zone_is_the_programs_and_another_one_is_said():
    assert lc.weekday("mon") == lc.OnWeekdays((0,))
    assert lc.weekday("mon", zone="Asia/Tokyo") == lc.InZone(lc.OnWeekdays((0,)), "Asia/Tokyo")
    assert lc.between(FIRST_OF_MAY, None, zone=Order.channel).zone == lc.TextOf("event", "channel")


def test_between_takes_dates_moments_and_open_ends():
    local = NOON.astimezone(ZoneInfo("Europe/Istanbul"))

    assert lc.between(FIRST_OF_MAY, dt.date(2026, 6, 1)) == lc.Between("2026-05-01", "2026-06-01")
    assert lc.between(None, None) == lc.Between(BEGINNING, FOREVER)
    assert lc.between(NOON, None) == lc.between(local, None)
    assert lc.between(FIRST_OF_MAY, NOON).about == "event"


@refusals.table(
    [
        *((lc.OnWeekdays, {"days": bad}, lc.InvalidValue) for bad in ((), (7,), (-1,), (True,), ("mon",), 5, None)),
        *((on_day, {"day": bad}, lc.InvalidValue) for bad in ("monday", "", 0, None, [], 10**5000)),
        (lc.weekday, {}, lc.InvalidValue),
        *((lc.OnDays, {"days": bad}, lc.InvalidValue) for bad in ((), (0,), (32,), (-32,), (True,), ("1",), 5, None)),
        (lc.day_of_month, {}, lc.InvalidValue),
        *((lc.InMonths, {"months": bad}, lc.InvalidValue) for bad in ((), (0,), (13,), (True,), ("jan",), 5, None)),
        (lambda: lc.month_of_year("january"), {}, lc.InvalidValue),
        (lc.month_of_year, {}, lc.InvalidValue),
        *(
            (lc.time_of_day, {"start": start, "end": end}, lc.InvalidValue)
            for start, end in (
                ("17:00", "17:00"),
                ("00:00", "24:00"),
                ("24:00", "02:00"),
                ("7:00", "09:00"),
                ("07:00", "9"),
                ("07:60", "09:00"),
                (7, 9),
                (None, "09:00"),
                (dt.time(7), "09:00"),
            )
        ),
        *((lc.TimeOfDay, {"start": bad, "end": 9}, lc.InvalidValue) for bad in (-1, 1440, True, None, "7", 9)),
        *((lc.TimeOfDay, {"start": 9, "end": bad}, lc.InvalidValue) for bad in (0, 1441, True, None, "7")),
        *((lc.Between, {"start": bad, "end": FOREVER}, lc.InvalidValue) for bad in (None, 1.5, True, "", "2026-5-1")),
        *(
            (lc.Between, {"start": bad, "end": FOREVER}, lc.InvalidValue)
            for bad in ("20260501", "2026-W18-5", "2026-02-30")
        ),
        *(
            (lc.Between, {"start": bad, "end": FOREVER}, lc.InvalidValue)
            for bad in ("1899-12-31", "2201-01-01", -(2**63))
        ),
        (lc.Between, {"start": 5, "end": 5}, lc.InvalidValue),
        (lc.between, {"start": FIRST_OF_MAY, "end": FIRST_OF_MAY}, lc.InvalidValue),
        (lc.between, {"start": NOON, "end": NOON - dt.timedelta(hours=1)}, lc.InvalidValue),
        (lc.between, {"start": dt.datetime(2026, 5, 1), "end": None}, lc.InvalidValue),
        (lc.between, {"start": "2026-05-01", "end": None}, lc.InvalidValue),
        (lc.between, {"start": dt.date(1, 1, 1), "end": None}, lc.InvalidValue),
        *((lc.recurring, {"rule": WEEKLY, "start": bad}, lc.InvalidValue) for bad in (NOON, None, "2026-05-01", 5)),
        *(
            (lc.recurring, {"rule": WEEKLY, "start": FIRST_OF_MAY, "at": bad}, lc.InvalidValue)
            for bad in ("24:00", "7", 7, None)
        ),
        *(
            (lc.recurring, {"rule": WEEKLY, "start": FIRST_OF_MAY, "lasting": bad}, lc.InvalidValue)
            for bad in (None, 5, lc.month, "2 hours")
        ),
        (lc.recurring, {"rule": "FREQ=DAILY", "start": FIRST_OF_MAY}, lc.InvalidValue),
        (lc.recurring, {"rule": "FREQ=DAILY;INTERVAL=7;BYDAY=SA;COUNT=1", "start": FIRST_OF_MAY}, lc.InvalidValue),
        *((lc.Recurring, {"rule": WEEKLY, "start": bad}, lc.InvalidValue) for bad in (None, 5, "2026-02-30")),
        *(
            (lc.InZone, {"schedule": bad, "zone": "UTC"}, lc.InvalidValue)
            for bad in (None, Order.channel.is_("x"), lc.always, lc.weekday("mon", zone="UTC"), ~lc.weekday("mon"))
        ),
        *(
            (lc.InZone, {"schedule": lc.weekday("mon"), "zone": bad}, lc.InvalidValue)
            for bad in ("Mars/Base", "", 5, None, Line.category, dt.UTC)
        ),
    ]
)
def test_a_schedule_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_a_zone_is_read_from_a_text_that_is_declared():
    def program(when, **options):
        return lc.Program("p", version="1", purchases=Order, rules=[lc.Earn("e", POINT(1), when=when, **options)])

    assert program(lc.weekday("mon", zone=Order.channel))
    assert program(lc.weekday("mon", zone=lc.setting("city")), on=lc.Enrolment)
    for text in ("city", "express", "nights"):
        with pytest.raises(lc.InvalidProgram, match=f"reads a zone from '{text}', a text that no purchase declares"):
            program(lc.weekday("mon", zone=lc.TextOf("event", text)))
    with pytest.raises(lc.InvalidProgram, match="a text that no enrolment declares"):
        program(lc.weekday("mon", zone=Order.channel), on=lc.Enrolment)


def test_splitting_a_purchase_does_not_change_when_it_is():
    for when in (lc.time_of_day("17:00", "19:00"), lc.day_of_month(1, zone="Asia/Tokyo"), ~lc.month_of_year("dec")):
        assert not lc.Earn("e", POINT.per(lc.Money("USD")(1), Line.net), when=when).splitting_pays


def test_a_recurrence_says_on_which_dates_it_begins():
    dates = lc.recurring("FREQ=MONTHLY;BYDAY=2TU;COUNT=2", start=dt.date(2026, 1, 1)).dates

    assert dates == (dt.date(2026, 1, 13), dt.date(2026, 2, 10))


def test_a_recurrence_says_at_which_moments_it_begins_in_a_zone():
    def moments(rule, zone, start=dt.date(1997, 12, 22), at="09:00"):
        return [f"{each:%d %H:%M}" for each in lc.recurring(rule, start=start, at=at).moments(zone)]

    until = "FREQ=DAILY;UNTIL=19971224T000000Z"
    assert moments(until, "America/New_York") == ["22 14:00", "23 14:00"]
    assert moments(until, "Asia/Tokyo") == ["22 00:00", "23 00:00", "24 00:00"]
    assert lc.recurring("FREQ=HOURLY;INTERVAL=6;COUNT=3", start=NOON.date(), at="12:00").dates == (
        NOON.date(),
        NOON.date() + dt.timedelta(days=1),
    )
    # On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00.
    skipped = moments("FREQ=MINUTELY;INTERVAL=30;COUNT=4", "Europe/Berlin", dt.date(2026, 3, 29), "02:00")
    assert skipped == ["29 01:00", "29 01:30"], "what the clock skips is moved, and what comes then is there once"


def test_a_recurrence_in_a_zone_knows_it_and_its_times():
    happy = lc.recurring("FREQ=DAILY;COUNT=2", start=NOON.date(), at="17:00", zone="Asia/Tokyo")

    assert isinstance(happy, lc.InZone)
    assert happy == lc.InZone(lc.recurring("FREQ=DAILY;COUNT=2", start=NOON.date(), at="17:00"), "Asia/Tokyo")


@pytest.mark.parametrize(
    ("schedule", "said"),
    [(lc.weekday, "no weekday is given"), (lc.month_of_year, "no month is given"), (lc.day_of_month, "none is given")],
)
def test_a_schedule_of_no_days_says_that_none_was_given(schedule, said):
    with pytest.raises(lc.InvalidValue, match=said):
        schedule()
