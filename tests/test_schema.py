"""Declared attributes: asked about on the class, held by the instance, and strict about both."""

import enum
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import strategies
import values
from strategies import Line, Order, Visit


class Size(str, enum.Enum):  # noqa: UP042 - the kind whose str() is its name
    LARGE = "large"


FIELDS = [
    lc.Text(),
    lc.Text(missing=""),
    lc.Text("none"),
    lc.Flag(),
    lc.Flag(missing=False),
    lc.Number(),
    lc.Number(2),
    lc.Number(places=3, missing="0.5"),
    lc.Price(),
    lc.Price(missing="1.50"),
]


@pytest.mark.parametrize("field", FIELDS, ids=repr)
def test_a_field_is_a_value(field):
    values.check(field)


def test_what_stands_in_is_one_value_however_it_is_written():
    assert lc.Price(missing="1.50") == lc.Price(missing=Decimal("1.5"))
    assert repr(lc.Price(missing=0)) == repr(lc.Price(missing="0.00"))
    assert repr(lc.Text(missing=Size.LARGE)) == "Text(missing='large')"


def test_the_class_says_what_can_be_asked():
    assert Line.category == lc.TextOf("item", "category")
    assert Line.gift == lc.TextOf("item", "gift")
    assert Line.points == lc.ItemNumber("points")
    assert Line.cost == lc.ItemNumber("cost")
    assert Order.channel == lc.TextOf("event", "channel")
    assert Order.nights == lc.EventNumber("nights")
    assert Visit.minutes == lc.EventNumber("minutes")


def test_the_instance_holds_the_value():
    line = Line("a", "1.50", category="tea", gift=True, points="7", cost=Decimal("1.20"))

    assert (line.category, line.brand, line.gift) == ("tea", "", True)
    assert (line.points, line.cost) == (Decimal(7), Decimal("1.2"))
    assert (str(line.points), str(line.cost)) == ("7", "1.2")


def test_a_subclass_carries_the_fields_of_its_base_first():
    class Wine(Line):
        vintage = lc.Number()

    assert Wine.schema().names == (*Line.schema().names, "vintage")
    assert Line.schema().names == ("category", "brand", "gift", "points", "cost")


def test_a_schema_is_a_value_that_evaluates_from_its_text():
    schema = Line.schema()

    values.check(schema)
    assert schema != Order.schema()
    assert schema.get("category") == lc.Text()
    assert schema.get("channel") is None


def test_classes_that_declare_the_same_have_one_schema():
    class Other(lc.Item):
        category = lc.Text()
        brand = lc.Text(missing="")
        gift = lc.Flag(missing=False)
        points = lc.Number(missing="0")
        cost = lc.Price(missing="0.00")

    assert Other.schema() == Line.schema()
    assert Other("a", 1, category="x") != Line("a", 1, category="x")


def test_one_field_declared_in_two_classes_under_one_name_is_asked_about_in_both():
    colour = lc.Text(missing="")
    first = type("First", (lc.Item,), {"colour": colour})
    second = type("Second", (lc.Purchase,), {"colour": colour})

    assert first.colour == lc.TextOf("item", "colour")
    assert second.colour == lc.TextOf("event", "colour")


@given(strategies.texts(), st.booleans(), st.integers(0, 10**9))
def test_what_goes_in_comes_out(text, flag, number):
    line = Line("a", 1, category=text, gift=flag, points=number)

    assert (line.category, line.gift, line.points) == (text, flag, number)


@given(st.integers(0, 10**12), st.integers(0, 6))
def test_a_number_looks_the_same_however_it_was_written(minor, places):
    field = lc.Number(places)
    plain = Decimal((0, tuple(map(int, str(minor))), -places))

    assert str(field.check(plain, "x")) == str(field.check(f"{plain:f}", "x"))
    assert field.canonical(field.check(plain, "x"), 2, "x") == minor


def test_entries_hold_texts_flags_and_smallest_parts():
    line = Line("a", "1.5", category="tea", gift=True, points=7, cost="1.2")

    assert line.canonical(2) == ("a", 150, 1000, "tea", "", True, 7, 120)


def test_what_stands_in_is_held_like_any_other_value():
    stand_ins = {name: field.stand_in(2, name) for name, field in Line.schema().fields if field.missing is not None}

    assert stand_ins == {"brand": "", "gift": False, "points": 0, "cost": 0}
    assert lc.Price(missing="1.5").stand_in(2, "x") == 150


