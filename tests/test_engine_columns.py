"""Columns: values are read where the host keeps them, in one go."""

from types import SimpleNamespace

import pytest

import loyalcore as lc
from loyalcore.engine.columns import Attribute, Columns, Fixed, Minus, Place, read_rows

TUPLE = (7, "food", 3)
MAPPING = {"net": 7, "category": "food", "discount": 3}
OBJECT = SimpleNamespace(net=7, category="food", discount=3)


@pytest.mark.parametrize(
    ("columns", "row", "expected"),
    [
        ([Place(0)], TUPLE, 7),
        ([Place(1), Place(0)], TUPLE, ("food", 7)),
        ([Place("net")], MAPPING, 7),
        ([Place("category"), Place("net")], MAPPING, ("food", 7)),
        ([Attribute("net")], OBJECT, 7),
        ([Attribute("category"), Attribute("net")], OBJECT, ("food", 7)),
    ],
)
def test_columns_of_one_kind_are_read_together(columns, row, expected):
    assert read_rows(columns)(row) == expected


def test_positions_and_attributes_are_read_side_by_side():
    class Row(tuple):
        __slots__ = ()

        @property
        def net(self):
            return 7

    assert read_rows([Place(0), Attribute("net")])(Row(("a", "b"))) == ("a", 7)


@pytest.mark.parametrize(
    ("column", "row", "expected"),
    [
        (Place(2), TUPLE, 3),
        (Minus(Place(0), Place(2)), TUPLE, 4),
        (Minus(Attribute("net"), Attribute("discount")), OBJECT, 4),
    ],
)
def test_a_named_value_is_read_or_computed(column, row, expected):
    assert Columns({"value": column}).reader("value")(row) == expected


def test_a_column_that_is_needed_but_not_bound_is_named():
    with pytest.raises(lc.InvalidValue, match="brand is needed, but not bound"):
        Columns({"net": Place(0)}).reader("brand")


def test_a_number_is_added_up_over_a_few_rows_however_it_is_read():
    columns = Columns({"net": Minus(Place(0), Place(1)), "one": Fixed(1000), "less": Place(1)})
    rows = [(900, 100), (50, 20)]

    assert [columns.adder(name)(rows) for name in ("net", "one", "less")] == [830, 2000, 120]
