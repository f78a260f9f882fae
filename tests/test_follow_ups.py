"""Follow-ups: what an event of one member raises for another, once, and what becomes of it when it is returned."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, USD, Line, Order, Visit, day, order, program

REFERRER = lc.setting("referrer")
RAISES = [
    lc.Raise("friend bought", "referral", to=REFERRER),
    lc.Raise("club", "share", to="the club", on=Visit, when=Visit.name.is_("visit"), values={"minutes": Visit.minutes}),
    lc.Raise("friend", "referral", to=7, on=lc.Enrolment),
]


@pytest.mark.parametrize("rule", RAISES, ids=lambda rule: rule.name)
def test_a_rule_that_raises_something_is_a_value(rule):
    values.check(rule)


GOOD = {"name": "friend", "activity": "referral", "to": REFERRER}


@refusals.table(
    [
        *((lc.Raise, {**GOOD, "name": bad}, lc.InvalidValue) for bad in ("", None, 5)),
        *((lc.Raise, {**GOOD, "activity": bad}, lc.InvalidValue) for bad in (None, 5, "a\n")),
        *((lc.Raise, {**GOOD, "to": bad}, lc.InvalidValue) for bad in (None, "", -1, 1.5, Line.category)),
        *((lc.Raise, {**GOOD, "on": bad}, lc.InvalidValue) for bad in (lc.Redemption, "return", None)),
        *((lc.Raise, {**GOOD, "when": bad}, lc.InvalidValue) for bad in (5, Line.net.at_least(USD(1)))),
        *((lc.Raise, {**GOOD, "values": bad}, lc.InvalidValue) for bad in (5, "spent", {"a": 5}, [1], None)),
        *((lc.FollowUp, {"account": "bob", "event": bad}, lc.InvalidValue) for bad in (None, "x")),
    ]
)
def test_what_raises_nothing_sensible_is_refused(function, bad, error):
    refusals.check(function, bad, error)


class Bare(lc.Activity):
    spent = lc.Price()


@pytest.mark.parametrize(
    "rule",
    [
        lc.Raise("a", "b", to=lc.TextOf("event", "household")),
        lc.Raise("a", "b", to=REFERRER, values={"spent": Order.net}),
        lc.Raise("a", "b", to=REFERRER, values={"place": Order.count}),
        lc.Raise("a", "b", to=REFERRER, values={"minutes": Order.net}),
        lc.Raise("a", "b", to=REFERRER, values={"minutes": Order.count.over(lc.month)}),
        lc.Raise("a", "b", to=REFERRER, values={"minutes": Order.nights + POINT.balance}),
        lc.Raise("a", "b", to=REFERRER, when=lc.in_tier("status", "gold")),
    ],
    ids=range(7),
)
def test_what_the_events_do_not_have_is_neither_asked_nor_carried(rule):
    with pytest.raises(lc.InvalidProgram):
        program(rule)


def test_an_activity_is_not_raised_without_a_number_it_must_have():
    with pytest.raises(lc.InvalidProgram, match="without 'spent'"):
        lc.Program("p", version="1", activities=Bare, rules=[lc.Raise("a", "b", to=REFERRER)])
    carried = lc.Raise("a", "b", to=REFERRER, values={"spent": lc.Purchase.net})
    assert lc.Program("p", version="1", activities=Bare, rules=[carried]).rules == (carried,)


REFERRAL = [
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Raise("friend bought", "referral", to=REFERRER, when=lc.ordinal.is_(1) & Order.net.at_least(USD(20))),
    lc.Earn(
        "thanks",
        POINT(500),
        on=lc.Activity,
        when=lc.Activity.name.is_("referral"),
        limit=lc.times(2, per=lc.lifetime),
    ),
    lc.Earn(
        "welcome",
        POINT(250),
        when=lc.ordinal.is_(1) & Order.net.at_least(USD(20)) & ~REFERRER.is_(""),
    ),
]


class Friends:
    """Friends of Bob's, and what waits to be decided."""

    def __init__(self, *rules):
        self.program = program(*(rules or REFERRAL))
        self.accounts, self.waiting = {}, []

    def does(self, name, event):
        account = self.accounts.get(name) or self.program.open(name)
        answer = self.program.decide(account, event)
        self.accounts[name] = answer.account
        if not answer.known:
            self.waiting += answer.follow_ups
        assert lc.verify(self.program, answer.account) is None
        return answer

    def joins(self, name, at, referrer="bob"):
        self.does(name, lc.Settings("joined", at=at, referrer=referrer))

    def settle(self):
        while self.waiting:
            each = self.waiting.pop(0)
            self.does(each.account, each.event)

    def has(self, name):
        account = self.accounts.get(name)
        return 0 if account is None else account.balance(POINT).minor


