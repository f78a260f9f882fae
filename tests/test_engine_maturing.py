"""Maturing: units that wait for something to happen to their purchase, and lapse where it does not."""

import datetime as dt
import json

import pytest

import loyalcore as lc
from loyalcore import interpreted
from shop import POINT, STAR, USD, Line, Member, Visit, day, program
from test_interpreted import Told

MICROSECOND = dt.timedelta(microseconds=1)
DELIVERED = lc.Activity.name.is_("delivered")
BASE = POINT.per(USD(1), Line.net)


def shop(*rules, then=None, otherwise=lc.lapse, **options):
    """A program whose points wait for delivery, within 30 days; 14 are given at once for each purchase in the app."""
    until = lc.until(DELIVERED, within=lc.days(30), then=then, otherwise=otherwise)
    waiting = lc.Earn("base", BASE, pending=until, **options)
    return program(waiting, lc.Earn("app", POINT(14)), lc.Reward("mug", POINT(25)), *rules)


def member(shop_=None, **options):
    ada = Member(shop(**options) if shop_ is None else shop_)
    ada.buys("p", day(1), "30.00", "20.00")
    return ada


def delivered(at, of="p", id_="d", name="delivered"):
    return Visit(id_, at=at, name=name, of=of)


def moved(answer):
    return [(entry.kind, entry.row[-2 if entry.kind == "mature" else -1]) for entry in answer.entries]


def test_units_are_usable_once_what_they_wait_for_has_come():
    ada = member()
    assert (ada.has(), ada.account.pending(POINT)) == ("14", POINT(50))
    waiting = ada.account.lots(POINT)[-1]
    assert (waiting.awaits, waiting.usable, waiting.expires) == (True, None, day(31))
    assert next_due(ada) == day(31)

    answer = ada.does(delivered(day(5)))

    assert [entry.kind for entry in answer.entries] == ["activity", "confirm", "mature"]
    assert (ada.has(), ada.account.pending(POINT), ada.account.lots(POINT)[0].awaits) == ("64", POINT(0), False)


def next_due(ada):
    return ada.program.next_due(ada.account)


def test_they_may_take_some_time_more():
    ada = member(then=lc.days(14))

    answer = ada.does(delivered(day(5)))

    assert [entry.kind for entry in answer.entries] == ["activity", "confirm"]
    lot = ada.account.lots(POINT)[-1]
    assert (lot.awaits, lot.usable, lot.expires) == (False, day(19), None)
    assert ada.account.balance(POINT, at=day(19)) == POINT(64)
    assert ada.waits(day(19) - MICROSECOND).entries == ()
    assert [entry.kind for entry in ada.waits(day(19)).entries] == ["mature"]


@pytest.mark.parametrize("late", [0, 1])
def test_what_has_not_come_by_the_deadline_comes_too_late_and_the_units_lapse(late):
    """The deadline is a job with an entry; at its very moment it comes before the event."""
    ada = member()
    ada.does(delivered(day(31) + late * MICROSECOND))

    assert [(entry.kind, entry.at) for entry in ada.answer.entries][:1] == [("expire", day(31))]
    assert (ada.has(), ada.account.pending(POINT), ada.kinds().count("mature")) == ("14", POINT(0), 0)


def test_what_comes_in_time_but_is_recorded_after_the_deadline_is_recorded_now_and_too_late():
    ada = member()

    ada.does(delivered(day(5)), now=day(40))

    assert (ada.has(), ada.kinds().count("confirm")) == ("14", 0)


def test_what_is_recorded_late_but_within_the_deadline_counts_from_when_it_came():
    ada = member(then=lc.days(14))

    ada.does(delivered(day(5)), now=day(25))

    assert (ada.has(), ada.kinds()[-1], ada.account.entries[-1].at) == ("64", "mature", day(19))


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        (delivered(day(5), name="paid"), False),
        (Visit("d", at=day(5), name="delivered"), False),
        (delivered(day(5), of="q"), False),
        (delivered(day(5)), True),
    ],
    ids=["another event", "of no purchase", "of another purchase", "it"],
)
def test_only_what_is_awaited_and_of_the_purchase_counts(event, counts):
    ada = member()
    ada.buys("q", day(2))

    ada.does(event)

    assert ada.has() == ("78" if counts else "28")


