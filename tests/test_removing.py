"""Removing: what a condition picks of the past is returned, once, whoever judged it."""

import pytest

import loyalcore as lc
from shop import POINT, USD, Line, Member, Order, Visit, coffee, date, day, program

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
