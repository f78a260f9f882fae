"""The ledger: what each kind of row does to an account, without a rule; and rows that fit no history."""

import pytest

import loyalcore as lc
from loyalcore.entries import LAYOUTS
from loyalcore.folding import fold_rows
from loyalcore.instants import FOREVER, to_instant
from loyalcore.ledger import APPLY, Core
from shop import POINT, day

NOON = to_instant(day(1))
DAY = 86_400_000_000


def at(number):
    return NOON + (number - 1) * DAY


def fact(kind="purchase", id="p", moment=NOON, content=((), (), (), ()), sums=(), slides=(), now=None):
    return (kind, moment, id, content, (), sums, slides, now or moment, "hash")


def earn(amount, moment=NOON, *, unit="point", usable=None, expires=FOREVER, repaid=0, cell=None, cause=0):
    return ("earn", moment, cause, "base", unit, amount, usable, expires, repaid, cell)


def account(*rows):
    return lc.fold("ada", rows)


def test_every_kind_of_row_has_something_that_applies_it():
    assert set(APPLY) == set(LAYOUTS)


def test_an_earning_opens_a_lot_named_by_its_position():
    found = account(fact(), earn(20, expires=at(9)))

    assert found.lots(POINT) == (lc.Lot(1, "base", POINT(20), day(9), None),)
    assert found.balance(POINT) == POINT(20)


def test_lots_are_drawn_soonest_to_expire_first_and_then_by_age_whatever_the_order_of_rows():
    found = account(
        fact(), earn(1, expires=at(9)), earn(2, expires=at(5)), earn(3), earn(4, expires=at(5)), earn(5, expires=at(9))
    )

    assert [lot.left.minor for lot in found.lots(POINT)] == [2, 4, 1, 5, 3]


def test_pending_units_wait_and_mature():
    waiting = account(fact(), earn(20, usable=at(5)))
    matured = account(fact(), earn(20, usable=at(5)), ("mature", at(5), 1, "point", 20, 0))

    assert (waiting.balance(POINT), waiting.pending(POINT)) == (POINT(0), POINT(20))
    assert (matured.balance(POINT), matured.pending(POINT)) == (POINT(20), POINT(0))


def test_what_repays_debt_is_never_usable():
    owed = [fact(), earn(10), fact("return", "r", content=(("of", "items"), ("p", None)))]
    owed += [("spend", NOON, 2, "x", "point", 10, (1, 10)), ("take", NOON, 2, "base", "point", 10, (), 0, 10, 0, None)]

    earned = account(*owed, earn(15, repaid=10))
    all_of_it = account(*owed, earn(10, repaid=10))
    pending = account(*owed, earn(15, usable=at(2)), ("mature", at(2), 5, "point", 15, 10))
    swallowed = account(*owed, earn(10, usable=at(2)), ("mature", at(2), 5, "point", 10, 10))

    assert (earned.balance(POINT), earned.debt(POINT)) == (POINT(5), POINT(0))
    assert (all_of_it.balance(POINT), all_of_it.lots(POINT)) == (POINT(0), ())
    assert (pending.balance(POINT), pending.debt(POINT)) == (POINT(5), POINT(0))
    assert (swallowed.balance(POINT), swallowed.lots(POINT), swallowed.debt(POINT)) == (POINT(0), (), POINT(0))


def test_expiring_and_spending_take_from_the_lots_they_name():
    found = account(
        fact(), earn(10, expires=at(5)), earn(20), ("spend", at(2), 0, "mug", "point", 12, (1, 4, 2, 8)),
        ("expire", at(5), 1, "point", 6),
    )  # fmt: skip

    assert [(lot.name, lot.left.minor) for lot in found.lots(POINT)] == [(2, 12)]


def test_giving_back_pays_debt_and_reopens_lots_with_their_own_expiry():
    spent = [
        fact(),
        earn(10, expires=at(5)),
        earn(20, expires=at(9)),
        ("spend", at(2), 0, "mug", "point", 30, (1, 10, 2, 20)),
    ]

    found = account(*spent, ("restore", at(3), 0, "mug", "point", 30, (1, 10, 2, 20), 0))

    assert [(lot.name, lot.left.minor, lot.expires) for lot in found.lots(POINT)] == [(1, 10, day(5)), (2, 20, day(9))]


def test_a_deadline_ends_everything_and_lots_given_back_after_it_keep_to_it():
    rows = [fact(), ("extend", NOON, 0, "point", at(5)), earn(10), ("spend", at(2), 0, "mug", "point", 10, (2, 10))]
    later = fact("activity", "v", at(8), (("name",), ("visit",)))

    before = account(*rows, ("restore", at(3), 0, "mug", "point", 10, (2, 10), 0))
    after = account(
        *rows, later, ("extend", at(8), 4, "point", at(12)), ("restore", at(8), 4, "mug", "point", 10, (2, 10), 0)
    )

    assert before.expiring(POINT) == ((day(5), POINT(10)),)
    assert after.expiring(POINT) == ((day(5), POINT(10)),)
    assert after.balance(POINT, day(8)) == POINT(0)


def test_a_return_may_take_from_lots_and_leave_debt():
    found = account(fact(), earn(10), ("take", NOON, 0, "base", "point", 10, (1, 4), 0, 6, 0, 5))

    assert (found.balance(POINT), found.debt(POINT)) == (POINT(0), POINT(6))


def test_facts_count_purchases_keep_settings_and_change_tallies():
    core = Core("ada")

    fold_rows(
        core,
        [
            fact(
                sums=("net, month", 5, 700, "net, month", 5, 1), slides=("net, last", at(9), 700, "net, last", at(4), 5)
            ),
            fact("settings", "s", at(2), (("letter",), ("yes",))),
            fact(id="late", moment=at(2), slides=("net, last", at(2), 900), now=at(3)),
        ],
    )

    assert core.purchases == 2
    assert core.sums == {("net, month", 5): 701}
    assert core.settings == {"letter": "yes"}
    assert core.slides["net, last"].total == 705
    assert core.now == at(3)


def test_tallies_over_rolling_windows_slide_while_rows_are_folded():
    core = Core("ada")

    fold_rows(core, [fact(slides=("net", at(4), 700)), fact(id="q", moment=at(4), slides=("net", at(9), 5))])

    assert core.slides["net"].total == 5


BAD_ROWS = {
    "no tuple": ["purchase"],
    "empty": (),
    "kind is no text": (7, 1),
    "kind is a list": ([], 1),
    "unknown kind": ("gift", 1),
    "too short": earn(5)[:-1],
    "too long": (*earn(5), None),
    "moment is a text": ("tier", "noon", 0, "status", "gold", None),
    "expires from no lot": ("expire", NOON, 7, "point", 5),
    "expires more than there is": ("expire", NOON, 1, "point", 11),
    "spends from no lot": ("spend", NOON, 0, "x", "point", 5, (7, 5)),
    "pieces are odd": ("spend", NOON, 0, "x", "point", 5, (1,)),
    "matures what does not wait": ("mature", NOON, 1, "point", 10, 0),
    "restores a lot of no row": ("restore", NOON, 0, "x", "point", 5, (9, 5), 0),
    "sums are odd": fact(id="q", sums=("net",)),
    "slides are odd": fact(id="q", slides=("net", 5)),
    "settings without values": fact("settings", "s", content=(("letter",), ())),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_row_that_fits_no_history_is_refused_by_position(name):
    with pytest.raises(lc.CorruptLedger) as caught:
        account(fact(), earn(10), BAD_ROWS[name])

    assert "ada" in str(caught.value) or "lot" in str(caught.value)
