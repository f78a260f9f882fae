"""Lookups: numbers by the texts of an event, and what is measured times a number of it."""

import pytest

import loyalcore as lc
from refusals import check, table
from shop import Member, coffee, day, program
from strategies import POINT, USD, Line, Order, Visit

NET = Line.net
BY_CHANNEL = lc.lookup(Order.channel, rows={"app": 3, "web": "0.5"}, otherwise=1)
BY_BOTH = lc.lookup(Order.channel, Order.express, rows={("app", True): 200, ("app", False): 50})


def earned(member):
    return [(entry.kind, entry.amount) for entry in member.answer.entries if entry.kind in ("earn", "take")]


def test_rows_are_in_order_however_they_were_given():
    turned = lc.lookup(Order.channel, rows=[("web", "0.50"), ("app", 3)], otherwise=1)

    assert turned == BY_CHANNEL
    assert eval(repr(BY_BOTH), vars(lc)) == BY_BOTH  # noqa: S307 - the text is the library's own


@pytest.mark.parametrize(
    ("channel", "express", "points"), [("app", True, 200), ("app", False, 50), ("web", True, 0), ("", False, 0)]
)
def test_a_number_is_looked_up_by_several_texts_and_flags(channel, express, points):
    ada = Member(program(lc.Earn("table", POINT.per(1, BY_BOTH))))
    ada.buys("p", day(1), "10.00", channel=channel, express=express)

    assert ada.account.balance(POINT) == POINT(points)


def test_money_times_a_number_of_the_event_stays_money_and_rounds_once():
    ada = Member(program(lc.Earn("abroad", POINT.per(USD(1), lc.product(NET, Order.nights)))))
    ada.buys("p", day(1), "3.33", "3.33", nights="1.5")

    assert ada.account.balance(POINT) == POINT(9)  # 6.66 x 1.5 = 9.99


def test_a_return_takes_back_what_its_part_was_worth_at_the_number_of_its_purchase():
    ada = Member(program(lc.Earn("by channel", POINT.per(USD(1), lc.product(NET, BY_CHANNEL)))))
    ada.buys("p", day(1), "10.00", "5.00", channel="app")
    ada.returns("r", day(2), "p", ["b"])

    assert earned(ada) == [("take", 15)]
    ada.returns("s", day(3), "p", ["a"])
    assert ada.account.balance(POINT) == POINT(0)


def test_over_a_window_each_event_is_multiplied_by_its_own_number():
    rule = lc.Earn("monthly", POINT(1).per_full(USD(10), lc.product(NET, BY_CHANNEL)), over=lc.month)
    ada = Member(program(rule))
    ada.buys("p", day(1), "4.00", channel="app")
    ada.buys("q", day(2), "15.99", channel="web")
    assert ada.account.balance(POINT) == POINT(1)  # 12 + 7.995

    ada.buys("r", day(3), "0.01", channel="web")

    assert ada.account.balance(POINT) == POINT(2)


def test_items_are_picked_and_boosted_before_their_total_is_multiplied():
    ada = Member(
        program(
            lc.Earn("base", POINT.per(USD(1), lc.product(NET, BY_CHANNEL)), where=Line.category.is_("coffee")),
            lc.Boost("gifts", "x2", of="base", where=Line.gift.is_true()),
            lc.Boost("more", "+50%", of="base"),
        )
    )
    ada.buys("p", day(1), coffee("10.00"), coffee("4.00", gift=True), "50.00", channel="app")

    assert ada.account.balance(POINT) == POINT((15 + 4 * 3) * 3)


def test_items_rounded_one_by_one_are_each_multiplied():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), lc.product(NET, BY_CHANNEL)), stage=lc.item)))
    ada.buys("p", day(1), "0.50", "0.60", "0.20", channel="app")

    assert ada.account.balance(POINT) == POINT(1 + 1 + 0)


def test_a_condition_and_a_limit_may_ask_for_a_product():
    abroad = lc.product(NET, BY_CHANNEL)
    ada = Member(
        program(
            lc.Earn("large", POINT(7), when=abroad.at_least(USD(30))),
            lc.Earn("some", POINT(100), limit=lc.at_most(POINT.per(USD(1), abroad), per=lc.purchase)),
        )
    )
    answer = ada.buys("p", day(1), "9.99", channel="app")
    assert ada.account.balance(POINT) == POINT(29)
    assert "net times lookup by channel >= 30.00 USD, was 29.97 USD" in answer.explain()

    ada.buys("q", day(2), "10.00", channel="app")
    assert ada.account.balance(POINT) == POINT(29 + 7 + 30)


