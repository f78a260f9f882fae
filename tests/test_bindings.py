"""Bindings: what can be said about where the host's rows have what an event needs."""

import datetime as dt

import pytest

import loyalcore as lc
from loyalcore.bindings import Seconds, check_bindings, column_of
from loyalcore.engine.columns import Attribute, Minus, Place
from refusals import check, table
from shop import Line, Order, Visit

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("given", "column"),
    [
        (3, Place(3)),
        ("net", Attribute("net")),
        (lc.key("net total"), Place("net total")),
        (lc.minus("gross", "discount"), Minus(Attribute("gross"), Attribute("discount"))),
        (lc.minus(3, lc.key("off")), Minus(Place(3), Place("off"))),
        (lc.seconds("when"), Seconds(Attribute("when"))),
    ],
)
def test_a_column_is_a_position_an_attribute_a_key_or_made_of_those(given, column):
    assert column_of(given, "net") == column


def test_a_binding_of_purchases_reads_id_moment_member_and_items():
    binding = lc.bind(Order, lc.bind_items(Line, net=0, category=1), id=0, at=1, member=2, lines=3, channel=4)

    assert binding.kind == "purchase"
    assert binding.head()(("p", NOON, "ada", (), "app")) == ("p", NOON, "ada", ())
    assert binding.event_columns().reader("channel")(("p", NOON, "ada", (), "app")) == "app"
    assert binding.item_columns().reader("category")((100, "coffee")) == "coffee"
    assert not binding.in_seconds


def test_a_binding_of_returns_reads_what_is_returned_and_needs_no_id():
    with_id = lc.bind(lc.Return, id="id", at="at", member="member", of="of")
    without = lc.bind(lc.Return, at=lc.seconds(0), member=1, of=2)

    assert with_id.head()(type("Row", (), {"id": "r", "at": NOON, "member": "ada", "of": "p"})) == (
        "r",
        NOON,
        "ada",
        "p",
    )
    assert without.head()((60, "ada", "p")) == ("p", 60, "ada", "p")
    assert without.in_seconds
    assert without.column("items") is None


def test_bindings_of_activities_enrolments_and_redemptions_read_what_these_need():
    visit = lc.bind(Visit, id=0, at=1, member=2, name=3, minutes=4)
    enrolment = lc.bind(lc.Enrolment, id=0, at=1, member=2)
    redemption = lc.bind(lc.Redemption, id=0, at=1, member=2, reward=3)

    assert visit.event_columns().reader("name")(("v", NOON, "ada", "review", 5)) == "review"
    assert enrolment.head()(("e", NOON, "ada")) == ("e", NOON, "ada")
    assert redemption.kind == "redemption"


def test_bindings_of_what_ends_a_hold_read_which_one():
    row = ("x", NOON, "ada", "h")

    for event in (lc.Capture, lc.Release):
        assert lc.bind(event, id=0, at=1, member=2, of=3).head()(row) == row
    assert lc.bind(lc.Hold, id=0, at=1, member=2, reward=3).head()(row) == row[:3]
    assert lc.bind(Visit, id=0, at=1, member=2, name=3, of=4).head()(row) == row[:3]


def test_bindings_are_values():
    one, other = (lc.bind(Order, id=0, at=lc.seconds(1), member=2) for _ in range(2))

    assert one == other
    assert hash(one) == hash(other)


@table(
    [
        (column_of, {"given": -1, "what": "net"}, lc.InvalidValue),
        (column_of, {"given": True, "what": "net"}, lc.InvalidValue),
        (column_of, {"given": "net total", "what": "net"}, lc.InvalidValue),
        (column_of, {"given": None, "what": "net"}, lc.InvalidValue),
        (column_of, {"given": 1.0, "what": "net"}, lc.InvalidValue),
        (lc.minus, {"whole": "gross", "less": []}, lc.InvalidValue),
        (lc.seconds, {"column": "not one"}, lc.InvalidValue),
        (lc.bind, {"event": lc.Settings, "id": 0, "at": 1, "member": 2}, lc.InvalidValue),
        (lc.bind, {"event": "purchase", "id": 0, "at": 1, "member": 2}, lc.InvalidValue),
        (lc.bind, {"event": Order, "id": 0, "at": 1}, lc.InvalidValue),
        (lc.bind, {"event": lc.Return, "id": 0, "at": 1, "member": 2}, lc.InvalidValue),
        (lc.bind, {"event": lc.Redemption, "id": 0, "at": 1, "member": 2}, lc.InvalidValue),
        (lc.bind, {"event": lc.Hold, "id": 0, "at": 1, "member": 2}, lc.InvalidValue),
        (lc.bind, {"event": lc.Capture, "at": 1, "member": 2, "of": 3}, lc.InvalidValue),
        (lc.bind, {"event": lc.Release, "id": 0, "at": 1, "member": 2}, lc.InvalidValue),
        (lc.bind, {"event": Order, "id": 0, "at": 1, "member": 2, "colour": 3}, lc.InvalidValue),
        (lc.bind, {"event": Order, "id": 0, "at": 1, "member": 2, "channel": "two words"}, lc.InvalidValue),
        (lc.bind_items, {"item": Line, "net": 0, "colour": 3}, lc.InvalidValue),
        (lc.bind_items, {"item": Line, "net": None}, lc.InvalidValue),
        (check_bindings, {"bindings": {"purchase": Order}}, lc.InvalidValue),
    ]
)
def test_refused(function, bad, error):
    check(function, bad, error)
