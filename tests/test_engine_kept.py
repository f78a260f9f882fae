"""What is kept of a purchase: by lines, by quantities, in proportion, and independent of the steps."""

from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.engine.kept import Kept, kept_of, overdrawn, scaled
from shop import POINT, USD, Line, Member, day, program

ROWS = (("a", 1000, 3000, "coffee", 30), (5, 999, 1000, "tea", 7))
ALL = Kept(ROWS, anything=True)


def test_a_line_goes_as_a_whole_or_by_quantity():
    assert ALL.without(("a", None)) == Kept(ROWS[1:], anything=True)
    assert ALL.without(("a", 3000)) == Kept(ROWS[1:], anything=True)
    assert ALL.without(("a", 1000)).rows == (("a", 1000, 2000, "coffee", 30), ROWS[1])


def test_nothing_is_left_when_every_line_is_gone_or_all_is_returned():
    assert ALL.without(None) == Kept((), anything=False)
    assert ALL.without(("a", None, 5, None)) == Kept((), anything=False)


def test_what_is_not_kept_is_named_with_what_is():
    assert ALL.lacks(None) is None
    assert ALL.lacks(("a", 3000, 5, None)) is None
    assert ALL.lacks(("a", 3001)) == ("a", 3000)
    assert ALL.lacks(("b", None)) == ("b", 0)


def test_numbers_stand_in_proportion_to_the_quantity_left_floored():
    kept = ALL.without(("a", 1000))

    assert scaled(kept, ROWS) == (("a", 666, 2000, "coffee", 20), ROWS[1])


@given(st.lists(st.integers(1, 2999), min_size=1, max_size=4))
def test_steps_of_returns_make_no_difference(steps):
    """As long as something is left, only how much is counts."""
    kept, gone = ALL, 0
    for step in steps:
        if gone + step < 3000:
            gone += step
            kept = kept.without(("a", step))

    assert scaled(kept, ROWS) == scaled(ALL.without(("a", gone)) if gone else ALL, ROWS)


def test_money_that_is_refunded_comes_off_the_net_of_what_is_kept():
    kept = ALL.without((), ("a", 100)).without(("a", 1000), ("a", 50, 5, 999))

    assert scaled(kept, ROWS) == (("a", 516, 2000, "coffee", 20), (5, 0, 1000, "tea", 7))
    assert overdrawn(("a", 516), scaled(kept, ROWS)) is None
    assert overdrawn(("a", 517), scaled(kept, ROWS)) == ("a", 516)
    assert overdrawn(("z", 1), scaled(kept, ROWS)) == ("z", 0)


@given(st.permutations([(("a", 1000), ()), ((), ("a", 200)), (("a", 1999), ("a", 100)), ((), (5, 9))]))
def test_the_order_of_refunds_and_returns_makes_no_difference(steps):
    kept = ALL
    for parts, refunds in steps:
        kept = kept.without(parts, refunds)

    assert scaled(kept, ROWS) == (("a", 0, 1, "coffee", 0), (5, 990, 1000, "tea", 7))


def test_what_is_kept_follows_the_returns_recorded():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net))))
    ada.buys("p", day(1), "10.00", {"net": "9.00", "quantity": 3})
    ada.returns("r", day(2), "p", {"b": 1})
    core = ada.account.state()

    kept = kept_of(core, 0, core.row(0)[3][1])

    assert [(row[0], row[2]) for row in kept.rows] == [("a", 1000), ("b", 2000)]
    assert ada.has() == "16"
