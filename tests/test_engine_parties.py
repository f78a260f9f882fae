"""Parties: stock, and decisions over several accounts whatever comes between."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.engine.parties import Assumed
from loyalcore.stores import submit
from loyalcore.stores.memory import MemoryStore
from shop import POINT, USD, Line, Order, Visit, day, order, program

RULES = [
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Reward("mug", POINT(5), stock="mugs", limit=lc.times(2, per=lc.month)),
    lc.Reward("cup", POINT(1), limit=lc.at_most(POINT(3), per=lc.rolling(days=10))),
]
SHOP = program(*RULES)
PIECES = lc.Expiry(lc.piece, lc.never)


class Counter:
    """Two members with twenty points each, and some mugs."""

    def __init__(self, mugs=2, shop=SHOP):
        self.shop = shop
        self.accounts = {name: shop.open(name) for name in ("ada", "bob", "mugs")}
        self.does("mugs", lc.Adjustment("fill", at=day(1), amount=lc.piece(mugs), reason="delivery"))
        for name in ("ada", "bob"):
            self.does(name, order("o", day(1), "20.00"))

    def does(self, name, event, now=None):
        answer = self.shop.decide(self.accounts[name], event, now, others=self.accounts)
        self.accounts |= answer.accounts
        for account in answer.accounts.values():
            assert lc.verify(self.shop, account) is None
            assert lc.fold(account.member, account.entries) == account
        return answer

    def redeems(self, name, id_, at, times=1, reward="mug"):
        return self.does(name, lc.Redemption(id_, at=at, reward=reward, times=times))

    def left(self):
        return self.accounts["mugs"].balance(lc.piece).minor


def test_a_redemption_takes_a_piece_and_its_return_gives_it_back():
    counter = Counter()

    answer = counter.redeems("ada", "x", day(2))
    assert counter.left() == 1
    assert [(entry.account, entry.kind) for entry in answer.entries] == [
        ("ada", "redemption"),
        ("ada", "spend"),
        ("ada", "draw"),
        ("mugs", "counterpart"),
        ("mugs", "spend"),
    ]
    assert counter.shop.parties(counter.accounts["ada"], lc.Return("r", at=day(3), of="x")) == ("ada", "mugs")
    counter.does("ada", lc.Return("r", at=day(3), of="x"))

    assert counter.left() == 2
    assert counter.accounts["ada"].balance(POINT) == POINT(20)
    assert counter.does("ada", lc.Return("q", at=day(3), of="x")).refusal.code == "nothing-left"


def test_a_piece_comes_back_into_the_delivery_it_was_of():
    counter = Counter(1)
    counter.does("mugs", lc.Adjustment("second", at=day(1), amount=lc.piece(3), reason="delivery", expires=day(30)))
    counter.redeems("ada", "x", day(2), times=2)
    counter.redeems("bob", "x", day(2), times=2)
    assert counter.left() == 0

    counter.does("ada", lc.Return("r", at=day(3), of="x"))

    assert [(lot.left.minor, lot.expires) for lot in counter.accounts["mugs"].lots(lc.piece)] == [(2, day(30))]
    counter.does("bob", lc.Return("r", at=day(40), of="x"))
    assert counter.left() == 1, "of bob's two the one of the second delivery has ended"


def test_where_there_is_no_piece_left_the_redemption_is_refused_and_nobody_has_changed():
    counter = Counter(1)
    before = dict(counter.accounts)

    refusal = counter.redeems("ada", "x", day(2), times=2).refusal

    assert (refusal.code, refusal.missing) == ("out-of-stock", lc.piece(1))
    assert counter.accounts == before


def test_a_piece_that_has_ended_is_none():
    counter = Counter(1, program(*RULES, lc.Expiry(lc.piece, lc.days(10))))

    assert counter.redeems("ada", "x", day(12)).refusal.code == "out-of-stock"


def test_stock_does_not_serve_itself():
    counter = Counter()
    counter.does("mugs", order("o", day(1), "20.00"))

    assert counter.redeems("mugs", "x", day(2)).refusal.code == "out-of-stock"


def test_a_limit_on_a_reward_is_per_member_and_a_return_makes_room():
    counter = Counter(9)
    counter.redeems("ada", "x", day(2))
    counter.redeems("ada", "y", day(3))

    refusal = counter.redeems("ada", "z", day(4)).refusal
    assert (refusal.code, refusal.message) == ("limit-reached", "mug is limited per month, and this is 1 too many")
    assert counter.redeems("bob", "x", day(4), times=2).refusal is None
    counter.does("ada", lc.Return("r", at=day(5), of="x"))
    assert counter.redeems("ada", "z", day(6)).refusal is None
    assert counter.redeems("ada", "w", day(33)).refusal is None
    assert counter.left() == 4


def test_a_limit_in_units_over_a_rolling_window():
    counter = Counter()

    assert counter.redeems("ada", "x", day(2), times=3, reward="cup").refusal is None
    assert counter.redeems("ada", "y", day(11), reward="cup").refusal.code == "limit-reached"
    assert counter.redeems("ada", "y", day(12), reward="cup").refusal is None


@pytest.mark.parametrize("window", [lc.day, lc.rolling(hours=30)])
def test_rewards_whose_limits_have_one_name_use_its_room_together_and_a_return_makes_room(window):
    one = lc.times(1, per=window, name="one a day")
    counter = Counter(
        shop=program(RULES[0], PIECES, lc.Reward("cup", POINT(1), limit=one), lc.Reward("mug", POINT(5), limit=one))
    )

    assert counter.redeems("ada", "x", day(2), reward="cup").refusal is None
    assert counter.redeems("ada", "y", day(2), reward="mug").refusal.code == "limit-reached"
    assert counter.redeems("bob", "x", day(2), reward="mug").refusal is None
    counter.does("ada", lc.Return("r", at=day(2), of="x"))
    assert counter.redeems("ada", "z", day(2), reward="mug").refusal is None
    assert counter.redeems("ada", "w", day(2), reward="cup").refusal.code == "limit-reached"
    assert counter.redeems("ada", "w", day(4), reward="cup").refusal is None


def test_units_that_are_exchanged_spent_and_given_away_have_one_room():
    most = lc.at_most(POINT(12), per=lc.month, name="out")
    counter = Counter(
        shop=program(
            RULES[0],
            PIECES,
            lc.Reward("cup", POINT(5), limit=most),
            lc.Exchange("miles", POINT(1), lc.Unit("mile")(2), limit=most),
            lc.Transferable(POINT, limit=most),
        )
    )

    assert counter.redeems("ada", "x", day(2), reward="cup").refusal is None
    assert counter.does("ada", lc.Redemption("y", at=day(3), reward="miles", amount=POINT(4))).refusal is None
    given = [counter.does("ada", lc.Transfer(f"t{size}", at=day(4), to="bob", amount=POINT(size))) for size in (4, 3)]
    assert [answer.refusal and answer.refusal.code for answer in given] == ["limit-reached", None]


def test_what_is_redeemed_without_stock_needs_no_other_account():
    counter = Counter()

    answer = counter.shop.decide(
        counter.accounts["ada"], lc.Redemption("x", at=day(2), reward="cup"), others=counter.accounts
    )

    assert answer.accounts == {"ada": answer.account}


def test_an_older_version_without_stock_still_gives_the_piece_back():
    """What was drawn stands in the entries, so it does not depend on the program that undoes it."""
    counter = Counter()
    counter.redeems("ada", "x", day(2))
    unstocked = program(RULES[0], lc.Reward("mug", POINT(5)), lc.Expiry(lc.piece, lc.never))

    answer = unstocked.decide(counter.accounts["ada"], lc.Return("r", at=day(3), of="x"), others=counter.accounts)

    assert answer.accounts["mugs"].balance(lc.piece) == lc.piece(2)


def test_a_return_of_a_return_asks_nobody():
    counter = Counter()
    counter.redeems("ada", "x", day(2))
    counter.does("ada", lc.Return("r", at=day(3), of="x"))

    again = lc.Return("q", at=day(4), of="r")

    assert counter.shop.parties(counter.accounts["ada"], again) == ("ada",)
    assert counter.does("ada", again).refusal.code == "not-returnable"
    assert counter.shop.parties(counter.accounts["ada"], lc.Return("q", at=day(4), of="nowhere")) == ("ada",)


def test_a_stock_that_has_forgotten_what_was_drawn_says_so_and_nothing_has_changed():
    counter = Counter()
    counter.redeems("ada", "x", day(2))
    forgetful = lc.restore(counter.accounts["mugs"].snapshot(keep_since=day(9)))
    ada, balance = counter.accounts["ada"], counter.accounts["ada"].balance(POINT)

    with pytest.raises(lc.CorruptLedger, match="take snapshots that keep older rows"):
        counter.shop.decide(ada, lc.Return("r", at=day(10), of="x"), others=[forgetful])

    assert ada.balance(POINT) == balance
    assert forgetful.balance(lc.piece) == lc.piece(1)
    kept = lc.restore(counter.accounts["mugs"].snapshot(keep_since=day(1)))
    answer = counter.shop.decide(ada, lc.Return("r", at=day(10), of="x"), others=[kept])
    assert answer.accounts["mugs"].balance(lc.piece) == lc.piece(2)


def test_a_decision_from_older_values_comes_to_the_same():
    counter = Counter()
    older = dict(counter.accounts)
    first = counter.redeems("ada", "x", day(2))

    again = counter.shop.decide(older["ada"], lc.Redemption("x", at=day(2), reward="mug"), others=older)

    assert again.accounts == first.accounts
    assert again.entries == first.entries
    assert older["mugs"].balance(lc.piece) == lc.piece(2)


def test_an_event_that_fails_half_way_leaves_all_accounts_as_they_were(monkeypatch):
    counter = Counter()
    before = {name: account.rows for name, account in counter.accounts.items()}
    broken = counter.shop.engine.poster

    def fails(*_):
        raise ZeroDivisionError

    redemption = lc.Redemption("x", at=day(2), reward="mug")
    with monkeypatch.context() as patched:
        patched.setattr(type(broken), "spend", fails)
        with pytest.raises(ZeroDivisionError):
            counter.does("ada", redemption)

    assert {name: lc.fold(name, account.rows).rows for name, account in counter.accounts.items()} == before
    assert counter.does("ada", redemption).refusal is None


def test_an_account_that_is_assumed_has_what_was_drawn_and_no_more():
    counter = Counter()
    redemption = lc.Redemption("x", at=day(2), reward="mug")

    for pieces, code in ((1, None), (0, "out-of-stock")):
        answer = counter.shop.decide(
            counter.accounts["ada"], redemption, others=[Assumed("mugs", {"piece": pieces} if pieces else {})]
        )
        assert (answer.refusal and answer.refusal.code) == code
        assert set(answer.accounts) == {"ada"}


def test_a_drawing_that_was_changed_is_found():
    counter = Counter()
    counter.redeems("ada", "x", day(2))
    rows = list(counter.accounts["ada"].rows)
    rows[-1] = (*rows[-1][:-1], 2)

    assert "has amount 2, but the facts lead to 1" in str(lc.verify(counter.shop, rows))
    rows = list(counter.accounts["mugs"].rows)
    rows[-1] = (*rows[-1][:-2], 2, rows[-1][-1])
    assert lc.verify(counter.shop, rows).field == "amount"


@pytest.mark.parametrize(
    "reward",
    [
        {"name": "a", "cost": POINT(1), "stock": ""},
        {"name": "a", "cost": POINT(1), "stock": 1.5},
        {"name": "a", "cost": POINT(1), "stock": "s", "claim": lc.once},
        {"name": "a", "cost": POINT(1), "limit": 5},
        {"name": "a", "cost": POINT(1), "limit": lc.at_most(POINT(1), per=lc.purchase)},
        {"name": "a", "cost": POINT(1), "limit": lc.at_most(POINT(1), per=lc.month, otherwise=lc.defer(1))},
        {"name": "a", "cost": POINT(1), "limit": lc.at_most(POINT(1), per=lc.month, each=lc.setting("x"))},
        {"name": "a", "cost": POINT(1), "limit": lc.at_most(POINT(1), per=lc.month, freed=lc.rejudge)},
    ],
    ids=range(8),
)
def test_stock_and_limits_that_make_no_sense_are_refused(reward):
    with pytest.raises((lc.InvalidValue, lc.InvalidProgram)):
        lc.Reward(**reward)


def test_a_limit_in_another_unit_than_the_price_is_refused():
    with pytest.raises(lc.InvalidProgram):
        program(lc.Reward("a", POINT(1), limit=lc.at_most(lc.piece(1), per=lc.day)))


# Conservation.


@dataclasses.dataclass
class Everybody:
    """What there is of points, in three members and a budget."""

    shop: lc.Program
    accounts: dict

    def sum(self):
        return sum(account.balance(POINT).minor for account in self.accounts.values())


@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abcs"), st.sampled_from("abc"), st.integers(1, 30), st.booleans()), max_size=30
    )
)
def test_what_changes_hands_is_neither_made_nor_lost(steps):
    shop = program(
        lc.Earn("base", POINT.per(USD(1), Line.net), budget="s"),
        lc.Transferable(POINT, fee=POINT(1)),
    )
    accounts = {name: shop.open(name) for name in "abcs"}
    town = Everybody(shop, accounts)
    filled = fees = 0
    bought = []
    for number, (one, two, amount, back) in enumerate(steps):
        at = day(1, minute=number)
        if one == "s":
            event, who = lc.Adjustment(number, at=at, amount=POINT(amount), reason="fill"), "s"
            filled += amount
        elif back and bought:
            who, of = bought.pop()
            event = lc.Return(number, at=at, of=of)
        elif back:
            event, who = order(number, at, f"{amount}.00"), one
            bought.append((one, number))
        else:
            event, who = lc.Transfer(number, at=at, to=two, amount=POINT(amount)), one
        answer = shop.decide(accounts[who], event, others=accounts)
        fees += event.kind == "transfer" and answer.refusal is None
        accounts |= answer.accounts

        assert town.sum() == filled - fees
        assert accounts["s"].balance(POINT).minor >= 0


# In a store, and read in place.


def test_a_store_keeps_what_several_accounts_came_to():
    store = MemoryStore()
    submit(store, SHOP, "mugs", lc.Adjustment("fill", at=day(1), amount=lc.piece(1), reason="delivery"))
    submit(store, SHOP, "ada", order("o", day(1), "20.00"))

    answer = submit(store, SHOP, "ada", lc.Redemption("x", at=day(2), reward="mug"))

    assert store.load("mugs") == answer.accounts["mugs"]
    assert submit(store, SHOP, "ada", lc.Redemption("x", at=day(2), reward="mug")).entries == answer.entries
    submit(store, SHOP, "ada", lc.Return("r", at=day(3), of="x"))
    assert store.load("mugs").balance(lc.piece) == lc.piece(1)


LINES = lc.bind_items(Line, id=0, net=1, category=2)
HEAD = {"id": 1, "at": 2, "member": 3}
BINDINGS = {
    "order": lc.bind(Order, LINES, **HEAD, lines=4),
    "redeem": lc.bind(lc.Redemption, **HEAD, reward=4),
    "return": lc.bind(lc.Return, **HEAD, of=4),
    "transfer": lc.bind(lc.Transfer, **HEAD, to=4, amount=5),
    "visit": lc.bind(Visit, **HEAD, name=4),
}
ROWS = [
    ("order", "o1", day(2), "ada", [("a", 2000, "tea"), ("b", 500, "tea")]),
    ("order", "o2", day(2), "bob", [("a", 2000, "tea")]),
    ("redeem", "x1", day(3), "ada", "mug"),
    ("redeem", "x2", day(3), "bob", "mug"),
    ("transfer", "t1", day(4), "ada", "bob", 4),
    ("transfer", "t2", day(4), "ada", "ada", 4),
    ("return", "r1", day(5), "ada", "x1"),
    ("redeem", "x3", day(6), "bob", "mug"),
    ("order", "o3", day(1), "bob", [("a", 3000, "tea")]),
    ("visit", "v1", day(6), "bob", "spring"),
    ("return", "r2", day(7), "ada", "o1"),
    ("order", "o4", day(8), "spring", [("a", 300, "tea")]),
]


def event_of(row):
    kind, id_, at, _, *rest = row
    return {
        "order": lambda: Order(id_, at=at, items=[Line(*line[:2], category="tea") for line in cents(rest[0])]),
        "redeem": lambda: lc.Redemption(id_, at=at, reward=rest[0]),
        "return": lambda: lc.Return(id_, at=at, of=rest[0]),
        "transfer": lambda: lc.Transfer(id_, at=at, to=rest[0], amount=POINT(rest[1])),
        "visit": lambda: Visit(id_, at=at, name=rest[0]),
    }[kind]()


def cents(lines):
    return [(name, lc.Amount(USD, net).decimal, category) for name, net, category in lines]


@pytest.mark.parametrize("budget", [None, "spring"])
def test_rows_read_in_place_come_to_the_same_in_all_accounts(budget):
    shop = program(
        lc.Earn("base", POINT.per(USD(1), Line.net), budget=budget),
        lc.Earn("visit", POINT(1), on=Visit, budget=budget),
        lc.Reward("mug", POINT(5), stock="mugs"),
        lc.Transferable(POINT),
    )
    accounts = {name: shop.open(name) for name in ("ada", "bob", "mugs", "spring")}
    for name, amount in (("mugs", lc.piece(1)), ("spring", POINT(60))):
        accounts |= shop.decide(
            accounts[name], lc.Adjustment("fill", at=day(1), amount=amount, reason="delivery")
        ).accounts
    given, refused = list(accounts.values()), []
    for row in ROWS:
        answer = shop.decide(accounts[row[3]], event_of(row), others=accounts)
        refused += [] if answer.refusal is None else [answer.refusal.code]
        accounts |= answer.accounts

    replayed = shop.replay(ROWS, BINDINGS, kind=0, accounts=given).run()

    assert {name: replayed.account(name).rows for name in accounts} == {
        name: account.rows for name, account in accounts.items()
    }
    assert sorted(replayed.refused.elements()) == sorted(refused)
    assert {"out-of-stock", "to-oneself"} <= set(refused)


def test_moments_of_rows_may_be_in_seconds():
    shop = program(lc.Earn("base", POINT.per(USD(1), Line.net), budget="spring"), lc.Transferable(POINT))
    spring = shop.decide(
        shop.open("spring"), lc.Adjustment("f", at=day(1), amount=POINT(50), reason="delivery")
    ).account
    head = {"id": 1, "at": lc.seconds(2), "member": 3}
    bindings = {
        "order": lc.bind(Order, LINES, **head, lines=4),
        "give": lc.bind(lc.Transfer, **head, to=4, amount=5, unit=6),
    }
    at = int(day(2).timestamp())
    rows = [
        ("order", "o1", at, "ada", [("a", 2000, "tea")]),
        ("order", "o1", at, "bob", [("a", 2000, "tea")]),
        ("give", "t1", at, "ada", "bob", 5, "point"),
    ]

    replayed = shop.replay(rows, bindings, kind=0, accounts=[spring]).run()

    assert replayed.balances(POINT) == {"spring": 10, "ada": 15, "bob": 25}


@pytest.mark.parametrize("row", [("bob", 0), ("bob", -1), ("bob", "5"), ("bob", True)], ids=repr)
def test_a_row_that_is_no_transfer_is_refused(row):
    shop = program(lc.Earn("base", POINT(5)), lc.Transferable(POINT))
    rows = [("transfer", "t1", day(1), "ada", *row)]

    with pytest.raises(lc.InvalidValue, match="transfer 't1' is of"):
        shop.replay(rows, {"transfer": BINDINGS["transfer"]}, kind=0).run()


def test_transfers_of_several_units_say_of_which():
    shop = program(lc.Earn("base", POINT(5)))

    with pytest.raises(lc.InvalidValue, match="need unit="):
        shop.replay([], {"transfer": BINDINGS["transfer"]}, kind=0)


def test_budgets_that_each_event_names_are_decided_one_by_one():
    shop = program(lc.Earn("base", POINT(5), budget=lc.Budget(Order.channel)))

    with pytest.raises(lc.InvalidValue, match="decide such events one by one"):
        shop.replay([], BINDINGS["order"])
