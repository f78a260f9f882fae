"""The search for packages that are worth most, held against trying everything."""

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loyalcore.engine.packing import listed, packed

SHOPS = [
    ((75, 25, 25), 500),
    ((75, 25, 0), 300),
    ((75, 0, 0), 200),
    ((25, 10, 10), 150),
    ((25, 10, 0), 75),
    ((20, 0, 0), 75),
    ((1, 0, 0), 1),
    ((0, 1, 0), 1),
    ((0, 0, 1), 1),
]


def tried(packages, steps):
    """The most by trying each package next, over and over."""

    @cache
    def most(left):
        rests = ((tuple(a - b for a, b in zip(left, takes, strict=True)), worth) for takes, worth in packages)
        return max((worth + most(rest) for rest, worth in rests if min(rest) >= 0), default=0)

    return most(tuple(steps))


@st.composite
def tables(draw):
    size = draw(st.integers(1, 3))
    takes = st.tuples(*[st.integers(0, 5)] * size).filter(any)
    return draw(st.dictionaries(takes, st.integers(0, 20), min_size=1, max_size=6)), [
        draw(st.lists(st.integers(0, 11), min_size=size, max_size=size)) for _ in range(3)
    ]


@given(tables())
@example(({(1, 1): 3, (2, 2): 3, (1, 5): 6}, [[4, 3]]))
def test_the_search_finds_what_trying_everything_finds(given):
    table, many = given
    packages = list(table.items())
    best = packed(packages)

    assert [best(steps) for steps in many] == [tried(packages, steps) for steps in many]


@given(st.dictionaries(st.integers(1, 9), st.integers(0, 30), min_size=1, max_size=4), st.integers(0, 300))
def test_packages_of_one_measure_repeat(table, steps):
    packages = [((size,), worth) for size, worth in table.items()]
    reached = [0]
    for at in range(1, steps + 1):
        reached.append(max([reached[-1], *(reached[at - size] + worth for size, worth in table.items() if size <= at)]))

    assert packed(packages)([steps]) == reached[steps]


@pytest.mark.parametrize("steps", [(75, 29, 25), (100, 12, 10), (90, 25, 11)])
def test_packages_of_three_shops_are_taken_for_the_best(steps):
    assert packed(SHOPS)(steps) == tried(SHOPS, steps)


def test_less_than_nothing_is_nothing():
    for taken in (packed, listed):
        assert taken(SHOPS)((-5, 3, -1)) == taken(SHOPS)((0, 3, 0)) == 3


def test_packages_as_listed_are_taken_one_after_the_other():
    assert listed(SHOPS)((100, 35, 10)) == 300 + 150
    assert listed(SHOPS[::-1])((100, 35, 10)) == 145
    assert listed(SHOPS)((10**30, 0, 0)) == 10**30 // 75 * 200 + 10**30 % 75 // 20 * 75 + 10**30 % 75 % 20


@given(st.lists(st.integers(0, 10**9), min_size=3, max_size=3), st.integers(0, 10**6))
def test_more_steps_are_worth_what_the_packages_they_make_up_are_worth_or_more(steps, often):
    best = packed(SHOPS)

    for takes, worth in SHOPS:
        more = [have + often * count for have, count in zip(steps, takes, strict=True)]
        assert best(more) >= best(steps) + often * worth


def test_a_search_that_would_look_at_too_much_ends_with_the_best_it_found():
    # Each is worth seven per step and takes an even number, so many ways come to the same and none to everything.
    even = [((4, 10), 98), ((2, 20), 154), ((10, 0), 70), ((10, 2), 84), ((0, 4), 28)]
    steps = (798_831_059, 82_281)

    found = packed(even)(steps)

    assert found == packed(even)(steps)
    assert 0 <= 7 * sum(steps) - found < 7 * 20
