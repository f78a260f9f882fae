"""Clocks: when schedules hold in a zone, at the minute and where clocks are changed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import strategies
from loyalcore.calendar import zone
from loyalcore.conditions import TextOf
from loyalcore.engine.clock import by_the_clock, is_daily, said
from loyalcore.instants import DAY, to_instant
from shop import POINT, USD, Line, Member, Order, date, day, program

NEW_YORK = "America/New_York"
TIMES = ("21:59", "22:00", "23:59", "00:00", "01:59", "02:00")
#: 02:00 goes forward to 03:00 on 8 March 2026, and back to 01:00 on 1 November.
FORWARD, BACK = dt.date(2026, 3, 8), dt.date(2026, 11, 1)


def holds(schedule, at, name="UTC"):
    return bool(by_the_clock(schedule, zone(name))(None, (), to_instant(at), ()))


def span(schedule, date_, name=NEW_YORK):
    """From when until when, in UTC, a schedule holds on a local date, to the minute; None where it does not."""
    first = dt.datetime.combine(date_, dt.time(), ZoneInfo(name)).astimezone(dt.UTC)
    minutes = [first + dt.timedelta(minutes=more) for more in range(24 * 60)]
    inside = [minute for minute in minutes if holds(schedule, minute, name)]
    return (f"{inside[0]:%H:%M}", f"{inside[-1] + dt.timedelta(minutes=1):%H:%M}") if inside else None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("01:00", "04:00", ("06:00", "08:00")),  # two hours are left of three
        ("02:15", "02:45", ("07:15", "07:45")),  # both are skipped, and both moved forward
        ("01:30", "02:15", ("06:30", "07:15")),
        ("02:45", "03:15", None),  # begins at 03:45, after its end
    ],
)
def test_hours_that_the_clock_skips_are_moved_forward(start, end, expected):
    assert span(lc.time_of_day(start, end), FORWARD) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("00:30", "03:00", ("04:30", "08:00")),  # three and a half hours instead of two and a half
        ("01:15", "01:45", ("05:15", "05:45")),  # the first of two
        ("01:30", "02:00", ("05:30", "07:00")),
    ],
)
def test_of_hours_that_come_twice_the_first_counts(start, end, expected):
    assert span(lc.time_of_day(start, end), BACK) == expected


@given(st.integers(0, 1439), st.integers(1, 1440), strategies.moments())
def test_hours_are_those_on_the_clock_where_clocks_are_not_changed(start, end, at):
    if (end - start) % 1440 == 0:
        return
    minute = 60 * at.hour + at.minute

    expected = start <= minute < end if start < end else minute >= start or minute < end
    assert holds(lc.TimeOfDay(start, end), at) is expected


def test_hours_over_midnight_belong_to_both_days():
    night = lc.time_of_day("22:00", "02:00")

    inside = [time for time in TIMES if holds(night, date(f"2026-05-01 {time}"))]
    assert inside == ["22:00", "23:59", "00:00", "01:59"]


@given(strategies.moments(), st.sampled_from(["UTC", "Asia/Tokyo", "America/Sao_Paulo"]))
def test_days_and_months_are_those_of_the_local_date(at, name):
    local = at.astimezone(ZoneInfo(name)).date()
    last = (local + dt.timedelta(days=1)).day == 1

    assert holds(lc.day_of_month(local.day), at, name)
    assert holds(lc.day_of_month(-1), at, name) is last
    assert not holds(lc.day_of_month(local.day % 28 + 1), at, name) or local.day > 28
    assert holds(lc.InMonths((local.month,)), at, name)
    assert not holds(lc.InMonths((local.month % 12 + 1,)), at, name)


def test_a_recurrence_holds_from_each_of_its_dates_for_so_long():
    tuesdays = lc.recurring(
        "FREQ=MONTHLY;BYDAY=2TU;COUNT=2", start=dt.date(2026, 1, 1), at="17:00", lasting=lc.hours(2)
    )

    for moment, expected in [
        ("2026-01-13 16:59", False),
        ("2026-01-13 17:00", True),
        ("2026-01-13 18:59", True),
        ("2026-01-13 19:00", False),
        ("2026-02-10 17:00", True),
        ("2026-03-10 17:00", False),
        ("2025-12-09 17:00", False),
    ]:
        assert holds(tuesdays, date(moment)) is expected


def test_a_recurrence_lasts_by_the_clock_or_by_exact_hours():
    def ends(lasting):
        rule = lc.recurring("FREQ=DAILY;COUNT=1", start=FORWARD, lasting=lasting)
        return holds(rule, date("2026-03-09 04:30"), NEW_YORK)

    assert ends(lc.hours(24))
    assert not ends(lc.days(1))


def test_occurrences_that_reach_into_one_another_are_one():
    days = lc.recurring("FREQ=DAILY;COUNT=3", start=dt.date(2026, 5, 1), lasting=lc.days(2))

    inside = [number for number in range(1, 8) if holds(days, dt.datetime(2026, 5, number, tzinfo=dt.UTC))]
    assert inside == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("end", "count"),
    [("20260503", 3), ("20260503T115959", 2), ("20260503T120000", 3), ("20260503T030000Z", 3), ("20260503T025959Z", 2)],
)
def test_a_recurrence_ends_with_a_date_a_local_time_or_a_moment(end, count):
    noons = lc.recurring(f"FREQ=DAILY;UNTIL={end}", start=dt.date(2026, 5, 1), at="12:00", lasting=lc.hours(1))

    found = [number for number in range(1, 9) if holds(noons, date(f"2026-05-0{number} 03:00"), "Asia/Tokyo")]
    assert found == list(range(1, count + 1))


@given(strategies.schedules(named=[None]), st.sampled_from(["UTC", "Asia/Tokyo"]), strategies.moments())
def test_what_is_said_to_be_daily_is_the_same_from_midnight_to_midnight(schedule, name, at):
    start = to_instant(at) // DAY * DAY

    if is_daily(schedule, zone(name)):
        test = by_the_clock(schedule, zone(name))
        assert len({bool(test(None, (), start + more, ())) for more in (0, 1, DAY // 2, DAY - 1)}) == 1


def test_what_goes_by_the_day_alone_is_daily_in_utc_only():
    utc, tokyo = zone("UTC"), zone("Asia/Tokyo")

    for schedule in (lc.weekday("mon"), lc.day_of_month(1), lc.month_of_year("dec")):
        assert is_daily(schedule, utc)
        assert not is_daily(schedule, tokyo)
    assert not is_daily(lc.time_of_day("17:00", "19:00"), utc)
    assert not is_daily(lc.recurring("FREQ=DAILY;COUNT=1", start=FORWARD), utc)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (lc.weekday("mon"), "Monday, was Thursday"),
        (lc.day_of_month(2, -1), "day 1 from the end or 2 of the month, was 1"),
        (lc.month_of_year("feb", "dec"), "month 2 or 12, was 1"),
        (lc.time_of_day("17:00", "02:00"), "a time from 17:00 until 02:00, was 12:00"),
        (lc.recurring("FREQ=DAILY;COUNT=1", start=FORWARD), "a time of FREQ=DAILY;COUNT=1 from 2026-03-08"),
        (lc.between(FORWARD, None), "a moment from 2026-03-08 until any"),
    ],
)
def test_a_schedule_is_put_into_words(schedule, words):
    assert said(schedule, zone("UTC"), to_instant(day(1))) == words


# Zones of stores and members.


class Sale(lc.Purchase):
    store_zone = lc.Text(missing="")


def shop(when, timezone="UTC"):
    rule = lc.Earn("evening", POINT(5), when=when)
    return lc.Program("shop", version="1", items=Line, purchases=Sale, rules=[rule], timezone=timezone)


def sale(id, at, store_zone=""):
    return Sale(id, at=at, items=[Line("a", "10.00", category="tea")], store_zone=store_zone)


EVENING = ("17:00", "19:00")


@pytest.mark.parametrize(
    ("store_zone", "hour", "expected"),
    [
        ("", 17, "5"),
        ("", 8, "0"),
        ("Asia/Tokyo", 8, "5"),
        ("Asia/Tokyo", 17, "0"),
        (NEW_YORK, 22, "5"),
        ("UTC", 18, "5"),
    ],
)
def test_a_store_has_its_own_hours(store_zone, hour, expected):
    ada = Member(shop(lc.time_of_day(*EVENING, zone=Sale.store_zone)))

    ada.does(sale("p", day(9, hour), store_zone))

    assert ada.has() == expected


def test_a_member_has_hours_by_the_setting_there_was():
    ada = Member(shop(lc.time_of_day(*EVENING, zone=lc.setting("city"))))
    ada.does(sale("p", day(1, 17)))
    ada.does(lc.Settings("s", at=day(2), city="Asia/Tokyo", letter="Mars/Base"))
    ada.does(sale("q", day(3, 17)))
    ada.does(sale("r", day(4, 8)))

    assert ada.has() == "10"
    assert lc.verify(ada.program, ada.account) is None
    assert ada.program.reasons(ada.account, "q") == (
        lc.Reason("evening", None, "needs a time from 17:00 until 19:00, was 02:00 in Asia/Tokyo"),
    )


def test_a_named_zone_counts_wherever_the_program_is():
    ada = Member(shop(lc.time_of_day(*EVENING, zone="Asia/Tokyo"), timezone=NEW_YORK))

    ada.does(sale("p", day(9, 8)))

    assert ada.has() == "5"
    ada.does(sale("q", day(9, 12)))
    assert ada.answer.reasons == (
        lc.Reason("evening", None, "needs a time from 17:00 until 19:00, was 21:00 in Asia/Tokyo"),
    )


@pytest.mark.parametrize("bad", ["Mars/Base", "localtime", "../etc/passwd", "europe/london"])
def test_a_text_that_names_no_zone_is_refused_before_anything_is_done(bad):
    store = Member(shop(~lc.time_of_day(*EVENING, zone=Sale.store_zone) | lc.weekday("mon")))
    store.does(sale("o", day(1)))
    before = store.account

    with pytest.raises(lc.InvalidValue, match=r"store_zone of purchase 'p' is read as a zone: .*zone"):
        store.does(sale("p", day(2), bad))
    assert store.account == before

    ada = Member(shop(lc.weekday("mon", zone=lc.setting("city"))))
    with pytest.raises(lc.InvalidValue, match=r"city of settings 's' is read as a zone: .*zone"):
        ada.does(lc.Settings("s", at=day(1), city=bad))
    assert ada.account.version == 0


def test_a_row_whose_text_names_no_zone_is_refused_by_name():
    rules = shop(lc.weekday("mon", zone=Sale.store_zone))
    items = lc.bind_items(Line, net=0, category=1)
    binding = lc.bind(Sale, items, id=0, at=1, member=2, lines=3, store_zone=4)

    with pytest.raises(lc.InvalidValue, match="there is no time zone 'Mars/Base'"):
        rules.replay([("p", day(1), "ada", [(1000, "tea")], "Mars/Base")], binding).run()


def test_boosts_by_day_are_looked_up_by_day_only_where_the_zone_is_utc():
    """Points double on the first of the month in Tokyo, which begins at 15:00 in UTC."""
    for where, hours in (("UTC", (0, 23)), ("Asia/Tokyo", (-9, 14))):
        ada = Member(
            program(
                lc.Earn("base", POINT.per(USD(1), Line.net)),
                lc.Boost("first", "x2", of="base", when=lc.day_of_month(1, zone=where)),
                lc.Reward("mug", POINT(500)),
            )
        )
        for number, hour in enumerate((hours[0] - 1, *hours, hours[1] + 1)):
            ada.buys(str(number), day(32, hour), "1.00")

        assert ada.has() == "6"


def test_a_zone_of_the_event_is_no_day_for_all():
    text = TextOf("event", "channel")
    ada = Member(
        program(
            lc.Earn("base", POINT.per(USD(1), Line.net)),
            lc.Boost("first", "x2", of="base", when=lc.day_of_month(1, zone=text)),
        )
    )
    ada.buys("p", day(32, 14), "1.00", channel="Asia/Tokyo")
    ada.buys("q", day(32, 15), "1.00", channel="Asia/Tokyo")
    ada.buys("r", day(32, 15), "1.00", channel="UTC")

    assert ada.has() == "5"
    assert Order.channel == text
