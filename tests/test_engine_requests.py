"""Requests: what may be refused, with its code and what is missing, and what is simply set."""

import pytest

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, Visit, day, held, order, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Ladder("status", by=Order.count.over(lc.lifetime), tiers={"base": 0, "gold": 3}),
    lc.Expiry(POINT, lc.days(90)),
    lc.Expiry(STAR, lc.never),
    lc.Reward("mug", POINT(25)),
    lc.Pay("pay", POINT(1), USD("0.03")),
)


def member():
    ada = Member(SHOP)
    ada.buys("p", day(1), "20.00", {"net": "9.00", "quantity": 3})
    ada.does(lc.Enrolment("e", at=day(1)))
    ada.does(Visit("v", at=day(2), name="review"))
    ada.redeems("x", day(2), "mug")
    return ada


REFUSED = {
    "a return of what is not there": (lc.Return("r", at=day(3), of="q"), "unknown-purchase", None),
    "a return of an enrolment": (lc.Return("r", at=day(3), of="e"), "not-returnable", None),
    "a return of items of an activity": (lc.Return("r", at=day(3), of="v", items=["a"]), "not-kept", None),
    "a return of an item that is not there": (lc.Return("r", at=day(3), of="p", items=["c"]), "not-kept", None),
    "a return of more than was bought": (lc.Return("r", at=day(3), of="p", items={"b": "3.001"}), "not-kept", None),
    "a refund of more than was paid": (
        lc.Return("r", at=day(3), of="p", refunds={"b": "9.01"}),
        "not-kept",
        None,
    ),
    "a refund of what comes back": (
        lc.Return("r", at=day(3), of="p", items=["b"], refunds={"b": "0.01"}),
        "not-kept",
        None,
    ),
    "a refund of what is not there": (lc.Return("r", at=day(3), of="p", refunds={"c": "1"}), "not-kept", None),
    "a refund of a redemption": (lc.Return("r", at=day(3), of="x", net="1"), "not-kept", None),
    "a return of items of a redemption": (lc.Return("r", at=day(3), of="x", items=["a"]), "not-kept", None),
    "a redemption of too much": (lc.Redemption("y", at=day(3), reward="mug"), "insufficient", POINT(21)),
    "a redemption of several": (lc.Redemption("y", at=day(3), reward="mug", times=3), "insufficient", POINT(71)),
    "a payment of too much": (lc.Redemption("y", at=day(3), reward="pay", amount="0.13"), "insufficient", POINT(1)),
    "taking too much by hand": (lc.Adjustment("j", at=day(3), amount=POINT(-5), reason="x"), "insufficient", POINT(1)),
    "taking of what was never had": (
        lc.Adjustment("j", at=day(3), amount=STAR(-1), reason="x"),
        "insufficient",
        STAR(1),
    ),
    "an opening of an account in use": (lc.Opening("o", at=day(3)), "not-first", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_granted_is_refused_with_a_code_and_changes_nothing(name):
    event, code, missing = REFUSED[name]
    ada = member()
    before = ada.account

    refusal = ada.does(event).refusal

    assert (refusal.code, refusal.missing) == (code, missing)
    assert len(refusal.message) > 15
    assert ada.account is before
    assert ada.answer.entries == ()


def test_what_was_returned_or_undone_is_not_again():
    ada = member()
    ada.returns("r", day(3), "x")
    ada.returns("s", day(3), "p")

    assert ada.returns("t", day(4), "x").refusal.code == "nothing-left"
    assert ada.returns("u", day(4), "p").refusal.code == "nothing-left"
    assert ada.returns("w", day(4), "p", ["a"]).refusal.code == "nothing-left"


def test_money_given_back_for_what_is_kept_takes_back_what_it_earned():
    """20.00 and 9.00 earn 29; 1.50 and 0.50 given back leave 27, and the rest of it leaves what b earned."""
    ada = member()

    ada.does(lc.Return("r", at=day(3), of="p", refunds={"a": "1.50"}))
    ada.does(lc.Return("s", at=day(3), of="p", refunds={"a": "0.50"}))
    assert held(ada.account)["base", "p"] == 27
    refusal = ada.does(lc.Return("t", at=day(3), of="p", refunds={"a": "18.01"})).refusal
    assert refusal.code == "not-kept"
    assert "18.00 USD" in refusal.message
    ada.does(lc.Return("u", at=day(3), of="p", items=["b"], refunds={"a": "18.00"}))

    assert ("base", "p") not in held(ada.account)
    assert ada.returns("w", day(4), "p", ["a"]).refusal is None


def test_a_purchase_with_a_net_of_its_own_is_refunded_by_net():
    bean = lc.Program("shop", version="1", rules=[lc.Earn("base", POINT.per(USD(1), lc.Purchase.net))])
    account = bean.decide(bean.open("ada"), lc.Purchase("p", at=day(1), net="101.00")).account

    account = bean.decide(account, lc.Return("r", at=day(2), of="p", net="1.50")).account

    assert account.balance(POINT) == POINT(99)


def test_a_refused_request_may_succeed_later_under_the_same_id():
    ada = member()
    assert ada.redeems("y", day(3), "mug").refusal.code == "insufficient"
    ada.buys("q", day(4), "40.00")

    assert ada.redeems("y", day(5), "mug").refusal is None


def test_in_debt_nothing_is_redeemed_or_taken_by_hand_and_the_debt_is_named():
    ada = member()
    ada.returns("r", day(3), "p")

    for event in (
        lc.Redemption("y", at=day(4), reward="mug"),
        lc.Redemption("z", at=day(4), reward="pay", amount="0.03"),
        lc.Adjustment("j", at=day(4), amount=POINT(-1), reason="x"),
    ):
        refusal = ada.does(event).refusal
        assert (refusal.code, refusal.missing) == ("in-debt", POINT(25))


@pytest.mark.parametrize(
    ("amount", "code", "missing"),
    [
        ("0.99", "below-minimum", USD("0.01")),
        ("1.00", None, None),
        ("1.10", "not-in-steps", USD("0.15")),
        ("1.25", None, None),
        ("1.50", None, None),
        ("1.75", "above-maximum", None),
    ],
)
@pytest.mark.parametrize("kind", [lc.Redemption, lc.Hold])
def test_paying_has_a_minimum_a_maximum_and_steps_all_of_them_included(kind, amount, code, missing):
    bounds = {"minimum": USD(1), "maximum": USD("1.50"), "step": USD("0.25")}
    pay = lc.Pay("pay", POINT(1), USD("0.01"), hold=lc.days(1), **bounds)
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), pay))
    ada.buys("p", day(1), "500.00")

    refusal = ada.does(kind("x", at=day(2), reward="pay", amount=amount)).refusal

    assert (refusal and refusal.code, refusal and refusal.missing) == (code, missing)


