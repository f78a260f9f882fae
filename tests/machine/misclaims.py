"""
Planted faults of rewards that are claimed by themselves, of what rewards give, and of exchanges.

A rule is made another as the library's program is built where that is what an engine would do that does not ask it.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from loyalcore.engine import allowances, claiming, consequences, issuing
from loyalcore.numbers import floor
from machine.faults import Planting, fault, in_programs
from machine.programs import claiming as family


@in_programs(family)
@fault
def what_a_window_s_end_claims_is_judged_by_the_next_window(planting: Planting) -> None:
    def next_window(original: Any) -> Any:
        return lambda self, core, at, _seen, cause, until: original(self, core, at, at, cause, until)

    planting.swap(consequences.Consequence, "follow", next_window)


@in_programs(family)
@fault
def what_expires_is_claimed_with_all_other_units_as_well(planting: Planting) -> None:
    def with_all(original: Any) -> Any:
        def claim(self: Any, core: Any, at: int, seen: int, cause: Any, *_: Any) -> None:
            original(self, core, at, seen, cause)

        return claim

    planting.swap(claiming.Claimer, "claim", with_all)


@in_programs(family)
@fault
def what_is_claimed_takes_no_room_of_limits(planting: Planting) -> None:
    planting.swap(allowances.Allowance, "takes", lambda _: lambda *_: 0)


@in_programs(family)
@fault
def units_of_a_reward_live_from_when_they_are_given(planting: Planting) -> None:
    def from_earning(original: Any) -> Any:
        return lambda self, issue: (*original(self, issue)[:3], False)

    planting.swap(issuing.Issuer, "_compiled", from_earning)


@in_programs(family)
@fault
def what_an_undone_redemption_gave_is_kept(planting: Planting) -> None:
    planting.swap(issuing.Issuer, "take_back", lambda _: lambda *_: None)


@in_programs(family)
@fault
def what_is_exchanged_is_always_rounded_down(planting: Planting) -> None:
    planting.swap_function(
        "build_exchange",
        lambda original: lambda each, units: evolve(original(each, units), rounding=floor),
        within="machine.",
    )


@in_programs(family)
@fault
def what_is_claimed_once_is_claimed_as_often_as_it_can(planting: Planting) -> None:
    planting.swap(claiming, "once", lambda _: "never")
