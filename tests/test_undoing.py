"""Spent units come back into their lots, or begin anew; and with parts of a purchase as a policy says."""

import hypothesis.strategies as st
import pytest
from attrs import evolve
from hypothesis import given, settings

import loyalcore as lc
import refusals
import values
from loyalcore import interpreted
from shop import POINT, STAR, USD, Line, Member, Visit, day, order, program, returns_in_parts
from test_interpreted import Told

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
MONTH = lc.Expiry(POINT, lc.days(30))
MUG = lc.Reward("mug", POINT(100), hold=lc.days(5))
PAY = lc.Pay("points", each=POINT(1), worth=USD("0.10"))
SWAP = lc.Exchange("swap", POINT(2), STAR(1))
TEN = lc.Discount("ten", "10%", claim=lc.asked, cost=POINT(100))
FEE = lc.Deduct("fee", POINT(60), when=Visit.name.is_("missed"))
SPENDING = [MUG, PAY, SWAP, TEN, FEE]


def member(*rules, kind=Told, **terms):
    """A member whose 100 points end on day 20, while points given later last for 30 days."""
    ada = kind(program(MONTH, *rules, **terms))
    ada.gets("gift", day(1), POINT(100), expires=day(20))
    return ada


def ends(ada, unit=POINT):
    """How many units end on which day of the year 2026."""
    table = {}
    for lot in ada.account.lots(unit):
        table[lot.expires.timetuple().tm_yday] = table.get(lot.expires.timetuple().tm_yday, 0) + int(lot.left.decimal)
    return table


def spends(ada, rule):
    """Let a member spend points on something on day 2; return the id of that."""
    if isinstance(rule, lc.Discount):
        ada.buys("it", day(2), "10.00", claims=[rule.name])
    elif isinstance(rule, lc.Deduct):
        ada.does(Visit("it", at=day(2), name="missed"))
    else:
        ada.redeems("it", day(2), rule.name, amount={"points": "5.00", "swap": POINT(60)}.get(rule.name))
    assert ada.answer.refusal is None
    return "it"


# When units end that come back.


@pytest.mark.parametrize("rule", SPENDING, ids=lambda rule: rule.name)
def test_units_come_back_with_their_ends_or_begin_anew_as_the_rule_or_else_the_program_says(rule):
    for own, of_program, renewed in [
        (None, lc.keep, False),
        (None, lc.renew, True),
        (lc.keep, lc.renew, False),
        (lc.renew, lc.keep, True),
    ]:
        ada = member(evolve(rule, giving_back=own) if own else rule, giving_back=of_program)
        spends(ada, rule)
        ada.returns("back", day(10), "it")
        assert ada.has() == "100"
        assert (40 in ends(ada)) == renewed


def test_what_has_ended_meanwhile_comes_back_where_units_begin_anew_and_is_gone_where_they_keep_their_ends():
    found = {}
    for policy in (lc.keep, lc.renew):
        ada = member(MUG, giving_back=policy)
        spends(ada, MUG)
        ada.returns("back", day(25), "it")
        found[policy] = ends(ada)

    assert found == {lc.keep: {}, lc.renew: {55: 100}}


def test_of_what_cost_nothing_nothing_begins_anew():
    free = lc.Reward("free", POINT(0), gives=STAR(1), giving_back=lc.renew)
    ada = member(free)
    ada.redeems("it", day(2), "free")

    ada.returns("back", day(3), "it")

    assert (ends(ada), ada.has(STAR)) == ({20: 100}, "0.00")
    assert [(entry.kind, entry.amount) for entry in ada.answer.entries[1:]] == [("restore", 0), ("take", 100)]


def test_units_that_begin_anew_pay_debt_first():
    ada = member(BASE, MUG, giving_back=lc.renew)
    ada.buys("p", day(2), "50.00")
    ada.redeems("first", day(3), "mug")
    ada.gets("more", day(3), POINT(-50))
    ada.returns("r", day(4), "p")
    assert (ada.has(), ada.account.debt(POINT)) == ("-50", POINT(50))

    ada.returns("back", day(5), "first")

    assert (ada.has(), ends(ada), ada.account.debt(POINT)) == ("50", {35: 50}, POINT(0))
    assert ada.answer.entries[1].repaid == 50