def test_what_is_captured_of_a_hold_need_not_be_what_can_be_asked_for():
    pay = lc.Pay("pay", POINT(1), USD("0.01"), minimum=USD(1), step=USD(1), hold=lc.days(1))
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), pay))
    ada.buys("p", day(1), "500.00")
    ada.does(lc.Hold("h", at=day(2), reward="pay", amount="3.00"))

    ada.does(lc.Capture("c", at=day(2), of="h", amount="0.40"))

    assert ada.has() == "460"


def test_several_of_a_reward_are_redeemed_at_once():
    ada = Member(SHOP)
    ada.buys("p", day(1), "80.00")

    ada.redeems("x", day(2), "mug", times=3)

    assert ada.has() == "5"
    assert ada.account.find("x").content == (("reward", "times", "amount"), ("mug", 3, None))


def test_units_given_by_hand_end_by_the_policy_or_when_they_are_told_to():
    ada = Member(SHOP)

    ada.gets("i", day(1), POINT(5))
    ada.gets("j", day(1), POINT(6), expires=day(9))
    ada.gets("k", day(1), STAR(7))

    assert ada.account.expiring(POINT) == ((day(9), POINT(6)), (day(91), POINT(5)))
    assert ada.account.lots(STAR)[0].expires is None


def test_units_taken_by_hand_are_spent_under_the_name_of_the_adjustment():
    ada = member()

    ada.gets("j", day(3), POINT(-4))

    assert (ada.account.entries[-1].kind, ada.account.entries[-1].rule, ada.has()) == ("spend", "adjustment", "0")


def test_settings_are_kept_and_seen_by_later_rules():
    ada = member()

    answer = ada.does(lc.Settings("s", at=day(3), letter="yes"))

    assert [entry.kind for entry in answer.entries] == ["settings"]
    assert ada.account.setting("letter") == "yes"


def test_a_partial_return_by_quantity_keeps_the_rest_in_proportion():
    """Three for 9.00: one goes back, 6.00 are kept; then another, 3.00 are."""
    ada = Member(SHOP)
    ada.buys("p", day(1), {"net": "9.00", "quantity": 3})

    ada.returns("r", day(2), "p", {"a": 1})
    assert ada.has() == "6"
    ada.returns("s", day(3), "p", {"a": "1.5"})
    assert ada.has() == "1"
    ada.returns("t", day(4), "p", {"a": "0.5"})

    assert ada.has() == "0"
    assert ada.returns("u", day(5), "p").refusal.code == "nothing-left"


def test_a_purchase_without_items_is_returned_as_a_whole():
    ada = Member(program(lc.Earn("visit", POINT(5))))
    ada.does(order("p", day(1)))

    assert ada.returns("r", day(2), "p", ["a"]).refusal.code == "not-kept"
    ada.returns("s", day(3), "p")

    assert ada.has() == "0"
    assert ada.returns("t", day(4), "p").refusal.code == "nothing-left"


def test_a_limit_on_what_is_asked_for_holds_in_its_window_alone():
    """Since a moment: before it nothing is counted, and nothing is refused."""
    ada = Member(
        program(lc.Reward("mug", POINT(1), limit=lc.times(1, per=lc.since(day(10)))), lc.Expiry(POINT, lc.never))
    )
    ada.gets("g", day(1), POINT(50))

    for number, (at, code) in enumerate(((2, None), (3, None), (10, None), (11, "limit-reached"))):
        refusal = ada.redeems(f"x{number}", day(at), "mug").refusal
        assert (refusal and refusal.code) == code


def test_an_activity_that_is_revoked_leaves_the_window_it_was_counted_in():
    """A member's own years begin with the first review, which is where the window of a later one is looked for."""
    years = lc.cycle(lc.months(12), since=lc.first("review"))
    rules = [lc.Earn("third", POINT.milestones(Visit.minutes, {30: POINT(7)}), on=Visit, over=years)]
    ada = Member(program(*rules))
    for number in range(3):
        ada.does(Visit(f"v{number}", at=day(1 + number), name="review", minutes=15))
    assert ada.has() == "7"

    ada.returns("r", day(9), "v1")
    assert ada.has() == "7"
    ada.returns("q", day(9), "v2")

    assert ada.has() == "0"
    assert lc.verify(ada.program, ada.account) is None
