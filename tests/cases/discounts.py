"""What is off a basket: which of its units, how much, in which order, and what it costs in points."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import loyalcore as lc
from cases.harness import case
from shop import Member, date

USD, POINT = lc.Money("USD"), lc.Unit("point")
DAY = date("2026-01-10 10:00")


class Line(lc.Item):
    """A line of a basket; its net is what it costs before discounts."""

    product = lc.Text(missing="")
    tag = lc.Text(missing="")


class Basket(lc.Purchase):
    """A basket."""


def shop(*rules: Any) -> lc.Program:
    return lc.Program("shop", version="1", rules=rules, items=Line, purchases=Basket)


def basket(*lines: Any, claims: Any = (), id: str = "basket", at: dt.datetime = DAY) -> Basket:
    """Lines as net amounts, or as tuples of net, product, quantity and tag."""
    items = []
    for number, line in enumerate(lines, 1):
        values = line if isinstance(line, tuple) else (line,)
        told = dict(zip(("net", "product", "quantity", "tag"), values, strict=False))
        items.append(Line(number, **told))
    return Basket(id, at=at, items=items, claims=claims)


def priced(program: lc.Program, *lines: Any, claims: Any = (), at: dt.datetime = DAY) -> lc.Discounted:
    return program.discounts(program.open("ada"), basket(*lines, claims=claims, at=at))


@case("odoo-015", by="cheapest by the price before discounts")
def takes_ten_percent_off_the_cheapest_tagged_line() -> Iterator[Any]:
    program = shop(lc.Discount("cheapest", "10%", lc.cheapest(), where=Line.tag.is_("discountable")))
    first = [("115.00", "A", 1, "discountable"), ("5.75", "B")]
    yield -priced(program, *first).off
    yield -priced(program, *first, ("50.00", "C", 1, "discountable")).off


@case("odoo-019", by="conditions are of the basket before discounts")
def judges_the_minimum_before_the_discount() -> Iterator[Any]:
    coupon = lc.Discount("coupon", USD(100), when=Basket.net.at_least(USD(100)), claim=lc.asked)
    program, lines = shop(coupon), [("165.00", "P", 10)]
    account = program.open("ada")
    for _ in range(2):
        found = program.discounts(account, basket(*lines, claims=["coupon"]))
    yield found.left


@case("odoo-021", by="claimed discounts in the order of the claims, each on what is left")
def applies_discounts_in_the_order_of_the_claims() -> Iterator[Any]:
    program = shop(lc.Discount("D1", "10%", claim=lc.asked), lc.Discount("D2", USD("288.50"), claim=lc.asked))
    for claims in (["D1", "D2"], ["D2", "D1"]):
        for claimed in (claims[:1], claims):
            yield priced(program, "115.00", "100.00", "100.00", claims=claimed).left


@case("odoo-023")
def takes_a_share_off_a_set_of_products() -> Iterator[Any]:
    for products in (["chair", "drawer"], ["chair"]):
        program = shop(lc.Discount("set", "25%", where=Line.product.is_in(products)))
        yield priced(program, ("66.00", "chair", 4), ("50.00", "drawer", 2)).left


@case("odoo-026", by="a limit per purchase cuts what is off")
def gives_free_chairs_with_a_cabinet_up_to_a_limit() -> Iterator[Any]:
    cabinets = Line.quantity.sum(Line.product.is_("cabinet"))
    coupon = lc.Discount(
        "chairs",
        "100%",
        where=Line.product.is_("chair"),
        when=cabinets.at_least(1),
        claim=lc.asked,
        limit=lc.at_most(USD(200), per=lc.purchase),
    )
    program = shop(coupon)
    yield priced(program, ("500.00", "cabinet"), ("200.00", "chair", 2), claims=["chairs"]).left
    fewer = priced(program, ("500.00", "cabinet"), ("100.00", "chair"), claims=["chairs"])
    yield fewer.left
    yield -fewer.off


@case("odoo-027", by="one unit of quantity, not the line")
def takes_half_off_one_unit_up_to_a_limit() -> Iterator[Any]:
    half = lc.Discount("half", "50%", lc.cheapest(), claim=lc.asked, limit=lc.at_most(USD(30), per=lc.purchase))
    yield priced(shop(half), ("640.00", "P", 2), claims=["half"]).left


@case("odoo-028", by="discounts follow one another; an amount is at most what is left")
def takes_an_amount_off_what_a_free_product_has_left() -> Iterator[Any]:
    d1 = lc.Discount("D1", "100%", where=Line.product.is_("A"), claim=lc.asked)
    d2 = lc.Discount("D2", USD(5), where=Line.product.is_in(["A", "B"]), claim=lc.asked)
    program = shop(d1, d2)
    for claims in (["D1"], ["D1", "D2"]):
        yield priced(program, ("11.00", "A"), ("12.00", "B"), claims=claims).left


@case("odoo-038", by="a lane of the best")
def keeps_the_better_of_two_discounts() -> Iterator[Any]:
    units = Line.quantity.sum()
    program = shop(
        lc.Discount("P1", "5%", when=units.at_least(2)),
        lc.Discount("P2", "10%", when=units.at_least(4)),
        lc.Lane("one of them", of=["P1", "P2"], combine="best"),
    )
    shares = {rule.name: f"{rule.off * 100}%" for rule in program.of_kind(lc.Discount)}
    for number in (1, 3, 5):
        taken = [each.discount for each in priced(program, (10 * number, "P", number)).applied]
        yield shares[taken[0]] if taken else "none"


@case("odoo-039", by="through= names the last date")
def holds_from_the_first_to_the_last_date() -> Iterator[Any]:
    october, first, second, third, fourth = (
        dt.date(2011, month, day) for month, day in ((10, 31), (11, 1), (11, 2), (11, 3), (11, 4))
    )
    windows = [
        (None, october),
        (None, fourth),
        (fourth, None),
        (october, None),
        (october, fourth),
        (third, fourth),
        (october, first),
        (second, second),
    ]
    found = []
    for start, last in windows:
        program = shop(lc.Discount("program", "10%", when=lc.between(start, through=last)))
        found.append(bool(priced(program, "10.00", at=date("2011-11-02 09:00:21")).applied))
    yield found


@case("odoo-057", by="a discount costs points; a return brings back of both in proportion")
def spends_points_on_a_discount_and_brings_back_its_share() -> Iterator[Any]:
    program = shop(
        lc.Earn("pens", POINT(35).per_item()),
        lc.Discount("ten percent", "10%", claim=lc.asked, cost=POINT(150)),
    )
    ada = Member(program)
    ada.gets("balance", date("2026-01-10 09:00"), POINT(200))
    ada.does(basket(("100.00", "pen", 2), claims=["ten percent"]))
    yield ada.account.balance(POINT)
    ada.returns("refund", date("2026-01-12 10:00"), "basket", {1: 1})
    for kind in ("take", "restore"):
        (entry,) = (each for each in ada.answer.entries if each.kind == kind)
        yield POINT(entry.amount)
    yield ada.account.balance(POINT)


@case("odoo-060", by="points of the order pay for it by a redemption behind it, for what payable says")
def charges_only_the_points_that_are_converted() -> Iterator[Any]:
    program = shop(
        lc.Earn("bought", POINT(100).per_item()),
        lc.Pay("points", each=POINT(1), worth=USD(1), minimum=USD(10)),
    )
    ada, order = Member(program), basket(("10.00", "P"), claims=None)
    ada.does(order)
    paid = program.payable(ada.account, order, "points")
    ada.redeems("with points", DAY, "points", amount=paid.decimal)
    (spent,) = (entry for entry in ada.answer.entries if entry.kind == "spend")
    yield POINT(spent.amount)
    yield USD(order.items[0].net) - paid


@case("oca-007", by="a lane of the first, in the order of the claims")
def lets_the_first_block_the_other() -> Iterator[Any]:
    program = shop(
        lc.Discount("P", "10%", claim=lc.asked),
        lc.Discount("Q", "20%", claim=lc.asked),
        lc.Lane("incompatible", of=["P", "Q"], combine="first"),
    )
    for claims in (["P", "Q"], ["Q"], ["Q", "P"]):
        found = priced(program, "100.00", claims=claims)
        yield claims[-1] in [each.discount for each in found.applied]


@case("osc-002", by="cheapest unit, once the basket is worth so much")
def gives_the_cheapest_unit_free() -> Iterator[Any]:
    program = shop(lc.Discount("cheapest free", "100%", lc.cheapest(), when=Basket.net.at_least(USD(10))))
    yield priced(program, ("10.00", "P", 2)).off
    yield priced(program, ("8.00", "P", 2), ("4.00", "Q", 2)).off


@case("sol-002")
def splits_an_amount_in_proportion() -> Iterator[Any]:
    whole = shop(lc.Discount("fifteen", USD(15)))
    some = shop(lc.Discount("fifteen", USD(15), where=Line.tag.is_("eligible")))
    lines = [("20.00", "A", 1, "eligible"), "30.00", "100.00"]
    for program in (whole, some):
        yield [line.off for line in priced(program, *lines).lines]


@case("sol-003", by="line by line; shares of what is capped are cut, the first line has the rest")
def splits_a_capped_share_with_the_rest_to_the_first_line() -> Iterator[Any]:
    program = shop(lc.Discount("capped", "15%", stage=lc.item, limit=lc.at_most(USD(50), per=lc.purchase)))
    capped = priced(program, "120.00", "230.00", "300.00")
    yield capped.off
    yield [line.off for line in capped.lines]
    uncapped = priced(program, "12.00", "23.00", "10.00")
    yield [line.off for line in uncapped.lines]
    yield uncapped.off


@case("sol-004", by="half up")
def rounds_a_line_half_up() -> Iterator[Any]:
    yield priced(shop(lc.Discount("fifteen", "15%", rounding=lc.half_up)), ("99.90", "P", 10)).off


@case("sol-008", by="groups fill line by line")
def takes_an_amount_off_each_item_of_complete_groups() -> Iterator[Any]:
    def grouped(number: int) -> lc.Program:
        return shop(lc.Discount("groups", lc.apiece(USD(5)), lc.groups_of(number)))

    yield [priced(grouped(2), (20 * number, "P", number)).off for number in (1, 2, 3, 4)]
    found = priced(grouped(3), ("40.00", "P", 2), ("20.00", "Q"), ("20.00", "R"))
    yield [line.off for line in found.lines]


@case("sol-010", by="the ordinal, and a count over a rolling window")
def is_for_the_second_order_or_for_those_who_come_back() -> Iterator[Any]:
    recent = Basket.count.over(lc.rolling(days=365))
    program = shop(
        lc.Discount("A", "10%", when=lc.ordinal.is_(2)),
        lc.Discount("B", "10%", when=lc.ordinal.more_than(1) & recent.is_(0)),
    )

    def open_to(member: Member, day: str) -> list[str]:
        order = basket("10.00", id=day, at=date(day), claims=[])
        found = program.discounts(member.account, order)
        member.does(order)
        return [each.discount for each in found.applied]

    one, two = Member(program, "one"), Member(program, "two")
    yield "A" in open_to(one, "2025-01-01")
    second = open_to(one, "2026-02-05")
    yield "A" in second
    yield "B" in second
    third = open_to(one, "2026-03-01")
    yield "A" in third
    yield "B" in third
    yield "B" in open_to(two, "2026-03-01")
