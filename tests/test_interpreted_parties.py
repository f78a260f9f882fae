"""The interpreted form of what is decided on several accounts, worked out by hand."""

import pytest

import loyalcore as lc
from loyalcore import interpreted
from shop import POINT, STAR, USD, Line, Order, Visit, day, order, program
from test_interpreted import BASE

MUG = lc.Reward("mug", POINT(5), stock="mugs")


class Street:
    """Accounts that are decided by both forms, which have to say the same."""

    def __init__(self, *rules, **terms):
        self.program = program(*rules, **terms)
        self.accounts = {name: self.program.open(name) for name in ("ada", "bob", "mugs", "spring", "app")}

    def does(self, name, event, now=None):
        given = self.accounts[name], event, now
        answer = self.program.decide(*given, others=self.accounts)
        form = interpreted.decide(self.program, *given, others=self.accounts)
        assert (form.entries, form.accounts, form.known) == (answer.entries, answer.accounts, answer.known)
        assert (form.refusal and form.refusal.code) == (answer.refusal and answer.refusal.code)
        assert (form.refusal and form.refusal.missing) == (answer.refusal and answer.refusal.missing)
        self.accounts |= form.accounts
        return answer

    def gets(self, name, amount, id="g", at=None, expires=None):
        at = day(1) if at is None else at
        self.does(name, lc.Adjustment(id, at=at, amount=amount, reason="delivery", expires=expires))

    def buys(self, name, id, at, *lines, **more):
        return self.does(name, order(id, at, *lines, **more))

    def gives(self, name, id, at, to, points, of=None):
        answer = self.does(name, lc.Transfer(id, at=at, to=to, amount=POINT(points), of=of))
        return answer.refusal and answer.refusal.code

    def redeems(self, name, id, at, times=1):
        answer = self.does(name, lc.Redemption(id, at=at, reward="mug", times=times))
        return answer.refusal and answer.refusal.code

    def returns(self, name, id, at, of, items=None):
        return self.does(name, lc.Return(id, at=at, of=of, items=items))

    def has(self, name, unit=POINT):
        return self.accounts[name].balance(unit).minor


# Transfers.


def test_units_keep_their_ends_and_a_share_of_them_arrives():
    street = Street(BASE, lc.Transferable(POINT, fee=POINT(2), arrives="0.5"))
    street.gets("bob", POINT(1))
    street.gets("ada", POINT(5), "g", expires=day(20))
    street.gets("ada", POINT(6), "h", expires=day(30))

    street.gives("ada", "t", day(2), "bob", 8)

    assert [(lot.left.minor, lot.expires) for lot in street.accounts["bob"].lots(POINT)] == [
        (2, day(20)),
        (2, day(30)),
        (1, None),
    ]
    assert street.has("ada") == 1


def test_nothing_arrives_of_a_lot_whose_share_is_less_than_a_unit():
    street = Street(BASE, lc.Transferable(POINT, arrives="0.5"))
    street.gets("bob", POINT(1))
    street.gets("ada", POINT(1), "g", expires=day(20))
    street.gets("ada", POINT(5), "h", expires=day(30))

    street.gives("ada", "t", day(2), "bob", 6)

    assert [(lot.left.minor, lot.expires) for lot in street.accounts["bob"].lots(POINT)] == [(3, day(30)), (1, None)]


def test_units_may_end_as_if_they_were_new():
    street = Street(BASE, lc.Transferable(POINT, expiry=lc.renew), lc.Expiry(POINT, lc.days(40)))
    street.gets("bob", POINT(1), expires=day(90))
    street.gets("ada", POINT(5), expires=day(20))

    street.gives("ada", "t", day(10), "bob", 5)

    assert [lot.expires for lot in street.accounts["bob"].lots(POINT)] == [day(50), day(90)]