def test_what_units_are_worth_may_be_a_product():
    ada = Member(program(lc.Earn("base", POINT(10), worth=lc.product(NET, BY_CHANNEL), where=None)))
    ada.buys("p", day(1), "2.00", channel="app")

    (lot,) = ada.account.lots(POINT)
    assert lot.worth == USD(6)


def test_activities_are_looked_up_by_their_name():
    tasks = lc.lookup(lc.Activity.name, rows={"review": 50, "survey": 20})
    ada = Member(program(lc.Earn("tasks", POINT.per(1, tasks), on=lc.Activity)))
    ada.does(Visit("v", at=day(1), name="review"))
    ada.does(Visit("w", at=day(1), name="walk"))

    assert ada.account.balance(POINT) == POINT(50)


KEYS = (Order.channel,)
ROWS = {"a": 1}


@table(
    [
        *((lc.Lookup, {"keys": bad, "rows": {}}, lc.InvalidValue) for bad in ((), KEYS)),
        *(
            (lc.Lookup, {"keys": bad, "rows": ROWS}, lc.InvalidValue)
            for bad in ((), [Order.channel], KEYS * 2, (Line.category,), (lc.setting("x"),), ("channel",))
        ),
        *(
            (lc.Lookup, {"keys": KEYS, "rows": bad}, lc.InvalidValue)
            for bad in (5, {"a": 0.5}, {("a", "b"): 1}, {5: 1}, [("a", 1), ("a", 2)], ["a"])
        ),
        (lc.Lookup, {"keys": KEYS, "rows": ROWS, "otherwise": 0.5}, lc.InvalidValue),
        *((lc.product, {"measure": bad, "by": Order.nights}, lc.InvalidValue) for bad in (5, Line.net * 2, BY_CHANNEL)),
        *((lc.product, {"measure": NET, "by": bad}, lc.InvalidValue) for bad in (5, NET, Order.count)),
        (lc.product(NET, Order.nights).over, {"window": lc.month}, lc.InvalidValue),
    ]
)
def test_what_is_no_table_or_product_is_refused(function, bad, error):
    check(function, bad, error)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (lc.Earn("x", POINT.per(1, lc.lookup(Order.express, rows={"yes": 1}))), "looks express up as 'yes'"),
        (lc.Earn("x", POINT.per(1, lc.lookup(Visit.place, rows={"a": 1}))), "'place', a text or flag that no purchase"),
        (lc.Earn("x", POINT.per(1, lc.product(NET, Order.nights))), "USD"),
        (lc.Earn("x", POINT.per(1, BY_CHANNEL), where=Line.gift.is_true()), "picks items"),
        (lc.Earn("x", POINT.per(1, lc.product(Order.count, BY_CHANNEL)), stage=lc.item), "picks items"),
        (lc.Earn("x", POINT.per(1, BY_CHANNEL), on=lc.ended(lc.month)), "channel"),
    ],
)
def test_a_program_without_the_texts_or_numbers_is_refused(rule, said):
    with pytest.raises(lc.InvalidProgram, match=said):
        program(rule)


def test_a_price_multiplies_nothing():
    class Charge(lc.Purchase):
        fee = lc.Price(missing="0")

    with pytest.raises(lc.InvalidProgram, match="which is in USD; use a plain number"):
        lc.Program(
            "x",
            version="1",
            purchases=Charge,
            rules=[lc.Earn("x", POINT.per(USD(1), lc.product(Charge.net, Charge.fee)))],
        )


def test_a_limit_that_is_judged_again_may_be_so_much_of_a_product():
    most = lc.at_most(POINT.per(USD(1), lc.product(NET, BY_CHANNEL)), per=lc.month, freed=lc.rejudge)
    ada = Member(program(lc.Earn("base", POINT(100), limit=most)))
    ada.buys("p", day(1), "10.00", "5.00", channel="app")
    ada.buys("q", day(2), "10.00", channel="web")
    assert ada.account.balance(POINT) == POINT(50)

    ada.returns("r", day(3), "p", ["b"])

    assert ada.account.balance(POINT) == POINT(35)
