"""Packages: what a mix of measures is worth most, each step used once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values
from loyalcore import interpreted
from shop import POINT, STAR, USD, Line, Member, Visit, coffee, day, order, program
from strategies import Order
from test_interpreted import Told

COFFEE, OTHER = Line.net.sum(Line.category.is_("coffee")), Line.net.sum(Line.category.is_("other"))
IN_STEPS = tuple(sorted((lc.Stepped(COFFEE, USD(1)), lc.Stepped(OTHER, USD(1))), key=repr))
MIX = POINT.packages({COFFEE: USD(1), OTHER: USD(1)}, {(5, 2): POINT(30), (4, 0): POINT(10), (0, 1): POINT(1)})


def test_packages_are_a_value():
    values.check(MIX.measure)
    assert MIX.measure.parts == IN_STEPS
    assert MIX.measure.size == (7, 4)


def test_packages_are_equal_in_whatever_order_they_are_written():
    other = POINT.packages({OTHER: USD(1), COFFEE: USD(1)}, {(1, 0): POINT(1), (0, 4): POINT(10), (2, 5): POINT(30)})

    assert other == MIX
    assert hash(other) == hash(MIX)


@pytest.mark.parametrize(
    ("lines", "points"),
    [
        (("0.00",), 0),
        (("1.99",), 1),
        ((coffee("4.99"), "1.99"), 11),
        ((coffee("5.00"), "2.00"), 30),
        ((coffee("2.50"), coffee("2.50"), "1.20", "0.80"), 30),
        ((coffee("8.00"), "2.00"), 30),
        ((coffee("9.00"), "2.00"), 40),
        ((coffee("12.00"), "2.00"), 40),
        ((coffee("12.00"), "1.00"), 31),
        ((coffee("10.00"), "5.00"), 61),
    ],
)
def test_packages_of_a_purchase(lines, points):
    ada = Member(program(lc.Earn("mix", MIX)))

    ada.buys("p", day(1), *lines)

    assert ada.has() == str(points)


def test_amounts_of_a_month_are_added_before_they_are_cut_and_returns_take_back_exactly_that():
    ada = Member(program(lc.Earn("mix", MIX, over=lc.month)))

    ada.buys("p1", day(1), coffee("2.50"), "1.50")
    ada.buys("p2", day(2), coffee("2.50"), "0.50")
    assert ada.has() == "30"
    ada.returns("r1", day(3), "p1", items=["b"])
    assert ada.has() == "10"
    ada.returns("r2", day(4), "p1")
    ada.returns("r3", day(5), "p2")
    assert ada.has() == "0"


def test_packages_of_counts_and_of_parts_of_a_unit():
    visit, review = (Visit.count.when(Visit.name.is_(name)) for name in ("visit", "review"))
    gives = STAR.packages({visit: 2, review: 1}, {(1, 1): STAR("2.50"), (1, 0): STAR("0.75")})
    ada = Member(program(lc.Earn("both", gives, on=Visit, over=lc.month)))

    for number, name in enumerate(["visit", "visit", "visit", "visit", "review"], 1):
        ada.does(Visit(f"v{number}", at=day(number), name=name))

    assert ada.has(STAR) == "3.25"


LISTED = POINT.packages(
    {OTHER: USD(1), COFFEE: USD(1)}, {(0, 4): POINT(10), (2, 5): POINT(30), (1, 0): POINT(1)}, order=lc.as_listed
)


def test_packages_as_listed_are_another_value_and_keep_their_order():
    values.check(LISTED.measure)
    assert [takes for takes, _ in LISTED.measure.packages] == [(4, 0), (5, 2), (0, 1)]
    again = {COFFEE: USD(1), OTHER: USD(1)}, {(4, 0): POINT(10), (5, 2): POINT(30), (0, 1): POINT(1)}
    turned = {(5, 2): POINT(30), (4, 0): POINT(10), (0, 1): POINT(1)}
    assert POINT.packages(*again, order=lc.as_listed) == LISTED
    assert POINT.packages(again[0], turned, order=lc.as_listed) != LISTED
    assert POINT.packages(*again) == MIX


@pytest.mark.parametrize(
    ("lines", "points"),
    [
        (("0.00",), 0),
        ((coffee("5.00"), "2.00"), 10 + 2),
        ((coffee("9.99"), "2.99"), 20 + 2),
        ((coffee("3.99"), "2.00"), 2),
    ],
)
def test_packages_as_listed_are_each_taken_as_often_as_they_fit_even_where_others_are_worth_more(lines, points):
    ada = Told(program(lc.Earn("mix", LISTED)))

    ada.buys("p", day(1), *lines)

    assert ada.has() == str(points)


def test_what_a_month_adds_may_cost_what_a_package_further_down_was_worth():
    gives = POINT.packages({COFFEE: USD(1)}, {(3,): POINT(1), (2,): POINT(10)}, order=lc.as_listed)
    ada = Told(program(lc.Earn("mix", gives, over=lc.month)))

    held = []
    for number in (1, 2, 3, 4, 5):
        ada.buys(f"p{number}", day(number), coffee("1.00"))
        held.append(ada.has())
    ada.returns("r", day(6), "p1")

    assert [*held, ada.has()] == ["0", "10", "1", "1", "11", "1"]


def test_as_listed_there_may_be_packages_of_ten_measures():
    brands = {Line.net.sum(Line.brand.is_(name)): USD(1) for name in "abcdefghij"}
    table = {
        (1,) * 10: POINT(100),
        **{tuple(int(at == place) for at in range(10)): POINT(1 + place) for place in range(10)},
    }
    ada = Told(program(lc.Earn("mix", POINT.packages(brands, table, order=lc.as_listed))))

    ada.buys("p", day(1), *[{"net": "1.00" if name < "j" else "3.00", "brand": name} for name in "abcdefghij"])

    assert ada.has() == str(100 + 2 * 10)


@given(
    st.lists(
        st.tuples(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(any), st.integers(0, 9)),
        min_size=1,
        max_size=4,
        unique_by=lambda row: row[0],
    ),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_as_listed_both_forms_agree_and_it_is_never_worth_more_than_the_best(rows, of_coffee, of_other):
    table = {takes: POINT(worth) for takes, worth in rows}
    found = []
    for order_ in (None, lc.as_listed):
        gives = POINT.packages({COFFEE: USD(1), OTHER: USD(1)}, table, order=order_)
        ada = Told(program(lc.Earn("mix", gives)))
        ada.buys("p", day(1), coffee(of_coffee), of_other)
        found.append(ada.account.balance(POINT).minor)

    assert found[1] <= found[0]


def test_four_measures_are_refused_where_the_best_is_searched_and_the_way_out_is_told():
    with pytest.raises(lc.InvalidValue, match="1 to 3 measures, not 4; as_listed there may be 10"):
        POINT.packages(OF_FOUR, {(1, 1, 1, 1): POINT(5)})


def test_a_purchase_may_bring_more_in_parts_as_far_as_is_known_but_never_in_a_month():
    assert lc.Earn("mix", MIX).splitting_pays
    assert not lc.Earn("mix", MIX, over=lc.month).splitting_pays


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 600)), min_size=1, max_size=4), st.data())
def test_both_forms_agree_and_returns_leave_what_is_kept(bought, data):
    club = program(lc.Earn("mix", MIX, over=lc.month))
    engine = form = club.open("ada")
    events = [
        order(f"p{at}", day(at + 1), coffee(lc.Amount(USD, a).decimal), lc.Amount(USD, b).decimal)
        for at, (a, b) in enumerate(bought)
    ]
    events += [
        lc.Return(f"r{at}", at=day(20 + at), of=f"p{at}")
        for at in data.draw(st.sets(st.sampled_from(range(len(bought)))))
    ]
    for event in events:
        engine = club.decide(engine, event).account
        form = interpreted.decide(club, form, event).account
        assert engine == form
    gone = {event.of for event in events if isinstance(event, lc.Return)}
    kept = club.open("bea")
    for event in events[: len(bought)]:
        if event.id not in gone:
            kept = club.decide(kept, event).account

    assert engine.balance(POINT) == kept.balance(POINT)


@pytest.mark.parametrize(
    ("steps", "said"),
    [({COFFEE: 1, OTHER: USD(1)}, "1 of no unit"), ({Order.count: USD(1), OTHER: USD(1)}, "1 USD")],
)
def test_a_step_in_another_unit_than_its_measure_is_refused(steps, said):
    with pytest.raises(lc.InvalidProgram, match=said):
        program(lc.Earn("mix", POINT.packages(steps, {(1, 1): POINT(5)})))


BOTH = {COFFEE: USD(1), OTHER: USD(1)}
LONG = tuple(((number, 1), 1) for number in range(11, 0, -1))
OF_FOUR = {Line.net.sum(Line.category.is_(name)): USD(1) for name in "abcd"}
OF_ELEVEN = {Line.net.sum(Line.category.is_(name)): USD(1) for name in "abcdefghijk"}
OF_101 = {(number, 1): POINT(1) for number in range(101)}


@refusals.table(
    [
        *(
            (POINT.packages, {"steps": BOTH, "table": bad}, lc.InvalidValue)
            for bad in (
                {},
                None,
                [((1, 1), POINT(5))],
                {(1,): POINT(5)},
                {(1, 1, 1): POINT(5)},
                {(0, 0): POINT(5)},
                {(1, -1): POINT(5)},
                {(1, True): POINT(5)},
                {(1, 1001): POINT(5)},
                {(1, "1"): POINT(5)},
                {5: POINT(5)},
                {(1, 1): 5},
                {(1, 1): STAR(5)},
                {(1, 1): POINT(-5)},
                {takes: POINT(1) for takes, _ in LONG},
            )
        ),
        *(
            (POINT.packages, {"steps": bad, "table": {(1,) * size: POINT(5)}}, lc.InvalidValue)
            for bad, size in (
                ({}, 1),
                (None, 1),
                ([COFFEE], 1),
                ({5: USD(1)}, 1),
                ({COFFEE: 0}, 1),
                ({COFFEE: 0.5}, 1),
                ({Line.net: USD(1), Line.net.sum(): USD(1)}, 2),
                (OF_FOUR, 4),
            )
        ),
        *(
            (POINT.packages, {"steps": BOTH, "table": {(1, 1): POINT(5)}, "order": bad}, lc.InvalidValue)
            for bad in ("", "from_dearest", lc.from_cheapest, 5, True)
        ),
        (POINT.packages, {"steps": OF_ELEVEN, "table": {(1,) * 11: POINT(5)}, "order": lc.as_listed}, lc.InvalidValue),
        (POINT.packages, {"steps": BOTH, "table": OF_101, "order": lc.as_listed}, lc.InvalidValue),
        (
            lc.Packages,
            {"measures": IN_STEPS, "packages": [((1, 1), 1), ((2, 1), 2), ((1, 1), 1)], "order": lc.as_listed},
            lc.InvalidValue,
        ),
        *(
            (lc.Packages, {"measures": bad, "packages": [((1, 1), 1)]}, lc.InvalidValue)
            for bad in (None, (), list(IN_STEPS), IN_STEPS[::-1], (COFFEE, OTHER), IN_STEPS[:1])
        ),
        *(
            (lc.Packages, {"measures": IN_STEPS, "packages": bad}, lc.InvalidValue)
            for bad in (
                None,
                (),
                5,
                [5],
                [(1, 1)],
                [((1, 1), -1)],
                [((1, 1), 0.5)],
                [((1, 1), 1, 1)],
                [((1, 1), 1), ((1, 1), 2)],
                [((1, 1), 1), ((2, 1), 2)],
                LONG,
            )
        ),
    ]
)
def test_packages_that_make_no_sense_are_refused(function, bad, error):
    refusals.check(function, bad, error)
