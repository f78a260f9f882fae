"""Dates that events carry: what schedules say of them, and the days between them, in the engine and interpreted."""

import datetime as dt

import pytest

import loyalcore as lc
import refusals
import values
from loyalcore import interpreted
from shop import POINT, USD, Member, date, day


class Stay(lc.Purchase):
    check_in = lc.Date()
    check_out = lc.Date(missing="2026-07-05")


class Booking(lc.Activity):
    arrives = lc.Date(missing=dt.date(2026, 7, 1))
    place = lc.Text(missing="")


NIGHTS = Stay.check_out - Stay.check_in
AHEAD = Stay.check_in - lc.happened


def program(*rules, **terms):
    return lc.Program("hotel", version="1", purchases=Stay, activities=Booking, rules=rules, **terms)


def given(rule, event, **terms):
    """The points that one event brings by a rule, by the engine and by the interpreted form."""
    shop = program(rule, **terms)
    answer, read = (
        decide(shop.open("ada"), event) for decide in (shop.decide, lambda *of: interpreted.decide(shop, *of))
    )
    assert answer.entries == read.entries
    return answer.account.balance(POINT).minor


def stay(check_in, check_out, at=None, **more):
    return Stay("s", at=at or day(1), net=100, check_in=check_in, check_out=check_out, **more)


@pytest.mark.parametrize(
    "value",
    [
        Stay.check_in,
        lc.happened,
        NIGHTS,
        AHEAD,
        Stay.check_in.is_on(lc.weekday("sat")),
        lc.Earn("nights", POINT.per(1, NIGHTS), when=Stay.check_in.is_on(lc.month_of_year("jul"))),
        lc.Date(),
        lc.Date(missing=dt.date(2026, 7, 5)),
        Stay.schema(),
    ],
    ids=range(9),
)
def test_dates_and_what_is_asked_of_them_are_values(value):
    values.check(value)


@refusals.table(
    [
        *((lc.Date, {"missing": bad}, lc.InvalidValue) for bad in (5, "tomorrow", "2026-02-30", date("2026-01-01"))),
        *((lc.DateOf, {"name": bad}, lc.InvalidValue) for bad in (None, 5)),
        *(
            (lc.DaysBetween, {"later": Stay.check_in, "earlier": lc.happened, **bad}, lc.InvalidValue)
            for bad in ({"later": None}, {"earlier": 5}, {"earlier": Stay.check_in})
        ),
        *(
            (lc.DateIsOn, {"date": Stay.check_in, "schedule": lc.weekday("sat"), **bad}, lc.InvalidValue)
            for bad in (
                {"date": None},
                {"date": lc.happened},
                {"schedule": None},
                {"schedule": lc.in_tier("status", "gold")},
                {"schedule": lc.time_of_day("06:00", "12:00")},
                {"schedule": lc.weekday("sat", zone="Asia/Tokyo")},
            )
        ),
        *(
            (stay, {"check_in": bad, "check_out": "2026-07-05"}, lc.InvalidValue)
            for bad in (None, 5, "7/1/2026", date("2026-07-01"), "1899-12-31", dt.date(2201, 1, 1))
        ),
    ]
)
def test_what_is_no_date_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_items_have_no_dates():
    with pytest.raises(lc.InvalidValue, match="purchases and activities have dates"):
        type("Line", (lc.Item,), {"best_before": lc.Date()})


def test_dates_are_subtracted_from_dates_alone():
    with pytest.raises(TypeError):
        Stay.check_in - 5


def test_a_date_is_given_as_a_date_or_its_text_and_kept_as_text():
    first, second = stay(dt.date(2026, 7, 1), "2026-07-03"), stay("2026-07-01", dt.date(2026, 7, 3))
    assert first == second
    assert (first.check_in, first.check_out) == (dt.date(2026, 7, 1), dt.date(2026, 7, 3))
    answer = program(lc.Earn("base", POINT.per(USD(1), Stay.net))).decide(lc.Program.open(program(), "ada"), first)
    assert answer.entries[0].content[2:] == (("check_in", "check_out"), ("2026-07-01", "2026-07-03"))
    assert stay("2026-07-01", "2026-07-05") == Stay("s", at=day(1), net=100, check_in="2026-07-01")


@pytest.mark.parametrize(
    "rule",
    [
        lc.Earn("a", POINT(1), when=Booking.arrives.is_on(lc.weekday("sat"))),
        lc.Earn("a", POINT(1), on=Booking, when=(Stay.check_in - lc.happened).at_least(1)),
        lc.Earn("a", POINT(1), on=Booking, when=lc.DateOf("place").is_on(lc.weekday("sat"))),
        lc.Earn("a", POINT(1), when=NIGHTS.at_least(USD(1))),
        lc.Earn("a", POINT(1), on=lc.Enrolment, when=(lc.happened - Stay.check_in).at_least(1)),
        lc.Reward("a", POINT(1), when=Stay.check_in.is_on(lc.weekday("sat"))),
    ],
    ids=range(6),
)
def test_a_program_asks_for_the_dates_that_its_events_declare(rule):
    with pytest.raises((lc.InvalidProgram, lc.InvalidValue)):
        program(lc.Earn("base", POINT.per(USD(1), Stay.net)), rule)


