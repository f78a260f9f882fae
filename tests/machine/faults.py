"""
Planted faults: mistakes an engine could well have, each a small change of the library's internals.

They show what the state machine is worth: it has to find every one of them. A fault is a function that changes what
it wants through `Planting.swap`; everything is put back afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from attrs import evolve

from loyalcore import account, numbers
from loyalcore.calendar import Zone, zone
from loyalcore.engine import (
    choices,
    earning,
    engine,
    forms,
    judge,
    kept,
    lanes,
    maturing,
    moments,
    posting,
    requests,
    rooms,
    shapes,
    tiers,
)
from loyalcore.expiry import OnDates
from loyalcore.instants import DAY, FOREVER, HOUR
from loyalcore.lots import Book
from loyalcore.trace import caused, position, trace
from machine.building import build
from machine.described import Program
from machine.programs import bounded, grocery, lasting

#: Every planted fault by its name.
FAULTS: dict[str, Callable[[Planting], None]] = {}
#: The family of programs to look for a fault in, where few others have what it is about.
FAMILIES: dict[str, Callable[[Random], Program]] = {}


class Planting:
    """Attributes swapped for others until everything is put back."""

    def __init__(self) -> None:
        self._swapped: list[tuple[Any, str, Any]] = []

    def swap(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Put in place of an attribute what *make* makes of it."""
        original = getattr(owner, name)
        self._swapped.append((owner, name, original))
        setattr(owner, name, make(original))

    def swap_function(self, name: str, make: Callable[[Any], Any], within: str = "loyalcore.") -> None:
        """Put in place of a function of the engine, wherever it is imported, what *make* makes of it."""
        homes = [
            module
            for key, module in sys.modules.items()
            if key.startswith(within) and not key.startswith("loyalcore.interpreted") and hasattr(module, name)
        ]
        assert homes, f"no module has {name} any more; plant the fault where it lives now"
        for module in homes:
            self.swap(module, name, make)

    def put_back(self) -> None:
        while self._swapped:
            owner, name, original = self._swapped.pop()
            setattr(owner, name, original)


@contextmanager
def planted(fault: str | Callable[[Planting], None]) -> Iterator[None]:
    """Plant a fault; programs are built anew, since some faults are in what is compiled."""
    planting = Planting()
    build.cache_clear()
    try:
        (FAULTS[fault] if isinstance(fault, str) else fault)(planting)
        yield
    finally:
        planting.put_back()
        build.cache_clear()


def fault(plant: Callable[[Planting], None]) -> Callable[[Planting], None]:
    FAULTS[plant.__name__.replace("_", " ")] = plant
    return plant


def in_programs(
    family: Callable[[Random], Program],
) -> Callable[[Callable[[Planting], None]], Callable[[Planting], None]]:
    """Let a fault be looked for in one family of programs."""

    def note(plant: Callable[[Planting], None]) -> Callable[[Planting], None]:
        FAMILIES[plant.__name__.replace("_", " ")] = family
        return plant

    return note


@fault
def lots_end_a_microsecond_late(planting: Planting) -> None:
    def later(original: Any) -> Any:
        return lambda zone_, life: lambda moment: min(original(zone_, life)(moment) + 1, FOREVER)

    planting.swap_function("life_end", later)
    planting.swap_function("fixed_length", lambda _: lambda *_: None)


@fault
def awards_are_rounded_half_up(planting: Planting) -> None:
    def half_up(rule: Any) -> Any:
        return evolve(rule, rounding=numbers.half_up) if rule.rounding == numbers.floor else rule

    planting.swap_function("plain_rate", lambda _: lambda _rule: None)
    planting.swap_function("rounded", lambda original: lambda rule, number: original(half_up(rule), number))


@fault
def undone_redemptions_give_nothing_back(planting: Planting) -> None:
    planting.swap(posting.Poster, "restore", lambda _: lambda *_: None)


@fault
def limits_of_a_purchase_do_not_cut(planting: Planting) -> None:
    planting.swap_function("cap", lambda _: lambda value, _most, _beyond: value)


