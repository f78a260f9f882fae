"""
Versions: what becomes of an account as a version comes into force.

Most versions change rates, and nothing has to be done for those. Where one is the first to tally something, an entry
brings tallies to what they would be had they always been kept; and tiers are entered that are reached by its ladders.
Ends of windows that an earlier version waited for, and the last one did not, are waited for anew.
"""

from __future__ import annotations

from typing import Any

from loyalcore.anchors import version_key
from loyalcore.causes import WindowTurn
from loyalcore.entries import FACTS
from loyalcore.instants import FOREVER
from loyalcore.interpreted.arising import turns
from loyalcore.interpreted.carried import FROM_FACTS, carried, earn, fed, feed
from loyalcore.interpreted.cells import Worth
from loyalcore.interpreted.deducting import is_deducted
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.histories import tallies
from loyalcore.interpreted.holdings import Holdings, triples
from loyalcore.interpreted.keeping import Kept, keeps, kept_case
from loyalcore.interpreted.postings import suspending
from loyalcore.interpreted.questions import Case
from loyalcore.ladders import Ladder
from loyalcore.migrations import Migration, is_migrated

__all__ = ["awaited_again", "is_due", "is_taken_over", "recount"]

_Table = dict[tuple[str, int], int]


def is_taken_over(held: Holdings, edition: Edition) -> bool:
    """Tell whether nothing is to be done as a version comes into force, or nothing more."""
    return version_key(edition.terms.hash) in held.anchors or not _marks(edition)


def is_due(held: Holdings, edition: Edition) -> bool:
    """Tell whether an account was there before a version began, and has not been taken over yet."""
    first = held.rows[0][7] if held.rows[0][0] in FACTS else FOREVER
    return not is_taken_over(held, edition) and first < edition.start


def _marks(edition: Edition) -> bool:
    """Tell whether a version changes ladders, tallies or units, so that an account has to be taken over."""
    if edition.before is None:
        return False
    ladders = [*edition.before.terms.of_kind(Ladder)]
    changed = any(ladder not in ladders for ladder in edition.terms.of_kind(Ladder))
    turned = [*edition.before.terms.of_kind(Migration)]
    changed = changed or bool(edition.rejudge) or any(rule not in turned for rule in edition.terms.of_kind(Migration))
    changed = changed or _suspended(edition) != _suspended(edition.before)
    return changed or any(_begun(edition)) or bool(awaited_again(edition))


def _suspended(edition: Edition) -> dict[str, Any]:
    return {rule.unit.name: rule.unless for rule in suspending(edition.terms)}


def awaited_again(edition: Edition) -> list[WindowTurn]:
    """Return the turns of windows that a version waits for, the one before it did not, and an earlier one did."""
    assert edition.before is not None  # noqa: S101 - nothing is taken over by the first
    known = {turn for earlier in edition.before.earlier for turn in turns(earlier.terms)}
    return [turn for turn in turns(edition.terms) if turn in known and turn not in turns(edition.before.terms)]


def _begun(edition: Edition) -> tuple[set[str], set[str]]:
    """Return which tallies a version reads from facts, and which it begins anew that an earlier one had."""
    new = {name: each.begun for name, each in carried(edition).items() if each.since is edition}
    facts = {name for name, begun in new.items() if begun == FROM_FACTS}
    known = {name for earlier in edition.earlier for name in carried(earlier)}
    return facts, (set(new) & known) - facts


def recount(held: Holdings, edition: Edition) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the changes that bring tallies to what they would be had they always been kept, others to nothing."""
    facts, anew = _begun(edition)
    wanted = _told(held, edition, facts) if facts else Worth()
    had: _Table = {}
    for name, end, amount in held.slides:
        if end > held.now:
            had[name, end] = had.get((name, end), 0) + amount
    slides = {key: amount for key, amount in wanted.slides.items() if key[1] > held.now}
    return _missing(wanted.sums, held.sums, facts, anew), _missing(slides, had, facts, anew)


def _missing(wanted: _Table, had: _Table, facts: set[str], anew: set[str]) -> tuple[Any, ...]:
    """Return what is missing for tallies to be as wanted, in the order of their names."""
    aim = {key: amount for key, amount in wanted.items() if key[0] in facts}
    keys = sorted({*aim, *(key for key in had if key[0] in facts | anew)})
    missing = [(*key, aim.get(key, 0) - had.get(key, 0)) for key in keys]
    return tuple(part for each in missing if each[2] for part in each)


def _told(held: Holdings, edition: Edition, facts: set[str]) -> Worth:
    """Return what all that is recorded, and kept, comes to in the tallies of a version."""
    worth, given = Worth(), _given(held)
    for seq, row in enumerate(held.rows):
        if row[0] == "opening":
            for name, start, amount in triples(row[5]):
                worth.add_to(name, start, amount)
            for name, end, amount in triples(row[6]):
                worth.slides[name, end] = worth.slides.get((name, end), 0) + amount
        if row[0] == "arise":
            terms = edition.terms
            wanted = [tally for tally in tallies(terms) if tally.name in facts]
            earn(worth, wanted, Case(terms, "moment", row[1], {}, (), {}), given.get(seq, {}))
        if row[0] in ("purchase", "activity", "enrolment"):
            judging = held.version_of(seq)
            some, kept = fed(judging, edition), keeps(held, row)
            case = kept_case(judging, row, Kept({}, {}) if kept is None else kept)
            if kept is not None:
                feed(worth, some, case)
            earn(worth, some, case, given.get(seq, {}))
    return worth


def _given(held: Holdings) -> dict[int, dict[str, int]]:
    """Return what each event was given, by unit, less what its returns have taken."""
    given: dict[int, dict[str, int]] = {}
    for row in held.rows:
        if row[0] in ("earn", "take") and not is_migrated(held.rows, row):
            cause = held.rows[row[2]]
            seq = held.fact(cause[3][1][0]) if cause[0] == "return" else row[2]
            assert seq is not None  # noqa: S101 - what is returned was recorded
            if is_deducted(held, seq, row[3]):
                continue
            units = given.setdefault(seq, {})
            amount = row[5] if row[0] == "earn" else -(row[5] + row[7] + row[9])
            units[row[4]] = units.get(row[4], 0) + amount
    return given
