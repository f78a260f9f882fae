"""The interpreted form of rewards, holds, and units that wait for an event, worked out by hand."""

import pytest

import loyalcore as lc
from loyalcore import interpreted
from shop import POINT, USD, Line, Order, Visit, coffee, day, program
from test_interpreted import BASE, Told, told

CUP = lc.Reward("cup", POINT(10), hold=lc.days(3))
PAY = lc.Pay("pay", each=POINT(1), worth=USD("0.05"), hold=lc.days(2))
DELIVERED = lc.Activity.name.is_("delivered")


def rich(*rules, points=30, **terms):
    ada = told(*rules, **terms)
    ada.gets("g", day(1), POINT(points))
    return ada


def code(member):
    return member.answer.refusal and (member.answer.refusal.code, member.answer.refusal.missing)


# To whom rewards are open, and what they pay.


@pytest.mark.parametrize(
    ("options", "amount", "refused"),
    [
        ({"minimum": USD(1)}, "0.95", ("below-minimum", USD("0.05"))),
        ({"minimum": USD(1)}, "1.00", None),
        ({"maximum": USD(1)}, "1.05", ("above-maximum", None)),
        ({"maximum": USD(1)}, "1.00", None),
        ({"step": USD("0.25")}, "0.55", ("not-in-steps", USD("0.20"))),
        ({"step": USD("0.25")}, "0.50", None),
        ({"when": lc.weekday("sat")}, "0.50", ("not-open", None)),
        ({"when": POINT.balance.at_least(POINT(30))}, "0.50", None),
        ({"when": Order.net.over(lc.month).at_least(USD(1))}, "0.50", ("not-open", None)),
        ({"when": lc.setting("letter").is_("")}, "2.00", ("insufficient", POINT(10))),
    ],
)
def test_what_can_be_paid(options, amount, refused):
    ada = rich(lc.Pay("pay", each=POINT(1), worth=USD("0.05"), **options))

    ada.redeems("x", day(1), "pay", amount=amount)

    assert code(ada) == refused


@pytest.mark.parametrize(
    ("limit", "allowed"),
    [
        (lc.times(2, per=lc.month), 2),
        (lc.at_most(POINT(5), per=lc.rolling(days=30)), 1),
        (lc.times(1, per=lc.since(day(40))), 4),
    ],
)
def test_how_often_a_reward_is_given(limit, allowed):
    ada = rich(lc.Reward("pin", POINT(5), limit=limit))

    refused = []
    for place in range(4):
        ada.redeems(f"x{place}", day(place + 1), "pin")
        refused.append(code(ada) == ("limit-reached", None if limit.is_count else POINT(5)))
    assert refused == [False] * allowed + [True] * (4 - allowed)

    ada.returns("r", day(9), "x0")
    ada.redeems("again", day(10), "pin")
    assert code(ada) is None


# Holds.


def test_what_is_held_is_captured_in_part_and_the_rest_goes_back():
    ada = rich(CUP)
    ada.does(lc.Hold("h", at=day(2), reward="cup", times=3))
    assert ada.has() == "0"
    ada.does(lc.Capture("c", at=day(3), of="h", times=1))
    assert ada.has() == "20"

    ada.returns("r", day(4), "h")
    assert ada.has() == "30"
    for of in ("h", "c"):
        ada.returns(f"again {of}", day(5), of)
        assert code(ada) == ("nothing-left", None)


def test_all_that_is_held_is_captured():
    ada = rich(CUP)
    ada.does(lc.Hold("h", at=day(2), reward="cup", times=2))

    ada.does(lc.Capture("c", at=day(3), of="h"))

    assert (ada.answer.entries[-1].amount, ada.has()) == (20, "10")


def test_a_hold_is_released_or_times_out_and_debt_is_paid_first():
    ada = told(BASE, CUP)
    ada.buys("p", day(1), "20.00")
    ada.does(lc.Hold("h", at=day(2), reward="cup", times=2))
    ada.returns("r", day(2), "p", {"a": "0.25"})
    assert ada.has() == "-5"
    ada.does(lc.Release("f", at=day(3), of="h"))
    assert (ada.answer.entries[1].repaid, ada.has()) == (5, "15")

    ada.does(lc.Hold("i", at=day(4), reward="cup", until=day(6)))
    ada.waits(day(6))

    assert (ada.answer.entries[-1].kind, ada.has()) == ("free", "15")


