"""Issuing: rewards that give units, and rewards that are worth what the units were given for."""

from collections import deque
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
from loyalcore import interpreted
from loyalcore.codec import dump_entry, load_entry
from shop import POINT, STAR, USD, Line, Member, coffee, day, program
from test_interpreted import Told

STAMP, CARD = lc.Unit("stamp"), lc.Unit("card")
STAMPS = lc.Earn("stamp", STAMP(1).per_item(), worth=Line.net)
TEN = lc.Reward("ten", STAMP(10), gives=CARD(1), worth=lc.average, claim=lc.repeatedly)
USE = lc.Reward("card", CARD(1), worth=lc.total)


def member(*rules, **terms):
    return Member(program(*(rules or (STAMPS, TEN, USE)), **terms))


def cups(net, quantity=1):
    return coffee(net, quantity=quantity)


def worths(ada, unit=CARD):
    return [lot.worth for lot in ada.account.lots(unit)]


# What a reward takes, and what that is worth.


def test_ten_stamps_make_a_card_that_is_worth_their_average():
    ada = member()
    ada.buys("a", day(1), cups("270.00", 3))
    ada.buys("b", day(2), cups("440.00", 4))
    assert worths(ada) == []

    answer = ada.buys("c", day(3), cups("225.00", 3))

    assert [entry.kind for entry in answer.entries] == ["purchase", "earn", "worth", "spend", "earn", "worth"]
    assert worths(ada) == [USD("93.50")]
    assert (ada.has(STAMP), ada.has(CARD)) == ("0", "1")


def test_the_units_that_are_left_over_begin_the_next():
    ada = member()

    ada.buys("a", day(1), cups("800.00", 8))
    ada.buys("b", day(2), cups("480.00", 3))

    assert worths(ada) == [USD(112)]
    assert worths(ada, STAMP) == [USD(160)]


def test_one_purchase_may_make_several_at_once():
    ada = member()

    ada.buys("a", day(1), cups("100.00", 10), cups("300.00", 15))

    assert worths(ada) == [USD(16), USD(16)]
    assert worths(ada, STAMP) == [USD(80)]


def test_a_redemption_is_worth_that_at_most_what_it_is_used_on():
    ada = member()
    ada.buys("a", day(1), cups("935.00", 10), cups("935.00", 10), cups("935.00", 10))

    assert ada.redeems("r", day(2), "card", amount="130.00").worth == USD("93.50")
    assert ada.redeems("s", day(3), "card", amount="80.00").worth == USD(80)
    assert ada.redeems("t", day(4), "card").worth == USD("93.50")


def test_what_a_redemption_is_worth_is_a_reason_and_an_entry():
    ada = member()
    ada.buys("a", day(1), cups("935.00", 10))

    answer = ada.redeems("r", day(2), "card", amount="80.00")

    assert answer.explain().splitlines()[-1] == "card: gave 80.00 USD: what the units that it takes are worth"
    last = answer.entries[-1]
    assert (last.kind, last.rule, last.unit, last.amount, last.spent) == ("value", "card", "USD", 8000, last.seq - 1)


def test_other_answers_have_no_worth():
    ada = member()

    assert ada.buys("a", day(1), cups("935.00", 10)).worth is None
    assert ada.redeems("r", day(2), "card", amount="80.00").worth == USD(80)
    assert ada.does(lc.Redemption("r", at=day(2), reward="card", amount="80.00")).worth == USD(80)


@pytest.mark.parametrize(("worth", "money"), [(lc.average, "4.00"), (lc.lowest, "3.00"), (lc.total, "8.00")])
def test_a_free_drink_is_worth_the_average_the_cheapest_or_all_that_were_bought(worth, money):
    ada = member(STAMPS, lc.Reward("drink", STAMP(2), worth=worth))
    ada.buys("a", day(1), cups("3.00"))
    ada.buys("b", day(2), cups("5.00"))

    assert ada.redeems("r", day(3), "drink").worth == USD(money)


def test_units_that_nobody_said_the_worth_of_count_as_nothing():
    ada = member()
    ada.gets("g", day(1), STAMP(5))

    ada.buys("a", day(2), cups("50.00", 5))

    assert worths(ada) == [USD(5)]


