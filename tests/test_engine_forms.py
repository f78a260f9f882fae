"""Forms: what the log keeps of an event comes to the rows that were recorded, whichever way it is kept."""

import pytest

import loyalcore as lc
from loyalcore.engine.forms import EventForm, Reading
from shop import POINT, USD, Line, Member, day, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Expiry(POINT, lc.days(10)),
    lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=20)), tiers={"base": 0, "gold": USD(50)}),
)


def form(*, kept=False):
    made = EventForm(
        "purchase", "hash", Reading(lambda row: (row[0], row[1], "ada", ()), lambda row: row[2:], 10, kept)
    )
    made.earns("base", "point", lambda at: at + 5)
    made.slides("spent", lambda at: at + 7)
    return made


def test_a_plain_event_is_a_fact_and_what_it_earned():
    slots = [["p", 4, "latte"], ("base",), 3, 250]

    assert form().fact(slots, content=True) == (
        "purchase", 40, "p", ["latte"], ("base",), (), ("spent", 47, 250), 40, "hash",
    )  # fmt: skip
    assert form().earned(slots, 6) == ("earn", 40, 6, "base", "point", 3, None, 45, 0, None)


def test_nothing_slides_where_there_is_no_number_and_content_is_left_out_where_it_is_not_asked_for():
    found = form().fact([["p", 4, "latte"], (), 3, 0], content=False)

    assert (found[3], found[6]) == ((), ())


def test_a_note_keeps_what_changed_and_when_it_was_recorded():
    note = (form(), ["p", 4, "latte"], ("base",), ("month", 0, 3), ("spent", 47, 250), 99)

    expected = ("purchase", 40, "p", ["latte"], ("base",), ("month", 0, 3), ("spent", 47, 250), 99, "hash")
    assert form().noted(note, content=True) == expected
    assert form().noted(note, content=False)[3] == ()


def test_a_copy_stands_for_the_row_of_the_host_and_the_librarys_own_rows_need_none():
    row = ["p", 4, "latte"]
    copy = form().copied(row)
    row[:] = ["z", 0, "mocha"]

    assert form().fact([copy, (), 3, 0], content=True)[1:4] == (40, "p", ["latte"])
    assert form().ids([copy, row]) == ["p", "z"]
    assert form().copied(copy) is copy
    assert form(kept=True).copied(row) is row


@pytest.mark.parametrize("net", ["0.40", "9.00", "60.00"])
def test_the_rows_of_decided_purchases_fold_into_the_same_account(net):
    ada = Member(SHOP)
    for number in range(4):
        ada.buys(f"p{number}", day(1 + 4 * number), net)
    ada.returns("r", day(20), "p1")

    account = ada.account

    assert lc.fold("ada", account.rows) == account
    assert lc.verify(SHOP, account) is None
    assert lc.fold("ada", account.rows).lots(POINT) == account.lots(POINT)


def test_a_purchase_that_adds_nothing_to_the_ladder_stands_without_a_number():
    tea = lc.Ladder(
        "tea", by=Line.net.sum(Line.category.is_("tea")).over(lc.rolling(days=9)), tiers={"a": 0, "b": USD(5)}
    )
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), tea))

    for number, category in enumerate(["tea", "coffee", "tea"]):
        ada.buys(f"p{number}", day(1 + number), {"net": "2.00", "category": category})

    slides = [entry.slides for entry in ada.account.entries if entry.kind == "purchase"]
    assert [bool(slid) for slid in slides] == [True, False, True]
    assert lc.fold("ada", ada.account.rows) == ada.account
