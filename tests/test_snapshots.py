"""Snapshots: plain data that an account goes on from as if all entries were there."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import histories
import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, day, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Earn("quarter", STAR.bands(Line.net, {0: "5%", USD(100): "1%"}), over=lc.quarter),
    lc.Expiry(POINT, lc.days(10)),
    lc.Expiry(STAR, lc.inactivity(lc.days(200))),
    lc.Reward("mug", POINT(25)),
    lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=90)), tiers={"base": 0, "gold": USD(50)}),
)


def visited():
    ada = Member(SHOP)
    ada.does(lc.Settings("s", at=day(1), letter="yes"))
    ada.buys("p", day(1), "30.00", "12.50")
    ada.returns("r", day(2), "p", ["b"])
    ada.redeems("x", day(3), "mug")
    ada.buys("q", day(20), "30.00", "40.00")
    return ada


def units(account):
    return [
        (account.balance(unit), account.pending(unit), account.debt(unit), account.lots(unit)) for unit in (POINT, STAR)
    ]


def test_a_snapshot_is_plain_data_that_survives_json():
    snapshot = visited().account.snapshot()

    again = json.loads(json.dumps(snapshot))

    assert lc.restore(again) == lc.restore(snapshot)
    assert units(lc.restore(again)) == units(visited().account)


def test_a_restored_account_reads_as_the_one_it_was_taken_of():
    account = visited().account

    restored = lc.restore(account.snapshot())

    assert units(restored) == units(account)
    assert (restored.version, restored.now) == (account.version, account.now)
    assert (restored.tier("status"), restored.setting("letter")) == ("gold", "yes")
    assert restored.find("q") == account.find("q")
    assert restored.entries == ()


def test_restored_accounts_are_equal_where_their_states_are():
    ada, bob = visited(), visited()
    bob.buys("n", day(21), "1.00")
    ada.buys("n", day(21), "2.00")

    one, other = ada.account.snapshot(), bob.account.snapshot()

    assert lc.restore(one) == lc.restore(one)
    assert lc.restore(one) != lc.restore(other)
    assert lc.restore(one) != ada.account


def test_a_restored_account_goes_on_with_the_same_entries():
    ada = visited()
    restored = lc.restore(ada.account.snapshot())
    event = lc.Return("late", at=day(25), of="q", items=["a"])

    from_snapshot = SHOP.decide(restored, event)

    assert from_snapshot.entries == ada.does(event).entries
    assert units(from_snapshot.account) == units(ada.account)


def test_entries_recorded_later_are_folded_on_top():
    ada = visited()
    snapshot, version = ada.account.snapshot(), ada.account.version
    ada.buys("n", day(30), "1.00")

    restored = lc.restore(snapshot, ada.account.entries[version:])

    assert units(restored) == units(ada.account)
    assert restored.entries == ada.account.entries[version:]


def test_an_older_handle_of_a_restored_account_still_reads_what_it_read():
    restored = lc.restore(visited().account.snapshot())
    before = units(restored)

    SHOP.decide(restored, lc.Return("late", at=day(25), of="q"))

    assert units(restored) == before


def test_older_entries_are_left_out_and_what_they_would_answer_is_refused_as_unknown():
    ada = visited()

    lean = lc.restore(ada.account.snapshot(keep_since=day(20)))

    assert len(ada.account.snapshot(keep_since=day(20))["rows"]) < len(ada.account.snapshot()["rows"])
    assert lean.find("p") is None
    assert lean.find("q") is not None
    assert SHOP.decide(lean, lc.Return("late", at=day(25), of="p")).refusal.code == "unknown-purchase"
    assert SHOP.decide(lean, lc.Return("late", at=day(25), of="q")).refusal is None


def test_what_kept_entries_refer_to_is_kept_as_well():
    """The redemption of day 3 spent units of day 1, and the return of day 2 is of a purchase of day 1."""
    ada = visited()

    lean = lc.restore(ada.account.snapshot(keep_since=day(2)))

    assert lean.find("p") is not None
    assert lean.find("s") is None
    assert SHOP.decide(lean, lc.Return("y", at=day(4), of="x")).entries == ada.returns("y", day(4), "x").entries


def test_all_returns_of_a_purchase_are_kept_with_it():
    """A purchase is kept for its return of day 20; that a line of it went back on day 2 must be known, too."""
    ada = Member(SHOP)
    ada.buys("p", day(1), "30.00", "20.00", "10.00")
    ada.returns("r", day(2), "p", ["a"])
    ada.returns("s", day(20), "p", ["b"])

    lean = lc.restore(ada.account.snapshot(keep_since=day(20)))

    assert SHOP.decide(lean, lc.Return("t", at=day(21), of="p", items=["a"])).refusal.code == "not-kept"
    assert SHOP.decide(lean, lc.Return("u", at=day(21), of="p")).entries == ada.returns("u", day(21), "p").entries


def test_a_snapshot_of_a_restored_account_keeps_what_the_first_one_kept():
    restored = lc.restore(visited().account.snapshot(keep_since=day(2)))
    restored = SHOP.decide(restored, lc.Return("late", at=day(25), of="q", items=["a"])).account

    again = lc.restore(restored.snapshot(keep_since=day(2)))

    assert units(again) == units(restored)
    assert again.find("p") == restored.find("p")
    assert again.find("late") == restored.find("late")


def test_a_lean_snapshot_of_a_lean_account_keeps_the_lots_of_windows_without_their_purchases():
    lean = lc.restore(visited().account.snapshot(keep_since=day(20)))
    leaner = lc.restore(lean.snapshot(keep_since=day(20)))
    event = lc.Return("late", at=day(25), of="q")

    assert units(leaner) == units(lean)
    assert SHOP.decide(leaner, event).entries == SHOP.decide(lean, event).entries


def test_a_snapshot_may_keep_no_entries_at_all():
    ada = visited()

    leanest = lc.restore(ada.account.snapshot(keep_since=day(99)))

    assert units(leanest) == units(ada.account)
    assert SHOP.open("bob").snapshot(keep_since=day(1))["rows"] == []


def test_a_snapshot_of_nothing_restores_nothing():
    account = lc.restore(SHOP.open("ada").snapshot())

    assert (account.version, account.now, units(account)) == (0, None, units(SHOP.open("ada")))


@settings(max_examples=max(10, settings.default.max_examples // 5))
@given(st.integers(0, 10**6), st.integers(0, 40), st.integers(0, 60))
def test_a_history_goes_on_from_a_snapshot_with_the_same_entries(seed, cut, days):
    """Where what is asked for lies before the snapshot, it is refused as unknown and nothing happens."""
    rules, steps = histories.PROGRAM, histories.steps(seed, 40)
    account, restored, kept_since = rules.open("ada"), None, None
    for number, step in enumerate(steps):
        if number == cut and account.now is not None:
            kept_since = account.now - histories.dt.timedelta(days=days)
            restored = lc.restore(json.loads(json.dumps(account.snapshot(keep_since=kept_since))))
        if isinstance(step, histories.dt.datetime):
            account = rules.advance(account, step).account
            restored = restored and rules.advance(restored, step).account
            continue
        if restored is not None:
            answer = rules.decide(restored, step)
            known = step.id in {row[2] for row in account.rows if row[0] in {"purchase", "redemption"}}
            if answer.refusal and answer.refusal.code == "unknown-purchase" and not known:
                whole = rules.decide(account, step)
                if whole.refusal is None:
                    fact = account.find(step.of)
                    assert fact.now < kept_since
                continue
            restored = answer.account
        account = rules.decide(account, step).account

    if restored is not None:
        assert restored.entries == account.entries[account.version - len(restored.entries) :]


@pytest.mark.parametrize("missing", ["member", "length", "books", "sums", "slides", "tiers", "settings", "rows", "now"])
def test_a_damaged_snapshot_is_refused_by_what_is_missing(missing):
    snapshot = visited().account.snapshot()
    del snapshot[missing]

    with pytest.raises(lc.CorruptLedger, match=missing):
        lc.restore(snapshot)
