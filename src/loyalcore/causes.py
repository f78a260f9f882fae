"""
Causes: what raises a rule besides an event, such as a tier that is entered, or a window that ends or begins.

A rule says so with ``on=``. It is raised once for each such moment, and what it gives is not taken back when the cause
is gone: an entry was one, and a window that has closed stays closed.
"""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.texts import check_name
from loyalcore.windows import Cycle, Period, Shifted, in_words

__all__ = ["Cause", "TierCause", "WindowEnd", "WindowStart", "WindowTurn"]
__all__ += ["began", "ended", "entered", "left", "renewed"]

_CHANGES = ("entered", "renewed", "left")


@final
@frozen
class TierCause:
    """
    Be a change of a member's tier: it is *entered* from below, *renewed*, or *left* for a lower one.

    *tiers* are those it is about, all where there are none. Build it with `entered`, `renewed` or `left`.
    """

    change: str
    ladder: str
    tiers: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.change not in _CHANGES:
            raise InvalidValue(f"a tier is {', '.join(_CHANGES)}, not {shown(self.change)}")
        check_name(self.ladder, "a ladder")
        if not is_a(self.tiers, tuple) or len(set(map(repr, self.tiers))) < len(self.tiers):
            raise InvalidValue(f"tiers of {self.ladder} are a tuple of different names, not {shown(self.tiers)}")
        for tier in self.tiers:
            check_name(tier, f"a tier of {self.ladder}")
        object.__setattr__(self, "tiers", tuple(sorted(self.tiers)))

    @property
    def text(self) -> str:
        """Return what entries call it."""
        return " ".join((self.ladder, self.change, *self.tiers))


def entered(ladder: str, *tiers: str) -> TierCause:
    """
    Raise a rule when one of the tiers is entered from below, once for each entry.

    Whoever rises by two tiers at once has entered the upper one alone, but where a ladder spends its counter: that
    climbs tier by tier.
    """
    return TierCause("entered", ladder, tiers)


def renewed(ladder: str, *tiers: str) -> TierCause:
    """Raise a rule when one of the tiers, held already, begins another term."""
    return TierCause("renewed", ladder, tiers)


def left(ladder: str, *tiers: str) -> TierCause:
    """Raise a rule when one of the tiers is left for a lower one."""
    return TierCause("left", ladder, tiers)


@final
@frozen
class WindowEnd:
    """Be the end of each window of a kind, from the one in which the account has its first entry on."""

    window: Period | Shifted | Cycle

    def __attrs_post_init__(self) -> None:
        if not is_a(self.window, Period | Shifted | Cycle):
            raise InvalidValue(f"what ends is a window of the calendar such as year, not {shown(self.window)}")

    @property
    def text(self) -> str:
        """Return what entries call it."""
        return f"end of {in_words(self.window)}"


def ended(window: Period | Shifted | Cycle) -> WindowEnd:
    """
    Raise a rule when a window ends: ``ended(year)``; its measures are then read as the window left them.

    It is raised at the end of every window since the account's first entry, whatever happened in it; what is recorded
    later of a window that has ended is too late for it.
    """
    return WindowEnd(window)


@final
@frozen
class WindowStart:
    """Be the start of each window of a kind, from the one after that in which the account has its first entry."""

    window: Period | Shifted | Cycle

    def __attrs_post_init__(self) -> None:
        if not is_a(self.window, Period | Shifted | Cycle):
            raise InvalidValue(f"what begins is a window of the calendar such as month, not {shown(self.window)}")

    @property
    def text(self) -> str:
        """Return what entries call it."""
        return f"start of {in_words(self.window)}"


def began(window: Period | Shifted | Cycle) -> WindowStart:
    """
    Raise a rule when a window begins: ``began(month)``; it is judged by what holds then, reviews of tiers included.

    It is raised at the start of every window after the one that is open at the account's first entry, whatever happens
    in it. What is given for a month only, ends with it: ``Earn(…, on=began(month), expires=end_of(month))``.
    """
    return WindowStart(window)


#: A window that ends or begins.
WindowTurn = WindowEnd | WindowStart

#: What raises a rule besides an event.
Cause = TierCause | WindowTurn
