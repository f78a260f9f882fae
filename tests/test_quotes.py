"""Quotes say what deciding would answer, and leave everything as it is."""

import datetime as dt
import pickle
from functools import partial

import pytest
from hypothesis import settings

import histories
import loyalcore as lc
from loyalcore.snapshots import freeze
from machine.runs import run
from refusals import check, table
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, day, order, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Earn("big", POINT(50), when=Order.net.at_least(USD(20))),
    lc.Earn("beans", STAR(1).per_full(USD(10), Line.net), where=Line.category.is_("coffee"), pending=lc.days(3)),
    lc.Earn("visit", POINT(3), on=lc.Activity),
    lc.Earn("welcome", POINT(25), on=lc.Enrolment),
    lc.Ladder("status", by=Line.net.over(lc.month), tiers={"base": 0, "gold": USD(18), "black": USD(90)}),
    lc.Expiry(POINT, lc.days(30)),
    lc.Reward("mug", POINT(25)),
    lc.Pay("pay", each=POINT(1), worth=USD("0.10")),
)

decide = lc.Program.decide


def told(function, *given):
    """What a call answers, or raises."""
    try:
        return function(*given)
    except lc.LoyalcoreError as problem:
        return type(problem), str(problem)


def quote_before_deciding(self, account, event, now=None, *, others=()):
    """Decide as ever, once a quote is found to say the same and to have changed nothing."""
    core = account.state()
    before = freeze(core, None), core.due, core.spoiled
    quote = told(partial(self.quote, others=others), account, event, now)
    assert account.state() is core
    assert (freeze(core, None), core.due, core.spoiled) == before
    answer = told(partial(decide, others=others), self, account, event, now)
    if isinstance(answer, tuple):
        assert quote == answer
        return decide(self, account, event, now, others=others)
    own = tuple(entry for entry in answer.entries if entry.account == account.member)
    assert (quote.entries, quote.refusal, quote.known) == (own, answer.refusal, answer.known)
    assert quote.explain() == answer.explain()
    assert (
        quote.balances
        == tuple(
            answer.account.balance(unit) for unit in self.units.values() if unit.name in answer.account.state().books
        )
        or answer.refusal
    )
    fact = next((entry.seq for entry in own if entry.is_fact), None)  # what came due on the way has other causes
    given = [(entry.rule, entry.amount) for entry in own if entry.kind == "earn" and entry.cause == fact]
    assert [(lot.rule, lot.amount.minor) for lot in quote.lots] == given
    assert sum(amount.minor for amount in quote.gives) == sum(amount for _, amount in given)
    for prospect in quote.prospects:
        missing = prospect.missing.fraction if isinstance(prospect.missing, lc.Amount) else prospect.missing
        assert missing > 0
        assert (prospect.gives is None) is (prospect.tier is not None)
    return answer


def test_a_quote_says_what_deciding_then_answers_and_changes_nothing(monkeypatch):
    """Over random programs and histories of the state machine, with every kind of event."""
    monkeypatch.setattr(lc.Program, "decide", quote_before_deciding)

    report = run(10 * settings.default.max_examples, seed=5)

    assert not report.differences
    assert report.steps >= 10 * settings.default.max_examples


def test_a_quote_gives_amounts_lots_tiers_and_what_is_left():
    ada = Member(SHOP)
    ada.buys("p", day(1), "12.00")

    quote = SHOP.quote(ada.account, order("q", day(2), "4.30", coffee("12.50")))

    assert quote.gives == (POINT(16), STAR(1))
    assert quote.costs == quote.takes == ()
    assert quote.lots == (
        lc.QuotedLot("base", POINT(16), day(32), None, POINT(0)),
        lc.QuotedLot("beans", STAR(1), None, day(5), STAR(0)),
    )
    assert quote.tiers == (("status", "gold"),)
    assert quote.balances == (POINT(28), STAR(0))
    assert (quote.refusal, quote.known) == (None, False)
    assert [entry.kind for entry in quote.entries] == ["purchase", "earn", "earn", "tier"]


def test_a_quote_explains_what_would_be_given_and_what_is_missing():
    quote = SHOP.quote(SHOP.open("ada"), order("q", day(2), "4.30", coffee("12.50")))

    assert quote.explain().splitlines() == [
        "base: gave 16 point: holds",
        "big: gave nothing: needs net >= 20.00 USD, was 16.80 USD; 3.20 USD more would have given 50 point",
        "beans: gave 1.00 star: holds",
    ]
    assert quote.reasons[1].would_give == POINT(50)


