"""The index finds every rule that may give something, and changes no answer."""

import datetime as dt

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.engine import earning
from loyalcore.measures import Constant
from shop import STAR, USD, Line, Member, Order, day, order, program

ALONE = st.sampled_from(["alone", "alone", "alone", "limited", "rounded", "month"])
WORDS = ("coffee", "tea", "cake", "other")


def stretches():
    """Short and long, of whole days and not, some over before anything happens."""
    starts = st.sampled_from([dt.date(2026, 1, 1), dt.date(2026, 1, 3), day(2), day(4, hour=7), None])
    ends = st.sampled_from([dt.date(2026, 1, 5), dt.date(2026, 1, 9), day(6), day(9, hour=7), None])
    return st.builds(lc.between, starts, ends)


def of_items():
    """Conditions about items: keys of texts, flags and numbers, and what is no key."""
    word = st.sampled_from(WORDS)
    single = (
        word.map(Line.category.is_)
        | st.sets(word, min_size=1).map(Line.category.is_in)
        | st.sampled_from([Line.gift.is_true(), Line.net.more_than(USD(3)), Line.cost.is_(USD(1))])
        | st.integers(0, 3).map(Line.points.is_)
        | st.just(Line.points.is_("1.5"))
    )
    return st.recursive(single, joined, max_leaves=4)


def of_events():
    """Conditions about events: keys, stretches of time, totals of picked items, and what is no key."""
    single = (
        stretches()
        | st.sampled_from(["app", "web", ""]).map(Order.channel.is_)
        | st.sampled_from([1, "1.5"]).map(Order.nights.is_)
        | st.builds(lambda where, most: Line.net.sum(where).at_least(USD(most)), of_items(), st.integers(0, 9))
        | st.builds(lambda where: Line.quantity.sum(where).at_most(1), of_items())
        | st.sampled_from(
            [
                Order.express.is_true(),
                Order.net.more_than(USD(5)),
                lc.weekday("fri", "sat"),
                lc.setting("letter").is_("yes"),
                lc.ordinal.at_least(2),
                Order.net.over(lc.month).at_least(USD(20)),
                lc.in_tier("status", "gold"),
            ]
        )
    )
    return st.recursive(single, joined, max_leaves=4)


def joined(inner):
    return (
        st.builds(lambda a, b: a & b, inner, inner)
        | st.builds(lambda a, b: a | b, inner, inner)
        | inner.map(lambda a: ~a)
    )


def gives():
    word = st.sampled_from(WORDS)
    return st.one_of(
        st.builds(lambda rate: STAR(rate).per(USD(1), Line.net), st.sampled_from(["0.37", "1"])),
        word.map(lambda word: STAR("0.1").per(USD(1), Line.net.sum(Line.category.is_(word)))),
        st.just(STAR.milestones(Line.net, {USD(4): STAR(1), USD(9): STAR(4)})),
        # Two dollars at least, even where nothing counts.
        st.just(STAR(1).per(USD(1), Line.net.sum().at_least_of(Constant(lc.Bound(2, "USD"))))),
        st.just(STAR(2).per_full(USD(5), Line.net)),
        st.just(STAR(1).per(USD(1), Line.net.sum(Line.gift.is_true()) - Line.net * "0.5")),
    )


@st.composite
def rules(draw, name, kinds=ALONE):
    options = {"when": draw(st.none() | of_events())}
    flat = draw(st.booleans())
    if not flat:
        options["where"] = draw(st.none() | of_items())
    kind = draw(kinds)
    if kind == "month":
        options["over"] = lc.month
    elif kind == "limited":
        options["limit"] = lc.at_most(STAR(2), per=lc.purchase if flat else lc.item)
    elif kind == "rounded":
        options["rounding"] = lc.ceiling
    return lc.Earn(name, STAR("1.25") if flat else draw(gives()), **options)


@st.composite
def programs(draw):
    """Programs with many rules: most of them in a lane that adds up, the rest each on its own."""
    in_lane = [draw(rules(f"in lane {number}", st.just("alone"))) for number in range(draw(st.sampled_from([0, 9])))]
    alone = [draw(rules(f"alone {number}")) for number in range(draw(st.sampled_from([1, 9])))]
    boosts = [
        lc.Boost(f"boost {number}", draw(st.sampled_from(["+50%", "x2"])), of=rule.name, when=draw(of_events()))
        for number, rule in enumerate((*in_lane, *alone))
        if draw(st.sampled_from([True, False, False, False]))
    ]
    zone = draw(st.sampled_from(["UTC", "Europe/Istanbul"]))
    lanes = [lc.Lane("lane", of=[rule.name for rule in in_lane])] if in_lane else []
    ladder = lc.Ladder("status", by=STAR.earned(lc.rolling(days=20)), tiers={"base": 0, "gold": STAR(20)})
    return program(*in_lane, *alone, *boosts, *lanes, ladder, timezone=zone)


@st.composite
def steps(draw):
    """Purchases and returns of some of them."""
    drawn = []
    for number in range(draw(st.integers(1, 5))):
        at = day(draw(st.integers(1, 12)), hour=draw(st.sampled_from([0, 6, 8, 22])))
        lines = [
            {
                "net": f"{draw(st.integers(0, 12))}.50",
                "category": draw(st.sampled_from(WORDS)),
                "gift": draw(st.booleans()),
                "points": draw(st.integers(0, 2)),
                "cost": draw(st.sampled_from(["0", "1"])),
                "quantity": draw(st.sampled_from([1, 2, "0.5"])),
            }
            for _ in range(draw(st.integers(0, 4)))
        ]
        nights, channel = draw(st.integers(0, 2)), draw(st.sampled_from(["app", "web", ""]))
        drawn.append(order(f"p{number}", at, *lines, channel=channel, express=draw(st.booleans()), nights=nights))
        if lines and draw(st.booleans()):
            drawn.append(lc.Return(f"r{number}", at=at, of=f"p{number}", items=draw(st.sampled_from([None, ["a"]]))))
    return drawn


def entries(rules, few, steps):
    """What is recorded where *few* rules are too few for an index, and why."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(earning, "FEW", few)
        member = Member(lc.Program(**rules.fields()))
        event(f"{len(member.program.engine.plans['purchase'].judge.many)} rules of {few}")
        said = [member.does(step).explain() for step in steps]
        return member.account.rows, said


@settings(max_examples=settings.default.max_examples // 2)
@given(programs(), steps())
def test_what_the_index_finds_comes_to_what_asking_every_rule_comes_to(rules, steps):
    assert entries(rules, 1, steps) == entries(rules, 10**9, steps)
