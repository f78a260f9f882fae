"""Events are immutable, compared by content, and checked when they are made."""

import datetime as dt
import enum
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import strategies
import values
from loyalcore.events import ITEMS_MAX
from loyalcore.instants import from_instant, to_instant
from strategies import POINT, USD, Line, Order, Visit

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(days=30)
INSTANT = to_instant(NOON)


class Reward(enum.StrEnum):
    CUP = "cup"


def at_noon(kind, **given):
    return kind("e1", at=NOON, **given)


SPENT = lc.Purchase.net.over(lc.year)

EVENTS = {
    "purchase": at_noon(Order, items=[Line("a", "1.50", category="tea", cost="1")], channel="app", nights="1.5"),
    "net alone": at_noon(lc.Purchase, net="12.00"),
    "visit": at_noon(lc.Purchase),
    "enrolment": at_noon(lc.Enrolment),
    "activity": at_noon(Visit, name="review", minutes=5),
    "return": at_noon(lc.Return, of="o1"),
    "partial return": at_noon(lc.Return, of="o1", items={"b": "0.5", 7: None, "a": 2}),
    "refund": at_noon(lc.Return, of="o1", refunds={"b": "0.5", 7: 3}),
    "refund of a net": at_noon(lc.Return, of="o1", net="0.5"),
    "redemption": at_noon(lc.Redemption, reward="cup"),
    "payment": at_noon(lc.Redemption, reward="pay", amount="5.00"),
    "adjustment": at_noon(lc.Adjustment, amount=POINT(20), reason="sorry", expires=LATER),
    "gift for ever": at_noon(lc.Adjustment, amount=POINT(20), reason="founder", expires=lc.never),
    "gift for later": at_noon(lc.Adjustment, amount=POINT(20), reason="soon", usable=LATER),
    "taking": at_noon(lc.Adjustment, amount=POINT(-20), reason="mistake"),
    "taking of a gift": at_noon(lc.Adjustment, amount=POINT(-20), reason="mistake", of="gift"),
    "taking on credit": at_noon(lc.Adjustment, amount=POINT(-20), reason="used", otherwise=lc.debt),
    "settings": at_noon(lc.Settings, newsletter="yes", language="de"),
    "tier given": at_noon(lc.TierAdjustment, ladder="status", tier="gold", reason="match", until=LATER),
    "tier for ever": at_noon(lc.TierAdjustment, ladder="status", tier="gold", reason="founder", until=lc.never),
    "tier ended": at_noon(lc.TierAdjustment, ladder="status", tier=None, reason="mistake"),
    "opening": at_noon(
        lc.Opening,
        lots=[lc.OpeningLot(POINT(5), LATER), lc.OpeningLot(POINT(6), lc.never), lc.OpeningLot(USD("1.50"))],
        tiers={"status": "gold"},
        tallies=[lc.OpeningTally(SPENT, USD("12.50"), NOON), lc.OpeningTally(SPENT, USD(3))],
        purchases=4,
    ),
}

EVENTS["pending opening"] = at_noon(
    lc.Opening, lots=[lc.OpeningLot(POINT(5)), lc.OpeningLot(POINT(6), lc.never, usable=LATER)]
)

