"""Accounts are values: what can be read from one, and that reading and deriving never changes it."""

import datetime as dt
import pickle

import pytest

import loyalcore as lc
from loyalcore.entries import Entry
from refusals import check, table
from shop import CENT, POINT, STAR, USD, Line, Member, date, day, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
LATE = lc.Earn("late", STAR("0.5").per(USD(1), Line.net), pending=lc.days(10))
SHOP = program(
    BASE,
    LATE,
    lc.Expiry(POINT, lc.days(30)),
    lc.Expiry(STAR, lc.days(60)),
    lc.Reward("mug", POINT(25)),
    lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=90)), tiers={"base": 0, "gold": USD(50)}),
)


def visited():
    """A member who bought twice and spent some."""
    ada = Member(SHOP)
    ada.buys("p", day(1), "20.00")
    ada.buys("q", day(6), "40.00")
    ada.redeems("x", day(7), "mug")
    return ada


def test_a_new_account_has_nothing_and_no_moment():
    account = SHOP.open("ada")

    assert (account.member, account.version, account.rows, account.entries, account.now) == ("ada", 0, (), (), None)
    assert account.balance(POINT) == account.pending(POINT) == account.debt(POINT) == POINT(0)
    assert (account.lots(POINT), account.expiring(POINT), account.find("p")) == ((), (), None)
    assert (account.tier("status"), account.setting("letter")) == (None, "")


def test_lots_say_which_entry_made_them_who_gave_them_what_is_left_and_until_when():
    ada = visited()

    assert ada.account.lots(POINT) == (lc.Lot(4, "base", POINT(35), day(36), None),)
    assert ada.account.lots(STAR) == (
        lc.Lot(2, "late", STAR(10), day(61), day(11)),
        lc.Lot(5, "late", STAR(20), day(66), day(16)),
    )


def test_pending_units_are_no_balance_until_they_are_usable():
    account = visited().account

    assert (account.balance(STAR), account.pending(STAR)) == (STAR(0), STAR(30))
    assert account.balance(STAR, day(11)) == STAR(10)
    assert account.balance(STAR, day(16)) == STAR(30)


def test_an_account_is_read_at_no_moment_before_what_is_recorded():
    account = visited().account
    now = account.now

    assert account.balance(POINT, now) == account.balance(POINT)
    assert account.lots(POINT, now) == account.lots(POINT)
    for read in (account.balance, account.lots):
        with pytest.raises(lc.InvalidValue, match="fold those up to then"):
            read(POINT, now - dt.timedelta(microseconds=1))
    earlier = [entry for entry in account.entries if entry.at <= day(2)]
    assert lc.fold(account.member, earlier).balance(POINT, day(2)) != account.balance(POINT)


def test_reading_at_a_moment_leaves_out_what_is_over_by_then_and_shows_what_is_usable():
    account = visited().account

    assert [lot.usable for lot in account.lots(STAR, day(12))] == [None, day(16)]
    assert account.lots(POINT, day(36)) == ()
    assert account.lots(POINT, day(36, 11)) != ()
    assert account.balance(POINT, day(36)) == POINT(0)


def test_what_expires_when_is_summed_by_moment_soonest_first_and_never_is_left_out():
    ada = Member(program(lc.Earn("base", POINT(3)), lc.Earn("more", POINT(4)), lc.Earn("kept", STAR(1))))
    ada.gets("g", day(1), POINT(5), expires=day(9))
    ada.gets("h", day(1), POINT(6), expires=day(5))
    ada.gets("i", day(2), POINT(7), expires=day(9))
    ada.buys("p", day(2))

    assert ada.account.expiring(POINT) == ((day(5), POINT(6)), (day(9), POINT(12)))
    assert ada.account.expiring(STAR) == ()


def test_lots_that_end_for_want_of_activity_show_that_end():
    ada = Member(program(lc.Earn("base", POINT(5)), lc.Expiry(POINT, lc.inactivity(lc.days(20)))))
    ada.buys("p", day(1))

    assert ada.account.expiring(POINT) == ((day(21), POINT(5)),)
    assert ada.account.lots(POINT, day(21)) == ()


def test_a_fact_is_found_by_the_id_of_its_event():
    account = visited().account

    assert account.find("q").seq == 3
    assert account.find("q").kind == "purchase"
    assert account.find("none") is None


def test_settings_and_tiers_are_read_by_name():
    ada = visited()
    ada.does(lc.Settings("s", at=day(8), letter="yes", colour="ochre"))
    ada.does(lc.Settings("t", at=day(9), letter="no"))

    assert (ada.account.setting("letter"), ada.account.setting("colour")) == ("no", "ochre")
    assert (ada.account.tier("status"), ada.account.tier("none")) == ("gold", None)


