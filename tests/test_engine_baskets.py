"""Units of baskets are chosen and money is split as one would do it by hand, unit by unit and cent by cent."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.engine.baskets import Group, Line, Off, choose, cut_to, dealt_out, groups, split, taken, up_to

ORDERS = [lc.as_listed, lc.from_cheapest, lc.from_dearest]
RESTS = [lc.to_first, lc.to_last, lc.to_each, lc.to_largest]


def lines(*told):
    return [Line(at, quantity * 1000, before) for at, (quantity, before) in enumerate(told)]


def units(lines, order):
    """The naive way: every unit by itself, in an order."""
    each = [(line.at, Fraction(line.before, line.quantity)) for line in lines for _ in range(line.quantity // 1000)]
    if order == lc.as_listed:
        return each
    return sorted(each, key=lambda unit: unit[1] if order == lc.from_cheapest else -unit[1])


def counted(found):
    """How many units of each line are chosen."""
    table = {}
    for pieces, times in found:
        for line, quantity in pieces:
            table[line.at] = table.get(line.at, 0) + quantity * times // 1000
    return {at: number for at, number in table.items() if number}


def by_unit(lines, number, order, of, grouped):
    """What is chosen, unit by unit."""
    if of is None:
        found = units(lines, order)[:number]
    elif grouped == lc.across:
        found = units(lines, order)
        found = found[: len(found) // of * number]
    else:
        filled = units(lines, grouped)
        sign = {lc.as_listed: 0, lc.from_cheapest: 1, lc.from_dearest: -1}[order]
        found = []
        for at in range(0, len(filled) - of + 1, of):
            found += sorted(filled[at : at + of], key=lambda unit: sign * unit[1])[:number]
    table = {}
    for at, _ in found:
        table[at] = table.get(at, 0) + 1
    return table


baskets = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 40)), min_size=1, max_size=5)


@given(
    baskets,
    st.integers(1, 4),
    st.sampled_from(ORDERS),
    st.none() | st.integers(1, 5),
    st.sampled_from([lc.across, *ORDERS]),
)
def test_what_is_chosen_is_what_would_be_chosen_unit_by_unit(told, number, order, of, grouped):
    basket = lines(*told)
    number = number if of is None else min(number, of)

    assert counted(choose(basket, number, order, of, grouped, whole=False)) == by_unit(
        basket, number, order, of, grouped
    )


@given(baskets, st.integers(1, 7), st.sampled_from(ORDERS))
def test_groups_are_complete_and_leave_less_than_a_group(told, size, order):
    basket = lines(*told)
    found = groups([(line, line.quantity) for line in basket], size * 1000, order)

    assert all(sum(quantity for _, quantity in pieces) == size * 1000 for pieces, _ in found)
    left = sum(line.quantity for line in basket) - sum(size * 1000 * times for _, times in found)
    assert 0 <= left < size * 1000


def test_a_line_that_fills_many_groups_is_one_group_so_many_times():
    (line,) = lines((10**6, 10**6))

    assert groups([(line, line.quantity)], 3000, lc.as_listed) == [Group(((line, 3000),), 333_333)]


def test_a_part_of_a_unit_is_taken_where_there_is_no_whole_one():
    half, one = Line(0, 500, 100), Line(1, 1000, 300)

    assert taken([(half, 500), (one, 1000)], 1000, lc.from_cheapest) == ((half, 500), (one, 500))


def test_whole_lines_are_counted_by_what_all_of_them_cost():
    many, one = Line(0, 5000, 500), Line(1, 1000, 400)

    assert choose([many, one], 1, lc.from_cheapest, None, lc.across, whole=True) == [Group(((one, 1000),))]
    assert choose([many, one], 1, lc.from_cheapest, None, lc.across, whole=False) == [Group(((many, 1000),))]
    assert choose([many, one], None, lc.as_listed, 2, lc.as_listed, whole=True) == [Group(((many, 5000), (one, 1000)))]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, [(1, [(0, 1000)]), (3, [(0, 1000)])]),
        (2500, [(2, [(0, 1000), (1, 1000)]), (1, [(0, 1000), (1, 500)]), (1, [(0, 1000)])]),
        (3500, [(3, [(0, 1000), (1, 1000)]), (1, [(0, 1000), (1, 500)])]),
        (4000, [(4, [(0, 1000), (1, 1000)])]),
    ],
)
def test_of_units_that_have_something_off_so_many_are_kept_and_the_others_stay(most, expected):
    free, dear = lines((4, 0), (4, 40))
    found = up_to(most, [Off(((free, 1000, Fraction(0)), (dear, 1000, Fraction(5))), 4)], whole=False)

    kept = [(times, [(line.at, quantity) for line, quantity, _ in pieces]) for pieces, times in found]
    assert kept == expected
    assert sum(share * times for pieces, times in found for _, _, share in pieces) == Fraction(most, 200)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.data(), st.sampled_from(RESTS))
def test_parts_come_to_the_amount_and_are_off_by_less_than_the_number_of_parts(weights, data, rest):
    amount = data.draw(st.integers(0, sum(weights)))
    if not amount:
        return
    parts = split(amount, [Fraction(weight) for weight in weights], weights, rest)

    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(amount * weight, sum(weights))
        assert 0 <= part <= weight
        assert exact - 1 < part < exact + len(weights)
        if rest == lc.to_largest:
            assert part < exact + 1


@given(st.lists(st.fractions(0, 50), min_size=1, max_size=6), st.booleans(), st.sampled_from(RESTS))
def test_what_is_known_exactly_is_cut_and_only_what_that_leaves_over_is_dealt_out(exact, up, rest):
    whole = sum(exact)
    amount = math.ceil(whole) if up else math.floor(whole)
    parts = dealt_out(amount, exact, [math.ceil(each) for each in exact], rest)

    assert sum(parts) == amount
    assert all(math.floor(each) <= part <= math.ceil(each) for part, each in zip(parts, exact, strict=True))
    first = next((at for at, each in enumerate(exact) if each), 0)
    behind = dealt_out(amount, exact, [100] * len(exact), lc.to_first)[first + 1 :]
    assert behind == [math.floor(each) for each in exact[first + 1 :]]


@pytest.mark.parametrize(
    ("rest", "parts"),
    [
        (lc.to_first, [15, 28, 57]),
        (lc.to_last, [14, 28, 58]),
        (lc.to_each, [15, 28, 57]),
        (lc.to_largest, [14, 29, 57]),
    ],
)
def test_who_has_what_splitting_leaves_over_is_a_policy(rest, parts):
    assert split(100, [Fraction(1), Fraction(2), Fraction(4)], [100] * 3, rest) == parts


def test_what_is_left_over_goes_on_to_the_next_line_where_there_is_no_room():
    thirds = [Fraction(1, 3)] * 3

    assert split(2, thirds, [1, 1, 1], lc.to_first) == [1, 1, 0]
    assert split(2, thirds, [1, 1, 1], lc.to_last) == [0, 1, 1]
    assert split(2, [Fraction(1), Fraction(0), Fraction(1)], [0, 5, 1], lc.to_first) == [0, 1, 1]
    assert split(2, thirds, [0, 1, 1], lc.to_largest) == [0, 1, 1]
    assert split(2, thirds, [0, 1, 1], lc.to_each) == [0, 1, 1]
    assert split(2, [Fraction(0), *thirds], [9, 9, 9, 9], lc.to_each) == [0, 1, 1, 0]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=5), st.integers(0, 300), st.sampled_from(RESTS))
def test_parts_are_cut_to_a_sum_and_none_grows(parts, most, rest):
    found = cut_to(most, parts, rest)

    assert sum(found) == min(most, sum(parts))
    assert all(less <= part for less, part in zip(found, parts, strict=True))
