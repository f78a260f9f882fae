"""Deriving a history again, and naming the first entry that differs."""

import datetime as dt
import re

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import giving
import loyalcore as lc
from histories import MILE, POINT, PROGRAM, STAR, START, USD, Line, Order, Review, history
from loyalcore.entries import FACTS, LAYOUTS
from loyalcore.instants import FOREVER
from loyalcore.verify import Difference, event_of, verify

OTHER = lc.Program("other", version="1", items=Line, purchases=Order, activities=Review, rules=PROGRAM.rules)
INPUTS = {"at", "id", "content", "now"}


def at(days):
    return START + dt.timedelta(days=days)


def changed(row, place, value):
    return (*row[:place], value, *row[place + 1 :])


def with_row(rows, seq, row):
    return [*rows[:seq], row, *rows[seq + 1 :]]


@given(st.integers(0, 2**20), st.integers(0, 40))
def test_a_history_that_the_engine_wrote_is_derived_again(seed, length):
    account = history(seed, length)

    assert verify(PROGRAM, account) is None
    assert verify(PROGRAM, account.entries) is None
    assert verify(PROGRAM, iter(account.rows)) is None


@given(st.integers(0, 2**20), st.integers(0, 200))
def test_every_beginning_of_a_history_between_two_decisions_is_a_history(seed, cut):
    """So a truncation there is not found without a digest that is kept somewhere else."""
    rows = history(seed, 30).rows
    starts = [seq for seq, row in enumerate(rows) if row[0] in FACTS]
    end = starts[cut % len(starts)]

    assert verify(PROGRAM, rows[:end]) is None


def test_a_history_without_entries_is_derived_again():
    assert verify(PROGRAM, PROGRAM.open("ada")) is None
    assert verify(PROGRAM, []) is None


def test_a_history_that_was_advanced_in_other_steps_is_the_same():
    account = PROGRAM.decide(PROGRAM.open("ada"), lc.Adjustment("g", at=at(0), amount=MILE(5), reason="gift")).account
    stepwise = account
    for day in range(1, 90):
        stepwise = PROGRAM.advance(stepwise, at(day)).account

    assert stepwise == PROGRAM.advance(account, at(90)).account
    assert verify(PROGRAM, stepwise) is None


def test_the_program_that_did_not_judge_is_refused_by_name():
    account = history(1, 10)

    with pytest.raises(lc.UnknownProgram) as refused:
        verify(OTHER, account)

    assert PROGRAM.hash in str(refused.value)
    assert OTHER.hash in str(refused.value)


def test_an_account_from_a_snapshot_is_refused_since_entries_from_the_start_are_needed():
    account = lc.restore(history(1, 10).snapshot())

    with pytest.raises(lc.CorruptLedger, match=r"comes from a snapshot.*load all from the start"):
        verify(PROGRAM, account)


ENTRIES = history(1, 10).entries


@pytest.mark.parametrize(
    ("program", "entries", "error"),
    [
        (None, ENTRIES, lc.InvalidValue),
        ("histories", ENTRIES, lc.InvalidValue),
        (PROGRAM, ENTRIES[1:], lc.CorruptLedger),
        (PROGRAM, ENTRIES[::-1], lc.CorruptLedger),
        (PROGRAM, [*ENTRIES[:3], *ENTRIES[4:]], lc.CorruptLedger),
        (PROGRAM, [*ENTRIES[:3], evolve(ENTRIES[3], account="bob"), *ENTRIES[4:]], lc.CorruptLedger),
        (PROGRAM, [*ENTRIES[:3], ("wallet", 1)], lc.CorruptLedger),
        (PROGRAM, [*ENTRIES[:3], None], lc.CorruptLedger),
    ],
)
def test_what_is_not_a_whole_history_in_order_is_refused(program, entries, error):
    with pytest.raises(error):
        verify(program, entries)


# Differences.


def simple():
    """A purchase that earns, a mug, its return, and what expires later."""
    account = PROGRAM.open("ada")
    for event in (
        Order("o1", at=at(0), items=[Line("a", "40.50", category="food")]),
        lc.Redemption("x1", at=at(1), reward="mug"),
        lc.Return("r1", at=at(2), of="x1"),
    ):
        account = PROGRAM.decide(account, event).account
    return PROGRAM.advance(account, at(60)).account.rows


def test_a_difference_names_entry_field_and_both_values():
    rows = simple()
    (earned,) = [seq for seq, row in enumerate(rows) if row[0] == "earn" and row[3] == "base"]

    found = verify(PROGRAM, with_row(rows, earned, changed(rows[earned], 5, 41)))

    assert found == Difference(
        earned, "amount", 41, 40, f"entry {earned} (earn) has amount 41, but the facts lead to 40"
    )
    assert str(found) == found.message