def test_a_capture_spends_the_first_pieces_and_the_rest_of_a_piece_goes_back():
    ada = rich(lc.Expiry(POINT, lc.days(3)), PAY)
    ada.gets("g2", day(2), POINT(30))
    ada.does(lc.Hold("h", at=day(2), reward="pay", amount="2.00", until=day(8)))

    ada.waits(day(5))
    ada.does(lc.Capture("c", at=day(6), of="h", amount="1.60"))

    free, spend = ada.answer.entries[1:3]
    assert (free.pieces, spend.pieces) == ((1, 30, 3, 10), (1, 30, 3, 2))


@pytest.mark.parametrize(
    ("event", "refused"),
    [
        (lc.Hold("x", at=day(3), reward="cup", times=2), ("insufficient", POINT(15))),
        (lc.Hold("x", at=day(2), reward="cup", until=day(2, 13)), ("hold-ended", None)),
        (lc.Hold("x", at=day(3), reward="mug", until=day(9)), ("not-open", None)),
        (lc.Capture("x", at=day(3), of="nowhere"), ("unknown-hold", None)),
        (lc.Release("x", at=day(3), of="g"), ("unknown-hold", None)),
        (lc.Release("x", at=day(3), of="gone"), ("hold-ended", None)),
        (lc.Capture("x", at=day(3), of="h", times=3), ("beyond-hold", POINT(10))),
        (lc.Capture("x", at=day(3), of="i", amount="0.50"), ("beyond-hold", POINT(5))),
        (lc.Return("x", at=day(3), of="h"), ("not-returnable", None)),
    ],
)
def test_holds_that_are_refused(event, refused):
    ada = rich(CUP, PAY, lc.Reward("mug", POINT(1), when=lc.setting("vip").is_("yes")))
    ada.does(lc.Hold("gone", at=day(1), reward="cup"))
    ada.does(lc.Release("f", at=day(1), of="gone"))
    ada.does(lc.Hold("h", at=day(2), reward="cup", times=2, until=day(7)))
    ada.does(lc.Hold("i", at=day(2), reward="pay", amount="0.25"))
    ada.does(lc.Settings("s", at=day(3), letter="no"))

    ada.does(event)

    assert code(ada) == refused


@pytest.mark.parametrize(
    ("program_of_capture", "event", "error"),
    [
        (0, lc.Capture("c", at=day(3), of="h", amount="0.10"), lc.InvalidValue),
        (0, lc.Capture("c", at=day(3), of="i", times=1), lc.InvalidValue),
        (1, lc.Capture("c", at=day(3), of="i", amount="0.10"), lc.UnknownProgram),
        (0, lc.Hold("x", at=day(3), reward="pin"), lc.InvalidValue),
        (0, lc.Hold("x", at=day(3), reward="nothing"), lc.InvalidValue),
        (0, lc.Hold("x", at=day(3), reward="pay"), lc.InvalidValue),
    ],
)
def test_what_no_hold_can_be(program_of_capture, event, error):
    rules = [CUP, PAY, lc.Reward("pin", POINT(1))]
    programs = [program(*rules), program(*rules, version="2")]
    ada = Told(programs[0])
    ada.gets("g", day(1), POINT(30))
    ada.does(lc.Hold("h", at=day(2), reward="cup"))
    ada.does(lc.Hold("i", at=day(2), reward="pay", amount="0.50"))

    for decide in (
        programs[program_of_capture].decide,
        lambda *given: interpreted.decide(programs[program_of_capture], *given),
    ):
        with pytest.raises(error):
            decide(ada.account, event)


# Units that wait for an event.


def waits(**options):
    then = options.pop("then", None)
    until = lc.until(DELIVERED, within=lc.days(9), then=then)
    return told(lc.Earn("base", POINT.per(USD(1), Order.net), pending=until, **options), lc.Expiry(POINT, lc.days(30)))


