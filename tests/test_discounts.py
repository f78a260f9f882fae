"""Discounts are values: what is off which units of a basket, and how it is rounded, limited and split."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given

import loyalcore as lc
import refusals
import strategies
import values
from shop import program
from strategies import POINT, STAR, USD, Line, Order

EUR = lc.Money("EUR")
DISCOUNT = {"name": "discount", "off": "10%"}
TEA = Line.category.is_("tea")
PIECES_BY_HISTORY = lc.piece(1).per(5, Order.count.over(lc.month))
COUNTED = lc.piece(1).per_full(2, Line.quantity.sum())


@given(strategies.discounts())
def test_a_discount_is_a_value(discount):
    values.check(discount)


@given(strategies.chosen())
def test_what_is_chosen_is_a_value(chosen):
    values.check(chosen)


def test_a_discount_says_in_few_words_what_it_is():
    assert lc.Discount("tenth", "10%").off == Fraction(1, 10)
    assert lc.cheapest(1, of=3) == lc.Chosen(1, lc.from_cheapest, 3)
    assert lc.dearest(2, lines=True) == lc.Chosen(2, lc.from_dearest, lines=True)
    assert lc.groups_of(2) == lc.Chosen(None, lc.as_listed, 2, lc.as_listed)
    assert lc.sets_of({TEA: 2, ~TEA: 1}) == lc.Chosen(None, lc.as_listed, ((TEA, 2), (~TEA, 1)), lc.as_listed)
    assert lc.apiece(USD(5)) == lc.Apiece(USD(5))
    assert lc.at_price(USD(5)) == lc.AtPrice(USD(5))


@refusals.table(
    [
        *((lc.Discount, {**DISCOUNT, "name": bad}, lc.InvalidValue) for bad in ("", None, 5)),
        *(
            (lc.Discount, {**DISCOUNT, "off": bad}, lc.InvalidValue)
            for bad in (None, 5, 0.1, "0%", "100.1%", "-5%", "x", Fraction(2), POINT(5), USD(0), USD(-1), True)
        ),
        *((lc.Discount, {**DISCOUNT, "of": bad}, lc.InvalidValue) for bad in (1, "cheapest", True)),
        *((lc.Discount, {**DISCOUNT, "where": bad}, lc.InvalidValue) for bad in (5, Order.channel.is_("app"))),
        *((lc.Discount, {**DISCOUNT, "when": bad}, lc.InvalidValue) for bad in (5, Line.category.is_("tea"))),
        *((lc.Discount, {**DISCOUNT, "claim": bad}, lc.InvalidValue) for bad in (None, "", lc.repeatedly, [])),
        *(
            (lc.Discount, {**DISCOUNT, "cost": bad, "claim": lc.asked}, lc.InvalidValue)
            for bad in (5, POINT(0), POINT(-1))
        ),
        (lc.Discount, {**DISCOUNT, "cost": POINT(5)}, lc.InvalidProgram),
        *((lc.Discount, {**DISCOUNT, "limit": bad}, lc.InvalidValue) for bad in (5, None, USD(5), [USD(5)])),
        *(
            (lc.Discount, {**DISCOUNT, "limit": bad}, lc.InvalidProgram)
            for bad in (
                lc.times(1, per=lc.redemption),
                lc.times(1, per=lc.purchase),
                lc.times(1, per=lc.month, otherwise=lc.defer(2)),
                [lc.times(1, per=lc.month, name="campaign"), lc.times(2, per=lc.month, name="campaign")],
                lc.times(1, per=lc.month, each=Order.channel),
                lc.at_most(USD(5), per=lc.holding),
                lc.at_most(USD(5), per=lc.month, freed=lc.rejudge),
                lc.at_most(USD.per(USD(5), Line.net), per=lc.month, freed=lc.rejudge),
                lc.at_most(USD(5), per=lc.purchase, each=Line.category),
                [lc.times(5, per=lc.month), lc.times(6, per=lc.month)],
                lc.at_most(lc.piece(5), per=lc.item),
                [lc.at_most(lc.piece(5), per=lc.month), lc.at_most(lc.piece(6), per=lc.month)],
                [lc.at_most(USD(5), per=lc.purchase), lc.at_most(USD(6), per=lc.purchase)],
            )
        ),
        *(
            (lc.Discount, {**DISCOUNT, "of": of, "limit": lc.at_most(lc.piece(2), per=per)}, lc.InvalidProgram)
            for of in (lc.groups_of(3), lc.groups_of(3, each=lc.item), lc.sets_of({TEA: 1, ~TEA: 2}))
            for per in (lc.purchase, lc.month)
        ),
        *(
            (lc.Discount, {**DISCOUNT, "stock": bad}, lc.InvalidValue)
            for bad in ("", 1.5, Line.category, lc.setting("a"))
        ),
        *((lc.Discount, {**DISCOUNT, "budget": bad}, lc.InvalidValue) for bad in ("", 1.5, Line.category, [])),
        (lc.Discount, {**DISCOUNT, "stock": "pool", "budget": "spring"}, lc.InvalidProgram),
        *((lc.Discount, {**DISCOUNT, "rounding": bad}, lc.InvalidValue) for bad in ("floor", None)),
        *((lc.Discount, {**DISCOUNT, "stage": bad}, lc.InvalidValue) for bad in (lc.month, None, "item")),
        *((lc.Discount, {**DISCOUNT, "rest": bad}, lc.InvalidValue) for bad in ("first", None, [])),
        *((lc.cheapest, {"number": bad}, lc.InvalidValue) for bad in (0, -1, "1", True, 1.5, 10**7, POINT(1))),
        *((lc.cheapest, {"of": bad}, lc.InvalidValue) for bad in (0, "3", True, 10**7)),
        (lc.cheapest, {"number": 4, "of": 3}, lc.InvalidValue),
        (lc.cheapest, {"number": COUNTED, "of": 3}, lc.InvalidValue),
        (lc.cheapest, {"number": POINT.per(1, Line.quantity)}, lc.InvalidValue),
        (lc.cheapest, {"grouped": "anyhow", "of": 3}, lc.InvalidValue),
        (lc.cheapest, {"grouped": lc.as_listed}, lc.InvalidValue),
        (lc.cheapest, {"lines": 1}, lc.InvalidValue),
        *((lc.cheapest, {"each": bad}, lc.InvalidValue) for bad in (5, lc.purchase, Order.channel, Line.net, lc.month)),
        (lc.cheapest, {"number": COUNTED, "each": lc.item}, lc.InvalidValue),
        (lc.groups_of, {"number": 2, "grouped": lc.across}, lc.InvalidValue),
        (lc.groups_of, {"number": 0}, lc.InvalidValue),
        (lc.Chosen, {"order": "any"}, lc.InvalidValue),
        *(
            (lc.sets_of, {"parts": bad}, lc.InvalidValue)
            for bad in (
                {},
                {TEA: 0},
                {TEA: -1},
                {TEA: "1"},
                {TEA: True},
                {TEA: 10**7},
                {"tea": 1},
                {Order.channel.is_("app"): 1},
                [(TEA, 1), (TEA, 1)],
                [(TEA,)],
                [[TEA, 1]],
                [5],
                itertools.repeat((TEA, 1)),
                {Line.category.is_(f"kind {number}"): 1 for number in range(9)},
                None,
                2.5,
                "parts",
            )
        ),
        (lc.sets_of, {"parts": {TEA: 1}, "grouped": lc.across}, lc.InvalidValue),
        (lc.sets_of, {"parts": {TEA: 1}, "each": lc.month}, lc.InvalidValue),
        (lc.cheapest, {"of": {TEA: 2}}, lc.InvalidValue),
        (lc.cheapest, {"number": 4, "of": {TEA: 2, ~TEA: 1}, "grouped": lc.as_listed}, lc.InvalidValue),
        (lc.cheapest, {"number": COUNTED, "of": {TEA: 2}, "grouped": lc.as_listed}, lc.InvalidValue),
        *((lc.apiece, {"amount": bad}, lc.InvalidValue) for bad in (5, POINT(5), USD(0))),
        *((lc.at_price, {"amount": bad}, lc.InvalidValue) for bad in (5, POINT(5), USD(0))),
    ]
)
def test_what_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def discounted(*rules):
    return program(lc.Earn("base", POINT.per(USD(1), Line.net)), *rules)


@pytest.mark.parametrize(
    "rule",
    [
        lc.Discount("euros", EUR(5)),
        lc.Discount("euros apiece", lc.apiece(EUR(5))),
        lc.Discount("limit in euros", "10%", limit=lc.at_most(EUR(5), per=lc.purchase)),
        lc.Discount("net as it is", lc.Accrual(USD, lc.Total("net"))),
        lc.Discount("by history", USD.per(5, Order.count.over(lc.month))),
        lc.Discount("by balance", "10%", limit=lc.at_most(USD.per(POINT(1), POINT.balance), per=lc.purchase)),
        lc.Discount("by ordinal", USD.per(5, lc.ordinal)),
        lc.Discount("by points", USD.per(POINT(5), lc.given("base"))),
        lc.Discount("number by history", "10%", lc.cheapest(lc.piece(1).per(5, Order.count.over(lc.month)))),
        lc.Discount("pieces by history", "10%", limit=lc.at_most(PIECES_BY_HISTORY, per=lc.purchase)),
        lc.Discount("per item", "10%", limit=lc.at_most(USD.per(USD(5), Line.net), per=lc.item)),
        lc.Discount("unknown", "10%", when=lc.in_tier("status", "gold")),
        lc.Discount("unknown text", "10%", where=lc.TextOf("item", "colour").is_("red")),
        lc.Discount("unknown part", "10%", lc.sets_of({TEA: 1, lc.TextOf("item", "colour").is_("red"): 1})),
        lc.Discount("unknown account", "10%", stock=lc.TextOf("event", "colour")),
        lc.Discount("unknown key", "10%", lc.cheapest(of=3, each=lc.TextOf("item", "colour"))),
        lc.Discount("unknown budget", "10%", budget=lc.TextOf("event", "colour")),
        lc.Discount("what it earns", "10%", when=lc.given("base").at_least(POINT(5))),
        lc.Discount(
            "by tier",
            "10%",
            claim=lc.asked,
            cost=lc.price_by_tier("status", {"gold": POINT(5)}, otherwise=POINT(9)),
        ),
    ],
    ids=lambda rule: rule.name,
)
def test_a_discount_in_other_words_than_the_programs_is_refused(rule):
    with pytest.raises(lc.InvalidProgram) as caught:
        discounted(rule)

    assert 20 < len(str(caught.value)) < 600


SHARED = lc.at_most(USD(5), per=lc.month, name="offers")
SHARING = [lc.Discount("a", "10%", limit=SHARED), lc.Discount("b", "20%")]
STOCKED = [lc.Discount("a", "10%", stock="pool"), lc.Discount("b", "20%", stock="pool")]
TWO = [lc.Discount("a", "10%"), lc.Discount("b", "20%")]


@pytest.mark.parametrize(
    "rules",
    [
        [*TWO, lc.Lane("mixed", of=["a", "base"])],
        [*TWO, lc.Lane("rules and discounts", of=["base", "a"])],
        [*TWO, lc.Boost("boost", "x2", of="base"), lc.Lane("boosts", of=["a", "boost"])],
        [lc.Discount("a", "10%", budget="pool"), lc.Lane("a budget inside", of=["a"])],
        [*TWO, lc.Lane("in", of=["a"], budget="pool"), lc.Lane("a budget of a lane inside", of=["in", "b"])],
        [lc.Discount("a", "10%", stock="pool"), lc.Lane("a stock in a budget", of=["a"], budget="pool")],
        [*STOCKED, lc.Lane("stocks per item", of=["a", "b"], combine="best", per=lc.item)],
        [*TWO, lc.Lane("an unknown budget", of=["a", "b"], budget=lc.TextOf("event", "colour"))],
        [*SHARING, lc.Lane("counted twice", of=["a"], limit=SHARED)],
        [*SHARING, lc.Lane("in", of=["b"]), lc.Lane("counted twice in a lane", of=["a", "in"], limit=SHARED)],
        [*TWO, lc.Lane("a key", of=["a", "b"], limit=lc.at_most(USD(5), per=lc.month, each=Order.channel))],
        [lc.Earn("more", POINT(1)), lc.Lane("rules per item", of=["base", "more"], combine="best", per=lc.item)],
        [lc.Boost("boost", "x2", of="base"), lc.Lane("boosts per item", of=["boost"], combine="best", per=lc.item)],
        [*TWO, lc.Lane("items", of=["a", "b"], limit=lc.at_most(USD(5), per=lc.item))],
        [*TWO, lc.Lane("pieces", of=["a", "b"], limit=lc.at_most(lc.piece(5), per=lc.month))],
        [*TWO, lc.Lane("euros", of=["a", "b"], limit=lc.at_most(EUR(5), per=lc.purchase))],
        [*TWO, lc.Lane("one", of=["a"]), lc.Lane("another", of=["a", "b"])],
        [*TWO, lc.Lane("itself", of=["a", "itself"])],
    ],
    ids=lambda rules: rules[-1].name,
)
def test_a_lane_of_discounts_is_of_nothing_else(rules):
    with pytest.raises(lc.InvalidProgram) as caught:
        discounted(*rules)

    assert 20 < len(str(caught.value)) < 600


def test_money_or_pieces_that_limit_discounts_are_no_units_of_the_program():
    lane = lc.Lane("both", of=["a", "b"], limit=lc.at_most(USD(5), per=lc.purchase))

    assert discounted(*TWO, lane).units == {"point": POINT}
    priced = lc.Discount("stars", "10%", claim=lc.asked, cost=STAR(1))
    assert discounted(priced).units == {"point": POINT, "star": STAR}
    assert discounted(lc.Discount("six", "10%", limit=lc.at_most(lc.piece(6), per=lc.month))).units == {"point": POINT}
    stocked = lc.Discount("so many", "10%", stock="pool")
    assert discounted(stocked).units == {"point": POINT, "piece": lc.piece}


def test_money_that_discounts_come_out_of_is_a_unit_of_the_program():
    lane = lc.Lane("both", of=["a", "b"], budget="spring")

    assert discounted(lc.Discount("ten", "10%", budget="spring")).units == {"point": POINT, "USD": USD}
    assert discounted(*TWO, lane).units == {"point": POINT, "USD": USD}
    assert discounted(lc.Discount("ten", "10%", budget="spring")).rules[-1].budget == lc.Budget("spring")


@pytest.mark.parametrize(
    "other",
    [
        lc.Discount("b", "20%", limit=lc.at_most(USD(6), per=lc.month, name="offers")),
        lc.Earn("more", USD.per(USD(10), Line.net), limit=SHARED),
        lc.Reward("money", USD(1), limit=SHARED),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_limits_of_one_name_are_one_limit_of_discounts(other):
    with pytest.raises(lc.InvalidProgram, match="offers"):
        discounted(lc.Discount("a", "10%", limit=SHARED), other)
