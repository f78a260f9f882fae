"""
Spans: which windows belong to which version of a program.

A window's cell belongs to the version in force when the window began, until it closes, and a later version judges what
falls into it by that one's rule. A rule that is new, or whose windows a version cuts, begins with that version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from loyalcore.calendar import window_of
from loyalcore.engine.earning import PurchaseCell, WindowCell
from loyalcore.engine.editions import Edition
from loyalcore.engine.locating import anchor_of
from loyalcore.engine.plan import KindPlan
from loyalcore.engine.rooms import Used
from loyalcore.engine.tallying import Changes
from loyalcore.errors import InvalidProgram
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import rejudge
from loyalcore.rules import Boost, Earn
from loyalcore.terms import Terms
from loyalcore.windows import Lifetime, Scope, Since, Standing, in_words

__all__ = ["EarlierWindow", "Span", "Spans", "confine", "inherit", "spans"]


class Span(NamedTuple):
    """
    Be the windows of a rule that are a version's: those that begin from *since* on, before *until*.

    Where the version *cuts*, the window that is open at *since* begins there.
    """

    version: int
    window: Standing
    since: int
    until: int
    cuts: bool

    def begins(self, start: int) -> int | None:
        """Return where a window begins that is this version's, or None where it is another's."""
        start = max(start, self.since) if self.cuts else start
        return start if self.since <= start < self.until else None


#: The windows of each rule by kind of event and name, oldest first.
Spans = Mapping[tuple[str, str], tuple[Span, ...]]


def spans(editions: tuple[Edition, ...]) -> list[Spans]:
    """Return which windows are whose, as each version comes into force."""
    found: list[Spans] = []
    for number, edition in enumerate(editions):
        before: Spans = found[-1] if found else {}
        now: dict[tuple[str, str], tuple[Span, ...]] = {}
        own = {(kind, cell.name): cell for kind, plan in edition.engine.plans.items() for cell in plan.cells}
        _check_split(edition, before)
        _check_raised(editions[: number + 1])
        for key, cell in own.items():
            older: tuple[Span, ...] = () if key[1] in edition.split else before.get(key, ())
            latest = older[-1] if older else None
            goes_on = latest is not None and latest.until == FOREVER
            if latest is not None and goes_on:
                _check_goes_on(edition, editions[number - 1], cell, latest.window)
            if isinstance(cell, WindowCell):
                left = _open(edition, older) if goes_on else ()
                begun = Span(number, cell.window, edition.start, FOREVER, cuts=not goes_on and number > 0)
                now[key] = (*left, begun)
        for key, older in before.items():
            if key not in own and key[1] not in edition.split and (left := _open(edition, older)):
                now[key] = left
        found.append(now)
    return found


def _open(edition: Edition, older: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return what of earlier spans can still be open when a version comes into force."""
    left = (span._replace(until=min(span.until, edition.start)) for span in older)
    return tuple(span for span in left if not _is_closed(edition, span))


def _is_closed(edition: Edition, span: Span) -> bool:
    if anchor_of(span.window) is not None:
        return False  # some member's may be open
    bounds = window_of(edition.engine.zone, span.window, span.until - 1)
    return bounds is not None and bounds[1] <= edition.start


def _check_split(edition: Edition, before: Spans) -> None:
    known = {name for _, name in before}
    for name in edition.split:
        if name not in known:
            windows = ", ".join(sorted(known)) or "none"
            raise InvalidProgram(
                f"version {edition.terms.version} splits the windows of {name!r}, but the rules before it that have "
                f"windows are: {windows}; name one of them, or leave it out"
            )


def _check_goes_on(edition: Edition, before: Edition, cell: PurchaseCell | WindowCell, window: Standing) -> None:
    """Refuse a rule that goes on from one version to the next with windows that do not fit together."""
    said, name = f"rule {cell.name} of version {edition.terms.version}", cell.name
    own = cell.window if isinstance(cell, WindowCell) else None
    if own != window:
        now = "each event" if own is None else in_words(own)
        raise InvalidProgram(
            f"{said} counts over {now}, but over {in_words(window)} in version {before.terms.version}; "
            f"end those windows with split=[{name!r}], or give the rule another name"
        )
    endless = isinstance(own, Lifetime) or (isinstance(own, Since) and own.instant < edition.start)
    if endless and name not in edition.rejudge and _rules(edition.terms, name) != _rules(before.terms, name):
        raise InvalidProgram(
            f"{said} counts over a window that never closes, so it would stay as version {before.terms.version} has "
            f"it; count anew from this version's start with split=[{name!r}], judge all of it by this version with "
            f"rejudge=[{name!r}], or leave the rule as it is"
        )


