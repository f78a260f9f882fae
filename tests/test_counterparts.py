"""Counterparts say what an event of one account does in another, under an id of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalcore.counterparts import Counterpart, derived_id, moves_of, part_of
from loyalcore.texts import is_id
from shop import day
from strategies import ids


@given(one=st.lists(ids(size_max=128), min_size=1, max_size=3), two=st.lists(ids(size_max=128), min_size=1, max_size=3))
def test_an_id_is_derived_of_other_ids_and_is_another_for_others(one, two):
    assert is_id(derived_id(*one))
    same = [(type(part), part) for part in one] == [(type(part), part) for part in two]
    assert (derived_id(*one) == derived_id(*two)) is same


def test_a_derived_id_can_be_read_unless_it_would_be_too_long():
    assert derived_id("ada", "o/1") == '["ada","o/1"]'
    assert derived_id("a" * 120, "o1") == derived_id("a" * 120, "o1")
    assert len(derived_id("a" * 120, "o1")) == 68


@pytest.mark.parametrize(("back", "wanted"), [(None, None), ("p1", '["ada","p1"]')])
def test_a_counterpart_belongs_to_that_of_the_event_it_gives_back_for(back, wanted):
    move = ("mug", "piece", -1, None, back)
    event = Counterpart("c", at=day(1), of="ada", event="x", moves=(move, move))
    row = ("counterpart", 0, "c", event.content(2))

    assert [*moves_of(row)] == [move, move]
    assert part_of(row) == wanted
