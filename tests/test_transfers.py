"""Transfers: units change hands in one decision, at the terms of the unit, or not at all."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, USD, Line, day, order, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
TERMS = [
    lc.Transferable(POINT),
    lc.Transferable(POINT, minimum=POINT(10), step=POINT(5), fee=POINT(1), arrives="90%", expiry=lc.renew),
    lc.Transferable(POINT, limit=[lc.times(2, per=lc.day), lc.at_most(POINT(500), per=lc.month)]),
]
TOO_MUCH = lc.Amount(POINT, 10**15 + 1)


@pytest.mark.parametrize("terms", TERMS, ids=range(len(TERMS)))
def test_what_may_change_hands_is_a_value(terms):
    values.check(terms)


@refusals.table(
    [
        *((lc.Transferable, {"unit": bad}, lc.InvalidValue) for bad in (None, "point", POINT(1))),
        *(
            (lc.Transferable, {"unit": POINT, what: bad}, lc.InvalidValue)
            for what in ("minimum", "step", "fee")
            for bad in (5, POINT(0), POINT(-1), STAR(1), TOO_MUCH)
        ),
        *((lc.Transferable, {"unit": POINT, "arrives": bad}, lc.InvalidValue) for bad in (0, "101%", "x", None, 1.0)),
        *((lc.Transferable, {"unit": POINT, "expiry": bad}, lc.InvalidValue) for bad in (None, "", "cap", [])),
        (lc.Transferable, {"unit": POINT, "limit": 5}, lc.InvalidValue),
        (lc.Transferable, {"unit": POINT, "limit": lc.at_most(POINT(5), per=lc.purchase)}, lc.InvalidProgram),
        (lc.Transferable, {"unit": POINT, "limit": [lc.times(1, per=lc.day)] * 2}, lc.InvalidProgram),
        *((lc.Transfer, {"id": "t", "at": day(1), "to": bad, "amount": POINT(1)}, lc.InvalidValue) for bad in ("", -1)),
        *(
            (lc.Transfer, {"id": "t", "at": day(1), "to": "bob", "amount": bad}, lc.InvalidValue)
            for bad in (5, None, POINT(0), POINT(-5), TOO_MUCH)
        ),
    ]
)
def test_what_is_no_transfer_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    "rules",
    [
        [lc.Transferable(POINT), lc.Transferable(POINT, minimum=POINT(5))],
        [lc.Transferable(POINT, limit=lc.at_most(STAR(5), per=lc.day))],
        [lc.Earn("transfer", POINT(1))],
        [lc.Earn("transfer fee", POINT(1))],
    ],
)
def test_terms_that_contradict_each_other_are_refused(rules):
    with pytest.raises(lc.InvalidProgram):
        program(*rules)


class Town:
    """Three members with ten points each, from the second day, that end after ninety."""

    def __init__(self, *rules):
        self.program = program(BASE, lc.Expiry(POINT, lc.days(90)), *rules)
        self.accounts = {name: self.program.open(name) for name in ("ada", "bob", "cyd", "new")}
        for name in ("ada", "bob", "cyd"):
            self.does(name, order("o1", day(2), "10.00"))

    def does(self, name, event, now=None):
        before = self.accounts
        self.answer = self.program.decide(self.accounts[name], event, now, others=self.accounts)
        self.accounts = before | self.answer.accounts
        for account in self.answer.accounts.values():
            assert lc.verify(self.program, account, self.accounts.values()) is None
        return self.answer

    def gives(self, id, at, amount, to="bob", by="ada", now=None):
        return self.does(by, lc.Transfer(id, at=at, to=to, amount=amount), now)

    def balances(self):
        return [self.accounts[name].balance(POINT).minor for name in ("ada", "bob", "cyd")]


def test_a_transfer_is_recorded_in_both_accounts_or_in_neither():
    town = Town(lc.Transferable(POINT))

    answer = town.gives("t1", day(3), POINT(4))

    assert town.balances() == [6, 14, 10]
    assert [(entry.account, entry.kind) for entry in answer.entries] == [
        ("ada", "transfer"),
        ("ada", "spend"),
        ("bob", "counterpart"),
        ("bob", "earn"),
    ]
    assert answer.entries[2].id == '["ada","t1"]'
    assert answer.explain() == "transfer: gave -4 point: given to another member"
    assert town.program.parties(town.accounts["ada"], lc.Transfer("t2", at=day(4), to=7, amount=POINT(1))) == (7, "ada")


def test_the_id_counts_once_in_the_account_that_gives():
    town = Town(lc.Transferable(POINT))
    first = town.gives("t1", day(3), POINT(4))

    again = town.gives("t1", day(3), POINT(4))
    alone = town.program.decide(town.accounts["ada"], lc.Transfer("t1", at=day(3), to="bob", amount=POINT(4)))

    assert again.known
    assert alone.known
    assert again.entries == first.entries
    assert alone.entries == first.entries[:2], "what bob got stands in his account, which was not given"
    assert town.balances() == [6, 14, 10]
    with pytest.raises(lc.EventConflict, match="with to 'bob', but was given 'cyd'"):
        town.gives("t1", day(3), POINT(4), to="cyd")
    town.gives("t1", day(3), POINT(4), by="cyd")
    assert town.balances() == [6, 18, 6], "another member's event may have the same id"


def test_a_giver_restored_from_a_copy_does_not_give_twice():
    """The giver's account was lost and comes from an old copy; the other's account still knows."""
    town = Town(lc.Transferable(POINT))
    old = town.accounts["ada"]
    town.gives("t1", day(3), POINT(4))

    with pytest.raises(lc.EventConflict):
        town.program.decide(old, lc.Transfer("t1", at=day(3), to="bob", amount=POINT(4)), others=town.accounts)
    assert town.accounts["bob"].balance(POINT) == POINT(14)
    assert old.balance(POINT) == POINT(10)


TERMED = lc.Transferable(POINT, minimum=POINT(4), step=POINT(2), fee=POINT(1), limit=lc.at_most(POINT(8), per=lc.month))
REFUSED = {
    "to oneself": (lc.Transfer("t", at=day(3), to="ada", amount=POINT(4)), "to-oneself", None),
    "less than the minimum": (lc.Transfer("t", at=day(3), to="bob", amount=POINT(2)), "below-minimum", POINT(2)),
    "between steps": (lc.Transfer("t", at=day(3), to="bob", amount=POINT(5)), "not-in-steps", None),
    "more than there is, with the fee": (
        lc.Transfer("t", at=day(3), to="bob", amount=POINT(10)),
        "insufficient",
        POINT(1),
    ),
    "to nobody": (lc.Transfer("t", at=day(3), to="new", amount=POINT(4)), "unknown-member", None),
    "of what stays": (lc.Transfer("t", at=day(3), to="bob", amount=STAR(4)), "not-transferable", None),
    "of what has expired": (lc.Transfer("t", at=day(95), to="bob", amount=POINT(4)), "insufficient", POINT(5)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_given_is_refused_with_a_code_and_changes_nothing(name):
    event, code, missing = REFUSED[name]
    town = Town(TERMED, lc.Expiry(STAR, lc.never))
    before = dict(town.accounts)

    refusal = town.does("ada", event).refusal

    assert (refusal.code, refusal.missing) == (code, missing)
    assert len(refusal.message) > 15
    assert town.answer.entries == ()
    assert {name: account.rows for name, account in town.accounts.items()} == {
        name: account.rows for name, account in before.items()
    }
    assert town.answer.accounts.items() <= before.items()


def test_a_limit_is_on_what_a_member_gives_away():
    town = Town(TERMED)
    town.does("ada", order("o2", day(2), "90.00"))

    town.gives("t1", day(3), POINT(6))
    refusal = town.gives("t2", day(3), POINT(4)).refusal
    assert (refusal.code, refusal.missing) == ("limit-reached", POINT(2))
    assert town.gives("t2", day(33), POINT(4)).refusal is None
    assert town.gives("t1", day(33), POINT(4), to="ada", by="bob").refusal is None


def test_a_limit_in_times_counts_transfers():
    town = Town(lc.Transferable(POINT, limit=lc.times(2, per=lc.day)))

    assert [town.gives(f"t{at}", day(3), POINT(1)).refusal is None for at in range(3)] == [True, True, False]
    assert "limited per day, and this is 1 too many" in town.answer.refusal.message


def test_in_debt_nothing_is_given_and_what_comes_pays_the_debt():
    town = Town(lc.Transferable(POINT))
    town.gives("t1", day(3), POINT(10))
    town.does("ada", lc.Return("r", at=day(4), of="o1"))
    assert town.balances() == [-10, 20, 10]

    assert town.gives("t2", day(5), POINT(1)).refusal.code == "in-debt"
    town.gives("t1", day(5), POINT(12), to="ada", by="bob")

    assert town.balances() == [2, 8, 10]
    assert town.accounts["ada"].debt(POINT) == POINT(0)


def test_a_fee_is_paid_on_top_and_is_gone():
    town = Town(lc.Transferable(POINT, fee=POINT(3)))

    answer = town.gives("t1", day(3), POINT(4))

    assert town.balances() == [3, 14, 10]
    assert [(reason.rule, reason.gave) for reason in answer.reasons] == [
        ("transfer", POINT(-4)),
        ("transfer fee", POINT(-3)),
    ]


def test_units_keep_the_end_they_had_each_lot_its_own():
    town = Town(lc.Transferable(POINT))
    town.does("ada", order("o2", day(9), "10.00"))

    town.gives("t1", day(20), POINT(15))

    assert [(lot.left.minor, lot.expires) for lot in town.accounts["bob"].lots(POINT)] == [
        (10, day(92)),
        (10, day(92)),
        (5, day(99)),
    ]


def test_units_may_end_as_if_they_were_new():
    town = Town(lc.Transferable(POINT, expiry=lc.renew))
    town.does("ada", order("o2", day(9), "10.00"))

    town.gives("t1", day(20), POINT(15))

    assert [(lot.left.minor, lot.expires) for lot in town.accounts["bob"].lots(POINT)] == [
        (10, day(92)),
        (15, day(110)),
    ]


def test_pending_units_are_not_given():
    town = Town(lc.Transferable(POINT), lc.Earn("late", POINT(50), pending=lc.days(5)))

    assert town.gives("t1", day(3), POINT(11)).refusal.missing == POINT(1)
    assert town.gives("t1", day(8), POINT(11)).refusal is None


def test_a_late_transfer_is_recorded_at_the_latest_moment_of_the_two():
    town = Town(lc.Transferable(POINT))
    town.does("bob", order("o2", day(30), "1.00"))

    town.gives("t1", day(3), POINT(4))

    assert [entry.now for entry in town.answer.entries if entry.is_fact] == [day(30), day(30)]


def test_what_was_given_is_not_taken_back_by_a_return():
    town = Town(lc.Transferable(POINT))
    town.gives("t1", day(3), POINT(4))

    assert town.does("ada", lc.Return("r", at=day(4), of="t1")).refusal.code == "not-returnable"


@given(
    lots=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 80)), min_size=1, max_size=5),
    part=st.fractions(0, 1),
    arrives=st.sampled_from([Fraction(1), Fraction(9, 10), Fraction(1, 3), Fraction(2, 7)]),
)
def test_what_arrives_is_the_floored_share_and_no_unit_gets_younger(lots, part, arrives):
    club = program(lc.Transferable(POINT, arrives=arrives), lc.Expiry(POINT, lc.never))
    opening = lc.Opening("o", at=day(1), lots=[lc.OpeningLot(POINT(amount), day(2 + end)) for amount, end in lots])
    ada = club.decide(club.open("ada"), opening).account
    bob = club.decide(club.open("bob"), lc.Enrolment("e", at=day(1))).account
    amount = max(1, int(part * sum(amount for amount, _ in lots)))

    answer = club.decide(ada, lc.Transfer("t", at=day(1), to="bob", amount=POINT(amount)), others=[bob])
    arrived = answer.accounts["bob"]

    assert arrived.balance(POINT).minor == int(amount * arrives)
    assert answer.account.balance(POINT).minor == sum(amount for amount, _ in lots) - amount
    for days in range(82):
        here = arrived.balance(POINT, at=day(1 + days)).minor
        there = ada.balance(POINT, at=day(1 + days)).minor
        assert here <= there


def test_a_transfer_without_the_other_account_says_whose_is_missing():
    town = Town(lc.Transferable(POINT))

    with pytest.raises(lc.InvalidValue, match="and on 'bob'; give these as others="):
        town.program.decide(town.accounts["ada"], lc.Transfer("t", at=day(3), to="bob", amount=POINT(1)))


@pytest.mark.parametrize("others", [5, "bob", [5], {"bob": None}])
def test_what_is_no_account_is_no_other(others):
    town = Town(lc.Transferable(POINT))

    with pytest.raises(lc.InvalidValue, match="others are accounts"):
        town.program.decide(town.accounts["ada"], lc.Transfer("t", at=day(3), to="bob", amount=POINT(1)), others=others)


def test_a_transfer_of_a_unit_the_program_does_not_have_is_refused():
    town = Town(lc.Transferable(POINT))

    with pytest.raises(lc.InvalidValue, match="is none of program shop"):
        town.gives("t1", day(3), STAR(4))


@pytest.mark.parametrize("bad", [(None, 5), (5, None)])
def test_parties_are_asked_for_with_an_account_and_an_event(bad):
    town = Town(lc.Transferable(POINT))
    account = town.accounts["ada"] if bad[0] else None

    with pytest.raises(lc.InvalidValue, match="parties takes an account and an event"):
        town.program.parties(account, bad[1])


def test_an_account_from_a_snapshot_gives_and_gets():
    town = Town(lc.Transferable(POINT))
    town.accounts = {name: lc.restore(account.snapshot()) for name, account in town.accounts.items()}
    before = town.accounts

    answer = town.program.decide(
        before["ada"], lc.Transfer("t", at=day(3), to="bob", amount=POINT(4)), others=before.values()
    )

    assert [account.balance(POINT).minor for account in answer.accounts.values()] == [6, 14]


def test_units_that_one_event_brought_are_given_and_no_others():
    town = Town(lc.Transferable(POINT))
    town.does("ada", order("o2", day(5), "20.00"))

    town.does("ada", lc.Transfer("t1", at=day(6), to="bob", amount=POINT(15), of="o2"))

    assert [lot.left.minor for lot in town.accounts["ada"].lots(POINT)] == [10, 5]
    assert [(lot.left.minor, lot.expires) for lot in town.accounts["bob"].lots(POINT)] == [(10, day(92)), (15, day(95))]


def test_a_fee_is_paid_as_usual_where_one_event_is_named():
    town = Town(lc.Transferable(POINT, fee=POINT(2)))
    town.does("ada", order("o2", day(5), "20.00"))

    town.does("ada", lc.Transfer("t1", at=day(6), to="bob", amount=POINT(20), of="o2"))

    assert [lot.left.minor for lot in town.accounts["ada"].lots(POINT)] == [8]


@pytest.mark.parametrize(
    ("amount", "of", "code", "missing"),
    [(10, "o1", "insufficient", POINT(1)), (1, "none", "unknown-event", None), (1, "t0", "insufficient", POINT(1))],
)
def test_more_than_one_event_brought_is_refused(amount, of, code, missing):
    town = Town(lc.Transferable(POINT))
    town.does("ada", order("o2", day(5), "20.00"))
    town.gives("t0", day(5), POINT(1), to="cyd")
    town.gives("t1", day(5), POINT(1), by="cyd", to="ada")

    refusal = town.does("ada", lc.Transfer("t", at=day(6), to="bob", amount=POINT(amount), of=of)).refusal

    assert (refusal.code, refusal.missing) == (code, missing)
