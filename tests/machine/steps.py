"""Random commands that fit a session: the next event, the next moment, a repetition, a look from another side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from random import Random

from machine.described import (
    Activity,
    Adjustment,
    Enrolment,
    Event,
    Item,
    Opening,
    Purchase,
    Redemption,
    Return,
    Settings,
    Window,
)
from machine.machine import MICROSECOND, Command, Session
from machine.programs import CATEGORIES, CHANNELS
from machine.reckoning import Fact, net_left, parts_of

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
    "cancel redemption": 7,
    "activity": 6,
    "enrol": 4,
    "adjust": 7,
    "settings": 4,
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
        if not self.description.pays:
            return None
        pay = self.draw.choice(self.description.pays)
        most = self.model.balance(pay.unit) * pay.worth // pay.each
        if most <= 0 or self.model.debt(pay.unit):
            if self.draw.random() < 0.8:
                return None
            most = 100
        amount = self.draw.choice([most, most + 1, self.draw.randint(1, most), self.draw.randint(1, most)])
        return self.submit(Redemption(self.next_id("x"), self.tick(), pay.name, amount=amount))

    def draw_cancel_redemption(self) -> Command | None:
        found = [fact for fact in self.model.facts if isinstance(fact.event, Redemption) and not fact.given_back]
        if not found:
            return None
        return self.submit(Return(self.next_id("r"), self.tick(), self.draw.choice(found).event.id))

    def draw_activity(self) -> Command:
        return self.submit(
            Activity(self.next_id("a"), self.tick_or_late(), self.draw.choice(["review", "review", "survey"]))
        )

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
        expires = None
        if amount > 0 and draw.random() < 0.3:
            expires = at + dt.timedelta(days=draw.randint(1, 90))
        return self.submit(
            Adjustment(self.next_id("j"), at, unit, amount, draw.choice(["goodwill", "mistake"]), expires)
        )

    def draw_settings(self) -> Command:
        values = (("newsletter", self.draw.choice(["yes", "no"])),)
        return self.submit(Settings(self.next_id("s"), self.tick(), values))

    def opening(self, at: dt.datetime) -> Opening:
        draw = self.draw
        lots = []
        for unit in self.session.units:
            for _ in range(draw.randint(0, 2)):
                dated = draw.random() < 0.5
                lots.append(
                    (unit, draw.randint(1, 200), at + dt.timedelta(days=draw.randint(1, 100)) if dated else None)
                )
        tiers = tuple((ladder.name, draw.choice(ladder.tiers)[0]) for ladder in self.description.ladders)
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
        found = [(ladder.by, ladder.window) for ladder in self.description.ladders]
        for part in parts_of(self.description):
            if part[0] == "spent":
                found.append(("net", part[1].inner or part[1]))
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
