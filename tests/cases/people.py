"""Members over time, and several accounts: what comes and goes, what recurs, and who brought whom."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

POINT, CREDIT = lc.Unit("point"), lc.Unit("credit")
USD = lc.Money("USD")
CASH = lc.Unit("cash", places=2)


class Order(lc.Purchase):
    """An order that is worth so many points."""

    worth = lc.Number(missing=0)


BY_HAND = lc.Program(
    "by hand", version="1", purchases=Order, rules=[lc.Earn("order", POINT.per(1, Order.worth), on=lc.Purchase)]
)
CLAMPED = lc.Program(
    "clamped",
    version="1",
    purchases=Order,
    taking_back=lc.write_off,
    rules=[lc.Earn("order", POINT.per(1, Order.worth), on=lc.Purchase)],
)


def gives(id: str, at: str, amount: Any, expires: str | None = None) -> lc.Adjustment:
    """Units given or taken by hand."""
    end = None if expires is None else date(expires)
    return lc.Adjustment(id, at=date(at), amount=amount, reason="as the case tells", expires=end)


def left(member: Member, unit: lc.Unit) -> dict[str, int]:
    """What is left of each lot, by the id of what it came with."""
    entries = member.account.entries
    found = {str(entries[entry.cause].id): 0 for entry in entries if entry.kind == "earn"}
    return found | {str(entries[entries[lot.name].cause].id): lot.left.minor for lot in member.account.lots(unit)}


@case("set-010")
def an_order_is_reversed() -> Iterator[Any]:
    ada = Member(BY_HAND)
    ada.does(Order("#1", at=date("2026-03-01 10:00"), net=1, worth=150))
    ada.does(lc.Return("r", at=date("2026-03-02 10:00"), of="#1"))
    yield ada.account.balance(POINT)


@case("set-011", by="taking_back=write_off")
def what_was_spent_is_not_taken_back() -> Iterator[Any]:
    ada = Member(CLAMPED)
    ada.does(Order("#1", at=date("2026-03-01 10:00"), net=1, worth=150))
    ada.does(gives("spent", "2026-03-01 12:00", POINT(-100)))
    answer = ada.does(lc.Return("r", at=date("2026-03-02 10:00"), of="#1"))
    (taken,) = [entry.amount for entry in answer.entries if entry.kind == "take"]
    yield taken
    yield ada.account.balance(POINT)


@case("set-025")
def what_has_expired_does_not_expire_again() -> Iterator[Any]:
    ada = Member(BY_HAND)
    ada.does(gives("a", "2025-01-01", POINT(150), expires="2026-01-01"))
    ada.waits(date("2026-01-02"))
    again = ada.waits(date("2026-01-02 00:01"))
    yield ada.account.balance(POINT)
    yield sum(entry.amount for entry in again.entries if entry.kind == "expire")


@case("set-040")
def the_same_id_counts_once() -> Iterator[Any]:
    ada, action = Member(BY_HAND), Order("abc", at=date("2026-03-01 10:00"), net=1, worth=150)
    ada.does(action)
    ada.does(action, now=date("2026-03-01 10:01"))
    yield ada.account.balance(POINT)


@case("set-041", by="a birthday is an activity of that day, and a year since it begins with a gift")
def a_birthday_gives_points_once() -> Iterator[Any]:
    year = lc.cycle(lc.years(1), since=lc.first("birthday"))
    ada = Member(lc.Program("set", version="1", rules=[lc.Earn("birthday", POINT(150), on=lc.began(year))]))
    ada.does(lc.Activity("born", at=date("1990-05-10"), name="birthday"), now=date("2026-05-01"))
    for day in ("2026-05-09", "2026-05-10", "2026-05-11"):
        ada.waits(date(day))
        yield ada.account.balance(POINT)


@case("set-057", by="between(…): an end that is included is the second after it")
def a_window_of_dates_is_asked_of_each_order() -> Iterator[Any]:
    window = lc.between(date("2026-11-27"), date("2026-11-28 00:00:01"))
    ada = Member(lc.Program("set", version="1", rules=[lc.Earn("order", POINT(100), when=window)]))
    for at in ("2026-11-26 23:59:59", "2026-11-27 12:00", "2026-11-28 00:00:01"):
        answer = ada.does(lc.Purchase(at, at=date(at), net=1))
        yield sum(entry.amount for entry in answer.entries if entry.kind == "earn")


@case("ol-035")
def giving_points_away_reduces_the_lot() -> Iterator[Any]:
    program = lc.Program("ol", version="1", rules=[lc.Transferable(POINT)])
    ada, bob = Member(program), Member(program, "bob")
    ada.does(gives("a", "2026-03-01 10:00", POINT(100)))
    bob.does(lc.Enrolment("e", at=date("2026-03-01 10:00")))
    given = lc.Transfer("t", at=date("2026-03-01 11:00"), to="bob", amount=POINT(90))
    answer = program.decide(ada.account, given, others=[bob.account])
    (lot,) = answer.account.lots(POINT)
    yield lot.left


@case("ol-036")
def an_earning_is_cancelled() -> Iterator[Any]:
    ada = Member(BY_HAND)
    ada.does(Order("e1", at=date("2026-03-01 10:00"), net=1, worth=100))
    ada.does(lc.Return("r", at=date("2026-03-01 11:00"), of="e1"))
    yield ada.account.balance(POINT)


GRANTS = lc.Burn(CREDIT, first=["G1", "G2"])


def by_rule(member: Member) -> dict[str, int]:
    """What is left of what each rule has given, all of it or some."""
    entries = member.account.entries
    given = {entry.rule: 0 for entry in entries if entry.kind == "earn" and entry.rule in ("G1", "G2")}
    return given | {lot.rule: lot.left.minor for lot in member.account.lots(CREDIT)}


@case("om-007", by="a burn order by who gave")
def grants_are_burnt_down_in_order() -> Iterator[Any]:
    whole = [lc.Earn(name, CREDIT(100), on=lc.Enrolment) for name in ("G1", "G2")]
    ada = Member(lc.Program("om", version="1", rules=[*whole, GRANTS]))
    ada.does(lc.Enrolment("e", at=date("2024-01-01")))
    answer = ada.does(gives("use", "2024-01-02", CREDIT(-200)))
    yield by_rule(ada)
    yield 0 if answer.refusal is None else answer.refusal.missing


DAILY = [
    lc.Earn("G1", CREDIT(100), on=lc.began(lc.day), expires=lc.end_of(lc.day)),
    lc.Earn("first day", CREDIT(100), on=lc.Enrolment, expires=lc.end_of(lc.day)),
]


@case("om-010", by="began(day), expires=end_of(day)")
def a_grant_that_recurs_is_not_given_again_by_others() -> Iterator[Any]:
    other = lc.Earn("G2", CREDIT(100), on=lc.Activity, when=lc.Activity.name.is_("G2"))
    ada = Member(lc.Program("om", version="1", rules=[*DAILY, other, GRANTS]))
    ada.does(lc.Enrolment("e", at=date("2024-01-01")))
    ada.does(gives("use", "2024-01-02 00:30", CREDIT(-30)))
    ada.does(lc.Activity("g", at=date("2024-01-02 01:00"), name="G2"))
    yield by_rule(ada)["G1"]
    ada.does(gives("more", "2024-01-02 01:30", CREDIT(-20)))
    ada.waits(date("2024-01-02 02:00"))
    yield by_rule(ada)


@case("om-022", by="began(day), expires=end_of(day)")
def a_daily_grant_does_not_roll_over() -> Iterator[Any]:
    ada = Member(lc.Program("om", version="1", rules=DAILY))
    ada.does(lc.Enrolment("e", at=date("2024-01-01")))
    for number, amount in enumerate((100, 90, 80), 1):
        ada.does(gives(f"use {number}", f"2024-01-0{number} 12:00", CREDIT(-amount)))
    yield ada.account.balance(CREDIT)
    ada.waits(date("2024-01-04"))
    yield ada.account.balance(CREDIT)
    yield sum(entry.amount for entry in ada.account.entries if entry.kind == "spend")


class Refunded(lc.Activity):
    """Money given back, whatever for."""

    amount = lc.Price(missing="0.00")


@case("dv-006", by="a refund without its order is an activity, and what a ladder counts is never below nothing")
def a_refund_without_its_order_never_brings_the_spend_below_nothing() -> Iterator[Any]:
    spend = (lc.Purchase.net.over(lc.lifetime) - Refunded.amount.over(lc.lifetime)).at_least_of(lc.Constant(USD(0)))
    tiers = {"Bronze": 0, "Silver": USD(500), "Gold": USD(1500), "Platinum": USD(5000)}
    spent = lc.Ladder("spend", by=spend, tiers=tiers)
    program = lc.Program("dv", version="1", currency=USD, activities=Refunded, rules=[spent])
    ada = Member(program)
    ada.does(lc.Purchase("1", at=date("2026-03-01 10:00"), net="100.00"))
    ada.does(Refunded("r", at=date("2026-03-02 10:00"), name="refund", amount="500.00"))
    standing = program.tier(ada.account, "spend")
    (risen,) = standing.to_rise
    yield risen.now.value
    yield standing.tier


@case("cap-069", by="oldest_first, so that what expires is not what was spent")
def open_points_are_what_came_less_what_went() -> Iterator[Any]:
    base = lc.Earn("base", POINT.per(USD(1), lc.Item.net))
    ada = Member(lc.Program("cap", version="1", currency=USD, rules=[base, lc.Burn(POINT, lc.oldest_first)]))
    kept, back = (lc.Item(name, net) for name, net in (("kept", "8500"), ("back", "700")))
    ada.does(lc.Purchase("issued", at=date("2026-01-01"), items=[kept, back]))
    ada.does(gives("also issued", "2026-01-01", POINT(800), expires="2026-03-01"))
    ada.does(gives("credit", "2026-01-02", POINT(500)))
    ada.does(lc.Return("returned", at=date("2026-01-10"), of="issued", items=["back"]))
    ada.does(gives("redeemed", "2026-02-01", POINT(-3000)))
    ada.waits(date("2026-03-01"))
    yield ada.account.balance(POINT)


@case("bc-015")
def taking_more_than_there_is_changes_nothing() -> Iterator[Any]:
    ada = Member(lc.Program("bc", version="1", rules=[lc.Burn(POINT, lc.newest_first)]))
    for name, amount in (("b", 5), ("a", 4), ("c", 6)):
        ada.does(gives(name, "2015-10-03", POINT(amount)))
    answer = ada.does(gives("take", "2015-11-01", POINT(-16)))
    yield answer.refusal is None
    yield left(ada, POINT)


@case("bc-020")
def one_lot_named_in_two_ways_is_there_once() -> Iterator[Any]:
    ada = Member(BY_HAND)
    ada.does(gives("a", "2016-01-15", POINT(5)))
    ada.does(gives("both", "2016-05-02", POINT(-8)))
    yield ada.answer.refusal is None
    yield left(ada, POINT)["a"]


@case("set-003")
def what_never_ends_is_used_last() -> Iterator[Any]:
    ada = Member(BY_HAND)
    ada.does(gives("a", "2026-01-01", POINT(100)))
    ada.does(gives("b", "2026-01-02", POINT(100), expires="2027-01-01"))
    ada.does(gives("used", "2026-02-01", POINT(-100)))
    yield left(ada, POINT)


@case("set-071")
def a_debit_spans_lots() -> Iterator[Any]:
    ada = Member(BY_HAND)
    ada.does(gives("a", "2026-01-01", POINT(100), expires="2026-03-01"))
    ada.does(gives("b", "2026-01-02", POINT(100), expires="2026-04-01"))
    ada.does(gives("used", "2026-02-01", POINT(-150)))
    yield left(ada, POINT)


@case("ol-032", by="oldest_first")
def what_has_expired_cannot_be_spent() -> Iterator[Any]:
    ada = Member(lc.Program("ol", version="1", rules=[lc.Burn(POINT, lc.oldest_first)]))
    ada.does(gives("1", "2016-01-01", POINT(300), expires="2016-03-01"))
    ada.does(gives("2", "2016-02-01", POINT(200), expires="2016-03-02"))
    ada.does(gives("spend", "2016-02-15", POINT(-200)))
    yield left(ada, POINT)["1"]
    for day in ("2016-03-01", "2016-03-02"):
        yield sum(entry.amount for entry in ada.waits(date(day)).entries if entry.kind == "expire")
    yield ada.does(gives("late", "2016-03-03", POINT(-1))).refusal is not None


@case("joy-001", by="inactivity of 365 days, gone at its end")
def the_whole_balance_ends_for_want_of_activity() -> Iterator[Any]:
    base = lc.Earn("order", POINT.per(1, Order.worth), on=lc.Purchase)
    idle = lc.Expiry(POINT, lc.inactivity(lc.days(365)))
    ada = Member(lc.Program("joy", version="1", purchases=Order, rules=[base, idle]))
    for number, (at, worth) in enumerate((("2025-01-01", 100), ("2025-06-01", 50))):
        ada.does(Order(number, at=date(at), net=1, worth=worth))
        ((end, _),) = ada.account.expiring(POINT)
        yield (end - dt.timedelta(microseconds=1)).date().isoformat()
    ada.waits(date("2026-05-31"))
    yield ada.account.balance(POINT)
    ada.waits(date("2026-06-01"))
    yield ada.account.balance(POINT)


class Town:
    """Members of one program; what one raises for another is decided at once."""

    def __init__(self, program: lc.Program) -> None:
        self.program = program
        self.accounts: dict[str, lc.Account] = {}

    def does(self, member: str, event: lc.Event) -> lc.Answer:
        account = self.accounts.setdefault(member, self.program.open(member))
        for party in self.program.parties(account, event):
            self.accounts.setdefault(str(party), self.program.open(party))
        answer = self.program.decide(account, event, others=self.accounts)
        self.accounts.update(answer.accounts)
        for raised in answer.follow_ups:
            self.does(str(raised.account), raised.event)
        return answer

    def has(self, member: str, unit: lc.Unit) -> lc.Amount:
        return self.accounts[member].balance(unit)


class Invited(lc.Activity):
    """Addresses of friends that a member enters."""

    addresses = lc.Number(missing=0)


@case("ref-001")
def a_referrer_is_thanked_for_each_stage() -> Iterator[Any]:
    referrer, name = lc.setting("referrer"), lc.Activity.name
    first = lc.ordinal.is_(1)
    rules = [
        lc.Earn("addresses", POINT.per(1, Invited.addresses), on=lc.Activity),
        lc.Raise("friend joined", "friend joined", to=referrer, on=lc.Enrolment),
        lc.Earn("joined", POINT(10), on=lc.Activity, when=name.is_("friend joined")),
        lc.Raise("friend bought", "friend bought", to=referrer, when=first),
        lc.Earn("bought", POINT(25), on=lc.Activity, when=name.is_("friend bought")),
    ]
    town = Town(lc.Program("tibco", version="1", activities=Invited, rules=rules))
    town.does("A", Invited("a", at=date("2026-03-01"), name="invitation", addresses=3))
    yield town.has("A", POINT)
    town.does("B", lc.Settings("s", at=date("2026-03-05"), referrer="A"))
    town.does("B", lc.Enrolment("e", at=date("2026-03-05")))
    yield town.has("A", POINT)
    for day in ("2026-03-09", "2026-03-10"):
        town.does("B", lc.Purchase(day, at=date(day), net=5))
        yield town.has("A", POINT)


@case("ref-002", by="a right that lasts 90 days: a unit that ends with the last of them")
def a_friend_has_a_deadline_and_a_refund_undoes_it() -> Iterator[Any]:
    new = lc.Unit("new")
    first = lc.ordinal.is_(1) & lc.Purchase.net.at_least(USD(20)) & new.balance.at_least(new(1))
    rules = [
        lc.Earn("new", new(1), on=lc.Enrolment, expires=lc.days(91)),
        lc.Raise("friend bought", "friend bought", to=lc.setting("referrer"), when=first),
        lc.Earn("reward", USD(5), on=lc.Activity, when=lc.Activity.name.is_("friend bought")),
    ]
    town = Town(lc.Program("ecoforce", version="1", currency=USD, rules=rules))
    for friend in ("B", "C"):
        town.does(friend, lc.Settings("s", at=date("2026-01-01"), referrer="A"))
        town.does(friend, lc.Enrolment("e", at=date("2026-01-01")))
    town.does("B", lc.Purchase("b", at=date("2026-04-01"), net="20.00"))
    yield town.has("A", USD)
    town.does("C", lc.Purchase("c", at=date("2026-04-02"), net="50.00"))
    yield town.has("A", USD)
    town.does("B", lc.Return("r", at=date("2026-04-05"), of="b", net="2.00"))
    yield town.has("A", USD)


def told(member: Member, *lots: tuple[str, str, int, str | None]) -> None:
    """Units by id, with the moment that they are of, in the order in which they are told."""
    now = max(date(at) for _, at, _, _ in lots)
    for id, at, amount, expires in lots:
        member.does(gives(id, at, POINT(amount), expires), now=now)


@case("bc-011", by="newest_first, by_date: what was told late is as old as its date")
def the_newest_by_date_are_used_first() -> Iterator[Any]:
    ada = Member(lc.Program("bc", version="1", rules=[lc.Burn(POINT, lc.newest_first, by_date=True)]))
    told(ada, ("b", "2015-10-02", 5, None), ("a", "2015-10-01", 4, None), ("c", "2015-10-03", 6, None))
    yield ada.does(gives("take", "2015-11-01", POINT(-7))).refusal is None
    yield left(ada, POINT)


@case("set-075", by="soonest_first, by_date; of one day the ids tell which was first")
def of_one_end_the_earlier_earning_is_used_first() -> Iterator[Any]:
    ada = Member(lc.Program("set", version="1", rules=[lc.Burn(POINT, by_date=True)]))
    end = "2026-06-01"
    told(ada, ("2", "2026-01-02", 10, end), ("3", "2026-01-01 12:00", 10, end), ("1", "2026-01-01 11:00", 10, end))
    ada.does(gives("used", "2026-02-01", POINT(-15)))
    yield left(ada, POINT)


@case("num-003", by="wallets are what rules gave, and a burn order says which is used first")
def two_wallets_are_split_in_halves() -> Iterator[Any]:
    name, size = lc.Activity.name, {"A": 100, "B": 110}
    wallets = [lc.Earn(each, POINT(size[each]), on=lc.Activity, when=name.is_(each)) for each in size]
    rules = [*wallets, lc.Burn(POINT, first=["A", "B"]), lc.Transferable(POINT)]
    town = Town(lc.Program("num", version="1", rules=rules))
    for receiver in ("X", "Y"):
        town.does(receiver, lc.Enrolment("e", at=date("2026-03-01")))
    for wallet in ("A", "B"):
        town.does("payer", lc.Activity(wallet, at=date("2026-03-01"), name=wallet))
    for receiver in ("X", "Y"):
        half = POINT(200 // 2)
        town.does("payer", lc.Transfer(receiver, at=date("2026-03-01 10:00"), to=receiver, amount=half))
    there = {lot.rule: lot.left for lot in town.accounts["payer"].lots(POINT)}
    yield there.get("A", POINT(0))
    yield there.get("B", POINT(0))
    yield town.has("X", POINT)
    yield town.has("Y", POINT)
