"""Deductions: what activities take of units, whoever decides them and in whichever form."""

import pytest

import loyalcore as lc
import refusals
import values
from loyalcore import interpreted
from shop import POINT, STAR, USD, Line, Member, Order, Visit, day, program

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
MISSED = Visit.name.is_("missed")
PENALTY = lc.Deduct("penalty", POINT(50), when=MISSED)


class Both(Member):
    """A member whose every event is decided by the engine and by the interpreted form, which have to agree."""

    def does(self, event, now=None):
        read = interpreted.decide(self.program, self.account, event, now)
        answer = super().does(event, now)
        assert (answer.entries, answer.account) == (read.entries, read.account)
        assert lc.fold(self.account.member, self.account.entries) == self.account
        return answer

    def misses(self, id, at, name="missed", **attributes):
        return self.does(Visit(id, at=at, name=name, **attributes))


def owes(member, unit=POINT):
    return str(member.account.debt(unit).decimal)


@pytest.mark.parametrize(
    "rule",
    [
        PENALTY,
        lc.Deduct("share", POINT.per(POINT(3), POINT.balance), rounding=lc.ceiling),
        lc.Deduct("minutes", POINT(2).per(5, Visit.minutes), when=MISSED, otherwise=lc.debt),
    ],
    ids=lambda rule: rule.name,
)
def test_a_deduction_is_a_value(rule):
    values.check(rule)


GOOD = {"name": "penalty", "takes": POINT(50)}


@refusals.table(
    [
        *((lc.Deduct, {**GOOD, "name": bad}, lc.InvalidValue) for bad in ("", None, 5)),
        *((lc.Deduct, {**GOOD, "takes": bad}, lc.InvalidValue) for bad in (None, 5, "50", POINT(-5))),
        *((lc.Deduct, {**GOOD, "when": bad}, lc.InvalidValue) for bad in (5, Line.net.at_least(USD(1)))),
        *((lc.Deduct, {**GOOD, "otherwise": bad}, lc.InvalidValue) for bad in (None, "clamp", lc.write_off, 5)),
        *((lc.Deduct, {**GOOD, "rounding": bad}, lc.InvalidValue) for bad in (None, "down", 5)),
    ]
)
def test_what_takes_nothing_sensible_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (lc.Deduct("a", POINT(5), when=Order.channel.is_("app")), "asks for 'channel'"),
        (lc.Deduct("a", POINT(5), when=lc.in_tier("status", "gold")), "asks for ladder 'status'"),
        (lc.Deduct("a", POINT.per(USD(1), Order.net)), "on activity"),
        (lc.Deduct("a", lc.Accrual(POINT, POINT.balance)), "takes point as if it were point"),
        (lc.Deduct("a", lc.Accrual(POINT, lc.Constant(5))), "takes by nothing"),
        (lc.Deduct("base", POINT(5)), "two rules named"),
        (lc.Deduct("a", lc.Unit("point", places=1)(5)), "declared twice"),
    ],
    ids=range(7),
)
def test_a_program_takes_by_its_own_words(rule, said):
    with pytest.raises(lc.InvalidProgram, match=said):
        program(BASE, rule)


def test_an_activity_takes_units_in_the_order_in_which_they_are_used():
    ada = Both(program(BASE, PENALTY, lc.Expiry(POINT, lc.days(30))))
    ada.buys("p1", day(1), "40")
    ada.buys("p2", day(2), "30")
    ada.misses("m", day(3))

    assert ada.has() == "20"
    assert ada.answer.entries[-1].pieces == (1, 40, 3, 10)
    assert [str(reason) for reason in ada.answer.reasons] == ["penalty: gave -50 point: taken"]
    assert ada.answer.reasons == ada.program.reasons(ada.account, "m")
    assert str(ada.account.statement(POINT).spent) == "50 point"


def test_other_activities_take_nothing():
    ada = Both(program(BASE, PENALTY))
    ada.buys("p", day(1), "40")
    ada.misses("m", day(2), name="visit")

    assert (ada.has(), ada.kinds()[-1], ada.answer.reasons) == ("40", "activity", ())


@pytest.mark.parametrize(
    ("otherwise", "first", "second"),
    [
        (lc.truncate, ("0", "0"), ("0", "0")),
        (lc.reject, ("40", "0"), ("40", "0")),
        (lc.debt, ("-10", "10"), ("-60", "60")),
    ],
)
def test_where_there_is_not_enough_all_is_taken_or_nothing_or_the_rest_is_owed(otherwise, first, second):
    ada = Both(program(BASE, lc.Deduct("penalty", POINT(50), otherwise=otherwise)))
    ada.buys("p", day(1), "40")
    for id, expected in (("m1", first), ("m2", second)):
        ada.misses(id, day(2))
        assert (ada.has(), owes(ada)) == expected


