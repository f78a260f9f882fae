"""Versions: a program with the moment from which it is in force, and what becomes of what is open then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, final

from attrs import field, frozen

from loyalcore.calendar import zone
from loyalcore.engine.editions import from_facts, from_now
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import from_instant, to_instant
from loyalcore.program import Program
from loyalcore.texts import check_name

__all__ = ["Version", "from_facts", "from_now"]

_CHOICES = (from_facts, from_now)


def _starts(given: Any) -> str:
    """Return a start as text: of a date, which is its midnight, or of a moment in UTC."""
    if isinstance(given, dt.date) and not isinstance(given, dt.datetime):
        return given.isoformat()
    if isinstance(given, str):
        try:
            return _starts(dt.date.fromisoformat(given) if len(given) <= 10 else dt.datetime.fromisoformat(given))
        except ValueError:
            raise InvalidValue(
                f"a version starts at a moment or on a date such as 2026-01-01, not {shown(given)}"
            ) from None
    return from_instant(to_instant(given, "starts of a version")).isoformat()


def _names(given: Any) -> tuple[str, ...]:
    if isinstance(given, str) or not is_a(given, Iterable):
        raise InvalidValue(f"split and rejudge name rules in a list, not {shown(given)}")
    return tuple(sorted({check_name(name, "a rule whose windows are split or judged anew") for name in given}))


def _tallies(given: Any) -> Any:
    if isinstance(given, str):
        return given
    pairs: Any = given.items() if isinstance(given, Mapping) else given
    try:
        return tuple(sorted((name, how) for name, how in pairs))
    except (TypeError, ValueError):
        raise InvalidValue(f"tallies are from_facts, from_now, or map names to these, not {shown(given)}") from None


@final
@frozen
class Version:
    """
    Be a version of a program, and from when on it is in force.

    *starts* is an aware datetime, or a date for its midnight in the program's zone; that moment is included. Windows
    that are open then stay with the version they began under until they close, but for those of the rules that
    *split* names: these are cut at the start. Windows that never close, of the rules that *rejudge* names, are judged
    by this version as a whole: what they had so far is raised, or lowered, as it begins. *tallies* say how what the
    version is the first to tally begins: `from_facts`, read once from what is recorded, or `from_now`; for all alike,
    or by name.
    """

    program: Program
    starts: str = field(kw_only=True, converter=_starts)
    split: tuple[str, ...] = field(default=(), kw_only=True, converter=_names)
    rejudge: tuple[str, ...] = field(default=(), kw_only=True, converter=_names)
    tallies: str | tuple[tuple[str, str], ...] = field(default=(), kw_only=True, converter=_tallies)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.program, Program):
            raise InvalidValue(f"a version is of a program, not {shown(self.program)}")
        for name, how in self.chosen.items():
            if not is_a(name, str) or how not in _CHOICES:
                raise InvalidValue(f"tallies begin from_facts or from_now, not {shown(how)}")

    @property
    def instant(self) -> int:
        """Return the moment at which the version comes into force, in microseconds since 1970 UTC."""
        if len(self.starts) > len("2026-01-01"):
            return to_instant(dt.datetime.fromisoformat(self.starts))
        return zone(self.program.timezone).midnight(dt.date.fromisoformat(self.starts).toordinal())

    @property
    def chosen(self) -> dict[str, str]:
        """Return how new tallies begin by name; the empty name stands for all others."""
        return {"": self.tallies} if isinstance(self.tallies, str) else dict(self.tallies)