def test_a_lot_of_units_that_begin_anew_is_worth_what_its_pieces_were_rounded_down():
    shop = lc.Earn("base", POINT(1), worth=Line.net)
    for net, worth in (("3.33", 333 + 100), (0, 100)):
        ada = Told(program(shop, lc.Reward("two", POINT(2), worth=lc.total), giving_back=lc.renew))
        ada.buys("p", day(1), net)
        ada.buys("q", day(2), "1.00")
        ada.redeems("m", day(3), "two")
        ada.returns("r", day(4), "m")
        (noted,) = [entry for entry in ada.answer.entries if entry.kind == "worth"]
        assert (noted.amount, noted.units) == (worth, 2)
        ada.redeems("n", day(5), "two")
        (value,) = [entry for entry in ada.answer.entries if entry.kind == "value"]
        assert value.amount == worth


def test_what_a_captured_hold_has_spent_begins_anew_once():
    ada = member(MUG, giving_back=lc.renew)
    ada.does(lc.Hold("h", at=day(2), reward="mug"))
    ada.does(lc.Capture("c", at=day(3), of="h"))

    ada.returns("back", day(10), "h")
    assert ends(ada) == {40: 100}
    again = ada.returns("back", day(10), "h")
    assert (again.known, ends(ada)) == (True, {40: 100})
    assert ada.returns("twice", day(11), "c").refusal.code == "nothing-left"


def test_a_return_that_is_recorded_late_gives_units_that_lived_from_its_moment():
    ada = member(MUG, giving_back=lc.renew)
    spends(ada, MUG)

    ada.returns("back", day(3), "it", now=day(10))
    assert ends(ada) == {33: 100}


def test_reasons_and_statements_say_what_was_given_back_not_what_was_earned():
    for policy, said in (
        (lc.keep, "given back into the lots they came from"),
        (lc.renew, "given back as units that begin anew"),
    ):
        ada = member(PAY, MUG, kind=Member, giving_back=policy)
        ada.buys("p", day(2), "10.00", paid_with={"points": "4.00"})
        ada.returns("r", day(3), "p", ["a"])
        assert [(each.rule, str(each.gave), each.verdict) for each in ada.answer.reasons] == [
            ("points", "40 point", said)
        ]
        assert [line.kind for line in ada.answer.statement(POINT).lines] == ["restore"]
        told = ada.account.statement(POINT)
        assert (told.earned, told.spent, told.total) == (POINT(100), POINT(0), POINT(100))


def test_a_statement_calls_earned_what_a_return_earns_also_where_it_has_forgotten_what_came_before():
    rebate = lc.Earn("rebate", POINT.bands(Line.net, {0: 2, USD(8): "0.1"}, lc.whole), over=lc.month)
    ada = member(rebate)
    ada.buys("p", day(2), "5.00", "5.00")
    for account in (ada.account, lc.restore(ada.account.snapshot(keep_since=day(2)))):
        answer = ada.program.decide(account, lc.Return("r", at=day(3), of="p", items=["a"]))
        assert [line.kind for line in answer.statement(POINT).lines] == ["earn"]


def test_of_a_deduction_both_what_it_took_and_what_was_owed_begin_anew():
    fee = lc.Deduct("fee", POINT(150), otherwise=lc.debt, giving_back=lc.renew)
    ada = member(fee)
    ada.does(Visit("v", at=day(2), name="missed"))
    ada.gets("more", day(3), POINT(80), expires=day(20))

    ada.returns("back", day(10), "v")

    assert (ada.has(), ends(ada)) == ("180", {20: 30, 40: 150})


