"""
The laws, for limits of every kind: caps are never overrun, and what is granted less taken back is V, in every order.

What a limit has let through is added up here from the entries alone, by the moment of each purchase.
"""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from shop import POINT, USD, Line, Member, Order, day, held, program

few = settings(max_examples=max(10, settings.default.max_examples // 4))
PER_DOLLAR = POINT.per(USD(1), Line.net)
CATEGORIES = ("coffee", "tea")


def steps():
    """Purchases of lines of two categories in two channels, and returns of lines bought before."""
    line = st.tuples(st.integers(0, 4000), st.sampled_from(CATEGORIES))
    bought = st.tuples(st.just("buy"), st.lists(line, min_size=1, max_size=3), st.sampled_from(["app", "web"]))
    returned = st.tuples(st.just("return"), st.integers(0, 9), st.lists(st.integers(0, 2), min_size=1, unique=True))
    return st.lists(st.tuples(st.integers(0, 40), bought | returned), min_size=1, max_size=12)


def live(rules, history):
    """Live through a history; return the member, and what each purchase keeps."""
    ada, now, bought = Member(rules), day(1), []
    for number, (hours, (kind, first, second)) in enumerate(history):
        now += dt.timedelta(hours=hours)
        if kind == "buy":
            items = [
                Line(str(at), lc.Amount(USD, cents).decimal, category=category)
                for at, (cents, category) in enumerate(first)
            ]
            ada.does(Order(f"p{number}", at=now, items=items, channel=second))
            bought.append((f"p{number}", {item.id for item in items}))
        elif bought:
            of, left = bought[first % len(bought)]
            gone = sorted(left & {str(at) for at in second})
            if gone:
                left -= set(gone)
                assert ada.returns(f"r{number}", now, of, gone).refusal is None
    return ada, bought


def limited(limit):
    return [lc.Earn("base", PER_DOLLAR, limit=limit), lc.Earn("more", PER_DOLLAR, limit=limit)]


LIMITS = {
    "a key": lc.at_most(POINT(50), per=lc.day, each=Order.channel),
    "shared": lc.at_most(POINT(50), per=lc.day, name="shared"),
    "shared by a key": lc.at_most(POINT(50), per=lc.day, name="shared", each=Order.channel),
    "rejecting": lc.at_most(POINT(50), per=lc.day, name="shared", otherwise=lc.reject),
    "waiting": lc.at_most(POINT(50), per=lc.day, otherwise=lc.defer(2)),
    "waiting together": lc.at_most(POINT(50), per=lc.day, name="shared", otherwise=lc.defer(4)),
    "again": lc.at_most(POINT(50), per=lc.day, freed=lc.rejudge),
    "again by a key": lc.at_most(POINT(50), per=lc.day, each=Order.channel, freed=lc.rejudge),
}


def given_by_day(account, limit):
    """Add up what each limit has let through on each day: by rule, or together, and by the key."""
    found, events = Counter(), {entry.id: entry for entry in account.entries if entry.is_fact}
    for entry in account.entries:
        if entry.kind not in ("earn", "take"):
            continue
        fact = account.entries[entry.cause]
        of = events[fact.content[1][0]] if fact.kind == "return" else fact
        key = of.content[3][of.content[2].index("channel")] if limit.each is not None else ""
        rule = "all" if limit.name else entry.rule
        # What waits is of the day on which it becomes usable; what is taken back is of the day of its lot.
        if entry.kind == "earn":
            found[rule, key, day_of(entry, of)] += entry.amount
        else:
            for lot, amount in zip(entry.pieces[::2], entry.pieces[1::2], strict=True):
                found[rule, key, day_of(account.entries[lot], of)] -= amount
    return found


def day_of(lot, of):
    moment = lot.usable or of.at
    return moment.date()


@few
@pytest.mark.parametrize("name", LIMITS)
@given(history=steps())
def test_a_cap_is_never_overrun_whatever_is_bought_and_returned(name, history):
    ada, _ = live(program(*limited(LIMITS[name])), history)

    if "again" not in name:
        assert max(given_by_day(ada.account, LIMITS[name]).values(), default=0) <= 50
    else:
        kinds = 2 if LIMITS[name].each is not None else 1
        assert max(held(ada.account).values(), default=0) <= 50 * kinds
    assert ada.account.debt(POINT) == POINT(0)
    assert lc.verify(ada.program, ada.account) is None


ORDERLY = {
    **{name: LIMITS[name] for name in ("a key", "shared", "waiting", "waiting together", "again", "again by a key")},
    "items": lc.at_most(POINT(30), per=lc.day, each=Line.category),
    "times of items": lc.times(1, per=lc.day, each=Line.category),
    "items again": lc.at_most(POINT(30), per=lc.day, each=Line.category, freed=lc.rejudge),
    "a share": lc.at_most(POINT.per(USD(3), Line.net), per=lc.day, freed=lc.rejudge),
    "a share of a purchase": lc.at_most(POINT.per(USD(3), Line.net), per=lc.purchase),
}


@few
@pytest.mark.parametrize("name", ORDERLY)
@given(data=st.data(), history=steps())
def test_the_order_and_number_of_returns_make_no_difference(name, data, history):
    bought = [step for step in history if step[1][0] == "buy"]
    rules = program(*limited(ORDERLY[name]))
    one, other = live(rules, bought), live(rules, bought)
    every = [(of, item) for of, left in one[1] for item in sorted(left)]
    gone = data.draw(st.lists(st.sampled_from(every), unique=True)) if every else []

    for member, order in ((one[0], gone), (other[0], gone[::-1])):
        for number, (of, item) in enumerate(order):
            assert member.returns(f"r{number}", day(60), of, [item]).refusal is None

    assert held(one[0].account) == held(other[0].account)
    assert [(lot.left, lot.usable) for lot in one[0].account.lots(POINT)] == [
        (lot.left, lot.usable) for lot in other[0].account.lots(POINT)
    ]


@few
@pytest.mark.parametrize("name", ORDERLY)
@given(history=steps())
def test_what_is_returned_in_full_leaves_nothing_granted_and_all_room(name, history):
    ada, bought = live(program(*limited(ORDERLY[name])), history)

    for number, (of, left) in enumerate(bought):
        if left:
            ada.returns(f"all{number}", day(60), of)

    sums = Counter()
    for entry in ada.account.entries:
        if entry.is_fact:
            for tally, start, amount in zip(entry.sums[::3], entry.sums[1::3], entry.sums[2::3], strict=True):
                sums[tally, start] += amount
    assert held(ada.account) == {}
    assert not +sums
    assert not -sums


@few
@given(history=steps())
def test_judged_again_a_window_is_worth_the_awards_of_what_is_kept_up_to_the_limit(history):
    """Against plain arithmetic: each purchase floored by itself, added up for each day, and cut."""
    rules = program(lc.Earn("base", PER_DOLLAR, limit=lc.at_most(POINT(50), per=lc.day, freed=lc.rejudge)))
    ada, bought = live(rules, history)
    kept, wanted = dict(bought), Counter()

    for entry in ada.account.entries:
        if entry.kind == "purchase":
            net = sum(row[1] for row in entry.content[1] if row[0] in kept[entry.id])
            wanted["base", int(dt.datetime.combine(entry.at, dt.time(), dt.UTC).timestamp()) * 10**6] += net // 100

    assert held(ada.account) == {cell: min(50, amount) for cell, amount in wanted.items() if amount}


@few
@given(history=steps())
def test_a_lane_of_a_limit_and_rules_under_one_name_come_to_the_same(history):
    """A lane that adds up, limited, gives as much in all as its rules that share the limit."""
    lane = lc.Lane("lane", of=["base", "more"], limit=lc.at_most(POINT(50), per=lc.day))
    bought = [step for step in history if step[1][0] == "buy"]
    apart, _ = live(program(*limited(LIMITS["shared"])), bought)
    together, _ = live(program(lc.Earn("base", PER_DOLLAR), lc.Earn("more", PER_DOLLAR), lane), bought)

    assert apart.account.balance(POINT) == together.account.balance(POINT)
