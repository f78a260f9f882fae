"""Programs are values with verbs: what they compare by, what they refuse, and in what order things happen."""

import pickle

import pytest

import loyalcore as lc
from refusals import check, table
from shop import CENT, POINT, STAR, USD, Line, Member, Order, Visit, day, order, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
STATUS = lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=90)), tiers={"base": 0, "gold": USD(50)})
SHOP = program(
    BASE,
    STATUS,
    lc.Expiry(POINT, lc.days(30)),
    lc.Reward("mug", POINT(25)),
    lc.Pay("pay", POINT(1), USD("0.03")),
)


def test_programs_of_the_same_content_are_equal_and_hash_alike_and_others_differ():
    same = program(*SHOP.rules)

    assert same == SHOP
    assert hash(same) == hash(SHOP)
    assert same.hash == SHOP.hash
    assert program(*SHOP.rules, version="2") != SHOP
    assert program(*SHOP.rules, version="2").hash != SHOP.hash
    assert program(*SHOP.rules, timezone="Asia/Tokyo").hash != SHOP.hash
    assert SHOP.__eq__("shop") is NotImplemented


def test_the_text_of_a_program_evaluates_to_an_equal_one():
    assert eval(repr(SHOP), vars(lc) | {"Schema": lc.Schema}) == SHOP  # noqa: S307 - what repr promises


def test_a_program_survives_pickling_before_and_after_its_first_use():
    unused = pickle.loads(pickle.dumps(program(*SHOP.rules)))  # noqa: S301 - what was just written
    ada = Member(SHOP)
    ada.buys("p", day(1), "5.00")
    used = pickle.loads(pickle.dumps(SHOP))  # noqa: S301 - what was just written

    assert unused == used == SHOP
    assert used.hash == SHOP.hash
    assert used.decide(ada.account, order("q", day(2), "5.00")).account.balance(POINT) == POINT(10)


def test_an_event_is_recorded_at_its_own_moment_or_when_it_is_said_to_be():
    ada = Member(SHOP)

    first = ada.buys("p", day(1), "5.00").entries[0]
    late = ada.buys("q", day(2), "5.00", now=day(9)).entries[0]
    earlier = ada.buys("r", day(3), "5.00", now=day(4)).entries[0]

    assert (first.at, first.now) == (day(1), day(1))
    assert (late.at, late.now) == (day(2), day(9))
    assert (earlier.at, earlier.now) == (day(3), day(9))


def test_a_now_before_the_event_counts_as_its_moment():
    assert Member(SHOP).buys("p", day(5), "5.00", now=day(1)).entries[0].now == day(5)


def test_jobs_that_are_due_come_before_the_event():
    ada = Member(SHOP)
    ada.buys("p", day(1), "30.00")

    answer = ada.redeems("x", day(31), "mug")

    assert answer.refusal == lc.Refusal("insufficient", "mug costs 25 point: 25 point short", POINT(25))
    assert ada.has() == "30"
    assert [entry.kind for entry in ada.buys("q", day(31), "1.00").entries] == ["expire", "purchase", "earn"]


def test_after_a_refusal_the_account_goes_on_as_if_nothing_had_been_asked():
    """Jobs done for the refused request are not recorded, and tallies that slid are back."""
    rules = program(
        lc.Earn("much", POINT(5), when=Line.net.sum().over(lc.rolling(days=5)).at_least(USD(10))),
        lc.Reward("mug", POINT(25)),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "10.00")

    assert ada.redeems("x", day(10), "mug").refusal is not None
    ada.buys("q", day(3), "10.00")

    assert ada.has() == "5"


def test_advancing_past_a_slide_without_an_entry_does_not_let_time_pass_for_other_handles():
    recently = Line.net.sum().over(lc.rolling(days=5)).at_least(USD(10))
    ada = Member(program(lc.Earn("much", POINT(5), when=recently)))
    ada.buys("p", day(1), "10.00")

    advanced = ada.program.advance(ada.account, day(10))
    ada.buys("q", day(3), "10.00")

    assert advanced.entries == ()
    assert ada.has() == "5"


