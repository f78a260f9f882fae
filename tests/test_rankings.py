"""Rankings: members by their scores, and what rank equal scores have."""

from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values

BOARD = {"ada": 30, "bo": 50, "cy": 30, "di": 10}
scores = st.dictionaries(st.integers(0, 99), st.fractions(0, 5, max_denominator=3), max_size=12)


@pytest.mark.parametrize(
    ("ties", "ranks"),
    [
        (lc.lowest_rank, [2, 1, 2, 4]),
        (lc.highest_rank, [3, 1, 3, 4]),
        (lc.average_rank, [Fraction(5, 2), 1, Fraction(5, 2), 4]),
        (lc.dense_rank, [2, 1, 2, 3]),
        (lc.first_rank, [2, 1, 3, 4]),
    ],
)
def test_equal_scores_are_ranked_by_the_rule_that_is_chosen(ties, ranks):
    board = lc.Ranking(BOARD, ties=ties)

    assert [board.ranks[member] for member in BOARD] == ranks
    values.check(board)


def test_the_highest_score_is_first_unless_told_otherwise():
    assert lc.Ranking(BOARD).order == ("bo", "ada", "cy", "di")
    assert lc.Ranking(BOARD, lowest_first=True).order == ("di", "ada", "cy", "bo")


def test_the_top_has_everybody_who_shares_its_last_rank():
    board = lc.Ranking(BOARD)

    assert board.top(0) == ()
    assert board.top(1) == ("bo",)
    assert board.top(2) == ("bo", "ada", "cy")
    assert lc.Ranking(BOARD, ties=lc.first_rank).top(2) == ("bo", "ada")


def test_a_score_that_changes_keeps_its_place_among_equals_and_a_new_one_comes_last():
    board = lc.Ranking(BOARD, ties=lc.first_rank, lowest_first=True).with_scores({"di": "30", "el": 30})

    assert board.order == ("ada", "cy", "di", "el", "bo")
    assert board.lowest_first


def test_a_ranking_of_nobody_is_one():
    assert lc.Ranking({}).ranks == {}


@given(scores, st.sampled_from([lc.lowest_rank, lc.highest_rank, lc.average_rank, lc.dense_rank]))
def test_equal_scores_have_equal_ranks_and_better_ones_better(found, ties):
    ranks = lc.Ranking(found, ties=ties).ranks

    for one, first in found.items():
        for other, second in found.items():
            assert (first > second) == (ranks[one] < ranks[other])


@given(scores)
def test_averages_lie_between_lowest_and_highest_and_add_up_to_those_in_order(found):
    lowest, average, highest, first = (
        lc.Ranking(found, ties=ties).ranks for ties in (lc.lowest_rank, lc.average_rank, lc.highest_rank, lc.first_rank)
    )

    assert all(2 * average[member] == lowest[member] + highest[member] for member in found)
    assert sum(average.values()) == sum(first.values()) == len(found) * (len(found) + 1) // 2


@refusals.table(
    [
        (lc.Ranking, {"scores": "ada"}, lc.InvalidValue),
        (lc.Ranking, {"scores": 5}, lc.InvalidValue),
        (lc.Ranking, {"scores": ["ada"]}, lc.InvalidValue),
        (lc.Ranking, {"scores": [5]}, lc.InvalidValue),
        (lc.Ranking, {"scores": {"ada": 1.5}}, lc.InvalidValue),
        (lc.Ranking, {"scores": {"": 1}}, lc.InvalidValue),
        (lc.Ranking, {"scores": [("ada", 1), ("ada", 2)]}, lc.InvalidValue),
        (lc.Ranking, {"scores": ((number, 1) for number in count())}, lc.InvalidValue),
        (lc.Ranking, {"scores": BOARD, "ties": "min"}, lc.InvalidValue),
        (lc.Ranking, {"scores": BOARD, "lowest_first": 1}, lc.InvalidValue),
        (lc.Ranking(BOARD).top, {"number": -1}, lc.InvalidValue),
        (lc.Ranking(BOARD).top, {"number": True}, lc.InvalidValue),
    ]
)
def test_what_is_no_ranking_is_refused(function, bad, error):
    refusals.check(function, bad, error)