def test_the_first_that_comes_counts_and_only_that():
    ada = member(then=lc.days(14))
    ada.does(delivered(day(5)))

    again = ada.does(delivered(day(9), id_="e"))

    assert [entry.kind for entry in again.entries] == ["activity"]
    assert ada.account.lots(POINT)[-1].usable == day(19)
    assert ada.does(delivered(day(5))).known


@pytest.mark.parametrize("of", ["nowhere", "v"])
def test_an_activity_about_a_purchase_that_is_not_recorded_is_refused_and_may_be_told_again(of):
    ada = member()
    ada.does(Visit("v", at=day(2), name="review"))

    refusal = ada.does(delivered(day(5), of=of)).refusal

    assert refusal.code == "unknown-purchase"
    assert ada.account.find("d") is None
    assert ada.does(delivered(day(5))).refusal is None


def test_a_rule_may_give_for_the_activity_as_well():
    ada = member(shop(lc.Earn("thanks", POINT(3), on=lc.Activity, when=DELIVERED)))

    ada.does(delivered(day(5)))

    assert ada.has() == "67"
    assert ada.answer.reasons[0].gave == POINT(3)


# Usable at the deadline, whatever comes.


def at_the_latest(*rules, **options):
    """A member whose points are usable on delivery, and 30 days after the purchase at the latest; both forms agree."""
    ada = Told(shop(*rules, otherwise=lc.mature, **options))
    ada.buys("p", day(1), "30.00", "20.00")
    return ada


def own(ada):
    return [(lot.usable, lot.expires, lot.awaits) for lot in ada.account.lots(POINT) if lot.rule == "base"]


def test_units_may_be_usable_at_the_deadline_where_what_they_wait_for_does_not_come():
    ada = at_the_latest()
    assert own(ada) == [(day(31), None, False)]
    assert (ada.account.pending(POINT), next_due(ada)) == (POINT(50), day(31))
    assert [ada.account.balance(POINT, at=day(31) - late) for late in (MICROSECOND, 0 * MICROSECOND)] == [
        POINT(14),
        POINT(64),
    ]

    answer = ada.waits(day(31))

    assert [(entry.kind, entry.at) for entry in answer.entries] == [("mature", day(31))]
    assert (ada.has(), own(ada)) == ("64", [(None, None, False)])


@pytest.mark.parametrize(
    ("came", "then", "usable"),
    [(day(5), None, day(5)), (day(5), lc.days(14), day(19)), (day(25), lc.days(14), day(31))],
    ids=["at once", "some time later", "no later than the deadline"],
)
def test_what_comes_lets_them_be_usable_before_the_deadline_and_never_after_it(came, then, usable):
    ada = at_the_latest(then=then)

    ada.does(delivered(came))
    ada.waits(day(40))

    assert [entry.at for entry in ada.account.entries if entry.kind == "mature"] == [usable]
    assert ada.account.statement(POINT).total == POINT(64)


@pytest.mark.parametrize("at", [day(31), day(35), day(5)], ids=["at the deadline", "after it", "told after it"])
def test_what_comes_after_the_deadline_changes_nothing_of_units_that_are_usable(at):
    ada = at_the_latest(expires=lc.days(60), expires_from=lc.maturing)

    ada.does(delivered(at), now=max(at, day(35)))

    assert (ada.kinds().count("confirm"), ada.has()) == (0, "64")
    assert own(ada) == [(None, day(91), False)]


def test_a_purchase_that_is_told_after_its_deadline_gives_units_that_are_usable_at_once():
    ada = Told(shop(otherwise=lc.mature, expires=lc.days(40)))

    ada.buys("p", day(1), "50.00", now=day(35))

    assert (ada.has(), own(ada)) == ("64", [(None, day(41), False)])
    assert [entry.kind for entry in ada.does(delivered(day(5)), now=day(36)).entries] == ["activity"]


@pytest.mark.parametrize(
    ("counted", "came", "ends"),
    [
        (lc.earning, None, day(41)),
        (lc.earning, day(5), day(41)),
        (lc.maturing, None, day(71)),
        (lc.maturing, day(5), day(45)),
    ],
)
def test_their_life_is_counted_from_earning_or_from_whenever_they_mature(counted, came, ends):
    ada = at_the_latest(expires=lc.days(40), expires_from=counted)
    if came:
        ada.does(delivered(came))

    ada.waits(day(31))

    assert own(ada) == [(None, ends, False)]