def test_a_decision_that_fails_halfway_changes_nothing():
    """The lots of day 1 have ended when the program finds that another one judged the purchase."""
    ada = Member(SHOP)
    ada.buys("p", day(1), "30.00")
    before, rows = ada.account, ada.account.rows
    other = program(*SHOP.rules, version="2")

    with pytest.raises(lc.UnknownProgram):
        other.decide(before, lc.Return("r", at=day(40), of="p"))

    assert before.rows == rows
    assert (before.version, before.balance(POINT), before.lots(POINT)) == (
        2,
        POINT(30),
        (lc.Lot(1, "base", POINT(30), day(31), None),),
    )
    assert [entry.kind for entry in ada.redeems("x", day(2), "mug").entries] == ["redemption", "spend"]


def test_advancing_does_what_is_due_until_and_at_the_moment():
    ada = Member(SHOP)
    ada.buys("p", day(1), "60.00")

    assert ada.waits(day(31, 11)).entries == ()
    assert [entry.kind for entry in ada.waits(day(31)).entries] == ["expire"]
    assert [entry.kind for entry in ada.waits(day(200)).entries] == ["tier"]
    assert ada.waits(day(5)).entries == ()


def test_tallies_that_slide_on_their_own_leave_no_entry_and_the_old_handle_as_it_was():
    ada = Member(SHOP)
    ada.buys("p", day(1), "10.00", now=day(31))
    before = ada.account

    assert ada.waits(day(95)).entries == ()
    assert ada.account == before


def test_what_is_due_next_is_the_moment_of_the_next_entry():
    ada = Member(SHOP)
    assert SHOP.next_due(ada.account) is None
    ada.buys("p", day(1), "60.00")
    assert SHOP.next_due(ada.account) == day(31)
    ada.waits(day(31))
    assert SHOP.next_due(ada.account) == day(91)
    ada.waits(day(91))

    assert SHOP.next_due(ada.account) is None


def test_a_tally_that_slides_without_consequence_is_not_due():
    ada = Member(program(BASE, STATUS))
    ada.buys("p", day(1), "10.00")

    assert SHOP.next_due(ada.account) is None


def test_when_units_end_follows_the_policy_of_their_unit():
    assert SHOP.expires(POINT, day(1)) == day(31)
    assert SHOP.expires(STAR, day(1)) is None


def test_what_is_frozen_with_facts_is_named():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net), when=lc.setting("letter").is_("yes") & lc.ordinal.is_(1)),
        lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base"),
        STATUS,
    )

    assert set(rules.frozen_names()) == {"tier status", "setting letter", "Ordinal()"}
    assert rules.frozen_names("activity") == ()


@pytest.mark.parametrize("kind", ["purchase", "activity"])
def test_reasons_are_asked_by_event(kind):
    ada = Member(SHOP)
    ada.buys("purchase", day(1), "5.00")
    ada.does(Visit("activity", at=day(1), name="review"))

    assert len(SHOP.reasons(ada.account, kind)) == (1 if kind == "purchase" else 0)


def test_a_return_is_judged_by_the_program_of_its_purchase_only():
    ada = Member(SHOP)
    ada.buys("p", day(1), "5.00")
    other = program(BASE, version="2")

    with pytest.raises(lc.UnknownProgram, match=SHOP.hash):
        other.decide(ada.account, lc.Return("r", at=day(2), of="p"))

    assert ada.has() == "5"
    assert SHOP.decide(ada.account, lc.Return("r", at=day(2), of="p")).refusal is None


class Other(lc.Purchase):
    shop = lc.Text(missing="")


class OtherLine(lc.Item):
    weight = lc.Number(missing=0)


class Review(lc.Activity):
    stars = lc.Number(missing=0)


def decide(event, account=None):
    return SHOP.decide(SHOP.open("ada") if account is None else account, event)


def redemption(reward, **how):
    return lc.Redemption("x", at=day(1), reward=reward, **how)


def adjustment(amount):
    return lc.Adjustment("j", at=day(1), amount=amount, reason="why")


