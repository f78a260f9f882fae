"""
Unmet: why discounts are not taken, with what their conditions miss, told when somebody asks.

A purchase may meet the conditions of few of a program's discounts, and nobody asks about most of the others: so what
was missing is found out as it is told, of the basket that the discount's turn found.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from loyalcore.answers import Reason, Refusal
from loyalcore.engine.engine import Engine
from loyalcore.engine.reasons import Inquiry
from loyalcore.engine.takings import Closed
from loyalcore.units import Amount

__all__ = ["as_reason", "as_refusal"]


@frozen
class _Missed:
    """
    Be what a condition misses: the first part that does not hold, and how much more would do.

    *missing* is None where more would not do, or where it misses more than that part.
    """

    needs: str
    more: str
    missing: Amount | Fraction | None


def _missed(engine: Engine, closed: Closed) -> _Missed:
    asking, when = closed.asking, closed.reducing.rule.when
    inquiry = Inquiry.of_discounts(engine, (asking.row, asking.sums, asking.at, asking.frozen))
    failing = inquiry.failing(when)
    assert failing is not None  # noqa: S101 - it does not hold
    missing = inquiry.missing(failing) if inquiry.misses_only(when, failing) else None
    return _Missed(f"needs {inquiry.say(failing)}", inquiry.shortfall(failing), missing)


def as_refusal(engine: Engine, said: Refusal | Closed) -> Refusal:
    """Return why a discount is not taken."""
    if isinstance(said, Refusal):
        return said
    missed = _missed(engine, said)
    short = "" if missed.missing is None else f": {missed.more}"
    missing = missed.missing if isinstance(missed.missing, Amount) else None
    return Refusal("not-open", f"{said.reducing.rule.name} {missed.needs}{short}", missing)


def as_reason(engine: Engine, name: str, said: Refusal | Closed) -> Reason:
    """Return the same as a reason, with what the discount would take off the same basket if it had what it misses."""
    if isinstance(said, Refusal):
        return Reason(name, None, said.message)
    missed, would = _missed(engine, said), None
    if missed.missing is not None:
        off = said.reducing.off(said.asking, said.asking.left)
        would = Amount(engine.terms.currency, sum(off))
    return Reason(name, None, missed.needs, missed.more, would)
