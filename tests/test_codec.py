"""The canonical form of rows, and the chain over it."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from histories import history
from loyalcore import CorruptLedger, Entry, InvalidValue
from loyalcore.codec import FORMAT, LENGTH_MAX, check_row, digest, dump_entry, load_entry
from loyalcore.entries import FACTS, LAYOUTS

HASH = "0123456789abcdef" * 4
AT = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
FOREVER = 2**62


def fact(kind, content, id_="e1", frozen=(), sums=(), slides=(), at=AT):
    return (kind, at, id_, content, frozen, sums, slides, at, HASH)


# Each row of format 1 and the text it has, written by hand. These never change.
HEAD, TAIL = '1767225600000000,"e1",', f',[],[],[],1767225600000000,"{HASH}"]'
OPENING = ("lots", "tiers", "purchases", "tallies")
MOVED = ("of", "event", "moves")
BROUGHT = f'["point",0,50,null],["status","gold"],3,["net, year",5000,{AT}]'
DATED = '"joined","firsts","worths"],[[],[],0,[],null,[],[0,"USD",2,950]'
PENDING = f'"joined","firsts","worths","usables"],[[],[],0,[],null,[],[],[0,{AT}]]'
GOLDEN = [
    (
        fact("opening", (OPENING, (("point", 0, 50, None), ("status", "gold"), 3, ("net, year", 5000, AT)))),
        f'["opening",{HEAD}[["lots","tiers","purchases","tallies"],[{BROUGHT}]]{TAIL}',
    ),
    (
        fact("opening", ((*OPENING, "joined", "firsts", "worths"), ((), (), 0, (), None, (), (0, "USD", 2, 950)))),
        f'["opening",{HEAD}[["lots","tiers","purchases","tallies",{DATED}]]{TAIL}',
    ),
    (fact("enrolment", ((), ())), f'["enrolment",{HEAD}[[],[]]{TAIL}'),
    (
        fact(
            "purchase",
            (("id", "net", "quantity"), ((7, 1050, 1000),), ("claims", "paid_with"), (("ten",), ("points", 250))),
            frozen=("ten", 105, 1, 250),
        ),
        (
            f'["purchase",{HEAD}[["id","net","quantity"],[[7,1050,1000]],["claims","paid_with"],'
            f'[["ten"],["points",250]]],["ten",105,1,250],[],[],1767225600000000,"{HASH}"]'
        ),
    ),
    (
        fact(
            "purchase",
            (("id", "net", "quantity"), ((7, 1050, 1000),), ("channel", "paid_with"), ("app", ("points", 250, "x", 1))),
            frozen=(250, 1),
        ),
        (
            f'["purchase",{HEAD}[["id","net","quantity"],[[7,1050,1000]],["channel","paid_with"],'
            f'["app",["points",250,"x",1]]],[250,1],[],[],1767225600000000,"{HASH}"]'
        ),
    ),
    (
        fact(
            "purchase",
            (
                ("id", "net", "quantity", "category", "gift"),
                ((7, 1050, 1000, "\u00e7ay", True), ("b", 0, 500, '"\\/', False)),
                ("channel",),
                ("\U0001f600",),
            ),
            frozen=("gold", 3, None, False),
            sums=("net, lifetime", -(2**62), 1050, "net, month", AT, -5),
            slides=("net, last 365 days", AT + 1, 1050),
        ),
        (
            f'["purchase",{HEAD}[["id","net","quantity","category","gift"],[[7,1050,1000,"\\u00e7ay",true],'
            '["b",0,500,"\\"\\\\/",false]],["channel"],["\\ud83d\\ude00"]],["gold",3,null,false],'
            '["net, lifetime",-4611686018427387904,1050,"net, month",1767225600000000,-5],'
            f'["net, last 365 days",1767225600000001,1050],1767225600000000,"{HASH}"]'
        ),
    ),
    (
        fact("return", (("of", "items"), ("o1", ("a", None, 7, 500)))),
        f'["return",{HEAD}[["of","items"],["o1",["a",null,7,500]]]{TAIL}',
    ),
    (fact("return", (("of", "items"), (9, None))), f'["return",{HEAD}[["of","items"],[9,null]]{TAIL}'),
    (
        fact("activity", (("name", "stars"), ("review", 5))),
        f'["activity",{HEAD}[["name","stars"],["review",5]]{TAIL}',
    ),
    (
        fact("activity", (("name", "stars", "of"), ("delivered", 5, "o1"))),
        f'["activity",{HEAD}[["name","stars","of"],["delivered",5,"o1"]]{TAIL}',
    ),
    (
        fact("redemption", (("reward", "times", "amount"), ("mug", 2, None))),
        f'["redemption",{HEAD}[["reward","times","amount"],["mug",2,null]]{TAIL}',
    ),
    (
        fact("hold", (("reward", "times", "amount", "until"), ("mug", 2, None, AT + 1))),
        f'["hold",{HEAD}[["reward","times","amount","until"],["mug",2,null,{AT + 1}]]{TAIL}',
    ),
    (
        fact("capture", (("of", "times", "amount"), ("h1", None, 50))),
        f'["capture",{HEAD}[["of","times","amount"],["h1",null,50]]{TAIL}',
    ),
    (fact("release", (("of",), (9,))), f'["release",{HEAD}[["of"],[9]]{TAIL}'),
    (
        fact("adjustment", (("unit", "places", "amount", "reason", "expires"), ("point", 0, -20, "sorry", None))),
        f'["adjustment",{HEAD}[["unit","places","amount","reason","expires"],["point",0,-20,"sorry",null]]{TAIL}',
    ),
    (
        fact("settings", (("colour", "letter"), ("ochre", ""))),
        f'["settings",{HEAD}[["colour","letter"],["ochre",""]]{TAIL}',
    ),
    (
        ("earn", AT, 0, "base", "point", 168, None, FOREVER, 0, None),
        '["earn",1767225600000000,0,"base","point",168,null,4611686018427387904,0,null]',
    ),
    (
        ("earn", AT, 0, "base", "point", 168, AT + 1, AT + 2, 3, -(2**62)),
        '["earn",1767225600000000,0,"base","point",168,1767225600000001,1767225600000002,3,-4611686018427387904]',
    ),
    (
        ("earn", AT, 0, "base", "point", 168, FOREVER, AT + 2, 0, None),
        '["earn",1767225600000000,0,"base","point",168,4611686018427387904,1767225600000002,0,null]',
    ),
    (("worth", AT, 4, 5, "USD", 2, 27000, 3), '["worth",1767225600000000,4,5,"USD",2,27000,3]'),
    (("spare", AT, 4, 5, "point"), '["spare",1767225600000000,4,5,"point"]'),
    (("value", AT, 4, "night", "USD", 2, 9350, 5), '["value",1767225600000000,4,"night","USD",2,9350,5]'),
    (
        ("confirm", AT, 4, 1, "point", AT + 1, FOREVER),
        '["confirm",1767225600000000,4,1,"point",1767225600000001,4611686018427387904]',
    ),
    (("mature", AT, 1, "point", 168, 0), '["mature",1767225600000000,1,"point",168,0]'),
    (("expire", -1, 1, "point", 138), '["expire",-1,1,"point",138]'),
    (("spend", AT, 4, "mug", "point", 60, (1, 50, 3, 10)), '["spend",1767225600000000,4,"mug","point",60,[1,50,3,10]]'),
    (
        ("take", AT, 2, "order", "point", 30, (1, 20), 5, 10, 0, None),
        '["take",1767225600000000,2,"order","point",30,[1,20],5,10,0,null]',
    ),
    (
        ("restore", AT, 6, "mug", "point", 60, (), 60),
        '["restore",1767225600000000,6,"mug","point",60,[],60]',
    ),
    (
        ("reserve", AT, 6, "mug", "point", 60, (1, 50, 3, 10), AT + 5),
        '["reserve",1767225600000000,6,"mug","point",60,[1,50,3,10],1767225600000005]',
    ),
    (
        ("free", AT, None, "mug", "point", 60, (1, 50), 10, 7),
        '["free",1767225600000000,null,"mug","point",60,[1,50],10,7]',
    ),
    (("suspend", AT, 0, "mile", None), '["suspend",1767225600000000,0,"mile",null]'),
    (("extend", AT, 0, "mile", AT + 5), '["extend",1767225600000000,0,"mile",1767225600000005]'),
    (
        fact(
            "adjustment",
            (
                ("unit", "places", "amount", "reason", "expires", "of", "otherwise"),
                ("point", 0, -20, "used", None, "gift", "debt"),
            ),
        ),
        (
            f'["adjustment",{HEAD}[["unit","places","amount","reason","expires","of","otherwise"],'
            f'["point",0,-20,"used",null,"gift","debt"]]{TAIL}'
        ),
    ),
    (
        fact("opening", ((*OPENING, "joined", "firsts", "worths", "usables"), ((), (), 0, (), None, (), (), (0, AT)))),
        f'["opening",{HEAD}[["lots","tiers","purchases","tallies",{PENDING}]{TAIL}',
    ),
    (
        fact("tier_adjustment", (("ladder", "tier", "until", "reason"), ("status", "gold", FOREVER, "won"))),
        f'["tier_adjustment",{HEAD}[["ladder","tier","until","reason"],["status","gold",4611686018427387904,"won"]]{TAIL}',
    ),
    (("extend", AT, 0, "mile", FOREVER), '["extend",1767225600000000,0,"mile",4611686018427387904]'),
    (("appoint", AT, 0, "status", "gold", None), '["appoint",1767225600000000,0,"status","gold",null]'),
    (("grace", AT, None, "status", "gold", AT), '["grace",1767225600000000,null,"status","gold",1767225600000000]'),
    (("open", AT, 0, "end of year", AT), '["open",1767225600000000,0,"end of year",1767225600000000]'),
    (("open", AT, None, "streak of day", FOREVER), f'["open",{AT},null,"streak of day",4611686018427387904]'),
    (
        ("arise", AT, None, "dates", FOREVER, (), (), (), "0" * 64),
        f'["arise",{AT},null,"dates",4611686018427387904,[],[],[],"{"0" * 64}"]',
    ),
    (
        ("arise", AT, None, "end of year", AT, (5,), ("point earned, year", AT, 5), (), "0" * 64),
        f'["arise",1767225600000000,null,"end of year",{AT},[5],["point earned, year",{AT},5],[],"{"0" * 64}"]',
    ),
    (
        ("version", AT, "0" * 64, ("net, year", AT, 5), ("net, last 10 days", AT, 7)),
        f'["version",{AT},"{"0" * 64}",["net, year",{AT},5],["net, last 10 days",{AT},7]]',
    ),
    (("tier", AT, None, "status", "gold", None), '["tier",1767225600000000,null,"status","gold",null]'),
    (("tier", AT, 0, "status", "gold", AT), '["tier",1767225600000000,0,"status","gold",1767225600000000]'),
    (
        fact("transfer", (("to", "unit", "places", "amount"), ("bob", "point", 0, 50))),
        f'["transfer",{HEAD}[["to","unit","places","amount"],["bob","point",0,50]]{TAIL}',
    ),
    (
        fact("transfer", (("to", "unit", "places", "amount", "of"), ("bob", "point", 0, 50, "gift"))),
        f'["transfer",{HEAD}[["to","unit","places","amount","of"],["bob","point",0,50,"gift"]]{TAIL}',
    ),
    (
        fact("counterpart", (MOVED, ("ada", 7, ("mug", "piece", -1, None, None)))),
        f'["counterpart",{HEAD}[["of","event","moves"],["ada",7,["mug","piece",-1,null,null]]]{TAIL}',
    ),
    (
        fact(
            "counterpart", (("of", "event", "moves"), (1, "r", ("a", "point", 1, AT, None, "a", "point", 2, None, 0)))
        ),
        f'["counterpart",{HEAD}[["of","event","moves"],[1,"r",["a","point",1,{AT},null,"a","point",2,null,0]]]{TAIL}',
    ),
    (
        fact("counterpart", ((*MOVED, "spared"), ("ada", 7, ("transfer", "point", 5, FOREVER, None), (0,)))),
        f'["counterpart",{HEAD}[["of","event","moves","spared"],["ada",7,["transfer","point",5,{FOREVER},null],[0]]]{TAIL}',
    ),
    (("draw", AT, 3, "campaign", "spring", "point", -5), f'["draw",{AT},3,"campaign","spring","point",-5]'),
    (
        ("raise", AT, 3, "friend", 9, ("activity", '["ada",7]', (("name", "spent"), ("referral", 50)))),
        f'["raise",{AT},3,"friend",9,["activity","[\\"ada\\",7]",[["name","spent"],["referral",50]]]]',
    ),
    (
        ("raise", AT, 3, "friend", "bob", ("return", "r", (("of", "items"), ("a", None)))),
        f'["raise",{AT},3,"friend","bob",["return","r",[["of","items"],["a",null]]]]',
    ),
]
golden = pytest.mark.parametrize(
    ("row", "text"), GOLDEN, ids=[f"{row[0]}-{place}" for place, (row, _) in enumerate(GOLDEN)]
)


def test_the_format_has_the_number_one():
    assert FORMAT == 1


@golden
def test_a_row_of_format_1_has_this_text_for_ever(row, text):
    assert dump_entry(row) == text
    assert load_entry(text) == row


def test_the_texts_written_by_hand_have_every_kind_of_row():
    assert {row[0] for row, _ in GOLDEN} == set(LAYOUTS)


def test_an_entry_has_the_text_of_its_row():
    row, text = GOLDEN[-1]

    assert dump_entry(Entry("ada", 3, row)) == text


def test_the_chain_of_these_rows_has_this_digest_for_ever():
    rows = [("expire", -1, 1, "point", 138), ("tier", AT, None, "status", "gold", None)]
    first = hashlib.sha256(b'["expire",-1,1,"point",138]').digest()
    second = hashlib.sha256(first + b'["tier",1767225600000000,null,"status","gold",null]').digest()

    assert digest(rows).hex() == "22577ab1357c7ee3d2027642a4a6c43f77e8253c22ded10ca94dfbea376452bf"
    assert digest(rows) == second
    assert digest(rows[:1]) == first


def test_the_chain_goes_on_from_an_earlier_digest():
    rows = history(1, 40).rows

    assert digest(rows[10:], start=digest(rows[:10])) == digest(rows)
    assert digest(history(1, 40).entries) == digest(rows)
    assert digest([]) == b""


@given(st.integers(0, 2**20))
def test_whatever_the_engine_records_comes_back_as_it_was(seed):
    for row in history(seed, 12).rows:
        text = dump_entry(row)

        assert text.isascii()
        assert text.isprintable()
        assert load_entry(text) == row
        assert tuple(map(type, load_entry(text))) == tuple(map(type, row))


ids = st.integers(0, 2**63 - 1) | st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=128
)
numbers = st.integers(0, 10**36 - 1)


@given(ids, numbers, st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=1000))
def test_ids_amounts_and_texts_come_back_as_they_were(id_, number, text):
    row = fact("activity", (("name", "stars", "flag"), (text, number, True)), id_=id_)

    assert load_entry(dump_entry(row)) == row
    assert type(load_entry(dump_entry(row))[2]) is type(id_)


@given(st.binary(max_size=60))
def test_every_text_is_read_back_the_same_or_refused(junk):
    for _, text in GOLDEN:
        for place in range(0, len(text), 7):
            changed = text[:place] + junk[:3].decode("latin-1") + text[place + len(junk) % 4 :]
            try:
                row = load_entry(changed)
            except CorruptLedger:
                continue
            assert dump_entry(row) == changed


EXPIRE = '["expire",-1,1,"point",138]'


@pytest.mark.parametrize(
    "text",
    [
        '[ "expire",-1,1,"point",138]',
        EXPIRE + " ",
        EXPIRE + "\n",
        "\ufeff" + EXPIRE,
        EXPIRE.replace("point", "\\u0070oint"),
        EXPIRE.replace("138", "1_3_8"),
        EXPIRE.replace("138", "0138"),
        EXPIRE.replace("138", "+138"),
        EXPIRE.replace("138", "-0"),
        EXPIRE.replace("138", "1.38e2"),
        EXPIRE.replace("138", "138.0"),
        EXPIRE.replace("138", "1e2"),
        EXPIRE.replace("138", "1e1000000000"),
        EXPIRE.replace("138", "NaN"),
        EXPIRE.replace("138", "Infinity"),
        EXPIRE.replace("138", "-Infinity"),
        EXPIRE.replace("138", "9" * 37),
        EXPIRE.replace("138", "9" * 5000),
        EXPIRE.replace("138", "\u0661"),
        EXPIRE.replace("138", "true"),
        EXPIRE.replace("138", "null"),
        EXPIRE.replace("138", '"138"'),
        EXPIRE.replace("138", '{"a":1}'),
        EXPIRE.replace("138", "[138]"),
        EXPIRE.replace("-1", "253402300800000000000"),
        EXPIRE.replace("point", "po\nint"),
        EXPIRE.replace("expire", "expires"),
        EXPIRE[:-1],
        EXPIRE + EXPIRE,
        '["expire",-1,1,"point"]',
        '["expire",-1,1,"point",138,0]',
        "[]",
        "[[]]",
        "[null]",
        '{"kind":"expire"}',
        '"expire"',
        "138",
        "null",
        "",
        "[" * 9,
        "[" * 100_000,
        "[" * 101 + "]" * 101,
        "[" * 1_000_000 + "]" * 1_000_000,
        '["' + "[" * 200 + '"]',
        "[" + '{"a":' * 100_000,
        " " * (LENGTH_MAX + 1),
    ],
    ids=range(46),
)
def test_a_text_that_is_not_the_one_of_a_row_is_refused(text):
    with pytest.raises(CorruptLedger):
        load_entry(text)


@pytest.mark.parametrize("text", [None, 138, EXPIRE.encode(), [EXPIRE]])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(InvalidValue, match="is a str"):
        load_entry(text)


def test_a_kind_that_is_not_known_names_the_version_as_the_way_out():
    with pytest.raises(CorruptLedger, match=r"'wallet'.*format 1.*the version of loyalcore that wrote it"):
        load_entry('["wallet",1,2]')


def test_a_text_with_many_brackets_inside_is_no_deep_row():
    content = (("id", "net", "quantity", "note"), tuple((n, 1, 1000, '[["\\[') for n in range(200)), (), ())
    row = fact("purchase", content)

    assert load_entry(dump_entry(row)) == row


def test_a_row_whose_text_would_be_too_long_is_not_written():
    content = (("id", "net", "quantity", "note"), tuple((n, 1, 1000, "\u6f22" * 1000) for n in range(700)), (), ())

    with pytest.raises(InvalidValue, match="characters; at most 4000000 are kept"):
        dump_entry(fact("purchase", content))


def changed(row, place, value):
    return (*row[:place], value, *row[place + 1 :])


# Values that a field may not have, whatever it is: of another type, or out of bounds.
NEVER = [1.0, 1.5, float("nan"), [], {}, b"e1", {1}, object(), 10**36, -(10**36), "\x00", "\ud800", "a" * 1001, ((),)]


@golden
def test_no_field_of_any_row_takes_what_a_row_cannot_hold(row, text):
    for place in range(1, len(row)):
        for value in NEVER:
            with pytest.raises(InvalidValue):
                dump_entry(changed(row, place, value))
    assert load_entry(text) == row


CONTENTS = {row[0]: row[3] for row, _ in GOLDEN if row[0] in FACTS}


@pytest.mark.parametrize("kind", FACTS)
def test_the_content_of_one_kind_is_refused_in_facts_of_another(kind):
    for other, content in CONTENTS.items():
        # Names alone do not tell settings from the contents that hold nothing but texts, or nothing. What a release is
        # of is a number here.
        if other != kind and (kind, other) != ("settings", "enrolment"):
            with pytest.raises(InvalidValue, match=f"content of a row of kind {kind}"):
                dump_entry(fact(kind, content))


PURCHASE = CONTENTS["purchase"]
ITEM = PURCHASE[1][0]


@pytest.mark.parametrize(
    "content",
    [
        (),
        PURCHASE[:3],
        (*PURCHASE, ()),
        changed(PURCHASE, 0, ["id", "net", "quantity", "category", "gift"]),
        changed(PURCHASE, 0, ("id", "net", "quantity", "category", 1)),
        changed(PURCHASE, 0, ("id", "net", "quantity", "category", "not an identifier")),
        changed(PURCHASE, 0, ("net", "id", "quantity", "category", "gift")),
        changed(PURCHASE, 0, ("id", "net")),
        changed(PURCHASE, 1, [ITEM]),
        changed(PURCHASE, 1, (ITEM[:4],)),
        changed(PURCHASE, 1, ((*ITEM, 1),)),
        changed(PURCHASE, 1, (list(ITEM),)),
        changed(PURCHASE, 1, (changed(ITEM, 0, ""),)),
        changed(PURCHASE, 1, (changed(ITEM, 0, True),)),
        changed(PURCHASE, 1, (changed(ITEM, 0, -1),)),
        changed(PURCHASE, 1, (changed(ITEM, 0, " a"),)),
        changed(PURCHASE, 1, (changed(ITEM, 1, -1),)),
        changed(PURCHASE, 1, (changed(ITEM, 1, True),)),
        changed(PURCHASE, 1, (changed(ITEM, 2, "1"),)),
        changed(PURCHASE, 1, (changed(ITEM, 3, None),)),
        changed(PURCHASE, 1, (changed(ITEM, 3, 1.5),)),
        changed(PURCHASE, 1, (changed(ITEM, 3, ()),)),
        changed(PURCHASE, 2, ()),
        changed(PURCHASE, 3, ()),
        changed(PURCHASE, 2, "channel"),
        changed(PURCHASE, 3, (None,)),
        *(
            (*PURCHASE[:2], ("paid_with",), bad)
            for bad in ((), "points", ((),), (5,), (("points",),), (("points", -1),), (("points", None),), ((5, 5),))
        ),
        (*PURCHASE[:2], ("paid_with", "channel"), (("points", 5), "app")),
        *(
            (*PURCHASE[:2], ("claims",), bad)
            for bad in ((), "ten", (5,), ("ten",), ((5,),), (("ten", "ten"),), (None,))
        ),
        (*PURCHASE[:2], ("paid_with", "claims"), (("points", 5), ("ten",))),
    ],
)
def test_a_purchase_whose_content_is_malformed_is_refused(content):
    with pytest.raises(InvalidValue, match="content of a row of kind purchase is the content of a purchase"):
        dump_entry(fact("purchase", content))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("settings", (("colour", "letter"), ("ochre",))),
        ("settings", (("colour",), (1,))),
        ("settings", (("",), ("ochre",))),
        ("activity", (("stars",), (5,))),
        ("activity", (("name",), (5,))),
        ("activity", ((), ())),
        ("activity", ("name", "review")),
        ("activity", (("name", "of"), ("review", True))),
        ("hold", (("reward", "times", "amount", "until"), ("mug", 1, None, FOREVER))),
        ("capture", (("of", "times", "amount"), ("h1", None, -1))),
        ("release", (("of",), (None,))),
        ("return", (("of", "items"), ("o1", ("a",)))),
        ("return", (("of", "items"), ("o1", ("a", -1)))),
        ("return", (("of", "items"), ("o1",))),
        ("return", (("items", "of"), ("o1", None))),
        ("opening", (OPENING, (("point", 0, 50), (), 0, ()))),
        ("opening", (OPENING, ((), (), -1, ()))),
        ("opening", (OPENING, ((), (), 0, ("net, year", 5000)))),
        ("opening", (OPENING[:2], ((), ()))),
        ("opening", ((*OPENING, "joined", "firsts", "worths"), ((), (), 0, (), None, (), ()))),
        ("opening", ((*OPENING, "joined", "firsts", "worths", "usables"), ((), (), 0, (), None, (), (), ()))),
        (
            "adjustment",
            (("unit", "places", "amount", "reason", "expires", "usable"), ("point", 0, 20, "x", None, None)),
        ),
        ("redemption", (("reward", "times", "amount"), ("mug", 1.0, None))),
        ("redemption", (("reward", "times", "amount"), ("m\u00fcg", 1, None))),
    ],
)
def test_a_fact_whose_content_is_malformed_is_refused(kind, content):
    with pytest.raises(InvalidValue, match=f"content of a row of kind {kind}"):
        dump_entry(fact(kind, content))
    with pytest.raises(CorruptLedger, match=f"content of a row of kind {kind}"):
        check_row(fact(kind, content))


@pytest.mark.parametrize("row", [None, "expire", ["expire", -1, 1, "point", 138], (), (None,), (["expire"],), (1, 2)])
def test_what_is_no_row_is_refused(row):
    with pytest.raises(InvalidValue, match="is no row of a kind"):
        dump_entry(row)


def test_a_chain_over_what_is_no_row_is_refused():
    with pytest.raises(InvalidValue):
        digest([("expire", -1, 1, "point", 138), None])


# Tampering.


def variants(value):
    """Other values of the same sort, so that the row stays one that can be written."""
    if value is None:
        return [0, AT]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, str):
        return [value + "x", value[:-1] + ("0" if value[-1:] != "0" else "1")]
    return [
        value[:-1],
        value + value[-1:],
        *((*value[:at], other, *value[at + 1 :]) for at, each in enumerate(value) for other in variants(each)),
    ]


def mutations(row):
    """The row with every single value in it changed, as far as it can still be written."""
    for place in range(len(row)):
        for value in variants(row[place]):
            mutant = changed(row, place, value)
            if mutant != row:
                yield mutant


def test_every_change_of_a_single_value_in_a_history_changes_the_digest_or_is_no_row():
    rows = history(3, 340).rows
    links = [b""]
    for row in rows:
        links.append(digest([row], start=links[-1]))
    written = refused = 0

    for row, before, after in zip(rows, links, links[1:], strict=False):
        for mutant in mutations(row):
            try:
                assert digest([mutant], start=before) != after
                written += 1
            except InvalidValue:
                refused += 1

    assert len(rows) >= 500
    assert written >= 20_000
    print(f"{len(rows)} rows: {written} changed rows have another digest, {refused} are no rows")


@given(st.integers(0, 200), st.integers(0, 200))
def test_rows_that_are_left_out_doubled_swapped_or_cut_off_change_the_digest(one, other):
    rows = list(history(3, 20).rows)
    one, other = one % len(rows), other % len(rows)
    swapped = rows.copy()
    swapped[one], swapped[other] = rows[other], rows[one]

    assert digest(rows[:one] + rows[one + 1 :]) != digest(rows)
    assert digest(rows[:one] + rows[one : one + 1] + rows[one:]) != digest(rows)
    assert digest(rows[:one]) != digest(rows)
    assert (digest(swapped) != digest(rows)) == (swapped != rows)


def test_the_text_is_what_the_json_module_reads():
    for row, text in GOLDEN:
        assert json.loads(text)[0] == row[0]