def test_a_piece_goes_back_into_its_stock_whatever_becomes_of_the_price():
    shop = program(MONTH, lc.Reward("mug", POINT(100), stock="mugs"), giving_back=lc.renew)
    mugs = shop.decide(shop.open("mugs"), lc.Adjustment("s", at=day(1), amount=lc.piece(5), reason="stock")).account
    ada = shop.decide(shop.open("ada"), lc.Adjustment("g", at=day(1), amount=POINT(100), reason="gift")).account
    for event in (lc.Redemption("m", at=day(2), reward="mug"), lc.Return("r", at=day(3), of="m")):
        one = shop.decide(ada, event, others=[mugs])
        other = interpreted.decide(shop, ada, event, others=[mugs])
        assert (one.entries, one.others) == (other.entries, other.others)
        ada, (mugs,) = one.account, one.others

    assert [(lot.rule, lot.left) for lot in mugs.lots(lc.piece)] == [("adjustment", lc.piece(5))]


# What goes back with a part of a purchase.


@pytest.mark.parametrize("giving_back", [lc.keep, lc.renew])
@pytest.mark.parametrize(
    ("policy", "left"), [(lc.in_proportion, [80, 90, 100]), (lc.in_full, [60, 60, 100]), (lc.stays, [60, 60, 60])]
)
def test_points_that_paid_come_back_in_proportion_or_in_full_with_the_last_part_or_never(policy, left, giving_back):
    ada = member(evolve(PAY, on_return=policy, giving_back=giving_back))
    ada.buys("p", day(2), "4.00", "2.00", "2.00", paid_with={"points": "4.00"})

    had = []
    for at, item in enumerate("abc", 3):
        ada.returns(f"r {item}", day(at), "p", [item])
        had.append(int(ada.has()))

    assert had == left


@pytest.mark.parametrize(
    ("policy", "left"), [(lc.in_proportion, [50, 100]), (lc.in_full, [0, 100]), (lc.stays, [0, 0])]
)
def test_what_a_discount_cost_comes_back_by_the_same_policies(policy, left):
    ada = member(evolve(TEN, on_return=policy))
    ada.buys("p", day(2), "5.00", "5.00", claims=["ten"])

    had = []
    for item in "ab":
        ada.returns(f"r {item}", day(3), "p", [item])
        had.append(int(ada.has()))

    assert had == left


def test_rules_see_the_same_net_of_what_is_kept_whatever_comes_back_of_the_points():
    nets = set()
    for policy in (lc.in_proportion, lc.in_full, lc.stays):
        ada = member(BASE, evolve(PAY, on_return=policy))
        ada.buys("p", day(2), "10.00", "10.00", paid_with={"points": "4.00"})
        ada.returns("r", day(3), "p", ["a"])
        taken = [entry.amount for entry in ada.answer.entries if entry.kind == "take"]
        nets.add(tuple(taken))

    assert nets == {(8,)}


def test_a_purchase_whose_points_come_back_in_full_uses_all_the_room_of_limits_until_it_is_back():
    limited = evolve(PAY, on_return=lc.in_full, limit=lc.at_most(POINT(50), per=lc.month))
    ada = member(limited)
    ada.buys("p", day(2), "2.00", "2.00", paid_with={"points": "4.00"})
    ada.returns("r", day(3), "p", ["a"])
    assert ada.buys("q", day(4), "9.00", paid_with={"points": "2.00"}).refusal.code == "limit-reached"

    ada.returns("s", day(5), "p")
    assert ada.buys("q", day(6), "9.00", paid_with={"points": "5.00"}).refusal is None


def test_what_was_paid_without_a_purchase_comes_back_as_a_whole_whatever_the_policy():
    ada = member(evolve(PAY, on_return=lc.stays))
    spends(ada, PAY)
    ada.returns("back", day(3), "it")

    assert ada.has() == "100"


def test_a_return_is_told_from_a_purchase_that_was_refunded_in_money_which_is_still_kept():
    ada = member(evolve(PAY, on_return=lc.in_full))
    ada.buys("p", day(2), "5.00", paid_with={"points": "1.00"})
    ada.does(lc.Return("r", at=day(3), of="p", refunds={"a": "4.00"}))
    assert ada.has() == "90"

    ada.returns("s", day(4), "p")
    assert ada.has() == "100"


def given_back(account, rule):
    """How many points are back that were spent on a rule."""
    return sum(entry.amount for entry in account.entries if entry.kind in ("restore", "earn") and entry.rule == rule)