CONTENTS = {
    "purchase": (
        ("id", "net", "quantity", "category", "brand", "gift", "points", "cost"),
        (("a", 150, 1000, "tea", "", False, 0, 100),),
        ("channel", "express", "nights"),
        ("app", False, 15),
    ),
    "net alone": (("id", "net", "quantity"), (("total", 1200, 1000),), (), ()),
    "visit": (("id", "net", "quantity"), (), (), ()),
    "enrolment": ((), ()),
    "activity": (("name", "place", "minutes"), ("review", "", 5)),
    "return": (("of", "items"), ("o1", None)),
    "partial return": (("of", "items"), ("o1", (7, None, "a", 2000, "b", 500))),
    "refund": (("of", "items", "refunds"), ("o1", (), (7, 300, "b", 50))),
    "refund of a net": (("of", "items", "refunds"), ("o1", (), ("total", 50))),
    "redemption": (("reward", "times", "amount"), ("cup", 1, None)),
    "payment": (("reward", "times", "amount"), ("pay", 1, 500)),
    "adjustment": (
        ("unit", "places", "amount", "reason", "expires"),
        ("point", 0, 20, "sorry", to_instant(LATER)),
    ),
    "gift for ever": (("unit", "places", "amount", "reason", "expires"), ("point", 0, 20, "founder", 2**62)),
    "gift for later": (
        ("unit", "places", "amount", "reason", "expires", "usable"),
        ("point", 0, 20, "soon", None, to_instant(LATER)),
    ),
    "taking": (("unit", "places", "amount", "reason", "expires"), ("point", 0, -20, "mistake", None)),
    "taking of a gift": (
        ("unit", "places", "amount", "reason", "expires", "of", "otherwise"),
        ("point", 0, -20, "mistake", None, "gift", "reject"),
    ),
    "taking on credit": (
        ("unit", "places", "amount", "reason", "expires", "of", "otherwise"),
        ("point", 0, -20, "used", None, None, "debt"),
    ),
    "settings": (("language", "newsletter"), ("de", "yes")),
    "tier given": (("ladder", "tier", "until", "reason"), ("status", "gold", to_instant(LATER), "match")),
    "tier for ever": (("ladder", "tier", "until", "reason"), ("status", "gold", 2**62, "founder")),
    "tier ended": (("ladder", "tier", "until", "reason"), ("status", None, None, "mistake")),
    "opening": (
        ("lots", "tiers", "purchases", "tallies"),
        (("point", 0, 5, to_instant(LATER), "point", 0, 6, 2**62, "USD", 2, 150, None), ("status", "gold"), 4, ()),
    ),
}
CONTENTS["pending opening"] = (
    ("lots", "tiers", "purchases", "tallies", "joined", "firsts", "worths", "usables"),
    (("point", 0, 5, None, "point", 0, 6, 2**62), (), 0, (), None, (), (), (1, to_instant(LATER))),
)


@pytest.mark.parametrize("name", EVENTS)
def test_content_is_what_happened_in_names_and_integers(name):
    assert EVENTS[name].content(2) == CONTENTS[name]


def atoms(value):
    return itertools.chain.from_iterable(map(atoms, value)) if isinstance(value, tuple) else [value]


@given(strategies.events())
def test_content_holds_nothing_but_tuples_texts_and_whole_numbers(event):
    content = event.content(2)

    assert isinstance(content, tuple)
    assert {type(atom) for atom in atoms(content)} <= {str, int, bool, type(None)}
    assert event.content(2) == content


@given(strategies.events())
def test_an_event_survives_pickling_and_copying(event):
    for again in values.copies(event):
        assert again == event
        assert hash(again) == hash(event)
        assert again.content(2) == event.content(2)
        assert repr(again) == repr(event)


@given(strategies.events(), strategies.events())
def test_events_are_equal_where_kind_id_moment_and_content_are(a, b):
    same = (type(a), a.id, a.at, a.content(6)) == (type(b), b.id, b.at, b.content(6))

    assert (a == b) == same
    assert a != b or hash(a) == hash(b)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_does_not_change(name):
    event = EVENTS[name]
    before = repr(event)

    for attribute in ("id", "at", "items", "amount", "new"):
        with pytest.raises(lc.InvalidValue, match="does not change"):
            setattr(event, attribute, "x")
        with pytest.raises(lc.InvalidValue, match="does not change"):
            delattr(event, attribute)

    assert repr(event) == before
    assert hash(event) == hash(EVENTS[name])


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_knows_its_kind_and_instant(name):
    event = EVENTS[name]

    assert event.instant == INSTANT
    assert event.kind == type(event).kind
    assert event.id == "e1"


def test_a_moment_is_kept_in_utc_whatever_zone_it_was_written_in():
    tehran = NOON.astimezone(ZoneInfo("Asia/Tehran"))

    assert lc.Enrolment("e", at=tehran) == lc.Enrolment("e", at=NOON)
    assert lc.Enrolment("e", at=tehran).at.tzinfo is dt.UTC
    assert lc.OpeningLot(POINT(5), LATER.astimezone(ZoneInfo("Asia/Tehran"))) == lc.OpeningLot(POINT(5), LATER)


@given(st.integers(to_instant(strategies.FIRST), to_instant(strategies.LAST)))
def test_a_moment_is_exact_to_the_microsecond(instant):
    assert lc.Enrolment("e", at=from_instant(instant)).instant == instant


def test_a_number_and_its_text_are_two_ids():
    assert len(lc.Purchase("e", at=NOON, items=[lc.Item(1, 1), lc.Item("1", 1)]).items) == 2


