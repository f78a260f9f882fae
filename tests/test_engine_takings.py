"""What limits leave of discounts: so many in one purchase, and so many pieces in a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from shop import day
from strategies import POINT, USD, Line
from test_engine_discounting import buying, off, priced, tea

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


# So many pieces.


def cups(net, quantity):
    return tea(net, quantity) | {"category": "coffee"}


SIX = lc.at_most(lc.piece(6), per=lc.month)


def wine(limit=SIX, of=None, **said):
    return lc.Discount("wine", lc.at_price(USD(5)), of, where=Line.category.is_("tea"), limit=limit, **said)


def test_a_member_has_so_many_bottles_a_month_at_the_reduced_price():
    ada, buys = buying(wine())

    assert [buys(f"p{at}", at, tea("32.00", 4)) for at in (1, 2, 3, 40)] == ["20.00", "26.00", "32.00", "20.00"]
    month = day(1, 0).timestamp() * 10**6
    assert [entry.sums for entry in ada.account.entries if entry.kind == "purchase"][:2] == [
        ("wine pieces, month", month, 4000),
        ("wine pieces, month", month, 2000),
    ]


def test_what_is_used_up_is_said_and_a_claim_beyond_refused():
    _, buys = buying(wine(claim=lc.asked))

    assert buys("p1", 1, tea("80.00", 10), claims=["wine"]) == "62.00"
    assert buys("p2", 2, tea("8.00"), claims=["wine"]) == "limit-reached"


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (None, ["9.00", "7.00", "0.00"]),
        (lc.Chosen(None, lc.from_dearest), ["9.00", "7.00", "0.00"]),
        (lc.Chosen(None, lc.from_cheapest), ["0.00", "14.00", "0.00"]),
        (lc.dearest(4), ["9.00", "7.00", "0.00"]),
        (lc.dearest(2, lines=True), ["0.00", "14.00", "0.00"]),
        (lc.groups_of(2), ["11.31", "9.69", "0.00"]),
        (lc.groups_of(2, lines=True), ["0.00", "0.00", "0.00"]),
        (lc.cheapest(of=3, grouped=lc.from_dearest), ["0.00", "7.00", "0.00"]),
    ],
)
def test_of_the_units_that_have_something_off_the_first_that_are_chosen_are_taken(of, expected):
    two = wine(lc.at_most(lc.piece(2), per=lc.purchase), of)

    assert off([two], tea("14.00", 1), tea("24.00", 2), tea("5.00", 2)) == expected


def test_groups_that_do_not_fit_whole_have_nothing_off():
    five = lc.at_most(lc.piece(5), per=lc.month)
    _, buys = buying(lc.Discount("two for five", lc.at_price(USD(5)), lc.groups_of(2), limit=five))

    assert [buys(f"p{at}", at, tea("32.00", 8)) for at in (1, 2)] == ["26.00", "32.00"]


@pytest.mark.parametrize(("otherwise", "expected"), [(lc.truncate, "58.00"), (lc.reject, "88.00")])
def test_more_pieces_than_there_is_room_for_are_cut_or_nothing_is_off(otherwise, expected):
    _, buys = buying(wine(lc.at_most(lc.piece(10), per=lc.month, otherwise=otherwise)))

    assert buys("p1", 1, tea("64.00", 8), tea("16.00", 2)) == "50.00"
    assert buys("p2", 40, tea("88.00", 11)) == expected


def test_how_many_pieces_may_go_by_what_is_bought():
    pairs = lc.at_most(lc.piece(1).per_full(2, Line.quantity.sum(Line.category.is_("coffee"))), per=lc.purchase)

    assert off([wine(pairs)], tea("32.00", 4), cups("9.00", 5)) == ["6.00", "0.00"]
    assert off([wine(pairs)], tea("32.00", 4), cups("9.00", 1)) == ["0.00", "0.00"]


def test_how_many_pieces_may_go_by_the_items_that_match():
    pairs = lc.at_most(lc.piece(1).per_full(2, Line.quantity), per=lc.purchase)

    assert off([wine(pairs)], tea("40.00", 5), cups("9.00", 5)) == ["6.00", "0.00"]
    assert off([wine(pairs, lc.dearest(3))], tea("32.00", 4), tea("9.00", 1)) == ["3.00", "4.00"]


@pytest.mark.parametrize(("most", "expected"), [(1, 0), (3, 1), (4, 2), (9, 2)])
def test_a_number_counts_what_a_limit_in_pieces_leaves(most, expected):
    by_two = USD(1).per_full(2, Line.quantity)
    limit = lc.at_most(lc.piece(most), per=lc.purchase)
    tins = [tea("40.00", 5), cups("9.00", 5)]

    assert off([lc.Discount("two", by_two, where=Line.category.is_("tea"), limit=limit)], *tins) == [
        f"{expected}.00",
        "0.00",
    ]
    limits = [limit, lc.at_most(by_two, per=lc.purchase)]
    assert off([lc.Discount("two", "100%", where=Line.category.is_("tea"), limit=limits)], *tins) == [
        f"{expected}.00",
        "0.00",
    ]


@pytest.mark.parametrize(("most", "expected"), [(1, "2.00"), (3, "3.00"), (9, "4.00")])
def test_what_has_nothing_off_uses_no_pieces_and_stays_counted(most, expected):
    by_two = USD(1).per_full(2, Line.quantity)
    two = lc.Discount("two", by_two, limit=lc.at_most(lc.piece(most), per=lc.purchase))

    assert off([two], tea("0.00", 3), tea("40.00", 5)) == ["0.00", expected]


def test_parts_of_pieces_count_as_parts():
    _, buys = buying(wine(lc.at_most(lc.piece(2), per=lc.month)))

    assert buys("p1", 1, tea("12.00", "1.5")) == "7.50"
    assert buys("p2", 2, tea("12.00", "1.5")) == "10.50"


def test_pieces_that_are_kept_count_and_what_had_nothing_off_goes_back_first():
    ada, buys = buying(wine())
    assert buys("p1", 1, tea("80.00", 10)) == "62.00"

    ada.returns("r1", day(2), "p1", {"a": 4})
    assert buys("p2", 3, tea("8.00")) == "8.00"
    ada.returns("r2", day(4), "p1", {"a": 2})
    assert buys("p3", 5, tea("24.00", 3)) == "18.00"
    ada.returns("r3", day(6), "p1")
    assert buys("p4", 7, tea("48.00", 6)) == "36.00"


@given(st.data())
def test_every_order_of_returns_frees_the_same_pieces(data):
    limit = lc.at_most(lc.piece(5), per=data.draw(st.sampled_from([lc.month, lc.rolling(days=40)])))
    parts = [("a", 1), ("a", 2), ("b", 1), ("b", 1), ("c", 1)]
    back = data.draw(st.lists(st.sampled_from(range(5)), unique=True))
    left = set()
    for order_of in (back, sorted(back)):
        ada, buys = buying(wine(limit))
        buys("p", 1, tea("24.00", 3), tea("24.00", 3), "3.00")
        for number, place in enumerate(order_of):
            ada.returns(f"r{number}", day(2), "p", dict([parts[place]]))
        left.add(buys("again", 3, tea("80.00", 10)))
    assert len(left) == 1


def test_discounts_share_pieces_by_the_name_of_the_limit():
    shared = lc.at_most(lc.piece(6), per=lc.month, name="reduced")
    beer = lc.Discount("beer", "50%", where=Line.category.is_("coffee"), limit=shared)
    ada, buys = buying(wine(shared), beer)

    assert buys("p1", 1, tea("32.00", 4), cups("8.00", 4)) == "26.00"
    assert buys("p2", 2, cups("8.00", 4)) == "8.00"
    ada.returns("r1", day(3), "p1", {"b": 3})
    assert buys("p3", 4, cups("8.00", 4)) == "7.00"


def test_pieces_and_money_and_times_are_limited_beside_each_other():
    limits = [SIX, lc.at_most(USD(20), per=lc.month), lc.times(2, per=lc.month)]
    _, buys = buying(wine(limits))

    assert [buys(f"p{at}", at, tea("28.00", 2)) for at in (1, 2, 3)] == ["10.00", "26.00", "28.00"]
    assert [buys(f"q{at}", 40 + at, tea("7.00", 1)) for at in (1, 2, 3)] == ["5.00", "5.00", "7.00"]


def test_units_that_give_way_in_a_lane_are_not_used():
    half = lc.Discount("half", "50%", where=Line.net.at_least(USD(20)))
    best = lc.Lane("best", of=["wine", "half"], combine="best", per=lc.item)
    ada, buys = buying(wine(), half, best)

    assert buys("p1", 1, tea("32.00", 4), tea("14.00", 2)) == "26.00"
    assert [entry.sums[-1] for entry in ada.account.entries if entry.kind == "purchase"] == [2000]


# Sets of different things.


def bought(net, category, quantity=1):
    return {"net": net, "quantity": quantity, "category": category}


SANDWICH, SNACK, DRINK = (Line.category.is_(name) for name in ("sandwich", "snack", "drink"))
MEAL = {SANDWICH: 1, SNACK: 1, DRINK: 1}
FOR_LESS = lc.at_price(USD("3.90"))
TILL = [
    bought("5.00", "sandwich", 2),
    bought("4.00", "sandwich"),
    bought("1.50", "snack"),
    bought("3.00", "snack", 2),
    bought("1.00", "drink", 2),
]


@pytest.mark.parametrize(
    ("what", "of", "expected"),
    [
        # 2.50 + 1.50 + 0.50, twice, each for 3.90.
        (FOR_LESS, lc.sets_of(MEAL), ["0.67", "0.00", "0.20", "0.20", "0.13"]),
        # 4.00 + 1.50 + 0.50 and 2.50 + 1.50 + 0.50.
        (FOR_LESS, lc.sets_of(MEAL, grouped=lc.from_dearest), ["0.34", "1.40", "0.52", "0.20", "0.24"]),
        (FOR_LESS, lc.sets_of(MEAL, grouped=lc.from_cheapest), ["0.67", "0.00", "0.20", "0.20", "0.13"]),
        (lc.at_price(USD(6)), lc.sets_of(MEAL, grouped=lc.from_dearest), ["0.00", "0.00", "0.00", "0.00", "0.00"]),
        ("10%", lc.sets_of(MEAL), ["0.50", "0.00", "0.15", "0.15", "0.10"]),
        (lc.apiece(USD("0.20")), lc.sets_of(MEAL), ["0.40", "0.00", "0.20", "0.20", "0.40"]),
        (USD(3), lc.sets_of({SANDWICH: 1, DRINK: 1}), ["2.50", "0.00", "0.00", "0.00", "0.50"]),
        ("100%", lc.cheapest(of=MEAL, grouped=lc.as_listed), ["0.00", "0.00", "0.00", "0.00", "1.00"]),
        ("100%", lc.dearest(of={SNACK: 2, DRINK: 1}, grouped=lc.as_listed), ["0.00", "0.00", "1.50", "0.00", "0.00"]),
        ("10%", lc.sets_of(MEAL, lines=True), ["0.50", "0.00", "0.15", "0.00", "0.10"]),
        ("10%", lc.sets_of({DRINK: 3, SNACK: 1}), ["0.00", "0.00", "0.00", "0.00", "0.00"]),
    ],
)
def test_sets_of_different_things_have_something_off(what, of, expected):
    assert off([lc.Discount("deal", what, of)], *TILL) == expected


def test_a_printer_and_two_cartridges_are_cheaper_together():
    kit = lc.sets_of({Line.category.is_("printer"): 1, Line.category.is_("ink"): 2})
    rules = [lc.Discount("kit", "15%", kit)]

    assert off(rules, bought("100.00", "printer"), bought("60.00", "ink", 3)) == ["15.00", "6.00"]
    assert off(rules, bought("100.00", "printer"), bought("20.00", "ink")) == ["0.00", "0.00"]
    assert off(rules, bought("200.00", "printer", 2), bought("60.00", "ink", 3)) == ["15.00", "6.00"]


def test_conditions_of_sets_narrow_with_where_and_are_of_the_basket_as_its_turn_comes():
    dear = lc.sets_of({Line.net.at_least(USD(5)): 1, SNACK: 1})
    half = lc.Discount("half", "50%", where=SANDWICH)
    deal = lc.Discount("deal", "10%", dear, where=~DRINK)

    lines = [bought("8.00", "sandwich"), bought("1.00", "snack"), bought("9.00", "drink")]

    assert off([deal], *lines) == ["0.80", "0.10", "0.00"]
    assert off([half, deal], *lines) == ["4.00", "0.00", "0.00"]


def test_sets_may_be_of_one_kind_alone():
    two = lc.sets_of({Line.net.at_least(USD(5)): 1, Line.net.at_most(USD(5)): 1}, each=Line.category)

    found = off([lc.Discount("pair", "10%", two)], bought("8.00", "tea"), bought("2", "cup"), bought("3.00", "tea"))

    assert found == ["0.80", "0.00", "0.30"]


def test_an_order_and_a_month_have_so_many_sets():
    meal = lc.at_price(USD("3.90"))
    two = lc.at_most(lc.piece(6), per=lc.purchase)
    three = lc.at_most(lc.piece(9), per=lc.month)
    _, buys = buying(lc.Discount("meal", meal, lc.sets_of(MEAL), limit=[two, three]))
    lines = [bought("15.00", "sandwich", 3), bought("6.00", "snack", 3), bought("3.00", "drink", 3)]

    assert [buys(f"p{at}", at, *lines) for at in (1, 2, 3)] == ["15.80", "19.90", "24.00"]


def test_what_was_off_a_set_goes_back_in_parts_and_no_return_asks_whether_it_is_complete():
    deal = lc.Discount("meal", lc.at_price(USD("3.90")), lc.sets_of(MEAL), limit=lc.at_most(lc.piece(3), per=lc.month))
    ada, buys = buying(deal)
    lines = [bought("5.00", "sandwich"), bought("2.00", "snack"), bought("1.00", "drink")]
    assert buys("p1", 1, *lines) == "3.90"
    assert ada.account.balance(POINT) == POINT(3)

    ada.returns("r1", day(2), "p1", {"c": 1})
    assert ada.account.balance(POINT) == POINT(3)
    assert buys("p2", 3, *lines) == "8.00"
    ada.returns("r2", day(4), "p1")
    assert buys("p3", 5, *lines) == "3.90"


def test_a_set_may_be_claimed_and_gives_way_in_a_lane():
    deal = lc.Discount("meal", lc.at_price(USD("3.90")), lc.sets_of(MEAL), claim=lc.asked)
    tenth = lc.Discount("tenth", "60%")
    lines = [bought("5.00", "sandwich"), bought("2.00", "snack"), bought("1.00", "drink")]

    assert [str(each.off) for each in priced([deal], *lines, claims=["meal"]).applied] == ["4.10 USD"]
    assert priced([deal], *lines[1:], claims=["meal"]).refused[0][1].code == "nothing-off"
    best = lc.Lane("best", of=["meal", "tenth"], combine="best")
    assert priced([deal, tenth, best], *lines, claims=["meal"]).refused[0][1].code == "excluded"