def test_of_several_differences_the_first_is_named():
    rows = simple()
    places = [seq for seq, row in enumerate(rows) if row[0] == "earn"]
    for seq in reversed(places):
        rows = with_row(rows, seq, changed(rows[seq], 3, "forged"))

    assert (verify(PROGRAM, rows).seq, verify(PROGRAM, rows).field) == (places[0], "rule")


def test_an_entry_that_is_missing_is_found_at_its_place_or_as_the_event_that_lacks():
    rows = simple()

    assert verify(PROGRAM, rows[:1]) == Difference(
        1, "entry", None, rows[1], f"entry 1 is missing: the facts lead to {rows[1]!r}"
    )
    for seq in range(1, len(rows) - 1):
        found = verify(PROGRAM, [*rows[:seq], *rows[seq + 1 :]])
        assert found is not None
        assert found.seq >= seq
        assert found.seq == seq or rows[seq][0] in FACTS


def test_an_entry_that_is_too_much_is_named():
    rows = simple()
    forged = ("earn", rows[-1][1], 0, "base", "point", 1000, None, 2**62, 0, None)

    assert verify(PROGRAM, [*rows, forged]) == Difference(
        len(rows), "entry", forged, None, f"entry {len(rows)} is too much: nothing leads to {forged!r}"
    )
    for seq in range(len(rows)):
        assert verify(PROGRAM, [*rows[:seq], forged, *rows[seq:]]).seq == seq


def test_entries_before_any_fact_are_too_much():
    forged = ("tier", 0, None, "status", "gold", None)

    assert verify(PROGRAM, [forged]).seq == 0
    assert verify(PROGRAM, [forged, *simple()]).seq == 0


def test_an_entry_of_another_kind_is_named_as_such():
    rows = simple()

    found = verify(PROGRAM, with_row(rows, 1, ("expire", rows[1][1], 1, "point", 1)))

    assert (found.seq, found.field, found.recorded) == (1, "kind", "expire")


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (lc.Redemption("x2", at=at(1), reward="mug", times=9), "refused \\(insufficient\\)"),
        (lc.Return("r2", at=at(1), of="o9"), "refused \\(unknown-purchase\\)"),
        (Order("o1", at=at(0), items=[Line("a", "40.50", category="food")]), "event 'o1' is recorded before"),
        (Order("o1", at=at(1)), "event 'o1' is recorded with at"),
        (lc.Redemption("x2", at=at(1), reward="cup"), "reward 'cup' is none"),
        (lc.Adjustment("g", at=at(1), amount=lc.Unit("coin")(1), reason="gift"), "unit coin with 0 places is none"),
        (lc.Adjustment("g", at=at(1), amount=lc.Unit("star")(1), reason="gift"), "unit star with 0 places is none"),
        (lc.Enrolment("e", at=dt.datetime(2200, 12, 31, 23, tzinfo=dt.UTC)), "outside the years"),
    ],
)
def test_an_event_that_would_not_have_been_recorded_is_named_with_the_reason(event, why):
    account = PROGRAM.decide(
        PROGRAM.open("ada"), Order("o1", at=at(0), items=[Line("a", "40.50", category="food")])
    ).account
    content = event.content(2)
    moment = event.instant + (5 * 10**12 if event.kind == "enrolment" else 0)
    forged = (event.kind, moment, event.id, content, (), (), (), moment, PROGRAM.hash)

    found = verify(PROGRAM, [*account.rows, forged])

    assert (found.seq, found.field) == (account.version, "event")
    assert re.search(why, found.message)


def test_a_forged_event_does_not_hide_what_is_wrong_before_it():
    account = history(1, 10)
    refused = lc.Return("r2", at=account.now + dt.timedelta(days=100), of="o9")
    forged = ("return", refused.instant, "r2", refused.content(2), (), (), (), refused.instant, PROGRAM.hash)

    found = verify(PROGRAM, [*account.rows, forged])

    assert (found.seq, found.field) == (account.version, "entry")
    assert found.recorded is None


def test_a_moment_past_the_end_of_time_leads_to_nothing():
    rows = simple()
    late = lc.instants.to_instant(dt.datetime(2200, 1, 1, tzinfo=dt.UTC)) * 2

    assert verify(PROGRAM, with_row(rows, len(rows) - 1, changed(rows[-1], 1, late))).seq <= len(rows) - 1


def variants(value):
    """Other values of the same sort."""
    if value is None:
        return [0, lc.instants.to_instant(at(3))]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, str):
        return ["f" * 64 if len(value) == 64 else value + "x"]
    nested = [
        (*value[:place], other, *value[place + 1 :]) for place, each in enumerate(value) for other in variants(each)
    ]
    return [value[:-1], value + value[-1:], *nested]