def test_a_return_is_the_same_in_whatever_order_it_names_items():
    ids = ["b", 7, "a", 10]

    returns = {lc.Return("r", at=NOON, of="o", items=list(order)) for order in itertools.permutations(ids)}

    assert len(returns) == 1
    assert returns.pop().items == ((7, None), (10, None), ("a", None), ("b", None))


def test_a_return_leaves_its_mapping_as_it_was():
    items = {"b": "0.5", "a": None}

    lc.Return("r", at=NOON, of="o", items=items)

    assert items == {"b": "0.5", "a": None}


def test_choices_are_kept_in_the_order_of_their_names():
    assert lc.Settings("s", at=NOON, b="1", a="2") == lc.Settings("s", at=NOON, a="2", b="1")


def test_a_choice_may_have_almost_any_name():
    assert lc.Settings("s", at=NOON, **{"self": "1", "id": "2", "a b": "3"}).values == (
        ("a b", "3"),
        ("id", "2"),
        ("self", "1"),
    )


def test_the_classes_say_what_can_be_asked():
    assert lc.Item.net == lc.ItemNumber("net")
    assert lc.Item.quantity == lc.ItemNumber("quantity")
    assert lc.Purchase.net == lc.Total("net")
    assert Order.count == lc.Count()
    assert Visit.name == lc.TextOf("event", "name")


@pytest.mark.parametrize("name", ["net", "count"])
def test_an_instance_does_not_answer_with_the_measure_of_its_class(name):
    with pytest.raises(AttributeError, match="asked about on the class"):
        getattr(EVENTS["purchase"], name)


def test_a_member_of_an_enumeration_is_the_text_it_holds():
    order = Order(Reward.CUP, at=NOON, items=[Line(Reward.CUP, 1, category=Reward.CUP)], channel=Reward.CUP)

    assert order == Order("cup", at=NOON, items=[Line("cup", 1, category="cup")], channel="cup")
    assert "Reward" not in repr(order)


def test_ten_thousand_items_are_the_most():
    lines = [lc.Item(number, 1) for number in range(ITEMS_MAX)]

    assert len(lc.Purchase("e", at=NOON, items=lines).items) == ITEMS_MAX
    with pytest.raises(lc.InvalidValue, match=f"more than {ITEMS_MAX}"):
        lc.Purchase("e", at=NOON, items=itertools.chain(lines, [lc.Item("one more", 1)]))
    with pytest.raises(lc.InvalidValue, match=f"more than {ITEMS_MAX}"):
        lc.Return("e", at=NOON, of="o", items=itertools.count())


def settings(id, at, **choices):
    """The id of settings is given by position alone, so that a choice may be called so."""
    return lc.Settings(id, at=at, **choices)


def of(_, **given):
    return {"id": "e1", "at": NOON, **given}


LOT = lc.OpeningLot(POINT(5))
TALLY = lc.OpeningTally(SPENT, USD(5), LATER)
TWO = [Line("a", 1, category="x"), Line("a", 2, category="x")]
MIXED = [Line("a", 1, category="x"), lc.Item("b", 1)]
NAIVE = dt.datetime(2026, 3, 2, 12)
BAD_IDS = ("", " a", "a\n", True, None, 1.0, -1, 2**63, 10**5000, "x" * 129, b"a")
BAD_MOMENTS = (None, NAIVE, NAIVE.date(), "2026-03-02T12:00Z", 0, dt.datetime(1899, 12, 31, tzinfo=dt.UTC))
CALLS = {
    lc.Purchase: {},
    lc.Enrolment: {},
    lc.Return: {"of": "o"},
    lc.Activity: {"name": "review"},
    lc.Redemption: {"reward": "cup"},
    lc.Adjustment: {"amount": POINT(5), "reason": "x"},
    settings: {"newsletter": "yes"},
    lc.Opening: {},
}


@refusals.table(
    [(kind, {"id": bad, "at": NOON, **given}, lc.InvalidValue) for kind, given in CALLS.items() for bad in BAD_IDS]
    + [(kind, {"id": "e", "at": bad, **given}, lc.InvalidValue) for kind, given in CALLS.items() for bad in BAD_MOMENTS]
)
def test_every_event_has_a_proper_id_and_moment(function, bad, error):
    refusals.check(function, bad, error)