@fault
def caps_of_a_window_do_not_cut(planting: Planting) -> None:
    planting.swap_function("_joined", lambda _: lambda parts, _join: parts[0], within="loyalcore.engine.")


@fault
def a_window_takes_back_from_its_oldest_lots(planting: Planting) -> None:
    planting.swap(
        posting, "_open_pieces", lambda original: lambda book, lots, amount: original(book, lots[::-1], amount)
    )


@fault
def late_purchases_are_judged_by_the_tier_of_today(planting: Planting) -> None:
    planting.swap(moments.TierReader, "earlier", lambda _: lambda self, core, _at: core.tiers[self.ladder][0])


@fault
def the_purchase_that_lifts_the_tier_is_judged_by_the_new_one(planting: Planting) -> None:
    """Read the tier as if another 50.00 had been spent before, about what a purchase comes to."""

    def composed(original: Any) -> Any:
        def recorder_(plan: Any, kind: str, reading: Any, poster: Any, climbs: Any, *rest: Any) -> Any:
            freeze = plan.freeze

            def frozen_after(core: Any, at: int) -> Any:
                before = core.tiers
                for climb in climbs:
                    fits = climb.fitting(climb.measured(core, core.now) + 5000)
                    core.tiers = {**core.tiers, climb.name: (climb.tiers[max(fits, climb.place(core))], FOREVER)}
                frozen = freeze(core, at)
                core.tiers = before
                return frozen

            plan.freeze = freeze and frozen_after
            record = original(plan, kind, reading, poster, climbs, *rest)
            plan.freeze = freeze
            return record

        return recorder_

    planting.swap(engine, "Recorder", composed)


@fault
def a_tier_is_entered_above_its_threshold_only(planting: Planting) -> None:
    planting.swap(tiers.Climb, "fitting", lambda original: lambda self, number: original(self, number - 1))


@fault
def one_step_down_is_all_the_way_down(planting: Planting) -> None:
    planting.swap(tiers.Climb, "lower", lambda _: lambda _self, _place, fits: fits)


@fault
def earnings_do_not_pay_debt(planting: Planting) -> None:
    def without_debt(original: Any) -> Any:
        def earn(core: Any, at: int, cause: int, rule: str, unit: str, *rest: Any) -> Any:
            book = core.book(unit)
            owed, book.debt = book.debt, 0
            original(core, at, cause, rule, unit, *rest)
            book.debt += owed
            return book

        return earn

    planting.swap_function("earn", without_debt)


@fault
def maturing_units_do_not_pay_debt(planting: Planting) -> None:
    def without_debt(original: Any) -> Any:
        def mature(core: Any, book: Any, unit: str, at: int) -> None:
            owed, book.debt = book.debt, 0
            original(core, book, unit, at)
            book.debt += owed

        return mature

    planting.swap_function("_mature", without_debt)


@fault
def returns_do_not_free_the_room_of_limits(planting: Planting) -> None:
    def keeping_room(original: Any) -> Any:
        def differ(self: Any, other: Any, changes: Any) -> None:
            for table in (self.sums, self.slides, other.sums, other.slides):
                for key in [key for key in table if " given, " in key[0] or " times, " in key[0]]:
                    del table[key]
            original(self, other, changes)

        return differ

    planting.swap(engine.Worth, "differ", keeping_room)


@fault
def rolling_windows_last_a_day_longer(planting: Planting) -> None:
    def longer(original: Any) -> Any:
        def init(self: Any, judge: Any, name: str, window: Any) -> None:
            original(self, judge, name, window)
            if (leaves := self.leaves) is not None:
                self.leaves = lambda at: leaves(at) + DAY

        return init

    planting.swap(earning.Tallying, "__init__", longer)


@fault
def windows_give_up_nothing_on_returns(planting: Planting) -> None:
    planting.swap(earning.WindowCell, "change", lambda original: lambda *cell: max(0, original(*cell)))


