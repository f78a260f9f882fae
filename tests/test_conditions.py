"""Conditions are values in normal form: what says the same in the same words is equal."""

import datetime as dt
import enum
import functools
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import strategies
import values
from loyalcore.conditions import DEPTH_MAX, NODES_MAX, check_condition
from strategies import Line, Order, conditions

COFFEE, TEA, GIFT = Line.category.is_("coffee"), Line.category.is_("tea"), Line.gift.is_true()
APP = Order.channel.is_("app")
FIRST_OF_MAY = dt.date(2026, 5, 1)
NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


class Kind(str, enum.Enum):  # noqa: UP042 - the kind whose str() is its name
    COFFEE = "coffee"


about_items = conditions(strategies.item_questions())
about_events = conditions(strategies.event_questions())
any_condition = about_items | about_events


@given(about_items, about_items, about_items)
def test_joining_is_associative(a, b, c):
    assert (a & b) & c == a & (b & c)
    assert (a | b) | c == a | (b | c)


@given(about_events, about_events)
def test_joining_is_commutative(a, b):
    assert a & b == b & a
    assert a | b == b | a


@given(any_condition)
def test_joining_with_itself_changes_nothing(a):
    assert a & a == a
    assert a | a == a


@given(about_items, about_items)
def test_de_morgan_not_both_is_either_not(a, b):
    assert ~(a & b) == ~a | ~b
    assert ~(a | b) == ~a & ~b


@given(any_condition)
def test_not_not_is_itself(a):
    assert ~~a == a


@given(any_condition)
def test_always_and_never_are_units_and_zeros(a):
    assert a & lc.always == a
    assert a | lc.never_true == a
    assert a | lc.always == lc.always
    assert a & lc.never_true == lc.never_true


@given(strategies.item_questions() | strategies.event_questions())
def test_a_question_and_its_opposite_decide_everything(question):
    assert question & ~question == lc.never_true
    assert question | ~question == lc.always


def test_always_and_never_are_opposites():
    assert ~lc.always == lc.never_true
    assert ~lc.never_true == lc.always


@given(any_condition)
def test_a_condition_evaluates_from_its_text(a):
    assert values.written(a) == a


@given(any_condition)
def test_a_condition_survives_pickling_and_copying(a):
    for again in values.copies(a):
        assert again == a
        assert hash(again) == hash(a)
        assert repr(again) == repr(a)
        assert ~again == ~a


@given(about_items, about_items)
def test_equal_conditions_have_one_hash_and_one_text(a, b):
    assert (a == b) == (repr(a) == repr(b))
    assert a != b or hash(a) == hash(b)


@given(any_condition)
def test_a_condition_is_about_one_thing(a):
    assert a.about in ("item", "event", "any")
    assert (a.about == "any") == (a in (lc.always, lc.never_true))


def test_the_order_in_which_parts_are_named_does_not_count():
    assert Line.category.is_in(["tea", "coffee", "tea"]) == Line.category.is_in({"coffee", "tea"})
    assert Line.category.is_in(["tea"]) == TEA
    assert lc.weekday("sun", "sat", "sun") == lc.weekday("sat", "sun")
    assert lc.in_tier("status", "gold", "black", "gold") == lc.in_tier("status", "black", "gold")
    assert lc.OneOf(TEA.subject, ["b", True, "a", False]) == lc.OneOf(TEA.subject, (False, True, "a", "b"))


def test_one_of_no_values_never_holds():
    assert Line.category.is_in([]) == lc.never_true


def test_a_member_of_an_enumeration_is_the_text_it_holds():
    assert Line.category.is_(Kind.COFFEE) == COFFEE
    assert repr(Line.category.is_in({Kind.COFFEE})) == repr(COFFEE)


def test_a_comparison_and_its_opposite_meet_at_the_bound():
    price = Line.net

    assert ~price.at_least(5) == price.below(5)
    assert ~price.more_than(5) == price.at_most(5)
    assert price.at_least(5) & price.below(5) == lc.never_true
    assert ~~price.is_(5) == price.is_(5)
    assert ~Order.net.is_(5) == lc.Comparison(Order.net, "!=", lc.Bound(5))


def test_a_truth_value_is_refused_since_and_would_drop_a_condition():
    for condition in (COFFEE, ~lc.weekday("sat"), COFFEE & TEA, lc.always, APP):
        with pytest.raises(lc.InvalidValue, match="combine conditions with &"):
            bool(condition)


def test_strangers_are_left_to_python():
    for join in (operator.and_, operator.or_):
        with pytest.raises(TypeError):
            join(COFFEE, True)
        with pytest.raises(TypeError):
            join("coffee", COFFEE)


def test_items_and_events_do_not_mix():
    for join in (operator.and_, operator.or_):
        with pytest.raises(lc.InvalidValue, match=r"where=.*when="):
            join(COFFEE, APP)
        with pytest.raises(lc.InvalidValue, match="cannot be joined"):
            join(join(COFFEE, TEA), ~APP)


def test_a_constant_joins_with_either():
    assert (lc.always & COFFEE).about == "item"
    assert (lc.always & APP).about == "event"


def test_a_refused_join_changes_neither_side():
    both = COFFEE & GIFT
    text = repr(both)

    with pytest.raises(lc.InvalidValue):
        both & APP

    assert repr(both) == text
    assert both == COFFEE & GIFT


def test_ten_thousand_nodes_are_the_most():
    many = [Line.category.is_(str(number)) for number in range(NODES_MAX - 1)]

    widest = lc.AnyOf(tuple(sorted(many, key=repr)))

    assert widest.size == (NODES_MAX, 2)
    with pytest.raises(lc.InvalidValue, match=r"use is_in\(\)"):
        widest | COFFEE


