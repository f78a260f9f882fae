"""Leaderboards, under each rule for equal scores."""

from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case


@case("lb-002", by="dense_rank")
def equal_scores_share_a_rank_and_the_next_follows() -> Iterator[Any]:
    board = lc.Ranking({"m1": 50, "m2": 50, "m3": 30, "m4": 30, "m5": 10}, ties=lc.dense_rank)
    yield board.ranks
    yield board.with_scores({"m3": dict(board.scores)["m3"] + 10}).ranks


@case("lb-003", by="lowest_rank, the default; scores are exact, so fractions are no matter")
def scores_may_be_fractions() -> Iterator[Any]:
    board = lc.Ranking({"m5": 5, "m4": 4, "m3": 3, "m2": 2, "m1": 1})
    yield board.ranks["m3"]
    board = board.with_scores({"m3": dict(board.scores)["m3"] + lc.Fraction("0.5")})
    yield board.ranks["m3"]
    board = board.with_scores({"m3": dict(board.scores)["m3"] + 1})
    yield board.ranks["m3"]
    yield dict(board.scores)["m3"]


@case("lb-004", by="each of the five, lowest_first")
def five_rules_for_equal_scores() -> Iterator[Any]:
    scores = {"a": 0, "b": 2, "c": 3, "d": 2}
    for ties in (lc.average_rank, lc.lowest_rank, lc.highest_rank, lc.dense_rank, lc.first_rank):
        yield lc.Ranking(scores, ties=ties, lowest_first=True).ranks