def opening(**how):
    return lc.Opening("o", at=day(1), **how)


@table(
    [
        (SHOP.open, {"member": ""}, lc.InvalidValue),
        (SHOP.open, {"member": True}, lc.InvalidValue),
        (decide, {"event": "a purchase"}, lc.InvalidValue),
        (decide, {"event": order("p", day(1)), "account": "ada"}, lc.InvalidValue),
        (SHOP.decide, {"account": SHOP.open("a"), "event": order("p", day(1)), "now": "soon"}, lc.InvalidValue),
        (SHOP.advance, {"account": "ada", "to": day(1)}, lc.InvalidValue),
        (SHOP.advance, {"account": SHOP.open("ada"), "to": "tomorrow"}, lc.InvalidValue),
        (SHOP.next_due, {"account": None}, lc.InvalidValue),
        (SHOP.expires, {"unit": "point", "at": day(1)}, lc.InvalidValue),
        (SHOP.expires, {"unit": POINT, "at": 5}, lc.InvalidValue),
        (SHOP.reasons, {"account": SHOP.open("ada"), "event_id": "p"}, lc.InvalidValue),
        (SHOP.reasons, {"account": "ada", "event_id": "p"}, lc.InvalidValue),
        (SHOP.frozen_names, {"kind": "return"}, lc.InvalidValue),
        (decide, {"event": Other("p", at=day(1))}, lc.InvalidValue),
        (decide, {"event": Order("p", at=day(1), items=[OtherLine("a", "1.00")])}, lc.InvalidValue),
        (decide, {"event": Order("p", at=day(1), net="1.00")}, lc.InvalidValue),
        (decide, {"event": Order("p", at=day(1), items=[Line("a", "1.001", category="x")])}, lc.InvalidValue),
        (decide, {"event": Review("v", at=day(1), name="review")}, lc.InvalidValue),
        (decide, {"event": redemption("voucher")}, lc.InvalidValue),
        (decide, {"event": redemption("mug", amount="1.00")}, lc.InvalidValue),
        (decide, {"event": redemption("pay")}, lc.InvalidValue),
        (decide, {"event": redemption("pay", amount="1.00", times=2)}, lc.InvalidValue),
        (decide, {"event": redemption("pay", amount="0")}, lc.InvalidValue),
        (decide, {"event": adjustment(CENT(1))}, lc.InvalidValue),
        (decide, {"event": adjustment(lc.Unit("point", 2)(1))}, lc.InvalidValue),
        (decide, {"event": opening(lots=[lc.OpeningLot(STAR(1))])}, lc.InvalidValue),
        (decide, {"event": opening(tiers={"status": "silver"})}, lc.InvalidValue),
        (decide, {"event": opening(tiers={"club": "gold"})}, lc.InvalidValue),
    ]
)
def test_refused(function, bad, error):
    check(function, bad, error)


def test_a_program_without_rules_records_what_happens_and_has_no_units():
    ada = Member(program())

    ada.buys("p", day(1), "5.00")

    assert ada.kinds() == ["purchase"]
    with pytest.raises(lc.InvalidValue, match="it has none"):
        ada.gets("j", day(2), POINT(5))
    with pytest.raises(lc.InvalidValue, match="it has none"):
        ada.redeems("x", day(2), "mug")


def test_conflicts_name_the_first_field_that_differs_of_any_event():
    ada = Member(program(BASE))
    ada.does(lc.Settings("s", at=day(1), letter="yes"))
    ada.gets("j", day(1), POINT(5))
    cases = [
        (lc.Settings("s", at=day(1), letter="no"), "letter"),
        (lc.Settings("s", at=day(1), colour="red"), "fields"),
        (lc.Adjustment("j", at=day(1), amount=POINT(6), reason="by hand"), "amount"),
        (lc.Adjustment("j", at=day(1), amount=POINT(5), reason="other"), "reason"),
    ]

    for event, field in cases:
        with pytest.raises(lc.EventConflict) as caught:
            ada.does(event)
        assert caught.value.field == field