def _check_raised(editions: tuple[Edition, ...]) -> None:
    """Refuse to change a rule that what became of the member raises, where it counts over a window."""
    *earlier, edition = editions
    for rule in edition.terms.of_kind(Earn):
        counts = not isinstance(rule.over, Scope) or any(limit.freed == rejudge for limit in rule.limit)
        if isinstance(rule.on, str) or not counts:
            continue
        for before in reversed(earlier):
            was = before.terms.lanes.earns.get(rule.name)
            if (
                was is not None
                and was.on == rule.on
                and _rules(before.terms, was.name) != _rules(edition.terms, was.name)
            ):
                raise InvalidProgram(
                    f"rule {rule.name} of version {edition.terms.version} is raised by no event and counts over a "
                    f"window, in which version {before.terms.version} has given by another rule; give it another name"
                )


def _rules(terms: Terms, name: str) -> list[object]:
    """Return all that says what a cell gives."""
    lane = terms.lanes.lanes.get(name)
    rules = [terms.lanes.earns[name]] if lane is None else terms.lanes.rules_of(lane)
    names = {name, *(rule.name for rule in rules)}
    return [lane, *rules, *(boost for boost in terms.of_kind(Boost) if boost.of in names)]


# What a version judges.


class EarlierWindow(WindowCell):
    """Be a cell of an earlier version, whose windows are still open: it reads its own sums and its own moments."""

    def __init__(self, cell: WindowCell, version: str, walk: Callable[[Any], tuple[Any, ...]], first: int) -> None:
        vars(self).update(vars(cell))
        self.version, self._cell, self._walk, self._first = version, cell, walk, first
        self.per_item = True

    def worth_of(self, value: Callable[[Any], int]) -> None:
        """Come to what another function makes of the sums of the leaves."""
        self.value = self._cell.value = value

    def start(self, event: Any, at: int, frozen: Any) -> int | None:
        """Return the start of the window that holds an event, or None where none of that version's does."""
        return self._cell.start(event, at, frozen[self._first :])

    def contributions(self, event: Any, sums: Any, at: int, frozen: Any) -> Any:
        """Return what an event adds to the leaves; the items are the last of its sums."""
        own = self._walk(sums[-1]) if sums else ()
        return self._cell.contributions(event, own, at, frozen[self._first :])

    def difference(self, new: Used, old: Used, start: int) -> Any:
        """Return what a window gains between what facts say of tallies before and after a return."""
        return self._cell.difference(new, old, start)

    def note(self, start: int, added: Any, changes: Changes) -> None:
        """Note the contributions to a window."""
        self._cell.note(start, added, changes)

    def change(self, core: Core, start: int, added: Any) -> int:
        """Return by how much V of a window changes when its leaves do."""
        return self._cell.change(core, start, added)


def confine(plan: KindPlan, own: Spans) -> None:
    """Let the windows of a version's own plan be about what began under it."""
    for cell in plan.cells:
        if isinstance(cell, WindowCell):
            span = own[str(plan.judge.kind), cell.name][-1]
            if span.since != BEGINNING:
                cell.begin(span.begins)


def inherit(plan: KindPlan, own: Spans, older: Callable[[int], tuple[Terms, KindPlan]], version: int) -> None:
    """Add to a version's plan the cells of earlier ones whose windows may be open, each with its own moments."""
    kind, reads = plan.judge.kind, [plan.freeze]
    first = len(plan.judge.moments.names)
    for number in range(version):
        wanted = {
            name: span
            for (on, name), each in own.items()
            for span in each
            if on == kind and span.version == number and span.version != version
        }
        if not wanted:
            continue
        terms, earlier = older(number)
        for cell in earlier.cells:
            if isinstance(cell, WindowCell) and cell.name in wanted:
                cell.begin(wanted[cell.name].begins)
                plan.cells.append(EarlierWindow(cell, terms.version, earlier.sums, first))
        reads.append(earlier.freeze)
        first += len(earlier.judge.moments.names)
        if kind == "purchase":
            plan.walk = plan.sums
    asked = [read for read in reads if read is not None]
    if len(asked) > (plan.freeze is not None):
        plan.freeze = lambda core, at: tuple([moment for read in asked for moment in read(core, at)])
