"""Rules that are many come to what they come to when each is asked, whatever they ask and when they run."""

import datetime as dt

import pytest

import loyalcore as lc
from loyalcore.engine import earning, index
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, day, order, program

WEEK = lc.between(dt.date(2026, 1, 5), dt.date(2026, 1, 12))
TO_NOON = lc.between(day(5, 12), day(7, 12))
SPENT = Line.net.sum(~Line.category.is_("fuel"))

#: Each is a campaign of a lane that has enough of them.
CAMPAIGNS = (
    {"gives": POINT.per(USD(1), Line.net), "when": WEEK, "where": Line.category.is_("coffee")},
    {"gives": POINT.per(USD(1), Line.net), "when": TO_NOON, "where": Line.category.is_("coffee")},
    {"gives": POINT.per(USD(1), Line.net.sum(Line.category.is_("tea"))), "when": WEEK},
    {"gives": POINT.per(USD(1), Line.net), "when": WEEK, "where": Line.category.is_("tea") & ~Line.gift.is_true()},
    {
        "gives": POINT.per(USD(1), Line.net),
        "when": WEEK,
        "where": Line.category.is_("tea") & Line.category.is_in(["x"]),
    },
    {"gives": POINT.per(USD(1), Line.net), "when": WEEK, "where": Line.category.is_in(["tea", "coffee"])},
    {"gives": POINT.per(USD(1), Line.net), "when": WEEK & Order.net.at_least(USD(9)), "where": Line.brand.is_("b")},
    {"gives": POINT.per(USD(1), Line.net), "when": WEEK, "where": Line.brand.is_("b"), "rounding": lc.ceiling},
    {"gives": POINT(20), "when": WEEK & Line.quantity.sum(Line.brand.is_("b")).at_least(2)},
    {"gives": POINT(20), "when": WEEK & Line.quantity.sum(Line.brand.is_("b") & Line.gift.is_true()).at_least(1)},
    {"gives": POINT(21), "when": WEEK & Line.net.sum(Line.brand.is_in(["b", "c"])).more_than(USD(3))},
    {"gives": POINT(15), "when": WEEK & Order.channel.is_("app") & SPENT.at_least(USD(5))},
    {"gives": POINT(16), "when": TO_NOON & Order.channel.is_("app")},
    {"gives": POINT(10), "when": WEEK & SPENT.at_least(USD(8))},
    {"gives": POINT(11), "when": WEEK & Line.net.sum(Line.category.is_("cake")).below(USD(8))},
    {"gives": POINT(3), "when": WEEK & lc.ordinal.at_least(2)},
    {"gives": POINT(4), "when": WEEK & lc.weekday("mon", "tue") & lc.setting("letter").is_("")},
    {"gives": POINT(5), "when": WEEK & lc.weekday("tue", "thu")},
    {"gives": POINT(6), "when": WEEK & lc.between(dt.date(2026, 1, 6), None)},
    {"gives": POINT(7), "when": WEEK & Line.points.sum(Line.points.is_(2)).at_least(1)},
)

HOURS = [day(4, 23), day(5, 0), day(5, 11, 59), day(5, 12), day(6, 9), day(7, 11, 59), day(7, 12), day(11, 23), day(12)]
BASKETS = (
    [coffee("4.50"), {"net": "7.25", "category": "tea", "brand": "b", "quantity": 2}],
    [{"net": "9.99", "category": "tea", "gift": True, "brand": "b", "points": 2}, {"net": "1.00", "category": "fuel"}],
    [{"net": "3.50", "category": "cake", "brand": "c"}, coffee("0.75"), coffee("0.75")],
    [],
)


def shop(*, lane, limit=(), **terms):
    rules = [lc.Earn(f"campaign {number}", **options) for number, options in enumerate(CAMPAIGNS)]
    base = lc.Earn("base", POINT.per(USD(1), Line.net), where=~Line.category.is_("fuel"))
    spend = lc.Earn("spend", POINT(1), when=SPENT.at_least(USD(8)))
    boost = lc.Boost("double", "x2", of="campaign 7", when=Order.express.is_true())
    lanes = [lc.Lane("all", of=["base", "spend", *(rule.name for rule in rules)], limit=limit)] if lane else []
    return program(base, spend, *rules, boost, *lanes, **terms)