def test_a_reward_may_be_worth_nothing_at_all():
    ada = member(lc.Earn("point", POINT(1)), lc.Reward("mug", POINT(1), worth=lc.average))
    ada.buys("a", day(1), "5.00")

    assert ada.redeems("r", day(2), "mug").worth == USD(0)


def test_a_reward_that_gives_units_says_nothing_of_their_worth_unless_asked():
    ada = member(STAMPS, lc.Reward("ten", STAMP(10), gives=CARD(2)), lc.Expiry(CARD, lc.days(30)))
    ada.buys("a", day(1), cups("90.00", 30))

    answer = ada.redeems("r", day(2), "ten", times=3)

    assert [entry.kind for entry in answer.entries] == ["redemption", "spend", "earn"]
    assert [(lot.left, lot.worth, lot.expires) for lot in ada.account.lots(CARD)] == [(CARD(6), None, day(32))]


def test_units_that_are_given_pay_debt_first():
    ada = member(STAMPS, TEN, lc.Reward("card", CARD(1), worth=lc.total), taking_back=lc.debt)
    ada.buys("a", day(1), cups("100.00", 10))
    ada.redeems("r", day(2), "card")
    asked = lc.Reward("ten", STAMP(10), gives=CARD(1), worth=lc.average)
    bob = member(STAMPS, asked, USE)
    bob.buys("a", day(1), cups("100.00", 10), cups("100.00", 10))
    bob.redeems("one", day(2), "ten")
    bob.redeems("used", day(3), "card")
    bob.returns("back", day(4), "one")
    assert bob.has(CARD) == "-1"

    bob.redeems("two", day(5), "ten")

    assert (bob.has(CARD), worths(bob)) == ("0", [])


def test_units_of_which_some_are_used_are_worth_what_is_left():
    ada = member(lc.Earn("point", POINT.per(USD(1), Line.net), worth=Line.net * "0.015"), lc.Reward("mug", POINT(40)))
    ada.buys("a", day(1), "101.00")
    assert worths(ada, POINT) == [USD("1.51")]

    ada.redeems("m", day(2), "mug")

    assert worths(ada, POINT) == [USD("0.91")]


# Taking back.


def test_undoing_a_redemption_takes_back_what_it_gave():
    asked = lc.Reward("ten", STAMP(10), gives=CARD(1), worth=lc.average)
    ada = member(STAMPS, asked, USE)
    ada.buys("a", day(1), cups("100.00", 10))
    ada.redeems("r", day(2), "ten")

    answer = ada.returns("back", day(3), "r")

    assert [entry.kind for entry in answer.entries] == ["return", "restore", "take"]
    assert (ada.has(STAMP), ada.has(CARD)) == ("10", "0")
    assert worths(ada, STAMP) == [USD(100)]
    assert lc.verify(ada.program, ada.account) is None


def test_what_a_reward_gave_that_ended_since_costs_nothing_when_it_is_undone():
    asked = lc.Reward("ten", STAMP(10), gives=CARD(1))
    ada = member(STAMPS, asked, lc.Expiry(CARD, lc.days(5)))
    ada.buys("a", day(1), cups("100.00", 10))
    ada.redeems("r", day(2), "ten")

    ada.returns("back", day(30), "r")

    assert (ada.has(STAMP), ada.has(CARD)) == ("10", "0")


def test_undoing_puts_units_back_with_the_worth_they_had():
    ada = member()
    ada.buys("a", day(1), cups("935.00", 10))
    ada.redeems("r", day(2), "card", amount="80.00")

    ada.returns("back", day(3), "r")

    assert worths(ada) == [USD("93.50")]


def test_what_is_kept_of_a_purchase_says_what_its_units_are_worth():
    ada = member()
    ada.buys("a", day(1), cups("3.00"), cups("5.00"))

    answer = ada.returns("r", day(2), "a", ["b"])

    assert [entry.kind for entry in answer.entries] == ["return", "take", "worth"]
    assert worths(ada, STAMP) == [USD(3)]


