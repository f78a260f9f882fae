"""Units that do not end while a tier is held: they keep their ends, and are past them or not when it is left."""

import pytest

import loyalcore as lc
from shop import POINT, STAR, USD, Line, Member, Order, Visit, day, program
from test_interpreted import Told

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
INVITED = lc.Ladder("status", tiers={"base": 0, "gold": lc.invited}, valid=lc.never)
MONTH, IN_GOLD = lc.days(30), lc.in_tier("status", "gold")


def kept(*rules, life=MONTH, unless=IN_GOLD, ladder=INVITED, **terms):
    """A dollar a point for thirty days, which do not end in gold."""
    return program(BASE, ladder, lc.Expiry(POINT, life, unless=unless), *rules, **terms)


def golden(*rules, points=(), **how):
    """Somebody who has been given gold on day 1, with units that end on some days."""
    ada = Told(kept(*rules, **how))
    lots = [lc.OpeningLot(POINT(amount), expires=day(end)) for amount, end in points]
    ada.does(lc.Opening("o", at=day(1), tiers={"status": "gold"}, lots=lots))
    return ada


def leaves(member, at, id="leaves", tier="base"):
    return member.does(lc.TierAdjustment(id, at=at, ladder="status", tier=tier, reason="moved"))


def expired(member):
    """What has ended when, in smallest parts."""
    return [(each.at, each.amount) for each in member.account.entries if each.kind == "expire"]


def suspensions(member):
    """When units stopped to end, and from when on they ended again."""
    return [(each.at, each.until) for each in member.account.entries if each.kind == "suspend"]


def test_what_is_past_its_end_ends_as_the_tier_is_left_and_the_rest_at_its_own_end():
    ada = golden(points=[(100, 20)])
    ada.buys("p", day(2), "7.00")
    ada.buys("q", day(190), "1.00")
    assert ada.waits(day(200)).entries == ()
    assert ada.has() == "108"

    leaves(ada, day(210))

    assert ada.has() == "1"
    assert suspensions(ada) == [(day(1), None), (day(210), day(210))]
    ada.waits(day(400))
    assert expired(ada) == [(day(210), 100), (day(210), 7), (day(220), 1)]
    assert lc.verify(ada.program, ada.account) is None


def test_lots_say_their_own_ends_and_that_they_are_suspended():
    ada = golden(points=[(100, 20), (5, 300)])
    ada.waits(day(40))

    assert [(lot.expires, lot.suspended) for lot in ada.account.lots(POINT)] == [(day(20), True), (day(300), True)]
    assert len(ada.account.lots(POINT, day(500))) == 2
    assert ada.account.expiring(POINT) == ()
    assert str(ada.account.balance(POINT, day(500))) == "105 point"
    assert ada.program.next_due(ada.account) is None
    leaves(ada, day(50))
    assert [(lot.expires, lot.suspended) for lot in ada.account.lots(POINT)] == [(day(300), False)]
    assert ada.account.expiring(POINT) == ((day(300), POINT(5)),)


def test_the_tier_may_be_lost_as_time_passes():
    ladder = lc.Ladder("status", by=Order.net.over(lc.rolling(days=60)), tiers={"base": 0, "gold": USD(100)})
    ada = Told(kept(ladder=ladder))
    ada.buys("p", day(1), "100.00")
    ada.buys("q", day(50), "9.00")

    ada.waits(day(200))

    assert suspensions(ada) == [(day(1), None), (day(61), day(61))]
    assert expired(ada) == [(day(61), 100), (day(80), 9)]
    assert lc.verify(ada.program, ada.account) is None


@pytest.mark.parametrize("days", [(), (60,), (61,), (62, 79)])
def test_it_does_not_matter_how_often_the_account_is_advanced(days):
    ladder = lc.Ladder("status", by=Order.net.over(lc.rolling(days=60)), tiers={"base": 0, "gold": USD(100)})
    once, often = Member(kept(ladder=ladder)), Member(kept(ladder=ladder))
    for ada in (once, often):
        ada.buys("p", day(1), "100.00")
        ada.buys("q", day(50), "9.00")
    for number in days:
        often.waits(day(number))

    once.waits(day(200))
    often.waits(day(200))

    assert once.account == often.account


