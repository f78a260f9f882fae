"""Planted faults of what the terms of a program refuse, and of packages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from machine.faults import Planting, fault, in_programs
from machine.programs import strict as family


@in_programs(family)
@fault
def what_is_refused_of_redemptions_may_be_held(planting: Planting) -> None:
    def without_holds(original: Any) -> Any:
        return lambda terms: {kind: refuse for kind, refuse in original(terms).items() if kind != "hold"}

    planting.swap_function("refusing", without_holds, within="loyalcore.engine.")


@in_programs(family)
@fault
def events_are_refused_by_what_holds_a_day_later(planting: Planting) -> None:
    def later(original: Any) -> Any:
        def of_content(terms: Any, kind: str) -> Any:
            refuse = original(terms, kind)
            return lambda core, at, content: refuse(core, at + 86_400_000_000, content)

        return of_content

    planting.swap_function("_of_content", later, within="loyalcore.engine.refusing")


@in_programs(family)
@fault
def packages_are_taken_as_they_are_named(planting: Planting) -> None:
    def greedily(_: Any) -> Any:
        def packed(packages: Sequence[Any]) -> Any:
            def most(steps: Sequence[int]) -> int:
                left, worth = list(steps), 0
                for takes, amount in packages:
                    while all(there >= taken for there, taken in zip(left, takes, strict=True)):
                        left = [there - taken for there, taken in zip(left, takes, strict=True)]
                        worth += amount
                return worth

            return most

        return packed

    planting.swap_function("packed", greedily, within="loyalcore.engine.")


@in_programs(family)
@fault
def packages_as_listed_are_taken_from_the_last(planting: Planting) -> None:
    def backwards(original: Any) -> Any:
        return lambda packages: original(packages[::-1])

    planting.swap_function("listed", backwards, within="loyalcore.engine.")
