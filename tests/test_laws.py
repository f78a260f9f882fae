"""
The laws of the design page, each a test of that name.

What the library does is held against figures that are reckoned here anew, or against the same library asked another
way: in another order, at other moments, with only what is kept.
"""

import datetime as dt
import decimal
import json
import os
import random
import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import histories
import loyalcore as lc
from loyalcore.codec import dump_entry
from shop import CENT, POINT, STAR, USD, Line, Member, Order, coffee, day, held, order, program
from strategies import accruals, carts, purchase_rules

ROOT = Path(__file__).parent
few = settings(max_examples=max(10, settings.default.max_examples // 4))
fewer = settings(max_examples=max(5, settings.default.max_examples // 10))
seeds = st.integers(0, 10**6)


def rich_history(seed, length=30):
    """A history with every kind of entry, as (program, account)."""
    return histories.PROGRAM, histories.history(seed, length)


def dumped(account):
    return [dump_entry(entry) for entry in account.entries]


# 1. Once.


@few
@given(seeds)
def test_once_the_same_event_again_changes_nothing_and_answers_with_what_was_recorded(seed):
    rules, account = histories.PROGRAM, histories.PROGRAM.open("ada")
    for event in [step for step in histories.steps(seed, 15) if isinstance(step, lc.Event)]:
        answer = rules.decide(account, event)
        if answer.refusal is not None:
            continue
        account = answer.account

        again = rules.decide(account, event)

        assert again.known
        assert again.account == account
        assert [e for e in answer.entries if e.is_fact or getattr(e, "cause", None) == again.entries[0].seq] == list(
            again.entries
        )


def test_once_an_event_that_earns_nothing_is_recorded_too():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net))))

    ada.buys("p", day(1), "0.50")

    assert ada.kinds() == ["purchase"]
    assert ada.buys("p", day(1), "0.50").known


@pytest.mark.parametrize(
    ("field", "event"),
    [
        ("kind", lc.Enrolment("p", at=day(1))),
        ("at", order("p", day(2), "5.00", channel="app")),
        ("items", order("p", day(1), "6.00", channel="app")),
        ("channel", order("p", day(1), "5.00", channel="web")),
    ],
)
def test_once_the_same_id_with_other_content_is_a_conflict_that_names_the_field(field, event):
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net))))
    ada.buys("p", day(1), "5.00", channel="app")
    before = ada.account

    with pytest.raises(lc.EventConflict) as caught:
        ada.does(event)

    assert caught.value.field == field
    assert ada.account == before
    assert ada.has() == "5"


def test_once_ids_of_entries_are_derived_from_the_event_the_account_and_the_position():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net))))

    ada.buys("p", day(1), "5.00")

    assert [entry.id for entry in ada.account.entries] == ["p", "ada/1"]


# 2. Conservation.


def by_entries(account, unit):
    return sum(entry.change for entry in account.entries if entry.change and entry.unit == unit.name)


def by_provenance(account, unit):
    """What is left of each lot by the pieces of every row, less debt noted and repaid."""
    lots, debt = {}, 0
    for entry in account.entries:
        if entry.kind == "earn" and entry.unit == unit.name:
            lots[entry.seq] = entry.amount - entry.repaid
            debt -= entry.repaid
        elif entry.kind in {"mature", "expire"} and entry.unit == unit.name:
            lots[entry.lot] -= entry.amount if entry.kind == "expire" else entry.repaid
            debt -= entry.repaid if entry.kind == "mature" else 0
        elif entry.kind in {"spend", "take", "restore", "reserve", "free"} and entry.unit == unit.name:
            back = entry.kind in {"restore", "free"}
            for lot, amount in zip(entry.pieces[::2], entry.pieces[1::2], strict=True):
                lots[lot] += amount if back else -amount
            debt += entry.debt if entry.kind == "take" else 0
            debt -= entry.repaid if back else 0
    assert all(left >= 0 for left in lots.values())
    assert debt >= 0
    return sum(lots.values()) - debt


@few
@given(seeds)
def test_conservation_the_balance_is_the_sum_of_postings_and_of_open_lots_less_debt(seed):
    _, account = rich_history(seed)

    for unit in (histories.POINT, histories.STAR, histories.MILE):
        in_lots = sum(lot.left.minor for lot in account.lots(unit)) - account.debt(unit).minor
        had = account.balance(unit).minor + account.pending(unit).minor
        held = account.held(unit).minor

        assert had == in_lots
        assert had + held == by_entries(account, unit)
        assert had == by_provenance(account, unit)


