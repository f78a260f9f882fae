"""What the naive model knows of streaks: whether one goes on as a period ends. Functions work on a model."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from machine.claims import holds_at
from machine.described import Streak
from machine.reckoning import EVER, Fact

if TYPE_CHECKING:
    from machine.model import Model

MICROSECOND = dt.timedelta(microseconds=1)


def usable(model: Model, unit: str) -> int:
    return sum(lot.left for lot in model.burn_order(unit))


def begin(model: Model) -> None:
    """Wait for the end of the period that is open now, of each streak that has units and does not wait yet."""
    for streak in model.program.streaks:
        if model.runs.get(streak.unit) is None and usable(model, streak.unit):
            model.runs[streak.unit] = model.end_of_window(streak.per, model.now)


def follow(model: Model) -> None:
    """Let streaks go on or end whose period ends now; others begin where units have come."""
    for streak in model.program.streaks:
        if model.runs.get(streak.unit) == model.now:
            end_period(model, streak)
    waiting = {streak.unit for streak in model.program.streaks if model.ran.get(streak.unit) == model.now}
    for streak in model.program.streaks:
        if streak.unit not in waiting and model.runs.get(streak.unit) is None and usable(model, streak.unit):
            model.runs[streak.unit] = model.end_of_window(streak.per, model.now)


def end_period(model: Model, streak: Streak) -> None:
    """Go on into the next period, for a freeze if need be, or let all end."""
    now = model.now
    model.ran[streak.unit] = now
    if not usable(model, streak.unit):
        model.runs[streak.unit] = None
        return
    if not (is_met(model, streak) or (streak.unless and holds_at(model, streak.unless, now - MICROSECOND))):
        if streak.freeze is None or model.debt(streak.freeze[0]) or usable(model, streak.freeze[0]) < streak.freeze[1]:
            model.runs[streak.unit] = None
            for unit in (streak.unit, *streak.ends):
                model.lose(unit)
            return
        model.spend(Fact(model.facts[0].event, now), f"streak of {streak.unit}", *streak.freeze)
    model.runs[streak.unit] = model.end_of_window(streak.per, now)


def is_met(model: Model, streak: Streak) -> bool:
    """Say whether something was earned in the period that ends now, or in one before it, as near as is tolerated."""
    end = model.now
    for _ in range(streak.tolerates + 1):
        bounds = model.bounds(streak.per, end - MICROSECOND, model.anchors())
        assert bounds is not None
        if model.tally(streak.unit, streak.per, end - MICROSECOND, model.now) > 0:
            return True
        if bounds[0] == EVER:
            break
        end = bounds[0]
    return False
