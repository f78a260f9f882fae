"""Tiers: how one rises, when one falls, and how far."""

from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

POINT, USD = lc.Unit("point"), lc.Money("USD")
SPENT = lc.Purchase.net.over(lc.lifetime)
TO_THE_DOLLAR = lc.Earn("base", POINT(1).per(USD(1), lc.Item.net))


def program(*rules: Any) -> lc.Program:
    return lc.Program("tiers", version="1", currency=USD, rules=rules)


def standing(member: Member, at: str | None = None) -> lc.Standing:
    """Where somebody stands, at the latest moment or later."""
    return member.program.tier(member.account, "status", None if at is None else date(at))


def buys(member: Member, at: str, net: str, id: str = "") -> lc.Answer:
    return member.does(lc.Purchase(id or f"of {at}", at=date(at), net=net))


@case("ol-051", by="a tier given by hand for ever is a floor; reviewed at once")
def does_not_fall_below_what_was_assigned() -> Iterator[Any]:
    levels = {"L0": 0, "L1": USD(20), "L2": USD(30)}
    ada = Member(program(lc.Ladder("status", by=SPENT, tiers=levels)))
    buys(ada, "2026-03-01", "30.00", id="p")
    given = {"ladder": "status", "tier": "L1", "reason": "assigned", "until": lc.never}
    ada.does(lc.TierAdjustment("t", at=date("2026-03-01 10:00"), **given))
    assert standing(ada).tier == "L2"
    ada.does(lc.Return("r", at=date("2026-03-02 10:00"), of="p"))
    yield standing(ada).tier


def by_available(downgrade: str) -> Member:
    levels = {"none": 0, "A": POINT(10), "B": POINT(15)}
    ada = Member(program(TO_THE_DOLLAR, lc.Ladder("status", by=POINT.balance, tiers=levels, downgrade=downgrade)))
    ada.gets("a", date("2026-03-01 10:00"), POINT(15))
    assert standing(ada).tier == "B"
    ada.gets("b", date("2026-03-02 10:00"), POINT(-4))
    return ada


@case("ol-054", by="downgrade never_down")
def never_falls() -> Iterator[Any]:
    ada = by_available(lc.never_down)
    yield standing(ada).tier
    yield standing(ada, "2026-03-03 10:00").tier


@case("ol-055", by="downgrade fitting; balances are reviewed at once")
def falls_as_points_go() -> Iterator[Any]:
    yield standing(by_available(lc.fitting)).tier


@case("set-101", by="valid to the end of a day that ends when the job runs: rise at once, fall at its end")
def falls_when_the_nightly_job_runs() -> Iterator[Any]:
    levels = {"Bronze": 0, "Silver": USD(1000), "Gold": USD(5000)}
    nightly = lc.end_of(lc.day.beginning(at="23:00"))
    ada = Member(program(lc.Ladder("status", by=SPENT, tiers=levels, valid=nightly)))
    buys(ada, "2026-07-01", "3800.00", id="p")
    buys(ada, "2026-07-01 12:00", "1200.00")
    ada.does(lc.Return("r", at=date("2026-07-06 10:00"), of="p"))
    yield standing(ada).tier
    yield standing(ada, "2026-07-06 23:00").tier


@case("cap-051", by="valid for 24 months, judged when they end, one step down")
def drops_one_tier_when_the_term_ends() -> Iterator[Any]:
    earned = POINT.earned(lc.rolling(days=730))
    levels = {"Silver": 0, "Gold": earned.more_than(POINT(500)), "Platinum": earned.more_than(POINT(3000))}
    ladder = lc.Ladder("status", tiers=levels, valid=lc.months(24), downgrade=lc.one_step)
    ada = Member(program(TO_THE_DOLLAR, ladder))
    buys(ada, "2021-07-20", "550.00")
    buys(ada, "2022-07-20", "400.00")
    yield standing(ada, "2023-07-19 23:59").tier
    yield standing(ada, "2023-07-20").tier


def spend_tiers() -> Member:
    factors = {"Silver": "x1.25", "Gold": "x1.5", "Platinum": "x2"}
    levels = {"Bronze": 0, "Silver": USD(500), "Gold": USD(1500), "Platinum": USD(5000)}
    boost = lc.Boost("tier", lc.by_tier("status", factors), of="base")
    return Member(program(TO_THE_DOLLAR, boost, lc.Ladder("status", by=SPENT, tiers=levels)))


@case("dv-001", by="a lifetime measure, entered at once")
def rises_to_the_highest_that_fits() -> Iterator[Any]:
    for net in ("500.00", "499.99", "2000.00", "5500.00"):
        member = spend_tiers()
        buys(member, "2026-03-01 13:00", net)
        yield standing(member).tier
    yield standing(member).next


@case("dv-002", by="the event that lifts a member was judged in the old tier")
def earns_by_the_tier_before_the_purchase() -> Iterator[Any]:
    ada = spend_tiers()

    def earned(at: str, net: str) -> lc.Amount:
        before = ada.account.balance(POINT)
        buys(ada, at, net)
        return ada.account.balance(POINT) - before

    yield earned("2026-03-01", "400.00")
    yield earned("2026-03-02", "150.00")
    yield standing(ada).tier
    yield earned("2026-03-03", "100.00")


@case("tal-002", by="valid for 12 months: one_step, or fitting")
def falls_by_policy_when_a_tier_ends() -> Iterator[Any]:
    levels = {"Bronze": 0, "Silver": POINT(100), "Gold": POINT(500), "Platinum": POINT(1000)}

    def after(change: int, downgrade: str) -> str:
        ladder = lc.Ladder("status", by=POINT.balance, tiers=levels, valid=lc.months(12), downgrade=downgrade)
        ada = Member(program(TO_THE_DOLLAR, ladder))
        ada.gets("a", date("2025-03-01"), POINT(1000))
        ada.gets("b", date("2025-09-01"), POINT(change))
        assert standing(ada).tier == "Platinum"
        return standing(ada, "2026-03-01").tier

    yield after(-880, lc.one_step)
    yield after(-880, lc.fitting)
    (same,) = {after(500, downgrade) for downgrade in (lc.one_step, lc.fitting)}
    yield same