def test_in_the_lowest_tier_it_holds_from_the_first_units_on():
    ada = Told(kept(unless=lc.in_tier("status", "base")))
    ada.buys("p", day(1), "7.00")
    ada.buys("q", day(80), "1.00")
    assert (ada.has(), suspensions(ada)) == ("8", [(day(1), None)])

    leaves(ada, day(90), tier="gold")

    assert (ada.has(), expired(ada)) == ("1", [(day(90), 7)])


def test_what_had_ended_before_has_ended():
    ada = Told(kept())
    ada.buys("p", day(1), "7.00")

    leaves(ada, day(31), tier="gold")

    assert (ada.has(), expired(ada)) == ("0", [(day(31), 7)])


def test_entering_again_and_renewing_change_nothing_twice():
    ada = golden(points=[(100, 20)])
    leaves(ada, day(5), "again", tier="gold")
    leaves(ada, day(10))
    leaves(ada, day(15), "back", tier="gold")

    ada.waits(day(90))

    assert ada.has() == "100"
    assert [until for _, until in suspensions(ada)] == [None, day(10), None]


def test_lives_of_rules_and_by_tier_are_kept_as_well():
    life = lc.life_by_tier("status", {"gold": lc.days(10)}, otherwise=lc.never)
    ada = golden(lc.Earn("promotion", POINT(50), expires=lc.days(3)), life=life)
    ada.buys("p", day(1), "7.00")
    ada.waits(day(60))
    assert ada.has() == "57"

    leaves(ada, day(61))

    assert expired(ada) == [(day(61), 50), (day(61), 7)]


def test_units_that_never_end_may_have_rules_whose_units_do():
    ada = golden(lc.Earn("promotion", POINT(50), expires=lc.days(3)), life=lc.never)
    ada.buys("p", day(1), "7.00")
    ada.waits(day(60))

    leaves(ada, day(61))

    assert (ada.has(), expired(ada)) == ("7", [(day(61), 50)])


def test_what_ends_first_is_used_first_though_it_is_past_its_end():
    ada = golden(lc.Reward("mug", POINT(60)), points=[(50, 300), (50, 20)])

    ada.redeems("x", day(100), "mug")

    assert ada.account.entries[-1].pieces == (2, 50, 1, 10)


def test_what_comes_back_past_its_end_stays_until_the_tier_is_left():
    ada = golden(lc.Reward("mug", POINT(60)), points=[(60, 20), (5, 300)])
    ada.redeems("x", day(10), "mug")
    ada.redeems("y", day(10), "mug")
    assert ada.answer.refusal.code == "insufficient"
    ada.returns("r", day(50), "x")
    assert ada.waits(day(60)).entries == ()
    assert ada.has() == "65"
    ada.redeems("z", day(61), "mug")

    leaves(ada, day(70))
    assert (ada.has(), expired(ada)) == ("5", [])
    ada.returns("s", day(80), "z")

    assert (ada.has(), expired(ada)) == ("5", [(day(70), 60)])


def test_what_is_held_is_given_back_by_its_end_and_the_tier():
    ada = golden(lc.Reward("mug", POINT(60)), points=[(60, 20)])
    ada.does(lc.Hold("h", at=day(10), reward="mug", until=day(50)))
    assert str(ada.account.balance(POINT, day(60))) == "60 point"
    assert [lot.suspended for lot in ada.account.lots(POINT, day(60))] == [True]

    ada.waits(day(60))
    assert ada.has() == "60"
    ada.does(lc.Hold("i", at=day(61), reward="mug", until=day(90)))
    leaves(ada, day(70))
    assert expired(ada) == []
    ada.waits(day(90))

    assert (ada.has(), expired(ada)) == ("0", [(day(90), 60)])


