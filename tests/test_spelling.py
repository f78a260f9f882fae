"""Spelling: rows written at once have the texts that the codec writes, and what needs a closer look gets one."""

import pytest

from histories import history
from loyalcore.codec import dump_entry
from loyalcore.instants import FOREVER
from loyalcore.spelling import LATE, MANY, Doubt, spelled
from test_codec import AT, HASH

NAMES, OWN = ("id", "net", "quantity", "category"), ("channel", "gift")
EARN = ("earn", AT, 0, "base", "point", 168, None, FOREVER, 0, None)
EXPIRE = ("expire", AT, 1, "point", 5)
SPEND = ("spend", AT, 2, "mug", "point", 30, (1, 10, 3, 20))
ITEM = (7, 1050, 1000, "tea")


def bought(id_="o1", items=(ITEM,), values=("app", True), frozen=(), slides=(), **more):
    fields = {"at": AT, "now": AT, "names": NAMES, "own": OWN, "sums": (), "program": HASH} | more
    content = (fields["names"], items, fields["own"], values)
    return ("purchase", fields["at"], id_, content, frozen, fields["sums"], slides, fields["now"], fields["program"])


def number(id_=1, points=5, **more):
    return bought(id_, (), (points,), names=NAMES[:3], own=("points",), **more)


TOGETHER = [
    [EARN, (*EARN[:7], AT + 9, 4, None), (*EARN[:3], "bonus", "star", *EARN[5:])],
    [EARN, (*EARN[:7], AT, 0, None)],
    [EXPIRE, (*EXPIRE[:3], "star", 6)],
    [SPEND, (*SPEND[:6], ()), (*SPEND[:6], (4, 30))],
    [number(), number(2, 0), number(3, -7)],
    [number(), number(2, now=AT + 5)],
    [number(), number("a,b"), number('"'), number("x-1")],
    [bought(), bought("o2", (), ("", False))],
    [bought(frozen=(None, "gold", 3)), bought("o2", slides=("net", AT + 1, 9))],
    [bought(), number(), bought(program=HASH[::-1])],
    [number(), EARN, bought(), EXPIRE, SPEND, ("mature", AT, 1, "point", 5, 0)],
]


@pytest.mark.parametrize("rows", TOGETHER)
def test_rows_that_are_written_together_have_the_texts_they_have_alone(rows):
    assert spelled(rows) == [dump_entry(row) for row in rows]


@pytest.mark.parametrize("seed", range(3))
def test_a_history_is_written_as_the_codec_writes_it(seed):
    rows = [*history(seed, 120).rows]
    plain = [
        row for row in rows if row[0] not in ("earn", "purchase") or (row[0] == "earn" and row[6] is row[9] is None)
    ]

    assert spelled(plain) == [dump_entry(row) for row in plain]


def replaced(row, **values):
    """A row with other values at some places."""
    return tuple(values.get(f"at{place}", value) for place, value in enumerate(row))


DOUBTFUL = [
    [*EARN],
    (5, *EARN[1:]),
    EARN[:-1],
    replaced(EARN, at1=True),
    replaced(EARN, at1=-1),
    replaced(EARN, at1=LATE),
    replaced(EARN, at3="no name\n"),
    replaced(EARN, at5=MANY),
    replaced(EARN, at6=AT),
    replaced(EARN, at7=LATE),
    replaced(EARN, at7=-1),
    replaced(EARN, at9=0),
    replaced(EXPIRE, at3=" "),
    replaced(SPEND, at6=[1, 10]),
    replaced(SPEND, at6=(1,)),
    replaced(SPEND, at6=(1, -10)),
    number(sums=("net", AT, 5)),
    number("a b"),
    number(-1),
    number(points=MANY),
    number(points=1.0),
    number(now=-1),
    number(now=float(AT)),
    number(program="x"),
    replaced(number(), at3=[]),
    replaced(number(), at3=()),
    bought(items=[ITEM]),
    bought(items=([*ITEM],)),
    bought(items=(ITEM[:-1],)),
    bought(items=(("a b", *ITEM[1:]),)),
    bought(items=((7, -1, *ITEM[2:]),)),
    bought(items=((7, 1050, True, "tea"),)),
    bought(items=((7, 1050, 1000, "\n"),)),
    bought(values=["app", True]),
    bought(values=("app",)),
    bought(values=("x" * 1001, True)),
    bought(frozen=[None]),
    bought(frozen=(0.5,)),
    bought(slides=("net", AT)),
    bought(slides=("net", -1, 5)),
    bought(slides=(5, AT, 5)),
    bought(slides=("net", AT, True)),
]


@pytest.mark.parametrize("row", DOUBTFUL, ids=repr)
def test_what_is_not_at_once_seen_to_be_sound_is_doubted_beside_any_other(row):
    for rows in ([row], [number(), row], [row, EARN, EXPIRE, SPEND, bought()]):
        with pytest.raises(Doubt):
            spelled(rows)
