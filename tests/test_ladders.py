"""A ladder orders tiers by thresholds that rise from zero."""

import pytest

import loyalcore as lc
import refusals
import values
from strategies import POINT, USD, Line, Order

TIERS = {"base": 0, "silver": USD(500), "gold": USD(1500)}
ROLLING, CALENDAR = lc.rolling(days=365), lc.year

LADDERS = [
    lc.Ladder("status", by=Order.net.over(ROLLING), tiers=TIERS),
    lc.Ladder("status", by=Line.net.over(CALENDAR), tiers=TIERS),
    lc.Ladder("status", by=POINT.earned(lc.lifetime), tiers={"a": 0, "b": 5}, downgrade=lc.never_down),
    lc.Ladder("status", by=Order.count.over(CALENDAR), tiers={"a": 0}, review=lc.at_once, downgrade=lc.one_step),
]
SPENT, VISITS = Order.net.over(CALENDAR), Order.count.over(CALENDAR)
BOTH = SPENT.at_least(USD(2000)) & VISITS.at_least(12)
STARS = lc.Unit("star")
YEARLY = lc.end_of(lc.year, after=lc.years(1))
LADDERS += [
    lc.Ladder(
        "status", by=SPENT, tiers={**TIERS, "black": BOTH, "board": lc.invited}, valid=YEARLY, grace=lc.months(2)
    ),
    lc.Ladder("status", tiers={"a": 0, "b": lc.some_of(2, *[SPENT.at_least(USD(5)), VISITS.at_least(3), BOTH])}),
    lc.Ladder("status", tiers={"a": 0, "b": lc.setting("card").is_("gold") | ~lc.setting("plan").is_("free")}),
    lc.Ladder("status", by=SPENT, tiers=TIERS, keep={"gold": USD(1000)}, valid=lc.months(12), downgrade=lc.one_step),
    lc.Ladder(
        "status", by=STARS.balance, tiers={"a": 0, "b": STARS(9)}, spends=True, valid=lc.years(1), carry=STARS(3)
    ),
]
SPENDS = {
    "name": "status",
    "by": STARS.balance,
    "tiers": {"a": 0, "b": STARS(9)},
    "spends": True,
    "valid": lc.years(1),
}
LADDER = {"name": "status", "by": Order.net.over(CALENDAR), "tiers": TIERS}


@pytest.mark.parametrize("ladder", LADDERS, ids=refusals.numbered(LADDERS))
def test_a_ladder_is_a_value(ladder):
    values.check(ladder)


def test_the_names_of_the_tiers_come_lowest_first():
    assert LADDERS[0].names == ("base", "silver", "gold")


@pytest.mark.parametrize(
    ("window", "review"),
    [(ROLLING, lc.at_once), (lc.lifetime, lc.at_once), (lc.year, lc.window_end), (lc.month, lc.window_end)],
)
def test_a_calendar_window_is_reviewed_at_its_end_and_others_at_once(window, review):
    ladder = lc.Ladder("status", by=Order.net.over(window), tiers=TIERS)

    assert ladder.review == review
    assert ladder == lc.Ladder("status", by=Order.net.over(window), tiers=TIERS, review=review)


def test_a_mapping_given_is_left_as_it_was():
    given = dict(TIERS)

    lc.Ladder("status", by=Order.net.over(CALENDAR), tiers=given)

    assert given == TIERS


