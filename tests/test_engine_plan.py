"""Plans: a program compiled for a kind of event, the same whatever the shape of the rows."""

import loyalcore as lc
from loyalcore.engine.plan import canonical_columns, histories
from shop import POINT, STAR, USD, Line, Member, Order, Visit, day, program

RULES = program(
    lc.Earn(
        "base",
        POINT.per(USD(1), Line.net),
        when=~Order.net.over(lc.month).at_least(USD(500)) & lc.weekday("mon", "thu"),
    ),
    lc.Earn(
        "stars", STAR(1), when=(Order.count.over(lc.week) + Order.nights.over(lc.week)).at_least(3) | lc.ordinal.is_(1)
    ),
    lc.Earn("minutes", STAR(1), on=lc.Activity, when=Visit.minutes.over(lc.month).at_least(5)),
    lc.Boost("earned", "x2", of="base", when=POINT.earned(lc.rolling(days=9)).at_least(POINT(5))),
    lc.Ladder("status", by=Line.net.sum().over(lc.month), tiers={"base": 0, "gold": USD(50)}),
    lc.Expiry(POINT, lc.days(9)),
)


def test_histories_are_found_in_conditions_boosts_and_ladders():
    assert set(histories(RULES)) == {
        Line.net.over(lc.month),
        Order.count.over(lc.week),
        Order.nights.over(lc.week),
        Visit.minutes.over(lc.month),
        POINT.earned(lc.rolling(days=9)),
    }


def test_each_kind_of_event_feeds_the_tallies_it_has_numbers_for():
    plans = RULES.engine.plans

    assert {tally.name for tally in plans["purchase"].tallies} == {
        "net, month",
        "purchases, week",
        "nights of events, week",
    }
    assert {tally.name for tally in plans["activity"].tallies} == {"minutes of events, month"}
    assert plans["enrolment"].tallies == []
    assert {tally.name for tally in plans["activity"].earned} == {"point earned, last 9 days"}


def test_tallies_of_activities_are_read_by_rules():
    ada = Member(RULES)
    for number in range(3):
        ada.does(Visit(number, at=day(1 + number), name="course", minutes=4))

    assert ada.has(STAR) == "1.00"


def test_columns_of_entries_are_those_of_the_schemas():
    items, event = canonical_columns(RULES, "purchase")

    assert items.reader("category")(("a", 5, 1000, "coffee", "", False, 0, 0)) == "coffee"
    assert event.reader("channel")(("app", True, 10)) == "app"
    assert canonical_columns(RULES, "activity")[1].reader("minutes")(("course", "here", 7)) == 7
    assert canonical_columns(RULES, "enrolment")[1].by_name == {}


def test_what_one_shape_froze_another_reads():
    """Rows in the host's own shape freeze moments at the same places as events do."""
    binding = lc.bind(Order, lc.bind_items(Line, net=0, category=1), id=0, at=1, member=2, lines=3, nights=4)
    rows = [(number, day(1 + number), "ada", [(2000, "coffee")], 0) for number in range(4)]
    replay = RULES.replay(rows, binding).run()
    ada = Member(RULES)
    for number in range(4):
        ada.does(Order(number, at=day(1 + number), items=[Line(0, "20.00", category="coffee")]))

    assert replay.account("ada").rows == ada.account.rows
    assert (
        RULES.decide(replay.account("ada"), lc.Return("r", at=day(9), of=0)).entries
        == ada.returns("r", day(9), 0).entries
    )


def test_a_program_that_asks_nothing_of_items_or_the_past_walks_and_freezes_nothing():
    plan = program(lc.Earn("visit", POINT(1))).engine.plans["purchase"]

    assert (plan.walk, plan.freeze) == (None, None)
    assert plan.sums("items") == ("items",)
