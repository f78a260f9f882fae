"""The recorder: one way for every purchase, whether it is given as an event or read in place."""

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.instants import FOREVER
from shop import POINT, STAR, USD, Line, Member, Order, Visit, day, program

NOON = day(1)


def goods(net, category="coffee"):
    return SimpleNamespace(total=net, kind=category)


def sale(number, at, *lines, member="ada", tip=0):
    return SimpleNamespace(number=number, at=at, member=member, lines=lines, tip=tip)


class Tipped(lc.Purchase):
    tip = lc.Number(missing=0)


OBJECTS = lc.bind(
    Tipped,
    lc.bind_items(Line, net="total", category="kind"),
    id="number",
    at="at",
    member="member",
    lines="lines",
    tip="tip",
)


def tipping(*rules):
    return lc.Program("tips", version="1", items=Line, purchases=Tipped, rules=rules)


COFFEE = Line.category.is_("coffee")


def test_two_sums_over_items_with_attributes_come_from_one_walk():
    rules = tipping(
        lc.Earn("coffee", POINT.per(USD(1), Line.net), where=COFFEE),
        lc.Earn("basket", POINT(5), when=Line.net.sum(~COFFEE).at_least(USD(3))),
    )

    replay = rules.replay([sale(1, NOON, goods(250), goods(400, "tea"))], OBJECTS).run()

    assert replay.balances(POINT) == {"ada": 7}


def test_three_sums_over_items_come_from_one_walk():
    rules = tipping(
        lc.Earn("coffee", POINT.per(USD(1), Line.net), where=COFFEE),
        lc.Earn("tea", POINT.per(USD(1), Line.net), where=Line.category.is_("tea")),
        lc.Earn("basket", POINT(5), when=Line.net.sum(~COFFEE).at_least(USD(3))),
    )

    replay = rules.replay([sale(1, NOON, goods(250), goods(400, "tea"))], OBJECTS).run()

    assert replay.balances(POINT) == {"ada": 2 + 4 + 5}


def test_a_number_of_the_event_is_read_from_an_attribute():
    rules = tipping(lc.Earn("tip", POINT.per(1, Tipped.tip)))

    replay = rules.replay([sale(1, NOON, tip=9)], OBJECTS).run()

    assert replay.balances(POINT) == {"ada": 9}


@pytest.mark.parametrize("net", [2.5, "2.50", None])
@pytest.mark.parametrize("over", [lc.purchase, lc.month])
def test_a_row_that_holds_no_whole_number_is_refused(net, over):
    rules = tipping(lc.Earn("base", POINT.per(USD("0.01"), Line.net), over=over))

    with pytest.raises(lc.InvalidValue, match="a row cannot be judged"):
        rules.replay([sale(1, NOON, goods(net))], OBJECTS).run()


LADDERS = {
    "one that slides": [lc.Ladder("s", by=Line.net.sum().over(lc.rolling(days=9)), tiers={"a": 0, "b": USD(9)})],
    "one by the year": [lc.Ladder("s", by=Line.net.sum().over(lc.year), tiers={"a": 0, "b": USD(9)})],
}


@pytest.mark.parametrize("ladder", LADDERS)
@pytest.mark.parametrize("first", [[], [sale(0, NOON, goods(250))]])
def test_a_tally_takes_no_fraction_and_the_row_that_brings_one_leaves_nothing(ladder, first):
    rules = tipping(lc.Earn("visit", POINT(5)), *LADDERS[ladder])
    replay = rules.replay([*first, sale(1, NOON, goods(2.5))], OBJECTS)

    with pytest.raises(lc.InvalidValue, match="no whole number"):
        replay.run()

    account = replay.account("ada")
    assert account.version == 2 * len(first)
    assert lc.fold("ada", account.rows) == account
    assert account.balance(POINT) == POINT(5 * len(first))


def test_a_purchase_that_earns_nothing_opens_no_book():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net))))

    ada.buys("p", NOON, "0.50")

    assert repr(ada.account) == repr(lc.fold("ada", ada.account.rows))