def judged(rows):
    """The digest-free verdict: what verify says, or what it raises."""
    try:
        return verify(PROGRAM, rows)
    except lc.LoyalcoreError as problem:
        return problem


def test_every_single_change_of_what_follows_from_the_facts_is_found_where_it_was_made():
    rows = history(12, 24).rows
    kinds, tried, of_inputs, unnoticed = set(), 0, 0, 0

    for seq, row in enumerate(rows):
        kinds.add(row[0])
        for place, field in enumerate(("kind", *LAYOUTS[row[0]])):
            for value in variants(row[place]):
                if value == row[place]:
                    continue
                found = judged(with_row(rows, seq, changed(row, place, value)))
                tried += 1
                if row[0] in FACTS and field in INPUTS:
                    # What the member did is given, not derived: another possible event is found by the digest alone.
                    of_inputs += 1
                    unnoticed += found is None
                else:
                    assert found is not None, (seq, field, value)
                    assert not isinstance(found, Difference) or found.seq == seq, (seq, field, value, found)

    assert {"purchase", "earn", "take", "spend", "mature", "expire", "tier", "extend"} <= kinds
    assert tried >= 1_000
    assert unnoticed < of_inputs
    print(f"{tried} changes: all of {tried - of_inputs} derived values found, {unnoticed} of {of_inputs} inputs not")


# Events from facts.

EVENTS = [
    lc.Opening("i", at=at(0), lots=[lc.OpeningLot(POINT(5), at(9)), lc.OpeningLot(STAR("1.50"))], tiers={"club": "in"}),
    lc.Opening(0, at=at(0)),
    lc.Opening("t", at=at(0), purchases=7),
    lc.Enrolment("n", at=at(1)),
    Order("o1", at=at(2), items=[Line("a", "12.34", "0.125", category="çay", gift=True, weight="1.5", cost="0.07")]),
    Order("o2", at=at(3), items=[], channel="app", tip="3"),
    Order(3, at=at(4), items=[Line(1, "0", category=""), Line("1", 5, 2, category="x")]),
    lc.Return("r1", at=at(5), of="o1"),
    lc.Return("r2", at=at(5), of=3, items=[1, "1"]),
    lc.Return("r3", at=at(5), of="o1", items={"a": "0.125", 7: None}),
    Review("v", at=at(6), name="review", stars=5),
    lc.Redemption("x", at=at(7), reward="mug", times=3),
    lc.Redemption("y", at=at(7), reward="pay", amount="0.30"),
    Review("d", at=at(6), name="delivered", of="o1"),
    Review("e", at=at(6), name="delivered", of=3, stars=2),
    lc.Hold("h1", at=at(7), reward="mug", times=2),
    lc.Hold("h2", at=at(7), reward="pay", amount="0.30", until=at(9)),
    lc.Capture("c1", at=at(8), of="h1", times=1),
    lc.Capture("c2", at=at(8), of=2, amount="0.12"),
    lc.Release("l", at=at(8), of="h1"),
    lc.Adjustment("g", at=at(8), amount=STAR("-0.05"), reason="typo"),
    lc.Adjustment("h", at=at(8), amount=POINT(5), reason="sorry", expires=at(9)),
    lc.Settings("s", at=at(9), letter="yes", **{"a b": ""}),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event.kind}-{event.id}")
def test_the_event_of_a_fact_is_the_event_that_was_recorded(event):
    content = event.content(USD.places)
    row = (event.kind, event.instant, event.id, content, (), (), (), event.instant, PROGRAM.hash)

    made = event_of(row, PROGRAM)

    assert (made.kind, made.id, made.at) == (event.kind, event.id, event.at)
    assert made.content(USD.places) == content
    assert made.schema() == event.schema()
    assert event_of(lc.Entry("ada", 0, row), PROGRAM).content(USD.places) == content


BROUGHT = ("lots", "tiers", "purchases", "tallies")
PURCHASE = (("id", "net", "quantity", "category"), (("a", 100, 1000, "food"),), ("channel",), ("app",))


@pytest.mark.parametrize(
    "row",
    [
        None,
        ("expire", 0, 1, "point", 5),
        ("purchase", 0, "o1", changed(PURCHASE, 2, ("colour",)), (), (), (), 0, PROGRAM.hash),
        ("purchase", 0, "o1", changed(PURCHASE, 0, ("id", "net", "quantity", "size")), (), (), (), 0, PROGRAM.hash),
        ("purchase", 0, "o1", changed(PURCHASE, 1, PURCHASE[1] * 2), (), (), (), 0, PROGRAM.hash),
        ("purchase", 0, "o1", changed(PURCHASE, 1, (("a", 100, 1000, 7),)), (), (), (), 0, PROGRAM.hash),
        ("purchase", 0, "o1", changed(PURCHASE, 1, (("a", 100, 0, "food"),)), (), (), (), 0, PROGRAM.hash),
        ("activity", 0, "o1", (("name", "stars"), ("review", "five")), (), (), (), 0, PROGRAM.hash),
        ("opening", 0, "o1", (BROUGHT, ((), (), 0, ("nights of events, year", 5, 0))), (), (), (), 0, PROGRAM.hash),
    ],
)
def test_what_is_no_event_of_the_program_is_refused(row):
    with pytest.raises(lc.InvalidValue):
        event_of(row, PROGRAM)


