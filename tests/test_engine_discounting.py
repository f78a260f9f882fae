"""What discounts come to for a basket: each by itself, several that follow one another, and lanes of them."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import loyalcore as lc
import strategies
from loyalcore import interpreted
from loyalcore.interpreted.baskets import shares as shares_of
from loyalcore.interpreted.deciding import judge_of
from loyalcore.interpreted.discounting import reduced
from loyalcore.interpreted.editions import editions
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Unread
from loyalcore.interpreted.recording import Asked
from loyalcore.interpreted.words import written
from shop import Member, coffee, day, order, program
from strategies import POINT, STAR, USD, Line, Order, Visit
from test_interpreted import Told

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))


def priced(rules, *lines, claims=(), points=0, **said):
    """What a basket has off for a member with so many points."""
    ada = Member(program(BASE, *rules))
    if points:
        ada.gets("points", day(1), POINT(points))
    basket = order("basket", day(2), *lines, claims=claims, **said)
    found = ada.program.discounts(ada.account, basket)
    check_read(ada, basket, found)
    return found


def check_read(ada, basket, found):
    """The interpreted form takes the same off, and refuses the same claims."""
    held = Holdings(ada.account.rows, editions(ada.program), "ada")
    at, content = basket.instant, written(ada.program, basket)
    read = reduced(held, judge_of(held, basket).terms, Asked("purchase", "basket", at, at, content))

    assert [*read.taken] == [(each.discount, [part.minor for part in each.lines], each.cost) for each in found.applied]
    for name, refusal in found.refused:
        assert (read.refused[name].code, read.refused[name].missing) == (refusal.code, refusal.missing)


def off(rules, *lines, **said):
    """What each line has off, as text."""
    return [str(line.off.decimal) for line in priced(rules, *lines, **said).lines]


def tea(net, quantity=1):
    return {"net": net, "quantity": quantity, "category": "tea"}


# One discount.


@pytest.mark.parametrize(
    ("rule", "lines", "expected"),
    [
        (lc.Discount("d", "10%"), ["10.00", "5.00"], ["1.00", "0.50"]),
        (lc.Discount("d", "10%"), ["0.95", "0.95"], ["0.10", "0.09"]),
        (lc.Discount("d", "10%", stage=lc.item), ["0.95", "0.95"], ["0.09", "0.09"]),
        (lc.Discount("d", "10%", stage=lc.item, rounding=lc.half_up), ["0.95", "0.95"], ["0.10", "0.10"]),
        (lc.Discount("d", "10%", rest=lc.to_last), ["0.95", "0.95"], ["0.09", "0.10"]),
        (lc.Discount("d", USD(1), rest=lc.to_largest), ["1", "2", "4"], ["0.14", "0.29", "0.57"]),
        (lc.Discount("d", USD("1.01"), rest=lc.to_each), ["1", "1", "1"], ["0.34", "0.34", "0.33"]),
        (lc.Discount("d", "10%", where=Line.category.is_("tea")), ["9.00", tea("5.00")], ["0.00", "0.50"]),
        (lc.Discount("d", USD(3)), ["1.00", "2.00", "6.00"], ["0.34", "0.66", "2.00"]),
        (lc.Discount("d", USD(30)), ["1.00", "2.00"], ["1.00", "2.00"]),
        (lc.Discount("d", USD(5).per_full(USD(20), Line.net)), ["30.00", "15.00"], ["6.67", "3.33"]),
        (lc.Discount("d", lc.apiece(USD(2))), [tea("9.00", 3), tea("1.00")], ["6.00", "1.00"]),
        (lc.Discount("d", lc.at_price(USD(2))), [tea("9.00", 3), tea("1.00")], ["3.00", "0.00"]),
        (lc.Discount("d", "100%", lc.cheapest()), [tea("9.00", 3), tea("4.00")], ["3.00", "0.00"]),
        (lc.Discount("d", "100%", lc.cheapest(lines=True)), [tea("9.00", 3), tea("4.00")], ["0.00", "4.00"]),
        (lc.Discount("d", "50%", lc.dearest(2)), [tea("9.00", 3), tea("4.00")], ["1.50", "2.00"]),
        (
            lc.Discount("d", "100%", lc.cheapest(of=3)),
            ["3.00", "2.00", "1.00", "5.00"],
            ["0.00", "0.00", "1.00", "0.00"],
        ),
        (
            lc.Discount("d", "100%", lc.cheapest(of=2)),
            ["1.00", "2.00", "3.00", "4.00"],
            ["1.00", "2.00", "0.00", "0.00"],
        ),
        (
            lc.Discount("d", "100%", lc.cheapest(of=2, grouped=lc.from_dearest)),
            ["1.00", "2.00", "3.00", "4.00"],
            ["1.00", "0.00", "3.00", "0.00"],
        ),
        (lc.Discount("d", lc.at_price(USD(5)), lc.groups_of(2)), [tea("12.00", 3), "4.00"], ["4.50", "1.50"]),
        (lc.Discount("d", lc.at_price(USD(5)), lc.groups_of(2)), [tea("4.00", 2)], ["0.00"]),
        (lc.Discount("d", lc.at_price(USD(1)), lc.cheapest(of=2)), [tea("3.00"), tea("4.00")], ["2.00", "0.00"]),
        (
            lc.Discount(
                "d",
                "100%",
                lc.cheapest(lc.piece(1).per_full(2, Line.quantity.sum(Line.category.is_("coffee")))),
                where=Line.category.is_("tea"),
            ),
            [coffee("9.00", quantity=5), tea("2.00", 2), tea("0.50")],
            ["0.00", "1.00", "0.50"],
        ),
        (lc.Discount("d", "50%", limit=lc.at_most(USD(3), per=lc.purchase)), ["6.00", "3.00"], ["2.00", "1.00"]),
        (lc.Discount("d", "50%", limit=lc.at_most(USD(2), per=lc.item)), ["6.00", "3.00"], ["2.00", "1.50"]),
        (
            lc.Discount("d", "50%", limit=lc.at_most(USD(2), per=lc.item, otherwise=lc.reject)),
            ["6.00", "3.00"],
            ["0.00", "1.50"],
        ),
        (
            lc.Discount("d", "50%", limit=lc.at_most(USD(4), per=lc.purchase, otherwise=lc.reject)),
            ["6.00", "3.00"],
            ["0.00", "0.00"],
        ),
        (
            lc.Discount("d", USD(9), limit=lc.at_most(USD.per(USD(1), Line.net * "0"), per=lc.purchase)),
            ["6.00"],
            ["0.00"],
        ),
        (
            lc.Discount("d", USD(9), limit=lc.at_most(USD("0.2").per(USD(1), Line.net), per=lc.purchase)),
            ["6.00", "4.00"],
            ["1.20", "0.80"],
        ),
    ],
)
def test_a_discount_takes_off(rule, lines, expected):
    assert off([rule], *lines) == expected


LINES = ["460.00", "300.00", "500.00", "411.11", "230.00"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (lc.Discount("d", "10%"), ["46.00", "30.00", "50.00", "41.11", "23.00"]),
        (lc.Discount("d", "10%", rounding=lc.ceiling), ["46.01", "30.00", "50.00", "41.11", "23.00"]),
        (lc.Discount("d", "10%", rounding=lc.ceiling, rest=lc.to_last), ["46.00", "30.00", "50.00", "41.11", "23.01"]),
        (
            lc.Discount("d", "10%", rounding=lc.ceiling, rest=lc.to_largest),
            ["46.00", "30.00", "50.00", "41.12", "23.00"],
        ),
        (lc.Discount("d", USD("190.11")), ["46.03", "29.99", "49.99", "41.11", "22.99"]),
        (
            lc.Discount("d", "50%", limit=lc.at_most(USD("190.00"), per=lc.purchase)),
            ["45.99", "29.98", "49.97", "41.08", "22.98"],
        ),
    ],
)
def test_a_share_is_split_into_the_shares_of_the_lines_and_an_amount_in_proportion(rule, expected):
    assert off([rule], *LINES) == expected


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (lc.to_first, ["0.12", "0.10", "0.10"]),
        (lc.to_last, ["0.10", "0.10", "0.12"]),
        (lc.to_each, ["0.11", "0.11", "0.10"]),
        (lc.to_largest, ["0.10", "0.11", "0.11"]),
    ],
)
def test_what_the_shares_of_lines_leave_over_goes_where_rest_says(rest, expected):
    assert off([lc.Discount("d", "10%", rest=rest)], "1.03", "1.08", "1.09") == expected


def test_amounts_apiece_and_prices_are_split_line_by_line_as_well():
    lines = [tea("1.00", "0.5"), tea("2.00"), tea("1.00", "0.5")]

    assert off([lc.Discount("d", lc.apiece(USD("0.25")))], *lines) == ["0.13", "0.25", "0.12"]
    assert off([lc.Discount("d", lc.at_price(USD("1.75")))], *lines) == ["0.13", "0.25", "0.12"]


# What numbers of a discount count.

TEA = Line.category.is_("tea")
BY_NUMBER = ({0: "10%", 10: "15%"}, lc.whole)


@pytest.mark.parametrize(
    ("rule", "lines", "expected"),
    [
        (
            lc.Discount("d", USD.bands(Line.net, *BY_NUMBER, by=Line.quantity), where=TEA),
            [tea("90.00", 2), coffee("10.00", quantity=8)],
            ["9.00", "0.00"],
        ),
        (
            lc.Discount("d", USD.bands(Line.net, *BY_NUMBER, by=Line.quantity), where=TEA),
            [tea("90.00", 10), coffee("10.00")],
            ["13.50", "0.00"],
        ),
        (
            lc.Discount("d", USD(5).per_full(USD(50), Line.net), where=TEA),
            [tea("60.00"), coffee("90.00")],
            ["5.00", "0.00"],
        ),
        (
            lc.Discount("d", USD(1).per_item(), where=TEA),
            [tea("6.00", 2), coffee("9.00", quantity=3)],
            ["2.00", "0.00"],
        ),
        (
            lc.Discount("d", USD(1).per(1, Line.points), where=TEA),
            [{**tea("6.00"), "points": 2}, {**coffee("9.00"), "points": 3}],
            ["2.00", "0.00"],
        ),
        (
            lc.Discount("d", USD.per(USD(1), lc.product(Line.net, Order.nights)), where=TEA),
            [tea("2.00"), coffee("9.00")],
            ["2.00", "0.00"],
        ),
        (
            lc.Discount("d", "50%", lc.cheapest(lc.piece(1).per_full(2, Line.quantity)), where=TEA),
            [tea("9.00", 3), coffee("8.00", quantity=8)],
            ["1.50", "0.00"],
        ),
    ],
)
def test_a_number_of_a_discount_counts_the_items_that_match(rule, lines, expected):
    assert off([rule], *lines, nights="1.0") == expected


@pytest.mark.parametrize(
    ("rule", "lines", "expected"),
    [
        (
            lc.Discount("d", USD(1).per_full(2, Line.quantity.sum(TEA)), where=~TEA),
            [tea("9.00", 4), coffee("8.00")],
            ["0.00", "2.00"],
        ),
        (
            lc.Discount("d", USD(5).per_full(USD(50), Line.net.sum(lc.always)), where=TEA),
            [tea("60.00"), coffee("90.00")],
            ["15.00", "0.00"],
        ),
        (lc.Discount("d", USD(1).per(1, Order.nights), where=TEA), [tea("9.00"), coffee("8.00")], ["1.00", "0.00"]),
        (
            lc.Discount("d", USD(3), where=TEA, when=Order.net.at_least(USD(17))),
            [tea("9.00"), coffee("8.00")],
            ["3.00", "0.00"],
        ),
        (
            lc.Discount(
                "d",
                USD.bands(Line.net, {0: "10%", USD(40): "30%"}, lc.whole, by=Line.net.sum(lc.always)),
                lc.groups_of(3),
            ),
            [tea("40.00", 4)],
            ["9.00"],
        ),
    ],
)
def test_a_number_with_a_condition_of_its_own_and_one_of_the_order_are_of_the_basket(rule, lines, expected):
    assert off([rule], *lines, nights="1.0") == expected


@pytest.mark.parametrize(
    ("number", "of", "expected"),
    [
        (USD.bands(Line.net, {0: "10%"}), lc.cheapest(), "1.00"),
        (USD.bands(Line.net, {0: "30%"}, lc.whole), lc.groups_of(3), "9.00"),
        (USD.bands(Line.net, {0: "30%"}, lc.whole), lc.groups_of(3, lines=True), None),
        (USD.bands(Line.net, {0: "30%"}, lc.whole), lc.dearest(lines=True), "12.00"),
        (USD(1).per_item(), lc.cheapest(2), "2.00"),
        (USD(1).per(1, Line.points), lc.cheapest(3), "4.50"),
        (USD(1).per(1, Line.points), None, "6.00"),
    ],
)
def test_a_number_counts_the_units_that_are_chosen_in_proportion(number, of, expected):
    line = {**tea("40.00", 4), "points": 6}

    assert off([lc.Discount("d", number, of)], line) == [expected or "0.00"]
    assert off([lc.Discount("d", "100%", of, limit=lc.at_most(number, per=lc.purchase))], line) == [expected or "0.00"]


def test_a_number_counts_what_the_discounts_before_have_left_of_what_is_chosen():
    rules = [lc.Discount("half", "50%", where=TEA), lc.Discount("d", USD.bands(Line.net, {0: "10%"}), lc.cheapest(2))]

    assert off(rules, tea("40.00", 4), coffee("50.00")) == ["21.00", "0.00"]


def test_a_number_of_a_lane_is_of_the_basket():
    limit = lc.at_most(USD("0.1").per(USD(1), Line.net), per=lc.purchase)
    rules = [lc.Discount("d", "100%", where=TEA), lc.Lane("lane", of=["d"], limit=limit)]

    assert off(rules, tea("40.00"), coffee("50.00")) == ["9.00", "0.00"]


def test_a_basket_without_items_has_nothing_off():
    found = priced([lc.Discount("d", "10%"), lc.Discount("e", USD(5), lc.groups_of(2))])

    assert (found.lines, found.applied, str(found.left)) == ((), (), "0.00 USD")
    (line,) = priced([lc.Discount("d", "10%")], "5.00").lines
    assert (line.id, str(line.left)) == ("a", "4.50 USD")


def test_net_is_what_the_discounts_before_have_left():
    half = lc.Discount("half", "50%", where=Line.category.is_("tea"))
    at_ten = [
        lc.Discount("large", USD(1), when=net.at_least(USD(10)))
        for net in (Line.net.sum(), Line.net_before_discounts.sum())
    ]

    assert off([half, at_ten[0]], tea("6.00"), coffee("4.00")) == ["3.00", "0.00"]
    assert off([half, at_ten[1]], tea("6.00"), coffee("4.00")) == ["3.43", "0.57"]
    assert off([at_ten[0], half], tea("6.00"), coffee("4.00")) == ["3.30", "0.40"]
    cheap = lc.Discount("cheap", USD(1), where=Line.net.at_most(USD(3)))
    assert off([half, cheap], tea("6.00"), coffee("4.00")) == ["4.00", "0.00"]
    steps = lc.Discount("steps", USD(1).per_full(USD(2), Order.net))
    assert off([half, steps], tea("6.00"), coffee("4.00")) == ["4.29", "1.71"]


def test_all_of_a_lane_see_what_was_left_as_its_turn_came():
    parts = [
        lc.Discount("first", USD(2)),
        lc.Discount("half", "50%"),
        lc.Discount("large", USD(1), when=Order.net.at_least(USD(8))),
    ]
    limit = lc.at_most(USD("0.5").per(USD(1), Order.net), per=lc.purchase)

    assert off([*parts, lc.Lane("both", of=["half", "large"])], "10.00") == ["7.00"]
    assert off([*parts, lc.Lane("both", of=["half", "large"], limit=limit)], "10.00") == ["6.00"]
    assert off([*parts, lc.Lane("both", of=["half", "large"], combine="product")], "10.00") == ["6.00"]


def test_units_are_chosen_by_their_price_before_any_discount():
    rules = [
        lc.Discount("half", "50%", where=Line.category.is_("tea")),
        lc.Discount("cheapest", "100%", lc.cheapest()),
    ]

    assert off(rules, tea("6.00"), coffee("4.00")) == ["3.00", "4.00"]


def test_what_has_no_clause_is_not_read():
    with pytest.raises(Unread):
        shares_of(SimpleNamespace(off="a tenth", of=None), [], [])


# Several discounts.


def test_discounts_follow_one_another_each_on_what_is_left():
    rules = [lc.Discount("a", "10%"), lc.Discount("b", "20%"), lc.Discount("c", USD(100))]

    found = priced(rules, "100.00")

    assert [(each.discount, str(each.off.decimal)) for each in found.applied] == [
        ("a", "10.00"),
        ("b", "18.00"),
        ("c", "72.00"),
    ]
    assert not found.left


def test_what_is_claimed_follows_in_the_order_of_the_claims():
    rules = [
        lc.Discount("a", USD(10), claim=lc.asked),
        lc.Discount("b", "50%", claim=lc.asked),
        lc.Discount("c", USD(20)),
    ]

    assert [str(priced(rules, "100.00", claims=claims).left.decimal) for claims in (["a", "b"], ["b", "a"])] == [
        "35.00",
        "30.00",
    ]
    by_itself_first = priced([rules[2], rules[1]], "100.00", claims=["b", "c"])
    assert [each.discount for each in by_itself_first.applied] == ["b", "c"]


@pytest.mark.parametrize(
    ("combine", "expected", "left"),
    [
        ("sum", {"a": "10.00", "b": "20.00"}, "70.00"),
        ("product", {"a": "10.00", "b": "18.00"}, "72.00"),
        ("best", {"b": "20.00"}, "80.00"),
        ("worst", {"a": "10.00"}, "90.00"),
        ("first", {"a": "10.00"}, "90.00"),
    ],
)
def test_a_lane_says_how_discounts_get_on(combine, expected, left):
    rules = [lc.Discount("a", "10%"), lc.Discount("b", "20%"), lc.Lane("lane", of=["a", "b"], combine=combine)]

    found = priced(rules, "100.00")

    assert {each.discount: str(each.off.decimal) for each in found.applied} == expected
    assert str(found.left.decimal) == left
    assert [reason.rule for reason in found.reasons if "gives way to" in reason.verdict] == [
        name for name in ("a", "b") if name not in expected
    ]


def test_what_gives_nothing_does_not_stand_in_the_way():
    rules = [
        lc.Discount("a", "10%", where=Line.category.is_("tea")),
        lc.Discount("b", "20%"),
        lc.Discount("c", "30%", claim=lc.asked),
        lc.Lane("lane", of=["a", "b", "c"], combine="first"),
    ]

    found = priced(rules, coffee("10.00"))

    assert [each.discount for each in found.applied] == ["b"]
    assert [reason.verdict for reason in found.reasons] == [
        "a has nothing to be taken off in this purchase",
        "takes it off",
        "c is for purchases that claim it",
    ]
    assert not priced([*rules[:1], lc.Lane("one", of=["a"], combine="best")], coffee("10.00")).applied


def test_lanes_stand_in_lanes_and_where_their_first_discount_stands():
    rules = [
        lc.Discount("a", "10%"),
        lc.Discount("b", "20%"),
        lc.Discount("c", "25%"),
        lc.Discount("d", USD(1)),
        lc.Lane("both", of=["a", "b"]),
        lc.Lane("one of them", of=["both", "c"], combine="best"),
    ]

    found = priced(rules, "100.00")

    assert [each.discount for each in found.applied] == ["a", "b", "d"]
    assert "c gives way to both in one of them" in found.explain()


def test_a_sum_takes_no_line_below_nothing():
    rules = [
        lc.Discount("a", "60%"),
        lc.Discount("b", "60%"),
        lc.Discount("c", "60%"),
        lc.Lane("lane", of=["a", "b", "c"]),
    ]

    found = priced(rules, "10.00")

    assert [(each.discount, str(each.off.decimal)) for each in found.applied] == [("a", "6.00"), ("b", "4.00")]
    assert "c has nothing left to be taken off" in found.explain()


@pytest.mark.parametrize(
    ("most", "otherwise", "expected"),
    [
        ("25.00", lc.truncate, {"a": "10.00", "b": "15.00"}),
        ("10.00", lc.truncate, {"a": "10.00"}),
        ("5.00", lc.truncate, {"a": "5.00"}),
        ("29.99", lc.reject, {}),
        ("30.00", lc.reject, {"a": "10.00", "b": "20.00"}),
    ],
)
def test_a_limit_of_a_lane_cuts_the_last_discount_first(most, otherwise, expected):
    limit = lc.at_most(USD(most), per=lc.purchase, otherwise=otherwise)
    rules = [lc.Discount("a", "10%"), lc.Discount("b", "20%"), lc.Lane("lane", of=["a", "b"], limit=limit)]

    found = priced(rules, "100.00")

    assert {each.discount: str(each.off.decimal) for each in found.applied} == expected


# What may be claimed, and by whom.

TEN = lc.Discount("ten", "10%", claim=lc.asked, cost=POINT(100))


@pytest.mark.parametrize(
    ("rule", "said", "code"),
    [
        (TEN, {"points": 100}, None),
        (TEN, {"points": 99}, "insufficient"),
        (TEN, {}, "insufficient"),
        (lc.Discount("ten", "10%", when=Order.channel.is_("app"), claim=lc.asked), {}, "not-open"),
        (lc.Discount("ten", "10%", when=Order.channel.is_("app"), claim=lc.asked), {"channel": "app"}, None),
        (lc.Discount("ten", "10%", where=Line.category.is_("tea"), claim=lc.asked), {}, "nothing-off"),
        (lc.Discount("ten", "10%", when=lc.ordinal.is_(1)), {}, None),
    ],
)
def test_a_claim_is_refused_with_the_reason(rule, said, code):
    found = priced([rule], coffee("10.00"), claims=["ten"], **said)

    assert [refusal.code for _, refusal in found.refused] == ([] if code is None else [code])
    assert bool(found.applied) == (code is None)


def test_who_is_refused_a_claim_is_told_what_was_missing():
    rule = lc.Discount("ten", "10%", when=Order.net.at_least(USD(60)), claim=lc.asked)

    found = priced([rule], coffee("50.00"), claims=["ten"])

    said = "ten needs net >= 60.00 USD, was 50.00 USD: 10.00 USD more"
    assert found.refused == (("ten", lc.Refusal("not-open", said, USD(10))),)
    assert found.explain() == (
        "ten: gave nothing: needs net >= 60.00 USD, was 50.00 USD; 10.00 USD more would have given 5.00 USD"
    )
    (reason,) = found.reasons
    assert (reason.gave, reason.missing, reason.would_give) == (None, "10.00 USD more", USD(5))
    ada = Member(program(BASE, rule))
    assert ada.does(order("basket", day(2), coffee("50.00"), claims=["ten"])).refusal == found.refused[0][1]
    again = ada.program.discounts(ada.account, order("basket", day(2), coffee("59.99"), claims=["ten"]))
    assert dict(again.refused)["ten"].missing == USD("0.01")


APP = Order.channel.is_("app")


@pytest.mark.parametrize(
    ("when", "needs", "missing"),
    [
        (Order.net.more_than(USD(50)), "net > 50.00 USD, was 50.00 USD: 0.01 USD more", USD("0.01")),
        (POINT.balance.at_least(POINT(20)), "balance >= 20 point, was 0 point: 20 point more", POINT(20)),
        (Line.quantity.sum().at_least(3), "quantity >= 3, was 2: 1 more", None),
        (Order.net.at_most(USD(40)), "net <= 40.00 USD, was 50.00 USD", None),
        (APP & Order.net.at_least(USD(60)), "net >= 60.00 USD, was 50.00 USD", None),
        (APP & Order.net.at_least(USD(50)), "channel app", None),
        (~APP & Order.net.at_least(USD(60)), "net >= 60.00 USD, was 50.00 USD: 10.00 USD more", USD(10)),
        (APP | Order.net.at_least(USD(60)), "net >= 60.00 USD, was 50.00 USD or channel app", None),
        (lc.weekday("sat"), "Saturday, was Friday", None),
        (
            Order.net.at_least(USD(60)) & Line.quantity.sum().at_least(3),
            "net >= 60.00 USD, was 50.00 USD",
            None,
        ),
    ],
)
def test_what_is_missing_is_told_by_how_much_where_it_is_one_amount(when, needs, missing):
    rule = lc.Discount("ten", "10%", when=when, claim=lc.asked)

    ((_, refusal),) = priced([rule], coffee("50.00", quantity=2), claims=["ten"]).refused

    assert (refusal.message, refusal.missing) == (f"ten needs {needs}", missing)


def test_what_is_missing_is_of_the_basket_that_the_turn_finds():
    rules = [lc.Discount("half", "50%"), lc.Discount("ten", USD(10), when=Order.net.at_least(USD(60)))]

    found = priced(rules, coffee("100.00"))

    assert found.explain().splitlines()[1] == (
        "ten: gave nothing: needs net >= 60.00 USD, was 50.00 USD; 10.00 USD more would have given 10.00 USD"
    )


def test_claims_are_charged_together():
    rules = [TEN, lc.Discount("more", "10%", claim=lc.asked, cost=POINT(50))]

    found = priced(rules, "10.00", claims=["ten", "more"], points=149)

    assert dict(found.refused)["more"].missing == POINT(1)
    assert found.applied[0].cost == POINT(100)
    assert "ten: gave 1.00 USD: takes it off for 100 point" in found.explain()


def test_a_cost_may_depend_on_the_tier():
    ladder = lc.Ladder("status", tiers={"basic": 0, "gold": lc.invited})
    cost = lc.price_by_tier("status", {"gold": POINT(80)}, otherwise=POINT(100))
    ada = Member(program(BASE, ladder, lc.Discount("ten", "10%", claim=lc.asked, cost=cost)))
    ada.gets("points", day(1), POINT(90))
    basket = order("basket", day(2), "10.00", claims=["ten"])

    found = ada.program.discounts(ada.account, basket)
    check_read(ada, basket, found)
    assert dict(found.refused)["ten"].missing == POINT(10)
    ada.does(lc.TierAdjustment("gold", at=day(1), ladder="status", tier="gold", reason="invited"))
    found = ada.program.discounts(ada.account, basket)
    check_read(ada, basket, found)
    assert found.applied[0].cost == POINT(80)


def test_a_cost_may_depend_on_a_setting():
    cost = lc.price_by_setting("club", {"yes": POINT(80)}, otherwise=POINT(100))
    ada = Told(program(BASE, lc.Discount("ten", "10%", claim=lc.asked, cost=cost)))
    ada.gets("points", day(1), POINT(190))
    for number, costs in ((2, 100), (3, 80)):
        ada.does(order(f"o{number}", day(number), "10.00", claims=["ten"]))
        assert [entry.amount for entry in ada.answer.entries if entry.kind == "spend"] == [costs]
        ada.does(lc.Settings(f"s{number}", at=day(number), club="yes"))


def test_who_owes_units_claims_nothing_that_costs_any():
    ada = Member(program(BASE, lc.Reward("cup", POINT(10)), TEN))
    ada.buys("bought", day(1), "10.00")
    ada.redeems("cup", day(1), "cup")
    ada.returns("returned", day(1), "bought")

    basket = order("basket", day(2), "10.00", claims=["ten"])
    found = ada.program.discounts(ada.account, basket)

    check_read(ada, basket, found)
    assert dict(found.refused)["ten"].code == "in-debt"


def test_asking_records_nothing_and_does_what_is_due():
    ada = Member(program(BASE, lc.Expiry(POINT, lc.days(5)), TEN))
    ada.gets("points", day(1), POINT(100))
    late = order("basket", day(9), "10.00", claims=["ten"])

    assert dict(ada.program.discounts(ada.account, late).refused)["ten"].code == "insufficient"
    assert ada.account.version == 2
    assert ada.has() == "100"


@pytest.mark.parametrize(("told", "off"), [(9, "10.00"), (40, "0.00")])
def test_what_a_purchase_has_off_is_what_is_off_as_it_is_told(told, off):
    """What was bought on the first day counts for 30 days, and it is when it is recorded that a purchase is judged."""
    month = Order.net.over(lc.rolling(days=30))
    ada = Told(program(lc.Discount("regular", "10%", when=month.at_least(USD(50)), claim=lc.asked)))
    ada.buys("first", day(1), "60.00")
    basket = order("basket", day(9), "100.00", claims=["regular"])
    for rules in ada.program, lc.Book([ada.program]):
        assert str(rules.discounts(ada.account, basket, day(told)).off.decimal) == off

    ada.does(basket, now=day(told))

    assert (ada.answer.refusal is None) == (off == "10.00")


def test_only_a_purchase_has_discounts():
    ada = Member(program(BASE, TEN))

    with pytest.raises(lc.InvalidValue):
        ada.program.discounts(ada.account, lc.Enrolment("joined", at=day(1)))
    with pytest.raises(lc.InvalidValue, match="which is no discount"):
        ada.program.discounts(ada.account, order("basket", day(2), "10.00", claims=["other"]))


# Laws.

RULES = st.lists(st.integers(0, 10**6), min_size=1, max_size=4).flatmap(
    lambda numbers: st.tuples(*(strategies.discounts(name=f"d{at}") for at in range(len(numbers))))
)
COMBINE = st.sampled_from(["sum", "best", "worst", "first", "product"])


@st.composite
def programs(draw):
    """Programs of some discounts, some of them in lanes."""
    rules = [*draw(RULES)]
    names = [rule.name for rule in rules]
    lanes = []
    if draw(st.booleans()):
        some = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        limit = draw(strategies.caps(scopes=[lc.purchase], of_lanes=True))
        lanes.append(lc.Lane("lane", of=some, combine=draw(COMBINE), limit=limit))
        rest = [name for name in names if name not in some]
        if rest and draw(st.booleans()):
            lanes.append(lc.Lane("outer", of=["lane", *rest], combine=draw(COMBINE)))
    return program(BASE, *rules, *lanes)


@st.composite
def asking(draw):
    """A program, a member, and a basket that claims some discounts."""
    shop = draw(programs())
    names = [rule.name for rule in shop.of_kind(lc.Discount)]
    items = [
        Line(f"i{at}", lc.Amount(USD, net).decimal, in_thousandths(quantity), category=category, points=points)
        for at, (net, quantity, category, points) in enumerate(draw(strategies.baskets()))
    ]
    claims = draw(st.lists(st.sampled_from(names), unique=True))
    ada = Member(shop)
    ada.gets("points", day(1), POINT(draw(st.integers(1, 60))))
    channel = draw(st.sampled_from(["app", "web"]))
    return ada, Order("basket", at=day(2), items=items, claims=claims, channel=channel)


def in_thousandths(thousandths):
    """A quantity of so many thousandths."""
    return lc.Amount(lc.Unit("piece", 3), thousandths).decimal


@given(asking())
def test_discounts_never_take_more_than_there_is_and_add_up(asked):
    ada, basket = asked
    found = ada.program.discounts(ada.account, basket)

    for at, line in enumerate(found.lines):
        assert 0 <= line.off.minor <= line.before.minor
        assert line.off.minor == sum(each.lines[at].minor for each in found.applied)
    assert found.off.minor == sum(line.off.minor for line in found.lines)
    assert found.off.minor == sum(each.off.minor for each in found.applied)
    assert found.before == found.off + found.left
    for each in found.applied:
        assert each.off.minor == sum(part.minor for part in each.lines) > 0
    spent = sum(each.cost.minor for each in found.applied if each.cost is not None)
    assert spent <= ada.account.balance(POINT).minor


@given(asking())
def test_the_interpreted_form_takes_the_same_off(asked):
    ada, basket = asked
    found = ada.program.discounts(ada.account, basket)
    check_read(ada, basket, found)


@given(st.lists(strategies.discounts(), min_size=2, max_size=2), strategies.baskets())
def test_the_best_of_two_takes_as_much_off_as_either_alone(rules, lines):
    one, other = (lc.Discount(name, **parts(rule)) for name, rule in zip("ab", rules, strict=True))
    lines = [{"net": lc.Amount(USD, net).decimal, "quantity": 1, "category": category} for net, _, category, _ in lines]

    alone = [priced([each], *lines).off for each in (one, other)]
    best = priced([one, other, lc.Lane("best", of=["a", "b"], combine="best")], *lines).off
    worst = priced([one, other, lc.Lane("worst", of=["b", "a"], combine="worst")], *lines).off

    assert best == max(alone)
    giving = [each for each in alone if each]
    assert worst == (min(giving) if giving else USD(0))


def parts(rule):
    """What says a discount, without its name and its claim."""
    return {
        "off": rule.off,
        "of": rule.of,
        "where": rule.where,
        "limit": rule.limit,
        "rounding": rule.rounding,
        "stage": rule.stage,
        "rest": rule.rest,
    }


@given(
    st.lists(st.integers(1, 100).map(lambda each: Fraction(each, 100)), min_size=2, max_size=4), st.integers(0, 9999)
)
def test_shares_on_the_start_add_up_in_any_order(shares, net):
    names = [f"d{at}" for at in range(len(shares))]
    rules = [lc.Discount(name, share) for name, share in zip(names, shares, strict=True)]
    assume(sum(shares) <= 1)

    totals = {priced([*rules, lc.Lane("sum", of=of)], lc.Amount(USD, net).decimal).off for of in (names, names[::-1])}

    assert len(totals) == 1


@given(st.lists(st.integers(1, 2500), min_size=2, max_size=4), st.lists(st.integers(0, 2000), min_size=1, max_size=4))
def test_amounts_come_to_the_same_in_any_order(amounts, nets):
    rules = [lc.Discount(f"d{at}", lc.Amount(USD, amount)) for at, amount in enumerate(amounts)]
    lines = [lc.Amount(USD, net).decimal for net in nets]

    assert priced(rules, *lines).off == priced(rules[::-1], *lines).off
    assert priced(rules, *lines).off.minor == min(sum(amounts), sum(nets))


def test_stars_pay_for_a_discount_as_points_do():
    stars = lc.Discount("stars", "10%", claim=lc.asked, cost=STAR("1.50"))
    ada = Member(program(BASE, stars))
    ada.gets("stars", day(1), STAR("1.50"))

    found = ada.program.discounts(ada.account, order("basket", day(2), "10.00", claims=["stars"]))

    assert found.applied[0].cost == STAR("1.50")


@pytest.mark.parametrize(
    ("combine", "expected", "why"),
    [
        ("best", ["5.00", "0.60", "2.00"], {}),
        ("worst", ["1.00", "0.60", "0.40"], {"half": "excluded"}),
        ("first", ["1.00", "0.60", "0.40"], {"half": "excluded"}),
    ],
)
def test_a_lane_may_choose_for_each_item(combine, expected, why):
    rules = [
        lc.Discount("all", "10%", claim=lc.asked),
        lc.Discount("half", "50%", where=Line.category.is_("tea"), claim=lc.asked),
        lc.Lane("best for each", of=["all", "half"], combine=combine, per=lc.item),
    ]

    found = priced(rules, tea("10.00"), "6.00", tea("4.00"), claims=["all", "half"])

    assert [str(line.off.decimal) for line in found.lines] == expected
    assert {name: refusal.code for name, refusal in found.refused} == why


def test_of_what_is_equal_for_an_item_the_one_that_comes_first_is_chosen():
    rules = [
        lc.Discount("a", "10%"),
        lc.Discount("b", USD(3)),
        lc.Lane("lane", of=["a", "b"], combine="best", per=lc.item, limit=lc.at_most(USD(3), per=lc.purchase)),
    ]

    found = priced(rules, "10.00", "20.00")
    assert [(each.discount, str(each.off.decimal)) for each in found.applied] == [("a", "3.00")]


def test_what_a_lane_in_a_lane_that_chooses_for_each_item_takes_stays_in_its_order():
    lanes = [
        lc.Lane("inner", of=["asked", "by itself"], combine="product"),
        lc.Lane("outer", of=["inner"], combine="best", per=lc.item, limit=lc.at_most(USD(6), per=lc.purchase)),
    ]
    rules = [lc.Discount("asked", USD(4), claim=lc.asked), lc.Discount("by itself", USD(5))]

    found = priced([*rules, *lanes], tea("10.00"), claims=["asked"])

    assert [(each.discount, each.off) for each in found.applied] == [("by itself", USD(5)), ("asked", USD(1))]


def test_a_lane_in_a_lane_that_chooses_for_each_item_counts_as_one():
    rules = [
        lc.Discount("a", "20%", claim=lc.asked, cost=POINT(3)),
        lc.Discount("b", "20%", where=Line.category.is_("tea"), claim=lc.asked, cost=POINT(4)),
        lc.Discount("c", "30%", claim=lc.asked, cost=POINT(5)),
        lc.Lane("inner", of=["a", "b"]),
        lc.Lane("outer", of=["inner", "c"], combine="best", per=lc.item),
    ]

    found = priced(rules, tea("10.00"), "10.00", points=12, claims=["a", "b", "c"])
    assert [(each.discount, [str(off.decimal) for off in each.lines], each.cost) for each in found.applied] == [
        ("a", ["2.00", "0.00"], POINT(3)),
        ("b", ["2.00", "0.00"], POINT(4)),
        ("c", ["0.00", "3.00"], POINT(5)),
    ]
    short = priced(rules, tea("10.00"), "10.00", points=11, claims=["a", "b", "c"])
    assert [(name, refusal.code) for name, refusal in short.refused] == [("c", "insufficient")]


# Limits over windows.


def buying(*rules, points=0):
    """A member who buys with claims; the interpreted form decides the same."""
    ada = Told(program(BASE, *rules))
    if points:
        ada.gets("points", day(1), POINT(points))

    def buys(id, at, *lines, claims=()):
        found = ada.program.discounts(ada.account, order(id, day(at), *lines, claims=claims))
        answer = ada.buys(id, day(at), *lines, claims=claims)
        return answer.refusal.code if answer.refusal else str(found.left.decimal)

    return ada, buys


ONCE = lc.times(1, per=lc.lifetime)


def test_a_discount_is_taken_so_often_in_a_window_and_no_more():
    ada, buys = buying(lc.Discount("ten", "10%", limit=lc.times(2, per=lc.month)))

    assert [buys(f"p{at}", at, "10.00") for at in (1, 2, 3, 40)] == ["9.00", "9.00", "10.00", "9.00"]
    assert [(entry.sums, entry.slides) for entry in ada.account.entries if entry.kind == "purchase"] == [
        (("ten times, month", start, 1) if start else (), ())
        for start in (day(1, 0).timestamp() * 10**6, day(1, 0).timestamp() * 10**6, 0, day(32, 0).timestamp() * 10**6)
    ]


def test_a_claim_beyond_the_limit_is_refused_with_the_purchase():
    _, buys = buying(lc.Discount("ten", "10%", claim=lc.asked, limit=lc.times(1, per=lc.rolling(days=5))))

    assert [buys(f"p{at}", at, "10.00", claims=["ten"]) for at in (1, 5, 6)] == ["9.00", "limit-reached", "9.00"]


def test_without_claims_a_purchase_has_no_discounts_and_uses_none():
    ada, buys = buying(lc.Discount("ten", "10%", limit=ONCE))
    ada.buys("p1", day(1), "10.00")

    assert buys("p2", 2, "10.00") == "9.00"


@pytest.mark.parametrize(
    ("otherwise", "expected"), [(lc.truncate, ["6.00", "9.00", "10.00"]), (lc.reject, ["6.00", "10.00", "9.00"])]
)
def test_what_is_off_in_a_window_is_limited_to_an_amount(otherwise, expected):
    limit = lc.at_most(USD(5), per=lc.month, otherwise=otherwise)
    _, buys = buying(
        lc.Discount("four", USD(4), when=lc.ordinal.at_most(2), limit=limit),
        lc.Discount("one", USD(1), when=lc.ordinal.at_least(3), limit=limit),
        lc.Lane("all", of=["four", "one"], limit=limit),
    )

    assert [buys(f"p{at}", at, "10.00") for at in (1, 2, 3)] == expected
    assert buys("p4", 40, "10.00") == "9.00"


def test_what_is_used_up_says_so():
    ada, buys = buying(lc.Discount("five", USD(5), claim=lc.asked, limit=lc.at_most(USD(5), per=lc.lifetime)))
    buys("p1", 1, "10.00", claims=["five"])

    found = ada.program.discounts(ada.account, order("p2", day(2), "10.00", claims=["five"]))

    ((name, refusal),) = found.refused
    assert (name, refusal.code, refusal.missing) == ("five", "limit-reached", None)
    assert found.explain() == "five: gave nothing: five is limited per window, and that is used up"


def test_a_return_of_all_that_was_discounted_gives_the_use_back():
    ada, buys = buying(lc.Discount("tea once", "10%", where=Line.category.is_("tea"), limit=ONCE))
    assert buys("p1", 1, tea("10.00", 2), coffee("5.00")) == "14.00"

    ada.returns("r1", day(2), "p1", {"a": 1})
    assert buys("p2", 3, tea("10.00")) == "10.00"
    ada.returns("r2", day(4), "p1", {"a": 1})
    assert buys("p3", 5, tea("10.00")) == "9.00"
    ada.returns("r3", day(6), "p3")
    assert buys("p4", 7, tea("10.00")) == "9.00"


def test_a_return_gives_its_share_of_an_amount_back():
    ada, buys = buying(lc.Discount("half", "50%", limit=lc.at_most(USD(10), per=lc.rolling(days=30))))
    assert buys("p1", 1, tea("20.00", 4), "3.00") == "13.00"

    ada.returns("r1", day(2), "p1", {"a": 1})
    room = 10 - 3 * 8.7 / 4 - 1.3

    assert float(buys("p2", 3, "100.00")) == pytest.approx(100 - room, abs=0.011)


@given(st.data())
def test_every_order_of_returns_gives_the_same_room_back(data):
    limit = data.draw(st.sampled_from([lc.times(1, per=lc.month), lc.at_most(USD(9), per=lc.rolling(days=40))]))
    lines = [tea("20.01", 3), tea("7.99", 2), "3.00"]
    parts = [("a", 1), ("a", 1), ("a", 1), ("b", 2), ("c", 1)]
    back = data.draw(st.lists(st.sampled_from(range(5)), unique=True))
    left = set()
    for order_of in (back, sorted(back)):
        ada, buys = buying(lc.Discount("part", "33.3%", where=~Line.net.at_most(USD(3)), limit=limit))
        buys("p", 1, *lines)
        for number, place in enumerate(order_of):
            ada.returns(f"r{number}", day(2), "p", dict([parts[place]]))
        left.add(buys("again", 3, "50.00"))
    assert len(left) == 1


def test_a_limit_of_a_lane_counts_all_of_it_once():
    once = lc.Lane("one offer", of=["a", "b"], combine="best", limit=ONCE)
    ada, buys = buying(lc.Discount("a", "10%", claim=lc.asked), lc.Discount("b", USD(5), claim=lc.asked), once)

    assert buys("p1", 1, "10.00", claims=["a"]) == "9.00"
    assert buys("p2", 2, "10.00", claims=["b"]) == "limit-reached"
    ada.returns("r1", day(3), "p1")
    assert buys("p3", 4, "10.00", claims=["b"]) == "5.00"


def test_a_limit_of_a_lane_over_a_window_cuts_the_last_discount_first():
    cap = lc.Lane("both", of=["a", "b"], limit=lc.at_most(USD(5), per=lc.year))
    _, buys = buying(lc.Discount("a", USD(2)), lc.Discount("b", USD(2)), cap)

    assert [buys(f"p{at}", at, "10.00") for at in (1, 2, 3)] == ["6.00", "9.00", "10.00"]


def test_a_limit_since_a_moment_says_nothing_of_what_comes_before():
    _, buys = buying(lc.Discount("ten", "10%", limit=lc.times(1, per=lc.since(day(3)))))

    assert [buys(f"p{at}", at, "10.00") for at in (1, 2, 3, 4)] == ["9.00", "9.00", "9.00", "10.00"]


# Only so many for all members.


class Town:
    """Members, and accounts of pieces; the interpreted form decides the same, and entries verify."""

    def __init__(self, *rules, **pieces):
        self.program = program(BASE, *rules)
        self.accounts = {name: self.program.open(name) for name in ("ada", "bob", *pieces)}
        for name, number in pieces.items():
            if number:
                given = lc.Adjustment("fill", at=day(1), amount=lc.piece(number), reason="printed")
                self.accounts[name] = self.program.decide(self.accounts[name], given).account

    def does(self, member, event):
        """Decide; return the refusal's code, or None."""
        before = dict(self.accounts)
        parties = self.program.parties(before[member], event)
        others = [before[each] for each in parties if each != member]
        answer = self.program.decide(before[member], event, others=others)
        read = interpreted.decide(self.program, before[member], event, others=others)
        assert (read.entries, read.refusal and read.refusal.code) == (
            answer.entries,
            answer.refusal and answer.refusal.code,
        )
        self.accounts |= answer.accounts
        for account in answer.accounts.values():
            assert lc.verify(self.program, account, others=self.accounts.values()) is None
            assert lc.fold(account.member, account.entries) == account
        return answer.refusal and answer.refusal.code

    def buys(self, member, id, *lines, claims=(), **said):
        """Decide a purchase; return what is left to pay of it, or why it is refused."""
        event = order(id, day(2), *lines, claims=claims, **said)
        found = self.program.discounts(self.accounts[member], event, others=self.accounts.values())
        return self.does(member, event) or str(found.left.decimal)

    def left(self, name):
        return self.accounts[name].balance(lc.piece).minor


