"""
Windows: where they lie.

Some are counted from an anchor, the first event of a kind in an account. For an account as it stands the anchor is
looked up now; for an event it is read once and frozen with it, and an event that sets the anchor itself lies in the
first of its windows.
"""

from __future__ import annotations

from loyalcore.anchors import Anchor
from loyalcore.calendar import window_of, zone
from loyalcore.ends import EndOf
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.questions import Case, Unread
from loyalcore.terms import Terms
from loyalcore.windows import Cycle, Lifetime, Past, Period, Previous, Shifted, Since, Window

__all__ = ["anchor_of", "bounds", "end", "in_account", "of_event", "tallied"]

#: A window of any kind; what has no clause in `bounds` is refused.
_Window = object


def anchor_of(window: _Window) -> str | None:
    """Return the name of the anchor that a window is counted from, if it is counted from one."""
    if isinstance(window, Previous):
        return anchor_of(window.window)
    return window.since.key if isinstance(window, Cycle) and isinstance(window.since, Anchor) else None


def bounds(terms: Terms, window: _Window, at: int, anchor: int | None) -> tuple[int, int] | None:
    """Return the start and end of the window that holds a moment, or None where none does."""
    match window:
        case Previous(other):
            found = bounds(terms, other, at, anchor)
            if found is None or found[0] == BEGINNING:
                return None
            return bounds(terms, tallied(other), found[0] - 1, anchor)
        case Period() | Shifted() | Cycle() | Lifetime() | Since():
            return window_of(zone(terms.timezone), window, at, anchor)
        case _:
            raise Unread(window, "the start")


def in_account(held: Holdings, terms: Terms, window: _Window, at: int) -> tuple[int, int] | None:
    """Return where a window lies in an account as it stands."""
    return bounds(terms, window, at, held.anchors.get(anchor_of(window) or ""))


def of_event(case: Case, window: _Window, moment: int | None = None) -> tuple[int, int] | None:
    """Return where the window of an event lies, by what was frozen with it; or the one that holds a *moment* for it."""
    key = anchor_of(window)
    anchor = None if key is None else case.moments["anchor", key]
    first = case.at if anchor is None and key in case.sets else anchor
    return bounds(case.terms, window, case.at if moment is None else moment, first)


def end(held: Holdings, terms: Terms, life: EndOf, at: int) -> int:
    """Return the end of the window that holds a moment, or of the one so many further."""
    if isinstance(life.after, EndOf):
        at = end(held, terms, life.after, at)
    elif life.after is not None:
        at = zone(terms.timezone).plus(at, life.after)
    for _ in range(life.further + 1):
        found = in_account(held, terms, life.period, at) if at < FOREVER else None
        if found is not None:
            at = found[1]
    return at if life.then is None or at >= FOREVER else zone(terms.timezone).plus(at, life.then)


def tallied(window: Past) -> Window:
    """Return the window a tally is kept by: what is asked of one before is kept by the window itself."""
    return tallied(window.window) if isinstance(window, Previous) else window
