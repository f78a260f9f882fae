"""What the units of an event are worth: money that is read from it, of the items that count."""

import pytest

import loyalcore as lc
import refusals
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, day, program

COFFEE = Line.category.is_("coffee")
TWO = (coffee("4.50"), "8.00")


class Trip(lc.Activity):
    fare = lc.Price(missing="0")


def worth(*rules, lines=TWO, unit=POINT, **more):
    """What each lot is worth that rules give for a latte and something else."""
    ada = Member(program(*rules))
    ada.buys("p", day(1), *lines, **more)
    return [lot.worth for lot in ada.account.lots(unit)]


@pytest.mark.parametrize(
    ("rule", "money"),
    [
        ({"gives": POINT(1), "worth": Line.net}, "12.50"),
        ({"gives": POINT(3), "worth": Line.net}, "12.50"),
        ({"gives": POINT(1).per_item(), "worth": Line.net, "where": COFFEE}, "4.50"),
        ({"gives": POINT(1).per_item(), "worth": Line.net.sum(COFFEE)}, "4.50"),
        ({"gives": POINT.per(USD(1), Line.net), "worth": Line.net * "0.01"}, "0.12"),
        ({"gives": POINT(1), "worth": Line.net - Line.cost}, "12.50"),
        ({"gives": POINT(1), "worth": Line.net * -1}, "0.00"),
        ({"gives": POINT(1), "worth": Line.net.sum().at_most_of(Line.cost.sum())}, "0.00"),
    ],
)
def test_units_are_worth_what_is_read_of_the_items_that_count(rule, money):
    assert worth(lc.Earn("cup", **rule)) == [USD(money)]


def test_units_of_a_rule_that_does_not_say_so_have_no_worth():
    assert worth(lc.Earn("cup", POINT(1))) == [None]


def test_rules_that_say_so_and_rules_that_do_not_stand_beside_each_other():
    rules = (lc.Earn("point", POINT(1)), lc.Earn("cup", POINT(2), worth=Line.net), lc.Earn("star", STAR(1)))

    assert worth(*rules) == [None, USD("12.50")]
    assert worth(*rules, unit=STAR) == [None]


def test_activities_have_worths_of_their_own_numbers():
    miles = lc.Earn("trip", POINT(5), on=lc.Activity, worth=Trip.fare)
    club = lc.Program("club", version="1", activities=Trip, rules=[miles])

    account = club.decide(club.open("ada"), Trip("t", at=day(1), name="trip", fare="12.00")).account

    assert [lot.worth for lot in account.lots(POINT)] == [USD(12)]


def test_a_boost_gives_more_units_for_the_same_money():
    double = lc.Boost("double", "x2", of="cup")

    assert worth(lc.Earn("cup", POINT(3), worth=Line.net), double) == [USD("12.50")]


def test_what_a_limit_cuts_takes_its_worth_along():
    capped = lc.Earn("cup", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(6), per=lc.day), worth=Line.net)

    assert worth(capped) == [USD("6.25")]


def test_each_part_that_waits_for_room_has_its_share():
    deferred = lc.Earn("cup", POINT(10), limit=lc.at_most(POINT(4), per=lc.day, otherwise=lc.defer(3)), worth=Line.net)

    assert worth(deferred) == [USD(5), USD(5), USD("2.50")]


def test_what_repays_debt_takes_its_worth_along():
    ada = Member(program(lc.Earn("cup", POINT.per(USD(1), Line.net), worth=Line.net), lc.Reward("mug", POINT(10))))
    ada.buys("p", day(1), "10.00")
    ada.redeems("m", day(2), "mug")
    ada.returns("r", day(3), "p")

    ada.buys("q", day(4), "15.00")

    assert [(lot.left, lot.worth) for lot in ada.account.lots(POINT)] == [(POINT(5), USD(5))]


def test_rules_that_are_many_say_so_as_one_alone_does():
    each = [
        lc.Earn(f"rule {n}", POINT(1).per_item(), where=Line.category.is_(f"c{n}"), worth=Line.net) for n in range(12)
    ]
    lines = [{"net": "3.00", "category": "c7"}, {"net": "5.00", "category": "c2"}]

    assert worth(*each, lines=lines) == [USD(5), USD(3)]


CUP = {"name": "cup", "gives": POINT(1), "worth": Line.net}


def built(**rule):
    return program(lc.Earn(**rule))


def in_lane(**rule):
    return program(lc.Earn(**rule), lc.Earn("other", POINT(1)), lc.Lane("lane", of=["cup", "other"], combine="best"))


def handed_on(**rule):
    return program(lc.Earn(**rule), lc.Transferable(POINT))


@refusals.table(
    [
        *((lc.Earn, {**CUP, "worth": bad}, lc.InvalidValue) for bad in (5, "5.00", USD(5), lc.average)),
        (lc.Earn, {**CUP, "over": lc.month}, lc.InvalidProgram),
        (lc.Earn, {**CUP, "on": lc.entered("status")}, lc.InvalidProgram),
        (
            lc.Earn,
            {**CUP, "limit": lc.at_most(POINT(5), per=lc.month, freed=lc.rejudge)},
            lc.InvalidProgram,
        ),
        *(
            (built, {**CUP, "worth": bad}, lc.InvalidProgram)
            for bad in (
                Line.points,
                Order.count,
                Order.nights,
                Line.net.sum().over(lc.month),
                STAR.balance,
                Visit.minutes,
            )
        ),
        (in_lane, CUP, lc.InvalidProgram),
        (handed_on, CUP, lc.InvalidProgram),
    ]
)
def test_a_worth_that_is_no_money_of_one_event_is_refused(function, bad, error):
    refusals.check(function, bad, error)
