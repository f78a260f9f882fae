"""Editions: the versions of a program, each with what came before it; a plain program is the only one of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, final

from attrs import frozen

from loyalcore.instants import BEGINNING
from loyalcore.terms import Terms

__all__ = ["Edition", "Rules", "editions"]


class Versions(Protocol):
    """Be what a book says: a program, and the versions after it."""

    @property
    def versions(self) -> tuple[Any, ...]:
        """Return the versions, in order."""
        ...


#: What decides: a program, or a book.
Rules = Terms | Versions


@final
@frozen(eq=False)
class Edition:
    """
    Be a version: its rules, and the moment from which it is in force.

    *split* names the rules whose open windows it cuts, *rejudge* those of which it judges all anew, and *begins* says
    how what it is the first to tally begins: by name, and under the empty text for all others.
    """

    terms: Terms
    start: int = BEGINNING
    split: tuple[str, ...] = ()
    begins: Mapping[str, str] = {}
    before: Edition | None = None
    rejudge: tuple[str, ...] = ()

    @property
    def earlier(self) -> list[Edition]:
        """Return the versions before this one, the first of all first."""
        return [] if self.before is None else [*self.before.earlier, self.before]


def editions(rules: Rules) -> tuple[Edition, ...]:
    """Return the versions of a book, in order, or a program as the only one."""
    if isinstance(rules, Terms):
        return (Edition(rules),)
    first, *later = rules.versions
    found = [Edition(first)]
    for version in later:
        said = (version.split, version.chosen, found[-1], version.rejudge)
        found.append(Edition(version.program, version.instant, *said))
    return tuple(found)