def test_a_discount_of_which_there_are_so_many_is_taken_so_often_by_all_members_together():
    town = Town(lc.Discount("ten", "10%", stock="pool"), pool=2)

    assert [town.buys(*who, "10.00") for who in (("ada", "p1"), ("bob", "p1"), ("ada", "p2"))] == [
        "9.00",
        "9.00",
        "10.00",
    ]
    assert town.left("pool") == 0
    assert [row[3:] for row in town.accounts["ada"].rows if row[0] == "draw"] == [("ten", "pool", "piece", 1)]


def test_a_claim_of_what_is_out_of_stock_is_refused():
    town = Town(lc.Discount("ten", "10%", claim=lc.asked, stock="pool"), pool=1)

    assert town.buys("ada", "p1", "10.00", claims=["ten"]) == "9.00"
    assert town.buys("bob", "p1", "10.00", claims=["ten"]) == "out-of-stock"
    assert town.program.parties(town.accounts["bob"], order("p2", day(2), "10.00", claims=[])) == ("bob",)
    assert town.program.parties(town.accounts["bob"], order("p2", day(2), "10.00")) == ("bob",)
    found = town.program.discounts(
        town.accounts["bob"], order("p2", day(2), "10.00", claims=["ten"]), others=town.accounts.values()
    )
    assert found.refused[0][1].missing == lc.piece(1)