def test_pending_units_become_usable_past_their_end_or_lapse():
    paid = lc.until(lc.Activity.name.is_("paid"), within=lc.days(9))
    ada = golden(
        lc.Earn("slow", POINT(20), pending=lc.days(5), on=lc.Activity),
        lc.Earn("checked", POINT(4), pending=paid),
        lc.Earn("late", POINT(1), pending=lc.days(9), expires=lc.days(5), on=lc.Activity),
    )
    ada.buys("p", day(1), "7.00")
    ada.does(Visit("v", at=day(1), name="visit"))
    assert [lot.suspended for lot in ada.account.lots(POINT)] == [True, True, False, False]
    assert str(ada.account.balance(POINT, day(60))) == "27 point"
    assert [lot.left.minor for lot in ada.account.lots(POINT, day(60))] == [7, 20]
    assert ada.account.expiring(POINT) == ((day(6), POINT(1)), (day(10), POINT(4)))

    ada.waits(day(60))

    assert expired(ada) == [(day(6), 1), (day(10), 4)]
    assert ada.has() == "27"


def test_rewards_are_claimed_with_what_ends_as_the_tier_is_left():
    saved = lc.Reward("saved", POINT(50), gives=STAR(5), claim=lc.repeatedly, on=lc.expiring(POINT))
    ada = golden(saved, lc.Earn("late", POINT(60), pending=lc.days(9), on=lc.Activity), points=[(100, 20), (60, 300)])
    ada.does(Visit("v", at=day(30), name="visit"))
    ada.waits(day(60))
    assert ada.has(STAR) == "0.00"

    leaves(ada, day(61))
    assert ada.has(STAR) == "15.00"

    assert (ada.has(), expired(ada)) == ("60", [(day(61), 10)])


def test_what_ends_as_a_return_takes_the_tier_is_gone_before_anything_is_claimed():
    ladder = lc.Ladder("status", by=Order.net.over(lc.lifetime), tiers={"base": 0, "gold": USD(100)})
    base = lc.in_tier("status", "base")
    ada = Told(kept(lc.Reward("mug", POINT(40), when=base, claim=lc.once, on=lc.at_once), ladder=ladder))
    ada.buys("p", day(1), "100.00")
    ada.buys("q", day(2), "45.00")

    ada.returns("r", day(55), "p")

    assert [entry.kind for entry in ada.answer.entries] == ["return", "take", "tier", "suspend", "expire"]
    assert (ada.has(), expired(ada)) == ("0", [(day(55), 45)])
    assert lc.verify(ada.program, ada.account) is None


def test_an_opening_that_bears_out_a_tier_without_that_lets_end_what_is_past_its_end():
    spent = Order.net.over(lc.lifetime)
    ladder = lc.Ladder("status", by=spent, tiers={"base": 0, "gold": USD(100)})
    ada = Told(kept(ladder=ladder, unless=lc.in_tier("status", "base")))

    ada.does(
        lc.Opening("o", at=day(1), lots=[lc.OpeningLot(POINT(9), day(20))], tallies=[lc.OpeningTally(spent, USD(100))]),
        day(40),
    )

    assert ada.account.tier("status") == "gold"
    assert (ada.has(), expired(ada)) == ("0", [(day(40), 9)])


def test_units_given_away_keep_their_end_and_are_gone_where_nothing_suspends_it():
    shop = kept(lc.Transferable(POINT))
    ada, ben = golden(lc.Transferable(POINT), points=[(10, 20), (5, 300)]), Member(shop, "ben")
    ben.does(lc.Enrolment("e", at=day(1)))
    given = lc.Transfer("t", at=day(100), to="ben", amount=POINT(12))

    answer = shop.decide(ada.account, given, others=[ben.account])
    ada.account, (ben.account,) = answer.account, answer.others

    assert (ada.has(), ben.has()) == ("3", "2")
    assert [(lot.expires, lot.suspended) for lot in ben.account.lots(POINT)] == [(day(300), False)]
    assert lc.verify(shop, ben.account, [ada.account]) is None