def test_a_return_that_leaves_the_average_as_it_is_says_nothing_of_it():
    ada = member()
    ada.buys("a", day(1), cups("6.00", 3))

    answer = ada.returns("r", day(2), "a", {"a": 1})

    assert [entry.kind for entry in answer.entries] == ["return", "take"]
    assert worths(ada, STAMP) == [USD(4)]


def test_a_card_that_was_made_keeps_its_worth_whatever_is_returned():
    ada = member()
    ada.buys("a", day(1), cups("90.00", 9))
    ada.buys("b", day(2), cups("30.00"))

    ada.returns("r", day(3), "b")

    assert (ada.has(STAMP), worths(ada)) == ("-1", [USD(12)])


# Where it comes from: openings, snapshots, versions.


def test_members_bring_along_what_their_units_are_worth():
    ada = member()
    ada.does(lc.Opening("o", at=day(1), lots=[lc.OpeningLot(CARD(1)), lc.OpeningLot(CARD(2), worth=USD("93.50"))]))

    assert worths(ada) == [None, USD("93.50")]
    assert lc.verify(ada.program, ada.account) is None
    assert [load_entry(dump_entry(entry)) for entry in ada.account.entries] == [*ada.account.rows]


def test_an_opening_may_tell_since_when_one_is_a_member_as_well():
    ada = member(STAMPS, TEN, USE, lc.Earn("year", POINT(1), over=lc.anniversary(years=1)))
    lots = [lc.OpeningLot(STAMP(4), worth=USD(40))]

    ada.does(lc.Opening("o", at=day(9), lots=lots, joined=day(2), firsts={"review": day(3)}))

    assert ada.account.anchor(lc.joined) == day(2)
    assert lc.verify(ada.program, ada.account) is None


def test_a_snapshot_remembers_worths():
    ada = member()
    ada.buys("a", day(1), cups("935.00", 10))
    ada.buys("b", day(2), cups("10.00", 2))

    again = lc.restore(ada.account.snapshot(keep_since=day(2)))

    assert [lot.worth for lot in again.lots(STAMP)] == [USD(10)]
    assert ada.program.decide(again, lc.Redemption("r", at=day(3), reward="card")).worth == USD("93.50")


def test_a_quote_changes_no_worth():
    ada = member()
    ada.buys("a", day(1), cups("3.00"), cups("5.00"))

    quote = ada.program.quote(ada.account, lc.Return("r", at=day(2), of="a", items=["b"]))

    assert [entry.kind for entry in quote.entries] == ["return", "take", "worth"]
    assert worths(ada, STAMP) == [USD(8)]


def test_a_late_purchase_makes_the_cards_of_the_version_in_force():
    five = lc.Reward("five", STAMP(5), gives=CARD(1), worth=lc.lowest, claim=lc.repeatedly)
    book = lc.Book([program(STAMPS, version="1"), lc.Version(program(STAMPS, five, version="2"), starts=day(10))])
    ada = Member(book)
    ada.buys("a", day(1), cups("30.00", 3))

    ada.buys("late", day(2), cups("10.00", 2), now=day(12))

    assert worths(ada) == [USD(5)]
    assert lc.verify(book, ada.account) is None


# Laws.

NETS = st.integers(0, 5000)
LINES = st.lists(st.tuples(NETS, st.integers(1, 4)), min_size=1, max_size=3)


def line(net, quantity):
    return cups(str(lc.Amount(USD, net).decimal), quantity)


@given(st.lists(LINES, max_size=8))
def test_cards_are_made_of_the_first_ten_stamps_and_then_of_the_next(purchases):
    """A queue of single stamps, each worth its share of its purchase, is all there is to it."""
    ada, queue, made = member(), deque(), list[int]()
    for number, lines in enumerate(purchases):
        ada.buys(number, day(1 + number), *(line(*each) for each in lines))
        money, stamps = sum(net for net, _ in lines), sum(quantity for _, quantity in lines)
        queue.extend([Fraction(money, stamps)] * stamps)
        while len(queue) >= 10:
            made.append(int(sum(queue.popleft() for _ in range(10)) / 10))

    assert [lot.worth.minor for lot in ada.account.lots(CARD)] == made
    assert ada.has(STAMP) == str(len(queue))