def test_what_is_owed_says_so():
    ada = Both(program(BASE, lc.Deduct("penalty", POINT(50), otherwise=lc.debt)))
    ada.misses("m", day(2))

    assert [str(reason) for reason in ada.answer.reasons] == ["penalty: gave -50 point: owed, beyond what there was"]


def test_who_owes_units_has_none_to_take():
    shop = program(
        BASE, PENALTY, lc.Earn("gift", POINT(30), on=Visit, when=Visit.name.is_("gift")), taking_back=lc.debt
    )
    ada = Both(shop)
    ada.buys("p", day(1), "40")
    ada.does(lc.Adjustment("x", at=day(1), amount=POINT(-30), reason="used"))
    ada.returns("r", day(2), "p")
    ada.misses("m", day(3))

    assert (ada.has(), owes(ada)) == ("-30", "30")


def test_pending_and_held_units_are_not_touched():
    shop = program(BASE, lc.Earn("later", POINT(9), pending=lc.days(9)), PENALTY, lc.Reward("mug", POINT(10)))
    ada = Both(shop)
    ada.buys("p", day(1), "40")
    ada.does(lc.Hold("h", at=day(1), reward="mug", until=day(20)))
    ada.misses("m", day(2))
    assert ada.has() == "0"

    ada.waits(day(30))
    assert ada.has() == "19"


@pytest.mark.parametrize(
    ("takes", "rounding", "left"),
    [
        (POINT(2).per(5, Visit.minutes), lc.floor, "36"),
        (POINT(2).per(5, Visit.minutes), lc.ceiling, "35"),
        (POINT.per(POINT(3), POINT.balance), lc.floor, "28"),
        (POINT.per(POINT(3), POINT.balance), lc.half_up, "27"),
        (POINT.per(USD(10), Order.net.over(lc.month)), lc.floor, "37"),
        (POINT.per(POINT(10), POINT.earned(lc.lifetime)), lc.floor, "37"),
        (POINT(7).per(1, Order.count.over(lc.previous(lc.month))), lc.floor, "41"),
        (POINT.per(1, Visit.minutes) - POINT(20), lc.floor, "41"),
        (POINT(3).per(POINT(1), lc.given("thanks")), lc.floor, "38"),
    ],
)
def test_what_is_taken_is_so_much_for_the_activity_or_by_the_history_before_it(takes, rounding, left):
    thanks = lc.Earn("thanks", POINT(1), on=Visit)
    ada = Both(program(BASE, thanks, lc.Deduct("fee", takes, when=MISSED, rounding=rounding)))
    ada.buys("p", day(1), "41.50")
    ada.misses("m", day(2), minutes=13)

    # What the activity itself has earned, a point, is there to be taken, and is not asked about.
    assert str(ada.account.balance(POINT) - POINT(1)) == f"{int(left)} point"


def test_a_balance_below_zero_has_no_share_to_take():
    ada = Both(program(BASE, lc.Deduct("fee", POINT(5), when=MISSED, otherwise=lc.debt), lc.Deduct("share", HALF)))
    ada.misses("m1", day(1))
    ada.misses("m2", day(2), name="visit")

    assert (ada.has(), owes(ada)) == ("-5", "5")


HALF = POINT.per(POINT(2), POINT.balance)


def test_what_an_activity_earns_can_be_taken_by_the_same_activity_and_rules_follow_one_another():
    rules = [lc.Earn("gift", POINT(30), on=Visit), lc.Deduct("fee", POINT(20)), lc.Deduct("more", POINT(20))]
    ada = Both(program(*rules))
    ada.misses("m", day(1))

    assert ada.has() == "0"
    assert [(row.rule, row.amount) for row in ada.answer.entries[1:]] == [("gift", 30), ("fee", 20), ("more", 10)]
    assert [(reason.rule, reason.gave.minor) for reason in ada.answer.reasons] == [
        ("gift", 30),
        ("fee", -20),
        ("more", -10),
    ]


def test_tiers_and_claims_see_what_a_deduction_has_left():
    ladder = lc.Ladder("status", by=POINT.balance, tiers={"base": 0, "gold": POINT(40)}, review=lc.at_once)
    mug = lc.Reward("mug", POINT(60), claim=lc.once, on=Visit)
    ada = Both(program(BASE, PENALTY, ladder, mug))
    ada.buys("p1", day(1), "70")
    assert ada.account.tier("status") == "gold"
    ada.misses("m", day(2))
    assert (ada.has(), ada.account.tier("status")) == ("20", "base")

    ada.buys("p2", day(3), "70")
    ada.misses("v", day(4), name="visit")
    assert ada.has() == "30"