@refusals.table(
    [
        *((lc.Ladder, {**LADDER, "name": bad}, lc.InvalidValue) for bad in ("", None, 5)),
        *(
            (lc.Ladder, {**LADDER, "by": bad}, lc.InvalidValue)
            for bad in (None, Order.net, Line.net, POINT, lc.ordinal, Order.net.over(lc.Since(0)), 10**5000)
        ),
        *(
            (lc.Ladder, {**LADDER, "tiers": bad}, lc.InvalidValue)
            for bad in (None, 5, "ab", ["a"], {}, [], [("a", 0, 1)])
        ),
        *(
            (lc.Ladder, {**LADDER, "tiers": bad}, lc.InvalidValue)
            for bad in ({"a": 1}, {"a": 0, "b": 0}, {"a": 0, "b": 5, "c": 3}, {"a": -1, "b": 0}, [("a", 0), ("a", 5)])
        ),
        *((lc.Ladder, {**LADDER, "tiers": bad}, lc.InvalidValue) for bad in ({"": 0}, {5: 0}, {"a": None}, {"a": 0.0})),
        *((lc.Ladder, {**LADDER, "review": bad}, lc.InvalidValue) for bad in ("daily", 5, ["at_once"], 10**5000)),
        (lc.Ladder, {**LADDER, "by": Order.net.over(ROLLING), "review": lc.window_end}, lc.InvalidValue),
        (lc.Ladder, {**LADDER, "by": Order.net.over(lc.lifetime), "review": lc.window_end}, lc.InvalidValue),
        *((lc.Ladder, {**LADDER, "review": bad}, lc.InvalidValue) for bad in ("term_end",)),
        *((lc.Ladder, {**LADDER, "valid": bad}, lc.InvalidValue) for bad in (5, lc.year, lc.inactivity(lc.days(1)))),
        *(
            (lc.Ladder, {**LADDER, "valid": bad}, lc.InvalidValue)
            for bad in (
                {},
                {"gold": lc.months(1), "black": lc.months(1)},
                {name: 5 for name in LADDER["tiers"] if name != "base"},
                (lc.months(1), lc.months(2)),
                (("gold",),),
                ((5, lc.months(1)),),
                tuple((name, lc.never) for name in [*LADDER["tiers"], *LADDER["tiers"]] if name != "base"),
            )
        ),
        (lc.Ladder, {**LADDER, "valid": YEARLY, "review": lc.window_end}, lc.InvalidValue),
        *((lc.Ladder, {**LADDER, "grace": bad}, lc.InvalidValue) for bad in (5, YEARLY)),
        *(
            (lc.Ladder, {**LADDER, "keep": bad}, lc.InvalidValue)
            for bad in (5, {"base": USD(5)}, {"bronze": USD(5)}, [("gold", USD(5)), ("gold", USD(6))], {"gold": None})
        ),
        *((lc.Ladder, {**LADDER, "spends": bad}, lc.InvalidValue) for bad in (5, None, True)),
        *((lc.Ladder, {**LADDER, "carry": bad}, lc.InvalidValue) for bad in (5, STARS(5))),
        *(
            (lc.Ladder, {**SPENDS, **bad}, lc.InvalidValue)
            for bad in (
                {"by": STARS.earned(ROLLING)},
                {"by": STARS.earned(CALENDAR)},
                {"valid": None},
                {"grace": lc.days(5)},
                {"carry": POINT(5)},
                {"carry": STARS(-5)},
                {"carry": 5},
                {"tiers": {"a": 0, "b": BOTH}},
                {"tiers": {"a": 0, "b": 0}},
            )
        ),
        *(
            (lc.Ladder, {"name": "status", "tiers": bad}, lc.InvalidValue)
            for bad in (
                {"a": 0, "b": 5},
                {"a": BOTH},
                {"a": 0, "b": lc.always},
                {"a": 0, "b": VISITS.at_least(3), "c": VISITS.at_least(3)},
                {"a": 0, "b": VISITS.at_least(3), "c": VISITS.at_least(2)},
                {"a": 0, "b": VISITS.at_least(3), "c": VISITS.at_least(3) | SPENT.at_least(USD(3))},
                {"a": 0, "b": BOTH, "c": VISITS.at_least(12)},
                {"a": 0, "b": BOTH | VISITS.at_least(20), "c": VISITS.at_least(5)},
                {"a": 0, "b": VISITS.more_than(3), "c": VISITS.at_least(3)},
                {"a": 0, "b": BOTH, "c": lc.invited, "d": SPENT.at_least(USD(2000)) & VISITS.at_least(2)},
                {"a": 0, "b": VISITS.at_most(3)},
                {"a": 0, "b": Order.net.at_least(USD(5))},
                {"a": 0, "b": lc.ordinal.at_least(5)},
                {"a": 0, "b": Order.net.over(lc.Since(0)).at_least(USD(5))},
                {"a": 0, "b": Order.channel.is_("app")},
                {"a": 0, "b": lc.weekday("mon")},
            )
        ),
        *((lc.Ladder, {**LADDER, "downgrade": bad}, lc.InvalidValue) for bad in ("", None, "down", [], 10**5000)),
    ]
)
def test_a_ladder_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    ("ladder", "review"),
    [
        (lc.Ladder("status", tiers={"a": 0, "b": BOTH}), lc.window_end),
        (lc.Ladder("status", tiers={"a": 0, "b": STARS.balance.at_least(5)}), lc.at_once),
        (lc.Ladder("status", tiers={"a": 0, "b": BOTH}, valid=lc.never), lc.term_end),
    ],
)
def test_the_review_goes_by_the_windows_of_what_is_asked_and_by_the_term(ladder, review):
    assert ladder.review == review


def test_what_is_strictly_more_is_a_higher_tier_and_an_invitation_is_comparable_with_nothing():
    tiers = {"a": 0, "b": VISITS.at_least(3), "c": VISITS.more_than(3), "d": lc.invited, "e": BOTH, "f": lc.invited}

    assert lc.Ladder("status", tiers=tiers).names == tuple("abcdef")


def test_a_ladder_knows_what_it_reads():
    ladder = lc.Ladder(
        "status",
        by=SPENT,
        tiers={"a": 0, "b": USD(5), "c": lc.in_tier("club", "in") & STARS.balance.at_least(3)},
        keep={"b": VISITS.at_least(2)},
    )

    assert set(ladder.measures) == {SPENT, STARS.balance, VISITS}
    assert ladder.windows == ladder.ending == (lc.year,)
    assert ladder.reads == {"club"}
    assert ladder.asks(0) == lc.always
    assert ladder.asks_to_keep(1) == VISITS.at_least(2)


BY_YEAR = Order.net.over(lc.year)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"tiers": {"gold": BY_YEAR.at_least(USD(500)), "black": BY_YEAR.at_least(USD(900))}},
            "thresholds from 0, not gold (net over year >= 500 USD), black (net over year >= 900 USD)",
        ),
        ({"tiers": {"base": 0, "gold": Order.channel.is_("app")}}, "tier gold of status asks channel app; it asks"),
        ({"by": Order.net, "tiers": {"base": 0, "gold": 5}}, "or by a balance, not net"),
        ({"by": BY_YEAR, "tiers": {"base": 0, "gold": 5}, "spends": True}, "as net over year is"),
    ],
)
def test_what_is_wrong_with_tiers_is_said_in_words(given, said):
    with pytest.raises(lc.InvalidValue) as raised:
        lc.Ladder("status", **given)

    assert said in str(raised.value)
    assert "Comparison" not in str(raised.value)