def test_codes_are_accounts_that_the_purchase_names():
    town = Town(lc.Discount("code", USD(5), stock=Order.channel), ABC=1, XYZ=0)

    assert town.buys("ada", "p1", "10.00", channel="ABC") == "5.00"
    assert town.buys("bob", "p1", "10.00", channel="ABC") == "10.00"
    assert town.buys("bob", "p2", "10.00", channel="XYZ") == "10.00"
    assert town.buys("bob", "p3", "10.00") == "10.00"
    assert town.buys("ada", "p2", "10.00", channel="ada") == "10.00"


def test_a_piece_goes_back_with_the_last_item_that_has_something_off():
    rules = [lc.Discount("tea", "10%", where=Line.category.is_("tea"), stock="pool"), lc.Discount("two", USD(2))]
    town = Town(*rules, pool=1)
    town.buys("ada", "p1", tea("10.00", 2), coffee("5.00"))

    assert town.does("ada", lc.Return("r1", at=day(3), of="p1", items={"a": 1})) is None
    assert town.left("pool") == 0
    assert town.does("ada", lc.Return("r2", at=day(3), of="p1", items={"a": 1})) is None
    assert town.left("pool") == 1
    assert town.does("ada", lc.Return("r3", at=day(3), of="p1")) is None
    assert town.left("pool") == 1