def test_a_price_with_more_decimals_than_the_currency_is_refused_when_it_is_known():
    line = Line("a", "1.505", category="tea")

    with pytest.raises(lc.InvalidValue, match=r"net of item 'a' .* more than 2 decimals"):
        line.canonical(2)


def test_a_record_does_not_change():
    line = Line("a", "1.50", category="tea")
    before = repr(line)

    for name in ("category", "net", "id", "new"):
        with pytest.raises(lc.InvalidValue, match="does not change"):
            setattr(line, name, "x")
        with pytest.raises(lc.InvalidValue, match="does not change"):
            delattr(line, name)

    assert (
        repr(line)
        == before
        == (
            "Line(id='a', net=Decimal('1.5'), quantity=Decimal('1'), category='tea', brand='', gift=False, "
            "points=Decimal('0'), cost=Decimal('0'))"
        )
    )


def test_a_record_is_not_equal_to_what_is_no_record():
    line = Line("a", 1, category="x")

    assert line != "a"
    assert line != lc.Item("a", 1)
    assert line == Line("a", "1.00", 1, category="x")


def test_attributes_given_are_left_as_they_were():
    given = {"category": "tea", "brand": "x"}

    Line("a", 1, **given)
    with pytest.raises(lc.InvalidValue):
        Line("a", 1, colour="red", **given)

    assert given == {"category": "tea", "brand": "x"}


def declare(base=lc.Item, **fields):
    return type("Made", (base,), fields)


def declare_twice():
    one = lc.Text()
    return declare(first=one, second=one)


LINE = {"id": "a", "net": 1, "category": "x"}


@refusals.table(
    [
        *(
            (declare, {name: lc.Text()}, lc.InvalidValue)
            for name in ("id", "net", "quantity", "about", "schema", "_x", "self")
        ),
        *(
            (declare, {"base": lc.Purchase, name: lc.Text()}, lc.InvalidValue)
            for name in ("at", "items", "count", "kind", "net", "instant", "content")
        ),
        (declare, {"base": lc.Activity, "name": lc.Text()}, lc.InvalidValue),
        (declare, {"base": Line, "category": lc.Text()}, lc.InvalidValue),
        (declare_twice, {}, lc.InvalidValue),
        *((lc.Text, {"missing": bad}, lc.InvalidValue) for bad in (5, True, "\x00", "x" * 1001)),
        *((lc.Flag, {"missing": bad}, lc.InvalidValue) for bad in (0, 1, "yes")),
        *((lc.Number, {"missing": bad}, lc.InvalidValue) for bad in (-1, 0.5, True, "0.5", "x")),
        *((lc.Number, {"places": bad}, lc.InvalidValue) for bad in (-1, 7, True, None, "2")),
        *((lc.Price, {"missing": bad}, lc.InvalidValue) for bad in (-1, 0.5, True, "0.0000001")),
        (Line, {"id": "a", "net": 1}, lc.InvalidValue),
        (Line, {**LINE, "category": None}, lc.InvalidValue),
        (Line, {**LINE, "brand": None}, lc.InvalidValue),
        (Line, {**LINE, "categroy": "x"}, lc.InvalidValue),
        (lc.Item, LINE, lc.InvalidValue),
        *((Line, {**LINE, "category": bad}, lc.InvalidValue) for bad in (5, True, b"x", "a\nb", "\ud800", 10**5000)),
        *((Line, {**LINE, "gift": bad}, lc.InvalidValue) for bad in (1, 0, "True", None, 10**5000)),
        *((Line, {**LINE, "points": bad}, lc.InvalidValue) for bad in (-1, 1.0, True, "1.5", 10**16, "٣")),
        *((Line, {**LINE, "cost": bad}, lc.InvalidValue) for bad in (-1, 1.0, True, "1e3", Decimal("NaN"))),
        *((lc.Schema, {"about": bad, "fields": ()}, lc.InvalidValue) for bad in ("shop", None, [])),
        *(
            (lc.Schema, {"about": "item", "fields": bad}, lc.InvalidValue)
            for bad in (None, [], ("x",), (("x", 5),), ((1, 2, 3),))
        ),
    ]
)
def test_what_was_not_declared_so_is_refused(function, bad, error):
    refusals.check(function, bad, error)
