"""Inactivity spares what some give: those units have their own ends alone, beside others that end together."""

import pytest

import loyalcore as lc
from shop import POINT, STAR, USD, Line, day, order, program
from strategies import Visit
from test_interpreted import Told, told

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
BOUGHT = lc.Earn("bought", POINT(50), on=lc.Activity, when=lc.Activity.name.is_("bought"))
PROMO = lc.Earn("promo", POINT(5), when=lc.Purchase.net.at_least(USD(20)), expires=lc.days(45))
MUG = lc.Reward("mug", POINT(10), hold=lc.days(5))


def idle(*spares, by=(), unless=None):
    return lc.Expiry(POINT, lc.inactivity(lc.days(30), by=by, spares=spares), unless=unless)


def member(*rules, spares=("bought", "promo"), **terms):
    return told(BASE, BOUGHT, PROMO, MUG, idle(*spares), *rules, **terms)


def bought(ada, id, number, now=None):
    return ada.does(Visit(id, at=day(number), name="bought"), now)


def ends(ada):
    """What of points ends when, by who gave it, soonest first."""
    return [(lot.rule, lot.left.minor, lot.expires) for lot in ada.account.lots(POINT)]


def checked(ada):
    """The account, read back in every way there is."""
    account = ada.account
    assert lc.verify(ada.program, account) is None
    for again in (
        lc.fold("ada", account.entries),
        lc.restore(account.snapshot()),
        lc.restore(account.snapshot(day(1))),
    ):
        assert again.lots(POINT) == account.lots(POINT)
        assert again.balance(POINT, day(300)) == account.balance(POINT, day(300))
        assert again.snapshot() == account.snapshot()
    return account


# What ends, and when.


def test_spared_units_have_their_own_ends_or_none_and_the_others_end_together():
    ada = member()
    bought(ada, "b", 1)
    ada.buys("p", day(2), "20.00")

    assert ends(ada) == [("base", 20, day(32)), ("promo", 5, day(47)), ("bought", 50, None)]
    assert ada.account.expiring(POINT) == ((day(32), POINT(20)), (day(47), POINT(5)))
    assert [ada.account.balance(POINT, day(at)).minor for at in (31, 32, 46, 47, 300)] == [75, 55, 55, 50, 50]

    ada.waits(day(300))

    assert [(entry.at, entry.amount) for entry in ada.answer.entries] == [(day(32), 20), (day(47), 5)]
    assert ends(ada) == [("bought", 50, None)]
    assert ada.program.next_due(ada.account) is None
    checked(ada)


def test_activity_puts_off_what_is_not_spared_alone():
    ada = member()
    ada.buys("p", day(2), "20.00")

    ada.buys("q", day(12), "1.00")

    assert ends(ada) == [("base", 20, day(42)), ("base", 1, day(42)), ("promo", 5, day(47))]
    checked(ada)


def test_an_entry_says_of_each_lot_that_it_is_spared():
    ada = member()

    bought(ada, "b", 1)

    assert ada.kinds() == ["activity", "extend", "earn", "spare"]
    assert (ada.account.entries[3].lot, ada.account.entries[3].unit) == (2, "point")


def test_spared_units_begin_no_time_for_the_others():
    ada = member(spares=("adjustment",))
    ada.gets("a", day(1), POINT(5))
    assert ada.kinds() == ["adjustment", "earn", "spare"]

    ada.does(Visit("b", at=day(9), name="bought"))

    assert ends(ada) == [("bought", 50, day(39)), ("adjustment", 5, None)]


def test_units_that_come_when_the_time_of_the_others_has_passed_begin_one_and_the_spared_stay():
    ada = member(spares=("bought", "adjustment"))
    bought(ada, "b", 1)
    ada.buys("p", day(2), "3.00")
    ada.waits(day(100))

    ada.gets("a", day(101), POINT(7))
    assert ada.kinds()[-3:] == ["adjustment", "earn", "spare"]
    ada.buys("q", day(102), "4.00")

    assert ends(ada) == [("base", 4, day(132)), ("bought", 50, None), ("adjustment", 7, None)]
    checked(ada)


