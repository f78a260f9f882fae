"""What the verbs of a program are called with is checked before anything is decided."""

import pytest

import loyalcore as lc
import refusals
from shop import POINT, day, order, program

SHOP = program()
ADA, BASKET, JOINED = SHOP.open("ada"), order("b", day(1), "1.00"), lc.Enrolment("e", at=day(1))


@refusals.table(
    [
        *((SHOP.discounts, {"account": bad, "order": BASKET}, lc.InvalidValue) for bad in (None, "ada", SHOP)),
        *(
            (SHOP.discounts, {"account": ADA, "order": bad}, lc.InvalidValue)
            for bad in (None, lc.Enrolment("e", at=day(1)))
        ),
        (SHOP.payable, {"account": ADA, "order": None, "reward": "points"}, lc.InvalidValue),
        (lc.Book([SHOP]).discounts, {"account": None, "order": BASKET}, lc.InvalidValue),
        *((SHOP.decide, {"account": bad, "event": BASKET}, lc.InvalidValue) for bad in (None, "ada")),
        *((SHOP.advance, {"account": bad, "to": day(1)}, lc.InvalidValue) for bad in (None, "ada")),
    ]
)
def test_what_is_no_account_or_event_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_others_are_accounts_in_a_list_or_by_their_ids():
    stocked = program(lc.Earn("visit", POINT(10)), lc.Reward("mug", POINT(1), stock="mugs"))
    ada = stocked.decide(stocked.open("ada"), order("b", day(1), "1.00")).account
    mugs = stocked.open("mugs")
    wish = lc.Redemption("r", at=day(2), reward="mug")

    for others in ([mugs], {"mugs": mugs}):
        assert stocked.decide(ada, wish, others=others).refusal.code == "out-of-stock"
    for bad in (5, "mugs", [5], {"mugs": None}):
        with pytest.raises(lc.InvalidValue, match="others are accounts"):
            stocked.decide(ada, wish, others=bad)


@pytest.mark.parametrize("claims", ["ten", 5, ["ten", "ten"], [5], [""], [f"d{at}" for at in range(101)]])
def test_claims_are_names_each_once(claims):
    with pytest.raises(lc.InvalidValue):
        order("b", day(1), "1.00", claims=claims)


@pytest.mark.parametrize("through", ["2026-05-31", day(1), 5])
def test_the_last_day_is_a_date_and_given_instead_of_an_end(through):
    with pytest.raises(lc.InvalidValue, match="through="):
        lc.between(None, through=through)
    with pytest.raises(lc.InvalidValue, match="through="):
        lc.between(None, day(1), through=day(2).date())
