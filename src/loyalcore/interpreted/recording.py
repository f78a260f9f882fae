"""Recording: the fact of an event, and what follows from it."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from loyalcore.interpreted.arising import await_turns, ends, starts
from loyalcore.interpreted.claiming import claim_at_once
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.ladders import anew, ask, ladders
from loyalcore.interpreted.migrating import migrate
from loyalcore.interpreted.passing import settle
from loyalcore.interpreted.postings import suspending
from loyalcore.interpreted.streaks import begin_runs
from loyalcore.terms import Terms

__all__ = ["Asked", "fact", "follow"]


@frozen
class Asked:
    """Be an event that is to be recorded: when it happened, when it is recorded, and its content as entries hold it."""

    kind: str
    id: str | int
    at: int
    now: int
    content: tuple[Any, ...]

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the event by name."""
        *_, names, values = self.content
        return dict(zip(names, values, strict=True))


def fact(
    held: Holdings,
    terms: Terms,
    event: Asked,
    frozen: tuple[Any, ...] = (),
    sums: tuple[Any, ...] = (),
    slides: tuple[Any, ...] = (),
) -> int:
    """Record that an event happened; return the position of the fact."""
    held.record((event.kind, event.at, event.id, event.content, frozen, sums, slides, event.now, terms.hash))
    return len(held.rows) - 1


def follow(held: Holdings, cause: int) -> None:
    """Do what follows from an event: what it brought and is over already ends, then tiers move."""
    settle(held)
    migrate(held, held.now, cause)
    await_turns(held, ends(held.in_force.terms), cause)
    begin_runs(held, cause)
    for ladder in ladders(held.in_force.terms):
        ask(held, ladder, held.now, cause)
    if suspending(held.in_force.terms):
        settle(held)
    await_turns(held, starts(held.in_force.terms), cause)
    since = len(held.rows)
    claim_at_once(held, held.now, cause)
    anew(held, since, held.now, cause)
