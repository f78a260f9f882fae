"""Editions: the versions of a program as the engine takes them, one after the other."""

from __future__ import annotations

from typing import NamedTuple

from loyalcore.engine.engine import Engine
from loyalcore.terms import Terms

__all__ = ["Edition", "from_facts", "from_now"]

#: Read what is newly tallied from what is recorded, once.
from_facts = "from_facts"
#: Begin to tally when the version comes into force.
from_now = "from_now"


class Edition(NamedTuple):
    """
    Be one version: its terms, compiled alone, and when it comes into force.

    *split* are the rules whose open windows it cuts, *rejudge* those of which it judges all anew, *tallies* say how
    what is newly tallied begins: by name, and under the empty text for all others.
    """

    terms: Terms
    engine: Engine
    start: int
    split: tuple[str, ...]
    tallies: dict[str, str]
    rejudge: tuple[str, ...] = ()
