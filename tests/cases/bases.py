"""What of a purchase earns: which goods, before or after discounts, tax and tenders, and how it is rounded."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

USD, POINT = lc.Money("USD"), lc.Unit("point")
STAR = lc.Unit("star", places=2)
MARCH = date("2026-03-01")


class Line(lc.Item):
    """A line; its net is what was paid for it, with the tax that it names."""

    product = lc.Text(missing="")
    label = lc.Text(missing="")
    delivery = lc.Flag(missing=False)
    tax = lc.Price(missing="0")


class Order(lc.Purchase):
    """An order, with what of it was paid otherwise than with money, and what is added to its goods."""

    shipping = lc.Price(missing="0")
    gift_card = lc.Price(missing="0")
    store_credit = lc.Price(missing="0")
    miles = lc.Number(missing=0)
    raw = lc.Number(places=4, missing=0)


def shop(*rules: Any) -> lc.Program:
    return lc.Program("shop", version="1", rules=rules, items=Line, purchases=Order)


def buyer(*rules: Any) -> Member:
    return Member(shop(*rules))


def gave(member: Member, *rules: str) -> lc.Amount:
    """What the last event gave, by some rules or by all."""
    entries = [each for each in member.answer.entries if each.kind == "earn" and (not rules or each.rule in rules)]
    units = member.program.units
    unit = next((units[each.unit] for each in entries), POINT)
    return lc.Amount(unit, sum(each.amount for each in entries))


def spent(member: Member, net: str, at: dt.datetime = MARCH, id: str = "spent", **said: Any) -> lc.Amount:
    """Spend an amount; answer with what that gave."""
    member.does(Order(id, at=at, net=net, **said))
    return gave(member)


@case("odoo-006", by="the rule counts the net before discounts")
def earns_on_food_whatever_is_off_the_order() -> Iterator[Any]:
    food = Line.product.is_("food")
    yield from _with_a_code(
        lc.Earn("food", POINT.per(USD(1), Line.net_before_discounts), where=food),
        lc.Discount("code", "10%", claim=lc.asked),
    )


@case("odoo-007", by="the rule counts the net after discounts")
def earns_on_food_less_what_is_off_it() -> Iterator[Any]:
    food = Line.product.is_("food")
    yield from _with_a_code(
        lc.Earn("food", POINT.per(USD(1), Line.net), where=food),
        lc.Discount("code", "10%", where=food, claim=lc.asked),
    )


def _with_a_code(*rules: Any) -> Iterator[Any]:
    ada = buyer(*rules)
    lines = [Line("A", "100.00", product="food"), Line("B", "50.00")]
    order = Order("order", at=date("2026-01-10 10:00"), items=lines, claims=["code"])
    yield ada.program.discounts(ada.account, order).left
    ada.does(order)
    yield gave(ada)


@case("ol-006")
def gives_points_for_each_piece_of_a_product() -> Iterator[Any]:
    ada = buyer(lc.Earn("000", POINT(200).per_item(Line.product.is_("000"))))
    lines = [
        Line(1, "12.00", product="123", label="red"),
        Line(2, "100.00", product="000", label="blue"),
        Line(3, "40.00", product="0001", delivery=True),
    ]
    ada.does(Order("transaction", at=date("2026-03-01 10:00"), items=lines))
    yield gave(ada)


@case("ol-075", by="conditions about items")
def leaves_delivery_products_and_labels_out() -> Iterator[Any]:
    def without(*products: str) -> Any:
        return ~Line.product.is_in(products)

    bases = [without("123"), without("123"), without("123", "345"), Line.label.is_("2=2") & without("345")]
    for base in bases:
        ada = buyer(lc.Earn("base", STAR.per(USD(1), Line.net), where=base))
        lines = [Line(1, "10.00", product="123", label="1=1"), Line(2, "100.00", product="345", label="2=2")]
        ada.does(Order("transaction", at=date("2026-03-01 10:00"), items=lines))
        yield gave(ada)


@case("adobe-002", by="what is paid otherwise is a price that the order carries")
def earns_on_what_is_left_of_goods_after_discounts_and_tenders() -> Iterator[Any]:
    basis = Order.net - Order.gift_card - Order.store_credit
    ada = buyer(lc.Earn("blocks", POINT(10).per_full(USD(2), basis)), lc.Discount("code", USD(10), claim=lc.asked))
    goods = [Line("goods", "100.00", tax="7.20")]
    ada.does(
        Order(
            "order",
            at=date("2026-03-01 10:00"),
            items=goods,
            claims=["code"],
            shipping="8.00",
            gift_card="30.00",
            store_credit="5.00",
        )
    )
    yield gave(ada)


@case("set-080", by="the broader rule leaves out what the more specific one counts")
def counts_an_item_by_the_more_specific_rule_alone() -> Iterator[Any]:
    yield from _claimed("X", 3, ("40.00", "60.00"))


@case("set-081", by="the broader rule leaves out what the more specific one counts")
def excludes_a_product_by_a_rate_of_nothing() -> Iterator[Any]:
    yield from _claimed("gift card", 0, ("50.00", "50.00"))


def _claimed(product: str, rate: int, nets: tuple[str, str]) -> Iterator[Any]:
    special = Line.product.is_(product)
    ada = buyer(
        lc.Earn("product", POINT(rate).per(USD(1), Line.net), where=special),
        lc.Earn("order", POINT.per(USD(1), Line.net), where=~special),
    )
    lines = [Line(1, nets[0], product=product), Line(2, nets[1], product="other")]
    ada.does(Order("order", at=date("2026-07-06 10:00"), items=lines))
    yield gave(ada)


@case("set-083")
def adds_up_rules_of_the_same_base() -> Iterator[Any]:
    yield spent(
        buyer(lc.Earn("one", POINT.per(USD(1), Line.net)), lc.Earn("two", POINT(2).per(USD(1), Line.net))), "100.00"
    )


@case("set-088", by="tax is a price of the items, shipping one of the order")
def earns_on_goods_with_or_without_tax_or_on_the_total() -> Iterator[Any]:
    for basis in (Line.net - Line.tax, Line.net, Line.net + Order.shipping):
        ada = buyer(lc.Earn("basis", POINT.per(USD(1), basis)))
        lines = [Line(1, "50.00", tax="10.00"), Line(2, "30.00", tax="6.00")]
        ada.does(Order("order", at=date("2026-07-06 10:00"), items=lines, shipping="15.00"))
        yield gave(ada)


@case("cap-001", by="half up")
def keeps_as_many_decimals_as_the_unit_has() -> Iterator[Any]:
    for places in range(4):
        unit = lc.Unit("point", places)
        ada = buyer(lc.Earn("raw", unit.per(1, Order.raw), rounding=lc.half_up))
        ada.does(Order("granted", at=date("2026-03-01 10:00"), raw="50.3458"))
        yield gave(ada)


@case("cap-004")
def gives_a_share_of_the_amount() -> Iterator[Any]:
    yield spent(buyer(lc.Earn("share", POINT.bands(Line.net, {0: "10%"}))), "500.00")


@case("cap-023", by="each unit has a limit of its own")
def caps_each_program_by_itself() -> Iterator[Any]:
    brand, default = lc.Unit("brand point"), lc.Unit("default point")
    ada = buyer(
        lc.Earn("brand", brand.per(USD(1), Line.net), limit=lc.at_most(brand(300), per=lc.purchase)),
        lc.Earn("default", default.per(USD(1), Line.net), limit=lc.at_most(default(200), per=lc.purchase)),
    )
    spent(ada, "1000.00")
    yield gave(ada, "brand")
    yield gave(ada, "default")


@case("cap-030", by="what is kept is judged as if it alone had been bought")
def caps_what_is_kept_of_a_bill() -> Iterator[Any]:
    ada = buyer(
        lc.Earn("share", POINT.bands(Line.net, {0: "10%"}), limit=lc.at_most(POINT(1000), per=lc.purchase)),
    )
    ada.does(Order("bill", at=date("2026-03-01"), items=[Line(1, "11000.00"), Line(2, "11000.00")]))
    yield ada.account.balance(POINT)
    ada.returns("return", date("2026-03-05"), "bill", [1])
    yield ada.account.balance(POINT)


@case("cap-034", by="a purchase counts while something of it is kept")
def takes_fixed_points_back_with_the_last_line() -> Iterator[Any]:
    ada = buyer(lc.Earn("fixed", POINT(100)))
    ada.does(Order("bill", at=date("2026-03-01"), items=[Line(1, "300.00"), Line(2, "100.00")]))
    for item, day in ((2, "2026-03-05"), (1, "2026-03-06")):
        ada.returns(f"return {item}", date(day), "bill", [item])
        yield ada.account.balance(POINT)


@case("cap-040", by="a lane of the best; ties go to the one named first, so those that end first are named first")
def ranks_promotions_by_points_and_then_by_end() -> Iterator[Any]:
    start = date("2026-03-01")
    promotions = {"P1": (100, 30), "P2": (300, 45), "P3": (300, 20), "P4": (200, 10)}
    ranked: list[str] = []
    while left := sorted(set(promotions) - set(ranked), key=lambda name: promotions[name][1]):
        rules = [
            lc.Earn(name, POINT(points), when=lc.between(start.date(), start.date() + dt.timedelta(days)))
            for name, (points, days) in promotions.items()
        ]
        ada = buyer(*(rule for rule in rules if rule.name in left), lc.Lane("best", of=left, combine="best"))
        spent(ada, "10.00", start)
        (said,) = (each.verdict for each in ada.answer.reasons if each.rule == "best")
        ranked += [name for name in left if f" is {name} with " in said]
    yield ranked


def _stacked(**kinds: dict[str, int]) -> Member:
    """Promotions that always apply, those that form a bundle, and those that are alone."""
    promotions = {name: points for group in kinds.values() for name, points in group.items()}
    rules: list[Any] = [lc.Earn(name, POINT(points)) for name, points in promotions.items()]
    bundle = lc.Lane("bundle", of=list(kinds["bundle"]))
    return buyer(*rules, bundle, lc.Lane("stacking", of=["bundle", *kinds["exclusive"]], combine="best"))


@case("cap-041", by="lanes in lanes: the best of a sum and of others")
def lets_a_bundle_compete_with_exclusive_promotions() -> Iterator[Any]:
    yield spent(_stacked(bundle={"P1": 100, "P2": 300, "P3": 300}, exclusive={"P4": 200}), "10.00")


@case("cap-044", by="lanes in lanes, and a rule in none on top")
def adds_what_always_applies_to_the_best() -> Iterator[Any]:
    ada = _stacked(always={"P1": 100}, bundle={"P4": 150, "P5": 130}, exclusive={"P2": 120, "P3": 40})
    yield spent(ada, "10.00")


@case("cash-001")
def caps_cashback_per_purchase() -> Iterator[Any]:
    cash = lc.Unit("cashback", places=2)
    ada = buyer(lc.Earn("cashback", cash.bands(Line.net, {0: "5%"}), limit=lc.at_most(cash(3000), per=lc.purchase)))
    for number, net in enumerate(("1000", "60000", "1000000")):
        yield int(spent(ada, net, id=str(number)).decimal)


@case("cash-002")
def gives_cashback_in_cents() -> Iterator[Any]:
    cash = lc.Unit("cashback", places=2)
    yield spent(buyer(lc.Earn("cashback", cash.bands(Line.net, {0: "5%"}))), "100.00")


@case("cash-003", by="the base is cut before the rate")
def caps_the_base_of_cashback() -> Iterator[Any]:
    cash = lc.Unit("cashback", places=3)
    base = Order.net.at_most_of(lc.Constant(USD("1.50")))
    ada = buyer(lc.Earn("card 1", cash.bands(base, {0: "5%"})))
    for net in ("2.00", "1.00"):
        yield spent(ada, net, id=net)


@case("dv-011", by="factors multiply")
def multiplies_by_tier_and_by_weekday() -> Iterator[Any]:
    def club(**options: Any) -> lc.Program:
        return shop(
            lc.Earn("base", POINT(10).per(USD(1), Line.net), **options),
            lc.Boost("tier", lc.by_tier("status", {"Silver": "x1.5", "Gold": "x2"}), of="base"),
            lc.Boost("tuesday", "x2", of="base", when=lc.weekday("tue")),
            lc.Ladder("status", tiers={"Bronze": 0, "Silver": lc.invited, "Gold": lc.invited}),
        )

    def spends(program: lc.Program, tier: str, net: str, day: str) -> lc.Amount:
        member = Member(program)
        member.does(lc.Opening("opening", at=date("2026-01-01"), tiers={"status": tier}))
        return spent(member, net, date(day))

    yield [spends(club(), tier, "50.00", "2026-03-02") for tier in ("Bronze", "Gold")]
    yield spends(club(), "Silver", "50.00", "2026-03-03")
    yield spends(club(when=Order.net.at_least(USD(50))), "Bronze", "25.00", "2026-03-02")


@case("air-003", by="a least number, flight by flight")
def gives_at_least_so_much_for_each_segment() -> Iterator[Any]:
    least = lc.Constant(500)
    ada = buyer(
        lc.Earn("flown", POINT.per(1, Order.miles)),
        lc.Earn("beyond", POINT.per(1, Order.miles.at_least_of(least) - Order.miles)),
    )
    beyond = POINT(0)
    for segment in range(16):
        spent(ada, "0", date("2015-12-31"), f"segment {segment}", miles=331)
        beyond += gave(ada, "beyond")
    yield ada.account.balance(POINT)
    yield beyond


@case("lago-001", by="the priority is the rule that gave a lot, then the oldest first")
def drains_wallets_by_priority_and_then_by_age() -> Iterator[Any]:
    credit = lc.Unit("credit", places=2)
    ada = Member(
        lc.Program(
            "wallets",
            version="1",
            purchases=Order,
            rules=[
                *(
                    lc.Earn(f"priority {priority}", credit(1000), on=lc.Activity, when=TopUp.priority.is_(priority))
                    for priority in (49, 50)
                ),
                lc.Burn(credit, lc.oldest_first, first=["priority 49"]),
                lc.Pay("wallets", each=credit(1), worth=USD(1)),
            ],
            activities=TopUp,
        )
    )
    for wallet, priority in (("W1", 49), ("W2", 49), ("W3", 50)):
        ada.does(TopUp(wallet, at=date("2026-01-01"), name="top-up", priority=priority))
    ada.does(Order("bill", at=date("2026-03-01 10:00"), net="1500", paid_with={"wallets": "1500"}))
    yield from _taken(ada)


class TopUp(lc.Activity):
    """A wallet that is filled."""

    priority = lc.Number()


def _taken(member: Member) -> Iterator[Any]:
    """What the last event took from each lot, in the order in which they came."""
    (spent,) = (entry for entry in member.answer.entries if entry.kind == "spend")
    pieces = dict(zip(spent.row[6][::2], spent.row[6][1::2], strict=True))
    lots = [entry.seq for entry in member.account.entries if entry.kind == "earn"]
    for lot in lots:
        yield int(lc.Amount(member.program.units[spent.unit], pieces.get(lot, 0)).decimal)
