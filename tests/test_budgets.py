"""Budgets name the account that a rule gives from, and are never overrun."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, USD, Line, Member, Order, Visit, day, order, program

SETTING = lc.setting("household")


class HouseholdOrder(lc.Purchase):
    household = lc.Text(missing="")


@pytest.mark.parametrize(
    "budget", [lc.Budget("spring"), lc.Budget(7, lc.reject), lc.Budget(HouseholdOrder.household)], ids=repr
)
def test_a_budget_is_a_value(budget):
    values.check(budget)


def test_a_rule_takes_a_budget_by_the_name_of_its_account():
    assert lc.Earn("base", POINT(5), budget="spring") == lc.Earn("base", POINT(5), budget=lc.Budget("spring"))


@refusals.table(
    [
        *((lc.Budget, {"account": bad}, lc.InvalidValue) for bad in (None, "", " a", 1.5, True, [], SETTING)),
        (lc.Budget, {"account": Line.category}, lc.InvalidValue),
        *((lc.Budget, {"account": "a", "otherwise": bad}, lc.InvalidValue) for bad in (None, "", "cut", [])),
        (lc.Earn, {"name": "a", "gives": POINT(1), "budget": 1.5}, lc.InvalidValue),
        (lc.Earn, {"name": "a", "gives": POINT(1), "budget": "b", "over": lc.month}, lc.InvalidProgram),
    ]
)
def test_what_is_no_budget_is_refused(function, bad, error):
    refusals.check(function, bad, error)


BASE = {"name": "base", "gives": POINT.per(USD(1), Line.net)}


@pytest.mark.parametrize(
    "rules",
    [
        [lc.Earn(**BASE, budget=lc.Budget(HouseholdOrder.household))],
        [lc.Earn(**BASE, budget="b"), lc.Lane("lane", of=["base"])],
        [lc.Earn(**BASE), lc.Lane("lane", of=["base"], budget=lc.Budget(HouseholdOrder.household))],
        [lc.Earn(**BASE), lc.Lane("in", of=["base"], budget="b"), lc.Lane("out", of=["in"])],
        [lc.Earn(**BASE), lc.Boost("more", "x2", of="base"), lc.Lane("lane", of=["more"], budget="b")],
        [lc.Earn(**BASE, budget="b", limit=lc.at_most(POINT(5), per=lc.month, otherwise=lc.defer(1)))],
        [lc.Earn(**BASE, budget="b", limit=lc.at_most(POINT(5), per=lc.month, freed=lc.rejudge))],
    ],
)
def test_a_budget_that_no_event_names_or_that_stands_in_a_lane_is_refused(rules):
    with pytest.raises(lc.InvalidProgram):
        program(*rules)


def test_a_rule_that_gives_all_or_nothing_of_a_budget_pays_for_splitting():
    assert lc.Earn(**BASE, budget=lc.Budget("spring", lc.reject)).splitting_pays
    assert not lc.Earn(**BASE, budget="spring").splitting_pays


class Shop:
    """A member, and a budget that is filled."""

    def __init__(self, rules, amount=25):
        self.program = program(*rules)
        self.accounts = {name: self.program.open(name) for name in ("ada", "bob", "spring")}
        self.does("spring", lc.Adjustment("fill", at=day(1), amount=POINT(amount), reason="campaign"))

    def does(self, name, event, now=None):
        answer = self.program.decide(self.accounts[name], event, now, others=self.accounts)
        self.accounts |= answer.accounts
        for account in answer.accounts.values():
            assert lc.verify(self.program, account) is None
            assert lc.fold(account.member, account.entries) == account
        return answer

    def has(self, name):
        return str(self.accounts[name].balance(POINT).decimal)


def test_what_a_rule_gives_is_drawn_from_its_budget_until_that_is_empty():
    shop = Shop([lc.Earn(**BASE, budget="spring"), lc.Earn("from nowhere", POINT(1))])

    shop.does("ada", order("o1", day(2), "20.00"))
    shop.does("bob", order("o1", day(2), "20.00"))
    shop.does("ada", order("o2", day(3), "20.00"))

    assert (shop.has("ada"), shop.has("bob"), shop.has("spring")) == ("22", "6", "0")


def test_a_budget_that_rejects_gives_nothing_where_it_has_less():
    shop = Shop([lc.Earn(**BASE, budget=lc.Budget("spring", lc.reject))])

    shop.does("ada", order("o1", day(2), "26.00"))
    assert (shop.has("ada"), shop.has("spring")) == ("0", "25")
    shop.does("ada", order("o2", day(2), "25.00"))
    assert (shop.has("ada"), shop.has("spring")) == ("25", "0")


def test_two_rules_share_a_budget_in_the_order_in_which_they_stand():
    shop = Shop([lc.Earn(**BASE, budget="spring"), lc.Earn("more", POINT(10), budget="spring")])

    answer = shop.does("ada", order("o1", day(2), "20.00"))

    assert [(entry.rule, entry.amount) for entry in answer.entries if entry.kind == "draw"] == [
        ("base", 20),
        ("more", 5),
    ]
    assert shop.has("spring") == "0"
    assert "a limit or the budget cut 5 point" in answer.explain()
    shop.does("ada", lc.Return("r", at=day(3), of="o1"))
    assert (shop.has("ada"), shop.has("spring")) == ("0", "25")


def test_a_lane_draws_on_its_budget_after_its_limits():
    rules = [
        lc.Earn(**BASE),
        lc.Earn("more", POINT(10)),
        lc.Lane("lane", of=["base", "more"], limit=lc.at_most(POINT(12), per=lc.month), budget="spring"),
    ]
    shop = Shop(rules)

    shop.does("ada", order("o1", day(2), "20.00"))

    assert (shop.has("ada"), shop.has("spring")) == ("12", "13")


def test_a_return_gives_back_to_the_budget_what_it_takes_in_any_cut():
    """30.00 earn 25 of the budget; with 20.00 kept they are 20, with nothing none."""
    shop = Shop([lc.Earn(**BASE, budget="spring")])
    shop.does("ada", order("o1", day(2), "20.00", "10.00"))

    shop.does("ada", lc.Return("r1", at=day(3), of="o1", items=["b"]))
    assert (shop.has("ada"), shop.has("spring")) == ("20", "5")
    shop.does("ada", lc.Return("r2", at=day(3), of="o1"))
    assert (shop.has("ada"), shop.has("spring")) == ("0", "25")


def test_what_comes_back_ends_when_it_would_have_ended():
    shop = Shop([lc.Earn(**BASE, budget="spring"), lc.Expiry(POINT, lc.days(10))], 5)
    shop.does("spring", lc.Adjustment("more", at=day(3), amount=POINT(20), reason="campaign"))
    shop.does("ada", order("o1", day(4), "8.00", "4.00"))

    shop.does("ada", lc.Return("r1", at=day(5), of="o1", items=["b"]))

    expiring = [(at, amount.minor) for at, amount in shop.accounts["spring"].expiring(POINT)]
    assert expiring == [(day(13), 17)], "the last units that were drawn come back first"
    shop.does("ada", lc.Return("r2", at=day(12), of="o1"))
    assert shop.has("spring") == "20", "five had ended on the 11th"


def test_what_was_spent_comes_back_to_the_budget_all_the_same():
    """The budget has what is not granted: it does not ask what became of the units."""
    shop = Shop([lc.Earn(**BASE, budget="spring"), lc.Reward("mug", POINT(15))])
    shop.does("ada", order("o1", day(2), "20.00"))
    shop.does("ada", lc.Redemption("x", at=day(3), reward="mug"))

    shop.does("ada", lc.Return("r1", at=day(4), of="o1"))

    assert (shop.has("ada"), shop.has("spring")) == ("-15", "25")


def test_a_return_that_raises_what_is_kept_gives_no_more_than_the_budget_has():
    """From 26.00 up to 30.00 nothing is earned: one return leads into the gap, and the next one out of it."""
    rule = lc.Earn(**BASE, when=~Line.net.sum().at_least(USD(26)) | Line.net.sum().at_least(USD(30)), budget="spring")
    shop = Shop([rule], 40)
    shop.does("ada", order("o1", day(2), "20.00", "8.00", "4.00"))
    assert (shop.has("ada"), shop.has("spring")) == ("32", "8")
    shop.does("ada", lc.Return("r1", at=day(3), of="o1", items=["c"]))
    assert (shop.has("ada"), shop.has("spring")) == ("0", "40"), "28.00 are in the gap"
    shop.does("bob", order("o1", day(3), "24.00"))

    answer = shop.does("ada", lc.Return("r2", at=day(4), of="o1", items=["b"]))

    assert (shop.has("ada"), shop.has("spring")) == ("16", "0"), "20.00 are worth 20, but 16 are left"
    assert [entry.amount for entry in answer.entries if entry.kind == "draw"] == [16]
    shop.does("ada", lc.Return("r3", at=day(5), of="o1"))
    assert (shop.has("ada"), shop.has("spring")) == ("0", "16")


def test_the_event_may_name_the_budget_of_its_household():
    club = lc.Program(
        "club",
        version="1",
        purchases=HouseholdOrder,
        rules=[lc.Earn("base", POINT.per(USD(1), lc.Item.net), budget=HouseholdOrder.household)],
    )
    pool = lc.Adjustment("fill", at=day(1), amount=POINT(30), reason="this month")
    home = club.decide(club.open("home 7"), pool).account
    ada, bob = club.open("ada"), club.open("bob")
    mine = HouseholdOrder("o1", at=day(2), net=20, household="home 7")

    assert club.parties(ada, mine) == ("ada", "home 7")
    first = club.decide(ada, mine, others=[home])
    second = club.decide(bob, mine, others=first.others)

    assert [answer.account.balance(POINT).minor for answer in (first, second)] == [20, 10]
    assert second.accounts["home 7"].balance(POINT) == POINT(0)


@pytest.mark.parametrize("household", ["", " x", "ada", "x" * 200])
def test_where_no_other_account_is_named_there_is_nothing_to_give_from(household):
    club = lc.Program(
        "club",
        version="1",
        purchases=HouseholdOrder,
        rules=[lc.Earn("base", POINT.per(USD(1), lc.Item.net), budget=HouseholdOrder.household)],
    )
    event = HouseholdOrder("o1", at=day(2), net=20, household=household)

    assert club.parties(club.open("ada"), event) == ("ada",)
    account = club.decide(club.open("ada"), event).account
    assert account.balance(POINT) == POINT(0)
    assert lc.verify(club, account) is None


def test_activities_and_enrolments_draw_on_budgets_too_and_give_back_when_they_are_revoked():
    rules = [
        lc.Earn("welcome", POINT(10), on=lc.Enrolment, budget="spring"),
        lc.Earn("review", POINT(20), on=lc.Activity, budget="spring"),
    ]
    shop = Shop(rules)

    shop.does("ada", lc.Enrolment("e", at=day(2)))
    assert (shop.has("ada"), shop.has("spring")) == ("10", "15")
    shop.does("ada", Visit("v", at=day(3), name="review"))
    assert (shop.has("ada"), shop.has("spring")) == ("25", "0")
    shop.does("ada", lc.Return("r", at=day(4), of="v"))
    assert (shop.has("ada"), shop.has("spring")) == ("10", "15")


def test_a_program_without_budgets_decides_on_one_account_alone():
    ada = Member(program(lc.Earn(**BASE)))

    answer = ada.buys("o1", day(1), "20.00")

    assert answer.accounts == {"ada": answer.account}
    assert ada.program.parties(ada.account, Order("o2", at=day(1))) == ("ada",)
