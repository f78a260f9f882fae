"""The state of an account: what is due next, where rows are found, and units apart."""

import pytest

import loyalcore as lc
from loyalcore.folding import fold_rows
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from shop import POINT, STAR
from test_ledger import account, at, earn, fact


def test_what_is_due_next_is_the_first_lot_tally_deadline_or_term():
    core = fold_rows(Core("ada"), [fact(slides=("net", at(8), 1)), earn(1, expires=at(7)), earn(2, usable=at(6))])
    core.find_due()
    assert core.due == at(6)

    fold_rows(core, [("tier", at(1), 0, "status", "gold", at(5)), ("tier", at(1), 0, "club", "in", None)])
    assert core.due == at(5)
    assert core.tiers == {"status": ("gold", at(5), "tier", at(1)), "club": ("in", FOREVER, "tier", at(1))}

    fold_rows(core, [("extend", at(1), 0, "point", at(3))])
    assert core.due == at(3)
    core.find_due()
    assert core.due == at(3)


def test_a_row_is_found_by_position_and_a_missing_one_named():
    core = Core("ada")
    core.base, core.length, core.kept = 5, 5, {2: ("earn",)}
    fold_rows(core, [fact()])

    assert core.row(5) == fact()
    assert core.row(2) == ("earn",)
    for seq in (3, 6):
        with pytest.raises(lc.CorruptLedger, match=f"row {seq} of account 'ada'"):
            core.row(seq)


def test_units_are_kept_apart():
    found = account(fact(), earn(10), earn(300, unit="star"))

    assert (found.balance(POINT), found.balance(STAR)) == (POINT(10), STAR(3))
