"""Folding: the short way comes to what the careful one does, for histories and for rows that are none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from histories import history
from loyalcore import folding
from loyalcore.folding import fold_rows
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from test_engine_recorder import PROGRAMS, drawn_answers
from test_ledger import BAD_ROWS, NOON, account, at, earn, fact

UNITS = ("point", "star", "mile")
some = settings(max_examples=max(5, settings.default.max_examples // 10))


def state(core):
    """Everything that rows come to, to the last list."""
    return (
        (core.now, core.due, core.noted, core.length, core.base, list(core.rows())),
        {
            unit: (book.balance, book.debt, book.deadline, book.ended, book.lots[book.head :], list(book.pending))
            for unit, book in core.books.items()
        },
        list(core.books),
        dict(core.sums),
        {name: (slide.total, slide.parts[slide.head :]) for name, slide in core.slides.items()},
        (dict(core.tiers), dict(core.settings), dict(core.anchors)),
    )


def carefully(rows):
    """The core of rows that are folded one after the other."""
    return folding._carefully(Core("ada"), rows)


def shortly(rows):
    """The core of rows that are folded by the short way alone."""
    core = Core("ada")
    folding._Short(core, list(rows)).fold()
    return core


def outcome(fold):
    """The state that comes out, or the sentence with which it is refused."""
    try:
        return state(fold())
    except lc.CorruptLedger as problem:
        return str(problem)


def test_every_prefix_of_a_long_history_comes_to_the_same_both_ways():
    rows = history(5, 300).rows

    assert len(rows) > 400
    assert {row[0] for row in rows} >= {"restore", "take", "mature", "extend", "tier", "expire", "opening"}
    for length in range(len(rows)):
        assert state(shortly(rows[:length])) == state(carefully(rows[:length]))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_short_way_comes_to_what_the_careful_one_does(name):
    @some
    @given(st.data())
    def holds(data):
        for answer in drawn_answers(data, PROGRAMS[name]):
            rows = answer.account.rows
            assert state(shortly(rows)) == state(carefully(rows))

    holds()


def test_purchases_are_counted_wherever_they_stand():
    visit, single = fact("activity", "v", content=(("name",), ("visit",))), ("tier", NOON, None, "status", "gold", None)
    rows = [fact(id="a"), earn(5), single, fact(id="b"), visit, fact(id="c"), fact(id="d", sums=("net", 0, 5)), earn(1)]

    for start in range(len(rows)):
        for stop in range(start, len(rows) + 1):
            assert shortly(rows[start:stop]).purchases == sum(row[0] == "purchase" for row in rows[start:stop])


lots = st.integers(-2, 9)
numbers = st.sampled_from([0, 1, 5, 5, 5, 10, -1, 2**40, None, "5"])
moments = st.sampled_from([NOON, NOON, at(2), at(5), at(9), "noon"])
ends = st.sampled_from([FOREVER, at(4), at(5), at(9), at(9), NOON, None, "never"])
pieces = st.lists(st.tuples(lots, st.sampled_from([1, 5, 5, 10])), max_size=3).map(
    lambda some: sum(some, ())
) | st.just((1,))
units = st.sampled_from(["point", "point", "star", []])
usual = st.one_of(
    st.builds(fact, moment=st.sampled_from([NOON, at(2)]), slides=st.sampled_from([(), ("net", at(7), 5)])),
    st.builds(earn, st.sampled_from([5, 10]), expires=st.sampled_from([at(5), at(9)])),
)
strange = st.one_of(
    st.builds(
        fact,
        kind=st.sampled_from(["purchase", "redemption", "settings", "gift"]),
        moment=moments,
        sums=st.sampled_from([(), ("net", 5, 700), ("net",)]),
        slides=st.sampled_from([(), ("net", at(4), 9), ("net", at(3), 9, "net, b", at(5), 1), ("net", 5)]),
    ),
    st.builds(
        earn, numbers, moments, unit=units, usable=st.sampled_from([None, None, at(5)]), expires=ends,
        repaid=st.sampled_from([0, 0, 3]),
    ),
    st.tuples(st.just("spend"), moments, st.just(0), st.just("mug"), units, numbers, pieces),
    st.tuples(st.just("expire"), moments, lots, units, numbers),
    st.tuples(
        st.just("take"), moments, st.just(0), st.just("base"), units, numbers, pieces, st.just(0), numbers, st.just(0),
        st.none(),
    ),
    st.tuples(st.just("restore"), moments, st.just(0), st.just("mug"), units, numbers, pieces, numbers),
    st.tuples(st.just("mature"), moments, lots, units, numbers, numbers),
    st.tuples(st.just("extend"), moments, st.just(0), units, moments),
    st.tuples(st.just("suspend"), moments, st.just(0), units, st.none() | moments),
    st.tuples(st.just("spare"), moments, st.just(0), lots, units),
    st.sampled_from([(), None, [], ["purchase"], ("gift", 1), earn(5)[:-1], (*earn(5), None), list(earn(5))]),
)  # fmt: skip


@given(st.lists(usual, max_size=5), st.lists(strange | usual, max_size=4), st.lists(usual, max_size=3))
def test_what_the_short_way_reads_is_what_the_careful_one_does_and_what_that_refuses_is_refused(before, odd, after):
    rows = [*before, *odd, *after]

    assert outcome(lambda: fold_rows(Core("ada"), rows)) == outcome(lambda: carefully(rows))


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_row_that_fits_no_history_is_named_with_its_position_behind_any_others(name):
    before = [fact(), earn(10), fact(id="b"), earn(10)]
    with pytest.raises(lc.CorruptLedger) as short:
        account(*before, BAD_ROWS[name], fact(id="c"), earn(10))
    with pytest.raises(lc.CorruptLedger) as careful:
        carefully([*before, BAD_ROWS[name]])

    assert str(short.value) == str(careful.value)


def test_what_the_iterator_of_a_host_raises_comes_through_as_it_is():
    def read():
        yield fact()
        raise KeyError("the connection is gone")

    with pytest.raises(KeyError, match="the connection is gone"):
        lc.fold("ada", read())


def test_a_list_of_rows_that_was_folded_stays_the_callers_own():
    rows = [fact(), earn(10)]
    found = lc.fold("ada", rows)
    before = found.rows
    rows.append(fact(id="later"))
    rows[0] = None

    assert found.rows == before
    assert found.version == 2


def test_entries_and_rows_may_be_mixed_and_have_to_follow_each_other():
    rows = [fact(), earn(10), fact(id="b"), earn(5)]
    entries = [lc.Entry("ada", seq, row) for seq, row in enumerate(rows)]

    assert lc.fold("ada", [*rows[:1], *entries[1:]]) == lc.fold("ada", [*entries[:3], rows[3]]) == lc.fold("ada", rows)
    for wrong in ([*rows[:2], entries[3]], [entries[0], entries[2]], [lc.Entry("bob", 0, rows[0])]):
        with pytest.raises(lc.CorruptLedger, match="does not follow"):
            lc.fold("ada", wrong)


def test_an_account_that_was_folded_goes_on_like_any_other():
    whole = history(7, 200)
    rows = whole.rows

    for cut in (0, 1, len(rows) // 2, len(rows)):
        core = fold_rows(Core("ada"), rows[:cut])
        fold_rows(core, rows[cut:])
        assert state(core)[1:] == state(carefully(rows))[1:]
        assert list(core.rows()) == list(rows)
        assert [core.row(seq) for seq in range(len(rows))] == list(rows)