@settings(max_examples=2 * settings.default.max_examples)
@given(
    data=st.data(),
    policy=st.sampled_from([lc.in_proportion, lc.in_full, lc.stays]),
    how=st.sampled_from([lc.keep, lc.renew]),
    nets=st.lists(st.integers(1, 900), min_size=1, max_size=4),
)
def test_in_every_order_of_returns_the_same_comes_back(data, policy, how, nets):
    points = data.draw(st.integers(1, min(100, sum(nets))))
    pay = evolve(PAY, worth=USD("0.01"), on_return=policy, giving_back=how)
    lines = [lc.Amount(USD, net).decimal for net in nets]
    gone = {name: data.draw(st.integers(0, 1000)) for name, _ in zip("abcd", nets, strict=False)}

    left = set()
    for _ in range(2):
        ada = member(BASE, pay, kind=Member)
        ada.buys("p", day(2), *lines, paid_with={"points": lc.Amount(USD, points).decimal})
        assert ada.answer.refusal is None
        returns_in_parts(ada, day(3), "p", gone, data)
        left.add((given_back(ada.account, "points"), ada.account.balance(POINT)))
        assert lc.fold("ada", ada.account.entries) == ada.account
        assert lc.verify(ada.program, ada.account) is None
        ada.returns("rest", day(4), "p") if any(part < 1000 for part in gone.values()) else None
        assert given_back(ada.account, "points") == (0 if policy == lc.stays else points)

    assert len(left) == 1


def test_a_snapshot_that_keeps_the_purchase_gives_back_what_the_account_does():
    ada = member(evolve(PAY, giving_back=lc.renew))
    ada.buys("p", day(2), "2.00", "2.00", paid_with={"points": "4.00"})
    ada.returns("r", day(3), "p", ["a"])
    kept = lc.restore(ada.account.snapshot(keep_since=day(2)))

    answers = [ada.program.decide(account, lc.Return("s", at=day(4), of="p")) for account in (ada.account, kept)]

    assert answers[0].entries == answers[1].entries
    assert given_back(answers[1].account, "points") == 40 or answers[1].account.balance(POINT) == POINT(100)


def test_a_book_gives_back_by_the_version_that_judged_the_purchase():
    first = program(MONTH, PAY, giving_back=lc.renew)
    second = program(MONTH, evolve(PAY, on_return=lc.stays), version="2")
    ada = Told(lc.Book([first, lc.Version(second, starts=day(5))]))
    ada.gets("gift", day(1), POINT(100), expires=day(20))
    ada.buys("p", day(2), "2.00", paid_with={"points": "2.00"})
    ada.buys("q", day(6), "2.00", paid_with={"points": "2.00"})

    ada.returns("r", day(8), "p")
    assert ends(ada) == {20: 60, 38: 20}
    ada.returns("s", day(8), "q")
    assert ada.has() == "80"


def test_what_was_spent_on_a_rule_that_the_program_does_not_know_keeps_its_ends():
    ada = member(MUG)
    spends(ada, MUG)
    ada.program = program(MONTH, PAY, version="2", giving_back=lc.renew)

    ada.returns("back", day(10), "it")
    assert ends(ada) == {20: 100}


# What cannot be undone any more.

COUPON = lc.Unit("coupon")
CARD = lc.Reward("card", POINT(50), gives=COUPON(2), hold=lc.days(5), taking_back=lc.reject)
USE = lc.Reward("use", COUPON(1))


def undone(ada, at=None, now=None):
    """Let a member undo what was redeemed as "it"; return the code of what is refused, or what there is."""
    before, answer = ada.account, ada.returns("back", at or day(10), "it", now=now)
    if answer.refusal is None:
        return ada.has(), ada.has(COUPON)
    assert ada.account is before
    return answer.refusal.code


def test_a_reward_that_rejects_is_undone_while_all_that_it_gave_is_there():
    ada = member(CARD, USE)
    ada.redeems("it", day(2), "card", times=2)

    assert undone(ada) == ("100", "0")
    assert (ada.returns("back", day(10), "it").known, ada.has()) == (True, "100")


def spent_of(ada):
    ada.redeems("u", day(3), "use")


def held_of(ada):
    ada.does(lc.Hold("u", at=day(3), reward="use", until=day(90)))


