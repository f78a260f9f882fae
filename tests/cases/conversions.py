"""What units turn into: rewards, coupons, vouchers and stored value, and what an amount of another unit takes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

POINT, USD, EUR = lc.Unit("point"), lc.Money("USD"), lc.Money("EUR")
HALVES, COUPON = lc.Unit("point", places=1), lc.Unit("coupon")
VALUE, MILE, GIFT = lc.Unit("value", places=2), lc.Unit("mile"), lc.Unit("gift")
LARGE, COFFEE = lc.Unit("large purchase"), lc.Unit("coffee")
SAVED, REWARD, SURPLUS = lc.Unit("saved", places=2), lc.Unit("reward"), lc.Unit("surplus", places=2)
CARD, WALLET = lc.Unit("gift card", places=2), lc.Unit("wallet", places=2)


def program(*rules: Any, **terms: Any) -> lc.Program:
    return lc.Program("conversions", version="1", rules=rules, **terms)


def member(*rules: Any, has: lc.Amount | None = None, at: str = "2026-01-10 09:00", **terms: Any) -> Member:
    """A member who was given some units."""
    ada = Member(program(*rules, **terms))
    if has is not None:
        ada.gets("given", date(at), has)
    return ada


def refused(ada: Member) -> bool:
    return ada.answer.refusal is not None


def spent(ada: Member) -> list[Decimal]:
    """What the last decision spent, by posting."""
    units = ada.program.units
    entries = [entry for entry in ada.answer.entries if entry.kind == "spend"]
    return [lc.Amount(units[entry.unit], entry.amount).decimal for entry in entries]


def order(id: str, at: str, *items: lc.Item, **options: Any) -> lc.Purchase:
    return lc.Purchase(id, at=date(at), items=items, **options)


# Rewards.


@case("odoo-011", by="rewards are redeemed once the order is recorded")
def two_rewards_are_paid_with_what_one_order_earned() -> Iterator[Any]:
    rewards = (lc.Reward("10% off A", HALVES("0.5")), lc.Reward("15% off B", HALVES("0.5")))
    ada = member(lc.Earn("A", HALVES(1)), *rewards)
    ada.does(order("o", "2026-01-10 10:00", lc.Item("A", "10.00"), lc.Item("B", "10.00")))
    paid = Decimal(0)
    for reward in rewards:
        ada.redeems(reward.name, date("2026-01-10 10:00"), reward.name)
        paid += sum(spent(ada))
    yield paid
    yield ada.account.balance(HALVES)


@case("odoo-051", by="the cost is the program's; net_before_discounts earns")
def the_price_of_a_reward_is_the_programs() -> Iterator[Any]:
    off = lc.Discount("10% off", "10%", claim=lc.asked, cost=POINT(5))
    base = lc.Earn("base", POINT.per(USD(1), lc.Item.net_before_discounts))
    ada = member(base, off, has=POINT(50))
    ada.does(order("o", "2026-01-10 10:00", lc.Item("a", "100.00"), claims=["10% off"]))
    yield from spent(ada)
    yield sum(entry.amount for entry in ada.answer.entries if entry.kind == "earn")
    yield ada.account.balance(POINT)


@case("odoo-052", by="pieces: each started pair is paid")
def each_started_pair_of_pens_is_paid() -> Iterator[Any]:
    ada = member(lc.Reward("free pens", POINT(3), gives="2 pens", pieces=2), has=POINT(50))
    ada.redeems("r", date("2026-01-10 10:00"), "free pens", times=5)
    yield from spent(ada)
    yield ada.account.balance(POINT)


@case("ol-060")
def so_many_coupons_or_none() -> Iterator[Any]:
    for balance, many in ((10, 1), (20, 1), (100, 6), (100, 5)):
        ada = member(lc.Reward("coupon", POINT(20)), has=POINT(balance), at="2026-03-01 09:00")
        ada.redeems("r", date("2026-03-01 10:00"), "coupon", times=many)
        yield not refused(ada)


@case("ol-061", by="stock, an account of pieces")
def only_as_many_coupons_as_there_are_codes() -> Iterator[Any]:
    shop = program(lc.Reward("coupon", POINT(1), stock="codes"))
    for used, many in ((2, 1), (1, 1), (1, 2), (0, 2)):
        codes, ada = (
            shop.decide(
                shop.open(who), lc.Adjustment("g", at=date("2026-03-01"), amount=amount, reason="given")
            ).account
            for who, amount in (("codes", lc.piece(2)), ("ada", POINT(9)))
        )
        for id, times in (("used", used), ("buy", many)):
            if times:
                event = lc.Redemption(id, at=date("2026-03-01 10:00"), reward="coupon", times=times)
                answer = shop.decide(ada, event, others={"codes": codes})
                ada, codes = answer.account, next(iter(answer.others), codes)
        yield answer.refusal is None


@case("sq-009", by="discounts that cost points")
def the_dearer_reward_takes_more_off() -> Iterator[Any]:
    small = lc.Discount("10% off", "10%", claim=lc.asked, cost=POINT(15))
    large = lc.Discount("25% off", "25%", claim=lc.asked, cost=POINT(30))
    ada = member(small, large, has=POINT(32), at="2026-03-01 09:00")

    def bought(id: str, at: str, claim: str) -> lc.Discounted:
        basket = order(id, at, lc.Item("a", "80.00"), claims=[claim])
        found = ada.program.discounts(ada.account, basket)
        ada.does(basket)
        return found

    yield bought("a", "2026-03-01 10:00", "25% off").off
    yield ada.account.balance(POINT)
    bought("b", "2026-03-02 10:00", "10% off")
    yield not refused(ada)
    ada.gets("more", date("2026-03-03 09:00"), POINT(15))
    yield bought("c", "2026-03-03 10:00", "10% off").off
    yield ada.account.balance(POINT)


@case("cap-016", by="when= asks for lifetime points; limit= per redemption; step= of an exchange")
def a_redemption_is_a_multiple_within_its_bounds() -> Iterator[Any]:
    redeem = lc.Exchange(
        "redeem",
        POINT(1),
        VALUE("0.01"),
        step=POINT(50),
        maximum=POINT(100),
        when=POINT.earned(lc.lifetime).at_least(POINT(150)),
    )
    for day, points, amount in ((1, 140, 50), (2, 200, 75), (3, 200, 150), (4, 200, 100)):
        ada = member(redeem, lc.Earn("base", POINT.per(USD(1), lc.Item.net)))
        ada.does(order("o", "2026-02-01", lc.Item("a", points)))
        ada.does(lc.Redemption("r", at=date(f"2026-03-0{day}"), reward="redeem", amount=POINT(amount)))
        yield not refused(ada)


@case("cap-065", by="claimed at once, repeatedly")
def every_full_step_becomes_a_coupon_at_once() -> Iterator[Any]:
    coupon = lc.Reward("coupon", POINT(200), gives=COUPON(1), worth=USD(10), claim=lc.repeatedly, on=lc.at_once)
    ada = member(coupon, has=POINT(450), at="2026-03-01 10:00")
    yield ada.account.balance(COUPON)
    yield sum(spent(ada))
    yield ada.account.balance(POINT)


@case("cap-066", by="asking=floor")
def miles_come_of_points_at_a_rate() -> Iterator[Any]:
    miles = lc.Exchange("miles", POINT(100), MILE(44), asking=lc.floor)
    ada = member(miles, has=POINT(1500), at="2026-03-01 09:00")
    ada.does(lc.Redemption("r", at=date("2026-03-01 10:00"), reward="miles", amount=POINT(1500)))
    yield ada.account.balance(MILE)
    yield miles.needs_for(MILE(1000))


# Coupons.


@case("ol-064", by="issues: pending, and a life of their own")
def a_coupon_is_active_or_ends_after_days() -> Iterator[Any]:
    active, ends = lc.Issue(COUPON(1), pending=lc.days(30)), lc.Issue(GIFT(1), expires=lc.days(30))
    ada = member(lc.Reward("coupon", POINT(1), gives=[active, ends]), has=POINT(1), at="2018-07-01")
    ada.redeems("r", date("2018-07-01"), "coupon")
    (later,), (soon,) = ada.account.lots(COUPON), ada.account.lots(GIFT)
    assert later.usable is not None
    assert soon.expires is not None
    yield later.usable.date().isoformat()
    yield soon.expires.date().isoformat()


@case("perx-005", by="a unit counts what is more than 100; given as the month ends")
def a_rebate_coupon_for_ten_large_purchases() -> Iterator[Any]:
    rules = (
        lc.Earn("large", LARGE(1), when=lc.Purchase.net.more_than(USD(100))),
        lc.Earn("rebate", COUPON(1), on=lc.ended(lc.month), when=LARGE.earned(lc.month).at_least(LARGE(10))),
    )

    def coupons(many: int, net: str) -> Iterator[lc.Amount]:
        ada = member(*rules)
        for number in range(many):
            ada.does(order(f"o{number}", f"2026-03-{number + 1:02}", lc.Item("a", net)))
        for day in ("2026-04-01", "2026-04-02"):
            ada.waits(date(day))
            yield ada.account.balance(COUPON)

    first, second, third = ([*coupons(*each)] for each in ((9, "101.00"), (10, "101.00"), (10, "100.00")))
    yield first[0]
    yield second[0]
    yield third[0]
    yield second[1]


@case("perx-007", by="given as the month ends, by what was earned in it")
def a_coffee_for_a_hundred_points_of_a_month() -> Iterator[Any]:
    for amounts in ((80, 100), (98, 1)):
        ada = member(
            lc.Earn("base", POINT.per(USD(1), lc.Item.net)),
            lc.Earn("coffee", COFFEE(1), on=lc.ended(lc.month), when=POINT.earned(lc.month).at_least(POINT(100))),
        )
        for number, net in enumerate(amounts):
            ada.does(order(f"o{number}", "2026-03-05", lc.Item("a", net)))
        ada.waits(date("2026-04-01"))
        yield ada.account.balance(COFFEE)


@case("joy-007", by="milestones over a lifetime; more than 500.00 is 500.01 or more")
def each_milestone_is_reached_once() -> Iterator[Any]:
    ada = member(
        lc.Earn("base", POINT.per(USD(1), lc.Item.net)),
        lc.Earn("third order", POINT.milestones(lc.Purchase.count, {3: POINT(500)}), over=lc.lifetime),
        lc.Earn("spender", POINT.milestones(lc.Purchase.net, {USD("500.01"): POINT(500)}), over=lc.lifetime),
        lc.Earn("collector", POINT.milestones(lc.given("base"), {POINT(1000): POINT(500)}), over=lc.lifetime),
    )
    for day, net in enumerate(("200.00", "300.00", "100.00", "400.00"), start=1):
        ada.does(order(f"o{day}", f"2026-03-0{day}", lc.Item("a", net)))
        yield ada.account.balance(POINT)


# Stored value.


@case("odoo-014", by="what a wallet pays is the member's choice, up to what is due")
def a_wallet_pays_an_order() -> Iterator[Any]:
    pay = lc.Pay("wallet", each=WALLET(1), worth=USD(1))
    ada = member(pay, has=WALLET(1000))
    due = order("o", "2026-01-10 10:00", lc.Item("A", "100.00"))
    ada.does(
        order(
            "o",
            "2026-01-10 10:00",
            *due.items,
            paid_with={"wallet": ada.program.payable(ada.account, due, "wallet").decimal},
        )
    )
    yield ada.account.balance(WALLET)


@case("odoo-041", by="payable tells the most that a card pays")
def a_gift_card_pays_at_most_what_it_has_and_what_is_due() -> Iterator[Any]:
    for at, total in (("2026-01-10 10:00", "115.00"), ("2026-01-10 10:01", "5.75")):
        ada = member(lc.Pay("card", each=CARD(1), worth=USD(1)), has=CARD(100))
        basket = order("o", at, lc.Item("a", total))
        pays = ada.program.payable(ada.account, basket, "card")
        ada.does(order("o", at, *basket.items, paid_with={"card": pays.decimal}))
        yield basket.items[0].net - pays.decimal
        yield ada.account.balance(CARD)


@case("dt-001", by="what a card has left stays")
def a_gift_card_keeps_what_is_not_spent() -> Iterator[Any]:
    ada = member(lc.Pay("card", each=CARD(1), worth=USD(1)), has=CARD(100), at="2026-03-01 09:00")
    ada.does(order("o", "2026-03-01 10:00", lc.Item("a", "60.00"), paid_with={"card": "60.00"}))
    yield ada.account.balance(CARD)
    ada.waits(date("2026-03-05 10:00"))
    yield ada.account.balance(CARD)


@case("odoo-058", by="an event counts once; a movement is an earning or a spending")
def an_order_that_is_processed_again_changes_nothing() -> Iterator[Any]:
    class Line(lc.Item):
        top_up = lc.Flag(missing=False)

    ada = member(
        lc.Earn("top-up", WALLET.per(USD(1), Line.net), where=Line.top_up.is_true()),
        lc.Pay("wallet", each=WALLET(1), worth=USD(1)),
        items=Line,
    )
    first = order("O1", "2026-01-10 10:00", Line("top-up", 50, top_up=True))
    second = order("O2", "2026-01-10 10:02", Line("tea", 10), paid_with={"wallet": 10})
    for event in (first, first, second, second):
        ada.does(event)
        moved = [entry for entry in ada.account.entries if entry.kind in ("earn", "spend")]
        yield [ada.account.balance(WALLET), len(moved)]


@case("tb-001")
def a_hold_is_confirmed_in_full() -> Iterator[Any]:
    ada = member(lc.Reward("anything", POINT(1)), has=POINT(500), at="2026-03-01 09:00")
    until = date("2026-03-02")
    ada.does(lc.Hold("h", at=date("2026-03-01 10:00"), reward="anything", times=123, until=until))
    yield ada.account.held(POINT)
    yield ada.account.balance(POINT)
    ada.does(lc.Capture("c", at=date("2026-03-01 11:00"), of="h"))
    yield ada.account.held(POINT)
    yield from spent(ada)
    yield ada.account.balance(POINT)


def cut(pay: lc.Pay, has: int, total: str, wanted: str) -> Iterator[Any]:
    """What is paid where so much was wanted, and with how many points."""
    ada = member(pay, has=POINT(has), at="2026-03-01 09:00")
    basket = order("o", "2026-03-01 10:00", lc.Item("a", total))
    allowed = min(ada.program.payable(ada.account, basket, pay.name), USD(wanted))
    paid = lc.Amount(USD, pay.most_of(allowed.minor))
    ada.does(order("o", "2026-03-01 10:00", *basket.items, paid_with={pay.name: paid.decimal}))
    yield from spent(ada)
    yield paid


@case("set-061", "set-062", "set-063", by="payable tells the most that can be paid; what is wanted beyond is cut to it")
def what_is_wanted_is_cut_to_what_is_allowed(id: str) -> Iterator[Any]:
    cents = lc.Pay("points", each=POINT(1), worth=USD("0.01"), minimum=USD(5), share="50%")
    blocks = lc.Pay("points", each=POINT(100), worth=USD(5), minimum=USD(25), step=USD(5), share="50%")
    told = {
        "set-061": (cents, 700, "100.00", "10.00"),
        "set-062": (cents, 20_000, "100.00", "100.00"),
        "set-063": (blocks, 20_000, "1000.00", "52.50"),
    }
    points, paid = cut(*told[id])
    yield points
    if id == "set-063":
        yield paid


# Coupons given back.


@case("ol-068", by="soonest_first, the default: what was drawn last comes back first")
def the_largest_coupon_is_filled_first() -> Iterator[Any]:
    ada = member(lc.Pay("coupons", each=VALUE(1), worth=USD(1)), has=VALUE(10), at="2026-01-01")
    ada.gets("twenty", date("2026-01-02"), VALUE(20))
    goods = (lc.Item("returned", "85.00"), lc.Item("kept", "15.00"))
    ada.does(order("o", "2026-03-01 10:00", *goods, paid_with={"coupons": 30}))
    ada.returns("r", date("2026-03-05 10:00"), "o", ["returned"])
    yield [str(lot.left.decimal) for lot in sorted(ada.account.lots(VALUE), key=lambda lot: -lot.left.minor)]


@case("ol-069", by="a return that was made gives nothing more")
def what_was_given_back_is_not_given_again() -> Iterator[Any]:
    ada = member(lc.Pay("coupons", each=VALUE(1), worth=USD(1)), has=VALUE(10), at="2026-01-01")
    ada.does(order("o", "2026-03-01 10:00", lc.Item("a", "100.00"), paid_with={"coupons": 10}))
    ada.returns("first", date("2026-03-03 10:00"), "o")
    ada.returns("again", date("2026-03-05 10:00"), "o")
    yield [entry.amount for entry in ada.answer.entries if entry.kind == "restore"]


# Rewards that wait.


def campaign(*, goal: int, most: int | None = None) -> tuple[Any, ...]:
    """Every purchase adds its amount, and each time the goal is reached a reward waits for a day."""
    limit = None if most is None else lc.times(most, per=lc.redemption)
    return (
        lc.Earn("saved", SAVED.per(EUR(1), lc.Item.net)),
        lc.Reward(
            "reward",
            lc.Amount(SAVED, goal),
            gives=lc.Issue(REWARD(1), pending=lc.days(1)),
            claim=lc.repeatedly,
            limit=limit,
        ),
    )


def state(ada: Member) -> tuple[int, int, int]:
    """What is saved in cents, and how many rewards wait and are given."""
    return ada.account.balance(SAVED).minor, ada.account.pending(REWARD).minor, ada.account.balance(REWARD).minor


@case("bink-010", by="a limit of two for each redemption; nothing is cut here, so no surplus")
def two_rewards_at_most_come_of_a_purchase() -> Iterator[Any]:
    ada = member(*campaign(goal=10_000, most=2), currency=EUR)
    ada.does(order("a", "2026-03-01 10:00", lc.Item("a", "75.00")))
    ada.does(order("b", "2026-03-01 11:00", lc.Item("a", "150.00")))
    saved, pending, _ = state(ada)
    yield [saved, pending, 0]


CAPPED = lc.Purchase.net.at_least(EUR(200))


@case("bink-008", by="a purchase that is capped is rules of its own; what is kept is judged as if it alone were bought")
def surplus_is_refunded_first_and_then_rewards_are_cancelled() -> Iterator[Any]:
    ada = member(
        lc.Earn("saved", SAVED.per(EUR(1), lc.Purchase.net), when=~CAPPED, over=lc.lifetime),
        lc.Reward(
            "reward", SAVED(100), gives=lc.Issue(REWARD(1), pending=lc.days(1)), claim=lc.repeatedly, on=lc.at_once
        ),
        lc.Earn("two rewards", REWARD(2), when=CAPPED, pending=lc.days(1)),
        lc.Earn("surplus", SURPLUS.per(EUR(1), lc.Purchase.net - lc.Constant(EUR(200))), when=CAPPED),
        currency=EUR,
    )

    def found() -> list[int]:
        saved, pending, _ = state(ada)
        return [saved, pending, ada.account.balance(SURPLUS).minor]

    ada.does(order("p", "2026-03-01 10:00", lc.Item("a", "550.00")))
    yield found()
    for hour in (11, 12):
        ada.does(lc.Return(f"r{hour}", at=date(f"2026-03-01 {hour}:00"), of="p", refunds={"a": "200.00"}))
        yield found()


class Refunded(lc.Activity):
    """Money that is refunded of nobody knows what."""

    amount = lc.Price(missing="0")


@case("bink-005", by="refunds are activities, which deduct; as many rewards that wait are cancelled as have to be")
def a_refund_beyond_the_balance_cancels_rewards_that_wait() -> Iterator[Any]:
    waiting, goal, counts = lc.Unit("waiting"), SAVED(7), lc.Purchase.net.at_least(EUR(2))
    short = EUR(1).count_in(Refunded.amount) - SAVED(1).count_in(SAVED.balance)
    cancels = [short.more_than(7 * before) & waiting.balance.at_least(waiting(before + 1)) for before in range(9)]
    ada = member(
        lc.Earn("saved", SAVED.per(EUR(1), lc.Purchase.net), when=counts),
        lc.Reward("waiting", goal, gives=lc.Issue(waiting(1), expires=lc.days(1)), claim=lc.repeatedly),
        lc.Reward("reward", waiting(1), gives=REWARD(1), claim=lc.repeatedly, on=lc.expiring(waiting)),
        *(lc.Earn(f"back {number}", goal, on=Refunded, when=when) for number, when in enumerate(cancels)),
        *(lc.Deduct(f"cancelled {number}", waiting(1), when=when) for number, when in enumerate(cancels)),
        lc.Deduct("refund", SAVED.per(EUR(1), Refunded.amount)),
        activities=Refunded,
        currency=EUR,
    )
    ada.does(order("o", "2026-03-01 10:00", lc.Item("a", "20.00")))
    yield [ada.account.balance(SAVED).minor, ada.account.balance(waiting)]
    for hour, amount in ((11, "7.00"), (12, "14.00")):
        ada.does(Refunded(f"r{hour}", at=date(f"2026-03-01 {hour}:00"), name="refund", amount=amount))
        yield [ada.account.balance(SAVED).minor, ada.account.balance(waiting)]


@case("bink-022", by="an issue that is pending for a day")
def a_reward_is_given_after_a_day() -> Iterator[Any]:
    ada = member(*campaign(goal=700), currency=EUR)
    ada.does(order("a", "2026-03-01 10:00", lc.Item("a", "7.00")))
    yield state(ada)[2]
    ada.waits(date("2026-03-02 10:00"))
    _, pending, given = state(ada)
    yield given
    yield pending


@case("bink-018", by="a rule refuses every return; the code of the refusal is its name")
def a_refund_is_refused_and_changes_nothing() -> Iterator[Any]:
    stamp = lc.Unit("stamp")
    stamps = lc.Earn("stamps", stamp(1), when=lc.Purchase.net.at_least(USD(5)))
    ada = member(stamps, lc.Refuse("no refunds", on=lc.Return))
    for hour in (7, 8, 9):
        ada.does(order(f"o{hour}", f"2026-03-01 0{hour}:00", lc.Item("a", "6.00")))
    ada.returns("r", date("2026-03-01 10:00"), "o9")
    yield not refused(ada)
    yield ada.account.balance(stamp)