def test_a_row_without_what_is_bound_is_refused():
    with pytest.raises(lc.InvalidValue, match="a row cannot be judged"):
        tipping(lc.Earn("tip", POINT(1))).replay([SimpleNamespace(number=1)], OBJECTS).run()


def test_a_campaign_between_instants_and_one_between_dates_begin_where_they_say():
    rules = program(
        lc.Earn("instants", POINT(1), when=lc.between(NOON, NOON + dt.timedelta(hours=1))),
        lc.Earn("dates", POINT(10), when=lc.between(dt.date(2026, 1, 2), dt.date(2026, 1, 3))),
        timezone="Europe/Istanbul",
    )
    ada = Member(rules)

    ada.buys("before", NOON - dt.timedelta(microseconds=1), "1.00")
    ada.buys("at", NOON, "1.00")
    ada.buys("end", NOON + dt.timedelta(hours=1), "1.00")
    ada.buys("eve", day(1, 20, 59), "1.00")
    ada.buys("midnight", day(1, 21), "1.00")
    ada.buys("day after", day(2, 21), "1.00")

    given = {entry.cause: entry.amount for entry in ada.account.entries if entry.kind == "earn"}
    assert given == {1: 1, 5: 10}


def test_a_tier_of_another_version_reads_as_the_lowest():
    one = program(lc.Ladder("status", by=Order.net.over(lc.rolling(days=9)), tiers={"base": 0, "old": USD(5)}))
    two = program(
        lc.Ladder("status", by=Order.net.over(lc.rolling(days=9)), tiers={"base": 0, "new": USD(50)}), version="2"
    )
    ada = Member(one)
    ada.buys("p", NOON, "6.00")

    after = two.decide(ada.account, lc.Settings("s", at=day(2), letter="yes"))
    bought = two.decide(after.account, Order("q", at=day(3), items=[Line("a", "60.00", category="tea")]))

    assert bought.account.tier("status") == "new"


@pytest.mark.parametrize("taking_back", [lc.debt, lc.other_lots])
def test_a_purchase_that_lowers_the_rate_of_its_window_takes_back(taking_back):
    rules = program(
        lc.Earn("volume", POINT.bands(Line.net, {0: 1, USD(100): "10%"}, how=lc.whole), over=lc.month),
        taking_back=taking_back,
    )
    ada = Member(rules)
    ada.buys("p", day(1), "90.00")

    ada.buys("q", day(2), "20.00")

    assert ada.has() == "11"
    assert ada.kinds() == ["purchase", "earn", "purchase", "take"]


def test_an_empty_account_has_a_snapshot_since_any_moment():
    empty = Member(program(lc.Earn("base", POINT(1)))).account

    assert lc.restore(empty.snapshot(keep_since=NOON)) == empty


def test_a_snapshot_of_a_restored_account_keeps_what_the_first_kept():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Expiry(POINT, lc.days(300))))
    ada.buys("p", day(1), "30.00")
    ada.buys("q", day(50), "40.00")
    once = lc.restore(ada.account.snapshot(keep_since=day(40)))

    twice = lc.restore(once.snapshot(keep_since=day(40)))

    assert twice.balance(POINT) == ada.account.balance(POINT)
    assert twice.lots(POINT) == ada.account.lots(POINT)


# What is done in place comes to what the entries alone say.

BASE = lc.Earn("base", POINT.per(USD(1), Line.net))
ROLLING = lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=20)), tiers={"base": 0, "gold": USD(50)})
VISITS = lc.Ladder("visits", by=Order.count.over(lc.rolling(days=9)), tiers={"rare": 0, "regular": 3})
CALENDAR = lc.Ladder("yearly", by=Line.net.sum().over(lc.year), tiers={"base": 0, "gold": USD(90)})

