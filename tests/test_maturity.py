"""Maturity: what pending units can wait for, and what a program says to rules that cannot wait so."""

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, USD, Line, Member, Order, Visit, date, day, program
from test_interpreted import Told

DELIVERED = lc.Activity.name.is_("delivered")
UNTIL = {"event": DELIVERED, "within": lc.days(30)}


@pytest.mark.parametrize("then", [None, lc.days(14), lc.hours(36)])
def test_waiting_for_an_event_is_a_value(then):
    values.check(lc.until(DELIVERED & ~Visit.place.is_("shop"), within=lc.months(2), then=then))


def test_what_becomes_of_units_for_which_nothing_comes_is_part_of_the_value():
    values.check(lc.until(DELIVERED, within=lc.days(30), otherwise=lc.mature))
    assert lc.until(**UNTIL, otherwise=lc.lapse) == lc.until(**UNTIL) != lc.until(**UNTIL, otherwise=lc.mature)


@refusals.table(
    [
        *((lc.until, {**UNTIL, "event": bad}, lc.InvalidValue) for bad in (None, "delivered", Line.net.at_least(1))),
        *((lc.until, {**UNTIL, "within": bad}, lc.InvalidValue) for bad in (None, 30, lc.month)),
        *((lc.until, {**UNTIL, "then": bad}, lc.InvalidValue) for bad in (14, lc.never)),
        *((lc.until, {**UNTIL, "otherwise": bad}, lc.InvalidValue) for bad in (None, "usable", lc.maturing, [])),
    ]
)
def test_waiting_for_what_makes_no_sense_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def rule(event=DELIVERED, **options):
    return lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.until(event, within=lc.days(30)), **options)


@pytest.mark.parametrize(
    "options",
    [
        {"over": lc.month},
        {"on": lc.Activity},
        {"on": lc.Enrolment},
        {"pending": None, "expires_from": lc.maturing},
    ],
    ids=str,
)
def test_only_what_is_given_for_a_purchase_waits_and_only_what_is_pending_matures(options):
    with pytest.raises(lc.InvalidProgram):
        lc.Earn("base", POINT(5), **{"pending": lc.until(**UNTIL), **options})


STATEMENT = lc.cycle(lc.months(1), since=lc.first("card issued"))


@pytest.mark.parametrize(
    "pending",
    [
        lc.end_of(lc.month),
        lc.end_of(lc.month, then=lc.days(9)),
        lc.end_of(STATEMENT),
        lc.end_of(lc.anniversary(years=1), further=1),
        lc.days(3),
    ],
)
def test_waiting_for_a_day_of_the_calendar_or_for_a_time_is_a_value(pending):
    values.check(lc.Earn("base", POINT(5), pending=pending))


@pytest.mark.parametrize("bad", [lc.month, lc.never, lc.inactivity(lc.days(3)), 14])
def test_only_a_time_or_the_end_of_a_period_can_be_waited_for(bad):
    for make in (lambda: lc.Earn("base", POINT(5), pending=bad), lambda: lc.Issue(POINT(5), pending=bad)):
        with pytest.raises(lc.InvalidValue, match="end_of"):
            make()


def test_what_was_earned_in_a_month_is_usable_from_a_day_of_the_next():
    shop = program(lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.end_of(lc.month, then=lc.days(9))))
    ada = Told(shop)

    for moment in ("2026-05-01", "2026-05-31", "2026-06-05"):
        ada.buys(moment, date(moment), "10.00")

    assert [str(lot.usable.date()) for lot in ada.account.lots(POINT)] == ["2026-06-10", "2026-06-10", "2026-07-10"]
    assert str(shop.advance(ada.account, date("2026-06-10")).account.balance(POINT)) == "20 point"


def test_what_is_told_once_its_day_has_come_is_usable_at_once():
    ada = Told(program(lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.end_of(lc.month))))

    ada.buys("p", date("2026-05-31"), "10.00", now=date("2026-06-01"))

    assert str(ada.account.balance(POINT)) == "10 point"


@pytest.mark.parametrize("counted", ["", None, "usable", 3])
def test_a_life_is_counted_from_earning_or_maturing(counted):
    with pytest.raises(lc.InvalidValue):
        lc.Earn("base", POINT(5), pending=lc.days(3), expires_from=counted)


LADDER = lc.Ladder("status", by=Order.net.over(lc.lifetime), tiers={"base": 0, "gold": USD(50)})


@pytest.mark.parametrize(
    "event",
    [
        Order.channel.is_("app"),
        lc.in_tier("status", "gold"),
        DELIVERED & ~lc.setting("letter").is_("yes"),
        DELIVERED | lc.ordinal.is_(1),
        POINT.balance.at_least(POINT(3)),
        Order.net.over(lc.month).at_least(USD(3)),
        DELIVERED & lc.weekday("mon", zone=lc.setting("zone")),
    ],
    ids=["no activity", "a tier", "a setting", "an ordinal", "a balance", "a history", "a zone of the member"],
)
def test_what_is_awaited_is_asked_of_the_activity_alone(event):
    with pytest.raises(lc.InvalidProgram):
        program(rule(event), LADDER)