@few
@given(seeds)
def test_conservation_entries_alone_rebuild_the_account(seed):
    _, account = rich_history(seed)

    rebuilt = lc.fold("ada", account.entries)

    assert rebuilt == account
    for unit in (histories.POINT, histories.STAR, histories.MILE):
        assert rebuilt.lots(unit) == account.lots(unit)
        assert rebuilt.balance(unit) == account.balance(unit)
        assert rebuilt.debt(unit) == account.debt(unit)
    assert rebuilt.tier("status") == account.tier("status")
    assert rebuilt.now == account.now


# 3. Returns are exact in what was granted.


def buys_all(rules, cart, kept=None):
    """A member who bought what a cart holds, or only the lines kept; returns name them by purchase."""
    member = Member(rules)
    for number, lines in enumerate(cart):
        chosen = [
            line for name, line in zip("abcdefghijkl", lines, strict=False) if kept is None or (number, name) in kept
        ]
        if chosen or kept is None:
            names = [
                name for name, _ in zip("abcdefghijkl", lines, strict=False) if kept is None or (number, name) in kept
            ]
            items = [
                Line(name, line["net"], line["quantity"], category=line["category"])
                for name, line in zip(names, chosen, strict=True)
            ]
            member.does(Order(f"p{number}", at=day(1 + number), items=items))
    return member


def everything(cart):
    return [(number, name) for number, lines in enumerate(cart) for name, _ in zip("abcdefghijkl", lines, strict=False)]


@few
@given(
    st.data(), purchase_rules() | st.builds(lambda gives: lc.Earn("base", gives, over=lc.quarter), accruals()), carts()
)
def test_returns_are_exact_whatever_the_order_and_number_of_steps(data, rule, cart):
    rules = program(rule)
    gone = data.draw(st.lists(st.sampled_from(everything(cart)), unique=True, min_size=1))
    one_by_one, reversed_, at_once = (buys_all(rules, cart) for _ in range(3))

    for member, steps in ((one_by_one, gone), (reversed_, gone[::-1])):
        for step, (number, name) in enumerate(steps):
            assert not member.returns(f"r{step}", day(40 + step), f"p{number}", [name]).refusal
    for number in sorted({number for number, _ in gone}):
        at_once.returns(f"r{number}", day(60), f"p{number}", [name for own, name in gone if own == number])

    assert held(one_by_one.account) == held(reversed_.account) == held(at_once.account)
    assert one_by_one.account.balance(STAR) == reversed_.account.balance(STAR) == at_once.account.balance(STAR)


@few
@given(st.data(), accruals(), carts())
def test_returns_interleaved_with_purchases_leave_a_window_at_the_v_of_what_it_keeps(data, gives, cart):
    rules = program(lc.Earn("base", gives, over=data.draw(st.sampled_from([lc.month, lc.quarter, lc.lifetime]))))
    gone = data.draw(st.lists(st.sampled_from(everything(cart)), unique=True, min_size=1))
    member, step = Member(rules), 0

    for number, lines in enumerate(cart):
        items = [
            Line(n, x["net"], x["quantity"], category=x["category"])
            for n, x in zip("abcdefghijkl", lines, strict=False)
        ]
        member.does(Order(f"p{number}", at=day(1 + number), items=items))
        for own, name in [each for each in gone if each[0] <= number and data.draw(st.booleans())]:
            step += 1
            gone.remove((own, name))
            assert not member.returns(f"r{step}", day(1 + number, 13, step), f"p{own}", [name]).refusal
    removed = set(everything(cart)) - {each for each in everything(cart) if not is_gone(member, each)}
    kept = buys_all(rules, cart, kept=set(everything(cart)) - removed)

    assert held(member.account) == held(kept.account)


def is_gone(member, part):
    number, name = part
    returned = [e for e in member.account.entries if e.kind == "return" and e.content[1][0] == f"p{number}"]
    return any(name in entry.content[1][1] for entry in returned)


