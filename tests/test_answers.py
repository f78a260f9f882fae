"""Answers, refusals and reasons are values that say what they are."""

import loyalcore as lc
from shop import POINT, USD, Line, Member, Order, day, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Earn("big", POINT(50), when=Order.net.at_least(USD(20))),
    lc.Reward("mug", POINT(25)),
)


def test_an_answer_has_the_new_entries_and_the_account_after_them():
    ada = Member(SHOP)

    answer = ada.buys("p", day(1), "15.50")

    assert [entry.kind for entry in answer.entries] == ["purchase", "earn"]
    assert answer.account.entries == answer.entries
    assert (answer.refusal, answer.known, answer.follow_ups) == (None, False, ())


def test_an_answer_explains_itself_a_line_for_each_rule():
    ada = Member(SHOP)

    answer = ada.buys("p", day(1), "15.50")

    assert answer.explain() == (
        "base: gave 15 point: holds\n"
        "big: gave nothing: needs net >= 20.00 USD, was 15.50 USD; 4.50 USD more would have given 50 point"
    )
    assert answer.reasons == SHOP.reasons(ada.account, "p")


def test_a_refused_event_is_explained_by_its_refusal():
    ada = Member(SHOP)

    answer = ada.redeems("x", day(1), "mug")

    assert answer.explain() == "refused (insufficient): mug costs 25 point: 25 point short"
    assert answer.reasons == ()


def test_what_no_rule_is_about_is_said_so():
    ada = Member(SHOP)

    assert ada.does(lc.Settings("s", at=day(1), letter="yes")).explain() == "no rule is about this event"
    assert ada.waits(day(2)).explain() == "no rule is about this event"


def test_a_known_event_is_explained_as_it_was_then():
    ada = Member(SHOP)
    first = ada.buys("p", day(1), "15.50")

    again = ada.buys("p", day(1), "15.50")

    assert again.known
    assert again.reasons == first.reasons


def test_reasons_and_refusals_compare_by_content():
    assert lc.Refusal("in-debt", "wait") == lc.Refusal("in-debt", "wait", None)
    assert lc.Reason("base", POINT(5), "holds") != lc.Reason("base", POINT(6), "holds")
    assert str(lc.Reason("base", POINT(5), "holds")) == "base: gave 5 point: holds"
    assert str(lc.Reason("base", None, "no")) == str(lc.Reason("base", POINT(0), "no")) == "base: gave nothing: no"