# Both sides of what moves between accounts.


def club():
    """Two members of the club of `giving`: ada has given to bob, who has given some back."""
    accounts = {name: giving.PROGRAM.open(name) for name in ("ada", "bob", "spring", "mugs")}

    def does(name, event):
        answer = giving.PROGRAM.decide(accounts[name], event, others=accounts)
        accounts.update(answer.accounts)

    does("ada", giving.order("o1"))
    does("bob", giving.order("o1"))
    does("ada", lc.Transfer("t1", at=giving.START, to="bob", amount=giving.POINT(4)))
    does("bob", lc.Transfer("t2", at=giving.START, to="ada", amount=giving.POINT(3)))
    return accounts


def test_both_sides_of_a_transfer_are_held_against_each_other():
    accounts = club()

    for account in accounts.values():
        assert verify(giving.PROGRAM, account, accounts.values()) is None
        assert verify(giving.PROGRAM, account.entries, iter(accounts.values())) is None


def test_a_transfer_that_is_not_there_on_the_other_side_is_named():
    accounts = club()
    bob = lc.fold("bob", accounts["bob"].rows[:2])

    found = verify(giving.PROGRAM, accounts["ada"], [bob])

    seq = next(entry.seq for entry in accounts["ada"].entries if entry.kind == "transfer")
    moved = ("transfer", "point", 4, FOREVER, None)
    assert (found.seq, found.field, found.recorded, found.derived) == (seq, "counterpart", None, moved)
    assert "moves ('transfer', 'point', 4" in str(found)


def test_what_came_from_another_account_without_a_cause_there_is_named():
    accounts = club()
    ada = lc.fold("ada", accounts["ada"].rows[:2])

    found = verify(giving.PROGRAM, accounts["bob"], [ada])

    seq = next(entry.seq for entry in accounts["bob"].entries if entry.kind == "counterpart")
    assert (found.seq, found.field, found.derived) == (seq, "counterpart", None)
    assert "what event 't1' of account 'ada' does here, but there it is not recorded" in str(found)


def test_a_transfer_that_arrived_as_more_is_named_where_both_sides_are_there():
    accounts = club()
    seq = next(entry.seq for entry in accounts["bob"].entries if entry.kind == "counterpart")
    rows = [*accounts["bob"].rows]
    names, (of, event, moves) = rows[seq][3]
    rows[seq] = changed(rows[seq], 3, (names, (of, event, changed(moves, 2, 5))))
    rows[seq + 1] = changed(rows[seq + 1], 5, 5)
    bob = lc.fold("bob", rows)

    assert verify(giving.PROGRAM, bob) is None
    found = verify(giving.PROGRAM, accounts["ada"], [bob])
    assert (found.field, found.recorded[2], found.derived[2]) == ("counterpart", 5, 4)


def test_what_was_drawn_on_a_budget_is_held_against_it():
    opening = lc.Opening("o", at=giving.START, lots=[lc.OpeningLot(giving.POINT(5))])
    spring = giving.PROGRAM.decide(giving.PROGRAM.open("spring"), opening).account
    beside = [spring, giving.PROGRAM.open("mugs")]
    answer = giving.PROGRAM.decide(giving.PROGRAM.open("ada"), giving.order("o1"), others=beside)
    after = answer.accounts

    assert verify(giving.PROGRAM, after["ada"], after.values()) is None
    assert verify(giving.PROGRAM, after["spring"], after.values()) is None
    assert verify(giving.PROGRAM, after["ada"], [spring]).field == "counterpart"


@pytest.mark.parametrize(
    ("others", "error"),
    [(5, lc.InvalidValue), (["ada"], lc.InvalidValue), ("ada", lc.InvalidValue)],
)
def test_others_are_accounts(others, error):
    with pytest.raises(error, match="others are accounts, as a store loads them, not"):
        verify(giving.PROGRAM, club()["ada"], others)


def test_others_are_whole_and_it_is_known_whose_account_is_verified():
    accounts = club()
    cut = lc.restore(accounts["bob"].snapshot())

    with pytest.raises(lc.CorruptLedger, match="load all from the start"):
        verify(giving.PROGRAM, accounts["ada"], [cut])
    with pytest.raises(lc.InvalidValue, match="verify entries or an account, not rows"):
        verify(giving.PROGRAM, accounts["ada"].rows, [accounts["bob"]])
