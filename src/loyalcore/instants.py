"""
Moments as integers: microseconds since 1970-01-01T00:00Z.

Aware datetimes come in and go out, integers are what the library reckons with.
Both directions are integer arithmetic: no float, no rounding, and no zone other than the datetime's own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from loyalcore.errors import InvalidValue

__all__ = ["BEGINNING", "DAY", "FOREVER", "HOUR", "MINUTE", "from_instant", "to_instant"]

#: Before every moment: the start of a window that never began.
BEGINNING = -(2**62)
#: After every moment: the expiry of a lot that never expires, the end of a window that never ends.
FOREVER = 2**62

#: Microseconds of an hour; an hour is always as long as this.
HOUR = 3_600_000_000
#: A minute.
MINUTE = HOUR // 60
#: Microseconds of a day in UTC; a local day may be shorter or longer.
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_GIVEN_MIN = (datetime(1900, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_GIVEN_END = (datetime(2201, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
# What is derived from a given moment lies outside its bounds: the week it falls into begins before 1900, the lot
# it makes expires after 2200. Durations are bounded as well, so nothing derived leaves these years.
_DERIVED_MIN = (datetime(1800, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_DERIVED_END = (datetime(3000, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def to_instant(value: object, what: str = "at") -> int:
    """
    Return an aware datetime as microseconds since 1970-01-01T00:00Z.

    Takes the UTC years 1900 to 2200, both included.
    A local time that its zone skips or repeats is read as its `fold` says, which by default means moved forward by
    the length of the gap, and the first of the two.

        >>> to_instant(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
        1000000

    """
    if not isinstance(value, datetime):
        raise InvalidValue(
            f"{what} must be a datetime with a time zone, not {type(value).__name__} {value!r}; "
            "write datetime(2026, 1, 31, 12, 0, tzinfo=UTC), or with another zone"
        )
    if value.tzinfo is not UTC and value.utcoffset() is None:
        raise InvalidValue(
            f"{what} has no time zone: {value!r}; say which one its clock shows, "
            "as in value.replace(tzinfo=ZoneInfo('Europe/Istanbul'))"
        )
    passed = value - _EPOCH
    instant = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
    if not _GIVEN_MIN <= instant < _GIVEN_END:
        raise InvalidValue(
            f"{what} is outside the years 1900 to 2200: {value!r}; "
            "check the year, or leave out an end that is not meant"
        )
    return instant


def from_instant(instant: int) -> datetime:
    """
    Return the UTC datetime of an instant, exact to the microsecond.

    Takes the years 1800 to 2999; `BEGINNING` and `FOREVER` are no moments and are refused.

        >>> from_instant(1_000_000)
        datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc)

    """
    if isinstance(instant, bool) or not isinstance(instant, int):
        raise InvalidValue(
            f"an instant must be an int, not {type(instant).__name__} {instant!r}; make one with to_instant()"
        )
    if not _DERIVED_MIN <= instant < _DERIVED_END:
        raise InvalidValue(
            f"instant {instant} is no moment of the years 1800 to 2999; an instant counts microseconds since 1970, "
            "and BEGINNING and FOREVER have no date"
        )
    return _EPOCH + timedelta(microseconds=instant)
