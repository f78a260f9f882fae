"""Holds: events that set units aside and end that, and what an account says of them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from refusals import check, table
from shop import POINT, STAR, USD, Line, Member, day, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Expiry(POINT, lc.days(10)),
    lc.Expiry(STAR, lc.never),
    lc.Reward("mug", POINT(25), hold=lc.hours(2)),
    lc.Reward("cup", POINT(10)),
    lc.Pay("pay", POINT(1), USD("0.03"), hold=lc.days(1)),
)

OF = {"id": "x", "at": day(1)}


@table(
    [
        (lc.Hold, {**OF, "reward": ""}, lc.InvalidValue),
        (lc.Hold, {**OF, "reward": "mug", "times": 0}, lc.InvalidValue),
        (lc.Hold, {**OF, "reward": "mug", "times": True}, lc.InvalidValue),
        (lc.Hold, {**OF, "reward": "mug", "amount": 0.5}, lc.InvalidValue),
        (lc.Hold, {**OF, "reward": "mug", "until": day(1)}, lc.InvalidValue),
        (lc.Hold, {**OF, "reward": "mug", "until": dt.datetime(2027, 1, 1)}, lc.InvalidValue),
        (lc.Capture, {**OF, "of": ""}, lc.InvalidValue),
        (lc.Capture, {**OF, "of": "h", "times": 1.0}, lc.InvalidValue),
        (lc.Capture, {**OF, "of": "h", "times": 1, "amount": "1"}, lc.InvalidValue),
        (lc.Capture, {**OF, "of": "h", "amount": 0}, lc.InvalidValue),
        (lc.Release, {**OF, "of": None}, lc.InvalidValue),
    ]
)
def test_what_makes_no_sense_is_refused_when_the_event_is_made(function, bad, error):
    check(function, bad, error)


@pytest.mark.parametrize(
    "event",
    [
        lc.Hold("h", at=day(1), reward="mug", amount="0.30"),
        lc.Hold("h", at=day(1), reward="pay"),
        lc.Hold("h", at=day(1), reward="pay", amount=0),
        lc.Hold("h", at=day(1), reward="pay", amount="0.30", times=2),
        lc.Hold("h", at=day(1), reward="tea"),
        lc.Hold("h", at=day(1), reward="cup"),
    ],
)
def test_a_hold_that_the_program_knows_nothing_of_is_the_callers_mistake(event):
    with pytest.raises(lc.InvalidValue):
        SHOP.decide(SHOP.open("ada"), event)


def member():
    ada = Member(SHOP)
    ada.buys("p", day(1), "40.00")
    ada.does(lc.Hold("h", at=day(2), reward="mug"))
    return ada


def test_what_is_held_is_neither_usable_nor_spent():
    ada = member()

    assert (ada.has(), ada.account.held(POINT), ada.account.held(STAR)) == ("15", POINT(25), STAR(0))
    assert ada.redeems("x", day(2), "mug").refusal.missing == POINT(10)
    assert [lot.left for lot in ada.account.lots(POINT)] == [POINT(15)]
    assert ada.account.holds(POINT) == (lc.Held("h", "mug", POINT(25), day(2, 14)),)
    assert ada.account.holds(STAR) == ()


def test_an_account_asks_for_a_unit():
    for question in (Member(SHOP).account.held, Member(SHOP).account.holds):
        with pytest.raises(lc.InvalidValue):
            question("point")


def test_reading_at_a_moment_sees_holds_that_time_out_until_then():
    ada = member()
    just_before = day(2, 14) - dt.timedelta(microseconds=1)

    assert [str(ada.account.balance(POINT, at=at)) for at in (just_before, day(2, 14))] == ["15 point", "40 point"]
    assert [lot.left.minor for lot in ada.account.lots(POINT, at=just_before)] == [15]
    assert [lot.left.minor for lot in ada.account.lots(POINT, at=day(2, 14))] == [40]
    assert ada.account.balance(POINT, at=day(11)) == POINT(0)
    assert SHOP.next_due(ada.account) == day(2, 14)


def test_a_lot_that_is_all_held_reads_as_it_will_come_back():
    ada = Member(SHOP)
    ada.gets("g", day(1), POINT(5), expires=day(30))
    ada.gets("i", day(1), POINT(25), expires=day(9))
    ada.does(lc.Hold("h", at=day(2), reward="mug"))

    assert [(lot.name, lot.left.minor) for lot in ada.account.lots(POINT)] == [(1, 5)]
    assert [(lot.name, lot.left.minor) for lot in ada.account.lots(POINT, at=day(3))] == [(3, 25), (1, 5)]
    assert [(lot.name, lot.left.minor) for lot in ada.account.lots(POINT, at=day(9))] == [(1, 5)]


def test_what_times_out_is_read_as_paying_debt_before_what_matures_later():
    """20 owed: 25 come back first and pay; then all that matures is usable."""
    later = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Earn("late", POINT(30), pending=lc.days(9), when=lc.ordinal.is_(2)),
        lc.Reward("mug", POINT(25), hold=lc.days(3)),
    )
    ada = Member(later)
    ada.buys("p", day(1), "45.00")
    ada.redeems("x", day(1), "mug", times=1)
    ada.gets("i", day(1), POINT(5))
    ada.does(lc.Hold("h", at=day(2), reward="mug"))
    ada.buys("q", day(2), "0.00")
    ada.returns("r", day(2), "p")

    assert ada.has() == "-45"
    for at in (day(4), day(5), day(10), day(11)):
        foreseen = ada.account.balance(POINT, at=at)
        ada.waits(at)
        assert ada.account.balance(POINT) == foreseen


@given(st.data())
def test_the_units_of_an_account_are_usable_pending_or_held_less_debt(data):
    """However long a hold lasts and however it ends, postings add up to lots and holds less debt."""
    ada = Member(SHOP)
    ada.buys("p", day(1), "60.00")
    ada.buys("q", day(2), "20.00")
    steps = [
        lambda: lc.Hold("h", at=day(3), reward="mug", times=data.draw(st.integers(1, 3)), until=day(14)),
        lambda: lc.Return("r", at=day(4), of=data.draw(st.sampled_from(["p", "q"]))),
        lambda: data.draw(
            st.sampled_from(
                [
                    lc.Capture("c", at=day(11), of="h"),
                    lc.Capture("c", at=day(13), of="h", times=1),
                    lc.Release("c", at=day(12), of="h"),
                    lc.Return("c", at=day(15), of="p"),
                ]
            )
        ),
        lambda: lc.Return("s", at=day(16), of=data.draw(st.sampled_from(["h", "c"]))),
    ]
    for step in steps:
        ada.does(step())
        account = ada.account
        whole = sum(entry.change for entry in account.entries)
        lots = sum(lot.left.minor for lot in account.lots(POINT))
        assert whole == lots + account.held(POINT).minor - account.debt(POINT).minor
        assert account.balance(POINT).minor == whole - account.held(POINT).minor
        assert lc.fold("ada", account.entries) == account
        assert lc.verify(SHOP, account) is None
