"""Removing: what a condition picks of the past is returned, once, whoever judged it."""

import pytest

import loyalcore as lc
from shop import POINT, USD, Line, Member, Order, Visit, coffee, date, day, order, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
VISITS = lc.Earn("visits", POINT(7), on=Visit)


def shop(version="1"):
    return program(BASE, VISITS, version=version)


def busy(rules):
    ada = Member(rules)
    ada.buys("p", day(1), "10.00", channel="app")
    ada.buys("q", day(2), "20.00", coffee("5.00"), channel="web")
    ada.does(Visit("v", at=day(3), name="visit"))
    ada.buys("r", day(4), "40.00", channel="web")
    return ada


def removed(member, where, **more):
    found = lc.returns_of(member.program, member.account, where, id="x", at=day(9), **more)
    for each in found:
        member.does(each)
    return [each.of for each in found]


def test_all_purchases_that_match_are_returned_in_the_order_in_which_they_were_recorded():
    ada = busy(shop())

    assert removed(ada, Order.channel.is_("web")) == ["q", "r"]
    assert ada.has() == "17"
    assert lc.verify(ada.program, ada.account) is None


def test_removing_again_finds_nothing_and_deciding_again_changes_nothing():
    ada = busy(shop())
    found = lc.returns_of(ada.program, ada.account, Order.channel.is_("web"), id="x", at=day(9))
    for each in (*found, *found):
        ada.does(each)

    assert ada.has() == "17"
    assert [each.id for each in found] == ['["x","q"]', '["x","r"]']
    assert removed(ada, Order.channel.is_("web")) == []


def test_what_is_returned_in_part_is_returned_for_the_rest():
    ada = busy(shop())
    ada.returns("before", day(5), "q", items=["a"])

    assert removed(ada, Order.channel.is_("web")) == ["q", "r"]
    assert ada.has() == "17"


def test_a_condition_may_ask_for_what_the_items_come_to():
    ada = busy(shop())

    assert removed(ada, Order.net.at_least(USD(25)) & ~Order.channel.is_("app")) == ["q", "r"]
    assert removed(ada, lc.between(day(1), day(2))) == ["p"]
    assert removed(ada, lc.always) == []


def test_activities_are_revoked():
    ada = busy(shop())

    assert removed(ada, Visit.name.is_("visit"), of=Visit) == ["v"]
    assert ada.has() == "75"
    assert removed(ada, Visit.name.is_("visit"), of=lc.Activity) == []


def test_each_version_of_a_book_has_judged_its_own():
    book = lc.Book([shop(), lc.Version(shop("2"), starts=date("2026-01-03").date())])
    ada = busy(book)

    assert removed(ada, Order.channel.is_("web")) == ["q", "r"]
    assert ada.has() == "17"


@pytest.mark.parametrize(
    ("where", "more", "said"),
    [
        (lc.setting("plan").is_("plus"), {}, "about the event alone"),
        (lc.in_tier("status", "gold"), {}, "about the event alone"),
        ("channel", {}, "about the event alone"),
        (Order.channel.is_("web"), {"of": lc.Enrolment}, "purchases or activities"),
        (Order.channel.is_("web"), {"of": "purchase"}, "purchases or activities"),
        (Visit.minutes.at_least(3), {}, "what is removed"),
    ],
)
def test_what_cannot_be_told_of_an_event_is_refused(where, more, said):
    ada = busy(shop())

    with pytest.raises(lc.LoyalcoreError, match=said):
        lc.returns_of(ada.program, ada.account, where, id="x", at=day(9), **more)


class Pool:
    """Two members who give to a pool, which spends some."""

    def __init__(self, *rules):
        self.program = program(
            BASE, VISITS, lc.Transferable(POINT), lc.Expiry(POINT, lc.days(90)), lc.Reward("tea", POINT(15)), *rules
        )
        self.accounts = {name: self.program.open(name) for name in ("ada", "bob", "pool")}
        for name, net in (("ada", "40.00"), ("bob", "30.00"), ("pool", "1.00")):
            self.does(name, order("o", day(1), net))

    def does(self, name, event):
        answer = self.program.decide(self.accounts[name], event, others=self.accounts)
        self.accounts |= answer.accounts
        return answer

    def leaves(self, name, **more):
        found = lc.transfers_of(
            self.program, self.accounts["pool"], POINT, to=name, id=f"{name} left", at=day(9), **more
        )
        for each in (*found, *found):
            assert self.does("pool", each).refusal is None
        return [(each.of, each.amount.minor) for each in found]

    def has(self):
        return [self.accounts[name].balance(POINT).minor for name in ("ada", "bob", "pool")]


def test_who_leaves_a_pool_takes_along_what_is_left_of_what_was_given():
    pool = Pool()
    for id, name, amount in (("g1", "ada", 10), ("g2", "bob", 20), ("g3", "ada", 5)):
        pool.does(name, lc.Transfer(id, at=day(2), to="pool", amount=POINT(amount)))
    pool.does("pool", lc.Redemption("r", at=day(3), reward="tea"))

    assert pool.leaves("ada") == [('["ada","g3"]', 5)]
    assert pool.has() == [30, 10, 16], (
        "the tea took the first fifteen: one of the pool's own, ten of ada's, four of bob's"
    )
    assert pool.leaves("ada") == []


def test_who_leaves_a_shared_account_takes_along_what_is_left_of_own_purchases():
    pool = Pool()
    for id, channel in (("p1", "ada"), ("p2", "bob")):
        pool.does("pool", order(id, day(2), "10.00", channel=channel))
    pool.does("pool", Visit("v", at=day(3), name="visit"))

    assert pool.leaves("bob", where=Order.channel.is_("bob"), of=Order) == [("p2", 10)]
    assert pool.leaves("ada", where=Visit.name.is_("visit"), of=Visit) == [("v", 7)]
    assert pool.has() == [47, 40, 11]


def test_what_is_pending_stays():
    pool = Pool(lc.Earn("later", POINT(3), pending=lc.days(20)))
    pool.does("pool", order("p", day(2), "10.00", channel="ada"))

    assert pool.leaves("ada", where=Order.channel.is_("ada"), of=Order) == [("p", 10)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"unit": "point"}, "a unit is given along"),
        ({"where": Order.channel.is_("web")}, "leave where= out"),
        ({"of": Order}, "about the event alone"),
        ({"of": lc.Enrolment, "where": Order.channel.is_("web")}, "purchases or activities"),
    ],
)
def test_what_goes_along_is_told_by_the_giver_or_by_a_condition(more, said):
    ada = busy(shop())

    with pytest.raises(lc.InvalidValue, match=said):
        lc.transfers_of(ada.program, ada.account, **{"unit": POINT, "to": "ada", "id": "x", "at": day(9), **more})
