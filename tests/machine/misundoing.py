"""Planted faults of what comes back of spent units."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from loyalcore.engine import posting
from loyalcore.engine.issuing import Issuer
from loyalcore.returning import in_proportion
from machine.described import Program
from machine.faults import Planting, fault, in_programs
from machine.programs import cashback, claiming, given_back


def family(draw: Random) -> Program:
    """Draw programs of which something is paid with points, by policies for what comes back."""
    return given_back(draw, cashback(draw))


@in_programs(family)
@fault
def what_begins_anew_goes_back_where_it_was(planting: Planting) -> None:
    planting.swap(posting.Poster, "give_back", lambda _: posting.Poster.restore)


@in_programs(family)
@fault
def what_paid_for_a_purchase_comes_back_in_proportion_whatever_is_said(planting: Planting) -> None:
    def always(original: Any) -> Any:
        def still_spent(core: Any, purchase: Any, rows: Any, on_return: Mapping[str, str]) -> Any:
            return original(core, purchase, rows, dict.fromkeys(on_return, in_proportion))

        return still_spent

    planting.swap_function("still_spent", always, within="loyalcore.engine.")


def undoing(draw: Random) -> Program:
    """Draw programs of rewards that give units, by policies for what may be undone."""
    return given_back(draw, claiming(draw))


@in_programs(undoing)
@fault
def redemptions_are_undone_whenever_somebody_asks(planting: Planting) -> None:
    planting.swap_function("_final", lambda _: lambda *_: None, within="loyalcore.engine.returning")


@in_programs(undoing)
@fault
def what_a_reward_gave_is_taken_back_by_the_policy_of_the_program(planting: Planting) -> None:
    def without_own(original: Any) -> Any:
        def begin(self: Any, *program: Any) -> None:
            original(self, *program)
            self._taking_back = {}

        return begin

    planting.swap(Issuer, "__init__", without_own)
