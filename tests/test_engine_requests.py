"""Requests: what may be refused, with its code and what is missing, and what is simply set."""

import pytest

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, Visit, day, held, order, program
from test_interpreted import Told

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


def test_a_return_of_what_was_not_bought_names_what_was():
    ada = member()
    ada.buys("q", day(3), *["1.00"] * 6)

    assert (
        "has no item 'total'; it has 'a', 'b'" in ada.does(lc.Return("r", at=day(3), of="p", net="1")).refusal.message
    )
    assert ada.returns("r", day(3), "q", ["z"]).refusal.message.endswith("'a', 'b', 'c', 'd', 'e', …")


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


def by_hand(*taken):
    """A member who was given 30 points, then 20 that end sooner, and of whom so much was taken."""
    ada = Told(program(lc.Burn(POINT), lc.Reward("mug", POINT(25))))
    ada.gets("first", day(1), POINT(30))
    ada.gets("second", day(2), POINT(20), expires=day(50))
    for number, (amount, how) in enumerate(taken):
        ada.does(lc.Adjustment(number, at=day(3), amount=POINT(-amount), reason="used", **how))
    return ada


def lots(ada):
    entries = ada.account.entries
    return {entries[entries[lot.name].cause].id: lot.left.minor for lot in ada.account.lots(POINT)}


def test_units_taken_by_hand_may_be_those_of_one_event():
    assert lots(by_hand((5, {"of": "first"}))) == {"first": 25, "second": 20}
    assert lots(by_hand((5, {}))) == {"first": 30, "second": 15}
    assert lots(by_hand((30, {"of": "first"}))) == {"second": 20}

    short = by_hand((31, {"of": "first"}))
    assert (short.answer.refusal.code, short.answer.refusal.missing, short.has()) == ("insufficient", POINT(1), "50")
    nowhere = by_hand((1, {"of": "third"}))
    assert (nowhere.answer.refusal.code, nowhere.has()) == ("unknown-event", "50")


def test_what_an_event_brought_is_what_it_gave_itself_usable_or_pending():
    later = lc.Earn("later", POINT(7), on=Visit, pending=lc.days(5))
    ada = Told(program(lc.Earn("now", POINT(5), on=Visit), later, lc.Earn("total", STAR(1), on=Visit)))
    ada.does(Visit("v", at=day(1), name="review"))
    ada.does(lc.Adjustment("j", at=day(2), amount=POINT(-9), reason="mistake", of="v", otherwise=lc.truncate))

    assert (ada.has(), ada.account.pending(POINT)) == ("0", POINT(3))


def test_taking_by_hand_may_take_what_there_is_instead_of_being_refused():
    cut = {"otherwise": lc.truncate}
    assert by_hand((51, cut)).has() == "0"
    assert lots(by_hand((31, {"of": "first", **cut}))) == {"second": 20}

    nothing = by_hand((50, {}), (1, cut))
    assert [entry.kind for entry in nothing.answer.entries] == ["adjustment"]
    assert nothing.account.debt(POINT) == POINT(0)


def test_taking_by_hand_may_leave_a_debt_that_is_paid_first():
    ada = by_hand((80, {"otherwise": lc.debt}))

    assert [(entry.kind, entry.amount) for entry in ada.answer.entries[1:]] == [("spend", 50), ("take", 30)]
    assert (ada.has(), ada.account.debt(POINT)) == ("-30", POINT(30))
    assert [str(reason) for reason in ada.program.reasons(ada.account, 0)] == [
        "adjustment: gave -50 point: spent",
        "adjustment: gave -30 point: owed, beyond what there was",
    ]
    assert ada.redeems("r", day(4), "mug").refusal.code == "in-debt"
    ada.gets("next", day(5), POINT(100))
    assert (ada.has(), lots(ada), lc.verify(ada.program, ada.account)) == ("70", {"next": 70}, None)


def test_what_is_owed_beyond_one_event_is_owed_while_other_units_are_there():
    ada = by_hand((35, {"of": "first", "otherwise": lc.debt}))

    assert (lots(ada), ada.account.debt(POINT), ada.has()) == ({"second": 20}, POINT(5), "15")
    # What is owed is not there to be taken, and nothing is taken of who owes unless it may be owed as well.
    ada.does(lc.Adjustment("a", at=day(3), amount=POINT(-99), reason="used", otherwise=lc.truncate))
    assert (lots(ada), ada.has()) == ({"second": 5}, "0")
    assert ada.gets("b", day(3), POINT(-1)).refusal.code == "in-debt"
    ada.does(lc.Adjustment("c", at=day(3), amount=POINT(-7), reason="used", otherwise=lc.debt))
    assert (lots(ada), ada.has()) == ({}, "-7")


def test_a_member_who_never_had_any_may_owe_units():
    ada = Told(program(lc.Burn(POINT)))
    ada.does(lc.Adjustment("j", at=day(1), amount=POINT(-50), reason="used", otherwise=lc.debt))

    assert [entry.kind for entry in ada.account.entries] == ["adjustment", "take"]
    assert ada.has() == "-50"


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