@few
@given(st.data(), purchase_rules(), carts(purchases_max=1))
def test_returns_leave_a_purchase_judged_as_if_the_kept_items_alone_had_been_bought(data, rule, cart):
    rules = program(rule)
    gone = data.draw(st.lists(st.sampled_from(everything(cart)), unique=True, min_size=1))
    member, whole = buys_all(rules, cart), buys_all(rules, cart)
    for step, (number, name) in enumerate(gone):
        member.returns(f"r{step}", day(40 + step), f"p{number}", [name])
    kept = buys_all(rules, cart, kept=set(everything(cart)) - set(gone))

    wanted = min(held(whole.account).get(("base", "p0"), 0), held(kept.account).get(("base", "p0"), 0))

    assert held(member.account).get(("base", "p0"), 0) == wanted


@few
@given(purchase_rules(), carts())
def test_returns_of_everything_leave_nothing_granted(rule, cart):
    member = buys_all(program(rule), cart)

    for number in range(len(cart)):
        member.returns(f"r{number}", day(50), f"p{number}")

    assert held(member.account) == {}
    assert member.account.balance(STAR).minor == 0
    assert member.account.debt(STAR).minor == 0


def test_returns_judge_by_what_was_frozen_with_the_purchase_and_rewrite_no_other_receipt():
    """Tier, setting, ordinal and room are those of the moment of purchase; freed room serves later purchases."""
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(150), per=lc.month)),
        lc.Boost("gold", lc.by_tier("status", {"gold": "x2"}), of="base"),
        lc.Ladder("status", by=Line.net.sum().over(lc.lifetime), tiers={"base": 0, "gold": USD(60)}),
    )
    ada = Member(rules)
    ada.buys("first", day(1), "40.00", "30.00")
    ada.buys("second", day(2), "100.00")
    assert held(ada.account) == {("base", "first"): 70, ("base", "second"): 80}

    ada.returns("r", day(3), "first", ["b"])
    assert held(ada.account) == {("base", "first"): 40, ("base", "second"): 80}
    ada.buys("third", day(4), "100.00")

    assert held(ada.account) == {("base", "first"): 40, ("base", "second"): 80, ("base", "third"): 30}


def test_spent_units_come_back_into_the_lots_they_came_from_with_their_expiry():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Expiry(POINT, lc.days(30)), lc.Reward("mug", POINT(25))
    )
    ada = Member(rules)
    ada.buys("p", day(1), "20.00")
    ada.buys("q", day(10), "20.00")
    before = ada.account.lots(POINT)
    ada.redeems("x", day(11), "mug")
    assert [str(lot.left) for lot in ada.account.lots(POINT)] == ["15 point"]

    ada.returns("r", day(12), "x")

    assert ada.account.lots(POINT) == before


# 4. Splitting never pays.


def parts_of(draw, cents):
    cuts = sorted(draw(st.lists(st.integers(0, cents), max_size=4)))
    return [high - low for low, high in zip([0, *cuts], [*cuts, cents], strict=True)]


