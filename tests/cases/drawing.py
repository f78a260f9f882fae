"""Draws that anybody can check again."""

from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case

KEY = "9319./2.5.8.10.12./9.18.26.34.41.45./"
BLOCK = "00006f2e7a304290afb47c35064fb0f7462f127a26d51f47ff1a22b1076ba5fd"


def picked(number: int) -> list[str | int]:
    """So many of the 25 entrants of the RFC's own example."""
    return list(lc.Drawing(range(1, 26), prizes={"place": number}, seed=KEY, by=lc.by_md5).winners)


@case("draw-001", by="by_md5, which is RFC 3797")
def ten_of_twenty_five() -> Iterator[Any]:
    yield picked(10)


@case("draw-002", by="by_md5, which is RFC 3797")
def three_of_twenty_five_twice() -> Iterator[Any]:
    yield picked(3)
    yield picked(3)


@case("draw-004", by="by_shuffle, which is CPython's")
def a_ranking_of_tickets() -> Iterator[Any]:
    yield list(lc.Drawing(range(1, 23), prizes={"rank": 22}, seed=int(BLOCK, 16), by=lc.by_shuffle).winners)


@case("draw-007", by="by_sha256, the default; the seed is the text that its source hashes")
def one_of_two_hundred_and_fifty() -> Iterator[Any]:
    initial, people, final = "alpha", 250, "omega"
    (winner,) = lc.Drawing(range(1, people + 1), prizes={"prize": 1}, seed=f"{initial}|{people}|{final}").winners
    yield winner
