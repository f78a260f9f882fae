"""Lines: many entries as one text and back, and what is refused with the number of its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from histories import history
from loyalcore import CorruptLedger, Entry, InvalidValue
from loyalcore.codec import dump_entry, load_entry
from loyalcore.lines import dump_entries, load_entries
from test_codec import AT, FOREVER, GOLDEN, HASH, NEVER, changed, mutations
from test_codec import fact as codec_fact

ROWS = [row for row, _ in GOLDEN]
TEXT = "".join(f"{text}\n" for _, text in GOLDEN)
EARN = ("earn", AT, 0, "base", "point", 168, None, FOREVER, 0, None)


def outcome(call, argument):
    """What comes out, with the type of every value, or the sentence with which it is refused."""
    try:
        return repr(call(argument))
    except (InvalidValue, CorruptLedger) as problem:
        return f"line 2: {problem}" if call in (dump_entry, load_entry) else str(problem)


def bought(id_="o1", values=("app",), items=((7, 1050, 1000, "tea", True),), **more):
    content = (("id", "net", "quantity", "category", "gift"), items, ("channel",), values)
    return codec_fact("purchase", content, id_, **more)


def exactly(rows):
    """Rows with the type of every value, since ``True == 1``."""
    return repr(list(rows))


def test_every_kind_of_row_has_the_line_that_was_written_by_hand():
    assert dump_entries(ROWS) == TEXT
    assert exactly(load_entries(TEXT)) == exactly(ROWS)


def test_no_entries_are_an_empty_text():
    assert dump_entries([]) == ""
    assert load_entries("") == []


def test_entries_have_the_lines_of_their_rows():
    rows = history(1, 40).rows

    assert dump_entries(history(1, 40).entries) == dump_entries(iter(rows)) == dump_entries(rows)


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_history_comes_back_as_it_was_line_by_line_what_the_codec_writes(seed):
    rows = history(seed, 200).rows
    text = dump_entries(rows)

    assert text == "".join(f"{dump_entry(row)}\n" for row in rows)
    assert exactly(load_entries(text)) == exactly(rows)


values = st.booleans() | st.integers(-(10**36), 10**36) | strategies.texts()
numbers = st.integers(-5, 5) | st.integers(-(2**70), 2**70) | st.just(FOREVER) | st.booleans() | st.just(None)


items = st.tuples(strategies.ids(), numbers, numbers, strategies.texts(), st.booleans())


@given(
    st.builds(
        bought,
        strategies.ids(),
        values.map(lambda value: (value,)),
        st.lists(items, max_size=2).map(tuple),
        frozen=st.lists(values | st.none(), max_size=2).map(tuple),
        sums=st.sampled_from([(), ("net", 0, 5)]),
        slides=st.sampled_from([(), ("net, last", AT, -5), ("net, last", FOREVER, 5), ("net", AT, 1, "b", AT, 2)]),
    )
    | st.tuples(
        st.just("earn"), numbers, numbers, st.sampled_from(["base", "b c", " b", 5]), st.just("point"), numbers,
        st.sampled_from([None, AT]), numbers, numbers, st.sampled_from([None, AT]),
    )
)  # fmt: skip
def test_a_row_has_the_line_that_the_codec_writes_or_is_refused_as_it_does(row):
    wanted = outcome(dump_entry, row)
    given_ = outcome(dump_entries, [EARN, row])

    assert given_ == wanted or given_ == repr(dump_entries([EARN]) + dump_entry(row) + "\n")
    if not wanted.startswith("line 2"):
        # Read three times: unknown, known, and known from the line before.
        line = dump_entry(row)
        assert exactly(load_entries(f"{line}\n" * 3)) == exactly([load_entry(line)] * 3)


UNUSUAL = {
    "a large net": bought(items=((7, 10**20, 1000, "tea", True),)),
    "a large value": bought(values=(10**20,)),
    "another script": bought(values=("\u00e7ay",)),
    "a space in an id": bought("o 1"),
    "a tally for ever": bought(slides=("net", FOREVER, 5)),
    "two tallies": bought(slides=("net", AT, 1, "quantity", AT, 2)),
    "a window": bought(sums=("net", AT, 5)),
    "before 1970": changed(EARN, 1, -5),
    "a large amount": changed(EARN, 5, 10**20),
    "pending": changed(EARN, 6, AT),
    "of a window": changed(EARN, 9, AT),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_row_that_is_not_usual_has_the_line_that_the_codec_writes(name):
    row = UNUSUAL[name]
    text = dump_entries([row, row])

    assert text == f"{dump_entry(row)}\n" * 2
    assert exactly(load_entries(text)) == exactly([row, row])


@pytest.mark.parametrize("row", [EARN, bought(), bought(slides=("net", AT, 5)), bought(items=())], ids=range(4))
def test_no_field_takes_what_a_row_cannot_hold(row):
    for place in range(1, len(row)):
        for value in NEVER:
            with pytest.raises(InvalidValue, match="line 2: "):
                dump_entries([EARN, changed(row, place, value)])


@pytest.mark.parametrize("row", [EARN, bought(), bought(slides=("net", AT, 5)), bought("a,b"), bought('"\\')])
def test_every_row_that_differs_in_one_value_comes_back_as_it_was_behind_the_one_it_differs_from(row):
    seen = 0
    for mutant in mutations(row):
        try:
            line = dump_entry(mutant)
        except InvalidValue:
            continue
        assert exactly(load_entries(f"{dump_entry(row)}\n{line}\n")) == exactly([row, mutant])
        seen += 1

    assert seen > 10


def spoiled(line):
    """Texts that are nearly a line."""
    for place in range(len(line)):
        yield line[:place] + line[place + 1 :]
        for letter in '0 +_"\\,]e\u0661':
            yield line[:place] + letter + line[place:]


@pytest.mark.parametrize("row", [EARN, bought(items=()), ("expire", AT, 1, "point", 5)], ids=range(3))
def test_a_line_is_read_as_the_codec_reads_it_whatever_was_read_before(row):
    line = dump_entry(row)
    refused = 0
    for other in spoiled(line):
        wanted = outcome(load_entry, other)
        refused += wanted.startswith("line 2")
        assert outcome(load_entries, f"{line}\n{other}\n") in (wanted, f"[{row!r}, {wanted}]")

    assert refused > 100


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT[:-1], f"line {len(ROWS)} does not end"),
        (TEXT + "[", f"line {len(ROWS) + 1} does not end"),
        ("\n", "line 1: a row is not JSON"),
        (TEXT + "\n", f"line {len(ROWS) + 1}: a row is not JSON"),
        (TEXT.replace("\n", "\r\n"), "line 1: a row is not written in canonical form"),
        (TEXT.replace("\n", ",", 1), "line 1: a row is not JSON"),
        ("\ufeff" + TEXT, "line 1: "),
        ("[" * 100_000 + "\n", "line 1: a row is nested deeper"),
        ('["wallet",1,2]\n', "line 1: .*no row of a kind"),
    ],
    ids=range(9),
)
def test_a_text_that_was_not_written_by_this_is_refused_with_the_line(text, message):
    with pytest.raises(CorruptLedger, match=message):
        load_entries(text)


@pytest.mark.parametrize("text", [None, 5, TEXT.encode(), [TEXT]])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(InvalidValue, match="is a str"):
        load_entries(text)


@pytest.mark.parametrize("entries", [None, 5])
def test_what_is_no_row_of_entries_is_refused(entries):
    with pytest.raises(InvalidValue, match="one after the other"):
        dump_entries(entries)


@pytest.mark.parametrize("row", [None, (), "expire", list(EARN), Entry("ada", 0, ("gift", 1))], ids=range(5))
def test_what_is_no_row_is_refused_with_its_line(row):
    with pytest.raises(InvalidValue, match="line 2: "):
        dump_entries([EARN, row])


def test_a_text_with_more_contents_than_are_remembered_is_read_all_the_same():
    rows = [bought(f"o{number}", items=((7, number, 1000, "tea", True),)) for number in range(4200)]

    assert load_entries(dump_entries(rows)) == rows


def test_every_line_is_what_the_json_module_reads():
    assert [json.loads(line)[0] for line in TEXT.splitlines()] == [row[0] for row in ROWS]
    assert HASH in TEXT
