"""Refusing: events that a program's own terms do not allow, whoever decides them and in whichever form."""

import datetime as dt

import pytest

import loyalcore as lc
import refusals
import values
from loyalcore import interpreted
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, day, order, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
SMALL = lc.Refuse("minimum", on=Order, when=Order.net.below(USD(5)))
NO_REFUNDS = lc.Refuse("no refunds", on=lc.Return)


@pytest.mark.parametrize(
    "rule",
    [
        SMALL,
        NO_REFUNDS,
        lc.Refuse("busy", on=Visit, when=Visit.count.over(lc.day).at_least(2)),
        lc.Refuse("closed", on=lc.Enrolment),
        lc.Refuse("december", on=lc.Redemption, when=lc.month_of_year("dec")),
        lc.Refuse("gold only", on=lc.Transfer, when=lc.setting("plan").is_("free")),
    ],
    ids=lambda rule: rule.on,
)
def test_a_rule_that_refuses_is_a_value(rule):
    values.check(rule)


GOOD = {"name": "minimum", "on": Order}


@refusals.table(
    [
        *((lc.Refuse, {**GOOD, "name": bad}, lc.InvalidValue) for bad in ("", None, 5)),
        *((lc.Refuse, {**GOOD, "on": bad}, lc.InvalidValue) for bad in (lc.Settings, lc.Hold, "hold", None, 5)),
        *((lc.Refuse, {**GOOD, "when": bad}, lc.InvalidValue) for bad in (5, Line.net.at_least(USD(1)))),
    ]
)
def test_what_refuses_nothing_sensible_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    "rule",
    [
        lc.Refuse("a", on=Visit, when=Order.channel.is_("app")),
        lc.Refuse("a", on=lc.Return, when=Order.channel.is_("app")),
        lc.Refuse("a", on=lc.Redemption, when=Line.net.sum().at_least(USD(5))),
        lc.Refuse("a", on=lc.Transfer, when=Visit.minutes.at_least(5)),
        lc.Refuse("a", on=Order, when=lc.in_tier("status", "gold")),
        lc.Refuse("a", on=Order, when=STAR.balance.at_least(STAR(1))),
        lc.Refuse("a", on=Order, when=Order.net.at_least(POINT(1))),
        lc.Refuse("a", on=Order, when=lc.given("base").at_least(POINT(1))),
    ],
    ids=range(8),
)
def test_a_program_refuses_by_its_own_words(rule):
    with pytest.raises(lc.InvalidProgram, match="rule a "):
        program(BASE, rule)


def refused(shop, account, event):
    """Return the code of a refusal, None for none; decisions, quotes and the interpreted form have to agree."""
    answer = shop.decide(account, event)
    read, quote = interpreted.decide(shop, account, event), shop.quote(account, event)
    codes = {None if said.refusal is None else said.refusal.code for said in (answer, read, quote)}
    assert answer.entries == read.entries == quote.entries
    (code,) = codes
    return code


def test_a_refused_event_is_answered_with_the_name_of_the_rule_and_changes_nothing():
    ada = Member(program(SMALL, BASE))
    ada.buys("p1", day(1), "5.00")
    before = ada.account

    answer = ada.buys("p2", day(2), "4.99")

    assert answer.refusal == lc.Refusal("minimum", "shop refuses this purchase by rule 'minimum'; see its when=")
    assert answer.account == before
    assert (answer.entries, answer.reasons) == ((), ())
    assert ada.has() == "5"
    assert refused(ada.program, ada.account, order("p2", day(2), "4.99")) == "minimum"
    assert refused(ada.program, ada.account, order("p2", day(2), "5.00")) is None


def test_the_same_event_may_succeed_later_and_what_is_recorded_is_never_refused():
    busy = lc.Refuse("busy", on=Order, when=Order.count.over(lc.day).at_least(1))
    ada = Member(program(busy, BASE))
    ada.buys("p1", day(1, 9), "5")

    assert ada.buys("p2", day(1, 10), "7").refusal.code == "busy"
    assert ada.buys("p1", day(1, 9), "5").known
    assert ada.buys("p2", day(2, 10), "7").refusal is None
    assert ada.has() == "12"


def test_the_first_rule_of_the_program_answers():
    rules = [lc.Refuse(name, on=Order, when=Order.net.below(USD(most))) for name, most in (("a", 5), ("b", 10))]

    for names in (rules, rules[::-1]):
        ada = Member(program(*names, BASE))
        assert refused(ada.program, ada.account, order("p", day(1), "4")) == names[0].name
        assert refused(ada.program, ada.account, order("p", day(1), "7")) == "b"