def test_a_return_of_a_review_gives_no_piece_back():
    review = lc.Earn("review", POINT(5), on=lc.Activity, budget="fund")
    town = Town(lc.Discount("ten", "10%", stock="pool"), review, pool=1, fund=0)
    filled = lc.Adjustment("fill", at=day(1), amount=POINT(50), reason="for reviews")
    town.accounts["fund"] = town.program.decide(town.accounts["fund"], filled).account

    assert town.does("ada", Visit("v", at=day(2), name="review", place="here")) is None
    assert str(town.accounts["fund"].balance(POINT)) == "45 point"
    assert town.does("ada", lc.Return("r", at=day(3), of="v")) is None
    assert str(town.accounts["fund"].balance(POINT)) == "50 point"
    assert town.does("ada", lc.Return("r2", at=day(3), of="nothing")) == "unknown-purchase"


def test_where_a_stock_is_not_given_what_a_basket_has_off_is_as_if_it_had_some():
    town = Town(lc.Discount("ten", "10%", stock="pool"), pool=0)
    basket = order("p1", day(2), "10.00", claims=[])

    off_alone = town.program.discounts(town.accounts["ada"], basket)
    assert str(off_alone.left) == "9.00 USD"
    book = lc.Book([town.program])
    assert str(book.discounts(book.open("ada"), basket, others=[town.accounts["pool"]]).left) == "10.00 USD"
    with pytest.raises(lc.InvalidValue):
        town.program.decide(town.accounts["ada"], basket)