#: Programs by what is compiled away in them, or is not.
PROGRAMS = {
    "nothing": program(),
    "one rule": program(BASE),
    "one rule that never gives": program(lc.Earn("base", POINT(5), when=lc.never_true)),
    "expiry": program(BASE, lc.Expiry(POINT, lc.days(8))),
    "civil expiry": program(BASE, lc.Expiry(POINT, lc.months(1)), timezone="America/New_York"),
    "rolling ladder": program(BASE, ROLLING, lc.Expiry(POINT, lc.days(30))),
    "ladder of part": program(
        BASE,
        lc.Ladder("c", by=Line.net.sum(COFFEE).over(lc.rolling(days=20)), tiers={"b": 0, "g": USD(9)}),
    ),
    "ladder by count": program(BASE, VISITS),
    "two ladders": program(BASE, ROLLING, VISITS),
    "calendar ladder": program(BASE, CALENDAR, ROLLING),
    "earned ladder": program(
        BASE, lc.Ladder("club", by=POINT.earned(lc.rolling(days=9)), tiers={"o": 0, "i": POINT(50)})
    ),
    "tiers feed back": program(BASE, ROLLING, lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base")),
    "two rules": program(BASE, lc.Earn("flat", POINT(5), when=Order.net.at_least(USD(20)))),
    "two units": program(BASE, lc.Earn("stars", STAR("0.5").per(USD(1), Line.net)), lc.Expiry(STAR, lc.days(5))),
    "window first": program(lc.Earn("month", STAR.per(USD(7), Line.net), over=lc.month), BASE),
    "window since": program(BASE, lc.Earn("late", STAR.per(USD(7), Line.net), over=lc.since(day(10)))),
    "pending": program(lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.days(2)), ROLLING),
    "limits": program(lc.Earn("base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(50), per=lc.week)), ROLLING),
    "inactivity": program(BASE, lc.Expiry(POINT, lc.inactivity(lc.days(9))), ROLLING),
    "claimed": program(BASE, lc.Reward("v", POINT(40), claim=lc.repeatedly), lc.Expiry(POINT, lc.days(8))),
    "claimed once": program(BASE, lc.Reward("v", POINT(40), claim=lc.once), lc.Reward("w", POINT(15), claim=lc.once)),
    "claimed of two units": program(
        BASE,
        lc.Earn("stars", STAR("0.5").per(USD(1), Line.net)),
        lc.Reward("v", POINT(40), claim=lc.repeatedly),
        lc.Reward("w", STAR(30), claim=lc.once),
    ),
}
some = settings(max_examples=max(5, settings.default.max_examples // 20))


def drawn_event(data, number, at):
    """An event of a member who buys, returns, visits and joins, some of it recorded late."""
    what = data.draw(st.sampled_from(["buy", "buy", "buy", "return", "visit", "join", "nothing"]))
    happened = at - dt.timedelta(hours=data.draw(st.sampled_from([0, 0, 0, 300])))
    if what == "return" and number:
        return lc.Return(f"r{number}", at=happened, of=f"p{data.draw(st.integers(0, number - 1))}")
    if what == "visit":
        return Visit(f"v{number}", at=happened, name="review")
    if what == "join":
        return lc.Enrolment(f"e{number}", at=happened)
    nets = [] if what == "nothing" else data.draw(st.lists(st.integers(0, 4000), min_size=1, max_size=3))
    items = [
        Line(place, lc.Amount(USD, net).decimal, category=["coffee", "tea"][place % 2])
        for place, net in enumerate(nets)
    ]
    return Order(f"p{number}", at=happened, items=items)


def drawn_answers(data, rules):
    """The answers to a few weeks of events."""
    account, at = rules.open("ada"), day(1)
    for number in range(data.draw(st.integers(1, 12))):
        at += dt.timedelta(hours=data.draw(st.sampled_from([0, 5, 40, 200])))
        answer = rules.decide(account, drawn_event(data, number, at), at)
        account = answer.account
        yield answer


def state(core):
    """Everything a core has, as far as it counts: tallies that are over and empty books do not."""
    return (
        core.now,
        core.purchases,
        {
            unit: (book.balance, book.debt, book.deadline, book.ended, book.open_lots())
            for unit, book in core.books.items()
            if book.deadline < FOREVER or book.debt or book.open_lots()
        },
        {key: amount for key, amount in core.sums.items() if amount},
        {
            name: found
            for name, slide in core.slides.items()
            if (found := [pair for pair in pairs(slide.parts[slide.head :]) if pair[0] > core.now])
        },
        dict(core.tiers),
        dict(core.settings),
    )


def pairs(parts):
    return list(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_account_after_a_decision_is_the_fold_of_its_entries(name):
    """What the recorder changes in place is what each row does when entries are folded."""

    @some
    @given(st.data())
    def holds(data):
        for answer in drawn_answers(data, PROGRAMS[name]):
            if answer.refusal is None:
                folded = lc.fold("ada", answer.account.rows)
                assert state(answer.account.state()) == state(folded.state())

    holds()


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_due_is_never_found_too_late(name):
    @some
    @given(st.data())
    def holds(data):
        for answer in drawn_answers(data, PROGRAMS[name]):
            core = answer.account.state()
            noted = core.due
            core.find_due()
            assert noted <= core.due

    holds()


def test_an_event_that_earns_goes_through_jobs_fact_postings_tiers_and_rewards_in_that_order():
    ada = Member(program(BASE, ROLLING, lc.Expiry(POINT, lc.days(5)), lc.Reward("voucher", POINT(50), claim=lc.once)))
    ada.buys("p", day(1), "3.00")

    answer = ada.buys("q", day(9), "60.00")

    assert [entry.kind for entry in answer.entries] == ["expire", "purchase", "earn", "tier", "spend"]


def test_activities_extend_deadlines_and_enrolments_do_not():
    rules = program(BASE, lc.Earn("visit", POINT(1), on=lc.Activity), lc.Expiry(POINT, lc.inactivity(lc.days(9))))
    ada = Member(rules)

    visit = ada.does(Visit("v", at=day(1), name="review"))
    enrolment = ada.does(lc.Enrolment("e", at=day(2)))

    assert [entry.kind for entry in visit.entries] == ["activity", "extend", "earn"]
    assert [entry.kind for entry in enrolment.entries] == ["enrolment"]


def test_a_tier_that_the_program_does_not_know_multiplies_nothing():
    tiers = {"base": 0, "diamond": USD(1)}
    ada = Member(program(lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=60)), tiers=tiers)))
    ada.buys("p", day(1), "10.00")
    assert ada.account.tier("status") == "diamond"
    ada.program = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Boost("tiered", lc.by_tier("status", {"gold": "x2"}), of="base"),
        lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=60)), tiers={"base": 0, "gold": USD(1000)}),
        version="2",
    )

    ada.buys("q", day(2), "10.00")

    assert ada.account.balance(POINT) == POINT(10)


