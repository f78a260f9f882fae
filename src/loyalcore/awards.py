"""
Awards as measures: what a rule or lane gives for an event, read by another rule, a limit or a condition.

So cells feed each other: items a purchase, purchases a lane, a lane a window. No rule reads what it is itself made of;
that is seen when the program is built.
"""

from __future__ import annotations

from typing import final

from attrs import frozen

from loyalcore.measures import Measure
from loyalcore.texts import check_name

__all__ = ["Given", "given"]


@final
@frozen
class Given(Measure):
    """
    Be what a rule or lane gives for the event by itself: its lane and its limits over windows do not count.

    Build it with `given`.
    """

    name: str

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "the rule or lane whose award is measured")


def given(name: str) -> Given:
    """
    Measure what a rule or lane of the program gives for the event, in its unit.

    A leaf like any other: it adds up over a window. It is what the rule or lane gives by itself, before other rules of
    its lane and before limits over windows.
    """
    return Given(name)
