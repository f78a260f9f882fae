"""A cause says what raises a rule besides an event."""

import datetime as dt

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT

MONTHLY = lc.recurring("FREQ=MONTHLY;COUNT=5", start=dt.date(2026, 1, 10))
CAUSES = [
    lc.entered("status"),
    lc.entered("status", "silver", "gold"),
    lc.renewed("status", "gold"),
    lc.left("status", "gold"),
    lc.ended(lc.year),
    lc.ended(lc.month),
    lc.began(MONTHLY),
    lc.began(lc.recurring("FREQ=MONTHLY;COUNT=5", start=dt.date(2026, 1, 10), at="06:00")),
    lc.began(lc.recurring("FREQ=MONTHLY;COUNT=5", start=dt.date(2026, 1, 10), zone="Asia/Tokyo")),
    lc.expiring(POINT),
]


@pytest.mark.parametrize("cause", CAUSES, ids=refusals.numbered(CAUSES))
def test_a_cause_is_a_value_with_a_text_of_its_own(cause):
    values.check(cause)
    assert [each for each in CAUSES if each.text == cause.text] == [cause]


def test_the_order_in_which_tiers_are_named_makes_no_difference():
    assert lc.entered("status", "gold", "silver") == lc.entered("status", "silver", "gold")


@pytest.mark.parametrize("zone", [None, "Asia/Tokyo"])
def test_how_long_a_recurrence_lasts_makes_no_difference_to_when_it_begins(zone):
    short, long = (
        lc.began(lc.recurring("FREQ=MONTHLY;COUNT=5", start=dt.date(2026, 1, 10), lasting=lasting, zone=zone))
        for lasting in (lc.hours(2), lc.days(20))
    )
    assert short == long


@refusals.table(
    [
        *((lc.TierCause, {"change": bad, "ladder": "status"}, lc.InvalidValue) for bad in ("lost", "", None, 5)),
        *((lc.TierCause, {"change": "entered", "ladder": bad}, lc.InvalidValue) for bad in ("", None, 5)),
        *(
            (lc.TierCause, {"change": "entered", "ladder": "status", "tiers": bad}, lc.InvalidValue)
            for bad in (None, ["gold"], "gold", ("",), (5,), ("gold", "gold"))
        ),
        *(
            (lc.WindowEnd, {"window": bad}, lc.InvalidValue)
            for bad in (None, "year", lc.lifetime, lc.rolling(days=5), lc.Since(0), lc.purchase, lc.end_of(lc.year))
        ),
        *(
            (lc.began, {"turn": bad}, lc.InvalidValue)
            for bad in (
                None,
                "FREQ=DAILY",
                lc.weekday("mon"),
                lc.weekday("mon", zone="Asia/Tokyo"),
                lc.recurring("FREQ=MONTHLY;COUNT=5", start=dt.date(2026, 1, 10), zone=lc.setting("zone")),
            )
        ),
        *((lc.expiring, {"unit": bad}, lc.InvalidValue) for bad in (None, "point", POINT(1))),
    ]
)
def test_what_can_cause_nothing_is_refused(function, bad, error):
    refusals.check(function, bad, error)