@given(LINES, st.data())
def test_units_are_worth_what_is_kept_in_every_order_of_returns(lines, data):
    """Each piece that goes back, in any order: what is left is worth what the pieces left were bought for."""
    pieces = [(name, quantity) for name, (_, quantity) in zip("abc", lines, strict=False)]
    singles = [name for name, quantity in pieces for _ in range(quantity)]
    order = data.draw(st.permutations(singles))[: data.draw(st.integers(0, len(singles) - 1))]
    ada = member(STAMPS)
    ada.buys("p", day(1), *(line(*each) for each in lines))
    for number, name in enumerate(order):
        ada.returns(f"r{number}", day(2), "p", {name: 1})

    kept = {name: quantity - order.count(name) for name, quantity in pieces}
    money = sum(
        net * kept[name] // quantity for (name, quantity), (net, _) in zip(pieces, lines, strict=True) if kept[name]
    )
    assert [lot.worth.minor for lot in ada.account.lots(STAMP)] == [money]
    assert lc.verify(ada.program, ada.account) is None


@given(st.lists(st.tuples(NETS, st.integers(1, 6)), min_size=1, max_size=6), st.data())
def test_what_is_spent_and_what_is_left_is_worth_all_that_was_given(purchases, data):
    """With whole cents for each unit, nothing is lost by rounding; undone redemptions change nothing of it."""
    ada = member(STAMPS, lc.Reward("one", STAMP(1), worth=lc.total), lc.Reward("three", STAMP(3), worth=lc.total))
    for number, (each, quantity) in enumerate(purchases):
        ada.buys(f"p{number}", day(1), line(each * quantity, quantity))
    used = 0
    for number in range(data.draw(st.integers(0, 8))):
        answer = ada.redeems(f"r{number}", day(2), data.draw(st.sampled_from(["one", "three"])))
        if answer.refusal is None and data.draw(st.booleans()):
            ada.returns(f"b{number}", day(2), f"r{number}")
        elif answer.refusal is None:
            used += answer.worth.minor

    left = sum(lot.worth.minor for lot in ada.account.lots(STAMP))
    assert used + left == sum(each * quantity for each, quantity in purchases)


# What makes no sense.

GIVING = {"name": "ten", "cost": STAMP(10), "gives": CARD(1)}


def built(*rules):
    return program(STAMPS, *rules)


def decided(**asked):
    ada = member()
    ada.buys("a", day(1), cups("935.00", 30))
    return ada.redeems("r", day(2), "card", **asked)


def opened(worth):
    return member().does(lc.Opening("o", at=day(1), lots=[lc.OpeningLot(CARD(1), worth=worth)]))


AUTO = lc.Reward("swap", CARD(1), gives=STAMP(10), claim=lc.once)


@refusals.table(
    [
        *((lc.Reward, {**GIVING, "gives": bad}, lc.InvalidValue) for bad in (CARD(0), CARD(-1), 5, None)),
        *((lc.Reward, {**GIVING, "worth": bad}, lc.InvalidValue) for bad in ("mean", 5, POINT(5), Line.net)),
        (lc.Reward, {**GIVING, "gives": STAMP(5)}, lc.InvalidProgram),
        (lambda rules: built(*rules), {"rules": (TEN, AUTO)}, lc.InvalidProgram),
        (lambda rules: built(*rules), {"rules": (TEN, lc.Transferable(CARD))}, lc.InvalidProgram),
        (
            lambda rules: built(*rules),
            {"rules": (TEN, lc.Ladder("status", by=CARD.earned(lc.year), tiers={"a": 0, "b": CARD(1)}))},
            lc.InvalidProgram,
        ),
        *((lc.OpeningLot, {"amount": CARD(1), "worth": bad}, lc.InvalidValue) for bad in (5, POINT(5), USD(-1))),
        (opened, {"worth": lc.Money("EUR")(5)}, lc.InvalidValue),
        (decided, {"times": 2}, lc.InvalidValue),
    ]
)
def test_a_reward_that_gives_units_without_end_or_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_what_is_held_of_a_reward_gives_its_units_as_it_is_captured():
    sheet = lc.Reward("sheet", POINT(10), gives=(CARD(1), STAR(2)), hold=lc.days(1))
    ada = Told(program(lc.Earn("base", POINT.per(USD(1), Line.net)), sheet))
    ada.buys("p", day(1), "50.00")
    ada.does(lc.Hold("h", at=day(2), reward="sheet", times=4))
    assert (ada.has(), ada.has(CARD)) == ("10", "0")

    ada.does(lc.Capture("c", at=day(2), of="h", times=3))
    assert (ada.has(), ada.has(CARD), ada.has(STAR)) == ("20", "3", "6.00")
    ada.does(lc.Hold("g", at=day(3), reward="sheet"))
    ada.does(lc.Capture("d", at=day(3), of="g"))
    assert (ada.has(), ada.has(CARD)) == ("10", "4")
    ada.returns("r", day(4), "h")
    assert (ada.has(), ada.has(CARD), ada.has(STAR)) == ("40", "1", "2.00")
    ada.does(lc.Hold("lost", at=day(5), reward="sheet"))
    ada.waits(day(9))
    assert (ada.has(), ada.has(CARD), lc.verify(ada.program, ada.account)) == ("40", "1", None)


