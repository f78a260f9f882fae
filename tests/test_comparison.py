"""The engine against the interpreted form: equal entries over whole histories, and what the comparison is worth."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import loyalcore as lc
import strategies
from loyalcore.engine import (
    awards,
    boosts,
    earning,
    judge,
    moments,
    recorder,
    rooms,
    shapes,
)
from loyalcore.entries import FACTS, LAYOUTS
from loyalcore.instants import FOREVER
from loyalcore.schedules import Between, OnWeekdays
from machine import neighbours
from machine.comparing import START, Both, Report, Step, compare, replayed, run, shorten
from machine.faults import FAULTS, Planting, planted
from strategies import Line, Order, Visit

#: How many histories are compared: 200, or 60 with the short profile; of several accounts a fourth of it.
HISTORIES = max(60, 2 * settings.default.max_examples)


#: What is decided on several accounts, and recorded of that.
TOGETHER = {"transfer", "counterpart", "draw", "raise"}


def test_the_engine_and_the_interpreted_form_record_the_same():
    report = run(HISTORIES, 8)

    print(report)
    assert not report.differences, "\n\n".join(str(shorten(found)) for found in report.differences)
    assert (report.histories, report.left_out) == (HISTORIES, 0)
    assert {kind for kind in LAYOUTS if not report.of("entry ")[kind]} == TOGETHER
    assert {kind for kind in FACTS if not report.of("step ")[kind]} == set(FACTS) & TOGETHER
    assert set(report.of("outcome ")) == {"recorded", "refused", "known", "conflict", "error"}
    assert min(report.counted["late"], report.counted["parts"], report.counted["in place"]) > 0
    assert min(report.versions, report.books, report.crowded) > 0


def test_both_record_the_same_of_accounts_that_have_to_do_with_each_other():
    report = run(HISTORIES // 4, 3, of=neighbours.compare)

    print(report)
    assert not report.differences, "\n\n".join(str(shorten(found)) for found in report.differences)
    assert (report.histories, report.left_out) == (HISTORIES // 4, 0)
    assert {kind for kind in TOGETHER if not report.of("entry ")[kind]} == set()
    assert {"out-of-stock", "not-transferable", "to-oneself", "unknown-member"} <= set(report.of("refused "))
    assert min(report.counted["late"], report.counted["parts"], report.of("outcome ")["known"], report.books) > 0


# Programs and baskets as Hypothesis draws them, which shortens what it finds.


@st.composite
def shops(draw):
    """A rule of every shape with boosts, over a purchase or a window, in a shop with tiers and expiry."""
    rule = draw(strategies.purchase_rules())
    options = {"when": draw(st.none() | strategies.conditions(strategies.event_questions(), leaves_max=4))}
    if not rule.limit and rule.stage == lc.purchase:
        options["over"] = draw(st.sampled_from([lc.purchase, lc.purchase, lc.month, lc.lifetime]))
    try:
        rule = evolve(rule, **options)
        found = [
            lc.Boost(
                f"boost {place}",
                draw(st.sampled_from(["+50%", "x1.1", "x2", lc.by_tier("status", {"gold": "x1.5", "silver": "+10%"})])),
                of="base",
                where=draw(st.none() | strategies.conditions(strategies.item_questions(), leaves_max=3)),
                when=draw(st.none() | strategies.conditions(strategies.event_questions(), leaves_max=2)),
            )
            for place in range(draw(st.integers(0, 2)))
        ]
        return lc.Program(
            "shop",
            version="1",
            timezone=draw(st.sampled_from(["UTC", "Europe/Istanbul"])),
            items=Line,
            purchases=Order,
            activities=Visit,
            rules=[
                rule,
                *found,
                lc.Earn("point", strategies.POINT(10)),
                lc.Ladder(
                    "status",
                    by=Order.net.over(draw(st.sampled_from([lc.rolling(days=5), lc.month]))),
                    tiers={"base": 0, "silver": strategies.USD(40), "gold": strategies.USD(90)},
                ),
                lc.Expiry(strategies.STAR, draw(st.sampled_from([lc.days(3), lc.end_of(lc.month), lc.never]))),
                lc.Reward("cup", strategies.STAR(3)),
            ],
            taking_back=draw(st.sampled_from([lc.debt, lc.other_lots, lc.clamp, lc.write_off])),
        )
    except (lc.InvalidProgram, lc.InvalidValue):
        assume(False)


@given(program=shops(), carts=strategies.carts(), data=st.data())
def test_both_record_the_same_of_what_hypothesis_draws(program, carts, data):
    both, now = Both((program,)), START

    def do(event: Any) -> None:
        both.do(Step(0, now, event))

    for number, cart in enumerate(carts):
        now += data.draw(st.sampled_from([dt.timedelta(0), dt.timedelta(days=1), dt.timedelta(days=4)]))
        items = [Line(f"i{place}", **line) for place, line in enumerate(cart)]
        late = data.draw(st.sampled_from([dt.timedelta(0), dt.timedelta(days=2)]))
        do(Order(f"p{number}", at=now - late, items=items, channel=data.draw(st.sampled_from(["app", ""])), nights=1))
        if data.draw(st.booleans()):
            do(lc.Redemption(f"x{number}", at=now, reward="cup"))
        if data.draw(st.booleans()):
            of = data.draw(st.integers(0, number))
            parts = data.draw(st.sampled_from([None, ["i0"], {"i0": "0.5"}]))
            do(lc.Return(f"r{number}", at=now, of=f"p{of}", items=parts))
    do(None)


# What the comparison is worth: it finds every fault that is planted in the engine.

#: The faults that this file plants as well, whatever others are known by then: those of single families of programs
#: are found by the state machine, which plays nothing but these.
PLANTED = {name for name, fault in FAULTS.items() if fault.__module__ == "machine.faults"}

#: Faults of what both forms share, the calendar and the fold of entries; the state machine finds them.
SHARED = {
    "a snapshot forgets debt",
    "cycles begin when the anchor came and not with its date",
    "months are counted in utc",
    "shifted periods begin with the calendar",
}

#: Faults of what few histories come to, so that 300 may not find them; the state machine does.
SELDOM = {
    *("what was captured can be captured again", "a part that is captured spends all that is held"),
    *("what is released pays no debt", "holds time out a microsecond late", "a hold is activity that keeps units"),
    *("any activity about a purchase confirms it", "what came late counts from when it was recorded"),
    *("units that wait never lapse", "all values of a key have one room", "accruals do not limit"),
    *("a limit of a name sees what its own rule has used", "what waits for another window is given at once"),
    *("what waits uses the room of today", "items that are kept get more room than they had"),
    *("a limit that is judged again does not cut", "the best boost of a lane is the first"),
    "boosts of a lane are left out",
}

#: Further faults of the compiler alone.
COMPILED: dict[str, Callable[[Planting], None]] = {
    "the worst of a lane is the best": lambda planting: planting.swap_function(
        "_combined", lambda original: lambda values, how: original(values, "best" if how == "worst" else how)
    ),
    "what is asked of a day is asked at its midnight in UTC": lambda planting: planting.swap(
        judge.Judge, "is_daily", lambda _: lambda _self, condition: isinstance(condition, OnWeekdays | Between)
    ),
    "boosts of items hold whatever the event": lambda planting: planting.swap(
        boosts,
        "_varies",
        lambda original: lambda place, table, _holds, tier: original(place, table, boosts.always, tier),
    ),
    "steps are given in part": lambda planting: planting.swap(
        shapes, "_stepped", lambda _: lambda part, step: shapes._scaled(part, 1 / step)
    ),
    "tallies are read in the window of the latest moment": lambda planting: planting.swap_function(
        "tally_reader", lambda original: lambda *window: lambda core, _at: original(*window)(core, core.now)
    ),
    "less than nothing is given": lambda planting: planting.swap_function(
        "_subtracts", lambda _: lambda _measure: False
    ),
    "the larger of two is the smaller": lambda planting: planting.swap(
        shapes, "_JOINS", lambda original: dict.fromkeys(original, min)
    ),
    "settings are read as they were never made": lambda planting: planting.swap_function(
        "setting_reader", lambda _: lambda _name: lambda _core, _at: ""
    ),
    "every item is judged with the others": lambda planting: planting.swap(
        awards, "_item_by_item", lambda _: awards.capped
    ),
    "a window without a beginning takes part": lambda planting: planting.swap(
        earning.WindowCell, "start", lambda original: lambda self, at: original(self, at) or 0
    ),
    "rows read in place give what never ends": lambda planting: planting.swap(
        recorder.Recorder,
        "_usual",
        lambda original: lambda self, places: original(self, places)._replace(life=None, expires=lambda _at: FOREVER),
    ),
    "moments are frozen in another order": lambda planting: planting.swap(
        moments.Moments, "compile", lambda original: lambda self: _reversed(original(self))
    ),
}


#: Faults of what several accounts have to do with each other.
BETWEEN: dict[str, Callable[[Planting], None]] = {
    "a budget gives what it has not": lambda planting: planting.swap(
        rooms.Left, "cut", lambda _: lambda _self, _core, award: award
    ),
    "a return withdraws nothing": lambda planting: planting.swap_function("reconsider", lambda _: lambda *_given: None),
}


def _reversed(freeze: Any) -> Any:
    return freeze and (lambda core, at: freeze(core, at)[::-1])


@pytest.mark.planted
@pytest.mark.parametrize("name", sorted({*PLANTED, *COMPILED} - SHARED - SELDOM))
def test_a_fault_planted_in_the_engine_is_found(name):
    with planted(COMPILED.get(name, name)):
        report = run(300, seed=2)

    print(f"{name}: found in history {report.histories}: {[found.message for found in report.differences]}")
    assert report.differences


@pytest.mark.planted
@pytest.mark.parametrize("name", sorted(BETWEEN))
def test_a_fault_of_what_accounts_have_to_do_with_each_other_is_found(name):
    with planted(BETWEEN[name]):
        report = run(200, seed=3, of=neighbours.compare)

    print(f"{name}: found in history {report.histories}: {[found.message for found in report.differences]}")
    assert report.differences


def test_the_faults_that_are_set_apart_are_there():
    assert PLANTED > SHARED | SELDOM


@pytest.mark.planted
def test_the_faults_of_what_both_share_are_not_found():
    """If one is, it does not belong on the list."""
    for name in SHARED:
        with planted(name):
            assert not run(20, seed=2).differences


def test_a_difference_can_be_drawn_again_from_its_seed_and_is_shortened():
    with planted(COMPILED["steps are given in part"]):
        (found,) = run(300, seed=3).differences
        again = compare(found.seed, Report())
        short = shorten(found)

        assert again == found
        assert str(found).startswith(f"seed {found.seed}: entry ")
        assert len(short.history.steps) < len(found.history.steps)
        assert len(repr(short.history.programs)) < len(repr(found.history.programs))
        assert replayed(short.history) == short.message

    assert compare(found.seed, Report()) is None


def test_what_differs_where_rows_are_read_in_place_alone_is_found_and_shortened():
    with planted(COMPILED["rows read in place give what never ends"]):
        (found,) = run(300, seed=1).differences
        short = shorten(found)

        assert found.history.in_place
        assert str(found.message).startswith("in place, ")
        assert len(short.history.steps) < len(found.history.steps)
