"""
Trials: a copy of an account's state to try an event on, so that nobody sees it who goes on with the account.

The state is copied, which takes no longer than its open lots and tallies are many; the rows are read where they are.
"""

from __future__ import annotations

import copy
from collections.abc import ItemsView, Iterator, Mapping
from itertools import chain
from typing import Any, cast

from loyalcore.entries import Row
from loyalcore.folding import fold_rows
from loyalcore.ledger import Core
from loyalcore.lots import Book, Slide
from loyalcore.snapshots import thaw
from loyalcore.state import State

__all__ = ["beginning", "trial_of"]


#: What an account knows of its rows; a trial reads those of another.
_OF_ROWS = frozenset({"kept", "noted", "origin", "trace"})


class _Rows(Mapping[int, Row]):
    """Be the rows of an account by position, as far as there were any when the trial began."""

    def __init__(self, core: Core) -> None:
        self._core, self._stop = core, core.length

    @property
    def of(self) -> tuple[Core, int]:
        """Return whose rows they are, and up to where."""
        return self._core, self._stop

    def _all(self) -> Iterator[tuple[int, Row]]:
        core = self._core
        return chain(core.kept.items(), enumerate(core.rows(stop=self._stop), core.base))

    def __getitem__(self, seq: int) -> Row:
        core = self._core
        if seq < core.base:
            return core.kept[seq]
        if seq >= self._stop:
            raise KeyError(seq)
        return core.row(seq)

    def __iter__(self) -> Iterator[int]:
        return (seq for seq, _ in self._all())

    def __len__(self) -> int:
        return len(self._core.kept) + self._stop - self._core.base

    def items(self) -> ItemsView[int, Row]:
        """Return positions and rows, read one after the other."""
        return cast("ItemsView[int, Row]", self._all())


def trial_of(core: Core) -> Core:
    """Return a core that stands where another does, and goes on by itself."""
    trial = Core(core.member)
    for name in State.__slots__:
        if name not in _OF_ROWS:
            setattr(trial, name, _copied(getattr(core, name)))
    trial.base = trial.length = core.length
    trial.noted, trial.kept = core.purchases, _Rows(core)
    return trial


def beginning(core: Core) -> Core:
    """Return an account as it was before the rows of a core: what a snapshot, or a trial, began as."""
    if not isinstance(core.kept, _Rows):
        return Core(core.member) if core.origin is None else thaw(core.origin)
    tried, stop = core.kept.of
    return fold_rows(beginning(tried), tried.rows(stop=stop))


def _copied(state: Any) -> Any:
    """Return what a state is, with tables, lists and sets of its own."""
    if isinstance(state, Book | Slide):
        twin = copy.copy(state)
        for name in type(state).__slots__:
            setattr(twin, name, _copied(getattr(state, name)))
        return twin
    if isinstance(state, dict):
        return {key: _copied(value) for key, value in state.items()}
    return type(state)(state) if isinstance(state, list | set) else state
