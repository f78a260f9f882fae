"""What shows a difference, made as small as it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def least(
    found: T, message: str, smaller: Callable[[T], Iterable[Callable[[], T]]], differs: Callable[[T], str | None]
) -> tuple[T, str]:
    """Leave out what can be left out as long as a difference of the same kind is left; return that with its message."""
    sort, changed = _sort(message), True
    while changed:
        changed = False
        for make in smaller(found):
            try:
                candidate = make()
                answer = differs(candidate)
            except Exception:  # noqa: BLE001, S112 - what was made smaller cannot be built
                continue
            if answer is not None and _sort(answer) == sort:
                found, message, changed = candidate, answer, True
                break
    return found, message


def _sort(message: str) -> str:
    """Return what kind of a difference it is, so that a shorter one does not show another."""
    return message.partition(":")[0]