SPLIT_NEVER_PAYS = {
    "rate": lc.Earn("base", STAR("1.37").per(USD(1), Line.net)),
    "steps": lc.Earn("base", STAR("5").per_full(USD(10), Line.net)),
    "rising bands": lc.Earn("base", STAR.bands(Line.net, {0: "1%", USD(20): "5%"})),
    "rising whole bands": lc.Earn("base", STAR.bands(Line.net, {0: "1%", USD(20): "5%"}, lc.whole)),
    "boosted": lc.Earn("base", STAR("0.33").per(USD(1), Line.net), where=Line.category.is_("coffee")),
    "window": lc.Earn("base", STAR.bands(Line.net, {0: "5%", USD(20): "1%"}), over=lc.month),
    "capped window": lc.Earn("base", STAR.per(USD(1), Line.net).capped(STAR(30)), over=lc.month),
    "window limit": lc.Earn("base", STAR.per(USD(1), Line.net), limit=lc.at_most(STAR(30), per=lc.month)),
    "limit by items": lc.Earn(
        "base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(30), per=lc.month, each=Line.category)
    ),
    "limit that waits": lc.Earn(
        "base", STAR.per(USD(1), Line.net), limit=lc.at_most(STAR(30), per=lc.day, otherwise=lc.defer(2))
    ),
    "limit judged again": lc.Earn(
        "base", POINT.per(USD(1), Line.net), limit=lc.at_most(POINT(30), per=lc.month, freed=lc.rejudge)
    ),
    "share of the month": lc.Earn(
        "base",
        POINT.per(USD(1), Line.net),
        limit=lc.at_most(POINT.per(USD(3), Line.net), per=lc.month, freed=lc.rejudge),
    ),
}
SPLIT_CAN_PAY = {
    "flat": (lc.Earn("base", STAR(5)), 1000, 2),
    "minimum spend": (lc.Earn("base", STAR.per(USD(1), Line.net), when=Order.net.at_most(USD(10))), 2000, 2),
    "ceiling": (lc.Earn("base", lc.Unit("point").per(USD(1), Line.net), rounding=lc.ceiling), 100, 2),
    "half up": (lc.Earn("base", lc.Unit("point").per(USD(1), Line.net), rounding=lc.half_up), 100, 2),
    "half even": (lc.Earn("base", lc.Unit("point").per(USD(1), Line.net), rounding=lc.half_even), 120, 2),
    "capped purchase": (lc.Earn("base", STAR.per(USD(1), Line.net).capped(STAR(5))), 1000, 2),
    "limited purchase": (
        lc.Earn("base", STAR.per(USD(1), Line.net), limit=lc.at_most(STAR(5), per=lc.purchase)),
        1000,
        2,
    ),
    "rejecting limit": (
        lc.Earn("base", STAR.per(USD(1), Line.net), limit=lc.at_most(STAR(8), per=lc.month, otherwise=lc.reject)),
        1000,
        2,
    ),
    "share of the month by visits": (
        lc.Earn(
            "base",
            STAR.per(USD(1), Line.net),
            limit=lc.at_most(STAR(5).per(1, Order.count), per=lc.month, freed=lc.rejudge),
        ),
        1000,
        2,
    ),
    "share of the purchase": (
        lc.Earn("base", STAR.per(USD(1), Line.net), limit=lc.at_most(STAR(6).per(1, Order.count), per=lc.purchase)),
        1000,
        2,
    ),
    "waiting, all or nothing": (
        lc.Earn(
            "base",
            STAR.per(USD(1), Line.net),
            limit=lc.at_most(STAR(4), per=lc.day, otherwise=lc.defer(1, otherwise=lc.reject)),
        ),
        1000,
        2,
    ),
    "falling bands": (lc.Earn("base", STAR.bands(Line.net, {0: "5%", USD(10): "1%"})), 2000, 2),
    "milestone": (lc.Earn("base", STAR.milestones(Line.net, {USD(5): STAR(1), USD(100): STAR(2)})), 1000, 2),
    "visits": (lc.Earn("base", STAR.milestones(Order.count, {2: STAR(5)}), over=lc.month), 1000, 2),
    "below what it cost": (
        lc.Earn("base", STAR.per(USD(1), Line.net.sum().at_most_of(lc.Constant(USD(5).as_bound())))),
        1000,
        2,
    ),
}


def award_of(rule, nets):
    """What buying so much, in so many purchases of one day, gives in smallest parts."""
    member = Member(program(rule))
    for number, cents in enumerate(nets):
        member.buys(number, day(3), coffee(lc.Amount(USD, cents).decimal))
    return sum(held(member.account).values())