def test_units_whose_life_ends_before_their_deadline_end_unused():
    ada = at_the_latest(expires=lc.days(9))

    ada.waits(day(31))

    assert [(entry.kind, entry.at) for entry in ada.answer.entries] == [("expire", day(10))]


@pytest.mark.parametrize("returned", [day(3), day(35)], ids=["before", "after"])
def test_a_return_before_or_after_the_deadline_takes_what_the_items_brought(returned):
    ada = at_the_latest()

    ada.returns("r", returned, "p", ["b"])
    assert (ada.has(), ada.account.pending(POINT)) == (("14", POINT(30)) if returned == day(3) else ("44", POINT(0)))
    ada.waits(day(40))

    assert (ada.has(), ada.account.debt(POINT)) == ("44", POINT(0))


@pytest.mark.parametrize(
    ("came", "returned", "usable"),
    [(None, day(20), day(50)), (day(4), day(20), None), (day(25), day(20), day(27)), (day(19), day(20), day(21))],
    ids=["it never comes", "it came before", "it comes after", "it came just before"],
)
def test_what_a_return_gives_again_waits_from_the_return_on(came, returned, usable):
    """V is 20 for all of it, 0 without the 20.00, and 20 again without the 30.00 too."""
    few = lc.Earn(
        "few",
        POINT(20),
        when=~Line.net.sum().at_least(USD(25)) | Line.net.sum().at_least(USD(45)),
        pending=lc.until(DELIVERED, within=lc.days(30), then=lc.days(2), otherwise=lc.mature),
    )
    ada = Told(program(few))
    ada.buys("p", day(1), "30.00", {"net": "20.00", "quantity": 2})
    ada.returns("r", day(2), "p", ["b"])
    if came and came < returned:
        ada.does(delivered(came))

    ada.returns("s", returned, "p", {"a": "0.5"})
    if came and came > returned:
        ada.does(delivered(came))
    ada.waits(day(60))

    matured = [entry.at for entry in ada.account.entries if entry.kind == "mature"]
    assert (matured, ada.has()) == ([usable] if usable else [], "20")


@pytest.mark.parametrize(
    ("then", "now", "has"),
    [
        (lc.lapse, lc.lapse, "64"),
        (lc.lapse, lc.mature, "64"),
        (lc.mature, lc.mature, "64"),
        (lc.mature, lc.lapse, "14"),
    ],
)
def test_a_program_confirms_what_waits_as_it_lets_units_wait_or_for_nothing_else(then, now, has):
    """To one by which units lapse, those of another that mature at a deadline wait for a time, and for no event."""
    ada = Told(shop(otherwise=then))
    ada.buys("p", day(1), "50.00")
    ada.program = shop(otherwise=now)

    ada.does(delivered(day(5)))

    assert ada.has() == has
    ada.waits(day(31))
    assert ada.has() == "64"


def test_a_book_asks_the_version_of_the_purchase_whether_units_mature_at_the_deadline():
    waiting = [
        lc.Earn("base", BASE, pending=lc.until(DELIVERED, within=lc.days(30), otherwise=each))
        for each in (lc.mature, lc.lapse)
    ]
    first, later = (program(each, version=f"{number}") for number, each in enumerate(waiting))
    ada = Told(lc.Book([first, lc.Version(later, starts=day(10))]))
    for id_, at in (("p", day(1)), ("q", day(11))):
        ada.buys(id_, at, "50.00")

    ada.waits(day(45))

    assert [(entry.kind, entry.at) for entry in ada.answer.entries] == [("mature", day(31)), ("expire", day(41))]
    assert ada.has() == "50"


def test_units_that_mature_at_the_deadline_pay_debt_first():
    ada = at_the_latest()
    ada.buys("q", day(2), "0.00")
    ada.gets("g", day(2), POINT(-28))
    ada.returns("r", day(3), "q")

    ada.waits(day(31))

    assert (ada.has(), ada.account.debt(POINT)) == ("36", POINT(0))


@pytest.mark.parametrize("since", [None, day(3), day(20)])
def test_a_snapshot_knows_what_waits_for_its_deadline(since):
    ada = at_the_latest()
    ada.waits(day(6))

    restored = lc.restore(json.loads(json.dumps(ada.account.snapshot(since))))

    assert restored.lots(POINT) == ada.account.lots(POINT)
    assert ada.program.decide(restored, delivered(day(7))).entries == ada.does(delivered(day(7))).entries
    assert lc.verify(ada.program, ada.account) is None


# Returns.