def test_discounts_of_one_stock_take_a_piece_each():
    town = Town(lc.Discount("ten", "10%", stock="pool"), lc.Discount("five", "5%", stock="pool"), pool=3)

    assert [town.buys("ada", f"p{at}", "100.00") for at in (1, 2, 3)] == ["85.50", "90.00", "100.00"]
    assert town.left("pool") == 0


def test_the_best_of_two_discounts_of_one_stock_takes_one_piece():
    best = lc.Lane("best", of=["ten", "five"], combine="best")
    town = Town(lc.Discount("ten", "10%", stock="pool"), lc.Discount("five", "5%", stock="pool"), best, pool=1)

    assert [town.buys("ada", f"p{at}", "100.00") for at in (1, 2)] == ["90.00", "100.00"]


# Limits that discounts share by name.


OFFERS = lc.at_most(USD(20), per=lc.month, name="offers")


def test_discounts_share_a_limit_by_its_name_within_a_purchase_and_over_its_window():
    _, buys = buying(
        lc.Discount("first", "10%", limit=OFFERS),
        lc.Discount("not of them", USD(1)),
        lc.Discount("second", "20%", limit=OFFERS),
    )

    # 10.00 and 1.00 off 100.00, then 17.80 of 89.00, of which 10.00 fit.
    assert buys("p1", 1, "100.00") == "79.00"
    assert buys("p2", 2, "100.00") == "99.00"
    assert buys("p3", 40, "10.00") == "6.40"


