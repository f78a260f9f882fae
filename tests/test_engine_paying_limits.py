"""Limits on paying with points: what a purchase takes of them, what is payable within them, what returns give back."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

import loyalcore as lc
import refusals
from shop import POINT, STAR, USD, Line, Order, coffee, day, order, program, returns_in_parts
from test_interpreted import Told

ONE = POINT(1)
BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
WEEK = lc.at_most(POINT(100), per=lc.week)
TWICE = lc.times(2, per=lc.month)


def pays(*limits, name="points", each=ONE, **options):
    """What pays 10 cents for a point, within limits."""
    return lc.Pay(name, each=each, worth=USD("0.10"), limit=limits, **options)


def member(*rules):
    """A member with points, in the program of these rules; the days are in a week that begins on the fifth."""
    ada = Told(program(*rules, lc.Reward("star", STAR(1))))
    ada.gets("gift", day(5), POINT(1000))
    ada.gets("stars", day(5), STAR(500))
    return ada


def pay(ada, id, at, *lines, **paid):
    """Let a member buy something and pay with points; say what was refused, or None."""
    answer = ada.buys(id, day(at), *lines, paid_with=paid)
    return answer.refusal and answer.refusal.code


def payable(ada, at, rule="points", **options):
    """What of a large purchase could be paid."""
    return str(ada.program.payable(ada.account, order("o", day(at), "500.00", **options), rule).decimal)


def tallied(account):
    """What is tallied of limits, where that is anything, by name and start of the window, or moment of leaving it."""
    found = {}
    for entry in account.entries:
        for flat in (getattr(entry, "sums", ()), getattr(entry, "slides", ())):
            for name, place, amount in zip(flat[::3], flat[1::3], flat[2::3], strict=True):
                found[name, place] = found.get((name, place), 0) + amount
    return {key: amount for key, amount in found.items() if amount}


# What a purchase takes.


def test_at_most_so_many_points_of_a_window_pay_purchases():
    ada = member(pays(WEEK))

    assert pay(ada, "a", 6, "20.00", points="6.00") is None
    assert pay(ada, "b", 7, "20.00", points="4.01") == "limit-reached"
    assert pay(ada, "c", 7, "20.00", points="4.00") is None
    assert pay(ada, "d", 8, "20.00", points="0.01") == "limit-reached"
    assert pay(ada, "e", 12, "20.00", points="10.00") is None


def test_at_most_so_many_purchases_of_a_window_are_paid_with_points():
    ada = member(pays(TWICE))

    found = [pay(ada, str(at), at, "20.00", points="1.00") for at in (6, 7, 8)]

    assert found == [None, None, "limit-reached"]
    assert pay(ada, "without", 9, "20.00") is None
    assert pay(ada, "next month", 32, "20.00", points="1.00") is None


def test_a_rolling_window_is_free_again_as_what_paid_leaves_it():
    ada = member(pays(lc.at_most(POINT(100), per=lc.rolling(days=7))))
    pay(ada, "a", 6, "20.00", points="6.00")
    pay(ada, "b", 8, "20.00", points="4.00")

    assert [payable(ada, at) for at in (9, 12, 13, 15)] == ["0.00", "0.00", "6.00", "10.00"]


def test_a_limit_for_each_redemption_is_of_one_purchase():
    ada = member(pays(lc.at_most(POINT(50), per=lc.redemption)))

    assert pay(ada, "a", 6, "20.00", points="5.01") == "limit-reached"
    assert [pay(ada, str(each), 6, "20.00", points="5.00") for each in range(3)] == [None, None, None]
    assert payable(ada, 6) == "5.00"


def test_what_is_refused_leaves_nothing_half_done():
    ada = member(pays(WEEK), BASE)
    before = ada.account

    assert pay(ada, "a", 6, "20.00", points="10.01") == "limit-reached"
    assert ada.account is before
    quote = ada.program.quote(ada.account, order("a", day(6), "20.00", paid_with={"points": "10.01"}))
    assert quote.refusal.code == "limit-reached"


def test_the_window_of_a_late_purchase_is_that_of_its_moment():
    ada = member(pays(WEEK))
    pay(ada, "a", 13, "20.00", points="10.00")

    assert pay(ada, "b", 14, "20.00", points="0.10") == "limit-reached"
    assert pay(ada, "late", 6, "20.00", points="10.00") is None


def test_before_a_window_since_a_date_nothing_is_limited():
    ada = member(pays(lc.at_most(POINT(1), per=lc.since(day(8)))))

    assert payable(ada, 6) == "100.00"
    assert pay(ada, "a", 6, "500.00", points="50.00") is None
    assert payable(ada, 8) == "0.10"


def test_a_limit_of_its_own_and_a_shared_one_over_one_window_count_a_purchase_once():
    ada = member(pays(lc.times(3, per=lc.month), lc.times(4, per=lc.month, name="together")))

    found = [pay(ada, str(each), 6, "20.00", points="1.00") for each in range(4)]

    assert found == [None, None, None, "limit-reached"]


# Shared with others.


def test_rules_that_pay_one_purchase_share_a_limit_by_its_name():
    shared = lc.at_most(POINT(100), per=lc.week, name="together")
    ada = member(pays(shared), pays(shared, name="worse", each=POINT(2)))

    assert pay(ada, "a", 6, "20.00", points="5.00", worse="2.51") == "limit-reached"
    assert payable(ada, 6, "worse", paid_with={"points": "5.00"}) == "2.50"
    assert payable(ada, 6, "points", paid_with={"worse": "2.50"}) == "5.00"
    assert pay(ada, "b", 6, "20.00", points="5.00", worse="2.50") is None
    assert (payable(ada, 7), payable(ada, 7, "worse")) == ("0.00", "0.00")


def test_each_rule_that_pays_counts_once_under_a_shared_number_of_times():
    shared = lc.times(3, per=lc.week, name="together")
    ada = member(pays(shared), pays(shared, name="stars", each=STAR("0.01")))

    assert pay(ada, "a", 6, "20.00", points="5.00", stars="2.00") is None
    assert payable(ada, 6, "points", paid_with={"stars": "2.50"}) == "0.00"
    assert pay(ada, "b", 6, "20.00", points="5.00", stars="2.00") == "limit-reached"
    assert pay(ada, "c", 6, "20.00", stars="2.00") is None
    assert pay(ada, "d", 6, "20.00", points="5.00") == "limit-reached"


def test_rewards_exchanges_and_payments_share_a_limit_by_its_name():
    shared = lc.at_most(POINT(100), per=lc.week, name="together")
    ada = member(
        pays(shared),
        lc.Reward("mug", POINT(30), limit=shared),
        lc.Exchange("miles", each=POINT(1), gives=lc.Unit("mile")(1), limit=shared),
    )

    ada.redeems("mug", day(6), "mug")
    ada.redeems("miles", day(6), "miles", amount=POINT(20))
    assert payable(ada, 6) == "5.00"
    assert pay(ada, "a", 6, "20.00", points="4.50") is None
    assert ada.redeems("again", day(7), "miles", amount=POINT(6)).refusal.code == "limit-reached"


def test_what_is_paid_without_a_purchase_takes_of_the_same_limit():
    ada = member(pays(WEEK, hold=lc.hours(2)))

    ada.redeems("at the till", day(6), "points", amount="4.00")
    assert payable(ada, 6) == "6.00"
    ada.does(lc.Hold("held", at=day(6), reward="points", amount="5.00"))
    assert payable(ada, 6) == "1.00"
    assert pay(ada, "a", 6, "20.00", points="1.01") == "limit-reached"
    ada.does(lc.Capture("captured", at=day(6), of="held", amount="2.00"))
    assert payable(ada, 6) == "4.00"
    ada.returns("undone", day(7), "captured")
    ada.returns("at the till undone", day(7), "at the till")
    assert payable(ada, 7) == "10.00"


# What is payable.


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        (pays(WEEK), "10.00"),
        (pays(WEEK, each=POINT(3)), "3.33"),
        (pays(WEEK, step=USD(3)), "9.00"),
        (pays(WEEK, minimum=USD(11)), "0.00"),
        (pays(WEEK, least_share="2%"), "10.00"),
        (pays(WEEK, least_share="3%"), "0.00"),
        (pays(WEEK, TWICE, share="1%"), "5.00"),
        (pays(TWICE), "100.00"),
    ],
)
def test_payable_is_the_last_step_that_limits_leave_room_for(rule, most):
    ada = member(rule)

    assert payable(ada, 6) == most
    assert most == "0.00" or pay(ada, "a", 6, "500.00", points=most) is None


def test_nothing_is_payable_once_a_limit_is_used_up():
    ada = member(pays(TWICE))
    for each in "ab":
        pay(ada, each, 6, "20.00", points="1.00")

    assert (payable(ada, 7), payable(ada, 32)) == ("0.00", "98.00")


# What returns give back.


def test_points_that_go_back_with_items_leave_room_in_the_window_of_the_purchase():
    ada = member(pays(WEEK))
    pay(ada, "a", 6, {"net": "6.00", "quantity": 3}, "4.00", points="10.00")

    ada.returns("r1", day(13), "a", {"a": 1})

    assert tallied(ada.account) == {("points given, week", tallied_at(ada)): 80}
    assert pay(ada, "late", 7, "20.00", points="2.01") == "limit-reached"
    assert pay(ada, "late too", 7, "20.00", points="2.00") is None
    ada.returns("r2", day(13), "a")
    assert pay(ada, "later still", 7, "20.00", points="8.00") is None


def tallied_at(ada):
    """The start of the only window that anything is tallied in."""
    ((_, start),) = tallied(ada.account)
    return start


def test_a_purchase_counts_until_all_the_points_that_paid_it_are_back():
    ada = member(pays(lc.times(1, per=lc.month), where=Line.category.is_("coffee")))
    pay(ada, "a", 6, coffee("5.00", quantity=2), "4.00", points="1.00")

    ada.returns("r1", day(7), "a", {"a": 1})
    assert payable(ada, 7, paid_with={}) == "0.00"
    assert pay(ada, "b", 7, coffee("5.00"), points="1.00") == "limit-reached"
    ada.returns("r2", day(7), "a", {"a": 1})
    assert pay(ada, "c", 7, coffee("5.00"), points="1.00") is None


def test_a_refund_of_money_leaves_no_room():
    ada = member(pays(WEEK, TWICE))
    pay(ada, "a", 6, "20.00", points="10.00")

    ada.does(lc.Return("r", at=day(6), of="a", refunds={"a": "5.00"}))

    assert ada.answer.refusal is None
    assert payable(ada, 6) == "0.00"


def test_beside_discounts_that_cost_points_what_pays_alone_is_limited():
    ten = lc.Discount("ten", "10%", claim=lc.asked, cost=POINT(40), limit=lc.at_most(USD(5), per=lc.week))
    ada = member(pays(WEEK), ten)

    ada.buys("a", day(6), "20.00", "10.00", claims=["ten"], paid_with={"points": "10.00"})
    assert ada.answer.refusal is None
    ada.returns("r1", day(7), "a", ["a"])

    assert {name: amount for (name, _), amount in tallied(ada.account).items()} == {
        "points given, week": 34,
        "ten given, week": 100,
    }


def test_a_book_limits_by_the_version_in_force_and_returns_by_the_one_that_judged():
    none, some = (program(pays(*limits), version=version) for version, limits in (("1", ()), ("2", (WEEK,))))
    book = lc.Book([none, lc.Version(some, starts=day(8))])
    ada = Told(book)
    ada.gets("gift", day(5), POINT(1000))

    assert pay(ada, "a", 6, "20.00", "10.00", points="20.00") is None
    assert pay(ada, "b", 8, "20.00", "20.00", points="10.01") == "limit-reached"
    assert pay(ada, "b", 8, "20.00", "20.00", points="10.00") is None
    ada.returns("r1", day(9), "a", ["a"])
    assert str(book.payable(ada.account, order("o", day(9), "9.00"), "points")) == "0.00 USD"
    ada.returns("r2", day(9), "b", ["a"])
    assert str(book.payable(ada.account, order("o", day(9), "9.00"), "points")) == "5.00 USD"


def test_a_return_says_what_a_later_version_counts_before_what_limits_of_payments_do():
    """As every fact does: first what is measured, then what was paid."""
    week = lc.rolling(days=14)
    net = Order.net.over(week)
    second = program(lc.Ladder("status", by=net, tiers={"base": 0, "in": USD(90)}), version="2")
    limited = lc.Pay("points", each=POINT(1), worth=USD("0.10"), limit=lc.times(4, per=week))
    ada = Told(lc.Book([program(limited), lc.Version(second, starts=day(10), tallies=lc.from_facts)]))
    ada.gets("gift", day(1), POINT(100))
    ada.buys("p", day(2), "9.00", paid_with={"points": "4.00"})
    ada.waits(day(11))

    ada.returns("r", day(12), "p")

    assert ada.answer.entries[0].row[6][::3] == ("net, last 14 days", "points times, last 14 days")


LIMITS = st.lists(
    st.sampled_from(
        [
            lc.at_most(POINT(5000), per=lc.week),
            lc.at_most(POINT(5000), per=lc.rolling(days=9)),
            lc.times(3, per=lc.rolling(days=9)),
            lc.times(9, per=lc.month, name="together"),
        ]
    ),
    min_size=1,
    max_size=3,
    unique=True,
)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "net": st.integers(1, 3000).map(lambda cents: lc.Amount(USD, cents).decimal),
            "quantity": st.sampled_from([1, 2, 3, "0.7"]),
        }
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=settings.default.max_examples // 2)
@given(LIMITS, LINES, st.data())
def test_every_order_and_cut_of_returns_gives_the_same_room_back(limits, lines, data):
    shop = program(BASE, pays(*limits, each=POINT(data.draw(st.sampled_from([1, 7])))))
    ada = Told(shop)
    ada.gets("gift", day(5), POINT(9000))
    bought, empty = order("p1", day(6), *lines), tallied(ada.account)
    net = sum(lc.Amount(USD, 0).decimal + item.net for item in bought.items)
    cents = data.draw(st.integers(1, int(net * 100)))
    assert ada.buys("p1", day(6), *lines, paid_with={"points": lc.Amount(USD, cents).decimal}).refusal is None
    kept = {item.id: int(item.quantity * 1000) for item in bought.items}
    gone = {id: data.draw(st.integers(0, kept[id])) for id in kept}
    ends = []
    for _ in range(3):
        eve = Told(shop)
        eve.account = ada.account
        returns_in_parts(eve, day(7), "p1", gone, data)
        kinds = {name: amount for (name, _), amount in tallied(eve.account).items()}
        moved = [(entry.kind, entry.amount) for entry in eve.account.entries if entry.kind in ("spend", "restore")]
        spent = sum(amount if kind == "spend" else -amount for kind, amount in moved)
        # What is tallied is what stays spent, and a purchase is one while anything does.
        assert {amount for name, amount in kinds.items() if "given" in name} <= {spent}
        assert {amount for name, amount in kinds.items() if "times" in name} <= {int(spent > 0)}
        assert len(kinds) == (len({(each.is_count, each.per) for each in limits}) if spent else 0)
        ends.append(tallied(eve.account))
        assert lc.verify(shop, eve.account) is None
        assert lc.fold("ada", eve.account.entries) == eve.account
    assert ends[0] == ends[1] == ends[2]
    if gone == kept:
        assert ends[0] == empty


# What no limit can be.

RULE = {"name": "points", "each": POINT(1), "worth": USD("0.10")}


def shop_of(limit):
    return program(pays(limit), BASE, lc.Earn("stars", STAR(1)))


@refusals.table(
    [
        *((lc.Pay, {**RULE, "limit": bad}, lc.InvalidValue) for bad in (5, "2", [WEEK, None], [POINT(5)])),
        *(
            (lc.Pay, {**RULE, "limit": bad}, lc.InvalidProgram)
            for bad in (
                lc.at_most(POINT(5), per=lc.purchase),
                lc.at_most(POINT(5), per=lc.holding),
                lc.at_most(POINT(5), per=lc.week, freed=lc.rejudge),
                lc.at_most(POINT(5), per=lc.week, each=Line.category),
                lc.at_most(POINT(5), per=lc.week, otherwise=lc.defer(2)),
                lc.at_most(POINT.per(USD(1), Line.net), per=lc.week, freed=lc.rejudge),
                [WEEK, lc.at_most(POINT(5), per=lc.week)],
            )
        ),
        (shop_of, {"limit": lc.at_most(STAR(5), per=lc.week)}, lc.InvalidProgram),
        (shop_of, {"limit": lc.at_most(USD(5), per=lc.week)}, lc.InvalidProgram),
    ]
)
def test_a_limit_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    "other",
    [
        lc.Reward("mug", POINT(5), limit=lc.times(3, per=lc.week, name="together")),
        lc.Earn("more", POINT(5), limit=lc.times(2, per=lc.week, name="together")),
        lc.Discount("tea", "5%", limit=lc.times(2, per=lc.week, name="together")),
    ],
)
def test_a_name_is_of_one_limit_of_what_costs(other):
    with pytest.raises(lc.InvalidProgram, match="limit together of"):
        program(pays(lc.times(2, per=lc.week, name="together")), other)


def test_what_pays_within_limits_is_a_value():
    rule = pays(WEEK, TWICE)

    assert rule.limit == (WEEK, TWICE)
    assert pays(WEEK) == lc.Pay("points", POINT(1), USD("0.10"), limit=WEEK)
    assert pays().limit == ()
