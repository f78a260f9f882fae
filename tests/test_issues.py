"""An issue is units that a reward gives, with terms of their own."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, date, program
from test_interpreted import Told

WHOLE = lc.Issue(STAR(5), pending=lc.days(30), expires=lc.days(30), expires_from=lc.maturing)
ISSUES = [
    lc.Issue(STAR(5)),
    lc.Issue(STAR(5), expires=lc.end_of(lc.month)),
    lc.Issue(STAR(5), pending=lc.days(3)),
    lc.Issue(STAR(5), pending=lc.end_of(lc.month, then=lc.days(3))),
    WHOLE,
]


@pytest.mark.parametrize("issue", ISSUES, ids=range(5))
def test_an_issue_is_a_value(issue):
    values.check(issue)


def test_units_without_terms_are_an_amount():
    assert lc.Reward("card", POINT(5), gives=lc.Issue(STAR(1))) == lc.Reward("card", POINT(5), gives=STAR(1))
    assert lc.Reward("card", POINT(5), gives=[STAR(1)]).gives == STAR(1)
    assert lc.Reward("card", POINT(5), gives=[WHOLE, lc.piece(1)]).issues == (WHOLE, lc.Issue(lc.piece(1)))
    assert lc.Reward("card", POINT(5), gives="a card").issues == ()


def given(*gives):
    """What a member has for ten points of the second of March: each lot's amount, when it is usable, when it ends."""
    ada = Told(program(lc.Reward("card", POINT(10), gives=gives), lc.Expiry(STAR, lc.days(365))))
    ada.gets("a", date("2026-03-01"), POINT(30))
    ada.redeems("r", date("2026-03-02"), "card", times=2)
    lots = ada.account.lots(STAR)
    return [(str(lot.left.decimal), lot.usable, lot.expires) for lot in lots], ada


def test_units_are_usable_later_and_live_from_then():
    lots, ada = given(WHOLE)

    assert lots == [("10.00", date("2026-04-01"), date("2026-05-01"))]
    assert [
        str(ada.account.balance(STAR, at=date(at)).decimal) for at in ("2026-03-31", "2026-04-01", "2026-05-01")
    ] == [
        "0.00",
        "10.00",
        "0.00",
    ]


def test_units_wait_for_a_day_of_the_calendar():
    issue = lc.Issue(STAR(1), pending=lc.end_of(lc.month), expires=lc.days(30), expires_from=lc.maturing)

    assert given(issue)[0] == [("2.00", date("2026-04-01"), date("2026-05-01"))]


def test_units_live_from_when_they_are_given_or_as_their_unit_says():
    assert given(lc.Issue(STAR(1), pending=lc.days(7), expires=lc.days(30)))[0][0][2] == date("2026-04-01")
    assert given(lc.Issue(STAR(1), pending=lc.days(7)))[0][0][2] == date("2027-03-02")
    assert given(lc.Issue(STAR(1), pending=lc.days(7), expires_from=lc.maturing))[0][0][2] == date("2027-03-09")


def test_units_may_wait_to_the_end_of_a_period():
    lots, _ = given(lc.Issue(STAR(1), pending=lc.end_of(lc.month)))

    assert [usable for _, usable, _ in lots] == [date("2026-04-01")]


def test_a_reward_gives_several_units_and_all_go_when_it_is_undone():
    _, ada = given(WHOLE, lc.piece(3))
    assert ada.has(lc.piece) == "6"

    ada.returns("u", date("2026-03-03"), "r")

    assert (ada.has(lc.piece), ada.has(), ada.account.lots(STAR)) == ("0", "30", ())


def test_what_is_told_late_is_usable_at_once_if_its_time_has_come():
    ada = Told(program(lc.Reward("card", POINT(10), gives=lc.Issue(STAR(1), pending=lc.days(7)))))
    ada.gets("a", date("2026-03-01"), POINT(30))
    ada.redeems("r", date("2026-03-02"), "card", now=date("2026-04-01"))
    assert ada.has(STAR) == "1.00"


CARD = {"name": "card", "cost": POINT(5)}
TIERED = lc.life_by_tier("status", {"gold": lc.days(5)}, otherwise=lc.days(1))


@refusals.table(
    [
        *((lc.Issue, {"amount": bad}, lc.InvalidValue) for bad in (5, None, STAR(0), "a card")),
        *((lc.Issue, {"amount": STAR(1), "pending": bad}, lc.InvalidValue) for bad in (5, lc.month)),
        *((lc.Issue, {"amount": STAR(1), "expires": bad}, lc.InvalidValue) for bad in (5, lc.inactivity(lc.days(3)))),
        (lc.Issue, {"amount": STAR(1), "pending": lc.days(1), "expires_from": "later"}, lc.InvalidValue),
        (lc.Issue, {"amount": STAR(1), "expires_from": lc.maturing}, lc.InvalidProgram),
        *((lc.Reward, {**CARD, "gives": bad}, lc.InvalidValue) for bad in ((), [STAR(1), "a card"], [5, STAR(1)])),
        (lc.Reward, {**CARD, "gives": [STAR(1), STAR(2)]}, lc.InvalidProgram),
        (lc.Reward, {**CARD, "gives": [POINT(1), STAR(2)]}, lc.InvalidProgram),
        (lc.Reward, {**CARD, "gives": [lc.piece(1), STAR(2)], "worth": lc.total}, lc.InvalidProgram),
        (
            lambda issue: program(lc.Reward("card", POINT(5), gives=issue)),
            {"issue": lc.Issue(STAR(1), expires=TIERED)},
            lc.InvalidProgram,
        ),
    ]
)
def test_an_issue_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)