def taken_of(ada):
    ada.gets("t", day(3), COUPON(-1))


@pytest.mark.parametrize("gone", [spent_of, held_of, taken_of])
def test_a_reward_that_rejects_is_not_undone_once_some_of_what_it_gave_is_spent_held_or_taken(gone):
    ada = member(CARD, USE)
    ada.redeems("it", day(2), "card")
    gone(ada)

    assert undone(ada) == "already-used"
    assert ada.answer.refusal.missing == COUPON(1)
    assert "1 coupon are not there any more" in Member.does(ada, lc.Return("back", at=day(10), of="it")).refusal.message


def test_a_reward_that_rejects_is_undone_once_what_was_spent_of_it_is_back():
    ada = member(CARD, USE)
    ada.redeems("it", day(2), "card")
    spent_of(ada)
    assert undone(ada) == "already-used"

    ada.returns("unused", day(4), "u")
    assert undone(ada) == ("100", "0")


def test_a_reward_that_rejects_is_not_undone_once_what_it_gave_has_ended_or_paid_debt():
    ada = member(evolve(CARD, gives=lc.Issue(COUPON(2), expires=lc.days(3))))
    ada.redeems("it", day(2), "card")
    assert undone(ada, day(5)) == "already-used"
    assert ada.answer.refusal.missing == COUPON(2)

    stamps = lc.Earn("coupons", COUPON(1))
    ada = member(CARD, USE, stamps)
    ada.buys("p", day(1), "1.00")
    ada.redeems("u", day(1), "use")
    ada.returns("r", day(1), "p")
    ada.redeems("it", day(2), "card")
    assert ada.has(COUPON) == "1"
    assert undone(ada) == "already-used"


def test_what_waits_is_there():
    ada = member(evolve(CARD, gives=lc.Issue(COUPON(2), pending=lc.days(60))))
    ada.redeems("it", day(2), "card")

    assert undone(ada) == ("100", "0")


def test_of_several_units_that_a_reward_gave_all_have_to_be_there():
    ada = member(evolve(CARD, gives=[STAR(1), COUPON(1)]), USE)
    ada.redeems("it", day(2), "card")
    spent_of(ada)

    assert undone(ada) == "already-used"


def test_a_captured_hold_and_an_exchange_are_undone_by_the_same_terms():
    ada = member(CARD, USE)
    ada.does(lc.Hold("it", at=day(2), reward="card"))
    ada.does(lc.Capture("c", at=day(2), of="it"))
    spent_of(ada)
    assert undone(ada) == "already-used"
    assert ada.returns("by capture", day(10), "c").refusal.code == "already-used"

    ada = member(evolve(SWAP, gives=COUPON(1), taking_back=lc.reject), USE)
    ada.redeems("it", day(2), "swap", amount=POINT(10))
    spent_of(ada)
    assert undone(ada) == "already-used"


@pytest.mark.parametrize(
    ("policy", "owed"), [(None, 0), (lc.debt, 1), (lc.other_lots, 1), (lc.clamp, 0), (lc.write_off, 0)]
)
@pytest.mark.parametrize("rule", [CARD, evolve(SWAP, each=POINT(25), gives=COUPON(1))], ids=["reward", "exchange"])
def test_what_was_spent_of_it_is_taken_back_by_the_policy_of_the_reward_or_else_of_the_program(rule, policy, owed):
    ada = member(evolve(rule, taking_back=policy), USE, taking_back=lc.write_off)
    ada.redeems("it", day(2), rule.name, amount=None if rule is CARD else POINT(50))
    spent_of(ada)

    assert undone(ada) == ("100", str(-owed))


@pytest.mark.parametrize("rule", [MUG, PAY, SWAP], ids=lambda rule: rule.name)
def test_a_redemption_can_be_undone_for_as_long_as_it_is_returnable_the_end_not_included(rule):
    for at, wanted in ((day(4, 11, 59), ("100", "0")), (day(4), "too-late"), (day(9), "too-late")):
        ada = member(evolve(rule, returnable=lc.days(2)), lc.Earn("never", COUPON(1), when=~lc.always))
        spends(ada, rule)
        assert undone(ada, at) == wanted