@fault
def months_are_counted_in_utc(planting: Planting) -> None:
    planting.swap(Zone, "period", lambda original: lambda _, window, at: original(zone("UTC"), window, at))


@fault
def shifted_periods_begin_with_the_calendar(planting: Planting) -> None:
    planting.swap(Zone, "shifted", lambda _: lambda self, window, at: self.period(window.period, at))


@fault
def cycles_begin_when_the_anchor_came_and_not_with_its_date(planting: Planting) -> None:
    def later(original: Any) -> Any:
        def cycle(self: Any, length: Any, anchor: int, instant: int) -> Any:
            start, end = original(self, length, anchor, instant)
            return start + HOUR, end + HOUR

        return cycle

    planting.swap(Zone, "cycle", later)


@fault
def who_joins_is_no_member_yet(planting: Planting) -> None:
    def before(original: Any) -> Any:
        return lambda *where: original(*where[:3], lambda _: False)

    planting.swap(judge, "of_event", before)


@fault
def hours_are_those_of_the_programs_zone(planting: Planting) -> None:
    def unzoned(original: Any) -> Any:
        return lambda self, schedule: original(self, getattr(schedule, "schedule", schedule))

    planting.swap(judge.Judge, "_by_the_clock", unzoned)


@fault
def pending_units_are_usable_at_once(planting: Planting) -> None:
    def at_once(original: Any) -> Any:
        def give(self: Any, *arguments: Any, **more: Any) -> Any:
            return original(self, *arguments[:7], None, *arguments[8:], **more)

        return give

    planting.swap(posting.Poster, "give", at_once)


@fault
def activity_does_not_put_off_the_deadline(planting: Planting) -> None:
    planting.swap(posting.Poster, "extend", lambda _: lambda *_: None)