def test_what_is_returned_makes_room_for_all_that_share_a_limit():
    ada, buys = buying(lc.Discount("a", "10%", limit=OFFERS), lc.Discount("b", "20%", claim=lc.asked, limit=OFFERS))
    assert buys("p1", 1, "100.00", claims=["b"]) == "80.00"
    assert buys("p2", 2, "10.00", claims=["b"]) == "limit-reached"

    ada.returns("r1", day(3), "p1", {"a": "0.5"})
    assert buys("p3", 4, "10.00", claims=["b"]) == "7.20"


def test_of_discounts_that_share_a_number_of_times_each_counts_once():
    limit = lc.times(2, per=lc.lifetime, name="welcome")
    _, buys = buying(*(lc.Discount(name, USD(1), claim=lc.asked, limit=limit) for name in "abc"))

    assert buys("p1", 1, "10.00", claims=["a", "b", "c"]) == "limit-reached"
    assert buys("p2", 1, "10.00", claims=["a"]) == "9.00"
    assert buys("p3", 2, "10.00", claims=["c", "a"]) == "limit-reached"
    assert buys("p4", 2, "10.00", claims=["c"]) == "9.00"
    assert buys("p5", 2, "10.00", claims=["b"]) == "limit-reached"


def test_a_lane_and_a_discount_share_a_limit_and_may_have_another_of_their_own():
    own = lc.at_most(USD(12), per=lc.month)
    _, buys = buying(
        lc.Discount("a", USD(10)),
        lc.Discount("b", USD(10)),
        lc.Lane("both", of=["a", "b"], limit=OFFERS),
        lc.Discount("c", USD(15), limit=[own, OFFERS]),
    )

    assert buys("p1", 1, "15.00") == "0.00"
    assert buys("p2", 2, "50.00") == "45.00"
    assert buys("p3", 2, "50.00") == "50.00"
    assert buys("p4", 40, "100.00") == "80.00"


