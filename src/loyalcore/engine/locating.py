"""
Locating: where windows and ends lie, compiled; the one place that knows which of them depend on the member.

For an account as it stands the anchor is looked up now. For an event it is a moment, read once and frozen with it, so
that a purchase stays in its window whatever comes late. The event that sets the anchor lies in the first window.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from loyalcore.anchors import Anchor
from loyalcore.calendar import Zone, window_of
from loyalcore.durations import Duration
from loyalcore.ends import EndOf
from loyalcore.expiry import Life, LifeByTier, OnDates
from loyalcore.instants import BEGINNING, DAY, FOREVER
from loyalcore.ledger import Core
from loyalcore.maturity import Pause
from loyalcore.windows import Cycle, Past, Period, Previous, Standing, Window

__all__ = [
    "Bounds",
    "Locate",
    "anchor_of",
    "end_in",
    "fixed_length",
    "in_account",
    "life_end",
    "of_event",
    "pause_in",
    "tallied",
]

#: Start and end of a window, half-open, or None where no window holds the moment.
Bounds = tuple[int, int] | None
#: What finds the window of an event: of its row, its moment, and what was frozen with it; or, with a moment more, the
#: window that holds that one instead, for the same event.
Locate = Callable[..., Bounds]


def anchor_of(window: object) -> str | None:
    """Return the name of the anchor that a window is counted from, or None where it is the same for everybody."""
    if isinstance(window, Previous):
        return anchor_of(window.window)
    if isinstance(window, EndOf):
        return anchor_of(window.period)
    return window.since.key if isinstance(window, Cycle) and isinstance(window.since, Anchor) else None


def tallied(window: Past) -> Window:
    """Return the window a tally is kept by: what is asked of one before is kept by the window itself."""
    return window.base if isinstance(window, Previous) else window


def in_account(zone: Zone, window: Standing | Previous) -> Callable[[Core, int], Bounds]:
    """Return the function that finds a window in an account as it stands."""
    if isinstance(window, Previous):
        return _before(in_account(zone, window.base), window.back)
    key = anchor_of(window)
    if key is not None:
        return lambda core, at: window_of(zone, window, at, core.anchors.get(key))
    if isinstance(window, Period):
        period = zone.period
        return lambda core, at: period(window, at)
    return lambda core, at: window_of(zone, window, at)


def _before(locate: Callable[[Core, int], Bounds], back: int) -> Callable[[Core, int], Bounds]:
    """Return the function that finds the window so many before the one that holds a moment."""

    def before(core: Core, at: int) -> Bounds:
        bounds = locate(core, at)
        for _ in range(back):
            if bounds is None or bounds[0] == BEGINNING:
                return None
            bounds = locate(core, bounds[0] - 1)
        return bounds

    return before


def of_event(zone: Zone, window: Standing, place: int | None, sets: Callable[[Any], bool]) -> Locate:
    """
    Return the function that finds the window of an event by what was frozen with it.

    Its anchor stands at a *place* of what is frozen, if it has one; *sets* tells whether the event itself would set it.
    """
    if place is None:
        if isinstance(window, Period):
            period = zone.period
            return lambda event, at, frozen, moment=None: period(window, at if moment is None else moment)
        return lambda event, at, frozen, moment=None: window_of(zone, window, at if moment is None else moment)

    def locate(event: Any, at: int, frozen: Any, moment: int | None = None) -> Bounds:
        anchor = frozen[place]
        first = at if anchor is None and sets(event) else anchor
        return window_of(zone, window, at if moment is None else moment, first)

    return locate


def fixed_length(zone: Zone, life: Life | None) -> int | None:
    """Return a duration that is as long whenever it begins, or None."""
    if isinstance(life, Duration) and not life.months and (zone.is_utc or not life.days):
        return life.days * DAY + life.micros
    return None


def end_in(zone: Zone, life: Life | None) -> Callable[[Core, int], int]:
    """Return the function from an account and the moment of earning to the moment units end."""
    if anchor_of(life) is None:
        end = life_end(zone, life)
        return lambda core, at: end(at)
    assert isinstance(life, EndOf)  # noqa: S101 - nothing else has an anchor
    locate, start, further, then = in_account(zone, life.period), _start(zone, life.after), life.further, life.then

    def ends(core: Core, at: int) -> int:
        return _later(zone, _end(lambda moment: locate(core, moment), start(at), further), then)

    return ends


def pause_in(zone: Zone, pause: Pause) -> Callable[[Core, int], int]:
    """Return the function from an account and the moment of earning to that from which units are usable."""
    end = end_in(zone, pause)
    if anchor_of(pause) is None:
        return end
    # Who has no such period yet has nothing to wait for.
    return lambda core, at: at if (usable := end(core, at)) >= FOREVER else usable


def life_end(zone: Zone, life: Life | None) -> Callable[[int], int]:
    """Return the function from the moment of earning to the moment units end, where that depends on nothing else."""
    if isinstance(life, Duration):
        length, plus = life, zone.plus
        if (micros := fixed_length(zone, life)) is not None:
            return lambda at: at + micros
        return lambda at: plus(at, length)
    if isinstance(life, OnDates):
        moments = life.instants
        return lambda at: moments[place] if (place := bisect_right(moments, at)) < len(moments) else FOREVER
    if isinstance(life, LifeByTier):
        return life_end(zone, life.otherwise)
    if isinstance(life, EndOf):
        period, further, then = life.period, life.further, life.then
        if isinstance(period, Period) and life.after is None and not further and then is None:
            return lambda at: zone.period(period, at)[1]
        start = _start(zone, life.after)
        return lambda at: _later(zone, _end(lambda moment: window_of(zone, period, moment), start(at), further), then)
    return lambda at: FOREVER


def _start(zone: Zone, after: Duration | EndOf | None) -> Callable[[int], int]:
    """Return the function from a moment to that from which an end is looked for."""
    return (lambda at: at) if after is None else life_end(zone, after)


def _later(zone: Zone, end: int, then: Duration | None) -> int:
    """Return the moment so much after an end, if that comes."""
    return end if then is None or end >= FOREVER else zone.plus(end, then)


def _end(locate: Callable[[int], Bounds], at: int, further: int) -> int:
    """Return the end of the window that holds a moment, or of the one so many further."""
    for _ in range(further + 1):
        if at < FOREVER and (bounds := locate(at)) is not None:
            at = bounds[1]
    return at
