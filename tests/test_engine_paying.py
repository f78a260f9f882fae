"""A part of a purchase may be paid with points: they are spent first, then the purchase earns; or nothing happens."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

import loyalcore as lc
import refusals
from shop import POINT, STAR, USD, Line, Member, coffee, day, order, program, returns_in_parts
from test_interpreted import Told

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
PAY = lc.Pay("points", each=POINT(1), worth=USD("0.10"))


def member(*rules, points=1000, kind=Told):
    """A member with points, in the program of these rules."""
    ada = kind(program(*rules))
    ada.gets("gift", day(1), POINT(points))
    return ada


def pay(ada, id, *lines, **paid):
    """Let a member buy something and pay with points; say what was refused, or None."""
    answer = ada.buys(id, day(2), *lines, paid_with=paid)
    return answer.refusal and answer.refusal.code


# Paying and earning in one event.


def test_points_are_spent_before_the_purchase_earns():
    ada = member(BASE, PAY)

    answer = ada.buys("p1", day(2), "10.00", paid_with={"points": "4.00"})

    assert [(entry.kind, entry.rule, entry.amount) for entry in answer.entries[1:]] == [
        ("spend", "points", 40),
        ("earn", "base", 6),
    ]


def test_a_purchase_cannot_be_paid_with_what_it_earns():
    ada = member(lc.Earn("base", POINT(100)), PAY, points=5)

    assert pay(ada, "p1", "10.00", points="1.00") == "insufficient"
    assert ada.kinds() == ["adjustment", "earn"]


def test_what_ends_sooner_than_the_gift_but_comes_with_the_purchase_is_not_spent():
    ada = member(lc.Earn("soon", POINT(10), expires=lc.days(1)), PAY)

    pay(ada, "p1", "10.00", points="1.00")

    assert [(entry.kind, entry.amount) for entry in ada.answer.entries[1:]] == [("spend", 10), ("earn", 10)]
    assert ada.answer.entries[1].pieces == (1, 10)


def test_rules_see_the_net_without_what_is_paid_with_points_and_before_it_if_they_ask_for_that():
    ada = member(
        BASE,
        PAY,
        lc.Earn("whole", STAR.per(USD(1), Line.net_before_points)),
        lc.Earn("large", STAR(100), when=lc.Purchase.net.at_least(USD(10))),
        lc.Earn("large before", STAR(1000), when=lc.Purchase.net_before_points.at_least(USD(10))),
    )

    pay(ada, "p1", "10.00", points="0.10")

    assert (ada.has(), ada.has(STAR)) == (str(1000 - 1 + 9), "1010.00")


def test_without_points_both_nets_are_the_same():
    ada = Told(program(lc.Earn("stars", STAR.per(USD(1), Line.net_before_points), where=Line.net.at_least(USD(2)))))

    ada.buys("p1", day(1), "3.00", "1.99")

    assert ada.has(STAR) == "3.00"


def test_conditions_about_items_see_their_net_without_points():
    ada = member(lc.Earn("dear", POINT(1).per_item(Line.net.at_least(USD(5)))), PAY)

    pay(ada, "p1", "6.00", "6.00", "4.00", points="4.00")

    assert ada.has() == str(1000 - 40)
    pay(ada, "p2", "6.00", "6.00", points="1.00")
    assert ada.has() == str(1000 - 40 - 10 + 2)


def test_several_rules_may_pay_one_purchase_and_each_spends_its_own():
    ada = member(BASE, PAY, lc.Pay("stars", each=STAR(1), worth=USD(1)))
    ada.gets("stars", day(1), STAR(5))

    assert pay(ada, "p1", "10.00", points="4.00", stars="5.00") is None
    assert (ada.has(), ada.has(STAR)) == (str(1000 - 40 + 1), "0.00")


def test_several_rules_share_what_there_is_of_one_unit_and_of_the_purchase():
    ada = member(BASE, PAY, lc.Pay("worse", each=POINT(2), worth=USD("0.10")), points=100)

    assert pay(ada, "p1", "10.00", points="5.00", worse="2.51") == "insufficient"
    assert pay(ada, "p1", "6.00", points="5.00", worse="1.01") == "above-share"
    assert pay(ada, "p1", "7.50", points="5.00", worse="2.50") is None
    assert ada.has() == "0"


@pytest.mark.parametrize(
    ("rule", "paid", "code"),
    [
        (PAY, "10.01", "above-share"),
        (PAY, "10.00", None),
        (lc.Pay("points", POINT(1), USD("0.10"), share="50%"), "5.01", "above-share"),
        (lc.Pay("points", POINT(1), USD("0.10"), share="50%"), "5.00", None),
        (lc.Pay("points", POINT(1), USD("0.10"), share="33%"), "3.31", "above-share"),
        (lc.Pay("points", POINT(1), USD("0.10"), share="50%", step=USD(2)), "5.00", "not-in-steps"),
        (lc.Pay("points", POINT(1), USD("0.10"), share="50%", step=USD(2)), "6.00", "above-share"),
        (lc.Pay("points", POINT(1), USD("0.10"), share="50%", step=USD(2)), "4.00", None),
        (lc.Pay("points", POINT(1), USD("0.10"), share="50%", minimum=USD(6)), "6.00", "above-share"),
        (lc.Pay("points", POINT(1), USD("0.10"), least_share="100%"), "9.99", "below-share"),
        (lc.Pay("points", POINT(1), USD("0.10"), least_share="100%"), "10.00", None),
        (lc.Pay("points", POINT(1), USD("0.10"), least_share="33%", share="50%"), "3.29", "below-share"),
        (lc.Pay("points", POINT(1), USD("0.10"), least_share="33%", share="50%"), "3.30", None),
        (lc.Pay("points", POINT(300), USD(1), least_share="100%"), "10.00", "insufficient"),
        (lc.Pay("points", POINT(1), USD("0.10"), maximum=USD(3)), "3.01", "above-maximum"),
        (lc.Pay("points", POINT(1), USD("0.10"), minimum=USD(3)), "2.99", "below-minimum"),
        (lc.Pay("points", POINT(1), USD("0.10"), where=Line.category.is_("coffee")), "0.01", "above-share"),
        (lc.Pay("points", POINT(1), USD("0.10"), when=lc.setting("opted in").is_("yes")), "1.00", "not-open"),
        (lc.Pay("points", POINT(300), USD(1)), "10.00", "insufficient"),
    ],
)
def test_what_cannot_be_paid_refuses_the_whole_purchase(rule, paid, code):
    ada = member(BASE, rule)
    before = ada.account

    assert pay(ada, "p1", "10.00", points=paid) == code
    assert (ada.account == before) == (code is not None)


def test_a_share_is_of_the_items_that_match_and_floored():
    ada = member(BASE, lc.Pay("points", POINT(1), USD("0.10"), share="50%", where=Line.category.is_("coffee")))

    assert pay(ada, "p1", coffee("3.01"), "99.00", points="1.51") == "above-share"
    assert pay(ada, "p1", coffee("3.01"), "99.00", points="1.50") is None
    assert ada.answer.entries[0].frozen == (150, 0)


def test_a_least_share_is_of_the_whole_price_of_the_items_that_match_and_rounded_up():
    card = lc.Pay("card", POINT(1), USD("0.10"))
    whole = lc.Pay("points", POINT(1), USD("0.10"), least_share="100%", where=Line.category.is_("coffee"))
    half = lc.Pay("half", POINT(1), USD("0.10"), least_share="50%", where=Line.category.is_("coffee"))
    ada = member(BASE, card, whole, half)

    assert pay(ada, "p1", coffee("3.01"), "99.00", points="3.00") == "below-share"
    assert pay(ada, "p1", coffee("3.01"), card="0.01", points="3.00") == "below-share"
    assert pay(ada, "p1", coffee("3.01"), "99.00", half="1.50") == "below-share"
    assert pay(ada, "p1", coffee("3.01"), "99.00", half="1.51") is None
    assert pay(ada, "p2", coffee("3.01"), "99.00", points="3.01") is None


def test_what_is_owed_is_paid_before_anything_is_paid_with_points():
    ada = member(BASE, PAY, lc.Reward("mug", POINT(1000)), points=990)
    ada.buys("p1", day(2), "10.00")
    ada.redeems("r1", day(2), "mug")
    ada.returns("b1", day(3), "p1")

    assert pay(ada, "p2", "10.00", points="0.10") == "in-debt"


def test_the_same_purchase_counts_once_and_how_it_is_paid_is_part_of_it():
    ada = member(BASE, PAY)
    first = ada.buys("p1", day(2), "10.00", paid_with={"points": "4.00"})

    again = ada.buys("p1", day(2), "10.00", paid_with={"points": "4.00"})

    assert (again.known, again.entries) == (True, first.entries)
    for other in ({"points": "4.10"}, {}):
        with pytest.raises(lc.EventConflict, match=r"paid_with|fields"):
            lc.Program.decide(ada.program, ada.account, order("p1", day(2), "10.00", paid_with=other))


def test_a_late_purchase_spends_what_is_there_now():
    ada = member(BASE, PAY, points=50)
    ada.waits(day(9))

    ada.buys("p1", day(1), "10.00", paid_with={"points": "5.00"}, now=day(10))

    assert ada.has() == "5"


def test_paying_keeps_units_alive_as_a_redemption_does():
    rule = lc.Expiry(POINT, lc.inactivity(lc.days(10), by=[lc.Redemption]))
    ada = member(BASE, PAY, rule, kind=Member)

    ada.buys("p0", day(2), "10.00")
    assert "extend" not in [entry.kind for entry in ada.answer.entries]
    pay(ada, "p1", "10.00", points="4.00")
    assert "extend" in [entry.kind for entry in ada.answer.entries]


def test_a_quote_says_what_a_purchase_costs_and_gives_together():
    ada = member(BASE, PAY)

    quote = ada.program.quote(ada.account, order("p1", day(2), "10.00", paid_with={"points": "4.00"}))

    assert ([*map(str, quote.costs)], [*map(str, quote.gives)]) == (["40 point"], ["6 point"])
    assert [*map(str, quote.balances)] == ["966 point"]


def test_reasons_are_about_what_rules_saw():
    ada = member(lc.Earn("large", POINT(5), when=lc.Purchase.net.at_least(USD(8))), PAY, kind=Member)

    pay(ada, "p1", "10.00", points="4.00")

    assert "was 6.00 USD" in ada.answer.explain()


def test_a_budget_and_points_go_together():
    shop = program(lc.Earn("bonus", POINT(30), budget="spring"), BASE, PAY)
    ada, spring = shop.open("ada"), shop.open("spring")
    for account, amount in ((ada, 50), (spring, 20)):
        gift = lc.Adjustment("gift", at=day(1), amount=POINT(amount), reason="gift")
        ada, spring = (
            (shop.decide(ada, gift).account, spring) if account is ada else (ada, shop.decide(spring, gift).account)
        )
    bought = order("p1", day(2), "10.00", paid_with={"points": "5.00"})

    answer = shop.decide(ada, bought, others=[spring])
    refused = shop.decide(
        answer.account, order("p2", day(2), "90.00", paid_with={"points": "9.00"}), others=answer.others
    )

    assert str(answer.account.balance(POINT)) == "25 point"
    assert refused.refusal.code == "insufficient"
    assert refused.others == answer.others


# What could be paid.


def test_payable_is_the_last_step_that_fits_into_share_maximum_and_balance():
    rule = lc.Pay("points", POINT(3), USD("0.20"), share="50%", step=USD("0.50"), maximum=USD(20), minimum=USD(1))
    basket = [order("p", day(2), net) for net in ("1.99", "2.00", "9.99", "99.00")]

    def most(points):
        ada = member(BASE, rule, points=points)
        return [str(ada.program.payable(ada.account, each, "points").decimal) for each in basket]

    assert most(1000) == ["0.00", "1.00", "4.50", "20.00"]
    assert most(15) == ["0.00", "1.00", "1.00", "1.00"]
    assert most(14) == ["0.00"] * 4


def test_the_whole_is_payable_or_nothing_where_points_pay_the_whole_price():
    ada = member(BASE, lc.Pay("points", POINT(1), USD("0.10"), least_share="100%"), points=100)

    most = [ada.program.payable(ada.account, order("p", day(2), net), "points") for net in ("9.99", "10.00", "10.01")]
    assert [str(money.decimal) for money in most] == ["9.99", "10.00", "0.00"]


def test_what_a_member_wants_to_use_or_to_pay_is_cut_to_what_is_payable():
    blocks = lc.Pay("points", POINT(100), USD(5), minimum=USD(25), step=USD(5), share="50%")
    ada = member(BASE, blocks, points=20_000)

    def most(wanted, net="1000.00"):
        return str(ada.program.payable(ada.account, order("p", day(2), net), "points", wanted).decimal)

    assert [most(POINT(points)) for points in (1050, 499, 0)] == ["50.00", "0.00", "0.00"]
    assert [most(USD(money)) for money in ("52.50", "24.99", "9999")] == ["50.00", "0.00", "500.00"]
    assert most(POINT(99_999), "300.00") == most(None, "300.00") == "150.00"


def test_points_are_worth_money_and_money_costs_points():
    thirds = lc.Pay("points", POINT(3), USD("0.20"))
    by_tier = lc.Pay("tiered", lc.price_by_tier("status", {"gold": POINT(1)}, otherwise=POINT(2)), USD("0.01"))

    assert [str(thirds.gives_for(POINT(points))) for points in (0, 1, 3, 1000)] == [
        *("0.00 USD", "0.06 USD", "0.20 USD", "66.66 USD"),
    ]
    assert [str(thirds.needs_for(USD(money))) for money in ("0.01", "0.20", "0.21")] == [
        "1 point",
        "3 point",
        "4 point",
    ]
    assert (by_tier.gives_for(POINT(10), "gold"), by_tier.needs_for(USD(1))) == (USD("0.10"), POINT(200))


def test_nothing_is_payable_by_whom_it_is_not_open_to_who_owes_or_who_has_nothing():
    closed = lc.Pay("closed", POINT(1), USD(1), when=lc.setting("opted in").is_("yes"))
    ada = member(BASE, PAY, closed, lc.Reward("mug", POINT(1010)))
    ada.buys("p1", day(2), "10.00")
    basket = order("p2", day(3), "10.00")

    def most(account, rule):
        return ada.program.payable(account, basket, rule).minor

    assert (most(ada.account, "points"), most(ada.account, "closed")) == (1000, 0)
    assert most(ada.program.open("eve"), "points") == 0
    ada.redeems("r1", day(3), "mug")
    ada.returns("b1", day(3), "p1")
    assert most(ada.account, "points") == 0


def test_what_is_due_until_then_is_done_before_it_is_said_what_is_payable():
    ada = Member(program(BASE, PAY))
    ada.gets("gift", day(1), POINT(50), expires=day(2))

    def most(at):
        return ada.program.payable(ada.account, order("p", at, "10.00"), "points").minor

    assert (most(day(2, 11)), most(day(2))) == (500, 0)
    assert ada.kinds() == ["adjustment", "earn"]


@pytest.mark.parametrize(("told", "most"), [(2, "5.00"), (9, "0.00")])
def test_what_is_payable_of_a_purchase_is_what_can_be_paid_as_it_is_told(told, most):
    """The points of the day of the purchase are gone a week later, and it is then that it is recorded."""
    for rules in (ada := Member(program(BASE, PAY))).program, lc.Book([ada.program]):
        ada.gets("gift", day(1), POINT(50), expires=day(8))
        basket = order("p", day(2), "10.00", paid_with={"points": "5.00"})
        assert str(rules.payable(ada.account, basket, "points", now=day(told)).decimal) == most
        assert (rules.decide(ada.account, basket, day(told)).refusal is None) == (most == "5.00")


SHOP = program(BASE, PAY, lc.Reward("mug", POINT(5)))


@refusals.table(
    [
        (SHOP.payable, {"account": "ada", "order": order("p", day(1)), "reward": "points"}, lc.InvalidValue),
        (SHOP.payable, {"account": SHOP.open("a"), "order": "p", "reward": "points"}, lc.InvalidValue),
        *(
            (
                SHOP.payable,
                {"account": SHOP.open("a"), "order": order("p", day(1)), "reward": "points", "wanted": bad},
                lc.InvalidValue,
            )
            for bad in (5, "5", STAR(1), POINT(-1), lc.Money("EUR")(1))
        ),
        *((PAY.gives_for, {"amount": bad}, lc.InvalidValue) for bad in (USD(1), 5, POINT(-1), None)),
        *((PAY.needs_for, {"money": bad}, lc.InvalidValue) for bad in (POINT(1), 5, USD(-1), None)),
        *(
            (SHOP.payable, {"account": SHOP.open("a"), "order": order("p", day(1)), "reward": bad}, lc.InvalidValue)
            for bad in ("mug", "nothing", 5)
        ),
        *(
            (SHOP.decide, {"account": SHOP.open("a"), "event": order("p", day(1), paid_with={bad: 1})}, lc.InvalidValue)
            for bad in ("mug", "nothing")
        ),
    ]
)
def test_what_no_program_pays_is_refused(function, bad, error):
    refusals.check(function, bad, error)


# Returns.


def spent(account):
    """What was spent with points less what went back, by event and rule."""
    table = {}
    for entry in account.entries:
        if entry.kind in ("spend", "restore"):
            fact = account.entries[entry.cause]
            of = fact.content[1][0] if fact.kind == "return" else fact.id
            table[of, entry.rule] = table.get((of, entry.rule), 0) - entry.change
    return {key: amount for key, amount in table.items() if amount}


def test_a_return_gives_points_back_where_they_were():
    ada = Told(program(BASE, PAY))
    ada.gets("old", day(1), POINT(10), expires=day(20))
    ada.gets("new", day(1), POINT(90), expires=day(40))
    pay(ada, "p1", "4.00", "4.00", points="4.00")

    ada.returns("r1", day(3), "p1", ["a"])
    assert ada.answer.entries[-1].pieces == (3, 20)
    ada.returns("r2", day(4), "p1")
    assert ada.answer.entries[-1].pieces == (3, 10, 1, 10)
    assert (ada.has(), spent(ada.account)) == ("100", {})


def test_points_that_have_expired_meanwhile_go_back_and_end_at_once():
    ada = Told(program(BASE, PAY))
    ada.gets("old", day(1), POINT(10), expires=day(20))
    pay(ada, "p1", "4.00", points="1.00")

    ada.returns("r1", day(30), "p1")

    assert ada.kinds()[-2:] == ["restore", "expire"]
    assert ada.has() == "0"


def test_points_that_go_back_pay_what_the_same_return_leaves_owing():
    ada = member(BASE, PAY, lc.Reward("mug", POINT(96)), points=100)
    pay(ada, "p1", "10.00", points="1.00")
    ada.redeems("r1", day(3), "mug")

    ada.returns("b1", day(4), "p1")

    assert ada.answer.entries[-1].repaid == 6
    assert (ada.has(), ada.account.debt(POINT).minor) == ("4", 0)


def test_money_is_refunded_of_what_was_paid_with_money():
    ada = member(BASE, PAY)
    pay(ada, "p1", "10.00", "10.00", points="8.00")

    assert ada.does(lc.Return("b1", at=day(3), of="p1", refunds={"a": "6.01"})).refusal.code == "not-kept"
    ada.does(lc.Return("b2", at=day(3), of="p1", refunds={"a": "6.00"}))
    assert (ada.has(), spent(ada.account)) == (str(1000 - 80 + 6), {("p1", "points"): 80})
    ada.returns("b3", day(4), "p1", ["a"])
    assert spent(ada.account) == {("p1", "points"): 40}


def test_what_a_purchase_raised_is_reconsidered_by_what_was_paid_with_money():
    shop = program(PAY, lc.Raise("bought", "referral", to="eve", when=lc.Purchase.net.at_least(USD(5))))
    ada = Member(shop)
    ada.gets("gift", day(1), POINT(100))

    pay(ada, "p1", "6.00", "6.00", points="2.00")
    raised = [len(ada.answer.follow_ups)]
    for at, id in enumerate("ab"):
        ada.returns(f"r{id}", day(3 + at), "p1", [id])
        raised.append(len(ada.answer.follow_ups))

    assert raised == [1, 0, 1]


def test_only_the_program_that_judged_a_purchase_returns_it():
    ada = member(BASE, PAY, kind=Member)
    pay(ada, "p1", "6.00", points="2.00")

    with pytest.raises(lc.UnknownProgram, match="decide its return with the program that judged it"):
        program(BASE).decide(ada.account, lc.Return("r1", at=day(3), of="p1"))


PAYS = st.sampled_from(
    [
        [lc.Pay("points", POINT(1), USD("0.10"))],
        [lc.Pay("points", POINT(7), USD("0.03"), where=Line.category.is_("coffee"))],
        [lc.Pay("points", POINT(3), USD("0.07")), lc.Pay("stars", STAR("0.13"), USD("0.05"))],
    ]
)
EARNS = st.sampled_from(
    [
        [BASE],
        [lc.Earn("base", POINT.per(USD(1), Line.net_before_points), taking_back=lc.write_off)],
        [lc.Earn("base", POINT.bands(Line.net, {USD(0): "100%", USD(30): "300%"}, lc.whole), over=lc.month)],
        [
            BASE,
            lc.Earn(
                "coffee",
                STAR.per(USD(2), Line.net),
                where=Line.category.is_("coffee"),
                limit=lc.at_most(STAR(9), per=lc.week),
            ),
        ],
    ]
)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "net": st.integers(0, 3000).map(lambda cents: lc.Amount(USD, cents).decimal),
            "quantity": st.sampled_from([1, 2, 3, "0.7"]),
            "category": st.sampled_from(["coffee", "tea"]),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=settings.default.max_examples // 2)
@given(PAYS, EARNS, LINES, st.data())
def test_every_order_and_cut_of_returns_gives_the_same_points_back(pays, earns, lines, data):
    shop = program(*earns, *pays, lc.Reward("sticker", STAR(999)))
    ada = Told(shop)
    for number in range(3):
        ada.gets(f"gift {number}", day(1), POINT(900), expires=day(50 - number))
        ada.gets(f"stars {number}", day(1), STAR(90), expires=day(50 + number))
    basket = order("p1", day(2), *lines)
    paid = {}
    for rule in pays:
        most = shop.payable(ada.account, basket, rule.name).minor // len(pays)
        if most:
            paid[rule.name] = lc.Amount(USD, data.draw(st.integers(1, most))).decimal
    if not paid:
        return
    ada.buys("p0", day(2), "12.00")
    assert ada.buys("p1", day(2), *lines, paid_with=paid).refusal is None
    # What goes back in the end, by item, in parts of a unit; and some ways to send it.
    kept = {item.id: int(item.quantity * 1000) for item in basket.items}
    gone = {id: data.draw(st.integers(0, kept[id])) for id in kept}
    ends = []
    for _ in range(3):
        eve = Told(shop)
        eve.account = ada.account
        returns_in_parts(eve, day(3), "p1", gone, data)
        ends.append((spent(eve.account), eve.account.lots(POINT), eve.account.lots(STAR), eve.account.debt(POINT)))
        assert lc.verify(shop, eve.account) is None
        assert lc.fold("ada", eve.account.entries) == eve.account
    assert ends[0] == ends[1] == ends[2]
    if gone == kept:
        assert ends[0][0] == {}
    else:
        assert all(amount >= 0 for amount in ends[0][0].values())


def test_what_comes_back_bit_by_bit_never_earns_more():
    """Floored apart, whole price and points would let what was paid with money rise by a cent now and then."""
    pay = lc.Pay("points", POINT(1), USD("0.10"))
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), pay))
    ada.does(lc.Adjustment("gift", at=day(1), amount=POINT(900), reason="gift"))
    ada.buys("p", day(2), {"net": "19.00", "quantity": 3}, paid_with={"points": "4.77"})

    for number in range(500):
        ada.returns(f"r{number}", day(3), "p", {"a": "0.001"})
        assert "earn" not in {entry.kind for entry in ada.answer.entries}


# Versions.


def test_a_book_judges_a_purchase_paid_with_points_by_its_version_and_reads_it_by_what_was_paid_with_money():
    second = program(
        BASE,
        PAY,
        lc.Earn("large", POINT(7), when=lc.Purchase.net.over(lc.year).at_least(USD(6))),
        version="2",
    )
    book = lc.Book([program(BASE, PAY), lc.Version(second, starts=day(10), tallies=lc.from_facts)])
    ada = Member(book)
    ada.gets("gift", day(1), POINT(100))
    ada.buys("p1", day(2), "9.00", paid_with={"points": "4.00"})

    assert str(book.payable(ada.account, order("p2", day(11), "9.00"), "points")) == "6.50 USD"
    ada.buys("p2", day(11), "9.00", paid_with={"points": "3.00"})
    assert [(entry.kind, entry.rule) for entry in ada.answer.entries if entry.kind in ("earn", "spend")] == [
        ("spend", "points"),
        ("earn", "base"),
    ]
    ada.returns("b1", day(12), "p1")
    assert ada.answer.entries[-1].amount == 40
    ada.buys("p3", day(13), "1.00")
    assert ("earn", "large") in [
        (each.kind, getattr(each, "rule", "")) for each in ada.answer.entries if not each.is_fact
    ]
    assert lc.verify(book, ada.account) is None
