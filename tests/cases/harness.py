"""
How the cases of other systems' suites and documentation are encoded and compared.

A case of `cases.jsonl` tells its program and its events in prose and its figures as data. What encodes it is a function
that plays the events on a program of its own words and yields what it found, in the order of the figures that are
expected; the figures themselves are read from the data alone. *by* says which policy the case needed, where the library
has several.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import loyalcore as lc

CASES = {
    case["id"]: case
    for case in map(json.loads, (Path(__file__).parent / "cases.jsonl").read_text(encoding="utf-8").splitlines())
}


@dataclass(frozen=True)
class Encoded:
    """A case as it is played."""

    id: str
    play: Callable[[], Iterator[Any]]
    by: str


ENCODED: dict[str, Encoded] = {}


def case(*ids: str, by: str = "") -> Callable[[Callable[..., Iterator[Any]]], Callable[..., Iterator[Any]]]:
    """Encode cases of one program by a function; where there are several it is given the id of the one it plays."""

    def encode(play: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        for id in ids:
            assert id in CASES, f"there is no case {id}"
            assert id not in ENCODED, f"case {id} is encoded twice"
            ENCODED[id] = Encoded(id, play if len(ids) == 1 else partial(play, id), by)
        return play

    return encode


def plain(found: Any, expected: Any) -> Any:
    """Return what was found as the data would have it: numbers as numbers, exactly, whatever they are told as."""
    if isinstance(found, lc.Amount):
        found = found.decimal
    if isinstance(found, dict):
        expected = expected if isinstance(expected, dict) else {}
        return {str(name): plain(value, expected.get(str(name))) for name, value in found.items()}
    if isinstance(found, list | tuple):
        told = expected if isinstance(expected, list) else []
        return [plain(value, told[place] if place < len(told) else None) for place, value in enumerate(found)]
    if isinstance(expected, str) and not isinstance(found, str | bool) and found is not None:
        return str(Decimal(expected)) if Decimal(expected) == found else str(found)
    return found
