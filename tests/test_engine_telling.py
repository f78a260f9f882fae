"""Telling: what is said again is the same value, what is kept for that is bounded, and nothing is said too early."""

import copy

import pytest

import loyalcore as lc
from shop import POINT, USD, Line, Member, Order, coffee, day, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
LADDER = lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=90)), tiers={"base": 0, "gold": USD(50)})
BIG = lc.Earn("big", POINT(50), when=Order.net.at_least(USD(20)))


def test_what_is_said_again_is_the_same_value():
    ada = Member(program(BASE, BIG))

    first = ada.buys("p", day(1), "15.50").reasons
    second = ada.buys("q", day(2), "15.50").reasons

    assert first == second
    assert [one is other for one, other in zip(first, second, strict=True)] == [True, True]


def test_what_is_kept_to_be_said_again_is_bounded(monkeypatch):
    monkeypatch.setattr("loyalcore.engine.telling._SAID_MAX", 2)
    ada = Member(program(BASE, BIG))

    for number in range(1, 8):
        base, big = ada.buys(number, day(1), f"{number}.00").reasons
        assert (base.gave, big.missing) == (POINT(number), f"{20 - number}.00 USD more")


def test_of_an_answer_the_reasons_are_those_of_its_event_however_late_they_are_read():
    ada = Member(program(BASE, BIG, lc.Reward("mug", POINT(5), claim=lc.once)))
    answers = [ada.buys(name, day(at), net) for at, (name, net) in enumerate([("p", "15.50"), ("q", "30.00")], 1)]
    ada.buys("r", day(9), "1.00")

    assert [[each.gave for each in answer.reasons] for answer in answers] == [[POINT(15), None], [POINT(30), POINT(50)]]
    assert [answer.reasons for answer in answers] == [ada.program.reasons(ada.account, name) for name in ("p", "q")]


def test_nothing_is_told_where_nothing_happened():
    ada = Member(program(BASE))

    assert ada.program.advance(ada.account, day(3)).reasons == ()


@pytest.mark.parametrize("many", [1, 40])
def test_what_one_of_many_rules_would_have_given_is_told_as_of_few(many):
    """Many that are found by a value are compiled when they are needed."""
    app = Order.channel.is_("app")
    rules = [lc.Earn(f"bonus {at}", POINT(5), when=app & Order.net.at_least(USD(20 + at))) for at in range(many)]
    ada = Member(program(*rules))

    said = ada.buys("p", day(1), "15.50", channel="app").reasons
    web = ada.buys("q", day(1), "15.50", channel="web").reasons

    assert [each.missing for each in said] == [f"{20 + at - 15.5:.2f} USD more" for at in range(many)]
    assert {each.would_give for each in said} == {POINT(5)}
    assert {each.would_give for each in web} == {None}


def test_boosts_are_told_by_numbers_of_items_too():
    boosts = [
        lc.Boost("dear", "x2", of="base", where=Line.net.at_least(USD(10))),
        lc.Boost("two", "x2", of="base", where=Line.quantity.at_least(2) & Line.category.is_("tea")),
        lc.Boost("hot", "x2", of="base", where=Line.category.is_("coffee") & ~Line.category.is_("tea")),
    ]
    ada = Member(program(BASE, *boosts))

    assert ada.buys("p", day(1), coffee("12.00")).reasons[0].verdict == "holds; boosted by dear, hot"
    assert ada.buys("q", day(1), coffee("2.00")).reasons[0].verdict == "holds; boosted by hot"
    assert ada.buys("r", day(1), "2.00").reasons[0].verdict == "holds"


@pytest.mark.parametrize(
    ("options", "gave", "verdict"),
    [
        ({"limit": lc.at_most(POINT(100), per=lc.purchase)}, 45, "sum of base, flat"),
        ({"limit": lc.at_most(POINT(20), per=lc.purchase)}, 20, "sum of base, flat; at most 20 point per purchase"),
        (
            {"limit": lc.at_most(POINT(20), per=lc.purchase, otherwise=lc.reject)},
            0,
            "sum of base, flat; at most 20 point per purchase",
        ),
        (
            {"combine": "best", "limit": lc.at_most(POINT(20), per=lc.purchase)},
            20,
            "best of base, flat is base with 30 point; beside it flat 15 point; at most 20 point per purchase",
        ),
    ],
)
def test_a_lane_says_what_its_limits_cut(options, gave, verdict):
    flat = lc.Earn("flat", POINT(15))
    ada = Member(program(BASE, flat, lc.Lane("lane", of=["base", "flat"], **options)))

    said = ada.buys("p", day(1), "30.00").reasons[-1]

    assert ada.buys("q", day(1), "30.00").reasons[-1] is said
    assert said.gave == POINT(gave)
    assert said.verdict.startswith(verdict)
    assert ("which cut" in said.verdict) == (gave < 45)


def test_a_lane_with_a_boost_or_in_another_order_says_the_same_sum():
    flat = lc.Earn("flat", POINT(15))
    boost = lc.Boost("double", "x2", of="lane")
    boosted = Member(program(BASE, flat, boost, lc.Lane("lane", of=["base", "flat"]))).buys("p", day(1), "30.00")
    turned = Member(program(BASE, flat, lc.Lane("lane", of=["flat", "base"]))).buys("p", day(1), "30.00")

    assert boosted.reasons[-1] == lc.Reason("lane", POINT(90), "sum of base, flat; boosted by double")
    assert turned.reasons[-1] == lc.Reason("lane", POINT(45), "sum of flat, base")


def test_texts_of_items_that_were_asked_about_are_kept_only_so_long(monkeypatch):
    monkeypatch.setattr("loyalcore.engine.items._MEMO_MAX", 1)
    ada = Member(program(BASE, lc.Boost("hot", "x2", of="base", where=Line.category.is_("coffee"))))

    for name, lines, boosted in (("p", ["5.00"], False), ("q", [coffee("5.00")], True), ("r", ["5.00"], False)):
        assert ("hot" in ada.buys(name, day(1), *lines).reasons[0].verdict) == boosted


@pytest.mark.parametrize("copied", [False, True])
def test_a_copy_of_an_event_is_decided_as_the_event(copied):
    """What is derived of the values of an event is not copied with them."""
    rules = program(BASE, LADDER)
    event = Order(
        "p", at=day(1), items=[Line("a", "5.25", category="coffee"), Line("b", "7.10", quantity="1.5", category="tea")]
    )
    given = copy.deepcopy(event) if copied else event

    assert given == event
    assert given.instant == event.instant
    assert rules.decide(rules.open("ada"), given).entries == rules.decide(rules.open("ada"), event).entries