@pytest.mark.parametrize(
    ("options", "usable", "expires"),
    [
        ({}, day(4), day(31)),
        ({"then": lc.days(3)}, day(7), day(31)),
        ({"expires_from": lc.maturing}, day(4), day(34)),
        ({"expires": lc.days(20)}, day(4), day(21)),
    ],
)
def test_units_that_wait_for_a_delivery(options, usable, expires):
    ada = waits(**options)
    ada.buys("p", day(1), "10.00")
    assert ada.has() == "0"
    ada.does(Visit("v", at=day(3), name="visit", of="p"))
    ada.does(Visit("d", at=day(4), name="delivered", of="p"))

    (confirm,) = [entry for entry in ada.answer.entries if entry.kind == "confirm"]
    assert (confirm.usable, confirm.expires) == (usable, expires)
    ada.waits(day(7))
    assert ada.has() == "10"
    ada.does(Visit("e", at=day(8), name="delivered", of="p"))
    assert len(ada.answer.entries) == 1
    ada.returns("r", day(9), "p", {"a": "0.5"})
    assert ada.has() == "5"
    ada.waits(expires)
    assert ada.has() == "0"


@pytest.mark.parametrize("options", [{}, {"expires": lc.days(5)}, {"expires_from": lc.maturing}])
def test_what_is_not_delivered_in_time_lapses(options):
    ada = waits(**options)
    ada.buys("p", day(1), "10.00")

    ada.waits(day(60))

    ended = day(6) if "expires" in options else day(10)
    assert [(entry.kind, entry.at) for entry in ada.answer.entries] == [("expire", ended)]
    ada.does(Visit("d", at=day(61), name="delivered", of="p"))
    assert ada.has() == "0"


def test_an_activity_about_no_purchase_is_refused():
    ada = waits()

    ada.does(Visit("d", at=day(4), name="delivered", of="p"))

    assert code(ada) == ("unknown-purchase", None)


@pytest.mark.parametrize("come", [True, False])
def test_what_a_return_gives_waits_as_well_unless_it_has_come(come):
    until = lc.until(DELIVERED, within=lc.days(9), then=lc.days(1))
    coffee_only = Line.category.is_("coffee")
    difference = POINT.per(USD(1), Line.net.sum(coffee_only) - Line.net.sum(~coffee_only))
    ada = told(lc.Earn("base", difference, pending=until))
    ada.buys("p", day(1), coffee("20.00", quantity=2), "5.00")
    ada.does(Visit("d", at=day(2), name="delivered" if come else "lost", of="p"))
    ada.returns("r1", day(4), "p", {"a": 1})
    assert ada.has() == ("5" if come else "0")

    ada.returns("r2", day(5), "p", ["b"])

    assert ada.has() == ("10" if come else "0")


def test_units_that_are_held_after_a_delivery_end_as_that_said():
    until = lc.until(DELIVERED, within=lc.days(9))
    ada = told(
        lc.Earn("base", POINT.per(USD(1), Order.net), pending=until, expires=lc.days(9), expires_from=lc.maturing), CUP
    )
    ada.buys("p", day(1), "10.00")
    ada.does(Visit("d", at=day(5), name="delivered", of="p"))
    ada.does(lc.Hold("h", at=day(6), reward="cup", until=day(30)))

    ada.waits(day(29))
    assert ada.kinds()[-1] == "reserve"
    ada.waits(day(30))

    assert ada.kinds()[-2:] == ["free", "expire"]


# What limits leave, where several things share one.


@pytest.mark.parametrize("window", [lc.month, lc.rolling(days=20)])
def test_a_limit_of_its_own_and_a_shared_one_over_one_window_count_a_request_once(window):
    own, shared = lc.times(3, per=window), lc.times(4, per=window, name="together")
    ada = rich(lc.Reward("mug", POINT(1), limit=[own, shared]), lc.Reward("pen", POINT(1), limit=shared))

    wishes = [("mug", 2), ("mug", 2), ("mug", 1), ("pen", 2), ("pen", 1), ("pen", 1)]
    for place, (reward, times) in enumerate(wishes):
        ada.redeems(f"r{place}", day(2), reward, times=times)

    assert [ada.account.find(f"r{place}") is not None for place in range(6)] == [True, False, True, False, True, False]
    assert ada.account.balance(POINT) == POINT(26)


def test_what_has_left_a_rolling_window_leaves_room_when_units_are_about_to_end():
    saved = lc.Reward(
        "saved",
        POINT(5),
        gives=lc.Unit("coupon")(1),
        claim=lc.repeatedly,
        on=lc.expiring(POINT),
        limit=lc.times(2, per=lc.rolling(days=5)),
    )
    ada = told(saved)
    for id_, ends in (("g", 4), ("h", 13)):
        ada.gets(id_, day(1), POINT(30), expires=day(ends))

    ada.waits(day(13))

    assert str(ada.account.balance(lc.Unit("coupon"))) == "4 coupon"