@pytest.mark.parametrize(
    ("options", "to", "points", "code"),
    [
        ({"minimum": POINT(10)}, "bob", 9, "below-minimum"),
        ({"minimum": POINT(10)}, "bob", 10, None),
        ({"step": POINT(5)}, "bob", 12, "not-in-steps"),
        ({"fee": POINT(1)}, "bob", 20, "insufficient"),
        ({"limit": lc.at_most(POINT(9), per=lc.month)}, "bob", 10, "limit-reached"),
        ({"limit": lc.times(1, per=lc.month)}, "bob", 10, None),
        ({}, "ada", 1, "to-oneself"),
        ({}, "app", 1, "unknown-member"),
        ({}, "bob", 21, "insufficient"),
    ],
)
def test_what_may_be_given_away(options, to, points, code):
    street = Street(BASE, lc.Transferable(POINT, **options))
    street.gets("ada", POINT(20))
    street.gets("bob", POINT(1))

    assert street.gives("ada", "t", day(2), to, points) == code


def test_how_often_something_is_given_away():
    street = Street(BASE, lc.Transferable(POINT, limit=lc.times(1, per=lc.month)))
    street.gets("ada", POINT(20))
    street.gets("bob", POINT(1))

    assert [street.gives("ada", f"t{number}", day(number), "bob", 1) for number in (2, 3, 40)] == [
        None,
        "limit-reached",
        None,
    ]


def test_units_that_one_event_brought_are_given_away():
    street = Street(BASE, lc.Transferable(POINT))
    street.gets("bob", POINT(1))
    for number in (1, 2):
        street.gets("ada", POINT(20), f"g{number}", expires=day(10 * number))

    codes = [street.gives("ada", f"t{number}", day(3), "bob", 15, of) for number, of in enumerate(["g2", "g2", "no"])]

    assert codes == [None, "insufficient", "unknown-event"]
    assert [lot.left.minor for lot in street.accounts["ada"].lots(POINT)] == [20, 5]


def test_units_that_no_rule_lets_go_stay():
    street = Street(BASE, lc.Transferable(STAR))
    street.gets("ada", POINT(20))

    assert street.gives("ada", "t", day(2), "bob", 1) == "not-transferable"


# Stock.


def test_a_redemption_takes_pieces_and_its_return_puts_them_back_where_they_were():
    street = Street(BASE, MUG)
    street.gets("ada", POINT(40))
    street.gets("mugs", lc.piece(1), "g", expires=day(10))
    street.gets("mugs", lc.piece(3), "h")

    assert [street.redeems("ada", "x", day(2), 3), street.redeems("ada", "y", day(2), 2)] == [None, "out-of-stock"]
    street.returns("ada", "r", day(3), "x")
    street.returns("ada", "q", day(3), "x")

    assert [(lot.left.minor, lot.expires) for lot in street.accounts["mugs"].lots(lc.piece)] == [
        (1, day(10)),
        (3, None),
    ]


def test_what_is_held_is_set_aside_in_stock_and_captured_or_put_back():
    street = Street(BASE, MUG)
    street.gets("ada", POINT(40))
    street.gets("mugs", lc.piece(5))
    hold = {"reward": "mug", "times": 2, "until": day(9)}

    street.does("ada", lc.Hold("h", at=day(2), **hold))
    street.does("ada", lc.Hold("i", at=day(2), **hold))
    street.does("ada", lc.Hold("j", at=day(2), **hold))
    assert street.has("mugs", lc.piece) == 1
    street.does("ada", lc.Capture("c", at=day(3), of="h", times=1))
    street.does("ada", lc.Release("f", at=day(3), of="i"))
    assert street.has("mugs", lc.piece) == 4

    street.returns("ada", "r", day(4), "h")

    assert (street.has("ada"), street.has("mugs", lc.piece)) == (40, 5)


def test_what_is_captured_as_a_whole_draws_nothing_more():
    street = Street(BASE, MUG)
    street.gets("ada", POINT(40))
    street.gets("mugs", lc.piece(5))

    street.does("ada", lc.Hold("h", at=day(2), reward="mug", times=2, until=day(9)))
    street.does("ada", lc.Capture("c", at=day(3), of="h"))

    assert (street.has("ada"), street.has("mugs", lc.piece)) == (30, 3)


