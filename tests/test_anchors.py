"""Anchors: the first event of a kind in an account, which never moves again."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import Member, Visit, day, program

EMPTY = program(lc.Reward("mug", lc.Unit("point")(5)))


@pytest.mark.parametrize("anchor", [lc.joined, lc.opened, lc.first("review"), lc.first("card issued")], ids=repr)
def test_an_anchor_is_a_value(anchor):
    values.check(anchor)


def test_anchors_have_names_of_their_own():
    assert [anchor.key for anchor in (lc.joined, lc.opened, lc.first("joined"), lc.first("enrolment"))] == [
        "enrolment",
        "opening",
        "activity joined",
        "activity enrolment",
    ]


@refusals.table(
    [
        *((lc.Anchor, {"kind": bad}, lc.InvalidValue) for bad in ("purchase", "", None, 5, [])),
        (lc.Anchor, {"kind": "activity"}, lc.InvalidValue),
        (lc.Anchor, {"kind": "enrolment", "name": "x"}, lc.InvalidValue),
        *((lc.first, {"activity": bad}, lc.InvalidValue) for bad in ("", None, 5, "x" * 65, "a\nb")),
    ]
)
def test_what_is_no_anchor_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_the_first_that_is_recorded_stays_whatever_comes_later_or_late():
    ada = Member(EMPTY)
    assert ada.account.anchor(lc.joined) is None

    ada.does(lc.Enrolment("e", at=day(5)))
    ada.does(lc.Enrolment("f", at=day(2)))
    ada.does(Visit("v", at=day(7), name="review"))
    ada.does(Visit("w", at=day(6), name="review"))

    assert ada.account.anchor(lc.joined) == day(5)
    assert ada.account.anchor(lc.first("review")) == day(7)
    assert ada.account.anchor(lc.first("visit")) is None
    assert ada.account.anchor(lc.opened) is None


def test_an_opening_says_since_when_one_is_a_member():
    ada = Member(EMPTY)
    ada.does(lc.Opening("o", at=day(9), joined=day(-700), firsts={"card issued": day(-300)}))
    ada.does(lc.Enrolment("e", at=day(10)))
    ada.does(Visit("v", at=day(11), name="card issued"))

    assert ada.account.anchor(lc.opened) == day(9)
    assert ada.account.anchor(lc.joined) == day(-700)
    assert ada.account.anchor(lc.first("card issued")) == day(-300)


def test_an_opening_that_says_nothing_leaves_it_to_the_enrolment():
    ada = Member(EMPTY)
    ada.does(lc.Opening("o", at=day(9)))
    ada.does(lc.Enrolment("e", at=day(10)))

    assert ada.account.anchor(lc.joined) == day(10)


def test_entries_and_snapshots_bring_anchors_back():
    ada = Member(EMPTY)
    ada.does(lc.Opening("o", at=day(9), firsts={"card issued": day(-300)}))
    ada.does(lc.Enrolment("e", at=day(10)))
    ada.does(Visit("v", at=day(11), name="review"))
    kept = ada.account.snapshot(keep_since=day(12))
    ada.does(Visit("w", at=day(12), name="survey"))

    for again in (lc.fold("ada", ada.account.entries), lc.restore(kept, ada.account.entries[3:])):
        anchors = [lc.joined, lc.opened, lc.first("card issued"), lc.first("review"), lc.first("survey")]
        assert [again.anchor(anchor) for anchor in anchors] == [day(10), day(9), day(-300), day(11), day(12)]


def test_an_account_is_asked_for_anchors():
    with pytest.raises(lc.InvalidValue, match="an anchor is joined, opened or first"):
        Member(EMPTY).account.anchor("joined")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"joined": day(10)}, "joined of opening 'o' is .*, after it"),
        ({"joined": "2019"}, "joined of opening 'o' must be a datetime"),
        ({"firsts": {"review": day(10)}}, "the first review of opening 'o' is .*, after it"),
        ({"firsts": {"": day(1)}}, "does not name an anchor"),
        ({"firsts": [day(1)]}, "firsts of opening 'o' map activities to moments"),
    ],
)
def test_an_opening_that_tells_what_cannot_be_is_refused(told, message):
    with pytest.raises(lc.InvalidValue, match=message):
        lc.Opening("o", at=day(9), **told)
