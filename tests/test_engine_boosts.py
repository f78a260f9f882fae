"""Boosts: ``base x (1 + sum of additions) x product of factors``, rounded once, held against that very formula."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, day, program

LADDER = lc.Ladder("status", by=Order.count.over(lc.lifetime), tiers={"base": 0, "silver": 1, "gold": 3})
SIZES = ["+50%", "+100%", "+33.3%", "x1.5", "x2", "x0.25"]
BY_TIER = lc.by_tier("status", {"silver": "+25%", "gold": "x1.5"})
COFFEE, BRAND = Line.category.is_("coffee"), Line.brand.is_("x")
EVENING, APP = Order.net.at_least(USD(20)), Order.channel.is_("app")


def boosts():
    """Boosts of the rule `base`: of all, of some items, of some events, by tier."""
    one = st.builds(
        lambda by, where, when: {"by": by, "where": where, "when": when},
        st.sampled_from([*SIZES, BY_TIER]),
        st.sampled_from([None, COFFEE, BRAND]),
        st.sampled_from([None, EVENING, APP]),
    )
    return st.lists(one, max_size=5)


def receipts():
    """Receipts of a few lines."""
    line = st.fixed_dictionaries(
        {
            "net": st.integers(0, 3000).map(lambda cents: lc.Amount(USD, cents).decimal),
            "category": st.sampled_from(["coffee", "tea"]),
            "brand": st.sampled_from(["", "x"]),
        }
    )
    return st.lists(st.lists(line, min_size=1, max_size=4), min_size=1, max_size=4)


def factor_of(by, tier):
    """What a boost does in a tier, or None."""
    if isinstance(by, lc.ByTier):
        return dict(by.factors).get(tier)
    return lc.Factor.read(by)


def by_the_formula(given_boosts, lines, tier, channel, rate):
    """The award of one receipt in the smallest parts of a star, in fractions."""
    total = sum(Fraction(str(line["net"])) for line in lines)
    award = Fraction(0)
    for line in lines:
        added, times = Fraction(1), Fraction(1)
        for boost in given_boosts:
            factor = factor_of(boost["by"], tier)
            if boost["where"] == COFFEE and line["category"] != "coffee":
                continue
            if boost["where"] == BRAND and line["brand"] != "x":
                continue
            if (boost["when"] == EVENING and total < 20) or (boost["when"] == APP and channel != "app"):
                continue
            if factor is not None and factor.adds:
                added += factor.size
            elif factor is not None:
                times *= factor.size
        award += Fraction(str(line["net"])) * added * times
    return int(award * rate * 100)


@given(boosts(), receipts(), st.sampled_from(["app", "web"]), st.booleans())
def test_boosts_are_the_formula(given_boosts, cart, channel, other_rules):
    rules = [lc.Earn("base", STAR("0.37").per(USD(1), Line.net)), LADDER]
    rules += [
        lc.Boost(f"b{at}", boost["by"], of="base", where=boost["where"], when=boost["when"])
        for at, boost in enumerate(given_boosts)
    ]
    rules += [lc.Earn("other", POINT.per(USD(1), Line.net), where=COFFEE)] if other_rules else []
    ada = Member(program(*rules))
    tiers = ["base", "silver", "silver", "gold"]

    for number, lines in enumerate(cart):
        before = ada.account.balance(STAR).minor
        ada.buys(number, day(1 + number), *lines, channel=channel)
        wanted = by_the_formula(given_boosts, lines, tiers[number], channel, Fraction("0.37"))

        assert ada.account.balance(STAR).minor - before == wanted


@given(boosts(), receipts())
def test_boosts_of_a_window_add_up_before_the_one_rounding(given_boosts, cart):
    """Each purchase contributes boosted cents; the month is floored as a whole."""
    rules = [lc.Earn("base", STAR("0.37").per(USD(1), Line.net), over=lc.month), LADDER]
    rules += [
        lc.Boost(f"b{at}", boost["by"], of="base", where=boost["where"], when=boost["when"])
        for at, boost in enumerate(given_boosts)
    ]
    ada = Member(program(*rules))
    tiers, wanted = ["base", "silver", "silver", "gold"], Fraction(0)

    for number, lines in enumerate(cart):
        ada.buys(number, day(1 + number), *lines)
        wanted += exact_formula(given_boosts, lines, tiers[number])

    assert ada.account.balance(STAR).minor == int(wanted * Fraction("0.37") * 100)


def exact_formula(given_boosts, lines, tier):
    scale = 10**15
    return Fraction(by_the_formula(given_boosts, lines, tier, "", Fraction(scale, 100)), scale)


def test_a_boost_by_item_rounds_once_for_the_receipt_and_not_for_each_item():
    """Three coffees of 0.50 at x1.5 are 2.25, floored to 2: item by item it would be none."""
    rules = program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Boost("coffee", "x1.5", of="base", where=COFFEE))
    ada = Member(rules)

    ada.buys("p", day(1), coffee("0.50"), coffee("0.50"), coffee("0.50"))

    assert ada.has() == "2"


def test_a_rule_that_rounds_per_item_boosts_per_item_while_conditions_see_the_whole_purchase():
    """10.00 + 33.00 at 2 a dollar with half as much again from 40.00: 30 + 99."""
    rules = program(
        lc.Earn("base", POINT(2).per(USD(1), Line.net), stage=lc.item),
        lc.Boost("big", "+50%", of="base", when=Order.net.at_least(USD(40))),
    )
    ada = Member(rules)

    ada.buys("p", day(1), "10.00", "33.00")

    assert ada.has() == "129"


def test_boosts_of_items_that_depend_on_the_event_round_per_item_too():
    rules = program(
        lc.Earn("base", POINT(2).per(USD(1), Line.net), stage=lc.item),
        lc.Boost("big", "+50%", of="base", where=COFFEE, when=Order.net.at_least(USD(40))),
        lc.Boost("app", "+10%", of="base", when=APP),
    )
    ada = Member(rules)

    ada.buys("p", day(1), coffee("10.30"), "33.00", channel="app")

    assert ada.has() == str(int(20.6 * 1.6) + int(66 * 1.1))


@pytest.mark.parametrize(("by", "expected"), [("+100%", "10"), ("x3", "15")])
def test_what_is_given_for_the_whole_event_is_boosted_too(by, expected):
    rules = program(
        lc.Earn("visit", POINT(5), on=lc.Activity), lc.Boost("more", by, of="visit", when=lc.weekday("thu"))
    )
    ada = Member(rules)
    ada.does(Visit("v", at=day(1), name="review"))
    assert ada.has() == expected

    ada.does(Visit("w", at=day(2), name="review"))

    assert ada.has() == str(int(expected) + 5)