def test_a_condition_asks_the_member_as_they_were_just_before():
    ada = Member(
        program(
            BASE,
            lc.Ladder("status", by=Order.net.over(lc.lifetime), tiers={"base": 0, "gold": USD(50)}),
            lc.Refuse("gold is full", on=Order, when=lc.in_tier("status", "gold") & ~lc.setting("vip").is_("yes")),
        )
    )
    ada.buys("p1", day(1), "50")

    assert refused(ada.program, ada.account, order("p2", day(2), "1")) == "gold is full"
    ada.does(lc.Settings("s", at=day(2), vip="yes"))
    assert refused(ada.program, ada.account, order("p2", day(2), "1")) is None


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (Visit, Visit("v", at=day(3), name="visit", minutes=5)),
        (Visit, Visit("v", at=day(3), name="delivered", minutes=5, of="p")),
        (lc.Enrolment, lc.Enrolment("e", at=day(3))),
        (lc.Redemption, lc.Redemption("x", at=day(3), reward="mug")),
        (lc.Redemption, lc.Hold("h", at=day(3), reward="mug", until=day(9))),
        (lc.Return, lc.Return("r", at=day(3), of="p")),
        (Order, order("o", day(3), "5", claims=["off"])),
        (Order, order("o", day(3), "5", paid_with={"pay": "1.00"})),
    ],
    ids=range(8),
)
def test_every_kind_of_event_is_refused_by_a_rule_on_it_and_by_no_other(kind, event):
    saturday = lc.weekday("sat")
    assert event.at.strftime("%a") == "Sat"
    others = [each for each in (Order, Visit, lc.Enrolment, lc.Redemption, lc.Return, lc.Transfer) if each is not kind]
    for more, expected in (
        ([], None),
        ([lc.Refuse(each.__name__, on=each, when=saturday) for each in others], None),
        ([lc.Refuse("closed", on=kind, when=saturday)], "closed"),
    ):
        ada = Member(
            program(
                BASE,
                lc.Reward("mug", POINT(3)),
                lc.Discount("off", "10%", claim=lc.asked),
                lc.Pay("pay", each=POINT(1), worth=USD("0.10"), share="100%"),
                *more,
            )
        )
        ada.buys("p", day(1), "20")
        assert refused(ada.program, ada.account, event) == expected


def test_the_terms_are_asked_before_what_an_event_is_about_is_looked_up():
    event = lc.Return("r", at=day(3), of="nothing")

    assert refused(program(BASE), program(BASE).open("ada"), event) == "unknown-purchase"
    assert refused(program(BASE, NO_REFUNDS), program(BASE).open("ada"), event) == "no refunds"


def test_a_purchase_is_asked_about_before_what_is_off_or_paid_with_points():
    shop = program(SMALL, BASE, lc.Discount("off", "50%", claim=lc.once))
    asked = order("p", day(1), coffee("6.00"), claims=[])

    assert refused(shop, shop.open("ada"), asked) is None
    assert str(shop.discounts(shop.open("ada"), asked).off) == "3.00 USD"


def test_a_transfer_is_refused_on_both_accounts():
    shop = program(
        BASE, lc.Transferable(POINT), lc.Refuse("members only", on=lc.Transfer, when=lc.setting("plan").is_(""))
    )
    ada, bob = Member(shop), Member(shop, "bob")
    for each in (ada, bob):
        each.buys(f"p {each.account.member}", day(1), "20")
    gift = lc.Transfer("t", at=day(2), to="bob", amount=POINT(5))

    answer = shop.decide(ada.account, gift, others=[bob.account])
    assert answer.refusal.code == "members only"
    assert answer.accounts == {"ada": ada.account, "bob": bob.account}
    assert interpreted.decide(shop, ada.account, gift, others=[bob.account]).refusal.code == "members only"
    ada.does(lc.Settings("s", at=day(2), plan="plus"))
    assert shop.decide(ada.account, gift, others=[bob.account]).refusal is None


def test_a_book_judges_by_the_version_of_the_event_and_returns_by_that_of_the_purchase():
    book = lc.Book(
        [program(BASE), lc.Version(program(SMALL, NO_REFUNDS, BASE, version="2"), starts=day(10))],
    )
    ada = book.open("ada")
    for event in (order("p1", day(1), "3"), order("p2", day(11), "8")):
        ada = book.decide(ada, event).account

    assert refused(book, ada, order("p3", day(9), "3")) is None
    assert refused(book, ada, order("p3", day(11), "3")) == "minimum"
    assert refused(book, ada, lc.Return("r", at=day(12), of="p1")) is None
    assert refused(book, ada, lc.Return("r", at=day(12), of="p2")) == "no refunds"


def test_a_history_with_refused_events_is_derived_again():
    shop = program(SMALL, NO_REFUNDS, BASE)
    ada = Member(shop)
    for place, net in enumerate(["5", "4", "12"]):
        ada.buys(f"p{place}", day(1 + place), net)
    ada.returns("r", day(9), "p0")

    assert ada.kinds() == ["purchase", "earn"] * 2
    assert lc.verify(shop, ada.account) is None


# Rows of a host.

