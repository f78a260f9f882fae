"""What a rule or lane gives is a measure: of a purchase, and over a window."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import CENT, POINT, STAR, USD, Line, Member, coffee, day, held, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))


def test_what_a_rule_gives_is_a_measure_like_any_other():
    for value in (lc.given("base"), lc.given("base") * "20%", POINT.per(POINT(2), lc.given("base"))):
        values.check(value)


@refusals.table([(lc.given, {"name": bad}, lc.InvalidValue) for bad in ("", None, 5, "a\n", lc.given("x"))])
def test_what_names_no_rule_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_a_rule_gives_by_what_another_gives_for_the_same_purchase():
    ada = Member(program(BASE, lc.Earn("stars", STAR("0.10").per(POINT(1), lc.given("base")))))

    ada.buys("p", day(1), "15.90", "4.00")
    assert (ada.has(), ada.has(STAR)) == ("19", "1.90")
    ada.returns("r", day(2), "p", ["b"])

    assert (ada.has(), ada.has(STAR)) == ("15", "1.50")


def test_what_is_measured_is_the_award_by_itself_before_limits_over_windows():
    limited = lc.Earn("base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(10), per=lc.month))
    ada = Member(program(limited, lc.Earn("stars", STAR.per(POINT(1), lc.given("base")))))

    ada.buys("p", day(1), "15.00")

    assert (ada.has(), ada.has(STAR)) == ("10", "15.00")


def test_awards_of_purchases_add_up_over_a_window():
    """Floored for each purchase: 15.90 and 4.90 give 15 and 4, of which a third of the month is 6."""
    rule = lc.Earn("third", STAR(1).per_full(POINT(3), lc.given("base")), over=lc.month)
    ada = Member(program(BASE, rule))

    ada.buys("p", day(1), "15.90")
    ada.buys("q", day(2), "4.90")
    assert held(ada.account)["third", 1767225600000000] == 600
    ada.returns("r", day(3), "p")

    assert held(ada.account)["third", 1767225600000000] == 100


def test_the_best_of_the_month_so_far_may_feed_a_lane_that_feeds_a_window():
    rules = program(
        BASE,
        lc.Earn("coffee", POINT.per(USD(1), Line.net.sum(Line.category.is_("coffee")))),
        lc.Lane("lane", of=["base", "coffee"], combine="worst"),
        lc.Earn("cashback", CENT("0.50").per(POINT(1), lc.given("lane")).capped(CENT(4)), over=lc.month),
    )
    ada = Member(rules)

    ada.buys("p", day(1), coffee("6.00"), "3.00")
    assert (ada.has(), ada.has(CENT)) == ("6", "3.00")
    ada.buys("q", day(2), "5.00")
    assert (ada.has(), ada.has(CENT)) == ("11", "4.00")
    ada.returns("r", day(3), "p", ["a"])

    assert (ada.has(), ada.has(CENT)) == ("8", "4.00")


def test_a_condition_asks_what_another_rule_gives():
    ada = Member(program(BASE, lc.Earn("big", STAR(5), when=lc.given("base").at_least(POINT(10)))))

    first = ada.buys("p", day(1), "9.99").reasons
    assert ada.has(STAR) == "0.00"
    ada.buys("q", day(2), "10.00")

    assert ada.has(STAR) == "5.00"
    assert first[-1].verdict == "needs what base gives >= 10 point, was 9 point"
    assert first[-1].missing == "1 point more"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([lc.Earn("x", POINT.per(POINT(1), lc.given("x")))], "x is made of itself"),
        (
            [
                lc.Earn("x", POINT.per(POINT(1), lc.given("y"))),
                lc.Earn("y", POINT.per(POINT(1), lc.given("z"))),
                lc.Earn("z", POINT(5), when=lc.given("x").at_least(POINT(1)) & ~lc.weekday("mon")),
            ],
            "is made of itself",
        ),
        (
            [BASE, lc.Boost("b", "x2", of="base", when=~(lc.given("base").below(POINT(1)) | lc.weekday("mon")))],
            "base is made of itself",
        ),
        (
            [lc.Earn("x", POINT(5), limit=lc.at_most(POINT.per(POINT(1), lc.given("x")), per=lc.purchase))],
            "x is made of itself",
        ),
        (
            [BASE, lc.Earn("x", POINT.per(POINT(1), lc.given("l"))), lc.Lane("l", of=["base", "x"])],
            "is made of itself",
        ),
        ([lc.Earn("x", STAR.per(POINT(1), lc.given("nothing")))], "measures what 'nothing' gives"),
        ([BASE, lc.Boost("b", "x2", of="base"), lc.Earn("x", STAR.per(POINT(1), lc.given("b")))], "what 'b' gives"),
        (
            [lc.Earn("y", POINT.per(USD(1), Line.net), over=lc.month), lc.Earn("x", STAR.per(POINT(1), lc.given("y")))],
            "what 'y' gives, which gives nothing for each purchase",
        ),
        ([BASE, lc.Earn("x", STAR.per(POINT(1), lc.given("base")), on=lc.Enrolment)], "nothing for each enrolment"),
        ([BASE, lc.Earn("x", STAR.per(USD(1), lc.given("base")))], "compares point with 1 USD"),
        (
            [BASE, lc.Earn("x", lc.Accrual(STAR, lc.given("base")))],
            "gives what is measured in point as if it were star",
        ),
        (
            [BASE, lc.Earn("x", STAR.per(POINT(1), lc.given("base")), where=Line.category.is_("tea"))],
            "picks items, but gives for the whole event",
        ),
    ],
)
def test_awards_that_are_made_of_themselves_or_of_nothing_are_refused(rules, message):
    with pytest.raises(lc.InvalidProgram) as caught:
        program(*rules)

    assert message in str(caught.value)


def test_only_what_is_read_from_an_event_is_summed_over_a_window_and_awards_are_not():
    with pytest.raises(lc.InvalidValue, match="only what is read from an event is summed"):
        lc.given("base").over(lc.month)


def test_a_rule_by_awards_says_that_cutting_a_purchase_may_pay():
    assert lc.Earn("x", STAR.per(POINT(1), lc.given("base"))).splitting_pays
    assert lc.Earn("x", STAR.per(POINT(1), lc.given("base")), over=lc.month).splitting_pays


@pytest.mark.parametrize(
    "rule",
    [
        lc.Earn("stars", STAR.per(USD(1), Line.net), stage=lc.item),
        lc.Earn("stars", STAR.per(USD(1), Line.net), limit=lc.at_most(STAR(90), per=lc.item)),
        lc.Earn("stars", STAR.per(USD(1), Line.net), limit=lc.at_most(STAR(90), per=lc.purchase, each=Line.category)),
        lc.Earn(
            "stars",
            STAR.per(USD(1), Line.net),
            stage=lc.item,
            limit=lc.at_most(STAR(90), per=lc.purchase, each=Line.category),
        ),
    ],
    ids=["rounded", "limited", "by a text", "both"],
)
def test_what_is_given_is_given_for_the_whole_event_where_a_rule_looks_at_some_items_at_a_time(rule):
    """Each item alone would give 4 points, and no boost."""
    each = lc.Earn("each", POINT.per(USD(1), Line.net), stage=lc.item)
    more = lc.Boost("more", "x2", of="stars", when=lc.given("each").at_least(POINT(8)))
    ada = Member(program(each, rule, more))

    ada.buys("p", day(1), coffee("4.50"), coffee("4.50", category="tea"))

    assert ada.has(STAR) == "18.00"
