"""What limits leave of discounts: so many in one purchase, and so many pieces in a window."""

import pytest

import loyalcore as lc
from strategies import POINT, USD, Line
from test_engine_discounting import buying, priced, tea

# So many discounts of a lane in one purchase.


def coupons(*offs, claim=lc.asked, **said):
    return [lc.Discount(name, off, claim=claim, **said) for name, off in zip("abcd", offs, strict=False)]


def at_most_two(**said):
    return lc.Lane("two coupons", of=["a", "b", "c"], **({"combine": "product"} | said), limit=[TWO])


TWO = lc.times(2, per=lc.purchase)


def test_an_order_has_at_most_so_many_coupons():
    _, buys = buying(*coupons("10%", "10%", "10%"), at_most_two())

    assert buys("p1", 1, "100.00", claims=["a", "b"]) == "81.00"
    assert buys("p2", 2, "100.00", claims=["c", "a"]) == "81.00"
    assert buys("p3", 3, "100.00", claims=["a", "b", "c"]) == "limit-reached"
    assert buys("p4", 4, "100.00", claims=["a", "b"]) == "81.00"


@pytest.mark.parametrize(
    ("combine", "left"), [("sum", "70.00"), ("product", "72.00"), ("best", "80.00"), ("first", "90.00")]
)
def test_however_a_lane_combines_the_first_that_take_something_are_taken(combine, left):
    _, buys = buying(*coupons("10%", "20%", "30%", claim=lc.once), at_most_two(combine=combine))

    assert buys("p1", 1, "100.00") == {"best": "70.00"}.get(combine, left)


def test_what_takes_nothing_is_not_counted():
    once = lc.Discount("a", "10%", claim=lc.asked, cost=POINT(5))

    found = priced([once, *coupons("10%", "20%", "30%")[1:], at_most_two()], "100.00", claims=["a", "b", "c"])

    assert [each.discount for each in found.applied] == ["b", "c"]
    assert dict(found.refused)["a"].code == "insufficient"


def test_what_is_one_too_many_costs_nothing_and_says_why():
    rules = [*coupons("10%", "10%", "10%", cost=POINT(5)), at_most_two()]

    found = priced(rules, "100.00", claims=["c", "b", "a"], points=15)

    assert [(each.discount, each.cost) for each in found.applied] == [("c", POINT(5)), ("b", POINT(5))]
    ((name, refusal),) = found.refused
    assert (name, refusal.code, refusal.missing) == ("a", "limit-reached", None)
    assert refusal.message == "a is one more than two coupons allows in a purchase, which is 2"


def test_of_a_lane_that_chooses_for_each_item_the_last_of_those_chosen_are_left_out():
    rules = [
        lc.Discount("a", "10%"),
        lc.Discount("b", "20%", where=Line.category.is_("tea"), claim=lc.asked),
        lc.Lane("best", of=["a", "b"], combine="best", per=lc.item, limit=lc.times(1, per=lc.purchase)),
    ]

    found = priced(rules, "100.00", tea("10.00"), claims=["b"])

    assert [(each.discount, str(each.off)) for each in found.applied] == [("a", "10.00 USD")]
    assert dict(found.refused)["b"].code == "limit-reached"


def test_a_lane_in_a_lane_counts_for_each_discount_that_it_takes():
    inner = lc.Lane("inner", of=["b", "c"], combine="best")
    outer = lc.Lane("two coupons", of=["a", "inner", "d"], limit=TWO)

    found = priced([*coupons("10%", "10%", "20%", "30%"), inner, outer], "100.00", claims=["a", "b", "c", "d"])

    assert [each.discount for each in found.applied] == ["a", "c"]
    assert {name: refusal.code for name, refusal in found.refused} == {"b": "excluded", "d": "limit-reached"}


def test_an_order_has_at_most_so_many_coupons_and_so_much_off():
    lane = lc.Lane("both", of=["a", "b", "c"], limit=[lc.at_most(USD(30), per=lc.purchase), TWO])
    _, buys = buying(*coupons("10%", "30%", "10%", claim=lc.once), lane)

    assert buys("p1", 1, "100.00") == "70.00"
    assert buys("p2", 2, "50.00") == "30.00"
