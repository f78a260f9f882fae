"""Planted faults of discounts: what each takes off, what lanes and limits leave of it, and what goes back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from loyalcore.engine import baskets, discounting, paying, takings, tenders
from loyalcore.engine.takings import Asking
from machine.faults import Planting, fault, in_programs
from machine.programs import discounted as family


@in_programs(family)
@fault
def what_splitting_leaves_over_always_goes_to_the_first_line(planting: Planting) -> None:
    def to_first(original: Any) -> Any:
        return lambda amount, exact, room, _rest: original(amount, exact, room, "to_first")

    planting.swap_function("dealt_out", to_first)


@in_programs(family)
@fault
def a_share_is_split_by_what_it_comes_to_and_not_line_by_line(planting: Planting) -> None:
    def in_proportion(_: Any) -> Any:
        return lambda amount, exact, room, rest: baskets.split(amount, exact, room, rest) if amount else [0] * len(room)

    planting.swap(takings, "dealt_out", in_proportion)


@in_programs(family)
@fault
def discounts_ask_of_the_basket_before_all_of_them(planting: Planting) -> None:
    planting.swap(Asking, "at_turn", lambda _: lambda self, _left, before: takings.evolve(self, before=before))


@in_programs(family)
@fault
def units_are_chosen_by_what_is_left_of_their_price(planting: Planting) -> None:
    def by_what_is_left(original: Any) -> Any:
        def offs(self: Any, asking: Any, left: Any) -> Any:
            return original(self, takings.evolve(asking, nets=left), left)

        return offs

    planting.swap(takings.Reducing, "_offs", by_what_is_left)


@in_programs(family)
@fault
def numbers_of_a_discount_count_the_whole_basket(planting: Planting) -> None:
    planting.swap(takings, "_chosen_rows", lambda _: lambda items, _found: items)


@in_programs(family)
@fault
def groups_fill_line_by_line_whatever_they_say(planting: Planting) -> None:
    planting.swap(baskets, "groups", lambda original: lambda pieces, size, _order: original(pieces, size, "as_listed"))


@in_programs(family)
@fault
def sets_fill_line_by_line_whatever_they_say(planting: Planting) -> None:
    planting.swap(baskets, "sets", lambda original: lambda pieces, of, _order: original(pieces, of, "as_listed"))


@in_programs(family)
@fault
def what_does_for_several_parts_of_a_set_goes_to_the_last_of_them(planting: Planting) -> None:
    planting.swap(baskets, "_sparing", lambda original: lambda parts, number: original(parts, number)[::-1])


@in_programs(family)
@fault
def a_limit_to_pieces_cuts_groups(planting: Planting) -> None:
    planting.swap(takings, "up_to", lambda original: lambda most, found, **_: original(most, found, whole=False))


@in_programs(family)
@fault
def pieces_go_back_in_proportion(planting: Planting) -> None:
    def in_proportion(_: Any) -> Any:
        def still(purchase: Any, rows: Any) -> Any:
            kept = {row[0]: row[2] for row in rows}
            whole = [(item[0], item[2]) for item in purchase[3][1]]
            found = {}
            blocks = tenders._blocks(purchase[3], purchase[4])
            for (name, _), (nameless, pieces) in pairwise(blocks):
                if not nameless:
                    each = zip(pieces, whole, strict=True)
                    found[name] = sum(much * kept.get(id_, 0) // all_ for much, (id_, all_) in each)
            return found

        return still

    planting.swap(discounting, "still_pieces", in_proportion)


@in_programs(family)
@fault
def so_many_discounts_of_a_lane_are_the_last(planting: Planting) -> None:
    def last(original: Any) -> Any:
        def first(asking: Any, name: str, found: Any, number: int) -> Any:
            left = original(asking, name, found._replace(parts=found.parts[::-1]), number)
            return left._replace(parts=left.parts[::-1])

        return first

    planting.swap(discounting, "_first", last)


@in_programs(family)
@fault
def claims_follow_in_the_order_of_the_program(planting: Planting) -> None:
    planting.swap(discounting.Discounting, "_ordered", lambda _: lambda _self, _asking, names: list(names))


@in_programs(family)
@fault
def a_limit_of_a_lane_cuts_the_first_discount_first(planting: Planting) -> None:
    def turned(original: Any) -> Any:
        def limited(self: Any, asking: Any, name: str, found: Any) -> Any:
            left = original(self, asking, name, found._replace(parts=found.parts[::-1]))
            return left._replace(parts=left.parts[::-1])

        return limited

    planting.swap(discounting.Discounting, "_limited", turned)


@in_programs(family)
@fault
def what_discounts_took_off_stays_used_when_all_is_returned(planting: Planting) -> None:
    planting.swap(discounting, "still_off", lambda original: lambda row, _rows: original(row, row[3][1]))


@in_programs(family)
@fault
def rules_see_the_price_before_discounts(planting: Planting) -> None:
    planting.swap(tenders, "_added", lambda _: lambda _parts, items: [0] * items)


@in_programs(family)
@fault
def costs_of_several_discounts_are_asked_for_one_by_one(planting: Planting) -> None:
    def alone(original: Any) -> Any:
        return lambda self, asking, name, left, _before: original(self, asking, name, left, takings.Taken())

    planting.swap(discounting.Discounting, "_take", alone)


@in_programs(family)
@fault
def a_claim_that_comes_to_nothing_is_let_pass(planting: Planting) -> None:
    def none_refused(original: Any) -> Any:
        return lambda self, *asked: (original(self, *asked)[0], {})

    planting.swap(discounting.Discounting, "judge", none_refused)


@in_programs(family)
@fault
def points_pay_the_price_before_discounts(planting: Planting) -> None:
    def whole(original: Any) -> Any:
        return lambda terms, items, _taken: original(terms, items, takings.Taken())

    planting.swap(paying, "_Basket", whole)
