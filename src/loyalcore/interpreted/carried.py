"""
Carried: what is tallied as versions follow one another.

A tally is named by what it measures, so it goes on where two versions keep it. One that a version is the first to keep
is read from the facts once, or begins with the version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from attrs import evolve

from loyalcore.interpreted.cells import Worth
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.histories import Tally, tallies
from loyalcore.interpreted.questions import Case, read
from loyalcore.measures import Earned

__all__ = ["FROM_FACTS", "FROM_NOW", "Carried", "carried", "earn", "fed", "feed"]

FROM_FACTS: Final = "from_facts"
FROM_NOW: Final = "from_now"


class Carried(NamedTuple):
    """Be a tally that a version keeps, since which one without a break, and how it began with that."""

    tally: Tally
    since: Edition
    begun: str


def carried(edition: Edition) -> dict[str, Carried]:
    """Return what a version keeps, by name."""
    before = {} if edition.before is None else carried(edition.before)
    found: dict[str, Carried] = {}
    for tally in tallies(edition.terms):
        begun = FROM_FACTS if edition.before is None else edition.begins.get(tally.name, edition.begins.get("", ""))
        own = Tally(edition.terms, evolve(tally.measure, window=tally.window))
        since = before.get(tally.name, Carried(own, edition, begun))
        found[tally.name] = since._replace(tally=own)
    return found


def fed(judging: Edition, in_force: Edition) -> list[Tally]:
    """
    Return the tallies that an event adds to which one version judges while the same, or a later one, is in force.

    Those are the version's own, and what later ones have read from the facts; what began with a later one is not for
    what belongs before it.
    """
    later = {name: each for name, each in carried(in_force).items() if each.since.start > judging.start}
    begun = {name for name, each in later.items() if each.begun == FROM_NOW}
    own = [tally for tally in tallies(judging.terms) if tally.name not in begun]
    names = begun | {tally.name for tally in own}
    return own + [each.tally for name, each in later.items() if name not in names]


def feed(worth: Worth, some: Iterable[Tally], case: Case) -> None:
    """Add what an event comes to, to the tallies of some that it feeds."""
    for tally in some:
        if (measure := tally.fed_by(case.terms, case.kind)) is not None:
            worth.add(case, tally.name, tally.window, int(read(measure, case) * tally.parts))


def earn(worth: Worth, some: Iterable[Tally], case: Case, units: Mapping[str, int]) -> None:
    """Add the units that an event has given, to the tallies of some that count them."""
    for tally in some:
        if isinstance(tally.measure, Earned):
            worth.add(case, tally.name, tally.window, units.get(tally.measure.unit, 0))