SECOND = 1_767_268_800
HEAD = {"id": 1, "at": lc.seconds(2), "member": 3}
ITEMS = lc.bind_items(Line, id=0, net=1, category=0)
BINDINGS = {
    "buy": lc.bind(Order, ITEMS, **HEAD, lines=4),
    "visit": lc.bind(Visit, **HEAD, name=4, minutes=5),
    "about": lc.bind(Visit, **HEAD, name=4, minutes=5, of=6),
    "back": lc.bind(lc.Return, **HEAD, of=4),
    "redeem": lc.bind(lc.Redemption, **HEAD, reward=4),
    "join": lc.bind(lc.Enrolment, **HEAD),
}


def test_rows_are_refused_as_events_are_and_counted_by_rule():
    shop = program(
        SMALL,
        BASE,
        lc.Earn("visit", POINT(1), on=Visit),
        lc.Refuse("short", on=Visit, when=Visit.minutes.below(5)),
        lc.Refuse("once", on=lc.Enrolment, when=lc.setting("never").is_("")),
        lc.Refuse("no refunds", on=lc.Return, when=Order.count.over(lc.lifetime).at_least(1)),
        lc.Refuse("nothing for two", on=lc.Redemption, when=Order.count.over(lc.lifetime).below(3)),
        lc.Reward("mug", POINT(3)),
    )
    rows = [
        ("join", "e", SECOND, "ada"),
        ("buy", "p1", SECOND + 1, "ada", [("a", 400)]),
        ("buy", "p1", SECOND + 2, "ada", [("a", 500)]),
        ("visit", "v1", SECOND + 3, "ada", "visit", 4),
        ("visit", "v2", SECOND + 4, "ada", "visit", 5),
        ("about", "v3", SECOND + 5, "ada", "delivered", 1, "p1"),
        ("back", "r", SECOND + 6, "ada", "p1"),
        ("redeem", "x1", SECOND + 7, "ada", "mug"),
        ("buy", "p2", SECOND + 8, "ada", [("a", 500), ("b", 10)]),
        ("buy", "p3", SECOND + 9, "ada", [("a", 2000)]),
        ("redeem", "x2", SECOND + 10, "ada", "mug"),
    ]
    replay = shop.replay(rows, BINDINGS, kind=0, watch=POINT)

    assert list(replay) == [0, 0, 5, 5, 6, 6, 6, 6, 11, 31, 28]
    assert replay.refused == {"once": 1, "minimum": 1, "short": 2, "no refunds": 1, "nothing for two": 1}
    assert [entry.id for entry in replay.account("ada").entries if entry.is_fact] == ["p1", "v2", "p2", "p3", "x2"]


def test_a_row_that_comes_twice_is_refused_as_such_before_the_terms_are_asked():
    shop = program(lc.Refuse("once", on=Order, when=Order.count.over(lc.lifetime).at_least(1)), BASE)
    row = ("p1", SECOND, "ada", [("a", 500)])
    binding = lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3)

    with pytest.raises(lc.InvalidValue, match="comes twice"):
        shop.replay([row, row], binding).run()
    moments = [("p1", dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "ada", [("a", 500)])]
    plain = lc.bind(Order, ITEMS, id=0, at=1, member=2, lines=3)
    assert shop.replay(moments, plain).run().balances(POINT) == {"ada": 5}


def test_a_row_that_cannot_be_asked_about_is_said_to_be_so():
    shop = program(SMALL, lc.Refuse("web", on=Order, when=Order.nights.at_least(3)), BASE)
    binding = lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3, nights=4)

    with pytest.raises(lc.InvalidValue, match="a row cannot be judged"):
        shop.replay([("p", SECOND, "ada", [("a", 500)], "two")], binding).run()


def test_rows_that_give_from_budgets_are_refused_as_well():
    shop = program(SMALL, lc.Earn("base", POINT.per(USD(1), Line.net), budget="spring"))
    binding = lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3)
    spring = shop.decide(
        shop.open("spring"), lc.Adjustment("f", at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), amount=POINT(50), reason="f")
    ).account
    rows = [("p1", SECOND, "ada", [("a", 400)]), ("p2", SECOND, "ada", [("a", 700)])]
    replay = shop.replay(rows, binding, accounts=[spring]).run()

    assert replay.refused == {"minimum": 1}
    assert replay.balances(POINT) == {"spring": 43, "ada": 7}


def test_a_book_replays_rows_by_the_version_of_their_moment():
    start = dt.datetime.fromtimestamp(SECOND + 10, dt.UTC)
    book = lc.Book([program(BASE), lc.Version(program(SMALL, BASE, version="2"), starts=start)])
    binding = lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3)
    rows = [(f"p{after}", SECOND + after, "ada", [("a", 300)]) for after in (0, 9, 10, 11)]
    replay = book.replay(rows, binding).run()

    assert replay.refused == {"minimum": 2}
    assert replay.balances(POINT) == {"ada": 6}


def test_what_rows_would_earn_is_priced_whether_or_not_they_would_be_refused():
    binding = lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3)

    assert program(SMALL, BASE).awards([("p1", SECOND, "ada", [("a", 400)])], binding, POINT) == [4]