def test_a_depth_of_thirty_two_is_the_most():
    condition, parts = COFFEE, [Line.category.is_(str(number)) for number in range(DEPTH_MAX)]
    for at, part in enumerate(parts[: DEPTH_MAX - 1]):
        condition = condition & part if at % 2 else condition | part

    assert condition.size[1] == DEPTH_MAX
    with pytest.raises(lc.InvalidValue, match="depth"):
        condition & parts[-1]


def test_the_size_of_a_comparison_counts_its_measure():
    measure = Line.net.sum(COFFEE | TEA) + Order.count

    assert measure.at_least(5).size == (7, 5)


def test_a_thousand_conditions_can_be_joined_one_by_one():
    joined = functools.reduce(operator.or_, [Line.category.is_(str(number)) for number in range(1_000)])

    assert joined.size == (1_001, 2)


@given(st.lists(strategies.item_questions(), max_size=6))
def test_joining_one_by_one_is_joining_in_any_order(questions):
    forward = functools.reduce(operator.and_, questions, lc.always)
    backward = functools.reduce(operator.and_, reversed(questions), lc.always)

    assert forward == backward
    assert forward.size == backward.size


@pytest.mark.parametrize("about", ["item", "event"])
def test_where_and_when_take_conditions_of_their_own(about):
    own, other = (COFFEE, APP) if about == "item" else (APP, COFFEE)

    for condition in (None, own, lc.always):
        check_condition(condition, about, "where=")
    for wrong in (other, 5, "coffee", Line.gift):
        with pytest.raises(lc.InvalidValue, match=f"takes a condition about the {about}"):
            check_condition(wrong, about, "where=")


def on_day(day):
    return lc.weekday(day)


SUBJECT = lc.TextOf("item", "category")


@refusals.table(
    [
        (lc.TextOf, {"of": "shop", "name": "city"}, lc.InvalidValue),
        (lc.TextOf, {"of": [], "name": "city"}, lc.InvalidValue),
        (lc.TextOf, {"of": "item", "name": 5}, lc.InvalidValue),
        *((Line.category.is_, {"value": bad}, lc.InvalidValue) for bad in (5, None, 1.5, ["coffee"], 10**5000)),
        *((Line.category.is_in, {"values": bad}, lc.InvalidValue) for bad in ("coffee", 5, None, [["a"]], [1], b"ab")),
        (lc.OneOf, {"subject": "category", "values": ("a",)}, lc.InvalidValue),
        (lc.OneOf, {"subject": SUBJECT, "values": ()}, lc.InvalidValue),
        (lc.OneOf, {"subject": SUBJECT, "values": "a"}, lc.InvalidValue),
        (lc.OneOf, {"subject": SUBJECT, "values": None}, lc.InvalidValue),
        (lc.AllOf, {"parts": [COFFEE, TEA]}, lc.InvalidValue),
        (lc.AllOf, {"parts": (COFFEE, 5)}, lc.InvalidValue),
        (lc.AllOf, {"parts": (COFFEE,)}, lc.InvalidValue),
        (lc.AllOf, {"parts": (TEA, COFFEE)}, lc.InvalidValue),
        (lc.AllOf, {"parts": (COFFEE, COFFEE)}, lc.InvalidValue),
        (lc.AllOf, {"parts": (COFFEE & GIFT, TEA)}, lc.InvalidValue),
        (lc.AllOf, {"parts": (COFFEE, ~COFFEE)}, lc.InvalidValue),
        (lc.AllOf, {"parts": (lc.never_true, COFFEE)}, lc.InvalidValue),
        (lc.AnyOf, {"parts": (lc.never_true, COFFEE)}, lc.InvalidValue),
        (lc.AnyOf, {"parts": (TEA, COFFEE)}, lc.InvalidValue),
        *((lc.Not, {"part": bad}, lc.InvalidValue) for bad in (5, "x", ~COFFEE, COFFEE & TEA, Line.net.at_least(5))),
        (lc.Not, {"part": lc.always}, lc.InvalidValue),
        (lambda: lc.in_tier("status"), {}, lc.InvalidValue),
        (lambda: lc.in_tier("status", 5), {}, lc.InvalidValue),
        (lambda: lc.in_tier(5, "gold"), {}, lc.InvalidValue),
        (lc.InTier, {"ladder": "status", "tiers": "gold"}, lc.InvalidValue),
        (lc.InTier, {"ladder": "status", "tiers": None}, lc.InvalidValue),
        *((lc.setting, {"name": bad}, lc.InvalidValue) for bad in ("", " x", 5, None)),
    ]
)
def test_a_question_that_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_some_of_holds_where_so_many_do():
    app, coffee, tea = (Order.channel.is_(name) for name in ("app", "coffee", "tea"))

    assert lc.some_of(1, app, coffee) == app | coffee
    assert lc.some_of(2, app, coffee) == app & coffee
    assert lc.some_of(2, app, coffee, tea) == (app & coffee) | (app & tea) | (coffee & tea)


@pytest.mark.parametrize("number", [0, 3, -1, True, "1", None])
def test_some_of_takes_how_many_from_one_to_all(number):
    with pytest.raises(lc.InvalidValue, match="from 1 to all"):
        lc.some_of(number, Order.channel.is_("app"), Order.channel.is_("web"))


def test_some_of_a_great_many_is_refused_before_it_is_written_out():
    with pytest.raises(lc.InvalidValue, match="more than 1000 ways"):
        lc.some_of(20, *(Order.channel.is_(str(number)) for number in range(40)))
