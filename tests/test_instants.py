"""Moments come in as aware datetimes, are integers inside, and go out as UTC datetimes."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loyalcore.errors import InvalidValue
from loyalcore.instants import BEGINNING, DAY, FOREVER, HOUR, from_instant, to_instant

FIRST = datetime(1900, 1, 1, tzinfo=UTC)
LAST = datetime(2200, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
NAIVE = datetime(2026, 1, 31, 12)
TICK = timedelta(microseconds=1)


class Undecided(tzinfo):
    """A time zone that does not know its offset, which makes a datetime naive."""

    def utcoffset(self, dt):  # noqa: ARG002 - the signature is the standard library's
        return None


def moments():
    return st.datetimes(
        min_value=FIRST.replace(day=2, tzinfo=None),
        max_value=LAST.replace(day=30, tzinfo=None),
        timezones=st.one_of(
            st.just(UTC),
            st.sampled_from(["Europe/Istanbul", "Africa/Monrovia", "Pacific/Apia", "America/Sao_Paulo"]).map(ZoneInfo),
            st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone),
        ),
    )


def test_an_instant_counts_microseconds_since_1970():
    assert to_instant(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert to_instant(datetime(1970, 1, 2, 1, 0, 0, 7, tzinfo=UTC)) == DAY + HOUR + 7
    assert to_instant(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


def test_an_instant_does_not_depend_on_the_zone_it_was_written_in():
    noon_in_london = datetime(2026, 1, 31, 12, tzinfo=UTC)

    assert to_instant(noon_in_london.astimezone(ZoneInfo("Asia/Kathmandu"))) == to_instant(noon_in_london)


def test_a_local_time_that_comes_twice_is_the_first_of_the_two_unless_its_fold_says_otherwise():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert to_instant(first) == to_instant(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert to_instant(first.replace(fold=1)) == to_instant(first) + HOUR


def test_a_local_time_that_is_skipped_is_moved_forward_by_the_gap():
    skipped = datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert to_instant(skipped) == to_instant(datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Berlin")))


def test_the_years_1900_to_2200_are_taken_whole():
    assert from_instant(to_instant(FIRST)) == FIRST
    assert from_instant(to_instant(LAST)) == LAST


def test_every_moment_lies_between_the_beginning_and_forever():
    assert BEGINNING < to_instant(FIRST) < to_instant(LAST) < FOREVER


def test_a_derived_instant_may_leave_the_years_of_given_ones():
    assert from_instant(to_instant(LAST) + 100 * 366 * DAY).year == 2301
    assert from_instant(to_instant(FIRST) - DAY) == datetime(1899, 12, 31, tzinfo=UTC)


@given(moments())
@example(datetime(2026, 7, 1, 23, 59, 59, 999_999, tzinfo=UTC))
def test_there_and_back_is_the_same_moment_to_the_microsecond(moment):
    back = from_instant(to_instant(moment))

    assert back.tzinfo is UTC
    assert back - moment.astimezone(UTC) == timedelta(0)


@given(st.integers(to_instant(FIRST), to_instant(LAST)))
def test_back_and_there_is_the_same_instant(instant):
    assert to_instant(from_instant(instant)) == instant


@given(moments(), moments())
def test_instants_are_ordered_as_their_moments(one, other):
    one, other = one.astimezone(UTC), other.astimezone(UTC)

    assert (to_instant(one) < to_instant(other)) == (one < other)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (NAIVE, "at has no time zone: datetime.datetime"),
        (NAIVE.replace(tzinfo=Undecided()), "at has no time zone"),
        (date(2026, 1, 31), "at must be a datetime with a time zone, not date"),
        (1_769_860_800, "not int 1769860800"),
        (1_769_860_800.5, "not float 1769860800.5"),
        (True, "not bool True"),
        ("2026-01-31T12:00Z", "not str '2026-01-31T12:00Z'"),
        (None, "not NoneType None"),
        (FIRST - TICK, "outside the years 1900 to 2200"),
        (LAST + TICK, "outside the years 1900 to 2200"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), "outside the years 1900 to 2200"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), "outside the years 1900 to 2200"),
    ],
)
def test_what_is_no_moment_is_refused(value, message):
    with pytest.raises(InvalidValue, match=message):
        to_instant(value)


def test_a_refusal_names_what_was_asked_for_and_the_way_out():
    with pytest.raises(InvalidValue, match=r"now has no time zone: .*ZoneInfo\('Europe/Istanbul'\)"):
        to_instant(NAIVE, "now")


@pytest.mark.parametrize(
    ("instant", "message"),
    [
        (FOREVER, "no moment of the years 1800 to 2999"),
        (BEGINNING, "no moment of the years 1800 to 2999"),
        (0.0, "must be an int, not float 0.0"),
        (False, "must be an int, not bool False"),
        (FIRST, "make one with to_instant"),
    ],
)
def test_what_is_no_instant_is_refused(instant, message):
    with pytest.raises(InvalidValue, match=message):
        from_instant(instant)