def test_what_is_told_late_is_undone_as_of_its_moment_and_a_hold_from_its_capture_on():
    ada = member(evolve(CARD, returnable=lc.days(2)))
    ada.does(lc.Hold("it", at=day(2), reward="card"))
    ada.does(lc.Capture("c", at=day(6), of="it"))

    assert undone(ada, day(8)) == "too-late"
    assert "returnable until 2026-01-08 12:00" in Member.does(ada, lc.Return("x", at=day(8), of="c")).refusal.message
    assert undone(ada, day(7), now=day(9)) == ("100", "0")


def test_a_purchase_that_was_paid_with_points_is_returned_whatever_its_payments_are():
    ada = member(evolve(PAY, returnable=lc.days(2)))
    ada.buys("p", day(2), "2.00", paid_with={"points": "2.00"})

    ada.returns("r", day(19), "p")
    assert ada.has() == "100"


def test_a_book_undoes_by_the_terms_of_the_version_that_judged_the_redemption():
    strict = program(MONTH, CARD, USE)
    easy = program(MONTH, evolve(CARD, taking_back=None, returnable=lc.days(1)), USE, version="2")
    ada = Told(lc.Book([strict, lc.Version(easy, starts=day(5))]))
    ada.gets("gift", day(1), POINT(100), expires=day(20))
    ada.redeems("it", day(2), "card")
    ada.redeems("other", day(6), "card")
    ada.redeems("u", day(6), "use")

    assert undone(ada) == "already-used"
    assert ada.returns("o", day(8), "other").refusal.code == "too-late"
    assert ada.returns("p", day(6, 13), "other", now=day(9)).refusal is None


# Words.


@pytest.mark.parametrize("rule", SPENDING, ids=lambda rule: rule.name)
def test_what_says_how_units_come_back_is_a_value(rule):
    own = {"on_return": lc.in_full} if hasattr(rule, "on_return") else {}
    own |= {"returnable": lc.days(2)} if hasattr(rule, "returnable") else {}
    own |= {"taking_back": lc.reject} if rule is SWAP else {}
    values.check(evolve(rule, giving_back=lc.renew, **own))


def otherwise(rule):
    """Return what says something else of a rule."""

    def changed(**said):
        return evolve(rule, **said)

    return changed


@refusals.table(
    [
        *(
            (otherwise(rule), {"giving_back": bad}, lc.InvalidValue)
            for rule in SPENDING
            for bad in ("kept", lc.debt, 5, [], 10**5000)
        ),
        *((program, {"giving_back": bad}, lc.InvalidValue) for bad in (None, "", lc.stays, [])),
        *(
            (otherwise(rule), {"on_return": bad}, lc.InvalidValue)
            for rule in (PAY, TEN)
            for bad in (None, lc.as_kept, lc.keep, 5, [])
        ),
        *(
            (otherwise(rule), {"taking_back": bad}, lc.InvalidValue)
            for rule in (CARD, SWAP)
            for bad in ("rejected", lc.truncate, lc.keep, 5, [])
        ),
        *(
            (otherwise(rule), {"returnable": bad}, lc.InvalidValue)
            for rule in (MUG, PAY, SWAP)
            for bad in (2, "2 days", lc.never, lc.month)
        ),
        *((otherwise(MUG), {"taking_back": bad}, lc.InvalidProgram) for bad in (lc.reject, lc.debt)),
        (lc.Discount, {"name": "free", "off": "10%", "giving_back": lc.renew}, lc.InvalidProgram),
        (lc.Discount, {"name": "free", "off": "10%", "on_return": lc.stays}, lc.InvalidProgram),
        (otherwise(PAY), {"on_return": lc.stays, "limit": lc.times(2, per=lc.month)}, lc.InvalidProgram),
    ]
)
def test_a_policy_that_there_is_none_of_or_that_nothing_asks_for_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_what_stays_spent_may_be_limited_for_each_purchase():
    most = lc.at_most(POINT(50), per=lc.redemption)
    ada = member(evolve(PAY, on_return=lc.stays, limit=most))

    assert ada.does(order("p", day(2), "9.00", paid_with={"points": "6.00"})).refusal.code == "limit-reached"