def test_a_transfer_is_quoted_for_both_and_changes_neither():
    gifts = program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Transferable(POINT, minimum=POINT(5)))
    ada, bob = Member(gifts), Member(gifts, "bob")
    ada.buys("p", day(1), "12.00")
    bob.buys("q", day(1), "3.00")
    before = ada.account.state().length, bob.account.state().length

    gift, more = (lc.Transfer("t", at=day(2), to="bob", amount=POINT(amount)) for amount in (8, 80))
    quote = gifts.quote(ada.account, gift, others=[bob.account])
    short = gifts.quote(ada.account, more, others=[bob.account])

    assert (quote.costs, quote.balances) == ((POINT(8),), (POINT(4),))
    assert (short.refusal.code, short.balances) == ("insufficient", (POINT(12),))
    assert (ada.account.state().length, bob.account.state().length) == before


def test_prospects_say_what_little_more_would_bring():
    quote = SHOP.quote(SHOP.open("ada"), order("q", day(2), "4.30", coffee("12.50")))

    assert quote.prospects == (
        lc.Prospect("big", "net", USD("3.20"), POINT(50)),
        lc.Prospect("beans", "net", USD("7.50"), STAR(1)),
        lc.Prospect("status", "net over month", USD("1.20"), tier="gold"),
    )
    assert [str(prospect) for prospect in quote.prospects] == [
        "big: 3.20 USD more net would give 50 point",
        "beans: 7.50 USD more net would give 1.00 star",
        "status: 1.20 USD more net over month would enter gold",
    ]


EDGES = (
    (STAR.milestones(Order.net, {USD(10): STAR(2), USD(30): STAR(5)}), {}, ["10.00", "5.00"]),
    (STAR.milestones(Order.net, {USD(10): STAR(2)}), {}, None),
    (STAR.bands(Order.net, {0: "1%", USD(50): "2%"}, lc.whole), {}, ["30.00", "0.80"]),
    (STAR("0.50").per_full(USD(15), Order.net), {}, ["10.00", "0.50"]),
    (STAR.milestones(Order.net, {USD(10): STAR(2), USD(30): STAR(5)}), {"over": lc.month}, ["5.00", "5.00"]),
    (STAR.per(USD(1), Line.net), {}, None),
    # What is capped, limited, judged item by item or boosted has edges that are not the rule's own.
    (STAR(1).per_full(USD(15), Order.net).capped(STAR(9)), {}, None),
    (STAR(1).per_full(USD(15), Order.net), {"limit": lc.at_most(STAR(9), per=lc.purchase)}, None),
    (STAR(1).per_full(USD(15), Line.net), {"stage": lc.item}, None),
    (STAR.bands(Order.net, {0: "2%", USD(40): "1%"}, lc.whole), {}, None),
)


@pytest.mark.parametrize(("gives", "options", "wanted"), EDGES)
def test_prospects_of_steps_milestones_and_bands_are_beyond_what_is_given_now(gives, options, wanted):
    ada = Member(program(lc.Earn("edge", gives, **options)))
    ada.buys("p", day(1), "5.00")

    found = ada.program.quote(ada.account, order("q", day(2), "20.00")).prospects

    assert found == (() if wanted is None else (lc.Prospect("edge", "net", USD(wanted[0]), STAR(wanted[1])),))


@pytest.mark.parametrize(("gives", "wanted"), [edge[::2] for edge in EDGES if edge[2] and not edge[1]])
def test_what_a_prospect_promises_is_given_for_as_much_more(gives, wanted):
    rules = program(lc.Earn("edge", gives))
    given, promised = (
        sum(amount.minor for amount in rules.quote(rules.open("ada"), order("q", day(2), net)).gives)
        for net in ("20.00", USD("20.00").decimal + USD(wanted[0]).decimal)
    )

    assert promised - given == STAR(wanted[1]).minor


def test_prospects_are_of_plain_numbers_too_and_of_no_rule_that_misses_more():
    rules = program(
        lc.Earn("items", STAR(2), when=Line.quantity.sum().at_least(3)),
        lc.Earn("app", STAR(2), when=Line.quantity.sum().at_least(3) & Order.channel.is_("app")),
        lc.Earn("few", STAR(2), when=Order.net.below(USD(1))),
        lc.Earn("nothing", STAR.per(USD(1), Line.net), where=Line.category.is_("tea"), when=Order.net.at_least(USD(9))),
        lc.Earn("month", STAR.per(USD(1), Line.net), over=lc.month, when=Order.net.at_least(USD(9))),
        lc.Boost("double", "x2", of="stepped"),
        lc.Earn("stepped", STAR(1).per_full(USD(10), Line.net)),
        lc.Ladder("status", by=STAR.earned(lc.month), tiers={"base": 0, "gold": STAR(2)}),
    )

    quote = rules.quote(rules.open("ada"), order("q", day(2), {"net": "5.00", "quantity": "1.5"}))

    assert quote.prospects == (
        lc.Prospect("items", "quantity", lc.Fraction(3, 2), STAR(2)),
        lc.Prospect("status", "star earned", STAR(1), tier="gold"),
    )
    assert str(quote.prospects[0]) == "items: 1.5 more quantity would give 2.00 star"


def test_the_highest_tier_has_no_next_one():
    ada = Member(SHOP)
    ada.buys("p", day(1), "95.00")

    quote = SHOP.quote(ada.account, Visit("v", at=day(2), name="visit"))

    assert quote.gives == (POINT(3),)
    assert quote.prospects == ()