# A budget of money for all members.


def funded(*rules, **money):
    """A town whose accounts have money instead of pieces."""
    town = Town(*rules, **dict.fromkeys(money, 0))
    for name, amount in money.items():
        given = lc.Adjustment("fill", at=day(1), amount=USD(amount), reason="campaign")
        town.accounts[name] = town.program.decide(town.accounts[name], given).account
    return town


def money(town, name):
    return str(town.accounts[name].balance(USD).decimal)


def test_a_campaign_ends_when_its_money_is_spent():
    town = funded(lc.Discount("ten", "10%", budget="spring"), spring=15)

    assert [town.buys(*who, "100.00") for who in (("ada", "p1"), ("bob", "p1"), ("ada", "p2"))] == [
        "90.00",
        "95.00",
        "100.00",
    ]
    assert [row[3:] for row in town.accounts["bob"].rows if row[0] == "draw"] == [("ten", "spring", "USD", 500)]
    assert money(town, "spring") == "0.00"


def test_a_budget_that_rejects_gives_nothing_where_it_has_not_enough():
    town = funded(lc.Discount("ten", "10%", claim=lc.asked, budget=lc.Budget("spring", lc.reject)), spring=15)

    assert town.buys("ada", "p1", "100.00", claims=["ten"]) == "90.00"
    assert town.buys("bob", "p1", "100.00", claims=["ten"]) == "budget-spent"
    assert town.buys("bob", "p2", "50.00", claims=["ten"]) == "45.00"