@pytest.mark.parametrize("name", SPLIT_NEVER_PAYS)
def test_splitting_never_pays_for_floored_linear_rules_and_they_say_so(name):
    rule = SPLIT_NEVER_PAYS[name]

    assert not rule.splitting_pays

    @settings(max_examples=max(5, settings.default.max_examples // 10))
    @given(st.data(), st.integers(1, 10_000))
    def holds(data, cents):
        assert award_of(rule, parts_of(data.draw, cents)) <= award_of(rule, [cents])

    holds()


@pytest.mark.parametrize("name", SPLIT_CAN_PAY)
def test_a_rule_for_which_splitting_can_pay_says_so(name):
    rule, cents, parts = SPLIT_CAN_PAY[name]

    assert rule.splitting_pays
    assert award_of(rule, [cents // parts] * parts) > award_of(rule, [cents])


# 5. No overdraft.


@fewer
@given(seeds)
def test_no_overdraft_whatever_a_member_asks_for(seed):
    rules = histories.PROGRAM
    account = rules.open("ada")
    for step in histories.steps(seed, 30):
        if isinstance(step, dt.datetime):
            account = rules.advance(account, step).account
            continue
        before = rules.advance(account, step.at).account
        answer = rules.decide(account, step)
        account = answer.account
        asked = isinstance(step, lc.Redemption | lc.Adjustment)
        for unit in (histories.POINT, histories.STAR, histories.MILE):
            if asked and answer.refusal is None and account.balance(unit) < before.balance(unit):
                assert account.balance(unit).minor >= 0
            if answer.refusal is None and account.debt(unit) > before.debt(unit):
                assert isinstance(step, lc.Return)


def test_no_overdraft_a_redemption_is_refused_while_in_debt_and_earnings_pay_debt_first():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Reward("mug", POINT(30))))
    ada.buys("p", day(1), "30.00")
    ada.redeems("x", day(2), "mug")
    ada.returns("r", day(3), "p")
    assert ada.has() == "-30"

    refused = ada.redeems("y", day(4), "mug").refusal
    ada.buys("q", day(5), "70.00")

    assert (refused.code, str(refused.missing)) == ("in-debt", "30 point")
    assert (ada.has(), str(ada.account.debt(POINT))) == ("40", "0 point")


# 6. Time is given.

ZONES = ("UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")


@few
@given(seeds, st.sampled_from(ZONES))
def test_time_is_given_in_any_zone_and_only_the_instant_counts(seed, name):
    utc = rich_history(seed, 12)[1]
    account, now = histories.PROGRAM.open("ada"), histories.START
    for step in histories.steps(seed, 12):
        now = max(now, step if isinstance(step, dt.datetime) else step.at)
        local = now.astimezone(ZoneInfo(name))
        if isinstance(step, dt.datetime):
            account = histories.PROGRAM.advance(account, local).account
        else:
            account = histories.PROGRAM.decide(account, step, local).account

    assert dumped(account) == dumped(utc)


# 7. Time passes by advance.


@fewer
@given(seeds, st.data())
def test_time_passes_by_advance_and_the_entries_are_byte_equal_however_often_it_is_called(seed, data):
    rules, account = rich_history(seed, 20)
    end = account.now + dt.timedelta(days=data.draw(st.integers(1, 200)))
    moments = data.draw(st.lists(st.datetimes(account.now.replace(tzinfo=None), end.replace(tzinfo=None)), max_size=6))
    at_once = rules.advance(account, end).account

    often = account
    for moment in sorted(moments):
        often = rules.advance(often, moment.replace(tzinfo=dt.UTC)).account
    often = rules.advance(often, end).account
    by_due = account
    while (due := rules.next_due(by_due)) is not None and due <= end:
        by_due = rules.advance(by_due, due).account

    assert dumped(often) == dumped(at_once) == dumped(by_due)


@few
@given(seeds, st.integers(0, 400 * 24))
def test_reading_at_a_moment_sees_due_jobs_as_done(seed, hours):
    rules, account = rich_history(seed, 20)
    at = account.now + dt.timedelta(hours=hours)

    then = rules.advance(account, at).account

    for unit in (histories.POINT, histories.STAR, histories.MILE):
        assert account.balance(unit, at) == then.balance(unit)
        if not account.debt(unit):
            assert set(account.lots(unit, at)) == set(then.lots(unit))


def test_at_one_instant_lots_mature_then_expire_then_tallies_slide_then_tiers_are_reviewed():
    rules = program(
        lc.Earn("late", POINT(10), pending=lc.days(30)),
        lc.Earn("soon", POINT(7)),
        lc.Expiry(POINT, lc.never),
        lc.Ladder("status", by=Order.count.over(lc.rolling(days=30)), tiers={"base": 0, "gold": 1}),
    )
    ada = Member(rules)
    ada.gets("g", day(1), POINT(3), expires=day(31))
    ada.buys("p", day(1), "5.00")

    answer = ada.waits(day(31))

    assert [entry.kind for entry in answer.entries] == ["mature", "expire", "tier"]


# 8. Exact numbers.

CONTEXTS = [
    decimal.Context(prec=1, rounding=decimal.ROUND_UP, Emin=-1, Emax=1, traps=[]),
    decimal.Context(prec=2, rounding=decimal.ROUND_CEILING, traps=[decimal.Inexact, decimal.Rounded]),
    decimal.Context(prec=28, traps=[decimal.FloatOperation, decimal.Subnormal, decimal.Clamped]),
]


@pytest.mark.parametrize("context", CONTEXTS, ids=["tiny", "trapping", "strict"])
def test_exact_numbers_do_not_depend_on_the_ambient_decimal_context(context):
    usual = dumped(histories.history(11, 40))
    histories.history.cache_clear()

    with decimal.localcontext(context):
        hostile = dumped(histories.history(11, 40))

    assert hostile == usual


def test_exact_numbers_are_floored_once_from_the_exact_value():
    """0.1 points a dollar of 0.30 three times, carried: 0.09 is floored at the end, never before."""
    ada = Member(program(lc.Earn("base", POINT("1").per(USD(10), Line.net), over=lc.lifetime)))

    for number in range(34):
        ada.buys(number, day(1), "0.30")

    assert ada.has() == str(34 * 30 // 1000)


# 9. Allocation sums.


@few
@given(seeds)
def test_allocation_sums_the_pieces_of_a_debit_to_its_amount(seed):
    _, account = rich_history(seed)

    for entry in account.entries:
        if entry.kind == "spend":
            assert sum(entry.pieces[1::2]) == entry.amount
        elif entry.kind == "take":
            assert sum(entry.pieces[1::2]) + entry.debt == entry.amount
        elif entry.kind == "restore":
            assert sum(entry.pieces[1::2]) + entry.repaid == entry.amount


# 10. Deterministic.

SCRIPT = """
import hashlib, sys
sys.path.insert(0, {tests!r})
import histories
from loyalcore.codec import dump_entry
rows = [dump_entry(entry) for seed in (1, 2) for entry in histories.history(seed, 40).entries]
print(hashlib.sha256("".join(rows).encode()).hexdigest(), histories.PROGRAM.hash)
"""


@cache
def in_another_process(*environment):
    """The digest of two histories, made in a process with other surroundings."""
    script = SCRIPT.format(tests=str(ROOT))
    paths = os.pathsep.join(path for path in sys.path if path)
    found = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": paths, "PATH": os.environ.get("PATH", ""), **dict(environment)},
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout


@pytest.mark.parametrize(
    "environment",
    [
        (("PYTHONHASHSEED", "1"), ("TZ", "Asia/Tokyo"), ("LC_ALL", "tr_TR.UTF-8")),
        (("PYTHONHASHSEED", "4242"), ("TZ", "America/St_Johns"), ("LANG", "de_DE")),
    ],
    ids=["tokyo", "newfoundland"],
)
def test_deterministic_over_hash_seeds_time_zones_and_locales(environment):
    assert in_another_process(*environment) == in_another_process(("PYTHONHASHSEED", "0"), ("TZ", "UTC"))


# 11. Nothing is rewritten.


@few
@given(seeds, st.integers(0, 30))
def test_nothing_is_rewritten_an_old_handle_keeps_reading_what_it_read(seed, place):
    rules = histories.PROGRAM
    account = old = rules.open("ada")
    seen = None
    for number, step in enumerate(histories.steps(seed, 30)):
        if number == place:
            old, seen = account, picture(account)
        answer = rules.advance(account, step) if isinstance(step, dt.datetime) else rules.decide(account, step)
        account = answer.account

    assert seen is None or picture(old) == seen
    assert account.rows[: old.version] == old.rows


def picture(account):
    """Everything that can be read from an account."""
    units = (histories.POINT, histories.STAR, histories.MILE)
    return (
        dumped(account),
        [(account.balance(unit), account.pending(unit), account.debt(unit), account.lots(unit)) for unit in units],
        [account.expiring(unit) for unit in units],
        account.tier("status"),
        account.tier("club"),
        account.setting("letter"),
        account.now,
        histories.PROGRAM.next_due(account),
    )


@few
@given(seeds)
def test_nothing_is_rewritten_when_two_futures_are_derived_from_one_account(seed):
    rules, account = rich_history(seed, 12)
    later = account.now + dt.timedelta(days=1)

    first = rules.decide(account, histories.event(random.Random(1), 10_001, later, []))
    second = rules.decide(account, histories.event(random.Random(2), 10_002, later, []))
    first_again = rules.decide(account, histories.event(random.Random(1), 10_001, later, []))

    assert dumped(first.account) == dumped(first_again.account)
    assert first.account.entries[: account.version] == second.account.entries[: account.version] == account.entries


@fewer
@given(seeds)
def test_nothing_is_rewritten_and_every_row_names_its_program_rule_and_cause(seed):
    rules, account = rich_history(seed)
    names = {rule.name for rule in rules.rules} | {"opening", "adjustment"}

    for entry in account.entries:
        if entry.is_fact:
            assert entry.program == rules.hash
        if entry.kind in {"earn", "spend", "take", "restore"}:
            assert entry.rule in names
            assert account.entries[entry.cause].is_fact

    assert lc.verify(rules, account) is None


# 12. Data is not code.

WATCHED = """
import json, sys
sys.path.insert(0, {tests!r})
import histories
import loyalcore as lc
histories.history(3, 30)
histories.history.cache_clear()
seen = []
watching = False
def hook(event, args):
    if watching and event.split(".")[0] in (
        "exec", "compile", "import", "open", "os", "socket", "subprocess", "marshal", "pickle", "ctypes", "code"
    ):
        seen.append(event + " " + repr(args)[:80])
sys.addaudithook(hook)
watching = True
account = histories.history(4, 60)
reasons = [histories.PROGRAM.reasons(account, e.id) for e in account.entries if e.kind == "purchase"]
later = lc.fold("ada", account.entries)
watching = False
eval("1")
print(json.dumps([len(account.entries), seen]))
"""


def test_data_is_not_code_nothing_is_executed_imported_or_opened_while_deciding():
    script = WATCHED.format(tests=str(ROOT))
    paths = os.pathsep.join(path for path in sys.path if path)

    found = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )

    entries, seen = json.loads(found.stdout)
    assert entries > 50
    assert seen == []


# 13. A refusal is a value.


@fewer
@given(seeds)
def test_a_refusal_is_a_value_and_changes_nothing(seed):
    """Whatever is asked in vain leaves the account as it was, and what comes after is as if it had not been asked."""
    rules = histories.PROGRAM
    asked = untouched = rules.open("ada")
    for number, step in enumerate(histories.steps(seed, 20)):
        if isinstance(step, dt.datetime):
            asked, untouched = rules.advance(asked, step).account, rules.advance(untouched, step).account
            continue
        for vain in (
            lc.Redemption(f"vain{number}", at=step.at, reward="mug", times=900),
            lc.Return(f"none{number}", at=step.at, of="nothing of that name"),
            lc.Opening(f"again{number}", at=step.at, lots=()) if number else None,
        ):
            if vain is not None and (asked.version or not isinstance(vain, lc.Opening)):
                before = picture(asked)
                answer = rules.decide(asked, vain, now=step.at + dt.timedelta(days=300))
                assert answer.refusal is not None
                assert len(answer.refusal.message) > 10
                assert answer.account is asked
                assert answer.entries == ()
                assert picture(asked) == before
        asked, untouched = rules.decide(asked, step).account, rules.decide(untouched, step).account

    assert dumped(asked) == dumped(untouched)


def test_a_refusal_says_what_was_missing():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Reward("mug", POINT(30))))
    ada.buys("p", day(1), "12.00")

    refusal = ada.redeems("x", day(2), "mug").refusal

    assert refusal == lc.Refusal("insufficient", "mug costs 30 point: 18 point short", POINT(18))
    assert ada.answer.explain() == "refused (insufficient): mug costs 30 point: 18 point short"


