"""
Rejudging: windows without an end that a version judges anew as a whole, what they have had so far included.

Such a cell keeps its leaves and their sums; V alone is another from the version on. So what it was given and what it is
worth differ once, by an entry of the version, and returns stay exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from attrs import evolve

from loyalcore.engine.earning import WindowCell
from loyalcore.engine.editions import Edition
from loyalcore.engine.engine import Engine
from loyalcore.engine.plan import KindPlan
from loyalcore.engine.spans import EarlierWindow, Spans
from loyalcore.errors import InvalidProgram
from loyalcore.ledger import Core
from loyalcore.rules import Boost, Earn
from loyalcore.terms import Terms
from loyalcore.vocabulary import leaves
from loyalcore.windows import Lifetime, Since

__all__ = ["check_rejudged", "judge_anew", "take_anew"]


def check_rejudged(editions: Sequence[Edition]) -> None:
    """Refuse to judge anew what is not one window that never closes, measured as before."""
    for before, edition in pairwise(editions):
        for name in edition.rejudge:
            was, now = (each.terms.lanes.earns.get(name) for each in (before, edition))
            if not _is_alike(before.terms, was, edition.terms, now):
                raise InvalidProgram(
                    f"version {edition.terms.version} judges {name!r} anew, which has to be a rule over lifetime, or "
                    "since a moment, outside lanes, that measures the same as in the version before; change its rate, "
                    "bands or cap alone, or split its window"
                )


def _is_alike(one: Terms, was: Earn | None, two: Terms, now: Earn | None) -> bool:
    if was is None or now is None or not isinstance(now.over, Lifetime | Since) or not isinstance(now.on, str):
        return False
    laned = one.lanes.outermost(was.name), two.lanes.outermost(now.name)
    boosts = [[boost for boost in terms.of_kind(Boost) if boost.of == now.name] for terms in (one, two)]
    measured = [[*leaves(rule.gives.measure)] for rule in (was, now)]
    alike = evolve(was, gives=now.gives) == now and was.gives.unit == now.gives.unit
    return alike and laned == (None, None) and boosts[0] == boosts[1] and measured[0] == measured[1]


def judge_anew(
    plan: KindPlan, kind: str, editions: Sequence[Edition], own: Sequence[Spans], judging: int, current: int
) -> None:
    """
    Let cells of a version's plan, while another is in force, come to what the last says that judged them anew.

    A window that a version in between has cut is as it was left: *own* says whose are open in each version.
    """
    numbers = {edition.terms.version: number for number, edition in enumerate(editions)}
    for cell in plan.cells:
        if not isinstance(cell, WindowCell):
            continue
        of = numbers[cell.version] if isinstance(cell, EarlierWindow) else judging
        later = [
            number
            for number in range(of + 1, current + 1)
            if cell.name in editions[number].rejudge
            and any(span.version == of for span in own[number].get((kind, cell.name), ()))
        ]
        if later:
            again = next(each for each in editions[later[-1]].engine.plans[kind].cells if each.name == cell.name)
            assert isinstance(again, WindowCell)  # noqa: S101 - nothing else is judged anew
            cell.worth_of(again.value)


def take_anew(core: Core, at: int, cause: int, edition: Edition, before: Engine, engine: Engine) -> None:
    """Grant what a version makes of what the windows have had that it judges anew, or take it back."""
    for name in edition.rejudge:
        kind = edition.terms.lanes.earns[name].on
        assert isinstance(kind, str)  # noqa: S101 - nothing else is judged anew
        cell, start = _open_at(engine.plans, kind, name, at)
        was, _ = _open_at(before.plans, kind, name, at)
        if start is None:
            continue  # it has not begun, so nothing was given
        sums = [core.sums.get((tally, start), 0) for tally in cell.tallies]
        amount = cell.value(sums) - was.value(sums)
        if not amount:
            continue
        seq = core.length
        core.append(("arise", at, cause, f"{name} judged anew", None, (), (), (), engine.hash))
        if amount > 0:
            engine.poster.earn(core, at, seq, cell, amount, start)
        else:
            engine.poster.take_back_of_window(core, at, seq, cell, -amount, start)


def _open_at(plans: Mapping[str, KindPlan], kind: str, name: str, at: int) -> tuple[Any, int | None]:
    """Return the cell of a rule whose window is open at a moment, and where it begins; or that none has begun."""
    cells = [cell for cell in plans[kind].cells if isinstance(cell, WindowCell) and cell.name == name]
    begun = [(cell, start) for cell in cells if (start := cell.start((), at, ())) is not None]
    return begun[0] if begun else (None, None)
