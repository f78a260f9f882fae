"""Random commands that fit a session: the next event, the next moment, a repetition, a look from another side."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from machine.described import (
    Activity,
    Adjustment,
    Capture,
    Enrolment,
    Event,
    Hold,
    Item,
    Opening,
    Purchase,
    Redemption,
    Release,
    Return,
    Settings,
    TierAdjustment,
    Window,
)
from machine.machine import MICROSECOND, Command, Session
from machine.programs import CATEGORIES, CHANNELS
from machine.reckoning import Fact, item_holds, net_left, parts_of

#: How often each kind of step is drawn.
WEIGHTS = {
    "purchase": 25,
    "late purchase": 4,
    "return items": 9,
    "return all": 5,
    "refund": 4,
    "bad return": 1,
    "redeem": 12,
    "pay": 4,
    "exchange": 6,
    "purchase with points": 8,
    "purchase with claims": 20,
    "cancel redemption": 8,
    "hold": 6,
    "capture": 22,
    "release": 24,
    "bad end": 1,
    "activity": 6,
    "delivery": 20,
    "bad delivery": 1,
    "enrol": 4,
    "adjust": 7,
    "settings": 4,
    "tier by hand": 5,
    "opening again": 1,
    "pass time": 12,
    "again": 3,
    "changed": 2,
    "from an older value": 2,
    "fold": 1,
    "snapshot": 1,
    "verify": 1,
    "replay": 1,
    "look ahead": 2,
    "explain": 2,
}


class Stepper:
    """Draw commands that fit a session."""

    def __init__(self, session: Session, draw: Random) -> None:
        self.session, self.draw = session, draw
        self.model, self.description = session.model, session.description

    def step(self, kind: str) -> bool:
        """Draw a step of a kind and do it; say whether there was anything to do."""
        command = getattr(self, "draw_" + kind.replace(" ", "_"))()
        if command is not None:
            self.session.do(command)
        return command is not None

    # -- time -------------------------------------------------------------------------------------------------

    def tick(self) -> dt.datetime:
        """Draw the next moment: often the same, often exactly on what is due or next to it, at times months later."""
        clock, draw = self.session.clock, self.draw
        choice = draw.random()
        if choice < 0.15:
            return clock
        if choice < 0.3:
            due = sorted(set(self.model.due_after(clock)))
            if due:
                return draw.choice(due[:3]) + draw.choice([-1, 0, 0, 0, 1]) * MICROSECOND
        if choice < 0.45:
            return clock + dt.timedelta(seconds=draw.randint(1, 90_000))
        if choice < 0.9:
            return clock + dt.timedelta(days=draw.randint(1, 20), hours=draw.choice([0, 0, 3, 11]))
        return clock + dt.timedelta(days=draw.randint(20, 120), minutes=draw.randint(0, 1440))

    def late(self) -> dt.datetime:
        """Draw a moment that has passed."""
        return self.session.clock - dt.timedelta(
            days=self.draw.choice([0, 1, 3, 10, 40, 100, 400]), seconds=self.draw.randint(0, 90_000)
        )

    def tick_or_late(self) -> dt.datetime:
        return self.late() if self.draw.random() < 0.2 else self.tick()

    def next_id(self, letter: str) -> str:
        self.session.serial += 1
        return f"{letter}{self.session.serial}"

    def submit(self, event: Event) -> Command:
        return ("submit", event, max(self.session.clock, event.at))

    # -- events -----------------------------------------------------------------------------------------------

    def purchase(self, at: dt.datetime) -> Purchase:
        draw = self.draw
        items = tuple(
            Item(
                letter,
                draw.choice(
                    [draw.randint(0, 3000), draw.randint(1, 60) * 100, draw.choice([999, 1000, 2000, 3999, 4000, 6000])]
                ),
                quantity=draw.choice([1000, 1000, 1000, 2000, 3000, 1500, 333]),
                category=draw.choice(CATEGORIES),
                points=draw.choice([0, 0, 1, 5, 7]),
                gift=draw.random() < 0.2,
            )
            for letter in "abcd"[: draw.choice([0, *[1] * 10, *[2] * 6, *[3] * 4, *[4] * 3])]
        )
        return Purchase(self.next_id("p"), at, items, draw.choice(CHANNELS), draw.choice([0, 0, 1, 2, 7]))

    def draw_purchase(self) -> Command:
        return self.submit(self.purchase(self.tick()))

    def draw_purchase_with_points(self) -> Command | None:
        """Draw a purchase of which a part is paid with points, now and then more than there are, or than is allowed."""
        if not self.description.pays:
            return None
        purchase, draw = self.purchase(self.tick_or_late()), self.draw
        paid, net = {}, sum(item.net for item in purchase.items)
        for pay in draw.sample(self.description.pays, draw.choice([1, 1, min(2, len(self.description.pays))])):
            most = min(net, self.model.balance(pay.unit) * pay.worth // pay.each)
            if most <= 0 and draw.random() < 0.9:
                continue
            whole = sum(item.net for item in purchase.items if item_holds(pay.where, item, item.quantity))
            cents = draw.choice([most, most // 2, draw.randint(1, max(1, most)), most + 1])
            if pay.least_share and draw.random() < 0.8:
                cents = draw.choice([whole, math.ceil(whole * pay.least_share), whole - 1])
            if pay.step and draw.random() < 0.9:
                cents = cents // pay.step * pay.step
            paid[pay.name] = max(1, cents)
        return self.submit(replace(purchase, paid=tuple(sorted(paid.items())))) if paid else None

    def draw_purchase_with_claims(self) -> Command | None:
        """Draw a purchase that has discounts, now and then a late one, or one that is paid with points as well."""
        names, draw = [each.name for each in self.description.discounts if each.claim == "asked"], self.draw
        if not self.description.discounts:
            return None
        command = self.draw_purchase_with_points() if draw.random() < 0.25 else None
        purchase = self.purchase(self.tick_or_late()) if command is None else command[1]
        chosen = draw.sample(names, draw.choice([0, min(1, len(names)), len(names), len(names)]))
        if draw.random() < 0.1:  # what comes by itself can be claimed as well
            chosen = draw.sample([each.name for each in self.description.discounts], 1)
        return self.submit(replace(purchase, claims=tuple(chosen)))

    def draw_late_purchase(self) -> Command:
        return self.submit(self.purchase(self.late()))

    def kept_purchases(self) -> list[Fact]:
        return [fact for fact in self.model.facts if isinstance(fact.event, Purchase) and fact.is_kept()]

    def draw_return_items(self) -> Command | None:
        """Draw a return of some items, often of a purchase of which a part went back already."""
        found = self.kept_purchases()
        if not found:
            return None
        begun = [fact for fact in found if fact.kept != {item.id: item.quantity for item in fact.event.items}]
        fact = self.draw.choice(begun if begun and self.draw.random() < 0.4 else found[-8:])
        kept = list(fact.items())
        parts: list[tuple[str, int | None]] = []
        for item, quantity in self.draw.sample(kept, self.draw.randint(min(1, len(kept)), len(kept))):
            whole = self.draw.random() < 0.5
            parts.append((item.id, None if whole else self.draw.randint(1, quantity)))
        return self.submit(Return(self.next_id("r"), self.tick(), fact.event.id, tuple(parts) or None))

    def draw_refund(self) -> Command | None:
        """Draw money given back for items that are kept, now and then with some that come back, or too much."""
        found = [fact for fact in self.kept_purchases() if any(net_left(*kept) for kept in fact.items())]
        if not found:
            return None
        fact = self.draw.choice(found[-8:])
        item, quantity = self.draw.choice([kept for kept in fact.items() if net_left(*kept)])
        left = net_left(item, quantity)
        cents = self.draw.choice([left, left + 1, self.draw.randint(1, left), self.draw.randint(1, left)])
        items = ((item.id, self.draw.randint(1, quantity)),) if self.draw.random() < 0.2 else None
        return self.submit(Return(self.next_id("r"), self.tick(), fact.event.id, items, ((item.id, cents),)))

    def draw_return_all(self) -> Command | None:
        found = self.kept_purchases()
        if not found:
            return None
        return self.submit(Return(self.next_id("r"), self.tick(), self.draw.choice(found[-8:]).event.id))

    def draw_bad_return(self) -> Command | None:
        if not self.model.facts:
            return None
        of = self.draw.choice([fact.event.id for fact in self.model.facts] + ["nowhere"])
        items = self.draw.choice([None, (("a", None), ("z", None)), (("a", 5000),), (("a", 1),)])
        return self.submit(Return(self.next_id("r"), self.tick(), of, items))

    def draw_redeem(self) -> Command | None:
        model = self.model
        every = [each for each in self.description.rewards if each.claim == "asked"]
        affordable = [each for each in every if model.balance(each.unit) >= each.cost and not model.debt(each.unit)]
        if not every or (not affordable and self.draw.random() < 0.8):
            return None
        reward = self.draw.choice(affordable or every)
        times = 1 if self.draw.random() < 0.7 else max(1, model.balance(reward.unit) // reward.cost)
        return self.submit(Redemption(self.next_id("x"), self.tick(), reward.name, times=min(times, 1000)))

    def draw_pay(self) -> Command | None:
        every = [pay for pay in self.description.pays if (pay.share, pay.least_share, pay.where) == (None, None, None)]
        if not every:
            return None
        pay = self.draw.choice(every)
        most = self.model.balance(pay.unit) * pay.worth // pay.each
        if most <= 0 or self.model.debt(pay.unit):
            if self.draw.random() < 0.8:
                return None
            most = 100
        amount = self.draw.choice([most, most + 1, self.draw.randint(1, most), self.draw.randint(1, most)])
        if pay.step and self.draw.random() < 0.8:
            amount = max(1, amount // pay.step) * pay.step
        return self.submit(Redemption(self.next_id("x"), self.tick(), pay.name, amount=amount))

    def draw_exchange(self) -> Command | None:
        """Draw an exchange, now and then of too much or too little."""
        if not self.description.exchanges:
            return None
        exchange, draw = self.draw.choice(self.description.exchanges), self.draw
        most = self.model.balance(exchange.unit)
        if most <= 0 and draw.random() < 0.8:
            return None
        amount = draw.choice([most, most + 1, draw.randint(1, max(1, most)), 1, 10, 30])
        if exchange.step and draw.random() < 0.8:
            amount = amount // exchange.step * exchange.step
        return self.submit(Redemption(self.next_id("x"), self.tick(), exchange.name, amount=max(1, amount)))

    def draw_cancel_redemption(self) -> Command | None:
        kinds = Redemption | Capture
        found = [fact.event for fact in self.model.facts if isinstance(fact.event, kinds) and not fact.given_back]
        if not found:
            return None
        event = self.draw.choice(found)
        of = event.of if isinstance(event, Capture) and self.draw.random() < 0.5 else event.id
        return self.submit(Return(self.next_id("r"), self.tick(), of))

    def draw_hold(self) -> Command | None:
        """Draw a hold for what a redemption or payment would be of, for a time of its own or the reward's."""
        command = self.draw_pay() if self.draw.random() < 0.3 else self.draw_redeem()
        if command is None:
            return None
        asked, at = command[1], self.tick()
        rewards = (*self.description.rewards, *self.description.pays)
        until = None
        if next(reward.hold for reward in rewards if reward.name == asked.reward) is None or self.draw.random() < 0.5:
            length = self.draw.choice([dt.timedelta(hours=5), dt.timedelta(days=40), dt.timedelta(days=120)])
            until = at + length + self.draw.choice([0, 0, 1]) * MICROSECOND
        return self.submit(Hold(self.next_id("h"), at, asked.reward, asked.times, asked.amount, until))

    def open_hold(self) -> Hold | None:
        """Draw a hold that is open, rarely one that was ended before."""
        ids = [held.id for held in self.model.holds if held.open or self.draw.random() < 0.05]
        fact = self.model.fact(self.draw.choice(ids)) if ids else None
        assert fact is None or isinstance(fact.event, Hold)
        return None if fact is None else fact.event

    def soon(self) -> dt.datetime:
        """Draw a moment that often lies before what is held is released."""
        return self.session.clock if self.draw.random() < 0.8 else self.tick()

    def draw_capture(self) -> Command | None:
        hold, draw = self.open_hold(), self.draw
        if hold is None:
            return self.draw_hold()
        times = amount = None
        if draw.random() < 0.5:
            if hold.amount is None:
                times = draw.randint(1, hold.times + (draw.random() < 0.1))
            else:
                amount = draw.randint(1, hold.amount + (draw.random() < 0.1))
        return self.submit(Capture(self.next_id("c"), self.soon(), hold.id, times, amount))

    def draw_release(self) -> Command | None:
        hold = self.open_hold()
        return self.draw_hold() if hold is None else self.submit(Release(self.next_id("l"), self.soon(), hold.id))

    def draw_bad_end(self) -> Command:
        of = self.draw.choice([fact.event.id for fact in self.model.facts] + ["nowhere"])
        if self.draw.random() < 0.5:
            return self.submit(Release(self.next_id("l"), self.tick(), of))
        return self.submit(Capture(self.next_id("c"), self.tick(), of))

    def draw_activity(self) -> Command:
        return self.submit(
            Activity(self.next_id("a"), self.tick_or_late(), self.draw.choice(["review", "review", "survey"]))
        )

    def draw_delivery(self) -> Command | None:
        """Draw an activity about a purchase, often one that units wait for."""
        waiting = [lot.cell for lot in self.model.lots if lot.awaits and lot.left]
        every = [fact.event.id for fact in self.kept_purchases()]
        if not every or (not waiting and self.draw.random() < 0.8):
            return None
        of = self.draw.choice(waiting if waiting and self.draw.random() < 0.9 else every)
        name = self.draw.choice(["delivered", "delivered", "delivered", "review"])
        late = dt.timedelta(days=self.draw.choice([0, 0, 0, 0, 1, 20]))
        return self.submit(Activity(self.next_id("d"), self.soon() - late, name, of))

    def draw_bad_delivery(self) -> Command:
        of = self.draw.choice([fact.event.id for fact in self.model.facts] + ["nowhere"])
        return self.submit(Activity(self.next_id("d"), self.tick(), "delivered", of))

    def draw_enrol(self) -> Command:
        return self.submit(Enrolment(self.next_id("e"), self.tick_or_late()))

    def draw_adjust(self) -> Command:
        draw, at = self.draw, self.tick()
        unit = draw.choice(list(self.session.units))
        balance = self.model.balance(unit)
        amount = draw.choice(
            [draw.randint(1, 120), -draw.randint(1, max(1, balance)), -max(balance, 1), -max(balance, 0) - 1]
        )
        if amount < 0 and (balance <= 0 or self.model.debt(unit)) and draw.random() < 0.8:
            amount = draw.randint(1, 120)
        expires: dt.datetime | str | None = None
        usable = None
        of, otherwise = None, "reject"
        if amount > 0 and draw.random() < 0.3:
            expires = draw.choice([at + dt.timedelta(days=draw.randint(1, 90)), "never"])
        if amount > 0 and draw.random() < 0.25:
            usable = self.usable(at, expires)
        if amount < 0:
            ids = [fact.event.id for fact in self.model.facts[-12:]] + ["nowhere"]
            of, otherwise = draw.choice([None, None, draw.choice(ids)]), draw.choice(["reject", "truncate", "debt"])
        reason = draw.choice(["goodwill", "mistake"])
        return self.submit(Adjustment(self.next_id("j"), at, unit, amount, reason, expires, usable, of, otherwise))

    def usable(self, at: dt.datetime, expires: dt.datetime | str | None) -> dt.datetime | None:
        """Draw from when units are usable that are given by hand, before they end."""
        usable = at + dt.timedelta(days=self.draw.randint(0, 30), hours=self.draw.randint(1, 9))
        return None if isinstance(expires, dt.datetime) and usable >= expires else usable

    def draw_settings(self) -> Command:
        values = (("newsletter", self.draw.choice(["yes", "no"])),)
        return self.submit(Settings(self.next_id("s"), self.tick(), values))

    def draw_tier_by_hand(self) -> Command | None:
        """Draw a tier that is given by hand, or the end of one that was."""
        draw, at = self.draw, self.tick()
        if not self.description.ladders:
            return None
        ladder = draw.choice(self.description.ladders)
        tier = None if draw.random() < 0.25 else draw.choice(ladder.tiers)[0]
        until = draw.choice([None, None, "never", at + dt.timedelta(days=draw.randint(1, 90))])
        return self.submit(TierAdjustment(self.next_id("t"), at, ladder.name, tier, None if tier is None else until))

    def opening(self, at: dt.datetime) -> Opening:
        draw = self.draw
        lots: list[tuple[str, int, dt.datetime | str | None, dt.datetime | None]] = []
        for unit in self.session.units:
            for _ in range(draw.randint(0, 2)):
                dated = draw.random() < 0.5
                amount, ends = draw.randint(1, 200), at + dt.timedelta(days=draw.randint(1, 100)) if dated else None
                said = draw.choice([ends, ends, ends, "never"])
                lots.append((unit, amount, said, self.usable(at, said) if draw.random() < 0.2 else None))
        # A ladder that reads a balance at once asks again whatever happens; a tier without grounds would go anywhere.
        ladders = [each for each in self.description.ladders if not (each.is_at_once() and each.reads_balances())]
        tiers = tuple((ladder.name, draw.choice(ladder.tiers)[0]) for ladder in ladders)
        tallies = [
            (by, window, draw.randint(1, 30_000 if by == "net" else 300), at - dt.timedelta(days=draw.randint(0, 400)))
            for by, window in self.histories()
            for _ in range(draw.randint(0, 2))
        ]
        return Opening(
            self.next_id("o"),
            at,
            tuple(lots),
            tiers if draw.random() < 0.5 else (),
            tuple(tallies) if draw.random() < 0.5 else (),
            draw.choice([0, 0, 3]),
            draw.choice([None, at, at - dt.timedelta(days=draw.randint(0, 800), hours=draw.randint(0, 23))]),
            draw.choice([None, None, at - dt.timedelta(days=draw.randint(0, 400))]),
        )

    def histories(self) -> list[tuple[str, Window]]:
        """Return what the program's ladders and conditions count over windows, each once."""
        found = [history for ladder in self.description.ladders for history in ladder.histories()]
        for part in parts_of(self.description):
            if part[0] == "spent":
                found.append(("net", part[1].base))
            elif part[0] == "earned":
                found.append((part[1], part[2]))
        return list(dict.fromkeys(found))

    def draw_opening_again(self) -> Command:
        return self.submit(self.opening(self.tick()))

    # -- time, repetition, and values ---------------------------------------------------------------------------

    def draw_pass_time(self) -> Command:
        return (self.draw.choice(["advance", "advance", "stepwise"]), self.tick())

    def draw_again(self) -> Command | None:
        facts = self.model.facts
        return self.submit(self.draw.choice(facts).event) if facts else None

    def draw_changed(self) -> Command | None:
        """Draw a recorded event with one field changed."""
        if not self.model.facts:
            return None
        event = self.draw.choice(self.model.facts).event
        changes: list[Callable[[], Event]] = [lambda: replace(event, at=event.at + MICROSECOND)]
        if isinstance(event, Purchase):
            changes.append(lambda: replace(event, channel=event.channel + "x"))
            changes.append(lambda: replace(event, items=tuple(replace(item, net=item.net + 1) for item in event.items)))
            changes.append(lambda: replace(event, items=(*event.items, Item("e", 1))))
            if event.claims is not None:
                others = () if event.claims else (self.description.discounts[0].name,)
                changes.append(lambda: replace(event, claims=others))
        elif isinstance(event, Adjustment):
            changes.append(lambda: replace(event, amount=event.amount * 2))
            changes.append(lambda: replace(event, reason=event.reason + "!"))
        elif isinstance(event, Return):
            changes.append(lambda: replace(event, items=(("a", 1), ("b", None), ("d", 7))))
        elif isinstance(event, Activity):
            changes.append(lambda: replace(event, name="visit"))
        return self.submit(self.draw.choice(changes)())

    def draw_from_an_older_value(self) -> Command:
        event = self.purchase(self.tick())
        return ("older", event, max(self.session.clock, event.at))

    def draw_fold(self) -> Command:
        return ("fold",)

    def draw_snapshot(self) -> Command:
        """Draw an event to decide after a snapshot: a return where there is one to make."""
        command = self.draw_return_items() or self.draw_purchase()
        return ("snapshot", *command[1:])

    def draw_explain(self) -> Command | None:
        return ("explain", self.draw.choice(self.model.facts).event.id) if self.model.facts else None

    def draw_replay(self) -> Command:
        return ("replay",)

    def draw_verify(self) -> Command:
        return ("verify",)

    def draw_look_ahead(self) -> Command:
        return ("look_ahead", max(self.tick(), self.session.clock))
