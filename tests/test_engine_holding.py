"""Holding: how units are set aside, and how a hold is captured, released or timed out, once."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, day, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
SHOP = program(
    BASE,
    lc.Expiry(POINT, lc.days(10)),
    lc.Reward("mug", POINT(25), hold=lc.hours(2)),
    lc.Pay("pay", POINT(1), USD("0.03"), hold=lc.days(1)),
)


def member(shop=SHOP, **hold):
    ada = Member(shop)
    ada.buys("p", day(1), "60.00")
    ada.does(lc.Hold("h", at=day(2), **{"reward": "mug", **hold}))
    return ada


def capture(at, of="h", id_="c", **part):
    return lc.Capture(id_, at=at, of=of, **part)


def release(at, of="h", id_="l"):
    return lc.Release(id_, at=at, of=of)


def kinds(answer):
    return [entry.kind for entry in answer.entries]


# Ending once.


def test_a_hold_is_captured_and_its_units_are_spent():
    ada = member()

    answer = ada.does(capture(day(2, 13)))

    assert kinds(answer) == ["capture", "free", "spend"]
    assert (ada.has(), ada.account.held(POINT)) == ("35", POINT(0))
    assert (answer.entries[2].rule, answer.entries[2].amount) == ("mug", 25)


def test_a_hold_is_released_and_its_units_are_usable():
    ada = member()

    answer = ada.does(release(day(2, 13)))

    assert kinds(answer) == ["release", "free"]
    assert (ada.has(), ada.account.held(POINT)) == ("60", POINT(0))


def test_a_hold_times_out_at_its_moment_however_late_that_is_done():
    ada = member()
    early = SHOP.advance(ada.account, day(2, 14)).account
    late = SHOP.advance(ada.account, day(9)).account

    assert early.entries == late.entries
    assert (early.entries[-1].kind, early.entries[-1].at, early.entries[-1].cause) == ("free", day(2, 14), None)
    assert SHOP.advance(ada.account, day(2, 13)).entries == ()


ENDS = {
    "captured": lambda ada: ada.does(capture(day(2, 13), id_="first")),
    "captured in part": lambda ada: ada.does(capture(day(2, 13), id_="first", times=1)),
    "released": lambda ada: ada.does(release(day(2, 13), id_="first")),
    "timed out": lambda ada: ada.waits(day(2, 14)),
    "about to time out": lambda ada: ada.waits(day(2, 13)),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("event", [capture(day(2, 14)), release(day(2, 14))], ids=["capture", "release"])
def test_a_hold_ends_once(end, event):
    """What is due at an instant comes before the event of that instant: at 14:00 the hold of two hours is over."""
    ada = member()
    ENDS[end](ada)
    before = ada.account

    refusal = ada.does(event).refusal

    assert refusal.code == "hold-ended"
    assert ada.account == before


def test_deciding_the_same_event_again_answers_with_what_was_recorded():
    ada = member()
    first = ada.does(capture(day(2, 13)))

    again = ada.does(capture(day(2, 13)))

    assert (again.known, again.entries) == (True, first.entries)
    with pytest.raises(lc.EventConflict) as conflict:
        ada.does(capture(day(2, 13), times=1))
    assert conflict.value.field == "times"


@pytest.mark.parametrize("of", ["nowhere", "p"])
def test_only_a_hold_is_captured_or_released(of):
    ada = member()

    assert ada.does(capture(day(2, 13), of)).refusal.code == "unknown-hold"
    assert ada.does(release(day(2, 13), of)).refusal.code == "unknown-hold"


# Parts.


def test_capturing_some_of_the_rewards_releases_the_rest_in_the_same_decision():
    ada = member(times=2)

    answer = ada.does(capture(day(2, 13), times=1))

    assert [(entry.kind, entry.amount) for entry in answer.entries[1:]] == [("free", 50), ("spend", 25)]
    assert (ada.has(), ada.account.holds(POINT)) == ("35", ())


def test_capturing_a_part_of_the_money_costs_what_paying_it_would_have():
    """1.00 costs 34 points, 0.50 of it 17: rounded up each time from the price, never from a share."""
    ada = member(reward="pay", amount="1.00")
    assert ada.account.held(POINT) == POINT(34)

    ada.does(capture(day(2, 13), amount="0.50"))

    assert ada.has() == "43"


def test_more_than_was_held_cannot_be_captured_and_what_is_missing_is_named():
    ada, bob = member(), member(reward="pay", amount="0.30")

    refusals = [ada.does(capture(day(2, 13), times=2)).refusal, bob.does(capture(day(2, 13), amount="0.31")).refusal]

    assert [(refusal.code, refusal.missing) for refusal in refusals] == [
        ("beyond-hold", POINT(25)),
        ("beyond-hold", POINT(1)),
    ]
    assert ada.account.held(POINT) == POINT(25)


@pytest.mark.parametrize(
    ("hold", "part"),
    [({}, {"amount": "0.30"}), ({"reward": "pay", "amount": 1}, {"times": 1})],
    ids=["an amount of a reward", "times of an amount"],
)
def test_a_part_is_told_as_the_hold_was(hold, part):
    ada = member(**hold)

    with pytest.raises(lc.InvalidValue, match="as the hold did"):
        ada.does(capture(day(2, 13), **part))

    assert ada.account.held(POINT).minor > 0


def test_what_was_to_be_used_up_first_is_captured_first():
    ada = Member(SHOP)
    ada.gets("i", day(1), POINT(30), expires=day(5))
    ada.gets("j", day(1), POINT(30), expires=day(9))
    ada.does(lc.Hold("h", at=day(2), reward="mug", times=2))

    ada.does(capture(day(2, 13), times=1))

    assert [(at, amount.minor) for at, amount in ada.account.expiring(POINT)] == [(day(5), 5), (day(9), 30)]


# Which program.


def later_program():
    return program(BASE, lc.Reward("mug", POINT(40), hold=lc.hours(2)), lc.Pay("pay", POINT(2), USD(1)), version="2")


def test_a_hold_is_captured_at_the_price_it_was_made_at_whatever_the_program_says_now():
    ada = member(times=2)
    ada.program = later_program()

    ada.does(capture(day(2, 13), times=1))

    assert ada.has() == "35"


def test_capturing_a_part_of_the_money_needs_the_program_that_knows_its_price():
    ada = member(reward="pay", amount="0.90")
    ada.program = later_program()

    with pytest.raises(lc.UnknownProgram, match="decide its capture of a part"):
        ada.does(capture(day(2, 13), amount="0.30"))
    ada.does(capture(day(2, 13), id_="all"))

    assert ada.has() == "30"


# Whether units are held at all.


def test_a_hold_is_refused_as_a_redemption_would_be():
    ada = Member(SHOP)
    ada.buys("p", day(1), "24.00")

    assert ada.does(lc.Hold("h", at=day(2), reward="mug")).refusal.code == "insufficient"
    ada.redeems("x", day(2), "pay", amount="0.30")
    ada.returns("r", day(2), "p")
    assert ada.does(lc.Hold("h", at=day(3), reward="mug")).refusal.code == "in-debt"


def test_a_hold_that_is_over_before_it_is_recorded_is_refused():
    ada = Member(SHOP)
    ada.buys("p", day(1), "60.00")

    late = SHOP.decide(ada.account, lc.Hold("h", at=day(2), reward="mug"), day(2, 14))
    in_time = SHOP.decide(ada.account, lc.Hold("h", at=day(2), reward="mug"), day(2, 13))

    assert late.refusal.code == "hold-ended"
    assert [held.until for held in in_time.account.holds(POINT)] == [day(2, 14)]


def test_pending_units_are_not_held_and_the_balance_that_rules_ask_for_is_without_what_is_held():
    shop = program(
        BASE,
        lc.Earn("soon", POINT(100), pending=lc.days(9)),
        lc.Earn("rich", STAR(1), when=POINT.balance.at_least(POINT(50))),
        lc.Reward("mug", POINT(25), hold=lc.days(2)),
        lc.Reward("sticker", POINT(40), claim=lc.repeatedly),
    )
    ada = member(shop)
    assert ada.account.held(POINT) == POINT(0)  # 40 of 60 went into the sticker
    ada.buys("q", day(3), "19.00")
    ada.does(lc.Hold("g", at=day(3), reward="mug"))
    ada.buys("s", day(3), "20.00")

    assert (ada.account.held(POINT), ada.has(), ada.has(STAR)) == (POINT(25), "34", "0.00")


# Expiry.


def long_hold(**hold):
    """A hold of what expires on the 11th, until the 20th."""
    return member(until=day(20), **hold)


def test_what_is_held_does_not_expire_and_is_spent_whatever_the_expiry_of_its_lots():
    ada = long_hold()
    ada.waits(day(15))
    assert (ada.has(), ada.account.held(POINT)) == ("0", POINT(25))

    answer = ada.does(capture(day(15)))

    assert kinds(answer) == ["capture", "free", "spend"]
    assert ada.has() == "0"


def test_what_is_released_in_time_has_the_expiry_it_had():
    ada = long_hold()

    ada.does(release(day(5)))

    assert ada.account.expiring(POINT) == ((day(11), POINT(60)),)


@pytest.mark.parametrize(
    "end", [lambda ada: ada.does(release(day(15))), lambda ada: ada.waits(day(20))], ids=["released", "timed out"]
)
def test_what_is_released_after_its_expiry_ends_at_once(end):
    ada = long_hold()

    answer = end(ada)

    assert [entry.kind for entry in answer.entries if entry.kind != "release"] == ["expire", "free", "expire"]
    assert (ada.has(), ada.account.held(POINT), ada.account.lots(POINT)) == ("0", POINT(0), ())
    assert ada.returns("r", day(21), "p").entries[-1].lapsed == 60


def test_the_rest_of_a_capture_after_the_expiry_ends_at_once():
    ada = long_hold(times=2)

    answer = ada.does(capture(day(15), times=1))

    assert [(entry.kind, entry.amount) for entry in answer.entries if not entry.is_fact] == [
        ("expire", 10),
        ("free", 50),
        ("spend", 25),
        ("expire", 25),
    ]


def idle():
    return program(BASE, lc.Expiry(POINT, lc.inactivity(lc.days(10))), lc.Reward("mug", POINT(25), hold=lc.days(30)))


def test_holding_and_releasing_are_no_activity_that_keeps_units_and_capturing_is():
    ada, bob = member(idle()), member(idle())
    assert ada.account.expiring(POINT) == ((day(11), POINT(35)),)

    ada.does(release(day(5)))
    bob.does(capture(day(5)))

    assert ada.account.expiring(POINT) == ((day(11), POINT(60)),)
    assert bob.account.expiring(POINT) == ((day(15), POINT(35)),)


@pytest.mark.parametrize("again", [True, False])
def test_what_is_released_after_everything_ended_for_want_of_activity_ends_at_once(again):
    ada = member(idle())
    if again:
        ada.buys("q", day(15), "7.00")

    ada.does(release(day(16)))

    assert ada.has() == ("7" if again else "0")


def test_the_rest_of_a_capture_is_not_brought_back_by_the_activity_that_capturing_is():
    ada = member(idle(), times=2)

    ada.does(capture(day(16), times=1))

    assert (ada.has(), ada.account.lots(POINT)) == ("0", ())


# Debt and returns.


def test_a_return_takes_what_is_held_as_if_it_were_spent_and_what_is_released_pays_that_first():
    ada = member(until=day(9))
    ada.returns("r", day(3), "p")
    assert (ada.has(), ada.account.held(POINT)) == ("-25", POINT(25))

    answer = ada.does(release(day(4)))

    assert [(entry.repaid, entry.pieces) for entry in answer.entries if entry.kind == "free"] == [(25, ())]
    assert (ada.has(), ada.account.debt(POINT)) == ("0", POINT(0))


def test_what_times_out_pays_debt_first_too():
    ada = member(until=day(9))
    ada.returns("r", day(3), "p")

    ada.waits(day(9))

    assert (ada.has(), ada.account.debt(POINT)) == ("0", POINT(0))


def test_what_is_held_can_be_captured_in_debt_and_only_the_rest_pays_it():
    ada = member(times=2, until=day(9))
    ada.returns("r", day(3), "p")

    answer = ada.does(capture(day(4), times=1))

    assert [(entry.amount, entry.repaid) for entry in answer.entries if entry.kind == "free"] == [(50, 25)]
    assert ada.has() == "-25"


def test_a_return_under_other_lots_leaves_what_is_held_alone():
    shop = program(BASE, lc.Reward("mug", POINT(25), hold=lc.days(9)), taking_back=lc.other_lots)
    ada = member(shop)
    ada.buys("q", day(2), "10.00")

    ada.returns("r", day(3), "p")

    assert (ada.account.held(POINT), ada.account.debt(POINT), ada.has()) == (POINT(25), POINT(15), "-15")


@pytest.mark.parametrize("of", ["h", "c"])
def test_a_return_of_what_was_captured_gives_its_units_back_once(of):
    ada = member(until=day(9))
    assert ada.returns("early", day(3), "h").refusal.code == "not-returnable"
    ada.does(capture(day(3)))

    ada.returns("r", day(4), of)

    assert (ada.has(), ada.account.expiring(POINT)) == ("60", ((day(11), POINT(60)),))
    for name in ("h", "c"):
        assert ada.returns(f"again {name}", day(5), name).refusal.code == "nothing-left"
        assert ada.returns(f"some {name}", day(5), name, ["a"]).refusal.code == "nothing-left"


def test_what_was_captured_has_no_items():
    ada = member()
    ada.does(capture(day(2, 13)))

    assert ada.returns("r", day(3), "h", ["a"]).refusal.code == "not-kept"


def test_a_release_is_not_returned():
    ada = member()
    ada.does(release(day(2, 13)))

    assert ada.returns("r", day(3), "h").refusal.code == "not-returnable"
    assert ada.returns("r", day(3), "l").refusal.code == "not-returnable"


# The declared order, several holds, snapshots, reasons.


def test_at_one_instant_holds_time_out_before_lots_mature_and_before_lots_expire():
    """All at noon of the 11th: the hold ends, then what was pending matures, then what was held expires."""
    late = lc.Earn("late", POINT(7), pending=lc.days(10), expires=lc.never)
    ada = Member(program(BASE, late, lc.Expiry(POINT, lc.days(10)), lc.Reward("mug", POINT(25))))
    ada.buys("p", day(1), "30.00")
    ada.does(lc.Hold("h", at=day(2), reward="mug", until=day(11)))

    answer = ada.waits(day(11))

    assert [(entry.kind, entry.amount) for entry in answer.entries] == [("free", 25), ("mature", 7), ("expire", 30)]


def test_holds_that_end_at_one_instant_end_in_the_order_in_which_they_came():
    ada = member(until=day(5))
    ada.does(lc.Hold("g", at=day(3), reward="mug", until=day(5)))
    ada.does(lc.Hold("f", at=day(3), reward="pay", amount="0.03", until=day(4)))

    ada.waits(day(5))

    assert [entry.amount for entry in ada.account.entries if entry.kind == "free"] == [1, 25, 25]


@pytest.mark.parametrize("since", [None, day(4), day(30)])
def test_a_snapshot_knows_what_is_held_and_what_was_captured(since):
    ada = member(until=day(9))
    ada.does(lc.Hold("g", at=day(2), reward="mug", until=day(9)))
    ada.does(capture(day(5)))
    snapshot = json.loads(json.dumps(ada.account.snapshot(since)))

    restored = lc.restore(snapshot)
    ended = SHOP.decide(restored, release(day(6), "g")).account

    assert restored.holds(POINT) == ada.account.holds(POINT)
    assert (ended.balance(POINT), ended.held(POINT)) == (POINT(35), POINT(0))
    if since != day(30):
        assert SHOP.decide(ended, lc.Return("r", at=day(7), of="h")).account.balance(POINT) == POINT(60)
        undone = SHOP.decide(ended, lc.Return("r", at=day(7), of="c")).account
        again = lc.restore(json.loads(json.dumps(undone.snapshot(since))))
        assert SHOP.decide(again, lc.Return("s", at=day(7), of="h")).refusal.code == "nothing-left"


def test_reasons_say_what_was_set_aside_and_what_became_of_it():
    ada = member(times=2)
    held = str(ada.answer.reasons[0])
    ada.does(capture(day(2, 13), times=1))

    assert held == "mug: gave -50 point: set aside"
    assert ada.answer.explain() == "mug: gave 50 point: no longer set aside\nmug: gave -25 point: spent"


def test_an_older_value_still_has_what_is_held():
    ada = member()
    older = ada.account
    ada.does(capture(day(2, 13)))

    assert older.held(POINT) == POINT(25)
    assert SHOP.decide(older, release(day(2, 13))).account.balance(POINT) == POINT(60)


# Entries alone.


FACT = ("hold", 1, "h", (("reward", "times", "amount", "until"), ("mug", 1, None, None)), (), (), (), 1, "0" * 64)


LOT = ("earn", 1, 0, "x", "point", 9, None, 9, 0, None)
HELD = ("reserve", 1, 0, "mug", "point", 5, (1, 5), 3)
FREED = ("free", 3, None, "mug", "point", 5, (1, 5), 0, 2)


@pytest.mark.parametrize(
    "rows",
    [
        [("reserve", 1, 0, "mug", "point", 5, (9, 5), 3)],
        [("free", 1, 0, "mug", "point", 5, (), 0, 1)],
        [LOT, HELD, ("free", 3, None, "mug", "point", 4, (1, 4), 0, 2)],
        [LOT, HELD, ("free", 3, None, "mug", "star", 5, (1, 5), 0, 2)],
        [LOT, HELD, FREED, FREED],
    ],
)
def test_rows_that_hold_or_free_what_is_not_there_are_refused_by_name(rows):
    with pytest.raises(lc.CorruptLedger, match="row"):
        lc.fold("ada", [FACT, *rows])


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 30))
def test_parts_of_a_hold_come_back_or_are_spent_to_the_last_unit(held, captured, owed):
    """However much is captured and owed: what was held is spent, repaid or back in its lots."""
    shop = program(BASE, lc.Pay("pay", POINT(1), USD("0.01")), lc.Reward("all", POINT(1), hold=lc.days(9)))
    ada = Member(shop)
    ada.buys("p", day(1), "60.00")
    ada.buys("q", day(1), f"{owed}.00")
    if owed:
        ada.redeems("x", day(1), "all", times=owed)
    ada.does(lc.Hold("h", at=day(2), reward="pay", amount=f"0.{held:02}", until=day(9)))
    if owed:
        ada.returns("r", day(3), "q")
    debt = ada.account.debt(POINT).minor
    if captured:
        ada.does(capture(day(4), amount=f"0.{min(captured, held):02}"))
    else:
        ada.does(release(day(4)))

    freed = next(entry for entry in ada.answer.entries if entry.kind == "free")
    spent = sum(entry.amount for entry in ada.answer.entries if entry.kind == "spend")
    assert freed.amount == held
    assert freed.repaid == min(debt, held - spent)
    assert sum(freed.pieces[1::2]) == held - freed.repaid
    assert spent == min(captured, held)