def test_both_sides_get_something_once_the_friend_has_bought():
    friends = Friends()
    friends.joins("ada", day(1))

    answer = friends.does("ada", order("o1", day(2), "30.00"))
    assert friends.has("ada") == 280
    assert friends.has("bob") == 0, "what is raised is decided on its own"
    friends.settle()

    (raised,) = answer.follow_ups
    assert (raised.account, raised.event.id, raised.event.name) == ("bob", '["ada","o1","friend bought"]', "referral")
    assert friends.has("bob") == 500
    friends.does("ada", order("o2", day(3), "30.00"))
    assert friends.waiting == []


@pytest.mark.parametrize("referrer", ["", "ada", " bob", "x" * 200])
def test_nothing_is_raised_for_nobody_or_for_oneself(referrer):
    friends = Friends()
    if referrer:
        friends.accounts["ada"] = friends.program.decide(
            friends.program.open("ada"), lc.Settings("joined", at=day(1), referrer=referrer)
        ).account

    assert friends.does("ada", order("o1", day(2), "30.00")).follow_ups == ()


def test_what_falls_short_of_the_condition_raises_nothing():
    friends = Friends()
    friends.joins("ada", day(1))

    assert friends.does("ada", order("o1", day(2), "19.99")).follow_ups == ()


def test_a_follow_up_counts_once_however_often_it_is_decided():
    friends = Friends()
    friends.joins("ada", day(1))
    answer = friends.does("ada", order("o1", day(2), "30.00"))
    friends.settle()

    again = friends.does("ada", order("o1", day(2), "30.00"))
    assert again.known
    assert again.follow_ups == answer.follow_ups
    assert friends.does("bob", again.follow_ups[0].event).known
    assert friends.has("bob") == 500


def test_limits_of_the_referrer_cap_what_friends_bring():
    friends = Friends()
    for number, name in enumerate(("ada", "cyd", "dan")):
        friends.joins(name, day(1))
        friends.does(name, order("o1", day(2 + number), "30.00"))
    friends.settle()

    assert friends.has("bob") == 1000


def test_a_return_that_leaves_the_condition_unfulfilled_withdraws_what_was_raised():
    friends = Friends()
    friends.joins("ada", day(1))
    friends.does("ada", order("o1", day(2), "20.00", "5.00"))
    friends.settle()

    answer = friends.does("ada", lc.Return("r1", at=day(3), of="o1", items=["b"]))
    assert answer.follow_ups == (), "20.00 are still enough"
    answer = friends.does("ada", lc.Return("r2", at=day(4), of="o1", items={"a": "0.5"}))
    (withdrawn,) = answer.follow_ups
    assert withdrawn.event.of == '["ada","o1","friend bought"]'
    friends.settle()

    assert friends.has("bob") == 0
    assert friends.does("ada", lc.Return("r3", at=day(5), of="o1")).follow_ups == ()