def test_an_account_of_other_units_and_tallies_goes_on_with_plain_events():
    ada = Member(
        program(
            lc.Earn("stars", STAR.per(USD(1), Line.net), pending=lc.days(2)),
            lc.Ladder("club", by=Line.net.sum().over(lc.rolling(days=30)), tiers={"out": 0, "in": USD(15)}),
        )
    )
    ada.buys("p", day(1), "10.00")
    ada.program = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=60)), tiers={"base": 0, "gold": USD(25)}),
        lc.Reward("mug", POINT(5)),
        version="2",
    )
    for number in range(2, 6):
        ada.buys(f"p{number}", day(number), "10.00")
    ada.redeems("x", day(6), "mug")

    assert (ada.account.balance(POINT), ada.account.balance(STAR)) == (POINT(35), STAR(10))
    assert ada.account.tier("status") == "gold"
    assert ada.account == lc.fold("ada", ada.account.rows)
    assert lc.restore(ada.account.snapshot()).balance(STAR) == STAR(10)


def test_a_rule_beside_the_first_gives_nothing_below_zero_either():
    """Rows of a host may hold lines below zero, such as a deposit that is paid back."""
    rules = program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Earn("stars", STAR.per(USD(1), Line.net)))
    binding = lc.bind(Order, lc.bind_items(Line, id=0, net=1, category=2), id=0, at=lc.seconds(1), member=2, lines=3)

    replay = rules.replay([("p", 0, "ada", [("a", -500, "other")])], binding).run()

    assert [entry.kind for entry in replay.account("ada").entries] == ["purchase"]
