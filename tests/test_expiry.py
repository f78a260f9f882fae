"""An expiry says when the units of one kind end."""

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT

LIVES = [lc.days(365), lc.months(12), lc.end_of(lc.month, after=lc.months(6)), lc.inactivity(lc.months(12)), lc.never]


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
    ]
)
def test_what_is_no_unit_or_no_life_is_refused(function, bad, error):
    refusals.check(function, bad, error)