def test_room_that_a_withdrawn_friend_leaves_serves_the_next():
    friends = Friends()
    for name in ("ada", "cyd", "dan"):
        friends.joins(name, day(1))
    friends.does("ada", order("o1", day(2), "30.00"))
    friends.does("cyd", order("o1", day(2), "30.00"))
    friends.does("ada", lc.Return("r", at=day(3), of="o1"))
    friends.settle()
    friends.does("dan", order("o1", day(4), "30.00"))
    friends.settle()

    assert friends.has("bob") == 1000


def test_a_withdrawal_that_comes_first_waits_for_what_it_withdraws():
    friends = Friends()
    friends.joins("ada", day(1))
    raised = friends.does("ada", order("o1", day(2), "30.00")).follow_ups[0]
    withdrawn = friends.does("ada", lc.Return("r", at=day(3), of="o1")).follow_ups[0]

    assert friends.does("bob", withdrawn.event).refusal.code == "unknown-purchase"
    friends.does("bob", raised.event)
    assert friends.does("bob", withdrawn.event).refusal is None
    assert friends.has("bob") == 0


def test_what_holds_again_is_raised_again():
    """From 26.00 up to 30.00 nothing is raised: one return leads into the gap, and the next one out of it."""
    gap = ~Order.net.at_least(USD(26)) | Order.net.at_least(USD(30))
    friends = Friends(
        lc.Raise("friend bought", "referral", to=REFERRER, when=gap), lc.Earn("thanks", POINT(5), on=lc.Activity)
    )
    friends.joins("ada", day(1))
    friends.does("ada", order("o1", day(2), "20.00", "8.00", "4.00"))
    friends.does("ada", lc.Return("r1", at=day(3), of="o1", items=["c"]))
    friends.does("ada", lc.Return("r2", at=day(4), of="o1", items=["b"]))

    assert [each.event.kind for each in friends.waiting] == ["activity", "return", "activity"]
    friends.settle()
    assert friends.has("bob") == 5
    friends.does("ada", lc.Return("r3", at=day(5), of="o1"))
    friends.settle()
    assert friends.has("bob") == 0


def test_a_share_of_what_a_friend_buys_follows_its_returns():
    """One of ten points a dollar for the community; the activity carries the net amount."""

    class Share(lc.Activity):
        spent = lc.Price(missing=0)

    club = lc.Program(
        "club",
        version="1",
        activities=Share,
        rules=[
            lc.Raise("for all", "share", to="community", values={"spent": lc.Purchase.net}),
            lc.Earn("share", POINT("10").per(USD(10), Share.spent), on=Share, when=Share.name.is_("share")),
        ],
    )
    bought = club.decide(
        club.open("ada"), lc.Purchase("o1", at=day(1), items=[lc.Item("a", "20.00"), lc.Item("b", "15.50")])
    )
    community = club.decide(club.open("community"), bought.follow_ups[0].event).account
    assert bought.follow_ups[0].event.spent * 100 == 3550
    assert community.balance(POINT) == POINT(35)

    back = club.decide(bought.account, lc.Return("r", at=day(2), of="o1", items=["b"]))
    for each in back.follow_ups:
        community = club.decide(community, each.event).account

    assert [each.event.kind for each in back.follow_ups] == ["return", "activity"]
    assert community.balance(POINT) == POINT(20)


def test_the_event_may_name_who_gets_the_follow_up():
    friends = Friends(lc.Raise("sold", "sale", to=Order.channel), lc.Earn("a", POINT(1), on=lc.Activity))

    friends.does("ada", order("o1", day(1), "20.00", channel="desk 3"))
    friends.does("ada", order("o2", day(1), "20.00"))
    friends.settle()

    assert friends.has("desk 3") == 1


def test_what_is_raised_raises_nothing_further():
    """Everybody has referred everybody: a chain would never end."""
    friends = Friends(lc.Raise("on and on", "referral", to=REFERRER, on=Visit), lc.Earn("a", POINT(1), on=lc.Activity))
    friends.joins("ada", day(1))
    friends.joins("bob", day(1), referrer="ada")

    friends.does("ada", Visit("v", at=day(2), name="visit"))
    friends.settle()

    assert (friends.has("ada"), friends.has("bob")) == (1, 1)


