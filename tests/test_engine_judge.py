"""Judging: every condition, held against the same question in plain Python, at its edges."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.conditions import AllOf, AnyOf, Not
from loyalcore.engine.judge import tally_of
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, date, day, program
from strategies import conditions, moments

LADDER = lc.Ladder("status", by=Order.count.over(lc.lifetime), tiers={"base": 0, "silver": 1, "gold": 2})
QUESTIONS = {
    "net": Order.net.at_least(USD(20)),
    "exact": Order.net.is_(USD(20)),
    "coffee": Line.net.sum(Line.category.is_("coffee")).more_than(USD(5)),
    "count": Line.quantity.sum().at_most(3),
    "nights": Order.nights.below("2.5"),
    "sum": (Order.net * "0.1" + Line.cost).at_least(USD(2)),
    "app": Order.channel.is_in({"app", "web"}),
    "express": Order.express.is_true(),
    "weekend": lc.weekday("sat", "sun"),
    "summer": lc.between(dt.date(2026, 1, 3), date("2026-01-06")),
    "tier": lc.in_tier("status", "silver", "gold"),
    "letter": lc.setting("letter").is_("yes"),
    "first": lc.ordinal.is_(1),
    "rich": POINT.balance.at_least(POINT(5)),
    "month": Order.net.over(lc.month).at_least(USD(15)),
}


def plainly(member, at, lines, attributes, zone):
    """The answers to the questions, from what is known of the member before the purchase."""
    net = sum(line["net"] for line in lines)
    of_coffee = sum(line["net"] for line in lines if line["category"] == "coffee")
    number = member.account.state().purchases
    local = at.astimezone(zone)
    facts = [e for e in member.account.entries if e.kind == "purchase"]
    same_month = [e for e in facts if e.at.astimezone(zone).strftime("%Y-%m") == local.strftime("%Y-%m")]
    spent = sum(row[1] for e in same_month for row in e.content[1])
    return {
        "net": net >= 20,
        "exact": net == 20,
        "coffee": of_coffee > 5,
        "count": len(lines) <= 3,
        "nights": attributes["nights"] < 2.5,
        "sum": net * 0.1 + sum(line["cost"] for line in lines) >= 2,
        "app": attributes["channel"] in {"app", "web"},
        "express": attributes["express"],
        "weekend": local.weekday() >= 5,
        "summer": dt.datetime(2026, 1, 3, tzinfo=zone) <= at < date("2026-01-06"),
        "tier": number > 0,
        "letter": member.account.setting("letter") == "yes",
        "first": number == 0,
        "rich": member.account.balance(POINT).minor >= 5,
        "month": spent >= 1500,
    }


def holds(condition, answers):
    """What a condition made of the questions comes to."""
    if isinstance(condition, AllOf):
        return all(holds(part, answers) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, answers) for part in condition.parts)
    if isinstance(condition, Not):
        return not holds(condition.part, answers)
    found = [answers[name] for name, question in QUESTIONS.items() if question == condition]
    return (
        found[0] if found else not next(answers[name] for name, question in QUESTIONS.items() if ~question == condition)
    )


purchases = st.lists(
    st.tuples(
        st.lists(
            st.fixed_dictionaries(
                {
                    "net": st.integers(0, 20),
                    "category": st.sampled_from(["coffee", "tea"]),
                    "cost": st.integers(0, 2),
                }
            ),
            max_size=4,
        ),
        st.fixed_dictionaries(
            {
                "channel": st.sampled_from(["", "app", "web"]),
                "express": st.booleans(),
                "nights": st.sampled_from([0, 2, 3]),
            }
        ),
        st.integers(0, 70),
    ),
    min_size=1,
    max_size=3,
)


@given(
    conditions(st.sampled_from(list(QUESTIONS.values())), leaves_max=6),
    purchases,
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]),
    st.booleans(),
)
def test_a_condition_holds_where_its_words_do(when, cart, timezone, letter):
    rules = program(
        lc.Earn("bonus", lc.Unit("star")(1), when=when), lc.Earn("base", POINT(3)), LADDER, timezone=timezone
    )
    ada = Member(rules)
    if letter:
        ada.does(lc.Settings("s", at=day(1, 0), letter="yes"))
    at = day(1)
    for number, (lines, attributes, hours) in enumerate(cart):
        at += dt.timedelta(hours=hours)
        answers = plainly(ada, at, lines, attributes, ZoneInfo(timezone))
        before = ada.account.balance(lc.Unit("star")).minor

        ada.buys(number, at, *lines, **attributes)

        assert ada.account.balance(lc.Unit("star")).minor - before == holds(when, answers)


@given(moments(), st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns"]))
def test_weekdays_are_those_of_the_clock_on_the_wall(at, timezone):
    name = at.astimezone(ZoneInfo(timezone)).strftime("%a").lower()
    ada = Member(program(lc.Earn("bonus", POINT(1), when=lc.weekday(name)), timezone=timezone))

    ada.buys("p", at, "1.00")

    assert ada.has() == "1"


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2026-05-31 20:59:59", 0), ("2026-05-31 21:00", 1), ("2026-06-30 20:59:59", 1), ("2026-06-30 21:00", 0)],
)
def test_dates_are_midnights_on_the_wall_and_periods_are_half_open(at, expected):
    june = lc.between(dt.date(2026, 6, 1), dt.date(2026, 7, 1))
    ada = Member(program(lc.Earn("bonus", POINT(1), when=june), timezone="Europe/Istanbul"))

    ada.buys("p", date(at), "1.00")

    assert ada.account.balance(POINT) == POINT(expected)


def test_conditions_of_activities_ask_for_their_name_and_attributes():
    rules = program(
        lc.Earn("course", POINT(7), on=lc.Activity, when=Visit.name.is_("course") & Visit.minutes.at_least(30)),
        lc.Earn("here", POINT(1), on=lc.Activity, when=Visit.place.is_("here")),
    )
    ada = Member(rules)

    for number, (name, place, minutes) in enumerate([("course", "here", 45), ("course", "", 29), ("chat", "here", 45)]):
        ada.does(Visit(number, at=day(1), name=name, place=place, minutes=minutes))

    assert ada.has() == "9"


def test_balances_and_ordinals_are_reckoned_with():
    """Twice the balance and the number of the purchase: 0 + 1, then 6 + 2, then 12 + 3."""
    rules = program(
        lc.Earn("base", POINT(3)), lc.Earn("bonus", STAR(1), when=(Order.count * 5 + lc.ordinal * 2).at_least(11))
    )
    ada = Member(rules)
    for number, expected in enumerate(["0.00", "0.00", "1.00"]):
        ada.buys(number, day(1 + number))
        assert ada.has(STAR) == expected

    rich = Member(
        program(lc.Earn("base", POINT(3)), lc.Earn("bonus", STAR(1), when=(POINT.balance * 2).at_least(POINT(6))))
    )
    rich.buys("p", day(1))
    rich.buys("q", day(2))
    assert rich.has(STAR) == "1.00"


def test_a_condition_that_always_holds_costs_nothing_and_one_that_never_does_gives_nothing():
    ada = Member(program(lc.Earn("all", POINT(1), when=lc.always), lc.Earn("none", POINT(5), when=lc.never_true)))

    ada.buys("p", day(1), "1.00")

    assert ada.has() == "1"


@pytest.mark.parametrize(
    ("measure", "name", "scale"),
    [
        (Order.count.over(lc.month), "purchases, month", 1),
        (Order.net.over(lc.month), "net, month", 100),
        (Order.nights.over(lc.year), "nights of events, year", 10),
        (POINT.earned(lc.lifetime), "point earned, lifetime", 1),
    ],
)
def test_a_tally_is_named_by_its_measure_and_counted_in_its_parts(measure, name, scale):
    terms = program(lc.Earn("base", POINT(1)))

    assert tally_of(terms, measure) == (name, scale)


def test_tallies_of_different_items_have_different_names():
    terms = program(lc.Earn("base", POINT(1)))
    of_coffee = Line.net.sum(Line.category.is_("coffee")).over(lc.month)
    of_tea = Line.net.sum(Line.category.is_("tea")).over(lc.month)

    names = {tally_of(terms, measure)[0] for measure in (of_coffee, of_tea, Line.net.over(lc.month))}

    assert len(names) == 3
    assert coffee("1") == {"net": "1", "category": "coffee"}
