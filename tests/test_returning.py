"""What goes of an award when a part of its purchase comes back: policies beside judging what is kept."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, date, program

POLICIES = (lc.as_kept, lc.in_proportion, lc.in_full, lc.stays)


def after(rule, *returns, **bought):
    """What a member has after each of some returns of one purchase: items, or refunds."""
    ada = Member(program(rule))
    ada.buys("p", date("2026-03-01"), *bought.get("lines", ("300.00", "100.00")))
    found = [ada.has()]
    for number, gone in enumerate(returns):
        options = {"refunds": gone} if isinstance(gone, dict) else {"items": gone}
        ada.does(lc.Return(f"r{number}", at=date("2026-03-02"), of="p", **options))
        found.append(ada.has())
    return found


@pytest.mark.parametrize(
    ("policy", "has"),
    [
        (lc.as_kept, ["100", "100", "100", "0"]),
        (lc.in_proportion, ["100", "87", "75", "0"]),
        (lc.in_full, ["100", "0", "0", "0"]),
        (lc.stays, ["100", "100", "100", "100"]),
    ],
)
def test_a_fixed_amount_goes_by_its_policy(policy, has):
    assert after(lc.Earn("fixed", POINT(100), on_return=policy), {"b": "50.00"}, ["b"], None) == has


def test_in_proportion_it_is_the_money_that_counts_and_not_which_goods_had_earned():
    gives = POINT(7).per(USD(4), Line.net)
    beans = lc.Earn("beans", gives, where=Line.category.is_("coffee"), on_return=lc.in_proportion)

    assert after(beans, ["a"], ["b"], lines=("20.00", coffee("40.00"))) == ["70", "46", "0"]


def test_what_is_left_in_proportion_is_rounded_as_the_rule_rounds():
    options = {"on_return": lc.in_proportion, "rounding": lc.half_up}

    assert after(lc.Earn("fixed", POINT(100), **options), {"b": "50.00"})[1] == "88"


def test_a_condition_is_not_asked_again():
    large = lc.Earn("large", POINT(50), when=Order.net.at_least(USD(400)), on_return=lc.in_proportion)

    assert after(large, ["b"]) == ["50", "37"]


def test_goods_that_cost_nothing_keep_what_they_gave_until_all_are_back():
    assert after(lc.Earn("fixed", POINT(10), on_return=lc.in_proportion), ["b"], ["a"], lines=("0", "0")) == [
        *("10", "10", "0"),
    ]


def test_what_stays_is_the_members_though_all_is_back_at_once():
    rules = program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Earn("welcome", STAR(1), on_return=lc.stays))
    ada = Member(rules)
    ada.buys("p", date("2026-03-01"), "30.00")

    ada.returns("r", date("2026-03-02"), "p")

    assert (ada.has(), ada.has(STAR)) == ("0", "1.00")


def test_an_activity_that_is_revoked_keeps_what_stays():
    for policy, has in ((lc.stays, "5"), (lc.in_full, "0")):
        ada = Member(program(lc.Earn("review", POINT(5), on=lc.Activity, on_return=policy)))
        ada.does(Visit("a", at=date("2026-03-01"), name="review"))
        ada.returns("r", date("2026-03-02"), "a")
        assert ada.has() == has


def test_a_lane_has_one_policy_and_frees_the_room_that_goes():
    rules = [lc.Earn(name, POINT(size), on_return=lc.in_proportion) for name, size in (("one", 40), ("two", 60))]
    ada = Member(program(*rules, lc.Lane("both", of=["one", "two"], limit=lc.at_most(POINT(120), per=lc.month))))
    ada.buys("p", date("2026-03-01"), "300.00", "100.00")
    ada.returns("r", date("2026-03-02"), "p", ["b"])
    assert ada.has() == "75"

    ada.buys("q", date("2026-03-03"), "1.00")

    assert ada.has() == "120"


def test_among_many_rules_those_are_found_whose_goods_are_all_back():
    names = [f"brand {number}" for number in range(12)]
    rules = [
        lc.Earn(name, POINT(10), when=Line.net.sum(Line.brand.is_(name)).more_than(USD(0)), on_return=lc.in_proportion)
        for name in names
    ]
    ada = Member(program(*rules))
    ada.buys("p", date("2026-03-01"), {"net": "30.00", "brand": names[0]}, {"net": "10.00", "brand": names[1]})
    assert ada.has() == "20"

    ada.returns("r", date("2026-03-02"), "p", ["b"])

    assert ada.has() == "14", "7.5 of each is left, rounded down"


@given(st.sampled_from(POLICIES), st.permutations("abcd"), st.integers(0, 4))
def test_the_order_of_returns_makes_no_difference(policy, order, cut):
    rule = lc.Earn("share", POINT(7).per(USD(3), Line.net), on_return=policy)
    lines = ("3.10", "20.00", "11.11", "0.50")

    one_by_one = after(rule, *([item] for item in order[:cut]), lines=lines)
    at_once = after(rule, *([[*order[:cut]]] if cut else []), lines=lines)

    assert one_by_one[-1] == at_once[-1]
    assert all(int(first) >= int(later) for first, later in itertools.pairwise(one_by_one))


FIXED = {"name": "x", "gives": POINT(5)}
BY_ITEMS = lc.at_most(POINT(5), per=lc.month, each=Line.category)


@refusals.table(
    [
        *((lc.Earn, {**FIXED, "on_return": bad}, lc.InvalidValue) for bad in ("", None, "kept", 5)),
        *((lc.Earn, {**FIXED, "on_return": one, "over": lc.month}, lc.InvalidProgram) for one in POLICIES[1:]),
        (lc.Earn, {**FIXED, "on_return": lc.stays, "on": lc.ended(lc.month)}, lc.InvalidProgram),
        *(
            (lc.Earn, {**FIXED, "on_return": lc.in_full, "limit": bad}, lc.InvalidProgram)
            for bad in (
                BY_ITEMS,
                lc.at_most(POINT(5), per=lc.month, otherwise=lc.defer(2)),
                lc.at_most(POINT(5), per=lc.month, freed=lc.rejudge),
            )
        ),
        (lc.Earn, {**FIXED, "on_return": lc.stays, "limit": lc.times(1, per=lc.month)}, lc.InvalidProgram),
        (lc.Earn, {**FIXED, "on_return": lc.stays, "budget": "spring"}, lc.InvalidProgram),
    ]
)
def test_a_policy_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_a_lane_is_of_one_policy_and_its_limits_go_with_it():
    rules = [lc.Earn(name, POINT(5), on_return=policy) for name, policy in (("one", lc.stays), ("two", lc.as_kept))]
    with pytest.raises(lc.InvalidProgram, match="differ in unit, pending, expires, expires_from, on_return"):
        program(*rules, lc.Lane("both", of=["one", "two"]))
    with pytest.raises(lc.InvalidProgram, match="lane both keeps what it gave, so that a return frees no room"):
        program(rules[0], lc.Lane("both", of=["one"], limit=lc.times(1, per=lc.month)))