def test_a_limit_of_its_own_and_one_that_is_shared_count_a_request_once():
    own, together = lc.times(3, per=lc.month), lc.times(2, per=lc.month, name="together")
    shop = program(lc.Reward("mug", POINT(1), limit=[own, together]), lc.Reward("cup", POINT(1), limit=[together]))
    ada = Member(shop)
    ada.gets("gift", day(1), POINT(50))

    asked = [ada.redeems(id, day(2), reward).refusal for id, reward in (("x", "mug"), ("y", "cup"), ("z", "cup"))]

    assert [refusal and refusal.code for refusal in asked] == [None, None, "limit-reached"]


@pytest.mark.parametrize(
    ("limit", "missing", "why"),
    [
        (lc.at_most(STAR("2.50"), per=lc.month), STAR("0.50"), "this is 0.50 star too much"),
        (lc.at_most(STAR("2.50"), per=lc.redemption), STAR("0.50"), "this is 0.50 star too much"),
        (lc.times(2, per=lc.month), None, "this is 1 too many"),
    ],
)
def test_a_request_beyond_a_limit_of_units_says_by_how_much(limit, missing, why):
    ada = Told(program(lc.Reward("mug", STAR(1), limit=limit)))
    ada.gets("g", day(1), STAR(50))

    ada.redeems("x", day(2), "mug", times=3)
    refusal = ada.program.quote(ada.account, lc.Redemption("x", at=day(2), reward="mug", times=3)).refusal

    assert (refusal.code, refusal.missing) == ("limit-reached", missing)
    assert why in refusal.message


def test_a_payment_beyond_a_limit_says_by_how_much_too():
    ada = Told(program(lc.Pay("pay", each=POINT(1), worth=USD(1), limit=lc.at_most(POINT(9), per=lc.week))))
    ada.gets("g", day(1), POINT(50))

    paid = ada.buys("p", day(2), "20.00", paid_with={"pay": "10.00"})

    assert paid.refusal.missing == POINT(1)


LOCKED = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Earn("locked", POINT(3).per(USD(1), Line.net), pending=lc.days(14)),
    lc.Earn("delivered", POINT(2).per(USD(1), Line.net), pending=lc.until(Visit.name.is_("here"), within=lc.days(60))),
    lc.Transferable(POINT),
)


def locked():
    """A member with 10 of one purchase and 10 of another that are usable, and of each 30 and 20 that are not."""
    ada = Told(LOCKED)
    ada.buys("p", day(2), "10.00")
    ada.buys("q", day(3), "10.00")
    return ada


@pytest.mark.parametrize(
    ("amount", "left"),
    [(4, [6, 10, 30, 30, 20, 20]), (15, [10, 25, 30, 20, 20]), (45, [10, 30, 15, 20]), (60, [10, 30, 20])],
)
def test_what_is_taken_by_hand_of_an_event_reaches_what_of_it_is_pending_after_what_is_usable(amount, left):
    ada = locked()

    ada.does(lc.Adjustment("c", at=day(5), amount=POINT(-amount), reason="cancelled", of="p"))

    assert [lot.left.minor for lot in ada.account.lots(POINT)] == left
    assert lc.verify(LOCKED, ada.account) is None
    assert lc.fold("ada", ada.account.rows) == ada.account
    ada.does(Visit("v", at=day(6), name="here", of="p"))
    ada.waits(day(90))
    assert ada.has() == str(sum(left) - 20)  # the other was never delivered


@pytest.mark.parametrize(
    ("how", "missing", "balance", "pending"),
    [(lc.reject, POINT(1), 20, 100), (lc.truncate, None, 10, 50), (lc.debt, None, 9, 50)],
)
def test_more_than_an_event_has_brought_is_refused_cut_or_owed_with_what_is_pending_counted(
    how, missing, balance, pending
):
    ada = locked()

    ada.does(lc.Adjustment("c", at=day(5), amount=POINT(-61), reason="cancelled", of="p", otherwise=how))

    refusal = ada.answer.refusal
    assert (refusal and refusal.missing) == missing
    assert (ada.account.balance(POINT), ada.account.pending(POINT)) == (POINT(balance), POINT(pending))


def test_what_is_pending_is_cut_also_where_as_much_is_owed_as_there_is():
    ada = locked()
    ada.does(lc.Adjustment("d", at=day(4), amount=POINT(-25), reason="used", otherwise=lc.debt))

    ada.does(lc.Adjustment("c", at=day(5), amount=POINT(-99), reason="cancelled", of="p", otherwise=lc.truncate))

    assert (ada.account.balance(POINT), ada.account.pending(POINT)) == (POINT(-5), POINT(50))


def test_what_is_taken_without_an_event_or_given_away_of_one_is_usable():
    ada = locked()

    ada.does(lc.Adjustment("c", at=day(5), amount=POINT(-21), reason="mistake"))
    assert ada.answer.refusal.missing == POINT(1)
    bob = LOCKED.decide(LOCKED.open("bob"), lc.Enrolment("e", at=day(1))).account
    given = lc.Transfer("t", at=day(5), to="bob", amount=POINT(11), of="p")
    assert LOCKED.decide(ada.account, given, others=[bob]).refusal.missing == POINT(1)
