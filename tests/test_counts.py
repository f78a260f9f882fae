"""Activities are counted as a measure: in a rule's own cell, and over windows, by what they say of themselves."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import Member, Order, Visit, day, program
from strategies import POINT
from test_interpreted import Told

REVIEWS = Visit.count.when(lc.Activity.name.is_("review"))


@pytest.mark.parametrize("measure", [Visit.count, REVIEWS, REVIEWS.over(lc.month)], ids=["all", "some", "over"])
def test_a_count_of_activities_is_a_value(measure):
    values.check(measure)


def test_a_count_is_over_activities_and_not_over_purchases():
    rule = lc.Earn("tenth", POINT(10), on=Visit, when=Visit.count.over(lc.month).is_(2))
    ada = Told(program(rule))
    ada.buys("p1", day(1), "1.00")

    for at in (2, 3, 4, 33):
        ada.does(Visit(f"v{at}", at=day(at), name="visit"))

    assert [entry.cause for entry in ada.account.entries if entry.kind == "earn"] == [3]


def test_activities_of_a_kind_are_counted_apart():
    rule = lc.Earn("reviews", POINT.milestones(REVIEWS, {2: POINT(5)}), on=Visit, over=lc.month)
    bonus = lc.Earn("base", POINT(1), when=REVIEWS.over(lc.lifetime).at_least(1))
    ada = Told(program(rule, bonus))
    ada.does(Visit("v1", at=day(1), name="visit"))
    ada.does(Visit("v2", at=day(1), name="review"))
    assert ada.has() == "0"

    ada.does(Visit("v3", at=day(2), name="review"))
    assert ada.has() == "5"
    ada.buys("p1", day(3), "1.00")
    assert ada.has() == "6"
    ada.does(lc.Return("r1", at=day(4), of="v2"))
    assert ada.has() == "1"


def test_a_ladder_climbs_by_activities():
    ladder = lc.Ladder("status", by=Visit.count.over(lc.year), tiers={"base": 0, "gold": 2})
    ada = Told(program(ladder, lc.Earn("base", POINT.per(1, Order.count))))
    for at in (1, 2):
        ada.does(Visit(f"v{at}", at=day(at), name="visit"))

    assert ada.program.tier(ada.account, "status").tier == "gold"


def test_an_amount_for_each_counts_as_one_step_of_a_limit():
    with pytest.raises(lc.InvalidProgram, match="gives 5 point at a time"):
        program(lc.Earn("base", lc.Accrual(POINT, Visit.count * 5), on=Visit, limit=lc.at_most(POINT(3), per=lc.day)))


def test_whether_splitting_pays_is_said_as_for_any_count():
    assert lc.Earn("base", POINT(5).per(1, Visit.count), on=Visit, over=lc.month).splitting_pays


@refusals.table(
    [
        (Visit.count.when, {"condition": "review"}, lc.InvalidValue),
        (Visit.count.when, {"condition": lc.TextOf("item", "category").is_("tea")}, lc.InvalidValue),
        (REVIEWS.when, {"condition": lc.Activity.name.is_("x")}, lc.InvalidValue),
        (lc.Over, {"measure": Visit.count * 2, "window": lc.month}, lc.InvalidValue),
        (lc.Over, {"measure": 5, "window": lc.month}, lc.InvalidValue),
    ]
)
def test_what_counts_no_activities_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    "rule",
    [
        lc.Earn("base", POINT.per(1, Visit.count)),
        lc.Earn("base", POINT.per(1, Visit.count.when(lc.in_tier("status", "gold"))), on=Visit),
        lc.Earn("base", POINT.per(1, Visit.count.when(Order.channel.is_("app"))), on=Visit),
    ],
    ids=["on a purchase", "by a tier", "by a text of purchases"],
)
def test_activities_are_counted_where_they_are_and_by_what_they_say(rule):
    ladder = lc.Ladder("status", by=Visit.count.over(lc.year), tiers={"base": 0, "gold": 2})

    with pytest.raises(lc.InvalidProgram, match="rule base"):
        program(rule, ladder)


def test_so_much_for_each_activity_is_given_for_one_that_comes():
    ada = Member(program(lc.Earn("base", POINT(3).per(1, Visit.count), on=Visit)))
    ada.does(Visit("v1", at=day(1), name="visit"))

    assert ada.has() == "3"
