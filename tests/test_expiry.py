"""An expiry says when the units of one kind end."""

import datetime as dt

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT

ON_DATES = lc.on_dates(dt.datetime(2027, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
BY_TIER = lc.life_by_tier("status", {"gold": lc.months(24), "black": lc.never}, otherwise=lc.months(12))
LIVES = [
    lc.days(365),
    lc.months(12),
    lc.end_of(lc.month, after=lc.months(6)),
    lc.inactivity(lc.months(12)),
    lc.inactivity(lc.months(12), by=[lc.Redemption, "base"]),
    lc.never,
    ON_DATES,
    BY_TIER,
]


@pytest.mark.parametrize("life", LIVES, ids=repr)
def test_an_expiry_is_a_value_named_for_its_unit(life):
    expiry = lc.Expiry(POINT, life)

    values.check(expiry)
    assert hash(lc.Expiry(POINT, life)) == hash(expiry)
    assert expiry.name == "expiry of point"


@refusals.table(
    [
        *((lc.Expiry, {"unit": bad, "life": lc.never}, lc.InvalidValue) for bad in ("point", None, POINT(5), lc.Unit)),
        *(
            (lc.Expiry, {"unit": POINT, "life": bad}, lc.InvalidValue)
            for bad in (365, None, lc.month, lc.lifetime, 10**5000)
        ),
        *(
            (lc.Expiry, {"unit": POINT, "life": life, "unless": bad}, lc.InvalidValue)
            for life in (lc.inactivity(lc.days(5)), lc.days(5), BY_TIER)
            for bad in (5, "gold", lc.always, ~lc.in_tier("status", "gold"))
        ),
        *(
            (lc.OnDates, {"instants": bad}, lc.InvalidValue)
            for bad in ((), None, [5], 5, (5, 5), (6, 5), ("a",), (2**70,))
        ),
        *(
            (lc.LifeByTier, {"ladder": "status", "lives": bad, "otherwise": lc.never}, lc.InvalidValue)
            for bad in ({}, 5, {"gold": 5}, {"": lc.never}, {"gold": lc.inactivity(lc.days(5))}, {"gold": BY_TIER})
        ),
        (lc.LifeByTier, {"ladder": "", "lives": {"gold": lc.never}, "otherwise": lc.never}, lc.InvalidValue),
        (lc.LifeByTier, {"ladder": "status", "lives": {"gold": lc.never}, "otherwise": BY_TIER}, lc.InvalidValue),
    ]
)
def test_what_is_no_unit_or_no_life_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_fixed_dates_are_named_in_any_order():
    first, second = dt.datetime(2026, 7, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)

    assert lc.on_dates(second, first, second) == lc.on_dates(first, second)