# 14. Caps beat exactness: a limit is never overrun.


@few
@given(st.data(), carts(), st.sampled_from([lc.truncate, lc.reject]))
def test_a_limit_is_never_overrun(data, cart, otherwise):
    rule = lc.Earn("base", STAR.per(USD(1), Line.net), limit=lc.at_most(STAR(50), per=lc.month, otherwise=otherwise))
    member = Member(program(rule))

    for number, lines in enumerate(cart):
        items = [
            Line(n, x["net"], x["quantity"], category=x["category"])
            for n, x in zip("abcdefghijkl", lines, strict=False)
        ]
        member.does(Order(f"p{number}", at=day(1 + number), items=items))
        if data.draw(st.booleans()):
            member.returns(f"r{number}", day(1 + number, 13), f"p{data.draw(st.integers(0, number))}", None)

        assert 0 <= sum(held(member.account).values()) <= 5000


def test_bands_of_a_quarter_are_exact_in_fractions():
    """A cross-check of the shapes used above against plain arithmetic."""
    rule = lc.Earn("base", CENT.bands(Line.net, {0: "5%", USD(1000): "1%"}), over=lc.quarter)
    ada = Member(program(rule))
    spent = Fraction(0)

    for number, net in enumerate(["333.33", "444.44", "555.55", "0.01"]):
        ada.buys(number, day(1 + number), net)
        spent += Fraction(net)
        wanted = min(spent, 1000) * Fraction(5, 100) + max(spent - 1000, 0) / 100

        assert ada.account.balance(CENT).minor == int(wanted * 100)
