"""Tiers are given by hand for a reason, and a standing says where a member is."""

import datetime as dt
from fractions import Fraction

import loyalcore as lc
import refusals
import values
from strategies import USD, Order

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
GIVEN = {"id": "t", "at": NOON, "ladder": "status", "tier": "gold", "reason": "match"}
SPENT = Order.net.over(lc.year)


def test_a_need_says_what_is_missing():
    need = lc.Need(SPENT, lc.Bound(500, "USD"), lc.Bound(Fraction("123.45"), "USD"))

    values.check(need)
    assert need.missing == USD("376.55").as_bound()
    assert lc.Need(SPENT, lc.Bound(500, "USD"), lc.Bound(600, "USD")).missing == lc.Bound(0, "USD")


def test_a_standing_is_a_value():
    need = lc.Need(SPENT, lc.Bound(500, "USD"), lc.Bound(5, "USD"))

    standing = lc.Standing("status", "silver", NOON, None, None, "gold", (), (need,))

    for again in values.copies(standing):
        assert again == standing
        assert hash(again) == hash(standing)


@refusals.table(
    [
        *((lc.TierAdjustment, {**GIVEN, "ladder": bad}, lc.InvalidValue) for bad in ("", None, 5)),
        *((lc.TierAdjustment, {**GIVEN, "tier": bad}, lc.InvalidValue) for bad in ("", 5)),
        *((lc.TierAdjustment, {**GIVEN, "reason": bad}, lc.InvalidValue) for bad in ("", " ", None, 5)),
        *((lc.TierAdjustment, {**GIVEN, "until": bad}, lc.InvalidValue) for bad in (NOON, 5, lc.year, "never")),
        (lc.TierAdjustment, {**GIVEN, "tier": None, "until": lc.never}, lc.InvalidValue),
        *((lc.Need, {"measure": bad, "wanted": lc.Bound(1), "now": lc.Bound(1)}, lc.InvalidValue) for bad in (None, 5)),
        *((lc.Need, {"measure": SPENT, "wanted": bad, "now": lc.Bound(1)}, lc.InvalidValue) for bad in (None, 5)),
        *((lc.Need, {"measure": SPENT, "wanted": lc.Bound(1), "now": bad}, lc.InvalidValue) for bad in (None, 5)),
    ]
)
def test_what_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
