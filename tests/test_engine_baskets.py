"""Units of baskets are chosen and money is split as one would do it by hand, unit by unit and cent by cent."""

import math
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.engine.baskets import (
    Group,
    Line,
    Off,
    Sets,
    choose,
    cut_to,
    dealt_out,
    groups,
    sets,
    split,
    taken,
    up_to,
)
from loyalcore.interpreted.baskets import Piece, in_price_order
from loyalcore.interpreted.sets import sets as sets_read

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


# Sets of different things.

KINDS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 40), st.integers(0, 7)), max_size=4)
SIZES = st.lists(st.integers(1, 2), min_size=3, max_size=3)


def sets_of(told, sizes, order):
    """Sets of lines: so many units, what they cost, and which parts they do for."""
    given = lines(*((quantity, before) for quantity, before, _ in told))
    made = Sets(sizes, {at: parts for at, (_, _, parts) in enumerate(told)})
    return given, sets([(line, line.quantity) for line in given], made, order)


def in_sets(found):
    """How many units of each line are in how many sets."""
    return counted(found), sum(group.times for group in found)


def can_be_placed(units, room):
    """The naive way: try every part for every unit; each unit is the parts that it does for."""
    if not units:
        return True
    first, *others = units
    for part, left in enumerate(room):
        if left and first >> part & 1 and can_be_placed(others, [*room[:part], left - 1, *room[part + 1 :]]):
            return True
    return False


@given(KINDS, SIZES, st.sampled_from(ORDERS))
def test_as_many_sets_are_made_as_can_be_of_the_first_units_that_allow_that(told, sizes, order):
    given, found = sets_of(told, sizes, order)
    table, number = in_sets(found)

    each = [(at, told[at][2]) for at, _ in units(given, order)]
    assume(len(each) <= 8)
    most = len(each) // sum(sizes)
    while not any(
        can_be_placed([parts for _, parts in some], [most * size for size in sizes])
        for some in combinations(each, most * sum(sizes))
    ):
        most -= 1
    # The first of all choices is that of the first units, each as far as the others allow.
    expected = next(
        some
        for some in combinations(each, most * sum(sizes))
        if can_be_placed([parts for _, parts in some], [most * size for size in sizes])
    )
    assert number == most
    assert table == {at: sum(1 for line, _ in expected if line == at) for at, _ in expected}


@given(KINDS, SIZES, st.sampled_from(ORDERS))
@example([(3, 9, 7), (1, 9, 1)], [1, 1, 2], lc.as_listed)
def test_every_set_has_as_many_of_each_part_as_it_should(told, sizes, order):
    _, found = sets_of(told, sizes, order)

    for pieces, _ in found:
        each = [told[line.at][2] for line, quantity in pieces for _ in range(quantity // 1000)]
        assert can_be_placed(each, sizes)
        assert len(each) == sum(sizes)


@given(KINDS, SIZES)
def test_with_the_dearest_first_no_other_units_make_sets_that_are_worth_more(told, sizes):
    given, found = sets_of(told, sizes, lc.from_dearest)
    table, number = in_sets(found)
    each = [(line.price, told[line.at][2]) for line in given for _ in range(line.quantity // 1000)]
    assume(len(each) <= 8)

    worth = sum(given[at].price * number for at, number in table.items())

    for some in combinations(each, number * sum(sizes)):
        if can_be_placed([parts for _, parts in some], [number * size for size in sizes]):
            assert sum(price for price, _ in some) <= worth


PARTS = st.tuples(st.sampled_from([333, 500, 1000, 2000, 3000]), st.integers(0, 40), st.integers(0, 7))


@given(st.lists(PARTS, max_size=6), SIZES, st.sampled_from(ORDERS))
@example([(1000, 9, 3), (1000, 9, 1), (1000, 9, 6), (1000, 9, 2)], [1, 1, 1], lc.as_listed)
@example([(1000, 9, 6), (1000, 9, 7), (2000, 9, 1), (1000, 9, 2)], [2, 1, 1], lc.as_listed)
def test_the_interpreted_form_makes_the_same_sets(told, sizes, order):
    given = [Line(at, quantity, before) for at, (quantity, before, _) in enumerate(told)]
    parts = {at: does_for for at, (_, _, does_for) in enumerate(told)}
    pieces = in_price_order([Piece(line.at, Fraction(line.quantity, 1000), line.price) for line in given], order)

    made = sets([(line, line.quantity) for line in given], Sets(sizes, parts), order)
    read = sets_read([(piece, [part for part in range(3) if parts[piece.line] >> part & 1]) for piece in pieces], sizes)

    one_by_one = [[(line.at, quantity) for line, quantity in found] for found, times in made for _ in range(times)]
    assert one_by_one == [[(piece.line, piece.much * 1000) for piece in found] for found in read]


def test_equal_sets_are_one_that_is_there_so_many_times():
    (tea, cup), found = sets_of([(10_000, 100, 1), (10_000, 100, 2)], [2, 1], lc.as_listed)

    assert found == [Group(((tea, 2000), (cup, 1000)), 5000)]


def test_a_set_may_have_several_lines_in_a_part():
    (one, two, cup), found = sets_of([(3, 9, 1), (1, 9, 1), (2, 9, 2)], [2, 1], lc.as_listed)

    assert found == [Group(((one, 2000), (cup, 1000))), Group(((one, 1000), (two, 1000), (cup, 1000)))]


def test_what_does_for_several_parts_goes_to_the_first_that_leaves_the_others_enough():
    (any_, cup, _), found = sets_of([(1, 9, 3), (1, 9, 2), (1, 9, 1)], [1, 1], lc.as_listed)

    assert found == [Group(((any_, 1000), (cup, 1000)))]
    (any_, tea), found = sets_of([(1, 9, 3), (1, 9, 1)], [1, 1], lc.as_listed)
    assert found == [Group(((tea, 1000), (any_, 1000)))]


def test_parts_of_units_fill_sets_as_they_fill_groups():
    half, cup = Line(0, 1500, 30), Line(1, 3000, 30)

    found = sets([(half, 1500), (cup, 3000)], Sets([1, 1], {0: 1, 1: 2}), lc.as_listed)

    assert found == [Group(((half, 1000), (cup, 1000)))]


# So many units of what is chosen.


def test_units_without_anything_off_use_no_room():
    line, other = lines((3, 30), (2, 30))
    free, dear = (line, 3000, Fraction(0)), (other, 2000, Fraction(10))

    assert up_to(1000, [Off((free, dear))], whole=False) == [Off((free, (other, 1000, Fraction(5))))]
    assert up_to(2000, [Off((free, dear))], whole=True) == [Off((free, dear))]
    assert up_to(1000, [Off((free, dear))], whole=True) == []
    assert up_to(1000, [Off((free,))], whole=True) == [Off((free,))]


def test_of_equal_groups_as_many_are_taken_as_fit():
    (line,) = lines((9, 90))
    three = (line, 3000, Fraction(9))

    assert up_to(7000, [Off((three,), 3)], whole=True) == [Off((three,), 2)]
    assert up_to(7000, [Off((three,), 3)], whole=False) == [Off((three,), 2), Off(((line, 1000, Fraction(3)),))]
    assert up_to(0, [Off((three,), 3)], whole=False) == []
