"""What a reward costs may depend on the tier that a member holds when it is asked for."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, USD, Line, Member, day, order, program
from test_interpreted import Told

LADDER = lc.Ladder("status", by=Line.net.over(lc.year), tiers={"base": 0, "gold": USD(100), "black": USD(500)})
BY_TIER = lc.price_by_tier("status", {"gold": POINT(80), "black": POINT(50)}, otherwise=POINT(100))
MUG = lc.Reward("mug", BY_TIER, hold=lc.days(3), limit=None)
PAY = lc.Pay("points", each=BY_TIER, worth=USD(1), hold=lc.days(3))


def member(*rules, kind=Told):
    """A member with a thousand points in the lowest tier."""
    ada = kind(program(LADDER, *rules))
    ada.gets("gift", day(1), POINT(1000))
    return ada


def spent(answer):
    return [entry.amount for entry in answer.entries if entry.kind in ("spend", "reserve")]


def test_a_price_by_tier_is_a_value():
    values.check(BY_TIER)
    values.check(MUG)
    values.check(PAY)
    assert lc.price_by_tier("status", {"black": POINT(50), "gold": POINT(80)}, otherwise=POINT(100)) == BY_TIER


@pytest.mark.parametrize(("net", "cost"), [(0, 100), ("99.99", 100), (100, 80), (499, 80), (500, 50)])
def test_a_reward_costs_what_the_tier_says(net, cost):
    ada = member(MUG, PAY)
    ada.buys("p1", day(2), net)

    assert spent(ada.redeems("r1", day(3), "mug")) == [cost]
    assert spent(ada.redeems("r2", day(3), "mug", times=2)) == [2 * cost]
    assert spent(ada.redeems("r3", day(3), "points", amount="0.05")) == [-(-5 * cost // 100)]


def test_the_tier_is_frozen_with_the_request():
    ada = member(MUG)

    assert ada.redeems("r1", day(3), "mug").entries[0].frozen == ("base",)


def test_a_late_request_has_the_price_of_the_tier_that_was_held_then():
    ada = member(MUG)
    ada.buys("p1", day(5), "100.00")

    assert spent(ada.redeems("r1", day(4), "mug", now=day(6))) == [100]
    assert spent(ada.redeems("r2", day(5), "mug", now=day(6))) == [80]


def test_a_purchase_is_paid_at_the_price_of_the_tier_before_it():
    ada = member(PAY)

    assert spent(ada.buys("p1", day(2), "200.00", paid_with={"points": "2.00"})) == [200]
    assert spent(ada.buys("p2", day(2), "200.00", paid_with={"points": "2.00"})) == [160]


def test_payable_is_by_the_tier():
    ada = member(PAY, kind=Member)
    before = ada.program.payable(ada.account, order("p", day(3), "99.00"), "points")
    ada.buys("p1", day(2), "100.00")
    after = ada.program.payable(ada.account, order("p", day(3), "99.00"), "points")

    assert [str(before), str(after)] == ["10.00 USD", "12.50 USD"]


def test_a_part_is_captured_at_the_price_of_the_hold_whatever_the_tier_is_by_then():
    ada = member(MUG, PAY)
    ada.does(lc.Hold("h1", at=day(2), reward="points", amount="2.00"))
    ada.does(lc.Hold("h2", at=day(2), reward="mug", times=2))
    ada.buys("p1", day(3), "500.00")

    assert spent(ada.does(lc.Capture("c1", at=day(3), of="h1", amount="1.00"))) == [100]
    assert spent(ada.does(lc.Capture("c2", at=day(3), of="h2", times=1))) == [100]


def test_a_limit_of_units_counts_what_was_paid():
    rule = lc.Reward("mug", BY_TIER, limit=lc.at_most(POINT(170), per=lc.year))
    ada = member(rule)
    ada.buys("p1", day(2), "100.00")
    ada.redeems("r1", day(3), "mug", times=2)

    assert ada.redeems("r2", day(3), "mug").refusal.code == "limit-reached"


def test_what_is_undone_comes_back_as_it_was_paid():
    ada = member(MUG)
    ada.redeems("r1", day(2), "mug")
    ada.buys("p1", day(3), "500.00")

    ada.returns("b1", day(4), "r1")

    assert ada.has() == "1000"
    assert lc.verify(ada.program, ada.account) is None


GOLD = {"gold": POINT(80)}


@refusals.table(
    [
        *(
            (lc.price_by_tier, {"ladder": "status", "prices": bad, "otherwise": POINT(1)}, lc.InvalidValue)
            for bad in ({}, 5, "gold", None, {"gold": 5}, {"gold": POINT(-1)}, {"gold": STAR(1)}, {5: POINT(1)}, [5])
        ),
        *(
            (lc.price_by_tier, {"ladder": "status", "prices": GOLD, "otherwise": bad}, lc.InvalidValue)
            for bad in (5, None, POINT(-1), STAR(1))
        ),
        (lc.price_by_tier, {"ladder": "", "prices": GOLD, "otherwise": POINT(1)}, lc.InvalidValue),
        (lc.price_by_setting, {"setting": "", "prices": GOLD, "otherwise": POINT(1)}, lc.InvalidValue),
        *(
            (lc.PriceBy, {"what": bad, "name": "status", "prices": GOLD, "otherwise": POINT(1)}, lc.InvalidValue)
            for bad in ("age", "", None, 5)
        ),
    ]
)
def test_a_price_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([MUG], "reward mug asks for ladder 'status'"),
        ([LADDER, lc.Reward("mug", lc.price_by_tier("status", {"lead": POINT(1)}, otherwise=POINT(2)))], "tier 'lead'"),
        ([PAY], "reward points asks for ladder 'status'"),
    ],
)
def test_a_price_by_tiers_that_are_not_there_is_refused(rules, message):
    with pytest.raises(lc.InvalidProgram, match=message):
        program(*rules)


FREE = lc.price_by_tier("status", {"gold": POINT(0)}, otherwise=POINT(100))
GIFT = lc.Reward(
    "gift",
    FREE,
    gives=STAR(3),
    hold=lc.days(3),
    limit=[lc.times(2, per=lc.month), lc.at_most(POINT(150), per=lc.month)],
)


def test_a_price_of_zero_gives_for_nothing_within_limits_and_is_undone_as_any():
    ada = Told(program(LADDER, GIFT, lc.Burn(POINT, lc.newest_first)))
    ada.buys("p1", day(2), "100.00")

    assert spent(ada.redeems("r1", day(3), "gift")) == [0]
    assert ada.has(STAR) == "3.00"
    assert [str(line.amount) for line in ada.answer.statement(POINT).lines] == ["0 point"]
    ada.redeems("r2", day(3), "gift")
    assert ada.redeems("r3", day(3), "gift").refusal.code == "limit-reached"
    ada.returns("x1", day(4), "r1")

    assert (ada.has(STAR), ada.has()) == ("3.00", "0")
    assert ada.redeems("r4", day(4), "gift").refusal is None
    assert lc.verify(ada.program, ada.account) is None
    assert lc.fold("ada", ada.account.rows) == ada.account


def test_what_costs_nothing_waits_until_nothing_is_owed_like_the_rest():
    ada = Told(program(LADDER, lc.Reward("mug", POINT(0))))
    ada.does(lc.Adjustment("a", at=day(1), amount=POINT(-5), reason="used", otherwise=lc.debt))

    assert ada.redeems("r", day(1), "mug").refusal.code == "in-debt"


def test_nothing_is_set_aside_for_what_costs_nothing():
    ada = member(GIFT)
    hold = lc.Hold("h", at=day(3), reward="gift")
    assert ada.program.decide(ada.account, hold).refusal is None
    ada.buys("p1", day(2), "100.00")
    before = ada.account

    ada.does(hold)
    refusal = ada.program.decide(ada.account, hold).refusal

    assert refusal.code == "nothing-to-hold"
    assert "redeem it" in refusal.message
    assert ada.account == before


def test_what_costs_nothing_may_have_a_worth_in_money_and_is_combined_with_nothing():
    free = lc.Reward("voucher", POINT(0), worth=USD(5))
    ada = Told(program(free))

    assert [(entry.kind, entry.amount) for entry in ada.redeems("r", day(1), "voucher", amount="3.00").entries[1:]] == [
        ("spend", 0),
        ("value", 300),
    ]
    with pytest.raises(lc.InvalidValue, match="costs nothing"):
        lc.most_worth([free], POINT(100))
