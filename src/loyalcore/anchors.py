"""
Anchors: moments of an account that windows are counted from.

An anchor is the first fact of its kind that was recorded; it never moves again, whatever comes late.
"""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.errors import InvalidValue, shown
from loyalcore.texts import check_text

__all__ = ["ANCHORING", "Anchor", "first", "joined", "opened", "version_key"]

#: The kinds of events that anchor windows.
ANCHORING = ("enrolment", "opening", "activity")
_NAME_MAX = 64


@final
@frozen
class Anchor:
    """Name the first event of a kind in an account: *kind* and, for activities, *name*. Build it with `first`."""

    kind: str
    name: str = ""

    def __attrs_post_init__(self) -> None:
        if self.kind not in ANCHORING:
            raise InvalidValue(f"an anchor is of kind {', '.join(ANCHORING)}, not {shown(self.kind)}")
        check_text(self.name, "the activity of an anchor")
        if (self.kind == "activity") != bool(self.name) or len(self.name) > _NAME_MAX:
            raise InvalidValue(
                f"an activity is named by up to {_NAME_MAX} characters, and nothing else is; {shown(self.name)} does "
                f"not name an anchor of kind {self.kind}"
            )

    @property
    def key(self) -> str:
        """Return the name under which accounts keep the moment."""
        return f"{self.kind} {self.name}" if self.name else self.kind


#: When the member joined: the first enrolment, or what the opening says with *joined*.
joined = Anchor("enrolment")
#: The account's opening.
opened = Anchor("opening")


def first(activity: str) -> Anchor:
    """Return the anchor at the first activity of a name, such as ``first("card issued")``; up to 64 characters."""
    return Anchor("activity", activity)


def version_key(program: str) -> str:
    """Return the name under which accounts keep when a version of a book came into force, by its hash."""
    return f"version {program}"