def test_what_lanes_rewards_exchanges_migrations_and_openings_give_may_be_spared():
    spared = ["best", "gift", "swap", "migration of coin", "opening"]
    coin, card = lc.Unit("coin"), lc.Unit("card")
    rules = program(
        lc.Earn("one", POINT(5)),
        lc.Earn("two", POINT(9)),
        lc.Lane("best", of=["one", "two"], combine="best"),
        lc.Earn("stars", STAR(2)),
        lc.Earn("cards", card(10)),
        lc.Reward("gift", STAR(1), gives=POINT(3)),
        lc.Exchange("swap", each=card(10), gives=POINT(4)),
        lc.Migration(coin, POINT, expiry=lc.renew),
        idle(*spared),
    )
    ada = Told(rules)
    ada.does(lc.Opening("o", at=day(1), lots=[lc.OpeningLot(POINT(1)), lc.OpeningLot(coin(2))]))
    ada.buys("p", day(2), "1.00")
    ada.redeems("r", day(3), "gift")
    ada.redeems("x", day(4), "swap", amount=card(10))
    ada.gets("a", day(5), POINT(6))

    assert [(lot.rule, lot.left.minor) for lot in ada.account.lots(POINT) if lot.expires is None] == [
        ("opening", 1),
        ("migration of coin", 2),
        ("best", 9),
        ("gift", 3),
        ("swap", 4),
    ]
    assert [lot.rule for lot in ada.account.lots(POINT) if lot.expires is not None] == ["adjustment"]
    checked(ada)


def test_opened_lots_and_what_a_reward_gives_keep_their_worth_beside():
    card = lc.Unit("card")
    cards = lc.Earn("card", card(1), worth=Line.net)
    free = lc.Reward("free", card(2), gives=STAR(1), worth=lc.total)
    ada = told(
        cards,
        free,
        *(
            lc.Expiry(unit, lc.inactivity(lc.days(9), spares=[name, "opening"]))
            for unit, name in ((card, "card"), (STAR, "free"))
        ),
    )
    ada.does(lc.Opening("o", at=day(1), lots=[lc.OpeningLot(card(1), worth=USD(3)), lc.OpeningLot(card(1))]))
    ada.buys("p", day(2), "5.00")
    assert [str(lot.worth) for lot in ada.account.lots(card)] == ["3.00 USD", "None", "5.00 USD"]

    ada.redeems("r", day(3), "free")

    assert [str(lot.worth) for lot in ada.account.lots(STAR)] == ["3.00 USD"]
    checked(ada)


# Which are used first.