def test_a_stock_that_is_older_than_what_it_set_aside_is_refused():
    street = Street(BASE, MUG)
    street.gets("ada", POINT(40))
    street.gets("mugs", lc.piece(5))
    mugs = street.accounts["mugs"]
    street.does("ada", lc.Hold("h", at=day(2), reward="mug", until=day(9)))

    for decide in (street.program.decide, lambda *given, **more: interpreted.decide(street.program, *given, **more)):
        with pytest.raises(lc.CorruptLedger):
            decide(street.accounts["ada"], lc.Release("f", at=day(3), of="h"), others=[mugs])


# Budgets.


@pytest.mark.parametrize(("otherwise", "given"), [(lc.truncate, [10, 5, 0]), (lc.reject, [10, 0, 5])])
def test_a_rule_gives_what_its_budget_has(otherwise, given):
    street = Street(lc.Earn("base", POINT.per(USD(1), Line.net), budget=lc.Budget("spring", otherwise)))
    street.gets("spring", POINT(15))

    for number, price in enumerate(["10.00", "6.00", "5.00"]):
        street.buys("ada", f"p{number}", day(2), price)

    gave = [entry.amount for entry in street.accounts["ada"].entries if entry.kind == "earn"]
    assert gave == [amount for amount in given if amount]
    assert street.has("spring") == 0


def test_returns_put_back_into_a_budget_one_after_the_other():
    street = Street(lc.Earn("base", POINT.per(USD(1), Line.net), budget="spring"))
    street.gets("spring", POINT(4), expires=day(50))
    street.gets("spring", POINT(20), "h")
    street.buys("ada", "p", day(2), "5.00", "4.00", "3.00")

    street.returns("ada", "r", day(3), "p", ["a"])
    street.returns("ada", "q", day(4), "p", ["b"])

    assert (street.has("ada"), street.has("spring")) == (3, 21)


def test_a_return_puts_back_what_it_takes_and_what_comes_to_more_draws_more():
    fewer_is_more = POINT(20).per(1, Line.quantity.sum() * -1 + Order.nights)
    street = Street(lc.Earn("base", fewer_is_more, budget="spring"))
    street.gets("spring", POINT(100), expires=day(50))
    street.gets("spring", POINT(7), "h")
    street.buys("ada", "p", day(2), "1.00", "1.00", "1.00", nights=4)
    assert (street.has("ada"), street.has("spring")) == (20, 87)

    street.returns("ada", "r", day(3), "p", ["a"])
    assert (street.has("ada"), street.has("spring")) == (20, 87), "no more than it was worth is given again"
    street.returns("ada", "q", day(4), "p")

    assert (street.has("ada"), street.has("spring")) == (0, 107)


def test_the_event_names_the_account_or_nothing_is_given():
    lane = lc.Lane("best", of=["one", "two"], combine="best", budget=Order.channel)
    street = Street(lc.Earn("one", POINT(5)), lc.Earn("two", POINT(7)), lane)
    street.gets("app", POINT(100))

    for number, channel in enumerate(["app", "", " not an id "]):
        street.buys("ada", f"p{number}", day(2), "1.00", channel=channel)

    assert (street.has("ada"), street.has("app")) == (7, 93)


def test_an_account_gives_nothing_to_itself_nor_while_it_is_in_debt():
    street = Street(lc.Earn("base", POINT(5), budget="app"), lc.Earn("own", STAR(1), budget="ada"), BASE_STAR)
    street.buys("ada", "p", day(1), "1.00")

    assert (street.has("ada"), street.has("ada", STAR)) == (0, 100)


BASE_STAR = lc.Earn("star", STAR(1))


# Accounts that do not fit together.


def test_the_accounts_that_take_part_are_wanted():
    street = Street(BASE, MUG)

    with pytest.raises(lc.InvalidValue, match="give these as others="):
        interpreted.decide(street.program, street.accounts["ada"], lc.Redemption("x", at=day(1), reward="mug"))


