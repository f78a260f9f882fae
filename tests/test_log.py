"""The log: rows that are kept as they are, beside plain events that are rows only when somebody reads them."""

from hypothesis import given
from hypothesis import strategies as st

from loyalcore.log import Log


class Spelling:
    """A form whose rows show what they are made of."""

    kind, unit = "purchase", "point"

    def fact(self, slots, *, content):
        return ("purchase", slots[0], content)

    def earned(self, slots, cause):
        return ("earn", slots[2], cause)

    def noted(self, note, *, content):
        return ("purchase", note[1], content)

    def ids(self, given):
        return given

    def copied(self, given):
        return f"copy of {given}"


FORM = Spelling()


def log_of(what, base=0):
    """A log, and the rows it should show: a plain event is two of them, a note and a row one."""
    log, rows = Log(), []
    log.base = log.length = base
    log.form = FORM
    for number, kind in enumerate(what):
        if kind == "plain":
            rows += [("purchase", number, True), ("earn", number + 100, log.length)]
            log.plain += (number, ("frozen", number), number + 100, 0)
            log.length += 2
        elif kind == "note":
            rows.append(("purchase", number, True))
            log.put((None if number % 2 else FORM, number, ("frozen", number), (), (), 0))
        else:
            rows.append(("spend", number))
            log.put(("spend", number))
    return log, rows


made_of = st.lists(st.sampled_from(["plain", "plain", "note", "row"]), max_size=12)


@given(made_of, st.sampled_from([0, 7]), st.data())
def test_every_row_is_read_where_it_stands_alone_and_with_those_around_it(what, base, data):
    log, rows = log_of(what, base)
    start = data.draw(st.integers(0, len(rows)))
    stop = data.draw(st.integers(start, len(rows)))

    assert log.length == base + len(rows)
    assert list(log.rows()) == rows
    assert list(log.rows(base + start, base + stop)) == rows[start:stop]
    assert [next(log.rows(base + seq)) for seq in range(len(rows))] == rows


@given(made_of)
def test_runs_of_plain_events_and_the_other_rows_are_all_there_is(what):
    log, rows = log_of(what, 3)
    seen, seq, others = [], 3, dict(log.others_from(0))

    for end, given_ in log.runs(3):
        for fact in range(seq, end, 2):
            seen += [("purchase", next(given_), True), rows[fact - 3 + 1]]
        if end < log.length:
            seen.append(log.spelled_out(others[end]))
        seq = end + 1

    assert seen == rows


@given(made_of)
def test_a_plain_event_is_found_where_its_fact_stands(what):
    log, rows = log_of(what, 3)
    facts = [seq for seq in range(3, log.length) if rows[seq - 3][0] == "purchase" and rows[seq - 3][1:] != ()]

    found = {seq: log.plain_at(seq) for seq in range(3, log.length + 4)}

    assert [seq for seq, slots in found.items() if slots is not None] == [
        seq for seq in facts if seq + 1 < log.length and rows[seq - 2][0] == "earn"
    ]
    assert all(slots[0] == rows[seq - 3][1] for seq, slots in found.items() if slots is not None)


@given(made_of)
def test_figures_are_those_of_the_rows(what):
    log, rows = log_of(what)

    assert log.earned() == [row[1] for row in rows if row[0] == "earn"]
    assert sorted(log.frozen("purchase")) == [("frozen", row[1]) for row in rows if row[0] == "purchase"]
    assert log.frozen("activity") == []


def test_what_was_frozen_is_found_in_facts_as_they_are_too():
    log = Log()
    log.put(("purchase", 1, "p", (), ("gold",), (), (), 1, "hash"))

    assert log.frozen("purchase") == [("gold",)]


@given(made_of, made_of)
def test_copies_stand_for_what_was_given_from_a_fact_on(before, after):
    log, rows = log_of(before)
    start = log.length
    whole, more = log_of([*before, *after])

    whole.copy(start)

    copied = [("purchase", f"copy of {row[1]}", True) if row[0] == "purchase" else row for row in more[start:]]
    found = list(whole.rows())
    assert found[:start] == rows
    assert [row[0] for row in found[start:]] == [row[0] for row in copied]
    assert all(row[1] == f"copy of {number}" for number, row in _plain(whole, start))


def _plain(log, start):
    """The facts of plain events from a position on, and the number each was made of."""
    for end, given_ in log.runs(start):
        for fact in range(start, end, 2):
            name = next(given_)
            yield name.removeprefix("copy of "), next(log.rows(fact))
        start = end + 1


def test_a_log_that_has_no_other_rows_shares_nothing_that_another_could_change():
    one, two = Log(), Log()
    one.put(("spend", 1))

    assert list(one.rows()) == [("spend", 1)]
    assert list(two.rows()) == []


def test_a_fact_is_read_without_its_content_where_that_is_not_asked_for():
    log, _ = log_of(["plain", "note"])

    assert [row[2] for row in log.rows(content=False) if row[0] == "purchase"] == [False, False]