def test_what_is_returned_goes_back_to_the_budget():
    town = funded(lc.Discount("tea", "10%", where=Line.category.is_("tea"), budget="spring"), spring=15)
    town.buys("ada", "p1", tea("10.00", 3), coffee("5.00"))
    left = [money(town, "spring")]
    for at, items in enumerate(({"b": 1}, {"a": 1}, {"a": 1}, {"a": 1})):
        assert town.does("ada", lc.Return(f"r{at}", at=day(3), of="p1", items=items)) is None
        left.append(money(town, "spring"))

    assert left == ["14.00", "14.00", "14.34", "14.67", "15.00"]


def test_discounts_that_come_out_of_one_budget_take_what_those_before_have_left():
    rules = [lc.Discount(name, "10%", budget="spring") for name in ("a", "b")]
    town = funded(*rules, lc.Discount("c", USD(1), budget="other"), spring=15, other=5)

    assert town.buys("ada", "p1", "100.00") == "84.00"
    assert (money(town, "spring"), money(town, "other")) == ("0.00", "4.00")


def test_a_lane_comes_out_of_its_budget_as_a_whole():
    rules = [lc.Discount("a", "10%"), lc.Discount("b", "10%", claim=lc.asked)]
    town = funded(*rules, lc.Lane("both", of=["a", "b"], budget="spring"), spring=35)

    assert town.buys("ada", "p1", "100.00", claims=["b"]) == "80.00"
    assert town.buys("ada", "p2", "100.00") == "90.00"
    assert town.buys("bob", "p1", "100.00", claims=["b"]) == "budget-spent"
    assert town.buys("bob", "p2", "100.00") == "95.00"
    assert town.does("ada", lc.Return("r", at=day(3), of="p1")) is None
    assert money(town, "spring") == "20.00"


def test_a_rule_that_earns_out_of_the_same_budget_has_what_discounts_leave():
    cashback = lc.Earn("cashback", USD.per(USD(10), Line.net), budget="spring")
    town = funded(lc.Discount("ten", "10%", budget="spring"), cashback, spring=15)

    assert town.buys("ada", "p1", "100.00") == "90.00"
    assert str(town.accounts["ada"].balance(USD)) == "5.00 USD"
    assert money(town, "spring") == "0.00"


def test_a_purchase_that_names_no_budget_has_nothing_off():
    town = funded(lc.Discount("ten", "10%", budget=Order.channel), app=15)

    assert town.buys("ada", "p1", "100.00", channel="app") == "90.00"
    assert town.buys("ada", "p2", "100.00") == "100.00"
    basket = order("p3", day(2), "200.00", claims=[], channel="app")
    assert str(town.program.discounts(town.accounts["ada"], basket).left) == "180.00 USD"


# Chosen of each line, or of each kind.


def test_three_for_the_price_of_two_may_be_of_the_same_kind_alone():
    same = lc.Discount("three of a kind", "100%", lc.cheapest(of=3, each=Line.category))
    mixed = [tea("12.00", 4), tea("2.00"), coffee("5.00"), coffee("5.00")]

    _, buys = buying(same)
    assert buys("p1", 1, *mixed) == "22.00"
    assert buys("p2", 1, *mixed, coffee("1.00")) == "22.00"
    assert buys("p3", 1, tea("3.00"), coffee("3.00"), tea("3.00")) == "9.00"


def test_groups_may_be_of_each_line_alone():
    _, buys = buying(lc.Discount("two for five", lc.at_price(USD(5)), lc.groups_of(2, each=lc.item)))

    # A pair of three and a pair of two; one of the first, and a single one, are left.
    assert buys("p1", 1, tea("9.00", 3), tea("8.00", 2), tea("4.00")) == "17.00"


def test_so_many_units_of_each_line_have_something_off():
    _, buys = buying(lc.Discount("first two of each", "50%", lc.dearest(2, each=lc.item)))

    assert buys("p1", 1, tea("9.00", 3), tea("8.00", 2), coffee("4.00")) == "12.00"
