"""What qualifies: counts, numbers and totals of the events of which a condition holds that they answer themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values
from shop import Line, Member, Order, Visit, coffee, date, day, order, program
from strategies import POINT, USD, qualifying
from test_interpreted import Told

IN_APP = Order.channel.is_("app")
LARGE = Order.net.at_least(USD(50))
RUN = Visit.name.is_("run")


@given(qualifying())
def test_what_qualifies_is_a_value(measure):
    values.check(measure)
    values.check(measure.over(lc.month))


@pytest.mark.parametrize(
    "measure",
    [
        Order.count.when(IN_APP).over(lc.month),
        Order.nights.when(IN_APP & ~Order.express.is_true()).over(lc.rolling(days=40)),
        Line.net.sum(Line.category.is_("coffee")).when(IN_APP).over(lc.lifetime),
        lc.Accrual(POINT, Line.points.when(lc.weekday("sat"))).measure,
    ],
    ids=["count", "number", "total", "of items"],
)
def test_conditions_joined_the_same_way_make_equal_measures(measure):
    values.check(measure)


def test_a_total_of_items_that_qualifies_is_that_of_its_sum():
    assert Line.net.when(IN_APP) == Order.net.when(IN_APP) == lc.Qualifying(lc.Total("net"), IN_APP)


@pytest.mark.parametrize("window", [lc.year, lc.rolling(days=300), lc.lifetime], ids=str)
def test_purchases_of_a_kind_are_counted_apart(window):
    fifth = lc.Earn("third", POINT(7), when=Order.count.when(IN_APP).over(window).is_(2) & IN_APP)
    ada = Told(program(fifth))
    for number, channel in enumerate(["app", "web", "app", "web", "app", "app"]):
        ada.buys(f"p{number}", day(number + 1), "9.00", channel=channel)

    assert [ada.account.entries[entry.cause].id for entry in ada.account.entries if entry.kind == "earn"] == ["p4"]


def test_a_returned_purchase_no_longer_counts_and_one_that_shrinks_counts_while_it_qualifies():
    ladder = lc.Ladder("status", by=Order.count.when(LARGE).over(lc.lifetime), tiers={"base": 0, "gold": 2})
    ada = Told(program(lc.Earn("base", POINT.per(USD(1), Order.net)), ladder))
    ada.buys("p1", day(1), "40.00", "20.00")
    ada.buys("p2", day(2), "49.99")
    ada.buys("p3", day(3), "50.00")
    assert ada.program.tier(ada.account, "status").tier == "gold"

    ada.returns("r1", day(4), "p1", ["b"])
    ada.buys("p4", day(5), "10.00")
    assert ada.program.tier(ada.account, "status").to_rise[0].now.value == 1


def test_numbers_of_activities_and_of_purchases_are_added_up_where_they_qualify():
    rule = lc.Earn("runner", POINT(1), when=Visit.minutes.when(RUN).over(lc.month).at_least(30))
    nights = lc.Earn("sleeper", POINT(10), when=Order.nights.when(IN_APP).over(lc.year).at_least(2))
    ada = Told(program(rule, nights))
    ada.does(Visit("v1", at=day(1), name="swim", minutes=90))
    ada.does(Visit("v2", at=day(1), name="run", minutes=20))
    ada.buys("p1", day(2), "1.00", nights=5, channel="web")
    ada.buys("p2", day(2), "1.00", nights=2, channel="app")
    assert ada.has() == "0"

    ada.does(Visit("v3", at=day(3), name="run", minutes=10))
    ada.buys("p3", day(4), "1.00", nights=0)
    assert ada.has() == "11"
    ada.does(lc.Return("r1", at=day(5), of="v2"))
    ada.buys("p4", day(6), "1.00", nights=0)
    assert ada.has() == "21"


def test_a_share_of_one_channel_is_compared_without_dividing():
    spent = USD(1).count_in(Order.net.when(IN_APP).over(lc.lifetime) * 2 - Order.net.over(lc.lifetime))
    ladder = lc.Ladder("digital", tiers={"no": lc.always, "yes": spent.more_than(0)})
    ada = Told(program(lc.Earn("base", POINT.per(USD(1), Order.net)), ladder))

    shares = []
    for number, (net, channel) in enumerate([("10", "web"), ("9", "app"), ("2", "app"), ("3", "web")]):
        ada.buys(f"p{number}", day(number + 1), net, channel=channel)
        shares.append(ada.program.tier(ada.account, "digital").tier)

    assert shares == ["no", "no", "yes", "no"]


@pytest.mark.parametrize("stage", [None, lc.item], ids=["of all", "of each item"])
def test_in_a_rule_of_its_own_it_is_what_the_event_has_or_nothing_with_where_and_boosts(stage):
    options = {} if stage is None else {"stage": stage}
    rule = lc.Earn("base", POINT.per(USD(1), Order.net.when(LARGE)), where=Line.category.is_("coffee"), **options)
    boost = lc.Boost("double", "x2", of="base", where=Line.gift.is_true())
    ada = Told(program(rule, boost))

    ada.buys("p1", day(1), coffee("20.00"), coffee("10.00", gift=True), "19.99")
    assert ada.has() == "0"
    ada.buys("p2", day(2), coffee("20.00"), coffee("10.00", gift=True), "20.00")
    assert ada.has() == "40"


def test_a_window_gives_back_what_no_longer_qualifies():
    rule = lc.Earn("large", POINT.milestones(Order.count.when(LARGE), {1: POINT(5), 2: POINT(20)}), over=lc.month)
    ada = Told(program(rule))
    ada.buys("p1", day(1), "60.00", "1.00")
    ada.buys("p2", day(2), "60.00")
    ada.buys("p3", day(3), "6.00")
    assert ada.has() == "25"

    ada.returns("r1", day(4), "p1", ["b"])
    assert ada.has() == "25"
    ada.returns("r2", day(5), "p1")
    assert ada.has() == "5"


def test_a_late_purchase_counts_where_it_happened():
    rule = lc.Earn("third", POINT(7), when=Order.count.when(IN_APP).over(lc.month).is_(1))
    ada = Told(program(rule))
    ada.buys("p1", date("2026-02-02"), "1.00", channel="app")
    ada.buys("p2", date("2026-01-20"), "1.00", channel="app", now=date("2026-02-03"))
    ada.buys("p3", date("2026-02-04"), "1.00")

    assert [ada.account.entries[entry.cause].id for entry in ada.account.entries if entry.kind == "earn"] == ["p3"]


def test_a_later_version_reads_from_the_facts_what_it_is_the_first_to_count():
    first = program(lc.Earn("base", POINT(1)))
    second = program(
        lc.Earn("base", POINT(1)),
        lc.Earn("third", POINT(50), when=Order.count.when(IN_APP).over(lc.year).at_least(2)),
        version="2",
    )
    book = lc.Book([first, lc.Version(second, starts=date("2026-02-01"), tallies=lc.from_facts)])
    ada = Member(book)
    for number, channel in enumerate(["app", "web", "app"]):
        ada.buys(f"p{number}", day(number + 1), "1.00", channel=channel)
    ada.buys("p9", date("2026-02-03"), "1.00")

    assert ada.has() == "54"


def test_a_number_that_two_kinds_of_events_have_is_read_of_those_that_can_answer_the_condition():
    class Trip(lc.Purchase):
        km = lc.Number(missing=0)
        abroad = lc.Flag(missing=False)

    class Walk(lc.Activity):
        km = lc.Number(missing=0)

    abroad, walks, all_ = (
        Trip.km.when(asked).over(lc.year) for asked in (Trip.abroad.is_true(), lc.Activity.name.is_("walk"), lc.always)
    )
    rules = [
        lc.Earn(name, POINT.per(1, measure), on=lc.Activity)
        for name, measure in (("abroad", abroad), ("walks", walks), ("all", all_))
    ]
    club = lc.Program("club", version="1", purchases=Trip, activities=Walk, rules=rules)
    ada = Told(club)
    ada.does(Trip("t1", at=day(1), net=1, km=5, abroad=True))
    ada.does(Trip("t2", at=day(2), net=1, km=70))
    ada.does(Walk("w1", at=day(3), name="walk", km=300))
    ada.does(Walk("w2", at=day(4), name="sum", km=2))

    assert [(entry.rule, entry.amount) for entry in ada.account.entries if entry.kind == "earn"][-3:] == [
        ("abroad", 5),
        ("walks", 300),
        ("all", 375),
    ]


def test_a_tally_is_named_by_what_is_read_and_by_its_condition():
    counted = [measure.over(lc.year) for measure in (Order.count, Order.count.when(IN_APP), Order.count.when(LARGE))]
    total = Order.net.when(IN_APP).over(lc.year).at_least(USD(99))
    ada = Member(program(lc.Earn("x", POINT(1), when=sum(counted[1:], counted[0]).at_least(99) | total)))
    ada.buys("p1", day(1), "60.00", channel="app")

    (fact,) = ada.account.entries
    names = [name.partition(",")[0] for name in fact.sums[::3]]
    assert len(set(names)) == 4
    assert sorted(name.rpartition(" ")[0] for name in names) == ["", "net when", "purchases when", "purchases when"]


def test_reasons_say_that_only_what_qualifies_was_read():
    rule = lc.Earn("third", POINT(7), when=Order.count.when(IN_APP).over(lc.month).at_least(2))
    ada = Member(program(rule))
    ada.buys("p1", day(1), "1.00", channel="app")

    assert "qualifying count over month" in ada.answer.explain()


def test_a_prospect_says_how_much_more_of_what_qualifies_brings_something():
    gives = POINT(3).per_full(USD(10), Order.net.when(IN_APP))
    club = program(lc.Earn("base", gives, where=Line.category.is_("coffee")))
    quotes = [
        club.quote(club.open("ada"), order("p", day(1), coffee("12.00"), "7.00", channel=channel))
        for channel in ("app", "web")
    ]

    assert [[str(found) for found in quote.prospects] for quote in quotes] == [
        ["base: 8.00 USD more qualifying net would give 3 point"],
        ["base: 10.00 USD more qualifying net would give 3 point"],
    ]


def test_a_limit_and_what_units_are_worth_may_go_by_what_qualifies():
    most = lc.at_most(POINT.per(USD(1), Order.net.when(IN_APP)), per=lc.purchase)
    ada = Told(program(lc.Earn("some", POINT(9), limit=most, worth=Order.net.when(LARGE))))
    for number, (net, channel) in enumerate([("5.00", "app"), ("60.00", "app"), ("60.00", "web")]):
        ada.buys(f"p{number}", day(number + 1), net, channel=channel)

    assert [(lot.left, lot.worth) for lot in ada.account.lots(POINT)] == [(POINT(5), USD(0)), (POINT(9), USD(60))]


def test_what_is_off_may_go_by_what_qualifies_and_its_condition_sees_the_whole_basket():
    off = USD.bands(Line.net.when(LARGE), {0: "10%"})
    ada = Told(program(lc.Discount("tea day", off, where=Line.category.is_("coffee"))))

    ada.buys("p1", day(1), coffee("30.00"), "19.99", claims=[])
    ada.buys("p2", day(2), coffee("30.00"), "20.00", claims=[])

    nets = [
        ada.program.discounts(ada.account, order(f"q{other}", day(3), coffee("30.00"), other, claims=[]))
        for other in ("19.99", "20.00")
    ]
    assert [str(found.off.decimal) for found in nets] == ["0.00", "3.00"]


def test_boosts_raise_what_a_window_has_of_what_qualifies():
    rule = lc.Earn("base", POINT.per(USD(1), Order.net.when(IN_APP)), over=lc.month)
    boosts = [
        lc.Boost("half", "+50%", of="base", when=LARGE),
        lc.Boost("gifts", "x1.1", of="base", where=Line.gift.is_true()),
    ]
    ada = Told(program(rule, *boosts))
    ada.buys("p1", day(1), "50.00", {"net": "10.00", "gift": True}, channel="app")
    assert ada.has() == "91"

    ada.buys("p2", day(2), "80.00", channel="web")
    ada.returns("r1", day(3), "p1", ["b"])
    assert ada.has() == "75"


def test_a_limit_that_is_judged_again_may_go_by_what_qualifies():
    most = lc.at_most(POINT.per(USD(1), Order.net.when(IN_APP)), per=lc.month, freed=lc.rejudge)
    ada = Told(program(lc.Earn("some", POINT(9), limit=most)))
    ada.buys("p1", day(1), "5.00", channel="app")
    ada.buys("p2", day(2), "60.00", channel="web")
    assert ada.has() == "5"

    ada.buys("p3", day(3), "6.00", channel="app")
    assert ada.has() == "11"


@pytest.mark.parametrize(
    ("gives", "over", "pays"),
    [
        (POINT.per(USD(1), Order.net.when(IN_APP)), lc.purchase, False),
        (POINT.per(USD(1), Order.net.when(LARGE)), lc.purchase, True),
        (POINT.per(1, Order.count.when(IN_APP)), lc.purchase, True),
        (POINT.per(USD(1), Order.net.when(IN_APP)), lc.month, False),
        (POINT.per(USD(1), Order.net.when(~LARGE)), lc.month, True),
        (POINT.per(1, Order.count.when(IN_APP)), lc.month, True),
    ],
)
def test_whether_splitting_pays_goes_by_what_is_read_and_by_its_condition(gives, over, pays):
    assert lc.Earn("base", gives, over=over).splitting_pays is pays


def test_an_amount_for_each_that_qualifies_counts_as_one_step_of_a_limit():
    five = lc.Accrual(POINT, Order.count.when(IN_APP) * 5)

    with pytest.raises(lc.InvalidProgram, match="gives 5 point at a time"):
        program(lc.Earn("base", five, limit=lc.at_most(POINT(3), per=lc.day)))


@refusals.table(
    [
        (Order.count.when, {"condition": "app"}, lc.InvalidValue),
        (Order.count.when, {"condition": None}, lc.InvalidValue),
        (Order.count.when, {"condition": Line.category.is_("tea")}, lc.InvalidValue),
        (Line.net.when, {"condition": Line.category.is_("tea")}, lc.InvalidValue),
        (Order.count.when(IN_APP).when, {"condition": LARGE}, lc.InvalidValue),
        (lc.Qualifying, {"measure": Visit.count, "condition": RUN}, lc.InvalidValue),
        (lc.Qualifying, {"measure": Order.net * 2, "condition": RUN}, lc.InvalidValue),
        (lc.Qualifying, {"measure": 5, "condition": RUN}, lc.InvalidValue),
        (lc.product, {"measure": Order.net.when(IN_APP), "by": Order.nights}, lc.InvalidValue),
    ]
)
def test_what_cannot_qualify_is_refused(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        (Order.count.when(lc.in_tier("status", "gold")), "not said by the event itself"),
        (Order.count.when(lc.setting("segment").is_("student")), "not said by the event itself"),
        (Order.count.when(~Order.count.over(lc.month).at_least(1)), "not said by the event itself"),
        (Order.count.when(lc.ordinal.is_(1) | IN_APP), "not said by the event itself"),
        (Order.count.when(lc.given("base").at_least(POINT(1))), "not said by the event itself"),
        (Order.count.when(lc.weekday("sat", zone=Order.channel)), "not said by the event itself"),
        (Order.count.when(lc.on_anniversary(lc.joined)), "not said by the event itself"),
        (Order.count.when(RUN), "'name', a text or flag that no purchase declares"),
        (Visit.minutes.when(IN_APP), "'channel', a text or flag that no activity declares"),
        (Visit.minutes.when(Line.quantity.sum().at_least(2)), "measures items, but is on activity"),
        (lc.EventNumber("miles").when(lc.weekday("sat")), "'miles', a number that no event declares"),
        (Order.net.when(Order.net.at_least(5)), "compares USD with 5"),
    ],
)
def test_what_qualifies_is_asked_of_the_event_itself_and_of_one_that_can_tell(measure, told):
    ladder = lc.Ladder("status", by=Visit.count.over(lc.year), tiers={"base": 0, "gold": 2})
    rule = lc.Earn("base", POINT(1), when=measure.over(lc.year).at_least(USD(1) if measure.measure == Order.net else 1))

    with pytest.raises(lc.InvalidProgram, match="rule base") as caught:
        program(rule, ladder)

    assert told in str(caught.value)


def test_on_an_activity_what_qualifies_is_asked_of_that():
    rule = lc.Earn("runner", POINT.per(10, Visit.minutes.when(RUN)), on=Visit)
    ada = Told(program(rule))
    ada.does(Visit("v1", at=day(1), name="swim", minutes=90))
    ada.does(Visit("v2", at=day(1), name="run", minutes=25))
    assert ada.has() == "2"

    with pytest.raises(lc.InvalidProgram, match="that no activity declares"):
        program(lc.Earn("runner", POINT.per(10, Visit.minutes.when(IN_APP)), on=Visit))


@given(st.data())
def test_it_comes_to_the_same_as_the_sum_over_the_events_that_qualify(data):
    bought = data.draw(st.lists(st.tuples(st.sampled_from(["app", "web"]), st.integers(1, 99)), max_size=6))
    rule = lc.Earn("x", POINT.per(USD(1), Order.net.when(IN_APP & LARGE)), over=lc.year)
    ada = Member(program(rule))
    for number, (channel, net) in enumerate(bought):
        ada.buys(f"p{number}", day(number + 1), net, channel=channel)

    assert ada.has() == str(sum(net for channel, net in bought if channel == "app" and net >= 50))