def test_a_return_before_maturity_takes_what_is_pending():
    ada = member()
    ada.redeems("x", day(2), "mug")
    ada.returns("r", day(3), "p", ["b"])
    assert (ada.has(), ada.account.pending(POINT), ada.account.debt(POINT)) == ("14", POINT(30), POINT(0))

    ada.does(delivered(day(5)))

    assert ada.has() == "44"


def test_what_was_all_returned_does_not_mature():
    ada = member()
    ada.returns("r", day(3), "p")

    assert [entry.kind for entry in ada.does(delivered(day(5))).entries] == ["activity"]


def rising():
    """Twenty points where something is bought and less than 25.00: returning the dearer item raises V to that."""
    paid = lc.Earn("paid", STAR(1), pending=lc.until(lc.Activity.name.is_("paid"), within=lc.days(5)))
    few = lc.Earn(
        "few",
        POINT(20),
        when=~Line.net.sum().at_least(USD(25)) | Line.net.sum().at_least(USD(45)),
        pending=lc.until(DELIVERED, within=lc.days(30), then=lc.days(2)),
    )
    return program(paid, few)


@pytest.mark.parametrize("when", [day(4), None, day(25)], ids=["before", "never", "after"])
def test_what_a_return_gives_again_waits_only_for_what_has_not_come_yet(when):
    """V is 20 for all of it, 0 without the 20.00, and 20 again without the 30.00 too."""
    ada = Member(rising())
    ada.buys("p", day(1), "30.00", {"net": "20.00", "quantity": 2})
    ada.returns("r", day(2), "p", ["b"])
    assert ada.account.pending(POINT) == POINT(0)
    if when == day(4):
        ada.does(delivered(day(3), id_="other", name="paid"))
        ada.does(delivered(day(4)))
    ada.returns("s", day(20), "p", {"a": "0.5"})
    if when == day(25):
        ada.does(delivered(day(25)))
    ada.waits(day(28))

    usable = 20 if when else 0
    assert (ada.has(), ada.account.pending(POINT)) == (str(usable), POINT(20 - usable))


# Debt and expiry.


def test_units_that_mature_pay_debt_first():
    ada = member()
    ada.buys("q", day(2), "0.00")
    ada.gets("g", day(2), POINT(-28))
    ada.returns("r", day(3), "q")
    assert ada.account.debt(POINT) == POINT(14)

    ada.does(delivered(day(5)))

    assert (ada.has(), ada.account.debt(POINT)) == ("36", POINT(0))


@pytest.mark.parametrize(
    ("options", "ends"),
    [
        ({}, day(21)),
        ({"then": lc.days(3)}, day(21)),
        ({"expires_from": lc.maturing}, day(25)),
        ({"expires_from": lc.maturing, "then": lc.days(3)}, day(28)),
    ],
    ids=["from earning", "from earning, then", "from maturing", "from maturing, then"],
)
def test_the_life_of_units_is_counted_from_earning_unless_told_otherwise(options, ends):
    """Twenty days from the 1st, or from the 5th when it is delivered, or from three days after that."""
    ada = member(shop(lc.Expiry(POINT, lc.days(20)), **options))

    ada.does(delivered(day(5)))
    ada.waits(day(9))

    own = [lot.expires for lot in ada.account.lots(POINT) if lot.rule == "base"]
    assert own == [ends]


def test_a_life_counted_from_maturing_after_a_time_too():
    late = lc.Earn("late", POINT(9), pending=lc.days(10), expires_from=lc.maturing, expires=lc.days(5))
    ada = Member(program(late))

    ada.buys("p", day(1), "1.00")

    assert ada.account.expiring(POINT) == ((day(16), POINT(9)),)


def test_units_whose_life_ends_before_what_they_wait_for_comes_end_then():
    ada = member(shop(lc.Expiry(POINT, lc.days(9))))
    assert [lot.expires for lot in ada.account.lots(POINT)] == [day(10), day(10)]

    ada.does(delivered(day(12)))

    assert (ada.has(), ada.account.lots(POINT)) == ("0", ())


def test_units_whose_life_ends_while_they_take_some_time_more_never_mature():
    ada = member(shop(lc.Expiry(POINT, lc.days(9)), then=lc.days(7)))

    ada.does(delivered(day(5)))
    ada.waits(day(20))

    assert (ada.kinds().count("confirm"), ada.kinds().count("mature"), ada.has()) == (1, 0, "0")


