"""The best combination of rewards for a balance, and the cheapest for an amount of money."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, USD

TABLE = [
    lc.Reward("small", POINT(1000), worth=USD(5)),
    lc.Reward("medium", POINT(2500), worth=USD(15)),
    lc.Reward("large", POINT(5000), worth=USD(35)),
]


@pytest.mark.parametrize(
    ("points", "taken", "cost", "worth"),
    [
        (999, (), 0, 0),
        (1000, (("small", 1),), 1000, 5),
        (4900, (("small", 2), ("medium", 1)), 4500, 25),
        (5500, (("large", 1),), 5000, 35),
        (9000, (("small", 1), ("medium", 1), ("large", 1)), 8500, 55),
        (10_000, (("large", 2),), 10_000, 70),
    ],
)
def test_the_most_that_a_balance_is_worth(points, taken, cost, worth):
    assert lc.most_worth(TABLE, POINT(points)) == lc.Combination(taken, POINT(cost), USD(worth))


@pytest.mark.parametrize(
    ("money", "taken", "cost", "worth"),
    [
        (0, (), 0, 0),
        ("0.01", (("small", 1),), 1000, 5),
        (12, (("medium", 1),), 2500, 15),
        (20, (("small", 1), ("medium", 1)), 3500, 20),
        (31, (("large", 1),), 5000, 35),
        (40, (("small", 1), ("large", 1)), 6000, 40),
    ],
)
def test_the_least_that_an_amount_costs(money, taken, cost, worth):
    assert lc.least_cost(TABLE, USD(money)) == lc.Combination(taken, POINT(cost), USD(worth))


def test_of_equal_combinations_the_cheaper_then_the_shorter_then_the_first_is_taken():
    one, two, same = (lc.Reward(name, POINT(cost), worth=USD(cost)) for name, cost in (("a", 1), ("b", 2), ("c", 2)))
    dear = lc.Reward("dear", POINT(3), worth=USD(2))
    assert lc.most_worth([one, two, same], POINT(4)).rewards == (("b", 2),)
    assert lc.most_worth([dear, same], POINT(3)).rewards == (("c", 1),)
    assert lc.least_cost([one, same, two], USD(4)).rewards == (("c", 2),)


def test_a_combination_is_a_value():
    values.check(lc.most_worth(TABLE, POINT(9000)))
    assert lc.most_worth(TABLE, POINT(-5)) == lc.Combination((), POINT(0), USD(0))


pairs = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=3)


@given(pairs, st.integers(0, 12))
def test_no_other_combination_is_better(some, most):
    rewards = [lc.Reward(f"r{place}", POINT(cost), worth=USD(worth)) for place, (cost, worth) in enumerate(some)]
    every = [
        tuple(sum(number * each[part] for number, each in zip(counts, some, strict=True)) for part in (0, 1))
        for counts in product(range(int(most) + 1), repeat=len(some))
    ]

    found = lc.most_worth(rewards, POINT(most))
    worth, cost = max((worth, -cost) for cost, worth in every if cost <= most)
    assert (found.worth, found.cost) == (USD(worth), POINT(-cost))

    found = lc.least_cost(rewards, USD(most))
    cost = min(cost for cost, worth in every if worth >= most)
    assert found.cost == POINT(cost)
    assert found.worth.fraction >= most
    assert found.cost.fraction == sum(count * some[int(name[1:])][0] for name, count in found.rewards)


FREE = lc.Reward("free", POINT(5))


@refusals.table(
    [
        *(
            (function, {"rewards": bad, what: right}, lc.InvalidValue)
            for function, what, right in ((lc.most_worth, "balance", POINT(5)), (lc.least_cost, "amount", USD(5)))
            for bad in (
                [],
                None,
                "small",
                [FREE],
                [5],
                [lc.Reward("s", POINT(5), worth=lc.total)],
                [*TABLE, lc.Reward("s", STAR(5), worth=USD(5))],
                [lc.Reward("s", lc.price_by_setting("a", {"b": POINT(1)}, otherwise=POINT(2)), worth=USD(1))],
            )
        ),
        *((lc.most_worth, {"rewards": TABLE, "balance": bad}, lc.InvalidValue) for bad in (5, STAR(5), USD(5))),
        *((lc.least_cost, {"rewards": TABLE, "amount": bad}, lc.InvalidValue) for bad in (5, POINT(5))),
        (
            lc.most_worth,
            {"rewards": [lc.Reward("s", POINT(1), worth=USD(1))], "balance": POINT(10**7)},
            lc.InvalidValue,
        ),
    ]
)
def test_what_cannot_be_combined_is_refused(function, bad, error):
    refusals.check(function, bad, error)
