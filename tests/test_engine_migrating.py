"""Migrations: as the rules change, units turn into others, once, and what comes later turns as well."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore import interpreted
from shop import CENT, POINT, STAR, USD, Line, Member, Visit, date, day, order, program
from test_interpreted import Told

TOKEN, CARD = lc.Unit("token"), lc.Unit("card")
NET = Line.net


def old(*rules, **more):
    return program(lc.Earn("tokens", TOKEN.per(USD(1), NET), **more), *rules, version="1")


def new(*rules, **more):
    points = lc.Earn("points", POINT(3).per(USD(1), NET))
    return program(points, lc.Migration(TOKEN, POINT, by="2.5", **more), *rules, version="2")


def book(first=None, second=None, starts="2026-02-01"):
    return lc.Book([first or old(), lc.Version(second or new(), starts=starts)])


def test_open_balances_turn_as_the_version_begins_and_once():
    ada = Member(book())
    ada.buys("p", day(3), "130.00")
    ada.waits(date("2026-02-01"))
    assert (ada.has(TOKEN), ada.has()) == ("0", "325")
    assert ada.kinds() == ["purchase", "earn", "version", "arise", "spend", "earn"]
    assert ada.account.entries[-1].at == date("2026-02-01")

    ada.waits(date("2026-06-01"))
    ada.buys("q", date("2026-06-01"), "10.00")

    assert ada.has() == "355"
    assert lc.verify(ada.program, ada.account) is None
    assert lc.fold("ada", ada.account.entries) == ada.account


def test_an_account_that_is_not_looked_at_until_later_turns_as_of_the_start():
    early, late = Member(book()), Member(book())
    for member in (early, late):
        member.buys("p", day(3), "130.00")
    early.waits(date("2026-02-01"))
    for member in (early, late):
        member.buys("q", date("2026-03-01"), "1.00")

    assert early.account.rows == late.account.rows
    assert book().next_due(Member(book()).account) is None
    assert book().next_due(fresh := Member(book()).does(lc.Enrolment("e", at=day(3))).account) == date("2026-02-01")
    assert [entry.kind for entry in book().advance(fresh, date("2026-02-01")).entries] == ["version"]


def test_what_turns_is_rounded_as_one_number_and_every_lot_keeps_its_end():
    ada = Member(book(old(lc.Expiry(TOKEN, lc.months(6)))))
    for number in (1, 2, 3):
        ada.buys(f"p{number}", day(number), "1.00")
    ada.waits(date("2026-02-01"))

    # 2.5, 5 and 7.5, each less what was there before.
    lots = [(lot.left.minor, lot.expires.date()) for lot in ada.account.lots(POINT)]
    assert lots == [(2, dt.date(2026, 7, 1)), (3, dt.date(2026, 7, 2)), (2, dt.date(2026, 7, 3))]


def test_a_lot_that_alone_comes_to_less_than_one_unit_gives_nothing_and_counts_with_the_next():
    """A tenth of 4, and then of 4 and 6 together: nothing, and then 1."""
    told = Told(book(old(lc.Expiry(TOKEN, lc.days(300))), program(lc.Migration(TOKEN, POINT, by="0.1"), version="2")))
    for number, tokens in ((1, 4), (2, 6)):
        told.gets(f"g{number}", day(number), TOKEN(tokens), expires=day(100 + number))

    told.waits(date("2026-02-01"))

    assert told.has() == "1"
    assert told.account.expiring(POINT) == ((day(102), POINT(1)),)


def test_lots_may_renew_their_end():
    second = new(lc.Expiry(POINT, lc.months(1)), expiry=lc.renew, rounding=lc.ceiling)
    ada = Member(book(old(lc.Expiry(TOKEN, lc.months(6))), second))
    ada.buys("p", day(3), "1.00")
    ada.buys("q", day(4), "2.00")
    ada.waits(date("2026-02-01"))

    assert [(lot.left.minor, lot.expires) for lot in ada.account.lots(POINT)] == [(8, date("2026-03-01"))]


def test_units_of_other_places_turn_by_what_one_is():
    second = program(lc.Migration(TOKEN, CENT, by="0.025"), lc.Migration(CARD, STAR, by=Fraction(1, 3)), version="2")
    ada = Member(book(old(lc.Expiry(CARD, lc.never)), second))
    ada.buys("p", day(3), "3.00")
    ada.gets("g", day(4), CARD(2))
    ada.waits(date("2026-02-01"))

    assert (ada.has(CENT), ada.has(STAR)) == ("0.07", "0.66")


def test_units_are_forfeited_where_they_turn_into_nothing():
    ada = Member(book(old(pending=lc.days(60)), program(lc.Migration(TOKEN), version="2")))
    ada.gets("g", day(3), TOKEN(20))
    ada.buys("p", day(4), "5.00")
    answer = ada.waits(date("2026-02-01"))

    assert [entry.kind for entry in answer.entries] == ["version", "expire", "expire"]
    assert (ada.has(TOKEN), str(ada.account.pending(TOKEN))) == ("0", "0 token")
    assert ada.waits(date("2026-05-01")).entries == ()
    assert lc.verify(ada.program, ada.account) is None


def test_what_is_forfeited_while_it_waits_is_lost_whatever_it_waits_for_and_however_late_it_comes():
    delivered = lc.until(lc.Activity.name.is_("delivered"), within=lc.days(90))
    ada = Told(book(old(pending=delivered), program(lc.Migration(TOKEN), version="2")))
    ada.buys("p", day(4), "5.00")
    ada.waits(date("2026-02-01"))

    ada.does(Visit("v", at=date("2026-02-02"), name="delivered", of="p"))
    ada.buys("late", day(5), "3.00", now=date("2026-02-03"))
    ada.gets("gift", date("2026-02-04"), TOKEN(7))
    ada.returns("r", date("2026-02-05"), "p")

    assert (ada.has(TOKEN), ada.account.pending(TOKEN), ada.account.lots(TOKEN)) == ("0", TOKEN(0), ())


def test_what_is_returned_that_was_forfeited_costs_nothing():
    ada = Member(book(second=program(lc.Migration(TOKEN), version="2")))
    ada.buys("p", day(3), "20.00")
    ada.waits(date("2026-02-01"))

    ada.returns("r", date("2026-02-02"), "p")

    assert ada.account.debt(TOKEN) == TOKEN(0)


def test_what_is_owed_of_forfeited_units_stays_owed():
    ada = Member(book(second=program(lc.Migration(TOKEN), version="2")))
    ada.buys("p", day(3), "20.00")
    ada.gets("g", day(4), TOKEN(-20))
    ada.returns("r", day(5), "p")

    ada.waits(date("2026-02-05"))

    assert ada.account.debt(TOKEN) == TOKEN(20)
    assert lc.verify(ada.program, ada.account) is None


def test_pending_units_follow_as_they_mature():
    ada = Member(book(old(pending=lc.days(60))))
    ada.buys("p", day(3), "10.00")
    ada.waits(date("2026-02-15"))
    assert ada.has() == "0"

    ada.waits(date("2026-03-15"))

    assert (ada.has(TOKEN), ada.has()) == ("0", "25")
    assert [entry.at for entry in ada.account.entries if entry.kind == "arise"] == [day(63)]


def test_held_units_follow_as_they_are_released_and_spent_ones_as_they_come_back():
    mug = lc.Reward("mug", cost=TOKEN(10), hold=lc.days(90))
    ada = Member(book(old(mug)))
    ada.buys("p", day(3), "30.00")
    ada.does(lc.Hold("h", at=day(4), reward="mug"))
    ada.redeems("x", day(5), "mug")
    ada.waits(date("2026-02-01"))
    assert ada.has() == "25"

    ada.does(lc.Release("l", at=date("2026-02-02"), of="h"))
    assert ada.has() == "50"
    ada.returns("r", date("2026-02-03"), "x")

    assert (ada.has(TOKEN), ada.has()) == ("0", "75")
    assert lc.verify(ada.program, ada.account) is None


def test_what_is_told_late_and_what_an_open_window_still_gives_turn_at_once():
    monthly = lc.Earn("monthly", TOKEN.per(USD(5), NET), over=lc.month)
    ada = Member(book(old(monthly), starts="2026-02-10"))
    ada.buys("p", date("2026-02-03"), "10.00")
    ada.waits(date("2026-02-10"))
    assert ada.has() == "30"

    ada.buys("q", date("2026-02-20"), "10.00")
    assert ada.has() == "65"  # 30 of its own, and 2 tokens of the month
    ada.buys("late", date("2026-02-09"), "4.00", now=date("2026-02-21"))

    assert (ada.has(TOKEN), ada.has()) == ("0", "75")
    assert lc.verify(ada.program, ada.account) is None


def test_a_return_of_what_has_turned_takes_back_what_it_turned_into():
    ada = Member(book())
    ada.buys("p", day(3), "30.00")
    ada.buys("q", day(4), "10.00")
    ada.waits(date("2026-02-01"))

    ada.returns("r", date("2026-02-03"), "q")

    assert (ada.has(), str(ada.account.debt(POINT)), str(ada.account.debt(TOKEN))) == ("75", "0 point", "0 token")
    assert lc.verify(ada.program, ada.account) is None


def test_what_was_owed_before_is_owed_in_the_other_unit():
    ada = Member(book())
    ada.buys("p", day(3), "30.00")
    ada.gets("g", day(4), TOKEN(-30))
    ada.returns("r", day(5), "p")
    ada.waits(date("2026-02-01"))
    assert (ada.account.debt(TOKEN), ada.account.debt(POINT)) == (TOKEN(0), POINT(75))

    ada.buys("q", date("2026-02-02"), "30.00")

    assert ada.has() == "15"
    assert lc.verify(ada.program, ada.account) is None


def test_returns_after_the_turn_come_to_the_same_in_every_order_and_cut():
    orders = [[("p", None), ("q", None)], [("q", None), ("p", None)], [("q", {"a": 1}), ("p", None), ("q", {"a": 2})]]
    seen = set()
    for turn in orders:
        ada = Member(book(second=program(lc.Migration(TOKEN, POINT, by=Fraction(1, 3)), version="2")))
        ada.buys("p", day(3), "5.00")
        ada.buys("q", day(4), {"net": "6.00", "quantity": 3})
        ada.buys("s", day(5), "9.00")
        ada.waits(date("2026-02-01"))
        for number, (of, items) in enumerate(turn):
            ada.returns(f"r{number}", date("2026-02-03"), of, items)
        seen.add((ada.has(), ada.account.debt(POINT)))

    assert seen == {("3", POINT(0))}


def test_an_opening_with_units_that_turn_begins_with_what_they_turn_into():
    rules = program(lc.Migration(TOKEN, POINT, by="2.5"), lc.Migration(CARD, POINT, by=400), version="2")
    ada = Member(rules)
    ada.does(lc.Opening("o", at=day(1), lots=[lc.OpeningLot(TOKEN(130)), lc.OpeningLot(CARD(1))]))

    assert ada.has() == "725"
    assert lc.verify(rules, ada.account) is None


def test_a_reward_that_is_claimed_at_once_is_claimed_with_what_has_turned():
    voucher = lc.Reward("voucher", POINT(100), gives=CARD(1), claim=lc.repeatedly, on=lc.at_once)
    ada = Member(book(second=new(voucher)))
    ada.buys("p", day(3), "130.00")
    ada.waits(date("2026-02-01"))
    assert (ada.has(), ada.has(CARD)) == ("25", "3")
    assert interpreted.advance(ada.program, Member(ada.program).account, date("2026-02-01")).entries == ()

    bob = Member(program(lc.Migration(TOKEN, POINT, by="2.5"), voucher, version="2"), "bob")
    bob.does(opening := lc.Opening("o", at=day(1), lots=[lc.OpeningLot(TOKEN(130))]))

    assert (bob.has(), bob.has(CARD)) == ("25", "3")
    assert bob.answer.entries == interpreted.decide(bob.program, bob.program.open("bob"), opening).entries
    assert lc.verify(ada.program, ada.account) is None
    assert lc.verify(bob.program, bob.account) is None


def test_a_tier_by_the_balance_follows_and_points_that_were_not_earned_count_for_no_other():
    rich = lc.Ladder("rich", by=POINT.balance, tiers={"a": 0, "b": POINT(100)})
    earner = lc.Ladder("earner", by=POINT.earned(lc.year), tiers={"c": 0, "d": POINT(100)})
    versions = [old(), lc.Version(new(rich, earner), starts="2026-02-01", tallies=lc.from_facts)]
    ada = Member(lc.Book(versions))
    ada.buys("p", day(3), "60.00")
    ada.waits(date("2026-02-01"))
    assert (ada.account.tier("rich"), ada.account.tier("earner")) == ("b", None)

    late = lc.Ladder("late", by=POINT.earned(lc.year), tiers={"e": 0, "f": POINT(100)})
    base = lc.Earn("points", POINT(3).per(USD(1), NET))
    third = lc.Version(program(base, late, version="3"), starts="2026-03-01", tallies=lc.from_facts)
    bob = Member(lc.Book([old(), lc.Version(new(), starts="2026-02-01"), third]))
    bob.buys("p", day(3), "60.00")
    bob.waits(date("2026-03-01"))

    assert bob.program.tier(bob.account, "late").tier == "e"
    assert lc.verify(bob.program, bob.account) is None


def test_units_turn_one_into_the_next_in_the_order_of_the_program():
    chain = program(lc.Migration(TOKEN, CARD), lc.Migration(CARD, POINT, by=2), version="2")
    ada = Member(book(second=chain))
    ada.buys("p", day(3), "10.00")
    ada.waits(date("2026-02-01"))

    assert (ada.has(CARD), ada.has()) == ("0", "20")


def test_a_version_that_goes_on_turning_does_nothing_anew():
    third = lc.Version(program(lc.Migration(TOKEN, POINT, by="2.5"), version="3"), starts="2026-03-01")
    ada = Member(lc.Book([old(), lc.Version(new(), starts="2026-02-01"), third]))
    ada.buys("p", day(3), "1.00")
    ada.waits(date("2026-03-15"))
    assert ada.kinds().count("version") == 1

    ada.buys("late", day(4), "1.00", now=date("2026-03-16"))

    assert ada.has() == "5"  # not 2 and 2: what an account has ever turned is one number


def test_what_an_activity_brings_turns_too_and_what_another_member_gives():
    visits = lc.Earn("visits", TOKEN(2), on=Visit)
    rules = program(visits, lc.Transferable(TOKEN), lc.Migration(TOKEN, POINT, by=2), version="2")
    ada = Member(rules)
    ada.does(Visit("v", at=day(3), name="visit"))
    assert ada.has() == "4"

    bob = Member(program(lc.Transferable(TOKEN), version="1"), "bob")
    bob.gets("g", day(1), TOKEN(5))
    given = lc.Transfer("t", at=day(4), to="ada", amount=TOKEN(5))
    after = bob.program.decide(bob.account, given, others=[ada.account]).accounts["ada"]
    assert after.balance(TOKEN) == TOKEN(5)

    assert rules.decide(after, Visit("w", at=day(5), name="visit")).account.balance(POINT) == POINT(18)


def test_reasons_say_what_turned():
    ada = Member(book())
    ada.buys("p", day(3), "130.00")

    answer = ada.waits(date("2026-02-01"))

    assert answer.explain() == "migration of token: gave 325 point: raised by migration of token"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: lc.Migration("token", POINT), "a migration is of a unit into another"),
        (lambda: lc.Migration(TOKEN, "point"), "into .point."),
        (lambda: lc.Migration(TOKEN, TOKEN), "into token itself"),
        (lambda: lc.Migration(TOKEN, POINT, by=0), "above zero"),
        (lambda: lc.Migration(TOKEN, POINT, by=2.5), "2.5"),
        (lambda: lc.Migration(TOKEN, POINT, expiry="gone"), "keeps or renews"),
        (lambda: lc.Migration(TOKEN, POINT, rounding="floor"), "rounds by floor"),
        (lambda: lc.Migration(TOKEN, by=2), "forfeits its units"),
        (lambda: lc.Migration(TOKEN, expiry=lc.renew), "leave by=, expiry="),
        (
            lambda: program(lc.Migration(TOKEN, POINT), lc.Migration(TOKEN, CARD)),
            "two rules named 'migration of token'",
        ),
        (lambda: program(lc.Migration(TOKEN, POINT), lc.Migration(POINT, TOKEN)), "comes back to it, by point, token"),
    ],
)
def test_what_makes_no_sense_is_refused(make, said):
    with pytest.raises(lc.LoyalcoreError, match=said):
        make()


def test_a_migration_says_what_it_is():
    rule = lc.Migration(TOKEN, POINT, by="2.5")

    assert rule.name == "migration of token"
    assert rule.by == Fraction(5, 2)
    assert rule.units == (TOKEN, POINT)
    assert lc.Migration(TOKEN).units == (TOKEN,)
    assert [rule.worth(units) for units in (0, 1, 2, 3, -1, -2)] == [0, 2, 5, 7, -2, -5]


RULES = [
    lc.Migration(TOKEN, POINT, by="2.5"),
    lc.Migration(TOKEN, POINT, by=Fraction(1, 3), rounding=lc.half_up),
    lc.Migration(TOKEN, POINT, by="0.7", expiry=lc.renew, rounding=lc.ceiling),
    lc.Migration(TOKEN),
]


def books(draw):
    """Draw two versions of which the second turns the tokens of the first."""
    pending = draw(st.sampled_from([None, lc.days(9)]))
    taking_back = draw(st.sampled_from([None, lc.other_lots, lc.write_off]))
    life = draw(st.sampled_from([lc.months(1), lc.inactivity(lc.days(20)), lc.never]))
    tokens = lc.Earn("tokens", TOKEN.per(USD(1), NET), pending=pending, taking_back=taking_back)
    monthly = lc.Earn("monthly", TOKEN.per(USD(5), NET), over=lc.month)
    mug, cup = lc.Reward("mug", cost=TOKEN(6), hold=lc.days(20)), lc.Reward("cup", cost=POINT(7))
    rich = lc.Ladder("rich", by=POINT.balance, tiers={"a": 0, "b": POINT(20)})
    kept = [lc.Expiry(TOKEN, life)] if isinstance(life, lc.Inactivity) else []
    first = program(tokens, monthly, mug, lc.Expiry(TOKEN, life), version="1")
    second = program(draw(st.sampled_from(RULES)), rich, cup, lc.Expiry(POINT, lc.days(40)), *kept, version="2")
    return lc.Book([first, lc.Version(second, starts=day(20).date(), tallies=lc.from_facts)])


def events(draw, number, now, bought):
    """Draw an event of a day; what may be returned is noted."""
    id_, what = f"e{number}", draw(st.sampled_from(["buy", "buy", "buy", "return", "redeem", "hold", "spend"]))
    if what == "buy":
        bought.append(id_)
        late = draw(st.sampled_from([0, 0, 3]))
        return order(id_, day(max(1, now - late)), str(draw(st.integers(1, 40))), str(draw(st.integers(1, 9))))
    if what == "return":
        return lc.Return(id_, at=day(now), of=draw(st.sampled_from(bought or ["none"])))
    if what == "hold":
        return lc.Hold(id_, at=day(min(now, 19)), reward="mug")
    if what == "spend":
        amount = draw(st.sampled_from([TOKEN(-3), TOKEN(2), POINT(-5) if now >= 20 else TOKEN(-9)]))
        return lc.Adjustment(id_, at=day(now), amount=amount, reason="x")
    bought.append(id_)
    return lc.Redemption(id_, at=day(now), reward="mug" if now < 20 else "cup")


@settings(deadline=None)
@given(st.data())
def test_the_interpreted_form_turns_the_same(data):
    rules, bought, now = books(data.draw), [], 1
    account = rules.open("ada")
    for number in range(data.draw(st.integers(3, 12))):
        now += data.draw(st.integers(0, 6))
        event = events(data.draw, number, now, bought)
        answer, plain = rules.decide(account, event, day(now)), interpreted.decide(rules, account, event, day(now))
        assert answer.entries == plain.entries
        assert (answer.refusal is None) == (plain.refusal is None)
        account = answer.account
    assert rules.advance(account, day(90)).entries == interpreted.advance(rules, account, day(90)).entries
    assert lc.fold("ada", account.entries) == account
    assert lc.verify(rules, account) is None


def test_units_of_a_late_event_keep_their_own_end_as_they_turn_not_a_deadline_that_has_passed():
    """Told after a year: what lasts for 36 hours is over, what has no end of its own turns and has none as points."""
    ada = Told(
        program(
            lc.Earn("lasting", STAR(5)),
            lc.Earn("short", STAR(1), expires=lc.hours(36)),
            lc.Expiry(STAR, lc.inactivity(lc.days(14))),
            lc.Migration(STAR, POINT),
        )
    )

    ada.buys("p", day(1), "1.00", now=date("2027-02-01"))

    assert [(lot.left, lot.expires) for lot in ada.account.lots(POINT)] == [(POINT(5), None)]
