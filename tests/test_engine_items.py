"""Item passes: all sums over the items of a purchase in one walk, whatever is asked of the items."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.bounds import bound
from loyalcore.engine import walks
from loyalcore.engine.columns import Attribute, Columns, Minus, Place
from loyalcore.engine.items import ItemPass, ItemSum, compare, interval, item_condition
from shop import USD, Line, program
from strategies import conditions, item_questions

TERMS = program()
NAMES = ("id", "net", "quantity", *TERMS.items.names)
IN_PLACE = Columns({name: Place(at) for at, name in enumerate(NAMES)})
#: Net as gross less discount; discount stands behind all others.
GROSS = Columns({**IN_PLACE.by_name, "net": Minus(Place(1), Place(len(NAMES)))})


def rows():
    """Items as entries keep them, with a discount behind."""
    one = st.tuples(
        st.just("a"),
        st.integers(0, 500),
        st.sampled_from([1000, 2000]),
        st.sampled_from(["", "coffee", "tea", "x"]),
        st.sampled_from(["", "coffee", "x"]),
        st.booleans(),
        st.integers(0, 3),
        st.integers(0, 90),
        st.just(0),
    )
    return st.lists(one, max_size=5)


def holds(condition, row):
    """What a condition says of an item, asked plainly."""
    names = dict(zip(NAMES, row, strict=False))
    return item_condition(TERMS, condition, lambda name: lambda _: names[name])(row)


def item_sums():
    """Sums with filters and boosts."""
    factors = st.sampled_from([Fraction(1, 2), Fraction(1, 4), Fraction(3, 2), Fraction(2)])
    some = conditions(item_questions(), leaves_max=3)
    boosts = st.lists(st.tuples(st.none() | some, factors), max_size=2).map(tuple)
    texts = st.sampled_from(
        [Line.category.is_("coffee"), Line.brand.is_("x"), ~Line.gift.is_true(), Line.category.is_in({"tea", "x"})]
    )
    few = st.lists(st.tuples(texts, factors), max_size=2).map(tuple)
    return st.one_of(
        st.builds(
            ItemSum,
            st.sampled_from(["net", "quantity", "points"]),
            st.lists(some, max_size=2).map(tuple),
            boosts,
            boosts,
        ),
        st.builds(ItemSum, st.sampled_from(["net", "quantity"]), st.lists(texts, max_size=2).map(tuple), few, few),
    )


def plainly(wanted, items):
    """A sum, item by item, in fractions."""
    total = Fraction(0)
    for row in items:
        if all(holds(condition, row) for condition in wanted.where):
            weight = 1 + sum(
                (size for condition, size in wanted.adds if condition is None or holds(condition, row)), Fraction(0)
            )
            for condition, size in wanted.times:
                weight *= size if condition is None or holds(condition, row) else 1
            total += row[NAMES.index(wanted.name)] * weight
    return total


@given(st.lists(item_sums(), max_size=4), rows(), rows())
def test_a_walk_answers_every_sum_exactly_and_the_items_last(wanted, items, more):
    walk = ItemPass(TERMS, IN_PLACE)
    places = [walk.add(each) for each in wanted]
    run = walk.compile()

    for given_items in (items, more):
        *sums, last = run(given_items)

        assert last is given_items
        for each, place in zip(wanted, places, strict=True):
            assert Fraction(sums[place], each.scale) == plainly(each, given_items)


@given(st.integers(1, 3), rows())
def test_a_difference_of_two_columns_is_summed_like_a_column(count, items):
    texts = [Line.category.is_("coffee"), Line.category.is_("tea"), Line.category.is_("x")]
    wanted = [ItemSum("net", (text,)) for text in texts[:count]]
    walk, other = ItemPass(TERMS, GROSS), ItemPass(TERMS, IN_PLACE)
    for each in wanted:
        walk.add(each)
        other.add(each)
    discounted = [(*row[:-1], row[1] // 3) for row in items]

    assert (
        walk.compile()(discounted)[:-1]
        == other.compile()([(row[0], row[1] - row[1] // 3, *row[2:]) for row in items])[:-1]
    )


def test_texts_and_numbers_may_be_kept_in_different_ways():
    """A category at a position, an amount in an attribute: items that are tuples with properties."""

    class Row(tuple):
        __slots__ = ()

        @property
        def cents(self):
            return self[1]

        @property
        def less(self):
            return 1

    items = [Row(("coffee", 50)), Row(("tea", 7))]
    plain, difference = Attribute("cents"), Minus(Attribute("cents"), Attribute("less"))

    for number, expected in ((plain, (50, 7)), (difference, (49, 6))):
        walk = ItemPass(TERMS, Columns({"category": Place(0), "net": number}))
        walk.add(ItemSum("net", (Line.category.is_("coffee"),)))
        walk.add(ItemSum("net", (Line.category.is_("tea"),)))
        assert walk.compile()(items)[:2] == expected


class Parcel(dict):
    """An item that is a mapping with a property: its category is an attribute, its amounts stand under keys."""

    @property
    def kind(self):
        return self["category"]


#: How items may be kept, each way with a walk of its own, and the columns that say so.
WALKS = {
    "numbers in place": {"category": Place("category"), "net": Place("net")},
    "differences in place": {"category": Place("category"), "net": Minus(Place("net"), Place("less"))},
    "pairs that are read": {"category": Attribute("kind"), "net": Place("net")},
    "several numbers": {"category": Place("category"), "net": Place("net"), "quantity": Place("less")},
}


@pytest.mark.parametrize("kept", WALKS)
def test_items_that_count_as_usual_doubly_or_not_at_all_come_to_one_sum(kept):
    counted = (~Line.category.is_("tea"),)
    items = [
        Parcel(category=text, net=net, less=0) for text, net in (("x", 1), ("coffee", 10), ("tea", 100), ("y", 1000))
    ]
    walk = ItemPass(TERMS, Columns(WALKS[kept]))
    doubled = walk.add(ItemSum("net", counted, ((Line.category.is_("coffee"), Fraction(1)),)))
    once = walk.add(ItemSum("net", counted))
    if "quantity" in WALKS[kept]:
        walk.add(ItemSum("quantity", counted))

    sums = walk.compile()(items)

    assert (sums[doubled], sums[once]) == (1021, 1011)


@pytest.mark.parametrize("kept", WALKS)
def test_an_item_without_its_number_is_an_error_and_never_asked_for_ever(kept):
    walk = ItemPass(TERMS, Columns(WALKS[kept]))
    walk.add(ItemSum("net", (~Line.category.is_("tea"),)))
    if "quantity" in WALKS[kept]:
        walk.add(ItemSum("quantity"))
    run = walk.compile()

    for _ in range(2):
        with pytest.raises(KeyError):
            run([Parcel(category="x", less=0)])


def test_what_items_weigh_is_learnt_anew_where_it_would_be_too_much_to_keep(monkeypatch):
    monkeypatch.setattr(walks, "_MEMO_MAX", 2)
    walk = ItemPass(TERMS, Columns(WALKS["numbers in place"]))
    walk.add(ItemSum("net", (~Line.category.is_("tea"),)))
    run = walk.compile()

    for text, expected in (("x", 7), ("tea", 0), ("y", 7), ("tea", 0), ("x", 7)):
        assert run([Parcel(category=text, net=7)])[0] == expected


def test_what_is_asked_twice_is_summed_once():
    walk = ItemPass(TERMS, IN_PLACE)
    assert not walk.wanted

    assert walk.add(ItemSum("net")) == walk.add(ItemSum("net")) == 0
    assert walk.add(ItemSum("quantity")) == 1
    assert walk.wanted


def test_without_sums_the_walk_only_hands_the_items_on():
    assert ItemPass(TERMS, IN_PLACE).compile()("items") == ("items",)


def test_weights_are_remembered_up_to_a_bound(monkeypatch):
    """Texts may be many; what is remembered of them is let go of at a bound, and asked again."""
    monkeypatch.setattr(walks, "_MEMO_MAX", 2)
    walk = ItemPass(TERMS, IN_PLACE)
    walk.add(ItemSum("net", (~Line.category.is_("c3"),)))
    run = walk.compile()
    items = [("a", 10, 1000, f"c{number % 5}", "", False, 0, 0) for number in range(20)]

    assert run(items)[0] == 160


OPERATORS = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@given(
    st.sampled_from(list(OPERATORS)),
    st.fractions(0, 20, max_denominator=7),
    st.sampled_from([1, 10, 100]),
    st.integers(0, 2000),
)
def test_a_comparison_with_an_exact_bound_is_one_of_integers(operator, limit, scale, number):
    least, most, inside = interval(operator, bound(limit), scale)

    expected = OPERATORS[operator](Fraction(number, scale), limit)

    assert ((least <= number <= most) is inside) == expected
    assert compare(operator, bound(limit), scale)(number) == expected


def test_no_condition_holds_for_every_item():
    assert item_condition(TERMS, None, lambda name: name)(object())


@pytest.mark.parametrize("name", ["net", "cost", "points"])
def test_numbers_are_compared_in_the_parts_they_are_kept_in(name):
    condition = getattr(Line, name).at_least(USD("0.05") if name != "points" else 5)

    assert item_condition(TERMS, condition, lambda _: lambda item: item)(5)
    assert not item_condition(TERMS, condition, lambda _: lambda item: item)(4)


def test_an_always_true_filter_and_none_sum_alike():
    walk = ItemPass(TERMS, IN_PLACE)
    walk.add(ItemSum("net", (lc.always,)))

    assert walk.compile()([("a", 5, 1000, "x", "", False, 0, 0)])[0] == 5
