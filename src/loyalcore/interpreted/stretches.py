"""
Stretches: which windows of a rule are whose, where versions follow one another.

A window is of the version in force when it began, until it closes. A rule that is new, or whose windows a version cuts,
begins with that version; one that is gone gives until its open window closes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from attrs import evolve

from loyalcore.causes import Cause
from loyalcore.instants import FOREVER
from loyalcore.interpreted.cells import Cell, moments, own_cells
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.windows import anchor_of, bounds
from loyalcore.terms import Terms
from loyalcore.windows import Window

__all__ = ["asked", "cells", "judged_anew"]


class Stretch(NamedTuple):
    """
    Be the windows of a rule that are a version's: those that begin from *since* on, before *until*.

    Where the version *cuts*, the window that is open at *since* begins there.
    """

    edition: Edition
    window: Window
    since: int
    until: int
    cuts: bool

    def begins(self, start: int) -> int | None:
        """Return where a window begins, or None where it is another version's."""
        if self.cuts:
            start = max(start, self.since)
        return start if self.since <= start < self.until else None


def _stretches(edition: Edition, kind: str) -> dict[str, tuple[Stretch, ...]]:
    """Return whose the windows of each rule are that may be open while a version is in force, oldest first."""
    before = {} if edition.before is None else _stretches(edition.before, kind)
    found: dict[str, tuple[Stretch, ...]] = {}
    windows = {cell.name: cell.window for cell in own_cells(edition.terms, kind)}
    for name, window in windows.items():
        older = () if name in edition.split else before.get(name, ())
        goes_on = bool(older) and older[-1].until == FOREVER
        if window is not None:
            cuts = not goes_on and edition.before is not None
            begun = Stretch(edition, window, edition.start, FOREVER, cuts)
            found[name] = (*(_open(edition, older) if goes_on else ()), begun)
    gone = {name: _open(edition, older) for name, older in before.items() if name not in {*windows, *edition.split}}
    return found | {name: left for name, left in gone.items() if left}


def _open(edition: Edition, older: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Return what of earlier stretches can still be open when a version comes into force."""
    ended = [each._replace(until=min(each.until, edition.start)) for each in older]
    return tuple(each for each in ended if not _is_closed(edition, each))


def _is_closed(edition: Edition, stretch: Stretch) -> bool:
    """Tell whether the last window of a stretch has closed; one from a member's own date may be open for some."""
    if anchor_of(stretch.window) is not None:
        return False
    last = bounds(edition.terms, stretch.window, stretch.until - 1, None)
    return last is not None and last[1] <= edition.start


def _older(edition: Edition, kind: str) -> list[tuple[Edition, dict[str, Stretch]]]:
    """Return the versions before one of which windows may be open, and whose they are."""
    named = _stretches(edition, kind).items()
    return [
        (older, wanted)
        for older in edition.earlier
        if (wanted := {name: each for name, some in named for each in some if each.edition is older})
    ]


def cells(edition: Edition, kind: str | Cause) -> list[Cell]:
    """
    Return the cells that events of a kind fall into by a version: its own, then those of windows that are open.

    What no event raises is of the version in force alone.
    """
    if not isinstance(kind, str):
        return own_cells(edition.terms, kind)
    mine = _stretches(edition, kind)
    found = [
        cell if cell.window is None else evolve(cell, stretch=mine[cell.name][-1])
        for cell in own_cells(edition.terms, kind)
    ]
    for older, wanted in _older(edition, kind):
        theirs = [cell for cell in own_cells(older.terms, kind) if cell.name in wanted]
        found += [evolve(cell, stretch=wanted[cell.name]) for cell in theirs]
    return found


def judged_anew(edition: Edition, cell: Cell) -> Cell:
    """Return a cell as the last version says, up to the one in force, that judges all of its window anew, if open."""
    if not isinstance(cell.stretch, Stretch) or not isinstance(kind := cell.rules[0].on, str):
        return cell
    of = cell.stretch.edition
    judging = [each for each in (*edition.earlier, edition) if each.start > of.start and cell.name in each.rejudge]
    later = [each for each in judging if any(open_.edition is of for open_ in _stretches(each, kind)[cell.name])]
    return evolve(cell, rules=(later[-1].terms.lanes.earns[cell.name],)) if later else cell


def asked(edition: Edition, kind: str) -> list[tuple[Terms, list[Any]]]:
    """Return what is asked of the history when an event is judged: by the version itself, then for open windows."""
    terms = [edition.terms, *(older.terms for older, _ in _older(edition, kind))]
    return [(each, moments(each, kind)) for each in terms]