def test_what_is_held_is_worth_what_the_units_are_as_it_is_captured():
    ada = Told(program(STAMPS, TEN, evolve(USE, hold=lc.days(1)), lc.Reward("five", STAMP(1), worth=USD(5))))
    ada.buys("a", day(1), cups("935.00", 10), cups("30.00", 1), cups("935.00", 10), cups("40.00", 2))

    ada.does(lc.Hold("h", at=day(2), reward="card", amount="80.00"))
    assert ada.answer.worth is None
    assert ada.does(lc.Capture("c", at=day(2), of="h")).worth == USD(80)
    ada.does(lc.Hold("g", at=day(3), reward="card", amount="80.00"))
    assert ada.does(lc.Capture("d", at=day(3), of="g", amount="70.00")).worth == USD(70)
    ada.does(lc.Hold("f", at=day(4), reward="five", until=day(5)))
    assert ada.does(lc.Capture("e", at=day(4), of="f")).worth == USD(5)
    assert (ada.has(CARD), ada.has(STAMP)) == ("0", "2")


def test_a_part_of_what_gives_units_is_captured_by_the_program_that_held_it():
    sheet = lc.Reward("sheet", POINT(10), gives=CARD(1))
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), sheet))
    ada.buys("p", day(1), "50.00")
    ada.does(lc.Hold("h", at=day(2), reward="sheet", until=day(9)))
    other = program(lc.Earn("base", POINT.per(USD(1), Line.net)), evolve(sheet, gives=CARD(2)))

    with pytest.raises(lc.UnknownProgram, match="capture of what gives units"):
        other.decide(ada.account, lc.Capture("c", at=day(3), of="h"))
    with pytest.raises(lc.UnknownProgram):
        interpreted.decide(other, ada.account, lc.Capture("c", at=day(3), of="h"))


def test_what_a_reward_gives_may_be_what_a_later_one_costs():
    chain = lc.Reward("two", CARD(2), gives=STAR(1), claim=lc.repeatedly)
    ada = member(STAMPS, TEN, chain)

    ada.buys("a", day(1), cups("935.00", 20))

    assert (ada.has(STAMP), ada.has(CARD), ada.has(STAR)) == ("0", "0", "1.00")


def test_of_several_units_that_a_reward_gave_and_that_expired_nothing_is_owed_when_it_is_undone():
    gifts = [lc.Issue(amount, expires=lc.days(25)) for amount in (STAR(2), lc.Unit("coupon")(1))]
    ada = Member(program(lc.Reward("pack", POINT(20), gives=gifts)))
    ada.gets("given", day(2), POINT(20))
    ada.redeems("pack", day(3), "pack")
    ada.returns("r", day(60), "pack")

    taken = [(entry.unit, entry.lapsed, entry.debt) for entry in ada.account.entries if entry.kind == "take"]
    assert taken == [("star", 200, 0), ("coupon", 1, 0)]