def test_enrolments_and_activities_raise_follow_ups_and_revoking_withdraws_them():
    rules = [
        lc.Raise("joined", "newcomer", to="hall", on=lc.Enrolment),
        lc.Raise("went", "guest", to="hall", on=Visit, values={"minutes": Visit.minutes * 2}),
        lc.Earn("count", POINT(1), on=lc.Activity),
        lc.Earn("minutes", STAR(1).per(1, Visit.minutes), on=Visit),
    ]
    friends = Friends(*rules)
    friends.does("ada", lc.Enrolment("e", at=day(1)))
    friends.does("ada", Visit("v", at=day(2), name="visit", minutes=15))
    friends.settle()
    assert (friends.has("hall"), friends.accounts["hall"].balance(STAR)) == (2, STAR(30))

    friends.does("ada", lc.Return("r", at=day(3), of="v"))
    friends.settle()

    assert (friends.has("hall"), friends.accounts["hall"].balance(STAR)) == (1, STAR(0))
    assert friends.does("ada", lc.Return("q", at=day(4), of="v")).refusal.code == "nothing-left"


def test_a_long_history_of_names_makes_ids_that_stores_take():
    friends = Friends()
    name = "a" * 128
    friends.joins(name, day(1))

    answer = friends.does(name, order("o" * 128, day(2), "30.00"))

    assert len(answer.follow_ups[0].event.id) == 68
    friends.settle()
    assert friends.has("bob") == 500


def test_a_follow_up_can_be_made_again_from_the_entry_that_raised_it():
    friends = Friends()
    friends.joins("ada", day(1))
    answer = friends.does("ada", order("o1", day(2), "30.00"))
    (entry,) = [entry for entry in answer.entries if entry.kind == "raise"]

    again = friends.program.follow_up(entry)

    assert again == answer.follow_ups[0]
    with pytest.raises(lc.InvalidValue, match="raised by entries of kind raise"):
        friends.program.follow_up(answer.entries[0])


def test_bare_rows_that_raise_something_do_not_say_whose_they_are():
    friends = Friends()
    friends.joins("ada", day(1))
    account = friends.does("ada", order("o1", day(2), "30.00")).account

    assert lc.verify(friends.program, account.entries) is None
    with pytest.raises(lc.InvalidValue, match="derived from their account"):
        lc.verify(friends.program, account.rows)


def test_rows_read_in_place_raise_the_same():
    club = program(*REFERRAL, lc.Raise("each", "order", to="counter"))
    rows = [("o1", day(1), "ada", []), ("o2", day(2), "bob", []), ("o3", day(3), "ada", [])]
    binding = lc.bind(Order, lc.bind_items(Line, id=0, net=1, category=2), id=0, at=1, member=2, lines=3)

    replayed = club.replay(rows, binding).run()

    for member in ("ada", "bob"):
        account = club.open(member)
        for id_, at, of, _ in rows:
            if of == member:
                account = club.decide(account, Order(id_, at=at)).account
        assert replayed.account(member) == account
    assert [row[0] for row in replayed.rows("bob")] == ["purchase", "raise"]


def test_a_returned_row_withdraws_what_it_raised():
    club = program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Raise("each", "order", to="counter"))
    lines = lc.bind_items(Line, id=0, net=1, category=2)
    head = {"id": 1, "at": 2, "member": 3}
    bindings = {"buy": lc.bind(Order, lines, **head, lines=4), "back": lc.bind(lc.Return, **head, of=4)}
    rows = [("buy", "o1", day(1), "ada", [("a", 500, "tea")]), ("back", "r1", day(2), "ada", "o1")]

    replayed = club.replay(rows, bindings, kind=0).run()

    assert [row[0] for row in replayed.rows("ada")] == ["purchase", "earn", "raise", "return", "take", "raise"]
    assert lc.verify(club, replayed.account("ada")) is None