def history(rules, few):
    """What is recorded, and why, where *few* rules are too few to be looked up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(earning, "FEW", few)
        ada = Member(lc.Program(**rules.fields()))
        assert len(ada.program.engine.plans["purchase"].judge.many) == (0 if few > len(CAMPAIGNS) else len(CAMPAIGNS))
        for number, at in enumerate(HOURS):
            for basket, lines in enumerate(BASKETS):
                name = f"{number} {basket}"
                ada.buys(name, at, *lines, channel="app" if number % 2 else "", express=basket == 1)
                if basket == 1:
                    ada.returns(f"return of {name}", at, name, ["a"])
        return ada.account.rows, [ada.program.reasons(ada.account, f"{number} 0") for number in range(len(HOURS))]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize("options", [{"lane": True}, {"lane": False}])
def test_campaigns_come_to_the_same_whether_they_are_looked_up_or_asked(options, zone):
    rules = shop(**options, timezone=zone)

    assert history(rules, index.FEW) == history(rules, 10**9)


def test_a_lane_of_campaigns_is_cut_by_its_limits():
    rules = shop(lane=True, limit=lc.at_most(POINT(30), per=lc.purchase))

    assert history(rules, index.FEW) == history(rules, 10**9)


def test_rows_that_keep_their_texts_in_attributes_are_priced_alike():
    class Row:
        def __init__(self, net, category, brand):
            self.net, self.category, self.brand = net, category, brand

    rules = shop(lane=True)
    rows = [("p", 1_767_700_800, 1, [("a", 900, "tea", "b"), ("b", 350, "coffee", "c")])]
    named = [(*row[:3], [Row(*line[1:]) for line in row[3]]) for row in rows]
    heads = {"id": 0, "at": lc.seconds(1), "member": 2, "lines": 3}
    in_place = lc.bind(Order, lc.bind_items(Line, net=1, category=2, brand=3), **heads)
    by_name = lc.bind(Order, lc.bind_items(Line, net="net", category="category", brand="brand"), **heads)

    (award,) = rules.awards(rows, in_place, POINT)

    assert award == rules.awards(named, by_name, POINT)[0] > 0


def test_activities_have_many_rules_too():
    rules = program(*(lc.Earn(f"{n}", STAR(n + 1), on=Visit, when=Visit.place.is_(f"{n}")) for n in range(9)))
    ada = Member(rules)

    assert ada.does(Visit("v", at=day(1), name="visit", place="3")).entries[-1].amount == 400
    assert [entry.kind for entry in ada.does(Visit("w", at=day(1), name="visit", place="x")).entries] == ["activity"]


def test_stretches_that_were_looked_up_are_forgotten_when_they_are_too_many(monkeypatch):
    monkeypatch.setattr(index, "_STRETCHES_MAX", 2)
    rules = shop(lane=True)

    assert history(rules, index.FEW) == history(rules, 10**9)


def test_what_a_limit_that_is_judged_again_is_measured_by_counts_for_rules_that_give_nothing():
    rules = program(
        *(lc.Earn(f"{n}", STAR(1), when=Order.channel.is_(f"{n}")) for n in range(9)),
        lc.Earn(
            "share",
            STAR.per(USD(1), Line.net),
            when=Order.channel.is_("1"),
            limit=lc.at_most(STAR("0.5").per(USD(1), Line.net), per=lc.month, freed=lc.rejudge),
        ),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "10.00", channel="x")
    ada.buys("q", day(2), "10.00", channel="1")

    assert ada.has(STAR) == "11.00"
    assert ada.program.quote(ada.account, order("r", day(3), "1.00")).prospects == ()