@pytest.mark.parametrize(
    ("check_in", "check_out", "points"),
    [("2026-05-30", "2026-06-02", 1500), ("2026-02-28", "2026-03-01", 500), ("2026-07-01", "2026-07-01", 0)],
)
def test_so_many_points_a_night(check_in, check_out, points):
    assert given(lc.Earn("nights", POINT(500).per(1, NIGHTS)), stay(check_in, check_out)) == points


def test_days_that_run_backwards_give_nothing_and_are_below_zero_where_they_are_asked_for():
    backwards = stay("2026-07-05", "2026-07-01")
    assert given(lc.Earn("nights", POINT(500).per(1, NIGHTS)), backwards) == 0
    assert given(lc.Earn("nights", POINT(500).per(1, NIGHTS) + POINT(2100)), backwards) == 100
    assert given(lc.Earn("odd", POINT(7), when=NIGHTS.is_(-4)), backwards) == 7
    assert given(lc.Earn("nights", POINT(5).per(1, NIGHTS), over=lc.month), backwards) == 0


@pytest.mark.parametrize(
    ("at", "zone", "points"),
    [
        ("2026-06-01 12:00", "UTC", 9),
        ("2026-06-02 12:00", "UTC", 0),
        ("2026-06-01 23:30", "UTC", 9),
        ("2026-06-01 23:30", "Europe/Berlin", 0),
        ("2026-06-02 03:30", "America/New_York", 9),
    ],
)
def test_who_books_thirty_days_ahead_by_the_calendar_of_the_program(at, zone, points):
    early = lc.Earn("early", POINT(9), when=AHEAD.at_least(30))
    assert given(early, stay("2026-07-01", "2026-07-03", date(at)), timezone=zone) == points


@pytest.mark.parametrize("zone", ["UTC", "Africa/Cairo", "Pacific/Auckland", "America/St_Johns"])
@pytest.mark.parametrize(
    ("schedule", "points"),
    [
        (lc.weekday("fri"), 9),
        (lc.weekday("thu", "sat"), 0),
        (lc.month_of_year("apr"), 9),
        (lc.day_of_month(24), 9),
        (lc.day_of_month(-1), 0),
        (lc.between(dt.date(2026, 4, 24), through=dt.date(2026, 4, 24)), 9),
        (lc.between(dt.date(2026, 4, 25), None), 0),
        (lc.recurring("FREQ=WEEKLY;BYDAY=FR;COUNT=4", start=dt.date(2026, 4, 3)), 9),
    ],
)
def test_a_schedule_is_asked_of_a_date_in_any_zone(zone, schedule, points):
    # 24 April 2026 is a Friday, on which clocks in Cairo go forward at midnight.
    bonus = lc.Earn("bonus", POINT(9), when=Stay.check_in.is_on(schedule))
    assert given(bonus, stay("2026-04-24", "2026-04-30"), timezone=zone) == points


def test_an_activity_has_dates_as_well():
    rule = lc.Earn("bonus", POINT(9), on=Booking, when=(Booking.arrives - lc.happened).below(7) & HIGH)
    assert given(rule, Booking("b", at=date("2026-06-27"), name="booked")) == 9
    assert given(rule, Booking("b", at=date("2026-06-24"), name="booked")) == 0


HIGH = Booking.arrives.is_on(lc.month_of_year("jul"))


def test_a_return_judges_what_is_kept_by_the_dates_of_the_purchase():
    rule = lc.Earn("base", POINT.per(USD(1), Stay.net), when=NIGHTS.at_least(3))
    nightly = lc.Earn("nights", POINT(500).per(1, NIGHTS))
    ada = Member(program(rule, nightly))
    ada.does(stay("2026-07-01", "2026-07-04"))
    ada.does(lc.Return("r", at=day(200), of="s", net=40))
    assert ada.has() == "1560"

    ada.returns("r2", day(201), "s")
    assert ada.has() == "0"


ARRIVED = (lc.happened - Booking.arrives).at_least(0)


def test_what_waits_for_an_activity_may_ask_for_its_dates():
    rule = lc.Earn("later", POINT(9), pending=lc.until(ARRIVED, within=lc.days(400)))
    ada = Member(program(rule))
    ada.does(stay("2026-07-01", "2026-07-04"))
    for id, at, points in (("b1", "2026-06-30", "0"), ("b2", "2026-07-01", "9")):
        ada.does(Booking(id, at=date(at), name="checked", of="s"))
        assert ada.has() == points


def test_reasons_say_which_date_was_asked():
    rules = [
        lc.Earn("early", POINT(9), when=AHEAD.at_least(30)),
        lc.Earn("weekend", POINT(5), when=Stay.check_in.is_on(lc.weekday("sat"))),
    ]
    answer = program(*rules).decide(program(*rules).open("ada"), stay("2026-07-01", "2026-07-03", date("2026-06-15")))

    assert [str(reason) for reason in answer.reasons] == [
        "early: gave nothing: needs days from the event to check_in >= 30, was 16; 14 more would have given 9 point",
        "weekend: gave nothing: needs check_in on Saturday, was Wednesday",
    ]


def test_splitting_a_stay_into_parts_may_bring_more():
    assert lc.Earn("nights", POINT(500).per(1, NIGHTS)).splitting_pays
    assert lc.Earn("nights", POINT(500).per(1, NIGHTS), over=lc.month).splitting_pays
    assert not lc.Earn("a", POINT.per(USD(1), Stay.net), when=Stay.check_in.is_on(lc.weekday("sat"))).splitting_pays