@pytest.mark.parametrize(
    "burn", [(), (lc.Burn(POINT),), (lc.Burn(POINT, by_date=True),), (lc.Burn(POINT, first=["bought"]),)]
)
def test_what_ends_soonest_is_used_first_and_the_end_is_that_of_what_is_not_spared(burn):
    ada = member(*burn)
    bought(ada, "b", 1)
    ada.buys("p", day(2), "20.00")
    first = 50 if burn and burn[0].first else 0

    ada.redeems("r", day(3), "mug", times=(first + 20) // 10)
    assert [lot.rule for lot in ada.account.lots(POINT)] == ["promo"] if first else ["promo", "bought"]

    ada.buys("q", day(20), "20.00")
    if first:
        ada.redeems("s", day(21), "mug", times=1)
        assert ends(ada) == [("base", 15, day(51)), ("promo", 5, day(65))]
    else:
        # Put off, the others end after the first promotion.
        ada.redeems("s", day(21), "mug", times=1)
        assert ends(ada) == [("base", 15, day(51)), ("promo", 5, day(65)), ("bought", 50, None)]
    checked(ada)


def test_units_that_end_at_one_moment_are_used_by_their_own_ends_then_by_age():
    ada = member(spares=("adjustment",))
    ada.buys("p", day(1), "4.00")
    ada.gets("a", day(2), POINT(5), expires=day(31))
    ada.buys("q", day(1), "3.00", now=day(2))

    assert ends(ada) == [("adjustment", 5, day(31)), ("base", 4, day(31)), ("base", 3, day(31))]
    ada.redeems("r", day(3), "mug")

    assert next(entry.pieces for entry in ada.answer.entries if entry.kind == "spend") == (4, 5, 2, 4, 7, 1)


def test_a_ladder_that_spends_its_counter_takes_what_ends_soonest():
    ladder = lc.Ladder("club", by=POINT.balance, tiers={"out": 0, "in": POINT(60)}, spends=True, valid=lc.never)
    ada = member(ladder)
    bought(ada, "b", 1)

    ada.buys("p", day(2), "15.00")

    assert ada.account.tier("club") == "in"
    assert ends(ada) == [("bought", 5, None)]
    checked(ada)


# What waits, is held, comes back.


def test_pending_units_that_are_spared_wait_for_their_moment_and_the_others_end_waiting():
    late = lc.Earn("late", POINT(7), when=lc.Purchase.net.at_least(USD(1)), pending=lc.days(40))
    later = lc.Earn("later", POINT(8), pending=lc.days(40))
    ada = told(late, later, idle("late"))
    ada.buys("p", day(1), "1.00")
    assert [ada.account.balance(POINT, day(at)).minor for at in (31, 40, 41, 99)] == [0, 0, 7, 7]

    ada.waits(day(31))
    assert (ada.account.pending(POINT), ada.program.next_due(ada.account)) == (POINT(7), day(41))
    ada.waits(day(99))

    assert ends(ada) == [("late", 7, None)]
    checked(ada)


def test_what_is_spared_and_comes_out_of_a_hold_after_the_others_ended_is_there():
    ada = member(spares=("bought",))
    bought(ada, "b", 1)
    ada.buys("p", day(2), "10.00")
    ada.does(lc.Hold("h", at=day(28), reward="mug", times=4, until=day(40)))
    assert ada.account.balance(POINT, day(39)).minor == 20
    assert ada.account.balance(POINT, day(40)).minor == 50
    assert [(lot.rule, lot.left.minor) for lot in ada.account.lots(POINT, day(40))] == [("bought", 50)]

    ada.waits(day(41))

    assert ends(ada) == [("bought", 50, None)]
    checked(ada)


def test_spared_units_given_back_have_the_end_they_had_whatever_ended_meanwhile():
    ada = member()
    bought(ada, "b", 1)
    ada.buys("p", day(2), "20.00")
    ada.redeems("r", day(3), "mug", times=7)
    ada.waits(day(40))
    ada.buys("q", day(41), "2.00")

    ada.returns("x", day(42), "r")

    assert ends(ada) == [("promo", 5, day(47)), ("base", 2, day(71)), ("bought", 50, None)]
    assert [entry.amount for entry in ada.answer.entries if entry.kind == "expire"] == [20]
    checked(ada)


def test_a_return_takes_spared_units_back_and_owes_what_was_spent_of_them():
    ada = member()
    ada.buys("p", day(2), "20.00")
    ada.redeems("r", day(3), "mug", times=2)
    ada.waits(day(60))

    ada.returns("x", day(61), "p")

    # The promotion has ended and costs nothing; what was spent is owed.
    assert ada.account.debt(POINT) == POINT(20)
    assert {entry.rule: (entry.lapsed, entry.debt) for entry in ada.answer.entries if entry.kind == "take"} == {
        "base": (0, 20),
        "promo": (5, 0),
    }
    checked(ada)


# Tiers in which time stands still.


def test_leaving_a_tier_begins_no_time_where_all_there_is_is_spared():
    status = lc.Ladder("status", tiers={"base": 0, "gold": lc.invited}, valid=lc.never)
    rules = (BASE, BOUGHT, status, idle("bought", unless=lc.in_tier("status", "gold")))
    for others, kinds in ((False, ["tier_adjustment", "tier"]), (True, ["tier_adjustment", "tier", "extend"])):
        ada = told(*rules)
        ada.does(lc.TierAdjustment("t", at=day(1), ladder="status", tier="gold", reason="gift"))
        bought(ada, "b", 2)
        if others:
            ada.buys("p", day(2), "3.00")
        ada.does(lc.TierAdjustment("u", at=day(3), ladder="status", tier=None, reason="end"))

        assert [entry.kind for entry in ada.answer.entries] == kinds
        assert ada.account.expiring(POINT) == (((day(33), POINT(3)),) if others else ())


def test_units_are_suspended_or_not_whoever_spared_them_before():
    """A version that gives all points ends of their own, in some tiers suspended, and one before it that did not."""
    status = lc.Ladder("status", tiers={"base": 0, "gold": lc.invited}, valid=lc.never)
    first = program(
        BASE, PROMO, status, lc.Expiry(POINT, lc.days(9), unless=lc.in_tier("status", "gold")), version="v1"
    )
    second = program(BASE, PROMO, status, idle("promo"), version="v2")
    ada = Told(lc.Book([first, lc.Version(second, starts=day(30))]))
    ada.does(lc.TierAdjustment("t", at=day(1), ladder="status", tier="gold", reason="gift"))
    ada.buys("p", day(2), "20.00")
    ada.waits(day(29))
    assert ada.has() == "25"

    ada.buys("q", day(31), "20.00")

    assert ends(ada) == [("promo", 5, day(47)), ("base", 20, day(61)), ("promo", 5, day(76))]


# Rewards that are claimed with what ends.


def test_what_is_about_to_expire_is_not_what_is_spared():
    saved = lc.Reward("saved", POINT(5), gives=STAR(1), claim=lc.repeatedly, on=lc.expiring(POINT))
    ada = member(saved)
    bought(ada, "b", 1)
    ada.buys("p", day(2), "20.00")

    ada.waits(day(32))
    assert (ada.has(), ada.has(STAR)) == ("55", "4.00")

    ada.waits(day(47))
    assert (ada.has(), ada.has(STAR)) == ("50", "5.00")


def test_a_reward_may_renew_what_ends_together_where_inactivity_spares_what_it_gives():
    again = lc.Reward(
        "again", POINT(10), gives=lc.Issue(POINT(8), expires=lc.days(20)), claim=lc.once, on=lc.expiring(POINT)
    )
    ada = told(BASE, again, idle("again"))
    ada.buys("p", day(2), "25.00")

    ada.waits(day(32))
    assert ends(ada) == [("again", 8, day(52))]

    ada.waits(day(52))
    assert ada.has() == "0"
    with pytest.raises(lc.InvalidProgram, match=r"what is renewed has an end of its own, spares=\['again'\]"):
        program(BASE, again, idle("base"))


# Versions.


def test_a_version_that_spares_others_says_so_of_what_is_given_from_then_on():
    versions = [
        program(BASE, BOUGHT, idle(*spares), version=name) for name, spares in (("v1", ["bought"]), ("v2", ["base"]))
    ]
    ada = Told(lc.Book([versions[0], lc.Version(versions[1], starts=day(20))]))
    bought(ada, "a", 1)
    ada.buys("p", day(2), "1.00")

    bought(ada, "b", 21)
    ada.buys("q", day(22), "2.00")

    assert ends(ada) == [("base", 1, day(52)), ("bought", 50, day(52)), ("bought", 50, None), ("base", 2, None)]
    ada.waits(day(60))
    assert ada.has() == "52"
    assert lc.fold("ada", ada.account.entries) == ada.account


def test_a_version_may_drop_the_rule_whose_units_are_spared():
    first = program(BASE, BOUGHT, idle("bought"), version="v1")
    ada = Told(lc.Book([first, lc.Version(program(BASE, idle(), version="v2"), starts=day(20))]))
    bought(ada, "a", 1)
    ada.buys("p", day(21), "1.00")

    ada.waits(day(300))

    assert ends(ada) == [("bought", 50, None)]


def test_a_late_event_is_given_what_the_version_in_force_spares():
    """As with all deadlines: what puts them off is of that version, too."""
    first, second = (program(BASE, idle(*spares), version=name) for name, spares in (("v1", ()), ("v2", ["base"])))
    ada = Told(lc.Book([first, lc.Version(second, starts=day(20))]))

    ada.buys("p", day(2), "1.00", now=day(25))

    assert ends(ada) == [("base", 1, None)]


# What the next program does with them.


def test_a_program_without_inactivity_leaves_spared_units_as_they_are_and_draws_by_ends():
    ada = member()
    bought(ada, "b", 1)
    ada.buys("p", day(2), "20.00")
    ada.program = program(BASE, MUG)

    ada.redeems("r", day(3), "mug", times=2)
    assert ends(ada) == [("promo", 5, day(47)), ("bought", 50, None)]
    ada.buys("q", day(40), "3.00")

    assert ends(ada) == [("promo", 5, day(47)), ("bought", 50, None), ("base", 3, None)]
    assert lc.fold("ada", ada.account.entries) == ada.account


# Transfers.


@pytest.mark.parametrize(
    ("terms", "spares", "arrived"),
    [
        ({}, ["bought", "promo"], [(5, day(31)), (5, day(47)), (45, None)]),
        ({}, ["bought", "promo", "transfer"], [(5, day(47)), (5, None), (45, None)]),
        ({"expiry": lc.renew}, ["bought", "promo"], [(55, day(31))]),
        ({"expiry": lc.renew}, ["bought", "promo", "transfer"], [(55, None)]),
    ],
)
def test_spared_units_that_change_hands_and_keep_their_end_are_spared_there_too(terms, spares, arrived):
    rules = program(BASE, BOUGHT, PROMO, idle(*spares), lc.Transferable(POINT, **terms))
    accounts = {name: rules.open(name) for name in ("ada", "bob")}
    for name, event in (
        ("ada", Visit("b", at=day(1), name="bought")),
        ("ada", order("p", day(2), "20.00")),
        ("bob", order("p", day(1), "15.00")),
        ("ada", lc.Adjustment("a", at=day(2), amount=POINT(-15), reason="by hand")),
        ("ada", lc.Transfer("t", at=day(3), to="bob", amount=POINT(55))),
    ):
        told_ = lc.interpreted.decide(rules, accounts[name], event, others=accounts)
        answer = rules.decide(accounts[name], event, others=accounts)
        assert answer.refusal is None
        assert told_.entries == answer.entries
        accounts |= answer.accounts

    for account in accounts.values():
        assert lc.verify(rules, account, accounts.values()) is None
        assert lc.fold(account.member, map(lc.codec.load_entry, map(lc.codec.dump_entry, account.entries))) == account
    lots = [lot for lot in accounts["bob"].lots(POINT) if lot.rule == "transfer"]
    assert [(lot.left.minor, lot.expires) for lot in lots] == arrived


def test_the_other_side_of_a_transfer_is_verified_with_what_is_spared():
    rules = program(BASE, BOUGHT, idle("bought"), lc.Transferable(POINT))
    accounts = {"ada": rules.open("ada"), "bob": rules.open("bob")}
    bought_ = Visit("b", at=day(1), name="bought")
    for account in [*accounts.values()]:
        accounts |= rules.decide(account, bought_).accounts
    accounts |= rules.decide(
        accounts["ada"], lc.Transfer("t", at=day(2), to="bob", amount=POINT(5)), others=accounts
    ).accounts
    rows = list(accounts["bob"].rows)
    assert rows[-3][3] == (
        ("of", "event", "moves", "spared"),
        ("ada", "t", ("transfer", "point", 5, 2**62, None), (0,)),
    )
    rows[-3:] = [(*rows[-3][:3], (rows[-3][3][0][:3], rows[-3][3][1][:3]), *rows[-3][4:]), rows[-2]]

    found = lc.verify(rules, accounts["ada"], [lc.fold("bob", rows)])

    assert found.field == "counterpart"


# What is nobody's, and quotes.


def test_a_quote_spares_nothing_in_the_account_itself():
    ada = member()
    bought(ada, "a", 1)
    before = ada.account.snapshot()

    ada.program.quote(ada.account, Visit("b", at=day(2), name="bought"))

    assert ada.account.snapshot() == before


def test_a_snapshot_keeps_what_is_spared_only_of_lots_that_it_keeps():
    ada = member()
    bought(ada, "a", 1)
    ada.redeems("r", day(2), "mug", times=5)
    bought(ada, "b", 3)
    assert ada.account.snapshot()["books"]["point"][-1] == [2, 9]

    lean = ada.account.snapshot(day(3))

    assert lean["books"]["point"][-1] == [9]
    assert ada.account.snapshot(day(2))["books"]["point"][-1] == [2, 9]
    ada.redeems("s", day(4), "mug", times=5)
    assert (
        lc.restore(ada.account.snapshot(day(9))).snapshot()["books"]["point"]
        == ada.account.snapshot(day(9))["books"]["point"]
    )


LANE = (lc.Earn("one", POINT(5)), lc.Earn("two", POINT(9)), lc.Lane("best", of=["one", "two"], combine="best"))


@pytest.mark.parametrize(
    ("rules", "name"),
    [
        ([BASE], "bought"),
        ([BASE], "mug"),
        ([BASE, MUG], "mug"),
        ([BASE, lc.Reward("cup", POINT(5), gives=STAR(1))], "cup"),
        ([BASE, lc.Earn("stars", STAR(1))], "stars"),
        ([BASE, lc.Migration(POINT, STAR)], "migration of point"),
        ([BASE, lc.Exchange("swap", each=POINT(10), gives=STAR(4))], "swap"),
        (LANE, "one"),
        ([BASE], "purchase"),
    ],
)
def test_an_inactivity_that_spares_what_nobody_gives_is_refused(rules, name):
    said = f"expiry of point spares what '{name}' gives, which is no rule, no outermost lane, no reward, no exchange"
    with pytest.raises(lc.InvalidProgram, match=said):
        program(*rules, idle(name))


@pytest.mark.parametrize("bad", ["bought", 5, None, [5], [""], ["bought", lc.Purchase], [["bought"]], ["x" * 65]])
def test_what_is_no_list_of_names_cannot_be_spared(bad):
    with pytest.raises(
        lc.InvalidValue, match=r"spares= is a list of names|an origin that inactivity spares is named by"
    ):
        lc.inactivity(lc.days(5), spares=bad)


@pytest.mark.parametrize("bad", [["a"], ("b", "a"), ("a", "a"), (5,)])
def test_what_inactivity_spares_stands_in_order(bad):
    with pytest.raises(lc.InvalidValue, match="origins that inactivity spares"):
        lc.Inactivity(lc.days(5), spares=bad)


def test_what_is_spared_is_named_in_any_order():
    assert lc.inactivity(lc.days(5), spares=["b", "a", "b"]) == lc.inactivity(lc.days(5), spares=("a", "b"))
    assert lc.inactivity(lc.days(5), spares=["a"]) != lc.inactivity(lc.days(5))
