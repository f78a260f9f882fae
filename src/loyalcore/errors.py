"""
The errors of the library: one base class, each a caller's mistake.

A business refusal (not enough points, nothing left to return) is never an error but a value, `loyalcore.Refusal`.
Every message says what happened, names the value, and says the way out; `is_a` and `shown` serve the checks.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "CorruptLedger",
    "EventConflict",
    "InvalidProgram",
    "InvalidValue",
    "LoyalcoreError",
    "StaleAccount",
    "UnknownProgram",
    "is_a",
    "shown",
]


def is_a(value: object, *kinds: Any) -> bool:
    """Tell whether a value is of a kind, whatever its annotation promises: callers without a type checker exist."""
    return isinstance(value, kinds)


def shown(value: object, most: int = 80) -> str:
    """Return the text of a value for a message, cut to a length; an error never fails on the value it names."""
    try:
        text = repr(value)
        return text if len(text) <= most else f"{text[: most - 1]}…"
    except Exception:  # noqa: BLE001 - a huge int, a deep list, or a host's own __repr__: what is wrong is said anyway
        return f"a {type(value).__name__} without a text"


class LoyalcoreError(Exception):
    """
    Be the base of all errors raised on purpose.

    Catch it to catch whatever the library has to say against a call.
    """


class InvalidValue(LoyalcoreError, ValueError):
    """
    Say that an argument cannot be used: of a wrong type, out of bounds, or inexact.

    Common causes: a float or bool as an amount, a naive datetime, an unknown attribute of an item.
    """


class InvalidProgram(LoyalcoreError, ValueError):
    """
    Say that a program cannot be built from these rules.

    Common causes: two rules of one name, a boost of a rule that is not there, a grant over a rolling window.
    """


class EventConflict(LoyalcoreError):
    """
    Say that an event id was recorded before with other content.

    *field* is the first field that differs, *recorded* and *given* its two values; of items they are all rows, and the
    message says of which item what differs.
    """

    def __init__(self, event_id: str | int, field: str, recorded: object, given: object, said: str = "") -> None:
        super().__init__(event_id, field, recorded, given, said)
        self._said = said
        self.event_id = event_id
        self.field = field
        self.recorded = recorded
        self.given = given

    def __str__(self) -> str:
        said = self._said or f"{self.field} {self.recorded!r}, but was given {self.given!r}"
        return (
            f"event {self.event_id!r} is recorded with {said}; send the recorded content again, or use a new event id"
        )


class StaleAccount(LoyalcoreError):
    """
    Say that an account in the store has moved on since it was loaded.

    Load the account again and decide the event on it. *account* is its id, which for a decision over several accounts
    may be another than the member's.
    """

    def __init__(self, message: str, account: str | int | None = None) -> None:
        super().__init__(message, account)
        self.account = account

    def __str__(self) -> str:
        return str(self.args[0])


class CorruptLedger(LoyalcoreError):
    """
    Say that stored rows are not a history this library could have written.

    Common causes: a row edited, lost, or out of order; rows of two accounts mixed.
    """


class UnknownProgram(LoyalcoreError):
    """
    Say that a purchase was judged by a program other than the one asked.

    Ask the program whose hash the message names.
    """