def test_entries_alone_rebuild_it_and_a_snapshot_goes_on_from_it():
    ada = golden(points=[(100, 20), (5, 300)])
    ada.waits(day(40))
    for account in (
        lc.fold("ada", ada.account.entries),
        lc.restore(ada.account.snapshot(day(40))),
        lc.restore(ada.account.snapshot()),
    ):
        ben = Member(ada.program)
        ben.account = account
        assert ben.has() == "105"
        assert ben.waits(day(50)).entries == ()
        leaves(ben, day(60))
        assert ben.has() == "5"
        restored = lc.restore(ben.account.snapshot())
        assert (restored.balance(POINT), restored.expiring(POINT)) == (POINT(5), ((day(300), POINT(5)),))


def test_a_snapshot_of_an_account_without_units_knows_what_is_suspended():
    ada = golden()
    ben = Member(ada.program)
    ben.account = lc.restore(ada.account.snapshot())

    ben.buys("p", day(2), "5.00")
    ada.buys("p", day(2), "5.00")

    assert ben.answer.entries == ada.answer.entries
    assert [each.kind for each in ben.answer.entries] == ["purchase", "earn"]


def plain(*rules, **terms):
    return program(BASE, INVITED, lc.Expiry(POINT, lc.days(30)), *rules, **terms)


def test_a_version_may_bring_it_and_take_it_away():
    ada = Told(
        lc.Book(
            [
                plain(version="1"),
                lc.Version(kept(version="2"), starts=day(40)),
                lc.Version(plain(version="3"), starts=day(90)),
            ]
        )
    )
    ada.buys("o", day(1), "3.00")
    leaves(ada, day(2), tier="gold")
    ada.buys("p", day(20), "7.00")
    ada.buys("q", day(80), "5.00")
    assert (ada.has(), suspensions(ada)) == ("12", [(day(40), None)])

    ada.waits(day(200))

    assert suspensions(ada) == [(day(40), None), (day(90), day(90))]
    assert expired(ada) == [(day(31), 3), (day(90), 7), (day(110), 5)]
    assert lc.verify(ada.program, ada.account) is None


def test_a_version_whose_ladder_gives_a_higher_tier_lets_end_what_that_does_not_keep():
    spent, base = Order.net.over(lc.lifetime), lc.in_tier("status", "base")
    low, high = ({"base": 0, "gold": USD(amount)} for amount in (10, 100))
    before = kept(ladder=lc.Ladder("status", by=spent, tiers=high), unless=base)
    later = kept(ladder=lc.Ladder("status", by=spent, tiers=low), unless=base, version="2")
    ada = Told(lc.Book([before, lc.Version(later, starts=day(60))]))
    ada.buys("p", day(1), "50.00")

    ada.waits(day(60))

    assert (ada.account.tier("status"), expired(ada)) == ("gold", [(day(60), 50)])


def test_what_a_late_purchase_of_an_earlier_version_earns_does_not_end():
    ada = Told(lc.Book([plain(version="1"), lc.Version(kept(version="2"), starts=day(40))]))
    leaves(ada, day(2), tier="gold")
    ada.waits(day(50))

    ada.buys("p", day(5), "7.00", now=day(60))

    assert (ada.has(), ada.account.expiring(POINT)) == ("7", ())


def test_under_a_program_that_knows_nothing_of_it_nothing_ends_by_itself_until_a_row_says_so():
    for form in (Told, Member):
        ada = form(program(BASE, lc.Expiry(POINT, MONTH), version="of others"))
        ada.account = golden(points=[(100, 20)]).account

        ada.buys("p", day(50), "7.00")
        ada.buys("q", day(90), "8.00")
        ada.waits(day(300))

        assert ada.has() == "115"


def test_rows_read_in_place_come_to_the_same():
    rules = kept(lc.Reward("mug", POINT(60), claim=lc.repeatedly, on=lc.Purchase), unless=lc.in_tier("status", "base"))
    ada = Told(rules)
    rows = []
    for number in (1, 50, 100):
        ada.buys(f"p{number}", day(number), "25.00")
        rows.append((f"p{number}", day(number), "ada", ((2500, "tea"),)))

    binding = lc.bind(Order, lc.bind_items(Line, net=0, category=1), id=0, at=1, member=2, lines=3)
    replayed = rules.replay(rows, binding).run().account("ada")

    assert ada.has() == "15"
    assert replayed.lots(POINT) == ada.account.lots(POINT)