def test_spent_units_go_back_with_the_expiry_they_have_since_they_matured():
    """Until it came, the 31st was the end; since then it is the 45th."""
    ada = member(shop(expires=lc.days(40), expires_from=lc.maturing))
    ada.does(delivered(day(5)))
    ada.redeems("x", day(6), "mug", times=2)

    ada.returns("r", day(35), "x")

    assert [lot.expires for lot in ada.account.lots(POINT) if lot.rule == "base"] == [day(45)]
    assert ada.has() == "64"


def test_units_that_expired_since_they_matured_cost_nothing_when_they_are_returned():
    ada = member(shop(expires=lc.days(3), expires_from=lc.maturing))
    ada.does(delivered(day(5)))

    ada.returns("r", day(9), "p")

    assert [entry.lapsed for entry in ada.answer.entries if entry.kind == "take"] == [50, 0]
    assert ada.has() == "0"


@pytest.mark.parametrize("gives", [POINT(5), STAR(5)], ids=["at once", "in another unit"])
def test_what_another_version_gave_without_waiting_is_not_confirmed(gives):
    ada = Member(program(lc.Earn("base", gives)))
    ada.buys("p", day(1), "1.00")
    ada.program = program(lc.Earn("base", POINT(5), pending=lc.until(DELIVERED, within=lc.days(30))), version="2")

    answer = ada.does(Visit("v", at=day(2), name="delivered", of="p"))

    assert [entry.kind for entry in answer.entries] == ["activity"]
    assert interpreted.decide(ada.program, ada.account, Visit("w", at=day(3), name="delivered", of="p")).entries


def test_units_that_wait_end_for_want_of_activity_too():
    ada = member(shop(lc.Expiry(POINT, lc.inactivity(lc.days(10)))))
    assert [lot.expires for lot in ada.account.lots(POINT)] == [day(11), day(11)]

    ada.does(delivered(day(9)))

    assert [lot.expires for lot in ada.account.lots(POINT)] == [day(19), day(19)]
    assert ada.has() == "64"


# Entries alone, snapshots, replay.


def test_entries_alone_rebuild_what_waits_and_verify_finds_it_right():
    ada = member(then=lc.days(14))
    ada.buys("q", day(2), "8.00")
    ada.does(delivered(day(5)))

    folded = lc.fold("ada", ada.account.entries)

    assert folded == ada.account
    assert folded.lots(POINT) == ada.account.lots(POINT)
    assert lc.verify(ada.program, ada.account) is None


@pytest.mark.parametrize("since", [None, day(3), day(20)])
def test_a_snapshot_knows_what_waits(since):
    ada = member(then=lc.days(14))
    ada.buys("q", day(2), "8.00")
    ada.does(delivered(day(5)))

    restored = lc.restore(json.loads(json.dumps(ada.account.snapshot(since))))
    answer = ada.program.decide(restored, delivered(day(6), of="q", id_="e"))

    assert answer.entries == ada.does(delivered(day(6), of="q", id_="e")).entries
    assert answer.account.lots(POINT) == ada.account.lots(POINT)
    assert [lot.usable for lot in answer.account.lots(POINT)][-2:] == [day(19), day(20)]


@pytest.mark.parametrize("since", [None, day(10)])
def test_a_snapshot_knows_what_came_to_a_purchase_it_keeps(since):
    ada = Member(rising())
    ada.buys("p", day(1), "30.00", {"net": "20.00", "quantity": 2})
    ada.returns("r", day(2), "p", ["b"])
    ada.does(delivered(day(4)))
    ada.returns("t", day(12), "p", {"a": "0.01"})
    restored = lc.restore(json.loads(json.dumps(ada.account.snapshot(since))))

    again = ada.program.decide(restored, lc.Return("s", at=day(20), of="p", items={"a": "0.5"}))

    assert again.account.balance(POINT) == POINT(20)


@pytest.mark.parametrize(
    "row",
    [
        ("confirm", 2, 0, 1, "point", 3, 9),
        ("confirm", 2, 0, 7, "point", 3, 9),
    ],
)
def test_a_row_that_confirms_what_does_not_wait_is_refused_by_name(row):
    fact = ("enrolment", 1, "e", ((), ()), (), (), (), 1, "0" * 64)

    with pytest.raises(lc.CorruptLedger, match="does not wait for an event"):
        lc.fold("ada", [fact, ("earn", 1, 0, "x", "point", 9, None, 9, 0, None), row])
