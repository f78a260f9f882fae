"""Which units are used first is a policy of the program: soonest to end, oldest, newest, or by what gave them."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, USD, Line, Member, day, order, program
from test_interpreted import Told

BASE = lc.Earn("base", POINT.per(USD(1), Line.net), expires=lc.days(300))
PROMO = lc.Earn("promo", POINT(5), when=lc.Purchase.net.at_least(USD(50)), expires=lc.days(300))
MUG = lc.Reward("mug", POINT(10), hold=lc.days(1))


def member(*rules, kind=Told):
    """A member whose lots are 1 (ends last), 3 (ends first) and, of two rules, 5 and 6."""
    ada = kind(program(BASE, PROMO, MUG, *rules))
    ada.gets("g1", day(1), POINT(20), expires=day(360))
    ada.gets("g2", day(2), POINT(20), expires=day(100))
    ada.buys("p1", day(3), "50.00")
    return ada


def pieces(*rules, does=lambda ada: ada.redeems("r1", day(4), "mug", times=6)):
    """The lots that units are taken from."""
    ada = member(*rules)
    does(ada)
    return next(entry.pieces for entry in ada.answer.entries if entry.kind in ("spend", "reserve"))


@pytest.mark.parametrize(
    "burn",
    [
        lc.Burn(POINT),
        lc.Burn(POINT, lc.newest_first, first=["base", "opening"]),
        lc.Burn(POINT, first=["adjustment", ["promo", "base"]]),
    ],
    ids=["usual", "of rules", "of groups"],
)
def test_a_burn_order_is_a_value(burn):
    values.check(burn)


def test_soonest_to_end_is_used_first_unless_told_otherwise():
    assert pieces() == pieces(lc.Burn(POINT)) == (3, 20, 5, 40)


def test_the_oldest_or_the_newest_may_be_used_first():
    assert pieces(lc.Burn(POINT, lc.oldest_first)) == (1, 20, 3, 20, 5, 20)
    assert pieces(lc.Burn(POINT, lc.newest_first)) == (6, 5, 5, 50, 3, 5)


def test_what_some_rules_gave_may_be_used_first_in_their_order_and_then_by_the_order_of_all():
    assert pieces(lc.Burn(POINT, first=["promo"])) == (6, 5, 3, 20, 5, 35)
    assert pieces(lc.Burn(POINT, first=["promo", "adjustment"])) == (6, 5, 3, 20, 1, 20, 5, 15)
    assert pieces(lc.Burn(POINT, lc.oldest_first, first=["base", "promo"])) == (5, 50, 6, 5, 1, 5)


def test_what_several_rules_gave_may_come_first_as_if_it_were_of_one():
    late = lc.Earn("base", POINT.per(USD(1), Line.net), expires=lc.days(400))

    def taken(first, does=lambda ada: ada.redeems("r1", day(4), "mug", times=7)):
        ada = Told(program(late, PROMO, MUG, lc.Burn(POINT, first=first)))
        ada.gets("g1", day(1), POINT(20), expires=day(360))
        ada.buys("p1", day(3), "50.00")
        does(ada)
        return ada.answer.entries[-1].pieces

    assert taken(["base", "adjustment"]) == (3, 50, 1, 20)
    assert taken([["base", "adjustment"]]) == (1, 20, 3, 50)
    assert taken([["promo"], ["base", "adjustment"]]) == (4, 5, 1, 20, 3, 45)


def test_a_group_has_no_order_and_one_of_one_rule_is_that_rule():
    assert lc.Burn(POINT, first=[["promo", "base"], ["adjustment"]]) == lc.Burn(
        POINT, first=[("base", "promo"), "adjustment"]
    )


@pytest.mark.parametrize(
    ("order", "left"),
    [(lc.oldest_first, [0, 3, 10]), (lc.newest_first, [10, 3, 0]), (lc.soonest_first, [0, 3, 10])],
)
def test_units_that_are_told_late_are_as_old_as_what_earned_them_where_a_program_goes_by_date(order, left):
    ada = Told(program(BASE, MUG, lc.Burn(POINT, order, by_date=True)))
    for number in (3, 1, 2):
        ada.buys(f"p{number}", day(number), "10.00", now=day(3))
    ada.gets("g", day(4), POINT(-17))

    names = {ada.account.entries[lot.name].at: lot.left.minor for lot in ada.account.lots(POINT)}
    assert [names.get(day(number), 0) for number in (1, 2, 3)] == left


@pytest.mark.parametrize(
    ("order", "left"),
    [(lc.dearest_first, {"a": 10, "b": 10, "c": 0, "d": 5}), (lc.cheapest_first, {"a": 0, "b": 5, "c": 10, "d": 10})],
)
def test_units_may_be_used_by_what_they_are_worth(order, left):
    lots = [("a", None), ("b", "1.00"), ("c", "2.00"), ("d", "1.50")]
    ada = Told(program(BASE, lc.Burn(POINT, order)))
    brought = [lc.OpeningLot(POINT(10), worth=None if worth is None else USD(worth)) for _, worth in lots]
    ada.does(lc.Opening("o", at=day(1), lots=brought))
    ada.gets("g", day(2), POINT(-15))

    there = {lot.name: lot.left.minor for lot in ada.account.lots(POINT)}
    made = [entry.seq for entry in ada.account.entries if entry.kind == "earn"]
    assert {name: there.get(seq, 0) for (name, _), seq in zip(lots, made, strict=True)} == left


def test_what_a_lane_gave_is_known_by_the_outermost_lane():
    lane = lc.Lane("sum", of=["base", "promo"])

    assert pieces(lane, lc.Burn(POINT, first=["sum"])) == (5, 55, 3, 5)


def test_units_of_another_kind_are_used_as_usual():
    ada = Told(program(lc.Earn("stars", STAR(1)), lc.Burn(POINT, lc.newest_first), lc.Reward("cup", STAR(2))))
    ada.gets("s1", day(1), STAR(2), expires=day(20))
    ada.gets("s2", day(1), STAR(2))

    ada.redeems("r1", day(2), "cup")

    assert ada.answer.entries[1].pieces == (1, 200)


@pytest.mark.parametrize(
    "does",
    [
        lambda ada: ada.does(lc.Adjustment("a1", at=day(4), amount=POINT(-60), reason="wrong")),
        lambda ada: ada.does(lc.Hold("h1", at=day(4), reward="mug", times=6)),
    ],
    ids=["adjustment", "hold"],
)
def test_everything_that_takes_units_keeps_to_the_order(does):
    assert pieces(lc.Burn(POINT, lc.newest_first), does=does) == (6, 5, 5, 50, 3, 5)


def test_a_purchase_that_is_paid_with_points_keeps_to_the_order():
    pay = lc.Pay("points", POINT(1), USD("0.10"))

    def does(ada):
        ada.buys("p2", day(4), "9.00", paid_with={"points": "6.00"})

    assert pieces(pay, lc.Burn(POINT, lc.newest_first), does=does) == (6, 5, 5, 50, 3, 5)


def test_a_transfer_keeps_to_the_order():
    shop = program(BASE, lc.Burn(POINT, lc.newest_first), lc.Transferable(POINT))
    ada, eve = Member(shop), Member(shop, "eve")
    for number in range(2):
        ada.gets(f"g{number}", day(1), POINT(5), expires=day(20 + number))
        eve.gets(f"g{number}", day(1), POINT(5))

    answer = shop.decide(ada.account, lc.Transfer("t", at=day(2), to="eve", amount=POINT(6)), others=[eve.account])

    assert next(entry.pieces for entry in answer.entries if entry.kind == "spend") == (3, 5, 1, 1)
    assert [lot.left.minor for lot in answer.others[0].lots(POINT)][:2] == [1, 5]


def test_rewards_that_nobody_asks_for_keep_to_the_order():
    voucher = lc.Reward("voucher", POINT(60), claim=lc.repeatedly)
    ada = member(voucher, lc.Burn(POINT, lc.newest_first))

    assert [entry.pieces for entry in ada.answer.entries if entry.kind == "spend"] == [(6, 5, 5, 50, 3, 5)]


def test_a_replay_keeps_to_the_order():
    shop = program(BASE, lc.Reward("voucher", POINT(10), claim=lc.once), lc.Burn(POINT, lc.newest_first))
    binding = lc.bind(type(order("p", day(1))), lc.bind_items(Line, net=0, category=1), id=0, at=1, member=2, lines=3)
    rows = [(f"p{at}", day(at), "ada", ((net * 100, "tea"),)) for at, net in enumerate((6, 7, 8), 1)]

    ada = shop.replay(rows, binding).run().account("ada")

    assert [entry.pieces for entry in ada.entries if entry.kind == "spend"] == [(3, 7, 1, 3), (6, 8, 1, 2)]


def test_other_lots_are_taken_in_the_order_in_which_they_are_used():
    rule = lc.Earn("base", POINT.per(USD(1), Line.net), taking_back=lc.other_lots)
    ada = Told(program(rule, MUG, lc.Burn(POINT, lc.newest_first)))
    ada.gets("g1", day(1), POINT(20), expires=day(20))
    ada.buys("p1", day(2), "10.00")
    ada.redeems("r1", day(3), "mug")
    ada.gets("g2", day(3), POINT(4), expires=day(99))

    ada.returns("b1", day(4), "p1")

    assert ada.answer.entries[1].pieces == (7, 4, 1, 6)


def test_units_that_come_back_keep_their_place():
    ada = member(lc.Burn(POINT, lc.newest_first))
    ada.redeems("r1", day(4), "mug")
    ada.returns("b1", day(5), "r1")
    ada.redeems("r2", day(6), "mug")

    assert ada.answer.entries[-1].pieces == (6, 5, 5, 5)


def test_what_is_captured_of_a_hold_is_what_was_to_be_used_first():
    ada = member(lc.Burn(POINT, lc.newest_first))
    ada.does(lc.Hold("h1", at=day(4), reward="mug", times=2))
    ada.does(lc.Capture("c1", at=day(4), of="h1", times=1))

    assert ada.answer.entries[-1].pieces == (6, 5, 5, 5)


def test_an_account_from_a_snapshot_keeps_to_the_order():
    ada = member(lc.Burn(POINT, first=["promo"]), kind=Member)
    ada.account = lc.restore(ada.account.snapshot(keep_since=day(300)))

    assert ada.redeems("r1", day(4), "mug").entries[-1].pieces == (6, 5, 3, 5)


GIVES = st.lists(
    st.tuples(st.sampled_from(["gift", "coffee", "tea"]), st.integers(1, 30), st.integers(20, 60)), max_size=8
)
BURNS = st.builds(
    lc.Burn,
    st.just(POINT),
    st.sampled_from([lc.soonest_first, lc.oldest_first, lc.newest_first]),
    first=st.lists(st.sampled_from(["coffee", "tea", "adjustment"]), unique=True),
)


@given(GIVES, BURNS, st.lists(st.integers(1, 20), max_size=5))
def test_any_order_uses_lots_as_it_says_and_what_is_left_is_the_same(given, burn, spends):
    rules = [
        lc.Earn("coffee", POINT.per(USD(1), Line.net), where=Line.category.is_("coffee"), expires=lc.days(30)),
        lc.Earn("tea", POINT.per(USD(1), Line.net), where=Line.category.is_("tea"), expires=lc.days(90)),
    ]
    ada, usual = Told(program(*rules, burn)), Member(program(*rules))
    for at, (what, amount, until) in enumerate(given):
        for who in (ada, usual):
            if what == "gift":
                who.gets(f"g{at}", day(1), POINT(amount), expires=day(until))
            else:
                who.buys(f"p{at}", day(1), {"net": amount, "category": what})
    for at, amount in enumerate(spends):
        lots = {lot.name: lot for lot in ada.account.lots(POINT)}
        answers = [who.gets(f"s{at}", day(2), POINT(-amount)) for who in (ada, usual)]
        assert [bool(answer.refusal) for answer in answers] in ([True, True], [False, False])
        if answers[0].refusal is None:
            drawn = answers[0].entries[1].pieces[::2]
            left = [name for name in lots if name not in drawn[:-1]]
            first = [lots[name] for name in drawn]
            assert all(rank(burn, one) <= rank(burn, lots[other]) for one in first[:-1] for other in left)
            assert [rank(burn, lot) for lot in first] == sorted(rank(burn, lot) for lot in first)
        assert ada.has() == usual.has()
    assert lc.verify(ada.program, ada.account) is None


def rank(burn, lot):
    """What sorts a lot, from what an account shows."""
    own = {
        lc.soonest_first: (lot.expires, lot.name),
        lc.oldest_first: (lot.name,),
        lc.newest_first: (-lot.name,),
    }[burn.order]
    return (burn.first.index(lot.rule) if lot.rule in burn.first else len(burn.first), *own)


COUNTER = lc.Ladder("club", by=POINT.balance, tiers={"out": 0, "in": POINT(9)}, valid=lc.months(12), spends=True)


@refusals.table(
    [
        *((lc.Burn, {"unit": bad}, lc.InvalidValue) for bad in ("point", None, 5)),
        *((lc.Burn, {"unit": POINT, "order": bad}, lc.InvalidValue) for bad in ("oldest", None, 5, [])),
        *(
            (lc.Burn, {"unit": POINT, "first": bad}, lc.InvalidValue)
            for bad in ("base", 5, [5], [""], None, [[]], [["a", 5]])
        ),
        *((lc.Burn, {"unit": POINT, "by_date": bad}, lc.InvalidValue) for bad in (1, None, "yes")),
        (lc.Burn, {"unit": POINT, "first": ["a", "b", "a"]}, lc.InvalidProgram),
        (lc.Burn, {"unit": POINT, "first": ["a", ["b", "a"]]}, lc.InvalidProgram),
    ]
)
def test_an_order_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([BASE, lc.Burn(POINT, first=["bonus"])], "bonus' gives, which is no rule"),
        ([BASE, MUG, lc.Burn(POINT, first=["mug"])], "mug' gives, which is no rule"),
        (
            [BASE, lc.Burn(STAR, first=["base"])],
            "base' gives, which is no rule, and no outermost lane, that gives star",
        ),
        ([BASE, PROMO, lc.Lane("l", of=["base", "promo"]), lc.Burn(POINT, first=["base"])], "no outermost lane"),
        ([BASE, lc.Burn(POINT), lc.Burn(POINT, lc.newest_first)], "two rules named 'burning of point'"),
        ([BASE, COUNTER, lc.Burn(POINT)], "of what ladder club spends"),
    ],
)
def test_a_program_whose_order_is_of_what_nobody_gives_is_refused(rules, message):
    with pytest.raises(lc.InvalidProgram, match=message):
        program(*rules)