def test_now_is_the_latest_moment_recorded():
    ada = Member(SHOP)
    ada.buys("p", day(5), "1.00")
    ada.buys("late", day(2), "1.00", now=day(9))

    assert ada.account.now == day(9)


def test_accounts_are_equal_by_member_and_entries_and_hash_alike():
    one, other, third = visited().account, visited().account, Member(SHOP, "bob").account

    assert one == other
    assert hash(one) == hash(other)
    assert one != third
    assert one != SHOP.open("ada")
    assert one.__eq__("ada") is NotImplemented


def test_the_text_of_an_account_says_whose_it_is_and_what_is_there():
    assert repr(visited().account) == "<account 'ada': 9 entries, 35 point, 0 star in smallest parts>"
    assert repr(SHOP.open("ada")) == "<account 'ada': 0 entries, nothing in smallest parts>"


def test_a_pickled_account_is_equal_and_goes_on():
    ada = visited()

    copy = pickle.loads(pickle.dumps(ada.account))  # noqa: S301 - what was just written

    assert copy == ada.account
    assert copy.lots(STAR) == ada.account.lots(STAR)
    assert SHOP.decide(copy, lc.Return("r", at=day(9), of="p")).account == ada.returns("r", day(9), "p").account


def test_a_pickled_account_from_a_snapshot_is_equal_and_goes_on():
    account = lc.restore(visited().account.snapshot())
    account = SHOP.decide(account, lc.Return("r", at=day(8), of="p")).account

    copy = pickle.loads(pickle.dumps(account))  # noqa: S301 - what was just written

    assert copy == account
    assert copy.lots(POINT) == account.lots(POINT)


def test_folding_entries_or_their_rows_gives_the_same_account():
    account = visited().account

    assert lc.fold("ada", account.entries) == lc.fold("ada", account.rows) == account
    assert lc.fold("ada", account.rows).lots(STAR) == account.lots(STAR)


def test_an_old_handle_reads_what_it_read_after_the_account_has_moved_on():
    ada = Member(SHOP)
    ada.buys("p", day(1), "20.00")
    old = ada.account
    ada.buys("q", day(40), "40.00")

    assert (old.version, old.balance(POINT), len(old.entries)) == (3, POINT(20), 3)
    assert ada.has() == "40"


@table(
    [
        (lc.fold, {"member": "", "entries": ()}, lc.InvalidValue),
        (lc.fold, {"member": "bob", "entries": visited().account.entries}, lc.CorruptLedger),
        (lc.fold, {"member": "ada", "entries": visited().account.entries[1:]}, lc.CorruptLedger),
        (lc.fold, {"member": "ada", "entries": visited().account.entries[::-1]}, lc.CorruptLedger),
        (lc.fold, {"member": "ada", "entries": [Entry("ada", 0, ("gift", 1))]}, lc.CorruptLedger),
        (lc.restore, {"snapshot": "no snapshot"}, lc.CorruptLedger),
        (lc.restore, {"snapshot": {}}, lc.CorruptLedger),
        (lc.restore, {"snapshot": {"format": 2}}, lc.CorruptLedger),
        (lc.restore, {"snapshot": {"format": 1, "member": "ada"}}, lc.CorruptLedger),
        (
            lc.restore,
            {"snapshot": visited().account.snapshot(), "entries": visited().account.entries[2:]},
            lc.CorruptLedger,
        ),
        (lc.fold, {"member": "ada", "entries": 5}, lc.InvalidValue),
        (visited().account.find, {"event_id": []}, lc.InvalidValue),
        (visited().account.tier, {"ladder": None}, lc.InvalidValue),
        (visited().account.setting, {"name": []}, lc.InvalidValue),
        (visited().account.balance, {"unit": "point"}, lc.InvalidValue),
        (visited().account.lots, {"unit": None}, lc.InvalidValue),
        (visited().account.balance, {"unit": POINT, "at": "2026-01-01"}, lc.InvalidValue),
        (visited().account.snapshot, {"keep_since": "2026-01-01"}, lc.InvalidValue),
    ]
)
def test_refused(function, bad, error):
    check(function, bad, error)


def test_a_unit_that_was_never_earned_has_no_balance():
    assert visited().account.balance(CENT) == CENT(0)
    assert date("2026-01-01 12:00") == day(1)


@pytest.mark.parametrize("number", [0, 1, 3, 6])
def test_a_prefix_of_the_entries_is_the_account_as_it_was(number):
    ada = visited()

    prefix = lc.fold("ada", ada.account.entries[:number])

    assert prefix.version == number
    assert prefix.rows == ada.account.rows[:number]
