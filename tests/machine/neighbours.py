"""
Neighbours: several accounts that have to do with each other, decided by the engine and by the interpreted form.

Two or three members earn, spend and return as one alone does; they also give each other units, buy from one stock, draw
on the same budgets, and refer one another. Budgets and stock are accounts that are filled now and then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

from attrs import evolve

import loyalcore as lc
from machine.books import book
from machine.comparing import START, STEPS, WEIGHTS, Both, Drawer, Found, Report, Rules, compare_drawn
from machine.wild import POINT, STAR, USD, event_condition, half, small, wild, window
from strategies import Line, Order, Visit

MEMBERS: tuple[str | int, ...] = ("ada", "bob", 7)

#: Accounts that members draw on; members as well are drawn on, and the channel of a purchase names an account.
FUNDS: tuple[str | int, ...] = ("spring", "app", "mugs", "bob")

#: How often each kind of step is drawn.
TOGETHER = WEIGHTS | {
    "transfer": 14,
    "fill": 16,
    "buy from stock": 8,
    "follow up": 12,
    "refer": 5,
    "return what was given": 6,
}


def compare(seed: str, report: Report, length: int = STEPS) -> Found | None:
    """Draw a history of several accounts from a seed, decide it in both forms, and count it in."""
    draw = Random(f"neighbours {seed}")
    return compare_drawn(Neighbours(Both((drawn_rules(draw),)), draw, length * 2), report, seed)


# Programs.


def drawn_rules(draw: Random) -> Rules:
    """Draw a program of several accounts, sometimes as a book."""

    def make(draw: Random) -> lc.Program:
        return shared(draw, small(draw) if draw.random() < 0.4 else wild(draw))

    first = make(draw)
    found = book(draw, first, make, START) if draw.random() < 0.25 else None
    return first if found is None else found


def shared(draw: Random, program: lc.Program) -> lc.Program:
    """Draw what has to do with other accounts, each where it fits into a program."""
    ladders = list(program.of_kind(lc.Ladder))
    for rule in (*program.of_kind(lc.Earn), *program.of_kind(lc.Lane)):
        if draw.random() < 0.5:
            program = _with(program, rule, lambda rule=rule: evolve(rule, budget=_budget(draw, rule)))
    for rule in program.of_kind(lc.Reward):
        if half(draw):
            program = _with(program, rule, lambda rule=rule: evolve(rule, stock=draw.choice(["mugs", "mugs", "app"])))
    for rule in program.of_kind(lc.Discount):
        if half(draw):
            stock = draw.choice(["mugs", "mugs", "app", "bob", Order.channel])
            out = {"stock": stock} if half(draw) else {"budget": _budget(draw, rule)}
            program = _with(program, rule, lambda rule=rule, out=out: evolve(rule, **out))
    program = _with(program, None, lambda: lc.Reward("mug", POINT(draw.choice([3, 20])), stock="mugs"))
    for unit in (POINT, STAR):
        if draw.random() < 0.8:
            program = _with(program, None, lambda unit=unit: _transferable(draw, unit))
    for number in range(draw.choice([0, 1, 1, 2])):
        program = _with(program, None, lambda number=number: _raising(draw, f"friend {number}", ladders))
    thanks = lc.Earn("thanks", POINT(5).per(1, Visit.minutes), on=lc.Activity, when=lc.Activity.name.is_("referral"))
    return _with(program, None, lambda: thanks)


def _with(program: lc.Program, old: Any, make: Callable[[], Any]) -> lc.Program:
    """Return a program with a rule more, or in the place of one, or as it is where that does not fit."""
    try:
        new = make()
        rules = [new if rule is old else rule for rule in program.rules] + ([new] if old is None else [])
        return evolve(program, rules=rules)
    except (lc.InvalidProgram, lc.InvalidValue):
        return program


def _budget(draw: Random, rule: Any) -> lc.Budget:
    named = Visit.place if getattr(rule, "on", "purchase") == "activity" else Order.channel
    account = draw.choice(["spring", "spring", "app", "bob", 7, named])
    return lc.Budget(account, draw.choice([lc.truncate, lc.truncate, lc.reject]))


def _transferable(draw: Random, unit: lc.Unit) -> lc.Transferable:
    options: dict[str, Any] = {"expiry": draw.choice([lc.keep, lc.keep, lc.renew])}
    bounds = {"minimum": lc.Amount(unit, 5), "step": lc.Amount(unit, 3), "fee": lc.Amount(unit, 2)}
    options |= {name: bound for name, bound in bounds.items() if draw.random() < 0.3}
    if draw.random() < 0.4:
        options["arrives"] = draw.choice(["0.5", "0.7", "1/3"])
    if draw.random() < 0.4:
        limits = [lc.times(2, per=window(draw)), lc.at_most(unit(40), per=window(draw))]
        options["limit"] = draw.sample(limits, draw.choice([1, 2]))
    return lc.Transferable(unit, **options)


def _raising(draw: Random, name: str, ladders: list[Any]) -> lc.Raise:
    on = draw.choice(["purchase", "purchase", "purchase", "activity", "enrolment"])
    named = {"purchase": [Order.channel], "activity": [Visit.place], "enrolment": []}[on]
    kinds = {"purchase": lc.Purchase, "activity": lc.Activity, "enrolment": lc.Enrolment}
    to = draw.choice([lc.setting("referrer"), lc.setting("referrer"), "bob", 7, *named])
    options: dict[str, Any] = {"when": event_condition(draw, on, ladders)} if draw.random() < 0.4 else {}
    if on == "purchase" and draw.random() < 0.7:
        spent = draw.choice([Order.net * "0.1", Line.quantity.sum(), Line.net.sum() - Line.cost.sum(), lc.ordinal])
        options["values"] = {"minutes": spent}
        if draw.random() < 0.4:
            options["when"] = Order.net.at_least(USD(draw.choice([10, 30])))
    return lc.Raise(name, draw.choice(["referral", "referral", "review"]), to=to, on=kinds[on], **options)


# Histories.


class Neighbours(Drawer):
    """Draw steps of several accounts, and do them; each member has events of its own, and all have one clock."""

    def run(self) -> None:
        """Draw and do all steps; raise where the two forms differ."""
        own: dict[Any, tuple[list[lc.Event], dict[Any, dict[Any, int]], list[Any]]] = {
            member: ([], {}, []) for member in (*MEMBERS, *FUNDS)
        }
        for fund in ("spring", "mugs", "app"):
            self.member = fund
            self._do(self.fill())
        kinds, weights = list(TOGETHER), list(TOGETHER.values())
        for kind in self.draw.choices(kinds, weights, k=self.length):
            self.member = self.draw.choice(FUNDS + MEMBERS if kind == "fill" else MEMBERS)
            self.events, self.kept, self.redeemed = own[self.member]
            event = getattr(self, kind.replace(" ", "_"))()
            if event is not None:
                self._do(event)

    @property
    def alone(self) -> bool:
        """Tell that rows of a host cannot say what is done on several accounts."""
        return False

    def fill(self) -> lc.Event:
        """Draw what a budget or the stock gets, or loses by hand."""
        draw, at = self.draw, self.tick()
        units = [lc.piece, lc.piece] if self.member == "mugs" else [*self.program.units.values()] or [lc.piece]
        unit = draw.choice(units)
        minor = draw.choice([draw.randint(1, 4), draw.randint(5, 60), draw.randint(50, 3000)])
        if unit == lc.piece:
            minor = draw.randint(1, 4)
        expires = at + dt.timedelta(days=draw.randint(1, 60)) if draw.random() < 0.4 else None
        return lc.Adjustment(self.id("j"), at=at, amount=lc.Amount(unit, minor), reason="delivery", expires=expires)

    def transfer(self) -> lc.Event:
        """Draw a transfer: mostly of what there is, now and then to nobody, or to oneself."""
        draw, at = self.draw, self.tick()
        given = [rule.unit for rule in self.program.of_kind(lc.Transferable)]
        held = [unit for unit in given if self.account.balance(unit).minor]
        unit = draw.choice(held if held and draw.random() < 0.8 else [POINT, STAR])
        balance = max(1, self.account.balance(unit).minor)
        minor = draw.choice([balance, draw.randint(1, balance), draw.randint(1, balance) // 3 * 3 or 3, balance + 1])
        to = draw.choice([*MEMBERS, *MEMBERS, *MEMBERS, "spring", "nobody"])
        brought = self.account.statement(unit).lines[-6:] if draw.random() < 0.3 else ()
        of = draw.choice([line.event for line in brought if line.event is not None] or [None])
        return lc.Transfer(self.id("t"), at=at, to=to, amount=lc.Amount(unit, minor), of=of)

    def buy_from_stock(self) -> lc.Event | None:
        every = [rule for rule in self.program.of_kind(lc.Reward) if rule.stock is not None]
        if not every:
            return None
        reward, times = self.draw.choice(every), self.draw.choice([1, 1, 2, 3])
        return lc.Redemption(self.id("x"), at=self.tick(), reward=reward.name, times=times)

    def follow_up(self) -> lc.Event | None:
        """Draw what was raised for another account, one of the last, so that some come twice, and some never."""
        if not self.both.raised:
            return None
        found = self.draw.choice(self.both.raised[-4:])
        self.member = found.account
        return found.event

    def refer(self) -> lc.Event:
        referrer = self.draw.choice(["ada", "bob", "bob", "", " odd"])
        return lc.Settings(self.id("s"), at=self.tick(), referrer=referrer)

    def return_what_was_given(self) -> lc.Event | None:
        """Draw a return of something that drew on another account, or of what was raised."""
        drawn = [entry.cause for entry in self.account.entries if entry.kind in ("draw", "raise")]
        if not drawn:
            return None
        of = self.account.entries[self.draw.choice(drawn[-6:])]
        parts = None
        if of.kind == "purchase" and of.id in self.kept and half(self.draw):
            left = {item: number for item, number in self.kept[of.id].items() if number}
            parts = {self.draw.choice([*left]): None} if left else None
        return lc.Return(self.id("r"), at=self.tick(), of=of.id, items=parts)

    def _note(self, event: lc.Event) -> None:
        """Note what was recorded, of what was raised for accounts that have no events of their own nothing."""
        if self.member in (*MEMBERS, *FUNDS):
            super()._note(event)