@fault
def parts_of_an_item_are_kept_rounded_up(planting: Planting) -> None:
    def rounded_up(_: Any) -> Any:
        def in_proportion(row: Any, left: int) -> Any:
            whole = row[2]
            ids_apart = [
                -(-value * left // whole) if type(value) is int and place not in (0, 2) else value
                for place, value in enumerate(row)
            ]
            return (*ids_apart[:2], left, *ids_apart[3:])

        return in_proportion

    planting.swap_function("_in_proportion", rounded_up)


@fault
def at_least_means_more_than(planting: Planting) -> None:
    def stricter(original: Any) -> Any:
        return lambda operator, value, scale: original(">" if operator == ">=" else operator, value, scale)

    planting.swap_function("interval", stricter)


@fault
def the_oldest_lots_are_spent_first(planting: Planting) -> None:
    def in_order(book: Any, key: Any) -> None:
        lots, head = book.lots, book.head
        rows = sorted(zip(lots[head::3], lots[head + 1 :: 3], lots[head + 2 :: 3], strict=True), key=key)
        lots[head:] = [number for row in rows for number in row]

    def oldest_first(original: Any) -> Any:
        def draw(self: Any, amount: int) -> Any:
            in_order(self, lambda row: row[2])
            pieces = original(self, amount)
            in_order(self, lambda row: (row[0], row[2]))
            return pieces

        return draw

    planting.swap(Book, "draw", oldest_first)


@fault
def an_exact_balance_is_not_enough(planting: Planting) -> None:
    def stricter(original: Any) -> Any:
        return lambda core, unit, cost, *rest: original(core, unit, cost + (cost > 1), *rest)

    planting.swap_function("short", stricter)


@fault
def spent_units_that_are_taken_back_are_forgiven(planting: Planting) -> None:
    def forgiving(original: Any) -> Any:
        def take_back(self: Any, core: Any, at: int, cause: int, cell: Any, *rest: Any) -> None:
            policy, cell.taking_back = cell.taking_back, "write_off"
            original(self, core, at, cause, cell, *rest)
            cell.taking_back = policy

        return take_back

    planting.swap(posting.Poster, "take_back", forgiving)


@fault
def bands_of_the_whole_are_marginal(planting: Planting) -> None:
    planting.swap_function("_whole", lambda _: shapes._marginal, within="loyalcore.engine.")


@fault
def additions_compound(planting: Planting) -> None:
    planting.swap_function("_plus", lambda original: lambda boosted, _, adds: original(boosted, boosted, adds))


@fault
def the_ordinal_falls_with_returns(planting: Planting) -> None:
    def falling(_: Any) -> Any:
        return lambda core, _at: core.purchases + 1 - len(trace(core).returns)

    planting.swap_function("ordinal_reader", falling)


@fault
def items_can_be_returned_twice(planting: Planting) -> None:
    planting.swap(kept.Kept, "lacks", lambda _: lambda _self, _parts: None)


@fault
def units_given_back_pay_no_debt(planting: Planting) -> None:
    def without_debt(original: Any) -> Any:
        def restore(self: Any, core: Any, at: int, cause: int, spent: Any) -> None:
            book = core.book(spent[4])
            owed, book.debt = book.debt, 0
            original(self, core, at, cause, spent)
            book.debt += owed

        return restore

    planting.swap(posting.Poster, "restore", without_debt)


@fault
def a_late_activity_shortens_the_deadline(planting: Planting) -> None:
    def always(_: Any) -> Any:
        def extend(self: Any, core: Any, at: int, cause: int, kind: str) -> None:
            for unit in self.active.get(kind, ()):
                core.append(("extend", at, cause, unit, self._zone.plus(at, self.inactive[unit])))

        return extend

    planting.swap(posting.Poster, "extend", always)


@fault
def what_does_not_fit_is_cut_where_it_is_to_be_rejected(planting: Planting) -> None:
    def cutting(original: Any) -> Any:
        def cut(self: Any, award: int, left: int) -> int:
            self.rejects = False
            return original(self, award, left)

        return cut

    planting.swap(rooms._Room, "cut", cutting)


@fault
def what_was_captured_can_be_captured_again(planting: Planting) -> None:
    """Look for the hold among all that there ever were."""

    def forgetful(original: Any) -> Any:
        def ended(core: Any, of: Any) -> Any:
            found = original(core, of)
            if getattr(found, "code", "") != "hold-ended":
                return found
            seq = position(core, of)
            reserved, row = next(pair for pair in caused(core, seq) if pair[1][0] == "reserve")
            core.holds = {**core.holds, reserved: (row[7], row[4], row[5])}
            return reserved

        return ended

    planting.swap_function("_open_hold", forgetful)


@fault
def a_part_that_is_captured_spends_all_that_is_held(planting: Planting) -> None:
    def all_of_it(original: Any) -> Any:
        def free(core: Any, at: int, cause: Any, hold: int, captured: int = 0) -> None:
            original(core, at, cause, hold, core.row(hold)[5] if captured else 0)

        return free

    planting.swap_function("free", all_of_it)


@fault
def what_is_released_pays_no_debt(planting: Planting) -> None:
    def without_debt(original: Any) -> Any:
        def free(core: Any, at: int, cause: Any, hold: int, captured: int = 0) -> None:
            book = core.book(core.row(hold)[4])
            owed, book.debt = book.debt, 0
            original(core, at, cause, hold, captured)
            book.debt += owed

        return free

    planting.swap_function("free", without_debt)


@fault
def holds_time_out_a_microsecond_late(planting: Planting) -> None:
    planting.swap_function("reserve", lambda original: lambda *row: original(*row[:-1], row[-1] + 1))


@fault
def what_comes_back_into_an_ended_lot_lives_on(planting: Planting) -> None:
    planting.swap_function("end_of_lot", lambda _: lambda *_: FOREVER)


@fault
def a_hold_is_activity_that_keeps_units(planting: Planting) -> None:
    def active(original: Any) -> Any:
        def hold(engine_: Any, core: Any, at: int, now: int, *rest: Any) -> Any:
            refusal = original(engine_, core, at, now, *rest)
            if refusal is None:
                engine_.poster.extend(core, at, core.length - 2, "redemption")
            return refusal

        return hold

    table = requests.REQUESTS
    planting.swap(requests, "hold", active)
    changed = {**table, "hold": requests.hold}
    planting.swap_function("REQUESTS", lambda _: changed)


@fault
def any_activity_about_a_purchase_confirms_it(planting: Planting) -> None:
    def careless(original: Any) -> Any:
        def begin(self: Any, *program: Any) -> None:
            original(self, *program)
            self._cells = [(cell, until, None) for cell, until, _ in self._cells]

        return begin

    planting.swap(maturing.Awaited, "__init__", careless)


@fault
def what_came_late_counts_from_when_it_was_recorded(planting: Planting) -> None:
    def recorded(original: Any) -> Any:
        return lambda self, core, at, *rest: original(self, core, max(at, core.now), *rest)

    planting.swap(maturing.Awaited, "confirm", recorded)


@fault
def units_that_wait_never_lapse(planting: Planting) -> None:
    def for_ever(original: Any) -> Any:
        def give(self: Any, *arguments: Any) -> None:
            waits = len(arguments) > 8 and arguments[7] == FOREVER
            original(self, *arguments[:6], FOREVER if waits else arguments[6], *arguments[7:])

        return give

    planting.swap(posting.Poster, "give", for_ever)


@fault
def an_older_value_reads_what_came_later(planting: Planting) -> None:
    planting.swap(account.Account, "state", lambda _: lambda self: self._core)


@fault
def a_snapshot_forgets_debt(planting: Planting) -> None:
    def without_debt(original: Any) -> Any:
        def thaw(data: Any) -> Any:
            core = original(data)
            for book in core.books.values():
                book.debt = 0
            return core

        return thaw

    planting.swap_function("thaw", without_debt)


@fault
@in_programs(grocery)
def plain_events_forget_what_slid(planting: Planting) -> None:
    def forgetful(original: Any) -> Any:
        return lambda self, slots, *, content: original(self, [*slots[:3], 0], content=content)

    planting.swap(forms.EventForm, "fact", forgetful)


@fault
@in_programs(grocery)
def plain_events_are_caused_by_the_fact_before(planting: Planting) -> None:
    planting.swap(
        forms.EventForm, "earned", lambda original: lambda self, slots, cause: original(self, slots, cause - 1)
    )


@fault
def all_values_of_a_key_have_one_room(planting: Planting) -> None:
    planting.swap(rooms._Room, "named", lambda _: lambda _self, tally, _key: tally)


@in_programs(bounded)
@fault
def a_limit_of_a_name_sees_what_its_own_rule_has_used(planting: Planting) -> None:
    planting.swap_function("sharing", lambda _: lambda _terms, name, _limit: [name])


@fault
def what_waits_for_another_window_is_given_at_once(planting: Planting) -> None:
    def at_once(original: Any) -> Any:
        def fit(self: Any, core: Any, cell: Any, *rest: Any) -> Any:
            return [(cell[2], part) for _, part in original(self, core, cell, *rest)]

        return fit

    planting.swap(rooms.Rooms, "fit", at_once)


@in_programs(bounded)
@fault
def what_waits_uses_the_room_of_today(planting: Planting) -> None:
    def today(original: Any) -> Any:
        def note(self: Any, core: Any, changes: Any, cell: Any, award: int, shares: Any, starts: Any) -> None:
            event_at = cell[2]
            original(self, core, changes, cell, award, shares, starts and [(event_at, award)])

        return note

    planting.swap(rooms.Rooms, "_note", today)


@in_programs(bounded)
@fault
def items_that_are_kept_get_more_room_than_they_had(planting: Planting) -> None:
    planting.swap(rooms.Rooms, "_had", lambda _: lambda _self, _cell, _key, share, _used: share)


@fault
def a_limit_that_is_judged_again_does_not_cut(planting: Planting) -> None:
    planting.swap(earning.AwardsCell, "_worth", lambda _: lambda _self, cell: cell[0])


@fault
def the_best_boost_of_a_lane_is_the_first(planting: Planting) -> None:
    choose = choices._CHOOSE
    planting.swap(choices, "_CHOOSE", lambda _: {**choose, "best": choose["first"]})


@fault
def boosts_of_a_lane_are_left_out(planting: Planting) -> None:
    planting.swap(lanes, "changed", lambda _: lambda number, _boosts: number)


@in_programs(bounded)
@fault
def accruals_do_not_limit(planting: Planting) -> None:
    planting.swap_function("most_of", lambda _: lambda *_judged, **_alone: lambda *_cell: FOREVER)


@in_programs(lasting)
@fault
def tiers_that_keep_units_do_not_stop_their_time(planting: Planting) -> None:
    planting.swap(posting.Poster, "tier_changed", lambda _: lambda *_: None)


@in_programs(lasting)
@fault
def units_end_by_themselves_while_a_tier_keeps_them(planting: Planting) -> None:
    planting.swap(posting.Poster, "suspend", lambda _: lambda *_: None)


@in_programs(lasting)
@fault
def what_a_tier_keeps_is_given_a_deadline(planting: Planting) -> None:
    planting.swap(posting.Poster, "_stands_still", lambda _: lambda *_: False)


@in_programs(lasting)
@fault
def nothing_is_spared_by_inactivity(planting: Planting) -> None:
    planting.swap(Book, "spare", lambda _: lambda *_: None)


@in_programs(lasting)
@fault
def what_is_spared_begins_a_time_for_the_rest(planting: Planting) -> None:
    def beginning(original: Any) -> Any:
        def give(self: Any, core: Any, at: int, cause: int, rule: str, unit: str, *more: Any, **named: Any) -> Any:
            self._start(core, at, cause, unit)
            return original(self, core, at, cause, rule, unit, *more, **named)

        return give

    planting.swap(posting.Poster, "give", beginning)


@in_programs(lasting)
@fault
def what_is_spared_is_used_as_if_all_had_ends_of_their_own(planting: Planting) -> None:
    planting.swap(Book, "place", lambda _: lambda _self, lot, expires: (expires, expires, lot))


@in_programs(lasting)
@fault
def what_is_spared_ends_as_it_comes_back(planting: Planting) -> None:
    def of_all(original: Any) -> Any:
        def end_of_lot(core: Any, book: Any, lot: int) -> int:
            found: int = original(core, book, lot)
            return min(found, book.ended[1]) if lot < book.ended[0] else found

        return end_of_lot

    planting.swap_function("end_of_lot", of_all)


@in_programs(lasting)
@fault
def rules_that_earn_are_no_activity(planting: Planting) -> None:
    def of_events_alone(original: Any) -> Any:
        def begin(self: Any, *program: Any) -> None:
            original(self, *program)
            self._active_rules = {}

        return begin

    planting.swap(posting.Poster, "__init__", of_events_alone)


@in_programs(lasting)
@fault
def every_event_is_activity(planting: Planting) -> None:
    def of_all_kinds(original: Any) -> Any:
        def begin(self: Any, *program: Any) -> None:
            original(self, *program)
            self.active = {kind: list(self.inactive) for kind in ("activity", "purchase", "redemption")}

        return begin

    planting.swap(posting.Poster, "__init__", of_all_kinds)


@in_programs(lasting)
@fault
def all_tiers_have_one_life(planting: Planting) -> None:
    def alike(original: Any) -> Any:
        return lambda terms, zone_, life: original(terms, zone_, getattr(life, "otherwise", life))

    planting.swap_function("end_for", alike)


@in_programs(lasting)
@fault
def what_is_earned_at_a_fixed_date_ends_with_it(planting: Planting) -> None:
    def ends_with_it(original: Any) -> Any:
        def life_end(zone_: Any, life: Any) -> Any:
            found = original(zone_, life)
            return (lambda at: found(at - 1)) if isinstance(life, OnDates) else found

        return life_end

    planting.swap_function("life_end", ends_with_it)
