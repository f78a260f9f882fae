"""The interpreted form of what lots are worth, worked out by hand."""

import pytest

import loyalcore as lc
from loyalcore import interpreted
from shop import STAR, USD, Line, Order, day, program
from test_interpreted import Told, told

STAMP, CARD = lc.Unit("stamp"), lc.Unit("card")
STAMPS = lc.Earn("stamp", STAMP.per(1, Line.quantity), worth=Line.net)


def drinks(*prices, rules=(STAMPS,)):
    """A member with a stamp for each drink, each of a purchase of its own."""
    ada = told(*rules)
    for number, price in enumerate(prices):
        ada.buys(f"p{number}", day(1 + number), price)
    return ada


def worths(member, unit=STAMP):
    return [lot.worth for lot in member.account.lots(unit)]


@pytest.mark.parametrize(
    ("worth", "money"),
    [
        (Line.net, "12.50"),
        (Line.net.sum(Line.category.is_("tea")), "8.00"),
        (Line.net - Line.cost, "9.50"),
        (Line.net * "0.333", "4.16"),
        (Line.cost - Line.net, "0.00"),
        (Order.net.at_most_of(Line.cost.sum()), "3.00"),
    ],
)
def test_units_are_worth_what_is_read_of_the_event(worth, money):
    ada = told(lc.Earn("stamp", STAMP(1), worth=worth))

    ada.buys("p", day(1), {"net": "4.50"}, {"net": "8.00", "category": "tea", "cost": "3.00"})

    assert worths(ada) == [USD(money)]


def test_units_are_worth_what_the_event_itself_says():
    class Delivered(lc.Purchase):
        fee = lc.Price(missing=0)

    stamps = lc.Earn("stamp", STAMP(1), worth=Delivered.fee)
    ada = Told(lc.Program("shop", version="1", currency=USD, items=Line, purchases=Delivered, rules=[stamps]))

    ada.does(Delivered("p", at=day(1), items=[Line("a", 9, category="tea")], fee="3.50"))

    assert worths(ada) == [USD("3.50")]


def test_what_a_rule_gives_for_some_items_is_worth_what_those_are():
    ada = told(lc.Earn("stamp", STAMP(1).per_item(), where=Line.category.is_("tea"), worth=Line.net))

    ada.buys("p", day(1), "4.50", {"net": "8.00", "category": "tea"})

    assert worths(ada) == [USD(8)]


def test_a_return_leaves_lots_worth_what_is_kept():
    ada = told(STAMPS)
    ada.buys("p", day(1), "4.00", "6.00")

    ada.returns("r", day(2), "p", ["b"])
    assert worths(ada) == [USD(4)]
    ada.returns("q", day(3), "p")
    assert worths(ada) == []


@pytest.mark.parametrize(
    ("worth", "money"), [(lc.average, "4.33"), (lc.lowest, "3.00"), (lc.total, "13.00"), (None, None)]
)
@pytest.mark.parametrize("claim", [lc.asked, lc.once])
def test_what_a_reward_gives_is_worth_what_it_takes(worth, money, claim):
    full = lc.Reward("full card", STAMP(3), gives=CARD(1), worth=worth, claim=claim)
    ada = drinks("3.00", "5.00", "5.00", rules=(STAMPS, full))

    if claim == lc.asked:
        ada.redeems("x", day(5), "full card")

    assert worths(ada, CARD) == [money and USD(money)]
    assert worths(ada) == []


def test_what_a_redemption_is_worth_is_at_most_what_it_is_used_on():
    free = lc.Reward("free", STAMP(1), worth=lc.total)
    ada = drinks("3.00", "5.00", rules=(STAMPS, free))
    ada.gets("j", day(4), STAMP(1))

    ada.redeems("x", day(5), "free", amount="2.50")
    assert ada.answer.worth == USD("2.50")
    ada.redeems("y", day(5), "free")
    assert ada.answer.worth == USD(5)
    ada.redeems("z", day(5), "free")
    assert ada.answer.worth == USD(0), "of what came by hand nobody said it"


def test_a_reward_that_is_undone_takes_back_what_it_gave():
    full = lc.Reward("full card", STAMP(2), gives=CARD(1), worth=lc.total)
    ada = drinks("3.00", "5.00", rules=(STAMPS, full, lc.Reward("free", CARD(1), worth=lc.total)))
    ada.redeems("x", day(5), "full card")
    ada.redeems("y", day(6), "free")

    ada.returns("r", day(7), "x")

    assert [(row[0], row[5]) for entry in ada.answer.entries if (row := entry.row)[0] != "return"] == [
        ("restore", 2),
        ("take", 1),
    ]
    assert ada.account.debt(CARD) == CARD(1)
    assert worths(ada) == [USD(3), USD(5)]


def test_an_opening_says_what_lots_are_worth():
    ada = told(STAMPS, lc.Earn("star", STAR(1)))
    lots = [lc.OpeningLot(STAR(3)), lc.OpeningLot(STAMP(3), worth=USD(10)), lc.OpeningLot(STAMP(1), worth=USD(0))]

    ada.does(lc.Opening("o", at=day(1), lots=lots))

    assert worths(ada) == [USD(10), USD(0)]
    assert worths(ada, STAR) == [None]


def test_worths_in_other_money_are_refused():
    shop = program(STAMPS)
    odd = lc.Opening("o", at=day(1), lots=[lc.OpeningLot(STAMP(1), worth=lc.Money("EUR")(1))])

    for decide in (shop.decide, lambda *given: interpreted.decide(shop, *given)):
        with pytest.raises(lc.InvalidValue, match="a lot of opening 'o' is worth"):
            decide(shop.open("ada"), odd)


def test_a_reward_that_is_worth_what_it_takes_is_redeemed_once_at_a_time():
    shop = program(STAMPS, lc.Reward("free", STAMP(1), worth=lc.total))

    for event in (
        lc.Redemption("x", at=day(1), reward="free", times=2),
        lc.Hold("x", at=day(1), reward="free", times=2, until=day(3)),
    ):
        for decide in (shop.decide, lambda *given: interpreted.decide(shop, *given)):
            with pytest.raises(lc.InvalidValue):
                decide(shop.open("ada"), event)
