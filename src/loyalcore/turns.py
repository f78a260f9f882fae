"""
Turns: which version of a book decides each row of a replay, so that stretches of rows go to one compiled program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, final

from loyalcore.bindings import Binding, column_of
from loyalcore.engine.columns import read_rows
from loyalcore.engine.versions import Versions
from loyalcore.instants import BEGINNING, to_instant
from loyalcore.ledger import Core
from loyalcore.readings import SECOND
from loyalcore.trace import position

__all__ = ["Turn", "Turns"]

#: The version that judges, and the one in force as it is recorded.
Turn = tuple[int, int]

_ABOUT_ONE = frozenset({"return", "capture", "release"})


class _Head:
    """Read of a row when it happened, whose it is, and what it is about."""

    def __init__(self, binding: Binding) -> None:
        self.kind = binding.kind
        self._head, self._scale = binding.head(), SECOND if binding.in_seconds else 0
        of = binding.column("of") if binding.kind == "activity" or binding.kind in _ABOUT_ONE else None
        self._of = None if of is None else read_rows([of])

    def read(self, row: Any) -> tuple[int, Any, Any]:
        """Return moment, member and, where it is about another event, the id of that."""
        _, at, member, *_ = self._head(row)
        return (
            at * self._scale if self._scale else to_instant(at),
            member,
            None if self._of is None else self._of(row),
        )


@final
class Turns:
    """Be what splits rows into stretches, each of one turn, and brings accounts to it."""

    def __init__(
        self, versions: Versions, table: Mapping[Any, Binding], kind: object, cores: Mapping[Any, Core]
    ) -> None:
        self._versions, self._cores = versions, cores
        self._heads = {value: _Head(binding) for value, binding in table.items()}
        self._kind_of: Callable[[Any], Any] = (
            (lambda _: next(iter(table))) if kind is None else read_rows([column_of(kind, "kind")])
        )
        #: The version each account was brought to.
        self._brought: dict[Any, int] = {}

    def stretches(self, rows: Iterable[Any]) -> Iterator[tuple[Turn, Iterator[Any]]]:
        """
        Yield rows that follow one another and are of one turn, each stretch to be decided before the next is asked for.

        A row is looked at once the one before it has been decided, since an account may be past its moment.
        """
        yield from groupby(rows, self._turn)

    def _turn(self, row: Any) -> Turn:
        head = self._heads[self._kind_of(row)]
        at, member, of = head.read(row)
        versions, core = self._versions, self._cores.get(member)
        judging = versions.at(at)
        if core is None:
            return judging, judging
        core.quiet = BEGINNING  # what is plain to one version need not be to another
        found = None if of is None else position(core, of)
        if found is not None:
            judged = versions.of(core.row(found, content=False))
            judging = max(judging, judged) if head.kind == "activity" else judged
        now = max(core.now, at)
        current = versions.at(now)
        if core.due <= now or self._brought.get(member) != current:
            versions.advance(core, now)
            self._brought[member] = current
        return judging, max(judging, current)
