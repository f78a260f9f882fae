"""Refusing: the events that a program's own terms do not allow, compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from loyalcore.answers import Refusal
from loyalcore.engine.columns import Columns
from loyalcore.engine.judge import Judge
from loyalcore.engine.plan import canonical_columns
from loyalcore.ledger import Core
from loyalcore.refusing import Refuse
from loyalcore.terms import Terms

__all__ = ["Refuses", "refuses_in", "refusing"]

#: What answers why the content of an event is refused, on an account that is up to date, or None.
Refuses = Callable[[Core, int, tuple[Any, ...]], Refusal | None]

#: Where the values of an event stand in its content; requests have none that are asked about.
_VALUES: Final = {"purchase": 3, "activity": 1}
_NOTHING: Final[tuple[Any, ...]] = ()


def refusing(terms: Terms) -> dict[str, Refuses]:
    """Return what refuses events, by kind; of kinds that no rule is on nothing, so that they are not asked."""
    found = {kind: _of_content(terms, kind) for kind in {rule.on for rule in terms.of_kind(Refuse)}}
    return found | ({"hold": found["redemption"]} if "redemption" in found else {})


def _of_content(terms: Terms, kind: str) -> Refuses:
    refuses, place = refuses_in(terms, kind, *canonical_columns(terms, kind)), _VALUES.get(kind)

    def refuse(core: Core, at: int, content: tuple[Any, ...]) -> Refusal | None:
        return refuses(core, at, _NOTHING if place is None else content[place], content[1])

    return refuse


def refuses_in(
    terms: Terms, kind: str, items: Columns, event: Columns
) -> Callable[[Core, int, Any, Any], Refusal | None]:
    """Return what refuses events of a kind that are read in some way, given moment, event and its items."""
    judge = Judge(terms, kind, items, event)
    rules = [(rule.name, judge.condition(rule.when)) for rule in terms.of_kind(Refuse) if rule.on == kind]
    walk = judge.items.compile() if judge.items.wanted else None
    freeze = judge.moments.compile()

    def refuse(core: Core, at: int, row: Any, lines: Any) -> Refusal | None:
        sums = _NOTHING if walk is None else walk(lines)
        frozen = _NOTHING if freeze is None else freeze(core, at)
        for name, holds in rules:
            if holds is None or holds(row, sums, at, frozen):
                return Refusal(name, f"{terms.name} refuses this {kind} by rule {name!r}; see its when=")
        return None

    return refuse