@refusals.table(
    [
        *((lc.Item, {"id": bad, "net": 1}, lc.InvalidValue) for bad in BAD_IDS),
        *((lc.Item, {"id": "a", "net": bad}, lc.InvalidValue) for bad in (-1, 1.5, True, None, "1,50", "0.0000001")),
        *(
            (lc.Item, {"id": "a", "net": 1, "quantity": bad}, lc.InvalidValue)
            for bad in (0, -1, "0.0001", 1.0, True, None)
        ),
        *(
            (lc.Purchase, of(0, items=bad), lc.InvalidValue)
            for bad in (None, 5, "abc", b"ab", [5], ["a"], {"a": 1}, [Order])
        ),
        (lc.Purchase, of(0, items=TWO), lc.InvalidValue),
        (lc.Purchase, of(0, items=MIXED), lc.InvalidValue),
        (lc.Purchase, of(0, items=[lc.Item("a", 1)], net=1), lc.InvalidValue),
        (lc.Item, {"id": "a"}, lc.InvalidValue),
        (lc.Item, {"id": "a", "net": 1, "each": 1}, lc.InvalidValue),
        *((lc.Item, {"id": "a", "each": bad}, lc.InvalidValue) for bad in (1.5, -1, "x", True)),
        (lc.Item, {"id": "a", "each": "0.000001", "quantity": "0.001"}, lc.InvalidValue),
        *((lc.Purchase, of(0, net=bad), lc.InvalidValue) for bad in (-1, 1.5, "x", True)),
        *(
            (lc.Purchase, of(0, net=9, paid_with=bad), lc.InvalidValue)
            for bad in (
                *(5, "points", ["points"], {"points": 0}, {"points": -1}, {"points": 1.5}, {"points": None}, {5: 1}),
                *({"": 1}, {"a\n": 1}, ("points", 5), (("a", 1), ("a", 2)), ((["a"], 1),)),
            )
        ),
        (lc.Purchase, of(0, channel="app"), lc.InvalidValue),
        (Order, of(0, channel=5), lc.InvalidValue),
        *((lc.Activity, of(0, name=bad), lc.InvalidValue) for bad in (5, None, "a\nb", "x" * 1001)),
        (lc.Activity, of(0, name="x", minutes=5), lc.InvalidValue),
        *((lc.Return, of(0, of=bad), lc.InvalidValue) for bad in BAD_IDS),
        *(
            (lc.Return, of(0, of="o", items=bad), lc.InvalidValue)
            for bad in ([], {}, "abc", b"a", 5, ["a", "a"], [None], [[]])
        ),
        *(
            (lc.Return, of(0, of="o", refunds=bad), lc.InvalidValue)
            for bad in ({}, "a", ["a"], 5, {"": 1}, {"a": 0}, {"a": -1}, {"a": 1.5}, {"a": "x"}, {"a": None})
        ),
        (lc.Return, of(0, of="o", refunds={"a": 1}, net=1), lc.InvalidValue),
        *(
            (lc.Return, of(0, of="o", items={"a": bad}), lc.InvalidValue)
            for bad in (0, "0", -1, "", False, True, 0.0, 1.5, "0.0001", float("nan"))
        ),
        *((lc.Redemption, of(0, reward=bad), lc.InvalidValue) for bad in ("", None, 5, Reward.CUP)),
        *(
            (lc.Redemption, of(0, reward="cup", times=bad), lc.InvalidValue)
            for bad in (0, -1, 1.0, True, None, 10**5000)
        ),
        *((lc.Redemption, of(0, reward="pay", amount=bad), lc.InvalidValue) for bad in (-1, 1.5, True, "x", USD(5))),
        *(
            (lc.Adjustment, of(0, amount=bad, reason="x"), lc.InvalidValue)
            for bad in (0, 5, None, POINT(0), "5", lc.Amount(POINT, 10**15 + 1), lc.Amount(POINT, -(10**16)))
        ),
        *((lc.Adjustment, of(0, amount=POINT(5), reason=bad), lc.InvalidValue) for bad in ("", "  ", None, 5, "a\nb")),
        *(
            (lc.Adjustment, of(0, amount=POINT(5), reason="x", expires=bad), lc.InvalidValue)
            for bad in (NOON, NOON - dt.timedelta(days=1), NAIVE, "2027", 5)
        ),
        *(
            (lc.Adjustment, of(0, amount=POINT(5), reason="x", usable=bad), lc.InvalidValue)
            for bad in (NOON, NOON - dt.timedelta(days=1), NAIVE, "2027", 5, lc.never)
        ),
        (lc.Adjustment, of(0, amount=POINT(-5), reason="x", usable=LATER), lc.InvalidValue),
        (lc.Adjustment, of(0, amount=POINT(5), reason="x", usable=LATER, expires=LATER), lc.InvalidValue),
        (lc.OpeningLot, {"amount": POINT(5), "usable": LATER, "expires": LATER}, lc.InvalidValue),
        *((lc.OpeningLot, {"amount": POINT(5), "usable": bad}, lc.InvalidValue) for bad in (NAIVE, 5, lc.never)),
        (lc.Opening, of(0, lots=[lc.OpeningLot(POINT(5), usable=NOON)]), lc.InvalidValue),
        *(
            (lc.Adjustment, of(0, amount=POINT(-5), reason="x", expires=end), lc.InvalidValue)
            for end in (LATER, lc.never)
        ),
        *(
            (lc.Adjustment, of(0, amount=POINT(-5), reason="x", of=bad), lc.InvalidValue)
            for bad in BAD_IDS
            if bad is not None
        ),
        *(
            (lc.Adjustment, of(0, amount=POINT(-5), reason="x", otherwise=bad), lc.InvalidValue)
            for bad in (None, "", "write_off", 5, ["debt"], lc.defer(2))
        ),
        (lc.Adjustment, of(0, amount=POINT(5), reason="x", of="gift"), lc.InvalidValue),
        (lc.Adjustment, of(0, amount=POINT(5), reason="x", otherwise=lc.debt), lc.InvalidValue),
        (settings, of(0), lc.InvalidValue),
        *((settings, of(0, newsletter=bad), lc.InvalidValue) for bad in (True, 5, None, "a\nb")),
        (settings, {**of(0), "größe": "x"}, lc.InvalidValue),
        *((lc.OpeningLot, {"amount": bad}, lc.InvalidValue) for bad in (0, 5, POINT(0), POINT(-5), None)),
        (lc.OpeningLot, {"amount": lc.Amount(POINT, 10**15 + 1)}, lc.InvalidValue),
        *((lc.OpeningLot, {"amount": POINT(5), "expires": bad}, lc.InvalidValue) for bad in (NAIVE, 5, "2027")),
        *((lc.Opening, of(0, lots=bad), lc.InvalidValue) for bad in (None, 5, [5], [POINT(5)], LOT, "ab")),
        (lc.Opening, of(0, lots=[lc.OpeningLot(POINT(5), NOON)]), lc.InvalidValue),
        *((lc.OpeningTally, {"of": SPENT, "amount": bad}, lc.InvalidValue) for bad in (0, -5, USD(0), None, 10**16)),
        *((lc.OpeningTally, {"of": bad, "amount": 5}, lc.InvalidValue) for bad in (None, "net", lc.Purchase.net)),
        *((lc.OpeningTally, {"of": SPENT, "amount": 5, "at": bad}, lc.InvalidValue) for bad in (NAIVE, 5, "2027")),
        *((lc.Opening, of(0, tallies=bad), lc.InvalidValue) for bad in (None, 5, [5], [LOT], TALLY, "ab", [TALLY])),
        *((lc.Opening, of(0, purchases=bad), lc.InvalidValue) for bad in (None, -1, 1.0, True, "2", 10**16)),
        *(
            (lc.Opening, of(0, tiers=bad), lc.InvalidValue)
            for bad in (5, "ab", [("a", "b")], {"status": None}, {5: "gold"})
        ),
    ]
)
def test_what_could_not_be_decided_is_refused_when_it_is_made(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda at: lc.TierAdjustment("t", **at, ladder="s", tier="gold", reason="x", until=NOON), "until 2026-03-02"),
        (
            lambda at: lc.TierAdjustment("t", **at, ladder="s", tier=None, reason="x", until=LATER),
            "ends what was given",
        ),
        (lambda at: lc.Adjustment("t", **at, amount=POINT(5), reason="x", expires=NOON), "expire at 2026-03-02"),
        (lambda at: lc.Adjustment("t", **at, amount=POINT(5), reason="x", usable=NOON), "usable since 2026-03-02"),
        (lambda at: lc.Adjustment("t", **at, amount=POINT(-5), reason="x", usable=LATER), "that are given"),
    ],
)
def test_moments_that_contradict_each_other_are_both_told(make, said):
    with pytest.raises(lc.InvalidValue) as raised:
        make({"at": NOON})

    assert said in str(raised.value)
    assert "leave" in str(raised.value)