def test_a_redemption_is_quoted_with_its_cost_or_its_refusal():
    ada = Member(SHOP)
    ada.buys("p", day(1), "24.00")
    mug = lc.Redemption("r", at=day(2), reward="mug")

    paid = SHOP.quote(ada.account, lc.Redemption("r", at=day(2), reward="pay", amount="0.55"))
    short = SHOP.quote(ada.account, mug)

    assert (paid.costs, paid.balances) == ((POINT(6),), (POINT(68),))
    assert short.refusal is None
    assert SHOP.quote(SHOP.open("bob"), mug).refusal == lc.Refusal(
        "insufficient", "mug costs 25 point: 25 point short", POINT(25)
    )
    assert SHOP.quote(SHOP.open("bob"), mug).explain() == "refused (insufficient): mug costs 25 point: 25 point short"
    assert SHOP.quote(SHOP.open("bob"), mug).entries == ()


def test_enrolments_and_returns_are_quoted_too():
    ada = Member(SHOP)
    ada.buys("p", day(1), "12.00")

    assert SHOP.quote(ada.account, lc.Enrolment("e", at=day(2))).gives == (POINT(25),)
    assert SHOP.quote(ada.account, lc.Return("r", at=day(2), of="p")).takes == (POINT(12),)


def test_a_known_event_is_quoted_as_it_was_recorded_and_a_conflict_raises():
    ada = Member(SHOP)
    answer = ada.buys("p", day(1), "12.00")

    quote = SHOP.quote(ada.account, order("p", day(1), "12.00"))

    assert quote.known
    assert quote.entries == answer.entries
    assert quote.reasons == answer.reasons
    assert quote.balances == (POINT(12),)
    with pytest.raises(lc.EventConflict):
        SHOP.quote(ada.account, order("p", day(1), "13.00"))


def test_a_quote_does_what_is_due_until_its_moment_on_the_trial_alone():
    ada = Member(SHOP)
    ada.buys("p", day(1), "60.00")

    quote = SHOP.quote(ada.account, order("q", day(40), "5.00"))

    assert [entry.kind for entry in quote.entries] == ["expire", "expire", "tier", "purchase", "earn"]
    assert quote.gives == (POINT(5),)
    assert ada.account.balance(POINT) == POINT(110)


def test_the_next_decision_after_a_quote_goes_on_where_the_account_was():
    """A core that were put aside would be folded again, which costs as much as the account is long."""
    ada = Member(SHOP)
    ada.buys("p", day(1), "60.00")
    core = ada.account.state()

    SHOP.quote(ada.account, order("q", day(40), "5.00"))
    SHOP.quote(ada.account, lc.Redemption("r", at=day(40), reward="mug", times=9))
    ada.buys("q", day(2), "5.00")

    assert ada.account.state() is core


def test_a_late_event_is_quoted_by_the_tier_of_its_moment():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base"),
        lc.Ladder("status", by=Line.net.over(lc.rolling(days=5)), tiers={"base": 0, "gold": USD(18)}),
    )
    ada = Member(rules)
    ada.buys("p", day(1), "20.00")
    ada.waits(day(20))
    late = order("q", day(2), "5.00")

    quote = rules.quote(ada.account, late, day(21))

    assert quote.gives == (POINT(10),)
    assert ada.does(late, day(21)).entries == quote.entries


def test_an_account_from_a_snapshot_is_quoted_from_the_rows_it_kept():
    account = histories.history(11, 40)
    restored = lc.restore(account.snapshot())
    last = [step for step in histories.steps(11, 40) if not isinstance(step, dt.datetime)][-1]
    again = lc.Return("again", at=account.now, of=last.id)

    for given in (account, restored):
        quote, answer = histories.PROGRAM.quote(given, again), histories.PROGRAM.decide(given, again)
        assert (quote.entries, quote.refusal) == (answer.entries, answer.refusal)


def test_quoted_lots_and_prospects_are_values():
    lot = lc.QuotedLot("base", POINT(16), day(32), None, POINT(0))
    prospect = lc.Prospect("big", "net", USD("3.20"), POINT(50))

    for value in (lot, prospect):
        again = pickle.loads(pickle.dumps(value))  # noqa: S301 - bytes of our own

        assert again == value
        assert hash(again) == hash(value)


@table(
    [
        (SHOP.quote, {"account": "ada", "event": order("q", day(2), "5.00")}, lc.InvalidValue),
        (SHOP.quote, {"account": SHOP.open("ada"), "event": "order"}, lc.InvalidValue),
        (
            SHOP.quote,
            {"account": SHOP.open("ada"), "event": lc.Redemption("r", at=day(1), reward="x")},
            lc.InvalidValue,
        ),
    ]
)
def test_what_cannot_be_quoted_is_refused(function, bad, error):
    check(function, bad, error)
