"""Anchors: the first event of a kind in an account, which never moves again."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

import loyalcore as lc
import refusals
import values
from loyalcore.windows import in_words
from shop import Member, Visit, day, program
from strategies import POINT

EMPTY = program(lc.Reward("mug", lc.Unit("point")(5)))


@pytest.mark.parametrize(
    "anchor",
    [
        lc.joined,
        lc.opened,
        lc.first("review"),
        lc.first("card issued"),
        lc.joined.end_of(lc.quarter),
        lc.joined.later(lc.days(14)),
    ],
    ids=repr,
)
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
        *(
            (lc.Anchor, {"kind": "enrolment", "turn": bad}, lc.InvalidValue)
            for bad in ("month", "start of day", None, 5)
        ),
        *(
            (function, {"period": bad}, lc.InvalidValue)
            for function in (lc.joined.start_of, lc.joined.end_of)
            for bad in (lc.day, "month", lc.week.beginning(day="sun"), lc.lifetime, None)
        ),
        *((lc.joined.later, {"delay": bad}, lc.InvalidValue) for bad in (14, lc.hours(3), None, lc.never)),
        (lc.joined.later(lc.days(14)).later, {"delay": lc.days(14)}, lc.InvalidValue),
        (lc.joined.later(lc.days(14)).end_of, {"period": lc.month}, lc.InvalidValue),
        (lc.Anchor, {"kind": "enrolment", "delay": 14}, lc.InvalidValue),
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


def ends(years, moments):
    """When units that come at some moments end with a member's years, of 17 May, born on a 10 May."""
    ada = Member(program(lc.Earn("base", POINT(1)), lc.Expiry(POINT, lc.end_of(years)), timezone="Asia/Dubai"))
    ada.does(lc.Enrolment("e", at=moment("2023-05-17")))
    ada.does(Visit("b", at=moment("1990-05-10"), name="birthday"))
    found = [ada.program.expires(POINT, moment(at), ada.account) for at in moments]
    return [f"{at.astimezone(DUBAI):%Y-%m-%d %H:%M}" for at in found]


DUBAI = ZoneInfo("Asia/Dubai")


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=DUBAI)


def test_years_may_begin_with_the_month_of_the_anchor():
    years = lc.anniversary(years=1, of=lc.joined.start_of(lc.month))

    assert ends(years, ["2024-04-30T23:59", "2024-05-01"]) == ["2024-05-01 00:00", "2025-05-01 00:00"]


def test_years_may_end_with_the_month_of_the_anchor():
    years = lc.cycle(lc.years(1), since=lc.first("birthday").end_of(lc.month))

    assert ends(years, ["2024-05-31T23:59", "2024-06-01"]) == ["2024-06-01 00:00", "2025-06-01 00:00"]


def test_what_comes_before_the_end_of_the_anchors_period_is_one_window():
    years = lc.anniversary(years=1, of=lc.joined.end_of(lc.quarter))

    assert ends(years, ["2023-06-30", "2023-07-01"]) == ["2023-07-01 00:00", "2024-07-01 00:00"]


@pytest.mark.parametrize(
    ("since", "trial", "billed"),
    [
        ("2026-01-17", lc.days(14), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2026-01-31", lc.months(1), ["2026-02-28", "2026-03-28", "2026-04-28", "2026-05-28"]),
        ("2028-01-30", lc.days(30), ["2028-02-29", "2028-03-29", "2028-04-29", "2028-05-29"]),
    ],
)
def test_months_may_begin_some_time_after_the_anchor(since, trial, billed):
    months = lc.cycle(lc.months(1), since=lc.first("trial").later(trial))
    bills = program(lc.Earn("bill", POINT(1), on=lc.began(months)), timezone="Asia/Dubai")
    ada = Member(bills)
    ada.does(Visit("t", at=moment(f"{since}T15:00"), name="trial"))

    found = bills.advance(ada.account, moment("2028-12-01")).entries

    assert [f"{each.at.astimezone(DUBAI):%Y-%m-%d}" for each in found if each.kind == "earn"][:4] == billed


def test_the_time_that_is_put_off_follows_the_end_of_the_period():
    years = lc.anniversary(years=1, of=lc.joined.end_of(lc.month).later(lc.months(1)))

    assert ends(years, ["2023-06-30", "2023-07-01"]) == ["2023-07-01 00:00", "2024-07-01 00:00"]


def test_windows_of_one_anchor_that_begin_elsewhere_are_told_apart():
    anchors = [lc.joined, lc.joined.start_of(lc.month), lc.joined.end_of(lc.month), lc.joined.start_of(lc.week)]
    anchors += [
        lc.joined.later(lc.days(9)),
        lc.joined.later(lc.months(9)),
        lc.joined.start_of(lc.week).later(lc.days(9)),
    ]

    assert len({in_words(lc.anniversary(years=1, of=anchor)) for anchor in anchors}) == len(anchors)
    assert {anchor.key for anchor in anchors} == {"enrolment"}


@refusals.table(
    [
        (lc.on_anniversary, {"of": lc.joined.start_of(lc.month)}, lc.InvalidValue),
        (lc.on_anniversary, {"of": lc.joined.later(lc.days(3))}, lc.InvalidValue),
        (Member(EMPTY).account.anchor, {"anchor": lc.joined.later(lc.days(14))}, lc.InvalidValue),
        (Member(EMPTY).account.anchor, {"anchor": lc.joined.end_of(lc.month)}, lc.InvalidValue),
    ]
)
def test_what_needs_the_moment_itself_takes_no_start_of_a_period(function, bad, error):
    refusals.check(function, bad, error)
