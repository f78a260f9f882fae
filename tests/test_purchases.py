"""Purchases: items with exact numbers, and what was paid with points."""

import datetime as dt
from decimal import Decimal

import loyalcore as lc
from strategies import USD, Line, Order

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def test_a_net_alone_is_a_purchase_of_one_item_called_total():
    assert lc.Purchase("e", at=NOON, net="12") == lc.Purchase("e", at=NOON, items=[lc.Item("total", 12)])


def test_an_item_holds_exact_numbers():
    item = lc.Item("a", "1.50", quantity="0.125")

    assert (item.id, item.net, item.quantity) == ("a", Decimal("1.5"), Decimal("0.125"))
    assert lc.Item("a", 0).net == 0


def test_items_may_come_from_any_iterable_and_are_kept_in_order():
    lines = [Line(name, 1, category="x") for name in "cab"]

    order = Order("e", at=NOON, items=iter(lines))
    lines.clear()

    assert [line.id for line in order.items] == ["c", "a", "b"]


def test_a_net_may_be_said_by_the_price_of_each():
    assert lc.Item("a", each="10.00", quantity=2500) == lc.Item("a", "25000.00", quantity=2500)
    assert lc.Item("a", each="0.999", quantity="1.5") == lc.Item("a", "1.4985", quantity="1.5")


def test_what_is_paid_with_points_stands_behind_everything_else_in_order_of_the_rules():
    given = {"points": "2.50", "cash": lc.Amount(USD, 100).decimal}
    event = Order("o", at=NOON, items=[Line("a", 9, category="x")], channel="app", paid_with=given)

    assert event.content(2)[2:] == (
        ("channel", "express", "nights", "paid_with"),
        ("app", False, 0, ("cash", 100, "points", 250)),
    )
    assert event == Order("o", at=NOON, items=event.items, channel="app", paid_with=event.paid_with)
    assert Order("o", at=NOON, channel="app", paid_with={}) == Order("o", at=NOON, channel="app")