def test_a_streak_is_lost_where_all_of_its_periods_are_taken():
    steps = lc.Unit("step")
    rules = [
        lc.Earn("step", steps(1), on=Visit, when=Visit.name.is_("visit"), limit=lc.times(1, per=lc.day)),
        lc.Streak(steps, per=lc.day),
        lc.Deduct("lost", steps.per(steps(1), steps.balance), when=MISSED),
    ]
    ada = Both(program(*rules))
    for number in (1, 2, 3):
        ada.misses(f"v{number}", day(number), name="visit")
    assert ada.has(steps) == "3"
    ada.misses("m", day(3, 20))
    ada.misses("v4", day(4), name="visit")

    assert ada.has(steps) == "1"


def test_an_activity_that_is_revoked_gives_back_what_it_took_into_the_lots_it_came_from():
    ada = Both(program(BASE, PENALTY, lc.Expiry(POINT, lc.days(30))))
    ada.buys("p", day(1), "70")
    ada.misses("m", day(2))
    ada.returns("r", day(3), "m")
    assert ada.has() == "70"
    assert [(lot.left.minor, lot.expires) for lot in ada.account.lots(POINT)] == [(70, day(31))]

    assert ada.returns("again", day(4), "m").refusal.code == "nothing-left"


def test_what_was_owed_comes_back_from_the_debt_and_what_was_repaid_since_as_units_that_begin_anew():
    shop = program(BASE, lc.Deduct("penalty", POINT(50), otherwise=lc.debt), lc.Expiry(POINT, lc.days(30)))
    owing, repaid = Both(shop), Both(shop)
    for ada in (owing, repaid):
        ada.buys("p", day(1), "20")
        ada.misses("m", day(2))
    repaid.buys("p2", day(3), "30")
    assert (owing.has(), repaid.has()) == ("-30", "0")
    for ada in (owing, repaid):
        ada.returns("r", day(10), "m")

    assert (owing.has(), owes(owing), repaid.has()) == ("20", "0", "50")
    assert [(lot.left.minor, lot.expires) for lot in repaid.account.lots(POINT)] == [(20, day(31)), (30, day(40))]


def test_a_reward_that_the_activity_claimed_stays_where_the_activity_is_revoked():
    mug = lc.Reward("mug", POINT(10), claim=lc.once, on=Visit)
    ada = Both(program(BASE, PENALTY, mug))
    ada.buys("p", day(1), "70")
    ada.misses("m", day(2))
    ada.returns("r", day(3), "m")

    assert ada.has() == "60"


def test_a_late_activity_takes_of_what_is_there_when_it_is_recorded_and_of_nothing_that_is_over():
    gift = lc.Earn("gift", POINT(100), on=Visit, expires=lc.days(5))
    ada = Both(program(BASE, gift, PENALTY))
    ada.buys("p", day(20), "60")
    ada.does(Visit("m", at=day(1), name="missed"), day(21))

    assert ada.has() == "10"


def test_what_deductions_take_and_give_back_is_not_earned_when_a_version_counts_from_the_facts():
    first = program(BASE, lc.Deduct("penalty", POINT(50), otherwise=lc.debt))
    ladder = lc.Ladder("status", by=POINT.earned(lc.lifetime), tiers={"base": 0, "gold": POINT(100)}, review=lc.at_once)
    second = program(BASE, lc.Deduct("penalty", POINT(50), otherwise=lc.debt), ladder, version="2")
    book = lc.Book([first, lc.Version(second, starts=day(20), tallies=lc.from_facts)])
    ada = Both(book)
    ada.buys("p1", day(1), "30")
    ada.misses("m1", day(2))
    ada.buys("p2", day(3), "69")
    ada.returns("r", day(4), "m1")
    ada.misses("m2", day(5))
    for at, id, tier in ((day(21), "p3", "base"), (day(22), "p4", "gold")):
        ada.buys(id, at, "0.00" if tier == "base" else "1.00")
        assert book.tier(ada.account, "status").tier == tier


def test_a_deduction_is_taken_once_however_often_its_activity_is_told():
    ada = Both(program(BASE, PENALTY))
    ada.buys("p", day(1), "70")
    ada.misses("m", day(2))
    assert ada.misses("m", day(2)).known
    assert ada.has() == "20"


def test_a_zone_that_a_deduction_reads_from_the_member_has_to_be_one():
    shop = program(BASE, lc.Deduct("fee", POINT(5), when=lc.weekday("sat", zone=lc.setting("zone"))))
    for decide in (shop.decide, lambda account, event: interpreted.decide(shop, account, event)):
        with pytest.raises(lc.InvalidValue):
            decide(shop.open("ada"), lc.Settings("s", at=day(1), zone="Nowhere/At_All"))


def test_a_unit_may_be_known_by_its_deduction_alone():
    shop = program(BASE, lc.Deduct("fee", STAR(5)))
    ada = Both(shop)
    ada.gets("g", day(1), STAR(7))
    ada.misses("m", day(2))

    assert ada.has(STAR) == "2.00"
