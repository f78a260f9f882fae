"""
Arising: rules whose moment is not an event but what became of the member.

They are judged as an event is, and what they give is recorded behind an entry that says what arose.
"""

from __future__ import annotations

from collections.abc import Sequence

from loyalcore.calendar import zone
from loyalcore.causes import Cause, Occurrence, WindowEnd, WindowStart, WindowTurn
from loyalcore.instants import FOREVER
from loyalcore.interpreted.awards import changes, judged
from loyalcore.interpreted.cells import Worth, moments
from loyalcore.interpreted.histories import freeze, thaw
from loyalcore.interpreted.holdings import Holdings
from loyalcore.interpreted.postings import post
from loyalcore.interpreted.questions import Case, begins
from loyalcore.interpreted.rooms import Rooms
from loyalcore.interpreted.windows import in_account
from loyalcore.ladders import Ladder
from loyalcore.rewards import Reward
from loyalcore.rules import Earn
from loyalcore.terms import Terms

__all__ = ["arise", "await_anew", "await_turns", "causes", "ends", "next_end", "starts", "turns"]


def causes(terms: Terms) -> list[Cause]:
    """Return what raises rules besides events, each once, in the order of the rules, and when ladders are asked."""
    rules = [rule for rule in terms.rules if isinstance(rule, Earn | Reward)]
    found = [rule.on for rule in rules if isinstance(rule.on, Cause)]
    return [*dict.fromkeys([*found, *(turn for ladder in terms.of_kind(Ladder) for turn in ladder.turns)])]


def arise(held: Holdings, cause: Cause, at: int, seen: int, seq: int | None, until: int | None) -> int | None:
    """
    Judge the rules of a cause by the windows of the moment *seen*, and record what they give.

    Where nothing is given nothing is recorded, but for the end of a window: there the next one ends at *until*. Return
    where it is recorded, if something is given.
    """
    edition = held.in_force
    asked = moments(edition.terms, cause)
    frozen = freeze(held, edition.terms, asked, seen)
    case = Case(edition.terms, cause, seen, {}, (), thaw(edition.terms, asked, frozen))
    worth = judged(held, edition, case, lambda case, cell, award, worth: Rooms(held, case, cell, worth).fit(award))
    grants, sums, slides = changes(held, edition, case, Worth(), worth, earned_at=at)
    if not grants and not sums and until is None:
        return None
    fact = len(held.rows)
    held.record(("arise", at, seq, cause.text, until, frozen, sums, slides, edition.terms.hash))
    for grant in grants:
        post(held, at, fact, grant, None)
    return fact if grants else None


# Windows that end and begin, and dates.


def ends(terms: Terms) -> list[WindowEnd]:
    """Return the ends of windows that rules wait for."""
    return [cause for cause in causes(terms) if isinstance(cause, WindowEnd)]


def starts(terms: Terms) -> list[WindowStart | Occurrence]:
    """Return the starts of windows, and the dates, that rules wait for."""
    return [cause for cause in causes(terms) if isinstance(cause, WindowStart | Occurrence)]


def turns(terms: Terms) -> list[WindowTurn]:
    """Return the ends and starts of windows, and the dates, that rules wait for."""
    return [cause for cause in causes(terms) if isinstance(cause, WindowTurn)]


def next_end(held: Holdings, cause: WindowTurn, at: int) -> int:
    """Return when the window of a moment ends, or a date comes next; for ever where there is none."""
    if isinstance(cause, Occurrence):
        clock = zone(cause.zone or held.in_force.terms.timezone)
        return next((each for each in begins(cause.recurring, clock) if each > at), FOREVER)
    found = in_account(held, held.in_force.terms, cause.window, at)
    return FOREVER if found is None else found[1]


def await_turns(held: Holdings, turns: Sequence[WindowTurn], event: int) -> None:
    """Begin to wait for windows to end, and others to begin, with the first event."""
    await_anew(held, [turn for turn in turns if turn.text not in held.opened], event)


def await_anew(held: Holdings, causes: Sequence[WindowTurn], seq: int) -> None:
    """Wait for the ends of the windows that are open now, and for the dates that come next."""
    for cause in causes:
        if (end := next_end(held, cause, held.now)) < FOREVER:
            held.record(("open", held.now, seq, cause.text, end))
