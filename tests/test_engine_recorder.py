"""The recorder: one way for every purchase, whether it is given as an event or read in place."""

import datetime as dt
from types import SimpleNamespace

import pytest

import loyalcore as lc
from shop import POINT, USD, Line, Member, day, program
from strategies import Order

NOON = day(1)


def goods(net, category="coffee"):
    return SimpleNamespace(total=net, kind=category)


def sale(number, at, *lines, member="ada", tip=0):
    return SimpleNamespace(number=number, at=at, member=member, lines=lines, tip=tip)


class Tipped(lc.Purchase):
    tip = lc.Number(missing=0)


OBJECTS = lc.bind(
    Tipped,
    lc.bind_items(Line, net="total", category="kind"),
    id="number",
    at="at",
    member="member",
    lines="lines",
    tip="tip",
)


def tipping(*rules):
    return lc.Program("tips", version="1", items=Line, purchases=Tipped, rules=rules)


COFFEE = Line.category.is_("coffee")


def test_two_sums_over_items_with_attributes_come_from_one_walk():
    rules = tipping(
        lc.Earn("coffee", POINT.per(USD(1), Line.net), where=COFFEE),
        lc.Earn("basket", POINT(5), when=Line.net.sum(~COFFEE).at_least(USD(3))),
    )

    replay = rules.replay([sale(1, NOON, goods(250), goods(400, "tea"))], OBJECTS).run()

    assert replay.balances(POINT) == {"ada": 7}


def test_three_sums_over_items_come_from_one_walk():
    rules = tipping(
        lc.Earn("coffee", POINT.per(USD(1), Line.net), where=COFFEE),
        lc.Earn("tea", POINT.per(USD(1), Line.net), where=Line.category.is_("tea")),
        lc.Earn("basket", POINT(5), when=Line.net.sum(~COFFEE).at_least(USD(3))),
    )

    replay = rules.replay([sale(1, NOON, goods(250), goods(400, "tea"))], OBJECTS).run()

    assert replay.balances(POINT) == {"ada": 2 + 4 + 5}


def test_a_number_of_the_event_is_read_from_an_attribute():
    rules = tipping(lc.Earn("tip", POINT.per(1, Tipped.tip)))

    replay = rules.replay([sale(1, NOON, tip=9)], OBJECTS).run()

    assert replay.balances(POINT) == {"ada": 9}


@pytest.mark.parametrize("net", [2.5, "2.50", None])
@pytest.mark.parametrize("over", [lc.purchase, lc.month])
def test_a_row_that_holds_no_whole_number_is_refused(net, over):
    rules = tipping(lc.Earn("base", POINT.per(USD("0.01"), Line.net), over=over))

    with pytest.raises(lc.InvalidValue, match="a row cannot be judged"):
        rules.replay([sale(1, NOON, goods(net))], OBJECTS).run()


def test_a_row_without_what_is_bound_is_refused():
    with pytest.raises(lc.InvalidValue, match="a row cannot be judged"):
        tipping(lc.Earn("tip", POINT(1))).replay([SimpleNamespace(number=1)], OBJECTS).run()


def test_a_campaign_between_instants_and_one_between_dates_begin_where_they_say():
    rules = program(
        lc.Earn("instants", POINT(1), when=lc.between(NOON, NOON + dt.timedelta(hours=1))),
        lc.Earn("dates", POINT(10), when=lc.between(dt.date(2026, 1, 2), dt.date(2026, 1, 3))),
        timezone="Europe/Istanbul",
    )
    ada = Member(rules)

    ada.buys("before", NOON - dt.timedelta(microseconds=1), "1.00")
    ada.buys("at", NOON, "1.00")
    ada.buys("end", NOON + dt.timedelta(hours=1), "1.00")
    ada.buys("eve", day(1, 20, 59), "1.00")
    ada.buys("midnight", day(1, 21), "1.00")
    ada.buys("day after", day(2, 21), "1.00")

    given = {entry.cause: entry.amount for entry in ada.account.entries if entry.kind == "earn"}
    assert given == {1: 1, 5: 10}


def test_a_tier_of_another_version_reads_as_the_lowest():
    one = program(lc.Ladder("status", by=Order.net.over(lc.rolling(days=9)), tiers={"base": 0, "old": USD(5)}))
    two = program(
        lc.Ladder("status", by=Order.net.over(lc.rolling(days=9)), tiers={"base": 0, "new": USD(50)}), version="2"
    )
    ada = Member(one)
    ada.buys("p", NOON, "6.00")

    after = two.decide(ada.account, lc.Settings("s", at=day(2), letter="yes"))
    bought = two.decide(after.account, Order("q", at=day(3), items=[Line("a", "60.00", category="tea")]))

    assert bought.account.tier("status") == "new"


@pytest.mark.parametrize("taking_back", [lc.debt, lc.other_lots])
def test_a_purchase_that_lowers_the_rate_of_its_window_takes_back(taking_back):
    rules = program(
        lc.Earn("volume", POINT.bands(Line.net, {0: 1, USD(100): "10%"}, how=lc.whole), over=lc.month),
        taking_back=taking_back,
    )
    ada = Member(rules)
    ada.buys("p", day(1), "90.00")

    ada.buys("q", day(2), "20.00")

    assert ada.has() == "11"
    assert ada.kinds() == ["purchase", "earn", "purchase", "take"]


def test_an_empty_account_has_a_snapshot_since_any_moment():
    empty = Member(program(lc.Earn("base", POINT(1)))).account

    assert lc.restore(empty.snapshot(keep_since=NOON)) == empty


def test_a_snapshot_of_a_restored_account_keeps_what_the_first_kept():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Expiry(POINT, lc.days(300))))
    ada.buys("p", day(1), "30.00")
    ada.buys("q", day(50), "40.00")
    once = lc.restore(ada.account.snapshot(keep_since=day(40)))

    twice = lc.restore(once.snapshot(keep_since=day(40)))

    assert twice.balance(POINT) == ada.account.balance(POINT)
    assert twice.lots(POINT) == ada.account.lots(POINT)
