"""A draw of a program says who has how many chances, and is held by whoever holds it."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, USD, Line, Member, Order, Visit, date, program
from strategies import STAR

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
STATUS = lc.Ladder("status", by=Line.net.over(lc.year), tiers={"base": 0, "gold": USD(50)})


def draw(**more):
    return lc.Draw(**{"name": "march", "prizes": {POINT(500): 1, "mug": 2}, **more})


DRAWS = [
    draw(),
    draw(chances=3),
    draw(chances=Line.net.over(lc.previous(lc.month)) * "0.1", when=lc.in_tier("status", "gold"), again=True),
    draw(by=lc.by_md5),
]


@pytest.mark.parametrize("value", DRAWS, ids=refusals.numbered(DRAWS))
def test_a_draw_is_a_value_and_part_of_a_program(value):
    values.check(value)
    values.check(program(BASE, STATUS, value))


def chances(rule, *events, at="2026-03-01"):
    ada = Member(program(BASE, STATUS, rule))
    for event in events:
        ada.does(event)
    return lc.chances(ada.program, ada.account, "march", date(at))


def bought(net, moment="2026-02-10", id="p1"):
    return Order(id, at=date(moment), items=[Line("a", net, category="tea")])


def test_everybody_has_the_same_chance_unless_told_otherwise():
    assert chances(draw()) == 1
    assert chances(draw(chances=3), bought("5.00")) == 3


@pytest.mark.parametrize(
    ("measure", "number"),
    [
        (POINT.balance, 37),
        (POINT.earned(lc.previous(lc.month)), 37),
        (POINT.earned(lc.month), 0),
        (Line.net.over(lc.rolling(days=30)) * "0.1", 3),
        (Order.count.over(lc.year), 1),
        (Visit.count.over(lc.year), 2),
        (POINT.balance - POINT.balance * 2, 0),
        (POINT.balance.at_most_of(lc.Constant(POINT(10))), 10),
    ],
)
def test_chances_are_a_measure_of_the_history_rounded_down(measure, number):
    visits = [Visit(f"v{at}", at=date(f"2026-02-1{at}"), name="visit") for at in (1, 2)]

    assert chances(draw(chances=measure), bought("37.00"), *visits) == number


def test_whoever_does_not_fulfil_the_condition_has_none():
    rule = draw(when=lc.in_tier("status", "gold") & lc.setting("draws").is_("yes"))
    yes = lc.Settings("s1", at=date("2026-02-11"), draws="yes")

    assert chances(rule, bought("60.00")) == 0
    assert chances(rule, bought("40.00"), yes) == 0
    assert chances(rule, bought("60.00"), yes) == 1


def test_chances_are_as_of_the_moment_of_the_draw_and_record_nothing():
    ada = Member(program(BASE, lc.Expiry(POINT, lc.days(10)), draw(chances=POINT.balance)))
    ada.does(bought("5.00"))

    assert lc.chances(ada.program, ada.account, "march", date("2026-02-19")) == 5
    assert lc.chances(ada.program, ada.account, "march", date("2026-02-20")) == 0
    assert ada.has() == "5"


def test_a_schedule_may_go_by_the_zone_of_the_member():
    rule = draw(when=lc.time_of_day("00:00", "02:00", zone=lc.setting("zone")))
    tokyo = lc.Settings("s1", at=date("2026-02-11"), zone="Asia/Tokyo")

    assert chances(rule, tokyo, at="2026-03-01 15:30") == 1
    assert chances(rule, at="2026-03-01 15:30") == 0
    with pytest.raises(lc.InvalidValue):
        chances(rule, lc.Settings("s1", at=date("2026-02-11"), zone="Mars"))


def test_entrants_are_those_with_chances_and_their_drawing_is_the_draw():
    rule = draw(chances=POINT.balance, again=True)
    terms = program(BASE, rule)
    people = [Member(terms, name) for name in ("ada", "bo", "cy")]
    people[0].does(bought("5.00"))
    people[1].does(bought("2.00"))

    found = lc.entrants(terms, [each.account for each in people], "march", date("2026-03-01"))
    held = rule.drawing(found, seed="7 12 19")

    assert found == {"ada": 5, "bo": 2}
    assert held == lc.Drawing(found, prizes={POINT(500): 1, "mug": 2}, seed="7 12 19", name="march", again=True)
    assert len(held.wins) == rule.winners == 3
    assert (rule.total(POINT), rule.total(STAR)) == (POINT(500), STAR(0))


PROGRAM = program(BASE, draw())
ADA = Member(PROGRAM)
ADA.does(bought("5.00"))


@refusals.table(
    [
        (draw, {"name": ""}, lc.InvalidValue),
        (draw, {"prizes": {}}, lc.InvalidValue),
        (draw, {"chances": "many"}, lc.InvalidValue),
        (draw, {"when": Line.gift.is_true()}, lc.InvalidValue),
        (draw, {"again": 1}, lc.InvalidValue),
        (draw, {"again": True, "by": lc.by_md5}, lc.InvalidValue),
        (draw, {"by": "dice"}, lc.InvalidValue),
        (
            lc.chances,
            {"program": 5, "account": ADA.account, "draw": "march", "at": date("2026-03-01")},
            lc.InvalidValue,
        ),
        (lc.chances, {"program": PROGRAM, "account": 5, "draw": "march", "at": date("2026-03-01")}, lc.InvalidValue),
        (
            lc.chances,
            {"program": PROGRAM, "account": ADA.account, "draw": "x", "at": date("2026-03-01")},
            lc.InvalidValue,
        ),
        (
            lc.chances,
            {"program": PROGRAM, "account": ADA.account, "draw": "march", "at": date("2026-01-01")},
            lc.InvalidValue,
        ),
        (lc.entrants, {"program": PROGRAM, "accounts": 5, "draw": "march", "at": date("2026-03-01")}, lc.InvalidValue),
    ]
)
def test_what_is_no_draw_or_entrant_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    "rule",
    [
        draw(chances=Line.net.sum()),
        draw(chances=lc.ordinal),
        draw(when=Order.channel.is_("app")),
        draw(chances=STAR.balance),
    ],
    ids=["an event", "an ordinal", "a text", "a unit"],
)
def test_a_draw_by_what_is_not_there_is_refused(rule):
    with pytest.raises(lc.InvalidProgram, match="draw march"):
        program(BASE, rule)