def test_an_account_that_is_older_than_what_it_did_is_refused():
    street = Street(BASE, MUG)
    street.gets("ada", POINT(20))
    street.gets("mugs", lc.piece(3))
    ada, mugs = street.accounts["ada"], street.accounts["mugs"]
    street.redeems("ada", "x", day(2))

    for decide in (street.program.decide, lambda *given, **more: interpreted.decide(street.program, *given, **more)):
        again = lc.Redemption("x", at=day(2), reward="mug")
        with pytest.raises(lc.EventConflict):
            decide(ada, again, others=[street.accounts["mugs"]])
        with pytest.raises(lc.CorruptLedger):
            decide(street.accounts["ada"], lc.Return("r", at=day(3), of="x"), others=[mugs])


def test_an_event_sent_again_answers_with_what_was_recorded_in_all_accounts():
    street = Street(BASE, MUG)
    street.gets("ada", POINT(20))
    street.gets("mugs", lc.piece(3))
    first = street.does("ada", lc.Redemption("x", at=day(2), reward="mug"))

    again = street.does("ada", lc.Redemption("x", at=day(2), reward="mug"))

    assert again.known
    assert again.entries == first.entries


# Follow-ups.


def raising(**options):
    return lc.Raise("friend", "referral", to=lc.setting("referrer"), **options)


THANKS = lc.Earn("thanks", STAR(2).per(1, Visit.minutes), on=lc.Activity, when=lc.Activity.name.is_("referral"))


def raised(street, name="ada"):
    """What an account has raised: for whom, what, and the numbers that are carried."""
    rows = [entry.row for entry in street.accounts[name].entries if entry.kind == "raise"]
    return [(row[4], row[5][0], *(row[5][2][1][2:] if row[5][0] == "activity" else ())) for row in rows]


def test_a_purchase_raises_an_activity_for_whom_the_member_names():
    street = Street(BASE, raising(when=Order.net.at_least(USD(10)), values={"minutes": Line.quantity.sum()}), THANKS)
    for number, referrer in enumerate(["", "bob", "ada"]):
        street.does("ada", lc.Settings(f"s{number}", at=day(1), referrer=referrer))
        street.buys("ada", f"p{number}", day(1), "6.00", "9.00")
        street.buys("ada", f"q{number}", day(1), "9.00")

    assert raised(street) == [("bob", "activity", 2)]


def test_a_return_withdraws_what_was_raised_or_raises_it_anew():
    street = Street(BASE, raising(when=Order.net.at_least(USD(10)), values={"minutes": Line.quantity.sum()}), THANKS)
    street.does("ada", lc.Settings("s", at=day(1), referrer="bob"))
    follow_ups = [*street.buys("ada", "p", day(2), "6.00", "9.00", "5.00").follow_ups]
    for item in ["a", "c", "b"]:
        follow_ups += street.returns("ada", f"r{item}", day(3), "p", [item]).follow_ups

    assert raised(street) == [("bob", "activity", 3), ("bob", "return"), ("bob", "activity", 2), ("bob", "return")]
    stars = []
    for each in follow_ups:
        street.does("bob", each.event)
        stars.append(street.has("bob", STAR))
    assert stars == [600, 0, 400, 0]


def test_what_is_raised_raises_nothing_further():
    street = Street(raising(on=lc.Activity), lc.Raise("joined", "welcome", to="bob", on=lc.Enrolment))
    street.does("ada", lc.Settings("s", at=day(1), referrer="bob"))

    for number, name in enumerate(["referral", "welcome", "review"]):
        street.does("ada", Visit(f"v{number}", at=day(2), name=name))
    street.does("ada", lc.Enrolment("e", at=day(3)))

    assert [each[:2] for each in raised(street)] == [("bob", "activity"), ("bob", "activity")]


def test_what_is_asked_of_the_history_stands_frozen_with_the_event():
    street = Street(BASE, lc.Raise("first", "referral", to=Order.channel, when=lc.ordinal.is_(1)))
    street.buys("ada", "p", day(2), "6.00", "9.00", channel="app")
    street.buys("ada", "q", day(2), "6.00", channel="app")

    street.returns("ada", "r", day(3), "p", ["a"])
    assert [each[:2] for each in raised(street)] == [("app", "activity")]
    street.returns("ada", "s", day(3), "p")

    assert [each[:2] for each in raised(street)] == [("app", "activity"), ("app", "return")]
