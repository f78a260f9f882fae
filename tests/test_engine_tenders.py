"""Purchases with claims: what is off is frozen with them, what it cost comes back with what is returned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import strategies
from loyalcore import interpreted
from shop import Member, coffee, day, order, program
from strategies import POINT, STAR, USD, Line, Order

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
TEN = lc.Discount("ten", "10%", claim=lc.asked, cost=POINT(100))
TEA = lc.Discount("tea", USD(3), where=Line.category.is_("tea"))


def member(*rules, points=1000):
    ada = Member(program(BASE, *rules))
    ada.gets("points", day(1), POINT(points))
    return ada


def tea(net, quantity=1):
    return {"net": net, "quantity": quantity, "category": "tea"}


def test_a_purchase_without_claims_has_nothing_off_and_one_with_an_empty_list_has():
    ada = member(lc.Discount("tenth", "10%"))

    ada.buys("as it is", day(2), "10.00")
    ada.buys("with discounts", day(2), "10.00", claims=[])

    assert [entry.amount for entry in ada.account.entries if entry.kind == "earn"] == [1000, 10, 9]
    assert ada.kinds() == ["adjustment", "earn", "purchase", "earn", "purchase", "earn"]


def test_what_a_discount_costs_is_spent_before_the_purchase_earns():
    ada = member(TEN)

    ada.buys("bought", day(2), "50.00", claims=["ten"])

    assert ada.kinds()[-3:] == ["purchase", "spend", "earn"]
    assert ada.has() == str(1000 - 100 + 45)
    assert ada.account.entries[2].content[2:] == (("channel", "express", "nights", "claims"), ("", False, 0, ("ten",)))
    assert ada.account.entries[2].frozen == ("ten", 500, 1)


def test_rules_see_the_net_less_discounts_or_before_them_and_before_points():
    rules = [
        lc.Earn("before points", POINT.per(USD(1), Line.net_before_points), when=Order.express.is_true()),
        lc.Earn("before discounts", POINT.per(USD(1), Order.net_before_discounts), when=Order.express.is_true()),
    ]
    ada = member(*rules, TEA, lc.Pay("points", POINT(1), USD("0.10")))

    ada.buys("b", day(2), tea("10.00"), "20.00", claims=[], express=True, paid_with={"points": "5.00"})

    earned = {entry.rule: entry.amount for entry in ada.answer.entries if entry.kind == "earn"}
    assert earned == {"base": 22, "before points": 27, "before discounts": 30}
    assert ada.answer.account.entries[2].frozen == ("tea", 300, 0, 1, 129, 371)


def test_at_most_what_discounts_leave_is_paid_with_points():
    ada = member(lc.Discount("half", "50%"), lc.Pay("points", POINT(1), USD("0.10"), share="50%"))

    assert ada.buys("b", day(2), "10.00", claims=[], paid_with={"points": "2.51"}).refusal.code == "above-share"
    assert ada.buys("b", day(2), "10.00", claims=[], paid_with={"points": "2.50"}).refusal is None


def test_reasons_say_what_was_taken_off_before_what_was_earned():
    ada = member(TEA, TEN)
    ada.buys("b", day(2), tea("10.00"), "20.00", claims=["ten"])

    assert [str(reason) for reason in ada.answer.reasons][:2] == [
        "tea: gave 3.00 USD: was taken off before anything was earned",
        "ten: gave 2.70 USD: was taken off before anything was earned",
    ]
    assert ada.program.reasons(ada.account, "b") == ada.answer.reasons
    assert ada.program.quote(ada.account, order("c", day(3), tea("10.00"), claims=[])).reasons[0].rule == "tea"


def test_a_discount_and_paying_need_the_units_of_both():
    ada = member(TEN, lc.Pay("points", POINT(1), USD("0.10")), points=110)

    assert ada.buys("b", day(2), "10.00", claims=["ten"], paid_with={"points": "1.10"}).refusal.code == "insufficient"
    assert ada.buys("b", day(2), "10.00", claims=["ten"], paid_with={"points": "1.00"}).refusal is None
    assert ada.has() == "8"


@pytest.mark.parametrize(
    ("rules", "claims", "code"),
    [
        ([TEN], ["ten"], "insufficient"),
        ([lc.Discount("ten", "10%", claim=lc.asked, when=lc.ordinal.is_(9))], ["ten"], "not-open"),
        ([lc.Discount("ten", "10%", claim=lc.asked, where=Line.category.is_("tea"))], ["ten"], "nothing-off"),
        (
            [
                lc.Discount("a", "10%", claim=lc.asked),
                lc.Discount("b", "10%", claim=lc.asked),
                lc.Lane("one", of=["a", "b"], combine="first"),
            ],
            ["b", "a"],
            "excluded",
        ),
    ],
)
def test_a_purchase_that_claims_in_vain_is_refused_whole(rules, claims, code):
    ada = member(*rules, points=99)
    before = ada.account

    assert ada.buys("b", day(2), "10.00", claims=claims).refusal.code == code
    assert ada.account is before
    assert ada.program.quote(ada.account, order("b", day(2), "10.00", claims=claims)).refusal.code == code


def test_what_a_discount_cost_comes_back_in_proportion_to_what_it_took_off():
    ada = member(lc.Discount("tea", "100%", lc.cheapest(), claim=lc.asked, cost=POINT(100)))
    ada.buys("b", day(2), tea("8.00", 2), coffee("6.00"), claims=["tea"])

    ada.returns("r1", day(3), "b", ["b"])
    assert "restore" not in ada.kinds()
    ada.returns("r2", day(3), "b", {"a": 1})
    (back,) = [entry for entry in ada.answer.entries if entry.kind == "restore"]
    assert back.amount == 50
    ada.returns("r3", day(3), "b")
    assert ada.has() == "1000"


def test_only_what_was_paid_with_money_is_refunded():
    ada = member(lc.Discount("half", "50%"))
    ada.buys("b", day(2), "10.00", claims=[])

    too_much = lc.Return("r", at=day(3), of="b", refunds={"a": "5.01"})
    assert ada.does(too_much).refusal.code == "not-kept"
    assert ada.does(lc.Return("r", at=day(3), of="b", refunds={"a": "5.00"})).refusal is None
    assert ada.has() == "1000"


def test_a_purchase_with_discounts_is_known_again_and_a_conflict_names_its_claims():
    ada = member(TEN)
    ada.buys("b", day(2), "10.00", claims=["ten"])

    assert ada.buys("b", day(2), "10.00", claims=["ten"]).known
    with pytest.raises(lc.EventConflict, match="fields"):
        ada.buys("b", day(2), "10.00")
    with pytest.raises(lc.EventConflict, match="claims"):
        ada.buys("b", day(2), "10.00", claims=[])


def test_a_book_applies_the_discounts_of_the_version_that_is_in_force():
    first, second = (
        program(BASE, lc.Discount("off", share), version=number) for number, share in (("1", "10%"), ("2", "20%"))
    )
    book = lc.Book([first, lc.Version(second, starts=day(5))])
    ada = Member(book)

    assert str(book.discounts(ada.account, order("b", day(2), "10.00", claims=[])).left.decimal) == "9.00"
    assert str(book.discounts(ada.account, order("b", day(6), "10.00", claims=[])).left.decimal) == "8.00"
    ada.buys("a", day(2), "10.00", claims=[])
    ada.buys("b", day(6), "10.00", claims=[])
    assert ada.has() == str(9 + 8)
    ada.returns("r", day(7), "a")
    assert ada.has() == "8"


@st.composite
def histories(draw):
    """A program of discounts, and purchases that claim some of them, with returns of parts."""
    rules = [draw(strategies.discounts(name=f"d{at}")) for at in range(draw(st.integers(1, 3)))]
    names = [rule.name for rule in rules]
    lanes = [lc.Lane("lane", of=names, combine=draw(st.sampled_from(["sum", "best", "first"])))]
    pay = lc.Pay("points", POINT(3), USD("0.20"))
    events = [lc.Adjustment("points", at=day(1), amount=POINT(draw(st.integers(50, 500))), reason="a gift")]
    for number in range(draw(st.integers(1, 3))):
        lines = [
            {"net": lc.Amount(USD, net).decimal, "quantity": 2, "category": category, "points": points}
            for net, _, category, points in draw(strategies.baskets(items_max=3))
        ]
        claims = draw(st.none() | st.lists(st.sampled_from(names), unique=True))
        paid = draw(st.none() | st.just({"points": "0.40"}))
        bought = order(f"b{number}", day(2 + number), *lines, claims=claims, paid_with=paid, channel="app")
        events.append(bought)
        for again in range(draw(st.integers(0, 2))):
            some = draw(st.none() | st.sampled_from([item.id for item in bought.items]))
            items = None if some is None else {some: draw(st.sampled_from([1, None, "0.333"]))}
            events.append(lc.Return(f"r{number}{again}", at=day(9 + number), of=bought.id, items=items))
    return program(BASE, *rules, *draw(st.sampled_from([[], lanes])), pay), events


def test_the_interpreted_form_brings_back_what_a_discount_cost_and_nothing_of_one_that_was_free():
    check_read(
        program(BASE, TEA, TEN, lc.Pay("points", POINT(1), USD("0.10"))),
        [
            lc.Adjustment("points", at=day(1), amount=POINT(200), reason="a gift"),
            order("b", day(2), tea("8.00", 2), "12.00", claims=["ten"], paid_with={"points": "2.00"}),
            order("c", day(2), "12.00", claims=["ten"]),
            lc.Return("r1", at=day(3), of="b", items={"a": 1}),
            lc.Return("r2", at=day(4), of="b"),
        ],
    )


@given(histories())
def test_the_interpreted_form_records_the_same(history):
    check_read(*history)


def check_read(shop, events):
    """Both forms record the same, and whoever derives it again finds no difference."""
    ours = theirs = shop.open("ada")
    for event in events:
        one, other = shop.decide(ours, event), interpreted.decide(shop, theirs, event)
        assert (one.refusal and one.refusal.code) == (other.refusal and other.refusal.code)
        ours, theirs = one.account, other.account
        assert ours.rows == theirs.rows
    assert lc.verify(shop, ours) is None
    assert lc.fold("ada", ours.entries) == ours
    assert [lc.Entry("ada", seq, row) for seq, row in enumerate(ours.rows)] == [*ours.entries]


@given(st.permutations(range(3)), strategies.discounts(), st.lists(st.integers(1, 3000), min_size=3, max_size=3))
def test_what_discounts_cost_comes_back_in_every_order_of_returns(turns, rule, nets):
    ada = Member(program(BASE, rule, TEN))
    ada.gets("points", day(1), POINT(1000))
    lines = [tea(lc.Amount(USD, net).decimal, 2) for net in nets]
    if ada.buys("b", day(2), *lines, claims=["ten"], channel="app").refusal is not None:
        return
    kept = {"a": 2, "b": 2, "c": 2}
    for number, turn in enumerate(turns):
        item = "abc"[turn]
        ada.returns(f"r{number}", day(3 + number), "b", {item: 1})
        kept[item] -= 1
    halves = ada.account.balance(POINT)
    again = Member(ada.program)
    again.gets("points", day(1), POINT(1000))
    again.buys("b", day(2), *lines, claims=["ten"], channel="app")
    again.returns("r", day(3), "b", kept)

    assert halves == again.account.balance(POINT)
    ada.returns("rest", day(9), "b")
    assert ada.account.balance(POINT) == POINT(1000)


def test_what_is_payable_is_beside_discounts_and_other_rules():
    pays = [
        lc.Pay("gift card", POINT(1), USD("0.10"), where=Line.category.is_("tea")),
        lc.Pay("points", POINT(1), USD("0.10"), share="50%"),
        lc.Pay("stars", STAR(1), USD(1)),
    ]
    ada = member(lc.Discount("half", "50%", claim=lc.asked, cost=POINT(10)), *pays, points=60)
    ada.gets("stars", day(1), STAR(4))

    def payable(rule, **said):
        return str(ada.program.payable(ada.account, order("b", day(2), tea("6.00"), "14.00", **said), rule).decimal)

    assert [payable("points"), payable("stars"), payable("gift card")] == ["6.00", "4.00", "6.00"]
    assert payable("points", claims=["half"]) == "5.00"
    assert payable("points", claims=[]) == "6.00"
    assert payable("points", paid_with={"gift card": "1.50"}) == "4.50"
    assert payable("points", paid_with={"stars": "2.00", "points": "1.00"}) == "6.00"
    assert payable("stars", claims=["half"], paid_with={"points": "4.00", "gift card": "2.50"}) == "3.50"
    assert payable("stars", paid_with={"gift card": "9.00", "points": "99.00"}) == "0.00"
    # Of what a rule admits nothing may be left.
    assert payable("gift card", paid_with={"points": "20.00", "stars": "5.00"}) == "0.00"
