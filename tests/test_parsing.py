"""Parsing: lines read at once are the rows that the codec reads, and what needs a closer look gets one."""

import pytest

from loyalcore.codec import dump_entry, load_entry
from loyalcore.instants import FOREVER
from loyalcore.parsing import Parser
from loyalcore.spelling import LATE, Doubt
from test_codec import GOLDEN
from test_spelling import EARN, EXPIRE, SPEND, TOGETHER, bought, number, replaced

TIER = ("tier", 5, None, "status", "gold", None)
BY_HAND = ("tier_adjustment", 5, "t", (("ladder", "tier", "until", "reason"), ("status", None, None, "")))
BY_HAND += ((), (), (), 5, "0" * 64)


def lines(*rows):
    return [dump_entry(row) for row in rows]


@pytest.mark.parametrize("rows", [*TOGETHER[:2], *TOGETHER[4:6], *TOGETHER[7:], [TIER, TIER], [TIER, BY_HAND, BY_HAND]])
def test_lines_that_are_read_together_are_the_rows_they_are_alone(rows):
    parser = Parser()

    for _ in range(2):
        assert repr(parser.rows(lines(*rows))) == repr(rows)


def test_what_expired_and_what_was_spent_is_read():
    rows = [EXPIRE, SPEND, replaced(EXPIRE, at4=7), replaced(SPEND, at6=(1, 10)), EXPIRE]

    assert Parser().rows(lines(*rows)) == rows


def test_facts_are_read_by_what_was_read_before_whenever_they_were_recorded():
    parser = Parser()
    first = [number(), number(2, 6), number("a,b", 6)]
    second = [number(3), number(4, 6, now=number()[7] + 1), number(5, 7), number("a,b", 6)]

    assert parser.rows(lines(*first)) == first
    assert parser.rows(lines(*second)) == second
    assert parser.rows(lines(number(6), number("x", 6))) == [number(6), number("x", 6)]


def test_a_line_is_not_taken_for_one_of_another_kind():
    """All but the kind has been read before."""
    (line,) = lines(BY_HAND)
    parser = Parser()
    parser.rows([line])

    with pytest.raises(Doubt):
        parser.rows([line.replace("tier_adjustment", "tier_adjusted")])


def test_every_kind_of_row_is_read_in_one_go():
    """But what is pending, of a window, before 1970 or drawn in no pieces is read line by line."""
    usual = [(row, text) for row, text in GOLDEN if row[0] not in ("earn", "expire", "spend")]

    assert Parser().rows([text for _, text in usual]) == [row for row, _ in usual]


(_EARN,), (_EXPIRE,), (_SPEND,), (_FACT,) = lines(EARN), lines(EXPIRE), lines(SPEND), lines(number())


@pytest.mark.parametrize(
    "line",
    [
        _EARN.replace("168", "0168"),
        _EARN.replace("168", "+168"),
        _EARN.replace("168", ""),
        _EARN.replace("168", "1_68"),
        _EARN.replace("168", "\u0661"),
        _EARN.replace("168", f"{10**18}"),
        _EARN.replace(str(FOREVER), str(LATE)),
        _EARN.replace('"base"', '"ba\\u0073e"'),
        _EARN.replace('"base"', '" base"'),
        _EARN.replace('"base"', "base"),
        _EARN.replace("null", "5"),
        _EARN[:-1],
        _EARN[:-1] + ",1]",
        _EARN + "," + _EARN,
        _EXPIRE[:-1],
        _EXPIRE + "]",
        _SPEND[:-1],
        _SPEND.replace("[1,10,", "[10,"),
        _SPEND.replace("[1,10,3,20]", "[]"),
        _SPEND.replace(",[", ",[["),
        _SPEND.replace("[1,", "[01,"),
        _FACT.replace(",1,[[", ",01,[["),
        _FACT.replace(",1,[[", ',"\\u0061",[['),
        _FACT.replace(",1,[[", ',"a,[['),
        _FACT[:-1],
        '["purchase",1]',
        '["purchase",1,2,3]',
        "",
        "5",
    ],
)
def test_what_is_not_at_once_seen_to_be_sound_is_doubted_beside_any_other(line):
    for given in ([line], [_EARN, line], [_FACT, _EXPIRE, _SPEND, line, _EARN]):
        parser = Parser()
        parser.rows([_FACT])
        with pytest.raises(Doubt):
            parser.rows(given)


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("loyalcore.parsing._KNOWN_MAX", 1)
    rows = [number(1, 5), number(2, 6), number(3, 6), number(4, 5), bought()]

    assert Parser().rows(lines(*rows)) == rows == [load_entry(line) for line in lines(*rows)]