@pytest.mark.parametrize(
    "event",
    [DELIVERED & Visit.minutes.at_least(5), ~Visit.place.is_("shop"), DELIVERED & lc.weekday("mon"), lc.always],
    ids=["a number", "a text", "a day", "anything"],
)
def test_an_activity_is_asked_about_all_it_carries(event):
    assert program(rule(event)).rules[0].pending.event == event


@pytest.mark.parametrize(
    "other",
    [{"then": lc.days(1)}, {"within": lc.days(31)}, {"event": lc.always}, {"otherwise": lc.mature}],
    ids=str,
)
def test_rules_of_a_lane_wait_for_the_same(other):
    extra = lc.Earn("extra", POINT(5), pending=lc.until(**{**UNTIL, **other}))

    with pytest.raises(lc.InvalidProgram, match="one lot"):
        program(rule(), extra, lc.Lane("all", of=["base", "extra"]))


def test_units_wait_for_the_members_own_statement():
    """A month of one's own is clamped to the month's end, and before there is one there is nothing to wait for."""
    coupon = lc.Unit("coupon")
    ada = Told(
        program(
            lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.end_of(STATEMENT)),
            lc.Earn("in stock", lc.Unit("star").per_item(), pending=lc.end_of(STATEMENT), expires_from=lc.maturing),
            lc.Reward("coupon", POINT(5), gives=lc.Issue(coupon(1), pending=lc.end_of(STATEMENT, then=lc.days(2)))),
        )
    )
    ada.buys("before", date("2026-01-10"), "5.00")
    assert (ada.account.balance(POINT), ada.account.pending(POINT)) == (POINT(5), POINT(0))

    ada.does(Visit("card", at=date("2026-01-31"), name="card issued"))
    ada.does(lc.Redemption("r", at=date("2026-01-31"), reward="coupon"))
    ada.buys("first", date("2026-01-31"), "30.00", "20.00")
    ada.returns("back", date("2026-02-01"), "first", items=["b"])
    assert [str(lot.usable.date()) for lot in ada.account.lots(coupon)] == ["2026-03-02"]

    ada.waits(date("2026-02-27 23:59"))
    assert (ada.account.balance(POINT), ada.account.pending(POINT)) == (POINT(0), POINT(30))
    ada.waits(date("2026-02-28"))
    assert (ada.account.balance(POINT), ada.account.balance(lc.Unit("star"))) == (POINT(30), lc.Unit("star")(2))


LATER_ON = program(lc.Expiry(POINT, lc.days(10)), lc.Burn(POINT), lc.Reward("cup", cost=POINT(5)))


def given_for_later(usable, **said):
    """The same units, pending until a moment: by hand, and brought along."""
    return [
        lc.Adjustment("e", at=day(1), amount=POINT(5), reason="a gift", usable=usable, **said),
        lc.Opening("e", at=day(1), lots=[lc.OpeningLot(POINT(5), usable=usable, **said)]),
    ]


@pytest.mark.parametrize("given", given_for_later(day(4)), ids=["by hand", "brought along"])
def test_units_by_hand_and_brought_along_may_be_pending_until_a_moment(given):
    ada = Member(LATER_ON)
    ada.does(given)
    assert (ada.has(), ada.account.pending(POINT)) == ("0", POINT(5))
    assert [(lot.usable, lot.expires) for lot in ada.account.lots(POINT)] == [(day(4), day(11))]

    ada.redeems("early", day(3), "cup")
    assert ada.answer.refusal.code == "insufficient"
    ada.redeems("then", day(4), "cup")

    assert ada.answer.refusal is None
    assert lc.verify(LATER_ON, ada.account) is None
    assert lc.fold("ada", ada.account.rows) == ada.account


@pytest.mark.parametrize("given", given_for_later(day(4)), ids=["by hand", "brought along"])
def test_what_is_told_of_after_it_has_become_usable_is_usable_at_once(given):
    ada = Member(LATER_ON)

    ada.does(given, now=day(4))

    assert (ada.has(), ada.kinds()) == ("5", [given.kind, "earn"])


@pytest.mark.parametrize("given", given_for_later(day(30)), ids=["by hand", "brought along"])
def test_what_ends_by_policy_before_it_is_usable_lapses(given):
    ada = Member(LATER_ON)

    ada.does(given)
    ada.waits(day(40))

    assert (ada.has(), ada.kinds()[-1], ada.account.entries[-1].at) == ("0", "expire", day(11))


@pytest.mark.parametrize("given", given_for_later(day(30), expires=lc.never), ids=["by hand", "brought along"])
def test_what_is_usable_later_may_never_end(given):
    ada = Member(LATER_ON)

    ada.does(given)
    ada.waits(day(400))

    assert ada.has() == "5"
