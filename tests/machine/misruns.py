"""Planted faults of streaks."""

from __future__ import annotations

from typing import Any

from loyalcore.engine.runs import Run
from machine.faults import Planting, fault, in_programs
from machine.programs import playing as family


@in_programs(family)
@fault
def a_streak_tolerates_one_more_than_it_says(planting: Planting) -> None:
    def more(original: Any) -> Any:
        def init(self: Any, *arguments: Any) -> None:
            original(self, *arguments)
            self._tolerates += 1

        return init

    planting.swap(Run, "__init__", more)


@in_programs(family)
@fault
def a_missed_period_is_excused_by_what_holds_as_the_next_begins(planting: Planting) -> None:
    def later(original: Any) -> Any:
        def init(self: Any, *arguments: Any) -> None:
            original(self, *arguments)
            excuse = self._unless
            self._unless = excuse and (lambda core, at: excuse(core, at + 1))

        return init

    planting.swap(Run, "__init__", later)


@in_programs(family)
@fault
def a_freeze_is_used_up_for_each_period(planting: Planting) -> None:
    planting.swap(Run, "_goes_on", lambda _: lambda *_: False)


@in_programs(family)
@fault
def a_streak_ends_alone(planting: Planting) -> None:
    def alone(original: Any) -> Any:
        def init(self: Any, *arguments: Any) -> None:
            original(self, *arguments)
            del self._units[1:]

        return init

    planting.swap(Run, "__init__", alone)


@in_programs(family)
@fault
def a_streak_begins_with_the_period_after_its_first_unit(planting: Planting) -> None:
    def later(original: Any) -> Any:
        def begin(self: Any, core: Any, at: int, cause: Any) -> None:
            if core.opened.get(self.name) is not None or not self._runs(core):
                original(self, core, at, cause)
            else:
                end = self._end_of(core, at)
                core.append(("open", at, cause, self.name, self._end_of(core, end)))

        return begin

    planting.swap(Run, "_begin", later)
